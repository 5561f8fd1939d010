"""A stream of pushes without a silence, one of them damaged: all others come, once and in order, and it is told."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from xdlms.profiles.hdlc.address import Address
from xdlms.profiles.hdlc.control import Control, FrameKind
from xdlms.profiles.hdlc.frame import Frame
from xdlms.profiles.hdlc.segmentation import cut_into_segments
from xdlms.profiles.mbus import cut_into_frames
from xdlms.profiles.packets import Framing, Packet
from xdlms.profiles.pushes import Pushed, PushReader
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.tools.editions import NEWEST
from xdlms.tools.reading import Target, is_apdu

pytestmark = pytest.mark.clause("Annex A")

COUNT = 5
IS_APDU = partial(is_apdu, Target(NEWEST, lenient=True))
Cut = Callable[[bytes], bytes]


def apdu(number: int) -> bytes:
    """A Data-Notification: an OBIS code, a value with scaler and unit, and some octets 00 01 as headers have."""
    value = bytes((0x02, 0x03, 0x09, 0x06, 1, 0, 1, 7, 0, 255, 0x06, 0, 1, 0, number, 0x02, 0x02, 0x0F, 0, 0x16, 27))
    return bytes((0x0F, 0, 0, 0, number, 0)) + b"\x01\x02" + value + b"\x09\x04\x00\x01\x00" + bytes((number,))


def in_hdlc(octets: bytes, most: int = 128) -> bytes:
    segments = cut_into_segments(b"\xe6\xe7\x00" + octets, most)
    control = Control(FrameKind.UI)
    frames = [
        Frame(Address(0x10), Address(1, 17), control, information, segmented) for information, segmented in segments
    ]
    return b"".join(frame.encode() for frame in frames)


def in_mbus(octets: bytes) -> bytes:
    return b"".join(frame.encode() for frame in cut_into_frames(octets, 1, 103, max_data=20))


def in_wrapper(octets: bytes) -> bytes:
    return WrapperMessage(1, 16, octets).encode()


FRAMINGS: dict[str, tuple[Framing, Cut]] = {
    "hdlc": (Framing.HDLC, in_hdlc),
    "hdlc in segments": (Framing.HDLC, partial(in_hdlc, most=14)),
    "mbus in segments": (Framing.MBUS, in_mbus),
    "wrapper": (Framing.WRAPPER, in_wrapper),
}


def damages(octets: bytes) -> Iterator[tuple[str, bytes]]:
    """Each damage at each octet of a push."""
    chance = random.Random(7)
    for place in range(len(octets)):
        before, octet, behind = octets[:place], octets[place : place + 1], octets[place + 1 :]
        yield f"octet {place} dropped", before + behind
        yield f"octet {place} doubled", before + octet * 2 + behind
        for mask in (0x01, 0x10, 0x80, 0xFF):
            yield f"octet {place} flipped by {mask:02X}", before + bytes((octet[0] ^ mask,)) + behind
        noise = chance.randbytes(chance.randrange(1, 20))
        yield f"{noise.hex()} inserted at {place}", before + noise + octet + behind
        yield f"cut behind {place}", before
        yield f"cut before {place}", octet + behind
        yield f"hole at {place}", before + behind[9:]


def read(octets: bytes, framing: Framing | None, size: int) -> list[Pushed]:
    reader = PushReader(framing, is_apdu=IS_APDU)
    items = [item for at in range(0, len(octets), size) for item in reader.feed(octets[at : at + size])]
    return items + reader.finish()


@pytest.mark.parametrize("name", FRAMINGS)
@pytest.mark.parametrize("damaged", [0, 2, 4])
@pytest.mark.parametrize("known", [True, False], ids=["framing known", "framing found"])
def test_damage_anywhere_in_a_push_costs_that_push_only(name: str, damaged: int, known: bool) -> None:
    framing, cut = FRAMINGS[name]
    apdus = [apdu(number) for number in range(1, COUNT + 1)]
    pushes = [cut(one) for one in apdus]
    others = apdus[:damaged] + apdus[damaged + 1 :]
    for what, changed in damages(pushes[damaged]):
        if changed == pushes[damaged] or not changed.strip(b"\x7e"):
            continue  # nothing is there that anybody could miss
        octets = b"".join([*pushes[:damaged], changed, *pushes[damaged + 1 :]])
        items = read(octets, framing if known else None, 11)
        got = [item.apdu for item in items if isinstance(item, Packet)]
        # The wrapper has no check sequence: a message with another value in it is as good as any.
        allowed = got[damaged : damaged + 1] if framing is Framing.WRAPPER else [apdus[damaged]]
        assert got in (others, [*others[:damaged], *allowed, *others[damaged:]]), what
        assert len(got) == COUNT or len(items) > len(got), what


@pytest.mark.parametrize("name", FRAMINGS)
def test_a_lost_frame_costs_its_push_and_is_told(name: str) -> None:
    framing, cut = FRAMINGS[name]
    apdus = [apdu(number) for number in range(1, COUNT + 1)]
    frames = [(index, frame) for index, one in enumerate(apdus) for frame in _frames(framing, cut(one))]
    for lost, (damaged, _) in enumerate(frames):
        octets = b"".join(frame for index, (_, frame) in enumerate(frames) if index != lost)
        items = read(octets, framing, 11)
        got = [item.apdu for item in items if isinstance(item, Packet)]
        assert [one for one in got if IS_APDU(one)] == apdus[:damaged] + apdus[damaged + 1 :]
        alone = sum(index == damaged for index, _ in frames) == 1
        assert alone or len(items) >= COUNT


def _frames(framing: Framing, octets: bytes) -> list[bytes]:
    if framing is Framing.HDLC:
        return [b"\x7e" + frame + b"\x7e" for frame in octets.strip(b"\x7e").split(b"\x7e\x7e")]
    if framing is Framing.MBUS:
        frames = []
        while octets:
            size = octets[1] + 6
            frames.append(octets[:size])
            octets = octets[size:]
        return frames
    return [octets]


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_undamaged_pushes_come_as_soon_as_they_are_there(size: int) -> None:
    for framing, cut in FRAMINGS.values():
        apdus = [apdu(number) for number in range(1, COUNT + 1)]
        for known in (framing, None):
            reader = PushReader(known, is_apdu=IS_APDU)
            octets = b"".join(map(cut, apdus))
            pieces = [octets[at : at + size] for at in range(0, len(octets), size)]
            items = [item for piece in pieces for item in reader.feed(piece)]
            assert [item.apdu for item in items if isinstance(item, Packet)] == apdus
            assert len(items) == COUNT
            assert reader.finish() == []


def test_messages_that_are_no_apdu_are_given_out_when_the_next_one_comes() -> None:
    good, bad = in_wrapper(apdu(1)), in_wrapper(b"\xff\xff\xff")
    reader = PushReader(Framing.WRAPPER, is_apdu=IS_APDU)
    items = reader.feed(good + bad + bad)
    assert len(items) == 1
    items += reader.feed(good)
    assert [item.apdu for item in items if isinstance(item, Packet)] == [
        apdu(1),
        b"\xff\xff\xff",
        b"\xff\xff\xff",
        apdu(1),
    ]
    assert reader.feed(bad) == []
    assert [type(item) for item in reader.silence()] == [Packet]


def test_a_long_message_in_pieces_is_not_cut_by_what_looks_like_one() -> None:
    inner = in_wrapper(apdu(1))
    length = len(inner) * 3
    outer = in_wrapper(
        b"\x0f\x00\x00\x00\x09\x00\x09\x82" + length.to_bytes(2, "big") + inner + bytes(length - len(inner))
    )
    items = read(in_wrapper(apdu(2)) + outer + in_wrapper(apdu(3)), Framing.WRAPPER, 5)
    assert [item.apdu[4] for item in items if isinstance(item, Packet)] == [2, 9, 3]


def test_octets_of_a_stream_that_never_ends_are_not_kept() -> None:
    hostile = [b"\x00\x01" * 2000, b"\x00\x01\x00\x01\x00\x10\xff\xff\x0f" * 500, bytes(4000), b"\x7e\xa7\xff" * 1000]
    for framing in (None, Framing.WRAPPER, Framing.HDLC, Framing.MBUS):
        for piece in hostile:
            reader = PushReader(framing, is_apdu=IS_APDU)
            came = told = 0
            for _ in range(30 if framing is None else 70):
                items = reader.feed(piece)
                came += len(piece)
                told += sum(len(item.octets if not isinstance(item, Packet) else item.apdu) for item in items)
            assert came - told < (90_000 if framing is None else 250_000)


def damage(chance: random.Random, octets: bytearray) -> None:
    """One damage somewhere."""
    place, kind = chance.randrange(len(octets)), chance.randrange(4)
    if kind == 0:
        del octets[place : place + chance.choice((1, chance.randrange(1, 40)))]
    elif kind == 1:
        octets.insert(place, octets[place])
    elif kind == 2:
        octets[place] ^= 1 << chance.randrange(8)
    else:
        octets[place:place] = chance.randbytes(chance.randrange(1, 30))


@pytest.mark.parametrize("name", FRAMINGS)
@pytest.mark.parametrize("known", [True, False], ids=["framing known", "framing found"])
def test_damage_in_several_pushes_costs_those_only(name: str, known: bool) -> None:
    framing, cut = FRAMINGS[name]
    apdus = [apdu(number) for number in range(1, 21)]
    for seed in range(60):
        chance = random.Random(seed)
        pushes = [bytearray(cut(one)) for one in apdus]
        hit = chance.sample(range(len(pushes)), 3)
        for index in hit:
            damage(chance, pushes[index])
        octets = b"".join(pushes)
        items = read(octets, framing if known else None, chance.randrange(1, 200))
        got = [item.apdu for item in items if isinstance(item, Packet)]
        assert [one for index, one in enumerate(apdus) if index not in hit and one not in got] == [], seed
        order = [apdus.index(one) for one in got if one in apdus]
        assert order == sorted(set(order)), seed
        assert framing is Framing.WRAPPER or all(one in apdus for one in got if IS_APDU(one)), seed


def test_a_damaged_frame_of_mbus_swallows_no_others_by_an_accident_of_its_checksum() -> None:
    """A frame of L + 256 octets may be right by chance: one checksum in 256 is."""
    damaged = bytearray(in_mbus(apdu(1))[: 0x19 + 6])
    damaged[-1] ^= 0x01
    size = damaged[1] + 256
    inside = bytes(damaged[4:]) + in_mbus(apdu(2)) + in_mbus(apdu(3))
    filler = bytes(size - len(inside))
    checksum = sum(inside + filler) & 0xFF
    octets = bytes(damaged[:4]) + inside + filler + bytes((checksum, 0x16)) + in_mbus(apdu(4))
    items = read(octets, Framing.MBUS, 4096)
    assert [item.apdu for item in items if isinstance(item, Packet)] == [apdu(2), apdu(3), apdu(4)]
