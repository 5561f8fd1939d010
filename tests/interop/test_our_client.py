"""Our client, and the simulated meter of pydlms-client: whatever it reads is what the simulator holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from interop.support import PASSWORD, SECRET, Loop, Peer, Simulator, security

from xdlms import data
from xdlms.client import (
    AccessError,
    Client,
    ClientError,
    CredentialsError,
    Hls,
    Lls,
    Profile,
    by_entry,
    by_range,
    connect,
)
from xdlms.security import Mechanism
from xdlms.services.primitives import Read
from xdlms.services.references import ParameterizedAccess

Peers = Callable[[str], Peer]

PUBLIC, MANAGER, READER, SERVICE, CIPHERED_READER, MD5_READER, SHA1_READER = 16, 1, 2, 3, 4, 5, 6
"""The clients that the simulator is started with."""
ENERGY = (3, "1.0.1.8.0.255", 2)
COUNTER = (1, "0.0.43.1.0.255", 2)
LOAD_PROFILE = (7, "1.0.99.1.0.255", 2)
CONTROL = (70, "0.0.96.3.10.255")
DISCONNECT = 1
DISCONNECT_NAME = 0x4020
"""Its short name."""
FIRST = datetime(2024, 5, 1, tzinfo=UTC)
PERIOD = timedelta(minutes=15)

WAYS: dict[str, Callable[[], dict[str, Any]]] = {
    "lowest": lambda: {"client": PUBLIC},
    "lls": lambda: {"client": READER, "auth": Lls(PASSWORD)},
    "hls-md5": lambda: {"client": MD5_READER, "auth": Hls(Mechanism.HLS_MD5, SECRET)},
    "hls-sha1": lambda: {"client": SHA1_READER, "auth": Hls(Mechanism.HLS_SHA1, SECRET)},
    "hls-gmac": lambda: {"client": SERVICE, "auth": Hls(), "security": security(ciphered=False)},
    "hls-gmac, ciphered": lambda: {"client": MANAGER, "auth": Hls(), "security": security()},
    "lowest, ciphered": lambda: {"client": CIPHERED_READER, "security": security()},
    "dedicated key": lambda: {"client": MANAGER, "auth": Hls(), "security": security(), "dedicated_key": True},
}


@pytest.fixture(params=["tcp", "hdlc+tcp"], ids=["wrapper", "hdlc"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def simulator(peers: Peers, scheme: str) -> Simulator:
    return Simulator(peers("pydlms_server"), scheme)


async def everything(client: Client, simulator: Simulator) -> int:
    """Read all there is, one by one and in lists; the invocation counter moves meanwhile."""
    held = simulator.holds()
    held.pop(COUNTER)
    for reference, octets in held.items():
        assert (await client.get(*reference)).encode().hex() == octets, reference
    for (reference, octets), value in zip(held.items(), await client.get_many(held), strict=True):
        assert not isinstance(value, AccessError), reference
        assert value.encode().hex() == octets, reference
    return len(held)


# Association


@pytest.mark.parametrize(
    "wrong",
    [
        {"client": READER, "auth": Lls(b"12345679")},
        {"client": READER},
        {"client": MD5_READER, "auth": Hls(Mechanism.HLS_MD5, b"wrong")},
        {"client": SHA1_READER, "auth": Hls(Mechanism.HLS_SHA1, b"wrong")},
        {"client": SERVICE, "auth": Hls(), "security": security(ciphered=False, encryption_key=bytes(16))},
        {"client": SERVICE, "auth": Hls(), "security": security(ciphered=False, authentication_key=bytes(16))},
    ],
    ids=["password", "mechanism", "md5", "sha1", "encryption key", "authentication key"],
)
def test_wrong_credentials_are_refused(loop: Loop, simulator: Simulator, wrong: dict[str, Any]) -> None:
    async def talk() -> None:
        async with connect(simulator.url, **wrong):
            raise RuntimeError("it associated")

    with pytest.raises(ClientError) as caught:
        loop.run(talk())
    assert isinstance(caught.value, CredentialsError) or "auth" not in wrong


@pytest.mark.parametrize("key", ["encryption_key", "authentication_key"])
def test_a_wrong_key_of_a_ciphered_context_is_refused(loop: Loop, simulator: Simulator, key: str) -> None:
    async def talk() -> None:
        keys: dict[str, Any] = {key: bytes(16)}
        wrong = security(**keys)
        async with connect(simulator.url, client=CIPHERED_READER, security=wrong, timeout=0.3):
            raise RuntimeError("it associated")

    with pytest.raises(ClientError):
        loop.run(talk())


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_way_to_associate(loop: Loop, simulator: Simulator, way: Callable[[], dict[str, Any]]) -> None:
    async def talk() -> int:
        async with connect(simulator.url, **way()) as client:
            return await everything(client, simulator)

    assert loop.run(talk()) >= 39


@pytest.mark.parametrize(("ours", "theirs"), [(64, 1024), (128, 128), (300, 160), (65535, 65535)])
@pytest.mark.parametrize("way", ["lowest", "hls-gmac, ciphered"])
def test_a_small_pdu_size_makes_blocks(loop: Loop, peers: Peers, scheme: str, way: str, ours: int, theirs: int) -> None:
    simulator = Simulator(peers("pydlms_server"), scheme, pdu=max(theirs, 160) if "ciphered" in way else theirs)
    size = max(ours, 160) if "ciphered" in way else ours

    async def talk() -> None:
        async with connect(simulator.url, **WAYS[way](), max_receive_pdu_size=size) as client:
            await everything(client, simulator)

    loop.run(talk())


# What is written and called


@pytest.mark.parametrize("way", ["lls", "hls-gmac, ciphered"])
def test_what_is_set_is_held(loop: Loop, simulator: Simulator, way: str) -> None:
    value = data.double_long_unsigned(77)

    async def talk() -> None:
        async with connect(simulator.url, **WAYS[way]()) as client:
            await client.set(*ENERGY, value)

    loop.run(talk())
    assert simulator.holds()[ENERGY] == value.encode().hex()


@pytest.mark.parametrize("way", ["lls", "hls-gmac, ciphered"])
def test_a_long_value_is_set_in_blocks(loop: Loop, peers: Peers, scheme: str, way: str) -> None:
    simulator = Simulator(peers("pydlms_server"), scheme, pdu=160)
    value = data.octet_string(bytes(range(256)) * 4)

    async def talk() -> None:
        async with connect(simulator.url, **WAYS[way]()) as client:
            await client.set(1, "0.0.96.1.0.255", 2, value)
            assert await client.get(1, "0.0.96.1.0.255", 2) == value

    loop.run(talk())
    assert simulator.holds()[1, "0.0.96.1.0.255", 2] == value.encode().hex()


@pytest.mark.parametrize("way", ["lls", "hls-gmac, ciphered"])
def test_a_method_does_what_it_should(loop: Loop, simulator: Simulator, way: str) -> None:
    async def talk() -> None:
        async with connect(simulator.url, **WAYS[way]()) as client:
            assert (await client.get(*CONTROL, 2)).value is True
            await client.action(*CONTROL, DISCONNECT, data.integer(0))
            assert (await client.get(*CONTROL, 2)).value is False

    loop.run(talk())


# Profiles, the object list, the clock


@pytest.mark.parametrize("way", ["lowest", "hls-gmac, ciphered"])
def test_a_profile_by_range_and_entry(loop: Loop, simulator: Simulator, way: str) -> None:
    whole = simulator.holds()[LOAD_PROFILE]

    async def talk() -> None:
        async with connect(simulator.url, **WAYS[way]()) as client:
            rows = (await client.get(*LOAD_PROFILE)).value
            assert (await client.get(*LOAD_PROFILE)).encode().hex() == whole
            four = by_range(FIRST + 4 * PERIOD, FIRST + 7 * PERIOD)
            assert (await client.get(*LOAD_PROFILE, selection=four)).value == rows[4:8]
            assert (await client.get(*LOAD_PROFILE, selection=by_entry(3, 7))).value == rows[2:7]
            assert [row async for row in client.rows(*LOAD_PROFILE)] == list(rows)
            columns = await Profile(client, LOAD_PROFILE[1]).columns()
            assert [column.class_id for column in columns] == [8, 3]

    loop.run(talk())


def test_the_object_list_and_the_clock(loop: Loop, simulator: Simulator) -> None:
    held = {reference[:2] for reference in simulator.holds()}

    async def talk() -> None:
        async with connect(simulator.url) as client:
            listed = {(info.class_id, ".".join(map(str, info.logical_name))) for info in await client.objects()}
            assert listed == held
            zone = timezone(timedelta(hours=2))
            assert await client.clock() == datetime(2024, 5, 1, 12, tzinfo=zone)

    loop.run(talk())


# Short names


@pytest.mark.parametrize("way", ["lowest", "lls", "hls-gmac", "hls-gmac, ciphered", "dedicated key"])
def test_short_names(loop: Loop, peers: Peers, scheme: str, way: str) -> None:
    simulator = Simulator(peers("pydlms_server"), scheme, pdu=65535)
    held = simulator.holds()

    async def talk() -> None:
        async with connect(simulator.url, referencing="SN", **WAYS[way]()) as client:
            # The counter's object has no short name.
            wanted = {reference: octets for reference, octets in held.items() if reference[:2] != COUNTER[:2]}
            for reference, octets in wanted.items():
                assert (await client.get(*reference)).encode().hex() == octets, reference
            await client.set(*ENERGY, data.double_long_unsigned(78))
            # What the action of a client makes of it is a Write; see test_differences.
            confirm = await client.request(Read.Request((ParameterizedAccess(DISCONNECT_NAME, 0, data.integer(0)),)))
            assert isinstance(confirm, Read.Confirm)
            assert confirm.results == (data.null(),)

    loop.run(talk())
    assert simulator.holds()[ENERGY] == "060000004e"
    assert simulator.holds()[*CONTROL, 2] == "0300"
