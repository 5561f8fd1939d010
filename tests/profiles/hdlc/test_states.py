"""The state tables: each state with each input, and what is to be seen of it on the line and above."""

from __future__ import annotations

import pytest
from profiles.hdlc.scenes import play

from xdlms.profiles.hdlc.states import CLIENT, SERVER, Input, State, Table

pytestmark = pytest.mark.clause("Annex A")

# State, input: the state that follows, what is done. Then what comes of it: the state when the link is at rest,
# what is seen at once, what is seen in the silence that follows. Frames by their names, * for P/F = 1; up and down for
# LinkUp and LinkDown; APDUs by their text; faults that are reported in brackets.

CLIENT_ROWS = """
DISCONNECTED | CONNECT | CONNECTING | PREPARE | CONNECTING | - | SNRM*, SNRM*, down with a reason
DISCONNECTED | DISCONNECT | DISCONNECTED | END | DISCONNECTED | down | -
DISCONNECTED | SEND | DISCONNECTED | REFUSE | DISCONNECTED | refused as sequence, - | -
DISCONNECTED | SEND_UI | DISCONNECTED | QUEUE_UI | DISCONNECTED | - | UI
DISCONNECTED | HOLD | DISCONNECTED | IGNORE | DISCONNECTED | - | -
DISCONNECTED | RESUME | DISCONNECTED | IGNORE | DISCONNECTED | - | -
DISCONNECTED | TURN | DISCONNECTED | SEND_QUEUED | DISCONNECTED | (sequence) | -
DISCONNECTED | UA | DISCONNECTED | DROP | DISCONNECTED | (sequence) | -
DISCONNECTED | UA_UNREADABLE | DISCONNECTED | DROP | DISCONNECTED | (sequence) | -
DISCONNECTED | DM | DISCONNECTED | IGNORE | DISCONNECTED | - | -
DISCONNECTED | FRMR | DISCONNECTED | DROP | DISCONNECTED | (sequence) | -
DISCONNECTED | INFORMATION | DISCONNECTED | DROP | DISCONNECTED | (sequence) | -
DISCONNECTED | RR | DISCONNECTED | DROP | DISCONNECTED | (sequence) | -
DISCONNECTED | RNR | DISCONNECTED | DROP | DISCONNECTED | (sequence) | -
DISCONNECTED | UI | DISCONNECTED | TAKE_UI | DISCONNECTED | unnumbered | -
DISCONNECTED | INVALID | DISCONNECTED | DROP | DISCONNECTED | (sequence) | -
DISCONNECTED | TIMEOUT | DISCONNECTED | IGNORE | DISCONNECTED | - | -
DISCONNECTED | EXHAUSTED | DISCONNECTED | IGNORE | DISCONNECTED | - | -
DISCONNECTED | LOST | DISCONNECTED | IGNORE | DISCONNECTED | - | -
CONNECTING | CONNECT | CONNECTING | IGNORE | CONNECTING | - | SNRM*, down with a reason
CONNECTING | DISCONNECT | LEAVING | PREPARE | LEAVING | - | DISC*, DISC*, down with a reason
CONNECTING | SEND | CONNECTING | REFUSE | CONNECTING | refused as sequence, - | SNRM*, down with a reason
CONNECTING | SEND_UI | CONNECTING | QUEUE_UI | CONNECTING | - | SNRM*, UI, down with a reason
CONNECTING | HOLD | CONNECTING | IGNORE | CONNECTING | - | SNRM*, down with a reason
CONNECTING | RESUME | CONNECTING | IGNORE | CONNECTING | - | SNRM*, down with a reason
CONNECTING | TURN | CONNECTING | SEND_SNRM | CONNECTING | (sequence) | SNRM*, down with a reason
CONNECTING | UA | CONNECTED | BEGIN | CONNECTED | up | -
CONNECTING | UA_UNREADABLE | LEAVING | GIVE_UP | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
CONNECTING | DM | DISCONNECTED | END | DISCONNECTED | down with a reason | -
CONNECTING | FRMR | LEAVING | GIVE_UP | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
CONNECTING | INFORMATION | CONNECTING | DROP | CONNECTING | (sequence) | SNRM*, down with a reason
CONNECTING | RR | CONNECTING | DROP | CONNECTING | (sequence) | SNRM*, down with a reason
CONNECTING | RNR | CONNECTING | DROP | CONNECTING | (sequence) | SNRM*, down with a reason
CONNECTING | UI | CONNECTING | TAKE_UI | CONNECTING | unnumbered | SNRM*, down with a reason
CONNECTING | INVALID | CONNECTING | DROP | CONNECTING | (sequence) | SNRM*, down with a reason
CONNECTING | TIMEOUT | CONNECTING | IGNORE | CONNECTING | SNRM* | down with a reason
CONNECTING | EXHAUSTED | DISCONNECTED | END | DISCONNECTED | down with a reason | -
CONNECTING | LOST | DISCONNECTED | END | DISCONNECTED | down with a reason | -
CONNECTED | CONNECT | CONNECTED | IGNORE | CONNECTED | - | RR N(R)=0*, down with a reason
CONNECTED | DISCONNECT | LEAVING | PREPARE | LEAVING | - | DISC*, DISC*, down with a reason
CONNECTED | SEND | CONNECTED | QUEUE | CONNECTED | - | RR N(R)=0*, down with a reason
CONNECTED | SEND_UI | CONNECTED | QUEUE_UI | CONNECTED | - | RR N(R)=0*, UI, down with a reason
CONNECTED | HOLD | CONNECTED | HOLD | CONNECTED | - | RNR N(R)=0*, down with a reason
CONNECTED | RESUME | CONNECTED | RESUME | CONNECTED | - | RR N(R)=0*, down with a reason
CONNECTED | TURN | CONNECTED | SEND_QUEUED | CONNECTED | I N(S)=0 N(R)=0* | RR N(R)=0*, down with a reason
CONNECTED | UA | CONNECTED | DROP | CONNECTED | (sequence) | RR N(R)=0*, down with a reason
CONNECTED | UA_UNREADABLE | CONNECTED | DROP | CONNECTED | (sequence) | RR N(R)=0*, down with a reason
CONNECTED | DM | DISCONNECTED | END | DISCONNECTED | down by peer with a reason | -
CONNECTED | FRMR | LEAVING | GIVE_UP | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
CONNECTED | INFORMATION | CONNECTED | TAKE | CONNECTED | numbered | -
CONNECTED | RR | CONNECTED | TAKE | CONNECTED | I N(S)=0 N(R)=0* | RR N(R)=0*, down with a reason
CONNECTED | RNR | CONNECTED | TAKE | CONNECTED | - | RR N(R)=0*, RR N(R)=0*, RR N(R)=0*, down with a reason
CONNECTED | UI | CONNECTED | TAKE_UI | CONNECTED | I N(S)=0 N(R)=0*, unnumbered | RR N(R)=0*, down with a reason
CONNECTED | INVALID | LEAVING | GIVE_UP | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
CONNECTED | TIMEOUT | CONNECTED | POLL | CONNECTED | RR N(R)=0* | down with a reason
CONNECTED | EXHAUSTED | DISCONNECTED | END | DISCONNECTED | down with a reason | -
CONNECTED | LOST | DISCONNECTED | END | DISCONNECTED | down with a reason | -
LEAVING | CONNECT | LEAVING | REFUSE | LEAVING | refused as sequence, - | DISC*, DISC*, down with a reason
LEAVING | DISCONNECT | LEAVING | IGNORE | LEAVING | - | DISC*, DISC*, down with a reason
LEAVING | SEND | LEAVING | REFUSE | LEAVING | refused as sequence, - | DISC*, DISC*, down with a reason
LEAVING | SEND_UI | LEAVING | QUEUE_UI | LEAVING | - | DISC*, DISC*, UI, down with a reason
LEAVING | HOLD | LEAVING | IGNORE | LEAVING | - | DISC*, DISC*, down with a reason
LEAVING | RESUME | LEAVING | IGNORE | LEAVING | - | DISC*, DISC*, down with a reason
LEAVING | TURN | DISCONNECTING | SEND_DISC | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | UA | LEAVING | IGNORE | LEAVING | - | DISC*, DISC*, down with a reason
LEAVING | UA_UNREADABLE | LEAVING | IGNORE | LEAVING | - | DISC*, DISC*, down with a reason
LEAVING | DM | DISCONNECTED | END | DISCONNECTED | down | -
LEAVING | FRMR | LEAVING | IGNORE | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | INFORMATION | LEAVING | IGNORE | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | RR | LEAVING | IGNORE | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | RNR | LEAVING | IGNORE | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | UI | LEAVING | TAKE_UI | DISCONNECTING | DISC*, unnumbered | DISC*, DISC*, down with a reason
LEAVING | INVALID | LEAVING | IGNORE | DISCONNECTING | DISC* | DISC*, DISC*, down with a reason
LEAVING | TIMEOUT | LEAVING | IGNORE | DISCONNECTING | DISC* | DISC*, down with a reason
LEAVING | EXHAUSTED | DISCONNECTED | END | DISCONNECTED | down with a reason | -
LEAVING | LOST | DISCONNECTED | END | DISCONNECTED | down with a reason | -
DISCONNECTING | CONNECT | DISCONNECTING | REFUSE | DISCONNECTING | refused as sequence, - | DISC*, down with a reason
DISCONNECTING | DISCONNECT | DISCONNECTING | IGNORE | DISCONNECTING | - | DISC*, down with a reason
DISCONNECTING | SEND | DISCONNECTING | REFUSE | DISCONNECTING | refused as sequence, - | DISC*, down with a reason
DISCONNECTING | SEND_UI | DISCONNECTING | QUEUE_UI | DISCONNECTING | - | DISC*, UI, down with a reason
DISCONNECTING | HOLD | DISCONNECTING | IGNORE | DISCONNECTING | - | DISC*, down with a reason
DISCONNECTING | RESUME | DISCONNECTING | IGNORE | DISCONNECTING | - | DISC*, down with a reason
DISCONNECTING | TURN | DISCONNECTING | SEND_DISC | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | UA | DISCONNECTED | END | DISCONNECTED | down | -
DISCONNECTING | UA_UNREADABLE | DISCONNECTED | END | DISCONNECTED | down | -
DISCONNECTING | DM | DISCONNECTED | END | DISCONNECTED | down | -
DISCONNECTING | FRMR | DISCONNECTING | DROP | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | INFORMATION | DISCONNECTING | DROP | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | RR | DISCONNECTING | DROP | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | RNR | DISCONNECTING | DROP | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | UI | DISCONNECTING | TAKE_UI | DISCONNECTING | unnumbered | DISC*, down with a reason
DISCONNECTING | INVALID | DISCONNECTING | DROP | DISCONNECTING | (sequence) | DISC*, down with a reason
DISCONNECTING | TIMEOUT | DISCONNECTING | IGNORE | DISCONNECTING | DISC* | down with a reason
DISCONNECTING | EXHAUSTED | DISCONNECTED | END | DISCONNECTED | down with a reason | -
DISCONNECTING | LOST | DISCONNECTED | END | DISCONNECTED | down with a reason | -
"""

