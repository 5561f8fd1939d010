"""docs/listen.md shows what really happens."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from running import Run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "listen.md").read_text("utf-8")
SESSIONS = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
NOT_SHOWN = "..."


def block(language: str) -> str:
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


def recording(name: str) -> bytes:
    lines = (ROOT / "tests" / "vectors" / "captures" / name).with_suffix(".hex").read_text("ascii").splitlines()
    return b"".join(bytes.fromhex(line) for line in lines if line and not line.startswith("#"))


def test_there_is_something_to_hold() -> None:
    assert len(SESSIONS) == 3


@pytest.mark.parametrize(("command", "output"), SESSIONS, ids=lambda text: text.split("\n")[0][:60])
def test_a_command_prints_what_the_page_says(
    run: Run, command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    keys = tmp_path / "keys.toml"
    keys.write_text(block("toml"), "utf-8")
    keys.chmod(0o600)
    arguments, _, name = command.partition(" < ")
    outcome = run(*shlex.split(arguments)[1:], stdin=recording(name))
    assert outcome.err + outcome.out == output


def test_the_object_is_the_one_of_its_push(run: Run) -> None:
    said = json.loads(block("json"))
    shown = json.loads(run("listen", "-", "--json", stdin=recording("push-iskra-hdlc-segmented")).out)
    assert said.keys() == shown.keys()
    readings = said.pop("readings")
    assert readings
    assert all(reading in shown["readings"] for reading in readings)
    assert {name: value for name, value in said.items() if value != NOT_SHOWN and value != shown[name]} == {}


def test_every_option_is_explained(run: Run) -> None:
    options = set(re.findall(r"--[a-z]+", run("listen", "--help").out)) - {"--help"}
    assert {option for option in options if option not in PAGE} == set()
