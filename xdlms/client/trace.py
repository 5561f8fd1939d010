"""Traces: every APDU of an exchange, as it went over the link, one JSON object a line.

::

    {"time": 0.000000, "from": "client", "client": 16, "server": 1, "apdu": "601DA109..."}

`time` counts seconds from the first APDU. What is ciphered stays ciphered. The password of low level security is
written as zeros; no key is ever in a trace, since no key goes over the link in the clear.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TextIO

from xdlms.association.base import AARQ_TAG
from xdlms.codec.errors import DecodeError
from xdlms.profiles.link import Saps
from xdlms.services.names import LLS, mechanism_name
from xdlms_apdu import v2023 as apdu

CLIENT: Final = "client"
SERVER: Final = "server"
_LARGEST_SAP: Final = 0xFFFF
_LONGEST: Final = 1e9
"""Seconds, some thirty years."""
_MEMBERS: Final[dict[str, type | tuple[type, ...]]] = {
    "time": (int, float),
    "from": str,
    "client": int,
    "server": int,
    "apdu": str,
}


class TraceError(ValueError):
    """A line that is no entry of a trace; the message says which and why."""


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One APDU.

    Args:
        time: seconds from the first APDU of the trace.
        sender: "client" or "server".
        saps: between which addresses it went.
        apdu: its octets, as they went over the link.
    """

    time: float
    sender: str
    saps: Saps
    apdu: bytes


class Recorder:
    """Takes what goes over a link, and hands it on as entries of a trace.

    Args:
        take: takes each entry.
        clock: gives seconds that never go back.
    """

    __slots__ = ("_clock", "_start", "_take")

    def __init__(self, take: Callable[[TraceEntry], None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._take = take
        self._clock = clock
        self._start: float | None = None

    def sent(self, saps: Saps, octets: bytes) -> None:
        """The client sent an APDU."""
        self._record(CLIENT, saps, without_password(octets))

    def received(self, saps: Saps, octets: bytes) -> None:
        """The client received an APDU."""
        self._record(SERVER, saps, octets)

    def _record(self, sender: str, saps: Saps, octets: bytes) -> None:
        now = self._clock()
        if self._start is None:
            self._start = now
        self._take(TraceEntry(now - self._start, sender, saps, octets))


def write_to(file: TextIO) -> Callable[[TraceEntry], None]:
    """What a Recorder hands its entries to, so that they are written to a file, each at once."""

    def take(entry: TraceEntry) -> None:
        file.write(line_of(entry) + "\n")
        file.flush()

    return take


def line_of(entry: TraceEntry) -> str:
    """An entry as a line of a trace."""
    members = {
        "time": round(entry.time, 6),
        "from": entry.sender,
        "client": entry.saps.client,
        "server": entry.saps.server,
        "apdu": entry.apdu.hex().upper(),
    }
    return json.dumps(members)


def entries_in(lines: Iterator[str]) -> Iterator[TraceEntry]:
    """The entries of a trace; empty lines are passed over.

    Raises:
        TraceError: a line is no entry, or there is none at all; or the last line is not complete, behind the entries
            before it.
    """
    number = 0
    found = False
    ended = True
    try:
        for number, line in enumerate(lines, 1):
            ended = line.endswith("\n")
            if line.strip():
                yield _entry(line, number)
                found = True
    except TraceError:
        if found and not ended:
            raise TraceError(f"line {number}: the recording ends in the middle of this line") from None
        raise
    if not found:
        raise TraceError("there is no message in it")


def without_password(octets: bytes) -> bytes:
    """An APDU to send, with zeros in the place of the password if it is an AARQ with one."""
    if not octets or octets[0] != AARQ_TAG:
        return octets
    try:
        aarq = apdu.AARQ.decode(octets, strict=False)
    except DecodeError:
        return octets[:1]  # it was not made here: nothing of it is known to be no secret
    value: Any = aarq.calling_authentication_value
    if aarq.mechanism_name == mechanism_name(LLS) and isinstance(value, bytes):
        aarq.calling_authentication_value = bytes(len(value))
        return aarq.encode()
    return octets


def _entry(line: str, number: int) -> TraceEntry:
    try:
        members = json.loads(line)
    except (ValueError, RecursionError):
        raise TraceError(f"line {number}: this is no line of a trace, which is a JSON object") from None
    if not isinstance(members, dict):
        raise TraceError(f"line {number}: an entry of a trace is a JSON object")
    for name, kind in _MEMBERS.items():
        value = members.get(name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise TraceError(f'line {number}: "{name}" is missing, or of another type')
    if not 0 <= members["time"] <= _LONGEST:
        raise TraceError(f'line {number}: "time" is a number of seconds')
    for name in ("client", "server"):
        if not 0 <= members[name] <= _LARGEST_SAP:
            raise TraceError(f'line {number}: "{name}" is 0 to {_LARGEST_SAP}')
    if members["from"] not in (CLIENT, SERVER):
        raise TraceError(f'line {number}: "from" is "client" or "server"')
    try:
        octets = bytes.fromhex(members["apdu"])
    except ValueError:
        raise TraceError(f'line {number}: "apdu" is written in hexadecimal digits') from None
    return TraceEntry(float(members["time"]), members["from"], Saps(members["client"], members["server"]), octets)
