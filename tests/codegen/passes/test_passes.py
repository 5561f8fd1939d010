"""All passes, in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xdlms_codegen.model import Schema, SchemaError
from xdlms_codegen.passes import PASSES, run_passes

Parsed = Callable[..., Schema]


def test_the_problems_of_all_passes_are_reported_together_in_the_order_of_their_places(parsed: Parsed) -> None:
    body = (
        "A ::= SEQUENCE { a A, a Undefined, b BOOLEAN DEFAULT 4 }\n"
        "B ::= CHOICE { a [0] NULL, b [0] INTEGER (5..4) }\nB ::= NULL"
    )
    with pytest.raises(SchemaError) as caught:
        run_passes(parsed(body))
    assert str(caught.value).splitlines() == [
        "meter.asn1:2:1: a value of A never ends: it always holds A",
        "meter.asn1:2:23: the name a is used twice in A (first at line 2)",
        "meter.asn1:2:25: undefined type Undefined",
        "meter.asn1:2:54: the default of b is not TRUE or FALSE, but 4",
        "meter.asn1:3:28: tag [0] is used twice in B (first at line 3)",
        "meter.asn1:3:34: the range 5..4 of B.b has no value in it",
        "meter.asn1:4:1: the type B is defined twice (first at line 3)",
    ]
    assert caught.value.sources["meter.asn1"][3] == "B ::= NULL"


def test_the_passes_are_in_the_order_that_each_of_them_needs() -> None:
    assert [run.__module__.rsplit(".", 1)[1] for run in PASSES] == [
        "resolve_references",
        "unique_names",
        "apply_tags",
        "distinct_tags",
        "check_constraints",
        "type_defaults",
        "name_inline_types",
        "check_recursion",
        "order_by_dependency",
    ]


def test_running_the_passes_again_changes_nothing(parsed: Parsed) -> None:
    body = (
        "A ::= SEQUENCE { a [0] CHOICE { x NULL }, b B (MIN..4) DEFAULT 2, c BIT STRING { y (0) } DEFAULT '1'B }\n"
        "B ::= INTEGER (0..9)"
    )
    once = run_passes(parsed(body, "Meter DEFINITIONS AUTOMATIC TAGS ::= BEGIN"))
    assert run_passes(once) == once
