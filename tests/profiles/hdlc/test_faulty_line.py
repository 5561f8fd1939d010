"""A line with faults: each APDU comes once and in order, or there is one error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from profiles.hdlc.lines import SAPS, Fault, Line, exchange, make_line

from xdlms.profiles.hdlc.states import State
from xdlms.profiles.link import LinkDown

pytestmark = pytest.mark.clause("Annex A")

REQUESTS = [bytes((0xC0, number)) + bytes(range(number, number + 60)) for number in range(2)]


def answer_to(request: bytes) -> bytes:
    return b"\xc4" + request[::-1] * 2


def expected_answers() -> list[bytes]:
    return [answer_to(request) for request in REQUESTS]


def run(information: int, window: int, faults: dict[int, Fault], *, retries: int = 3) -> Line:
    line = make_line(information, window, retries=retries)
    line.faults = faults
    line.answer = answer_to
    exchange(line, REQUESTS)
    return line


def check(line: Line) -> bool:
    """The promise, whatever the line did; returns whether everything got through."""
    assert line.requests == REQUESTS[: len(line.requests)]
    assert line.answers == expected_answers()[: len(line.answers)]
    assert len(line.answers) <= len(line.requests)
    assert line.client.state(SAPS) is State.DISCONNECTED
    (end,) = line.ends
    done = len(line.answers) == len(REQUESTS)
    assert isinstance(end, LinkDown)
    assert done or end.reason
    return done


SIZES = [(128, 1), (40, 1), (24, 3), (20, 7)]


@pytest.mark.parametrize(("information", "window"), SIZES)
def test_without_faults_everything_gets_through(information: int, window: int) -> None:
    line = run(information, window, {})
    assert check(line)
    assert line.ends == [LinkDown(SAPS)]
    assert line.quiet_since < 1


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize(("information", "window"), SIZES)
def test_one_fault_is_recovered_from(information: int, window: int, fault: Fault) -> None:
    count = run(information, window, {}).sent
    for place in range(0, count, 5):
        assert check(run(information, window, {place: fault})), place


@pytest.mark.slow
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize(("information", "window"), SIZES)
def test_one_fault_at_every_octet_is_recovered_from(information: int, window: int, fault: Fault) -> None:
    count = run(information, window, {}).sent
    for place in range(count):
        assert check(run(information, window, {place: fault})), place


@given(
    st.sampled_from(SIZES),
    st.dictionaries(st.integers(0, 3000), st.sampled_from(list(Fault)), max_size=40),
    st.integers(0, 4),
)
@settings(max_examples=60, deadline=None)
def test_many_faults_never_deliver_twice_or_out_of_order(
    size: tuple[int, int], faults: dict[int, Fault], retries: int
) -> None:
    check(run(*size, faults, retries=retries))


def test_a_line_that_is_cut_for_good_ends_with_one_error() -> None:
    count = run(128, 1, {}).sent
    for start in range(0, count, 11):
        faults = dict.fromkeys(range(start, start + 20_000), Fault.LOST)
        line = run(128, 1, faults, retries=2)
        done = check(line)
        (end,) = line.ends
        assert done or end.reason == "the server at 1/17: no answer, 3 times in a row"
