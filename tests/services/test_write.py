"""Write and UnconfirmedWrite, both roles (clauses 6.13, 6.14, 7.3.8, 7.3.9; Figures 25 to 28; Tables 24 to 27)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import SN, null, octets, of_kind, only, unsigned
from services.support import Meter, Reader

from xdlms.association import ApduDropped, ServerSettings
from xdlms.services.conformance import Service
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault
from xdlms.services.events import Failure, ResponseNotSent, ServiceFailed, TransferAborted, TransferEnd
from xdlms.services.primitives import UnconfirmedWrite, Write
from xdlms.services.references import ParameterizedAccess, VariableName
from xdlms_apdu.v2023 import Conformance, DataAccessResult

LONG = octets(bytes(range(60)))
ENCODED = LONG.encode().hex().upper()
NAME, OTHER = VariableName(0x0100), VariableName(0x0208)
SELECTED = ParameterizedAccess(0x2808, 2, unsigned(5))
SUCCESS = DataAccessResult.success


def aborted(end: TransferEnd) -> TransferAborted:
    return TransferAborted(Service.WRITE, 0, end)


def block(last: str, number: str, raw_data: str) -> str:
    """A WriteRequest with one block: the raw data is one octet-string in the list of data."""
    return "0601" "07" + last + number + "01" "09" + f"{len(raw_data) // 2:02X}" + raw_data


# Server


@pytest.mark.clause("Table 24")
def test_results_come_in_the_order_of_the_variables() -> None:
    server = Meter(SN, answers=False)
    assert server.ask("0603" "020100" "020208" "042808021105" "03" "1101" "1102" "1103") == []
    indication = only(server.events, Write.Indication)
    assert indication.variables == (NAME, OTHER, SELECTED)
    assert indication.values == (unsigned(1), unsigned(2), unsigned(3))
    answer = (SUCCESS, DataAccessResult.read_write_denied, SUCCESS)
    server.server.send(indication.response(answer), now=0)
    assert server.take() == ["0D03" "00" "0103" "00"]
    assert server.one("060000") == "0D00"


@pytest.mark.clause("7.3.8")
@pytest.mark.parametrize("values", ["00", "01" "1101", "03" "1101" "1102" "1103"])
def test_another_number_of_values_writes_nothing(values: str) -> None:
    server = Meter(SN)
    assert server.one("0602" "020100" "020208" + values) == "0D02" "010C" "010C"
    assert server.objects.writes == 0


@pytest.mark.clause("7.3.1")
def test_parameterized_access_that_was_not_negotiated_is_a_fault_of_its_item() -> None:
    server = Meter(SN, conformance=Conformance.write | Conformance.multiple_references)
    assert server.one("0602" "042808021105" "020208" "02" "1101" "1102") == "0D02" "010D" "00"
    assert server.objects.values == {OTHER: unsigned(2)}
    assert server.one("0601" "042808021105" "01" "1101") == "0D01" "010D"


@pytest.mark.clause("Figure 27")
def test_a_request_in_blocks_is_written_when_it_is_whole() -> None:
    server = Meter(SN)
    whole = "02" "020100" "020208" "02" + ENCODED + "1105"
    assert server.one(block("00", "0001", whole[:20])) == "0D01" "02" "0001"
    assert server.one(block("00", "0002", "")) == "0D01" "02" "0002"
    assert server.objects.writes == 0
    assert server.one(block("01", "0003", whole[20:])) == "0D02" "00" "00"
    assert server.objects.values == {NAME: LONG, OTHER: unsigned(5)}


@pytest.mark.clause("7.3.8")
def test_blocks_out_of_order_end_the_transfer_and_nothing_is_written() -> None:
    server = Meter(SN)
    assert server.one(block("01", "0002", "01")) == "0D01" "01" "12"
    server.one(block("00", "0001", "01" "020100"))
    assert server.one(block("01", "0003", "01" "1105")) == "0D01" "01" "13"
    assert server.events[-1] == aborted(TransferEnd.WRONG_NUMBER)
    assert server.one(block("01", "0002", "01" "1105")) == "0D01" "01" "12"
    assert server.objects.writes == 0


@pytest.mark.clause("7.3.8")
def test_blocks_of_read_and_of_write_do_not_mix() -> None:
    server = Meter(SN)
    server.one(block("00", "0001", "01" "020100"))
    assert server.one("050106" "01" "0002" "00") == "0C01" "01" "10"
    assert server.one(block("01", "0002", "01" "1105")) == "0D01" "00"


@pytest.mark.clause("7.3.8")
def test_another_request_aborts_a_long_write() -> None:
    server = Meter(SN)
    server.one(block("00", "0001", "01" "020100"))
    server.ask("0501" "020100")
    assert aborted(TransferEnd.OTHER_REQUEST) in server.events
    assert server.one(block("01", "0002", "01" "1105")) == "0D01" "01" "12"
    assert server.objects.writes == 0


@pytest.mark.clause("7.3.8")
@pytest.mark.parametrize(
    "octets_",
    [
        "0601" "07" "01" "0001" "00",
        "0601" "07" "01" "0001" "01" "1105",
        "0602" "07" "01" "0001" "020100" "02" "00" "00",
    ],
)
def test_a_block_is_one_octet_string(octets_: str) -> None:
    server = Meter(SN)
    assert server.one(octets_) == "0D01" "01" "FA"
    assert isinstance(server.events[-1], ApduDropped)
    assert server.events[-1].fault is RemoteFault.UNDECODABLE


@pytest.mark.clause("7.3.8")
def test_joined_blocks_that_are_no_write_request_are_refused() -> None:
    server = Meter(SN)
    assert server.one(block("01", "0001", "01" "0201")) == "0D01" "01" "0C"
    assert server.one(block("01", "0001", "01" "020100" "00")) == "0D01" "01" "0C"
    assert server.objects.writes == 0


def test_a_request_longer_than_what_is_kept_ends_the_transfer() -> None:
    server = Meter(SN, server=ServerSettings(largest_value=4, application_contexts=frozenset({SN})))
    assert server.one(block("01", "0001", "0102010000")) == "0D01" "01" "FA"
    assert server.events[-1] == aborted(TransferEnd.TOO_MUCH)


@pytest.mark.clause("4.2.3")
def test_results_that_do_not_fit_are_a_confirmed_service_error() -> None:
    server = Meter(SN, client_size=12)
    assert server.one("060B" + "020100" * 11 + "0B" + "00" * 11) == "0E060301"
    assert of_kind(server.events, ResponseNotSent)


@pytest.mark.clause("6.14")
@pytest.mark.clause("Figure 28")
def test_an_unconfirmed_write_is_indicated_and_not_answered() -> None:
    server = Meter(SN)
    assert server.ask("1602" "020100" "042808021105" "02" "1101" "1102") == []
    indication = only(server.events, UnconfirmedWrite.Indication)
    assert (indication.variables, indication.values) == ((NAME, SELECTED), (unsigned(1), unsigned(2)))


@pytest.mark.clause("7.3.9")
@pytest.mark.parametrize(
    "octets_", ["1602" "020100" "020208" "01" "1101", "1600" "00", "1601" "07000001" "01" "090101"]
)
@pytest.mark.clause("6.14")
def test_an_unconfirmed_write_that_does_not_fit_together_is_dropped_and_reported(octets_: str) -> None:
    server = Meter(SN)
    assert server.ask(octets_) == []
    assert only(server.events, ApduDropped).fault is RemoteFault.UNDECODABLE


# Client


@pytest.mark.clause("Figure 25")
def test_a_write_is_confirmed_with_a_result_for_each_variable() -> None:
    client = Reader(SN)
    request = Write.Request((NAME, SELECTED), (unsigned(1), null()))
    assert client.send(request) == ["0602" "020100" "042808021105" "02" "1101" "00"]
    client.answer("0D02" "00" "0103")
    assert only(client.events(), Write.Confirm).results == (SUCCESS, DataAccessResult.read_write_denied)


@pytest.mark.clause("7.3.8")
@pytest.mark.parametrize("answer", ["0D00", "0D01" "00", "0D03" "000000", "0D02" "00" "020001", "0D01" "020000"])
def test_a_response_that_does_not_answer_the_request_fails_it(answer: str) -> None:
    client = Reader(SN)
    client.send(Write.Request((NAME, OTHER), (null(), null())))
    client.answer(answer)
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("Figure 27")
def test_a_long_request_goes_in_blocks() -> None:
    client = Reader(SN, server_size=50)
    whole = "01" "020100" "01" + ENCODED
    (first,) = client.send(Write.Request((NAME,), (LONG,)))
    assert first == block("00", "0001", whole[:82])
    assert len(first) == 100
    (second,) = client.answer("0D01" "02" "0001")
    assert second == block("01", "0002", whole[82:])
    client.answer("0D01" "00")
    assert only(client.events(), Write.Confirm).results == (SUCCESS,)


@pytest.mark.clause("7.3.8")
@pytest.mark.parametrize("answer", ["0D01" "020002", "0D01" "00", "0D02" "0000"])
def test_a_wrong_acknowledgement_or_an_early_success_fails_the_write(answer: str) -> None:
    client = Reader(SN, server_size=50)
    client.send(Write.Request((NAME,), (LONG,)))
    client.answer(answer)
    assert only(client.events(), ServiceFailed).failure is Failure.RESPONSE


@pytest.mark.clause("7.3.8")
def test_an_error_ends_the_write_before_all_blocks_were_sent() -> None:
    client = Reader(SN, server_size=50)
    client.send(Write.Request((NAME, OTHER), (LONG, LONG)))
    client.answer("0D01" "0112")
    assert only(client.events(), Write.Confirm).results == (DataAccessResult.no_long_set_in_progress,) * 2


@pytest.mark.clause("6.13")
def test_there_are_as_many_values_as_variables() -> None:
    wrong: list[Any] = [
        Write.Request((NAME,), ()),
        Write.Request((), ()),
        UnconfirmedWrite.Request((NAME,), ()),
        UnconfirmedWrite.Request((), ()),
    ]
    for request in wrong:
        with pytest.raises(LocalProtocolError) as caught:
            Reader(SN).send(request)
        assert caught.value.fault is LocalFault.PARAMETER


@pytest.mark.clause("6.14")
@pytest.mark.clause("Figure 28")
def test_an_unconfirmed_write_is_sent_whole_or_not_at_all() -> None:
    client = Reader(SN, server_size=20)
    request = UnconfirmedWrite.Request((NAME,), (unsigned(5),))
    assert client.send(request) == ["1601" "020100" "01" "1105"]
    assert client.client.next_timeout() is None
    assert client.send(request) != []
    with pytest.raises(LocalProtocolError) as caught:
        client.send(UnconfirmedWrite.Request((NAME,), (LONG,)))
    assert caught.value.fault is LocalFault.TOO_LONG
    assert not of_kind(client.events(), ServiceFailed)


def test_an_abort_by_another_request_has_the_result_of_the_standard() -> None:
    assert aborted(TransferEnd.OTHER_REQUEST).result == DataAccessResult.long_set_aborted
    assert aborted(TransferEnd.TIME_OUT).result is None
