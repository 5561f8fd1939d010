"""Wrapper messages in a stream that nobody can close and open again, with the way back after damage.

A wrapper message has no check sequence, and nothing marks where it begins (IEC 62056-47). So somebody who knows
APDUs helps: a message is believed

- where one has to begin, at the start, behind a silence or behind another message, if an APDU is in it;
- elsewhere, if an APDU is in it and its wPorts were seen before, or another message may begin behind it.

Where a message has to begin and none is there, everything up to the next one that is believed is given out as one
problem, so that damage costs the damaged message and no other. What is changed inside a value cannot be noticed
here: that is what ciphering with authentication is for.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Final, TypeAlias

from xdlms.codec.wording import counted
from xdlms.profiles.problems import LinkFault, LinkProblem
from xdlms.profiles.wrapper import HEADER_SIZE, LONGEST_APDU, VERSION, WrapperHeader, WrapperMessage

IsApdu: TypeAlias = Callable[[bytes], bool]

_VERSION_OCTETS: Final = VERSION.to_bytes(2, "big")
_LONGEST: Final = HEADER_SIZE + LONGEST_APDU
_MOST_KEPT: Final = 2 * _LONGEST
_MOST_PAIRS: Final = 64
_MOST_PLACES: Final = 1024
_SHORTEST_UNKNOWN: Final = 8
"""Octets of an APDU between wPorts that were never seen; shorter ones may be data by chance."""
_TAIL: Final = 4096
"""Octets at the end of a message among which the next one is looked for, if it is not behind."""
_LOOKS: Final = 8
"""So many octets are looked at for an APDU, at the most, for each octet that comes."""

Found: TypeAlias = WrapperMessage | LinkProblem


class WrapperStream:
    """Reads wrapper messages out of a stream that comes in pieces; offsets count from `start`.

    `feed` what came; `silence` says that nothing came for longer than a message may stand still, or nothing comes any
    more. Both return messages and problems in the order of the stream. At most two of the longest messages are kept.
    A message whose APDU cannot be decoded is given out too, if the next one begins right behind it.
    """

    __slots__ = (
        "_allowance",
        "_base",
        "_buffer",
        "_good",
        "_in_step",
        "_is_apdu",
        "_pairs",
        "_pending",
        "_refused",
        "_scan",
        "_tail",
    )

    def __init__(self, is_apdu: IsApdu, start: int = 0) -> None:
        self._is_apdu = is_apdu
        self._buffer = bytearray()
        self._base = start  # the place in the stream of the first octet of the buffer
        self._in_step = True  # a message has to begin there
        self._refused = -1  # the place of a message that had to begin there, and has no APDU in it
        self._scan = start  # what begins before it was looked at
        self._pending: list[tuple[int, int]] = []  # what looks like a message: its end and its place, a heap
        self._good: list[tuple[int, int]] = []  # those that are believed: place and end
        self._pairs: set[tuple[int, int]] = set()  # wPorts that were seen
        self._allowance = _LONGEST
        self._tail = b""  # the last octets of the message before, if one ended where the buffer begins

    def feed(self, octets: bytes) -> list[Found]:
        """Take the next octets."""
        self._buffer += octets
        self._allowance = min(self._allowance + _LOOKS * len(octets), _LOOKS * _LONGEST)
        return self._read(final=False)

    def silence(self) -> list[Found]:
        """Nothing came for a while: what is not complete will not be, and a message begins next."""
        items = self._read(final=True)
        self._in_step = True
        return items

    def _read(self, *, final: bool) -> list[Found]:
        items: list[Found] = []
        while self._buffer and self._step(items, final=final):
            pass
        return items

    def _step(self, items: list[Found], *, final: bool) -> bool:
        """Give out what is decided at the start of the buffer; whether to go on."""
        claimed = self._header(self._base) if self._in_step else None
        if self._tail and (claimed is None or self._is_unheard_of(claimed)):
            claimed = self._take_back(items) or claimed
        end = -1 if claimed is None else self._base + HEADER_SIZE + claimed.length
        is_there = claimed is not None and end <= self._end
        if is_there and self._refused != self._base:
            if self._is_apdu(bytes(self._buffer[HEADER_SIZE : end - self._base])):
                self._give(items, end)
                return True
            self._refused = self._base
        if self._in_step and claimed is None and not final and self._may_begin():
            return False
        self._look(claimed, final=final)
        good = min(self._good, default=None)
        if claimed is not None and not is_there:
            # It may be long, and hold what looks like a message; one in a row with another is none of its data.
            in_row = good is not None and any(place == good[1] for place, _ in self._good)
            if good is None or not (final or in_row or self._is_unheard_of(claimed)):
                return self._nothing_more(items) if final else False
            self._skip(items, good[0], LinkFault.LENGTH, f"length {claimed.length} runs over another message")
            return True
        if good is not None:
            if is_there and end <= good[0] and self._leads_to(end, good[0]):
                self._give(items, end)
            else:
                self._skip(items, good[0])
            return True
        if is_there and (self._leads_to(end, self._end) if final else len(self._buffer) > _MOST_KEPT):
            self._give(items, end)
            return True
        if final:
            return self._nothing_more(items)
        if len(self._buffer) > _MOST_KEPT:
            self._skip(items, self._end - _LONGEST)
            self._in_step = False
        return False

    def _take_back(self, items: list[Found]) -> WrapperHeader | None:
        """Look for a message that begins in the last octets of the one before, which lost some and took these."""
        tail = self._tail
        octets = tail + self._buffer[: HEADER_SIZE - 1]
        place = len(octets)
        while (place := octets.rfind(_VERSION_OCTETS, 0, place + 1)) >= 0:
            if place >= len(tail) or place + HEADER_SIZE > len(octets):
                continue
            header = WrapperHeader.decode(octets, place)
            behind = place + HEADER_SIZE + header.length - len(tail)  # where it ends in the buffer
            is_known = (header.source_wport, header.destination_wport) in self._pairs
            if not is_known or not 0 < behind <= len(self._buffer) or header.length > self._allowance:
                continue
            self._allowance -= header.length
            taken = tail[place:]
            if self._is_apdu(bytes((taken + self._buffer[:behind])[HEADER_SIZE:])):
                self._buffer[:0] = taken
                self._base -= len(taken)
                self._tail = b""
                reason = "a message took the first octets of the next one: it is damaged"
                items.append(LinkProblem(LinkFault.LENGTH, self._base, taken, reason))
                return header
        return None

    @property
    def _end(self) -> int:
        return self._base + len(self._buffer)

    def _header(self, place: int) -> WrapperHeader | None:
        """The header at a place of the stream, if a message with an APDU can begin there."""
        start = place - self._base
        if len(self._buffer) < start + HEADER_SIZE or not self._buffer.startswith(_VERSION_OCTETS, start):
            return None
        header = WrapperHeader.decode(self._buffer, start)
        return header if header.length else None

    def _may_begin(self) -> bool:
        """Whether the octets are fewer than a header has, and may become one."""
        return len(self._buffer) < HEADER_SIZE and _VERSION_OCTETS.startswith(self._buffer[: len(_VERSION_OCTETS)])

    def _is_unheard_of(self, header: WrapperHeader) -> bool:
        pair = (header.source_wport, header.destination_wport)
        return bool(self._pairs) and pair not in self._pairs

    def _leads_to(self, place: int, aim: int) -> bool:
        """Whether messages, one behind the other, lead from a place to another."""
        while place < aim:
            header = self._header(place)
            if header is None:
                return False
            place += HEADER_SIZE + header.length
        return place == aim

    def _look(self, claimed: WrapperHeader | None, *, final: bool) -> None:
        """Look for messages that begin anywhere behind the start, where one was `claimed` to be."""
        buffer, base = self._buffer, self._base
        pairs = self._pairs
        if claimed is not None and not pairs:
            pairs = {(claimed.source_wport, claimed.destination_wport)}
        start = max(self._scan - base, int(self._in_step))
        while (start := buffer.find(_VERSION_OCTETS, start)) >= 0 and start + HEADER_SIZE <= len(buffer):
            header = WrapperHeader.decode(buffer, start)
            is_known = (header.source_wport, header.destination_wport) in pairs
            is_possible = header.source_wport and header.destination_wport and header.length >= _SHORTEST_UNKNOWN
            room = _MOST_PLACES if is_known else _MOST_PLACES // 2
            if header.length and (is_known or is_possible) and len(self._pending) < room:
                end = base + start + HEADER_SIZE + header.length
                heappush(self._pending, (end if is_known else end + len(_VERSION_OCTETS), base + start))
            start += 1
        self._scan = base + (start if start >= 0 else max(len(buffer) - 1, start))
        waiting = []
        while self._pending and (final or self._pending[0][0] <= self._end):
            end, place = heappop(self._pending)
            header = WrapperHeader.decode(buffer, place - base)
            whole = place + HEADER_SIZE + header.length
            if whole > self._end:
                waiting.append((end, place))
            elif self._is_believed(place, whole, header, pairs):
                self._good.append((place, whole))
        self._pending += waiting  # in order, and longer than all that is left

    def _is_believed(self, place: int, end: int, header: WrapperHeader, pairs: set[tuple[int, int]]) -> bool:
        if (header.source_wport, header.destination_wport) not in pairs:
            behind = self._buffer[end - self._base : end - self._base + len(_VERSION_OCTETS)]
            if not _VERSION_OCTETS.startswith(behind):
                return False
        if header.length > self._allowance:
            return False
        self._allowance -= header.length
        return self._is_apdu(bytes(self._buffer[place - self._base + HEADER_SIZE : end - self._base]))

    def _give(self, items: list[Found], end: int) -> None:
        """Give out the message at the start."""
        header = WrapperHeader.decode(self._buffer)
        apdu = bytes(self._buffer[HEADER_SIZE : end - self._base])
        items.append(WrapperMessage(header.source_wport, header.destination_wport, apdu, self._base))
        if self._refused != self._base and len(self._pairs) < _MOST_PAIRS:
            self._pairs.add((header.source_wport, header.destination_wport))
        self._advance(end)
        self._tail = apdu[-_TAIL:]

    def _skip(
        self,
        items: list[Found],
        end: int,
        fault: LinkFault = LinkFault.NOISE,
        reason: str = "octets outside any message",
    ) -> None:
        octets = bytes(self._buffer[: end - self._base])
        if self._refused == self._base:
            reason = "a damaged message"
        items.append(LinkProblem(fault, self._base, octets, reason))
        self._advance(end)

    def _advance(self, end: int) -> None:
        del self._buffer[: end - self._base]
        self._base = end
        self._in_step = True
        self._tail = b""
        self._scan = max(self._scan, end)
        self._good = [pair for pair in self._good if pair[0] >= end]
        self._pending = [pair for pair in self._pending if pair[1] >= end]
        self._pending.sort()

    def _nothing_more(self, items: list[Found]) -> bool:
        """Give out what is left as a problem."""
        header = self._header(self._base) if self._in_step else None
        if header is None or self._refused == self._base:
            self._skip(items, self._end)
        else:
            whole = counted(HEADER_SIZE + header.length, "octet")
            reason = f"the octets end inside a message: {len(self._buffer)} of {whole}"
            self._skip(items, self._end, LinkFault.TRUNCATED, reason)
        return False
