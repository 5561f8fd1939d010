"""``xdlms diff``: what changed between two editions, or modules in ASN.1, and what it does to octets.

The compiler does the work. It comes with xdlms; the tools that it stands on are an extra.
"""

from __future__ import annotations

import argparse

from xdlms.cli.console import Console

_DESCRIPTION = """\
Compare two editions or modules in ASN.1: every change of a type, by its path, with its effect on the wire.

  compatible    each side reads all that the other writes, with the same meaning
  one way       one side reads all that the other writes, but not the reverse
  incompatible  each side writes octets that the other refuses, or reads with another meaning

An effect is that of the one change alone. Each change has an example, the shortest APDU that shows it, decoded by the
codecs of both sides. Exit code 0: no difference, 1: differences, 2: trouble.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    from xdlms_codegen.diff.command import add_arguments

    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add_arguments(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """Compare; 0 where nothing differs, 1 where something does, 2 where a side cannot be compiled."""
    from xdlms_codegen.diff.command import run as compare

    return compare(options, console.line, console.complain)
