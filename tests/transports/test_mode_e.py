"""The opening in mode E: clients and meters of ours on a line, and on a TCP connection to a converter."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest
from transports.test_serial import two_ends

from xdlms.client import UnreachableError, connect
from xdlms.meter import default_meter
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.mode_e import ModeEAnswering, ModeEOpening
from xdlms.transports import Address, AddressError, LinkOptions, listen, make_link, mode_e, open_link
from xdlms.transports.line_settings import SerialSettings
from xdlms.transports.mode_e import Door, open_mode_e

pytest.importorskip("serial")

CLOCK = (8, "0.0.1.0.0.255", 2)


class Line:
    """A line without a wire: what is written, and how it transmits, one behind the other."""

    def __init__(self, *, seven_bits: bool = True) -> None:
        self.received: Callable[[bytes], None] = lambda octets: None
        self.lost: Callable[[str], None] = lambda reason: None
        self.said: list[Any] = []
        self.seven_bits = seven_bits

    def write(self, octets: bytes) -> None:
        self.said.append(octets)

    async def drain(self) -> None:
        self.said.append("drained")

    def change(self, settings: SerialSettings) -> None:
        if settings.framing == "7E1" and not self.seven_bits:
            raise OSError("no seven bits")
        self.said.append((settings.baud, settings.framing))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for answers that do not come."""
    monkeypatch.setattr(mode_e, "ASKED_AGAIN_AFTER", 0.1)
    monkeypatch.setattr(mode_e, "WITHOUT_FLAG", 0.25)


def run(job: Callable[[], Any]) -> None:
    async def all_of_it() -> None:
        await job()

    asyncio.run(asyncio.wait_for(all_of_it(), 30))


# --- the client


def test_a_client_asks_again_until_the_meter_answers() -> None:
    async def job() -> None:
        line = Line()
        opening = asyncio.create_task(open_mode_e(line, ModeEOpening(), "line", timeout=5))
        await asyncio.sleep(0.25)
        assert line.said == [(300, "7E1"), b"/?!\r\n", b"/?!\r\n", b"/?!\r\n"]
        line.received(b"/XY")
        await asyncio.sleep(0.05)
        line.received(b"Z5\\2Meter\r\n")
        await opening
        assert line.said[4:] == [b"\x06252\r\n", "drained", (9600, "8N1")]

    run(job)


def test_a_line_of_eight_bits_carries_the_parity_as_the_eighth() -> None:
    async def job() -> None:
        line = Line(seven_bits=False)
        opening = asyncio.create_task(open_mode_e(line, ModeEOpening(), "line", timeout=5))
        await asyncio.sleep(0.01)
        assert line.said == [(300, "8N1"), b"\xaf\x3f\x21\x8d\x0a"]
        line.received(b"\xaf\xd8\x59\x5a\x35\x5c\xb2\x8d\x0a")
        await opening
        assert line.said[2] == b"\x06\xb2\x35\xb2\x8d\x0a"

    run(job)


def test_a_client_whose_line_is_lost_says_so() -> None:
    async def job() -> None:
        line = Line()
        opening = asyncio.create_task(open_mode_e(line, ModeEOpening(), "line", timeout=5))
        await asyncio.sleep(0.01)
        line.lost("the line is gone")
        with pytest.raises(OSError, match="the line is gone"):
            await opening

    run(job)


def test_a_client_whom_nobody_answers_says_so() -> None:
    async def job() -> None:
        async with two_ends() as (ours, theirs):
            with pytest.raises(UnreachableError, match="no meter answered the opening in mode E") as caught:
                async with connect(f"hdlc://{ours}?open=mode-e", timeout=0.3):
                    pass
            assert "probe" in caught.value.hint
            assert os.path.exists(theirs)

    run(job)


def test_a_device_that_is_not_there_is_said_to_be_one() -> None:
    async def job() -> None:
        with pytest.raises(UnreachableError, match=r"/dev/nowhere.*no such line") as caught:
            async with connect("hdlc:///dev/nowhere"):
                pass
        assert "there are /dev/" in caught.value.hint or "No serial line was found" in caught.value.hint

    run(job)


def test_the_link_knows_the_speed_that_was_agreed_upon() -> None:
    async def job() -> None:
        async with (
            two_ends() as (ours, theirs),
            await default_meter().serve(f"hdlc://{theirs}?open=mode-e&baud=600"),
        ):
            address = Address.parse(f"hdlc://{ours}?open=mode-e&baud=19200")
            link = make_link(address, server=False, options=LinkOptions())
            assert isinstance(link, PrimaryLink)
            assert link.baud == 19200
            driver = await mode_e_driver(address)
            assert isinstance(driver.link, PrimaryLink)
            assert driver.link.baud == 600
            driver.close()
            await driver.wait_closed()

    run(job)


async def mode_e_driver(address: Address) -> Any:
    class User:
        def link_made(self, driver: Any) -> None: ...

        def link_event(self, event: Any) -> None: ...

        def link_closed(self, reason: str) -> None: ...

    return await open_link(address, User(), timeout=5)


# --- the meter


