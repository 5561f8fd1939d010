"""Which encoding rule a type has, and which module its class goes to: both from what reaches it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xdlms_codegen.binding import Binding
from xdlms_codegen.lower.context import AXDR, BER, default_class_name, references
from xdlms_codegen.model import Choice, Problem, Reference, TagClass, TypeDefinition
from xdlms_codegen.names import snake_name
from xdlms_codegen.passes.graph import circles

SHARED = "common"
"""The module of the types that several APDUs use."""

TAKEN = frozenset({"syntax", "types", "schema", "entry", "decode", "decode_report", "decode_type"})
"""What every package has besides: modules, those of the runtime that it uses by name, and functions."""


def reached(definitions: Mapping[str, TypeDefinition], start: Iterable[str]) -> dict[str, str]:
    """Every definition that the start reaches, with the path by which it was first reached."""
    paths: dict[str, str] = {}
    waiting = [(name, name) for name in start]
    while waiting:
        name, path = waiting.pop(0)
        if name in paths:
            continue
        paths[name] = path
        waiting.extend((used, f"{path} > {used}") for used in references(definitions[name].type))
    return paths


def is_ber_inside(definition: TypeDefinition) -> bool:
    """An APPLICATION tag inside A-XDR: the type is sent in BER."""
    tag = definition.type.tag
    return tag is not None and tag.tag_class is TagClass.APPLICATION


def encoding_rules(definitions: Mapping[str, TypeDefinition], binding: Binding) -> tuple[dict[str, str], list[Problem]]:
    """The rule of every definition, A-XDR where no root reaches it; a type that both reach is a problem."""
    rules: dict[str, str] = {}
    paths: dict[str, str] = {}
    problems: list[Problem] = []
    waiting = [(root, rule, root) for root, rule in binding.roots.items()]
    done: set[tuple[str, str]] = set()
    while waiting:
        name, rule, path = waiting.pop(0)
        definition = definitions[name]
        # What a type in BER holds is in BER too.
        found = BER if is_ber_inside(definition) else rule
        if (name, found) in done:
            continue
        done.add((name, found))
        if rules.setdefault(name, found) != found:
            message = f"{name} is reached in {rules[name]} by {paths[name]} and in {found} by {path}"
            problems.append(Problem(definition.location, f"{message}: one rule a type"))
        paths.setdefault(name, path)
        waiting.extend((used, found, f"{path} > {used}") for used in references(definition.type))
    return {name: rules.get(name, AXDR) for name in definitions}, problems


def absorbed_types(definitions: Mapping[str, TypeDefinition], binding: Binding) -> frozenset[str]:
    """Inline types that only self-describing values and their descriptions have: the kernel reads those."""
    inside = {*binding.self_describing, *binding.described_by()}
    result: set[str] = set()
    waiting: list[str] = []
    for name in inside:
        body = definitions[name].type
        how = binding.self_describing.get(name)
        for member in body.members if isinstance(body, Choice) else ():
            # Other constructed types that are added to a self-describing one have classes of their own.
            if how is None or member.name in (how.list, how.record, how.compact):
                waiting.extend(references(member.type))
    while waiting:
        used = waiting.pop()
        if definitions[used].inline_of is not None and used not in inside | result:
            result.add(used)
            waiting.extend(references(definitions[used].type))
    return frozenset(result)


def modules_by_reach(definitions: Mapping[str, TypeDefinition], binding: Binding) -> dict[str, str]:
    """The module of every definition: of the one APDU that reaches it, or of what they share.

    A self-describing type has a module of its own, with its description; a root has one too. Modules that
    would import one another are one.
    """
    users: dict[str, set[str]] = {name: set() for name in definitions}
    modules: dict[str, str] = {}
    for root in binding.roots:
        body = definitions[root].type
        for member in body.members if isinstance(body, Choice) else ():
            if isinstance(member.type, Reference):
                for name in reached(definitions, [member.type.name]):
                    users[name].add(member.type.name)
    for name, definition in definitions.items():
        apdus = users[name]
        modules[name] = module_name(binding, definitions[next(iter(apdus))]) if len(apdus) == 1 else SHARED
        if name in binding.roots:
            modules[name] = module_name(binding, definition)
    for name, description in binding.self_describing.items():
        module = module_name(binding, definitions[name])
        for absorbed in (name, *([description.description] if description.description else [])):
            modules[absorbed] = module
    merged = merged_modules(definitions, binding, modules)
    return {name: merged.get(module, module) for name, module in modules.items()}


def merged_modules(
    definitions: Mapping[str, TypeDefinition], binding: Binding, modules: Mapping[str, str]
) -> dict[str, str]:
    """The modules that would import one another, and the one that each becomes part of: a root's, if there is one."""
    used: dict[str, dict[str, None]] = {module: {} for module in modules.values()}
    in_kernel = {*binding.self_describing, *binding.described_by(), *absorbed_types(definitions, binding)}
    for name, definition in definitions.items():
        if name in in_kernel:
            continue
        named = list(references(definition.type))
        held = [
            target
            for path, target in binding.contains.items()
            if path in named or path.rpartition(".")[0] in (name, definition.path)
        ]
        for other in (*named, *held):
            if modules[other] != modules[name]:
                used[modules[name]][modules[other]] = None
    roots = {modules[root] for root in binding.roots}
    merged = {}
    for circle in circles({module: tuple(others) for module, others in used.items()}):
        main = next((module for module in circle if module in roots), SHARED if SHARED in circle else circle[0])
        merged.update(dict.fromkeys(circle, main))
    return merged


def module_name(binding: Binding, definition: TypeDefinition) -> str:
    """The module that is called after a definition."""
    name = snake_name(default_class_name(binding.names, definition))
    return f"{name}_" if name in TAKEN else name
