"""The clashes of names in Python, and what a rule cannot encode, that can be told although there are other problems.

A type that is not there, or could not be read, has no part in them: nobody knows whether it has a class, or which
types it would reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from xdlms_codegen.binding import RULES, Binding
from xdlms_codegen.lower.absent import absence_problems
from xdlms_codegen.lower.build import root_clashes, rule_problems
from xdlms_codegen.lower.choices import place_alternatives
from xdlms_codegen.lower.clashes import component_clashes, name_clashes
from xdlms_codegen.lower.context import BER, Context, default_class_name
from xdlms_codegen.lower.kernel_items import kernel_problems
from xdlms_codegen.lower.reach import absorbed_types, encoding_rules, modules_by_reach, reached
from xdlms_codegen.model import (
    Choice,
    Module,
    Null,
    Problem,
    Reference,
    Schema,
    Sequence,
    SequenceOf,
    SourceLocation,
    Type,
    TypeDefinition,
)
from xdlms_codegen.passes.graph import after_what_they_use, uses
from xdlms_codegen.passes.lookup import Types, change_definitions, walk


def clashes_in_part(schema: Schema, binding: Binding, *, package: str, base: Context | None) -> Iterator[Problem]:
    """The clashes in a schema, and by a binding, that may have other problems; otherwise as `build_context`.

    So is what does not fit the encoding rule, where it is sure which rule a type has.
    """
    whole = _known(schema)
    used = uses(whole)
    by_name = {definition.name: definition for definition in reversed(whole.definitions())}
    definitions = {name: by_name[name] for name in after_what_they_use(reversed(by_name), used)}
    binding = _usable(binding, definitions, {name for names in used.values() for name in names})
    names = {name: default_class_name(binding.names, definition) for name, definition in definitions.items()}
    if base is not None:
        names |= {
            name: kept
            for name, kept in base.class_names.items()
            if name in names and names[name] == default_class_name(base.binding.names, base.definitions[name])
        }
    context = Context(
        definitions=definitions,
        binding=binding,
        package=package,
        rules=encoding_rules(definitions, binding)[0],
        modules=modules_by_reach(definitions, binding),
        absorbed=absorbed_types(definitions, binding),
        class_names=names,
    )
    placed = place_alternatives(context, base)
    yield from name_clashes(placed)
    unfit = rule_problems(whole, placed)
    told = {problem.location for problem in unfit}
    unfit += [problem for problem in kernel_problems(placed) if problem.location not in told]
    unfit += [*root_clashes(placed), *absence_problems(placed)]
    certain = _certain(schema, placed)
    yield from (problem for problem in unfit if certain is None or problem.location in certain)
    kernel = {*context.absorbed, *binding.self_describing, *binding.described_by()}
    modules = tuple(
        replace(module, definitions=tuple(d for d in module.definitions if d.name not in kernel))
        for module in schema.modules
    )
    # With the components whose types are not known: they have names too.
    yield from component_clashes(replace(schema, modules=modules))


def _certain(schema: Schema, context: Context) -> set[SourceLocation] | None:
    """The places whose encoding rule is sure whatever is refused, or not there; None where all are.

    What is refused could reach others in BER: where a root is in BER, or an APPLICATION tag stands in A-XDR.
    """
    whole = not schema.problems and all(module.is_complete for module in schema.modules)
    has_ber = BER in context.binding.roots.values() or any(
        re.search(r"\bAPPLICATION\b", line) for lines in schema.sources.values() for line in lines
    )
    if whole or not has_ber:
        return None
    places: set[SourceLocation] = set()
    for name in reached(context.definitions, context.binding.roots):
        for _, type_ in walk(context.definitions[name]):
            places.add(type_.location)
            places.update(member.location for member in getattr(type_, "members", ()))
            places.update(named.location for named in getattr(type_, "named", ()))
    return places


def _known(schema: Schema) -> Schema:
    """The schema without what is not known: components and alternatives are left out, and a NULL stands elsewhere."""
    types = Types(schema)

    def is_known(type_: Type) -> bool:
        while isinstance(type_, SequenceOf):
            type_ = type_.element
        return types.base(type_) is not None

    def known(type_: Type) -> Type:
        match type_:
            case Sequence() | Choice():
                members = tuple(
                    replace(member, type=known(member.type)) for member in type_.members if is_known(member.type)
                )
                return replace(type_, members=members)
            case SequenceOf():
                return replace(type_, element=known(type_.element))
            case Reference() if not is_known(type_):
                return Null(type_.location, type_.tag)
        return type_

    def changed(_: Module, definition: TypeDefinition) -> TypeDefinition:
        return replace(definition, type=known(definition.type))

    return change_definitions(schema, changed)


def _usable(binding: Binding, definitions: dict[str, TypeDefinition], used: set[str]) -> Binding:
    """The binding without entries for what is not there; without roots, the CHOICEs that nothing uses are them."""
    choices = {name for name, definition in definitions.items() if isinstance(definition.type, Choice)}
    rules = {*RULES.values()}
    roots = {name: rule for name, rule in binding.roots.items() if name in choices and rule in rules}
    described = {
        name: replace(entry, description=entry.description if entry.description in definitions else None)
        for name, entry in binding.self_describing.items()
        if name in choices
    }
    return replace(
        binding,
        roots=roots or {name: RULES["axdr"] for name in definitions if name in choices - used},
        self_describing=described,
        contains={path: target for path, target in binding.contains.items() if target in roots},
    )
