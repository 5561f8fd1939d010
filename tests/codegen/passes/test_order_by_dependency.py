"""The order of definitions and modules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import Schema
from xdlms_codegen.passes import order_by_dependency
from xdlms_codegen.passes.graph import after_what_they_use, circles

Parsed = Callable[..., Schema]


@pytest.mark.parametrize(
    ("body", "order"),
    [
        ("A ::= B\nB ::= C\nC ::= NULL", "C B A"),
        ("A ::= NULL\nB ::= NULL\nC ::= A", "A B C"),
        ("A ::= SEQUENCE { c C, b B }\nB ::= NULL\nC ::= NULL", "C B A"),
        ("A ::= CHOICE { b B, n NULL }\nB ::= SEQUENCE { a A, c C }\nC ::= NULL", "C B A"),
        ("A ::= SEQUENCE OF A\nB ::= Undefined", "A B"),
        ("A ::= C\nA ::= B\nB ::= NULL\nC ::= NULL", "C A A B"),
    ],
)
def test_definitions_stand_behind_what_they_use(parsed: Parsed, body: str, order: str) -> None:
    schema, problems = order_by_dependency.run(parsed(body))
    assert problems == []
    assert [entry.name for entry in schema.definitions()] == order.split()


def test_modules_stand_behind_what_they_import(parsed: Parsed) -> None:
    first = "First DEFINITIONS ::= BEGIN IMPORTS B FROM Second; D ::= B END"
    second = "Second DEFINITIONS ::= BEGIN B ::= NULL END"
    third = "Third DEFINITIONS ::= BEGIN IMPORTS D FROM First; E ::= D END"
    schema = order_by_dependency.run(parsed("A ::= NULL", third=third, first=first, second=second))[0]
    assert [module.name for module in schema.modules] == ["Meter", "Second", "First", "Third"]


def test_modules_that_import_from_one_another_are_all_kept(parsed: Parsed) -> None:
    other = "Other DEFINITIONS ::= BEGIN IMPORTS A FROM Meter; B ::= CHOICE { a A, n NULL } END"
    schema = order_by_dependency.run(parsed("IMPORTS B FROM Other;\nA ::= SEQUENCE OF B", other=other))[0]
    assert sorted(module.name for module in schema.modules) == ["Meter", "Other"]


def test_the_order_does_not_depend_on_the_depth(parsed: Parsed) -> None:
    names = [str(number) for number in range(3000)]
    used = {name: (str(int(name) + 1),) for name in names[:-1]}
    assert after_what_they_use(names, used) == names[::-1]


def test_circles_are_the_groups_that_use_one_another() -> None:
    used = {"a": ("b",), "b": ("c", "d"), "c": ("a",), "d": ("e",), "e": (), "f": ("f",), "g": ("a",)}
    assert sorted(circles(used)) == [["a", "b", "c"], ["f"]]
