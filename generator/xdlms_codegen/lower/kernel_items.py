"""The plans of self-describing CHOICEs and of the descriptions of their elements: tables for the kernel."""

from __future__ import annotations

from xdlms_codegen.lower.context import Context
from xdlms_codegen.lower.layout import INTEGERS, integer_width, is_whole_width
from xdlms_codegen.lower.scope import COMPACT_MODULE, DATA_MODULE, NUMBERS_MODULE, Scope
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Choice,
    Integer,
    Member,
    Null,
    OctetString,
    Problem,
    Range,
    Sequence,
    SequenceOf,
    TypeDefinition,
)
from xdlms_codegen.names import value_name
from xdlms_codegen.plan import DescriptionPlan, SelfDescribingPlan

FLOATS = {4: "f", 8: "d"}
TEXTS = {"VisibleString": "visible", "UTF8String": "utf8"}
SIMPLE, CONSTRUCTED = "simple", "constructed"
"""The kinds of all other types, which are read and written by their descriptions."""


def self_describing_plan(scope: Scope, definition: TypeDefinition) -> SelfDescribingPlan:
    """The tags, and the kernel's kind of each."""
    context, body = scope.context, definition.type
    members = body.members if isinstance(body, Choice) else ()
    alternatives = tuple(
        (
            member.name,
            value_name(member.name),
            tag_number(member),
            kind(context, definition.name, member),
            member.comment,
        )
        for member in members
    )
    scope.typing("ClassVar")
    scope.use(DATA_MODULE, "SelfDescribing")
    scope.use(NUMBERS_MODULE, "NamedNumber")
    scope.syntax("Encodable")
    python_name = context.python_name(definition.name)
    return SelfDescribingPlan(definition.name, python_name, f"{python_name}Tag", alternatives, definition.comment)


def description_plan(scope: Scope, definition: TypeDefinition) -> DescriptionPlan:
    """The class for descriptions of elements."""
    scope.use(COMPACT_MODULE, "Description")
    scope.syntax("Encodable")
    described = scope.local(scope.context.binding.described_by()[definition.name])
    python_name = scope.context.python_name(definition.name)
    return DescriptionPlan(definition.name, python_name, described, definition.comment)


def tag_number(member: Member) -> int:
    """The octet of an alternative in A-XDR; -1 where it has no tag."""
    return member.type.tag.number if member.type.tag is not None else -1


def kind(context: Context, name: str, member: Member) -> str:
    """The kernel's kind of an alternative."""
    return own_kind(context, name, member) or (
        CONSTRUCTED if isinstance(context.resolve(member.type), (Sequence, SequenceOf, Choice)) else SIMPLE
    )


def other_alternatives(context: Context, name: str) -> tuple[Member, ...]:
    """The alternatives of a self-describing CHOICE that the kernel has no kind of its own for."""
    body = context.definitions[name].type
    members = body.members if isinstance(body, Choice) else ()
    return tuple(member for member in members if own_kind(context, name, member) is None)


def own_kind(context: Context, name: str, member: Member) -> str | None:
    """The kind that the kernel reads by itself; None where it has none for the type."""
    how = context.binding.self_describing[name]
    containers: dict[str | None, str] = {how.list: "list", how.record: "record", how.compact: "compact"}
    if member.name in containers:
        return containers[member.name]
    body = context.resolve(member.type)
    match body:
        case Null():
            return "null"
        case Boolean():
            return "boolean"
        case Integer() if not body.named:
            width = integer_width(body.range)
            found = INTEGERS.get(width) if width is not None else None
            return found if is_whole_width(body.range) else None
        case BitString() if not body.named and body.size == Range(0, None):
            return "bits"
        case OctetString() if member.name in how.floats:
            return FLOATS.get(body.size.fixed or 0)
        case OctetString() if context.bound(context.binding.show, name, member) is not None:
            # what shows it goes by the description of the type
            return None
        case OctetString() if body.size.fixed is not None:
            return f"{body.size.fixed}s"
        case OctetString() if body.size == Range(0, None):
            return "octets"
        case CharacterString() if body.size == Range(0, None):
            return TEXTS.get(body.kind)
    return None


def kernel_problems(context: Context) -> list[Problem]:
    """Alternatives of self-describing CHOICEs that the kernel cannot hold."""
    problems = []
    for name in context.binding.self_describing:
        body = context.definitions[name].type
        for member in body.members if isinstance(body, Choice) else ():
            path = f"{name}.{member.name}"
            if not 0 <= tag_number(member) <= 0xFF:
                problems.append(Problem(member.location, f"{path} has no tag from 0 to 255"))
            elif (
                member.name in context.binding.self_describing[name].floats
                and own_kind(context, name, member) not in FLOATS.values()
            ):
                problems.append(
                    Problem(member.location, f"{path} cannot be a float: a float is an OCTET STRING of the size 4 or 8")
                )
    return problems
