"""Where commands get their octets: arguments, files, standard input."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from typing import Final

from xdlms.cli.console import escaped
from xdlms.tools.hextext import GIVE_UP, HexError, Line, WrongLine, as_text, read_hex, read_lines

STANDARD_INPUT: Final = "-"
_MOST_WRONG_LINES: Final = 10
_CAPTURES_BEGIN: Final = (b"\xa1", b"\xd4", b"\x4d", b"\x34", b"\x0a")
_CAPTURES: Final = (".pcap", ".pcapng")


class InputError(ValueError):
    """An input that cannot be read at all; the message says which and why."""


class Source:
    """An input: its `name` for messages (empty where there is one argument only), and its captures.

    `is_text` says that they stand in the lines of a text; `wrong` are messages on lines that are no captures.
    `alone` says that there is no other input, so that headings need not name it.
    """

    __slots__ = ("alone", "is_text", "lines", "name", "wrong")

    def __init__(self, name: str, lines: list[Line], *, is_text: bool = False, wrong: list[str] | None = None) -> None:
        self.name = name
        self.lines = lines
        self.is_text = is_text
        self.wrong = wrong or []
        self.alone = False

    @property
    def size(self) -> int:
        """Octets of all captures."""
        return sum(len(line.octets) for line in self.lines)


def add_inputs(parser: argparse.ArgumentParser, metavar: str, help: str) -> None:
    """The arguments for inputs."""
    parser.add_argument("input", nargs="*", metavar=metavar, help=help)
    parser.add_argument(
        "--in",
        dest="files",
        action="append",
        default=[],
        metavar="FILE",
        help="read a file; may be given several times",
    )


def has_inputs(options: argparse.Namespace) -> bool:
    """Whether any input is given."""
    return bool(options.input or options.files)


def read_source(path: str) -> tuple[str, bytes]:
    """The name and the octets of a file, or of standard input for ``-``. Raises InputError."""
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise InputError("standard input is closed")
        try:
            return "standard input", sys.stdin.buffer.read()
        except OSError as error:
            raise InputError(f"standard input: {error.strerror}") from None
    if not path:
        raise InputError("'' is no name of a file")
    try:
        with open(path, "rb") as file:
            return escaped(path), file.read()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    except ValueError:
        raise InputError(f"{path!r} is no name of a file") from None


def sources(options: argparse.Namespace) -> Iterator[Source | InputError]:
    """The inputs in their order, the arguments first; an error stands for the input that it hit."""
    arguments = _joined(options.input)
    alone = len(arguments) + len(options.files) == 1
    for number, argument in enumerate(arguments, 1):
        if argument == STANDARD_INPUT:
            yield _file(argument, alone)
        else:
            yield _argument(argument, "" if alone else f"argument {number}")
    for path in options.files:
        yield _file(path, alone)


def _joined(arguments: list[str]) -> list[str]:
    """The arguments, or one of them all where each is one octet: hexadecimal digits with unquoted blanks."""
    if len(arguments) > 1 and all(_is_one_octet(argument) for argument in arguments):
        return [" ".join(arguments)]
    return arguments


def _is_one_octet(argument: str) -> bool:
    try:
        return len(read_hex(argument)) == 1
    except HexError:
        return False


def _argument(text: str, name: str) -> Source | InputError:
    try:
        octets = read_hex(text)
    except HexError as error:
        where = f"{name}, character {error.column}" if name else f"character {error.column}"
        hint = f"; to read the file, give --in {text}" if os.path.exists(text) else ""
        return InputError(f"{where}: {error.reason}{hint}")
    if not octets:
        return InputError(f"{name or 'the argument'}: there are no octets")
    return Source(name, [Line(1, octets)])


def _file(path: str, alone: bool) -> Source | InputError:
    source = _read_file(path)
    if isinstance(source, Source):
        source.alone = alone
    return source


def _read_file(path: str) -> Source | InputError:
    try:
        name, octets = read_source(path)
    except InputError as error:
        return error
    if not octets:
        return InputError(f"{name}: there are no octets")
    if name.lower().endswith(_CAPTURES) and not is_network_capture(octets):
        return InputError(f"{name}: no network capture: it does not begin with the magic number of pcap or pcapng")
    text = as_text(octets)
    if text is None:
        return Source(name, [Line(1, octets)])
    del octets
    lines, wrong = read_lines(text)
    if not lines:
        if not wrong:
            return InputError(f"{name}: there are no octets, only comments and empty lines")
        least = "at least " if len(wrong) == GIVE_UP else ""
        such = f" ({least}{len(wrong)} such lines)" if len(wrong) > 1 else ""
        return InputError(_wrong_line(name, wrong[0]) + such)
    messages = [_wrong_line(name, line) for line in wrong[:_MOST_WRONG_LINES]]
    if len(wrong) > _MOST_WRONG_LINES:
        messages.append(f"{name}: {len(wrong) - _MOST_WRONG_LINES} more lines are no hexadecimal digits")
    return Source(name, lines, is_text=True, wrong=messages)


def _wrong_line(name: str, line: WrongLine) -> str:
    return f"{name}: line {line.number}, column {line.error.column}: {line.error.reason}"


def is_network_capture(octets: bytes) -> bool:
    """Whether octets begin as a pcap or pcapng file does; no APDU begins so."""
    if octets[:1] not in _CAPTURES_BEGIN:
        return False
    from xdlms.check.pcap import is_capture  # slow to load, and seldom needed

    return is_capture(octets)
