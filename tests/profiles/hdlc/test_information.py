"""The information fields of SNRM, UA, DISC and FRMR, and the sequence numbers."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.codec.errors import EncodeError
from xdlms.profiles.hdlc.information import SetupInformation
from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.profiles.hdlc.rejection import FrameReject, Rejected
from xdlms.profiles.hdlc.sequence import Sequence
from xdlms.profiles.problems import FrameError, LinkFault

parameters = st.builds(LinkParameters, st.integers(1, 2030), st.integers(1, 2030), st.integers(1, 7), st.integers(1, 7))


@pytest.mark.parametrize(
    ("octets", "fault", "offset"),
    [
        ("82", LinkFault.PARAMETERS, 0),
        ("81", LinkFault.TRUNCATED, 1),
        ("8180", LinkFault.TRUNCATED, 2),
        ("818003050180", None, 0),
        ("818004050180", LinkFault.TRUNCATED, 6),
        ("818003090180", LinkFault.PARAMETERS, 3),
        ("81800305018000", LinkFault.PARAMETERS, 6),
        ("8155", LinkFault.PARAMETERS, 1),
    ],
)
def test_information_that_says_something_unknown(octets: str, fault: LinkFault | None, offset: int) -> None:
    if fault is None:
        assert SetupInformation.decode(bytes.fromhex(octets)).parameters == LinkParameters(128)
        return
    with pytest.raises(FrameError) as caught:
        SetupInformation.decode(bytes.fromhex(octets))
    assert (caught.value.fault, caught.value.offset) == (fault, offset)


def test_no_information_says_nothing() -> None:
    assert SetupInformation().encode() == b""
    assert SetupInformation.decode(b"") == SetupInformation()


def test_user_information_stands_behind_the_parameters() -> None:
    both = SetupInformation(LinkParameters(), b"hello").encode()
    assert both == LinkParameters().encode() + b"\xffhello"
    assert SetupInformation(None, b"hello").encode() == b"\x81\xffhello"


@given(st.none() | parameters, st.binary(max_size=40))
def test_information_comes_back_as_it_was(said: LinkParameters | None, user: bytes) -> None:
    information = SetupInformation(said, user)
    assert SetupInformation.decode(information.encode()) == information


@given(st.binary(max_size=30))
def test_any_octets_are_information_or_a_frame_error(octets: bytes) -> None:
    with suppress(FrameError):
        SetupInformation.decode(octets)


@pytest.mark.parametrize("octets", [b"", b"\x10", b"\x10\x00"])
def test_a_rejection_that_is_too_short(octets: bytes) -> None:
    with pytest.raises(FrameError) as caught:
        FrameReject.decode(octets)
    assert caught.value.fault is LinkFault.TRUNCATED


def test_a_rejection_names_the_frame_the_states_and_the_reason() -> None:
    rejection = FrameReject(0x32, 3, 5, Rejected.CONTROL | Rejected.TOO_LONG, is_response=True)
    assert rejection.encode() == bytes((0x32, 0b101_1_011_0, 0x05))
    assert FrameReject.decode(rejection.encode() + b"more") == rejection
    assert str(rejection) == "control field 32 was rejected: control, too long"
    assert str(FrameReject(0x10, 0, 0, Rejected(0))) == "control field 10 was rejected: no reason given"


# --- sequence numbers


def sequence(window: int) -> Sequence:
    return Sequence(LinkParameters(10, 10, window, window))


def test_nothing_cannot_be_queued() -> None:
    with pytest.raises(EncodeError):
        sequence(1).queue(b"")


@pytest.mark.parametrize("window", range(1, 8))
def test_what_was_never_sent_cannot_be_acknowledged(window: int) -> None:
    numbers = sequence(window)
    numbers.queue(bytes(100))
    assert len(numbers.take_turn()) == window
    for number in range(8):
        fresh = sequence(window)
        fresh.queue(bytes(100))
        fresh.take_turn()
        expected = None if number > window else number > 0
        assert fresh.acknowledge(number) is expected
        assert fresh.unacknowledged == window - (number if expected else 0)


@pytest.mark.parametrize("window", range(1, 8))
def test_what_is_not_acknowledged_goes_out_again_before_anything_new(window: int) -> None:
    numbers = sequence(window)
    numbers.queue(bytes(range(100)))
    first = numbers.take_turn()
    assert numbers.acknowledge(1) is True
    again = numbers.take_turn()
    assert again[: window - 1] == first[1:]
    assert [segment.number for segment in again] == list(range(1, window + 1))


@pytest.mark.parametrize("window", range(1, 8))
def test_only_the_next_frame_is_accepted(window: int) -> None:
    numbers = sequence(window)
    for expected in [*range(8), *range(8)]:
        for other in range(8):
            if other != expected:
                assert not numbers.accept(other)
        assert numbers.receive_state == expected
        assert numbers.accept(expected)
        assert numbers.is_repeated(expected)


@pytest.mark.parametrize("window", range(1, 8))
def test_a_frame_behind_a_lost_one_is_not_taken_for_an_old_one(window: int) -> None:
    numbers = sequence(window)
    for ahead in range(window):
        assert not numbers.is_repeated(ahead)
