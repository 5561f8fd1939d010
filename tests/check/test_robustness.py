"""Nothing that octets are makes a check raise, and its time and memory are in proportion to them."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from random import Random
from typing import cast

import pytest
from conftest import EDITIONS
from mutations import apdus, captures, mutations

from xdlms import check
from xdlms.check import links
from xdlms.check.rules import RULES
from xdlms.profiles.framing import LinkFrame, Packet, unframe


def examine(octets: bytes, edition: str) -> None:
    """A check, whose findings are about the octets that it was given."""
    findings = check.apdu(octets, edition=edition)
    assert [finding.offset for finding in findings] == sorted(finding.offset for finding in findings)
    for finding in findings:
        rule = RULES[finding.rule]
        assert (finding.severity, finding.clause) == (rule.severity, rule.clause)
        assert 0 <= finding.offset <= len(octets)
        assert octets.startswith(finding.octets, finding.offset), octets.hex()
        assert len(finding.octets) <= 32
        assert finding.path.startswith("$")


@pytest.mark.parametrize("edition", EDITIONS)
def test_random_octets_are_checked(edition: str) -> None:
    random = Random(2013)
    for _ in range(1500):
        examine(random.randbytes(random.randrange(80)), edition)


@pytest.mark.parametrize("edition", EDITIONS)
def test_octets_that_are_almost_right_are_checked(edition: str) -> None:
    for octets in mutations(apdus(), 2500, 56):
        examine(octets, edition)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_beginning_of_an_apdu_is_checked(edition: str) -> None:
    for octets in apdus("acse_plain", "ciphered_suite0", "later_edition", "sn_services"):
        for end in range(min(len(octets), 100)):
            examine(octets[:end], edition)


def test_captures_that_are_almost_right_are_checked() -> None:
    for octets in mutations(captures(), 300, 46):
        for item in unframe(octets).items:
            if isinstance(item, Packet):
                examine(item.apdu, "2023")
                found = links.of_packet(item)
            else:
                found = links.of_frame(item) if isinstance(item, LinkFrame) else [links.of_problem(item)]
            for finding in found:
                assert finding.rule in RULES
                assert 0 <= finding.offset <= len(octets)


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS)
def test_many_octets_that_are_almost_right_are_checked(edition: str) -> None:
    for octets in mutations(apdus(), 60_000, 8):
        examine(octets, edition)


def count(number: int) -> bytes:
    return b"\x83" + number.to_bytes(3, "big")


GET_RESPONSE = bytes.fromhex("C401C100")

HOSTILE: dict[str, Callable[[int], bytes]] = {
    "an array of two types": lambda n: GET_RESPONSE + b"\x01" + count(n) + b"\x11\x05\x03\xff" * (n // 2),
    "dates that are none": lambda n: GET_RESPONSE + b"\x01" + count(n // 12) + b"\x1a\x07\xe7\x0d\x00\x09" * (n // 12),
    "a compact-array": lambda n: GET_RESPONSE + b"\x13\x19" + count(12 * (n // 12)) + b"\x55" * (12 * (n // 12)),
    "structures in structures": lambda n: GET_RESPONSE + b"\x02\x01" * n + b"\x00",
    "a list of references": lambda n: b"\xc0\x03\xd1" + count(n // 12) + bytes(9) * (n // 12) + bytes(n),
    "unknown components": lambda n: b"\x60" + count(3 * (n // 3)) + b"\x8d\x01\x00" * (n // 3),
    "a list of blocks": lambda n: b"\x05" + count(n // 4) + b"\x05\x00\x00" * (n // 4) + bytes(n),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_and_memory_are_in_proportion_to_the_octets(name: str) -> None:
    make = HOSTILE[name]
    check.apdu(make(100))

    def seconds(size: int) -> float:
        best = 9.0
        for _ in range(3):
            begin = time.perf_counter()
            check.apdu(make(size))
            best = min(best, time.perf_counter() - begin)
        return best

    # Eight times the octets: sixty-four times the time would be the square.
    assert seconds(16_000) < 24 * max(seconds(2_000), 0.002)
    octets = make(16_000)
    tracemalloc.start()
    try:
        check.apdu(octets)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000 + 1_500 * len(octets)


def test_only_octets_are_taken() -> None:
    with pytest.raises(TypeError):
        check.apdu(cast(bytes, "C001"))
    assert check.apdu(cast(bytes, bytearray.fromhex("D80101"))) == []
