"""Definitions stand behind what they use, as far as recursion allows; modules behind what they import."""

from __future__ import annotations

from dataclasses import replace

from xdlms_codegen.model import Module, Problem, Schema, TypeDefinition
from xdlms_codegen.passes.graph import after_what_they_use, uses


def run(schema: Schema) -> tuple[Schema, list[Problem]]:
    """Order the modules, and the definitions of each; what does not depend on one another keeps its order."""
    used = uses(schema)
    imports = {module.name: tuple(imported.module for imported in module.imports) for module in schema.modules}
    place = {name: index for index, name in enumerate(after_what_they_use(imports, imports))}
    modules = sorted(schema.modules, key=lambda module: place[module.name])
    return replace(schema, modules=tuple(_ordered(module, used) for module in modules)), []


def _ordered(module: Module, used: dict[str, tuple[str, ...]]) -> Module:
    # An inline type comes in where its parent uses it, so that it stands in front of it in a circle too.
    starts = [definition.path.split(".")[0] for definition in module.definitions]
    starts += [definition.name for definition in module.definitions]
    place = {name: index for index, name in enumerate(after_what_they_use(starts, used))}

    def key(definition: TypeDefinition) -> int:
        return place[definition.name]

    return replace(module, definitions=tuple(sorted(module.definitions, key=key)))
