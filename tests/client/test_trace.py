"""What a trace holds, and what it never holds."""

from __future__ import annotations

import pytest
from client.support import AK, EK, ENERGY, PASSWORD, ScriptedServer, context, run
from hypothesis import given
from hypothesis import strategies as st

from xdlms.client import Hls, Lls, TraceEntry, TraceError
from xdlms.client.trace import CLIENT, SERVER, Recorder, entries_in, line_of, without_password
from xdlms.profiles.link import Saps
from xdlms.tools.chart import arrows, chart
from xdlms_apdu import v2023 as apdu

PUBLIC = Saps(16, 1)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "5",
        "{}",
        '{"time": true, "from": "client", "client": 1, "server": 1, "apdu": ""}',
        '{"time": 0, "from": "client", "client": "1", "server": 1, "apdu": ""}',
        '{"time": 0, "from": "client", "client": 1, "server": 1, "apdu": "0"}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_entry_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(TraceError, match="line 2: "):
        list(entries_in(iter(["", line])))


@given(
    st.builds(
        TraceEntry,
        st.integers(0, 10**6).map(lambda number: number / 8),
        st.sampled_from([CLIENT, SERVER]),
        st.builds(Saps, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF)),
        st.binary(max_size=40),
    )
)
def test_an_entry_comes_back_from_its_line_and_is_drawn(entry: TraceEntry) -> None:
    (found,) = entries_in(iter([line_of(entry) + "\n"]))
    assert found == entry
    assert len(list(chart(arrows([found], None)))) == 3


def test_time_counts_from_the_first_apdu() -> None:
    entries: list[TraceEntry] = []
    times = iter((100.0, 101.5))
    recorder = Recorder(entries.append, clock=lambda: next(times))
    recorder.sent(PUBLIC, b"\xc0")
    recorder.received(PUBLIC, b"\xc4")
    assert entries == [TraceEntry(0.0, CLIENT, PUBLIC, b"\xc0"), TraceEntry(1.5, SERVER, PUBLIC, b"\xc4")]


def test_an_aarq_that_cannot_be_understood_is_not_recorded() -> None:
    assert without_password(b"\x60\x05" + PASSWORD) == b"\x60"


@pytest.mark.parametrize("scheme", ["tcp", "udp", "hdlc+tcp"])
def test_an_exchange_is_recorded_as_it_went_over_the_link(scheme: str) -> None:
    async def read() -> list[TraceEntry]:
        entries: list[TraceEntry] = []
        async with (
            ScriptedServer(url=f"{scheme}://127.0.0.1:0") as server,
            server.connect(trace=entries.append, auth=Lls(PASSWORD)) as meter,
        ):
            await meter.get(*ENERGY)
        assert [entry.apdu for entry in entries if entry.sender == CLIENT][1:] == server.received[1 : len(entries) // 2]
        return entries

    entries = run(read())
    assert [entry.apdu[0] for entry in entries][:4] == [0x60, 0x61, 0xC0, 0xC4]
    aarq = apdu.decode(entries[0].apdu)
    assert isinstance(aarq, apdu.AARQ)
    assert aarq.calling_authentication_value == bytes(len(PASSWORD))


def test_no_key_is_ever_recorded_and_what_is_ciphered_stays_so() -> None:
    async def read() -> list[TraceEntry]:
        entries: list[TraceEntry] = []
        async with (
            ScriptedServer() as server,
            server.connect(trace=entries.append, auth=Hls(), security=context(), dedicated_key=True) as meter,
        ):
            await meter.get(*ENERGY)
        return entries

    entries = run(read())
    octets = b"".join(entry.apdu for entry in entries)
    assert EK not in octets
    assert AK not in octets
    assert all(entry.apdu[0] not in (0xC0, 0xC4, 0x01, 0x08) for entry in entries)
