"""Helpers of the tests of comparisons: short modules, compiled and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from xdlms_codegen.diff.changes import Difference
from xdlms_codegen.diff.difference import compare
from xdlms_codegen.diff.sides import Compared, compared
from xdlms_codegen.job import Job, Source

Open = Callable[..., Compared]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Compiles a body as the module Meter, whose root is Message, and opens its codecs."""
    with ExitStack() as stack:

        def make(body: str, *, name: str, rule: str = "axdr", binding: str = "") -> Compared:
            folder = tmp_path / name
            folder.mkdir()
            module, bound = folder / "meter.asn1", folder / "binding.toml"
            module.write_text(f"Meter DEFINITIONS ::= BEGIN\n{body}\nEND\n")
            bound.write_text(f'[roots]\n"Message" = "{rule}"\n{binding}')
            job = Job((Source(module, "meter.asn1"),), "compared", name, Source(bound, "binding.toml"))
            return stack.enter_context(compared(job))

        yield make


@pytest.fixture
def compared_bodies(opened: Open) -> Callable[..., Difference]:
    """Compares two bodies; the sides are called old and new."""

    def run(old: str, new: str, **settings: str) -> Difference:
        return compare(opened(old, name="old", **settings), opened(new, name="new", **settings))

    return run
