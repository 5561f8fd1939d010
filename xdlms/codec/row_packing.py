"""Packing rows: many tuples to octets at once, by the layout of the first.

Only what is quick to check for a whole column is packed here; everything else is written the plain way.
"""

from __future__ import annotations

from itertools import starmap
from operator import itemgetter
from struct import Struct

from xdlms.codec.axdr import Unusual
from xdlms.codec.row_layouts import OCTETS, RowLayout, getter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Packing:
    """The struct that packs rows of a layout, and what is checked and filled in for a whole column.

    struct would fill or cut a string of a wrong length without a word. As a Pascal string, which begins one
    octet before and ends one behind, it leaves its true length where the tag or length octet belongs.

    Raises Unusual for a layout with structures in it, or a string without an octet in front.
    """

    __slots__ = ("size", "spare", "pack_row", "width", "heads", "lengths", "nulls", "booleans", "floats", "values")

    def __init__(self, layout: RowLayout) -> None:
        format = ">"
        at = 0
        in_string = False  # whether the octet at this place is the one behind a string
        self.heads: list[tuple[int, bytes]] = []
        self.lengths: list[tuple[int, bytes]] = []
        for head, value in zip(layout.heads, layout.formats, strict=True):
            pads = len(head) - in_string
            self.heads += ((at + place, OCTETS[octet]) for place, octet in enumerate(head))
            at += len(head)
            if value.endswith("s"):
                if pads < 1:
                    raise Unusual
                length = int(value[:-1])
                self.lengths.append((at - 1, OCTETS[length]))
                format += f"{pads - 1}x{length + 2}p"
                in_string = True
            elif pads >= 0:
                format += f"{pads}x{value}"
                in_string = False
            at += Struct(value).size
        self.size = layout.size
        # A string at the end of the row has an octet of its own behind it, which goes in the end.
        self.spare = in_string or pads < 0
        self.pack_row = Struct(format).pack
        self.width = len(layout.fields)
        self.nulls = [index for index, place in enumerate(layout.fields) if place is None]
        used = [index for index, place in enumerate(layout.fields) if place is not None]
        if any(type(layout.fields[index]) is list for index in used):
            raise Unusual
        self.booleans = [index for index in used if layout.formats[layout.fields[index]] == "?"]
        self.floats = [index for index in used if layout.formats[layout.fields[index]] in ("f", "d")]
        self.values = getter(used) if self.nulls else None

    def pack(self, rows: list[Any]) -> bytes:
        """The octets of the rows; raises FAULTS when one does not have the layout."""
        self._check(rows)
        values = rows if self.values is None else map(self.values, rows)
        octets = bytearray(b"".join(starmap(self.pack_row, values)))
        count, stride = len(rows), self.size + self.spare
        for place, length in self.lengths:
            if octets[place::stride] != length * count:
                raise Unusual
        for place, octet in self.heads:
            octets[place::stride] = octet * count
        if self.spare:
            del octets[self.size :: stride]
        return bytes(octets)

    def _check(self, rows: list[Any]) -> None:
        """What struct does not check. A float that is not a number may have octets of its own."""
        if self.nulls and set(map(len, rows)) != {self.width}:
            raise Unusual
        for index in self.nulls:
            if [row[index] for row in rows].count(None) != len(rows):
                raise Unusual
        for index in self.booleans:
            if set(map(type, map(itemgetter(index), rows))) != {bool}:
                raise Unusual
        for index in self.floats:
            total = sum(map(itemgetter(index), rows))
            if total != total:
                raise Unusual
