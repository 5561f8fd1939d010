"""The example of a vendor, by its reader: with the wheel in an empty environment, every command of its README."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sessions import blocks, pieces, sessions
from vendor import EXAMPLE, copy

pytestmark = pytest.mark.slow

README = (EXAMPLE / "README.md").read_text("utf-8")


def run(*command: str | Path, folder: Path, octets: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A command in a folder, with nothing of ours on Python's path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDLMS"))}
    environment |= {"COLUMNS": "100", "NO_COLOR": "1"}
    arguments = [str(part) for part in command]
    return subprocess.run(arguments, cwd=folder, env=environment, input=octets, capture_output=True, check=False)


def output(done: subprocess.CompletedProcess[bytes]) -> str:
    return (done.stdout + done.stderr).decode().replace("\r\n", "\n").rstrip("\n")


@pytest.fixture(scope="module")
def scripts(distributions: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands in an environment with the wheel and its compiler."""
    folder = tmp_path_factory.mktemp("reader")
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = (scripts / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    for command in ((sys.executable, "-m", "venv", folder / "venv"), (*pip, f"{distributions[0]}[codegen]")):
        done = run(*command, folder=folder)
        assert done.returncode == 0, output(done)
    return scripts


def test_every_command_of_the_readme_prints_what_it_says(scripts: Path, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    install = (scripts / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet", folder)
    installed = False
    played = 0
    for command, expected in sessions(README):
        if "--apdus acme " in command and not installed:
            assert (
                b"'acme' is no package that there is"
                in run(scripts / "xdlms", "decode", "--apdus", "acme", "00", folder=folder).stderr
            )
            done = run(*install, folder=folder)
            assert done.returncode == 0, output(done)
            installed = True
        octets = b""
        complaints = ""
        for _, *arguments in pieces(command):
            # Once it is installed, it works in any folder: but the input is in this one.
            done = run(scripts / "xdlms", *arguments, folder=folder, octets=octets)
            octets = done.stdout
            complaints += done.stderr.decode()
        assert (octets.decode() + complaints).rstrip("\n") == expected.rstrip("\n"), command
        played += 1
    assert installed
    assert played > 6

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = run(scripts / "xdlms", "decode", "--apdus", "acme", "B4C10001010102", folder=elsewhere)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Acme-Diagnostic-Request" in done.stdout

    page = elsewhere / "page.txt"
    page.write_text("\n".join(blocks(README, "python")), "utf-8")
    code = "import doctest; print(doctest.testfile('page.txt', module_relative=False))"
    done = run(scripts / "python", "-c", code, folder=elsewhere)
    assert b"failed=0" in done.stdout, output(done)
    assert b"attempted=0" not in done.stdout
