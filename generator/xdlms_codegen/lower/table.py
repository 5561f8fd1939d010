"""The table of types: what the runtime must know of each, as expressions that make it.

The modules that the expressions use are named as they are imported: ``schema`` for the runtime's
classes, the generated modules by their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xdlms_codegen.lower.context import BER, Alternative, Context
from xdlms_codegen.lower.defaults import default_of
from xdlms_codegen.lower.kernel_items import other_alternatives, tag_number
from xdlms_codegen.lower.layout import ber_inside
from xdlms_codegen.lower.tags import ber_tags, first_identifier
from xdlms_codegen.lower.text import tuple_text
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Choice,
    Enumerated,
    Integer,
    Member,
    NamedNumber,
    Null,
    ObjectIdentifier,
    OctetString,
    Range,
    Reference,
    Sequence,
    SequenceOf,
    Type,
    TypeDefinition,
)
from xdlms_codegen.names import attribute_name, class_name
from xdlms_codegen.plan import TypePlan


def type_rows(context: Context) -> Iterator[TypePlan]:
    """A row for every definition, then one for every alternative that has a class of its own name only."""
    names = set(context.definitions)
    for definition in context.definitions.values():
        if definition.name not in context.absorbed:
            yield TypePlan(definition.name, _definition(context, definition))
    for choice, alternatives in context.alternatives.items():
        for alternative in alternatives:
            if alternative.wrapper is None or alternative.serves is not None:
                continue
            name = alternative.member.name
            is_plain = alternative.wrapper == class_name(name) and name not in names
            full = name if is_plain else f"{context.path_of(choice)}.{name}"
            yield TypePlan(full, _wrapper(context, choice, alternative, full))


def class_modules(context: Context) -> list[tuple[str, tuple[str, ...]]]:
    """The modules whose classes the table names, by package."""
    used: set[str] = set()
    for name in context.definitions:
        if name not in context.absorbed and (context.is_class(name) or name in context.servers):
            used.add(context.home(name))
    for choice, alternatives in context.alternatives.items():
        for alternative in alternatives:
            if alternative.wrapper is not None and alternative.serves is None:
                used.add(context.wrapper_home(choice, alternative))
    packages: dict[str, set[str]] = {}
    for module in used:
        package, _, name = module.rpartition(".")
        alias = module_alias(context, module)
        packages.setdefault(package, set()).add(name if alias == name else f"{name} as {alias}")
    return [(package, tuple(sorted(modules))) for package, modules in sorted(packages.items())]


def _definition(context: Context, definition: TypeDefinition) -> str:
    name = definition.name
    rule = context.rules[name]
    arguments = [f"{name!r}", body_of(context, definition), f"rule=schema.{_rule(rule)}"]
    arguments.append(f'source="{definition.location.file}:{definition.location.line}"')
    if context.is_class(name) or name in context.servers:
        arguments.append(f"cls={qualified(context, name)}")
    path = tag_path(context, name)
    if path:
        arguments.append(f"tag_path={octets(path)}")
    if rule == BER:
        tags = ber_tags(context, definition.type)
        if tags:
            arguments.append(f"tags={octets(tags)}")
    if name in context.servers:
        arguments.append("alternative=True")
    return f"schema.TypeInfo({', '.join(arguments)})"


def _wrapper(context: Context, choice: str, alternative: Alternative, full: str) -> str:
    rule = context.rules[choice]
    module = module_alias(context, context.wrapper_home(choice, alternative))
    place = alternative.member.location
    path = context.tag_paths[f"{choice}.{alternative.member.name}"]
    arguments = [
        repr(full),
        expression(context, alternative.member.type, choice, alternative.member),
        f"rule=schema.{_rule(rule)}",
        f'source="{place.file}:{place.line}"',
        f"cls={module}.{alternative.wrapper}",
        f"tag_path={octets(path)}",
        "alternative=True",
    ]
    arguments += _tags(context, choice, alternative.member.type)
    return f"schema.TypeInfo({', '.join(arguments)})"


def tag_path(context: Context, name: str) -> tuple[int, ...]:
    """The octets that the type's encoding begins with, whatever the value."""
    if context.rules[name] == BER:
        return first_identifier(context, context.definitions[name].type)
    if name in context.tag_paths:
        return context.tag_paths[name]
    if name in context.servers:
        choice, alternative = context.servers[name]
        return context.tag_paths[f"{choice}.{alternative.member.name}"]
    return ()


@dataclass(frozen=True, slots=True)
class Qualified:
    """How the table names classes: by the modules that they are in."""

    context: Context

    def local(self, name: str) -> str:
        return qualified(self.context, name)

    def wrapper(self, choice: str, alternative: Alternative) -> str:
        home = self.context.wrapper_home(choice, alternative)
        if alternative.serves is not None:
            home = self.context.home(alternative.serves)
        return f"{module_alias(self.context, home)}.{alternative.wrapper}"

    def bit_string(self) -> str:
        return "schema.BitString"


def qualified(context: Context, name: str) -> str:
    """A definition's class, by its module."""
    return f"{module_alias(context, context.home(name))}.{context.python_name(name)}"


def module_alias(context: Context, module: str) -> str:
    """The name that a module is imported by: one of another package says so."""
    package, _, name = module.rpartition(".")
    return name if package == context.package else f"base_{name}"


