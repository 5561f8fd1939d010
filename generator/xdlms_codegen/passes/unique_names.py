"""Names and numbers that may stand only once: types, members, enumerations, named numbers and bits."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Many

from xdlms_codegen.model import (
    BitString,
    Choice,
    Enumerated,
    Integer,
    Member,
    NamedNumber,
    Problem,
    Schema,
    Sequence,
    TypeDefinition,
)
from xdlms_codegen.passes.lookup import first_at, walk


def run(schema: Schema) -> tuple[Schema, list[Problem]]:
    """Find what is named or numbered twice."""
    problems = [*_definitions(schema)]
    for definition in schema.definitions():
        for path, type_ in walk(definition):
            match type_:
                case Sequence() | Choice():
                    problems += _names(path, type_.members)
                case Enumerated() | Integer() | BitString():
                    problems += _names(path, type_.named)
                    problems += _numbers(path, type_.named)
            if isinstance(type_, BitString):
                problems += _bits(path, type_)
    return schema, problems


def _definitions(schema: Schema) -> Iterator[Problem]:
    """One namespace for all modules: the names of the generated classes are in one package."""
    first: dict[str, TypeDefinition] = {}
    for definition in schema.definitions():
        before = first.setdefault(definition.name, definition)
        if before is definition:
            continue
        where = first_at(before.location, definition.location)
        if before.module == definition.module or not before.module:
            message = f"the type {definition.name} is defined twice ({where})"
        else:
            message = f"the type {definition.name} is defined in {before.module} too ({where})"
        yield Problem(definition.location, message)


def _names(path: str, items: Many[Member] | Many[NamedNumber]) -> Iterator[Problem]:
    first: dict[str, Member | NamedNumber] = {}
    for item in items:
        before = first.setdefault(item.name, item)
        if before is not item:  # what a binding adds is all at one place
            where = first_at(before.location, item.location)
            yield Problem(item.location, f"the name {item.name} is used twice in {path} ({where})")


def _numbers(path: str, items: Many[NamedNumber]) -> Iterator[Problem]:
    first: dict[int, NamedNumber] = {}
    for item in items:
        before = first.setdefault(item.number, item)
        if before is not item:
            where = first_at(before.location, item.location)
            message = f"the number {item.number} is used twice in {path} (for {before.name}, {where})"
            yield Problem(item.location, message)


def _bits(path: str, type_: BitString) -> Iterator[Problem]:
    for bit in type_.named:
        if bit.number < 0:
            yield Problem(bit.location, f"the bit {bit.name} ({bit.number}) of {path} has a negative number")
        elif type_.size.maximum is not None and bit.number >= type_.size.maximum:
            last = type_.size.maximum - 1
            message = f"the bit {bit.name} ({bit.number}) is outside {path}, whose last bit is {last}"
            yield Problem(bit.location, message)
