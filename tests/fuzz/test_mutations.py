"""Mutated vectors: nothing but DecodeError, and all ways through the codecs say the same."""

from __future__ import annotations

from random import Random, SystemRandom

import pytest
from conftest import EDITIONS, package_of, vectors
from fuzzing import Differential, mutant, truncations

FILES = ("initiate", "acse_plain", "ciphered_suite0", "ln_services", "sn_services", "later_edition", "malformed")

TYPES = ("Data", "TypeDescription", "Conformance", "Get-Data-Result", "Data-Access-Result", "AARQ-apdu", "RLRE-apdu")


def seeds() -> list[bytes]:
    """The octets of the vectors, without the bombs."""
    return [octets for v in vectors(*FILES) if len(octets := bytes.fromhex(v["hex"])) < 1000]


def data_seeds() -> list[bytes]:
    values = [bytes.fromhex(vector["hex"]) for vector in vectors("axdr_data")]
    nested = [
        "0103 0202 1105 0900 0202 1106 0901AA 0202 1107 090101",
        "13 02 03 01 0002 11 0A 04 0C  0102 02 6162 03 414243  0405 00 0FFF",
        "02 05 00 13 16 02 0102 01 00 17 7F800001 18 7FF0000000000001 0409FF80",
    ]
    # tables long enough to be read by their layout, the second with a row of another one
    row, other = "0204 0902AABB 1105 12{:04X} 0301", "0204 0901AA 1105 0F{:02X} 00"
    nested.append("010C" + "".join(row.format(n) for n in range(12)))
    nested.append("0119" + "".join((other if n == 17 else row).format(n) for n in range(25)))
    return [*values, *map(bytes.fromhex, nested)]


def run(differential: Differential, random: Random, rounds: int) -> None:
    octets = seeds()
    for seed in octets:
        for _ in range(rounds):
            differential.check(mutant(seed, octets, random))
    values = data_seeds()
    for seed in values:
        for _ in range(rounds):
            changed = mutant(seed, values, random)
            differential.check_type("Data", changed)
            differential.check(b"\xc4\x01\xc1\x00" + changed)
    if rounds > 1:
        for name in TYPES:
            for seed in [*octets[:30], *values]:
                differential.check_type(name, mutant(seed, octets, random))


@pytest.mark.parametrize("edition", EDITIONS)
def test_vectors_cut_off_at_every_octet(edition: str) -> None:
    differential = Differential(package_of(edition))
    for octets in seeds() if edition == "2023" else seeds()[::4]:
        for cut in truncations(octets):
            differential.check(cut)
    for octets in data_seeds():
        for cut in truncations(octets):
            differential.check_type("Data", cut)
    assert differential.refused > 1000


@pytest.mark.parametrize(("edition", "rounds"), [("2013", 2), ("2017", 2), ("2023", 16)])
def test_mutated_vectors(edition: str, rounds: int) -> None:
    differential = Differential(package_of(edition))
    run(differential, Random(62056), rounds)
    assert differential.refused > 100
    assert differential.accepted > 100
    assert differential.forgiven > 10


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("edition", EDITIONS)
def test_many_mutated_vectors(edition: str, part: int) -> None:
    seed = SystemRandom().getrandbits(32)
    print(f"Random({seed})")
    run(Differential(package_of(edition)), Random(seed), 60)
