"""Cutting and joining blocks, and the machines of block transfer as tables (clauses 7.3.3 to 7.3.8)."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.services.blocks import (
    MOST_EMPTY,
    Assembler,
    BlockSource,
    BlockUnavailableError,
    Cutter,
    NoRoomError,
    cut,
    length_octets,
    most_octets,
)
from xdlms.services.errors import RemoteFault, RemoteProtocolError
from xdlms.services.transfers import (
    CLIENT_TRANSFER,
    SERVER_TRANSFER,
    ClientInput,
    ClientStep,
    ServerInput,
    ServerStep,
)
from xdlms_apdu.v2023 import DataBlockG, GetResponseWithDatablock


def make(last: bool, number: int, raw_data: bytes) -> GetResponseWithDatablock:
    return GetResponseWithDatablock(0xC1, DataBlockG(last, number, raw_data))


@given(st.integers(0, 70000), st.integers(0, 40))
def test_the_last_octet_fits_and_one_more_would_not(room: int, fixed: int) -> None:
    octets = most_octets(room, fixed)
    if octets >= 1:
        assert fixed + length_octets(octets) + octets <= room
    more = max(octets, 0) + 1
    assert fixed + length_octets(more) + more > room


def test_lengths_are_in_their_shortest_form() -> None:
    expected = {0: 1, 127: 1, 128: 2, 255: 2, 256: 3, 65535: 3, 65536: 4}
    assert {length: length_octets(length) for length in expected} == expected


@given(st.binary(min_size=1, max_size=600), st.integers(11, 300))
def test_blocks_joined_are_the_value_and_every_block_fits(value: bytes, room: int) -> None:
    cutter = Cutter(value, 0xFFFFFFFF)
    assembler = Assembler(len(value))
    while not cutter.finished:
        octets = cut(cutter, room, make)
        assert len(octets) <= room
        block = GetResponseWithDatablock.decode(octets).result
        assert isinstance(block.result, bytes)
        assert block.result
        assembler.add(block.block_number, block.result)
        assert block.last_block is cutter.finished
    assert assembler.joined() == value


def test_no_room_for_one_octet_is_told_with_what_is_needed() -> None:
    cutter = Cutter(b"value", 9)
    with pytest.raises(NoRoomError) as caught:
        cut(cutter, 10, make)
    assert caught.value.needed == 11
    assert cutter.number == 0
    assert len(cut(cutter, 11, make)) == 11


def test_there_are_no_more_blocks_than_numbers() -> None:
    cutter = Cutter(b"abc", 2)
    assert cutter.next(1) + cutter.next(1) == b"ab"
    with pytest.raises(BlockUnavailableError):
        cutter.next(1)


class Counting(BlockSource):
    """Gives octets until it fails."""

    def __init__(self, value: bytes, fail_at: int = 1 << 30) -> None:
        self.value = value
        self.fail_at = fail_at
        self.given = 0

    def read(self, size: int) -> bytes:
        if self.given + size > self.fail_at:
            raise BlockUnavailableError
        octets = self.value[self.given : self.given + size]
        self.given += len(octets)
        return octets


@given(st.binary(max_size=100), st.integers(1, 30))
def test_a_source_is_read_one_octet_ahead_at_most(value: bytes, size: int) -> None:
    source = Counting(value)
    cutter = Cutter(source, 1000)
    joined = b""
    while not cutter.finished:
        joined += cutter.next(size)
        assert source.given <= len(joined) + 1
    assert joined == value


def test_looking_whether_a_value_fits_loses_nothing() -> None:
    cutter = Cutter(Counting(b"0123456789"), 1000)
    assert cutter.whole(9) is None
    assert cutter.next(4) + cutter.next(4) + cutter.next(4) == b"0123456789"
    assert Cutter(Counting(b"0123456789"), 1000).whole(10) == b"0123456789"


def test_a_source_that_fails_is_not_the_end() -> None:
    cutter = Cutter(Counting(b"0123456789", fail_at=6), 1000)
    cutter.next(4)
    with pytest.raises(BlockUnavailableError):
        cutter.next(4)
    assert not cutter.finished


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize("number", [0, 2, 0xFFFFFFFF])
def test_block_numbers_begin_at_1_and_count_on(number: int) -> None:
    assembler = Assembler(100)
    with pytest.raises(RemoteProtocolError) as caught:
        assembler.add(number, b"")
    assert caught.value.fault is RemoteFault.WRONG_BLOCK
    assembler.add(1, b"a")
    for wrong in (1, 3):
        with pytest.raises(RemoteProtocolError):
            assembler.add(wrong, b"b")
    assembler.add(2, b"b")
    assert assembler.joined() == b"ab"


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize("keep", [True, False])
def test_blocks_without_octets_do_not_go_on_for_ever(keep: bool) -> None:
    assembler = Assembler(100)
    for number in range(1, MOST_EMPTY + 1):
        assembler.add(number, b"", keep=keep)
    with pytest.raises(RemoteProtocolError) as caught:
        assembler.add(MOST_EMPTY + 1, b"", keep=keep)
    assert caught.value.fault is RemoteFault.TOO_MUCH


def test_no_more_is_kept_than_the_limit() -> None:
    assembler = Assembler(4)
    assembler.add(1, b"1234")
    with pytest.raises(RemoteProtocolError) as caught:
        assembler.add(2, b"5")
    assert caught.value.fault is RemoteFault.TOO_MUCH
    assert assembler.joined() == b"1234"
    watching = Assembler(0)
    watching.add(1, bytes(1000), keep=False)
    assert watching.expected == 2
    assert watching.joined() == b""


CLIENT = """
QUEUED     START_WHOLE               AWAITING
QUEUED     START_IN_BLOCKS           SENDING
QUEUED     GIVEN_UP                  ENDED
SENDING    ACKNOWLEDGED              SENDING
SENDING    ACKNOWLEDGED_BEFORE_LAST  AWAITING
SENDING    RESPONSE                  ENDED
SENDING    GIVEN_UP                  ENDED
AWAITING   BLOCK                     RECEIVING
AWAITING   LAST_BLOCK                ENDED
AWAITING   RESPONSE                  ENDED
AWAITING   GIVEN_UP                  ENDED
RECEIVING  BLOCK                     RECEIVING
RECEIVING  LAST_BLOCK                ENDED
RECEIVING  RESPONSE                  ENDED
RECEIVING  GIVEN_UP                  ENDED
"""
SERVER = """
NONE       FIRST_BLOCK    RECEIVING
NONE       LONG_RESPONSE  SENDING
RECEIVING  BLOCK          RECEIVING
RECEIVING  LAST_BLOCK     NONE
RECEIVING  WRONG_NUMBER   NONE
RECEIVING  TOO_MUCH       NONE
RECEIVING  OTHER_REQUEST  NONE
RECEIVING  GIVEN_UP       NONE
SENDING    NEXT           SENDING
SENDING    NEXT_TO_LAST   NONE
SENDING    WRONG_NUMBER   NONE
SENDING    UNAVAILABLE    NONE
SENDING    OTHER_REQUEST  NONE
SENDING    GIVEN_UP       NONE
"""


@pytest.mark.clause("7.3.5")
def test_the_client_goes_through_these_steps_only() -> None:
    rows = [line.split() for line in CLIENT.split("\n") if line]
    expected = {(ClientStep[step], ClientInput[by]): ClientStep[after] for step, by, after in rows}
    for step, by in itertools.product(ClientStep, ClientInput):
        assert CLIENT_TRANSFER.get((step, by)) == expected.get((step, by)), (step, by)


@pytest.mark.clause("7.3.5")
def test_the_server_goes_through_these_steps_only() -> None:
    rows = [line.split() for line in SERVER.split("\n") if line]
    expected = {(ServerStep[step], ServerInput[by]): ServerStep[after] for step, by, after in rows}
    for step, by in itertools.product(ServerStep, ServerInput):
        assert SERVER_TRANSFER.get((step, by)) == expected.get((step, by)), (step, by)
