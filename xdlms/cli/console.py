"""What the commands write: lines for people with colours on a terminal, lines for programs, complaints."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TextIO


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
    What a terminal cannot show is written with backslashes.
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
        _write(self._out, text + "\n")

    def octets(self, octets: bytes) -> None:
        """Octets as they are, on standard output."""
        if self._out is not None:
            self._out.flush()
            self._out.buffer.write(octets)

    def complain(self, text: str) -> None:
        """A line on standard error, behind all that was written before."""
        self.flush()
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
