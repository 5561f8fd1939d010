"""Transport of keys, wrapped with the master key (clause 5.4.7; AES key wrap, RFC 3394).

Security setup (class 64) method 2 carries an array of {key_id, wrapped key}. `wrap_key` makes one,
`unwrap_keys` takes all of one call or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from xdlms.security.errors import KeyMaterialError
from xdlms.security.keys import NOT_KEYS, Keys
from xdlms.security.secret import Key

_INTEGRITY_LENGTH: Final = 8
_NOT_A_KEY: Final = "a key to wrap and a master key are given as Key"


class KeyId(IntEnum):
    """key_id of global_key_transfer; the master key can be transferred in later editions only."""

    GLOBAL_UNICAST_ENCRYPTION_KEY = 0
    GLOBAL_BROADCAST_ENCRYPTION_KEY = 1
    AUTHENTICATION_KEY = 2
    MASTER_KEY = 3

    @property
    def key_name(self) -> str:
        """The name of the key in `Keys`."""
        return self.name.lower()


def wrap_key(key: Key, *, master_key: Key) -> bytes:
    """`key` wrapped for its transport: 8 octets longer than it is.

    Raises:
        KeyMaterialError: the master key is shorter or longer than the key, or one of them is no Key.
    """
    if not isinstance(key, Key) or not isinstance(master_key, Key):
        del key, master_key  # perhaps the octets of keys: no frame that raises holds them
        raise KeyMaterialError(_NOT_A_KEY)
    _check_lengths(key.length, master_key)
    return aes_key_wrap(master_key.reveal(), key.reveal())


def unwrap_key(wrapped: bytes, *, master_key: Key) -> Key:
    """The key in `wrapped`.

    Raises:
        KeyMaterialError: it was not wrapped with this master key, or changed on the way; no more is told. Or
            the master key is no Key.
    """
    if not isinstance(master_key, Key):
        del master_key
        raise KeyMaterialError(_NOT_A_KEY)
    if not isinstance(wrapped, bytes):
        wrapped = b""
    key = _unwrap(wrapped, master_key) if len(wrapped) == master_key.length + _INTEGRITY_LENGTH else None
    if key is None:
        raise KeyMaterialError("a wrapped key is refused: it was not wrapped with this master key, or was changed")
    return key


def unwrap_keys(transferred: Sequence[tuple[int, bytes]], *, keys: Keys) -> Keys:
    """`keys` with those changed that one transfer carries as (key_id, wrapped key): all of them or, on any error, none.

    The answer to the transfer still goes out under the old keys; then give the new ones to
    `SecurityContext.use_keys`.

    Raises:
        KeyMaterialError: there is no master key, a wrapped key is refused, a key_id is unknown or comes
            twice, or there is none at all; or `keys` are no Keys.
    """
    if not isinstance(keys, Keys):
        del keys
        raise KeyMaterialError(NOT_KEYS)
    if keys.master_key is None:
        raise KeyMaterialError("a key transfer needs the master key")
    changed: dict[str, Key] = {}
    for number, wrapped in transferred:
        if number not in KeyId.__members__.values():
            raise KeyMaterialError(f"key_id {number} is not 0 to 3")
        name = KeyId(number).key_name
        if name in changed:
            raise KeyMaterialError(f"key_id {number} comes twice in one transfer")
        changed[name] = unwrap_key(wrapped, master_key=keys.master_key)
    if not changed:
        raise KeyMaterialError("a key transfer carries no key")
    return keys.replace(**changed)


def _unwrap(wrapped: bytes, master_key: Key) -> Key | None:
    # The error is raised by the caller: chained to that of the primitive, it would take its frames along.
    try:
        return Key(aes_key_unwrap(master_key.reveal(), wrapped))
    except InvalidUnwrap:
        return None


def _check_lengths(length: int, master_key: Key) -> None:
    if length != master_key.length:
        raise KeyMaterialError(f"a key of {length} octets is not wrapped with a master key of {master_key.length}")
