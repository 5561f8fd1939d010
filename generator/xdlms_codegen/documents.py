"""The documents that are made from the abstract syntax of the editions that we ship."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from xdlms_codegen.diff.editions import editions_text
from xdlms_codegen.diff.sides import compared
from xdlms_codegen.editions import EDITIONS, edition_job
from xdlms_codegen.job import Source
from xdlms_codegen.model import Problem
from xdlms_codegen.reference.build import reference_files
from xdlms_codegen.resources import resource

NEWEST_PACKAGE = "xdlms.apdu"
"""What programs import the classes of the newest edition from."""


def documents(warn: Callable[[Problem], None] | None = None) -> dict[str, str]:
    """The text of every document by its path from the top of the source tree; raises SchemaError.

    Examples that the newest edition does not read (any more) go to `warn`; without it they are problems too.
    """
    jobs = [edition_job(edition) for edition in EDITIONS]
    examples = Source(resource("asn1") / "examples.toml", "asn1/examples.toml")
    with ExitStack() as stack:
        sides = [stack.enter_context(compared(job)) for job in jobs]
        earlier = [(side.name, side.context) for side in sides[:-1]]
        pages = reference_files(
            jobs[-1], sides[-1].context, earlier, examples=examples, package=NEWEST_PACKAGE, warn=warn
        )
        return {
            **{f"docs/reference/{name}": text for name, text in pages.items()},
            "docs/editions.md": editions_text(jobs, sides),
        }
