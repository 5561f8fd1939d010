"""JSON values in a text: one a line, or laid out over several, one behind the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NoReturn

_BLANKS: Final = " \t\r\n"


class JsonValue:
    """A value and the `line`, counted from 1, on which it begins."""

    __slots__ = ("json", "line")

    def __init__(self, json: Any, line: int) -> None:
        self.json = json
        self.line = line


class _RefusedError(ValueError):
    """JSON that the decoder takes and we do not."""


class JsonTextError(ValueError):
    """Text that is no JSON, with the line and the column at fault, counted from 1."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        self.line = line
        super().__init__(f"line {line}, column {column}: {reason}")


def read_values(text: str) -> Iterator[JsonValue | JsonTextError]:
    """The values in `text`; behind one that is wrong, it goes on with the next line."""
    decoder = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_constant)
    at, line, counted = 0, 1, 0
    while True:
        while at < len(text) and text[at] in _BLANKS:
            at += 1
        if at == len(text):
            return
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            place = error.pos if isinstance(error, json.JSONDecodeError) else at
            yield JsonTextError(_reason(error), text.count("\n", counted, place) + line, _column(text, place))
            end = text.find("\n", max(at, place if place > at else at))
            if end < 0:
                return
            at = end
        else:
            yield JsonValue(value, line)


def _column(text: str, place: int) -> int:
    return place - text.rfind("\n", 0, place)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON: {error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')}"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return str(error) if isinstance(error, _RefusedError) else "a number of too many digits"


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object; a name that comes twice would lose a value."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise _RefusedError(f"the name {repeated!r} comes twice in an object")
    return members


def _constant(name: str) -> NoReturn:
    raise _RefusedError(f"{name} is no number of JSON")
