"""Octets read and made by the model, held against the codecs that are generated from it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from conftest import vectors

from xdlms.codec import schema
from xdlms.tools.asn1_json import to_json
from xdlms_codegen.editions import EDITIONS, edition_job
from xdlms_codegen.examples.json_text import json_of
from xdlms_codegen.examples.maker import Maker
from xdlms_codegen.examples.reading import ReadingError, groups_of, read_alone, read_apdu
from xdlms_codegen.job import plan_job
from xdlms_codegen.lower.context import Context

ALL_VECTORS = ("acse_plain", "initiate", "ln_services", "sn_services", "later_edition")


@pytest.fixture(scope="module")
def context() -> Context:
    return plan_job(edition_job("2023"))[0]


def package(edition: str) -> Any:
    return import_module(f"xdlms_apdu.v{edition}")


def test_every_vector_is_read_as_the_codecs_read_it(context: Context) -> None:
    syntax = import_module("xdlms_apdu.v2023.syntax").SYNTAX
    proved = 0
    for vector in vectors(*ALL_VECTORS):
        octets = bytes.fromhex(vector["hex"])
        try:
            apdu = package("2023").decode(octets)
        except ValueError:
            continue
        if apdu.encode() != octets:
            continue
        proved += 1
        reading = read_apdu(context, octets)
        assert b"".join(groups_of(reading)) == octets, vector["name"]
        root = getattr(reading.value, "name", "")
        assert json_of(context, reading.value) == to_json(syntax, schema.Named(root), apdu), vector["name"]
    assert proved > 100


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_smallest_value_of_every_type_is_one(edition: str) -> None:
    context = plan_job(edition_job(edition))[0]
    maker = Maker(context)
    types = package(edition).TYPES
    for name in context.definitions:
        contents = maker.smallest(name)
        assert contents is not None, name
        if name in types and name not in context.binding.roots:
            octets = maker.alone(name, contents)
            package(edition).decode_type(name, octets)
            assert b"".join(groups_of(read_alone(context, name, octets))) == octets, name


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_smallest_apdu_with_every_type_is_one(edition: str) -> None:
    context = plan_job(edition_job(edition))[0]
    maker = Maker(context)
    for name in context.definitions:
        contents = maker.smallest(name)
        octets = None if contents is None else maker.apdu(name, contents)
        if octets is not None:
            assert package(edition).decode(octets).encode() == octets, name


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        ("", "nothing begins no APDU"),
        ("FF", "FF begins no APDU"),
        ("C001", "expected 1 octets, found 0, at get-request.get-request-normal.invoke-id-and-priority, octet 2"),
        ("C0018100010000800000FF0202", "02 is no presence octet"),
        ("C0018100010000800000FF020000", "1 octets are left over"),
        ("C50181FF", "255 has no name"),
        ("D80107", "07 is the tag of no alternative"),
        ("C401810007", "07 is the tag of no alternative of Data"),
        ("601DA109", "expected the tag 06"),
        ("6203800105", "5 has no name"),
    ],
)
def test_octets_that_are_none_are_refused(context: Context, octets: str, message: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_apdu(context, bytes.fromhex(octets))
    assert message in str(caught.value)


def test_a_type_alone_has_the_tags_that_lead_to_it(context: Context) -> None:
    with pytest.raises(ReadingError, match="expected the tags C001"):
        read_alone(context, "Get-Request-Normal", b"\xc0\x02")
