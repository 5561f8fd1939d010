"""The opening of an optical port in mode E, behind which HDLC is spoken (IEC 62056-21, protocol mode E).

The client asks with ``/?!`` at 300 baud, seven data bits and even parity. The meter says who it is, how fast it can,
and ``\\2`` for HDLC. The client chooses a speed; behind that answer both go to it, with eight data bits and no parity.

`ModeEOpening`, the client, and `ModeEAnswering`, the meter, are sans-IO: they take octets and give octets; whoever
drives them knows the line and the clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from xdlms.profiles.problems import FrameError, LinkFault

OPENING_BAUD: Final = 300
"""The speed at which every meter is asked, with seven data bits, even parity and one stop bit."""
BAUDS: Final = {"0": 300, "1": 600, "2": 1200, "3": 2400, "4": 4800, "5": 9600, "6": 19200}
"""Speeds by the character that stands for them."""
LONGEST_MESSAGE: Final = 256
"""Octets behind which an identification without end is given up."""

PROTOCOL: Final = "XDL"
"""The manufacturer's letters of a meter that is told nothing else; in capitals: it reacts within 200 ms."""

_ACK: Final = 0x06
_HDLC: Final = "2"
_DEVICE_ADDRESS: Final = re.compile(r"[0-9A-Za-z ]{0,32}\Z")
_REQUEST: Final = re.compile(r"/\?([0-9A-Za-z ]{0,32})!\r\n\Z")
_OPTION: Final = re.compile(r"\x06([0-9A-Za-z])([0-9A-Za-z])([0-9A-Za-z])\r\n\Z")
_MANUFACTURER: Final = re.compile(r"[A-Z]{2}[A-Za-z]\Z")
_TEXT: Final = re.compile(r"[ -~]{0,16}\Z")
_IDENTIFICATION: Final = re.compile(r"/([A-Za-z]{3})([0-9A-Za-z])((?:\\.)*)([^/!\\]*)\r\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Identification:
    """What a meter says of itself.

    `manufacturer` are three letters, the last in lower case where the meter reacts within 20 ms; `baud_character` is
    the speed it proposes; `modes` the characters behind the backslashes; `text` the rest.
    """

    manufacturer: str
    baud_character: str
    modes: str
    text: str

    @property
    def speaks_hdlc(self) -> bool:
        """Whether the meter offers mode E with HDLC."""
        return _HDLC in self.modes and self.baud_character in BAUDS

    @property
    def reaction_time(self) -> float:
        """Seconds to wait between a message of the meter and the next one to it."""
        return 0.02 if self.manufacturer[2].islower() else 0.2


def character_of(baud: int) -> str:
    """What stands for the highest speed that is not above `baud`, 300 or more."""
    return max((character for character, speed in BAUDS.items() if speed <= baud), key=BAUDS.__getitem__)


def with_even_parity(octets: bytes) -> bytes:
    """Octets of seven bits with their parity bit as the eighth, for lines that only know eight bits."""
    return bytes(octet & 0x7F | ((octet & 0x7F).bit_count() & 1) << 7 for octet in octets)


class ModeEOpening:
    """The client's side of the opening.

    Args:
        device_address: which meter is asked, up to 32 digits, letters and blanks; empty: whichever is there.
        highest_baud: a speed that must not be exceeded; None: what the meter proposes.

    Write `request` to the line, then give `receive` what comes until it returns an identification; then write
    `acknowledgement`, let it leave the line, and go to `baud`. Raises ValueError for arguments that cannot be.
    """

    __slots__ = ("_buffer", "_highest_baud", "identification", "request")

    def __init__(self, *, device_address: str = "", highest_baud: int | None = None) -> None:
        if not _DEVICE_ADDRESS.match(device_address):
            raise ValueError(f"device address {device_address!r}: up to 32 digits, letters and blanks")
        if highest_baud is not None and highest_baud < OPENING_BAUD:
            raise ValueError(f"highest_baud {highest_baud} is less than {OPENING_BAUD}")
        self._highest_baud = highest_baud
        self._buffer = ""
        self.identification: Identification | None = None
        self.request = f"/?{device_address}!\r\n".encode("ascii")
        """What asks the meter."""

    def receive(self, octets: bytes) -> Identification | None:
        """Take octets of the meter, with or without their parity bit; returns the identification when it is whole.

        Noise and an echo of the request in front of it are skipped. Raises FrameError if the meter does not
        offer HDLC, or says no end of anything.
        """
        self._buffer += bytes(octet & 0x7F for octet in octets).decode("ascii")
        match = _IDENTIFICATION.search(self._buffer)
        if match is None:
            if len(self._buffer) > LONGEST_MESSAGE:
                raise FrameError(LinkFault.LIMIT, f"no identification in {len(self._buffer)} octets")
            return None
        manufacturer, baud, escapes, text = match.groups()
        found = Identification(manufacturer, baud, escapes[1::2], text)
        if not found.speaks_hdlc:
            said = match.group().strip()
            raise FrameError(LinkFault.FORMAT, f"the meter does not offer HDLC (mode E): {said!r}")
        self.identification = found
        return found

    @property
    def baud(self) -> int:
        """The speed that is chosen; 300 as long as there is no identification."""
        return BAUDS[self._character]

    @property
    def acknowledgement(self) -> bytes:
        """What chooses HDLC and the speed."""
        return bytes((_ACK,)) + f"{_HDLC}{self._character}{_HDLC}\r\n".encode("ascii")

    @property
    def _character(self) -> str:
        if self.identification is None:
            return "0"
        proposed = BAUDS[self.identification.baud_character]
        highest = proposed if self._highest_baud is None else min(proposed, self._highest_baud)
        return character_of(highest)


class ModeEAnswering:
    """The meter's side of the opening.

    Args:
        device_address: the own one, up to 32 digits, letters and blanks; leading zeros do not count. A client that
            names none is answered, too.
        baud: the speed that is proposed, 300 or more; the highest there is that is not above it.
        manufacturer: three letters, the first two capitals; the third in lower case promises a reaction within 20 ms.
        text: what else the identification says, up to 16 characters, without / and !.

    Give `receive` what comes, and write to the line what it returns. When `chosen` is not None any more, the client
    has chosen HDLC: both sides go to `baud`, the meter confirms with `confirmation`, and HDLC begins. `restart` goes
    back to the beginning. Raises ValueError for arguments that cannot be.
    """

    __slots__ = ("_buffer", "_device_address", "_proposed", "chosen", "identification")

    def __init__(
        self, *, device_address: str = "", baud: int = 9600, manufacturer: str = PROTOCOL, text: str = "SIMULATED"
    ) -> None:
        if not _DEVICE_ADDRESS.match(device_address):
            raise ValueError(f"device address {device_address!r}: up to 32 digits, letters and blanks")
        if baud < OPENING_BAUD:
            raise ValueError(f"baud {baud} is less than {OPENING_BAUD}")
        if not _MANUFACTURER.match(manufacturer):
            raise ValueError(f"manufacturer {manufacturer!r}: three letters, the first two in capitals")
        if not _TEXT.match(text) or set("/!\\") & set(text):
            raise ValueError(f"text {text!r}: up to 16 printing characters without / and !")
        self._device_address = device_address.lstrip("0")
        self._proposed = character_of(baud)
        self._buffer = ""
        self.identification = f"/{manufacturer}{self._proposed}\\{_HDLC}{text}\r\n".encode("ascii")
        """What answers a request."""
        self.chosen: str | None = None
        """The character of the speed that the client chose, with HDLC; None: it has not yet."""

    @property
    def baud(self) -> int:
        """The speed that was chosen; 300 as long as none was."""
        return BAUDS["0" if self.chosen is None else self.chosen]

    @property
    def confirmation(self) -> bytes:
        """What confirms the choice, at the new speed."""
        return bytes((_ACK,)) + f"{_HDLC}{self.chosen or '0'}{_HDLC}\r\n".encode("ascii")

    def restart(self) -> None:
        """Wait for a request again."""
        self._buffer = ""
        self.chosen = None

    def _offers(self, character: str) -> bool:
        return BAUDS.get(character, BAUDS[self._proposed] + 1) <= BAUDS[self._proposed]

    def receive(self, octets: bytes) -> bytes:
        """Take octets of the client, with or without their parity bit; returns what is to be written.

        Requests to other meters, options other than HDLC and speeds above the proposed one are not answered: the
        client asks again, or another meter on the line is meant.
        """
        answer = b""
        for octet in octets:
            self._buffer = (self._buffer + chr(octet & 0x7F))[-LONGEST_MESSAGE:]
            if not self._buffer.endswith("\n") or self.chosen is not None:
                continue
            request, option = _found(_REQUEST, self._buffer), _found(_OPTION, self._buffer)
            self._buffer = ""
            if request is not None and request[0].lstrip("0") in ("", self._device_address):
                answer = self.identification
            elif option is not None and option[0] == option[2] == _HDLC and self._offers(option[1]):
                self.chosen = option[1]
        return answer


def _found(pattern: re.Pattern[str], text: str) -> tuple[str, ...] | None:
    match = pattern.search(text)
    return None if match is None else match.groups()
