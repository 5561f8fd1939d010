"""What earlier editions lack, or call otherwise; found by comparing their models with the newest one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xdlms_codegen.diff.changes import Kind
from xdlms_codegen.diff.difference import changes_between
from xdlms_codegen.lower.context import Context

_ADDED = {
    Kind.TYPE_ADDED,
    Kind.ALTERNATIVE_ADDED,
    Kind.COMPONENT_ADDED,
    Kind.VALUE_ADDED,
    Kind.BIT_ADDED,
}
_REMOVED = {Kind.ALTERNATIVE_REMOVED, Kind.COMPONENT_REMOVED, Kind.VALUE_REMOVED, Kind.BIT_REMOVED}
_RENAMED = {
    Kind.TYPE_RENAMED,
    Kind.ALTERNATIVE_RENAMED,
    Kind.COMPONENT_RENAMED,
    Kind.VALUE_RENAMED,
    Kind.BIT_RENAMED,
}
_OTHERWISE = {
    Kind.TYPE_CHANGED,
    Kind.RANGE_CHANGED,
    Kind.SIZE_CHANGED,
    Kind.TAG_CHANGED,
    Kind.PRESENCE_CHANGED,
    Kind.DEFAULT_CHANGED,
}


@dataclass(frozen=True, slots=True)
class History:
    """Sentences by the path of a type, or of something in one; `gone` are those of what a type has lost."""

    notes: Mapping[str, tuple[str, ...]]
    gone: Mapping[str, tuple[str, ...]]

    def note(self, path: str) -> str:
        """What is to be said of a path, as sentences; empty where every edition has it so."""
        return " ".join(self.notes.get(path, ()))


def history(newest: Context, earlier: Sequence[tuple[str, Context]]) -> History:
    """The history of the newest edition; `earlier` are the names and contexts of the others, oldest first."""
    sayings: dict[str, dict[str, list[str]]] = {}
    gone: dict[str, dict[str, list[str]]] = {}
    for edition, context in earlier:
        for change in changes_between(context, newest):
            owner, _, name = change.path.rpartition(".")
            if change.kind in _REMOVED:
                text = change.before if change.before.startswith(f"{name} ") else f"{name} {change.before}"
                gone.setdefault(owner, {}).setdefault(f"`{text}`", []).append(edition)
            elif saying := _saying(change.kind, change.before):
                sayings.setdefault(change.path, {}).setdefault(saying, []).append(edition)
    notes = {
        path: tuple(f"{saying} {_list(editions)}." for saying, editions in found.items())
        for path, found in sayings.items()
    }
    lost = {
        path: tuple(f"{text} in {_list(editions)}" for text, editions in found.items()) for path, found in gone.items()
    }
    return History(notes, lost)


def _saying(kind: Kind, before: str) -> str:
    if kind in _ADDED:
        return "Not in"
    if kind in _RENAMED:
        return f"`{before.split(' ')[0]}` in"
    return f"`{before}` in" if kind in _OTHERWISE else ""


def _list(editions: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(editions[:-1]), editions[-1]]))
