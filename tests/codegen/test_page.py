"""docs/generate.md shows what really happens: its files are written, its commands and its Python run in order."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from xdlms_codegen.binding import RESERVED_TABLE, SELF_DESCRIBING_KEYS, TABLES
from xdlms_codegen.binding_text import BindingText
from xdlms_codegen.extend import EXTEND, SIZE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "generate.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATH = os.pathsep.join(str(ROOT / folder) for folder in ("", "generated", "generator"))
PROGRAM = "import sys; from xdlms.cli import main; sys.exit(main())"


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCK.findall(PAGE) if name == language]


def sessions() -> Iterator[tuple[str, str]]:
    """Every command, and what it prints."""
    for block in blocks("console"):
        command, _, output = block.removeprefix("$ ").partition("\n")
        yield command, output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the page, named in their first lines."""
    folder = tmp_path_factory.mktemp("page")
    for text in (*blocks("asn1"), *blocks("toml")):
        (folder / text.split("\n", 1)[0].lstrip("-# ")).write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": PATH, "NO_COLOR": "1"}
    done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_commands_print_what_the_page_says_and_the_python_does_it(folder: Path) -> None:
    found = list(sessions())
    assert len(found) == 4
    for command, output in found:
        assert run(folder, sys.executable, "-c", PROGRAM, *shlex.split(command)[1:]) == output
    (example,) = blocks("python")
    assert doctest.DocTestParser().get_examples(example)
    (folder / "example.txt").write_text(example, encoding="utf-8")
    assert run(folder, sys.executable, "-m", "doctest", "-o", "IGNORE_EXCEPTION_DETAIL", "example.txt") == ""


def test_every_table_of_a_binding_is_explained() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `[")]
    described = {re.split(r"[.\]]", row[4:])[0]: row for row in rows}
    assert set(described) == {*TABLES, RESERVED_TABLE, EXTEND, SIZE, "where-present"}
    assert all(f"`{key}`" in described["self-describing"] for key in SELF_DESCRIBING_KEYS)


def test_every_table_is_in_the_example() -> None:
    used: set[str] = set()
    for text in blocks("toml"):
        used |= set(BindingText(text, "binding.toml").tables)
    assert used == {*TABLES, RESERVED_TABLE, EXTEND, SIZE, "where-present"} - {"float"}


def test_every_hint_that_our_own_binding_uses_is_named() -> None:
    tables = BindingText((ROOT / "asn1" / "binding.toml").read_text(encoding="utf-8"), "binding.toml").tables
    hints = {*tables["show"].values(), *tables["where-present"]["show"].values()}
    assert {hint for hint in hints if f'`"{hint}"`' not in PAGE} == set()
