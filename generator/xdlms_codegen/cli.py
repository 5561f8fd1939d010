"""The compiler's command line: a package from the files that are given, or ours, or only a comparison.

This module loads the rest of the compiler when there is something to compile, so that it can say what
to install where the compiler's tools are missing.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xdlms_codegen.job import Job

DONE: Final = 0
AT_FAULT: Final = 1
"""The input is wrong, or a comparison found differences."""
WRONG_USAGE: Final = 2

EXTENDABLE: Final = ("2013", "2017", "2023")

_TOOLS = ("asn1tools", "jinja2", "black")
_HINT = 'the compiler needs more than is installed: pip install "xdlms[codegen]"'


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `xdlms generate`."""
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="modules in ASN.1, all of a package")
    parser.add_argument("--package", metavar="NAME", required=True, help="what to call the package; dots make folders")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="the folder that the package goes to")
    _add_options(parser)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m xdlms_codegen`` with these arguments (by default, the process's); gives the exit code.

    Without files it writes the editions that we ship to their place in the source tree.
    """
    parser = ArgumentParser(
        prog="python -m xdlms_codegen",
        description="Compile modules in ASN.1 to a package of Python; without FILE, the editions that xdlms ships.",
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="modules in ASN.1")
    parser.add_argument("--package", metavar="NAME", help="what to call the package; dots make folders")
    parser.add_argument("--out", metavar="DIR", type=Path, help="the folder that the package goes to")
    _add_options(parser)
    arguments = parser.parse_args(argv)
    if arguments.files and not (arguments.package and arguments.out):
        parser.error("FILE needs --package and --out")
    if not arguments.files and (arguments.package or arguments.binding or arguments.edition):
        parser.error("--package, --binding and --edition need FILE")
    return run(arguments)


def run(arguments: Namespace) -> int:
    """Do what parsed arguments say; gives the exit code."""
    if arguments.package and not is_package_name(arguments.package):
        return _failed(f"{arguments.package!r} is no name of a Python package", WRONG_USAGE)
    for text in (*map(str, arguments.files), str(arguments.binding or ""), arguments.edition or ""):
        if not is_quotable(text):
            message = f"{text!a} cannot stand in the code: it has a quotation mark, a backslash or a control character"
            return _failed(message, WRONG_USAGE)
    try:
        from xdlms_codegen import editions, job
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in _TOOLS:
            return _failed(_HINT, AT_FAULT)
        raise
    if arguments.files:
        binding = job.sources_of([arguments.binding])[0] if arguments.binding else None
        edition = arguments.edition or arguments.package.rpartition(".")[2]
        sources = job.sources_of(arguments.files)
        base = editions.edition_job(arguments.extends) if arguments.extends else None
        made = job.Job(sources, arguments.package, edition, binding, base)
        return _make([made], arguments.out, check=arguments.check, report=arguments.report)
    out = arguments.out or editions.generated_folder()
    if out is None:
        return _failed("this is an installation, not the source tree: give FILE, --package and --out", WRONG_USAGE)
    jobs = [editions.edition_job(edition) for edition in editions.EDITIONS]
    return max(_make_family(out, check=arguments.check), _make(jobs, out, check=arguments.check))


def is_package_name(name: str) -> bool:
    """Whether a dotted name can be imported."""
    return all(part.isascii() and part.isidentifier() and not iskeyword(part) for part in name.split("."))


def is_quotable(text: str) -> bool:
    """Whether a text can stand between quotation marks as it is."""
    return (not text or text.isprintable()) and not {'"', "\\"} & set(text)


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--binding", metavar="FILE", type=Path, help="what ASN.1 cannot say, in TOML")
    parser.add_argument("--edition", metavar="NAME", help="the package's EDITION (default: the end of its name)")
    parser.add_argument(
        "--extends", metavar="EDITION", choices=EXTENDABLE, help="the edition that the modules add to: %(choices)s"
    )
    parser.add_argument("--report", action="store_true", help="list which types are the edition's own, which are new")
    parser.add_argument("--check", action="store_true", help="write nothing, print what differs")


def _make(jobs: Sequence[Job], out: Path, *, check: bool, report: bool = False) -> int:
    """Write, or compare, each package."""
    from xdlms_codegen.job import compile_job
    from xdlms_codegen.lower.borrow import borrowing
    from xdlms_codegen.model import SchemaError
    from xdlms_codegen.problems import render_error

    code = DONE
    for job in jobs:
        try:
            compiled = compile_job(job)
        except SchemaError as error:
            return _failed(render_error(error), AT_FAULT)
        folder = out.joinpath(*job.package.split("."))
        what = f"{len(compiled.plan.types)} types, {len(compiled.files)} files"
        code = max(code, _place(folder, compiled.files, what, check=check))
        if report:
            print(borrowing(compiled.context))
    return code


def _make_family(out: Path, *, check: bool) -> int:
    from xdlms_codegen.editions import FAMILY, FAMILY_FILES

    return _place(out / FAMILY, FAMILY_FILES, f"{len(FAMILY_FILES)} files", check=check)


def _place(folder: Path, files: Mapping[str, str], what: str, *, check: bool) -> int:
    """Make a folder as it should be, or say what differs."""
    from xdlms_codegen.folder import differences, write

    try:
        found = differences(folder, files)
        if not check:
            write(folder, found)
    except OSError as error:
        where = error.filename or folder
        return _failed(f"{where}: {error.strerror or error}", AT_FAULT)
    if not check:
        print(f"{folder.as_posix()}: {what}, {len(found)} changed")
        return DONE
    for difference in found:
        print(difference, end="")
    if found:
        return _failed(f"{folder.as_posix()}: {len(found)} files differ from what is generated", AT_FAULT)
    print(f"{folder.as_posix()}: {what}, as generated")
    return DONE


def _failed(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
