"""How many octets types have in A-XDR, as far as it is always as many."""

from __future__ import annotations

from collections.abc import Mapping

from xdlms_codegen.lower.context import BER, Context
from xdlms_codegen.lower.defaults import bit_width
from xdlms_codegen.lower.tags import ber_tags, identifier_octets
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Enumerated,
    Integer,
    Null,
    OctetString,
    Range,
    Reference,
    Sequence,
    SequenceOf,
    Type,
)

INTEGERS: Mapping[tuple[int, bool], str] = {
    (1, False): "B",
    (1, True): "b",
    (2, False): "H",
    (2, True): "h",
    (4, False): "I",
    (4, True): "i",
    (8, False): "Q",
    (8, True): "q",
}
"""The letters of `struct` for numbers of so many octets, with sign or without."""


def integer_width(range: Range) -> tuple[int, bool] | None:
    """Octets and sign of a constrained INTEGER; None where it has no fixed width."""
    if range.minimum is None or range.maximum is None:
        return None
    signed = range.minimum < 0
    bits = max(range.maximum.bit_length(), (-range.minimum - 1).bit_length() if signed else 0) + signed
    return max(1, (bits + 7) // 8), signed


def is_whole_width(range: Range) -> bool:
    """Whether every number of the width is in the range, so that reading needs no check."""
    width = integer_width(range)
    if width is None:
        return False
    octets, signed = width
    low = -(1 << 8 * octets - 1) if signed else 0
    return range == Range(low, low + (1 << 8 * octets) - 1)


def number_format(context: Context, type: Type) -> str | None:
    """The letter of `struct` for a plain INTEGER that has every number of its width; None for another type."""
    body = context.resolve(type)
    if ber_inside(context, type) or not isinstance(body, Integer) or body.named or not is_whole_width(body.range):
        return None
    width = integer_width(body.range)
    return INTEGERS.get(width) if width is not None else None


def octets_of_format(format: str) -> int:
    """The octets of a letter of `struct`, or of a number of octets, as in ``12s``."""
    if format.endswith("s"):
        return int(format[:-1])
    return {"?": 1, "B": 1, "H": 2, "I": 4, "Q": 8}[format.upper()]


def is_fixed(context: Context, body: Sequence) -> bool:
    """Whether a SEQUENCE always has the same number of octets, each with a format of `struct`."""
    for member in body.members:
        inner = context.resolve(member.type)
        if member.optional or member.default is not None or ber_inside(context, member.type):
            return False
        if isinstance(inner, Sequence):
            name = context.final_name(member.type)
            if name is None or context.tag_paths.get(name) or not is_fixed(context, inner):
                return False
        elif isinstance(inner, Integer):
            if integer_width(inner.range) not in INTEGERS or not is_whole_width(inner.range):
                return False
        elif isinstance(inner, OctetString):
            if inner.size.fixed is None:
                return False
        elif not isinstance(inner, (Boolean, Enumerated, Null)):
            return False
    return True


def has_no_length(body: OctetString | CharacterString) -> bool:
    """Whether the size alone says how many octets there are; characters of a UTF8String have one to four."""
    is_utf8 = isinstance(body, CharacterString) and body.kind == "UTF8String"
    return body.size.fixed is not None and not is_utf8


def costs_nothing(context: Context, type: Type) -> bool:
    """Whether a value can have no octets: such lists are counted by the slow path."""
    body = context.resolve(type)
    if isinstance(body, Sequence):
        return all(costs_nothing(context, m.type) and not m.optional and m.default is None for m in body.members)
    if isinstance(body, (OctetString, CharacterString)):
        return has_no_length(body) and body.size.fixed == 0
    if isinstance(body, (BitString, SequenceOf)):
        return body.size.fixed is not None and (isinstance(body, SequenceOf) or body.size.fixed == 0)
    return isinstance(body, Null)


def ber_inside(context: Context, type: Type) -> bool:
    """Whether the type is sent in BER although A-XDR surrounds it."""
    while isinstance(type, Reference):
        if context.rules[type.name] == BER:
            return True
        type = context.definitions[type.name].type
    return False


def ber_prefix(context: Context, type: Type) -> tuple[tuple[int, ...], int] | None:
    """The octets in front of a named BIT STRING of fixed size, whole octets, in BER, and its octets; else None."""
    body = context.resolve(type)
    name = context.final_name(type)
    tags = ber_tags(context, type)
    if name is None or not isinstance(body, BitString) or not body.named or body.size.fixed is None:
        return None
    if body.size.fixed % 8 or body.size.fixed != bit_width(context, name):
        return None
    octets = body.size.fixed // 8
    return ((*identifier_octets(tags[0]), octets + 1, 0), octets) if len(tags) == 1 else None