def body_of(context: Context, definition: TypeDefinition) -> str:
    """The expression for what a definition stands for."""
    name, body = definition.name, definition.type
    if context.is_self_describing(name) and isinstance(body, Choice):
        names = ", ".join(f"{tag_number(member)}: {member.name!r}" for member in body.members)
        description = context.binding.self_describing[name].description
        arguments = [qualified(context, name), f"{{{names}}}", repr(description)]
        arguments += [_other(context, name, member) for member in other_alternatives(context, name)]
        return f"schema.SelfDescribing({', '.join(arguments)})"
    if context.is_description(name):
        return f"schema.Description({qualified(context, name)}, {context.binding.described_by()[name]!r})"
    if isinstance(body, Sequence):
        fields = [_field(context, name, member) for member in body.members]
        recursive = ["recursive=True"] if definition.recursive else []
        return f"schema.Sequence({', '.join([qualified(context, name), *fields, *recursive])})"
    if isinstance(body, Choice):
        alternatives = [_alternative(context, name, alternative) for alternative in context.alternatives[name]]
        flags = ["recursive=True"] if definition.recursive else []
        if name in context.binding.roots or name in context.tag_paths:
            flags.append("known_by_tags=True")
        return f"schema.Choice({', '.join([*alternatives, *flags])})"
    if isinstance(body, Enumerated):
        return f"schema.Enumerated({qualified(context, name)}, {numbers(body.named)})"
    if isinstance(body, Integer) and body.named:
        low, high = body.range.minimum, body.range.maximum
        return f"schema.Integer({low}, {high}, {qualified(context, name)}, {numbers(body.named)})"
    if isinstance(body, BitString) and body.named:
        return f"schema.Bits({size(body.size)}, {qualified(context, name)}, {numbers(body.named)})"
    return expression(context, body, name, None)


def numbers(named: tuple[NamedNumber, ...]) -> str:
    return "{" + ", ".join(f"{n.number}: {n.name!r}" for n in named) + "}"


def size(range: Range) -> str:
    return f"{range.minimum or 0}, {range.maximum}"


def octets(tags: tuple[int, ...]) -> str:
    return tuple_text([f"{tag:#04x}" for tag in tags])


def _rule(rule: str) -> str:
    return "BER" if rule == BER else "AXDR"


def _tags(context: Context, owner: str, type: Type) -> list[str]:
    """The BER identifiers of a component, where BER sends it."""
    if context.rules[owner] == BER or ber_inside(context, type):
        tags = ber_tags(context, type)
        return [f"tags={octets(tags)}"] if tags else []
    return []


def _field(context: Context, owner: str, member: Member) -> str:
    arguments = [
        repr(member.name),
        repr(attribute_name(member.name)),
        expression(context, member.type, owner, member),
    ]
    if member.optional:
        arguments.append("optional=True")
    elif member.default is not None:
        default = default_of(Qualified(context), member)
        arguments.append(f"make=lambda: {default.text}" if default.can_change else f"default={default.text}")
    return f"schema.Field({', '.join([*arguments, *_tags(context, owner, member.type)])})"


def _alternative(context: Context, owner: str, alternative: Alternative) -> str:
    member = alternative.member
    arguments = [repr(member.name), f"{alternative.tag:#04x}", expression(context, member.type, owner, member)]
    if alternative.wrapper is not None:
        arguments.append(f"wrapper={Qualified(context).wrapper(owner, alternative)}")
    return f"schema.Alternative({', '.join([*arguments, *_tags(context, owner, member.type)])})"


def _other(context: Context, owner: str, member: Member) -> str:
    """An alternative of a self-describing CHOICE that is read by its description."""
    tags = _tags(context, owner, member.type) if ber_inside(context, member.type) else []
    arguments = [
        repr(member.name),
        f"{tag_number(member):#04x}",
        expression(context, member.type, owner, member),
        *tags,
    ]
    return f"schema.Alternative({', '.join(arguments)})"


def expression(context: Context, type: Type, owner: str, member: Member | None) -> str:
    """The expression for a type at its use."""
    contains = context.bound(context.binding.contains, owner, member) if member else None
    show = context.bound(context.binding.show, owner, member) if member else context.binding.show.get(owner)
    return described(context, type, owner, contains, show)


def described(context: Context, type: Type, owner: str, contains: str | None, show: str | None) -> str:
    """The expression for a type of which the binding says what it contains and how to show it.

    How a list is shown is said of its elements.
    """
    constrained = isinstance(type, Reference) and (type.range is not None or type.size is not None)
    if isinstance(type, Reference) and type.name not in context.servers:
        own_show = show is not None and show != context.binding.show.get(type.name)
        if not constrained and contains is None and not own_show:
            return f"schema.Named({type.name!r})"
    body = context.resolve(type)
    name = context.final_name(type)
    shown = [f"show={show!r}"] if show is not None else []
    match body:
        case Null():
            return "schema.Null()"
        case Boolean():
            return "schema.Boolean()"
        case Integer() if not body.named:
            low, high = body.range.minimum, body.range.maximum
            return f"schema.Integer({', '.join([str(low), str(high), *shown])})"
        case BitString() if not body.named:
            return f"schema.Bits({size(body.size)})"
        case OctetString():
            held = [f"contains={contains!r}"] if contains is not None else []
            return f"schema.Octets({', '.join([size(body.size), *held, *shown])})"
        case CharacterString():
            return f"schema.Text({body.kind!r}, {size(body.size)})"
        case ObjectIdentifier():
            return f"schema.ObjectIdentifier({', '.join(shown)})"
        case SequenceOf():
            element = described(context, body.element, owner, None, show)
            bounds = [] if body.size == Range(0, None) else [size(body.size)]
            arguments = [element, *bounds, *_tags(context, owner, body.element)]
            return f"schema.SequenceOf({', '.join(arguments)})"
    return f"schema.Named({name!r})"
