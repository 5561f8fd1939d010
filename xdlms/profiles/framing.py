"""From octets of any framing to the APDUs in them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final, Generic, Protocol, TypeVar

from xdlms.profiles.detect import SLICE, IsApdu, detect, find_message
from xdlms.profiles.hdlc.control import FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.llc import Llc
from xdlms.profiles.hdlc.reader import FrameReader
from xdlms.profiles.hdlc.segmentation import ApduAssembler
from xdlms.profiles.mbus import LongFrame, MbusReader, SegmentJoiner
from xdlms.profiles.mbus_short import short_frames
from xdlms.profiles.packets import Framing, Link, LinkFrame, Packet, Unframed
from xdlms.profiles.problems import LinkFault, LinkProblem
from xdlms.profiles.resync import StreamReader
from xdlms.profiles.wrapper import HEADER_SIZE, WrapperHeader
from xdlms.profiles.wrapper_scan import goes_on, message_end, message_fault, next_message

__all__ = ["Framing", "Link", "LinkFrame", "LinkProblem", "Packet", "Unframed", "detect", "unframe"]

Item = Packet | LinkFrame | LinkProblem
F = TypeVar("F")

_WITH_APDU: Final = (FrameKind.INFORMATION, FrameKind.UI)
_NEW_CONNECTION: Final = (FrameKind.SNRM, FrameKind.UA, FrameKind.DISC, FrameKind.DM)
_SHORTEST_FRAME: Final = 9  # octets of an HDLC frame; less than that cannot have been one
_MOST_LINKS: Final = 1024


def unframe(octets: bytes, framing: Framing | None = None, is_apdu: IsApdu | None = None) -> Unframed:
    """Take the APDUs out of `octets`; `framing` None means: find out which it is (`detect`, with `is_apdu`).

    Nothing is left out: frames without an APDU are `LinkFrame` items; wrong frames, octets between frames,
    segments without the rest of their APDU and octets at the end are `LinkProblem` items, and what follows them is read
    all the same. No octets give no items. Never raises for what the octets are; time and memory are in proportion
    to their number.
    """
    octets = bytes(octets)
    if framing is None:
        framing = detect(octets, is_apdu)
    unframer = _UNFRAMERS.get(framing) or partial(_take_from_wrapper, is_apdu=is_apdu)
    items = sorted(unframer(octets), key=_offset)
    return Unframed(framing, tuple(items))


def _offset(item: Item) -> int:
    return item.offset


def _read_all(reader: StreamReader[F], octets: bytes) -> Iterator[F | LinkProblem]:
    view = memoryview(octets)
    for start in range(0, len(octets), SLICE):
        yield from reader.feed(view[start : start + SLICE])
    yield from reader.finish()


# --- no framing


def _take_as_apdu(octets: bytes) -> Iterator[Item]:
    if octets:
        yield Packet(octets, 0, ((0, 0),), Link(Framing.NONE))


# --- wrapper


def _take_from_wrapper(octets: bytes, is_apdu: IsApdu | None) -> Iterator[Item]:
    wports: set[tuple[int, int]] = set()
    start = 0
    while start < len(octets):
        end = message_end(octets, start)
        if end < 0:
            after = -1 if wports else find_message(octets, is_apdu)
            if after <= start:
                after = next_message(octets, start + 1, len(octets), wports, alone=True)
            fault, reason = message_fault(octets, start)
            yield LinkProblem(fault, start, octets[start:after], reason)
            start = after
            continue
        header = WrapperHeader.decode(octets, start)
        if len(wports) < _MOST_LINKS:
            wports.add((header.source_wport, header.destination_wport))
            wports.add((header.destination_wport, header.source_wport))
        if not goes_on(octets, end):
            # Either what follows is no message, or the length is wrong and another message begins before its end.
            after = next_message(octets, start + HEADER_SIZE, end, wports)
            if after < end:
                reason = f"length {header.length} runs over another message"
                yield LinkProblem(LinkFault.LENGTH, start, octets[start:after], reason)
                start = after
                continue
        yield _wrapper_item(octets, start, end, header)
        start = end


def _wrapper_item(octets: bytes, start: int, end: int, header: WrapperHeader) -> Item:
    link = Link(Framing.WRAPPER, header.source_wport, header.destination_wport)
    apdu = start + HEADER_SIZE
    if apdu == end:
        return LinkFrame(start, octets[start:end], b"", link)
    return Packet(octets[apdu:end], start, ((0, apdu),), link)


# --- HDLC and M-Bus: frames, and segments in them


class _Joiner(Protocol):
    def finish(self, reason: str = ...) -> list[LinkProblem]:
        """Give up the APDU that is being joined."""


J = TypeVar("J", bound=_Joiner)


class _Links(Generic[J]):
    """The joiners, by who sends to whom; the one that was idle longest gives way when there are too many."""

    def __init__(self, new: Callable[[], J]) -> None:
        self._new = new
        self._joiners: dict[Hashable, J] = {}
        self.problems: list[LinkProblem] = []

    def joiner(self, key: Hashable) -> J:
        joiner = self._joiners.pop(key, None)
        if joiner is None:
            joiner = self._new()
        self._joiners[key] = joiner
        if len(self._joiners) > _MOST_LINKS:
            self.finish(next(iter(self._joiners)), "too many links at the same time")
        return joiner

    def finish(self, key: Hashable, reason: str) -> None:
        joiner = self._joiners.pop(key, None)
        if joiner is not None:
            self.problems += joiner.finish(reason)

    def finish_all(self) -> None:
        for joiner in self._joiners.values():
            self.problems += joiner.finish()
        self._joiners.clear()


class _HdlcJoiner(ApduAssembler):
    """An assembler that knows how much damage there was when it was last used."""

    __slots__ = ("damage",)

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)
        self.damage = 0


def _take_from_hdlc(octets: bytes) -> Iterator[Item]:
    links = _Links(lambda: _HdlcJoiner(max(len(octets), 1)))
    damage = 0
    for found in _read_all(FrameReader(), octets):
        if isinstance(found, LinkProblem):
            damage += len(found.octets) >= _SHORTEST_FRAME
            yield found
            continue
        kind = found.control.kind
        if kind not in _WITH_APDU or not found.information:
            yield _hdlc_frame(found, octets)
            if kind in _NEW_CONNECTION:
                for pair in ((found.source, found.destination), (found.destination, found.source)):
                    links.finish(pair, f"the last segments of an APDU are missing: {kind} comes before")
            continue
        joiner = links.joiner((found.source, found.destination))
        if joiner.damage != damage:
            joiner.suspect()
            joiner.damage = damage
        for result in joiner.feed(found):
            if isinstance(result, LinkProblem):
                yield result
            elif result.apdu or result.first is not found:
                yield Packet(result.apdu, result.first.offset, result.origins, _hdlc_link(result.first, result.llc))
            else:
                yield _hdlc_frame(found, octets)
    links.finish_all()
    yield from links.problems


def _hdlc_frame(frame: Frame, octets: bytes) -> LinkFrame:
    end = frame.offset + frame.size
    return LinkFrame(frame.offset, octets[frame.offset : end], frame.information, _hdlc_link(frame, None))


def _hdlc_link(frame: Frame, llc: Llc | None) -> Link:
    return Link(Framing.HDLC, frame.source, frame.destination, str(frame.control), llc)


def _take_from_mbus(octets: bytes) -> Iterator[Item]:
    links = _Links(SegmentJoiner)
    for found in _read_all(MbusReader(), octets):
        if isinstance(found, LinkProblem):
            yield from _mbus_noise(found) if found.fault is LinkFault.NOISE else (found,)
            continue
        segment = found.segment
        if segment is None:
            yield _mbus_frame(found, octets)
            continue
        for result in links.joiner((found.address, segment.stsap, segment.dtsap)).feed(found, segment):
            if isinstance(result, LinkProblem):
                yield result
            elif result.apdu or result.first is not found:
                yield Packet(result.apdu, result.first.offset, result.origins, _mbus_link(result.first))
            else:
                yield _mbus_frame(found, octets)
    links.finish_all()
    yield from links.problems


def _mbus_noise(problem: LinkProblem) -> Iterator[Item]:
    """What stands between long frames: short frames and acknowledgements are none."""
    for start, end, kind in short_frames(problem.octets):
        octets = problem.octets[start:end]
        if kind:
            yield LinkFrame(problem.offset + start, octets, b"", Link(Framing.MBUS, kind=kind))
        else:
            yield replace(problem, offset=problem.offset + start, octets=octets)


def _mbus_frame(frame: LongFrame, octets: bytes) -> LinkFrame:
    end = frame.offset + frame.size
    return LinkFrame(frame.offset, octets[frame.offset : end], frame.user_data, _mbus_link(frame))


def _mbus_link(frame: LongFrame) -> Link:
    kind = f"C={frame.control:02X} A={frame.address:02X} CI={frame.control_information:02X}"
    if frame.overflows:
        kind += ", length octet overflowed"
    segment = frame.segment
    if segment is None:
        return Link(Framing.MBUS, kind=kind)
    return Link(Framing.MBUS, segment.stsap, segment.dtsap, kind)


_UNFRAMERS: Final[dict[Framing, Callable[[bytes], Iterator[Item]]]] = {
    Framing.NONE: _take_as_apdu,
    Framing.HDLC: _take_from_hdlc,
    Framing.MBUS: _take_from_mbus,
}
