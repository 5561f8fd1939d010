"""Wrapper messages in octets that were recorded, some of them perhaps damaged.

Nothing marks where a message begins, and a connection with a wrong header is closed (`wrapper.WrapperReader`). A
recording goes on behind it, so here the next message is looked for. That is a matter of judgement: a message is
believed to begin where its length leads to the end of the octets or to another version field, and its wPorts
are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from xdlms.codec.wording import are, counted
from xdlms.profiles.problems import FrameError, LinkFault
from xdlms.profiles.wrapper import HEADER_SIZE, VERSION, WrapperHeader

_VERSION_OCTETS: Final = VERSION.to_bytes(2, "big")


def message_end(octets: bytes, start: int) -> int:
    """Return the end of the whole message that begins at `start`, or -1 if there is none."""
    apdu = start + HEADER_SIZE
    if octets[start : start + 2] != _VERSION_OCTETS or apdu > len(octets):
        return -1
    end = apdu + (octets[apdu - 2] << 8 | octets[apdu - 1])
    return end if end <= len(octets) else -1


def messages_in(octets: bytes) -> Iterator[tuple[int, int, WrapperHeader]]:
    """Every place where a whole message with an APDU could begin, where it would end, and its header."""
    start = -1
    while (start := octets.find(_VERSION_OCTETS, start + 1)) >= 0:
        end = message_end(octets, start)
        if end > start + HEADER_SIZE:
            yield start, end, WrapperHeader.decode(octets, start)


def goes_on(octets: bytes, end: int) -> bool:
    """Whether the octets end at `end`, or another message may begin there."""
    return end == len(octets) or octets[end : end + 2] == _VERSION_OCTETS


def next_message(
    octets: bytes, start: int, bound: int, wports: AbstractSet[tuple[int, int]], *, alone: bool = False
) -> int:
    """Return where, from `start` on and before `bound`, a message begins; `bound` if nowhere.

    `wports` are the pairs of source and destination that are known; any pair is believed if it is empty. With `alone`,
    a message of known wPorts is believed whatever follows it.
    """
    while (start := octets.find(_VERSION_OCTETS, start, bound + 1)) >= 0:
        end = message_end(octets, start)
        if end > start + HEADER_SIZE and (goes_on(octets, end) or (alone and wports)):
            header = WrapperHeader.decode(octets, start)
            if not wports or (header.source_wport, header.destination_wport) in wports:
                return start
        start += 1
    return bound


def message_fault(octets: bytes, start: int) -> tuple[LinkFault, str]:
    """Say why no whole message begins at `start`."""
    try:
        header = WrapperHeader.decode(octets[start : start + HEADER_SIZE])
    except FrameError as error:
        return error.fault, error.reason
    there = len(octets) - start - HEADER_SIZE
    return LinkFault.TRUNCATED, f"the APDU has {counted(header.length, 'octet')}, {there} {are(there)} there"


def whole_messages(octets: bytes) -> tuple[int, int]:
    """Return how many messages with an APDU `octets` begin with, and where the last message ends."""
    messages = start = 0
    while (end := message_end(octets, start)) >= 0:
        messages += end > start + HEADER_SIZE
        start = end
    return messages, start
