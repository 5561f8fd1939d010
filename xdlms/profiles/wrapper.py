"""The wrapper that carries APDUs over TCP and UDP (IEC 62056-47).

Eight octets, most significant first: version 0001, source wPort, destination wPort, length of the
APDU; then the APDU. One message holds one APDU. UDP: one datagram is one message. TCP: messages come
in pieces or several at once, and nothing marks where one begins: after a wrong header the connection
is to be closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import Struct
from typing import Final

from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.codec.wording import are, counted
from xdlms.profiles.problems import FrameError, LinkFault, LinkProblem

VERSION: Final = 1
"""The only version of the wrapper."""
HEADER_SIZE: Final = 8
"""Octets of the header."""
LONGEST_APDU: Final = 0xFFFF
"""The most octets that the length field counts."""
PORT: Final = 4059
"""The port that is registered for DLMS/COSEM, for TCP and UDP."""

_HEADER: Final = Struct(">HHHH")


@dataclass(frozen=True, slots=True)
class WrapperHeader:
    """A header: the wPorts, which are the SAPs of client and server, and the `length` of the APDU; 0 to 65535 each."""

    source_wport: int
    destination_wport: int
    length: int

    def __post_init__(self) -> None:
        if (self.source_wport | self.destination_wport | self.length) >> 16:  # one of them is too large, or negative
            for name in ("source_wport", "destination_wport", "length"):
                number: int = getattr(self, name)
                if not 0 <= number <= 0xFFFF:
                    raise EncodeError(ErrorCode.OUT_OF_RANGE, f"{name} {number} is not in 0..65535", path=f"$.{name}")

    def encode(self) -> bytes:
        """Return the eight octets."""
        return _HEADER.pack(VERSION, self.source_wport, self.destination_wport, self.length)

    @classmethod
    def decode(cls, octets: bytes | bytearray, start: int = 0) -> WrapperHeader:
        """Read the header at `start`; octets may follow it. Raises FrameError (TRUNCATED, VERSION)."""
        if len(octets) < start + HEADER_SIZE:
            there = max(len(octets) - start, 0)
            reason = f"a wrapper header has {HEADER_SIZE} octets, {there} {are(there)} there"
            raise FrameError(LinkFault.TRUNCATED, reason, offset=len(octets))
        version, source, destination, length = _HEADER.unpack_from(octets, start)
        if version != VERSION:
            raise FrameError(LinkFault.VERSION, f"wrapper version {version:04X} is not 0001", offset=start)
        return cls(source, destination, length)


@dataclass(frozen=True, slots=True)
class WrapperMessage:
    """One message: wPorts, 0 to 65535, and the APDU, of at most 65535 octets. Raises EncodeError otherwise.

    `offset` is where the header began in the stream that the message was read from; it does not count when messages
    are compared.
    """

    source_wport: int
    destination_wport: int
    apdu: bytes
    offset: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if len(self.apdu) > LONGEST_APDU:
            reason = f"an APDU of {len(self.apdu)} octets; the wrapper counts up to {LONGEST_APDU}"
            raise EncodeError(ErrorCode.SIZE, reason, path="$.apdu")
        if (self.source_wport | self.destination_wport) >> 16:
            WrapperHeader(self.source_wport, self.destination_wport, 0)  # raises

    @property
    def size(self) -> int:
        """All octets, the header too."""
        return HEADER_SIZE + len(self.apdu)

    def encode(self) -> bytes:
        """Return the octets of the message."""
        return _HEADER.pack(VERSION, self.source_wport, self.destination_wport, len(self.apdu)) + self.apdu

    @classmethod
    def decode(cls, datagram: bytes) -> WrapperMessage:
        """Read the one message that `datagram` is. Raises FrameError (TRUNCATED, VERSION, TRAILING_OCTETS)."""
        header = WrapperHeader.decode(datagram)
        size = HEADER_SIZE + header.length
        if len(datagram) < size:
            there = len(datagram) - HEADER_SIZE
            reason = f"the APDU has {counted(header.length, 'octet')}, {there} {are(there)} there"
            raise FrameError(LinkFault.TRUNCATED, reason, offset=len(datagram))
        if len(datagram) > size:
            reason = f"{counted(len(datagram) - size, 'octet')} behind the message"
            raise FrameError(LinkFault.TRAILING_OCTETS, reason, offset=size)
        return cls(header.source_wport, header.destination_wport, bytes(datagram[HEADER_SIZE:]))


class WrapperReader:
    """Reads messages out of a TCP stream.

    `feed` what was received. After a header of another version, or with a length over `limit` (octets, 1 to 65535),
    nothing that follows has a meaning: the last item is then a `LinkProblem`, `failed` is it from then on, and `feed`
    raises FrameError: close the connection.
    """

    __slots__ = ("_base", "_buffer", "_limit", "_needed", "failed")

    def __init__(self, *, limit: int = LONGEST_APDU) -> None:
        if not 1 <= limit <= LONGEST_APDU:
            raise ValueError(f"limit must be in 1..{LONGEST_APDU}, not {limit}")
        self._limit = limit
        self._buffer = bytearray()
        self._base = 0
        self._needed = HEADER_SIZE
        self.failed: LinkProblem | None = None

    def feed(self, octets: bytes | bytearray | memoryview) -> list[WrapperMessage | LinkProblem]:
        """Take the next octets of the stream; return the messages that are complete with them."""
        if self.failed is not None:
            raise FrameError(self.failed.fault, self.failed.reason, offset=self.failed.offset)
        self._buffer += octets
        items: list[WrapperMessage | LinkProblem] = []
        buffer = self._buffer
        place = 0
        while len(buffer) - place >= self._needed:
            try:
                header = WrapperHeader.decode(buffer, place)
            except FrameError as error:
                items.append(self._fail(error.fault, error.reason, place))
                return items
            if header.length > self._limit:
                reason = f"an APDU of {counted(header.length, 'octet')}, {self._limit} {are(self._limit)} allowed"
                items.append(self._fail(LinkFault.LIMIT, reason, place))
                return items
            end = place + HEADER_SIZE + header.length
            if len(buffer) < end:
                self._needed = end - place
                break
            apdu = bytes(buffer[place + HEADER_SIZE : end])
            items.append(WrapperMessage(header.source_wport, header.destination_wport, apdu, self._base + place))
            self._needed = HEADER_SIZE
            place = end
        del buffer[:place]
        self._base += place
        return items

    def finish(self) -> list[WrapperMessage | LinkProblem]:
        """Tell that the stream ended; return the problem if that was inside a message."""
        if self.failed is not None or not self._buffer:
            return []
        reason = f"the stream ends after {counted(len(self._buffer), 'octet')} of a message"
        return [self._fail(LinkFault.TRUNCATED, reason, 0)]

    def _fail(self, fault: LinkFault, reason: str, place: int) -> LinkProblem:
        octets = bytes(self._buffer[place:])
        self._buffer.clear()
        self.failed = LinkProblem(fault, self._base + place, octets, reason)
        return self.failed
