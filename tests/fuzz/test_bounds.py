"""Time and memory in proportion to the input, whatever it says; and no depth that overflows the stack."""

from __future__ import annotations

import copy
import pickle
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from conftest import package_of, vectors
from fuzzing import outcome
from strategies import length_octets

from xdlms.errors import DecodeError, ErrorCode

PER_OCTET = 600
"""How many octets of memory an octet of input may take at the most: an empty list takes 56, a tuple 40."""

SOME = 200_000
"""Memory for errors, imports and the like."""

GET_RESPONSE = bytes.fromhex("C401C100")


@pytest.fixture(scope="module")
def package() -> Any:
    loaded = package_of("2023")
    assert len(loaded.TYPES) > 100  # the table is loaded now, not while memory is measured
    for vector in vectors("acse_plain", "ln_services", "malformed"):
        # all that is imported on demand is there now
        octets = bytes.fromhex(vector["hex"])
        for read in (loaded.decode, loaded.decode_report):
            outcome(lambda read=read, octets=octets: read(octets))
    return loaded


@contextmanager
def bounded(size: int, seconds: float = 5.0, per_octet: int = PER_OCTET) -> Iterator[None]:
    """Holds what runs inside to time and memory in proportion to `size` octets."""
    tracemalloc.start()
    begin = time.process_time()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    spent = time.process_time() - begin
    assert peak <= SOME + per_octet * size, f"{peak} octets of memory for {size} of input"
    assert spent <= seconds, f"{spent:.1f} s"


def refused(read: Callable[[], Any]) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        read()
    return caught.value


# Lengths and counts that lie


@pytest.mark.clause("8")
@pytest.mark.parametrize("lie", ["84FFFFFFFF", "847FFFFFFF", "8400FFFFFF", "83FFFFFF"])
def test_a_length_of_gigabytes_at_any_octet_takes_no_memory(package: Any, lie: str) -> None:
    octets = bytes.fromhex(lie)
    files = ("initiate", "acse_plain", "ln_services", "sn_services", "later_edition")
    for vector in vectors(*files)[::4]:
        good = bytes.fromhex(vector["hex"])
        if len(good) > 120:
            continue
        wrong = [good[:at] + octets + good[at + 1 :] for at in range(1, len(good))]
        with bounded(sum(map(len, wrong))):
            for each in wrong:
                outcome(lambda each=each: package.decode(each))
                outcome(lambda each=each: package.decode_report(each))


# Bombs: small octets that stand for large values


def described(description: str, contents: bytes) -> bytes:
    """A compact-array."""
    return b"\x13" + bytes.fromhex(description) + length_octets(len(contents)) + contents


COMPACT_BOMBS = {
    "array of 65535 null-data": ("01 FFFF 00", b"\x01"),
    "array of 65535 null-data beside an octet": ("02 02 01 FFFF 00 11", b"\x01\x02\x03"),
    "arrays of arrays of 65535 null-data": ("01 FFFF 01 FFFF 01 FFFF 00", b""),
    "arrays of arrays beside an octet": ("02 02 01 FFFF 01 FFFF 00 11", b"\x01"),
    "array of 65535 octets": ("01 FFFF 11", b"\x01" * 100),
    "arrays of no elements": ("02 02 01 FFFF 01 0000 11 11", b"\x01\x02"),
    "structures of nothing": ("02 02 01 FFFF 02 00 11", b"\x01"),
    "a thousand null-data beside an octet": ("02 82 03E9" + "00" * 1000 + "11", b"\x01" * 1000),
    "thirty levels of arrays of one octet": ("01 0001" * 29 + "11", b"\x01" * 2000),
    "thirty levels of structures of one octet": ("02 01" * 29 + "11", b"\x01" * 2000),
}


