"""The README shows what really happens: its commands and its Python are run, and print what it says."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from xdlms.tools.demo import decode_captures, prove_vectors
from xdlms_codegen.editions import EDITIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def blocks(language: str) -> list[str]:
    """The contents of the README's blocks in a language."""
    return [text for name, text in _BLOCK.findall(README) if name == language]


def sessions() -> list[tuple[str, str]]:
    """Every `xdlms` command in the README, and what stands under it, up to the next one."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            if command.startswith("xdlms "):
                found.append((command, output))
    return found


def test_there_is_something_to_hold() -> None:
    commands = " | ".join(command for command, _ in sessions())
    assert set(re.findall(r"xdlms (\w+)", commands)) == {"check", "decode", "encode", "generate"}
    assert blocks("python")


@pytest.mark.parametrize(("command", "output"), sessions(), ids=lambda text: text.split("\n")[0][:40])
def test_a_command_prints_what_the_readme_says(command: str, output: str, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    path = os.pathsep.join(str(ROOT / folder) for folder in ("", "generated", "generator"))
    program = "import sys; from xdlms.cli import main; sys.exit(main())"
    # The shell's words for a pipe are read here; everything else is the command line's own.
    octets = None
    environment = {**os.environ, "PYTHONPATH": path, "COLUMNS": "100", "NO_COLOR": "1"}
    for piece in command.split(" | "):
        program_and_arguments = [sys.executable, "-c", program, *shlex.split(piece)[1:]]
        done = subprocess.run(
            program_and_arguments, cwd=tmp_path, env=environment, input=octets, capture_output=True, check=False
        )
        octets = done.stdout
    assert (done.stdout + done.stderr).decode().rstrip("\n") == output.rstrip("\n")


@pytest.mark.parametrize("text", blocks("python"), ids=lambda text: text.split("\n")[0][:40])
def test_the_python_of_the_readme_does_what_it_says(text: str) -> None:
    test = doctest.DocTestParser().get_doctest(text, {}, "README", "README.md", 0)
    assert test.examples
    told: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=told.append)
    assert told == []


def test_make_run_counts_what_the_readme_says() -> None:
    types = sum(len(import_module(f"xdlms_apdu.v{edition}.types").TYPES) for edition in EDITIONS)
    vectors = prove_vectors(ROOT / "tests" / "vectors").counted
    apdus = decode_captures(ROOT / "tests" / "vectors" / "captures").counted
    assert f"types compiled: {types}, vectors proved: {vectors}, APDUs decoded: {apdus}, seconds: " in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [link for link in _LINK.findall(text) if not (page.parent / link).exists()] == []


def test_every_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:`|^\$? *)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, page.name
