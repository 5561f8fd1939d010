"""The one table of all rules that checking knows, by subject; `xdlms check --rules` and the docs list it.

A rule has a name, a severity, a clause and one sentence that says what must be so. An error is what a
receiver has to refuse, a warning what can be used all the same, a note what is legal and not the form to
send.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xdlms.codec.errors import Severity
from xdlms.codec.rules import COMPACT_CONTENTS, DECODING_RULES, READING_RULES, Rule
from xdlms.profiles.problems import LinkFault

_PART = "IEC 62056-5-3, "
_LATER = "IEC 62056-5-3:2017, "
_CLASSES = "IEC 62056-6-2"
_HDLC = "IEC 62056-46"
_WRAPPER = "IEC 62056-47"
_MBUS = "EN 13757"
_LINKS = f"{_WRAPPER}; {_HDLC}; {_MBUS}"


def _error(name: str, clause: str, title: str) -> Rule:
    return Rule(name, Severity.ERROR, clause, title)


def _warning(name: str, clause: str, title: str) -> Rule:
    return Rule(name, Severity.WARNING, clause, title)


def _note(name: str, clause: str, title: str) -> Rule:
    return Rule(name, Severity.NOTE, clause, title)


# --- reading

COMPACT_UNREADABLE = _error(COMPACT_CONTENTS.name, COMPACT_CONTENTS.clause, COMPACT_CONTENTS.title)
"""Decoding warns and keeps the octets, since they are an OCTET STRING all the same; the rows cannot be used."""

# --- editions

APDU_OF_OTHER_EDITION = _error("apdu-of-other-edition", _PART + "8", "an APDU is one that the edition has")
VALUE_OF_OTHER_EDITION = _error(
    "value-of-other-edition", _PART + "8", "an alternative or a named value is one that the edition has"
)

# --- reserved bits, invocation

INVOKE_ID_RESERVED = _warning(
    "invoke-id-reserved", _PART + "8", "the bits 30 (hexadecimal) of an invoke-id-and-priority are 0"
)
LONG_INVOKE_ID_RESERVED = _warning(
    "long-invoke-id-reserved", _LATER + "8", "the bits 24 to 27 of a long-invoke-id-and-priority are 0"
)

# --- references to objects

CLASS_ID_ZERO = _warning("class-id-zero", _CLASSES, "a class-id is 1 or more")
METHOD_ID_ZERO = _warning("method-id-zero", _CLASSES, "a method-id is not 0")
ATTRIBUTE_ZERO_SELECTION = _error(
    "attribute-0-selection", _PART + "6.6", "attribute 0, which means all attributes, has no selective access"
)
SHORT_NAME = _warning("short-name", _PART + "8", "a short name is a multiple of 8")
PROFILE_SELECTION = _warning(
    "profile-selection",
    _CLASSES,
    "a buffer of a profile is selected by range (1) or by entry (2), with a structure of four elements of their types",
)

# --- lists

LIST_LENGTHS = _error("list-lengths", _PART + "8", "lists that belong together have the same number of elements")
EMPTY_LIST = _warning("empty-list", _PART + "6.6 to 6.15", "a list of references or results is not empty")
ACCESS_KINDS = _error(
    "access-kinds", _LATER + "8", "an Access-Response has results of the services of the specification it carries"
)
ACCESS_GET_DATA = _warning(
    "access-get-data", _LATER + "8", "null-data stands in list-of-data for an access-request-get"
)
REPORT_NAMES = _error("report-names", _PART + "6.15", "an InformationReportRequest has variable names only")

# --- blocks

BLOCK_NUMBER_ZERO = _error("block-number-zero", _PART + "7.3.3 to 7.3.8", "blocks are numbered from 1")
FIRST_BLOCK_NUMBER = _error("first-block-number", _PART + "7.3.4; 7.3.5", "the first block has number 1")
NEXT_BLOCK_NUMBER = _warning(
    "next-block-number", _PART + "7.3.4; 7.3.5", "a block behind the first has number 2 or more"
)
BLOCK_WITHOUT_DATA = _warning(
    "block-without-data", _PART + "7.3.3 to 7.3.8", "a block that is not the last one carries data"
)
BLOCK_ERROR_LAST = _warning("block-error-last", _PART + "7.3.3", "a block with a data-access-result is the last one")
BLOCK_ALONE = _error("block-alone", _PART + "6.12; 6.13", "an access to a block is the only element of its list")
BLOCK_SERVICE = _error(
    "block-service", _PART + "6.11 to 6.15", "an access to a block belongs to the service that it stands in"
)
WRITE_BLOCK_DATA = _error(
    "write-block-data", _PART + "6.13", "the data of a write-data-block-access is one octet-string"
)
TRANSFER_WITHOUT_DATA = _warning(
    "transfer-without-data",
    _LATER + "8",
    "a General-Block-Transfer without data acknowledges, and is marked as the last block",
)

# --- xDLMS initiate

DLMS_VERSION = _error("dlms-version", _PART + "7.2.4", "the DLMS version is 6; a client may propose a later one")
DLMS_VERSION_NEWER = _note("dlms-version-newer", _PART + "7.2.4", "a client proposes DLMS version 6")
VAA_NAME = _error("vaa-name", _PART + "8", "the vaa-name is 0007 (LN referencing) or FA00 (SN referencing)")
VAA_NAME_CONTEXT = _warning("vaa-name-context", _PART + "8", "the vaa-name is that of the application context")
QUALITY_OF_SERVICE = _note("quality-of-service", _PART + "7.2.4", "a quality of service is not used: absent, or 0")
PDU_SIZE = _warning("pdu-size", _PART + "7.2.4", "a max-receive-pdu-size is 12 or more, or 0 for no limit")
PDU_SIZE_ZERO = _note("pdu-size-zero", _PART + "7.2.4", "a limit is given: some servers refuse 0")
CONFORMANCE_RESERVED = _warning("conformance-reserved", _PART + "7.3.1", "the reserved bits of a conformance are 0")
CONFORMANCE_REFERENCING = _warning(
    "conformance-referencing",
    _PART + "7.3.1",
    "a negotiated conformance has no bits of the other referencing method",
)
CONFORMANCE_EMPTY = _warning("conformance-empty", _PART + "7.2.4", "a conformance has at least one bit set")
DEDICATED_KEY_PLAIN = _error(
    "dedicated-key-plain", _PART + "5.4.7", "a dedicated key is sent in a ciphered InitiateRequest only"
)
DEDICATED_KEY_LENGTH = _error("dedicated-key-length", _PART + "5.4.7", "a dedicated key has 16 octets, in suite 2 32")

# --- application associations

APPLICATION_CONTEXT = _error(
    "application-context", _PART + "7.2.2", "the application context is one that is registered for COSEM"
)
MECHANISM_NAME = _error(
    "mechanism-name", _PART + "7.2.2", "the authentication mechanism is one that is registered for COSEM"
)
LOWEST_MECHANISM = _note("lowest-mechanism", _PART + "7.2.1", "lowest level security has no mechanism-name")
AUTHENTICATION_BIT = _error(
    "authentication-bit",
    _PART + "7.2.1",
    "the ACSE requirements have the authentication bit set where a mechanism or an authentication value is",
)
REQUIREMENTS_MISSING = _error(
    "requirements-missing",
    _PART + "7.2.1",
    "the ACSE requirements are there where a mechanism or an authentication value is",
)
MECHANISM_MISSING = _error(
    "mechanism-missing", _PART + "7.2.4", "the mechanism-name is there where authentication is required"
)
AUTHENTICATION_VALUE_MISSING = _error(
    "authentication-value-missing", _PART + "7.2.4", "password or challenge is there where the mechanism needs it"
)
AUTHENTICATION_VALUE_UNEXPECTED = _warning(
    "authentication-value-unexpected",
    _PART + "7.2.4",
    "an AARE has an authentication value with high level security only",
)
AUTHENTICATION_VALUE_FORM = _warning(
    "authentication-value-form", _PART + "8", "an authentication value is a charstring"
)
CHALLENGE_LENGTH = _error("challenge-length", _PART + "7.2.4", "a challenge has 8 to 64 octets, with ECDSA 32 to 64")
PASSWORD_EMPTY = _warning("password-empty", _PART + "7.2.4", "a password has octets")
AP_TITLE_MISSING = _error(
    "ap-title-missing", _PART + "7.2.4", "the system title of the sender is there in a ciphered application context"
)
AP_TITLE_FOR_MECHANISM = _warning(
    "ap-title-for-mechanism", _PART + "5.3", "the system title is there with the mechanisms 5, 6 and 7, which use it"
)
AP_TITLE_LENGTH = _error("ap-title-length", _PART + "5.4.8", "a system title has 8 octets")
AP_TITLE_UNUSED = _note("ap-title-unused", _PART + "7.2.4", "a responding-AP-title is absent where no formula uses it")
RESPONDING_FIELDS = _note(
    "responding-fields",
    _PART + "7.2.4",
    "responding invocation ids are absent, and an AE-qualifier in 2013",
)
ACSE_VERSION = _error("acse-version", _PART + "7.2.4", "the protocol-version has version 1 of ACSE")
RESULT_DIAGNOSTIC = _warning(
    "result-diagnostic",
    _PART + "7.2.4",
    "an accepted association has the diagnostic null, or authentication-required with high level security",
)
REJECTION_WITHOUT_REASON = _note(
    "rejection-without-reason", _PART + "7.2.4", "a rejected association has a diagnostic other than null"
)
USER_INFORMATION_MISSING = _error(
    "user-information-missing", _PART + "7.2.4", "an AARQ and an AARE that accepts have user-information"
)
ACCEPTED_WITH_ERROR = _warning(
    "accepted-with-error", _PART + "7.2.4", "an AARE that accepts has an InitiateResponse, no ConfirmedServiceError"
)
USER_INFORMATION_KIND = _error(
    "user-information-kind", _PART + "7.2.4", "user-information holds the APDU that belongs there"
)
CIPHERED_IN_PLAIN_CONTEXT = _error(
    "ciphered-in-plain-context",
    _PART + "7.2.2 (Table 34)",
    "in an application context without ciphering all APDUs are plain",
)
PLAIN_IN_CIPHERED_CONTEXT = _warning(
    "plain-in-ciphered-context",
    _PART + "7.2.4",
    "in an application context with ciphering the user-information is ciphered",
)
RELEASE_PLAIN = _warning(
    "release-plain", _PART + "7.2.5", "an RLRQ or RLRE has user-information in a ciphered context only, ciphered"
)

# --- errors of services

EXCEPTION_STATE = _note(
    "exception-state",
    _LATER + "8",
    "deciphering-error and invocation-counter-error come with the state-error service-not-allowed",
)
SERVICE_ERROR_SERVICE = _warning(
    "service-error-service",
    _PART + "8",
    "a ConfirmedServiceError is for initiate, read or write: COSEM has none of the other services",
)

# --- dates and times

DATE_TIME_LENGTH = _error("date-time-length", _PART + "8", "a date-time has 12 octets, or none where it is not sent")
DATE_TIME_VALUE = _warning(
    "date-time-value", _CLASSES, "every part of a date and time is within its range, or not specified"
)
DATE_TIME_WEEKDAY = _warning("date-time-weekday", _CLASSES, "the day of week is that of the date")
CLOCK_STATUS_RESERVED = _warning("clock-status-reserved", _CLASSES, "the reserved bits 10 to 40 of clock status are 0")
GENERALIZED_TIME = _warning(
    "generalized-time", "ISO/IEC 8824-1", "a GeneralizedTime is written as 20230706105438, parts and zone may follow"
)

# --- Data

ARRAY_ELEMENTS = _warning(
    "array-elements", _CLASSES, "the elements of an array are of one type; null-data may stand for any"
)
STRUCTURE_EMPTY = _note("structure-empty", _CLASSES, "a structure has elements")
BCD_DIGITS = _warning("bcd-digits", _CLASSES, "both halves of a bcd are decimal digits")
FLOATING_POINT_OBSOLETE = _note(
    "floating-point-obsolete", _PART + "8", "float32 is used in place of the obsolete floating-point"
)

# --- ciphering

CIPHERED_HEADER = _error(
    "ciphered-header", _PART + "5.4.6", "a ciphered APDU has a security control octet and an invocation counter"
)
CIPHERED_CONTENT = _error(
    "ciphered-content", _PART + "5.4.6", "a ciphered APDU has content, and 12 octets of tag when it is authenticated"
)
SECURITY_CONTROL_PROTECTION = _error(
    "security-control-protection", _PART + "5.4.6 (Table 3)", "a ciphered APDU is authenticated, encrypted or both"
)
SECURITY_CONTROL_RESERVED = _error(
    "security-control-reserved", _PART + "5.4.6 (Table 3)", "in 2013, bit 80 of security control is reserved and 0"
)
SECURITY_SUITE = _error("security-suite", _PART + "5.4.4", "the security suite is one that the edition has")
SECURITY_CONTROL_KEY_SET = _error(
    "security-control-key-set", _PART + "5.4.6 (Table 3)", "Key_Set is 0 but for global keys"
)
ENCRYPTION_ONLY = _warning(
    "encryption-only", _PART + "5.4.8", "what is encrypted is authenticated too: else it can be changed unseen"
)
INVOCATION_COUNTER_END = _error(
    "invocation-counter-end", _PART + "5.4.8", "an invocation counter at its end is not used: the key is replaced"
)
CIPHERED_TAG = _error("ciphered-tag", _PART + "5.4.6", "the tag of a ciphered APDU fits the APDU inside")
CIPHERED_TWICE = _error(
    "ciphered-twice", _LATER + "5", "nothing ciphered stands inside something ciphered, but for a signed APDU"
)
DEDICATED_INITIATE = _error(
    "dedicated-initiate",
    _PART + "5.4.7",
    "the dedicated key does not cipher InitiateRequest and InitiateResponse",
)
SYSTEM_TITLE_LENGTH = _error(
    "system-title-length", _LATER + "8", "a system title has 8 octets, or none where it is known"
)
WRAPPED_KEY_LENGTH = _error("wrapped-key-length", _LATER + "8", "a wrapped key has 24 octets, in suite 2 40")
AGREED_KEY = _error(
    "agreed-key",
    _LATER + "8",
    "key-parameters are 01 with 128 or 192 octets of key-ciphered-data, or 02 with none",
)
SIGNATURE_LENGTH = _error("signature-length", _LATER + "5", "a signature has 64 octets, in suite 2 96")
SIGNED_CONTENT = _warning("signed-content", _LATER + "8", "the content of a General-Signing is an APDU")

# --- with keys

DECIPHERING_FAILED = _error("deciphering-failed", _PART + "5.4.8", "the keys given decipher a ciphered APDU")
NOT_VERIFIED = _warning("not-verified", _PART + "5.4.8", "the tag of a deciphered APDU was verified")
NOT_DECIPHERED = _note("not-deciphered", _PART + "5.4.8", "this program deciphers the protection of an APDU")
COUNTER_REPEATED = _error("counter-repeated", _PART + "5.4.8", "an invocation counter is used once with a key")
COUNTER_GOES_BACK = _warning("counter-goes-back", _PART + "5.4.8", "an invocation counter is above those before it")

# --- conversations

WRONG_SENDER = _error("wrong-sender", _PART + "6", "a client sends requests, a server responses and notifications")
RESPONSE_INVOKE_ID = _error("response-invoke-id", _PART + "6", "a response has the invoke-id of its request")
RESPONSE_PRIORITY = _warning("response-priority", _PART + "6", "a response has the priority of its request")
RESPONSE_RESULTS = _error("response-results", _PART + "6", "a response to a list has a result for each of its elements")
RESPONSE_WITHOUT_REQUEST = _warning("response-without-request", _PART + "6", "a response answers a request that waits")

# --- links


def link_rule_name(fault: LinkFault) -> str:
    """The name of the rule that a link fault breaks."""
    return f"link-{fault}"


LINK_RULES: Final[Mapping[LinkFault, Rule]] = {
    fault: Rule(link_rule_name(fault), severity, clause, title)
    for fault, severity, clause, title in (
        (LinkFault.TRUNCATED, Severity.ERROR, _LINKS, "a frame or message has all its octets"),
        (LinkFault.TRAILING_OCTETS, Severity.ERROR, _LINKS, "nothing follows a complete frame, message or parameter"),
        (LinkFault.NOISE, Severity.WARNING, f"{_HDLC}; {_MBUS}", "there is nothing between frames"),
        (LinkFault.FLAG, Severity.ERROR, f"{_HDLC}; {_MBUS}", "a frame has its flags, or start and stop octets"),
        (LinkFault.FORMAT, Severity.ERROR, _HDLC, "the frame format is type 3"),
        (LinkFault.VERSION, Severity.ERROR, _WRAPPER, "the version of the wrapper is 1"),
        (LinkFault.LENGTH, Severity.ERROR, _LINKS, "a length agrees with the octets"),
        (LinkFault.LIMIT, Severity.ERROR, _LINKS, "there are no more octets than the receiver takes"),
        (LinkFault.ADDRESS, Severity.ERROR, _HDLC, "an HDLC address has 1, 2 or 4 octets"),
        (LinkFault.CONTROL, Severity.ERROR, _HDLC, "the control field is one of HDLC"),
        (LinkFault.HCS, Severity.ERROR, _HDLC, "the header check sequence is right"),
        (LinkFault.FCS, Severity.ERROR, _HDLC, "the frame check sequence is right"),
        (LinkFault.CHECKSUM, Severity.ERROR, _MBUS, "the checksum of a frame is right"),
        (LinkFault.PARAMETERS, Severity.ERROR, _HDLC, "SNRM and UA have a list of parameters, or nothing"),
        (LinkFault.SEQUENCE, Severity.ERROR, f"{_HDLC}; {_MBUS}", "a segment follows the one before it"),
        (LinkFault.REPEATED, Severity.NOTE, _HDLC, "a segment is sent once"),
        (LinkFault.INCOMPLETE, Severity.WARNING, f"{_HDLC}; {_MBUS}", "the last segment of an APDU is there"),
    )
}
"""The rule that each link fault breaks."""

LINK_LLC = _note("link-llc", _HDLC, "an APDU in an HDLC frame has the LLC header in front")
LINK_OVERFLOW = _warning("link-overflow", _MBUS, "a frame has no more octets than its length octet can count")

_OWN: Final = tuple(value for value in globals().values() if isinstance(value, Rule))


def _from(first: Rule, last: Rule) -> tuple[Rule, ...]:
    return _OWN[_OWN.index(first) : _OWN.index(last) + 1]


SUBJECTS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "Octets that cannot be read": tuple(rule for rule in DECODING_RULES if rule not in READING_RULES),
    "Octets that can be read and should be others": tuple(
        COMPACT_UNREADABLE if rule is COMPACT_CONTENTS else rule for rule in READING_RULES
    ),
    "Editions": _from(APDU_OF_OTHER_EDITION, VALUE_OF_OTHER_EDITION),
    "Reserved bits of the invocation": _from(INVOKE_ID_RESERVED, LONG_INVOKE_ID_RESERVED),
    "References to objects": _from(CLASS_ID_ZERO, PROFILE_SELECTION),
    "Lists": _from(LIST_LENGTHS, REPORT_NAMES),
    "Blocks": _from(BLOCK_NUMBER_ZERO, TRANSFER_WITHOUT_DATA),
    "Initiate": _from(DLMS_VERSION, DEDICATED_KEY_LENGTH),
    "Application associations": _from(APPLICATION_CONTEXT, RELEASE_PLAIN),
    "Errors of services": _from(EXCEPTION_STATE, SERVICE_ERROR_SERVICE),
    "Dates and times": _from(DATE_TIME_LENGTH, GENERALIZED_TIME),
    "Data": _from(ARRAY_ELEMENTS, FLOATING_POINT_OBSOLETE),
    "Ciphering": _from(CIPHERED_HEADER, SIGNED_CONTENT),
    "With keys": _from(DECIPHERING_FAILED, COUNTER_GOES_BACK),
    "Conversations": _from(WRONG_SENDER, RESPONSE_WITHOUT_REQUEST),
    "Links": (*LINK_RULES.values(), LINK_LLC, LINK_OVERFLOW),
}
"""All rules, by subject."""

RULES: Final[Mapping[str, Rule]] = {rule.name: rule for rules in SUBJECTS.values() for rule in rules}
"""All rules, by name."""
