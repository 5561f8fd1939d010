"""Every type of every edition: random values encode and decode to themselves, by the fast path and the slow one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from conftest import EDITIONS, package_of
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Strategies

from xdlms.codec import schema
from xdlms.codec.decoding import Decoder
from xdlms.codec.encoding import Encoder

pytestmark = pytest.mark.clause("7.2.3")

EXAMPLES = {"2013": 6, "2017": 6, "2023": 15}


@cache
def strategies(edition: str) -> Strategies:
    package = package_of(edition)
    return Strategies(syntax_of(package))


def syntax_of(package: Any) -> schema.Syntax:
    syntax: schema.Syntax = package.Data.SYNTAX
    return syntax


def all_types() -> Iterator[Any]:
    for edition in EDITIONS:
        for name in package_of(edition).TYPES:
            yield pytest.param(edition, name, id=f"{edition}-{name}")


def whole(syntax: schema.Syntax, info: schema.TypeInfo, octets: bytes) -> Any:
    """What the slow path reads, strictly."""
    decoder = Decoder(syntax, octets)
    value = decoder.whole(info)
    assert not decoder.findings
    return value


@pytest.mark.parametrize(("edition", "name"), list(all_types()))
def test_a_value_of_a_type_encodes_and_decodes_to_itself(edition: str, name: str) -> None:
    package = package_of(edition)
    syntax = syntax_of(package)
    info = package.TYPES[name]

    @settings(max_examples=EXAMPLES[edition])
    @given(strategies(edition).named(name))
    def run(value: Any) -> None:
        octets = Encoder(syntax).whole(info, value)
        assert whole(syntax, info, octets) == value
        decoded = package.decode_type(name, octets)
        assert decoded == value
        assert type(decoded) is type(value)
        assert Encoder(syntax).whole(info, decoded) == octets
        assert octets[: len(info.tag_path)] == bytes(info.tag_path)
        if isinstance(value, info.cls or ()):
            assert value.encode() == octets
            fast = info.cls.decode(octets)
            assert fast == value
            assert type(fast) is info.cls
            assert fast.encode() == octets
        if type(value) is info.cls and not isinstance(value, int):
            # the fast path alone, without the slow one behind it
            if "write" in info.cls.__dict__ or "KINDS" in info.cls.__dict__ or "KERNEL" in info.cls.__dict__:
                assert value.write() == octets
                assert info.cls.read(octets, len(info.tag_path)) == (value, len(octets))
            assert repr(value).startswith(info.cls.__name__)

    run()


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_apdu_encodes_and_decodes_to_itself(edition: str) -> None:
    package = package_of(edition)
    syntax = syntax_of(package)

    @settings(max_examples=150)
    @given(strategies(edition).apdus())
    def run(apdu: Any) -> None:
        octets = apdu.encode()
        assert package.decode(octets) == apdu
        assert package.decode(octets, strict=False) == apdu
        assert Decoder(syntax, octets).apdu() == apdu
        assert type(apdu).decode(octets) == apdu
        report = package.decode_report(octets)
        assert (report.apdu, report.canonical) == (apdu, octets)
        assert {finding.rule for finding in report.findings} <= {"compact-contents"}
        reader = package._READERS[octets[0]]
        assert reader(octets, 1) == (apdu, len(octets))

    run()


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_octets_may_be_any_buffer(edition: str) -> None:
    package = package_of(edition)
    octets = bytes.fromhex("C001C10008 0000010000FF 02 00")
    apdu = package.decode(octets)
    for buffer in (bytearray(octets), memoryview(octets), memoryview(octets + b"x")[:-1], memoryview(octets * 2)[::2]):
        if bytes(buffer) == octets:
            assert package.decode(buffer) == apdu
            assert package.decode(buffer, strict=False) == apdu
            assert package.decode_report(buffer).apdu == apdu
            assert type(apdu).decode(buffer) == apdu
            assert package.decode_type(syntax_name(package, apdu), buffer) == apdu
    for wrong in ("C001", None, 5, [0xC0], object()):
        with pytest.raises(TypeError, match="octets are bytes"):
            package.decode(wrong)


def syntax_name(package: Any, apdu: Any) -> str:
    name: str = package.TYPES.of_class(type(apdu)).name
    return name


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_type_that_the_edition_does_not_have_is_a_key_error(edition: str) -> None:
    package = package_of(edition)
    with pytest.raises(KeyError):
        package.decode_type("Nonsense", b"\x00")
    assert "Nonsense" not in package.TYPES


@settings(max_examples=60)
@given(st.data())
def test_values_of_different_types_are_never_equal(data: Any) -> None:
    one = data.draw(strategies("2023").apdus())
    other = data.draw(strategies("2023").apdus())
    assert (one == other) == (one.encode() == other.encode())
    assert one != one.encode()
    assert one is not None


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_table_of_types_tells_where_each_is_defined(edition: str) -> None:
    package = package_of(edition)
    assert edition == package.EDITION
    for name, info in package.TYPES.items():
        assert info.name == name
        assert info.rule in ("A-XDR", "BER")
        file, _, line = info.source.partition(":")
        assert file in (f"asn1/{edition}/acse.asn1", f"asn1/{edition}/xdlms.asn1")
        assert int(line) > 0
        assert bytes(info.tag_path) == getattr(info.cls, "TAG_PATH", bytes(info.tag_path))
        for field in info.fields:
            assert field.attribute == field.name.replace("-", "_").lower() or field.attribute.endswith("_")
