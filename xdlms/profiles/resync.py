"""Cutting a stream of octets into frames, and finding the way back after noise.

HDLC and M-Bus have the same difficulty: a frame's length stands inside the frame, its first octet
may also be data, and a damaged length hides the frames behind it. The rule here is the same for both:

- where a frame can begin, it is examined; it counts only if its check sequence is right;
- after one that is wrong the search goes on with the very next octet, so that a false start can
  never hide a good frame;
- everything else is reported, as long pieces as can be: a wrong frame that has its end where its
  length says is a piece of its own, other octets are taken together.

What comes out depends on the octets only, not on how they were cut when they were fed. Each octet is
searched once and each place where a frame can begin is examined once, so that the time is in
proportion to the octets whatever they are; what is kept is at most one frame and `noise_limit` octets.
Places that plainly begin nothing are passed over in one go (`FrameFormat.skip`): octets may be made of them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

from xdlms.codec.wording import are
from xdlms.profiles.problems import LinkFault, LinkProblem

NOISE_LIMIT: Final = 65536
"""Octets of noise that are taken together into one `LinkProblem`, at most."""

F = TypeVar("F")
Octets: TypeAlias = bytes | bytearray


@dataclass(slots=True)
class Good(Generic[F]):
    """A frame, and how many octets it takes with its first and last flag."""

    frame: F
    size: int


@dataclass(slots=True)
class Bad:
    """No frame. `size` is known if it ends where its length says.

    `distinct`: it is no false start in the middle of another wrong frame, by all appearances.
    """

    fault: LinkFault
    reason: str
    size: int | None = None
    distinct: bool = False


@dataclass(slots=True)
class NeedMore:
    """It cannot be told before `total` octets are there; `otherwise` is what it is if they never come."""

    total: int
    otherwise: Bad | None = None


class FrameFormat(ABC, Generic[F]):
    """What a `StreamReader` has to know of a kind of frames."""

    fill: bytes
    """The octet that may stand between frames any number of times, or none."""
    shared: int
    """How many octets of a frame's end can be the beginning of the next."""
    shortest: int
    """How many octets the shortest frame takes."""

    @abstractmethod
    def find(self, buffer: Octets, start: int) -> int:
        """Where, from `start` on, a frame can begin; -1 if nowhere."""

    @abstractmethod
    def pending(self, buffer: Octets) -> int:
        """From where on, near the end of `buffer`, a frame can begin that `find` does not see yet."""

    @abstractmethod
    def skip(self, buffer: Octets, start: int, limit: int, *, inside: bool) -> int:
        """A place from `start` on, `limit` at the most, before which `examine` gives nothing that counts.

        That is, behind a wrong frame without a known end: `Bad` without a size that is not distinct; `inside`
        a wrong frame any `Bad`. This is here for speed alone: it may pass over less than it could.
        """

    def whole(self, octets: bytes | bytearray | memoryview, offset: int) -> F | None:
        """The frame that `octets` are from the first to the last, `offset` being its place in the stream; or None.

        This is here for speed alone: it may not see it.
        """
        return None

    @abstractmethod
    def examine(self, buffer: Octets, start: int, offset: int, *, inside: bool) -> Good[F] | Bad | NeedMore:
        """What begins at `start`, which `find` gave; `offset` is its place in the stream.

        `inside` a wrong frame nobody reads the reason why this is none, too.
        """


