"""UDP: a socket whose peers have a link each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from xdlms.profiles.link import Link
from xdlms.transports.driver import LinkDriver, LinkUser
from xdlms.transports.streams import name_of

NewPeer = Callable[[], tuple[Link, LinkUser]]


class DatagramMedium:
    """One peer of a socket; what its driver writes goes there.

    `peer` is where datagrams go; None where the socket is connected.
    """

    __slots__ = ("_ended", "_peer", "_transport", "driver", "heard_at")

    def __init__(
        self,
        transport: asyncio.DatagramTransport,
        peer: Any,
        link: Link,
        user: LinkUser,
        *,
        name: str,
        ended: Callable[[DatagramMedium], None] | None = None,
    ) -> None:
        self._transport = transport
        self._peer = peer
        self._ended = ended
        self.heard_at = 0.0
        self.driver = LinkDriver(link, user, self, name)

    def write(self, octets: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(octets, self._peer)

    def close(self) -> None:
        # There is no connection to wait for.
        asyncio.get_running_loop().call_soon(self.end, "")

    def end(self, reason: str) -> None:
        """The peer is gone, or the socket."""
        self.driver.medium_closed(reason)
        if self._ended is not None:
            ended, self._ended = self._ended, None
            ended(self)


class ClientSocket(asyncio.DatagramProtocol):
    """A socket of a client, connected to one server."""

    def __init__(self, link: Link, user: LinkUser) -> None:
        self._link = link
        self._user = user
        self._transport: asyncio.DatagramTransport | None = None
        self.medium: DatagramMedium | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        name = name_of(transport.get_extra_info("peername"))
        self.medium = DatagramMedium(
            self._transport, None, self._link, self._user, name=name, ended=lambda _: transport.close()
        )

    def datagram_received(self, data: bytes, addr: object) -> None:
        if self.medium is not None:
            self.medium.driver.octets_received(data)

    def error_received(self, exc: Exception) -> None:
        if self.medium is not None:
            self.medium.end(f"the server does not answer: {getattr(exc, 'strerror', None) or exc}")

    def connection_lost(self, exc: Exception | None) -> None:
        if self.medium is not None:
            self.medium.end("the socket was closed" if exc is None else f"the socket is lost: {exc}")


class ServerSocket(asyncio.DatagramProtocol):
    """A socket of a server, with any number of clients, each with a link of its own.

    Args:
        new_peer: makes link and user of a client that was not heard of before.
        most_peers: how many clients at a time; datagrams of others are dropped.
        idle_after: seconds after which a silent client makes room for a new one.
    """

    def __init__(self, new_peer: NewPeer, *, most_peers: int, idle_after: float) -> None:
        self._new_peer = new_peer
        self._most = most_peers
        self._idle_after = idle_after
        self._transport: asyncio.DatagramTransport | None = None
        self.peers: dict[Any, DatagramMedium] = {}
        """By address, the longest silent first."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        medium = self.peers.pop(addr, None) or self._peer_at(addr)
        if medium is not None:
            medium.heard_at = medium.driver.now()
            self.peers[addr] = medium
            medium.driver.octets_received(data)

    def error_received(self, exc: Exception) -> None:
        """A client is gone; which one is not told, and it falls silent by itself."""

    def connection_lost(self, exc: Exception | None) -> None:
        for medium in list(self.peers.values()):
            medium.end("the socket was closed" if exc is None else f"the socket is lost: {exc}")

    def _peer_at(self, addr: Any) -> DatagramMedium | None:
        if self._transport is None:
            return None
        if len(self.peers) >= self._most:
            silent = next(iter(self.peers.values()))
            if silent.driver.now() - silent.heard_at < self._idle_after:
                return None
            silent.end("the client was silent for too long")
        link, user = self._new_peer()
        return DatagramMedium(
            self._transport, addr, link, user, name=name_of(addr), ended=lambda medium: self._forget(addr, medium)
        )

    def _forget(self, addr: Any, medium: DatagramMedium) -> None:
        if self.peers.get(addr) is medium:
            del self.peers[addr]
