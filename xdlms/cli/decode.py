"""``xdlms decode``: shows what APDUs say."""

from __future__ import annotations

import argparse
from typing import Protocol

from xdlms.cli import wrong_usage
from xdlms.cli.console import Console
from xdlms.cli.inputs import InputError, Source, add_inputs, has_inputs, is_network_capture, sources
from xdlms.cli.options import add_keys, add_package, chosen_syntax
from xdlms.codec.schema import Syntax, TypeInfo
from xdlms.tools.blocks import TYPE as BLOCK
from xdlms.tools.blocks import BlockJoiner, Joined
from xdlms.tools.capture import AUTO, FRAMINGS, NONE, Fault, Found, OtherFrame, Place, find_apdus
from xdlms.tools.decipher import Keys, KeysError, Opened, Session
from xdlms.tools.editions import NEWEST, find_type, no_such_type, syntax_of
from xdlms.tools.hextext import HexError, read_hex
from xdlms.tools.prefix import Prefixed, take_prefix
from xdlms.tools.reading import Reading, Target, read

_DESCRIPTION = """\
Show what APDUs say: as a tree for people, or with --json one object an APDU and line for programs.

HEX is written with or without blanks, colons and 0x between the octets; several arguments are several inputs (or
one, if each is one octet). A file is text, with one capture a line and comments behind #, or binary. Framing is
found: TCP-UDP/IP wrapper, HDLC, wired M-Bus, or none; segments and general block transfers are joined.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.set_defaults(parser=parser)
    add_inputs(parser, "HEX", "hexadecimal digits; - reads standard input")
    add_package(parser, NEWEST)
    parser.add_argument("--type", metavar="NAME", help="decode a value of this ASN.1 type instead of an APDU")
    parser.add_argument("--framing", choices=FRAMINGS, default=AUTO, help="what carries the APDUs; found by default")
    add_keys(parser, "decipher with the keys in this file")
    parser.add_argument("--lenient", action="store_true", help="take known quirks of meters, and report them")
    parser.add_argument("--json", action="store_true", help="one JSON object an APDU and line")


class Report(Protocol):
    """How results are told: as text or as JSON."""

    def apdu(self, shown: Shown) -> None:
        """An APDU, decoded or not."""

    def other_frame(self, source: Source, frame: OtherFrame) -> None:
        """A frame without an APDU."""

    def fault(self, source: Source, fault: Fault) -> None:
        """Octets that are no frame."""

    def warning(self, source: Source, message: str) -> None:
        """Something that people should know of an input."""

    def input_error(self, message: str) -> None:
        """An input that cannot be read, or a line of it."""

    def hint(self, message: str) -> None:
        """What could have been meant."""


class Shown:
    """An APDU of an input to be shown: what was read, where it stood, and what the keys made of it.

    `origin` says where it came from where that was not one place: joined blocks.
    """

    __slots__ = ("found", "opened", "opened_reading", "origin", "prefix", "reading", "source")

    def __init__(
        self,
        source: Source,
        reading: Reading,
        prefix: Prefixed,
        found: Found | None,
        *,
        origin: str = "",
        opened: Opened | None = None,
        opened_reading: Reading | None = None,
    ) -> None:
        self.source = source
        self.reading = reading
        self.prefix = prefix
        self.found = found
        self.origin = origin
        self.opened = opened
        self.opened_reading = opened_reading

    def place(self, offset: int) -> Place | None:
        """Where an octet of the APDU stands in the input; None where it came in blocks."""
        if self.found is None:
            return None
        return self.found.locate(offset + len(self.found.apdu) - len(self.prefix.apdu))


def run(options: argparse.Namespace, console: Console) -> int:
    """Decode the inputs; 1 if any frame or APDU could not be decoded."""
    parser: argparse.ArgumentParser = options.parser
    if not has_inputs(options):
        wrong_usage(parser, "give HEX, --in FILE, or - for standard input")
    syntax = chosen_syntax(options) or syntax_of(NEWEST)
    info = None if options.type is None else _type(syntax, options.type, parser)
    report = _report(options, console)
    try:
        keys = Keys.given(options.keys)
    except KeysError as error:
        report.input_error(str(error))
        return 1
    target = Target(syntax, info, lenient=options.lenient)
    failed = False
    for source in sources(options):
        if isinstance(source, InputError):
            report.input_error(str(source))
            failed = True
        else:
            decoding = _Decoding(target, source, report, keys)
            decoding.run(NONE if info is not None and options.framing == AUTO else options.framing)
            failed = failed or decoding.failed
    if failed and len(options.input) > 1 and _are_one(target, options.input):
        report.hint("all arguments together are one APDU: put it in quotation marks")
    return int(failed)


def _are_one(target: Target, arguments: list[str]) -> bool:
    """Whether the arguments are the groups of digits of one input: without quotation marks each is an input."""
    try:
        octets = read_hex(" ".join(arguments))
    except HexError:
        return False
    return read(target, octets).error is None


def _type(syntax: Syntax, name: str, parser: argparse.ArgumentParser) -> TypeInfo:
    info = find_type(syntax, name)
    if info is None:
        wrong_usage(parser, no_such_type(syntax, name))
    return info


def _report(options: argparse.Namespace, console: Console) -> Report:
    if options.json:
        from xdlms.cli.decode_json import JsonReport

        return JsonReport(console)
    from xdlms.cli.decode_text import TextReport

    return TextReport(console)


class _Decoding:
    """The decoding of one input."""

    def __init__(self, target: Target, source: Source, report: Report, keys: Keys | None) -> None:
        self.target = target
        self.source = source
        self.report = report
        self.blocks = BlockJoiner()
        self.keys: Session | None = None if keys is None else keys.session(target.syntax)
        self.failed = False

    def run(self, framing: str) -> None:
        source = self.source
        if not source.is_text and is_network_capture(source.lines[0].octets):
            self.report.input_error(f"{source.name or 'the argument'}: a network capture; `xdlms check` reads those")
            self.failed = True
            return
        for message in source.wrong:
            self.report.input_error(message)
            self.failed = True
        for item in find_apdus(source.lines, framing, is_text=source.is_text, target=self.target):
            if isinstance(item, Found):
                self._found(item)
            elif isinstance(item, Fault):
                self.report.fault(source, item)
                self.failed = self.failed or not item.harmless
            else:
                self.report.other_frame(source, item)
        for incomplete in self.blocks.finish():
            self.report.warning(self.source, str(incomplete))

    def _found(self, found: Found) -> None:
        prefix = Prefixed(found.apdu) if self.target.info is not None else take_prefix(found.apdu)
        reading = self._show(prefix, found)
        if reading.name != BLOCK or reading.value is None or self.target.info is not None:
            return
        for result in self.blocks.feed(found.direction, reading.value):
            if isinstance(result, Joined):
                self._show(take_prefix(result.apdu), None, str(result))
            else:
                # Its blocks have been shown: each is a whole APDU, and recordings begin and end anywhere.
                self.report.warning(self.source, str(result))

    def _show(self, prefix: Prefixed, found: Found | None, origin: str = "") -> Reading:
        reading = read(self.target, prefix.apdu)
        shown = Shown(self.source, reading, prefix, found, origin=origin)
        if self.keys is not None and self.target.info is None:
            shown.opened = self.keys.open(prefix.apdu)
            if shown.opened is not None and shown.opened.apdu is not None:
                shown.opened_reading = read(self.target, shown.opened.apdu)
        self.report.apdu(shown)
        self.failed = self.failed or _has_failed(shown)
        return reading


def _has_failed(shown: Shown) -> bool:
    if shown.reading.error is not None or (shown.opened is not None and shown.opened.failed):
        return True
    return shown.opened_reading is not None and shown.opened_reading.error is not None
