"""Arrays of rows: read and written by the layouts of their rows, as far as that is worth its cost.

Octets that no layout fits must not cost more than the plain way does. So there is a budget: what is spent on
making layouts and on looking for one that fits must first have been earned, by rows that were read by a
layout, and a little by those read the plain way. Who has spent everything reads the plain way.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import error as StructError

from xdlms.codec.axdr import FAULTS, Unusual
from xdlms.codec.row_layouts import LONGEST_ROW, RowLayout, layout_of
from xdlms.codec.row_packing import Packing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from xdlms.codec.data import Kernel, Shape

FEWEST = 4
"""Arrays of fewer elements are not worth a layout."""

PLAIN_ELEMENTS = 64
"""How many elements are read the plain way before layouts are tried again."""

LAYOUTS = 4
"""How many layouts are tried for a row."""

REMEMBERED = 64
"""How many layouts, and how many packings, a kernel remembers."""

STREAK = 3
"""After how many rows of one layout in a row, now or when last seen, more of it are looked for at once."""

FIRST_WINDOW = 16
"""Rows that are compared at first, or as many as there were when last seen; each window that fits is followed by
a longer one."""

WIDER = 64
"""How much longer the next window is than one that fitted."""

# The budget, in nanoseconds of an ordinary machine: only the proportions matter.

MOST_CREDIT = 70_000
"""What can be saved up, and what there is at first."""
ENOUGH_CREDIT = 20_000
"""With less nothing is tried."""
ENTRY = 1_000
"""What it costs to turn to layouts."""
LOOK_UP = 1_000
"""To ask for the layout of a row."""
MISS, MISS_FIELD = 250, 30
"""To find that a row has not a layout, with so much for each of its fields."""
BUILD, BUILD_FIELD = 6_000, 400
"""To make a layout, with so much for each octet that is no value."""
WON_FIELD = 150
"""What each field of a row read by a layout earns: what it saves, or less."""
PLAIN_OCTET, PLAIN_ELEMENT = 1, 20
"""What each octet read the plain way earns, and each element at the most: a tenth of what it costs, or less."""


class Layouts:
    """The layouts that a kernel remembers, and its budget. A layout is made when its like is seen for the second time.

    `recent` are those of the last array.

    Whether a layout is tried depends on what was read before, what is read does not.
    """

    __slots__ = ("kernel", "credit", "recent", "_layouts", "_seen", "_packings")

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.credit = MOST_CREDIT
        self.recent: tuple[RowLayout, ...] = ()
        self._layouts: dict[tuple[Shape, int, bool], RowLayout | None] = {}
        self._seen: set[tuple[Shape, int, bool]] = set()
        self._packings: dict[tuple[Any, ...], Packing | None] = {}

    def earn(self, amount: int) -> None:
        self.credit = min(self.credit + amount, MOST_CREDIT)

    def earn_plainly(self, elements: int, octets: int) -> None:
        """For elements that were read the plain way."""
        self.earn(min(octets * PLAIN_OCTET, elements * PLAIN_ELEMENT))

    def find(self, shape: Shape, row: Any, octets: bytes, at: int, end: int, *, tagged: bool) -> RowLayout | None:
        """The layout of a row that was read from `at` to `end`; None when it has none, or making it costs too much."""
        size = end - at
        self.credit -= LOOK_UP
        if type(row) is not tuple or size > LONGEST_ROW:
            return None
        key = (shape, size, tagged)
        try:
            layout = self._layouts[key]
        except KeyError:
            if key not in self._seen:
                if len(self._seen) >= REMEMBERED:
                    self._seen.clear()
                self._seen.add(key)
                return None
        else:
            # Strings of other lengths may make a row of the same shape and size.
            if layout is None or layout.probe(octets, at)[::2] == layout.heads:
                return layout
        cost = BUILD + BUILD_FIELD * len(row)
        if self.credit < cost:
            return None
        self.credit -= cost
        layout = layout_of(self.kernel, shape, row, tagged=tagged)
        if layout is not None:
            self.credit -= BUILD_FIELD * (sum(map(len, layout.heads)) - len(row))
            if layout.size != size or layout.probe(octets, at)[::2] != layout.heads:
                layout = None  # the row has a length in a longer form than it needs
        if len(self._layouts) >= REMEMBERED:
            self._layouts.clear()
        self._layouts[key] = layout
        if not tagged:
            self._layouts[shape, 0, tagged] = layout
        return layout

    def latest(self, description: Shape) -> RowLayout | None:
        """The layout that was last made for rows of compact arrays of this type."""
        return self._layouts.get((description, 0, False))

    def packing(self, shape: Shape, row: Any) -> Packing | None:
        """The packing for rows like this one; None when there is none."""
        key = (shape, *[len(value) for value in row if type(value) is bytes])
        try:
            return self._packings[key]
        except KeyError:
            pass
        layout = layout_of(self.kernel, shape, row, tagged=True)
        try:
            packing = None if layout is None else Packing(layout)
        except Unusual:
            packing = None
        if len(self._packings) >= REMEMBERED:
            self._packings.clear()
        self._packings[key] = packing
        return packing


def read_rows(
    layouts: Layouts,
    octets: bytes,
    at: int,
    count: int,
    level: int,
    read: Callable[[bytes, int, int], tuple[Shape, Any, int]],
    shapes: list[Shape],
    values: list[Any],
) -> int:
    """Reads `count` elements of an array, or fewer when the budget is used up, and says where they end.

    `read` reads one element the plain way; shapes and values are added to the lists, the shape only once when
    it is the same from the first element of an array to its last. Raises FAULTS.
    """
    recent = layouts.recent
    # what may come behind a layout, the likeliest first
    known = {layout: [layout, *[other for other in recent if other is not layout]] for layout in recent}
    tries = list(recent)
    last: RowLayout | None = None
    run = 0
    credit, floor = -ENTRY, -layouts.credit

    def read_again(place: int) -> Any:
        nonlocal credit
        row = read(octets, place, level)[1]
        credit -= LOOK_UP + 2 * WON_FIELD * len(row)
        return row

    try:
        while count and credit > floor:
            found: RowLayout | None
            for found in tries:
                try:
                    flat = found.probe(octets, at)
                except StructError:  # fewer octets are left than such a row has
                    continue
                if flat[::2] == found.heads:
                    break
                credit -= MISS + MISS_FIELD * len(flat) // 2
            else:
                shape, row, stop = read(octets, at, level)
                layouts.credit += credit
                credit = 0
                found = layouts.find(shape, row, octets, at, stop, tagged=True)
                floor = -layouts.credit
                shapes.append(shape if found is None else found.shape)
                values.append(row)
                at = stop
                count -= 1
                if last is not None:
                    last.run = run
                last = found
                run = 1
                if found is not None:
                    if found not in known:
                        _remember(known, found)
                    tries = known[found]
                continue
            row = found.extra + flat[1::2]
            if found.finish is not None:
                row = found.finish(row)
                if row is None:
                    row = read_again(at)
            shapes.append(found.shape)
            values.append(row)
            at += found.size
            count -= 1
            credit += WON_FIELD * len(row)
            if found is not tries[0]:
                tries.remove(found)
                tries.insert(0, found)
            if found is last:
                run += 1
            else:
                if last is not None:
                    last.run = run
                last = found
                run = 1
                tries = known.get(found, tries)
            if run >= STREAK or found.run >= STREAK:
                window = max(found.run, FIRST_WINDOW)
                found.run = 0
                start = run
                while rows := found.matching(octets, at, min(count, window)):
                    before = credit
                    values += found.rows(octets, at, rows, read_again)
                    at += rows * found.size
                    count -= rows
                    run += rows
                    credit += WON_FIELD * rows * len(found.fields)
                    if rows < window or credit < before:
                        break
                    window *= WIDER
                if count or run < len(values):
                    shapes += [found.shape] * (run - start)
                credit -= 4 * MISS
        return at
    finally:
        if last is not None:
            last.run = run
        layouts.recent = tuple(known)
        layouts.earn(credit)


def _remember(known: dict[RowLayout, list[RowLayout]], layout: RowLayout) -> None:
    """Adds a layout to those that are tried, and drops the oldest when they are too many."""
    if len(known) >= LAYOUTS:
        oldest = next(iter(known))
        del known[oldest]
        for following in known.values():
            following.remove(oldest)
    for following in known.values():
        following.append(layout)
    known[layout] = [layout, *known]


def read_contents(
    layouts: Layouts,
    description: Shape,
    contents: bytes,
    read: Callable[[bytes, int], tuple[Any, int]],
    read_again: Callable[[int], Any],
    take: Callable[[int], None],
) -> list[Any]:
    """The rows of a compact array, whose type is described. Raises FAULTS.

    `read` reads a row the plain way and counts its cells that have no octets, `read_again` does not count
    them, and `take` is told of those that no plain reading has counted.
    """
    rows: list[Any] = []
    at, end = 0, len(contents)
    layout = layouts.latest(description) if layouts.credit >= ENOUGH_CREDIT else None
    layouts.credit -= ENTRY
    while at < end:
        if layout is not None:
            window, layout.run = max(layout.run, FIRST_WINDOW), 0
            while found := layout.matching(contents, at, window):
                take(found * layout.free)
                rows += layout.rows(contents, at, found, read_again)
                at += found * layout.size
                layout.run += found
                if found < window:
                    break
                window *= WIDER
            layouts.earn(WON_FIELD * layout.run * len(layout.fields) - 4 * MISS)
            if at >= end:
                break
        row, after = read(contents, at)
        if after == at:
            raise Unusual
        rows.append(row)
        if layouts.credit >= ENOUGH_CREDIT:
            layout = layouts.find(description, row, contents, at, after, tagged=False)
        else:
            layout = None
            layouts.earn_plainly(1, after - at)
        at = after
    return rows


def write_rows(layouts: Layouts, shape: Shape, values: Any) -> bytes | None:
    """The octets of elements that all have one shape; None where they must be written the plain way."""
    if type(values) is not list or len(values) < FEWEST or type(values[0]) is not tuple:
        return None
    try:
        packing = layouts.packing(shape, values[0])
        return None if packing is None else packing.pack(values)
    except FAULTS:
        return None
