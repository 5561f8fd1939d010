"""ACSE APDUs for the tests, part by part; written from ISO/IEC 8825-1, without the codecs."""

from __future__ import annotations

from typing import Any

LN, SN, LN_CIPHERED = 1, 2, 3
CLIENT_TITLE = bytes.fromhex("4D4D4D0000000001")
SERVER_TITLE = bytes.fromhex("4D4D4D0000BC614E")
CHALLENGE = b"K56iVagY"

INITIATE_REQUEST = "01000000065F1F0400007E1F04B0"
INITIATE_RESPONSE = "0800065F1F040000501F01F40007"
REFUSAL = "0E010601"


def tlv(tag: int, contents: bytes) -> bytes:
    """Tag, length, contents."""
    size = len(contents)
    length = bytes([size]) if size < 0x80 else bytes([0x81, size])
    return bytes([tag]) + length + contents


def oid(group: int, number: int) -> bytes:
    """The contents of 2.16.756.5.8.group.number."""
    return bytes.fromhex("6085740508") + bytes([group, number])


def ciphered(tag: int, control: int = 0x30, size: int = 20) -> str:
    """A glo- or ded- APDU with this security control octet, and `size` octets behind the security header."""
    return (tlv(tag, bytes([control]) + bytes.fromhex("00000001") + bytes(size))).hex()


def aarq(
    context: int | bytes = LN,
    *,
    version: bytes | None = None,
    title: bytes | None = None,
    requirements: bytes | None = None,
    mechanism: int | None = None,
    value: bytes | None = None,
    bits: bytes | None = None,
    information: str | None = INITIATE_REQUEST,
) -> bytes:
    """An AARQ of the parts that are given, in the order of their tags."""
    parts = [
        b"" if version is None else tlv(0x80, version),
        tlv(0xA1, tlv(0x06, oid(1, context) if isinstance(context, int) else context)),
        b"" if title is None else tlv(0xA6, tlv(0x04, title)),
        b"" if requirements is None else tlv(0x8A, requirements),
        b"" if mechanism is None else tlv(0x8B, oid(2, mechanism)),
        b"" if value is None else tlv(0xAC, tlv(0x80, value)),
        b"" if bits is None else tlv(0xAC, tlv(0x81, bits)),
        b"" if information is None else tlv(0xBE, tlv(0x04, bytes.fromhex(information))),
    ]
    return tlv(0x60, b"".join(parts))


def aare(
    context: int = LN,
    *,
    result: int = 0,
    diagnostic: int = 0,
    title: bytes | None = None,
    invocation: bytes | None = None,
    requirements: bytes | None = None,
    mechanism: int | None = None,
    value: bytes | None = None,
    information: str | None = INITIATE_RESPONSE,
) -> bytes:
    """An AARE of the parts that are given, in the order of their tags."""
    parts = [
        tlv(0xA1, tlv(0x06, oid(1, context))),
        tlv(0xA2, tlv(0x02, bytes([result]))),
        tlv(0xA3, tlv(0xA1, tlv(0x02, bytes([diagnostic])))),
        b"" if title is None else tlv(0xA4, tlv(0x04, title)),
        b"" if invocation is None else tlv(0xA6, tlv(0x02, invocation)),
        b"" if requirements is None else tlv(0x88, requirements),
        b"" if mechanism is None else tlv(0x89, oid(2, mechanism)),
        b"" if value is None else tlv(0xAA, tlv(0x80, value)),
        b"" if information is None else tlv(0xBE, tlv(0x04, bytes.fromhex(information))),
    ]
    return tlv(0x61, b"".join(parts))


BIT = bytes.fromhex("0780")
"""ACSE requirements with the authentication bit."""
NO_BIT = bytes.fromhex("0700")


def with_password(**changed: Any) -> bytes:
    """An AARQ with low level security."""
    parts: dict[str, Any] = {"requirements": BIT, "mechanism": 1, "value": b"12345678", **changed}
    return aarq(**parts)


def with_challenge(**changed: Any) -> bytes:
    """An AARQ with high level security, MD5."""
    parts: dict[str, Any] = {"requirements": BIT, "mechanism": 3, "value": CHALLENGE, **changed}
    return aarq(**parts)


def challenged(**changed: Any) -> bytes:
    """The AARE to that."""
    parts: dict[str, Any] = {
        "diagnostic": 14,
        "requirements": BIT,
        "mechanism": 3,
        "value": CHALLENGE,
        **changed,
    }
    return aare(**parts)
