"""Protecting and unprotecting APDUs: every service, every form, every key (clauses 5.4.6, 5.4.7)."""

from __future__ import annotations

import pytest
from security.support import (
    AK,
    CLIENT,
    CONFIRMED_SERVICE_ERROR,
    EK,
    EXCEPTION_RESPONSE,
    GET_REQUEST,
    GET_RESPONSE,
    TITLE,
    context,
    keys,
    pair,
    with_dedicated_key,
)

from xdlms.security import (
    DecipheringError,
    Form,
    KeyMaterialError,
    Keys,
    KeySet,
    PolicyError,
    Protection,
    ReplayError,
    SecurityError,
    inspect,
)
from xdlms.security.channel import REMEMBERED
from xdlms.security.tags import standard_tags

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
TAGS = standard_tags()
BOTH = Protection.AUTHENTICATED_ENCRYPTION
KINDS = [Protection.AUTHENTICATION, Protection.ENCRYPTION, BOTH]
# glo- and ded- of every service, with the plain tag inside.
SERVICES = [
    (meaning.form, plain) for meaning in TAGS.ciphered.values() if not meaning.general for plain in meaning.holds
]


@pytest.mark.clause("5.4.6")
@pytest.mark.parametrize("protection", KINDS)
@pytest.mark.parametrize(("form", "plain"), SERVICES)
def test_glo_and_ded_of_every_service(form: Form, plain: int, protection: Protection) -> None:
    client, server = with_dedicated_key()
    apdu = bytes((plain, 0)) + b"whatever follows"
    octets = client.protect(apdu, protection=protection, form=form)
    assert octets[0] == TAGS.ciphered_tag(form, plain)
    unprotected = server.unprotect(octets)
    assert unprotected.apdu == apdu
    assert (unprotected.status.form, unprotected.status.protection) == (form, protection)


@pytest.mark.clause("5.4.6")
def test_every_service_has_a_glo_form() -> None:
    glo = {plain for form, plain in SERVICES if form is Form.SERVICE_GLO}
    ded = {plain for form, plain in SERVICES if form is Form.SERVICE_DED}
    assert glo == {0x01, 0x05, 0x06, 0x08, 0x0C, 0x0D, 0x0E, 0x16, 0x18, *range(0xC0, 0xC6), 0xC7}
    assert ded == glo - {0x01, 0x08}


@pytest.mark.clause("5.4.6")
@pytest.mark.parametrize("form", [Form.SERVICE_GLO, Form.SERVICE_DED])
def test_the_glo_or_ded_tag_must_fit_the_apdu_inside(form: Form) -> None:
    octets = {}
    for wrong in [tag for tag, meaning in TAGS.ciphered.items() if meaning.form is form]:
        client, server = with_dedicated_key()
        right = client.protect(GET_REQUEST, protection=BOTH, form=form)
        octets[wrong] = bytes((wrong,)) + right[1:]
        if wrong == right[0]:
            assert server.unprotect(octets[wrong]).apdu == GET_REQUEST
        else:
            with pytest.raises(DecipheringError):
                server.unprotect(octets[wrong])
            assert server.unprotect(right).apdu == GET_REQUEST
    assert len(octets) == 16


@pytest.mark.clause("5.4.6")
@pytest.mark.parametrize("form", [Form.SERVICE_GLO, Form.GENERAL_GLO])
@pytest.mark.parametrize("inner", sorted(TAGS.protected))
def test_nothing_ciphered_stands_inside_something_ciphered(form: Form, inner: int) -> None:
    client, server = pair()
    with pytest.raises(PolicyError):
        client.protect(bytes((inner,)) + GET_REQUEST, form=form)
    # What a peer without this rule sends is refused: made here by a client that thinks `inner` is a plain APDU.
    ring = client._ring.unicast
    assert ring is not None
    header = ring.next_header(0x30)
    body = header + ring.seal(header, bytes((inner,)) + GET_REQUEST)
    title = b"\x08" + CLIENT if form.is_general else b""
    tag = 0xDB if form.is_general else 0xC8
    with pytest.raises(DecipheringError):
        server.unprotect(bytes((tag,)) + title + bytes((len(body),)) + body)


