"""Date-times of COSEM and of Python (IEC 62056-6-2; the 12 octets of Cosem-Date-Time).

Year (2 octets), month, day of month, day of week (1 = Monday), hour, minute, second, hundredths, deviation (2 octets,
minutes from local time to UTC: -60 where local time is an hour ahead), clock status. FF, in the year FFFF and in the
deviation 8000, stands for a part that is not specified.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

LENGTH: Final = 12
_NOT_SPECIFIED: Final = 0xFF
_NO_DEVIATION: Final = -0x8000
_DAYLIGHT_SAVING: Final = 0x80
_A_DAY: Final = 24 * 60


def octets_of(moment: datetime) -> bytes:
    """The 12 octets of a date-time; one without a time zone has no deviation."""
    offset = moment.utcoffset()
    deviation = _NO_DEVIATION if offset is None else -round(offset.total_seconds() / 60)
    status = _DAYLIGHT_SAVING if moment.dst() else 0
    return (
        moment.year.to_bytes(2, "big")
        + bytes(
            (
                moment.month,
                moment.day,
                moment.isoweekday(),
                moment.hour,
                moment.minute,
                moment.second,
                moment.microsecond // 10_000,
            )
        )
        + deviation.to_bytes(2, "big", signed=True)
        + bytes((_NOT_SPECIFIED if offset is None else status,))
    )


def moment_of(octets: object) -> datetime | None:
    """The date-time in 12 octets; None where they are none, or leave more than seconds and deviation open."""
    if not isinstance(octets, bytes) or len(octets) != LENGTH:
        return None
    month, day, _, hour, minute, second, hundredths = octets[2:9]
    deviation = int.from_bytes(octets[9:11], "big", signed=True)
    if deviation != _NO_DEVIATION and abs(deviation) >= _A_DAY:
        return None
    zone = None if deviation == _NO_DEVIATION else timezone(timedelta(minutes=-deviation))
    try:
        return datetime(
            int.from_bytes(octets[:2], "big"),
            month,
            day,
            hour,
            minute,
            0 if second == _NOT_SPECIFIED else second,
            0 if hundredths == _NOT_SPECIFIED else hundredths * 10_000,
            zone,
        )
    except ValueError:
        return None
