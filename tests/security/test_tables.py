"""Tables 3, 5, 6 and 7, and Annex C, octet by octet, as far as published examples exist.

What has no published example, and is proved by round trips and by its definition instead: authentication
only and encryption only of anything but the GET.request of Table 6, broadcast and dedicated keys, and an
AARE of Annex C that is verbatim (the one here is assembled around the published glo-initiateResponse).
"""

from typing import Any

import pytest
from conftest import vectors
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from security.support import (
    AK,
    CLIENT,
    COUNTER,
    EK,
    GET_REQUEST,
    INITIATE_REQUEST,
    INITIATE_RESPONSE,
    TITLE,
    context,
    keys,
)

from xdlms.security import (
    DecipheringError,
    Form,
    GmacHls,
    HlsHandshake,
    Key,
    KeySet,
    MemoryCounterStore,
    Protection,
    Role,
    SecurityStatus,
    unwrap_key,
    wrap_key,
)
from xdlms.security.gcm import Gcm
from xdlms_apdu.v2023 import AARE, AARQ, RLRE, RLRQ

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
SUITE_0 = {vector["name"]: vector for vector in vectors("ciphered_suite0")}
CRYPTO = {vector["name"]: vector for vector in vectors("crypto")}
LATER = {vector["name"]: vector for vector in vectors("later_edition")}
PROTECTION = {
    "authentication only": Protection.AUTHENTICATION,
    "encryption only": Protection.ENCRYPTION,
    "authenticated encryption": Protection.AUTHENTICATED_ENCRYPTION,
}
GET_EXAMPLES = [
    (f"glo-get-request {name}{title}", protection)
    for name, protection in PROTECTION.items()
    for title in ("", ", system title 4B414D1234567890")
]


def hexed(vector: dict[str, Any], *path: str) -> bytes:
    value: Any = vector
    for name in path:
        value = value[name]
    return bytes.fromhex(value)


@pytest.mark.clause("5.4.8")
def test_gcm_test_case_3_with_a_tag_cut_to_96_bits() -> None:
    vector = CRYPTO["AES-GCM test case 3 (McGrew/Viega, NIST)"]
    plaintext = hexed(vector, "meaning", "plaintext")
    sealed = AESGCM(hexed(vector, "meaning", "key")).encrypt(hexed(vector, "meaning", "iv"), plaintext, None)
    assert sealed[: len(plaintext)] == hexed(vector, "hex")
    assert sealed[len(plaintext) :][:12] == hexed(vector, "meaning", "tag_96")


@pytest.mark.clause("5.4.8")
@pytest.mark.parametrize(("protection", "control"), [(p, int(p)) for p in PROTECTION.values()])
def test_table_5_what_is_plaintext_and_what_is_associated_data(protection: Protection, control: int) -> None:
    nonce = TITLE + COUNTER.to_bytes(4, "big")
    sealed = Gcm(Key(EK), Key(AK)).seal(control, nonce, GET_REQUEST)
    octet = bytes((control,))
    if protection is Protection.AUTHENTICATION:
        assert sealed == GET_REQUEST + AESGCM(EK).encrypt(nonce, b"", octet + AK + GET_REQUEST)[:12]
    elif protection is Protection.ENCRYPTION:
        assert sealed == AESGCM(EK).encrypt(nonce, GET_REQUEST, b"")[: len(GET_REQUEST)]
    else:
        assert sealed == AESGCM(EK).encrypt(nonce, GET_REQUEST, octet + AK)[: len(GET_REQUEST) + 12]


@pytest.mark.clause("5.4.8")
@pytest.mark.parametrize(("name", "protection"), GET_EXAMPLES)
def test_table_6_the_protected_get_request_is_sent(name: str, protection: Protection) -> None:
    vector = SUITE_0[name]
    sender = context(policy=0, local=hexed(vector, "meaning", "system_title"))
    assert sender.protect(GET_REQUEST, protection=protection) == hexed(vector, "hex")


@pytest.mark.clause("5.4.8")
@pytest.mark.parametrize(("name", "protection"), GET_EXAMPLES)
def test_table_6_the_protected_get_request_is_received(name: str, protection: Protection) -> None:
    vector = SUITE_0[name]
    receiver = context(policy=0, local=CLIENT, peer=hexed(vector, "meaning", "system_title"))
    unprotected = receiver.unprotect(hexed(vector, "hex"))
    assert unprotected.apdu == hexed(vector, "meaning", "plaintext")
    assert unprotected.status == SecurityStatus(protection, Form.SERVICE_GLO, KeySet.UNICAST)
    assert unprotected.invocation_counter == COUNTER


@pytest.mark.clause("5.4.8")
def test_table_6_under_another_title_is_refused() -> None:
    receiver = context(policy=0, local=CLIENT, peer=bytes.fromhex("4D4D4D0000BC614F"))
    with pytest.raises(DecipheringError):
        receiver.unprotect(hexed(SUITE_0["glo-get-request authenticated encryption"], "hex"))


@pytest.mark.clause("5.4.8")
@pytest.mark.parametrize("name", ["GMAC f(StoC)", "GMAC f(CtoS)"])
def test_table_7_the_gmac_itself(name: str) -> None:
    vector = CRYPTO[name]
    aad, iv = hexed(vector, "meaning", "aad"), hexed(vector, "meaning", "iv")
    assert aad[1:17] == AK
    assert Gcm(Key(hexed(vector, "meaning", "key")), Key(AK)).mac(aad[0], iv, aad[17:]) == hexed(vector, "hex")


