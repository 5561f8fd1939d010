"""The binding: what the abstract syntax cannot say, held against the schema.

A path is a type's name, or a type's name and a component's, joined by a dot. What nothing in the
schema has is an error, so that a misspelt entry is never silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from keyword import iskeyword
from re import compile as pattern
from typing import Any

from xdlms_codegen.binding_text import BindingText
from xdlms_codegen.model import (
    REFUSED,
    Choice,
    Integer,
    ObjectIdentifier,
    OctetString,
    Problem,
    Reference,
    Schema,
    SchemaError,
    Sequence,
    SequenceOf,
    Type,
    TypeDefinition,
)
from xdlms_codegen.passes.graph import uses
from xdlms_codegen.passes.lookup import walk

RULES = {"axdr": "A-XDR", "ber": "BER"}

OPTIONAL_TABLE = "where-present"
"""The table whose entries may be for another edition."""

TABLES: dict[str, type] = {
    "roots": str,
    "self-describing": dict,
    "contains": str,
    "secret": bool,
    "show": str,
    "names": str,
    "prefixed": bool,
    "float": bool,
}
"""The tables, and what their entries are."""

RESERVED_TABLE = "reserved"
"""The table of first octets that no APDU has; its keys are no paths."""

SCHEMA_TABLES = ("extend", "size")
"""The tables that change the schema; `xdlms_codegen.extend` reads them."""

SELF_DESCRIBING_KEYS: dict[str, type] = {"list": str, "record": str, "compact": str, "description": str, "float": list}

HINTS: Mapping[type, tuple[str, tuple[str, ...]]] = {
    Integer: ("an INTEGER", ("invoke-id", "long-invoke-id", "short-name", "class-id", "block-control")),
    OctetString: ("an OCTET STRING", ("obis", "date-time", "system-title")),
    ObjectIdentifier: ("an OBJECT IDENTIFIER", ("context-name", "mechanism-name")),
}
"""What `[show]` can say of each kind of type, and how people call the kind."""

_OCTET = pattern("[0-9A-Fa-f]{2}")
_CLASS_NAME = pattern("[A-Z][A-Za-z0-9]*")
_TYPE_NAMES = {str: "a text", bool: "true or false", dict: "a table", list: "a list of texts"}


@dataclass(frozen=True, slots=True)
class SelfDescription:
    """How a self-describing CHOICE is held: the alternatives that are containers, and its floats."""

    list: str
    record: str
    compact: str | None
    description: str | None
    floats: frozenset[str]


@dataclass(frozen=True, slots=True)
class Binding:
    """The entries, by path."""

    roots: Mapping[str, str] = field(default_factory=dict)
    self_describing: Mapping[str, SelfDescription] = field(default_factory=dict)
    contains: Mapping[str, str] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    show: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    prefixed: frozenset[str] = frozenset()
    reserved: Mapping[int, str] = field(default_factory=dict)
    """What else a first octet stands for, so that no APDU begins with it."""

    def described_by(self) -> dict[str, str]:
        """The self-describing type of each description type."""
        return {d.description: name for name, d in self.self_describing.items() if d.description is not None}


def read_binding(text: BindingText, schema: Schema, base: Binding | None = None) -> Binding:
    """The binding of a schema, upon that of the schema which it extends.

    Without roots, every CHOICE that no other type uses is one, in A-XDR.

    Raises SchemaError with every entry that is wrong or that nothing uses, and where there is no root.
    """
    binding, problems = check_binding(text, schema, base)
    if problems:
        raise SchemaError(problems)
    return binding


def check_binding(text: BindingText, schema: Schema, base: Binding | None = None) -> tuple[Binding, list[Problem]]:
    """The binding as `read_binding` gives it, and the problems.

    The schema may have problems of its own; what follows from them only is no problem here.
    """
    reader = _Reader(text, schema, base or Binding())
    return reader.read(), reader.problems


def bound_paths(text: BindingText) -> frozenset[str]:
    """Every path that a binding has an entry for, apart from what changes the schema."""
    places = [text.tables, text.tables.get(OPTIONAL_TABLE, {})]
    return frozenset(path for tables in places for name in TABLES for path in tables.get(name, {}))


class _Reader:
    """One reading; the problems found so far."""

    def __init__(self, text: BindingText, schema: Schema, base: Binding) -> None:
        self.text = text
        self.base = base
        self.schema = schema
        self.problems: list[Problem] = []
        self.paths = schema_paths(schema)
        self.bodies = {path: d.type for d in schema.definitions() for path in (d.name, d.path)}
        self.in_part = frozenset(d.path.partition(".")[0] for d in schema.definitions() if _is_in_part(d))
        self.is_cut = not (schema.is_complete and all(module.is_complete for module in schema.modules))
        self.choices = frozenset(d.name for d in schema.definitions() if isinstance(d.type, Choice))

    def problem(self, message: str, *path: str) -> None:
        self.problems.append(self.text.problem(message, *path))

    def read(self) -> Binding:
        self.unknown_tables(self.text.tables, (*TABLES, RESERVED_TABLE, *SCHEMA_TABLES, OPTIONAL_TABLE))
        self.unknown_tables(self.table(OPTIONAL_TABLE), (*TABLES, "size"), OPTIONAL_TABLE)
        roots = self.roots()
        return Binding(
            roots=roots,
            self_describing=self.self_describing(),
            contains={**self.base.contains, **self.contains(roots)},
            secret=self.chosen("secret", self.base.secret),
            show={**self.base.show, **self.shown()},
            names={**self.base.names, **self.names()},
            prefixed=self.prefixed(),
            reserved={**self.base.reserved, **self.reserved()},
        )

    def is_unknown(self, path: str) -> bool:
        """Whether the type at a path of the schema is not there, which is told already."""
        return isinstance(self.body(path), Reference)

    # Tables

    def unknown_tables(self, tables: dict[str, Any], known: tuple[str, ...], *path: str) -> None:
        for name in tables:
            if name not in known:
                message = f"the binding has no table {'.'.join((*path, name))}; it has {', '.join(known)}"
                self.problem(message, *path, name)

    def table(self, *path: str) -> dict[str, Any]:
        """A table, empty where there is none."""
        table: Any = self.text.tables
        for key in path:
            table = table.get(key, {}) if isinstance(table, dict) else {}
        if isinstance(table, dict):
            return table
        self.problem(f"{'.'.join(path)} is a table", *path)
        return {}

    def entries(self, name: str) -> dict[str, Any]:
        """The entries of a table whose paths the schema has, and of its twin for what need not be there."""
        good = {}
        for path in ((name,), (OPTIONAL_TABLE, name)):
            for key, value in self.table(*path).items():
                if not isinstance(value, TABLES[name]):
                    self.problem(f"{key} in {name} is {_TYPE_NAMES[TABLES[name]]}", *path, key)
                elif key in self.paths:
                    good[key] = value
                elif len(path) == 1 and not self.is_in_part(key):
                    self.problem(f"nothing in the schema is called {key}, in the table {name}", *path, key)
        return good

    def wrong(self, name: str, key: str, message: str) -> None:
        """A problem with an entry of a table or of its twin."""
        if self.is_in_part(key):
            return
        path = (name, key) if key in self.table(name) else (OPTIONAL_TABLE, name, key)
        self.problem(message, *path)

    def is_in_part(self, path: str) -> bool:
        """Whether the definition that a path begins with could not be read to its end, or may be one that was not."""
        name = path.partition(".")[0]
        return name in self.in_part or (self.is_cut and name not in self.bodies)

    def chosen(self, name: str, before: frozenset[str]) -> frozenset[str]:
        """The paths that a table of true and false chooses, with those chosen before."""
        entries = self.entries(name)
        return before.union(entries) - {path for path, yes in entries.items() if not yes}

    def roots(self) -> Mapping[str, str]:
        """The roots with their rules."""
        roots = dict(self.base.roots)
        for path, rule in self.entries("roots").items():
            if rule not in RULES:
                self.wrong("roots", path, f"the root {path} has the rule {rule}; there are {' and '.join(RULES)}")
            if path not in self.choices and not self.is_unknown(path):
                message = f"{path} is no CHOICE, so it cannot be a root: its alternatives would be the APDUs"
                self.wrong("roots", path, message)
            roots[path] = RULES.get(rule, rule)
        # An [extend] is meant for a schema that has roots.
        if roots or self.problems or self.schema.problems or "extend" in self.text.tables:
            return roots
        used = {name for names in uses(self.schema).values() for name in names}
        roots = {name: RULES["axdr"] for name in uses(self.schema) if name in self.choices - used}
        if not roots:
            message = "no CHOICE here can be the one of all APDUs: write one, or name it in [roots] of a binding"
            self.problems.append(Problem(self.schema.modules[0].location, message))
        return roots

    def contains(self, roots: Mapping[str, str]) -> dict[str, str]:
        """What octets hold."""
        entries = self.entries("contains")
        for path, target in entries.items():
            if target not in roots:
                self.wrong("contains", path, f"{path} is said to contain {target}, which is no root")
            if not isinstance(self.body(path), OctetString) and not self.is_unknown(path):
                self.wrong("contains", path, f"{path} is no OCTET STRING, so it contains no APDU")
        return entries

    def shown(self) -> dict[str, str]:
        """How people read what is a number or octets."""
        entries = self.entries("show")
        for path, hint in entries.items():
            body = self.body(path)
            if isinstance(body, SequenceOf):
                body = self.resolved(body.element)
            kind = next((kind for kind in HINTS if isinstance(body, kind)), None)
            if isinstance(body, Reference):
                continue
            if kind is None or (isinstance(body, Integer) and body.named):
                message = f"{path} is shown as it is: only INTEGER, OCTET STRING and OBJECT IDENTIFIER have other forms"
                self.wrong("show", path, message)
            elif hint not in HINTS[kind][1]:
                name, hints = HINTS[kind]
                *others, last = hints
                words = f"{', '.join(others)} or {last}"
                message = f"{path} cannot be shown as {hint!r}: {name} is shown as {words}"
                self.wrong("show", path, message)
        return entries

    def prefixed(self) -> frozenset[str]:
        """The CHOICEs whose alternatives' classes have its name in front."""
        for path in self.entries("prefixed"):
            if not isinstance(self.body(path), Choice) and not self.is_unknown(path):
                self.wrong("prefixed", path, f"{path} is no CHOICE, so it has no alternatives to be called after it")
        return self.chosen("prefixed", self.base.prefixed)

    def reserved(self) -> dict[int, str]:
        """What stands for something else than an APDU, by octet."""
        found = {}
        for key, value in self.table(RESERVED_TABLE).items():
            if not _OCTET.fullmatch(key):
                self.problem(f"{key} is no octet: two hexadecimal digits", RESERVED_TABLE, key)
            elif not isinstance(value, str):
                self.problem(f"{key} in {RESERVED_TABLE} is {_TYPE_NAMES[str]}", RESERVED_TABLE, key)
            else:
                found[int(key, 16)] = value
        return found

    def body(self, path: str) -> Type:
        """What stands at a path of the schema, behind its names."""
        return self.resolved(self.paths[path])

    def resolved(self, body: Type) -> Type:
        seen: set[str] = set()
        while isinstance(body, Reference) and body.name not in seen and body.name in self.bodies:
            seen.add(body.name)
            body = self.bodies[body.name]
        return body

    def names(self) -> dict[str, str]:
        """What to call types and alternatives."""
        entries = self.entries("names")
        for path, name in entries.items():
            if not _CLASS_NAME.fullmatch(name) or iskeyword(name):
                self.wrong("names", path, f"{name!r} is no name for a class: a capital letter, then letters and digits")
            has_class = path in self.bodies or isinstance(self.bodies.get(path.rpartition(".")[0]), Choice)
            if not has_class and path in self.table("names"):
                self.wrong("names", path, f"{path} has no class of its own: types and alternatives have")
        return entries

    # Self-describing types

    def self_describing(self) -> dict[str, SelfDescription]:
        """The self-describing CHOICEs, with the alternatives that are floats."""
        described = dict(self.base.self_describing)
        for name, table in self.entries("self-describing").items():
            described[name] = self.self_description(name, table)
        for path, yes in self.entries("float").items():
            name, _, alternative = path.rpartition(".")
            if name not in described:
                self.wrong("float", path, f"{path} is no alternative of a self-describing CHOICE")
            elif yes:
                described[name] = replace(described[name], floats=described[name].floats | {alternative})
        return described

    def self_description(self, name: str, table: dict[str, Any]) -> SelfDescription:
        place = ("self-describing", name)
        if name not in self.choices and not self.is_in_part(name):
            self.problem(f"{name} is no CHOICE, so it cannot be self-describing", *place)
        good: dict[str, Any] = {}
        for key, value in table.items():
            wanted = SELF_DESCRIBING_KEYS.get(key)
            names: list[Any] = value if isinstance(value, list) else [value]
            if wanted is None:
                known = ", ".join(SELF_DESCRIBING_KEYS)
                self.problem(f"the self-describing {name} has no {key}; it has {known}", *place, key)
            elif not isinstance(value, wanted) or not all(isinstance(item, str) for item in names):
                self.problem(f"{key} of {name} is {_TYPE_NAMES[wanted]}", *place, key)
            else:
                good[key] = value
                self.alternatives(name, key, names)
        for key in ("list", "record"):
            if key not in table:
                self.problem(f"the self-describing {name} has no {key}", *place)
        return SelfDescription(
            list=good.get("list", ""),
            record=good.get("record", ""),
            compact=good.get("compact"),
            description=good.get("description"),
            floats=frozenset(good.get("float", ())),
        )

    def alternatives(self, name: str, key: str, names: list[str]) -> None:
        """Whether the schema has what an entry of a self-describing CHOICE names."""
        for alternative in names:
            path = alternative if key == "description" else f"{name}.{alternative}"
            if path not in self.paths and not self.is_in_part(path):
                message = f"nothing in the schema is called {path}, for {key} of {name}"
                self.problem(message, "self-describing", name, key)


def _is_in_part(definition: TypeDefinition) -> bool:
    return any(isinstance(type_, Reference) and type_.name == REFUSED for _, type_ in walk(definition))


def schema_paths(schema: Schema) -> dict[str, Type]:
    """Every path that a binding may name: types, their components, and those of inline types by their place.

    With what stands there.
    """
    paths: dict[str, Type] = {}
    for definition in schema.definitions():
        owners = [definition.name]
        if definition.inline_of is not None:
            owners.append(definition.inline_of)
        body = definition.type
        if isinstance(body, SequenceOf):
            body = body.element
        members = body.members if isinstance(body, (Sequence, Choice)) else ()
        paths.update(dict.fromkeys(owners, definition.type))
        paths.update({f"{owner}.{member.name}": member.type for owner in owners for member in members})
    return paths
