"""A revision of the standard is one edit: codecs, JSON, comparison and reference know it without another line."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from codegen.diff.verdicts import disagreement
from conftest import package_of, vectors

from xdlms.errors import DecodeError
from xdlms.tools.asn1_json import from_json, to_json
from xdlms_codegen.diff.changes import Change
from xdlms_codegen.diff.difference import compare
from xdlms_codegen.diff.sides import Compared, compared
from xdlms_codegen.editions import MODULES, edition_job
from xdlms_codegen.examples.codecs import codecs_in_memory
from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.reference.build import reference_files
from xdlms_codegen.render import texts_of

ROOT = Path(__file__).parents[3]

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
    # A field of a type that is there
    (
        f"  date-time                   OCTET STRING                 {SENT}\n}}",
        f"  date-time                   OCTET STRING,                {SENT}\n"
        "  received                    BOOLEAN                      -- Whether all was received.\n}",
    ),
)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """The newest edition with the edits, as the edition of 2031."""
    folder = tmp_path_factory.mktemp("asn1")
    shutil.copytree(ROOT / "asn1" / "2023", folder / "2031")
    shutil.copy(ROOT / "asn1" / "binding.toml", folder)
    module = folder / "2031" / "xdlms.asn1"
    text = module.read_text("utf-8")
    for before, after in EDITS:
        assert text.count(before) == 1
        text = text.replace(before, after)
    module.write_text(text, "utf-8")
    sources = tuple(Source(folder / "2031" / name, f"asn1/2031/{name}") for name in MODULES)
    return Job(sources, "xdlms_apdu.v2031", "2031", Source(folder / "binding.toml", "asn1/binding.toml"))


@pytest.fixture(scope="module")
def sides(job: Job) -> Iterator[tuple[Compared, Compared]]:
    with ExitStack() as stack:
        yield stack.enter_context(compared(edition_job("2023"))), stack.enter_context(compared(job))


@pytest.fixture(scope="module")
def changes(sides: tuple[Compared, Compared]) -> dict[str, Change]:
    return {change.path: change for change in compare(*sides).changes}


@pytest.fixture(scope="module")
def pages(job: Job, sides: tuple[Compared, Compared]) -> dict[str, str]:
    examples = Source(ROOT / "asn1" / "examples.toml", "asn1/examples.toml")
    earlier = [(sides[0].name, sides[0].context)]
    # The example of the type that has a field more is the revision's own.
    text = examples.path.read_text("utf-8").replace('"10 00000001 00"', '"10 00000001 00 01"')
    edited = job.sources[0].path.parent / "examples.toml"
    edited.write_text(text, "utf-8")
    return reference_files(job, sides[1].context, earlier, examples=Source(edited, "asn1/examples.toml"))


def test_the_comparison_tells_the_service_the_value_and_the_field(changes: dict[str, Change]) -> None:
    assert {path: (change.kind.value, change.effect.value) for path, change in changes.items()} == {
        "XDLMS-APDU.test-request": ("alternative added", "new reads old"),
        "Test-Request": ("type added", "new reads old"),
        "Data-Access-Result.self-test-running": ("value added", "new reads old"),
        "Data-Notification-Confirm.received": ("component added", "incompatible"),
    }
    assert [path for path, change in changes.items() if disagreement(change)] == []


def test_the_comparison_shows_the_service_at_work(changes: dict[str, Change]) -> None:
    example = changes["XDLMS-APDU.test-request"].example
    assert example is not None
    assert example.octets == bytes.fromhex("E1000100")
    assert example.new.json == {"test-request": {"invoke-id-and-priority": 0, "depth": 1}}
    assert example.old.text == "E1 is the tag of no APDU of edition 2023 - at $, octet 0"


def test_the_reference_has_a_page_for_the_service(pages: dict[str, str]) -> None:
    page = pages["test-request.md"]
    assert "# Test-Request\n\nAsks the server to test itself.\n" in page
    assert "Begins with `E1` · SEQUENCE · Python class `TestRequest` · Not in 2023 · " in page
    assert "| `until` | [Cosem-Date-Time](#cosem-date-time) (SIZE(12)) OPTIONAL | When it must be over. |" in page
    assert "| 1 | `depth`, 1 to 9 |\n| 1 | `until`: `00` absent, or `01` and: |\n" in page
    assert "E1  test-request\n00    invoke-id-and-priority: 0\n01    depth: 1\n00    until: absent\n" in page
    assert "from xdlms_apdu.v2031 import TestRequest\n\napdu = TestRequest(invoke_id_and_priority=0, depth=1)\n" in page


def test_the_reference_tells_where_the_service_is_and_what_else_is_new(pages: dict[str, str]) -> None:
    row = "| `E1` | `test-request` | [Test-Request](test-request.md#test-request) |"
    assert row in pages["index.md"]
    assert "| 20 | `self-test-running` | The server is testing itself. Not in 2023. |" in pages["types.md"]
    confirm = pages["data-notification-confirm.md"]
    assert "| `received` | BOOLEAN | Whether all was received. Not in 2023. |" in confirm


# The codecs


@pytest.fixture(scope="module")
def package(job: Job) -> Iterator[Any]:
    """The package of the revision, imported from memory."""
    _, plan = plan_job(job)
    with codecs_in_memory(plan.package, texts_of(plan)):
        yield sys.modules[plan.package]


def test_the_codecs_have_the_service_and_the_edition_before_refuses_it(package: Any) -> None:
    request = package.TestRequest(invoke_id_and_priority=0xC1, depth=9, until=bytes(12))
    octets = bytes.fromhex("E1 C1 09 01 000000000000000000000000")
    assert request.encode() == octets
    assert package.decode(octets) == request
    assert package.TYPES["Test-Request"].tag_path == (0xE1,)
    with pytest.raises(DecodeError, match="10 is not in 1 to 9 - at"):
        package.decode(bytes.fromhex("E1 C1 0A 00"))
    with pytest.raises(DecodeError, match="E1 is the tag of no APDU of edition 2023"):
        package_of("2023").decode(octets)


def test_the_codecs_have_the_value_and_the_field(package: Any) -> None:
    octets = bytes.fromhex("C4 01 C1 01 14")
    response = package.decode(octets)
    assert response.result is package.DataAccessResult.self_test_running
    assert response.encode() == octets
    confirm = package.DataNotificationConfirm(1, b"", True)
    assert confirm.encode() == bytes.fromhex("10 00000001 00 01")
    assert package.decode(confirm.encode()).received is True


def test_json_has_the_service_the_value_and_the_field(package: Any) -> None:
    syntax = package.Data.SYNTAX
    for name, octets, expected in (
        ("Test-Request", "E1C10100", {"invoke-id-and-priority": 193, "depth": 1}),
        ("Data-Access-Result", "14", "self-test-running"),
        (
            "Data-Notification-Confirm",
            "10000000010001",
            {"long-invoke-id-and-priority": 1, "date-time": "", "received": True},
        ),
    ):
        info = package.TYPES[name]
        value = package.decode_type(name, bytes.fromhex(octets))
        assert to_json(syntax, info.type, value) == expected
        assert from_json(syntax, info.type, expected) == value


def test_what_was_there_before_has_the_octets_it_had(package: Any) -> None:
    for vector in vectors("ln_services", "sn_services", "initiate"):
        octets = bytes.fromhex(vector["hex"])
        assert package.decode(octets).encode() == package_of("2023").decode(octets).encode()
