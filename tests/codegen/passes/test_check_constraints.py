"""Ranges and sizes that mean something and can be encoded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import Problem, Range, Reference, Schema, Type
from xdlms_codegen.passes import check_constraints

Parsed = Callable[..., Schema]
TypeAt = Callable[[Schema, str], Type]
Shown = Callable[[list[Problem]], list[str]]

TYPES = (
    "\nU8 ::= INTEGER (0..255)\nName ::= OCTET STRING (SIZE (2..6))\nFlag ::= BOOLEAN\nBits ::= BIT STRING { a (5) }"
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("INTEGER (5..4)", "2:7: the range 5..4 of A has no value in it"),
        ("INTEGER (0..18446744073709551616)", "2:7: the range 0..18446744073709551616 of A does not fit in 64 bits"),
        ("INTEGER (-1..9223372036854775808)", "2:7: the range -1..9223372036854775808 of A does not fit in 64 bits"),
        ("INTEGER { a (5) } (0..4)", "2:17: the number a (5) is outside the range 0..4 of A"),
        ("OCTET STRING (SIZE (5..4))", "2:7: the size 5..4 of A has no value in it"),
        ("SEQUENCE (SIZE (-1)) OF NULL", "2:7: the size -1 of A is negative"),
        ("BIT STRING (SIZE (-1..4))", "2:7: the size -1..4 of A is negative"),
        (
            "UTF8String (SIZE (4294967296))",
            "2:7: the size 4294967296 of A is more than a length of four octets can say",
        ),
        ("U8 (-1..4)", "2:7: the range -1..4 of A goes beyond that of U8, 0..255"),
        ("U8 (256..MAX)", "2:7: the range 256..MAX of A goes beyond that of U8, 0..255"),
        ("U8 (5..4)", "2:7: the range 5..4 of A has no value in it"),
        ("Name (SIZE (7))", "2:7: the size 7 of A goes beyond that of Name, 2..6"),
        ("Flag (1)", "2:7: A has a range, but Flag is no INTEGER"),
        ("U8 (SIZE (1))", "2:7: A has a size, but U8 is nothing that has one"),
        ("Bits (SIZE (5))", "2:7: the size 5 of A leaves out the bit a (5)"),
        ("SEQUENCE { a SEQUENCE OF INTEGER (5..4) }", "2:32: the range 5..4 of A.a.element has no value in it"),
    ],
)
def test_a_constraint_without_meaning_is_a_problem(parsed: Parsed, shown: Shown, text: str, problem: str) -> None:
    assert shown(check_constraints.run(parsed(f"A ::= {text}{TYPES}"))[1]) == [problem]


@pytest.mark.parametrize(
    "text",
    [
        "INTEGER (-9223372036854775808..9223372036854775807)",
        "INTEGER (0..18446744073709551615)",
        "INTEGER (MIN..MAX)",
        "OCTET STRING (SIZE (0))",
        "OCTET STRING (SIZE (0..4294967295))",
        "U8 (0..255)",
        "Bits (SIZE (6))",
        "Undefined (0..4)",
    ],
)
def test_a_constraint_that_can_be_encoded_is_no_problem(parsed: Parsed, text: str) -> None:
    assert check_constraints.run(parsed(f"A ::= {text}{TYPES}"))[1] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U8 (MIN..9)", Range(0, 9)),
        ("U8 (9..MAX)", Range(9, 255)),
        ("Half (9..MAX)", Range(9, 127)),
        ("Alias (MIN..MAX)", Range(0, 127)),
    ],
)
def test_min_and_max_behind_a_reference_are_the_ends_of_its_type(
    parsed: Parsed, type_at: TypeAt, text: str, expected: Range
) -> None:
    schema = check_constraints.run(parsed(f"A ::= {text}{TYPES}\nHalf ::= U8 (MIN..127)\nAlias ::= Half"))[0]
    found = type_at(schema, "A")
    assert isinstance(found, Reference)
    half = type_at(schema, "Half")
    assert isinstance(half, Reference)
    assert half.range == Range(0, 127)
    assert found.range == expected


def test_max_of_a_size_behind_a_reference_is_that_of_its_type(parsed: Parsed, type_at: TypeAt) -> None:
    found = type_at(check_constraints.run(parsed(f"A ::= Name (SIZE (3..MAX)){TYPES}"))[0], "A")
    assert isinstance(found, Reference)
    assert found.size == Range(3, 6)
