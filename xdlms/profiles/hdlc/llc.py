"""The LLC sublayer: three octets in front of an APDU (IEC 62056-46).

Destination LSAP E6, source LSAP E6 in what a client sends and E7 in what a server sends, quality 00.
Some meters push without it.
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class Llc(Enum):
    """The LLC header, by who sends it."""

    COMMAND = b"\xe6\xe6\x00"
    """From a client."""
    RESPONSE = b"\xe6\xe7\x00"
    """From a server."""

    def __str__(self) -> str:
        return self.name.lower()


LLC_SIZE: Final = 3
"""Octets of an LLC header."""


def read_llc(information: bytes) -> Llc | None:
    """Return the LLC header that `information` begins with, or None."""
    if information[:1] != b"\xe6":
        return None
    octets = information[:LLC_SIZE]
    if octets == Llc.RESPONSE.value:
        return Llc.RESPONSE
    return Llc.COMMAND if octets == Llc.COMMAND.value else None
