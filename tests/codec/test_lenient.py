"""What lenient decoding forgives and what is legal but not canonical: one finding each, and the canonical form."""

from __future__ import annotations

import pytest

from xdlms.apdu import AARE, AARQ, DataNotification, EventNotificationRequest, InitiateResponse, decode, decode_report
from xdlms.codec.rules import READING_RULES
from xdlms.errors import DecodeError, ErrorCode, Severity

pytestmark = pytest.mark.clause("7.2.3")

E = ErrorCode

CONTEXT = "A109 0607 60857405080101"
INITIATE = "01000000065F1F0400007E1F04B0"

# name: (rule, octets, path, offset, octets of the finding, canonical octets or None where nothing changes)
NOTED = {
    "a length of two octets where one is enough": (
        "length-not-shortest", "C401C100 09 8103 010203", "$.result.data", 5, "8103", "C401C100 09 03 010203"
    ),
    "a length of five octets": (
        "length-not-shortest", "C401C100 09 8400000001 AA", "$.result.data", 5, "8400000001", "C401C100 0901AA"
    ),
    "a length of three octets where two are enough": (
        "length-not-shortest", "C401C100 09 820080" + "AA" * 128, "$.result.data", 5, "820080",
        "C401C100 09 8180" + "AA" * 128,
    ),
    "a length of four octets where three are enough": (
        "length-not-shortest", "C401C100 09 83000100" + "AA" * 256, "$.result.data", 5, "83000100",
        "C401C100 09 820100" + "AA" * 256,
    ),
    "a count of two octets": (
        "length-not-shortest", "05 8101 020100", "$", 1, "8101", "0501020100"
    ),
    "a length of two octets in BER": (
        "length-not-shortest", "62 8103 800100", "$", 1, "8103", "6203800100"
    ),
    "TRUE as FF": (
        "boolean-not-01", "C402C1 FF 00000001 00 00", "$.result.last-block", 3, "FF", "C402C1 01 00000001 00 00"
    ),
    "the default of response-allowed": (
        "default-sent", "0100 0101 00 065F1F0400007E1F04B0", "$.response-allowed", 2, "0101", INITIATE
    ),
    "the default of protocol-version": (
        "default-sent", f"600F 80020780 {CONTEXT}", "$.protocol-version", 2, "80020780", f"600B {CONTEXT}"
    ),
    "the ACSE requirements with trailing 0 bits": (
        "bits-not-shortest", f"600F {CONTEXT} 8A020480", "$.sender-acse-requirements", 16, "80",
        f"600F {CONTEXT} 8A020780",
    ),
    "contents that are no whole elements": (
        "compact-contents", "C401C100 13 12 03 112233", "$.result.data.array-contents", 7, "112233", None
    ),
}  # fmt: skip
"""Strict decoding takes it too."""

