"""Ciphered and signed APDUs: what they tell without a key (clause 5.4.6; Figure 5, Table 3)."""

from __future__ import annotations

from typing import Final

from xdlms.check.case import Case, Checks
from xdlms.check.rules import (
    AGREED_KEY,
    CIPHERED_CONTENT,
    CIPHERED_HEADER,
    CIPHERED_TAG,
    CIPHERED_TWICE,
    DEDICATED_INITIATE,
    ENCRYPTION_ONLY,
    INVOCATION_COUNTER_END,
    SECURITY_CONTROL_KEY_SET,
    SECURITY_CONTROL_PROTECTION,
    SECURITY_CONTROL_RESERVED,
    SECURITY_SUITE,
    SIGNATURE_LENGTH,
    SIGNED_CONTENT,
    SYSTEM_TITLE_LENGTH,
    WRAPPED_KEY_LENGTH,
)
from xdlms.check.tree import Node
from xdlms.security.suite import (
    AUTHENTICATION_BIT,
    COMPRESSION_BIT,
    ENCRYPTION_BIT,
    HEADER_LENGTH,
    SUITE_BITS,
    TAG_LENGTH,
    TITLE_LENGTH,
    KeySet,
)
from xdlms.security.tags import ApduTags

PREFIXES: Final = ("glo-", "ded-")
"""The names of the alternatives that cipher a service begin so."""
LAST_COUNTER: Final = 0xFFFF_FFFF
GENERAL_SIGNING: Final = 0xDF

_LAST_SUITE: Final = 2
_WRAPPED_KEYS: Final = (24, 40)
_SIGNATURES: Final = (64, 96)
_ONE_PASS: Final = b"\x01"
_STATIC: Final = b"\x02"
_ONE_PASS_DATA: Final = (128, 192)
_NEVER_DEDICATED: Final = ("ded-initiateRequest", "ded-initiateResponse")


def service(case: Case, node: Node) -> None:
    """A glo- or ded- APDU: one OCTET STRING, behind its tag."""
    tags, tag = case.edition.tags, case.octets[node.start - 1]
    if tags is None or tag not in tags.ciphered:
        return
    meaning = tags.ciphered[tag]
    _ciphered(case, node, meaning.holds, tags, dedicated=meaning.dedicated)


def dedicated_initiate(case: Case, node: Node) -> None:
    """The dedicated key comes in the InitiateRequest, so that it cannot cipher it."""
    message = "expected it under the global key, found it under the dedicated key"
    case.report(DEDICATED_INITIATE, node, message, start=node.start - 1, end=node.start)


def general_service(case: Case, node: Node) -> None:
    """General-Glo-Ciphering and General-Ded-Ciphering: the system title of the sender, and any APDU."""
    _titles(case, node, "system-title")
    content, tags = node.get("ciphered-content"), case.edition.tags
    if content is not None and tags is not None:
        _ciphered(case, content, tags.plain, tags, dedicated=node.class_name == "GeneralDedCiphering")


def general_ciphering(case: Case, node: Node) -> None:
    _titles(case, node, "originator-system-title", "recipient-system-title")
    content, tags = node.get("ciphered-content"), case.edition.tags
    if content is not None and tags is not None:
        # A signed APDU may stand inside, any other protection not; and Key_Set has no meaning.
        _ciphered(case, content, tags.plain | {GENERAL_SIGNING}, tags, dedicated=True)


def general_signing(case: Case, node: Node) -> None:
    _titles(case, node, "originator-system-title", "recipient-system-title")
    signature = node.get("signature")
    if signature is not None and len(signature.value) not in _SIGNATURES:
        size = len(signature.value)
        case.report(SIGNATURE_LENGTH, signature, f"expected 64 or 96 octets, found {size}", end=signature.start + 1)
    content = node.get("content")
    if content is not None:
        case.inside(case, content.value, content.end - len(content.value), content, SIGNED_CONTENT)


def wrapped_key(case: Case, node: Node) -> None:
    key = node.get("key-ciphered-data")
    if key is not None and len(key.value) not in _WRAPPED_KEYS:
        message = f"expected 24 or 40 octets, found {len(key.value)}"
        case.report(WRAPPED_KEY_LENGTH, key, message, end=key.start + 1)


def agreed_key(case: Case, node: Node) -> None:
    """One-pass Diffie-Hellman sends an ephemeral key and its signature, the static unified model nothing."""
    parameters, data = node.get("key-parameters"), node.get("key-ciphered-data")
    if parameters is None or data is None:
        return
    size = len(data.value)
    if parameters.value == _ONE_PASS:
        if size not in _ONE_PASS_DATA:
            case.report(AGREED_KEY, data, f"expected 128 or 192 octets with key-parameters 01, found {size}")
    elif parameters.value == _STATIC:
        if size:
            case.report(AGREED_KEY, data, f"expected no octets with key-parameters 02, found {size}")
    else:
        found = parameters.value[:8].hex().upper() or "none"
        case.report(AGREED_KEY, parameters, f"expected the key-parameters 01 or 02, found {found}")


