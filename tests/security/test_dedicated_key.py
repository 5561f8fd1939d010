"""The dedicated key of an association: how it is agreed, and what it ciphers (clause 5.4.7)."""

from __future__ import annotations

import pytest
from security.support import (
    CLIENT,
    GET_REQUEST,
    GET_RESPONSE,
    INITIATE_REQUEST,
    INITIATE_RESPONSE,
    TITLE,
    context,
    pair,
    with_dedicated_key,
)

from xdlms.security import (
    DecipheringError,
    Form,
    KeyMaterialError,
    KeySet,
    MemoryCounterStore,
    PolicyError,
    Protection,
    SecurityStatus,
    Unprotected,
    inspect,
)

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
BOTH = Protection.AUTHENTICATED_ENCRYPTION


@pytest.mark.clause("5.4.7")
def test_the_dedicated_key_does_not_cipher_the_apdus_that_agree_it() -> None:
    client, server = with_dedicated_key()
    for apdu in (INITIATE_REQUEST, INITIATE_RESPONSE):
        for form in (Form.SERVICE_DED, Form.GENERAL_DED):
            with pytest.raises(PolicyError):
                client.protect(apdu, protection=BOTH, form=form)
    channel = client._ring.dedicated
    assert channel is not None
    header = channel.next_header(0x30)
    body = header + channel.seal(header, INITIATE_RESPONSE)
    for tag in (b"\x48", b"\xdc\x08" + CLIENT, b"\xdc\x00"):
        with pytest.raises(DecipheringError):
            server.unprotect(tag + bytes((len(body),)) + body)


@pytest.mark.clause("5.4.7")
def test_without_a_dedicated_key_ded_is_refused_both_ways() -> None:
    client, server = pair()
    with pytest.raises(KeyMaterialError):
        client.protect(GET_REQUEST, form=Form.SERVICE_DED)
    octets = client.protect(GET_REQUEST)
    with pytest.raises(DecipheringError):
        server.unprotect(b"\xd0" + octets[1:])
    client, server = with_dedicated_key()
    octets = client.protect(GET_REQUEST, protection=BOTH, form=Form.SERVICE_DED)
    server.forget_dedicated_key()
    with pytest.raises(DecipheringError):
        server.unprotect(octets)


@pytest.mark.clause("5.4.7")
def test_the_dedicated_key_is_only_sent_with_authentication_and_encryption() -> None:
    client, _ = pair(policy=0)
    for protection in (None, Protection.NONE, Protection.AUTHENTICATION, Protection.ENCRYPTION):
        with pytest.raises(PolicyError):
            client.protect(INITIATE_REQUEST, protection=protection)
    assert client.protect(INITIATE_REQUEST, protection=BOTH)[0] == 0x21
    without = b"\x01\x00\x00\x00" + INITIATE_REQUEST[21:]
    assert client.protect(without, protection=Protection.NONE) == without


@pytest.mark.clause("5.4.7")
@pytest.mark.parametrize("how", ["plain", "authentication", "encryption", "broadcast", "short", "cut", "other"])
def test_a_dedicated_key_that_came_otherwise_is_not_taken(how: str) -> None:
    client, server = pair(policy=0)
    request, control, key_set, tag = INITIATE_REQUEST, 0x30, KeySet.UNICAST, 0x21
    if how == "short":
        request = b"\x01\x01\x0f" + INITIATE_REQUEST[4:]
    elif how == "cut":
        request = INITIATE_REQUEST[:9]
    elif how == "other":
        request, tag = INITIATE_RESPONSE, 0x28
    elif how == "authentication":
        control = 0x10
    elif how == "encryption":
        control = 0x20
    elif how == "broadcast":
        control, key_set = 0x70, KeySet.BROADCAST
    channel = client._ring.broadcast if key_set else client._ring.unicast
    assert channel is not None
    header = channel.next_header(control)
    body = header + channel.seal(header, request)
    octets = request if how == "plain" else bytes((tag, len(body))) + body
    with pytest.raises(DecipheringError):
        server.take_dedicated_key(server.unprotect(octets, key_set=key_set))
    assert not server.has_dedicated_key


@pytest.mark.clause("5.4.7")
@pytest.mark.parametrize("form", [Form.SERVICE_DED, Form.GENERAL_DED])
def test_a_dedicated_key_that_claims_to_come_under_a_dedicated_key_is_not_taken(form: Form) -> None:
    claimed = Unprotected(INITIATE_REQUEST, SecurityStatus(BOTH, form, KeySet.UNICAST), 1)
    with pytest.raises(DecipheringError):
        context().take_dedicated_key(claimed)


@pytest.mark.clause("5.4.7")
def test_an_initiate_request_without_a_dedicated_key() -> None:
    client, server = pair()
    octets = client.protect(b"\x01\x00\x00\x00" + INITIATE_REQUEST[21:])
    assert server.take_dedicated_key(server.unprotect(octets)) is False
    assert not server.has_dedicated_key


@pytest.mark.clause("5.4.6")
@pytest.mark.parametrize("due", KeySet)
def test_key_set_is_0_with_the_dedicated_key(due: KeySet) -> None:
    client, server = with_dedicated_key()
    channel = client._ring.dedicated
    assert channel is not None
    header = channel.next_header(0x70)
    body = header + channel.seal(header, GET_REQUEST)
    for tag in (b"\xd0", b"\xdc\x00"):
        with pytest.raises(DecipheringError):
            server.unprotect(tag + bytes((len(body),)) + body, key_set=due)


def test_the_dedicated_key_is_no_broadcast_key() -> None:
    client, _ = with_dedicated_key()
    for form in (Form.SERVICE_DED, Form.GENERAL_DED):
        with pytest.raises(PolicyError):
            client.protect(GET_REQUEST, protection=BOTH, form=form, key_set=KeySet.BROADCAST)


def test_a_dedicated_key_that_the_peer_chooses_twice_goes_on_counting() -> None:
    at_client, at_server = MemoryCounterStore(), MemoryCounterStore()
    counters = []
    for _ in range(3):
        client = context(local=CLIENT, peer=TITLE, store=at_client)
        server = context(store=at_server)
        server.take_dedicated_key(server.unprotect(client.protect(INITIATE_REQUEST)))
        envelope = inspect(server.protect(GET_RESPONSE, form=Form.SERVICE_DED))
        assert envelope is not None
        counters.append(envelope.invocation_counter)
    assert counters == [1, 2, 3]


def test_a_fresh_dedicated_key_needs_no_store() -> None:
    store = MemoryCounterStore()
    client = context(local=CLIENT, peer=TITLE, store=store)
    lines = dict(store._next)
    client.new_dedicated_key()
    client.protect(GET_REQUEST, form=Form.SERVICE_DED)
    assert store._next == lines


def test_there_is_no_dedicated_key_without_ciphering() -> None:
    with pytest.raises(PolicyError):
        context(policy=0, ciphered=False).new_dedicated_key()
