"""Which framing octets have.

No look at the first octet only: lengths, checksums and check sequences have to agree. This module knows no APDU; what
is of no other framing is taken for an APDU.
"""

from __future__ import annotations

from typing import Final

from xdlms.profiles.hdlc.frame import FLAG, SHORTEST, Frame, FrameHeader, header_is_intact, read_length
from xdlms.profiles.hdlc.reader import FrameReader
from xdlms.profiles.mbus import MbusFormat
from xdlms.profiles.packets import Framing
from xdlms.profiles.problems import FrameError, LinkFault
from xdlms.profiles.resync import Good
from xdlms.profiles.wrapper import HEADER_SIZE, WrapperHeader
from xdlms.profiles.wrapper_scan import goes_on, next_message, whole_messages

SLICE: Final = 65536
"""Octets that are given to a reader at a time, so that it need not hold the whole input once more."""

_LONGEST_MBUS: Final = 0x210


def detect(octets: bytes) -> Framing:
    """Tell the framing of `octets`, by the first of these that is true:

    1. they are wrapper messages from the first octet to the last;
    2. they begin with a right M-Bus long frame;
    3. there is a right HDLC frame in them, at whatever place;
    4. they begin with a whole wrapper message, and what follows does not speak against it (`begins_wrapper`);
    5. they begin as an M-Bus long frame does, 68 L L 68;
    6. they begin as an HDLC frame does: flag, format, addresses and a length that can be true;
    7. otherwise there is none: the octets are one APDU.

    Takes time in proportion to the octets.
    """
    messages, end = whole_messages(octets)
    if messages and end == len(octets):
        return Framing.WRAPPER
    mbus = begins_mbus(octets)
    if mbus and isinstance(MbusFormat().examine(bytearray(octets[:_LONGEST_MBUS]), 0, 0, inside=False), Good):
        return Framing.MBUS
    if has_hdlc_frame(octets):
        return Framing.HDLC
    if begins_wrapper(octets):
        return Framing.WRAPPER
    if mbus:
        return Framing.MBUS
    return Framing.HDLC if begins_hdlc(octets) else Framing.NONE


def begins_wrapper(octets: bytes) -> bool:
    """Whether `octets` begin with a whole wrapper message, and what follows does not speak against it.

    That is another message, or its beginning, or less than a header has; or a message between the same wPorts later.
    """
    messages, end = whole_messages(octets)
    if not messages:
        return False
    if messages > 1 or len(octets) - end < HEADER_SIZE or goes_on(octets, end):
        return True
    header = WrapperHeader.decode(octets)
    wports = (header.source_wport, header.destination_wport)
    return next_message(octets, end + 1, len(octets), {wports, wports[::-1]}) < len(octets)


def begins_mbus(octets: bytes) -> bool:
    """Whether `octets` begin with 68 L L 68."""
    return len(octets) >= 4 and octets[0] == octets[3] == 0x68 and octets[1] == octets[2]


def has_hdlc_frame(octets: bytes) -> bool:
    """Whether there is an HDLC frame in `octets` with its flags and right check sequences."""
    reader = FrameReader()
    view = memoryview(octets)
    for start in range(0, len(octets), SLICE):
        if any(isinstance(item, Frame) for item in reader.feed(view[start : start + SLICE])):
            return True
    return any(isinstance(item, Frame) for item in reader.finish())


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
