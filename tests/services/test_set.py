"""SET, both roles (clauses 6.7, 7.3.4; Figures 18, 19; Tables 15, 16, 37)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import OTHER, VALUE, null, octets, of_kind, only, unsigned
from services.support import Meter, Reader

from xdlms.association import ApduDropped, ServerSettings
from xdlms.services.conformance import Service
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault
from xdlms.services.events import Failure, ServiceFailed, TransferAborted, TransferEnd
from xdlms.services.primitives import Get, ResponseType, ServiceClass, Set
from xdlms.services.references import AttributeReference
from xdlms_apdu.v2023 import Conformance, DataAccessResult, SelectiveAccessDescriptor

VALUE_OCTETS = "0001" "0000800000FF" "02"
OTHER_OCTETS = "0001" "0000800100FF" "02"
FIRST = "C102C1" + VALUE_OCTETS + "00"
LATER = "C103C1"
LONG = octets(bytes(range(60)))
ENCODED = LONG.encode().hex().upper()
SUCCESS = DataAccessResult.success


def aborted(end: TransferEnd) -> TransferAborted:
    return TransferAborted(Service.SET, 1, end)


# Server


@pytest.mark.clause("Table 37")
def test_set_request_normal_is_applied_and_answered() -> None:
    server = Meter()
    assert server.one("C101C1" + VALUE_OCTETS + "00" "1107") == "C501C1" "00"
    assert server.objects.values == {VALUE: unsigned(7)}


@pytest.mark.clause("Table 37")
def test_the_results_of_a_list_come_in_the_order_of_the_request() -> None:
    server = Meter(answers=False)
    assert server.ask("C104C1" "02" + VALUE_OCTETS + "00" + OTHER_OCTETS + "00" "02" "1101" "1102") == []
    indication = only(server.events, Set.Indication)
    assert (indication.attribute, indication.value) == ((VALUE, OTHER), (unsigned(1), unsigned(2)))
    answer = (SUCCESS, DataAccessResult.type_unmatched)
    server.server.send(indication.response(answer), now=0)
    assert server.take() == ["C505C1" "02" "00" "0C"]


@pytest.mark.clause("7.3.4")
def test_an_unconfirmed_set_is_applied_and_not_answered() -> None:
    server = Meter()
    assert server.ask("C10101" + VALUE_OCTETS + "00" "1107") == []
    assert server.objects.values == {VALUE: unsigned(7)}


@pytest.mark.clause("7.3.4")
@pytest.mark.parametrize("values", ["00", "01" "1101", "03" "1101" "1102" "1103"])
def test_a_list_with_another_number_of_values_applies_nothing(values: str) -> None:
    server = Meter()
    assert server.one("C104C1" "02" + VALUE_OCTETS + "00" + OTHER_OCTETS + "00" + values) == "C505C1" "02" "0C" "0C"
    assert server.objects.writes == 0
    assert server.ask("C10401" "02" + VALUE_OCTETS + "00" + OTHER_OCTETS + "00" + values) == []
    assert isinstance(server.events[-1], ApduDropped)
    assert server.objects.writes == 0


@pytest.mark.clause("7.3.1")
def test_items_that_were_not_negotiated_get_their_own_result_and_the_others_are_applied() -> None:
    bits = Conformance.set | Conformance.multiple_references | Conformance.block_transfer_with_set_or_write
    selected = VALUE_OCTETS + "01" "01" "00"
    everything = "0001" "0000800000FF" "00" "00"
    plain = OTHER_OCTETS + "00"
    server = Meter(conformance=bits)
    listed = "03" + selected + plain + everything
    assert server.one("C104C1" + listed + "03" "1101" "1102" "1103") == "C505C1" "03" "0D" "00" "0D"
    assert server.objects.values == {OTHER: unsigned(2)}
    assert server.one("C101C1" + selected + "1101") == "C501C1" "0D"
    assert server.one("C101C1" + everything + "1101") == "C501C1" "0D"
    assert server.one("C102C1" + selected + "00" "00000001" "01" "11") == "C503C1" "0D" "00000001"
    assert server.one(LATER + "01" "00000002" "01" "07") == "C503C1" "12" "00000002"
    assert server.one("C105C1" + listed + "01" "00000001" "07" "03" "1101" "1104" "1103") == (
        "C504C1" "03" "0D" "00" "0D" "00000001"
    )
    assert server.objects.values == {OTHER: unsigned(4)}
    assert server.objects.writes == 2


@pytest.mark.clause("Figure 19")
def test_a_value_in_blocks_is_applied_once_when_it_is_whole() -> None:
    server = Meter()
    assert server.one(FIRST + "00" "00000001" "02" + ENCODED[:4]) == "C502C1" "00000001"
    assert server.one(LATER + "00" "00000002" "00") == "C502C1" "00000002"
    assert server.objects.writes == 0
    assert server.one(LATER + "01" "00000003" "3C" + ENCODED[4:]) == "C503C1" "00" "00000003"
    assert server.objects.values == {VALUE: LONG}
    assert server.objects.writes == 1


@pytest.mark.clause("Figure 19")
def test_a_list_in_blocks_carries_the_encoded_list_of_values() -> None:
    server = Meter()
    whole = "02" + ENCODED + "1105"
    front = "C105C1" "02" + VALUE_OCTETS + "00" + OTHER_OCTETS + "00"
    assert server.one(front + "00" "00000001" "05" + whole[:10]) == "C502C1" "00000001"
    rest = whole[10:]
    last = server.one(LATER + "01" "00000002" + f"{len(rest) // 2:02X}" + rest)
    assert last == "C504C1" "02" "00" "00" "00000002"
    assert server.objects.values == {VALUE: LONG, OTHER: unsigned(5)}


@pytest.mark.clause("Figure 19")
def test_one_block_may_be_all() -> None:
    server = Meter()
    assert server.one(FIRST + "01" "00000001" "02" "1107") == "C503C1" "00" "00000001"
    assert server.objects.values == {VALUE: unsigned(7)}


@pytest.mark.clause("7.3.4")
@pytest.mark.parametrize("number", ["00000000", "00000001", "00000003", "FFFFFFFF"])
def test_a_block_with_a_wrong_number_ends_the_transfer_and_nothing_is_applied(number: str) -> None:
    server = Meter()
    server.one(FIRST + "00" "00000001" "02" "1107")
    assert server.one(LATER + "01" + number + "00") == "C503C1" "13" "00000002"
    assert server.events[-1] == aborted(TransferEnd.WRONG_NUMBER)
    assert server.one(LATER + "01" "00000002" "00") == "C503C1" "12" "00000002"
    assert server.objects.writes == 0


@pytest.mark.clause("7.3.4")
@pytest.mark.parametrize("number", ["00000000", "00000002"])
def test_the_first_block_has_number_1(number: str) -> None:
    server = Meter()
    assert server.one(FIRST + "00" + number + "02" "1107") == "C503C1" "13" "00000001"
    assert server.objects.writes == 0


@pytest.mark.clause("7.3.4")
def test_a_block_with_none_running_is_told_so() -> None:
    server = Meter()
    assert server.one(LATER + "01" "00000002" "00") == "C503C1" "12" "00000002"
    server.one(FIRST + "00" "00000001" "02" "1107")
    other = LATER.replace("C103C1", "C103C2")
    assert server.one(other + "01" "00000002" "00") == "C503C2" "12" "00000002"
    assert server.one("C306C1" "01" "00000002" "00") == "C701C1" "10" "00"
    assert server.one(LATER + "01" "00000002" "00") == "C503C1" "00" "00000002"


@pytest.mark.clause("7.3.4")
@pytest.mark.parametrize(
    "other",
    [
        "C001C2" + OTHER_OCTETS + "00",
        "C101C2" + OTHER_OCTETS + "00" "1105",
        "C102C2" + OTHER_OCTETS + "00" "01" "00000001" "02" "1105",
        "C301C2" "0009" "00000A0000FF" "01" "00",
        "C10102" + OTHER_OCTETS + "00" "1105",
    ],
)
def test_another_request_aborts_a_long_set_and_nothing_of_it_is_applied(other: str) -> None:
    server = Meter()
    server.one(FIRST + "00" "00000001" "02" "1107")
    server.ask(other)
    assert of_kind(server.events, TransferAborted) == [aborted(TransferEnd.OTHER_REQUEST)]
    assert server.one(LATER + "01" "00000002" "00") == "C503C1" "12" "00000002"
    assert VALUE not in server.objects.values


@pytest.mark.clause("7.3.4")
def test_a_new_first_block_begins_anew() -> None:
    server = Meter()
    server.one(FIRST + "00" "00000001" "02" "1107")
    assert server.one(FIRST + "00" "00000001" "01" "11") == "C502C1" "00000001"
    assert server.one(LATER + "01" "00000002" "01" "08") == "C503C1" "00" "00000002"
    assert server.objects.values == {VALUE: unsigned(8)}


@pytest.mark.clause("7.3.4")
@pytest.mark.parametrize("raw_data", ["00" "00", "0C", "FE"])
def test_joined_blocks_that_are_no_data_are_refused(raw_data: str) -> None:
    server = Meter()
    server.one(FIRST + "00" "00000001" "00")
    answer = server.one(LATER + "01" "00000002" + f"{len(raw_data) // 2:02X}" + raw_data)
    assert answer == "C503C1" "0C" "00000002"
    assert server.objects.writes == 0


@pytest.mark.clause("7.3.4")
@pytest.mark.parametrize("raw_data", ["00", "01" "00", "03" "000000"])
def test_joined_blocks_with_another_number_of_values_are_refused(raw_data: str) -> None:
    server = Meter()
    front = "C105C1" "02" + VALUE_OCTETS + "00" + OTHER_OCTETS + "00"
    answer = server.one(front + "01" "00000001" + f"{len(raw_data) // 2:02X}" + raw_data)
    assert answer == "C504C1" "02" "0C" "0C" "00000001"
    assert server.objects.writes == 0


def test_a_value_longer_than_what_is_kept_ends_the_transfer() -> None:
    server = Meter(server=ServerSettings(largest_value=4))
    server.one(FIRST + "00" "00000001" "04" "09100000")
    assert server.one(LATER + "00" "00000002" "01" "00") == "C503C1" "FA" "00000002"
    assert server.events[-1] == aborted(TransferEnd.TOO_MUCH)
    assert server.one(LATER + "00" "00000003" "01" "00") == "C503C1" "12" "00000003"


@pytest.mark.clause("7.3.4")
def test_blocks_need_a_confirmed_service() -> None:
    server = Meter()
    assert server.ask(FIRST.replace("C102C1", "C10201") + "01" "00000001" "02" "1107") == []
    assert server.ask(LATER.replace("C103C1", "C10301") + "01" "00000001" "02" "1107") == []
    assert [event.fault for event in of_kind(server.events, ApduDropped)] == [RemoteFault.WRONG_BLOCK] * 2
    assert server.objects.writes == 0


def test_a_client_that_does_not_go_on_loses_the_transfer() -> None:
    server = Meter()
    server.one(FIRST + "00" "00000001" "02" "1107", now=1)
    assert server.server.next_timeout() == 61.0
    server.server.handle_timeout(now=61)
    server.take()
    assert server.events[-1] == aborted(TransferEnd.TIME_OUT)
    assert server.server.next_timeout() is None


@pytest.mark.clause("6.7")
def test_the_application_gives_one_result_for_each_attribute() -> None:
    server = Meter(answers=False)
    server.ask("C101C1" + VALUE_OCTETS + "00" "1107")
    indication = only(server.events, Set.Indication)
    with pytest.raises(LocalProtocolError):
        server.server.send(indication.response((SUCCESS,)), now=0)
    with pytest.raises(LocalProtocolError):
        server.server.send(Get.Response(null(), invoke_id=1), now=0)
    server.server.send(indication.response(SUCCESS), now=0)
    assert server.take() == ["C501C1" "00"]


@pytest.mark.clause("4.2.3")
def test_results_that_do_not_fit_are_an_exception() -> None:
    server = Meter(client_size=12)
    ten = "C104C1" "0A" + (VALUE_OCTETS + "00") * 10 + "0A" + "00" * 10
    assert server.one(ten) == "D80103"


# Client


@pytest.mark.clause("Figure 18")
def test_a_set_is_confirmed_with_its_result() -> None:
    client = Reader()
    assert client.send(Set.Request(VALUE, unsigned(7))) == ["C10141" + VALUE_OCTETS + "00" "1107"]
    client.answer("C50141" "03")
    confirm = only(client.events(), Set.Confirm)
    assert (confirm.result, confirm.response_type) == (DataAccessResult.read_write_denied, ResponseType.NORMAL)
    request = Set.Request((VALUE, OTHER), (unsigned(1), null()))
    assert client.send(request) == ["C10442" "02" + VALUE_OCTETS + "00" + OTHER_OCTETS + "00" "02" "1101" "00"]
    client.answer("C50542" "02" "00" "0C")
    assert only(client.events(), Set.Confirm).result == (SUCCESS, DataAccessResult.type_unmatched)


@pytest.mark.clause("7.3.4")
def test_a_list_that_does_not_answer_the_request_fails_it() -> None:
    for answer in ("C50541" "01" "00", "C50541" "00", "C50141" "00", "C50441" "03" "000000" "00000001"):
        client = Reader()
        client.send(Set.Request((VALUE, OTHER), (null(), null())))
        client.answer(answer)
        assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE, answer
    client = Reader()
    client.send(Set.Request((VALUE, OTHER), (null(), null())))
    client.answer("C50141" "FA")
    assert only(client.events(), Set.Confirm).result == DataAccessResult.other_reason


@pytest.mark.clause("6.7")
def test_there_are_as_many_values_as_attributes() -> None:
    wrong: list[Any] = [
        Set.Request((VALUE, OTHER), (null(),)),
        Set.Request((VALUE,), null()),
        Set.Request(VALUE, (null(),)),
        Set.Request((), ()),
    ]
    for request in wrong:
        with pytest.raises(LocalProtocolError) as caught:
            Reader().send(request)
        assert caught.value.fault is LocalFault.PARAMETER


@pytest.mark.clause("Figure 19")
def test_a_long_value_goes_in_blocks_each_after_the_one_before_was_taken() -> None:
    client = Reader(server_size=40)
    (first,) = client.send(Set.Request(VALUE, LONG))
    assert first == "C10241" + VALUE_OCTETS + "00" "00" "00000001" "15" + ENCODED[:42]
    (second,) = client.answer("C50241" "00000001")
    assert second == "C10341" "00" "00000002" "1F" + ENCODED[42:104]
    (third,) = client.answer("C50241" "00000002")
    assert third == "C10341" "01" "00000003" "0A" + ENCODED[104:]
    assert client.answer("C50341" "00" "00000003") == []
    assert only(client.events(), Set.Confirm).result == SUCCESS
    assert max(len(octets_) for octets_ in (first, second, third)) <= 80


@pytest.mark.clause("Figure 19")
def test_a_long_list_goes_in_blocks_with_the_references_in_the_first() -> None:
    client = Reader(server_size=50)
    (first,) = client.send(Set.Request((VALUE, OTHER), (LONG, unsigned(5))))
    front = "C10541" "02" + VALUE_OCTETS + "00" + OTHER_OCTETS + "00" "00" "00000001"
    assert first == front + "14" "02" + ENCODED[:38]
    (second,) = client.answer("C50241" "00000001")
    assert second == "C10341" "00" "00000002" "29" + ENCODED[38:120]
    (third,) = client.answer("C50241" "00000002")
    assert third == "C10341" "01" "00000003" "04" + ENCODED[120:] + "1105"
    client.answer("C50441" "02" "00" "0B" "00000003")
    assert only(client.events(), Set.Confirm).result == (SUCCESS, DataAccessResult.object_unavailable)


@pytest.mark.clause("Figure 19")
def test_a_selection_goes_with_the_first_block() -> None:
    client = Reader(server_size=40)
    selected = AttributeReference(1, VALUE.instance_id, 2, SelectiveAccessDescriptor(2, unsigned(5)))
    (first,) = client.send(Set.Request(selected, LONG))
    assert first.startswith("C10241" + VALUE_OCTETS + "01" "02" "1105" "00" "00000001" "12")


@pytest.mark.clause("7.3.4")
@pytest.mark.parametrize("answer", ["C50241" "00000000", "C50241" "00000002", "C50141" "00", "C50341" "00" "00000001"])
def test_a_wrong_acknowledgement_or_an_early_success_fails_the_set(answer: str) -> None:
    client = Reader(server_size=40)
    client.send(Set.Request(VALUE, LONG))
    assert client.answer(answer) == []
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("7.3.4")
@pytest.mark.parametrize("answer", ["C50341" "13" "00000001", "C50141" "0B", "C50341" "12" "00000009"])
def test_an_error_ends_the_set_before_all_blocks_were_sent(answer: str) -> None:
    client = Reader(server_size=40)
    client.send(Set.Request(VALUE, LONG))
    client.answer("C50241" "00000001")
    assert client.answer(answer) == []
    assert only(client.events(), Set.Confirm).result != SUCCESS


@pytest.mark.clause("7.3.4")
def test_an_acknowledgement_that_was_not_due_fails_the_set() -> None:
    client = Reader()
    client.send(Set.Request(VALUE, unsigned(7)))
    client.answer("C50241" "00000000")
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE
    client = Reader(server_size=40)
    client.send(Set.Request(VALUE, octets(bytes(30))))
    client.answer("C50241" "00000001")
    client.answer("C50241" "00000002")
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("4.2.3")
def test_a_set_that_is_too_long_is_refused_locally() -> None:
    for size in (12, 18, 19):
        with pytest.raises(LocalProtocolError) as caught:
            Reader(server_size=size).send(Set.Request(VALUE, LONG))
        assert caught.value.fault is LocalFault.TOO_LONG
    assert Reader(server_size=20).send(Set.Request(VALUE, LONG)) == [
        "C10241" + VALUE_OCTETS + "00" "00" "00000001" "01" "09"
    ]
    with pytest.raises(LocalProtocolError) as caught:
        Reader(server_size=40).send(Set.Request(VALUE, LONG, service_class=ServiceClass.UNCONFIRMED))
    assert caught.value.fault is LocalFault.TOO_LONG


@pytest.mark.clause("4.2.3")
def test_later_blocks_keep_to_the_size_too() -> None:
    client = Reader(server_size=20)
    client.send(Set.Request(VALUE, LONG))
    (second,) = client.answer("C50241" "00000001")
    assert len(second) // 2 == 20


def test_an_abort_by_another_request_has_the_result_of_the_standard() -> None:
    assert aborted(TransferEnd.OTHER_REQUEST).result == DataAccessResult.long_set_aborted
    assert aborted(TransferEnd.TIME_OUT).result is None
