"""The lines of a tree, and the containers that are open while it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from xdlms.tools.editions import Kind
from xdlms.tools.meaning import CaptureObject, Cell
from xdlms.tools.words import Words


class Line:
    """A line of a tree.

    `offset` is the octet of the APDU where the element begins, None where it has none of its own; `depth` the
    levels above; `name` by the ASN.1, or an index; the rest as in `Words`. `faint` lines say little.
    """

    __slots__ = ("depth", "faint", "name", "offset", "words")

    def __init__(self, offset: int | None, depth: int, name: str, words: Words, *, faint: bool = False) -> None:
        self.offset = offset
        self.depth = depth
        self.name = name
        self.words = words
        self.faint = faint


Emit: TypeAlias = Callable[[Line], None]


class Frame:
    """A container whose elements are being read.

    `path` are the steps to it, `length` how many; `end` is set where the octets of a leaf hold an APDU of their own;
    `cells` are the elements of a small structure, `recent` the last ones of another, `objects` the capture
    objects of an array.
    """

    __slots__ = (
        "cells",
        "class_id",
        "compact",
        "count",
        "depth",
        "end",
        "kind",
        "length",
        "line",
        "objects",
        "path",
        "recent",
        "seen",
        "tag",
    )

    def __init__(self, path: tuple[str, ...] | None, depth: int, line: Line | None = None) -> None:
        self.path = path or ()
        self.length = -1 if path is None else len(path)
        self.depth = depth
        self.line = line
        self.end: int | None = None
        self.kind: Kind | None = None
        self.compact = False
        self.tag = ""
        self.count = 0
        self.seen = 0
        self.cells: list[Cell] | None = None
        self.recent: list[Cell] = []
        self.objects: list[CaptureObject] | None = None
        self.class_id: int | None = None