# and the error of strict decoding: (code, path, offset)
FORGIVEN = {
    "a presence octet of FF": (
        "presence-octet", "C001C1 0008 0000010000FF 02 FF 01 00", "$.access-selection", 12, "FF",
        "C001C1 0008 0000010000FF 02 01 01 00", E.PRESENCE_OCTET,
    ),
    "a presence octet of FF before a default": (
        "presence-octet", "0100 FF00 00 065F1F0400007E1F04B0", "$.response-allowed", 2, "FF",
        "0100 0100 00 065F1F0400007E1F04B0", E.PRESENCE_OCTET,
    ),
    "a result that has no name": (
        "unknown-value", "C501C163", "$.result", 3, "63", None, E.UNKNOWN_VALUE
    ),
    "a diagnostic that has no name": (
        "unknown-value", f"6117 {CONTEXT} A203020101 A305A103020120", "$.result-source-diagnostic.acse-service-user",
        24, "20", None, E.UNKNOWN_VALUE,
    ),
    "a bit that has no name": (
        "unknown-value", f"600F {CONTEXT} 8A0206C0", "$.sender-acse-requirements", 16, "C0",
        f"600F {CONTEXT} 8A020780", E.UNKNOWN_VALUE,
    ),
    "a component that there is not": (
        "unknown-component", f"600F {CONTEXT} AF020500", "$", 13, "AF020500", f"600B {CONTEXT}", E.UNKNOWN_TAG
    ),
    "an AP-title without the tag of its OCTET STRING": (
        "raw-string", f"6015 {CONTEXT} A608 4D4D4D0000BC614E", "$.calling-AP-title", 15,
        "4D4D4D0000BC614E", f"6017 {CONTEXT} A60A 0408 4D4D4D0000BC614E", E.UNEXPECTED_TAG,
    ),
    "an AP-title as another string": (
        "raw-string", f"6017 {CONTEXT} A60A 1608 4D4D4D0000BC614E", "$.calling-AP-title", 17,
        "4D4D4D0000BC614E", f"6017 {CONTEXT} A60A 0408 4D4D4D0000BC614E", E.UNEXPECTED_TAG,
    ),
    "the tag of the conformance in one octet": (
        "short-tag", "0100000006 5F04 00007E1F 04B0", "$.proposed-conformance", 5, "5F", INITIATE, E.UNEXPECTED_TAG
    ),
    "a date-time without its length": (
        "date-time-form", "0F40000000 07E7011F0212221700800000 0301", "$.date-time", 5, "07E7011F0212221700800000",
        "0F40000000 0C 07E7011F0212221700800000 0301", E.SIZE,
    ),
    "a date-time with a Data tag": (
        "date-time-form", "0F40000000 090C 07E7011F0212221700800000 0301", "$.date-time", 5,
        "090C07E7011F0212221700800000", "0F40000000 0C 07E7011F0212221700800000 0301", E.SIZE,
    ),
    "octets behind the APDU": ("trailing-octets", "C501C100 00AA", "$", 4, "00AA", "C501C100", E.TRAILING_OCTETS),
    "bits behind a bit-string": (
        "pad-bits", "C401C100 04 04 2F", "$.result.data", 6, "2F", "C401C100 04 04 20", E.BAD_STRING
    ),
    "characters that are none": (
        "characters", "C401C100 0A 03 41C342", "$.result.data", 7, "C3", None, E.BAD_STRING
    ),
    "a time in characters that are none": (
        "characters", "18 01 03 32C333 00 00", "$.current-time", 4, "C3", None, E.BAD_STRING
    ),
}  # fmt: skip
"""Strict decoding refuses it."""


