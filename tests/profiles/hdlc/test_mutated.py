"""Stations that hear anything at all: no exception, and no APDU that was not sent, twice, or out of order.

A third hand on the line sends something of its own between the frames of two stations: random octets, damaged frames,
and frames with right check sequences that nobody sent, so that only the rules for states and numbers can refuse them.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from profiles.hdlc.lines import SAPS, Line, make_line, one_after_another

from xdlms.profiles.hdlc import Address, Control, Frame, FrameKind
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.hdlc.secondary import SecondaryLink
from xdlms.profiles.hdlc.states import State
from xdlms.profiles.link import ApduReceived, LinkDown, LinkUp, Saps
from xdlms.profiles.problems import FrameError

pytestmark = pytest.mark.clause("Annex A")

KINDS = list(FrameKind)
INFORMATION = (
    b"",
    b"\x81",
    b"\x81\x80\x00",
    b"\x81\x80\x03\x05\x01\x01",
    b"\x81\x80\x12\x05\x01\x80\x06\x01\x80\x07\x04\x00\x00\x00\x07\x08\x04\x00\x00\x00\x07",
    b"\x81\xffuser",
    b"\xe6\xe6\x00",
    b"\xe6\xe6\x00forged",
    b"\xe6\xe7\x00forged",
    bytes(130),
    b"\x93\x00\x01",
)
SERVER, CLIENT = Address(1, 17), Address(16)
PAIRS = ((SERVER, CLIENT), (CLIENT, SERVER), (Address(127, 17), CLIENT), (SERVER, Address(17)), (Address(0, 0), CLIENT))


def any_frame(random: Random) -> bytes:
    destination, source = random.choice(PAIRS)
    control = any_control(random)
    return Frame(destination, source, control, random.choice(INFORMATION), random.random() < 0.2).encode()


def any_control(random: Random) -> Control:
    kind = random.choice(KINDS)
    return Control(
        kind,
        random.random() < 0.5,
        random.randrange(8) if kind is FrameKind.INFORMATION else None,
        random.randrange(8) if kind in (FrameKind.INFORMATION, FrameKind.RR, FrameKind.RNR) else None,
    )


def forged(random: Random, octets: bytes) -> bytes:
    """A frame that was sent, with another control field."""
    frame = Frame.decode(octets)
    return replace(frame, control=any_control(random)).encode()


def changed(random: Random, octets: bytes) -> bytes:
    """A frame with octets changed, cut, put in, or twice."""
    made = bytearray(octets)
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(made)) if made else 0
        match random.randrange(4):
            case 0 if made:
                made[place] ^= 1 << random.randrange(8)
            case 1 if made:
                del made[place : place + random.randrange(1, 4)]
            case 2:
                made[place:place] = random.randbytes(random.randrange(1, 4))
            case _:
                made = bytearray(made + made[place:])
    return bytes(made)


def anything(random: Random, seen: list[bytes]) -> bytes:
    match random.randrange(6):
        case 0:
            return random.randbytes(random.randrange(1, 60))
        case 1:
            return changed(random, any_frame(random))
        case 2 if seen:
            return changed(random, random.choice(seen))
        case 3 if seen:
            return forged(random, random.choice(seen))
        case _:
            return any_frame(random)


def act(random: Random, link: PrimaryLink | SecondaryLink, now: float) -> None:
    """Do what the layers above may do in any state; a FrameError says that the state forbids it."""
    acts = (
        lambda: link.connect(SAPS, now=now),
        lambda: link.disconnect(SAPS, now=now),
        lambda: link.send(SAPS, random.randbytes(random.randrange(1, 300)), now=now),
        lambda: link.send(SAPS, b"unconfirmed", confirmed=False, now=now),
        lambda: link.hold(SAPS, now=now),
        lambda: link.resume(SAPS, now=now),
        lambda: link.trigger(SAPS, now=now) if isinstance(link, PrimaryLink) else None,
        lambda: link.closed("gone", now=now),
    )
    try:
        random.choices(acts, (40, 3, 40, 5, 3, 10, 3, 1))[0]()
    except FrameError:
        return


def check_events(link: PrimaryLink | SecondaryLink, up: set[Saps]) -> None:
    """Connections begin and end by turns, and numbered APDUs come on one that is there."""
    for event in link.events():
        if isinstance(event, LinkUp):
            assert event.saps not in up
            up.add(event.saps)
        elif isinstance(event, LinkDown):
            up.discard(event.saps)
        elif isinstance(event, ApduReceived) and event.confirmed:
            assert event.saps in up


def fuzz(seed: int, steps: int) -> None:
    random = Random(seed)
    links: tuple[PrimaryLink | SecondaryLink, ...] = (PrimaryLink(physical=17), SecondaryLink(physical=17))
    ups: tuple[set[Saps], set[Saps]] = (set(), set())
    seen: list[bytes] = []
    now = 0.0
    for _ in range(steps):
        for link, other, up in zip(links, links[::-1], ups, strict=True):
            match random.randrange(8):
                case 0 | 1:
                    act(random, link, now)
                case 2 | 3 | 4:
                    link.handle_timeout(now=now)
                case 5:
                    link.receive_octets(anything(random, seen), now=now)
            written = link.octets_to_send()
            for octets in written:
                Frame.decode(octets)
                if random.random() < 0.8:
                    other.receive_octets(octets, now=now)
            seen = [*written, *seen][:20]
            check_events(link, up)
            due = link.next_timeout()
            assert due is None or due < now + 1000
        now += random.choice((0, 0.01, 0.6, 4))
    for link in links:
        link.closed("the end", now=now)
        assert link.state(SAPS) is State.DISCONNECTED


@pytest.mark.parametrize("seed", range(10))
def test_no_octets_and_no_frames_make_a_station_fail_in_any_state(seed: int) -> None:
    fuzz(seed, 600)


@pytest.mark.slow
def test_no_octets_and_no_frames_make_a_station_fail_in_any_state_for_long() -> None:
    for seed in range(100, 250):
        fuzz(seed, 1000)


# --- damage with right check sequences never happens on the line itself; noise and old frames do


def disturbed(seed: int) -> Line:
    """An exchange on a line with noise, and frames damaged beyond their check sequence, in between."""
    random = Random(seed)
    information, window = random.choice(((128, 1), (24, 3), (20, 7), (40, 5)))
    line = make_line(information, window, retries=6)
    requests = [bytes((number,)) + random.randbytes(random.randrange(200)) for number in range(4)]
    line.answer = lambda request: b"answer" + request
    one_after_another(line, requests)
    line.client.connect(SAPS, now=0)
    for _ in range(3000):
        if random.random() < 0.15:
            noise = random.randbytes(random.randrange(1, 40))
            if random.random() < 0.5 and line.frames:
                noise = damaged(random, random.choice(line.frames)[1].encode())
            (line.client if random.random() < 0.5 else line.server).receive_octets(noise, now=line.now)
        if not line.step(line.now + 100) and not line.step(line.now + 100):
            break
    assert line.requests == requests[: len(line.requests)]
    assert line.answers == [b"answer" + request for request in line.requests][: len(line.answers)]
    return line


def damaged(random: Random, octets: bytes) -> bytes:
    """A frame of the line with some of its octets wrong, as its check sequence tells."""
    made = bytearray(octets)
    for _ in range(random.randrange(1, 4)):
        made[random.randrange(1, len(made) - 1)] ^= 1 << random.randrange(8)
    try:
        Frame.decode(bytes(made))
    except FrameError:
        return bytes(made)
    return b""


def test_with_noise_in_between_apdus_come_once_and_in_order() -> None:
    complete = sum(len(disturbed(seed).answers) == 4 for seed in range(60))
    assert complete > 20


@pytest.mark.slow
def test_with_noise_in_between_apdus_come_once_and_in_order_for_long() -> None:
    for seed in range(1000, 2000):
        disturbed(seed)
