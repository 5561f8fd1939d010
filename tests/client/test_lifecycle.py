"""What a user may do at any time: cancel in the middle, close, close twice, use it closed, listen in several places."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from client.support import ENERGY, LONG, METHOD, PROFILE, ScriptedServer, context, name, run

from xdlms import data
from xdlms.client import (
    Client,
    ClientError,
    ConnectionLostError,
    Hls,
    NotSentError,
    Profile,
    by_entry,
    by_range,
    connect,
)
from xdlms.profiles.link import Saps
from xdlms.security import MemoryCounterStore
from xdlms.services.primitives import DataNotification, Set

PUBLIC = Saps(16, 1)
PUSHED = bytes.fromhex("0F40000001000F05")
LONG_VALUE = data.octet_string(bytes(range(200)) * 5)
CALLS: dict[str, Any] = {
    "get": lambda meter: meter.get(*LONG),
    "set": lambda meter: meter.set(*LONG, LONG_VALUE),
    "action": lambda meter: meter.action(*METHOD, LONG_VALUE),
    "list": lambda meter: meter.get_many([LONG, ENERGY]),
}


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize("ciphered", [False, True])
@pytest.mark.parametrize("what", CALLS)
def test_a_transfer_in_blocks_that_is_cancelled_anywhere_leaves_the_next_request_right(
    what: str, ciphered: bool
) -> None:
    async def use() -> None:
        store = MemoryCounterStore()
        options: dict[str, Any] = {"auth": Hls(), "security": lambda: context(store=store)} if ciphered else {}
        async with ScriptedServer(size=128) as server:
            before = server.values.by_name[LONG[0], name(LONG[1]), 2]
            whole = 0
            for at in (1, 2, 3, 6):
                async with server.connect(max_receive_pdu_size=128, **options) as meter:
                    sent = len(server.received)
                    task = asyncio.create_task(CALLS[what](meter))
                    while len(server.received) < sent + at and not task.done():
                        await asyncio.sleep(0)
                    whole += task.done()
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
                    assert (await meter.get(*ENERGY)).value == 123456
                    assert (await meter.get(*LONG)) == before  # nothing of half a SET
                    assert await meter.action(*METHOD, LONG_VALUE) == LONG_VALUE
            assert whole == 0
            assert server.values.calls == [server.values.calls[0]] * 4  # and nothing of half an ACTION

    run(use())


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize("referencing", ["LN", "SN"])
def test_rows_that_are_left_early_end_the_transfer(referencing: Any) -> None:
    async def use() -> None:
        async with ScriptedServer(size=128) as server:
            server.values.by_short_name[0x0108] = data.array([data.structure([data.unsigned(1)]) for _ in range(300)])
            async with server.connect(max_receive_pdu_size=128, referencing=referencing) as meter:
                for _ in range(3):
                    where = (*ENERGY,) if referencing == "SN" else (7, PROFILE, 2)
                    async with aclosing(meter.rows(*where)) as rows:
                        await anext(rows)
                    found = await meter.get(*ENERGY)
                    assert found.value == 123456 or len(found.value) == 300

    run(use())


@pytest.mark.parametrize("referencing", ["LN", "SN"])
def test_a_request_within_rows_that_are_not_taken_ends_with_an_error_and_the_rows_go_on(referencing: Any) -> None:
    async def use() -> None:
        async with ScriptedServer(size=128) as server:
            server.values.by_short_name[0x0108] = data.array([data.structure([data.unsigned(1)]) for _ in range(300)])
            async with server.connect(max_receive_pdu_size=128, timeout=0.1, referencing=referencing) as meter:
                where = (*ENERGY,) if referencing == "SN" else (7, PROFILE, 2)
                count = 0
                async for _ in meter.rows(*where):
                    if count in (0, 150):
                        waiting = [asyncio.create_task(meter.get(*ENERGY)) for _ in range(12)]
                        found = await asyncio.gather(*waiting, return_exceptions=True)
                        assert {type(error) for error in found} == {NotSentError}
                        assert "aclosing" in getattr(found[0], "hint", "")
                    count += 1
                assert count == 300
                await meter.get(*ENERGY)

    run(use())


def test_a_request_waits_for_rows_that_another_task_takes() -> None:
    async def use() -> None:
        async with (
            ScriptedServer(size=128) as server,
            server.connect(max_receive_pdu_size=128, timeout=0.3) as meter,
        ):
            count = 0
            energy = None
            async for _ in meter.rows(7, PROFILE, 2):
                energy = energy or asyncio.create_task(meter.get(*ENERGY))
                count += 1
                if count % 10 == 0:
                    await asyncio.sleep(0.02)  # longer than the time-out in all, never between two blocks
            assert energy is not None
            assert (await energy).value == 123456
            assert count == 300

    run(use())


def test_a_client_that_is_not_open_says_so_in_every_call() -> None:
    async def use() -> None:
        meter = connect("tcp://127.0.0.1:1")
        await meter.close()
        for call in (
            meter.get(*ENERGY),
            meter.get_many([ENERGY]),
            meter.set(*ENERGY, data.null()),
            meter.action(*METHOD),
            meter.objects(),
            meter.clock(),
            meter.request(Set.Request(LONG_VALUE, LONG_VALUE)),  # type: ignore[arg-type]  # never looked at
            anext(meter.rows(7, PROFILE, 2)),
        ):
            with pytest.raises(ConnectionLostError, match="not connected") as caught:
                await call
            assert "async with" in caught.value.hint
        assert [one async for one in meter.notifications()] == []
        assert repr(meter) == "<Client 16 of tcp://127.0.0.1:1, server 1, not open>"

    run(use())


def test_closing_twice_and_at_once_is_no_matter() -> None:
    async def use() -> None:
        async with ScriptedServer() as server:
            meter = server.connect(reconnect=True)
            await meter.open()
            await meter.open()
            await asyncio.gather(meter.close(), meter.close())
            await meter.close()
            with pytest.raises(ConnectionLostError, match="not connected"):
                await meter.get(*ENERGY)
            await server.emptied()
            await meter.open()
            assert (await meter.get(*ENERGY)).value == 123456
            await meter.close()

    run(use())


@pytest.mark.parametrize("reconnect", [True, False])
def test_closing_ends_an_opening_that_waits_for_its_answer(reconnect: bool) -> None:
    async def use() -> None:
        async with ScriptedServer() as server:
            server.filter = lambda peer, saps, octets: []
            meter = server.connect(timeout=None, reconnect=reconnect)
            opening = asyncio.create_task(meter.open())
            while not server.received:
                await asyncio.sleep(0)
            await meter.close()
            with pytest.raises(ConnectionLostError, match="closed while it was opened"):
                await opening
            await server.emptied()
            assert not meter.is_open

    run(use())


def test_an_error_of_the_application_is_the_one_that_comes_out_and_the_association_is_released() -> None:
    async def use() -> None:
        async with ScriptedServer() as server:
            with pytest.raises(KeyError, match="mistake"):
                async with server.connect():
                    raise KeyError("a mistake")
            await server.emptied()
            assert server.received[-1][:1] == b"\x62"

    run(use())


# Notifications


def push(server: ScriptedServer, count: int = 1) -> None:
    for _ in range(count):
        server.send(server.peers[0], PUBLIC, PUSHED)


def test_several_who_listen_get_each_notification_once_and_all_end_when_the_client_is_closed() -> None:
    async def listen(meter: Client) -> int:
        return len([one async for one in meter.notifications()])

    async def use() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            listening = [asyncio.create_task(listen(meter)) for _ in range(3)]
            for _ in range(20):
                push(server)
                await meter.get(*ENERGY)
            push(server, 5)
            await meter.get(*ENERGY)
            await meter.close()
            assert sum(await asyncio.gather(*listening)) == 25

    run(use())


def test_who_listens_is_told_when_the_association_is_lost_behind_all_that_came_before() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            push(server, 3)
            await meter.get(*ENERGY)
            server.drop_connections()
            while meter.is_open:
                await asyncio.sleep(0.001)
            notifications = meter.notifications()
            for _ in range(3):
                await anext(notifications)
            with pytest.raises(ConnectionLostError, match="the peer closed the connection"):
                await anext(notifications)

    run(use())


def test_who_listens_to_a_client_that_reconnects_hears_on() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect(reconnect=True) as meter:
            hearing = asyncio.ensure_future(anext(meter.notifications()))
            first = server.peers[0]
            server.drop_connections()
            while not server.peers or server.peers[0] is first or not meter.is_open:
                await asyncio.sleep(0.001)
            push(server)
            await hearing

    run(use())


def test_a_client_may_be_used_in_another_event_loop_when_the_first_is_over() -> None:
    async def use(meter: Client) -> None:
        async with meter:
            listening = asyncio.create_task(anext(meter.notifications(), None))
            await asyncio.gather(*(meter.get(*ENERGY) for _ in range(20)))
        assert await listening is None

    async def first(server: ScriptedServer) -> None:
        meter = server.connect()
        await use(meter)
        await asyncio.to_thread(asyncio.run, use(meter))
        await use(meter)

    async def both() -> None:
        async with ScriptedServer() as server:
            await first(server)

    run(both())


# What a user writes


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_time_out_that_is_none_is_told(timeout: float) -> None:
    with pytest.raises(NotSentError, match="more than 0 seconds"):
        connect("tcp://127.0.0.1:1", timeout=timeout)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0,), "entry 0"),
        ((-1,), "entry -1"),
        ((1 << 32,), "1 to 4294967295"),
        ((5, 4), "entry 5 is behind entry 4"),
        ((1, -1), "entry -1"),
    ],
)
def test_entries_that_there_cannot_be_are_told(numbers: tuple[int, ...], words: str) -> None:
    with pytest.raises(NotSentError, match=words):
        by_entry(*numbers)
    with pytest.raises(NotSentError, match="column 3 is behind column 2"):
        by_entry(1, 0, first_column=3, last_column=2)
    with pytest.raises(ClientError, match=words):
        Profile(connect("tcp://127.0.0.1:1"), PROFILE).rows(
            first=numbers[0], last=numbers[1] if len(numbers) > 1 else None
        )


def test_a_range_that_ends_before_it_begins_is_told() -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    by_range(now, now)
    with pytest.raises(NotSentError, match="later than it ends"):
        by_range(now, now - timedelta(seconds=1))
    with pytest.raises(NotSentError, match="time zone"):
        by_range(now, now.replace(tzinfo=None))


def test_notifications_of_a_client_that_was_never_open_do_not_wait_for_ever() -> None:
    async def use() -> None:
        meter = connect("tcp://127.0.0.1:1")
        with pytest.raises(ConnectionLostError, match="not connected"):
            await anext(meter.notifications())
        waiting = asyncio.ensure_future(anext(meter.notifications()))
        with pytest.raises(ClientError):
            await asyncio.gather(meter.open(), waiting)
        with pytest.raises(ConnectionLostError, match="not connected"):
            await waiting
        async with ScriptedServer() as server:
            late = server.connect()
            opening = asyncio.create_task(late.open())
            await asyncio.sleep(0)
            taking = asyncio.ensure_future(anext(late.notifications()))
            await opening
            server.send(server.peers[0], PUBLIC, PUSHED)
            assert isinstance(await taking, DataNotification.Indication)
            await late.close()

    run(use())
