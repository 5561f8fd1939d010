"""The pages of the reference, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from xdlms_codegen.documents import documents

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def made() -> dict[str, str]:
    """Every document by its path from the top of the source tree."""
    return documents()


@pytest.fixture(scope="session")
def pages(made: dict[str, str]) -> dict[str, str]:
    """The pages of the reference by the names of their files."""
    folder = "docs/reference/"
    return {path.removeprefix(folder): text for path, text in made.items() if path.startswith(folder)}
