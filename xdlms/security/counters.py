"""Invocation counters: the promise that no nonce is used twice, and that no message is accepted twice.

A counter belongs to one key and one system title, the sender's: together they are a `CounterLine`. A
sender takes each value of its line once; a receiver accepts on the line of its peer only values above
the highest accepted one. Because the line names the key itself (by a digest), a new key starts at the
beginning, and an old one that comes back goes on where it stood.

`CounterStore` is the interface; `MemoryCounterStore` forgets when the process ends,
`xdlms.security.sqlite_counters.SqliteCounterStore` does not.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from typing import Final, NewType, TypeAlias

from xdlms.security.errors import CounterError, CounterExhaustedError, CounterStoreError, ReplayError
from xdlms.security.secret import Key

END: Final = 0xFFFFFFFF
"""The end of every counter: this value is neither sent nor accepted."""
MAX_WINDOW: Final = 255
"""The widest window in which late messages are accepted."""

CounterLine = NewType("CounterLine", bytes)
"""The key's identifier (16 octets), then the sender's system title (8)."""


def counter_line(key: Key, system_title: bytes) -> CounterLine:
    """The line of the counter that `system_title` sends with `key`."""
    return CounterLine(key.identifier + system_title)


class CounterStore(ABC):
    """Where invocation counters are kept. All methods may be called from several threads.

    Whoever writes a store must keep two promises. `next_counter` never returns a value of a line
    twice, also after a crash, from another process, or in a child after a fork. `accept` takes a value
    of a line at most once, and is called only after the message was verified.
    """

    @abstractmethod
    def next_counter(self, line: CounterLine) -> int:
        """The next value to send with; from this moment it counts as used.

        Raises:
            CounterExhaustedError: the line is at its end; the key must be replaced.
            CounterStoreError: the value cannot be had safely.
        """

    @abstractmethod
    def advance(self, line: CounterLine, counter: int) -> None:
        """Let the next value to send be `counter` at least; a line never goes back.

        Raises:
            CounterError: `counter` is not 0 to 0xFFFFFFFF.
            CounterStoreError: it cannot be stored.
        """

    @abstractmethod
    def accept(self, line: CounterLine, counter: int, window: int = 0) -> int | None:
        """Take the counter of a verified message as used; returns the highest one accepted before, or None.

        `window` is how far a late message may be behind the highest one (0: every message must be
        ahead of all before it; at most 255); within it, each value is still accepted only once.

        Raises:
            ReplayError: the counter is not fresh; nothing changes.
            CounterStoreError: it cannot be stored; the message must not be acted on.
        """

    @abstractmethod
    def last_accepted(self, line: CounterLine) -> int | None:
        """The highest accepted value of a line, or None."""

    @abstractmethod
    def flush(self) -> None:
        """Return when everything accepted until now is durable; a server calls it before an effect shows.

        Raises:
            CounterStoreError: it cannot be made durable.
        """


Mark: TypeAlias = tuple[int, int]
"""What a receiver remembers of a line: the highest accepted value, and which ones below it are closed.

Bit i of the second stands for the value i below the first; all below the bits are closed.
"""

_ALL: Final = (1 << (MAX_WINDOW + 1)) - 1


def move(mark: Mark | None, counter: int, window: int) -> Mark | None:
    """The mark after `counter` was accepted, or None when it must not be: the rule of every store."""
    # What is behind the window is closed for good, so that a window that is widened later opens nothing again.
    behind = _ALL & ~((1 << (window + 1)) - 1)
    if mark is None:
        return counter, 1 | behind
    last, closed = mark
    ahead = counter - last
    if ahead > 0:
        kept = closed << ahead & _ALL if ahead <= MAX_WINDOW else 0
        return counter, kept | 1 | behind
    if -ahead > window or closed >> -ahead & 1:
        return None
    return last, closed | 1 << -ahead


def check_counter(counter: int) -> None:
    """Raise CounterError unless `counter` fits in its four octets."""
    if not 0 <= counter <= END:
        raise CounterError(f"an invocation counter is 0 to {END}, not {counter}")


def check_window(window: int) -> None:
    """Raise CounterError unless `window` is one that stores can keep."""
    if not 0 <= window <= MAX_WINDOW:
        raise CounterError(f"the window for late messages is 0 to {MAX_WINDOW}, not {window}")


class MemoryCounterStore(CounterStore):
    """Counters in memory, for tests, for keys that die with the process, and for what follows.

    With a key that lives longer than the process, `first_counter` (or `advance`, per line) must be
    above everything ever sent with it, for example the frame counter that was just read from the meter,
    plus one. Otherwise nonces are used again, which gives the key away; and what was received before is
    accepted once more.

    Args:
        first_counter: the first value of every line, 0 to 0xFFFFFFFF; 1 unless told, because some
            meters take their initial 0 for a value that was used.

    Raises:
        CounterError: `first_counter` is out of range.
    """

    __slots__ = ("_accepted", "_first", "_generation", "_lock", "_next")

    def __init__(self, *, first_counter: int = 1) -> None:
        self._next: dict[CounterLine, int] = {}
        self._accepted: dict[CounterLine, Mark] = {}
        check_counter(first_counter)
        self._first = first_counter
        self._lock = threading.Lock()
        self._generation = fork_generation()

    def next_counter(self, line: CounterLine) -> int:
        self._check_not_forked()
        with self._lock:
            counter = self._next.get(line, self._first)
            if counter >= END:
                raise CounterExhaustedError
            self._next[line] = counter + 1
            return counter

    def advance(self, line: CounterLine, counter: int) -> None:
        check_counter(counter)
        self._check_not_forked()
        with self._lock:
            self._next[line] = max(counter, self._next.get(line, self._first))

    def accept(self, line: CounterLine, counter: int, window: int = 0) -> int | None:
        if self._generation != _forks:
            self._check_not_forked()
        with self._lock:
            mark = self._accepted.get(line)
            last = None if mark is None else mark[0]
            # The usual case first, without the arithmetic of windows; `move` comes to the same.
            moved = (counter, _ALL) if window == 0 and (last is None or counter > last) else move(mark, counter, window)
            if moved is None:
                raise ReplayError(0 if last is None else last + 1)
            self._accepted[line] = moved
            return last

    def last_accepted(self, line: CounterLine) -> int | None:
        mark = self._accepted.get(line)
        return None if mark is None else mark[0]

    def flush(self) -> None:
        """Nothing: this store is never durable."""

    def _check_not_forked(self) -> None:
        # Parent and child would go on from the same value, with the same key. This comes before the lock is taken:
        # another thread may have held it at the moment of the fork.
        if self._generation != fork_generation():
            raise CounterStoreError("a MemoryCounterStore does not survive a fork: make a new one for a new key")

    def __repr__(self) -> str:
        return f"<MemoryCounterStore: {len(self._next)} lines sent, {len(self._accepted)} received>"


_forks = 0


def fork_generation() -> int:
    """How often this process image was forked from the first one."""
    return _forks


def _after_fork() -> None:
    global _forks
    _forks += 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
