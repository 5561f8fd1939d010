"""Network captures for the tests: frames of TCP, UDP and serial lines, in files of pcap and pcapng."""

from __future__ import annotations

import struct
from importlib import import_module
from io import BytesIO
from typing import Any

ETHERNET, RAW_IP, LOOPBACK, COOKED, COOKED_2, USER = 1, 101, 0, 113, 276, 147
CLIENT, SERVER = "10.0.0.1", "10.0.0.2"
PORT = 4059

FIN, SYN, PUSH, ACK = 0x01, 0x02, 0x08, 0x10


def _octets(address: str) -> bytes:
    return bytes(int(part) for part in address.split("."))


def ip(source: str, destination: str, protocol: int, payload: bytes, *, fragment: int = 0) -> bytes:
    """A packet of IPv4."""
    header = struct.pack(
        ">BBHHHBBH4s4s",
        0x45,
        0,
        20 + len(payload),
        1,
        fragment,
        64,
        protocol,
        0,
        _octets(source),
        _octets(destination),
    )
    return header + payload


def ip6(payload: bytes, protocol: int) -> bytes:
    """A packet of IPv6 from ::1 to ::2."""
    return (
        struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + bytes(15) + b"\x01" + bytes(15) + b"\x02" + payload
    )


def udp(payload: bytes, *, source: int = 50000, destination: int = PORT) -> bytes:
    return struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload


def tcp(
    payload: bytes, sequence: int, *, flags: int = ACK | PUSH, source: int = 50000, destination: int = PORT
) -> bytes:
    return struct.pack(">HHIIBBHHH", source, destination, sequence % (1 << 32), 0, 5 << 4, flags, 1000, 0, 0) + payload


def ethernet(packet: bytes) -> bytes:
    """A frame of Ethernet, as short as one may be."""
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return (bytes(12) + struct.pack(">H", kind) + packet).ljust(60, b"\x00")


def upwards(payload: bytes, sequence: int, *, flags: int = ACK | PUSH, port: int = PORT) -> bytes:
    """From the client to the server over TCP."""
    return ethernet(ip(CLIENT, SERVER, 6, tcp(payload, sequence, flags=flags, destination=port)))


def downwards(payload: bytes, sequence: int, *, flags: int = ACK | PUSH, port: int = PORT) -> bytes:
    """From the server to the client over TCP."""
    segment = tcp(payload, sequence, flags=flags, source=port, destination=50000)
    return ethernet(ip(SERVER, CLIENT, 6, segment))


def datagram(payload: bytes, *, port: int = PORT) -> bytes:
    """From the client to the server over UDP."""
    return ethernet(ip(CLIENT, SERVER, 17, udp(payload, destination=port)))


def pcap(*frames: bytes, link_type: int = ETHERNET, order: str = "<") -> bytes:
    """A file of pcap."""
    octets = struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link_type)
    for number, frame in enumerate(frames):
        octets += struct.pack(order + "IIII", number, 0, len(frame), len(frame)) + frame
    return octets


def pcapng(*frames: bytes) -> bytes:
    """A file of pcapng."""
    module: Any = import_module("dpkt.pcapng")
    file = BytesIO()
    writer = module.Writer(file)
    for number, frame in enumerate(frames):
        writer.writepkt(frame, ts=float(number))
    return file.getvalue()
