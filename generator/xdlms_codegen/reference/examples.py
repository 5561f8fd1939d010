"""An example as a page shows it: octets with what each is, a program that makes them, JSON."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from textwrap import wrap

import black

from xdlms_codegen.examples.json_text import json_of, json_pretty
from xdlms_codegen.examples.python_text import program
from xdlms_codegen.examples.values import Chosen, Line, Reading, Value
from xdlms_codegen.lower.context import Context

OCTETS_A_LINE = 16
INDENT = 2
WIDTH = 100
ROOM = 40
"""So many columns are for words in any case."""
_MODE = black.Mode(line_length=WIDTH)


@dataclass(frozen=True, slots=True)
class Shown:
    """The texts of an example; `python` is empty where plain Python types serve."""

    title: str
    octets: bytes
    annotated: str
    python: str
    json: str


def show(context: Context, reading: Reading, octets: bytes, *, title: str, package: str, variable: str) -> Shown:
    """An example of octets that were read; its program uses the classes of `package`."""
    value = _inside_roots(context, reading.value)
    imports, expression = program(context, reading.value, package)
    found = json_pretty(json_of(context, value), WIDTH)
    python = ""
    if imports:
        text = "\n".join([*imports, "", f"{variable} = {expression}", f"{variable}.encode()"])
        python = black.format_str(text, mode=_MODE)
    return Shown(title, octets, annotated(reading.lines), python, found)


def _inside_roots(context: Context, value: Value) -> Value:
    """What stands behind the tags that choose the kind of APDU."""
    while isinstance(value, Chosen) and (value.name in context.binding.roots or value.name in context.tag_paths):
        value = value.value
    return value


def annotated(lines: tuple[Line, ...]) -> str:
    """The octets on the left, what they are on the right, each wrapped where it is long."""
    parts = [_parts(line.groups) for line in lines]
    column = max((len(part) for each in parts for part in each), default=0)
    text = []
    for line, left in zip(lines, parts, strict=True):
        indent = " " * INDENT * line.depth
        room = max(WIDTH - column - len(indent), ROOM)
        right = wrap(_words(line), room, subsequent_indent=" " * 2 * INDENT, break_on_hyphens=False)
        for part, words in zip_longest(left, right, fillvalue=""):
            text.append(f"{part:{column}}  {indent}{words}".rstrip())
    return "\n".join(text)


def _parts(groups: tuple[bytes, ...]) -> list[str]:
    """Groups with blanks between them, in as many lines as they need."""
    parts: list[str] = [""]
    for group in groups:
        for start in range(0, len(group), OCTETS_A_LINE):
            piece = group[start : start + OCTETS_A_LINE].hex().upper()
            if start or len(parts[-1].replace(" ", "")) // 2 + len(piece) // 2 > OCTETS_A_LINE:
                parts.append(piece)
            else:
                parts[-1] = f"{parts[-1]} {piece}".strip()
    return parts


def _words(line: Line) -> str:
    return f"{line.label}: {line.text}" if line.label and line.text else line.label or line.text
