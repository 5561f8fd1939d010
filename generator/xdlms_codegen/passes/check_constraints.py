"""Ranges and sizes that mean something and can be encoded; those on references are made whole.

After this pass MIN and MAX in the constraint of a reference are the ends that the type behind it has,
where it has any.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xdlms_codegen.model import (
    BitString,
    CharacterString,
    Integer,
    Module,
    OctetString,
    Problem,
    Range,
    Reference,
    Schema,
    SequenceOf,
    Type,
    TypeDefinition,
)
from xdlms_codegen.passes.lookup import Types, change_definitions, change_types, types_of_values, walk

_LARGEST_SIZE = 2**32 - 1
"""A length has at most four octets."""


def run(schema: Schema) -> tuple[Schema, list[Problem]]:
    """Check every range and size, and complete those of references."""
    types = Types(schema)
    problems: list[Problem] = []
    values = [definition for module in schema.modules for definition in types_of_values(module)]
    for definition in (*schema.definitions(), *values):
        for path, type_ in walk(definition):
            problems += _problems(types, path, type_)

    def change(_: Module, definition: TypeDefinition) -> TypeDefinition:
        return replace(definition, type=change_types(definition.type, lambda type_: _completed(types, type_)))

    return change_definitions(schema, change), problems


def _problems(types: Types, path: str, type_: Type) -> Iterator[Problem]:
    match type_:
        case Integer():
            yield from _range(path, type_, type_.range)
            yield from _named_numbers(path, type_)
        case BitString() | OctetString() | CharacterString() | SequenceOf():
            yield from _size(path, type_, type_.size)
        case Reference():
            yield from _reference(types, path, type_)


def _range(path: str, type_: Type, limits: Range) -> Iterator[Problem]:
    low, high = limits.minimum, limits.maximum
    if low is None or high is None:
        return
    if low > high:
        yield Problem(type_.location, f"the range {limits} of {path} has no value in it")
    elif (low < 0 and (low < -(2**63) or high >= 2**63)) or high >= 2**64:
        yield Problem(type_.location, f"the range {limits} of {path} does not fit in 64 bits")


def _named_numbers(path: str, type_: Integer) -> Iterator[Problem]:
    for name in type_.named:
        if not _holds(type_.range, name.number):
            message = f"the number {name.name} ({name.number}) is outside the range {type_.range} of {path}"
            yield Problem(name.location, message)


def _size(path: str, type_: Type, size: Range) -> Iterator[Problem]:
    low, high = size.minimum or 0, size.maximum
    if low < 0 or (high is not None and high < 0):
        yield Problem(type_.location, f"the size {size} of {path} is negative")
    elif high is not None and low > high:
        yield Problem(type_.location, f"the size {size} of {path} has no value in it")
    elif max(low, high or 0) > _LARGEST_SIZE:
        yield Problem(type_.location, f"the size {size} of {path} is more than a length of four octets can say")


def _reference(types: Types, path: str, type_: Reference) -> Iterator[Problem]:
    base = types.base(type_)
    if base is None:
        return
    if type_.range is not None:
        if not isinstance(base, Integer):
            yield Problem(type_.location, f"{path} has a range, but {type_.name} is no INTEGER")
            return
        inherited = _inherited(types, type_, "range")
        beyond = [*_narrower(path, type_, "range", type_.range, inherited)]
        yield from beyond or _range(path, type_, _complete(type_.range, inherited))
    if type_.size is not None:
        if not isinstance(base, BitString | OctetString | CharacterString | SequenceOf):
            yield Problem(type_.location, f"{path} has a size, but {type_.name} is nothing that has one")
            return
        inherited = _inherited(types, type_, "size")
        beyond = [*_narrower(path, type_, "size", type_.size, inherited)]
        yield from beyond or _size(path, type_, _complete(type_.size, inherited))
        if isinstance(base, BitString) and type_.size.maximum is not None:
            for bit in base.named:
                if bit.number >= type_.size.maximum:
                    message = f"the size {type_.size} of {path} leaves out the bit {bit.name} ({bit.number})"
                    yield Problem(type_.location, message)
                    break


def _narrower(path: str, type_: Reference, what: str, inner: Range, outer: Range) -> Iterator[Problem]:
    ends = [end for end in (inner.minimum, inner.maximum) if end is not None]
    if not all(_holds(outer, end) for end in ends):
        message = f"the {what} {inner} of {path} goes beyond that of {type_.name}, {outer}"
        yield Problem(type_.location, message)


def _inherited(types: Types, type_: Reference, what: str) -> Range:
    """What the types that a reference leads to allow, the nearest of them last."""
    allowed = Range(None, None)
    for link in reversed(types.chain(type_)[1:]):
        limits = getattr(link, what, None)
        if isinstance(limits, Range):
            allowed = _complete(limits, allowed)
    return allowed


def _complete(inner: Range, outer: Range) -> Range:
    low = outer.minimum if inner.minimum is None else inner.minimum
    high = outer.maximum if inner.maximum is None else inner.maximum
    return Range(low, high)


def _completed(types: Types, type_: Type) -> Type:
    if not isinstance(type_, Reference):
        return type_
    if type_.range is not None:
        type_ = replace(type_, range=_complete(type_.range, _inherited(types, type_, "range")))
    if type_.size is not None:
        type_ = replace(type_, size=_complete(type_.size, _inherited(types, type_, "size")))
    return type_


def _holds(limits: Range, value: int) -> bool:
    return (limits.minimum is None or value >= limits.minimum) and (limits.maximum is None or value <= limits.maximum)
