"""What the tests of the command line share."""

from __future__ import annotations

import pytest
from running import Run, runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in this process."""
    return runner(capsys, monkeypatch)
