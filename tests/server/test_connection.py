"""One connection: several associations, the ways they end, and what a server allows its peers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from association.support import PASSWORD
from server.support import (
    LN_CIPHERED,
    OTHER,
    PUBLIC,
    Line,
    Thing,
    ciphered_client,
    device,
    method_of,
    public,
    text,
    unsigned,
    value_of,
)

from xdlms import data
from xdlms.association import Authenticated, ServerSettings, State
from xdlms.profiles.link import Saps
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.security import Keys, Secret
from xdlms.server import AccessError, AttributeAccess, Client, Limits, LogicalDevice, MethodAccess, Rights, reading
from xdlms.server.connection import TURN
from xdlms.services.events import ServiceFailed
from xdlms.services.primitives import Abort, Action, EventNotification, Get, Open, Release, Set
from xdlms_apdu.v2023 import ActionResult, AssociationResult, DataAccessResult, ExceptionResponse

READER = Saps(2, 1)


def reader() -> Client:
    return Client(sap=2, settings=ServerSettings(lowest=False, password=PASSWORD))


def with_reader(*things: Any) -> LogicalDevice:
    return device(*things, clients=(public(), reader(), ciphered_client()))


def lls(password: Secret = PASSWORD) -> dict[str, Any]:
    return {"security_mechanism_name": 1, "calling_authentication_value": password}


@pytest.mark.clause("4.2.2")
def test_several_associations_share_a_connection_and_do_not_touch_each_other() -> None:
    line = Line(with_reader(Thing(a2=unsigned(7))), LogicalDevice(2, b"B", [public()]))
    first, second = line.talk(), line.talk(Saps(16, 2))
    third = line.talk(Saps(1, 1), context=LN_CIPHERED, hls=True)
    assert line.connection.associations == 3
    assert isinstance(third.opened[-1], Authenticated)
    second.ask(Release.Request())
    assert line.connection.associations == 2
    for client in (first, third):
        assert client.one(Get.Request(value_of())).result == unsigned(7)
    assert isinstance(second.one(Open.Request()), Open.Confirm)
    assert line.connection.associations == 3


def test_unknown_service_access_points_get_no_answer_and_take_no_room() -> None:
    line = Line(device(), limits=Limits(associations=1))
    aarq = line.talk(open_it=False)
    aarq.client.send(Open.Request(), now=0)
    (apdu,) = aarq.client.apdus_to_send()
    assert line.ask(Saps(17, 1), apdu) == []
    assert line.ask(Saps(16, 2), apdu) == []
    assert len(line.ask(PUBLIC, apdu)) == 1


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize("step", ["idle", "pending", "open", "long"])
def test_a_lost_connection_ends_every_association_whatever_it_was_doing(step: str) -> None:
    made = with_reader(Thing(a2=text("x" * 500)))
    line = Line(made)
    if step == "pending":
        line.talk(
            Saps(1, 1),
            context=LN_CIPHERED,
            hls=True,
            keys=Keys(global_unicast_encryption_key=bytes(16), authentication_key=bytes(16)),
        )
    elif step != "idle":
        client = line.talk()
        if step == "long":
            client.client.send(Get.Request(value_of()), now=0)
            (apdu,) = client.client.apdus_to_send()
            line.ask(PUBLIC, apdu)
    line.closed("lost")
    assert made.sessions == {}
    assert line.connection.associations == 0
    assert line.connection._sessions == {}


def test_a_client_that_sends_another_aarq_gets_a_new_association() -> None:
    made = device(Thing(a2=unsigned(7)))
    line = Line(made)
    line.talk()
    client = line.talk()
    assert line.connection.associations == 1
    assert len(made.sessions) == 1
    assert client.one(Get.Request(value_of())).result == unsigned(7)


def test_a_request_without_an_association_gets_an_exception_response() -> None:
    line = Line(device())
    (answer,) = line.ask(PUBLIC, bytes.fromhex("C001C1000800000100 00FF0200"))
    assert isinstance(ExceptionResponse.decode(answer), ExceptionResponse)
    assert line.connection.associations == 0


# Objects that take their time, and associations that end meanwhile


class Slow(Thing):
    """Waits until it is let go."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.gate = asyncio.Event()

    async def get(self, attribute: int, selection: Any, request: Any) -> Any:
        self.seen.append(attribute)
        await self.gate.wait()
        return self.values[attribute]


