"""Links over real sockets, on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import pytest

from xdlms.profiles.link import ApduReceived, LinkDown, LinkEvent, LinkUp, Saps
from xdlms.profiles.problems import FrameError
from xdlms.transports import Address, LinkDriver, LinkOptions, Listener, listen, open_link

T = TypeVar("T")
PUBLIC = Saps(16, 1)
TCP, UDP, HDLC = "tcp://127.0.0.1:0", "udp://127.0.0.1:0", "hdlc+tcp://127.0.0.1:0"


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    async def limited() -> T:
        async with asyncio.timeout(10):
            return await coroutine

    return asyncio.run(limited())


class User:
    """Keeps what it is told; a server's user sends every APDU back."""

    def __init__(self, *, echoes: bool = False) -> None:
        self.events: list[LinkEvent] = []
        self.driver: LinkDriver | None = None
        self.closed: list[str] = []
        self.changed = asyncio.Event()
        self.echoes = echoes

    def link_made(self, driver: LinkDriver) -> None:
        assert self.driver is None
        self.driver = driver

    def link_event(self, event: LinkEvent) -> None:
        assert not self.closed
        self.events.append(event)
        self.changed.set()
        if self.echoes and isinstance(event, ApduReceived) and self.driver is not None:
            self.driver.send(event.saps, event.apdu)

    def link_closed(self, reason: str) -> None:
        self.closed.append(reason)
        self.changed.set()

    async def wait(self, count: int) -> None:
        while len(self.events) < count and not self.closed:
            self.changed.clear()
            await self.changed.wait()


class Echo:
    """A server that sends every APDU back."""

    def __init__(self, url: str, **options: Any) -> None:
        self.users: list[User] = []
        self._url = url
        self._options = options
        self.listener: Listener | None = None

    def make(self) -> User:
        self.users.append(User(echoes=True))
        return self.users[-1]

    async def __aenter__(self) -> Echo:
        self.listener = await listen(Address.parse(self._url), self.make, **self._options)
        return self

    async def __aexit__(self, *exception: object) -> None:
        assert self.listener is not None
        await self.listener.close()

    @property
    def address(self) -> Address:
        assert self.listener is not None
        return self.listener.address


def test_a_serial_line_that_is_not_there_is_an_os_error() -> None:
    with pytest.raises(OSError, match=r"serial|No such file"):
        run(open_link(Address.parse("hdlc:///dev/no-such-line"), User()))


def test_a_server_that_is_not_there_is_an_os_error() -> None:
    with pytest.raises(OSError, match="failed"):
        run(open_link(Address.parse("tcp://127.0.0.1:1"), User()))


def test_octets_that_are_no_message_close_the_connection() -> None:
    async def talk() -> None:
        async with Echo(TCP) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.address.port)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            assert await reader.read() == b""
            writer.close()
            assert server.users[0].closed == ["wrapper version 4745 is not 0001"]

    run(talk())


def test_a_connection_too_many_is_closed_at_once() -> None:
    async def talk() -> None:
        async with Echo(TCP, most_connections=1) as server:
            first = User()
            driver = await open_link(server.address, first)
            second = User()
            other = await open_link(server.address, second)
            await other.wait_closed()
            driver.connect(PUBLIC)
            driver.send(PUBLIC, b"\xc0")
            await first.wait(2)
            assert first.events == [LinkUp(PUBLIC), ApduReceived(PUBLIC, b"\xc0")]
            assert len(server.users) == 1
            driver.close()
            await driver.wait_closed()

    run(talk())


def test_datagrams_of_a_client_too_many_are_dropped_until_one_was_silent_for_long() -> None:
    async def talk() -> None:
        async with Echo(UDP, most_connections=1, idle_after=0.1) as server:
            users = [User(), User()]
            drivers = [await open_link(server.address, user) for user in users]
            for driver in drivers:
                driver.connect(PUBLIC)
                driver.send(PUBLIC, b"\xc0")
            await users[0].wait(2)
            await asyncio.sleep(0.15)
            assert len(users[1].events) == 1
            drivers[1].send(PUBLIC, b"\xc1")
            await users[1].wait(2)
            assert users[1].events[1] == ApduReceived(PUBLIC, b"\xc1")
            assert server.users[0].closed == ["the client was silent for too long"]
            assert server.listener is not None
            assert len(server.listener.drivers) == 1
            for driver in drivers:
                driver.close()
                await driver.wait_closed()

    run(talk())


