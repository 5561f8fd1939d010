"""A station that is not ready: RNR, and each frame in that condition; RR when it is ready again."""

from __future__ import annotations

import pytest
from profiles.hdlc.lines import SAPS, Fault, Line, make_line
from profiles.hdlc.scenes import client_in, inject, server_in

from xdlms.profiles.hdlc.states import Input, State
from xdlms.profiles.link import ApduReceived, LinkUp

pytestmark = pytest.mark.clause("Annex A")

# Role, input: the state that follows, what is seen at once, then when the station is ready again, and in the silence
# after it. The numbered information is not taken: it is acknowledged (N(R)) by neither side, and no APDU comes of it.

ROWS = """
client | UA | CONNECTED | (sequence) | - | RR N(R)=0*, down with a reason
client | UA_UNREADABLE | CONNECTED | (sequence) | - | RR N(R)=0*, down with a reason
client | DM | DISCONNECTED | down by peer with a reason | - | -
client | FRMR | DISCONNECTING | DISC* | - | DISC*, DISC*, down with a reason
client | INFORMATION | CONNECTED | - | RR N(R)=0* | RR N(R)=0*, RR N(R)=0*, down with a reason
client | RR | CONNECTED | I N(S)=0 N(R)=0, RNR N(R)=0* | - | RR N(R)=0*, down with a reason
client | RNR | CONNECTED | - | RR N(R)=0* | RR N(R)=0*, RR N(R)=0*, down with a reason
client | UI | CONNECTED | I N(S)=0 N(R)=0, RNR N(R)=0*, unnumbered | - | RR N(R)=0*, down with a reason
client | INVALID | DISCONNECTING | DISC* | - | DISC*, DISC*, down with a reason
server | SNRM | CONNECTED | UA*, down with a reason, up | - | down with a reason
server | SNRM_REFUSED | DISCONNECTED | DM*, (parameters), down with a reason | - | -
server | DISC | DISCONNECTED | UA*, down by peer | - | -
server | INFORMATION | CONNECTED | RNR N(R)=1* | - | down with a reason
server | RR | CONNECTED | I N(S)=0 N(R)=1, RNR N(R)=1* | - | down with a reason
server | RNR | CONNECTED | RNR N(R)=1* | - | down with a reason
server | UI | CONNECTED | RNR N(R)=1*, unnumbered | - | down with a reason
server | INVALID | REJECTING | FRMR*, (control), down with a reason | - | -
"""


def play(role: str, what: Input) -> str:
    """What comes of a frame to a connected station that is not ready, and when it is ready again."""
    scene = client_in(State.CONNECTED) if role == "client" else server_in(State.CONNECTED)
    scene.link.hold(SAPS, now=scene.now)
    scene.seen()
    seen = inject(scene, what)
    state = scene.state
    scene.link.resume(SAPS, now=scene.now)
    return f"{state.name} | {seen} | {scene.seen()} | {scene.silence()}"


def test_there_is_a_row_for_every_frame() -> None:
    named = {tuple(line.split(" | ")[:2]) for line in ROWS.strip().splitlines()}
    shared = {Input.INFORMATION, Input.RR, Input.RNR, Input.UI, Input.INVALID}
    of_servers = shared | {Input.UA, Input.UA_UNREADABLE, Input.DM, Input.FRMR}
    of_clients = shared | {Input.SNRM, Input.SNRM_REFUSED, Input.DISC}
    assert named == {("client", what.name) for what in of_servers} | {("server", what.name) for what in of_clients}


@pytest.mark.parametrize("row", ROWS.strip().splitlines())
def test_a_frame_to_a_station_that_is_not_ready(row: str) -> None:
    role, what, seen = row.split(" | ", 2)
    assert play(role, Input[what]) == seen


# --- exchanges


