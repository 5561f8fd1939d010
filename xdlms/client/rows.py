"""Rows out of a value that comes block by block: as soon as they are whole, and no more than that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from xdlms.client.errors import ResponseError
from xdlms.codec.errors import DecodeError
from xdlms.data import Data, DataTag

LARGEST_ROW: Final = 1 << 24
"""Octets of the longest row, or compact array, that is kept."""

_ARRAY: Final = int(DataTag.array)
_STRUCTURE: Final = int(DataTag.structure)
_COMPACT: Final = int(DataTag.compact_array)
_BITS: Final = int(DataTag.bit_string)
_COUNTED: Final = frozenset({_ARRAY, _STRUCTURE})
_OCTETS: Final = frozenset({int(DataTag.octet_string), int(DataTag.visible_string), int(DataTag.utf8_string)})
_FIXED: Final = {
    int(tag): size
    for tags, size in (
        ((DataTag.null_data, DataTag.dont_care), 0),
        ((DataTag.boolean, DataTag.bcd, DataTag.integer, DataTag.unsigned, DataTag.enum), 1),
        ((DataTag.delta_integer, DataTag.delta_unsigned), 1),
        ((DataTag.long, DataTag.long_unsigned, DataTag.delta_long, DataTag.delta_long_unsigned), 2),
        ((DataTag.double_long, DataTag.double_long_unsigned, DataTag.float32, DataTag.time), 4),
        ((DataTag.delta_double_long, DataTag.delta_double_long_unsigned), 4),
        ((DataTag.date,), 5),
        ((DataTag.long64, DataTag.long64_unsigned, DataTag.float64), 8),
        ((DataTag.date_time,), 12),
    )
    for tag in tags
}


class RowReader:
    """Takes the octets of an encoded array of rows in pieces.

    `count` is how many rows there are, as soon as that is known; None before. A compact array gives its rows at
    its end, since its description tells their layout for all of them.
    """

    __slots__ = ("_at", "_buffer", "_missing", "_whole", "_whole_rows", "_yielded", "count")

    def __init__(self) -> None:
        self.count: int | None = None
        self._buffer = bytearray()
        self._whole = False
        self._at = 0
        self._missing = 1
        self._whole_rows = 0
        self._yielded = 0

    def feed(self, octets: bytes) -> Sequence[Any]:
        """Take the next octets; return the rows that are whole with them, a tuple each. Raises ResponseError."""
        self._buffer += octets
        if self.count is None and not self._whole and not self._begin():
            return ()
        if self._whole:
            self._check_size()
            return ()
        start = self._scan()
        rows = self._taken(start)
        self._check_size()
        return rows

    def finish(self) -> Sequence[Any]:
        """The value is there as a whole: return the rows that are left. Raises ResponseError."""
        if self._whole:
            return rows_of(_decoded(bytes(self._buffer)))
        if self.count is None or self._yielded < self.count or self._buffer:
            raise ResponseError(f"the blocks end after {self._yielded} rows of {self.count or 'an unknown number'}")
        return ()

    # Within

    def _begin(self) -> bool:
        """Read what is in front of the rows, if it is there."""
        if not self._buffer:
            return False
        if self._buffer[0] != _ARRAY:
            self._whole = True
            return True
        found = _length(self._buffer, 1)
        if found is None:
            return False
        self.count, start = found
        del self._buffer[:start]
        return True

    def _scan(self) -> int:
        """Pass over whole rows; returns where the last of them ends. It goes on where it stopped the last time."""
        buffer, at, missing, rows = self._buffer, self._at, self._missing, 0
        end = len(buffer)
        row_end = 0
        left = (self.count or 0) - self._yielded
        while rows < left:
            after = _past(buffer, at)
            if after is None or after[0] > end:
                break
            at, more = after
            missing += more - 1
            if not missing:
                rows += 1
                row_end = at
                missing = 1
        self._at, self._missing, self._whole_rows = at - row_end, missing, rows
        return row_end

    def _taken(self, end: int) -> Sequence[Any]:
        rows = self._whole_rows
        if not rows:
            return ()
        octets = bytes(self._buffer[:end])
        del self._buffer[:end]
        self._yielded += rows
        value = _decoded(bytes((_ARRAY,)) + _count_octets(rows) + octets).value
        return value if isinstance(value, list) else list(value)

    def _check_size(self) -> None:
        if len(self._buffer) > LARGEST_ROW:
            raise ResponseError(f"a row has more than {LARGEST_ROW} octets")
        if self.count is not None and self._yielded == self.count and self._buffer:
            raise ResponseError("octets follow the last row")


def rows_of(value: Data) -> Sequence[Any]:
    """The rows in a value that is there as a whole; none in null-data. Raises ResponseError where it is no array."""
    rows = value.value
    if rows is None:
        return ()
    if not isinstance(rows, list):
        raise ResponseError(f"the value is no array of rows: it is {value.tag.name.replace('_', '-')}")
    return rows


def _past(buffer: bytearray, at: int) -> tuple[int, int] | None:
    """Where a value's octets end, and how many values follow as its elements; None: not all of it is there."""
    if at >= len(buffer):
        return None
    tag = buffer[at]
    size = _FIXED.get(tag)
    if size is not None:
        return at + 1 + size, 0
    if tag not in _COUNTED and tag not in _OCTETS and tag not in (_BITS, _COMPACT):
        raise ResponseError(f"{tag} is the tag of no value")
    if tag == _COMPACT:
        described = _past_description(buffer, at + 1)
        if described is None:
            return None
        at = described - 1
    found = _length(buffer, at + 1)
    if found is None:
        return None
    number, after = found
    if tag in _COUNTED:
        return after, number
    return after + ((number + 7) // 8 if tag == _BITS else number), 0


def _past_description(buffer: bytearray, at: int) -> int | None:
    """Where the description of a compact array ends; None: not all of it is there."""
    missing = 1
    while missing:
        if at >= len(buffer):
            return None
        tag = buffer[at]
        at += 1
        missing -= 1
        if tag == _ARRAY:
            at += 2
            missing += 1
        elif tag == _STRUCTURE:
            found = _length(buffer, at)
            if found is None:
                return None
            number, at = found
            missing += number
    return at


def _length(buffer: bytearray, at: int) -> tuple[int, int] | None:
    """A length of A-XDR and where it ends; None: not all of it is there."""
    if at >= len(buffer):
        return None
    first = buffer[at]
    if first < 0x80:
        return first, at + 1
    size = first & 0x7F
    if not 1 <= size <= 4:
        raise ResponseError(f"a length of {size} octets")
    end = at + 1 + size
    if end > len(buffer):
        return None
    return int.from_bytes(buffer[at + 1 : end], "big"), end


def _count_octets(count: int) -> bytes:
    if count < 0x80:
        return bytes((count,))
    size = (count.bit_length() + 7) // 8
    return bytes((0x80 | size,)) + count.to_bytes(size, "big")


def _decoded(octets: bytes) -> Data:
    try:
        return Data.decode(octets)
    except DecodeError as error:
        raise ResponseError(f"the rows do not decode: {error}") from error
