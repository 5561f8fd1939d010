"""The SN mapper: an LN-style client on an SN server (clauses 6.16, 6.17; Tables 29 to 32, 39 to 45)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import SN, Objects, null, octets, of_kind, only, pair, unsigned
from hypothesis import given
from hypothesis import strategies as st
from services.support import Reader

from xdlms.association import ClientSettings
from xdlms.services.conformance import Service
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.events import Failure, ServiceFailed
from xdlms.services.generalized_time import date_time_of
from xdlms.services.mapper import map_request
from xdlms.services.primitives import (
    Action,
    EventNotification,
    Get,
    InformationReport,
    Priority,
    Read,
    ServiceClass,
    Set,
    SetMapperTable,
    UnconfirmedWrite,
    Write,
)
from xdlms.services.references import AttributeReference, MethodReference, ParameterizedAccess, VariableName
from xdlms.services.short_names import METHODS, MapEntry, ShortNames, entries_of
from xdlms_apdu.v2023 import (
    ActionResponseWithOptionalData,
    ActionResult,
    Conformance,
    Data,
    DataAccessResult,
    SelectiveAccessDescriptor,
)

DATA = bytes.fromhex("0000800000FF")
PROFILE = bytes.fromhex("0100630100FF")
CLOCK = bytes.fromhex("0000010000FF")
ASSOCIATION = bytes.fromhex("0000280000FF")
TABLE = (MapEntry(1, 0, DATA, 0x0100), MapEntry(7, 1, PROFILE, 0x2800), MapEntry(8, 0, CLOCK, 0x2BC0))
VALUE = AttributeReference(1, DATA, 2)
BUFFER = AttributeReference(7, PROFILE, 2)
SELECTED = AttributeReference(7, PROFILE, 2, SelectiveAccessDescriptor(2, unsigned(5)))
CAPTURE = MethodReference(7, PROFILE, 2)
LIST = MethodReference(12, ASSOCIATION, 3)
LONG = octets(bytes(range(60)))


def reader(**given_: Any) -> Reader:
    found = Reader(SN, **given_)
    found.client.send(SetMapperTable.Request(TABLE), now=0)
    return found


# The table


@pytest.mark.clause("4.2.3")
def test_attribute_n_has_the_base_name_plus_n_less_1_times_8() -> None:
    names = ShortNames(TABLE)
    assert [names.attribute(8, CLOCK, number) for number in (1, 2, 9)] == [0x2BC0, 0x2BC8, 0x2C00]
    assert names.attribute(8, CLOCK, 0) is None
    assert names.attribute(8, CLOCK, -1) is None
    assert names.attribute(3, CLOCK, 2) is None
    assert names.attribute(8, bytes(6), 2) is None
    assert ShortNames([MapEntry(1, 0, DATA, 0xFFF8)]).attribute(1, DATA, 2) is None
    assert len(names) == 4


METHOD_OFFSETS = """
3 0 1 28, 4 0 1 38, 5 0 1 48, 5 0 2 50, 7 1 1 58, 7 1 2 60
8 0 1 60, 8 0 2 68, 8 0 3 70, 8 0 4 78, 8 0 5 80, 8 0 6 88
6 0 1 30, 11 0 1 10, 20 0 1 50, 18 0 1 40, 40 0 1 38, 61 0 1 28, 64 0 1 28, 64 1 1 30, 72 0 1 60
9 0 1 20, 17 0 1 20, 70 0 1 20, 70 0 2 28, 12 2 3 30, 12 2 4 38, 12 2 5 40, 12 2 6 48, 12 2 8 58
"""


@pytest.mark.clause("4.2.3")
@pytest.mark.parametrize("row", [row.split() for row in METHOD_OFFSETS.replace("\n", ",").split(",") if row.strip()])
def test_methods_have_the_offsets_of_their_classes(row: list[str]) -> None:
    class_id, version, method = (int(number) for number in row[:3])
    names = ShortNames([MapEntry(class_id, version, DATA, 0x1000)])
    assert names.method(class_id, DATA, method) == 0x1000 + int(row[3], 16)


def test_methods_that_are_not_known_have_no_short_name() -> None:
    names = ShortNames([*TABLE, MapEntry(3, 0, DATA, 0xFFF0)])
    assert names.method(1, DATA, 1) is None
    assert names.method(8, CLOCK, 0) is None
    assert names.method(3, DATA, 1) is None
    assert names.method(3, bytes(6), 1) is None
    assert (1, None) not in METHODS


def test_the_current_association_is_known_without_being_told() -> None:
    names = ShortNames()
    assert names.attribute(12, ASSOCIATION, 2) == 0xFA08
    assert names.method(12, ASSOCIATION, 8) == 0xFA58
    assert "0.0.40.0.0.255" in repr(names)


@pytest.mark.clause("6.17")
def test_an_attribute_that_a_class_has_not_never_becomes_one_of_its_methods() -> None:
    register = MapEntry(3, 0, bytes((1, 0, 1, 8, 0, 255)), 0x1000)
    names = ShortNames([register])
    assert names.method(3, register.logical_name, 1) == 0x1028
    assert [names.attribute(3, register.logical_name, number) for number in (5, 6, 7)] == [0x1020, None, None]
    assert names.object_at(0x1028) is None
    reference = AttributeReference(3, register.logical_name, 6)
    for asked in (Set.Request(reference, null()), Get.Request(reference)):
        with pytest.raises(LocalProtocolError) as caught:
            map_request(asked, names, 0, 1000, Conformance(0xFFFFFF))
        assert caught.value.fault is LocalFault.NOT_MAPPED


@pytest.mark.clause("6.17")
@pytest.mark.parametrize("class_id", [40, 72])
def test_methods_of_a_later_version_with_other_attributes_there_are_not_mapped(class_id: int) -> None:
    entries = [MapEntry(class_id, version, bytes((0, 0, 25, 9, version, 255)), version * 0x100) for version in (0, 1)]
    names = ShortNames(entries)
    found = [names.method(class_id, entry.logical_name, 1) is not None for entry in entries]
    assert found == [True, False]


@given(st.integers(0, 0xFFFF))
def test_a_short_name_is_found_again_where_it_is_an_attribute(name: int) -> None:
    names = ShortNames(TABLE)
    found = names.object_at(name)
    if found is not None:
        entry, attribute = found
        assert names.attribute(entry.class_id, entry.logical_name, attribute) == name
    else:
        methods = {0x2800: 0x58, 0x2BC0: 0x60, 0xFA00: 0x30}  # where those of each object begin
        base = max((base for base in (0x0100, *methods) if base <= name), default=None)
        assert base is None or name % 8 or name - base >= methods[base]


def object_list(*rows: tuple[int, int, int, bytes]) -> Data:
    encoded = b"".join(
        b"\x02\x04\x10"
        + (base % 65536).to_bytes(2, "big")
        + b"\x12"
        + class_id.to_bytes(2, "big")
        + bytes((0x11, version, 9, len(name)))
        + name
        for base, class_id, version, name in rows
    )
    return Data.decode(bytes((1, len(rows))) + encoded)


@pytest.mark.clause("6.17")
def test_the_object_list_of_association_sn_is_a_mapping_table() -> None:
    rows = [(entry.base_name, entry.class_id, entry.version, entry.logical_name) for entry in TABLE]
    assert entries_of(object_list(*rows)) == TABLE
    assert entries_of(object_list((0xFA00, 12, 2, ASSOCIATION))) == (MapEntry(12, 2, ASSOCIATION, 0xFA00),)
    assert entries_of(object_list()) == ()


@pytest.mark.clause("6.17")
@pytest.mark.parametrize(
    "value",
    [null(), unsigned(1), octets(b"\x00"), object_list((8, 1, 0, bytes(5))), Data.decode(bytes.fromhex("01011101"))],
)
def test_anything_else_is_none(value: Data) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        entries_of(value)
    assert caught.value.fault is LocalFault.PARAMETER


# GET


@pytest.mark.clause("Table 39")
def test_get_is_a_read() -> None:
    client = reader()
    assert client.send(Get.Request(VALUE)) == ["0501" "020108"]
    client.answer("0C01" "001107")
    confirm = only(client.events(), Get.Confirm)
    assert (confirm.result, confirm.invoke_id) == (unsigned(7), 1)
    assert client.send(Get.Request(SELECTED, priority=Priority.HIGH)) == ["0501" "042808021105"]
    client.answer("0C01" "0103")
    confirm = only(client.events(), Get.Confirm)
    assert confirm.result == DataAccessResult.read_write_denied
    assert confirm.priority is Priority.HIGH
    assert client.send(Get.Request((VALUE, SELECTED))) == ["0502" "020108" "042808021105"]
    client.answer("0C02" "001107" "0104")
    assert only(client.events(), Get.Confirm).result == (unsigned(7), DataAccessResult.object_undefined)


@pytest.mark.clause("Table 40")
def test_get_next_is_a_read_with_block_number_access() -> None:
    client = reader()
    client.send(Get.Request(VALUE))
    assert client.answer("0C0102" "00" "0001" "03" "010011") == ["0501" "050001"]
    client.answer("0C0102" "01" "0002" "01" "07")
    assert only(client.events(), Get.Confirm).result == unsigned(7)


@pytest.mark.clause("Table 40")
@pytest.mark.parametrize("cut", [1, 2, 3, 7])
def test_block_by_block_the_blocks_hold_the_data_alone(cut: int) -> None:
    client = reader()
    raw_data = b"\x01\x00" + LONG.encode()
    client.send(Get.Request(VALUE, block_by_block=True))
    joined = b""
    for number, at in enumerate(range(0, len(raw_data), cut), 1):
        part = raw_data[at : at + cut]
        last = at + cut >= len(raw_data)
        client.answer(f"0C0102{int(last):02X}{number:04X}{len(part):02X}" + part.hex())
        block = only(client.events(), Get.Block)
        assert (block.block_number, block.last_block) == (number, last)
        joined += block.raw_data
        if not last:
            assert client.send(Get.Next(invoke_id=1)) == [f"050105{number:04X}"]
    assert joined == LONG.encode()


@pytest.mark.clause("Table 40")
@pytest.mark.parametrize(
    "answer", ["0C0102" "00" "0001" "02" "0200", "0C0102" "01" "0001" "01" "01", "0C0102" "01" "0001" "03" "010104"]
)
def test_block_by_block_something_else_than_one_value_fails_the_get(answer: str) -> None:
    client = reader()
    client.send(Get.Request(VALUE, block_by_block=True))
    client.answer(answer)
    failed = only(client.events(), ServiceFailed)
    assert (failed.service, failed.failure) == (Service.GET, Failure.RESPONSE)


@pytest.mark.clause("Table 40")
def test_block_by_block_a_list_is_as_with_get() -> None:
    client = reader()
    client.send(Get.Request((VALUE, VALUE), block_by_block=True))
    client.answer("0C0102" "01" "0001" "05" "02" "001107" "00")
    assert only(client.events(), Get.Block).raw_data == bytes.fromhex("0200110700")


# SET


@pytest.mark.clause("Table 41")
def test_set_is_a_write() -> None:
    client = reader()
    assert client.send(Set.Request(VALUE, unsigned(5))) == ["0601" "020108" "01" "1105"]
    client.answer("0D01" "00")
    assert only(client.events(), Set.Confirm).result == DataAccessResult.success
    request = Set.Request((VALUE, SELECTED), (unsigned(1), null()))
    assert client.send(request) == ["0602" "020108" "042808021105" "02" "1101" "00"]
    client.answer("0D02" "00" "0103")
    assert only(client.events(), Set.Confirm).result == (
        DataAccessResult.success,
        DataAccessResult.read_write_denied,
    )


@pytest.mark.clause("Table 42")
def test_a_long_set_is_a_write_in_blocks() -> None:
    client = reader(server_size=50)
    (first,) = client.send(Set.Request(VALUE, LONG))
    assert first.startswith("0601" "07" "00" "0001" "01" "09")
    assert client.answer("0D01" "020001")[0].startswith("0601" "07" "01" "0002" "01" "09")
    client.answer("0D01" "00")
    assert only(client.events(), Set.Confirm).result == DataAccessResult.success


@pytest.mark.clause("Table 43")
def test_an_unconfirmed_set_or_action_is_an_unconfirmed_write() -> None:
    client = reader()
    unconfirmed = ServiceClass.UNCONFIRMED
    assert client.send(Set.Request(VALUE, unsigned(5), service_class=unconfirmed)) == ["1601" "020108" "01" "1105"]
    assert client.send(Action.Request(CAPTURE, service_class=unconfirmed)) == ["1601" "022860" "01" "00"]
    with pytest.raises(LocalProtocolError) as caught:
        client.send(Get.Request(VALUE, service_class=unconfirmed))
    assert caught.value.fault is LocalFault.PARAMETER


# ACTION


@pytest.mark.clause("Table 41")
def test_an_action_without_return_parameters_is_a_write_on_the_short_name_of_the_method() -> None:
    client = reader()
    assert client.send(Action.Request(CAPTURE, unsigned(0))) == ["0601" "022860" "01" "1100"]
    client.answer("0D01" "00")
    assert only(client.events(), Action.Confirm).result == ActionResponseWithOptionalData(ActionResult.success)
    assert client.send(Action.Request((CAPTURE, CAPTURE), (null(), unsigned(1)))) == [
        "0602" "022860" "022860" "02" "00" "1101"
    ]
    client.answer("0D02" "00" "0110")
    assert only(client.events(), Action.Confirm).result == (
        ActionResponseWithOptionalData(ActionResult.success),
        ActionResponseWithOptionalData(ActionResult.no_long_action_in_progress),
    )
    client.send(Action.Request(CAPTURE))
    client.answer("0D01" "0113")
    assert only(client.events(), Action.Confirm).result == ActionResponseWithOptionalData(ActionResult.other_reason)


@pytest.mark.clause("Table 39")
def test_an_action_with_return_parameters_is_a_read_with_parameterized_access() -> None:
    client = reader()
    assert client.send(Action.Request(LIST, unsigned(1))) == ["0501" "04FA30001101"]
    client.answer("0C01" "001107")
    assert only(client.events(), Action.Confirm).result == ActionResponseWithOptionalData(
        ActionResult.success, unsigned(7)
    )
    assert client.send(Action.Request(CAPTURE, returns=True)) == ["0501" "0428600000"]
    client.answer("0C01" "0104")
    assert only(client.events(), Action.Confirm).result == ActionResponseWithOptionalData(ActionResult.object_undefined)
    assert client.send(Action.Request((LIST, CAPTURE), (null(), null()))) == ["0502" "04FA300000" "0428600000"]
    client.answer("0C02" "001107" "001108")
    confirm = only(client.events(), Action.Confirm)
    assert isinstance(confirm.result, tuple)
    assert len(confirm.result) == 2
    assert client.send(Action.Request(LIST, returns=False)) == ["0601" "02FA30" "01" "00"]


# What cannot be mapped


@pytest.mark.clause("6.17")
@pytest.mark.parametrize(
    "request_of",
    [
        Get.Request(AttributeReference(3, DATA, 2)),
        Get.Request((VALUE, AttributeReference(1, CLOCK, 2))),
        Get.Request(AttributeReference(1, DATA, 0)),
        Set.Request(AttributeReference(3, DATA, 2), null()),
        Action.Request(MethodReference(1, DATA, 1)),
        Action.Request((CAPTURE, MethodReference(7, DATA, 1)), (null(), null())),
        Set.Request(AttributeReference(3, DATA, 2), null(), service_class=ServiceClass.UNCONFIRMED),
    ],
)
def test_what_has_no_short_name_is_refused_locally(request_of: Any) -> None:
    client = reader()
    with pytest.raises(LocalProtocolError) as caught:
        client.send(request_of)
    assert caught.value.fault is LocalFault.NOT_MAPPED
    assert "SetMapperTable" in caught.value.reason
    assert client.sent() == []


@pytest.mark.clause("6.17")
def test_parameters_that_do_not_fit_are_refused_locally() -> None:
    wrong: list[Any] = [
        Get.Request(()),
        Set.Request(VALUE, (null(),)),
        Set.Request((VALUE,), (null(), null())),
        Action.Request((CAPTURE,), (null(), null())),
        Action.Request((CAPTURE,)),
    ]
    for request in wrong:
        with pytest.raises(LocalProtocolError) as caught:
            reader().send(request)
        assert caught.value.fault is LocalFault.PARAMETER


@pytest.mark.clause("4.2.4")
@pytest.mark.clause("6.16")
def test_set_mapper_table_replaces_the_table_in_any_state() -> None:
    wire = pair(SN, open_it=False)
    wire.client.send(SetMapperTable.Request(TABLE), now=0)
    client = reader()
    client.send(SetMapperTable.Request((MapEntry(3, 0, DATA, 0x0500),)))
    assert client.send(Get.Request(AttributeReference(3, DATA, 2))) == ["0501" "020508"]
    with pytest.raises(LocalProtocolError):
        client.send(Get.Request(VALUE))


# Failures have the name of what was asked for


@pytest.mark.clause("6.17")
@pytest.mark.parametrize(
    ("request_of", "service"),
    [
        (Get.Request(VALUE), Service.GET),
        (Set.Request(VALUE, null()), Service.SET),
        (Action.Request(CAPTURE), Service.ACTION),
    ],
)
def test_a_failure_names_the_ln_service(request_of: Any, service: Service) -> None:
    client = reader()
    client.send(request_of)
    client.answer("0E050500")
    failed = only(client.events(), ServiceFailed)
    assert (failed.service, failed.failure) == (service, Failure.CONFIRMED_SERVICE_ERROR)


# Notifications


@pytest.mark.clause("Table 45")
def test_an_information_report_about_known_objects_comes_as_event_notifications() -> None:
    client = reader()
    client.answer("18" "010F" + b"20130601120000Z".hex() + "02" "020108" "022BC8" "02" "1105" "00")
    first, second = of_kind(client.events(), EventNotification.Indication)
    time = bytes.fromhex("07DD0601060C0000FF000000")
    assert (first.attribute, first.value, first.time) == (VALUE, unsigned(5), time)
    assert second.attribute == AttributeReference(8, CLOCK, 2)
    client.answer("18" "00" "02" "020108" "020001" "02" "1105" "00")
    report = only(client.events(), InformationReport.Indication)
    assert report.variables == (VariableName(0x108), VariableName(1))


@pytest.mark.parametrize(
    ("text", "octets_"),
    [
        ("20130601120000Z", "07DD0601060C0000FF000000"),
        ("20130601120000", "07DD0601060C0000FF800000"),
        ("201306011200", "07DD0601060C00FFFF800000"),
        ("2013060112", "07DD0601060CFFFFFF800000"),
        ("20130601120000.25Z", "07DD0601060C000019000000"),
        ("20130601120000,5+0100", "07DD0601060C000032FFC400"),
        ("20130601120000-0330", "07DD0601060C0000FF00D200"),
        ("20130601120000+02", "07DD0601060C0000FFFF8800"),
        ("20131301120000Z", None),
        ("20130230120000Z", None),
        ("20130601240000Z", None),
        ("20130601126000Z", None),
        ("00000601120000Z", None),
        ("", None),
        ("2013", None),
        ("2013060112000 Z", None),
        ("２０１３０６０１１２００００Z", None),
    ],
)
def test_generalized_time_becomes_a_date_time(text: str, octets_: str | None) -> None:
    assert date_time_of(text) == (None if octets_ is None else bytes.fromhex(octets_))


# End to end


@pytest.mark.clause("6.17")
@pytest.mark.parametrize("size", [40, 0xFFFF])
def test_an_ln_style_client_works_unchanged_on_an_sn_server(size: int) -> None:
    objects = Objects({VariableName(0x108): LONG, ParameterizedAccess(0xFA30, 0, null()): unsigned(9)})
    wire = pair(SN, application=objects, client_size=size, server_size=size, client=ClientSettings())
    wire.client.send(SetMapperTable.Request(TABLE), now=0)
    assert only(wire.ask(Get.Request(VALUE)), Get.Confirm).result == LONG
    assert only(wire.ask(Get.Request((VALUE, BUFFER))), Get.Confirm).result == (LONG, DataAccessResult.object_undefined)
    assert only(wire.ask(Set.Request(BUFFER, LONG)), Set.Confirm).result == DataAccessResult.success
    assert objects.values[VariableName(0x2808)] == LONG
    confirm = only(wire.ask(Action.Request(LIST)), Action.Confirm)
    assert confirm.result == ActionResponseWithOptionalData(ActionResult.success, unsigned(9))
    assert wire.ask(Action.Request(CAPTURE, unsigned(0), service_class=ServiceClass.UNCONFIRMED)) == []
    kinds = [type(event) for event in wire.server_events[1:]]
    assert kinds == [Read.Indication, Read.Indication, Write.Indication, Read.Indication, UnconfirmedWrite.Indication]
    assert wire.longest <= max(size, 60)
