"""Octets that are almost right: the vectors, changed at random but always in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from conftest import VECTORS, vectors

FILES = ("acse_plain", "axdr_data", "ciphered_suite0", "initiate", "later_edition", "ln_services", "sn_services")
MALFORMED = "malformed"
_LONGEST = 4096


def apdus(*files: str) -> list[bytes]:
    """The APDUs of vector files, all of them by default."""
    return [bytes.fromhex(vector["hex"]) for vector in vectors(*(files or (*FILES, MALFORMED)))]


def captures() -> list[bytes]:
    """The lines of the captures."""
    texts = [path.read_text("utf-8") for path in sorted((VECTORS / "captures").glob("*.hex"))]
    lines = [line for text in texts for line in text.splitlines() if line and not line.startswith("#")]
    return [bytes.fromhex(line) for line in lines]


def mutations(originals: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` changed originals."""
    random = Random(seed)
    for _ in range(count):
        yield mutated(random, random.choice(originals), originals)


def mutated(random: Random, octets: bytes, others: list[bytes]) -> bytes:
    """Octets with one to four changes: other values, lost or doubled pieces, pieces of others."""
    changed = bytearray(octets[:_LONGEST])
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(changed) + 1)
        match random.randrange(6):
            case 0:
                changed[at : at + 1] = bytes((random.randrange(256),))
            case 1:
                del changed[at : at + random.randint(1, 8)]
            case 2:
                changed[at:at] = bytes(random.randrange(256) for _ in range(random.randint(1, 6)))
            case 3:
                changed[at:at] = changed[at : at + random.randint(1, 20)]
            case 4:
                other = random.choice(others)[:_LONGEST]
                start = random.randrange(len(other) + 1)
                changed[at:at] = other[start : start + random.randint(1, 40)]
            case _:
                changed[at : at + 1] = random.choice((b"\x00", b"\xff", b"\x80", b"\x84\xff\xff\xff\xff", b"\x7f"))
    return bytes(changed)
