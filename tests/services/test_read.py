"""Read, both roles (clauses 6.11, 6.12, 7.3.7; Figures 22 to 24; Tables 21 to 23)."""

from __future__ import annotations

import pytest
from association.support import SN, octets, of_kind, only, unsigned
from services.support import Meter, Reader

from xdlms.association import ApduDropped, ServerSettings
from xdlms.services.conformance import Service
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault
from xdlms.services.events import Failure, ResponseNotSent, ServiceFailed, TransferAborted, TransferEnd
from xdlms.services.primitives import Read, Write
from xdlms.services.references import ParameterizedAccess, VariableName
from xdlms_apdu.v2023 import Conformance, DataAccessResult

LONG = octets(bytes(range(60)))
ENCODED = LONG.encode().hex().upper()
NAME, OTHER = VariableName(0x0100), VariableName(0xFA08)
SELECTED = ParameterizedAccess(0x2808, 2, unsigned(5))
NO_BLOCKS = Conformance(0x1C1B20) & ~Conformance.block_transfer_with_get_or_read
UNDEFINED = DataAccessResult.object_undefined


def meter(size: int = 1000, **given: object) -> Meter:
    found = Meter(SN, client_size=size, **given)
    found.objects.values.update({NAME: LONG, OTHER: unsigned(7), SELECTED: unsigned(8)})
    return found


def aborted(end: TransferEnd) -> TransferAborted:
    return TransferAborted(Service.READ, 0, end)


# Server


@pytest.mark.clause("Table 21")
def test_results_come_in_the_order_of_the_variables() -> None:
    server = meter()
    assert server.one("0501" "02FA08") == "0C01" "00" "1107"
    assert server.one("0503" "02FA08" "020108" "0428080211 05".replace(" ", "")) == "0C03" "001107" "0104" "001108"
    (indication,) = of_kind(server.events, Read.Indication)[1:]
    assert indication.variables == (OTHER, VariableName(0x0108), SELECTED)
    assert server.one("0500") == "0C00"


@pytest.mark.clause("7.3.1")
def test_parameterized_access_that_was_not_negotiated_is_a_fault_of_its_item() -> None:
    server = meter(conformance=Conformance.read | Conformance.multiple_references)
    assert server.one("0502" "0428080211 05".replace(" ", "") + "02FA08") == "0C02" "010D" "001107"
    assert server.one("0501" "042808021105") == "0C01" "010D"
    assert meter(conformance=Conformance.read).one("0501" "02FA08") == "0C01" "001107"


@pytest.mark.clause("7.3.7")
def test_one_request_at_a_time_waits_at_the_application() -> None:
    server = Meter(SN, answers=False)
    assert server.ask("0501" "020100") == []
    first = only(server.events, Read.Indication)
    assert server.one("0501" "020100") == "0E050300"
    with pytest.raises(LocalProtocolError):
        server.server.send(first.response((unsigned(1), unsigned(2))), now=0)
    with pytest.raises(LocalProtocolError):
        server.server.send(Write.Response((DataAccessResult.success,), invoke_id=first.invoke_id), now=0)
    server.server.send(first.response((unsigned(1),)), now=0)
    assert server.take() == ["0C01" "001101"]
    assert server.ask("0501" "020100") == []
    with pytest.raises(LocalProtocolError) as caught:
        server.server.send(first.response((unsigned(1),)), now=0)
    assert caught.value.fault is LocalFault.UNKNOWN_REQUEST


@pytest.mark.clause("Figure 23")
def test_a_long_response_comes_in_blocks_that_joined_are_the_encoded_list_of_results() -> None:
    server = meter(41)
    whole = "02" "00" + ENCODED + "001107"
    assert server.one("0502" "020100" "02FA08") == "0C0102" "00" "0001" "22" + whole[:68]
    assert server.one("0501" "050001") == "0C0102" "01" "0002" "21" + whole[68:]
    assert server.one("0501" "050002") == "0C0101" "10"


@pytest.mark.clause("7.3.7")
@pytest.mark.parametrize("number", ["0000", "0002", "FFFF"])
def test_a_wrong_block_number_ends_the_transfer(number: str) -> None:
    server = meter(40)
    server.one("0501" "020100")
    assert server.one("0501" "05" + number) == "0C0101" "13"
    assert server.events[-1] == aborted(TransferEnd.WRONG_NUMBER)
    assert server.one("0501" "050001") == "0C0101" "10"


@pytest.mark.clause("7.3.7")
@pytest.mark.parametrize("other", ["0501" "02FA08", "0601" "02FA08" "01" "1105", "1601" "02FA08" "01" "1105"])
def test_another_request_aborts_a_long_read(other: str) -> None:
    server = meter(40)
    server.one("0501" "020100")
    server.ask(other)
    assert of_kind(server.events, TransferAborted) == [aborted(TransferEnd.OTHER_REQUEST)]
    assert server.one("0501" "050001") == "0C0101" "10"


