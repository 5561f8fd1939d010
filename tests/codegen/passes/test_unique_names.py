"""Names and numbers that stand only once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import Problem, Schema
from xdlms_codegen.passes import unique_names

Parsed = Callable[..., Schema]
Shown = Callable[[list[Problem]], list[str]]


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        (
            "A ::= NULL\nA ::= NULL\nA ::= NULL",
            [f"{n}:1: the type A is defined twice (first at line 2)" for n in (3, 4)],
        ),
        ("A ::= SEQUENCE { a NULL, a NULL }", ["2:26: the name a is used twice in A (first at line 2)"]),
        ("A ::= CHOICE { a NULL, a NULL }", ["2:24: the name a is used twice in A (first at line 2)"]),
        (
            "A ::= SEQUENCE OF CHOICE { a NULL,\na NULL }",
            ["3:1: the name a is used twice in A.element (first at line 2)"],
        ),
        ("A ::= ENUMERATED { a, a (3) }", ["2:23: the name a is used twice in A (first at line 2)"]),
        ("A ::= ENUMERATED { a (3), b (3) }", ["2:27: the number 3 is used twice in A (for a, first at line 2)"]),
        ("A ::= INTEGER { a (-3), b (-3) }", ["2:25: the number -3 is used twice in A (for a, first at line 2)"]),
        ("A ::= BIT STRING { a (3), b (3) }", ["2:27: the number 3 is used twice in A (for a, first at line 2)"]),
        ("A ::= BIT STRING { a (8) } (SIZE (8))", ["2:20: the bit a (8) is outside A, whose last bit is 7"]),
        ("A ::= BIT STRING { a (8) } (SIZE (1..8))", ["2:20: the bit a (8) is outside A, whose last bit is 7"]),
        ("A ::= BIT STRING { a (n) }\nn INTEGER ::= -1", ["2:20: the bit a (-1) of A has a negative number"]),
    ],
)
def test_what_stands_twice_is_a_problem_at_the_second_place(
    parsed: Parsed, shown: Shown, body: str, problems: list[str]
) -> None:
    assert shown(unique_names.run(parsed(body))[1]) == problems


def test_modules_that_are_compiled_together_share_the_names_of_types(parsed: Parsed, shown: Shown) -> None:
    schema = parsed("A ::= NULL", other="Other DEFINITIONS ::= BEGIN\n A ::= NULL\nEND")
    assert shown(unique_names.run(schema)[1]) == [
        "other.asn1:2:2: the type A is defined in Meter too (first at meter.asn1:2)"
    ]


def test_names_in_different_places_are_no_problem(parsed: Parsed) -> None:
    schema = parsed(
        "A ::= SEQUENCE { a SEQUENCE { a NULL }, b ENUMERATED { a (0) } }\nB ::= BIT STRING { a (7) } (SIZE (8))"
    )
    assert unique_names.run(schema) == (schema, [])
