"""Values as Python: the expression that makes one from the classes of its package."""

from __future__ import annotations

from dataclasses import dataclass, field

from xdlms_codegen.examples.reading import read_apdu
from xdlms_codegen.examples.values import Chosen, Leaf, List, Record, Value
from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import BitString, Enumerated, Integer, Member, Null
from xdlms_codegen.names import attribute_name, value_name

NUMBERS_MODULE = "xdlms.codec.numbers"


@dataclass(slots=True)
class Expression:
    """Makes expressions; `classes` are the names of the package that they use.

    `bit_strings` says whether they use the runtime's class for bits without names.
    """

    context: Context
    classes: set[str] = field(default_factory=set)
    bit_strings: bool = False

    def of(self, value: Value) -> str:
        """The expression for a value."""
        match value:
            case Record():
                return self._record(value)
            case Chosen():
                return self._chosen(value)
            case List():
                return f"[{', '.join(map(self.of, value.items))}]"
            case Leaf():
                return self._leaf(value)

    def _class(self, name: str) -> str:
        self.classes.add(name)
        return name

    def _record(self, value: Record) -> str:
        arguments = [
            f"{attribute_name(member.name)}={self._component(value.name, member, component)}"
            for member, component in value.components
            if component is not None
        ]
        return f"{self._class(self.context.python_name(value.name))}({', '.join(arguments)})"

    def _component(self, owner: str, member: Member, value: Value) -> str:
        holds_apdu = self.context.bound(self.context.binding.contains, owner, member) is not None
        if holds_apdu and isinstance(value, Leaf) and isinstance(value.value, bytes):
            return f"{self.of(read_apdu(self.context, value.value).value)}.encode()"
        return self.of(value)

    def _chosen(self, value: Chosen) -> str:
        if self.context.is_self_describing(value.name) or self.context.is_description(value.name):
            return f"{self._class(self.context.python_name(value.name))}.decode({_octets(value.octets)})"
        found = next(each for each in self.context.alternatives[value.name] if each.member.name == value.member.name)
        if found.wrapper is None:
            return self.of(value.value)
        is_empty = isinstance(value.value, Leaf) and isinstance(value.value.type, Null)
        return f"{self._class(found.wrapper)}({'' if is_empty else self.of(value.value)})"

    def _leaf(self, leaf: Leaf) -> str:
        body = leaf.type
        if isinstance(body, BitString):
            return self._bits(leaf, body)
        if isinstance(body, (Integer, Enumerated)) and body.named and leaf.name is not None:
            named = next(each.name for each in body.named if each.number == leaf.value)
            return f"{self._class(self.context.python_name(leaf.name))}.{value_name(named)}"
        return _octets(leaf.value) if isinstance(leaf.value, bytes) else repr(leaf.value)

    def _bits(self, leaf: Leaf, body: BitString) -> str:
        if not body.named or leaf.name is None:
            self.bit_strings = True
            return f'BitString.of("{leaf.digits}")'
        cls = self._class(self.context.python_name(leaf.name))
        names = {bit.number: value_name(bit.name) for bit in body.named}
        numbers = [number for number, digit in enumerate(leaf.digits) if digit == "1"]
        if not all(number in names for number in numbers):
            return f"{cls}({int(leaf.digits, 2):#x})"
        return " | ".join(f"{cls}.{names[number]}" for number in numbers) or f"{cls}()"


def _octets(octets: bytes) -> str:
    return f'bytes.fromhex("{octets.hex().upper()}")' if octets else 'b""'


def program(context: Context, value: Value, package: str) -> tuple[tuple[str, ...], str]:
    """The imports and the expression that make a value with the classes of `package`."""
    expression = Expression(context)
    text = expression.of(value)
    imports = [f"from {package} import {', '.join(sorted(expression.classes))}"] if expression.classes else []
    if expression.bit_strings:
        imports.insert(0, f"from {NUMBERS_MODULE} import BitString")
    return tuple(imports), text
