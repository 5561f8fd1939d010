"""`reconnect`: an association that is lost, or of no use any more, is made anew; a client that was closed is not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from client.support import ENERGY, PASSWORD, SERIAL, Peer, ScriptedServer, name, run

from xdlms import data
from xdlms.client import ClientError, ConnectionLostError, Lls, NoAnswerError, NotSentError
from xdlms.data import Data
from xdlms.profiles.link import Saps
from xdlms.services.primitives import ServiceClass, Set
from xdlms.services.references import AttributeReference

AARE, RLRE = b"\x61", b"\x63"
CARRIERS = ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"]


def deaf(peer: Peer, saps: Saps, octets: bytes) -> list[bytes]:
    """Every answer is lost, but for those of ACSE."""
    return [octets] if octets[:1] in (AARE, RLRE) else []


def whole(peer: Peer, saps: Saps, octets: bytes) -> list[bytes]:
    """Every answer comes."""
    return [octets]


async def give_up(meter: Any, server: ScriptedServer) -> None:
    """Cancel so many requests, whose answers are lost, that no invoke-id is left."""
    server.filter = deaf
    for count in range(16):
        task = asyncio.create_task(meter.get(*ENERGY))
        while len(server.received) < count + 2:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    server.filter = whole


async def use_up(meter: Any, server: ScriptedServer) -> None:
    """Lose so many answers that no invoke-id is left."""
    server.filter = deaf
    for _ in range(16):
        with pytest.raises(NoAnswerError):
            await meter.get(*ENERGY)
    server.filter = whole


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize("url", CARRIERS)
def test_after_16_lost_answers_a_client_that_does_not_reconnect_says_what_helps(url: str) -> None:
    async def read() -> None:
        async with ScriptedServer(url=url) as server, server.connect(timeout=0.1) as meter:
            await use_up(meter, server)
            for _ in range(2):
                with pytest.raises(NotSentError, match="16 of them by requests that were given up") as caught:
                    await meter.get(*ENERGY)
                assert "reconnect=True" in caught.value.hint
            await meter.close()
            await meter.open()
            assert (await meter.get(*ENERGY)).value == 123456

    run(read())


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize("url", CARRIERS)
@pytest.mark.parametrize("how", ["get", "set", "rows", "many", "send"])
def test_after_16_lost_answers_the_association_is_made_anew(url: str, how: str) -> None:
    async def use() -> None:
        async with (
            ScriptedServer(url=url) as server,
            server.connect(reconnect=True, client=2, auth=Lls(PASSWORD)) as meter,
        ):
            await give_up(meter, server)
            assert meter.is_open
            energy = AttributeReference(ENERGY[0], name(ENERGY[1]), 2)
            if how == "get":
                assert (await meter.get(*ENERGY)).value == 123456
            elif how == "set":
                await meter.set(*SERIAL, data.octet_string(b"new"))
            elif how == "rows":
                assert len([row async for row in meter.rows(7, "1.0.99.1.0.255", 2)]) == 300
            elif how == "many":
                assert all(isinstance(value, Data) for value in await meter.get_many([ENERGY] * 20))
            else:
                await meter.send(Set.Request(energy, data.unsigned(9), service_class=ServiceClass.UNCONFIRMED))
            assert sum(octets[:1] == b"\x60" for octets in server.received) == 2
            assert sum(octets[:1] == b"\x62" for octets in server.received) == 1  # the old one was released
            assert (await meter.get(*ENERGY)).value == (9 if how == "send" else 123456)

    run(use())


def test_requests_that_wait_while_all_answers_are_lost_end_with_one_error_each_and_the_next_is_answered() -> None:
    async def read() -> None:
        async with (
            ScriptedServer(url="udp://127.0.0.1:0") as server,
            server.connect(timeout=0.1, reconnect=True) as meter,
        ):
            server.filter = deaf
            found = await asyncio.gather(*(meter.get(*ENERGY) for _ in range(20)), return_exceptions=True)
            assert {type(error) for error in found} <= {NoAnswerError, ConnectionLostError}
            assert len(found) == 20
            server.filter = whole
            assert (await meter.get(*ENERGY)).value == 123456

    run(read())


def test_a_meter_that_stays_deaf_is_told_when_the_association_cannot_be_made_anew() -> None:
    async def read() -> None:
        async with (
            ScriptedServer(url="udp://127.0.0.1:0") as server,
            server.connect(timeout=0.1, reconnect=True) as meter,
        ):
            await use_up(meter, server)
            server.filter = lambda peer, saps, octets: []
            for _ in range(3):
                with pytest.raises(NoAnswerError, match="COSEM-OPEN"):
                    await meter.get(*ENERGY)
            server.filter = whole
            assert (await meter.get(*ENERGY)).value == 123456

    run(read())


def test_by_short_name_one_lost_answer_makes_the_association_anew() -> None:
    async def read() -> None:
        async with (
            ScriptedServer() as server,
            server.connect(timeout=0.1, reconnect=True, referencing="SN") as meter,
        ):
            assert (await meter.get(*ENERGY)).value == 123456
            server.filter = deaf
            with pytest.raises(NoAnswerError):
                await meter.get(*ENERGY)
            server.filter = whole
            assert (await meter.get(*ENERGY)).value == 123456

    run(read())


def test_closing_while_others_reconnect_leaves_the_client_closed() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(reconnect=True) as meter:
            server.drop_connections()
            while meter.is_open:
                await asyncio.sleep(0.001)
            reading = [asyncio.create_task(meter.get(*ENERGY)) for _ in range(10)]
            await asyncio.sleep(0)
            await meter.close()
            found = await asyncio.gather(*reading, return_exceptions=True)
            assert {type(error) for error in found} == {ConnectionLostError}
            assert not meter.is_open
            await server.emptied()

    run(read())


def test_a_meter_that_is_gone_is_told_each_time_and_found_again() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(reconnect=True) as meter:
            assert server._listener is not None
            address = server._address = server._listener.address
            await server._listener.close()
            while meter.is_open:
                await asyncio.sleep(0.001)
            for _ in range(3):
                with pytest.raises(ClientError, match="cannot be reached") as caught:
                    await meter.get(*ENERGY)
                assert isinstance(caught.value, ConnectionError)
            async with server:
                assert str(address) == server.url
                assert (await meter.get(*ENERGY)).value == 123456

    run(read())
