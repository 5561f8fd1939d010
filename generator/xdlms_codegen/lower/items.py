"""One plan for each definition: which template it goes to, with what in it."""

from __future__ import annotations

from collections.abc import Iterator

from xdlms_codegen.lower import ber
from xdlms_codegen.lower.axdr_read import Reader, constructor_order
from xdlms_codegen.lower.axdr_write import Writer
from xdlms_codegen.lower.choice_items import SLOW, alias_text, choice_items, wrapper_plan
from xdlms_codegen.lower.context import BER, Context, function_suffix, table_name
from xdlms_codegen.lower.defaults import bit_width, default_of
from xdlms_codegen.lower.kernel_items import description_plan, self_describing_plan
from xdlms_codegen.lower.scope import ENTRY_MODULE, NUMBERS_MODULE, NoFastPath, Plan, Scope
from xdlms_codegen.lower.tags import ber_tags, first_identifier
from xdlms_codegen.model import BitString, Choice, Enumerated, Integer, Member, Sequence, SequenceOf, TypeDefinition
from xdlms_codegen.names import attribute_name, value_name
from xdlms_codegen.plan import (
    AliasPlan,
    BitsPlan,
    CodecPlan,
    ElementPlan,
    FieldPlan,
    ItemPlan,
    NumbersPlan,
    SequencePlan,
)


def items_of(scope: Scope, definition: TypeDefinition) -> Iterator[ItemPlan]:
    """The plans of a definition, in the order they stand in the module."""
    context, name, body = scope.context, definition.name, definition.type
    if context.is_self_describing(name):
        yield self_describing_plan(scope, definition)
    elif context.is_description(name):
        yield description_plan(scope, definition)
    elif isinstance(body, Sequence):
        yield sequence_plan(scope, definition, body)
    elif isinstance(body, Choice):
        yield from choice_items(scope, definition)
    elif isinstance(body, (Enumerated, Integer)) and body.named:
        yield numbers_plan(scope, definition, body)
        if isinstance(body, Enumerated) and name in element_names(context):
            yield element_plan(scope, definition)
    elif isinstance(body, BitString) and body.named:
        yield bits_plan(scope, definition, body)
    elif name in context.servers:
        yield wrapper_plan(scope, *context.servers[name])
    else:
        scope.typing("TypeAlias")
        target = alias_text(context, name, scope.annotation(body))
        yield AliasPlan(name, context.python_name(name), target, definition.comment)


def numbers_plan(scope: Scope, definition: TypeDefinition, body: Enumerated | Integer) -> NumbersPlan:
    """An enumeration."""
    python_name = scope.context.python_name(definition.name)
    scope.use(NUMBERS_MODULE, "NamedNumber")
    scope.syntax("Described")
    members = tuple((value_name(n.name), n.number, n.comment) for n in body.named)
    return NumbersPlan(definition.name, python_name, members, table_name(python_name), definition.comment)


def element_plan(scope: Scope, definition: TypeDefinition) -> ElementPlan:
    """The functions for an enumeration in a SEQUENCE OF."""
    python_name = scope.context.python_name(definition.name)
    plan = Plan(scope, python_name)
    table = plan.table(definition.name)
    read = [f"return {table}[octets[at]], at + 1"]
    write = [f"return bytes(({table}[value],))"]
    return ElementPlan(function_suffix(python_name), python_name, plan.codec(read, write))


def bits_plan(scope: Scope, definition: TypeDefinition, body: BitString) -> BitsPlan:
    """A BIT STRING with named bits."""
    scope.typing("ClassVar")
    scope.use(NUMBERS_MODULE, "NamedBits")
    scope.use(NUMBERS_MODULE, "Bit")
    scope.syntax("Described")
    bits = tuple((value_name(bit.name), bit.number, bit.comment) for bit in body.named)
    python_name = scope.context.python_name(definition.name)
    return BitsPlan(definition.name, python_name, bit_width(scope.context, definition.name), bits, definition.comment)


