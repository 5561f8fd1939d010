"""What a server allows its peers: how many, how long, how often."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, TypeAlias

LONGEST: Final = 1_000_000_000
"""Seconds of the longest time that a limit can be, about 30 years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a server.

    The sizes of APDUs and of values in blocks are limited for each client: `ServerSettings.max_receive_pdu_size` and
    `largest_value`.

    Args:
        connections: at a time, 1 or more; one more is closed at once (UDP: its datagrams are dropped).
        connections_per_peer: of one peer address at a time, 1 or more, or None: no limit but that of all connections;
            one more is closed at once. A line that there is one of has no limit.
        associations: on one connection at a time, 1 or more.
        waiting: requests of an association that wait for an answer; more end the connection. Over HDLC a client is told
            at half of them that the server is not ready.
        backlog: octets of requests that came all at once and wait for their turn, and of the answers to them, 1 or
            more; more end the connection. A peer that is slow to take its answers is not listened to meanwhile.
        answering: seconds that the objects have for the answer to one request; what is not there by then is cancelled,
            and the client gets temporary-failure for it. None: for ever.
        opening: seconds until a connection has to have an association; None: for ever.
        idle: seconds that a connection may be silent; None: for ever.
        failed_authentications: of one peer address at one pair of service access points, in a row, before it is locked
            out; on one connection, before it is closed. None: no limit.
        lockout: seconds that a peer address is locked out for after that.
    """

    connections: int = 4096
    connections_per_peer: int | None = 2048
    associations: int = 16
    waiting: int = 32
    backlog: int = 4 << 20
    answering: float | None = 30.0
    opening: float | None = 60.0
    idle: float | None = 600.0
    failed_authentications: int | None = 10
    lockout: float = 60.0

    def __post_init__(self) -> None:
        for name in ("connections", "associations", "waiting", "backlog"):
            number: int = getattr(self, name)
            if number < 1:
                raise ValueError(f"{name} must be at least 1, not {number}")
        if self.connections_per_peer is not None and self.connections_per_peer < 1:
            raise ValueError(f"connections_per_peer must be at least 1, not {self.connections_per_peer}")
        for name in ("answering", "opening", "idle", "failed_authentications", "lockout"):
            value: float | None = getattr(self, name)
            if value is not None and not 0 < value <= LONGEST:
                raise ValueError(f"{name} must be more than 0 and at most {LONGEST}, not {value}")


class Crowd:
    """Counts the connections of each peer address."""

    __slots__ = ("_limits", "_there")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._there: dict[str, int] = {}

    def enter(self, host: str) -> bool:
        """One more connection; FALSE: that is one too many. It is counted until it leaves, in any case."""
        self._there[host] = there = self._there.get(host, 0) + 1
        most = self._limits.connections_per_peer
        return most is None or there <= most

    def leave(self, host: str) -> None:
        """A connection ended."""
        there = self._there.pop(host, 0) - 1
        if there > 0:
            self._there[host] = there


Suspect: TypeAlias = tuple[str, int, int]
"""A peer address, client SAP and server SAP."""

MOST_SUSPECTS: Final = 4096


class Failures:
    """Counts failed authentications, and tells who is locked out.

    At most MOST_SUSPECTS are remembered; the oldest is forgotten for a new one.
    """

    __slots__ = ("_limits", "_seen")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._seen: OrderedDict[Suspect, tuple[int, float]] = OrderedDict()

    def failed(self, suspect: Suspect, now: float) -> None:
        """An authentication failed."""
        if self._limits.failed_authentications is None:
            return
        count, last = self._seen.pop(suspect, (0, now))
        if now - last > self._limits.lockout:
            count = 0
        self._seen[suspect] = (count + 1, now)
        if len(self._seen) > MOST_SUSPECTS:
            self._seen.popitem(last=False)

    def succeeded(self, suspect: Suspect) -> None:
        """An authentication succeeded: what failed before is forgotten."""
        self._seen.pop(suspect, None)

    def is_locked_out(self, suspect: Suspect, now: float) -> bool:
        """Whether nothing is served to this peer now."""
        most = self._limits.failed_authentications
        count, last = self._seen.get(suspect, (0, now))
        return most is not None and count >= most and now - last <= self._limits.lockout
