"""Two examples for every rule about APDUs: octets that break it, and the nearest ones that keep it.

Both are written from the standard's tables, octet by octet.
"""

from __future__ import annotations

from dataclasses import dataclass

from check.acse import (
    BIT,
    CLIENT_TITLE,
    INITIATE_REQUEST,
    LN,
    LN_CIPHERED,
    NO_BIT,
    REFUSAL,
    SERVER_TITLE,
    aare,
    aarq,
    challenged,
    ciphered,
    tlv,
    with_challenge,
    with_password,
)


@dataclass(frozen=True)
class Example:
    """`breaks` breaks the rule in `edition`, at octet `at` of it; `keeps` does not."""

    breaks: bytes
    keeps: bytes
    at: int
    edition: str = "2023"
    keeping_edition: str = ""


def example(breaks: str | bytes, keeps: str | bytes, at: int, *, edition: str = "2023", keeping: str = "") -> Example:
    return Example(octets(breaks), octets(keeps), at, edition, keeping or edition)


def octets(of: str | bytes) -> bytes:
    return bytes.fromhex(of) if isinstance(of, str) else of


CLOCK = "0008 0000010000FF 02"
REGISTER = "0003 0100010800FF 02"
PROFILE = "0007 0100630100FF 02"
GET = f"C001C1 {REGISTER} 00"
DATE_TIME = "07E7 07 06 04 0A362600 FF88 80"
TITLES = "08 4D4D4D0000BC614E 08 4D4D4D0000000001"
CONTENT = "19 30 00000001" + "00" * 20


def data(value: str) -> str:
    """A Get-Response-Normal with this Data, which begins at octet 4."""
    return f"C401C100 {value}"


def initiate(**changed: str) -> str:
    """An InitiateRequest: version at octet 4, conformance at 8, size at 12."""
    parts = {"key": "00", "quality": "00", "version": "06", "conformance": "00 007E1F", "size": "04B0", **changed}
    return f"01 {parts['key']} 00 {parts['quality']} {parts['version']} 5F1F04 {parts['conformance']} {parts['size']}"


def response(**changed: str) -> str:
    """An InitiateResponse: version at octet 2, conformance at 6, size at 10, vaa-name at 12."""
    parts = {"quality": "00", "version": "06", "conformance": "00 00501F", "size": "01F4", "name": "0007", **changed}
    return f"08 {parts['quality']} {parts['version']} 5F1F04 {parts['conformance']} {parts['size']} {parts['name']}"


def notification(date_time: str, body: str = "112A") -> str:
    """A Data-Notification, its date-time at octet 5."""
    return f"0F 40000000 {date_time} {body}"


def event(date_time: str) -> str:
    """An EventNotificationRequest, its time at octet 2."""
    return f"C201 {date_time} {CLOCK} 112A"


def general_ciphering(key_info: str) -> str:
    """A General-Ciphering: key-info at octet 23."""
    return f"DD 0101 {TITLES} 00 00 {key_info} {CONTENT}"


def signing(content: str, signature: str = "40" + "55" * 64) -> str:
    """A General-Signing: the length of the content at octet 23."""
    return f"DF 0101 {TITLES} 00 00 {content} {signature}"


DEEP = bytes.fromhex(data("0101" * 300 + "00"))
NOT_SO_DEEP = bytes.fromhex(data("0101" * 40 + "00"))

