"""What the commands write: lines for people with colours on a terminal, lines for programs, complaints."""

from __future__ import annotations

import errno
import os
import re
import sys
from enum import StrEnum
from typing import Final, TextIO

_CONTROLS: Final = re.compile("(?!\x1b\\[[0-9;]*m)[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What would move about on a terminal, or worse; but not the colours that are written here."""


class Style(StrEnum):
    """How a piece of a line looks on a terminal."""

    TITLE = "1"
    FAINT = "2"
    MEANING = "36"
    CAUTION = "33"
    WRONG = "31;1"


class Console:
    """Standard output and standard error.

    Colours are used on a terminal, unless the environment has NO_COLOR or says that the terminal is dumb.
    What a terminal cannot show, or would obey, is written with backslashes.
    """

    def __init__(self) -> None:
        self._out: TextIO | None = sys.stdout
        self._err: TextIO | None = sys.stderr
        self._colours_out = _has_colours(self._out)
        self._colours_err = _has_colours(self._err)

    def styled(self, text: str, style: Style) -> str:
        """A piece of a line for `line`."""
        return f"\x1b[{style}m{text}\x1b[0m" if self._colours_out and text else text

    def line(self, text: str = "") -> None:
        """A line on standard output."""
        if not text.isprintable():
            text = _CONTROLS.sub(lambda match: escaped(match.group()), text)
        self.piece(text + "\n")

    def piece(self, text: str) -> None:
        """A piece of a line on standard output, of printable characters."""
        if self._out is None:
            raise OSError(errno.EBADF, "standard output is closed")
        _write(self._out, text)

    def octets(self, octets: bytes) -> None:
        """Octets as they are, on standard output."""
        if self._out is None:
            raise OSError(errno.EBADF, "standard output is closed")
        self._out.flush()
        self._out.buffer.write(octets)

    def complain(self, text: str) -> None:
        """A line on standard error, behind all that was written before."""
        self.flush()
        text = escaped(text)
        if self._colours_err:
            for word, style in (("error:", Style.WRONG), ("warning:", Style.CAUTION)):
                text = text.replace(word, f"\x1b[{style}m{word}\x1b[0m", 1)
        _write(self._err, text + "\n")
        if self._err is not None:
            self._err.flush()

    def flush(self) -> None:
        """Hand on what was written."""
        if self._out is not None:
            self._out.flush()


def escaped(text: str) -> str:
    """Text for a terminal: what is not printable, but ends of lines and tabs, with backslashes."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character in "\n\t" else character.encode("unicode_escape").decode()
        for character in text
    )


def _has_colours(stream: TextIO | None) -> bool:
    if stream is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
