"""The state tables: each state with each input, and what is to be seen of it on the line and above."""

from __future__ import annotations

import pytest
from profiles.hdlc.scenes import play

from xdlms.profiles.hdlc import states
from xdlms.profiles.hdlc.states import CLIENT, SERVER, Action, Input, State, Table
from xdlms.profiles.problems import FrameError

pytestmark = pytest.mark.clause("Annex A")

# State, input; the state that follows; what is seen at once; what is seen in the silence that follows. Frames by their
# names, * for P/F = 1; up and down for LinkUp and LinkDown; APDUs by their text; faults that are reported in brackets.

CLIENT_ROWS = """
DISCONNECTED | CONNECT | CONNECTING | - | SNRM*, SNRM*, down with a reason
DISCONNECTED | DISCONNECT | DISCONNECTED | down | -
DISCONNECTED | SEND | DISCONNECTED | refused as sequence, - | -
DISCONNECTED | SEND_UI | DISCONNECTED | - | UI
DISCONNECTED | TURN | DISCONNECTED | (sequence) | -
DISCONNECTED | UA | DISCONNECTED | (sequence) | -
DISCONNECTED | UA_UNREADABLE | DISCONNECTED | (sequence) | -
DISCONNECTED | DM | DISCONNECTED | - | -
DISCONNECTED | FRMR | DISCONNECTED | (sequence) | -
DISCONNECTED | INFORMATION | DISCONNECTED | (sequence) | -
DISCONNECTED | RR | DISCONNECTED | (sequence) | -
DISCONNECTED | RNR | DISCONNECTED | (sequence) | -
DISCONNECTED | UI | DISCONNECTED | unnumbered | -
DISCONNECTED | INVALID | DISCONNECTED | (sequence) | -
DISCONNECTED | TIMEOUT | DISCONNECTED | - | -
DISCONNECTED | EXHAUSTED | DISCONNECTED | - | -
DISCONNECTED | LOST | DISCONNECTED | - | -
CONNECTING | CONNECT | CONNECTING | - | SNRM*, down with a reason
CONNECTING | DISCONNECT | LEAVING | - | DISC*, DISC*, down with a reason
CONNECTING | SEND | CONNECTING | refused as sequence, - | SNRM*, down with a reason
CONNECTING | SEND_UI | CONNECTING | - | SNRM*, UI, down with a reason
CONNECTING | TURN | CONNECTING | (sequence) | SNRM*, down with a reason
CONNECTING | UA | CONNECTED | up | -
CONNECTING | UA_UNREADABLE | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
CONNECTING | DM | DISCONNECTED | down with a reason | -
CONNECTING | FRMR | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
CONNECTING | INFORMATION | CONNECTING | (sequence) | SNRM*, down with a reason
CONNECTING | RR | CONNECTING | (sequence) | SNRM*, down with a reason
CONNECTING | RNR | CONNECTING | (sequence) | SNRM*, down with a reason
CONNECTING | UI | CONNECTING | unnumbered | SNRM*, down with a reason
CONNECTING | INVALID | CONNECTING | (sequence) | SNRM*, down with a reason
CONNECTING | TIMEOUT | CONNECTING | SNRM* | down with a reason
CONNECTING | EXHAUSTED | DISCONNECTED | down with a reason | -
CONNECTING | LOST | DISCONNECTED | down with a reason | -
CONNECTED | CONNECT | CONNECTED | - | RR N(R)=0*, down with a reason
CONNECTED | DISCONNECT | LEAVING | - | DISC*, DISC*, down with a reason
CONNECTED | SEND | CONNECTED | - | RR N(R)=0*, down with a reason
CONNECTED | SEND_UI | CONNECTED | - | RR N(R)=0*, UI, down with a reason
CONNECTED | TURN | CONNECTED | I N(S)=0 N(R)=0* | down with a reason
CONNECTED | UA | CONNECTED | (sequence) | RR N(R)=0*, down with a reason
CONNECTED | UA_UNREADABLE | CONNECTED | (sequence) | RR N(R)=0*, down with a reason
CONNECTED | DM | DISCONNECTED | down by peer with a reason | -
CONNECTED | FRMR | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
CONNECTED | INFORMATION | CONNECTED | numbered | -
CONNECTED | RR | CONNECTED | I N(S)=0 N(R)=0* | down with a reason
CONNECTED | RNR | CONNECTED | - | RR N(R)=0*, RR N(R)=0*, RR N(R)=0*, down with a reason
CONNECTED | UI | CONNECTED | I N(S)=0 N(R)=0*, unnumbered | down with a reason
CONNECTED | INVALID | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
CONNECTED | TIMEOUT | CONNECTED | RR N(R)=0* | down with a reason
CONNECTED | EXHAUSTED | DISCONNECTED | down with a reason | -
CONNECTED | LOST | DISCONNECTED | down with a reason | -
LEAVING | CONNECT | LEAVING | refused as sequence, - | DISC*, DISC*, down with a reason
LEAVING | DISCONNECT | LEAVING | - | DISC*, DISC*, down with a reason
LEAVING | SEND | LEAVING | refused as sequence, - | DISC*, DISC*, down with a reason
LEAVING | SEND_UI | LEAVING | - | DISC*, DISC*, UI, down with a reason
LEAVING | TURN | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | UA | LEAVING | - | DISC*, DISC*, down with a reason
LEAVING | UA_UNREADABLE | LEAVING | - | DISC*, DISC*, down with a reason
LEAVING | DM | DISCONNECTED | down | -
LEAVING | FRMR | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | INFORMATION | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | RR | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | RNR | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | UI | DISCONNECTING | DISC*, unnumbered | DISC*, DISC*, down with a reason
LEAVING | INVALID | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | TIMEOUT | DISCONNECTING | DISC* | DISC*, down with a reason
LEAVING | EXHAUSTED | DISCONNECTED | down with a reason | -
LEAVING | LOST | DISCONNECTED | down with a reason | -
DISCONNECTING | CONNECT | DISCONNECTING | refused as sequence, - | DISC*, down with a reason
DISCONNECTING | DISCONNECT | DISCONNECTING | - | DISC*, down with a reason
DISCONNECTING | SEND | DISCONNECTING | refused as sequence, - | DISC*, down with a reason
DISCONNECTING | SEND_UI | DISCONNECTING | - | DISC*, UI, down with a reason
DISCONNECTING | TURN | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | UA | DISCONNECTED | down | -
DISCONNECTING | UA_UNREADABLE | DISCONNECTED | down | -
DISCONNECTING | DM | DISCONNECTED | down | -
DISCONNECTING | FRMR | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | INFORMATION | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | RR | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | RNR | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | UI | DISCONNECTING | unnumbered | DISC*, down with a reason
DISCONNECTING | INVALID | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | TIMEOUT | DISCONNECTING | DISC* | down with a reason
DISCONNECTING | EXHAUSTED | DISCONNECTED | down with a reason | -
DISCONNECTING | LOST | DISCONNECTED | down with a reason | -
"""

