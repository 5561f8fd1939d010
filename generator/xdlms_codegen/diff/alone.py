"""One change alone: the old schema with nothing but this change, so that an example shows no other one.

Types have their new names in it, since it is read as the new side would be if nothing else had changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from xdlms_codegen.binding import Binding
from xdlms_codegen.diff.changes import Delta, Kind, Side
from xdlms_codegen.lower import build_context
from xdlms_codegen.lower.context import Context, references
from xdlms_codegen.lower.reach import reached
from xdlms_codegen.model import (
    Choice,
    Member,
    Module,
    Reference,
    Schema,
    SchemaError,
    Sequence,
    SequenceOf,
    Tag,
    TagMode,
    Type,
    TypeDefinition,
)

RENAMED = (Kind.COMPONENT_RENAMED, Kind.ALTERNATIVE_RENAMED)
"""Changes of a name alone; what has the name is told by `before` and `after`."""

WITHOUT_PLACE = (Kind.TYPE_ADDED, Kind.TYPE_REMOVED)
"""Changes that cannot be made in a definition that is there."""


@dataclass(frozen=True, slots=True)
class Place:
    """A change and the definition that it is in, by its old and its new name."""

    owner: tuple[str, str]
    delta: Delta


class OneChange:
    """Makes the old schema with one change.

    `pairs` are the definitions of both sides that belong together, `places` all changes.
    """

    def __init__(self, old: Context, new: Context, pairs: Mapping[str, str], places: Iterable[Place]) -> None:
        self.old = old
        self.new = new
        self.pairs = pairs
        self._new_names = {**{name: name for name in old.definitions}, **pairs}
        self._old_names: dict[str, dict[str, str]] = {}
        """The old names of components and alternatives that were renamed, by definition and new name."""
        for place in places:
            if place.delta.kind in RENAMED:
                self._old_names.setdefault(place.owner[1], {})[place.delta.after] = place.delta.before

    def context(self, place: Place, package: str) -> Context | None:
        """The context of the old schema with this change; None where it cannot be made, or cannot be encoded."""
        definitions = self._definitions()
        if definitions is None or (place.delta.kind in WITHOUT_PLACE):
            return None
        if place.delta.kind is not Kind.TYPE_RENAMED:
            owner = definitions[place.owner[1]]
            body = self._patched(owner, self.new.definitions[place.owner[1]].type, place.delta)
            if body is None:
                return None
            definitions[owner.name] = replace(owner, type=body)
        return _built(definitions, self.new.binding, place.owner[1], package)

    def _definitions(self) -> dict[str, TypeDefinition] | None:
        """The old definitions under their new names, and those that only the new side has."""
        definitions = dict(self.new.definitions)
        gone = {name for name in self.old.definitions if name not in self.pairs}
        if gone & definitions.keys():
            return None
        for name, definition in self.old.definitions.items():
            body = self._renamed(definition.type)
            if name in gone:
                definitions[name] = replace(definition, type=body)
            else:
                known = definitions[self.pairs[name]]
                definitions[known.name] = replace(known, type=body, recursive=definition.recursive)
        return definitions

    def _renamed(self, node: Any) -> Any:
        """An old type with the new names of the types that it uses."""
        if isinstance(node, Reference):
            return replace(node, name=self._new_names[node.name])
        if isinstance(node, tuple):
            return tuple(self._renamed(item) for item in node)
        if is_dataclass(node) and not isinstance(node, type):
            found = {field.name: getattr(node, field.name) for field in fields(node)}
            changed = {name: self._renamed(value) for name, value in found.items()}
            return replace(node, **{name: value for name, value in changed.items() if value is not found[name]})
        return node

    # The change

    def _patched(self, definition: TypeDefinition, new: Type, delta: Delta) -> Type | None:
        """The old type of a definition with the change in it."""
        old = definition.type
        if isinstance(old, (Sequence, Choice)) and type(old) is type(new):
            spots = (delta.before, delta.after) if delta.kind in RENAMED else delta.spots
            if any(spots):
                members = _members(old, new, spots, delta, self._old_names.get(definition.name, {}))
                if members is not None and isinstance(old, Choice):
                    members = _without_its_tag(members, spots[1])
                return None if members is None else replace(old, members=members)
        if delta.kind is Kind.RULE_CHANGED:
            # Without a tag that says so, the rule comes from elsewhere.
            return new if old.tag != new.tag else None
        return replace(old, tag=new.tag) if delta.kind is Kind.TAG_CHANGED else _changed_type(old, new, delta)


def _members(
    old: Sequence | Choice, new: Any, spots: tuple[str, str], delta: Delta, old_names: Mapping[str, str]
) -> tuple[Member, ...] | None:
    """The old components or alternatives with the change of those that `spots` names."""
    members = list(old.members)
    before = next((member for member in members if member.name == spots[0]), None)
    after = next((member for member in new.members if member.name == spots[1]), None)
    if delta.kind in (Kind.COMPONENT_REMOVED, Kind.ALTERNATIVE_REMOVED):
        return tuple(member for member in members if member is not before)
    if after is None:
        return None
    if delta.kind in (Kind.COMPONENT_ADDED, Kind.ALTERNATIVE_ADDED, Kind.COMPONENT_MOVED):
        rest = [member for member in members if member is not before]
        moved = after if before is None else replace(before, name=after.name)
        in_front = [each.name for each in new.members[: new.members.index(after)]]
        front = {old_names.get(name, name) for name in in_front}
        at = max((place for place, each in enumerate(rest, 1) if each.name in front), default=0)
        return (*rest[:at], moved, *rest[at:])
    if before is None:
        return None
    return tuple(_changed(before, after, delta) if member is before else member for member in members)


def _without_its_tag(members: tuple[Member, ...], name: str) -> tuple[Member, ...]:
    """The alternatives without another one that has the tag of the one named: they cannot stand side by side."""
    tag = next((member.type.tag for member in members if member.name == name), None)
    if tag is None:
        return members
    return tuple(member for member in members if member.name == name or not _is_same(member.type.tag, tag))


def _is_same(one: Tag | None, other: Tag) -> bool:
    return one is not None and (one.tag_class, one.number) == (other.tag_class, other.number)


def _changed(before: Member, after: Member, delta: Delta) -> Member:
    kind = delta.kind
    if kind in RENAMED:
        return replace(before, name=after.name)
    if kind in (Kind.PRESENCE_CHANGED, Kind.DEFAULT_CHANGED):
        return replace(before, name=after.name, optional=after.optional, default=after.default)
    if kind is Kind.TAG_CHANGED:
        return replace(before, name=after.name, type=replace(before.type, tag=after.type.tag))
    return replace(before, name=after.name, type=_changed_type(before.type, after.type, delta))


def _changed_type(before: Type, after: Type, delta: Delta) -> Type:
    """A type with all that changed but its tag; of a list, its size or what is in it."""
    if isinstance(before, SequenceOf) and isinstance(after, SequenceOf):
        part = {"element": after.element} if _is_in_element(delta) else {"size": after.size}
        return replace(before, **part)
    return replace(after, tag=before.tag)


def _is_in_element(delta: Delta) -> bool:
    """Whether a change is one of the elements of a list, and not of how many there are."""
    return ".element" in delta.where


def made_together(one: Delta, other: Delta) -> bool:
    """Whether two changes of a definition are made together: they are of the same component's type."""
    same = one.spots == other.spots and _is_in_element(one) is _is_in_element(other)
    return same and one.kind in _OF_TYPES and other.kind in _OF_TYPES


