"""Octets read one after the other: lengths, and values without components, as the model lays them down."""

from __future__ import annotations

from typing import TypeAlias

from xdlms_codegen import primitives
from xdlms_codegen.examples.values import Leaf
from xdlms_codegen.lower.context import BER
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Enumerated,
    Integer,
    Null,
    ObjectIdentifier,
    OctetString,
    Type,
)

Groups: TypeAlias = tuple[bytes, ...]
"""Parts of a run of octets that people read apart, as a tag, a length and contents."""


class ReadingError(ValueError):
    """Octets that are no value of the type; the message says where."""


class Cursor:
    """Octets, and where to read on; `path` are the names on the way to what is being read."""

    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        self.at = 0
        self.path: list[str] = []

    def fail(self, reason: str) -> ReadingError:
        return ReadingError(f"{reason}, at {'.'.join(self.path) or 'the beginning'}, octet {self.at}")

    def take(self, count: int) -> bytes:
        """The next octets."""
        end = self.at + count
        if count < 0 or end > len(self.octets):
            raise self.fail(f"expected {count} octets, found {len(self.octets) - self.at}")
        taken = self.octets[self.at : end]
        self.at = end
        return taken

    def length(self) -> tuple[int, bytes]:
        """A length or a count, and its octets."""
        first = self.take(1)
        if first[0] < 0x80:
            return first[0], first
        rest = self.take(first[0] & 0x7F)
        return int.from_bytes(rest, "big"), first + rest

    def leaf(self, body: Type, name: str | None, rule: str, end: int | None) -> tuple[Leaf, Groups]:
        """A value without components, up to `end` in BER, and its groups of octets."""
        rest = (end if end is not None else self.at) - self.at
        match body:
            case Null():
                return Leaf(body, name, None), ()
            case Boolean():
                octet = self.take(1)
                return Leaf(body, name, octet != b"\x00"), (octet,)
            case Integer():
                number, groups = self._integer(body, rule, rest)
                return self._known(Leaf(body, name, number)), groups
            case Enumerated():
                octets = self.take(rest if rule == BER else 1)
                return self._known(Leaf(body, name, int.from_bytes(octets, "big", signed=rule == BER))), (octets,)
            case BitString():
                return self._bits(body, name, rule, rest)
            case OctetString():
                octets, groups = self._string(rule, rest, primitives.fixed_length(body))
                return Leaf(body, name, octets), groups
            case CharacterString():
                octets, groups = self._string(rule, rest, primitives.fixed_length(body))
                return Leaf(body, name, self._text(body, octets)), groups
            case ObjectIdentifier():
                octets, groups = self._string(rule, rest, None)
                return Leaf(body, name, self._identifier(octets)), groups
        raise self.fail(f"{body.__class__.__name__} has components")

    def _integer(self, body: Integer, rule: str, rest: int) -> tuple[int, Groups]:
        if rule == BER:
            octets = self.take(rest)
            return int.from_bytes(octets, "big", signed=True), (octets,)
        width = primitives.fixed_width(body.range)
        if width is not None:
            octets = self.take(width[0])
            return int.from_bytes(octets, "big", signed=width[1]), (octets,)
        first = self.take(1)
        if first[0] < 0x80:
            return first[0], (first,)
        octets = self.take(first[0] & 0x7F)
        return int.from_bytes(octets, "big", signed=True), (first, octets)

    def _known(self, leaf: Leaf) -> Leaf:
        named = leaf.type.named if isinstance(leaf.type, (Integer, Enumerated)) else ()
        if named and leaf.value not in {each.number for each in named}:
            raise self.fail(f"{leaf.value!r} has no name")
        return leaf

    def _bits(self, body: BitString, name: str | None, rule: str, rest: int) -> tuple[Leaf, Groups]:
        if rule == BER:
            prefix = self.take(1)
            octets = self.take(rest - 1)
            count = 8 * len(octets) - prefix[0]
        else:
            count, prefix = (body.size.fixed, b"") if body.size.fixed is not None else self.length()
            octets = self.take((count + 7) // 8)
        digits = "".join(f"{octet:08b}" for octet in octets)[:count]
        if body.named:
            digits = digits.ljust(primitives.bit_width(body), "0")
        return Leaf(body, name, None, digits), (prefix, octets)

    def _string(self, rule: str, rest: int, fixed: int | None) -> tuple[bytes, Groups]:
        if rule == BER or fixed is not None:
            octets = self.take(rest if rule == BER or fixed is None else fixed)
            return octets, (octets,)
        count, length = self.length()
        octets = self.take(count)
        return octets, (length, octets)

    def _text(self, body: CharacterString, octets: bytes) -> str | bytes:
        if body.kind == "GraphicString":
            return octets
        try:
            return octets.decode("utf-8" if body.kind == "UTF8String" else "ascii")
        except UnicodeDecodeError:
            raise self.fail(f"{octets.hex().upper()} is no {body.kind}") from None

    def _identifier(self, octets: bytes) -> str:
        numbers, value = [], 0
        for octet in octets:
            value = value << 7 | octet & 0x7F
            if octet < 0x80:
                numbers.append(value)
                value = 0
        if not numbers:
            raise self.fail("an OBJECT IDENTIFIER without numbers")
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))
