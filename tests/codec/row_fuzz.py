"""Random arrays of rows, good and damaged, read with layouts and without: the results must be the same.

As a program, ``python -m codec.row_fuzz NUMBER [SEED]``, it reads so many and says how it goes.
"""

from __future__ import annotations

import random
import struct
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from xdlms import apdu
from xdlms.codec import compact, data, row_arrays
from xdlms.codec.axdr import FAULTS
from xdlms.codec.row_layouts import RowLayout

INTERESTING = bytes((0x00, 0x01, 0x02, 0x03, 0x09, 0x0C, 0x12, 0x17, 0x7F, 0x80, 0x81, 0x82, 0xFF))
"""Octets that readers stumble over: tags, lengths, counts."""

LEVELS = (0, 0, 0, 0, 26, 27, 28, 29, 30, 31)
"""The levels that arrays are read at: rows are nested up to 5 deep, so that some are too deep."""

CHANGES = (None, True, False, 1.5, float("nan"), -1, 300, 1 << 33, b"", b"0123456789AB", bytes(128), "x", (), [], (1,))
"""What somebody may have put into a row since."""

Outcome = tuple[Any, ...] | str


class NoLayouts(row_arrays.Layouts):
    """Finds nothing, so that everything is read and written the plain way."""

    __slots__ = ()

    def find(self, *arguments: Any, **options: Any) -> RowLayout | None:
        return None

    def packing(self, *arguments: Any) -> None:
        return None


def kernel_of(layouts: type[row_arrays.Layouts]) -> data.Kernel:
    """A kernel for Data of its own, which knows no layout yet."""
    usual = row_arrays.Layouts
    row_arrays.Layouts = layouts
    try:
        return data.Kernel(apdu.Data)
    finally:
        row_arrays.Layouts = usual


def length(count: int) -> bytes:
    return bytes((count,)) if count < 0x80 else b"\x82" + struct.pack(">H", count)


