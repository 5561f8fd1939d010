"""Dates and times: every part within its range, or not specified (IEC 62056-6-2)."""

from __future__ import annotations

import re
from datetime import date as Date
from typing import Final

from xdlms.check.case import Case, Checks
from xdlms.check.rules import (
    CLOCK_STATUS_RESERVED,
    DATE_TIME_LENGTH,
    DATE_TIME_VALUE,
    DATE_TIME_WEEKDAY,
    GENERALIZED_TIME,
)
from xdlms.check.tree import Node

NO_YEAR: Final = 0xFFFF
NO_DEVIATION: Final = -0x8000
NOT_SPECIFIED: Final = 0xFF
DAYLIGHT_SAVING: Final = (0xFD, 0xFE)
"""Months: daylight saving time ends, begins."""
LAST_DAYS: Final = (0xFD, 0xFE)
"""Days of month: the second last day, the last day."""
LONGEST_DEVIATION: Final = 840
"""Minutes: local times are 14 hours from UTC at the most."""
RESERVED_STATUS: Final = 0x70

_LONGEST_MONTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_GENERALIZED: Final = re.compile(
    r"[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([01][0-9]|2[0-3])([0-5][0-9]([0-5][0-9])?)?"
    r"([.,][0-9]+)?(Z|[+-]([01][0-9]|2[0-3])([0-5][0-9])?)?"
)


def sent(case: Case, node: Node) -> None:
    """A date-time that is an OCTET STRING of its own: its octets end where the node does."""
    value = node.value
    if node.kind == "absent" or not isinstance(value, bytes):
        return
    if not value:
        # In an OPTIONAL component there is another way to say that there is none.
        if node.name == "time":
            case.report(DATE_TIME_LENGTH, node, "expected 12 octets where it is present, found none")
        return
    if len(value) != 12:
        case.report(DATE_TIME_LENGTH, node, f"expected 12 octets, or none, found {len(value)}")
        return
    _date_time(case, node, value, node.end - 12)


def element(case: Case, node: Node) -> None:
    """An element of Data: a date-time, a date or a time."""
    if not isinstance(node.value, bytes):
        return
    # A row of a compact-array shares its place with all others, and is quoted as a whole.
    at = node.end - len(node.value)
    if case.octets[at : node.end] != node.value:
        at = node.start
    if node.kind == "date-time" and len(node.value) == 12:
        _date_time(case, node, node.value, at)
    elif node.kind == "date" and len(node.value) == 5:
        _date(case, node, node.value, at)
    elif node.kind == "time" and len(node.value) == 4:
        _time(case, node, node.value, at)


def generalized(case: Case, node: Node) -> None:
    """InformationReport sends its time as text."""
    if isinstance(node.value, str) and _GENERALIZED.fullmatch(node.value) is None:
        case.report(GENERALIZED_TIME, node, f"expected YYYYMMDDHHMMSS, fraction and zone, found {node.value!r}")


def _date_time(case: Case, node: Node, value: bytes, at: int) -> None:
    _date(case, node, value[:5], at)
    _time(case, node, value[5:9], at + 5)
    deviation = int.from_bytes(value[9:11], "big", signed=True)
    if deviation != NO_DEVIATION and abs(deviation) > LONGEST_DEVIATION:
        _range(case, node, "deviation", f"-{LONGEST_DEVIATION} to {LONGEST_DEVIATION}, or 8000", deviation, at + 9, 2)
    status = value[11]
    if status != NOT_SPECIFIED and status & RESERVED_STATUS:
        message = f"expected the bits 10 to 40 to be 0, found {status:02X}"
        case.report(CLOCK_STATUS_RESERVED, node, message, start=at + 11, end=at + 12)


def _date(case: Case, node: Node, value: bytes, at: int) -> None:
    year, month, day, weekday = int.from_bytes(value[:2], "big"), *value[2:5]
    if not (1 <= month <= 12 or month in DAYLIGHT_SAVING or month == NOT_SPECIFIED):
        _range(case, node, "month", "1 to 12, FD, FE or FF", month, at + 2)
    longest = _LONGEST_MONTHS[month - 1] if 1 <= month <= 12 else 31
    if not (1 <= day <= longest or day in LAST_DAYS or day == NOT_SPECIFIED):
        _range(case, node, "day of month", f"1 to {longest}, FD, FE or FF", day, at + 3)
    if not (1 <= weekday <= 7 or weekday == NOT_SPECIFIED):
        _range(case, node, "day of week", "1 to 7, or FF", weekday, at + 4)
    if year != NO_YEAR and 1 <= month <= 12 and 1 <= day <= longest:
        _calendar(case, node, (year, month, day, weekday), at)


def _calendar(case: Case, node: Node, parts: tuple[int, int, int, int], at: int) -> None:
    """A date that is whole: whether there was such a day, and which day of the week it was."""
    year, month, day, weekday = parts
    try:
        right = Date(year, month, day).isoweekday()
    except ValueError:
        found = f"{year}-{month:02}-{day:02}"
        message = f"expected a day of the calendar, found {found}"
        case.report(DATE_TIME_VALUE, node, message, start=at, end=at + 4)
        return
    if 1 <= weekday <= 7 and weekday != right:
        message = f"expected {right} for {year}-{month:02}-{day:02}, found {weekday}"
        case.report(DATE_TIME_WEEKDAY, node, message, start=at + 4, end=at + 5)


def _time(case: Case, node: Node, value: bytes, at: int) -> None:
    for index, (name, most) in enumerate((("hour", 23), ("minute", 59), ("second", 59), ("hundredths", 99))):
        part = value[index]
        if part > most and part != NOT_SPECIFIED:
            _range(case, node, name, f"0 to {most}, or FF", part, at + index)


def _range(case: Case, node: Node, name: str, expected: str, found: int, at: int, size: int = 1) -> None:
    message = f"expected {name} {expected}, found {found}"
    case.report(DATE_TIME_VALUE, node, message, start=at, end=at + size)


BY_SHOW: Final[Checks] = {"date-time": (sent,)}

BY_DATA: Final[Checks] = {"date-time": (element,), "date": (element,), "time": (element,)}

BY_KIND: Final[Checks] = {"GeneralizedTime": (generalized,)}
