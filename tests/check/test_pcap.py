"""Network captures: streams are put together, and what carries no APDUs is left out."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from random import Random

import pytest
from check.network import (
    CLIENT,
    COOKED,
    COOKED_2,
    LOOPBACK,
    RAW_IP,
    SERVER,
    SYN,
    USER,
    datagram,
    downwards,
    ethernet,
    ip,
    ip6,
    pcap,
    pcapng,
    tcp,
    udp,
    upwards,
)
from conftest import VECTORS

from xdlms.check.pcap import Capture, PcapError, is_capture, read
from xdlms.profiles.framing import Framing, LinkProblem, Packet
from xdlms.profiles.problems import LinkFault

GET = bytes.fromhex("C001C100030100010800FF0200")
RESPONSE = bytes.fromhex("C401C1000600012345")


def message(apdu: bytes, source: int = 0x10, destination: int = 1) -> bytes:
    return struct.pack(">HHHH", 1, source, destination, len(apdu)) + apdu


def captured(name: str) -> bytes:
    """The octets of a capture that is kept as text."""
    lines = (VECTORS / "captures" / name).read_text("utf-8").splitlines()
    return b"".join(bytes.fromhex(line) for line in lines if line and not line.startswith("#"))


def told(capture: Capture) -> list[tuple[int, bytes | LinkFault]]:
    """The number of the frame, and the APDU or the fault."""
    return [
        (carried.number, carried.item.apdu if isinstance(carried.item, Packet) else carried.item.fault)
        for carried in capture.items
        if isinstance(carried.item, (Packet, LinkProblem))
    ]


# What cannot be read


def test_octets_that_are_no_capture_are_refused() -> None:
    for octets in (b"", b"\xd4\xc3\xb2\xa1", b"\x0a\x0d\x0d\x0a" + bytes(30), GET):
        with pytest.raises(PcapError, match="no capture that can be read"):
            read(octets)
    assert not is_capture(GET)
    assert not is_capture(b"")
    assert is_capture(pcap())
    assert is_capture(pcap(order=">"))
    assert is_capture(pcapng())


def test_without_the_package_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dpkt", None)
    with pytest.raises(PcapError, match=r"pip install 'xdlms\[pcap\]'"):
        read(pcap())


def test_a_capture_that_ends_inside_a_frame_is_read_as_far_as_it_goes() -> None:
    capture = read(pcap(datagram(message(GET)), datagram(message(GET)))[:-70])
    assert told(capture) == [(1, GET)]
    assert capture.fault.startswith("the file ends at octet ")
    assert capture.fault.endswith(", inside frame 2")


@pytest.mark.parametrize("make", [pcap, pcapng])
def test_what_is_cut_off_at_any_octet_is_told_with_the_octet(make: Callable[..., bytes]) -> None:
    octets = make(datagram(message(GET)), datagram(message(GET)))
    first, whole = len(make(datagram(message(GET)))), len(octets)
    for end in range(first + 1, whole):
        capture = read(octets[:end])
        assert told(capture) == [(1, GET)]
        assert capture.fault == f"the file ends at octet {end}, inside frame 2"
    for end in (first, whole):
        assert read(octets[:end]).fault == ""


def test_a_capture_without_packets_says_so() -> None:
    capture = read(pcap())
    assert capture.items == []
    assert capture.remarks == ["the capture holds no packets"]
    assert capture.fault == ""


@pytest.mark.parametrize("octets", [pcap(datagram(message(GET)), upwards(message(GET), 1)), pcapng(datagram(GET))])
def test_damaged_captures_are_read_or_refused(octets: bytes) -> None:
    random = Random(4059)
    for _ in range(1500):
        changed = bytearray(octets)
        for _ in range(random.randint(1, 6)):
            changed[random.randrange(len(changed))] = random.randrange(256)
        try:
            read(bytes(changed[: random.randrange(len(changed) + 1)]))
        except PcapError:
            continue


# UDP


@pytest.mark.parametrize("make", [pcap, pcapng])
def test_a_datagram_is_one_message(make: object) -> None:
    assert callable(make)
    capture = read(make(datagram(message(GET)), datagram(message(RESPONSE))))
    assert told(capture) == [(1, GET), (2, RESPONSE)]
    assert capture.remarks == []
    assert str(capture.items[0].stream) == "10.0.0.1:50000 -> 10.0.0.2:4059"
    assert capture.items[0].stream.is_datagram


def test_a_datagram_on_the_port_that_is_no_message_is_a_fault() -> None:
    capture = read(pcap(datagram(b"\x00\x02" + message(GET)[2:])))
    assert told(capture) == [(1, LinkFault.VERSION)]


def test_other_traffic_is_left_out_and_counted() -> None:
    capture = read(
        pcap(datagram(b"GET / HTTP/1.1\r\n", port=80), datagram(message(GET), port=9999), ethernet(bytes(46)))
    )
    assert told(capture) == [(2, GET)]
    assert capture.remarks == ["1 stream or datagrams without APDUs left out"]


def test_fragments_are_left_out_and_counted() -> None:
    fragment = ethernet(ip(CLIENT, SERVER, 17, udp(message(GET)), fragment=0x2000))
    capture = read(pcap(fragment))
    assert told(capture) == []
    assert capture.remarks == ["1 IP fragment left out: they are not put together"]


# TCP


def test_both_directions_of_a_connection_are_told_in_the_order_of_their_frames() -> None:
    capture = read(
        pcap(
            upwards(b"", 99, flags=SYN),
            downwards(b"", 499, flags=SYN),
            upwards(message(GET), 100),
            downwards(message(RESPONSE), 500),
            upwards(message(RESPONSE), 100 + len(message(GET))),
        )
    )
    assert told(capture) == [(3, GET), (4, RESPONSE), (5, RESPONSE)]
    assert capture.remarks == []


def test_a_message_in_pieces_is_put_together_and_its_octets_keep_their_frames() -> None:
    octets = message(GET) + message(RESPONSE)
    capture = read(pcap(upwards(octets[:5], 100), upwards(octets[5:15], 105), upwards(octets[15:], 115)))
    assert told(capture) == [(1, GET), (3, RESPONSE)]
    first = capture.items[0]
    assert isinstance(first.item, Packet)
    # The APDU begins at octet 8 of the stream, the third of the second frame; its octet 7 is in the third.
    assert first.stream.frame_of(first.item.locate(0)) == (2, 3)
    assert first.stream.frame_of(first.item.locate(7)) == (3, 0)


def test_segments_that_come_twice_late_or_overlapping_are_used_once() -> None:
    octets = message(GET) + message(RESPONSE)
    frames = [
        upwards(octets[20:], 120),
        upwards(octets[:10], 100),
        upwards(octets[:10], 100),
        upwards(octets[5:25], 105),
        upwards(octets[19:20], 119),
    ]
    assert [apdu for _, apdu in told(read(pcap(*frames)))] == [GET, RESPONSE]


def test_sequence_numbers_go_round() -> None:
    start = (1 << 32) - 5
    octets = message(GET)
    assert told(read(pcap(upwards(octets[:8], start), upwards(octets[8:], start + 8)))) == [(1, GET)]


def test_a_gap_begins_a_new_stream_and_is_told() -> None:
    octets = message(GET)
    capture = read(pcap(upwards(octets, 100), upwards(octets, 100 + 3 * len(octets))))
    assert told(capture) == [(1, GET), (2, GET)]
    assert capture.remarks == ["1 gap in streams of TCP: segments that were not captured"]


def test_a_new_connection_on_the_same_ports_is_a_new_stream() -> None:
    octets = message(GET)
    frames = [
        upwards(b"", 99, flags=SYN),
        upwards(b"", 99, flags=SYN),
        upwards(octets, 100),
        upwards(b"", 7000, flags=SYN),
        upwards(octets, 7001),
    ]
    capture = read(pcap(*frames))
    assert told(capture) == [(3, GET), (5, GET)]
    assert capture.remarks == []


def test_hdlc_over_tcp_is_found_on_any_port() -> None:
    octets = captured("push-iskra-hdlc-segmented.hex")
    frames = [upwards(octets[at : at + 50], 100 + at, port=7777) for at in range(0, len(octets), 50)]
    ((number, apdu),) = told(read(pcap(*frames)))
    assert number == 1
    assert isinstance(apdu, bytes)
    assert apdu[0] == 0x0F


def test_the_framing_that_is_asked_for_is_used() -> None:
    assert told(read(pcap(datagram(GET, port=9999)), Framing.NONE)) == [(1, GET)]
    assert told(read(pcap(datagram(GET, port=9999)))) == []


# Other links


@pytest.mark.parametrize(
    ("link_type", "frame"),
    [
        (RAW_IP, ip(CLIENT, SERVER, 17, udp(message(GET)))),
        (RAW_IP, ip6(udp(message(GET)), 17)),
        (RAW_IP, ip6(tcp(message(GET), 1), 6)),
        (LOOPBACK, struct.pack("<I", 2) + ip(CLIENT, SERVER, 17, udp(message(GET)))),
        (COOKED, bytes(14) + b"\x08\x00" + ip(CLIENT, SERVER, 17, udp(message(GET)))),
        (COOKED_2, b"\x08\x00" + bytes(18) + ip(CLIENT, SERVER, 17, udp(message(GET)))),
    ],
)
def test_the_links_that_carry_ip_are_known(link_type: int, frame: bytes) -> None:
    assert told(read(pcap(frame, link_type=link_type))) == [(1, GET)]


def test_the_records_of_a_serial_line_are_one_stream() -> None:
    octets = captured("push-kaifa-mbus-encrypted.hex")
    half = len(octets) // 2
    capture = read(pcap(octets[:half], octets[half:], link_type=USER))
    ((number, apdu),) = told(capture)
    assert number == 1
    assert isinstance(apdu, bytes)
    assert apdu[0] == 0xDB
    assert str(capture.items[0].stream) == "no addresses"
