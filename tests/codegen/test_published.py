"""The module as users have it, in one file and laid out otherwise, gives the codecs of our own modules of 2017."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import package_of, vectors
from hypothesis import given, settings
from strategies import Strategies

from xdlms.errors import DecodeError
from xdlms_codegen.examples.codecs import codecs_in_memory
from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.render import texts_of

ROOT = Path(__file__).parents[2]
MODULE = ROOT / "tests" / "schemas" / "published" / "cosempdu-2017.asn1"
FILES = (
    *("initiate", "acse_plain", "ciphered_suite0", "ln_services", "sn_services", "axdr_data", "later_edition"),
    "malformed",
)
OURS: Any = package_of("2017")

pytestmark = pytest.mark.clause("8")


@pytest.fixture(scope="module")
def published() -> Iterator[Any]:
    """The package that the file gives, unmodified, with our own binding."""
    binding = Source(ROOT / "asn1" / "binding.toml", "binding.toml")
    _, plan = plan_job(Job((Source(MODULE, MODULE.name),), "published_apdus", "2017", binding))
    with codecs_in_memory(plan.package, texts_of(plan)):
        yield sys.modules[plan.package]


def outcome(package: Any, octets: bytes, name: str | None = None) -> Any:
    """All that a package makes of octets: what they mean, and every error and finding with its place."""
    results: list[Any] = []
    for strict in (True, False):
        try:
            value = package.decode_type(name, octets, strict=strict) if name else package.decode(octets, strict=strict)
            results.append((repr(value), value.encode()))
        except DecodeError as error:
            results.append((error.code, error.path, error.offset, error.reason))
    if name is None:
        try:
            report = package.decode_report(octets)
            results.append((repr(report.apdu), report.canonical, report.findings))
        except DecodeError as error:
            results.append(str(error))
    return results


def test_the_file_is_laid_out_as_users_have_it() -> None:
    text = MODULE.read_text("utf-8")
    assert "COSEMpdu DEFINITIONS ::= BEGIN" in text
    assert text.count("DEFINITIONS") == 1
    assert "\t" in text
    assert "[1] IMPLICIT\t" in text
    assert "DEFAULT {version1}" in " ".join(text.split())
    assert text.count("::= CHOICE\n{") > 5


def test_its_classes_are_those_of_our_modules(published: Any) -> None:
    def classes(package: Any) -> dict[str, tuple[str, tuple[int, ...], list[str]]]:
        infos = [info for info in package.TYPES.values() if info.cls is not None]
        return {
            info.cls.__name__: (info.rule, info.tag_path, [field.attribute for field in info.fields]) for info in infos
        }

    assert len(classes(published)) > 150
    assert classes(published) == classes(OURS)
    assert set(published.__all__) >= {name for name in classes(OURS) if hasattr(OURS, name)}


@pytest.mark.parametrize("vector", vectors(*FILES), ids=lambda vector: f"{vector['file']}-{vector['name']}")
def test_a_vector_is_what_it_is_in_our_modules(published: Any, vector: dict[str, Any]) -> None:
    name = "Data" if vector.get("apdu") == "Data" else None
    octets = bytes.fromhex(vector["hex"])
    assert outcome(published, octets, name) == outcome(OURS, octets, name)


def test_random_values_have_the_same_octets(published: Any) -> None:
    def agree(apdu: Any) -> None:
        octets = apdu.encode()
        theirs = published.decode(octets)
        assert repr(theirs) == repr(apdu)
        assert theirs.encode() == octets
        assert outcome(published, octets[:-1]) == outcome(OURS, octets[:-1])

    settings(max_examples=80)(given(Strategies(OURS.Data.SYNTAX).apdus())(agree))()
    back = settings(max_examples=40)
    back(given(Strategies(published.Data.SYNTAX).apdus())(check_back))()


def check_back(apdu: Any) -> None:
    """A value of theirs, read by ours."""
    assert repr(OURS.decode(apdu.encode())) == repr(apdu)
    assert OURS.decode(apdu.encode()).encode() == apdu.encode()
