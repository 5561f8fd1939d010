"""Types that use themselves: marked when a value can end, a problem when it cannot.

A value can end through a CHOICE with another alternative, a SEQUENCE OF that may be empty, or a
component that is OPTIONAL or has a default.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xdlms_codegen.model import (
    Choice,
    Module,
    Problem,
    Reference,
    Schema,
    Sequence,
    SequenceOf,
    Type,
    TypeDefinition,
)
from xdlms_codegen.passes.graph import circles, uses
from xdlms_codegen.passes.lookup import Types, change_definitions


def run(schema: Schema) -> tuple[Schema, list[Problem]]:
    """Mark the recursive definitions; find those whose values never end."""
    recursive = {name for circle in circles(uses(schema)) for name in circle}

    def change(_: Module, definition: TypeDefinition) -> TypeDefinition:
        return replace(definition, recursive=definition.name in recursive)

    return change_definitions(schema, change), [*_endless(schema)]


def _endless(schema: Schema) -> Iterator[Problem]:
    types = Types(schema)
    waiting = list(schema.definitions())
    ending: set[str] = set()
    while True:
        left = [definition for definition in waiting if not _needs(definition.type, types, ending)]
        if not left:
            break
        ending.update(definition.name for definition in left)
        waiting = [definition for definition in waiting if definition.name not in ending]
    told: set[str] = set()
    for definition in waiting:
        names: list[str] = []
        name = definition.name
        while name not in names and name not in told:
            names.append(name)
            following = types.get(name)
            name = _needs(following.type, types, ending)[0] if following else name
        told.update(names)
        circle = names[names.index(name) :] if name in names else []
        found = types.get(name)
        if found is not None and not all(_is_reference(types, member) for member in circle):
            chain = ", which holds ".join([*circle[1:], name])
            yield Problem(found.location, f"a value of {found.path} never ends: it always holds {chain}")


def _is_reference(types: Types, name: str) -> bool:
    definition = types.get(name)
    return definition is not None and isinstance(definition.type, Reference)


def _needs(type_: Type, types: Types, ending: set[str]) -> list[str]:
    """The names of types that every value of a type holds and that are not known to end."""
    match type_:
        case Reference():
            return [type_.name] if type_.name in types and type_.name not in ending else []
        case Sequence():
            needed = (member.type for member in type_.members if not member.optional and member.default is None)
            return [name for member in needed for name in _needs(member, types, ending)]
        case Choice():
            alternatives = [_needs(member.type, types, ending) for member in type_.members]
            return alternatives[0] if all(alternatives) and alternatives else []
        case SequenceOf():
            return _needs(type_.element, types, ending) if type_.size.minimum else []
        case _:
            return []