def test_general_ciphering_holds_apdus_that_have_no_form_of_their_own() -> None:
    client, server = pair()
    for apdu in (EXCEPTION_RESPONSE, bytes.fromhex("0F0000000100020000")):
        unprotected = client.unprotect(server.protect(apdu, protection=BOTH, form=Form.GENERAL_GLO))
        assert unprotected.apdu == apdu
        assert unprotected.status.authenticated


@pytest.mark.clause("5.4.7")
def test_the_broadcast_key_serves_broadcasts_and_nothing_else() -> None:
    client, server = pair()
    broadcast = client.protect(GET_REQUEST, key_set=KeySet.BROADCAST)
    unicast = client.protect(GET_REQUEST)
    assert (broadcast[2], unicast[2]) == (0x70, 0x30)
    for octets, wrong in ((broadcast, KeySet.UNICAST), (unicast, KeySet.BROADCAST)):
        with pytest.raises(DecipheringError):
            server.unprotect(octets, key_set=wrong)
    assert server.unprotect(broadcast, key_set=KeySet.BROADCAST).status.key_set is KeySet.BROADCAST
    assert server.unprotect(unicast).status.key_set is KeySet.UNICAST


@pytest.mark.clause("5.4.6")
def test_key_set_is_part_of_what_is_authenticated() -> None:
    same = keys(global_broadcast_encryption_key=EK)
    client = context(local=CLIENT, peer=TITLE, use=same)
    server = context(use=same)
    octets = client.protect(GET_REQUEST)
    with pytest.raises(DecipheringError):
        server.unprotect(octets[:2] + b"\x70" + octets[3:], key_set=KeySet.BROADCAST)


@pytest.mark.clause("5.4.6")
def test_key_set_is_looked_at_even_where_both_keys_are_the_same() -> None:
    same = keys(global_broadcast_encryption_key=EK)
    client = context(local=CLIENT, peer=TITLE, use=same)
    for sent, due in ((KeySet.BROADCAST, KeySet.UNICAST), (KeySet.UNICAST, KeySet.BROADCAST)):
        with pytest.raises(DecipheringError):
            context(use=same).unprotect(client.protect(GET_REQUEST, key_set=sent), key_set=due)


@pytest.mark.parametrize("tag", sorted(TAGS.protected))
def test_what_is_ciphered_already_is_not_sent_as_a_plain_apdu(tag: int) -> None:
    for sender in (context(policy=0), context(policy=0, ciphered=False)):
        with pytest.raises(PolicyError):
            sender.protect(bytes((tag,)) + GET_REQUEST)


@pytest.mark.parametrize(
    ("local", "peer"),
    [(TITLE, TITLE), (TITLE[:7], CLIENT), (TITLE, CLIENT + b"\x00"), (TITLE, b""), ("4D4D4D0000BC614E", CLIENT)],
)
def test_system_titles_are_8_octets_and_differ(local: bytes, peer: bytes) -> None:
    with pytest.raises(SecurityError):
        context(local=local, peer=peer)


def test_the_peer_is_known_once_and_is_never_oneself() -> None:
    client = context(local=CLIENT, peer=None)
    server = context(peer=CLIENT)
    octets = server.protect(GET_RESPONSE)
    with pytest.raises(DecipheringError):
        client.unprotect(octets)
    with pytest.raises(SecurityError):
        client.know_peer(CLIENT)
    with pytest.raises(SecurityError):
        client.know_peer(b"short")
    client.know_peer(TITLE)
    client.know_peer(TITLE)
    with pytest.raises(SecurityError):
        client.know_peer(b"another!")
    assert client.unprotect(octets).apdu == GET_RESPONSE


