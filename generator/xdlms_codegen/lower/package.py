"""A context becomes the plan of a package: its modules, what they import, the table of types."""

from __future__ import annotations

import re

from xdlms_codegen.lower.context import Context, function_suffix
from xdlms_codegen.lower.items import items_of
from xdlms_codegen.lower.reach import SHARED
from xdlms_codegen.lower.scope import Scope
from xdlms_codegen.lower.table import class_modules, type_rows
from xdlms_codegen.lower.tags import first_octet
from xdlms_codegen.model import TypeDefinition
from xdlms_codegen.names import snake_name
from xdlms_codegen.plan import (
    ElementPlan,
    ItemPlan,
    ModulePlan,
    PackagePlan,
    RootPlan,
    SelfDescribingPlan,
)


def lower(
    context: Context, *, edition: str, sources: tuple[str, ...], command: str, later: tuple[str, ...]
) -> PackagePlan:
    """The plan of the context's package, which `command` makes from `sources`; `later` are those of later editions."""
    modules = module_plans(context)
    roots = tuple(root_plan(context, name) for name in context.binding.roots)
    exports = all_exports(context, modules)
    return PackagePlan(
        edition=edition,
        package=context.package,
        sources=sources,
        command=command,
        later=later,
        modules=modules,
        roots=roots,
        types=tuple(type_rows(context)),
        apdu=apdu_text(context, roots),
        type_imports=tuple(class_modules(context)),
        exports=tuple(sorted({name for names in exports.values() for name in names}, key=import_order)),
        init_imports=init_imports(context, exports, roots),
    )


def module_plans(context: Context) -> tuple[ModulePlan, ...]:
    """The modules by name; those whose definitions have no class of their own are left out."""
    by_module: dict[str, list[TypeDefinition]] = {}
    for definition in own_definitions(context):
        by_module.setdefault(context.modules[definition.name], []).append(definition)
    plans = []
    for name, definitions in by_module.items():
        scope = Scope(context)
        # A description's class uses its value's class, and a root's table all classes: neither need come last.
        definitions.sort(key=lambda d: (context.is_description(d.name), d.name in context.binding.roots))
        items: list[ItemPlan] = [item for definition in definitions for item in items_of(scope, definition)]
        if items:
            exports = sorted({export for item in items for export in exported(item)}, key=import_order)
            imports = import_list(scope.imports, f"{context.package}.{name}")
            comment = module_comment(context, name, definitions)
            plans.append(ModulePlan(name, comment, imports, tuple(items), tuple(exports)))
    return tuple(sorted(plans, key=lambda plan: plan.name))


def own_definitions(context: Context) -> list[TypeDefinition]:
    """The definitions that this package has code for."""
    return [
        definition
        for name, definition in context.definitions.items()
        if name not in context.absorbed and name not in context.borrowed
    ]


def import_list(imports: dict[str, set[str]], own: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What a module imports from others, in order."""
    return tuple(
        (module, tuple(sorted(names, key=import_order))) for module, names in sorted(imports.items()) if module != own
    )


def import_order(name: str) -> tuple[int, list[tuple[int, str]]]:
    """Constants before classes before functions, numbers by their value, as isort has them."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, [(int(part), "") if part.isdigit() else (-1, part.lower()) for part in re.split(r"(\d+)", name)]


def exported(item: ItemPlan) -> list[str]:
    """The public names that an item defines."""
    match item:
        case ElementPlan():
            return []
        case SelfDescribingPlan():
            return [item.python_name, item.tag_class]
        case _:
            return [item.python_name]


def all_exports(context: Context, modules: tuple[ModulePlan, ...]) -> dict[str, set[str]]:
    """The public names by module, those borrowed from another package with them."""
    exports = {f"{context.package}.{module.name}": set(module.exports) for module in modules}
    for name in context.borrowed:
        items = items_of(Scope(context), context.definitions[name]) if name not in context.absorbed else ()
        for item in items:
            exports.setdefault(context.home(name), set()).update(exported(item))
    for choice, alternatives in context.alternatives.items():
        for alternative in alternatives:
            path = f"{choice}.{alternative.member.name}"
            if path in context.borrowed_wrappers and alternative.wrapper is not None:
                exports.setdefault(context.borrowed_wrappers[path], set()).add(alternative.wrapper)
    return exports


def init_imports(
    context: Context, exports: dict[str, set[str]], roots: tuple[RootPlan, ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the package itself takes from its modules: all they export, and the tables of the roots."""
    names = {module: set(exported) for module, exported in exports.items()}
    names[f"{context.package}.syntax"] = {"SYNTAX"}
    for root in roots:
        names.setdefault(context.home(root.name), set()).add(f"{root.function.upper()}_READERS")
    return import_list(names, context.package)


def module_comment(context: Context, name: str, definitions: list[TypeDefinition]) -> str:
    """What a module holds, in a line."""
    if name == SHARED:
        return "What several APDUs use."
    roots = [definition for definition in definitions if definition.name in context.binding.roots]
    if roots:
        return f"{roots[0].name}: every APDU, by its first octet."
    mains = [d for d in definitions if snake_name(context.python_name(d.name)) == name.rstrip("_")]
    main = (mains or definitions)[-1]
    return next(iter(main.comment.splitlines()), f"{main.name}.")


def apdu_text(context: Context, roots: tuple[RootPlan, ...]) -> str:
    """The union of the roots."""
    text = " | ".join(root.python_name for root in roots)
    return f'"{text}"' if any(root.name in context.quoted for root in roots) else text


def root_plan(context: Context, name: str) -> RootPlan:
    """A top-level CHOICE and the octets that its APDUs begin with."""
    python_name = context.python_name(name)
    octets = tuple(first_octet(alternative.tag) for alternative in context.alternatives[name])
    return RootPlan(name, python_name, function_suffix(python_name), octets)
