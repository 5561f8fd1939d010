"""From a schema and a binding to the context: everything that is decided before text is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from xdlms_codegen.binding import Binding
from xdlms_codegen.lower.choices import place_alternatives
from xdlms_codegen.lower.context import BER, Context, default_class_name, references
from xdlms_codegen.lower.kernel_items import kernel_problems
from xdlms_codegen.lower.reach import absorbed_types, encoding_rules, modules_by_reach
from xdlms_codegen.lower.tags import first_octet
from xdlms_codegen.model import Choice, Enumerated, Problem, Schema, SchemaError, Sequence, TypeDefinition
from xdlms_codegen.names import snake_name
from xdlms_codegen.passes.distinct_tags import component_clashes
from xdlms_codegen.passes.graph import after_what_they_use, uses
from xdlms_codegen.passes.lookup import Types

NOTHING: Mapping[str, str] = {}

RESERVED = frozenset({"encode", "decode", "name", "value", "names", "is_named", "unnamed", "mro", *dir(int)})
"""Python names that a component, an enumeration value or a bit cannot have: the classes use them."""

PARAMETERS = frozenset({"self", "encode", "decode", "read", "write"})
"""Of these, what a component of a SEQUENCE cannot be called."""


def build_context(
    schema: Schema,
    binding: Binding,
    *,
    package: str,
    borrowed: Mapping[str, str] = NOTHING,
    borrowed_wrappers: Mapping[str, str] = NOTHING,
) -> Context:
    """The context of `package`; what is borrowed are classes of another package, by their modules.

    Raises SchemaError with all that cannot be encoded or named.
    """
    by_name = {definition.name: definition for definition in schema.definitions()}
    definitions = {name: by_name[name] for name in after_what_they_use(by_name, uses(schema))}
    rules, problems = encoding_rules(definitions, binding)
    names = {name: default_class_name(binding.names, definition) for name, definition in definitions.items()}
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
    problems += class_clashes(context) + attribute_clashes(context)
    problems += rule_problems(schema, context) + kernel_problems(context)
    if problems:
        raise SchemaError(problems, schema.sources)
    context = with_quotes(place_alternatives(context))
    problems = wrapper_clashes(context) + root_clashes(context)
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


def class_clashes(context: Context) -> list[Problem]:
    """Definitions that would have the same Python name."""
    first: dict[str, TypeDefinition] = {}
    problems = []
    for name, definition in context.definitions.items():
        if name in context.absorbed:
            continue
        python_name = context.python_name(name)
        other = first.setdefault(python_name, definition)
        if other is not definition:
            both = f"{definition.path} and {other.path} (at {other.location})"
            message = f"{both} are both {python_name} in Python: give one a name in the binding"
            problems.append(Problem(definition.location, message))
    return problems


def attribute_clashes(context: Context) -> list[Problem]:
    """Components, enumeration values and bits whose Python names clash, or are the classes' own."""
    problems = []
    for name, definition in context.definitions.items():
        body = definition.type
        if name in context.absorbed or context.is_self_describing(name) or context.is_description(name):
            continue
        if isinstance(body, Sequence):
            places = [(member.name, member.location) for member in body.members]
            reserved = PARAMETERS
        else:
            places = [(named.name, named.location) for named in getattr(body, "named", ())]
            reserved = RESERVED
        first: dict[str, str] = {}
        for asn1_name, location in places:
            python_name = snake_name(asn1_name)
            other = first.setdefault(python_name, asn1_name)
            if other != asn1_name:
                message = f"{asn1_name} and {other} are both {python_name} in Python, in {definition.path}"
                problems.append(Problem(location, message))
            elif python_name in reserved:
                message = f"{asn1_name} in {definition.path} would be {python_name}, which the class has already"
                problems.append(Problem(location, message))
    return problems


def rule_problems(schema: Schema, context: Context) -> list[Problem]:
    """What a type cannot have under the encoding rule that reaches it."""
    problems: list[Problem] = []
    types = Types(schema)
    for name, definition in context.definitions.items():
        body = definition.type
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


def wrapper_clashes(context: Context) -> list[Problem]:
    """Alternatives' classes that would have the name of another class."""
    wrappers = [
        (choice, alternative)
        for choice, alternatives in context.alternatives.items()
        for alternative in alternatives
        if alternative.wrapper is not None
    ]
    counts = Counter(alternative.wrapper for _, alternative in wrappers)
    return [
        Problem(
            alternative.member.location,
            f"the class {alternative.wrapper} for {choice}.{alternative.member.name} is there already:"
            " give it a name in the binding",
        )
        for choice, alternative in wrappers
        if counts[alternative.wrapper] > 1
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
            if other != path:
                message = f"the first octet {octet:02X} of {path} is that of {other}"
                problems.append(Problem(alternative.member.location, message))
    return problems
