"""APDUs in a stream that somebody pushes: HDLC, wrapper or M-Bus, found out by itself, with the way back after noise.

Nobody is connected and nothing is answered: frames go by as a meter sends them. `unframe` does the same for octets
that are all there; this one takes them as they come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xdlms.profiles.detect import detect
from xdlms.profiles.hdlc.control import FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.reader import FrameReader
from xdlms.profiles.hdlc.segmentation import ApduAssembler
from xdlms.profiles.mbus import LongFrame, MbusReader, SegmentJoiner
from xdlms.profiles.packets import Framing, Link, Packet
from xdlms.profiles.problems import LinkFault, LinkProblem
from xdlms.profiles.wrapper import HEADER_SIZE, WrapperHeader

Pushed = Packet | LinkProblem

_MOST_LINKS: Final = 64
_DETECTED_BY: Final = 8192  # octets of a burst after which it is long enough to tell
_VERSION: Final = b"\x00\x01"
_FIRST_LOOK: Final = 128  # octets
_SHORTEST_FRAME: Final = 9


class PushReader:
    """Reads APDUs out of a stream that comes in pieces.

    `feed` what came; call `silence` when nothing came for longer than a frame may stand still. Both return the APDUs
    and what could not be used, in the order of the stream; offsets count from its first octet.

    Args:
        framing: how the octets carry APDUs, HDLC, wrapper or M-Bus; None: find out, from the octets up to the first
            silence or whole frame, and anew when a burst holds no APDU.
    """

    def __init__(self, framing: Framing | None = None) -> None:
        self._finds_out = framing is None
        self._source: _Source | None = None if framing is None else _SOURCES[framing](0)
        self._burst = bytearray()
        self._look_at = _FIRST_LOOK
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
            self._look_at = 2 * count  # so that the looks together cost no more than a few
            return self._find_out(is_all=count >= _DETECTED_BY)
        return self._note(self._source.feed(octets))

    def silence(self) -> list[Pushed]:
        """Nothing came for a while: what is not complete will not be."""
        items = self._find_out(is_all=True) if self._source is None else []
        if self._source is not None:
            items += self._note(self._source.silence())
            if self._finds_out and not self._had_apdu:
                self._source = self.framing = None
        self._had_apdu = False
        return items

    def finish(self) -> list[Pushed]:
        """Nothing comes any more: also tells of APDUs whose last segments are missing."""
        items = self.silence()
        return items if self._source is None else items + self._source.finish()

    def _find_out(self, *, is_all: bool) -> list[Pushed]:
        """Find out the framing; before the burst `is_all` there, only frames with a check sequence tell."""
        burst = bytes(self._burst)
        start = self._offset - len(burst)
        if not burst:
            return []
        framing = detect(burst)
        if not is_all and framing not in (Framing.HDLC, Framing.MBUS):
            return []
        self._burst.clear()
        self._look_at = _FIRST_LOOK
        if framing is Framing.NONE:
            return [LinkProblem(LinkFault.NOISE, start, burst, "octets of no framing that is known")]
        self.framing = framing
        self._source = _SOURCES[framing](start)
        return self._note(self._source.feed(burst))

    def _note(self, items: list[Pushed]) -> list[Pushed]:
        self._had_apdu = self._had_apdu or any(isinstance(item, Packet) for item in items)
        return items


class _Source:
    """Reads one framing; `start` is the place of the first octet."""

    def __init__(self, start: int) -> None:
        self.start = start

    def feed(self, octets: bytes) -> list[Pushed]:
        raise NotImplementedError

    def silence(self) -> list[Pushed]:
        raise NotImplementedError

    def finish(self) -> list[Pushed]:
        raise NotImplementedError

    def problem(self, problem: LinkProblem) -> LinkProblem:
        """A problem with its place in the whole stream."""
        return LinkProblem(problem.fault, problem.offset + self.start, problem.octets, problem.reason)

    def packet(self, apdu: bytes, offset: int, origins: tuple[tuple[int, int], ...], link: Link) -> Packet:
        """A packet with its places in the whole stream."""
        places = tuple((part, place + self.start) for part, place in origins)
        return Packet(apdu, offset + self.start, places, link)


class _Hdlc(_Source):
    def __init__(self, start: int) -> None:
        super().__init__(start)
        self._reader = FrameReader()
        self._assemblers: dict[tuple[object, object], ApduAssembler] = {}

    def feed(self, octets: bytes) -> list[Pushed]:
        return self._take(self._reader.feed(octets))

    def silence(self) -> list[Pushed]:
        return self._take(self._reader.finish())

    def finish(self) -> list[Pushed]:
        return [self.problem(one) for assembler in self._assemblers.values() for one in assembler.finish()]

    def _take(self, found: list[Frame | LinkProblem]) -> list[Pushed]:
        items: list[Pushed] = []
        for item in found:
            if isinstance(item, LinkProblem):
                if len(item.octets) >= _SHORTEST_FRAME:
                    for assembler in self._assemblers.values():
                        assembler.suspect()
                items.append(self.problem(item))
            elif item.control.kind in (FrameKind.INFORMATION, FrameKind.UI) and item.information:
                items += self._join(item)
        return items

    def _join(self, frame: Frame) -> list[Pushed]:
        items: list[Pushed] = []
        key = (frame.source, frame.destination)
        assembler = self._assemblers.pop(key, None) or ApduAssembler()
        self._assemblers[key] = assembler
        if len(self._assemblers) > _MOST_LINKS:
            oldest = next(iter(self._assemblers))
            items += [self.problem(one) for one in self._assemblers.pop(oldest).finish("too many senders")]
        for result in assembler.feed(frame):
            if isinstance(result, LinkProblem):
                items.append(self.problem(result))
            elif result.apdu:
                first = result.first
                link = Link(Framing.HDLC, first.source, first.destination, str(first.control), result.llc)
                items.append(self.packet(result.apdu, first.offset, result.origins, link))
        return items


class _Mbus(_Source):
    def __init__(self, start: int) -> None:
        super().__init__(start)
        self._reader = MbusReader()
        self._joiners: dict[tuple[int, int, int], SegmentJoiner] = {}

    def feed(self, octets: bytes) -> list[Pushed]:
        return self._take(self._reader.feed(octets))

    def silence(self) -> list[Pushed]:
        return self._take(self._reader.finish())

    def finish(self) -> list[Pushed]:
        return [self.problem(one) for joiner in self._joiners.values() for one in joiner.finish()]

    def _take(self, found: list[LongFrame | LinkProblem]) -> list[Pushed]:
        items: list[Pushed] = []
        for frame in found:
            if isinstance(frame, LinkProblem):
                items.append(self.problem(frame))
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


class _Wrapper(_Source):
    """Nothing marks where a message begins but its version.

    So a message counts where one has to begin, behind a silence or another message; elsewhere, after noise, only with
    wPorts that were seen before.
    """

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self._buffer = bytearray()
        self._base = 0
        self._expected = 0  # where in the stream a message has to begin
        self._wports: set[tuple[int, int]] = set()

    def feed(self, octets: bytes) -> list[Pushed]:
        self._buffer += octets
        return self._read(final=False)

    def silence(self) -> list[Pushed]:
        items = self._read(final=True)
        self._expected = self._base
        return items

    def finish(self) -> list[Pushed]:
        return []

    def _read(self, *, final: bool) -> list[Pushed]:
        items: list[Pushed] = []
        buffer = self._buffer
        start = scan = 0  # what is before start was given out; a message begins at scan or behind it
        while True:
            place = buffer.find(_VERSION, scan)
            if place < 0:
                scan = len(buffer) if final else max(scan, len(buffer) - 1)
                break
            end = place + HEADER_SIZE
            header = WrapperHeader.decode(buffer, place) if end <= len(buffer) else None
            if header is not None:
                end += header.length
            if end > len(buffer) and not final:
                scan = place
                break
            if header is None or not header.length or end > len(buffer) or not self._counts(place, header):
                scan = place + 1
                continue
            items += self._noise(start, place)
            link = Link(Framing.WRAPPER, header.source_wport, header.destination_wport)
            apdu = bytes(buffer[place + HEADER_SIZE : end])
            origins = ((0, self._base + place + HEADER_SIZE),)
            items.append(self.packet(apdu, self._base + place, origins, link))
            start = scan = end
            self._expected = self._base + end
            if len(self._wports) < _MOST_LINKS:
                self._wports.add((header.source_wport, header.destination_wport))
        items += self._noise(start, scan)
        del buffer[:scan]
        self._base += scan
        return items

    def _counts(self, place: int, header: WrapperHeader) -> bool:
        wports = (header.source_wport, header.destination_wport)
        return self._base + place == self._expected or wports in self._wports

    def _noise(self, start: int, end: int) -> list[Pushed]:
        if start >= end:
            return []
        octets = bytes(self._buffer[start:end])
        return [self.problem(LinkProblem(LinkFault.NOISE, self._base + start, octets, "octets outside any message"))]


_SOURCES: Final[dict[Framing, Callable[[int], _Source]]] = {
    Framing.HDLC: _Hdlc,
    Framing.MBUS: _Mbus,
    Framing.WRAPPER: _Wrapper,
}
