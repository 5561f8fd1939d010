"""`xdlms diff`: what it takes, what it prints, its exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from xdlms.cli import main

ROOT = Path(__file__).parents[3]
MODULE = "Meter DEFINITIONS ::= BEGIN\nMessage ::= CHOICE {{ a [0] {} }}\nEND\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Two modules, the second with a wider range."""
    old, new = tmp_path / "old.asn1", tmp_path / "new.asn1"
    old.write_text(MODULE.format("INTEGER (0..9)"))
    new.write_text(MODULE.format("INTEGER (0..99)"))
    return old, new


def diff(*arguments: object) -> int:
    return main(["diff", *map(str, arguments)])


def test_differences_are_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert diff("2017", "2023") == 1
    assert capsys.readouterr().out.startswith("15 changes from 2017 to 2023: 14 one way, 1 compatible.\n")


def test_no_difference_is_exit_code_0(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(files[0], files[0]) == 0
    assert capsys.readouterr().out == f"{files[0]} and {files[0]} do not differ.\n"


def test_files(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(*files, "--format", "json") == 1
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert (change["path"], change["effect"]) == ("Message.a", "new reads old")
    assert change["example"]["octets"] == "000A"


def test_several_files_are_given_with_commas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    types, root = tmp_path / "types.asn1", tmp_path / "root.asn1"
    types.write_text("Types DEFINITIONS ::= BEGIN\nReading ::= INTEGER (0..9)\nEND\n")
    root.write_text(
        "Meter DEFINITIONS ::= BEGIN IMPORTS Reading FROM Types;\nMessage ::= CHOICE { a [0] Reading }\nEND\n"
    )
    assert diff(f"{types},{root}", f"{types},{root}") == 0
    assert "do not differ" in capsys.readouterr().out


def test_a_folder_takes_its_binding_from_the_folder_above(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "asn1" / "2017", tmp_path / "2017")
    shutil.copy(ROOT / "asn1" / "binding.toml", tmp_path)
    assert diff(tmp_path / "2017", "2017") == 0


def test_each_side_can_have_a_binding(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    binding = tmp_path / "ber.toml"
    binding.write_text('[roots]\n"Message" = "ber"\n')
    assert diff(files[0], files[0], "--new-binding", binding) == 1
    assert "encoding rule changed, A-XDR is now BER" in capsys.readouterr().out


def test_what_a_vendor_adds_to_an_edition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "acme.asn1").write_text(
        "ACME DEFINITIONS ::= BEGIN IMPORTS Unsigned8 FROM DLMS-XDLMS-2023;\n"
        "Acme-Ping ::= SEQUENCE { number Unsigned8 } END\n"
    )
    (tmp_path / "binding.toml").write_text('[extend."XDLMS-APDU"]\n"acme-ping" = "[190] IMPLICIT Acme-Ping"\n')
    assert diff("2023", tmp_path, "--extends", "2023", "--format", "json") == 1
    changes = {change["path"]: change for change in json.loads(capsys.readouterr().out)["changes"]}
    assert set(changes) == {"XDLMS-APDU.acme-ping", "Acme-Ping"}
    example = changes["XDLMS-APDU.acme-ping"]["example"]
    assert example["octets"] == "BE00"
    assert example["new"] == {"value": {"acme-ping": {"number": 0}}}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("2018", "'2018' is neither an edition (2013, 2017, 2023) nor a folder nor a file"),
        ("", "'' is neither an edition"),
        ('a"b', "has a quotation mark"),
    ],
)
def test_a_side_that_is_nothing_is_trouble(given: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff("2023", given) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


def test_an_empty_folder_is_trouble(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(tmp_path, "2023") == 2
    assert capsys.readouterr().err == f"error: the folder {tmp_path} has no file *.asn1\n"


def test_a_module_with_errors_is_trouble_with_its_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.asn1"
    bad.write_text("Meter DEFINITIONS ::= BEGIN\nMessage ::= CHOICE { a [0] Missing }\nEND\n")
    assert diff(bad, "2023") == 2
    error = capsys.readouterr().err
    assert error.startswith(f"{bad}:2:28: ")
    assert "    2 | Message ::= CHOICE { a [0] Missing }\n" in error


def test_a_binding_that_is_not_there_is_trouble(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(*files, "--binding", "nowhere.toml") == 2
    assert "nowhere.toml:1:1: the binding cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["2023"], ["2017", "2023", "--format", "xml"], ["2017", "2023", "more"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(*arguments) == 2
    assert capsys.readouterr().err.startswith("usage: xdlms")