def connected(information: int = 24, window: int = 3, faults: dict[int, Fault] | None = None) -> Line:
    line = make_line(information, window)
    line.faults = faults or {}
    line.answer = lambda request: request[::-1]
    line.client.connect(SAPS, now=0)
    line.run(1)
    assert LinkUp(SAPS) in line.client_events
    return line


def names(line: Line, to: str) -> list[str]:
    return [str(frame.control.kind) for receiver, frame in line.frames if receiver == to]


def test_a_server_that_is_not_ready_gets_the_request_when_it_is() -> None:
    line = connected()
    request = bytes(range(100))
    line.server.hold(SAPS, now=line.now)
    line.client.send(SAPS, request, now=line.now)
    line.run(5)
    assert line.requests == []
    assert "RNR" in names(line, "client")
    assert names(line, "server").count("RR") > 20  # the client asks whether it is ready
    line.server.resume(SAPS, now=line.now)
    line.run(1)
    assert line.requests == [request]
    assert line.answers == [request[::-1]]


def test_a_server_that_is_not_ready_in_the_middle_of_a_request() -> None:
    line = connected()
    request = bytes(range(200))
    line.client.send(SAPS, request, now=line.now)
    for _ in range(3):
        line.step(line.now + 1)
    line.server.hold(SAPS, now=line.now)
    line.run(1)
    assert line.requests == []
    line.server.resume(SAPS, now=line.now)
    line.run(1)
    assert line.requests == [request]
    assert line.answers == [request[::-1]]


def test_a_server_that_is_not_ready_still_answers() -> None:
    line = connected()
    answers: list[bytes] = []
    line.answer = lambda request: None
    line.client.send(SAPS, b"request", now=line.now)
    line.run(0.1)
    assert line.requests == [b"request"]
    line.server.hold(SAPS, now=line.now)
    line.server.send(SAPS, bytes(range(100)), now=line.now)
    line.run(1)
    answers += line.answers
    assert answers == [bytes(range(100))]
    (last,) = [frame for receiver, frame in line.frames if receiver == "client"][-1:]
    assert str(last.control.kind) == "RNR"


def test_a_client_that_is_not_ready_gets_the_answer_when_it_is() -> None:
    line = connected()
    request = bytes(range(100))
    line.client.send(SAPS, request, now=line.now)
    line.client.hold(SAPS, now=line.now)
    line.run(5)
    assert line.requests == [request]
    assert line.answers == []
    assert "RNR" in names(line, "server")
    quiet = len(line.frames)
    line.run(5)
    assert len(line.frames) == quiet  # a client asks when it is ready
    line.client.resume(SAPS, now=line.now)
    line.run(1)
    assert line.answers == [request[::-1]]
    assert line.requests == [request]


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("side", ["client", "server"])
def test_one_fault_while_a_side_is_not_ready(side: str, fault: Fault) -> None:
    def played(faults: dict[int, Fault]) -> Line:
        line = connected(faults=faults)
        request = bytes(range(60))
        link = line.client if side == "client" else line.server
        line.client.send(SAPS, request, now=line.now)
        link.hold(SAPS, now=line.now)
        line.run(0.5)
        link.resume(SAPS, now=line.now)
        line.run(20)
        assert line.requests == [request]
        assert line.answers == [request[::-1]]
        return line

    good = played({})
    begin = sum(len(frame.encode()) for _, frame in good.frames[:2])
    for place in range(begin, good.sent, 3):
        played({place: fault})


def test_what_comes_up_while_nobody_is_ready_is_bounded_by_the_window() -> None:
    line = make_line(24, 7)
    line.client.connect(SAPS, now=0)
    line.run(1)
    for number in range(50):
        line.client.send(SAPS, bytes((number,)), now=line.now)
    line.on_client_event = lambda event: None
    line.server.hold(SAPS, now=line.now)
    line.run(1)
    assert not any(isinstance(event, ApduReceived) for event in line.server_events)
    line.server.resume(SAPS, now=line.now)
    line.run(5)
    assert line.requests == [bytes((number,)) for number in range(50)]
