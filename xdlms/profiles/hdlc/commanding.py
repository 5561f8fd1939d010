"""What a primary station sends, and to whom it gives the line (IEC 62056-46; normal response mode, half duplex).

It sends a command, or as many I frames as the window allows, the last with P = 1. Then the line is the polled server's,
until that gives it back or is silent for too long.
"""

from __future__ import annotations

from typing import Final

from xdlms.profiles.hdlc.connections import ClientConnection
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.information import SetupInformation
from xdlms.profiles.hdlc.line import HdlcLine
from xdlms.profiles.hdlc.llc import Llc
from xdlms.profiles.hdlc.settings import HdlcSettings
from xdlms.profiles.hdlc.states import Input, State

_SHARED: Final = frozenset((Input.INFORMATION, Input.RR, Input.RNR, Input.UI, Input.INVALID))
_UA: Final = frozenset((Input.UA, Input.UA_UNREADABLE, Input.DM))
# What gives the line back, by what was sent.
_AFTER_SNRM: Final = _UA | {Input.FRMR}
_AFTER_POLL: Final = frozenset((Input.DM, Input.FRMR))
_BITS_OF_OCTET: Final = 11  # with start, parity and stop bit, as they are sent
_AROUND: Final = 16  # octets of a frame around its information, at most
_SLOWEST: Final = 300  # bits a second of a line whose speed is not known


class Commanding(HdlcLine):
    """The part of `PrimaryLink` that sends commands and waits for their answers."""

    _llc_sent = Llc.COMMAND
    _llc_received = Llc.RESPONSE

    def __init__(self, settings: HdlcSettings) -> None:
        super().__init__(settings)
        self.baud = self._settings.baud
        """Bits a second of the line, which may be agreed upon after the link is made; 0: not known."""
        self._polled: ClientConnection | None = None  # who has the line
        self._gives_back: frozenset[Input] = frozenset()
        self._deadline = 0.0
        self._latest = 0.0

    @property
    def longest_repair(self) -> float:
        """Seconds within which a command is answered or repeated in vain, however often the settings say."""
        settings, said = self._settings, self._settings.parameters
        sent = said.window_transmit * (said.max_information_transmit + _AROUND)
        frames = max(sent, self._longest_answer)
        return (settings.retries + 1) * (settings.response_timeout + self._seconds_of(frames))

    @property
    def _longest_answer(self) -> int:
        """The octets that a server may send before it gives the line back."""
        said = self._settings.parameters
        return said.window_receive * (said.max_information_receive + _AROUND)

    # --- the line

    def _give_line(self, connection: ClientConnection, back: frozenset[Input], now: float) -> None:
        """Wait for `connection` to answer, until one of the inputs that give the line back, or F = 1."""
        self._polled = connection
        self._gives_back = back
        self._deadline = now + self._settings.response_timeout
        if self.baud:
            self._deadline += self._seconds_of(sum(len(frame) for frame in self._out))
        # Octets put the time-out off, but not longer than an answer can take.
        self._latest = self._deadline + self._longest_answer * _BITS_OF_OCTET / (self.baud or _SLOWEST)

    def _gives_line_back(self, connection: ClientConnection, what: Input, frame: Frame) -> bool:
        if what in self._gives_back:
            return True
        if what not in _SHARED or not frame.control.poll_final or self._gives_back is not _AFTER_POLL:
            return False
        number = frame.control.send_sequence
        # An answer that came late, and that was given anew since then, answers nothing.
        return number is None or not connection.sequence.is_repeated(number)

    def _heard(self, count: int, now: float) -> None:
        self._deadline = max(self._deadline, min(now + self._settings.response_timeout, self._latest))

    def _seconds_of(self, octets: int) -> float:
        """How long the line takes for so many octets; 0 where its speed is not known."""
        return octets * _BITS_OF_OCTET / self.baud if self.baud else 0.0

    # --- the commands

    def _send_snrm(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        information = SetupInformation(self._settings.parameters, connection.user_data.get(Input.CONNECT, b""))
        self._command(connection, Control(FrameKind.SNRM, True), information.encode())
        self._give_line(connection, _AFTER_SNRM, now)

    def _send_disc(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        information = SetupInformation(None, connection.user_data.get(Input.DISCONNECT, b""))
        self._command(connection, Control(FrameKind.DISC, True), information.encode())
        self._give_line(connection, _UA, now)

    def _send_queued(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        for octets in connection.unnumbered:
            self._command(connection, Control(FrameKind.UI), octets)
        connection.unnumbered.clear()
        if connection.triggers:
            connection.triggers -= 1
            self._command(connection, Control(FrameKind.UI, True), b"")
            self._give_line(connection, _AFTER_POLL, now)
            return
        if connection.state is not State.CONNECTED:
            return
        sequence = connection.sequence
        segments = [] if connection.busy else sequence.take_turn()
        for place, segment in enumerate(segments, 1):
            final = place == len(segments) and not connection.holds
            control = Control.of(FrameKind.INFORMATION, final, segment.number, sequence.receive_state)
            self._command(connection, control, segment.information, segment.segmented)
        if segments:
            connection.asks_only = False
            connection.poll_at = None
            if connection.holds:
                self._supervise(connection)
            self._give_line(connection, _AFTER_POLL, now)
        elif connection.poll_at is not None and connection.poll_at <= now:
            self._poll(connection, None, now)

    def _poll(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        connection.poll_at = None
        connection.asks_only = True
        self._supervise(connection)
        self._give_line(connection, _AFTER_POLL, now)

    def _supervise(self, connection: ClientConnection) -> None:
        control = Control.of(connection.supervisory, True, None, connection.sequence.receive_state)
        self._command(connection, control, b"")

    def _command(
        self, connection: ClientConnection, control: Control, information: bytes, segmented: bool = False
    ) -> None:
        self._out.append(Frame(connection.peer, connection.station, control, information, segmented).encode())
