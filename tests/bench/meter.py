"""The meter that the clients of all stacks read: a program that tells its ports, and serves until its input ends.

The first port is the wrapper's, the second HDLC's.

Its clock stands still, so that all read the same.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime

from xdlms.meter import Meter, MeterConfig
from xdlms.security import GmacHls, HlsFunction, SecurityContext
from xdlms.server import Limits

NOW = datetime(2024, 6, 1, 12, 7, 30, tzinfo=UTC)
ROWS = 1000
MANAGER = 1
GMAC = 5


def lenient(context: SecurityContext | None, user: int | None) -> HlsFunction | None:
    """f of HLS with GMAC, also under the counter of the APDU that brings it: as dlms-cosem has it."""
    return None if context is None else GmacHls(context, allow_shared_counter=True)


def made() -> Meter:
    meter = Meter(MeterConfig(load_profile_entries=ROWS), clock=lambda: NOW)
    for device in meter.devices:
        client = device.clients[MANAGER]
        device.clients[MANAGER] = replace(client, settings=replace(client.settings, hls={GMAC: lenient}))
    return meter


async def main() -> None:
    meter, limits = made(), Limits(idle=None)
    async with (
        await meter.serve("tcp://127.0.0.1:0", limits=limits) as wrapper,
        await meter.serve("hdlc+tcp://127.0.0.1:0", limits=limits) as hdlc,
    ):
        print(*(server.url.rpartition(":")[2] for server in (wrapper, hdlc)), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
