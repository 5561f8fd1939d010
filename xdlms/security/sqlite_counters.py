"""Invocation counters in a file (sqlite3), safe against crashes, and for several processes at a time.

Sending: a range of values is reserved first, durably (WAL, synchronous FULL, one transaction), and used
after that. A crash loses the rest of the range; values are never used again. When another process has
reserved on the same line in between, the rest of the own range is dropped too, so that the counters of
the processes together rise, as the receiver demands.

Receiving: a mark moves in one transaction, at once for every process that shares the file, and becomes
durable a little later, many together: within `flush_within` seconds by itself, or now, by `flush`.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

from xdlms.security.counters import (
    END,
    MAX_WINDOW,
    CounterLine,
    CounterStore,
    Mark,
    check_counter,
    fork_generation,
    move,
)
from xdlms.security.errors import CounterError, CounterExhaustedError, CounterStoreError, ReplayError

_FORMAT: Final = 1
_RETRY_AFTER: Final = 0.005  # seconds
_MARK_OCTETS: Final = (MAX_WINDOW + 1) // 8
_SCHEMA: Final = (
    # The triggers are a second lock on the door: no statement, not even a mistaken one, takes a counter back.
    """CREATE TABLE sent (line BLOB PRIMARY KEY, reserved INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE received (line BLOB PRIMARY KEY, last INTEGER NOT NULL, closed BLOB NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE flushes (only INTEGER PRIMARY KEY CHECK (only = 1), number INTEGER NOT NULL)""",
    """CREATE TRIGGER sent_never_falls BEFORE UPDATE ON sent WHEN NEW.reserved < OLD.reserved
       BEGIN SELECT RAISE(ABORT, 'a counter never goes back'); END""",
    """CREATE TRIGGER received_never_falls BEFORE UPDATE ON received WHEN NEW.last < OLD.last
       BEGIN SELECT RAISE(ABORT, 'a mark never goes back'); END""",
    """INSERT INTO flushes VALUES (1, 0)""",
    f"""PRAGMA user_version = {_FORMAT}""",
)


class _Range:
    """Values of a line that are reserved and not used yet: from `next` up to, not including, `end`."""

    __slots__ = ("end", "next")

    def __init__(self, first: int, end: int) -> None:
        self.next = first
        self.end = end


class SqliteCounterStore(CounterStore):
    """Counters in the file `path`, which is made for the owner alone when it is not there.

    Never copy the file to a second place of use, never put an old copy back, and keep it on a local
    disk: each of these can make a nonce come twice. Use it as a context manager, or call `close`.

    Args:
        path: the file; its directory exists.
        first_counter: the first value of a new line, 0 to 0xFFFFFFFF.
        reserve: how many values are reserved at a time, 1 to 65536: more are faster, and lost at a crash.
        flush_within: the most seconds until an accepted counter is durable, above 0 and at most 1.
        timeout: the most seconds to wait for another process.

    Raises:
        CounterStoreError: the file cannot be used safely: it is not local, others can write to it, or it
            is something else.
        CounterError: a number is out of range.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        first_counter: int = 1,
        reserve: int = 100,
        flush_within: float = 0.5,
        timeout: float = 10.0,
    ) -> None:
        self._path = os.path.abspath(os.fspath(path))
        check_counter(first_counter)
        if not 1 <= reserve <= 65536:
            raise CounterError(f"1 to 65536 counters are reserved at a time, not {reserve}")
        if not 0 < flush_within <= 1:
            raise CounterError(f"accepted counters become durable within 0 to 1 second, not {flush_within}")
        self._first = first_counter
        self._reserve = reserve
        self._flush_within = flush_within
        self._lock = threading.RLock()
        self._generation = fork_generation()
        self._ranges: dict[CounterLine, _Range] = {}
        self._timer: threading.Timer | None = None
        self._dirty = False
        self._lost: str | None = None
        self._closed = False
        self._file = _prepare(self._path)
        with self._trouble("open"):
            # Two connections, since each has its own way to commit: `_durable` waits for the disk, `_quick` does not.
            self._durable = _connect(self._path, "FULL", timeout)
            self._quick = _connect(self._path, "NORMAL", timeout)

    def next_counter(self, line: CounterLine) -> int:
        self._check_not_forked()
        with self._lock:
            self._check_usable()
            held = self._ranges.get(line)
            with self._trouble("reserve counters in"):
                row = self._durable.execute("SELECT reserved FROM sent WHERE line = ?", (line,)).fetchone()
                self._check_not_set_back(held, row)
                contended = held is not None and row[0] > held.end
                if held is None or held.next >= held.end or contended:
                    # Where others reserve on the same line, a range would mostly be dropped again: take one value.
                    held = self._reserve_range(line, 1 if contended else self._reserve)
                    self._ranges[line] = held
            if held.next >= held.end:
                raise CounterExhaustedError
            counter = held.next
            held.next = counter + 1
            return counter

    def advance(self, line: CounterLine, counter: int) -> None:
        check_counter(counter)
        self._check_not_forked()
        with self._lock:
            self._check_usable()
            with self._trouble("advance a counter in"), _transaction(self._durable):
                row = self._durable.execute("SELECT reserved FROM sent WHERE line = ?", (line,)).fetchone()
                held = self._ranges.get(line)
                self._check_not_set_back(held, row)
                if row is None or counter > row[0]:
                    end = max(counter, self._first)
                    self._write_reserved(line, end)
                    self._ranges[line] = _Range(end, end)
                elif held is not None and held.end == row[0]:
                    held.next = max(held.next, counter)

    def accept(self, line: CounterLine, counter: int, window: int = 0) -> int | None:
        self._check_not_forked()
        with self._lock:
            self._check_usable()
            mark: Mark | None = None
            moved: Mark | None = None
            with self._trouble("keep a counter in"), _transaction(self._quick):
                mark = self._mark(line)
                moved = move(mark, counter, window)
                if moved is not None:
                    self._quick.execute(
                        "INSERT INTO received VALUES (?, ?, ?) ON CONFLICT (line) "
                        "DO UPDATE SET last = excluded.last, closed = excluded.closed",
                        (line, moved[0], moved[1].to_bytes(_MARK_OCTETS, "big")),
                    )
            if moved is None:
                raise ReplayError(0 if mark is None else mark[0] + 1)
            self._flush_later()
            return None if mark is None else mark[0]

    def last_accepted(self, line: CounterLine) -> int | None:
        self._check_not_forked()
        with self._lock:
            self._check_usable()
            with self._trouble("read"):
                mark = self._mark(line)
            return None if mark is None else mark[0]

    def flush(self) -> None:
        self._check_not_forked()
        with self._lock:
            self._check_usable()
            if self._dirty:
                self._flush()

    def close(self) -> None:
        """Make everything durable and close the file; it can be called again."""
        if self._generation != fork_generation():
            return
        with self._lock:
            if self._closed:
                return
            if self._dirty:
                self._flush()
            self._durable.close()
            self._quick.close()
            self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<SqliteCounterStore {self._path}>"

    def _check_not_set_back(self, held: _Range | None, row: tuple[int] | None) -> None:
        if held is not None and (row is None or row[0] < held.end):
            raise CounterStoreError(f"the counters file {self._path} was set back while it was in use")

    def _reserve_range(self, line: CounterLine, size: int) -> _Range:
        self._check_same_file()
        with _transaction(self._durable):
            row = self._durable.execute("SELECT reserved FROM sent WHERE line = ?", (line,)).fetchone()
            first = self._first if row is None else row[0]
            end = min(first + size, END)
            if end > first:
                self._write_reserved(line, end)
        return _Range(first, end)

    def _write_reserved(self, line: CounterLine, reserved: int) -> None:
        self._durable.execute(
            "INSERT INTO sent VALUES (?, ?) ON CONFLICT (line) DO UPDATE SET reserved = excluded.reserved",
            (line, reserved),
        )

    def _mark(self, line: CounterLine) -> Mark | None:
        row = self._quick.execute("SELECT last, closed FROM received WHERE line = ?", (line,)).fetchone()
        return None if row is None else (row[0], int.from_bytes(row[1], "big"))

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        with self._trouble("make counters durable in"), _transaction(self._durable):
            # A transaction that waits for the disk takes with it all that was written to the log before.
            self._durable.execute("UPDATE flushes SET number = number + 1")
        self._dirty = False

    def _flush_later(self) -> None:
        self._dirty = True
        if self._timer is None:
            self._timer = threading.Timer(self._flush_within, self._flush_now)
            self._timer.daemon = True
            self._timer.start()

    def _flush_now(self) -> None:
        with self._lock:
            self._timer = None
            if self._closed or not self._dirty:
                return
            try:
                self._flush()
            except CounterStoreError as error:
                # Nobody hears an error in this thread: the next call raises it instead.
                self._lost = str(error)

    def _check_usable(self) -> None:
        if self._closed:
            raise CounterStoreError(f"the counters file {self._path} was closed")
        if self._lost is not None:
            raise CounterStoreError(self._lost)

    def _check_not_forked(self) -> None:
        # Before the lock is taken: another thread may have held it at the moment of the fork.
        if self._generation != fork_generation():
            raise CounterStoreError("a SqliteCounterStore does not survive a fork: open the file again in the child")

    def _check_same_file(self) -> None:
        if _identity(self._path) != self._file:
            raise CounterStoreError(f"the counters file {self._path} was removed or replaced while it was in use")

    @contextmanager
    def _trouble(self, doing: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise CounterStoreError(f"cannot {doing} the counters file {self._path}: {error}") from error


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _prepare(path: str) -> tuple[int, int]:
    """Make the file where there is none, for its owner only; refuse one that others can write to."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if os.name == "posix":
            # A new file that is lost with its directory entry would let every line start again.
            directory = os.open(os.path.dirname(path), os.O_RDONLY)
            os.fsync(directory)
            os.close(directory)
        status = os.stat(path)
    except OSError as error:
        raise CounterStoreError(f"cannot open the counters file {path}: {error.strerror}") from error
    if not stat.S_ISREG(status.st_mode):
        raise CounterStoreError(f"the counters file {path} is not a regular file")
    if os.name == "posix" and status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise CounterStoreError(f"others can write to the counters file {path}: run chmod go-w on it")
    return status.st_dev, status.st_ino


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _connect(path: str, synchronous: str, timeout: float) -> sqlite3.Connection:
    deadline = time.monotonic() + timeout
    while True:
        connection = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
        try:
            _prepare_connection(connection, path, synchronous)
            return connection
        except sqlite3.OperationalError as error:
            connection.close()
            # Where several processes open a new file, or one whose last user was killed, sqlite3 does not always wait.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_AFTER)
        except BaseException:
            connection.close()
            raise


def _prepare_connection(connection: sqlite3.Connection, path: str, synchronous: str) -> None:
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise CounterStoreError(f"the counters file {path} must be on a local disk: it cannot have a log of writes")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    with _transaction(connection):
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version == 0 and tables == 0:
            for statement in _SCHEMA:
                connection.execute(statement)
        elif version != _FORMAT:
            raise CounterStoreError(f"{path} is not a counters file of this version")
