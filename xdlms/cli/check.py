"""``xdlms check``: holds APDUs and captures against the standard."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from xdlms.check import links, pcap
from xdlms.check.case import Edition
from xdlms.check.checker import Checker
from xdlms.check.deciphering import Deciphering
from xdlms.check.editions import NEWEST, edition_of
from xdlms.cli import wrong_usage
from xdlms.cli.check_reports import Checked, JsonReport, JunitReport, Report, TextReport, list_rules
from xdlms.cli.console import Console, escaped
from xdlms.cli.inputs import InputError, Source, add_inputs, has_inputs, sources
from xdlms.cli.options import add_keys, add_package, chosen_syntax
from xdlms.codec.decoding import Decoder
from xdlms.codec.entry import shallow
from xdlms.codec.errors import DecodeError, Finding, Severity
from xdlms.profiles.packets import Framing, LinkFrame, Packet
from xdlms.profiles.problems import LinkFault
from xdlms.security.keystore import KeyStore
from xdlms.tools.blocks import BlockJoiner, Joined
from xdlms.tools.capture import AUTO, FRAMINGS, Fault, Found, Locate, find_apdus
from xdlms.tools.decipher import KeysError, given_keys
from xdlms.tools.editions import kind_of
from xdlms.tools.prefix import take_prefix

_DESCRIPTION = """\
Check APDUs against the abstract syntax, the encoding rules and what the standard says beside them. Every deviation is a
finding: an error (a receiver has to refuse it), a warning (against the standard, and can be used) or a note (legal, not
the form to send). --rules lists the rules.

HEX is written with or without blanks, colons and 0x between the octets. A file is text, with one capture a line and
comments behind #, or binary, or a network capture (pcap, pcapng; the extra pcap reads them). In a folder, the files
with the endings .hex .txt .bin .pcap .pcapng .cap are taken. Framing is found: TCP-UDP/IP wrapper, HDLC, wired M-Bus,
or none; segments and general block transfers are joined, and what is wrong with frames is a finding too.