def test_a_late_answer_never_answers_a_request_of_the_next_association() -> None:
    async def scenario() -> None:
        slow = Slow(a2=unsigned(7))
        line = Line(device(slow, Thing(OTHER, a2=unsigned(8))))
        first = line.talk()
        first.ask(Get.Request(value_of(), invoke_id=1))
        second = line.talk()
        second.ask(Get.Request(value_of(OTHER), invoke_id=1))
        slow.gate.set()
        (confirm,) = await second.settle()
        assert confirm.result == unsigned(8)

    asyncio.run(scenario())


def test_what_waits_when_the_association_ends_is_dropped() -> None:
    async def scenario() -> None:
        slow = Slow(a2=unsigned(7))
        line = Line(device(slow))
        client = line.talk()
        for number in range(3):
            line.ask(PUBLIC, bytes.fromhex(f"C001C{number}00010000600100FF0200"))
        (confirm,) = client.ask(Release.Request())
        assert isinstance(confirm, Release.Confirm)
        slow.gate.set()
        assert await client.settle() == []
        assert slow.seen == [2]
        line.closed("lost")

    asyncio.run(scenario())


def test_a_client_that_asks_too_much_at_once_loses_its_connection() -> None:
    async def scenario() -> None:
        slow = Slow(a2=unsigned(7))
        line = Line(device(slow), limits=Limits(waiting=5))
        line.talk()
        for number in range(8):
            line.ask(PUBLIC, bytes.fromhex(f"C0014{number:X}00010000600100FF0200"))
        assert line.is_closed
        slow.gate.set()
        await asyncio.sleep(0)

    asyncio.run(scenario())


def test_a_server_that_ends_cancels_what_objects_are_doing() -> None:
    async def scenario() -> None:
        slow = Slow(a2=unsigned(7))
        line = Line(device(slow))
        line.talk().ask(Get.Request(value_of()))
        (session,) = line.connection._sessions.values()
        assert session.busy == 1
        await asyncio.sleep(0)
        line.connection.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert session.busy == 0

    asyncio.run(scenario())


