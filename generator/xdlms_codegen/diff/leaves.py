"""Types without components, compared: numbers, named numbers, bits, strings.

What the codecs take is what counts: a number that has no name in a type with names is refused, bits
without a name are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from xdlms_codegen import primitives
from xdlms_codegen.diff.changes import Delta, Effect, Kind, Make, Side
from xdlms_codegen.diff.notation import keyword, named_text
from xdlms_codegen.lower.context import BER
from xdlms_codegen.model import (
    BitString,
    CharacterString,
    Enumerated,
    Integer,
    NamedNumber,
    OctetString,
    Range,
)

Number: TypeAlias = Integer | Enumerated
String: TypeAlias = OctetString | CharacterString

ENUMERATED_RANGE = Range(0, 255)
"""The numbers that one octet of A-XDR holds."""


def inclusion(old: Range, new: Range) -> Effect:
    """The effect where the values of a range are encoded alike on both sides."""
    return Effect.of(forward=_includes(new, old), backward=_includes(old, new))


def _includes(outer: Range, inner: Range) -> bool:
    low = outer.minimum is None or (inner.minimum is not None and inner.minimum >= outer.minimum)
    high = outer.maximum is None or (inner.maximum is not None and inner.maximum <= outer.maximum)
    return low and high


def outside(old: Range, new: Range) -> tuple[Side, int]:
    """A value that only one side allows, and which; of equal ranges the least value of the new one."""
    for side, mine, other in ((Side.NEW, new, old), (Side.OLD, old, new)):
        if other.maximum is not None and (mine.maximum is None or mine.maximum > other.maximum):
            return side, max(other.maximum + 1, mine.minimum or 0)
        if other.minimum is not None and (mine.minimum is None or mine.minimum < other.minimum):
            return side, other.minimum - 1 if mine.maximum is None else min(other.minimum - 1, mine.maximum)
    return Side.NEW, new.minimum if new.minimum is not None else new.maximum or 0


# Numbers


@dataclass(frozen=True, slots=True)
class _Form:
    """How a number is encoded: in so many octets, or None in as many as it needs."""

    width: int | None

    @classmethod
    def of(cls, type_: Number, rule: str) -> _Form:
        if rule == BER:
            return cls(None)
        if isinstance(type_, Enumerated):
            return cls(1)
        width = primitives.fixed_width(type_.range)
        return cls(width[0] if width else None)


def numbers(old: Number, new: Number, old_rule: str, new_rule: str) -> Iterator[Delta]:
    """The changes of an INTEGER or an ENUMERATED."""
    before, after = _Form.of(old, old_rule), _Form.of(new, new_rule)
    same_form = before == after
    if old.__class__ is not new.__class__:
        effect = Effect.of(forward=same_form, backward=same_form)
        make = _number(new, _first(new), new_rule)
        yield Delta(Kind.TYPE_CHANGED, effect, Side.NEW, make, before=keyword(old), after=keyword(new))
    if old.named and new.named:
        yield from _named_numbers(old, new, old_rule, new_rule)
    elif old.named or new.named:
        yield _names_given_or_taken(old, new, old_rule, new_rule)
    if isinstance(old, Integer) and isinstance(new, Integer) and old.range != new.range:
        yield _range_changed(old, new, old_rule, new_rule)


def _range_changed(old: Integer, new: Integer, old_rule: str, new_rule: str) -> Delta:
    before, after = _Form.of(old, old_rule), _Form.of(new, new_rule)
    if old.named or new.named:
        # The names decide which numbers are taken; the range only how many octets they have.
        effect = Effect.of(forward=before == after, backward=before == after)
        side, value = Side.NEW, _first(new)
    else:
        same_form = before == after
        effect = inclusion(old.range, new.range) if same_form else _across_forms(old.range, new.range, before, after)
        side, value = outside(old.range, new.range)
    make = _number(new, value, new_rule) if side is Side.NEW else _number(old, value, old_rule)
    texts = [range_text(type_.range) for type_ in (old, new)]
    return Delta(Kind.RANGE_CHANGED, effect, side, make, before=texts[0], after=texts[1])


def range_text(range_: Range) -> str:
    return "any number" if range_ == Range(None, None) else f"({range_})"


def _across_forms(old: Range, new: Range, before: _Form, after: _Form) -> Effect:
    """A number without limits is one octet up to 127, as a number of one octet is."""
    small = Range(0, 0x7F)
    forward = before.width == 1 and after.width is None and _includes(small, old) and _includes(new, old)
    backward = after.width == 1 and before.width is None and _includes(small, new) and _includes(old, new)
    return Effect.of(forward=forward, backward=backward)


def _range(type_: Number) -> Range:
    return type_.range if isinstance(type_, Integer) else ENUMERATED_RANGE


def _first(type_: Number) -> int:
    if type_.named:
        return type_.named[0].number
    low, high = _range(type_).minimum, _range(type_).maximum
    return low if low is not None else high or 0


def _number(type_: Number, value: int, rule: str) -> Make:
    if isinstance(type_, Enumerated):
        return lambda _: primitives.enumerated(value, rule)
    return lambda _: primitives.number(type_, value, rule)


def _names_given_or_taken(old: Number, new: Number, old_rule: str, new_rule: str) -> Delta:
    """Names make a type that takes these numbers only."""
    listed, open_, side = (new, old, Side.OLD) if new.named else (old, new, Side.NEW)
    names = {named.number for named in listed.named}
    limits = _range(open_)
    covered = all(_includes(limits, Range(number, number)) for number in names)
    other = next(number for number in range(len(names) + 1) if number not in names)
    effect = Effect.of(forward=side is Side.NEW and covered, backward=side is Side.OLD and covered)
    make = _number(open_, other, old_rule if side is Side.OLD else new_rule)
    texts = ["numbers with names" if type_.named else "any number" for type_ in (old, new)]
    return Delta(Kind.TYPE_CHANGED, effect, side, make, before=texts[0], after=texts[1])


def _named_numbers(old: Number, new: Number, old_rule: str, new_rule: str) -> Iterator[Delta]:
    """The names of the numbers that a type takes."""
    for change in named_changes(old.named, new.named):
        side, named = change.shown
        make = _number(new, named.number, new_rule) if side is Side.NEW else _number(old, named.number, old_rule)
        before = named_text(change.old) if change.old else ""
        after = named_text(change.new) if change.new else ""
        kind, effect = _NUMBER_KINDS[change.what]
        if change.is_reused:
            effect = Effect.INCOMPATIBLE
        yield Delta(kind, effect, side, make, f".{named.name}", before, after, change.spots)


_NUMBER_KINDS = {
    "added": (Kind.VALUE_ADDED, Effect.NEW_READS_OLD),
    "removed": (Kind.VALUE_REMOVED, Effect.OLD_READS_NEW),
    "renamed": (Kind.VALUE_RENAMED, Effect.COMPATIBLE),
    "moved": (Kind.VALUE_RENUMBERED, Effect.INCOMPATIBLE),
}


@dataclass(frozen=True, slots=True)
class NamedChange:
    """A name of a number that changed; `is_reused` when its number has another known name on the other side."""

    what: str
    old: NamedNumber | None
    new: NamedNumber | None
    is_reused: bool = False

    @property
    def shown(self) -> tuple[Side, NamedNumber]:
        """The side that has it, and the name there; the new one where both do."""
        if self.new is not None:
            return Side.NEW, self.new
        if self.old is None:
            raise ValueError("a change of no name")
        return Side.OLD, self.old

    @property
    def spots(self) -> tuple[str, str]:
        return (self.old.name if self.old else "", self.new.name if self.new else "")


def named_changes(old: tuple[NamedNumber, ...], new: tuple[NamedNumber, ...]) -> Iterator[NamedChange]:
    """What happened to the names, in the order of the numbers, those that are gone behind the one in front."""
    old_names, new_names = {n.name: n for n in old}, {n.name: n for n in new}
    old_numbers, new_numbers = {n.number: n for n in old}, {n.number: n for n in new}
    found: list[NamedChange] = []
    for named in new:
        same, there = old_names.get(named.name), old_numbers.get(named.number)
        if same is not None:
            if same.number != named.number:
                found.append(NamedChange("moved", same, named))
        elif there is not None and there.name not in new_names:
            found.append(NamedChange("renamed", there, named))
        else:
            found.append(NamedChange("added", None, named, is_reused=there is not None))
    renamed = {change.old.name for change in found if change.what == "renamed" and change.old}
    for named in old:
        if named.name not in new_names and named.name not in renamed:
            found.append(NamedChange("removed", named, None, is_reused=named.number in new_numbers))
    yield from sorted(found, key=lambda change: change.shown[1].number)


# Bits


def bit_strings(old: BitString, new: BitString, old_rule: str, new_rule: str) -> Iterator[Delta]:
    """The changes of a BIT STRING. A bit without a name is taken, one behind the last is not."""
    if old.size != new.size:
        side, count = outside(old.size, new.size)
        type_, rule = (new, new_rule) if side is Side.NEW else (old, old_rule)
        effect = size_effect(old.size, new.size, old_rule)
        make = _bits(type_, count, "", rule)
        yield Delta(Kind.SIZE_CHANGED, effect, side, make, "", size_of(old.size), size_of(new.size))
    if bool(old.named) != bool(new.named):
        yield _bit_names_given_or_taken(old, new, old_rule, new_rule)
        return
    known = min(primitives.bit_width(old), primitives.bit_width(new))
    for change in named_changes(old.named, new.named):
        side, bit = change.shown
        type_, rule = (new, new_rule) if side is Side.NEW else (old, old_rule)
        make = _bits(type_, type_.size.minimum or 0, "1".rjust(bit.number + 1, "0"), rule)
        is_known = bit.number < known
        kind, effect = {
            "added": (Kind.BIT_ADDED, Effect.of(forward=True, backward=is_known)),
            "removed": (Kind.BIT_REMOVED, Effect.of(forward=is_known, backward=True)),
            "renamed": (Kind.BIT_RENAMED, Effect.COMPATIBLE),
            "moved": (Kind.BIT_MOVED, Effect.INCOMPATIBLE),
        }[change.what]
        before = named_text(change.old) if change.old else ""
        after = named_text(change.new) if change.new else ""
        if change.is_reused:
            effect = Effect.INCOMPATIBLE
        yield Delta(kind, effect, side, make, f".{bit.name}", before, after, change.spots)


def _bit_names_given_or_taken(old: BitString, new: BitString, old_rule: str, new_rule: str) -> Delta:
    """Bits behind the last name are refused, so the type without names is the broader one, if it has such bits."""
    side, plain, rule = (Side.OLD, old, old_rule) if new.named else (Side.NEW, new, new_rule)
    width = primitives.bit_width(new if new.named else old)
    longest = plain.size.maximum
    fits = longest is not None and longest <= width
    effect = Effect.of(forward=fits or side is Side.NEW, backward=fits or side is Side.OLD)
    count = max(width + 1, plain.size.minimum or 0)
    make = _bits(plain, count if longest is None else min(count, longest), "", rule)
    texts = ["bits with names" if each.named else "bits" for each in (old, new)]
    return Delta(Kind.TYPE_CHANGED, effect, side, make, before=texts[0], after=texts[1])


def _bits(type_: BitString, count: int, digits: str, rule: str) -> Make:
    """These digits, or as many bits set as the type takes, and 0 bits up to `count`."""
    most = min(count, primitives.bit_width(type_)) if type_.named else count
    all_digits = (digits or "1" * most).ljust(count, "0")
    return lambda _: primitives.bits(replace(type_, named=()), all_digits, rule)


# Strings, and sizes of all kinds


def size_effect(old: Range, new: Range, rule: str) -> Effect:
    """The effect of another size: A-XDR sends no length where there is only one."""
    if rule != BER and (old.fixed is not None or new.fixed is not None) and old.fixed != new.fixed:
        return Effect.INCOMPATIBLE
    return inclusion(old, new)


def size_of(size: Range) -> str:
    return f"SIZE({size})" if size != Range(0, None) else "any size"


def strings(old: String, new: String, old_rule: str, new_rule: str) -> Iterator[Delta]:
    """The changes of an OCTET STRING or a character string. The size of a UTF8String counts no octets."""
    same_form = old_rule == BER or primitives.fixed_length(old) == primitives.fixed_length(new)
    if keyword(old) != keyword(new):
        before, after = _alphabet(old), _alphabet(new)
        effect = Effect.of(forward=before <= after, backward=after <= before)
        counts_otherwise = {before, after} == {_UTF8, _ANY} and old.size != Range(0, None)
        if old.size == new.size and (counts_otherwise or not same_form):
            effect = Effect.INCOMPATIBLE
        side, type_, rule = (Side.OLD, old, old_rule) if before > after else (Side.NEW, new, new_rule)
        make = _string(type_, _sample(type_, other=old if side is Side.NEW else new), rule)
        yield Delta(Kind.TYPE_CHANGED, effect, side, make, before=keyword(old), after=keyword(new))
    if old.size != new.size:
        side, count = outside(old.size, new.size)
        type_, rule = (new, new_rule) if side is Side.NEW else (old, old_rule)
        make = _string(type_, (b"\x00" if isinstance(type_, OctetString) else b"0") * count, rule)
        effect = inclusion(old.size, new.size) if same_form else Effect.INCOMPATIBLE
        yield Delta(Kind.SIZE_CHANGED, effect, side, make, before=size_of(old.size), after=size_of(new.size))


_ASCII, _UTF8, _ANY = range(3)


def _alphabet(type_: String) -> int:
    """What a string may hold, each more than the one before: printable ASCII, text in UTF-8, any octets."""
    if isinstance(type_, OctetString) or type_.kind == "GraphicString":
        return _ANY
    return _UTF8 if type_.kind == "UTF8String" else _ASCII


def _sample(type_: String, other: String) -> bytes:
    """Contents that `type_` takes and, where there are such, `other` does not."""
    count = max(type_.size.minimum or 0, 1) if type_.size.maximum != 0 else 0
    if _alphabet(other) >= _alphabet(type_):
        return b"0" * count
    return b"\x01" * count if _alphabet(type_) == _UTF8 else b"\xff" * count


def _string(type_: String, octets: bytes, rule: str) -> Make:
    return lambda _: primitives.string(type_, octets, rule)
