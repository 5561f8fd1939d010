"""A meter that is started again, with the same keys and title, by clients that remember its counters."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from xdlms.client import AssociationError, Hls, connect
from xdlms.meter import TEST_KEYS, Meter
from xdlms.security import MemoryCounterStore, SecurityContext

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CLOCK = (8, "0.0.1.0.0.255", 2)


def read_one_after_the_other(*starts: datetime) -> None:
    """Read meters that were started at these times, with one counter store."""
    store = MemoryCounterStore()

    async def read(start: datetime) -> None:
        security = SecurityContext(
            suite=0,
            policy=3,
            keys=TEST_KEYS,
            local_title=b"MMM\0\0\0\0\1",
            peer_title=None,
            store=store,
            random=secrets.token_bytes,
        )
        meter = Meter(clock=lambda: start)
        async with (
            await meter.serve("tcp://127.0.0.1:0") as server,
            connect(server.url, client=1, auth=Hls(), security=security) as client,
        ):
            await client.get(*CLOCK)

    for start in starts:
        asyncio.run(read(start))


@pytest.mark.clause("5.4.5")
def test_a_client_takes_what_a_meter_sends_that_was_started_again() -> None:
    read_one_after_the_other(NOON, NOON + timedelta(seconds=5), datetime(2058, 1, 1, tzinfo=UTC))


@pytest.mark.clause("5.4.5")
@pytest.mark.parametrize("again", [NOON, datetime(2020, 1, 1, tzinfo=UTC)])
def test_counters_that_come_twice_are_refused_with_what_to_try(again: datetime) -> None:
    with pytest.raises(AssociationError, match="invocation counter was used before") as caught:
        read_one_after_the_other(NOON, again)
    assert "another counter store" in caught.value.hint
    assert "replaced" in caught.value.hint