SERVER_ROWS = """
DISCONNECTED | SNRM | CONNECTED | UA*, up | down with a reason
DISCONNECTED | SNRM_REFUSED | DISCONNECTED | DM*, (parameters) | -
DISCONNECTED | DISC | DISCONNECTED | DM* | -
DISCONNECTED | INFORMATION | DISCONNECTED | DM* | -
DISCONNECTED | RR | DISCONNECTED | DM* | -
DISCONNECTED | RNR | DISCONNECTED | DM* | -
DISCONNECTED | UI | DISCONNECTED | DM*, unnumbered | -
DISCONNECTED | INVALID | DISCONNECTED | DM*, (control) | -
DISCONNECTED | CONNECT | DISCONNECTED | refused as sequence, - | -
DISCONNECTED | DISCONNECT | DISCONNECTED | - | -
DISCONNECTED | SEND | DISCONNECTED | refused as sequence, - | -
DISCONNECTED | SEND_UI | DISCONNECTED | - | -
DISCONNECTED | INACTIVE | DISCONNECTED | - | -
DISCONNECTED | LOST | DISCONNECTED | - | -
CONNECTED | SNRM | CONNECTED | UA*, down with a reason, up | down with a reason
CONNECTED | SNRM_REFUSED | DISCONNECTED | DM*, (parameters), down with a reason | -
CONNECTED | DISC | DISCONNECTED | UA*, down by peer | -
CONNECTED | INFORMATION | CONNECTED | numbered | RR N(R)=2*, down with a reason
CONNECTED | RR | CONNECTED | I N(S)=0 N(R)=1* | down with a reason
CONNECTED | RNR | CONNECTED | RR N(R)=1* | down with a reason
CONNECTED | UI | CONNECTED | RR N(R)=1*, unnumbered | down with a reason
CONNECTED | INVALID | REJECTING | FRMR*, (control), down with a reason | -
CONNECTED | CONNECT | CONNECTED | refused as sequence, - | down with a reason
CONNECTED | DISCONNECT | DISCONNECTED | down | -
CONNECTED | SEND | CONNECTED | - | down with a reason
CONNECTED | SEND_UI | CONNECTED | - | down with a reason
CONNECTED | INACTIVE | DISCONNECTED | down with a reason | -
CONNECTED | LOST | DISCONNECTED | down with a reason | -
REJECTING | SNRM | CONNECTED | UA*, up | down with a reason
REJECTING | SNRM_REFUSED | DISCONNECTED | DM*, (parameters) | -
REJECTING | DISC | DISCONNECTED | UA* | -
REJECTING | INFORMATION | REJECTING | FRMR* | -
REJECTING | RR | REJECTING | FRMR* | -
REJECTING | RNR | REJECTING | FRMR* | -
REJECTING | UI | REJECTING | DM*, unnumbered | -
REJECTING | INVALID | REJECTING | FRMR*, (control) | -
REJECTING | CONNECT | REJECTING | refused as sequence, - | -
REJECTING | DISCONNECT | DISCONNECTED | - | -
REJECTING | SEND | REJECTING | refused as sequence, - | -
REJECTING | SEND_UI | REJECTING | - | -
REJECTING | INACTIVE | DISCONNECTED | - | -
REJECTING | LOST | DISCONNECTED | - | -
"""

