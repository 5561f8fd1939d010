"""Packages of APDUs by name: editions, what is announced, what can be imported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from vendor import announce, importable

from xdlms import apdus
from xdlms.codec.schema import Syntax


def package(folder: Path, name: str, text: str = "") -> None:
    """A package with this text in its first module."""
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(text, "utf-8")


def refusal(name: str, *folders: Path) -> str:
    """The message for a name that stands for no package of APDUs."""
    with importable(*folders), pytest.raises(ImportError) as caught:
        apdus.load(name)
    return str(caught.value)


@pytest.mark.parametrize("name", ["nothing", "nothing.deeper", "xdlms.apdu.deeper"])
def test_a_name_of_nothing_is_refused_with_the_names_that_are_known(name: str) -> None:
    known = f"known are {', '.join(apdus.names())}, and packages that can be imported"
    assert refusal(name) == f"{name!r} is no package that there is: {known}"


@pytest.mark.parametrize("name", ["", ".", "..", "2024", "a b", "a-b", ".v2023", "acme_apdu.", "../acme", "a\0b"])
def test_what_can_be_no_name_is_refused(name: str) -> None:
    assert f"{name!r} is no name of a package: " in refusal(name)


def test_a_module_is_refused_and_not_run(tmp_path: Path) -> None:
    (tmp_path / "pytest_harmful.py").write_text("raise SystemExit(7)", "utf-8")
    assert "'pytest_harmful' is a module, not a package: " in refusal("pytest_harmful", tmp_path)
    assert "pytest_harmful" not in sys.modules


@pytest.mark.parametrize("text", ["", "SYNTAX = None", "from xdlms.apdu import *"])
def test_a_package_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    package(tmp_path, "other_things", text)
    told = refusal("other_things", tmp_path)
    assert told == "'other_things' is no package of APDUs: `xdlms generate` makes those"


def test_a_folder_that_is_no_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "only_a_folder").mkdir()
    assert "is no package of APDUs" in refusal("only_a_folder", tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import not_installed_here", "No module named 'not_installed_here'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("from xdlms.codec import require_abi\nrequire_abi(-1, 'broken_apdu')", "xdlms generate"),
        ("def broken(:", "invalid syntax"),
    ],
)
def test_a_package_that_cannot_be_loaded_is_refused_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    package(tmp_path, "broken_apdu", text)
    told = refusal("broken_apdu", tmp_path)
    assert told.startswith("the package 'broken_apdu' cannot be loaded: ")
    assert reason in told


def test_an_announced_package_that_is_not_there_is_refused(tmp_path: Path) -> None:
    announce(tmp_path, "acme", "gone_apdu")
    assert refusal("acme", tmp_path) == "'acme' is installed as 'gone_apdu', no package that there is"


def test_an_announced_object_is_refused(tmp_path: Path) -> None:
    announce(tmp_path, "acme", "xdlms_apdu.v2023:TYPES")
    assert refusal("acme", tmp_path) == "'acme' is installed as 'xdlms_apdu.v2023:TYPES', no name of a package"


def test_two_packages_under_one_name_are_refused_with_both(tmp_path: Path) -> None:
    announce(tmp_path, "acme", "xdlms_apdu.v2013", distribution="one")
    announce(tmp_path, "acme", "xdlms_apdu.v2017", distribution="two")
    told = refusal("acme", tmp_path)
    assert told == "'acme' is installed more than once, as the packages 'xdlms_apdu.v2013', 'xdlms_apdu.v2017'"


@pytest.mark.parametrize("edition", apdus.EDITIONS)
def test_an_edition_is_found_by_its_name(edition: str) -> None:
    package = apdus.load(edition)
    assert edition == package.EDITION
    assert package is apdus.load(f"xdlms_apdu.v{edition}")


def test_a_package_is_found_by_its_own_name(tmp_path: Path) -> None:
    text = "from xdlms.codec.schema import Syntax, TypeTable\nSYNTAX = Syntax('mine', TypeTable('my_apdu.types'), ())"
    package(tmp_path, "my_apdu", text)
    with importable(tmp_path):
        assert isinstance(apdus.load("my_apdu").SYNTAX, Syntax)


def test_an_announced_package_is_found_by_its_entry_point(tmp_path: Path) -> None:
    announce(tmp_path, "acme", "xdlms_apdu.v2017")
    with importable(tmp_path):
        assert apdus.names()[:3] == apdus.EDITIONS
        assert "acme" in apdus.names()
        assert apdus.load("acme").EDITION == "2017"
    assert "acme" not in apdus.names()


def test_an_edition_cannot_be_taken_by_an_entry_point(tmp_path: Path) -> None:
    announce(tmp_path, "2023", "xdlms_apdu.v2013")
    with importable(tmp_path):
        assert apdus.names().count("2023") == 1
        assert apdus.load("2023").EDITION == "2023"


def test_an_entry_point_comes_before_a_package_of_the_same_name(tmp_path: Path) -> None:
    announce(tmp_path, "acme", "xdlms_apdu.v2017")
    package(tmp_path, "acme")
    with importable(tmp_path):
        assert apdus.load("acme").EDITION == "2017"


def test_a_package_installed_twice_under_one_name_counts_once(tmp_path: Path) -> None:
    for distribution in ("one", "two"):
        announce(tmp_path, "acme", "xdlms_apdu.v2017", distribution=distribution)
    with importable(tmp_path):
        assert apdus.load("acme").EDITION == "2017"
