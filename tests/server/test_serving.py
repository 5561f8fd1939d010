"""A server at an address: TCP and UDP on loopback."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

import pytest
from server.support import PUBLIC, Thing, device, octets, unsigned

from xdlms.client import connect
from xdlms.client.errors import ClientError
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.server import Limits, serve
from xdlms.transports import Address
from xdlms.transports.driver import GRACE

AARQ = bytes.fromhex("601DA109060760857405080101BE10040E01000000065F1F0400FFFFFFFFFF")
GET = bytes.fromhex("C001C100010000600100FF0200")
ANYWHERE = "tcp://127.0.0.1:0"


def wrapped(apdu: bytes) -> bytes:
    return WrapperMessage(PUBLIC.client, PUBLIC.server, apdu).encode()


async def message(reader: asyncio.StreamReader) -> bytes:
    header = await reader.readexactly(8)
    return await reader.readexactly(int.from_bytes(header[6:], "big"))


def port_of(url: str) -> int:
    return Address.parse(url).port


def run(scenario: Any) -> None:
    asyncio.run(asyncio.wait_for(scenario, 20))


def test_a_client_over_tcp_is_served_in_whatever_pieces_its_octets_come() -> None:
    async def scenario() -> None:
        async with await serve(ANYWHERE, device(Thing(a2=unsigned(7)))) as server:
            assert server.url.startswith("tcp://127.0.0.1:")
            assert not server.url.endswith(":0")
            reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server.url))
            for octet in wrapped(AARQ):
                writer.write(bytes((octet,)))
                await writer.drain()
            assert (await message(reader))[0] == 0x61
            assert (server.connections, server.associations) == (1, 1)
            writer.write(wrapped(GET) * 3)
            answers = [await message(reader) for _ in range(3)]
            assert answers == [bytes.fromhex("C401C1001107")] * 3
            writer.close()
            await writer.wait_closed()
            while server.connections:
                await asyncio.sleep(0.001)
            assert server.associations == 0

    run(scenario())


def test_a_server_that_is_closed_closes_its_connections() -> None:
    async def scenario() -> None:
        made = device()
        server = await serve(ANYWHERE, made)
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server.url))
        writer.write(wrapped(AARQ))
        await message(reader)
        await server.close()
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await message(reader)
        assert made.sessions == {}
        with pytest.raises(OSError, match=r"refused|failed|Connect"):
            await asyncio.open_connection("127.0.0.1", port_of(server.url))
        writer.close()
        await server.close()

    run(scenario())


def test_one_connection_too_many_is_closed_at_once() -> None:
    async def scenario() -> None:
        async with await serve(ANYWHERE, device(), limits=Limits(connections=2)) as server:
            pairs = [await asyncio.open_connection("127.0.0.1", port_of(server.url)) for _ in range(3)]
            for reader, writer in pairs[:2]:
                writer.write(wrapped(AARQ))
                assert (await message(reader))[0] == 0x61
            with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
                await message(pairs[2][0])
            assert server.connections == 2
            for _, writer in pairs:
                writer.close()

    run(scenario())


def test_a_wrong_header_closes_the_connection() -> None:
    async def scenario() -> None:
        async with await serve(ANYWHERE, device()) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server.url))
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            assert await reader.read() == b""
            writer.close()

    run(scenario())


def test_a_silent_connection_is_closed_in_time() -> None:
    async def scenario() -> None:
        async with await serve(ANYWHERE, device(), limits=Limits(opening=0.05)) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server.url))
            assert await reader.read() == b""
            writer.close()

    run(scenario())


def test_a_client_that_does_not_take_its_answers_is_not_listened_to() -> None:
    async def scenario() -> None:
        thing = Thing(a2=octets(bytes(60_000)))
        async with await serve(ANYWHERE, device(thing)) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server.url), limit=1 << 10)
            writer.write(wrapped(AARQ))
            await message(reader)
            writer.transport.pause_reading()  # the answers stay where they are
            for _ in range(500):
                writer.write(wrapped(GET))
                await asyncio.sleep(0)
            served = len(thing.seen)
            assert served < 400
            await asyncio.sleep(0.05)
            assert len(thing.seen) <= served + 1
            assert server.connections == 1
            writer.transport.abort()

    run(scenario())


@pytest.mark.slow
def test_a_client_that_never_takes_its_answers_keeps_its_connection_no_longer_than_the_idle_limit_and_the_grace() -> (
    None
):
    async def scenario() -> None:
        thing = Thing(a2=octets(bytes(60_000)))
        async with await serve(ANYWHERE, device(thing), limits=Limits(idle=0.2)) as server:
            with socket.create_connection(("127.0.0.1", port_of(server.url))) as peer:
                peer.setblocking(False)
                peer.send(wrapped(AARQ))
                for _ in range(500):
                    await asyncio.sleep(0)
                    with suppress(BlockingIOError):
                        peer.send(wrapped(GET))
                assert server.associations == 1
                began = asyncio.get_running_loop().time()
                while server.connections:
                    await asyncio.sleep(0.05)
                assert server.associations == 0
                assert GRACE <= asyncio.get_running_loop().time() - began < GRACE + 2

    run(scenario())


def test_a_client_that_asks_for_very_much_at_once_loses_its_connection() -> None:
    async def scenario() -> None:
        thing = Thing(a2=octets(bytes(60_000)))
        async with await serve(ANYWHERE, device(thing)) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server.url))
            writer.write(wrapped(AARQ) + wrapped(GET) * 2000)
            while await reader.read(1 << 16):
                pass
            while server.connections:
                await asyncio.sleep(0.001)
            assert len(thing.seen) < 100
            writer.transport.abort()

    run(scenario())


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.received: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, datagram: bytes, address: Any) -> None:
        self.received.put_nowait(datagram)


async def datagrams(url: str) -> tuple[asyncio.DatagramTransport, Datagrams]:
    loop = asyncio.get_running_loop()
    return await loop.create_datagram_endpoint(Datagrams, remote_addr=("127.0.0.1", port_of(url)))


def test_a_client_over_udp_is_served_and_forgotten_when_it_is_silent() -> None:
    async def scenario() -> None:
        made = device(Thing(a2=unsigned(7)))
        limits = Limits(idle=0.2, connections=1)
        async with await serve("udp://127.0.0.1:0", made, limits=limits) as server:
            assert server.url.startswith("udp://127.0.0.1:")
            transport, client = await datagrams(server.url)
            transport.sendto(b"no wrapper message")
            transport.sendto(wrapped(AARQ))
            assert WrapperMessage.decode(await client.received.get()).apdu[0] == 0x61
            transport.sendto(wrapped(GET))
            assert WrapperMessage.decode(await client.received.get()).apdu == bytes.fromhex("C401C1001107")
            other, unheard = await datagrams(server.url)
            other.sendto(wrapped(AARQ))
            await asyncio.sleep(0.05)
            assert unheard.received.empty()
            assert (server.connections, server.associations) == (1, 1)
            while server.connections:
                await asyncio.sleep(0.01)
            assert made.sessions == {}
            transport.sendto(wrapped(GET))
            assert WrapperMessage.decode(await client.received.get()).apdu == bytes.fromhex("D80101")
            transport.close()
            other.close()

    run(scenario())


@pytest.mark.clause("Annex A")
def test_over_udp_another_port_has_no_part_in_an_association() -> None:
    async def scenario() -> None:
        thing = Thing(a2=unsigned(7))
        async with await serve("udp://127.0.0.1:0", device(thing)) as server:
            transport, client = await datagrams(server.url)
            other, stranger = await datagrams(server.url)
            transport.sendto(wrapped(AARQ))
            assert WrapperMessage.decode(await client.received.get()).apdu[0] == 0x61
            for apdu in (GET, bytes.fromhex("C101C100010000600100FF02001105")):
                other.sendto(wrapped(apdu))
                assert WrapperMessage.decode(await stranger.received.get()).apdu == bytes.fromhex("D80101")
            other.sendto(wrapped(bytes.fromhex("6200")))
            other.sendto(wrapped(GET))
            assert WrapperMessage.decode(await stranger.received.get()).apdu == bytes.fromhex("D80101")
            assert (server.connections, server.associations) == (2, 1)
            assert thing.seen == []
            transport.sendto(wrapped(GET))
            assert WrapperMessage.decode(await client.received.get()).apdu == bytes.fromhex("C401C1001107")
            assert client.received.empty()
            transport.close()
            other.close()

    run(scenario())


@pytest.mark.parametrize("url", ["127.0.0.1:4059", "http://127.0.0.1:1", "hdlc://", "tcp://"])
def test_addresses_that_no_server_has(url: str) -> None:
    with pytest.raises(ValueError, match="://"):
        asyncio.run(serve(url, device()))


def test_two_devices_with_one_service_access_point_are_refused() -> None:
    with pytest.raises(ValueError, match="service access point 1"):
        asyncio.run(serve(ANYWHERE, [device(), device()]))


def test_an_address_in_use_is_an_os_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            asyncio.run(serve(f"tcp://127.0.0.1:{taken.getsockname()[1]}", device()))


def test_a_client_over_hdlc_is_served_and_released_by_a_disconnection() -> None:
    async def scenario() -> None:
        made = device(Thing(a2=octets(bytes(range(256)) * 4)))
        async with await serve("hdlc+tcp://127.0.0.1:0", made) as server:
            async with connect(server.url, client=16) as client:
                assert await client.get(1, "0.0.96.1.0.255", 2) == octets(bytes(range(256)) * 4)
                assert server.associations == 1
            while server.associations:
                await asyncio.sleep(0.001)
            assert made.sessions == {}

    run(scenario())


def test_an_unknown_client_over_hdlc_is_told_that_it_is_not_connected() -> None:
    async def scenario() -> None:
        async with await serve("hdlc+tcp://127.0.0.1:0", device()) as server:
            with pytest.raises(ClientError):
                async with connect(server.url, client=17, timeout=0.5):
                    pass

    run(scenario())
