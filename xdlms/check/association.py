"""The ACSE APDUs: who carries what (clauses 7.2.1 to 7.2.5)."""

from __future__ import annotations

from typing import Final

from xdlms.check.case import Case, Checks
from xdlms.check.initiate import LN_NAME, SN_NAME, name_octets
from xdlms.check.rules import (
    ACCEPTED_WITH_ERROR,
    ACSE_VERSION,
    AP_TITLE_FOR_MECHANISM,
    AP_TITLE_LENGTH,
    AP_TITLE_MISSING,
    AP_TITLE_UNUSED,
    APPLICATION_CONTEXT,
    AUTHENTICATION_BIT,
    AUTHENTICATION_VALUE_FORM,
    AUTHENTICATION_VALUE_MISSING,
    AUTHENTICATION_VALUE_UNEXPECTED,
    CHALLENGE_LENGTH,
    CIPHERED_IN_PLAIN_CONTEXT,
    DEDICATED_KEY_PLAIN,
    LOWEST_MECHANISM,
    MECHANISM_MISSING,
    MECHANISM_NAME,
    PASSWORD_EMPTY,
    PLAIN_IN_CIPHERED_CONTEXT,
    REJECTION_WITHOUT_REASON,
    RELEASE_PLAIN,
    REQUIREMENTS_MISSING,
    RESPONDING_FIELDS,
    RESULT_DIAGNOSTIC,
    USER_INFORMATION_KIND,
    USER_INFORMATION_MISSING,
    VAA_NAME_CONTEXT,
)
from xdlms.check.tree import Node
from xdlms.codec.rules import Rule

CONTEXTS: Final = "2.16.756.5.8.1."
MECHANISMS: Final = "2.16.756.5.8.2."
LOWEST, LLS, GMAC, ECDSA = 0, 1, 5, 7
USES_TITLES: Final = (5, 6, 7)
AUTHENTICATION_REQUIRED: Final = 14

_LAST_OF_2013: Final = GMAC
_REQUESTS: Final = ("initiateRequest", "glo-initiateRequest")
_RESPONSES: Final = ("initiateResponse", "glo-initiateResponse")
_REFUSALS: Final = ("confirmedServiceError", "glo-confirmedServiceError")
_GENERAL: Final = ("general-glo-ciphering", "general-ciphering", "general-signing")


class Parties:
    """What both APDUs of an establishment tell: the `context` 1 to 4, the `mechanism` 0 to 7; None where not told."""

    __slots__ = ("context", "mechanism")

    def __init__(self, case: Case, node: Node, *, rejected: bool) -> None:
        name = node.get("application-context-name")
        self.context = None if name is None else _arc(name.value, CONTEXTS, 4)
        # A server that refuses a context sends the name back.
        if name is not None and not self.context and not rejected:
            case.report(APPLICATION_CONTEXT, name, f"expected {CONTEXTS}1 to .4, found {name.value}")
        name = node.get("mechanism-name")
        most = ECDSA if case.edition.is_later else _LAST_OF_2013
        self.mechanism = None if name is None else _arc(name.value, MECHANISMS, most)
        if name is not None and self.mechanism is None:
            case.report(MECHANISM_NAME, name, f"expected {MECHANISMS}0 to .{most}, found {name.value}")
        if name is not None and self.mechanism == LOWEST:
            case.report(LOWEST_MECHANISM, name, f"expected no mechanism-name, found {name.value}")

    @property
    def is_ciphered(self) -> bool:
        return self.context in (3, 4)

    @property
    def is_high_level(self) -> bool:
        return self.mechanism is not None and self.mechanism > LLS


def aarq(case: Case, node: Node) -> None:
    """AARQ: clause 7.2.4, and the checks of the server in its order."""
    parties = Parties(case, node, rejected=False)
    _acse_version(case, node)
    _title(case, node, "calling-AP-title", parties)
    requirements = node.get("sender-acse-requirements")
    mechanism, value = node.get("mechanism-name"), node.get("calling-authentication-value")
    needs = value or (mechanism if parties.mechanism != LOWEST else None)
    if requirements is None and needs is not None:
        message = f"expected sender-acse-requirements with {needs.name}, found none"
        case.report(REQUIREMENTS_MISSING, needs, message, end=needs.start)
    _bit(case, requirements, needs)
    asks = requirements is not None and requirements.value != 0
    if asks and mechanism is None:
        case.report(MECHANISM_MISSING, requirements or node, "expected a mechanism-name, found none")
    if value is None and (parties.mechanism or 0) >= LLS:
        case.report(AUTHENTICATION_VALUE_MISSING, mechanism or node, "expected a password or challenge, found none")
    _authentication_value(case, value, parties)
    inside = _user_information(case, node, parties, _REQUESTS, needed=True)
    if inside is not None and inside.get("dedicated-key") is not None:
        key = inside.get("dedicated-key") or inside
        message = "expected no dedicated-key in a plain InitiateRequest, found one"
        case.report(DEDICATED_KEY_PLAIN, key, message, end=key.start)


