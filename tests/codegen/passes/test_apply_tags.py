"""The mode of every tag, and automatic tags."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import Schema, Tag, TagClass, TagMode, Type
from xdlms_codegen.passes import apply_tags, run_passes
from xdlms_codegen.passes.lookup import walk

Parsed = Callable[..., Schema]
TypeAt = Callable[[Schema, str], Type]


def head(default: str) -> str:
    return f"Meter DEFINITIONS {default} ::= BEGIN"


def mode(schema: Schema, type_at: TypeAt, path: str) -> TagMode | None:
    tag = type_at(apply_tags.run(schema)[0], path).tag
    return tag.mode if tag else None


@pytest.mark.parametrize(
    ("default", "text", "expected"),
    [
        ("", "[0] NULL", TagMode.EXPLICIT),
        ("EXPLICIT TAGS", "[0] NULL", TagMode.EXPLICIT),
        ("IMPLICIT TAGS", "[0] NULL", TagMode.IMPLICIT),
        ("IMPLICIT TAGS", "[0] EXPLICIT NULL", TagMode.EXPLICIT),
        ("EXPLICIT TAGS", "[0] IMPLICIT NULL", TagMode.IMPLICIT),
        ("AUTOMATIC TAGS", "[0] NULL", TagMode.IMPLICIT),
        ("", "NULL", None),
    ],
)
def test_a_tag_without_a_word_takes_the_default_of_its_module(
    parsed: Parsed, type_at: TypeAt, default: str, text: str, expected: TagMode | None
) -> None:
    assert mode(parsed(f"A ::= SEQUENCE OF CHOICE {{ a {text} }}", head(default)), type_at, "A.element.a") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CHOICE { x NULL }", TagMode.EXPLICIT),
        ("Untagged", TagMode.EXPLICIT),
        ("Alias", TagMode.EXPLICIT),
        ("Tagged", TagMode.IMPLICIT),
        ("OfTagged", TagMode.IMPLICIT),
        ("Untagged2", TagMode.IMPLICIT),
    ],
)
def test_implicit_in_front_of_an_untagged_choice_is_explicit(
    parsed: Parsed, type_at: TypeAt, text: str, expected: TagMode
) -> None:
    body = (
        f"A ::= CHOICE {{ a [0] IMPLICIT {text} }}\nUntagged ::= CHOICE {{ x NULL }}\nAlias ::= Untagged\n"
        "Tagged ::= [1] CHOICE { x NULL }\nOfTagged ::= Tagged\nUntagged2 ::= [1] Alias"
    )
    assert mode(parsed(body), type_at, "A.a") is expected


def test_automatic_tags_number_the_members_in_their_order(parsed: Parsed, type_at: TypeAt) -> None:
    body = "A ::= CHOICE { a NULL, b CHOICE { c NULL }, d E }\nE ::= CHOICE { f NULL }"
    schema = apply_tags.run(parsed(body, head("AUTOMATIC TAGS")))[0]
    assert {path: type_at(schema, path).tag for path in ("A", "A.a", "A.b", "A.b.c", "A.d", "E.f")} == {
        "A": None,
        "A.a": Tag(TagClass.CONTEXT, 0, TagMode.IMPLICIT),
        "A.b": Tag(TagClass.CONTEXT, 1, TagMode.EXPLICIT),
        "A.b.c": Tag(TagClass.CONTEXT, 0, TagMode.IMPLICIT),
        "A.d": Tag(TagClass.CONTEXT, 2, TagMode.EXPLICIT),
        "E.f": Tag(TagClass.CONTEXT, 0, TagMode.IMPLICIT),
    }


def test_automatic_tags_leave_alone_a_type_where_one_is_written(parsed: Parsed, type_at: TypeAt) -> None:
    body = "A ::= SEQUENCE { a [3] SEQUENCE { c NULL, d NULL }, b BOOLEAN }"
    schema = apply_tags.run(parsed(body, head("AUTOMATIC TAGS")))[0]
    tags = [type_at(schema, path).tag for path in ("A.a", "A.b", "A.a.c", "A.a.d")]
    assert [tag and tag.number for tag in tags] == [3, None, 0, 1]


def test_no_tag_is_left_to_the_default_after_the_passes(parsed: Parsed) -> None:
    body = "A ::= [2] SEQUENCE { a [0] SEQUENCE OF [1] B, b [5] ENUMERATED { x } }\nB ::= [PRIVATE 1] NULL"
    schema = run_passes(parsed(body))
    tags = [type_.tag for definition in schema.definitions() for _, type_ in walk(definition) if type_.tag]
    assert [(str(tag), tag.mode) for tag in tags] == [
        ("[PRIVATE 1]", TagMode.EXPLICIT),
        ("[2]", TagMode.EXPLICIT),
        ("[0]", TagMode.EXPLICIT),
        ("[1]", TagMode.EXPLICIT),
        ("[5]", TagMode.EXPLICIT),
    ]
