"""Security policy, Table 34, Security_Options and Security_Status (clauses 5.4.3, 6.5, 7.2.2)."""

from __future__ import annotations

import warnings

import pytest
from conftest import vectors
from security.support import (
    CLIENT,
    CONFIRMED_SERVICE_ERROR,
    EXCEPTION_RESPONSE,
    GET_REQUEST,
    GET_RESPONSE,
    INITIATE_REQUEST,
    TITLE,
    context,
    keys,
    pair,
)

from xdlms.security import (
    DecipheringError,
    Form,
    KeyMaterialError,
    KeySet,
    PolicyError,
    Protection,
    SecurityPolicy,
    SecurityStatus,
    SecuritySuite,
    WeakSecurityWarning,
    errors,
)
from xdlms.security.rules import Rules
from xdlms.security.tags import standard_tags

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
PROTECTIONS = [
    Protection.NONE,
    Protection.AUTHENTICATION,
    Protection.ENCRYPTION,
    Protection.AUTHENTICATED_ENCRYPTION,
]
# Clause 5.4.3: what each policy takes, and what it refuses.
TAKEN = {
    0: {0x00, 0x10, 0x20, 0x30},
    1: {0x10, 0x30},
    2: {0x20, 0x30},
    3: {0x30},
}
ACSE = {vector["apdu"]: bytes.fromhex(vector["hex"]) for vector in vectors("ciphered_suite0", "acse_plain")}
PASS_PLAIN = [EXCEPTION_RESPONSE, CONFIRMED_SERVICE_ERROR, *(ACSE[name] for name in ("AARQ", "AARE", "RLRQ", "RLRE"))]


@pytest.mark.clause("5.4.3")
@pytest.mark.parametrize("policy", range(4))
@pytest.mark.parametrize("protection", PROTECTIONS)
def test_less_protection_than_the_policy_asks_for_is_not_sent(policy: int, protection: Protection) -> None:
    client, _ = pair(policy=policy)
    if protection in TAKEN[policy]:
        client.protect(GET_REQUEST, protection=protection)
    else:
        with pytest.raises(PolicyError):
            client.protect(GET_REQUEST, protection=protection)


@pytest.mark.clause("5.4.3")
@pytest.mark.parametrize("policy", range(4))
@pytest.mark.parametrize("protection", PROTECTIONS)
@pytest.mark.parametrize("form", [Form.SERVICE_GLO, Form.GENERAL_GLO])
def test_less_protection_than_the_policy_asks_for_is_not_taken(policy: int, protection: Protection, form: Form) -> None:
    client, _ = pair(policy=0)
    _, server = pair(policy=policy)
    octets = client.protect(GET_REQUEST, protection=protection, form=form)
    if protection in TAKEN[policy]:
        unprotected = server.unprotect(octets)
        assert unprotected.apdu == GET_REQUEST
        assert unprotected.status.protection is protection
    else:
        with pytest.raises(DecipheringError):
            server.unprotect(octets)


@pytest.mark.clause("5.4.3")
@pytest.mark.parametrize("policy", range(4))
def test_without_security_options_the_policy_decides(policy: int) -> None:
    client, server = pair(policy=policy)
    assert server.unprotect(client.protect(GET_REQUEST)).status.protection == policy << 4


@pytest.mark.clause("6.5")
def test_table_12_security_options_and_security_status_go_with_each_message() -> None:
    client, server = pair(policy=1)
    strong = server.unprotect(client.protect(GET_REQUEST, protection=Protection.AUTHENTICATED_ENCRYPTION))
    usual = server.unprotect(client.protect(GET_REQUEST))
    plain = client.unprotect(EXCEPTION_RESPONSE)
    assert strong.status == SecurityStatus(Protection.AUTHENTICATED_ENCRYPTION, Form.SERVICE_GLO, KeySet.UNICAST)
    assert (strong.status.authenticated, strong.status.encrypted) == (True, True)
    assert (usual.status.authenticated, usual.status.encrypted) == (True, False)
    assert (plain.status.authenticated, plain.status.encrypted) == (False, False)
    assert (plain.status.form, plain.invocation_counter) == (None, None)


@pytest.mark.clause("7.2.2")
def test_table_34_a_context_without_ciphering_has_only_plain_apdus() -> None:
    client = context(policy=0, local=CLIENT, peer=TITLE, ciphered=False)
    octets = context(policy=0).protect(GET_RESPONSE, protection=Protection.AUTHENTICATED_ENCRYPTION)
    with pytest.raises(DecipheringError):
        client.unprotect(octets)
    with pytest.raises(PolicyError):
        client.protect(GET_REQUEST, protection=Protection.AUTHENTICATION)
    assert client.protect(GET_REQUEST) == GET_REQUEST
    assert client.unprotect(GET_RESPONSE).apdu == GET_RESPONSE


@pytest.mark.clause("7.2.2")
@pytest.mark.parametrize("policy", [1, 2, 3])
def test_table_34_a_context_without_ciphering_has_no_policy(policy: int) -> None:
    with pytest.raises(PolicyError):
        context(policy=policy, ciphered=False)
    plain = context(policy=0, ciphered=False)
    with pytest.raises(PolicyError):
        plain.strengthen(policy)
    assert plain.policy == 0


