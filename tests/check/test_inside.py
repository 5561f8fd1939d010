"""APDUs inside others: authenticated, signed, in user-information; their findings are at their places."""

from __future__ import annotations

import pytest
from check.acse import LN_CIPHERED, aarq
from check.examples import GET, TITLES

from xdlms import check
from xdlms.errors import Finding

BAD_GET = "C001 D1 0003 0100010800FF 02 00"
"""A Get-Request whose invoke-id has a reserved bit, at octet 2."""


def only(octets: str | bytes, rule: str) -> Finding:
    found = check.apdu(bytes.fromhex(octets) if isinstance(octets, str) else octets)
    (finding,) = (finding for finding in found if finding.rule == rule)
    return finding


@pytest.mark.clause("5.4.6")
def test_an_apdu_that_is_authenticated_only_is_checked_without_a_key() -> None:
    finding = only(f"C8 1E 10 00000001 {BAD_GET}" + "00" * 12, "invoke-id-reserved")
    assert (finding.path, finding.offset, finding.octets) == ("$.invoke-id-and-priority", 9, b"\xd1")


@pytest.mark.clause("5.4.6")
def test_an_apdu_that_is_authenticated_only_has_to_be_one() -> None:
    finding = only(f"C8 1F 10 00000001 {GET} 55" + "00" * 12, "trailing-octets")
    assert finding.offset == 7 + 13
    assert check.apdu(bytes.fromhex(f"C8 1E 10 00000001 {GET}" + "00" * 12)) == []


@pytest.mark.clause("8")
def test_a_signed_apdu_is_checked() -> None:
    finding = only(f"DF 0101 {TITLES} 00 00 0D {BAD_GET} 40" + "55" * 64, "invoke-id-reserved")
    assert (finding.path, finding.offset) == ("$.content.invoke-id-and-priority", 26)


@pytest.mark.clause("7.2.4")
def test_a_ciphered_apdu_in_user_information_is_checked() -> None:
    inside = "21 1F 10 00000001 01 00 00 00 05 5F1F04 00 007E1F 04B0" + "00" * 12
    finding = only(aarq(LN_CIPHERED, title=bytes(8), information=inside), "dlms-version")
    assert finding.path == "$.user-information.proposed-dlms-version-number"
    assert finding.octets == b"\x05"


@pytest.mark.clause("7.2.4")
def test_user_information_that_cannot_be_read_is_one_error_that_says_why() -> None:
    findings = check.apdu(aarq(information="0100000006"))
    assert [finding.rule for finding in findings] == ["contained-apdu"]
    assert "$.user-information.proposed-conformance" in findings[0].message


def test_signatures_in_signatures_are_looked_into_a_few_times_only() -> None:
    octets = bytes.fromhex(BAD_GET)
    for _ in range(100):
        octets = b"\xdf" + bytes(5) + b"\x83" + len(octets).to_bytes(3, "big") + octets + b"\x00"
    rules = [finding.rule for finding in check.apdu(octets)]
    assert rules.count("signature-length") == 5
    assert "invoke-id-reserved" not in rules


def test_findings_show_no_password_no_challenge_and_no_key() -> None:
    secret = b"\xa5" * 7
    key = (secret * 3)[:17]
    apdus = (
        aarq(requirements=b"\x07\x80", mechanism=3, value=secret),
        aarq(value=secret),
        aarq(information="01 01 11" + key.hex() + "00 00 06 5F1F04 00 007E1F 04B0"),
    )
    for octets in apdus:
        findings = check.apdu(octets)
        assert findings
        for finding in findings:
            assert secret[:3] not in finding.octets
            assert "A5A5" not in finding.message.upper()
