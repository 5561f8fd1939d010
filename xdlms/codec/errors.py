"""What goes wrong with octets and values, and where.

Every error of the codecs says three things: what was wrong (`reason`), in which field (`path`, from
``$``, the whole APDU, by ASN.1 names) and, when decoding, at which octet (`offset`, from 0).
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Why octets cannot be decoded or a value cannot be encoded; the set is closed."""

    # decoding
    EMPTY = "empty"
    """There are no octets at all."""
    TRUNCATED = "truncated"
    """The octets end inside a field."""
    TRAILING_OCTETS = "trailing-octets"
    """Octets are left over behind a complete APDU or inside a constructed field."""
    UNKNOWN_APDU = "unknown-apdu"
    """The first octet is the tag of no APDU of the edition."""
    UNKNOWN_TAG = "unknown-tag"
    """A tag names no alternative of the CHOICE, or no component of the SEQUENCE."""
    UNEXPECTED_TAG = "unexpected-tag"
    """Another tag than the one the type has, a repeated component, or one out of order."""
    MISSING_COMPONENT = "missing-component"
    """A mandatory component of a BER SEQUENCE is not there."""
    LENGTH_FORM = "length-form"
    """A length in a form that is not allowed: indefinite, reserved, or of more than four octets."""
    LENGTH_EXCEEDS = "length-exceeds"
    """A length or count that cannot fit in the octets that are left."""
    SIZE = "size"
    """A size outside the constraint of the type."""
    OUT_OF_RANGE = "out-of-range"
    """A number outside the range of the type."""
    UNKNOWN_VALUE = "unknown-value"
    """A number that the ENUMERATED, named INTEGER or named BIT STRING does not name."""
    PRESENCE_OCTET = "presence-octet"
    """The octet before an OPTIONAL or DEFAULT component is neither 00 nor 01."""
    BAD_STRING = "bad-string"
    """Octets that are no character string of the type, or a BIT STRING with wrong pad bits."""
    TOO_DEEP = "too-deep"
    """More levels of nesting than `max_depth` allows."""
    TOO_MANY = "too-many"
    """More elements that cost no octets than any honest sender has."""
    CONTENTS = "contents"
    """The contents of a compact-array do not fit its type description."""

    # encoding
    WRONG_TYPE = "wrong-type"
    """A Python value of a type that the field does not take."""


class CodecError(ValueError):
    """What DecodeError and EncodeError have in common.

    `code` is the kind of error, `reason` one sentence, `path` the field by ASN.1 names, `offset` the
    octet counted from 0, or None where there are no octets.
    """

    def __init__(self, code: ErrorCode, reason: str, *, path: str = "$", offset: int | None = None) -> None:
        self.code = code
        self.reason = reason
        self.path = path
        self.offset = offset
        super().__init__(reason)

    def __str__(self) -> str:
        where = self.path if self.offset is None else f"{self.path}, octet {self.offset}"
        return f"{self.reason} - at {where}"


class DecodeError(CodecError):
    """Octets that are not what the abstract syntax and the encoding rules say."""


class EncodeError(CodecError):
    """A value that the abstract syntax does not allow; nothing was encoded. `offset` is None."""


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"
    """Wrong: strict decoding refuses it, or whoever receives it has to."""
    WARNING = "warning"
    """It can be read and used, and is against a rule of the standard."""
    NOTE = "note"
    """Legal, but not the form that a sender should use."""


class Finding:
    """A deviation that was found, and no reason to stop: what lenient decoding forgave, or a form
    that is legal but not canonical.

    `rule` is the rule's name, `octets` what was found at `offset`, `clause` where the rule comes from.
    """

    __slots__ = ("rule", "severity", "path", "offset", "octets", "message", "clause")
    __match_args__ = ("rule", "severity", "path", "offset", "octets", "message", "clause")

    def __init__(
        self, rule: str, severity: Severity, path: str, offset: int, octets: bytes, message: str, clause: str
    ) -> None:
        self.rule = rule
        self.severity = severity
        self.path = path
        self.offset = offset
        self.octets = octets
        self.message = message
        self.clause = clause

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Finding):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.rule, self.path, self.offset))

    def __repr__(self) -> str:
        return f"Finding({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__slots__)})"

    def __str__(self) -> str:
        return f"{self.severity} {self.rule}: {self.message} - at {self.path}, octet {self.offset}"
