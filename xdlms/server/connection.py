"""One connection of a server: the associations on one link. No socket and no clock of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

from xdlms.profiles.link import ApduReceived, CanHold, LinkDown, LinkEvent, LinkTrouble, LinkUp, Saps
from xdlms.profiles.problems import FrameError
from xdlms.profiles.wrapper_link import ALL_STATIONS
from xdlms.server.device import LogicalDevice
from xdlms.server.driving import Driver, Timer
from xdlms.server.limits import Crowd, Failures, Limits, Suspect
from xdlms.server.session import Session
from xdlms_apdu.v2023 import AARQ

_log = logging.getLogger("xdlms.server")
_AARQ: Final = AARQ.TAG_PATH
TURN: Final = 32
"""APDUs that are served in one turn of the event loop; more that came at once wait for the next one."""
MOST_POSTPONED: Final = 4096
"""How many wait so at most; more, or more octets than the backlog of the limits, end the connection."""


class Shared:
    """What all connections of a server have in common.

    Args:
        devices: the logical devices by their service access points.
        limits: how many, how long, how often.
        random: gives so many octets from a cryptographic source.
        call_at: lets a function be called at a time, on the clock of the drivers.
        closes: whether a peer that passes a limit loses its connection; FALSE for a line that there is one of: its
            associations are disconnected.
    """

    __slots__ = ("call_at", "closes", "connections", "crowd", "devices", "failures", "limits", "random")

    def __init__(
        self,
        devices: Mapping[int, LogicalDevice],
        limits: Limits,
        random: Callable[[int], bytes],
        call_at: Callable[[float, Callable[[], None]], Timer],
        *,
        closes: bool = True,
    ) -> None:
        self.devices = devices
        self.limits = limits
        self.random = random
        self.call_at = call_at
        self.closes = closes
        self.failures = Failures(limits)
        self.crowd = Crowd(limits)
        self.connections: dict[Connection, None] = {}

    def accepts(self, saps: Saps) -> bool:
        """Whether there is such a logical device and it knows the client; a broadcast is for all of them."""
        if saps.server == ALL_STATIONS:
            return True
        device = self.devices.get(saps.server)
        return device is not None and saps.client in device.clients


class Connection:
    """A connection with one peer: the user of its link (`xdlms.transports.LinkUser`).

    Args:
        shared: what all connections have in common.
    """

    __slots__ = (
        "_alone_since",
        "_backlog",
        "_driver",
        "_ending",
        "_failed",
        "_heard",
        "_held",
        "_holding",
        "_host",
        "_postponed",
        "_postponed_octets",
        "_served",
        "_sessions",
        "_shared",
        "_timer",
        "_turns",
    )

    _driver: Driver

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._sessions: dict[Saps, Session] = {}
        self._alone_since = self._heard = 0.0
        self._failed = 0
        self._backlog = 0
        self._served = 0  # in this turn of the event loop
        self._turns = False
        self._postponed: list[ApduReceived] = []  # not a deque, which takes much more when it is empty
        self._postponed_octets = 0
        self._ending = False
        self._held: set[Saps] = set()
        self._holding: CanHold | None = None
        self._timer: Timer | None = None
        self._host = ""

    # What sessions ask for

    @property
    def largest_apdu(self) -> int:
        """Octets of the longest APDU that the link carries."""
        return self._driver.link.largest_apdu

    @property
    def answering(self) -> float | None:
        """Seconds that objects have for an answer; None: no limit."""
        return self._shared.limits.answering

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The associations that are open, or may be opened."""
        return tuple(self._sessions.values())

    @property
    def associations(self) -> int:
        """How many associations are open."""
        return sum(session.is_open for session in self._sessions.values())

    def now(self) -> float:
        """Seconds."""
        return self._driver.now()

    def send(self, session: Session) -> None:
        """Send what a session has to send."""
        for unit in session.association.units_to_send():
            try:
                self._driver.send(session.saps, unit.octets, confirmed=unit.confirmed)
            except FrameError as error:
                _log.warning("%s: an APDU cannot be sent: %s", self._driver.peer, error)
            self._await_turn()
            self._backlog += len(unit.octets)
        self._tell_whether_ready(session)
        self._keep_time()

    def association_ended(self) -> None:
        """An association is over; from the last one on, time runs for a new one."""
        if not self.associations:
            self._alone_since = self.now()

    def authentication_failed(self, saps: Saps) -> None:
        """Count a failed authentication."""
        self._failed += 1
        self._shared.failures.failed(self._suspect(saps), self.now())

    def authenticated(self, saps: Saps) -> None:
        """A client proved itself."""
        self._failed = 0
        self._shared.failures.succeeded(self._suspect(saps))

    # What the driver tells

    def link_made(self, driver: Driver) -> None:
        """The medium is there."""
        self._driver = driver
        self._holding = driver.link if isinstance(driver.link, CanHold) else None
        self._alone_since = self._heard = driver.now()
        self._shared.connections[self] = None
        self._host = driver.peer.rpartition(":")[0]  # the port is another one each time
        if not self._shared.crowd.enter(self._host):
            self._reject("too many connections from one address")
        self._keep_time()

    def link_event(self, event: LinkEvent) -> None:
        """Something happened on the link."""
        now = self.now()
        match event:
            case ApduReceived():
                self._heard = now
                self._apdu(event, now)
            case LinkUp(saps):
                self._up(saps, now)
            case LinkDown(saps, reason, by_peer):
                session = self._sessions.pop(saps, None)
                self._postponed = [event for event in self._postponed if event.saps != saps]
                self._postponed_octets = sum(len(event.apdu) for event in self._postponed)
                self._held.discard(saps)
                if session is not None:
                    session.end(now, in_order=by_peer and not reason)
            case LinkTrouble(problem):
                _log.info("%s: %s", self._driver.peer, problem.reason)

    def link_closed(self, reason: str) -> None:
        """The medium is gone: every association ends."""
        now = self.now()
        for session in list(self._sessions.values()):
            session.end(now, in_order=False)
        self._sessions.clear()
        self._postponed.clear()
        self._postponed_octets = 0
        if self in self._shared.connections:
            del self._shared.connections[self]
            self._shared.crowd.leave(self._host)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def cancel(self) -> None:
        """The server ends: what objects are doing is cancelled."""
        for session in self._sessions.values():
            session.cancel()

    # Time

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due, or None."""
        times = [session.association.next_timeout() for session in self._sessions.values()]
        times.append(self._close_at())
        return min((time for time in times if time is not None), default=None)

    def handle_timeout(self) -> None:
        """Let time pass."""
        now = self.now()
        close_at = self._close_at()
        if close_at is not None and close_at <= now:
            self._driver.close("it was silent for too long")
            return
        for session in list(self._sessions.values()):
            session.handle_timeout(now)
            self.send(session)
        self._check()

    def _close_at(self) -> float | None:
        limits = self._shared.limits
        times = []
        if limits.idle is not None:
            times.append(self._heard + limits.idle)
        if limits.opening is not None and not self.associations:
            times.append(self._alone_since + limits.opening)
        return min(times, default=None)

    def _keep_time(self) -> None:
        """Have a timer that is not too late; where it is too early, it is set anew."""
        if self not in self._shared.connections:
            return  # an object answered when its connection was gone
        due = self.next_timeout()
        timer = self._timer
        if timer is not None and (due is None or due < timer.when()):
            timer.cancel()
            timer = self._timer = None
        if timer is None and due is not None:
            self._timer = self._shared.call_at(due, self._time_is_due)

    def _time_is_due(self) -> None:
        self._timer = None
        due = self.next_timeout()
        if due is not None and due <= self.now():
            self.handle_timeout()
        if self in self._shared.connections:
            self._keep_time()

    # Within

    def _up(self, saps: Saps, now: float) -> None:
        device = self._shared.devices.get(saps.server)
        client = None if device is None else device.clients.get(saps.client)
        if device is None or client is None:
            if saps.server != ALL_STATIONS:
                self._driver.disconnect(saps)
            return
        session = self._sessions.get(saps)
        if session is None:
            session = self._sessions[saps] = Session(self, saps, device, client, self._shared.random)
        session.connected(now)

    def _apdu(self, event: ApduReceived, now: float) -> None:
        if self._postponed or self._served >= TURN:
            self._postponed.append(event)
            self._postponed_octets += len(event.apdu)
            self._await_turn()
            if self._postpones_too_much():
                self._check()
            return
        self._serve(event, now)

    def _serve(self, event: ApduReceived, now: float) -> None:
        receiver = self._sessions.get(event.saps)
        if self._ending or (receiver is None and not event.broadcast):
            return
        self._served += 1
        self._await_turn()
        if receiver is None or event.broadcast:
            for saps, session in list(self._sessions.items()):
                if saps.client == event.saps.client:
                    session.receive(event.apdu, now, confirmed=event.confirmed, broadcast=True)
            self._check()
            return
        if event.apdu.startswith(_AARQ):
            if self._shared.failures.is_locked_out(self._suspect(event.saps), now):
                _log.warning("%s: client %d is locked out", self._driver.peer, event.saps.client)
                self._end("locked out")
                return
            receiver.renew()
        receiver.receive(event.apdu, now, confirmed=event.confirmed, broadcast=False)
        self.send(receiver)
        self._check()

    def _tell_whether_ready(self, session: Session) -> None:
        """Let a client wait while many of its requests do, where the profile has a word for it (HDLC: RNR)."""
        link, saps = self._holding, session.saps
        if link is None:
            return
        holds = session.busy >= max(self._shared.limits.waiting // 2, 1)
        if holds and saps not in self._held:
            self._held.add(saps)
            link.hold(saps, now=self.now())
        elif not holds and saps in self._held:
            self._held.discard(saps)
            link.resume(saps, now=self.now())

    def _check(self) -> None:
        """Close the connection where a limit is passed."""
        limits = self._shared.limits
        reason = ""
        if limits.failed_authentications is not None and self._failed >= limits.failed_authentications:
            reason = "too many failed authentications"
        elif self._backlog > limits.backlog:
            reason = "too long answers at once"
        elif self._postpones_too_much() or any(session.busy > limits.waiting for session in self._sessions.values()):
            reason = "too many requests wait"
        if reason:
            self._reject(reason)

    def _postpones_too_much(self) -> bool:
        return len(self._postponed) > MOST_POSTPONED or self._postponed_octets > self._shared.limits.backlog

    def _reject(self, reason: str) -> None:
        """Serve this peer no more, and end the connection when the last answer is written."""
        _log.warning("%s: closed: %s", self._driver.peer, reason)
        self._ending = True
        self._postponed.clear()
        self._postponed_octets = 0
        self._shared.call_at(self.now(), lambda: self._end(reason))

    def _end(self, reason: str) -> None:
        """The peer passed a limit."""
        if self._shared.closes:
            self._driver.close(reason)
            return
        self._failed = 0
        self._ending = False
        for saps in list(self._sessions):
            self._driver.disconnect(saps)

    def _await_turn(self) -> None:
        """Be told when the event loop takes another turn."""
        if not self._turns:
            self._turns = True
            self._shared.call_at(self.now(), self._next_turn)

    def _next_turn(self) -> None:
        """The event loop took another turn: what was sent was written, or nothing is read until it is."""
        self._turns = False
        self._served = 0
        if not self._postponed:
            self._backlog = 0
        while self._postponed and self._served < TURN and not self._ending:
            event = self._postponed.pop(0)
            self._postponed_octets -= len(event.apdu)
            self._serve(event, self.now())
        if self._postponed:
            self._await_turn()

    def _suspect(self, saps: Saps) -> Suspect:
        return self._host, saps.client, saps.server
