"""The numbers of a connection: what was sent, acknowledged and received (ISO/IEC 13239, send and receive states).

In half duplex each time a station has the turn is a checkpoint: what the peer has not acknowledged when it gives the
turn back was lost, and goes out again before anything new.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.profiles.hdlc.segmentation import cut_into_segments

MODULUS: Final = 8
"""Sequence numbers count 0 to 7."""


@dataclass(frozen=True, slots=True)
class NumberedSegment:
    """The information of an I frame, with its N(S)."""

    number: int
    information: bytes
    segmented: bool


class Sequence:
    """V(S), V(R) and the frames that wait for being sent or acknowledged; `parameters` are what was agreed."""

    __slots__ = ("_next", "_sent", "_waiting", "parameters", "receive_state")

    def __init__(self, parameters: LinkParameters) -> None:
        self.parameters = parameters
        self.receive_state = 0
        """V(R), the N(S) of the next frame to come."""
        self._next = 0  # N(S) of the next frame that is new
        self._sent: deque[NumberedSegment] = deque()
        self._waiting: deque[tuple[bytes, bool]] = deque()

    @property
    def send_state(self) -> int:
        """V(S), the N(S) of the next frame that is new."""
        return self._next

    @property
    def unacknowledged(self) -> int:
        """Frames that were sent and not acknowledged."""
        return len(self._sent)

    @property
    def has_frames(self) -> bool:
        """Whether anything is left to be sent, for the first time or again."""
        return bool(self._sent or self._waiting)

    def queue(self, octets: bytes) -> None:
        """Take octets, an APDU with its LLC header, to be sent in segments. EncodeError if there are none."""
        self._waiting.extend(cut_into_segments(octets, self.parameters.max_information_transmit))

    def acknowledge(self, receive_sequence: int) -> bool | None:
        """Take the N(R) of the peer.

        Returns whether it acknowledges anything new; None if it acknowledges what was never sent.
        """
        first = self._sent[0].number if self._sent else self._next
        count = (receive_sequence - first) % MODULUS
        if count > len(self._sent):
            return None
        for _ in range(count):
            self._sent.popleft()
        return count > 0

    def take_turn(self) -> list[NumberedSegment]:
        """Return the frames of this turn: those that were not acknowledged, then new ones as far as the window goes."""
        while self._waiting and len(self._sent) < self.parameters.window_transmit:
            information, segmented = self._waiting.popleft()
            self._sent.append(NumberedSegment(self._next, information, segmented))
            self._next = (self._next + 1) % MODULUS
        return list(self._sent)

    def accept(self, send_sequence: int) -> bool:
        """Take the N(S) of an I frame; whether it is the expected one. Another one changes nothing."""
        if send_sequence != self.receive_state:
            return False
        self.receive_state = (self.receive_state + 1) % MODULUS
        return True

    def is_repeated(self, send_sequence: int) -> bool:
        """Whether an I frame that is not the expected one came before, beyond doubt.

        With windows above 4 a number can mean a frame of the past or one behind a lost frame; that is no.
        """
        window = self.parameters.window_receive
        return (send_sequence - self.receive_state) % MODULUS >= max(window, MODULUS - window)
