"""The command ``xdlms``: exit code 0 done, 1 the input or the peer is at fault, 2 wrong usage.

A subcommand is a module with two functions, and a line in `COMMANDS`:

- ``configure(parser)`` gives it its arguments,
- ``run(arguments, console)`` does the work and returns the exit code.

A module is loaded only when its command is given, so that each starts as fast as it can.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

from xdlms import __version__
from xdlms.cli.console import Console, escaped

COMMANDS: Final = {
    "call": ("xdlms.cli.call", "invoke a method of a meter"),
    "check": ("xdlms.cli.check", "hold APDUs and captures against the standard"),
    "decode": ("xdlms.cli.decode", "show what APDUs say, framed or not"),
    "diff": ("xdlms.cli.diff", "say what changed between two editions, or modules in ASN.1"),
    "encode": ("xdlms.cli.encode", "make octets of what `decode --json` gives"),
    "generate": ("xdlms.cli.generate", "compile modules in ASN.1 to a package of Python"),
    "listen": ("xdlms.cli.listen", "show what meters push, as it comes"),
    "meter": ("xdlms.cli.meter", "run a simulated meter, to try clients on"),
    "objects": ("xdlms.cli.objects", "list the objects of a meter"),
    "profile": ("xdlms.cli.profile", "read a profile of a meter as a table, CSV or JSON"),
    "read": ("xdlms.cli.read", "read attributes of a meter"),
    "trace": ("xdlms.cli.trace", "draw a recorded exchange as a message sequence chart"),
    "write": ("xdlms.cli.write", "write an attribute of a meter"),
}
"""The subcommands: the module of each, and what it does in a few words."""

DONE: Final = 0
AT_FAULT: Final = 1
USAGE: Final = 2
_INTERRUPTED: Final = 130
_BROKEN_PIPE: Final = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (those of the process by default); returns the exit code."""
    console = Console()
    try:
        code = _run(sys.argv[1:] if argv is None else list(argv), console)
        console.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on, as with `| head`. What is left in the buffer must not fail once more at exit.
        _discard_output()
        return _BROKEN_PIPE
    except OSError as error:
        # Inputs have their errors where they are read: this one is of the output.
        _discard_output()
        console.complain(f"error: cannot write: {error.strerror or error}")
        return AT_FAULT
    return code


def _run(arguments: list[str], console: Console) -> int:
    try:
        options = _parsed(arguments)
        with warnings.catch_warnings():
            warnings.showwarning = _warner(console)
            code: int = import_module(COMMANDS[options.command][0]).run(options, console)
    except SystemExit as exit:
        # --help, --version, or wrong usage
        return exit.code if isinstance(exit.code, int) else USAGE
    return code


def _warner(console: Console) -> Callable[..., None]:
    """Tells warnings in one line each, without the place in a program that Python shows."""

    def show(message: Warning | str, *place: object, **more: object) -> None:
        console.complain(f"warning: {message}")

    return show


def _parsed(arguments: list[str]) -> argparse.Namespace:
    """What the arguments ask for. Options may stand anywhere behind the command, also between other arguments."""
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        return _front().parse_args(arguments)
    command = _Parser(prog=f"xdlms {name}")
    import_module(COMMANDS[name][0]).configure(command)
    options = command.parse_intermixed_args(arguments[1:])
    options.command = name
    return options


def _front() -> argparse.ArgumentParser:
    """What tells of the commands, where none is named."""
    parser = _Parser(prog="xdlms", description="The DLMS/COSEM application layer (IEC 62056-5-3).")
    parser.add_argument("--version", action="version", version=f"xdlms {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (_, summary) in COMMANDS.items():
        commands.add_parser(name, help=summary)
    return parser


class _Parser(argparse.ArgumentParser):
    """A parser whose options must be written in full: a short form could change its meaning later."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """End the command; what was given is shown without what a terminal would obey."""
        super().error(escaped(message))


def wrong_usage(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    """Ends the command as argparse does: the usage, `message`, exit code 2."""
    parser.error(message)


def _discard_output() -> None:
    if sys.stdout is not None:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (OSError, ValueError):  # not the output of a process
            return
