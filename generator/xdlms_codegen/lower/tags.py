"""BER identifiers: the chain of tags that a type is sent with, from the outside in."""

from __future__ import annotations

from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Choice,
    Enumerated,
    Integer,
    Null,
    ObjectIdentifier,
    OctetString,
    Reference,
    Sequence,
    SequenceOf,
    Tag,
    TagMode,
    Type,
)

CONSTRUCTED = 0x20

UNIVERSAL: dict[type, int] = {
    Boolean: 0x01,
    Integer: 0x02,
    BitString: 0x03,
    OctetString: 0x04,
    Null: 0x05,
    ObjectIdentifier: 0x06,
    Enumerated: 0x0A,
    Sequence: 0x30,
    SequenceOf: 0x30,
}

STRINGS = {
    "UTF8String": 0x0C,
    "NumericString": 0x12,
    "PrintableString": 0x13,
    "TeletexString": 0x14,
    "T61String": 0x14,
    "VideotexString": 0x15,
    "IA5String": 0x16,
    "UTCTime": 0x17,
    "GeneralizedTime": 0x18,
    "GraphicString": 0x19,
    "VisibleString": 0x1A,
    "ISO646String": 0x1A,
    "GeneralString": 0x1B,
}


def ber_tags(context: Context, type: Type) -> tuple[int, ...]:
    """The identifiers of a type; none for a CHOICE without a tag, whose alternatives have theirs."""
    inner = _untagged(context, type)
    if type.tag is None:
        return inner
    if type.tag.mode is TagMode.IMPLICIT and inner:
        constructed = bool(first_octet(inner[0]) & CONSTRUCTED)
        return (identifier(type.tag, constructed), *inner[1:])
    return (identifier(type.tag, True), *inner)


def _untagged(context: Context, type: Type) -> tuple[int, ...]:
    match type:
        case Reference():
            return ber_tags(context, context.definitions[type.name].type)
        case Choice():
            return ()
        case CharacterString():
            return (STRINGS[type.kind],)
        case _:
            return (UNIVERSAL[type.__class__],)


def identifier(tag: Tag, constructed: bool) -> int:
    """The identifier octets of a tag, read as one number."""
    first = tag.tag_class.value | CONSTRUCTED * constructed
    if tag.number < 31:
        return first | tag.number
    octets = [tag.number & 0x7F]
    number = tag.number >> 7
    while number:
        octets.insert(0, number & 0x7F | 0x80)
        number >>= 7
    return int.from_bytes(bytes([first | 0x1F, *octets]), "big")


def identifier_octets(identifier: int) -> tuple[int, ...]:
    """The octets of an identifier."""
    return tuple(identifier.to_bytes((identifier.bit_length() + 7) // 8 or 1, "big"))


def first_octet(identifier: int) -> int:
    """The first octet of an identifier."""
    return identifier_octets(identifier)[0]


def first_identifier(context: Context, type: Type) -> tuple[int, ...]:
    """The octets that a type begins with in BER, whatever the value; none for a CHOICE without a tag."""
    return tuple(octet for tag in ber_tags(context, type)[:1] for octet in identifier_octets(tag))
