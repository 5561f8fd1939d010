"""Rows out of a value that comes in pieces."""

from __future__ import annotations

from typing import Any

import pytest
from client.support import ENERGY, PROFILE, ScriptedServer, association_object, name, profile_rows, run
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import length_octets, node_octets, nodes

from xdlms import data
from xdlms.client import AccessError, ConnectionLostError, ResponseError
from xdlms.client.rows import RowReader
from xdlms.data import Data, DataTag

TAGS = tuple(int(tag) for tag in DataTag)


def read_in(octets: bytes, size: int) -> list[Any]:
    """The rows, where the octets come in pieces of this size."""
    reader = RowReader()
    rows: list[Any] = []
    for at in range(0, len(octets), size):
        rows += reader.feed(octets[at : at + size])
    return [*rows, *reader.finish()]


@pytest.mark.parametrize(
    "octets",
    [
        "0101",
        "010103",
        "0102 1101",
        "0101 1101 00",
        "01",
        "",
        "0184",
        "0185 0000000001 00",
        "0101 07",
        "1101",
        "0101 0201 0980",
        "0101 04",
        "0101 13",
        "13",
        "09021122",
    ],
)
def test_what_is_no_array_or_ends_early_is_refused(octets: str) -> None:
    for size in (1, 3, 100):
        with pytest.raises(ResponseError):
            read_in(bytes.fromhex(octets), size)


@settings(max_examples=300, deadline=None)
@given(octets=st.binary(max_size=40), size=st.integers(1, 10))
def test_any_octets_give_rows_or_the_documented_error(octets: bytes, size: int) -> None:
    try:
        read_in(b"\x01" + octets, size)
    except ResponseError:
        return


@settings(max_examples=50, deadline=None)
@given(rows=st.lists(nodes(TAGS), max_size=8), size=st.integers(1, 30))
def test_the_rows_are_those_of_the_whole_value(rows: list[Any], size: int) -> None:
    octets = b"\x01" + length_octets(len(rows)) + b"".join(map(node_octets, rows))
    assert repr(read_in(octets, size)) == repr(list(Data.decode(octets).value))


def test_rows_come_as_soon_as_they_are_whole() -> None:
    octets = data.array(profile_rows(3)).encode()
    reader = RowReader()
    assert list(reader.feed(octets[:1])) == []
    assert list(reader.feed(octets[1:14])) == [(0, 0)]
    assert reader.count == 3
    assert list(reader.feed(octets[14:])) == [(1, 1), (2, 2)]
    assert list(reader.finish()) == []


def test_no_rows() -> None:
    assert read_in(b"\x00", 1) == []
    assert read_in(b"\x01\x00", 1) == []


def test_a_row_that_never_ends_takes_time_in_proportion_to_its_octets() -> None:
    reader = RowReader()
    reader.feed(bytes.fromhex("01 01 02 83 FFFFFF"))
    for _ in range(20_000):
        assert list(reader.feed(b"\x11\x01" * 5)) == []


@pytest.mark.clause("6.6")
@pytest.mark.parametrize("referencing", ["LN", "SN"])
def test_a_profile_is_read_block_by_block(referencing: str) -> None:
    async def read() -> None:
        async with ScriptedServer() as server:
            entry = data.structure(
                [data.long(0x2000), data.long_unsigned(7), data.unsigned(1), data.octet_string(name(PROFILE))]
            )
            server.values.by_short_name[0xFA08] = data.array([association_object(), entry])
            server.values.by_short_name[0x2008] = data.array(profile_rows(300))
            async with server.connect(referencing=referencing, max_receive_pdu_size=128) as meter:
                rows = [row async for row in meter.rows(7, PROFILE, 2)]
                assert rows == [(number, number % 100) for number in range(300)]

    run(read())


def test_a_value_that_fits_one_apdu_gives_its_rows_too() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            assert len([row async for row in meter.rows(7, PROFILE, 2)]) == 300
            with pytest.raises(AccessError):
                [row async for row in meter.rows(7, "1.1.1.1.1.1", 2)]

    run(read())


@pytest.mark.parametrize("size", [65535, 40])
@pytest.mark.parametrize("value", [data.unsigned(5), data.octet_string(bytes(60)), data.structure([data.null()] * 60)])
def test_a_value_that_is_no_array_has_no_rows(value: Data, size: int) -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(max_receive_pdu_size=size) as meter:
            server.values.by_name[7, name(PROFILE), 2] = value
            with pytest.raises(ResponseError, match="no array of rows: it is"):
                await anext(meter.rows(7, PROFILE, 2))
            assert (await meter.get(*ENERGY)).value == 123456

    run(read())


def test_who_leaves_early_gets_the_next_answer_all_the_same() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(max_receive_pdu_size=128) as meter:
            for _ in range(20):
                async for row in meter.rows(7, PROFILE, 2):
                    if row[0] == 5:
                        break
                assert (await meter.get(*ENERGY)).value == 123456

    run(read())


def test_a_connection_that_is_lost_in_the_middle_ends_the_rows() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(max_receive_pdu_size=128) as meter:
            rows = meter.rows(7, PROFILE, 2)
            assert [await anext(rows) for _ in range(20)] == [(number, number) for number in range(20)]
            server.drop_connections()
            with pytest.raises(ConnectionLostError):
                [row async for row in rows]

    run(read())
