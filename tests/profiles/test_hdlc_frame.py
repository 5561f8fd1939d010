"""One HDLC frame."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.codec.errors import EncodeError
from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.crc import check_sequence
from xdlms.profiles.hdlc.frame import Frame, FrameHeader, header_is_intact
from xdlms.profiles.problems import FrameError, LinkFault

SNRM = bytes.fromhex("7EA0070321930F017E")
# a UA with the four parameters in it
UA = bytes.fromhex("7EA01E210373C37A818012050180060180070400000001080400000001533B7E")
UI = Frame(Address(0x10), Address(1, 0x11), Control(FrameKind.UI), b"\xe6\xe7\x00\x0f~~\x7e")

addresses = st.one_of(
    st.builds(Address, st.integers(0, 0x7F)),
    st.builds(Address, st.integers(0, 0x7F), st.integers(0, 0x7F), st.just(2)),
    st.builds(Address, st.integers(0, 0x3FFF), st.integers(0, 0x3FFF), st.just(4)),
)
sequence = st.integers(0, 7)
controls = st.one_of(
    st.builds(Control, st.just(FrameKind.INFORMATION), st.booleans(), sequence, sequence),
    st.builds(Control, st.sampled_from([FrameKind.RR, FrameKind.RNR]), st.booleans(), st.none(), sequence),
    st.builds(Control, st.sampled_from([FrameKind.UI, FrameKind.SNRM, FrameKind.UA, FrameKind.FRMR]), st.booleans()),
)
frames = st.builds(Frame, addresses, addresses, controls, st.binary(max_size=40), st.booleans())


def sealed(body: bytes) -> bytes:
    """Flags and a right FCS around `body`."""
    return b"\x7e" + body + check_sequence(body) + b"\x7e"


@pytest.mark.parametrize(
    ("octets", "fault", "offset"),
    [
        ("", LinkFault.TRUNCATED, 0),
        ("7E", LinkFault.TRUNCATED, 1),
        ("7EA0", LinkFault.TRUNCATED, 2),
        ("A0070321930F017E", LinkFault.FLAG, 0),
        ("7E90070321930F017E", LinkFault.FORMAT, 1),
        ("7EA0060321930F017E", LinkFault.LENGTH, 1),
        ("7EA0070321930F01", LinkFault.TRUNCATED, 8),
        ("7EA0080321930F017E", LinkFault.TRUNCATED, 9),
        ("7EA0070321930F01FF", LinkFault.LENGTH, 8),
        ("7EA0070321930F017E7E", LinkFault.TRAILING_OCTETS, 9),
        ("7EA0070321930F007E", LinkFault.FCS, 6),
        ("7EA0070321920F017E", LinkFault.FCS, 6),
    ],
)
def test_octets_that_are_not_one_frame_are_refused(octets: str, fault: LinkFault, offset: int) -> None:
    with pytest.raises(FrameError) as caught:
        Frame.decode(bytes.fromhex(octets))
    assert (caught.value.fault, caught.value.offset) == (fault, offset)
    assert str(caught.value).endswith(f"at octet {offset}")


def test_a_wrong_hcs_under_a_right_fcs_is_told_as_that() -> None:
    body = bytearray(UA[1:-3])
    body[6] ^= 1
    with pytest.raises(FrameError, match="HCS is C37B, C37A would be right") as caught:
        Frame.decode(sealed(bytes(body)))
    assert (caught.value.fault, caught.value.offset) == (LinkFault.HCS, 6)


def test_a_wrong_fcs_above_a_right_hcs_is_told_as_that() -> None:
    octets = bytearray(UA)
    octets[12] ^= 1
    with pytest.raises(FrameError, match=r"FCS is 533B, .{4} would be right; HCS is right") as caught:
        Frame.decode(bytes(octets))
    assert (caught.value.fault, caught.value.offset) == (LinkFault.FCS, len(UA) - 3)


@pytest.mark.parametrize("extra", [1, 2])
def test_hcs_without_information_is_no_frame(extra: int) -> None:
    # one or two octets between the control field and FCS: neither nothing, nor HCS and information
    body = bytes((0xA0, 7 + extra, 0x03, 0x21, 0x93)) + bytes(extra)
    with pytest.raises(FrameError) as caught:
        Frame.decode(sealed(body))
    assert caught.value.fault is LinkFault.LENGTH


def test_hcs_and_no_information_is_no_frame_even_if_hcs_is_right() -> None:
    header = bytes((0xA0, 9, 0x03, 0x21, 0x93))
    with pytest.raises(FrameError) as caught:
        Frame.decode(sealed(header + check_sequence(header)))
    assert caught.value.fault is LinkFault.LENGTH


@pytest.mark.parametrize(
    ("body", "fault", "offset"),
    [
        ("A007" + "020203", LinkFault.ADDRESS, 3),
        ("A009" + "0302020393", LinkFault.ADDRESS, 4),
        ("A007" + "032109", LinkFault.CONTROL, 5),
        ("A008" + "00002193", LinkFault.ADDRESS, 3),
    ],
)
def test_with_a_right_fcs_wrong_fields_are_told(body: str, fault: LinkFault, offset: int) -> None:
    with pytest.raises(FrameError) as caught:
        Frame.decode(sealed(bytes.fromhex(body)))
    assert (caught.value.fault, caught.value.offset) == (fault, offset)


def test_addresses_that_run_into_the_fcs_are_no_addresses() -> None:
    faults = set()
    for last in range(256):
        with pytest.raises(FrameError) as caught:
            Frame.decode(sealed(bytes((0xA0, 7, 0, 2, last & 0xFE))))
        faults.add(caught.value.fault)
    assert faults == {LinkFault.LENGTH, LinkFault.ADDRESS}


def test_addresses_and_control_field_are_known_of_a_frame_with_an_undefined_control_field() -> None:
    body = bytes.fromhex("A007032109")
    header = FrameHeader.decode(body)
    assert header == FrameHeader(7, False, Address(1), Address(0x10), 0x09)
    assert header.size == 5


@pytest.mark.parametrize(
    "body", ["", "A0", "A007", "A00703", "A0070321", "A007000203", "90070321930F01", "A0060321930F01"]
)
def test_what_has_no_header_is_refused(body: str) -> None:
    with pytest.raises(FrameError):
        FrameHeader.decode(bytes.fromhex(body))
    assert not header_is_intact(bytes.fromhex(body))


def test_the_well_known_snrm_and_ua() -> None:
    assert Frame.decode(SNRM) == Frame(Address(1), Address(0x10), Control(FrameKind.SNRM, True))
    ua = Frame.decode(UA)
    assert (ua.destination, ua.source, ua.control) == (Address(0x10), Address(1), Control(FrameKind.UA, True))
    assert ua.information == UA[8:-3]
    assert ua.encode() == UA


def test_the_segmentation_bit_is_bit_11_of_the_format_field() -> None:
    plain = Frame(Address(0x10), Address(1), Control(FrameKind.UI), b"a").encode()
    segmented = Frame(Address(0x10), Address(1), Control(FrameKind.UI), b"a", True).encode()
    assert (plain[1], segmented[1]) == (0xA0, 0xA8)
    assert Frame.decode(segmented).segmented


def test_the_length_counts_all_but_the_flags_in_eleven_bits() -> None:
    header_and_checks = 5 + 2 + 2
    frame = Frame(Address(0x10), Address(1), Control(FrameKind.UI), bytes(2047 - header_and_checks), True)
    octets = frame.encode()
    assert octets[1:3] == b"\xaf\xff"
    assert len(octets) == frame.size == 2049
    assert Frame.decode(octets) == frame


def test_more_than_the_length_can_count_is_not_sent() -> None:
    with pytest.raises(EncodeError) as caught:
        Frame(Address(0x10), Address(1), Control(FrameKind.UI), bytes(2039)).encode()
    assert caught.value.path == "$.information"


def test_the_place_in_a_stream_is_no_part_of_a_frame() -> None:
    there = Frame(UI.destination, UI.source, UI.control, UI.information, offset=7)
    assert there == UI
    assert there.information_offset == 7 + 1 + 2 + 1 + 2 + 1 + 2
    assert UI.encode()[UI.information_offset :].startswith(UI.information)


@given(frames)
def test_a_frame_is_read_as_it_was_written(frame: Frame) -> None:
    octets = frame.encode()
    assert len(octets) == frame.size
    assert Frame.decode(octets) == frame


@pytest.mark.parametrize("octets", [SNRM, UA, UI.encode()], ids=["SNRM", "UA", "UI"])
def test_every_changed_bit_of_a_frame_is_noticed(octets: bytes) -> None:
    for bit in range(8 * len(octets)):
        damaged = bytearray(octets)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FrameError):
            Frame.decode(bytes(damaged))


@given(
    st.binary(max_size=40) | st.binary(max_size=20).map(lambda tail: sealed(b"\xa0" + bytes((len(tail) + 4,)) + tail))
)
def test_any_octets_are_a_frame_that_is_those_octets_or_one_documented_error(octets: bytes) -> None:
    with suppress(FrameError):
        assert Frame.decode(octets).encode() == octets
