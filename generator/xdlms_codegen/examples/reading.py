"""Octets read by the model, strictly, with a line for every run of them that says what it is.

It knows nothing of the generated codecs, so that each checks the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdlms_codegen.examples.cursor import Cursor, Groups, ReadingError
from xdlms_codegen.examples.values import Chosen, Leaf, Line, List, Reading, Record, Value
from xdlms_codegen.lower.context import BER, Context
from xdlms_codegen.lower.table import tag_path
from xdlms_codegen.lower.tags import ber_tags
from xdlms_codegen.model import (
    BitString,
    Choice,
    Enumerated,
    Integer,
    Member,
    ObjectIdentifier,
    Reference,
    Sequence,
    SequenceOf,
    Type,
)

__all__ = ["ReadingError", "groups_of", "read_alone", "read_apdu", "read_type"]


def read_apdu(context: Context, octets: bytes) -> Reading:
    """A whole APDU of one of the roots; raises ReadingError."""
    for root in context.binding.roots:
        body = context.definitions[root].type
        if isinstance(body, Choice) and _Reader(context, octets).alternative(root, body) is not None:
            return read_type(context, root, octets)
    raise ReadingError(f"{octets[:1].hex().upper() or 'nothing'} begins no APDU")


def read_alone(context: Context, name: str, octets: bytes) -> Reading:
    """A value of a definition with the tags that always lead to it; raises ReadingError."""
    path = bytes(tag_path(context, name)) if context.rules[name] != BER else b""
    if not octets.startswith(path):
        raise ReadingError(f"expected the tags {path.hex().upper()} of {name}")
    reading = read_type(context, name, octets[len(path) :])
    groups = tuple(bytes((octet,)) for octet in path)
    return Reading(reading.value, ((Line(groups, 0, name),) if path else ()) + reading.lines)


def read_type(context: Context, name: str, octets: bytes) -> Reading:
    """A value of a definition, without the tags that lead to it in A-XDR; raises ReadingError."""
    reader = _Reader(context, octets)
    value = reader.component(Reference(context.definitions[name].location, name), context.rules[name], Place())
    if reader.at != len(octets):
        raise ReadingError(f"{len(octets) - reader.at} octets are left over behind {name}")
    return Reading(value, tuple(reader.lines))


def groups_of(reading: Reading) -> tuple[bytes, ...]:
    """The octets that were read, field by field."""
    return tuple(group for line in reading.lines for group in line.groups)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: how deep, as which component, and what was read that belongs to it.

    `groups` are octets in front of the value, `said` what they say.
    """

    depth: int = 0
    label: str = ""
    groups: Groups = ()
    said: str = ""

    def behind(self, *groups: bytes, said: str = "") -> Place:
        return Place(self.depth, self.label, (*self.groups, *groups), joined(self.said, said))

    def inside(self, label: str) -> Place:
        return Place(self.depth + 1, label)


