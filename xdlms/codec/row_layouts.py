"""Layouts of rows: which octets of a row are no value, and the structs of those that are.

A load profile repeats one layout a thousand times: the same tags, the same lengths. A `RowLayout` is made
from a row that was read the plain way. Its struct reads another row in one step: the fields are by turns
what must be there (tags, counts, lengths) and the values. Many rows are read by `matching`, which compares
columns of such octets, each one strided slice, and `rows`, which unpacks them at once. No check is left
out: a row that differs in any octet that is no value does not have the layout.

What a struct does not give, null-data and structures in a row, is added to the tuple of values, and an
itemgetter puts everything in its place; so rows are made without a loop in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import repeat
from operator import add, itemgetter
from struct import Struct, calcsize

from xdlms.codec.axdr import Unusual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from xdlms.codec.data import Kernel, Shape

    Row: TypeAlias = tuple[Any, ...]
    Tree: TypeAlias = Any
    """The place of a field among the flat values, None for null-data, or the list of these of a structure."""

DEEPEST_ROW = 4
"""Levels of structures in a row that has a layout, itself included."""

LONGEST_ROW = 512
"""Octets of a row that has a layout."""

LONGEST_STRING = 0x7F
"""Octet-strings of up to this many octets have a length of one octet."""

OCTETS = [bytes((octet,)) for octet in range(256)]


class RowLayout:
    """What rows of one layout have in common.

    `shape` is their shape, `size` their octets. `probe` unpacks heads and values by turns; `heads` is what
    the heads must be, `formats` the formats of the values. A row is `extra` and the values; `finish`, if not
    None, puts these in their places, which `fields` says. `free` counts the cells that have no octets in a
    compact array: null-data and structures. `run` is how many rows of this layout came in a row when last seen.
    """

    __slots__ = (
        *("shape", "size", "heads", "formats", "fields", "free", "probe", "extra", "finish", "run"),
        *("_floats", "_inner", "_order", "_columns", "_unpack"),
    )
    _columns: list[tuple[int, bytes]]
    _unpack: Callable[[bytes | memoryview], Iterable[Row]]

    def __init__(self, shape: Shape, heads: list[bytes], formats: list[str], fields: list[Tree], free: int) -> None:
        whole = Struct(">" + "".join(f"{len(head)}s{format}" for head, format in zip(heads, formats, strict=True)))
        self.shape = shape
        self.size = whole.size
        self.heads = tuple(heads)
        self.formats = formats
        self.fields = fields
        self.free = free
        self.run = 0
        self.probe: Callable[[bytes, int], Row] = whole.unpack_from
        self.extra, self._inner, self._order = _assembly(fields, len(formats) - 1)
        self._floats = [index for index, format in enumerate(formats, len(self.extra)) if format in ("f", "d")]
        is_plain = self._order is None and not self._floats
        self.finish: Callable[[Row], Row | None] | None = None if is_plain else self._finish

    def _finish(self, values: Row) -> Row | None:
        """A row from extra and values; None when a float is not a number, since that must keep its octets."""
        for index in self._floats:
            if values[index] != values[index]:
                return None
        for inner in self._inner:
            values += (inner(values),)
        return values if self._order is None else self._order(values)

    def matching(self, octets: bytes, at: int, limit: int) -> int:
        """How many rows from `at` on, `limit` at the most, have this layout."""
        try:
            columns = self._columns
        except AttributeError:
            columns = self._prepare()
        size = self.size
        count = min(limit, (len(octets) - at) // size)
        for place, octet in columns:
            if not count:
                return 0
            column = octets[at + place : at + count * size : size]
            if column != octet * count:
                count -= len(column.lstrip(octet))
        return count

    def rows(self, octets: bytes, at: int, count: int, read: Callable[[int], Any]) -> Iterable[Row]:
        """Rows that `matching` has counted; `read` reads one at a place, if a float in it is not a number."""
        size = self.size
        values = self._unpack(memoryview(octets)[at : at + count * size])
        if self.extra:
            values = map(add, repeat(self.extra), values)
        if self.finish is None:
            return values
        values = list(values)
        strange = self._not_numbers(values)
        for inner in self._inner:
            values = list(map(add, values, zip(map(inner, values))))
        rows = values if self._order is None else list(map(self._order, values))
        for index in strange:
            rows[index] = read(at + index * size)
        return rows

    def _not_numbers(self, rows: list[Row]) -> list[int]:
        found: list[int] = []
        for place in self._floats:
            total = sum(map(itemgetter(place), rows))
            if total != total:
                found += [index for index, row in enumerate(rows) if row[place] != row[place]]
        return found

    def _prepare(self) -> list[tuple[int, bytes]]:
        """What only runs of rows need: the places and octets of the columns to compare, the struct with pad octets."""
        columns: list[tuple[int, bytes]] = []
        unpack = [">"]
        at = 0
        for head, format in zip(self.heads, self.formats, strict=True):
            for octet in head:
                columns.append((at, OCTETS[octet]))
                at += 1
            at += calcsize(format)
            unpack.append(f"{len(head)}x{format}")
        # The tags of fields differ most, so they are compared first, and the head of the row last.
        first = len(self.heads[0])
        self._unpack = Struct("".join(unpack)).iter_unpack
        self._columns = columns[first:] + columns[:first]
        return self._columns


def layout_of(kernel: Kernel, shape: Shape, row: Any, *, tagged: bool) -> RowLayout | None:
    """The layout of a row; a row of a compact array is not tagged.

    The row is a structure of fields of fixed width, short octet-strings, null-data and such structures; None
    for every other.
    """
    if type(row) is not tuple or kernel.kinds[shape[0]] != "record":
        return None
    plan = _Plan(kernel, tagged)
    try:
        fields = plan.structure(shape, row, 1)
    except Unusual:
        return None
    plan.heads.append(bytes(plan.head))
    plan.formats.append("")
    return RowLayout(shape, plan.heads, plan.formats, fields, plan.free)


class _Plan:
    """A layout in the making: heads and formats by turns, and the head in hand."""

    __slots__ = ("kernel", "tagged", "heads", "formats", "head", "free")

    def __init__(self, kernel: Kernel, tagged: bool) -> None:
        self.kernel = kernel
        self.tagged = tagged
        self.heads: list[bytes] = []
        self.formats: list[str] = []
        self.head = bytearray()
        self.free = 0

    def structure(self, shape: Shape, row: Row, level: int) -> list[Tree]:
        """The places of the fields of a structure; raises Unusual when it has no layout."""
        if level > DEEPEST_ROW or len(row) > LONGEST_STRING:
            raise Unusual
        kinds, tagged, head = self.kernel.kinds, self.tagged, self.head
        if tagged:
            head += bytes((shape[0], len(row)))
        self.free += 1
        fields: list[Tree] = []
        for field, value in zip((shape[1],) * shape[2] if len(shape) == 3 else shape[1], row, strict=True):
            if type(field) is not int:
                if kinds[field[0]] != "record":
                    raise Unusual
                fields.append(self.structure(field, value, level + 1))
                continue
            kind = kinds[field]
            if tagged:
                head.append(field)
            if kind == "null":
                self.free += 1
                fields.append(None)
                continue
            if kind == "octets":
                if len(value) > LONGEST_STRING:
                    raise Unusual
                head.append(len(value))
                kind = f"{len(value)}s"
            elif kind == "boolean":
                kind = "?"
            elif field not in self.kernel.structs:
                raise Unusual
            fields.append(len(self.formats))
            self.heads.append(bytes(head))
            self.formats.append(kind)
            head.clear()
        return fields


def _assembly(fields: list[Tree], width: int) -> tuple[Row, list[Callable[[Row], Any]], Callable[[Row], Any] | None]:
    """How to make a row from flat values: what to put in front, structures to put behind, and the final order."""
    if fields == list(range(width)):
        return (), [], None
    extra: Row = ()
    if _holds(fields, None):
        extra += (None,)
    if _holds(fields, []):
        extra += ((),)
    start = len(extra)
    inner: list[Callable[[Row], Any]] = []

    def place(field: Tree) -> int:
        if field is None:
            return 0
        if field == []:
            return start - 1
        if type(field) is not list:
            return start + int(field)
        inner.append(getter([place(part) for part in field]))
        return start + width + len(inner) - 1

    order = [place(field) for field in fields]
    if order == list(range(start + width + len(inner))):
        return extra, inner, None
    return extra, inner, getter(order)


def _holds(fields: list[Tree], what: Tree) -> bool:
    return any(field == what or (type(field) is list and _holds(field, what)) for field in fields)


def getter(places: list[int]) -> Callable[[Row], Any]:
    """These elements of a tuple, as a tuple."""
    if len(places) == 1:
        return itemgetter(slice(places[0], places[0] + 1))
    return itemgetter(*places)
