"""``xdlms listen``: shows what meters push, as it comes, over a serial line, over TCP or UDP, or on standard input."""

from __future__ import annotations

import argparse
import asyncio
from typing import Final

from xdlms.cli import AT_FAULT, DONE, wrong_usage
from xdlms.cli.console import Console
from xdlms.cli.push_options import BAUD, FORMAT, Kind, place_of
from xdlms.cli.push_sources import SourceError, listen, read_standard_input
from xdlms.cli.pushes import Show
from xdlms.tools.decipher import Keys, KeysError
from xdlms.transports.address import AddressError

_DESCRIPTION: Final = """\
Show what meters push, as it comes: as a tree for people, with --readings a line a reading, or with --json one
object a push and line for programs, with the readings in it by logical name, value and unit.

SOURCE is a serial line, /dev/ttyUSB0 with --baud and --format, or hdlc:///dev/ttyUSB0?baud=2400&format=8E1 where it
is surely HDLC; tcp://HOST:PORT or hdlc+tcp://HOST:PORT to connect to a converter; or - for standard input.
With --listen, meters connect or send: --listen tcp://0.0.0.0:4059, --listen udp://0.0.0.0:4059.
HDLC, wrapper and wired M-Bus are told apart by themselves; after noise, the next frame counts again. Ctrl-C ends it.
"""
_FRAMINGS: Final = ("auto", "hdlc", "wrapper", "mbus")
_MOST: Final = 256


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.set_defaults(parser=parser)
    parser.add_argument(
        "source",
        nargs="?",
        metavar="SOURCE",
        help="serial line, hdlc:///dev/LINE, tcp://HOST:PORT, hdlc+tcp://HOST:PORT, or -",
    )
    parser.add_argument(
        "--listen",
        metavar="URL",
        help="tcp://HOST:PORT or hdlc+tcp://HOST:PORT where meters connect, udp://HOST:PORT where they send to;"
        " port 0: any that is free",
    )
    parser.add_argument(
        "--most", type=int, default=_MOST, metavar="N", help=f"meters at a time with --listen; {_MOST} by default"
    )
    parser.add_argument(
        "--reconnect", type=float, metavar="SECONDS", help="open a line or connection that is lost again, that often"
    )
    parser.add_argument(
        "--confirm",
        action="store_true",
        help="answer each plain Data-Notification that asks for it, over TCP and UDP (edition 2023)",
    )
    parser.add_argument("--baud", type=int, metavar="N", help=f"of a serial line; {BAUD} by default")
    parser.add_argument("--format", metavar="XYZ", help=f"data bits, parity, stop bits, as 8E1; {FORMAT} by default")
    parser.add_argument("--framing", choices=_FRAMINGS, default="auto", help="what carries the APDUs; found by default")
    parser.add_argument(
        "--silence",
        type=float,
        metavar="SECONDS",
        help="behind which a frame is over; by default 0.5 on a serial line, 10 over TCP",
    )
    parser.add_argument("--keys", metavar="FILE", help="decipher with the keys in this file")
    parser.add_argument(
        "--strict", action="store_true", help="refuse known quirks of meters, instead of forgiving them"
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="one JSON object a push and line")
    shown.add_argument("--readings", action="store_true", help="a line a reading, in place of the tree")
    parser.add_argument("--count", type=int, metavar="N", help="end after so many pushes")


def run(options: argparse.Namespace, console: Console) -> int:
    """Listen until it is over; 1 where the source cannot be opened or is lost."""
    parser: argparse.ArgumentParser = options.parser
    if (options.source is None) == (options.listen is None):
        wrong_usage(parser, "give SOURCE, or --listen URL")
    for name in ("silence", "reconnect"):
        value = getattr(options, name)
        if value is not None and not 0 < value < 1e6:
            wrong_usage(parser, f"--{name} is more than 0")
    for name in ("count", "most"):
        value = getattr(options, name)
        if value is not None and value < 1:
            wrong_usage(parser, f"--{name} is at least 1")
    try:
        place = place_of(options)
    except AddressError as error:
        wrong_usage(parser, str(error))
    if options.reconnect is not None and place.kind not in (Kind.SERIAL, Kind.TCP):
        wrong_usage(parser, "--reconnect is for a serial line, or a connection that this side makes")
    try:
        keys = Keys.given(options.keys)
    except KeysError as error:
        console.complain(f"error: {error}")
        return AT_FAULT
    show = Show(options, console, keys)
    try:
        if place.kind is Kind.STANDARD_INPUT:
            read_standard_input(place, show)
        else:
            asyncio.run(listen(place, show, most=options.most, again=options.reconnect))
        code = DONE
    except SourceError as error:
        show.complain(f"error: {error}")
        code = AT_FAULT
    if show.failure is not None:
        raise show.failure  # nobody reads what is written
    return code
