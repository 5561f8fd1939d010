"""docs/decode.md shows what really happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from running import Run

PAGE = (Path(__file__).parents[2] / "docs" / "decode.md").read_text("utf-8")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sessions() -> list[tuple[str, str]]:
    """Every command, and what stands under it."""
    parts = [part for block in BLOCK.findall(PAGE) for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


def test_there_is_something_to_hold() -> None:
    assert len(sessions()) > 8


@pytest.mark.parametrize(("command", "output"), sessions(), ids=lambda text: text.split("\n")[0][:40])
def test_a_command_prints_what_the_page_says(run: Run, command: str, output: str) -> None:
    outcome = run(*shlex.split(command)[1:])
    assert outcome.out + outcome.err == output
