"""From GeneralizedTime (InformationReport) to the date-time of COSEM (EventNotification)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_FORM: Final = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)"
    r"(?:(?P<minute>\d\d)(?:(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,2})\d*)?)?)?"
    r"(?P<zone>Z|[+-]\d\d(?:\d\d)?)?",
    re.ASCII,
)
NOT_SPECIFIED: Final = 0xFF
NO_DEVIATION: Final = 0x8000
CLOCK_STATUS: Final = 0
"""Nothing is known against the time."""


def date_time_of(text: str) -> bytes | None:
    """The 12 octets of a date-time, or None where the text is no GeneralizedTime.

    The deviation is in minutes from local time to UTC: what the text adds to UTC, with the other sign.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    clock = [NOT_SPECIFIED if found[name] is None else int(found[name]) for name in ("hour", "minute", "second")]
    hundredths = NOT_SPECIFIED if found["fraction"] is None else int(found["fraction"].ljust(2, "0"))
    try:
        weekday = date(year, month, day).isoweekday()
    except ValueError:
        return None
    if clock[0] > 23 or any(NOT_SPECIFIED > number > 59 for number in clock[1:]):
        return None
    return (
        year.to_bytes(2, "big")
        + bytes((month, day, weekday, *clock, hundredths))
        + _deviation(found["zone"]).to_bytes(2, "big")
        + bytes((CLOCK_STATUS,))
    )


def _deviation(zone: str | None) -> int:
    if zone is None:
        return NO_DEVIATION
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[3:5] or 0)
    return (-minutes if zone[0] == "+" else minutes) % (1 << 16)
