"""A client and a meter with HDLC over TCP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from xdlms.client import Client, ClientError, Lls, connect
from xdlms.meter import default_meter
from xdlms.transports import Address, AddressError, LinkOptions, make_link

READER = Lls(b"12345678")
PROFILE = (7, "1.0.99.1.0.255", 2)


def run(job: Callable[[str], Coroutine[Any, Any, None]]) -> None:
    async def all_of_it() -> None:
        async with await default_meter().serve("hdlc+tcp://127.0.0.1:0?physical=17") as server:
            await job(server.url.partition("?")[0])

    asyncio.run(asyncio.wait_for(all_of_it(), 30))


@pytest.mark.parametrize(
    "options",
    [
        "physical=200&address_size=2",
        "max_info=0",
        "max_info=2031",
        "window=8",
        "window=x",
        "retries=-1",
        "physical=-1",
        "physical=",
        "max_info=1_0",
        "window=2&window=3",
        "open=mode-c",
        "open=mode-e&meter=%21",
        "timeout=0",
        "timeout=nan",
    ],
)
@pytest.mark.parametrize("server", [False, True])
def test_options_that_cannot_be(options: str, server: bool) -> None:
    if server and options.startswith("physical=200"):
        return  # a server hears addresses of every size
    with pytest.raises(AddressError):
        make_link(Address.parse(f"hdlc+tcp://host:1?{options}"), server=server, options=LinkOptions())


@pytest.mark.parametrize(
    "options",
    ["physical=17", "physical=17&address_size=4", "physical=17&max_info=2030&window=7", "physical=17&window=3"],
)
def test_a_profile_comes_whole_in_fields_and_windows_of_any_size(options: str) -> None:
    async def job(url: str) -> None:
        async with connect(f"{url}?{options}", client=2, auth=READER) as client:
            rows = (await client.get(*PROFILE)).value
            assert len(rows) == 1000

    run(job)


def test_without_a_lower_address_a_server_on_a_line_of_its_own_is_reached() -> None:
    async def job(url: str) -> None:
        async with connect(url) as client:
            assert len((await client.get(8, "0.0.1.0.0.255", 2)).value) == 12

    run(job)


def test_a_client_that_the_meter_does_not_know_is_refused() -> None:
    async def job(url: str) -> None:
        with pytest.raises(ClientError, match="refuses the connection"):
            async with connect(f"{url}?physical=17", client=99):
                pass

    run(job)


def test_clients_of_one_meter_at_the_same_time() -> None:
    async def job(url: str) -> None:
        async def read(client: Client) -> int:
            return len((await client.get(*PROFILE)).value)

        address = f"{url}?physical=17&max_info=500&window=2"
        async with connect(address, client=2, auth=READER) as one, connect(address, client=2, auth=READER) as other:
            assert await asyncio.gather(read(one), read(other)) == [1000, 1000]

    run(job)
