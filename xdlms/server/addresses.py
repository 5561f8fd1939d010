"""The addresses that servers listen at: tcp://host:port, udp://host:port, hdlc+tcp://host:port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from xdlms.profiles.wrapper import PORT

SCHEMES: Final = ("tcp", "udp", "hdlc+tcp")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens; `port` 0 stands for any that is free."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def address_of(url: str) -> Address:
    """The address in a URL; the port is 4059 where there is none.

    Raises:
        ValueError: the scheme is not one of SCHEMES, there is no host, or the port is not 0 to 65535.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{url!r} is no address: {error}") from None
    if parts.scheme not in SCHEMES:
        raise ValueError(f"{url!r}: a server listens at {', '.join(f'{scheme}://' for scheme in SCHEMES)}")
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{url!r}: an address is {parts.scheme}://host:port")
    return Address(parts.scheme, parts.hostname, PORT if port is None else port)
