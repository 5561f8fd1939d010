"""The whole way for callers in Python: paths of ASN.1 text and a binding in, the files of a package out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xdlms_codegen.job import Job, compile_job, sources_of
from xdlms_codegen.model import Schema
from xdlms_codegen.parse import parse_files
from xdlms_codegen.passes import run_passes
from xdlms_codegen.plan import PackagePlan


def compile_schema(paths: Sequence[Path]) -> Schema:
    """The schema of the files, checked; raises SchemaError."""
    return run_passes(parse_files(paths, names=Path.as_posix))


def compile_package(
    paths: Sequence[Path], binding_path: Path | None, *, edition: str, package: str
) -> tuple[PackagePlan, dict[str, str]]:
    """The plan and the files of a package; raises SchemaError."""
    binding = sources_of([binding_path])[0] if binding_path is not None else None
    compiled = compile_job(Job(sources_of(paths), package, edition, binding))
    return compiled.plan, compiled.files
