"""What is in the wheel and the sdist, and what they say of themselves."""

from __future__ import annotations

import tarfile
import tomllib
from email import message_from_bytes
from email.message import Message
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

import xdlms
from xdlms_codegen.editions import EDITIONS, MODULES

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CODE = {"xdlms": ROOT, "xdlms_apdu": ROOT / "generated", "xdlms_codegen": ROOT / "generator"}


@pytest.fixture(scope="module")
def wheel(distributions: tuple[Path, Path]) -> ZipFile:
    return ZipFile(distributions[0])


@pytest.fixture(scope="module")
def metadata(wheel: ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return message_from_bytes(wheel.read(name))


@pytest.fixture(scope="module")
def in_sdist(distributions: tuple[Path, Path]) -> set[str]:
    with tarfile.open(distributions[1]) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_the_wheel_holds_three_packages_and_nothing_else(wheel: ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {*CODE, f"xdlms-{xdlms.__version__}.dist-info"}


@pytest.mark.parametrize("package", CODE)
def test_the_wheel_holds_every_file_of_a_package(package: str, wheel: ZipFile) -> None:
    folder = CODE[package]
    files = {path.relative_to(folder).as_posix() for path in (folder / package).rglob("*.py")}
    names = {name for name in wheel.namelist() if name.startswith(f"{package}/")}
    assert files | {f"{package}/py.typed"} <= names
    assert {name for name in names if name.endswith((".py", ".typed"))} == files | {f"{package}/py.typed"}


def test_the_compiler_brings_the_abstract_syntax_and_the_templates(wheel: ZipFile) -> None:
    for folder in ("asn1", "templates"):
        files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        start = f"xdlms_codegen/{folder}/"
        packed = {name.removeprefix("xdlms_codegen/") for name in wheel.namelist() if name.startswith(start)}
        assert packed == files
    assert {f"xdlms_codegen/asn1/{edition}/{module}" for edition in EDITIONS for module in MODULES} <= set(
        wheel.namelist()
    )


@pytest.mark.parametrize("word", ["test", "conftest", ".ci", "__pycache__", ".venv", ".hypothesis"])
def test_what_only_developers_need_is_not_in_the_wheel(word: str, wheel: ZipFile) -> None:
    assert [name for name in wheel.namelist() if any(part.startswith(word) for part in PurePosixPath(name).parts)] == []


def test_the_run_time_needs_cryptography_only(metadata: Message) -> None:
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert [line.split(">")[0] for line in needed] == ["cryptography"]


def test_what_the_output_depends_on_is_pinned(metadata: Message) -> None:
    extra = [line for line in metadata.get_all("Requires-Dist", []) if "extra == 'codegen'" in line]
    assert {line.split("==")[0] for line in extra if "==" in line.split(";")[0]} == {"asn1tools", "black"}


def test_every_extra_is_offered(metadata: Message) -> None:
    assert metadata.get_all("Provides-Extra") == list(PROJECT["optional-dependencies"])


def test_the_extra_and_the_developers_tools_are_of_one_version() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert set(PROJECT["optional-dependencies"]["codegen"]) <= set(groups["dev"])


def test_the_metadata_says_what_the_project_is(metadata: Message) -> None:
    assert metadata["Name"] == "xdlms"
    assert metadata["Version"] == PROJECT["version"] == xdlms.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_readme_is_the_description(wheel: ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    _, _, description = wheel.read(name).decode().partition("\n\n")
    assert description == (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_licence_is_in_both(wheel: ZipFile, in_sdist: set[str]) -> None:
    text = (ROOT / "LICENSE").read_bytes()
    assert wheel.read(f"xdlms-{xdlms.__version__}.dist-info/licenses/LICENSE") == text
    assert b"Apache License" in text
    assert b"END OF TERMS AND CONDITIONS" in text
    assert "LICENSE" in in_sdist


def test_the_sdist_holds_what_makes_and_tests_the_wheel(in_sdist: set[str]) -> None:
    for name in (
        "pyproject.toml",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "Makefile",
        ".ci/run",
    ):
        assert name in in_sdist
    for folder in ("asn1", "docs", "examples", "generated", "generator", "templates", "tests", "xdlms"):
        files = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file()
            and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
        }
        assert files <= in_sdist
    assert [name for name in in_sdist if "__pycache__" in name or name.startswith(".venv")] == []


def test_the_command_is_on_the_path(wheel: ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert wheel.read(name).decode() == "[console_scripts]\nxdlms = xdlms.cli:main\n"
