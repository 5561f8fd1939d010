"""The values of an APDU's elements as the words of a tree."""

from __future__ import annotations

from typing import Any, Final

from xdlms.codec import schema
from xdlms.codec.data import LIST, NaN, Shape
from xdlms.codec.numbers import BitString, NamedBits
from xdlms.codec.schema import Syntax, Type
from xdlms.codec.wording import counted
from xdlms.tools.show import (
    describe_data_octets,
    describe_number,
    describe_octets,
    describe_oid,
    hint_of,
    quoted,
)

OCTETS_A_LINE: Final = 32
"""Octets of a long string in one line."""
_LINE: Final = 96
_FEW_BITS: Final = 4
_HEX_DIGITS: Final = {"invoke-id": 2, "block-control": 2, "short-name": 4, "long-invoke-id": 8}


class Words:
    """A value in words: its `kind` where the name does not tell it, the value as `text`, what it means as `note`.

    `more` are lines that go on with the value, each with the number of octets from its beginning.
    """

    __slots__ = ("kind", "more", "note", "text")

    def __init__(
        self, text: str = "", note: str = "", *, kind: str = "", more: tuple[tuple[int, str], ...] = ()
    ) -> None:
        self.kind = kind
        self.text = text
        self.note = note
        self.more = more


def words_of(syntax: Syntax, declared: Type, type: Type, value: Any) -> Words:
    """A value of a type that is no container; `declared` is the type as its component names it."""
    hint = hint_of(syntax, declared)
    match type:
        case schema.Null():
            return Words("NULL")
        case schema.Boolean():
            return Words("TRUE" if value else "FALSE")
        case schema.Integer() | schema.Enumerated() if type.cls is not None:
            name = type.names.get(int(value))
            return Words(f"{int(value)}, not named" if name is None else f"{name} ({int(value)})")
        case schema.Integer():
            digits = _HEX_DIGITS.get(hint or "")
            text = str(value) if digits is None else f"{value % (1 << 4 * digits):0{digits}X}"
            note = describe_number(hint, value) if hint else ""
            return Words(text, "" if note == text else note.removeprefix(f"{text} "))
        case schema.Bits():
            return _bits(type, value)
        case schema.ObjectIdentifier():
            return Words(value, describe_oid(hint, value))
        case _ if isinstance(value, bytes):
            return octets_in_words(value, describe_octets(hint, value))
    return Words(quoted(value) if isinstance(value, str) else str(value))


def octets_in_words(octets: bytes, note: str = "", *, kind: str = "") -> Words:
    """Octets in hexadecimal digits, OCTETS_A_LINE in a line."""
    if not octets:
        return Words("empty", note, kind=kind)
    pieces = [
        (start, octets[start : start + OCTETS_A_LINE].hex().upper()) for start in range(0, len(octets), OCTETS_A_LINE)
    ]
    return Words(pieces[0][1], note, kind=kind, more=tuple(pieces[1:]))


def _bits(type: schema.Bits, value: Any) -> Words:
    if not isinstance(value, NamedBits):
        return Words(str(value) or "empty")
    width = value.WIDTH
    names = [type.names.get(bit, f"bit {bit}") for bit in range(width) if int(value) >> (width - 1 - bit) & 1]
    if width <= _FEW_BITS:
        return Words(", ".join(names) or "none")
    digits = f"{int(value):0{(width + 3) // 4}X}"
    lines = _wrapped(names)
    if len(lines) < 2:
        return Words(digits, "".join(lines) or "none")
    return Words(digits, counted(len(names), "bit"), more=tuple((-1, line) for line in lines))


def _wrapped(names: list[str]) -> list[str]:
    """Names with commas, in lines that are not too long."""
    lines: list[str] = []
    for name in names:
        if lines and len(lines[-1]) + len(name) + 2 <= _LINE:
            lines[-1] += f", {name}"
        else:
            lines.append(name)
    return lines


def element_in_words(type: schema.SelfDescribing, tag: str, value: Any) -> Words:
    """An element of a self-describing value that is no container."""
    match value:
        case None:
            return Words(kind=tag)
        case bool():
            return Words("TRUE" if value else "FALSE", kind=tag)
        case NaN():
            return Words(f"NaN {value.octets.hex().upper()}", kind=tag)
        case int() | float():
            return Words(str(value), kind=tag)
        case str():
            return Words(quoted(value), kind=tag)
        case BitString():
            return Words(f"{value} ({counted(len(value), 'bit')})" if len(value) else "empty", kind=tag)
    return octets_in_words(value, describe_data_octets(tag, value), kind=tag)


def short_octets(octets: bytes, most: int = 16) -> str:
    """How many octets, and the first of them."""
    count = counted(len(octets), "octet")
    if not octets:
        return count
    return f"{count}: {octets[:most].hex().upper()}{'...' if len(octets) > most else ''}"


def description_in_words(type: schema.SelfDescribing, shape: Shape) -> str:
    """The description of a compact array's elements: ``structure {long-unsigned, array 2 of unsigned}``."""
    if isinstance(shape, int):
        return type.names[shape]
    name = type.names[shape[0]]
    if type.cls.KINDS[shape[0]] == LIST:
        return f"{name} {shape[2]} of {description_in_words(type, shape[1])}"
    return f"{name} {{{', '.join(description_in_words(type, element) for element in shape[1])}}}"
