"""The opening of optical ports in mode E (IEC 62056-21)."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.profiles.mode_e import LONGEST_MESSAGE, Identification, ModeEAnswering, ModeEOpening, with_even_parity
from xdlms.profiles.problems import FrameError, LinkFault


@pytest.mark.parametrize("octets", [b"/XYZ5Meter\r\n", b"/XYZ5\\@Meter\r\n", b"/XYZA\\2Meter\r\n"])
def test_a_meter_that_does_not_offer_hdlc_is_an_error(octets: bytes) -> None:
    with pytest.raises(FrameError, match="does not offer HDLC") as caught:
        ModeEOpening().receive(octets)
    assert caught.value.fault is LinkFault.FORMAT


def test_noise_without_end_is_an_error() -> None:
    opening = ModeEOpening()
    assert opening.receive(b"\xff" * LONGEST_MESSAGE) is None
    with pytest.raises(FrameError, match="no identification"):
        opening.receive(b"\xff")


@pytest.mark.parametrize("address", ["123!", "1" * 33, "é", "12\n"])
def test_an_address_that_cannot_be_is_an_error(address: str) -> None:
    with pytest.raises(ValueError, match="device address"):
        ModeEOpening(device_address=address)


def test_a_speed_below_that_of_the_opening_is_an_error() -> None:
    with pytest.raises(ValueError, match="less than 300"):
        ModeEOpening(highest_baud=299)


def test_the_request_has_the_address_of_the_meter() -> None:
    assert ModeEOpening().request == b"/?!\r\n"
    assert ModeEOpening(device_address="00012345").request == b"/?00012345!\r\n"


def test_the_identification_tells_manufacturer_speed_and_modes() -> None:
    opening = ModeEOpening()
    assert opening.baud == 300
    found = opening.receive(b"/ISk5\\2ME382-1003\r\n")
    assert found == Identification("ISk", "5", "2", "ME382-1003")
    assert found is not None
    assert found.reaction_time == 0.02
    assert opening.baud == 9600
    assert opening.acknowledgement == b"\x06252\r\n"


def test_a_meter_with_a_capital_third_letter_takes_its_time() -> None:
    assert Identification("LGZ", "5", "2", "").reaction_time == 0.2


@pytest.mark.parametrize(
    ("highest", "baud", "character"), [(None, 19200, b"6"), (19200, 19200, b"6"), (9599, 4800, b"4"), (300, 300, b"0")]
)
def test_the_speed_is_no_higher_than_wanted(highest: int | None, baud: int, character: bytes) -> None:
    opening = ModeEOpening(highest_baud=highest)
    opening.receive(b"/LGZ6\\2ZMD\r\n")
    assert opening.baud == baud
    assert opening.acknowledgement == b"\x062" + character + b"2\r\n"


def test_seven_bits_and_even_parity() -> None:
    assert with_even_parity(b"/?!\r\n\x06252") == bytes.fromhex("AF3F218D0A06B235B2")


@given(st.lists(st.integers(1, 30), max_size=6), st.booleans())
def test_pieces_parity_bits_and_the_echo_do_not_matter(cuts: list[int], parity: bool) -> None:
    octets = b"\x00/?!\r\n/LGZ5\\2\\@ZMD3104\r\n"
    if parity:
        octets = with_even_parity(octets)
    opening = ModeEOpening()
    places = sorted({0, *(cut for cut in cuts if cut < len(octets)), len(octets)})
    found = [opening.receive(octets[start:end]) for start, end in pairwise(places)]
    assert found[:-1] == [None] * (len(found) - 1)
    assert found[-1] == Identification("LGZ", "5", "2@", "ZMD3104")


# --- the meter's side


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"device_address": "1!"}, "device address"),
        ({"baud": 299}, "less than 300"),
        ({"manufacturer": "xdl"}, "manufacturer"),
        ({"manufacturer": "XD"}, "manufacturer"),
        ({"text": "a/b"}, "text"),
        ({"text": "a\\b"}, "text"),
        ({"text": "x" * 17}, "text"),
        ({"text": "a\r"}, "text"),
    ],
)
def test_a_meter_that_cannot_be_is_an_error(said: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ModeEAnswering(**said)


@pytest.mark.parametrize(
    "octets",
    [
        b"/?2!\r\n",
        b"/?123!\r",
        b"/?12\x003!\r\n",
        b"?!\r\n",
        b"\x06232\r\n",  # faster than was proposed
        b"\x06050\r\n",  # mode C
        b"\x06020\r\n",
        b"\x06252\r",
        b"\x06292\r\n",  # no such speed
        bytes(range(256)) * 3,
    ],
)
def test_what_a_meter_does_not_answer(octets: bytes) -> None:
    answering = ModeEAnswering(device_address="00123", baud=1200)
    assert answering.receive(octets) == b""
    assert answering.chosen is None
    assert answering.baud == 300


@pytest.mark.parametrize("request_", [b"/?!\r\n", b"/?123!\r\n", b"/?00123!\r\n", b"\xff\x00/?!\r\n"])
def test_a_meter_says_who_it_is_and_how_fast(request_: bytes) -> None:
    answering = ModeEAnswering(device_address="0123", baud=5000, manufacturer="XYz", text="Meter 1")
    assert answering.receive(request_[:3]) == b""
    assert answering.receive(with_even_parity(request_[3:])) == b"/XYz4\\2Meter 1\r\n"


def test_a_client_and_a_meter_agree_on_a_speed() -> None:
    for highest, baud in ((None, 9600), (19200, 9600), (2400, 2400), (300, 300)):
        opening, answering = ModeEOpening(highest_baud=highest), ModeEAnswering()
        found = opening.receive(answering.receive(opening.request))
        assert found is not None
        assert answering.receive(opening.acknowledgement) == b""
        assert opening.baud == answering.baud == baud
        assert answering.confirmation == opening.acknowledgement
        answering.restart()
        assert answering.chosen is None


def test_a_meter_is_asked_twice_and_chosen_once() -> None:
    answering = ModeEAnswering()
    assert answering.receive(b"/?!\r\n/?!\r\n") == answering.identification
    assert answering.receive(b"\x06252\r\n\x06212\r\n/?!\r\n") == b""
    assert answering.baud == 9600


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_a_meter_takes_whatever_comes(pieces: list[bytes]) -> None:
    answering = ModeEAnswering()
    for piece in pieces:
        assert answering.receive(piece) in (b"", answering.identification)
