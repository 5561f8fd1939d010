"""The meter's time, and date-times of 12 octets (IEC 62056-6-2, clause 4.1.6.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

DATE_TIME_LENGTH: Final = 12
NO_DATE_TIME: Final = bytes.fromhex("FFFFFFFFFFFFFFFFFF800000")
"""A date-time with nothing specified."""
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""The earliest time that the meter takes."""
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""The latest one: rows and periods before and behind it are still times."""
_NO_DEVIATION: Final = -0x8000
_NOT_SPECIFIED: Final = 0xFF

Clock: TypeAlias = Callable[[], datetime]
"""Gives the time, with its zone."""


def machine_clock() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class MeterTime:
    """The time as the meter knows it: its source, and what clients have set.

    Args:
        clock: where the time comes from.
        deviation: minutes from local time to UTC: -60 where local time is an hour ahead of UTC.
    """

    __slots__ = ("_clock", "_shift", "deviation")

    def __init__(self, clock: Clock, deviation: int = 0) -> None:
        self._clock = clock
        self._shift = timedelta()
        self.deviation = deviation

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._clock().astimezone(UTC) + self._shift

    def set(self, time: datetime) -> None:
        """Let it be `time` now; raises ValueError before EARLIEST or after LATEST, and changes nothing."""
        if not EARLIEST <= time <= LATEST:
            raise ValueError(f"the time must be in the years {EARLIEST.year} to {LATEST.year - 1}")
        self._shift = time - self._clock().astimezone(UTC)

    def shift(self, seconds: int) -> None:
        """Move it, forwards or backwards; raises ValueError as `set` does."""
        self.set(self.now() + timedelta(seconds=seconds))

    def date_time(self, at: datetime | None = None) -> bytes:
        """A time, by default the present one, as a date-time of local time."""
        return date_time_of(self.now() if at is None else at, self.deviation)


def date_time_of(at: datetime, deviation: int = 0) -> bytes:
    """A time as 12 octets of local time; `deviation` are the minutes from local time to UTC."""
    local = at.astimezone(UTC) - timedelta(minutes=deviation)
    return b"".join(
        (
            local.year.to_bytes(2, "big"),
            bytes((local.month, local.day, local.isoweekday(), local.hour, local.minute, local.second)),
            bytes((local.microsecond // 10_000,)),
            deviation.to_bytes(2, "big", signed=True),
            b"\x00",
        )
    )


def time_of(octets: bytes, deviation: int = 0) -> datetime | None:
    """The time that a date-time of 12 octets tells, in UTC; None: not all of it is specified, or it is none.

    `deviation` stands for one that is not specified; the day of week and the clock status are not looked at.
    """
    if len(octets) != DATE_TIME_LENGTH:
        return None
    told = int.from_bytes(octets[9:11], "big", signed=True)
    hundredths = 0 if octets[8] == _NOT_SPECIFIED else octets[8]
    try:
        date = int.from_bytes(octets[:2], "big"), octets[2], octets[3]
        local = datetime(*date, octets[5], octets[6], octets[7], hundredths * 10_000, UTC)
        return local + timedelta(minutes=deviation if told == _NO_DEVIATION else told)
    except (ValueError, OverflowError):
        return None


def specified(octets: bytes) -> tuple[int | None, ...]:
    """Year, month, day, hour, minute and second of a date-time of 12 octets; None for what is not specified."""
    year = int.from_bytes(octets[:2], "big")
    parts = (*octets[2:4], *octets[5:8])
    return (None if year == 0xFFFF else year, *(None if part == _NOT_SPECIFIED else part for part in parts))
