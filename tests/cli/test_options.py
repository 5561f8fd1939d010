"""Options that several commands have: --edition, --apdus, --keys and the environment in its place."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from running import Run
from vendor import importable

NEXT = "C002C100000001"
GIVEN = {"decode": NEXT, "check": NEXT, "encode": '{"apdu": "Data", "value": {"boolean": true}}'}

TITLE = "4D4D4D0000BC614E"
CIPHERED = "C81E3001234567411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B"
KEY = "000102030405060708090A0B0C0D0E0F"
AUTHENTICATION_KEY = "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"
MINE = """
from xdlms.codec.schema import Syntax
from xdlms_apdu.v2017 import *
from xdlms_apdu.v2017 import TYPES, syntax

SYNTAX = Syntax("mine", TYPES, syntax.SYNTAX.roots)
"""


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("XDLMS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def package(folder: Path, name: str, text: str = MINE) -> None:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(text, "utf-8")


# --apdus


@pytest.mark.parametrize("command", GIVEN)
def test_an_edition_and_a_package_together_are_wrong_usage(run: Run, command: str) -> None:
    outcome = run(command, "--apdus", "2017", "--edition", "2017", GIVEN[command])
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith("error: --apdus takes the place of --edition: give one of them\n")


@pytest.mark.parametrize("command", GIVEN)
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "'' is no name of a package: known are 2013, 2017, 2023"),
        ("acme", "'acme' is no package that there is: known are 2013, 2017, 2023"),
        ("json", "'json' is no package of APDUs: `xdlms generate` makes those"),
        ("json.decoder", "'json.decoder' is a module, not a package"),
        ("xdlms", "'xdlms' is no package of APDUs"),
        ("acme/", " takes the name of a package, not a path: acme, in the folder ."),
        ("../src/acme", f" takes the name of a package, not a path: acme, in the folder {os.path.join('..', 'src')}"),
        ("\N{SNOWMAN}", "is no name of a package"),
    ],
)
def test_a_package_that_there_is_not_is_wrong_usage(
    run: Run, here: Path, command: str, name: str, message: str
) -> None:
    outcome = run(command, "--apdus", name, GIVEN[command])
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_a_package_that_fails_when_it_is_loaded_is_wrong_usage(run: Run, here: Path) -> None:
    package(here, "broken_apdu", "import nothing_of_this_name")
    with importable():
        outcome = run("decode", "--apdus", "broken_apdu", NEXT)
    assert outcome.code == 2
    assert "the package 'broken_apdu' cannot be loaded: No module named 'nothing_of_this_name'" in outcome.err


def test_a_package_in_the_current_folder_is_found(run: Run, here: Path) -> None:
    package(here, "my_apdu")
    with importable():
        for command, given in GIVEN.items():
            assert run(command, "--apdus", "my_apdu", given).code == 0
        assert "edition mine" in run("decode", "--apdus", "my_apdu", NEXT).out


def test_the_current_folder_is_looked_at_last_and_for_the_package_alone(run: Run, here: Path) -> None:
    package(here, "json", "raise SystemExit(7)")
    path = list(sys.path)
    outcome = run("decode", "--apdus", "json", NEXT)
    assert outcome.code == 2
    assert "is no package of APDUs" in outcome.err
    assert sys.path == path


def test_a_current_folder_that_was_removed_does_no_harm(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert run("decode", "--apdus", "acme", NEXT).code == 2
    assert run("decode", "--apdus", "2017", NEXT).code == 0


@pytest.mark.parametrize("command", GIVEN)
def test_an_edition_is_a_package_too(run: Run, command: str) -> None:
    assert run(command, "--apdus", "2017", GIVEN[command]).code == 0
    assert run(command, "--apdus", "2017", GIVEN[command]).out == run(command, "--edition", "2017", GIVEN[command]).out


def test_an_input_does_not_say_which_package_is_loaded(run: Run, here: Path) -> None:
    package(here, "my_apdu", "raise SystemExit(7)")
    outcome = run("encode", '{"apdu": "Data", "edition": "my_apdu", "value": {"boolean": true}}')
    assert outcome.code == 1
    assert "found the string 'my_apdu'; a vendor's package is given with --apdus - at $.edition" in outcome.err


# --keys


def keys_file(folder: Path) -> Path:
    path = folder / "keys.toml"
    lines = [
        f"[system-titles.{TITLE}]",
        f'global-unicast-encryption-key = "{KEY}"',
        f'authentication-key = "{AUTHENTICATION_KEY}"',
    ]
    path.write_text("\n".join(lines), "utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("command", ["decode", "check"])
def test_a_keys_file_of_the_environment_that_cannot_be_read_is_an_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("XDLMS_KEYS_FILE", str(tmp_path / "missing.toml"))
    outcome = run(command, CIPHERED)
    assert outcome.code == 1
    assert "missing.toml: the keys file cannot be read: No such file or directory" in outcome.err


@pytest.mark.parametrize("command", ["decode", "check"])
@pytest.mark.parametrize("wrong", ["zz", KEY[:-2], KEY + "00"])
def test_a_wrong_key_in_the_environment_is_an_error_that_does_not_show_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, wrong: str
) -> None:
    monkeypatch.setenv("XDLMS_GLOBAL_UNICAST_ENCRYPTION_KEY", wrong)
    outcome = run(command, CIPHERED)
    assert outcome.code == 1
    assert "error: environment variables XDLMS_" in outcome.err
    assert wrong not in outcome.err.replace("XDLMS_...", "") + outcome.out


@pytest.mark.parametrize("title", ["zz", "4D4D", TITLE + "00"])
def test_a_wrong_system_title_in_the_environment_is_an_error(
    run: Run, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    monkeypatch.setenv("XDLMS_GLOBAL_UNICAST_ENCRYPTION_KEY", KEY)
    monkeypatch.setenv("XDLMS_SYSTEM_TITLE", title)
    outcome = run("decode", CIPHERED)
    assert outcome.code == 1
    assert "XDLMS_SYSTEM_TITLE: a system title is 16 hexadecimal digits" in outcome.err


@pytest.mark.clause("5.4.6")
def test_the_environment_names_a_keys_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDLMS_KEYS_FILE", str(keys_file(tmp_path)))
    outcome = run("decode", CIPHERED)
    assert outcome.code == 0
    assert "Deciphered, and its tag is right." in outcome.out
    assert run("check", CIPHERED).code == 0
    monkeypatch.delenv("XDLMS_KEYS_FILE")
    assert "Deciphered" not in run("decode", CIPHERED).out


@pytest.mark.clause("5.4.6")
def test_the_environment_holds_keys_with_their_system_title(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDLMS_GLOBAL_UNICAST_ENCRYPTION_KEY", KEY)
    monkeypatch.setenv("XDLMS_AUTHENTICATION_KEY", AUTHENTICATION_KEY)
    assert run("decode", CIPHERED).code == 1  # nobody tells the title
    monkeypatch.setenv("XDLMS_SYSTEM_TITLE", TITLE)
    outcome = run("decode", CIPHERED)
    assert outcome.code == 0
    assert "Deciphered, and its tag is right." in outcome.out
    assert run("check", CIPHERED).code == 0


def test_keys_that_are_given_come_before_those_of_the_environment(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDLMS_KEYS_FILE", "/nowhere/keys.toml")
    monkeypatch.setenv("XDLMS_MASTER_KEY", "no key at all")
    assert run("decode", "--keys", str(keys_file(tmp_path)), CIPHERED).code == 0
    assert run("check", "--keys", str(keys_file(tmp_path)), CIPHERED).code == 0


def test_a_password_in_the_environment_deciphers_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("decode", CIPHERED)
    monkeypatch.setenv("XDLMS_LLS_PASSWORD", "12345678")
    outcome = run("decode", CIPHERED)
    assert (outcome.code, outcome.out) == (plain.code, plain.out)


def test_an_empty_variable_names_no_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDLMS_KEYS_FILE", "")
    assert run("decode", NEXT).code == 0
    assert run("check", "--keys", "", NEXT).code == 1
