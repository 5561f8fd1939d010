"""``xdlms trace``: draws a recorded exchange as a message sequence chart."""

from __future__ import annotations

import argparse
from typing import Final

from xdlms.cli.console import Console
from xdlms.cli.inputs import InputError, read_source
from xdlms.cli.options import add_keys
from xdlms.client.trace import TraceError, entries_in
from xdlms.tools.chart import arrows, chart
from xdlms.tools.decipher import Keys, KeysError

_DESCRIPTION: Final = """\
Draw what `--trace FILE` of the commands that talk to a meter has recorded: one line an APDU, with its time in seconds,
what it is about, and its octets. What is ciphered is named as far as the keys open it.
"""
_HINT: Final = "; `xdlms read --trace FILE` and the like record one, `xdlms decode` shows octets and captures"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("file", metavar="FILE", help="the recording; - reads standard input")
    add_keys(parser, "decipher with the keys in this file")


def run(options: argparse.Namespace, console: Console) -> int:
    """Draw the chart; 1 where the recording cannot be read."""
    try:
        _, octets = read_source(options.file)
        keys = Keys.given(options.keys)
    except (InputError, KeysError) as error:
        console.complain(f"error: {error}")
        return 1
    lines = octets.decode("utf-8-sig", "replace").split("\n")
    whole = [f"{line}\n" for line in lines[:-1]]
    drawn = False
    try:
        for line in chart(arrows(entries_in(iter([*whole, lines[-1]])), keys)):
            console.line(line)
            drawn = True
    except TraceError as error:
        console.complain(f"error: {options.file}: {error}{'' if drawn else _HINT}")
        return 1
    return 0
