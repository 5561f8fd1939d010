"""Arrays made to waste the time of a reader that looks for layouts."""

from __future__ import annotations

import random
import struct

WIDTHS = {0x03: 1, 0x05: 4, 0x06: 4, 0x0F: 1, 0x10: 2, 0x11: 1, 0x12: 2, 0x14: 8, 0x16: 1, 0x19: 12}
"""Octets of some types of fixed width, by tag."""

NAN, NUMBER = b"\x02\x02\x17\x7f\xc0\x00\x01\x11\x05", b"\x02\x02\x17\x3f\xc0\x00\x01\x11\x05"
"""A row with a float32 that is not a number, and one of the same layout with a number."""


def arrays(seed: int = 1) -> dict[str, bytes]:
    """Arrays by what is nasty about them."""
    source = random.Random(seed)

    def leaf(tag: int) -> bytes:
        return bytes((tag,)) + source.randbytes(WIDTHS[tag])

    def row(fields: int) -> bytes:
        return bytes((2, fields)) + b"".join(leaf(source.choice(list(WIDTHS))) for _ in range(fields))

    def runs(length: int) -> bytes:
        return array([again for _ in range(500 // length) for again in [row(3)] * length])

    def string(size: int) -> bytes:
        return bytes((9, size)) + source.randbytes(size)

    sizes = [source.randrange(20) for _ in range(500)]
    five = (0x03, 0x05, 0x10, 0x14, 0x19)
    return {
        "no two rows alike, of 1 field": array([row(1) for _ in range(500)]),
        "no two rows alike, of 6 fields": array([row(6) for _ in range(500)]),
        "no two rows alike, of 100 fields": array([row(100) for _ in range(50)]),
        "runs of 2": runs(2),
        "runs of 3": runs(3),
        "runs of 4": runs(4),
        "one layout more than are tried": array([b"\x02\x01" + leaf(tag) for _ in range(100) for tag in five]),
        "strings of other lengths": array([b"\x02\x02" + string(size) + b"\x11\x01" for size in sizes]),
        "strings that add up": array([b"\x02\x02" + string(size) + string(20 - size) for size in sizes]),
        "lengths in a long form": array([b"\x02\x01\x09\x81\x05hello"] * 500),
        "all not a number": array([NAN] * 500),
        "every other not a number": array([NAN, NUMBER] * 250),
        "many small arrays": b"\x01\x78" + b"".join(array([row(2) for _ in range(4)]) for _ in range(120)),
        "no field that has a layout": array([b"\x02\x01\x0a\x05hello"] * 500),
    }


def array(rows: list[bytes]) -> bytes:
    return b"\x01\x82" + struct.pack(">H", len(rows)) + b"".join(rows)
