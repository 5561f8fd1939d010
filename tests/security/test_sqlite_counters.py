"""Counters that survive: crashes, several processes, hostile files (clauses 5.4.5, 5.4.8)."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from security.support import CLIENT, EK, TITLE

from xdlms.security import (
    CounterError,
    CounterStoreError,
    Key,
    ReplayError,
    SqliteCounterStore,
    counter_line,
    sqlite_counters,
)

LINE = counter_line(Key(EK), TITLE)
OTHER = counter_line(Key(EK), CLIENT)
SENDERS = Path(__file__).with_name("senders.py")


def nonces_after_kills(folder: Path, *, kills: int, at_a_time: int, seed: int) -> list[bytes]:
    """Every nonce (header octets) that left senders which were killed so many times."""
    record = folder / "record"
    root = SENDERS.parent.parent.parent
    path = os.pathsep.join(str(root / part) for part in (".", "generated", "tests"))
    finished = subprocess.run(
        [sys.executable, SENDERS, folder / "counters", record, str(kills), str(at_a_time), str(seed)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0
    assert finished.stderr == ""
    lines = record.read_bytes()
    assert len(lines) % 6 == 0
    return [lines[at + 1 : at + 5] for at in range(0, len(lines), 6)]


@pytest.mark.clause("5.4.8")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_no_nonce_twice_although_two_and_more_senders_are_killed_200_times(tmp_path: Path) -> None:
    nonces = nonces_after_kills(tmp_path, kills=200, at_a_time=4, seed=1)
    assert len(nonces) > 500
    assert len(nonces) == len(set(nonces))


@pytest.mark.slow
@pytest.mark.clause("5.4.8")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
@pytest.mark.parametrize(("kills", "at_a_time", "seed"), [(1000, 2, 2), (500, 1, 3), (1000, 6, 4)])
def test_no_nonce_twice_although_senders_are_killed_thousands_of_times(
    tmp_path: Path, kills: int, at_a_time: int, seed: int
) -> None:
    nonces = nonces_after_kills(tmp_path, kills=kills, at_a_time=at_a_time, seed=seed)
    assert len(nonces) > 2000
    assert len(nonces) == len(set(nonces))


def test_a_store_goes_on_behind_what_was_reserved(tmp_path: Path) -> None:
    with SqliteCounterStore(tmp_path / "counters", reserve=10) as store:
        assert [store.next_counter(LINE) for _ in range(3)] == [1, 2, 3]
    with SqliteCounterStore(tmp_path / "counters", reserve=10) as store:
        assert store.next_counter(LINE) == 11


def test_a_range_is_on_the_disk_before_its_first_value_is_used(tmp_path: Path) -> None:
    with SqliteCounterStore(tmp_path / "counters", reserve=10) as store:
        assert store.next_counter(LINE) == 1
        with sqlite3.connect(tmp_path / "counters") as other:
            assert other.execute("SELECT reserved FROM sent WHERE line = ?", (LINE,)).fetchone() == (11,)
        other.close()


def test_the_log_and_the_waiting_are_what_they_should_be(tmp_path: Path) -> None:
    with SqliteCounterStore(tmp_path / "counters") as store:
        assert store._durable.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert store._durable.execute("PRAGMA synchronous").fetchone() == (2,)


def test_two_users_of_one_file_together_count_upwards(tmp_path: Path) -> None:
    """The receiver takes only rising values, whichever of the two sends."""
    with SqliteCounterStore(tmp_path / "counters") as one, SqliteCounterStore(tmp_path / "counters") as two:
        values = [store.next_counter(LINE) for store in (one, one, two, one, two, two, two, one)]
        assert values == sorted(set(values))
        # Taking turns does not waste a range for each value.
        assert values[-1] < 1000


def test_many_open_a_new_file_at_once(tmp_path: Path) -> None:
    for number in range(5):
        values: list[int] = []
        errors: list[CounterStoreError] = []
        start = threading.Barrier(8)

        def use(
            path: Path = tmp_path / f"counters{number}",
            start: threading.Barrier = start,
            values: list[int] = values,
            errors: list[CounterStoreError] = errors,
        ) -> None:
            start.wait()
            try:
                with SqliteCounterStore(path, reserve=3) as store:
                    values.extend(store.next_counter(LINE) for _ in range(5))
            except CounterStoreError as error:
                errors.append(error)

        threads = [threading.Thread(target=use) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert len(values) == len(set(values)) == 40


def busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY_RECOVERY
    return error


def test_opening_waits_where_sqlite3_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = sqlite_counters._prepare_connection
    failures = [busy(), busy(), busy()]

    def prepare(connection: sqlite3.Connection, path: str, synchronous: str) -> None:
        if failures:
            raise failures.pop()
        genuine(connection, path, synchronous)

    monkeypatch.setattr(sqlite_counters, "_prepare_connection", prepare)
    with SqliteCounterStore(tmp_path / "counters") as store:
        assert store.next_counter(LINE) == 1
    failures += [busy() for _ in range(1000)]
    with pytest.raises(CounterStoreError, match="locked"):
        SqliteCounterStore(tmp_path / "counters", timeout=0.05)


def test_a_replay_is_seen_by_every_user_of_the_file_at_once(tmp_path: Path) -> None:
    with SqliteCounterStore(tmp_path / "counters") as one, SqliteCounterStore(tmp_path / "counters") as two:
        one.accept(LINE, 5)
        with pytest.raises(ReplayError):
            two.accept(LINE, 5)
        two.accept(LINE, 6)
        with pytest.raises(ReplayError):
            one.accept(LINE, 6)


def test_accepted_values_survive(tmp_path: Path) -> None:
    with SqliteCounterStore(tmp_path / "counters") as store:
        store.accept(LINE, 5, 8)
    with SqliteCounterStore(tmp_path / "counters") as store:
        assert store.last_accepted(LINE) == 5
        store.accept(LINE, 4, 8)
        with pytest.raises(ReplayError):
            store.accept(LINE, 4, 8)


def flushes(path: Path) -> int:
    other = sqlite3.connect(path)
    number: int = other.execute("SELECT number FROM flushes").fetchone()[0]
    other.close()
    return number


def test_accepted_values_become_durable_within_a_second_many_together(tmp_path: Path) -> None:
    with SqliteCounterStore(tmp_path / "counters", flush_within=0.1) as store:
        for value in range(20):
            store.accept(LINE, value)
        assert flushes(tmp_path / "counters") == 0
        time.sleep(0.4)
        assert flushes(tmp_path / "counters") == 1
        time.sleep(0.3)
        assert flushes(tmp_path / "counters") == 1


def test_a_server_makes_them_durable_before_an_effect_shows(tmp_path: Path) -> None:
    with SqliteCounterStore(tmp_path / "counters") as store:
        store.accept(LINE, 1)
        store.accept(OTHER, 1)
        store.flush()
        assert flushes(tmp_path / "counters") == 1
        store.flush()
        assert flushes(tmp_path / "counters") == 1


def test_a_flush_that_fails_in_the_background_is_told_at_the_next_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SqliteCounterStore(tmp_path / "counters", flush_within=0.05) as store:
        store.accept(LINE, 1)
        with monkeypatch.context() as broken:
            broken.setattr(store, "_flush", _failing)
            time.sleep(0.2)
        with pytest.raises(CounterStoreError, match="no space left"):
            store.accept(LINE, 2)
        with pytest.raises(CounterStoreError):
            store.next_counter(LINE)


def _failing() -> None:
    raise CounterStoreError("no space left")


@pytest.mark.skipif(os.name != "posix", reason="file modes of POSIX")
def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "counters"
    before = os.umask(0)
    try:
        SqliteCounterStore(path).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o620)
    with pytest.raises(CounterStoreError, match="chmod"):
        SqliteCounterStore(path)


def test_a_file_that_is_replaced_in_use_stops_the_sender(tmp_path: Path) -> None:
    path = tmp_path / "counters"
    with SqliteCounterStore(path, reserve=1) as store:
        store.next_counter(LINE)
        for end in ("", "-wal", "-shm"):
            Path(f"{path}{end}").rename(tmp_path / f"moved{end}")
        with pytest.raises(CounterStoreError, match="replaced"):
            store.next_counter(LINE)
        SqliteCounterStore(path).close()
        with pytest.raises(CounterStoreError, match="replaced"):
            store.next_counter(LINE)


def test_a_file_whose_old_contents_are_put_back_in_use_stops_the_sender(tmp_path: Path) -> None:
    path = tmp_path / "counters"
    with SqliteCounterStore(path, reserve=1) as store:
        for _ in range(5):
            store.next_counter(LINE)
        for setting_back in ("UPDATE sent SET reserved = 3", "DELETE FROM sent"):
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("DROP TRIGGER IF EXISTS sent_never_falls")
            other.execute(setting_back)
            other.close()
            with pytest.raises(CounterStoreError, match="set back"):
                store.next_counter(LINE)
            with pytest.raises(CounterStoreError, match="set back"):
                store.advance(LINE, 4)


def test_files_that_are_something_else(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("no counters, " * 100)
    text.chmod(0o600)
    with pytest.raises(CounterStoreError):
        SqliteCounterStore(text)
    assert text.read_text().startswith("no counters")
    foreign = tmp_path / "foreign"
    with sqlite3.connect(foreign) as other:
        other.execute("CREATE TABLE somebodys (thing)")
    other.close()
    foreign.chmod(0o600)
    with pytest.raises(CounterStoreError):
        SqliteCounterStore(foreign)
    for nowhere in (tmp_path, tmp_path / "no" / "such" / "folder"):
        with pytest.raises(CounterStoreError):
            SqliteCounterStore(nowhere)


def test_no_statement_takes_a_counter_back(tmp_path: Path) -> None:
    with SqliteCounterStore(tmp_path / "counters") as store:
        store.next_counter(LINE)
        store.accept(LINE, 9)
        for statement in ("UPDATE sent SET reserved = 5", "UPDATE received SET last = 5"):
            with pytest.raises(sqlite3.IntegrityError):
                store._durable.execute(statement)


@pytest.mark.parametrize("wrong", [{"reserve": 0}, {"reserve": 65537}, {"flush_within": 0}, {"flush_within": 1.1}])
def test_settings_out_of_range(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(CounterError):
        SqliteCounterStore(tmp_path / "counters", **wrong)


def test_a_closed_store_does_nothing(tmp_path: Path) -> None:
    store = SqliteCounterStore(tmp_path / "counters")
    store.close()
    store.close()
    for call in (lambda: store.next_counter(LINE), lambda: store.accept(LINE, 1), store.flush):
        with pytest.raises(CounterStoreError):
            call()


def test_a_file_that_another_process_holds_too_long(tmp_path: Path) -> None:
    path = tmp_path / "counters"
    with SqliteCounterStore(path, timeout=0.1) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CounterStoreError, match="locked"):
            store.next_counter(LINE)
        with pytest.raises(CounterStoreError, match="locked"):
            store.accept(LINE, 1)
        other.execute("ROLLBACK")
        other.close()
        assert store.next_counter(LINE) == 1
        assert store.accept(LINE, 1) is None