@pytest.mark.clause("5.4.7")
def test_a_key_change_starts_the_counters_again_and_the_old_key_is_void() -> None:
    client, server = pair()
    for _ in range(3):
        server.unprotect(client.protect(GET_REQUEST))
    new = keys(global_unicast_encryption_key=bytes(16))
    old_answer = server.protect(GET_RESPONSE)
    server.use_keys(new)
    assert client.unprotect(old_answer).apdu == GET_RESPONSE
    old_request = client.protect(GET_REQUEST)
    client.use_keys(new)
    with pytest.raises(DecipheringError):
        server.unprotect(old_request)
    octets = client.protect(GET_REQUEST)
    envelope = inspect(octets)
    assert envelope is not None
    assert envelope.invocation_counter == 1
    assert server.unprotect(octets).apdu == GET_REQUEST
    client.use_keys(keys())
    back = inspect(client.protect(GET_REQUEST))
    assert back is not None
    assert back.invocation_counter == 5


def test_keys_that_are_missing() -> None:
    with pytest.raises(KeyMaterialError):
        context(policy=3, use=keys(authentication_key=None))
    with pytest.raises(KeyMaterialError):
        context(policy=2, use=Keys(authentication_key=AK))
    client = context(policy=2, local=CLIENT, peer=TITLE, use=keys(authentication_key=None))
    with pytest.raises(KeyMaterialError):
        client.protect(GET_REQUEST, protection=BOTH)
    with pytest.raises(DecipheringError):
        client.unprotect(context().protect(GET_RESPONSE))
    with pytest.raises(KeyMaterialError):
        context(use=keys(global_broadcast_encryption_key=None)).protect(GET_REQUEST, key_set=KeySet.BROADCAST)


def test_keys_of_another_suite_are_refused() -> None:
    long = Keys(global_unicast_encryption_key=bytes(32), authentication_key=bytes(32))
    with pytest.raises(KeyMaterialError):
        context(use=long)
    client, _ = pair()
    with pytest.raises(KeyMaterialError):
        client.use_keys(long)
    assert client.keys.length == 16


@pytest.mark.parametrize("octets", [b"", "C001", None, 5])
def test_only_octets_are_protected(octets: bytes) -> None:
    with pytest.raises(PolicyError):
        context().protect(octets)


@pytest.mark.parametrize("octets", [b"", "C001", None, 5])
def test_only_octets_are_unprotected(octets: bytes) -> None:
    with pytest.raises(DecipheringError):
        context().unprotect(octets)


def test_a_bytearray_is_taken_as_octets() -> None:
    client, server = pair()
    assert server.unprotect(bytearray(client.protect(GET_REQUEST))).apdu == GET_REQUEST


@pytest.mark.parametrize("length", [1, 108, 109, 110, 111, 238, 239, 240, 65500, 70000])
@pytest.mark.parametrize("form", [Form.SERVICE_GLO, Form.GENERAL_GLO])
@pytest.mark.parametrize("protection", KINDS)
def test_lengths_of_one_to_four_octets(length: int, form: Form, protection: Protection) -> None:
    client, server = pair(policy=0)
    apdu = b"\xc0" + bytes(length - 1)
    octets = client.protect(apdu, protection=protection, form=form)
    assert server.unprotect(octets).apdu == apdu
    assert client.largest_plain_length(len(octets), protection=protection, form=form) == length


@pytest.mark.clause("4.2.3")
def test_the_largest_plain_length_counts_the_ciphering_in() -> None:
    client, _ = pair()
    for limit in [*range(400), 65535]:
        length = client.largest_plain_length(limit)
        if length:
            assert len(client.protect(b"\xc0" + bytes(length - 1))) <= limit
        assert len(client.protect(b"\xc0" + bytes(length))) > limit


def test_longer_length_forms_are_taken() -> None:
    client, server = pair()
    octets = client.protect(GET_REQUEST)
    assert server.unprotect(octets[:1] + b"\x82\x00" + octets[1:]).apdu == GET_REQUEST


