"""The values behind DEFAULT get the type of their member, through references.

After this pass a default is a bool for BOOLEAN, an int for INTEGER, a str for ENUMERATED (the name) and
the character strings, bytes for OCTET STRING, the names of the set bits in their order for a BIT STRING
(Bits where a set bit has no name), and None for NULL.
"""

from __future__ import annotations

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
    OctetString,
    Problem,
    Range,
    Reference,
    Schema,
    Sequence,
    Type,
    TypeDefinition,
)
from xdlms_codegen.passes.lookup import Types, change_definitions, change_types

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
        case _:
            raise _WrongError("is not supported: its type is neither a number, a name, octets, bits nor characters")


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
    if not isinstance(value, Literal) or value.form == '"':
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


def _octets(value: DefaultValue, chain: list[Type]) -> bytes:
    if not isinstance(value, Literal) or value.form == '"':
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
            return f'"{value.text}"' if value.form == '"' else f"'{value.text}'{value.form}"
        case _:
            return str(value)
