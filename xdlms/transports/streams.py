"""TCP: a connection that drives its link."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol, cast

from xdlms.profiles.link import Link
from xdlms.transports.driver import LinkDriver, LinkUser

_USUAL_READ: Final = 4096
"""Octets that are read at a time; more than the longest HDLC frame has."""
_LARGEST_READ: Final = 65536
"""Octets that are read at a time where more came once than the usual."""


class Diversion(Protocol):
    """Takes what comes before a link does: `received` octets, and `lost` the reason when the connection is gone."""

    received: Callable[[bytes], None]
    lost: Callable[[str], None]


class StreamMedium(asyncio.BufferedProtocol):
    """One connection and the driver of its link.

    It is read into a buffer of its own: else asyncio makes one of 262144 octets for each piece that comes, which takes
    longer than all that is done with a frame where the allocator gives such memory back at once.

    Where the peer does not read what is sent, nothing is read from it either: so what waits stays bounded.

    Args:
        link: the link that the connection carries.
        user: is told what happens.
        made, ended: called with this when the connection is there, and when it is gone.
    """

    __slots__ = ("_buffer", "_ended", "_link", "_made", "_transport", "_user", "diverted", "driver")

    def __init__(
        self,
        link: Link,
        user: LinkUser,
        *,
        made: Callable[[StreamMedium], None] | None = None,
        ended: Callable[[StreamMedium], None] | None = None,
    ) -> None:
        self._link = link
        self._user = user
        self._made = made
        self._ended = ended
        self._transport: asyncio.Transport | None = None
        self._buffer = memoryview(bytearray(_USUAL_READ))
        self.driver: LinkDriver | None = None
        self.diverted: Diversion | None = None
        """Who gets the octets in place of the link, while there is somebody."""

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.driver = LinkDriver(self._link, self._user, self, name_of(transport.get_extra_info("peername")))
        if self._made is not None:
            self._made(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        octets = bytes(self._buffer[:nbytes])
        if nbytes == len(self._buffer) < _LARGEST_READ:
            self._buffer = memoryview(bytearray(_LARGEST_READ))
        if self.diverted is not None:
            self.diverted.received(octets)
        elif self.driver is not None:
            self.driver.octets_received(octets)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if self.diverted is not None:
            self.diverted.lost(_words(exc))
        if self.driver is not None:
            self.driver.medium_closed(_words(exc))
        if self._ended is not None:
            self._ended(self)

    def pause_writing(self) -> None:
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._transport is not None:
            self._transport.resume_reading()

    # The medium of the driver

    def write(self, octets: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(octets)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once; what was not sent is lost."""
        if self._transport is not None:
            self._transport.abort()


def name_of(peername: object) -> str:
    """An address of a socket, for people."""
    if isinstance(peername, tuple) and len(peername) >= 2:
        host, port = str(peername[0]), peername[1]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return str(peername or "unknown")


def _words(error: Exception | None) -> str:
    if error is None:
        return "the peer closed the connection"
    return f"the connection is lost: {getattr(error, 'strerror', None) or error}"
