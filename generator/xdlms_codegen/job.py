"""What to compile into which package, and doing so: from the names of files to the texts of others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from os.path import commonpath
from pathlib import Path

from xdlms_codegen import scan
from xdlms_codegen.binding import Binding, read_binding
from xdlms_codegen.extend import additions_of, extend
from xdlms_codegen.lower import build_context, build_extension, lower
from xdlms_codegen.lower.context import AXDR, Context, references
from xdlms_codegen.model import Choice, Problem, Schema, SchemaError, SourceLocation
from xdlms_codegen.parse import parse_files
from xdlms_codegen.passes import run_passes
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


def sources_of(paths: Iterable[Path]) -> tuple[Source, ...]:
    """The files under the names by which they were given.

    Absolute paths would put the folders of one machine into the code: those are named from the folder
    that holds them all.
    """
    paths = list(paths)
    absolute = [str(path.parent) for path in paths if path.is_absolute()]
    base = commonpath(absolute) if absolute else ""
    return tuple(
        Source(path, (path.relative_to(base) if path.is_absolute() else path).as_posix(), path.as_posix())
        for path in paths
    )


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a job gives: the context with every decision, the plan, and the files by name."""

    context: Context
    plan: PackagePlan
    files: dict[str, str]


def compile_job(job: Job) -> Compiled:
    """The package of a job.

    Raises SchemaError with every problem of the files and the binding; one that cannot be read is a
    problem like another.
    """
    lines: dict[str, tuple[str, ...]] = {}
    try:
        context, schema = _context(job, lines)
        own = schema.modules if job.base is None else [m for m in schema.modules if m.file in _names(job.sources)]
        plan = lower(context, edition=job.edition, sources=tuple(dict.fromkeys(module.file for module in own)))
        return Compiled(context, plan, render(plan))
    except SchemaError as error:
        raise _shown(job, SchemaError(error.problems, {**lines, **error.sources})) from None


def _names(sources: tuple[Source, ...]) -> frozenset[str]:
    return frozenset(source.name for source in sources)


def _context(job: Job, lines: dict[str, tuple[str, ...]]) -> tuple[Context, Schema]:
    """The context of a job; `lines` gets the text of all files, for messages."""
    base = None if job.base is None else _context(job.base, lines)[0]
    inherited = () if job.base is None else job.base.sources
    sources = (*inherited, *job.sources)
    names = {source.path: source.name for source in sources}
    raw = parse_files([source.path for source in sources], names=names.__getitem__)
    lines.update(raw.sources)
    text = _binding_text(job, lines)
    schema = _extended(raw, job, text, lines)
    binding = Binding() if job.binding is None else read_binding(text, job.binding.name, schema)
    if base is None or job.base is None:
        return build_context(schema, with_roots(binding, schema), package=job.package), schema
    merged = base.binding if job.base.binding is None else read_binding(
        _binding_text(job.base, lines), job.base.binding.name, schema
    )
    context = build_extension(schema, merged.merged(binding), base, package=job.package, bound=binding.paths())
    return context, schema


def _binding_text(job: Job, lines: dict[str, tuple[str, ...]]) -> str:
    if job.binding is None:
        return ""
    text = _read(job.binding)
    lines[job.binding.name] = scan.split_lines(text)
    return text


def _extended(raw: Schema, job: Job, text: str, lines: dict[str, tuple[str, ...]]) -> Schema:
    """The schema through the passes, with what the binding adds to its types."""
    if job.binding is None:
        return run_passes(raw)
    found, problems = additions_of(text, job.binding.name)
    if found and job.base is None:
        message = "[extend] adds to the types of another package: say which with --extends"
        problems.append(Problem(found[0].location, message))
    if problems:
        raise SchemaError(problems, lines)
    return run_passes(raw, lambda schema: extend(schema, found))


def with_roots(binding: Binding, schema: Schema) -> Binding:
    """The binding with its roots, or where it names none, every CHOICE that no other type uses, in A-XDR.

    Raises SchemaError when there is none, or when a root is no CHOICE.
    """
    definitions = {definition.name: definition for definition in schema.definitions()}
    wrong = [definitions[name] for name in binding.roots if not isinstance(definitions[name].type, Choice)]
    if wrong:
        message = "{} is no CHOICE, so it cannot be a root: its alternatives would be the APDUs"
        raise SchemaError([Problem(found.location, message.format(found.name)) for found in wrong])
    if binding.roots:
        return binding
    used = {name for definition in definitions.values() for name in references(definition.type)}
    roots = {name: AXDR for name, found in definitions.items() if isinstance(found.type, Choice) and name not in used}
    if not roots:
        message = "no CHOICE here can be the one of all APDUs: write one, or name it in [roots] of a binding"
        raise SchemaError([Problem(schema.modules[0].location, message)])
    return replace(binding, roots=roots)


def _read(binding: Source) -> str:
    try:
        return scan.decode(binding.path.read_bytes(), binding.name)
    except OSError as error:
        message = f"the binding cannot be read: {error.strerror or error}"
        raise SchemaError([Problem(SourceLocation(binding.name, 1, 1), message)]) from None


def _shown(job: Job, error: SchemaError) -> SchemaError:
    """The error with files under the names by which people gave them."""
    sources = [*job.sources, *([job.binding] if job.binding else [])]
    if job.base is not None:
        sources += [*job.base.sources, *([job.base.binding] if job.base.binding else [])]
    shown = {source.name: source.shown or source.name for source in sources}
    problems = [
        replace(problem, location=replace(problem.location, file=shown.get(problem.location.file, problem.location.file)))
        for problem in error.problems
    ]
    return SchemaError(problems, {shown.get(name, name): text for name, text in error.sources.items()})
