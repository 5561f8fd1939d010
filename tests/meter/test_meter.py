"""The meter as its clients see it: who may do what, and what it measures."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from meter.support import (
    MANAGEMENT,
    NOW,
    SERVICE,
    call,
    get,
    line_to,
    manager,
    meter,
    public,
    put,
    reader,
)
from server.support import LN, LN_CIPHERED, PUBLIC, SN, octets, text

from xdlms import data
from xdlms.association import Authenticated
from xdlms.meter import TEST_KEYS, TEST_PASSWORD, TEST_SECRET, Meter, MeterConfig, default_meter
from xdlms.meter.objects import ENERGIES, FIFTY, LEVELS, name
from xdlms.meter.time import time_of
from xdlms.profiles.link import Saps
from xdlms.security import Keys, Md5Hls, Secret, Sha1Hls
from xdlms.services.primitives import Get, Open, Read, SetMapperTable
from xdlms.services.references import AttributeReference, VariableName
from xdlms.services.short_names import CURRENT_ASSOCIATION, entries_of
from xdlms_apdu.v2023 import ActionResult, AssociationResult, DataAccessResult

CLOCK = (8, "0.0.1.0.0.255", 2)
ENERGY = (3, "1.0.1.8.0.255", 2)


def objects_of(client: Any) -> list[tuple[int, bytes]]:
    return [(row[0], row[2]) for row in get(client, 15, "0.0.40.0.0.255", 2).value]


def test_the_public_client_sees_a_few_objects_and_writes_none() -> None:
    client = public(meter())
    assert [name_ for _, name_ in objects_of(client)] == [
        CURRENT_ASSOCIATION,
        *map(name, ("0.0.96.1.0.255", "0.0.42.0.0.255", "0.0.41.0.0.255", "0.0.1.0.0.255")),
        *map(name, ("0.0.43.1.1.255", "0.0.43.1.3.255", "0.0.43.1.4.255")),
    ]
    assert get(client, *CLOCK).value[:8] == bytes.fromhex("07E8060106 0C071E")
    assert get(client, 1, "0.0.42.0.0.255", 2) == octets(b"XDL0000000000001")
    assert get(client, 17, "0.0.41.0.0.255", 2).value == [(1, b"XDL0000000000001"), (17, b"XDL0000000000GAS")]
    assert get(client, *ENERGY) == DataAccessResult.object_undefined
    assert put(client, *CLOCK, octets(bytes(12))) == DataAccessResult.read_write_denied


def test_the_reader_reads_everything_and_sets_the_clock() -> None:
    made = meter()
    client = reader(made)
    assert len(objects_of(client)) == len(made.devices[0]) + 1
    assert put(client, *CLOCK, octets(bytes.fromhex("07E8060106 0D000000 8000 00"))) == DataAccessResult.success
    assert made.time.now() == NOW.replace(hour=13, minute=0, second=0)
    assert put(client, 8, "0.0.1.0.0.255", 3, data.long(60)) == DataAccessResult.read_write_denied
    assert call(client, 70, "0.0.96.3.10.255", 1, data.integer(0)) == ActionResult.read_write_denied


def test_every_readable_attribute_of_every_object_can_be_read() -> None:
    made = meter(load_profile_entries=3)
    client = manager(made)
    count = 0
    for class_id, version, logical_name, (attributes, _) in get(client, 15, "0.0.40.0.0.255", 2).value:
        assert isinstance(version, int)
        for number, mode, _ in attributes:
            result = client.one(Get.Request(AttributeReference(class_id, logical_name, number))).result
            if mode:
                assert not isinstance(result, DataAccessResult), (class_id, logical_name, number)
                assert result.encode()
                count += 1
            else:
                assert result == DataAccessResult.read_write_denied
    assert count > 120


def test_the_manager_works_under_authentication_and_encryption() -> None:
    made = meter()
    client = manager(made)
    assert [type(event) for event in client.opened] == [Open.Confirm, Authenticated]
    assert call(client, 70, "0.0.96.3.10.255", 1, data.integer(0)) == ActionResult.success
    assert get(client, 70, "0.0.96.3.10.255", 2) == data.boolean(False)


def test_the_service_client_may_use_any_context_and_must_authenticate_what_changes_something() -> None:
    made = meter()
    for context in (LN, LN_CIPHERED):
        client = manager(made, SERVICE, context=context)
        assert isinstance(client.opened[-1], Authenticated)
        assert get(client, *CLOCK).value[:2] == b"\x07\xe8"
    plain = manager(made, SERVICE, context=LN)
    assert call(plain, 70, "0.0.96.3.10.255", 1, data.integer(0)) == ActionResult.scope_of_access_violated


@pytest.mark.parametrize(("mechanism", "kind"), [(3, Md5Hls), (4, Sha1Hls)])
@pytest.mark.filterwarnings("ignore:HLS with")
def test_the_client_with_a_secret_uses_md5_and_sha1(mechanism: int, kind: Any) -> None:
    from random import Random

    from xdlms.association import ClientAssociation

    client = line_to(meter()).talk(Saps(5, 1), open_it=False)
    client.client = ClientAssociation(hls=kind(TEST_SECRET), random=Random(mechanism).randbytes)
    client.client.connected(now=0)
    events = client.ask(Open.Request())
    assert isinstance(events[-1], Authenticated)
    assert get(client, *ENERGY).value > 0


def test_wrong_credentials_are_refused() -> None:
    made = meter()
    for saps, password in ((Saps(2, 1), Secret(b"wrong")), (Saps(4, 1), TEST_PASSWORD)):
        request = {"security_mechanism_name": 1, "calling_authentication_value": password}
        (confirm,) = line_to(made).talk(saps, **request).opened
        assert confirm.result == AssociationResult.rejected_permanent
    (confirm,) = line_to(made).talk(MANAGEMENT).opened
    assert confirm.result == AssociationResult.rejected_permanent
    ciphered = {"context": LN_CIPHERED, "keys": TEST_KEYS}
    (confirm,) = line_to(made).talk(Saps(4, 1), **ciphered).opened
    assert confirm.result == AssociationResult.accepted


def test_the_gas_meter_is_a_logical_device_of_its_own() -> None:
    client = line_to(meter()).talk(Saps(2, 17), security_mechanism_name=1, calling_authentication_value=TEST_PASSWORD)
    assert get(client, 1, "0.0.42.0.0.255", 2) == octets(b"XDL0000000000GAS")
    assert get(client, 3, "7.0.3.0.0.255", 3).value == (-2, 13)
    assert get(client, *ENERGY) == DataAccessResult.object_undefined


def test_the_invocation_counter_of_a_client_is_the_highest_one_accepted() -> None:
    made = meter()
    assert get(public(made), 1, "0.0.43.1.1.255", 2).value == 0
    client = manager(made)
    first = get(public(made), 1, "0.0.43.1.1.255", 2).value
    assert first > 0
    get(client, *CLOCK)
    assert get(public(made), 1, "0.0.43.1.1.255", 2).value == first + 1


@pytest.mark.parametrize("title", [b"MMM\x00\x00\x00\x00\x09", bytes.fromhex("4D4D4D0000000002")])
def test_a_client_that_proves_nothing_changes_neither_the_counter_nor_the_title_that_are_shown(title: bytes) -> None:
    made = meter()
    client = manager(made)
    manager(made, SERVICE, title=bytes.fromhex("4D4D4D0000000002"))
    shown = get(public(made), 1, "0.0.43.1.1.255", 2).value
    stranger = Keys(global_unicast_encryption_key=bytes(16), authentication_key=bytes(16))
    (refused,) = manager(made, title=title, keys=stranger).opened
    assert refused.result == AssociationResult.rejected_permanent
    assert get(public(made), 1, "0.0.43.1.1.255", 2).value == shown > 0
    assert get(client, 64, "0.0.43.0.0.255", 4).value == bytes.fromhex("4D4D4D0000000001")


def test_by_short_name_the_meter_is_the_same() -> None:
    made = meter(load_profile_entries=5)
    client = reader(made, context=SN)
    listed = client.one(Read.Request((VariableName(0xFA08),))).results[0]
    client.client.send(SetMapperTable.Request(entries_of(listed)), now=0)
    by_name = reader(made)
    for class_id, logical_name in objects_of(by_name)[1:]:
        for attribute in (1, 2):
            request = Get.Request(AttributeReference(class_id, logical_name, attribute))
            mapped, direct = client.one(request).result, by_name.one(request).result
            if isinstance(direct, DataAccessResult):
                assert isinstance(mapped, DataAccessResult)
            else:
                assert mapped == direct


@pytest.mark.clause("Annex D")
def test_the_objects_of_annex_d_are_there_by_name_and_by_short_name() -> None:
    made = meter()
    by_name, by_short_name = reader(made), reader(made, context=SN)
    first, second = octets(FIFTY), text("000")
    assert get(by_name, 1, "0.0.128.0.0.255", 2) == first
    assert get(by_name, 1, "0.0.128.1.0.255", 2) == second
    names = (VariableName(0x0108), VariableName(0x0118))
    assert by_short_name.one(Read.Request(names)).results == (first, second)
    client = manager(made)
    assert put(client, 1, "0.0.128.0.0.255", 2, octets(b"new")) == DataAccessResult.success
    assert put(client, 1, "0.0.128.0.0.255", 2, text("no")) == DataAccessResult.type_unmatched
    assert get(by_name, 1, "0.0.128.0.0.255", 2) == octets(b"new")


def test_a_value_in_blocks_has_65536_octets_at_most() -> None:
    client = manager(meter(max_pdu_size=2000))
    assert put(client, 1, "0.0.128.0.0.255", 2, octets(bytes(60_000))) == DataAccessResult.success
    refused = put(client, 1, "0.0.128.0.0.255", 2, octets(bytes(70_000)))
    assert refused == DataAccessResult.other_reason
    assert len(get(client, 1, "0.0.128.0.0.255", 2).value) == 60_000


# What it measures


def test_the_same_seed_and_clock_measure_the_same() -> None:
    def everything(made: Meter) -> list[Any]:
        client = reader(made)
        return [get(client, 3, ".".join(map(str, each.name)), 2).value for each in (*ENERGIES, *LEVELS)]

    one = everything(meter(seed=1))
    assert everything(meter(seed=1)) == one
    assert everything(meter(seed=2)) != one
    assert all(isinstance(value, int) and value > 0 for value in one)


def test_energies_never_go_back() -> None:
    now = NOW
    made = Meter(MeterConfig(), clock=lambda: now)
    client = reader(made)
    last = 0
    for _ in range(200):
        value = get(client, *ENERGY).value
        assert value >= last
        last = value
        now += timedelta(seconds=437)


def test_the_demand_registers_agree_with_the_energy() -> None:
    now = NOW.replace(minute=15, second=0)
    made = Meter(MeterConfig(), clock=lambda: now)
    client = reader(made)
    start = get(client, *ENERGY).value
    power = get(client, 5, "1.0.1.4.0.255", 2).value
    assert get(client, 5, "1.0.1.4.0.255", 8).value == 900
    assert time_of(get(client, 5, "1.0.1.4.0.255", 7).value) == now
    now += timedelta(minutes=15)
    assert (get(client, *ENERGY).value - start) * 4 == power
    assert get(client, 5, "1.0.1.4.0.255", 3).value == power
    peak = get(client, 4, "1.0.1.6.0.255", 2).value
    assert peak >= 1000
    when = time_of(get(client, 4, "1.0.1.6.0.255", 5).value)
    assert when is not None
    assert timedelta(0) <= now.replace(hour=0, minute=0) - when < timedelta(days=1)


# Disconnect control


def test_the_breaker_opens_and_closes_as_its_mode_says() -> None:
    client = manager(meter())
    breaker = (70, "0.0.96.3.10.255")
    zero = data.integer(0)

    def state() -> tuple[bool, int]:
        return get(client, *breaker, 2).value, get(client, *breaker, 3).value

    assert state() == (True, 1)
    assert call(client, *breaker, 1, zero) == ActionResult.success
    assert state() == (False, 0)
    assert call(client, *breaker, 2, zero) == ActionResult.success
    assert state() == (True, 1)
    assert put(client, *breaker, 4, data.enum(1)) == DataAccessResult.success
    call(client, *breaker, 1, zero)
    call(client, *breaker, 2, zero)
    assert state() == (False, 2)
    assert put(client, *breaker, 4, data.enum(0)) == DataAccessResult.success
    assert state() == (True, 1)
    assert call(client, *breaker, 1, zero) == ActionResult.read_write_denied
    assert put(client, *breaker, 4, data.enum(7)) == DataAccessResult.type_unmatched
    assert put(client, *breaker, 4, data.unsigned(1)) == DataAccessResult.type_unmatched
    assert put(client, *breaker, 2, data.boolean(True)) == DataAccessResult.read_write_denied


def test_the_default_meter_listens() -> None:
    async def scenario() -> None:
        made = default_meter(seed=3, clock=lambda: NOW)
        async with await made.serve("tcp://127.0.0.1:0") as server:
            assert server.connections == 0
            assert repr(made) == "<Meter XDL0000000000001>"
        assert PUBLIC.client in made.devices[0].clients

    asyncio.run(scenario())
