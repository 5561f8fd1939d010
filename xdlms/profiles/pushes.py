"""APDUs in a stream that somebody pushes: HDLC, wrapper or M-Bus, found out by itself, with the way back after noise.

Nobody is connected and nothing is answered: frames go by as a meter sends them. `unframe` does the same for octets
that are all there; this one takes them as they come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from xdlms.profiles.detect import IsApdu, detect, find_frame, find_message
from xdlms.profiles.hdlc.control import FrameKind
from xdlms.profiles.hdlc.frame import LONGEST, Frame
from xdlms.profiles.hdlc.reader import FrameReader, HdlcFormat
from xdlms.profiles.hdlc.segmentation import ApduAssembler
from xdlms.profiles.mbus import LongFrame, MbusFormat, MbusReader, SegmentJoiner
from xdlms.profiles.mbus_short import short_frames
from xdlms.profiles.packets import Framing, Link, Packet
from xdlms.profiles.problems import FrameError, LinkFault, LinkProblem
from xdlms.profiles.wrapper import HEADER_SIZE, WrapperHeader, WrapperMessage
from xdlms.profiles.wrapper_stream import WrapperStream

Pushed = Packet | LinkProblem

_MOST_LINKS: Final = 16
_DETECTED_BY: Final = 8192  # octets of a burst after which it is long enough to tell
_LOOKS: Final = 2048  # octets of a burst up to which each piece is looked at
_HEADLESS: Final = "no APDU, and no LLC header: segments without the first one, it seems"
_LONGEST_APDU: Final = 65535
"""The octets of the longest APDU that is joined of segments: what the wrapper carries too."""


class PushReader:
    """Reads APDUs out of a stream that comes in pieces.

    `feed` what came; call `silence` when nothing came for longer than a frame may stand still. Both return the APDUs
    and what could not be used, in the order of the stream; offsets count from its first octet.

    Args:
        framing: how the octets carry APDUs, HDLC, wrapper or M-Bus; None: find out, from the octets up to the first
            whole message or silence, and anew when a burst between silences holds no APDU.
        is_apdu: tells whether octets are exactly one APDU.
    """

    def __init__(self, framing: Framing | None = None, *, is_apdu: IsApdu) -> None:
        self._finds_out = framing is None
        self._is_apdu = is_apdu
        self._source: _Source | None = None if framing is None else _SOURCES[framing](0, is_apdu)
        self._burst = bytearray()
        self._look_at = 0
        self._offset = 0
        self._had_apdu = False
        self.framing = framing
        """What carries the APDUs; None as long as that is not known."""

    def feed(self, octets: bytes) -> list[Pushed]:
        """Take the next octets."""
        self._offset += len(octets)
        if self._source is None:
            self._burst += octets
            count = len(self._burst)
            if count < self._look_at:
                return []
            self._look_at = 0 if count < _LOOKS else 2 * count  # so that the looks together cost no more than a few
            return self._find_out(is_all=count >= _DETECTED_BY and not self._is_in_message())
        return self._note(self._source.feed(octets))

    def silence(self) -> list[Pushed]:
        """Nothing came for a while: what is not complete will not be."""
        items = self._find_out(is_all=True) if self._source is None else []
        if self._source is not None:
            items += self._note(self._source.silence())
            if self._finds_out and not self._had_apdu and not self._source.is_open:
                self._source = self.framing = None
        self._had_apdu = False
        return items

    def finish(self) -> list[Pushed]:
        """Nothing comes any more: also tells of APDUs whose last segments are missing."""
        items = self.silence()
        return items if self._source is None else items + self._source.finish()

    def _find_out(self, *, is_all: bool) -> list[Pushed]:
        """Find out the framing; before the burst `is_all` there, by a whole frame or message only."""
        burst = bytes(self._burst)
        start = self._offset - len(burst)
        if not burst:
            return []
        framing = detect(burst)
        if framing in (Framing.NONE, Framing.WRAPPER):
            is_sure = find_message(burst, self._is_apdu) >= 0
            framing = Framing.WRAPPER if is_sure else framing
        else:
            is_hdlc = framing is Framing.HDLC
            is_sure = (find_frame(HdlcFormat(LONGEST), burst) if is_hdlc else find_frame(MbusFormat(), burst)) >= 0
        if not is_all and not is_sure:
            return []
        self._burst.clear()
        self._look_at = 0
        if framing is Framing.NONE:
            return [LinkProblem(LinkFault.NOISE, start, burst, "octets of no framing that is known")]
        self.framing = framing
        self._source = _SOURCES[framing](start, self._is_apdu)
        return self._note(self._source.feed(burst))

    def _is_in_message(self) -> bool:
        """Whether the burst may be the beginning of one long wrapper message."""
        try:
            header = WrapperHeader.decode(self._burst)
        except FrameError:
            return False
        return len(self._burst) < HEADER_SIZE + header.length

    def _note(self, items: list[Pushed]) -> list[Pushed]:
        self._had_apdu = self._had_apdu or any(isinstance(item, Packet) for item in items)
        return items


class _Source:
    """Reads one framing; `start` is the place of the first octet."""

    def __init__(self, start: int, is_apdu: IsApdu) -> None:
        self.start = start
        self.is_apdu = is_apdu

    def feed(self, octets: bytes) -> list[Pushed]:
        raise NotImplementedError

    def silence(self) -> list[Pushed]:
        raise NotImplementedError

    def finish(self) -> list[Pushed]:
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """Whether segments wait for the rest of their APDU."""
        return False

    def problem(self, problem: LinkProblem) -> LinkProblem:
        """A problem with its place in the whole stream."""
        return LinkProblem(problem.fault, problem.offset + self.start, problem.octets, problem.reason)

    def packet(self, apdu: bytes, offset: int, origins: tuple[tuple[int, int], ...], link: Link) -> Packet:
        """A packet with its places in the whole stream."""
        places = tuple((part, place + self.start) for part, place in origins)
        return Packet(apdu, offset + self.start, places, link)


class _Hdlc(_Source):
    def __init__(self, start: int, is_apdu: IsApdu) -> None:
        super().__init__(start, is_apdu)
        self._reader = FrameReader()
        self._assemblers: dict[tuple[object, object], ApduAssembler] = {}

    def feed(self, octets: bytes) -> list[Pushed]:
        return self._take(self._reader.feed(octets))

    def silence(self) -> list[Pushed]:
        return self._take(self._reader.finish())

    @property
    def is_open(self) -> bool:
        return any(assembler.is_open for assembler in self._assemblers.values())

    def finish(self) -> list[Pushed]:
        return [self.problem(one) for assembler in self._assemblers.values() for one in assembler.finish()]

    def _take(self, found: list[Frame | LinkProblem]) -> list[Pushed]:
        items: list[Pushed] = []
        for item in found:
            if isinstance(item, LinkProblem):
                # However few octets are left of it: a segment may be gone, and nothing numbers those of UI frames.
                for assembler in self._assemblers.values():
                    assembler.suspect()
                items.append(self.problem(item))
            elif item.control.kind in (FrameKind.INFORMATION, FrameKind.UI) and item.information:
                items += self._join(item)
        return items

    def _join(self, frame: Frame) -> list[Pushed]:
        items: list[Pushed] = []
        key = (frame.source, frame.destination)
        assembler = self._assemblers.pop(key, None) or ApduAssembler(limit=_LONGEST_APDU)
        self._assemblers[key] = assembler
        if len(self._assemblers) > _MOST_LINKS:
            oldest = next(iter(self._assemblers))
            items += [self.problem(one) for one in self._assemblers.pop(oldest).finish("too many senders")]
        for result in assembler.feed(frame):
            if isinstance(result, LinkProblem):
                items.append(self.problem(result))
            elif result.llc is None and result.apdu and not self.is_apdu(result.apdu):
                problem = LinkProblem(LinkFault.SEQUENCE, result.first.offset, result.apdu, _HEADLESS)
                items.append(self.problem(problem))
            elif result.apdu:
                first = result.first
                link = Link(Framing.HDLC, first.source, first.destination, str(first.control), result.llc)
                items.append(self.packet(result.apdu, first.offset, result.origins, link))
        return items


class _Mbus(_Source):
    def __init__(self, start: int, is_apdu: IsApdu) -> None:
        super().__init__(start, is_apdu)
        self._reader = MbusReader()
        self._joiners: dict[tuple[int, int, int], SegmentJoiner] = {}

    def feed(self, octets: bytes) -> list[Pushed]:
        return self._take(self._reader.feed(octets))

    def silence(self) -> list[Pushed]:
        return self._take(self._reader.finish())

    @property
    def is_open(self) -> bool:
        return any(joiner.is_open for joiner in self._joiners.values())

    def finish(self) -> list[Pushed]:
        return [self.problem(one) for joiner in self._joiners.values() for one in joiner.finish()]

    def _take(self, found: list[LongFrame | LinkProblem]) -> list[Pushed]:
        items: list[Pushed] = []
        for frame in found:
            if isinstance(frame, LinkProblem):
                items += self._damage(frame)
                continue
            segment = frame.segment
            if segment is None:
                continue
            key = (frame.address, segment.stsap, segment.dtsap)
            joiner = self._joiners.pop(key, None) or SegmentJoiner()
            self._joiners[key] = joiner
            if len(self._joiners) > _MOST_LINKS:
                items += [self.problem(one) for one in self._joiners.pop(next(iter(self._joiners))).finish()]
            for result in joiner.feed(frame, segment):
                if isinstance(result, LinkProblem):
                    items.append(self.problem(result))
                elif result.apdu:
                    first = result.first
                    kind = f"C={first.control:02X} A={first.address:02X} CI={first.control_information:02X}"
                    if first.overflows:
                        kind += ", length octet overflowed"
                    link = Link(Framing.MBUS, segment.stsap, segment.dtsap, kind)
                    items.append(self.packet(result.apdu, first.offset, result.origins, link))
        return items

    def _damage(self, problem: LinkProblem) -> list[Pushed]:
        """Octets that are no long frame; short frames and acknowledgements among them are the bus's own business."""
        if problem.fault is not LinkFault.NOISE:
            pieces = [problem]
        else:
            pieces = [
                replace(problem, offset=problem.offset + start, octets=problem.octets[start:end])
                for start, end, kind in short_frames(problem.octets)
                if not kind
            ]
        items: list[Pushed] = [self.problem(piece) for piece in pieces]
        if pieces:
            for joiner in self._joiners.values():
                items += [self.problem(one) for one in joiner.finish("a frame between the segments is damaged")]
        return items


class _Wrapper(_Source):
    def __init__(self, start: int, is_apdu: IsApdu) -> None:
        super().__init__(0, is_apdu)  # its places are those of the whole stream
        self._stream = WrapperStream(is_apdu, start)

    def feed(self, octets: bytes) -> list[Pushed]:
        return self._take(self._stream.feed(octets))

    def silence(self) -> list[Pushed]:
        return self._take(self._stream.silence())

    def finish(self) -> list[Pushed]:
        return []

    def _take(self, found: list[WrapperMessage | LinkProblem]) -> list[Pushed]:
        return [item if isinstance(item, LinkProblem) else wrapper_packet(item) for item in found]


def wrapper_packet(message: WrapperMessage) -> Packet:
    """The APDU of a wrapper message, with where it came from."""
    link = Link(Framing.WRAPPER, message.source_wport, message.destination_wport)
    return Packet(message.apdu, message.offset, ((0, message.offset + HEADER_SIZE),), link)


_SOURCES: Final[dict[Framing, Callable[[int, IsApdu], _Source]]] = {
    Framing.HDLC: _Hdlc,
    Framing.MBUS: _Mbus,
    Framing.WRAPPER: _Wrapper,
}
