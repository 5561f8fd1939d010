"""This package: `xdlms.client`, all calls of a round in one coroutine, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from bench.elapsed import ENERGY, FIELD, KEYS, LOAD_PROFILE, READER, SIZES, WINDOWS, Elapsed, port
from bench.worker import Task, serve

from xdlms.client import Client, Hls, Lls, connect
from xdlms.security import Keys, MemoryCounterStore, SecurityContext


class Awaited(Elapsed):
    """Calls of a coroutine function, in one run of the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, read: Callable[[], Awaitable[Any]]) -> None:
        self.loop = loop
        self.read = read
        super().__init__(lambda: loop.run_until_complete(waited(read)))

    def repeat(self, number: int) -> None:
        async def all_of_them() -> None:
            for _ in range(number):
                await self.read()

        self.loop.run_until_complete(all_of_them())


async def waited(read: Callable[[], Awaitable[Any]]) -> Any:
    return await read()


async def value(meter: Client, class_id: int, name: str) -> Any:
    return (await meter.get(class_id, name, 2)).value


def client(size: int, number: int) -> Client:
    context = SecurityContext(
        suite=0,
        policy=3,
        keys=Keys(global_unicast_encryption_key=KEYS[0], authentication_key=KEYS[1]),
        local_title=b"XDB" + bytes((0, 0, 0, 0, number)),
        peer_title=None,
        store=MemoryCounterStore(),
        random=bytes,
    )
    return connect(
        f"tcp://127.0.0.1:{port()}", client=1, auth=Hls(), security=context, max_receive_pdu_size=size, timeout=10
    )


def tasks() -> dict[str, Task]:
    loop = asyncio.new_event_loop()
    made: dict[str, Task] = {}
    for number, (text, size) in enumerate(SIZES.items()):
        meter = client(size, number)
        loop.run_until_complete(meter.open())
        made[f"profile, {text}"] = Awaited(loop, partial(value, meter, 7, LOAD_PROFILE))
        made.setdefault("get", Awaited(loop, partial(value, meter, 3, ENERGY)))
    for window in WINDOWS:
        sap, password = READER
        url = f"hdlc+tcp://127.0.0.1:{port(hdlc=True)}?max_info={FIELD}&window={window}"
        meter = connect(url, client=sap, auth=Lls(password), timeout=10)
        loop.run_until_complete(meter.open())
        made[f"profile, HDLC, window {window}"] = Awaited(loop, partial(value, meter, 7, LOAD_PROFILE))
    return made


if __name__ == "__main__":
    serve(tasks)
