"""Hexadecimal digits as people write them, and files of captures.

Digits may have blanks, colons and commas between the octets and ``0x`` in front of them. A file of
captures is text: one capture a line; from ``#`` to the end of a line is a comment. Any other file is
binary and is one capture as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

GIVE_UP: Final = 1000
"""So many lines without a capture among them, and a text is none of captures."""

_SEPARATORS: Final = " \t\r\n\v\f:,"
_ONE_DIGIT: Final = re.compile(r"(?<![0-9A-Za-z])0[xX]([0-9A-Fa-f])(?![0-9A-Fa-f])")
_PREFIX: Final = re.compile(r"(?<![0-9A-Za-z])0[xX](?=[0-9A-Fa-f])")
_WRONG: Final = re.compile(rf"[^0-9A-Fa-f{_SEPARATORS}]")
_GROUP: Final = re.compile(r"[0-9A-Fa-f]+")
_NO_SEPARATORS: Final = str.maketrans("", "", _SEPARATORS)
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_BYTE_ORDER_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class HexError(ValueError):
    """Text that is no octets: `reason`, and the `column`, counted from 1, of the character at fault."""

    def __init__(self, reason: str, column: int) -> None:
        self.reason = reason
        self.column = column
        super().__init__(f"{reason} (column {column})")


def read_hex(text: str) -> bytes:
    """The octets that `text` writes. Raises HexError for anything else than hexadecimal digits."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        pass
    # Of the same width as before, so that a column is one of the text given.
    digits = _PREFIX.sub("  ", _ONE_DIGIT.sub(r" 0\1", text)) if "x" in text or "X" in text else text
    wrong = _WRONG.search(digits)
    if wrong is not None:
        raise HexError(f"{wrong.group()!r} is no hexadecimal digit", wrong.start() + 1)
    for group in _GROUP.finditer(digits):
        count = group.end() - group.start()
        if count % 2:
            digits_are = "digit is" if count == 1 else "digits are"
            raise HexError(f"{count} {digits_are} no whole number of octets", group.end())
    return bytes.fromhex(digits.translate(_NO_SEPARATORS))


class Line:
    """A capture in a text: its octets and its number, counted from 1."""

    __slots__ = ("number", "octets")

    def __init__(self, number: int, octets: bytes) -> None:
        self.number = number
        self.octets = octets


class WrongLine:
    """A line of a text that is no capture."""

    __slots__ = ("error", "number")

    def __init__(self, number: int, error: HexError) -> None:
        self.number = number
        self.error = error


def as_text(octets: bytes) -> str | None:
    """The text that the octets of a file are, or None for a binary file.

    Text has no control characters but those between words and lines, and is UTF-8 (or UTF-16 with its mark).
    """
    encoding = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if octets.startswith(mark)), None)
    if encoding in (None, "utf-8") and _BINARY.search(octets) is not None:
        return None
    try:
        return octets.decode(encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def read_lines(text: str) -> tuple[list[Line], list[WrongLine]]:
    """The captures of a text, one a line, and the lines that are none; comments and empty lines are left out.

    A text whose first GIVE_UP lines are all wrong is no file of captures: the rest of it is not looked at.
    """
    lines: list[Line] = []
    wrong: list[WrongLine] = []
    for number, line in enumerate(_lines_of(text), 1):
        line = line.partition("#")[0]
        if not line or line.isspace():
            continue
        try:
            lines.append(Line(number, read_hex(line)))
        except HexError as error:
            wrong.append(WrongLine(number, error))
            if len(wrong) == GIVE_UP and not lines:
                break
    return lines, wrong


def _lines_of(text: str) -> Iterator[str]:
    """The lines one by one: a list of them would be larger than the text."""
    start = 0
    while True:
        end = text.find("\n", start)
        if end < 0:
            yield text[start:]
            return
        yield text[start:end]
        start = end + 1
