"""Deciphering captures: verified, unverified, failed, replayed (clauses 5.4.6 to 5.4.8; Annex C)."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import VECTORS, vectors
from security.support import (
    AK,
    CLIENT,
    EK,
    GET_REQUEST,
    GET_RESPONSE,
    INITIATE_REQUEST,
    INITIATE_RESPONSE,
    TITLE,
    context,
    keys,
    pair,
)

from xdlms.profiles.framing import unframe
from xdlms.profiles.packets import Packet
from xdlms.security import (
    Decipherer,
    DecipherStatus,
    Form,
    Key,
    KeyEntry,
    Keys,
    KeySet,
    KeyStore,
    MemoryCounterStore,
    Protection,
    SecurityContext,
)
from xdlms_apdu.v2023 import AARE, AARQ, DataNotification, decode

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
ACSE = {vector["name"]: bytes.fromhex(vector["hex"]) for vector in vectors("ciphered_suite0")}
BOTH = Protection.AUTHENTICATED_ENCRYPTION


def store(title: bytes = TITLE, **changed: bytes | None) -> KeyStore:
    return KeyStore({title: KeyEntry(keys=keys(**changed))})


def capture(name: str) -> tuple[list[bytes], KeyEntry]:
    """The APDUs of a capture, and the keys that its file names."""
    path: Path = VECTORS / "captures" / f"{name}.hex"
    given, octets = {}, b""
    for line in path.read_text("ascii").splitlines():
        if line.startswith("# ") and ": " in line:
            label, value = line[2:].split(": ", 1)
            given[label] = value
        elif not line.startswith("#"):
            octets += bytes.fromhex(line)
    found = {
        "global_unicast_encryption_key": Key.from_hex(given["encryption_key"]),
        "authentication_key": Key.from_hex(given["authentication_key"]) if "authentication_key" in given else None,
    }
    apdus = [item.apdu for item in unframe(octets).items if isinstance(item, Packet)]
    return apdus, KeyEntry(keys=Keys(**found))


def test_the_push_under_general_glo_ciphering_is_verified_and_decodes() -> None:
    (apdu,), entry = capture("push-wrapper-general-glo-ciphering")
    result = Decipherer(KeyStore({apdu[2:10]: entry})).decipher(apdu)
    assert result is not None
    assert (result.status, result.path, result.sender) == (DecipherStatus.VERIFIED, "$", apdu[2:10])
    assert result.apdu is not None
    assert isinstance(decode(result.apdu), DataNotification)


def test_the_push_of_the_kaifa_meter_is_deciphered_loudly_and_decodes_to_its_registers() -> None:
    (apdu,), entry = capture("push-kaifa-mbus-encrypted")
    result = Decipherer(KeyStore({apdu[2:10]: entry})).decipher(apdu)
    assert result is not None
    assert result.status is DecipherStatus.UNVERIFIED
    assert result.remarks[0].startswith("NOT VERIFIED")
    assert result.remarks[1] == "It was sent without authentication."
    assert result.apdu is not None
    notification = decode(result.apdu)
    assert isinstance(notification, DataNotification)
    values = notification.notification_body.data_value.value
    registers = dict(zip(values[1::3], values[2::3], strict=False))
    assert registers[bytes.fromhex("0100010800FF")] == 1340436
    assert registers[bytes.fromhex("0100200700FF")] == 2345


def test_keys_that_stand_under_another_title_are_pointed_out() -> None:
    apdus, entry = capture("push-wrapper-general-glo-ciphering")
    own = bytes.fromhex("2F19229199164103")
    for titles, keys_of in (((TITLE,), TITLE), ((own,), None), ((TITLE, own), None), ((bytes(8),), None)):
        found = Decipherer(KeyStore(dict.fromkeys(titles, entry))).decipher(apdus[0])
        assert found is not None
        assert (found.verified, found.sender, found.keys_of) == (True, own, keys_of)
        sentence = f"It says that 2F19229199164103 sent it, but the keys that fit are those of {TITLE.hex().upper()}."
        assert found.warnings == ([] if keys_of is None else [sentence])


@pytest.mark.parametrize("name", ["push-wrapper-general-glo-ciphering", "push-kaifa-mbus-encrypted"])
def test_a_wrong_key_gives_one_error(name: str) -> None:
    (apdu,), entry = capture(name)
    for wrong in range(40):
        other = KeyEntry(keys=entry.keys.replace(global_unicast_encryption_key=Key(bytes([wrong]) * 16)))
        result = Decipherer(KeyStore({apdu[2:10]: other})).decipher(apdu)
        assert result is not None
        assert (result.status, result.apdu) == (DecipherStatus.FAILED, None)
        assert result.remarks == ["It cannot be deciphered: none of the keys fits, or the octets were changed."]
    for cut in (apdu[:-1], apdu[:40], apdu[:1]):
        result = Decipherer(KeyStore({apdu[2:10]: entry})).decipher(cut)
        assert result is not None
        assert result.status is DecipherStatus.FAILED


def test_without_the_authentication_key_it_is_deciphered_loudly() -> None:
    octets = context().protect(GET_RESPONSE)
    result = Decipherer(store(authentication_key=None), server_title=TITLE).decipher(octets)
    assert result is not None
    assert (result.status, result.apdu) == (DecipherStatus.UNVERIFIED, GET_RESPONSE)
    assert "NOT VERIFIED" in result.remarks[0]
    assert "authentication key" in result.remarks[1]


def test_with_the_authentication_key_a_wrong_tag_is_never_deciphered() -> None:
    octets = context().protect(GET_RESPONSE)
    result = Decipherer(store(), server_title=TITLE).decipher(octets[:-1] + bytes([octets[-1] ^ 1]))
    assert result is not None
    assert (result.status, result.apdu) == (DecipherStatus.FAILED, None)


@pytest.mark.clause("Annex C")
@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("AARQ LN ciphered, LLS, calling-AP-title", INITIATE_REQUEST),
        ("AARE LN ciphered accepted (assembled)", INITIATE_RESPONSE),
        ("RLRQ ciphered", INITIATE_REQUEST),
        ("RLRE ciphered", INITIATE_RESPONSE),
    ],
)
def test_ciphered_user_information_by_the_title_of_the_sender(name: str, plain: bytes) -> None:
    known = {"client_title": TITLE} if name.startswith("RLRQ") else {"server_title": TITLE}
    result = Decipherer(store(), **known).decipher(ACSE[name])
    assert result is not None
    assert (result.status, result.path, result.apdu) == (DecipherStatus.VERIFIED, "$.user-information", plain)


def association() -> list[bytes]:
    """A whole conversation with a dedicated key."""
    client, server = pair()
    key = client.new_dedicated_key()
    request = client.protect(b"\x01\x01\x10" + key.reveal() + INITIATE_REQUEST[19:])
    server.take_dedicated_key(server.unprotect(request))
    aarq = AARQ.decode(ACSE["AARQ LN ciphered, LLS, calling-AP-title"])
    aarq.calling_ap_title = CLIENT
    aarq.user_information = request
    aare = AARE.decode(ACSE["AARE LN ciphered accepted (assembled)"])
    aare.user_information = server.protect(INITIATE_RESPONSE)
    return [
        aarq.encode(),
        aare.encode(),
        client.protect(GET_REQUEST),
        server.protect(GET_RESPONSE),
        client.protect(GET_REQUEST, form=Form.SERVICE_DED),
        server.protect(GET_RESPONSE, form=Form.SERVICE_DED),
        client.protect(GET_REQUEST, form=Form.GENERAL_DED),
        server.protect(GET_RESPONSE, form=Form.GENERAL_GLO),
    ]


def test_titles_and_the_dedicated_key_come_from_the_association() -> None:
    """The keys file knows the meter only; the client has a title of its own."""
    decipherer = Decipherer(store())
    results = [decipherer.decipher(octets) for octets in association()]
    assert [result and result.status for result in results] == [DecipherStatus.VERIFIED] * 8
    assert [result and result.sender for result in results] == [CLIENT, TITLE] * 4
    assert not any(result and (result.repeats or result.goes_back) for result in results)


def test_a_new_association_voids_the_dedicated_key_of_the_last_one() -> None:
    decipherer = Decipherer(store())
    one, other = association(), association()
    for octets in one[:2]:
        decipherer.decipher(octets)
    plain = AARQ.decode(other[0])
    plain.user_information = None
    assert decipherer.decipher(plain.encode()) is None
    result = decipherer.decipher(one[4])
    assert result is not None
    assert result.status is DecipherStatus.FAILED


def test_a_message_in_the_middle_of_a_conversation_is_found_by_all_titles() -> None:
    many = KeyStore({bytes([n]) * 8: KeyEntry(keys=keys(authentication_key=bytes([n]) * 16)) for n in range(20)})
    many.add(TITLE, KeyEntry(keys=keys()))
    result = Decipherer(many).decipher(context().protect(GET_RESPONSE))
    assert result is not None
    assert (result.status, result.sender) == (DecipherStatus.VERIFIED, TITLE)


OTHER = bytes.fromhex("4B464D1020304050")
EVENT = bytes.fromhex("C2000003 0100010800FF 02 0600000001")


def two_meters() -> tuple[SecurityContext, SecurityContext, KeyStore]:
    """Two meters with keys of their own, and the keys of both."""
    others = keys(global_unicast_encryption_key=bytes(range(32, 48)), authentication_key=bytes(range(48, 64)))
    both = KeyStore({TITLE: KeyEntry(keys=keys()), OTHER: KeyEntry(keys=others)})
    return context(first_counter=1), context(local=OTHER, use=others, first_counter=1), both


@pytest.mark.clause("5.4.6")
@pytest.mark.parametrize("protection", [BOTH, Protection.AUTHENTICATION, Protection.ENCRYPTION])
def test_a_capture_of_two_meters_is_deciphered_with_the_keys_of_each(protection: Protection) -> None:
    one, other, both = two_meters()
    senders = (one, other, other, one, other)
    decipherer = Decipherer(both)
    for sender in senders:
        result = decipherer.decipher(with_policy(sender, protection))
        assert result is not None
        assert (result.apdu, result.sender) == (EVENT, sender.local_title)


def with_policy(sender: SecurityContext, protection: Protection) -> bytes:
    """An event, protected as asked: with less than policy 3 by a context without a policy."""
    free = context(policy=0, local=sender.local_title, use=sender.keys, store=sender.store)
    return free.protect(EVENT, protection=protection)


@pytest.mark.clause("5.4.6")
def test_a_title_that_fitted_or_was_told_hides_no_other_meter() -> None:
    one, other, both = two_meters()
    decipherer = Decipherer(both, server_title=TITLE)
    octets = [
        one.protect(GET_RESPONSE),
        other.protect(GET_RESPONSE),
        other.protect(GET_RESPONSE, form=Form.GENERAL_GLO),
        one.protect(GET_RESPONSE),
        other.protect(GET_RESPONSE),
    ]
    results = [decipherer.decipher(one) for one in octets]
    assert [result and result.status for result in results] == [DecipherStatus.VERIFIED] * 5
    assert [result and result.sender for result in results] == [TITLE, OTHER, OTHER, TITLE, OTHER]


@pytest.mark.clause("5.4.6")
def test_a_general_title_is_not_passed_off_as_another() -> None:
    one, _, both = two_meters()
    octets = one.protect(GET_RESPONSE, form=Form.GENERAL_GLO)
    decipherer = Decipherer(both)
    assert decipherer.decipher(octets) is not None
    result = decipherer.decipher(octets.replace(TITLE, OTHER))
    assert result is not None
    assert (result.status, result.apdu) == (DecipherStatus.FAILED, None)


@pytest.mark.clause("Annex C")
def test_a_plain_aarq_voids_the_titles_of_the_last_association() -> None:
    """The second association tells no titles; the client's is still among those that are tried."""
    decipherer = Decipherer(store())
    before = association()
    for octets in before:
        decipherer.decipher(octets)
    plain = AARQ.decode(before[0])
    plain.user_information = None
    plain.calling_ap_title = None
    assert decipherer.decipher(plain.encode()) is None
    assert (decipherer._client, decipherer._server) == (None, None)
    client, server = pair()
    results = [decipherer.decipher(octets) for octets in (client.protect(GET_REQUEST), server.protect(GET_RESPONSE))]
    assert [result and result.sender for result in results] == [CLIENT, TITLE]


