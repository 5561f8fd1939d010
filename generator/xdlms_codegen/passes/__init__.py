"""The checks and transformations of a schema, one module each, in the order of PASSES.

A pass takes a schema and gives one back, changed or not, with the problems it found. It goes on where
an earlier one found problems, so that all are reported together; what it gives for a wrong place is
never used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from xdlms_codegen.model import Problem, Schema, SchemaError
from xdlms_codegen.passes import (
    apply_tags,
    check_constraints,
    check_recursion,
    distinct_tags,
    name_inline_types,
    order_by_dependency,
    resolve_references,
    type_defaults,
    unique_names,
)

Pass: TypeAlias = Callable[[Schema], tuple[Schema, list[Problem]]]

PASSES: tuple[Pass, ...] = (
    resolve_references.run,
    unique_names.run,
    apply_tags.run,
    distinct_tags.run,
    check_constraints.run,
    type_defaults.run,
    name_inline_types.run,
    check_recursion.run,
    order_by_dependency.run,
)

_STRUCTURE: tuple[Pass, ...] = (resolve_references.run, check_recursion.run)
"""The passes whose problems leave types that are not there, or have no end."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the passes give: the schema, all problems, and whether every type that is used is there and ends."""

    schema: Schema
    problems: list[Problem]
    is_sound: bool


def run_passes(schema: Schema, extension: Pass | None = None) -> Schema:
    """The schema as the rest of the compiler takes it.

    `extension` is a pass of the caller's that adds to types; it runs when all names are resolved, as what
    it adds is not bound to the imports of the type's module.

    Every name is defined, every tag has its mode, every default the type of its member, every inline
    type its own definition, and definitions follow what they use.

    Raises SchemaError with the problems of all passes, and those that the schema had.
    """
    checked = check(schema, extension)
    if checked.problems:
        raise SchemaError(checked.problems, schema.sources)
    return checked.schema


def check(schema: Schema, extension: Pass | None = None) -> Checked:
    """Run the passes, as `run_passes`, and give what they find."""
    problems = [*schema.problems]
    is_sound = not problems
    first, *others = PASSES
    for run in (first, *([extension] if extension is not None else []), *others):
        schema, found = run(schema)
        problems += found
        if found and run in _STRUCTURE:
            is_sound = False
    return Checked(schema, problems, is_sound)
