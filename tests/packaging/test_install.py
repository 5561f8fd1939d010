"""The wheel in an empty environment: what works there, and what says what it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

MODULE = "Meter DEFINITIONS ::= BEGIN Message ::= CHOICE { reading [1] Reading }\nReading ::= SEQUENCE { n NULL } END\n"


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command in a folder of its own, with nothing of ours on Python's path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def scripts(distributions: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands in an environment with the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("empty")
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    for command in (
        (sys.executable, "-m", "venv", folder / "venv"),
        (scripts / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet", distributions[0]),
    ):
        done = run(*command, folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return scripts


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "meter.asn1"
    path.write_text(MODULE, encoding="utf-8")
    return path


def test_only_what_is_required_is_installed(scripts: Path, tmp_path: Path) -> None:
    done = run(scripts / "python", "-m", "pip", "list", "--format=freeze", folder=tmp_path)
    names = {line.split("==")[0].lower() for line in done.stdout.splitlines()}
    assert names - {"pip", "setuptools", "wheel"} == {"xdlms", "cryptography", "cffi", "pycparser"}


def test_decode_works(scripts: Path, tmp_path: Path) -> None:
    done = run(scripts / "xdlms", "decode", "C0 01 C1 0003 0100010800FF 02 00", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Get-Request-Normal" in done.stdout
    assert "1.0.1.8.0.255" in done.stdout.replace("-", ".").replace(":", ".").replace("*", ".")


def test_wrong_octets_are_an_error_and_no_traceback(scripts: Path, tmp_path: Path) -> None:
    done = run(scripts / "xdlms", "decode", "C0 01 C1 0003 01000108", folder=tmp_path)
    assert done.returncode == 1
    assert "octet 5" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("edition", ["v2013", "v2017", "v2023"])
def test_every_edition_works(edition: str, scripts: Path, tmp_path: Path) -> None:
    code = f"from xdlms_apdu import {edition} as P; print(type(P.decode(bytes.fromhex('C002C100000001'))).__name__)"
    done = run(scripts / "python", "-c", code, folder=tmp_path)
    assert (done.stdout.strip(), done.stderr) == ("GetRequestNext", "")


def test_generate_names_the_extra_that_it_needs(scripts: Path, module: Path) -> None:
    done = run(scripts / "xdlms", "generate", module, "--package", "p", "--out", "out", folder=module.parent)
    assert done.returncode == 1
    assert done.stderr == 'the compiler needs more than is installed: pip install "xdlms[codegen]"\n'


def test_with_the_extra_generate_works(scripts: Path, module: Path, distributions: tuple[Path, Path]) -> None:
    folder = module.parent
    for command in (
        (sys.executable, "-m", "venv", folder / "venv"),
        (folder / "venv" / scripts.name / "python", "-m", "pip", "install", "--quiet", f"{distributions[0]}[codegen]"),
    ):
        done = run(*command, folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    command = folder / "venv" / scripts.name / "xdlms"
    done = run(command, "generate", module, "--package", "p", "--out", "out", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    done = run(command.parent / "python", "-m", "xdlms_codegen", "--out", "editions", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    generated = Path(__file__).parents[2] / "generated"
    for path in generated.rglob("*.py"):
        assert (folder / "editions" / path.relative_to(generated)).read_bytes() == path.read_bytes()


def test_a_type_checker_sees_the_types(scripts: Path, tmp_path: Path) -> None:
    (tmp_path / "use.py").write_text("from xdlms.apdu import decode\nreveal_type(decode(b''))\n", encoding="utf-8")
    done = run(
        sys.executable, "-m", "mypy", "--strict", "--python-executable", scripts / "python", "use.py", folder=tmp_path
    )
    assert "Revealed type is" in done.stdout, done.stdout + done.stderr
    assert "GetRequestNormal" in done.stdout
    assert done.returncode == 0, done.stdout