Exit code 0: no errors; 1: errors, or an input that cannot be read.
"""

FILE_ENDINGS: Final = (".hex", ".txt", ".bin", ".pcap", ".pcapng", ".cap")
"""The files that are taken from a folder."""

_BLOCK: Final = "general-block-transfer"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.set_defaults(parser=parser)
    add_inputs(parser, "HEX", "hexadecimal digits; - reads standard input")
    add_package(parser, NEWEST)
    parser.add_argument("--framing", choices=FRAMINGS, default=AUTO, help="what carries the APDUs; found by default")
    add_keys(parser, "decipher with the keys in this file, and check what is inside")
    parser.add_argument("--rules", action="store_true", help="list the rules, and check nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object an APDU and line")
    parser.add_argument("--junit", metavar="FILE", help="also write a report in the XML of JUnit to this file")


def run(options: argparse.Namespace, console: Console) -> int:
    """Check the inputs; 1 if there is an error."""
    parser: argparse.ArgumentParser = options.parser
    if options.rules:
        list_rules(console, as_json=options.json)
        return 0
    if not has_inputs(options):
        wrong_usage(parser, "give HEX, --in FILE, - for standard input, or --rules")
    syntax = chosen_syntax(options)
    edition = edition_of(NEWEST) if syntax is None else Edition(syntax)
    report: Report = JsonReport(console) if options.json else TextReport(console, edition.name)
    junit = JunitReport(options.junit) if options.junit is not None else None
    reports = [report] if junit is None else [report, junit]
    try:
        keys = given_keys(options.keys)
    except KeysError as error:
        for each in reports:
            each.input_error("", str(error))
        _finish(junit, options.junit, console)
        return 1
    failed = False
    options.files, folders = _expanded(options.files)
    for folder in folders:
        checking = _Checking(edition, keys, reports, escaped(folder))
        endings = " ".join(FILE_ENDINGS)
        checking.input_error(f"{escaped(folder)}: nothing in this folder can be checked: no file ends in {endings}")
        failed = True
    for source in sources(options):
        checking = _Checking(edition, keys, reports, "" if isinstance(source, InputError) else source.name)
        if isinstance(source, InputError):
            checking.input_error(str(source))
        else:
            checking.run(source, options.framing)
        failed = failed or checking.failed
    report.finish()
    return 0 if _finish(junit, options.junit, console) and not failed else 1


def _finish(junit: JunitReport | None, path: str, console: Console) -> bool:
    """Writes the report for test systems, where there is one to write; False: that is not possible."""
    try:
        if junit is not None:
            junit.finish()
    except OSError as error:
        console.complain(f"error: cannot write {path}: {error.strerror or error}")
        return False
    return True


def _expanded(paths: list[str]) -> tuple[list[str], list[str]]:
    """The paths, with the files of a folder in its place; and the folders that have none to be checked."""
    files: list[str] = []
    without: list[str] = []
    for path in paths:
        if not os.path.isdir(path):
            files.append(path)
            continue
        inside = _inside(path)
        files += inside
        if not inside:
            without.append(path)
    return files, without


def _inside(folder: str) -> list[str]:
    """The files in a folder and its folders that can be checked; what cannot be opened is there too, to be told."""
    unreadable: list[str] = []
    suited: list[Path] = []
    for place, _, names in os.walk(folder, onerror=lambda error: unreadable.append(str(error.filename))):
        suited += [Path(place, name) for name in names if Path(name).suffix.lower() in FILE_ENDINGS]
    # A pipe or a device would be read without end; a link that leads nowhere is an input that is not there.
    inside = [str(file) for file in suited if file.is_file() or not file.exists()]
    return sorted([*inside, *unreadable])


class _Checking:
    """The checking of one input."""

    def __init__(self, edition: Edition, keys: KeyStore | None, reports: list[Report], name: str) -> None:
        self._edition = edition
        self._checker = Checker(edition, None if keys is None else Deciphering(keys, edition))
        self._reports = reports
        self._name = name
        self._blocks = BlockJoiner()
        self._is_used = False
        """Whether anything in the input is a frame or an APDU."""
        self._is_faulty = False
        self.failed = False

    def input_error(self, message: str) -> None:
        """An input that cannot be read, or a line of it."""
        self.failed = True
        for report in self._reports:
            report.input_error(self._name, message)

    def run(self, source: Source, framing: str) -> None:
        for message in source.wrong:
            self.input_error(message)
        if not source.is_text and pcap.is_capture(source.lines[0].octets):
            self._capture(source.lines[0].octets, framing)
        else:
            for item in find_apdus(source.lines, framing, is_text=source.is_text):
                if isinstance(item, Found):
                    self._apdu(item.apdu, item.locate, item.link, item.direction, item.packet)
                elif isinstance(item, Fault):
                    findings = [links.of_fault(LinkFault(item.code), item.place.offset, item.octets, item.reason)]
                    self._link(item.octets, findings, item.place)
                else:
                    self._frame(item.frame, item.place)
        for incomplete in self._blocks.finish():
            self._remark(str(incomplete))
        if self._is_faulty and not self._is_used and not self.failed:
            message = "nothing in it is a frame" + ("" if framing == AUTO else f" of {framing}")
            self.input_error(f"{self._name}: {message}" if self._name else message)

    def _capture(self, octets: bytes, framing: str) -> None:
        try:
            capture = pcap.read(octets, None if framing == AUTO else Framing(framing))
        except pcap.PcapError as error:
            self.input_error(f"{self._name}: {error}" if self._name else str(error))
            return
        for carried in capture.items:
            stream, item = carried.stream, carried.item
            place = _FramePlace(*stream.frame_of(item.offset))
            if isinstance(item, Packet):
                direction = (str(stream), str(item.link.source), str(item.link.destination))
                words = f"{stream}; {item.link}"
                self._apdu(item.apdu, _locate_in(stream, item), words, direction, item)
            elif isinstance(item, LinkFrame):
                self._frame(item, place)
            else:
                self._link(item.octets, [links.of_problem(item)], place)
        for remark in capture.remarks:
            self._remark(remark)
        if capture.fault:
            self.input_error(f"{self._name}: {capture.fault}" if self._name else capture.fault)

    def _remark(self, message: str) -> None:
        for report in self._reports:
            report.remark(self._name, message)

    def _frame(self, frame: LinkFrame, place: Any) -> None:
        self._is_used = True
        findings = links.of_frame(frame)
        if findings:
            self._link(frame.octets, findings, place)

    def _link(self, octets: bytes, findings: list[Finding], place: Any) -> None:
        self._is_faulty = True
        self._tell(Checked(self._name, None, self._edition.name, octets, findings, place=place))

    def _apdu(
        self, octets: bytes, locate: Locate | Callable[[int], Any], link: str, direction: Any, packet: Packet | None
    ) -> None:
        self._is_used = True
        prefixed = take_prefix(octets)
        shift = len(octets) - len(prefixed.apdu)
        findings = self._checker.check(prefixed.apdu)
        if packet is not None:
            findings = [*links.of_packet(packet), *findings]
        name = self._title(prefixed.apdu)
        checked = Checked(self._name, name, self._edition.name, prefixed.apdu, findings, place=locate(shift), link=link)
        checked.locate = lambda offset: locate(offset + shift)
        self._tell(checked)
        if prefixed.apdu[:1] and self._edition.alternatives.get(prefixed.apdu[0]) == _BLOCK:
            self._block(prefixed.apdu, direction)

    def _block(self, octets: bytes, direction: Any) -> None:
        try:
            block = shallow(Decoder(self._edition.syntax, octets, strict=False).apdu)
        except DecodeError:
            return
        for result in self._blocks.feed(direction, block):
            if isinstance(result, Joined):
                apdu = take_prefix(result.apdu).apdu
                findings = self._checker.check(apdu)
                self._tell(Checked(self._name, self._title(apdu), self._edition.name, apdu, findings, link=str(result)))
            else:
                self._remark(str(result))

    def _title(self, octets: bytes) -> str:
        kind = kind_of(self._edition.syntax, octets)
        return "no APDU" if kind is None else kind.title

    def _tell(self, checked: Checked) -> None:
        self.failed = self.failed or any(finding.severity is Severity.ERROR for finding in checked.findings)
        for report in self._reports:
            report.checked(checked)


class _FramePlace:
    """A place in a network capture: the number of the `frame`, and the octet in what it carries."""

    __slots__ = ("frame", "line", "offset")

    def __init__(self, frame: int, offset: int) -> None:
        self.frame = frame
        self.line = None
        self.offset = offset

    def __str__(self) -> str:
        return f"frame {self.frame}, octet {self.offset}"


def _locate_in(stream: pcap.Stream, packet: Packet) -> Callable[[int], _FramePlace]:
    return lambda offset: _FramePlace(*stream.frame_of(packet.locate(offset)))