def test_a_peer_that_does_not_read_is_not_read_from() -> None:
    async def talk() -> None:
        async with Echo(TCP) as server:
            _, writer = await asyncio.open_connection("127.0.0.1", server.address.port)
            message = bytes.fromhex("0001 0010 0001 FFFF") + bytes(0xFFFF)
            sent = 0
            try:
                async with asyncio.timeout(0.5):
                    for _ in range(1000):
                        writer.write(message)
                        await writer.drain()
                        sent += 1
            except TimeoutError:
                pass
            assert sent < 1000
            writer.transport.abort()

    run(talk())


async def with_a_peer_that_never_reads(use: Callable[[User], Awaitable[None]]) -> None:
    async with Echo(TCP) as server:
        peer = socket.create_connection(("127.0.0.1", server.address.port))
        peer.sendall(bytes.fromhex("0001 0010 0001 0001 C0"))
        while not server.users or not server.users[0].events:
            await asyncio.sleep(0.001)
        user = server.users[0]
        assert user.driver is not None
        for _ in range(400):  # more than the buffers of two sockets take
            user.driver.send(PUBLIC, bytes(0xFFFF))
        await asyncio.wait_for(use(user), 5)
        peer.close()


@pytest.mark.parametrize("grace", [0.0, 0.1])
def test_a_peer_that_never_reads_loses_its_connection_when_the_time_of_grace_is_over(grace: float) -> None:
    async def close(user: User) -> None:
        assert user.driver is not None
        began = user.driver.now()
        user.driver.close("silent for too long", grace=grace)
        await user.driver.wait_closed()
        assert user.driver.now() - began >= grace
        assert isinstance(user.events[-1], LinkDown)
        assert user.closed == ["silent for too long"]

    run(with_a_peer_that_never_reads(close))


def test_without_an_end_to_the_grace_it_would_stay_and_abort_ends_it_at_once() -> None:
    async def close(user: User) -> None:
        assert user.driver is not None
        user.driver.close("silent for too long", grace=60)
        await asyncio.sleep(0.1)
        assert not user.driver.is_closed
        user.driver.abort("enough")
        await user.driver.wait_closed()
        assert user.closed == ["silent for too long"]

    run(with_a_peer_that_never_reads(close))


@pytest.mark.parametrize("url", [TCP, UDP, HDLC])
def test_abort_closes_an_open_link_too(url: str) -> None:
    async def talk() -> None:
        async with Echo(url) as server:
            user = User()
            driver = await open_link(server.address, user)
            driver.abort("enough")
            await driver.wait_closed()
            assert user.closed == ["enough"]
            driver.abort()

    run(talk())


def test_an_hdlc_server_connects_only_those_that_it_accepts() -> None:
    async def talk() -> None:
        options = LinkOptions(accepts=lambda saps: saps == PUBLIC)
        async with Echo(HDLC, options=options) as server:
            user = User()
            driver = await open_link(server.address, user)
            driver.connect(Saps(17, 1))
            await user.wait(1)
            assert isinstance(user.events[0], LinkDown)
            driver.connect(PUBLIC)
            await user.wait(2)
            assert user.events[1] == LinkUp(PUBLIC)
            driver.close()
            await driver.wait_closed()

    run(talk())


@pytest.mark.parametrize("url", [TCP, UDP, HDLC])
def test_apdus_go_both_ways(url: str) -> None:
    async def talk() -> None:
        async with Echo(url) as server:
            user = User()
            driver = await open_link(server.address, user, timeout=5)
            driver.connect(PUBLIC)
            await user.wait(1)
            for number in range(20):
                driver.send(PUBLIC, bytes([0xC0, number]) * 300)
                await user.wait(2 + number)
            assert [event.apdu[1] for event in user.events if isinstance(event, ApduReceived)] == list(range(20))
            assert "127.0.0.1" in driver.peer
            driver.disconnect(PUBLIC)
            await user.wait(22)
            assert isinstance(user.events[-1], LinkDown)
            with pytest.raises(FrameError):
                driver.send(PUBLIC, b"\xc0")
            driver.close("done")
            await driver.wait_closed()
            assert (user.closed, driver.is_closed, driver.is_closing) == (["done"], True, True)

    run(talk())


@pytest.mark.parametrize("url", [TCP, HDLC])
def test_a_server_that_closes_takes_every_association_down(url: str) -> None:
    async def talk() -> None:
        user = User()
        async with Echo(url) as server:
            driver = await open_link(server.address, user)
            driver.connect(PUBLIC)
            await user.wait(1)
        await driver.wait_closed()
        assert isinstance(user.events[-1], LinkDown)
        assert len(user.closed) == 1
        driver.close("again")

    run(talk())
