"""HDLC addresses of 1, 2 and 4 octets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.codec.errors import EncodeError
from xdlms.profiles.hdlc.address import ALL_STATIONS, Address
from xdlms.profiles.problems import FrameError, LinkFault


@pytest.mark.parametrize(
    ("octets", "fault", "offset"),
    [
        ("", LinkFault.TRUNCATED, 0),
        ("02", LinkFault.TRUNCATED, 1),
        ("020202", LinkFault.TRUNCATED, 3),
        ("020203", LinkFault.ADDRESS, 0),
        ("02020202", LinkFault.ADDRESS, 0),
        ("0202020203", LinkFault.ADDRESS, 0),
    ],
)
def test_an_address_ends_after_one_two_or_four_octets(octets: str, fault: LinkFault, offset: int) -> None:
    with pytest.raises(FrameError) as caught:
        Address.decode(bytes.fromhex(octets))
    assert (caught.value.fault, caught.value.offset) == (fault, offset)


@pytest.mark.parametrize(
    ("upper", "lower", "size", "path"),
    [
        (0x80, None, 1, "$.upper"),
        (-1, None, 1, "$.upper"),
        (0x80, None, 0, "$.upper"),
        (0x80, 1, 2, "$.upper"),
        (1, 0x80, 2, "$.lower"),
        (0x4000, 1, 4, "$.upper"),
        (1, 0x4000, 4, "$.lower"),
        (1, -1, 0, "$.lower"),
        (1, 1, 1, "$.lower"),
        (1, None, 2, "$.lower"),
        (1, None, 4, "$.lower"),
        (1, 1, 3, "$.size"),
    ],
)
def test_parts_that_do_not_fit_are_refused(upper: int, lower: int | None, size: int, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        Address(upper, lower, size)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("octets", "upper", "lower", "text"),
    [
        ("21", 0x10, None, "16"),
        ("FF", 0x7F, None, "127"),
        ("0223", 1, 0x11, "1/17"),
        ("CEFF", 0x67, 0x7F, "103/127"),
        ("00020023", 1, 0x11, "1/17"),
        ("FEFEFEFF", 0x3FFF, 0x3FFF, "16383/16383"),
        ("0202FE7F", 0x81, 0x3FBF, "129/16319"),
    ],
)
def test_seven_bits_an_octet_upper_part_first(octets: str, upper: int, lower: int | None, text: str) -> None:
    address = Address.decode(bytes.fromhex(octets))
    assert (address.upper, address.lower, address.size) == (upper, lower, len(octets) // 2)
    assert address.encode().hex().upper() == octets
    assert str(address) == text


def test_octets_behind_and_before_an_address_are_left_alone() -> None:
    assert Address.decode(bytes.fromhex("00022107"), 2) == Address(0x10)


def test_the_shortest_form_that_holds_both_parts_is_the_default() -> None:
    assert Address(1).size == 1
    assert Address(0x7F, 0x7F).size == 2
    assert Address(0x80, 1).size == 4
    assert Address(1, 0x80).size == 4
    assert Address(1, 0x11, 4) != Address(1, 0x11, 2), "they are different octets"


def test_all_stations_is_seven_or_fourteen_ones() -> None:
    assert Address(ALL_STATIONS[1]).is_broadcast
    assert Address(ALL_STATIONS[1], 1, 2).is_broadcast
    assert Address(ALL_STATIONS[2], 1, 4).is_broadcast
    assert not Address(0x7F, 1, 4).is_broadcast
    assert not Address(1, 0x7F).is_broadcast


@given(st.integers(0, 0x3FFF), st.none() | st.integers(0, 0x3FFF), st.sampled_from([0, 1, 2, 4]))
def test_an_address_that_exists_is_read_as_it_was_written(upper: int, lower: int | None, size: int) -> None:
    try:
        address = Address(upper, lower, size)
    except EncodeError:
        return
    assert Address.decode(address.encode() + b"\x00") == address
