"""What every link does, whatever carries it: the interface between a profile and those who drive it (Annex A).

A link is sans-IO. Whoever drives it gives it the octets that come from the medium (`receive_octets`) and writes to
the medium what `octets_to_send` gives, after each call of any method. `now` is a number of seconds that never goes
back, the same clock in all calls. Nothing that comes from the medium makes a method raise: it is answered as the
profile says, or reported in a `LinkTrouble`.

Both roles, client and server, have this one interface. A link carries any number of associations, told apart by their
two service access points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from xdlms.profiles.problems import LinkProblem


@dataclass(frozen=True, slots=True)
class Saps:
    """The service access points that an association stands between.

    Args:
        client: the client's, 0 to 127 in HDLC, 0 to 65535 in the wrapper; 16 is the public client.
        server: the logical device's, 0 to 16383 in HDLC, 0 to 65535 in the wrapper; 1 is the management logical device.
    """

    client: int
    server: int


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The lower layer of an association is connected."""

    saps: Saps


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The lower layer of an association is not connected any more, or could not be.

    Args:
        saps: of which association.
        reason: why, for people; empty when this side asked for it.
        by_peer: whether the peer disconnected in order; FALSE with a reason: the connection was lost.
    """

    saps: Saps
    reason: str = ""
    by_peer: bool = False


@dataclass(frozen=True, slots=True)
class ApduReceived:
    """One whole APDU came.

    Args:
        saps: of which association.
        apdu: its octets.
        confirmed: whether the frame says that the service is confirmed; None where frames do not tell.
        broadcast: whether it was sent to all servers; it must not be answered then.
    """

    saps: Saps
    apdu: bytes
    confirmed: bool | None = None
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class LinkTrouble:
    """Octets that were dropped, or a frame that was refused; the link goes on."""

    problem: LinkProblem


LinkEvent: TypeAlias = LinkUp | LinkDown | ApduReceived | LinkTrouble
"""What a link tells those who drive it."""


class Link(Protocol):
    """A link of any profile, in either role."""

    @property
    def largest_apdu(self) -> int:
        """The octets of the longest APDU that the profile carries."""

    def connect(self, saps: Saps, *, now: float) -> None:
        """Connect the lower layer of an association (client): a LinkUp or a LinkDown will tell how it went."""

    def disconnect(self, saps: Saps, *, now: float) -> None:
        """Disconnect the lower layer of an association: a LinkDown will follow."""

    def send(self, saps: Saps, apdu: bytes, *, confirmed: bool | None = None, now: float) -> None:
        """Send an APDU; `confirmed` tells profiles that ask whether it is a confirmed service's.

        Raises:
            FrameError: the profile cannot carry it, as it is too long, or the association is not connected.
        """

    def receive_octets(self, octets: bytes, *, now: float) -> None:
        """Take octets as they come from the medium: any piece of a stream, or one whole datagram."""

    def octets_to_send(self) -> list[bytes]:
        """The octets to write to the medium now, a frame or a datagram each; they are given once."""

    def events(self) -> list[LinkEvent]:
        """What happened since the last call, in order."""

    def closed(self, reason: str, *, now: float) -> None:
        """The medium is gone: every association that is connected gets its LinkDown."""

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due; None: not at all."""

    def handle_timeout(self, *, now: float) -> None:
        """Do what the time asks for."""


@runtime_checkable
class CanHold(Protocol):
    """A link that can tell its peer to wait: what the peer sends meanwhile is sent again afterwards."""

    def hold(self, saps: Saps, *, now: float) -> None:
        """Take no more of an association's APDUs; a window of them may be on its way up already."""

    def resume(self, saps: Saps, *, now: float) -> None:
        """Take APDUs again."""


@runtime_checkable
class RepairsLine(Protocol):
    """A link that asks again for what its line has lost, so that an answer may come late and still come."""

    @property
    def longest_repair(self) -> float:
        """Seconds within which it gets something through, or ends the connection."""

    def last_progress(self, saps: Saps) -> float | None:
        """When something of an association got through last, in either direction; None: it is not connected."""
