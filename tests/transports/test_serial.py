"""Serial lines, on a pair of pseudo-terminals."""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from xdlms.profiles.hdlc import HdlcSettings, LinkParameters
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.hdlc.secondary import SecondaryLink
from xdlms.profiles.link import ApduReceived, LinkDown, LinkEvent, LinkUp, Saps
from xdlms.transports.address import Address, AddressError
from xdlms.transports.driver import LinkDriver
from xdlms.transports.serial import SerialListener, SerialPort, SerialSettings, open_serial

SAPS = Saps(16, 1)
PARAMETERS = LinkParameters(2030, 2030, 7, 7)


class User:
    """Keeps what the link says."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[LinkEvent] = asyncio.Queue()
        self.closed: list[str] = []

    def link_made(self, driver: LinkDriver) -> None: ...

    def link_event(self, event: LinkEvent) -> None:
        self.events.put_nowait(event)

    def link_closed(self, reason: str) -> None:
        self.closed.append(reason)

    async def next(self) -> LinkEvent:
        return await asyncio.wait_for(self.events.get(), 5)


class Meter:
    """The other end of the line: a server that turns requests round, behind what it says before HDLC begins."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.link = SecondaryLink(HdlcSettings(PARAMETERS), devices=[1])
        self.opening: list[tuple[bytes, bytes]] = []
        self.heard = bytearray()
        self.waiting = bytearray()

    def read(self) -> None:
        octets = os.read(self.descriptor, 4096)
        if self.opening:
            self.heard += bytes(octet & 0x7F for octet in octets)
            expected, answer = self.opening[0]
            if self.heard.endswith(expected):
                self.opening.pop(0)
                os.write(self.descriptor, answer)
            return
        now = asyncio.get_running_loop().time()
        self.link.receive_octets(octets, now=now)
        for event in self.link.events():
            if isinstance(event, ApduReceived):
                self.link.send(event.saps, event.apdu[::-1], now=now)
        self.waiting += b"".join(self.link.octets_to_send())
        self.write()

    def write(self) -> None:
        loop = asyncio.get_running_loop()
        with suppress(BlockingIOError):
            del self.waiting[: os.write(self.descriptor, self.waiting)]
        if self.waiting:
            loop.add_writer(self.descriptor, self.write)
        else:
            loop.remove_writer(self.descriptor)


@asynccontextmanager
async def line() -> AsyncIterator[tuple[str, Meter]]:
    theirs, ours = os.openpty()
    tty.setraw(ours)
    os.set_blocking(theirs, False)
    meter = Meter(theirs)
    loop = asyncio.get_running_loop()
    loop.add_reader(theirs, meter.read)
    try:
        yield os.ttyname(ours), meter
    finally:
        loop.remove_reader(theirs)
        loop.remove_writer(theirs)
        os.close(ours)
        os.close(theirs)


def run(job: Callable[[str, Meter], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        async with line() as (path, meter):
            await job(path, meter)

    asyncio.run(asyncio.wait_for(all_of_it(), 20))


async def ask(path: str, options: str, request: bytes) -> None:
    user = User()
    driver = await open_serial(Address.parse(f"hdlc://{path}{options}"), PrimaryLink(HdlcSettings(PARAMETERS)), user)
    driver.connect(SAPS)
    assert await user.next() == LinkUp(SAPS)
    driver.send(SAPS, request)
    assert await user.next() == ApduReceived(SAPS, request[::-1], True)
    driver.disconnect(SAPS)
    assert await user.next() == LinkDown(SAPS)
    driver.close()
    await asyncio.wait_for(driver.wait_closed(), 5)
    assert user.closed == [""]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("?baud=fast", "baud is a number"),
        ("?baud=1", "baud 1 is not in"),
        ("?format=9N1", "format '9N1' is not"),
        ("?open=mode-c", "open is mode-e"),
        ("?open=mode-e&meter=%21", "device address"),
    ],
)
def test_wrong_options_are_errors_that_say_which(options: str, message: str) -> None:
    async def job(path: str, meter: Meter) -> None:
        with pytest.raises(AddressError, match=message):
            await open_serial(Address.parse(f"hdlc://{path}{options}"), PrimaryLink(), User())

    run(job)


