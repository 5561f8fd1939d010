"""What is not the meter that was expected: no host, another protocol, half a message; each told, with a hint."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from client.support import ENERGY, Peer, ScriptedServer, context, run

from xdlms.client import (
    ClientError,
    ConnectionLostError,
    Hls,
    NoAnswerError,
    UnreachableError,
    connect,
)
from xdlms.profiles.link import Saps
from xdlms.security import Key, Keys

HTTP = b"HTTP/1.1 400 Bad Request\r\n\r\n"
HDLC = bytes.fromhex("7EA0070321930F017E")
HALF = bytes.fromhex("0001 0001 0010 0020 61")
AARE_IN_PIECES = bytes.fromhex("0001 0001 0010 0004 6102FFFF")


def opening(answer: bytes, *, url: str = "tcp", close: bool = True, timeout: float = 5) -> ClientError:
    """What `open` raises when something else listens, which answers so."""

    async def listening(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(answer)
        if close:
            writer.close()

    async def attempt() -> ClientError:
        server = await asyncio.start_server(listening, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(ClientError) as caught:
                await connect(f"{url}://127.0.0.1:{port}", timeout=timeout).open()
            return caught.value

    return run(attempt())


@pytest.mark.parametrize(
    "url",
    [
        "tcp://no.such.host.invalid:4059",
        "udp://no.such.host.invalid:4059",
        "hdlc+tcp://no.such.host.invalid:4059",
        "tcp://a..b:4059",
        f"udp://{'a' * 64}.invalid:4059",
        "tcp://127.0.0.1:1",
        "tcp://[::1]:1",
        "udp://127.0.0.1:1",
        "tcp://\0:4059",
        "udp://\0:4059",
    ],
)
def test_a_host_that_is_not_there_is_unreachable(url: str) -> None:
    async def attempt() -> UnreachableError:
        with pytest.raises(UnreachableError) as caught:
            await connect(url, timeout=5).open()
        return caught.value

    error = run(attempt())
    assert str(error).startswith(f"{url} cannot be reached: ")
    assert "host" in error.hint
    assert isinstance(error, ConnectionError)


@pytest.mark.parametrize("answer", [HTTP, HDLC])
@pytest.mark.parametrize("close", [True, False])
def test_what_speaks_another_protocol_is_told_at_once(answer: bytes, close: bool) -> None:
    begun = time.monotonic()
    error = opening(answer, close=close)
    assert isinstance(error, ConnectionLostError)
    assert "is no meter with this profile: wrapper version" in str(error)
    assert "hdlc+tcp://" in error.hint
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize(("answer", "url"), [(b"", "tcp"), (HALF, "tcp"), (HTTP, "hdlc+tcp"), (HDLC[:5], "hdlc+tcp")])
def test_half_a_message_and_the_end_is_a_lost_connection(answer: bytes, url: str) -> None:
    error = opening(answer, url=url)
    assert isinstance(error, ConnectionLostError)
    assert "the peer closed the connection" in str(error)
    assert error.hint


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "no answer within 0.2 s"),
        (HALF, "no answer within 0.2 s"),
        (AARE_IN_PIECES, "what came last was dropped: "),
        (bytes.fromhex("0001 0005 0006 0003 D80101"), "dropped: an APDU for client 6 from server 5"),
    ],
)
def test_what_does_not_answer_is_told_with_what_came_instead(answer: bytes, words: str) -> None:
    error = opening(answer, close=False, timeout=0.2)
    assert isinstance(error, NoAnswerError)
    assert words in str(error)
    assert "address of client or server" in error.hint


@pytest.mark.parametrize("octets", [b"\x00", HALF, b"\x00\x07\x00\x01"])
def test_half_a_message_in_the_middle_ends_all_calls_with_one_error(octets: bytes) -> None:
    def garble(peer: Peer, saps: Saps, answer: bytes) -> list[bytes]:
        assert peer.driver is not None
        peer.driver._medium.write(octets)
        peer.driver.close()
        return []

    async def read() -> list[Any]:
        async with ScriptedServer() as server, server.connect(timeout=None) as meter:
            server.filter = garble
            return await asyncio.gather(*(meter.get(*ENERGY) for _ in range(12)), return_exceptions=True)

    found = run(read())
    assert {type(error) for error in found} == {ConnectionLostError}
    assert all("reconnect=True" in error.hint or "connect anew" in error.hint for error in found)


def test_no_key_is_in_an_error_a_frame_or_what_a_client_shows() -> None:
    secret = bytes.fromhex("5EC2E75EC2E75EC2E75EC2E75EC2E75E")
    keys = Keys(global_unicast_encryption_key=Key(secret), authentication_key=Key(secret))

    async def attempt() -> None:
        async with ScriptedServer() as server:
            meter = server.connect(auth=Hls(), security=context(keys=keys))
            with pytest.raises(ClientError) as caught:
                await meter.open()
            shown = [repr(meter), repr(caught.value), str(caught.value), caught.value.hint]
            error: BaseException | None = caught.value
            while error is not None:
                frame = error.__traceback__
                while frame is not None:
                    # The locals of the test itself hold the octets.
                    if frame.tb_frame.f_code.co_filename != __file__:
                        shown += map(repr, frame.tb_frame.f_locals.values())
                    frame = frame.tb_next
                error = error.__cause__ or error.__context__
            for text in shown:
                assert secret.hex() not in text.lower()
                assert repr(secret)[2:-1] not in text

    run(attempt())
