"""The smallest octets of every type, values that hold something given, and the APDU around them.

What is made is the *contents* of a type: its octets without the identifiers that BER puts in front; in
A-XDR there are none, and a CHOICE begins with the octet of its alternative. Everything is a function
of the schema alone: the shortest octets, and of equally short ones those that come first in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xdlms_codegen import primitives
from xdlms_codegen.lower.context import BER, Context
from xdlms_codegen.lower.table import tag_path
from xdlms_codegen.lower.tags import ber_tags
from xdlms_codegen.lower.value_octets import value_octets
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

Spot = tuple[str, str]
"""A place in a definition: its name, and that of a component, an alternative or a named number."""

CAREFUL, STRICT, CARELESS = range(3)
CARES = (CAREFUL, STRICT, CARELESS)
"""How much is left alone: spots and changed definitions, spots only, nothing."""


class Maker:
    """Makes octets for one schema; spots in `avoid` and definitions in `changed` only where nothing else will do."""

    def __init__(self, context: Context, avoid: Iterable[Spot] = (), changed: Iterable[str] = ()) -> None:
        self.context = context
        self.avoid = frozenset(avoid)
        self.changed = frozenset(changed)
        self._contents: dict[str, bytes] = {}
        self._holders = dict(self._holding_apdus())
        for care in CARES:
            self._settle(care)

    def _settle(self, care: int) -> None:
        """Find the contents of every definition; those of recursive types become known step by step."""
        known = dict(self._contents)
        changed = True
        while changed:
            changed = False
            for name, definition in self.context.definitions.items():
                if name in known:
                    continue
                made = self._body(name, definition.type, care)
                if made is not None and (name not in self._contents or len(made) < len(self._contents[name])):
                    self._contents[name] = made
                    changed = True

    def _holding_apdus(self) -> Iterator[tuple[str, str]]:
        """The definitions whose octets are an APDU where they are used, and its root."""
        for name, definition in self.context.definitions.items():
            body = definition.type
            for member in body.members if isinstance(body, (Sequence, Choice)) else ():
                root = self.context.bound(self.context.binding.contains, name, member)
                holder = self.context.final_name(member.type)
                if root is not None and holder is not None:
                    yield holder, root

    # Types

    def smallest(self, name: str) -> bytes | None:
        """The contents of a definition; None where it has no finite value."""
        return self._contents.get(name)

    def contents(self, type_: Type, rule: str) -> bytes | None:
        """The smallest contents of a type where it is used."""
        return next(self.candidates(type_, rule), None)

    def rule_of(self, type_: Type, rule: str) -> str:
        """The rule of a type inside a definition that has `rule`: an APPLICATION tag inside A-XDR means BER."""
        while isinstance(type_, Reference) and rule != BER:
            rule = self.context.rules[type_.name]
            type_ = self.context.definitions[type_.name].type
        return rule

    def tagged(self, type_: Type, contents: bytes, rule: str) -> bytes:
        """Contents as a component sends them inside a definition that has `rule`."""
        if BER in (rule, self.rule_of(type_, rule)):
            return primitives.element(ber_tags(self.context, type_), contents)
        return contents

    def candidates(self, type_: Type, rule: str, owner: str = "") -> Iterator[bytes]:
        """Some contents of a type, the smallest first; `owner` is the definition that it is written in."""
        rule = self.rule_of(type_, rule)
        body = self.context.resolve(type_)
        name = self.context.final_name(type_) or owner
        match body:
            case Null():
                yield b""
            case Boolean():
                yield primitives.boolean(False, rule)
                yield primitives.boolean(True, rule)
            case Integer():
                yield from (primitives.number(body, value, rule) for value in self._numbers(name, body))
            case Enumerated():
                yield from (primitives.enumerated(value, rule) for value in self._named(name, body))
            case BitString():
                yield primitives.bits(body, "0" * (body.size.minimum or 0), rule)
                if body.named or body.size.maximum != 0:
                    width = primitives.bit_width(body) if body.named else max(1, body.size.minimum or 0)
                    yield primitives.bits(body, "1".ljust(width, "0"), rule)
            case OctetString() | CharacterString():
                if name in self._holders:
                    held = self._contents.get(self._holders[name])
                    if held is not None:
                        yield primitives.string(body, held, rule)
                    return
                filler = b"\x00" if isinstance(body, OctetString) else b"0"
                low = body.size.minimum or 0
                yield primitives.string(body, filler * low, rule)
                if body.size.maximum is None or body.size.maximum > low:
                    yield primitives.string(body, filler * (low + 1), rule)
            case ObjectIdentifier():
                yield primitives.object_identifier("0.0", rule)
                yield primitives.object_identifier("0.1", rule)
            case SequenceOf():
                one = self.component(body.element, rule) if body.size.minimum else b""
                if one is not None:
                    yield self._counted(body, [one] * (body.size.minimum or 0), rule)
            case Sequence() | Choice():
                made = self._contents.get(name)
                if made is not None:
                    yield made

    def _numbers(self, name: str, body: Integer) -> list[int]:
        if body.named:
            return self._named(name, body)
        low, high = body.range.minimum, body.range.maximum
        nearest = max(0, low) if low is not None else min(0, high) if high is not None else 0
        nearest = min(nearest, high) if high is not None else nearest
        others = [nearest + 1 if high is None or nearest < high else nearest, nearest - 1]
        return [nearest, *(value for value in others if value != nearest and _within(value, body.range))]

    def _named(self, name: str, body: Integer | Enumerated) -> list[int]:
        """The named numbers, those to avoid last."""
        avoided = [named.number for named in body.named if (name, named.name) in self.avoid]
        return [named.number for named in body.named if named.number not in avoided] + avoided

    @staticmethod
    def _counted(type_: SequenceOf, items: list[bytes], rule: str) -> bytes:
        joined = b"".join(items)
        if rule == BER or type_.size.fixed is not None:
            return joined
        return primitives.length(len(items)) + joined

    def component(self, type_: Type, rule: str) -> bytes | None:
        """The smallest value of a type as a component sends it."""
        made = self.contents(type_, rule)
        return None if made is None else self.tagged(type_, made, rule)

    # Definitions

    def _body(self, name: str, type_: Type, care: int) -> bytes | None:
        rule = self.context.rules[name]
        if care == CAREFUL and name in self.changed:
            return None
        match type_:
            case Sequence():
                return self._sequence(name, type_, {})
            case Choice():
                made = [
                    octets
                    for member in type_.members
                    if care == CARELESS or (name, member.name) not in self.avoid
                    for octets in [self._alternative(name, member, None)]
                    if octets is not None
                ]
                return min(made, key=len, default=None)
            case _:
                return next(self.candidates(type_, rule, name), None)

    def _sequence(self, name: str, type_: Sequence, given: dict[str, bytes | None]) -> bytes | None:
        """A SEQUENCE; `given` are contents by component, None for one to leave out."""
        rule = self.context.rules[name]
        pieces = []
        for member in type_.members:
            may_be_absent = member.optional or member.default is not None
            made = given.get(member.name) if member.name in given or may_be_absent else self.value_of(name, member)
            if made is None:
                if not may_be_absent:
                    return None
                pieces.append(b"" if rule == BER else b"\x00")
                continue
            presence = b"\x01" if may_be_absent and rule != BER else b""
            pieces.append(presence + self.tagged(member.type, made, rule))
        return b"".join(pieces)

    def _alternative(self, name: str, member: Member, contents: bytes | None) -> bytes | None:
        rule = self.context.rules[name]
        made = self.value_of(name, member) if contents is None else contents
        if made is None:
            return None
        octets = self.tagged(member.type, made, rule)
        if rule == BER:
            return octets
        return None if member.type.tag is None else bytes((member.type.tag.number,)) + octets

    def value_of(self, name: str, member: Member) -> bytes | None:
        """Contents for a component or an alternative: the smallest that is not its default."""
        rule = self.context.rules[name]
        held = self.context.bound(self.context.binding.contains, name, member)
        if held is not None:
            body = self.context.resolve(member.type)
            apdu = self._contents.get(held)
            return None if apdu is None or not isinstance(body, OctetString) else primitives.string(body, apdu, rule)
        default = self.default_of(name, member)
        return next((made for made in self.candidates(member.type, rule) if made != default), None)

    def default_of(self, name: str, member: Member) -> bytes | None:
        """The contents of a component's default value; None where it has none."""
        if member.default is None:
            return None
        return value_octets(self.context, member.type, member.default.value, self.context.rules[name])

    def with_member(self, name: str, member: str, contents: bytes | None = None) -> bytes | None:
        """The smallest value of a SEQUENCE with this component present, or of a CHOICE with this alternative.

        `contents` are those of the component; by default its smallest.
        """
        body = self.context.definitions[name].type
        if not isinstance(body, (Sequence, Choice)):
            return None
        found = next(each for each in body.members if each.name == member)
        if isinstance(body, Choice):
            return self._alternative(name, found, contents)
        made = self.value_of(name, found) if contents is None else contents
        return None if made is None else self._sequence(name, body, {member: made})

    def without_member(self, name: str, member: str) -> bytes | None:
        """The smallest value of a SEQUENCE without a component that may be absent."""
        body = self.context.definitions[name].type
        return self._sequence(name, body, {member: None}) if isinstance(body, Sequence) else None

    def is_default_zero(self, name: str, member: str) -> bool:
        """Whether the default value of a component is the octet 00, which in A-XDR says that it is absent, too."""
        body = self.context.definitions[name].type
        members = body.members if isinstance(body, Sequence) else ()
        return any(self.default_of(name, each) == b"\x00" for each in members if each.name == member)

    def full(self, name: str, member: str) -> bytes | None:
        """A SEQUENCE with all components present, the one named with another value than its smallest where it can."""
        body = self.context.definitions[name].type
        if not isinstance(body, Sequence):
            return None
        given = {each.name: self.value_of(name, each) for each in body.members}
        found = next(each for each in body.members if each.name == member)
        others = self.candidates(found.type, self.context.rules[name])
        given[member] = next((made for made in others if made != given[member]), given[member])
        return self._sequence(name, body, given)

    def list_of(self, type_: SequenceOf, rule: str, count: int, first: bytes | None = None) -> bytes | None:
        """A SEQUENCE OF so many elements, the smallest ones, but for the contents of the first where they are given."""
        made = self.contents(type_.element, rule) if first is None or count > 1 else b""
        if made is None:
            return None
        items = [self.tagged(type_.element, made, rule)] * count
        if first is not None:
            items[:1] = [self.tagged(type_.element, first, rule)]
        return self._counted(type_, items, rule)

    # The way up

    def holding(self, type_: Type, rule: str, target: str, contents: bytes) -> bytes | None:
        """The smallest contents of a type, with those given where it uses the definition `target`."""
        if isinstance(type_, Reference):
            return contents if type_.name == target else None
        if not isinstance(type_, SequenceOf):
            return None
        inner = self.holding(type_.element, rule, target, contents)
        if inner is None or type_.size.maximum == 0:
            return None
        return self.list_of(type_, rule, max(1, type_.size.minimum or 0), inner)

    def _users(self, target: str) -> Iterator[tuple[str, str | None]]:
        """The definitions that use another one directly, and by which component or alternative."""
        for name, definition in self.context.definitions.items():
            body = definition.type
            if isinstance(body, (Sequence, Choice)):
                yield from ((name, member.name) for member in body.members if _uses(member.type, target))
            elif _uses(body, target):
                yield name, None

    def _around(self, name: str, member: str | None, target: str, contents: bytes) -> bytes | None:
        """The contents of a definition around those of another one that it uses."""
        body = self.context.definitions[name].type
        rule = self.context.rules[name]
        if member is None or not isinstance(body, (Sequence, Choice)):
            return self.holding(body, rule, target, contents)
        used = next(each.type for each in body.members if each.name == member)
        inner = self.holding(used, rule, target, contents)
        return None if inner is None else self.with_member(name, member, inner)

    def apdu(self, target: str, contents: bytes) -> bytes | None:
        """The shortest APDU that holds a definition with these contents; None where no APDU can."""
        for care in CARES:
            found = self._climb(target, contents, care)
            if found is not None:
                return found
        return None

    def alone(self, name: str, contents: bytes) -> bytes:
        """A definition as a value of its own: in A-XDR behind the tags that always lead to it."""
        if self.context.rules[name] == BER:
            return primitives.element(ber_tags(self.context, self.context.definitions[name].type), contents)
        return bytes(tag_path(self.context, name)) + contents

    def _climb(self, target: str, contents: bytes, care: int) -> bytes | None:
        """Go from users to users, the shortest octets first, until one of them is a root."""
        best = {target: contents}
        done: set[str] = set()
        order = {name: place for place, name in enumerate(self.context.definitions)}
        while waiting := [name for name in best if name not in done]:
            name = min(waiting, key=lambda each: (len(best[each]), order[each]))
            if name in self.context.binding.roots:
                return best[name]
            done.add(name)
            for user, member in self._users(name):
                if (care != CARELESS and (user, member) in self.avoid) or (care == CAREFUL and user in self.changed):
                    continue
                made = self._around(user, member, name, best[name])
                if made is not None and (user not in best or len(made) < len(best[user])):
                    best[user] = made
        return None


def _uses(type_: Type, target: str) -> bool:
    if isinstance(type_, SequenceOf):
        return _uses(type_.element, target)
    return isinstance(type_, Reference) and type_.name == target


def _within(value: int, limits: Range) -> bool:
    return (limits.minimum is None or value >= limits.minimum) and (limits.maximum is None or value <= limits.maximum)
