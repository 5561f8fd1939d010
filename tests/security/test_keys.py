"""Keys, secrets, and their transport by AES key wrap (clause 5.4.7; Table 4)."""

from __future__ import annotations

import pytest
from security.support import AK, EK, MASTER, keys

from xdlms.security import Key, KeyId, KeyMaterialError, Keys, Secret, unwrap_key, unwrap_keys, wrap_key
from xdlms.security.secret import same_octets


@pytest.mark.parametrize("octets", [b"", bytes(15), bytes(17), bytes(24), bytes(33), "00" * 16, None, 16])
def test_a_key_has_16_or_32_octets(octets: bytes) -> None:
    with pytest.raises(KeyMaterialError):
        Key(octets)
    with pytest.raises(KeyMaterialError):
        Keys(authentication_key=octets) if octets is not None else Key(octets)


@pytest.mark.parametrize("digits", ["", "0", "0G" * 16, "00" * 15, b"00" * 16, None])
def test_a_key_in_hexadecimal(digits: str) -> None:
    with pytest.raises(KeyMaterialError):
        Key.from_hex(digits)
    assert Key.from_hex("00 01 02 03 04 05 06 07 08 09 0a 0B 0C 0D 0E 0F") == Key(EK)


def test_a_key_is_made_from_a_random_source_that_gives_enough() -> None:
    assert Key.generate(lambda n: EK[:n]) == Key(EK)
    for source in (lambda n: EK[: n - 1], lambda n: EK + EK, lambda n: "x" * n):
        with pytest.raises(KeyMaterialError):
            Key.generate(source)


def test_keys_are_compared_by_their_octets() -> None:
    assert Key(EK) == Key(bytearray(EK))
    assert Key(EK) != Key(AK)
    assert Secret(EK) == Key(EK)
    assert Key(EK) != EK
    with pytest.raises(TypeError):
        hash(Key(EK))
    assert not same_octets(b"a", b"ab")
    assert not same_octets("a", b"a")


def test_a_bytearray_is_copied() -> None:
    octets = bytearray(EK)
    key = Key(octets)
    octets[0] ^= 0xFF
    assert key.reveal() == EK


def test_the_keys_of_one_suite_have_one_length() -> None:
    with pytest.raises(KeyMaterialError):
        Keys(global_unicast_encryption_key=bytes(32), authentication_key=AK)


def test_keys_are_replaced_by_name_and_only_by_keys() -> None:
    changed = keys().replace(authentication_key=Key(EK))
    assert changed.authentication_key == Key(EK)
    assert changed.master_key == Key(MASTER)
    for wrong in ({"authentication_key": EK}, {"dedicated_key": Key(EK)}):
        with pytest.raises(KeyMaterialError):
            keys().replace(**wrong)


@pytest.mark.clause("5.4.7")
def test_wrapping_and_unwrapping() -> None:
    wrapped = wrap_key(Key(AK), master_key=Key(MASTER))
    assert len(wrapped) == 24
    assert AK not in wrapped
    assert unwrap_key(wrapped, master_key=Key(MASTER)) == Key(AK)
    with pytest.raises(KeyMaterialError):
        wrap_key(Key(bytes(32)), master_key=Key(MASTER))


@pytest.mark.clause("5.4.7")
def test_a_wrapped_key_that_was_changed_is_refused() -> None:
    wrapped = wrap_key(Key(AK), master_key=Key(MASTER))
    words = set()
    for bit in range(8 * len(wrapped)):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises(KeyMaterialError) as caught:
            unwrap_key(bytes(changed), master_key=Key(MASTER))
        assert caught.value.__context__ is None
        words.add(str(caught.value))
    for other in (b"", wrapped[:-1], wrapped[:16], wrapped + bytes(8), bytes(24)):
        with pytest.raises(KeyMaterialError) as caught:
            unwrap_key(other, master_key=Key(MASTER))
        words.add(str(caught.value))
    with pytest.raises(KeyMaterialError) as caught:
        unwrap_key(wrapped, master_key=Key(EK))
    words.add(str(caught.value))
    assert len(words) == 1


@pytest.mark.clause("5.4.7")
def test_one_transfer_changes_all_of_its_keys_or_none() -> None:
    old = keys()
    master = Key(MASTER)
    wrapped = {number: wrap_key(Key(bytes([number]) * 16), master_key=master) for number in KeyId}
    new = unwrap_keys([(int(number), octets) for number, octets in wrapped.items()], keys=old)
    assert new.global_unicast_encryption_key == Key(bytes(16))
    assert new.global_broadcast_encryption_key == Key(b"\x01" * 16)
    assert new.authentication_key == Key(b"\x02" * 16)
    assert new.master_key == Key(b"\x03" * 16)
    assert old.global_unicast_encryption_key == Key(EK)
    broken = wrapped[KeyId.AUTHENTICATION_KEY][:-1] + b"\x00"
    for wrong in ([(0, wrapped[KeyId(0)]), (2, broken)], [(4, wrapped[KeyId(0)])], [], [(0, wrapped[KeyId(0)])] * 2):
        with pytest.raises(KeyMaterialError):
            unwrap_keys(wrong, keys=old)
    with pytest.raises(KeyMaterialError):
        unwrap_keys([(0, wrapped[KeyId(0)])], keys=keys(master_key=None))
