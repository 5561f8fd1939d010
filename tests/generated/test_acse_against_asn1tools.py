"""ACSE in BER: a codec that shares no code with ours, asn1tools' own, reads and writes the same octets."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import asn1tools
import pytest
from conftest import EDITIONS, package_of, vectors
from hypothesis import given, settings
from strategies import Strategies, object_identifiers

from xdlms.codec import schema

pytestmark = pytest.mark.clause("7.2.3")

ROOT = Path(__file__).parents[2]


@cache
def peer(edition: str) -> Any:
    return asn1tools.compile_files([str(ROOT / "asn1" / edition / "acse.asn1")], "ber")


def as_peer(types: Any, type: schema.Type, value: Any) -> Any:
    """A value as asn1tools has it."""
    resolved = types.resolve(type)
    match resolved:
        case schema.Sequence():
            fields = {field: getattr(value, field.attribute) for field in resolved.fields}
            return {f.name: as_peer(types, f.type, v) for f, v in fields.items() if v is not None}
        case schema.Choice():
            for alternative in resolved.alternatives:
                if holds(types, alternative, value):
                    return alternative.name, as_peer(types, alternative.type, value)
        case schema.Bits() if resolved.cls is not None:
            digits = f"{int(value):0{resolved.cls.WIDTH}b}".rstrip("0")
            padded = digits.ljust(-(-len(digits) // 8) * 8, "0")
            return bytes(int(padded[i : i + 8], 2) for i in range(0, len(padded), 8)), len(digits)
        case schema.Bits():
            return value.octets, len(value)
        case schema.Text(kind="GraphicString"):
            return value.decode("latin-1")
        case schema.Integer() | schema.Enumerated():
            return int(value)
        case _:
            return value
    raise TypeError(value)


def holds(types: Any, alternative: schema.Alternative, value: Any) -> bool:
    inner = types.resolve(alternative.type)
    if isinstance(inner, schema.Sequence | schema.Integer) and inner.cls is not None:
        return isinstance(value, inner.cls)
    return isinstance(value, bytes) == isinstance(inner, schema.Text)


def plain(value: Any) -> Any:
    """asn1tools gives some octets as bytearray."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return bytes(value) if isinstance(value, bytearray) else value


@pytest.mark.parametrize("edition", EDITIONS)
def test_both_codecs_agree_on_random_values(edition: str) -> None:
    package = package_of(edition)
    types = package.TYPES
    root = types["ACSE-APDU"]

    # asn1tools 0.169 takes 2.40, whose two numbers make 120, for 3.0
    values = Strategies(package.Data.SYNTAX, object_identifiers(second_of_2=39)).named("ACSE-APDU")

    @settings(max_examples=200 if edition == "2023" else 60)
    @given(values)
    def run(apdu: Any) -> None:
        octets = apdu.encode()
        theirs = plain(peer(edition).decode("ACSE-APDU", octets))
        assert theirs == as_peer(types, root.type, apdu)
        again = bytes(peer(edition).encode("ACSE-APDU", theirs))
        assert again == octets
        assert package.decode(again) == apdu

    run()


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("vector", vectors("acse_plain"), ids=lambda vector: vector["name"])
def test_both_codecs_agree_on_the_vectors(edition: str, vector: dict[str, Any]) -> None:
    package = package_of(edition)
    octets = bytes.fromhex(vector["hex"])
    theirs = plain(peer(edition).decode("ACSE-APDU", octets))
    assert theirs == as_peer(package.TYPES, package.TYPES["ACSE-APDU"].type, package.decode(octets))
    assert peer(edition).encode("ACSE-APDU", theirs) == octets
