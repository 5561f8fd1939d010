"""Security suites (Table 2), and what makes up the security material of an association (clause 5.4.5)."""

from __future__ import annotations

import pytest
from security.support import AK, BROADCAST, CLIENT, EK, GET_REQUEST, MASTER, TITLE, context, keys, with_dedicated_key

from xdlms.security import (
    Form,
    Key,
    KeyMaterialError,
    Keys,
    MemoryCounterStore,
    PolicyError,
    Protection,
    SecurityContext,
    SecurityError,
    SecurityPolicy,
    counter_line,
    unwrap_key,
    wrap_key,
)
from xdlms.security.suite import SUITES, SecuritySuite, suite_of


@pytest.mark.clause("5.4.4")
@pytest.mark.clause("Table 2")
@pytest.mark.parametrize("number", [-1, 1, 2, 3, 15, "0"])
def test_a_suite_that_is_not_offered_is_refused(number: int) -> None:
    with pytest.raises(PolicyError, match="is not offered; suite 0 is"):
        suite_of(number)
    with pytest.raises(PolicyError):
        SecurityContext(
            suite=number,
            policy=3,
            keys=keys(),
            local_title=TITLE,
            peer_title=CLIENT,
            store=MemoryCounterStore(),
            random=bytes,
        )


@pytest.mark.clause("5.4.4")
@pytest.mark.parametrize("suite", [1, 2, 15])
def test_an_apdu_of_another_suite_is_refused_though_its_tag_is_right_in_this_one(suite: int) -> None:
    sender, receiver = context(), context(local=CLIENT, peer=TITLE)
    octets = bytearray(sender.protect(GET_REQUEST))
    assert octets[2] == 0x30
    octets[2] |= suite
    with pytest.raises(SecurityError):
        receiver.unprotect(bytes(octets))


@pytest.mark.clause("5.4.4")
@pytest.mark.clause("Table 2")
@pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
def test_table_2_suite_0_is_aes_gcm_128_for_both_protections_and_aes_wrap_128_for_keys() -> None:
    assert SUITES[SecuritySuite(0)].key_length == 16
    sender = context(policy=0)
    for protection, added in (
        (Protection.AUTHENTICATION, 12),  # a tag of 96 bits
        (Protection.ENCRYPTION, 0),
        (Protection.AUTHENTICATED_ENCRYPTION, 12),
    ):
        octets = sender.protect(GET_REQUEST, protection=protection)
        assert octets[2] & 0x0F == 0
        assert len(octets) == 2 + 5 + len(GET_REQUEST) + added
    wrapped = wrap_key(Key(EK), master_key=Key(MASTER))
    assert len(wrapped) == 16 + 8
    assert unwrap_key(wrapped, master_key=Key(MASTER)) == Key(EK)


@pytest.mark.clause("5.4.4")
@pytest.mark.parametrize("length", [0, 8, 15, 17, 24, 32])
def test_keys_of_suite_0_have_16_octets(length: int) -> None:
    with pytest.raises(KeyMaterialError):
        SecurityContext(
            suite=0,
            policy=3,
            keys=Keys(global_unicast_encryption_key=bytes(length), authentication_key=bytes(length)),
            local_title=TITLE,
            peer_title=CLIENT,
            store=MemoryCounterStore(),
            random=bytes,
        )


@pytest.mark.clause("5.4.5")
def test_the_security_material_of_an_association_is_a_thing_of_its_own() -> None:
    client, server = with_dedicated_key()
    for side, own, other in ((client, CLIENT, TITLE), (server, TITLE, CLIENT)):
        assert side.suite == 0
        assert side.policy is SecurityPolicy.NOTHING
        assert (side.local_title, side.peer_title) == (own, other)
        held = side.keys
        assert held.global_unicast_encryption_key == Key(EK)
        assert held.global_broadcast_encryption_key == Key(BROADCAST)
        assert held.authentication_key == Key(AK)
        assert held.master_key == Key(MASTER)
        assert side.has_dedicated_key


@pytest.mark.clause("5.4.5")
def test_each_key_and_sender_has_an_invocation_counter_of_its_own_which_both_directions_keep_apart() -> None:
    client, server = with_dedicated_key()
    for number in (2, 3, 4):  # the InitiateRequest had the first one
        octets = client.protect(GET_REQUEST, form=Form.SERVICE_GLO, protection=Protection.AUTHENTICATED_ENCRYPTION)
        assert int.from_bytes(octets[3:7], "big") == number
        server.unprotect(octets)
    for number in (1, 2):
        octets = client.protect(GET_REQUEST, form=Form.SERVICE_DED, protection=Protection.AUTHENTICATED_ENCRYPTION)
        assert int.from_bytes(octets[3:7], "big") == number
        server.unprotect(octets)
    answer = server.protect(b"\xc4\x01\xc1\x00\x00", protection=Protection.AUTHENTICATED_ENCRYPTION)
    assert int.from_bytes(answer[3:7], "big") == 1
    assert counter_line(Key(EK), CLIENT) != counter_line(Key(EK), TITLE)
