"""The whole comparison: definitions in pairs, their changes, an example for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xdlms_codegen.diff.alone import OneChange, Place, gate_of, made_together, users
from xdlms_codegen.diff.changes import Change, Delta, Difference, Effect, Example, Kind, Outcome, Side
from xdlms_codegen.diff.compare import Comparison
from xdlms_codegen.diff.makes import whole
from xdlms_codegen.diff.notation import untagged_text
from xdlms_codegen.diff.pairing import pair_definitions
from xdlms_codegen.diff.sides import Compared, only
from xdlms_codegen.examples.maker import Maker, Spot
from xdlms_codegen.examples.reading import groups_of, read_alone, read_apdu
from xdlms_codegen.examples.values import Chosen, List, Reading, Record, Value
from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import Choice, Sequence, TypeDefinition

NO_SUCH_TYPE = Outcome(False, "there is no such type")
"""What a side makes of a value of a type that it does not have."""

ALWAYS_SHOWN = (
    Kind.COMPONENT_ADDED,
    Kind.COMPONENT_REMOVED,
    Kind.COMPONENT_MOVED,
    Kind.PRESENCE_CHANGED,
    Kind.DEFAULT_CHANGED,
)
"""Changes of a SEQUENCE that its octets show even where the component is absent."""


def compare(old: Compared, new: Compared) -> Difference:
    """All changes from the old schema to the new one, each with an example that both decoded.

    They stand in the order of the new text; what is gone stands last.
    """
    found = _all_deltas(old.context, new.context)
    examples = _Examples(old, new, found)
    changes = tuple(replace(_change(old.context, new.context, each), example=examples.of(each)) for each in found)
    return Difference(old.name, new.name, changes)


def changes_between(old: Context, new: Context) -> tuple[Change, ...]:
    """The changes alone, in the same order."""
    return tuple(_change(old, new, each) for each in _all_deltas(old, new))


def _all_deltas(old: Context, new: Context) -> list[Place]:
    pairs = pair_definitions(old, new)
    comparison = Comparison(old, new, pairs)
    olds = {name: before for before, name in pairs.items()}
    inside = {owner: comparison.definitions(owner) for owner in pairs.items()}
    found: list[Place] = []
    for name, definition in _in_order_of_text(new):
        if name in olds:
            owner = (olds[name], name)
            if olds[name] != name and definition.inline_of is None and old.definitions[olds[name]].inline_of is None:
                found.append(Place(owner, _renamed(*owner)))
            found += [Place(owner, delta) for delta in inside[owner]]
        elif definition.inline_of is None:
            found.append(Place(("", name), _added_or_gone(Side.NEW, new, name, inside)))
    for name, definition in _in_order_of_text(old):
        if name not in pairs and definition.inline_of is None:
            found.append(Place((name, ""), _added_or_gone(Side.OLD, old, name, inside)))
    return found


def _in_order_of_text(context: Context) -> list[tuple[str, TypeDefinition]]:
    """The definitions as they stand in the files; one written inside another stands behind it."""
    files = list(dict.fromkeys(definition.location.file for definition in context.definitions.values()))

    def place(item: tuple[str, TypeDefinition]) -> tuple[int, int, int]:
        location = item[1].location
        return files.index(location.file), location.line, location.column

    return sorted(context.definitions.items(), key=place)


def _renamed(before: str, after: str) -> Delta:
    return Delta(Kind.TYPE_RENAMED, Effect.COMPATIBLE, Side.NEW, whole(after), "", before, after)


def _added_or_gone(side: Side, context: Context, name: str, inside: dict[tuple[str, str], list[Delta]]) -> Delta:
    """A definition that one side has alone. It does to octets what the use of it does that brought it in.

    One that is a root brings APDUs of its own.
    """
    index = 1 if side is Side.NEW else 0
    by_owner = {owner[index]: deltas for owner, deltas in inside.items()}
    effect = Effect.COMPATIBLE
    waiting, seen = [name], {name}
    while waiting:
        target = waiting.pop(0)
        if target in context.binding.roots and target not in by_owner:
            effect = Effect.NEW_READS_OLD if side is Side.NEW else Effect.OLD_READS_NEW
            break
        gates = [
            delta.effect
            for user, member in users(context, target)
            for delta in by_owner.get(user, [])
            if member is None or delta.spots[index] == member
        ]
        if gates:
            effect = min(gates, key=lambda each: each.forward + each.backward)
            break
        further = [user for user, _ in users(context, target) if user not in seen and user not in by_owner]
        seen.update(further)
        waiting += further
    text = untagged_text(context, context.definitions[name].type)
    kind = Kind.TYPE_ADDED if side is Side.NEW else Kind.TYPE_REMOVED
    before, after = ("", text) if side is Side.NEW else (text, "")
    return Delta(kind, effect, side, whole(name), "", before, after)


class _Examples:
    """Makes the octets that show a change, around them an APDU that the other changes leave alone, and decodes them."""

    def __init__(self, old: Compared, new: Compared, found: list[Place]) -> None:
        self.old = old
        self.new = new
        self.found = found
        self._one = OneChange(old.context, new.context, pair_definitions(old.context, new.context), found)
        self._makers = {
            Side.OLD: Maker(old.context, _spots(found, 0), _changed(old.context, found, 0)),
            Side.NEW: Maker(new.context, _spots(found, 1), _changed(new.context, found, 1)),
        }

    def of(self, found: Place) -> Example | None:
        """The example of a change; None where the type has no finite value.

        Where the octets of the two sides cannot but show other changes too, what reads them for the new side is
        the old schema with this change alone.
        """
        example = self._of_both(found)
        return example if example is None or not example.others else self._alone(found, example) or example

    def _alone(self, found: Place, mixed: Example) -> Example | None:
        """The example of a change alone; None where there is no schema with this change and no other one."""
        place: Place | None = found
        if found.delta.kind in (Kind.TYPE_ADDED, Kind.TYPE_REMOVED):
            context = self.new.context if found.delta.side is Side.NEW else self.old.context
            place = gate_of(context, found.owner[found.delta.side is Side.NEW], self.found, found.delta.side)
        if place is None:
            return None
        with only(self._one, place, self.new.name) as changed:
            return None if changed is None else self._example_of(changed, found, place, mixed)

    def _example_of(self, changed: Compared, found: Place, place: Place, mixed: Example) -> Example | None:
        octets, reading = mixed.octets, None
        if found.delta.side is Side.NEW:
            maker = Maker(changed.context, (), ())
            try:
                contents = found.delta.make(maker)
            except (KeyError, StopIteration):
                return None  # it is made of something that comes with another change
            apdu = maker.apdu(found.owner[1], contents) if contents is not None else None
            if apdu is None:
                return None
            octets, reading = apdu, read_apdu(changed.context, apdu)
        type_ = mixed.type if found.delta.side is Side.OLD else ""
        before = self.old.outcome(octets, type_)
        after = changed.outcome(octets, found.owner[1] if type_ else "")
        if found.delta.side is Side.NEW and not after.is_value:
            return None
        together = [
            _path(self.old.context, self.new.context, each)
            for each in self.found
            if each is not found and each.owner == place.owner and made_together(each.delta, place.delta)
        ]
        groups = mixed.groups if reading is None else groups_of(reading)
        others = tuple(path for path in dict.fromkeys(together) if path in mixed.others)
        return Example(octets, groups, found.delta.side, before, after, type_, others, is_alone=True)

    def _of_both(self, found: Place) -> Example | None:
        side = found.delta.side
        name = found.owner[1 if side is Side.NEW else 0]
        maker = self._makers[side]
        contents = found.delta.make(maker)
        if contents is None:
            return None
        apdu = maker.apdu(name, contents)
        if apdu is not None:
            reading = read_apdu(maker.context, apdu)
            before, after = self.old.outcome(apdu), self.new.outcome(apdu)
            return Example(apdu, groups_of(reading), side, before, after, others=self._others(found, reading))
        # No APDU has it: a value of the type alone, if the other side has the type too.
        octets = maker.alone(name, contents)
        sides = zip((self.old, self.new), found.owner, strict=True)
        before, after = (each.outcome(octets, owner) if owner else NO_SUCH_TYPE for each, owner in sides)
        reading = read_alone(maker.context, name, octets)
        return Example(octets, groups_of(reading), side, before, after, name, self._others(found, reading))

    def _others(self, shown: Place, reading: Reading) -> tuple[str, ...]:
        """The paths of the other changes that the octets show whether they are meant to or not."""
        index = 1 if shown.delta.side is Side.NEW else 0
        present: dict[str, set[str]] = {}
        for record in _records(reading.value):
            found = {member.name for member, value in record.components if value is not None}
            present.setdefault(record.name, set()).update(found)
        return tuple(
            dict.fromkeys(
                _path(self.old.context, self.new.context, each)
                for each in self.found
                if each is not shown
                and each.owner[index] in present
                and each.delta.effect is not Effect.COMPATIBLE
                and any(each.delta.spots)
                and (each.delta.kind in ALWAYS_SHOWN or each.delta.spots[index] in present[each.owner[index]])
            )
        )


def _records(value: Value) -> Iterator[Record]:
    """The SEQUENCEs in a value."""
    match value:
        case Record():
            yield value
            for _, inner in value.components:
                if inner is not None:
                    yield from _records(inner)
        case Chosen():
            yield from _records(value.value)
        case List():
            for item in value.items:
                yield from _records(item)


def _spots(found: list[Place], index: int) -> Iterator[Spot]:
    """What one side's octets show to the other one: components, alternatives and numbers that changed."""
    for each in found:
        if each.delta.spots[index] and each.delta.effect is not Effect.COMPATIBLE:
            yield each.owner[index], each.delta.spots[index]