def aare(case: Case, node: Node) -> None:
    """AARE: clause 7.2.4; one that rejects carries what it likes of the server's."""
    result = node.get("result")
    accepted = result is not None and result.value == 0
    parties = Parties(case, node, rejected=not accepted)
    _acse_version(case, node)
    _responding_fields(case, node, parties, accepted=accepted)
    mechanism, value = node.get("mechanism-name"), node.get("responding-authentication-value")
    _bit(case, node.get("responder-acse-requirements"), value or mechanism)
    diagnostic = None if (found := node.get("result-source-diagnostic")) is None else found.only
    if accepted and diagnostic is not None:
        challenged = diagnostic.name == "acse-service-user" and diagnostic.value == AUTHENTICATION_REQUIRED
        if diagnostic.value != 0 and not challenged:
            message = f"expected null (0) or authentication-required (14), found {diagnostic.name} {diagnostic.value:d}"
            case.report(RESULT_DIAGNOSTIC, diagnostic, message)
        if challenged and mechanism is None:
            case.report(MECHANISM_MISSING, diagnostic, "expected a mechanism-name, found none")
        if (challenged or parties.is_high_level) and value is None:
            case.report(AUTHENTICATION_VALUE_MISSING, mechanism or diagnostic, "expected a challenge, found none")
        if not challenged and parties.is_high_level:
            message = "expected authentication-required (14) with high level security, found null (0)"
            if diagnostic.value == 0:
                case.report(RESULT_DIAGNOSTIC, diagnostic, message)
    elif diagnostic is not None and diagnostic.value == 0:
        case.report(REJECTION_WITHOUT_REASON, diagnostic, "expected a reason, found null (0)")
    if value is not None and mechanism is not None and parties.mechanism in (LOWEST, LLS):
        message = "expected none with the mechanism lowest or low level security"
        case.report(AUTHENTICATION_VALUE_UNEXPECTED, value, message, end=value.start)
    else:
        _authentication_value(case, value, parties)
    inside = _user_information(case, node, parties, (*_RESPONSES, *_REFUSALS), needed=accepted)
    information = node.get("user-information")
    if accepted and information is not None and _kind(case, information) in _REFUSALS:
        message = "expected an InitiateResponse with result accepted (0), found a ConfirmedServiceError"
        case.report(ACCEPTED_WITH_ERROR, information, message)
    name = None if inside is None else inside.get("vaa-name")
    if name is not None and parties.context:
        number, expected = name_octets(name.value), LN_NAME if parties.context in (1, 3) else SN_NAME
        if number != expected and number in (LN_NAME, SN_NAME):
            message = f"expected {expected:04X} in application context {parties.context}, found {number:04X}"
            case.report(VAA_NAME_CONTEXT, name, message)


def release(case: Case, node: Node) -> None:
    """RLRQ and RLRE: user-information is that of the AARQ or AARE, and ciphered as it was."""
    information = node.get("user-information")
    if information is None:
        return
    allowed = _REQUESTS if node.class_name == "RLRQ" else (*_RESPONSES, *_REFUSALS)
    name = _kind(case, information)
    if name is None:
        return
    if name not in (*allowed, *_GENERAL):
        case.report(USER_INFORMATION_KIND, information, f"expected {' or '.join(allowed)}, found {name}")
    elif name in allowed and not name.startswith("glo-"):
        case.report(RELEASE_PLAIN, information, f"expected none, or a ciphered one, found {name}")


def _arc(oid: str, prefix: str, most: int) -> int | None:
    """The last number of a registered name, or None for another name."""
    number = oid.removeprefix(prefix)
    return int(number) if oid.startswith(prefix) and number in {str(known) for known in range(most + 1)} else None


