"""Clock, version 0 (IEC 62056-6-2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from xdlms import data
from xdlms.meter.classes import MeterObject
from xdlms.meter.time import NO_DATE_TIME, MeterTime, time_of
from xdlms.server.objects import AccessError, MethodError, Request
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, DataTag

_CRYSTAL: Final = 1
_MINUTE: Final = 60
_QUARTER: Final = 900
_LARGEST_ZONE: Final = 840
_TIME: Final = 2
_TIME_ZONE: Final = 3
WRITABLE: Final = (_TIME, _TIME_ZONE)
"""The attributes that can be written."""


class ClockObject(MeterObject):
    """The meter's clock. It knows no daylight saving.

    Args:
        logical_name: 6 octets.
        time: the meter's time.
        period: seconds of the measuring period.
    """

    class_id = 8
    attributes = 9
    methods = 6

    def __init__(self, logical_name: bytes, time: MeterTime, period: int) -> None:
        super().__init__(logical_name)
        self._time = time
        self._period = period
        self._preset: tuple[datetime, datetime, datetime] | None = None

    def value_of(self, attribute: int) -> Data:
        match attribute:
            case 2:
                return data.octet_string(self._time.date_time())
            case 3:
                return data.long(self._time.deviation)
            case 4:
                return data.unsigned(0)
            case 5 | 6:
                return data.octet_string(NO_DATE_TIME)
            case 7:
                return data.integer(0)
            case 8:
                return data.boolean(False)
            case 9:
                return data.enum(_CRYSTAL)
        return super().value_of(attribute)

    def write(self, attribute: int, value: Data) -> None:
        if attribute == _TIME:
            time = self._time_in(value)
            if time is None:
                raise AccessError(DataAccessResult.type_unmatched, "time is a date-time with all parts specified")
            try:
                self._time.set(time)
            except ValueError as error:
                raise AccessError(DataAccessResult.other_reason, str(error)) from None
        elif attribute == _TIME_ZONE:
            if value.tag != DataTag.long or abs(value.value) > _LARGEST_ZONE:
                raise AccessError(DataAccessResult.type_unmatched, "time_zone is a long of -840 to 840 minutes")
            self._time.deviation = value.value
        else:
            super().write(attribute, value)

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        try:
            return self._call(method, argument, request)
        except ValueError as error:
            raise MethodError(ActionResult.other_reason, str(error)) from None

    def _call(self, method: int, argument: Data | None, request: Request) -> Data | None:
        """Call a method; raises MethodError, and ValueError for a time that is too early or too late."""
        match method:
            case 1:
                self._adjust(_QUARTER)
            case 2:
                self._adjust(self._period)
            case 3:
                self._adjust(_MINUTE)
            case 4:
                self._adjust_to_preset_time()
            case 5:
                self._take_preset(argument)
            case 6:
                if argument is None or argument.tag != DataTag.long or abs(argument.value) > _QUARTER:
                    raise MethodError(ActionResult.type_unmatched, "shift_time takes a long of -900 to 900 seconds")
                self._time.shift(argument.value)
            case _:
                return super().action(method, argument, request)
        return None

    def _adjust(self, seconds: int) -> None:
        """Set the time to the nearest multiple of so many seconds of the day."""
        now = self._time.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        number = int((now - midnight).total_seconds() / seconds + 0.5)
        self._time.set(midnight + timedelta(seconds=number * seconds))

    def _adjust_to_preset_time(self) -> None:
        preset, self._preset = self._preset, None
        now = self._time.now()
        if preset is None or not preset[1] <= now <= preset[2]:
            raise MethodError(ActionResult.temporary_failure, "no preset time is valid now")
        self._time.set(preset[0])

    def _take_preset(self, argument: Data | None) -> None:
        if argument is None or argument.tag != DataTag.structure or len(argument) != 3:
            raise MethodError(ActionResult.type_unmatched)
        preset, start, end = (self._time_in(element) for element in argument)
        if preset is None or start is None or end is None:
            raise MethodError(ActionResult.type_unmatched)
        self._preset = preset, start, end

    def _time_in(self, value: Data) -> datetime | None:
        if value.tag not in (DataTag.octet_string, DataTag.date_time):
            return None
        return time_of(value.value, self._time.deviation)
