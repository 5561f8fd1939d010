"""Network captures, pcap and pcapng: the streams and datagrams in them, and the APDUs in those.

The files are read by the package dpkt, which the extra ``pcap`` installs; it is loaded when a capture is
read. Streams of TCP are put together by their sequence numbers; datagrams of UDP stand alone. A capture of
a serial line, which has no IP, is one stream. What carries no APDUs is left out, and counted.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from ipaddress import ip_address
from typing import Any, Final, TypeAlias

from xdlms.profiles.framing import Framing, LinkFrame, LinkProblem, Packet, unframe
from xdlms.profiles.wrapper import PORT

EXTRA: Final = "pcap"
"""The extra that installs what reads captures."""

_MAGICS: Final = frozenset(
    bytes.fromhex(digits)
    for digits in ("A1B2C3D4", "D4C3B2A1", "A1B23C4D", "4D3CB2A1", "A1B2CD34", "34CDB2A1", "0A0D0D0A")
)
_LITTLE: Final = frozenset(bytes.fromhex(digits) for digits in ("D4C3B2A1", "4D3CB2A1", "34CDB2A1"))
_SECTION: Final = bytes.fromhex("0A0D0D0A")
_ORDER_MARK: Final = bytes.fromhex("4D3C2B1A")
"""The octets 8 to 11 of a section of a pcapng whose numbers have their low octet first."""
_PCAP_HEAD: Final = 24
_PCAP_RECORD: Final = 16
_LEAST_BLOCK: Final = 12
_FAULTS: Final = (
    ValueError,
    struct.error,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What dpkt raises on damaged files, beside its own errors."""

_ETHERNET: Final = (1,)
_LOOPBACK: Final = (0, 108)
_RAW_IP: Final = (12, 14, 101, 228, 229)
_COOKED: Final = (113,)
_COOKED_2: Final = (276,)
_SYN: Final = 0x02
_HALF: Final = 1 << 31
_WHOLE: Final = 1 << 32

Item: TypeAlias = Packet | LinkFrame | LinkProblem


class PcapError(ValueError):
    """A capture that cannot be read at all; the message says why."""


class Stream:
    """Octets that came one after the other from `source` to `destination`, both with their ports.

    `is_datagram` says that they are one datagram; `on_port` that a port is that of DLMS/COSEM. `origins` has a
    pair for each frame of the capture: where its octets begin in the stream, and its number, from 1.
    """

    __slots__ = ("destination", "is_datagram", "octets", "on_port", "origins", "source")

    def __init__(
        self,
        source: str,
        destination: str,
        octets: bytes,
        origins: tuple[tuple[int, int], ...],
        *,
        is_datagram: bool = False,
        on_port: bool = False,
    ) -> None:
        self.source = source
        self.destination = destination
        self.octets = octets
        self.origins = origins
        self.is_datagram = is_datagram
        self.on_port = on_port

    def frame_of(self, offset: int) -> tuple[int, int]:
        """The number of the frame that an octet came in, and where it stands in what the frame carried."""
        start, number = self.origins[max(bisect_right(self.origins, offset, key=_first) - 1, 0)]
        return number, offset - start

    def __str__(self) -> str:
        return f"{self.source} -> {self.destination}" if self.source else "no addresses"


class Carried:
    """An APDU, another frame or a link problem, and the stream that it came in; `number` is that of its first frame."""

    __slots__ = ("item", "number", "stream")

    def __init__(self, stream: Stream, item: Item) -> None:
        self.stream = stream
        self.item = item
        self.number = stream.frame_of(item.offset)[0]


class Capture:
    """What a capture holds: `items` in the order of the frames they began in, and `remarks` for people.

    `fault` says where the file ends inside a frame or is damaged, so that the rest was not read; else it is empty.
    """

    __slots__ = ("fault", "items", "remarks")

    def __init__(self, items: list[Carried], remarks: list[str], fault: str = "") -> None:
        self.items = items
        self.remarks = remarks
        self.fault = fault


class _Segment:
    """What a frame carries from one port to another; `sequence` is None for what is no part of a TCP stream."""

    __slots__ = ("destination", "number", "octets", "on_port", "sequence", "source", "starts")

    def __init__(
        self,
        number: int,
        octets: bytes,
        source: str = "",
        destination: str = "",
        *,
        on_port: bool = False,
        sequence: int | None = None,
        starts: bool = False,
    ) -> None:
        self.number = number
        self.octets = octets
        self.source = source
        self.destination = destination
        self.on_port = on_port
        self.sequence = sequence
        self.starts = starts


def _first(origin: tuple[int, int]) -> int:
    return origin[0]


def is_capture(octets: bytes) -> bool:
    """Whether octets begin as a pcap or pcapng file does."""
    return octets[:4] in _MAGICS


