"""APDUs cut into the information of HDLC frames, and joined again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.codec.errors import EncodeError
from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.llc import Llc, read_llc
from xdlms.profiles.hdlc.segmentation import ApduAssembler, AssembledApdu, cut_into_segments
from xdlms.profiles.problems import LinkFault, LinkProblem

RESPONSE = Llc.RESPONSE.value
Result = AssembledApdu | LinkProblem


def frame(information: bytes, *, more: bool = False, number: int | None = None, offset: int = 0) -> Frame:
    """A UI frame, or the I frame with that number."""
    control = Control(FrameKind.UI) if number is None else Control(FrameKind.INFORMATION, True, number, 0)
    return Frame(Address(0x10), Address(1), control, information, more, offset)


def joined(*frames: Frame, limit: int = 1000) -> list[bytes | LinkFault]:
    assembler = ApduAssembler(limit=limit)
    results: list[Result] = [result for each in frames for result in assembler.feed(each)]
    results += assembler.finish()
    return [result.apdu if isinstance(result, AssembledApdu) else result.fault for result in results]


# --- wrong input


def test_segments_without_a_last_one_are_reported_at_the_end() -> None:
    assembler = ApduAssembler()
    assert assembler.feed(frame(RESPONSE + b"ab", more=True, offset=10)) == []
    assert assembler.feed(frame(b"cd", more=True, offset=30)) == []
    assert assembler.is_open
    (problem,) = assembler.finish()
    assert (problem.fault, problem.offset, problem.octets) == (LinkFault.INCOMPLETE, 10, RESPONSE + b"abcd")
    assert not assembler.is_open
    assert assembler.finish() == []


def test_an_llc_header_on_a_segment_begins_a_new_apdu() -> None:
    lost = frame(RESPONSE + b"ab", more=True)
    assert joined(lost, frame(RESPONSE + b"cd")) == [LinkFault.INCOMPLETE, b"cd"]
    assert joined(lost, frame(RESPONSE + b"cd", more=True), frame(b"ef")) == [LinkFault.INCOMPLETE, b"cdef"]


def test_in_numbered_segments_octets_like_an_llc_header_are_data() -> None:
    frames = (frame(RESPONSE + b"ab", more=True, number=7), frame(RESPONSE + b"cd", number=0))
    assert joined(*frames) == [b"ab" + RESPONSE + b"cd"]


def test_after_a_loss_unnumbered_segments_are_not_joined() -> None:
    assembler = ApduAssembler()
    assembler.feed(frame(RESPONSE + b"ab", more=True))
    assembler.suspect()
    results = assembler.feed(frame(b"ef", more=True, offset=5)) + assembler.feed(frame(b"gh", offset=9))
    assert [result.fault for result in results if isinstance(result, LinkProblem)] == [
        LinkFault.INCOMPLETE,
        LinkFault.SEQUENCE,
        LinkFault.SEQUENCE,
    ]
    assert [result.apdu for result in assembler.feed(frame(b"next")) if isinstance(result, AssembledApdu)] == [b"next"]


def test_after_a_loss_numbered_segments_go_on_if_none_is_missing() -> None:
    for number, expected in ((1, True), (2, False)):
        assembler = ApduAssembler()
        assembler.feed(frame(RESPONSE + b"ab", more=True, number=0))
        assembler.suspect()
        results = assembler.feed(frame(b"cd", number=number))
        assert any(isinstance(result, AssembledApdu) for result in results) is expected


def test_a_loss_before_a_new_apdu_does_no_harm() -> None:
    assembler = ApduAssembler()
    assembler.suspect()
    assert [type(result) for result in assembler.feed(frame(b"ab"))] == [AssembledApdu]


def test_an_i_frame_that_is_sent_again_is_not_joined_twice() -> None:
    first = frame(RESPONSE + b"ab", more=True, number=3)
    last = frame(b"cd", number=4)
    assert joined(first, first, last) == [LinkFault.REPEATED, b"abcd"]
    assert joined(first, last, last) == [b"abcd", LinkFault.REPEATED]


def test_meters_that_number_all_frames_alike_are_joined() -> None:
    frames = [frame(part, more=part != b"ef", number=0) for part in (RESPONSE + b"ab", b"cd", b"ef")]
    assert joined(*frames) == [b"abcdef"]


def numbered(order: str, *, apdu: str = "abcdefghijklmnopqrst") -> list[Frame]:
    """The segments of an APDU, in the order of the letters that they hold."""
    return [
        frame(
            (RESPONSE if letter == apdu[0] else b"") + letter.encode(),
            more=letter != apdu[-1],
            number=apdu.index(letter) % 8,
        )
        for letter in order
    ]


@pytest.mark.parametrize(
    ("order", "missing", "early"),
    [
        ("acbde", 2, 3),  # two of them in another order
        ("acde", 1, 3),
        ("abde", 2, 2),
        ("ae", 1, 1),
        ("abd", 2, 1),
    ],
)
def test_numbered_segments_that_do_not_follow_are_not_joined(order: str, missing: int, early: int) -> None:
    assembler = ApduAssembler()
    problems = [result for each in numbered(order, apdu="abcde") for result in assembler.feed(each)]
    assert all(isinstance(problem, LinkProblem) for problem in problems)
    problems += assembler.finish()
    assert [getattr(problem, "fault", None) for problem in problems] == [
        *[LinkFault.SEQUENCE] * early,
        LinkFault.INCOMPLETE,
    ]
    reason = getattr(problems[-1], "reason", "")
    assert reason == f"the segment with N(S)={missing} of an APDU is missing"
    assert "is missing" in getattr(problems[0], "reason", "")


def test_a_missing_segment_and_those_behind_it_that_are_sent_again_are_joined() -> None:
    assert joined(*numbered("acdbcde", apdu="abcde")) == [LinkFault.SEQUENCE, LinkFault.SEQUENCE, b"abcde"]
    # the last of the numbers that came early is that of the segment behind it
    assert joined(*numbered("acdebcde", apdu="abcde")) == [LinkFault.SEQUENCE] * 3 + [b"abcde"]
    assert joined(*numbered("abababcd", apdu="abcd")) == [LinkFault.REPEATED] * 4 + [b"abcd"]


@pytest.mark.parametrize("lost", ["b", "bj", "bjk", "bcdefghij", "c", "cdefghijk", "bi", "bijkl"])
def test_a_sender_whose_numbers_come_around_sends_nothing_again(lost: str) -> None:
    letters = "abcdefghijklmnopqrst"
    results = joined(*numbered("".join(letter for letter in letters if letter not in lost)))
    assert not any(isinstance(result, bytes) for result in results) or len(lost) == 8
    assert LinkFault.INCOMPLETE in results


def test_behind_an_apdu_with_a_missing_segment_the_next_one_is_joined() -> None:
    lost = numbered("abd", apdu="abcd")
    for following in (RESPONSE, b""):
        results = joined(*lost, frame(following + b"x", number=4))
        assert results == [LinkFault.SEQUENCE, LinkFault.INCOMPLETE, b"x"]


@pytest.mark.parametrize("number", [None, 3])
def test_the_same_push_again_behind_a_lost_segment_is_joined(number: int | None) -> None:
    first = frame(RESPONSE + b"ab", more=True, number=number)
    middle, last = frame(b"cd", more=True, number=number), frame(b"ef", number=number)
    found = joined(first, first, middle, last, first, middle, last)
    assert found[-1] == b"abcdef"
    assert found.count(b"abcdef") == 2


def test_numbers_that_are_alike_and_then_are_not_are_a_fault() -> None:
    parts = (RESPONSE + b"ab", b"cd", b"ef", b"gh")
    frames = [frame(part, more=part != b"gh", number=int(part == b"ef")) for part in parts]
    assert joined(*frames) == [LinkFault.INCOMPLETE, LinkFault.SEQUENCE, LinkFault.SEQUENCE]


def test_segments_whose_first_one_is_missing_are_not_taken_for_an_apdu() -> None:
    whole = frame(RESPONSE + b"ab", number=0)
    assert joined(whole, frame(b"cd", more=True, number=2), frame(b"ef", number=3)) == [
        b"ab",
        LinkFault.SEQUENCE,
        LinkFault.SEQUENCE,
    ]
    assert joined(whole, frame(b"cd", number=1)) == [b"ab", b"cd"]
    assert joined(whole, frame(b"cd", number=0)) == [b"ab", b"cd"], "a meter that numbers all frames alike"
    assembler = ApduAssembler()
    assembler.feed(frame(RESPONSE + b"ab"))
    assembler.suspect()
    (problem,) = assembler.feed(frame(b"cd"))
    assert isinstance(problem, LinkProblem)
    assert problem.reason == "segment of an APDU whose first segment is missing"


def test_an_apdu_over_the_limit_is_given_up_with_all_its_segments() -> None:
    frames = [
        frame(bytes(60), more=True),
        frame(bytes(60), more=True),
        frame(b"x", more=True),
        frame(b"y"),
        frame(b"z"),
    ]
    assert joined(*frames, limit=100) == [LinkFault.LIMIT, LinkFault.SEQUENCE, LinkFault.SEQUENCE, b"z"]
    assert joined(frame(bytes(101)), frame(b"z"), limit=100) == [LinkFault.LIMIT, b"z"]
    assert joined(frame(bytes(100)), limit=100) == [bytes(100)]
    with pytest.raises(ValueError, match="limit"):
        ApduAssembler(limit=0)


@pytest.mark.parametrize(("octets", "most"), [(b"abc", 0), (b"abc", -1), (b"", 5)])
def test_what_cannot_be_cut_is_refused(octets: bytes, most: int) -> None:
    with pytest.raises(EncodeError):
        cut_into_segments(octets, most)


# --- right input


@pytest.mark.parametrize(
    ("information", "llc", "apdu"),
    [
        (b"\xe6\xe7\x00\x0f\x01", Llc.RESPONSE, b"\x0f\x01"),
        (b"\xe6\xe6\x00\xc0\x01", Llc.COMMAND, b"\xc0\x01"),
        (b"\xe0\x40", None, b"\xe0\x40"),
        (b"\xe6\xe7\x01", None, b"\xe6\xe7\x01"),
        (b"\xe6\xe7", None, b"\xe6\xe7"),
        (b"\xe6\xe8\x00", None, b"\xe6\xe8\x00"),
        (b"\xe6\xe7\x00", Llc.RESPONSE, b""),
    ],
)
def test_the_llc_header_is_taken_off_if_it_is_there(information: bytes, llc: Llc | None, apdu: bytes) -> None:
    (result,) = ApduAssembler().feed(frame(information))
    assert isinstance(result, AssembledApdu)
    assert (result.llc, result.apdu) == (llc, apdu)
    assert read_llc(information) is llc


def test_only_the_first_segment_has_an_llc_header() -> None:
    assert joined(frame(RESPONSE + b"ab", more=True), frame(b"cd", more=True), frame(b"ef")) == [b"abcdef"]
    assert joined(frame(b"ab", more=True), frame(b"cd")) == [b"abcd"]


def test_where_each_part_of_an_apdu_stood() -> None:
    assembler = ApduAssembler()
    first = frame(RESPONSE + b"abc", more=True, offset=100)
    assembler.feed(first)
    (result,) = assembler.feed(frame(b"de", offset=200))
    assert isinstance(result, AssembledApdu)
    assert result.first is first
    # eight octets in front of the information: flag, format, addresses, control, HCS; then the LLC header
    assert result.origins == ((0, 100 + 8 + 3), (3, 200 + 8))


def test_an_llc_header_in_segments_of_one_octet() -> None:
    parts = [bytes((octet,)) for octet in RESPONSE + b"ab"]
    frames = [frame(part, more=index < 4, offset=20 * index) for index, part in enumerate(parts)]
    assembler = ApduAssembler()
    (result,) = [result for each in frames for result in assembler.feed(each)]
    assert isinstance(result, AssembledApdu)
    assert (result.apdu, result.origins) == (b"ab", ((0, 68), (1, 88)))


@given(st.binary(min_size=1, max_size=200), st.integers(1, 64), st.booleans())
def test_what_is_cut_is_joined_again(apdu: bytes, most: int, numbered: bool) -> None:
    segments = cut_into_segments(RESPONSE + apdu, most)
    assert all(0 < len(octets) <= most for octets, _ in segments)
    assert [more for _, more in segments] == [True] * (len(segments) - 1) + [False]
    frames = [
        frame(octets, more=more, number=index % 8 if numbered else None)
        for index, (octets, more) in enumerate(segments)
    ]
    if numbered or all(read_llc(each.information) is None for each in frames[1:]):
        assert joined(*frames) == [apdu]
