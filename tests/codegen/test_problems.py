"""Problems as people see them."""

from __future__ import annotations

from xdlms_codegen.model import Problem, SchemaError, SourceLocation
from xdlms_codegen.problems import render_error, render_problems


def problem(line: int, column: int, message: str = "wrong") -> Problem:
    return Problem(SourceLocation("a.asn1", line, column), message)


SOURCES = {"a.asn1": ("A ::= B", "\tb\tC -- ü", "")}


def test_the_line_and_a_mark_stand_under_the_problem() -> None:
    assert render_problems([problem(1, 7, "undefined type B")], SOURCES).splitlines() == [
        "a.asn1:1:7: undefined type B",
        "    1 | A ::= B",
        "      |       ^",
    ]


def test_tabs_stand_in_front_of_the_mark_too() -> None:
    assert render_problems([problem(2, 4)], SOURCES).splitlines()[1:] == ["    2 | \tb\tC -- ü", "      | \t \t^"]


def test_of_a_long_line_the_part_around_the_mark_is_shown() -> None:
    line = "a" * 1000 + "!" + "b" * 1000
    for column, character in ((1, "a"), (1001, "!"), (2001, "b"), (1900, "b")):
        _, source, mark = render_problems([problem(1, column)], {"a.asn1": (line,)}).splitlines()
        assert len(source) < 180
        assert source[mark.index("^")] == character
        assert source.startswith("    1 | ... ") == (column > 1)
        assert source.endswith(" ...") == (column < 1950)
    whole = "x" * 160
    assert render_problems([problem(1, 160)], {"a.asn1": (whole,)}).splitlines()[1] == f"    1 | {whole}"


def test_control_characters_of_a_line_are_not_shown_as_they_are() -> None:
    text = render_problems([problem(1, 8)], {"a.asn1": ("A \x1b]0;\x07\u202eB\tC",)})
    assert text.splitlines()[1:] == ["    1 | A ?]0;??B\tC", "      |        ^"]


def test_a_mark_may_stand_behind_the_line() -> None:
    assert render_problems([problem(3, 1)], SOURCES).splitlines() == ["a.asn1:3:1: wrong", "    3 | ", "      | ^"]


def test_a_problem_without_its_line_is_shown_alone() -> None:
    assert render_problems([problem(4, 1), problem(0, 1)], SOURCES) == "a.asn1:4:1: wrong\na.asn1:0:1: wrong"
    assert render_problems([problem(1, 1)], {}) == "a.asn1:1:1: wrong"


def test_problems_are_in_the_order_of_their_places_and_counted() -> None:
    error = SchemaError([problem(2, 1, "second"), problem(1, 3, "first"), problem(2, 1, "second")], SOURCES)
    lines = render_error(error).splitlines()
    assert [line for line in lines if line.startswith("a.asn1")] == ["a.asn1:1:3: first", "a.asn1:2:1: second"]
    assert lines[-1] == "2 problems"


def test_one_problem_is_not_counted() -> None:
    assert render_error(SchemaError([problem(1, 1)])) == "a.asn1:1:1: wrong"
