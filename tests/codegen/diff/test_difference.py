"""The whole comparison: which types are the same, what is an example, what stands alone."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest
from codegen.diff.verdicts import disagreement

from xdlms_codegen.diff.changes import Difference, Effect, Kind
from xdlms_codegen.diff.difference import compare
from xdlms_codegen.diff.sides import Compared
from xdlms_codegen.examples.codecs import codecs_in_memory

Bodies = Callable[..., Difference]

HEAD = "Message ::= CHOICE { report [1] IMPLICIT Report }\n"


def told(difference: Difference) -> list[tuple[str, str, str]]:
    return [(change.kind.value, change.path, change.effect.value) for change in difference.changes]


def test_a_type_with_another_name_at_the_same_place_is_renamed(compared_bodies: Bodies) -> None:
    old = HEAD + "Report ::= SEQUENCE { list SEQUENCE OF Item } Item ::= SEQUENCE { a BOOLEAN }"
    new = HEAD + "Report ::= SEQUENCE { list SEQUENCE OF Entry } Entry ::= SEQUENCE { a BOOLEAN }"
    assert told(compared_bodies(old, new)) == [("type renamed", "Entry", "compatible")]


def test_a_type_of_another_kind_at_the_same_place_is_another_type(compared_bodies: Bodies) -> None:
    old = HEAD + "Report ::= SEQUENCE { a Item } Item ::= SEQUENCE { a BOOLEAN }"
    new = HEAD + "Report ::= SEQUENCE { a Entry } Entry ::= OCTET STRING"
    assert told(compared_bodies(old, new)) == [
        ("type changed", "Report.a", "incompatible"),
        ("type added", "Entry", "incompatible"),
        ("type removed", "Item", "incompatible"),
    ]


def test_a_type_written_in_place_may_get_a_name(compared_bodies: Bodies) -> None:
    old = HEAD + "Report ::= SEQUENCE { a ENUMERATED { x (0) } }"
    new = HEAD + "Report ::= SEQUENCE { a Reason } Reason ::= ENUMERATED { x (0), y (1) }"
    assert told(compared_bodies(old, new)) == [("value added", "Reason.y", "new reads old")]


def test_a_recursive_type_is_compared_once(compared_bodies: Bodies) -> None:
    tree = "Report ::= CHOICE {{ leaf [0] INTEGER (0..{}), branch [1] SEQUENCE OF Report }}"
    difference = compared_bodies(HEAD + tree.format(100), HEAD + tree.format(200))
    assert told(difference) == [("range changed", "Report.leaf", "new reads old")]
    assert disagreement(difference.changes[0]) == ""


def test_an_example_avoids_other_changes(compared_bodies: Bodies) -> None:
    # The shortest way to Unit would lead through Extra, which is new itself.
    long = " Long ::= SEQUENCE { o OCTET STRING (SIZE(9)), unit Unit }"
    old = "Message ::= CHOICE { long [2] Long }" + long
    new = "Message ::= CHOICE { extra [1] Extra, long [2] Long } Extra ::= SEQUENCE { unit Unit }" + long
    unit = " Unit ::= ENUMERATED {{ {} }}"
    difference = compared_bodies(old + unit.format("wh (0)"), new + unit.format("wh (0), varh (1)"))
    change = next(change for change in difference.changes if change.path == "Unit.varh")
    assert change.example is not None
    assert change.example.octets == bytes.fromhex("02" + "00" * 9 + "01")
    assert disagreement(change) == ""


def test_an_example_avoids_types_that_changed_themselves(compared_bodies: Bodies) -> None:
    # The shortest way to Unit would lead through Short, whose octets are others in any case.
    body = "Message ::= CHOICE {{ short [1] Short, long [2] Long }} Short ::= SEQUENCE {{ {} }}"
    body += " Long ::= SEQUENCE {{ o OCTET STRING (SIZE(9)), unit Unit }} Unit ::= ENUMERATED {{ {} }}"
    old = body.format("unit Unit", "wh (0)")
    new = body.format("unit Unit, more BOOLEAN", "wh (0), varh (1)")
    changes = {change.path: change for change in compared_bodies(old, new).changes}
    unit, more = changes["Unit.varh"].example, changes["Short.more"].example
    assert unit is not None
    assert more is not None
    assert unit.octets == bytes.fromhex("02" + "00" * 9 + "01")
    assert unit.old.text == "1 is no value of Unit - at $.unit, octet 10"
    assert more.octets == bytes.fromhex("01 00 00")


def test_what_a_choice_holds_in_an_example_is_of_a_type_that_did_not_change(compared_bodies: Bodies) -> None:
    body = "Message ::= CHOICE {{ put [1] Put }} Put ::= SEQUENCE {{ unit Unit, item Item }}"
    body += (
        " Item ::= CHOICE {{ a [1] A, b [2] B }} A ::= SEQUENCE {{ {} }} B ::= SEQUENCE {{ o OCTET STRING (SIZE(9)) }}"
    )
    body += " Unit ::= ENUMERATED {{ {} }}"
    difference = compared_bodies(body.format("x BOOLEAN", "wh (0)"), body.format("x INTEGER", "wh (0), varh (1)"))
    change = next(change for change in difference.changes if change.path == "Unit.varh")
    assert change.example is not None
    assert change.example.octets == bytes.fromhex("01 01 02" + "00" * 9)


def test_an_example_shows_none_of_the_other_changes_of_its_type(compared_bodies: Bodies) -> None:
    body = "Report ::= SEQUENCE {{ a INTEGER (0..{}), b BOOLEAN{}, c OCTET STRING (SIZE({})) OPTIONAL{} }}"
    old, new = HEAD + body.format(255, " OPTIONAL", 2, ""), HEAD + body.format(65535, "", 3, ", d BOOLEAN")
    changes = {change.path: change for change in compared_bodies(old, new).changes}
    examples = {path: change.example for path, change in changes.items() if change.example is not None}
    assert {path: example.others for path, example in examples.items()} == dict.fromkeys(changes, ())
    assert all(example.is_alone for example in examples.values())
    assert {path: example.octets for path, example in examples.items()} == {
        "Report.a": bytes.fromhex("01 0100 00 00"),
        "Report.b": bytes.fromhex("01 00 00 00"),
        "Report.c": bytes.fromhex("01 00 00 01 000000"),
        "Report.d": bytes.fromhex("01 00 00 00 00"),
    }
    assert {path: disagreement(change) for path, change in changes.items()} == dict.fromkeys(changes, "")


def test_an_example_of_a_change_alone_shows_nothing_else(compared_bodies: Bodies) -> None:
    body = "Report ::= SEQUENCE {{ a INTEGER (0..{}), c ENUMERATED {{ {} }} }}"
    old, new = HEAD + body.format(255, "x (0)"), HEAD + body.format(255, "x (0), y (1), z (2)")
    changes = compared_bodies(old, new).changes
    assert [change.example.others for change in changes if change.example is not None] == [(), ()]


def test_an_optional_component_is_present_in_the_example_of_what_it_holds(compared_bodies: Bodies) -> None:
    body = "Report ::= SEQUENCE {{ a BOOLEAN OPTIONAL, unit ENUMERATED {{ {} }} OPTIONAL }}"
    difference = compared_bodies(HEAD + body.format("x (0)"), HEAD + body.format("x (0), y (7)"))
    assert difference.changes[0].example is not None
    assert difference.changes[0].example.groups == tuple(map(bytes.fromhex, ("01", "00", "01", "07")))


def test_a_type_that_no_apdu_has_is_shown_alone(compared_bodies: Bodies) -> None:
    old = HEAD + "Report ::= SEQUENCE { a BOOLEAN } Spare ::= SEQUENCE { b ENUMERATED { x (0) } }"
    new = HEAD + "Report ::= SEQUENCE { a BOOLEAN } Spare ::= SEQUENCE { b ENUMERATED { x (0), y (3) } }"
    (change,) = compared_bodies(old, new).changes
    assert (change.path, change.effect) == ("Spare.b.y", Effect.NEW_READS_OLD)
    assert change.example is not None
    assert (change.example.type, change.example.octets) == ("Spare-b", b"\x03")
    assert disagreement(change) == ""


def test_a_new_type_that_no_apdu_has_does_nothing_to_octets(compared_bodies: Bodies) -> None:
    body = HEAD + "Report ::= SEQUENCE { a BOOLEAN }"
    (change,) = compared_bodies(body, body + " Spare ::= OCTET STRING").changes
    assert (change.kind, change.effect) == (Kind.TYPE_ADDED, Effect.COMPATIBLE)
    assert change.example is not None
    assert change.example.old.text == "there is no such type"


def test_a_new_root_brings_apdus_that_the_other_side_refuses(opened: Callable[..., Compared]) -> None:
    body = HEAD + "Report ::= SEQUENCE { a BOOLEAN }"
    more = body + " Extra ::= CHOICE { x [10] IMPLICIT Item } Item ::= SEQUENCE { b BOOLEAN }"
    small, large = opened(body, name="small"), opened(more, name="large", binding='"Extra" = "axdr"\n')
    come, gone = compare(small, large), compare(large, small)
    assert told(come) == [("type added", name, "new reads old") for name in ("Extra", "Item")]
    assert told(gone) == [("type removed", name, "old reads new") for name in ("Extra", "Item")]
    assert [disagreement(change) for change in (*come.changes, *gone.changes)] == [""] * 4


def test_an_alternative_alone_does_not_stand_beside_the_one_whose_tag_it_has(compared_bodies: Bodies) -> None:
    body = "Report ::= SEQUENCE {{ first First, second Second }} First ::= CHOICE {{ x [0] NULL, {} }} {}"
    old = HEAD + body.format("y [1] BOOLEAN", "Second ::= SEQUENCE { a INTEGER (0..255) }")
    new = HEAD + body.format("z [1] OCTET STRING", "Second ::= SEQUENCE { a INTEGER (0..255), b BOOLEAN }")
    (change,) = (change for change in compared_bodies(old, new).changes if change.path == "First.z")
    assert change.example is not None
    assert change.example.is_alone
    assert change.example.new.json == {"report": {"first": {"z": ""}, "second": {"a": 0}}}
    assert disagreement(change) == ""


def test_comments_of_what_is_gone_are_those_of_the_old_side(compared_bodies: Bodies) -> None:
    old = "Message ::= CHOICE { x [0] NULL, -- Says nothing.\n y [1] NULL -- Says goodbye.\n }"
    (change,) = compared_bodies(old, "Message ::= CHOICE { x [0] NULL }").changes
    assert (change.path, change.comment) == ("Message.y", "Says goodbye.")


def test_codecs_in_memory_are_gone_when_they_are_closed() -> None:
    files = {"__init__.py": "from held_in_memory.part import VALUE", "part.py": "VALUE = 7"}
    with codecs_in_memory("held_in_memory", files):
        assert import_module("held_in_memory").VALUE == 7
    with pytest.raises(ModuleNotFoundError):
        import_module("held_in_memory")


@pytest.mark.parametrize("octets", ["", "01", "0102FF", "02"])
def test_an_outcome_of_bad_octets_is_the_error(opened: Callable[..., Compared], octets: str) -> None:
    side = opened(HEAD + "Report ::= SEQUENCE { a BOOLEAN }", name="old")
    outcome = side.outcome(bytes.fromhex(octets))
    assert not outcome.is_value
    assert " - at $" in outcome.text
