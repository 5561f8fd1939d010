"""Whether the codecs of both sides agree with what a comparison says."""

from __future__ import annotations

from xdlms_codegen.diff.changes import Change, Effect, Kind, Side

SHOWN_OTHERWISE = (
    Kind.TYPE_RENAMED,
    Kind.TYPE_CHANGED,
    Kind.COMPONENT_RENAMED,
    Kind.ALTERNATIVE_RENAMED,
    Kind.VALUE_RENAMED,
    Kind.BIT_RENAMED,
    Kind.BIT_ADDED,
    Kind.BIT_REMOVED,
    Kind.COMPONENT_ADDED,
    Kind.COMPONENT_REMOVED,
)
"""Changes that show in JSON, although they do nothing to octets."""


def disagreement(change: Change) -> str:
    """Why the codecs do not bear out the effect of a change by its example; empty where they do."""
    example = change.example
    if example is None:
        return "there is no example"
    writer, reader = (example.old, example.new) if example.side is Side.OLD else (example.new, example.old)
    if not writer.is_value:
        return f"the side that writes it does not read it: {writer.text}"
    if change.effect is Effect.COMPATIBLE:
        if not reader.is_value:
            return f"the other side refuses it: {reader.text}"
        if reader.json != writer.json and change.kind not in SHOWN_OTHERWISE:
            return "the other side reads something else"
    elif change.effect is Effect.INCOMPATIBLE:
        if reader.is_value and reader.json == writer.json:
            return "the other side reads the same"
    else:
        broader = Side.NEW if change.effect is Effect.NEW_READS_OLD else Side.OLD
        if example.side is not broader:
            return "the example is not of the side that can do more"
        if reader.is_value:
            return "the other side reads it too"
    return ""
