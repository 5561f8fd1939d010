"""A captured exchange of another client with a meter, gone through again with our client and our server."""

from __future__ import annotations

from pathlib import Path

import pytest

from xdlms.profiles.hdlc import Control, Frame, FrameKind
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.hdlc.secondary import SecondaryLink
from xdlms.profiles.link import ApduReceived, LinkUp, Saps

pytestmark = pytest.mark.clause("Annex A")

CAPTURE = Path(__file__).parents[2] / "vectors" / "captures" / "associations-hdlc.hex"
FRAMES = [bytes.fromhex(line) for line in CAPTURE.read_text(encoding="ascii").splitlines() if line[:1] != "#"]
LLC = 3


def exchanges() -> dict[Saps, list[tuple[bytes, bytes]]]:
    """Requests and answers, by association."""
    found: dict[Saps, list[tuple[bytes, bytes]]] = {}
    for request, answer in zip(FRAMES[::2], FRAMES[1::2], strict=True):
        frame = Frame.decode(request)
        found.setdefault(Saps(frame.source.upper, frame.destination.upper), []).append((request, answer))
    return found


def apdu(octets: bytes) -> bytes:
    return Frame.decode(octets).information[LLC:]


@pytest.mark.parametrize("saps", exchanges(), ids=str)
def test_our_client_sends_the_frames_of_the_capture(saps: Saps) -> None:
    link = PrimaryLink(physical=17, address_size=4)
    link.connect(saps, now=0)
    snrm = Frame.decode(link.octets_to_send()[0])
    assert snrm.destination == Frame.decode(FRAMES[0]).destination
    link.receive_octets(Frame(snrm.source, snrm.destination, Control(FrameKind.UA, True)).encode(), now=0)
    assert link.events() == [LinkUp(saps)]
    for request, answer in exchanges()[saps]:
        link.send(saps, apdu(request), now=0)
        assert link.octets_to_send() == [request]
        link.receive_octets(answer, now=0)
        assert link.events() == [ApduReceived(saps, apdu(answer), confirmed=True)]


@pytest.mark.parametrize("saps", exchanges(), ids=str)
def test_our_server_answers_with_the_frames_of_the_capture(saps: Saps) -> None:
    link = SecondaryLink(devices=[1], physical=17)
    first = Frame.decode(exchanges()[saps][0][0])
    link.receive_octets(Frame(first.destination, first.source, Control(FrameKind.SNRM, True)).encode(), now=0)
    link.octets_to_send()
    assert link.events() == [LinkUp(saps)]
    for request, answer in exchanges()[saps]:
        link.receive_octets(request, now=0)
        assert link.events() == [ApduReceived(saps, apdu(request), confirmed=True)]
        link.send(saps, apdu(answer), now=0)
        assert link.octets_to_send() == [answer]
