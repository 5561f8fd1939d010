"""The control field of HDLC frames: which frame it is, and its sequence numbers (IEC 62056-46)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.profiles.problems import FrameError, LinkFault


class FrameKind(StrEnum):
    """The frames of the procedure class of IEC 62056-46."""

    INFORMATION = "I"
    """Information, numbered (the frame I)."""
    RR = "RR"
    """Receive ready."""
    RNR = "RNR"
    """Receive not ready."""
    SNRM = "SNRM"
    """Set normal response mode: connect."""
    UA = "UA"
    """Unnumbered acknowledge."""
    DISC = "DISC"
    """Disconnect."""
    DM = "DM"
    """Disconnected mode."""
    FRMR = "FRMR"
    """Frame reject."""
    UI = "UI"
    """Unnumbered information."""


_POLL_FINAL: Final = 0x10
_SUPERVISORY: Final = {FrameKind.RR: 0x01, FrameKind.RNR: 0x05}
_UNNUMBERED: Final = {
    FrameKind.UI: 0x03,
    FrameKind.DM: 0x0F,
    FrameKind.DISC: 0x43,
    FrameKind.UA: 0x63,
    FrameKind.SNRM: 0x83,
    FrameKind.FRMR: 0x87,
}


@dataclass(frozen=True, slots=True)
class Control:
    """A control field.

    `poll_final` is the P bit of a command and the F bit of a response. `send_sequence` is N(S), of I frames only;
    `receive_sequence` is N(R), of I, RR and RNR frames only; both 0 to 7. Raises EncodeError otherwise.
    """

    kind: FrameKind
    poll_final: bool = False
    send_sequence: int | None = None
    receive_sequence: int | None = None

    def __post_init__(self) -> None:
        numbered = self.kind is FrameKind.INFORMATION
        _check(self.kind, "send_sequence", self.send_sequence, wanted=numbered)
        _check(self.kind, "receive_sequence", self.receive_sequence, wanted=numbered or self.kind in _SUPERVISORY)

    def encode(self) -> int:
        """Return the octet."""
        octet = _POLL_FINAL if self.poll_final else 0
        if self.receive_sequence is None:
            return octet | _UNNUMBERED[self.kind]
        octet |= self.receive_sequence << 5
        if self.send_sequence is None:
            return octet | _SUPERVISORY[self.kind]
        return octet | self.send_sequence << 1

    @staticmethod
    @cache
    def of(
        kind: FrameKind,
        poll_final: bool = False,
        send_sequence: int | None = None,
        receive_sequence: int | None = None,
    ) -> Control:
        """The one object that says this: there are few, and each frame has one. Raises as the class does."""
        return Control(kind, poll_final, send_sequence, receive_sequence)

    @classmethod
    def decode(cls, octet: int) -> Control:
        """Return what `octet` means. Raises FrameError if IEC 62056-46 does not define it."""
        control = _BY_OCTET.get(octet)
        if control is None:
            raise FrameError(LinkFault.CONTROL, f"control field {octet:02X} is not defined")
        return control

    def __str__(self) -> str:
        words = [str(self.kind)]
        if self.send_sequence is not None:
            words.append(f"N(S)={self.send_sequence}")
        if self.receive_sequence is not None:
            words.append(f"N(R)={self.receive_sequence}")
        if self.poll_final:
            words.append("P/F")
        return " ".join(words)


def _check(kind: FrameKind, name: str, number: int | None, *, wanted: bool) -> None:
    if number is None:
        if wanted:
            raise EncodeError(ErrorCode.MISSING_COMPONENT, f"a frame {kind} has a {name}", path=f"$.{name}")
    elif not wanted:
        raise EncodeError(ErrorCode.WRONG_TYPE, f"a frame {kind} has no {name}", path=f"$.{name}")
    elif not 0 <= number <= 7:
        raise EncodeError(ErrorCode.OUT_OF_RANGE, f"{name} {number} is not in 0..7", path=f"$.{name}")


def _every_control() -> list[Control]:
    controls = []
    for poll_final in (False, True):
        controls += [Control(kind, poll_final) for kind in _UNNUMBERED]
        for receive in range(8):
            controls += [Control(kind, poll_final, None, receive) for kind in _SUPERVISORY]
            controls += [Control(FrameKind.INFORMATION, poll_final, send, receive) for send in range(8)]
    return controls


_BY_OCTET: Final = {control.encode(): control for control in _every_control()}