class _Reader(Cursor):
    """One reading; `lines` are what was read so far."""

    def __init__(self, context: Context, octets: bytes) -> None:
        super().__init__(octets)
        self.context = context
        self.lines: list[Line] = []

    def line(self, place: Place, text: str = "", own: Groups = ()) -> None:
        groups = tuple(group for group in (*place.groups, *own) if group)
        self.lines.append(Line(groups, place.depth, place.label, joined(place.said, text)))

    def component(self, type_: Type, rule: str, place: Place) -> Value:
        """A value as a component sends it: in BER behind its identifiers."""
        rule = self.rule_of(type_, rule)
        end: int | None = None
        for wanted in self.identifiers(type_) if rule == BER else ():
            if self.octets[self.at : self.at + len(wanted)] != wanted:
                raise self.fail(f"expected the tag {wanted.hex().upper()}")
            self.at += len(wanted)
            count, length = self.length()
            end = self.at + count
            place = place.behind(wanted + length)
        body, name = self.context.resolve(type_), self.context.final_name(type_)
        match body:
            case Sequence():
                return self.sequence(body, name or "", rule, end, place)
            case Choice():
                return self.choice(body, name or "", rule, place)
            case SequenceOf():
                return self.sequence_of(body, name, rule, end, place)
        leaf, groups = self.leaf(body, name, rule, end)
        self.line(place, leaf_text(leaf), groups)
        return leaf

    def rule_of(self, type_: Type, rule: str) -> str:
        while isinstance(type_, Reference) and rule != BER:
            rule = self.context.rules[type_.name]
            type_ = self.context.definitions[type_.name].type
        return rule

    def identifiers(self, type_: Type) -> list[bytes]:
        return [tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") for tag in ber_tags(self.context, type_)]

    # SEQUENCE

    def sequence(self, body: Sequence, name: str, rule: str, end: int | None, place: Place) -> Record:
        shown = bool(place.groups or place.label)
        if shown:
            self.line(place)
        components: list[tuple[Member, Value | None]] = []
        for member in body.members:
            self.path.append(member.name)
            inner = place.inside(member.name) if shown else Place(place.depth, member.name)
            components.append((member, self.member(member, name, rule, end, inner)))
            self.path.pop()
        if end is not None and self.at != end:
            raise self.fail(f"{end - self.at} octets are left over in {name}")
        return Record(body, name, tuple(components))

    def member(self, member: Member, owner: str, rule: str, end: int | None, place: Place) -> Value | None:
        if member.optional or member.default is not None:
            if rule == BER:
                if self.at >= (end or 0) or not self.begins(member.type):
                    return None
            else:
                presence = self.take(1)
                place = place.behind(presence)
                if presence == b"\x00":
                    self.line(place, "absent" if member.optional else "absent: it has its default value")
                    return None
                if presence != b"\x01":
                    raise self.fail(f"{presence.hex().upper()} is no presence octet")
        value = self.component(member.type, rule, place)
        root = self.context.bound(self.context.binding.contains, owner, member)
        if root is not None and isinstance(value, Leaf) and isinstance(value.value, bytes):
            self.contained(value.value)
        return value

    def contained(self, octets: bytes) -> None:
        """The lines of the APDU that a component holds, in the place of its octets."""
        line = self.lines.pop()
        self.lines.append(Line(line.groups[:-1], line.depth, line.label, "holds an APDU"))
        for inner in read_apdu(self.context, octets).lines:
            self.lines.append(Line(inner.groups, inner.depth + line.depth + 1, inner.label, inner.text))

    # CHOICE

    def choice(self, body: Choice, name: str, rule: str, place: Place) -> Chosen:
        member = self.alternative(name, body)
        if member is None:
            raise self.fail(f"{self.take(1).hex().upper()} is the tag of no alternative of {name}")
        start = self.at
        self.path.append(member.name)
        place = place.behind(*([] if rule == BER else [self.take(1)]), said=member.name)
        value = self.component(member.type, rule, place)
        self.path.pop()
        return Chosen(body, name, member, value, self.octets[start : self.at])

    def alternative(self, name: str, body: Choice) -> Member | None:
        """The alternative whose tag stands here."""
        if self.at >= len(self.octets):
            return None
        if self.context.rules[name] == BER:
            return next((member for member in body.members if self.begins(member.type)), None)
        tags = {member.type.tag.number: member for member in body.members if member.type.tag is not None}
        return tags.get(self.octets[self.at])

    def begins(self, type_: Type) -> bool:
        """Whether a value of this type can begin here, in BER."""
        identifiers = self.identifiers(type_)
        if identifiers:
            return self.octets.startswith(identifiers[0], self.at)
        body = self.context.resolve(type_)
        return isinstance(body, Choice) and any(self.begins(member.type) for member in body.members)

    # SEQUENCE OF

    def sequence_of(self, body: SequenceOf, name: str | None, rule: str, end: int | None, place: Place) -> List:
        count = None if rule == BER else body.size.fixed
        if rule != BER and count is None:
            count, octets = self.length()
            place = place.behind(octets)
        self.line(place, "" if count is None else f"{count} element{'s' * (count != 1)}")
        items: list[Value] = []
        while len(items) < count if count is not None else self.at < (end or 0):
            label = f"[{len(items)}]"
            self.path.append(label)
            items.append(self.component(body.element, rule, place.inside(label)))
            self.path.pop()
        return List(body, name, tuple(items))


def joined(one: str, other: str) -> str:
    return f"{one}: {other}" if one and other else one or other


def leaf_text(leaf: Leaf) -> str:
    """A value in a few words; octets speak for themselves."""
    body, value = leaf.type, leaf.value
    if isinstance(body, BitString):
        if not body.named:
            return leaf.digits
        names = {bit.number: bit.name for bit in body.named}
        found = [names.get(number, f"bit {number}") for number, digit in enumerate(leaf.digits) if digit == "1"]
        return ", ".join(found) or "no bit set"
    if isinstance(body, (Integer, Enumerated)):
        named = next((each.name for each in body.named if each.number == value), "")
        return f"{named} ({value!r})" if named else str(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value if isinstance(body, ObjectIdentifier) else f'"{value}"'
    return "empty" if value == b"" else ""