_OF_TYPES = frozenset(Kind) - {
    *(Kind.COMPONENT_ADDED, Kind.COMPONENT_REMOVED, Kind.COMPONENT_RENAMED, Kind.COMPONENT_MOVED),
    *(Kind.ALTERNATIVE_ADDED, Kind.ALTERNATIVE_REMOVED, Kind.ALTERNATIVE_RENAMED),
    *(Kind.PRESENCE_CHANGED, Kind.DEFAULT_CHANGED, Kind.TAG_CHANGED),
}


# The context


def _built(definitions: dict[str, TypeDefinition], binding: Binding, owner: str, package: str) -> Context | None:
    """The context, of those APDUs alone that have the owner in them, which spares making all the others."""
    if any(used not in definitions for found in definitions.values() for used in references(found.type)):
        return None
    definitions = dict(definitions)
    roots = {}
    for root, rule in binding.roots.items():
        body = definitions[root].type
        if not isinstance(body, Choice):
            continue
        members = [each for each in body.members if root == owner or _reaches(definitions, each, owner)]
        if members:
            roots[root] = rule
            definitions[root] = replace(definitions[root], type=replace(body, members=tuple(members)))
    roots = roots or dict(binding.roots)
    needed = reached(definitions, [*roots, owner])
    kept = tuple(definition for name, definition in definitions.items() if name in needed)
    bound = replace(
        binding,
        roots=roots,
        self_describing={name: how for name, how in binding.self_describing.items() if name in needed},
        contains={path: root for path, root in binding.contains.items() if root in roots},
    )
    module = Module("One-Change", kept[0].location.file, kept[0].location, TagMode.EXPLICIT, definitions=kept)
    try:
        return build_context(Schema((module,)), bound, package=package)
    except SchemaError:
        return None


def _reaches(definitions: Mapping[str, TypeDefinition], member: Member, owner: str) -> bool:
    return owner in reached(definitions, references(member.type))


def gate_of(context: Context, name: str, places: list[Place], side: Side) -> Place | None:
    """The change that brought a type in, or that took it away: of the first component that uses it on its side."""
    index = 1 if side is Side.NEW else 0
    waiting, seen = [name], {name}
    while waiting:
        target = waiting.pop(0)
        for user, member in users(context, target):
            for place in places:
                if place.owner[index] == user and member in (None, place.delta.spots[index]) and all(place.owner):
                    return place
            if user not in seen:
                seen.add(user)
                waiting.append(user)
    return None


def users(context: Context, target: str) -> Iterator[tuple[str, str | None]]:
    """The definitions that use another one, and by which component or alternative."""
    for name, definition in context.definitions.items():
        body = definition.type
        if isinstance(body, (Sequence, Choice)):
            yield from ((name, member.name) for member in body.members if target in references(member.type))
        elif target in references(body):
            yield name, None
