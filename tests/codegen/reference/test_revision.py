"""A revision of the standard is one edit: codecs, JSON, comparison and reference know it without another line.

The edit is made in a copy of the source tree, and the command there makes everything anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import package_of, vectors

from xdlms.errors import DecodeError

ROOT = Path(__file__).parents[3]

REVISED = Path("asn1/2023/xdlms.asn1")
"""The one file that is edited."""

WRITTEN_BY_HAND = ("asn1", "generator", "templates", "xdlms")
"""What the command only reads."""

SENT = "-- When it was sent: a Cosem-Date-Time, or empty."

EDITS = (
    # A service: its tag, its SEQUENCE
    (
        "  general-block-transfer [224] IMPLICIT General-Block-Transfer -- Octet E0: one block of any APDU.\n}",
        "  general-block-transfer [224] IMPLICIT General-Block-Transfer, -- Octet E0: one block of any APDU.\n"
        "  test-request [225] IMPLICIT Test-Request -- Octet E1: asks the server to test itself.\n}\n"
        "\n"
        "-- Asks the server to test itself.\n"
        "-- Source: IEC 62056-5-3, added by a revision.\n"
        "Test-Request ::= SEQUENCE {\n"
        "  invoke-id-and-priority Invoke-Id-And-Priority, -- Invoke-id, service class and priority.\n"
        "  depth                  INTEGER (1..9),         -- How thoroughly.\n"
        "  until                  Cosem-Date-Time OPTIONAL -- When it must be over.\n"
        "}",
    ),
    # A value of an enumeration
    (
        "  other-reason              (250) -- Any other reason.\n}\n\n-- Result of calling",
        "  self-test-running         (20),  -- The server is testing itself.\n"
        "  other-reason              (250) -- Any other reason.\n}\n\n-- Result of calling",
    ),
    # Types of Data: an enumeration, a number with a range, a SEQUENCE
    (
        "  dont-care                  [255] IMPLICIT NULL                    -- Any",
        "  grade                      [40] IMPLICIT ENUMERATED { good (0), bad (1) }, -- How good it is.\n"
        "  percent                    [41] IMPLICIT INTEGER (0..100), -- Parts of a hundred.\n"
        "  graded                     [42] IMPLICIT Graded, -- A value and how good it is.\n"
        "  dont-care                  [255] IMPLICIT NULL                    -- Any",
    ),
    (
        "\n-- Result of calling a method, one octet.",
        "\n-- A value and how good it is.\nGraded ::= SEQUENCE { value Data, percent INTEGER (0..100) OPTIONAL }\n"
        "\n-- Result of calling a method, one octet.",
    ),
    # A field of a type that is there
    (
        f"  date-time                   OCTET STRING                 {SENT}\n}}",
        f"  date-time                   OCTET STRING,                {SENT}\n"
        "  received                    BOOLEAN                      -- Whether all was received.\n}",
    ),
)


class Tree:
    """A copy of what the command reads and writes, with the edits made and the command run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("asn1", "docs", "generated", "generator", "templates", "xdlms"):
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", root)
        self.before = self.by_hand()
        module = root / REVISED
        text = module.read_text("utf-8")
        for before, after in EDITS:
            assert text.count(before) == 1
            text = text.replace(before, after)
        module.write_text(text, "utf-8")
        self.made = self.python("-m", "xdlms_codegen")

    def by_hand(self) -> dict[Path, bytes]:
        """What is written by hand in the copy, file by file."""
        files = (path for name in WRITTEN_BY_HAND for path in (self.root / name).rglob("*") if path.is_file())
        return {path.relative_to(self.root): path.read_bytes() for path in files if path.parent.name != "__pycache__"}

    def python(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Python in the copy, with the copy's packages to import."""
        path = os.pathsep.join(str(self.root / name) for name in (".", "generated", "generator"))
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=self.root, env=environment, input=given, capture_output=True, encoding="utf-8", check=False
        )

    def run(self, code: str, given: str = "") -> list[str]:
        """The lines that a program writes."""
        done = self.python("-c", code, given=given)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def page(self, name: str) -> str:
        return (self.root / "docs" / "reference" / name).read_text("utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return Tree(tmp_path_factory.mktemp("tree"))


@pytest.fixture(scope="module")
def changes(tree: Tree) -> dict[str, Any]:
    """The changes from our newest edition to the copy's, by path."""
    done = tree.python("-m", "xdlms", "diff", str(ROOT / "asn1" / "2023"), "2023", "--format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    return {change["path"]: change for change in json.loads(done.stdout)["changes"]}


def test_the_command_makes_everything_and_warns_of_the_example_that_is_one_no_more(tree: Tree) -> None:
    line = (ROOT / "asn1" / "examples.toml").read_text("utf-8").splitlines().index('["Data-Notification-Confirm"]') + 1
    place = "data-notification-confirm.received, octet 6"
    reason = f"the example of Data-Notification-Confirm: expected 1 octets, found 0, at {place}; it is left out"
    assert tree.made.stderr == f"asn1/examples.toml:{line}:1: warning: {reason}\n"
    assert tree.made.returncode == 0
    assert "docs/reference: " in tree.made.stdout


def test_not_one_line_that_was_written_by_hand_is_changed_but_for_the_edit(tree: Tree) -> None:
    after = tree.by_hand()
    assert {path for path in tree.before.keys() | after.keys() if tree.before.get(path) != after.get(path)} == {REVISED}


def test_the_comparison_tells_the_service_the_value_and_the_field(changes: dict[str, Any]) -> None:
    assert {path: (change["kind"], change["effect"]) for path, change in changes.items()} == {
        "XDLMS-APDU.test-request": ("alternative added", "new reads old"),
        "Test-Request": ("type added", "new reads old"),
        "Data-Access-Result.self-test-running": ("value added", "new reads old"),
        "Data-Notification-Confirm.received": ("component added", "incompatible"),
        "Data.grade": ("alternative added", "new reads old"),
        "Data.percent": ("alternative added", "new reads old"),
        "Data.graded": ("alternative added", "new reads old"),
        "Graded": ("type added", "new reads old"),
    }


def test_the_comparison_shows_the_service_at_work(changes: dict[str, Any]) -> None:
    example = changes["XDLMS-APDU.test-request"]["example"]
    assert bytes.fromhex(example["octets"]) == bytes.fromhex("E1000100")
    assert example["new"]["value"] == {"test-request": {"invoke-id-and-priority": 0, "depth": 1}}
    assert "E1 is the tag of no APDU of edition" in example["old"]["error"]


def test_the_page_of_editions_has_it(tree: Tree) -> None:
    assert "test-request" in (tree.root / "docs" / "editions.md").read_text("utf-8")


def test_the_reference_has_a_page_for_the_service(tree: Tree) -> None:
    page = tree.page("test-request.md")
    assert "# Test-Request\n\nAsks the server to test itself.\n" in page
    assert "Begins with `E1` · SEQUENCE · Python class `TestRequest` · Not in 2013 and 2017 · " in page
    assert "| `until` | [Cosem-Date-Time](#cosem-date-time) (SIZE(12)) OPTIONAL | When it must be over. |" in page
    assert "| 1 | `depth`, 1 to 9 |\n| 1 | `until`: `00` absent, or `01` and: |\n" in page
    assert "E1  test-request\n00    invoke-id-and-priority: 0\n01    depth: 1\n00    until: absent\n" in page
    assert "from xdlms.apdu import TestRequest\n\napdu = TestRequest(invoke_id_and_priority=0, depth=1)\n" in page


def test_the_reference_tells_where_the_service_is_and_what_else_is_new(tree: Tree) -> None:
    row = "| `E1` | `test-request` | [Test-Request](test-request.md#test-request) |"
    assert row in tree.page("index.md")
    assert "| 20 | `self-test-running` | The server is testing itself. Not in 2013 and 2017. |" in tree.page("types.md")
    assert "| `received` | BOOLEAN | Whether all was received. |" in tree.page("data-notification-confirm.md")


def test_the_reference_tells_the_types_of_data(tree: Tree) -> None:
    page = tree.page("data.md")
    assert "| `28` | `grade` | 1 | `DataGrade` | How good it is. Not in 2013 and 2017. |" in page
    assert "| `29` | `percent` | 1 | int | Parts of a hundred. Not in 2013 and 2017. |" in page
    assert "| `2A` | `graded` | [Graded](types.md#graded) | `Graded` | A value and how good it is." in page


def test_a_type_whose_example_is_left_out_has_the_shortest_one(tree: Tree) -> None:
    page = tree.page("data-notification-confirm.md")
    assert "**Example, the shortest one**" in page
    assert "received: FALSE" in page


# The codecs


def test_the_codecs_have_the_service_and_the_edition_before_refuses_it(tree: Tree) -> None:
    octets = bytes.fromhex("E1 C1 09 01 000000000000000000000000")
    code = """
from xdlms import apdu
request = apdu.TestRequest(invoke_id_and_priority=0xC1, depth=9, until=bytes(12))
print(request.encode().hex(), apdu.decode(request.encode()) == request)
try:
    apdu.decode(bytes.fromhex("E1 C1 0A 00"))
except ValueError as error:
    print(error)
"""
    first, second = tree.run(code)
    assert first == f"{octets.hex()} True"
    assert second.startswith("10 is not in 1 to 9 - at")
    with pytest.raises(DecodeError, match="E1 is the tag of no APDU of edition 2023"):
        package_of("2023").decode(octets)


def test_the_codecs_have_the_value_and_the_field(tree: Tree) -> None:
    code = """
from xdlms import apdu
response = apdu.decode(bytes.fromhex("C401C10114"))
print(response.result is apdu.DataAccessResult.self_test_running, response.encode().hex())
confirm = apdu.DataNotificationConfirm(1, b"", True)
print(confirm.encode().hex(), apdu.decode(confirm.encode()).received)
"""
    assert tree.run(code) == ["True c401c10114", "10000000010001 True"]


def test_the_codecs_have_the_types_of_data(tree: Tree) -> None:
    code = """
from xdlms import apdu
data = apdu.Data.of(apdu.DataTag.graded, apdu.Graded(apdu.Data.of(apdu.DataTag.grade, 1), 100))
both = apdu.Data.of(apdu.DataTag.array, [data, apdu.Data.of(apdu.DataTag.percent, 7)])
response = apdu.GetResponseNormal(0xC1, both)
print(response.encode().hex(), apdu.decode(response.encode()) == response)
try:
    apdu.decode(bytes.fromhex("C401C1002965"))
except ValueError as error:
    print(error)
"""
    assert tree.run(code) == [
        "c401c10001022a280101642907 True",
        "101 is not in 0 to 100 - at $.result.data.percent, octet 5",
    ]


def test_json_has_the_service_the_value_and_the_field(tree: Tree) -> None:
    code = """
import json
from xdlms_apdu import v2023
from xdlms.tools.asn1_json import from_json, to_json
syntax = v2023.Data.SYNTAX
for name, octets in (
    ("Test-Request", "E1C10100"), ("Data-Access-Result", "14"), ("Data-Notification-Confirm", "10000000010001")
):
    type_ = v2023.TYPES[name].type
    value = v2023.decode_type(name, bytes.fromhex(octets))
    found = to_json(syntax, type_, value)
    assert from_json(syntax, type_, found) == value
    print(json.dumps(found))
"""
    assert [json.loads(line) for line in tree.run(code)] == [
        {"invoke-id-and-priority": 193, "depth": 1},
        "self-test-running",
        {"long-invoke-id-and-priority": 1, "date-time": "", "received": True},
    ]


def test_the_command_line_decodes_the_service(tree: Tree) -> None:
    done = tree.python("-m", "xdlms", "decode", "E1C10100")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Test-Request" in done.stdout
    whole = tree.python("-m", "xdlms", "decode", "--json", "E1C10100")
    assert json.loads(whole.stdout)["value"] == {"invoke-id-and-priority": 193, "depth": 1}
    assert tree.python("-m", "xdlms", "encode", "-", given=whole.stdout).stdout.strip() == "E1C10100"


def test_the_command_line_checks_the_service(tree: Tree) -> None:
    done = tree.python("-m", "xdlms", "check", "--json", "E1F10A00", "E1F10100")
    wrong, right = (json.loads(line) for line in done.stdout.splitlines())
    assert [finding["rule"] for finding in wrong["findings"]] == ["out-of-range"]
    assert [finding["rule"] for finding in right["findings"]] == ["invoke-id-reserved"]
    assert done.returncode == 1


def test_what_was_there_before_has_the_octets_it_had(tree: Tree) -> None:
    given = [vector["hex"].replace(" ", "") for vector in vectors("ln_services", "sn_services", "initiate")]
    code = """
import sys
from xdlms import apdu
for line in sys.stdin:
    print(apdu.decode(bytes.fromhex(line)).encode().hex())
"""
    found = tree.run(code, "\n".join(given))
    assert found == [package_of("2023").decode(bytes.fromhex(octets)).encode().hex() for octets in given]
    assert len(found) > 40
