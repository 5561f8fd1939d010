"""Wired M-Bus: long frames, and the segments of an APDU in them (EN 13757-2, EN 13757-1).

A long frame: 68 L L 68, then L octets: C (control), A (address), CI (control information) and user data, then the
checksum, the sum of those L octets modulo 256, and 16. With CI 00 to 1F the user data is part of an APDU: the low
four bits of CI are the number of the segment, bit 4 marks the last one, and the APDU's part stands
behind STSAP and DTSAP, the transport service access points of source and destination.

Some meters send more octets than L can count, and L modulo 256 in it: a first frame of 257 counted
octets says 01. Such a frame is taken if its checksum and its last octet are right, and it holds no right frame itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.codec.wording import are, counted
from xdlms.profiles.problems import FrameError, LinkFault, LinkProblem
from xdlms.profiles.resync import NOISE_LIMIT, Bad, FrameFormat, Good, NeedMore, Octets, StreamReader

START: Final = 0x68
STOP: Final = 0x16
SEND_USER_DATA: Final = 0x53
"""The control field of what a meter pushes."""
BROADCAST: Final = 0xFF
"""The address of everybody; nobody answers."""

_SHORTEST: Final = 3  # C, A, CI
_LONGEST: Final = 0xFF
_AROUND: Final = 6  # 68 L L 68 and checksum, 16
_DATA: Final = 7  # where the user data begins
_WRAP: Final = 0x100
_LAST_SEGMENT: Final = 0x10
_NUMBER: Final = 0x0F
_SEGMENTS: Final = 0x20
_TSAPS: Final = 2
_CONTROL_FIELDS: Final = (0x43, 0x40, 0x4B, 0x08)  # SND_UD, SND_NKE, REQ_UD, RSP_UD without FCB, FCV, ACD, DFC
_BEGINNING: Final = re.compile(rb"\x68(.)\1\x68", re.DOTALL)
_EACH_BEGINNING: Final = re.compile(rb"\x68(?=(.)\1\x68)", re.DOTALL)  # one may begin in another


@dataclass(frozen=True, slots=True)
class Segment:
    """What a long frame carries of an APDU: `number` 0 to 15, whether it is the `last`, the access points and `data`.

    `offset` is where the data began in the stream; it does not count when segments are compared.
    """

    number: int
    last: bool
    stsap: int
    dtsap: int
    data: bytes
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LongFrame:
    """A long frame: `control` (C), `address` (A), `control_information` (CI), 0 to 255 each, and the user data.

    `offset` is where the frame began in the stream that it was read from; it does not count when frames are compared.
    Raises EncodeError for numbers out of range.
    """

    control: int
    address: int
    control_information: int
    user_data: bytes = b""
    offset: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        for name in ("control", "address", "control_information"):
            _check_octet(name, getattr(self, name))

    @property
    def size(self) -> int:
        """All octets."""
        return _SHORTEST + len(self.user_data) + _AROUND

    @property
    def overflows(self) -> bool:
        """Whether there are more octets than L can count: a meter may send that, this side does not."""
        return _SHORTEST + len(self.user_data) > _LONGEST

    @property
    def segment(self) -> Segment | None:
        """The part of an APDU in the frame; None if it carries something else (another CI, or no access points)."""
        if self.control_information >= _SEGMENTS or len(self.user_data) < _TSAPS:
            return None
        return Segment(
            self.control_information & _NUMBER,
            bool(self.control_information & _LAST_SEGMENT),
            self.user_data[0],
            self.user_data[1],
            self.user_data[_TSAPS:],
            self.offset + _DATA + _TSAPS,
        )

    def encode(self) -> bytes:
        """Return the octets. Raises EncodeError if L cannot count them."""
        body = bytes((self.control, self.address, self.control_information)) + self.user_data
        if len(body) > _LONGEST:
            reason = f"a frame of length {len(body)}; L counts up to {_LONGEST}"
            raise EncodeError(ErrorCode.SIZE, reason, path="$.user_data")
        return b"".join((bytes((START, len(body), len(body), START)), body, bytes((sum(body) & 0xFF, STOP))))

    @classmethod
    def decode(cls, octets: bytes) -> LongFrame:
        """Read the one frame that `octets` are. Raises FrameError if they are not exactly one."""
        if len(octets) < 4:
            raise FrameError(LinkFault.TRUNCATED, "the octets end before the second 68", offset=len(octets))
        if octets[0] != START or octets[3] != START:
            place = 0 if octets[0] != START else 3
            raise FrameError(LinkFault.FLAG, f"{octets[place]:02X} instead of 68", offset=place)
        if octets[1] != octets[2]:
            reason = f"the two lengths are {octets[1]} and {octets[2]}"
            raise FrameError(LinkFault.LENGTH, reason, offset=1)
        length = octets[1]
        if len(octets) == length + _WRAP + _AROUND and length + _WRAP >= _SHORTEST:
            length += _WRAP
        size = length + _AROUND
        if length < _SHORTEST:
            raise FrameError(LinkFault.LENGTH, f"length {length} is less than {_SHORTEST}", offset=1)
        if len(octets) < size:
            reason = f"the frame has {size} octets, {len(octets)} {are(len(octets))} there"
            raise FrameError(LinkFault.TRUNCATED, reason, offset=len(octets))
        if octets[size - 1] != STOP:
            reason = f"{octets[size - 1]:02X} instead of 16 where length {length} says"
            raise FrameError(LinkFault.FLAG, reason, offset=size - 1)
        if len(octets) > size:
            reason = f"{counted(len(octets) - size, 'octet')} behind the frame"
            raise FrameError(LinkFault.TRAILING_OCTETS, reason, offset=size)
        right = sum(octets[4:-2]) & 0xFF
        if octets[-2] != right:
            reason = f"checksum is {octets[-2]:02X}, {right:02X} would be right"
            raise FrameError(LinkFault.CHECKSUM, reason, offset=size - 2)
        return cls(octets[4], octets[5], octets[6], bytes(octets[7:-2]))


def cut_into_frames(
    apdu: bytes,
    stsap: int,
    dtsap: int,
    *,
    control: int = SEND_USER_DATA,
    address: int = BROADCAST,
    max_data: int = 245,
) -> list[LongFrame]:
    """Put an APDU into as many frames as it needs.

    `max_data` is the most octets of the APDU in one frame, 1 to 250. Raises EncodeError if the APDU is empty or
    needs more than 16 segments, or a number is out of range.
    """
    _check_octet("stsap", stsap)
    _check_octet("dtsap", dtsap)
    most = _LONGEST - _SHORTEST - _TSAPS
    if not 1 <= max_data <= most:
        raise EncodeError(ErrorCode.OUT_OF_RANGE, f"max_data {max_data} is not in 1..{most}", path="$.max_data")
    count = -(-len(apdu) // max_data)
    if not 1 <= count <= _NUMBER + 1:
        needs = f"{counted(len(apdu), 'octet')} needs {counted(count, 'segment')}"
        reason = f"an APDU of {needs}; 1 to {_NUMBER + 1} can be numbered"
        raise EncodeError(ErrorCode.SIZE, reason, path="$.apdu")
    tsaps = bytes((stsap, dtsap))
    return [
        LongFrame(
            control,
            address,
            number | (_LAST_SEGMENT if number == count - 1 else 0),
            tsaps + apdu[number * max_data : (number + 1) * max_data],
        )
        for number in range(count)
    ]


def _check_octet(name: str, number: int) -> None:
    if not 0 <= number <= 0xFF:
        raise EncodeError(ErrorCode.OUT_OF_RANGE, f"{name} {number} is not in 0..255", path=f"$.{name}")


class MbusFormat(FrameFormat[LongFrame]):
    """Where long frames begin and end: 68 L L 68, and 16 where L says."""

    fill = b""
    shared = 0
    shortest = _SHORTEST + _AROUND

    def find(self, buffer: Octets, start: int) -> int:
        """Where 68 L L 68 stands."""
        match = _BEGINNING.search(buffer, start)
        return -1 if match is None else match.start()

    def pending(self, buffer: Octets) -> int:
        """The last three octets may be the first of 68 L L 68."""
        return max(len(buffer) - 3, 0)

    def skip(self, buffer: Octets, start: int, limit: int, *, inside: bool) -> int:
        """Where the last octet of a frame is in its place, or a control field of meters behind 68 L L 68."""
        count = len(buffer)
        for match in _EACH_BEGINNING.finditer(buffer, start, limit + 3):
            place = match.start()
            end = place + buffer[place + 1] + _AROUND
            if end + _WRAP > count or buffer[end - 1] == STOP or buffer[end + _WRAP - 1] == STOP:
                return place
            if not inside and buffer[place + 4] & 0xCF in _CONTROL_FIELDS:
                return place
        return min(limit, max(start, self.pending(buffer)))

    def examine(self, buffer: Octets, start: int, offset: int, *, inside: bool) -> Good[LongFrame] | Bad | NeedMore:
        """Check last octet and checksum of what begins at `start`, with L as it is and as it would have overflowed."""
        length = buffer[start + 1]
        found: Good[LongFrame] | Bad | NeedMore
        wrong = Bad(LinkFault.LENGTH, f"length {length} is less than {_SHORTEST}")
        if length >= _SHORTEST:
            found = _examine(buffer, start, offset, length)
            if not isinstance(found, Bad):
                return found
            wrong = found
        found = _examine(buffer, start, offset, length + _WRAP)
        if isinstance(found, NeedMore):
            return NeedMore(found.total, wrong)
        # The checksum is one octet: that of a damaged frame and what follows it is right now and then.
        return wrong if isinstance(found, Bad) or _holds_frame(buffer, start, start + found.size) else found


def _examine(buffer: Octets, start: int, offset: int, length: int) -> Good[LongFrame] | Bad | NeedMore:
    size = length + _AROUND
    end = start + size
    if len(buffer) < end:
        return NeedMore(size)
    if buffer[end - 1] != STOP:
        # In user data 68 L L 68 is seldom followed by a control field that meters send.
        distinct = buffer[start + 4] & 0xCF in _CONTROL_FIELDS
        reason = f"{buffer[end - 1]:02X} instead of 16 where length {length} says"
        return Bad(LinkFault.LENGTH, reason, None, distinct)
    body = bytes(buffer[start + 4 : end - 2])
    right = sum(body) & 0xFF
    if buffer[end - 2] != right:
        reason = f"checksum is {buffer[end - 2]:02X}, {right:02X} would be right"
        return Bad(LinkFault.CHECKSUM, reason, size)
    return Good(LongFrame(body[0], body[1], body[2], body[3:], offset), size)


def _holds_frame(buffer: Octets, start: int, end: int) -> bool:
    """Whether a right frame begins behind `start` and ends before or at `end`."""
    for match in _EACH_BEGINNING.finditer(buffer, start + 1, end):
        length = buffer[match.start() + 1]
        if length >= _SHORTEST and match.start() + length + _AROUND <= end:
            found = _examine(buffer, match.start(), 0, length)
            if isinstance(found, Good):
                return True
    return False


class MbusReader(StreamReader[LongFrame]):
    """Reads long frames out of a stream: see `StreamReader`. Noise is reported in pieces of `noise_limit` octets."""

    __slots__ = ()

    def __init__(self, *, noise_limit: int = NOISE_LIMIT) -> None:
        super().__init__(MbusFormat(), noise_limit=noise_limit)


@dataclass(frozen=True, slots=True)
class JoinedApdu:
    """An APDU that came in long frames.

    `first` is the first of them. `origins` has one pair a frame: where its part begins in the APDU, and where that part
    stood in the stream.
    """

    apdu: bytes
    first: LongFrame
    origins: tuple[tuple[int, int], ...]


class SegmentJoiner:
    """Joins the segments that come from one access point to another.

    Numbers begin with 0 and go up by one to at most 15, so that an APDU cannot grow without end. A segment that comes
    twice is a problem, but does no harm: its acknowledgement was lost. Every segment that is fed is in an APDU or in
    a problem, at once or later: call `finish` when no more can come.
    """

    __slots__ = ("_frames", "_last", "_segments")

    def __init__(self) -> None:
        self._frames: list[LongFrame] = []
        self._segments: list[Segment] = []
        self._last: Segment | None = None  # the one before, if it was not all of an APDU

    @property
    def is_open(self) -> bool:
        """Whether segments wait for the rest of their APDU."""
        return bool(self._segments)

    def feed(self, frame: LongFrame, segment: Segment) -> list[JoinedApdu | LinkProblem]:
        """Take the next segment and its frame; return the APDU that is complete with it, and what was lost."""
        if segment == self._last:
            reason = f"segment {segment.number} sent again"
            return [LinkProblem(LinkFault.REPEATED, frame.offset, segment.data, reason)]
        items: list[JoinedApdu | LinkProblem] = []
        if segment.number != len(self._segments):
            items += self.finish() if segment.number == 0 else self.finish(self._missing(segment.number))
            if segment.number != 0:
                reason = f"segment {segment.number} without the one before it"
                items.append(LinkProblem(LinkFault.SEQUENCE, frame.offset, segment.data, reason))
                return items
        self._frames.append(frame)
        self._segments.append(segment)
        self._last = None if segment.last and segment.number == 0 else segment
        if segment.last:
            items.append(self._complete())
        return items

    def finish(self, reason: str = "the last segments of an APDU are missing") -> list[LinkProblem]:
        """Give up the APDU that is being joined, if there is one, because of `reason`, and begin anew."""
        self._last = None
        if not self._segments:
            return []
        joined = self._complete()
        return [LinkProblem(LinkFault.INCOMPLETE, joined.first.offset, joined.apdu, reason)]

    def _missing(self, number: int) -> str:
        """What is missing when a segment comes that does not follow."""
        first = len(self._segments)
        if number <= first:
            return "the last segments of an APDU are missing"
        missing = f"segment {first}" if number == first + 1 else f"segments {first} to {number - 1}"
        return f"{missing} of an APDU missing"

    def _complete(self) -> JoinedApdu:
        origins = []
        start = 0
        for segment in self._segments:
            if segment.data:
                origins.append((start, segment.offset))
            start += len(segment.data)
        joined = JoinedApdu(b"".join(segment.data for segment in self._segments), self._frames[0], tuple(origins))
        self._frames = []
        self._segments = []
        return joined