def test_a_replayed_apdu_is_refused_and_tells_the_expected_counter() -> None:
    client, server = pair()
    first, second = client.protect(GET_REQUEST), client.protect(GET_REQUEST)
    server.unprotect(second)
    for octets in (second, first):
        with pytest.raises(ReplayError) as caught:
            server.unprotect(octets)
        assert caught.value.expected == 3


def test_a_reflected_apdu_is_refused() -> None:
    client, _ = pair()
    with pytest.raises(DecipheringError):
        client.unprotect(client.protect(GET_REQUEST))
    with pytest.raises(DecipheringError):
        client.unprotect(client.protect(GET_REQUEST, form=Form.GENERAL_GLO))


def test_general_ciphering_under_the_title_of_another_party_is_refused() -> None:
    other = context(local=b"OTHER\0\0\1", peer=TITLE)
    server = context(peer=CLIENT)
    with pytest.raises(DecipheringError):
        server.unprotect(other.protect(GET_REQUEST, form=Form.GENERAL_GLO))


@pytest.mark.parametrize("window", [0, 3])
def test_messages_that_are_encrypted_only_do_not_move_the_mark(window: int) -> None:
    """Anybody can invent their counter; a high one must not shut the sender out."""
    server = context(policy=0, peer=CLIENT, window=window)
    forger = context(policy=0, local=CLIENT, peer=TITLE, first_counter=0xFFFFFF00)
    client = context(policy=0, local=CLIENT, peer=TITLE, first_counter=7)
    forged = forger.protect(GET_REQUEST, protection=Protection.ENCRYPTION)
    assert not server.unprotect(forged).status.authenticated
    with pytest.raises(ReplayError):
        server.unprotect(forged)
    assert server.unprotect(client.protect(GET_REQUEST, protection=BOTH)).invocation_counter == 7
    old = context(policy=0, local=CLIENT, peer=TITLE, first_counter=7)
    with pytest.raises(ReplayError):
        server.unprotect(old.protect(GET_REQUEST, protection=Protection.ENCRYPTION))


def test_an_apdu_whose_tag_was_stripped_is_served_once_at_most_in_an_association() -> None:
    """Under a policy without authentication, the copy without tag and the original are not both taken."""
    client, server = pair(policy=2)
    octets = client.protect(GET_REQUEST, protection=BOTH)
    stripped = b"\xc8" + bytes((len(octets) - 14,)) + b"\x20" + octets[3:-12]
    assert server.unprotect(stripped).apdu == GET_REQUEST
    with pytest.raises(ReplayError):
        server.unprotect(octets)


def test_a_message_that_is_encrypted_only_can_be_replayed_in_the_next_association() -> None:
    """The limit of encryption only: the mark that outlives an association moves after a verified tag alone."""
    client, server = pair(policy=2)
    octets = client.protect(GET_REQUEST)
    assert server.unprotect(octets).apdu == GET_REQUEST
    with pytest.raises(ReplayError):
        server.unprotect(octets)
    following = context(policy=2, local=TITLE, peer=CLIENT, store=server.store)
    replayed = following.unprotect(octets)
    assert (replayed.apdu, replayed.status.authenticated) == (GET_REQUEST, False)
    following.unprotect(client.protect(GET_REQUEST, protection=BOTH))
    latest = context(policy=2, local=TITLE, peer=CLIENT, store=server.store)
    with pytest.raises(ReplayError):
        latest.unprotect(octets)


def test_the_memory_of_unverified_counters_is_bounded() -> None:
    client, server = pair(policy=2)
    for _ in range(REMEMBERED + 10):
        server.unprotect(client.protect(GET_REQUEST))
    assert len(server._ring._unverified) == REMEMBERED


def test_a_confirmed_service_error_may_be_plain_or_protected() -> None:
    client, server = pair()
    assert server.protect(CONFIRMED_SERVICE_ERROR)[0] == 0x2E
    plain = server.protect(CONFIRMED_SERVICE_ERROR, protection=Protection.NONE)
    assert plain == CONFIRMED_SERVICE_ERROR
    assert not client.unprotect(plain).status.authenticated
