"""What the frames of HDLC say of services: I or UI by the service class, notifications when the client asks."""

from __future__ import annotations

import asyncio

import pytest
from server.support import THING as NAME
from transports.virtual_line import THING, VirtualLine

from xdlms import data
from xdlms.client import Client, NotSentError
from xdlms.client.connection import Notification
from xdlms.data import Data
from xdlms.profiles.hdlc import Frame, FrameKind
from xdlms.services.primitives import EventNotification, ServiceClass, Set, TriggerEventNotificationSending
from xdlms.services.references import AttributeReference

pytestmark = pytest.mark.clause("Annex A")

VALUE = AttributeReference(1, NAME, 2)
EVENT = EventNotification.Request(VALUE, data.unsigned(7))
TRIGGER = TriggerEventNotificationSending.Request()


def notify(line: VirtualLine, request: EventNotification.Request = EVENT) -> None:
    """Let the server tell its client of an event."""
    (session,) = line.devices[1].sessions
    session.notify(request)


async def next_of(meter: Client) -> Notification:
    async for notification in meter.notifications():
        return notification
    raise AssertionError("the client is closed")


def frames_of(line: VirtualLine, kind: FrameKind) -> list[tuple[bool, Frame]]:
    return [(from_client, frame) for from_client, frame in line.carried if frame.control.kind is kind]


def written(line: VirtualLine) -> list[Data]:
    """What was written to the object."""
    return [value for what, _, value in line.thing.seen if what == "set"]


# --- notifications


@pytest.mark.clause("6.9", "6.10")
def test_a_server_notifies_when_the_client_asks_for_it() -> None:
    line = VirtualLine()

    async def job(line: VirtualLine) -> Notification:
        async with line.client() as meter:
            notify(line)
            await asyncio.sleep(10)
            assert frames_of(line, FrameKind.UI) == []  # it is not its turn
            await meter.send(TRIGGER)
            return await asyncio.wait_for(next_of(meter), 5)

    told, _ = line.play(job)
    assert isinstance(told, EventNotification.Indication)
    assert (told.attribute, told.value) == (VALUE, data.unsigned(7))
    (asked, question), (_, answer) = frames_of(line, FrameKind.UI)
    assert asked
    assert question.control.poll_final
    assert question.information == b""
    assert answer.control.poll_final
    assert answer.information.startswith(b"\xe6\xe7\x00\xc2")


@pytest.mark.clause("6.10")
def test_a_server_without_an_event_gives_the_line_back() -> None:
    line = VirtualLine()

    async def job(line: VirtualLine) -> None:
        async with line.client() as meter:
            await meter.send(TRIGGER)
            await asyncio.sleep(1)
            assert (await meter.get(1, THING, 2)).value == line.thing.values[2].value

    _, seconds = line.play(job)
    assert seconds < 2
    assert len(frames_of(line, FrameKind.UI)) == 1


@pytest.mark.clause("6.9")
def test_events_come_in_order_with_the_next_answer() -> None:
    line = VirtualLine()

    async def job(line: VirtualLine) -> list[int]:
        async with line.client() as meter:
            for number in range(3):
                notify(line, EventNotification.Request(VALUE, data.unsigned(number)))
            await meter.get(1, THING, 2)
            return [(await next_of(meter)).value.value for _ in range(3)]

    assert line.play(job)[0] == [0, 1, 2]


@pytest.mark.clause("6.9")
def test_on_a_line_of_pushes_a_server_notifies_at_once() -> None:
    line = VirtualLine(unsolicited=True)

    async def job(line: VirtualLine) -> Notification:
        async with line.client() as meter:
            notify(line)
            return await asyncio.wait_for(next_of(meter), 1)

    told, _ = line.play(job)
    assert isinstance(told, EventNotification.Indication)
    ((from_client, frame),) = frames_of(line, FrameKind.UI)
    assert not from_client
    assert not frame.control.poll_final


# --- the service class


@pytest.mark.clause("6.4")
def test_an_unconfirmed_service_goes_in_ui_and_a_confirmed_one_in_i_frames() -> None:
    line = VirtualLine()

    async def job(line: VirtualLine) -> None:
        async with line.client() as meter:
            before = len(line.carried)
            await meter.send(Set.Request(VALUE, data.unsigned(5), service_class=ServiceClass.UNCONFIRMED))
            await asyncio.sleep(1)
            assert [str(frame.control) for _, frame in line.carried[before:]] == ["UI"]
            await meter.get(1, THING, 2)

    line.play(job)
    assert written(line) == [data.unsigned(5)]
    ((_, frame),) = frames_of(line, FrameKind.UI)
    assert frame.information.startswith(b"\xe6\xe6\x00\xc1\x01")
    carried = [frame.information[3:4] for from_client, frame in frames_of(line, FrameKind.INFORMATION) if from_client]
    assert carried[:2] == [b"\x60", b"\xc0"]


@pytest.mark.clause("6.4")
def test_the_bit_of_the_service_class_has_no_meaning_in_ui() -> None:
    """The frame says that it is unconfirmed, whatever bit 6 of the invoke-id-and-priority says."""
    line = VirtualLine()

    async def job(line: VirtualLine) -> None:
        async with line.client() as meter:
            before = len(line.carried)
            request = bytes.fromhex("C10141 0001 0000600100FF 02 00 1109")
            assert meter._connection is not None
            meter._connection._link().send(meter.saps, request, confirmed=False)
            await asyncio.sleep(1)
            assert [str(frame.control) for _, frame in line.carried[before:]] == ["UI"]

    line.play(job)
    assert written(line) == [data.unsigned(9)]


@pytest.mark.clause("6.2")
def test_an_association_without_an_answer_is_asked_for_in_ui() -> None:
    line = VirtualLine()

    async def job(line: VirtualLine) -> None:
        async with line.client(confirmed=False) as meter:
            await meter.send(Set.Request(VALUE, data.unsigned(6), service_class=ServiceClass.UNCONFIRMED))
            await asyncio.sleep(1)

    line.play(job)
    assert written(line) == [data.unsigned(6)]
    assert [frame.information[3:4] for _, frame in frames_of(line, FrameKind.UI)] == [b"\x60", b"\xc1"]


# --- addresses


@pytest.mark.parametrize("server", [0, 127])
def test_nobody_and_all_stations_cannot_be_connected(server: int) -> None:
    line = VirtualLine()

    async def job(line: VirtualLine) -> None:
        with pytest.raises(NotSentError, match="no station can answer"):
            async with line.client(server=server):
                pass

    line.play(job)
    assert line.carried == []