@pytest.mark.clause("8")
@pytest.mark.parametrize("bomb", COMPACT_BOMBS.values(), ids=COMPACT_BOMBS.keys())
def test_a_compact_array_gives_no_more_cells_than_its_octets_are_worth(package: Any, bomb: tuple[str, bytes]) -> None:
    description, contents = bomb
    one = described(description, contents)
    count = 4_000 // len(one) + 2
    many = GET_RESPONSE + b"\x01" + length_octets(count) + one * count
    with bounded(len(many)):
        apdu = package.decode(many)
        values = outcome(lambda apdu=apdu: apdu.result.value)
        if isinstance(values, DecodeError):
            assert values.code is ErrorCode.CONTENTS
        else:
            assert len(values) == count
        same = apdu.encode() == many
        assert same
        del apdu
    with bounded(len(many), per_octet=2 * PER_OCTET):
        same = package.decode_report(many).canonical == many
    assert same


@pytest.mark.clause("8")
def test_honest_null_data_in_compact_arrays_is_taken(package: Any) -> None:
    """Columns that a meter does not have: fifteen for each octet, in as many rows as one likes."""
    octets = described("02 10" + "00" * 14 + "1116", b"\x01\x02" * 10_000)
    data = package.Data.decode(octets)
    assert len(data.value) == 10_000
    assert data.value[-1] == (None,) * 14 + (1, 2)


@pytest.mark.clause("8")
def test_values_that_cost_one_octet_each_stay_in_proportion(package: Any) -> None:
    count = 6_000
    head = GET_RESPONSE + b"\x01\x82" + count.to_bytes(2, "big")
    for element in (b"\x00", b"\xff", b"\x01\x00", b"\x02\x00", b"\x09\x00", b"\x04\x00", b"\x03\xff", b"\x0a\x01a"):
        octets = head + element * count
        with bounded(len(octets)):
            assert len(package.decode(octets).result.value) == count
        with bounded(len(octets), seconds=10, per_octet=4 * PER_OCTET):
            package.decode_report(octets)


@pytest.mark.clause("8")
def test_rows_that_change_their_layout_all_the_time_take_no_longer_in_proportion(package: Any) -> None:
    """An array whose rows seem to have one layout and then do not."""

    def rows(count: int) -> bytes:
        cells = (b"\x12\x00\x01", b"\x11\x01", b"\x12\x00\x02")
        strings = [b"\x09" + bytes((length,)) + b"x" * length for length in range(5)]
        body = b"".join(b"\x02\x03\x11\x01" + cells[i % 3] + strings[i % 5] for i in range(count))
        return GET_RESPONSE + b"\x01\x82" + count.to_bytes(2, "big") + body

    spent = []
    for count in (2_000, 16_000):
        octets = rows(count)
        begin = time.process_time()
        assert package.decode(octets).encode() == octets
        spent.append(time.process_time() - begin)
    assert spent[1] < 30 * spent[0] + 0.5


@pytest.mark.clause("8")
@pytest.mark.parametrize("size", [1_000_000])
def test_noise_is_refused_at_once(package: Any, size: int) -> None:
    import random

    noise = random.Random(1).randbytes(size)
    for first in (b"\xc4\x01\xc1\x00\x01", b"\x60\x83\x0f\x42\x40", b"\x0f", b"\x05", b"\xda", b"\x00"):
        with bounded(size, seconds=2, per_octet=8):
            refused(lambda first=first: package.decode(first + noise))
            refused(lambda first=first: package.decode_report(first + noise)) if first != b"\x0f" else None


# Numbers of thousands of digits, which Python refuses to write


@pytest.mark.clause("7.2.3")
def test_an_integer_of_thousands_of_octets_is_an_error_like_another(package: Any) -> None:
    name = bytes.fromhex("A109060760857405080101")
    for tag, number in ((0xA2, b"\x7f" + b"\xff" * 2999), (0xA2, b"\x81" * 127), (0xA2, b"\x00" * 127)):
        integer = b"\x02\x82" + len(number).to_bytes(2, "big") + number
        body = name + bytes((tag,)) + b"\x82" + len(integer).to_bytes(2, "big") + integer
        for first in (b"\x61", b"\x60"):
            octets = first + b"\x82" + len(body).to_bytes(2, "big") + body
            if first == b"\x60":
                octets = octets.replace(b"\xa2\x82", b"\xa4\x82", 1)  # called-AP-invocation-id
            for read in (package.decode, package.decode_report):
                error = refused(lambda read=read, octets=octets: read(octets))
                assert (error.code, error.offset) == (ErrorCode.SIZE, 4 + len(name) + 8)


# Depth


