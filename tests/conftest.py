"""What all tests share: the vectors, the editions, and the line that tells how many vectors were proved."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

VECTORS = Path(__file__).parent / "vectors"

EDITIONS = ("2013", "2017", "2023")

# The same examples in every run, so that a failure is nobody's luck; `slow` tests draw new ones.
settings.register_profile(
    "tests",
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "tests"))


def vectors(*names: str) -> list[dict[str, Any]]:
    """The vectors of these files, each with the name of its file as ``file``."""
    found = []
    for name in names:
        for vector in json.loads((VECTORS / f"{name}.json").read_text("utf-8")):
            found.append({**vector, "file": name})
    return found


def package_of(edition: str) -> Any:
    """The generated package of an edition."""
    return import_module(f"xdlms_apdu.v{edition}")


@pytest.fixture
def proved(record_property: Callable[[str, object], None]) -> Callable[[str, dict[str, Any]], None]:
    """Notes that a vector was "decoded" or "refused" as it should be; it counts when the test passes.

    A vector that several tests prove counts once, and not at all when one of them fails.
    """

    def note(how: str, vector: dict[str, Any]) -> None:
        record_property("vector", f"{how} {vector['file']}/{vector['name']}")

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints how many vectors were proved; the notes come with the reports, from other processes too."""

    def noted(outcome: str) -> set[str]:
        reports = terminalreporter.stats.get(outcome, [])
        return {str(v) for report in reports for k, v in getattr(report, "user_properties", ()) if k == "vector"}

    good = noted("passed") - noted("failed") - noted("error")
    if good:
        decoded = sum(vector.startswith("decoded ") for vector in good)
        refused = sum(vector.startswith("refused ") for vector in good)
        terminalreporter.write_line(f"vectors: {decoded} decoded, {refused} refused")