FOR_CLIENTS = set(Input) - {Input.SNRM, Input.SNRM_REFUSED, Input.DISC, Input.INACTIVE}
FOR_SERVERS = set(Input) - {
    Input.UA,
    Input.UA_UNREADABLE,
    Input.DM,
    Input.FRMR,
    Input.TURN,
    Input.TIMEOUT,
    Input.EXHAUSTED,
}
WITH_FRAME = {Action.TAKE, Action.TAKE_UI, Action.DROP, Action.GIVE_UP}
"""Actions that say something of a frame: no input without one can have them."""
FRAMELESS = {
    Input.CONNECT,
    Input.DISCONNECT,
    Input.SEND,
    Input.SEND_UI,
    Input.TURN,
    Input.TIMEOUT,
    Input.EXHAUSTED,
    Input.INACTIVE,
    Input.LOST,
}


def rows(role: str) -> dict[tuple[State, Input], str]:
    text = CLIENT_ROWS if role == "client" else SERVER_ROWS
    found = {}
    for line in text.strip().splitlines():
        state, what, seen = line.split(" | ", 2)
        found[State[state], Input[what]] = seen
    return found


def table(role: str) -> Table:
    return CLIENT if role == "client" else SERVER


ROWS = [(role, *pair) for role in ("client", "server") for pair in rows(role)]


def test_every_state_has_a_row_for_every_input() -> None:
    client_states = set(State) - {State.REJECTING}
    server_states = {State.DISCONNECTED, State.CONNECTED, State.REJECTING}
    assert set(CLIENT) == {(state, what) for state in client_states for what in FOR_CLIENTS}
    assert set(SERVER) == {(state, what) for state in server_states for what in FOR_SERVERS}
    assert set(rows("client")) == set(CLIENT)
    assert set(rows("server")) == set(SERVER)


@pytest.mark.parametrize(("role", "state", "what"), ROWS)
def test_a_state_with_an_input(role: str, state: State, what: Input) -> None:
    assert play(role, state, what) == rows(role)[state, what]


def outcome(role: str, state: State, what: Input) -> str:
    try:
        return play(role, state, what)
    except (FrameError, KeyError, RecursionError) as error:
        return f"{error!r}"


@pytest.mark.parametrize("role", ["client", "server"])
def test_each_entry_counts(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever entry is changed, to whatever, some row is seen to be wrong."""
    entries = table(role)
    expected = rows(role)
    own = {action for _, action in entries.values()}
    own_states = {state for state, _ in entries}
    for pair, (after, action) in list(entries.items()):
        others = own - (WITH_FRAME if pair[1] in FRAMELESS else set())
        changes = [(other, action) for other in own_states if other is not after]
        changes += [(after, other) for other in others if other is not action]
        for change in changes:
            monkeypatch.setitem(entries, pair, change)
            if outcome(role, *pair) == expected[pair]:
                assert any(outcome(role, *row) != expected[row] for row in expected), (pair, change)
        monkeypatch.setitem(entries, pair, (after, action))


def test_there_is_no_other_table() -> None:
    assert [name for name, value in vars(states).items() if isinstance(value, dict) and name.isupper()] == [
        "CLIENT",
        "SERVER",
    ]
