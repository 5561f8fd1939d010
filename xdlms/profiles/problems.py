"""What goes wrong with the octets of a link, and where.

The same faults come in two forms: `FrameError` is raised where one frame was given to be decoded,
`LinkProblem` is a value among the frames where a stream is read, since the stream goes on. A value
that cannot be sent (a port out of range, say) raises `xdlms.codec.errors.EncodeError` instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from xdlms.codec.wording import counted


class LinkFault(StrEnum):
    """Why octets are no frame, or no part of an APDU; the set is closed."""

    TRUNCATED = "truncated"
    """The octets end inside a frame or message."""
    TRAILING_OCTETS = "trailing-octets"
    """Octets are left over behind a complete frame, message or parameter."""
    NOISE = "noise"
    """Octets between the frames that begin no frame."""
    FLAG = "flag"
    """No flag, start or stop octet where one has to be."""
    FORMAT = "format"
    """Another frame format type than 3 (the first octet is not A0 to AF)."""
    VERSION = "version"
    """Another version of the wrapper than 1."""
    LENGTH = "length"
    """A length that does not agree with the octets, or that no frame can have."""
    LIMIT = "limit"
    """More octets than the receiver was told to accept."""
    ADDRESS = "address"
    """An HDLC address that does not end after 1, 2 or 4 octets."""
    CONTROL = "control"
    """A control field that HDLC does not define."""
    HCS = "hcs"
    """The header check sequence is wrong; the frame check sequence is right."""
    FCS = "fcs"
    """The frame check sequence is wrong."""
    CHECKSUM = "checksum"
    """The checksum of an M-Bus frame is wrong."""
    PARAMETERS = "parameters"
    """The information field of an SNRM or UA frame holds no list of parameters."""
    SEQUENCE = "sequence"
    """A segment that follows none, or not the one before it."""
    REPEATED = "repeated"
    """A segment that was sent a second time; its octets are not joined twice."""
    INCOMPLETE = "incomplete"
    """Segments of an APDU whose last one never came."""


class FrameError(ValueError):
    """Octets that are not what the link's rules say.

    `fault` names the rule, `reason` says it in words, `offset` is the octet, counted from the first
    octet of what was to be decoded (or from the start of the stream, where one is read).
    """

    def __init__(self, fault: LinkFault, reason: str, *, offset: int = 0) -> None:
        self.fault = fault
        self.reason = reason
        self.offset = offset
        super().__init__(fault, reason, offset)

    def __str__(self) -> str:
        return f"{self.reason} - at octet {self.offset}"


@dataclass(frozen=True, slots=True)
class LinkProblem:
    """A piece of a stream that could not be used, and why.

    `octets` are those of the piece, `offset` is its first octet, counted from the start of the stream.
    """

    fault: LinkFault
    offset: int
    octets: bytes
    reason: str

    def __str__(self) -> str:
        return f"{self.reason} - at octet {self.offset} ({counted(len(self.octets), 'octet')})"
