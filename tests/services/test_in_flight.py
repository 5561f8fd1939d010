"""Requests on their way: invoke-ids, order, time-outs, and no response for another request (clause 7.3.2)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import OTHER, SN, VALUE, Objects, null, octets, of_kind, only, pair, unsigned
from services.support import Reader

from xdlms.association import ApduDropped, ClientSettings
from xdlms.services.conformance import Service
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault
from xdlms.services.events import Failure, ServiceFailed
from xdlms.services.primitives import Action, Get, Priority, Read, ServiceClass, Set
from xdlms.services.references import MethodReference, VariableName

THIRD = MethodReference(9, bytes(6), 1)


def reader(in_flight: int = 1, **given: Any) -> Reader:
    return Reader(client=ClientSettings(in_flight=in_flight, **given))


def unmatched(reader_: Reader, octets_: str, now: float = 0) -> None:
    """The client drops this, and it ends nothing."""
    assert reader_.answer(octets_, now=now) == []
    assert only(reader_.events(), ApduDropped).fault is RemoteFault.UNMATCHED


# Invoke-ids


@pytest.mark.clause("7.3.2")
def test_invoke_ids_begin_at_1_and_go_round() -> None:
    client = reader()
    seen = []
    for _ in range(18):
        invoke_id = client.client.send(Get.Request(VALUE), now=0)
        assert invoke_id is not None
        seen.append(invoke_id)
        client.answer(f"C401{0x40 | invoke_id:02X}0000")
    assert seen == [*range(1, 16), 0, 1, 2]
    assert len(of_kind(client.events(), Get.Confirm)) == 18


@pytest.mark.clause("7.3.2")
def test_an_invoke_id_may_be_chosen_but_not_one_in_use() -> None:
    client = reader(in_flight=2)
    assert client.client.send(Get.Request(VALUE, invoke_id=9), now=0) == 9
    assert client.client.send(Get.Request(VALUE), now=0) == 10
    for wrong, fault in ((9, LocalFault.NO_INVOKE_ID), (16, LocalFault.PARAMETER), (-1, LocalFault.PARAMETER)):
        with pytest.raises(LocalProtocolError) as caught:
            client.client.send(Get.Request(VALUE, invoke_id=wrong), now=0)
        assert caught.value.fault is fault


@pytest.mark.clause("7.3.2")
def test_there_are_16_invoke_ids() -> None:
    client = reader(in_flight=16)
    for _ in range(16):
        client.client.send(Get.Request(VALUE), now=0)
    assert len(client.sent()) == 16
    with pytest.raises(LocalProtocolError) as caught:
        client.client.send(Get.Request(VALUE), now=0)
    assert caught.value.fault is LocalFault.NO_INVOKE_ID


@pytest.mark.clause("7.3.2")
def test_responses_in_any_order_reach_their_requests() -> None:
    client = reader(in_flight=16)
    for _ in range(16):
        client.client.send(Get.Request(VALUE), now=0)
    order = [7, 0, 15, 3, 1, 2, 14, 4, 5, 6, 13, 8, 9, 10, 12, 11]
    for invoke_id in order:
        client.answer(f"C401{0x40 | invoke_id:02X}0011{invoke_id:02X}")
    confirms = of_kind(client.events(), Get.Confirm)
    assert [(confirm.invoke_id, confirm.result) for confirm in confirms] == [(at, unsigned(at)) for at in order]


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize(
    "answer",
    [
        "C401420000",  # another invoke-id
        "C501410 0".replace(" ", ""),  # another service
        "C701410000",
        "0C010000",  # another referencing
        "0D0100",
        "C4024201000000010000",
    ],
)
def test_a_response_to_nothing_is_dropped_and_the_request_goes_on_waiting(answer: str) -> None:
    client = reader()
    client.send(Get.Request(VALUE))
    unmatched(client, answer)
    client.answer("C401410000")
    only(client.events(), Get.Confirm)
    unmatched(client, "C401410000")


@pytest.mark.clause("7.3.2")
def test_a_response_that_does_not_decode_fails_its_own_request_only() -> None:
    client = reader(in_flight=2)
    client.client.send(Get.Request(VALUE), now=0)
    client.client.send(Get.Request(VALUE), now=0)
    client.answer("C40142FF")
    failed = only(client.events(), ServiceFailed)
    assert (failed.invoke_id, failed.failure) == (2, Failure.RESPONSE)
    for octets_ in ("C40143FF", "C50141FF77", "C4", "C401", "FF", "0C01FF"):
        client.answer(octets_)
        assert only(client.events(), ApduDropped).fault is RemoteFault.UNDECODABLE or octets_ == "FF"
    client.answer("C401410000")
    only(client.events(), Get.Confirm)


@pytest.mark.clause("7.3.2")
def test_with_sn_too() -> None:
    client = Reader(SN)
    client.send(Read.Request((VariableName(8),)))
    for octets_ in ("0D01", "C40141FF"):
        client.answer(octets_)
        assert only(client.events(), ApduDropped).fault is RemoteFault.UNDECODABLE
    client.answer("0C01FF")
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE
    client.answer("0C01FF")
    assert only(client.events(), ApduDropped).fault is RemoteFault.UNDECODABLE


# Order


@pytest.mark.clause("7.3.2")
def test_one_after_the_other_and_those_with_priority_first() -> None:
    client = reader()
    high = Priority.HIGH
    requests = [
        Get.Request(VALUE),
        Get.Request(OTHER),
        Get.Request(VALUE, priority=high),
        Action.Request(THIRD, priority=high),
    ]
    sent = [octets_ for request in requests for octets_ in client.send(request)]
    assert [octets_[:6] for octets_ in sent] == ["C00141"]
    order = []
    for octet in ("41", "C3", "C4", "42"):
        answer = "C701" if octet == "C4" else "C401"
        order += [octets_[:6] for octets_ in client.answer(answer + octet + "0000")]
    assert order == ["C001C3", "C301C4", "C00142"]
    confirms: list[Any] = client.events()
    assert [event.invoke_id for event in confirms] == [1, 3, 4, 2]


@pytest.mark.clause("Figure 17")
def test_nothing_else_is_sent_while_blocks_come_or_go_since_that_would_end_them() -> None:
    client = Reader(client=ClientSettings(in_flight=4), server_size=40)
    client.send(Get.Request(VALUE))
    client.answer("C4024100000000010000")
    assert client.send(Get.Request(OTHER)) == []
    assert client.send(Set.Request(VALUE, octets(bytes(40)))) == []
    assert client.answer("C402410100000002000100") == ["C0014200010000800100FF0200"]
    (first,) = client.answer("C401420000")
    assert first.startswith("C10243")
    assert client.send(Get.Request(OTHER)) == []
    # When the last block is out, the next request ends nothing.
    last, other = client.answer("C5024300000001")
    assert last.startswith("C1034301")
    assert other == "C0014400010000800100FF0200"


@pytest.mark.clause("Figure 17")
def test_blocks_do_not_begin_while_anything_is_on_its_way() -> None:
    client = Reader(client=ClientSettings(in_flight=4), server_size=40)
    client.send(Get.Request(VALUE))
    assert client.send(Set.Request(VALUE, octets(bytes(40)))) == []
    (first,) = client.answer("C401410000")
    assert first.startswith("C10242")


def test_with_sn_there_is_one_at_a_time() -> None:
    client = Reader(SN, client=ClientSettings(in_flight=16))
    assert client.send(Read.Request((VariableName(8),))) == ["0501020008"]
    assert client.send(Read.Request((VariableName(16),))) == []
    assert client.answer("0C01001101") == ["0501020010"]
    client.answer("0C01001102")
    confirms = of_kind(client.events(), Read.Confirm)
    assert [(confirm.invoke_id, confirm.results) for confirm in confirms] == [(1, (unsigned(1),)), (2, (unsigned(2),))]


def test_unconfirmed_requests_wait_for_nothing() -> None:
    client = reader()
    client.send(Get.Request(VALUE))
    assert client.send(Set.Request(VALUE, null(), service_class=ServiceClass.UNCONFIRMED)) == [
        "C1010200010000800000FF020000"
    ]
    assert client.client.send(Get.Request(VALUE), now=0) == 3


# Time


@pytest.mark.clause("7.3.2")
def test_a_request_without_a_response_fails_in_time_and_a_late_response_is_nobodys() -> None:
    client = reader()
    client.send(Get.Request(VALUE), now=10)
    assert client.client.next_timeout() == 15
    client.client.handle_timeout(now=14.9)
    assert client.events() == []
    client.client.handle_timeout(now=15)
    failed = only(client.events(), ServiceFailed)
    assert (failed.service, failed.invoke_id, failed.failure) == (Service.GET, 1, Failure.TIME_OUT)
    assert client.client.next_timeout() is None
    client.send(Get.Request(OTHER), now=15)
    unmatched(client, "C401410000", now=16)
    client.answer("C401420000", now=16)
    only(client.events(), Get.Confirm)


@pytest.mark.clause("7.3.2")
def test_the_invoke_id_of_a_request_that_timed_out_is_not_used_before_its_response_came_or_time_has_passed() -> None:
    client = reader()
    for number in range(16):
        client.client.send(Get.Request(VALUE), now=number)
        client.client.handle_timeout(now=number + 5)
    client.sent()
    with pytest.raises(LocalProtocolError) as caught:
        client.client.send(Get.Request(VALUE), now=64)
    assert caught.value.fault is LocalFault.NO_INVOKE_ID
    client.events()
    unmatched(client, "C401470000", now=64)
    assert client.client.send(Get.Request(VALUE), now=64) == 7
    assert client.client.send(Get.Request(VALUE), now=65) == 1  # 60 s after it timed out at 5


@pytest.mark.clause("7.3.2")
def test_without_invoke_ids_the_next_request_waits_for_the_late_response() -> None:
    for late in (True, False):
        client = Reader(SN)
        client.send(Read.Request((VariableName(8),)), now=0)
        client.client.handle_timeout(now=5)
        assert only(client.events(), ServiceFailed).failure is Failure.TIME_OUT
        assert client.send(Read.Request((VariableName(16),)), now=6) == []
        assert client.client.next_timeout() == 65
        if late:
            assert client.answer("0C01001101", now=7) == ["0501020010"]
            assert only(client.events(), ApduDropped).fault is RemoteFault.UNMATCHED
            assert client.client.next_timeout() == 12
        else:
            client.client.handle_timeout(now=65)
            assert client.sent() == ["0501020010"]
        client.answer("0C01001102", now=66)
        assert only(client.events(), Read.Confirm).results == (unsigned(2),)


def test_stale_for_none_waits_for_ever() -> None:
    client = Reader(SN, client=ClientSettings(stale_for=None))
    client.send(Read.Request((VariableName(8),)), now=0)
    client.client.handle_timeout(now=5)
    assert client.send(Read.Request((VariableName(16),)), now=6) == []
    assert client.client.next_timeout() is None
    client.client.handle_timeout(now=1e9)
    assert client.sent() == []


@pytest.mark.clause("7.3.2")
def test_each_block_has_its_own_time() -> None:
    client = reader()
    client.send(Get.Request(VALUE), now=0)
    client.answer("C4024100000000010000", now=4)
    assert client.client.next_timeout() == 9
    client.client.handle_timeout(now=9)
    assert only(client.events(), ServiceFailed).failure is Failure.TIME_OUT
    unmatched(client, "C4024100000000020000", now=9)


@pytest.mark.clause("7.3.2")
def test_an_error_that_may_be_meant_for_another_request_ends_none() -> None:
    client = reader(in_flight=2)
    client.client.send(Get.Request(VALUE), now=0)
    client.client.send(Get.Request(VALUE), now=0)
    client.sent()
    unmatched(client, "D80101")
    client.answer("C401410000")
    client.events()
    client.answer("D80101")
    assert only(client.events(), ServiceFailed).invoke_id == 2
    client.send(Get.Request(VALUE), now=0)
    client.client.handle_timeout(now=5)
    client.events()
    client.sent()
    client.send(Get.Request(VALUE), now=6)
    unmatched(client, "D80101", now=6)  # that of the request that timed out, perhaps
    client.answer("C401440000", now=6)
    client.events()
    unmatched(client, "D80101", now=6)
    unmatched(client, "D80101", now=6)


# Cancellation


@pytest.mark.clause("Figure 17")
def test_a_request_is_given_up_and_the_next_one_ends_the_long_response() -> None:
    objects = Objects({VALUE: octets(bytes(100)), OTHER: unsigned(7)})
    wire = pair(application=objects, client_size=40)
    invoke_id = wire.client.send(Get.Request(VALUE, block_by_block=True), now=0)
    assert invoke_id is not None
    wire.run()
    assert of_kind(wire.client_events, Get.Block)
    wire.client.cancel(invoke_id, now=0)
    wire.client_events.clear()
    assert only(wire.ask(Get.Request(OTHER)), Get.Confirm).result == unsigned(7)
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.cancel(invoke_id, now=0)
    assert caught.value.fault is LocalFault.UNKNOWN_REQUEST


def test_a_request_is_given_up_before_it_was_sent_and_while_it_is_on_its_way() -> None:
    client = reader()
    client.client.send(Get.Request(VALUE), now=0)
    client.client.send(Get.Request(OTHER), now=0)
    client.client.send(Get.Request(OTHER), now=0)
    client.client.cancel(2, now=0)
    client.sent()
    client.client.cancel(1, now=0)
    assert client.sent() == ["C0014300010000800100FF0200"]
    assert client.events() == []
    unmatched(client, "C401410000")
    client.answer("C401430000")
    only(client.events(), Get.Confirm)


def test_nothing_is_given_up_without_an_association() -> None:
    wire = pair(open_it=False)
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.cancel(1, now=0)
    assert caught.value.fault is LocalFault.STATE


# What the client does not send


@pytest.mark.clause("7.1")
def test_what_is_no_primitive_of_a_client_is_refused() -> None:
    client = reader()
    wrong: list[Any] = [Get.Response(null(), invoke_id=1), None, "get", Get.Request]
    for primitive in wrong:
        with pytest.raises(LocalProtocolError) as caught:
            client.client.send(primitive, now=0)
        assert caught.value.fault is LocalFault.PARAMETER
        with pytest.raises(LocalProtocolError):
            client.wire.server.send(primitive, now=0)


@pytest.mark.clause("7.1")
def test_without_an_association_no_service_is_sent() -> None:
    wire = pair(open_it=False)
    for side, primitive in ((wire.client, Get.Request(VALUE)), (wire.server, Get.Response(null(), invoke_id=1))):
        with pytest.raises(LocalProtocolError) as caught:
            side.send(primitive, now=0)
        assert caught.value.fault is LocalFault.STATE


@pytest.mark.clause("7.3.3")
def test_a_request_behind_blocks_that_the_application_does_not_take_ends_without_having_been_sent() -> None:
    client = reader(timeout=5.0)
    client.client.send(Get.Request(VALUE, block_by_block=True), now=0)
    client.answer("C4024100" + "00000001" + "00" + "020904", now=1)
    waiting = client.client.send(Get.Request(OTHER), now=2)
    assert only(client.events(), Get.Block).block_number == 1
    client.sent()
    assert client.client.next_timeout() == 7.0
    client.client.handle_timeout(now=6.9)
    assert client.events() == []
    client.client.handle_timeout(now=7)
    failed = only(client.events(), ServiceFailed)
    assert (failed.invoke_id, failed.failure) == (waiting, Failure.HELD_UP)
    assert client.sent() == []
    assert client.client.next_timeout() is None
    client.client.send(Get.Request(OTHER), now=8)  # one that comes late waits as long
    assert client.client.next_timeout() == 13.0
    client.client.send(Get.Next(invoke_id=1), now=9)
    assert client.client.next_timeout() == 14.0  # now it is the server's turn
    sent = client.answer("C4024101" + "00000002" + "00" + "020102", now=10)
    assert only(client.events(), Get.Block).last_block
    assert [octets_[:4] for octets_ in sent] == ["C002", "C001"]  # NEXT, and the one that waited


@pytest.mark.clause("7.3.2")
def test_an_association_is_exhausted_when_requests_that_were_given_up_have_all_invoke_ids() -> None:
    client = reader(timeout=1.0, stale_for=10.0)
    assert not client.client.is_exhausted(now=0)
    for at in range(16):
        assert not client.client.is_exhausted(now=0.0)
        client.client.send(Get.Request(VALUE), now=0)
        client.client.cancel((at + 1) % 16, now=0)
    assert client.client.is_exhausted(now=9)
    with pytest.raises(LocalProtocolError, match="16 of them by requests that were given up") as caught:
        client.client.send(Get.Request(VALUE), now=9)
    assert caught.value.fault is LocalFault.NO_INVOKE_ID
    assert not client.client.is_exhausted(now=10)
    busy = reader(in_flight=16)
    for _ in range(16):
        busy.client.send(Get.Request(VALUE), now=0)
    assert not busy.client.is_exhausted(now=0)  # those are still to be answered
