"""DEFAULT values as Python expressions, and the test for a component that is not sent."""

from __future__ import annotations

from typing import Protocol

from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import Bits, BitString, Enumerated, Integer, Member
from xdlms_codegen.names import value_name


class Names(Protocol):
    """How the text names a definition's class, and the runtime's BitString."""

    @property
    def context(self) -> Context: ...

    def local(self, name: str) -> str: ...

    def bit_string(self) -> str: ...


def default_text(names: Names, member: Member) -> str:
    """The default value of a component as an expression."""
    value = member.default.value if member.default is not None else None
    name = names.context.final_name(member.type)
    body = names.context.resolve(member.type)
    if isinstance(value, Bits):
        return f'{names.bit_string()}.of("{value.digits}")'
    if name is not None and isinstance(body, (Enumerated, Integer)) and body.named:
        match = next((n.name for n in body.named if value in (n.name, n.number)), None)
        return f"{names.local(name)}.{value_name(match)}" if match is not None else repr(value)
    if name is not None and isinstance(body, BitString) and body.named:
        return named_bits_text(names.local(name), body, value if isinstance(value, tuple) else ())
    return repr(value)


def named_bits_text(cls: str, body: BitString, names: tuple[str, ...]) -> str:
    """The expression for a value of a named BIT STRING."""
    if not names:
        return f"{cls}()"
    return " | ".join(f"{cls}.{value_name(name)}" for name in names)


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
