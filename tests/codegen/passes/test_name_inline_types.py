"""Types written inside others and their names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import BitString, Choice, Reference, Schema, Sequence, SequenceOf, Tag, TagClass, TagMode, Type
from xdlms_codegen.passes import name_inline_types

Parsed = Callable[..., Schema]
TypeAt = Callable[[Schema, str], Type]


def names(schema: Schema) -> list[tuple[str, str | None]]:
    return [(entry.name, entry.inline_of) for entry in name_inline_types.run(schema)[0].definitions()]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("SEQUENCE { m ENUMERATED { a } }", [("A-m", "A.m")]),
        ("SEQUENCE { m INTEGER { a (1) } }", [("A-m", "A.m")]),
        ("SEQUENCE { m BIT STRING { a (1) } }", [("A-m", "A.m")]),
        ("CHOICE { m SEQUENCE { a NULL } }", [("A-m", "A.m")]),
        ("CHOICE { m CHOICE { a NULL } }", [("A-m", "A.m")]),
        ("SEQUENCE OF CHOICE { a NULL }", [("A-element", "A.element")]),
        ("SEQUENCE { m SEQUENCE OF CHOICE { a NULL } }", [("A-m-element", "A.m.element")]),
        ("SEQUENCE OF SEQUENCE OF ENUMERATED { a }", [("A-element-element", "A.element.element")]),
        ("CHOICE { m CHOICE { n CHOICE { a NULL } } }", [("A-m-n", "A.m.n"), ("A-m", "A.m")]),
        ("SEQUENCE { m INTEGER (0..4), n BIT STRING, o OCTET STRING, p SEQUENCE OF NULL, q B }", []),
        ("INTEGER { a (1) }", []),
    ],
)
def test_the_name_is_the_path_and_the_definition_stands_in_front(
    parsed: Parsed, text: str, inner: list[tuple[str, str]]
) -> None:
    assert names(parsed(f"Z ::= NULL\nA ::= {text}\nB ::= NULL")) == [("Z", None), *inner, ("A", None), ("B", None)]


def test_a_name_that_is_taken_gets_a_number(parsed: Parsed) -> None:
    other = "Other DEFINITIONS ::= BEGIN A-m-2 ::= NULL A-m ::= NULL END"
    assert names(parsed("A ::= SEQUENCE { m CHOICE { a NULL } }", other=other))[0] == ("A-m-3", "A.m")
    body = "A ::= SEQUENCE { b-c CHOICE { a NULL }, b SEQUENCE { c CHOICE { a NULL } } }"
    assert names(parsed(body)) == [("A-b-c", "A.b-c"), ("A-b-c-2", "A.b.c"), ("A-b", "A.b"), ("A", None)]


def test_the_outer_tag_stays_on_the_reference(parsed: Parsed, type_at: TypeAt) -> None:
    schema = name_inline_types.run(parsed("A ::= [9] SEQUENCE { m [3] IMPLICIT BIT STRING { a (1) } (SIZE (4)) }"))[0]
    moved, outer = type_at(schema, "A-m"), type_at(schema, "A")
    assert isinstance(moved, BitString)
    assert (moved.tag, moved.size.fixed) == (None, 4)
    assert isinstance(outer, Sequence)
    assert outer.tag == Tag(TagClass.CONTEXT, 9, TagMode.DEFAULT)
    assert outer.members[0].type == Reference(moved.location, "A-m", Tag(TagClass.CONTEXT, 3, TagMode.IMPLICIT))


def test_the_comment_of_the_member_is_that_of_its_type(parsed: Parsed) -> None:
    schema = name_inline_types.run(parsed("A ::= SEQUENCE {\n-- what it is\nm CHOICE { a NULL } }"))[0]
    assert [entry.comment for entry in schema.definitions()] == ["what it is", ""]


def test_elements_refer_to_their_type(parsed: Parsed, type_at: TypeAt) -> None:
    schema = name_inline_types.run(parsed("A ::= SEQUENCE (SIZE (3)) OF [1] CHOICE { a NULL }"))[0]
    outer = type_at(schema, "A")
    assert isinstance(outer, SequenceOf)
    assert outer.size.fixed == 3
    assert isinstance(outer.element, Reference)
    assert outer.element.name == "A-element"
    assert isinstance(type_at(schema, "A-element"), Choice)


def test_naming_again_changes_nothing(parsed: Parsed) -> None:
    once = name_inline_types.run(parsed("A ::= CHOICE { m CHOICE { n CHOICE { a NULL } } }"))[0]
    assert name_inline_types.run(once) == (once, [])
