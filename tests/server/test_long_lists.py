"""Lists of very many items, and very many requests at once: neither stops the server for others, or takes memory
without an end."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest
from server.support import OTHER, PUBLIC, SN, Line, Talker, Thing, device, method_of, octets, unsigned, value_of

from xdlms.profiles.link import Saps
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.server import AttributeAccess, Client, Limits, MethodAccess, Rights, connection, serve
from xdlms.server.dispatch import LARGEST_LIST, TURN
from xdlms.services.primitives import Action, Get, Read, Release, Set, Write
from xdlms.services.references import VariableName
from xdlms_apdu.v2023 import ActionResult, DataAccessResult

RIGHTS = Rights({1: AttributeAccess.READ, 2: AttributeAccess.READ_AND_WRITE}, {1: MethodAccess.ACCESS})
MANY = 5 * TURN
HERE = value_of(class_id=3)


def line(thing: Thing, **given: Any) -> Line:
    other = Client(sap=17, settings=PUBLIC_CLIENT.settings)
    made = device(clients=(PUBLIC_CLIENT, other))
    made.add(thing, RIGHTS, base_name=0x2000)
    made.add(Thing(OTHER, a2=unsigned(8)), RIGHTS)
    return Line(made, **given)


PUBLIC_CLIENT = device().clients[16]


async def told(client: Talker) -> Any:
    """The one event that the client is told of, when it is."""
    while not (events := client.run()):
        await asyncio.sleep(0)
    (event,) = events
    return event


@pytest.mark.clause("4.2.3")
def test_others_are_served_while_a_long_list_is_read() -> None:
    async def scenario() -> None:
        thing = Thing(class_id=3, a2=unsigned(7))
        on = line(thing)
        client, other = on.talk(), on.talk(Saps(17, 1))
        assert client.ask(Get.Request((HERE,) * MANY)) == []
        assert len(thing.seen) == TURN
        assert other.one(Get.Request(value_of(OTHER))).result == unsigned(8)
        assert len(thing.seen) < MANY
        assert (await told(client)).result == (unsigned(7),) * MANY

    asyncio.run(scenario())


@pytest.mark.clause("4.2.3")
def test_a_list_of_every_service_has_its_results_in_order() -> None:
    async def scenario() -> None:
        thing = Thing(class_id=3, a2=unsigned(0))
        values = tuple(unsigned(number) for number in range(MANY))
        client = line(thing).talk()
        client.ask(Set.Request((HERE,) * MANY, values))
        assert (await told(client)).result == (DataAccessResult.success,) * MANY
        assert [value for _, _, value in thing.seen] == list(values)
        thing.answer = lambda argument: argument
        client.ask(Action.Request((method_of(),) * MANY, values))
        assert tuple(item.return_parameters for item in (await told(client)).result) == values
        by_short_name = line(thing).talk(context=SN)
        name = VariableName(0x2008)
        thing.answer = None
        by_short_name.ask(Write.Request((name,) * MANY, values))
        assert (await told(by_short_name)).results == (DataAccessResult.success,) * MANY
        by_short_name.ask(Read.Request((name,) * MANY))
        assert (await told(by_short_name)).results == (values[-1],) * MANY

    asyncio.run(scenario())


def test_behind_too_many_octets_no_more_is_read() -> None:
    async def scenario() -> None:
        thing = Thing(class_id=3, a2=octets(bytes(LARGEST_LIST // TURN)))
        client = line(thing).talk()
        client.ask(Get.Request((HERE,) * MANY))
        results = (await told(client)).result
        # The first turn is not counted; the second one passes the limit.
        assert results[: 2 * TURN] == (thing.values[2],) * (2 * TURN)
        assert set(results[2 * TURN :]) == {DataAccessResult.other_reason}
        assert len(thing.seen) == 2 * TURN

    asyncio.run(scenario())


@pytest.mark.parametrize("service", ["read", "written", "called"])
def test_what_there_is_no_time_for_gets_temporary_failure(service: str) -> None:
    async def scenario() -> None:
        thing = Thing(class_id=3, a2=unsigned(7))
        client = line(thing, limits=Limits(answering=1e-9)).talk()
        values = (unsigned(1),) * MANY
        client.ask(
            {
                "read": Get.Request((HERE,) * MANY),
                "written": Set.Request((HERE,) * MANY, values),
                "called": Action.Request((method_of(),) * MANY, values),
            }[service]
        )
        results = (await told(client)).result
        late = results[TURN:]
        if service == "called":
            assert {item.result for item in late} == {ActionResult.temporary_failure}
        else:
            assert set(late) == {DataAccessResult.temporary_failure}
        assert len(thing.seen) == TURN

    asyncio.run(scenario())


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("end", ["released", "lost"])
@pytest.mark.parametrize("writes", [False, True])
def test_when_the_association_ends_reading_ends_and_what_is_written_is_written_whole(end: str, writes: bool) -> None:
    async def scenario() -> None:
        thing = Thing(class_id=3, a2=unsigned(7))
        on = line(thing)
        client = on.talk()
        client.ask(Set.Request((HERE,) * MANY, (unsigned(1),) * MANY) if writes else Get.Request((HERE,) * MANY))
        before = len(thing.seen)
        if end == "lost":
            on.closed("lost")
        else:
            client.ask(Release.Request())
        for _ in range(10 * MANY):
            await asyncio.sleep(0)
        if writes:
            assert len(thing.seen) == MANY
        else:
            assert len(thing.seen) <= before + TURN
        assert on.take(PUBLIC) == []

    asyncio.run(scenario())


# Very many requests at once


def asking(count: int, saps: Saps = PUBLIC) -> bytes:
    """So many GETs, with invoke-ids that go round."""
    apdus = (bytes((0xC0, 1, 0x40 | number % 16)) + bytes.fromhex("00030000600100FF0200") for number in range(count))
    return b"".join(WrapperMessage(saps.client, saps.server, apdu).encode() for apdu in apdus)


def test_requests_that_come_all_at_once_are_served_some_at_a_time_in_their_order() -> None:
    thing = Thing(class_id=3, a2=unsigned(7))
    on = line(thing)
    on.talk()
    count = 10 * connection.TURN
    on.receive(asking(count))
    turns = [len(thing.seen)]
    while turns[-1] < count:
        assert len(turns) < 20
        on.pump()
        turns.append(len(thing.seen))
    assert turns[0] <= 2 * connection.TURN
    assert all(0 < after - before <= connection.TURN for before, after in itertools.pairwise(turns))
    assert [answer[2] % 16 for answer in on.take(PUBLIC)] == [number % 16 for number in range(count)]
    on.receive(asking(1))
    assert len(thing.seen) == count + 1


def test_what_waits_for_its_turn_is_dropped_with_its_association() -> None:
    thing = Thing(class_id=3, a2=unsigned(7))
    on = line(thing)
    on.talk()
    on.receive(asking(10 * connection.TURN))
    before = len(thing.seen)
    on.closed("lost")
    for _ in range(20):
        on.pump()
    assert len(thing.seen) == before
    assert on.connection.associations == 0


def test_more_than_may_wait_for_their_turn_end_the_connection() -> None:
    thing = Thing(class_id=3, a2=unsigned(7))
    on = line(thing)
    on.talk()
    on.receive(asking(connection.MOST_POSTPONED + 2 * connection.TURN))
    on.pump()
    assert on.is_closed
    assert len(thing.seen) <= 2 * connection.TURN
    assert on.shared.connections == {}


def test_a_client_is_served_while_another_asks_very_much_at_once() -> None:
    async def scenario() -> None:
        order: list[str] = []

        def value(name: str) -> Any:
            order.append(name)
            return unsigned(7)

        made = device(clients=(PUBLIC_CLIENT,))
        made.add(Thing(class_id=3, a2=lambda: value("much")), RIGHTS)
        made.add(Thing(OTHER, class_id=3, a2=lambda: value("once")), RIGHTS)
        async with await serve("tcp://127.0.0.1:0", made) as server:
            port = int(server.url.rpartition(":")[2])
            aarq = bytes.fromhex("601DA109060760857405080101BE10040E01000000065F1F0400FFFFFFFFFF")
            sides = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
            for reader, writer in sides:
                writer.write(WrapperMessage(16, 1, aarq).encode())
                await reader.readexactly(8 + 43)
            count = 30 * connection.TURN
            sides[0][1].write(asking(count))
            sides[1][1].write(asking(1).replace(bytes.fromhex("600100FF"), bytes.fromhex("600101FF")))
            await sides[0][0].readexactly(count * (8 + 6))
            await sides[1][0].readexactly(8 + 6)
            assert order.count("much") == count
            assert order.index("once") < count // 2
            for _, writer in sides:
                writer.close()

    asyncio.run(asyncio.wait_for(scenario(), 20))
