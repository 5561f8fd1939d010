"""The sockets of a server, on asyncio: TCP connections, and the peers of a UDP socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

from xdlms.profiles.link import Link
from xdlms.server.connection import Connection, Shared


class Carrier(NamedTuple):
    """A link, and whether nothing that still comes on it has a meaning: the medium is to be closed then."""

    link: Link
    failed: Callable[[], bool]


class Listener:
    """What a server has at one address: the connections, and how each gets its link."""

    __slots__ = ("carrier", "connections", "shared")

    def __init__(self, shared: Shared, carrier: Callable[[], Carrier]) -> None:
        self.shared = shared
        self.carrier = carrier
        self.connections: set[TcpMedium | UdpPeer] = set()

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another connection."""
        return len(self.connections) >= self.shared.limits.connections


class _Timed:
    """A connection on an event loop, with one timer for all that is due."""

    __slots__ = ("_failed", "_loop", "_timer", "connection")

    connection: Connection
    _loop: asyncio.AbstractEventLoop
    _timer: asyncio.TimerHandle | None
    _failed: Callable[[], bool]

    def arm(self) -> None:
        """Let the timer fire when something is due."""
        due = self.connection.next_timeout()
        timer = self._timer
        if timer is not None and (due is None or due < timer.when()):
            timer.cancel()
            timer = self._timer = None
        if timer is None and due is not None:
            self._timer = self._loop.call_at(due, self._fire)

    def disarm(self) -> None:
        """No timer any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        due = self.connection.next_timeout()
        if due is not None and due <= self._loop.time():
            self.connection.handle_timeout()
        if not self.is_closed:
            self.arm()

    @property
    def is_closed(self) -> bool:
        """Whether the medium is gone."""
        raise NotImplementedError


class TcpMedium(_Timed, asyncio.Protocol):
    """A TCP connection."""

    __slots__ = ("_listener", "_transport")

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._transport: asyncio.Transport | None = None
        self._timer = None

    @property
    def is_closed(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def connection_made(self, transport: Any) -> None:
        if self._listener.is_full:
            transport.abort()
            return
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        carrier = self._listener.carrier()
        self._failed = carrier.failed
        peer = transport.get_extra_info("peername")
        self.connection = Connection(carrier.link, self, self._listener.shared, str(peer[0]) if peer else "")
        self._listener.connections.add(self)
        self.arm()

    def data_received(self, octets: bytes) -> None:
        if self._transport is None:
            return
        self.connection.receive(octets)
        if self._failed():
            self.close()
        elif not self.is_closed:
            self.arm()

    def pause_writing(self) -> None:
        # A peer that asks and does not take the answers is not listened to until it does.
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        if self._transport is None:
            return
        self._transport = None
        self._listener.connections.discard(self)
        self.disarm()
        self.connection.closed("the connection is closed" if error is None else "the connection is lost")

    def write(self, frames: list[bytes]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(frames))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close it now, whatever is not written yet."""
        if self._transport is not None:
            self._transport.abort()


class UdpPeer(_Timed):
    """A peer of a UDP socket."""

    __slots__ = ("_address", "_listener", "_socket")

    def __init__(self, socket: UdpSocket, address: Any, carrier: Carrier) -> None:
        self._socket: UdpSocket | None = socket
        self._address = address
        self._listener = socket.listener
        self._loop = asyncio.get_running_loop()
        self._timer = None
        self._failed = carrier.failed
        self.connection = Connection(carrier.link, self, self._listener.shared, str(address[0]))
        self._listener.connections.add(self)

    @property
    def is_closed(self) -> bool:
        return self._socket is None

    def receive(self, datagram: bytes) -> None:
        """Take a datagram."""
        self.connection.receive(datagram)
        if not self.is_closed:
            self.arm()

    def write(self, frames: list[bytes]) -> None:
        if self._socket is not None:
            for frame in frames:
                self._socket.send(frame, self._address)

    def close(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.forget(self._address)
            self._listener.connections.discard(self)
            self.disarm()
            self.connection.closed("the server forgot the peer")

    abort = close


class UdpSocket(asyncio.DatagramProtocol):
    """A UDP socket: each address that sends to it is a peer, until it is silent for too long."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._transport: asyncio.DatagramTransport | None = None
        self._peers: dict[Any, UdpPeer] = {}

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, datagram: bytes, address: Any) -> None:
        peer = self._peers.get(address)
        if peer is None:
            if self.listener.is_full:
                return
            peer = self._peers[address] = UdpPeer(self, address, self.listener.carrier())
        peer.receive(datagram)

    def send(self, datagram: bytes, address: Any) -> None:
        """Send a datagram."""
        if self._transport is not None:
            self._transport.sendto(datagram, address)

    def forget(self, address: Any) -> None:
        """A peer is gone."""
        self._peers.pop(address, None)
