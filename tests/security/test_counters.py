"""Invocation counters: never twice when sending, strictly rising when receiving (clauses 5.4.5, 5.4.8).

What every store must do is proved for the two that come with the package.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from security.support import CLIENT, EK, GET_REQUEST, TITLE, context, keys, pair

from xdlms.security import (
    CounterError,
    CounterExhaustedError,
    CounterLine,
    CounterStore,
    CounterStoreError,
    Key,
    MemoryCounterStore,
    ReplayError,
    SqliteCounterStore,
    counter_line,
    inspect,
)
from xdlms.security.counters import END, MAX_WINDOW, Mark, move

LINE = counter_line(Key(EK), TITLE)
OTHER = counter_line(Key(EK), CLIENT)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CounterStore]:
    if request.param == "memory":
        yield MemoryCounterStore()
    else:
        with SqliteCounterStore(tmp_path / "counters") as opened:
            yield opened


def test_a_line_names_the_key_without_showing_it_and_the_sender() -> None:
    assert len(LINE) == 24
    assert LINE.endswith(TITLE)
    assert EK not in LINE
    assert LINE != OTHER
    assert counter_line(Key(bytes(16)), TITLE) != LINE
    assert counter_line(Key(EK), TITLE) == LINE


def test_values_come_in_order_and_once(store: CounterStore) -> None:
    assert [store.next_counter(LINE) for _ in range(250)] == list(range(1, 251))
    assert store.next_counter(OTHER) == 1
    assert store.next_counter(LINE) == 251


def test_threads_never_get_the_same_value(store: CounterStore) -> None:
    values: list[int] = []

    def take() -> None:
        values.extend([store.next_counter(LINE) for _ in range(200)])

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(values) == len(set(values)) == 800


@pytest.mark.clause("5.4.5")
def test_the_end_of_the_counter_refuses_for_good(store: CounterStore) -> None:
    store.advance(LINE, END - 2)
    assert [store.next_counter(LINE), store.next_counter(LINE)] == [END - 2, END - 1]
    for _ in range(3):
        with pytest.raises(CounterExhaustedError):
            store.next_counter(LINE)
    store.advance(OTHER, END)
    with pytest.raises(CounterExhaustedError):
        store.next_counter(OTHER)


def test_a_line_is_advanced_and_never_goes_back(store: CounterStore) -> None:
    store.next_counter(LINE)
    store.advance(LINE, 50)
    assert store.next_counter(LINE) == 50
    store.advance(LINE, 10)
    assert store.next_counter(LINE) == 51
    store.advance(LINE, 5000)
    store.advance(LINE, 0)
    assert store.next_counter(LINE) == 5000
    for wrong in (-1, END + 1):
        with pytest.raises(CounterError):
            store.advance(LINE, wrong)


def test_received_values_rise_strictly(store: CounterStore) -> None:
    assert store.last_accepted(LINE) is None
    assert store.accept(LINE, 0) is None
    assert store.accept(LINE, 7) == 0
    for old in (7, 6, 1, 0):
        with pytest.raises(ReplayError) as caught:
            store.accept(LINE, old)
        assert caught.value.expected == 8
    assert store.last_accepted(LINE) == 7
    assert store.accept(OTHER, 3) is None
    assert store.accept(LINE, 8) == 7


def test_a_window_takes_late_values_once(store: CounterStore) -> None:
    store.accept(LINE, 10, 3)
    store.accept(LINE, 14, 3)
    store.accept(LINE, 12, 3)
    for refused in (14, 12, 10, 9, 0):
        with pytest.raises(ReplayError):
            store.accept(LINE, refused, 3)
    store.accept(LINE, 11, 3)
    store.accept(LINE, 13, 3)
    assert store.last_accepted(LINE) == 14


def test_a_window_that_is_opened_later_opens_nothing_again(store: CounterStore) -> None:
    for value in (5, 6, 7):
        store.accept(LINE, value)
    for old in (7, 6, 5, 4):
        with pytest.raises(ReplayError):
            store.accept(LINE, old, MAX_WINDOW)
    store.accept(LINE, 9, MAX_WINDOW)
    store.accept(LINE, 8, MAX_WINDOW)
    with pytest.raises(ReplayError):
        store.accept(LINE, 8, MAX_WINDOW)


@pytest.mark.parametrize("window", [0, 1, 2, 7, 63, 64, MAX_WINDOW])
def test_the_window_against_a_plain_model(window: int) -> None:
    """The model keeps every value it ever took; the mark keeps only so many bits."""
    source = random.Random(window)
    mark: Mark | None = None
    taken: set[int] = set()
    at = 1000
    for _ in range(4000):
        at += source.choice((0, 0, 1, 1, 2, 5, window, window + 1, 3 * window))
        value = max(at - source.randrange(2 * window + 3), 0)
        fresh = value not in taken and (not taken or value >= max(taken) - window)
        moved = move(mark, value, window)
        assert (moved is not None) == fresh
        if moved is not None:
            taken.add(value)
            mark = moved
            assert mark[0] == max(taken)
            assert mark[1] < 1 << (MAX_WINDOW + 1)


@pytest.mark.parametrize("window", [-1, MAX_WINDOW + 1])
def test_windows_out_of_range(window: int) -> None:
    with pytest.raises(CounterError):
        context(window=window)


@pytest.mark.parametrize("first", [-1, END + 1])
def test_first_values_out_of_range(first: int, tmp_path: Path) -> None:
    with pytest.raises(CounterError):
        MemoryCounterStore(first_counter=first)
    with pytest.raises(CounterError):
        SqliteCounterStore(tmp_path / "counters", first_counter=first)


def test_late_messages_on_a_link_without_order() -> None:
    client, server = pair(window=4)
    sent = [client.protect(GET_REQUEST) for _ in range(6)]
    for octets in (sent[0], sent[3], sent[1], sent[5], sent[2]):
        server.unprotect(octets)
    for octets in sent[:4]:
        with pytest.raises(ReplayError):
            server.unprotect(octets)
    server.unprotect(sent[4])


def test_resynchronising_is_a_decision_with_a_bound() -> None:
    client, _ = pair()
    client.protect(GET_REQUEST)
    with pytest.raises(CounterError):
        client.resynchronise(10_000, largest_jump=1000)
    with pytest.raises(CounterError):
        client.resynchronise(END + 1, largest_jump=END)
    client.resynchronise(500, largest_jump=1000)
    assert sent_counter(client.protect(GET_REQUEST)) == 500
    client.resynchronise(3, largest_jump=1000)
    assert sent_counter(client.protect(GET_REQUEST)) > 500


def test_an_exhausted_counter_sends_nothing() -> None:
    store = MemoryCounterStore(first_counter=END - 1)
    client = context(local=CLIENT, peer=TITLE, store=store)
    client.protect(GET_REQUEST)
    with pytest.raises(CounterExhaustedError):
        client.protect(GET_REQUEST)
    with pytest.raises(CounterExhaustedError):
        client.gmac(bytes(16))
    client.use_keys(keys(global_unicast_encryption_key=bytes(16)))
    client.resynchronise(0, largest_jump=END)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_store_is_not_used_on_both_sides_of_a_fork(store: CounterStore) -> None:
    store.next_counter(LINE)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            for call in (
                lambda: store.next_counter(LINE),
                lambda: store.advance(LINE, 5),
                lambda: store.accept(LINE, 5),
            ):
                with pytest.raises(CounterStoreError):
                    call()
            os.write(writer, b"refused")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    assert os.read(reader, 10) == b"refused"
    os.close(reader)
    assert store.next_counter(LINE) == 2


def sent_counter(octets: bytes) -> int:
    envelope = inspect(octets)
    assert envelope is not None
    return envelope.invocation_counter


class _Broken(CounterStore):
    """A store whose disk is full."""

    def next_counter(self, line: CounterLine) -> int:
        raise CounterStoreError("no space left")

    def advance(self, line: CounterLine, counter: int) -> None:
        raise CounterStoreError("no space left")

    def accept(self, line: CounterLine, counter: int, window: int = 0) -> int | None:
        raise CounterStoreError("no space left")

    def last_accepted(self, line: CounterLine) -> int | None:
        return None

    def flush(self) -> None:
        raise CounterStoreError("no space left")


def test_without_a_working_store_nothing_is_sent_and_nothing_accepted() -> None:
    broken = context(store=_Broken())
    with pytest.raises(CounterStoreError):
        broken.protect(GET_REQUEST)
    with pytest.raises(CounterStoreError):
        broken.unprotect(context(local=CLIENT, peer=TITLE).protect(GET_REQUEST))
