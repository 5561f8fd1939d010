"""Alternatives of self-describing CHOICEs for which the kernel's table has no kind of its own.

The standard has none. A vendor may add any type to Data: an enumeration, a number with a range, a SEQUENCE.
The table says `simple` or `constructed` of them; they are read and written by the description of their type.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from xdlms.codec.axdr import FAULTS, Unusual
from xdlms.codec.errors import DecodeError, EncodeError, ErrorCode
from xdlms.codec.numbers import numeral

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from xdlms.codec.decoding import Decoder
    from xdlms.codec.encoding import Encoder
    from xdlms.codec.schema import Alternative, SelfDescribing, Syntax, Type

    Read = Callable[[Any, int, int], tuple[Any, int]]

SIMPLE: Final = "simple"
"""A type without components, such as ENUMERATED or INTEGER (0..100)."""
CONSTRUCTED: Final = "constructed"
"""A SEQUENCE, a SEQUENCE OF, a CHOICE, or a self-describing type: a level of nesting."""
OTHERS: Final = (SIMPLE, CONSTRUCTED)

MAX_FREE_ELEMENTS: Final = 64
"""Elements that cost no octets which the fast path takes in one value; the slow path counts those of the APDU."""


def described_by(owner: Any, tag: int) -> tuple[Syntax, Alternative]:
    """The description of an alternative of the class `owner`, and the syntax that it belongs to."""
    syntax: Syntax = owner.SYNTAX
    type: Any = syntax.types.of_class(owner).type
    alternative: Alternative = type.others[tag]
    return syntax, alternative


def reader_of(owner: Any, tag: int, kind: str, max_depth: int) -> Callable[[bytes, int, int], tuple[Any, Any, int]]:
    """The fast reader of an alternative, as the kernel calls it; its description is looked up at the first value."""
    found: list[Read] = []

    def read_other(octets: bytes, at: int, level: int) -> tuple[Any, Any, int]:
        if not found:
            syntax, alternative = described_by(owner, tag)
            found.append(_read_by(syntax, alternative, int(is_level(syntax, kind, alternative)), max_depth))
        value, end = found[0](octets, at, level)
        return tag, value, end

    return read_other


def is_level(syntax: Syntax, kind: str, alternative: Alternative) -> bool:
    """Whether the alternative is a level of nesting; a SEQUENCE or CHOICE that can hold itself counts its own."""
    return kind == CONSTRUCTED and not getattr(syntax.types.resolve(alternative.type), "recursive", False)


def _read_by(syntax: Syntax, alternative: Alternative, levels: int, max_depth: int) -> Read:
    from xdlms.codec import schema  # all of this module stands above the kernel, which calls it
    from xdlms.codec.decoding import Decoder, width_of

    type = syntax.types.resolve(alternative.type)
    if not alternative.tags:
        if isinstance(type, schema.Enumerated):
            return _named_reader({number: type.cls(number) for number in type.names})
        if isinstance(type, schema.Integer) and type.cls is None and type.low is not None and type.high is not None:
            return _range_reader(width_of(type.low, type.high), type.low, type.high)

    def read(octets: bytes, at: int, level: int) -> tuple[Any, int]:
        decoder = Decoder(syntax, octets)
        decoder.level = level + levels
        decoder.free_elements = MAX_FREE_ELEMENTS
        if decoder.level > max_depth:
            raise Unusual
        try:
            return decoder.component(alternative.type, alternative.tags, at, len(octets))
        except DecodeError:
            raise Unusual from None

    return read


def _named_reader(values: dict[int, Any]) -> Read:
    """A number of one octet that must have a name."""

    def read(octets: bytes, at: int, level: int) -> tuple[Any, int]:
        return values[octets[at]], at + 1

    return read


def _range_reader(width: int, low: int, high: int) -> Read:
    """A number of fixed width in a range."""
    signed = low < 0

    def read(octets: bytes, at: int, level: int) -> tuple[Any, int]:
        end = at + width
        value = int.from_bytes(octets[at:end], "big", signed=signed)
        if end > len(octets) or not low <= value <= high:
            raise Unusual
        return value, end

    return read


def writer_of(owner: Any, tag: int) -> Callable[[Any], bytes]:
    """The writer of an alternative: from the value to the octets behind the tag. Raises EncodeError."""

    def write_other(value: Any) -> bytes:
        from xdlms.codec.encoding import Encoder

        syntax, alternative = described_by(owner, tag)
        return Encoder(syntax).component(alternative.type, alternative.tags, value)

    return write_other


def made(owner: Any, tag: int, value: Any) -> Any:
    """A value of the class `owner` from that of an alternative; raises EncodeError where it does not fit.

    What it holds is its own: it has been written and read.
    """
    from xdlms.codec.decoding import Decoder
    from xdlms.codec.encoding import Encoder

    syntax, alternative = described_by(owner, tag)
    try:
        octets = Encoder(syntax).component(alternative.type, alternative.tags, value)
        return Decoder(syntax, bytes((tag,)) + octets).whole(syntax.types.of_class(owner))
    except RecursionError:
        raise EncodeError(ErrorCode.TOO_DEEP, "the value is nested too deeply") from None
    except DecodeError as error:
        # such as one with too many levels of nesting
        raise EncodeError(error.code, error.reason, path=error.path) from None


def misfit(kind: str, name: str, value: Any) -> EncodeError:
    """Why a value is none of the kind, which the kernel reads by itself; `name` is that of its tag."""
    if kind in "bBhHiIqQ" and isinstance(value, int):
        bits = 8 * struct.calcsize(kind)
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if kind.islower() else (0, (1 << bits) - 1)
        return EncodeError(ErrorCode.OUT_OF_RANGE, f"{numeral(value)} is not in {low} to {high}")
    if kind[:-1].isdigit() and isinstance(value, (bytes, bytearray, memoryview)):
        return EncodeError(ErrorCode.SIZE, f"expected {kind[:-1]} octets, got {len(bytes(value))}")
    return EncodeError(ErrorCode.WRONG_TYPE, f"a {type(value).__name__} is no value of {name}")


def read_other(decoder: Decoder, type: SelfDescribing, tag: int, at: int, end: int) -> tuple[Any, int]:
    """The slow path: the value behind the tag at `at - 1`, its path with the name of the alternative."""
    alternative = type.others[tag]
    counts = is_level(decoder.syntax, type.cls.KINDS[tag], alternative)
    decoder.deeper(counts, at - 1)
    decoder.path.append("." + alternative.name)
    value, stop = decoder.component(alternative.type, alternative.tags, at, end)
    decoder.path.pop()
    decoder.level -= counts
    return value, stop


def check_others(encoder: Encoder, type: SelfDescribing, value: Any) -> None:
    """Finds the value of such an alternative that does not fit its type, and raises EncodeError with its path.

    Does nothing where the fault is elsewhere.
    """
    steps = len(encoder.path)
    try:
        _check_others(encoder, type, value.shape, value.raw)
    except EncodeError:
        raise
    except FAULTS:
        del encoder.path[steps:]


def _check_others(encoder: Encoder, type: SelfDescribing, shape: Any, value: Any) -> None:
    if isinstance(shape, int):
        alternative = type.others.get(shape)
        if alternative is not None:
            encoder.path.append("." + alternative.name)
            encoder.component(alternative.type, alternative.tags, value)
            encoder.path.pop()
        return
    if not isinstance(value, (list, tuple)):
        return
    inner = (shape[1],) * len(value) if len(shape) == 3 else shape[1]
    for index, (element, item) in enumerate(zip(inner, value, strict=False)):
        encoder.path.append(f"[{index}]")
        _check_others(encoder, type, element, item)
        encoder.path.pop()


def type_name_of(type: Type) -> str:
    """The ASN.1 name of a simple type, as the decoder tells it to a tracer."""
    name = type.__class__.__name__
    return _TYPE_NAMES.get(name) or str(getattr(type, "kind", name))


_TYPE_NAMES: Final = {
    "Null": "NULL",
    "Boolean": "BOOLEAN",
    "Integer": "INTEGER",
    "Enumerated": "ENUMERATED",
    "Bits": "BIT STRING",
    "Octets": "OCTET STRING",
    "ObjectIdentifier": "OBJECT IDENTIFIER",
}
