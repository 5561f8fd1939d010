"""A program that reads one meter very often, for tests that need a process of its own: limits, memory.

Its arguments: URL, how often, at a time, how many files the process may open, and whether the pool may look at that
limit before it begins. It prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import tracemalloc
from collections import Counter

from xdlms.client import Client, Lls, connect, pool

GATHERED = 30.0
"""Seconds in which all that are wanted at a time must be there."""


async def read_all(url: str, count: int, at_a_time: int, *, together: bool) -> dict[str, object]:
    """Read; with `together` nobody goes on before `at_a_time` associations are there at once."""
    there = most = 0
    all_there = asyncio.Event()

    async def reading(client: Client) -> object:
        nonlocal there, most
        there += 1
        most = max(most, there)
        if there == at_a_time:
            all_there.set()
        if together:
            async with asyncio.timeout(GATHERED):
                await all_there.wait()
        value = (await client.get(1, "0.0.42.0.0.255", 2)).value
        there -= 1
        return value

    found: Counter[str] = Counter()
    numbers = set()
    outcomes = pool.read_meters(
        range(count),
        lambda _: connect(url, client=2, auth=Lls(b"12345678"), timeout=60),
        reading,
        at_a_time=at_a_time,
    )
    async for outcome in outcomes:
        found[str(outcome.error or type(outcome.result).__name__)] += 1
        numbers.add(outcome.meter)
    different = len(numbers)
    numbers.clear()
    gc.collect()
    left, peak = tracemalloc.get_traced_memory()
    return {"found": found, "different": different, "most": most, "left": left, "peak": peak}


def main() -> None:
    url, count, at_a_time, files, looks = sys.argv[1], *map(int, sys.argv[2:])
    asyncio.run(read_all(url, 1, 1, together=False))  # all modules are loaded then
    if files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    if not looks:
        pool._files_left = lambda: 1 << 20
    tracemalloc.start()
    print(json.dumps(asyncio.run(read_all(url, count, at_a_time, together=not files))))


if __name__ == "__main__":
    main()
