"""``xdlms listen``: shows what meters push, as it comes, over a serial line, over TCP or on standard input."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from xdlms.apdu import decode_report
from xdlms.cli import AT_FAULT, DONE, wrong_usage
from xdlms.cli.console import Console
from xdlms.cli.decode import Report, Shown
from xdlms.cli.inputs import Source
from xdlms.codec.errors import DecodeError
from xdlms.profiles.packets import Framing, Packet
from xdlms.profiles.problems import LinkFault, LinkProblem
from xdlms.profiles.pushes import Pushed, PushReader
from xdlms.tools.blocks import TYPE as BLOCK
from xdlms.tools.blocks import BlockJoiner, Joined
from xdlms.tools.capture import Fault, Found, Place
from xdlms.tools.decipher import Keys, KeysError
from xdlms.tools.editions import NEWEST
from xdlms.tools.prefix import take_prefix
from xdlms.tools.reading import Target, read
from xdlms.tools.readings import readings_of
from xdlms.transports.address import AddressError
from xdlms.transports.serial import SerialPort, SerialSettings

_DESCRIPTION: Final = """\
Show what meters push, as it comes: as a tree for people, or with --json one object an APDU and line for programs,
with the readings in it by logical name, value and unit.

SOURCE is a serial line (/dev/ttyUSB0, with --baud and --format), tcp://HOST:PORT to connect to, or - for standard
input. With --listen, meters connect: xdlms listen --listen tcp://0.0.0.0:4059.
HDLC, wrapper and wired M-Bus are told apart by themselves; after noise, the next frame counts again. Ctrl-C ends it.
"""
_FRAMINGS: Final = ("auto", "hdlc", "wrapper", "mbus")
_READ_SIZE: Final = 4096


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.set_defaults(parser=parser)
    parser.add_argument("source", nargs="?", metavar="SOURCE", help="serial line, tcp://HOST:PORT, or -")
    parser.add_argument(
        "--listen", metavar="URL", help="tcp://HOST:PORT where meters connect; port 0: any that is free"
    )
    parser.add_argument("--baud", type=int, default=2400, metavar="N", help="of a serial line; 2400 by default")
    parser.add_argument("--format", default="8N1", metavar="XYZ", help="data bits, parity, stop bits; 8N1 by default")
    parser.add_argument("--framing", choices=_FRAMINGS, default="auto", help="what carries the APDUs; found by default")
    parser.add_argument("--silence", type=float, default=0.5, metavar="SECONDS", help="behind which a frame is over")
    parser.add_argument("--keys", metavar="FILE", help="decipher with the keys in this file")
    parser.add_argument(
        "--strict", action="store_true", help="refuse known quirks of meters, instead of forgiving them"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object an APDU and line")
    parser.add_argument("--count", type=int, metavar="N", help="end after so many APDUs")


def run(options: argparse.Namespace, console: Console) -> int:
    """Listen until it is over; 1 where the source cannot be opened or is lost."""
    parser: argparse.ArgumentParser = options.parser
    if (options.source is None) == (options.listen is None):
        wrong_usage(parser, "give SOURCE, or --listen URL")
    if options.silence <= 0:
        wrong_usage(parser, "--silence is more than 0")
    if options.count is not None and options.count < 1:
        wrong_usage(parser, "--count is at least 1")
    try:
        settings = SerialSettings(options.baud, options.format.upper())
        host, port = _host_and_port(options.listen or options.source)
    except (AddressError, ValueError) as error:
        wrong_usage(parser, str(error))
    try:
        keys = Keys.given(options.keys)
    except KeysError as error:
        console.complain(f"error: {error}")
        return AT_FAULT
    show = Show(options, console, keys)
    try:
        if options.source == "-":
            return _standard_input(show)
        return asyncio.run(_listen(options, show, settings, host, port))
    except OSError as error:
        console.complain(f"error: {options.listen or options.source}: {error.strerror or error}")
        return AT_FAULT


class Show:
    """Shows APDUs as they come, of any number of senders."""

    def __init__(self, options: argparse.Namespace, console: Console, keys: Keys | None) -> None:
        self.console = console
        self.silence: float = options.silence
        self.is_over = asyncio.Event()
        self._framing = None if options.framing == "auto" else Framing(options.framing)
        self._target = Target(NEWEST, lenient=not options.strict)
        self._keys = keys
        self._left: int | None = options.count
        self._report = _report(options, console)

    def sender(self, name: str = "") -> Sender:
        """Somebody new who pushes."""
        return Sender(self, PushReader(self._framing), name)

    def apdu(self, sender: Sender, apdu: bytes, found: Found | None, origin: str = "") -> None:
        """Show an APDU, and what is in it: an enciphered one, or the blocks of one."""
        if self._left == 0:
            return
        prefix = take_prefix(apdu)
        shown = Shown(sender.source, read(self._target, prefix.apdu), prefix, found, origin=origin)
        if sender.keys is not None:
            shown.opened = sender.keys.open(prefix.apdu)
            if shown.opened is not None and shown.opened.apdu is not None:
                shown.opened_reading = read(self._target, shown.opened.apdu)
        self._report.apdu(shown)
        self.console.flush()
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self.is_over.set()
        reading = shown.reading
        if reading.name == BLOCK and reading.value is not None:
            for result in sender.blocks.feed(None if found is None else found.direction, reading.value):
                if isinstance(result, Joined):
                    self.apdu(sender, result.apdu, None, str(result))
                else:
                    self._report.warning(sender.source, str(result))

    def fault(self, sender: Sender, problem: LinkProblem) -> None:
        """Show octets that are no frame."""
        place = Place(None, problem.offset)
        harmless = problem.fault is LinkFault.REPEATED
        fault = Fault(problem.fault.value, problem.reason, problem.octets, place, harmless=harmless)
        self._report.fault(sender.source, fault)
        self.console.flush()

    def session(self) -> Any:
        """The keys at work on one sender."""
        return None if self._keys is None else self._keys.session()


class Sender:
    """Who pushes: a stream with its own reader, blocks and invocation counters."""

    def __init__(self, show: Show, reader: PushReader, name: str) -> None:
        self.source = Source(name, [])
        self.source.alone = not name
        self.blocks = BlockJoiner()
        self.keys = show.session()
        self._show = show
        self._reader = reader
        self._timer: asyncio.TimerHandle | None = None

    def received(self, octets: bytes) -> None:
        """Octets came; called in an event loop."""
        if self._timer is not None:
            self._timer.cancel()
        self.take(octets)
        self._timer = asyncio.get_running_loop().call_later(self._show.silence, self._silence)

    def take(self, octets: bytes) -> None:
        """Take octets, without looking at the time."""
        self._tell(self._reader.feed(octets))

    def finish(self) -> None:
        """Nothing comes any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._tell(self._reader.finish())
        for incomplete in self.blocks.finish():
            self._show.console.complain(f"warning: {incomplete}")

    def _silence(self) -> None:
        self._tell(self._reader.silence())

    def _tell(self, items: list[Pushed]) -> None:
        for item in items:
            if isinstance(item, Packet):
                self._show.apdu(self, item.apdu, _found(item))
            else:
                self._show.fault(self, item)


