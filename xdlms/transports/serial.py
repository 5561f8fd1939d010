"""Serial lines: hdlc:///dev/ttyUSB0?baud=9600, and the opening of optical ports in mode E (IEC 62056-21).

Needs pyserial, the extra `serial` of this package, and a system whose event loop watches file descriptors (not Windows:
reach the line through a converter and hdlc+tcp:// there).
"""

from __future__ import annotations

import asyncio
import importlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from xdlms.profiles.link import Link
from xdlms.profiles.mode_e import OPENING_BAUD, ModeEOpening, with_even_parity
from xdlms.profiles.problems import FrameError
from xdlms.transports.address import Address, AddressError
from xdlms.transports.driver import LinkDriver, LinkUser

MODE_E: Final = "mode-e"
"""The value of the option `open` that asks for the opening in mode E."""
_FORMAT: Final = re.compile(r"([5-8])([NEO])([12])\Z")
_READ_SIZE: Final = 4096
_CONFIRMATION_TIME: Final = 0.3  # seconds in which a meter may confirm the speed


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How a serial line transmits: `baud`, 50 or more, and `framing`: data bits, parity (N, E, O), stop bits, as 8N1.

    Raises AddressError for what cannot be.
    """

    baud: int = 9600
    framing: str = "8N1"

    def __post_init__(self) -> None:
        if not 50 <= self.baud <= 4_000_000:
            raise AddressError(f"baud {self.baud} is not in 50..4000000")
        if not _FORMAT.match(self.framing):
            raise AddressError(f"format {self.framing!r} is not data bits, parity and stop bits, as 8N1, 8E1 or 7E1")

    @classmethod
    def of(cls, address: Address) -> SerialSettings:
        """What the options `baud` and `format` of an address say. Raises AddressError."""
        text = address.option("baud", "9600")
        if not (text.isascii() and text.isdigit() and len(text) <= 7):
            raise AddressError(f"{address}: baud is a number, not {text!r}")
        return cls(int(text), address.option("format", "8N1").upper())


class SerialPort:
    """An open serial line on the running event loop.

    `received` is called with octets that come, `lost` once with the reason when the line is gone, by `close` too.
    Raises OSError if the line cannot be opened, also where pyserial is missing or the event loop cannot watch it.
    """

    def __init__(
        self, path: str, settings: SerialSettings, received: Callable[[bytes], None], lost: Callable[[str], None]
    ) -> None:
        self.received = received
        self.lost = lost
        self._loop = asyncio.get_running_loop()
        self._waiting = bytearray()
        self._is_closing = False
        self._port: Any = _open(path, settings)
        self._descriptor: int = self._port.fileno()
        os.set_blocking(self._descriptor, False)
        try:
            self._loop.add_reader(self._descriptor, self._readable)
        except NotImplementedError:
            self._port.close()
            raise OSError("this event loop cannot watch serial lines; use a converter and hdlc+tcp://") from None

    @property
    def is_open(self) -> bool:
        """Whether the line is there."""
        return self._port is not None

    def write(self, octets: bytes) -> None:
        """Write octets, as fast as the line takes them."""
        if self._port is None or self._is_closing:
            return
        if not self._waiting:
            octets = octets[self._write_now(octets) :]
        if octets and self._port is not None:
            if not self._waiting:
                self._loop.add_writer(self._descriptor, self._writable)
            self._waiting += octets

    async def drain(self) -> None:
        """Wait until what was written has left the line."""
        while self._waiting:
            await asyncio.sleep(0.01)
        port = self._port
        if port is not None:
            await self._loop.run_in_executor(None, port.flush)

    def change(self, settings: SerialSettings) -> None:
        """Transmit in another way from now on. Raises OSError if the line cannot."""
        if self._port is not None:
            _configure(self._port, settings)

    def close(self, reason: str = "") -> None:
        """Close when what was written is with the system."""
        if self._waiting:
            self._is_closing = True
        else:
            self._lose(reason)

    def _write_now(self, octets: bytes) -> int:
        try:
            return os.write(self._descriptor, octets)
        except BlockingIOError:
            return 0
        except OSError as error:
            self._lose(_words(error))
            return len(octets)

    def _writable(self) -> None:
        del self._waiting[: self._write_now(bytes(self._waiting))]
        if not self._waiting and self._port is not None:
            self._loop.remove_writer(self._descriptor)
            if self._is_closing:
                self._lose("")

    def _readable(self) -> None:
        try:
            octets = os.read(self._descriptor, _READ_SIZE)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(_words(error))
            return
        if octets:
            self.received(octets)
        else:
            self._lose("the serial line is gone")

    def _lose(self, reason: str) -> None:
        port = self._port
        if port is None:
            return
        self._port = None
        self._waiting.clear()
        self._loop.remove_reader(self._descriptor)
        self._loop.remove_writer(self._descriptor)
        port.close()
        self._loop.call_soon(self.lost, reason)


async def open_serial(address: Address, link: Link, user: LinkUser, *, timeout: float | None = None) -> LinkDriver:
    """Open a serial line, in mode E if the option `open` says so, and give the driver of the link on it.

    Args:
        address: the line, and its options `baud`, `format`, `open` and, for mode E, `meter` (the device address).
        link: the link.
        user: is told what happens on the link.
        timeout: seconds for the opening in mode E; None: 5.

    Raises:
        AddressError: an option is wrong.
        OSError: the line cannot be opened; TimeoutError, which is one, if no meter answered in time.
    """
    settings = SerialSettings.of(address)
    opening = None
    how = address.option("open", "")
    if how == MODE_E:
        try:
            opening = ModeEOpening(device_address=address.option("meter", ""), highest_baud=settings.baud)
        except ValueError as error:
            raise AddressError(f"{address}: {error}") from None
    elif how:
        raise AddressError(f"{address}: open is {MODE_E}, not {how!r}")
    port = SerialPort(address.path, settings, _nobody, _nobody)
    try:
        if opening is not None:
            async with asyncio.timeout(5.0 if timeout is None else timeout):
                await _open_mode_e(port, opening)
    except TimeoutError:
        port.close()
        raise TimeoutError(f"{address.path}: no meter answered the opening in mode E") from None
    except FrameError as error:
        port.close()
        raise OSError(f"{address.path}: {error.reason}") from None
    except BaseException:
        port.close()
        raise
    driver = LinkDriver(link, user, port, address.path)
    port.received = driver.octets_received
    port.lost = driver.medium_closed
    return driver


class SerialListener:
    """A server on a serial line; the line is opened by `start`, and stays open when a user closes its driver.

    Args:
        address: the line, and its options `baud` and `format`.
        make_link: makes a link in the server's role.
        make_user: makes the user of each new link; the first is made at once, the next when it has closed.
    """

    def __init__(self, address: Address, make_link: Callable[[], Link], make_user: Callable[[], LinkUser]) -> None:
        self.address = address
        self._make_link = make_link
        self._make_user = make_user
        self._port: SerialPort | None = None
        self._driver: LinkDriver | None = None

    @property
    def drivers(self) -> list[LinkDriver]:
        """The driver of the link that there is; none when the line is gone."""
        return [] if self._driver is None else [self._driver]

    def start(self) -> None:
        """Open the line. Raises AddressError for a wrong option, OSError if it cannot be opened."""
        settings = SerialSettings.of(self.address)
        self._port = SerialPort(self.address.path, settings, _nobody, self._lost)
        self._begin()

    def write(self, octets: bytes) -> None:
        """Write to the line, for the driver."""
        if self._port is not None:
            self._port.write(octets)

    def close(self) -> None:
        """The user closed its driver: what comes from now on is for a new one."""
        asyncio.get_running_loop().call_soon(self._begin_anew, self._driver)

    def stop(self) -> None:
        """Close the line."""
        if self._port is not None:
            self._port.close()

    def _begin(self) -> None:
        port = self._port
        if port is not None and port.is_open:
            self._driver = LinkDriver(self._make_link(), self._make_user(), self, self.address.path)
            port.received = self._driver.octets_received

    def _begin_anew(self, driver: LinkDriver | None) -> None:
        if driver is not None and driver is self._driver:
            driver.medium_closed("")
            self._driver = None
            self._begin()

    def _lost(self, reason: str) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.medium_closed(reason)


async def _open_mode_e(port: SerialPort, opening: ModeEOpening) -> None:
    came: asyncio.Queue[bytes | str] = asyncio.Queue()
    port.received = came.put_nowait
    port.lost = came.put_nowait
    try:
        port.change(SerialSettings(OPENING_BAUD, "7E1"))
        has_parity = True
    except OSError:
        # Lines that only know eight bits: the parity bit is the eighth.
        port.change(SerialSettings(OPENING_BAUD, "8N1"))
        has_parity = False
    port.write(opening.request if has_parity else with_even_parity(opening.request))
    found = None
    while found is None:
        octets = await came.get()
        if isinstance(octets, str):
            raise OSError(octets)
        found = opening.receive(octets)
    await asyncio.sleep(found.reaction_time)
    port.write(opening.acknowledgement if has_parity else with_even_parity(opening.acknowledgement))
    await port.drain()
    port.change(SerialSettings(opening.baud, "8N1"))
    # The meter may confirm at the new speed; that is not HDLC.
    await asyncio.sleep(_CONFIRMATION_TIME)


def _nobody(_: bytes | str) -> None:
    """Nobody listens yet."""


def _pyserial() -> ModuleType:
    try:
        return importlib.import_module("serial")
    except ImportError:
        raise OSError("serial lines need pyserial: pip install 'xdlms[serial]'") from None


def _open(path: str, settings: SerialSettings) -> Any:
    """The open port. Raises OSError."""
    try:
        port = _pyserial().Serial(path, timeout=0, exclusive=True)
    except ValueError as error:
        raise OSError(f"{path}: {error}") from None
    try:
        _configure(port, settings)
    except OSError:
        port.close()
        raise
    return port


def _configure(port: Any, settings: SerialSettings) -> None:
    framing = settings.framing
    try:
        port.apply_settings(
            {"baudrate": settings.baud, "bytesize": int(framing[0]), "parity": framing[1], "stopbits": int(framing[2])}
        )
    except ValueError as error:
        raise OSError(f"{port.port}: {error}") from None
    except _terminal_error() as error:
        raise OSError(f"{port.port} cannot transmit at {settings.baud} baud, {framing}: {error.args[-1]}") from None


def _terminal_error() -> type[Exception]:
    """What pyserial lets through where a system refuses settings."""
    try:
        refused: type[Exception] = importlib.import_module("termios").error
        return refused
    except ImportError:
        return OSError


def _words(error: OSError) -> str:
    return f"the serial line is lost: {error.strerror or error}"