def read(octets: bytes, framing: Framing | None = None) -> Capture:
    """What a capture holds; `framing` None: it is found for each stream.

    Raises PcapError for octets that are no capture, and where the package that reads them is not installed.
    """
    try:
        dpkt = import_module("dpkt")
    except ImportError:
        raise PcapError(f"captures are read with the package dpkt: pip install 'xdlms[{EXTRA}]'") from None
    reader = _Reader(dpkt, octets)
    segments = list(reader.segments())
    streams = [*_tcp_streams(segments, reader), *_datagrams(segments), *_line(segments)]
    items: list[Carried] = []
    others = 0
    for stream in streams:
        carried = _carried(stream, framing)
        if carried is None:
            others += 1
        else:
            items += carried
    remarks = list(reader.remarks)
    if others:
        remarks.append(f"{others} stream{'s' * (others != 1)} or datagrams without APDUs left out")
    if not reader.frames and not reader.fault:
        remarks.append("the capture holds no packets")
    return Capture(sorted(items, key=_number), remarks, reader.fault)


def _number(carried: Carried) -> int:
    return carried.number


def _carried(stream: Stream, framing: Framing | None) -> list[Carried] | None:
    """What a stream holds; None where that are no APDUs."""
    unframed = unframe(stream.octets, framing)
    if framing is None and unframed.framing is Framing.NONE:
        if not stream.on_port:
            return None
        unframed = unframe(stream.octets, Framing.WRAPPER)
    if not stream.on_port and not unframed.packets:
        return None
    return [Carried(stream, item) for item in unframed.items]


class _Reader:
    """Reads the frames of a capture, and what they carry."""

    def __init__(self, dpkt: Any, octets: bytes) -> None:
        self._dpkt = dpkt
        self._faults: tuple[type[Exception], ...] = (*_FAULTS, dpkt.dpkt.Error)
        self.remarks: list[str] = []
        self.fault = ""
        self.frames = 0
        self._size = len(octets)
        # dpkt gives a frame that is cut off as if it were whole, so it is not shown any.
        self._whole = _whole(octets)
        try:
            self._reader = dpkt.pcap.UniversalReader(BytesIO(octets[: self._whole]))
            self._link_type: int = self._reader.datalink()
        except self._faults as error:
            raise PcapError(f"no capture that can be read: {error or type(error).__name__}") from None

    def segments(self) -> Iterator[_Segment]:
        """What the frames carry over TCP and UDP, or as they are where there is no IP."""
        unread = fragments = 0
        for number, frame in self._frames():
            if not self._has_ip:
                yield _Segment(number, frame)
                continue
            try:
                packet = self._network(frame)
                fragments += self._is_fragment(packet)
                segment = None if self._is_fragment(packet) else self._segment(number, packet)
            except self._faults:
                unread += 1
                continue
            if segment is not None:
                yield segment
        if unread:
            self.remarks.append(f"{unread} frame{'s' * (unread != 1)} could not be read")
        if fragments:
            self.remarks.append(f"{fragments} IP fragment{'s' * (fragments != 1)} left out: they are not put together")

    def _frames(self) -> Iterator[tuple[int, bytes]]:
        frames = iter(self._reader)
        while True:
            try:
                _, frame = next(frames)
            except StopIteration:
                if self._whole < self._size:
                    self.fault = f"the file ends at octet {self._size}, inside frame {self.frames + 1}"
                return
            except self._faults:
                self.fault = f"the capture is damaged at frame {self.frames + 1}"
                return
            self.frames += 1
            yield self.frames, bytes(frame)

    @property
    def _has_ip(self) -> bool:
        return self._link_type in (*_ETHERNET, *_LOOPBACK, *_RAW_IP, *_COOKED, *_COOKED_2)

    def _network(self, frame: bytes) -> Any:
        """The IP packet in a frame; something else where there is none."""
        dpkt, link_type = self._dpkt, self._link_type
        if link_type in _ETHERNET:
            return dpkt.ethernet.Ethernet(frame).data
        if link_type in _LOOPBACK:
            return dpkt.loopback.Loopback(frame).data
        if link_type in _COOKED:
            return dpkt.sll.SLL(frame).data
        if link_type in _COOKED_2:
            return dpkt.sll2.SLL2(frame).data
        return dpkt.ip6.IP6(frame) if frame[:1] and frame[0] >> 4 == 6 else dpkt.ip.IP(frame)

    def _is_fragment(self, packet: Any) -> bool:
        if isinstance(packet, self._dpkt.ip.IP):
            return bool(packet.mf or packet.offset)
        return isinstance(packet, self._dpkt.ip6.IP6) and packet.nxt == self._dpkt.ip.IP_PROTO_FRAGMENT

    def _segment(self, number: int, packet: Any) -> _Segment | None:
        dpkt = self._dpkt
        carried = getattr(packet, "data", None)
        if not isinstance(carried, (dpkt.tcp.TCP, dpkt.udp.UDP)):
            return None
        source, destination = (
            _address(packet.src, carried.sport),
            _address(packet.dst, carried.dport),
        )
        on_port = PORT in (carried.sport, carried.dport)
        octets = bytes(carried.data)
        if isinstance(carried, dpkt.udp.UDP):
            return _Segment(number, octets, source, destination, on_port=on_port)
        starts = bool(carried.flags & _SYN)
        sequence = (carried.seq + starts) % _WHOLE
        return _Segment(number, octets, source, destination, on_port=on_port, sequence=sequence, starts=starts)


