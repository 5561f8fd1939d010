"""The server's side of an HDLC line: the secondary station (IEC 62056-46; normal response mode, half duplex).

The server speaks when it is asked: after a command with P = 1 the line is its own until it has sent a frame with F = 1.
It sends nothing again by itself; the client asks, and then it sends again what the client does not acknowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from xdlms.profiles.hdlc.address import ALL_STATIONS, Address
from xdlms.profiles.hdlc.connections import ServerConnection
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame, FrameHeader
from xdlms.profiles.hdlc.information import SetupInformation
from xdlms.profiles.hdlc.line import COMMANDS, WITH_INFORMATION
from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.profiles.hdlc.rejection import FrameReject, Rejected
from xdlms.profiles.hdlc.responding import MOST_CONNECTIONS, Responding
from xdlms.profiles.hdlc.settings import HdlcSettings
from xdlms.profiles.hdlc.states import SERVER, Action, Input, State
from xdlms.profiles.hdlc.stations import hears, is_client, is_to_everybody
from xdlms.profiles.link import ApduReceived, LinkUp, Saps
from xdlms.profiles.problems import FrameError, LinkFault

_INPUTS: Final = {kind: Input(kind.value) for kind in COMMANDS}
_POLL: Final = 0x10


class SecondaryLink(Responding):
    """A line on which this side is the server; a `Link`.

    Args:
        settings: sizes, windows, times.
        devices: the upper addresses, the logical devices, that are served, 1 to 126, or 16382 in four octets;
            None: all.
        accepts: whose SNRM is answered UA; to others it is DM. None: everybody's.
        physical: the lower address of this server; None: any.
        is_calling: this server opened the line, and so hears the calling device's address as its own.
        reply_information: what UA says to the layers above of the client; `refusal_information`: what DM, in answer
            to SNRM, says to them.

    One- and two-octet, and four-octet addresses are all heard; an answer has the address that the client used.
    """

    def __init__(
        self,
        settings: HdlcSettings | None = None,
        *,
        devices: Iterable[int] | None = None,
        accepts: Callable[[Saps], bool] | None = None,
        physical: int | None = None,
        is_calling: bool = False,
        reply_information: bytes = b"",
        refusal_information: bytes = b"",
    ) -> None:
        super().__init__(settings or HdlcSettings(), refusal_information)
        self._devices = None if devices is None else tuple(dict.fromkeys(devices))
        self._accepts = accepts
        self._physical = physical
        self._is_calling = is_calling
        self._reply_information = reply_information
        self._connections: dict[Saps, ServerConnection] = {}
        self._reason = ""  # for the action that is done
        self._actions: Final[dict[Action, Callable[[ServerConnection, Frame | None, float], None]]] = {
            Action.ACCEPT: self._accept,
            Action.ACCEPT_ANEW: self._accept_anew,
            Action.SEND_UA: self._send_ua,
            Action.SEND_UA_AND_END: self._send_ua_and_end,
            Action.SEND_DM: self._send_dm,
            Action.SEND_DM_AND_END: self._send_dm_and_end,
            Action.SEND_FRMR: self._send_frmr,
            Action.SEND_FRMR_AND_END: self._send_frmr_and_end,
            Action.TAKE: self._take,
            Action.TAKE_UI: self._take_ui,
            Action.HOLD: self._hold,
            Action.RESUME: self._resume,
            Action.END: self._end,
            Action.DROP: self._ignore,
            Action.IGNORE: self._ignore,
        }

    # --- what the layers above call

    def connect(self, saps: Saps, *, now: float) -> None:
        """A server cannot connect: raises FrameError, always."""
        self._local(self._connection(saps), Input.CONNECT, now)

    def disconnect(self, saps: Saps, *, now: float) -> None:
        """End a connection on this side; the next command of the client is answered DM."""
        connection = self._connections.get(saps)
        if connection is not None:
            self._local(connection, Input.DISCONNECT, now)
            self._forget_if_idle(connection)

    def send(self, saps: Saps, apdu: bytes, *, confirmed: bool | None = None, now: float) -> None:
        """Send an APDU: in I frames when the client asks, or, with `confirmed` FALSE, in one UI frame, for which
        no connection is needed. UI frames wait for P = 1 too, unless the settings say that they are unsolicited.

        Raises FrameError if it is too long, empty, or the association is not connected, EncodeError if HDLC has no
        such address.
        """
        octets = self._check_apdu(apdu)
        connection = self._connection(saps)
        if confirmed is False:
            self._check_unnumbered(connection, octets)
            if self._local(connection, Input.SEND_UI, now) is Action.QUEUE_UI:
                self._connections[saps] = connection
                connection.unnumbered.append(octets)
            if self._settings.unsolicited and self._asked is None:
                self._send_unnumbered(connection, final=False)
                self._forget_if_idle(connection)
        elif self._local(connection, Input.SEND, now) is Action.QUEUE:
            connection.sequence.queue(octets)
            connection.owed = max(connection.owed - 1, 0)
        self._settle(now)

    def hold(self, saps: Saps, *, now: float) -> None:
        """Take no more of an association's APDUs: the peer is told (RNR), and sends them again after `resume`."""
        self._local(self._connection(saps), Input.HOLD, now)
        self._settle(now)

    def resume(self, saps: Saps, *, now: float) -> None:
        """Take APDUs again."""
        self._local(self._connection(saps), Input.RESUME, now)
        self._settle(now)

    @property
    def is_connected(self) -> bool:
        """Whether a client is connected."""
        return any(connection.state is not State.DISCONNECTED for connection in self._connections.values())

    def user_information(self, saps: Saps) -> bytes:
        """What the client said to the layers above in its last SNRM or DISC; empty for nothing."""
        return self._user_information.get(saps, b"")

    def state(self, saps: Saps) -> State:
        """The state of an association's connection."""
        connection = self._connections.get(saps)
        return State.DISCONNECTED if connection is None else connection.state

    def parameters(self, saps: Saps) -> LinkParameters:
        """What was agreed for an association's connection; the defaults before that."""
        connection = self._connections.get(saps)
        return LinkParameters() if connection is None else connection.parameters

    def closed(self, reason: str, *, now: float) -> None:
        """The line is gone: every connection gets its LinkDown."""
        self._asked = None
        self._stands_still_at = None
        for connection in list(self._connections.values()):
            self._apply(connection, Input.LOST, None, now, reason)
        self._connections.clear()

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due; None: not at all."""
        times = [] if self._stands_still_at is None else [self._stands_still_at]
        if self._asked is not None:
            times.append(self._answer_by)
        patience = self._settings.inactivity_timeout
        if patience:
            times += [one.last_heard + patience for one in self._connections.values() if one.needs_client]
        return min(times, default=None)

    def handle_timeout(self, *, now: float) -> None:
        """Do what the time asks for."""
        self._end_frame_that_stands_still(now)
        asked = self._asked
        if asked is not None and self._answer_by <= now:
            asked.owed = 0
            self._settle(now)
        patience = self._settings.inactivity_timeout
        for connection in list(self._connections.values()) if patience else []:
            if connection.needs_client and connection.last_heard + patience <= now:
                self._apply(connection, Input.INACTIVE, None, now, f"no command of the client for {patience:g} s")
                connection.ui_apdus.finish()
                self._forget_if_idle(connection)

    # --- connections and addresses

    def _connection(self, saps: Saps) -> ServerConnection:
        connection = self._connections.get(saps)
        if connection is None:
            lower = self._physical
            connection = ServerConnection(saps, Address(saps.server, lower), Address(saps.client), self._settings)
        return connection

    def _forget_if_idle(self, connection: ServerConnection) -> None:
        if connection.is_idle and self._connections.get(connection.saps) is connection:
            del self._connections[connection.saps]

    def _local(self, connection: ServerConnection, what: Input, now: float) -> Action:
        """Do what the layers above want; to queue is left to the caller. Raises FrameError if the state forbids it."""
        before = connection.state
        connection.state, action = SERVER[before, what]
        if action is Action.REFUSE:
            reason = f"client {connection.saps.client}, server {connection.saps.server}: {before}"
            raise FrameError(LinkFault.SEQUENCE, f"{reason}, cannot {what}")
        if action not in (Action.QUEUE, Action.QUEUE_UI):
            self._reason = ""
            self._actions[action](connection, None, now)
        return action

    def _apply(
        self, connection: ServerConnection, what: Input, frame: Frame | None, now: float, reason: str = ""
    ) -> None:
        connection.state, action = SERVER[connection.state, what]
        self._reason = reason
        self._actions[action](connection, frame, now)

    # --- what comes

    def _heard(self, count: int, now: float) -> None:
        """The server waits for nothing in particular."""

    def _damage(self) -> None:
        for connection in self._connections.values():
            connection.ui_apdus.suspect()

    def _undefined_control(self, header: FrameHeader, now: float) -> None:
        control = Control(FrameKind.UI, bool(header.control & _POLL))  # in its place; only P counts
        frame = Frame(header.destination, header.source, control)
        connection = self._addressed(frame, now)
        if connection is not None and not is_to_everybody(header.destination):
            self._refuse(connection, frame, Rejected.CONTROL, now, header.control)

    def _addressed(self, frame: Frame, now: float) -> ServerConnection | None:
        """The connection that a frame is for; None if this server does not hear it."""
        self._asked = None  # whoever speaks now, the client did not wait for the answer
        destination, source = frame.destination, frame.source
        if not hears(destination, self._devices, self._physical, is_calling=self._is_calling):
            return None
        if not is_client(source):
            self._trouble(LinkFault.ADDRESS, frame, f"no client has the address {source} of {source.size} octets")
            return None
        saps = Saps(source.upper, destination.upper)
        connection = self._connections.get(saps)
        if connection is None:
            connection = ServerConnection(saps, destination, source, self._settings)
        if not is_to_everybody(destination):
            connection.station = destination
        connection.last_heard = now
        return connection

    def _frame(self, frame: Frame, now: float) -> None:
        kind = frame.control.kind
        if kind not in COMMANDS:
            return  # a response: another server's, or an echo
        connection = self._addressed(frame, now)
        if connection is None:
            return
        if is_to_everybody(frame.destination):
            self._broadcast(frame)
            return
        if kind in (FrameKind.SNRM, FrameKind.DISC) and not frame.control.poll_final:
            self._trouble(LinkFault.CONTROL, frame, f"a frame {kind} has to have P = 1")
            return
        rejected = self._fault_of(connection, frame)
        if rejected:
            self._refuse(connection, frame, rejected, now)
            return
        what = _INPUTS[kind]
        if what is Input.SNRM and not self._takes(connection, frame):
            what = Input.SNRM_REFUSED
        self._apply(connection, what, frame, now)
        self._remember(connection)

    def _fault_of(self, connection: ServerConnection, frame: Frame) -> Rejected:
        """Why a frame has to be rejected; no bit if it has not. Takes its N(R)."""
        control = frame.control
        if frame.information and control.kind not in WITH_INFORMATION:
            return Rejected.INFORMATION
        if connection.state is not State.CONNECTED or control.receive_sequence is None:
            return Rejected(0)
        if len(frame.information) > connection.parameters.max_information_receive:
            return Rejected.TOO_LONG
        if connection.sequence.acknowledge(control.receive_sequence) is None:
            return Rejected.RECEIVE_SEQUENCE
        return Rejected(0)

    def _remember(self, connection: ServerConnection) -> None:
        if connection.is_idle:
            self._forget_if_idle(connection)
        elif connection.saps in self._connections or len(self._connections) < MOST_CONNECTIONS:
            self._connections[connection.saps] = connection

    def _takes(self, connection: ServerConnection, frame: Frame) -> bool:
        """Whether an SNRM can be accepted; takes what it says."""
        try:
            said = SetupInformation.decode(frame.information)
        except FrameError as error:
            self._trouble(error.fault, frame, f"SNRM: {error}")
            return False
        if self._accepts is not None and not self._accepts(connection.saps):
            reason = f"SNRM: client {connection.saps.client} is not known to server {connection.saps.server}"
            self._trouble(LinkFault.ADDRESS, frame, reason)
            return False
        if connection.saps not in self._connections and len(self._connections) >= MOST_CONNECTIONS:
            self._trouble(LinkFault.LIMIT, frame, f"SNRM: there are {MOST_CONNECTIONS} connections already")
            return False
        agreed = self._settings.parameters.agreed(said.parameters or LinkParameters())
        connection.reply_information = SetupInformation(agreed, self._reply_information).encode()
        self._keep_user_information(connection, said.user_information)
        connection.parameters = agreed
        return True

    def _refuse(
        self, connection: ServerConnection, frame: Frame, why: Rejected, now: float, octet: int | None = None
    ) -> None:
        """Reject a frame that the rules do not allow."""
        sequence = connection.sequence
        control = frame.control.encode() if octet is None else octet
        rejection = FrameReject(control, sequence.send_state, sequence.receive_state, why)
        if connection.state is not State.REJECTING:
            connection.rejected = rejection.encode()
        if octet is None:
            self._trouble(LinkFault.CONTROL, frame, str(rejection))
        self._apply(connection, Input.INVALID, frame, now, str(rejection))
        self._remember(connection)

    def _broadcast(self, frame: Frame) -> None:
        """Hand a broadcast on: UI with P = 0 only, one frame, never answered."""
        if frame.control.kind is not FrameKind.UI or frame.control.poll_final or frame.segmented:
            self._trouble(LinkFault.CONTROL, frame, f"a frame {frame.control} to all stations: only UI with P = 0 may")
            return
        octets = frame.information
        header = self._llc_received.value
        if not octets.startswith(header) or len(octets) == len(header):
            self._trouble(LinkFault.FORMAT, frame, f"an APDU behind LLC header {header.hex().upper()} has to be here")
            return
        server = ALL_STATIONS[1] if frame.destination.is_broadcast else frame.destination.upper
        saps = Saps(frame.source.upper, server)
        self._events.append(ApduReceived(saps, octets[len(header) :], confirmed=False, broadcast=True))

    # --- the actions

    def _accept(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        connection.restart(connection.parameters)
        self._answer(connection, Control(FrameKind.UA, True), connection.reply_information, frame)
        self._events.append(LinkUp(connection.saps))

    def _accept_anew(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        if connection.is_unused:  # the UA was lost, or came late
            connection.restart(connection.parameters)
            self._answer(connection, Control(FrameKind.UA, True), connection.reply_information, frame)
            return
        self._down(connection, "the client connected anew")
        self._accept(connection, frame, now)

    def _send_ua_and_end(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        self._send_ua(connection, frame, now)
        self._down(connection, "", by_peer=True)

    def _send_dm_and_end(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        self._send_dm(connection, frame, now)
        self._down(connection, "the client connected anew, which was refused")

    def _send_frmr_and_end(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        self._send_frmr(connection, frame, now)
        self._down(connection, f"the client at {connection.peer}: {self._reason}")

    def _take(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        if frame is None:
            return
        connection.is_unused = False
        number = frame.control.send_sequence
        if number is not None and not connection.holds:
            if connection.sequence.accept(number):
                connection.owed += self._take_segment(connection, frame)
            else:
                expected = connection.sequence.receive_state
                repeated = connection.sequence.is_repeated(number)
                fault = LinkFault.REPEATED if repeated else LinkFault.SEQUENCE
                self._trouble(fault, frame, f"N(S)={number} came, {expected} is next")
        connection.busy = frame.control.kind is FrameKind.RNR
        if frame.control.poll_final:
            self._asked = connection
            self._answer_by = now + self._settings.answer_delay

    def _take_ui(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        if frame is None:
            return
        self._take_unnumbered(connection, frame)
        if not frame.control.poll_final:
            return
        if connection.unnumbered:
            self._send_unnumbered(connection, final=True)
        elif connection.state is State.CONNECTED:
            self._supervise(connection)
        else:
            self._send_dm(connection, frame, now)

    def _end(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        if self._asked is connection:
            self._asked = None
        self._down(connection, self._reason)

    def _hold(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        connection.holds = True

    def _resume(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        connection.holds = False

    def _ignore(self, connection: ServerConnection, frame: Frame | None, now: float) -> None:
        """Nothing is to be done."""

    # --- frames
