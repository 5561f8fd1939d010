"""Where other stacks do otherwise, as docs/interoperability.md has it: each row that can be shown is shown here.

A test that fails may mean that the other stack has become better: change the table then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from interop.support import (
    CIPHERED_READER,
    MANAGER,
    PASSWORD,
    READER,
    SERVICE,
    Loop,
    Peer,
    Served,
    Session,
    Simulator,
    same,
    security,
)

from xdlms import data
from xdlms.client import ClientError, NotSentError, ResponseError, TraceEntry, connect

Peers = Callable[[str], Peer]

ENERGY = (3, "1.0.1.8.0.255", 2)
LOAD_PROFILE = (7, "1.0.99.1.0.255", 2)
CONTROL = (70, "0.0.96.3.10.255")
CIPHERED: dict[str, Any] = {"client": MANAGER, "mechanism": "hls-gmac", "security": "both"}
LLS_SN: dict[str, Any] = {"client": READER, "mechanism": "lls", "secret": PASSWORD, "referencing": "SN"}
GURUX, COSEM, PYDLMS = "gurux_client", "cosem_client", "pydlms_client"


def first_error(peer: Peer, session: Session) -> str:
    return str(peer.ask(session.question())["answers"][0].get("error"))


def refusal(peer: Peer, session: Session) -> str:
    return str(peer.ask(session.question()).get("refused"))


# Security


def test_dlms_cosem_uses_one_counter_for_the_hls_reply_and_its_apdu(served: Served, peers: Peers) -> None:
    session = Session(served, **CIPHERED).get(*ENERGY)
    assert "HLSError" in refusal(peers(COSEM), session)
    assert served.associations == 0
    served.take_shared_counters()
    (told,) = Session(served, **CIPHERED).get(*ENERGY).values(peers(COSEM))
    assert same(told, served.holds(*ENERGY))


def test_pydlms_client_sends_the_hls_reply_under_the_dedicated_key(served: Served, peers: Peers) -> None:
    session = Session(served, **CIPHERED, dedicated="A5" * 16).get(*ENERGY)
    assert "HLS pass 3 rejected" in refusal(peers(PYDLMS), session)


def test_gurux_releases_a_ciphered_association_in_the_clear(served: Served, peers: Peers) -> None:
    session = Session(served, **CIPHERED, plain_release=True, wait=0.3).get(*ENERGY)
    answer = peers(GURUX).ask(session.question())
    assert "error" not in answer["answers"][0]
    assert "TimeoutError" in answer["released"]


def test_the_simulator_answers_an_aarq_that_it_cannot_decipher_with_nothing_of_acse(loop: Loop, peers: Peers) -> None:
    simulator = Simulator(peers("pydlms_server"))
    apdus: list[bytes] = []

    def keep(entry: TraceEntry) -> None:
        apdus.append(bytes(entry.apdu))

    async def talk() -> None:
        wrong = security(encryption_key=bytes(16))
        async with connect(simulator.url, client=CIPHERED_READER, security=wrong, timeout=0.3, trace=keep):
            raise RuntimeError("it associated")

    with pytest.raises(ClientError):
        loop.run(talk())
    assert [apdu[0] for apdu in apdus] == [0x60, 0xD8]


# Short names


def test_gurux_authenticates_with_a_write(served: Served, peers: Peers) -> None:
    session = Session(served, client=SERVICE, mechanism="hls-gmac", referencing="SN").get(*ENERGY)
    assert "ServiceError Write" in refusal(peers(GURUX), session)


def test_gurux_cannot_cipher_with_short_names(served: Served, peers: Peers) -> None:
    session = Session(served, **{**LLS_SN, "client": CIPHERED_READER, "security": "both"}).get(*ENERGY)
    assert "AssertionError" in first_error(peers(GURUX), session)


def test_gurux_cannot_read_blocks_with_short_names(served: Served, peers: Peers) -> None:
    """It calls a method that it does not have, or asks for the next block with a malformed request."""
    session = Session(served, **LLS_SN, pdu=128).get(*LOAD_PROFILE)
    assert first_error(peers(GURUX), session).startswith(("AttributeError", "GXDLMSConfirmedServiceError"))


def test_gurux_looks_for_the_methods_of_the_clock_elsewhere(served: Served, peers: Peers) -> None:
    session = Session(served, **LLS_SN).action(8, "0.0.1.0.0.255", 3, data.integer(0))
    assert first_error(peers(GURUX), session) == "ValueError: methodIndex"


def test_pydlms_client_takes_joined_blocks_for_a_bare_value(served: Served, peers: Peers) -> None:
    session = Session(served, **LLS_SN, pdu=128).get(*ENERGY)
    # It reads the object list first, which is too long as well.
    assert "trailing octets after block-transferred data" in refusal(peers(PYDLMS), session)


def test_the_simulator_joins_blocks_to_a_bare_value(loop: Loop, peers: Peers) -> None:
    simulator = Simulator(peers("pydlms_server"))

    async def talk() -> None:
        async with connect(simulator.url, referencing="SN") as client:
            await client.get(*LOAD_PROFILE)

    with pytest.raises(ResponseError, match="joined blocks"):
        loop.run(talk())


def test_the_simulator_takes_a_call_by_write_for_an_attribute(loop: Loop, peers: Peers) -> None:
    simulator = Simulator(peers("pydlms_server"), pdu=65535)

    async def talk() -> None:
        async with connect(simulator.url, referencing="SN") as client:
            await client.action(*CONTROL, 1, data.integer(0))

    loop.run(talk())
    assert simulator.holds()[*CONTROL, 2] == "0301", "it said success, and did nothing"


def test_the_simulator_offers_no_service_with_short_names_by_itself(loop: Loop, peers: Peers) -> None:
    simulator = Simulator(peers("pydlms_server"), short_names=False)

    async def talk() -> None:
        async with connect(simulator.url, referencing="SN") as client:
            await client.get(*ENERGY)

    with pytest.raises(NotSentError, match="conformance bit read"):
        loop.run(talk())


# HDLC


@pytest.mark.parametrize("window", [2, 3])
def test_gurux_loses_count_in_a_window_of_several_frames(loop: Loop, peers: Peers, window: int) -> None:
    with Served(loop, "hdlc+tcp") as served:
        hdlc = {"information": 128, "window": window}
        session = Session(served, client=READER, mechanism="lls", secret=PASSWORD, hdlc=hdlc, wait=0.3)
        error = first_error(peers(GURUX), session.get(*LOAD_PROFILE))
    assert error.startswith(("TimeoutError", "UnboundLocalError"))
