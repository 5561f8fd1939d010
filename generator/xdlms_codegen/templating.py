"""jinja2 as all templates of documents use it: they place what they are given, and a missing name is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from xdlms_codegen.job import Job
from xdlms_codegen.resources import resource


def generated_header(*jobs: Job) -> str:
    """The first line of a document that is made from these modules."""
    names = [source.name for job in jobs for source in job.sources]
    return f"<!-- Generated from {', '.join(names)}: do not edit, run `make generate`. -->"


def environment(folder: str, filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """The templates of one folder of ``templates``."""
    made = Environment(
        loader=FileSystemLoader(resource("templates") / folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    made.filters |= dict(filters)
    return made