@pytest.mark.clause("5.4.8")
def test_table_7_hls_with_gmac_both_ways() -> None:
    """The four passes with the challenges, titles and counters of the example."""
    client = context(policy=0, local=CLIENT, peer=TITLE, store=MemoryCounterStore(first_counter=1))
    server = context(policy=0, local=TITLE, peer=CLIENT, store=MemoryCounterStore(first_counter=COUNTER))
    at_client = HlsHandshake(role=Role.CLIENT, function=GmacHls(client), random=lambda _: b"K56iVagY", length=8)
    at_server = HlsHandshake(role=Role.SERVER, function=GmacHls(server), random=lambda _: b"P6wRJ21F", length=8)
    at_server.receive_challenge(at_client.challenge)
    at_client.receive_challenge(at_server.challenge)
    f_stoc = at_client.reply()
    assert f_stoc.hex().upper() == "10000000011A52FE7DD3E72748973C1E28"
    assert hexed(SUITE_0["HLS GMAC pass 3: Action-Request reply_to_HLS f(StoC)"], "hex").endswith(f_stoc)
    at_server.verify(f_stoc)
    f_ctos = at_server.reply()
    assert f_ctos.hex().upper() == "1001234567FE1466AFB3DBCD4F9389E2B7"
    assert hexed(SUITE_0["HLS GMAC pass 4: Action-Response f(CtoS)"], "hex").endswith(f_ctos)
    at_client.verify(f_ctos)


@pytest.mark.clause("Annex C")
@pytest.mark.parametrize(
    ("name", "plain"), [("glo-initiateRequest", INITIATE_REQUEST), ("glo-initiateResponse", INITIATE_RESPONSE)]
)
def test_annex_c_the_ciphered_initiate_apdus(name: str, plain: bytes) -> None:
    octets = hexed(SUITE_0[name], "hex")
    assert plain == hexed(SUITE_0[name], "meaning", "plaintext")
    assert context().protect(plain) == octets
    assert context(local=CLIENT, peer=TITLE).unprotect(octets).apdu == plain


@pytest.mark.clause("Annex C")
@pytest.mark.parametrize(
    ("name", "plain", "kind"),
    [
        ("AARQ LN ciphered, LLS, calling-AP-title", INITIATE_REQUEST, AARQ),
        ("AARE LN ciphered accepted (assembled)", INITIATE_RESPONSE, AARE),
        ("RLRQ ciphered", INITIATE_REQUEST, RLRQ),
        ("RLRE ciphered", INITIATE_RESPONSE, RLRE),
    ],
)
def test_annex_c_the_acse_apdus_with_ciphered_user_information(name: str, plain: bytes, kind: Any) -> None:
    octets = hexed(SUITE_0[name], "hex")
    apdu = kind.decode(octets)
    assert apdu.user_information == context().protect(plain)
    assert context(local=CLIENT, peer=TITLE).unprotect(apdu.user_information).apdu == plain
    apdu.user_information = context().protect(plain)
    assert apdu.encode() == octets


@pytest.mark.clause("5.4.7")
def test_aes_key_wrap_of_rfc_3394() -> None:
    vector = CRYPTO["AES-128 key wrap (RFC 3394 4.1)"]
    master, key = Key(hexed(vector, "meaning", "kek")), Key(hexed(vector, "meaning", "key_data"))
    assert wrap_key(key, master_key=master) == hexed(vector, "hex")
    assert unwrap_key(hexed(vector, "hex"), master_key=master) == key


def test_general_glo_ciphering_of_the_get_request() -> None:
    octets = hexed(LATER["General-Glo-Ciphering of the standard Get-Request"], "hex")
    assert context().protect(GET_REQUEST, form=Form.GENERAL_GLO) == octets
    unprotected = context(local=CLIENT, peer=TITLE).unprotect(octets)
    assert unprotected.apdu == GET_REQUEST
    assert unprotected.status.form is Form.GENERAL_GLO


def test_general_ded_ciphering_of_the_get_request() -> None:
    octets = hexed(LATER["General-Ded-Ciphering of the standard Get-Request"], "hex")
    other = keys(global_unicast_encryption_key=bytes(16))
    receiver = context(local=CLIENT, peer=TITLE, use=other, random=lambda _: EK)
    with pytest.raises(DecipheringError):
        receiver.unprotect(octets)
    receiver.new_dedicated_key()
    assert receiver.unprotect(octets).apdu == GET_REQUEST


def test_general_glo_ciphering_without_a_title_takes_the_one_of_the_association() -> None:
    octets = context().protect(GET_REQUEST, form=Form.GENERAL_GLO)
    without = octets[:1] + b"\x00" + octets[10:]
    assert context(local=CLIENT, peer=TITLE).unprotect(without).apdu == GET_REQUEST


@pytest.mark.clause("5.4.6")
@pytest.mark.parametrize("control", range(256))
def test_table_3_every_security_control_octet(control: int) -> None:
    """Only A, E, and Key_Set with the broadcast key, in suite 0; everything else is refused."""
    nonce = TITLE + COUNTER.to_bytes(4, "big")
    receiver = context(policy=0, local=CLIENT, peer=TITLE, use=keys(global_broadcast_encryption_key=EK))
    body = bytes((control,)) + nonce[8:] + Gcm(Key(EK), Key(AK)).seal(control, nonce, GET_REQUEST)
    octets = bytes((0xC8, len(body))) + body
    if control in (0x10, 0x20, 0x30):
        assert receiver.unprotect(octets).status.protection == control
    elif control in (0x50, 0x60, 0x70):
        assert receiver.unprotect(octets, key_set=KeySet.BROADCAST).status.key_set is KeySet.BROADCAST
    else:
        for key_set in KeySet:
            with pytest.raises(DecipheringError):
                receiver.unprotect(octets, key_set=key_set)
