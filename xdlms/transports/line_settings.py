"""How a serial line transmits: speed, data bits, parity, stop bits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from xdlms.transports.address import Address, AddressError

_FORMAT: Final = re.compile(r"([5-8])([NEO])([12])\Z")


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How a serial line transmits: `baud`, 50 or more, and `framing`: data bits, parity (N, E, O), stop bits, as 8N1.

    Raises AddressError for what cannot be.
    """

    baud: int = 9600
    framing: str = "8N1"

    def __post_init__(self) -> None:
        if not 50 <= self.baud <= 4_000_000:
            raise AddressError(f"baud {self.baud} is not in 50..4000000")
        if not _FORMAT.match(self.framing):
            raise AddressError(f"format {self.framing!r} is not data bits, parity and stop bits, as 8N1, 8E1 or 7E1")

    @classmethod
    def of(cls, address: Address) -> SerialSettings:
        """What the options `baud` and `format` of an address say. Raises AddressError."""
        text = address.option("baud", "9600")
        if not (text.isascii() and text.isdigit() and len(text) <= 7):
            raise AddressError(f"{address}: baud is a number, not {text!r}")
        return cls(int(text), address.option("format", "8N1").upper())
