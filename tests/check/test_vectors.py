"""The vectors: what is right has no errors, what is malformed has one, and nothing else is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import EDITIONS, vectors

from xdlms import check
from xdlms.check.rules import RULES
from xdlms.codec.rules import DECODING_RULES
from xdlms.errors import Severity

FILES = ("initiate", "acse_plain", "ciphered_suite0", "ln_services", "sn_services", "axdr_data", "later_edition")

ONLY_2013 = {"floating-point"}

# Read off the octets: what is legal, against a rule that does not keep anybody from using the APDU.
SAID = {
    "xDLMS InitiateRequest all bits": {"conformance-reserved"},
    "xDLMS InitiateResponse QoS 2": {"quality-of-service"},
    "AARQ LN HLS GMAC challenge K56iVagY": {"ap-title-for-mechanism"},
    "AARQ LN LLS (EPRI)": {"pdu-size-zero"},
    "AARQ proposing DLMS version 7 (a server accepts it and negotiates 6)": {"dlms-version-newer"},
    "AARQ max pdu size 11": {"pdu-size"},
    "AARE LN HLS GMAC StoC P6wRJ21F": {"ap-title-for-mechanism"},
    "AARE LN LLS with mechanism and echoed password (Elster)": {
        "authentication-value-unexpected",
        "conformance-referencing",
        "vaa-name-context",
    },
    "AARE result 2 rejected-transient": {"rejection-without-reason"},
    "AARE confirmedServiceError dlms-version... value 0": {"accepted-with-error", "result-diagnostic"},
    "AARE with negotiated quality-of-service present": {"quality-of-service"},
    "AARE with responding-AP-title, no authentication": {"ap-title-unused", "conformance-empty"},
    "RLRE with initiateResponse": {"release-plain"},
    "RLRE with initiateResponse with quality of service 0 present": {"release-plain"},
    "glo-get-request encryption only": {"encryption-only"},
    "glo-get-request encryption only, system title 4B414D1234567890": {"encryption-only"},
    "Set-Request-With-First-Datablock access selection": {"invoke-id-reserved"},
    "Set-Request-With-Datablock gosem": {"invoke-id-reserved", "next-block-number"},
    "Action-Response-Normal structure": {"invoke-id-reserved"},
    "EventNotification no time": {"boolean-not-01"},
    "EventNotification with time": {"boolean-not-01"},
    "boolean FF": {"boolean-not-01"},
    "floating-point": {"floating-point-obsolete"},
    "General-Ciphering key-info absent": {"encryption-only"},
    "General-Ciphering identified-key": {"encryption-only"},
    "General-Ciphering wrapped-key": {"encryption-only"},
    "General-Signing": {"signed-content"},
    "DataNotification boolean no time": {"boolean-not-01"},
    "DataNotification with date-time": {"boolean-not-01"},
    "General-Block-Transfer first block": {"length-not-shortest"},
    **{f"GBT exchange step {number}": {"length-not-shortest"} for number in (1, 3, 4, 5, 6, 7, 9, 10, 11)},
}

# What 2013 says beside that: the conformance bits that came later are reserved in it.
SAID_IN_2013 = {
    "AARQ proposing DLMS version 7 (a server accepts it and negotiates 6)": {"conformance-reserved"},
    "AARQ max pdu size 11": {"conformance-reserved"},
}


def cases() -> Iterator[Any]:
    for vector in vectors(*FILES):
        editions = EDITIONS if vector["edition"] == "2013" else EDITIONS[1:]
        for edition in ("2013",) if vector["name"] in ONLY_2013 else editions:
            yield pytest.param(edition, vector, id=f"{edition}-{vector['file']}-{vector['name']}")


@pytest.mark.clause("8")
@pytest.mark.parametrize(("edition", "vector"), list(cases()))
def test_an_apdu_of_the_vectors_has_no_errors_and_no_other_findings_than_these(
    edition: str, vector: dict[str, Any]
) -> None:
    octets = bytes.fromhex(vector["hex"])
    if vector["apdu"] == "Data":
        octets = bytes.fromhex("C401C100") + octets
    findings = check.apdu(octets, edition=edition)
    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []
    expected = SAID.get(vector["name"], set())
    if edition == "2013":
        expected = expected | SAID_IN_2013.get(vector["name"], set())
    assert {finding.rule for finding in findings} == expected


MALFORMED = {vector["name"]: vector for vector in vectors("malformed")}

FOR_THE_LAYER_ABOVE = {
    "compact-array contents not a multiple": ("compact-contents", 7),
    "InitiateResponse wrong version (gosem)": ("dlms-version", 2),
    "InitiateResponse vaa-name 0008 (gosem)": ("vaa-name", 12),
    "DataNotification date-time length 5": ("date-time-length", 5),
    "WriteRequest list lengths differ": ("list-lengths", 8),
    "glo-get-request too short for a header": ("ciphered-header", 1),
    "glo-get-request shorter than the tag": ("ciphered-content", 7),
}
"""What decodes and has to be refused all the same: the rule and the octet."""

NEEDS_KEYS = {"glo-get-request tag manipulated", "glo-get-request ciphertext tag manipulated"}
BOMBS = {"depth bomb 200 nested arrays", "depth bomb 20000 nested structures"}


def test_the_tables_have_every_malformed_vector() -> None:
    refused = {name for name, vector in MALFORMED.items() if vector["expect"] == "reject"}
    assert {*MALFORMED} == {*refused, *FOR_THE_LAYER_ABOVE, *NEEDS_KEYS, *BOMBS}


@pytest.mark.clause("8")
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", [name for name, vector in MALFORMED.items() if vector["expect"] == "reject"])
def test_octets_that_decoding_refuses_have_an_error_of_reading(edition: str, name: str) -> None:
    findings = check.apdu(bytes.fromhex(MALFORMED[name]["hex"]), edition=edition)
    of_reading = {rule.name for rule in DECODING_RULES} | {"apdu-of-other-edition", "value-of-other-edition"}
    errors = {finding.rule for finding in findings if finding.severity is Severity.ERROR}
    assert errors & of_reading


@pytest.mark.clause("8")
@pytest.mark.parametrize(("name", "expected"), FOR_THE_LAYER_ABOVE.items())
def test_what_decodes_and_has_to_be_refused_is_an_error(name: str, expected: tuple[str, int]) -> None:
    findings = check.apdu(bytes.fromhex(MALFORMED[name]["hex"]))
    assert expected in [(finding.rule, finding.offset) for finding in findings]
    assert RULES[expected[0]].severity is Severity.ERROR
