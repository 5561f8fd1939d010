"""A comparison for people and for programs: text, Markdown, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from xdlms_codegen.diff.changes import Change, Difference, Effect, Example, Kind, Outcome
from xdlms_codegen.templating import environment

FORMATS = ("text", "markdown", "json")


def report(difference: Difference, format_: str = "text") -> str:
    """The comparison in one of FORMATS, with a line feed at the end."""
    if format_ == "json":
        return json.dumps(as_json(difference), indent=2, ensure_ascii=False) + "\n"
    filters = {"effect_text": lambda effect: effect_text(difference, effect)}
    templates = environment("diff", {**filters, **FILTERS})
    template = templates.get_template("diff.md.jinja" if format_ == "markdown" else "diff.txt.jinja")
    return template.render(difference=difference, summary=summary(difference), sections=sections(difference))


# For people


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that one example shows."""

    changes: tuple[Change, ...]
    example: Example | None

    @property
    def others(self) -> str:
        """The paths of changes of other groups that the example cannot leave out."""
        own = {change.path for change in self.changes}
        return ", ".join(path for path in (self.example.others if self.example else ()) if path not in own)


@dataclass(frozen=True, slots=True)
class Section:
    """The changes with one effect."""

    effect: Effect
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        return sum(len(group.changes) for group in self.groups)


GRAVEST_FIRST = (Effect.INCOMPATIBLE, Effect.NEW_READS_OLD, Effect.OLD_READS_NEW, Effect.COMPATIBLE)


def sections(difference: Difference) -> list[Section]:
    """The changes by their effect; those with the same example stand together."""
    found = []
    for effect in GRAVEST_FIRST:
        groups: dict[tuple[object, ...], list[Change]] = {}
        for place, change in enumerate(difference.changes):
            if change.effect is effect:
                example = change.example
                shown = (example.octets, example.old.text, example.new.text) if example else (place,)
                groups.setdefault(shown, []).append(change)
        if groups:
            made = (Group(tuple(_types_last(changes)), changes[0].example) for changes in groups.values())
            found.append(Section(effect, tuple(made)))
    return found


def _types_last(changes: Iterable[Change]) -> list[Change]:
    """What brought a new type in stands in front of the type."""
    return sorted(changes, key=lambda change: change.kind in (Kind.TYPE_ADDED, Kind.TYPE_REMOVED))


def summary(difference: Difference) -> str:
    """How many changes there are, in a sentence."""
    total = len(difference.changes)
    if not total:
        return f"{difference.old} and {difference.new} do not differ."
    counts = [
        f"{count} {word}"
        for word, effects in SUMMARY
        if (count := sum(change.effect in effects for change in difference.changes))
    ]
    return f"{total} change{'s' * (total > 1)} from {difference.old} to {difference.new}: {', '.join(counts)}."


SUMMARY = (
    ("incompatible", (Effect.INCOMPATIBLE,)),
    ("one way", (Effect.NEW_READS_OLD, Effect.OLD_READS_NEW)),
    ("compatible", (Effect.COMPATIBLE,)),
)


def effect_text(difference: Difference, effect: Effect) -> str:
    """An effect with the names of the two sides."""
    old, new = difference.old, difference.new
    return {
        Effect.COMPATIBLE: "Compatible",
        Effect.NEW_READS_OLD: f"One way: {new} reads {old}, not the reverse",
        Effect.OLD_READS_NEW: f"One way: {old} reads {new}, not the reverse",
        Effect.INCOMPATIBLE: "Incompatible",
    }[effect]


def change_text(change: Change) -> str:
    """What was before and what is now, behind the kind of change."""
    return _before_and_after(change, change.before, change.after)


def change_markdown(change: Change) -> str:
    """The same with the notation of ASN.1 marked as code, and what the abstract syntax says of it."""
    texts = [f"`{text}`" if text else "" for text in (change.before, change.after)]
    return _before_and_after(change, *texts) + (f". {change.comment}" if change.comment else "")


def _before_and_after(change: Change, before: str, after: str) -> str:
    if not (before or after):
        return ""
    return f", {before} is now {after}" if before and after else f", {before or after}"


def octets_text(example: Example) -> str:
    """The octets, field by field, and of what they are where that is no APDU."""
    return " ".join(group.hex().upper() for group in example.groups) + (f"  ({example.type})" * bool(example.type))


def outcome_text(outcome: Outcome) -> str:
    return outcome.text if outcome.is_value else f"refused: {outcome.text}"


FILTERS: dict[str, Callable[..., Any]] = {
    "change_text": change_text,
    "change_markdown": change_markdown,
    "octets": octets_text,
    "outcome": outcome_text,
}


# For programs


def as_json(difference: Difference) -> dict[str, Any]:
    """The comparison as `json.dumps` takes it."""
    return {
        "old": difference.old,
        "new": difference.new,
        "changes": [_change_as_json(change) for change in difference.changes],
    }


def _change_as_json(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "path": change.path,
        "before": change.before or None,
        "after": change.after or None,
        "effect": change.effect.value,
        "comment": change.comment or None,
        "example": _example_as_json(change.example) if change.example else None,
    }


def _example_as_json(example: Example) -> dict[str, Any]:
    return {
        "octets": example.octets.hex().upper(),
        "type": example.type or None,
        "written_by": example.side.value,
        "shows_too": list(example.others),
        "new_has_this_change_alone": example.is_alone,
        "old": _outcome_as_json(example.old),
        "new": _outcome_as_json(example.new),
    }


def _outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    return {"value": outcome.json} if outcome.is_value else {"error": outcome.text}
