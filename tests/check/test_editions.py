"""The same octets under other editions: whose APDU, whose alternative, whose value they are."""

from __future__ import annotations

import pytest

from xdlms import check


def told(digits: str, edition: str) -> list[tuple[str, str, int, str]]:
    return [
        (finding.rule, finding.path, finding.offset, finding.message)
        for finding in check.apdu(bytes.fromhex(digits), edition=edition)
    ]


def test_an_edition_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match=r"there is no edition '2016'; there are 2013, 2017, 2023"):
        check.apdu(b"\xc0", edition="2016")


@pytest.mark.clause("8")
def test_an_apdu_of_a_later_edition_names_the_edition_that_has_it() -> None:
    message = "data-notification [15] is an APDU of edition 2017, not of 2013"
    assert told("0F4000000000112A", "2013") == [("apdu-of-other-edition", "$", 0, message)]
    message = "data-notification-confirm [16] is an APDU of edition 2023, not of 2017"
    assert told("104000000000", "2017") == [("apdu-of-other-edition", "$", 0, message)]


def test_a_tag_that_no_edition_has_is_unknown() -> None:
    assert [finding[0] for finding in told("FF", "2013")] == ["unknown-apdu"]


@pytest.mark.clause("8")
def test_the_later_errors_of_an_exception_response_are_of_another_edition_in_2013() -> None:
    ((rule, path, offset, message),) = told("D80104", "2013")
    assert (rule, path, offset) == ("value-of-other-edition", "$.service-error", 2)
    assert message.endswith("; edition 2017 has it")
    assert told("D80104", "2017") == []
    assert [finding[0] for finding in told("D80109", "2013")] == ["unknown-value"]
    assert [finding[0] for finding in told("D80109", "2017")] == ["unknown-tag"]


@pytest.mark.clause("8")
def test_an_alternative_that_a_later_edition_dropped_is_of_another_edition() -> None:
    ((rule, _, offset, message),) = told("C401C100073F800000", "2023")
    assert (rule, offset) == ("value-of-other-edition", 4)
    assert message.endswith("; edition 2013 has it")


@pytest.mark.clause("7.3.1")
def test_which_conformance_bits_are_reserved_is_a_matter_of_the_edition() -> None:
    octets = bytes.fromhex("01000000065F1F04004E7E1F04B0")  # bits 1, 4, 5 and 6
    names = {
        edition: [finding.message for finding in check.apdu(octets, edition=edition)]
        for edition in ("2013", "2017", "2023")
    }
    assert names["2013"] == ["expected the reserved bits to be 0, found reserved-one, reserved-six"]
    assert names["2017"] == ["expected the reserved bits to be 0, found reserved-six"]
    assert names["2023"] == []


@pytest.mark.clause("5.4.4")
def test_later_suites_and_mechanisms_are_unknown_in_2013() -> None:
    suite_1 = "C8 12 31 00000001" + "00" * 13
    assert [finding[0] for finding in told(suite_1, "2013")] == ["security-suite"]
    assert told(suite_1, "2017") == []
