"""The octets of a value that the abstract syntax has: of a default."""

from __future__ import annotations

from xdlms_codegen import primitives
from xdlms_codegen.lower.context import BER, Context
from xdlms_codegen.lower.tags import ber_tags
from xdlms_codegen.model import (
    Arcs,
    Bits,
    BitString,
    Boolean,
    Characters,
    CharacterString,
    Choice,
    ChosenValue,
    DefaultValue,
    Enumerated,
    Integer,
    ListValue,
    Null,
    ObjectIdentifier,
    OctetString,
    Reference,
    Sequence,
    SequenceOf,
    SequenceValue,
    Type,
)


def component_octets(context: Context, type_: Type, value: DefaultValue, rule: str) -> bytes:
    """A value as a component of this type sends it: in BER behind its identifiers."""
    made = value_octets(context, type_, value, rule)
    rule = rule_of(context, type_, rule)
    return primitives.element(ber_tags(context, type_), made) if rule == BER else made


def rule_of(context: Context, type_: Type, rule: str) -> str:
    """The rule of a type where `rule` surrounds it."""
    while isinstance(type_, Reference) and rule != BER:
        rule = context.rules[type_.name]
        type_ = context.definitions[type_.name].type
    return rule


def value_octets(context: Context, type_: Type, value: DefaultValue, rule: str) -> bytes:
    """The contents of a value, without identifiers; a CHOICE begins with those of its alternative."""
    rule = rule_of(context, type_, rule)
    body = context.resolve(type_)
    match body, value:
        case Boolean(), bool():
            return primitives.boolean(value, rule)
        case Null(), None:
            return b""
        case Integer(), int():
            return primitives.number(body, value, rule)
        case Enumerated(), str():
            return primitives.enumerated(next(each.number for each in body.named if each.name == value), rule)
        case BitString(), Bits() | tuple():
            return primitives.bits(body, bit_digits(body, value), rule)
        case OctetString(), bytes():
            return primitives.string(body, value, rule)
        case CharacterString(), Characters():
            return primitives.string(body, value.text.encode(), rule)
        case ObjectIdentifier(), Arcs():
            return primitives.object_identifier(".".join(map(str, value.numbers)), rule)
        case Sequence(), SequenceValue():
            return _sequence(context, body, value, rule)
        case SequenceOf(), ListValue():
            joined = b"".join(component_octets(context, body.element, item, rule) for item in value.items)
            counted = rule != BER and body.size.fixed is None
            return primitives.length(len(value.items)) + joined if counted else joined
        case Choice(), ChosenValue():
            member = next(each for each in body.members if each.name == value.name)
            made = component_octets(context, member.type, value.value, rule)
            return made if rule == BER or member.type.tag is None else bytes((member.type.tag.number,)) + made
    raise TypeError(value)


def bit_digits(body: BitString, value: Bits | tuple[str, ...]) -> str:
    """The bits of a value, as many as its type has where they have names."""
    if not body.named:
        return value.digits if isinstance(value, Bits) else ""
    width = primitives.bit_width(body)
    if isinstance(value, Bits):
        return value.digits[:width].ljust(width, "0")
    numbers = {bit.number for bit in body.named if bit.name in value}
    return "".join("01"[number in numbers] for number in range(width))


def _sequence(context: Context, body: Sequence, value: SequenceValue, rule: str) -> bytes:
    given = dict(value.components)
    pieces: list[bytes] = []
    for member in body.members:
        may_be_absent = member.optional or member.default is not None
        if member.name not in given:
            pieces.append(b"" if rule == BER else b"\x00")
            continue
        presence = b"\x01" if may_be_absent and rule != BER else b""
        pieces.append(presence + component_octets(context, member.type, given[member.name], rule))
    return b"".join(pieces)