def _found(packet: Packet) -> Found:
    link = packet.link
    ends = (str(link.source), str(link.destination))
    return Found(packet.apdu, lambda offset: Place(None, packet.locate(offset)), str(link), ends, packet)


def _report(options: argparse.Namespace, console: Console) -> Report:
    if not options.json:
        from xdlms.cli.decode_text import TextReport

        return TextReport(console)
    from xdlms.cli.decode_json import JsonReport

    class ReadingsReport(JsonReport):
        """Adds the readings of each APDU."""

        def _write(self, json: dict[str, Any]) -> None:
            opened = json.get("deciphered") or {}
            octets = opened.get("octets") or json.get("octets") or ""
            if "error" not in json:
                json["readings"] = _readings(bytes.fromhex(octets))
            super()._write(json)

    return ReadingsReport(console)


def _readings(apdu: bytes) -> list[dict[str, Any]]:
    """The readings in an APDU that pushes: in each Data that is a part of it."""
    try:
        value: Any = decode_report(apdu).apdu
    except DecodeError:
        return []
    found: list[dict[str, Any]] = []
    parts = [getattr(value, name, None) for name in ("notification_body", "attribute_value")]
    for part in parts:
        data = getattr(part, "data_value", part)
        if data is not None and hasattr(data, "type_at"):
            found += readings_of(data.value)
    return found


# --- where octets come from


def _host_and_port(source: str) -> tuple[str, int]:
    """Host and port of tcp://HOST:PORT; no host for everything else. Raises ValueError."""
    if not source.startswith("tcp://"):
        if "://" in source:
            raise ValueError(f"{source!r}: a source is a serial line, tcp://HOST:PORT or -")
        return "", 0
    host, colon, port = source.removeprefix("tcp://").rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 0xFFFF:
        raise ValueError(f"{source!r} is not tcp://HOST:PORT")
    return host.strip("[]"), int(port)


def _standard_input(show: Show) -> int:
    sender = show.sender()
    while not show.is_over.is_set():
        octets = sys.stdin.buffer.read1(_READ_SIZE) if hasattr(sys.stdin.buffer, "read1") else sys.stdin.buffer.read()
        if not octets:
            break
        sender.take(octets)
    sender.finish()
    return DONE


async def _listen(options: argparse.Namespace, show: Show, settings: SerialSettings, host: str, port: int) -> int:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(number, show.is_over.set)
    if options.listen is not None:
        if not host:
            raise OSError("meters connect at tcp://HOST:PORT")
        server = await loop.create_server(lambda: _Connection(show, lambda reason: None, named=True), host, port)
        async with server:
            place = server.sockets[0].getsockname()
            show.console.complain(f"ready tcp://{host}:{place[1]}")
            await show.is_over.wait()
        return DONE
    lost: list[str] = []

    def over(reason: str) -> None:
        lost.append(reason)
        show.is_over.set()

    if host:
        transport, _ = await loop.create_connection(lambda: _Connection(show, over), host, port)
        await show.is_over.wait()
        transport.close()
    else:
        sender = show.sender()
        line = SerialPort(options.source, settings, sender.received, over)
        await show.is_over.wait()
        sender.finish()
        line.close()
    if lost and lost[0]:
        show.console.complain(f"error: {options.source}: {lost[0]}")
        return AT_FAULT
    return DONE


class _Connection(asyncio.Protocol):
    """A TCP connection that somebody pushes over."""

    def __init__(self, show: Show, over: Callable[[str], None], *, named: bool = False) -> None:
        self._show = show
        self._over = over
        self._named = named
        self._sender: Sender | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        self._sender = self._show.sender(f"{peer[0]}:{peer[1]}" if self._named and peer else "")

    def data_received(self, data: bytes) -> None:
        if self._sender is not None:
            self._sender.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._sender is not None:
            self._sender.finish()
        self._over("" if exc is None else f"the connection is lost: {exc}")
