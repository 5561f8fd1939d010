"""docs/meter.md lists what the meter really has, and docs/server.md shows a server that runs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from meter.support import meter

from xdlms.meter import TEST_KEYS, Access, Meter, config
from xdlms.meter.config import CONTEXTS, config_of
from xdlms.security import Key
from xdlms.services.references import logical_name

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "meter.md").read_text("utf-8")
SERVER_PAGE = (DOCS / "server.md").read_text("utf-8")
ROW = re.compile(r"^\| (.+?) \|$", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARKS = {Access.PUBLIC: "public", Access.READ: "read", Access.MANAGE: "manage"}


def table(title: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in row.split(" | ")] for row in ROW.findall(section)]
    return rows[2:]


def objects(made: Meter) -> list[list[str]]:
    """Every object: device, class, version, logical name, base name, and who sees it."""
    found = []
    for device in made.devices:
        for entry, _ in device.visible_to(1):
            seen = {MARKS[made.config.clients[sap].access] for sap in device.clients if entry.rights_of(sap)}
            kind = entry.object
            base = entry.base_name or 0
            clients = "all" if "public" in seen else "read, manage"
            found.append(
                [
                    str(device.sap),
                    f"{kind.class_id}, {kind.version}",
                    logical_name(kind.logical_name),
                    f"{base:04X}",
                    clients,
                ]
            )
    return found


def test_the_page_lists_every_object_of_the_meter() -> None:
    assert [row[:5] for row in table("Objects")] == objects(meter())


def test_the_page_lists_every_client() -> None:
    told = {int(row[0]): (row[2], row[3].split(", "), row[4].split(", "), row[5]) for row in table("Clients")}
    clients = config.default_clients()
    assert told.keys() == clients.keys()
    for sap, client in clients.items():
        access, mechanisms, contexts, setup = told[sap]
        assert access == client.access
        assert set(mechanisms) == client.mechanisms
        assert {CONTEXTS[name] for name in contexts} == client.contexts
        assert setup == ("-" if client.setup is None else str(client.setup))


@pytest.mark.parametrize(
    "name", ["global unicast encryption key", "authentication key", "global broadcast encryption key", "master key"]
)
def test_the_page_tells_the_test_keys(name: str) -> None:
    told = {row[0]: row[1] for row in table("Keys and titles")}
    assert getattr(TEST_KEYS, name.replace(" ", "_")) == Key.from_hex(told[name].strip("`"))


def test_the_page_tells_the_titles_and_the_passwords() -> None:
    made = meter()
    assert made.config.system_title.hex().upper() in PAGE
    assert made.config.logical_device_name in PAGE
    for client in made.config.clients.values():
        for secret in (client.password, client.secret):
            if secret is not None:
                assert f"`{secret.reveal().decode()}`" in PAGE


def test_the_configuration_of_the_page_is_one() -> None:
    (text,) = [block for language, block in BLOCK.findall(PAGE) if language == "toml"]
    read = config_of(tomllib.loads(text))
    assert list(Meter(read).devices[0].clients) == [16, 1]


def test_the_server_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    programs = [block for language, block in BLOCK.findall(SERVER_PAGE) if language == "python"]
    shown = [block for language, block in BLOCK.findall(SERVER_PAGE) if language == "text"]
    assert len(programs) == len(shown) == 1
    exec(compile(programs[0], "docs/server.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == shown[0]
