"""LLS and HLS, both roles (clauses 5.3, 7.2.2)."""

from __future__ import annotations

import hashlib
import secrets
import warnings
from collections.abc import Callable

import pytest
from security.support import CLIENT, GET_REQUEST, GET_RESPONSE, TITLE, context, keys, pair

from xdlms.security import (
    ApplicationHls,
    AuthenticationError,
    GmacHls,
    HlsFunction,
    HlsHandshake,
    HlsState,
    KeyMaterialError,
    Md5Hls,
    Mechanism,
    MemoryCounterStore,
    PolicyError,
    Protection,
    Role,
    Secret,
    SecurityError,
    Sha1Hls,
    WeakSecurityWarning,
    check_password,
    errors,
    hls,
)
from xdlms.security.channel import GAPS

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
SECRET = b"the secret of HLS"
HASHES: list[tuple[type[Md5Hls] | type[Sha1Hls], Callable[[bytes], bytes]]] = [
    (Md5Hls, lambda octets: hashlib.md5(octets).digest()),
    (Sha1Hls, lambda octets: hashlib.sha1(octets).digest()),
]


def functions(mechanism: Mechanism, secret: bytes = SECRET) -> tuple[HlsFunction, HlsFunction]:
    """f at the client and at the server."""
    if mechanism is Mechanism.HLS_GMAC:
        client, server = pair(policy=0)
        return GmacHls(client), GmacHls(server)
    if mechanism is Mechanism.HLS_MD5:
        return Md5Hls(Secret(secret)), Md5Hls(Secret(secret))
    if mechanism is Mechanism.HLS_SHA1:
        return Sha1Hls(Secret(secret)), Sha1Hls(Secret(secret))

    def of_client(challenge: bytes) -> bytes:
        return b"client " + challenge

    def of_server(challenge: bytes) -> bytes:
        return b"server " + challenge

    return (
        ApplicationHls(reply=of_client, expected=of_server),
        ApplicationHls(reply=of_server, expected=of_client),
    )


MECHANISMS = [Mechanism.HLS, Mechanism.HLS_MD5, Mechanism.HLS_SHA1, Mechanism.HLS_GMAC]


def handshakes(mechanism: Mechanism) -> tuple[HlsHandshake, HlsHandshake]:
    """Both sides, with their challenges exchanged."""
    at_client, at_server = functions(mechanism)
    client = HlsHandshake(role=Role.CLIENT, function=at_client, random=secrets.token_bytes)
    server = HlsHandshake(role=Role.SERVER, function=at_server, random=secrets.token_bytes)
    server.receive_challenge(client.challenge)
    client.receive_challenge(server.challenge)
    return client, server


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("received", [b"", b"1234567", b"123456789", b"12345679", b"12345678\x00", None, "12345678"])
def test_lls_a_wrong_password_is_refused(received: bytes | None) -> None:
    with pytest.raises(AuthenticationError):
        check_password(Secret(b"12345678"), received)


@pytest.mark.clause("5.3")
def test_lls_the_right_password() -> None:
    check_password(Secret(b"12345678"), b"12345678")


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_hls_the_four_passes(mechanism: Mechanism) -> None:
    client, server = handshakes(mechanism)
    assert client.mechanism is server.mechanism is mechanism
    server.verify(client.reply())
    assert server.state is HlsState.VERIFIED
    client.verify(server.reply())
    assert client.state is server.state is HlsState.DONE


