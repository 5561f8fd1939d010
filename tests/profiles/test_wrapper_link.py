"""The link of the TCP-UDP/IP profile, in both roles."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xdlms.codec.errors import EncodeError
from xdlms.profiles.link import ApduReceived, Link, LinkDown, LinkTrouble, LinkUp, Saps
from xdlms.profiles.problems import FrameError, LinkFault
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.profiles.wrapper_link import ALL_STATIONS, LARGEST_DATAGRAM, WrapperLink

pytestmark = pytest.mark.clause("Annex A")

PUBLIC = Saps(client=16, server=1)
MANAGEMENT = Saps(client=1, server=1)
APDU = bytes.fromhex("C001C1")
REQUEST = WrapperMessage(16, 1, APDU).encode()
RESPONSE = WrapperMessage(1, 16, APDU).encode()
WRONG_VERSION = bytes.fromhex("0002 0010 0001 0003 C001C1")


def client(**options: Any) -> WrapperLink:
    """A client whose public association is connected."""
    link = WrapperLink(server=False, **options)
    link.connect(PUBLIC, now=0)
    assert link.events() == [LinkUp(PUBLIC)]
    return link


def server(**options: Any) -> WrapperLink:
    return WrapperLink(server=True, **options)


def faults(link: WrapperLink) -> list[LinkFault]:
    return [event.problem.fault for event in link.events() if isinstance(event, LinkTrouble)]


# Wrong input


def test_a_wrong_header_ends_a_stream() -> None:
    link = client()
    link.receive_octets(RESPONSE + WRONG_VERSION + RESPONSE, now=1)
    received, trouble, down = link.events()
    assert received == ApduReceived(PUBLIC, APDU)
    assert isinstance(trouble, LinkTrouble)
    assert (trouble.problem.fault, trouble.problem.offset) == (LinkFault.VERSION, len(RESPONSE))
    assert down == LinkDown(PUBLIC, "wrapper version 0002 is not 0001")
    assert link.failed is trouble.problem
    link.receive_octets(RESPONSE, now=2)
    assert link.events() == []
    with pytest.raises(FrameError, match="not connected"):
        link.send(PUBLIC, APDU, now=3)


def test_a_header_with_a_length_over_the_limit_ends_a_stream_before_the_octets_come() -> None:
    link = server(limit=1024)
    link.receive_octets(WrapperMessage(16, 1, bytes(1025)).encode()[:8], now=0)
    assert faults(link) == [LinkFault.LIMIT]
    assert link.failed is not None


@pytest.mark.parametrize(
    ("datagram", "fault"),
    [
        (b"", LinkFault.TRUNCATED),
        (REQUEST[:-1], LinkFault.TRUNCATED),
        (REQUEST + b"\x00", LinkFault.TRAILING_OCTETS),
        (REQUEST + REQUEST, LinkFault.TRAILING_OCTETS),
        (WRONG_VERSION, LinkFault.VERSION),
        (WrapperMessage(16, 1, bytes(101)).encode(), LinkFault.LIMIT),
    ],
)
def test_a_wrong_datagram_is_dropped_and_the_link_goes_on(datagram: bytes, fault: LinkFault) -> None:
    link = server(datagrams=True, limit=100)
    link.receive_octets(datagram, now=0)
    assert faults(link) == [fault]
    assert link.failed is None
    link.receive_octets(REQUEST, now=1)
    assert link.events() == [LinkUp(PUBLIC), ApduReceived(PUBLIC, APDU)]


def test_an_apdu_that_no_message_holds_is_not_sent() -> None:
    link = client()
    with pytest.raises(FrameError, match="65535"):
        link.send(PUBLIC, bytes(0x10000), now=0)
    link.send(PUBLIC, bytes(0xFFFF), now=0)
    assert [len(octets) for octets in link.octets_to_send()] == [0xFFFF + 8]


def test_an_apdu_that_no_datagram_holds_is_not_sent() -> None:
    link = client(datagrams=True)
    assert link.largest_apdu == LARGEST_DATAGRAM - 8
    with pytest.raises(FrameError, match=str(link.largest_apdu)):
        link.send(PUBLIC, bytes(link.largest_apdu + 1), now=0)


def test_an_association_that_is_not_connected_sends_nothing() -> None:
    for link in (client(), server()):
        with pytest.raises(FrameError, match="client 1 with server 1 is not connected"):
            link.send(MANAGEMENT, APDU, now=0)
        assert link.octets_to_send() == []


@pytest.mark.parametrize("saps", [Saps(-1, 1), Saps(16, 0x10000)])
def test_service_access_points_have_two_octets(saps: Saps) -> None:
    with pytest.raises(EncodeError, match=r"0\.\.65535"):
        WrapperLink(server=False).connect(saps, now=0)


def test_a_client_drops_what_comes_for_an_association_that_it_has_not_connected() -> None:
    link = client()
    link.receive_octets(WrapperMessage(1, 1, APDU).encode() + RESPONSE, now=0)
    trouble, received = link.events()
    assert isinstance(trouble, LinkTrouble)
    assert trouble.problem.fault is LinkFault.ADDRESS
    assert received == ApduReceived(PUBLIC, APDU)


def test_a_peer_cannot_begin_more_associations_than_the_link_carries() -> None:
    link = server(most_associations=2)
    for sap in range(50):
        link.receive_octets(WrapperMessage(sap, 1, APDU).encode(), now=0)
    assert [saps.client for saps in link.associations] == [0, 1]
    assert len(faults(link)) == 48


def test_a_client_is_told_when_the_link_carries_no_more_associations() -> None:
    link = client(most_associations=1)
    link.connect(MANAGEMENT, now=0)
    assert link.events() == [LinkDown(MANAGEMENT, "the link carries 1 associations already")]


@pytest.mark.parametrize("options", [{"limit": 0}, {"limit": 65536}, {"most_associations": 0}])
def test_limits_out_of_range_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        server(**options)


@given(octets=st.binary(max_size=60), cuts=st.lists(st.integers(0, 60), max_size=4), datagrams=st.booleans())
def test_nothing_that_comes_raises(octets: bytes, cuts: list[int], datagrams: bool) -> None:
    link = server(datagrams=datagrams)
    places = [0, *sorted(min(cut, len(octets)) for cut in cuts), len(octets)]
    for start, end in pairwise(places):
        link.receive_octets(octets[start:end], now=0)
    link.closed("lost", now=1)
    downs = [event for event in link.events() if isinstance(event, LinkDown)]
    assert len(downs) <= len(octets) // 8
    assert link.associations == ()


def test_a_beginning_of_a_message_takes_no_memory_for_what_it_promises() -> None:
    links = [server() for _ in range(200)]
    tracemalloc.start()
    for link in links:
        link.receive_octets(bytes.fromhex("0001 0010 0001 FFFF"), now=0)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used < 200 * 1000


# Right input


def test_client_and_server_have_one_interface() -> None:
    links: list[Link] = [client(), server()]
    for link in links:
        assert link.next_timeout() is None
        link.handle_timeout(now=9)
        assert link.events() == []


def test_the_wports_are_those_of_client_and_server() -> None:
    asking, answering = client(), server()
    asking.send(PUBLIC, APDU, confirmed=True, now=0)
    assert asking.octets_to_send() == [bytes.fromhex("0001 0010 0001 0003 C001C1")]
    assert asking.octets_to_send() == []
    answering.receive_octets(REQUEST, now=0)
    assert answering.events() == [LinkUp(PUBLIC), ApduReceived(PUBLIC, APDU)]
    answering.send(PUBLIC, b"\xc4", now=0)
    (octets,) = answering.octets_to_send()
    assert octets == bytes.fromhex("0001 0001 0010 0001 C4")
    asking.receive_octets(octets, now=0)
    assert asking.events() == [ApduReceived(PUBLIC, b"\xc4")]


def test_messages_come_in_pieces_or_several_at_once() -> None:
    link = client()
    for octet in RESPONSE:
        link.receive_octets(bytes([octet]), now=0)
    link.receive_octets(RESPONSE * 2, now=0)
    assert link.events() == [ApduReceived(PUBLIC, APDU)] * 3


def test_several_associations_share_a_connection() -> None:
    link = server()
    link.receive_octets(REQUEST + WrapperMessage(1, 1, b"\x60").encode() + REQUEST, now=0)
    assert link.events() == [
        LinkUp(PUBLIC),
        ApduReceived(PUBLIC, APDU),
        LinkUp(MANAGEMENT),
        ApduReceived(MANAGEMENT, b"\x60"),
        ApduReceived(PUBLIC, APDU),
    ]
    link.disconnect(PUBLIC, now=1)
    link.disconnect(PUBLIC, now=1)
    assert link.events() == [LinkDown(PUBLIC)]
    assert link.associations == (MANAGEMENT,)


def test_what_is_sent_to_all_stations_says_so() -> None:
    link = server(datagrams=True)
    link.receive_octets(WrapperMessage(16, ALL_STATIONS, APDU).encode(), now=0)
    saps = Saps(16, ALL_STATIONS)
    assert link.events() == [LinkUp(saps), ApduReceived(saps, APDU, broadcast=True)]


def test_a_lost_connection_ends_every_association_once() -> None:
    link = client()
    link.connect(MANAGEMENT, now=0)
    link.events()
    link.send(PUBLIC, APDU, now=0)
    link.receive_octets(RESPONSE[:5], now=1)
    link.closed("reset by peer", now=2)
    link.closed("again", now=3)
    trouble, *downs = link.events()
    assert isinstance(trouble, LinkTrouble)
    assert trouble.problem.fault is LinkFault.TRUNCATED
    assert downs == [LinkDown(PUBLIC, "reset by peer"), LinkDown(MANAGEMENT, "reset by peer")]
    assert link.octets_to_send() == []
    link.receive_octets(RESPONSE, now=4)
    link.connect(PUBLIC, now=4)
    assert link.events() == [LinkDown(PUBLIC, "the connection is closed")]


def test_a_client_may_let_servers_begin() -> None:
    link = WrapperLink(server=False, accepts=lambda saps: saps.client == 1)
    link.receive_octets(WrapperMessage(1, 1, b"\x0f").encode() + RESPONSE, now=0)
    up, received, trouble = link.events()
    assert (up, received) == (LinkUp(MANAGEMENT), ApduReceived(MANAGEMENT, b"\x0f"))
    assert isinstance(trouble, LinkTrouble)
