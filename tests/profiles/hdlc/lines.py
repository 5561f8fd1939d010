"""A line between a client and a server, with a clock of its own, that damages what is sent."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from xdlms.profiles.hdlc import Frame, HdlcSettings, LinkParameters
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.hdlc.secondary import SecondaryLink
from xdlms.profiles.link import ApduReceived, LinkDown, LinkEvent, LinkTrouble, LinkUp, Saps

SAPS = Saps(16, 1)
DELAY = 0.01
"""Seconds from one end to the other."""
LATE = 1.5
"""Times the response time-out that a late answer takes."""


class Fault(StrEnum):
    """What happens to an octet, or from an octet on."""

    DROPPED = "an octet is dropped"
    DOUBLED = "an octet is doubled"
    FLIPPED = "a bit of an octet is flipped"
    CUT = "the rest of a frame is cut off"
    LOST = "a frame is lost"
    REPEATED = "a frame comes twice"
    LATE = "a frame comes too late"


def damaged(octets: bytes, sent: int, faults: Mapping[int, Fault], late: float) -> tuple[bytes, float, int]:
    """What a line makes of a frame that begins behind `sent` octets: its octets, when they come, and how often."""
    left, delay, copies = bytearray(), DELAY, 1
    for place, octet in enumerate(octets, sent):
        fault = faults.get(place)
        if fault is Fault.DOUBLED:
            left += bytes((octet, octet))
        elif fault is Fault.FLIPPED:
            left.append(octet ^ 1 << place % 8)
        elif fault is Fault.CUT:
            break
        elif fault is not Fault.DROPPED:
            left.append(octet)
        copies = 0 if fault is Fault.LOST else 2 if fault is Fault.REPEATED else copies
        delay = late if fault is Fault.LATE else delay
    return bytes(left), delay, copies


@dataclass(slots=True)
class Line:
    """Drives two links until nothing happens any more.

    `faults` are by the octet, counted over all that both sides send. `answer` is what the server says to a request.
    """

    client: PrimaryLink
    server: SecondaryLink
    faults: dict[int, Fault] = field(default_factory=dict)
    answer: Callable[[bytes], bytes | None] = bytes
    now: float = 0.0
    sent: int = 0
    frames: list[tuple[str, Frame]] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    client_events: list[LinkEvent] = field(default_factory=list)
    server_events: list[LinkEvent] = field(default_factory=list)
    late: float = 4.5
    on_client_event: Callable[[LinkEvent], None] = lambda event: None
    _queue: list[tuple[float, int, str, bytes]] = field(default_factory=list)
    _free: dict[str, float] = field(default_factory=lambda: {"client": 0.0, "server": 0.0})

    def _transmit(self, to: str, frames: Iterable[bytes]) -> None:
        for octets in frames:
            self.frames.append((to, Frame.decode(octets)))
            octets_left, delay, copies = damaged(octets, self.sent, self.faults, self.late)
            self.sent += len(octets)
            at = max(self._free[to], self.now + delay)
            self._free[to] = at
            for _ in range(copies):
                heapq.heappush(self._queue, (at, len(self.frames) * 2 + _, to, octets_left))

    def settle(self) -> None:
        """Hand on what the links have to send and to tell, without letting time pass."""
        while True:
            self._transmit("server", self.client.octets_to_send())
            self._transmit("client", self.server.octets_to_send())
            told = self.client.events()
            for event in told:
                self.client_events.append(event)
                if isinstance(event, ApduReceived):
                    self.answers.append(event.apdu)
                self.on_client_event(event)
            heard = self.server.events()
            for event in heard:
                self.server_events.append(event)
                if isinstance(event, ApduReceived):
                    self.requests.append(event.apdu)
                    answer = self.answer(event.apdu)
                    if answer is not None:
                        self.server.send(event.saps, answer, now=self.now)
            if not told and not heard:
                self._transmit("server", self.client.octets_to_send())
                self._transmit("client", self.server.octets_to_send())
                break

    def step(self, until: float) -> bool:
        """Let the next thing happen; whether there was one before `until`."""
        self.settle()
        times = [self._queue[0][0]] if self._queue else []
        times += [time for time in (self.client.next_timeout(), self.server.next_timeout()) if time is not None]
        at = min(times, default=until)
        if at >= until:
            self.now = max(self.now, until) if until < float("inf") else self.now
            return False
        self.now = max(self.now, at)
        if self._queue and self._queue[0][0] <= self.now:
            _, _, to, octets = heapq.heappop(self._queue)
            (self.client if to == "client" else self.server).receive_octets(octets, now=self.now)
        else:
            self.client.handle_timeout(now=self.now)
            self.server.handle_timeout(now=self.now)
        self.settle()
        return True

    def run(self, seconds: float = 1000.0, steps: int = 20_000) -> None:
        """Go on until nothing happens any more."""
        until = self.now + seconds
        for _ in range(steps):
            if not self.step(until):
                return
        raise AssertionError(f"still something to do after {steps} steps, at {self.now:.2f} s")

    @property
    def quiet_since(self) -> float:
        """When the last octet came."""
        return max(self._free.values())

    @property
    def ends(self) -> list[LinkDown]:
        """How the client's connections ended."""
        return [event for event in self.client_events if isinstance(event, LinkDown)]


def settings(information: int = 128, window: int = 1, *, retries: int = 3, inactivity: float = 0.0) -> HdlcSettings:
    """The same sizes in both directions."""
    parameters = LinkParameters(information, information, window, window)
    return HdlcSettings(parameters, retries=retries, inactivity_timeout=inactivity)


def make_line(information: int = 128, window: int = 1, *, retries: int = 3, inactivity: float = 0.0) -> Line:
    """A line without faults between two links."""
    said = settings(information, window, retries=retries, inactivity=inactivity)
    return Line(PrimaryLink(said, physical=17), SecondaryLink(said, devices=[1], physical=17))


def one_after_another(line: Line, requests: list[bytes]) -> None:
    """Let the client send each request when the one before it is answered, and disconnect then."""
    rest = list(requests)

    def react(event: LinkEvent) -> None:
        if isinstance(event, LinkUp | ApduReceived):
            if rest:
                line.client.send(SAPS, rest.pop(0), now=line.now)
            else:
                line.client.disconnect(SAPS, now=line.now)

    line.on_client_event = react


def exchange(line: Line, requests: list[bytes]) -> None:
    """Connect, send each request when the one before it is answered, disconnect; to the end, however it ends."""
    one_after_another(line, requests)
    line.client.connect(SAPS, now=line.now)
    line.run()


def troubles(events: list[LinkEvent]) -> list[str]:
    """The faults that were reported."""
    return [str(event.problem.fault) for event in events if isinstance(event, LinkTrouble)]
