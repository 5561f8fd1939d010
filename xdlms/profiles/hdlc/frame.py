"""One HDLC frame of format type 3 (IEC 62056-46).

Between two flags (7E): format (A000 + segmentation bit 0800 + length, 11 bits), destination address,
source address, control, and if there is information: HCS and the information; then FCS. The length
counts all but the flags. There are no transparency octets: 7E may occur inside, the length rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.codec.wording import are, counted
from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control
from xdlms.profiles.hdlc.crc import check_sequence, is_intact
from xdlms.profiles.problems import FrameError, LinkFault

FLAG: Final = 0x7E
SHORTEST: Final = 7
"""The least length: format, two addresses of one octet, control, FCS."""
LONGEST: Final = 0x7FF
"""The greatest length that the eleven bits hold."""

_FLAG_OCTET: Final = b"\x7e"
_FORMAT_TYPE: Final = 0xA0
_SEGMENTED: Final = 0x08
_CHECK_OCTETS: Final = 2


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What stands before the information, the control field undecoded.

    With it a receiver can answer FRMR to a frame whose control field means nothing. `length` is the length of
    the format field; `size` is how many octets the header takes, without HCS.
    """

    length: int
    segmented: bool
    destination: Address
    source: Address
    control: int

    @property
    def size(self) -> int:
        """Octets of format, addresses and control."""
        return 3 + self.destination.size + self.source.size

    @classmethod
    def decode(cls, octets: bytes) -> FrameHeader:
        """Read the header at the start of `octets`, which begin behind the opening flag.

        Raises FrameError (TRUNCATED, FORMAT, LENGTH, ADDRESS) if there is none.
        """
        length = read_length(octets)
        destination = Address.decode(octets, 2)
        source = Address.decode(octets, 2 + destination.size)
        place = 2 + destination.size + source.size
        if place >= len(octets):
            raise FrameError(LinkFault.TRUNCATED, "the octets end before the control field", offset=len(octets))
        return cls(length, bool(octets[0] & _SEGMENTED), destination, source, octets[place])


@dataclass(frozen=True, slots=True)
class Frame:
    """An HDLC frame.

    `information` is empty for none; `segmented` says that more of the same APDU follows in the next frame.
    `offset` is where the opening flag stood in the stream that the frame was read from; it does not
    count when frames are compared.
    """

    destination: Address
    source: Address
    control: Control
    information: bytes = b""
    segmented: bool = False
    offset: int = field(default=0, compare=False)

    @property
    def length(self) -> int:
        """The length of the format field: all octets but the flags."""
        length = 3 + self.destination.size + self.source.size + _CHECK_OCTETS
        return length + _CHECK_OCTETS + len(self.information) if self.information else length

    @property
    def size(self) -> int:
        """All octets, the flags too."""
        return self.length + 2

    @property
    def information_offset(self) -> int:
        """Where the first octet of the information stood in the stream."""
        return self.offset + 1 + 3 + self.destination.size + self.source.size + _CHECK_OCTETS

    def encode(self) -> bytes:
        """Return the octets from the opening to the closing flag.

        Raises EncodeError if there is more information than the length can count.
        """
        length = self.length
        if length > LONGEST:
            reason = f"a frame of length {length}; the format field counts up to {LONGEST}"
            raise EncodeError(ErrorCode.SIZE, reason, path="$.information")
        first = _FORMAT_TYPE | (_SEGMENTED if self.segmented else 0) | length >> 8
        body = b"".join(
            (
                bytes((first, length & 0xFF)),
                self.destination.encode(),
                self.source.encode(),
                bytes((self.control.encode(),)),
            )
        )
        if self.information:
            body = body + check_sequence(body) + self.information
        return b"".join((_FLAG_OCTET, body, check_sequence(body), _FLAG_OCTET))

    @classmethod
    def decode(cls, octets: bytes) -> Frame:
        """Read the one frame that `octets` are, both flags included.

        Raises FrameError if they are not exactly one frame with right check sequences.
        """
        if not octets:
            raise FrameError(LinkFault.TRUNCATED, "there are no octets")
        if octets[0] != FLAG:
            raise FrameError(LinkFault.FLAG, f"the first octet is {octets[0]:02X}, not the flag 7E")
        try:
            size = read_length(octets[1:3]) + 2
            if len(octets) < size:
                reason = f"the frame has {size} octets, {len(octets)} {are(len(octets))} there"
                raise FrameError(LinkFault.TRUNCATED, reason, offset=len(octets) - 1)
            if octets[size - 1] != FLAG:
                reason = f"no closing flag where length {size - 2} says, but {octets[size - 1]:02X}"
                raise FrameError(LinkFault.LENGTH, reason, offset=size - 2)
            if len(octets) > size:
                reason = f"{counted(len(octets) - size, 'octet')} behind the frame"
                raise FrameError(LinkFault.TRAILING_OCTETS, reason, offset=size - 1)
            return decode_body(bytes(octets[1:-1]), 0)
        except FrameError as error:  # its offset counts from behind the flag
            raise FrameError(error.fault, error.reason, offset=error.offset + 1) from None


