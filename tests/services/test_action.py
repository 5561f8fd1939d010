"""ACTION, both roles, blocks both ways (clauses 6.8, 7.3.5; Figures 20, 21; Tables 17, 18, 38)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import METHOD, null, octets, of_kind, only, pair, unsigned
from services.support import Meter, Reader

from xdlms.association import ApduDropped, ClientSettings, ServerSettings
from xdlms.services.conformance import Service
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.events import Failure, ResponseNotSent, ServiceFailed, TransferAborted, TransferEnd
from xdlms.services.primitives import Action, ServiceClass
from xdlms.services.values import ActionResponseForm
from xdlms_apdu.v2023 import ActionResponseWithOptionalData, ActionResult, Conformance, DataAccessResult

METHOD_OCTETS = "0009" "00000A0000FF" "01"
LONG = octets(bytes(range(60)))
ENCODED = LONG.encode().hex().upper()
SUCCESS = ActionResponseWithOptionalData(ActionResult.success)
RETURNED = ActionResponseWithOptionalData(ActionResult.success, LONG)


def aborted(end: TransferEnd) -> TransferAborted:
    return TransferAborted(Service.ACTION, 1, end)


def meter(**given: Any) -> Meter:
    found = Meter(**given)
    found.objects.returned = LONG
    return found


# Server


@pytest.mark.clause("Table 38")
def test_action_request_normal_is_invoked_and_answered() -> None:
    server = Meter()
    assert server.one("C301C1" + METHOD_OCTETS + "00") == "C701C1" "00" "00"
    assert server.one("C301C1" + METHOD_OCTETS + "01" "120002") == "C701C1" "00" "00"
    server.objects.returned = unsigned(5)
    assert server.one("C301C1" + METHOD_OCTETS + "00") == "C701C1" "00" "01" "00" "1105"
    assert [value for _, value in server.objects.calls[:1]] == [None]


@pytest.mark.clause("Table 38")
def test_the_results_of_a_list_come_in_the_order_of_the_request() -> None:
    server = Meter(answers=False)
    assert server.ask("C303C1" "02" + METHOD_OCTETS * 2 + "02" "00" "1101") == []
    indication = only(server.events, Action.Indication)
    assert (indication.method, indication.value) == ((METHOD, METHOD), (null(), unsigned(1)))
    denied = ActionResponseWithOptionalData(ActionResult.read_write_denied, DataAccessResult.read_write_denied)
    server.server.send(indication.response((denied, SUCCESS)), now=0)
    assert server.take() == ["C703C1" "02" "03" "01" "0103" "00" "00"]


@pytest.mark.clause("7.3.5")
def test_an_unconfirmed_action_is_invoked_and_not_answered() -> None:
    server = Meter()
    assert server.ask("C30101" + METHOD_OCTETS + "00") == []
    assert server.objects.calls == [(METHOD, None)]


@pytest.mark.clause("7.3.5")
def test_a_list_with_another_number_of_parameters_invokes_nothing() -> None:
    server = Meter()
    assert server.one("C303C1" "02" + METHOD_OCTETS * 2 + "01" "00") == "C703C1" "02" "0C00" "0C00"
    assert server.one("C303C1" "00" "00") == "C703C1" "00"
    assert server.objects.calls == []


@pytest.mark.clause("Figure 21")
def test_a_parameter_in_blocks_is_used_when_it_is_whole() -> None:
    server = Meter()
    assert server.one("C304C1" + METHOD_OCTETS + "00" "00000001" "02" + ENCODED[:4]) == "C704C1" "00000001"
    assert server.objects.calls == []
    assert server.one("C306C1" "01" "00000002" "3C" + ENCODED[4:]) == "C701C1" "00" "00"
    assert server.objects.calls == [(METHOD, LONG)]


@pytest.mark.clause("Figure 21")
def test_a_list_in_blocks_carries_the_encoded_list_of_parameters() -> None:
    server = Meter()
    assert server.one("C305C1" "02" + METHOD_OCTETS * 2 + "00" "00000001" "02" "0211") == "C704C1" "00000001"
    assert server.one("C306C1" "01" "00000002" "02" "0100") == "C703C1" "02" "0000" "0000"
    assert server.objects.calls == [(METHOD, unsigned(1)), (METHOD, null())]


@pytest.mark.clause("7.3.5")
@pytest.mark.parametrize("number", ["00000000", "00000001", "00000003"])
def test_a_block_with_a_wrong_number_is_data_block_unavailable(number: str) -> None:
    for first in ("C304C1" + METHOD_OCTETS, "C305C1" "01" + METHOD_OCTETS):
        server = Meter()
        server.one(first + "00" "00000001" "01" "11")
        assert server.one("C306C1" "01" + number + "01" "05") == "C701C1" "0E" "00"
        assert server.events[-1] == aborted(TransferEnd.WRONG_NUMBER)
        assert server.one("C306C1" "01" "00000002" "01" "05") == "C701C1" "10" "00"
        assert server.objects.calls == []


@pytest.mark.clause("7.3.5")
def test_what_is_no_data_or_too_much_is_refused() -> None:
    server = Meter(server=ServerSettings(largest_value=4))
    assert server.one("C304C1" + METHOD_OCTETS + "01" "00000001" "02" "0C05") == "C701C1" "0C" "00"
    assert server.one("C304C1" + METHOD_OCTETS + "01" "00000001" "05" "0000000000") == "C701C1" "FA" "00"
    assert server.objects.calls == []


@pytest.mark.clause("Figure 21")
def test_a_long_response_comes_in_blocks_that_joined_are_the_encoded_response() -> None:
    server = meter(client_size=40)
    whole = "00" "01" "00" + ENCODED
    assert server.one("C301C1" + METHOD_OCTETS + "00") == "C702C1" "00" "00000001" "1F" + whole[:62]
    assert server.one("C302C1" "00000001") == "C702C1" "00" "00000002" "1F" + whole[62:124]
    assert server.one("C302C1" "00000002") == "C702C1" "01" "00000003" "03" + whole[124:]
    assert server.one("C302C1" "00000003") == "C701C1" "10" "00"


@pytest.mark.clause("Figure 21")
def test_request_blocks_come_first_and_response_blocks_begin_at_1_again() -> None:
    server = meter(client_size=60)
    whole = "00" "01" "00" + ENCODED
    server.one("C304C1" + METHOD_OCTETS + "00" "00000001" "01" "11")
    assert server.one("C306C1" "01" "00000002" "01" "05") == "C702C1" "00" "00000001" "33" + whole[:102]
    assert server.one("C302C1" "00000001") == "C702C1" "01" "00000002" "0E" + whole[102:]


@pytest.mark.clause("7.3.5")
def test_a_wrong_number_in_next_pblock_is_data_block_unavailable() -> None:
    server = meter(client_size=40)
    server.one("C301C1" + METHOD_OCTETS + "00")
    assert server.one("C302C1" "00000002") == "C701C1" "0E" "00"
    assert server.events[-1] == aborted(TransferEnd.WRONG_NUMBER)
    assert server.one("C302C1" "00000001") == "C701C1" "10" "00"


@pytest.mark.clause("7.3.5")
@pytest.mark.parametrize(
    ("form", "single", "listed"),
    [
        (ActionResponseForm.STANDARD, "000100" + ENCODED, "02" + ("000100" + ENCODED) * 2),
        (ActionResponseForm.DATA, ENCODED, "02" + ENCODED * 2),
    ],
)
def test_what_the_blocks_of_a_response_hold_is_a_setting(form: ActionResponseForm, single: str, listed: str) -> None:
    for request, expected in (
        ("C301C1" + METHOD_OCTETS + "00", single),
        ("C303C1" "02" + METHOD_OCTETS * 2 + "02" "0000", listed),
    ):
        server = meter(client_size=40, server=ServerSettings(action_response_form=form))
        answer = server.one(request)
        joined = answer[18:]
        while answer[6:8] == "00":
            answer = server.one("C302C1" + answer[8:16])
            joined += answer[18:]
        assert joined == expected


@pytest.mark.clause("7.3.5")
def test_what_the_form_data_cannot_express_goes_in_the_form_of_the_standard() -> None:
    settings = ServerSettings(action_response_form=ActionResponseForm.DATA)
    server = Meter(client_size=40, answers=False, server=settings)
    server.ask("C303C1" "02" + METHOD_OCTETS * 2 + "02" "0000")
    indication = only(server.events, Action.Indication)
    server.server.send(indication.response((RETURNED, SUCCESS)), now=0)
    assert server.take() == ["C702C1" "00" "00000001" "1F" "02" "000100" + ENCODED[:54]]


@pytest.mark.clause("4.2.3")
def test_a_response_that_may_not_come_in_blocks_fails() -> None:
    bits = Conformance(0x00FE1F) & ~Conformance.block_transfer_with_action
    server = meter(client_size=40, conformance=bits)
    assert server.one("C301C1" + METHOD_OCTETS + "00") == "C701C1" "FA" "00"
    assert of_kind(server.events, ResponseNotSent)


@pytest.mark.clause("7.3.5")
def test_another_request_aborts_a_long_action() -> None:
    server = meter(client_size=40)
    server.one("C304C1" + METHOD_OCTETS + "00" "00000001" "01" "11")
    server.one("C301C2" + METHOD_OCTETS + "00")
    assert aborted(TransferEnd.OTHER_REQUEST) in server.events
    server.ask("C301C3" + METHOD_OCTETS + "00")
    assert of_kind(server.events, TransferAborted)[1].invoke_id == 2
    assert [value for _, value in server.objects.calls] == [None, None]


# Client


@pytest.mark.clause("Figure 20")
def test_an_action_is_confirmed_with_result_and_return_parameters() -> None:
    client = Reader()
    assert client.send(Action.Request(METHOD)) == ["C30141" + METHOD_OCTETS + "00"]
    client.answer("C70141" "00" "01" "00" "1105")
    assert only(client.events(), Action.Confirm).result == ActionResponseWithOptionalData(
        ActionResult.success, unsigned(5)
    )
    assert client.send(Action.Request((METHOD, METHOD), (null(), unsigned(1)))) == [
        "C30342" "02" + METHOD_OCTETS * 2 + "02" "00" "1101"
    ]
    client.answer("C70342" "02" "0000" "0300")
    confirm = only(client.events(), Action.Confirm)
    assert confirm.result == (SUCCESS, ActionResponseWithOptionalData(ActionResult.read_write_denied))


@pytest.mark.clause("7.3.5")
@pytest.mark.parametrize(
    "answer", ["C70141" "0000", "C70341" "01" "0000", "C70341" "03" "000000000000", "C70441" "00000000"]
)
def test_a_response_that_does_not_answer_the_request_fails_it(answer: str) -> None:
    client = Reader()
    client.send(Action.Request((METHOD, METHOD), (null(), null())))
    client.answer(answer)
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("6.8")
def test_there_are_as_many_parameters_as_methods() -> None:
    wrong: list[Any] = [
        Action.Request((METHOD,), ()),
        Action.Request((METHOD,)),
        Action.Request(METHOD, (null(),)),
        Action.Request((), ()),
    ]
    for request in wrong:
        with pytest.raises(LocalProtocolError) as caught:
            Reader().send(request)
        assert caught.value.fault is LocalFault.PARAMETER


@pytest.mark.clause("Figure 21")
def test_a_long_parameter_goes_in_blocks_and_a_long_response_comes_in_blocks() -> None:
    client = Reader(server_size=40)
    (first,) = client.send(Action.Request(METHOD, LONG))
    assert first == "C30441" + METHOD_OCTETS + "00" "00000001" "16" + ENCODED[:44]
    (second,) = client.answer("C70441" "00000001")
    assert second == "C30641" "00" "00000002" "1F" + ENCODED[44:106]
    (third,) = client.answer("C70441" "00000002")
    assert third == "C30641" "01" "00000003" "09" + ENCODED[106:]
    assert client.answer("C70241" "00" "00000001" "04" "000100" "09") == ["C30241" "00000001"]
    assert client.answer("C70241" "01" "00000002" "3D" + ENCODED[2:]) == []
    assert only(client.events(), Action.Confirm).result == RETURNED


@pytest.mark.clause("Figure 21")
def test_a_long_list_of_parameters_goes_in_blocks_with_the_methods_in_the_first() -> None:
    client = Reader(server_size=40)
    (first,) = client.send(Action.Request((METHOD,), (LONG,)))
    assert first == "C30541" "01" + METHOD_OCTETS + "00" "00000001" "15" "01" + ENCODED[:40]


@pytest.mark.clause("7.3.5")
def test_an_error_ends_the_action_before_all_blocks_were_sent() -> None:
    client = Reader(server_size=40)
    client.send(Action.Request(METHOD, LONG))
    assert client.answer("C70141" "0E" "00") == []
    confirm = only(client.events(), Action.Confirm)
    assert confirm.result == ActionResponseWithOptionalData(ActionResult.data_block_unavailable)
    client.send(Action.Request((METHOD,), (LONG,)))
    client.answer("C70142" "0F" "00")
    assert only(client.events(), Action.Confirm).result == ActionResponseWithOptionalData(
        ActionResult.long_action_aborted
    )


@pytest.mark.clause("7.3.5")
@pytest.mark.parametrize(
    "answer", ["C70141" "0000", "C70241" "01" "00000001" "03" "000000", "C70341" "01" "0000", "C70441" "00000002"]
)
def test_a_success_before_all_blocks_were_sent_fails_the_action(answer: str) -> None:
    client = Reader(server_size=40)
    client.send(Action.Request(METHOD, LONG))
    client.answer(answer)
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("7.3.5")
@pytest.mark.parametrize("form", list(ActionResponseForm))
@pytest.mark.parametrize(
    ("raw_data", "result"),
    [
        ("000100" "1105", ActionResponseWithOptionalData(ActionResult.success, unsigned(5))),
        ("1105", ActionResponseWithOptionalData(ActionResult.success, unsigned(5))),
        ("0300", ActionResponseWithOptionalData(ActionResult.read_write_denied)),
    ],
)
def test_the_client_takes_whichever_form_uses_up_all_octets(
    form: ActionResponseForm, raw_data: str, result: ActionResponseWithOptionalData
) -> None:
    if form is ActionResponseForm.DATA and raw_data == "0300":
        result = ActionResponseWithOptionalData(ActionResult.success, null().hold(3, False))
    client = Reader(client=ClientSettings(action_response_form=form))
    client.send(Action.Request(METHOD))
    client.answer("C70241" "01" "00000001" + f"{len(raw_data) // 2:02X}" + raw_data)
    assert only(client.events(), Action.Confirm).result == result


@pytest.mark.clause("7.3.5")
def test_both_forms_of_a_list_are_taken_too() -> None:
    for raw_data in ("02" "000100" "1105" "000100" "00", "02" "1105" "00"):
        client = Reader()
        client.send(Action.Request((METHOD, METHOD), (null(), null())))
        client.answer("C70241" "01" "00000001" + f"{len(raw_data) // 2:02X}" + raw_data)
        confirm = only(client.events(), Action.Confirm)
        assert isinstance(confirm.result, tuple)
        assert [item.return_parameters for item in confirm.result] == [unsigned(5), null()]
    client.send(Action.Request((METHOD, METHOD), (null(), null())))
    client.answer("C70242" "01" "00000001" "02" "02FE")
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("7.3.5")
def test_an_action_without_a_parameter_has_nothing_to_cut() -> None:
    with pytest.raises(LocalProtocolError) as caught:
        Reader(server_size=12).send(Action.Request(METHOD))
    assert caught.value.fault is LocalFault.TOO_LONG
    wire = pair()
    assert wire.ask(Action.Request(METHOD, service_class=ServiceClass.UNCONFIRMED)) == []
    assert not of_kind(wire.server_events, ApduDropped)


def test_an_abort_by_another_request_has_the_result_of_the_standard() -> None:
    assert aborted(TransferEnd.OTHER_REQUEST).result == ActionResult.long_action_aborted
    assert aborted(TransferEnd.TIME_OUT).result is None
