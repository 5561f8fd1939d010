"""One APDU read, with everything there is to say about it.

Strictly, or leniently where the caller asks for it. Where strict reading refuses, this finds out what
would help: lenient reading, or another edition.
"""

from __future__ import annotations

from typing import Any, Final

from xdlms.codec.decoding import Decoder, Tracer
from xdlms.codec.entry import shallow
from xdlms.codec.errors import DecodeError, ErrorCode, Finding, Severity
from xdlms.codec.rules import TRAILING_OCTETS
from xdlms.codec.schema import Choice, Syntax, TypeInfo
from xdlms.tools.editions import NAMES, Kind, kind_of, public_name, syntax_of
from xdlms.tools.prefix import GATEWAY_REQUEST, GATEWAY_RESPONSE, take_prefix

_PERHAPS_ANOTHER_EDITION: Final = (ErrorCode.UNKNOWN_TAG, ErrorCode.UNKNOWN_VALUE)
_WRAPPER_VERSION: Final = b"\x00\x01"


class Target:
    """What octets are read as: any APDU of an edition or of a vendor's package, or one type of it (`info`).

    `edition` is an edition's name, or the abstract syntax of either.
    """

    __slots__ = ("edition", "info", "lenient", "syntax")

    def __init__(self, edition: str | Syntax, info: TypeInfo | None = None, *, lenient: bool = False) -> None:
        self.syntax: Syntax = syntax_of(edition) if isinstance(edition, str) else edition
        self.edition = self.syntax.edition
        self.info = info
        self.lenient = lenient

    def read(self, octets: bytes, *, strict: bool, tracer: Tracer | None = None) -> tuple[Any, list[Finding]]:
        """The value and the findings; raises DecodeError."""
        decoder = Decoder(self.syntax, octets, strict=strict, tracer=tracer)
        value = shallow(decoder.whole, self.info) if self.info is not None else shallow(decoder.apdu)
        return value, decoder.findings

    def kind(self, octets: bytes) -> Kind | None:
        """What kind of APDU the octets are; None for a value of a type that is no CHOICE of APDUs."""
        if self.info is not None:
            type = self.syntax.types.resolve(self.info.type)
            if not isinstance(type, Choice) or not type.known_by_tags:
                return None
        return kind_of(self.syntax, octets)


class Reading:
    """What came of reading octets.

    `name` is the type's ASN.1 name (empty if it is not known), `value` the value, None where there is an
    `error`; `findings` what was forgiven or noted; `hints` what would help, in words.
    """

    __slots__ = ("error", "findings", "hints", "kind", "name", "octets", "target", "value")

    def __init__(self, target: Target, octets: bytes) -> None:
        self.target = target
        self.octets = octets
        self.kind = target.kind(octets)
        self.name = public_name(target.info.name) if target.info else self.kind.name if self.kind else ""
        self.value: Any = None
        self.findings: list[Finding] = []
        self.error: DecodeError | None = None
        self.hints: list[str] = []

    @property
    def info(self) -> TypeInfo | None:
        """The type that the octets are of."""
        return self.target.info or (self.kind.info if self.kind else None)


def read(target: Target, octets: bytes) -> Reading:
    """Read `octets`; this never raises for what they are."""
    reading = Reading(target, octets)
    try:
        reading.value, reading.findings = target.read(octets, strict=not target.lenient)
    except DecodeError as error:
        reading.error = error
        reading.hints = _hints(target, octets, error)
    return reading


def is_apdu(target: Target, octets: bytes) -> bool:
    """Whether octets are exactly one APDU, with its prefix if it has one; quirks of meters are forgiven."""
    apdu = take_prefix(octets).apdu
    if target.kind(apdu) is None:
        return False
    try:
        _, findings = target.read(apdu, strict=False)
    except DecodeError:
        return False
    return all(finding.rule != TRAILING_OCTETS.name for finding in findings)


def _hints(target: Target, octets: bytes, error: DecodeError) -> list[str]:
    hints = []
    if error.code in _PERHAPS_ANOTHER_EDITION:
        hints += _editions_that_take_it(target, octets, error)
    if error.code is ErrorCode.UNKNOWN_APDU and octets[0] in (GATEWAY_REQUEST, GATEWAY_RESPONSE):
        hints.append("it begins a gateway prefix, which is not complete or has no APDU behind it")
    if error.code is ErrorCode.UNKNOWN_APDU and octets.startswith(_WRAPPER_VERSION):
        hints.append("perhaps a wrapper message that is not whole (--framing wrapper)")
    if not target.lenient:
        forgiven = _forgiven(target, octets)
        if forgiven:
            hints.append(f"--lenient takes it ({', '.join(forgiven)})")
    return hints


def _forgiven(target: Target, octets: bytes) -> list[str]:
    """The rules that lenient reading would forgive a breach of; empty if it refuses too."""
    try:
        _, findings = target.read(octets, strict=False)
    except DecodeError:
        return []
    return list(dict.fromkeys(finding.rule for finding in findings if finding.severity is Severity.ERROR))


def _editions_that_take_it(target: Target, octets: bytes, error: DecodeError) -> list[str]:
    for edition in NAMES:  # the oldest that has it says since when it is there
        syntax = syntax_of(edition)
        if syntax is target.syntax:
            continue
        info = syntax.types.get(target.info.name) if target.info else None
        if target.info is not None and info is None:
            continue
        try:
            Target(edition, info).read(octets, strict=True)
        except DecodeError:
            continue
        return [f"edition {edition} takes it"]
    return []