def test_a_meter_goes_to_the_speed_that_is_chosen_and_confirms_there() -> None:
    async def job() -> None:
        line, passed = Line(), []
        door = Door(line, ModeEAnswering(baud=4800), passed.append, lambda: False)
        line.received(b"~\x00~/?!\r\n")
        await asyncio.sleep(0.25)
        assert line.said == [(300, "7E1"), b"/XDL4\\2SIMULATED\r\n"]
        assert not door.is_open
        line.received(b"\x06222\r\n")
        await asyncio.sleep(0.01)
        assert line.said[2:] == ["drained", (1200, "7E1"), b"\x06222\r\n", "drained", (1200, "8N1")]
        assert door.is_open
        line.received(b"~frame~")
        assert passed == [b"~frame~"]
        door.stop()

    run(job)


def test_a_meter_waits_for_the_opening_again_when_the_client_is_silent() -> None:
    async def job() -> None:
        line, connected = Line(), [True]
        door = Door(line, ModeEAnswering(), lambda octets: None, lambda: connected[0], silence=0.1)
        line.received(b"\x06252\r\n")
        await asyncio.sleep(0.3)
        assert door.is_open  # as long as somebody is connected
        connected[0] = False
        for _ in range(4):
            line.received(b"~")
            await asyncio.sleep(0.05)
        assert door.is_open
        await asyncio.sleep(0.2)
        assert not door.is_open
        assert line.said[-1] == (300, "7E1")
        door.stop()

    run(job)


def test_a_meter_that_is_asked_for_the_opening_again_does_not_wait_for_silence() -> None:
    async def job() -> None:
        line, connected, passed = Line(), [True], []
        door = Door(line, ModeEAnswering(), passed.append, lambda: connected[0])
        line.received(b"\x06252\r\n")
        await asyncio.sleep(0.3)
        line.received(b"of a frame")
        assert door.is_open  # somebody is connected
        connected[0] = False
        line.received(b"of a frame")
        assert door.is_open  # of the frame before
        await asyncio.sleep(0.3)
        line.received(b"~ a frame")
        line.received(b"of a frame")
        assert door.is_open
        await asyncio.sleep(0.3)
        line.received(b"/?!\r\n")
        assert not door.is_open
        await asyncio.sleep(0.3)
        assert line.said[-2:] == [(300, "7E1"), ModeEAnswering().identification]
        assert passed == [b"of a frame", b"of a frame", b"~ a frame", b"of a frame"]
        door.stop()

    run(job)


def test_a_meter_whose_line_cannot_be_set_loses_it() -> None:
    class Stubborn(Line):
        def change(self, settings: SerialSettings) -> None:
            raise OSError("never")

    async def job() -> None:
        line, reasons = Stubborn(), []
        line.lost = reasons.append
        Door(line, ModeEAnswering(), lambda octets: None, lambda: False)
        await asyncio.sleep(0.01)
        assert reasons == ["the line cannot be opened in mode E: never"]

    run(job)


# --- both


@pytest.mark.parametrize("where", ["line", "converter"])
def test_a_client_opens_a_meter_reads_it_and_the_next_one_opens_it_again(where: str) -> None:
    async def job() -> None:
        async with two_ends() as (ours, theirs):
            options = "?open=mode-e&meter=0042&physical=17"
            listening = f"hdlc://{theirs}{options}" if where == "line" else f"hdlc+tcp://127.0.0.1:0{options}"
            async with await default_meter().serve(listening) as server:
                place = f"hdlc://{ours}" if where == "line" else server.url.partition("?")[0]
                with pytest.raises(UnreachableError, match="no meter answered"):
                    async with connect(f"{place}?open=mode-e&physical=17&meter=43", timeout=0.3):
                        pass
                for meter in ("", "&meter=42"):
                    async with connect(f"{place}?open=mode-e&physical=17{meter}") as client:
                        assert len((await client.get(*CLOCK)).value) == 12

    run(job)


def test_without_the_opening_a_meter_that_asks_for_it_is_silent() -> None:
    async def job() -> None:
        async with two_ends() as (ours, theirs), await default_meter().serve(f"hdlc://{theirs}?open=mode-e"):
            with pytest.raises(TimeoutError):
                async with connect(f"hdlc://{ours}", timeout=0.3):
                    pass

    run(job)


@pytest.mark.parametrize("options", ["open=mode-c", "open=mode-e&meter=%21"])
def test_wrong_options_are_refused_by_servers_and_clients(options: str) -> None:
    async def job() -> None:
        for place in ("hdlc+tcp://127.0.0.1:1", "hdlc:///dev/null"):
            with pytest.raises((AddressError, OSError), match=r"open is mode-e|device address"):
                await mode_e_driver(Address.parse(f"{place}?{options}"))
            with pytest.raises(AddressError, match=r"open is mode-e|device address"):
                await listen(Address.parse(f"{place}?{options}"), lambda: pytest.fail("nobody came"))

    run(job)


def test_the_meter_of_the_command_line_is_opened_and_warns_of_nothing() -> None:
    async def job() -> None:
        async with two_ends() as (ours, theirs):
            command = (sys.executable, "-m", "xdlms", "meter", "--listen", f"hdlc://{theirs}?open=mode-e&physical=17")
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
            assert process.stdout is not None
            assert (await process.stdout.readline()).startswith(b"ready hdlc:///dev/")
            async with connect(f"hdlc://{ours}?open=mode-e&physical=17") as client:
                assert len((await client.get(*CLOCK)).value) == 12
            process.terminate()
            _, complaints = await process.communicate()
            assert complaints == b""
            assert process.returncode == 0

    run(job)