SERVER_ROWS = """
DISCONNECTED | SNRM | CONNECTED | ACCEPT | CONNECTED | UA*, up | down with a reason
DISCONNECTED | SNRM_REFUSED | DISCONNECTED | SEND_DM | DISCONNECTED | DM*, (parameters) | -
DISCONNECTED | DISC | DISCONNECTED | SEND_DM | DISCONNECTED | DM* | -
DISCONNECTED | INFORMATION | DISCONNECTED | SEND_DM | DISCONNECTED | DM* | -
DISCONNECTED | RR | DISCONNECTED | SEND_DM | DISCONNECTED | DM* | -
DISCONNECTED | RNR | DISCONNECTED | SEND_DM | DISCONNECTED | DM* | -
DISCONNECTED | UI | DISCONNECTED | TAKE_UI | DISCONNECTED | DM*, unnumbered | -
DISCONNECTED | INVALID | DISCONNECTED | SEND_DM | DISCONNECTED | DM*, (control) | -
DISCONNECTED | CONNECT | DISCONNECTED | REFUSE | DISCONNECTED | refused as sequence, - | -
DISCONNECTED | DISCONNECT | DISCONNECTED | IGNORE | DISCONNECTED | - | -
DISCONNECTED | SEND | DISCONNECTED | REFUSE | DISCONNECTED | refused as sequence, - | -
DISCONNECTED | SEND_UI | DISCONNECTED | QUEUE_UI | DISCONNECTED | - | -
DISCONNECTED | HOLD | DISCONNECTED | IGNORE | DISCONNECTED | - | -
DISCONNECTED | RESUME | DISCONNECTED | IGNORE | DISCONNECTED | - | -
DISCONNECTED | INACTIVE | DISCONNECTED | IGNORE | DISCONNECTED | - | -
DISCONNECTED | LOST | DISCONNECTED | IGNORE | DISCONNECTED | - | -
CONNECTED | SNRM | CONNECTED | ACCEPT_ANEW | CONNECTED | UA*, down with a reason, up | down with a reason
CONNECTED | SNRM_REFUSED | DISCONNECTED | SEND_DM_AND_END | DISCONNECTED | DM*, (parameters), down with a reason | -
CONNECTED | DISC | DISCONNECTED | SEND_UA_AND_END | DISCONNECTED | UA*, down by peer | -
CONNECTED | INFORMATION | CONNECTED | TAKE | CONNECTED | numbered | RR N(R)=2*, down with a reason
CONNECTED | RR | CONNECTED | TAKE | CONNECTED | I N(S)=0 N(R)=1* | down with a reason
CONNECTED | RNR | CONNECTED | TAKE | CONNECTED | RR N(R)=1* | down with a reason
CONNECTED | UI | CONNECTED | TAKE_UI | CONNECTED | RR N(R)=1*, unnumbered | down with a reason
CONNECTED | INVALID | REJECTING | SEND_FRMR_AND_END | REJECTING | FRMR*, (control), down with a reason | -
CONNECTED | CONNECT | CONNECTED | REFUSE | CONNECTED | refused as sequence, - | down with a reason
CONNECTED | DISCONNECT | DISCONNECTED | END | DISCONNECTED | down | -
CONNECTED | SEND | CONNECTED | QUEUE | CONNECTED | - | down with a reason
CONNECTED | SEND_UI | CONNECTED | QUEUE_UI | CONNECTED | - | down with a reason
CONNECTED | HOLD | CONNECTED | HOLD | CONNECTED | - | down with a reason
CONNECTED | RESUME | CONNECTED | RESUME | CONNECTED | - | down with a reason
CONNECTED | INACTIVE | DISCONNECTED | END | DISCONNECTED | down with a reason | -
CONNECTED | LOST | DISCONNECTED | END | DISCONNECTED | down with a reason | -
REJECTING | SNRM | CONNECTED | ACCEPT | CONNECTED | UA*, up | down with a reason
REJECTING | SNRM_REFUSED | DISCONNECTED | SEND_DM | DISCONNECTED | DM*, (parameters) | -
REJECTING | DISC | DISCONNECTED | SEND_UA | DISCONNECTED | UA* | -
REJECTING | INFORMATION | REJECTING | SEND_FRMR | REJECTING | FRMR* | -
REJECTING | RR | REJECTING | SEND_FRMR | REJECTING | FRMR* | -
REJECTING | RNR | REJECTING | SEND_FRMR | REJECTING | FRMR* | -
REJECTING | UI | REJECTING | TAKE_UI | REJECTING | DM*, unnumbered | -
REJECTING | INVALID | REJECTING | SEND_FRMR | REJECTING | FRMR*, (control) | -
REJECTING | CONNECT | REJECTING | REFUSE | REJECTING | refused as sequence, - | -
REJECTING | DISCONNECT | DISCONNECTED | IGNORE | DISCONNECTED | - | -
REJECTING | SEND | REJECTING | REFUSE | REJECTING | refused as sequence, - | -
REJECTING | SEND_UI | REJECTING | QUEUE_UI | REJECTING | - | -
REJECTING | HOLD | REJECTING | IGNORE | REJECTING | - | -
REJECTING | RESUME | REJECTING | IGNORE | REJECTING | - | -
REJECTING | INACTIVE | DISCONNECTED | IGNORE | DISCONNECTED | - | -
REJECTING | LOST | DISCONNECTED | IGNORE | DISCONNECTED | - | -
"""

