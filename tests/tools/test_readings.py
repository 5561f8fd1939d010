"""The readings in a push."""

from __future__ import annotations

from typing import Any

import pytest

from xdlms.tools.readings import readings_of

POWER = bytes.fromhex("0100010700FF")
VOLTAGE = bytes.fromhex("0100200700FF")
NAMES = {"logical-name": "1.0.1.7.0.255", "name": "active power import"}


@pytest.mark.parametrize("value", [None, 5, b"", b"\x01\x00", [], (), [POWER], ([], POWER), [(1, 2)], (POWER, [1])])
def test_what_has_no_name_and_value_gives_no_reading(value: Any) -> None:
    assert readings_of(value) == []


def test_a_structure_of_name_value_and_unit() -> None:
    assert readings_of([(POWER, 4027, (-1, 27))]) == [{**NAMES, "value": 402.7, "unit": "W", "text": "402.7 W"}]


def test_names_and_values_in_a_row() -> None:
    readings = readings_of((b"KFM_001", POWER, 5, VOLTAGE, 2301, (-1, 35)))
    assert [reading["value"] for reading in readings] == [5, 230.1]
    assert "unit" not in readings[0]
    assert readings[1]["unit"] == "V"


def test_a_count_has_no_unit() -> None:
    assert readings_of((POWER, 7, (0, 255))) == [{**NAMES, "value": 7, "text": "7"}]


def test_a_structure_that_is_no_scaler_and_unit_stays_alone() -> None:
    assert readings_of((POWER, 7, (0, 200), VOLTAGE, 8)) != []
    assert readings_of((POWER, 7, (99, 27)))[0] == {**NAMES, "value": 7, "text": "7"}


def test_capture_objects_name_the_values_behind_them() -> None:
    objects = [(40, bytes.fromhex("0008190900FF"), 1, 0), (3, POWER, 2, 0), (1, VOLTAGE, 2, 0)]
    readings = readings_of((objects, 17, b"abc"))
    assert [(reading["class-id"], reading["value"]) for reading in readings] == [(3, 17), (1, "abc")]


def test_capture_objects_and_values_that_do_not_fit_give_no_reading() -> None:
    assert readings_of(([(3, POWER, 2, 0)] * 3, 17)) == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"12345", "12345"),
        (b"\x00\xff", "00FF"),
        (bytes.fromhex("07E401060115202300FF8880"), "2020-01-06T21:32:35+02:00"),
        (bytes.fromhex("07E401060015202300FF8880"), "2020-01-06T21:32:35+02:00"),
        (bytes.fromhex("FFFF01060115202300FF8880"), "****-01-06 Mon 21:32:35.00 UTC+02:00, daylight saving"),
        (True, True),
        ("text", "text"),
    ],
)
def test_values_that_json_can_say(value: Any, shown: Any) -> None:
    (reading,) = readings_of((POWER, value))
    assert reading["value"] == shown


@pytest.mark.parametrize(
    ("value", "scaler", "number", "text"),
    [
        (2330, -1, 233.0, "233.0 V"),
        (63, -2, 0.63, "0.63 V"),
        (-5, -3, -0.005, "-0.005 V"),
        (12, 3, 12000, "12000 V"),
        (2**64 - 1, 0, 2**64 - 1, "18446744073709551615 V"),
        (1.5, 1, 15.0, "1.5 × 10^1 V"),
        (float("nan"), 0, "nan", "nan V"),
    ],
)
def test_a_value_is_a_number_with_its_scaler_in_it(value: Any, scaler: int, number: Any, text: str) -> None:
    (reading,) = readings_of((POWER, value, (scaler, 35)))
    assert reading["value"] == number
    assert type(reading["value"]) is type(number)
    assert (reading["unit"], reading["text"]) == ("V", text)
