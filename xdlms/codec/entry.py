"""The ways into the codecs: whole APDUs, reports, single types; and the bases of the generated classes.

The fast path is tried first; the slow path gives the verdict on what it does not take.
"""

from __future__ import annotations

from collections.abc import Callable

from xdlms.codec.axdr import FAULTS, Unusual
from xdlms.codec.data import MAX_DEPTH as MAX_DEPTH
from xdlms.codec.data import SelfDescribing
from xdlms.codec.errors import DecodeError, ErrorCode, Finding
from xdlms.codec.schema import Syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Self


def octets_of(octets: Any) -> bytes:
    """What the caller gave, as bytes; raises TypeError for anything that is no octets."""
    if isinstance(octets, bytes):
        return octets
    if isinstance(octets, (bytearray, memoryview)):
        return bytes(octets)
    raise TypeError(f"octets are bytes, bytearray or memoryview, not {type(octets).__name__}")


def hidden(value: Any) -> str:
    """A component that a repr must not show: a key, a password."""
    if value is None:
        return "None"
    return f"<{len(value)} octets>" if isinstance(value, (bytes, bytearray)) else "<hidden>"


def same(one: Any, other: Any) -> bool:
    """Whether two values of a CHOICE are equal: of one alternative too, as enumerations are equal by number.

    Self-describing values are equal by their octets, whatever package their classes are of; lists element
    by element.
    """
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return (type(one) is type(other) or isinstance(one, SelfDescribing)) and bool(one == other)


def decode_slowly(
    syntax: Syntax, octets: bytes, *, strict: bool, max_depth: int, roots: tuple[str, ...] | None = None
) -> Any:
    """One whole APDU, of one of the roots (by default, of all), that the fast path does not take.

    What the fast path takes is right, also for a lenient caller; it reads MAX_DEPTH levels.
    """
    from xdlms.codec.decoding import Decoder

    return shallow(Decoder(syntax, octets_of(octets), strict=strict, max_depth=max_depth).apdu, roots)


def shallow(read: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a reading; one that is deeper than Python's stack is an error like another."""
    try:
        return read(*arguments)
    except RecursionError:
        pass
    raise DecodeError(ErrorCode.TOO_DEEP, "more levels of nesting than Python's stack holds", offset=0)


class Decoded:
    """What a report says: the APDU, what is wrong or unusual with its octets, and its canonical form.

    Its repr does not show the octets: there may be a password among them.
    """

    __slots__ = ("apdu", "findings", "canonical")

    def __init__(self, apdu: Any, findings: tuple[Finding, ...], canonical: bytes) -> None:
        self.apdu = apdu
        self.findings = findings
        self.canonical = canonical

    def __repr__(self) -> str:
        return f"Decoded({self.apdu!r}, findings={self.findings!r}, canonical={hidden(self.canonical)})"


def decode_report(syntax: Syntax, octets: bytes, *, max_depth: int) -> Decoded:
    """One whole APDU, leniently, with everything that deviates from its canonical form.

    Raises DecodeError where the octets cannot be read even so.
    """
    from xdlms.codec.decoding import Decoder

    decoder = Decoder(syntax, octets_of(octets), strict=False, max_depth=max_depth)
    apdu = shallow(decoder.apdu)
    return Decoded(apdu, tuple(decoder.findings), apdu.encode())


def decode_type(syntax: Syntax, name: str, octets: bytes, *, strict: bool, max_depth: int = MAX_DEPTH) -> Any:
    """One value of a type by its ASN.1 name; raises KeyError for a name that the edition does not have."""
    from xdlms.codec.decoding import Decoder

    decoder = Decoder(syntax, octets_of(octets), strict=strict, max_depth=max_depth)
    return shallow(decoder.whole, syntax.types.find(name))


class Described:
    """The base of the generated classes that the slow path alone reads and writes."""

    __slots__ = ()
    SYNTAX: ClassVar[Syntax]

    def encode(self) -> bytes:
        """The octets; raises EncodeError where a component does not fit its type."""
        from xdlms.codec.encoding import Encoder

        return Encoder(self.SYNTAX).whole(self.SYNTAX.types.of_class(type(self)), self)

    @classmethod
    def decode(cls, octets: bytes, *, strict: bool = True) -> Self:
        """The value that the octets are, whole; raises DecodeError.

        Not strict, it also takes known quirks of meters in the field, and octets left over.
        """
        from xdlms.codec.decoding import Decoder

        decoder = Decoder(cls.SYNTAX, octets_of(octets), strict=strict)
        value: Self = shallow(decoder.whole, cls.SYNTAX.types.of_class(cls))
        return value


class Encodable(Described):
    """The base of the generated classes with a fast path: `read` and `write`."""

    __slots__ = ()
    TAG_PATH: ClassVar[bytes] = b""
    """The octets that the encoding begins with, whatever the value."""

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        """The value whose octets begin at `at`, behind the tag path, and where they end. Raises FAULTS."""
        raise Unusual

    def write(self) -> bytes:
        """The octets, tag path and all. Raises FAULTS."""
        raise Unusual

    def encode(self) -> bytes:
        """The octets; raises EncodeError where a component does not fit its type."""
        try:
            return self.write()
        except FAULTS:
            return super().encode()

    @classmethod
    def decode(cls, octets: bytes, *, strict: bool = True) -> Self:
        """The value that the octets are, whole; raises DecodeError.

        Not strict, it also takes known quirks of meters in the field, and octets left over.
        """
        path = cls.TAG_PATH
        if strict and type(octets) is bytes and octets.startswith(path):
            try:
                value, end = cls.read(octets, len(path))
                if end == len(octets):
                    return value
            except FAULTS:
                pass
        return super().decode(octets, strict=strict)
