"""Every name means one type: imports, references, and definitions that only lead back to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from xdlms_codegen.model import REFUSED, Module, Problem, Reference, Schema, SourceLocation, TypeDefinition
from xdlms_codegen.passes.lookup import Types, first_at, types_of_values, walk


def run(schema: Schema) -> tuple[Schema, list[Problem]]:
    """Find modules and names that are missing, ambiguous or circular."""
    problems = [*_repeated_modules(schema)]
    modules = {module.name: module for module in reversed(schema.modules)}
    for module in schema.modules:
        problems += _imports(module, modules, is_complete=schema.is_complete)
        problems += _references(module, schema)
    problems += _circles(schema)
    return schema, problems


def _repeated_modules(schema: Schema) -> Iterator[Problem]:
    first: dict[str, SourceLocation] = {}
    for module in schema.modules:
        if not module.name:
            continue
        before = first.setdefault(module.name, module.location)
        if before is not module.location:
            where = first_at(before, module.location)
            yield Problem(module.location, f"the module {module.name} is defined twice ({where})")


def _imports(module: Module, modules: dict[str, Module], *, is_complete: bool) -> Iterator[Problem]:
    own = {definition.name: definition for definition in module.definitions}
    sources: dict[str, str] = {}
    for imported in module.imports:
        source = modules.get(imported.module)
        there = {definition.name for definition in source.definitions} | source.refused if source else set()
        places = imported.places or (imported.location,) * len(imported.names)
        if source is None and is_complete:
            yield Problem(imported.location, f"the module {imported.module} is not among the files")
        elif source is not None and source.name == module.name:
            yield Problem(imported.location, f"the module {module.name} imports from itself")
            continue
        for name, place in zip(imported.names, places, strict=True):
            if source is not None and source.is_complete and name not in there:
                yield Problem(place, f"{imported.module} has no type {name}{_near(name, there)}")
            if name in own:
                line = own[name].location.line
                yield Problem(place, f"{name} is imported from {imported.module} and defined at line {line}")
            elif name in sources:
                before = sources[name]
                again = f"twice from {before}" if before == imported.module else f"from {before} and {imported.module}"
                yield Problem(place, f"{name} is imported {again}")
            sources.setdefault(name, imported.module)


def _references(module: Module, schema: Schema) -> Iterator[Problem]:
    known = {REFUSED, *(definition.name for definition in module.definitions)}
    known.update(name for imported in module.imports for name in imported.names)
    known |= module.refused
    if not module.is_complete:
        return
    elsewhere = {definition.name: definition.module for definition in reversed(schema.definitions())}
    for definition in (*module.definitions, *types_of_values(module)):
        for _, type_ in walk(definition):
            if isinstance(type_, Reference) and type_.name not in known:
                there = elsewhere.get(type_.name)
                hint = f"; import it from {there}" if there else _near(type_.name, known)
                yield Problem(type_.location, f"undefined type {type_.name}{hint}")


def _near(name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known - {REFUSED}), n=1, cutoff=0.7)
    return f"; is {near[0]} meant?" if near else ""


def _circles(schema: Schema) -> Iterator[Problem]:
    """Definitions that refer to one another and never to a type, each circle once."""
    types = Types(schema)
    done: set[str] = set()
    for definition in schema.definitions():
        names: list[str] = []
        current: TypeDefinition | None = definition
        while current is not None and current.name not in done:
            done.add(current.name)
            names.append(current.name)
            current = types.get(current.type.name) if isinstance(current.type, Reference) else None
        if current is not None and current.name in names:
            circle = [*names[names.index(current.name) :], current.name]
            yield Problem(current.location, f"the type {current.name} is defined by itself: {' ::= '.join(circle)}")
