"""Where the pushes of ``xdlms listen`` come from: a line, a connection, connections of many meters, datagrams."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final, cast

from xdlms.cli.push_options import Kind, Place
from xdlms.cli.pushes import Sender, Show
from xdlms.transports.serial import SerialPort
from xdlms.transports.serial_hints import serial_error

_READ_SIZE: Final = 4096
_BACKLOG: Final = 1024


class SourceError(Exception):
    """A source that cannot be opened, or is lost; the message says which and why."""


def read_standard_input(place: Place, show: Show) -> None:
    """Take a recording, or what another program hands on, until it ends."""
    sender = show.sender(place.framing, place.silence)
    stream = None if sys.stdin is None else sys.stdin.buffer
    if stream is None:
        raise SourceError("standard input is closed")
    read = getattr(stream, "read1", stream.read)
    while not show.is_over.is_set() and (octets := read(_READ_SIZE)):
        sender.take(octets)
    sender.finish()


async def listen(place: Place, show: Show, *, most: int, again: float | None) -> None:
    """Listen until it is over, and also when that is because of a signal.

    Args:
        place: the source.
        show: is given what comes.
        most: how many meters connect, or send datagrams, at a time, 1 or more: the longest silent one makes room.
        again: seconds after which a line or a connection that cannot be opened, or is lost, is opened again; None:
            that is the end.

    Raises:
        SourceError: the source cannot be opened, or is lost.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(number, show.is_over.set)
    match place.kind:
        case Kind.TCP_LISTEN:
            await _take_connections(place, show, most)
        case Kind.UDP_LISTEN:
            await _take_datagrams(place, show, most)
        case _:
            await _take_one(place, show, again)


# --- one line, or one connection


async def _take_one(place: Place, show: Show, again: float | None) -> None:
    is_told = False
    while not show.is_over.is_set():
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        try:
            close = await _open(place, show, ended)
        except SourceError as error:
            if again is None:
                raise
            reason = str(error)
        else:
            show.complain(f"ready {place.name}")
            is_told = False
            over = asyncio.ensure_future(show.is_over.wait())
            await asyncio.wait((over, ended), return_when=asyncio.FIRST_COMPLETED)
            over.cancel()
            close()
            if not ended.done():
                return
            reason = f"{place.name}: {ended.result()}" if ended.result() else ""
            if again is None:
                if reason:
                    raise SourceError(reason)
                return
            reason = reason or f"{place.name}: the connection was closed"
        if not is_told:
            show.complain(f"warning: {reason}; trying again every {again:g} s")
            is_told = True
        with suppress(TimeoutError):
            await asyncio.wait_for(show.is_over.wait(), again)


async def _open(place: Place, show: Show, ended: asyncio.Future[str]) -> Callable[[], None]:
    """Open the line or the connection; the function that is returned closes it. Raises SourceError."""
    sender = show.sender(place.framing, place.silence)

    def over(reason: str) -> None:
        if not ended.done():
            ended.set_result(reason)

    if place.kind is Kind.TCP:
        try:
            transport, _ = await asyncio.get_running_loop().create_connection(
                lambda: _Connection(sender, lambda _, reason: over(reason)), place.host, place.port
            )
        except OSError as error:
            raise SourceError(f"{place.name}: {error.strerror or error}") from None
        return transport.abort
    try:
        line = SerialPort(place.path, place.settings, sender.received, over)
    except OSError as error:
        reason, hint = serial_error(place.path, error)
        raise SourceError(f"{place.path}: {reason}{'; ' if hint else ''}{hint}") from None

    def close() -> None:
        sender.finish()
        line.close()

    return close


class _Connection(asyncio.Protocol):
    """A TCP connection that somebody pushes over."""

    def __init__(self, sender: Sender, over: Callable[[_Connection, str], None]) -> None:
        self.sender = sender
        self.transport: asyncio.Transport | None = None
        self._over = over

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.sender.answer = self.transport.write
        connected = transport.get_extra_info("socket")
        if connected is not None:
            with suppress(OSError):
                # Tells of a peer that is gone without a word.
                connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def data_received(self, data: bytes) -> None:
        self.sender.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.sender.finish()
        self._over(self, "" if exc is None else f"the connection is lost: {getattr(exc, 'strerror', None) or exc}")


# --- connections of many meters


