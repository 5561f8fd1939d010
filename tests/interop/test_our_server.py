"""Our server, and the clients of other stacks: whatever they read is what the meter holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from interop.support import (
    CIPHERED_READER,
    HASHED_READER,
    MANAGER,
    PASSWORD,
    PASSWORD_MANAGER,
    PUBLIC,
    READER,
    SECRET,
    SERVICE,
    Peer,
    Served,
    Session,
    same,
)

from xdlms import data
from xdlms.client import by_entry, by_range

Peers = Callable[[str], Peer]

ENERGY = (3, "1.0.1.8.0.255", 2)
UNIT = (3, "1.0.1.8.0.255", 3)
CLOCK = (8, "0.0.1.0.0.255", 2)
TIME_ZONE = (8, "0.0.1.0.0.255", 3)
SERIAL_NUMBER = (1, "0.0.96.1.0.255", 2)
LOAD_PROFILE = (7, "1.0.99.1.0.255", 2)
COLUMNS = (7, "1.0.99.1.0.255", 3)
CONTROL = (70, "0.0.96.3.10.255")
OUTPUT = (*CONTROL, 2)
DISCONNECT, RECONNECT = 1, 2
ADJUST_TO_MINUTE = 3

LLS: dict[str, Any] = {"client": READER, "mechanism": "lls", "secret": PASSWORD}
PLAIN_GMAC: dict[str, Any] = {"client": SERVICE, "mechanism": "hls-gmac"}
CIPHERED: dict[str, Any] = {"client": MANAGER, "mechanism": "hls-gmac", "security": "both"}
CIPHERED_LLS: dict[str, Any] = {**LLS, "client": CIPHERED_READER, "security": "both"}
SN: dict[str, Any] = {"referencing": "SN"}

DEDICATED = "A5" * 16

GURUX, COSEM, PYDLMS = "gurux_client", "cosem_client", "pydlms_client"
ALL = (GURUX, COSEM, PYDLMS)
# dlms-cosem ciphers wherever it has keys, and has neither HLS with a secret, nor dedicated keys, nor short names.
WAYS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "lls": (LLS, ALL),
    "hls-md5": ({"client": HASHED_READER, "mechanism": "hls-md5", "secret": SECRET}, (GURUX, PYDLMS)),
    "hls-sha1": ({"client": HASHED_READER, "mechanism": "hls-sha1", "secret": SECRET}, (GURUX, PYDLMS)),
    "hls-gmac": (PLAIN_GMAC, (GURUX, PYDLMS)),
    "hls-gmac, authenticated": ({**PLAIN_GMAC, "security": "authentication"}, (GURUX, PYDLMS)),
    "hls-gmac, encrypted": ({**PLAIN_GMAC, "security": "encryption"}, (GURUX, PYDLMS)),
    "hls-gmac, ciphered": (CIPHERED, ALL),
    "lls, ciphered": (CIPHERED_LLS, ALL),
    "hls-gmac, dedicated key": ({**CIPHERED, "dedicated": DEDICATED}, (GURUX,)),
    "lls, dedicated key": ({**CIPHERED_LLS, "dedicated": DEDICATED}, (GURUX, PYDLMS)),
    "sn, lls": ({**LLS, **SN}, (GURUX, PYDLMS)),
    "sn, hls-gmac": ({**PLAIN_GMAC, **SN}, (PYDLMS,)),
    "sn, hls-gmac, ciphered": ({**CIPHERED, **SN}, (PYDLMS,)),
}
CASES = [pytest.param(way, driver, id=f"{name}-{driver}") for name, (way, able) in WAYS.items() for driver in able]


@pytest.fixture
def meter(served: Served) -> Served:
    served.take_shared_counters()
    return served


def check(served: Served, peer: Peer, session: Session, *wanted: tuple[int, str, int]) -> None:
    """Read attributes, and compare each with what the meter holds."""
    for attribute in wanted:
        session.get(*attribute)
    told = session.values(peer)[-len(wanted) :]
    for attribute, value in zip(wanted, told, strict=True):
        held = served.holds(*attribute)
        assert same(value, held), (attribute, value, held)


# Association


@pytest.mark.parametrize("change", [{"secret": b"12345679"}, {"secret": b"1234567"}, {"client": PUBLIC}])
@pytest.mark.parametrize("driver", ALL)
def test_a_wrong_password_is_refused(meter: Served, peers: Peers, driver: str, change: dict[str, Any]) -> None:
    answer = peers(driver).ask(Session(meter, **{**LLS, **change}).get(*ENERGY).question())
    assert "refused" in answer
    assert meter.associations == 0


@pytest.mark.parametrize("mechanism", ["hls-md5", "hls-sha1"])
@pytest.mark.parametrize("driver", [GURUX, PYDLMS])
def test_a_wrong_hls_secret_is_refused(meter: Served, peers: Peers, driver: str, mechanism: str) -> None:
    session = Session(meter, client=HASHED_READER, mechanism=mechanism, secret=SECRET[:-1] + b"0")
    answer = peers(driver).ask(session.get(*ENERGY).question())
    assert "refused" in answer


@pytest.mark.parametrize("key", ["encryption_key", "authentication_key"])
@pytest.mark.parametrize(
    ("way", "driver"),
    [(CIPHERED, each) for each in ALL]
    + [(CIPHERED_LLS, each) for each in ALL]
    + [(PLAIN_GMAC, GURUX), (PLAIN_GMAC, PYDLMS)],
)
def test_a_wrong_key_is_refused(meter: Served, peers: Peers, way: dict[str, Any], driver: str, key: str) -> None:
    answer = peers(driver).ask(Session(meter, **{**way, key: bytes(16)}).get(*ENERGY).question())
    assert "refused" in answer


@pytest.mark.parametrize("driver", ALL)
def test_the_public_client_reads_what_is_public(meter: Served, peers: Peers, driver: str) -> None:
    check(meter, peers(driver), Session(meter), CLOCK, SERIAL_NUMBER)


@pytest.mark.parametrize(("way", "driver"), CASES)
def test_every_way_to_associate(meter: Served, peers: Peers, way: dict[str, Any], driver: str) -> None:
    check(meter, peers(driver), Session(meter, **way), ENERGY, UNIT, CLOCK, SERIAL_NUMBER)
    assert meter.associations == 0, "the peer has released it"


@pytest.mark.parametrize("driver", ALL)
def test_a_counter_that_was_used_is_refused(meter: Served, peers: Peers, driver: str) -> None:
    session = Session(meter, **CIPHERED_LLS, counter=100)
    check(meter, peers(driver), session, ENERGY)
    session.counter = 50
    assert "refused" in peers(driver).ask(session.question())
    session.counter = 1000
    check(meter, peers(driver), session, ENERGY)


# GET and Read


@pytest.mark.parametrize(("driver", "referencing"), [(each, "LN") for each in ALL] + [(GURUX, "SN"), (PYDLMS, "SN")])
def test_every_attribute_of_every_object(meter: Served, peers: Peers, driver: str, referencing: str) -> None:
    wanted = meter.attributes(READER)
    assert len(wanted) > 100
    check(meter, peers(driver), Session(meter, **LLS, referencing=referencing), *wanted)


@pytest.mark.parametrize("pdu", [80, 128, 256, 1024])
@pytest.mark.parametrize("way", [LLS, CIPHERED], ids=["plain", "ciphered"])
@pytest.mark.parametrize("driver", ALL)
def test_a_long_value_in_blocks(meter: Served, peers: Peers, driver: str, way: dict[str, Any], pdu: int) -> None:
    if driver == COSEM and pdu < 128:
        pdu = 128  # its own AARQ, and what it ciphers, must fit
    check(meter, peers(driver), Session(meter, **way, pdu=pdu), LOAD_PROFILE, COLUMNS, ENERGY)


@pytest.mark.parametrize(
    ("way", "driver"),
    [(LLS, each) for each in ALL] + [(CIPHERED, each) for each in ALL] + [({**LLS, **SN}, GURUX)],
)
def test_a_list(meter: Served, peers: Peers, way: dict[str, Any], driver: str) -> None:
    wanted = (ENERGY, TIME_ZONE, SERIAL_NUMBER)
    (told,) = Session(meter, **way).get_list(*wanted).values(peers(driver))
    held = [meter.holds(*each) for each in wanted]
    assert len(told) == len(held)
    assert all(map(same, told, held)), told


@pytest.mark.parametrize("driver", [COSEM, PYDLMS])
def test_a_list_with_an_error_in_it(meter: Served, peers: Peers, driver: str) -> None:
    (told,) = Session(meter, **LLS).get_list(ENERGY, (8, "0.0.1.0.0.255", 99)).values(peers(driver))
    assert same(told[0], meter.holds(*ENERGY))
    assert told[1] == 3  # read-write-denied


@pytest.mark.parametrize(
    ("way", "driver"),
    [(LLS, each) for each in ALL]
    + [(CIPHERED, each) for each in ALL]
    + [({**LLS, **SN}, GURUX), ({**LLS, **SN}, PYDLMS)],
)
def test_a_profile_by_range(meter: Served, peers: Peers, way: dict[str, Any], driver: str) -> None:
    start, end = datetime(2024, 6, 1, 6, tzinfo=UTC), datetime(2024, 6, 1, 8, tzinfo=UTC)
    selection = by_range(start, end)
    session = Session(meter, **way).step(
        "by_range",
        *LOAD_PROFILE[:2],
        start=selection.access_parameters.value[1].hex(),
        end=selection.access_parameters.value[2].hex(),
        start_text=start.isoformat(),
        end_text=end.isoformat(),
        selection=selection.access_parameters.encode().hex(),
    )
    held = meter.holds(*LOAD_PROFILE, selection)
    assert len(held.value) == 9
    (told,) = session.values(peers(driver))
    assert same(told, held)


@pytest.mark.parametrize(
    ("way", "driver"), [(LLS, GURUX), (LLS, PYDLMS), (CIPHERED, GURUX), ({**LLS, **SN}, GURUX), ({**LLS, **SN}, PYDLMS)]
)
def test_a_profile_by_entry(meter: Served, peers: Peers, way: dict[str, Any], driver: str) -> None:
    selection = by_entry(11, 20)
    session = Session(meter, **way).step(
        "by_entry", *LOAD_PROFILE[:2], first=11, count=10, selection=selection.access_parameters.encode().hex()
    )
    held = meter.holds(*LOAD_PROFILE, selection)
    assert len(held.value) == 10
    (told,) = session.values(peers(driver))
    assert same(told, held)


# SET and Write, ACTION


@pytest.mark.parametrize("driver", ALL)
def test_what_is_set_is_held(meter: Served, peers: Peers, driver: str) -> None:
    check(meter, peers(driver), Session(meter, **CIPHERED).set(*TIME_ZONE, data.long(-60)), TIME_ZONE)
    assert meter.holds(*TIME_ZONE).value == -60


@pytest.mark.parametrize("driver", [GURUX, PYDLMS])
def test_what_is_written_by_short_name_is_held(meter: Served, peers: Peers, driver: str) -> None:
    moment = data.octet_string(bytes.fromhex("07E80601060A000000000000"))
    check(meter, peers(driver), Session(meter, **LLS, **SN).set(*CLOCK, moment), CLOCK)
    assert meter.holds(*CLOCK).value == moment.value


@pytest.mark.parametrize("driver", ALL)
def test_a_set_without_the_right_changes_nothing(meter: Served, peers: Peers, driver: str) -> None:
    before = meter.holds(*TIME_ZONE)
    answer = peers(driver).ask(Session(meter, **LLS).set(*TIME_ZONE, data.long(600)).question())
    assert "error" in answer["answers"][0]
    assert meter.holds(*TIME_ZONE) == before


@pytest.mark.parametrize("driver", ALL)
def test_a_method_does_what_it_should(meter: Served, peers: Peers, driver: str) -> None:
    off = Session(meter, **CIPHERED).action(*CONTROL, DISCONNECT, data.integer(0))
    check(meter, peers(driver), off, OUTPUT)
    assert meter.holds(*OUTPUT).value is False
    on = Session(meter, **CIPHERED).action(*CONTROL, RECONNECT, data.integer(0))
    check(meter, peers(driver), on, OUTPUT)
    assert meter.holds(*OUTPUT).value is True


@pytest.mark.parametrize(
    ("way", "driver"),
    [
        ({**LLS, "client": PASSWORD_MANAGER}, GURUX),
        ({**LLS, "client": PASSWORD_MANAGER}, COSEM),
        ({**LLS, "client": PASSWORD_MANAGER, **SN}, PYDLMS),
        ({**PLAIN_GMAC, **SN}, PYDLMS),
        ({**CIPHERED, **SN}, PYDLMS),
    ],
)
def test_a_method_of_the_clock(meter: Served, peers: Peers, way: dict[str, Any], driver: str) -> None:
    assert meter.holds(*CLOCK).value.hex() == "07e80601060c071e00000000"
    Session(meter, **way).action(*CLOCK[:2], ADJUST_TO_MINUTE, data.integer(0)).values(peers(driver))
    assert meter.holds(*CLOCK).value.hex() == "07e80601060c080000000000"