@pytest.mark.clause("4.2.3")
def test_a_response_that_may_not_come_in_blocks_fails() -> None:
    server = meter(40, conformance=NO_BLOCKS)
    assert server.one("0502" "020100" "02FA08") == "0C02" "01FA" "01FA"
    assert of_kind(server.events, ResponseNotSent)
    server = meter(12, conformance=NO_BLOCKS)
    assert server.one("0507" + "020100" * 7) == "0E050301"
    assert of_kind(server.events, ResponseNotSent)


@pytest.mark.clause("4.2.3")
def test_blocks_of_few_octets_are_enough() -> None:
    server = meter(12)
    answers = [server.one("0501" "020100")]
    while answers[-1][6:8] == "00":
        answers.append(server.one(f"050105{len(answers):04X}"))
    assert "".join(answer[14:] for answer in answers) == "01" "00" + ENCODED
    assert max(len(answer) for answer in answers) == 24


@pytest.mark.clause("Figure 24")
def test_a_long_request_comes_in_blocks_that_joined_are_the_encoded_list_of_variables() -> None:
    server = meter()
    whole = "02" "02FA08" "042808021105"
    assert server.one("050106" "00" "0001" "04" + whole[:8]) == "0C0103" "0001"
    assert server.one("050106" "00" "0002" "01" + whole[8:10]) == "0C0103" "0002"
    assert server.one("050106" "01" "0003" "05" + whole[10:]) == "0C02" "001107" "001108"


@pytest.mark.clause("Figure 24")
def test_both_request_and_response_may_be_in_blocks() -> None:
    server = meter(40)
    assert server.one("050106" "00" "0001" "01" "01") == "0C0103" "0001"
    assert server.one("050106" "01" "0002" "03" "020100").startswith("0C0102" "00" "0001")
    assert server.one("0501" "050001").startswith("0C0102" "01" "0002")


@pytest.mark.clause("7.3.7")
def test_request_blocks_out_of_order_end_the_transfer() -> None:
    server = meter()
    assert server.one("050106" "00" "0002" "01" "01") == "0C0101" "10"
    server.one("050106" "00" "0001" "01" "01")
    assert server.one("050106" "00" "0003" "01" "01") == "0C0101" "13"
    assert server.events[-1] == aborted(TransferEnd.WRONG_NUMBER)
    server.one("050106" "00" "0001" "01" "01")
    assert server.one("050106" "00" "0001" "01" "01") == "0C0103" "0001"
    assert server.one("050106" "01" "0002" "03" "02FA08") == "0C01" "001107"


@pytest.mark.clause("7.3.7")
@pytest.mark.parametrize(
    ("raw_data", "answer"), [("FF", "0C0101" "0C"), ("01" "0200", "0C0101" "0C"), ("01" "050001", "0C0101" "FA")]
)
def test_joined_blocks_that_are_no_list_of_variables_are_refused(raw_data: str, answer: str) -> None:
    server = meter()
    assert server.one("050106" "01" "0001" + f"{len(raw_data) // 2:02X}" + raw_data) == answer


def test_a_request_longer_than_what_is_kept_ends_the_transfer() -> None:
    server = meter(server=ServerSettings(largest_value=4, application_contexts=frozenset({SN})))
    assert server.one("050106" "01" "0001" "05" "0102010000") == "0C0101" "FA"
    assert server.events[-1] == aborted(TransferEnd.TOO_MUCH)


