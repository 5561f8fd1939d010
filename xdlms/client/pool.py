"""Many meters from one process: so many at a time, each result handed on and forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from xdlms.client.client import Client
from xdlms.client.errors import ClientError

Meter = TypeVar("Meter")
Result = TypeVar("Result")


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

    Args:
        meters: what stands for each meter; it may be a generator, and is asked only when there is room.
        connect: the client for a meter, not open yet.
        read: what is done with the open client.
        at_a_time: associations at a time, at least 1. No more outcomes wait to be taken.

    Returns:
        The outcomes as they come, in any order. A ClientError is one; anything else ends the whole.
    """
    if at_a_time < 1:
        raise ValueError(f"at_a_time must be at least 1, not {at_a_time}")
    waiting = iter(meters)
    running: set[asyncio.Task[Outcome[Meter, Result]]] = set()
    try:
        while True:
            while len(running) < at_a_time:
                try:
                    meter = next(waiting)
                except StopIteration:
                    break
                running.add(asyncio.create_task(_read_one(meter, connect, read)))
            if not running:
                return
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                running.discard(task)
                yield task.result()
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
