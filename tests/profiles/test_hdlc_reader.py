"""HDLC frames out of a stream."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.reader import FrameReader
from xdlms.profiles.problems import LinkFault, LinkProblem

CONTROL = Control(FrameKind.UI)


def ui(information: bytes, *, segmented: bool = False) -> Frame:
    return Frame(Address(0x10), Address(1, 0x11), CONTROL, information, segmented)


A, B, C = ui(b"first"), ui(b"second \x7e\xa0\x07 with flags \x7e in it"), Frame(Address(1), Address(2), CONTROL)
a, b, c = (frame.encode() for frame in (A, B, C))


def read(octets: bytes, **options: int) -> list[Frame | LinkProblem]:
    reader = FrameReader(**options)
    return reader.feed(octets) + reader.finish()


def changed(octets: bytes, place: int) -> bytes:
    return octets[:place] + bytes((octets[place] ^ 0x55,)) + octets[place + 1 :]


def faults(items: list[Frame | LinkProblem]) -> list[LinkFault | Frame]:
    return [item.fault if isinstance(item, LinkProblem) else item for item in items]


def unaccounted(octets: bytes, items: list[Frame | LinkProblem]) -> bytes:
    """The octets of no item; items come in order, and share flags at most."""
    rest = bytearray()
    place = 0
    for item in items:
        size = item.size if isinstance(item, Frame) else len(item.octets)
        assert size > 0
        if isinstance(item, Frame):
            assert octets[item.offset : item.offset + size] == item.encode()
        else:
            assert octets[item.offset : item.offset + size] == item.octets
        assert item.offset >= place - 1
        rest += octets[place : item.offset]
        place = item.offset + size
    return bytes(rest + octets[place:])


# --- wrong input


@pytest.mark.parametrize("place", [9, 12], ids=["HCS", "information"])
def test_a_damaged_frame_is_a_piece_with_its_place_and_the_next_frame_is_read(place: int) -> None:
    items = read(a + changed(a, place) + b)
    assert faults(items) == [A, LinkFault.FCS, B]
    assert isinstance(items[1], LinkProblem)
    assert (items[1].offset, items[1].octets) == (len(a), changed(a, place))


def test_two_damaged_frames_are_two_pieces_whether_they_share_a_flag_or_not() -> None:
    bad = changed(b, 14)
    for octets in (bad + bad + c, bad + bad[1:] + c[1:]):
        items = read(octets)
        assert faults(items) == [LinkFault.FCS, LinkFault.FCS, C]
        assert all(isinstance(item, Frame) or item.octets == bad for item in items)


@pytest.mark.parametrize("length", [0, 6, 7, 8, 14, 16, 40, 0x7FF])
def test_a_lying_length_does_not_take_the_next_frame_along(length: int) -> None:
    bad = bytes((0x7E, 0xA0 | length >> 8, length & 0xFF)) + a[3:]
    items = read(bad + c + b)
    assert [item for item in items if isinstance(item, Frame)] == [C, B]
    assert isinstance(items[0], LinkProblem)
    assert items[0].offset == 0
    assert unaccounted(bad + c + b, items).strip(b"\x7e") == b""


def test_two_wrong_frames_without_their_ends_are_two_pieces_if_flags_or_hcs_tell_them_apart() -> None:
    lying = a[:2] + b"\x13" + a[3:]
    assert faults(read(lying + lying + c + c)) == [LinkFault.LENGTH, LinkFault.LENGTH, C, C]
    cut_off = ui(bytes(40)).encode()[:30]
    items = read(cut_off + cut_off + c + bytes(20) + c)
    assert faults(items) == [LinkFault.LENGTH, LinkFault.LENGTH, C, LinkFault.NOISE, C]
    assert isinstance(items[1], LinkProblem)
    assert (items[1].offset, items[1].octets) == (30, cut_off)


def test_a_frame_that_was_cut_off_is_a_piece_and_the_next_frame_is_read() -> None:
    for left in range(2, len(a) - 1):
        items = read(a[:left] + c)
        assert faults(items)[-1] == C, left
        assert unaccounted(a[:left] + c, items).strip(b"\x7e") == b""


def test_octets_that_end_inside_a_frame_are_reported_at_the_end() -> None:
    reader = FrameReader()
    assert faults(reader.feed(c + a[:-4])) == [C]
    (problem,) = reader.finish()
    assert isinstance(problem, LinkProblem)
    assert (problem.fault, problem.offset, problem.octets) == (LinkFault.TRUNCATED, len(c), a[:-4])


def test_frames_behind_a_false_start_are_found_at_the_end() -> None:
    # 7E A7 FF promises 2047 octets, which never come
    items = read(b"\x7e\xa7\xff" + a + b)
    assert faults(items) == [LinkFault.TRUNCATED, A, B]


def test_noise_between_frames_is_one_piece() -> None:
    items = read(b"/?!\r\n" + a + b"noise ~~ and noise" + b + b"\x00")
    assert faults(items) == [LinkFault.NOISE, A, LinkFault.NOISE, B, LinkFault.NOISE]
    assert [item.octets for item in items if isinstance(item, LinkProblem)] == [
        b"/?!\r\n",
        b"noise ~~ and noise",
        b"\x00",
    ]


def test_noise_does_not_hide_why_a_frame_is_wrong() -> None:
    assert faults(read(b"xy" + changed(a, 9) + c)) == [LinkFault.NOISE, LinkFault.FCS, C]
    assert faults(read(b"xy" + a[:2] + b"\x09" + a[3:] + c)) == [LinkFault.NOISE, LinkFault.LENGTH, C]
    assert faults(read(b"xy" + a[:2] + b"\x70" + a[3:] + c)) == [LinkFault.NOISE, LinkFault.TRUNCATED, C]


def test_a_good_frame_inside_a_wrong_one_is_found() -> None:
    inner = b"\x7e\xa0\x2e\x03\x03\x03" + c
    outer = inner + bytes(0x2E + 1 - len(inner)) + b"\x7e"
    items = read(outer)
    assert faults(items) == [LinkFault.FCS, C, LinkFault.NOISE]


def test_frames_longer_than_agreed_are_refused() -> None:
    long = ui(bytes(200))
    assert faults(read(long.encode() + a, longest=100)) == [LinkFault.LENGTH, A]
    with pytest.raises(ValueError, match="longest"):
        FrameReader(longest=6)
    with pytest.raises(ValueError, match="longest"):
        FrameReader(longest=2048)
    with pytest.raises(ValueError, match="noise_limit"):
        FrameReader(noise_limit=0)


def test_noise_without_end_is_not_kept() -> None:
    reader = FrameReader(noise_limit=1000)
    pieces = 0
    for _ in range(500):
        for item in reader.feed(b"no frame at all, " * 20):
            assert isinstance(item, LinkProblem)
            assert len(item.octets) == 1000
            pieces += 1
        assert len(reader._buffer) <= 1000 + 2049
    assert pieces == 500 * 340 // 1000 - (500 * 340 % 1000 == 0)


# --- right input


@pytest.mark.parametrize("octets", [b"", b"\x7e", b"\x7e" * 5000])
def test_nothing_and_flags_are_nothing(octets: bytes) -> None:
    assert read(octets) == []


@pytest.mark.parametrize("between", [b"", b"\x7e", b"\x7e" * 70000], ids=["two flags", "three", "many"])
def test_flags_between_frames(between: bytes) -> None:
    items = read(a + between + b + between + c)
    assert items == [A, B, C]
    assert [item.offset for item in items] == [0, len(a + between), len(a + between + b + between)]


def test_one_flag_may_end_a_frame_and_begin_the_next() -> None:
    items = read(a + b[1:] + c[1:])
    assert items == [A, B, C]
    assert [item.offset for item in items] == [0, len(a) - 1, len(a + b) - 2]


def test_a_frame_is_given_out_with_its_closing_flag_at_once() -> None:
    reader = FrameReader()
    assert reader.feed(a[:-1]) == []
    assert reader.feed(a[-1:]) == [A]
    assert reader.offset == len(a)


def test_offsets_go_on_after_finish() -> None:
    reader = FrameReader()
    assert faults(reader.feed(a + b[:9]) + reader.finish()) == [A, LinkFault.TRUNCATED]
    (frame,) = reader.feed(c)
    assert frame == C
    assert frame.offset == len(a) + 9
    assert reader.finish() == []


pieces_of_a_stream = st.lists(
    st.one_of(
        st.sampled_from(
            [a, b, c, a[1:], b[1:], c[1:], b"\x7e", b"\x7e\x7e", a[:8], b[:20], changed(a, 9), changed(b, 2)]
        ),
        st.sampled_from([b"\x7e\xa0", b"\x7e\xa0\x07", b"\x7e\xa0\x0b\x03\x03\x03", b"\xa0", b"\x7e\x7e\xa0\x20"]),
        st.binary(max_size=12),
    ),
    max_size=8,
).map(b"".join)


@settings(max_examples=300)
@given(pieces_of_a_stream, st.lists(st.integers(0, 300), max_size=8), st.sampled_from([5, 20, 65536]))
def test_how_a_stream_is_cut_makes_no_difference(octets: bytes, cuts: list[int], noise_limit: int) -> None:
    whole = read(octets, noise_limit=noise_limit)
    reader = FrameReader(noise_limit=noise_limit)
    items = []
    places = sorted({min(cut, len(octets)) for cut in cuts} | {0, len(octets)})
    for start, end in pairwise(places):
        items += reader.feed(octets[start:end])
    items += reader.finish()
    assert items == whole
    assert [item.offset for item in items] == [item.offset for item in whole]
    assert unaccounted(octets, whole).strip(b"\x7e") == b"", "only flags are of no item"


def test_a_frame_in_one_piece_is_read_behind_noise_and_behind_damage_as_in_any_pieces() -> None:
    for before in (b"\x55", b"\x7e", b"\x7e\x7e", b"\x55\x7e", a[:5], changed(a, 8), a + b"\x55", a + b"\x7e"):
        for behind in (b"", b"\x55", b[1:], a):
            reader = FrameReader()
            items = [item for piece in (before, b, behind) for item in reader.feed(piece)] + reader.finish()
            assert reader.offset == len(before + b + behind)
            assert items == read(before + b + behind), (before, behind)
            assert [item.offset for item in items] == [item.offset for item in read(before + b + behind)]


def test_cutting_at_every_place_makes_no_difference() -> None:
    octets = b"\xa0" + a + changed(b, 12) + b[1:] + b"\x7e\xa0\x00" + c + a[:7] + b"\x7e" + b + a[:12]
    whole = read(octets)
    for place in range(len(octets) + 1):
        reader = FrameReader()
        assert reader.feed(octets[:place]) + reader.feed(octets[place:]) + reader.finish() == whole
    reader = FrameReader()
    assert [item for octet in octets for item in reader.feed(bytes((octet,)))] + reader.finish() == whole


@given(st.lists(st.sampled_from([A, B, C]), max_size=5), st.data())
def test_undamaged_frames_are_always_found(sent: list[Frame], data: st.DataObject) -> None:
    octets = bytearray()
    whole = []
    for frame in sent:
        if data.draw(st.booleans()):
            octets += frame.encode()[: data.draw(st.integers(0, frame.size - 2))]
        octets += data.draw(st.binary(max_size=5))
        whole.append((len(octets), frame))
        octets += frame.encode()
    found = [(item.offset, item) for item in read(bytes(octets)) if isinstance(item, Frame)]
    assert found == whole
