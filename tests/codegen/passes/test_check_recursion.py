"""Types that use themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import Problem, Schema
from xdlms_codegen.passes import check_recursion, run_passes

Parsed = Callable[..., Schema]
Shown = Callable[[list[Problem]], list[str]]


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ("A ::= SEQUENCE { a A }", ["2:1: a value of A never ends: it always holds A"]),
        ("A ::= CHOICE { a A }", ["2:1: a value of A never ends: it always holds A"]),
        ("A ::= CHOICE { a A, b SEQUENCE { a A } }", ["2:1: a value of A never ends: it always holds A"]),
        ("A ::= SEQUENCE (SIZE (1..4)) OF A", ["2:1: a value of A never ends: it always holds A"]),
        (
            "A ::= SEQUENCE { b B }\nB ::= C\nC ::= SEQUENCE SIZE (2) OF A\nD ::= SEQUENCE { a A }",
            ["2:1: a value of A never ends: it always holds B, which holds C, which holds A"],
        ),
        (
            "D ::= SEQUENCE { a A }\nA ::= SEQUENCE { a A }\nB ::= SEQUENCE { b B }",
            [
                "3:1: a value of A never ends: it always holds A",
                "4:1: a value of B never ends: it always holds B",
            ],
        ),
    ],
)
def test_a_value_that_never_ends_is_a_problem_once(
    parsed: Parsed, shown: Shown, body: str, problems: list[str]
) -> None:
    assert shown(check_recursion.run(parsed(body))[1]) == problems


def test_references_that_go_round_are_left_to_their_own_pass(parsed: Parsed) -> None:
    assert check_recursion.run(parsed("A ::= B\nB ::= A\nC ::= Undefined"))[1] == []


@pytest.mark.parametrize(
    "body",
    [
        "A ::= CHOICE { a A, b NULL }",
        "A ::= SEQUENCE { a A OPTIONAL }",
        "A ::= SEQUENCE OF A",
        "A ::= SEQUENCE (SIZE (0..4)) OF A",
        "A ::= CHOICE { a SEQUENCE { b B }, c NULL }\nB ::= SEQUENCE { a A }",
    ],
)
def test_recursion_that_can_end_is_marked(parsed: Parsed, body: str) -> None:
    schema, problems = check_recursion.run(parsed(body))
    assert problems == []
    assert all(entry.recursive for entry in schema.definitions())


def test_only_types_in_the_circle_are_marked(parsed: Parsed) -> None:
    body = (
        "User ::= A\nA ::= CHOICE { b B, c C, e BOOLEAN }\nB ::= SEQUENCE OF A\nC ::= NULL\n"
        "D ::= CHOICE { d SEQUENCE OF D }"
    )
    schema = run_passes(parsed(body))
    assert {entry.name for entry in schema.definitions() if entry.recursive} == {"A", "B", "D"}


def test_inline_types_in_a_circle_are_marked(parsed: Parsed) -> None:
    schema = run_passes(parsed("A ::= CHOICE { pair SEQUENCE { a A, b B }, none NULL }\nB ::= NULL"))
    assert [(entry.name, entry.recursive) for entry in schema.definitions()] == [
        ("B", False),
        ("A-pair", True),
        ("A", True),
    ]