class Rows:
    """Makes the octets: the parts of rows are drawn once, since making them takes longer than reading them."""

    def __init__(self, seed: int) -> None:
        self.random = source = random.Random(seed)
        self.leaves = [self._leaf(source.randrange(20)) for _ in range(600)]
        self.rows = [self._row(level=1) for _ in range(800)]
        self.similar = [self.again(row) for row in self.rows[:40] for _ in range(6)]
        self.untagged = [untagged(row) for row in self.rows]
        self.pool = self.rows
        self.drawn = 0

    def _leaf(self, kind: int) -> bytes:
        octets = self.random.randbytes
        if kind < 12:
            widths = {0x03: 1, 0x05: 4, 0x06: 4, 0x0D: 1, 0x0F: 1, 0x10: 2, 0x11: 1, 0x12: 2, 0x14: 8, 0x15: 8, 0x16: 1}
            widths |= {0x19: 12, 0x1A: 5, 0x1B: 4, 0x21: 4}
            tag = self.random.choice(list(widths))
            return bytes((tag,)) + octets(widths[tag])
        if kind == 12:
            return self.random.choice((b"\x03\xff", b"\x03\x01", b"\x03\x00", b"\x00", b"\xff"))
        if kind == 13:
            not_numbers = (b"\x17\x7f\xc0\x00\x01", b"\x17\x7f\x80\x00\x01", b"\x18\x7f\xf0" + bytes(5) + b"\x01")
            numbers = (b"\x17\x7f\x80\x00\x00", b"\x17\xff\x80\x00\x00", b"\x18" + bytes(8), b"\x17@\x49\x0f\xdb")
            return self.random.choice(not_numbers + 2 * numbers)
        if kind < 17:
            size = self.random.choice((0, 1, 4, 6, 12, 12, 12, 0x7F, 0x80))
            return b"\x09" + length(size) + octets(size)
        if kind == 17:
            return b"\x09" + self.random.choice((b"\x81\x02ab", b"\x82\x00\x01a", b"\x83\x00\x00\x00"))
        if kind == 18:
            return self.random.choice((b"\x0a\x02ab", b"\x0c\x02\xc3\xa4", b"\x04\x09\xaa\x80", b"\x0a\x00"))
        return self.random.choice((b"\x00", b"\x01\x00", b"\x01\x02\x11\x01\x11\x02", b"\x13\x11\x02ab", b"\x02\x00"))

    def _row(self, level: int) -> bytes:
        fields = [self.random.choice(self.leaves) for _ in range(self.random.choice((0, 1, 2, 2, 3, 3, 4, 6)))]
        if level < 5 and self.random.random() < 0.25:
            fields.insert(self.random.randint(0, len(fields)), self._row(level + 1))
        return b"\x02" + bytes((len(fields),)) + b"".join(fields)

    def again(self, row: bytes) -> bytes:
        """The row with other values: one octet is drawn anew, which may well be none of a value."""
        if self.random.random() < 0.5:
            return row
        at = self.random.randrange(len(row))
        return row[:at] + self.random.randbytes(1) + row[at + 1 :]

    def elements(self) -> list[bytes]:
        """The elements of an array, by one of the patterns that layouts may meet."""
        choice, source = self.random.choice, self.random.random
        if self.drawn % 500 == 0:
            # As many as are remembered; some have a layout.
            self.pool = self.random.sample(self.rows, 24)
        self.drawn += 1
        count = choice((4, 5, 6, 8, 8, 12)) if source() < 0.9 else choice((18, 20, 24, 40))
        pattern = source()
        if pattern < 0.35:
            row = choice(self.pool)
            return [row] * count
        if pattern < 0.6:
            kinds = [choice(self.pool) for _ in range(choice((2, 2, 3, 5)))]
            return [kinds[index % len(kinds)] for index in range(count)]
        if pattern < 0.8:
            first, second = choice(self.pool), choice(self.pool)
            change = int(source() * count)
            return [first] * change + [second] + [first] * (count - change - 1)
        if pattern < 0.95:
            start = int(source() * (len(self.similar) - 6))
            return [self.similar[start + index % 6] for index in range(count)]
        return [choice(self.pool) for _ in range(count - 1)] + [choice(self.leaves)]

    def array(self) -> bytes:
        rows = self.elements()
        octets = b"\x01" + length(len(rows)) + b"".join(rows)
        return octets if self.random.random() < 0.4 else self.damaged(octets)

    def damaged(self, octets: bytes) -> bytes:
        """One of the things that go wrong: a bit, an octet, a length, a cut, something lost, something twice."""
        source = self.random.random
        at = int(source() * len(octets))
        match int(source() * 7):
            case 0:
                return octets[:at] + bytes((octets[at] ^ 1 << int(source() * 8),)) + octets[at + 1 :]
            case 1:
                return octets[:at] + self.random.choice(INTERESTING).to_bytes(1, "big") + octets[at + 1 :]
            case 2:
                return octets[:at]
            case 3:
                return octets[:at] + octets[at + 1 :]
            case 4:
                return octets[:at] + octets[at : at + 2] + octets[at:]
            case 5:
                return octets[:at] + bytes(((octets[at] + 1) & 0xFF,)) + octets[at + 1 :]
            case _:
                other = self.random.choice(self.rows)
                return octets[:at] + other + octets[at:]

    def compact_array(self) -> bytes:
        """A description and contents, without the tag, often of rows that fit it."""
        choice, source = self.random.choice, self.random.random
        description, contents = choice(self.untagged)
        rows = [contents] * choice((1, 2, 5, 20, 40))
        if source() < 0.5:
            rows[int(source() * len(rows))] = choice(self.untagged)[1]
        joined = b"".join(rows)
        if joined and source() < 0.4:
            joined = self.damaged(joined)
        return description + length(len(joined)) + joined


def untagged(element: bytes) -> tuple[bytes, bytes]:
    """A row as a description and contents; roughly where arrays are in it, for what does not fit is of interest too."""
    shape, value, _ = PLAIN.read(element, 0, 0)
    return _described(shape), _contents(shape, value)