def test_replayed_counters_are_pointed_out() -> None:
    _, server = pair()
    one, two, three = (server.protect(GET_RESPONSE) for _ in range(3))
    again = context(store=MemoryCounterStore(first_counter=2)).protect(GET_RESPONSE[:-1] + b"\0")
    decipherer = Decipherer(store(), server_title=TITLE)
    results = [decipherer.decipher(octets) for octets in (one, three, one, two, again, three)]
    assert [(result.repeats, result.goes_back) for result in results if result] == [
        (None, False),
        (None, False),
        (1, True),
        (None, True),
        (4, True),
        (2, False),
    ]
    replay = results[2]
    assert replay is not None
    assert any("REPLAY" in remark and "APDU 1" in remark for remark in replay.remarks)
    assert results[3] is not None
    assert any("out of order" in remark for remark in results[3].remarks)


def test_broadcasts_take_the_broadcast_key() -> None:
    client, _ = pair()
    octets = client.protect(GET_REQUEST, key_set=KeySet.BROADCAST)
    result = Decipherer(store(), client_title=CLIENT).decipher(octets)
    assert result is not None
    assert result.status is DecipherStatus.VERIFIED
    result = Decipherer(store(global_broadcast_encryption_key=None), client_title=CLIENT).decipher(octets)
    assert result is not None
    assert result.status is DecipherStatus.FAILED


