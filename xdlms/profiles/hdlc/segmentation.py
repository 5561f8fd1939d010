"""APDUs in the information of HDLC frames: cut into segments, and joined again (IEC 62056-46).

An APDU with its LLC header that is longer than the information field allows goes in several frames, all
but the last with the segmentation bit. Connected stations send them in I frames, whose numbers the link checks
before the frames come here; meters that push also send them in UI frames, or in I frames that are all
numbered alike, and nobody acknowledges them. So the joining goes by the segmentation bit, and uses the
numbers only where they help.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Final

from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.profiles.hdlc.control import FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.llc import LLC_SIZE, Llc, read_llc
from xdlms.profiles.problems import LinkFault, LinkProblem

APDU_LIMIT: Final = 1 << 20
"""Octets of one APDU that an assembler takes, if it is told nothing else."""


def cut_into_segments(octets: bytes, max_information: int) -> list[tuple[bytes, bool]]:
    """Cut an APDU with its LLC header into the information of frames, each with its segmentation bit.

    `max_information` is the most octets of one frame, at least 1; EncodeError for less, or if `octets` are empty.
    """
    if max_information < 1:
        reason = f"max_information {max_information} is less than 1"
        raise EncodeError(ErrorCode.OUT_OF_RANGE, reason, path="$.max_information")
    if not octets:
        raise EncodeError(ErrorCode.SIZE, "there is nothing to send", path="$.octets")
    last = len(octets) - max_information
    return [(octets[at : at + max_information], at < last) for at in range(0, len(octets), max_information)]


@dataclass(frozen=True, slots=True)
class AssembledApdu:
    """An APDU without its LLC header, and where it came from.

    `first` is the first of its frames. `origins` has one pair a frame: where its part begins in the APDU, and where
    that part stood in the stream.
    """

    apdu: bytes
    llc: Llc | None
    first: Frame
    origins: tuple[tuple[int, int], ...]


class ApduAssembler:
    """Joins the segments that one station sends to another; only I and UI frames with information belong here.

    `limit` is the most octets an APDU with its LLC header may have. Every frame that is fed is in an APDU or in a
    problem, at once or later: call `finish` when no more can come.

    Two things tell that segments of one APDU were lost and those of the next one come already: an LLC header
    on a segment, unless it is an I frame that follows the one before it in number; and `suspect`.
    """

    __slots__ = ("_first", "_joined", "_last", "_limit", "_places", "_skipping", "_starts", "_suspect")

    def __init__(self, *, limit: int = APDU_LIMIT) -> None:
        if limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit}")
        self._limit = limit
        self._joined = bytearray()
        # arrays, since a sender may make segments of one octet
        self._starts = array("Q")
        self._places = array("Q")
        self._first: Frame | None = None  # of the APDU that is being joined
        self._last: Frame | None = None  # the frame before, if it was a segment
        self._suspect = False  # something was lost since then, perhaps a segment
        self._skipping = False  # the APDU was given up, but its segments still come

    @property
    def is_open(self) -> bool:
        """Whether segments wait for the rest of their APDU."""
        return self._first is not None

    def suspect(self) -> None:
        """Take note that octets were lost that may have been a segment.

        Then only an I frame that follows in number goes on with the APDU.
        """
        self._suspect = True

    def feed(self, frame: Frame) -> list[AssembledApdu | LinkProblem]:
        """Take the next frame; return the APDU that is complete with it, and what turned out to be lost."""
        items: list[AssembledApdu | LinkProblem] = []
        last = self._last
        if last is not None and _is_repetition(last, frame):
            reason = f"segment with N(S)={frame.control.send_sequence} sent again"
            return [LinkProblem(LinkFault.REPEATED, frame.offset, frame.information, reason)]
        if self.is_open or self._skipping:
            follows = last is not None and _is_successor(last, frame)
            anew = not follows and read_llc(frame.information) is not None
            if anew:
                items += self._give_up(LinkFault.INCOMPLETE, "the last segments of an APDU are missing")
                self._skipping = False
            elif self._suspect and not follows and self.is_open:
                items += self._give_up(LinkFault.INCOMPLETE, "a segment of an APDU is missing")
                self._skipping = True
        self._suspect = False
        self._last = frame
        if self._skipping:
            reason = "segment of an APDU that was given up"
            items.append(LinkProblem(LinkFault.SEQUENCE, frame.offset, frame.information, reason))
            self._skipping = frame.segmented
        else:
            self._join(frame, items)
        return items

    def finish(self, reason: str = "the last segments of an APDU are missing") -> list[LinkProblem]:
        """Give up the APDU that is being joined, if there is one, because of `reason`, and begin anew."""
        problems = self._give_up(LinkFault.INCOMPLETE, reason)
        self._last = None
        self._suspect = self._skipping = False
        return problems

    def _join(self, frame: Frame, items: list[AssembledApdu | LinkProblem]) -> None:
        if self._first is None:
            self._first = frame
        self._starts.append(len(self._joined))
        self._places.append(frame.information_offset)
        self._joined += frame.information
        if len(self._joined) > self._limit:
            items += self._give_up(LinkFault.LIMIT, f"an APDU of more than {self._limit} octets")
            self._skipping = frame.segmented
        elif not frame.segmented:
            items.append(self._complete(self._first))

    def _complete(self, first: Frame) -> AssembledApdu:
        joined = bytes(self._joined)
        llc = read_llc(joined)
        skip = 0 if llc is None else LLC_SIZE
        origins = []
        for index, start in enumerate(self._starts):
            end = self._starts[index + 1] if index + 1 < len(self._starts) else len(joined)
            cut = max(skip - start, 0)
            if start + cut < end:
                origins.append((start + cut - skip, self._places[index] + cut))
        if len(self._starts) == 1:
            self._last = None  # it was no segment
        self._reset()
        return AssembledApdu(joined[skip:], llc, first, tuple(origins))

    def _give_up(self, fault: LinkFault, reason: str) -> list[LinkProblem]:
        if self._first is None:
            return []
        problem = LinkProblem(fault, self._first.offset, bytes(self._joined), reason)
        self._reset()
        return [problem]

    def _reset(self) -> None:
        self._joined.clear()
        del self._starts[:], self._places[:]
        self._first = None


def _is_repetition(last: Frame, frame: Frame) -> bool:
    """Whether `frame` is `last` once more. Meters that number all frames alike repeat the number only."""
    return (
        frame.control.kind is FrameKind.INFORMATION
        and frame.control.send_sequence == last.control.send_sequence
        and frame.information == last.information
        and frame.segmented == last.segmented
    )


def _is_successor(last: Frame, frame: Frame) -> bool:
    before, number = last.control.send_sequence, frame.control.send_sequence
    return before is not None and number is not None and number == (before + 1) % 8
