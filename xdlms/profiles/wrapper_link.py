"""The link of the TCP-UDP/IP profile: APDUs in wrapper messages, any number of associations on one link (Annex A).

The wrapper has no connection of its own: an association is connected as long as TCP is, or, over UDP, as long as both
sides want it. Over TCP a wrong header ends the link, since nothing marks where the next message begins: `failed` says
why, and whoever drives the link closes the connection. Over UDP a wrong datagram is dropped, and reported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xdlms.profiles.link import ApduReceived, LinkDown, LinkEvent, LinkTrouble, LinkUp, Saps
from xdlms.profiles.problems import FrameError, LinkFault, LinkProblem
from xdlms.profiles.wrapper import HEADER_SIZE, LONGEST_APDU, WrapperHeader, WrapperMessage, WrapperReader

ALL_STATIONS: Final = 0x007F
"""The server SAP of all logical devices: what is sent to it is not answered."""
MOST_ASSOCIATIONS: Final = 16
"""How many associations a link carries at a time, where nothing else is said."""
LARGEST_DATAGRAM: Final = 65507
"""The octets of the largest UDP datagram over IPv4."""


class WrapperLink:
    """A link over TCP or UDP, in either role; see `xdlms.profiles.link.Link`.

    Args:
        server: whether this side is the server.
        datagrams: FALSE for TCP, a stream; TRUE for UDP, where one datagram is one message.
        limit: octets of the longest APDU that is taken, 1 to 65535; over UDP one datagram has to hold it.
        most_associations: how many associations the link carries at a time; APDUs for more are dropped.
        accepts: which associations may begin with an APDU of the peer. By default a server takes all, a client
            those only that it has connected.
    """

    __slots__ = ("_accepts", "_closed", "_connected", "_events", "_limit", "_most", "_outgoing", "_reader", "_server")

    def __init__(
        self,
        *,
        server: bool,
        datagrams: bool = False,
        limit: int = LONGEST_APDU,
        most_associations: int = MOST_ASSOCIATIONS,
        accepts: Callable[[Saps], bool] | None = None,
    ) -> None:
        if not 1 <= limit <= LONGEST_APDU:
            raise ValueError(f"limit must be in 1..{LONGEST_APDU}, not {limit}")
        if most_associations < 1:
            raise ValueError(f"most_associations must be at least 1, not {most_associations}")
        self._server = server
        self._limit = min(limit, LARGEST_DATAGRAM - HEADER_SIZE) if datagrams else limit
        self._most = most_associations
        self._accepts = accepts if accepts is not None else (_all if server else _none)
        self._reader = None if datagrams else WrapperReader(limit=limit)
        self._connected: dict[Saps, None] = {}
        self._events: list[LinkEvent] = []
        self._outgoing: list[bytes] = []
        self._closed = False

    @property
    def largest_apdu(self) -> int:
        """The octets of the longest APDU that the profile carries."""
        return LARGEST_DATAGRAM - HEADER_SIZE if self._reader is None else LONGEST_APDU

    @property
    def failed(self) -> LinkProblem | None:
        """Why nothing that still comes has a meaning, so that the medium is to be closed; None: all is well."""
        return None if self._reader is None else self._reader.failed

    @property
    def associations(self) -> tuple[Saps, ...]:
        """The associations that are connected."""
        return tuple(self._connected)

    def connect(self, saps: Saps, *, now: float) -> None:
        """Connect an association: there is nothing to send, a LinkUp or a LinkDown comes at once.

        Raises:
            EncodeError: a service access point is not in 0 to 65535.
        """
        WrapperHeader(saps.client, saps.server, 0)
        if self._closed:
            self._events.append(LinkDown(saps, "the connection is closed"))
        elif saps not in self._connected:
            if len(self._connected) >= self._most:
                self._events.append(LinkDown(saps, f"the link carries {self._most} associations already"))
            else:
                self._up(saps)

    def disconnect(self, saps: Saps, *, now: float) -> None:
        """End an association's use of the link; the others go on."""
        if saps in self._connected:
            del self._connected[saps]
            self._events.append(LinkDown(saps))

    def send(self, saps: Saps, apdu: bytes, *, confirmed: bool | None = None, now: float) -> None:
        """Send an APDU in one message.

        Raises:
            FrameError: it is longer than a message holds, or the association is not connected.
        """
        if saps not in self._connected:
            raise FrameError(LinkFault.ADDRESS, f"{_name(saps)} is not connected")
        if len(apdu) > self.largest_apdu:
            raise FrameError(LinkFault.LIMIT, f"an APDU of {len(apdu)} octets; {self.largest_apdu} fit a message")
        source, destination = (saps.server, saps.client) if self._server else (saps.client, saps.server)
        self._outgoing.append(WrapperMessage(source, destination, apdu).encode())

    def receive_octets(self, octets: bytes, *, now: float) -> None:
        """Take octets of the stream, or one datagram; after a wrong header the rest of a stream is ignored."""
        if self._closed:
            return
        if self._reader is None:
            self._datagram(octets)
            return
        if self._reader.failed is not None:
            return
        for item in self._reader.feed(octets):
            if isinstance(item, LinkProblem):
                self._events.append(LinkTrouble(item))
                self._all_down(item.reason)
            else:
                self._message(item)

    def octets_to_send(self) -> list[bytes]:
        """The messages to write now, one an item; they are given once."""
        taken, self._outgoing = self._outgoing, []
        return taken

    def events(self) -> list[LinkEvent]:
        """What happened since the last call, in order."""
        taken, self._events = self._events, []
        return taken

    def closed(self, reason: str, *, now: float) -> None:
        """The medium is gone: what was not sent never will be."""
        if self._closed:
            return
        self._closed = True
        self._outgoing.clear()
        if self._reader is not None:
            self._events += [LinkTrouble(item) for item in self._reader.finish() if isinstance(item, LinkProblem)]
        self._all_down(reason)

    def next_timeout(self) -> float | None:
        """None: the wrapper waits for nothing."""
        return None

    def handle_timeout(self, *, now: float) -> None:
        """Nothing: the wrapper waits for nothing."""

    # Within

    def _datagram(self, octets: bytes) -> None:
        try:
            message = WrapperMessage.decode(octets)
        except FrameError as error:
            self._events.append(LinkTrouble(LinkProblem(error.fault, error.offset, octets, error.reason)))
            return
        if len(message.apdu) > self._limit:
            reason = f"an APDU of {len(message.apdu)} octets, {self._limit} are allowed"
            self._events.append(LinkTrouble(LinkProblem(LinkFault.LIMIT, 0, octets, reason)))
            return
        self._message(message)

    def _message(self, message: WrapperMessage) -> None:
        source, destination = message.source_wport, message.destination_wport
        saps = Saps(source, destination) if self._server else Saps(destination, source)
        if saps not in self._connected:
            refusal = None
            if not self._accepts(saps):
                refusal = f"{_name(saps)} is not connected"
            elif len(self._connected) >= self._most:
                refusal = f"{_name(saps)} would be one more than the {self._most} associations that the link carries"
            if refusal is not None:
                problem = LinkProblem(LinkFault.ADDRESS, message.offset, message.encode(), refusal)
                self._events.append(LinkTrouble(problem))
                return
            self._up(saps)
        broadcast = self._server and destination == ALL_STATIONS
        self._events.append(ApduReceived(saps, message.apdu, broadcast=broadcast))

    def _up(self, saps: Saps) -> None:
        self._connected[saps] = None
        self._events.append(LinkUp(saps))

    def _all_down(self, reason: str) -> None:
        self._events += [LinkDown(saps, reason) for saps in self._connected]
        self._connected.clear()


def _all(saps: Saps) -> bool:
    return True


def _none(saps: Saps) -> bool:
    return False


def _name(saps: Saps) -> str:
    return f"the association of client {saps.client} with server {saps.server}"
