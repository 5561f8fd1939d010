"""The rules that decoding reports by name when it goes on: one table for findings, checks and docs."""

from __future__ import annotations

from xdlms.codec.errors import Severity


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
_SYNTAX = "IEC 62056-5-3, 8"

LENGTH_NOT_SHORTEST = Rule(
    "length-not-shortest", Severity.NOTE, f"{_AXDR}; {_BER}", "a length is sent in its shortest form"
)
BOOLEAN_NOT_01 = Rule("boolean-not-01", Severity.NOTE, _AXDR, "TRUE is sent as 01")
DEFAULT_SENT = Rule("default-sent", Severity.NOTE, f"{_AXDR}; {_BER}", "a default value is left out")
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
TRAILING_OCTETS = Rule("trailing-octets", Severity.ERROR, _SYNTAX, "nothing follows a complete APDU")
PAD_BITS = Rule("pad-bits", Severity.ERROR, f"{_AXDR}; {_BER}", "the bits that fill the last octet are 0")
CHARACTERS = Rule("characters", Severity.ERROR, _SYNTAX, "a string has only the characters of its type")
COMPACT_CONTENTS = Rule(
    "compact-contents", Severity.ERROR, _SYNTAX, "the contents of a compact-array are whole elements of its type"
)

DECODING_RULES: tuple[Rule, ...] = tuple(value for value in globals().values() if isinstance(value, Rule))
"""Every rule that decoding itself looks at."""
