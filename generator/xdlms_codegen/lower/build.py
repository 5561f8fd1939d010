"""From a schema and a binding to the context: everything that is decided before text is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from xdlms_codegen.binding import Binding
from xdlms_codegen.lower.absent import absence_problems
from xdlms_codegen.lower.choices import place_alternatives
from xdlms_codegen.lower.clashes import name_clashes
from xdlms_codegen.lower.context import BER, Context, default_class_name, references
from xdlms_codegen.lower.kernel_items import kernel_problems
from xdlms_codegen.lower.reach import absorbed_types, encoding_rules, modules_by_reach
from xdlms_codegen.lower.tags import first_octet
from xdlms_codegen.model import (
    CharacterString,
    Choice,
    Enumerated,
    Problem,
    Schema,
    SchemaError,
    Sequence,
    TypeDefinition,
)
from xdlms_codegen.passes.distinct_tags import component_clashes
from xdlms_codegen.passes.graph import after_what_they_use, uses
from xdlms_codegen.passes.lookup import Types, walk

NOTHING: Mapping[str, str] = {}

WIDE_STRINGS = frozenset({"BMPString", "UniversalString"})
"""The strings with a fixed number of octets a character, more than one: no rule of COSEM sends them."""


def build_context(
    schema: Schema,
    binding: Binding,
    *,
    package: str,
    borrowed: Mapping[str, str] = NOTHING,
    borrowed_wrappers: Mapping[str, str] = NOTHING,
    base: Context | None = None,
) -> Context:
    """The context of `package`; what is borrowed are classes of another package, `base`, by their modules.

    Raises SchemaError with all that cannot be encoded or named.
    """
    by_name = {definition.name: definition for definition in schema.definitions()}
    definitions = {name: by_name[name] for name in after_what_they_use(by_name, uses(schema))}
    rules, problems = encoding_rules(definitions, binding)
    names = {name: default_class_name(binding.names, definition) for name, definition in definitions.items()}
    if base is not None:
        names |= {
            name: kept
            for name, kept in base.class_names.items()
            if names[name] == default_class_name(base.binding.names, base.definitions[name])
        }
    context = Context(
        definitions=definitions,
        binding=binding,
        package=package,
        rules=rules,
        modules=modules_by_reach(definitions, binding),
        absorbed=absorbed_types(definitions, binding),
        class_names=names,
        borrowed=borrowed,
        borrowed_wrappers=borrowed_wrappers,
    )
    problems += rule_problems(schema, context) + kernel_problems(context)
    context = with_quotes(place_alternatives(context, base))
    problems += root_clashes(context) + name_clashes(context) + [*absence_problems(context)]
    if problems:
        raise SchemaError(problems, schema.sources)
    return context


def with_quotes(context: Context) -> Context:
    """The context with the aliases and unions that are recursive, or use one that is."""
    aliases = [d for d in context.definitions.values() if not context.is_class(d.name)]
    quoted = {definition.name for definition in aliases if definition.recursive}
    while more := {d.name for d in aliases if d.name not in quoted and quoted.intersection(references(d.type))}:
        quoted |= more
    return replace(context, quoted=frozenset(quoted))


def rule_problems(schema: Schema, context: Context) -> list[Problem]:
    """What a type cannot have under the encoding rule that reaches it."""
    problems: list[Problem] = []
    types = Types(schema)
    for name, definition in context.definitions.items():
        body = definition.type
        problems += wide_strings(definition)
        if context.rules[name] == BER:
            if isinstance(body, Sequence):
                problems += component_clashes(types, definition.path, body, written_only=False)
            continue
        if isinstance(body, Enumerated):
            problems += [
                Problem(n.location, f"{n.name} ({n.number}) in {definition.path} does not fit the one octet of A-XDR")
                for n in body.named
                if not 0 <= n.number <= 0xFF
            ]
        if isinstance(body, Choice) and name not in context.absorbed:
            for member in body.members:
                tag = member.type.tag
                if tag is None:
                    message = f"{member.name} in {definition.path} needs a tag: A-XDR sends its number"
                    problems.append(Problem(member.location, message))
                elif tag.number > 0xFF:
                    message = f"the tag {tag} of {member.name} in {definition.path} does not fit the octet of A-XDR"
                    problems.append(Problem(member.location, message))
    return problems


def wide_strings(definition: TypeDefinition) -> Iterator[Problem]:
    """Character strings in a definition that cannot be encoded."""
    for path, type_ in walk(definition):
        if isinstance(type_, CharacterString) and type_.kind in WIDE_STRINGS:
            message = f"{path} is a {type_.kind}, which is not supported; write UTF8String"
            yield Problem(type_.location, message)


def root_clashes(context: Context) -> list[Problem]:
    """First octets that stand for APDUs of two roots, or of none, or that the binding reserves."""
    first: dict[int, str] = {}
    problems = []
    for root in context.binding.roots:
        for alternative in context.alternatives.get(root, ()):
            path = f"{root}.{alternative.member.name}"
            if context.rules[root] != BER and not 0 <= alternative.tag <= 0xFF:
                continue  # told by `rule_problems`
            if alternative.tag < 0:
                problems.append(Problem(alternative.member.location, f"{path} has no tag to be known by"))
                continue
            octet = first_octet(alternative.tag)
            if octet in context.binding.reserved:
                message = f"the first octet {octet:02X} of {path} is reserved: {context.binding.reserved[octet]}"
                problems.append(Problem(alternative.member.location, message))
                continue
            other = first.setdefault(octet, path)
            if other != path:
                message = f"the first octet {octet:02X} of {path} is that of {other}"
                problems.append(Problem(alternative.member.location, message))
    return problems
