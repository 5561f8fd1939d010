"""The JSON of a value as text, in pieces."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from conftest import vectors
from data_json import DATA
from hypothesis import given

from xdlms.tools.asn1_json import from_json, to_json
from xdlms.tools.editions import NAMES, syntax_of, value_of
from xdlms.tools.json_text import write_json
from xdlms.tools.reading import Reading, Target, read

NEWEST = syntax_of("2023")
DATA_TYPE = NEWEST.types["Data"]


def text_of(reading: Reading) -> str:
    assert reading.info is not None
    pieces: list[str] = []
    write_json(reading.target.syntax, reading.info.type, value_of(reading.value, reading.info), pieces.append)
    return "".join(pieces)


def dumped(reading: Reading) -> str:
    assert reading.info is not None
    return json.dumps(to_json(reading.target.syntax, reading.info.type, value_of(reading.value, reading.info)))


@pytest.mark.parametrize("edition", NAMES)
def test_the_text_of_every_vector_is_that_of_its_json(edition: str) -> None:
    proved = 0
    for vector in vectors("acse_plain", "axdr_data", "initiate", "ln_services", "sn_services", "later_edition"):
        data = vector["apdu"] == "Data"
        info = syntax_of(edition).types["Data"] if data else None
        reading = read(Target(edition, info, lenient=True), bytes.fromhex(vector["hex"]))
        if reading.error is None:
            assert text_of(reading) == dumped(reading), vector["name"]
            proved += 1
    assert proved > 120


@pytest.mark.parametrize(
    "octets",
    [
        "0100",
        "0200",
        "01030300 0301 03FF",
        "0103 020103000103 0201030001 03 02010301",
        "0102 0203 0F01 1200FF 06FFFFFFFF 0203 0F81 120000 0600000000",
        "0102 0202 0102 1101 1102 0A0125 0202 0102 1103 1104 0A0122",
        "0102 0102 0102 0000 0102 0000 0102 0102 0000 0102 0000",
        "0102 177F800000 17FFC00001",
        "0102 0402C0 0402 40",
        "1300 11 02 0102",
    ],
)
def test_rows_that_are_alike_are_written_as_others_are(octets: str) -> None:
    reading = read(Target("2023", DATA_TYPE, lenient=True), bytes.fromhex(octets))
    if reading.error is None:
        assert text_of(reading) == dumped(reading)


@given(DATA)
def test_the_text_of_random_data_is_that_of_its_json(value: Any) -> None:
    octets = from_json(NEWEST, DATA_TYPE.type, json.loads(json.dumps(value))).encode()
    for more in (octets, b"\x01\x03" + 3 * octets, b"\x02\x02\x00" + octets):
        reading = read(Target("2023", DATA_TYPE), more)
        if reading.error is None:
            assert text_of(reading) == dumped(reading)


@pytest.mark.parametrize("element", ["00", "0F01", "02020F011200FF", "0101020112FFFF", "0A0141"])
def test_memory_for_the_text_of_an_array_does_not_grow_with_it(element: str) -> None:
    count = 100_000
    octets = b"\x01\x83" + count.to_bytes(3, "big") + bytes.fromhex(element) * count
    reading = read(Target("2023", DATA_TYPE), octets)
    size = 0

    def put(text: str) -> None:
        nonlocal size
        size += len(text)

    tracemalloc.start()
    try:
        write_json(NEWEST, DATA_TYPE.type, reading.value, put)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 15 * count
    assert peak < 1_000_000
