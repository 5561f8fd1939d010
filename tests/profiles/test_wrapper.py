"""The TCP-UDP/IP wrapper."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.codec.errors import EncodeError
from xdlms.profiles.problems import FrameError, LinkFault, LinkProblem
from xdlms.profiles.wrapper import WrapperHeader, WrapperMessage, WrapperReader

MESSAGE = WrapperMessage(1, 0x10, b"\xc0\x01\xc1")
OCTETS = bytes.fromhex("0001 0001 0010 0003 C001C1")
messages = st.builds(WrapperMessage, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.binary(max_size=30))


@pytest.mark.parametrize(
    ("datagram", "fault", "offset"),
    [
        ("", LinkFault.TRUNCATED, 0),
        ("00010001001000", LinkFault.TRUNCATED, 7),
        ("0002000100100003C001C1", LinkFault.VERSION, 0),
        ("0100000100100003C001C1", LinkFault.VERSION, 0),
        ("0001000100100004C001C1", LinkFault.TRUNCATED, 11),
        ("0001000100100002C001C1", LinkFault.TRAILING_OCTETS, 10),
        ("000100010010FFFFC001C1", LinkFault.TRUNCATED, 11),
    ],
)
def test_a_datagram_that_is_not_one_message_is_refused(datagram: str, fault: LinkFault, offset: int) -> None:
    with pytest.raises(FrameError) as caught:
        WrapperMessage.decode(bytes.fromhex(datagram))
    assert (caught.value.fault, caught.value.offset) == (fault, offset)


@pytest.mark.parametrize(
    ("source", "destination", "apdu", "path"),
    [(-1, 1, b"", "$.source_wport"), (1, 0x10000, b"", "$.destination_wport"), (1, 1, bytes(0x10000), "$.apdu")],
)
def test_what_two_octets_cannot_hold_is_refused(source: int, destination: int, apdu: bytes, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        WrapperMessage(source, destination, apdu)
    assert caught.value.path == path
    with pytest.raises(EncodeError):
        WrapperHeader(source, destination, len(apdu))


@pytest.mark.clause("Annex A")
def test_eight_octets_most_significant_first_stand_before_the_apdu() -> None:
    assert MESSAGE.encode() == OCTETS
    assert WrapperMessage.decode(OCTETS) == MESSAGE
    assert WrapperHeader.decode(OCTETS) == WrapperHeader(1, 0x10, 3)
    assert WrapperHeader(1, 0x10, 3).encode() == OCTETS[:8]
    assert MESSAGE.size == len(OCTETS)


def test_an_empty_and_the_longest_apdu() -> None:
    for size in (0, 0xFFFF):
        message = WrapperMessage(0xFFFF, 0, bytes(size))
        assert WrapperMessage.decode(message.encode()) == message


def test_another_version_in_a_stream_is_the_end_of_it() -> None:
    reader = WrapperReader()
    first, problem = reader.feed(OCTETS + b"\x00\x02" + OCTETS)
    assert first == MESSAGE
    assert isinstance(problem, LinkProblem)
    assert (problem.fault, problem.offset, problem.octets) == (LinkFault.VERSION, 11, (b"\x00\x02" + OCTETS))
    assert reader.failed is problem
    with pytest.raises(FrameError, match="version 0002") as caught:
        reader.feed(OCTETS)
    assert caught.value.offset == 11
    assert reader.finish() == []


def test_a_length_over_the_limit_is_refused_before_the_apdu_comes() -> None:
    reader = WrapperReader(limit=2)
    (problem,) = reader.feed(OCTETS[:8])
    assert isinstance(problem, LinkProblem)
    assert (problem.fault, problem.offset) == (LinkFault.LIMIT, 0)
    assert WrapperReader(limit=3).feed(OCTETS) == [MESSAGE]
    for limit in (0, 0x10000):
        with pytest.raises(ValueError, match="limit"):
            WrapperReader(limit=limit)


def test_a_stream_that_ends_inside_a_message_is_reported() -> None:
    for left in range(1, len(OCTETS)):
        reader = WrapperReader()
        assert reader.feed(OCTETS + OCTETS[:left]) == [MESSAGE]
        (problem,) = reader.finish()
        assert isinstance(problem, LinkProblem)
        assert (problem.fault, problem.offset, problem.octets) == (LinkFault.TRUNCATED, 11, OCTETS[:left])


@given(st.lists(messages, max_size=5), st.lists(st.integers(0, 150), max_size=6))
def test_messages_come_in_pieces_and_several_at_once(sent: list[WrapperMessage], cuts: list[int]) -> None:
    stream = b"".join(message.encode() for message in sent)
    places = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    reader = WrapperReader()
    received = []
    for start, end in pairwise(places):
        received += reader.feed(stream[start:end])
    assert received == sent
    offsets = [item.offset for item in received]
    assert offsets == [sum(message.size for message in sent[:index]) for index in range(len(sent))]
    assert reader.finish() == []


@given(st.binary(max_size=40) | messages.map(WrapperMessage.encode))
def test_any_datagram_is_a_message_or_one_documented_error(datagram: bytes) -> None:
    with suppress(FrameError):
        assert WrapperMessage.decode(datagram).encode() == datagram