def _acse_version(case: Case, node: Node) -> None:
    version = node.get("protocol-version")
    if version is not None and not version.value & 1:
        case.report(ACSE_VERSION, version, "expected the bit of version 1, found it 0")


def _bit(case: Case, requirements: Node | None, needs: Node | None) -> None:
    if requirements is not None and needs is not None and not requirements.value & 1:
        case.report(AUTHENTICATION_BIT, requirements, f"expected the bit authentication with {needs.name}, found it 0")


def _title(case: Case, node: Node, name: str, parties: Parties) -> None:
    title = node.get(name)
    if title is not None and len(title.value) != 8:
        case.report(AP_TITLE_LENGTH, title, f"expected 8 octets, found {len(title.value)}")
    if title is not None:
        return
    if parties.is_ciphered:
        message = f"expected {name} in application context {parties.context}, found none"
        case.report(AP_TITLE_MISSING, node.get("application-context-name") or node, message)
    elif parties.mechanism in USES_TITLES:
        message = f"expected {name} with mechanism {parties.mechanism}, found none"
        case.report(AP_TITLE_FOR_MECHANISM, node.get("mechanism-name") or node, message)


def _responding_fields(case: Case, node: Node, parties: Parties, *, accepted: bool) -> None:
    title = node.get("responding-AP-title")
    if accepted or title is not None:
        _title(case, node, "responding-AP-title", parties)
    if title is not None and not parties.is_ciphered and parties.mechanism not in USES_TITLES:
        case.report(AP_TITLE_UNUSED, title, "expected no responding-AP-title, found one")
    names = ["responding-AP-invocation-id", "responding-AE-invocation-id"]
    if not case.edition.is_later:
        names.insert(0, "responding-AE-qualifier")
    for name in names:
        found = node.get(name)
        if found is not None:
            case.report(RESPONDING_FIELDS, found, f"expected no {name}, found one")


def _authentication_value(case: Case, node: Node | None, parties: Parties) -> None:
    """A password or a challenge; its octets are a secret, and stay out of findings."""
    value = None if node is None else node.only
    if node is None or value is None:
        return
    if value.name != "charstring":
        case.report(AUTHENTICATION_VALUE_FORM, value, f"expected a charstring, found a {value.name}", end=value.start)
        return
    size = len(value.value)
    if parties.is_high_level:
        least = 32 if parties.mechanism == ECDSA else 8
        if not least <= size <= 64:
            message = f"expected {least} to 64 octets, found {size}"
            case.report(CHALLENGE_LENGTH, value, message, end=value.start)
    elif size == 0:
        case.report(PASSWORD_EMPTY, value, "expected a password, found no octets")


def _kind(case: Case, information: Node) -> str | None:
    """The alternative of XDLMS-APDU that user-information holds; None where it holds no APDU."""
    if not information.children or not information.value:
        return None
    return case.edition.alternatives.get(information.value[0])


def _user_information(
    case: Case, node: Node, parties: Parties, allowed: tuple[str, ...], *, needed: bool
) -> Node | None:
    """Checks which APDU user-information holds; returns the plain one in it."""
    information = node.get("user-information")
    if information is None:
        if needed:
            case.report(USER_INFORMATION_MISSING, node, "expected user-information, found none", end=node.start)
        return None
    name = _kind(case, information)
    if name is None:
        return None
    if name not in (*allowed, *(_GENERAL if case.edition.is_later else ())):
        case.report(USER_INFORMATION_KIND, information, f"expected {' or '.join(allowed)}, found {name}")
        return None
    ciphered = name.startswith("glo-") or name in _GENERAL
    if ciphered and parties.context in (1, 2):
        _report_context(case, CIPHERED_IN_PLAIN_CONTEXT, information, parties, name)
    if not ciphered and parties.is_ciphered and name not in _REFUSALS:
        _report_context(case, PLAIN_IN_CIPHERED_CONTEXT, information, parties, name)
    return None if ciphered else information.only


def _report_context(case: Case, rule: Rule, information: Node, parties: Parties, name: str) -> None:
    expected = "a plain APDU" if rule is CIPHERED_IN_PLAIN_CONTEXT else "a ciphered APDU"
    case.report(rule, information, f"expected {expected} in application context {parties.context}, found {name}")


BY_CLASS: Final[Checks] = {
    "AARQ": (aarq,),
    "AARE": (aare,),
    "RLRQ": (release,),
    "RLRE": (release,),
}
