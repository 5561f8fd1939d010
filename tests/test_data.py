"""The constructors of xdlms.data: what each makes, and what it refuses."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable
from typing import Any

import pytest

import xdlms
from xdlms import data
from xdlms.apdu import GetResponseNormal, TypeDescription
from xdlms.codec.numbers import BitString
from xdlms.data import Data, DataTag
from xdlms.errors import EncodeError, ErrorCode

pytestmark = pytest.mark.clause("8")

WHOLE = {
    "integer": (-128, 127, "0F80", "0F7F"),
    "long": (-32768, 32767, "108000", "107FFF"),
    "double_long": (-(2**31), 2**31 - 1, "0580000000", "057FFFFFFF"),
    "long64": (-(2**63), 2**63 - 1, "148000000000000000", "147FFFFFFFFFFFFFFF"),
    "unsigned": (0, 255, "1100", "11FF"),
    "long_unsigned": (0, 65535, "120000", "12FFFF"),
    "double_long_unsigned": (0, 2**32 - 1, "0600000000", "06FFFFFFFF"),
    "long64_unsigned": (0, 2**64 - 1, "150000000000000000", "15FFFFFFFFFFFFFFFF"),
    "enum": (0, 255, "1600", "16FF"),
    "bcd": (-128, 127, "0D80", "0D7F"),
    "delta_integer": (-128, 127, "1C80", "1C7F"),
    "delta_long": (-32768, 32767, "1D8000", "1D7FFF"),
    "delta_double_long": (-(2**31), 2**31 - 1, "1E80000000", "1E7FFFFFFF"),
    "delta_unsigned": (0, 255, "1F00", "1FFF"),
    "delta_long_unsigned": (0, 65535, "200000", "20FFFF"),
    "delta_double_long_unsigned": (0, 2**32 - 1, "2100000000", "21FFFFFFFF"),
}

OTHERS: list[tuple[str, tuple[Any, ...], Any, str]] = [
    ("null", (), None, "00"),
    ("dont_care", (), None, "FF"),
    ("boolean", (True,), True, "0301"),
    ("boolean", (False,), False, "0300"),
    ("octet_string", (b"",), b"", "0900"),
    ("octet_string", (bytearray(b"\x01\x02"),), b"\x01\x02", "09020102"),
    ("octet_string", (memoryview(b"\x01\x02"),), b"\x01\x02", "09020102"),
    ("octet_string", (bytes(200),), bytes(200), "0981C8" + "00" * 200),
    ("visible_string", ("a ~",), "a ~", "0A0361207E"),
    ("utf8_string", ("é",), "é", "0C02C3A9"),
    ("utf8_string", ("\0\n",), "\0\n", "0C02000A"),
    ("bit_string", ("",), BitString(b""), "0400"),
    ("bit_string", ("0010",), BitString.of("0010"), "040420"),
    ("bit_string", (BitString(b"\xff\x80", 9),), BitString.of("1" * 9), "0409FF80"),
    ("date_time", (bytes(range(12)),), bytes(range(12)), "19000102030405060708090A0B"),
    ("date", (bytes(5),), bytes(5), "1A0000000000"),
    ("time", (bytes(4),), bytes(4), "1B00000000"),
    ("float32", (1.5,), 1.5, "173FC00000"),
    ("float32", (2,), 2.0, "1740000000"),
    ("float32", (-0.0,), 0.0, "1780000000"),
    ("float32", (math.inf,), math.inf, "177F800000"),
    ("float64", (3.14,), 3.14, "1840091EB851EB851F"),
    ("array", ([],), [], "0100"),
    ("structure", ([],), (), "0200"),
]

WRONG: list[tuple[str, tuple[Any, ...], ErrorCode, str]] = [
    *((name, (wrong,), ErrorCode.OUT_OF_RANGE, "$") for name, (low, high, *_) in WHOLE.items()
      for wrong in (low - 1, high + 1, 1 << 50_000)),
    *((name, (wrong,), ErrorCode.WRONG_TYPE, "$") for name in WHOLE for wrong in (1.0, "1", None, True, b"\x01")),
    *(("boolean", (wrong,), ErrorCode.WRONG_TYPE, "$") for wrong in (1, 0, None, "x")),
    *(("octet_string", (wrong,), ErrorCode.WRONG_TYPE, "$") for wrong in ("text", 5, None, [1])),
    *((name, (wrong,), ErrorCode.WRONG_TYPE, "$") for name in ("date_time", "date", "time") for wrong in ("x", 4)),
    *((name, (bytes(size),), ErrorCode.SIZE, "$") for name, size in (
        ("date_time", 11), ("date_time", 13), ("date", 4), ("date", 6), ("time", 3), ("time", 5), ("time", 0))),
    *(("visible_string", (wrong,), ErrorCode.BAD_STRING, "$") for wrong in ("é", "\n", "\x7f", "\udc80")),
    *(("utf8_string", (wrong,), ErrorCode.BAD_STRING, "$") for wrong in ("a\udc80", "\ud800")),
    *((name, (wrong,), ErrorCode.WRONG_TYPE, "$") for name in ("visible_string", "utf8_string") for wrong in (b"x", 1)),
    *(("bit_string", (wrong,), ErrorCode.BAD_STRING, "$") for wrong in ("012", "1 0", "x")),
    *(("bit_string", (wrong,), ErrorCode.WRONG_TYPE, "$") for wrong in (b"\x01", 1, None)),
    *((name, (wrong,), ErrorCode.WRONG_TYPE, "$") for name in ("float32", "float64") for wrong in ("1", None, True)),
    ("float32", (1e39,), ErrorCode.OUT_OF_RANGE, "$"),
    ("float32", (10**400,), ErrorCode.OUT_OF_RANGE, "$"),
    ("float64", (10**400,), ErrorCode.OUT_OF_RANGE, "$"),
    *((name, ([data.null(), wrong],), ErrorCode.WRONG_TYPE, "$[1]") for name in ("array", "structure")
      for wrong in (1, None, b"\x00", [])),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "arguments", "code", "path"), WRONG, ids=[f"{index}-{wrong[0]}" for index, wrong in enumerate(WRONG)]
)
def test_a_wrong_value_is_refused_where_it_is_made(
    name: str, arguments: tuple[Any, ...], code: ErrorCode, path: str
) -> None:
    with pytest.raises(EncodeError) as caught:
        getattr(data, name)(*arguments)
    assert (caught.value.code, caught.value.path, caught.value.offset) == (code, path, None)
    assert caught.value.reason


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers_from_the_first_to_the_last(name: str) -> None:
    low, high, lowest, highest = WHOLE[name]
    for number, octets in ((low, lowest), (high, highest)):
        made = getattr(data, name)(number)
        assert made.encode().hex().upper() == octets
        assert made.tag is DataTag[name]
        assert (made.value, type(made.value)) == (number, int)
        assert Data.decode(made.encode()) == made


@pytest.mark.parametrize(("name", "arguments", "value", "octets"), OTHERS)
def test_other_values(name: str, arguments: tuple[Any, ...], value: Any, octets: str) -> None:
    made = getattr(data, name)(*arguments)
    assert made.encode().hex().upper() == octets
    assert made.value == value
    assert type(made.value) is type(value)
    decoded = Data.decode(made.encode())
    assert decoded == made
    assert decoded.value == made.value
    assert decoded.tag == made.tag


def test_every_type_of_data_has_its_constructor() -> None:
    names = {"null" if tag is DataTag.null_data else tag.name for tag in DataTag}
    assert names <= set(data.__all__)
    assert all(hasattr(data, name) for name in data.__all__)
    assert xdlms.data is data


def test_float32_holds_what_is_sent() -> None:
    made = data.float32(0.1)
    assert made.value == struct.unpack(">f", struct.pack(">f", 0.1))[0] != 0.1
    assert Data.decode(made.encode()).value == made.value


@pytest.mark.parametrize(
    "octets", ["177FC00000", "177F800001", "17FFC12345", "187FF8000000000000", "187FF0000000000001"]
)
def test_a_nan_keeps_its_octets(octets: str) -> None:
    decoded = Data.decode(bytes.fromhex(octets))
    make: Callable[[float], Data] = getattr(data, decoded.tag.name)
    assert make(decoded.value).encode().hex().upper() == octets
    assert math.isnan(make(math.nan).value)
    other = data.float64 if decoded.tag.name == "float32" else data.float32
    assert math.isnan(Data.decode(other(decoded.value).encode()).value)


def test_containers_hold_data_of_every_type() -> None:
    row = [data.octet_string(b"\x01"), data.unsigned(5), data.null()]
    table = data.array(data.structure(row) for _ in range(3))
    assert table.encode().hex().upper() == "0103" + "0203090101110500" * 3
    assert table.value == [(b"\x01", 5, None)] * 3
    assert table.rows is not None
    assert [tag.name for tag in table.rows.tags] == ["octet_string", "unsigned", "null_data"]
    nested = data.structure([table, data.array([]), data.structure([]), data.compact_array(None, [data.unsigned(1)])])
    assert Data.decode(nested.encode()) == nested
    assert nested.value == (table.value, [], (), [1])
    assert GetResponseNormal(0xC1, nested).encode()[4:] == nested.encode()


DESCRIBED = TypeDescription.structure(
    TypeDescription(DataTag.octet_string),
    TypeDescription.array(2, TypeDescription(DataTag.long)),
    TypeDescription(DataTag.float32),
)
ROW = (b"\x01", [1, -1], 1.5)


def test_a_compact_array_from_a_description_and_plain_rows() -> None:
    made = data.compact_array(DESCRIBED, [ROW, (b"", (0, 0), 2)])
    row = "0101" + "0001FFFF" + "3FC00000"
    other = "00" + "00000000" + "40000000"
    contents = row + other
    head = "13" + "0203" + "09" + "01000210" + "17"
    assert made.encode().hex().upper() == head + f"{len(contents) // 2:02X}" + contents
    assert made.value == [ROW, (b"", [0, 0], 2.0)]
    assert made.rows is not None
    assert [tag.name for tag in made.rows.tags] == ["octet_string", "array", "float32"]
    assert made.type_at(0, 1, 0) is DataTag.long
    assert Data.decode(made.encode()) == made


def test_a_compact_array_from_data_describes_itself() -> None:
    rows = [data.structure([data.long_unsigned(n), data.array([data.unsigned(n), data.unsigned(0)])]) for n in range(3)]
    made = data.compact_array(None, rows)
    assert made.encode().hex().upper() == "13" "0202" "12" "01000211" "0C" "00000000" "00010100" "00020200"
    assert made.value == [(0, [0, 0]), (1, [1, 0]), (2, [2, 0])]
    assert data.description_of(rows[0]) == TypeDescription.structure(
        TypeDescription(DataTag.long_unsigned), TypeDescription.array(2, TypeDescription(DataTag.unsigned))
    )
    assert data.compact_array(data.description_of(rows[0]), [(9, [9, 9]), rows[1]]).value == [(9, [9, 9]), (1, [1, 0])]
    assert data.compact_array(TypeDescription(DataTag.unsigned), []).encode().hex() == "131100"


def unsigned(*numbers: int) -> list[Data]:
    return [data.unsigned(n) for n in numbers]


@pytest.mark.parametrize(
    ("description", "rows", "code", "path"),
    [
        (None, [], ErrorCode.WRONG_TYPE, "$[0]"),
        (None, [1, 2], ErrorCode.WRONG_TYPE, "$[0]"),
        (None, [data.unsigned(1), data.integer(1)], ErrorCode.WRONG_TYPE, "$[1]"),
        (None, [data.array([])], ErrorCode.WRONG_TYPE, "$"),
        (None, [data.array([data.unsigned(1), data.long(1)])], ErrorCode.WRONG_TYPE, "$"),
        (None, [data.structure([data.compact_array(None, unsigned(1))])], ErrorCode.WRONG_TYPE, "$[0]"),
        (None, [data.null()], ErrorCode.CONTENTS, "$"),
        (0x11, [1], ErrorCode.WRONG_TYPE, "$"),
        (TypeDescription(DataTag.array), [], ErrorCode.WRONG_TYPE, "$"),
        (TypeDescription(99), [], ErrorCode.WRONG_TYPE, "$"),
        (TypeDescription(DataTag.compact_array), [], ErrorCode.WRONG_TYPE, "$"),
        (TypeDescription(DataTag.null_data), [None], ErrorCode.CONTENTS, "$"),
        (TypeDescription.array(0, TypeDescription(DataTag.unsigned)), [[]], ErrorCode.CONTENTS, "$"),
        (TypeDescription.array(40, TypeDescription(DataTag.null_data)), [[None] * 40], ErrorCode.CONTENTS, "$"),
        (TypeDescription(DataTag.unsigned), [1, 256], ErrorCode.OUT_OF_RANGE, "$[1]"),
        (TypeDescription(DataTag.unsigned), [data.long(1)], ErrorCode.WRONG_TYPE, "$[0]"),
        (DESCRIBED, [ROW, 5], ErrorCode.WRONG_TYPE, "$[1]"),
        (DESCRIBED, [ROW[:2]], ErrorCode.SIZE, "$[0]"),
        (DESCRIBED, [(b"", [1, "x"], 1.0)], ErrorCode.WRONG_TYPE, "$[0][1][1]"),
        (DESCRIBED, [(b"", [1], 1.0)], ErrorCode.SIZE, "$[0][1]"),
        (DESCRIBED, [(b"", [1, 2], 1e39)], ErrorCode.OUT_OF_RANGE, "$[0][2]"),
        (DESCRIBED, [("", [1, 2], 1)], ErrorCode.WRONG_TYPE, "$[0][0]"),
    ],
)
def test_a_compact_array_refuses_rows_that_do_not_fit(
    description: Any, rows: Iterable[Any], code: ErrorCode, path: str
) -> None:
    with pytest.raises(EncodeError) as caught:
        data.compact_array(description, rows)
    assert (caught.value.code, caught.value.path) == (code, path)


def test_what_is_nested_too_deeply_is_an_encode_error() -> None:
    made = data.null()
    for _ in range(3000):
        made = data.structure([made])
    with pytest.raises(EncodeError) as caught:
        made.encode()
    assert caught.value.code is ErrorCode.TOO_DEEP
