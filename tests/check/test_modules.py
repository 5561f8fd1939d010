"""A vendor's package is checked in the same way, and so is any other module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from compiling import compile_text

from xdlms import check
from xdlms.check.rules import RULES
from xdlms.errors import Finding
from xdlms.security import Role
from xdlms_codegen.cli import main

MODULE = """\
Lab DEFINITIONS ::= BEGIN
Lab-APDU ::= CHOICE {
    level [1] IMPLICIT Level,
    marks [2] IMPLICIT Marks,
    conformance [3] IMPLICIT Conformance,
    initiate [4] IMPLICIT InitiateRequest
}
Level ::= INTEGER (0..100)
Marks ::= SEQUENCE OF NULL
-- Names that the standard has too, for something else.
Conformance ::= OCTET STRING
InitiateRequest ::= SEQUENCE { proposed-dlms-version-number OCTET STRING, dedicated-key INTEGER (0..255) }
Lab-Report ::= CHOICE { flag [APPLICATION 5] Flag }
Flag ::= SEQUENCE { on BOOLEAN }
END
"""
BINDING = """\
[roots]
"Lab-APDU" = "axdr"
"Lab-Report" = "ber"
"""

ACME = Path(__file__).parents[2] / "examples" / "vendor"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return compile_text(tmp_path_factory.mktemp("lab"), MODULE, BINDING)


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Any:
    import importlib
    import sys

    folder = tmp_path_factory.mktemp("acme")
    files = [str(ACME / "acme.asn1"), "--binding", str(ACME / "binding.toml")]
    assert main([*files, "--extends", "2023", "--package", "checked_acme", "--out", str(folder)]) == 0
    sys.path.insert(0, str(folder))
    try:
        importlib.invalidate_caches()
        return importlib.import_module("checked_acme")
    finally:
        sys.path.remove(str(folder))


def told(package: Any, digits: str) -> list[tuple[str, int]]:
    findings: list[Finding] = check.apdu(bytes.fromhex(digits), package=package)
    assert all(finding.rule in RULES for finding in findings)
    return [(finding.rule, finding.offset) for finding in findings]


def test_a_number_out_of_its_range_is_an_error(lab: Any) -> None:
    assert told(lab, "0165") == [("out-of-range", 1)]
    assert told(lab, "0164") == []


def test_more_elements_without_octets_than_are_read_is_an_error(lab: Any) -> None:
    assert told(lab, "0283010001") == [("too-many", 1)]
    assert told(lab, "028201FF") == []


def test_a_boolean_of_ber_that_is_not_ff_is_a_note(lab: Any) -> None:
    assert told(lab, "6505300301 0101".replace(" ", "")) == [("boolean-not-ff", 6)]
    assert told(lab, "65053003 0101FF".replace(" ", "")) == []


def test_types_that_only_have_a_name_of_the_standard_are_not_taken_for_it(lab: Any) -> None:
    assert told(lab, "0300") == []
    assert told(lab, "04010501") == []


def test_an_apdu_of_the_standard_is_of_another_edition_for_another_module(lab: Any) -> None:
    assert told(lab, "C001C1000301000108 00FF0200".replace(" ", "")) == [("apdu-of-other-edition", 0)]


def test_the_apdus_that_a_vendor_adds_are_checked(acme: Any) -> None:
    assert told(acme, "B4 C1 0001 00") == []
    assert told(acme, "B4 F1 0001 00") == [("invoke-id-reserved", 1)]
    assert told(acme, "B4 C1 0001 02") != []
    assert [rule for rule, _ in told(acme, "B4 C1 0001 01 00 07E7 0D 06 04 0A362600 FF88 80")] == ["date-time-value"]


def test_the_apdus_that_a_vendor_leaves_as_they_are_are_checked(acme: Any) -> None:
    assert told(acme, "0602020100020208011105") == [("list-lengths", 8)]
    assert told(acme, "01000000055F1F0400007E1F000B") == [("dlms-version", 4), ("pdu-size", 12)]


def test_values_that_a_vendor_adds_are_known_with_its_package_alone(acme: Any) -> None:
    assert told(acme, "C401C1 01 C8") == []
    assert told(acme, "C401C1 00 64 02 0102") == []
    assert [finding.rule for finding in check.apdu(bytes.fromhex("C401C101C8"))] == ["unknown-value"]


def test_in_a_conversation_nothing_is_said_of_a_vendors_own_apdus(acme: Any) -> None:
    client, server = Role.CLIENT, Role.SERVER
    ask, say = bytes.fromhex("B4C1000100"), bytes.fromhex("B5C10000")
    for messages in ([(server, ask)], [(client, say)], [(server, say)], [(client, ask), (server, b"\xd8\x01\x01")]):
        assert check.conversation(messages, package=acme) == []
    response = bytes.fromhex("C401C1000600000001")
    (finding,) = check.conversation([(client, say), (client, response)], package=acme)
    assert (finding.rule, finding.path) == ("wrong-sender", "$[1]")
