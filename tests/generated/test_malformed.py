"""Octets that must be refused: with which error, in which field, at which octet.

The table was written by reading the octets, with a finger on each; the places are counted from 0.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import EDITIONS, package_of, vectors
from fuzzing import outcome

from xdlms.errors import DecodeError, ErrorCode

E = ErrorCode

REFUSED: dict[str, tuple[ErrorCode, str, int]] = {
    # C0 01 81 0001 | 0000 8000: four octets of six
    "Get-Request truncated in instance-id": (E.TRUNCATED, "$.cosem-attribute-descriptor.instance-id", 5),
    "Get-Request-Normal without access-selection flag": (E.TRUNCATED, "$.access-selection", 12),
    "Get-Request trailing octet": (E.TRAILING_OCTETS, "$", 13),
    "Get-Request two APDUs in one (AMI_FEP)": (E.TRAILING_OCTETS, "$", 13),
    # ... 02 | 01 presence at 12 | 01 selector | 05 00000000 from 14 to 18 | 00
    "Get-Request selective access, one trailing octet (COSEMpdu test vector)": (E.TRAILING_OCTETS, "$", 19),
    "Get-Request OPTIONAL flag 02": (E.PRESENCE_OCTET, "$.access-selection", 12),
    "Get-Request unknown choice 04": (E.UNKNOWN_TAG, "$", 1),
    "Get-Request choice 00": (E.UNKNOWN_TAG, "$", 1),
    "unknown APDU tag 00": (E.UNKNOWN_APDU, "$", 0),
    "unknown APDU tag FF": (E.UNKNOWN_APDU, "$", 0),
    "tag only Get-Response": (E.TRUNCATED, "$", 1),
    "Get-Response unknown Data tag 08": (E.UNKNOWN_TAG, "$.result.data", 4),
    "Get-Response Data tag 1C": (E.UNKNOWN_TAG, "$.result.data", 4),
    "Get-Response octet-string length lies (too long)": (E.LENGTH_EXCEEDS, "$.result.data", 5),
    "Get-Response octet-string length 84FFFFFFFF": (E.LENGTH_EXCEEDS, "$.result.data", 5),
    "Get-Response octet-string length 80": (E.LENGTH_FORM, "$.result.data", 5),
    "Get-Response octet-string length FF": (E.LENGTH_FORM, "$.result.data", 5),
    "Get-Response array count lies": (E.LENGTH_EXCEEDS, "$.result.data", 5),
    "Get-Response array count huge": (E.LENGTH_EXCEEDS, "$.result.data", 5),
    "Get-Response array of 2^32-1 nulls": (E.LENGTH_EXCEEDS, "$.result.data", 5),
    # 13 at 4 is level 1, the structure at 5 + 2n is level 2 + n, and 32 levels are allowed
    "depth bomb compact-array type description": (
        E.TOO_DEEP,
        "$.result.data.contents-description" + "[0]" * 31,
        67,
    ),
    "Get-Response result choice 02": (E.UNKNOWN_TAG, "$.result", 3),
    "Get-Response data-access-result 99": (E.UNKNOWN_VALUE, "$.result.data-access-result", 4),
    # C4 02 81 | 00 00000001 | 00 | 1E 0932
    "Get-Response-With-Datablock raw-data length lies": (E.LENGTH_EXCEEDS, "$.result.result.raw-data", 9),
    # the count 3 could be true, as three octets are left; the second result is not there
    "Get-Response-With-List count lies": (E.TRUNCATED, "$.result[1]", 7),
    # 60 1D | A1 at 2 | BE 10 at 13 | 04 0E at 15 | 01 at 17
    "AARQ length lies (+1)": (E.LENGTH_EXCEEDS, "$", 1),
    "AARQ length lies (-1)": (E.LENGTH_EXCEEDS, "$.user-information", 14),
    "AARQ inner OCTET STRING length lies": (E.LENGTH_EXCEEDS, "$.user-information", 16),
    "AARQ [30] length overruns": (E.LENGTH_EXCEEDS, "$.user-information", 14),
    "AARQ truncated": (E.LENGTH_EXCEEDS, "$", 1),
    "AARQ indefinite length": (E.LENGTH_FORM, "$", 1),
    "AARQ wrong tag inside: universal SEQUENCE": (E.UNKNOWN_TAG, "$", 2),
    # A1 at 2, A2 at 13, A3 at 18, 88 at 25, 89 at 29, AA 0A at 38, BE 10 at 50
    "AARE length lies (Connexo)": (E.LENGTH_EXCEEDS, "$.user-information", 51),
    # BE 0F at 25, 04 0D at 27, 08 at 29, vaa-name from 41 to 42, and the OCTET STRING ends behind 41
    "AARE real-meter off by one (SN, FA00)": (E.TRUNCATED, "$.user-information.vaa-name", 41),
    # AA 02 at 38 holds 80 08 and no more
    "AARE auth value length lies (Elster)": (E.LENGTH_EXCEEDS, "$.responding-authentication-value.charstring", 41),
    # BE 0F at 50, 04 0D at 52, 08 00 06 from 54 to 56, 5F 04
    "AARE conformance tag 5F 04 without 1F (Hexing)": (
        E.UNEXPECTED_TAG,
        "$.user-information.negotiated-conformance",
        57,
    ),
    # its first length says 42, and 41 octets follow
    "AARE conformance BIT STRING of 3 octets": (E.LENGTH_EXCEEDS, "$", 1),
    # BE 11 at 25, 04 0F at 27, 08 01 12 06 from 29 to 32, 5F 1F at 33, 11 at 35
    "AARE conformance BIT STRING of 17 octets": (E.LENGTH_EXCEEDS, "$.user-information.negotiated-conformance", 35),
    # A2 03 at 13 is the result of an AARE, in an AARQ the called-AP-title, an OCTET STRING
    "AARQ bytes under AARE decoder": (E.UNEXPECTED_TAG, "$.called-AP-title", 15),
    "glo-get-request length lies": (E.LENGTH_EXCEEDS, "$", 1),
    "InitiateRequest conformance missing": (E.UNEXPECTED_TAG, "$.proposed-conformance", 5),
    "InitiateResponse short (gosem)": (E.TRUNCATED, "$.vaa-name", 12),
    "InitiateResponse wrong conformance tag (gosem)": (E.UNEXPECTED_TAG, "$.negotiated-conformance", 3),
    "GBT wrong content length (Connexo)": (E.LENGTH_EXCEEDS, "$.block-data", 6),
    "GBT all zero (Connexo)": (E.UNKNOWN_APDU, "$", 0),
    "GBT truncated header": (E.TRUNCATED, "$.block-number", 2),
    "DataNotification truncated body": (E.LENGTH_EXCEEDS, "$.notification-body.data-value", 7),
    "EventNotification wrong attribute (gosem)": (E.TRUNCATED, "$.cosem-attribute-descriptor.instance-id", 4),
    "ReadRequest count lies": (E.TRUNCATED, "$[1]", 5),
    "ReadRequest write-data-block-access truncated": (E.TRUNCATED, "$[0].write-data-block-access.block-number", 4),
    # DD | 01 01 | 08 ... at 3 | 08 ... at 12 | 00 | 00 | 01 | 05
    "General-Ciphering key-info unknown choice": (E.UNKNOWN_TAG, "$.key-info", 24),
    "General-Glo-Ciphering length lies": (E.LENGTH_EXCEEDS, "$.ciphered-content", 10),
    "ExceptionResponse state-error 9": (E.UNKNOWN_VALUE, "$.state-error", 1),
    "ExceptionResponse truncated counter": (E.TRUNCATED, "$.service-error.invocation-counter-error", 3),
}

ELSEWHERE: dict[tuple[str, str], tuple[ErrorCode, str, int]] = {
    # 1C is delta-integer in 2023, one octet; the next is left over
    ("2023", "Get-Response Data tag 1C"): (E.TRAILING_OCTETS, "$", 6),
    # a number of its ENUMERATED is all that 2013 has here
    ("2013", "ExceptionResponse truncated counter"): (E.UNKNOWN_VALUE, "$.service-error", 2),
}
"""What is wrong with the same octets in another edition."""

LATER_APDUS = {"General-Block-Transfer", "Data-Notification", "General-Ciphering", "General-Glo-Ciphering"}

DECODED = {
    "compact-array contents not a multiple",
    "glo-get-request tag manipulated",
    "glo-get-request ciphertext tag manipulated",
    "glo-get-request too short for a header",
    "glo-get-request shorter than the tag",
    "InitiateResponse wrong version (gosem)",
    "InitiateResponse vaa-name 0008 (gosem)",
    "DataNotification date-time length 5",
    "WriteRequest list lengths differ",
}
"""They decode; what is wrong with them is for the layers above to say."""

MALFORMED = vectors("malformed")


def by_expectation(word: str) -> list[dict[str, Any]]:
    return [vector for vector in MALFORMED if vector["expect"].startswith(word)]


def named(name: str) -> dict[str, Any]:
    return next(vector for vector in MALFORMED if vector["name"] == name)


def refusals() -> Iterator[Any]:
    for vector in by_expectation("reject"):
        for edition in EDITIONS:
            yield pytest.param(edition, vector, id=f"{edition}-{vector['name']}")


@pytest.mark.clause("8")
@pytest.mark.parametrize(("edition", "vector"), list(refusals()))
def test_wrong_octets_are_refused_and_the_error_says_where(
    edition: str, vector: dict[str, Any], proved: Callable[[str, dict[str, Any]], None]
) -> None:
    proved("refused", vector)
    expected = ELSEWHERE.get((edition, vector["name"]), REFUSED[vector["name"]])
    if edition == "2013" and vector["apdu"] in LATER_APDUS:
        expected = (E.UNKNOWN_APDU, "$", 0)
    octets = bytes.fromhex(vector["hex"])
    with pytest.raises(DecodeError) as caught:
        package_of(edition).decode(octets)
    error = caught.value
    assert (error.code, error.path, error.offset) == expected
    assert str(error) == f"{error.reason} - at {error.path}, octet {error.offset}"
    assert error.reason


def test_the_tables_have_every_vector() -> None:
    assert REFUSED.keys() == {vector["name"] for vector in by_expectation("reject")}
    assert {vector["name"] for vector in by_expectation("decode-then")} == DECODED
    assert len(by_expectation("bounded")) == 2
    assert len(MALFORMED) == len(REFUSED) + len(DECODED) + 2


@pytest.mark.clause("8")
@pytest.mark.parametrize("name", sorted(DECODED - {"DataNotification date-time length 5"}))
@pytest.mark.parametrize("edition", EDITIONS)
def test_octets_that_only_the_layer_above_refuses_decode(
    edition: str, name: str, proved: Callable[[str, dict[str, Any]], None]
) -> None:
    vector = named(name)
    proved("decoded", vector)
    octets = bytes.fromhex(vector["hex"])
    package = package_of(edition)
    apdu = package.decode(octets)
    assert apdu.encode() == octets
    assert package.decode_report(octets).apdu == apdu


@pytest.mark.clause("8")
@pytest.mark.parametrize("edition", ["2017", "2023"])
def test_a_date_time_of_five_octets_decodes_once_the_vector_s_extra_octet_is_gone(
    edition: str, proved: Callable[[str, dict[str, Any]], None]
) -> None:
    """0F 40000000 | 05 07E7011F02 | 0301 | 02: behind the boolean the vector has an octet that belongs to nothing."""
    vector = named("DataNotification date-time length 5")
    proved("decoded", vector)
    package = package_of(edition)
    octets = bytes.fromhex(vector["hex"])
    with pytest.raises(DecodeError) as caught:
        package.decode(octets)
    assert (caught.value.code, caught.value.path, caught.value.offset) == (E.TRAILING_OCTETS, "$", 13)
    apdu = package.decode(octets[:-1])
    assert apdu.date_time == bytes.fromhex("07E7011F02")
    assert apdu.encode() == octets[:-1]
    report = package.decode_report(octets)
    assert report.apdu == apdu
    assert [(f.rule, f.offset, f.octets) for f in report.findings] == [("trailing-octets", 13, b"\x02")]


@pytest.mark.clause("8")
def test_contents_that_are_no_whole_elements_are_an_error_when_the_value_is_asked_for() -> None:
    package = package_of("2023")
    octets = bytes.fromhex(named("compact-array contents not a multiple")["hex"])
    apdu = package.decode(octets)
    with pytest.raises(DecodeError) as caught:
        _ = apdu.result.value
    assert caught.value.code is E.CONTENTS
    # C4 01 81 00 13 | 12 | 03 | 11 22 33
    (finding,) = package.decode_report(octets).findings
    assert (finding.rule, finding.offset, finding.octets) == ("compact-contents", 7, b"\x11\x22\x33")


@pytest.mark.clause("8")
@pytest.mark.parametrize("vector", by_expectation("bounded"), ids=lambda vector: vector["name"])
@pytest.mark.parametrize("max_depth", [32, 100_000])
def test_a_bomb_of_nested_values_is_refused_in_bounds(
    vector: dict[str, Any], max_depth: int, proved: Callable[[str, dict[str, Any]], None]
) -> None:
    proved("refused", vector)
    package = package_of("2023")
    octets = bytes.fromhex(vector["hex"])
    levels = 200 if "200 " in vector["name"] else 20_000
    limit = min(max_depth, 256)
    tracemalloc.start()
    begin = time.perf_counter()
    result = outcome(lambda: package.decode(octets, max_depth=max_depth))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    if levels <= limit:
        assert result.encode() == octets
    else:
        # tag and count of each level, from octet 4 on
        place = "$.result.data" + "[0]" * limit, 4 + 2 * limit
        assert (result.code, result.path, result.offset) == (E.TOO_DEEP, *place)
    assert time.perf_counter() - begin < 2
    assert peak < 500_000 + 100 * len(octets)
