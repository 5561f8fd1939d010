"""Profile generic: its rows, and selective access by range and by entry (IEC 62056-6-2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meter.support import NOW, call, get, manager, meter, reader

from xdlms import data
from xdlms.meter import Meter, MeterConfig
from xdlms.meter.objects import name
from xdlms.meter.time import date_time_of, time_of
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult

PROFILE = (7, "1.0.99.1.0.255")
BUFFER = (*PROFILE, 2)
LAST = NOW.replace(minute=0, second=0)
COLUMNS = [
    (8, name("0.0.1.0.0.255"), 2, 0),
    (1, name("0.0.96.10.1.255"), 2, 0),
    (3, name("1.0.1.8.0.255"), 2, 0),
    (3, name("1.0.2.8.0.255"), 2, 0),
    (3, name("1.0.3.8.0.255"), 2, 0),
]


def column(reference: tuple[int, bytes, int, int]) -> Data:
    class_id, logical_name, attribute, index = reference
    parts = [data.long_unsigned(class_id), data.octet_string(logical_name)]
    return data.structure([*parts, data.integer(attribute), data.long_unsigned(index)])


def span(start: Data, end: Data, *, of: int = 0, selected: tuple[int, ...] = ()) -> tuple[int, Data]:
    chosen = data.array(column(COLUMNS[place]) for place in selected)
    return 1, data.structure([column(COLUMNS[of]), start, end, chosen])


def at(time: datetime, **unspecified: bool) -> Data:
    return data.octet_string(date_time_of(time))


def entries(*numbers: int) -> tuple[int, Data]:
    first, last, first_column, last_column = numbers
    parts = [data.double_long_unsigned(first), data.double_long_unsigned(last)]
    return 2, data.structure([*parts, data.long_unsigned(first_column), data.long_unsigned(last_column)])


def rows(client: Any, selection: Any = None) -> Any:
    result = get(client, *BUFFER, selection)
    return result if isinstance(result, DataAccessResult) else result.value


def times(found: list[Any]) -> list[datetime | None]:
    return [time_of(row[0]) for row in found]


def test_the_buffer_is_full_and_ends_with_the_last_full_period() -> None:
    client = reader(meter(load_profile_entries=10))
    found = rows(client)
    assert times(found) == [LAST - timedelta(minutes=15 * number) for number in range(9, -1, -1)]
    assert get(client, *PROFILE, 7).value == get(client, *PROFILE, 8).value == 10
    assert get(client, *PROFILE, 4).value == 900
    assert get(client, *PROFILE, 3).value == COLUMNS
    assert get(client, *PROFILE, 6).value == COLUMNS[0]
    whole = get(client, *BUFFER)
    assert [whole.type_at(0, place).name for place in range(5)] == [
        "octet_string",
        "unsigned",
        *["double_long_unsigned"] * 3,
    ]
    assert all(earlier[2] < later[2] for earlier, later in pairwise(found))


def test_it_goes_on_with_the_time() -> None:
    now = NOW
    made = Meter(MeterConfig(load_profile_entries=4), clock=lambda: now)
    client = reader(made)
    before = rows(client)
    now += timedelta(minutes=31)
    after = rows(client)
    assert after[:2] == before[2:]
    assert times(after)[-1] == LAST + timedelta(minutes=30)
    now += timedelta(days=1000)
    assert times(rows(client))[-1] == LAST + timedelta(minutes=30, days=1000)
    now += timedelta(days=200_000)
    start = perf_counter()
    assert times(rows(client))[-1] == LAST + timedelta(minutes=30, days=201_000)
    assert perf_counter() - start < 0.5  # only the rows that are kept are made
    now -= timedelta(days=202_000)
    assert len(rows(client)) == 4


def test_reset_empties_it_and_capture_adds_a_row() -> None:
    client = manager(meter(load_profile_entries=10))
    assert call(client, *PROFILE, 1, data.integer(0)) == ActionResult.success
    assert rows(client) == []
    assert get(client, *PROFILE, 7).value == 0
    assert call(client, *PROFILE, 2, data.integer(0)) == ActionResult.success
    assert times(rows(client)) == [NOW]
    assert call(client, *PROFILE, 3, data.integer(0)) == ActionResult.read_write_denied


# By range


def test_both_bounds_of_a_range_are_included() -> None:
    client = reader(meter(load_profile_entries=100))
    start, end = LAST - timedelta(hours=2), LAST - timedelta(hours=1)
    found = rows(client, span(at(start), at(end)))
    assert times(found) == [start + timedelta(minutes=15 * number) for number in range(5)]
    assert len(found[0]) == 5
    assert rows(client, span(at(end), at(start))) == []
    assert rows(client, span(at(start), at(start))) == [found[0]]


def test_a_range_of_selected_columns() -> None:
    client = reader(meter(load_profile_entries=10))
    everything = rows(client)
    found = rows(client, span(at(LAST - timedelta(days=1)), at(LAST), selected=(3, 0)))
    assert found == [(row[3], row[0]) for row in everything]


def test_a_bound_of_another_deviation_means_the_same_time() -> None:
    client = reader(meter(load_profile_entries=10, time_zone=-60))
    start = LAST - timedelta(minutes=30)
    for deviation in (0, -60, 120):
        bounds = [data.octet_string(date_time_of(time, deviation)) for time in (start, LAST)]
        assert times(rows(client, span(*bounds))) == [start, start + timedelta(minutes=15), LAST]


def test_what_a_bound_does_not_specify_is_ignored() -> None:
    client = reader(meter(load_profile_entries=200))
    today = data.octet_string(bytes.fromhex("07E80601FFFFFFFFFF800000"))
    found = times(rows(client, span(today, today)))
    assert found[0] == NOW.replace(hour=0, minute=0, second=0)
    assert found[-1] == LAST
    local = bytes.fromhex("07E80601FF 0A0000FF 800000")
    assert times(rows(client, span(data.octet_string(local), data.date_time(local)))) == [LAST.replace(hour=10)]


def test_a_range_of_another_column() -> None:
    client = reader(meter(load_profile_entries=10))
    everything = rows(client)
    low, high = everything[2][2], everything[5][2]
    selection = span(data.double_long_unsigned(low), data.double_long_unsigned(high), of=2)
    assert rows(client, selection) == everything[2:6]


BOUND = at(NOW)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ((3, data.null()), DataAccessResult.scope_of_access_violated),
        ((1, data.null()), DataAccessResult.type_unmatched),
        ((1, data.structure([data.null()] * 4)), DataAccessResult.type_unmatched),
        (
            (1, data.structure([column((1, bytes(6), 2, 0)), BOUND, BOUND, data.array([])])),
            DataAccessResult.object_undefined,
        ),
        ((1, data.structure([column(COLUMNS[0]), BOUND, BOUND, data.null()])), DataAccessResult.type_unmatched),
        (
            (1, data.structure([column(COLUMNS[0]), BOUND, BOUND, data.array([data.null()])])),
            DataAccessResult.type_unmatched,
        ),
        (
            (1, data.structure([column(COLUMNS[0]), BOUND, BOUND, data.array([column(COLUMNS[1])] * 2)])),
            DataAccessResult.type_unmatched,
        ),
        (
            (1, data.structure([column(COLUMNS[0]), BOUND, BOUND, data.array([column(COLUMNS[1])] * 3000)])),
            DataAccessResult.type_unmatched,
        ),
        (span(data.octet_string(b""), BOUND), DataAccessResult.type_unmatched),
        (span(data.unsigned(1), BOUND), DataAccessResult.type_unmatched),
        (span(data.octet_string(bytes.fromhex("07E80D0AFF0A000000000000")), BOUND), DataAccessResult.type_unmatched),
        (span(BOUND, BOUND, of=2), DataAccessResult.type_unmatched),
        (span(data.boolean(True), data.boolean(True), of=2), DataAccessResult.type_unmatched),
        ((2, data.null()), DataAccessResult.type_unmatched),
        ((2, data.structure([data.null()] * 4)), DataAccessResult.type_unmatched),
        (entries(0, 1, 1, 1), DataAccessResult.type_unmatched),
        (entries(1, 1, 0, 1), DataAccessResult.type_unmatched),
        (entries(1, 1, 3, 2), DataAccessResult.type_unmatched),
        (entries(1, 1, 1, 6), DataAccessResult.type_unmatched),
        (
            (2, data.structure([data.integer(1), data.integer(-1), data.integer(1), data.integer(0)])),
            DataAccessResult.type_unmatched,
        ),
        ((2, data.structure([data.long64_unsigned((1 << 64) - 1)] * 4)), DataAccessResult.type_unmatched),
    ],
)
def test_a_wrong_selection_tells_why(selection: Any, expected: DataAccessResult) -> None:
    assert rows(reader(meter(load_profile_entries=3)), selection) == expected


def test_only_the_buffer_is_read_selectively() -> None:
    client = reader(meter(load_profile_entries=3))
    assert get(client, *PROFILE, 3, entries(1, 1, 1, 1)) == DataAccessResult.scope_of_access_violated
    assert get(client, 3, "1.0.1.8.0.255", 2, entries(1, 1, 1, 1)) == DataAccessResult.scope_of_access_violated


# By entry


@given(st.integers(1, 14), st.integers(0, 14), st.integers(1, 5), st.integers(0, 5))
def test_entries_are_counted_from_1_and_0_is_the_last(first: int, last: int, left: int, right: int) -> None:
    client = READER
    found = rows(client, entries(first, last, left, right))
    if (right or 5) < left:
        assert found == DataAccessResult.type_unmatched
    else:
        expected = [row[left - 1 : right or None] for row in EVERYTHING[first - 1 : last or None]]
        assert found == expected


READER = reader(meter(load_profile_entries=12))
EVERYTHING = rows(READER)


@given(st.integers(-5, 15), st.integers(-5, 15), st.sampled_from([0, -60, 90]))
def test_ranges_give_the_rows_between(start: int, end: int, deviation: int) -> None:
    first = LAST - timedelta(minutes=15 * 11)
    low, high = (first + timedelta(minutes=15 * number) for number in (start, end))
    bounds = [data.octet_string(date_time_of(time, deviation)) for time in (low, high)]
    expected = [row for row in EVERYTHING if low <= (time_of(row[0]) or NOW) <= high]
    assert rows(READER, span(*bounds)) == expected
