"""Options that several commands have: the edition or a vendor's package, and the keys."""

from __future__ import annotations

import argparse
import os
import sys
from types import ModuleType

from xdlms.apdus import EDITIONS, load
from xdlms.cli import wrong_usage
from xdlms.codec.schema import Syntax

_KEYS_FILE = "XDLMS_KEYS_FILE"


def add_package(parser: argparse.ArgumentParser, default: str) -> None:
    """``--edition`` and ``--apdus``; `default` says in words what holds without them."""
    parser.add_argument("--edition", choices=EDITIONS, help=f"of IEC 62056-5-3; by default {default}")
    parser.add_argument(
        "--apdus",
        metavar="PACKAGE",
        help="a vendor's package, in place of an edition: the name that it is installed under, or that of a package"
        " that can be imported, from the current folder too",
    )


def add_keys(parser: argparse.ArgumentParser, help: str) -> None:
    """``--keys``; `help` says what the keys are used for."""
    parser.add_argument("--keys", metavar="FILE", help=f"{help}; by default the file that {_KEYS_FILE} names")


def chosen_syntax(options: argparse.Namespace) -> Syntax | None:
    """The abstract syntax that ``--apdus`` or ``--edition`` names, None where neither is given.

    Both together, and a package that there is not, are wrong usage and end the command.
    """
    parser: argparse.ArgumentParser = options.parser
    if options.apdus is None:
        return None if options.edition is None else _syntax(load(options.edition))
    if options.edition is not None:
        wrong_usage(parser, "--apdus takes the place of --edition: give one of them")
    if any(mark and mark in options.apdus for mark in ("/", os.sep, os.altsep)):
        folder, package = os.path.split(os.path.normpath(options.apdus))
        wrong_usage(
            parser, f"--apdus takes the name of a package, not a path: {package}, in the folder {folder or '.'}"
        )
    try:
        return _syntax(_load_from_here(options.apdus))
    except ImportError as error:
        wrong_usage(parser, f"--apdus: {error}")


def _load_from_here(name: str) -> ModuleType:
    """A package, which may be in the current folder.

    `python -m` looks there first and the installed command does not look there at all. Here it comes last,
    and for this one package only, so that nothing else in the folder is ever taken for a library.
    """
    path = list(sys.path)
    sys.path = [*(folder for folder in path if folder), _current_folder()]
    try:
        package = load(name)
        len(package.TYPES)  # its descriptions are a module of their own
        return package
    finally:
        sys.path = path


def _current_folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return ""


def _syntax(package: ModuleType) -> Syntax:
    syntax: Syntax = package.SYNTAX
    return syntax
