"""Profile generic, version 1 (IEC 62056-6-2): a table that grows by a row each period, and its selective access."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from xdlms import data
from xdlms.meter.classes import MeterObject
from xdlms.meter.time import MeterTime, date_time_of, specified, time_of
from xdlms.server.objects import AccessError, Request
from xdlms_apdu.v2023 import Data, DataAccessResult, DataTag, SelectiveAccessDescriptor

RANGE: Final = 1
ENTRY: Final = 2
SELECTORS: Final = {2: (RANGE, ENTRY)}
"""The selectors of the buffer, for the object list."""
_FIFO: Final = 1
_LAST_ENTRY: Final = 0xFFFFFFFF
_MIDNIGHT: Final = datetime(1970, 1, 1, tzinfo=UTC)

Reference = tuple[int, bytes, int, int]
"""class_id, logical name, attribute, data index."""


@dataclass(frozen=True, slots=True)
class Column:
    """A captured attribute: which it is, its type in the buffer, and its value at a time.

    The value of a clock is not asked for: it is the time of the capture.
    """

    reference: Reference
    tag: DataTag
    value: Callable[[datetime], Any]

    @property
    def capture_object(self) -> Data:
        """As it stands in capture_objects."""
        class_id, logical_name, attribute, index = self.reference
        return data.structure(
            [
                data.long_unsigned(class_id),
                data.octet_string(logical_name),
                data.integer(attribute),
                data.long_unsigned(index),
            ]
        )


class ProfileGeneric(MeterObject):
    """A table of captured values, first in, first out; full when it is first read.

    The first column is the clock: its date-time.

    Args:
        logical_name: 6 octets.
        columns: what is captured, behind the clock.
        clock: the logical name of the clock.
        time: the meter's time.
        period: seconds between captures, at full multiples of it; 0: only by `capture`.
        entries: the most rows that are kept.
    """

    class_id = 7
    version = 1
    attributes = 8
    methods = 2

    def __init__(
        self,
        logical_name: bytes,
        columns: Sequence[Column],
        *,
        clock: bytes,
        time: MeterTime,
        period: int,
        entries: int,
    ) -> None:
        super().__init__(logical_name)
        self._columns = (Column((8, clock, 2, 0), DataTag.octet_string, self._stamp), *columns)
        self._time = time
        self._period = period
        self._entries = entries
        self._rows: deque[tuple[Any, ...]] = deque(maxlen=entries)
        self._captured: datetime | None = None

    def get(self, attribute: int, selection: SelectiveAccessDescriptor | None, request: Request) -> Data:
        if attribute != 2:
            return super().get(attribute, selection, request)
        self._refresh()
        if selection is None:
            return self._table(self._rows, None)
        if selection.access_selector == RANGE:
            return self._range(selection.access_parameters)
        if selection.access_selector == ENTRY:
            return self._entry(selection.access_parameters)
        raise AccessError(DataAccessResult.scope_of_access_violated, "the selectors are 1, range, and 2, entry")

    def value_of(self, attribute: int) -> Data:
        match attribute:
            case 3:
                return data.array(column.capture_object for column in self._columns)
            case 4:
                return data.double_long_unsigned(self._period)
            case 5:
                return data.enum(_FIFO)
            case 6:
                return self._columns[0].capture_object
            case 7:
                self._refresh()
                return data.double_long_unsigned(len(self._rows))
            case 8:
                return data.double_long_unsigned(self._entries)
        return super().value_of(attribute)

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        match method:
            case 1:
                self.reset()
            case 2:
                self.capture()
            case _:
                return super().action(method, argument, request)
        return None

    def reset(self) -> None:
        """Forget all rows."""
        self._refresh()
        self._rows.clear()

    def capture(self, at: datetime | None = None) -> None:
        """Add a row, of now by default."""
        self._refresh()
        self._add(self._time.now() if at is None else at)

    # Rows

    def _stamp(self, at: datetime) -> bytes:
        return date_time_of(at, self._time.deviation)

    def _add(self, at: datetime) -> None:
        self._rows.append(tuple(column.value(at) for column in self._columns))

    def _refresh(self) -> None:
        """Add the rows that are due."""
        if not self._period:
            return
        now = self._time.now()
        due = now - timedelta(
            seconds=int((now - _MIDNIGHT).total_seconds()) % self._period, microseconds=now.microsecond
        )
        start = due - timedelta(seconds=self._period * self._entries)
        last = start if self._captured is None else max(self._captured, start)
        while last < due:
            last += timedelta(seconds=self._period)
            self._add(last)
        self._captured = due  # where the clock was set back, captures go on from there

    def _table(self, rows: Sequence[tuple[Any, ...]] | deque[tuple[Any, ...]], chosen: list[int] | None) -> Data:
        """The rows as an array of structures; `chosen`: these columns of them only."""
        places = range(len(self._columns)) if chosen is None else chosen
        tags = tuple(int(self._columns[place].tag) for place in places)
        values = list(rows) if chosen is None else [tuple(row[place] for place in chosen) for row in rows]
        if not values:
            return data.array([])
        shape = data.structure([Data.hold(tag, None) for tag in tags]).shape
        if len(values) == 1:
            return Data.hold((int(DataTag.array), (shape,)), values)
        return Data.hold((int(DataTag.array), shape, len(values)), values)

    # Selective access

    def _range(self, parameter: Data) -> Data:
        if parameter.tag != DataTag.structure or len(parameter) != 4:
            raise AccessError(DataAccessResult.type_unmatched, "a range is a structure of four")
        restricting, start, end, selected = parameter
        place = self._place(restricting)
        within = _within(start, end, clock=place == 0)
        rows = [row for row in self._rows if within(row[place])]
        return self._table(rows, self._selected(selected))

    def _selected(self, selected: Data) -> list[int] | None:
        if selected.tag != DataTag.array:
            raise AccessError(DataAccessResult.type_unmatched, "selected_values is an array")
        if len(selected) > len(self._columns):
            raise AccessError(DataAccessResult.type_unmatched, "no column can be selected twice")
        places = [self._place(element) for element in selected]
        if len(set(places)) < len(places):
            # Each column once: else a short request asks for an answer out of proportion.
            raise AccessError(DataAccessResult.type_unmatched, "no column can be selected twice")
        return places or None

    def _place(self, element: Data) -> int:
        """The column that a capture object names."""
        if element.tag != DataTag.structure or len(element) != 4:
            raise AccessError(DataAccessResult.type_unmatched, "a capture object is a structure of four")
        for place, column in enumerate(self._columns):
            if column.reference == element.value:
                return place
        raise AccessError(DataAccessResult.object_undefined, "this object is not captured")

    def _entry(self, parameter: Data) -> Data:
        numbers = parameter.value if parameter.tag == DataTag.structure else ()
        match numbers:
            case (int(first), int(last), int(first_column), int(last_column)):
                pass
            case _:
                raise AccessError(DataAccessResult.type_unmatched, "an entry selection is a structure of four numbers")
        columns = len(self._columns)
        last_column = last_column or columns
        if (
            not 1 <= first <= _LAST_ENTRY
            or not 0 <= last <= _LAST_ENTRY
            or not 1 <= first_column <= last_column <= columns
        ):
            raise AccessError(DataAccessResult.type_unmatched, "entries and columns are counted from 1")
        rows = list(islice(self._rows, first - 1, last or None))
        chosen = list(range(first_column - 1, last_column))
        return self._table(rows, None if len(chosen) == columns else chosen)


def _within(start: Data, end: Data, *, clock: bool) -> Callable[[Any], bool]:
    """Whether a value is within the bounds, which are included; raises AccessError."""
    if clock:
        low, high = _bound(start), _bound(end)
        return lambda value: low(value) >= 0 and high(value) <= 0
    for bound in (start, end):
        if not isinstance(bound.value, int) or isinstance(bound.value, bool):
            raise AccessError(DataAccessResult.type_unmatched, "the bounds are of the type of the column")
    least, most = start.value, end.value
    return lambda value: least <= value <= most


def _bound(bound: Data) -> Callable[[bytes], int]:
    """Compares a date-time with a bound: negative before it, 0 at it. What the bound does not specify is ignored."""
    octets = bound.value if bound.tag in (DataTag.octet_string, DataTag.date_time) else b""
    if not isinstance(octets, bytes) or len(octets) != 12:
        raise AccessError(DataAccessResult.type_unmatched, "the bounds are date-times of 12 octets")
    wanted = specified(octets)
    told = int.from_bytes(octets[9:11], "big", signed=True)
    if None not in wanted and told != -0x8000:
        return _exact(octets)
    places = [place for place, part in enumerate(wanted) if part is not None]
    limit = [wanted[place] for place in places]

    def compare(value: bytes) -> int:
        parts = specified(value)
        return _sign([parts[place] for place in places], limit)

    return compare


def _exact(octets: bytes) -> Callable[[bytes], int]:
    """Compares with a bound of which all is specified, the deviation too: times, not their digits."""
    limit = time_of(octets)
    if limit is None:
        raise AccessError(DataAccessResult.type_unmatched, "a bound is no date-time")
    # Rows of the bound's own deviation, the usual case, are compared octet by octet.
    ordered = octets[:4] + octets[5:8]

    def compare(value: bytes) -> int:
        if value[9:11] == octets[9:11]:
            found = value[:4] + value[5:8]
            return (found > ordered) - (found < ordered)
        time = time_of(value)
        return -1 if time is None else (time > limit) - (time < limit)

    return compare


def _sign(found: list[int | None], limit: list[int | None]) -> int:
    one, other = [part or 0 for part in found], [part or 0 for part in limit]
    return (one > other) - (one < other)
