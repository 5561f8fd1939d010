"""What a hostile party can send, in the manner of Wycheproof: each change is refused with one and the same
error, whatever it is, and nothing of the receiver changes (clauses 5.4.6 to 5.4.8)."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import vectors
from security.support import (
    AK,
    CLIENT,
    EK,
    GET_REQUEST,
    GET_RESPONSE,
    INITIATE_REQUEST,
    TITLE,
    context,
    crash_report,
    keys,
    pair,
    with_dedicated_key,
)

from xdlms.security import (
    DecipheringError,
    Form,
    KeySet,
    MemoryCounterStore,
    Protection,
    SecurityContext,
    SecurityError,
)
from xdlms.security import gcm as gcm_module

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
BOTH = Protection.AUTHENTICATED_ENCRYPTION


def state(context: SecurityContext) -> object:
    """All of a context that could change."""
    store = context.store
    assert isinstance(store, MemoryCounterStore)
    ring = context._ring
    return (
        dict(store._accepted),
        dict(store._next),
        dict(ring._unverified),
        ring.peer_title,
        context.policy,
        [channel and list(channel._gaps) for channel in (ring.unicast, ring.broadcast, ring.dedicated)],
    )


def refused(receiver: SecurityContext, octets: bytes, key_set: KeySet = KeySet.UNICAST) -> tuple[type, str, tuple]:
    """How octets are refused; fails when they are not, or when anything changed."""
    before = state(receiver)
    with pytest.raises(SecurityError) as caught:
        receiver.unprotect(octets, key_set=key_set)
    assert state(receiver) == before
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    return type(error), str(error), error.args


ONE_ERROR = (DecipheringError, "the APDU is refused: it is not protected as it must be", ())


def messages() -> Iterator[Any]:
    """A message of each form, key and protection, with a receiver that takes it."""
    for form in Form:
        for protection in (Protection.AUTHENTICATION, BOTH):
            for key_set in KeySet:
                if form.is_dedicated and key_set is KeySet.BROADCAST:
                    continue
                for apdu in (GET_REQUEST, GET_RESPONSE, INITIATE_REQUEST):
                    if apdu is INITIATE_REQUEST and (form.is_dedicated or protection is not BOTH):
                        continue
                    yield pytest.param(
                        form, protection, key_set, apdu, id=f"{form.name}-{protection:#x}-{key_set.name}"
                    )


def exchange(form: Form, protection: Protection, key_set: KeySet, apdu: bytes) -> tuple[bytes, SecurityContext]:
    client, server = (with_dedicated_key if form.is_dedicated else pair)(policy=int(protection) >> 4)
    return client.protect(apdu, protection=protection, form=form, key_set=key_set), server


@pytest.mark.clause("5.4.8")
@pytest.mark.parametrize(("form", "protection", "key_set", "apdu"), list(messages()))
def test_each_bit_flipped(form: Form, protection: Protection, key_set: KeySet, apdu: bytes) -> None:
    octets, receiver = exchange(form, protection, key_set, apdu)
    for bit in range(8 * len(octets)):
        changed = bytearray(octets)
        changed[bit // 8] ^= 0x80 >> bit % 8
        assert refused(receiver, bytes(changed), key_set) == ONE_ERROR, f"bit {bit}"
    assert receiver.unprotect(octets, key_set=key_set).apdu == apdu


@pytest.mark.clause("5.4.8")
@pytest.mark.parametrize(("form", "protection", "key_set", "apdu"), list(messages()))
def test_cut_and_padded(form: Form, protection: Protection, key_set: KeySet, apdu: bytes) -> None:
    """Cut anywhere, with the old length and with the right one; octets added; tags of 4 to 16 octets."""
    octets, receiver = exchange(form, protection, key_set, apdu)
    title = octets[1:10] if form.is_general else b""
    body = octets[len(title) + 2 :]
    for end in range(len(octets)):
        assert refused(receiver, octets[:end], key_set) == ONE_ERROR
    for end in range(len(body)):
        assert refused(receiver, octets[:1] + title + bytes((end,)) + body[:end], key_set) == ONE_ERROR
    for more in (b"\x00", bytes(4), octets):
        assert refused(receiver, octets + more, key_set) == ONE_ERROR
        longer = body + more
        assert refused(receiver, octets[:1] + title + bytes((len(longer),)) + longer, key_set) == ONE_ERROR
    assert receiver.unprotect(octets, key_set=key_set).apdu == apdu


@pytest.mark.clause("5.4.8")
@pytest.mark.parametrize(("form", "protection", "key_set", "apdu"), list(messages()))
def test_tags_of_zeros_and_others(form: Form, protection: Protection, key_set: KeySet, apdu: bytes) -> None:
    octets, receiver = exchange(form, protection, key_set, apdu)
    for tag in (bytes(12), b"\xff" * 12, octets[-12:][::-1], octets[-1:] + octets[-12:-1], octets[-16:-4]):
        assert refused(receiver, octets[:-12] + tag, key_set) == ONE_ERROR


def test_swapped_fields_of_two_messages() -> None:
    """Header, content and tag of two honest messages, in every mixture."""
    client, server = pair()
    one, two = client.protect(GET_REQUEST), client.protect(GET_REQUEST[:-2] + b"\x03\x00")
    parts = [(octets[2:7], octets[7:-12], octets[-12:]) for octets in (one, two)]
    for header in (0, 1):
        for content in (0, 1):
            for tag in (0, 1):
                if len({header, content, tag}) == 1:
                    continue
                octets = one[:2] + parts[header][0] + parts[content][1] + parts[tag][2]
                assert refused(server, octets) == ONE_ERROR


@pytest.mark.parametrize(
    "wrong",
    [
        {"use": keys(global_unicast_encryption_key=bytes(16))},
        {"use": keys(authentication_key=bytes(16))},
        {"use": keys(global_unicast_encryption_key=AK, authentication_key=EK)},
        {"local": b"MMM\0\0\0\0\2"},
        {"local": TITLE, "peer": CLIENT},
    ],
    ids=["encryption key", "authentication key", "keys swapped", "title", "roles swapped"],
)
@pytest.mark.parametrize("form", [Form.SERVICE_GLO, Form.GENERAL_GLO])
def test_wrong_keys_and_titles(wrong: dict[str, Any], form: Form) -> None:
    _, server = pair()
    sender = context(**{"local": CLIENT, "peer": TITLE, **wrong})
    assert refused(server, sender.protect(GET_REQUEST, form=form)) == ONE_ERROR


def test_a_general_apdu_whose_title_is_exchanged() -> None:
    client, server = pair()
    octets = client.protect(GET_REQUEST, form=Form.GENERAL_GLO)
    for title in (TITLE, bytes(8), CLIENT[::-1], CLIENT[:7], CLIENT + b"\0"):
        assert refused(server, octets[:1] + bytes((len(title),)) + title + octets[10:]) == ONE_ERROR


@pytest.mark.parametrize("counter", [0xFFFFFFFF])
def test_the_end_of_the_counter_is_not_accepted(counter: int) -> None:
    """Even from a peer that has the keys."""
    client, server = pair()
    channel = client._ring.unicast
    assert channel is not None
    header = b"\x30" + counter.to_bytes(4, "big")
    body = header + channel.seal(header, GET_REQUEST)
    assert refused(server, b"\xc8" + bytes((len(body),)) + body) == ONE_ERROR


def test_malformed_lengths() -> None:
    client, server = pair()
    octets = client.protect(GET_REQUEST)
    for length in (b"\x80", b"\x81", b"\x84\xff\xff\xff\xff", b"\x85\0\0\0\0\x1e", b"\xff", b"\x7f", b"\x00"):
        assert refused(server, octets[:1] + length + octets[2:]) == ONE_ERROR
        assert refused(server, octets[:1] + length) == ONE_ERROR


def test_general_ciphering_and_general_signing_are_refused() -> None:
    for policy in range(4):
        _, server = pair(policy=policy)
        for tag in (0xDD, 0xDF):
            assert refused(server, bytes((tag,)) + bytes(40)) == ONE_ERROR


@pytest.mark.parametrize("policy", range(4))
def test_random_octets_and_broken_plain_apdus_raise_nothing_else(policy: int) -> None:
    source = random.Random(policy)
    _, server = pair(policy=policy)
    plain = [bytes.fromhex(vector["hex"]) for vector in vectors("acse_plain", "ciphered_suite0")]
    tags = [*server._rules.tags.protected, *server._rules.tags.pass_plain]
    for _ in range(3000):
        octets = bytearray(source.choice(plain))
        for _ in range(source.randrange(1, 4)):
            octets[source.randrange(len(octets))] = source.randrange(256)
        broken = bytes(octets[: source.randrange(len(octets) + 1)])
        noise = bytes((source.choice(tags),)) + source.randbytes(source.randrange(60))
        for received in (broken, noise):
            try:
                unprotected = server.unprotect(received)
            except DecipheringError:
                continue
            assert not unprotected.status.authenticated


def test_a_failed_message_leaves_no_trace_of_the_plaintext() -> None:
    """Not even in the frames of the error."""
    client, server = pair()
    octets = client.protect(b"\xc1CANARY-PLAINTEXT")
    with pytest.raises(DecipheringError) as caught:
        server.unprotect(octets[:-1] + bytes((octets[-1] ^ 1,)))
    report = crash_report(caught.value)
    assert "in unprotect" in report
    assert "CANARY" not in report


def test_the_work_does_not_depend_on_the_content_of_the_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tag, the same primitives get inputs of the same sizes, and one comparison decides."""
    client, server = pair()
    octets = client.protect(GET_REQUEST)
    calls: list[tuple[int, int]] = []

    def compare(expected: bytes, tag: bytes) -> bool:
        calls.append((len(expected), len(tag)))
        return genuine(expected, tag)

    genuine = gcm_module.bytes_eq
    monkeypatch.setattr(gcm_module, "bytes_eq", compare)
    tags = [bytes(12), octets[-12:-1] + bytes((octets[-1] ^ 1,)), bytes((octets[-12] ^ 0x80,)) + octets[-11:]]
    for tag in tags:
        assert refused(server, octets[:-12] + tag) == ONE_ERROR
    assert calls == [(12, 12)] * len(tags)


@pytest.mark.slow
def test_the_time_does_not_depend_on_the_content_of_the_tag() -> None:
    """A first octet that is wrong costs what a last octet costs, within the noise of this machine."""
    client, server = pair()
    octets = client.protect(GET_REQUEST)
    early = octets[:-12] + bytes((octets[-12] ^ 1,)) + octets[-11:]
    late = octets[:-1] + bytes((octets[-1] ^ 1,))
    times: dict[bytes, list[int]] = {early: [], late: []}
    for _ in range(20_000):
        for changed, measured in times.items():
            begin = time.perf_counter_ns()
            try:
                server.unprotect(changed)
            except DecipheringError:
                measured.append(time.perf_counter_ns() - begin)
    one, other = (statistics.median(measured) for measured in times.values())
    assert abs(one - other) < 0.05 * max(one, other)
