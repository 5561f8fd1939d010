"""What a vendor adds to types of another module, as the binding's ``[extend]`` says.

An entry is the name of the type, the name of what is added, and either an alternative as ASN.1 writes
it, for a CHOICE, or a number, for an ENUMERATED, an INTEGER or a BIT STRING with names::

    [extend."Root-Choice"]
    "new-request" = "[180] IMPLICIT New-Request"

    [extend."Some-Result"]
    "new-reason" = 200
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import get_close_matches
from typing import Any

from xdlms_codegen.model import (
    BitString,
    Choice,
    Enumerated,
    Integer,
    Member,
    NamedNumber,
    Problem,
    Reference,
    Schema,
    SchemaError,
    SourceLocation,
    Type,
    TypeDefinition,
)
from xdlms_codegen.parse import parse_text
from xdlms_codegen.passes.lookup import walk


@dataclass(frozen=True, slots=True)
class Addition:
    """One entry: what is added to which type, and where the binding says so."""

    target: str
    name: str
    value: str | int
    location: SourceLocation


def extend(schema: Schema, additions: list[Addition]) -> tuple[Schema, list[Problem]]:
    """The schema with everything added; problems for what cannot be."""
    problems: list[Problem] = []
    by_target: dict[str, list[Addition]] = {}
    names = {definition.name for definition in schema.definitions()}
    for addition in additions:
        if addition.target in names:
            by_target.setdefault(addition.target, []).append(addition)
        else:
            near = get_close_matches(addition.target, names, 1)
            hint = f", did you mean {near[0]}?" if near else ""
            problems.append(Problem(addition.location, f"there is no type {addition.target} to extend{hint}"))
    modules = []
    for module in schema.modules:
        definitions = []
        for definition in module.definitions:
            for addition in by_target.get(definition.name, ()):
                try:
                    definition = _added(definition, addition, names)
                except SchemaError as error:
                    problems += error.problems
            definitions.append(definition)
        modules.append(replace(module, definitions=tuple(definitions)))
    return replace(schema, modules=tuple(modules)), problems


def _added(definition: TypeDefinition, addition: Addition, names: set[str]) -> TypeDefinition:
    body = definition.type
    if isinstance(body, Choice):
        if not isinstance(addition.value, str):
            raise _wrong(addition, 'an alternative is written as in ASN.1, such as "[180] IMPLICIT New-Request"')
        member = Member(addition.name, _type(addition, names), addition.location)
        return replace(definition, type=replace(body, members=(*body.members, member)))
    if isinstance(body, (Enumerated, Integer, BitString)) and body.named:
        if not isinstance(addition.value, int):
            raise _wrong(addition, "a value is a number")
        named = NamedNumber(addition.name, addition.value, addition.location)
        return replace(definition, type=replace(body, named=(*body.named, named)))
    raise _wrong(addition, "only a CHOICE, and a type with named numbers or bits, can be extended")


def _wrong(addition: Addition, why: str) -> SchemaError:
    return SchemaError([Problem(addition.location, f"{addition.target}.{addition.name}: {why}")])


def _type(addition: Addition, names: set[str]) -> Type:
    """The type of an alternative, read by the same parser as every other, at the place of the entry."""
    text = f"Addition DEFINITIONS ::= BEGIN\nHolder ::= CHOICE {{ {addition.name} {addition.value} }}\nEND\n"
    try:
        module = parse_text(text, addition.location.file)
    except SchemaError as error:
        problems = [replace(problem, location=addition.location) for problem in error.problems]
        raise SchemaError(problems) from None
    holder = module.definitions[0]
    unknown = sorted({type_.name for _, type_ in walk(holder) if isinstance(type_, Reference)} - names)
    if unknown or not isinstance(holder.type, Choice):
        raise _wrong(addition, f"there is no type {', '.join(unknown)}")
    moved: Type = _at(holder.type.members[0].type, addition.location)
    return moved


def _at(node: Any, location: SourceLocation) -> Any:
    """A tree with every place in it replaced."""
    if isinstance(node, SourceLocation):
        return location
    if isinstance(node, tuple):
        return tuple(_at(item, location) for item in node)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(node, **{field.name: _at(getattr(node, field.name), location) for field in fields(node)})
    return node


def additions_of(text: str, file: str) -> tuple[list[Addition], list[Problem]]:
    """The entries of a binding's ``[extend]``; a text that is no TOML has none here."""
    try:
        table = tomllib.loads(text).get("extend", {})
    except tomllib.TOMLDecodeError:
        return [], []
    lines = text.splitlines()
    additions: list[Addition] = []
    problems: list[Problem] = []
    for target, entries in table.items() if isinstance(table, dict) else ():
        place = _line(lines, target)
        if not isinstance(entries, dict):
            problems.append(Problem(SourceLocation(file, place, 1), f"extend.{target} is a table of what is added"))
            continue
        for name, value in entries.items():
            location = SourceLocation(file, _line(lines, name, place), 1)
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                problems.append(Problem(location, f"{target}.{name} is an alternative or a number"))
            else:
                additions.append(Addition(target, name, value, location))
    return additions, problems


def _line(lines: list[str], key: str, after: int = 1) -> int:
    """The line that has a key in it, from a line on."""
    for number, text in enumerate(lines[after - 1 :], after):
        if f'"{key}"' in text or text.strip().startswith((f"{key} ", f"{key}=")):
            return number
    return after
