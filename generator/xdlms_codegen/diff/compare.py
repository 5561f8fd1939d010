"""Two schemas compared, definition by definition: every change with what it does to octets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from typing import TypeAlias

from xdlms_codegen.diff import leaves, makes
from xdlms_codegen.diff.changes import Delta, Effect, Kind, Make, Side
from xdlms_codegen.diff.members import Match, match_alternatives, match_components
from xdlms_codegen.diff.notation import keyword, member_text, named_text, presence_text, tag_text, type_text
from xdlms_codegen.lower.choices import alternative_tag
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
    Reference,
    Sequence,
    SequenceOf,
    Type,
)

ALWAYS = "always there"

Pair: TypeAlias = tuple[str, str]
"""The name of something on the old side and on the new one: a definition, or its encoding rule."""


class Comparison:
    """Compares the types of two schemas; `pairs` are the definitions that belong together."""

    def __init__(self, old: Context, new: Context, pairs: dict[str, str]) -> None:
        self.old = old
        self.new = new
        self.pairs = pairs
        self._open: set[Pair] = set()

    def definitions(self, owner: Pair) -> list[Delta]:
        """The changes of a definition, from its own path on."""
        old, new = self.old.definitions[owner[0]].type, self.new.definitions[owner[1]].type
        rules = self.old.rules[owner[0]], self.new.rules[owner[1]]
        make = makes.whole(owner[1])
        if rules[0] != rules[1]:
            return [Delta(Kind.RULE_CHANGED, Effect.INCOMPATIBLE, Side.NEW, make, "", *rules)]
        return [*self._tags(old, new, rules, make), *self._uses(old, new, rules, owner)]

    # A type at its use

    def _uses(self, old: Type, new: Type, rules: Pair, owner: Pair) -> list[Delta]:
        """The changes between two types where they are used; those of definitions in pairs are told there."""
        if isinstance(old, Reference) or isinstance(new, Reference):
            return self._through_names(old, new, rules, owner)
        return list(self._bodies(old, new, rules, owner, self._have_same_tags(old, new, rules)))

    def _through_names(self, old: Type, new: Type, rules: Pair, owner: Pair) -> list[Delta]:
        is_pair = self._is_pair(old, new)
        if is_pair and _constraints(old) == _constraints(new):
            return []
        finals = self.old.final_name(old) or owner[0], self.new.final_name(new) or owner[1]
        if finals in self._open:
            return []
        inside = _rule_of(self.old, old, rules[0]), _rule_of(self.new, new, rules[1])
        self._open.add(finals)
        bodies = self.old.resolve(old), self.new.resolve(new)
        found = list(self._bodies(*bodies, inside, finals, self._have_same_tags(old, new, rules)))
        self._open.discard(finals)
        if is_pair:
            return [delta for delta in found if delta.kind in (Kind.RANGE_CHANGED, Kind.SIZE_CHANGED)]
        texts = type_text(self.old, replace(old, tag=None)), type_text(self.new, replace(new, tag=None))
        if found:
            worst = min(found, key=lambda delta: delta.effect.forward + delta.effect.backward)
            effect = reduce(Effect.joined, (delta.effect for delta in found))
            return [Delta(Kind.TYPE_CHANGED, effect, worst.side, worst.make, "", *texts)]
        make = makes.value(new, rules[1], owner[1])
        changed = [Delta(Kind.TYPE_CHANGED, Effect.COMPATIBLE, Side.NEW, make, "", *texts)]
        return changed if texts[0] != texts[1] else []

    def _is_pair(self, old: Type, new: Type) -> bool:
        names = old.name if isinstance(old, Reference) else None, new.name if isinstance(new, Reference) else None
        return names[0] is not None and names[1] is not None and self.pairs.get(names[0]) == names[1]

    def _have_same_tags(self, old: Type, new: Type, rules: Pair) -> bool:
        """Whether BER tells the two types apart by nothing that it sends in front of them."""
        is_ber = BER in (_rule_of(self.old, old, rules[0]), _rule_of(self.new, new, rules[1]))
        return not is_ber or ber_tags(self.old, old) == ber_tags(self.new, new)

    def _tags(self, old: Type, new: Type, rules: Pair, make: Make) -> Iterator[Delta]:
        """A tag that is sent makes other octets; in A-XDR only the octet of an alternative is sent."""
        # Before a CHOICE no tag can be IMPLICIT: that the type has become one is told elsewhere.
        if old.tag != new.tag and not (self._is_choice(old, new) and _number(old) == _number(new)):
            same = self._have_same_tags(old, new, rules)
            effect = Effect.of(forward=same, backward=same)
            yield Delta(Kind.TAG_CHANGED, effect, Side.NEW, make, "", _tag(old), _tag(new))

    def _is_choice(self, old: Type, new: Type) -> bool:
        return isinstance(self.old.resolve(old), Choice) is not isinstance(self.new.resolve(new), Choice)

    # Types by what they are

    def _bodies(self, old: Type, new: Type, rules: Pair, owner: Pair, same_tags: bool) -> Iterator[Delta]:
        match old, new:
            case Sequence(), Sequence():
                yield from self._sequences(old, new, rules, owner)
            case Choice(), Choice():
                yield from self._choices(old, new, rules, owner)
            case SequenceOf(), SequenceOf():
                yield from self._lists(old, new, rules, owner)
            case Enumerated(), Choice() if rules[1] != BER:
                yield from self._enumerated_and_choice(old, new, owner[1], Side.NEW)
            case Choice(), Enumerated() if rules[0] != BER:
                yield from self._enumerated_and_choice(new, old, owner[0], Side.OLD)
            case BitString(), BitString():
                yield from leaves.bit_strings(old, new, *rules)
            case (Integer() | Enumerated()), (Integer() | Enumerated()) if same_tags or _same_class(old, new):
                yield from leaves.numbers(old, new, *rules)
            case (OctetString() | CharacterString()), (OctetString() | CharacterString()) if same_tags or keyword(
                old
            ) == keyword(new):
                yield from leaves.strings(old, new, *rules)
            case (Null() | Boolean() | ObjectIdentifier()), _ if _same_class(old, new):
                pass
            case _:
                make = makes.value(new, rules[1], owner[1])
                texts = keyword(old), keyword(new)
                yield Delta(Kind.TYPE_CHANGED, Effect.INCOMPATIBLE, Side.NEW, make, "", *texts)

    def _lists(self, old: SequenceOf, new: SequenceOf, rules: Pair, owner: Pair) -> Iterator[Delta]:
        if old.size != new.size:
            effect = leaves.size_effect(old.size, new.size, rules[0])
            side, count = leaves.outside(old.size, new.size)
            make = makes.elements(new, rules[1], count) if side is Side.NEW else makes.elements(old, rules[0], count)
            texts = leaves.size_of(old.size), leaves.size_of(new.size)
            yield Delta(Kind.SIZE_CHANGED, effect, side, make, "", *texts)
        make = makes.elements(new, rules[1], max(1, new.size.minimum or 0))
        for delta in self._tags(old.element, new.element, rules, make):
            yield replace(delta, where=".element")
        for delta in self._uses(old.element, new.element, rules, owner):
            type_, rule = (new, rules[1]) if delta.side is Side.NEW else (old, rules[0])
            yield replace(delta, make=makes.element(type_, rule, delta.make), where=f".element{delta.where}")

    def _enumerated_and_choice(self, numbers: Enumerated, choice: Choice, owner: str, side: Side) -> Iterator[Delta]:
        """In A-XDR an ENUMERATED and a CHOICE of NULLs are the same octets: a number, or the tag of an alternative.

        `side` is that of the CHOICE, `owner` its name.
        """
        context, other = (self.new, Side.OLD) if side is Side.NEW else (self.old, Side.NEW)
        texts = ("ENUMERATED", "CHOICE") if side is Side.NEW else ("CHOICE", "ENUMERATED")
        by_number = {named.number: named for named in numbers.named}
        by_tag = {member.type.tag.number: member for member in choice.members if member.type.tag}
        common = [number for number in by_number if number in by_tag]
        same = all(isinstance(context.resolve(by_tag[number].type), Null) for number in common)
        make = makes.enumerated((common or list(by_number))[0])
        yield Delta(Kind.TYPE_CHANGED, Effect.of(forward=same, backward=same), other, make, "", *texts)
        for tag, member in by_tag.items():
            named = by_number.get(tag)
            make = makes.member(owner, member.name)
            if named is None:
                kind = Kind.ALTERNATIVE_ADDED if side is Side.NEW else Kind.ALTERNATIVE_REMOVED
                yield makes.one_sided(kind, side, member.name, type_text(context, member.type), make)
            elif named.name != member.name:
                names = (named.name, member.name) if side is Side.NEW else (member.name, named.name)
                yield Delta(Kind.VALUE_RENAMED, Effect.COMPATIBLE, side, make, f".{names[1]}", *names, names)
        for number, named in by_number.items():
            if number not in by_tag:
                kind = Kind.VALUE_REMOVED if side is Side.NEW else Kind.VALUE_ADDED
                yield makes.one_sided(kind, other, named.name, named_text(named), makes.enumerated(number))

    # CHOICE

    def _choices(self, old: Choice, new: Choice, rules: Pair, owner: Pair) -> Iterator[Delta]:
        tags = (
            {member.name: alternative_tag(self.old, owner[0], member) for member in old.members},
            {member.name: alternative_tag(self.new, owner[1], member) for member in new.members},
        )
        for match in match_alternatives(old, new, tags, lambda a, b: self._is_alike(a, b, rules, owner)):
            if match.old is None or match.new is None:
                yield self._alternative_of_one_side(match, owner)
                continue
            yield from _renamed(match, Kind.ALTERNATIVE_RENAMED, owner)
            before = match.old
            if rules[1] != BER and tags[0][before.name] != tags[1][match.new.name]:
                name = match.new.name
                texts = _tag(before.type), _tag(match.new.type)
                make = makes.member(owner[1], name)
                spots = before.name, name
                yield Delta(Kind.TAG_CHANGED, Effect.INCOMPATIBLE, Side.NEW, make, f".{name}", *texts, spots)
                before = replace(before, type=replace(before.type, tag=match.new.type.tag))
            yield from self._members(before, match.new, rules, owner)

    def _alternative_of_one_side(self, match: Match, owner: Pair) -> Delta:
        side, member = match.only
        context = self.new if side is Side.NEW else self.old
        kind = Kind.ALTERNATIVE_ADDED if side is Side.NEW else Kind.ALTERNATIVE_REMOVED
        make = makes.member(owner[1] if side is Side.NEW else owner[0], member.name)
        delta = makes.one_sided(kind, side, member.name, type_text(context, member.type), make)
        return replace(delta, effect=Effect.INCOMPATIBLE) if match.is_reused else delta

    # SEQUENCE

    def _sequences(self, old: Sequence, new: Sequence, rules: Pair, owner: Pair) -> Iterator[Delta]:
        for match in match_components(old, new, lambda a, b: self._is_alike(a, b, rules, owner)):
            if match.old is None or match.new is None:
                yield self._component_of_one_side(match, rules, owner)
                continue
            yield from _renamed(match, Kind.COMPONENT_RENAMED, owner)
            name = match.new.name
            if match.is_moved:
                texts = f"place {1 + old.members.index(match.old)}", f"place {1 + new.members.index(match.new)}"
                free = _costs_nothing(self.old, match.old, rules[0]) and _costs_nothing(self.new, match.new, rules[1])
                effect = Effect.of(forward=free, backward=free)
                make = makes.full(owner[1], name)
                spots = match.old.name, name
                yield Delta(Kind.COMPONENT_MOVED, effect, Side.NEW, make, f".{name}", *texts, spots)
            yield from self._presence(match.old, match.new, rules, owner)
            yield from self._members(match.old, match.new, rules, owner)

    def _component_of_one_side(self, match: Match, rules: Pair, owner: Pair) -> Delta:
        """A-XDR knows components by their places alone; BER by their tags, and misses none that may be absent."""
        side, member = match.only
        context, rule = (self.new, rules[1]) if side is Side.NEW else (self.old, rules[0])
        kind = Kind.COMPONENT_ADDED if side is Side.NEW else Kind.COMPONENT_REMOVED
        make = makes.member(owner[1] if side is Side.NEW else owner[0], member.name)
        delta = makes.one_sided(kind, side, member.name, member_text(context, member), make)
        if _costs_nothing(context, member, rule):
            return replace(delta, effect=Effect.COMPATIBLE)
        may_be_absent = member.optional or member.default is not None
        return delta if rule == BER and may_be_absent else replace(delta, effect=Effect.INCOMPATIBLE)

    def _presence(self, old: Member, new: Member, rules: Pair, owner: Pair) -> Iterator[Delta]:
        """OPTIONAL and DEFAULT are an octet in A-XDR; in BER they allow one more form, the absent one."""
        if (old.optional, old.default) == (new.optional, new.default):
            return
        absent_in_old = old.optional or old.default is not None
        absent_in_new = new.optional or new.default is not None
        kind, effect = Kind.PRESENCE_CHANGED, Effect.INCOMPATIBLE
        if old.default is not None and new.default is not None:
            kind = Kind.DEFAULT_CHANGED
        elif rules[0] == BER and absent_in_old != absent_in_new:
            effect = Effect.of(forward=absent_in_new, backward=absent_in_old)
        side, name, holder = (Side.NEW, new.name, owner[1]) if absent_in_new else (Side.OLD, old.name, owner[0])
        texts = presence_text(old).strip() or ALWAYS, presence_text(new).strip() or ALWAYS
        spots = old.name, new.name
        one_sided = absent_in_old != absent_in_new and rules[0] != BER
        make = makes.absent_for_sure(holder, name) if one_sided else makes.absent(holder, name)
        yield Delta(kind, effect, side, make, f".{new.name}", *texts, spots)

    # What both sides have

    def _members(self, old: Member, new: Member, rules: Pair, owner: Pair) -> Iterator[Delta]:
        """The changes of the type of a component or an alternative."""
        spots = old.name, new.name
        for delta in self._tags(old.type, new.type, rules, makes.member(owner[1], new.name)):
            yield replace(delta, where=f".{new.name}", spots=spots)
        for delta in self._uses(old.type, new.type, rules, owner):
            name, holder = (new.name, owner[1]) if delta.side is Side.NEW else (old.name, owner[0])
            make = makes.member(holder, name, delta.make)
            yield replace(delta, make=make, where=f".{new.name}{delta.where}", spots=spots)

    def _is_alike(self, old: Member, new: Member, rules: Pair, owner: Pair) -> bool:
        """Whether two members with different names can be one that was renamed: nothing else changed."""
        same_presence = (old.optional, old.default) == (new.optional, new.default)
        return same_presence and not [*self._members(old, new, rules, owner)]


def _renamed(match: Match, kind: Kind, owner: Pair) -> Iterator[Delta]:
    if match.old is not None and match.new is not None and match.old.name != match.new.name:
        names = match.old.name, match.new.name
        yield Delta(kind, Effect.COMPATIBLE, Side.NEW, makes.member(owner[1], names[1]), f".{names[1]}", *names)


def _costs_nothing(context: Context, member: Member, rule: str) -> bool:
    may_be_absent = member.optional or member.default is not None
    return rule != BER and not may_be_absent and isinstance(context.resolve(member.type), Null)


def _constraints(type_: Type) -> tuple[object, object]:
    return (type_.range, type_.size) if isinstance(type_, Reference) else (None, None)


def _rule_of(context: Context, type_: Type, rule: str) -> str:
    while isinstance(type_, Reference) and rule != BER:
        rule = context.rules[type_.name]
        type_ = context.definitions[type_.name].type
    return rule


def _same_class(old: Type, new: Type) -> bool:
    return old.__class__ is new.__class__


def _number(type_: Type) -> tuple[object, object]:
    return (type_.tag.tag_class, type_.tag.number) if type_.tag is not None else (None, None)


def _tag(type_: Type) -> str:
    return tag_text(type_.tag) if type_.tag is not None else "no tag"
