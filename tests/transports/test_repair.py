"""A client as a whole on a bad line: what its time-out means where the link repairs the line meanwhile."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from profiles.hdlc.lines import Fault
from transports.virtual_line import VirtualLine, check, exchange

from xdlms import data
from xdlms.client import ConnectionLostError, NoAnswerError
from xdlms.client.patience import USUAL_TIMEOUT, Patience, UsualTimeout
from xdlms.profiles.hdlc import Control, Frame, FrameKind, HdlcSettings, LinkParameters
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.wrapper_link import WrapperLink

pytestmark = pytest.mark.clause("Annex A")

SIZES = [(128, 1), (40, 1), (24, 3), (64, 7)]
MIDDLE = (0.05, 1e9)
"""Nothing comes from here on; the association is there by then."""


# --- what a time-out means


def test_seconds_that_a_user_gives_are_those_seconds_over_every_link() -> None:
    for seconds in (5.0, 5, 0.1, None):
        for link in (PrimaryLink(), WrapperLink(server=False)):
            assert Patience.with_link(seconds, link) == Patience(seconds)


def test_the_usual_time_out_leaves_the_link_time_to_repair_its_line() -> None:
    assert Patience.with_link(USUAL_TIMEOUT, WrapperLink(server=False)) == Patience(5.0)
    assert Patience.with_link(USUAL_TIMEOUT, PrimaryLink()) == Patience(17.0, after_progress=True)
    longer = PrimaryLink(HdlcSettings(response_timeout=6, retries=9))
    assert Patience.with_link(USUAL_TIMEOUT, longer) == Patience(65.0, after_progress=True)
    assert USUAL_TIMEOUT == 5.0
    assert isinstance(USUAL_TIMEOUT, UsualTimeout)


def test_the_repair_of_a_slow_line_takes_longer() -> None:
    at_once = HdlcSettings(LinkParameters(128, 128, 1, 1))
    slow = HdlcSettings(LinkParameters(128, 128, 1, 1), baud=300)
    assert PrimaryLink(at_once).longest_repair == 12
    assert PrimaryLink(slow).longest_repair == pytest.approx(4 * (3 + 144 * 11 / 300))
    wide = HdlcSettings(LinkParameters(128, 2030, 1, 7), baud=9600)
    assert PrimaryLink(wide).longest_repair == pytest.approx(4 * (3 + 7 * 2046 * 11 / 9600))


@pytest.mark.parametrize(
    ("patience", "due", "progress", "ends"),
    [
        (Patience(5), 5, 3, 5),
        (Patience(None, after_progress=True), 5, 3, 5),
        (Patience(5, after_progress=True), 5, None, 5),
        (Patience(5, after_progress=True), 5, 3, 8),
        (Patience(5, after_progress=True), 9, 3, 9),
        (Patience(5, after_progress=True), 9, 3604, 3609),
        (Patience(5, after_progress=True), 9, 3605, 3609),
        (Patience(5, after_progress=True), 9, 1e9, 3609),
    ],
)
def test_what_gets_through_puts_the_end_off(
    patience: Patience, due: float, progress: float | None, ends: float
) -> None:
    assert patience.ends(due, progress) == ends


# --- a line that is silent for a while


def test_a_line_that_is_repaired_within_the_retries_of_the_link_costs_time_only() -> None:
    for begin in (0.0, 0.03, 0.06, 0.09, 0.12, 0.15):
        line = VirtualLine(silent=(begin, begin + 8.5))
        error, seconds = line.play(exchange)
        assert error is None
        assert check(line, error)
        assert 8.5 < seconds < 10


def test_retries_in_the_url_have_effect_by_themselves() -> None:
    for retries, options in ((9, ""), (3, "&timeout=9")):
        line = VirtualLine(silent=(0.05, 25), retries=retries, options=options)
        error, seconds = line.play(exchange)
        assert error is None
        assert check(line, error)
        assert 25 < seconds < 29


def test_seconds_that_a_user_gives_bound_the_repair_of_the_line() -> None:
    for begin in (0.0, 0.05):
        line = VirtualLine(silent=(begin, 8.5))
        error, seconds = line.play(lambda line: exchange(line, timeout=2.0))
        assert isinstance(error, NoAnswerError)
        assert "2 s" in str(error)
        assert line.answers == []
        assert 2 <= seconds < 5


# --- a line that is dead


@pytest.mark.parametrize("retries", [0, 3, 5])
def test_a_dead_line_ends_with_the_error_of_the_link(retries: int) -> None:
    times = {0: "once", 3: "4 times in a row", 5: "6 times in a row"}[retries]
    for begin in (0.0, 0.05):
        line = VirtualLine(silent=(begin, 1e9), retries=retries)
        error, seconds = line.play(exchange)
        assert isinstance(error, ConnectionLostError)
        assert f"the server at 1: no answer, {times}" in str(error)
        assert seconds == pytest.approx(begin + 3 * (retries + 1), abs=0.1)
        assert ("physical" in error.hint) == (begin == 0.0)


def test_connecting_ends_in_the_time_that_a_user_gives() -> None:
    line = VirtualLine(silent=(0.0, 1e9))
    error, seconds = line.play(lambda line: exchange(line, timeout=1.5))
    assert isinstance(error, NoAnswerError)
    assert str(error) == "the meter did not answer: it is not connected after 1.5 s"
    assert "physical" in error.hint
    assert seconds == pytest.approx(1.5)


def test_without_a_time_out_the_link_ends_the_connection() -> None:
    line = VirtualLine(silent=(0.0, 1e9))
    error, seconds = line.play(lambda line: exchange(line, timeout=None))
    assert isinstance(error, ConnectionLostError)
    assert seconds == pytest.approx(12)


# --- a slow line


def test_a_long_answer_on_a_slow_line_comes_as_long_as_something_gets_through() -> None:
    line = VirtualLine(baud=300)
    line.thing.values[2] = data.octet_string(bytes(3000))

    async def read(line: VirtualLine) -> int:
        async with line.client() as meter:
            return len((await meter.get(1, "0.0.96.1.0.255", 2)).value)

    length, seconds = line.play(read)
    assert length == 3000
    assert seconds > 100


def test_a_long_answer_on_a_slow_line_does_not_pass_the_time_that_a_user_gives() -> None:
    line = VirtualLine(baud=300)
    line.thing.values[2] = data.octet_string(bytes(3000))
    error, seconds = line.play(lambda line: exchange(line, timeout=20.0))
    assert isinstance(error, NoAnswerError)
    assert seconds < 60


def test_a_meter_whose_link_answers_and_whose_application_does_not_is_given_up() -> None:
    line = VirtualLine()

    async def ask(line: VirtualLine) -> None:
        async with line.client() as meter:
            line.thing.values[2] = lambda: asyncio.sleep(1000)
            with pytest.raises(NoAnswerError, match="within 17 s"):
                await meter.get(1, "0.0.96.1.0.255", 2)

    _, seconds = line.play(ask)
    assert 17 <= seconds < 20


@pytest.mark.parametrize(("information", "most"), [(b"", 60), (b"\x00", 3700)])
def test_a_meter_that_always_sends_a_little_more_is_not_waited_for_without_an_end(
    information: bytes, most: int
) -> None:
    line = VirtualLine()

    async def ask(line: VirtualLine) -> None:
        async with line.client() as meter:
            line.replace_server(partial(a_little_more, information))
            with pytest.raises(NoAnswerError):
                await meter.get(1, "0.0.96.1.0.255", 2)

    _, seconds = line.play(ask)
    assert 17 <= seconds < most


def a_little_more(information: bytes, asked: Frame) -> Frame:
    """An I frame with the number that is expected, in answer to any; more of the same APDU is to follow."""
    number = asked.control.receive_sequence
    taken = 2 if asked.control.send_sequence is None else (asked.control.send_sequence + 1) % 8
    control = Control(FrameKind.INFORMATION, True, number, taken)
    return Frame(asked.source, asked.destination, control, information, bool(information))


# --- one fault, at every octet that either side sends


@pytest.mark.parametrize(("information", "window"), SIZES)
def test_without_faults_an_exchange_is_short(information: int, window: int) -> None:
    line = VirtualLine(information=information, window=window)
    error, seconds = line.play(exchange)
    assert error is None
    assert check(line, error)
    assert seconds < 1
    assert FrameKind.SNRM in line.kinds(by_client=True)
    assert FrameKind.UA in line.kinds(by_client=False)


def at_octets(fault: Fault, information: int, window: int, step: int) -> None:
    good = VirtualLine(information=information, window=window)
    good.play(exchange)
    for place in range(0, good.sent, step):
        line = VirtualLine(information=information, window=window, faults={place: fault})
        error, seconds = line.play(exchange)
        assert error is None, (place, error)
        assert check(line, error), place
        assert seconds < 10, place


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize(("information", "window"), SIZES)
def test_a_client_recovers_from_one_fault(fault: Fault, information: int, window: int) -> None:
    at_octets(fault, information, window, 23)


@pytest.mark.slow
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize(("information", "window"), SIZES)
def test_a_client_recovers_from_one_fault_at_every_octet(fault: Fault, information: int, window: int) -> None:
    at_octets(fault, information, window, 1)


def test_a_line_that_goes_dead_at_any_octet_ends_with_one_error() -> None:
    good = VirtualLine()
    good.play(exchange)
    for start in range(0, good.sent, 13):
        line = VirtualLine(faults=dict.fromkeys(range(start, start + 20_000), Fault.LOST))
        error, _ = line.play(exchange)
        done = check(line, error)
        assert done or isinstance(error, ConnectionLostError), (start, error)
