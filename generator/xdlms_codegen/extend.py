"""What a binding changes of the types in the modules, before the passes look at them.

``[extend]`` adds to types of another module. An entry is the name of the type, the name of what is added,
and either an alternative as ASN.1 writes it, for a CHOICE, or a number, for an ENUMERATED, an INTEGER or
a BIT STRING with names. A type that is written inside another one goes by its path, as in every other table::

    [extend."Root-Choice"]
    "new-request" = "[180] IMPLICIT New-Request"

    [extend."Some-Result"]
    "new-reason" = 200

    [extend."Some-Response.service-error"]
    "new-error" = "[9] NULL"

``[size]`` gives the size of a type whose module leaves it to a comment::

    [size]
    "Some-Bits" = 24
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import get_close_matches
from re import compile as pattern
from typing import Any

from xdlms_codegen.binding import OPTIONAL_TABLE
from xdlms_codegen.binding_text import BindingText
from xdlms_codegen.model import (
    REFUSED,
    BitString,
    CharacterString,
    Choice,
    Enumerated,
    Integer,
    Member,
    Module,
    NamedNumber,
    OctetString,
    Problem,
    Range,
    Reference,
    Schema,
    SchemaError,
    SequenceOf,
    SourceLocation,
    Type,
    TypeDefinition,
)
from xdlms_codegen.parse import parse_sources
from xdlms_codegen.passes import Pass
from xdlms_codegen.passes.lookup import change_definitions, walk, with_children

_NAME = "added"
"""What stands for the name of an alternative while its type is read: a wrong one does not hide what is wrong there."""

_COMPONENT_NAME = pattern("[a-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")

EXTEND = "extend"
SIZE = "size"


@dataclass(frozen=True, slots=True)
class Addition:
    """One entry of ``[extend]``: what is added to which type, and where the binding says so."""

    target: str
    name: str
    value: str | int
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class Size:
    """One entry of ``[size]``; one that is optional is for a type that need not be there."""

    target: str
    size: int
    location: SourceLocation
    is_optional: bool


Change = Addition | Size


def changes_of(text: BindingText) -> tuple[list[Change], list[Problem]]:
    """The entries of a binding that change types, and the problems of those that are none."""
    problems: list[Problem] = []
    return [*_additions(text, problems), *_sizes(text, problems)], problems


def _additions(text: BindingText, problems: list[Problem]) -> list[Addition]:
    table = text.tables.get(EXTEND, {})
    if not isinstance(table, dict):
        problems.append(text.problem(f"{EXTEND} is a table", EXTEND))
        return []
    additions = []
    for target, entries in table.items():
        if not isinstance(entries, dict):
            problems.append(text.problem(f"{EXTEND}.{target} is a table of what is added", EXTEND, target))
            continue
        for name, value in entries.items():
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                problems.append(text.problem(f"{target}.{name} is an alternative or a number", EXTEND, target, name))
            else:
                additions.append(Addition(target, name, value, text.place(EXTEND, target, name)))
    return additions


def _sizes(text: BindingText, problems: list[Problem]) -> list[Size]:
    sizes = []
    for path in ((SIZE,), (OPTIONAL_TABLE, SIZE)):
        table: Any = text.tables
        for key in path:
            table = table.get(key, {}) if isinstance(table, dict) else {}
        if not isinstance(table, dict):
            problems.append(text.problem(f"{SIZE} is a table", *path))
            continue
        for target, size in table.items():
            if isinstance(size, bool) or not isinstance(size, int) or size < 0:
                problems.append(text.problem(f"the size of {target} is a number", *path, target))
            else:
                sizes.append(Size(target, size, text.place(*path, target), is_optional=len(path) > 1))
    return sizes


def changing(changes: list[Change]) -> Pass:
    """The pass that makes these changes."""

    def run(schema: Schema) -> tuple[Schema, list[Problem]]:
        problems: list[Problem] = []
        names = {definition.name for definition in schema.definitions()}
        paths = {path for definition in schema.definitions() for path, _ in walk(definition)}
        by_definition: dict[str, list[Change]] = {}
        for change in changes:
            if change.target in paths:
                by_definition.setdefault(change.target.partition(".")[0], []).append(change)
            elif isinstance(change, Addition) or not change.is_optional:
                problems.append(Problem(change.location, _unknown(change, paths)))

        def changed(_: Module, definition: TypeDefinition) -> TypeDefinition:
            for change in by_definition.get(definition.name, ()):
                inside = change.target.split(".")[1:]
                try:
                    definition = replace(definition, type=_changed_at(definition.type, inside, change, names))
                except SchemaError as error:
                    problems.extend(error.problems)
            return definition

        return change_definitions(schema, changed), problems

    return run


def _unknown(change: Change, paths: set[str]) -> str:
    near = get_close_matches(change.target, sorted(paths), 1)
    what = "to extend" if isinstance(change, Addition) else "to give a size"
    return f"there is no type {change.target} {what}" + (f", did you mean {near[0]}?" if near else "")


def _changed_at(body: Type, inside: list[str], change: Change, names: set[str]) -> Type:
    """The type with the change at a path in it; an empty path is the type itself."""
    if not inside:
        return _changed(body, change, names)
    first, *others = inside
    return with_children(
        body, lambda name, child: _changed_at(child, others, change, names) if name == first else child
    )


def _changed(body: Type, change: Change, names: set[str]) -> Type:
    if isinstance(change, Size):
        return body if isinstance(body, Reference) and body.name == REFUSED else _sized(body, change)
    problems = _name_problems(change)
    if isinstance(body, Choice):
        if not isinstance(change.value, str):
            why = 'an alternative is written as in ASN.1, such as "[180] IMPLICIT New-Request"'
            raise SchemaError([*problems, _wrong(change, why)])
        try:
            added = _type(change, change.value, names)
        except SchemaError as error:
            raise SchemaError([*problems, *error.problems]) from None
        body = replace(body, members=(*body.members, Member(change.name, added, change.location)))
    elif isinstance(body, (Enumerated, Integer, BitString)) and body.named:
        if not isinstance(change.value, int):
            raise SchemaError([*problems, _wrong(change, "a value is a number")])
        body = replace(body, named=(*body.named, NamedNumber(change.name, change.value, change.location)))
    elif isinstance(body, Reference) and body.name != REFUSED:
        raise SchemaError([*problems, _wrong(change, f"this is a {body.name}: extend that type")])
    elif not isinstance(body, Reference):
        why = "only a CHOICE, and a type with named numbers or bits, can be extended"
        raise SchemaError([*problems, _wrong(change, why)])
    if problems:
        raise SchemaError(problems)
    return body


def _sized(body: Type, change: Size) -> Type:
    size = Range(change.size, change.size)
    if not isinstance(body, (BitString, OctetString, CharacterString, SequenceOf)):
        raise SchemaError([Problem(change.location, f"{change.target} is nothing that has a size")])
    if body.size not in (Range(0, None), size):
        message = f"{change.target} has the size {body.size} in its module, not {change.size}"
        raise SchemaError([Problem(change.location, message)])
    return replace(body, size=size)


def _wrong(addition: Addition, why: str) -> Problem:
    return Problem(addition.location, f"{addition.target}.{addition.name}: {why}")


def _name_problems(addition: Addition) -> list[Problem]:
    """Whether what is added has a name as ASN.1 has them."""
    if _COMPONENT_NAME.fullmatch(addition.name):
        return []
    return [_wrong(addition, "a name is a small letter, then letters and digits, with single hyphens between")]


def _type(addition: Addition, written: str, names: set[str]) -> Type:
    """The type of an alternative, read by the same parser as every other, at the place of the entry."""
    text = f"Addition DEFINITIONS ::= BEGIN\nHolder ::= CHOICE {{ {_NAME} {written}\n }}\nEND\n"
    schema = parse_sources([(addition.location.file, text.encode("utf-8", errors="replace"))], in_part=True)
    holder = next((found for found in schema.definitions() if found.name == "Holder"), None)
    members = holder.type.members if holder is not None and isinstance(holder.type, Choice) else ()
    problems = [Problem(addition.location, problem.message) for problem in schema.problems]
    if len(members) > 1 or len(schema.definitions()) > 1:
        problems.append(_wrong(addition, "one alternative an entry"))
    used = {type_.name for _, type_ in walk(holder) if isinstance(type_, Reference)} if holder is not None else set()
    unknown = sorted(used - names - {REFUSED})
    if unknown:
        problems.append(_wrong(addition, f"there is no type {', '.join(unknown)}"))
    if problems or not members:
        raise SchemaError(problems)
    moved: Type = _at(members[0].type, addition.location)
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
