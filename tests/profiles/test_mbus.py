"""Long frames of wired M-Bus, and APDUs in them."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.codec.errors import EncodeError
from xdlms.profiles.mbus import JoinedApdu, LongFrame, MbusReader, Segment, SegmentJoiner, cut_into_frames
from xdlms.profiles.problems import FrameError, LinkFault, LinkProblem

FRAME = LongFrame(0x53, 0xFF, 0x11, bytes.fromhex("0167AABB"))
OCTETS = bytes.fromhex("68070768 53FF11 0167 AABB 3016")


def overflowed(counted: int) -> bytes:
    """A frame of more octets than L can count."""
    body = bytes((0x53, 0xFF, 0x00, 0x01, 0x67)) + bytes(range(1, 129)) + bytes(counted - 133)
    return bytes((0x68, counted % 256, counted % 256, 0x68)) + body + bytes((sum(body) % 256, 0x16))


def read(octets: bytes) -> list[LongFrame | LinkProblem]:
    reader = MbusReader()
    return reader.feed(octets) + reader.finish()


def faults(items: list[LongFrame | LinkProblem]) -> list[LinkFault | LongFrame]:
    return [item.fault if isinstance(item, LinkProblem) else item for item in items]


def joined(*frames: LongFrame) -> list[bytes | LinkFault]:
    joiner = SegmentJoiner()
    results: list[JoinedApdu | LinkProblem] = []
    for frame in frames:
        assert frame.segment is not None
        results += joiner.feed(frame, frame.segment)
    results += joiner.finish()
    return [result.apdu if isinstance(result, JoinedApdu) else result.fault for result in results]


# --- wrong input


@pytest.mark.parametrize(
    ("octets", "fault", "offset"),
    [
        ("", LinkFault.TRUNCATED, 0),
        ("680707", LinkFault.TRUNCATED, 3),
        ("10070768 53FF11 0167 AABB 3016", LinkFault.FLAG, 0),
        ("68070767 53FF11 0167 AABB 3016", LinkFault.FLAG, 3),
        ("68070668 53FF11 0167 AABB 3016", LinkFault.LENGTH, 1),
        ("68020268 53FF 5216", LinkFault.LENGTH, 1),
        ("68070768 53FF11 0167 AABB 30", LinkFault.TRUNCATED, 12),
        ("68070768 53FF11 0167 AABB 3017", LinkFault.FLAG, 12),
        ("68070768 53FF11 0167 AABB 301616", LinkFault.TRAILING_OCTETS, 13),
        ("68070768 53FF11 0167 AABB 3116", LinkFault.CHECKSUM, 11),
        ("68070768 53FF11 0167 AABA 3016", LinkFault.CHECKSUM, 11),
    ],
)
def test_octets_that_are_not_one_frame_are_refused(octets: str, fault: LinkFault, offset: int) -> None:
    with pytest.raises(FrameError) as caught:
        LongFrame.decode(bytes.fromhex(octets))
    assert (caught.value.fault, caught.value.offset) == (fault, offset)


@pytest.mark.parametrize("field", [0, 1, 2])
def test_fields_of_one_octet_hold_no_more(field: int) -> None:
    for number in (-1, 256):
        fields = [0, 0, 0]
        fields[field] = number
        with pytest.raises(EncodeError):
            LongFrame(fields[0], fields[1], fields[2])


def test_more_than_l_can_count_is_not_sent() -> None:
    assert len(LongFrame(0x53, 0xFF, 0, bytes(252)).encode()) == 255 + 6
    with pytest.raises(EncodeError):
        LongFrame(0x53, 0xFF, 0, bytes(253)).encode()


@pytest.mark.parametrize(
    ("size", "stsap", "most"),
    [(0, 1, 245), (16 * 10 + 1, 1, 10), (1, 256, 245), (1, -1, 245), (1, 1, 0), (1, 1, 251)],
)
def test_an_apdu_that_cannot_be_cut_is_refused(size: int, stsap: int, most: int) -> None:
    with pytest.raises(EncodeError):
        cut_into_frames(bytes(size), stsap, 0x67, max_data=most)


def test_a_wrong_checksum_is_a_piece_and_the_next_frame_is_read() -> None:
    bad = OCTETS[:-2] + b"\x31\x16"
    items = read(OCTETS + bad + bad + OCTETS)
    assert faults(items) == [FRAME, LinkFault.CHECKSUM, LinkFault.CHECKSUM, FRAME]
    assert items[1] == LinkProblem(LinkFault.CHECKSUM, 13, bad, "checksum is 31, 30 would be right")


def test_a_lying_length_does_not_take_the_next_frame_along() -> None:
    for length in (0, 2, 3, 6, 8, 20, 255):
        items = read(bytes((0x68, length, length, 0x68)) + OCTETS[4:] + OCTETS)
        assert faults(items)[-1] == FRAME, length
        assert isinstance(items[0], LinkProblem), length


def test_noise_and_a_frame_that_was_cut_off_are_reported() -> None:
    items = read(b"\xe5" + OCTETS + b"\x10\x40\xff\x3f\x16" + OCTETS + OCTETS[:-1])
    assert faults(items) == [LinkFault.NOISE, FRAME, LinkFault.NOISE, FRAME, LinkFault.TRUNCATED]
    assert [item.offset for item in items] == [0, 1, 14, 19, 32]


def test_segments_that_are_missing_are_noticed_by_the_numbers() -> None:
    frames = cut_into_frames(b"abcdef", 1, 0x67, max_data=2)
    first, second, third = frames
    assert joined(*frames) == [b"abcdef"]
    assert joined(first, third) == [LinkFault.INCOMPLETE, LinkFault.SEQUENCE]
    assert joined(second, third, *frames) == [LinkFault.SEQUENCE, LinkFault.SEQUENCE, b"abcdef"]
    assert joined(first, second, *frames) == [LinkFault.INCOMPLETE, b"abcdef"]
    assert joined(first, second) == [LinkFault.INCOMPLETE]


def test_an_apdu_cannot_grow_without_end() -> None:
    frames = [LongFrame(0x53, 0xFF, number % 16, b"\x01\x67" + bytes(200)) for number in range(40)]
    assert joined(*frames) == [LinkFault.INCOMPLETE] * 3


# --- right input


def test_a_long_frame_octet_by_octet() -> None:
    assert LongFrame.decode(OCTETS) == FRAME
    assert FRAME.encode() == OCTETS
    assert FRAME.size == len(OCTETS)


def test_ci_holds_the_number_of_the_segment_and_the_last_bit() -> None:
    assert FRAME.segment == Segment(1, True, 0x01, 0x67, b"\xaa\xbb")
    assert LongFrame(0x53, 0xFF, 0x0F, b"\x01\x67").segment == Segment(15, False, 0x01, 0x67, b"")


def test_other_control_information_is_no_segment() -> None:
    assert LongFrame(0x53, 0xFF, 0x20, b"\x01\x67a").segment is None
    assert LongFrame(0x08, 0x01, 0x72, b"\x01\x67a").segment is None
    assert LongFrame(0x53, 0xFF, 0x10, b"\x01").segment is None


@pytest.mark.parametrize("counted", [256, 257, 263, 511])
def test_a_length_octet_that_overflowed_is_told_by_the_checksum(counted: int) -> None:
    octets = overflowed(counted)
    frame = LongFrame.decode(octets)
    assert frame.overflows
    assert len(frame.user_data) == counted - 3
    assert read(octets + OCTETS + octets) == [frame, FRAME, frame]
    with pytest.raises(EncodeError):
        frame.encode()


def test_a_length_octet_that_overflowed_does_not_excuse_a_wrong_checksum() -> None:
    octets = bytearray(overflowed(257))
    octets[100] ^= 1
    with pytest.raises(FrameError):
        LongFrame.decode(bytes(octets))
    assert faults(read(bytes(octets) + OCTETS))[-1] == FRAME


def test_where_the_parts_of_an_apdu_stood() -> None:
    frames = cut_into_frames(b"abcdefg", 1, 0x67, max_data=4)
    items = read(b"".join(frame.encode() for frame in frames))
    joiner = SegmentJoiner()
    results = []
    for frame in items:
        assert isinstance(frame, LongFrame)
        assert frame.segment is not None
        results += joiner.feed(frame, frame.segment)
    assert [result.origins for result in results if isinstance(result, JoinedApdu)] == [((0, 9), (4, 15 + 9))]


@given(st.binary(min_size=1, max_size=800), st.integers(0, 255), st.integers(0, 255), st.integers(50, 250))
def test_what_is_cut_is_joined_again(apdu: bytes, stsap: int, dtsap: int, most: int) -> None:
    frames = cut_into_frames(apdu, stsap, dtsap, max_data=most)
    items = read(b"".join(frame.encode() for frame in frames))
    assert items == frames
    assert joined(*frames) == [apdu]


pieces_of_a_stream = st.lists(
    st.sampled_from([OCTETS, OCTETS[:-1], OCTETS[:5], OCTETS[:-2] + b"\x31\x16", overflowed(257), b"\x68", b"\x68\x68"])
    | st.binary(max_size=6),
    max_size=6,
).map(b"".join)


@given(pieces_of_a_stream, st.lists(st.integers(0, 400), max_size=8))
def test_how_a_stream_is_cut_makes_no_difference_and_nothing_vanishes(octets: bytes, cuts: list[int]) -> None:
    whole = read(octets)
    places = sorted({min(cut, len(octets)) for cut in cuts} | {0, len(octets)})
    reader = MbusReader()
    items = []
    for start, end in pairwise(places):
        items += reader.feed(octets[start:end])
    items += reader.finish()
    assert items == whole
    place = 0
    for item in whole:
        assert item.offset == place
        place += item.size if isinstance(item, LongFrame) else len(item.octets)
    assert place == len(octets)


@given(
    st.binary(max_size=30) | st.binary(max_size=12).map(lambda x: bytes((0x68, len(x), len(x), 0x68)) + x + b"\x00\x16")
)
def test_any_octets_are_a_frame_or_one_documented_error(octets: bytes) -> None:
    with suppress(FrameError):
        assert LongFrame.decode(octets).encode() == octets
