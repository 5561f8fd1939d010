"""Several associations at a time, each an object of its own, on one lower-layer connection (clause 4.2.2)."""

from __future__ import annotations

import gc
import tracemalloc
from typing import Any

import pytest
from association.support import (
    CLIENT_TITLE,
    LN,
    LN_CIPHERED,
    OTHER,
    SN,
    VALUE,
    Objects,
    gmac,
    octets,
    of_kind,
    only,
    pair,
    security,
    server_security,
    unsigned,
)

from xdlms.association import (
    Authenticated,
    ClientAssociation,
    ServerAssociation,
    ServerSettings,
    State,
)
from xdlms.security import GmacHls
from xdlms.services.primitives import Abort, Get, Open, Read, Release
from xdlms.services.references import VariableName


@pytest.mark.clause("4.2.2")
def test_associations_of_one_connection_do_not_touch_each_other() -> None:
    wires = [
        pair(LN, application=Objects({VALUE: unsigned(1)})),
        pair(SN, application=Objects({VariableName(8): unsigned(2)})),
        pair(LN_CIPHERED, hls=True, policy=3, application=Objects({VALUE: octets(bytes(100))}), client_size=60),
        pair(LN, open_it=False),
    ]
    first, second, third, fourth = wires
    third.client.send(Get.Request(VALUE), now=0)
    third.step()
    assert only(first.ask(Get.Request(VALUE)), Get.Confirm).result == unsigned(1)
    assert only(second.ask(Read.Request((VariableName(8),))), Read.Confirm).results == (unsigned(2),)
    first.ask(Release.Request())
    second.client.lost(now=0)
    third.run()
    assert of_kind(third.client_events, Get.Confirm)[0].result == octets(bytes(100))
    assert [wire.client.state for wire in wires] == [State.IDLE, State.INACTIVE, State.ASSOCIATED, State.IDLE]
    assert [wire.server.state for wire in wires] == [State.IDLE, State.ASSOCIATED, State.ASSOCIATED, State.IDLE]
    assert fourth.seen == []


@pytest.mark.clause("4.2.2")
def test_one_object_of_settings_serves_many_servers() -> None:
    settings = ServerSettings(
        application_contexts=frozenset({LN_CIPHERED}), lowest=False, hls={5: gmac}, security=server_security(3)
    )
    servers = [ServerAssociation(settings, random=lambda length: bytes(range(length))) for _ in range(20)]
    for number, server in enumerate(servers):
        context = security(CLIENT_TITLE, None, policy=3, first_counter=1 + number * 100)
        client = ClientAssociation(
            security=context, hls=GmacHls(context), random=lambda length: bytes(range(1, length + 1))
        )
        wire: Any = pair(LN_CIPHERED, open_it=False)
        wire.client, wire.server, wire.application = client, server, Objects()
        wire.connect()
        events = wire.ask(Open.Request())
        assert [type(event) for event in events] == [Open.Confirm, Authenticated]
    assert all(server.authenticated for server in servers)


@pytest.mark.parametrize("context", [LN, SN])
def test_an_idle_association_takes_little_memory(context: Any) -> None:
    count, kept = 50, []
    pair(context)
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(count):
            wire = pair(context)
            kept.append((wire.client, wire.server))
        gc.collect()
        octets_each = tracemalloc.get_traced_memory()[0] / count
    finally:
        tracemalloc.stop()
    assert octets_each < 6000  # both sides, and the settings that each of these has for itself


@pytest.mark.clause("4.2.2")
def test_nothing_of_an_association_is_kept_when_it_is_over() -> None:
    wire = pair(
        LN_CIPHERED, policy=3, dedicated_key=True, application=Objects({VALUE: octets(bytes(1000))}), client_size=60
    )
    wire.client.send(Get.Request(VALUE), now=0)
    wire.step()
    for side in (wire.client, wire.server):
        side.lost(now=0)
        assert of_kind(side.events(), Abort.Indication)
        assert side.negotiated is None
        assert side.application_context is None
        assert side.next_timeout() is None
    assert wire.client.security is not None
    assert not wire.client.security.has_dedicated_key
    assert wire.server.security is None
    assert wire.client._data._services is None
    assert wire.server._data is None
    refused = pair(LN_CIPHERED, open_it=False)
    refused.client.send(Open.Request(), now=0)
    refused.server.receive_apdu(refused.client.apdus_to_send()[0], now=0)
    assert refused.server._candidate is not None
    refused.server.lost(now=0)
    assert refused.server._candidate is None


def test_a_client_opens_again_with_the_same_security_context() -> None:
    objects = Objects({OTHER: unsigned(3)})
    wire = pair(LN_CIPHERED, policy=3, dedicated_key=True, application=objects)
    for _ in range(3):
        assert only(wire.ask(Get.Request(OTHER)), Get.Confirm).result == unsigned(3)
        only(wire.ask(Release.Request()), Release.Confirm)
        only(wire.ask(Open.Request()), Open.Confirm)
