"""Tags that tell alternatives and components apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import Problem, Schema, Sequence, TagClass, Type
from xdlms_codegen.passes import distinct_tags
from xdlms_codegen.passes.distinct_tags import component_clashes, tags_of
from xdlms_codegen.passes.lookup import Types

Parsed = Callable[..., Schema]
TypeAt = Callable[[Schema, str], Type]
Shown = Callable[[list[Problem]], list[str]]


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ("A ::= CHOICE {\na [0] NULL,\nb [0] NULL }", ["4:1: tag [0] is used twice in A (first at line 3)"]),
        ("A ::= CHOICE { a NULL, b NULL }", ["2:24: tag [UNIVERSAL 5] is used twice in A (first at line 2)"]),
        ("A ::= CHOICE { a NULL, b B }\nB ::= NULL", ["2:24: tag [UNIVERSAL 5] is used twice in A (first at line 2)"]),
        (
            "A ::= CHOICE { a [0] NULL, b CHOICE { c [0] NULL } }",
            ["2:28: tag [0] is used twice in A (first at line 2)"],
        ),
        (
            "A ::= CHOICE { a B, b B }\nB ::= CHOICE { c [0] NULL }",
            ["2:21: tag [0] is used twice in A (first at line 2)"],
        ),
        ("A ::= CHOICE { a A, b [0] NULL }", ["2:21: tag [0] is used twice in A (first at line 2)"]),
        (
            "A ::= CHOICE { a B, b [APPLICATION 1] NULL }\nB ::= [APPLICATION 1] NULL",
            ["2:21: tag [APPLICATION 1] is used twice in A (first at line 2)"],
        ),
        (
            "A ::= SEQUENCE OF SEQUENCE { a [0] NULL OPTIONAL, b [0] NULL }",
            ["2:51: tag [0] is used twice in A.element (first at line 2)"],
        ),
        (
            "A ::= SEQUENCE { a [0] NULL DEFAULT NULL, b NULL OPTIONAL, c [0] NULL OPTIONAL }",
            ["2:60: tag [0] is used twice in A (first at line 2)"],
        ),
    ],
)
def test_a_tag_that_stands_twice_is_a_problem_at_the_second_place(
    parsed: Parsed, shown: Shown, body: str, problems: list[str]
) -> None:
    assert shown(distinct_tags.run(parsed(body))[1]) == problems


@pytest.mark.parametrize(
    "body",
    [
        "A ::= CHOICE { a [0] NULL, b [APPLICATION 0] NULL, c [PRIVATE 0] NULL, d NULL }",
        "A ::= CHOICE { a [0] CHOICE { c [1] NULL }, b [1] NULL }",
        "A ::= SEQUENCE { a OCTET STRING OPTIONAL, b OCTET STRING OPTIONAL }",
        "A ::= SEQUENCE { a [0] NULL, b [0] NULL }",
        "A ::= SEQUENCE { a [0] NULL OPTIONAL, b NULL, c [0] NULL }",
        "A ::= CHOICE { a Undefined, b Undefined }",
        "A ::= CHOICE { a B }\nB ::= CHOICE { b A }",
    ],
)
def test_what_can_be_told_apart_is_no_problem(parsed: Parsed, body: str) -> None:
    assert distinct_tags.run(parsed(body))[1] == []


def test_the_tags_of_a_choice_without_a_tag_are_those_of_its_alternatives(parsed: Parsed) -> None:
    schema = parsed("A ::= CHOICE { a [3] NULL, b B, c C }\nB ::= CHOICE { d SEQUENCE OF NULL, e A }\nC ::= [1] B")
    types = Types(schema)
    assert tags_of(types, schema.definitions()[0].type) == [
        (TagClass.CONTEXT, 3),
        (TagClass.UNIVERSAL, 16),
        (TagClass.CONTEXT, 1),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("BOOLEAN", 1),
        ("INTEGER", 2),
        ("BIT STRING", 3),
        ("OCTET STRING", 4),
        ("NULL", 5),
        ("OBJECT IDENTIFIER", 6),
        ("ENUMERATED { a }", 10),
        ("UTF8String", 12),
        ("SEQUENCE { }", 16),
        ("GeneralizedTime", 24),
        ("GraphicString", 25),
        ("VisibleString", 26),
    ],
)
def test_types_have_their_universal_tags(parsed: Parsed, text: str, number: int) -> None:
    schema = parsed(f"A ::= {text}")
    assert tags_of(Types(schema), schema.definitions()[0].type) == [(TagClass.UNIVERSAL, number)]


def test_a_decoder_that_goes_by_tags_needs_those_of_the_types_too(parsed: Parsed, shown: Shown) -> None:
    schema = parsed("A ::= SEQUENCE { a OCTET STRING OPTIONAL, b NULL OPTIONAL, c B }\nB ::= OCTET STRING")
    found = schema.definitions()[0].type
    assert isinstance(found, Sequence)
    assert shown([*component_clashes(Types(schema), "A", found, written_only=False)]) == [
        "2:60: tag [UNIVERSAL 4] is used twice in A (first at line 2)"
    ]
    assert [*component_clashes(Types(schema), "A", found, written_only=True)] == []
