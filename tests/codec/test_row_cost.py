"""Looking for layouts never costs much more than it saves, whatever the octets."""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles
from time import process_time
from typing import Any

import pytest
from codec.hostile_rows import WIDTHS, array, arrays
from codec.row_fuzz import kernel_of

from xdlms.codec import row_arrays
from xdlms.codec.data import Kernel

TENTH = 1.1
HOSTILE = arrays()


class Broke(row_arrays.Layouts):
    """Has no credit ever: every array is read the plain way, at once."""

    __slots__ = ()

    @property
    def credit(self) -> int:
        return 0

    @credit.setter
    def credit(self, amount: int) -> None:
        pass


@contextmanager
def counted() -> Iterator[list[int]]:
    """The calls, of functions in Python and in C, made inside."""
    calls = [0]

    def count(frame: Any, event: str, argument: Any) -> None:
        if event in ("call", "c_call"):
            calls[0] += 1

    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def calls_of(kernel: Kernel, octets: bytes, readings: int) -> int:
    with counted() as calls:
        for _ in range(readings):
            kernel.read(octets, 0, 0)
    return calls[0]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_rows_cost_no_more_than_a_tenth_of_calls_more(name: str) -> None:
    octets = HOSTILE[name]
    usual, plain = kernel_of(row_arrays.Layouts), kernel_of(Broke)
    assert repr(usual.read(octets, 0, 0)) == repr(plain.read(octets, 0, 0))
    assert calls_of(usual, octets, 10) <= TENTH * calls_of(plain, octets, 10)


def test_honest_rows_cost_a_small_part_of_the_calls() -> None:
    octets = array([b"\x02\x03\x11\x01\x12\x00\x02\x06\x00\x00\x00\x03"] * 500)
    usual, plain = kernel_of(row_arrays.Layouts), kernel_of(Broke)
    assert calls_of(usual, octets, 10) * 20 < calls_of(plain, octets, 10)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_rows_take_no_more_than_a_tenth_of_time_more(name: str) -> None:
    """By turns, and the lower quarter of the ratios: other programs make a few of them larger or smaller."""
    octets = HOSTILE[name]
    kernels = (kernel_of(row_arrays.Layouts), kernel_of(Broke))
    ratios = []
    gc.disable()
    try:
        for turn in range(30):
            seconds = {}
            for kernel in kernels[:: 1 if turn % 2 else -1]:
                start = process_time()
                for _ in range(10):
                    kernel.read(octets, 0, 0)
                seconds[kernel] = process_time() - start
            ratios.append(seconds[kernels[0]] / seconds[kernels[1]])
    finally:
        gc.enable()
    assert quantiles(ratios, n=4)[0] <= TENTH


def test_layouts_and_packings_that_are_remembered_are_bounded() -> None:
    source = random.Random(1)
    kernel = kernel_of(row_arrays.Layouts)
    layouts = kernel.layouts
    for _ in range(40):
        for _ in range(20):
            tags = source.choices(list(WIDTHS), k=6)
            row = b"\x02\x06" + b"".join(bytes((tag,)) + bytes(WIDTHS[tag]) for tag in tags)
            layouts.credit = row_arrays.MOST_CREDIT
            shape, rows, _ = kernel.read(array([row] * 8), 0, 0)
            kernel.write(shape, rows, lambda piece: None)
        remembered = (layouts._layouts, layouts._seen, layouts._packings)
        assert all(len(found) <= row_arrays.REMEMBERED for found in remembered)
        assert len(layouts.recent) <= row_arrays.LAYOUTS
        assert layouts.credit <= row_arrays.MOST_CREDIT
    assert all(found for found in remembered)
