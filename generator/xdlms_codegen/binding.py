"""The binding: what the abstract syntax cannot say, read from TOML and held against the schema.

A path is a type's name, or a type's name and a component's, joined by a dot. What nothing in the
schema has is an error, so that a misspelt entry is never silent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xdlms_codegen.model import Choice, Problem, Schema, SchemaError, Sequence, SequenceOf, SourceLocation

RULES = {"axdr": "A-XDR", "ber": "BER"}

OPTIONAL_TABLE = "where-present"
"""The table whose entries may be for another edition."""


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

    def merged(self, other: Binding) -> Binding:
        """This binding with the entries of another one, which win."""
        return Binding(
            roots={**self.roots, **other.roots},
            self_describing={**self.self_describing, **other.self_describing},
            contains={**self.contains, **other.contains},
            secret=self.secret | other.secret,
            show={**self.show, **other.show},
            names={**self.names, **other.names},
            prefixed=self.prefixed | other.prefixed,
        )

    def paths(self) -> frozenset[str]:
        """Every path that an entry is for."""
        tables = (self.roots, self.self_describing, self.contains, self.show, self.names)
        return frozenset(path for table in tables for path in table) | self.secret | self.prefixed

    def described_by(self) -> dict[str, str]:
        """The self-describing type of each description type."""
        return {d.description: name for name, d in self.self_describing.items() if d.description is not None}


EXTEND_TABLE = "extend"
"""The table of what a vendor adds to types; `xdlms_codegen.extend` reads it."""

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

SELF_DESCRIBING_KEYS: dict[str, type] = {"list": str, "record": str, "compact": str, "description": str, "float": list}


def read_binding(text: str, file: str, schema: Schema) -> Binding:
    """The binding of a schema; raises SchemaError with every entry that is wrong or that nothing uses."""
    return _Reader(text, file, schema).read()


class _Reader:
    def __init__(self, text: str, file: str, schema: Schema) -> None:
        self.lines = text.splitlines()
        self.file = file
        self.problems: list[Problem] = []
        self.paths = frozenset(schema_paths(schema))
        try:
            self.tables: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SchemaError(
                [Problem(SourceLocation(file, *_place(error)), f"the binding is no TOML: {error}")]
            ) from None

    def problem(self, key: str, message: str) -> None:
        """A problem at the line that has the key in it."""
        line = next((n for n, text in enumerate(self.lines, 1) if _has_key(text, key)), 1)
        self.problems.append(Problem(SourceLocation(self.file, line, 1), message))

    def read(self) -> Binding:
        optional = self.tables.pop(OPTIONAL_TABLE, {})
        self.tables.pop(EXTEND_TABLE, None)  # read before the schema was complete
        entries = {name: self.table(name, self.tables.pop(name, {}), optional=False) for name in TABLES}
        for name in TABLES:
            entries[name].update(self.table(name, optional.pop(name, {}), optional=True))
        for name in (*self.tables, *optional):
            self.problem(name, f"the binding has no table {name}; it has {', '.join(TABLES)}")
        floats = [path.rpartition(".") for path in entries["float"]]
        described = {}
        for name, table in entries["self-describing"].items():
            extra = {alternative for owner, _, alternative in floats if owner == name}
            described[name] = self.self_description(name, table, extra)
        for path, rule in entries["roots"].items():
            if rule not in RULES:
                self.problem(path, f"the root {path} has the rule {rule}; there are {' and '.join(RULES)}")
        for path, target in entries["contains"].items():
            if target not in self.paths:
                self.problem(path, f"{path} is said to contain {target}, which the schema does not have")
        for path, name in entries["names"].items():
            if not name.isidentifier():
                self.problem(path, f"{name!r} is no Python name")
        if self.problems:
            raise SchemaError(self.problems)
        return Binding(
            roots={path: RULES[rule] for path, rule in entries["roots"].items()},
            self_describing=described,
            contains=entries["contains"],
            secret=frozenset(path for path, yes in entries["secret"].items() if yes),
            show=entries["show"],
            names=entries["names"],
            prefixed=frozenset(path for path, yes in entries["prefixed"].items() if yes),
        )

    def table(self, name: str, table: Any, *, optional: bool) -> dict[str, Any]:
        """The entries of a table whose paths the schema has."""
        if not isinstance(table, dict):
            self.problem(name, f"{name} is a table")
            return {}
        good = {}
        for path, value in table.items():
            if not isinstance(value, TABLES[name]):
                self.problem(path, f"{path} in {name} is a {TABLES[name].__name__}")
            elif path in self.paths:
                good[path] = value
            elif not optional:
                self.problem(path, f"nothing in the schema is called {path}, in the table {name}")
        return good

    def self_description(self, name: str, table: dict[str, Any], floats: set[str]) -> SelfDescription:
        for key, value in table.items():
            wanted = SELF_DESCRIBING_KEYS.get(key)
            if wanted is None or not isinstance(value, wanted):
                self.problem(key, f"{key} is no entry of the self-describing {name}")
                continue
            names = value if isinstance(value, list) else [value]
            for alternative in names:
                path = alternative if key == "description" else f"{name}.{alternative}"
                if path not in self.paths:
                    self.problem(key, f"nothing in the schema is called {path}, for {key} of {name}")
        for key in ("list", "record"):
            if key not in table:
                self.problem(name, f"the self-describing {name} has no {key}")
        return SelfDescription(
            list=str(table.get("list")),
            record=str(table.get("record")),
            compact=table.get("compact"),
            description=table.get("description"),
            floats=frozenset(table.get("float", [])) | floats,
        )


def schema_paths(schema: Schema) -> list[str]:
    """Every path that a binding may name: types, their components, and those of inline types by their place."""
    paths = []
    for definition in schema.definitions():
        owners = [definition.name]
        if definition.inline_of is not None:
            owners.append(definition.inline_of)
            paths.append(definition.inline_of)
        body = definition.type
        if isinstance(body, SequenceOf):
            body = body.element
        members = body.members if isinstance(body, (Sequence, Choice)) else ()
        paths.append(definition.name)
        paths.extend(f"{owner}.{member.name}" for owner in owners for member in members)
    return paths


def _has_key(line: str, key: str) -> bool:
    written = line.split("#")[0]
    return f'"{key}"' in written or written.strip().startswith((f"{key} ", f"{key}=", f"[{key}"))


def _place(error: tomllib.TOMLDecodeError) -> tuple[int, int]:
    """Line and column from the words of the error, as older Pythons have no attributes for them."""
    words = str(error).replace(",", " ").replace(")", " ").split()
    numbers = [int(word) for word in words if word.isdigit()]
    return (numbers[-2], numbers[-1]) if len(numbers) >= 2 else (1, 1)
