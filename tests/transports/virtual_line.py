"""A whole client and a whole server on an HDLC line that damages what is sent, in a time that nobody waits for."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from unittest.mock import patch

from profiles.hdlc.lines import DELAY, Fault, damaged
from server.support import Thing, device

from xdlms import data
from xdlms.client import Client, ClientError, associating, connect
from xdlms.data import Data
from xdlms.profiles.hdlc import Frame, FrameKind, HdlcSettings, LinkParameters
from xdlms.profiles.hdlc.secondary import SecondaryLink
from xdlms.server import AttributeAccess, LogicalDevice, MethodAccess, Rights
from xdlms.server.connection import Connection, Shared
from xdlms.server.limits import Limits
from xdlms.transports import Address, LinkDriver, LinkOptions, make_link

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Waits for nothing: the time that would be waited is over at once."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise RuntimeError("nothing will ever happen")
        self.moment += max(timeout, 0)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._hands = _Selector()
        super().__init__(self._hands)

    def time(self) -> float:
        return self._hands.moment


def run(job: Callable[[], Awaitable[T]]) -> T:
    """Run a job in its own time, which begins with 0."""

    async def all_of_it() -> T:
        return await job()

    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(all_of_it())


THING = "0.0.96.1.0.255"
_PIECE = 8
"""Octets that come at once, where the line has a speed."""
_APART = 1e-6
"""Seconds between two frames: what is due at the same time is called in any order."""
LONG = bytes(range(256)) + bytes(44)
ARGUMENTS = (b"first", b"second")
"""Of the two calls of a method, which are no GET: what is done twice shows."""


def thing() -> Thing:
    """An object with a long attribute, and a method that gives its argument back."""
    made = Thing(v2=data.octet_string(LONG))
    made.answer = lambda argument: argument
    return made


class _End:
    """One end of the line: the medium of one driver."""

    def __init__(self, line: VirtualLine, is_client: bool) -> None:
        self.line = line
        self.is_client = is_client
        self.driver: LinkDriver | None = None
        self.instead: Callable[[bytes], None] | None = None

    def write(self, octets: bytes) -> None:
        self.line.transmit(self, octets)

    def close(self) -> None:
        if self.driver is not None:
            asyncio.get_running_loop().call_soon(self.driver.medium_closed, "")

    def take(self, octets: bytes) -> None:
        if self.instead is not None:
            self.instead(octets)
        elif self.driver is not None and not self.driver.is_closed:
            self.driver.octets_received(octets)


@dataclass(slots=True)
class VirtualLine:
    """The line between a client and a server.

    The server is the management logical device; `waiting` is its limit, `unsolicited` whether it sends by itself.
    `faults` are by the octet, counted over all that both sides send, as in `profiles.hdlc.lines`; nothing of what is
    sent between the two moments of `silent` comes. `baud` is the speed; 0: as fast as can be. `options` are those of
    the client's URL.
    """

    thing: Thing = field(default_factory=thing)
    faults: Mapping[int, Fault] = field(default_factory=dict)
    information: int = 128
    window: int = 1
    retries: int = 3
    silent: tuple[float, float] = (-1.0, -1.0)
    options: str = ""
    baud: int = 0
    late: float = 4.5
    answers: list[bytes] = field(default_factory=list)
    sent: int = 0
    carried: list[tuple[bool, Frame]] = field(default_factory=list)
    """Each frame, and whether the client sent it."""
    waiting: int = 32
    unsolicited: bool = False
    devices: dict[int, LogicalDevice] = field(default_factory=dict)
    _client: _End = field(init=False)
    _server: _End = field(init=False)
    _free: dict[bool, float] = field(default_factory=lambda: {True: 0.0, False: 0.0})

    def __post_init__(self) -> None:
        self._client, self._server = _End(self, True), _End(self, False)

    @property
    def url(self) -> str:
        return (
            f"hdlc+tcp://line:1?max_info={self.information}&window={self.window}&retries={self.retries}{self.options}"
        )

    def transmit(self, end: _End, octets: bytes) -> None:
        """Carry a frame to the other end, as far as the faults let it."""
        loop = asyncio.get_running_loop()
        self.carried.append((end.is_client, Frame.decode(octets)))
        left, delay, copies = damaged(octets, self.sent, self.faults, self.late)
        self.sent += len(octets)
        begins = max(self._free[end.is_client], loop.time())
        ends = begins + (len(octets) * 10 / self.baud if self.baud else 0)
        self._free[end.is_client] = max(ends, loop.time() + delay - DELAY) + _APART
        other = self._server if end.is_client else self._client
        if self.silent[0] <= loop.time() < self.silent[1]:
            return
        if self.baud:
            for at in range(0, len(left), _PIECE):
                come = begins + (at + _PIECE) * 10 / self.baud
                loop.call_at(come, other.take, left[at : at + _PIECE])
            return
        for copy in range(copies if left else 0):
            loop.call_at(self._free[end.is_client] + DELAY + copy * _APART / 2, other.take, left)

    async def open_link(self, address: Address, user: Any, *, timeout: Any = None, options: LinkOptions) -> LinkDriver:
        """Takes the place of `xdlms.transports.open_link`."""
        self._client.driver = LinkDriver(make_link(address, server=False, options=options), user, self._client, "line")
        return self._client.driver

    def serve(self, *objects: Any) -> None:
        """Put the server at its end."""
        rights = Rights({1: AttributeAccess.READ, 2: AttributeAccess.READ_AND_WRITE}, {1: MethodAccess.ACCESS})
        self.devices[1] = device(self.thing, *objects, rights=rights)
        call_at = asyncio.get_running_loop().call_at
        shared = Shared(
            self.devices, Limits(idle=None, opening=None, waiting=self.waiting), bytes, call_at, closes=False
        )
        can = LinkParameters(2030, 2030, 7, 7)
        link = SecondaryLink(
            HdlcSettings(can, inactivity_timeout=0, unsolicited=self.unsolicited), accepts=shared.accepts
        )
        self._server.driver = LinkDriver(link, Connection(shared), self._server, "line")

    def replace_server(self, answer: Callable[[Frame], Frame], after: float = 2.0) -> None:
        """Put something else at the server's end, which answers each frame so many seconds later."""

        def take(octets: bytes) -> None:
            reply = answer(Frame.decode(octets)).encode()
            asyncio.get_running_loop().call_later(after, self.transmit, self._server, reply)

        self._server.instead = take

    def kinds(self, *, by_client: bool) -> list[FrameKind]:
        """What one side sent."""
        return [frame.control.kind for from_client, frame in self.carried if from_client is by_client]

    def client(self, **given: Any) -> Client:
        return connect(self.url, **given)

    def play(self, job: Callable[[VirtualLine], Awaitable[T]]) -> tuple[T, float]:
        """What a job gives, with a server at the line; and how long it took, in the time of the line."""

        async def all_of_it() -> tuple[T, float]:
            self.serve()
            with patch.object(associating, "open_link", self.open_link):
                result = await job(self)
            return result, asyncio.get_running_loop().time()

        return run(all_of_it)


async def exchange(line: VirtualLine, **given: Any) -> ClientError | None:
    """Associate, read, call twice, release; gives the error with which it ended. `line.answers` has what came."""
    try:
        async with line.client(**given) as meter:
            line.answers.append((await meter.get(1, THING, 2)).value)
            for argument in ARGUMENTS:
                returned = await meter.action(1, THING, 1, data.octet_string(argument))
                assert isinstance(returned, Data)
                line.answers.append(returned.value)
    except ClientError as error:
        return error
    return None


EXPECTED = [LONG, *ARGUMENTS]


def check(line: VirtualLine, error: Exception | None) -> bool:
    """The promise: everything once and in order, or one error; returns whether everything got through."""
    assert line.answers == EXPECTED[: len(line.answers)]
    called = [argument.value for kind, _, argument in line.thing.seen if kind == "action"]
    assert called == list(ARGUMENTS)[: len(called)]
    done = len(line.answers) == len(EXPECTED)
    assert done or error is not None
    return done
