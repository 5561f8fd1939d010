"""Clock: setting and adjusting it; date-times of 12 octets (IEC 62056-6-2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meter.support import NOW, call, get, manager, meter, put, reader

from xdlms import data
from xdlms.meter.time import EARLIEST, LATEST, NO_DATE_TIME, date_time_of, specified, time_of
from xdlms.services.primitives import Get
from xdlms.services.references import AttributeReference
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult

CLOCK = (8, "0.0.1.0.0.255")


def test_the_time_is_local_time_with_its_deviation() -> None:
    client = manager(meter(time_zone=-120))
    assert get(client, *CLOCK, 2).value == bytes.fromhex("07E8060106 0E071E 00 FF88 00")
    assert get(client, *CLOCK, 3).value == -120
    assert put(client, *CLOCK, 3, data.long(60)) == DataAccessResult.success
    assert get(client, *CLOCK, 2).value == bytes.fromhex("07E8060106 0B071E 00 003C 00")


@pytest.mark.parametrize(
    "wrong",
    [data.octet_string(NO_DATE_TIME), data.octet_string(b""), data.null(), data.octet_string(bytes(12)), data.long(1)],
)
def test_a_wrong_time_is_refused_and_changes_nothing(wrong: Any) -> None:
    made = meter()
    assert put(manager(made), *CLOCK, 2, wrong) == DataAccessResult.type_unmatched
    assert made.time.now() == NOW


@pytest.mark.parametrize("far", ["0001010101000000000000 00", "270F0C1FFF17373B63000000", "076B0C1FFF173B3B00000000"])
def test_a_time_that_is_too_far_away_is_refused_and_the_meter_goes_on(far: str) -> None:
    made = meter()
    client = reader(made)
    assert put(client, *CLOCK, 2, data.octet_string(bytes.fromhex(far))) == DataAccessResult.other_reason
    assert made.time.now() == NOW


@pytest.mark.parametrize(("edge", "seconds"), [(EARLIEST, -900), (LATEST, 900)])
def test_at_its_earliest_and_latest_time_everything_can_be_read(edge: datetime, seconds: int) -> None:
    made = meter(load_profile_period=86_400, load_profile_entries=1000)
    client = manager(made)
    assert put(client, *CLOCK, 2, data.octet_string(date_time_of(edge))) == DataAccessResult.success
    assert call(client, *CLOCK, 6, data.long(seconds)) == ActionResult.other_reason
    assert made.time.now() == edge
    for object_, rights in ((entry.object, rights) for entry, rights in made.devices[0].visible_to(1)):
        for number in rights.attributes:
            found = client.one(Get.Request(AttributeReference(object_.class_id, object_.logical_name, number))).result
            assert isinstance(found, Data), (object_, number, found)


@pytest.mark.parametrize("wrong", [data.long(841), data.integer(1)])
def test_a_wrong_time_zone_is_refused(wrong: Any) -> None:
    assert put(manager(meter()), *CLOCK, 3, wrong) == DataAccessResult.type_unmatched


def test_the_other_attributes_are_not_written() -> None:
    client = manager(meter())
    assert put(client, *CLOCK, 8, data.boolean(True)) == DataAccessResult.read_write_denied


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (1, NOW.replace(minute=15, second=0)),
        (2, NOW.replace(minute=15, second=0)),
        (3, NOW.replace(minute=8, second=0)),
    ],
)
def test_it_is_adjusted_to_the_nearest_quarter_period_and_minute(method: int, expected: datetime) -> None:
    made = meter()
    assert call(manager(made), *CLOCK, method, data.integer(0)) == ActionResult.success
    assert made.time.now() == expected


def test_it_is_shifted_by_at_most_900_seconds() -> None:
    made = meter()
    client = manager(made)
    assert call(client, *CLOCK, 6, data.long(-900)) == ActionResult.success
    assert made.time.now() == NOW - timedelta(seconds=900)
    for wrong in (data.long(901), data.integer(1), None):
        assert call(client, *CLOCK, 6, wrong) == ActionResult.type_unmatched


def test_it_is_set_again_and_again() -> None:
    made = meter()
    client = manager(made)
    for hour in (13, 9, 20):
        wanted = NOW.replace(hour=hour)
        assert put(client, *CLOCK, 2, data.octet_string(date_time_of(wanted))) == DataAccessResult.success
        assert made.time.now() == wanted


def test_a_preset_time_is_used_once_within_its_interval() -> None:
    made = meter()
    client = manager(made)
    assert call(client, *CLOCK, 4, data.integer(0)) == ActionResult.temporary_failure
    preset = NOW + timedelta(days=3)
    times = (preset, NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    argument = data.structure([data.octet_string(date_time_of(time)) for time in times])
    assert call(client, *CLOCK, 5, argument) == ActionResult.success
    assert call(client, *CLOCK, 4, data.integer(0)) == ActionResult.success
    assert made.time.now() == preset
    assert call(client, *CLOCK, 4, data.integer(0)) == ActionResult.temporary_failure
    assert call(client, *CLOCK, 5, argument) == ActionResult.success
    assert call(client, *CLOCK, 4, data.integer(0)) == ActionResult.temporary_failure
    for wrong in (None, data.structure([data.null()] * 3), data.null()):
        assert call(client, *CLOCK, 5, wrong) == ActionResult.type_unmatched
    assert call(client, *CLOCK, 7, data.integer(0)) == ActionResult.read_write_denied


# Date-times


@given(
    st.datetimes(min_value=datetime(1970, 1, 3), max_value=datetime(2199, 12, 30)),
    st.integers(-840, 840),
)
def test_a_date_time_tells_the_time_that_it_was_made_of(naive: datetime, deviation: int) -> None:
    time = naive.replace(tzinfo=UTC, microsecond=naive.microsecond // 10_000 * 10_000)
    octets = date_time_of(time, deviation)
    assert len(octets) == 12
    assert time_of(octets) == time
    local = time.astimezone(timezone(timedelta(minutes=-deviation)))
    assert specified(octets) == (*local.timetuple()[:6],)


@given(st.binary(max_size=13))
def test_any_other_octets_are_no_time(octets: bytes) -> None:
    found = time_of(octets)
    assert found is None or len(octets) == 12


def test_an_unspecified_deviation_is_the_given_one() -> None:
    octets = bytes.fromhex("07E80601FF0C0000FF800000")
    assert time_of(octets, -60) == datetime(2024, 6, 1, 11, tzinfo=UTC)
    assert time_of(octets) == datetime(2024, 6, 1, 12, tzinfo=UTC)
