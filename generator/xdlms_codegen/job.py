"""What to compile into which package, and doing so: from the names of files to the texts of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from os.path import commonpath, realpath
from pathlib import Path
from shlex import quote

from xdlms_codegen import scan
from xdlms_codegen.binding import bound_paths, check_binding
from xdlms_codegen.binding_text import BindingText
from xdlms_codegen.clashes import clashes_in_part
from xdlms_codegen.extend import Addition, Change, changes_of, changing
from xdlms_codegen.lower import build_context, build_extension, lower
from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import Problem, SchemaError, SourceLocation
from xdlms_codegen.parse import parse_files
from xdlms_codegen.passes import check
from xdlms_codegen.plan import PackagePlan
from xdlms_codegen.render import render


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: `name` is what the generated code calls it, `shown` what messages do (by default, its name)."""

    path: Path
    name: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A package to make: `package` is its dotted name, `edition` what it says of itself."""

    sources: tuple[Source, ...]
    package: str
    edition: str
    binding: Source | None = None
    base: Job | None = None
    """The job of the package that this one extends."""
    command: str = ""
    """What makes it again, where that is not `xdlms generate` with what stands here."""
    later: tuple[str, ...] = ()
    """The packages of later editions, the next one first: errors name the one that has an unknown APDU."""

    def chain(self) -> tuple[Job, ...]:
        """The packages that this one stands on, the first one first, and this one."""
        return (self,) if self.base is None else (*self.base.chain(), self)

    def made_by(self) -> str:
        """The command that makes the package; the folder that it goes to is left open, as that may differ."""
        if self.command:
            return self.command
        words = ["xdlms generate", *(quote(source.name) for source in self.sources), f"--package {self.package}"]
        if self.binding is not None:
            words.append(f"--binding {quote(self.binding.name)}")
        if self.edition != self.package.rpartition(".")[2]:
            words.append(f"--edition {quote(self.edition)}")
        if self.base is not None:
            words.append(f"--extends {quote(self.base.edition)}")
        return " ".join([*words, "--out DIR"])


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a job gives: the context with every decision, the plan, and the files by name."""

    context: Context
    plan: PackagePlan
    files: dict[str, str]


def sources_of(paths: Sequence[Path], binding: Path | None = None) -> tuple[tuple[Source, ...], Source | None]:
    """The modules and the binding, each named from the folder that holds them all, shown as it was given.

    Neither the working folder nor the folders of one machine get into the code in this way. Nor does the order in
    which the modules are given, which a shell takes from the locale: they are in the order of their names.
    """
    given = [*paths, binding] if binding is not None else [*paths]
    # The links in front of a file are followed, so that one folder has one name; one that is a file keeps its own.
    places = [Path(realpath(path.parent), path.name) for path in given]
    base = commonpath([place.parent for place in places])
    named = [
        Source(path, place.relative_to(base).as_posix(), path.as_posix())
        for path, place in zip(given, places, strict=True)
    ]
    modules = sorted(named[: len(paths)], key=lambda source: source.name)
    return tuple(modules), named[-1] if binding is not None else None


def compile_job(job: Job) -> Compiled:
    """The package of a job.

    Raises SchemaError with every problem of the files and the binding; one that cannot be read is a
    problem like another.
    """
    context, plan = plan_job(job)
    return Compiled(context, plan, render(plan))


def plan_job(job: Job) -> tuple[Context, PackagePlan]:
    """The context and the plan of a job, without text. Raises as `compile_job`."""
    lines: dict[str, tuple[str, ...]] = {}
    try:
        context = _context(job, lines)
        sources = tuple(source.name for source in job.sources)
        return context, lower(
            context, edition=job.edition, sources=sources, command=job.made_by(), later=job.chain()[0].later
        )
    except SchemaError as error:
        raise _shown(job, SchemaError(error.problems, {**lines, **error.sources})) from None


def _context(job: Job, lines: dict[str, tuple[str, ...]]) -> Context:
    """The context of a job; `lines` gets the text of all files, for messages."""
    base = None if job.base is None else _context(job.base, lines)
    chain = job.chain()
    names = {source.path: source.name for link in chain for source in link.sources}
    raw = parse_files([source.path for link in chain for source in link.sources], names=names.__getitem__, in_part=True)
    lines.update(raw.sources)
    problems: list[Problem] = []
    texts: list[BindingText] = []
    for link in chain:
        try:
            texts.append(_binding_text(link.binding, lines))
        except SchemaError as error:
            problems += error.problems
    if problems:
        # What the modules lack may be in the binding, and what clashes may have another name there.
        raise SchemaError([*problems, *check(raw).problems])
    changes: list[Change] = []
    for text in texts:
        found, wrong = changes_of(text)
        changes += found
        problems += wrong
    if base is None and (added := next((change for change in changes if isinstance(change, Addition)), None)):
        message = "[extend] adds to the types of another package: say which with --extends"
        problems.append(Problem(added.location, message))
        changes = [change for change in changes if not isinstance(change, Addition)]
    checked = check(raw, changing(changes))
    schema = checked.schema
    binding, wrong = check_binding(texts[-1], schema, None if base is None else base.binding)
    problems += checked.problems + wrong
    if wrong or not checked.is_sound:
        clashes = clashes_in_part(schema, binding, package=job.package, base=base)
        raise SchemaError(_first_told(problems, clashes))
    try:
        if base is None:
            context = build_context(schema, binding, package=job.package)
        else:
            bound = bound_paths(texts[-1])
            context = build_extension(schema, binding, base, package=job.package, bound=bound)
    except SchemaError as error:
        clashes = clashes_in_part(schema, binding, package=job.package, base=base)
        raise SchemaError(_first_told(problems, [*error.problems, *clashes])) from None
    if problems:
        raise SchemaError(problems)
    return context


def _first_told(problems: list[Problem], others: Iterable[Problem]) -> list[Problem]:
    """The problems, and the others at places without one: what comes later at the same place follows from it."""
    places = {problem.location for problem in problems}
    return [*problems, *(problem for problem in others if problem.location not in places)]


def _binding_text(binding: Source | None, lines: dict[str, tuple[str, ...]]) -> BindingText:
    """The text of a binding; an empty one where there is none."""
    if binding is None:
        return BindingText("", "")
    try:
        octets = binding.path.read_bytes()
    except OSError as error:
        message = f"the binding cannot be read: {error.strerror or error}"
        raise SchemaError([Problem(SourceLocation(binding.name, 1, 1), message)]) from None
    lines[binding.name] = scan.split_lines(octets.decode("utf-8", errors="replace"))
    text = scan.decode(octets, binding.name)
    lines[binding.name] = scan.split_lines(text)
    return BindingText(text, binding.name)


def _shown(job: Job, error: SchemaError) -> SchemaError:
    """The error with files under the names by which people gave them."""
    sources = [source for link in job.chain() for source in (*link.sources, link.binding) if source is not None]
    shown = {source.name: source.shown or source.name for source in sources}
    return SchemaError(
        [replace(found, location=_renamed(found.location, shown)) for found in error.problems],
        {shown.get(name, name): text for name, text in error.sources.items()},
    )


def _renamed(place: SourceLocation, shown: Mapping[str, str]) -> SourceLocation:
    return replace(place, file=shown.get(place.file, place.file))