def test_a_line_that_is_not_there_is_an_error() -> None:
    async def job() -> None:
        with pytest.raises(OSError, match="nowhere"):
            await open_serial(Address.parse("hdlc:///dev/nowhere"), PrimaryLink(), User())

    asyncio.run(job())


def test_an_exchange_over_a_serial_line() -> None:
    async def job(path: str, meter: Meter) -> None:
        await ask(path, "?baud=19200", bytes(range(256)) * 100)

    run(job)


def test_an_exchange_behind_the_opening_in_mode_e() -> None:
    async def job(path: str, meter: Meter) -> None:
        meter.opening = [(b"/?123!\r\n", b"/LGZ5\\2ZMD\r\n"), (b"\x06242\r\n", b"\x06242\r\n")]
        await ask(path, "?baud=4800&open=mode-e&meter=123", b"request")
        assert meter.opening == []

    run(job)


def test_a_meter_that_does_not_answer_the_opening_is_an_error() -> None:
    async def job(path: str, meter: Meter) -> None:
        meter.opening = [(b"never", b"")]
        with pytest.raises(TimeoutError, match="no meter answered"):
            await open_serial(Address.parse(f"hdlc://{path}?open=mode-e"), PrimaryLink(), User(), timeout=0.1)
        assert meter.heard == b"/?!\r\n"

    run(job)


def test_a_meter_without_hdlc_is_an_error() -> None:
    async def job(path: str, meter: Meter) -> None:
        meter.opening = [(b"/?!\r\n", b"/LGZ5ZMD\r\n")]
        with pytest.raises(OSError, match="does not offer HDLC"):
            await open_serial(Address.parse(f"hdlc://{path}?open=mode-e"), PrimaryLink(), User())

    run(job)


def test_the_speed_of_the_line_is_that_of_the_address() -> None:
    async def job(path: str, meter: Meter) -> None:
        port = SerialPort(path, SerialSettings(2400, "8N1"), lambda octets: None, lambda reason: None)
        assert termios.tcgetattr(meter.descriptor)[4] == termios.B2400
        port.change(SerialSettings(19200, "8N1"))
        assert termios.tcgetattr(meter.descriptor)[4] == termios.B19200
        port.close()
        assert not port.is_open

    run(job)


def test_a_line_that_is_lost_ends_every_connection() -> None:
    async def job() -> None:
        theirs, ours = os.openpty()
        tty.setraw(ours)
        user = User()
        address = Address.parse(f"hdlc://{os.ttyname(ours)}")
        driver = await open_serial(address, PrimaryLink(), user)
        driver.connect(SAPS)
        os.close(ours)
        os.close(theirs)
        event = await user.next()
        assert isinstance(event, LinkDown)
        assert event.reason.startswith("the serial line is ")
        await asyncio.wait_for(driver.wait_closed(), 5)
        assert user.closed == [event.reason]
        driver.close()

    asyncio.run(asyncio.wait_for(job(), 20))


@asynccontextmanager
async def two_ends() -> AsyncIterator[tuple[str, str]]:
    """Two serial lines that are one: what is written to an end comes out of the other."""
    pairs = [os.openpty() for _ in range(2)]
    loop = asyncio.get_running_loop()

    def hand_on(source: int, destination: int) -> None:
        os.write(destination, os.read(source, 1024))

    for (source, own), (destination, _) in (pairs, pairs[::-1]):
        tty.setraw(own)
        loop.add_reader(source, hand_on, source, destination)
    try:
        yield os.ttyname(pairs[0][1]), os.ttyname(pairs[1][1])
    finally:
        for source, own in pairs:
            loop.remove_reader(source)
            os.close(source)
            os.close(own)


