"""Every kind of change: what it is called, what it does to octets, and that the codecs of both sides bear it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import product

import pytest
from codegen.diff.cases import CASES, HEAD, Case
from codegen.diff.verdicts import SHOWN_OTHERWISE, disagreement

from xdlms_codegen.diff.changes import Difference, Effect
from xdlms_codegen.diff.difference import compare
from xdlms_codegen.diff.sides import Compared

ALPHABET = bytes((0x00, 0x01, 0x02, 0x03, 0x41, 0x80, 0xC8, 0xFF))
ELEMENTS = tuple(
    map(
        bytes.fromhex,
        ("800100", "8001C8", "80020100", "800141", "8101FF", "810100", "820141", "8501C8", "A0030201C8", "A00304010A"),
    )
)


def octet_strings(rule: str) -> Iterator[bytes]:
    """Octet strings that a short Report may be: all of a few octets, or of a few elements."""
    if rule == "axdr":
        yield from (b"\x01" + bytes(each) for count in range(4) for each in product(ALPHABET, repeat=count))
        return
    for count in range(4):
        for each in product(ELEMENTS, repeat=count):
            contents = b"".join(each)
            yield bytes((0xA1, len(contents))) + contents


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.name}")
def test_a_change_is_told_with_its_effect_and_the_codecs_agree(
    case: Case, compared_bodies: Callable[..., Difference]
) -> None:
    difference = compared_bodies(HEAD + case.old, HEAD + case.new, rule=case.rule)
    assert [(change.kind, change.path, change.effect) for change in difference.changes] == list(case.expected)
    assert [(change.path, why) for change in difference.changes if (why := disagreement(change))] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.name}")
def test_an_effect_holds_for_every_octet_string(case: Case, opened: Callable[..., Compared]) -> None:
    old = opened(HEAD + case.old, name="old", rule=case.rule)
    new = opened(HEAD + case.new, name="new", rule=case.rule)
    changes = compare(old, new).changes
    effect = reduce(Effect.joined, (change.effect for change in changes))
    shows_otherwise = any(change.kind in SHOWN_OTHERWISE for change in changes)
    read = 0
    for octets in octet_strings(case.rule):
        before, after = old.outcome(octets), new.outcome(octets)
        read += before.is_value or after.is_value
        if before.is_value and effect.forward:
            assert after.is_value, f"new refuses {octets.hex()}, {after.text}"
        if after.is_value and effect.backward:
            assert before.is_value, f"old refuses {octets.hex()}, {before.text}"
        if before.is_value and after.is_value and effect is not Effect.INCOMPATIBLE and not shows_otherwise:
            assert before.json == after.json, octets.hex()
    assert read


def test_no_difference(compared_bodies: Callable[..., Difference]) -> None:
    old = "Message ::= CHOICE { x [0] NULL, y [1] Y } Y ::= SEQUENCE { a BOOLEAN -- TRUE when it works\n }"
    new = "Y ::= SEQUENCE { a BOOLEAN } Message ::= CHOICE { y [1] Y, x [0] NULL }"
    assert compared_bodies(old, new).changes == ()
