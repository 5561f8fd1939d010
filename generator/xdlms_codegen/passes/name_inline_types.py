"""Types written inside others get a definition of their own, and a reference stands in their place.

Named are SEQUENCE, CHOICE, ENUMERATED, and an INTEGER or BIT STRING with names. The name is the path
of the place with hyphens, where ``element`` stands for the elements of a SEQUENCE OF: the member
``reason`` of ``Reply`` is ``Reply-reason``, the elements of ``List ::= SEQUENCE OF CHOICE`` are
``List-element``. When that name is taken, ``-2`` is put behind it, or ``-3`` and so on. The tag in front
of the type stays in its place, on the reference. The definition stands right in front of its parent's.
"""

from __future__ import annotations

from dataclasses import replace

from xdlms_codegen.model import (
    BitString,
    Choice,
    Enumerated,
    Integer,
    Module,
    Problem,
    Reference,
    Schema,
    Sequence,
    Type,
    TypeDefinition,
)
from xdlms_codegen.passes.lookup import with_children


def run(schema: Schema) -> tuple[Schema, list[Problem]]:
    """Move the types written inside others out of them."""
    taken = {definition.name for definition in schema.definitions()}
    modules = []
    for module in schema.modules:
        namer = _Namer(module, taken)
        for definition in module.definitions:
            namer.add(definition)
        modules.append(replace(module, definitions=tuple(namer.definitions)))
    return replace(schema, modules=tuple(modules)), []


class _Namer:
    """The definitions of one module, the inner ones in front of the outer ones."""

    def __init__(self, module: Module, taken: set[str]) -> None:
        self.definitions: list[TypeDefinition] = []
        self._module = module
        self._taken = taken

    def add(self, definition: TypeDefinition) -> None:
        type_ = self._children_named(definition.type, definition.path)
        self.definitions.append(replace(definition, type=type_))

    def _children_named(self, type_: Type, path: str) -> Type:
        comments = (
            {member.name: member.comment for member in type_.members} if isinstance(type_, Sequence | Choice) else {}
        )

        def named(name: str, child: Type) -> Type:
            return self._named(child, f"{path}.{name}", comments.get(name, ""))

        return with_children(type_, named)

    def _named(self, type_: Type, path: str, comment: str) -> Type:
        inner = self._children_named(type_, path)
        if not _needs_name(type_):
            return inner
        name = self._free(path.replace(".", "-"))
        self._taken.add(name)
        definition = TypeDefinition(name, self._module.name, replace(inner, tag=None), type_.location, comment, path)
        self.definitions.append(definition)
        return Reference(type_.location, name, type_.tag)

    def _free(self, name: str) -> str:
        number = 1
        free = name
        while free in self._taken:
            number += 1
            free = f"{name}-{number}"
        return free


def _needs_name(type_: Type) -> bool:
    match type_:
        case Sequence() | Choice() | Enumerated():
            return True
        case Integer() | BitString():
            return bool(type_.named)
        case _:
            return False
