"""Reading HDLC frames out of a stream of octets."""

from __future__ import annotations

import re
from typing import Final

from xdlms.profiles.hdlc.crc import is_intact
from xdlms.profiles.hdlc.frame import FLAG, LONGEST, SHORTEST, Frame, decode_body
from xdlms.profiles.problems import FrameError, LinkFault
from xdlms.profiles.resync import NOISE_LIMIT, Bad, FrameFormat, Good, NeedMore, Octets, StreamReader

_BEGINNING: Final = re.compile(rb"\x7e[\xa0-\xaf]")
_FORMAT_TYPE: Final = 0xA0
_ODD: Final = b"".join(b"\\x%02x" % octet for octet in range(1, 256, 2))  # the last octet of an address
# Flag, format, two addresses of 1, 2 or 4 octets, control, HCS.
_HEADER: Final = re.compile(
    rb"\x7e[\xa0-\xaf].(?:[^%b]{0,1}[%b]|[^%b]{3}[%b]){2}..." % (_ODD, _ODD, _ODD, _ODD), re.DOTALL
)
_LONGEST_HEADER: Final = 2 + 4 + 4 + 1 + 2  # format, addresses, control, HCS


class HdlcFormat(FrameFormat[Frame]):
    """Where HDLC frames begin and end: flags, which two frames may share, and the length."""

    fill = b"\x7e"
    shared = 1
    shortest = SHORTEST + 2

    def __init__(self, longest: int) -> None:
        self._longest = longest

    def find(self, buffer: Octets, start: int) -> int:
        """Where a flag has a format field of type 3 behind it."""
        match = _BEGINNING.search(buffer, start)
        return -1 if match is None else match.start()

    def pending(self, buffer: Octets) -> int:
        """A flag at the very end may be an opening one."""
        return len(buffer) - (buffer[-1:] == self.fill)

    def skip(self, buffer: Octets, start: int, limit: int, *, inside: bool) -> int:
        """Where the length can be true and the closing flag is in its place, or the header looks right."""
        count = len(buffer)
        for match in _BEGINNING.finditer(buffer, start, limit + 1):
            place = match.start()
            if place + 3 > count:
                return place
            length = (buffer[place + 1] & 0x07) << 8 | buffer[place + 2]
            if not SHORTEST <= length <= self._longest:
                continue
            end = place + length + 2
            if end > count:
                return place
            if buffer[end - 1] == FLAG:
                if not inside or not self._surely_wrong(buffer, place, end):
                    return place
            elif not inside and ((place > 0 and buffer[place - 1] == FLAG) or _has_right_header(buffer, place)):
                return place
        return min(limit, max(start, self.pending(buffer)))

    @staticmethod
    def _surely_wrong(buffer: Octets, start: int, end: int) -> bool:
        """Whether the check sequences of a frame between flags are wrong."""
        if end - start > _LONGEST_HEADER + 4:
            return not _has_right_header(buffer, start)
        return not is_intact(bytes(buffer[start + 1 : end - 1]))

    def whole(self, octets: bytes | bytearray | memoryview, offset: int) -> Frame | None:
        """The frame that fills `octets`, if they are the octets of a good one."""
        count = len(octets)
        if not self.shortest <= count <= self._longest + 2 or octets[0] != FLAG or octets[-1] != FLAG:
            return None
        if (octets[1] & 0xF7) << 8 | octets[2] != _FORMAT_TYPE << 8 | count - 2:
            return None
        try:
            return decode_body(bytes(octets[1:-1]), offset)
        except FrameError:
            return None  # why, is found out as for every other frame

    def examine(self, buffer: Octets, start: int, offset: int, *, inside: bool) -> Good[Frame] | Bad | NeedMore:
        """Check length, closing flag and check sequences of what begins at `start`."""
        if len(buffer) < start + 3:
            return NeedMore(3)
        length = (buffer[start + 1] & 0x07) << 8 | buffer[start + 2]
        if not SHORTEST <= length <= self._longest:
            return Bad(LinkFault.LENGTH, f"length {length} is not in {SHORTEST}..{self._longest}")
        size = length + 2
        end = start + size
        if len(buffer) < end:
            return NeedMore(size)
        if buffer[end - 1] != FLAG:
            reason = f"no closing flag where length {length} says, but {buffer[end - 1]:02X}"
            # A right HCS, or a flag of its own in front, tells a frame from data that look like one.
            distinct = start > 0 and buffer[start - 1] == FLAG
            return Bad(LinkFault.LENGTH, reason, None, distinct or _has_right_header(buffer, start))
        if inside and length > _LONGEST_HEADER + 2 and not _has_right_header(buffer, start):
            # Spares the look at all octets for every flag in a frame that was made of flags.
            return Bad(LinkFault.FCS, "FCS is wrong", size)
        try:
            return Good(decode_body(bytes(buffer[start + 1 : end - 1]), offset), size)
        except FrameError as error:
            return Bad(error.fault, error.reason, size)


def _has_right_header(buffer: Octets, start: int) -> bool:
    """Whether two addresses, a control field and their right HCS follow; asked of every false start, so in one go."""
    match = _HEADER.match(buffer, start)
    return match is not None and is_intact(bytes(buffer[start + 1 : match.end()]))


class FrameReader(StreamReader[Frame]):
    """Reads HDLC frames out of a stream: see `StreamReader`.

    One flag between two frames, two, or any number: all are accepted. `longest` is the greatest length
    to be believed (7 to 2047): a link that has agreed on short frames does not wait for long ones. Noise is
    reported in pieces of `noise_limit` octets at most.
    """

    __slots__ = ()

    def __init__(self, *, longest: int = LONGEST, noise_limit: int = NOISE_LIMIT) -> None:
        if not SHORTEST <= longest <= LONGEST:
            raise ValueError(f"longest must be in {SHORTEST}..{LONGEST}, not {longest}")
        super().__init__(HdlcFormat(longest), noise_limit=noise_limit)
