"""Push setup: DataNotification to a destination, over TCP and UDP (IEC 62056-6-2)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from meter.support import NOBODY, NOW, get, manager, meter, put

from xdlms import data
from xdlms.meter import Meter
from xdlms.meter.objects import ENERGIES, PUSH_SETUP
from xdlms.meter.push import PushSetup, address_of
from xdlms.meter.time import date_time_of
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.server import MethodError
from xdlms_apdu.v2023 import DataAccessResult, DataNotification

PUSH = (40, "0.0.25.9.0.255")


def setup_of(made: Meter) -> PushSetup:
    entry = made.devices[0].find(40, PUSH_SETUP)
    assert entry is not None
    assert isinstance(entry.object, PushSetup)
    return entry.object


def test_a_push_is_a_data_notification_with_the_values_of_the_list() -> None:
    made = meter()
    message = WrapperMessage.decode(setup_of(made).message())
    assert (message.source_wport, message.destination_wport) == (1, 1)
    notification = DataNotification.decode(message.apdu)
    assert notification.date_time == date_time_of(NOW)
    body = notification.notification_body.data_value
    assert body.value[:2] == (b"XDL0000000000001", date_time_of(NOW))
    assert len(body) == 2 + len(ENERGIES)
    again = DataNotification.decode(WrapperMessage.decode(setup_of(made).message()).apdu)
    assert again.long_invoke_id_and_priority == notification.long_invoke_id_and_priority + 1


def test_the_list_and_the_destination_can_be_written() -> None:
    client = manager(meter())
    listed = get(client, *PUSH, 2)
    assert put(client, *PUSH, 2, data.array(list(listed)[:1])) == DataAccessResult.success
    assert len(get(client, *PUSH, 2)) == 1
    there = data.structure([data.enum(1), data.octet_string(b"10.0.0.1:4059"), data.enum(0)])
    assert put(client, *PUSH, 3, there) == DataAccessResult.success
    assert get(client, *PUSH, 3) == there
    assert put(client, *PUSH, 6, data.unsigned(2)) == DataAccessResult.success
    assert put(client, *PUSH, 7, data.long_unsigned(0)) == DataAccessResult.success


def test_what_is_not_there_is_pushed_as_null_data() -> None:
    made = meter()
    unknown = data.structure(
        [data.long_unsigned(1), data.octet_string(bytes(6)), data.integer(2), data.long_unsigned(0)]
    )
    beyond = data.structure(
        [data.long_unsigned(3), data.octet_string(ENERGIES[0].name), data.integer(9), data.long_unsigned(0)]
    )
    name = data.structure(
        [data.long_unsigned(3), data.octet_string(ENERGIES[0].name), data.integer(1), data.long_unsigned(0)]
    )
    put(manager(made), *PUSH, 2, data.array([unknown, beyond, name]))
    apdu = WrapperMessage.decode(setup_of(made).message()).apdu
    assert DataNotification.decode(apdu).notification_body.data_value.value == (None, None, ENERGIES[0].name)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        (2, data.null()),
        (2, data.array([data.null()])),
        (
            2,
            data.array([data.structure([data.unsigned(1), data.octet_string(b""), data.integer(2), data.unsigned(0)])]),
        ),
        (3, data.null()),
        (3, data.structure([data.enum(2), data.octet_string(b"10.0.0.1:1"), data.enum(0)])),
        (3, data.structure([data.enum(0), data.octet_string(b"10.0.0.1:1"), data.enum(1)])),
        (3, data.structure([data.enum(0), data.octet_string(b"\xff:1"), data.enum(0)])),
        (3, data.structure([data.enum(0), data.octet_string(b"10.0.0.1"), data.enum(0)])),
        (6, data.unsigned(11)),
        (7, data.unsigned(1)),
    ],
)
def test_wrong_values_are_refused(attribute: int, value: Any) -> None:
    made = meter()
    before = setup_of(made).value_of(attribute)
    assert put(manager(made), *PUSH, attribute, value) == DataAccessResult.type_unmatched
    assert setup_of(made).value_of(attribute) == before


def test_the_method_push_sends_over_tcp() -> None:
    async def scenario() -> None:
        received: asyncio.Queue[bytes] = asyncio.Queue()

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            received.put_nowait(await reader.read())
            writer.close()

        listener = await asyncio.start_server(take, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        setup_of(meter(push_destination=f"127.0.0.1:{port}")).action(1, data.integer(0), NOBODY)
        message = WrapperMessage.decode(await asyncio.wait_for(received.get(), 5))
        assert DataNotification.decode(message.apdu).date_time == date_time_of(NOW)
        listener.close()

    asyncio.run(scenario())


def test_a_push_is_repeated_as_often_as_it_says_and_then_given_up() -> None:
    async def scenario() -> None:
        sent: list[tuple[int, str, int]] = []

        async def fail(service: int, host: str, port: int, message: bytes) -> None:
            sent.append((service, host, port))
            raise ConnectionRefusedError

        setup = PushSetup(
            PUSH_SETUP,
            server=1,
            time=meter().time,
            read=lambda reference: None,
            objects=(),
            destination="h:1",
            send=fail,
        )
        setup.write(6, data.unsigned(2))
        setup.write(7, data.long_unsigned(0))
        setup.action(1, None, NOBODY)
        for _ in range(20):
            await asyncio.sleep(0)
        assert sent == [(0, "h", 1)] * 3

    asyncio.run(scenario())


@pytest.mark.parametrize("wrong", ["", ":1", "host", "host:", "host:0", "host:65536", "host:x", "host:٣"])
def test_destinations_that_are_none(wrong: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        address_of(wrong)
    setup = PushSetup(
        PUSH_SETUP, server=1, time=meter().time, read=lambda reference: None, objects=(), destination=wrong
    )
    with pytest.raises(MethodError):
        setup.action(1, None, NOBODY)
