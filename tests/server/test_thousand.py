"""A thousand ciphered associations at a time in one server process, each with its own answers."""

from __future__ import annotations

import asyncio
import os
import resource
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from meter.test_command import READY, running

from xdlms.association import Authenticated, ClientAssociation
from xdlms.meter import TEST_KEYS
from xdlms.meter.objects import FIFTY, name
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.security import GmacHls, MemoryCounterStore, SecurityContext
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import Get, Open, ProposedXdlmsContext, Release
from xdlms.services.references import AttributeReference
from xdlms.services.short_names import CURRENT_ASSOCIATION

COUNT = 1000
AT_ONCE = 50
CONTEXT_INFO = AttributeReference(15, CURRENT_ASSOCIATION, 5)
VALUE = AttributeReference(1, name("0.0.128.0.0.255"), 2)
MOST_OCTETS_EACH = 30_000
"""Of resident memory of the server process for an idle association with its TCP connection."""


class Peer:
    """A client on a connection of its own."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.reader = reader
        self.writer = writer
        context = SecurityContext(
            suite=0,
            policy=3,
            keys=TEST_KEYS,
            local_title=b"MMM\x00" + number.to_bytes(4, "big"),
            peer_title=None,
            store=MemoryCounterStore(),
            random=secrets.token_bytes,
        )
        self.core = ClientAssociation(security=context, hls=GmacHls(context), random=secrets.token_bytes)
        self.core.connected(now=0)

    async def ask(self, primitive: Any, until: Callable[[Any], bool]) -> Any:
        """The first event that is wanted."""
        self.core.send(primitive, now=0)
        while True:
            for apdu in self.core.apdus_to_send():
                self.writer.write(WrapperMessage(1, 1, apdu).encode())
            for event in self.core.events():
                if until(event):
                    return event
            header = await self.reader.readexactly(8)
            self.core.receive_apdu(await self.reader.readexactly(int.from_bytes(header[6:], "big")), now=0)

    async def open(self) -> None:
        size = ProposedXdlmsContext(client_max_receive_pdu_size=500 + self.number, dedicated_key=True)
        request = Open.Request(application_context_name=ApplicationContext.LN_CIPHERED, proposed_xdlms_context=size)
        await self.ask(request, lambda event: isinstance(event, Authenticated))

    async def check(self) -> None:
        """Its own PDU size, and a value."""
        info = await self.ask(Get.Request(CONTEXT_INFO), lambda event: isinstance(event, Get.Confirm))
        assert info.result.value[2] == 500 + self.number
        assert info.security_status.authenticated
        value = await self.ask(Get.Request(VALUE), lambda event: isinstance(event, Get.Confirm))
        assert value.result.value == FIFTY

    async def release(self) -> None:
        await self.ask(Release.Request(), lambda event: isinstance(event, Release.Confirm))
        self.writer.close()


def resident(process_id: int) -> int:
    """Octets of memory that a process has in use."""
    pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
@pytest.mark.clause("4.2.2")
def test_a_thousand_ciphered_associations_at_once_get_their_own_answers(
    record_property: Callable[[str, object], None],
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 4 * COUNT:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * COUNT, hard), hard))
    with running("--listen", "tcp://127.0.0.1:0") as process:
        assert process.stdout is not None
        match = READY.fullmatch(process.stdout.readline())
        assert match is not None
        each = asyncio.run(scenario(int(match[2]), process.pid))
        process.terminate()
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    record_property("octets of an idle association", each)
    print(f"an idle ciphered association takes {each} octets in the server")
    assert each < MOST_OCTETS_EACH


async def scenario(port: int, process_id: int) -> int:
    """Open, ask, wait, ask again, release; returns the octets of memory that each takes in the server."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def made(number: int) -> Peer:
        async with gate:
            peer = Peer(number, *await asyncio.open_connection("127.0.0.1", port))
            await peer.open()
            return peer

    async def limited(work: Any) -> None:
        async with gate:
            await work

    warm = [await made(COUNT + number) for number in range(20)]
    before = resident(process_id)
    peers = await asyncio.gather(*(made(number) for number in range(COUNT)))
    each = (resident(process_id) - before) // COUNT
    await asyncio.gather(*(limited(peer.check()) for peer in peers))
    await asyncio.gather(*(limited(peer.check()) for peer in reversed(peers)))
    await asyncio.gather(*(limited(peer.release()) for peer in (*peers, *warm)))
    return each
