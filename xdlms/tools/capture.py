"""From recorded octets to the APDUs in them: what frames carry them, and where each stood in the input.

The framing modules are loaded only where octets may be framed at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from xdlms.tools.editions import NEWEST
from xdlms.tools.hextext import Line
from xdlms.tools.reading import Target, is_apdu
from xdlms.tools.words import short_octets

if TYPE_CHECKING:
    from xdlms.profiles.framing import LinkFrame, LinkProblem, Packet, Unframed

FRAMINGS: Final = ("auto", "none", "wrapper", "hdlc", "mbus")
AUTO: Final = "auto"
NONE: Final = "none"
_FLAG_OR_MBUS: Final = re.compile(rb"\x7e|\x68(.)\1\x68|\A[\x10\x68\xe5]", re.DOTALL)
_WRAPPER_VERSION: Final = b"\x00\x01"
_WRAPPER_HEADER: Final = 8
_MOST_SEGMENTS: Final = 64


class Place:
    """Where something stands in an input: the `line` of a text (None for binary), and the octet in it."""

    __slots__ = ("line", "offset")

    def __init__(self, line: int | None, offset: int) -> None:
        self.line = line
        self.offset = offset

    def __str__(self) -> str:
        return f"octet {self.offset}" if self.line is None else f"line {self.line}, octet {self.offset}"


Locate: TypeAlias = Callable[[int], Place]


class Found:
    """An APDU in an input.

    `locate` tells the place of an octet of it; `link` is its way in words (empty if it came unframed);
    `direction` tells apart who sends to whom; `packet` is what it was taken out of (None if it came unframed).
    """

    __slots__ = ("apdu", "direction", "link", "locate", "packet")

    def __init__(
        self,
        apdu: bytes,
        locate: Locate,
        link: str = "",
        direction: Hashable = None,
        packet: Packet | None = None,
    ) -> None:
        self.apdu = apdu
        self.locate = locate
        self.link = link
        self.direction = direction
        self.packet = packet


class OtherFrame:
    """A frame that carries no APDU, and what it is in words."""

    __slots__ = ("frame", "place", "text")

    def __init__(self, frame: LinkFrame, text: str, place: Place) -> None:
        self.frame = frame
        self.text = text
        self.place = place


class Fault:
    """Octets that are no frame, or segments without the rest of their APDU.

    `harmless` says that nothing was lost, as with a segment that was sent twice.
    """

    __slots__ = ("code", "harmless", "octets", "place", "reason")

    def __init__(self, code: str, reason: str, octets: bytes, place: Place, *, harmless: bool) -> None:
        self.code = code
        self.reason = reason
        self.octets = octets
        self.place = place
        self.harmless = harmless


Item: TypeAlias = Found | OtherFrame | Fault


def cannot_be_framed(octets: bytes) -> bool:
    """Whether no framing can be found in octets: no flag of HDLC, no beginning of M-Bus, no message of the wrapper."""
    if octets.startswith(_WRAPPER_VERSION) or _FLAG_OR_MBUS.search(octets) is not None:
        return False
    start = -1
    while (start := octets.find(_WRAPPER_VERSION, start + 1)) >= 0:
        length = octets[start + 6 : start + _WRAPPER_HEADER]
        end = start + _WRAPPER_HEADER + int.from_bytes(length, "big")
        if end <= len(octets):
            return False
    return True


def find_apdus(lines: Sequence[Line], framing: str, *, is_text: bool, target: Target | None = None) -> Iterator[Item]:
    """The APDUs in the lines of one input, and everything else that is there.

    `framing` is one of FRAMINGS; with AUTO, what is an APDU of `target` (by default, of the newest edition) as a
    whole is not searched for frames. Each line is a capture of its own, unless an APDU goes on in the next.
    """
    index = 0
    while index < len(lines):
        line = lines[index]
        number = line.number if is_text else None
        if framing == NONE or (framing == AUTO and cannot_be_framed(line.octets)):
            yield Found(line.octets, _plain(number))
            index += 1
            continue
        count, unframed = _unframe(lines, index, framing, target or Target(NEWEST))
        yield from _items(unframed, _Map(lines[index : index + count], is_text))
        index += count


def _plain(number: int | None) -> Locate:
    return lambda offset: Place(number, offset)


class _Map:
    """The places of octets that came in several lines."""

    __slots__ = ("_is_text", "_starts")

    def __init__(self, lines: Sequence[Line], is_text: bool) -> None:
        self._is_text = is_text
        self._starts: list[tuple[int, int]] = []
        start = 0
        for line in lines:
            self._starts.append((start, line.number))
            start += len(line.octets)

    def place(self, offset: int) -> Place:
        start, number = next((pair for pair in reversed(self._starts) if pair[0] <= offset), self._starts[0])
        return Place(number if self._is_text else None, offset - start)


def _unframe(lines: Sequence[Line], index: int, framing: str, target: Target) -> tuple[int, Unframed]:
    """The frames of a line; of more lines together where the segments of an APDU go on in them."""
    from xdlms.profiles.framing import Framing, unframe

    wanted = None if framing == AUTO else Framing(framing)
    octets = lines[index].octets
    is_whole = partial(is_apdu, target)
    first = unframed = unframe(octets, wanted, is_whole)
    count = 1
    while _is_open(unframed) and index + count < len(lines) and count < _MOST_SEGMENTS:
        more = lines[index + count].octets
        if unframe(more, wanted, is_whole).framing is not first.framing:
            break
        octets += more
        count += 1
        unframed = unframe(octets, first.framing)
    return (1, first) if _is_open(unframed) else (count, unframed)


def _is_open(unframed: Unframed) -> bool:
    from xdlms.profiles.problems import LinkFault

    return any(problem.fault is LinkFault.INCOMPLETE for problem in unframed.problems)


def _items(unframed: Unframed, places: _Map) -> Iterator[Item]:
    from xdlms.profiles.framing import LinkProblem, Packet

    for item in unframed.items:
        if isinstance(item, Packet):
            yield _found(item, places)
        elif isinstance(item, LinkProblem):
            yield _fault(item, places)
        else:
            yield OtherFrame(item, _frame_in_words(item), places.place(item.offset))


def _found(packet: Packet, places: _Map) -> Found:
    link = packet.link
    if link.framing.value == NONE:
        return Found(packet.apdu, places.place)
    ends = None if link.source is None else (str(link.source), str(link.destination))
    return Found(packet.apdu, lambda offset: places.place(packet.locate(offset)), str(link), ends, packet)


def _fault(problem: LinkProblem, places: _Map) -> Fault:
    from xdlms.profiles.problems import LinkFault

    harmless = problem.fault is LinkFault.REPEATED
    place = places.place(problem.offset)
    return Fault(problem.fault.value, problem.reason, problem.octets, place, harmless=harmless)


def _frame_in_words(frame: LinkFrame) -> str:
    information = f", information {short_octets(frame.information)}" if frame.information else ""
    return f"{frame.link}{information}{_parameters(frame)}"


def _parameters(frame: LinkFrame) -> str:
    """What an SNRM or UA frame says of sizes and windows."""
    if frame.link.kind.split(" ")[0] not in ("SNRM", "UA") or not frame.information:
        return ""
    from xdlms.profiles.hdlc.parameters import LinkParameters
    from xdlms.profiles.problems import FrameError

    try:
        said = LinkParameters.decode(frame.information)
    except FrameError as error:
        return f" ({error.reason})"
    return (
        f" (information: transmit {said.max_information_transmit}, receive {said.max_information_receive};"
        f" window: transmit {said.window_transmit}, receive {said.window_receive})"
    )
