"""Many meters from one process: so many at a time, each result handed on and forgotten."""

from __future__ import annotations

import asyncio
import errno
import os
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from xdlms.client.client import Client
from xdlms.client.errors import ClientError, UnreachableError

Meter = TypeVar("Meter")
Result = TypeVar("Result")

KEPT_FREE: Final = 32
"""Files that a process may still open while all connections of a pool are there."""
_NO_FILE_LEFT: Final = (errno.EMFILE, errno.ENFILE)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Meter, Result]):
    """What came of one meter: a result, or the error in its place."""

    meter: Meter
    result: Result | None = None
    error: ClientError | None = None


async def read_meters(
    meters: Iterable[Meter],
    connect: Callable[[Meter], Client],
    read: Callable[[Client], Awaitable[Result]],
    *,
    at_a_time: int = 200,
) -> AsyncGenerator[Outcome[Meter, Result]]:
    """Read any number of meters; memory depends on `at_a_time`, not on their number.

    Each connection is an open file. Where the process may not open so many (`ulimit -n`), fewer are read at a time,
    and a meter whose turn came too early gets another one: none is left out.

    Args:
        meters: what stands for each meter; it may be a generator, and is asked only when there is room.
        connect: the client for a meter, not open yet. It may be called once more for the same meter.
        read: what is done with the open client.
        at_a_time: associations at a time, at least 1. No more outcomes wait to be taken.

    Returns:
        The outcomes as they come, in any order. A ClientError is one; anything else ends the whole.
    """
    if at_a_time < 1:
        raise ValueError(f"at_a_time must be at least 1, not {at_a_time}")
    most = min(at_a_time, max(_files_left() - KEPT_FREE, 1))
    waiting = iter(meters)
    again: deque[Meter] = deque()
    running: set[asyncio.Task[Outcome[Meter, Result]]] = set()
    try:
        while True:
            while len(running) < most:
                try:
                    meter = again.popleft() if again else next(waiting)
                except StopIteration:
                    break
                running.add(asyncio.create_task(_read_one(meter, connect, read)))
            if not running:
                return
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            running -= done
            for task in done:
                outcome = task.result()
                if running and _found_no_file(outcome.error):
                    # Those that have a connection go on, and one less is there at a time from now on.
                    most = min(most, len(running))
                    again.append(outcome.meter)
                else:
                    yield outcome
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)  # one error is enough


async def _read_one(
    meter: Meter, connect: Callable[[Meter], Client], read: Callable[[Client], Awaitable[Result]]
) -> Outcome[Meter, Result]:
    try:
        async with connect(meter) as client:
            return Outcome(meter, result=await read(client))
    except ClientError as error:
        return Outcome(meter, error=error)


def _found_no_file(error: ClientError | None) -> bool:
    """Whether a meter was not reached since the process, or the system, has too many files open."""
    cause = None if error is None else error.__cause__
    return isinstance(error, UnreachableError) and isinstance(cause, OSError) and cause.errno in _NO_FILE_LEFT


def _files_left() -> int:
    """How many files the process may still open; very many where that is not told."""
    try:
        import resource  # not on every system

        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        opened = len(os.listdir("/dev/fd"))
    except (ImportError, OSError):
        return 1 << 20
    return 1 << 20 if limit == resource.RLIM_INFINITY else limit - opened
