"""The rules that decoding looks at, by name: what it forgives or notes, and why octets cannot be read.

`xdlms.check` joins them with the rules about what APDUs mean, to one table for findings and docs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xdlms.codec.errors import ErrorCode, Severity


class Rule:
    """A rule: its name, how grave a breach is, the clause it comes from, and one sentence for people."""

    __slots__ = ("name", "severity", "clause", "title")

    def __init__(self, name: str, severity: Severity, clause: str, title: str) -> None:
        self.name = name
        self.severity = severity
        self.clause = clause
        self.title = title

    def __repr__(self) -> str:
        return f"<rule {self.name}>"


_AXDR = "IEC 61334-6"
_BER = "ISO/IEC 8825-1"
_BOTH = f"{_AXDR}; {_BER}"
_SYNTAX = "IEC 62056-5-3, 8"

LENGTH_NOT_SHORTEST = Rule("length-not-shortest", Severity.NOTE, _BOTH, "a length is sent in its shortest form")
BOOLEAN_NOT_01 = Rule("boolean-not-01", Severity.NOTE, _AXDR, "TRUE is sent as 01")
BOOLEAN_NOT_FF = Rule("boolean-not-ff", Severity.NOTE, _BER, "TRUE is sent as FF in BER")
DEFAULT_SENT = Rule("default-sent", Severity.NOTE, _BOTH, "a default value is left out")
BITS_NOT_SHORTEST = Rule(
    "bits-not-shortest", Severity.NOTE, _BER, "a BIT STRING with named bits is sent without its trailing 0 bits"
)
PRESENCE_OCTET = Rule(
    "presence-octet", Severity.ERROR, _AXDR, "the octet before an OPTIONAL or DEFAULT component is 00 or 01"
)
UNKNOWN_VALUE = Rule("unknown-value", Severity.ERROR, _SYNTAX, "an enumeration has only the values that are named")
UNKNOWN_COMPONENT = Rule("unknown-component", Severity.ERROR, _BER, "a SEQUENCE has only the components it names")
RAW_STRING = Rule(
    "raw-string", Severity.ERROR, f"{_SYNTAX}; {_BER}", "an OCTET STRING in an explicit tag has its own tag 04"
)
SHORT_TAG = Rule("short-tag", Severity.ERROR, _BER, "a tag over 30 has the octets 5F and the number")
DATE_TIME_FORM = Rule(
    "date-time-form", Severity.ERROR, _SYNTAX, "a date-time in an OCTET STRING has its length 0C in front, or 00"
)
TRAILING_OCTETS = Rule("trailing-octets", Severity.ERROR, _SYNTAX, "nothing follows a complete APDU or component")
PAD_BITS = Rule("pad-bits", Severity.ERROR, _BOTH, "the bits that fill the last octet are 0")
CHARACTERS = Rule("characters", Severity.ERROR, _SYNTAX, "a string has only the characters of its type")
CONTAINED_APDU = Rule("contained-apdu", Severity.ERROR, _SYNTAX, "user-information holds one APDU that can be decoded")
COMPACT_CONTENTS = Rule(
    "compact-contents", Severity.WARNING, _SYNTAX, "the contents of a compact-array are whole elements of its type"
)

READING_RULES: Final = tuple(value for value in globals().values() if isinstance(value, Rule))
"""What decoding notes when it goes on."""

EMPTY = Rule("empty", Severity.ERROR, _SYNTAX, "an APDU has octets")
TRUNCATED = Rule("truncated", Severity.ERROR, _BOTH, "every field has all its octets")
UNKNOWN_APDU = Rule("unknown-apdu", Severity.ERROR, _SYNTAX, "the first octet is the tag of an APDU")
UNKNOWN_TAG = Rule("unknown-tag", Severity.ERROR, _SYNTAX, "a tag names an alternative of its CHOICE")
UNEXPECTED_TAG = Rule(
    "unexpected-tag", Severity.ERROR, _BER, "the components of a SEQUENCE have their tags, in their order, once each"
)
MISSING_COMPONENT = Rule("missing-component", Severity.ERROR, _BER, "a mandatory component is there")
LENGTH_FORM = Rule(
    "length-form",
    Severity.ERROR,
    _BOTH,
    "a length is definite and has four octets at the most, a number has no more octets than it needs",
)
LENGTH_EXCEEDS = Rule("length-exceeds", Severity.ERROR, _BOTH, "a length or count fits in the octets that follow it")
SIZE = Rule("size", Severity.ERROR, _SYNTAX, "a size is within the constraint of its type")
OUT_OF_RANGE = Rule("out-of-range", Severity.ERROR, _SYNTAX, "a number is within the range of its type")
BAD_STRING = Rule("bad-string", Severity.ERROR, _BER, "a BIT STRING or OBJECT IDENTIFIER is complete")
TOO_DEEP = Rule("too-deep", Severity.ERROR, _SYNTAX, "values are nested no deeper than this program reads")
TOO_MANY = Rule("too-many", Severity.ERROR, _SYNTAX, "elements without octets are no more than this program reads")

UNDECODABLE: Final[Mapping[ErrorCode, Rule]] = {
    ErrorCode.EMPTY: EMPTY,
    ErrorCode.TRUNCATED: TRUNCATED,
    ErrorCode.TRAILING_OCTETS: TRAILING_OCTETS,
    ErrorCode.UNKNOWN_APDU: UNKNOWN_APDU,
    ErrorCode.UNKNOWN_TAG: UNKNOWN_TAG,
    ErrorCode.UNEXPECTED_TAG: UNEXPECTED_TAG,
    ErrorCode.MISSING_COMPONENT: MISSING_COMPONENT,
    ErrorCode.LENGTH_FORM: LENGTH_FORM,
    ErrorCode.LENGTH_EXCEEDS: LENGTH_EXCEEDS,
    ErrorCode.SIZE: SIZE,
    ErrorCode.OUT_OF_RANGE: OUT_OF_RANGE,
    ErrorCode.UNKNOWN_VALUE: UNKNOWN_VALUE,
    ErrorCode.PRESENCE_OCTET: PRESENCE_OCTET,
    ErrorCode.BAD_STRING: BAD_STRING,
    ErrorCode.TOO_DEEP: TOO_DEEP,
    ErrorCode.TOO_MANY: TOO_MANY,
    ErrorCode.CONTENTS: COMPACT_CONTENTS,
}
"""The rule that octets break which cannot be read even leniently, by the code of the error."""

DECODING_RULES: Final = (*READING_RULES, *(rule for rule in UNDECODABLE.values() if rule not in READING_RULES))
"""Every rule that decoding itself looks at."""
