"""What a secondary station sends when it is asked (IEC 62056-46; normal response mode, half duplex).

After a command with P = 1 the line is its own until it has sent a frame with F = 1. It sends nothing again by itself.
"""

from __future__ import annotations

from typing import Final

from xdlms.profiles.hdlc.connections import ServerConnection
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.information import SetupInformation
from xdlms.profiles.hdlc.line import HdlcLine
from xdlms.profiles.hdlc.llc import Llc
from xdlms.profiles.hdlc.settings import HdlcSettings
from xdlms.profiles.link import Saps
from xdlms.profiles.problems import FrameError

MOST_CONNECTIONS: Final = 1024
"""Clients that a station remembers something of."""


class Responding(HdlcLine):
    """The part of `SecondaryLink` that answers."""

    _llc_sent = Llc.RESPONSE
    _llc_received = Llc.COMMAND

    def __init__(self, settings: HdlcSettings, refusal_information: bytes) -> None:
        super().__init__(settings)
        self._refusal_information = refusal_information
        self._asked: ServerConnection | None = None  # whose turn it is to answer
        self._answer_by = 0.0
        self._user_information: dict[Saps, bytes] = {}

    def _settle(self, now: float) -> None:
        """Answer, if it is the server's turn and there is something to say or nothing to wait for."""
        asked = self._asked
        if asked is None:
            return
        sequence = asked.sequence
        if sequence.has_frames and not asked.busy:
            self._send_unnumbered(asked, final=False)
            segments = sequence.take_turn()
            for place, segment in enumerate(segments, 1):
                final = place == len(segments) and not asked.holds
                control = Control.of(FrameKind.INFORMATION, final, segment.number, sequence.receive_state)
                self._response(asked, control, segment.information, segment.segmented)
            if asked.holds:
                self._supervise(asked)
            self._asked = None
        elif asked.unnumbered:
            self._send_unnumbered(asked, final=not asked.holds)
            if asked.holds:
                self._supervise(asked)
            self._asked = None
        elif not asked.owed or self._answer_by <= now or asked.busy:
            self._supervise(asked)
            self._asked = None

    def _send_unnumbered(self, connection: ServerConnection, *, final: bool) -> None:
        count = len(connection.unnumbered)
        for place, octets in enumerate(connection.unnumbered, 1):
            self._response(connection, Control(FrameKind.UI, final and place == count), octets)
        connection.unnumbered.clear()

    def _supervise(self, connection: ServerConnection) -> None:
        control = Control.of(connection.supervisory, True, None, connection.sequence.receive_state)
        self._response(connection, control, b"")

    def _send_ua(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        self._take_user_information(connection, frame)
        self._answer(connection, Control(FrameKind.UA, True), b"", frame)

    def _send_dm(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        is_refusal = frame is not None and frame.control.kind is FrameKind.SNRM
        said = SetupInformation(user_information=self._refusal_information if is_refusal else b"")
        self._answer(connection, Control(FrameKind.DM, True), said.encode(), frame)

    def _send_frmr(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        self._answer(connection, Control(FrameKind.FRMR, True), connection.rejected, frame)

    def _answer(self, connection: ServerConnection, control: Control, information: bytes, frame: Frame | None) -> None:
        """Send a response to `frame`, if that has P = 1."""
        if frame is not None and frame.control.poll_final:
            self._response(connection, control, information)

    def _response(
        self, connection: ServerConnection, control: Control, information: bytes, segmented: bool = False
    ) -> None:
        self._out.append(Frame(connection.peer, connection.station, control, information, segmented).encode())

    # --- the users' information

    def _take_user_information(self, connection: ServerConnection, frame: Frame | None) -> None:
        octets = b"" if frame is None else frame.information
        try:
            said = SetupInformation.decode(octets)
        except FrameError as error:
            said = SetupInformation()
            if frame is not None:
                self._trouble(error.fault, frame, f"DISC: {error}")
        self._keep_user_information(connection, said.user_information)

    def _keep_user_information(self, connection: ServerConnection, octets: bytes) -> None:
        kept = self._user_information
        kept.pop(connection.saps, None)
        if octets:
            kept[connection.saps] = octets
        if len(kept) > MOST_CONNECTIONS:
            del kept[next(iter(kept))]
