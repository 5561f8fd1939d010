"""The values behind DEFAULT get the type of their member, through references.

After this pass a default is a bool for BOOLEAN, an int for INTEGER, a str for ENUMERATED (the name) and
the character strings, bytes for OCTET STRING, the names of the set bits in their order for a BIT STRING
(Bits where a set bit has no name), the numbers with dots between for an OBJECT IDENTIFIER, and None for NULL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from xdlms_codegen.model import (
    Bits,
    BitString,
    Boolean,
    CharacterString,
    Choice,
    Default,
    DefaultValue,
    Enumerated,
    Integer,
    Literal,
    Member,
    Module,
    NamedNumber,
    Null,
    ObjectIdentifier,
    OctetString,
    Problem,
    Range,
    Reference,
    Schema,
    Sequence,
    SequenceOf,
    Type,
    TypeDefinition,
)
from xdlms_codegen.passes.lookup import Types, change_definitions, change_types

_ARC = re.compile(r"(?:[a-z][A-Za-z0-9-]* \( (?P<named>\d{1,99}) \)|(?P<number>\d{1,99}))(?: |$)")
_ARC_BITS = 128
"""The bits of a number in an OBJECT IDENTIFIER, at the most, as the runtime has it."""

_Value = TypeVar("_Value", str, bytes)


def run(schema: Schema) -> tuple[Schema, list[Problem]]:
    """Type every default; find those that are no value of their type."""
    types = Types(schema)
    problems: list[Problem] = []

    def change(module: Module, definition: TypeDefinition) -> TypeDefinition:
        def typed(type_: Type) -> Type:
            if not isinstance(type_, Sequence | Choice):
                return type_
            members = tuple(_member(member, types, module.values, problems) for member in type_.members)
            return replace(type_, members=members)

        return replace(definition, type=change_types(definition.type, typed))

    return change_definitions(schema, change), problems


class _WrongError(Exception):
    """A default that is no value of its type; the text says why."""


def _member(member: Member, types: Types, values: Mapping[str, int], problems: list[Problem]) -> Member:
    default = member.default
    if default is None:
        return member
    chain = types.chain(member.type)
    try:
        value = _typed(default.value, chain[-1], chain, values)
    except _WrongError as wrong:
        problems.append(Problem(default.location or member.location, f"the default of {member.name} {wrong}"))
        return member
    return replace(member, default=Default(value, default.location))


def _typed(value: DefaultValue, base: Type, chain: list[Type], values: Mapping[str, int]) -> DefaultValue:
    match base:
        case Boolean():
            return _boolean(value)
        case Integer():
            return _integer(value, base, chain, values)
        case Enumerated():
            return _enumerated(value, base)
        case BitString():
            return _bits(value, base, chain)
        case OctetString():
            return _octets(value, chain)
        case CharacterString():
            if isinstance(value, Literal) and value.form == '"':
                return _sized(value.text, len(value.text), "character", chain)
            raise _WrongError(f'is not characters in quotation marks, as "ab", but {_shown(value)}')
        case Null():
            if value is None:
                return None
            raise _WrongError(f"is not NULL, but {_shown(value)}")
        case Reference():
            # The name is undefined or circular, which the references pass says.
            return value
        case ObjectIdentifier():
            return _identifier(value)
        case Sequence() | SequenceOf() | Choice():
            kind = {Sequence: "SEQUENCE", SequenceOf: "SEQUENCE OF", Choice: "CHOICE"}[base.__class__]
            raise _WrongError(f"is not supported: its type is a {kind}; make the component OPTIONAL")


def _boolean(value: DefaultValue) -> bool:
    if isinstance(value, bool):
        return value
    raise _WrongError(f"is not TRUE or FALSE, but {_shown(value)}")


def _integer(value: DefaultValue, base: Integer, chain: list[Type], values: Mapping[str, int]) -> int:
    named = {name.name: name.number for name in base.named}
    if isinstance(value, str):
        if value not in named and value not in values:
            raise _WrongError(f"is {value}, which is no name of its type{_known(base.named)} and no value")
        value = named.get(value, values.get(value, 0))
    if not isinstance(value, int) or isinstance(value, bool):
        raise _WrongError(f"is not a number, but {_shown(value)}")
    for link in chain:
        limits = link.range if isinstance(link, Reference | Integer) else None
        if limits is not None and not _within(value, limits):
            raise _WrongError(f"is {value}, outside the range {limits}")
    return value


def _enumerated(value: DefaultValue, base: Enumerated) -> str:
    if not isinstance(value, str):
        raise _WrongError(f"is not a name, but {_shown(value)}")
    if value not in {name.name for name in base.named}:
        raise _WrongError(f"is {value}, which is no name of its type{_known(base.named)}")
    return value


def _bits(value: DefaultValue, base: BitString, chain: list[Type]) -> DefaultValue:
    names = {name.number: name.name for name in base.named}
    if isinstance(value, tuple):
        for name in value:
            if name not in names.values():
                raise _WrongError(f"has {name}, which is no bit of its type{_known(base.named)}")
            if value.count(name) > 1:
                raise _WrongError(f"has the bit {name} twice")
        return tuple(names[number] for number in sorted(names) if names[number] in value)
    if not isinstance(value, Literal) or value.form not in ("B", "H"):
        raise _WrongError(f"is not a list of bits in braces or digits, as {{a, b}} or '1010'B, but {_shown(value)}")
    digits = value.text if value.form == "B" else "".join(f"{int(digit, 16):04b}" for digit in value.text)
    if not names:
        return Bits(_sized(digits, len(digits), "bit", chain))
    last = digits.rfind("1") + 1
    for link in chain:
        size = link.size if isinstance(link, Reference | BitString) else None
        if size is not None and size.maximum is not None and last > size.maximum:
            raise _WrongError(f"has {_counted(last, 'bit')}, outside the size {size}")
    numbers = [number for number, digit in enumerate(digits) if digit == "1"]
    if all(number in names for number in numbers):
        return tuple(names[number] for number in numbers)
    return Bits(digits)


def _identifier(value: DefaultValue) -> str:
    """The numbers of an OBJECT IDENTIFIER, as in ``{2 16 country(756)}``."""
    arcs: list[int] = []
    if isinstance(value, Literal) and value.form == "{":
        place = 0
        while (found := _ARC.match(value.text, place)) is not None:
            arcs.append(int(found["named"] or found["number"]))
            place = found.end()
        if place < len(value.text):
            arcs = []
    if not arcs:
        raise _WrongError(
            f"is not numbers in braces, as {{2 16 756}} or {{joint(2) country(16) 756}}, but {_shown(value)}"
        )
    if len(arcs) < 2 or arcs[0] > 2 or (arcs[0] < 2 and arcs[1] > 39):
        raise _WrongError(f"is {_shown(value)}, which is no object identifier")
    if any(arc.bit_length() > _ARC_BITS for arc in (40 * arcs[0] + arcs[1], *arcs[2:])):
        raise _WrongError(f"has a number of more than {_ARC_BITS} bits")
    return ".".join(map(str, arcs))


def _octets(value: DefaultValue, chain: list[Type]) -> bytes:
    if not isinstance(value, Literal) or value.form not in ("B", "H"):
        raise _WrongError(f"is not octets in digits, as '0AFF'H, but {_shown(value)}")
    digits_an_octet, base = (2, 16) if value.form == "H" else (8, 2)
    if len(value.text) % digits_an_octet:
        raise _WrongError(f"is {_shown(value)}, which is no whole number of octets")
    count = len(value.text) // digits_an_octet
    octets = int(value.text or "0", base).to_bytes(count, "big")
    return _sized(octets, count, "octet", chain)


def _sized(value: _Value, count: int, what: str, chain: list[Type]) -> _Value:
    for link in chain:
        size = link.size if isinstance(link, Reference | BitString | OctetString | CharacterString) else None
        if size is not None and not _within(count, size):
            raise _WrongError(f"has {_counted(count, what)}, outside the size {size}")
    return value


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _within(value: int, limits: Range) -> bool:
    return (limits.minimum is None or value >= limits.minimum) and (limits.maximum is None or value <= limits.maximum)


def _known(named: tuple[NamedNumber, ...]) -> str:
    return f" ({', '.join(name.name for name in named)})" if 0 < len(named) <= 8 else ""


def _shown(value: DefaultValue) -> str:
    match value:
        case bool():
            return str(value).upper()
        case None:
            return "NULL"
        case tuple():
            return "{" + ", ".join(value) + "}"
        case Literal():
            if value.form == "{":
                return "{" + value.text.replace(" ,", ",") + "}"
            return f'"{value.text}"' if value.form == '"' else f"'{value.text}'{value.form}"
        case _:
            return str(value)
