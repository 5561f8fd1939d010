"""Which framing octets have.

No look at the first octet only: lengths, checksums and check sequences have to agree. This module knows no APDU, but
who does can say what is one; what is of no framing is taken for an APDU.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias, TypeVar

from xdlms.profiles.hdlc.frame import FLAG, LONGEST, SHORTEST, FrameHeader, header_is_intact, read_length
from xdlms.profiles.hdlc.reader import HdlcFormat
from xdlms.profiles.mbus import START, MbusFormat
from xdlms.profiles.mbus_short import only_short_frames
from xdlms.profiles.packets import Framing
from xdlms.profiles.problems import FrameError, LinkFault
from xdlms.profiles.resync import FrameFormat, Good
from xdlms.profiles.wrapper import HEADER_SIZE, WrapperHeader
from xdlms.profiles.wrapper_scan import goes_on, messages_in, next_message, whole_messages

SLICE: Final = 65536
"""Octets that are given to a reader at a time, so that it need not hold the whole input once more."""

IsApdu: TypeAlias = Callable[[bytes], bool]
"""Tells whether octets are exactly one APDU, to somebody who knows no APDU."""

F = TypeVar("F")

_MOST_TRIES: Final = 4
"""So many times the octets, at the most, are looked at for an APDU in what may be a wrapper message."""


def detect(octets: bytes, is_apdu: IsApdu | None = None) -> Framing:
    """Tell the framing of `octets`, by the first of these that is true:

    1. `is_apdu` says that they are exactly one APDU, which may hold a frame as a value: there is none;
    2. they begin with a whole wrapper message, and what follows does not speak against it (`begins_wrapper`);
    3. there are right frames in them, at whatever place: HDLC frames, M-Bus long frames, or wrapper messages with
       an APDU inside (by `is_apdu`; without it, with another message behind). Where there are frames of more than one
       kind, since one may be a value in another, it is that with which they begin, or that of most octets;
    4. they begin as an M-Bus long frame does, 68 L L 68, or are short frames and acknowledgements of M-Bus only;
    5. they begin as an HDLC frame does: flag, format, addresses and a length that can be true;
    6. otherwise there is none: the octets are one APDU.

    Takes time in proportion to the octets.
    """
    framing = _detect(octets, is_apdu)
    if framing is not Framing.NONE and is_apdu is not None and is_apdu(octets):
        return Framing.NONE
    return framing


def _detect(octets: bytes, is_apdu: IsApdu | None) -> Framing:
    if begins_wrapper(octets):
        return Framing.WRAPPER
    hdlc = find_frame(HdlcFormat(LONGEST), octets)
    mbus = find_frame(MbusFormat(), octets)
    if hdlc >= 0 and octets[0] == FLAG:
        return Framing.HDLC
    if mbus >= 0 and octets[0] == START:
        return Framing.MBUS
    wrapper = find_message(octets, is_apdu)
    if max(hdlc, mbus, wrapper) >= 0:
        sizes = {
            Framing.WRAPPER: size_of_messages(octets, wrapper),
            Framing.MBUS: size_of_frames(MbusFormat(), octets, mbus),
            Framing.HDLC: size_of_frames(HdlcFormat(LONGEST), octets, hdlc),
        }
        return max(sizes, key=lambda framing: sizes[framing])
    if begins_mbus(octets) or only_short_frames(octets):
        return Framing.MBUS
    return Framing.HDLC if begins_hdlc(octets) else Framing.NONE


def begins_wrapper(octets: bytes) -> bool:
    """Whether `octets` begin with a wrapper message, and what follows does not speak against it.

    That is another message, or its beginning, or less than a header has; or, even behind a message with a wrong length,
    a message between the same wPorts later.
    """
    messages, end = whole_messages(octets)
    if messages and (messages > 1 or len(octets) - end < HEADER_SIZE or goes_on(octets, end)):
        return True
    try:
        header = WrapperHeader.decode(octets)
    except FrameError:
        return False
    wports = (header.source_wport, header.destination_wport)
    return next_message(octets, HEADER_SIZE, len(octets), {wports, wports[::-1]}) < len(octets)


def find_message(octets: bytes, is_apdu: IsApdu | None) -> int:
    """Where a wrapper message with an APDU in it is; -1 if nowhere.

    Where nobody knows what an APDU is, another message between the same wPorts has to stand behind it. Octets that look
    like a header are many, so neither wPort may be 0, which is nobody's.
    """
    budget = _MOST_TRIES * len(octets)
    for start, end, header in messages_in(octets):
        if not header.source_wport or not header.destination_wport:
            continue
        if is_apdu is not None and budget >= header.length:
            budget -= header.length
            if is_apdu(octets[start + HEADER_SIZE : end]):
                return start
        elif end + HEADER_SIZE <= len(octets) and goes_on(octets, end):
            behind = WrapperHeader.decode(octets, end)
            wports = (behind.source_wport, behind.destination_wport)
            pairs = (header.source_wport, header.destination_wport), (header.destination_wport, header.source_wport)
            if wports in pairs and behind.length:
                return start
    return -1


def size_of_messages(octets: bytes, place: int) -> int:
    """How many octets the wrapper messages take between the wPorts of the one at `place`; 0 for a place of -1."""
    if place < 0:
        return 0
    first = WrapperHeader.decode(octets, place)
    wports = (first.source_wport, first.destination_wport)
    total = behind = 0
    for start, end, header in messages_in(octets):
        pair = (header.source_wport, header.destination_wport)
        if start >= max(place, behind) and pair in (wports, wports[::-1]):
            total += end - start
            behind = end
    return total


def begins_mbus(octets: bytes) -> bool:
    """Whether `octets` begin with 68 L L 68."""
    return len(octets) >= 4 and octets[0] == octets[3] == 0x68 and octets[1] == octets[2]


def find_frame(form: FrameFormat[F], octets: bytes) -> int:
    """Where the first right frame of a kind begins in `octets`; -1 if there is none."""
    place = -1
    while True:
        place = form.find(octets, form.skip(octets, place + 1, len(octets), inside=True))
        if place < 0 or isinstance(form.examine(octets, place, 0, inside=True), Good):
            return place


def size_of_frames(form: FrameFormat[F], octets: bytes, place: int) -> int:
    """How many octets the right frames of a kind take, the first of which is at `place`; 0 for a place of -1."""
    total = 0
    while place >= 0:
        found = form.examine(octets, place, 0, inside=True)
        behind = place + 1
        if isinstance(found, Good):
            total += found.size
            behind = place + found.size - form.shared
        place = form.find(octets, form.skip(octets, behind, len(octets), inside=True))
    return total


def begins_hdlc(octets: bytes) -> bool:
    """Whether `octets` begin with what may be a damaged HDLC frame, rather than with something else.

    That is a flag, a format field of type 3 and two addresses, and a length that is believable: the closing flag stands
    where it says, or at the end of the octets, or the octets end before, or the header has its right check sequence.
    """
    if octets[:1] != bytes((FLAG,)):
        return False
    start = octets[1 : SHORTEST + 10]
    try:
        end = read_length(start) + 1
        FrameHeader.decode(start)
    except FrameError as error:
        return error.fault is LinkFault.TRUNCATED and len(start) >= 2
    return end >= len(octets) or octets[end] == FLAG or octets[-1] == FLAG or header_is_intact(start)
