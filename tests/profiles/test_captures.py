"""Octets that real meters sent."""

from pathlib import Path

import pytest

from xdlms.profiles.framing import Framing, Packet, unframe

pytestmark = pytest.mark.clause("Annex A")

CAPTURES = Path(__file__).parent.parent / "vectors" / "captures"


def lines(name: str) -> tuple[str, list[bytes]]:
    """The framing that the file names, and its octets, one recording a line."""
    framing = ""
    octets = []
    for line in (CAPTURES / f"{name}.hex").read_text(encoding="ascii").splitlines():
        if line.startswith("# framing: "):
            framing = line.removeprefix("# framing: ")
        elif line and not line.startswith("#"):
            octets.append(bytes.fromhex(line))
    return framing, octets


# For each recording the APDUs in it, by their first octets and their length.
EXPECTED = {
    "associations-hdlc": [
        [("601DA109", 31)],
        [("6129A109", 43)],
        [("C003C102", 24)],
        [("C403C102", 16)],
        [("6055A109", 87)],
        [("6161A109", 99)],
        [("C301C100", 32)],
        [("C701C100", 25)],
        [("C001C100", 13)],
        [("C401C100", 14)],
    ],
    "event-notification-wrapper-quirk": [[("C2090C07", 42)]],
    "get-response-object-list": [[("C401C100", 5311)]],
    "push-aidon-hdlc": [[("0F400000", 381)]],
    "push-iskra-hdlc-segmented": [[("0F000026", 340)]],
    "push-kaifa-hdlc-quirk-date-time": [[("0F400000", 26)]],
    "push-kaifa-mbus-encrypted": [[("DB084B46", 260)]],
    "push-landis-hdlc-general-block-transfer": [
        [("E0400001", 119)],
        [("E0400002", 115)],
        [("E0400001", 119)],
        [("E0400003", 129)],
        [("E0C00004", 77)],
        [("E0400001", 119), ("E0400002", 115), ("E0400003", 129), ("E0C00004", 77)],
    ],
    "push-wrapper-general-glo-ciphering": [[("DB082F19", 70)]],
}


def test_every_capture_is_expected_here() -> None:
    assert {path.stem for path in CAPTURES.glob("*.hex")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_capture_holds_these_apdus_and_nothing_else(name: str) -> None:
    framing, recordings = lines(name)
    assert len(recordings) == len(EXPECTED[name])
    for octets, expected in zip(recordings, EXPECTED[name], strict=True):
        unframed = unframe(octets)
        assert unframed.framing == framing
        assert [(packet.apdu[:4].hex().upper(), len(packet.apdu)) for packet in unframed.packets] == expected
        assert len(unframed.items) == len(expected)
        for packet in unframed.packets:
            assert all(octets[packet.locate(place)] == octet for place, octet in enumerate(packet.apdu))


@pytest.mark.parametrize("name", EXPECTED)
def test_the_recordings_of_a_capture_one_behind_the_other(name: str) -> None:
    framing, recordings = lines(name)
    unframed = unframe(b"".join(recordings))
    assert unframed.framing == framing
    expected = [apdu for recording in EXPECTED[name] for apdu in recording]
    assert [(packet.apdu[:4].hex().upper(), len(packet.apdu)) for packet in unframed.packets] == expected
    assert unframed.problems == ()


@pytest.mark.parametrize("name", [name for name in EXPECTED if "hdlc" in name])
def test_each_changed_bit_of_a_capture_in_hdlc_is_noticed(name: str) -> None:
    octets = lines(name)[1][0]
    right = [packet.apdu for packet in unframe(octets).packets]
    for bit in range(0, 8 * len(octets), 3):
        damaged = bytearray(octets)
        damaged[bit // 8] ^= 1 << bit % 8
        unframed = unframe(bytes(damaged), Framing.HDLC)
        assert unframed.problems or [packet.apdu for packet in unframed.packets] == right


def test_a_capture_cut_off_anywhere_is_apdus_and_problems() -> None:
    (octets,) = lines("push-iskra-hdlc-segmented")[1]
    for end in range(1, len(octets)):
        unframed = unframe(octets[:end], Framing.HDLC)
        assert unframed.packets == ()
        assert unframed.problems or octets[:end].strip(b"\x7e") == b""


def test_the_frame_of_an_apdu_in_two_mbus_frames() -> None:
    (octets,) = lines("push-kaifa-mbus-encrypted")[1]
    (packet,) = unframe(octets).items
    assert isinstance(packet, Packet)
    assert packet.origins == ((0, 9), (245, 265))
    # general-glo-ciphering: a title of 8 octets, then 248 octets: its own lengths tell that it is whole
    assert packet.apdu[:2] == b"\xdb\x08"
    assert packet.apdu[10:12] == bytes((0x81, len(packet.apdu) - 12))


def test_who_speaks_in_the_captured_association() -> None:
    links = [str(packet.link) for octets in lines("associations-hdlc")[1][:2] for packet in unframe(octets).packets]
    assert links == ["hdlc 16 -> 1/17 I N(S)=0 N(R)=0 P/F", "hdlc 1/17 -> 16 I N(S)=0 N(R)=1 P/F"]
