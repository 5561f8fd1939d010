"""Moves octets between a link and its medium, and keeps the link's time.

A `LinkDriver` belongs to one link. All its methods are called in the event loop's thread, and none of them waits.
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol, runtime_checkable

from xdlms.profiles.link import Link, LinkEvent, RepairsLine, Saps
from xdlms.profiles.problems import LinkProblem

GRACE: Final = 5.0
"""Seconds that a peer has to take what was sent before the medium was told to close."""


class LinkUser(Protocol):
    """Who uses a link. Everything is called in the event loop's thread, and may call the driver."""

    def link_made(self, driver: LinkDriver) -> None:
        """The medium is there; always the first call."""

    def link_event(self, event: LinkEvent) -> None:
        """Something happened on the link."""

    def link_closed(self, reason: str) -> None:
        """The medium is gone, every association had its LinkDown; always the last call."""


class Medium(Protocol):
    """Where octets are written to."""

    def write(self, octets: bytes) -> None:
        """Write a piece of the stream, or one datagram."""

    def close(self) -> None:
        """Close when what was written is sent."""


@runtime_checkable
class CanAbort(Protocol):
    """A medium that waits for its peer when it closes, and need not."""

    def abort(self) -> None:
        """Close at once; what was not sent is lost."""


@runtime_checkable
class MayFail(Protocol):
    """A link whose stream can lose its meaning for good: `failed` says why, and the medium is to be closed."""

    @property
    def failed(self) -> LinkProblem | None:
        """Why the medium is to be closed; None: it is not."""


@runtime_checkable
class CanTrigger(Protocol):
    """A link whose profile lets a client ask a server for what it would send by itself."""

    def trigger(self, saps: Saps, *, now: float) -> None:
        """Let the server send."""


@runtime_checkable
class KnowsSpeed(Protocol):
    """A link that allows for the time its octets take, at `baud` bits a second; 0: not known."""

    baud: int


@runtime_checkable
class HasConnections(Protocol):
    """A link whose profile connects stations."""

    @property
    def is_connected(self) -> bool:
        """Whether a station is connected."""


class LinkDriver:
    """Drives one link.

    Args:
        link: the link.
        user: is told what happens.
        medium: where octets are written to.
        peer: the other end, for people.
    """

    __slots__ = (
        "_abortion",
        "_closed",
        "_loop",
        "_may_fail",
        "_medium",
        "_pumping",
        "_reason",
        "_repairs",
        "_timer",
        "_timer_at",
        "_user",
        "link",
        "peer",
    )

    def __init__(self, link: Link, user: LinkUser, medium: Medium, peer: str) -> None:
        self.link = link
        self.peer = peer
        self._user = user
        self._medium = medium
        self._loop = asyncio.get_running_loop()
        self._closed = self._loop.create_future()
        self._pumping = False
        self._reason: str | None = None
        self._abortion: asyncio.TimerHandle | None = None
        self._may_fail = link if isinstance(link, MayFail) else None  # asked once: it takes long
        self._repairs = link if isinstance(link, RepairsLine) else None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at: float | None = None
        user.link_made(self)

    # For the user

    def now(self) -> float:
        """The time that the link goes by: the event loop's."""
        return self._loop.time()

    def last_progress(self, saps: Saps) -> float | None:
        """When the line let something of an association through last, where the link repairs its line; else None."""
        return None if self._repairs is None else self._repairs.last_progress(saps)

    @property
    def is_closed(self) -> bool:
        """Whether the medium is gone."""
        return self._closed.done()

    @property
    def is_closing(self) -> bool:
        """Whether the medium is gone, or was told to close."""
        return self._reason is not None or self._closed.done()

    @property
    def has_failed(self) -> bool:
        """Whether what came is not of the link's profile, so that nothing more can be made of the stream."""
        return self._may_fail is not None and self._may_fail.failed is not None

    def connect(self, saps: Saps) -> None:
        """Connect the lower layer of an association; LinkUp or LinkDown tells how it went."""
        self.link.connect(saps, now=self.now())
        self._pump()

    def disconnect(self, saps: Saps) -> None:
        """Disconnect the lower layer of an association; LinkDown follows."""
        self.link.disconnect(saps, now=self.now())
        self._pump()

    def send(self, saps: Saps, apdu: bytes, *, confirmed: bool | None = None) -> None:
        """Send an APDU.

        Raises:
            FrameError: the profile cannot carry it, or the association is not connected.
        """
        self.link.send(saps, apdu, confirmed=confirmed, now=self.now())
        self._pump()

    def trigger(self, saps: Saps) -> None:
        """Let the server send what waits there; nothing where the profile lets servers send by themselves."""
        if isinstance(self.link, CanTrigger):
            self.link.trigger(saps, now=self.now())
            self._pump()

    def close(self, reason: str = "", *, grace: float = GRACE) -> None:
        """Close the medium when what was sent is on its way.

        Args:
            reason: why, for people.
            grace: seconds, 0 or more, after which it closes all the same: a peer that does not read keeps nothing.
        """
        if not self.is_closing:
            self._reason = reason
            self._medium.close()
            if isinstance(self._medium, CanAbort) and not self._closed.done():
                self._abortion = self._loop.call_later(grace, self._medium.abort)

    def abort(self, reason: str = "") -> None:
        """Close the medium at once, also where it is closing already: what was not sent is lost."""
        if self._reason is None:
            self._reason = reason
        if isinstance(self._medium, CanAbort):
            self._medium.abort()
        else:
            self._medium.close()

    async def wait_closed(self) -> None:
        """Wait until the medium is gone."""
        await asyncio.shield(self._closed)

    # For the medium

    def octets_received(self, octets: bytes) -> None:
        """Octets came from the medium."""
        self.link.receive_octets(octets, now=self.now())
        self._pump()

    def medium_closed(self, reason: str) -> None:
        """The medium is gone; `reason` says why, for people."""
        if self._closed.done():
            return
        told = self._reason if self._reason is not None else reason
        self.link.closed(told, now=self.now())
        self._pump()
        self._cancel_timer()
        if self._abortion is not None:
            self._abortion.cancel()
            self._abortion = None
        self._closed.set_result(None)
        self._user.link_closed(told)

    # Within

    def _pump(self) -> None:
        """Tell events and write octets until there are none; a call from within goes on in the one around it."""
        if self._pumping:
            return
        self._pumping = True
        link, medium, tell = self.link, self._medium, self._user.link_event
        try:
            while True:
                outgoing = link.octets_to_send()
                for octets in outgoing:
                    medium.write(octets)
                events = link.events()
                for event in events:
                    tell(event)
                if not outgoing and not events:
                    break
        finally:
            self._pumping = False
        if self._may_fail is not None and self._may_fail.failed is not None:
            self.close(self._may_fail.failed.reason)
        self._keep_time()

    def _keep_time(self) -> None:
        due = None if self._closed.done() else self.link.next_timeout()
        if due == self._timer_at or (due is not None and self._timer_at is not None and self._timer_at < due):
            return  # a timer that rings too early is let be: most answers put the time-out off
        self._cancel_timer()
        if due is not None:
            self._timer_at = due
            self._timer = self._loop.call_at(due, self._time_is_due)

    def _time_is_due(self) -> None:
        self._timer = self._timer_at = None
        self.link.handle_timeout(now=self.now())
        self._pump()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._timer_at = None
