"""Serial lines: hdlc:///dev/ttyUSB0?baud=9600, and the opening of optical ports in mode E (IEC 62056-21).

Needs pyserial, the extra `serial` of this package, and a system whose event loop watches file descriptors (not Windows:
reach the line through a converter and hdlc+tcp:// there).
"""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from xdlms.profiles.link import Link
from xdlms.profiles.problems import FrameError
from xdlms.transports.address import Address
from xdlms.transports.driver import HasConnections, KnowsSpeed, LinkDriver, LinkUser
from xdlms.transports.line_settings import SerialSettings
from xdlms.transports.mode_e import Door, answering_of, open_mode_e, opening_of

__all__ = ["ModuleMissingError", "SerialListener", "SerialPort", "SerialSettings", "open_serial"]

_READ_SIZE: Final = 4096


class ModuleMissingError(OSError):
    """pyserial is not installed; the message says how to."""


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
            try:
                await self._loop.run_in_executor(None, port.flush)
            except _terminal_error() as error:
                raise OSError(f"the serial line is lost: {error.args[-1]}") from None

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
    opening = opening_of(address, settings.baud)
    port = SerialPort(address.path, settings, _nobody, _nobody)
    if opening is not None:
        try:
            await open_mode_e(port, opening, address.path, timeout=5.0 if timeout is None else timeout)
        except FrameError as error:
            port.close()
            raise OSError(f"{address.path}: {error.reason}") from None
        except BaseException:
            port.close()
            raise
        if isinstance(link, KnowsSpeed):
            link.baud = opening.baud
    driver = LinkDriver(link, user, port, address.path)
    port.received = driver.octets_received
    port.lost = driver.medium_closed
    return driver


class SerialListener:
    """A server on a serial line; the line is opened by `start`, and stays open when a user closes its driver.

    Args:
        address: the line, and its options `baud` and `format`; with `open`, clients open it in mode E, and `meter` is
            the device address.
        make_link: makes a link in the server's role.
        make_user: makes the user of each new link; the first is made at once, the next when it has closed.
    """

    def __init__(self, address: Address, make_link: Callable[[], Link], make_user: Callable[[], LinkUser]) -> None:
        self.address = address
        self._make_link = make_link
        self._make_user = make_user
        self._port: SerialPort | None = None
        self._door: Door | None = None
        self._driver: LinkDriver | None = None

    @property
    def drivers(self) -> list[LinkDriver]:
        """The driver of the link that there is; none when the line is gone."""
        return [] if self._driver is None else [self._driver]

    def start(self) -> None:
        """Open the line. Raises AddressError for a wrong option, OSError if it cannot be opened."""
        settings = SerialSettings.of(self.address)
        answering = answering_of(self.address, settings.baud)
        port = self._port = SerialPort(self.address.path, settings, self._received, self._lost)
        if answering is not None:
            self._door = Door(port, answering, self._received, self._is_connected)
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
        if self._door is not None:
            self._door.stop()
        if self._port is not None:
            self._port.close()

    def _begin(self) -> None:
        port = self._port
        if port is not None and port.is_open:
            self._driver = LinkDriver(self._make_link(), self._make_user(), self, self.address.path)

    def _received(self, octets: bytes) -> None:
        if self._driver is not None:
            self._driver.octets_received(octets)

    def _is_connected(self) -> bool:
        link = None if self._driver is None else self._driver.link
        return isinstance(link, HasConnections) and link.is_connected

    def _begin_anew(self, driver: LinkDriver | None) -> None:
        if driver is not None and driver is self._driver:
            driver.medium_closed("")
            self._driver = None
            self._begin()

    def _lost(self, reason: str) -> None:
        if self._door is not None:
            self._door.stop()
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.medium_closed(reason)


def _nobody(_: bytes | str) -> None:
    """Nobody listens yet."""


def _pyserial() -> ModuleType:
    try:
        return importlib.import_module("serial")
    except ImportError:
        raise ModuleMissingError("serial lines need pyserial: pip install 'xdlms[serial]'") from None


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
