"""What ``xdlms listen`` shows: the pushes of any number of senders."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from xdlms.apdu import DataNotification, DataNotificationConfirm
from xdlms.cli.console import Console, Style
from xdlms.cli.decode import Report, Shown
from xdlms.cli.decode_json import JsonReport
from xdlms.cli.decode_text import TextReport
from xdlms.cli.inputs import Source
from xdlms.cli.push_readings import date_time_of, readings_in
from xdlms.codec.wording import counted
from xdlms.profiles.packets import Framing, Packet
from xdlms.profiles.problems import FrameError, LinkFault, LinkProblem
from xdlms.profiles.pushes import Pushed, PushReader, wrapper_packet
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.tools.blocks import TYPE as BLOCK
from xdlms.tools.blocks import BlockJoiner, Joined
from xdlms.tools.capture import Fault, Found, Place
from xdlms.tools.decipher import Keys
from xdlms.tools.editions import NEWEST
from xdlms.tools.prefix import take_prefix
from xdlms.tools.reading import Target, is_apdu, read

_LONGEST_JOINED: Final = 1 << 18
"""Octets of an APDU that comes in general block transfers; longer ones are given up."""
_CONFIRMED: Final = 1 << 30
"""The bit of a long invoke-id that says that the service is confirmed."""
_CIPHERED: Final = re.compile("[Cc]iphering|^glo-|^ded-")


class Show:
    """Shows pushes as they come.

    `is_over` is set when enough were shown, or when nobody reads any more: `failure` says so then. All senders share
    the keys and what is remembered of invocation counters: a replay may come over another connection.
    """

    def __init__(self, options: argparse.Namespace, console: Console, keys: Keys | None) -> None:
        self.console = console
        self.is_over = asyncio.Event()
        self.failure: OSError | None = None
        self.keys = None if keys is None else keys.session()
        self._target = Target(NEWEST, lenient=not options.strict)
        self._is_apdu = partial(is_apdu, Target(NEWEST, lenient=True))
        self._left: int | None = options.count
        self._confirms: bool = options.confirm
        self._report = _report(options, console)

    def sender(self, framing: Framing | None, silence: float, name: str = "") -> Sender:
        """Somebody new who pushes; `name` tells one of many."""
        return Sender(self, PushReader(framing, is_apdu=self._is_apdu), silence, name)

    def guard(self, action: Callable[[], None]) -> None:
        """Do what may write; where nobody reads what is written, listening is over."""
        if self.failure is not None:
            return
        try:
            action()
        except OSError as error:
            self.failure = error
            self.is_over.set()

    def complain(self, text: str) -> None:
        """A line on standard error."""
        self.guard(partial(self.console.complain, text))

    def apdu(self, sender: Sender, apdu: bytes, found: Found | None, origin: str = "") -> None:
        """Show a push, and what is enciphered in it; the blocks of one are joined first."""
        if self._left == 0:
            return
        prefix = take_prefix(apdu)
        reading = read(self._target, prefix.apdu)
        if reading.name == BLOCK and reading.value is not None:
            for result in sender.blocks.feed(None if found is None else found.direction, reading.value):
                if isinstance(result, Joined):
                    self.apdu(sender, result.apdu, None, str(result))
                else:
                    self._report.warning(sender.source, str(result))
            return
        shown = Shown(sender.source, reading, prefix, found, origin=origin)
        if self.keys is not None:
            shown.opened = self.keys.open(prefix.apdu)
            if shown.opened is not None and shown.opened.apdu is not None:
                shown.opened_reading = read(self._target, shown.opened.apdu)
        self._report.apdu(shown)
        self.console.flush()
        if (
            self._confirms
            and found is not None
            and found.packet is not None
            and isinstance(reading.value, DataNotification)
        ):
            sender.confirm(found.packet, reading.value)
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self.is_over.set()

    def fault(self, sender: Sender, problem: LinkProblem) -> None:
        """Show octets that are no frame."""
        harmless = problem.fault is LinkFault.REPEATED
        skipped = f"{counted(len(problem.octets), 'octet')} skipped: {problem.reason}"
        reason = problem.reason if harmless else skipped
        place = Place(None, problem.offset)
        self._report.fault(sender.source, Fault(problem.fault.value, reason, problem.octets, place, harmless=harmless))
        self.console.flush()

    def incomplete(self, sender: Sender) -> None:
        """Nothing more comes of a sender: tell of blocks without the rest of their APDU."""
        for incomplete in sender.blocks.finish():
            self._report.warning(sender.source, str(incomplete))


class Sender:
    """Who pushes: a stream, or datagrams, with its own reader and blocks."""

    def __init__(self, show: Show, reader: PushReader, silence: float, name: str) -> None:
        self.source = Source(name, [])
        self.blocks = BlockJoiner(limit=_LONGEST_JOINED)
        self._show = show
        self._reader = reader
        self._silence_after = silence
        self._timer: asyncio.TimerHandle | None = None
        self._offset = 0
        self.answer: Callable[[bytes], None] | None = None
        """Sends octets to who pushes, where that is possible."""

    def received(self, octets: bytes) -> None:
        """Octets came; called in an event loop."""
        if self._timer is not None:
            self._timer.cancel()
        self.take(octets)
        self._timer = asyncio.get_running_loop().call_later(self._silence_after, self._silence)

    def take(self, octets: bytes) -> None:
        """Take octets of a stream, without looking at the time."""
        self._tell(self._reader.feed(octets))

    def datagram(self, octets: bytes) -> None:
        """Take a datagram: one message."""
        offset, self._offset = self._offset, self._offset + len(octets)
        try:
            message = WrapperMessage.decode(octets)
        except FrameError as error:
            self._tell([LinkProblem(error.fault, offset, octets, error.reason)])
            return
        if message.apdu:
            message = WrapperMessage(message.source_wport, message.destination_wport, message.apdu, offset)
            self._tell([wrapper_packet(message)])
        else:
            self._tell([LinkProblem(LinkFault.LENGTH, offset, octets, "a message without an APDU")])

    def confirm(self, packet: Packet, push: DataNotification) -> None:
        """Answer a push that asks for it, in the wrapper."""
        link = packet.link
        ends = (link.destination, link.source)
        if self.answer is None or not push.long_invoke_id_and_priority & _CONFIRMED:
            return
        if link.framing is Framing.WRAPPER and isinstance(ends[0], int) and isinstance(ends[1], int):
            apdu = DataNotificationConfirm(push.long_invoke_id_and_priority, b"").encode()
            self.answer(WrapperMessage(ends[0], ends[1], apdu).encode())

    def finish(self) -> None:
        """Nothing comes any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._tell(self._reader.finish())
        self._show.guard(lambda: self._show.incomplete(self))

    def _silence(self) -> None:
        self._tell(self._reader.silence())

    def _tell(self, items: list[Pushed]) -> None:
        for item in items:
            self._show.guard(partial(self._one, item))

    def _one(self, item: Pushed) -> None:
        if isinstance(item, Packet):
            self._show.apdu(self, item.apdu, _found(item))
        else:
            self._show.fault(self, item)


