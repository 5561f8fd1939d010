"""GET, SET and ACTION on the objects of a server: rights, lists, attribute 0, and objects that fail."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from server.support import (
    LN_CIPHERED,
    OTHER,
    PUBLIC,
    THING,
    Line,
    Thing,
    ciphered_client,
    device,
    method_of,
    octets,
    text,
    unsigned,
    value_of,
)

from xdlms import data
from xdlms.profiles.link import Saps
from xdlms.server import AccessError, AttributeAccess, LogicalDevice, MethodAccess, MethodError, Rights, reading
from xdlms.services.blocks import BlockSource, BlockUnavailableError
from xdlms.services.primitives import Action, Get, Open, ProposedXdlmsContext, ServiceClass, Set
from xdlms.services.references import AttributeReference, MethodReference
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, DataTag, SelectiveAccessDescriptor

FULL = Rights(
    {1: AttributeAccess.READ, 2: AttributeAccess.READ_AND_WRITE, 3: AttributeAccess.WRITE}, {1: MethodAccess.ACCESS}
)


def get(object_: Any, attribute: int = 2, **given: Any) -> Any:
    line = Line(device(object_, **given))
    return line.talk().one(Get.Request(value_of(attribute=attribute, class_id=object_.class_id))).result


def put(object_: Any, value: Data, attribute: int = 2) -> Any:
    line = Line(device(object_, rights=FULL))
    return line.talk().one(Set.Request(value_of(attribute=attribute), value)).result


def call(object_: Any, argument: Data | None = None, method: int = 1) -> Any:
    line = Line(device(object_, rights=FULL))
    return line.talk().one(Action.Request(method_of(method=method, class_id=1), argument)).result


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (value_of(OTHER), DataAccessResult.object_undefined),
        (value_of(class_id=3), DataAccessResult.object_class_inconsistent),
        (value_of(attribute=3), DataAccessResult.read_write_denied),
        (value_of(attribute=-1), DataAccessResult.read_write_denied),
        (AttributeReference(15, bytes((0, 0, 40, 0, 0, 255)), 7), DataAccessResult.read_write_denied),
        (AttributeReference(12, bytes((0, 0, 40, 0, 0, 255)), 2), DataAccessResult.object_class_inconsistent),
    ],
)
def test_get_tells_why_there_is_no_value(reference: AttributeReference, expected: DataAccessResult) -> None:
    assert Line(device(Thing(a2=unsigned(7)))).talk().one(Get.Request(reference)).result == expected


@pytest.mark.clause("7.3.3")
def test_get_gives_the_value_and_the_logical_name() -> None:
    thing = Thing(a2=unsigned(7))
    assert get(thing) == unsigned(7)
    assert thing.seen == [("get", 2, None)]
    assert get(thing, 1) == octets(THING)


def test_an_object_that_a_client_has_no_rights_to_does_not_exist_for_it() -> None:
    made = LogicalDevice(1, b"XYZ", (ciphered_client(1), *device().clients.values()))
    made.add(Thing(a2=unsigned(7)), {1: reading(2)})
    assert Line(made).talk().one(Get.Request(value_of())).result == DataAccessResult.object_undefined
    manager = Line(made).talk(Saps(1, 1), context=LN_CIPHERED, hls=True)
    assert manager.one(Get.Request(value_of())).result == unsigned(7)


def test_an_authenticated_right_needs_an_authenticated_message() -> None:
    rights = Rights(
        {1: AttributeAccess.READ, 2: AttributeAccess.AUTHENTICATED_READ_AND_WRITE},
        {1: MethodAccess.AUTHENTICATED_ACCESS},
    )
    thing = Thing(a2=unsigned(7))
    made = LogicalDevice(1, b"XYZ", [ciphered_client(1, policy=0)])
    made.add(thing, rights)
    plain = Line(made).talk(Saps(1, 1), context=LN_CIPHERED, hls=True, policy=0)
    assert plain.one(Get.Request(value_of())).result == DataAccessResult.scope_of_access_violated
    assert plain.one(Set.Request(value_of(), unsigned(1))).result == DataAccessResult.scope_of_access_violated
    assert plain.one(Action.Request(method_of(class_id=1))).result.result == ActionResult.scope_of_access_violated
    assert thing.seen == []
    ciphered = Line(made).talk(Saps(1, 1), context=LN_CIPHERED, hls=True, policy=1)
    assert ciphered.one(Get.Request(value_of())).result == unsigned(7)
    assert ciphered.one(Set.Request(value_of(), unsigned(1))).result == DataAccessResult.success
    assert ciphered.one(Action.Request(method_of(class_id=1))).result.result == ActionResult.success


@pytest.mark.clause("7.3.3")
def test_a_list_gives_a_result_for_each_item_in_order() -> None:
    line = Line(device(Thing(a2=unsigned(7)), Thing(OTHER, a2=text("x"))))
    references = (value_of(OTHER), value_of(bytes(6)), value_of())
    assert line.talk().one(Get.Request(references)).result == (
        text("x"),
        DataAccessResult.object_undefined,
        unsigned(7),
    )


@pytest.mark.clause("7.3.3")
def test_attribute_0_is_a_structure_with_null_data_for_what_cannot_be_read() -> None:
    thing = Thing(a2=unsigned(7), a3=unsigned(8), a4=lambda: 1 / 0)
    rights = Rights(
        {
            1: AttributeAccess.READ,
            2: AttributeAccess.READ,
            3: AttributeAccess.WRITE,
            4: AttributeAccess.READ,
        }
    )
    line = Line(device(thing, rights=rights))
    result = line.talk().one(Get.Request(value_of(attribute=0))).result
    assert result == data.structure([octets(THING), unsigned(7), data.null(), data.null()])


@pytest.mark.clause("7.3.4")
def test_set_of_attribute_0_writes_what_is_not_null_data_and_checks_all_rights_first() -> None:
    thing = Thing(a2=unsigned(7), a3=unsigned(8))
    line = Line(device(thing, rights=FULL))
    client = line.talk()
    short = data.structure([data.null(), unsigned(1)])
    assert client.one(Set.Request(value_of(attribute=0), short)).result == DataAccessResult.type_unmatched
    wrong = data.structure([octets(OTHER), unsigned(1), unsigned(2)])
    assert client.one(Set.Request(value_of(attribute=0), wrong)).result == DataAccessResult.read_write_denied
    assert thing.values == {2: unsigned(7), 3: unsigned(8)}
    thing.seen.clear()
    unasked = Rights({**FULL.attributes, 3: AttributeAccess.READ})
    other = Line(device(thing, rights=unasked)).talk()
    half = data.structure([data.null(), unsigned(1), unsigned(2)])
    assert other.one(Set.Request(value_of(attribute=0), half)).result == DataAccessResult.read_write_denied
    assert thing.seen == []  # attribute 2 may be written, and is not either
    right = data.structure([data.null(), data.null(), unsigned(2)])
    assert client.one(Set.Request(value_of(attribute=0), right)).result == DataAccessResult.success
    assert thing.values == {2: unsigned(7), 3: unsigned(2)}


@pytest.mark.clause("7.3.4")
def test_set_of_attribute_0_that_an_object_refuses_in_part_changes_nothing() -> None:
    thing = Thing(a2=unsigned(7), a3=unsigned(8))

    def only_small(value: Data) -> Any:
        attribute = thing.seen[-1][1]
        if value.value > 100:
            raise AccessError(DataAccessResult.type_unmatched)
        thing.values[attribute] = value
        return None

    thing.answer = only_small
    client = Line(device(thing, rights=FULL)).talk()
    for first, second in ((1, 200), (200, 1), (200, 201)):
        both = data.structure([data.null(), unsigned(first), unsigned(second)])
        assert client.one(Set.Request(value_of(attribute=0), both)).result == DataAccessResult.type_unmatched
        assert thing.values == {2: unsigned(7), 3: unsigned(8)}
    both = data.structure([data.null(), unsigned(1), unsigned(2)])
    assert client.one(Set.Request(value_of(attribute=0), both)).result == DataAccessResult.success
    assert thing.values == {2: unsigned(1), 3: unsigned(2)}


@pytest.mark.clause("7.3.4")
def test_set_of_attribute_0_writes_last_what_could_not_be_put_back_and_never_two_of_it() -> None:
    def unreadable() -> Any:
        raise AccessError(DataAccessResult.read_write_denied)

    thing = Thing(a2=unreadable, a3=unsigned(8))
    client = Line(device(thing, rights=FULL)).talk()
    both = data.structure([data.null(), unsigned(1), unsigned(2)])
    assert client.one(Set.Request(value_of(attribute=0), both)).result == DataAccessResult.success
    assert [attribute for what, attribute, _ in thing.seen if what == "set"] == [3, 2]
    hidden = Thing(a2=unreadable, a3=unreadable)
    client = Line(device(hidden, rights=FULL)).talk()
    assert client.one(Set.Request(value_of(attribute=0), both)).result == DataAccessResult.other_reason
    assert hidden.values == {2: unreadable, 3: unreadable}


@pytest.mark.clause("7.3.4")
def test_set_is_refused_without_a_right_and_the_object_is_not_asked() -> None:
    thing = Thing(a2=unsigned(7))
    line = Line(device(thing))
    assert line.talk().one(Set.Request(value_of(), unsigned(1))).result == DataAccessResult.read_write_denied
    assert (
        line.talk().one(Set.Request(value_of(attribute=1), octets(OTHER))).result == DataAccessResult.read_write_denied
    )
    assert thing.seen == []


@pytest.mark.clause("7.3.4")
def test_nobody_writes_a_logical_name_whatever_the_rights_say() -> None:
    rights = Rights({1: AttributeAccess.READ_AND_WRITE})
    line = Line(device(Thing(), rights=rights))
    assert (
        line.talk().one(Set.Request(value_of(attribute=1), octets(OTHER))).result == DataAccessResult.read_write_denied
    )


@pytest.mark.clause("7.3.4")
def test_set_with_a_list_writes_each_item_by_itself() -> None:
    thing, other = Thing(a2=unsigned(7)), Thing(OTHER, a2=unsigned(8))
    line = Line(device(thing, other, rights=FULL))
    request = Set.Request((value_of(), value_of(bytes(6)), value_of(OTHER)), (unsigned(1), unsigned(2), unsigned(3)))
    results = line.talk().one(request).result
    assert results == (DataAccessResult.success, DataAccessResult.object_undefined, DataAccessResult.success)
    assert (thing.values[2], other.values[2]) == (unsigned(1), unsigned(3))


@pytest.mark.clause("7.3.5")
def test_action_calls_the_method_and_returns_what_it_returns() -> None:
    thing = Thing()
    thing.answer = lambda argument: unsigned(argument.value + 1)
    assert call(thing, unsigned(4)).return_parameters == unsigned(5)
    thing.answer = None
    assert call(thing).result == ActionResult.success
    assert thing.seen[-1] == ("action", 1, None)
    assert call(thing, method=2).result == ActionResult.read_write_denied


@pytest.mark.clause("7.3.5")
def test_action_tells_why_there_is_no_object() -> None:
    client = Line(device(Thing(), rights=FULL)).talk()
    assert client.one(Action.Request(method_of(OTHER))).result.result == ActionResult.object_undefined
    assert client.one(Action.Request(method_of(class_id=9))).result.result == ActionResult.object_class_inconsistent
    hls = MethodReference(15, bytes((0, 0, 40, 0, 0, 255)), 1)
    assert client.one(Action.Request(hls, octets(b"x"))).result.result == ActionResult.read_write_denied


@pytest.mark.clause("7.3.5")
def test_action_with_a_list_calls_each_method() -> None:
    thing = Thing()
    thing.answer = lambda argument: argument
    client = Line(device(thing, rights=FULL)).talk()
    methods = (method_of(class_id=1), method_of(class_id=1, method=2))
    first, second = client.one(Action.Request(methods, (unsigned(1), unsigned(2)))).result
    assert (first.return_parameters, second.result) == (unsigned(1), ActionResult.read_write_denied)


@pytest.mark.clause("7.3.4")
def test_unconfirmed_requests_are_carried_out_and_not_answered() -> None:
    thing = Thing(a2=unsigned(7))
    client = Line(device(thing, rights=FULL)).talk()
    unconfirmed = {"service_class": ServiceClass.UNCONFIRMED}
    assert client.ask(Set.Request(value_of(), unsigned(1), **unconfirmed)) == []
    assert client.ask(Action.Request(method_of(class_id=1), unsigned(2), **unconfirmed)) == []
    assert client.ask(Set.Request((value_of(),), (unsigned(3),), **unconfirmed)) == []
    assert [what for what, *_ in thing.seen] == ["set", "action", "set"]


def test_selections_reach_the_object() -> None:
    thing = Thing(a2=unsigned(7))
    selection = SelectiveAccessDescriptor(2, unsigned(5))
    line = Line(device(thing))
    assert line.talk().one(Get.Request(value_of(selection=selection))).result == unsigned(7)
    assert thing.seen == [("get", 2, selection)]


# Objects that fail


def refusing(error: BaseException) -> Any:
    def refuse(*arguments: object) -> Any:
        raise error

    return refuse


def test_an_object_refuses_with_the_reason_it_gives() -> None:
    assert get(Thing(a2=refusing(AccessError(DataAccessResult.hardware_fault)))) == DataAccessResult.hardware_fault
    assert get(Thing(a2=refusing(AccessError(DataAccessResult.success)))) == DataAccessResult.other_reason
    thing = Thing()
    thing.answer = refusing(AccessError(DataAccessResult.temporary_failure, "not now"))
    assert put(thing, unsigned(1)) == DataAccessResult.temporary_failure
    thing.answer = refusing(MethodError(ActionResult.type_unmatched))
    assert call(thing).result == ActionResult.type_unmatched
    thing.answer = refusing(MethodError(ActionResult.success))
    assert call(thing).result == ActionResult.other_reason


@pytest.mark.parametrize("error", [ZeroDivisionError("SECRET"), KeyError("SECRET"), RecursionError("SECRET")])
def test_a_bug_in_an_object_gives_other_reason_and_is_logged_without_its_message(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    thing = Thing(a2=refusing(error))
    thing.answer = refusing(error)
    with caplog.at_level(logging.DEBUG):
        assert get(thing) == DataAccessResult.other_reason
        assert put(thing, unsigned(1)) == DataAccessResult.other_reason
        assert call(thing).result == ActionResult.other_reason
    assert caplog.text.count(type(error).__name__) == 3
    assert "in refuse" in caplog.text
    assert "class 1, 0.0.96.1.0.255, attribute 2" in caplog.text
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize("value", [5, None, "text", object()])
def test_an_object_that_gives_no_data_gives_other_reason(value: Any) -> None:
    assert get(Thing(a2=lambda: value)) == DataAccessResult.other_reason
    thing = Thing()
    thing.answer = lambda argument: value
    expected = ActionResult.success if value is None else ActionResult.other_reason
    assert call(thing).result == expected


def test_a_value_that_cannot_be_encoded_gives_other_reason() -> None:
    broken = Data.hold(17, "not a number")
    assert get(Thing(a2=broken)) == DataAccessResult.other_reason
    line = Line(device(Thing(a2=broken)))
    client = line.talk()
    refused = client.one(Get.Request((value_of(), value_of(OTHER)))).result
    assert refused == (DataAccessResult.other_reason,) * 2
    assert client.one(Get.Request(value_of(attribute=1))).result == octets(THING)
    thing = Thing()
    thing.answer = lambda argument: broken
    assert call(thing).result == ActionResult.other_reason


# Values from a source


class Source(BlockSource):
    def __init__(self, encoded: bytes, fails_at: int = 1 << 30) -> None:
        self.encoded = encoded
        self.at = 0
        self.fails_at = fails_at

    def read(self, size: int) -> bytes:
        if self.at >= self.fails_at:
            raise BlockUnavailableError
        piece = self.encoded[self.at : self.at + size]
        self.at += size
        return piece


LONG = octets(bytes(range(200)))


@pytest.mark.clause("7.3.3")
def test_a_source_is_sent_block_by_block_and_joined_where_it_must_be() -> None:
    line = Line(device(Thing(a2=lambda: Source(LONG.encode()))))
    client = line.talk(proposed_xdlms_context=ProposedXdlmsContext(client_max_receive_pdu_size=60))
    assert isinstance(client.opened[0], Open.Confirm)
    assert client.one(Get.Request(value_of())).result == LONG
    assert client.one(Get.Request((value_of(),))).result == (LONG,)
    assert client.one(Get.Request(value_of(attribute=0))).result == data.structure([octets(THING), LONG])


def test_a_source_that_fails_gives_data_block_unavailable() -> None:
    for broken in (lambda: Source(LONG.encode(), fails_at=0), lambda: Source(b"\x09\x05abc")):
        client = Line(device(Thing(a2=broken))).talk()
        assert client.one(Get.Request((value_of(),))).result == (DataAccessResult.data_block_unavailable,)


@pytest.mark.parametrize("good", [0, 1])
def test_a_source_with_a_bug_gives_data_block_unavailable_and_the_association_goes_on(good: int) -> None:
    class Broken(Source):
        def read(self, size: int) -> bytes:
            if self.at > good * 10:
                raise RuntimeError("secret")
            return super().read(size)

    things = (Thing(a2=lambda: Broken(LONG.encode())), Thing(OTHER, a2=lambda: Words()))
    client = Line(device(*things)).talk(proposed_xdlms_context=ProposedXdlmsContext(client_max_receive_pdu_size=60))
    for asked in (value_of(), value_of(OTHER)):
        assert client.one(Get.Request(asked)).result == DataAccessResult.data_block_unavailable
    assert client.one(Get.Request(value_of(attribute=1))).result == octets(THING)


class Words(BlockSource):
    def read(self, size: int) -> Any:
        return "abc"


def test_in_a_long_list_what_cannot_be_encoded_gets_other_reason_and_the_association_goes_on() -> None:
    async def scenario() -> None:
        things = (Thing(a2=unsigned(7)), Thing(OTHER, a2=lambda: Data.hold(int(DataTag.unsigned), 300)))
        client = Line(device(*things)).talk()
        client.ask(Get.Request((*[value_of()] * 20, value_of(OTHER))))
        (confirm,) = await client.settle()
        assert confirm.result == (*[unsigned(7)] * 20, DataAccessResult.other_reason)
        assert client.one(Get.Request(value_of())).result == unsigned(7)

    asyncio.run(scenario())


# Objects that take their time


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    if isinstance(value, Exception):
        raise value
    return value


def test_objects_may_be_asynchronous() -> None:
    async def scenario() -> None:
        thing = Thing(a2=lambda: later(unsigned(7)), a3=lambda: later(unsigned(9)))
        thing.answer = lambda argument: later(argument if isinstance(argument, Data) else None)
        client = Line(device(thing, Thing(OTHER, a2=unsigned(8)), rights=FULL)).talk()
        assert client.ask(Get.Request((value_of(), value_of(OTHER), value_of()))) == []
        (confirm,) = await client.settle()
        assert confirm.result == (unsigned(7), unsigned(8), unsigned(7))
        client.ask(Action.Request(method_of(class_id=1), unsigned(3)))
        (confirm,) = await client.settle()
        assert confirm.result.return_parameters == unsigned(3)

    asyncio.run(scenario())


def test_an_asynchronous_object_may_refuse_and_fail() -> None:
    async def scenario() -> None:
        errors = [
            (AccessError(DataAccessResult.hardware_fault), DataAccessResult.hardware_fault),
            (ValueError("a bug"), DataAccessResult.other_reason),
        ]
        for error, expected in errors:
            client = Line(device(Thing(a2=lambda error=error: later(error)))).talk()
            client.ask(Get.Request(value_of()))
            (confirm,) = await client.settle()
            assert confirm.result == expected

    asyncio.run(scenario())


def test_requests_of_an_association_are_served_in_their_order() -> None:
    async def scenario() -> None:
        thing = Thing(a2=unsigned(1))

        async def slowly(value: Data) -> None:
            await asyncio.sleep(0)
            thing.values[2] = value

        thing.answer = slowly
        client = Line(device(thing, rights=FULL)).talk()
        client.ask(Set.Request(value_of(), unsigned(2), service_class=ServiceClass.UNCONFIRMED))
        assert client.ask(Get.Request(value_of())) == []
        (confirm,) = await client.settle()
        assert confirm.result == unsigned(2)

    asyncio.run(scenario())


def test_the_server_knows_who_asks() -> None:
    thing = Thing()
    asked: list[Any] = []
    thing.values[2] = unsigned(1)
    original = thing.get

    def noting(attribute: int, selection: Any, request: Any) -> Any:
        asked.append((request.session.saps, request.status.authenticated, request.session.mechanism))
        return original(attribute, selection, request)

    thing.get = noting
    Line(device(thing)).talk().one(Get.Request(value_of()))
    assert asked == [(PUBLIC, False, 0)]
