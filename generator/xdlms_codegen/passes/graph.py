"""Which definition uses which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xdlms_codegen.model import Reference, Schema
from xdlms_codegen.passes.lookup import Types, walk


def uses(schema: Schema) -> dict[str, tuple[str, ...]]:
    """The names that each definition refers to, in the order of the text; undefined ones left out."""
    types = Types(schema)
    found: dict[str, tuple[str, ...]] = {}
    for definition in schema.definitions():
        names = [type_.name for _, type_ in walk(definition) if isinstance(type_, Reference) and type_.name in types]
        found.setdefault(definition.name, tuple(dict.fromkeys(names)))
    return found


def after_what_they_use(names: Iterable[str], used: Mapping[str, Sequence[str]]) -> list[str]:
    """The names so that each follows those it uses, where that is possible; else in the order given."""
    wanted = set(names := list(names))
    placed: dict[str, None] = {}
    entered: set[str] = set()
    for name in names:
        waiting = [(name, iter(used.get(name, ())))]
        if name in entered:
            continue
        entered.add(name)
        while waiting:
            current, rest = waiting[-1]
            following = next((use for use in rest if use in wanted and use not in entered), None)
            if following is None:
                placed[current] = None
                waiting.pop()
            else:
                entered.add(following)
                waiting.append((following, iter(used.get(following, ()))))
    return list(placed)


def circles(used: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The groups of names that use one another, each in the order of ``used``; a name may be alone with itself."""
    order = after_what_they_use(used, used)
    users: dict[str, list[str]] = {}
    for name, names in used.items():
        for use in names:
            users.setdefault(use, []).append(name)
    place = {name: index for index, name in enumerate(used)}
    seen: set[str] = set()
    groups: list[list[str]] = []
    for name in reversed(order):
        group: list[str] = []
        waiting = [name] if name not in seen else []
        seen.update(waiting)
        while waiting:
            current = waiting.pop()
            group.append(current)
            fresh = [user for user in users.get(current, ()) if user not in seen]
            seen.update(fresh)
            waiting += fresh
        if len(group) > 1 or (group and name in used[name]):
            groups.append(sorted(group, key=place.__getitem__))
    return groups
