"""The URLs that say how a peer is reached: tcp://host:port, udp://host:port, hdlc+tcp://host:port, hdlc:///dev/ttyUSB0."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from xdlms.profiles.wrapper import PORT

_EXAMPLES: Final = "tcp://host:4059, udp://host:4059, hdlc+tcp://host:port or hdlc:///dev/ttyUSB0?baud=9600"


class AddressError(ValueError):
    """A URL that says of no peer how it is reached; the message says what is wrong with it."""


class Scheme(StrEnum):
    """What carries the APDUs. The set is closed."""

    TCP = "tcp"
    """The wrapper over TCP."""
    UDP = "udp"
    """The wrapper over UDP."""
    HDLC_TCP = "hdlc+tcp"
    """HDLC frames over a TCP connection, as serial converters and modems give it."""
    HDLC_SERIAL = "hdlc"
    """HDLC frames over a serial line."""


@dataclass(frozen=True, slots=True)
class Address:
    """How a peer is reached.

    Args:
        scheme: what carries the APDUs.
        host: name or number of the host; empty for a serial line.
        port: 0 to 65535; 0 is for servers, and means any free one.
        path: the device of a serial line; else empty.
        options: what stands behind the question mark, by name.
    """

    scheme: Scheme
    host: str = ""
    port: int = PORT
    path: str = ""
    options: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read a URL. Raises AddressError."""
        try:
            parts = urlsplit(url)
            scheme = Scheme(parts.scheme)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise AddressError(f"{url!r} is no address of a meter; an address is {_EXAMPLES}") from error
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise AddressError(f"the address has more than scheme, host, port and options; an address is {_EXAMPLES}")
        options = tuple(parse_qsl(parts.query, keep_blank_values=True))
        if scheme is Scheme.HDLC_SERIAL:
            if parts.netloc or not parts.path:
                raise AddressError(f"{url!r} names no serial device; write hdlc:///dev/ttyUSB0?baud=9600")
            return cls(scheme, port=0, path=unquote(parts.path), options=options)
        if not host or parts.path not in ("", "/"):
            raise AddressError(f"{url!r} names no host; an address is {_EXAMPLES}")
        if port is None and scheme is Scheme.HDLC_TCP:
            raise AddressError(f"{url!r} has no port, and none is registered for HDLC over TCP")
        return cls(scheme, host, PORT if port is None else port, options=options)

    def option(self, name: str, default: str) -> str:
        """The option with this name; the last one counts."""
        return dict(self.options).get(name, default)

    def with_port(self, port: int) -> Address:
        """The same with another port."""
        return replace(self, port=port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = quote(self.path) if self.scheme is Scheme.HDLC_SERIAL else f"{host}:{self.port}"
        return f"{self.scheme}://{place}{f'?{urlencode(self.options)}' if self.options else ''}"
