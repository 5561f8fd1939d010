"""The page that says what each edition changed, against the one before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from xdlms_codegen.diff.difference import compare
from xdlms_codegen.diff.report import report
from xdlms_codegen.diff.sides import Compared
from xdlms_codegen.job import Job
from xdlms_codegen.templating import environment, generated_header


def editions_text(jobs: Sequence[Job], sides: Sequence[Compared]) -> str:
    """The page in Markdown; the editions are given oldest first, as jobs and opened for comparison."""
    differences = [compare(old, new) for old, new in pairwise(sides)]
    template = environment("docs", {}).get_template("editions.md.jinja")
    return template.render(
        header=generated_header(*jobs),
        editions=[job.edition for job in jobs],
        differences=[(difference, report(difference, "markdown")) for difference in differences],
    )
