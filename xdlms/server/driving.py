"""What a connection of a server is driven by: the driver of its link, and a clock that calls."""

from __future__ import annotations

from typing import Protocol

from xdlms.profiles.link import Link, Saps


class Driver(Protocol):
    """What drives the link of a connection; see `xdlms.transports.LinkDriver`."""

    @property
    def peer(self) -> str:
        """The other end: host:port."""

    @property
    def link(self) -> Link:
        """The link."""

    def now(self) -> float:
        """Seconds."""

    def send(self, saps: Saps, apdu: bytes, *, confirmed: bool | None = None) -> None:
        """Send an APDU; raises FrameError."""

    def disconnect(self, saps: Saps) -> None:
        """Disconnect the lower layer of an association."""

    def close(self, reason: str = "") -> None:
        """Close the medium: `Connection.link_closed` will be told."""


class Timer(Protocol):
    """A call that is due some time."""

    def when(self) -> float:
        """When it is due."""

    def cancel(self) -> None:
        """It is not wanted any more."""
