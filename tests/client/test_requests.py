"""GET, SET and ACTION of a client: each request gets its own answer, or one error."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from client.support import ENERGY, LONG, METHOD, PROFILE, SERIAL, Peer, ScriptedServer, name, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xdlms import data
from xdlms.association import ClientSettings
from xdlms.client import (
    AccessError,
    ClientError,
    ConnectionLostError,
    MethodError,
    NoAnswerError,
    NotSentError,
    ResponseError,
    ServiceRefusedError,
    by_entry,
)
from xdlms.data import Data
from xdlms.profiles.link import Saps
from xdlms.services.primitives import (
    DataNotification,
    EventNotification,
    Get,
    InformationReport,
    Open,
    Read,
    Release,
    ServiceClass,
    Set,
    SetMapperTable,
    TriggerEventNotificationSending,
    UnconfirmedWrite,
)
from xdlms.services.references import AttributeReference, VariableName
from xdlms.services.short_names import MapEntry
from xdlms_apdu.v2023 import ActionResult, Conformance, DataAccessResult

PUBLIC = Saps(16, 1)
AARE, RLRE = b"\x61", b"\x63"
UNKNOWN = (1, "9.9.9.9.9.9", 2)


class Holding:
    """A filter that holds answers back, but for those of ACSE."""

    def __init__(self, server: ScriptedServer) -> None:
        self.held: list[tuple[Peer, Saps, bytes]] = []
        self.is_on = True
        self.server = server
        server.filter = self

    def __call__(self, peer: Peer, saps: Saps, octets: bytes) -> list[bytes]:
        if octets[:1] in (AARE, RLRE) or not self.is_on:
            return [octets]
        self.held.append((peer, saps, octets))
        return []

    async def wait(self, count: int) -> None:
        while len(self.held) < count:
            await asyncio.sleep(0.001)

    def let_go(self) -> None:
        self.is_on = False
        held, self.held = self.held, []
        for peer, saps, octets in held:
            if peer.driver is not None and not peer.driver.is_closing:
                peer.driver.send(saps, octets)


# What goes wrong


def test_an_attribute_that_is_not_there() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            with pytest.raises(AccessError, match=r"class 1, 9\.9\.9\.9\.9\.9 is not read: object-undefined") as caught:
                await meter.get(*UNKNOWN)
            assert caught.value.result is DataAccessResult.object_undefined
            assert "object list" in caught.value.hint
            with pytest.raises(AccessError, match="not written: read-write-denied"):
                await meter.set(*UNKNOWN, data.null())
            with pytest.raises(MethodError, match="method 1 of class 9") as failed:
                await meter.action(9, "0.0.10.0.0.255", 1, data.integer(0))
            assert failed.value.result is ActionResult.object_undefined

    run(read())


@pytest.mark.parametrize(
    "wrong", ["1.0.1.8.0", "", "1.0.1.8.0.256", "1.0.1.8.0.-1", b"12345", "١.0.1.8.0.255", "1.0.1.8.0.255.0"]
)
def test_what_is_no_logical_name_is_not_sent(wrong: Any) -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            before = len(server.received)
            if wrong == "1.0.1.8.0":
                assert await meter.get(3, wrong, 2) == await meter.get(*ENERGY)
                return
            with pytest.raises(NotSentError, match="no logical name"):
                await meter.get(3, wrong, 2)
            assert len(server.received) == before

    run(read())


@pytest.mark.clause("7.3.1")
def test_what_was_not_negotiated_is_not_sent() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(conformance=Conformance.get) as meter:
            before = len(server.received)
            for refused in (
                meter.set(*SERIAL, data.null()),
                meter.action(*METHOD),
                meter.get(7, PROFILE, 2, selection=by_entry(1, 2)),
            ):
                with pytest.raises(NotSentError) as caught:
                    await refused
                assert "agree" in caught.value.hint
            assert len(server.received) == before
            assert (await meter.get(*ENERGY)).value == 123456

    run(read())


def test_a_value_that_the_abstract_syntax_does_not_allow_is_not_sent() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            for reference in ((70000, "0.0.1.0.0.255", 2), (1, "0.0.1.0.0.255", 128)):
                with pytest.raises(NotSentError):
                    await meter.get(*reference)
            assert (await meter.get(*ENERGY)).value == 123456

    run(read())


@pytest.mark.parametrize("referencing", ["LN", "SN"])
def test_a_late_answer_is_never_taken_for_that_of_another_request(referencing: str) -> None:
    async def read() -> None:
        async with ScriptedServer() as server:
            meter = server.connect(referencing=referencing, timeout=0.1, reconnect=True)
            async with meter:
                await meter.get(*ENERGY)
                holding = Holding(server)
                with pytest.raises(NoAnswerError) as caught:
                    await meter.get(*ENERGY)
                assert isinstance(caught.value, TimeoutError)
                server.values.by_name[ENERGY[0], name(ENERGY[1]), 2] = data.unsigned(7)
                server.values.by_short_name[0x0108] = data.unsigned(7)
                asyncio.get_running_loop().call_later(0.02, holding.let_go)
                assert (await meter.get(*ENERGY)).value == 7
                assert (await meter.get(*ENERGY)).value == 7

    run(read())


@pytest.mark.parametrize("referencing", ["LN", "SN"])
def test_a_request_that_was_cancelled_leaves_its_answer_to_nobody(referencing: str) -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(referencing=referencing) as meter:
            await meter.get(*ENERGY)
            holding = Holding(server)
            first = asyncio.create_task(meter.get(*ENERGY))
            await holding.wait(1)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            server.values.by_name[ENERGY[0], name(ENERGY[1]), 2] = data.unsigned(7)
            server.values.by_short_name[0x0108] = data.unsigned(7)
            second = asyncio.create_task(meter.get(*ENERGY))
            await asyncio.sleep(0.01)
            holding.let_go()
            assert (await second).value == 7

    run(read())


@pytest.mark.parametrize("in_flight", [1, 8])
def test_many_requests_at_once_get_their_own_answers(in_flight: int) -> None:
    async def read() -> None:
        async with ScriptedServer() as server:
            for number in range(100):
                server.values.by_name[1, bytes((0, 0, 128, number, 0, 255)), 2] = data.long_unsigned(number)
            async with server.connect(settings=ClientSettings(in_flight=in_flight)) as meter:
                found = await asyncio.gather(*(meter.get(1, f"0.0.128.{number}.0.255", 2) for number in range(100)))
            assert [value.value for value in found] == list(range(100))

    run(read())


def test_more_requests_than_invoke_ids_can_be_cancelled() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            for _ in range(50):
                task = asyncio.create_task(meter.get(*ENERGY))
                await asyncio.sleep(0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                await asyncio.sleep(0.005)
            assert (await meter.get(*ENERGY)).value == 123456

    run(read())


def test_a_meter_that_owes_too_many_answers_is_named() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(timeout=0.1) as meter:
            Holding(server)
            errors = []
            for _ in range(17):
                with pytest.raises(ClientError) as caught:
                    await meter.get(*ENERGY)
                errors.append(caught.value)
            assert isinstance(errors[15], NoAnswerError)
            assert isinstance(errors[16], NotSentError)
            assert "all 16 invoke-ids are in use, 16 of them by requests that were given up" in str(errors[16])
            assert "wait" not in str(errors[16])
            assert "reconnect=True" in errors[16].hint

    run(read())


def test_a_lost_connection_ends_every_pending_request_with_one_error() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            holding = Holding(server)
            tasks = [asyncio.create_task(meter.get(*ENERGY)) for _ in range(30)]
            await holding.wait(1)
            server.drop_connections()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(error) for error in found} == {ConnectionLostError}
            assert "the peer closed the connection" in str(found[0])
            assert not meter.is_open
            with pytest.raises(ConnectionLostError) as caught:
                await meter.get(*ENERGY)
            assert "reconnect=True" in caught.value.hint

    run(read())


def test_closing_ends_every_pending_request() -> None:
    async def read() -> None:
        async with ScriptedServer() as server:
            meter = server.connect()
            await meter.open()
            holding = Holding(server)
            tasks = [asyncio.create_task(meter.get(*ENERGY)) for _ in range(12)]
            await holding.wait(1)
            await meter.close()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(error) for error in found} == {ConnectionLostError}
            with pytest.raises(ConnectionLostError, match="not connected"):
                await meter.get(*ENERGY)
            await meter.close()

    run(read())


def test_a_client_reconnects_where_that_is_wanted() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(reconnect=True) as meter:
            assert (await meter.get(*ENERGY)).value == 123456
            server.drop_connections()
            while meter.is_open:
                await asyncio.sleep(0.001)
            assert (await meter.get(*ENERGY)).value == 123456
            holding = Holding(server)
            reading = asyncio.create_task(meter.get(*ENERGY))
            await holding.wait(1)
            writing = asyncio.create_task(meter.set(*SERIAL, data.null()))
            await asyncio.sleep(0)
            holding.is_on = False
            server.drop_connections()
            assert (await reading).value == 123456
            with pytest.raises(ConnectionLostError):
                await writing  # nobody knows whether it was done

    run(read())


def test_a_message_with_a_wrong_header_ends_the_connection() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect() as meter:

            def garble(peer: Any, saps: Saps, octets: bytes) -> list[bytes]:
                peer.driver._medium.write(b"\x00\x07\x00\x01\x00\x10\x00\x03\xc4\x01\xc1")
                return []

            server.filter = garble
            with pytest.raises(ConnectionLostError, match="wrapper version 0007 is not 0001"):
                await meter.get(*ENERGY)

    run(read())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("C401C1FF", ResponseError),
        ("C401C100", ResponseError),
        ("D80201", ServiceRefusedError),
        ("D8020300", NoAnswerError),
        ("0E010300", ServiceRefusedError),
        ("C501C100", NoAnswerError),
        ("C401C20016FF", NoAnswerError),
        ("", NoAnswerError),
        ("FFFF", NoAnswerError),
        ("0801", NoAnswerError),
    ],
)
@pytest.mark.clause("7.3.2")
def test_an_answer_that_is_none(answer: str, kind: type[ClientError]) -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(timeout=0.25) as meter:
            server.filter = lambda peer, saps, octets: [bytes.fromhex(answer)]
            with pytest.raises(ClientError) as caught:
                await meter.get(*ENERGY)
            assert type(caught.value) is kind
            server.filter = lambda peer, saps, octets: [octets]
            assert (await meter.get(*ENERGY)).value == 123456

    run(read())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(junk=st.lists(st.binary(min_size=1, max_size=30), max_size=5), at=st.integers(0, 20), octet=st.integers(0, 255))
def test_whatever_a_meter_sends_a_call_ends_with_a_value_or_a_documented_error(
    junk: list[bytes], at: int, octet: int
) -> None:
    def garble(peer: Peer, saps: Saps, octets: bytes) -> list[bytes]:
        garbled = bytearray(octets)
        garbled[at % len(garbled)] = octet
        return [*junk, bytes(garbled), octets]

    async def read() -> None:
        async with ScriptedServer(size=100) as server:
            for ask in (lambda meter: meter.get(*LONG), lambda meter: meter.get_many([ENERGY, SERIAL])):
                server.filter = lambda peer, saps, octets: [octets]
                async with server.connect(timeout=0.1, max_receive_pdu_size=100) as meter:
                    server.filter = garble
                    with suppress(ClientError):
                        await ask(meter)

    run(read())


# What goes right


@pytest.mark.clause("6.6")
def test_get_set_and_action() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            assert await meter.get(*ENERGY) == data.double_long_unsigned(123456)
            await meter.set(*SERIAL, data.octet_string(b"new"))
            assert (await meter.get(*SERIAL)).value == b"new"
            assert await meter.action(*METHOD, data.integer(5)) == data.integer(5)
            assert await meter.action(70, METHOD[1], 2) is None
            assert len(server.values.calls) == 2

    run(use())


@pytest.mark.clause("6.6")
def test_long_values_go_in_blocks_both_ways() -> None:
    async def use() -> None:
        async with ScriptedServer(size=64) as server, server.connect(max_receive_pdu_size=64) as meter:
            assert (await meter.get(*LONG)).value == bytes(5000)
            await meter.set(*LONG, data.octet_string(bytes(range(250)) * 10))
            assert (await meter.get(*LONG)).value == bytes(range(250)) * 10
            assert await meter.action(*METHOD, data.octet_string(bytes(1000))) == data.octet_string(bytes(1000))
            assert max(map(len, server.received[1:])) <= 64

    run(use())


@pytest.mark.clause("6.6")
@pytest.mark.parametrize("size", [64, 0xFFFF])
@pytest.mark.parametrize("conformance", [None, Conformance.get | Conformance.block_transfer_with_get_or_read])
def test_many_attributes_in_their_order_with_the_errors_in_their_place(size: int, conformance: Any) -> None:
    async def use() -> None:
        references = [ENERGY, UNKNOWN, SERIAL] * 20
        async with (
            ScriptedServer(size=size) as server,
            server.connect(conformance=conformance) as meter,
        ):
            found = await meter.get_many(references)
            assert [type(value) for value in found] == [Data, AccessError, Data] * 20
            assert {value.value for value in found if isinstance(value, Data)} == {123456, b"XDL1"}
            assert await meter.get_many([]) == []
            if conformance is None and size > 64:
                assert len(server.received) == 1 + 4

    run(use())


def test_by_short_name_the_same_calls_work() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect(referencing="SN") as meter:
            assert [info.name for info in await meter.objects()] == ["0.0.40.0.0.255", "1.0.1.8.0.255"]
            await meter.set(*ENERGY, data.unsigned(4))
            assert (await meter.get(*ENERGY)).value == 4
            assert await meter.get_many([ENERGY, ENERGY]) == [data.unsigned(4)] * 2
            with pytest.raises(AccessError, match="no short name") as caught:
                await meter.get(*UNKNOWN)
            assert caught.value.result == DataAccessResult.object_undefined

    run(use())


@pytest.mark.clause("6.9")
def test_notifications_come_as_they_are_sent() -> None:
    energy = AttributeReference(3, name("1.0.1.8.0.255"), 2)

    async def use() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            server.peers[0].notify(PUBLIC, EventNotification.Request(energy, data.unsigned(1)))
            server.send(server.peers[0], PUBLIC, bytes.fromhex("0F40000001000F05"))
            async for found in meter.notifications():
                if isinstance(found, DataNotification.Indication):
                    assert found.body.value == 5
                    break
                assert isinstance(found, EventNotification.Indication)
                assert (found.attribute, found.value.value) == (energy, 1)
            assert (await meter.get(*ENERGY)).value == 123456
            waiting = asyncio.create_task(anext(meter.notifications(), None))
            await asyncio.sleep(0)
            await meter.close()
            assert await waiting is None

    run(use())


@pytest.mark.clause("6.15")
def test_an_information_report_about_an_unknown_variable_comes_as_it_is() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect(referencing="SN") as meter:
            report = InformationReport.Request((VariableName(0x0500),), (data.unsigned(1),))
            server.peers[0].notify(PUBLIC, report)
            assert isinstance(await anext(meter.notifications()), InformationReport.Indication)

    run(use())


def test_notifications_that_nobody_takes_do_not_pile_up() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            for _ in range(1500):
                server.send(server.peers[0], PUBLIC, bytes.fromhex("0F40000001000F05"))
            assert (await meter.get(*ENERGY)).value == 123456
            assert meter.notifications_dropped == 500

    run(use())


def test_notifications_to_another_client_on_the_same_connection_come_too() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            peer = server.peers[0]
            assert peer.driver is not None
            peer.driver._medium.write(bytes.fromhex("0001 0001 0001 0008 0F40000001000F05"))
            assert isinstance(await anext(meter.notifications()), DataNotification.Indication)

    run(use())


@pytest.mark.clause("6.7")
@pytest.mark.parametrize("referencing", ["LN", "SN"])
def test_an_unconfirmed_set_is_sent_and_not_answered(referencing: str) -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect(referencing=referencing) as meter:
            energy = AttributeReference(ENERGY[0], name(ENERGY[1]), 2)
            await meter.send(Set.Request(energy, data.unsigned(9), service_class=ServiceClass.UNCONFIRMED))
            await meter.get(*ENERGY)
            kind = Set.Indication if referencing == "LN" else UnconfirmedWrite.Indication
            assert [event for event in server.events if isinstance(event, kind)]
            with pytest.raises(NotSentError):
                await meter.send(Release.Response())

    run(use())


@pytest.mark.parametrize("referencing", ["LN", "SN"])
def test_a_primitive_is_given_to_the_call_that_can_do_something_with_it(referencing: str) -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect(referencing=referencing) as meter:
            energy = AttributeReference(ENERGY[0], name(ENERGY[1]), 2)
            await meter.get(*ENERGY)
            heard = len(server.received)
            for unanswered in (
                Set.Request(energy, data.unsigned(9), service_class=ServiceClass.UNCONFIRMED),
                Get.Request(energy, service_class=ServiceClass.UNCONFIRMED),
                UnconfirmedWrite.Request((VariableName(0x0108),), (data.unsigned(5),)),
                Get.Next(invoke_id=0),
                Release.Request(),
                None,
            ):
                with pytest.raises(NotSentError, match="no confirmed service"):
                    await meter.request(unanswered)
            for blocks in (Get.Request(energy, block_by_block=True), Read.Request((), block_by_block=True)):
                with pytest.raises(NotSentError, match="block by block"):
                    await meter.request(blocks)
            for answered in (Get.Request(energy), Set.Request(energy, data.unsigned(9)), Read.Request(())):
                with pytest.raises(NotSentError, match="nobody would wait for it"):
                    await meter.send(answered)
            for session in (Release.Request(), Open.Request(), Get.Next(invoke_id=0), None):
                with pytest.raises(NotSentError):
                    await meter.send(session)
            assert len(server.received) == heard
            assert (await meter.get(*ENERGY)).value == 123456

    run(use())


@pytest.mark.clause("6.17")
def test_a_mapping_table_that_is_given_is_not_read() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect(referencing="SN") as meter:
            entry = MapEntry(3, 0, name(ENERGY[1]), 0x0100)
            await meter.send(SetMapperTable.Request((entry,)))
            assert (await meter.get(*ENERGY)).value == 123456
            assert len(server.received) == 2

    run(use())


@pytest.mark.clause("6.10")
def test_hdlc_asks_the_meter_for_its_notifications() -> None:
    async def use() -> None:
        async with ScriptedServer(url="hdlc+tcp://127.0.0.1:0") as server, server.connect() as meter:
            energy = AttributeReference(ENERGY[0], name(ENERGY[1]), 2)
            peer = server.peers[0]
            (saps,) = peer.associations
            assert peer.driver is not None
            peer.associations[saps].send(EventNotification.Request(energy, data.unsigned(1)), now=peer.driver.now())
            peer.driver.send(saps, peer.associations[saps].apdus_to_send()[0], confirmed=False)
            await meter.send(TriggerEventNotificationSending.Request())
            assert isinstance(await anext(meter.notifications()), EventNotification.Indication)

    run(use())


@pytest.mark.clause("6.7")
def test_a_value_that_is_no_data_is_told_and_not_sent() -> None:
    async def write() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            with pytest.raises(NotSentError, match="a value is a Data, not a int") as caught:
                await meter.set(*ENERGY, 5)  # type: ignore[arg-type]  # that is the point
            assert "xdlms.data" in caught.value.hint

    run(write())
