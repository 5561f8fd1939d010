"""`serve`: logical devices at an address."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Final, Self

from xdlms.server.connection import Connection, Shared
from xdlms.server.device import LogicalDevice
from xdlms.server.limits import Limits
from xdlms.transports import Address, LinkOptions, Listener, listen
from xdlms.transports.address import Scheme

_FOR_EVER: Final = 1e9
"""Seconds that stand for a limit that is none."""


class Server:
    """A server that listens; made by `serve`. Close it with `close`, or use it as an async context manager."""

    def __init__(self, listener: Listener, shared: Shared) -> None:
        self._listener = listener
        self._shared = shared

    @property
    def url(self) -> str:
        """Where it listens, with the real port."""
        return str(self._listener.address)

    @property
    def connections(self) -> int:
        """How many connections there are (UDP: peers that are remembered)."""
        return len(self._shared.connections)

    @property
    def associations(self) -> int:
        """How many associations are open."""
        return sum(connection.associations for connection in self._shared.connections)

    async def close(self) -> None:
        """End all associations and connections, and listen no more."""
        await asyncio.sleep(0)  # what objects have just begun can be cancelled then
        for connection in list(self._shared.connections):
            connection.cancel()
        await self._listener.close()

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
        url: tcp://host:port, udp://host:port, hdlc+tcp://host:port (port 0: any that is free), or
            hdlc:///dev/ttyUSB0?baud=9600.
        devices: the logical devices.
        limits: how many, how long, how often; None: the defaults of `Limits`.
        random: gives so many octets from a cryptographic source.

    Raises:
        ValueError: the URL is no address of a server, or two devices have one service access point.
        OSError: nobody can listen there.
    """
    address = Address.parse(url)
    known: dict[int, LogicalDevice] = {}
    for device in [devices] if isinstance(devices, LogicalDevice) else devices:
        if device.sap in known:
            raise ValueError(f"two logical devices have the service access point {device.sap}")
        known[device.sap] = device
    limits = limits or Limits()
    is_line = address.scheme is Scheme.HDLC_SERIAL
    if is_line:
        limits = replace(
            limits, idle=None, opening=None, connections_per_peer=None
        )  # there is no other way for a client than this line
    shared = Shared(known, limits, random, asyncio.get_running_loop().call_at, closes=not is_line)
    listener = await listen(
        address,
        lambda: Connection(shared),
        options=LinkOptions(most_associations=limits.associations, accepts=shared.accepts),
        most_connections=limits.connections,
        idle_after=_FOR_EVER if limits.idle is None else limits.idle,
    )
    return Server(listener, shared)