EXAMPLES: dict[str, Example] = {
    # Octets that cannot be read
    "empty": example("", GET, 0),
    "truncated": example(GET[:-3], GET, 12),
    "unknown-apdu": example("FF" + GET[2:], GET, 0),
    "unknown-tag": example("C004" + GET[4:], GET, 1),
    "unexpected-tag": example(response().replace("5F1F", "5B1F"), response(), 3),
    "missing-component": example("6000", aarq(), 2),
    "length-form": example(data("09 80 01"), data("09 01 01"), 5),
    "length-exceeds": example(data("09 33 01"), data("09 01 01"), 5),
    "size": example("01000000065F1F0300007E04B0", initiate(), 8),
    "bad-string": example(aarq(bytes.fromhex("60857405080181")), aarq(), 6),
    "too-deep": example(DEEP, NOT_SO_DEEP, 4 + 2 * 256),
    # Octets that can be read and should be others
    "length-not-shortest": example(data("09 8101 01"), data("09 01 01"), 5),
    "boolean-not-01": example(data("03 FF"), data("03 01"), 5),
    "default-sent": example("01 00 01 01 00 06 5F1F0400007E1F04B0", initiate(), 2),
    "bits-not-shortest": example(with_password(requirements=b"\x00\x80"), with_password(), 16),
    "presence-octet": example(event(DATE_TIME).replace("C201", "C2090C"), event("0C" + DATE_TIME), 1),
    "unknown-value": example("C401C1 01 63", "C401C1 01 03", 4),
    "unknown-component": example(tlv(0x60, aarq()[2:] + tlv(0x8D, b"\x00")), aarq(), 31),
    "raw-string": example(
        aarq(LN_CIPHERED, title=CLIENT_TITLE, information=ciphered(0x21)).replace(b"\xa6\x0a\x04", b"\xa6\x0a\x16"),
        aarq(LN_CIPHERED, title=CLIENT_TITLE, information=ciphered(0x21)),
        17,
    ),
    "short-tag": example(response().replace("5F1F", "5F"), response(), 3),
    "date-time-form": example(notification("090C" + DATE_TIME), notification("0C" + DATE_TIME), 5),
    "trailing-octets": example(GET + "00", GET, 13),
    "pad-bits": example(data("04 04 F1"), data("04 04 F0"), 6),
    "characters": example(data("0A 02 4107"), data("0A 02 4142"), 7),
    "contained-apdu": example(aarq(information="FF"), aarq(), 17),
    "compact-contents": example(data("13 12 03 112233"), data("13 12 04 11223344"), 7),
    # Editions
    "apdu-of-other-edition": example(notification("00"), notification("00"), 0, edition="2013", keeping="2017"),
    "value-of-other-edition": example(data("1C 05"), data("1C 05"), 4, edition="2017", keeping="2023"),
    # Reserved bits of the invocation
    "invoke-id-reserved": example(GET.replace("C001C1", "C001D1"), GET, 2),
    "long-invoke-id-reserved": example("0F 41000000 00 112A", "0F 40FFFFFF 00 112A", 1),
    # References to objects
    "class-id-zero": example(GET.replace("0003", "0000"), GET, 3),
    "method-id-zero": example("C301C1 0046 000060030AFF 00 00", "C301C1 0046 000060030AFF 01 00", 11),
    "attribute-0-selection": example("C001C1 0007 0100630100FF 00 01 02 00", f"C001C1 {PROFILE} 00", 13),
    "short-name": example("05 01 02 0101", "05 01 02 0100", 3),
    "profile-selection": example(
        f"C001C1 {PROFILE} 01 02 0202 0600000001 0600000000",
        f"C001C1 {PROFILE} 01 02 0204 0600000001 0600000000 120001 120000",
        13,
    ),
    # Lists
    "list-lengths": example("06 02 020100 020208 01 1105", "06 02 020100 020208 02 1105 1105", 8),
    "empty-list": example("C003C1 00", f"C003C1 01 {REGISTER} 00", 3),
    "access-kinds": example(
        f"DA 40000000 00 01 01 01 {REGISTER} 01 00 01 0200",
        f"DA 40000000 00 01 01 01 {REGISTER} 01 00 01 0100",
        22,
    ),
    "access-get-data": example(
        f"D9 40000000 00 01 01 {REGISTER} 01 112A", f"D9 40000000 00 01 01 {REGISTER} 01 00", 18
    ),
    "report-names": example("18 00 01 04 0100 01 00 01 112A", "18 00 01 02 0100 01 112A", 4),
    # Blocks
    "block-number-zero": example("C002C1 00000000", "C002C1 00000001", 3),
    "first-block-number": example(
        f"C102C1 {REGISTER} 00 00 00000002 0155", f"C102C1 {REGISTER} 00 00 00000001 0155", 14
    ),
    "next-block-number": example("C103C1 01 00000001 0155", "C103C1 01 00000002 0155", 4),
    "block-without-data": example("C402C1 00 00000001 00 00", "C402C1 01 00000001 00 00", 9),
    "block-error-last": example("C402C1 00 00000002 01 0E", "C402C1 01 00000002 01 0E", 3),
    "block-alone": example("05 02 05 0001 02 0100", "05 01 05 0001", 3),
    "block-service": example("05 01 07 01 0001", "06 01 07 01 0001 01 090155", 3),
    "write-block-data": example("06 01 07 01 0001 01 1155", "06 01 07 01 0001 01 090155", 7),
    "transfer-without-data": example("E0 01 0001 0000 00", "E0 81 0001 0000 00", 1),
    # Initiate
    "dlms-version": example(response(version="05"), response(), 2),
    "dlms-version-newer": example(initiate(version="07"), initiate(), 4),
    "vaa-name": example(response(name="0008"), response(), 12),
    "vaa-name-context": example(
        aare(information=response(name="FA00", conformance="00 1C0320")), aare(information=response()), 41
    ),
    "quality-of-service": example(initiate(quality="0112"), initiate(quality="0100"), 4),
    "pdu-size": example(initiate(size="000B"), initiate(size="000C"), 12),
    "pdu-size-zero": example(response(size="0000"), response(), 10),
    "conformance-reserved": example(initiate(conformance="00 807E1F"), initiate(), 8),
    "conformance-referencing": example(response(conformance="00 10501F"), response(), 6),
    "conformance-empty": example(response(conformance="00 000000"), response(), 6),
    "dedicated-key-plain": example(
        aarq(information=initiate(key="0110" + "AA" * 16)), aarq(information=INITIATE_REQUEST), 19
    ),
    "dedicated-key-length": example(initiate(key="010F" + "AA" * 15), initiate(key="0110" + "AA" * 16), 2),
    # Application associations
    "application-context": example(aarq(5), aarq(2, information=initiate(conformance="00 1C0320")), 6),
    "mechanism-name": example(with_challenge(mechanism=9), with_challenge(mechanism=2), 19),
    "lowest-mechanism": example(aarq(mechanism=0), aarq(), 15),
    "authentication-bit": example(with_password(requirements=NO_BIT), with_password(), 15),
    "requirements-missing": example(with_password(requirements=None), with_password(), 26),
    "mechanism-missing": example(aarq(requirements=BIT, value=b"12345678"), with_password(), 15),
    "authentication-value-missing": example(with_challenge(value=None), with_challenge(), 19),
    "authentication-value-unexpected": example(challenged(mechanism=1, diagnostic=0), challenged(mechanism=2), 42),
    "authentication-value-form": example(aarq(requirements=BIT, mechanism=1, bits=b"\x00\x55"), with_password(), 30),
    "challenge-length": example(with_challenge(value=b"1234567"), with_challenge(value=b"12345678"), 30),
    "password-empty": example(with_password(value=b""), with_password(), 30),
    "ap-title-missing": example(
        aarq(LN_CIPHERED, information=ciphered(0x21)),
        aarq(LN_CIPHERED, title=CLIENT_TITLE, information=ciphered(0x21)),
        6,
    ),
    "ap-title-for-mechanism": example(with_challenge(mechanism=5), with_challenge(mechanism=5, title=CLIENT_TITLE), 19),
    "ap-title-length": example(with_challenge(title=CLIENT_TITLE[:7]), with_challenge(title=CLIENT_TITLE), 17),
    "ap-title-unused": example(aare(title=SERVER_TITLE), aare(), 29),
    "responding-fields": example(aare(invocation=b"\x01"), aare(), 29),
    "acse-version": example(aarq(version=bytes.fromhex("0700")), aarq(version=bytes.fromhex("0780")), 4),
    "result-diagnostic": example(aare(diagnostic=1), aare(), 24),
    "rejection-without-reason": example(aare(result=1), aare(result=1, diagnostic=13), 24),
    "user-information-missing": example(aarq(information=None), aarq(), 2),
    "accepted-with-error": example(aare(information=REFUSAL), aare(result=1, diagnostic=1, information=REFUSAL), 29),
    "user-information-kind": example(aarq(information=response()), aarq(), 17),
    "ciphered-in-plain-context": example(
        aarq(LN, title=CLIENT_TITLE, information=ciphered(0x21)),
        aarq(LN_CIPHERED, title=CLIENT_TITLE, information=ciphered(0x21)),
        29,
    ),
    "plain-in-ciphered-context": example(
        aarq(LN_CIPHERED, title=CLIENT_TITLE),
        aarq(LN_CIPHERED, title=CLIENT_TITLE, information=ciphered(0x21)),
        29,
    ),
    "release-plain": example(
        tlv(0x62, tlv(0xBE, tlv(0x04, bytes.fromhex(INITIATE_REQUEST)))),
        tlv(0x62, tlv(0xBE, tlv(0x04, bytes.fromhex(ciphered(0x21))))),
        6,
    ),
    # Errors of services
    "exception-state": example("D8 02 06 00000001", "D8 01 06 00000001", 1),
    "service-error-service": example("0E 02 00 00", "0E 05 00 00", 1),
    # Dates and times
    "date-time-length": example(notification("05 07E7011F02"), notification("00"), 5),
    "date-time-value": example(
        notification("0C 07E7 0D 06 04 0A362600 FF88 80"), notification("0C 07E7 FE 06 04 0A362600 FF88 80"), 8
    ),
    "date-time-weekday": example(
        notification("0C 07E7 07 06 05 0A362600 FF88 80"), notification("0C 07E7 07 06 FF 0A362600 FF88 80"), 10
    ),
    "clock-status-reserved": example(
        notification("0C 07E7 07 06 04 0A362600 FF88 90"), notification("0C 07E7 07 06 04 0A362600 FF88 FF"), 17
    ),
    "generalized-time": example(
        "18 01 0C 323032333037303631303A35 01 02 0100 01 112A",
        "18 01 0E 3230323330373036313035343338 01 02 0100 01 112A",
        2,
    ),
    # Data
    "array-elements": example(data("0103 1105 00 120005"), data("0103 1105 00 1106"), 9),
    "structure-empty": example(data("0200"), data("0201 00"), 4),
    "bcd-digits": example(data("0D 1A"), data("0D 19"), 4),
    "floating-point-obsolete": example(data("07 3F800000"), data("17 3F800000"), 4, edition="2013"),
    # Ciphering
    "ciphered-header": example("C8 04 30 000000", ciphered(0xC8), 1),
    "ciphered-content": example(ciphered(0xC8, size=12), ciphered(0xC8, size=13), 7),
    "security-control-protection": example(ciphered(0xC8, 0x00), ciphered(0xC8, 0x30), 2),
    "security-control-reserved": example(ciphered(0xC8, 0xB0), ciphered(0xC8, 0xB0), 2, edition="2013", keeping="2017"),
    "security-suite": example(ciphered(0xC8, 0x33), ciphered(0xC8, 0x32), 2),
    "security-control-key-set": example(ciphered(0xD0, 0x70), ciphered(0xC8, 0x70), 2),
    "encryption-only": example(ciphered(0xC8, 0x20), ciphered(0xC8, 0x30), 2),
    "invocation-counter-end": example("C8 12 30 FFFFFFFF" + "00" * 13, "C8 12 30 FFFFFFFE" + "00" * 13, 3),
    "ciphered-tag": example(f"CC 1E 10 00000001 {GET}" + "00" * 12, f"C8 1E 10 00000001 {GET}" + "00" * 12, 7),
    "ciphered-twice": example(
        f"DB 00 1F 10 00000001 {ciphered(0xC8, size=7)}" + "00" * 12,
        f"DB 00 1E 10 00000001 {GET}" + "00" * 12,
        8,
    ),
    "dedicated-initiate": example(ciphered(0x41), ciphered(0x21), 0),
    "system-title-length": example(f"DB 07 4D4D4D0000BC61 {CONTENT}", f"DB 00 {CONTENT}", 1),
    "wrapped-key-length": example(
        general_ciphering("01 01 00 10" + "AA" * 16), general_ciphering("01 01 00 18" + "AA" * 24), 26
    ),
    "agreed-key": example(general_ciphering("01 02 01 01 00"), general_ciphering("01 02 01 02 00"), 27),
    "signature-length": example(signing(f"0D {GET}", "03 555555"), signing(f"0D {GET}"), 37),
    "signed-content": example(signing("03 0E0101"), signing(f"0D {GET}"), 24),
}
"""By the name of the rule, in the order of the table of rules."""

OF_A_MODULE = ("out-of-range", "too-many", "boolean-not-ff")
"""Rules that no APDU of the standard can break: its types have no such numbers, lists and encodings."""

IN_CONVERSATIONS = (
    *("wrong-sender", "response-invoke-id", "response-priority", "response-results"),
    "response-without-request",
)
"""Rules about APDUs that follow each other."""

WITH_KEYS = ("deciphering-failed", "not-verified", "not-deciphered", "counter-repeated", "counter-goes-back")
"""Rules that need keys."""
