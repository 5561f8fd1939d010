"""The control functions of Figures 9 and 10: every state and every event, and nothing besides."""

from __future__ import annotations

import itertools

import pytest

from xdlms.association import CONTROL_FUNCTION, ControlEvent, State
from xdlms.association.control_function import next_state

# Written once more by hand, one line a row of the figures: state, event, next state.
FIGURES = """
INACTIVE      CONNECTED                  IDLE
INACTIVE      CONNECTED_PRE_ESTABLISHED  ASSOCIATED
IDLE          OPEN_REQUEST               PENDING
IDLE          OPEN_REQUEST_UNANSWERED    ASSOCIATED
IDLE          NOTIFICATION_APDU          IDLE
IDLE          AARQ                       PENDING
IDLE          NOTIFICATION_REQUEST       IDLE
IDLE          DISCONNECTED               INACTIVE
IDLE          LOST                       INACTIVE
PENDING       AARE_ACCEPTED              ASSOCIATED
PENDING       AARE_REJECTED              IDLE
PENDING       OPEN_RESPONSE_ACCEPTED     ASSOCIATED
PENDING       OPEN_RESPONSE_REFUSED      IDLE
PENDING       DISCONNECTED               INACTIVE
PENDING       LOST                       INACTIVE
ASSOCIATED    SERVICE_REQUEST            ASSOCIATED
ASSOCIATED    RESPONSE_APDU              ASSOCIATED
ASSOCIATED    NOTIFICATION_APDU          ASSOCIATED
ASSOCIATED    RELEASE_REQUEST            RELEASE
ASSOCIATED    AARQ                       PENDING
ASSOCIATED    REQUEST_APDU               ASSOCIATED
ASSOCIATED    SERVICE_RESPONSE           ASSOCIATED
ASSOCIATED    NOTIFICATION_REQUEST       ASSOCIATED
ASSOCIATED    AUTHENTICATION_FAILED      IDLE
ASSOCIATED    RLRQ                       RELEASE
ASSOCIATED    DISCONNECTED               INACTIVE
ASSOCIATED    LOST                       INACTIVE
RELEASE       RLRE                       IDLE
RELEASE       DISCONNECT_CONFIRMED       INACTIVE
RELEASE       RELEASE_RESPONSE           IDLE
RELEASE       DISCONNECTED               INACTIVE
RELEASE       LOST                       INACTIVE
"""
STATES = {
    "INACTIVE": State.INACTIVE,
    "IDLE": State.IDLE,
    "PENDING": State.ASSOCIATION_PENDING,
    "ASSOCIATED": State.ASSOCIATED,
    "RELEASE": State.ASSOCIATION_RELEASE_PENDING,
}
EXPECTED = {
    (STATES[state], ControlEvent[event]): STATES[after]
    for state, event, after in (line.split() for line in FIGURES.split("\n") if line)
}


@pytest.mark.clause("7.1")
@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, ControlEvent)))
def test_every_state_and_event_goes_where_the_figures_say_or_is_refused(state: State, event: ControlEvent) -> None:
    assert next_state(state, event) == EXPECTED.get((state, event))
    assert CONTROL_FUNCTION.get((state, event)) == EXPECTED.get((state, event))


def test_the_table_has_no_other_rows() -> None:
    assert CONTROL_FUNCTION.keys() == EXPECTED.keys()
    assert len(EXPECTED) == len(FIGURES.split("\n")) - 2


def test_every_state_can_be_left_and_every_event_happens() -> None:
    assert {state for state, _ in CONTROL_FUNCTION} == set(State)
    assert {event for _, event in CONTROL_FUNCTION} == set(ControlEvent)
