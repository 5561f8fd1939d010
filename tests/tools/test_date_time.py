"""Date-times in words."""

from __future__ import annotations

import pytest

from xdlms.tools.date_time import describe_date, describe_date_time, describe_time, is_date_time, iso_date_time

pytestmark = pytest.mark.clause("8")


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "07E5",
        "07E50706020E3A10FF8000",
        "07E50706020E3A10FF80000000",
        "07E50006020E3A10FF800000",  # month 0
        "07E50D06020E3A10FF800000",  # month 13
        "07E50700020E3A10FF800000",  # day 0
        "07E50720020E3A10FF800000",  # day 32
        "07E50706000E3A10FF800000",  # weekday 0
        "07E5070602183A10FF800000",  # hour 24
        "07E50706020E3C10FF800000",  # minute 60
        "07E50706020E3A3CFF800000",  # second 60
        "07E50706020E3A1064800000",  # hundredth 100
        "00E50706020E3A10FF800000",  # year 229
        "07E50706020E3A10FF034900",  # 841 minutes
        "07E50706020E3A10FF800010",  # a reserved bit of the clock status
    ],
)
def test_octets_with_a_part_out_of_range_are_no_date_time(octets: str) -> None:
    assert not is_date_time(bytes.fromhex(octets))
    assert describe_date_time(bytes.fromhex(octets)) is None


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        ("07E50706020E3A1000FFC400", "2021-07-06 Tue 14:58:16.00 UTC+01:00"),
        ("07E50706020E3A10FF800000", "2021-07-06 Tue 14:58:16"),
        ("07E7070604 0A362600 FF88 80", "2023-07-06 Thu 10:54:38.00 UTC+02:00, daylight saving"),
        ("07E50706FF0E3A1000012C00", "2021-07-06 14:58:16.00 UTC-05:00"),
        ("07E50706FF0E3A10000000FF", "2021-07-06 14:58:16.00 UTC+00:00"),
        ("07E50706FF0E3A10FF80000F", "2021-07-06 14:58:16, invalid value, doubtful, different clock base,"),
        ("FFFFFFFFFFFFFFFFFF8000FF", "****-**-** **:**:**"),
        ("FFFF03FE07020000FF800000", "****-03-last-day Sun 02:00:00"),
        ("FFFFFEFD07020000FF800000", "****-DST-begin-second-last-day Sun 02:00:00"),
    ],
)
def test_a_date_time_is_written_as_people_do(octets: str, words: str) -> None:
    described = describe_date_time(bytes.fromhex(octets))
    assert described is not None
    assert described.startswith(words)
    assert len(described) == len(words) or words.endswith(",")


def test_deviation_of_minus_60_is_an_hour_ahead_of_utc() -> None:
    # IEC 62056-6-2: deviation is the minutes from local time to UTC
    assert "UTC+01:00" in str(describe_date_time(bytes.fromhex("07E50706020E3A1000FFC400")))


def test_date_and_time_alone() -> None:
    assert describe_date(bytes.fromhex("07E5070602")) == "2021-07-06 Tue"
    assert describe_date(bytes.fromhex("07E5070608")) is None
    assert describe_time(bytes.fromhex("0E3A1005")) == "14:58:16.05"
    assert describe_time(bytes.fromhex("0EFFFFFF")) == "14:**:**"
    assert describe_time(bytes.fromhex("183A1000")) is None


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        ("07E704010615202300FF8880", "2023-04-01T21:32:35+02:00"),
        ("07E70401FF15202319FFC400", "2023-04-01T21:32:35.250+01:00"),
        ("07E70401FF152023FF800000", "2023-04-01T21:32:35"),
        ("07E70401FF1520FFFF800000", None),
        ("FFFF0401FF152023FF800000", None),
        ("07E7021FFF152023FF800000", None),
        ("07E704", None),
    ],
)
def test_a_date_time_for_programs_is_as_iso_8601_has_it(octets: str, text: str | None) -> None:
    assert iso_date_time(bytes.fromhex(octets)) == text