@pytest.mark.clause("5.3")
@pytest.mark.parametrize(("function", "reference"), HASHES)
def test_hls_md5_and_sha1_of_challenge_and_secret(
    function: type[Md5Hls] | type[Sha1Hls], reference: Callable[[bytes], bytes]
) -> None:
    assert function(Secret(SECRET)).reply(own=b"CtoS....", peer=b"StoC....") == reference(b"StoC...." + SECRET)


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_hls_each_bit_of_the_reply_counts(mechanism: Mechanism) -> None:
    octets = 17 if mechanism is Mechanism.HLS_GMAC else 8
    for bit in range(8 * octets):
        client, server = handshakes(mechanism)
        reply = bytearray(client.reply())
        reply[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises(AuthenticationError) as caught:
            server.verify(bytes(reply))
        assert str(caught.value) == "the peer is not authenticated"
        assert server.state is HlsState.FAILED


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("change", [lambda r: b"", lambda r: r[:-1], lambda r: r + b"\0", lambda r: r.hex()])
def test_hls_replies_of_other_lengths_and_kinds(mechanism: Mechanism, change: Callable[[bytes], bytes]) -> None:
    client, server = handshakes(mechanism)
    with pytest.raises(AuthenticationError):
        server.verify(change(client.reply()))


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_hls_a_failed_handshake_is_over(mechanism: Mechanism) -> None:
    client, server = handshakes(mechanism)
    right = client.reply()
    with pytest.raises(AuthenticationError):
        server.verify(bytes(len(right)))
    for call in (lambda: server.verify(right), server.reply, lambda: server.receive_challenge(bytes(16))):
        with pytest.raises(SecurityError):
            call()


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_hls_the_order_of_the_passes(mechanism: Mechanism) -> None:
    """A server that answered before the client has proved itself would answer the challenges of others."""
    client, server = handshakes(mechanism)
    with pytest.raises(SecurityError):
        server.reply()
    with pytest.raises(SecurityError):
        client.verify(bytes(17))
    with pytest.raises(SecurityError):
        client.receive_challenge(bytes(16))
    reply = client.reply()
    with pytest.raises(SecurityError):
        client.reply()
    server.verify(reply)
    with pytest.raises(SecurityError):
        server.verify(reply)


@pytest.mark.clause("5.3")
def test_hls_the_table_of_steps_is_total() -> None:
    """Each step in each state of each role either is in the table, or is refused and changes nothing."""
    steps = {"receive_challenge": (bytes(8),), "reply": (), "verify": (bytes(8),)}
    allowed = {(role, state, step.value) for role, state, step in hls._NEXT}
    assert len(allowed) == 6
    for role in Role:
        for state in HlsState:
            for name, arguments in steps.items():
                if (role, state, name) in allowed:
                    continue
                handshake = HlsHandshake(role=role, function=functions(Mechanism.HLS)[0], random=secrets.token_bytes)
                handshake._state = state
                with pytest.raises(SecurityError):
                    getattr(handshake, name)(*arguments)
                assert handshake.state is state


@pytest.mark.clause("5.3")
def test_hls_a_challenge_that_is_sent_back_is_refused() -> None:
    for role in Role:
        handshake = HlsHandshake(role=role, function=functions(Mechanism.HLS_MD5)[0], random=secrets.token_bytes)
        with pytest.raises(AuthenticationError):
            handshake.receive_challenge(handshake.challenge)
        assert handshake.state is HlsState.FAILED


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("length", [0, 1, 7, 65, 1000])
def test_hls_challenges_have_8_to_64_octets(length: int) -> None:
    function = functions(Mechanism.HLS)[0]
    with pytest.raises(AuthenticationError):
        HlsHandshake(role=Role.CLIENT, function=function, random=secrets.token_bytes).receive_challenge(bytes(length))
    with pytest.raises(SecurityError):
        HlsHandshake(role=Role.CLIENT, function=function, random=secrets.token_bytes, length=length)


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("length", [8, 16, 64])
def test_hls_challenges_are_fresh(length: int) -> None:
    function = functions(Mechanism.HLS)[0]
    made = {
        HlsHandshake(role=Role.CLIENT, function=function, random=secrets.token_bytes, length=length).challenge
        for _ in range(20)
    }
    assert len(made) == 20
    assert {len(challenge) for challenge in made} == {length}


@pytest.mark.parametrize("source", [lambda n: b"", lambda n: bytes(n - 1), lambda n: "x" * n, lambda n: bytearray(n)])
def test_a_random_source_that_does_not_give_enough(source: Callable[[int], bytes]) -> None:
    with pytest.raises(SecurityError):
        HlsHandshake(role=Role.CLIENT, function=functions(Mechanism.HLS)[0], random=source)


@pytest.mark.clause("5.3")
def test_hls_gmac_a_reply_of_another_association_is_refused() -> None:
    client, server = pair(policy=0)
    reply = client.gmac(b"challenge of one")
    with pytest.raises(AuthenticationError):
        server.verify_gmac(b"challenge of two", reply)
    server.verify_gmac(b"challenge of one", reply)
    with pytest.raises(AuthenticationError):
        server.verify_gmac(b"challenge of one", reply)


@pytest.mark.clause("5.3")
def test_hls_gmac_the_own_reply_sent_back_is_refused() -> None:
    client, server = pair(policy=0)
    with pytest.raises(AuthenticationError):
        client.verify_gmac(b"one challenge", client.gmac(b"one challenge"))
    assert server.gmac(b"one challenge") != client.gmac(b"one challenge")


@pytest.mark.clause("5.4.8")
def test_hls_gmac_uses_up_counters_like_a_message() -> None:
    client, server = pair(policy=0)
    first = client.gmac(bytes(16))
    message = client.protect(GET_REQUEST, protection=Protection.AUTHENTICATION)
    assert (first[1:5], message[3:7]) == (b"\0\0\0\1", b"\0\0\0\2")
    server.verify_gmac(bytes(16), first)
    assert server.unprotect(message).invocation_counter == 2


@pytest.mark.clause("5.4.8")
def test_hls_gmac_inside_a_ciphered_apdu_has_the_lower_counter() -> None:
    """f(StoC) is made first and then carried by a ciphered ACTION.request with the next counter."""
    client, server = pair()
    server.unprotect(client.protect(GET_REQUEST))
    reply = client.gmac(bytes(16))
    server.unprotect(client.protect(b"\xc3" + reply))
    server.verify_gmac(bytes(16), reply)
    with pytest.raises(AuthenticationError):
        server.verify_gmac(bytes(16), reply)


@pytest.mark.clause("5.4.8")
def test_hls_gmac_in_blocks_has_a_counter_in_front_of_one_of_the_apdus_that_bring_it() -> None:
    client, server = pair()
    server.unprotect(client.protect(GET_REQUEST))
    reply = client.gmac(bytes(16))
    for _ in range(4):
        server.unprotect(client.protect(b"\xc3" + reply[:5]))
    server.verify_gmac(bytes(16), reply)
    with pytest.raises(AuthenticationError):
        server.verify_gmac(bytes(16), reply)


@pytest.mark.clause("5.4.8")
def test_hls_gmac_with_a_counter_that_was_used_or_is_forgotten_is_refused() -> None:
    client, server = pair()
    twin = context(policy=0, local=CLIENT, peer=TITLE, first_counter=9)
    used = twin.gmac(bytes(16))
    last = None
    while last is None or last < 9:
        last = server.unprotect(client.protect(GET_REQUEST)).invocation_counter
    server.unprotect(client.protect(GET_REQUEST))
    with pytest.raises(AuthenticationError):
        server.verify_gmac(bytes(16), used)
    old = client.gmac(bytes(16))
    for _ in range(GAPS + 1):
        server.unprotect(client.protect(GET_REQUEST))
        client.gmac(bytes(16))
    with pytest.raises(AuthenticationError):
        server.verify_gmac(bytes(16), old)


@pytest.mark.clause("5.4.8")
def test_hls_gmac_with_the_counter_of_the_apdu_that_brings_it_is_taken_on_request_only() -> None:
    for allowed in (False, True):
        server = context(policy=0, store=MemoryCounterStore())
        sloppy = context(policy=0, local=CLIENT, peer=TITLE, first_counter=9)
        again = context(policy=0, local=CLIENT, peer=TITLE, first_counter=9)
        reply = sloppy.gmac(bytes(16))
        server.unprotect(again.protect(GET_REQUEST, protection=Protection.AUTHENTICATED_ENCRYPTION))
        if allowed:
            server.verify_gmac(bytes(16), reply, allow_shared_counter=True)
        else:
            with pytest.raises(AuthenticationError):
                server.verify_gmac(bytes(16), reply)


def test_hls_gmac_needs_keys_and_the_title_of_the_peer() -> None:
    without = context(policy=0, use=keys(authentication_key=None))
    with pytest.raises(KeyMaterialError):
        without.gmac(bytes(16))
    reply = context(policy=0, local=CLIENT, peer=TITLE).gmac(bytes(16))
    with pytest.raises(AuthenticationError):
        without.verify_gmac(bytes(16), reply)
    with pytest.raises(AuthenticationError):
        context(policy=0, peer=None).verify_gmac(bytes(16), reply)
    with pytest.raises(AuthenticationError):
        context(policy=0, use=keys(global_unicast_encryption_key=None)).verify_gmac(bytes(16), reply)
    with pytest.raises(AuthenticationError):
        context(policy=0).verify_gmac(b"", reply)


def test_hls_gmac_serves_a_context_without_ciphering() -> None:
    client = context(policy=0, local=CLIENT, peer=TITLE, ciphered=False)
    server = context(policy=0, ciphered=False)
    server.verify_gmac(bytes(16), client.gmac(bytes(16)))
    with pytest.raises(PolicyError):
        client.protect(GET_RESPONSE, protection=Protection.AUTHENTICATION)


@pytest.mark.parametrize("function", [Md5Hls, Sha1Hls])
def test_weak_mechanisms_warn_once(function: type[Md5Hls] | type[Sha1Hls], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_warned", set())
    with pytest.warns(WeakSecurityWarning, match="HLS with") as caught:
        function(Secret(SECRET))
    assert [warning.filename for warning in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        function(Secret(SECRET))


@pytest.mark.parametrize("function", [Md5Hls, Sha1Hls])
def test_a_hash_secret_is_a_secret(function: type[Md5Hls] | type[Sha1Hls]) -> None:
    with pytest.raises(KeyMaterialError):
        function(b"octets")


def test_a_hash_that_the_machine_does_not_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hls, "_offered", lambda algorithm: False)
    with pytest.raises(KeyMaterialError, match="MD5"):
        Md5Hls(Secret(SECRET))
