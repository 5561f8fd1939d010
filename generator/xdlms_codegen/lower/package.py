"""A schema and its binding become the plan of a package."""

from __future__ import annotations

import re
from collections import Counter

from xdlms_codegen.binding import Binding
from xdlms_codegen.lower.choices import place_alternatives
from xdlms_codegen.lower.context import Context, default_class_name, function_suffix
from xdlms_codegen.lower.items import Items
from xdlms_codegen.lower.reach import SHARED, absorbed_types, encoding_rules, modules_by_reach
from xdlms_codegen.lower.table import class_modules, type_rows
from xdlms_codegen.lower.tags import first_octet
from xdlms_codegen.lower.text import Imports
from xdlms_codegen.model import Problem, Schema, SchemaError, TypeDefinition
from xdlms_codegen.names import snake_name
from xdlms_codegen.plan import (
    ChoicePlan,
    ElementPlan,
    ItemPlan,
    ModulePlan,
    NumbersPlan,
    PackagePlan,
    RootPlan,
    SelfDescribingPlan,
)


def lower(schema: Schema, binding: Binding, *, edition: str, package: str) -> PackagePlan:
    """The plan of `package` (a dotted name); raises SchemaError when the binding and the types do not agree."""
    context = build_context(schema, binding)
    modules = tuple(module_plans(context, package))
    roots = tuple(root_plan(context, name) for name in binding.roots)
    types = tuple(type_rows(context))
    return PackagePlan(
        edition=edition,
        package=package,
        sources=tuple(module.file for module in schema.modules),
        modules=modules,
        roots=roots,
        types=types,
        type_imports=((package, tuple(class_modules(context))),),
        exports=tuple((module.name, module.exports) for module in modules),
        init_imports=tuple(init_imports(modules, roots)),
    )


def init_imports(modules: tuple[ModulePlan, ...], roots: tuple[RootPlan, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """What the package takes from its modules: all they export, and the tables of the roots."""
    names = {module.name: set(module.exports) for module in modules}
    names["syntax"] = {"SYNTAX"}
    for root in roots:
        names[root.module].add(f"{root.function.upper()}_READERS")
    return [(module, tuple(sorted(used, key=import_order))) for module, used in sorted(names.items())]


def build_context(schema: Schema, binding: Binding) -> Context:
    """Everything that is decided before text is made."""
    definitions = {definition.name: definition for definition in schema.definitions()}
    rules, problems = encoding_rules(definitions, binding)
    names = {name: default_class_name(binding.names, definition) for name, definition in definitions.items()}
    context = Context(
        definitions=definitions,
        binding=binding,
        rules=rules,
        modules=modules_by_reach(definitions, binding),
        absorbed=absorbed_types(definitions, binding),
        class_names=names,
    )
    problems += name_clashes(context)
    if problems:
        raise SchemaError(problems, schema.sources)
    context = place_alternatives(context)
    problems = wrapper_clashes(context) + root_clashes(context)
    if problems:
        raise SchemaError(problems, schema.sources)
    return context


def name_clashes(context: Context) -> list[Problem]:
    """Definitions that would have the same Python name."""
    first: dict[str, TypeDefinition] = {}
    problems = []
    for name, definition in context.definitions.items():
        if name in context.absorbed:
            continue
        python_name = context.python_name(name)
        other = first.setdefault(python_name, definition)
        if other is not definition:
            message = (
                f"{definition.path} and {other.path} (line {other.location.line}) are both {python_name} in Python"
            )
            problems.append(Problem(definition.location, f"{message}: give one a name in the binding"))
    return problems


def wrapper_clashes(context: Context) -> list[Problem]:
    """Alternatives' classes that would have the name of another class."""
    counts = Counter(
        alternative.wrapper
        for alternatives in context.alternatives.values()
        for alternative in alternatives
        if alternative.wrapper is not None
    )
    return [
        Problem(
            alternative.member.location,
            f"the class {alternative.wrapper} for {choice}.{alternative.member.name} is there already:"
            " give it a name in the binding",
        )
        for choice, alternatives in context.alternatives.items()
        for alternative in alternatives
        if alternative.wrapper is not None and counts[alternative.wrapper] > 1
    ]


def root_clashes(context: Context) -> list[Problem]:
    """First octets that stand for APDUs of two roots, or of none."""
    first: dict[int, str] = {}
    problems = []
    for root in context.binding.roots:
        for alternative in context.alternatives.get(root, ()):
            path = f"{root}.{alternative.member.name}"
            if alternative.tag < 0:
                problems.append(Problem(alternative.member.location, f"{path} has no tag to be known by"))
                continue
            octet = first_octet(alternative.tag)
            other = first.setdefault(octet, path)
            if other != path and not other.startswith(f"{root}."):
                message = f"the first octet {octet:02X} of {path} is that of {other}"
                problems.append(Problem(alternative.member.location, message))
    return problems


def module_plans(context: Context, package: str) -> list[ModulePlan]:
    """The modules in the order of their imports: shared ones first, roots last."""
    by_module: dict[str, list[TypeDefinition]] = {}
    for definition in context.definitions.values():
        if definition.name not in context.absorbed:
            by_module.setdefault(context.modules[definition.name], []).append(definition)
    plans = []
    for name, definitions in by_module.items():
        imports = Imports()
        items = Items(context, imports, package)
        # A description's class uses its value's class, which need not come first in the text.
        definitions.sort(key=lambda definition: context.is_description(definition.name))
        made: list[ItemPlan] = [item for definition in definitions for item in items.of(definition)]
        if not made:
            continue
        own = f"{package}.{name}"
        used = tuple(
            (module, tuple(sorted(names, key=import_order)))
            for module, names in sorted(imports.names.items())
            if module != own
        )
        exports = tuple(sorted({export for item in made for export in exported(item)}, key=import_order))
        plans.append(ModulePlan(name, module_comment(context, name, definitions), used, tuple(made), exports))
    return sorted(plans, key=lambda plan: plan.name)


def import_order(name: str) -> tuple[int, list[tuple[int, str]]]:
    """Constants before classes before functions, numbers by their value, as isort has them."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, [(int(part), "") if part.isdigit() else (-1, part.lower()) for part in re.split(r"(\d+)", name)]


def exported(item: ItemPlan) -> list[str]:
    """The public names that an item defines."""
    match item:
        case ElementPlan():
            return [f"read_{item.function}", f"write_{item.function}"]
        case ChoicePlan():
            return [item.python_name]
        case NumbersPlan():
            return [item.python_name]
        case SelfDescribingPlan():
            return [item.python_name, item.tag_class]
        case _:
            return [item.python_name]


def module_comment(context: Context, name: str, definitions: list[TypeDefinition]) -> str:
    """What a module holds, in a line."""
    if name == SHARED:
        return "What several APDUs use."
    roots = [definition for definition in definitions if definition.name in context.binding.roots]
    if roots:
        return f"{roots[0].name}: every APDU, by its first octet."
    main = next(
        (d for d in definitions if snake_name(context.python_name(d.name)).rstrip("_") == name), definitions[-1]
    )
    return next(iter(main.comment.splitlines()), main.name)


def root_plan(context: Context, name: str) -> RootPlan:
    python_name = context.python_name(name)
    octets = tuple(first_octet(alternative.tag) for alternative in context.alternatives[name])
    return RootPlan(name, python_name, context.modules[name], function_suffix(python_name), octets)
