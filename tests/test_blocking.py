"""The blocking twin of the client: it waits, and says the same."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from client.support import ENERGY, PROFILE, SERIAL, ScriptedServer

from xdlms import data
from xdlms.blocking import BlockingClient, BlockingProfile, connect
from xdlms.client import (
    AccessError,
    Client,
    ClientError,
    ConnectionLostError,
    NoAnswerError,
    NotSentError,
    Profile,
    TraceEntry,
    UnreachableError,
)
from xdlms.client import connect as connect_asyncio
from xdlms.services.primitives import Get
from xdlms.services.references import AttributeReference


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server whose loop runs in another thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    scripted = ScriptedServer()
    asyncio.run_coroutine_threadsafe(scripted.__aenter__(), loop).result(5)
    yield scripted
    asyncio.run_coroutine_threadsafe(scripted.__aexit__(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_what_goes_wrong_is_told_with_the_same_errors(server: ScriptedServer) -> None:
    with connect(server.url, timeout=0.5) as meter:
        with pytest.raises(AccessError):
            meter.get(1, "9.9.9.9.9.9", 2)
        server.filter = lambda peer, saps, octets: []
        with pytest.raises(NoAnswerError):
            meter.get(*ENERGY)
    with pytest.raises(ConnectionLostError):
        meter.get(*ENERGY)
    with pytest.raises(UnreachableError):
        connect("tcp://127.0.0.1:1").open()
    assert [thread.name for thread in threading.enumerate() if thread.name == "xdlms"] == []


def test_a_client_that_was_never_open_is_not_connected() -> None:
    meter = connect("tcp://127.0.0.1:1")
    with pytest.raises(ConnectionLostError):
        meter.objects()
    with pytest.raises(ConnectionLostError):
        next(meter.notifications())
    meter.close()


def test_the_calls_wait_for_their_results(server: ScriptedServer) -> None:
    with connect(server.url, max_receive_pdu_size=128) as meter:
        assert meter.is_open
        assert meter.negotiated is not None
        assert (meter.saps.client, meter.address) == (16, server.url)
        assert meter.get(*ENERGY).value == 123456
        meter.set(*SERIAL, data.null())
        assert meter.get_many([ENERGY, SERIAL])[1] == data.null()
        assert meter.action(70, "0.0.96.3.10.255", 1, data.integer(3)) == data.integer(3)
        assert len(list(meter.rows(7, PROFILE, 2))) == 300
        for row in meter.rows(7, PROFILE, 2):
            assert row == (0, 0)
            break
        assert len(list(meter.profile(PROFILE).rows())) == 300
        confirm = meter.request(Get.Request(AttributeReference(3, bytes((1, 0, 1, 8, 0, 255)), 2)))
        assert isinstance(confirm, Get.Confirm)
    meter.close()


def test_a_client_may_be_opened_again(server: ScriptedServer) -> None:
    meter = connect(server.url)
    for _ in range(2):
        with meter:
            assert meter.get(*ENERGY).value == 123456


def test_notifications_are_iterated(server: ScriptedServer) -> None:
    with connect(server.url) as meter:
        peer = server.peers[0]
        assert peer.driver is not None
        octets = bytes.fromhex("0001 0001 0010 0008 0F40000001000F05")
        meter.get(*ENERGY)
        server.filter = lambda peer, saps, answer: [octets[8:], answer]
        meter.get(*ENERGY)
        assert next(meter.notifications()).body.value == 5
        assert meter.notifications_dropped == 0


def test_several_threads_use_one_client(server: ScriptedServer) -> None:
    found = []
    with connect(server.url) as meter:
        threads = [threading.Thread(target=lambda: found.append(meter.get(*ENERGY).value)) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [123456] * 10


@pytest.mark.parametrize(
    ("one", "other"), [(connect, connect_asyncio), (BlockingClient, Client), (BlockingProfile, Profile)]
)
def test_both_faces_have_the_same_names_and_parameters(one: Any, other: Any) -> None:
    if inspect.isclass(one):
        names = {name for name in dir(other) if not name.startswith("_")}
        assert names <= {*vars(one)}
        pairs = [(getattr(one, name), getattr(other, name)) for name in names if callable(getattr(other, name))]
    else:
        pairs = [(one, other)]
    for ours, theirs in pairs:
        assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)


# Several threads, and the end


def in_thread(call: Any) -> tuple[threading.Thread, list[Any]]:
    """A thread that calls, and what came of it: a result, or an error."""
    found: list[Any] = []

    def begin() -> None:
        try:
            found.append(call())
        except ClientError as error:
            found.append(error)

    thread = threading.Thread(target=begin)
    thread.start()
    return thread, found


def test_closing_in_one_thread_ends_the_calls_of_all_others(server: ScriptedServer) -> None:
    meter = connect(server.url, timeout=None)
    meter.open()
    received = len(server.received)
    server.filter = lambda peer, saps, octets: [octets] if octets[:1] == b"\x63" else []
    waiting = [in_thread(lambda: meter.get(*ENERGY)) for _ in range(5)]
    listening, heard = in_thread(lambda: list(meter.notifications()))
    while len(server.received) == received:
        time.sleep(0.001)
    meter.close()
    for thread, found in waiting:
        thread.join(5)
        assert [type(one) for one in found] == [ConnectionLostError]
    listening.join(5)
    assert heard == [[]]
    meter.close()


def test_closing_ends_an_opening_that_waits(server: ScriptedServer) -> None:
    server.filter = lambda peer, saps, octets: []
    meter = connect(server.url, timeout=None)
    thread, found = in_thread(meter.open)
    while not server.received:
        time.sleep(0.001)
    meter.close()
    thread.join(5)
    assert [type(one) for one in found] == [ConnectionLostError]
    assert "closed" in str(found[0])
    assert [thread.name for thread in threading.enumerate() if thread.name == "xdlms"] == []


def test_a_call_from_the_clients_own_thread_is_refused_since_it_would_never_end(server: ScriptedServer) -> None:
    errors = []

    def trace(entry: TraceEntry) -> None:
        if meter.is_open and not errors:
            try:
                meter.get(*ENERGY)
            except ClientError as error:
                errors.append(error)

    meter = connect(server.url, trace=trace)
    with meter:
        assert meter.get(*ENERGY).value == 123456
    assert isinstance(errors[0], NotSentError)
    assert "another thread" in errors[0].hint


def test_a_client_that_is_opened_again_still_notifies(server: ScriptedServer) -> None:
    meter = connect(server.url)
    for _ in range(2):
        with meter:
            thread, found = in_thread(lambda: list(meter.notifications()))
            meter.get(*ENERGY)
            time.sleep(0.02)
        thread.join(5)
        assert found == [[]]


def test_reading_within_the_rows_of_the_same_meter_ends_with_an_error(server: ScriptedServer) -> None:
    with connect(server.url, timeout=0.2, max_receive_pdu_size=128) as meter:
        rows = meter.rows(7, PROFILE, 2)
        next(rows)
        with pytest.raises(NotSentError, match="blocks of another response are not taken"):
            meter.get(*ENERGY)
        assert len(list(rows)) == 299
        assert meter.get(*ENERGY).value == 123456


def test_what_a_generator_left_open_is_closed_in_whatever_thread(server: ScriptedServer) -> None:
    with connect(server.url, max_receive_pdu_size=128) as meter:
        rows = meter.rows(7, PROFILE, 2)
        next(rows)
        meter.wait_for(_drop([rows.close]))
        assert meter.get(*ENERGY).value == 123456
        later = meter.rows(7, PROFILE, 2)
        next(later)
    later.close()


async def _drop(calls: list[Any]) -> None:
    """Finalise in the client's own thread, as the collector of garbage may do."""
    for call in calls:
        call()
