"""What the benchmarks decode and encode: octets made from seeded random values, and the values.

The octets are put together here, by no stack under test.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SEED = 62056
"""Every run measures the same octets."""

ROWS = 1000
CLIENT_TITLE = bytes.fromhex("4D4D4D0000000001")
SERVER_TITLE = bytes.fromhex("4D4D4D0000BC614E")
ENCRYPTION_KEY = bytes.fromhex("000102030405060708090A0B0C0D0E0F")
AUTHENTICATION_KEY = bytes.fromhex("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF")
SMALL_RESPONSE = bytes.fromhex("C401C1000600012345")
"""A small Get-Response: one double-long-unsigned."""


@dataclass(frozen=True)
class Workload:
    """Octets to decode and the plain values in them, as `worker.plain` gives them.

    `corrupted` are copies that must be refused.
    """

    name: str
    octets: bytes
    values: Any
    corrupted: tuple[bytes, ...]


def workloads() -> dict[str, Workload]:
    """All workloads by name."""
    made = [
        _response("profile", *_rows(lambda step: True)),
        _response("compact-array", *_compact()),
        _response("sparse stamps", *_rows(lambda step: step % 24 == 0)),
        _response("alternating", *_rows(lambda step: step % 2 == 0)),
        _push(),
        _get_request(),
        _response("get-response", b"\x09\x32" + bytes(range(50)), bytes(range(50)).hex()),
        _aarq(),
        _aare(),
    ]
    return {workload.name: workload for workload in made}


def protected(counter: int, plain: bytes, tag: int = 0xCC) -> bytes:
    """A ciphered APDU from the server, by default glo-get-response: authenticated and encrypted, suite 0."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    header = b"\x30" + counter.to_bytes(4, "big")
    nonce = SERVER_TITLE + header[1:]
    sealed = AESGCM(ENCRYPTION_KEY).encrypt(nonce, plain, b"\x30" + AUTHENTICATION_KEY)[:-4]
    return bytes((tag,)) + length(len(header) + len(sealed)) + header + sealed


def length(count: int) -> bytes:
    """A length or count in its shortest form."""
    if count < 0x80:
        return bytes((count,))
    width = (count.bit_length() + 7) // 8
    return bytes((0x80 | width,)) + count.to_bytes(width, "big")


def date_time(step: int) -> bytes:
    """A date-time, `step` quarters of an hour after the first."""
    day, quarter = divmod(step, 96)
    month, day = 1 + day // 28 % 12, 1 + day % 28
    return struct.pack(">HBBBBBBBhB", 2024, month, day, 0xFF, quarter // 4, quarter % 4 * 15, 0, 0, -60, 0)


def _response(name: str, data: bytes, values: Any) -> Workload:
    octets = bytes.fromhex("C401C100") + data
    wrong_tag = octets[:4] + b"\x08" + octets[5:]
    return Workload(name, octets, values, (*_cut_and_extended(octets), wrong_tag))


def _cut_and_extended(octets: bytes) -> tuple[bytes, ...]:
    return (octets[:-1], octets[: len(octets) // 2], octets + b"\x00")


def _rows(stamped: Callable[[int], bool]) -> tuple[bytes, list[Any]]:
    """A load profile of structures: date-time or null-data, long-unsigned, 4 double-long-unsigned."""
    octets, values = b"", []
    for step, (status, counts) in enumerate(_readings()):
        stamp = date_time(step) if stamped(step) else None
        head = b"\x00" if stamp is None else b"\x09\x0c" + stamp
        octets += b"\x02\x06" + head + struct.pack(">BH", 0x12, status)
        octets += b"".join(struct.pack(">BI", 6, count) for count in counts)
        values.append([stamp.hex() if stamp else None, status, *counts])
    return b"\x01" + length(ROWS) + octets, values


def _compact() -> tuple[bytes, list[Any]]:
    """The same as a compact array."""
    contents, values = b"", []
    for step, (status, counts) in enumerate(_readings()):
        contents += b"\x0c" + date_time(step) + struct.pack(">HIIII", status, *counts)
        values.append([date_time(step).hex(), status, *counts])
    return bytes.fromhex("130206091206060606") + length(len(contents)) + contents, values


def _readings() -> list[tuple[int, tuple[int, int, int, int]]]:
    source = random.Random(SEED)
    count = source.getrandbits
    return [(count(16), (count(32), count(32), count(32), count(32))) for _ in range(ROWS)]


def _push() -> Workload:
    """A Data-Notification of 30 mixed registers: logical name, value, scaler and unit."""
    source = random.Random(SEED)
    body, values = b"", []
    for number in range(30):
        name = bytes((1, 0, number + 1, 7, 0, 255))
        tag, format, low, high = ((6, "I", 0, 1 << 32), (0x12, "H", 0, 1 << 16), (0x10, "h", -(1 << 15), 1 << 15))[
            number % 3
        ]
        value = source.randrange(low, high)
        scaler, unit = source.randrange(-3, 1), source.choice((27, 30, 33, 35))
        body += b"\x02\x03\x09\x06" + name + struct.pack(">B" + format, tag, value)
        body += struct.pack(">BBBbBB", 2, 2, 0x0F, scaler, 0x16, unit)
        values.append([name.hex(), value, [scaler, unit]])
    octets = bytes.fromhex("0F400000010C") + date_time(0) + b"\x01\x1e" + body
    return Workload("push", octets, values, _cut_and_extended(octets))


def _get_request() -> Workload:
    octets = bytes.fromhex("C001C100030100010800FF0200")
    values = {"class": 3, "name": "0100010800ff", "attribute": 2}
    return Workload("get-request", octets, values, (octets[:-1], octets + b"\x00", octets[:-1] + b"\x02"))


def _aarq() -> Workload:
    octets = bytes.fromhex(
        "6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435363738"
        "BE10040E01000000065F1F0400007E1F04B0"
    )
    return _association("aarq", octets, conformance="007e1f", size=1200, user_information=octets[-14:].hex())


def _aare() -> Workload:
    octets = bytes.fromhex("6129A109060760857405080101A203020100A305A103020100BE10040E0800065F1F040000501F01F40007")
    return _association("aare", octets, conformance="00501f", size=500, user_information=octets[-14:].hex())


def _association(name: str, octets: bytes, **values: Any) -> Workload:
    """Of the values a stack gives those that it knows."""
    context = octets.index(b"\x06\x07") + 2
    values["context"] = octets[context : context + 7].hex()
    return Workload(name, octets, values, (octets[:-1], octets + b"\x00", octets[:2] + b"\xa0" + octets[3:]))
