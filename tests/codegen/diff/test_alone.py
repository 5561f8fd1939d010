"""A change among others is shown alone: its example is what the old schema with this change makes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from codegen.diff.cases import AXDR_CASES, BER_CASES, HEAD, Case
from codegen.diff.verdicts import disagreement

from xdlms_codegen.diff.changes import Change, Difference
from xdlms_codegen.diff.report import report

Bodies = Callable[..., Difference]

SIMPLE = [case for case in AXDR_CASES if case.old.count("::=") == case.new.count("::=") == 1]
SIMPLE_BER = [case for case in BER_CASES if case.old.count("::=") == case.new.count("::=") == 1]


def pairs(cases: list[Case]) -> list[object]:
    """Each case with the next; most of them only in the slow run."""
    return [
        pytest.param(one, other, id=f"{one.name}+{other.name}", marks=[pytest.mark.slow] if place % 4 else [])
        for place, (one, other) in enumerate(zip(cases, [*cases[1:], cases[0]], strict=True))
    ]


def shown(difference: Difference) -> dict[str, Change]:
    assert len({(change.kind, change.path) for change in difference.changes}) == len(difference.changes)
    return {f"{change.path}: {change.kind}": change for change in difference.changes}


def both(one: str, other: str, *, tags: bool = False) -> str:
    """Two definitions of Report under names of their own, in one SEQUENCE."""
    first = one.replace("Report ::=", "First ::=")
    second = other.replace("Report ::=", "Second ::=")
    members = "first [10] First, second [11] Second" if tags else "first First, second Second"
    return f"{HEAD}Report ::= SEQUENCE {{ {members} }} {first} {second}"


@pytest.mark.parametrize(("one", "other"), pairs(SIMPLE) + pairs(SIMPLE_BER))
def test_a_change_beside_another_has_an_example_of_its_own(one: Case, other: Case, compared_bodies: Bodies) -> None:
    tags = one.rule == "ber"
    old, new = both(one.old, other.old, tags=tags), both(one.new, other.new, tags=tags)
    difference = compared_bodies(old, new, rule=one.rule)
    changes = difference.changes
    assert len(changes) == len(one.expected) + len(other.expected)
    assert {change.path: why for change in changes if (why := disagreement(change))} == {}
    for change in changes:
        assert change.example is not None
        inside = {path for path in change.example.others if path.split(".")[0] != change.path.split(".")[0]}
        assert not inside, f"{change.path} shows {inside}"


OLD = """Message ::= CHOICE { report [1] IMPLICIT Report, other [2] IMPLICIT Other }
Report ::= SEQUENCE {
  a INTEGER (0..255), b BOOLEAN DEFAULT FALSE, c OCTET STRING, d Unit, e Pick, f SEQUENCE (SIZE(2)) OF BOOLEAN,
  g Inner, old-name BOOLEAN, h VisibleString OPTIONAL, i OCTET STRING (SIZE(1..4)), j ENUMERATED { x (0), y (1) }
}
Unit ::= ENUMERATED { wh (0), varh (1) }
Pick ::= CHOICE { x [0] NULL, y [1] BOOLEAN }
Inner ::= SEQUENCE { p BOOLEAN, q INTEGER (0..10) OPTIONAL }
Other ::= SEQUENCE { inner Inner, units SEQUENCE (SIZE(1..2)) OF INTEGER (0..9) }"""
NEW = """Message ::= CHOICE { report [1] IMPLICIT Report, other [3] IMPLICIT Other }
Report ::= SEQUENCE {
  first Extra OPTIONAL, a INTEGER (0..65535), b BOOLEAN DEFAULT TRUE, d Unit, c OCTET STRING, e Pick, middle Extra,
  f SEQUENCE (SIZE(3)) OF BOOLEAN, g Inner, new-name BOOLEAN, i OCTET STRING (SIZE(2..3)),
  j ENUMERATED { x (0) }, end INTEGER (0..7) OPTIONAL
}
Unit ::= ENUMERATED { wh (0), varh (2), new (9) }
Pick ::= CHOICE { x [0] NULL, y [1] BOOLEAN, z [2] Extra }
Inner ::= SEQUENCE { p BOOLEAN, q INTEGER (0..20) }
Other ::= SEQUENCE { inner Inner, units SEQUENCE (SIZE(1..3)) OF INTEGER (0..90) }
Extra ::= SEQUENCE { k BOOLEAN, u Unit }"""

EXAMPLES = {
    "Message.other: tag changed": "03 00 00 01 00",
    "Report.first: component added": "01 01 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
    "Report.a: range changed": "01 0100 00 00 00 00 00 00 00 00 00 00 01 00 00",
    "Report.b: default changed": "01 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
    "Report.middle: component added": "01 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
    "Report.f: size changed": "01 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
    "Report.end: component added": "01 00 00 00 00 00 00 00 00 00 00 00 01 00 00 01 00",
    "Report.h: component removed": "01 00 00 00 00 00 00 00 00 00 00 01 00 01 00 00",
    "Report.new-name: component renamed": "01 00 00 00 00 00 00 00 00 00 00 00 01 00 00",
    "Report.j.y: value removed": "01 00 00 00 00 00 00 00 00 00 00 00 01 00 01",
    "Unit.new: value added": "01 00 00 00 09 00 00 00 00 00 00 00 01 00 00",
    "Pick.z: alternative added": "01 00 00 00 00 02 00 00 00 00 00 00 00 00 01 00 00",
    "Inner.q: range changed": "02 00 01 0B 01 00",
    "Other.units: size changed": "02 00 00 03 00 00 00",
    "Other.units.element: range changed": "02 00 00 01 0A",
}


def test_every_one_of_many_changes_of_one_type_is_shown_alone(compared_bodies: Bodies) -> None:
    changes = shown(compared_bodies(OLD, NEW))
    assert len(changes) == 20
    assert {name: why for name, change in changes.items() if (why := disagreement(change))} == {}
    for name, change in changes.items():
        assert change.example is not None
        assert change.example.others == (), name
        assert change.example.is_alone, name
    examples = {name: changes[name].example for name in EXAMPLES}
    assert {name: example.octets for name, example in examples.items() if example} == {
        name: bytes.fromhex(octets) for name, octets in EXAMPLES.items()
    }


def test_a_type_that_comes_with_a_change_among_others_is_shown_by_it(compared_bodies: Bodies) -> None:
    old = HEAD + "Report ::= SEQUENCE { a BOOLEAN }"
    new = HEAD + "Report ::= SEQUENCE { a INTEGER (0..9), b More } More ::= SEQUENCE { c NULL, d BOOLEAN }"
    changes = shown(compared_bodies(old, new))
    added, type_ = changes["Report.b: component added"].example, changes["More: type added"].example
    assert added is not None
    assert type_ is not None
    assert (added.octets, added.others, added.is_alone) == (bytes.fromhex("01 00 00"), (), True)
    assert (type_.octets, type_.new.json) == (added.octets, added.new.json)


def test_a_change_of_the_encoding_rule_is_shown_alone(compared_bodies: Bodies) -> None:
    old = HEAD + "Report ::= SEQUENCE { a Flags, b BOOLEAN } Flags ::= BIT STRING { x (0) } (SIZE(8))"
    new = HEAD + "Report ::= SEQUENCE { a Flags } Flags ::= [APPLICATION 3] IMPLICIT BIT STRING { x (0) } (SIZE(8))"
    changes = shown(compared_bodies(old, new))
    rule = changes["Flags: encoding rule changed"].example
    assert rule is not None
    assert (rule.is_alone, rule.others, rule.octets) == (True, (), bytes.fromhex("01 43 02 00 00 00"))


def test_a_change_that_cannot_come_alone_is_shown_with_the_others(compared_bodies: Bodies) -> None:
    # Flags is in BER because Box is: no schema has the one without the other.
    body = (
        "Report ::= SEQUENCE {{ a Box{} }} Flags ::= BIT STRING {{ x (0) }} (SIZE(8)) Box ::= {}SEQUENCE {{ f Flags }}"
    )
    old, new = HEAD + body.format(", c BOOLEAN", ""), HEAD + body.format("", "[APPLICATION 3] IMPLICIT ")
    difference = compared_bodies(old, new)
    changes = shown(difference)
    flags, box = changes["Flags: encoding rule changed"].example, changes["Box: encoding rule changed"].example
    assert flags is not None
    assert box is not None
    assert (flags.is_alone, flags.others) == (False, ("Report.c",))
    assert (box.is_alone, box.others) == (True, ())
    assert flags.new.is_value
    assert box.new.is_value
    assert "      shows too: Report.c\n" in report(difference)
