"""The compiler's command line: a package from the files that are given, or ours, or only a comparison.

This module loads the rest of the compiler when there is something to compile, so that it can say what
to install where the compiler's tools are missing.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from xdlms_codegen import editions

if TYPE_CHECKING:
    from xdlms_codegen.job import Job
    from xdlms_codegen.model import Problem

DONE: Final = 0
AT_FAULT: Final = 1
"""The input is wrong, or a comparison found differences."""
WRONG_USAGE: Final = 2

Tell: TypeAlias = Callable[[str], None]
"""Writes a line."""

_OURS = ("xdlms", "xdlms_apdu", "xdlms_codegen")
_TOOLS = ("asn1tools", "jinja2", "black")
_HINT = 'the compiler needs more than is installed: pip install "xdlms[codegen]"'


def _complain(text: str) -> None:
    print(text, file=sys.stderr)


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
        allow_abbrev=False,
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


def run(arguments: Namespace, line: Tell = print, complain: Tell = _complain) -> int:
    """Do what parsed arguments say; gives the exit code. `line` and `complain` write what there is to say."""
    try:
        return _Run(line, complain, check=arguments.check).run(arguments)
    except _Failed as failed:
        complain(str(failed))
        return failed.code


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
        "--extends", metavar="EDITION", choices=editions.EDITIONS, help="the edition that is added to: %(choices)s"
    )
    parser.add_argument("--report", action="store_true", help="list which types are the edition's own, which are new")
    parser.add_argument("--check", action="store_true", help="write nothing, print what differs")


class _Failed(Exception):
    """Nothing more can be done: why, and the exit code."""

    def __init__(self, message: str, code: int = AT_FAULT) -> None:
        super().__init__(message)
        self.code = code


class _Run:
    """One run of the command: what it says goes to `line` and `complain`; with `check` it writes nothing else."""

    def __init__(self, line: Tell, complain: Tell, *, check: bool) -> None:
        self.line = line
        self.complain = complain
        self.check = check

    def run(self, arguments: Namespace) -> int:
        """The exit code; raises _Failed."""
        _check_names(arguments)
        try:
            from xdlms_codegen import job
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in _TOOLS:
                raise _Failed(_HINT) from None
            raise
        if arguments.files:
            edition = arguments.edition or arguments.package.rpartition(".")[2]
            sources, binding = job.sources_of(arguments.files, arguments.binding)
            for source in sources if binding is None else (*sources, binding):
                _check_quotable(source.name)
            base = editions.edition_job(arguments.extends) if arguments.extends else None
            made = job.Job(sources, arguments.package, edition, binding, base)
            return self.make(made, arguments.out, report=arguments.report)
        out = arguments.out or editions.generated_folder()
        if out is None:
            message = "this is an installation, not the source tree: give FILE, --package and --out"
            raise _Failed(message, WRONG_USAGE)
        codes = [self.place(out / editions.FAMILY, editions.FAMILY_FILES, f"{len(editions.FAMILY_FILES)} files")]
        codes += [self.make(editions.edition_job(edition), out) for edition in editions.EDITIONS]
        if arguments.out is None:
            codes += self.documents(out.parent)
        return max(codes)

    def make(self, job: Job, out: Path, *, report: bool = False) -> int:
        """Write, or compare, a package."""
        from xdlms_codegen.job import compile_job
        from xdlms_codegen.lower.borrow import borrowing
        from xdlms_codegen.model import SchemaError
        from xdlms_codegen.problems import render_error

        try:
            compiled = compile_job(job)
        except SchemaError as error:
            raise _Failed(render_error(error)) from None
        folder = out.joinpath(*job.package.split("."))
        code = self.place(folder, compiled.files, f"{len(compiled.plan.types)} types, {len(compiled.files)} files")
        if report:
            self.line(borrowing(compiled.context))
        return code

    def documents(self, root: Path) -> list[int]:
        """Write, or compare, the pages on our editions, in the source tree."""
        from xdlms_codegen.documents import documents
        from xdlms_codegen.model import SchemaError
        from xdlms_codegen.problems import render_error

        folders: dict[Path, dict[str, str]] = {}
        try:
            for name, text in documents(self._warn).items():
                path = root / name
                folders.setdefault(path.parent, {})[path.name] = text
        except SchemaError as error:
            raise _Failed(render_error(error)) from None
        return [self.place(folder, pages, f"{len(pages)} pages") for folder, pages in sorted(folders.items())]

    def _warn(self, problem: Problem) -> None:
        """Tell what does not keep the pages from being made."""
        self.complain(f"{problem.location}: warning: {problem.message}; it is left out")

    def place(self, folder: Path, files: Mapping[str, str], what: str) -> int:
        """Make a folder as it should be, or say what differs; `what` describes it."""
        from xdlms_codegen.folder import differences, write

        try:
            found = differences(folder, files)
            if not self.check:
                write(folder, found)
        except OSError as error:
            raise _Failed(f"{error.filename or folder}: {error.strerror or error}") from None
        if not self.check:
            self.line(f"{folder.as_posix()}: {what}, {len(found)} changed")
            return DONE
        for difference in found:
            self.line(str(difference))
        if found:
            differ = "1 file differs" if len(found) == 1 else f"{len(found)} files differ"
            self.complain(f"{folder.as_posix()}: {differ} from what is generated")
            return AT_FAULT
        self.line(f"{folder.as_posix()}: {what}, as generated")
        return DONE


def _check_names(arguments: Namespace) -> None:
    """Refuse what would not be code where it is written into code."""
    if arguments.package and not is_package_name(arguments.package):
        raise _Failed(f"{arguments.package!r} is no name of a Python package", WRONG_USAGE)
    first = (arguments.package or "").partition(".")[0]
    if first in sys.stdlib_module_names or first in _OURS:
        whose = "ours" if first in _OURS else "Python's own"
        raise _Failed(f"{first} is {whose}, and a package of that name would hide it: choose another", WRONG_USAGE)
    if arguments.report and not arguments.extends:
        raise _Failed("--report needs --extends: it lists what is taken from that edition", WRONG_USAGE)
    for text in (*map(str, arguments.files), str(arguments.binding or ""), arguments.edition or ""):
        _check_quotable(text)


def _check_quotable(text: str) -> None:
    if not is_quotable(text):
        message = f"{text!a} cannot stand in the code: it has a quotation mark, a backslash or a control character"
        raise _Failed(message, WRONG_USAGE)
