"""Push setup: DataNotification to a destination, over TCP and UDP (IEC 62056-6-2)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from association.support import CLIENT_TITLE
from meter.support import NOBODY, NOW, get, manager, meter, put
from server.support import Talker

from xdlms import data
from xdlms.meter import TEST_KEYS, Meter, MeterConfig
from xdlms.meter.config import MeterConfigError, SetupConfig, default_clients
from xdlms.meter.objects import CLOCK, DEVICE_NAME, ENERGIES, PUSH_SETUP
from xdlms.meter.push import MOST_PUSHES, PushSetup, address_of
from xdlms.meter.time import date_time_of
from xdlms.profiles.link import Saps
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.security import Key, Keys, MemoryCounterStore, Protection, SecurityContext, SecurityError
from xdlms.server import MethodError
from xdlms.services.primitives import Get
from xdlms.services.references import AttributeReference
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, DataNotification

PUSH = (40, "0.0.25.9.0.255")


def element(class_id: int, logical_name: bytes, attribute: int, index: int) -> Data:
    return data.structure(
        [
            data.long_unsigned(class_id),
            data.octet_string(logical_name),
            data.integer(attribute),
            data.long_unsigned(index),
        ]
    )


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
        (2, data.array([element(3, ENERGIES[0].name, 0, 0)])),
        (2, data.array([element(3, bytes(5), 2, 0)])),
        (
            2,
            data.array(
                [
                    data.structure(
                        [data.integer(-5), data.octet_string(bytes(6)), data.integer(2), data.long_unsigned(0)]
                    )
                ]
            ),
        ),
        (
            2,
            data.array(
                [
                    data.structure(
                        [
                            data.long_unsigned(1),
                            data.octet_string(bytes(6)),
                            data.long_unsigned(200),
                            data.boolean(True),
                        ]
                    )
                ]
            ),
        ),
        (3, data.null()),
        (3, data.structure([data.boolean(False), data.octet_string(b"10.0.0.1:1"), data.enum(0)])),
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


@pytest.mark.parametrize("host", ["a" * 70, "a..b", "a\0b"])
def test_a_push_to_a_host_that_cannot_be_is_given_up(host: str, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        made = setup_of(meter())
        made.write(3, data.structure([data.enum(0), data.octet_string(f"{host}:1".encode()), data.enum(0)]))
        made.action(1, None, NOBODY)
        (push,) = made._pushes
        await push

    asyncio.run(scenario())
    (record,) = caplog.records
    assert record.message in (f"push to {host}:1 failed: UnicodeError", f"push to {host}:1 failed: ValueError")


def test_only_so_many_pushes_are_on_their_way_at_a_time() -> None:
    async def scenario() -> None:
        gone = asyncio.Event()

        async def wait(service: int, host: str, port: int, message: bytes) -> None:
            await gone.wait()

        setup = PushSetup(
            PUSH_SETUP,
            server=1,
            time=meter().time,
            read=lambda reference: None,
            objects=(),
            destination="h:1",
            send=wait,
        )
        for _ in range(MOST_PUSHES):
            setup.action(1, None, NOBODY)
        with pytest.raises(MethodError) as caught:
            setup.action(1, None, NOBODY)
        assert caught.value.result == ActionResult.temporary_failure
        gone.set()
        await asyncio.gather(*setup._pushes)
        setup.action(1, None, NOBODY)

    asyncio.run(scenario())


def test_a_data_index_names_one_element_of_a_value() -> None:
    made = meter()
    scaler = (3, ENERGIES[0].name, 3)
    value = data.array([element(*scaler, index) for index in (0, 1, 2, 3)] + [element(1, DEVICE_NAME, 2, 1)])
    assert put(manager(made), *PUSH, 2, value) == DataAccessResult.success
    apdu = WrapperMessage.decode(setup_of(made).message()).apdu
    assert DataNotification.decode(apdu).notification_body.data_value.value == ((0, 30), 0, 30, None, None)


@pytest.mark.parametrize("wrong", ["", ":1", "host", "host:", "host:0", "host:65536", "host:x", "host:٣"])
def test_destinations_that_are_none(wrong: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        address_of(wrong)
    setup = PushSetup(
        PUSH_SETUP, server=1, time=meter().time, read=lambda reference: None, objects=(), destination=wrong
    )
    with pytest.raises(MethodError):
        setup.action(1, None, NOBODY)


# Pushes under the keys of a Security setup


def receiver(store: MemoryCounterStore) -> SecurityContext:
    return SecurityContext(
        suite=0,
        policy=3,
        keys=TEST_KEYS,
        local_title=CLIENT_TITLE,
        peer_title=meter().config.system_title,
        store=store,
        random=bytes,
    )


@pytest.mark.clause("5.4.6")
def test_a_push_of_a_security_setup_is_general_glo_authenticated_encrypted_and_has_the_title() -> None:
    made = meter(push_security_setup=0)
    plain = WrapperMessage.decode(setup_of(meter()).message()).apdu
    apdu = WrapperMessage.decode(setup_of(made).message()).apdu
    assert apdu[:11] == bytes.fromhex("DB08") + made.config.system_title + bytes((len(apdu) - 11,))
    assert apdu[11] == 0x30
    assert DataNotification.decode(plain).date_time not in apdu
    opened = receiver(MemoryCounterStore()).unprotect(apdu)
    assert opened.apdu == plain
    assert opened.status.protection is Protection.AUTHENTICATED_ENCRYPTION
    damaged = apdu[:-1] + bytes((apdu[-1] ^ 1,))
    with pytest.raises(SecurityError):
        receiver(MemoryCounterStore()).unprotect(damaged)


@pytest.mark.clause("5.4.5")
def test_pushes_and_associations_never_use_a_counter_twice() -> None:
    made = meter(push_security_setup=0)
    listening = receiver(MemoryCounterStore())
    counters = []
    for _ in range(3):
        client = manager(made)
        # Whoever takes both, with one memory of counters, sees them only rise.
        answer = client.line.ask(Saps(1, 1), protected_get(client))
        counters.append(int.from_bytes(answer[0][3:7], "big"))
        pushed = WrapperMessage.decode(setup_of(made).message()).apdu
        counters.append(int.from_bytes(pushed[12:16], "big"))
        listening.unprotect(pushed)
    assert counters == sorted(set(counters))


def protected_get(client: Talker) -> bytes:
    client.client.send(Get.Request(AttributeReference(8, CLOCK, 2)), now=0)
    (apdu,) = client.client.apdus_to_send()
    return apdu


@pytest.mark.clause("5.4.7")
def test_after_a_key_transfer_pushes_are_under_the_new_keys() -> None:
    made = meter(push_security_setup=0)
    new = TEST_KEYS.replace(global_unicast_encryption_key=Key(bytes(range(50, 66))))
    made._states[0].use_keys(new)
    apdu = WrapperMessage.decode(setup_of(made).message()).apdu
    with pytest.raises(SecurityError):
        receiver(MemoryCounterStore()).unprotect(apdu)


def test_a_push_that_cannot_be_protected_fails_with_other_reason_and_is_not_sent_plain() -> None:
    made = Meter(MeterConfig(push_security_setup=0), store=MemoryCounterStore(first_counter=0xFFFFFFFF))
    with pytest.raises(MethodError) as raised:
        setup_of(made).action(1, data.integer(0), NOBODY)
    assert raised.value.result == ActionResult.other_reason


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"push_security_setup": 7}, "there is no security setup 7"),
        (
            {"push_security_setup": 0, "setups": {0: SetupConfig(keys=Keys(global_unicast_encryption_key=bytes(16)))}},
            "lacks the unicast encryption or authentication key",
        ),
    ],
)
def test_a_push_needs_the_keys_of_a_security_setup(given: Any, expected: str) -> None:
    clients = {16: default_clients()[16]}
    with pytest.raises(MeterConfigError, match=expected):
        MeterConfig(clients=clients, **given)
