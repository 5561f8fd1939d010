"""What wired M-Bus sends beside long frames: short frames and the acknowledgement (EN 13757-2).

A short frame: 10, C (control), A (address), the checksum C + A modulo 256, and 16. The acknowledgement is E5 alone.
They carry no user data; between the long frames of a recording they are no noise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

ACKNOWLEDGEMENT: Final = 0xE5
SHORT_START: Final = 0x10
_SIZE: Final = 5
_SHORT: Final = re.compile(rb"\x10(?=(...)\x16)", re.DOTALL)


def short_frames(octets: bytes) -> Iterator[tuple[int, int, str]]:
    """What `octets` between long frames are: start, end, and the frame in words, empty for noise.

    Short frames are found at whatever place, since they have a checksum; an octet E5 is an acknowledgement only if
    there is nothing but frames in front of it, or nothing but frames behind it.
    """
    start = 0
    for match in _SHORT.finditer(octets):
        place = match.start()
        control, address, checksum = match[1]
        if place >= start and (control + address) & 0xFF == checksum:
            yield from _between(octets, start, place)
            start = place + _SIZE
            yield place, start, f"C={control:02X} A={address:02X}"
    yield from _between(octets, start, len(octets))


def only_short_frames(octets: bytes) -> bool:
    """Whether `octets` are short frames and acknowledgements, one at least, and nothing else."""
    if octets[:1] not in (bytes((ACKNOWLEDGEMENT,)), bytes((SHORT_START,))):
        return False
    return all(words for _, _, words in short_frames(octets))


def _between(octets: bytes, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """The acknowledgements and the noise between short frames."""
    first = start
    while first < end and octets[first] == ACKNOWLEDGEMENT:
        first += 1
    last = end
    while last > first and octets[last - 1] == ACKNOWLEDGEMENT:
        last -= 1
    for place in range(start, first):
        yield place, place + 1, "ACK"
    if first < last:
        yield first, last, ""
    for place in range(last, end):
        yield place, place + 1, "ACK"