class StreamReader(Generic[F]):
    """Reads frames out of a stream that comes in pieces.

    `feed` what was received; it returns the frames, and `LinkProblem` for what is none, in the order of
    the stream. Call `finish` at the end, or when the line has been silent for longer than a frame allows:
    it gives what was still waited for. Octets may be fed again after it, the offsets go on.

    A frame is given out as soon as it is complete; octets that only look like the beginning of one hold
    up what follows them until their length is over, or until `finish`.
    """

    __slots__ = ("_base", "_buffer", "_format", "_needed", "_no_fill", "_noise_limit", "_scan", "_start", "_wrong")

    def __init__(self, frame_format: FrameFormat[F], *, noise_limit: int = NOISE_LIMIT) -> None:
        if noise_limit < 1:
            raise ValueError(f"noise_limit must be at least 1, not {noise_limit}")
        self._format = frame_format
        self._noise_limit = noise_limit
        fill = frame_format.fill
        self._no_fill = re.compile(b"[^" + re.escape(fill) + b"]") if fill else None
        self._buffer = bytearray()
        self._base = 0  # the place in the stream of the first octet of the buffer
        self._start = 0  # what comes before it was given out
        self._scan = 0  # what comes before it begins no frame that is still to be found
        self._needed = 0  # with fewer octets there is nothing new to be told
        self._wrong: Bad | None = None  # what begins at _start, if it is not just noise

    @property
    def offset(self) -> int:
        """How many octets were fed so far."""
        return self._base + len(self._buffer)

    def feed(self, octets: bytes | bytearray | memoryview) -> list[F | LinkProblem]:
        """Take the next octets of the stream; return what is complete with them."""
        buffer = self._buffer
        if self._wrong is None and (not buffer or buffer == self._format.fill):
            # Most lines hand on one whole frame at a time, behind nothing but the end of the one before.
            whole = self._format.whole(octets, self.offset)
            if whole is not None:
                end = len(octets) - self._format.shared
                self._base += len(buffer) + end
                self._scan = 0
                buffer[:] = octets[end:]
                return [whole]
        buffer += octets
        if len(buffer) < self._needed:
            return []
        return self._read(final=False)

    def finish(self) -> list[F | LinkProblem]:
        """Return what was waiting for more octets, now that none come."""
        return self._read(final=True)

    def _read(self, *, final: bool) -> list[F | LinkProblem]:
        items: list[F | LinkProblem] = []
        form = self._format
        buffer = self._buffer
        self._needed = 0
        while True:
            self._skip()
            place = form.find(buffer, self._scan)
            if place < 0:
                self._scan = len(buffer) if final else max(self._scan, form.pending(buffer))
                break
            self._account(place, items)
            inside = self._wrong is not None and self._wrong.size is not None
            found = form.examine(buffer, place, self._base + place, inside=inside)
            if isinstance(found, Good):
                self._flush(place, items)
                items.append(found.frame)
                self._start = self._scan = place + found.size - form.shared
                continue
            if isinstance(found, NeedMore):
                if not final:
                    self._scan = place
                    self._needed = place + found.total
                    break
                found = found.otherwise or self._truncated(len(buffer) - place, found.total)
            if not inside and (
                found.size is not None
                or self._wrong is None
                or (found.distinct and place - self._start >= form.shortest)
            ):
                self._flush(place, items)
                self._wrong = found
            self._scan = place + 1
        if final:
            self._flush(len(buffer), items)
        else:
            self._account(self._scan, items)
        done = self._start
        del buffer[:done]
        self._base += done
        self._scan -= done
        self._needed -= done
        self._start = 0
        return items

    def _skip(self) -> None:
        """Pass over what changes nothing, up to where `_account` would give something out."""
        wrong = self._wrong
        if wrong is None:
            return
        if wrong.size is None:
            limit = self._start + self._noise_limit + 1
        else:
            limit = self._start + wrong.size - self._format.shared
        if self._scan < limit:
            self._scan = self._format.skip(self._buffer, self._scan, limit, inside=wrong.size is not None)

    @staticmethod
    def _truncated(there: int, total: int) -> Bad:
        reason = f"the octets end inside a frame: {there} of at least {total} octets {are(there)} there"
        return Bad(LinkFault.TRUNCATED, reason)

    def _account(self, bound: int, items: list[F | LinkProblem]) -> None:
        """Give out what is decided of the octets before `bound`, in which no good frame begins."""
        while True:
            wrong = self._wrong
            if wrong is None:
                self._skip_fill(bound)
            elif wrong.size is not None:
                end = self._start + wrong.size - self._format.shared
                if bound < end:
                    return
                self._report(self._start + wrong.size, items)
                self._start = end
                continue
            if bound - self._start <= self._noise_limit:
                return
            self._report(self._start + self._noise_limit, items)
            self._start += self._noise_limit

    def _flush(self, bound: int, items: list[F | LinkProblem]) -> None:
        """Give out everything before `bound`, where something new begins."""
        self._account(bound, items)
        if self._start < bound:
            self._report(bound, items)
            self._start = bound

    def _skip_fill(self, bound: int) -> None:
        if self._no_fill is not None and self._start < bound:
            match = self._no_fill.search(self._buffer, self._start, bound)
            self._start = bound if match is None else match.start()

    def _report(self, end: int, items: list[F | LinkProblem]) -> None:
        """Add the problem from the start to `end`; what comes next is noise until something else is found."""
        octets = bytes(self._buffer[self._start : end])
        wrong = self._wrong
        self._wrong = None
        fill = self._format.fill
        offset = self._base + self._start
        if wrong is None:
            octets = octets.rstrip(fill)
            if octets:
                items.append(LinkProblem(LinkFault.NOISE, offset, octets, "octets outside any frame"))
            return
        if fill and wrong.size is None:
            bare = octets.rstrip(fill)
            octets = octets[: len(bare) + 1]  # with the closing flag, if there is one
        items.append(LinkProblem(wrong.fault, offset, octets, wrong.reason))
