"""Hostile octets take time, and memory, in proportion to their number."""

import gc
import random
import time
import tracemalloc

import pytest

from xdlms.profiles.framing import Framing, unframe
from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.mbus import LongFrame

SMALL = 20_000
TIMES = 16


def unfinished() -> bytes:
    """Segments that are never finished, of very many links."""
    control = Control(FrameKind.UI)
    frames = [Frame(Address(n % 128, n // 128), Address(1), control, b"a", True).encode() for n in range(4000)]
    damaged = frames[0][:-3] + b"\x00\x00\x7e"
    return b"".join(frame + damaged for frame in frames)


PATTERNS = {
    "random": (random.Random(7).randbytes(SMALL), Framing.HDLC),
    "flags": (b"\x7e", Framing.HDLC),
    "beginnings": (b"\x7e\xa0", Framing.HDLC),
    "beginnings of long frames": (b"\x7e\xa7\xff", Framing.HDLC),
    # at each flag a frame of 2045 octets begins and has its closing flag
    "nested frames": (b"\x7e\xa7\xfd", Framing.HDLC),
    "nested frames in a detector": (b"\x7e\xa7\xfd", None),
    "segments": (unfinished(), Framing.HDLC),
    "starts": (b"\x68", Framing.MBUS),
    "starts and stops": (b"\x68\x68\x68\x68\x16", Framing.MBUS),
    "first segments": (LongFrame(0x53, 0xFF, 0, b"\x01\x67").encode(), Framing.MBUS),
    "version fields": (b"\x00\x01", Framing.WRAPPER),
    "headers that promise too much": (b"\x00\x01\x00\x01\x00\x01\xff\xff", Framing.WRAPPER),
    "messages of nothing": (b"\x00\x01\x00\x01\x00\x01\x00\x00", Framing.WRAPPER),
    "zeros": (b"\x00", None),
}


def octets_of(pattern: bytes, count: int) -> bytes:
    return (pattern * (count // len(pattern) + 1))[:count]


def seconds(octets: bytes, framing: Framing | None) -> float:
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        unframe(octets, framing)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("name", PATTERNS)
def test_time_is_in_proportion_to_the_octets(name: str) -> None:
    pattern, framing = PATTERNS[name]
    few, many = octets_of(pattern, SMALL), octets_of(pattern, SMALL * TIMES)
    gc.disable()  # its own time grows with the objects that other tests left
    try:
        small = seconds(few, framing)
        large = seconds(many, framing)
    finally:
        gc.enable()
    # in proportion would be TIMES, a quadratic search TIMES * TIMES
    assert large < max(small, 0.002) * TIMES * 2.5


@pytest.mark.parametrize("pattern", [b"\x68", b"\x7e\xa0", b"\x7e\xa0\x07", b"\x7e\xa7\xff", b"\x68\x03\x03\x68"])
@pytest.mark.parametrize("framing", [None, Framing.HDLC, Framing.MBUS])
def test_a_megabyte_of_false_starts_takes_less_than_two_seconds(pattern: bytes, framing: Framing | None) -> None:
    # about 0.1 to 0.6 s; with every false start examined by itself it was 2 to 5 s
    assert seconds(octets_of(pattern, 1_000_000), framing) < 2.0


@pytest.mark.parametrize("name", ["random", "flags", "beginnings of long frames", "nested frames"])
def test_memory_for_noise_is_in_proportion_to_the_octets(name: str) -> None:
    pattern, framing = PATTERNS[name]
    octets = octets_of(pattern, 150_000)
    tracemalloc.start()
    try:
        unframe(octets, framing)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * len(octets)
