"""Attributes, methods and values as people write and read them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms import data
from xdlms.client import NotSentError, ObjectInfo
from xdlms.data import Data
from xdlms.tools.attributes import json_of, lines_of, needs_objects, resolve, title_of, value_from, wanted, words_of

CLOCK = ObjectInfo(8, 0, bytes((0, 0, 1, 0, 0, 255)))
ENERGY = ObjectInfo(3, 0, bytes((1, 0, 1, 8, 0, 255)))
OBJECTS = [CLOCK, ENERGY]


@pytest.mark.parametrize("text", ["", "/", "8/", "1/2/3/4", "8//2", "1.0.1.8.0.256", "99.1"])
def test_what_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(NotSentError):
        wanted(text)


@pytest.mark.parametrize("text", ["tariff", "clock/colour", "1.0.2.8.0.255", "3/0.0.1.0.0.255x", "3/clock"])
def test_what_is_not_in_the_object_list_is_refused(text: str) -> None:
    with pytest.raises(NotSentError, match=r"no such object|has no attribute"):
        resolve(wanted(text), OBJECTS)


def test_two_objects_of_one_name_are_not_told_apart() -> None:
    with pytest.raises(NotSentError, match="2 such objects"):
        resolve(wanted("clock"), [CLOCK, CLOCK])


@given(st.text(max_size=30))
def test_any_text_is_an_attribute_or_refused(text: str) -> None:
    try:
        resolve(wanted(text), OBJECTS)
    except NotSentError:
        return


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("8/0.0.1.0.0.255/3", 3),
        ("0.0.1.0.0.255", 2),
        ("0-0:1.0.0*255/0", 0),
        ("clock", 2),
        ("8/clock/time_zone", 3),
        ("clock/4", 4),
    ],
)
def test_ways_to_write_an_attribute(text: str, attribute: int) -> None:
    one = wanted(text)
    assert resolve(one, OBJECTS) == (8, CLOCK.logical_name, attribute)
    assert needs_objects(one) == (text != "8/0.0.1.0.0.255/3")


def test_methods_have_names_too() -> None:
    assert resolve(wanted("clock/adjust_to_minute"), OBJECTS, method=True)[2] == 3
    assert title_of(8, CLOCK.logical_name, 3, method=True) == "0.0.1.0.0.255 clock, adjust_to_minute"
    assert title_of(99, bytes(6), 3) == "0.0.0.0.0.0 class 99, attribute 3"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unsigned",
        "unsigned:",
        "unsigned:x",
        "unsigned:256",
        "octet-string:0",
        "byte:1",
        "time:",
        "{",
        "{}",
        '{"a": 1, "b": 2}',
        "boolean:2",
        "null-data:1",
        "date-time:00",
        "float32:x",
        '{"structure": [{"unsigned": -1}]}',
        "[" * 5000,
    ],
)
def test_what_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(NotSentError):
        value_from(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null-data", data.null()),
        ("unsigned:5", data.unsigned(5)),
        ("long:-5", data.long(-5)),
        ("boolean:true", data.boolean(True)),
        ("float64:1.5", data.float64(1.5)),
        ("octet-string:0A0B", data.octet_string(b"\n\x0b")),
        ("octet-string:1234", data.octet_string(b"\x124")),
        ("visible-string:12:34", data.visible_string("12:34")),
        ("time:2026-01-31T12:00:00", data.octet_string(bytes.fromhex("07EA011F060C0000008000FF"))),
        ('{"structure": [{"integer": -1}, {"enum": 30}]}', data.structure([data.integer(-1), data.enum(30)])),
    ],
)
def test_ways_to_write_a_value(text: str, value: Data) -> None:
    assert value_from(text) == value


def test_a_value_comes_back_from_its_json() -> None:
    value = data.array([data.structure([data.unsigned(1), data.octet_string(b"x")])])
    assert json_of(value) == {"array": [{"structure": [{"unsigned": 1}, {"octet-string": "78"}]}]}


def test_values_as_people_read_them() -> None:
    assert [words_of(value) for value in (None, True, 5, b"", b"\x00\x01", b"XDL1", "a\x1bb")] == [
        "null-data",
        "true",
        "5",
        "(empty)",
        "00 01",
        '"XDL1"',
        '"a\\x1bb"',
    ]
    assert words_of(datetime(2026, 1, 1)) == "2026-01-01 00:00:00"
    assert words_of((1, [2])) == "{1, {2}}"
    assert words_of(data.bit_string("0101").value) == "0101"
    assert lines_of([(1, b"\xff")]) == ["array of 1", "  structure of 2", "    1", "    FF"]
    assert lines_of([0] * 1001)[-1] == "  ... 1 more"
