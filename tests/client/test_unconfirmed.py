"""SET and ACTION as unconfirmed services: sent, not answered, and not waited for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from client.support import ENERGY, LONG, METHOD, SERIAL, ScriptedServer, name, run

from xdlms import data
from xdlms.association import PreEstablished
from xdlms.client import AccessError, ClientSettings, NotSentError
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import Action, Set, SetMapperTable, UnconfirmedWrite
from xdlms.services.short_names import MapEntry
from xdlms_apdu.v2023 import Conformance

CARRIERS = ["udp://127.0.0.1:0", "hdlc+tcp://127.0.0.1:0"]
"""Profiles on which an association may be unconfirmed: over TCP a server refuses it."""
SERVED = (Set.Indication, Action.Indication, UnconfirmedWrite.Indication)


async def until(server: ScriptedServer, count: int) -> list[Any]:
    """What the server was asked for, when it is so much."""
    async with asyncio.timeout(5):
        while True:
            found = [event for event in server.events if isinstance(event, SERVED)]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.001)


@pytest.mark.clause("6.7")
@pytest.mark.parametrize("url", CARRIERS)
def test_a_long_value_and_a_read_cannot_go_without_an_answer(url: str) -> None:
    async def use() -> None:
        async with ScriptedServer(url=url, size=200) as server, server.connect(confirmed=False) as meter:
            with pytest.raises(NotSentError, match="only unconfirmed services") as caught:
                await meter.get(*ENERGY)
            assert "set and action" in caught.value.hint
            with pytest.raises(NotSentError, match="only unconfirmed services"):
                await meter.set(*SERIAL, data.unsigned(1), confirmed=True)
            with pytest.raises(NotSentError, match="octets"):
                await meter.set(*LONG, data.octet_string(bytes(70000)))

    run(use())


@pytest.mark.clause("6.7")
def test_a_confirmed_association_takes_no_unconfirmed_value_that_needs_blocks() -> None:
    async def use() -> None:
        async with ScriptedServer(size=64) as server, server.connect() as meter:
            with pytest.raises(NotSentError, match="and the server takes 64"):
                await meter.set(*LONG, data.octet_string(bytes(100)), confirmed=False)
            await meter.set(*LONG, data.octet_string(bytes(100)))

    run(use())


@pytest.mark.clause("6.7")
@pytest.mark.parametrize("url", CARRIERS)
def test_in_an_unconfirmed_association_set_and_action_are_unconfirmed_by_themselves(url: str) -> None:
    async def use() -> None:
        async with ScriptedServer(url=url) as server, server.connect(confirmed=False) as meter:
            await meter.set(*SERIAL, data.octet_string(b"new"))
            assert await meter.action(*METHOD, data.integer(5)) is None
            written, called = await until(server, 2)
            assert isinstance(written, Set.Indication)
            assert isinstance(called, Action.Indication)
            assert not written.service_class
            assert not called.service_class
            assert server.values.by_name[SERIAL[0], name(SERIAL[1]), 2].value == b"new"
            assert server.values.calls[0][1] == data.integer(5)

    run(use())


@pytest.mark.clause("6.7")
def test_each_call_may_choose() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            await meter.set(*SERIAL, data.unsigned(1), confirmed=False)
            await meter.action(*METHOD, confirmed=False)
            await meter.set(*SERIAL, data.unsigned(2), confirmed=True)
            await meter.set(*SERIAL, data.unsigned(3))
            assert [bool(event.service_class) for event in await until(server, 4)] == [False, False, True, True]
            assert (await meter.get(*SERIAL)).value == 3

    run(use())


@pytest.mark.clause("6.17")
def test_by_short_name_they_are_an_unconfirmed_write() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect(referencing="SN") as meter:
            await meter.set(*ENERGY, data.unsigned(9), confirmed=False)
            (written,) = await until(server, 1)
            assert isinstance(written, UnconfirmedWrite.Indication)
            assert (await meter.get(*ENERGY)).value == 9
            with pytest.raises(AccessError, match="no short name"):
                await meter.set(*SERIAL, data.unsigned(9), confirmed=False)

    run(use())


@pytest.mark.clause("6.17")
def test_by_short_name_an_unconfirmed_association_needs_its_short_names_given() -> None:
    async def use() -> None:
        async with (
            ScriptedServer(url="udp://127.0.0.1:0") as server,
            server.connect(referencing="SN", confirmed=False) as meter,
        ):
            with pytest.raises(NotSentError, match="object list") as caught:
                await meter.set(*ENERGY, data.unsigned(9))
            assert "SetMapperTable" in caught.value.hint
            await meter.send(SetMapperTable.Request((MapEntry(3, 0, name(ENERGY[1]), 0x0100),)))
            await meter.set(*ENERGY, data.unsigned(9))
            await until(server, 1)
            assert server.values.by_short_name[0x0108].value == 9

    run(use())


@pytest.mark.clause("7.2.4")
def test_a_pre_established_association_without_confirmed_services_is_one_too() -> None:
    known = PreEstablished(
        application_context=ApplicationContext.LN, conformance=Conformance.get | Conformance.set, confirmed=False
    )

    async def use() -> None:
        async with (
            ScriptedServer(pre_established=known) as server,
            server.connect(settings=ClientSettings(pre_established=known)) as meter,
        ):
            await meter.set(*SERIAL, data.unsigned(7))
            (written,) = await until(server, 1)
            assert not written.service_class

    run(use())
