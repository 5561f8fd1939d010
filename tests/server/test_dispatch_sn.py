"""Read, Write and UnconfirmedWrite on the objects of a server, by short name."""

from __future__ import annotations

from typing import Any

import pytest
from server.support import OTHER, PUBLIC, SN, THING, Line, Thing, device, octets, unsigned

from xdlms import data
from xdlms.server import AttributeAccess, LogicalDevice, MethodAccess, MethodError, Rights, reading
from xdlms.server.device import Kind
from xdlms.services.primitives import Action, Get, Read, SetMapperTable, UnconfirmedWrite, Write
from xdlms.services.references import AttributeReference, MethodReference, ParameterizedAccess, VariableName
from xdlms.services.short_names import CURRENT_ASSOCIATION, entries_of
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, SelectiveAccessDescriptor

BASE = 0x2000
RIGHTS = Rights({1: AttributeAccess.READ, 2: AttributeAccess.READ_AND_WRITE}, {1: MethodAccess.ACCESS})
RESET = BASE + 0x28
"""The first method of a Register."""


def made(*things: Thing) -> LogicalDevice:
    result = device()
    for number, thing in enumerate(things):
        result.add(thing, RIGHTS, base_name=BASE + 0x100 * number)
    return result


def talk(*things: Thing) -> Any:
    return Line(made(*things)).talk(PUBLIC, context=SN)


@pytest.mark.clause("7.3.7")
def test_read_gives_attributes_by_their_short_names() -> None:
    client = talk(Thing(class_id=3, a2=unsigned(7)))
    names = (VariableName(BASE), VariableName(BASE + 8), VariableName(BASE + 0x10), VariableName(0x1000))
    assert client.one(Read.Request(names)).results == (
        octets(THING),
        unsigned(7),
        DataAccessResult.object_undefined,
        DataAccessResult.object_undefined,
    )


@pytest.mark.clause("7.3.7")
def test_parameterized_access_selects_in_an_attribute_and_calls_a_method() -> None:
    thing = Thing(class_id=3, a2=unsigned(7))
    thing.answer = lambda argument: unsigned(argument.value + 1)
    client = talk(thing)
    selected = ParameterizedAccess(BASE + 8, 2, unsigned(5))
    called = ParameterizedAccess(RESET, 0, unsigned(1))
    assert client.one(Read.Request((selected, called))).results == (unsigned(7), unsigned(2))
    assert thing.seen == [("get", 2, SelectiveAccessDescriptor(2, unsigned(5))), ("action", 1, unsigned(1))]


@pytest.mark.clause("7.3.7")
def test_a_method_is_not_read_as_an_attribute_is() -> None:
    thing = Thing(class_id=3)
    assert talk(thing).one(Read.Request((VariableName(RESET),))).results == (DataAccessResult.scope_of_access_violated,)
    assert thing.seen == []


@pytest.mark.clause("7.3.7")
def test_a_method_that_fails_or_returns_nothing() -> None:
    thing = Thing(class_id=3)
    client = talk(thing)
    call = Read.Request((ParameterizedAccess(RESET, 0, unsigned(1)),))
    assert client.one(call).results == (data.null(),)

    def fail(argument: Data) -> None:
        raise MethodError(ActionResult.hardware_fault)

    thing.answer = fail
    assert client.one(call).results == (DataAccessResult.hardware_fault,)


@pytest.mark.clause("7.3.8")
def test_write_writes_attributes_and_calls_methods() -> None:
    thing, other = Thing(class_id=3, a2=unsigned(7)), Thing(OTHER, class_id=3)
    client = talk(thing, other)
    variables = (VariableName(BASE + 8), VariableName(BASE), VariableName(BASE + 0x128), VariableName(0))
    results = client.one(Write.Request(variables, (unsigned(1), octets(OTHER), unsigned(2), unsigned(3)))).results
    assert results == (
        DataAccessResult.success,
        DataAccessResult.read_write_denied,
        DataAccessResult.success,
        DataAccessResult.object_undefined,
    )
    assert thing.values[2] == unsigned(1)
    assert other.seen == [("action", 1, unsigned(2))]


@pytest.mark.clause("7.3.9")
def test_unconfirmed_write_is_carried_out_and_not_answered() -> None:
    thing = Thing(class_id=3, a2=unsigned(7))
    request = UnconfirmedWrite.Request((VariableName(BASE + 8), VariableName(RESET)), (unsigned(1), unsigned(2)))
    assert talk(thing).ask(request) == []
    assert [what for what, *_ in thing.seen] == ["set", "action"]


@pytest.mark.clause("7.3.7")
def test_rights_hold_by_short_name_too() -> None:
    thing = Thing(class_id=3, a2=unsigned(7))
    result = device()
    result.add(thing, {1: RIGHTS}, base_name=BASE)
    result.add(Thing(OTHER, class_id=3), Rights({1: AttributeAccess.READ, 2: AttributeAccess.WRITE}), base_name=0x3000)
    client = Line(result).talk(PUBLIC, context=SN)
    names = (VariableName(BASE + 8), VariableName(0x3008))
    denied = (DataAccessResult.object_undefined, DataAccessResult.read_write_denied)
    assert client.one(Read.Request(names)).results == denied
    assert client.one(Write.Request((VariableName(BASE + 8),), (unsigned(1),))).results == denied[:1]