def test_a_client_reads_a_meter_over_a_serial_line() -> None:
    from xdlms.client import Lls, connect
    from xdlms.meter import default_meter

    async def job() -> None:
        async with two_ends() as (ours, theirs), await default_meter().serve(f"hdlc://{theirs}?physical=17") as server:
            assert server.connections == 1
            for _ in range(2):
                async with connect(f"hdlc://{ours}?physical=17&baud=9600", client=2, auth=Lls(b"12345678")) as client:
                    assert len((await client.get(8, "0.0.1.0.0.255", 2)).value) == 12
                    assert len((await client.get(15, "0.0.40.0.0.255", 2)).value) > 10
        assert server.connections == 0

    asyncio.run(asyncio.wait_for(job(), 30))


def test_a_line_stays_open_when_a_user_closes_its_driver() -> None:
    async def job(path: str, meter: Meter) -> None:
        users: list[User] = []

        def make_user() -> User:
            users.append(User())
            return users[-1]

        listener = SerialListener(Address.parse(f"hdlc://{path}"), lambda: SecondaryLink(HdlcSettings()), make_user)
        listener.start()
        (first,) = listener.drivers
        first.close("enough")
        await asyncio.sleep(0.05)
        (second,) = listener.drivers
        assert second is not first
        assert [user.closed for user in users] == [["enough"], []]
        listener.stop()
        await asyncio.sleep(0.05)
        assert [user.closed for user in users] == [["enough"], [""]]
        assert listener.drivers == []

    run(job)


class RecordedPort:
    """A port of pyserial that keeps what it is told, on the line of a pseudo-terminal."""

    def __init__(self, path: str, **_: object) -> None:
        self.port = path
        self.told: list[dict[str, object]] = []
        self._descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)

    def fileno(self) -> int:
        return self._descriptor

    def apply_settings(self, settings: dict[str, object]) -> None:
        self.told.append(settings)

    def close(self) -> None:
        os.close(self._descriptor)


@pytest.mark.parametrize(
    ("baud", "framing", "bits", "parity", "stop"),
    [
        (2400, "8E1", 8, "E", 1),
        (9600, "8N1", 8, "N", 1),
        (300, "7E1", 7, "E", 1),
        (1200, "8O2", 8, "O", 2),
        (2400, "5N2", 5, "N", 2),
    ],
)
def test_parity_and_bits_are_those_that_pyserial_is_told(
    monkeypatch: pytest.MonkeyPatch, baud: int, framing: str, bits: int, parity: str, stop: int
) -> None:
    """A pseudo-terminal may refuse parity, so what pyserial is told is looked at."""
    import serial

    ports: list[RecordedPort] = []

    def opened(path: str, **others: object) -> RecordedPort:
        ports.append(RecordedPort(path, **others))
        return ports[-1]

    async def job(path: str, meter: Meter) -> None:
        monkeypatch.setattr(serial, "Serial", opened)
        address = Address.parse(f"hdlc://{path}?baud={baud}&format={framing.lower()}")
        driver = await open_serial(address, PrimaryLink(), User())
        driver.close()
        await asyncio.wait_for(driver.wait_closed(), 5)

    run(job)
    assert ports[0].told == [{"baudrate": baud, "bytesize": bits, "parity": parity, "stopbits": stop}]


def test_the_opening_goes_from_seven_bits_at_300_to_eight_at_the_speed_that_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import serial

    ports: list[RecordedPort] = []

    def opened(path: str, **others: object) -> RecordedPort:
        ports.append(RecordedPort(path, **others))
        return ports[-1]

    async def job(path: str, meter: Meter) -> None:
        monkeypatch.setattr(serial, "Serial", opened)
        meter.opening = [(b"/?!\r\n", b"/LGZ5\\2ZMD\r\n"), (b"\x06242\r\n", b"\x06242\r\n")]
        driver = await open_serial(Address.parse(f"hdlc://{path}?baud=4800&open=mode-e"), PrimaryLink(), User())
        driver.close()
        await asyncio.wait_for(driver.wait_closed(), 5)

    monkeypatch.setattr(RecordedPort, "flush", lambda port: None, raising=False)
    run(job)
    assert [(told["baudrate"], told["bytesize"], told["parity"]) for told in ports[0].told] == [
        (4800, 8, "N"),
        (300, 7, "E"),
        (4800, 8, "N"),
    ]