def _changed(context: Context, found: list[Place], index: int) -> Iterator[str]:
    """The SEQUENCEs of one side whose octets are others whatever value they have."""
    for each in found:
        name = each.owner[index]
        shows = any(each.delta.spots) and each.delta.effect is not Effect.COMPATIBLE
        if name and shows and isinstance(context.definitions[name].type, Sequence):
            yield name


def _change(old: Context, new: Context, found: Place) -> Change:
    delta = found.delta
    before, after = old.definitions.get(found.owner[0]), new.definitions.get(found.owner[1])
    commented = before if delta.side is Side.OLD and before else after or before
    return Change(
        kind=delta.kind,
        path=_path(old, new, found),
        effect=delta.effect,
        before=delta.before,
        after=delta.after,
        comment=_comment(commented, delta) if commented else "",
    )


def _path(old: Context, new: Context, found: Place) -> str:
    definition = new.definitions.get(found.owner[1]) or old.definitions.get(found.owner[0])
    return (definition.path if definition else "") + found.delta.where


def _comment(definition: TypeDefinition, delta: Delta) -> str:
    """What the abstract syntax says of what was added or is gone: the first line of its comment."""
    if not delta.where:
        return next(iter(definition.comment.splitlines()), "")
    body = definition.type
    named = body.members if isinstance(body, (Sequence, Choice)) else getattr(body, "named", ())
    return next((" ".join(each.comment.split()) for each in named if f".{each.name}" == delta.where), "")
