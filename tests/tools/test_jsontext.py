"""JSON values in a text."""

from __future__ import annotations

import pytest

from xdlms.tools.jsontext import JsonTextError, JsonValue, read_values


def read(text: str) -> list[object]:
    """The values, and the messages of what is none."""
    return [found.json if isinstance(found, JsonValue) else str(found) for found in read_values(text)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "line 1, column 2: no JSON: expecting property name"),
        ('{"a": "b}', "line 1, column 7: no JSON: unterminated string"),
        ('{"a": 1, "a": 2}', "line 1, column 1: the name 'a' comes twice in an object"),
        ('{"a": NaN}', "line 1, column 1: NaN is no number of JSON"),
        ("[" * 200_000, "line 1, column 1: nested too deeply"),
        ('{"a": ' + "9" * 10_000 + "}", "line 1, column 1: a number of too many digits"),
        ("\n\n  x", "line 3, column 3: no JSON: expecting value"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: str, message: str) -> None:
    (found,) = read_values(text)
    assert isinstance(found, JsonTextError)
    assert str(found).startswith(message)


def test_reading_goes_on_with_the_line_behind_what_is_wrong() -> None:
    values = read('{"a": 1}\nnonsense {"b": 2}\n{"c": 3}\n')
    assert values[0] == {"a": 1}
    assert str(values[1]).startswith("line 2, column 1")
    assert values[2] == {"c": 3}
    assert len(values) == 3


def test_a_value_may_be_laid_out_over_lines_and_follow_another() -> None:
    found = list(read_values('{"a":\n 1} {"b": 2}\n\n[3]'))
    assert all(isinstance(value, JsonValue) for value in found)
    assert [value.line for value in found] == [1, 2, 4]


@pytest.mark.parametrize("text", ["", " \n\t\r\n"])
def test_no_text_has_no_values(text: str) -> None:
    assert read(text) == []