@pytest.mark.clause("7.2.2")
def test_table_34_a_context_with_ciphering_has_both_where_the_policy_lets_it() -> None:
    client, server = pair(policy=0)
    assert server.unprotect(client.protect(GET_REQUEST)).apdu == GET_REQUEST
    ciphered = client.protect(GET_REQUEST, protection=Protection.AUTHENTICATED_ENCRYPTION)
    assert server.unprotect(ciphered).apdu == GET_REQUEST


@pytest.mark.parametrize("policy", range(4))
@pytest.mark.parametrize("apdu", PASS_PLAIN, ids=lambda apdu: f"{apdu[0]:02X}")
def test_what_passes_plain_under_every_policy_is_never_authenticated(policy: int, apdu: bytes) -> None:
    client, _ = pair(policy=policy)
    unprotected = client.unprotect(apdu)
    assert unprotected.apdu == apdu
    assert not unprotected.status.authenticated


@pytest.mark.parametrize("apdu", PASS_PLAIN, ids=lambda apdu: f"{apdu[0]:02X}")
def test_what_may_pass_plain_must_be_an_apdu(apdu: bytes) -> None:
    client, _ = pair()
    for broken in (apdu[:1], apdu[:-1], apdu[:1] + bytes.fromhex("1E3001234567411312FF935A47566827C467BC")):
        with pytest.raises(DecipheringError):
            client.unprotect(broken)


@pytest.mark.parametrize("policy", [1, 2, 3])
def test_everything_else_is_refused_plain(policy: int) -> None:
    _, server = pair(policy=policy)
    for tag in range(256):
        if tag not in (0x60, 0x61, 0x62, 0x63, 0x0E, 0xD8):
            with pytest.raises(DecipheringError):
                server.unprotect(bytes((tag,)) + GET_REQUEST[1:])
    with pytest.raises(DecipheringError):
        server.unprotect(INITIATE_REQUEST)


@pytest.mark.parametrize("apdu", PASS_PLAIN, ids=lambda apdu: f"{apdu[0]:02X}")
def test_acse_and_exception_response_are_sent_as_they_are(apdu: bytes) -> None:
    client, _ = pair()
    if apdu is CONFIRMED_SERVICE_ERROR:
        assert client.protect(apdu, protection=Protection.NONE) == apdu
    else:
        assert client.protect(apdu) == apdu
        with pytest.raises(PolicyError):
            client.protect(apdu, protection=Protection.AUTHENTICATED_ENCRYPTION)


@pytest.mark.clause("5.4.3")
@pytest.mark.parametrize("present", range(4))
@pytest.mark.parametrize("new", range(4))
def test_a_policy_is_strengthened_and_never_weakened(present: int, new: int) -> None:
    server = context(policy=present)
    if TAKEN[new] <= TAKEN[present]:
        server.strengthen(new)
        assert server.policy == new
        if new:
            with pytest.raises(DecipheringError):
                server.unprotect(GET_REQUEST)
    else:
        with pytest.raises(PolicyError):
            server.strengthen(new)
        assert server.policy == present


def test_a_policy_that_the_keys_do_not_allow_is_not_taken() -> None:
    server = context(policy=2, use=keys(authentication_key=None))
    with pytest.raises(KeyMaterialError):
        server.strengthen(3)
    assert server.policy == 2


@pytest.mark.parametrize("number", [-1, 4, 0x10, "3", None])
def test_policies_and_suites_that_do_not_exist(number: int) -> None:
    with pytest.raises(PolicyError):
        context(policy=number)
    with pytest.raises(PolicyError):
        context().strengthen(number)


@pytest.mark.parametrize("protection", [0x31, 0x40, 0x70, 0xB0, -1])
def test_protection_is_nothing_but_the_two_bits(protection: int) -> None:
    client, _ = pair(policy=0)
    with pytest.raises(PolicyError):
        client.protect(GET_REQUEST, protection=protection)
    with pytest.raises(PolicyError):
        client.protect(GET_REQUEST, protection=Protection.AUTHENTICATION, key_set=True)


@pytest.mark.filterwarnings("default::xdlms.security.WeakSecurityWarning")
def test_encryption_only_warns_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_warned", set())
    client, server = pair(policy=2)
    with pytest.warns(WeakSecurityWarning, match="encryption only") as caught:
        server.unprotect(client.protect(GET_REQUEST))
    assert [warning.filename for warning in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        server.unprotect(client.protect(GET_REQUEST))


def test_a_warning_that_is_an_error_costs_no_counter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_warned", set())
    client, server = pair(policy=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(WeakSecurityWarning):
            client.protect(GET_REQUEST)
    assert server.unprotect(client.protect(GET_REQUEST)).invocation_counter == 1


@pytest.mark.clause("5.4.3")
def test_rules_that_say_the_same_share_what_they_say() -> None:
    def rules(policy: SecurityPolicy, *, ciphered: bool = True) -> Rules:
        return Rules(standard_tags(), SecuritySuite(0), policy, ciphered=ciphered)

    strict = rules(SecurityPolicy.AUTHENTICATED_AND_ENCRYPTED)
    assert strict.statuses is rules(SecurityPolicy.AUTHENTICATED_AND_ENCRYPTED).statuses
    assert all(status.authenticated and status.encrypted for status in strict.statuses.values())
    assert len(rules(SecurityPolicy.NOTHING).statuses) == 3 * len(strict.statuses)
    assert not rules(SecurityPolicy.NOTHING, ciphered=False).statuses
