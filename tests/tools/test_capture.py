"""APDUs are found in what was recorded, with the place of every octet."""

from __future__ import annotations

import pytest
from conftest import VECTORS

from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.tools.capture import AUTO, NONE, Fault, Found, Item, OtherFrame, cannot_be_framed, find_apdus
from xdlms.tools.hextext import Line, read_lines

GET = "C0018100010000800000FF0200"
WRAPPED = "000100100001000D" + GET
CAPTURES = VECTORS / "captures"


def find(*lines: str, framing: str = AUTO, is_text: bool = True) -> list[Item]:
    captures = [Line(number, bytes.fromhex(line)) for number, line in enumerate(lines, 1)]
    return list(find_apdus(captures, framing, is_text=is_text))


def found(item: Item) -> Found:
    assert isinstance(item, Found)
    return item


def hdlc_frame(kind: FrameKind, information: bytes = b"") -> str:
    return Frame(Address(1), Address(16), Control(kind, True), information=information).encode().hex()


MBUS_FRAME = "68050568" + "53FF100167" + "CA16"


def test_octets_that_no_framing_begins_with_are_one_apdu() -> None:
    assert cannot_be_framed(bytes.fromhex(GET))
    (item,) = find(GET)
    apdu = found(item)
    assert (apdu.apdu.hex().upper(), apdu.link, apdu.direction) == (GET, "", None)
    assert str(apdu.locate(5)) == "line 1, octet 5"


@pytest.mark.parametrize("octets", ["00010010", "68FAFA68", "C0017E", "7E", "E5", "01" + WRAPPED, "01" + MBUS_FRAME])
def test_octets_that_may_be_framed_are_looked_at(octets: str) -> None:
    assert not cannot_be_framed(bytes.fromhex(octets))
    assert all(isinstance(item, (Found, Fault, OtherFrame)) for item in find(octets))


@pytest.mark.parametrize("inside", [hdlc_frame(FrameKind.UI, b"a"), "E5" + MBUS_FRAME, WRAPPED * 2])
def test_an_apdu_with_a_frame_as_a_value_is_one_apdu(inside: str) -> None:
    apdu = f"C401C10009{len(inside) // 2:02X}{inside}".upper()
    (item,) = find(apdu)
    assert (found(item).apdu.hex().upper(), found(item).link) == (apdu, "")
    (item,) = find("E6E700" + apdu)
    assert found(item).link == ""
    *_, last = find("C401C1", "000100010010" + f"{len(apdu) // 2:04X}" + apdu + WRAPPED[:-2])
    assert isinstance(last, Fault)
    *_, item, last = find("000100010010" + f"{len(apdu) // 2:04X}" + apdu + WRAPPED[:-2])
    assert (found(item).apdu.hex().upper(), found(item).link) == (apdu, "wrapper 1 -> 16")


@pytest.mark.parametrize("octets", ["00020010", WRAPPED[:-2], "0102", WRAPPED[6:]])
def test_a_wrapper_message_is_found_behind_what_is_wrong(octets: str) -> None:
    fault, item = find(octets + WRAPPED)
    assert isinstance(fault, Fault)
    assert (found(item).apdu.hex().upper(), found(item).link) == (GET, "wrapper 16 -> 1")


def test_binary_input_has_no_lines() -> None:
    (item,) = find(GET, is_text=False)
    assert str(found(item).locate(5)) == "octet 5"


def test_each_line_is_a_capture_of_its_own() -> None:
    first, second = map(found, find(GET, WRAPPED))
    assert (first.link, second.link) == ("", "wrapper 16 -> 1")
    assert str(second.locate(0)) == "line 2, octet 8"
    assert second.direction == ("16", "1")


def test_a_wrong_frame_is_told_and_the_rest_is_found() -> None:
    lines, _ = read_lines((CAPTURES / "push-aidon-hdlc.hex").read_text("utf-8"))
    aidon = lines[0].octets.hex()
    damaged = aidon[:60] + "00" + aidon[62:]
    items = find(damaged + aidon)
    assert [type(item) for item in items] == [Fault, Found]
    fault = items[0]
    assert isinstance(fault, Fault)
    assert (str(fault.place), fault.code, fault.harmless) == ("line 1, octet 0", "fcs", False)


def test_a_frame_without_an_apdu_is_told_in_words() -> None:
    (item,) = find(hdlc_frame(FrameKind.DISC))
    assert isinstance(item, OtherFrame)
    assert item.text == "hdlc 16 -> 1 DISC P/F"
    assert str(item.place) == "line 1, octet 0"


def test_what_snrm_and_ua_say_of_sizes_is_shown() -> None:
    (item,) = find(hdlc_frame(FrameKind.SNRM, LinkParameters(512, 256).encode()))
    assert isinstance(item, OtherFrame)
    assert item.text.endswith("(information: transmit 512, receive 256; window: transmit 1, receive 1)")
    (item,) = find(hdlc_frame(FrameKind.UA, b"\x81\x80\x01\x05"))
    assert isinstance(item, OtherFrame)
    assert item.text.endswith("(the group ends inside max_information_transmit)")


def mbus_lines() -> list[str]:
    lines, _ = read_lines((CAPTURES / "push-kaifa-mbus-encrypted.hex").read_text("utf-8"))
    octets = lines[0].octets
    first = octets[1] + 6
    return [octets[:first].hex(), octets[first:].hex()]


def test_segments_on_lines_of_their_own_are_joined() -> None:
    (item,) = find(*mbus_lines())
    apdu = found(item)
    assert len(apdu.apdu) == 260
    assert str(apdu.locate(0)) == "line 1, octet 9"
    assert str(apdu.locate(259)) == "line 2, octet 23"


def test_segments_without_the_rest_spoil_no_other_line() -> None:
    first, second = mbus_lines()
    items = find(first, WRAPPED, second)
    assert [type(item) for item in items] == [Fault, Found, Fault]
    items = find(first, first, second)
    assert [type(item) for item in items] == [Found, Fault]
    assert isinstance(items[1], Fault)
    assert (items[1].code, items[1].harmless) == ("repeated", True)


def test_a_framing_that_is_given_is_not_searched_for() -> None:
    assert found(find(WRAPPED, framing=NONE)[0]).apdu.hex().upper() == WRAPPED
    (item,) = find(GET, framing="hdlc")
    assert isinstance(item, Fault)
