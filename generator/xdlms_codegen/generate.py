"""The whole way: ASN.1 text and a binding in, the files of a package out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xdlms_codegen.binding import Binding, read_binding
from xdlms_codegen.lower import lower
from xdlms_codegen.model import Schema
from xdlms_codegen.parse import parse_files
from xdlms_codegen.passes import run_passes
from xdlms_codegen.plan import PackagePlan
from xdlms_codegen.render import render


def compile_schema(paths: Sequence[Path]) -> Schema:
    """The schema of the files, checked; raises SchemaError."""
    return run_passes(parse_files(paths, names=Path.as_posix))


def compile_package(
    paths: Sequence[Path], binding_path: Path | None, *, edition: str, package: str
) -> tuple[PackagePlan, dict[str, str]]:
    """The plan and the files of a package; raises SchemaError."""
    schema = compile_schema(paths)
    binding = Binding()
    if binding_path is not None:
        binding = read_binding(binding_path.read_text("utf-8"), binding_path.as_posix(), schema)
    plan = lower(schema, binding, edition=edition, package=package)
    return plan, render(plan)
