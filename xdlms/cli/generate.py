"""``xdlms generate``: compiles modules in ASN.1 to a package of Python.

The compiler's own command line does the work. It comes with xdlms; the tools that it stands on are an extra.
"""

from __future__ import annotations

import argparse

from xdlms.cli.console import Console

_DESCRIPTION = """\
Compile modules in ASN.1 to DIR/NAME, a package like those of the editions: decode, encode, TYPES.

Without [roots] in a binding, every CHOICE that no other type uses holds whole APDUs, in A-XDR. Files of the package
that nothing generates any more are removed; files that were not generated are never touched.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    from xdlms_codegen.cli import add_arguments

    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add_arguments(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """Compile; 1 if a file is at fault, a folder cannot be written, or --check found differences."""
    from xdlms_codegen.cli import run as generate

    return generate(options, console.line, console.complain)
