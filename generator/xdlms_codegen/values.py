"""The values of the modules: what a name means where a number stands.

Here too is what asn1tools drops without a check: the names in EXPORTS, and those of values in IMPORTS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from xdlms_codegen.model import Problem, SourceLocation
from xdlms_codegen.syntax.tree import (
    ImportTree,
    ModuleTree,
    Number,
    SymbolTree,
    ValueDefinitionTree,
    ValueName,
    types_of,
)


@dataclass(frozen=True, slots=True)
class _Known:
    """A value and the place of the module that defines it."""

    definition: ValueDefinitionTree
    home: SourceLocation


_Scope: TypeAlias = Mapping[str, _Known | None]
"""The values that a module knows; None stands for one that is imported and not there."""


class Values:
    """The numbers behind the names in all modules that are compiled together.

    ``problems`` are the names that have no number; each counts as 0. ``numbers`` gives the number of a
    name by the place where it is used; ``unknown`` are those places whose name has none. ``refused`` are
    the names of values that could not be read.
    """

    def __init__(self, modules: Sequence[ModuleTree]) -> None:
        self.problems: list[Problem] = []
        self.unknown: set[SourceLocation] = set()
        self.refused = {value.name for module in modules for value in module.values if value.refused}
        self.numbers: dict[SourceLocation, int] = {}
        own = {module.location: self._own(module) for module in modules}
        by_name = {module.name: own[module.location] for module in reversed(modules)}
        self._scopes = {
            module.location: self._with_imports(module, own[module.location], by_name) for module in modules
        }
        for module in modules:
            self.problems += _exports(module)
            for used in _names_used(module):
                self.numbers[used.location] = self._resolved(used, module.location)

    def of(self, module: ModuleTree) -> dict[str, int]:
        """The numbers by their names in a module, those that it imports too."""
        found: dict[str, int] = {}
        for name, known in self._scopes[module.location].items():
            number = known.definition.number if known else None
            if number is not None:
                found[name] = self.numbers[number.location] if isinstance(number, ValueName) else number
        return found

    def _own(self, module: ModuleTree) -> _Scope:
        scope: dict[str, _Known] = {}
        for value in module.values:
            first = scope.setdefault(value.name, _Known(value, module.location)).definition
            if first is not value:
                message = f"the value {value.name} is defined twice (first at line {first.location.line})"
                self.problems.append(Problem(value.location, message))
        return scope

    def _with_imports(self, module: ModuleTree, own: _Scope, by_name: Mapping[str, _Scope]) -> _Scope:
        scope = dict(own)
        for written in module.imports:
            there = by_name.get(written.module)
            for symbol in _values_in(written):
                if there is None:
                    message = f"the module {written.module} is not among the files"
                    self.problems.append(Problem(written.location, message))
                elif symbol.name not in there:
                    self.problems.append(Problem(symbol.location, f"{written.module} has no value {symbol.name}"))
                scope.setdefault(symbol.name, there.get(symbol.name) if there else None)
        return scope

    def _resolved(self, used: ValueName, home: SourceLocation) -> int:
        """Follow a name from value to value. A problem is told where the name that has it stands."""
        name = used
        seen: set[SourceLocation] = set()
        while True:
            scope = self._scopes[home]
            known = scope.get(name.name)
            if known is None:
                self.unknown.add(used.location)
                if name is used and name.name not in scope:
                    self.problems.append(Problem(used.location, f"undefined value {name.name}"))
                return 0
            number: Number | None = known.definition.number
            if number is None:
                self.unknown.add(used.location)
                if name is used and not known.definition.refused:
                    message = f"{name.name} is an object identifier; a number was expected"
                    self.problems.append(Problem(used.location, message))
                return 0
            if isinstance(number, int):
                return number
            if number.location in seen:
                self.unknown.add(used.location)
                if used.location in seen:
                    self.problems.append(Problem(used.location, f"the value {used.name} is defined by itself"))
                return 0
            seen.add(number.location)
            name, home = number, known.home


def _exports(module: ModuleTree) -> Iterator[Problem]:
    known = {definition.name for definition in module.definitions} | {value.name for value in module.values}
    known |= {symbol.name for written in module.imports for symbol in written.symbols}
    for symbol in module.exports:
        if symbol.name not in known:
            yield Problem(symbol.location, f"{symbol.name} is exported, but {module.name} does not define it")


def _values_in(written: ImportTree) -> Iterator[SymbolTree]:
    return (symbol for symbol in written.symbols if symbol.name[0].islower())


def _names_used(module: ModuleTree) -> Iterator[ValueName]:
    """The names that stand where a number may."""
    numbers: list[Number | None] = [value.number for value in module.values]
    for tree in types_of(module):
        numbers += [named.number for named in tree.named]
        for written in (tree.range, tree.size):
            if written is not None:
                numbers += [written.minimum, written.maximum]
    return (number for number in numbers if isinstance(number, ValueName))
