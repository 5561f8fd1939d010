"""One connection of a server: a link, and the associations on it. No socket and no clock of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from xdlms.profiles.link import ApduReceived, Link, LinkDown, LinkEvent, LinkTrouble, LinkUp, Saps
from xdlms.profiles.problems import FrameError
from xdlms.server.device import LogicalDevice
from xdlms.server.limits import Failures, Limits
from xdlms.server.session import Session
from xdlms_apdu.v2023 import AARQ

_log = logging.getLogger("xdlms.server")
_AARQ: Final = AARQ.TAG_PATH


class Medium(Protocol):
    """What carries the octets of a connection."""

    def write(self, frames: list[bytes]) -> None:
        """Write frames, or datagrams."""

    def close(self) -> None:
        """Close it: `Connection.closed` will be told."""


class Shared:
    """What all connections of a server have in common."""

    __slots__ = ("clock", "devices", "failures", "limits", "random")

    def __init__(
        self,
        devices: Mapping[int, LogicalDevice],
        limits: Limits,
        random: Callable[[int], bytes],
        clock: Callable[[], float],
    ) -> None:
        self.devices = devices
        self.limits = limits
        self.random = random
        self.clock = clock
        self.failures = Failures(limits)

    def knows(self, saps: Saps) -> bool:
        """Whether there is such a logical device, and it knows the client."""
        device = self.devices.get(saps.server)
        return device is not None and saps.client in device.clients


class Connection:
    """A connection with one peer.

    Whoever drives it tells what comes (`receive`, `closed`), lets time pass (`handle_timeout`, due at `next_timeout`),
    and supplies the medium to write to.

    Args:
        link: the link, in the server's role.
        medium: what carries its octets.
        shared: what all connections have in common.
        peer: the peer's address, for the log and for those that are locked out.
    """

    __slots__ = ("_began", "_failed", "_heard", "_link", "_medium", "_peer", "_sessions", "_shared")

    def __init__(self, link: Link, medium: Medium, shared: Shared, peer: str) -> None:
        self._link = link
        self._medium = medium
        self._shared = shared
        self._peer = peer
        self._sessions: dict[Saps, Session] = {}
        self._began = self._heard = shared.clock()
        self._failed = 0

    # What sessions ask for

    @property
    def largest_apdu(self) -> int:
        """Octets of the longest APDU that the link carries."""
        return self._link.largest_apdu

    @property
    def associations(self) -> int:
        """How many associations are open."""
        return sum(session.is_open for session in self._sessions.values())

    def now(self) -> float:
        """Seconds."""
        return self._shared.clock()

    def flush(self) -> None:
        """Hand on what sessions have to send."""
        now = self.now()
        for session in list(self._sessions.values()):
            self._send(session, now)
        self._write()

    def authentication_failed(self, saps: Saps, now: float) -> None:
        """Count a failed authentication."""
        self._failed += 1
        self._shared.failures.failed((self._peer, saps.client, saps.server), now)

    def authenticated(self, saps: Saps) -> None:
        """A client proved itself."""
        self._failed = 0
        self._shared.failures.succeeded((self._peer, saps.client, saps.server))

    # What the driver tells

    def receive(self, octets: bytes) -> None:
        """Take octets of the medium."""
        now = self.now()
        self._link.receive_octets(octets, now=now)
        self._run(now)

    def closed(self, reason: str) -> None:
        """The medium is gone: every association ends."""
        now = self.now()
        self._link.closed(reason, now=now)
        self._events(now)
        for session in list(self._sessions.values()):
            session.end(now, in_order=False)
        self._sessions.clear()

    def cancel(self) -> None:
        """The server ends: what objects are doing is cancelled."""
        for session in self._sessions.values():
            session.cancel()

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due, or None."""
        times = [self._link.next_timeout(), self._close_at()]
        times += [session.association.next_timeout() for session in self._sessions.values()]
        return min((time for time in times if time is not None), default=None)

    def handle_timeout(self) -> None:
        """Let time pass."""
        now = self.now()
        close_at = self._close_at()
        if close_at is not None and close_at <= now:
            _log.info("%s: silent for too long, closed", self._peer)
            self._medium.close()
            return
        self._link.handle_timeout(now=now)
        for session in list(self._sessions.values()):
            session.handle_timeout(now)
        self._run(now)

    # Within

    def _close_at(self) -> float | None:
        limits = self._shared.limits
        times = []
        if limits.idle is not None:
            times.append(self._heard + limits.idle)
        if limits.opening is not None and not self.associations:
            times.append(max(self._began, self._heard if self._sessions else self._began) + limits.opening)
        return min(times, default=None)

    def _run(self, now: float) -> None:
        self._events(now)
        for session in list(self._sessions.values()):
            self._send(session, now)
        self._write()
        limits = self._shared.limits
        too_many = limits.failed_authentications is not None and self._failed >= limits.failed_authentications
        if too_many or any(session.busy > limits.waiting for session in self._sessions.values()):
            _log.warning("%s: closed: %s", self._peer, "failed authentications" if too_many else "too many requests")
            self._medium.close()

    def _events(self, now: float) -> None:
        for event in self._link.events():
            self._event(event, now)

    def _event(self, event: LinkEvent, now: float) -> None:
        match event:
            case ApduReceived():
                self._heard = now
                self._apdu(event, now)
            case LinkUp(saps):
                self._up(saps, now)
            case LinkDown(saps, reason, by_peer):
                session = self._sessions.pop(saps, None)
                if session is not None:
                    session.end(now, in_order=by_peer and not reason)
            case LinkTrouble(problem):
                _log.info("%s: %s", self._peer, problem.reason)

    def _up(self, saps: Saps, now: float) -> None:
        device = self._shared.devices.get(saps.server)
        client = None if device is None else device.clients.get(saps.client)
        if device is None or client is None:
            return
        session = self._sessions.get(saps)
        if session is None:
            session = self._sessions[saps] = Session(self, saps, device, client, self._shared.random)
        session.connected(now)

    def _apdu(self, event: ApduReceived, now: float) -> None:
        if event.broadcast:
            for saps, session in list(self._sessions.items()):
                if saps.client == event.saps.client:
                    session.receive(event.apdu, now, confirmed=event.confirmed, broadcast=True)
            return
        session_ = self._sessions.get(event.saps)
        if session_ is None:
            return
        saps = event.saps
        suspect = (self._peer, saps.client, saps.server)
        if event.apdu.startswith(_AARQ) and self._shared.failures.is_locked_out(suspect, now):
            _log.warning("%s: client %d is locked out", self._peer, saps.client)
            self._medium.close()
            return
        session_.receive(event.apdu, now, confirmed=event.confirmed, broadcast=False)
        self._send(session_, now)

    def _send(self, session: Session, now: float) -> None:
        for unit in session.association.units_to_send():
            try:
                self._link.send(session.saps, unit.octets, confirmed=unit.confirmed, now=now)
            except FrameError as error:
                _log.warning("%s: an APDU cannot be sent: %s", self._peer, error)

    def _write(self) -> None:
        frames = self._link.octets_to_send()
        if frames:
            self._medium.write(frames)
