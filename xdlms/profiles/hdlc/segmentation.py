"""APDUs in the information of HDLC frames: cut into segments, and joined again (IEC 62056-46).

An APDU with its LLC header that is longer than the information field allows goes in several frames, all
but the last with the segmentation bit. Connected stations send them in I frames, whose numbers the link checks
before the frames come here; meters that push also send them in UI frames, or in I frames that are all
numbered alike, and nobody acknowledges them. So the joining goes by the segmentation bit, and by the numbers
N(S) where frames have numbers that are not all alike: then none may be missing.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.codec.wording import counted
from xdlms.profiles.hdlc.control import FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.llc import LLC_SIZE, Llc, read_llc
from xdlms.profiles.problems import LinkFault, LinkProblem

APDU_LIMIT: Final = 1 << 20
"""Octets of one APDU that an assembler takes, if it is told nothing else."""


_UNFINISHED: Final = "the last segments of an APDU are missing"
_MODULUS: Final = 8


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


class _Verdict(Enum):
    """What the number of a segment tells."""

    NOTHING = auto()
    """There are no numbers, or all are alike."""
    FOLLOWS = auto()
    AGAIN = auto()
    """It is in the APDU already."""
    EARLY = auto()
    """One before it is missing, and may still be sent again."""
    LOST = auto()
    """One before it is missing, and is not sent any more."""


class _Numbers:
    """The numbers N(S) of the segments of one APDU.

    A station takes no notice of a segment whose number does not follow, and waits for the missing one to be sent
    again with all that came behind it. So what came early is kept, at most seven segments, to be compared with what is
    sent again: in a recording that misses a frame the sender goes on instead, and its numbers come around.
    """

    __slots__ = ("_alike", "_before", "_early", "_newest", "_taken")

    def __init__(self, first: Frame) -> None:
        self._before = first  # the last segment that was taken
        self._alike: bool | None = None  # not known before the second segment
        self._taken = {first.control.send_sequence: first.information}
        self._early: dict[int, bytes] = {}
        self._newest: Frame | None = None  # the last one that came early

    @property
    def missing(self) -> str:
        """The segment that others came early for, in words; empty if there is none."""
        number = self._before.control.send_sequence
        if not self._early or number is None:
            return ""
        return f"the segment with N(S)={(number + 1) % _MODULUS} of an APDU is missing"

    def judge(self, frame: Frame) -> _Verdict:
        """Tell what the number of the next segment tells, and count it."""
        before, number = self._before.control.send_sequence, frame.control.send_sequence
        if before is None or number is None:
            return _Verdict.NOTHING
        if self._alike is None and number == before:
            self._alike = True
        if self._alike:
            return _Verdict.NOTHING if number == before else _Verdict.LOST
        self._alike = False
        information = frame.information
        if self.comes_around(frame) or self._early.get(number, information) != information:
            return _Verdict.LOST
        if number == (before + 1) % _MODULUS:
            self._early.pop(number, None)
            if self._early and not frame.segmented:
                return _Verdict.LOST  # there was more of it before
            if not self._early:
                self._newest = None
            self._before = frame
            self._taken[number] = information
            return _Verdict.FOLLOWS
        if self.has(frame):
            return _Verdict.AGAIN
        self._early[number] = information
        self._newest = frame
        return _Verdict.EARLY

    def has(self, frame: Frame) -> bool:
        """Whether a segment is one of the last eight that were taken; that takes numbers that tell them apart."""
        number = frame.control.send_sequence
        return number is not None and not self._alike and self._taken.get(number) == frame.information

    def comes_around(self, frame: Frame) -> bool:
        """Whether the sender goes on with the number of a segment that it would have to send again."""
        return (
            self._newest is not None
            and _is_successor(self._newest, frame)
            and (
                _is_successor(self._before, frame) or self._before.control.send_sequence == frame.control.send_sequence
            )
        )

    def is_over_before(self, frame: Frame) -> bool:
        """Whether the last segment came, early, and `frame` is that of another APDU behind it."""
        return self._newest is not None and not self._newest.segmented and _is_successor(self._newest, frame)


class ApduAssembler:
    """Joins the segments that one station sends to another; only I and UI frames with information belong here.

    `limit` is the most octets an APDU with its LLC header may have. Every frame that is fed is in an APDU or in a
    problem, at once or later: call `finish` when no more can come.

    Two things tell that segments of one APDU were lost and those of the next one come already: an LLC header
    on a segment, unless it is an I frame that follows the one before it in number; and `suspect`. Segments that come
    before a missing one are problems, and are not joined; it is waited for as long as it can be sent again.
    """

    __slots__ = (
        "_before",
        "_first",
        "_has_llc",
        "_joined",
        "_last",
        "_limit",
        "_numbers",
        "_places",
        "_skipping",
        "_starts",
        "_suspect",
    )

    def __init__(self, *, limit: int = APDU_LIMIT) -> None:
        if limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit}")
        self._limit = limit
        self._joined = bytearray()
        # arrays, since a sender may make segments of one octet
        self._starts = array("Q")
        self._places = array("Q")
        self._first: Frame | None = None  # of the APDU that is being joined
        self._numbers: _Numbers | None = None  # of its segments
        self._last: Frame | None = None  # the frame before, if it was a segment
        self._before: Frame | None = None  # the frame before, whatever it was
        self._has_llc = False  # the APDU before began with an LLC header
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
        last, numbers = self._last, self._numbers
        around = numbers is not None and numbers.comes_around(frame)
        if last is not None and not around and _is_repetition(last, frame):
            return [_problem(LinkFault.REPEATED, frame, f"segment with N(S)={frame.control.send_sequence} sent again")]
        if self.is_open or self._skipping:
            follows = last is not None and _is_successor(last, frame)
            again = numbers is not None and numbers.has(frame)
            anew = not follows and not again and read_llc(frame.information) is not None
            if anew or (numbers is not None and numbers.is_over_before(frame)):
                items += self._give_up(LinkFault.INCOMPLETE, _UNFINISHED)
                self._skipping = False
            elif numbers is not None:
                verdict = numbers.judge(frame)
                number = frame.control.send_sequence
                if verdict is _Verdict.AGAIN:
                    return [_problem(LinkFault.REPEATED, frame, f"segment with N(S)={number} sent again")]
                if verdict is _Verdict.EARLY:
                    return [_problem(LinkFault.SEQUENCE, frame, f"segment with N(S)={number}, but {numbers.missing}")]
                if verdict is _Verdict.LOST or (self._suspect and verdict is _Verdict.NOTHING):
                    items += self._give_up(LinkFault.INCOMPLETE, "a segment of an APDU is missing")
                    self._skipping = True
        elif self._is_headless(frame):
            items.append(_problem(LinkFault.SEQUENCE, frame, "segment of an APDU whose first segment is missing"))
            self._skipping = frame.segmented
            self._suspect = False
            self._last = self._before = frame
            return items
        self._suspect = False
        self._last = self._before = frame
        if self._skipping:
            items.append(_problem(LinkFault.SEQUENCE, frame, "segment of an APDU that was given up"))
            self._skipping = frame.segmented
        else:
            self._join(frame, items)
        return items

    def finish(self, reason: str = _UNFINISHED) -> list[LinkProblem]:
        """Give up the APDU that is being joined, if there is one, because of `reason`, and begin anew."""
        problems = self._give_up(LinkFault.INCOMPLETE, reason)
        self._last = self._before = None
        self._suspect = self._skipping = False
        return problems

    def _is_headless(self, frame: Frame) -> bool:
        """Whether a frame goes on with an APDU of which nothing came, where each begins with an LLC header."""
        if not self._has_llc or any(llc.value.startswith(frame.information[:LLC_SIZE]) for llc in Llc):
            return False
        before, number = self._before, frame.control.send_sequence
        if self._suspect or before is None or number is None or before.control.send_sequence is None:
            return self._suspect
        return number != before.control.send_sequence and not _is_successor(before, frame)

    def _join(self, frame: Frame, items: list[AssembledApdu | LinkProblem]) -> None:
        if self._first is None:
            self._first = frame
            self._numbers = _Numbers(frame)
        self._starts.append(len(self._joined))
        self._places.append(frame.information_offset)
        self._joined += frame.information
        if len(self._joined) > self._limit:
            items += self._give_up(LinkFault.LIMIT, f"an APDU of more than {counted(self._limit, 'octet')}")
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
        self._has_llc = llc is not None
        self._reset()
        return AssembledApdu(joined[skip:], llc, first, tuple(origins))

    def _give_up(self, fault: LinkFault, reason: str) -> list[LinkProblem]:
        if self._first is None:
            return []
        if self._numbers is not None:
            reason = self._numbers.missing or reason
        problem = LinkProblem(fault, self._first.offset, bytes(self._joined), reason)
        self._reset()
        return [problem]

    def _reset(self) -> None:
        self._joined.clear()
        del self._starts[:], self._places[:]
        self._first = self._numbers = None


def _problem(fault: LinkFault, frame: Frame, reason: str) -> LinkProblem:
    return LinkProblem(fault, frame.offset, frame.information, reason)


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
    return before is not None and number is not None and number == (before + 1) % _MODULUS
