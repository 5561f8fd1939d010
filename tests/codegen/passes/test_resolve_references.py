"""Imports, references, and definitions that only lead to themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import Problem, Schema
from xdlms_codegen.passes import resolve_references

Parsed = Callable[..., Schema]
Shown = Callable[[list[Problem]], list[str]]

UNITS = "Units DEFINITIONS ::= BEGIN\nUnit ::= BOOLEAN\nLitre ::= NULL\nEND"


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ("A ::= Bee", ["2:7: undefined type Bee"]),
        ("A ::= SEQUENCE OF CHOICE { a SEQUENCE { b Bee } }", ["2:43: undefined type Bee"]),
        ("A ::= Volumes\nVolume ::= NULL", ["2:7: undefined type Volumes; is Volume meant?"]),
        ("A ::= Unit", ["2:7: undefined type Unit; import it from Units"]),
        ("IMPORTS Unit FROM Unit;\nA ::= Unit", ["2:9: the module Unit is not among the files"]),
        ("IMPORTS Litres FROM Units;", ["2:9: Units has no type Litres; is Litre meant?"]),
        ("IMPORTS Unit, Other FROM Units;", ["2:15: Units has no type Other"]),
        ("IMPORTS Unit, Unit FROM Units;", ["2:15: Unit is imported twice from Units"]),
        ("IMPORTS Unit FROM Units;\nUnit ::= NULL", ["2:9: Unit is imported from Units and defined at line 3"]),
        ("IMPORTS A FROM Meter;\nA ::= NULL", ["2:9: the module Meter imports from itself"]),
        ("A ::= A", ["2:1: the type A is defined by itself: A ::= A"]),
        ("A ::= B\nB ::= [1] C (0..4)\nC ::= B", ["3:1: the type B is defined by itself: B ::= C ::= B"]),
    ],
)
def test_a_name_that_means_no_type_is_a_problem(parsed: Parsed, shown: Shown, body: str, problems: list[str]) -> None:
    assert shown(resolve_references.run(parsed(body, units=UNITS))[1]) == problems


def test_a_name_imported_from_two_modules_is_ambiguous(parsed: Parsed, shown: Shown) -> None:
    schema = parsed("IMPORTS Unit FROM Units Unit FROM Others;", units=UNITS, others=UNITS.replace("Units", "Others"))
    assert shown(resolve_references.run(schema)[1]) == ["2:25: Unit is imported from Units and Others"]


def test_a_module_is_defined_once(parsed: Parsed, shown: Shown) -> None:
    schema = parsed("A ::= NULL", again="\nMeter DEFINITIONS ::= BEGIN END")
    assert shown(resolve_references.run(schema)[1]) == [
        "again.asn1:2:1: the module Meter is defined twice (first at meter.asn1:1)"
    ]


def test_what_is_defined_imported_or_recursive_through_a_type_is_no_problem(parsed: Parsed) -> None:
    schema = parsed("IMPORTS Unit FROM Units;\nA ::= CHOICE { a A, b B, u Unit }\nB ::= SEQUENCE OF B", units=UNITS)
    assert resolve_references.run(schema) == (schema, [])
