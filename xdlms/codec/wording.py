"""Numbers in messages: ``1 octet``, ``2 octets``."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """A number and its noun, which takes an s where there is not one of it."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def are(count: int) -> str:
    """The verb behind `counted`."""
    return "is" if count == 1 else "are"
