"""The command line of a comparison; exit code 0 no difference, 1 differences, 2 trouble.

This module loads the compiler when there is something to compare, so that it can say what to install
where the compiler's tools are missing.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from xdlms_codegen.cli import is_quotable
from xdlms_codegen.editions import EDITIONS

if TYPE_CHECKING:
    from xdlms_codegen.job import Job

SAME: Final = 0
DIFFERENT: Final = 1
TROUBLE: Final = 2

FORMATS: Final = ("text", "markdown", "json")
BINDING: Final = "binding.toml"

Tell: TypeAlias = Callable[[str], None]
"""Writes a line."""

_TOOLS = ("asn1tools", "jinja2", "black")
_HINT = 'a comparison needs more than is installed: pip install "xdlms[codegen]"'


class _TroubleError(Exception):
    """There is nothing to compare; the message says why."""


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `xdlms diff`."""
    what = f"an edition ({', '.join(EDITIONS)}), a folder of modules in ASN.1, or modules with commas between them"
    parser.add_argument("old", metavar="OLD", help=what)
    parser.add_argument("new", metavar="NEW", help="the same, to compare with it")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to write it (default: %(default)s)")
    for side in ("", "old-", "new-"):
        whose = {"": "files", "old-": "OLD", "new-": "NEW"}[side]
        parser.add_argument(
            f"--{side}binding",
            metavar="FILE",
            type=Path,
            help=f"what the ASN.1 of {whose} cannot say, in TOML" + f" (default: {BINDING} in a folder)" * (not side),
        )
    parser.add_argument("--extends", metavar="EDITION", choices=EDITIONS, help="the edition that the files add to")


def run(arguments: Namespace, line: Tell, complain: Tell) -> int:
    """Compare as parsed arguments say; gives the exit code. `line` and `complain` write what there is to say."""
    try:
        from xdlms_codegen.diff.difference import compare
        from xdlms_codegen.diff.report import report
        from xdlms_codegen.diff.sides import compared
        from xdlms_codegen.model import SchemaError
        from xdlms_codegen.problems import render_error
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in _TOOLS:
            complain(_HINT)
            return TROUBLE
        raise
    try:
        old = _job(arguments.old, arguments.old_binding or arguments.binding, arguments.extends)
        new = _job(arguments.new, arguments.new_binding or arguments.binding, arguments.extends)
        with compared(old) as before, compared(new) as after:
            difference = compare(before, after)
    except _TroubleError as error:
        complain(f"error: {error}")
        return TROUBLE
    except SchemaError as error:
        complain(render_error(error))
        return TROUBLE
    line(report(difference, arguments.format).removesuffix("\n"))
    return DIFFERENT if difference.changes else SAME


def _job(given: str, binding: Path | None, extends: str | None) -> Job:
    """What to compile for one side."""
    from xdlms_codegen.editions import edition_job
    from xdlms_codegen.job import Job, sources_of

    if given in EDITIONS:
        return edition_job(given)
    if not is_quotable(given):
        raise _TroubleError(f"{given!a} has a quotation mark, a backslash or a control character")
    paths = [Path(each) for each in given.split(",")]
    if given and len(paths) == 1 and paths[0].is_dir():
        folder = paths[0]
        paths = sorted(folder.glob("*.asn1"))
        if not paths:
            raise _TroubleError(f"the folder {given} has no file *.asn1")
        if binding is None:
            binding = next((path for path in (folder / BINDING, folder.parent / BINDING) if path.is_file()), None)
    elif not given or (len(paths) == 1 and not paths[0].exists()):
        raise _TroubleError(f"{given!r} is neither an edition ({', '.join(EDITIONS)}) nor a folder nor a file")
    base = edition_job(extends) if extends else None
    sources, bound = sources_of(paths, binding)
    return Job(sources, "compared", given, bound, base)
