"""The opening in mode E on a line (IEC 62056-21): the client asks, the meter answers, both go to a speed, HDLC begins.

The line is serial, or a TCP connection to a converter, which has a speed of its own: then only the messages are
exchanged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from xdlms.profiles.mode_e import OPENING_BAUD, Identification, ModeEAnswering, ModeEOpening, with_even_parity
from xdlms.transports.address import Address, AddressError
from xdlms.transports.line_settings import SerialSettings
from xdlms.transports.streams import StreamMedium

MODE_E: Final = "mode-e"
"""The value of the option `open` that asks for the opening in mode E."""
ASKED_AGAIN_AFTER: Final = 2.0
"""Seconds of silence behind which the meter is asked again; it reacts within 1.5."""
BEHIND_CONVERTERS: Final = 9600
"""The speed that a meter proposes over TCP, where it means nothing."""
SILENCE: Final = 5.0
"""Seconds without an octet behind which a meter that is not connected waits for the opening again."""
WITHOUT_FLAG: Final = 1.5
"""Seconds without a flag behind which octets are no HDLC: an SNRM takes less at 300 baud."""
_FLAG: Final = 0x7E
_REACTION_TIME: Final = 0.2  # seconds between a message and its answer
_CONFIRMATION_TIME: Final = 0.3  # seconds in which a meter may confirm the speed


class NoOpeningError(TimeoutError):
    """No meter answered the opening."""


class Line(Protocol):
    """What the opening is spoken on. `received` and `lost` are called with octets, and with the reason of the end."""

    received: Callable[[bytes], None]
    lost: Callable[[str], None]

    def write(self, octets: bytes) -> None:
        """Write octets."""

    async def drain(self) -> None:
        """Wait until what was written has left the line."""

    def change(self, settings: SerialSettings) -> None:
        """Transmit in another way from now on. Raises OSError if the line cannot."""


def opening_of(address: Address, highest_baud: int | None) -> ModeEOpening | None:
    """The client's side of the opening that an address asks for; None: of none. Raises AddressError."""
    if not _is_asked_for(address):
        return None
    try:
        return ModeEOpening(device_address=address.option("meter", ""), highest_baud=highest_baud)
    except ValueError as error:
        raise AddressError(f"{address}: {error}") from None


def answering_of(address: Address, baud: int) -> ModeEAnswering | None:
    """The meter's side of the opening that an address asks for; None: of none. Raises AddressError."""
    if not _is_asked_for(address):
        return None
    try:
        return ModeEAnswering(device_address=address.option("meter", ""), baud=baud)
    except ValueError as error:
        raise AddressError(f"{address}: {error}") from None


async def open_mode_e(line: Line, opening: ModeEOpening, name: str, *, timeout: float | None) -> None:
    """Open a line, as the client: the meter is asked again as long as it is silent.

    Args:
        line: the line; it calls nobody afterwards.
        opening: what is said.
        name: of the line, for people.
        timeout: seconds in which the meter must have answered; None: for ever.

    Raises:
        OSError: the line is lost; NoOpeningError, which is one, if no meter answered.
        FrameError: the meter does not offer HDLC.
    """
    came: asyncio.Queue[bytes | str] = asyncio.Queue()
    line.received = came.put_nowait
    line.lost = came.put_nowait
    try:
        async with asyncio.timeout(timeout):
            encode = _go_to(line, OPENING_BAUD)
            found = None
            while found is None:
                line.write(encode(opening.request))
                found = await _identification(came, opening)
    except TimeoutError:
        raise NoOpeningError(f"{name}: no meter answered the opening in mode E") from None
    await asyncio.sleep(found.reaction_time)
    line.write(encode(opening.acknowledgement))
    await line.drain()
    line.change(SerialSettings(opening.baud, "8N1"))
    # The meter may confirm at the new speed; that is not HDLC.
    await asyncio.sleep(_CONFIRMATION_TIME)


async def _identification(came: asyncio.Queue[bytes | str], opening: ModeEOpening) -> Identification | None:
    """What the meter says of itself; None if it is silent for too long."""
    while True:
        try:
            octets = await asyncio.wait_for(came.get(), ASKED_AGAIN_AFTER)
        except TimeoutError:
            return None
        if isinstance(octets, str):
            raise OSError(octets or "the line is closed")
        found = opening.receive(octets)
        if found is not None:
            return found


