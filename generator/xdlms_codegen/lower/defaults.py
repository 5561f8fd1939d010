"""DEFAULT values as Python expressions, and the test for a component that is not sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from xdlms_codegen.lower.context import Alternative, Context
from xdlms_codegen.lower.text import hex_bytes
from xdlms_codegen.lower.value_octets import bit_digits, component_octets
from xdlms_codegen.model import (
    Arcs,
    Bits,
    BitString,
    Characters,
    CharacterString,
    Choice,
    ChosenValue,
    DefaultValue,
    Enumerated,
    Integer,
    ListValue,
    Member,
    Sequence,
    SequenceOf,
    SequenceValue,
    Type,
)
from xdlms_codegen.names import attribute_name, value_name


class Names(Protocol):
    """How the text names a definition's class, that of an alternative, and the runtime's BitString."""

    @property
    def context(self) -> Context: ...

    def local(self, name: str) -> str: ...

    def wrapper(self, choice: str, alternative: Alternative) -> str: ...

    def bit_string(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Expression:
    """A value in Python; one that can change is made anew wherever it stands for an absent component."""

    text: str
    can_change: bool = False


def default_of(names: Names, member: Member) -> Expression:
    """The default value of a component."""
    return _expression(names, member.type, member.default.value if member.default is not None else None)


def default_text(names: Names, member: Member) -> str:
    """The default value of a component as an expression."""
    return default_of(names, member).text


def is_constructed(context: Context, type_: Type) -> bool:
    """Whether values of a type have parts: they are compared by their octets."""
    return isinstance(context.resolve(type_), (Sequence, SequenceOf, Choice))


def default_octets(context: Context, member: Member, rule: str) -> str:
    """The octets of the default value of a component, as an expression."""
    value = member.default.value if member.default is not None else None
    return hex_bytes(tuple(component_octets(context, member.type, value, rule)))


def _expression(names: Names, type_: Type, value: DefaultValue) -> Expression:
    context = names.context
    name, body = context.final_name(type_), context.resolve(type_)
    if name is not None and (context.is_self_describing(name) or context.is_description(name)):
        octets = component_octets(context, type_, value, context.rules[name])
        return Expression(f"{names.local(name)}.decode({hex_bytes(tuple(octets))})", can_change=True)
    match value:
        case SequenceValue() if isinstance(body, Sequence):
            return _sequence(names, str(name), body, value)
        case ListValue() if isinstance(body, SequenceOf):
            items = [_expression(names, body.element, item).text for item in value.items]
            return Expression(f"[{', '.join(items)}]", can_change=True)
        case ChosenValue():
            return _chosen(names, str(name), value)
        case Characters() if isinstance(body, CharacterString):
            return Expression(repr(value.text.encode() if body.kind == "GraphicString" else value.text))
        case Arcs():
            return Expression(repr(".".join(map(str, value.numbers))))
        case Bits() | tuple() if isinstance(body, BitString):
            return Expression(_bits(names, name, body, value))
        case int() | str() if name is not None and isinstance(body, (Enumerated, Integer)) and body.named:
            return Expression(_number(names.local(name), body, value))
    return Expression(repr(value))


def _number(cls: str, body: Enumerated | Integer, value: int | str) -> str:
    """A named number; in a class of its own also one without a name."""
    match = next((n.name for n in body.named if value in (n.name, n.number)), None)
    return f"{cls}.{value_name(match)}" if match is not None else f"{cls}.unnamed({value!r})"


def _bits(names: Names, name: str | None, body: BitString, value: Bits | tuple[str, ...]) -> str:
    if not body.named or name is None:
        return f'{names.bit_string()}.of("{bit_digits(body, value)}")'
    cls = names.local(name)
    if isinstance(value, Bits):
        return f"{cls}({int(bit_digits(body, value) or '0', 2):#x})"
    return named_bits_text(cls, value)


def named_bits_text(cls: str, names: tuple[str, ...]) -> str:
    """The expression for a value of a named BIT STRING."""
    if not names:
        return f"{cls}()"
    return " | ".join(f"{cls}.{value_name(name)}" for name in names)


def _sequence(names: Names, name: str, body: Sequence, value: SequenceValue) -> Expression:
    types = {member.name: member.type for member in body.members}
    arguments = [
        f"{attribute_name(each)}={_expression(names, types[each], component).text}"
        for each, component in value.components
    ]
    return Expression(f"{names.local(name)}({', '.join(arguments)})", can_change=True)


def _chosen(names: Names, choice: str, value: ChosenValue) -> Expression:
    """The value of an alternative, in the class that it has there."""
    alternative = next(each for each in names.context.alternatives[choice] if each.member.name == value.name)
    held = _expression(names, alternative.member.type, value.value)
    if alternative.wrapper is None:
        return held
    is_null = value.value is None and not is_constructed(names.context, alternative.member.type)
    return Expression(f"{names.wrapper(choice, alternative)}({'' if is_null else held.text})", can_change=True)


def is_absent(names: Names, value: str, member: Member, *, negated: bool = False) -> str:
    """The test that a component is not sent: absent, or of its default value."""
    if member.default is None:
        return f"{value} is {'not ' * negated}None"
    is_single = isinstance(member.default.value, bool) or member.default.value is None
    operator = ("is not" if negated else "is") if is_single else "!=" if negated else "=="
    return f"{value} {operator} {default_text(names, member)}"


def bit_width(context: Context, name: str) -> int:
    """The bits of a BIT STRING with names, by its definition: its largest size, else up to its last named bit."""
    body = context.definitions[name].type
    if not isinstance(body, BitString):
        raise TypeError(f"{name} is no BIT STRING")
    if body.size.maximum is not None:
        return body.size.maximum
    return max(bit.number for bit in body.named) + 1
