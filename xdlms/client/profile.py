"""Profile buffers (Profile generic, class 7): what the columns are, and the rows with their units."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from xdlms.client.client import Client
from xdlms.client.clock import moment_of
from xdlms.client.errors import AccessError, NotSentError, ResponseError
from xdlms.client.names import CLOCK, LogicalName, by_entry, by_range, capture_object, logical_name_of
from xdlms.data import Data
from xdlms.services.references import logical_name
from xdlms_apdu.v2023 import SelectiveAccessDescriptor

PROFILE_GENERIC: Final = 7
BUFFER: Final = 2
CAPTURE_OBJECTS: Final = 3
CAPTURE_PERIOD: Final = 4
ENTRIES_IN_USE: Final = 7
SCALER_UNITS: Final = {3: 3, 4: 3, 5: 4}
"""The attribute with scaler and unit of each class that has one: Register, Extended and Demand register."""
SCALED: Final = {3: (2,), 4: (2,), 5: (2, 3)}
_CLOCK_CLASS: Final = 8


@dataclass(frozen=True, slots=True)
class ScalerUnit:
    """Scaler and unit of a register: a value counts times 10 to the power of `scaler`; `unit` as in IEC 62056-6-2."""

    scaler: int
    unit: int

    @classmethod
    def of(cls, value: Data | AccessError) -> ScalerUnit | None:
        """Those in a scaler_unit attribute; None where it holds none."""
        match value.value if isinstance(value, Data) else None:
            case (int(scaler), int(unit)):
                return cls(scaler, int(unit))
        return None


@dataclass(frozen=True, slots=True)
class Column:
    """A capture object of a profile.

    Args:
        class_id: interface class.
        logical_name: 6 octets.
        attribute: the attribute that is captured; 0: all of them.
        data_index: which element of it; 0: the whole.
        scaler_unit: where the object is a register; None: not known, or none.
    """

    class_id: int
    logical_name: bytes
    attribute: int
    data_index: int = 0
    scaler_unit: ScalerUnit | None = None

    @property
    def name(self) -> str:
        """The logical name as people write it."""
        return logical_name(self.logical_name)

    @property
    def is_time(self) -> bool:
        """Whether it holds the time of a clock."""
        return self.class_id == _CLOCK_CLASS and self.attribute == CLOCK[2]

    @property
    def capture_object(self) -> Data:
        """The same for a selection."""
        return capture_object(self.class_id, self.logical_name, self.attribute, self.data_index)

    def value(self, raw: Any) -> Any:
        """A cell as it is meant: a datetime, a number with its scaler applied, exactly as a Decimal; or as it is.

        A number whose scaler is 0 stays an int; one that the meter holds as a float stays a float.
        """
        if self.is_time:
            return moment_of(raw) or raw
        scale = self.scaler_unit
        if scale is None or not scale.scaler or isinstance(raw, bool):
            return raw
        if isinstance(raw, float):
            return raw * 10.0**scale.scaler if scale.scaler > 0 else raw / 10.0**-scale.scaler
        return Decimal(raw).scaleb(scale.scaler) if isinstance(raw, int) else raw


class Profile:
    """A profile of a meter.

    Args:
        client: reads it.
        name: its logical name: 1.0.99.1.0.255 is the load profile.
    """

    __slots__ = ("_client", "_columns", "name")

    def __init__(self, client: Client, name: LogicalName) -> None:
        self._client = client
        self._columns: tuple[Column, ...] | None = None
        self.name = logical_name_of(name)

    async def columns(self) -> tuple[Column, ...]:
        """The columns, with their units; they are read once."""
        if self._columns is None:
            captured = await self._client.get(PROFILE_GENERIC, self.name, CAPTURE_OBJECTS)
            columns = [_column(row) for row in captured.value or ()]
            asked = [column for column in columns if column.attribute in SCALED.get(column.class_id, ())]
            names = list(dict.fromkeys((column.class_id, column.logical_name) for column in asked))
            values = await self._client.get_many([(class_id, name, SCALER_UNITS[class_id]) for class_id, name in names])
            units = {key: ScalerUnit.of(value) for key, value in zip(names, values, strict=True)}
            self._columns = tuple(
                Column(
                    column.class_id,
                    column.logical_name,
                    column.attribute,
                    column.data_index,
                    units.get((column.class_id, column.logical_name)) if column in asked else None,
                )
                for column in columns
            )
        return self._columns

    async def entries_in_use(self) -> int:
        """How many entries the buffer holds."""
        value = (await self._client.get(PROFILE_GENERIC, self.name, ENTRIES_IN_USE)).value
        if not isinstance(value, int):
            raise ResponseError("entries_in_use is no number")
        return value

    async def capture_period(self) -> int:
        """Seconds between two entries; 0: they are captured from outside."""
        value = (await self._client.get(PROFILE_GENERIC, self.name, CAPTURE_PERIOD)).value
        if not isinstance(value, int):
            raise ResponseError("capture_period is no number")
        return value

    def rows(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        first: int | None = None,
        last: int | None = None,
        columns: Sequence[Column] = (),
    ) -> AsyncGenerator[tuple[Any, ...]]:
        """The rows as the meter sends them, block by block; `Column.value` says what a cell means.

        Args:
            start, end: by time, both included, or neither; the bounds are compared with the clock.
            first, last: by number, both included; 1 is the first entry, 0 as `last` the last one.
            columns: those that are wanted, in a selection by time; none: all.

        Raises:
            NotSentError: both kinds of selection, or half of one; a range that ends before it begins; `columns`
                without a range of time. It is raised at once, and is a ValueError too.
            ClientError: while the rows are read.
        """
        by_number = first is not None or last is not None
        if (start is None) != (end is None) or (start is not None and by_number):
            raise NotSentError("select by start and end, or by first and last, not by both or by half")
        if columns and start is None:
            raise NotSentError("columns are selected with a range of time only", hint="give start and end")
        selection: SelectiveAccessDescriptor | None = None
        if start is not None and end is not None:
            selection = by_range(start, end, selected=[column.capture_object for column in columns])
        elif by_number:
            selection = by_entry(1 if first is None else first, 0 if last is None else last)
        return self._client.rows(PROFILE_GENERIC, self.name, BUFFER, selection=selection)

    def __repr__(self) -> str:
        return f"<Profile {logical_name(self.name)}>"


def _column(row: Any) -> Column:
    match row:
        case (int(class_id), bytes(name), int(attribute), int(index)) if len(name) == 6:
            return Column(class_id, name, attribute, index)
    raise ResponseError("the capture_objects of the profile are not {class, logical name, attribute, index}")
