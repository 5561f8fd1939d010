"""Finding, walking and changing types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from xdlms_codegen.model import Boolean, Integer, Null, Reference, Schema, Type
from xdlms_codegen.passes.lookup import Types, change_types, walk

Parsed = Callable[..., Schema]


def test_references_are_followed_to_their_end(parsed: Parsed) -> None:
    schema = parsed("A ::= B\nB ::= [1] C\nC ::= INTEGER\nD ::= Undefined\nE ::= F\nF ::= E")
    types = Types(schema)
    found = {entry.name: types.base(entry.type) for entry in schema.definitions()}
    assert isinstance(found["A"], Integer)
    assert [type(link) for link in types.chain(schema.definitions()[0].type)] == [Reference, Reference, Integer]
    assert found["D"] is found["E"] is found["F"] is None


def test_of_several_definitions_the_first_counts(parsed: Parsed) -> None:
    found = Types(parsed("A ::= NULL\nA ::= BOOLEAN")).get("A")
    assert found is not None
    assert isinstance(found.type, Null)


def test_the_walk_goes_in_the_order_of_the_text(parsed: Parsed) -> None:
    schema = parsed("A ::= SEQUENCE { a CHOICE { b NULL, c SEQUENCE OF BOOLEAN }, d NULL }")
    paths = [path for path, _ in walk(schema.definitions()[0])]
    assert paths == ["A", "A.a", "A.a.b", "A.a.c", "A.a.c.element", "A.d"]


def test_types_are_changed_from_the_inside_out(parsed: Parsed) -> None:
    seen: list[str] = []

    def change(type_: Type) -> Type:
        seen.append(type(type_).__name__)
        return Boolean(type_.location, type_.tag) if isinstance(type_, Null) else replace(type_)

    schema = parsed("A ::= SEQUENCE { a SEQUENCE OF NULL, b NULL }")
    changed = change_types(schema.definitions()[0].type, change)
    assert seen == ["Null", "SequenceOf", "Null", "Sequence"]
    assert "Null" not in repr(changed)
