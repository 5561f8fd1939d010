"""A connection that is lost, in every state of the association."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from client.support import ENERGY, LONG, PASSWORD, PROFILE, ScriptedServer, context, run

from xdlms import data
from xdlms.client import Client, ClientError, ConnectionLostError, Hls, Lls, connect

KINDS: dict[str, Any] = {
    "lowest": dict,
    "lls": lambda: {"auth": Lls(PASSWORD)},
    "hls, ciphered": lambda: {"auth": Hls(), "security": context(), "dedicated_key": True},
    "short names": lambda: {"referencing": "SN"},
}


async def use(meter: Client) -> None:
    """Everything that a client does, in blocks."""
    async with meter:
        await meter.get(*ENERGY)
        if meter.negotiated is not None and meter.negotiated.vaa_name == 7:
            await meter.get(*LONG)
            await meter.set(*LONG, data.octet_string(bytes(1000)))
            await meter.action(70, "0.0.96.3.10.255", 1, data.octet_string(bytes(1000)))
            await meter.get_many([ENERGY] * 40)
            assert len([row async for row in meter.rows(7, PROFILE, 2)]) == 300


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("url", ["tcp://127.0.0.1:0", "hdlc+tcp://127.0.0.1:0"])
def test_wherever_the_connection_is_lost_the_call_ends_with_that_error(kind: str, url: str) -> None:
    async def lose(at: int) -> bool:
        """Lose the connection in place of answer `at`; FALSE when there are not so many."""
        sent = 0
        async with ScriptedServer(url=url, size=256) as server:

            def count(peer: Any, saps: Any, octets: bytes) -> list[bytes]:
                nonlocal sent
                sent += 1
                if sent - 1 == at:
                    peer.driver.close()
                    return []
                return [octets]

            server.filter = count
            meter = server.connect(max_receive_pdu_size=256, **KINDS[kind]())
            try:
                await use(meter)
            except ConnectionLostError:
                assert not meter.is_open
                await meter.close()
            await asyncio.sleep(0)
            return sent > at

    async def lose_everywhere() -> None:
        at = 0
        while await lose(at):
            at += 1 if at < 8 else 5
        assert at > 2

    run(lose_everywhere())


def test_a_datagram_that_nobody_takes_is_told() -> None:
    async def attempt() -> ClientError:
        with pytest.raises(ClientError) as caught:
            await connect("udp://127.0.0.1:1", timeout=1).open()
        return caught.value

    assert isinstance(run(attempt()), ConnectionError)


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:0", "udp://127.0.0.1:0", "hdlc+tcp://127.0.0.1:0"])
def test_a_meter_that_is_silent_is_told_of_the_release_but_not_waited_for(url: str) -> None:
    async def leave() -> tuple[float, int]:
        loop = asyncio.get_running_loop()
        silent = False
        asked = 0

        def fall_silent(peer: Any, saps: Any, octets: bytes) -> list[bytes]:
            nonlocal asked
            asked += silent
            return [] if silent else [octets]

        async with ScriptedServer(url=url) as server:
            server.filter = fall_silent
            meter = server.connect(timeout=1)
            await meter.open()
            silent = True
            with pytest.raises(TimeoutError):
                await meter.get(*ENERGY)
            start = loop.time()
            await meter.close()
            taken = loop.time() - start
            await asyncio.sleep(0.05)
        return taken, asked

    taken, asked = run(leave())
    assert taken < 0.9  # the time-out of a release is 1 s
    assert asked == 2 or url.startswith("hdlc")  # the GET and the RLRQ; HDLC's turn may not come any more
