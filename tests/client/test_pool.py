"""Many meters from one process."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator

import pytest
from client.support import ENERGY, ScriptedServer, run

from xdlms.client import Client, UnreachableError, connect, read_meters
from xdlms.data import Data


async def energy(client: Client) -> Data:
    return await client.get(*ENERGY)


def test_so_many_at_a_time_is_at_least_one() -> None:
    async def read() -> None:
        with pytest.raises(ValueError, match="at least 1"):
            await anext(read_meters([1], lambda _: connect("tcp://127.0.0.1:1"), energy, at_a_time=0))

    run(read())


def test_a_meter_that_fails_is_an_outcome_and_the_others_go_on() -> None:
    async def read() -> None:
        async with ScriptedServer() as server:
            urls = [server.url, "tcp://127.0.0.1:1", server.url]
            outcomes = [outcome async for outcome in read_meters(urls, connect, energy, at_a_time=2)]
            assert sorted(outcome.meter for outcome in outcomes) == sorted(urls)
            for outcome in outcomes:
                if outcome.meter == server.url:
                    assert outcome.result is not None
                    assert outcome.result.value == 123456
                else:
                    assert isinstance(outcome.error, UnreachableError)

    run(read())


def test_what_is_no_error_of_a_client_ends_the_whole_and_closes_every_client() -> None:
    async def broken(client: Client) -> Data:
        raise KeyError("a mistake of the application")

    async def read() -> None:
        async with ScriptedServer() as server:
            with pytest.raises(KeyError):
                async for _ in read_meters([server.url] * 20, connect, broken, at_a_time=5):
                    pass
            await server.emptied()

    run(read())


def test_many_meters_take_memory_for_those_at_a_time_only() -> None:
    most = 0
    asked = 0

    async def read() -> None:
        nonlocal most, asked
        async with ScriptedServer() as server:

            def meters() -> Iterator[int]:
                nonlocal asked
                for number in range(500):
                    asked += 1
                    yield number

            async def reading(client: Client) -> int:
                nonlocal most
                most = max(most, len(server.peers))
                value = (await client.get(*ENERGY)).value
                assert isinstance(value, int)
                return value

            server.received = _Nothing()
            server.events = _Nothing()
            used = []
            done = 0
            async for outcome in read_meters(meters(), lambda _: server.connect(timeout=10), reading, at_a_time=20):
                assert outcome.result == 123456
                done += 1
                assert asked <= done + 20
                if done in (150, 500):
                    gc.collect()
                    used.append(tracemalloc.get_traced_memory()[0])
            assert done == 500
            assert used[1] - used[0] < 100_000

    tracemalloc.start()
    try:
        run(read())
    finally:
        tracemalloc.stop()
    assert most <= 20


class _Nothing(list):  # type: ignore[type-arg]  # of anything
    """A list that keeps nothing."""

    def append(self, item: object) -> None:
        """Forget it."""
