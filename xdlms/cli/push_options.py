"""What ``xdlms listen`` listens to: the source that its arguments name, and how serial lines are set."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from xdlms.profiles.packets import Framing
from xdlms.transports.address import Address, AddressError, Scheme
from xdlms.transports.serial import SerialSettings

BAUD: Final = 2400
FORMAT: Final = "8N1"
STANDARD_INPUT: Final = "-"
_SOURCES: Final = "a source is a serial line, hdlc:///dev/..., tcp://HOST:PORT, hdlc+tcp://HOST:PORT or -"
_LISTENING: Final = "meters connect at tcp://HOST:PORT or hdlc+tcp://HOST:PORT, and send to udp://HOST:PORT"
_SERIAL_OPTIONS: Final = {"baud", "format"}
_USUAL: Final = SerialSettings(BAUD, FORMAT)


class Kind(Enum):
    """Where octets come from."""

    STANDARD_INPUT = auto()
    SERIAL = auto()
    TCP = auto()
    """This side connects."""
    TCP_LISTEN = auto()
    """Meters connect."""
    UDP_LISTEN = auto()


@dataclass(frozen=True, slots=True)
class Place:
    """A source: `name` as it was given; `host` and `port`, or the `path` and `settings` of a serial line.

    `framing` is what the name or the arguments say of it, None: it is found out. `silence` is the pause in seconds
    behind which a frame is over.
    """

    kind: Kind
    name: str
    silence: float
    framing: Framing | None = None
    host: str = ""
    port: int = 0
    path: str = ""
    settings: SerialSettings = _USUAL


_SILENCES: Final = {Kind.TCP: 10.0, Kind.TCP_LISTEN: 10.0}  # a slow network pauses inside a message, too
_SILENCE: Final = 0.5


def place_of(options: argparse.Namespace) -> Place:
    """The source that the arguments name. Raises AddressError, which says what is wrong with them."""
    name: str = options.source if options.listen is None else options.listen
    framing = None if options.framing == "auto" else Framing(options.framing)
    address = Address.parse(name) if "://" in name else None
    kind = _kind(options, address)
    if address is not None and address.scheme in (Scheme.HDLC_SERIAL, Scheme.HDLC_TCP):
        if framing not in (None, Framing.HDLC):
            raise AddressError(f"{name} is HDLC, and --framing says {framing}")
        framing = Framing.HDLC
    if kind is Kind.UDP_LISTEN:
        if framing not in (None, Framing.WRAPPER):
            raise AddressError(f"over UDP there is the wrapper only, and --framing says {framing}")
        framing = Framing.WRAPPER
    silence = options.silence if options.silence is not None else _SILENCES.get(kind, _SILENCE)
    settings = _settings(options, address)
    if kind is Kind.SERIAL:
        path = name if address is None else address.path
        return Place(kind, name, silence, framing, path=path, settings=settings)
    if address is None:
        return Place(kind, name, silence, framing)
    if address.options:
        raise AddressError(f"{name}: only serial lines have options, {' and '.join(sorted(_SERIAL_OPTIONS))}")
    return Place(kind, name, silence, framing, address.host, address.port)


def _kind(options: argparse.Namespace, address: Address | None) -> Kind:
    name, is_listening = options.source, options.listen is not None
    if is_listening:
        if address is None or address.scheme is Scheme.HDLC_SERIAL:
            raise AddressError(f"{options.listen!r}: {_LISTENING}")
        return Kind.UDP_LISTEN if address.scheme is Scheme.UDP else Kind.TCP_LISTEN
    if address is None:
        return Kind.STANDARD_INPUT if name == STANDARD_INPUT else Kind.SERIAL
    if address.scheme is Scheme.UDP:
        raise AddressError(f"{_SOURCES}; datagrams are taken with --listen {name}")
    if address.scheme is Scheme.HDLC_SERIAL:
        return Kind.SERIAL
    if address.port == 0:
        raise AddressError(f"{name!r} has no port to connect to")
    return Kind.TCP


def _settings(options: argparse.Namespace, address: Address | None) -> SerialSettings:
    """Of the options in the URL, or else of the arguments."""
    given = {} if address is None or address.scheme is not Scheme.HDLC_SERIAL else dict(address.options)
    unknown = sorted(set(given) - _SERIAL_OPTIONS)
    if unknown:
        raise AddressError(f"{address}: a line that is only listened to has no option {unknown[0]}")
    baud, form = options.baud, options.format
    for name, argument in (("baud", baud), ("format", form)):
        if name in given and argument is not None:
            raise AddressError(f"{name} is given twice: in {address}, and as --{name}")
    text = given.get("baud")
    if text is not None:
        if not (text.isascii() and text.isdigit() and len(text) <= 7):
            raise AddressError(f"{address}: baud is a number, not {text!r}")
        baud = int(text)
    return SerialSettings(BAUD if baud is None else baud, given.get("format", form or FORMAT).upper())
