"""HDLC addresses: 1, 2 or 4 octets, seven bits in each (IEC 62056-46).

The last octet of an address has bit 0 set, the others have it clear. The address of a server has an
upper part, the logical device, and in the longer forms a lower part, the physical device. A client
has the one-octet form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.codec.wording import counted
from xdlms.profiles.problems import FrameError, LinkFault

NO_STATION: Final = 0x00
"""Upper or lower address that nobody has."""
MANAGEMENT_LOGICAL_DEVICE: Final = 0x01
"""Upper address of a server's management logical device."""
CALLING_PHYSICAL_DEVICE: Final = {1: 0x7E, 2: 0x3FFE}
"""Lower address of the device that opened the line, by the number of octets of the part."""
ALL_STATIONS: Final = {1: 0x7F, 2: 0x3FFF}
"""Upper or lower address of everybody (broadcast), by the number of octets of the part."""


@dataclass(frozen=True, slots=True)
class Address:
    """An HDLC address.

    `upper` is the logical device, or the client; `lower` the physical device, None in the one-octet
    form. `size` is the number of octets, 1, 2 or 4; 0 stands for the shortest that holds both. Each part has
    seven bits, or fourteen in the four-octet form. Raises EncodeError if it does not fit.
    """

    upper: int
    lower: int | None = None
    size: int = 0

    def __post_init__(self) -> None:
        upper, lower = self.upper, self.lower
        if self.size == 0:
            short = 1 if lower is None else 2 if upper <= 0x7F and lower <= 0x7F else 4
            object.__setattr__(self, "size", short)
        elif self.size not in (1, 2, 4):
            raise EncodeError(ErrorCode.SIZE, f"an HDLC address has 1, 2 or 4 octets, not {self.size}", path="$.size")
        if (lower is None) != (self.size == 1):
            what = "has no lower part" if self.size == 1 else "needs a lower part"
            reason = f"an HDLC address of {counted(self.size, 'octet')} {what}"
            raise EncodeError(ErrorCode.SIZE, reason, path="$.lower")
        highest = 0x3FFF if self.size == 4 else 0x7F
        for name, part in (("upper", upper), ("lower", lower)):
            if part is not None and not 0 <= part <= highest:
                reason = f"{name} address {part} is not in 0..{highest} ({counted(self.size, 'octet')})"
                raise EncodeError(ErrorCode.OUT_OF_RANGE, reason, path=f"$.{name}")

    @property
    def is_broadcast(self) -> bool:
        """Whether the upper part means all stations."""
        return self.upper == ALL_STATIONS[2 if self.size == 4 else 1]

    def encode(self) -> bytes:
        """Return the octets."""
        upper, lower = self.upper, self.lower
        if lower is None:
            return bytes((upper << 1 | 1,))
        if self.size == 2:
            return bytes((upper << 1, lower << 1 | 1))
        return bytes((upper >> 6 & 0xFE, upper << 1 & 0xFE, lower >> 6 & 0xFE, lower << 1 & 0xFE | 1))

    @classmethod
    def decode(cls, octets: bytes, start: int = 0) -> Address:
        """Read the address that begins at `start`; octets may follow it.

        Raises FrameError if it does not end after 1, 2 or 4 octets, or the octets do before it.
        """
        for size in (1, 2, 3, 4):
            end = start + size
            if end > len(octets):
                raise FrameError(LinkFault.TRUNCATED, "the octets end inside an address", offset=len(octets))
            if octets[end - 1] & 1:
                if size == 3:
                    break
                return _known(bytes(octets[start:end]))
        else:
            raise FrameError(LinkFault.ADDRESS, "an address does not end after four octets", offset=start)
        raise FrameError(LinkFault.ADDRESS, "an address of three octets", offset=start)

    def __str__(self) -> str:
        return str(self.upper) if self.lower is None else f"{self.upper}/{self.lower}"


@lru_cache(maxsize=256)
def _known(octets: bytes) -> Address:
    parts = [octet >> 1 for octet in octets]
    if len(parts) == 1:
        return Address(parts[0], None, 1)
    if len(parts) == 2:
        return Address(parts[0], parts[1], 2)
    return Address(parts[0] << 7 | parts[1], parts[2] << 7 | parts[3], 4)
