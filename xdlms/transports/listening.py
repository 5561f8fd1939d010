"""Waiting for clients, for servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from xdlms.profiles.link import Link, LinkEvent
from xdlms.transports.address import Address, Scheme
from xdlms.transports.datagrams import ServerSocket
from xdlms.transports.driver import HasConnections, LinkDriver, LinkUser
from xdlms.transports.links import LinkOptions, make_link
from xdlms.transports.mode_e import BEHIND_CONVERTERS, ConverterLine, Door, answering_of
from xdlms.transports.serial import SerialListener
from xdlms.transports.streams import StreamMedium

_USUAL: Final = LinkOptions()
_BACKLOG: Final = 1024


class _Nobody:
    """The user of a connection that is refused: there are too many."""

    def link_made(self, driver: LinkDriver) -> None:
        driver.close("there are too many connections")

    def link_event(self, event: LinkEvent) -> None:
        """Nobody cares."""

    def link_closed(self, reason: str) -> None:
        """Nobody cares."""


class Listener:
    """Waits for clients at an address; `listen` makes it.

    `address` is where it waits, with the port that it really has.
    """

    def __init__(self, address: Address, make_user: Callable[[], LinkUser], options: LinkOptions, most: int) -> None:
        self.address = address
        self._make_user = make_user
        self._options = options
        self._most = most
        self._server: asyncio.Server | None = None
        self._socket: ServerSocket | None = None
        self._transport: asyncio.BaseTransport | None = None
        self._streams: set[StreamMedium] = set()
        self._doors: dict[StreamMedium, Door] = {}
        self._line: SerialListener | None = None

    @property
    def drivers(self) -> list[LinkDriver]:
        """The drivers of the links that are there."""
        if self._line is not None:
            return self._line.drivers
        if self._socket is not None:
            return [medium.driver for medium in self._socket.peers.values()]
        return [stream.driver for stream in self._streams if stream.driver is not None]

    async def start(self, *, idle_after: float) -> None:
        """Begin to wait; raises OSError."""
        loop = asyncio.get_running_loop()
        self._new_link()  # refused before anything is bound
        if self.address.scheme is Scheme.HDLC_TCP:
            answering_of(self.address, BEHIND_CONVERTERS)
        if self.address.scheme is Scheme.HDLC_SERIAL:
            self._line = SerialListener(self.address, self._new_link, self._make_user)
            self._line.start()
            return
        host, port = self.address.host, self.address.port
        if self.address.scheme is Scheme.UDP:
            self._transport, self._socket = await loop.create_datagram_endpoint(
                lambda: ServerSocket(self._new_peer, most_peers=self._most, idle_after=idle_after),
                local_addr=(host, port),
            )
            name = self._transport.get_extra_info("sockname")
        else:
            self._server = await loop.create_server(self._new_stream, host, port, backlog=_BACKLOG)
            name = self._server.sockets[0].getsockname()
        self.address = self.address.with_port(name[1])

    async def close(self) -> None:
        """Stop waiting, and close every link at once."""
        drivers = self.drivers
        if self._line is not None:
            self._line.stop()
        if self._server is not None:
            self._server.close()
            for stream in list(self._streams):
                stream.abort()
        if self._transport is not None:
            self._transport.close()
        for driver in drivers:
            await driver.wait_closed()

    async def __aenter__(self) -> Listener:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    # Within

    def _new_peer(self) -> tuple[Link, LinkUser]:
        return self._new_link(), self._make_user()

    def _new_link(self) -> Link:
        return make_link(self.address, server=True, options=self._options)

    def _new_stream(self) -> StreamMedium:
        link = self._new_link()
        if len(self._streams) >= self._most:
            return StreamMedium(link, _Nobody())
        return StreamMedium(link, self._make_user(), made=self._stream_made, ended=self._stream_ended)

    def _stream_made(self, stream: StreamMedium) -> None:
        self._streams.add(stream)
        answering = answering_of(self.address, BEHIND_CONVERTERS) if self.address.scheme is Scheme.HDLC_TCP else None
        driver = stream.driver
        if answering is None or driver is None:
            return
        self._doors[stream] = Door(
            ConverterLine(stream),
            answering,
            driver.octets_received,
            lambda: isinstance(driver.link, HasConnections) and driver.link.is_connected,
        )

    def _stream_ended(self, stream: StreamMedium) -> None:
        self._streams.discard(stream)
        door = self._doors.pop(stream, None)
        if door is not None:
            door.stop()


async def listen(
    address: Address,
    make_user: Callable[[], LinkUser],
    *,
    options: LinkOptions = _USUAL,
    most_connections: int = 1024,
    idle_after: float = 120.0,
) -> Listener:
    """Wait for clients.

    Args:
        address: where to wait; port 0: any free one.
        make_user: makes the user of each new link; `link_made` gives it the driver.
        options: limits of each link.
        most_connections: how many links there are at a time, 1 or more; more are closed as soon as they come.
        idle_after: UDP: seconds after which a silent client makes room for another one.

    Raises:
        AddressError: the profile of the address is not offered.
        OSError: the address cannot be had.
    """
    listener = Listener(address, make_user, options, most_connections)
    await listener.start(idle_after=idle_after)
    return listener
