"""One APDU read, and what would help where it is refused."""

from __future__ import annotations

import pytest
from conftest import vectors

from xdlms.codec.errors import ErrorCode, Severity
from xdlms.tools.editions import NAMES, find_type, kind_of, syntax_of
from xdlms.tools.reading import Target, read


def hints(octets: str, edition: str = "2023", type: str | None = None) -> list[str]:
    """The hints for octets that are refused."""
    info = None if type is None else syntax_of(edition).types[type]
    reading = read(Target(edition, info), bytes.fromhex(octets))
    assert reading.error is not None
    assert reading.value is None
    return reading.hints


def test_no_octets_are_refused() -> None:
    reading = read(Target("2023"), b"")
    assert reading.error is not None
    assert (reading.error.code, reading.name, reading.hints) == (ErrorCode.EMPTY, "", [])


@pytest.mark.clause("8")
@pytest.mark.parametrize(
    "vector",
    [vector for vector in vectors("malformed") if vector["expect"] == "reject"],
    ids=lambda vector: vector["name"][:40],
)
def test_malformed_octets_are_refused_with_code_path_and_offset(vector: dict[str, str]) -> None:
    for edition in NAMES:
        error = read(Target(edition), bytes.fromhex(vector["hex"])).error
        assert error is not None
        assert error.path.startswith("$")
        assert error.offset is not None
        assert 0 <= error.offset <= len(vector["hex"]) // 2


def test_an_edition_that_takes_the_octets_is_named() -> None:
    assert "edition 2013 takes it" in hints("073F800000", type="Data")
    assert "edition 2023 takes it" in hints("1C01", "2017", "Data")
    assert "edition 2017 takes it" in hints("D8010600000005", "2013")
    assert hints("F1", type="Data") == []


def test_lenient_reading_is_named_where_it_helps_with_what_it_forgives() -> None:
    assert hints("C0018100010000800000FF020000") == ["--lenient takes it (trailing-octets)"]
    assert hints("C501814D") == ["--lenient takes it (unknown-value)"]
    assert hints("C50181") == []


def test_a_gateway_prefix_without_an_apdu_is_said_to_be_one() -> None:
    assert hints("E60005") == ["it begins a gateway prefix, which is not complete or has no APDU behind it"]


def test_a_wrapper_message_that_is_cut_short_is_guessed() -> None:
    assert hints("000100010010001F6100") == ["perhaps a wrapper message that is not whole (--framing wrapper)"]


def test_lenient_reading_says_what_it_forgave() -> None:
    reading = read(Target("2023", lenient=True), bytes.fromhex("C501814D"))
    assert reading.error is None
    assert [(finding.rule, finding.severity) for finding in reading.findings] == [("unknown-value", Severity.ERROR)]


def test_strict_reading_notes_what_is_legal_and_not_canonical() -> None:
    reading = read(Target("2023"), bytes.fromhex("C401810003FF"))
    assert reading.error is None
    assert [(finding.rule, finding.severity) for finding in reading.findings] == [("boolean-not-01", Severity.NOTE)]


@pytest.mark.parametrize("edition", NAMES)
def test_the_kind_of_every_vector_is_its_type(edition: str) -> None:
    syntax = syntax_of(edition)
    seen = 0
    for vector in vectors("acse_plain", "ciphered_suite0", "initiate", "ln_services", "sn_services", "later_edition"):
        kind = kind_of(syntax, bytes.fromhex(vector["hex"]))
        if kind is None:
            assert vector["edition"] != "2013"
            continue
        wanted = find_type(syntax, vector["apdu"])
        assert wanted is not None
        assert kind.info is wanted, vector["name"]
        assert edition == "2013" or kind.name == vector["apdu"]
        seen += 1
    assert seen > 120


def test_the_kind_of_a_choice_says_its_alternative_too() -> None:
    kind = kind_of(syntax_of("2023"), bytes.fromhex("0E0106"))
    assert kind is not None
    assert (kind.name, kind.title) == ("ConfirmedServiceError", "ConfirmedServiceError: initiateError")


def test_the_kind_of_octets_that_end_behind_the_first_tag_is_the_choice() -> None:
    kind = kind_of(syntax_of("2023"), b"\xc0")
    assert kind is not None
    assert (kind.name, kind.alternatives) == ("Get-Request", ("get-request",))
    assert kind_of(syntax_of("2023"), b"\x00") is None
    assert kind_of(syntax_of("2023"), b"") is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Data", "Data"),
        ("data", "Data"),
        ("AARQ", "AARQ-apdu"),
        ("AARQ-apdu", "AARQ-apdu"),
        ("GetRequestNormal", "Get-Request-Normal"),
        ("EVENT-NOTIFICATION-Request", "EventNotificationRequest"),
        ("glo-get-request", "glo-get-request"),
        ("Nothing", None),
    ],
)
def test_types_are_found_however_they_are_spelled(name: str, found: str | None) -> None:
    info = find_type(syntax_of("2023"), name)
    assert (None if info is None else info.name) == found
