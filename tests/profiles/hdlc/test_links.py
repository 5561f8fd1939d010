"""HDLC between a client and a server: negotiation, segmentation, windows, times, addresses, rejection."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from profiles.hdlc.lines import SAPS, Line, exchange, make_line, troubles

from xdlms.codec.errors import EncodeError
from xdlms.profiles.hdlc import Address, Control, Frame, FrameKind, HdlcSettings, LinkParameters
from xdlms.profiles.hdlc.information import SetupInformation
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.hdlc.rejection import FrameReject, Rejected
from xdlms.profiles.hdlc.secondary import SecondaryLink
from xdlms.profiles.hdlc.states import State
from xdlms.profiles.link import ApduReceived, LinkDown, LinkUp, Saps
from xdlms.profiles.problems import FrameError

pytestmark = pytest.mark.clause("Annex A")

CLIENT = Address(16)
SERVER = Address(1, 17)
SNRM = Control(FrameKind.SNRM, True)
DISC = Control(FrameKind.DISC, True)


def frames(octets: list[bytes]) -> list[Frame]:
    return [Frame.decode(one) for one in octets]


def kinds(line: Line, to: str) -> list[str]:
    return [str(frame.control.kind) for receiver, frame in line.frames if receiver == to]


class Server:
    """A server to which a test sends frames."""

    def __init__(self, link: SecondaryLink | None = None) -> None:
        self.link = link or SecondaryLink(HdlcSettings(), devices=[1, 2], physical=17)

    def tell(self, control: Control, information: bytes = b"", **other: object) -> list[Frame]:
        """Send a frame; returns the answers."""
        destination, source = other.get("destination", SERVER), other.get("source", CLIENT)
        assert isinstance(destination, Address)
        assert isinstance(source, Address)
        self.link.receive_octets(Frame(destination, source, control, information).encode(), now=0)
        return frames(self.link.octets_to_send())


# --- what cannot be sent


@pytest.mark.parametrize(
    ("saps", "physical"),
    [
        (Saps(0, 1), 17),
        (Saps(127, 1), 17),
        (Saps(16, 0), 17),
        (Saps(16, 127), 17),
        (Saps(16, 1), 0),
        (Saps(16, 1), 127),
    ],
)
def test_nobody_and_everybody_cannot_be_connected(saps: Saps, physical: int) -> None:
    link = PrimaryLink(physical=physical)
    with pytest.raises(FrameError, match="no station can answer"):
        link.connect(saps, now=0)
    with pytest.raises(FrameError, match="no station can answer"):
        link.trigger(saps, now=0)
    assert link.octets_to_send() == []


@pytest.mark.parametrize("saps", [Saps(128, 1), Saps(16, 128)])
def test_addresses_that_hdlc_does_not_have(saps: Saps) -> None:
    with pytest.raises(EncodeError):
        PrimaryLink().connect(saps, now=0)


@pytest.mark.parametrize(("physical", "size"), [(None, 2), (17, 1), (17, 3), (200, 2)])
def test_an_address_size_that_does_not_fit(physical: int | None, size: int) -> None:
    with pytest.raises(EncodeError):
        PrimaryLink(physical=physical, address_size=size)


def test_apdus_that_are_empty_or_too_long_are_refused() -> None:
    said = HdlcSettings(apdu_limit=10)
    for link in (PrimaryLink(said), SecondaryLink(said)):
        assert link.largest_apdu == 10
        with pytest.raises(FrameError, match="no octets"):
            link.send(SAPS, b"", now=0)
        with pytest.raises(FrameError, match="11 octets; this link carries up to 10"):
            link.send(SAPS, bytes(11), now=0)


def test_an_unconfirmed_apdu_has_to_fit_one_frame() -> None:
    for link in (PrimaryLink(), SecondaryLink()):
        link.send(SAPS, bytes(125), confirmed=False, now=0)
        with pytest.raises(FrameError, match="126 octets for one UI frame, which holds 125"):
            link.send(SAPS, bytes(126), confirmed=False, now=0)


@pytest.mark.parametrize(
    "change",
    [
        {"response_timeout": 0.0},
        {"inter_octet_timeout": float("inf")},
        {"poll_interval": -1.0},
        {"answer_delay": float("nan")},
        {"inactivity_timeout": -1.0},
        {"retries": -1},
        {"baud": -1},
        {"apdu_limit": 0},
    ],
)
def test_settings_that_cannot_be(change: dict[str, float]) -> None:
    with pytest.raises(EncodeError, match=next(iter(change))):
        HdlcSettings(**change)  # type: ignore[arg-type]  # floats stand for the integers, too


# --- negotiation


@pytest.mark.parametrize(
    ("client", "server", "agreed"),
    [
        (LinkParameters(), LinkParameters(2030, 2030, 7, 7), LinkParameters()),
        (LinkParameters(2030, 2030, 7, 7), LinkParameters(), LinkParameters()),
        (LinkParameters(500, 60, 3, 1), LinkParameters(80, 400, 7, 2), LinkParameters(400, 60, 2, 1)),
    ],
)
def test_each_direction_gets_the_smaller_value(
    client: LinkParameters, server: LinkParameters, agreed: LinkParameters
) -> None:
    line = Line(PrimaryLink(HdlcSettings(client)), SecondaryLink(HdlcSettings(server)))
    line.client.connect(SAPS, now=0)
    line.run(1)
    assert line.client.parameters(SAPS) == agreed
    other = line.server.parameters(SAPS)
    assert (other.max_information_transmit, other.max_information_receive) == (
        agreed.max_information_receive,
        agreed.max_information_transmit,
    )
    assert (other.window_transmit, other.window_receive) == (agreed.window_receive, agreed.window_transmit)


def test_snrm_and_ua_without_information_mean_the_defaults() -> None:
    server = Server(SecondaryLink(HdlcSettings(LinkParameters(2030, 2030, 7, 7))))
    (answer,) = server.tell(SNRM)
    assert SetupInformation.decode(answer.information).parameters == LinkParameters()
    client = PrimaryLink(HdlcSettings(LinkParameters(2030, 2030, 7, 7)), physical=17)
    client.connect(SAPS, now=0)
    client.receive_octets(Frame(CLIENT, SERVER, Control(FrameKind.UA, True)).encode(), now=0)
    assert client.parameters(SAPS) == LinkParameters()


def test_user_information_goes_with_snrm_ua_and_disc() -> None:
    line = Line(PrimaryLink(), SecondaryLink(reply_information=b"welcome"))
    line.client.connect(SAPS, now=0, user_information=b"hello")
    line.run(1)
    assert line.server.user_information(SAPS) == b"hello"
    assert line.client.user_information(SAPS) == b"welcome"
    line.client.disconnect(SAPS, now=line.now, user_information=b"good-bye")
    line.run(1)
    assert line.server.user_information(SAPS) == b"good-bye"
    with pytest.raises(FrameError, match="a frame holds 128"):
        line.client.connect(SAPS, now=line.now, user_information=bytes(128))


def test_user_information_goes_with_the_dm_that_refuses() -> None:
    server = SecondaryLink(accepts=lambda saps: False, refusal_information=b"go away")
    line = Line(PrimaryLink(), server)
    line.client.connect(SAPS, now=0, user_information=b"hello")
    line.run(1)
    assert line.client.user_information(SAPS) == b"go away"
    assert server.user_information(SAPS) == b""
    (answer,) = [frame for to, frame in line.frames if to == "client"]
    assert answer.control.kind is FrameKind.DM
    assert answer.information == b"\x81\xffgo away"
    line.client.disconnect(SAPS, now=line.now)
    line.client.connect(SAPS, now=line.now)
    line.server = SecondaryLink()
    line.run(1)
    assert line.client.user_information(SAPS) == b""


# --- exchange


@given(
    st.integers(4, 300),
    st.integers(1, 7),
    st.lists(st.integers(1, 900), min_size=1, max_size=4),
    st.integers(0, 900),
)
@settings(max_examples=40, deadline=None)
def test_apdus_of_any_length_in_any_window(information: int, window: int, sizes: list[int], more: int) -> None:
    requests = [bytes((number,)) * size for number, size in enumerate(sizes)]
    line = make_line(information, window)
    line.answer = lambda request: request + bytes(more)
    exchange(line, requests)
    assert line.requests == requests
    assert line.answers == [request + bytes(more) for request in requests]
    assert line.ends == [LinkDown(SAPS)]
    assert troubles(line.client_events) == troubles(line.server_events) == []
    assert all(len(frame.information) <= max(information, 23) for _, frame in line.frames)


def test_no_more_frames_than_the_window_without_an_acknowledgement() -> None:
    line = make_line(20, 3)
    line.answer = lambda request: request
    exchange(line, [bytes(range(200))])
    streak = longest = 0
    for to, frame in line.frames:
        is_information = to == "server" and frame.control.kind is FrameKind.INFORMATION
        streak = streak + 1 if is_information else 0
        longest = max(longest, streak)
        if is_information:
            assert frame.control.poll_final == (streak == 3 or not frame.segmented)
    assert longest == 3


def test_a_server_that_takes_its_time_is_asked_again() -> None:
    line = make_line()
    line.answer = lambda request: None
    line.client.connect(SAPS, now=0)
    line.run(0.5)
    line.client.send(SAPS, b"request", now=line.now)
    line.run(4)
    assert "RR" in kinds(line, "client")
    line.server.send(SAPS, b"answer", now=line.now)
    line.run(1)
    assert line.answers == [b"answer"]
    count = len(line.frames)
    line.run(10)
    assert len(line.frames) == count, "nobody is asked when nothing is awaited"


def test_an_unconfirmed_apdu_goes_in_a_ui_frame_and_is_not_answered() -> None:
    line = make_line()
    line.answer = lambda request: None
    line.client.send(SAPS, b"unconfirmed", confirmed=False, now=0)
    line.run(5)
    assert line.server_events == [ApduReceived(SAPS, b"unconfirmed", confirmed=False)]
    assert [(to, str(frame.control)) for to, frame in line.frames] == [("server", "UI")]


def test_an_empty_ui_frame_lets_the_server_send_its_notification() -> None:
    line = make_line()
    line.server.send(SAPS, b"event", confirmed=False, now=0)
    line.run(5)
    assert line.frames == []
    line.client.trigger(SAPS, now=line.now)
    line.run(5)
    assert line.client_events == [ApduReceived(SAPS, b"event", confirmed=False)]
    assert [str(frame.control) for _, frame in line.frames] == ["UI P/F", "UI P/F"]


def test_unsolicited_notifications_go_at_once() -> None:
    server = SecondaryLink(HdlcSettings(unsolicited=True), physical=17)
    server.send(SAPS, b"event", confirmed=False, now=0)
    (frame,) = frames(server.octets_to_send())
    assert (frame.destination, frame.source, str(frame.control)) == (CLIENT, SERVER, "UI")
    assert frame.information == b"\xe6\xe7\x00event"


@pytest.mark.parametrize("llc", [b"", b"\xe6\xe7\x00", b"\xe6\xe6\x01"])
def test_an_apdu_behind_another_llc_header_is_dropped_and_reported(llc: bytes) -> None:
    server = Server()
    server.tell(SNRM)
    server.link.events()
    server.tell(Control(FrameKind.INFORMATION, True, 0, 0), llc + b"apdu")
    assert troubles(server.link.events()) == ["format"]


def test_an_apdu_over_the_limit_is_dropped_and_the_next_one_is_taken() -> None:
    line = make_line(20)
    line.server = SecondaryLink(HdlcSettings(LinkParameters(20, 20, 1, 1), apdu_limit=50))
    line.answer = lambda request: b"answer"
    line.client.connect(SAPS, now=0)
    line.run(1)
    line.client.send(SAPS, bytes(51), now=line.now)
    line.client.send(SAPS, bytes(50), now=line.now)
    line.run(2)
    assert troubles(line.server_events) == ["limit"]
    assert line.requests == [bytes(50)]


def test_an_apdu_that_the_end_of_the_connection_cuts_off_is_reported() -> None:
    server = Server()
    server.tell(SNRM)
    first = Frame(SERVER, CLIENT, Control(FrameKind.INFORMATION, True, 0, 0), b"\xe6\xe6\x00first", True)
    server.link.receive_octets(first.encode(), now=0)
    server.tell(DISC)
    assert troubles(server.link.events()) == ["incomplete"]


def test_a_connection_made_anew_ends_the_one_before() -> None:
    server = Server()
    server.tell(SNRM)
    server.tell(SNRM)
    assert server.link.events() == [LinkUp(SAPS)], "the first UA was lost"
    server.tell(Control(FrameKind.RR, True, None, 0))
    server.tell(SNRM)
    assert server.link.events() == [LinkDown(SAPS, "the client connected anew"), LinkUp(SAPS)]


# --- time


def test_a_server_ends_a_connection_that_nobody_uses() -> None:
    line = make_line(inactivity=60)
    line.client.connect(SAPS, now=0)
    line.run(59)
    assert line.server.state(SAPS) is State.CONNECTED
    line.run(3)
    assert line.server.state(SAPS) is State.DISCONNECTED
    assert line.server_events[-1] == LinkDown(SAPS, "no command of the client for 60 s")
    line.client.send(SAPS, b"request", now=line.now)
    line.run(5)
    assert line.ends == [LinkDown(SAPS, "the server at 1/17 has disconnected (DM)", by_peer=True)]


def test_nobody_there_is_one_error_after_all_retries() -> None:
    line = make_line(retries=2)
    line.server = SecondaryLink(physical=18)
    line.client.connect(SAPS, now=0)
    line.run(100)
    assert kinds(line, "server") == ["SNRM"] * 3
    assert line.ends == [LinkDown(SAPS, "the server at 1/17: no answer, 3 times in a row")]


def test_on_a_slow_line_the_own_frames_take_their_time() -> None:
    link = PrimaryLink(HdlcSettings(baud=300))
    link.connect(SAPS, now=10)
    (snrm,) = link.octets_to_send()
    assert link.next_timeout() == pytest.approx(10 + 3 + 11 * len(snrm) / 300)


@pytest.mark.parametrize(("baud", "seconds"), [(0, 3 + 144 * 11 / 300), (9600, 3 + (32 + 144) * 11 / 9600)])
def test_octets_put_the_time_out_off_for_as_long_as_an_answer_can_take(baud: int, seconds: float) -> None:
    link = PrimaryLink(HdlcSettings(baud=baud))
    link.connect(SAPS, now=0)
    (snrm,) = link.octets_to_send()
    assert len(snrm) == 32
    now = 0.0
    while not link.octets_to_send():
        now += 0.1
        assert now < 10
        link.receive_octets(b"\x00", now=now)
        link.handle_timeout(now=now)
    assert seconds <= now < seconds + 0.2


def test_a_frame_that_stands_still_does_not_hide_the_next_one() -> None:
    server = Server()
    octets = Frame(SERVER, CLIENT, SNRM).encode()
    server.link.receive_octets(b"\x7e\xa7\xff", now=0)
    assert server.link.next_timeout() == 0.5
    server.link.handle_timeout(now=0.5)
    server.link.receive_octets(octets, now=0.6)
    assert [str(frame.control.kind) for frame in frames(server.link.octets_to_send())] == ["UA"]
    assert troubles(server.link.events()) == ["truncated"]


def test_a_closed_line_ends_every_connection() -> None:
    client = PrimaryLink()
    client.connect(Saps(16, 1), now=0)
    client.connect(Saps(17, 1), now=0)
    client.closed("gone", now=1)
    assert client.events() == [LinkDown(Saps(16, 1), "gone"), LinkDown(Saps(17, 1), "gone")]
    assert client.next_timeout() is None


# --- several on a line


def test_several_clients_and_servers_take_turns_on_one_line() -> None:
    line = make_line(32, 2)
    line.server = SecondaryLink(devices=[1, 2], physical=17)
    line.answer = lambda request: request * 2
    everybody = [Saps(client, server) for client in (16, 17, 32) for server in (1, 2)]

    def react(event: object) -> None:
        if isinstance(event, LinkUp):
            line.client.send(event.saps, bytes((event.saps.client, event.saps.server)) * 30, now=line.now)
        elif isinstance(event, ApduReceived):
            line.client.disconnect(event.saps, now=line.now)

    line.on_client_event = react
    for saps in everybody:
        line.client.connect(saps, now=0)
    line.run()
    answers = {event.saps: event.apdu for event in line.client_events if isinstance(event, ApduReceived)}
    assert answers == {saps: bytes((saps.client, saps.server)) * 60 for saps in everybody}
    polled = None
    for to, frame in line.frames:
        assert polled in (None, frame.source if to == "client" else None), "only the polled server speaks"
        if frame.control.poll_final:
            polled = frame.destination if to == "server" else None


# --- addresses


@pytest.mark.parametrize(
    "destination",
    [Address(3, 17), Address(0, 17), Address(1, 0), Address(1, 18), Address(1, 126), Address(3), Address(1, 126, 4)],
)
def test_a_server_does_not_hear_what_is_for_others(destination: Address) -> None:
    server = Server()
    assert server.tell(SNRM, destination=destination) == []
    assert server.link.events() == []


@pytest.mark.parametrize(
    "destination", [Address(1), Address(1, 17, 2), Address(1, 17, 4)], ids=["one octet", "two", "four"]
)
def test_a_server_answers_with_the_address_that_the_client_used(destination: Address) -> None:
    (answer,) = Server().tell(SNRM, destination=destination)
    assert (answer.destination, answer.source) == (CLIENT, destination)


@pytest.mark.parametrize("source", [Address(16, 1), Address(16, 1, 4), Address(0), Address(127)])
def test_a_client_address_that_cannot_be_is_discarded_and_reported(source: Address) -> None:
    server = Server()
    assert server.tell(SNRM, source=source) == []
    assert troubles(server.link.events()) == ["address"]


@pytest.mark.parametrize(("lower", "size"), [(0x7E, 2), (0x3FFE, 4)])
def test_only_the_calling_device_hears_its_address(lower: int, size: int) -> None:
    destination = Address(1, lower, size)
    assert Server().tell(SNRM, destination=destination) == []
    server = Server(SecondaryLink(physical=17, is_calling=True))
    (answer,) = server.tell(SNRM, destination=destination)
    assert answer.source == destination
    client = PrimaryLink(physical=lower, address_size=size)
    client.connect(SAPS, now=0)
    client.receive_octets(Frame(CLIENT, Address(1, 17, size), Control(FrameKind.UA, True)).encode(), now=0)
    assert client.state(SAPS) is State.CONNECTED, "it may answer with its own address"


@pytest.mark.parametrize("destination", [Address(127, 17), Address(127), Address(0x3FFF, 17, 4), Address(1, 127)])
def test_a_broadcast_in_ui_without_p_is_taken_and_never_answered(destination: Address) -> None:
    server = Server()
    assert server.tell(Control(FrameKind.UI), b"\xe6\xe6\x00apdu", destination=destination) == []
    saps = Saps(16, 127 if destination.is_broadcast else 1)
    assert server.link.events() == [ApduReceived(saps, b"apdu", confirmed=False, broadcast=True)]


@pytest.mark.parametrize(
    "control", [SNRM, DISC, Control(FrameKind.UI, True), Control(FrameKind.INFORMATION, True, 0, 0)]
)
def test_another_broadcast_is_dropped_and_reported(control: Control) -> None:
    server = Server()
    information = b"\xe6\xe6\x00apdu" if control.kind in (FrameKind.UI, FrameKind.INFORMATION) else b""
    assert server.tell(control, information, destination=Address(127, 17)) == []
    assert troubles(server.link.events()) == ["control"]


def test_a_client_sends_a_broadcast_in_ui_without_p() -> None:
    for size, upper in ((2, 127), (4, 0x3FFF)):
        client = PrimaryLink(physical=17, address_size=size)
        client.send(Saps(16, 127), b"apdu", confirmed=False, now=0)
        (frame,) = frames(client.octets_to_send())
        assert (frame.destination.upper, str(frame.control)) == (upper, "UI")


def test_a_server_that_does_not_know_a_client_answers_dm() -> None:
    server = Server(SecondaryLink(accepts=lambda saps: saps.client == 1))
    (answer,) = server.tell(SNRM)
    assert answer.control.kind is FrameKind.DM
    assert troubles(server.link.events()) == ["address"]


# --- rejection


@pytest.mark.parametrize(
    ("control", "information", "why"),
    [
        (Control(FrameKind.RR, True, None, 0), b"x", Rejected.INFORMATION),
        (Control(FrameKind.INFORMATION, True, 0, 0), bytes(129), Rejected.TOO_LONG),
        (Control(FrameKind.RR, True, None, 3), b"", Rejected.RECEIVE_SEQUENCE),
    ],
)
def test_a_frame_that_is_not_allowed_is_answered_frmr(control: Control, information: bytes, why: Rejected) -> None:
    server = Server()
    server.tell(SNRM)
    server.link.events()
    (answer,) = server.tell(control, information)
    assert answer.control == Control(FrameKind.FRMR, True)
    assert FrameReject.decode(answer.information) == FrameReject(control.encode(), 0, 0, why)
    events = server.link.events()
    assert troubles(events) == ["control"]
    assert isinstance(events[-1], LinkDown)
    (again,) = server.tell(Control(FrameKind.RR, True, None, 0))
    assert again == answer
    assert server.tell(SNRM)[0].control.kind is FrameKind.UA


def test_an_undefined_control_field_is_answered_frmr() -> None:
    from xdlms.profiles.hdlc.crc import check_sequence

    server = Server()
    server.tell(SNRM)
    body = b"\xa0\x08" + SERVER.encode() + CLIENT.encode() + b"\x19"  # REJ, which HDLC has and DLMS/COSEM has not
    server.link.receive_octets(b"\x7e" + body + check_sequence(body) + b"\x7e", now=0)
    (answer,) = frames(server.link.octets_to_send())
    assert FrameReject.decode(answer.information) == FrameReject(0x19, 0, 0, Rejected.CONTROL)


def test_a_client_says_why_its_frame_was_rejected() -> None:
    line = make_line()
    line.client.connect(SAPS, now=0)
    line.run(1)
    rejection = FrameReject(0x10, 0, 0, Rejected.TOO_LONG)
    frame = Frame(CLIENT, SERVER, Control(FrameKind.FRMR, True), rejection.encode())
    line.client.send(SAPS, b"request", now=line.now)
    line.client.octets_to_send()
    line.client.receive_octets(frame.encode(), now=line.now)
    line.run(5)
    assert line.ends == [LinkDown(SAPS, "the server at 1/17: control field 10 was rejected: too long")]
    assert line.server.state(SAPS) is State.DISCONNECTED


def test_a_server_that_acknowledges_what_was_never_sent_is_left() -> None:
    line = make_line()
    line.client.connect(SAPS, now=0)
    line.run(1)
    frame = Frame(CLIENT, SERVER, Control(FrameKind.RR, True, None, 5))
    line.client.receive_octets(frame.encode(), now=line.now)
    line.run(5)
    assert line.ends == [LinkDown(SAPS, "the server at 1/17: N(R) acknowledges what was never sent")]


@given(st.lists(st.binary(max_size=40), max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_octets_make_a_link_fail(pieces: list[bytes]) -> None:
    client = PrimaryLink()
    client.connect(SAPS, now=0)
    for link in (client, SecondaryLink()):
        for now, piece in enumerate(pieces):
            link.receive_octets(piece, now=now)
            link.handle_timeout(now=now + 0.9)


@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.builds(
                    Control,
                    st.just(FrameKind.INFORMATION),
                    st.booleans(),
                    st.integers(0, 7),
                    st.integers(0, 7),
                ),
                st.builds(
                    Control, st.sampled_from([FrameKind.RR, FrameKind.RNR]), st.booleans(), st.none(), st.integers(0, 7)
                ),
                st.builds(
                    Control,
                    st.sampled_from([kind for kind in FrameKind if kind.value not in ("I", "RR", "RNR")]),
                    st.booleans(),
                ),
            ),
            st.sampled_from([b"", b"\x81", b"\x81\x80\x00", b"\xe6\xe6\x00a", b"\xe6\xe7\x00b", bytes(200)]),
        ),
        max_size=25,
    )
)
@settings(max_examples=100, deadline=None)
def test_no_frames_make_a_link_fail_and_a_server_answers_one_final_frame_a_poll(
    commands: list[tuple[Control, bytes]],
) -> None:
    server, client = Server(), PrimaryLink(physical=17)
    client.connect(SAPS, now=0)
    for control, information in commands:
        answers = server.tell(control, information)
        assert sum(answer.control.poll_final for answer in answers) <= 1
        assert control.poll_final or not answers
        client.receive_octets(Frame(CLIENT, SERVER, control, information).encode(), now=0)
        client.events()
        if client.state(SAPS) is State.CONNECTED:
            client.send(SAPS, b"apdu", now=0)


def test_a_client_asks_until_every_request_has_its_answer() -> None:
    line = make_line(128, 7)
    line.answer = lambda request: None
    line.client.connect(SAPS, now=0)
    line.run(1)
    for number in range(3):
        line.client.send(SAPS, bytes((number,)), now=line.now)
    for number in range(3):
        line.run(2)
        line.server.send(SAPS, bytes((number,)), now=line.now)
    line.run(2)
    assert line.answers == [b"\x00", b"\x01", b"\x02"]
    quiet = len(line.frames)
    line.run(2)
    assert len(line.frames) == quiet