def read_length(octets: bytes) -> int:
    """Return the length in the format field, the first two of `octets`.

    Raises FrameError (TRUNCATED, FORMAT, LENGTH) if there is no format field of type 3, or no frame is so short.
    """
    if len(octets) < 2:
        raise FrameError(LinkFault.TRUNCATED, "the octets end inside the format field", offset=len(octets))
    first = octets[0]
    if first & 0xF0 != _FORMAT_TYPE:
        raise FrameError(LinkFault.FORMAT, f"frame format {first:02X} is not of type 3 (A0 to AF)")
    length = (first & 0x07) << 8 | octets[1]
    if length < SHORTEST:
        raise FrameError(LinkFault.LENGTH, f"length {length} is less than the {SHORTEST} of the shortest frame")
    return length


def decode_body(body: bytes, offset: int) -> Frame:
    """Read the frame whose octets between the flags are `body`, as many as its length says.

    `offset` is the place of its opening flag, for `Frame.offset`. Raises FrameError with the place in `body`.
    """
    # The check sequence first: in a damaged frame no other field is worth a complaint.
    if not is_intact(body):
        raise _damage(body)
    try:
        destination = Address.decode(body, 2)
        source = Address.decode(body, 2 + destination.size)
    except FrameError as error:
        if error.fault is not LinkFault.TRUNCATED:
            raise
        raise _no_room(body) from None
    size = 3 + destination.size + source.size
    rest = len(body) - size
    if rest < 0:
        raise _no_room(body)
    information = b""
    if rest != _CHECK_OCTETS:
        if rest <= 2 * _CHECK_OCTETS:
            there = counted(rest, "octet")
            reason = f"{there} behind the control field: FCS takes 2, with HCS and information it is 5 or more"
            raise FrameError(LinkFault.LENGTH, reason, offset=size)
        if not is_intact(body[: size + _CHECK_OCTETS]):
            found = body[size : size + _CHECK_OCTETS].hex().upper()
            right = check_sequence(body[:size]).hex().upper()
            raise FrameError(LinkFault.HCS, f"HCS is {found}, {right} would be right", offset=size)
        information = body[size + _CHECK_OCTETS : -_CHECK_OCTETS]
    try:
        control = Control.decode(body[size - 1])
    except FrameError as error:
        raise FrameError(error.fault, error.reason, offset=size - 1) from None
    return Frame(destination, source, control, information, bool(body[0] & _SEGMENTED), offset)


def header_is_intact(octets: bytes) -> bool:
    """Tell whether `octets`, which begin behind a flag, begin with a header and its right HCS."""
    try:
        size = FrameHeader.decode(octets).size
    except FrameError:
        return False
    return len(octets) >= size + _CHECK_OCTETS and is_intact(octets[: size + _CHECK_OCTETS])


def _no_room(body: bytes) -> FrameError:
    reason = f"length {len(body)} has no room for the addresses and the control field"
    return FrameError(LinkFault.LENGTH, reason)


def _damage(body: bytes) -> FrameError:
    """Say what is known of a frame with a wrong FCS."""
    end = len(body) - _CHECK_OCTETS
    found = body[end:].hex().upper()
    right = check_sequence(body[:end]).hex().upper()
    reason = f"FCS is {found}, {right} would be right"
    if header_is_intact(body):
        reason += "; HCS is right"
    return FrameError(LinkFault.FCS, reason, offset=end)
