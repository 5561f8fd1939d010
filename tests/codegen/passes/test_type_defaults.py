"""The values behind DEFAULT in the type of their member."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import Bits, Characters, Problem, Schema, Sequence
from xdlms_codegen.passes import type_defaults

Parsed = Callable[..., Schema]
Shown = Callable[[list[Problem]], list[str]]

TYPES = (
    "\nFlag ::= Truth\nTruth ::= BOOLEAN\nUnit ::= INTEGER { litre (1), gallon (2) } (1..9)\n"
    "Colour ::= ENUMERATED { red (7), green (9) }\nStatus ::= BIT STRING { low (0), high (2) } (SIZE (4))\n"
    "Name ::= OCTET STRING (SIZE (2))\nText ::= VisibleString (SIZE (0..4))\nlimit INTEGER ::= 4\nlitre INTEGER ::= 9"
)


def body(text: str) -> str:
    return f"A ::= SEQUENCE {{ a {text} }}{TYPES}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Flag DEFAULT 1", "is not TRUE or FALSE, but 1"),
        ("Flag DEFAULT true", "is not TRUE or FALSE, but true"),
        ("Unit DEFAULT TRUE", "is not a number, but TRUE"),
        ("Unit DEFAULT pint", "is pint, which is no name of its type (litre, gallon) and no value"),
        ("INTEGER DEFAULT pint", "is pint, which is no name of its type and no value"),
        ("Unit DEFAULT 0", "is 0, outside the range 1..9"),
        ("Unit (1..3) DEFAULT limit", "is limit, defined at line 10, which is 4, outside the range 1..3"),
        ("Colour DEFAULT 7", "is not a name, but 7"),
        ("Colour DEFAULT blue", "is blue, which is no name of its type (red, green) and no value"),
        ("Colour DEFAULT {red}", "is not a name, but {red}"),
        ("Status DEFAULT low", "is not a list of bits in braces or digits, as {a, b} or '1010'B, but low"),
        ("Status DEFAULT '00001'B", "has 5 bits, outside the size 4"),
        ("BIT STRING (SIZE (4)) DEFAULT '1'B", "has 1 bit, outside the size 4"),
        ("Name DEFAULT 'ABC'H", "is 'ABC'H, which is no whole number of octets"),
        ("Name DEFAULT '1010'B", "is '1010'B, which is no whole number of octets"),
        ("Name DEFAULT 'ABCDEF'H", "has 3 octets, outside the size 2"),
        ("Name DEFAULT {}", "is not octets in digits, as '0AFF'H, but {}"),
        ('Name DEFAULT "ab"', "is not octets in digits, as '0AFF'H, but \"ab\""),
        ("Text DEFAULT ab", 'is not characters in quotation marks, as "ab", but ab'),
        ('Text DEFAULT "abcde"', "has 5 characters, outside the size 0..4"),
        ("NULL DEFAULT FALSE", "is not NULL, but FALSE"),
        ("Flag DEFAULT NULL", "is not TRUE or FALSE, but NULL"),
    ],
)
def test_a_default_that_is_no_value_of_its_type_is_a_problem(
    parsed: Parsed, shown: Shown, text: str, problem: str
) -> None:
    column = 20 + text.index("DEFAULT") + 8
    assert shown(type_defaults.run(parsed(body(text)))[1]) == [f"2:{column}: the default of a {problem}"]


def test_every_wrong_bit_of_a_default_is_a_problem_at_its_place(parsed: Parsed, shown: Shown) -> None:
    assert shown(type_defaults.run(parsed(body("Status DEFAULT {mid, low, high, low}")))[1]) == [
        "2:36: the default of a has mid, which is no bit of its type (low, high)",
        "2:52: the default of a has the bit low twice",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Flag DEFAULT TRUE", True),
        ("Unit DEFAULT 9", 9),
        ("Unit DEFAULT gallon", 2),
        ("Unit DEFAULT litre", 1),
        ("INTEGER DEFAULT litre", 9),
        ("Colour DEFAULT green", "green"),
        ("Status DEFAULT {high, low}", ("low", "high")),
        ("Status DEFAULT {}", ()),
        ("Status DEFAULT '1010'B", ("low", "high")),
        ("Status DEFAULT '8'H", ("low",)),
        ("Status DEFAULT '1'B", ("low",)),
        ("Status DEFAULT '0100'B", Bits("0100")),
        ("BIT STRING DEFAULT 'A5'H", Bits("10100101")),
        ("BIT STRING DEFAULT ''B", Bits("")),
        ("Name DEFAULT '0AFF'H", b"\x0a\xff"),
        ("Name DEFAULT '0000101011111111'B", b"\x0a\xff"),
        ("OCTET STRING DEFAULT ''H", b""),
        ('Text DEFAULT "ab"', Characters("ab")),
        ("NULL DEFAULT NULL", None),
    ],
)
def test_a_default_has_the_python_type_of_its_member(parsed: Parsed, text: str, expected: object) -> None:
    schema, problems = type_defaults.run(parsed(body(text)))
    assert problems == []
    found = schema.definitions()[0].type
    assert isinstance(found, Sequence)
    default = found.members[0].default
    assert default is not None
    assert default.value == expected
    assert type(default.value) is type(expected)


def test_defaults_inside_other_types_are_typed_too(parsed: Parsed) -> None:
    schema = type_defaults.run(parsed("A ::= SEQUENCE OF CHOICE { a SEQUENCE { b OCTET STRING DEFAULT '00'H } }"))[0]
    assert "Default(value=b'\\x00'" in repr(schema)
