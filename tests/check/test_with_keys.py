"""Checks with keys: what is inside is checked at its place, and a counter is used once."""

from __future__ import annotations

import pytest
from check.acse import LN_CIPHERED, aarq
from check.examples import CONTENT, TITLES
from conftest import VECTORS
from security.support import CLIENT, GET_REQUEST, TITLE, context, keys

from xdlms import check
from xdlms.check.checker import Checker
from xdlms.check.deciphering import Deciphering
from xdlms.check.editions import edition_of
from xdlms.errors import Finding, Severity
from xdlms.profiles.framing import unframe
from xdlms.security import Form, Key, KeyEntry, Keys, KeyStore, Protection

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")

BOTH = Protection.AUTHENTICATED_ENCRYPTION
STORE = KeyStore({CLIENT: KeyEntry(keys=keys())})
OTHER_KEYS = KeyStore({CLIENT: KeyEntry(keys=keys(global_unicast_encryption_key=bytes(16)))})


def protected(apdu: bytes, *, protection: Protection = BOTH, counter: int = 1, form: Form = Form.SERVICE_GLO) -> bytes:
    sender = context(policy=0, local=CLIENT, peer=TITLE, first_counter=counter)
    return sender.protect(apdu, protection=protection, form=form)


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def session(store: KeyStore = STORE) -> Checker:
    edition = edition_of("2023")
    return Checker(edition, Deciphering(store, edition))


@pytest.mark.clause("5.4.8")
def test_what_none_of_the_keys_deciphers_is_an_error() -> None:
    octets = protected(GET_REQUEST)
    assert rules(check.apdu(octets, keys=OTHER_KEYS)) == ["deciphering-failed"]
    assert rules(check.apdu(octets[:-1] + bytes((octets[-1] ^ 1,)), keys=STORE)) == ["deciphering-failed"]
    assert check.apdu(octets, keys=STORE) == []
    assert check.apdu(octets) == []


@pytest.mark.clause("5.4.8")
@pytest.mark.parametrize("name", ["glo-get-request tag manipulated", "glo-get-request ciphertext tag manipulated"])
def test_a_wrong_tag_is_an_error_with_the_keys(name: str) -> None:
    from conftest import vectors

    (vector,) = (vector for vector in vectors("malformed") if vector["name"] == name)
    store = KeyStore({TITLE: KeyEntry(keys=keys())})
    assert rules(check.apdu(bytes.fromhex(vector["hex"]), keys=store)) == ["deciphering-failed"]


@pytest.mark.clause("5.4.8")
def test_what_has_no_tag_is_a_warning() -> None:
    octets = protected(GET_REQUEST, protection=Protection.ENCRYPTION)
    assert "not-verified" in rules(check.apdu(octets, keys=STORE))
    assert "not-verified" not in rules(check.apdu(protected(GET_REQUEST), keys=STORE))


@pytest.mark.clause("5.4.8")
@pytest.mark.parametrize("edition", ["2013", "2023"])
def test_without_a_tag_what_an_edition_has_tells_the_right_key(edition: str) -> None:
    # delta-integer is a type of Data since 2023: the key fits all the same
    octets = protected(bytes.fromhex("C401C1001C05"), protection=Protection.ENCRYPTION)
    found = rules(check.apdu(octets, edition=edition, keys=STORE))
    assert "deciphering-failed" not in found
    assert "not-verified" in found
    assert ("value-of-other-edition" in found) == (edition == "2013")


@pytest.mark.clause("5.4.6")
def test_what_this_program_does_not_decipher_is_a_note() -> None:
    octets = bytes.fromhex(f"DD 0101 {TITLES} 00 00 00 {CONTENT}")
    assert rules(check.apdu(octets, keys=STORE)) == ["not-deciphered"]
    assert "not-deciphered" not in rules(check.apdu(protected(GET_REQUEST), keys=STORE))


@pytest.mark.clause("5.4.8")
def test_an_invocation_counter_is_used_once_in_a_capture_and_goes_up() -> None:
    checker = session()
    assert checker.check(protected(GET_REQUEST, counter=7)) == []
    assert checker.check(protected(GET_REQUEST, counter=8)) == []
    (finding,) = checker.check(protected(GET_REQUEST, counter=7))
    assert (finding.rule, finding.offset, finding.octets) == ("counter-repeated", 3, bytes.fromhex("00000007"))
    assert finding.message.endswith("which APDU 1 had")
    (finding,) = checker.check(protected(GET_REQUEST, counter=5))
    assert (finding.rule, finding.offset) == ("counter-goes-back", 3)
    assert session().check(protected(GET_REQUEST, counter=7)) == []


@pytest.mark.clause("5.4.6")
@pytest.mark.parametrize(("form", "start"), [(Form.SERVICE_GLO, 7), (Form.GENERAL_GLO, 16)], ids=["glo", "general-glo"])
def test_a_finding_inside_is_at_the_octet_that_was_ciphered(form: Form, start: int) -> None:
    wrong = GET_REQUEST[:2] + b"\xd1" + GET_REQUEST[3:]
    (finding,) = check.apdu(protected(wrong, form=form), keys=STORE)
    assert (finding.rule, finding.offset, finding.octets) == ("invoke-id-reserved", start + 2, b"\xd1")
    assert finding.path.endswith(".invoke-id-and-priority")


@pytest.mark.clause("7.2.4")
def test_the_initiate_request_of_a_ciphered_association_is_checked() -> None:
    initiate = bytes.fromhex("01 00 00 00 05 5F1F04 00 007E1F 04B0")
    octets = aarq(LN_CIPHERED, title=CLIENT, information=protected(initiate).hex())
    (finding,) = check.apdu(octets, keys=STORE)
    assert (finding.rule, finding.octets) == ("dlms-version", b"\x05")
    assert finding.path == "$.user-information.proposed-dlms-version-number"
    assert check.apdu(octets) == []


@pytest.mark.clause("5.4.6")
def test_the_push_that_a_meter_ciphered_has_no_findings() -> None:
    lines = (VECTORS / "captures" / "push-wrapper-general-glo-ciphering.hex").read_text("ascii").splitlines()
    given = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# ") and ": " in line)
    (packet,) = unframe(bytes.fromhex(lines[-1])).packets
    found = Keys(
        global_unicast_encryption_key=Key.from_hex(given["encryption_key"]),
        authentication_key=Key.from_hex(given["authentication_key"]),
    )
    store = KeyStore({packet.apdu[2:10]: KeyEntry(keys=found)})
    findings = check.apdu(packet.apdu, keys=store)
    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []
