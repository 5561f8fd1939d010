"""Packages from a few definitions, in memory, and the context of what was decided about them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from xdlms_codegen.examples.codecs import codecs_in_memory
from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.lower.context import Context
from xdlms_codegen.plan import PackagePlan
from xdlms_codegen.render import texts_of

_NUMBERS = count(1)


def planned(folder: Path, body: str, binding: str, head: str) -> tuple[Context, PackagePlan]:
    (folder / "m.asn1").write_text(f"M DEFINITIONS {head} ::= BEGIN\n{body}\nEND\n", encoding="utf-8")
    (folder / "b.toml").write_text(binding, encoding="utf-8")
    name = f"lowered_{next(_NUMBERS)}"
    return plan_job(Job((Source(folder / "m.asn1", "m.asn1"),), name, "1", Source(folder / "b.toml", "b.toml")))


@pytest.fixture
def context_of(tmp_path: Path) -> Callable[..., Context]:
    """The context of definitions, the first line of which is line 2."""
    return lambda body, binding="", head="": planned(tmp_path, body, binding, head)[0]


@pytest.fixture
def package_of_text(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """The package of definitions, imported."""
    with ExitStack() as stack:

        def compile_text(body: str, binding: str = "", head: str = "") -> Any:
            _, plan = planned(tmp_path, body, binding, head)
            stack.enter_context(codecs_in_memory(plan.package, texts_of(plan)))
            return sys.modules[plan.package]

        yield compile_text