def _described(shape: Any) -> bytes:
    if type(shape) is int:
        return bytes((shape if shape != 0x13 else 0x11,))
    if shape[0] == 0x01:
        return b"\x01\x00\x01\x11"
    fields = data.element_count(shape)
    return b"\x02" + length(fields) + b"".join(_described(data.element_shape(shape, place)) for place in range(fields))


def _contents(shape: Any, value: Any) -> bytes:
    if type(shape) is int:
        return b"a" if shape == 0x13 else PLAIN.leaf_writers[shape](value)
    if shape[0] == 0x01:
        return b"a"
    return b"".join(_contents(data.element_shape(shape, place), cell) for place, cell in enumerate(value))


LAYOUTS = kernel_of(row_arrays.Layouts)
PLAIN = kernel_of(NoLayouts)


def outcome(read: Callable[[], Any]) -> Outcome:
    """Everything there is to tell results apart: shape, values with their types, octets; or that it was refused."""
    try:
        return read()
    except FAULTS:
        return "refused"


def read_array(kernel: data.Kernel, octets: bytes, level: int, again: bool) -> Outcome:
    """What an array holds; `again` writes it too."""

    def read() -> Outcome:
        shape, value, end = kernel.read(octets, 0, level)
        return shape, repr(value), end, write_array(kernel, shape, value) if again else b""

    return outcome(read)


def write_array(kernel: data.Kernel, shape: Any, value: Any) -> Outcome | bytes:
    def write() -> bytes:
        pieces: list[bytes] = []
        kernel.write(shape, value, pieces.append)
        return b"".join(pieces)

    return outcome(write)


def read_compact(kernel: data.Kernel, octets: bytes) -> Outcome:
    def read() -> Outcome:
        description, at = compact.read_description(kernel, octets, 0, 32)
        contents, end = data.read_octets(octets, at)
        return repr(compact.read_rows(kernel, description, contents)), end

    return outcome(read)


class Run:
    """Reads inputs both ways and counts them."""

    def __init__(self, seed: int) -> None:
        self.rows = Rows(seed)
        self.inputs = self.accepted = self.refused = self.changed = 0

    def step(self) -> None:
        """One input: of eight, one is a compact array, two are written again, and one of these with a changed value."""
        self.inputs += 1
        # With little credit, layouts are left and tried again in the middle of an array.
        LAYOUTS.layouts.credit = row_arrays.MOST_CREDIT if self.inputs % 16 else row_arrays.ENOUGH_CREDIT
        if self.inputs % 8 == 0:
            octets = self.rows.compact_array()
            fast, plain = read_compact(LAYOUTS, octets), read_compact(PLAIN, octets)
        else:
            octets = self.rows.array()
            level, again = self.rows.random.choice(LEVELS), self.inputs % 4 == 1
            fast, plain = read_array(LAYOUTS, octets, level, again), read_array(PLAIN, octets, level, again)
        if fast != plain:
            raise AssertionError(f"{octets.hex()}: with layouts {fast}, without {plain}")
        if fast == "refused":
            self.refused += 1
        else:
            self.accepted += 1
            if self.inputs % 8 == 1:
                self.change(octets)

    def change(self, octets: bytes) -> None:
        shape, rows, _ = PLAIN.read(octets, 0, 0)
        if type(rows) is not list or not rows:
            return
        choice = self.rows.random.choice
        place = choice(range(len(rows)))
        if type(rows[place]) is tuple and rows[place]:
            row = list(rows[place])
            row[choice(range(len(row)))] = choice(CHANGES)
            rows[place] = tuple(row)
        else:
            rows[place] = choice(CHANGES)
        fast, plain = write_array(LAYOUTS, shape, rows), write_array(PLAIN, shape, rows)
        if fast != plain:
            raise AssertionError(f"{shape}, {rows}: with layouts {fast}, without {plain}")
        self.changed += 1


def main(number: int, seed: int) -> None:
    start = perf_counter()
    run = Run(seed)
    while run.inputs < number:
        run.step()
        if run.inputs % 100_000 == 0 or run.inputs == number:
            each = (perf_counter() - start) / run.inputs * 1e6
            print(
                f"{run.inputs} inputs, {run.accepted} accepted, {run.refused} refused, {each:.0f} us each", flush=True
            )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
