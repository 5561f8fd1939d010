"""Values at random for the types of a generated package, by what it says of them at run time."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from xdlms.codec import schema
from xdlms.codec.decoding import wrap
from xdlms.codec.numbers import BitString

LARGE = 1 << 70
VISIBLE = "".join(map(chr, range(0x20, 0x7F)))
MOST = 6
"""Elements, characters, octets beyond the smallest size."""


class Values:
    """Makes values of one package's types; `draw` makes the choices."""

    def __init__(self, draw: st.DrawFn, types: Any, depth: int = 5) -> None:
        self.draw = draw
        self.types = types
        self.depth = depth

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) < percent

    def count(self, low: int, high: int | None) -> int:
        return self.draw(st.integers(low, low + MOST if high is None else min(high, low + MOST)))

    def named(self, name: str) -> Any:
        """A value of a type by its name."""
        info = self.types[name]
        value = self.of(info.type)
        return wrap(info.cls, value) if info.alternative else value

    def of(self, type_: Any) -> Any:
        """A value of a type."""
        type_ = self.types.resolve(type_)
        match type_:
            case schema.Null():
                return None
            case schema.Boolean():
                return self.draw(st.booleans())
            case schema.Integer() | schema.Enumerated():
                return self.number(type_)
            case schema.Bits():
                return self.bits(type_)
            case schema.Octets():
                return self.octets(type_.low, type_.high)
            case schema.Text():
                return self.text(type_)
            case schema.ObjectIdentifier():
                arcs = self.draw(st.lists(st.one_of(st.integers(0, 200), st.integers(0, 1 << 100)), max_size=5))
                return ".".join(map(str, [self.draw(st.integers(0, 2)), self.draw(st.integers(0, 39)), *arcs]))
            case schema.Sequence():
                return type_.cls(**{field.attribute: self.component(field) for field in type_.fields})
            case schema.Choice():
                return self.alternative(type_)
            case schema.SequenceOf():
                return self.elements(type_)
        raise TypeError(type_)

    def number(self, type_: Any) -> Any:
        if type_.cls is not None:
            return type_.cls(self.draw(st.sampled_from(sorted(type_.names))))
        low = -LARGE if type_.low is None else type_.low
        high = LARGE if type_.high is None else type_.high
        edges = [edge for edge in (low, high, 0, 127, 128, -1, -128, -129) if low <= edge <= high]
        return self.draw(st.one_of(st.sampled_from(edges), st.integers(low, high)))

    def bits(self, type_: Any) -> Any:
        if type_.cls is not None:
            number = type_.cls()
            for bit in type_.names:
                if self.draw(st.booleans()):
                    number |= 1 << type_.cls.WIDTH - 1 - bit
            return number
        length = self.count(type_.low, type_.high)
        return BitString.of(self.draw(st.text("01", min_size=length, max_size=length)))

    def octets(self, low: int, high: int | None) -> bytes:
        length = self.count(low, high)
        return self.draw(st.binary(min_size=length, max_size=length))

    def text(self, type_: Any) -> Any:
        if type_.kind == "GraphicString":
            return self.octets(type_.low, type_.high)
        length = self.count(type_.low, type_.high)
        characters = {"NumericString": "0123456789 ", "PrintableString": "azAZ09 '()+,-./:=?"}.get(type_.kind, VISIBLE)
        if type_.kind == "UTF8String":
            characters += "äß€😀\n"
        return self.draw(st.text(characters, min_size=length, max_size=length))

    def component(self, field: Any) -> Any:
        if field.may_be_absent and (self.chance(40) or self.depth < 0):
            return None if field.optional else field.default
        self.depth -= 1
        value = self.of(field.type)
        self.depth += 1
        return value

    def alternative(self, type_: Any) -> Any:
        """A value of an alternative; deep inside that of the first, which always ends."""
        alternatives = type_.alternatives if self.depth > 0 else type_.alternatives[:1]
        alternative = self.draw(st.sampled_from(alternatives))
        self.depth -= 1
        value = self.of(alternative.type)
        self.depth += 1
        return value if alternative.wrapper is None else wrap(alternative.wrapper, value)

    def elements(self, type_: Any) -> list[Any]:
        count = self.count(type_.low, type_.high) if self.depth > 0 else type_.low
        self.depth -= 1
        values = [self.of(type_.element) for _ in range(count)]
        self.depth += 1
        return values
