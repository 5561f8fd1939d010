"""Pushes out of a stream, as they come."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xdlms.profiles.framing import Framing, unframe
from xdlms.profiles.packets import Packet
from xdlms.profiles.problems import LinkFault, LinkProblem
from xdlms.profiles.pushes import Pushed
from xdlms.profiles.pushes import PushReader as Reader
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.tools.editions import NEWEST
from xdlms.tools.reading import Target, is_apdu

pytestmark = pytest.mark.clause("Annex A")

PushReader = partial(Reader, is_apdu=partial(is_apdu, Target(NEWEST, lenient=True)))
CAPTURES = Path(__file__).parent.parent / "vectors" / "captures"
PUSHES = sorted(path for path in CAPTURES.glob("*.hex") if path.stem.startswith(("push", "event")))
MESSAGE = WrapperMessage(1, 16, b"\x0f\x00\x00\x00\x01\x00\x00").encode()


def octets_of(path: Path) -> bytes:
    lines = path.read_text(encoding="ascii").splitlines()
    return b"".join(bytes.fromhex(line) for line in lines if line and not line.startswith("#"))


def read(reader: Reader, pieces: list[bytes]) -> list[Pushed]:
    return [item for piece in pieces for item in reader.feed(piece)] + reader.finish()


def test_octets_of_no_framing_are_noise() -> None:
    reader = PushReader()
    assert reader.feed(b"\xff\xfe\xfd") == []
    assert reader.silence() == [LinkProblem(LinkFault.NOISE, 0, b"\xff\xfe\xfd", "octets of no framing that is known")]
    assert reader.framing is None


def test_noise_around_wrapper_messages_is_reported_and_skipped() -> None:
    noise = b"\x55\x00\x01\x00"
    reader = PushReader(Framing.WRAPPER)
    first = reader.feed(MESSAGE + noise + MESSAGE) + reader.silence()
    then = reader.feed(noise + MESSAGE) + reader.silence()
    for items in (first, then):
        assert [item.apdu for item in items if isinstance(item, Packet)][-1] == MESSAGE[8:]
        problems = [item for item in items if isinstance(item, LinkProblem)]
        assert problems
        assert all(item.fault is LinkFault.NOISE for item in problems)


def test_behind_noise_a_message_of_unknown_ports_does_not_count() -> None:
    reader = PushReader(Framing.WRAPPER)
    items = reader.feed(b"\x55" + MESSAGE) + reader.silence()
    assert all(isinstance(item, LinkProblem) for item in items)
    assert [type(item) for item in reader.feed(MESSAGE)] == [Packet]


def test_a_message_that_is_not_complete_is_noise_at_the_next_silence() -> None:
    reader = PushReader(Framing.WRAPPER)
    assert reader.feed(MESSAGE[:-1]) == []
    (problem,) = reader.silence()
    assert isinstance(problem, LinkProblem)
    assert problem.octets == MESSAGE[:-1]
    assert [item.offset for item in reader.feed(MESSAGE)] == [len(MESSAGE) - 1]


@pytest.mark.parametrize("path", PUSHES, ids=lambda path: str(path.stem))
@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize("known", [False, True])
def test_a_capture_gives_the_same_apdus_as_they_come(path: Path, size: int, known: bool) -> None:
    octets = octets_of(path)
    expected = unframe(octets)
    reader = PushReader(expected.framing if known else None)
    items = read(reader, [octets[start : start + size] for start in range(0, len(octets), size)])
    assert reader.framing is expected.framing
    assert [item for item in items if isinstance(item, Packet)] == list(expected.packets)


@pytest.mark.parametrize("path", PUSHES, ids=lambda path: str(path.stem))
def test_the_way_back_after_noise(path: Path) -> None:
    octets = octets_of(path)
    framing = unframe(octets).framing
    noise = b"\xa5\x5a" * 20
    reader = PushReader(framing)
    first = reader.feed(octets) + reader.feed(noise) + reader.silence()
    then = reader.feed(octets) + reader.finish()
    apdus = [item.apdu for item in first if isinstance(item, Packet)]
    assert [item.apdu for item in then if isinstance(item, Packet)] == apdus
    assert all(isinstance(item, Packet) for item in then)
    for item in then:
        assert isinstance(item, Packet)
        assert item.locate(0) > len(octets) + len(noise)


def test_a_silence_between_segments_loses_none_of_them() -> None:
    for name, end in (("push-iskra-hdlc-segmented", 166), ("push-kaifa-mbus-encrypted", 256)):
        octets = octets_of(CAPTURES / f"{name}.hex")
        (packet,) = unframe(octets).packets
        reader = PushReader()
        assert reader.feed(octets[:end]) + reader.silence() + reader.silence() == []
        assert [item.apdu for item in reader.feed(octets[end:]) if isinstance(item, Packet)] == [packet.apdu]


def test_what_masters_say_on_an_mbus_is_no_damage() -> None:
    octets = octets_of(CAPTURES / "push-kaifa-mbus-encrypted.hex")
    (packet,) = unframe(octets).packets
    second = octets.index(b"\x68", octets[1] + 6)
    poll, acknowledgement = bytes.fromhex("105B015C16"), b"\xe5"
    reader = PushReader(Framing.MBUS)
    items = reader.feed(poll + octets[:second] + acknowledgement + poll + octets[second:] + acknowledgement)
    assert [item.apdu for item in items + reader.finish() if isinstance(item, Packet)] == [packet.apdu]
    assert len(items) == 1


def test_segments_with_damage_between_them_are_not_joined() -> None:
    octets = octets_of(CAPTURES / "push-kaifa-mbus-encrypted.hex")
    second = octets.index(b"\x68", octets[1] + 6)
    reader = PushReader(Framing.MBUS)
    items = reader.feed(octets[:second] + b"\x55" + octets[second:]) + reader.finish()
    assert [item.fault for item in items if isinstance(item, LinkProblem)] == [
        LinkFault.NOISE,
        LinkFault.INCOMPLETE,
        LinkFault.SEQUENCE,
    ]
    assert not any(isinstance(item, Packet) for item in items)


def test_another_framing_is_found_after_a_burst_without_apdus() -> None:
    reader = PushReader()
    assert [type(item) for item in reader.feed(MESSAGE)] == [Packet]
    assert reader.silence() == []
    assert str(reader.framing) == "wrapper"
    hdlc = octets_of(CAPTURES / "push-aidon-hdlc.hex")
    assert all(isinstance(item, LinkProblem) for item in reader.feed(hdlc) + reader.silence())
    assert [type(item) for item in reader.feed(hdlc)] == [Packet]
    assert str(reader.framing) == "hdlc"


@given(
    st.lists(st.binary(max_size=60), max_size=8), st.sampled_from([None, Framing.HDLC, Framing.MBUS, Framing.WRAPPER])
)
@settings(max_examples=150, deadline=None)
def test_no_octets_make_it_fail_and_none_are_lost_from_the_offsets(
    pieces: list[bytes], framing: Framing | None
) -> None:
    reader = PushReader(framing)
    items = [item for piece in pieces for item in [*reader.feed(piece), *reader.silence()]] + reader.finish()
    whole = b"".join(pieces)
    for item in items:
        if isinstance(item, LinkProblem) and item.fault is LinkFault.NOISE:
            assert whole[item.offset : item.offset + len(item.octets)] == item.octets
