"""The octets of a type: a row for every run of them, in the order in which they are sent."""

from __future__ import annotations

from dataclasses import dataclass

from xdlms_codegen import primitives
from xdlms_codegen.lower.context import BER, Context
from xdlms_codegen.lower.tags import ber_tags
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Choice,
    Enumerated,
    Integer,
    Member,
    Null,
    ObjectIdentifier,
    OctetString,
    Range,
    Reference,
    Sequence,
    SequenceOf,
    Type,
)
from xdlms_codegen.reference.pages import Pages

WHOLE = "the value"
FEW = 4
"""So many rows of another type are told in place; for more there is a link."""


@dataclass(frozen=True, slots=True)
class Row:
    """So many octets, and what they are, in Markdown."""

    octets: str
    content: str

    @property
    def octets_in_words(self) -> str:
        """How many octets, for a line of text."""
        return f"{self.octets} octet{'s' * (self.octets != '1')}"


class Layout:
    """Makes the rows for one page."""

    def __init__(self, pages: Pages, page: str) -> None:
        self.pages = pages
        self.context: Context = pages.context
        self.page = page

    def definition(self, name: str) -> list[Row]:
        """The rows of a definition, without the tags that lead to it."""
        body = self.context.definitions[name].type
        if self.context.rules[name] == BER:
            return self._ber(name, body)
        if isinstance(body, Sequence):
            return [row for member in body.members for row in self._member(member, "", (name,))]
        return self._axdr(body, "", (name,))

    # A-XDR

    def _member(self, member: Member, prefix: str, open_: tuple[str, ...]) -> list[Row]:
        label = f"{prefix}{member.name}"
        rows = self._component(member.type, label, open_)
        if not (member.optional or member.default is not None):
            return rows
        absent = "absent" if member.optional else "the default value"
        presence = Row("1", f"`{label}`: `00` {absent}, or `01` and:")
        return [presence, *(Row(row.octets, f"… {row.content}") for row in rows)]

    def _component(self, type_: Type, label: str, open_: tuple[str, ...]) -> list[Row]:
        """A type at its use: in place when it is short, else a link."""
        name = self.context.final_name(type_)
        if name is None or not isinstance(self.context.resolve(type_), (Sequence, Choice)):
            return self._axdr(type_, label, open_)
        body = self.context.resolve(type_)
        link = self.pages.link(name, self.page)
        if isinstance(body, Sequence) and name not in open_:
            rows = [row for member in body.members for row in self._member(member, f"{label}.", (*open_, name))]
            if len(rows) <= FEW:
                return rows
        if isinstance(body, Choice) and not self.context.is_self_describing(name) and name not in open_:
            return [self._choice(name, body, label)]
        width = self.width(type_)
        return [Row(str(width) if width is not None else "…", f"`{label}`: {link}")]

    def _axdr(self, type_: Type, label: str, open_: tuple[str, ...]) -> list[Row]:
        shown = f"`{label}`" if label else WHOLE
        if self._is_ber(type_):
            return [self._ber_inside(type_, shown)]
        body = self.context.resolve(type_)
        match body:
            case Null():
                return []
            case Boolean():
                return [Row("1", f"{shown}: `00` is FALSE, else TRUE; TRUE is sent as `01`")]
            case Integer():
                return [_integer(body, shown)]
            case Enumerated():
                return [Row("1", f"{shown}: the number of the value")]
            case BitString():
                fixed = body.size.fixed
                if fixed is not None:
                    return [Row(str((fixed + 7) // 8), f"{shown}: {fixed} bits, the first is the most significant")]
                return [Row("1 + n", f"{shown}: number of bits, then the bits in n octets, 0 bits behind them")]
            case OctetString() | CharacterString():
                return [_string(body, shown)]
            case ObjectIdentifier():
                return [Row("1 + n", f"{shown}: length, then the contents as in BER")]
            case SequenceOf():
                return [self._list(body, shown)]
            case Choice():
                return [self._choice(self.context.final_name(type_) or open_[-1], body, label)]
            case Sequence():
                return [row for member in body.members for row in self._member(member, "", open_)]
        return []

    def _is_ber(self, type_: Type) -> bool:
        while isinstance(type_, Reference):
            if self.context.rules[type_.name] == BER:
                return True
            type_ = self.context.definitions[type_.name].type
        return False

    def _ber_inside(self, type_: Type, shown: str) -> Row:
        """A type in BER inside A-XDR: the octets in front of a value of fixed size are always the same."""
        body = self.context.resolve(type_)
        tags = ber_tags(self.context, type_)
        link = self.pages.type_link(type_, self.page)
        named = f"{shown}: {link}" if link else shown
        if isinstance(body, BitString) and body.size.fixed is not None and len(tags) == 1:
            octets = (body.size.fixed + 7) // 8
            front = primitives.element(tags, bytes((-body.size.fixed % 8,)) + bytes(octets))[:-octets]
            return Row(str(len(front) + octets), f"{named}, in BER: `{_hex(front)}`, then {body.size.fixed} bits")
        return Row("…", f"{named}, in BER: `{_tags(tags)}`, a length, the contents")

    def _list(self, body: SequenceOf, shown: str) -> Row:
        width = self.width(body.element)
        link = self.pages.type_link(body.element, self.page)
        each = f" of {width} octet{'s' * (width != 1)} each" if width else ""
        what = f"the elements{each}: {link}" if link else f"the elements{each}"
        shown = f"{shown}: " if shown != WHOLE else ""
        if body.size.fixed is not None:
            octets = "…" if width is None else str(width * body.size.fixed)
            return Row(octets, f"{shown}{what}, {body.size.fixed} of them")
        return Row("1 + …", f"{shown}number of elements, then {what}")

    def _choice(self, name: str, body: Choice, label: str) -> Row:
        shown = f"`{label}`: " if label else ""
        widths = {self.width(member.type) for member in body.members}
        width = widths.pop() if len(widths) == 1 else None
        octets = str(1 + width) if width is not None else "1 + …"
        if len(body.members) > FEW:
            link = f" of {self.pages.link(name, self.page)}" if label else ""
            return Row(octets, f"{shown}tag of the alternative{link}, then its value")
        alternatives = ", or ".join(self._alternative(member) for member in body.members)
        return Row(octets, f"{shown}{alternatives}")

    def _alternative(self, member: Member) -> str:
        """An alternative in few words: its tag, its type."""
        tag = f"`{member.type.tag.number:02X}`" if member.type.tag is not None else ""
        body = self.context.resolve(member.type)
        link = self.pages.type_link(member.type, self.page)
        if isinstance(body, Null):
            return f"{tag} ({member.name})"
        if link:
            return f"{tag} and {link}"
        # What is sent is told at no other place.
        shown = f"`{member.name}`"
        rows = self._axdr(member.type, member.name, ())
        if len(rows) != 1:
            return f"{tag} and {shown}"
        what = rows[0].content.removeprefix(shown)
        words = what[2:] if what.startswith(": ") else rows[0].octets_in_words + what
        return f"{tag} and {shown} ({words})"

    def width(self, type_: Type) -> int | None:
        """The octets of every value of a type in A-XDR; None where they differ."""
        if self._is_ber(type_):
            body = self.context.resolve(type_)
            if isinstance(body, BitString) and body.size.fixed is not None:
                contents = bytes(1 + (body.size.fixed + 7) // 8)
                return len(primitives.element(ber_tags(self.context, type_), contents))
            return None
        return self._width(self.context.resolve(type_))

    def _width(self, body: Type) -> int | None:
        match body:
            case Null():
                return 0
            case Boolean() | Enumerated():
                return 1
            case Integer():
                width = primitives.fixed_width(body.range)
                return width[0] if width else None
            case BitString():
                return (body.size.fixed + 7) // 8 if body.size.fixed is not None else None
            case OctetString() | CharacterString():
                return primitives.fixed_length(body)
            case Sequence():
                widths = [
                    None if member.optional or member.default is not None else self.width(member.type)
                    for member in body.members
                ]
                return None if None in widths else sum(width for width in widths if width is not None)
            case SequenceOf() if body.size.fixed is not None:
                inner = self.width(body.element)
                return None if inner is None else inner * body.size.fixed
        return None

    # BER

    def _ber(self, name: str, body: Type) -> list[Row]:
        """The tags of every component, from the outside in; the length behind each is left out."""
        if isinstance(body, Sequence):
            return [Row(self._ber_tags(member.type), self._ber_content(member)) for member in body.members]
        if isinstance(body, Choice):
            return [Row(self._ber_tags(member.type), f"`{member.name}`") for member in body.members]
        return [Row(self._ber_tags(body), "the contents")]

    def _ber_tags(self, type_: Type) -> str:
        tags = ber_tags(self.context, type_)
        body = self.context.resolve(type_)
        if isinstance(body, Choice):
            front = _tags(tags)
            return " or ".join(f"`{' '.join(filter(None, [front, inner]))}`" for inner in self._choice_tags(body))
        return f"`{_tags(tags)}`"

    def _choice_tags(self, body: Choice) -> list[str]:
        return [_tags(ber_tags(self.context, member.type)) for member in body.members]

    def _ber_content(self, member: Member) -> str:
        absent = ", if present" if member.optional else ", unless it has its default value" if member.default else ""
        return f"`{member.name}`{absent}"


def _integer(body: Integer, shown: str) -> Row:
    width = primitives.fixed_width(body.range)
    if width is None:
        return Row("1 …", f"{shown}: one octet from 0 to 127, else `80` plus the number of octets, then these, signed")
    return Row(str(width[0]), f"{shown}{'' if not width[1] else ', signed'}{limits(body.range, *width)}")


def limits(range_: Range, width: int, signed: bool) -> str:
    """The range of a number, where its octets could hold others."""
    bits = 8 * width
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return "" if (range_.minimum, range_.maximum) == (low, high) else f", {range_.minimum} to {range_.maximum}"


def _string(body: OctetString | CharacterString, shown: str) -> Row:
    fixed = primitives.fixed_length(body)
    if fixed is not None:
        return Row(str(fixed), f"{shown}, without a length")
    what = "octets" if isinstance(body, OctetString) else "octets of characters"
    return Row("1 + n", f"{shown}: length n, then n {what}")


def _tags(tags: tuple[int, ...]) -> str:
    return " ".join(f"{tag:02X}" for tag in tags)


def _hex(octets: bytes) -> str:
    return " ".join(f"{octet:02X}" for octet in octets)
