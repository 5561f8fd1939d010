"""`serve`: logical devices at an address."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from xdlms.profiles.link import Saps
from xdlms.profiles.wrapper_link import ALL_STATIONS, WrapperLink
from xdlms.server.addresses import Address, address_of
from xdlms.server.connection import Shared
from xdlms.server.device import LogicalDevice
from xdlms.server.limits import Limits
from xdlms.server.media import Carrier, Listener, TcpMedium, UdpSocket


class Server:
    """A server that listens; made by `serve`. Close it with `close`, or use it as an async context manager."""

    def __init__(self, address: Address, listener: Listener, closing: Callable[[], None]) -> None:
        self._address = address
        self._listener = listener
        self._close = closing

    @property
    def url(self) -> str:
        """Where it listens, with the real port."""
        return str(self._address)

    @property
    def connections(self) -> int:
        """How many connections there are (UDP: peers that are remembered)."""
        return len(self._listener.connections)

    @property
    def associations(self) -> int:
        """How many associations are open."""
        return sum(medium.connection.associations for medium in self._listener.connections)

    async def close(self) -> None:
        """End all associations and connections, and listen no more."""
        self._close()
        await asyncio.sleep(0)  # what objects have just begun can be cancelled then
        for medium in list(self._listener.connections):
            medium.connection.cancel()
            medium.abort()
        while any(isinstance(medium, TcpMedium) for medium in self._listener.connections):
            await asyncio.sleep(0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<Server {self.url}: {self.connections} connections>"


async def serve(
    url: str,
    devices: LogicalDevice | Iterable[LogicalDevice],
    *,
    limits: Limits | None = None,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Server:
    """Listen at an address, and serve logical devices there.

    Args:
        url: tcp://host:port or udp://host:port; port 0: any that is free.
        devices: the logical devices.
        limits: how many, how long, how often; None: the defaults of `Limits`.
        random: gives so many octets from a cryptographic source.

    Raises:
        ValueError: the URL is no address, or two devices have one service access point.
        OSError: nobody can listen there.
    """
    address = address_of(url)
    known = {}
    for device in [devices] if isinstance(devices, LogicalDevice) else devices:
        if device.sap in known:
            raise ValueError(f"two logical devices have the service access point {device.sap}")
        known[device.sap] = device
    loop = asyncio.get_running_loop()
    shared = Shared(known, limits or Limits(), random, loop.time)
    listener = Listener(shared, _carriers(address, shared))
    if address.scheme == "udp":
        transport, _ = await loop.create_datagram_endpoint(
            lambda: UdpSocket(listener), local_addr=(address.host, address.port)
        )
        return Server(_with_port(address, transport.get_extra_info("sockname")), listener, transport.close)
    server = await loop.create_server(lambda: TcpMedium(listener), address.host, address.port)
    return Server(_with_port(address, server.sockets[0].getsockname()), listener, server.close)


def _carriers(address: Address, shared: Shared) -> Callable[[], Carrier]:
    """What makes the link of a connection."""
    if address.scheme == "hdlc+tcp":
        raise ValueError("HDLC is not offered by servers")

    def accepts(saps: Saps) -> bool:
        return saps.server == ALL_STATIONS or shared.knows(saps)

    def carrier() -> Carrier:
        link = WrapperLink(
            server=True,
            datagrams=address.scheme == "udp",
            most_associations=shared.limits.associations,
            accepts=accepts,
        )
        return Carrier(link, lambda: link.failed is not None)

    return carrier


def _with_port(address: Address, name: Any) -> Address:
    return Address(address.scheme, address.host, int(name[1]))