class _Meters:
    """The meters that are connected, the longest silent first."""

    def __init__(self, place: Place, show: Show, most: int) -> None:
        self._place = place
        self._show = show
        self._most = most
        self._connections: dict[_MeterConnection, None] = {}

    def connection(self) -> _MeterConnection:
        """Makes the protocol of a new connection."""
        return _MeterConnection(self)

    def sender(self, name: str) -> Sender:
        return self._show.sender(self._place.framing, self._place.silence, name)

    def heard(self, connection: _MeterConnection) -> None:
        """Something came, or a meter connected."""
        self._connections.pop(connection, None)
        self._connections[connection] = None
        if len(self._connections) > self._most:
            oldest = next(iter(self._connections))
            del self._connections[oldest]
            name = oldest.sender.source.name if oldest.sender is not None else ""
            self._show.complain(f"{name}: warning: closed, since more than {self._most} meters are connected")
            oldest.close()

    def gone(self, connection: _MeterConnection) -> None:
        self._connections.pop(connection, None)

    def close(self) -> None:
        for connection in list(self._connections):
            connection.close()


class _MeterConnection(asyncio.Protocol):
    """The connection of one of many meters."""

    def __init__(self, meters: _Meters) -> None:
        self._meters = meters
        self._transport: asyncio.Transport | None = None
        self.sender: Sender | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.sender = self._meters.sender(_name_of(transport.get_extra_info("peername")))
        self.sender.answer = self._answer
        self._meters.heard(self)

    def data_received(self, data: bytes) -> None:
        if self.sender is not None:
            self._meters.heard(self)
            self.sender.received(data)

    def _answer(self, octets: bytes) -> None:
        # A meter that does not read gets no more: what waits for it must not grow.
        if self._transport is not None and self._transport.get_write_buffer_size() < _READ_SIZE:
            self._transport.write(octets)

    def connection_lost(self, exc: Exception | None) -> None:
        self._meters.gone(self)
        self.close()

    def close(self) -> None:
        """Show what is there, and end the connection."""
        sender, self.sender = self.sender, None
        if sender is not None:
            sender.finish()
        if self._transport is not None:
            self._transport.abort()


async def _take_connections(place: Place, show: Show, most: int) -> None:
    meters = _Meters(place, show, most)
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(meters.connection, place.host, place.port, backlog=_BACKLOG)
    except OSError as error:
        raise SourceError(f"{place.name}: {error.strerror or error}") from None
    show.complain(f"ready {_ready(place, server.sockets[0].getsockname())}")
    await show.is_over.wait()
    server.close()
    meters.close()


# --- datagrams of many meters


class _Datagrams(asyncio.DatagramProtocol):
    """A socket that meters send to; each has its own reader, the longest silent first."""

    def __init__(self, place: Place, show: Show, most: int) -> None:
        self._place = place
        self._show = show
        self._most = most
        self._senders: dict[Any, Sender] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        sender = self._senders.pop(addr, None)
        if sender is None:
            sender = self._show.sender(self._place.framing, self._place.silence, _name_of(addr))
            if self._transport is not None:
                sender.answer = partial(self._transport.sendto, addr=addr)
        self._senders[addr] = sender
        sender.datagram(data)
        if len(self._senders) > self._most:
            self._senders.pop(next(iter(self._senders))).finish()

    def error_received(self, exc: Exception) -> None:
        """A meter does not want its confirmation."""

    def close(self) -> None:
        for sender in self._senders.values():
            sender.finish()


async def _take_datagrams(place: Place, show: Show, most: int) -> None:
    loop = asyncio.get_running_loop()
    try:
        transport, datagrams = await loop.create_datagram_endpoint(
            lambda: _Datagrams(place, show, most), local_addr=(place.host, place.port)
        )
    except OSError as error:
        raise SourceError(f"{place.name}: {error.strerror or error}") from None
    show.complain(f"ready {_ready(place, transport.get_extra_info('sockname'))}")
    await show.is_over.wait()
    transport.close()
    datagrams.close()


def _ready(place: Place, name: Any) -> str:
    scheme = place.name.partition("://")[0]
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"{scheme}://{host}:{name[1]}"


def _name_of(peer: Any) -> str:
    if not isinstance(peer, tuple) or len(peer) < 2:
        return "a meter"
    return f"[{peer[0]}]:{peer[1]}" if ":" in str(peer[0]) else f"{peer[0]}:{peer[1]}"
