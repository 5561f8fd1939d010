"""What each side of an HDLC line keeps of a connection."""

from __future__ import annotations

from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import FrameKind
from xdlms.profiles.hdlc.joining import SegmentJoiner
from xdlms.profiles.hdlc.llc import LLC_SIZE
from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.profiles.hdlc.segmentation import ApduAssembler
from xdlms.profiles.hdlc.sequence import Sequence
from xdlms.profiles.hdlc.settings import HdlcSettings
from xdlms.profiles.hdlc.states import Input, State
from xdlms.profiles.link import Saps


class Connection:
    """One association's lower layer on a line, connected or not: what both sides keep of it."""

    __slots__ = (
        "apdus",
        "holds",
        "parameters",
        "peer",
        "saps",
        "sequence",
        "state",
        "station",
        "ui_apdus",
        "unnumbered",
    )

    def __init__(self, saps: Saps, station: Address, peer: Address, settings: HdlcSettings) -> None:
        self.saps = saps
        self.station = station
        """The own address."""
        self.peer = peer
        self.state = State.DISCONNECTED
        self.holds = False
        """This side is not ready to receive."""
        self.parameters = LinkParameters()
        limit = settings.apdu_limit + LLC_SIZE
        self.sequence = Sequence(self.parameters)
        self.apdus = SegmentJoiner(limit)
        self.ui_apdus = ApduAssembler(limit=limit)
        self.unnumbered: list[bytes] = []
        """The information of the UI frames to be sent."""

    def restart(self, parameters: LinkParameters) -> None:
        """Begin the numbers anew, with nothing queued, as a connection does."""
        self.parameters = parameters
        self.sequence = Sequence(parameters)
        self.apdus.finish()
        self.holds = False

    @property
    def supervisory(self) -> FrameKind:
        """What tells the peer how far this side came, and whether it is ready."""
        return FrameKind.RNR if self.holds else FrameKind.RR


class ClientConnection(Connection):
    """A connection as the client sees it."""

    __slots__ = (
        "asks_only",
        "attempts",
        "awaited",
        "busy",
        "has_gap",
        "poll_at",
        "progress",
        "progress_at",
        "reason",
        "triggers",
        "user_data",
        "was_connected",
    )

    def __init__(self, saps: Saps, station: Address, peer: Address, settings: HdlcSettings) -> None:
        super().__init__(saps, station, peer, settings)
        self.asks_only = False
        """The line was given to the server with RR, whose answer tells what was lost, and acknowledges nothing new."""
        self.attempts = 0
        """How often in a row nothing came of a command."""
        self.awaited = 0
        """APDUs that are still to come: one for each that was sent."""
        self.busy = False
        """The server is not ready to receive."""
        self.has_gap = False
        """A frame came that is not the next one."""
        self.poll_at: float | None = None
        """When the server is asked again, if there is nothing else to send."""
        self.progress = False
        """The server took or sent something since it was given the line."""
        self.progress_at: float | None = None
        """When a frame got through last, in either direction; None: there is no connection."""
        self.reason = ""
        """Why the connection ends; empty: the layers above want it."""
        self.triggers = 0
        """Empty UI frames with P = 1 to be sent."""
        self.was_connected = False
        """Before the input that is dealt with."""
        self.user_data: dict[Input, bytes] = {}
        """User information of SNRM and DISC, and of the UA that came."""

    def restart(self, parameters: LinkParameters) -> None:
        super().restart(parameters)
        self.awaited = 0
        self.asks_only = self.busy = self.has_gap = self.progress = False
        self.poll_at = self.progress_at = None
        self.attempts = 0

    def has_something_to_say(self, now: float) -> bool:
        """Whether it is this connection's turn, if the line is free."""
        if self.state is State.DISCONNECTED:
            return bool(self.unnumbered or self.triggers)
        if self.state is not State.CONNECTED:
            return True
        ready = bool(self.unnumbered or self.triggers or (self.sequence.has_frames and not self.busy))
        return ready or (self.poll_at is not None and self.poll_at <= now)


class ServerConnection(Connection):
    """A connection as the server sees it."""

    __slots__ = ("busy", "is_unused", "last_heard", "owed", "rejected", "reply_information")

    def __init__(self, saps: Saps, station: Address, peer: Address, settings: HdlcSettings) -> None:
        super().__init__(saps, station, peer, settings)
        self.busy = False
        """The client is not ready to receive."""
        self.is_unused = True
        """No frame but SNRM was exchanged."""
        self.last_heard = 0.0
        self.owed = 0
        """APDUs that the layers above may still answer."""
        self.rejected = b""
        """The information of the FRMR."""
        self.reply_information = b""

    def restart(self, parameters: LinkParameters) -> None:
        super().restart(parameters)
        self.busy = False
        self.is_unused = True
        self.owed = 0

    @property
    def needs_client(self) -> bool:
        """Whether it ends if the client says nothing for too long."""
        return self.state is not State.DISCONNECTED or self.ui_apdus.is_open

    @property
    def is_idle(self) -> bool:
        """Whether nothing has to be remembered of it."""
        return self.state is State.DISCONNECTED and not self.unnumbered and not self.ui_apdus.is_open
