"""Our client, and the server class of gurux-dlms, which takes some additions to answer anything at all.

SET, ACTION, blocks and ciphering fail within it, whatever the request; see docs/interoperability.md.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from interop.support import Loop, Peer

from xdlms import data
from xdlms.client import ClientError, ResponseError, connect

Peers = Callable[[str], Peer]

SERIAL_NUMBER = (1, "0.0.96.1.0.255", 2)
LONG = (1, "0.0.96.1.1.255", 2)
ENERGY = "1.0.1.8.0.255"


@pytest.fixture
def server(peers: Peers) -> Peer:
    return peers("gurux_server")


def url(server: Peer) -> str:
    return f"tcp://127.0.0.1:{server.ask({'start': {}})['port']}"


def test_another_client_gets_no_answer(loop: Loop, server: Peer) -> None:
    async def talk() -> None:
        async with connect(url(server), client=17, timeout=0.3):
            raise RuntimeError("it associated")

    with pytest.raises(ClientError):
        loop.run(talk())


def test_values_are_those_that_it_holds(loop: Loop, server: Peer) -> None:
    address = url(server)
    held = server.ask({})["holds"]

    async def talk() -> None:
        async with connect(address, timeout=0.5) as client:
            for reference in (SERIAL_NUMBER, LONG):
                assert await client.get(*reference) == data.octet_string(bytes.fromhex(held[reference[1]]))
            assert await client.get(3, ENERGY, 2) == data.double_long_unsigned(12345)
            assert await client.get(3, ENERGY, 3) == data.structure([data.integer(0), data.enum(30)])

    loop.run(talk())


def test_its_blocks_are_refused(loop: Loop, server: Peer) -> None:
    """They have more octets than they say, and than the client takes."""

    async def talk() -> None:
        async with connect(url(server), timeout=0.5, max_receive_pdu_size=128) as client:
            await client.get(*LONG)

    with pytest.raises(ResponseError, match="left over behind the APDU"):
        loop.run(talk())
