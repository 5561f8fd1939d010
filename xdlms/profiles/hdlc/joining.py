"""Joining the segments of a connection, whose numbers were checked: each comes once and in order.

What goes by without a connection, pushes and recordings, needs the guesses of `segmentation.ApduAssembler`.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.llc import LLC_SIZE, Llc, read_llc
from xdlms.profiles.problems import LinkFault, LinkProblem


@dataclass(frozen=True, slots=True)
class JoinedApdu:
    """An APDU without its LLC header; `llc` None if there was none."""

    apdu: bytes
    llc: Llc | None


class SegmentJoiner:
    """Joins the information of numbered frames; `limit` is the most octets of an APDU with its LLC header."""

    __slots__ = ("_is_too_long", "_joined", "_limit", "_offset", "is_open")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._joined = bytearray()
        self._offset = 0
        self._is_too_long = False
        self.is_open = False
        """Whether segments wait for the rest of their APDU."""

    def feed(self, frame: Frame) -> JoinedApdu | LinkProblem | None:
        """Take the next frame; return the APDU that is complete with it, or that it was too long."""
        if not self.is_open:
            self._offset = frame.offset
        if not self._is_too_long:
            self._joined += frame.information
            self._is_too_long = len(self._joined) > self._limit
            if self._is_too_long:
                del self._joined[self._limit :]
        self.is_open = frame.segmented
        if frame.segmented:
            return None
        joined, too_long = bytes(self._joined), self._is_too_long
        self._joined.clear()
        self._is_too_long = False
        if too_long:
            return LinkProblem(LinkFault.LIMIT, self._offset, joined, f"an APDU of more than {self._limit} octets")
        llc = read_llc(joined)
        return JoinedApdu(joined if llc is None else joined[LLC_SIZE:], llc)

    def finish(self) -> LinkProblem | None:
        """Give up the APDU that is being joined, if there is one: the connection ended."""
        if not self.is_open:
            return None
        problem = LinkProblem(
            LinkFault.INCOMPLETE, self._offset, bytes(self._joined), "the last segments of an APDU are missing"
        )
        self._joined.clear()
        self._is_too_long = self.is_open = False
        return problem
