"""What all tests share: the vectors, the editions, and the line that tells how many vectors were proved."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from clauses import read_rows
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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clauses", action="store_true", help="fail when a finished clause has no test that passes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets every report tell the clauses of its test, from other processes too."""
    for item in items:
        item.user_properties += [("clause", name) for marker in item.iter_markers("clause") for name in marker.args]


def noted(reporter: Any, name: str, outcome: str) -> set[str]:
    """What the tests with this outcome noted under a name."""
    reports = reporter.stats.get(outcome, [])
    return {str(v) for report in reports for k, v in getattr(report, "user_properties", ()) if k == name}


def unproved(reporter: Any) -> list[str]:
    """The finished clauses that no passing test names."""
    rows, finished = read_rows()
    passed = noted(reporter, "clause", "passed")
    return [row.clause for row in rows if row.clause in finished and not any(map(row.has, passed))]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_main = not hasattr(session.config, "workerinput")
    if is_main and session.config.getoption("--clauses") and unproved(reporter) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints how many vectors were proved; the notes come with the reports, from other processes too."""
    good = noted(terminalreporter, "vector", "passed")
    good -= noted(terminalreporter, "vector", "failed") | noted(terminalreporter, "vector", "error")
    if good:
        decoded = sum(vector.startswith("decoded ") for vector in good)
        refused = sum(vector.startswith("refused ") for vector in good)
        terminalreporter.write_line(f"vectors: {decoded} decoded, {refused} refused")
    if terminalreporter.config.getoption("--clauses"):
        missing = unproved(terminalreporter)
        finished = len(read_rows()[1])
        terminalreporter.write_line(f"clauses: {finished - len(missing)} of {finished} finished ones proved")
        for clause in missing:
            terminalreporter.write_line(f"clause {clause}: no test that passes names it")