def octets_of(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize("name", NOTED)
def test_what_is_legal_and_not_canonical_is_noted(name: str) -> None:
    rule, text, path, offset, found, canonical = NOTED[name]
    octets = octets_of(text)
    report = decode_report(octets)
    assert [(f.rule, f.path, f.offset, f.octets) for f in report.findings] == [(rule, path, offset, octets_of(found))]
    assert report.findings[0].severity is not Severity.ERROR
    assert report.canonical == octets_of(canonical or text)
    assert decode(octets) == report.apdu == decode(report.canonical)


@pytest.mark.parametrize("name", FORGIVEN)
def test_what_strict_decoding_refuses_and_lenient_decoding_forgives(name: str) -> None:
    rule, text, path, offset, found, canonical, code = FORGIVEN[name]
    octets = octets_of(text)
    with pytest.raises(DecodeError) as caught:
        decode(octets)
    assert (caught.value.code, caught.value.path) == (code, path)
    report = decode_report(octets)
    assert [(f.rule, f.path, f.offset, f.octets) for f in report.findings] == [(rule, path, offset, octets_of(found))]
    finding = report.findings[0]
    assert finding.severity is Severity.ERROR
    assert finding.clause
    assert str(finding) == f"error {rule}: {finding.message} - at {path}, octet {offset}"
    assert report.canonical == octets_of(canonical or text)
    assert decode(octets, strict=False) == report.apdu
    assert type(report.apdu).decode(octets, strict=False) == report.apdu
    if canonical is not None:
        assert decode(report.canonical) == report.apdu


def test_every_rule_is_tried() -> None:
    tried = {case[0] for case in (*NOTED.values(), *FORGIVEN.values())}
    # boolean-not-ff needs a BOOLEAN in BER, which no APDU has; it and contained-apdu are tried elsewhere
    assert {rule.name for rule in READING_RULES} - tried == {"boolean-not-ff", "contained-apdu"}


@pytest.mark.parametrize(
    ("inside", "code", "path", "offset"),
    [
        ("", E.EMPTY, "$.user-information", 17),
        ("FF", E.UNKNOWN_APDU, "$.user-information", 17),
        ("60", E.UNKNOWN_APDU, "$.user-information", 17),
        ("0100", E.TRUNCATED, "$.user-information.response-allowed", 19),
        (INITIATE + "00", E.TRAILING_OCTETS, "$.user-information", 31),
    ],
)
def test_user_information_holds_one_apdu(inside: str, code: ErrorCode, path: str, offset: int) -> None:
    content = octets_of(inside)
    head = octets_of(CONTEXT)
    string = b"\x04" + bytes((len(content),)) + content
    octets = bytes((0x60, len(head) + 2 + len(string))) + head + b"\xbe" + bytes((len(string),)) + string
    with pytest.raises(DecodeError) as caught:
        decode(octets)
    assert (caught.value.code, caught.value.path, caught.value.offset) == (code, path, offset)
    report = decode_report(octets)
    assert [finding.rule for finding in report.findings] == [
        "trailing-octets" if code is E.TRAILING_OCTETS else "contained-apdu"
    ]
    assert report.findings[0].offset == (31 if code is E.TRAILING_OCTETS else 17)
    assert report.apdu == AARQ("2.16.756.5.8.1.1", user_information=content)
    assert report.canonical == octets
    if code is not E.TRAILING_OCTETS:
        with pytest.raises(DecodeError):
            _ = report.apdu.user_information_apdu


def test_findings_inside_user_information_are_found_at_their_place() -> None:
    # the default of response-allowed, at octets 19 and 20
    octets = octets_of(f"601E {CONTEXT} BE11 040F 0100 0101 00 065F1F0400007E1F04B0")
    report = decode_report(octets)
    assert [(f.rule, f.path, f.offset) for f in report.findings] == [
        ("default-sent", "$.user-information.response-allowed", 19)
    ]
    # user-information stays the octets that they are
    assert report.canonical == octets


# Both at once, and more


def test_every_deviation_is_a_finding_of_its_own() -> None:
    report = decode_report(octets_of("C4 01 C1 00 02 8103 03FF 0982 0001 AA 0404 2F 99"))
    assert [(f.rule, f.path, f.offset) for f in report.findings] == [
        ("length-not-shortest", "$.result.data", 5),
        ("boolean-not-01", "$.result.data[0]", 8),
        ("length-not-shortest", "$.result.data[1]", 10),
        ("pad-bits", "$.result.data[2]", 16),
        ("trailing-octets", "$", 17),
    ]
    assert report.canonical == octets_of("C401C100 0203 0301 0901AA 040420")


@pytest.mark.clause("7.2.4")
def test_a_meter_that_sends_the_conformance_tag_in_one_octet_is_understood() -> None:
    octets = octets_of(
        "6141A109060760857405080101A203020101A305A10302010288020780890760857405080201AA0A8008"
        "0000000000000000BE0F040D0800065F040000001001000007"
    )
    report = decode_report(octets)
    assert isinstance(report.apdu, AARE)
    inside = InitiateResponse.decode(report.apdu.user_information or b"", strict=False)
    assert (inside.negotiated_conformance, inside.server_max_receive_pdu_size) == (0x000010, 256)
    assert [finding.rule for finding in report.findings] == ["short-tag"]


# Date-times: a quirk is read where the octets can be nothing else


WHEN = "07E7011F0212221700800000"


@pytest.mark.parametrize("size", range(20))
def test_a_date_time_of_any_length_that_strict_decoding_takes_means_the_same_to_both(size: int) -> None:
    for content in (bytes(size), octets_of(WHEN + WHEN)[1:][:size], octets_of("0C" + WHEN + WHEN)[:size]):
        octets = octets_of("0F40000000") + bytes((size,)) + content + octets_of("0301")
        apdu = decode(octets)
        assert isinstance(apdu, DataNotification)
        assert apdu.date_time == content
        assert decode(octets, strict=False) == apdu
        assert decode_report(octets).apdu == apdu
        assert decode_report(octets).findings == ()


@pytest.mark.clause("7.3.6")
@pytest.mark.parametrize("form", ["", "090C", "0C"])
def test_the_time_of_an_event_notification_in_all_its_forms(form: str) -> None:
    octets = octets_of(f"C2 01 {form} {WHEN} 0001 0100000300FF 02 0301")
    apdu = decode(octets, strict=False)
    assert apdu == decode(octets_of(f"C2 01 0C {WHEN} 0001 0100000300FF 02 0301"))
    assert isinstance(apdu, EventNotificationRequest)
    assert apdu.time == octets_of(WHEN)


@pytest.mark.parametrize("wrong", ["07E70D1F0212221700800000", "07E701200212221700800000", "06E7011F0212221700800000"])
def test_octets_that_are_no_date_time_are_not_taken_for_one(wrong: str) -> None:
    for form in ("", "090C"):
        octets = octets_of(f"0F40000000 {form} {wrong} 0301")
        with pytest.raises(DecodeError):
            decode(octets)
        try:
            report = decode_report(octets)
        except DecodeError:
            continue
        assert "date-time-form" not in [finding.rule for finding in report.findings]


@pytest.mark.parametrize("form", ["", "090C"])
def test_the_error_of_strict_decoding_names_the_quirk(form: str) -> None:
    with pytest.raises(DecodeError, match="date-time") as caught:
        decode(octets_of(f"0F40000000 {form} {WHEN} 0301"))
    assert (caught.value.code, caught.value.path, caught.value.offset) == (E.SIZE, "$.date-time", 5)


# BER: components in their order, each once


@pytest.mark.parametrize(
    ("octets", "code", "path", "offset"),
    [
        ("6000", E.MISSING_COMPONENT, "$", 2),
        ("6004 8A020780", E.MISSING_COMPONENT, "$", 2),
        (f"6016 {CONTEXT} {CONTEXT}", E.UNEXPECTED_TAG, "$", 13),
        (f"6013 {CONTEXT} 8A020780 8A020780", E.UNEXPECTED_TAG, "$", 17),
        (f"600F 8A020780 {CONTEXT}", E.MISSING_COMPONENT, "$", 2),
        (f"6018 {CONTEXT} 8B0760857405080201 8A020780", E.UNEXPECTED_TAG, "$", 22),
        (f"600D {CONTEXT} 0500", E.UNKNOWN_TAG, "$", 13),
        (f"600D {CONTEXT} 9F04", E.TRUNCATED, "$", 15),
        ("6002 A100", E.TRUNCATED, "$.application-context-name", 4),
        ("6004 A1020600", E.BAD_STRING, "$.application-context-name", 6),
        ("6005 A103060185", E.BAD_STRING, "$.application-context-name", 6),
        ("6006 A10406028001", E.BAD_STRING, "$.application-context-name", 6),
        ("600D A10B 060760857405080101 0500", E.TRAILING_OCTETS, "$.application-context-name", 13),
        (f"600D {CONTEXT} 8A00", E.TRUNCATED, "$.sender-acse-requirements", 15),
        (f"600E {CONTEXT} 8A0108", E.BAD_STRING, "$.sender-acse-requirements", 15),
        (f"600E {CONTEXT} 8A0101", E.BAD_STRING, "$.sender-acse-requirements", 15),
        (f"600F {CONTEXT} A4020200", E.TRUNCATED, "$.called-AP-invocation-id", 17),
        (f"6011 {CONTEXT} A40402020001", E.LENGTH_FORM, "$.called-AP-invocation-id", 17),
        (f"6011 {CONTEXT} A4040202FF80", E.LENGTH_FORM, "$.called-AP-invocation-id", 17),
        (f"600D {CONTEXT} AC00", E.TRUNCATED, "$.calling-authentication-value", 15),
        (f"600F {CONTEXT} AC028200", E.UNKNOWN_TAG, "$.calling-authentication-value", 15),
        ("62038001", E.LENGTH_EXCEEDS, "$", 1),
        ("6280", E.LENGTH_FORM, "$", 1),
        ("628500000000 00", E.LENGTH_FORM, "$", 1),
        ("62", E.TRUNCATED, "$", 1),
        ("6203800105", E.UNKNOWN_VALUE, "$.reason", 4),
        ("6204 80020001", E.LENGTH_FORM, "$.reason", 4),
        ("6203 A00100", E.UNKNOWN_TAG, "$", 2),
    ],
)
def test_wrong_ber_is_refused_at_its_place(octets: str, code: ErrorCode, path: str, offset: int) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(octets_of(octets))
    assert (caught.value.code, caught.value.path, caught.value.offset) == (code, path, offset)