class Stuck(Thing):
    """Never answers, whatever is asked; notes whether it was cancelled, and can refuse to be."""

    def __init__(self, *, stubborn: bool = False, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.cancelled = 0
        self._stubborn = stubborn

    async def _wait(self) -> Any:
        while True:
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                self.cancelled += 1
                if not self._stubborn or self.cancelled > 1:
                    raise

    async def get(self, attribute: int, selection: Any, request: Any) -> Any:
        return await self._wait()

    async def set(self, attribute: int, value: Any, selection: Any, request: Any) -> Any:
        return await self._wait()

    async def action(self, method: int, argument: Any, request: Any) -> Any:
        return await self._wait()


WRITABLE = Rights({1: AttributeAccess.READ, 2: AttributeAccess.READ_AND_WRITE}, {1: MethodAccess.ACCESS}, {})


async def told(client: Any) -> list[Any]:
    """What the client is told as soon as it is told anything."""
    while not (events := client.run()):
        await asyncio.sleep(0.001)
    return events


@pytest.mark.parametrize("stubborn", [False, True])
def test_an_object_that_hangs_gets_temporary_failure_and_the_association_goes_on(stubborn: bool) -> None:
    async def scenario() -> None:
        stuck = Stuck(class_id=3, a2=unsigned(7), stubborn=stubborn)
        good = Thing(OTHER, a2=unsigned(8))
        client = Line(device(stuck, good, rights=WRITABLE), limits=Limits(answering=0.01)).talk()
        here = value_of(class_id=3)
        client.ask(Get.Request(here))
        assert [event.result for event in await told(client)] == [DataAccessResult.temporary_failure]
        client.ask(Set.Request(here, unsigned(9)))
        assert [event.result for event in await told(client)] == [DataAccessResult.temporary_failure]
        client.ask(Action.Request(method_of()))
        assert [event.result.result for event in await told(client)] == [ActionResult.temporary_failure]
        # In a list only what hangs fails, and all of it together has no more time than one.
        client.ask(Get.Request((value_of(OTHER), here, here, value_of(OTHER))))
        (confirm,) = await told(client)
        assert confirm.result == (
            unsigned(8),
            DataAccessResult.temporary_failure,
            DataAccessResult.temporary_failure,
            unsigned(8),
        )
        assert client.one(Get.Request(value_of(OTHER))).result == unsigned(8)
        await asyncio.sleep(0)
        assert stuck.cancelled == 4  # the second one of the list was not even begun

    asyncio.run(scenario())


class TwoSpeeds(Thing):
    """Takes attribute 2 at once, in a coroutine, and never takes attribute 3."""

    async def set(self, attribute: int, value: Any, selection: Any, request: Any) -> Any:
        await asyncio.sleep(10 if attribute == 3 else 0)
        self.values[attribute] = value


def test_a_set_of_attribute_0_that_takes_too_long_in_its_middle_is_undone() -> None:
    async def scenario() -> None:
        both = AttributeAccess.READ_AND_WRITE
        thing = TwoSpeeds(a2=unsigned(1), a3=unsigned(2))
        made = device(thing, rights=Rights({1: AttributeAccess.READ, 2: both, 3: both}))
        client = Line(made, limits=Limits(answering=0.02)).talk()
        everything = data.structure([data.null(), unsigned(11), unsigned(12)])
        client.ask(Set.Request(value_of(attribute=0), everything))
        assert [event.result for event in await told(client)] == [DataAccessResult.temporary_failure]
        assert thing.values == {2: unsigned(1), 3: unsigned(2)}

    asyncio.run(scenario())


class OneWay(TwoSpeeds):
    """Refuses to go back."""

    async def set(self, attribute: int, value: Any, selection: Any, request: Any) -> Any:
        if attribute == 2 and value == unsigned(1):
            await asyncio.sleep(0)
            raise AccessError(DataAccessResult.hardware_fault)
        await super().set(attribute, value, selection, request)


def test_where_an_object_refuses_to_go_back_the_answer_is_that_of_what_failed() -> None:
    async def scenario() -> None:
        both = AttributeAccess.READ_AND_WRITE
        thing = OneWay(a2=unsigned(1), a3=unsigned(2))
        made = device(thing, rights=Rights({1: AttributeAccess.READ, 2: both, 3: both}))
        client = Line(made, limits=Limits(answering=0.02)).talk()
        everything = data.structure([data.null(), unsigned(11), unsigned(12)])
        client.ask(Set.Request(value_of(attribute=0), everything))
        assert [event.result for event in await told(client)] == [DataAccessResult.temporary_failure]
        assert client.one(Get.Request(value_of())).result == unsigned(11)

    asyncio.run(scenario())


def test_an_object_that_answers_when_its_connection_is_gone_sets_no_timer() -> None:
    async def scenario() -> None:
        slow = Slow(a2=unsigned(7))
        line = Line(device(slow))
        client = line.talk()
        client.ask(Get.Request(value_of()))
        line.closed("lost")
        assert line.connection._timer is None
        slow.gate.set()
        await client.settle()
        assert line.connection._timer is None

    asyncio.run(scenario())


def test_an_object_whose_own_task_is_cancelled_gets_other_reason() -> None:
    async def scenario() -> None:
        async def cancelled() -> Any:
            raise asyncio.CancelledError

        client = Line(device(Thing(a2=cancelled), Thing(OTHER, a2=unsigned(8)))).talk()
        client.ask(Get.Request(value_of()))
        assert [event.result for event in await told(client)] == [DataAccessResult.other_reason]
        assert client.one(Get.Request(value_of(OTHER))).result == unsigned(8)

    asyncio.run(scenario())


# Notifications


@pytest.mark.clause("7.3.6")
def test_an_object_notifies_its_client() -> None:
    made = device(Thing(a2=unsigned(7)))
    client = Line(made).talk()
    (session,) = made.sessions
    session.notify(EventNotification.Request(value_of(), unsigned(9)))
    (event,) = client.run()
    assert isinstance(event, EventNotification.Indication)
    assert event.value == unsigned(9)


# Limits


def test_a_silent_connection_is_closed() -> None:
    line = Line(device(), limits=Limits(idle=10, opening=5))
    line.talk()
    line.time = 9.0
    line.connection.handle_timeout()
    assert not line.is_closed
    assert line.connection.next_timeout() == 10.0
    line.time = 10.0
    line.connection.handle_timeout()
    assert line.is_closed


def test_a_connection_without_an_association_is_closed_earlier() -> None:
    line = Line(device(), limits=Limits(idle=10, opening=5))
    assert line.connection.next_timeout() == 5.0
    line.time = 5.0
    line.connection.handle_timeout()
    assert line.is_closed
    patient = Line(device(), limits=Limits(idle=None, opening=None))
    assert patient.connection.next_timeout() is None


def test_the_time_for_pass_3_of_hls_is_limited() -> None:
    made = with_reader()
    line = Line(made)
    wrong = Keys(global_unicast_encryption_key=bytes(16), authentication_key=bytes(16))
    client = line.talk(Saps(1, 1), hls=True, open_it=False, keys=wrong)
    client.client.send(Open.Request(), now=0)
    (aarq,) = client.client.apdus_to_send()
    line.ask(Saps(1, 1), aarq)
    assert line.connection.next_timeout() == 30.0
    line.time = 30.0
    line.connection.handle_timeout()
    assert not line.is_closed
    assert made.sessions == {}


def test_wrong_passwords_lock_a_peer_out_for_a_while_and_only_that_peer() -> None:
    limits = Limits(failed_authentications=3, lockout=60)
    made = with_reader(Thing(a2=unsigned(7)))
    line = Line(made, limits=limits)
    for _ in range(3):
        (confirm,) = line.talk(READER, **lls(Secret(b"wrong"))).opened
        assert confirm.result == AssociationResult.rejected_permanent
    assert line.is_closed
    again = Line(shared=line.shared)
    assert again.talk(READER, open_it=False).ask(Open.Request(**lls())) == []
    assert again.is_closed
    assert isinstance(Line(shared=line.shared).talk().opened[0], Open.Confirm)
    (confirm,) = Line(shared=line.shared, peer="there").talk(READER, **lls()).opened
    assert confirm.result == AssociationResult.accepted
    later = Line(shared=line.shared)
    later.time = 61.0
    (confirm,) = later.talk(READER, **lls()).opened
    assert confirm.result == AssociationResult.accepted


def test_a_line_that_there_is_one_of_is_not_closed_its_associations_end() -> None:
    line = Line(with_reader(), limits=Limits(failed_authentications=2))
    line.shared.closes = False
    line.talk()
    for _ in range(2):
        line.talk(READER, **lls(Secret(b"wrong")))
    assert not line.is_closed
    assert line.connection.sessions == ()
    assert line.talk(READER, open_it=False).ask(Open.Request(**lls())) == []
    assert isinstance(line.talk().opened[0], Open.Confirm)
    assert not line.is_closed


def test_a_right_password_in_between_forgives() -> None:
    line = Line(with_reader(), limits=Limits(failed_authentications=3))
    for password in (b"wrong", b"wrong", b"12345678", b"wrong", b"wrong", b"12345678"):
        line.talk(READER, **lls(Secret(password)))
    assert not line.is_closed


def test_failed_hls_counts_as_well() -> None:
    wrong = Keys(global_unicast_encryption_key=bytes(16), authentication_key=bytes(16))
    line = Line(with_reader(), limits=Limits(failed_authentications=2))
    for _ in range(2):
        events = line.talk(Saps(1, 1), hls=True, keys=wrong).opened
        assert isinstance(events[-2], Abort.Indication)
    assert line.is_closed


def test_only_so_many_associations_share_a_connection() -> None:
    devices = [LogicalDevice(sap, b"X", [public()]) for sap in range(1, 20)]
    line = Line(*devices)
    opened = [line.talk(Saps(16, sap), open_it=False) for sap in range(1, 20)]
    accepted = [len(client.ask(Open.Request())) for client in opened]
    assert accepted == [1] * 16 + [0] * 3


def test_only_so_many_connections_come_from_one_peer_address() -> None:
    made = device(Thing(a2=unsigned(7)))
    first = Line(made, limits=Limits(connections_per_peer=2))
    lines = [Line(shared=first.shared, peer="here") for _ in range(2)]
    other = Line(shared=first.shared, peer="there")
    first.pump()
    assert [line.is_closed for line in (first, *lines, other)] == [False, False, True, False]
    assert other.talk().one(Get.Request(value_of())).result == unsigned(7)
    first.close("gone")
    again = Line(shared=first.shared, peer="here")
    first.pump()
    assert not again.is_closed
    for line in (lines[0], again, other):
        line.close("gone")
    assert first.shared.crowd._there == {}


def test_a_connection_that_is_one_too_many_is_not_served() -> None:
    made = device(Thing(a2=unsigned(7)))
    first = Line(made, limits=Limits(connections_per_peer=1))
    second = Line(shared=first.shared)
    second.link.receive_octets(WrapperMessage(16, 1, bytes.fromhex("C001C100010000600100FF0200")).encode(), now=0)
    for event in second.link.events():
        second.connection.link_event(event)
    assert second.link.octets_to_send() == []
    first.pump()
    assert second.is_closed


def test_a_client_is_told_of_when_it_has_proved_itself() -> None:
    told_of: list[Any] = []
    clients = [replace(client, associated=told_of.append) for client in (public(), reader(), ciphered_client())]
    made = device(Thing(a2=unsigned(7)), clients=tuple(clients))
    line = Line(made)
    line.talk(Saps(2, 1), **lls(Secret(b"wrong")))
    wrong = Keys(global_unicast_encryption_key=bytes(16), authentication_key=bytes(16))
    line.talk(Saps(1, 1), hls=True, keys=wrong)
    assert told_of == []
    line.talk()
    line.talk(Saps(2, 1), **lls())
    line.talk(Saps(1, 1), hls=True)
    assert [session.saps.client for session in told_of] == [16, 2, 1]


def test_what_is_told_of_an_association_does_not_end_it_where_it_fails() -> None:
    def fail(session: Any) -> None:
        raise RuntimeError("secret")

    client = Line(device(Thing(a2=unsigned(7)), clients=(replace(public(), associated=fail),))).talk()
    assert client.one(Get.Request(value_of())).result == unsigned(7)


@pytest.mark.parametrize(
    "wrong", [{"connections": 0}, {"connections_per_peer": 0}, {"waiting": 0}, {"idle": 0}, {"lockout": -1.0}]
)
def test_limits_are_more_than_nothing(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Limits(**wrong)


# The medium


def test_a_wrong_header_ends_all_associations() -> None:
    made = device()
    line = Line(made)
    line.talk()
    line.receive(b"\x00\x02" + bytes(6))
    assert made.sessions == {}
    assert line.link.failed is not None


def test_a_broadcast_reaches_the_associations_of_the_client_and_is_not_answered() -> None:
    thing = Thing(a2=unsigned(7))
    line = Line(device(thing))
    line.talk()
    line.receive(WrapperMessage(16, 0x7F, bytes.fromhex("C001C100010000600100FF0200")).encode())
    assert line.frames == []
    line.receive(WrapperMessage(17, 0x7F, bytes.fromhex("C001C100010000600100FF0200")).encode())
    assert line.frames == []


def test_broadcasts_have_fair_turns_and_wait_within_the_limit_like_other_requests() -> None:
    frame = WrapperMessage(16, 0x7F, bytes.fromhex("C1010100010000600100FF02001105")).encode()
    quick = Thing(a2=unsigned(7))
    line = Line(device(quick, rights=WRITABLE))
    line.talk()
    line.pump()
    line.link.receive_octets(frame * 100, now=0)
    for event in line.link.events():
        line.connection.link_event(event)
    assert len(quick.seen) == TURN
    for _ in range(5):
        line.pump()
    assert len(quick.seen) == 100

    async def scenario() -> None:
        stuck = Stuck(a2=unsigned(7))
        line = Line(device(stuck, rights=WRITABLE), limits=Limits(waiting=5))
        line.talk()
        for _ in range(10):
            line.receive(frame)
            line.pump()
        assert line.is_closed
        line.connection.cancel()

    asyncio.run(scenario())


def test_requests_that_wait_for_their_turn_have_so_many_octets_at_most() -> None:
    long = WrapperMessage(16, 1, bytes.fromhex("C101C100010000600100FF02000982") + b"\x03\xe8" + bytes(1000)).encode()
    for count, closed in ((TURN + 9, False), (TURN + 20, True)):
        line = Line(device(Thing(a2=unsigned(7)), rights=WRITABLE), limits=Limits(backlog=10_000))
        line.talk()
        line.pump()
        line.link.receive_octets(long * count, now=0)
        for event in line.link.events():
            line.connection.link_event(event)
        line.pump()
        assert line.is_closed is closed
        assert closed or len(line.take(PUBLIC)) == count


def test_a_client_in_the_dark_is_told_by_its_own_side() -> None:
    line = Line(device(Thing(a2=unsigned(7))))
    client = line.talk()
    client.client.send(Get.Request(value_of()), now=0)
    client.client.lost(now=0)
    events = client.client.events()
    assert [type(event) for event in events] == [ServiceFailed, Abort.Indication]
    assert client.client.state is State.INACTIVE
    assert reading(1).attributes == {1: 1}