def _titles(case: Case, node: Node, *names: str) -> None:
    for name in names:
        title = node.get(name)
        if title is not None and len(title.value) not in (0, TITLE_LENGTH):
            message = f"expected {TITLE_LENGTH} octets, or none, found {len(title.value)}"
            case.report(SYSTEM_TITLE_LENGTH, title, message)


def _ciphered(case: Case, node: Node, holds: frozenset[int], tags: ApduTags, *, dedicated: bool) -> None:
    """The security header and what follows it; `holds` are the tags that may be inside."""
    value: bytes = node.value
    start = node.end - len(value)
    if len(value) < HEADER_LENGTH:
        message = f"expected {HEADER_LENGTH} octets of security header, found {len(value)}"
        case.report(CIPHERED_HEADER, node, message)
        return
    control = value[0]
    _control(case, node, control, start, key_set=not dedicated)
    if int.from_bytes(value[1:HEADER_LENGTH], "big") == LAST_COUNTER:
        message = "expected an invocation counter below FFFFFFFF"
        case.report(INVOCATION_COUNTER_END, node, message, start=start + 1, end=start + HEADER_LENGTH)
    authenticated, encrypted = bool(control & AUTHENTICATION_BIT), bool(control & ENCRYPTION_BIT)
    if not authenticated and not encrypted:
        return
    end = len(value) - (TAG_LENGTH if authenticated else 0)
    if end <= HEADER_LENGTH:
        least = 1 + (TAG_LENGTH if authenticated else 0)
        message = f"expected {least} octets or more behind the header, found {len(value) - HEADER_LENGTH}"
        case.report(CIPHERED_CONTENT, node, message, start=start + HEADER_LENGTH)
    elif not encrypted and not control & COMPRESSION_BIT:
        # Authenticated only: the APDU is there to be read.
        inside_allowed(case, node, value[HEADER_LENGTH:end], start + HEADER_LENGTH, holds, tags)


def inside_allowed(case: Case, node: Node, plain: bytes, start: int, holds: frozenset[int], tags: ApduTags) -> None:
    """The APDU inside, where its tag is one that may be there; `start` is its first octet in the outer one."""
    tag = plain[0]
    if tag not in holds:
        rule = CIPHERED_TWICE if tag in tags.protected else CIPHERED_TAG
        what = "no ciphered or signed APDU" if rule is CIPHERED_TWICE else _expected(holds)
        case.report(rule, node, f"expected {what}, found {tag:02X}", start=start, end=start + 1)
    if tag in tags.plain or tag in holds:
        case.inside(case, plain, start, node, None)


def _expected(holds: frozenset[int]) -> str:
    if len(holds) > 4:
        return "the tag of a plain APDU"
    return " or ".join(f"{tag:02X}" for tag in sorted(holds)) or "no APDU"


def _control(case: Case, node: Node, control: int, start: int, *, key_set: bool) -> None:
    """The bits of the security control octet."""
    last = _LAST_SUITE if case.edition.is_later else 0
    suite = control & SUITE_BITS
    faults = (
        (suite > last, SECURITY_SUITE, f"expected suite {'0 to 2' if last else '0'}, found {suite}"),
        (
            not case.edition.is_later and bool(control & COMPRESSION_BIT),
            SECURITY_CONTROL_RESERVED,
            f"expected bit 80 to be 0, found {control:02X}",
        ),
        (
            not key_set and bool(control & KeySet.BROADCAST),
            SECURITY_CONTROL_KEY_SET,
            f"expected Key_Set (bit 40) to be 0, found {control:02X}",
        ),
        (
            not control & (AUTHENTICATION_BIT | ENCRYPTION_BIT),
            SECURITY_CONTROL_PROTECTION,
            f"expected bit 10 or bit 20, found {control:02X}",
        ),
        (
            control & (AUTHENTICATION_BIT | ENCRYPTION_BIT) == ENCRYPTION_BIT,
            ENCRYPTION_ONLY,
            f"expected bit 10 with bit 20, found {control:02X}",
        ),
    )
    for is_wrong, rule, message in faults:
        if is_wrong:
            case.report(rule, node, message, start=start, end=start + 1)


BY_CLASS: Final[Checks] = {
    "GeneralGloCiphering": (general_service,),
    "GeneralDedCiphering": (general_service,),
    "GeneralCiphering": (general_ciphering,),
    "GeneralSigning": (general_signing,),
    "WrappedKey": (wrapped_key,),
    "AgreedKey": (agreed_key,),
}

BY_APDU: Final[Checks] = dict.fromkeys(_NEVER_DEDICATED, (dedicated_initiate,))
