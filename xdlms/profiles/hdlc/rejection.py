"""The information field of FRMR: which frame was rejected, and why (ISO/IEC 13239, frame reject response)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from xdlms.profiles.problems import FrameError, LinkFault

SIZE: Final = 3
"""Octets of the information field."""


class Rejected(IntFlag):
    """Why a frame was rejected: the bits w, x, y and z."""

    CONTROL = 0x01
    """w: the control field is not defined, or the frame does not belong here."""
    INFORMATION = 0x02
    """x: the frame has information, and must not."""
    TOO_LONG = 0x04
    """y: there is more information than was agreed."""
    RECEIVE_SEQUENCE = 0x08
    """z: N(R) acknowledges what was never sent."""


@dataclass(frozen=True, slots=True)
class FrameReject:
    """What an FRMR says.

    `control` is the rejected control field, 0 to 255; `send_state` and `receive_state` are V(S) and V(R) of the
    station that rejects, 0 to 7; `reason` are the bits; `is_response` says that the rejected frame was one.
    """

    control: int
    send_state: int
    receive_state: int
    reason: Rejected
    is_response: bool = False

    def encode(self) -> bytes:
        """Return the three octets."""
        states = self.receive_state << 5 | (0x10 if self.is_response else 0) | self.send_state << 1
        return bytes((self.control, states, self.reason))

    @classmethod
    def decode(cls, information: bytes) -> FrameReject:
        """Read the information field. Raises FrameError (TRUNCATED) if it is shorter; what follows is ignored."""
        if len(information) < SIZE:
            reason = f"FRMR has {SIZE} octets of information, {len(information)} are there"
            raise FrameError(LinkFault.TRUNCATED, reason, offset=len(information))
        control, states, bits = information[:SIZE]
        return cls(control, states >> 1 & 7, states >> 5, Rejected(bits & 0x0F), bool(states & 0x10))

    def __str__(self) -> str:
        words = [flag.name.lower().replace("_", " ") for flag in Rejected if flag in self.reason and flag.name]
        return f"control field {self.control:02X} was rejected: {', '.join(words) or 'no reason given'}"