def sequence_plan(scope: Scope, definition: TypeDefinition, body: Sequence) -> SequencePlan:
    """A SEQUENCE: its class, with both directions of the fast path where it has one."""
    context, name = scope.context, definition.name
    python_name = context.python_name(name)
    contained = tuple(contained_apdus(scope, name, body))
    if context.rules[name] == BER:
        path = first_identifier(context, body)
        codec = ber_sequence(scope, definition, body, contained)
    else:
        path = context.tag_paths.get(name, ())
        codec = axdr_sequence(scope, definition, body, path)
    if codec is not SLOW:
        scope.typing("Self")
    if any(context.is_secret(name, member) for member in body.members):
        scope.use(ENTRY_MODULE, "hidden")
    return SequencePlan(
        name=name,
        python_name=python_name,
        base=scope.syntax("Encodable"),
        tag_path=path,
        fields=tuple(field_plan(scope, name, member) for member in body.members),
        parameters=tuple(attribute_name(member.name) for member in constructor_order(body)),
        codec=codec,
        contained=contained,
        comment=definition.comment,
    )


def field_plan(scope: Scope, owner: str, member: Member) -> FieldPlan:
    """A component, as the constructor takes it."""
    context = scope.context
    text, default, made = scope.annotation(member.type), None, None
    if member.optional:
        text, default = (text if text == "None" else f"{text} | None"), "None"
    elif member.default is not None:
        usual = default_of(scope, member)
        default = usual.text
        if usual.can_change:
            default, made = "None", usual.text
    is_union = context.is_union(member.type)
    if is_union:
        scope.use(ENTRY_MODULE, "same")
    secret = context.is_secret(owner, member)
    attribute = attribute_name(member.name)
    return FieldPlan(member.name, attribute, text, default, member.comment, secret, is_union, made)


def axdr_sequence(scope: Scope, definition: TypeDefinition, body: Sequence, path: tuple[int, ...]) -> CodecPlan:
    """The fast path in A-XDR."""
    if definition.recursive:
        return SLOW
    plan = Plan(scope, scope.context.python_name(definition.name))
    reader, writer = Reader(plan), Writer(plan, path)
    try:
        values = {member.name: reader.member(member) for member in body.members}
        reader.flush()
        for member in body.members:
            writer.member(member)
    except NoFastPath:
        return SLOW
    arguments = ", ".join(values[member.name] for member in constructor_order(body))
    read = [*reader.lines, f"return cls({arguments}), at"]
    return plan.codec(read, writer.statements())


def ber_sequence(
    scope: Scope, definition: TypeDefinition, body: Sequence, contained: tuple[tuple[str, str, str], ...]
) -> CodecPlan:
    """The fast path in BER, for a SEQUENCE with one tag of one octet."""
    tags = ber_tags(scope.context, body)
    if definition.recursive or len(tags) != 1 or tags[0] > 0xFF:
        return SLOW
    plan = Plan(scope, scope.context.python_name(definition.name))
    try:
        return ber.sequence_codec(plan, body, constructor_order(body), contained, tags[0])
    except NoFastPath:
        return SLOW


def contained_apdus(scope: Scope, owner: str, body: Sequence) -> Iterator[tuple[str, str, str]]:
    """(property, attribute, function that decodes) of the components that hold an APDU."""
    context = scope.context
    for member in body.members:
        target = context.bound(context.binding.contains, owner, member)
        if target is not None:
            attribute = attribute_name(member.name)
            scope.local(target)
            yield f"{attribute}_apdu", attribute, scope.function("decode", target)


def element_names(context: Context) -> frozenset[str]:
    """The definitions that are elements of a SEQUENCE OF."""
    names = set()
    for definition in context.definitions.values():
        bodies = [definition.type]
        if isinstance(definition.type, (Sequence, Choice)):
            bodies += [member.type for member in definition.type.members]
        names |= {context.final_name(body.element) for body in bodies if isinstance(body, SequenceOf)}
    return frozenset(name for name in names if name is not None)