def test_a_dedicated_key_from_the_keys_file() -> None:
    client = context(local=CLIENT, peer=TITLE, random=lambda n: bytes(n))
    client.new_dedicated_key()
    entry = KeyEntry(keys=keys(), dedicated_key=Key(bytes(16)))
    octets = client.protect(GET_REQUEST, form=Form.SERVICE_DED)
    result = Decipherer(KeyStore({TITLE: entry}), client_title=CLIENT).decipher(octets)
    assert result is not None
    assert result.status is DecipherStatus.VERIFIED


@pytest.mark.parametrize("octets", [b"", GET_REQUEST, b"\x60", b"\x61\x02\x00\x00", b"\xff", bytes(100)])
def test_what_is_not_ciphered_is_none_of_its_business(octets: bytes) -> None:
    assert Decipherer(store()).decipher(octets) is None


@pytest.mark.parametrize(
    "octets",
    [
        bytes.fromhex("DD") + bytes(50),
        bytes.fromhex("DF") + bytes(50),
        bytes.fromhex("C81E31") + bytes(29),
        bytes.fromhex("C81EB0") + bytes(29),
        bytes.fromhex("C81E00") + bytes(29),
    ],
)
def test_what_is_not_supported_is_said(octets: bytes) -> None:
    result = Decipherer(store()).decipher(octets)
    assert result is not None
    assert result.status is DecipherStatus.NOT_SUPPORTED


def test_no_octets_make_it_raise() -> None:
    decipherer = Decipherer(store())
    for octets in [*association(), *ACSE.values()]:
        for at in range(len(octets)):
            for changed in (octets[:at], octets[:at] + bytes([octets[at] ^ 0xFF]) + octets[at + 1 :]):
                decipherer.decipher(changed)


def test_deciphering_never_moves_a_context() -> None:
    """What a capture shows is no evidence for a live association: they share nothing."""
    client, server = pair()
    octets = client.protect(GET_REQUEST)
    Decipherer(store(), client_title=CLIENT).decipher(octets)
    assert isinstance(server, SecurityContext)
    assert server.unprotect(octets).apdu == GET_REQUEST
    assert EK != AK
