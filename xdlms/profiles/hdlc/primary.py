"""The client's side of an HDLC line: the primary station (IEC 62056-46; unbalanced, normal response mode, half duplex).

The client has the line. It sends a command, or as many as the window allows, the last with P = 1; then the line is the
polled server's until that answers with F = 1, or is silent for too long. So one connection at a time is polled;
others wait until the line is free.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xdlms.profiles.hdlc.address import ALL_STATIONS, NO_STATION, Address
from xdlms.profiles.hdlc.commanding import Commanding
from xdlms.profiles.hdlc.connections import ClientConnection
from xdlms.profiles.hdlc.control import FrameKind
from xdlms.profiles.hdlc.frame import Frame, FrameHeader
from xdlms.profiles.hdlc.information import SetupInformation
from xdlms.profiles.hdlc.line import RESPONSES, WITH_INFORMATION
from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.profiles.hdlc.rejection import FrameReject
from xdlms.profiles.hdlc.settings import HdlcSettings
from xdlms.profiles.hdlc.states import CLIENT, Action, Input, State
from xdlms.profiles.hdlc.stations import check_one_station, is_from
from xdlms.profiles.link import LinkUp, Saps
from xdlms.profiles.problems import FrameError, LinkFault

_INPUTS: Final = {kind: Input(kind.value) for kind in RESPONSES}
_DISCONNECTED_MODE: Final = {
    State.CONNECTING: "the server at {} refuses the connection (DM)",
    State.CONNECTED: "the server at {} has disconnected (DM)",
}
"""What DM means, by the state in which it comes; else it is the end that was asked for."""


class PrimaryLink(Commanding):
    """A line on which this side is the client; a `Link`.

    Args:
        settings: sizes, windows, times.
        physical: the lower address of the server, 0 to 127, or 16383 in four octets; None: servers have the
            one-octet form.
        address_size: octets of a server's address, 1, 2 or 4; 0: the shortest that holds it.

    Raises EncodeError if an address cannot be.
    """

    def __init__(
        self, settings: HdlcSettings | None = None, *, physical: int | None = None, address_size: int = 0
    ) -> None:
        super().__init__(settings or HdlcSettings())
        self._physical = physical
        self._address_size = address_size
        Address(NO_STATION, physical, address_size)
        self._connections: dict[Saps, ClientConnection] = {}
        self._actions: Final[dict[Action, Callable[[ClientConnection, Frame | None, float], None]]] = {
            Action.PREPARE: self._prepare,
            Action.SEND_SNRM: self._send_snrm,
            Action.SEND_DISC: self._send_disc,
            Action.SEND_QUEUED: self._send_queued,
            Action.POLL: self._poll,
            Action.BEGIN: self._begin,
            Action.GIVE_UP: self._give_up,
            Action.TAKE: self._take,
            Action.TAKE_UI: self._take_ui,
            Action.HOLD: self._hold,
            Action.RESUME: self._resume,
            Action.END: self._end,
            Action.DROP: self._drop,
            Action.IGNORE: self._ignore,
        }

    # --- what the layers above call

    def connect(self, saps: Saps, *, now: float, user_information: bytes = b"") -> None:
        """Connect: SNRM, to which the server answers UA; `user_information` goes with it.

        Raises EncodeError if HDLC has no such address, FrameError if it is nobody's or everybody's, if the association
        is about to disconnect, or if the user information does not fit a frame.
        """
        connection = self._connection(saps)
        check_one_station(connection.station, connection.peer)
        self._check_user_information(user_information, self._settings.parameters)
        self._local(connection, Input.CONNECT, now)
        connection.user_data[Input.CONNECT] = user_information
        self._settle(now)

    def disconnect(self, saps: Saps, *, now: float, user_information: bytes = b"") -> None:
        """Disconnect: DISC as soon as the line is free; it also releases the association.

        Raises as `connect` does for what cannot be sent.
        """
        connection = self._connection(saps)
        self._check_user_information(user_information, None)
        connection.user_data[Input.DISCONNECT] = user_information
        self._local(connection, Input.DISCONNECT, now)
        self._settle(now)

    def send(self, saps: Saps, apdu: bytes, *, confirmed: bool | None = None, now: float) -> None:
        """Send an APDU: in I frames, after which the server is asked until it has answered, or, with `confirmed`
        FALSE, in one UI frame, for which no connection is needed and no answer comes.

        Raises FrameError if it is too long, empty, or the association is not connected, EncodeError if HDLC has no
        such address.
        """
        octets = self._check_apdu(apdu)
        connection = self._connection(saps)
        if confirmed is False:
            self._check_unnumbered(connection, octets)
            if self._local(connection, Input.SEND_UI, now) is Action.QUEUE_UI:
                connection.unnumbered.append(octets)
        elif self._local(connection, Input.SEND, now) is Action.QUEUE:
            connection.sequence.queue(octets)
            connection.awaited += 1
        self._settle(now)

    def trigger(self, saps: Saps, *, now: float) -> None:
        """Let the server send a notification: an empty UI frame with P = 1 (TriggerEventNotificationSending)."""
        connection = self._connection(saps)
        check_one_station(connection.station, connection.peer)
        if self._local(connection, Input.SEND_UI, now) is Action.QUEUE_UI:
            connection.triggers += 1
        self._settle(now)

    def hold(self, saps: Saps, *, now: float) -> None:
        """Take no more of an association's APDUs: the peer is told (RNR), and sends them again after `resume`."""
        self._local(self._connection(saps), Input.HOLD, now)
        self._settle(now)

    def resume(self, saps: Saps, *, now: float) -> None:
        """Take APDUs again."""
        self._local(self._connection(saps), Input.RESUME, now)
        self._settle(now)

    def user_information(self, saps: Saps) -> bytes:
        """What the server said to the layers above in its last UA or DM; empty for nothing."""
        connection = self._connections.get(saps)
        return b"" if connection is None else connection.user_data.get(Input.UA, b"")

    def state(self, saps: Saps) -> State:
        """The state of an association's connection."""
        connection = self._connections.get(saps)
        return State.DISCONNECTED if connection is None else connection.state

    def parameters(self, saps: Saps) -> LinkParameters:
        """What was agreed for an association's connection; the defaults before that."""
        connection = self._connections.get(saps)
        return LinkParameters() if connection is None else connection.parameters

    def last_progress(self, saps: Saps) -> float | None:
        """When a frame of an association got through last, in either direction; None: it is not connected."""
        connection = self._connections.get(saps)
        return None if connection is None else connection.progress_at

    def closed(self, reason: str, *, now: float) -> None:
        """The line is gone: every connection gets its LinkDown."""
        self._polled = None
        self._stands_still_at = None
        for connection in list(self._connections.values()):
            connection.reason = reason
            self._apply(connection, Input.LOST, None, now)
            connection.unnumbered.clear()
            connection.triggers = 0
        self._settle(now)

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due; None: not at all."""
        still = self._stands_still_at
        if self._polled is not None:
            return self._deadline if still is None else min(self._deadline, still)
        times = [connection.poll_at for connection in self._connections.values() if connection.poll_at is not None]
        if still is not None:
            times.append(still)
        return min(times, default=None)

    def handle_timeout(self, *, now: float) -> None:
        """Do what the time asks for."""
        self._end_frame_that_stands_still(now)
        polled = self._polled
        if polled is not None and self._deadline <= now:
            self._polled = None
            polled.attempts += 1
            self._attempt(polled, Input.TIMEOUT, "no answer", now)
        self._settle(now)

    # --- connections

    def _connection(self, saps: Saps) -> ClientConnection:
        connection = self._connections.get(saps)
        if connection is None:
            size = self._address_size
            upper = saps.server
            if size == 4 and upper == ALL_STATIONS[1]:
                upper = ALL_STATIONS[2]
            peer = Address(upper, self._physical, size)
            connection = ClientConnection(saps, Address(saps.client), peer, self._settings)
            self._connections[saps] = connection
        return connection

    def _find(self, frame: Frame) -> ClientConnection | None:
        """Whose frame it is; that of the polled connection first."""
        polled = self._polled
        if polled is not None and _is_for(frame, polled):
            return polled
        return next((one for one in self._connections.values() if _is_for(frame, one)), None)

    def _local(self, connection: ClientConnection, what: Input, now: float) -> Action:
        """Do what the layers above want; to queue is left to the caller. Raises FrameError if the state forbids it."""
        before = connection.state
        connection.state, action = CLIENT[before, what]
        if action is Action.REFUSE:
            reason = f"client {connection.saps.client}, server {connection.saps.server}: {before}"
            raise FrameError(LinkFault.SEQUENCE, f"{reason}, cannot {what}")
        if action not in (Action.QUEUE, Action.QUEUE_UI):
            connection.reason = ""
            self._actions[action](connection, None, now)
        return action

    def _apply(self, connection: ClientConnection, what: Input, frame: Frame | None, now: float) -> None:
        before = connection.state
        connection.state, action = CLIENT[before, what]
        connection.was_connected = before is State.CONNECTED
        if what is Input.DM and not connection.reason:
            connection.reason = _DISCONNECTED_MODE.get(before, "").format(connection.peer)
        self._actions[action](connection, frame, now)

    def _attempt(self, connection: ClientConnection, what: Input, reason: str, now: float) -> None:
        """Go on after an attempt that failed, or end the connection if there were too many."""
        if connection.attempts > self._settings.retries:
            times = "once" if connection.attempts == 1 else f"{connection.attempts} times in a row"
            connection.reason = f"the server at {connection.peer}: {reason}, {times}"
            what = Input.EXHAUSTED
        self._apply(connection, what, None, now)

    def _settle(self, now: float) -> None:
        """Give the line to the next connection that has something to say."""
        if self._polled is not None:
            return
        for connection in list(self._connections.values()):
            if self._polled is not None:
                break
            if connection.has_something_to_say(now):
                self._connections[connection.saps] = self._connections.pop(connection.saps)  # behind all others
                self._apply(connection, Input.TURN, None, now)

    # --- what comes

    def _damage(self) -> None:
        for connection in self._connections.values():
            connection.ui_apdus.suspect()

    def _undefined_control(self, header: FrameHeader, now: float) -> None:
        """It is reported already; a server cannot be sent FRMR."""

    def _frame(self, frame: Frame, now: float) -> None:
        if frame.control.kind not in RESPONSES:
            return  # a command: an echo
        connection = self._find(frame)
        if connection is None:
            return  # somebody else's
        what = _INPUTS[frame.control.kind]
        if what is Input.UA:
            try:
                SetupInformation.decode(frame.information)
            except FrameError:
                what = Input.UA_UNREADABLE
        elif what is Input.DM and connection.state is not State.DISCONNECTED:
            connection.user_data[Input.UA] = _user_information_of(frame)
        elif frame.information and frame.control.kind not in WITH_INFORMATION:
            what = Input.INVALID
        is_back = connection is self._polled and self._gives_line_back(connection, what, frame)
        if is_back:
            self._polled = None
        self._apply(connection, what, frame, now)
        if is_back and connection.state is State.CONNECTED:
            self._checkpoint(connection, now)

    def _checkpoint(self, connection: ClientConnection, now: float) -> None:
        """The server gave the line back: what it has not acknowledged was lost, what it has not sent is asked for."""
        connection.poll_at = None
        is_owed = (connection.has_gap or connection.apdus.is_open) and not connection.holds
        lost = connection.sequence.unacknowledged > 0 and not connection.busy
        if connection.progress or not (is_owed or lost):
            connection.attempts = 0
        elif is_owed or not connection.asks_only:
            connection.attempts += 1
            if connection.attempts > self._settings.retries:
                self._attempt(connection, Input.EXHAUSTED, "no frame gets through", now)
                return
        connection.progress = connection.has_gap = False
        if is_owed:
            connection.poll_at = now
        elif (connection.awaited and not connection.holds) or connection.busy:
            connection.poll_at = now + self._settings.poll_interval

    # --- the actions

    def _prepare(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        connection.restart(LinkParameters())

    def _begin(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        said = SetupInformation() if frame is None else SetupInformation.decode(frame.information)
        connection.restart(self._settings.parameters.agreed(said.parameters or LinkParameters()))
        connection.progress_at = now
        connection.user_data[Input.UA] = said.user_information
        self._events.append(LinkUp(connection.saps))

    def _give_up(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        connection.restart(connection.parameters)
        if frame is not None and not connection.reason:
            connection.reason = f"the server at {connection.peer}: {_complaint(frame)}"

    def _take(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        if frame is None or frame.control.receive_sequence is None:
            return
        sequence = connection.sequence
        acknowledged = sequence.acknowledge(frame.control.receive_sequence)
        if acknowledged is None:
            connection.reason = f"the server at {connection.peer}: N(R) acknowledges what was never sent"
            self._apply(connection, Input.INVALID, frame, now)
            return
        if acknowledged:
            connection.progress = True
            connection.progress_at = now
        number = frame.control.send_sequence
        if number is None:
            connection.busy = frame.control.kind is FrameKind.RNR
            if connection.busy and connection.poll_at is None:
                connection.poll_at = now + self._settings.poll_interval
            return
        connection.busy = False
        if connection.holds:
            return
        if sequence.accept(number):
            connection.progress = True
            if frame.information:  # a server that numbers frames of nothing gets none of its answer through
                connection.progress_at = now
            if len(frame.information) > connection.parameters.max_information_receive:
                self._trouble(LinkFault.LIMIT, frame, "more information than was agreed; it is taken all the same")
            if self._take_segment(connection, frame):
                connection.awaited = max(connection.awaited - 1, 0)
        elif not sequence.is_repeated(number):
            connection.has_gap = True
            self._trouble(LinkFault.SEQUENCE, frame, f"N(S)={number} came, {sequence.receive_state} is next")
        else:
            self._trouble(LinkFault.REPEATED, frame, f"N(S)={number} came before")

    def _take_ui(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        if frame is not None:
            self._take_unnumbered(connection, frame)

    def _end(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        if self._polled is connection:
            self._polled = None
        self._down(connection, connection.reason, by_peer=connection.was_connected and _is_dm(frame))
        connection.restart(LinkParameters())

    def _drop(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        if frame is not None:
            reason = f"a frame {frame.control} that has no meaning now: {connection.state}"
            self._trouble(LinkFault.SEQUENCE, frame, reason)

    def _ignore(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        """Nothing is to be done."""

    def _hold(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        connection.holds = True

    def _resume(self, connection: ClientConnection, frame: Frame | None, now: float) -> None:
        if connection.holds:
            connection.holds = False
            connection.poll_at = now

    # --- frames

    def _check_user_information(self, octets: bytes, parameters: LinkParameters | None) -> None:
        longest = self._settings.parameters.max_information_transmit
        size = len(SetupInformation(parameters, octets).encode())
        if octets and size > longest:
            reason = f"{size} octets of information with the user information; a frame holds {longest}"
            raise FrameError(LinkFault.LIMIT, reason, offset=longest)


def _is_for(frame: Frame, connection: ClientConnection) -> bool:
    return frame.destination == connection.station and is_from(frame.source, connection.peer)


def _user_information_of(frame: Frame) -> bytes:
    """What a DM says to the layers above; it counts whatever it says."""
    try:
        return SetupInformation.decode(frame.information).user_information
    except FrameError:
        return b""


def _is_dm(frame: Frame | None) -> bool:
    return frame is not None and frame.control.kind is FrameKind.DM


def _complaint(frame: Frame) -> str:
    """What a frame that ends a connection says."""
    kind = frame.control.kind
    try:
        if kind is FrameKind.FRMR:
            return str(FrameReject.decode(frame.information))
        if kind is FrameKind.UA:
            SetupInformation.decode(frame.information)
    except FrameError as error:
        return f"{kind}: {error}"
    return f"a frame {frame.control} that the rules do not allow"
