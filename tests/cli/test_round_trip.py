"""``xdlms encode`` is the inverse of ``xdlms decode --json``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import VECTORS, package_of, vectors
from mutations import FILES, apdus, captures, mutations
from running import Run

EDITIONS = {"2013": "2013", "later": "2023"}


@pytest.mark.clause("8")
@pytest.mark.parametrize("name", FILES)
def test_every_vector_comes_back(run: Run, proved: Callable[[str, dict[str, Any]], None], name: str) -> None:
    for vector in vectors(name):
        edition = EDITIONS[vector["edition"]]
        type = ["--type", "Data"] if vector["apdu"] == "Data" else ["--framing", "none"]
        decoded = run("decode", "--json", "--edition", edition, *type, vector["hex"])
        assert decoded.code == 0, (vector["name"], decoded.out)
        (apdu,) = decoded.lines
        encoded = run("encode", apdu)
        assert encoded.code == 0, (vector["name"], encoded.err)
        octets = bytes.fromhex(vector["hex"])
        package = package_of(edition)
        decode = package.Data.decode if vector["apdu"] == "Data" else package.decode
        assert bytes.fromhex(encoded.out) == decode(octets).encode(), vector["name"]
        assert bytes.fromhex(encoded.out) == octets or json.loads(apdu)["findings"], vector["name"]
        proved("decoded", vector)


def test_every_capture_comes_back(run: Run) -> None:
    for path in sorted((VECTORS / "captures").glob("*.hex")):
        decoded = run("decode", "--json", "--lenient", "--in", str(path))
        lines = decoded.lines
        assert decoded.code == 0
        encoded = run("encode", "-", stdin="\n".join(lines))
        assert encoded.code == 0, encoded.err
        for line, octets in zip(lines, encoded.lines, strict=True):
            apdu = json.loads(line)
            assert octets == apdu["octets"] or apdu["findings"]


def check(run: Run, octets: bytes, *options: str) -> int:
    """Decodes octets that may be anything as text and as JSON, and encodes what came of them; how many APDUs."""
    text = run("decode", *options, octets.hex())
    assert text.code in (0, 1)
    assert (text.code == 1) == ("error: " in text.err)
    assert "Traceback" not in text.err
    decoded = run("decode", "--json", *options, octets.hex())
    assert decoded.code == text.code
    apdus = 0
    for line in decoded.lines:
        apdu = json.loads(line)
        if "error" in apdu:
            assert apdu.keys() >= {"error", "octets", "offset"}
            continue
        encoded = run("encode", *(["--lenient"] if "--lenient" in options else []), line)
        assert encoded.code == 0, encoded.err
        assert encoded.out.strip() == apdu["octets"] or apdu["findings"]
        apdus += 1
    return apdus


def test_changed_octets_are_decoded_or_refused_and_come_back(run: Run) -> None:
    found = 0
    options: tuple[list[str], ...] = (
        ["--lenient"],
        ["--edition", "2013"],
        [],
        ["--type", "Data"],
        ["--edition", "2017", "--lenient"],
    )
    for index, octets in enumerate(mutations(apdus() + captures(), 600, seed=11)):
        if octets:
            found += check(run, octets, *options[index % len(options)])
    assert found > 60


@pytest.mark.slow
def test_many_changed_octets_are_decoded_or_refused_and_come_back(run: Run) -> None:
    for seed in range(5):
        for octets in mutations(apdus() + captures(), 400, seed=seed):
            for options in ([], ["--lenient"], ["--type", "Data"]):
                if octets:
                    check(run, octets, *options)
