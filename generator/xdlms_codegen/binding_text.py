"""The text of a binding: its tables, and the place of every entry for messages."""

from __future__ import annotations

import tomllib
from typing import Any

from xdlms_codegen.model import Problem, SchemaError, SourceLocation

Path = tuple[str, ...]
"""Table by table, then the key: ``("names", "Data")``."""


class BindingText:
    """TOML, read; raises SchemaError where the text is none.

    `tables` is what the text says, `file` the name to show in messages.
    """

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        try:
            self.tables: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line, column = _place_of(error, text)
            reason = str(error).partition(" (at ")[0]
            message = f"the binding is no TOML: {reason[:1].lower()}{reason[1:]}"
            raise SchemaError([Problem(SourceLocation(file, line, column), message)]) from None
        self._lines = _lines(text)

    def place(self, *path: str) -> SourceLocation:
        """The line that an entry stands on, or else what is around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return SourceLocation(self.file, self._lines.get(path, 1), 1)

    def problem(self, message: str, *path: str) -> Problem:
        """A problem with the entry at a path."""
        return Problem(self.place(*path), message)


def _lines(text: str) -> dict[Path, int]:
    """The line of every header and key, as far as they stand at the beginning of one."""
    found: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            table = _path(line)
            places = [table[:end] for end in range(1, len(table) + 1)]
        else:
            key = _path(f"{line.partition('=')[0]} = 0")
            places = [(*table, *key[:end]) for end in range(1, len(key) + 1)]
        for place in places:
            found.setdefault(place, number)
    return found


def _path(line: str) -> Path:
    """The path of the one header or key in a line; empty where there is none."""
    try:
        node: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    path: list[str] = []
    while isinstance(node, dict) and node:
        path.append(next(iter(node)))
        node = node[path[-1]]
    return tuple(path)


def _place_of(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, int]:
    """Line and column from the words of the error, as older Pythons have no attributes for them."""
    numbers = [int(word) for word in str(error).replace(",", " ").replace(")", " ").split() if word.isdigit()]
    if len(numbers) >= 2:
        return numbers[-2], numbers[-1]
    return max(1, len(text.splitlines())), 1
