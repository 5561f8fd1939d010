"""What is found in octets of a link: APDUs, frames without one, and what could not be used."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.llc import Llc
from xdlms.profiles.problems import LinkProblem


class Framing(StrEnum):
    """How octets carry APDUs."""

    NONE = "none"
    """The octets are one APDU."""
    WRAPPER = "wrapper"
    """Messages of the TCP-UDP/IP wrapper (IEC 62056-47)."""
    HDLC = "hdlc"
    """HDLC frames (IEC 62056-46)."""
    MBUS = "mbus"
    """Long frames of wired M-Bus (EN 13757)."""


@dataclass(frozen=True, slots=True)
class Link:
    """Between whom something was sent, and in what.

    `source` and `destination` are wPorts (wrapper), addresses (HDLC), transport service access points (M-Bus), or None
    where there are none. `kind` is the frame in words, that of the first frame if there are more; `llc` is the
    LLC header, which tells who is the client, if there is one.
    """

    framing: Framing
    source: Address | int | None = None
    destination: Address | int | None = None
    kind: str = ""
    llc: Llc | None = None

    def __str__(self) -> str:
        words = [str(self.framing)]
        if self.source is not None or self.destination is not None:
            words.append(f"{self.source} -> {self.destination}")
        if self.kind:
            words.append(self.kind)
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Packet:
    """An APDU, taken out of what carried it.

    `offset` is the first octet of its (first) frame in the input. `origins` has one pair for each part of the APDU
    that stood there in one piece: where the part begins in the APDU, and where in the input.
    """

    apdu: bytes
    offset: int
    origins: tuple[tuple[int, int], ...]
    link: Link

    def locate(self, offset: int) -> int:
        """Return where octet `offset` of the APDU stood in the input; an offset behind the end counts on from it."""
        if not self.origins:
            return self.offset
        start, place = self.origins[max(bisect_right(self.origins, offset, key=_start) - 1, 0)]
        return place + offset - start


def _start(origin: tuple[int, int]) -> int:
    return origin[0]


@dataclass(frozen=True, slots=True)
class LinkFrame:
    """A frame that carries no APDU: `octets` is all of it, `information` what is inside."""

    offset: int
    octets: bytes
    information: bytes
    link: Link


@dataclass(frozen=True, slots=True)
class Unframed:
    """What octets hold: the framing, and the items in the order in which they begin in the input."""

    framing: Framing
    items: tuple[Packet | LinkFrame | LinkProblem, ...]

    @property
    def packets(self) -> tuple[Packet, ...]:
        """The APDUs."""
        return tuple(item for item in self.items if isinstance(item, Packet))

    @property
    def problems(self) -> tuple[LinkProblem, ...]:
        """What could not be used."""
        return tuple(item for item in self.items if isinstance(item, LinkProblem))
