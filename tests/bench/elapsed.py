"""What the programs of the clients share: what they read, and tasks whose time is that of the clock on the wall.

The meter is a process of its own, and its part counts too: that is what a user waits for.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from bench.worker import Task, plain, same

PORT = "BENCH_METER"
"""The environment variable with the ports of the meter: of the wrapper, of HDLC."""
LOAD_PROFILE = "1.0.99.1.0.255"
ENERGY = "1.0.1.8.0.255"
SIZES = {"65,535 octets": 65535, "1,024 octets": 1024}
"""How long the APDUs of the meter may be."""
KEYS = (bytes(range(16)), bytes(range(0xD0, 0xE0)))
"""For encryption and for authentication."""


WINDOWS = (1, 7)
"""Frames that may be unacknowledged over HDLC."""
FIELD = 2030
"""Octets of information in an HDLC frame."""
READER = (2, b"12345678")
"""A client without ciphering, and its password: over HDLC the link is measured."""


def port(*, hdlc: bool = False) -> int:
    return int(os.environ[PORT].split()[hdlc])


class Elapsed(Task):
    """A call that waits for the meter."""

    def __init__(self, read: Callable[[], Any]) -> None:
        super().__init__(lambda _: read(), same(None), plain)

    def seconds(self, number: int, collect: bool) -> float:
        gc.collect()
        if not collect:
            gc.disable()
        try:
            start = perf_counter()
            self.repeat(number)
            return perf_counter() - start
        finally:
            gc.enable()

    def repeat(self, number: int) -> None:
        for _ in range(number):
            self.call(None)


def tasks_of(open_session: Callable[[int, int], Mapping[str, Callable[[], Any]]]) -> dict[str, Task]:
    """The tasks of a stack.

    `open_session` associates, given the longest APDU that the meter may send and the last octet of the system title,
    and gives the calls "profile" and "get".
    """
    made: dict[str, Task] = {}
    for number, (text, size) in enumerate(SIZES.items()):
        session = open_session(size, number)
        made[f"profile, {text}"] = Elapsed(session["profile"])
        if size == max(SIZES.values()):
            made["get"] = Elapsed(session["get"])
    return made