class ConverterLine:
    """A TCP connection to a converter as a line: the speed is the converter's.

    Args:
        stream: the connection, whose octets come here as long as this is not released.
    """

    def __init__(self, stream: StreamMedium) -> None:
        self.received: Callable[[bytes], None] = _nobody
        self.lost: Callable[[str], None] = _nobody
        self._stream = stream
        stream.diverted = self

    def write(self, octets: bytes) -> None:
        """Write octets."""
        self._stream.write(octets)

    async def drain(self) -> None:
        """There is nothing to wait for: what comes later is behind it."""

    def change(self, settings: SerialSettings) -> None:
        """The converter transmits as it was told to."""

    def release(self) -> None:
        """What comes from now on is the link's."""
        self._stream.diverted = None


class Door:
    """A meter's line: closed to HDLC until a client has opened it in mode E, and closed again by silence.

    A client may ask for the opening before that, where none is connected: what then comes is not HDLC, and at another
    speed it is nothing at all. It asks again; so octets without a flag close the door.

    Args:
        line: the line.
        answering: what is said.
        pass_on: takes the octets that come through the open door.
        is_connected: whether a client is connected; the door stays open as long as one is.
        silence: seconds, above 0, without an octet behind which it closes if none is.
    """

    def __init__(
        self,
        line: Line,
        answering: ModeEAnswering,
        pass_on: Callable[[bytes], None],
        is_connected: Callable[[], bool],
        *,
        silence: float = SILENCE,
    ) -> None:
        self._line = line
        self._answering = answering
        self._pass_on = pass_on
        self._is_connected = is_connected
        self._silence = silence
        self._loop = asyncio.get_running_loop()
        self._came: asyncio.Queue[bytes] = asyncio.Queue()
        self._heard = self._flagged = 0.0
        self._is_open = False
        self._closed = asyncio.Event()
        self._task = self._loop.create_task(self._keep())
        line.received = self._received

    @property
    def is_open(self) -> bool:
        """Whether HDLC goes through."""
        return self._is_open

    def stop(self) -> None:
        """Nothing more is answered."""
        self._task.cancel()

    def _received(self, octets: bytes) -> None:
        now = self._heard = self._loop.time()
        if _FLAG in octets or self._is_connected():
            self._flagged = now
        elif self._is_open and now - self._flagged >= WITHOUT_FLAG:
            self._is_open = False
            self._closed.set()
        if self._is_open:
            self._pass_on(octets)
        else:
            self._came.put_nowait(octets)

    async def _keep(self) -> None:
        try:
            while True:
                await self._open()
                self._is_open = True
                self._closed.clear()
                self._heard = self._flagged = self._loop.time()
                while self._is_open and (self._is_connected() or self._loop.time() - self._heard < self._silence):
                    rest = max(self._heard + self._silence - self._loop.time(), self._silence / 5)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._closed.wait(), rest)
                self._is_open = False
        except OSError as error:
            self._line.lost(f"the line cannot be opened in mode E: {error}")

    async def _open(self) -> None:
        line, answering = self._line, self._answering
        answering.restart()
        encode = _go_to(line, OPENING_BAUD)
        while answering.chosen is None:
            answer = answering.receive(await self._came.get())
            if answer:
                await asyncio.sleep(_REACTION_TIME)
                line.write(encode(answer))
        await line.drain()
        encode = _go_to(line, answering.baud)
        line.write(encode(answering.confirmation))
        await line.drain()
        line.change(SerialSettings(answering.baud, "8N1"))


def _nobody(_: bytes | str) -> None:
    """Nobody listens yet."""


def _is_asked_for(address: Address) -> bool:
    how = address.option("open", "")
    if how not in ("", MODE_E):
        raise AddressError(f"{address}: open is {MODE_E}, not {how!r}")
    return how == MODE_E


def _go_to(line: Line, baud: int) -> Callable[[bytes], bytes]:
    """Go to a speed, with seven data bits and even parity; returns what makes octets for the line."""
    try:
        line.change(SerialSettings(baud, "7E1"))
        return bytes
    except OSError:
        # Lines that only know eight bits: the parity bit is the eighth.
        line.change(SerialSettings(baud, "8N1"))
        return with_even_parity
