"""Profiles and clocks as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from client.support import PROFILE, ScriptedServer, name, run
from hypothesis import given
from hypothesis import strategies as st

from xdlms import data
from xdlms.client import Column, NotSentError, Profile, ResponseError, ScalerUnit, by_entry, by_range
from xdlms.client.clock import moment_of, octets_of
from xdlms.client.names import attribute_of, capture_object, logical_name_of
from xdlms.meter import default_meter
from xdlms.tools.date_time import describe_date_time

LN = name(PROFILE)
CLOCK = (8, "0.0.1.0.0.255", 2)
ENERGY = (3, "1.0.1.8.0.255", 2)
SUMMER = timezone(timedelta(hours=2))


# Date-times


@pytest.mark.parametrize(
    "octets",
    [
        None,
        b"",
        bytes(12),
        bytes.fromhex("FFFF 01 01 FF 00 00 00 00 0000 00"),
        bytes.fromhex("07EA FF 01 FF 00 00 00 00 0000 00"),
        bytes.fromhex("07EA 02 1E FF 00 00 00 00 0000 00"),
        bytes.fromhex("07EA 01 01 FF FF 00 00 00 0000 00"),
        bytes.fromhex("07EA 01 01 FF 00 00 00 00 7FFF 00"),
        bytes.fromhex("07EA 01 01 FF 00 00 00 F0 0000 00"),
    ],
)
def test_what_is_no_moment_is_none(octets: Any) -> None:
    assert moment_of(octets) is None


@given(st.binary(min_size=12, max_size=12))
def test_any_octets_are_a_moment_or_none(octets: bytes) -> None:
    moment = moment_of(octets)
    assert moment is None or moment.year == int.from_bytes(octets[:2], "big")


@given(st.datetimes(timezones=st.sampled_from([None, SUMMER, timezone(timedelta(hours=-11, minutes=-30))])))
def test_a_moment_comes_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 10_000 * 10_000)
    assert moment_of(octets_of(moment)) == moment


def test_the_deviation_is_what_leads_from_local_time_to_utc() -> None:
    octets = octets_of(datetime(2026, 7, 6, 10, 54, 38, tzinfo=SUMMER))
    assert octets == bytes.fromhex("07EA 07 06 01 0A 36 26 00 FF88 00")
    assert describe_date_time(octets) == "2026-07-06 Mon 10:54:38.00 UTC+02:00"


# Selections


@pytest.mark.clause("6.6")
def test_the_selections_of_a_profile() -> None:
    assert by_entry(2, 5).access_parameters.encode().hex().upper() == "0204060000000206000000051200011200 00".replace(
        " ", ""
    )
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    found = by_range(moment, moment, selected=[capture_object(*ENERGY)])
    assert found.access_selector == 1
    clock = "0204 120008 09060000010000FF 0F02 120000"
    bound = "090C" + octets_of(moment).hex()
    column = "0101 0204 120003 09060100010800FF 0F02 120000"
    assert found.access_parameters.encode() == bytes.fromhex(f"0204 {clock} {bound} {bound} {column}")


@pytest.mark.parametrize("text", ["1-0:1.8.0*255", "1-0:1.8.0", "1.0.1.8.0.255"])
def test_logical_names_as_people_write_them(text: str) -> None:
    assert logical_name_of(text) == bytes((1, 0, 1, 8, 0, 255))


@pytest.mark.parametrize(
    "reference", [None, 5, (3, LN), ("3", LN, 2), (3, LN, None), (3, LN, 2, None, None), (1 << 16, LN, 2), (3, LN, 128)]
)
def test_what_is_no_attribute_is_not_asked_for(reference: Any) -> None:
    with pytest.raises(NotSentError):
        attribute_of(reference)


def test_a_range_has_bounds() -> None:
    for wrong in ("2026-01-01", None, 5):
        with pytest.raises(NotSentError, match="a range is from a datetime"):
            by_range(datetime.now(UTC), wrong)  # type: ignore[arg-type]  # that is the point


def test_a_selection_by_time_and_number_is_refused() -> None:
    async def select() -> None:
        async with ScriptedServer() as server:
            profile = Profile(server.connect(), PROFILE)
            now = datetime.now(SUMMER)
            both = {"start": now, "end": now}
            for wrong in ({"start": now}, {"end": now}, {**both, "first": 1}, {**both, "last": 1}):
                with pytest.raises(NotSentError, match="by both or by half"):
                    profile.rows(**wrong)  # type: ignore[arg-type]  # of several kinds
            for first in (None, 1):
                with pytest.raises(NotSentError, match="with a range of time only"):
                    profile.rows(columns=[Column(8, name(CLOCK[1]), 2)], first=first)
            with pytest.raises(NotSentError):
                Profile(server.connect(), "load profile")

    run(select())


# Columns


@pytest.mark.parametrize(
    "captured",
    [data.array([data.unsigned(1)]), data.array([data.structure([data.unsigned(1)])]), data.array([data.null()])],
)
def test_capture_objects_that_are_none_are_refused(captured: data.Data) -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            server.values.by_name[7, LN, 3] = captured
            with pytest.raises(ResponseError, match="capture_objects"):
                await Profile(meter, PROFILE).columns()
            server.values.by_name[7, LN, 7] = server.values.by_name[7, LN, 4] = data.octet_string(b"x")
            with pytest.raises(ResponseError, match="entries_in_use"):
                await Profile(meter, PROFILE).entries_in_use()
            with pytest.raises(ResponseError, match="capture_period"):
                await Profile(meter, PROFILE).capture_period()

    run(read())


def test_a_column_knows_its_unit_and_what_its_cells_mean() -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            objects = [capture_object(*CLOCK), capture_object(*ENERGY), capture_object(1, "0.0.96.10.1.255", 2)]
            server.values.by_name[7, LN, 3] = data.array(objects)
            clock, energy, status = await Profile(meter, PROFILE).columns()
            assert energy == Column(3, name(ENERGY[1]), 2, 0, ScalerUnit(-1, 30))
            assert clock.is_time
            assert clock.scaler_unit is status.scaler_unit is None
            moment = datetime(2026, 1, 1, tzinfo=SUMMER)
            assert clock.value(octets_of(moment)) == moment
            assert (clock.value(None), clock.value(b"x"), status.value(5)) == (None, b"x", 5)
            assert energy.value(12345) == Decimal("1234.5")
            assert energy.value(True) is True
            assert energy.value(1.5) == 0.15
            assert Column(3, name(ENERGY[1]), 2, 0, ScalerUnit(3, 30)).value(1.5) == 1500.0
            assert Column(3, name(ENERGY[1]), 2, 0, ScalerUnit(0, 30)).value(7) == 7

    run(read())


def test_a_register_without_a_unit_that_can_be_read_keeps_its_number() -> None:
    column = Column(3, LN, 2)
    assert column.value(7) == 7
    assert ScalerUnit.of(data.unsigned(1)) is None


@pytest.mark.clause("6.6")
@pytest.mark.parametrize("referencing", ["LN", "SN"])
def test_the_profile_of_the_simulated_meter(referencing: Any) -> None:
    from xdlms.client import Lls, connect

    async def read() -> None:
        async with await default_meter().serve("tcp://127.0.0.1:0") as server:
            meter = connect(
                server.url, client=2, auth=Lls(b"12345678"), referencing=referencing, max_receive_pdu_size=256
            )
            async with meter:
                profile = Profile(meter, PROFILE)
                columns = await profile.columns()
                rows = [row async for row in profile.rows()]
                assert len(rows) == await profile.entries_in_use()
                start, end = (columns[0].value(rows[place][0]) for place in (10, 19))
                assert [row async for row in profile.rows(start, end)] == rows[10:20]
                assert [row async for row in profile.rows(first=11, last=20)] == rows[10:20]
                narrow = [row async for row in profile.rows(start, end, columns=columns[:1])]
                assert narrow == [row[:1] for row in rows[10:20]]
                assert end - start == timedelta(seconds=9 * await profile.capture_period())

    run(read())