def _found(packet: Packet) -> Found:
    link = packet.link
    ends = (str(link.source), str(link.destination))
    return Found(packet.apdu, lambda offset: Place(None, packet.locate(offset)), str(link), ends, packet)


def _report(options: argparse.Namespace, console: Console) -> Report:
    if options.json:
        return _PushJson(console)
    return _PushReadings(console) if options.readings else TextReport(console)


class _PushJson(JsonReport):
    """An object a push: who sent it, and the readings in it, too."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._sender = ""

    def apdu(self, shown: Shown) -> None:
        self._sender = shown.source.name
        super().apdu(shown)

    def fault(self, source: Source, fault: Fault) -> None:
        self._sender = source.name
        super().fault(source, fault)

    def _write(self, json: dict[str, Any]) -> None:
        if self._sender:
            json["from"] = self._sender
        if "error" not in json:
            opened = json.get("deciphered") or {}
            apdu = bytes.fromhex(opened.get("octets") or json["octets"])
            json["date-time"] = date_time_of(apdu)
            json["readings"] = readings_in(apdu)
        super()._write(json)


class _PushReadings(TextReport):
    """For people who want the readings only: a heading a push, and a line a reading."""

    def apdu(self, shown: Shown) -> None:
        opened = shown.opened_reading
        reading = shown.reading if opened is None else opened
        if reading.error is not None or (shown.opened is not None and opened is None):
            super().apdu(shown)
            return
        warnings = [] if shown.opened is None else shown.opened.warnings
        if warnings:
            self._complain(shown.source, shown.place(0), " ".join(warnings), "warning")
        self._blank_line()
        words = [reading.name, date_time_of(reading.octets) or "", shown.source.name]
        self._console.line(self._console.styled(", ".join(filter(None, words)), Style.TITLE))
        readings = readings_in(reading.octets)
        for one in readings:
            self._console.line(f"  {one['logical-name']:<17} {one['name']:<32} {one['text']}".rstrip())
        if not readings and _CIPHERED.search(reading.name):
            self._console.line("  enciphered; with --keys FILE its readings are shown")
        elif not readings:
            self._console.line("  no readings with names in it; without --readings all of it is shown")
