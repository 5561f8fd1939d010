"""What the editions changed, as the standard says it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from codegen.diff.verdicts import disagreement
from conftest import vectors

from xdlms_codegen.diff.changes import Change, Effect, Kind
from xdlms_codegen.diff.difference import compare
from xdlms_codegen.diff.sides import Compared, compared
from xdlms_codegen.editions import EDITIONS, edition_job

pytestmark = pytest.mark.clause("Annex F")

ALL_VECTORS = ("acse_plain", "initiate", "ln_services", "sn_services", "later_edition")


@pytest.fixture(scope="module")
def sides() -> Iterator[dict[str, Compared]]:
    with ExitStack() as stack:
        yield {edition: stack.enter_context(compared(edition_job(edition))) for edition in EDITIONS}


@pytest.fixture(scope="module")
def from_2013(sides: dict[str, Compared]) -> dict[str, Change]:
    return {change.path: change for change in compare(sides["2013"], sides["2017"]).changes}


@pytest.fixture(scope="module")
def from_2017(sides: dict[str, Compared]) -> dict[str, Change]:
    return {change.path: change for change in compare(sides["2017"], sides["2023"]).changes}


@pytest.mark.parametrize("pair", [("2013", "2017"), ("2017", "2023"), ("2013", "2023"), ("2023", "2013")], ids="-".join)
def test_the_codecs_of_both_editions_agree_with_every_verdict(
    sides: dict[str, Compared], pair: tuple[str, str]
) -> None:
    found = compare(sides[pair[0]], sides[pair[1]]).changes
    assert len(found) > 10
    assert [(change.path, why) for change in found if (why := disagreement(change))] == []


def test_no_edition_changed_what_is_still_there(from_2013: dict[str, Change], from_2017: dict[str, Change]) -> None:
    assert {change.effect for change in from_2013.values()} == {
        Effect.COMPATIBLE,
        Effect.NEW_READS_OLD,
        Effect.OLD_READS_NEW,
    }
    assert {change.effect for change in from_2017.values()} == {Effect.COMPATIBLE, Effect.NEW_READS_OLD}


def test_the_edition_of_2017_has_eight_more_apdus(from_2013: dict[str, Change]) -> None:
    added = {path for path, change in from_2013.items() if change.kind is Kind.ALTERNATIVE_ADDED}
    assert {path.removeprefix("XDLMS-APDU.") for path in added if path.startswith("XDLMS-APDU.")} == {
        "data-notification",
        "access-request",
        "access-response",
        "general-glo-ciphering",
        "general-ded-ciphering",
        "general-ciphering",
        "general-signing",
        "general-block-transfer",
    }


def test_service_error_became_a_choice_with_the_same_octets(from_2013: dict[str, Change]) -> None:
    change = from_2013["ExceptionResponse.service-error"]
    assert (change.kind, change.before, change.after) == (Kind.TYPE_CHANGED, "ENUMERATED", "CHOICE")
    assert change.effect is Effect.COMPATIBLE
    assert change.example is not None
    assert change.example.octets == bytes.fromhex("D80101")
    added = from_2013["ExceptionResponse.service-error.invocation-counter-error"]
    assert (added.kind, added.effect) == (Kind.ALTERNATIVE_ADDED, Effect.NEW_READS_OLD)
    assert added.example is not None
    assert added.example.octets == bytes.fromhex("D8010600000000")


def test_floating_point_is_gone(from_2013: dict[str, Change]) -> None:
    change = from_2013["Data.floating-point"]
    assert (change.kind, change.effect) == (Kind.ALTERNATIVE_REMOVED, Effect.OLD_READS_NEW)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("Get-Request", "GET-Request"),
        ("EventNotificationRequest", "EVENT-NOTIFICATION-Request"),
        ("ExceptionResponse", "EXCEPTION-Response"),
    ],
)
def test_a_type_spelled_anew_is_the_same_type(from_2013: dict[str, Change], new: str, old: str) -> None:
    change = from_2013[new]
    assert (change.kind, change.before, change.effect) == (Kind.TYPE_RENAMED, old, Effect.COMPATIBLE)
    assert not any(path == old or path.startswith(f"{old}.") for path in from_2013)


@pytest.mark.clause("7.3.1")
def test_reserved_conformance_bits_got_names_and_kept_their_octets(
    from_2013: dict[str, Change], from_2017: dict[str, Change]
) -> None:
    renamed = {**from_2013, **from_2017}
    for name, bit in (
        ("general-protection", 1),
        ("data-notification", 16),
        ("access", 17),
        ("delta-value-encoding", 6),
    ):
        change = renamed[f"Conformance.{name}"]
        assert (change.kind, change.effect) == (Kind.BIT_RENAMED, Effect.COMPATIBLE)
        assert change.example is not None
        octets = change.example.octets
        assert octets[octets.index(bytes.fromhex("5F1F0400")) + 4 :][:3] == (1 << 23 - bit).to_bytes(3, "big")


def test_the_edition_of_2023_adds_the_delta_types_and_the_confirmation(from_2017: dict[str, Change]) -> None:
    deltas = {path for path in from_2017 if path.startswith("Data.delta-")}
    assert len(deltas) == 6
    confirmation = from_2017["XDLMS-APDU.data-notification-confirm"]
    assert confirmation.after == "[16] IMPLICIT Data-Notification-Confirm"
    assert confirmation.example is not None
    assert not confirmation.example.old.is_value
    assert "edition 2017" in confirmation.example.old.text


def test_a_later_edition_reads_every_vector_that_an_earlier_one_reads(sides: dict[str, Compared]) -> None:
    proved = 0
    for vector in vectors(*ALL_VECTORS):
        octets = bytes.fromhex(vector["hex"])
        if sides["2013"].outcome(octets).is_value:
            proved += 1
            assert sides["2017"].outcome(octets).is_value, vector["name"]
            assert sides["2023"].outcome(octets).is_value, vector["name"]
    assert proved > 80


def test_what_the_sides_say_of_vectors_is_their_json(sides: dict[str, Compared]) -> None:
    found = sides["2013"].outcome(bytes.fromhex("C0018100010000800000FF0200"))
    assert json.loads(found.text) == found.json
    assert found.json["get-request"]["get-request-normal"]["invoke-id-and-priority"] == 0x81