def _whole(octets: bytes) -> int:
    """Where the last record of a pcap, or the last block of a pcapng, ends that is there to its end.

    All of it, where the head of the file is not whole or a length is impossible: the reader tells that.
    """
    return _whole_blocks(octets) if octets[:4] == _SECTION else _whole_records(octets)


def _whole_records(octets: bytes) -> int:
    number = struct.Struct("<I" if octets[:4] in _LITTLE else ">I")
    at = _PCAP_HEAD
    while at + _PCAP_RECORD <= len(octets):
        following = at + _PCAP_RECORD + int(number.unpack_from(octets, at + 8)[0])
        if following > len(octets):
            break
        at = following
    return min(at, len(octets))


def _whole_blocks(octets: bytes) -> int:
    number = struct.Struct(">I")
    at = 0
    while at + _LEAST_BLOCK <= len(octets):
        if octets[at : at + 4] == _SECTION:
            number = struct.Struct("<I" if octets[at + 8 : at + 12] == _ORDER_MARK else ">I")
        length = int(number.unpack_from(octets, at + 4)[0])
        if length < _LEAST_BLOCK:
            return len(octets)
        if at + length > len(octets):
            break
        at += length
    return at or len(octets)


def _address(octets: bytes, port: int) -> str:
    address = str(ip_address(octets))
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _datagrams(segments: list[_Segment]) -> Iterator[Stream]:
    for segment in segments:
        if segment.source and segment.sequence is None and segment.octets:
            yield Stream(
                segment.source,
                segment.destination,
                segment.octets,
                ((0, segment.number),),
                is_datagram=True,
                on_port=segment.on_port,
            )


def _line(segments: list[_Segment]) -> Iterator[Stream]:
    """The records of a serial line, one after the other."""
    records = [segment for segment in segments if not segment.source and segment.octets]
    if records:
        yield _joined("", "", [(segment.octets, segment.number) for segment in records], on_port=True)


def _joined(source: str, destination: str, parts: list[tuple[bytes, int]], *, on_port: bool) -> Stream:
    origins = []
    start = 0
    for octets, number in parts:
        origins.append((start, number))
        start += len(octets)
    return Stream(source, destination, b"".join(part for part, _ in parts), tuple(origins), on_port=on_port)


def _tcp_streams(segments: list[_Segment], reader: _Reader) -> Iterator[Stream]:
    """The streams of all connections, each direction alone; a gap in the capture begins a new one."""
    connections: dict[tuple[str, str], list[list[_Segment]]] = {}
    for segment in segments:
        if segment.sequence is None:
            continue
        runs = connections.setdefault((segment.source, segment.destination), [[]])
        if segment.starts and runs[-1] and not _repeats(runs[-1][0], segment):
            runs.append([])
        runs[-1].append(segment)
    gaps = 0
    for (source, destination), runs in connections.items():
        for run in runs:
            pieces = _in_order(run)
            gaps += max(len(pieces) - 1, 0)
            for parts in pieces:
                yield _joined(source, destination, parts, on_port=run[0].on_port)
    if gaps:
        reader.remarks.append(f"{gaps} gap{'s' * (gaps != 1)} in streams of TCP: segments that were not captured")


def _repeats(first: _Segment, segment: _Segment) -> bool:
    return first.starts and first.sequence == segment.sequence


def _in_order(run: list[_Segment]) -> list[list[tuple[bytes, int]]]:
    """The octets of one direction in the order they were sent in, once each; in pieces where some are missing."""
    places: list[tuple[int, _Segment]] = []
    at, last = 0, run[0].sequence or 0
    for segment in run:
        # Numbers go round at 2^32: the nearest place to the last one is meant.
        at += ((segment.sequence or 0) - last + _HALF) % _WHOLE - _HALF
        last = segment.sequence or 0
        if segment.octets:
            places.append((at, segment))
    places.sort(key=_place)
    pieces: list[list[tuple[bytes, int]]] = []
    end: int | None = None
    for at, segment in places:
        octets = segment.octets
        if end is None or at > end:
            pieces.append([])
        elif at + len(octets) <= end:
            continue
        else:
            octets = octets[end - at :]
        pieces[-1].append((octets, segment.number))
        end = at + len(segment.octets)
    return pieces


def _place(place: tuple[int, _Segment]) -> int:
    return place[0]