@pytest.mark.clause("6.17")
def test_a_client_by_logical_name_works_unchanged_with_the_object_list() -> None:
    thing = Thing(class_id=3, a2=unsigned(7))
    client = talk(thing)
    listed = client.one(Get.Request(AttributeReference(12, CURRENT_ASSOCIATION, 2))).result
    client.client.send(SetMapperTable.Request(entries_of(listed)), now=0)
    assert client.one(Get.Request(AttributeReference(3, THING, 2))).result == unsigned(7)
    assert client.one(Action.Request(MethodReference(3, THING, 1), unsigned(9))).result.result == ActionResult.success
    assert thing.seen[-1] == ("action", 1, unsigned(9))


@pytest.mark.clause("7.3.7")
def test_read_by_logicalname_knows_the_association_by_short_name_and_not_the_other() -> None:
    client = Line(device(Thing(a2=unsigned(7)))).talk(context=SN)
    wanted = [
        data.structure([data.long_unsigned(class_id), data.octet_string(CURRENT_ASSOCIATION), data.integer(1)])
        for class_id in (12, 15)
    ]
    asked = Read.Request((ParameterizedAccess(0xFA30, 0, data.array(wanted)),))
    (found,) = client.one(asked).results
    assert found.value == [CURRENT_ASSOCIATION, None]


@pytest.mark.clause("7.3.7")
def test_read_by_logicalname_reads_other_objects() -> None:
    client = talk(Thing(class_id=3, a2=unsigned(7)))
    what = [
        data.structure([data.long_unsigned(class_id), octets(THING), data.integer(attribute)])
        for class_id, attribute in ((3, 2), (4, 2), (3, 1))
    ]
    read = client.one(Read.Request((ParameterizedAccess(0xFA30, 0, data.array(what)),))).results
    assert read == (data.array([unsigned(7), data.null(), octets(THING)]),)
    for wrong in (unsigned(1), data.array([]), data.array([unsigned(1)]), data.array(what * 100)):
        refused = client.one(Read.Request((ParameterizedAccess(0xFA30, 0, wrong),))).results
        assert refused == (DataAccessResult.type_unmatched,)


# Short names of a device


def test_base_names_are_chosen_where_none_is_given_and_nothing_overlaps() -> None:
    result = device()
    for number in range(100):
        result.add(Thing(bytes((0, 0, 96, 1, number, 255)), class_id=3), RIGHTS)
    seen = set()
    for entry, _ in result.visible_to(16):
        base = entry.base_name
        assert base is not None
        assert base % 8 == 0
        for offset, kind in ((0, Kind.ATTRIBUTE), (8, Kind.ATTRIBUTE), (0x28, Kind.METHOD)):
            found = result.at(base + offset)
            assert found is not None
            assert (found.entry, found.kind) == (entry, kind)
            seen.add(base + offset)
    assert len(seen) == 300
    assert not any(0xFA00 <= name < 0xFB00 for name in seen)


def test_base_names_leave_out_those_of_the_current_association() -> None:
    result = device()
    result.add(Thing(class_id=3), RIGHTS, base_name=0xF9C0)
    wide = Rights(dict.fromkeys(range(1, 100), AttributeAccess.READ))
    for number in range(90):
        result.add(Thing(bytes((0, 0, 1, 1, number, 255)), class_id=1), wide)
    bases = [entry.base_name for entry, _ in result.visible_to(16)]
    known = [base for base in bases[1:] if base is not None]
    assert not any(base <= 0xFAFF and base + 98 * 8 >= 0xFA00 for base in known)
    assert max(known) > 0xFAFF
    assert bases[-1] is None  # no room is left: it has a logical name only
    (listed,) = Line(result).talk(PUBLIC, context=SN).one(Read.Request((VariableName(0xFA08),))).results
    assert len(listed.value) == len(known) + 2


@pytest.mark.parametrize(
    ("base", "message"), [(4, "multiple of 8"), (0x10000, "10000"), (0xFFF0, "10000"), (BASE + 8, "2008")]
)
def test_wrong_base_names_are_refused(base: int, message: str) -> None:
    result = made(Thing(class_id=3))
    with pytest.raises(ValueError, match=message):
        result.add(Thing(OTHER, class_id=3), RIGHTS, base_name=base)


def test_an_object_is_added_once_with_six_octets_of_name() -> None:
    result = made(Thing(class_id=3))
    with pytest.raises(ValueError, match="there already"):
        result.add(Thing(class_id=3), RIGHTS)
    with pytest.raises(ValueError, match="6 octets, not 5"):
        result.add(Thing(bytes(5)), reading(2))
    assert len(result) == 1


def test_a_device_knows_each_client_once() -> None:
    (client,) = device().clients.values()
    with pytest.raises(ValueError, match="client 16 comes twice"):
        LogicalDevice(1, b"", [client, client])
    with pytest.raises(ValueError, match="65536"):
        LogicalDevice(65536, b"", [])
