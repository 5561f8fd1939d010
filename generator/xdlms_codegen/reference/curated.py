"""Examples that people chose, from a file of TOML: octets by the type or the alternative that they show::

    ["Some-Request"]
    title = "Asks for the clock."
    octets = "C0 01 ..."

Blanks in octets do not count. Of several examples for one type each is a table in an array.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xdlms_codegen.model import Problem, SchemaError, SourceLocation


@dataclass(frozen=True, slots=True)
class Curated:
    """An example: octets, what they say in a sentence, and where they stand in the file."""

    octets: bytes
    title: str
    location: SourceLocation


def read_curated(text: str, file: str) -> dict[str, tuple[Curated, ...]]:
    """The examples by name; raises SchemaError with every entry that is none."""
    try:
        tables: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SchemaError([Problem(SourceLocation(file, 1, 1), f"the examples are no TOML: {error}")]) from None
    lines = text.splitlines()
    problems: list[Problem] = []
    found: dict[str, tuple[Curated, ...]] = {}
    for name, value in tables.items():
        places = [number for number, line in enumerate(lines, 1) if f'"{name}"' in line and line.startswith("[")]
        entries = value if isinstance(value, list) else [value]
        made = []
        for index, entry in enumerate(entries):
            line = places[min(index, len(places) - 1)] if places else 1
            try:
                made.append(_entry(entry, SourceLocation(file, line, 1)))
            except ValueError as error:
                problems.append(Problem(SourceLocation(file, line, 1), f"the example of {name} {error}"))
        found[name] = tuple(made)
    if problems:
        raise SchemaError(problems, {file: tuple(lines)})
    return found


def _entry(entry: Any, location: SourceLocation) -> Curated:
    """One example; raises ValueError with the rest of a sentence about it."""
    if not isinstance(entry, dict) or set(entry) != {"title", "octets"}:
        raise ValueError("is a table with title and octets")
    title, digits = entry["title"], entry["octets"]
    if not isinstance(title, str) or not isinstance(digits, str):
        raise ValueError("has a title and octets in quotation marks")
    try:
        return Curated(bytes.fromhex(digits), title, location)
    except ValueError:
        raise ValueError("has octets that are no hexadecimal digits, two an octet") from None
