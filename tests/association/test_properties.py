"""Client core against server core: random values, sizes, orders and losses; and hostile input in every state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from association.support import (
    LN,
    LN_CIPHERED,
    METHOD,
    OTHER,
    SN,
    SN_CIPHERED,
    VALUE,
    Objects,
    Wire,
    null,
    octets,
    of_kind,
    pair,
    text,
    unsigned,
)
from conftest import vectors
from hypothesis import given, settings
from hypothesis import strategies as st

from xdlms.association import (
    AnswerNotSent,
    ApduDropped,
    ClientSettings,
    Disconnect,
    LocalProtocolError,
    State,
)
from xdlms.services.errors import LocalFault
from xdlms.services.events import Failure, ServiceFailed
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import (
    Abort,
    Action,
    Get,
    Open,
    Priority,
    Read,
    Release,
    Set,
    Write,
)
from xdlms.services.references import AttributeReference, VariableName
from xdlms_apdu.v2023 import ActionResponseWithOptionalData, ActionResult, Data, DataAccessResult

CONTEXTS = list(ApplicationContext)
LN_CONTEXTS = [LN, LN_CIPHERED]
SUCCESS = DataAccessResult.success

values: st.SearchStrategy[Data] = st.one_of(
    st.binary(max_size=400).map(octets),
    st.text("abc 0", max_size=50).map(text),
    st.integers(0, 255).map(unsigned),
    st.just(null()),
    st.lists(st.integers(0, 255), max_size=40).map(
        lambda items: Data.decode(bytes((1, len(items))) + b"".join(b"\x11" + bytes((item,)) for item in items))
    ),
)
sizes = st.one_of(st.integers(12, 80), st.integers(80, 500), st.just(0))


def references(count: int) -> list[AttributeReference]:
    return [AttributeReference(1, bytes((0, 0, 128, at, 0, 255)), 2) for at in range(count)]


def sizes_kept(wire: Wire, client_size: int, server_size: int) -> bool:
    """Whether each side kept to the size of the other, AARQ and AARE apart."""
    limits = {"client": server_size or 0xFFFF, "server": client_size or 0xFFFF}
    return all(len(apdu) <= limits[side] for side, apdu in wire.seen if apdu[0] not in (0x60, 0x61, 0x62, 0x63))


def fault_of(call: Callable[[], Any]) -> LocalFault | None:
    """Why a call is refused, or None."""
    try:
        call()
    except LocalProtocolError as error:
        return error.fault
    return None


def attempt(wire: Wire, primitive: Any) -> Any:
    """The one event that a request leads to, or None when it is too long to be sent."""
    before = len(wire.client_events)
    fault = fault_of(lambda: wire.ask(primitive))
    if fault is not None:
        assert fault is LocalFault.TOO_LONG
        return None
    events = wire.client_events[before:]
    assert len(events) == 1
    assert not of_kind(wire.server_events, AnswerNotSent)
    return events[0]


@pytest.mark.clause("4.2.3")
@settings(max_examples=150)
@given(st.sampled_from(LN_CONTEXTS), values, sizes, sizes)
def test_a_value_comes_back_as_it_was_set_or_the_caller_is_told(
    context: ApplicationContext, value: Data, client_size: int, server_size: int
) -> None:
    wire = pair(context, policy=3 if context.ciphered else 0, client_size=client_size, server_size=server_size)
    before = value.encode()
    confirm = attempt(wire, Set.Request(VALUE, value))
    if confirm is not None and isinstance(confirm, Set.Confirm) and confirm.result == SUCCESS:
        assert wire.objects.values == {VALUE: value}
    else:
        assert wire.objects.writes <= 1
    wire.objects.values[VALUE] = value
    confirm = attempt(wire, Get.Request(VALUE))
    if isinstance(confirm, Get.Confirm):
        assert confirm.result in (value, DataAccessResult.other_reason)
        if client_size == 0 or client_size >= 60:
            assert confirm.result == value
    wire.objects.returned = value
    confirm = attempt(wire, Action.Request(METHOD, value))
    if isinstance(confirm, Action.Confirm) and isinstance(confirm.result, ActionResponseWithOptionalData):
        assert wire.objects.calls == [(METHOD, value)]
        if confirm.result.result == ActionResult.success:
            assert confirm.result.return_parameters == value
    assert value.encode() == before
    assert sizes_kept(wire, client_size, server_size)


@pytest.mark.clause("7.3.3")
@settings(max_examples=80)
@given(
    st.sampled_from(LN_CONTEXTS), st.lists(values, min_size=1, max_size=6), st.integers(60, 300), st.integers(120, 300)
)
def test_lists_keep_their_order_whole_and_in_blocks(
    context: ApplicationContext, items: list[Data], client_size: int, server_size: int
) -> None:
    wire = pair(context, policy=3 if context.ciphered else 0, client_size=client_size, server_size=server_size)
    attributes = tuple(references(len(items)))
    confirm = attempt(wire, Set.Request(attributes, tuple(items)))
    if confirm is not None:
        assert confirm.result == (SUCCESS,) * len(items)
        assert [wire.objects.values[attribute] for attribute in attributes] == items
        assert attempt(wire, Get.Request(attributes)).result == tuple(items)
    assert sizes_kept(wire, client_size, server_size)


@pytest.mark.clause("7.3.7")
@pytest.mark.clause("7.3.8")
@settings(max_examples=100)
@given(st.sampled_from([SN, SN_CIPHERED]), st.lists(values, min_size=1, max_size=5), sizes, sizes)
def test_with_short_names_too(
    context: ApplicationContext, items: list[Data], client_size: int, server_size: int
) -> None:
    wire = pair(context, policy=3 if context.ciphered else 0, client_size=client_size, server_size=server_size)
    variables = tuple(VariableName(8 * at) for at in range(1, len(items) + 1))
    confirm = attempt(wire, Write.Request(variables, tuple(items)))
    if isinstance(confirm, Write.Confirm):
        assert confirm.results == (SUCCESS,) * len(items)
        assert [wire.objects.values[variable] for variable in variables] == items
    else:
        assert wire.objects.writes in (0, len(items))
    wire.objects.values.update(zip(variables, items, strict=True))
    confirm = attempt(wire, Read.Request(variables))
    if isinstance(confirm, Read.Confirm):
        assert confirm.results in (tuple(items), (DataAccessResult.other_reason,) * len(items))
        if client_size == 0 or client_size >= 60:
            assert confirm.results == tuple(items)
    assert sizes_kept(wire, client_size, server_size)


asks = st.one_of(
    st.tuples(st.just("get"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("set"), st.integers(0, 5), st.integers(0, 200)),
    st.tuples(st.just("action"), st.integers(0, 200), st.integers(0, 200)),
)
mishaps = st.one_of(
    st.tuples(st.just("time"), st.integers(1, 7), st.just(0)),
    st.tuples(st.just("lose"), st.integers(0, 1), st.just(0)),
    st.tuples(st.just("repeat"), st.integers(0, 1), st.just(0)),
    st.tuples(st.just("cancel"), st.integers(0, 15), st.just(0)),
)
# What is carried after each of them: 0 to the server, 1 to the client, 2 an answer of the application.
carried = st.lists(st.integers(0, 2), max_size=12)
steps = st.lists(st.tuples(st.one_of(asks, asks, mishaps), carried), max_size=25)


class Interleaving:
    """Both sides, with APDUs and indications that wait until somebody takes them on, in any order of the kinds."""

    def __init__(self, in_flight: int) -> None:
        self.wire = pair(
            application=Objects(),
            client=ClientSettings(in_flight=in_flight, timeout=5.0),
            client_size=60,
            server_size=60,
        )
        self.client, self.server = self.wire.client, self.wire.server
        self.now = 0.0
        self.to_server: list[bytes] = []
        self.to_client: list[bytes] = []
        self.waiting: list[Any] = []
        self.asked: dict[int, list[Any]] = {}
        self.ended: dict[int, int] = {}

    def ask(self, primitive: Any) -> None:
        sent: list[int | None] = []
        fault = fault_of(lambda: sent.append(self.client.send(primitive, now=self.now)))
        assert fault in (None, LocalFault.NO_INVOKE_ID)
        if fault is not None:
            return
        (invoke_id,) = sent
        assert invoke_id is not None
        assert len(self.asked.setdefault(invoke_id, [])) == self.ended.get(invoke_id, 0), "used while in use"
        self.asked[invoke_id].append(primitive)

    def carry(self, way: int) -> None:
        if way == 0 and self.to_server:
            self.server.receive_apdu(self.to_server.pop(0), now=self.now)
        elif way == 1 and self.to_client:
            self.client.receive_apdu(self.to_client.pop(0), now=self.now)
        elif self.waiting:
            self.answer()
        self.collect()

    def answer(self) -> None:
        indication = self.waiting.pop(int(self.now) % len(self.waiting))
        fault = fault_of(lambda: self.server.send(respond(indication), now=self.now))
        assert fault in (None, LocalFault.UNKNOWN_REQUEST)

    def collect(self) -> None:
        self.to_server += self.client.apdus_to_send()
        self.to_client += self.server.apdus_to_send()
        for event in self.server.events():
            if isinstance(event, Get.Indication | Set.Indication | Action.Indication):
                self.waiting.append(event)
        for event in self.client.events():
            if isinstance(event, Get.Confirm | Set.Confirm | Action.Confirm):
                self.check(event)
                self.ended[event.invoke_id] = self.ended.get(event.invoke_id, 0) + 1
            elif isinstance(event, ServiceFailed):
                self.ended[event.invoke_id] = self.ended.get(event.invoke_id, 0) + 1

    def check(self, confirm: Any) -> None:
        """The confirm answers the very request that it is for."""
        request = self.asked[confirm.invoke_id][self.ended.get(confirm.invoke_id, 0)]
        assert type(request).__qualname__.split(".")[0] == type(confirm).__qualname__.split(".")[0]
        failures = (
            DataAccessResult.no_long_get_in_progress,
            DataAccessResult.no_long_set_in_progress,
            DataAccessResult.temporary_failure,
            DataAccessResult.data_block_number_invalid,  # a request for a block came twice
        )
        if isinstance(confirm, Get.Confirm) and confirm.result not in failures:
            assert confirm.result == value_of(request.attribute)
        if isinstance(confirm, Action.Confirm) and confirm.result.result == ActionResult.success:
            assert confirm.result.return_parameters == request.value

    def cancel(self, invoke_id: int) -> None:
        fault = fault_of(lambda: self.client.cancel(invoke_id, now=self.now))
        assert fault in (None, LocalFault.UNKNOWN_REQUEST)
        if fault is None:
            self.ended[invoke_id] = self.ended.get(invoke_id, 0) + 1


def value_of(attribute: AttributeReference) -> Data:
    """Each attribute has a value of its own, long and short ones."""
    number = attribute.instance_id[3]
    return octets(bytes((number,)) * (number * 30))


def respond(indication: Any) -> Any:
    match indication:
        case Get.Indication(attribute=attribute):
            return indication.response(value_of(attribute))
        case Set.Indication():
            return indication.response(SUCCESS)
        case _:
            return indication.response(ActionResponseWithOptionalData(ActionResult.success, indication.value))


@pytest.mark.clause("7.3.2")
@settings(max_examples=300)
@given(st.sampled_from([1, 1, 2, 16]), steps)
def test_whatever_the_order_losses_and_delays_no_response_is_for_another_request(
    in_flight: int, played: list[tuple[tuple[str, int, int], list[int]]]
) -> None:
    play = Interleaving(in_flight)
    for (action, number, other), carried_ in played:
        lost = play.to_client if number else play.to_server
        match action:
            case "get":
                priority = Priority.HIGH if other else Priority.NORMAL
                play.ask(Get.Request(references(6)[number], priority=priority))
            case "set":
                play.ask(Set.Request(references(6)[number], octets(bytes(other))))
            case "action":
                play.ask(Action.Request(METHOD, octets(bytes((number % 256,)) * other)))
            case "time":
                play.now += number
                play.client.handle_timeout(now=play.now)
                play.server.handle_timeout(now=play.now)
            case "lose":
                del lost[:1]
            case "repeat":
                lost += lost[:1]
            case "cancel":
                play.cancel(number)
        play.collect()
        for way in carried_:
            play.carry(way)
    play.client.lost(now=play.now)
    play.collect()
    asked = {invoke_id: len(requests) for invoke_id, requests in play.asked.items()}
    assert {invoke_id: count for invoke_id, count in play.ended.items() if count} == asked


# The lower layer is lost at every step


def script(wire: Wire) -> list[Callable[[], Any]]:
    """A whole life of an association, in steps of one call each."""
    steps_: list[Callable[[], Any]] = []
    requests: list[Any] = [
        Open.Request(application_context_name=LN_CIPHERED),
        Get.Request(VALUE),
        Set.Request(VALUE, octets(bytes(150))),
        Action.Request(METHOD, octets(bytes(150))),
        Release.Request(),
    ]

    def ask(request: Any) -> None:
        if wire.client.state is not State.INACTIVE and (isinstance(request, Open.Request) or wire.client.authenticated):
            wire.client.send(request, now=wire.now)

    for request in requests:
        steps_.append(lambda request=request: ask(request))
        steps_ += [wire.step] * 9
    return steps_


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("at", range(0, 50, 1))
def test_the_lower_layer_may_be_lost_at_every_step(at: int) -> None:
    objects = Objects({VALUE: octets(bytes(150))})
    objects.returned = octets(bytes(150))
    wire = pair(LN_CIPHERED, hls=True, policy=3, application=objects, client_size=80, server_size=80, open_it=False)
    for step in script(wire)[:at]:
        step()
    services = wire.client._data._services
    on_their_way = [*services._active.values(), *services._queue] if services is not None else []
    expected = [Failure.ASSOCIATION_ENDED] * len(on_their_way) if wire.client.authenticated else []
    active = wire.client.state is not State.INACTIVE
    writes = objects.writes
    wire.client.events()
    for side in (wire.client, wire.server):
        side.lost(now=wire.now)
    events = wire.client.events()
    assert [event.failure for event in of_kind(events, ServiceFailed)] == expected
    assert not of_kind(events, Disconnect)
    assert len(of_kind(events, Abort.Indication)) == int(active)
    for side in (wire.client, wire.server):
        assert side.state is State.INACTIVE
        assert side.apdus_to_send() == []
        assert side.next_timeout() is None
    assert objects.writes == writes
    # All begins again, with the counters where they were.
    wire.connect()
    wire.ask(Open.Request(application_context_name=LN_CIPHERED))
    assert wire.client.authenticated


# Hostile input


def state_of(kind: str, context: ApplicationContext) -> Wire:
    """Both sides in one of their states, plain or ciphered, with nothing left to take."""
    policy = 3 if context.ciphered else 0
    opened = kind in ("associated", "busy", "releasing")
    wire = pair(
        context,
        open_it=opened,
        hls=kind in ("proving", "associated"),
        policy=policy,
        client_size=60 if kind == "busy" else 0xFFFF,
        server_size=60 if kind == "busy" else 0xFFFF,
    )
    if kind == "inactive":
        wire.client.lost(now=0)
        wire.server.lost(now=0)
    if kind in ("pending", "proving"):
        wire.client.send(Open.Request(application_context_name=context), now=0)
        (aarq,) = wire.client.apdus_to_send()
        wire.server.receive_apdu(aarq, now=0)
    if kind == "proving":
        wire.server.send(Open.Response(), now=0)
        (aare,) = wire.server.apdus_to_send()
        wire.client.receive_apdu(aare, now=0)
    if kind == "busy":
        # The server has blocks to send, and the client blocks to send next.
        long = octets(bytes(99))
        wire.objects.values.update({VALUE: long, VariableName(8): long})
        get: Any = Read.Request((VariableName(8),)) if context.by_short_name else Get.Request(VALUE)
        wire.client.send(get, now=0)
        wire.step()
        wire.client.cancel(1, now=0)
        put: Any = Write.Request((VariableName(8),), (long,)) if context.by_short_name else Set.Request(VALUE, long)
        wire.client.send(put, now=61)
    if kind == "releasing":
        wire.client.send(Release.Request(), now=0)
        (rlrq,) = wire.client.apdus_to_send()
        wire.server.receive_apdu(rlrq, now=0)
    for side in (wire.client, wire.server):
        side.events()
        side.apdus_to_send()
    return wire


STATES = ["inactive", "idle", "pending", "proving", "associated", "busy", "releasing"]


def test_the_states_are_those_of_the_control_function() -> None:
    for context in CONTEXTS:
        found = [state_of(kind, context) for kind in STATES]
        assert [wire.client.state for wire in found] == [wire.server.state for wire in found]
        assert [wire.client.state for wire in found] == [
            State.INACTIVE,
            State.IDLE,
            State.ASSOCIATION_PENDING,
            State.ASSOCIATED,
            State.ASSOCIATED,
            State.ASSOCIATED,
            State.ASSOCIATION_RELEASE_PENDING,
        ]
        assert not found[3].client.authenticated
        assert not found[3].server.authenticated


ALL_VECTORS = [
    bytes.fromhex(vector["hex"])
    for vector in vectors(
        "acse_plain", "ciphered_suite0", "ln_services", "sn_services", "initiate", "later_edition", "malformed"
    )
    if vector["hex"]
]
HOSTILE = sorted(set(ALL_VECTORS), key=lambda vector: (len(vector), vector))


def throw_at_client(wire: Wire, apdu: bytes) -> None:
    client = wire.client
    client.receive_apdu(apdu, now=61)
    assert client.events() or client.apdus_to_send(), "neither reported nor gone on with"
    client.apdus_to_send()
    client.handle_timeout(now=61)
    assert isinstance(client.next_timeout(), float | None)


def throw_at_server(wire: Wire, apdu: bytes, application: Objects) -> None:
    server = wire.server
    state = server.state
    server.receive_apdu(apdu, now=1)
    events = server.events()
    answers = server.apdus_to_send()
    assert events or answers, "neither answered nor reported"
    for event in of_kind(events, ApduDropped):
        assert event.octets == apdu
        assert event.answered == bool(answers)
    for event in events:
        response = application(event)
        if response is not None:
            server.send(response, now=1)
    server.apdus_to_send()
    server.events()
    if state is State.INACTIVE:
        assert server.state is State.INACTIVE
        assert not answers


@pytest.mark.clause("7.1")
@pytest.mark.parametrize("kind", STATES)
@pytest.mark.parametrize("context", CONTEXTS)
def test_every_vector_in_every_state_of_the_client(kind: str, context: ApplicationContext) -> None:
    wire = state_of(kind, context)
    for apdu in HOSTILE:
        throw_at_client(wire, apdu)


@pytest.mark.clause("7.1")
@pytest.mark.parametrize("kind", STATES)
@pytest.mark.parametrize("context", CONTEXTS)
def test_every_vector_in_every_state_of_the_server(kind: str, context: ApplicationContext) -> None:
    wire = state_of(kind, context)
    for apdu in HOSTILE:
        throw_at_server(wire, apdu, Objects({VALUE: octets(bytes(99)), OTHER: unsigned(1)}))


mutations = st.tuples(
    st.sampled_from(HOSTILE),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=3),
    st.integers(0, 20),
)


def mutated(vector: bytes, changes: list[tuple[int, int]], cut: int) -> bytes:
    octets_ = bytearray(vector[: len(vector) - cut] if cut < 10 else vector + bytes(cut - 10))
    for at, value in changes:
        if octets_:
            octets_[at % len(octets_)] = value
    return bytes(octets_)


hostile = st.lists(st.one_of(st.binary(max_size=40), mutations.map(lambda given_: mutated(*given_))), max_size=8)


@pytest.mark.clause("7.1")
@settings(max_examples=200)
@given(st.sampled_from(STATES), st.sampled_from(CONTEXTS), hostile)
def test_random_octets_in_every_state(kind: str, context: ApplicationContext, thrown: list[bytes]) -> None:
    wire = state_of(kind, context)
    for apdu in thrown:
        throw_at_server(wire, apdu, Objects({VALUE: octets(bytes(99))}))
        throw_at_client(wire, apdu)