NESTS = {
    "arrays": (b"\x01\x01", b"\x00", "[0]"),
    "structures": (b"\x02\x01", b"\x00", "[0]"),
    "arrays of two": (b"\x01\x02\x00", b"\x00", "[1]"),
    "empty at the end": (b"\x02\x01", b"\x01\x00", "[0]"),
}


@pytest.mark.clause("8")
@pytest.mark.parametrize("nest", NESTS)
def test_a_value_as_deep_as_can_be_is_usable(package: Any, nest: str) -> None:
    head, end, segment = NESTS[nest]
    levels = 256 - (end != b"\x00")
    octets = GET_RESPONSE + head * levels + end
    apdu = package.decode(octets, max_depth=100_000)
    data = apdu.result
    assert apdu.encode() == octets
    assert package.decode_report(octets, max_depth=256).canonical == octets
    assert repr(data)
    assert data == package.decode(octets, max_depth=256).result
    assert pickle.loads(pickle.dumps(data)) == data
    assert copy.deepcopy(data) == data
    value = data.value
    for _ in range(levels):
        value = value[-1]
    assert data.type_at(*[-1] * levels).name in ("null_data", "array")
    if head[0] == 2 and end == b"\x00":
        assert hash(data) == hash(package.decode(octets, max_depth=256).result)
    deeper = GET_RESPONSE + head * (levels + 1) + end
    for read in (package.decode, package.decode_report):
        error = refused(lambda read=read: read(deeper, max_depth=100_000))
        assert error.code is ErrorCode.TOO_DEEP
        assert error.path == "$.result.data" + segment * 256


@pytest.mark.clause("8")
@pytest.mark.parametrize("levels", [33, 1_000, 100_000])
@pytest.mark.parametrize("head", [b"\x01\x01", b"\x02\x01", b"\x13\x02\x01", b"\x13\x01\x00\x01"])
def test_nesting_beyond_the_limit_is_refused_and_never_overflows_the_stack(
    package: Any, levels: int, head: bytes
) -> None:
    first, again = (head, head) if head[0] != 0x13 else (head, head[1:])
    octets = GET_RESPONSE + first + again * levels + b"\x11"
    for max_depth in (0, 1, 32, 100_000) if levels > 256 else (0, 1, 32):
        for read in (package.decode, package.decode_report):
            with bounded(len(octets), seconds=1, per_octet=40):
                error = refused(lambda read=read, max_depth=max_depth: read(octets, max_depth=max_depth))
            assert error.code is ErrorCode.TOO_DEEP


@pytest.mark.clause("8")
def test_the_depth_that_is_allowed_is_the_same_for_both_paths(package: Any) -> None:
    """max_depth counts arrays, structures, compact-arrays and what their descriptions nest."""
    for head, step, end in (
        (b"", b"\x01\x01", b"\x00"),
        (b"", b"\x02\x01", b"\x01\x00"),
        (b"\x13", b"\x02\x01", b"\x11\x00"),
        (b"\x13", b"\x02\x01", b"\x02\x00\x00"),
        (b"\x13", b"\x01\x00\x01", b"\x02\x00\x00"),
    ):
        fixed = (head != b"") + (end[0] in (1, 2))
        for levels in range(28, 36):
            octets = GET_RESPONSE + head + step * (levels - fixed) + end
            for max_depth in (levels - 1, levels, levels + 1):
                result = outcome(lambda octets=octets, limit=max_depth: package.decode(octets, max_depth=limit))
                if levels <= max_depth:
                    assert result.encode() == octets
                else:
                    assert result.code is ErrorCode.TOO_DEEP


@pytest.mark.clause("8")
def test_a_reading_deep_in_the_callers_stack_ends_in_an_error(package: Any) -> None:
    """Python's stack may be almost full when we are called."""
    octets = GET_RESPONSE + b"\x02\x01" * 250 + b"\x00"

    def down(levels: int) -> Any:
        return down(levels - 1) if levels else package.decode(octets, max_depth=256)

    for levels in range(300, 900, 20):
        result = outcome(lambda levels=levels: down(levels))
        if isinstance(result, DecodeError):
            assert result.code is ErrorCode.TOO_DEEP
        else:
            assert result.encode() == octets
