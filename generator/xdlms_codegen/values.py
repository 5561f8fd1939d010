"""The values of the modules: what a name means where a number stands.

Here too is what asn1tools drops without a check: the names in EXPORTS, and those of values in IMPORTS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from xdlms_codegen.model import Form, Problem, SourceLocation
from xdlms_codegen.syntax.tree import (
    ImportTree,
    ModuleTree,
    Number,
    SymbolTree,
    TagTree,
    TypeTree,
    ValueDefinitionTree,
    ValueName,
    types_of,
    types_of_values,
)


@dataclass(frozen=True, slots=True)
class Known:
    """A value, and the name and the place of the module that defines it."""

    definition: ValueDefinitionTree
    module: str
    home: SourceLocation


_Scope: TypeAlias = Mapping[str, Known | None]


class Values:
    """The numbers behind the names in all modules that are compiled together.

    ``problems`` are the names that have no number; each counts as 0. ``numbers`` gives the number of a
    name by the place where it is used; ``unknown`` are those places whose name has none. Modules that are
    not complete may have others.
    """

    def __init__(self, modules: Sequence[ModuleTree], *, is_complete: bool = True) -> None:
        self._is_complete = is_complete
        self._in_part = {module.name for module in modules if not module.is_complete}
        self._may_have = {(module.name, name) for module in modules for name in module.refused}
        self._cut = {module.location for module in modules if not module.is_complete}
        self.problems: list[Problem] = []
        self.unknown: set[SourceLocation] = set()
        self.numbers: dict[SourceLocation, int] = {}
        self._types = {
            definition.name: (definition.type, module.location)
            for module in reversed(modules)
            for definition in reversed(module.definitions)
        }
        own = {module.location: self._own(module) for module in modules}
        by_name = {module.name: own[module.location] for module in reversed(modules)}
        self._scopes = {
            module.location: self._with_imports(module, own[module.location], by_name) for module in modules
        }
        for module in modules:
            self.problems += _exports(module)
            for used in _names_used(module):
                self.numbers[used.location] = self._resolved(used, module.location)
            for tag in _tags_with_names(module):
                self._check_tag(tag)

    def _may(self, module: str, name: str) -> bool:
        """Whether a module may have a value that could not be read."""
        return module in self._in_part or (module, name) in self._may_have

    def of(self, module: ModuleTree) -> Mapping[str, Known | None]:
        """The values that a module knows by their names; None stands for one that is imported and not there."""
        return self._scopes[module.location]

    def _own(self, module: ModuleTree) -> _Scope:
        scope: dict[str, Known] = {}
        for value in module.values:
            first = scope.setdefault(value.name, Known(value, module.name, module.location)).definition
            if first is not value:
                message = f"the value {value.name} is defined twice (first at line {first.location.line})"
                self.problems.append(Problem(value.location, message))
        return scope

    def _with_imports(self, module: ModuleTree, own: _Scope, by_name: Mapping[str, _Scope]) -> _Scope:
        scope = {**dict.fromkeys(module.refused), **own}
        for written in module.imports:
            there = by_name.get(written.module)
            for symbol in _values_in(written):
                if there is None and self._is_complete:
                    message = f"the module {written.module} is not among the files"
                    self.problems.append(Problem(written.location, message))
                elif there is not None and symbol.name not in there and not self._may(written.module, symbol.name):
                    self.problems.append(Problem(symbol.location, f"{written.module} has no value {symbol.name}"))
                scope.setdefault(symbol.name, there.get(symbol.name) if there else None)
        return scope

    def _resolved(self, used: ValueName, home: SourceLocation) -> int:
        """Follow a name from value to value. What is wrong with the definition of a value is not told here."""
        name = used.name
        seen = {used.location}
        while True:
            scope = self._scopes[home]
            known = scope.get(name)
            if known is None:
                if len(seen) == 1 and name not in scope and home not in self._cut:
                    self.problems.append(Problem(used.location, f"undefined value {name}"))
                break
            definition, written = known.definition, known.definition.value
            if written is None or definition.location in seen:
                break
            seen.add(definition.location)
            base, place = self._base(definition.type, known.home)
            if base.keyword != "INTEGER":
                if not base.reference and len(seen) == 2:
                    self.problems.append(Problem(used.location, _no_number(used, definition)))
                break
            if written.form is Form.NUMBER:
                return int(written.text)
            if written.form is not Form.NAME:
                break
            number = next((named.number for named in base.named if named.name == written.text), None)
            if isinstance(number, int):
                return number
            name, home = written.text, known.home
            if number is not None:
                if number.location == used.location:
                    self.problems.append(Problem(used.location, _circle(used, definition)))
                if number.location in seen:
                    break
                seen.add(number.location)
                name, home = number.name, place
        self.unknown.add(used.location)
        return 0

    def _base(self, type_: TypeTree, home: SourceLocation) -> tuple[TypeTree, SourceLocation]:
        """The type behind names of types, and the module where it stands; a name where that leads nowhere."""
        passed = set()
        while type_.reference and type_.keyword in self._types and type_.keyword not in passed:
            passed.add(type_.keyword)
            type_, home = self._types[type_.keyword]
        return type_, home

    def _check_tag(self, tag: TagTree) -> None:
        if isinstance(tag.number, ValueName) and self.numbers[tag.number.location] < 0:
            message = f"the tag number {tag.number.name} is {self.numbers[tag.number.location]}, which is negative"
            self.problems.append(Problem(tag.number.location, message))
            self.numbers[tag.number.location] = 0
            self.unknown.add(tag.number.location)


def _no_number(used: ValueName, definition: ValueDefinitionTree) -> str:
    where = definition.location.seen_from(used.location)
    return f"{used.name} is a value of {definition.type.keyword}, defined at {where}; a number was expected"


def _circle(used: ValueName, definition: ValueDefinitionTree) -> str:
    where = definition.location.seen_from(used.location)
    return f"the value {definition.name}, defined at {where}, is the number that it is written with here"


def _exports(module: ModuleTree) -> Iterator[Problem]:
    known = {definition.name for definition in module.definitions} | {value.name for value in module.values}
    known |= module.refused | {symbol.name for written in module.imports for symbol in written.symbols}
    if not module.is_complete:
        return
    for symbol in module.exports:
        if symbol.name not in known:
            yield Problem(symbol.location, f"{symbol.name} is exported, but {module.name or 'it'} does not define it")


def _values_in(written: ImportTree) -> Iterator[SymbolTree]:
    return (symbol for symbol in written.symbols if symbol.name[0].islower())


def _names_used(module: ModuleTree) -> Iterator[ValueName]:
    """The names that stand where a number may."""
    numbers: list[Number | None] = []
    for tree in (*types_of(module), *types_of_values(module)):
        numbers += [named.number for named in tree.named]
        numbers += [tree.tag.number] if tree.tag is not None else []
        for written in (tree.range, tree.size):
            if written is not None:
                numbers += [written.minimum, written.maximum]
    return (number for number in numbers if isinstance(number, ValueName))


def _tags_with_names(module: ModuleTree) -> Iterator[TagTree]:
    tags = (tree.tag for tree in (*types_of(module), *types_of_values(module)))
    return (tag for tag in tags if tag is not None and isinstance(tag.number, ValueName))
