"""Finding types by name, walking them, and changing them: what several passes need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from xdlms_codegen.model import (
    Choice,
    Module,
    Reference,
    Schema,
    Sequence,
    SequenceOf,
    SourceLocation,
    Type,
    TypeDefinition,
)


class Types:
    """The definitions of a schema by their names; of several with one name the first."""

    def __init__(self, schema: Schema) -> None:
        self._definitions: dict[str, TypeDefinition] = {}
        for definition in schema.definitions():
            self._definitions.setdefault(definition.name, definition)

    def get(self, name: str) -> TypeDefinition | None:
        """The definition of a name, or None when there is none."""
        return self._definitions.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self._definitions

    def chain(self, type_: Type) -> list[Type]:
        """The type, the one it refers to, and so on to one that is no reference.

        The last is a Reference only when the name is undefined or the references go round.
        """
        found = [type_]
        names: set[str] = set()
        while isinstance(last := found[-1], Reference) and last.name not in names:
            names.add(last.name)
            definition = self.get(last.name)
            if definition is None:
                break
            found.append(definition.type)
        return found

    def base(self, type_: Type) -> Type | None:
        """The type at the end of the references, or None when they lead nowhere."""
        last = self.chain(type_)[-1]
        return None if isinstance(last, Reference) else last

    def is_untagged_choice(self, type_: Type) -> bool:
        """Whether a type, its own tag set aside, is a CHOICE or refers to one with no tag on the way.

        Such a type has no tag that an implicit one could replace (ITU-T X.680 clause 31.2.7).
        """
        chain = self.chain(type_)
        return isinstance(chain[-1], Choice) and all(link.tag is None for link in chain[1:])


def children(type_: Type) -> tuple[tuple[str, Type], ...]:
    """The types written directly inside a type, each with its name; ``element`` is that of a SEQUENCE OF."""
    match type_:
        case Sequence() | Choice():
            return tuple((member.name, member.type) for member in type_.members)
        case SequenceOf():
            return (("element", type_.element),)
        case _:
            return ()


def walk(definition: TypeDefinition) -> Iterator[tuple[str, Type]]:
    """All types written in a definition, in the order of the text, each with its path."""
    waiting: list[tuple[str, Type]] = [(definition.path, definition.type)]
    while waiting:
        path, type_ = waiting.pop()
        yield path, type_
        waiting += [(f"{path}.{name}", child) for name, child in reversed(children(type_))]


def types_of_values(module: Module) -> Iterator[TypeDefinition]:
    """The types of the values that a module defines, each as a definition with the name of the value."""
    for value in module.values.values():
        if value.module == module.name and value.value is not None:
            yield TypeDefinition(value.name, module.name, value.type, value.location)


def with_children(type_: Type, change: Callable[[str, Type], Type]) -> Type:
    """The type with each type directly inside it changed; ``change`` is given the name and the type."""
    match type_:
        case Sequence() | Choice():
            members = tuple(replace(member, type=change(member.name, member.type)) for member in type_.members)
            return replace(type_, members=members)
        case SequenceOf():
            return replace(type_, element=change("element", type_.element))
        case _:
            return type_


def change_types(type_: Type, change: Callable[[Type], Type]) -> Type:
    """The type with every type in it changed, the inner ones first."""
    return change(with_children(type_, lambda _, child: change_types(child, change)))


def change_definitions(schema: Schema, change: Callable[[Module, TypeDefinition], TypeDefinition]) -> Schema:
    """The schema with every definition changed."""
    modules = tuple(
        replace(module, definitions=tuple(change(module, definition) for definition in module.definitions))
        for module in schema.modules
    )
    return replace(schema, modules=modules)


def first_at(first: SourceLocation, second: SourceLocation) -> str:
    """Where something was first, said in a problem at another place: ``first at line 4``."""
    return f"first at {first.seen_from(second)}"
