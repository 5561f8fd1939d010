"""The 12 octets of a date-time, and its parts, in words (IEC 62056-5-3, Cosem-Date-Time).

Year (2 octets), month, day of month, day of week (1 = Monday), hour, minute, second, hundredths, deviation
(2 octets, minutes from local time to UTC), clock status. FF, in the year FFFF and in the deviation 8000,
says that a part is not specified.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from struct import Struct
from typing import Final

NOT_SPECIFIED: Final = 0xFF
_NO_YEAR: Final = 0xFFFF
_NO_DEVIATION: Final = -0x8000
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = {0xFD: "DST-end", 0xFE: "DST-begin", NOT_SPECIFIED: "**"}
_DAYS: Final = {0xFD: "second-last-day", 0xFE: "last-day", NOT_SPECIFIED: "**"}
_STATUS: Final = {
    0x01: "invalid value",
    0x02: "doubtful",
    0x04: "different clock base",
    0x08: "invalid clock status",
    0x80: "daylight saving",
}
_RESERVED_STATUS: Final = 0x70
_DATE_TIME: Final = Struct(">HBBBBBBBhB")


def is_date_time(octets: bytes) -> bool:
    """Whether 12 octets can be a date-time: every part in its range, the year from 1970 to 2199 if specified."""
    if len(octets) != 12 or not (is_date(octets[:5]) and is_time(octets[5:9])):
        return False
    year = int.from_bytes(octets[:2], "big")
    deviation = int.from_bytes(octets[9:11], "big", signed=True)
    status = octets[11]
    return (
        (year == _NO_YEAR or 1970 <= year <= 2199)
        and (deviation == _NO_DEVIATION or -840 <= deviation <= 840)
        and (status == NOT_SPECIFIED or not status & _RESERVED_STATUS)
    )


def is_date(octets: bytes) -> bool:
    """Whether 5 octets can be a date."""
    return (
        len(octets) == 5
        and (1 <= octets[2] <= 12 or octets[2] in _MONTHS)
        and (1 <= octets[3] <= 31 or octets[3] in _DAYS)
        and (1 <= octets[4] <= 7 or octets[4] == NOT_SPECIFIED)
    )


def is_time(octets: bytes) -> bool:
    """Whether 4 octets can be a time."""
    return len(octets) == 4 and all(
        value <= most or value == NOT_SPECIFIED for value, most in zip(octets, (23, 59, 59, 99), strict=True)
    )


def describe_date_time(octets: bytes) -> str | None:
    """A date-time in words, as ``2023-07-06 Thu 10:54:38.00 UTC+02:00, daylight saving``; None if it is none.

    ``*`` stands for what is not specified. The deviation is shown as people write it: UTC+01:00 where local
    time is an hour ahead of UTC, which is a deviation of -60.
    """
    if not is_date_time(octets):
        return None
    parts = [f"{describe_date(octets[:5])} {describe_time(octets[5:9])}"]
    deviation = int.from_bytes(octets[9:11], "big", signed=True)
    if deviation != _NO_DEVIATION:
        sign = "+" if deviation <= 0 else "-"
        parts[0] += f" UTC{sign}{abs(deviation) // 60:02}:{abs(deviation) % 60:02}"
    status = octets[11]
    if status != NOT_SPECIFIED:
        parts += [name for bit, name in _STATUS.items() if status & bit]
    return ", ".join(parts)


def iso_date_time(octets: bytes) -> str | None:
    """A date-time as ISO 8601 has it, 2023-04-01T21:32:35+02:00; None if date or time of day are not all specified.

    There is no offset from UTC where the deviation is not specified, and no fraction where the hundredths are 0 or not
    specified.
    """
    if not is_date_time(octets):
        return None
    year, month, day, _, hour, minute, second, hundredths, deviation, _ = _DATE_TIME.unpack(octets)
    zone = None if deviation == _NO_DEVIATION else timezone(timedelta(minutes=-deviation))
    try:
        at = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:  # a part that is not specified, or a day that the month does not have
        return None
    if hundredths in (0, NOT_SPECIFIED):
        return at.isoformat()
    return at.replace(microsecond=hundredths * 10_000).isoformat(timespec="milliseconds")


def describe_date(octets: bytes) -> str | None:
    """A date in words; None if it is none."""
    if not is_date(octets):
        return None
    year = int.from_bytes(octets[:2], "big")
    month = _MONTHS.get(octets[2], f"{octets[2]:02}")
    day = _DAYS.get(octets[3], f"{octets[3]:02}")
    weekday = "" if octets[4] == NOT_SPECIFIED else f" {_WEEKDAYS[octets[4] - 1]}"
    return f"{'****' if year == _NO_YEAR else f'{year:04}'}-{month}-{day}{weekday}"


def describe_time(octets: bytes) -> str | None:
    """A time in words; None if it is none."""
    if not is_time(octets):
        return None
    hour, minute, second = ("**" if part == NOT_SPECIFIED else f"{part:02}" for part in octets[:3])
    hundredths = "" if octets[3] == NOT_SPECIFIED else f".{octets[3]:02}"
    return f"{hour}:{minute}:{second}{hundredths}"
