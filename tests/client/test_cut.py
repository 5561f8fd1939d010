"""A connection that is cut behind every octet of an exchange, in both directions.

Between the client and the meter stands a relay that hands on so many octets of one direction, and then closes both
connections.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from client.support import CLIENT_TITLE, ENERGY, SERIAL, run

from xdlms import data
from xdlms.client import Client, ConnectionLostError, Hls, Lls, connect
from xdlms.meter import TEST_KEYS, TEST_PASSWORD, Meter, MeterConfig
from xdlms.profiles.wrapper import HEADER_SIZE
from xdlms.security import MemoryCounterStore, SecurityContext

NOW = datetime(2024, 6, 1, 12, 7, 30, tzinfo=UTC)
CIPHERED_TAGS = range(0xC8, 0xD0)
UP, DOWN = "to the meter", "to the client"


class Relay:
    """Hands octets on; closes both sides when `most` of `direction` have passed."""

    def __init__(self, port: int, direction: str, most: int | None) -> None:
        self.passed = {UP: b"", DOWN: b""}
        self.cut = asyncio.Event()
        self.connections = 0
        self._port = port
        self._direction = direction
        self._most = most
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> str:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return f"tcp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        meter_reader, meter_writer = await asyncio.open_connection("127.0.0.1", self._port)
        both = (writer, meter_writer)
        up = asyncio.create_task(self._hand_on(UP, reader, meter_writer, both))
        down = asyncio.create_task(self._hand_on(DOWN, meter_reader, writer, both))
        await asyncio.gather(up, down)

    async def _hand_on(
        self,
        direction: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        both: tuple[asyncio.StreamWriter, ...],
    ) -> None:
        try:
            while True:
                left = None
                if self._most is not None and direction == self._direction:
                    left = self._most - len(self.passed[direction])
                octets = b"" if left == 0 else await reader.read(65536)
                octets = octets[:left]
                self.passed[direction] += octets
                if not octets:
                    break
                writer.write(octets)
                await writer.drain()
        except ConnectionError:
            pass
        self.cut.set()
        for side in both:
            side.close()


KINDS: dict[str, Callable[[MemoryCounterStore], dict[str, Any]]] = {
    "lls": lambda store: {"client": 2, "auth": Lls(TEST_PASSWORD)},
    "blocks": lambda store: {"client": 2, "auth": Lls(TEST_PASSWORD), "max_receive_pdu_size": 64},
    "short names": lambda store: {"client": 2, "auth": Lls(TEST_PASSWORD), "referencing": "SN"},
    "hls, ciphered": lambda store: {"client": 1, "auth": Hls(), "security": lambda: context(store)},
}
TIME_ZONE = (8, "0.0.1.0.0.255", 3)
COLUMNS = (7, "1.0.99.1.0.255", 3)
OUTPUT = (70, "0.0.96.3.10.255")


def context(store: MemoryCounterStore) -> SecurityContext:
    return SecurityContext(
        suite=0,
        policy=3,
        keys=TEST_KEYS,
        local_title=CLIENT_TITLE,
        peer_title=None,
        store=store,
        random=lambda length: bytes(range(length)),
    )


async def exchange(meter: Client, *, in_blocks: bool) -> list[Any]:
    """What is read, or the errors of all calls, each of which ends by itself."""
    found: list[Any] = []

    async def call(begun: Awaitable[Any]) -> None:
        try:
            found.append(await begun)
        except ConnectionLostError as error:
            found.append(error)

    try:
        await meter.open()
    except ConnectionLostError as error:
        return [error]
    manages = meter.saps.client == 1
    if in_blocks:
        await call(meter.get(*COLUMNS))
    await asyncio.gather(call(meter.get(*ENERGY)), call(meter.get(*SERIAL)))
    if manages:
        await asyncio.gather(
            call(meter.set(*TIME_ZONE, data.long(60))), call(meter.action(*OUTPUT, 1, data.integer(0)))
        )
    await meter.close()
    return found


def counters(octets: bytes) -> list[int]:
    """The invocation counters of the ciphered APDUs in a stream of wrapper messages."""
    found = []
    while len(octets) > HEADER_SIZE:
        end = HEADER_SIZE + int.from_bytes(octets[6:8], "big")
        apdu, octets = octets[HEADER_SIZE:end], octets[end:]
        if apdu[0] in CIPHERED_TAGS and len(apdu) >= 7:
            assert apdu[1] < 0x80
            found.append(int.from_bytes(apdu[3:7], "big"))
    return found


def cuts(length: int) -> list[int]:
    """Where it is cut: behind every octet, but for the middle of an object list, which is long and all alike."""
    return [at for at in range(length) if at < 400 or at > length - 100 or at % 7 == 0]


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("direction", [UP, DOWN])
@pytest.mark.parametrize("kind", KINDS)
def test_wherever_a_connection_is_cut_calls_end_the_server_frees_and_no_counter_comes_twice(
    kind: str, direction: str
) -> None:
    async def cut_everywhere() -> None:
        meter = Meter(MeterConfig(load_profile_entries=1), clock=lambda: NOW)
        store = MemoryCounterStore()
        used: dict[str, set[int]] = {UP: set(), DOWN: set()}
        async with await meter.serve("tcp://127.0.0.1:0") as server:
            port = int(server.url.rpartition(":")[2])

            async def attempt(most: int | None) -> tuple[list[Any], int]:
                relay = Relay(port, direction, most)
                async with relay as url:
                    client = connect(url, timeout=5, **KINDS[kind](store))
                    answers = await exchange(client, in_blocks=kind == "blocks")
                    assert not client.is_open
                    await relay.cut.wait()
                    while server.connections:
                        await asyncio.sleep(0)
                    assert server.associations == 0
                for way, octets in relay.passed.items():
                    seen = counters(octets)
                    assert len(set(seen)) == len(seen)
                    assert not used[way] & set(seen)
                    used[way] |= set(seen)
                return answers, len(relay.passed[direction])

            whole, length = await attempt(None)
            assert len(whole) in (2, 3, 4)
            assert not any(isinstance(answer, Exception) for answer in whole)
            assert kind != "blocks" or len(whole[0].encode()) > 64
            losses = 0
            for most in cuts(length):
                answers, _ = await attempt(most)
                lost = [answer for answer in answers if isinstance(answer, Exception)]
                # What ended before the cut has its answer; everything else has one error.
                assert len(answers) == len(whole) or (len(answers) == 1 and lost)
                losses += bool(lost)
            assert losses > len(cuts(length)) // 2
            again, _ = await attempt(None)
            assert [repr(answer) for answer in again] == [repr(answer) for answer in whole]
            assert bool(used[UP]) == bool(used[DOWN]) == ("ciphered" in kind)

    run(cut_everywhere())
