"""From octets of any framing to APDUs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.profiles.framing import Framing, LinkFrame, LinkProblem, Packet, Unframed, unframe
from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.llc import Llc
from xdlms.profiles.hdlc.segmentation import cut_into_segments
from xdlms.profiles.mbus import LongFrame, cut_into_frames
from xdlms.profiles.problems import LinkFault
from xdlms.profiles.wrapper import WrapperMessage

APDU = bytes.fromhex("C001C100000100000100 00FF0200")
CLIENT, SERVER = Address(0x10), Address(1, 0x11, 4)
MBUS = LongFrame(0x53, 0xFF, 0x10, b"\x01\x67" + APDU).encode()
SNRM = Frame(SERVER, CLIENT, Control(FrameKind.SNRM, True)).encode()
RR = Frame(SERVER, CLIENT, Control(FrameKind.RR, True, None, 1)).encode()


def ui(information: bytes, *, more: bool = False) -> bytes:
    return Frame(CLIENT, SERVER, Control(FrameKind.UI), information, more).encode()


def i(number: int, information: bytes, *, more: bool = False) -> bytes:
    return Frame(CLIENT, SERVER, Control(FrameKind.INFORMATION, True, number, 0), information, more).encode()


def changed(octets: bytes, place: int) -> bytes:
    return octets[:place] + bytes((octets[place] ^ 0x55,)) + octets[place + 1 :]


def told(unframed: Unframed) -> list[bytes | LinkFault | str]:
    """An APDU, a fault or the kind of a frame for each item."""
    words: list[bytes | LinkFault | str] = []
    for item in unframed.items:
        if isinstance(item, Packet):
            words.append(item.apdu)
        elif isinstance(item, LinkProblem):
            words.append(item.fault)
        else:
            words.append(item.link.kind)
    return words


# --- nothing, and no framing


@pytest.mark.parametrize("framing", [None, *Framing])
def test_no_octets_are_no_items(framing: Framing | None) -> None:
    assert unframe(b"", framing) == Unframed(framing or Framing.NONE, ())


def test_octets_of_no_framing_are_one_apdu() -> None:
    unframed = unframe(APDU)
    (packet,) = unframed.packets
    assert unframed.framing is Framing.NONE
    assert (packet.apdu, packet.offset, packet.origins, str(packet.link)) == (APDU, 0, ((0, 0),), "none")
    assert packet.locate(5) == 5


@pytest.mark.parametrize("framing", [Framing.WRAPPER, Framing.HDLC, Framing.MBUS])
def test_octets_of_another_framing_than_was_said_are_a_problem(framing: Framing) -> None:
    unframed = unframe(APDU, framing)
    (problem,) = unframed.problems
    assert unframed.items == (problem,)
    assert (problem.offset, problem.octets) == (0, APDU)


# --- HDLC


def test_frames_without_an_apdu_are_shown() -> None:
    unframed = unframe(SNRM + RR + ui(b""))
    frame, _, _ = unframed.items
    assert told(unframed) == ["SNRM P/F", "RR N(R)=1 P/F", "UI"]
    assert isinstance(frame, LinkFrame)
    assert (frame.octets, frame.information, str(frame.link)) == (SNRM, b"", "hdlc 16 -> 1/17 SNRM P/F")


def test_the_link_of_an_apdu() -> None:
    (packet,) = unframe(ui(b"\xe6\xe7\x00" + APDU)).packets
    assert (packet.link.source, packet.link.destination, packet.link.llc) == (SERVER, CLIENT, Llc.RESPONSE)
    assert str(packet.link) == "hdlc 1/17 -> 16 UI"


def test_segments_are_one_apdu_whose_octets_can_be_found_in_the_input() -> None:
    apdu = bytes(range(100))
    stream = b"\xff" + SNRM
    for number, (part, more) in enumerate(cut_into_segments(b"\xe6\xe7\x00" + apdu, 16)):
        stream += i(number % 8, part, more=more) + RR
    unframed = unframe(stream)
    (packet,) = unframed.packets
    assert packet.apdu == apdu
    assert packet.offset == 1 + len(SNRM)
    assert all(stream[packet.locate(place)] == octet for place, octet in enumerate(apdu))
    assert packet.locate(len(apdu)) == packet.locate(len(apdu) - 1) + 1
    assert [item.offset for item in unframed.items] == sorted(item.offset for item in unframed.items)
    assert len(unframed.problems) == 1, "the noise at the start"


def test_wrong_frames_are_reported_one_by_one_and_the_rest_is_read() -> None:
    good = ui(b"\xe6\xe7\x00" + APDU)
    unframed = unframe(good + changed(good, 20) + good + changed(good, 12) + changed(good, 9) + good[1:])
    assert told(unframed) == [APDU, LinkFault.FCS, APDU, LinkFault.FCS, LinkFault.FCS, APDU]
    assert [problem.offset for problem in unframed.problems] == [len(good), 3 * len(good), 4 * len(good)]


def test_segments_around_a_damaged_frame_are_not_joined() -> None:
    parts = (b"\xe6\xe7\x00ab", b"cd", b"ef")
    first, second, third = (ui(part, more=part != b"ef") for part in parts)
    assert told(unframe(first + second + third)) == [b"abcdef"]
    assert told(unframe(first + changed(second, 12) + third)) == [
        LinkFault.INCOMPLETE,
        LinkFault.FCS,
        LinkFault.SEQUENCE,
    ]


def test_a_damaged_frame_that_was_sent_again_does_no_harm() -> None:
    first, second = i(0, b"\xe6\xe7\x00ab", more=True), i(1, b"cd")
    assert told(unframe(first + changed(second, 12) + RR + second)) == [b"abcd", LinkFault.FCS, "RR N(R)=1 P/F"]


def test_segments_without_a_last_one_are_reported() -> None:
    unframed = unframe(ui(b"ab", more=True) + ui(b"cd", more=True))
    assert told(unframed) == [LinkFault.INCOMPLETE]
    assert unframed.problems[0].octets == b"abcd"


def test_a_new_connection_ends_what_was_being_joined() -> None:
    unframed = unframe(ui(b"\xe6\xe7\x00ab", more=True) + SNRM + ui(b"cd"))
    assert told(unframed) == [LinkFault.INCOMPLETE, "SNRM P/F", b"cd"]


def test_segments_of_two_links_do_not_mix() -> None:
    other = Frame(Address(0x20), SERVER, Control(FrameKind.UI), b"other").encode()
    unframed = unframe(ui(b"ab", more=True) + other + ui(b"cd"))
    assert told(unframed) == [b"abcd", b"other"]


def test_very_many_links_with_unfinished_segments_are_all_reported() -> None:
    links = [Address(number % 0x80, number // 0x80) for number in range(3000)]
    stream = b"".join(Frame(link, CLIENT, Control(FrameKind.UI), b"a", True).encode() for link in links)
    assert told(unframe(stream)) == [LinkFault.INCOMPLETE] * 3000


# --- M-Bus


def test_mbus_segments_are_one_apdu() -> None:
    apdu = bytes(range(200))
    frames = cut_into_frames(apdu, 1, 0x67, max_data=90)
    stream = b"".join(frame.encode() for frame in frames)
    unframed = unframe(stream)
    (packet,) = unframed.packets
    assert told(unframed) == [apdu]
    assert all(stream[packet.locate(place)] == octet for place, octet in enumerate(apdu))
    assert str(packet.link) == "mbus 1 -> 103 C=53 A=FF CI=00"


def test_other_mbus_frames_are_shown_and_wrong_ones_reported() -> None:
    other = LongFrame(0x08, 1, 0x72, b"abc").encode()
    good = LongFrame(0x53, 0xFF, 0x10, b"\x01\x67" + APDU).encode()
    lost = LongFrame(0x53, 0xFF, 0x00, b"\x01\x67" + APDU).encode()
    unframed = unframe(other + changed(good, 10) + good + lost + b"\xe6")
    assert told(unframed) == ["C=08 A=01 CI=72", LinkFault.CHECKSUM, APDU, LinkFault.INCOMPLETE, LinkFault.NOISE]


@pytest.mark.parametrize("in_front", [b"\x01\x02\x03", b"\xe6", MBUS[3:], MBUS[:1] + b"\x12" + MBUS[2:], MBUS[:-1]])
def test_a_capture_that_begins_with_a_wrong_mbus_frame_is_read_from_the_next_one(in_front: bytes) -> None:
    *faults, first, second = told(unframe(in_front + MBUS * 2))
    assert first == second == APDU
    assert faults
    assert set(faults) <= {LinkFault.NOISE, LinkFault.LENGTH, LinkFault.CHECKSUM, LinkFault.TRUNCATED}


def test_acknowledgements_and_short_frames_of_mbus_are_no_noise() -> None:
    nke = bytes.fromhex("1040014116")
    unframed = unframe(nke + b"\xe5" + MBUS + b"\xe5" * 2 + MBUS + nke + b"noise" + nke + b"\xe5" + MBUS)
    short, ack = "C=40 A=01", "ACK"
    assert told(unframed) == [short, ack, APDU, ack, ack, APDU, short, LinkFault.NOISE, short, ack, APDU]
    assert [problem.octets for problem in unframed.problems] == [b"noise"]
    frame = unframed.items[0]
    assert isinstance(frame, LinkFrame)
    assert (frame.octets, frame.information, str(frame.link)) == (nke, b"", "mbus C=40 A=01")


def test_a_short_frame_with_a_wrong_checksum_and_an_acknowledgement_in_noise_are_noise() -> None:
    noise = bytes.fromhex("01E502 1040014216")
    unframed = unframe(MBUS + noise + MBUS)
    assert [problem.octets for problem in unframed.problems] == [noise]


def test_a_segment_of_mbus_that_was_sent_again_does_no_harm() -> None:
    parts = [frame.encode() for frame in cut_into_frames(APDU, 1, 0x67, max_data=6)]
    first, second, third = parts
    assert told(unframe(first + first + second + third)) == [APDU, LinkFault.REPEATED]
    assert told(unframe(first + second + third + third)) == [APDU, LinkFault.REPEATED]
    assert told(unframe(MBUS + MBUS)) == [APDU, APDU], "two APDUs that are alike"
    unframed = unframe(first + third)
    assert told(unframed) == [LinkFault.INCOMPLETE, LinkFault.SEQUENCE]
    assert unframed.problems[0].reason == "segment 1 of an APDU missing"


def test_a_length_octet_that_overflowed_is_named() -> None:
    body = bytes((0x53, 0xFF, 0x10, 0x01, 0x67)) + bytes(range(252))
    stream = b"\x68\x01\x01\x68" + body + bytes((sum(body) % 256, 0x16))
    (packet,) = unframe(stream).packets
    assert packet.apdu == bytes(range(252))
    assert str(packet.link).endswith("length octet overflowed")


# --- wrapper


def test_wrapper_messages_one_behind_the_other() -> None:
    answer = WrapperMessage(1, 0x10, b"\xc4\x01\xc1\x00\x00").encode()
    unframed = unframe(WrapperMessage(0x10, 1, APDU).encode() + answer + WrapperMessage(1, 0x10, b"").encode())
    first, second, empty = unframed.items
    assert told(unframed)[:2] == [APDU, b"\xc4\x01\xc1\x00\x00"]
    assert isinstance(first, Packet)
    assert isinstance(second, Packet)
    assert isinstance(empty, LinkFrame)
    assert (second.offset, second.origins, str(second.link)) == (22, ((0, 30),), "wrapper 1 -> 16")
    assert first.locate(3) == 11


def test_what_follows_wrapper_messages_is_reported() -> None:
    good = WrapperMessage(0x10, 1, APDU).encode()
    assert told(unframe(good + b"\r\n")) == [APDU, LinkFault.TRUNCATED]
    assert told(unframe(good + good[:-1])) == [APDU, LinkFault.TRUNCATED]
    assert told(unframe(good + changed(good, 1) + good)) == [APDU, LinkFault.VERSION, APDU]
    assert told(unframe(good[:-1], Framing.WRAPPER)) == [LinkFault.TRUNCATED]


def test_wrapper_messages_between_noise_are_found() -> None:
    good = WrapperMessage(0x10, 1, APDU).encode()
    octets = b"noise" + good + b"\xff" * 30 + good + b"noise"
    assert told(unframe(octets, None, lambda octets: octets == APDU)) == [
        LinkFault.VERSION,
        APDU,
        LinkFault.VERSION,
        APDU,
        LinkFault.TRUNCATED,
    ]
    assert told(unframe(octets[5:], Framing.WRAPPER))[:3] == [APDU, LinkFault.VERSION, APDU]


@pytest.mark.parametrize("lie", [-13, -3, -1, 1, 2, 6, 20, 5000])
def test_a_lying_length_in_the_first_message_of_a_wrapper_does_no_more_harm(lie: int) -> None:
    good = WrapperMessage(0x10, 1, APDU).encode()
    wrong = good[:6] + (len(APDU) + lie).to_bytes(2, "big") + good[8:]
    assert told(unframe(wrong + good))[-1] == APDU
    assert unframe(wrong + good).problems
    assert told(unframe(good[5:] + good * 2)) == [LinkFault.VERSION, APDU, APDU]


@pytest.mark.parametrize("lie", [-3, -1, 1, 2, 6, 20, 5000])
def test_a_lying_length_in_a_wrapper_does_not_take_the_next_message_along(lie: int) -> None:
    good = WrapperMessage(0x10, 1, APDU).encode()
    wrong = good[:6] + (len(APDU) + lie).to_bytes(2, "big") + good[8:]
    unframed = unframe(good + wrong + good + good)
    assert told(unframed)[0] == APDU
    assert told(unframed)[-2:] == [APDU, APDU]
    assert unframed.problems


# --- all of them


@given(
    st.lists(
        st.sampled_from(
            [
                ui(b"\xe6\xe7\x00" + APDU),
                ui(b"ab", more=True),
                SNRM,
                changed(SNRM, 5),
                WrapperMessage(1, 0x10, APDU).encode(),
                LongFrame(0x53, 0xFF, 0x10, b"\x01\x67" + APDU).encode(),
                LongFrame(0x53, 0xFF, 0x02, b"\x01\x67").encode(),
                b"\x00\x01\x00\x01",
                b"\x7e\xa0",
                b"\x68\x03\x03\x68",
            ]
        )
        | st.binary(max_size=20),
        max_size=6,
    ).map(b"".join),
    st.sampled_from([None, *Framing]),
)
def test_any_octets_give_items_in_order_that_stood_in_the_input(octets: bytes, framing: Framing | None) -> None:
    unframed = unframe(octets, framing)
    offsets = [item.offset for item in unframed.items]
    assert offsets == sorted(offsets)
    assert framing in (None, unframed.framing)
    for item in unframed.items:
        if isinstance(item, Packet):
            found = bytes(octets[item.locate(place)] for place in range(len(item.apdu)))
            assert found == item.apdu
        elif isinstance(item, LinkFrame):
            assert octets[item.offset : item.offset + len(item.octets)] == item.octets
        assert str(item)
