"""Numbers in messages: ``1 octet``, ``2 octets``, ``0 to 4 octets``."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """A number and its noun, which takes an s where there is not one of it."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def are(count: int) -> str:
    """The verb behind `counted`."""
    return "is" if count == 1 else "are"


def outside(low: int | None, high: int | None) -> str:
    """What a number is that is not in a range: ``not in 0 to 255``, ``less than 0``, ``not 7``."""
    if low is None or high is None:
        return f"more than {high}" if low is None else f"less than {low}"
    return f"not {low}" if low == high else f"not in {low} to {high}"


def allowed(low: int, high: int | None) -> str:
    """The sizes that there may be: ``4``, ``0 to 4``, ``at least 2``."""
    if high is None:
        return f"at least {low}"
    return f"{low}" if low == high else f"{low} to {high}"
