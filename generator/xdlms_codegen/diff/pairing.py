"""Which definition of one schema is which of the other.

By its ASN.1 name; else by its Python name, which is the same where an edition only spelled a name anew
(``READ-Log``, ``Read-Log``); else by its place: components of the same name use them.
"""

from __future__ import annotations

from collections.abc import Iterator

from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import Choice, Reference, Sequence, SequenceOf, Type, TypeDefinition


def pair_definitions(old: Context, new: Context) -> dict[str, str]:
    """The new name of every old definition that is still there, in the old order."""
    pairs = {name: name for name, one in old.definitions.items() if _same_place(one, new.definitions.get(name))}
    _pair_by_python_name(old, new, pairs)
    while _pair_by_use(old, new, pairs):
        pass
    return {name: pairs[name] for name in old.definitions if name in pairs}


def _same_place(one: TypeDefinition, other: TypeDefinition | None) -> bool:
    return other is not None and one.inline_of == other.inline_of


def _pair_by_python_name(old: Context, new: Context, pairs: dict[str, str]) -> None:
    taken = set(pairs.values())
    free = {new.python_name(name): name for name in new.definitions if name not in taken}
    for name in old.definitions:
        other = free.get(old.python_name(name))
        if name not in pairs and other is not None:
            pairs[name] = other
            del free[old.python_name(name)]


def _pair_by_use(old: Context, new: Context, pairs: dict[str, str]) -> bool:
    """One round; whether it found anything. Both must be of one kind, and neither be in another pair."""
    taken = set(pairs.values())
    found = False
    for name, other in list(pairs.items()):
        for before, after in _uses(old.definitions[name].type, new.definitions[other].type):
            if before in pairs or after in taken:
                continue
            if old.definitions[before].type.__class__ is new.definitions[after].type.__class__:
                pairs[before] = after
                taken.add(after)
                found = True
    return found


def _uses(one: Type, other: Type) -> Iterator[tuple[str, str]]:
    """The names that both use at the same place."""
    if isinstance(one, Reference) and isinstance(other, Reference):
        yield one.name, other.name
    elif isinstance(one, SequenceOf) and isinstance(other, SequenceOf):
        yield from _uses(one.element, other.element)
    elif isinstance(one, (Sequence, Choice)) and isinstance(other, (Sequence, Choice)):
        members = {member.name: member for member in other.members}
        for member in one.members:
            if member.name in members:
                yield from _uses(member.type, members[member.name].type)