FOR_CLIENTS = set(Input) - {Input.SNRM, Input.SNRM_REFUSED, Input.DISC, Input.INACTIVE}
FROM_SERVERS = {Input.UA, Input.UA_UNREADABLE, Input.DM, Input.FRMR}
FOR_SERVERS = set(Input) - FROM_SERVERS - {Input.TURN, Input.TIMEOUT, Input.EXHAUSTED}

TABLES: dict[str, tuple[Table, str]] = {"client": (CLIENT, CLIENT_ROWS), "server": (SERVER, SERVER_ROWS)}


def rows(role: str) -> list[tuple[str, State, Input, str, str]]:
    """The rows of a role: state, input, what the entry says, what is seen."""
    found = []
    for line in TABLES[role][1].strip().splitlines():
        state, what, after, action, seen = line.split(" | ", 4)
        found.append((role, State[state], Input[what], f"{after} | {action}", seen))
    return found


ROWS = rows("client") + rows("server")


def test_every_state_has_an_entry_for_every_input() -> None:
    client_states = set(State) - {State.REJECTING}
    server_states = {State.DISCONNECTED, State.CONNECTED, State.REJECTING}
    assert set(CLIENT) == {(state, what) for state in client_states for what in FOR_CLIENTS}
    assert set(SERVER) == {(state, what) for state in server_states for what in FOR_SERVERS}


@pytest.mark.parametrize("role", TABLES)
def test_every_entry_has_a_row(role: str) -> None:
    assert {(state, what) for _, state, what, _, _ in rows(role)} == set(TABLES[role][0])


@pytest.mark.parametrize(("role", "state", "what", "entry", "seen"), ROWS)
def test_a_state_with_an_input(role: str, state: State, what: Input, entry: str, seen: str) -> None:
    after, action = TABLES[role][0][state, what]
    assert f"{after.name} | {action.name}" == entry
    assert play(role, state, what) == seen