def test_a_read_that_nobody_can_answer_is_dropped() -> None:
    server = meter()
    assert server.ask("0501" "020100", confirmed=False) == []
    assert only(server.events, ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW


def test_a_client_that_does_not_go_on_loses_the_transfer() -> None:
    server = meter(40)
    server.one("0501" "020100", now=1)
    assert server.server.next_timeout() == 61
    server.server.handle_timeout(now=61)
    server.take()
    assert server.events[-1] == aborted(TransferEnd.TIME_OUT)


# Client


@pytest.mark.clause("Figure 22")
def test_a_read_is_confirmed_with_a_result_for_each_variable() -> None:
    client = Reader(SN)
    assert client.send(Read.Request((NAME, OTHER, SELECTED))) == ["0503" "020100" "02FA08" "042808021105"]
    client.answer("0C03" "001107" "0104" "001108")
    confirm = only(client.events(), Read.Confirm)
    assert confirm.results == (unsigned(7), UNDEFINED, unsigned(8))


@pytest.mark.clause("7.3.7")
@pytest.mark.parametrize(
    "answer", ["0C00", "0C01" "001107", "0C03" "001107" "001107" "001107", "0C02" "001107" "030001"]
)
def test_a_response_that_does_not_answer_the_request_fails_it(answer: str) -> None:
    client = Reader(SN)
    client.send(Read.Request((NAME, OTHER)))
    client.answer(answer)
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("7.3.7")
def test_one_reason_for_several_variables_is_that_of_all() -> None:
    client = Reader(SN)
    client.send(Read.Request((NAME, OTHER)))
    client.answer("0C01" "0110")
    assert only(client.events(), Read.Confirm).results == (DataAccessResult.no_long_get_in_progress,) * 2


@pytest.mark.clause("Figure 23")
def test_the_client_asks_for_every_block_by_itself() -> None:
    client = Reader(SN)
    client.send(Read.Request((NAME,)))
    assert client.answer("0C0102" "00" "0001" "03" "010009") == ["0501" "050001"]
    assert client.answer("0C0102" "00" "0002" "01" + ENCODED[2:4]) == ["0501" "050002"]
    assert client.answer("0C0102" "01" "0003" "3C" + ENCODED[4:]) == []
    assert only(client.events(), Read.Confirm).results == (LONG,)


@pytest.mark.clause("7.3.7")
@pytest.mark.parametrize(
    "answer",
    [
        "0C0102" "00" "0001" "01" "00",
        "0C0102" "00" "0003" "01" "00",
        "0C0102" "01" "0002" "01" "00",
        "0C0102" "01" "0002" "08" "0102010001020000",
    ],
)
def test_a_wrong_block_or_wrong_joined_blocks_fail_the_read(answer: str) -> None:
    client = Reader(SN)
    client.send(Read.Request((NAME,)))
    client.answer("0C0102" "00" "0001" "00")
    client.answer(answer)
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("Figure 24")
def test_a_long_request_goes_in_blocks() -> None:
    client = Reader(SN, server_size=20)
    variables = (NAME, OTHER) * 4
    whole = "08" + "02010002FA08" * 4
    (first,) = client.send(Read.Request(variables))
    assert first == "050106" "00" "0001" "0D" + whole[:26]
    (second,) = client.answer("0C0103" "0001")
    assert second == "050106" "01" "0002" "0C" + whole[26:]
    client.answer("0C08" + "001107" * 8)
    assert only(client.events(), Read.Confirm).results == (unsigned(7),) * 8


@pytest.mark.clause("7.3.7")
@pytest.mark.parametrize(
    "answer", ["0C0103" "0002", "0C0103" "0000", "0C0102" "01" "0001" "00", "0C02" "001107" "001107"]
)
def test_a_wrong_acknowledgement_or_an_early_result_fails_the_read(answer: str) -> None:
    client = Reader(SN, server_size=20)
    client.send(Read.Request((NAME, OTHER) * 4))
    client.answer(answer)
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("7.3.7")
def test_an_error_ends_the_read_before_all_blocks_were_sent() -> None:
    client = Reader(SN, server_size=20)
    client.send(Read.Request((NAME, OTHER) * 4))
    client.answer("0C0101" "13")
    assert only(client.events(), Read.Confirm).results == (DataAccessResult.data_block_number_invalid,) * 8


@pytest.mark.clause("Table 23")
def test_block_by_block_each_block_is_told() -> None:
    client = Reader(SN)
    client.send(Read.Request((NAME,), block_by_block=True))
    client.answer("0C0102" "00" "0001" "02" "0100")
    assert only(client.events(), Read.Block).raw_data == b"\x01\x00"
    assert client.send(Read.Next(invoke_id=1)) == ["0501" "050001"]
    client.answer("0C0102" "01" "0002" "02" "1107")
    assert only(client.events(), Read.Block).last_block


@pytest.mark.clause("7.3.7")
def test_a_list_of_nothing_is_not_requested() -> None:
    with pytest.raises(LocalProtocolError) as caught:
        Reader(SN).send(Read.Request(()))
    assert caught.value.fault is LocalFault.PARAMETER


@pytest.mark.clause("4.2.3")
def test_blocks_of_a_request_need_room() -> None:
    bits = Conformance(0x1C1B20)
    client = Reader(SN, server_size=12, conformance=bits)
    (first,) = client.send(Read.Request((NAME,) * 8))
    assert len(first) == 24
    with pytest.raises(LocalProtocolError) as caught:
        Reader(SN, server_size=12, conformance=NO_BLOCKS).send(Read.Request((NAME,) * 8))
    assert caught.value.fault is LocalFault.NOT_NEGOTIATED


def test_an_abort_by_another_request_has_the_result_of_the_standard() -> None:
    assert aborted(TransferEnd.OTHER_REQUEST).result == DataAccessResult.long_get_aborted
    assert aborted(TransferEnd.TIME_OUT).result is None
