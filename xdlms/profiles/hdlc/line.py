"""What both sides of an HDLC line do alike: octets in, frames out, events, and the APDUs in the frames."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

from xdlms.profiles.hdlc.connections import Connection
from xdlms.profiles.hdlc.control import FrameKind
from xdlms.profiles.hdlc.frame import Frame, FrameHeader
from xdlms.profiles.hdlc.llc import LLC_SIZE, Llc
from xdlms.profiles.hdlc.reader import FrameReader
from xdlms.profiles.hdlc.settings import HdlcSettings
from xdlms.profiles.hdlc.states import State
from xdlms.profiles.link import ApduReceived, LinkDown, LinkEvent, LinkTrouble
from xdlms.profiles.problems import FrameError, LinkFault, LinkProblem

COMMANDS: Final = frozenset(
    (FrameKind.INFORMATION, FrameKind.RR, FrameKind.RNR, FrameKind.SNRM, FrameKind.DISC, FrameKind.UI)
)
"""What a client sends."""
RESPONSES: Final = frozenset(
    (FrameKind.INFORMATION, FrameKind.RR, FrameKind.RNR, FrameKind.UA, FrameKind.DM, FrameKind.FRMR, FrameKind.UI)
)
"""What a server sends."""
WITH_INFORMATION: Final = frozenset(
    (FrameKind.INFORMATION, FrameKind.UI, FrameKind.SNRM, FrameKind.UA, FrameKind.DISC, FrameKind.DM, FrameKind.FRMR)
)
"""Frames that may have information."""


class HdlcLine(ABC):
    """The common part of `PrimaryLink` and `SecondaryLink`; one object is one line."""

    _llc_sent: Llc
    _llc_received: Llc

    def __init__(self, settings: HdlcSettings) -> None:
        self._settings = settings
        self._reader = FrameReader()
        self._offset = 0
        self._out: list[bytes] = []
        self._events: list[LinkEvent] = []
        self._stands_still_at: float | None = None  # when a frame that is not complete is over

    @property
    def largest_apdu(self) -> int:
        """The octets of the longest APDU that is cut into segments."""
        return self._settings.apdu_limit

    def octets_to_send(self) -> list[bytes]:
        """The frames to write to the line now, in order; they are given once."""
        out = self._out
        self._out = []
        return out

    def events(self) -> list[LinkEvent]:
        """What happened since the last call, in order."""
        events = self._events
        self._events = []
        return events

    def receive_octets(self, octets: bytes, *, now: float) -> None:
        """Take octets as they come from the line, in pieces of any size."""
        if not octets:
            return
        self._heard(len(octets), now)
        items = self._reader.feed(octets)
        last = items[-1] if items else None
        is_complete = isinstance(last, Frame) and last.offset + last.size == self._reader.offset
        self._stands_still_at = None if is_complete else now + self._settings.inter_octet_timeout
        self._read(items, now)

    def _end_frame_that_stands_still(self, now: float) -> None:
        if self._stands_still_at is not None and self._stands_still_at <= now:
            self._stands_still_at = None
            self._read(self._reader.finish(), now)

    def _read(self, items: list[Frame | LinkProblem], now: float) -> None:
        for item in items:
            if isinstance(item, Frame):
                self._frame(item, now)
                continue
            self._events.append(LinkTrouble(item))
            if item.fault is LinkFault.CONTROL:
                # The frame is whole, so that the sender can be told.
                self._undefined_control(FrameHeader.decode(item.octets[1:]), now)
            else:
                self._damage()
        self._settle(now)

    @abstractmethod
    def _heard(self, count: int, now: float) -> None:
        """Octets came, whatever they are."""

    @abstractmethod
    def _damage(self) -> None:
        """Octets came that may have been a frame."""

    @abstractmethod
    def _undefined_control(self, header: FrameHeader, now: float) -> None:
        """A frame came whose control field means nothing."""

    @abstractmethod
    def _frame(self, frame: Frame, now: float) -> None:
        """A frame came."""

    @abstractmethod
    def _settle(self, now: float) -> None:
        """All that came was taken: send what is due."""

    # --- APDUs

    def _take_segment(self, connection: Connection, frame: Frame) -> bool:
        """Join the information of the next numbered frame; returns whether an APDU is complete with it."""
        if not frame.information and not connection.apdus.is_open:
            return False
        found = connection.apdus.feed(frame)
        if isinstance(found, LinkProblem):
            self._events.append(LinkTrouble(found))
            return False
        return found is not None and self._take_apdu(connection, frame, found.llc, found.apdu)

    def _take_unnumbered(self, connection: Connection, frame: Frame) -> None:
        """Join the information of a UI frame."""
        if not frame.information and not connection.ui_apdus.is_open:
            return
        for result in connection.ui_apdus.feed(frame):
            if isinstance(result, LinkProblem):
                self._events.append(LinkTrouble(result))
            else:
                self._take_apdu(connection, frame, result.llc, result.apdu)

    def _take_apdu(self, connection: Connection, frame: Frame, llc: Llc | None, apdu: bytes) -> bool:
        """Check the LLC header, and hand the APDU on."""
        if llc is not self._llc_received or not apdu:
            reason = f"an APDU behind LLC header {self._llc_received.value.hex().upper()} has to be here"
            self._trouble(LinkFault.FORMAT, frame, reason)
            return False
        confirmed = frame.control.kind is FrameKind.INFORMATION
        self._events.append(ApduReceived(connection.saps, apdu, confirmed))
        return True

    def _check_apdu(self, apdu: bytes) -> bytes:
        """Return the APDU behind its LLC header. Raises FrameError if no link carries it."""
        if not apdu:
            raise FrameError(LinkFault.LENGTH, "an APDU of no octets cannot be sent")
        if len(apdu) > self.largest_apdu:
            reason = f"an APDU of {len(apdu)} octets; this link carries up to {self.largest_apdu}"
            raise FrameError(LinkFault.LIMIT, reason, offset=self.largest_apdu)
        return self._llc_sent.value + apdu

    def _check_unnumbered(self, connection: Connection, octets: bytes) -> None:
        connected = connection.state is State.CONNECTED
        parameters = connection.parameters if connected else self._settings.parameters
        longest = parameters.max_information_transmit
        if len(octets) > longest:
            reason = f"an APDU of {len(octets) - LLC_SIZE} octets for one UI frame, which holds {longest - LLC_SIZE}"
            raise FrameError(LinkFault.LIMIT, reason, offset=longest - LLC_SIZE)

    # --- what is told

    def _down(self, connection: Connection, reason: str, *, by_peer: bool = False) -> None:
        problem = connection.apdus.finish()
        if problem is not None:
            self._events.append(LinkTrouble(problem))
        self._events.append(LinkDown(connection.saps, reason, by_peer))

    def _trouble(self, fault: LinkFault, frame: Frame, reason: str) -> None:
        self._events.append(LinkTrouble(LinkProblem(fault, frame.offset, frame.encode(), reason)))
