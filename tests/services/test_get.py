"""GET, both roles (clauses 6.6, 7.3.3; Figures 15 to 17; Tables 13, 14, 36)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import (
    LN_CIPHERED,
    OTHER,
    SERVER_TITLE,
    VALUE,
    null,
    octets,
    of_kind,
    only,
    pair,
    security,
    text,
    unsigned,
)
from services.support import Meter, Reader

from xdlms.association import AnswerNotSent, ApduDropped, ClientSettings, ServerSettings
from xdlms.security import CounterStoreError, MemoryCounterStore
from xdlms.services.blocks import BlockSource, BlockUnavailableError
from xdlms.services.conformance import Service
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault
from xdlms.services.events import Failure, ResponseNotSent, ServiceFailed, TransferAborted, TransferEnd
from xdlms.services.primitives import Get, Priority, RequestType, ResponseType, ServiceClass
from xdlms.services.references import AttributeReference
from xdlms_apdu.v2023 import Conformance, DataAccessResult, SelectiveAccessDescriptor

GET = "C001C1" "0001" "0000800000FF" "02" "00"
SENT = GET.replace("C001C1", "C00141")
OTHER_GET = "C001C2" "0001" "0000800100FF" "02" "00"
LONG = octets(bytes(range(60)))
ENCODED = LONG.encode().hex().upper()
NO_BLOCKS = Conformance(0x00FE1F) & ~Conformance.block_transfer_with_get_or_read


def meter(size: int = 40, **given: Any) -> Meter:
    found = Meter(client_size=size, **given)
    found.objects.values.update({VALUE: LONG, OTHER: unsigned(7)})
    return found


# Server: whole


@pytest.mark.clause("Table 36")
def test_get_request_normal_is_answered_with_the_data_or_the_reason() -> None:
    server = meter(size=1000)
    assert server.one(OTHER_GET) == "C401C2001107"
    assert server.one("C00141" "0003" "0000800100FF" "02" "00") == "C401410104"
    assert server.one("C001C3" "0001" "0000800100FF" "02" "00") == "C401C3001107"


@pytest.mark.clause("Table 36")
def test_the_results_of_a_list_come_in_the_order_of_the_request() -> None:
    server = meter(size=1000)
    listed = (
        "C003C1" "03" "0001" "0000800100FF" "02" "00" "0009" "0000800100FF" "02" "00" "0001" "0000800100FF" "02" "00"
    )
    assert server.one(listed) == "C403C103" "001107" "0104" "001107"
    assert server.one("C003C100") == "C403C100"


@pytest.mark.clause("6.6")
def test_an_unconfirmed_get_is_indicated_and_not_answered() -> None:
    server = Meter(answers=False)
    assert server.ask(GET.replace("C001C1", "C00101")) == []
    indication = only(server.events, Get.Indication)
    assert indication.service_class is ServiceClass.UNCONFIRMED
    with pytest.raises(LocalProtocolError) as caught:
        server.server.send(indication.response(null()), now=0)
    assert caught.value.fault is LocalFault.UNKNOWN_REQUEST


@pytest.mark.clause("4.2.3")
def test_attribute_0_and_selective_access_that_were_not_negotiated_are_faults_of_their_items() -> None:
    bits = Conformance.get | Conformance.multiple_references
    server = meter(size=1000, conformance=bits)
    everything = "0001" "0000800100FF" "00" "00"
    selected = "0001" "0000800100FF" "02" "01" "01" "00"
    whole = "0001" "0000800100FF" "02" "00"
    assert server.one("C001C1" + everything) == "C401C1010D"
    assert server.one("C001C1" + selected) == "C401C1010D"
    assert server.one("C003C103" + selected + whole + everything) == "C403C103" "010D" "001107" "010D"
    indication = server.events[-1]
    assert isinstance(indication, Get.Indication)
    assert indication.attribute == (OTHER,)
    assert server.one("C003C101" + everything) == "C403C101" "010D"
    unconfirmed = server.ask("C00301" "02" + whole + everything)
    assert unconfirmed == []
    dropped = server.events[-1]
    assert isinstance(dropped, ApduDropped)
    assert dropped.fault is RemoteFault.NOT_NEGOTIATED


@pytest.mark.clause("4.2.3")
def test_attribute_0_does_not_go_with_a_selection() -> None:
    server = meter(size=1000)
    assert server.one("C001C1" "0001" "0000800100FF" "00" "01" "01" "00") == "C401C1010D"
    assert server.one("C001C1" "0001" "0000800100FF" "00" "00") == "C401C10104"
    wire = pair()
    everything = AttributeReference(1, OTHER.instance_id, 0, SelectiveAccessDescriptor(1, null()))
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.send(Get.Request(everything), now=0)
    assert caught.value.fault is LocalFault.PARAMETER


@pytest.mark.clause("7.3.2")
def test_the_response_carries_the_invoke_id_and_priority_of_its_request() -> None:
    server = meter(size=1000)
    for octet in ("C0", "C5", "4F", "41"):
        assert server.one(OTHER_GET.replace("C001C2", "C001" + octet)) == f"C401{octet}001107"


@pytest.mark.clause("7.3.2")
def test_several_requests_wait_at_the_application_and_are_answered_in_any_order() -> None:
    server = Meter(answers=False)
    for number in range(16):
        assert server.ask(GET.replace("C001C1", f"C001{0xC0 | number:02X}")) == []
    assert server.one(GET) == "D80101"  # its invoke-id waits already
    found = of_kind(server.events, Get.Indication)
    for indication in reversed(found):
        server.server.send(indication.response(unsigned(indication.invoke_id)), now=0)
    answers = server.take()
    assert answers == [f"C401{0xC0 | number:02X}0011{number:02X}" for number in range(15, -1, -1)]
    with pytest.raises(LocalProtocolError):
        server.server.send(found[0].response(null()), now=0)


@pytest.mark.clause("6.6")
def test_the_application_gives_one_result_for_each_attribute() -> None:
    server = Meter(answers=False)
    server.ask("C003C1" "02" "0001" "0000800100FF" "02" "00" "0001" "0000800100FF" "02" "00")
    indication = only(server.events, Get.Indication)
    wrong: list[Any] = [null(), (null(),), (null(),) * 3]
    for result in wrong:
        with pytest.raises(LocalProtocolError) as caught:
            server.server.send(indication.response(result), now=0)
        assert caught.value.fault is LocalFault.PARAMETER
    server.server.send(indication.response((null(), null())), now=0)
    server.ask(GET)
    single = server.events[-1]
    assert isinstance(single, Get.Indication)
    with pytest.raises(LocalProtocolError):
        server.server.send(single.response((null(),)), now=0)


# Server: blocks


@pytest.mark.clause("Figure 16")
def test_a_long_value_comes_in_blocks_that_joined_are_the_encoded_data() -> None:
    server = meter()
    first = server.one(GET)
    assert first == "C402C1" "00" "00000001" "00" "1E" + ENCODED[:60]
    second = server.one("C002C1" "00000001")
    assert second == "C402C1" "00" "00000002" "00" "1E" + ENCODED[60:120]
    third = server.one("C002C1" "00000002")
    assert third == "C402C1" "01" "00000003" "00" "02" + ENCODED[120:]
    assert server.one("C002C1" "00000003") == "C402C1" "01" "00000004" "01" "10"
    assert all(len(answer) <= 80 for answer in (first, second, third))


@pytest.mark.clause("Figure 16")
def test_a_long_list_comes_in_blocks_that_joined_are_the_encoded_list_of_results() -> None:
    server = meter()
    listed = "C003C1" "02" "0001" "0000800000FF" "02" "00" "0001" "0000800300FF" "02" "00"
    whole = "02" "00" + ENCODED + "0104"
    assert server.one(listed) == "C402C1" "00" "00000001" "00" "1E" + whole[:60]
    assert server.one("C002C1" "00000001") == "C402C1" "00" "00000002" "00" "1E" + whole[60:120]
    assert server.one("C002C1" "00000002") == "C402C1" "01" "00000003" "00" "06" + whole[120:]


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize("number", ["00000000", "00000002", "FFFFFFFF"])
def test_get_next_with_wrong_block_number_ends_the_transfer(number: str) -> None:
    server = meter()
    server.one(GET)
    assert server.one("C002C1" + number) == "C402C1" "01" "00000002" "01" "13"
    assert server.events[-1] == TransferAborted(Service.GET, 1, TransferEnd.WRONG_NUMBER)
    assert server.one("C002C1" "00000001") == "C402C1" "01" "00000002" "01" "10"


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize(("asked", "answered"), [("00000000", "00000001"), ("FFFFFFFF", "FFFFFFFF")])
def test_get_next_with_no_transfer_running_is_told_so(asked: str, answered: str) -> None:
    server = meter()
    assert server.one("C002C1" + asked) == "C402C1" "01" + answered + "01" "10"


@pytest.mark.clause("7.3.3")
def test_get_next_with_another_invoke_id_is_of_no_transfer_and_ends_none() -> None:
    server = meter()
    server.one(GET)
    assert server.one("C002C2" "00000001") == "C402C2" "01" "00000002" "01" "10"
    assert server.one("C002C1" "00000001").startswith("C402C1" "00" "00000002")


@pytest.mark.clause("7.3.3")
def test_next_of_action_does_not_go_on_with_a_get() -> None:
    server = meter()
    server.one(GET)
    assert server.one("C302C1" "00000001") == "C701C1" "10" "00"
    assert server.one("C002C1" "00000001").startswith("C402C1" "00" "00000002")


@pytest.mark.clause("Figure 17")
@pytest.mark.parametrize(
    ("request_octets", "answer"),
    [
        (OTHER_GET, "C401C2001107"),
        (OTHER_GET.replace("C001C2", "C001C1"), "C401C1001107"),
        ("C101C3" "0001" "0000800100FF" "02" "00" "1108", "C501C300"),
        ("C003C300", "C403C300"),
    ],
)
def test_another_request_aborts_a_long_get_and_is_served(request_octets: str, answer: str) -> None:
    server = meter()
    server.one(GET)
    assert server.one(request_octets) == answer
    (ended,) = of_kind(server.events, TransferAborted)
    assert ended == TransferAborted(Service.GET, 1, TransferEnd.OTHER_REQUEST)
    assert ended.result == DataAccessResult.long_get_aborted
    assert server.one("C002C1" "00000001") == "C402C1" "01" "00000002" "01" "10"


@pytest.mark.clause("7.3.3")
def test_a_client_that_does_not_go_on_loses_the_transfer() -> None:
    server = meter()
    server.one(GET, now=5)
    assert server.server.next_timeout() == 65.0
    server.server.handle_timeout(now=64.9)
    assert server.one("C002C1" "00000001", now=64.9).startswith("C402C1" "00")
    assert server.server.next_timeout() == 124.9
    server.server.handle_timeout(now=124.9)
    assert server.take() == []
    ended = server.events[-1]
    assert ended == TransferAborted(Service.GET, 1, TransferEnd.TIME_OUT)
    assert isinstance(ended, TransferAborted)
    assert ended.result is None
    assert server.one("C002C1" "00000002", now=125) == "C402C1" "01" "00000003" "01" "10"


@pytest.mark.clause("4.2.3")
def test_a_value_that_does_not_fit_and_may_not_come_in_blocks_fails() -> None:
    server = meter(conformance=NO_BLOCKS)
    assert server.one(GET) == "C401C101FA"
    assert of_kind(server.events, ResponseNotSent)
    listed = "C003C1" "02" "0001" "0000800000FF" "02" "00" "0001" "0000800300FF" "02" "00"
    assert server.one(listed) == "C403C102" "01FA" "01FA"
    # Ten results of two octets each do not fit in 18 either.
    small = meter(size=18, conformance=NO_BLOCKS)
    assert small.one("C003C1" "0A" + ("0001" "0000800000FF" "02" "00") * 10) == "D80103"


@pytest.mark.clause("4.2.3")
def test_blocks_of_two_octets_are_enough() -> None:
    server = meter(size=12)
    answers = [server.one(GET)]
    while answers[-1][6:8] == "00":
        answers.append(server.one(f"C002C1{len(answers):08X}"))
    assert "".join(answer[20:] for answer in answers) == ENCODED
    assert len(answers) == 31


@pytest.mark.clause("4.2.3")
def test_not_even_one_octet_fits_beside_the_ciphering() -> None:
    wire = pair(LN_CIPHERED, policy=3, client_size=23)
    wire.objects.values[VALUE] = LONG
    failed = only(wire.ask(Get.Request(VALUE)), ServiceFailed)
    assert failed.failure is Failure.EXCEPTION
    assert wire.seen[-1][1].hex() == "d80103"


@pytest.mark.clause("7.3.3")
def test_another_long_response_during_a_transfer_has_to_wait_for_its_end() -> None:
    server = Meter(answers=False, client_size=40)
    server.ask(GET)
    server.ask(OTHER_GET)
    one, other = of_kind(server.events, Get.Indication)
    server.server.send(one.response(LONG), now=0)
    server.server.send(other.response(LONG), now=0)
    first, second = server.take()
    assert first.startswith("C402C1" "00")
    assert second == "C401C2" "01" "02"  # temporary-failure
    assert server.one("C002C1" "00000001").startswith("C402C1" "00" "00000002")


class Slow(BlockSource):
    """The encoded Data, until it cannot be had any more."""

    def __init__(self, encoded: bytes, fails: int | None = None) -> None:
        self.encoded = encoded
        self.fails = fails
        self.at = 0

    def read(self, size: int) -> bytes:
        if self.fails is not None and self.at + size > self.fails:
            raise BlockUnavailableError
        octets = self.encoded[self.at : self.at + size]
        self.at += len(octets)
        return octets


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize("length", [0, 1, 33, 34, 35, 36, 200])
def test_a_value_may_be_read_from_a_source_as_it_is_sent(length: int) -> None:
    value = octets(bytes(length))
    server = Meter(answers=False, client_size=40)
    server.ask(GET)
    source = Slow(value.encode())
    server.server.send(only(server.events, Get.Indication).response(source), now=0)
    (answer,) = server.take()
    if len(value.encode()) <= 36:
        assert answer == "C401C100" + value.encode().hex().upper()
        return
    assert source.at <= 37
    joined = answer[20:]
    while answer[6:8] == "00":
        answer = server.one("C002C1" + answer[8:16])
        joined += answer[20:]
    assert joined == value.encode().hex().upper()


@pytest.mark.clause("7.3.3")
def test_a_block_that_cannot_be_had_ends_the_transfer() -> None:
    server = Meter(answers=False, client_size=40)
    server.ask(GET)
    server.server.send(only(server.events, Get.Indication).response(Slow(bytes(200), fails=70)), now=0)
    assert server.take()[0].startswith("C402C1" "00")
    assert server.one("C002C1" "00000001").startswith("C402C1" "00" "00000002")
    assert server.one("C002C1" "00000002") == "C402C1" "01" "00000003" "01" "0E"
    assert server.events[-1] == TransferAborted(Service.GET, 1, TransferEnd.UNAVAILABLE)
    server.ask(GET)
    found = of_kind(server.events, Get.Indication)[-1]
    server.server.send(found.response(Slow(bytes(200), fails=10)), now=0)
    assert server.take() == ["C401C1" "01" "0E"]


# Client


@pytest.mark.clause("Figure 15")
def test_a_get_is_confirmed_with_its_result() -> None:
    client = Reader()
    assert client.send(Get.Request(VALUE)) == [SENT]
    assert client.answer("C401C1001107") == []
    confirm = only(client.events(), Get.Confirm)
    assert (confirm.result, confirm.invoke_id, confirm.response_type) == (unsigned(7), 1, ResponseType.NORMAL)
    client.send(Get.Request(VALUE, priority=Priority.HIGH))
    client.answer("C401C20103")
    confirm = only(client.events(), Get.Confirm)
    assert confirm.result == DataAccessResult.read_write_denied
    assert confirm.priority is Priority.HIGH


@pytest.mark.clause("Table 36")
def test_a_list_is_confirmed_with_a_result_for_each_attribute() -> None:
    client = Reader()
    request = Get.Request((VALUE, OTHER))
    assert request.request_type is RequestType.WITH_LIST
    assert client.send(request) == ["C0034102" "0001" "0000800000FF" "02" "00" "0001" "0000800100FF" "02" "00"]
    client.answer("C403C102" "001107" "0104")
    confirm = only(client.events(), Get.Confirm)
    assert confirm.result == (unsigned(7), DataAccessResult.object_undefined)
    assert confirm.response_type is ResponseType.WITH_LIST


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize(
    "answer",
    [
        "C403C102" "001107" "0104",
        "C403C100",
        "C403C101" "001107",
    ],
)
def test_a_list_that_does_not_answer_the_request_fails_it(answer: str) -> None:
    for request in (Get.Request(VALUE), Get.Request((VALUE,) * 3)):
        client = Reader()
        client.send(request)
        client.answer(answer)
        assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("7.3.3")
def test_one_value_for_a_list_fails_it_and_one_reason_is_that_of_the_whole() -> None:
    client = Reader()
    client.send(Get.Request((VALUE, OTHER)))
    client.answer("C401C1001107")
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE
    client.send(Get.Request((VALUE, OTHER)))
    client.answer("C401C20101")
    assert only(client.events(), Get.Confirm).result == DataAccessResult.hardware_fault


@pytest.mark.clause("7.3.3")
def test_an_empty_list_is_not_requested() -> None:
    with pytest.raises(LocalProtocolError) as caught:
        Reader().send(Get.Request(()))
    assert caught.value.fault is LocalFault.PARAMETER


@pytest.mark.clause("Figure 16")
def test_the_client_asks_for_every_block_by_itself() -> None:
    client = Reader()
    client.send(Get.Request(VALUE))
    assert client.answer("C402C1" "00" "00000001" "00" "02" + ENCODED[:4]) == ["C00241" "00000001"]
    assert client.answer("C402C1" "00" "00000002" "00" "00") == ["C00241" "00000002"]
    assert client.events() == []
    assert client.answer("C402C1" "01" "00000003" "00" "3C" + ENCODED[4:]) == []
    assert only(client.events(), Get.Confirm).result == LONG


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize("number", ["00000000", "00000001", "00000003"])
def test_a_block_with_a_wrong_number_fails_the_get(number: str) -> None:
    client = Reader()
    client.send(Get.Request(VALUE))
    client.answer("C402C1" "00" "00000001" "00" "02" "093C")
    assert client.answer("C402C1" "00" + number + "00" "02" "0000") == []
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE
    assert client.send(Get.Request(VALUE)) != []


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize("number", ["00000002", "00000013", "00000001"])
def test_an_error_block_ends_the_get_whatever_its_number(number: str) -> None:
    client = Reader()
    client.send(Get.Request(VALUE))
    client.answer("C402C1" "00" "00000001" "00" "02" "093C")
    client.answer("C402C1" "01" + number + "01" "0E")
    assert only(client.events(), Get.Confirm).result == DataAccessResult.data_block_unavailable


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize("raw_data", ["00", "0C3C", "", "093C"])
def test_joined_blocks_that_are_no_data_fail_the_get(raw_data: str) -> None:
    client = Reader()
    client.send(Get.Request(VALUE))
    if raw_data == "00":
        raw_data = "0000"
    client.answer("C402C1" "01" "00000001" "00" + f"{len(raw_data) // 2:02X}" + raw_data)
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("7.3.3")
def test_a_response_longer_than_what_is_kept_fails_the_get() -> None:
    client = Reader(client=ClientSettings(largest_value=10))
    client.send(Get.Request(VALUE))
    client.answer("C402C1" "00" "00000001" "00" "0A" + "00" * 10)
    client.answer("C402C1" "00" "00000002" "00" "01" "00")
    assert only(client.events(), ServiceFailed).failure is Failure.TOO_MUCH


@pytest.mark.clause("Table 14")
def test_block_by_block_each_block_is_told_and_the_next_one_comes_when_it_is_asked_for() -> None:
    client = Reader(client=ClientSettings(largest_value=0))
    client.send(Get.Request(VALUE, block_by_block=True))
    assert client.answer("C402C1" "00" "00000001" "00" "02" "093C") == []
    block = only(client.events(), Get.Block)
    assert (block.block_number, block.last_block, block.raw_data) == (1, False, b"\x09\x3c")
    assert block.response_type is ResponseType.ONE_BLOCK
    assert client.client.next_timeout() is None
    client.answer("C402C1" "00" "00000002" "00" "02" "093C")
    assert only(client.events(), ApduDropped).fault is RemoteFault.UNMATCHED  # it was not asked for
    assert client.send(Get.Next(invoke_id=1), now=9) == ["C00241" "00000001"]
    assert client.client.next_timeout() == 14.0
    with pytest.raises(LocalProtocolError) as caught:
        client.send(Get.Next(invoke_id=1))
    assert caught.value.fault is LocalFault.UNKNOWN_REQUEST
    client.answer("C402C1" "01" "00000002" "00" "01" "00")
    block = only(client.events(), Get.Block)
    assert block.response_type is ResponseType.LAST_BLOCK
    with pytest.raises(LocalProtocolError):
        client.send(Get.Next(invoke_id=1))
    client.send(Get.Request(VALUE, block_by_block=True))
    client.answer("C401C2001107")
    assert only(client.events(), Get.Confirm).result == unsigned(7)


@pytest.mark.clause("4.2.3")
def test_a_request_that_is_too_long_for_the_server_is_not_sent() -> None:
    client = Reader(server_size=12)
    with pytest.raises(LocalProtocolError) as caught:
        client.send(Get.Request(VALUE))
    assert caught.value.fault is LocalFault.TOO_LONG
    client = Reader(server_size=13)
    assert client.send(Get.Request(VALUE)) == [SENT]


@pytest.mark.clause("4.2.3")
def test_a_selection_goes_with_its_attribute() -> None:
    client = Reader()
    selection = SelectiveAccessDescriptor(2, unsigned(5))
    selected = AttributeReference(7, bytes.fromhex("0100630100FF"), 2, selection)
    assert client.send(Get.Request(selected)) == ["C00141" "0007" "0100630100FF" "02" "01" "02" "1105"]
    server = Meter()
    server.ask("C001C1" "0007" "0100630100FF" "02" "01" "02" "1105")
    indication = of_kind(server.events, Get.Indication)[0]
    assert indication.attribute == selected


@pytest.mark.clause("7.3.2")
def test_the_service_class_bit_may_be_left_to_the_frame() -> None:
    client = Reader(client=ClientSettings(service_class_bit=False))
    assert client.send(Get.Request(VALUE, priority=Priority.HIGH)) == [GET.replace("C001C1", "C00181")]
    client.answer("C40181001107")
    assert only(client.events(), Get.Confirm).result == unsigned(7)


@pytest.mark.clause("7.3.2")
def test_units_to_send_tell_which_are_of_confirmed_services() -> None:
    client = Reader()
    client.client.send(Get.Request(VALUE), now=0)
    client.client.send(Get.Request(VALUE, service_class=ServiceClass.UNCONFIRMED), now=0)
    assert [unit.confirmed for unit in client.client.units_to_send()] == [True, False]
    assert client.client.units_to_send() == []


def test_text_and_other_values_go_through_unchanged() -> None:
    wire = pair(client_size=30, server=ServerSettings())
    wire.objects.values[VALUE] = text("a" * 100)
    assert only(wire.ask(Get.Request(VALUE)), Get.Confirm).result == text("a" * 100)


@pytest.mark.clause("7.3.3")
def test_a_block_that_cannot_be_protected_ends_the_transfer() -> None:
    class Empty(MemoryCounterStore):
        empty = False

        def next_counter(self, line: Any) -> int:
            if self.empty:
                raise CounterStoreError("the disk is full")
            return super().next_counter(line)

    store = Empty()
    settings = ServerSettings(
        application_contexts=frozenset({LN_CIPHERED}),
        security=lambda title, ciphered: security(SERVER_TITLE, None, policy=3, store=store),
    )
    wire = pair(LN_CIPHERED, policy=3, server=settings, client_size=60)
    wire.objects.values[VALUE] = LONG
    wire.client.send(Get.Request(VALUE, block_by_block=True), now=0)
    wire.run()
    store.empty = True
    wire.client.send(Get.Next(invoke_id=1), now=0)
    wire.run()
    assert TransferAborted(Service.GET, 1, TransferEnd.UNAVAILABLE) in wire.server_events
    assert of_kind(wire.server_events, AnswerNotSent)
