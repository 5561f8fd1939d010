"""Deciphering the APDUs of a capture with keys of a file, or of the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from xdlms.codec.schema import Syntax

if TYPE_CHECKING:
    from xdlms.security.decipher import Deciphered, Decipherer
    from xdlms.security.keystore import KeyEntry, KeyStore
    from xdlms.security.tags import ApduTags


TITLE_VARIABLE: Final = "XDLMS_SYSTEM_TITLE"
"""The environment variable that says whose the keys in the environment are."""
_PREFIX: Final = "XDLMS_"
_ANY_TITLE: Final = bytes(8)


class KeysError(ValueError):
    """Keys that cannot be used; the message says why, and never what a file or the environment holds."""


class Opened:
    """What came of a ciphered APDU.

    `status` in words; `failed` where the keys did not open it; `verified` where its tag is right; `replayed` where
    its invocation counter was used before in the capture, `goes_back` where an earlier one was higher; `apdu` the
    plain APDU, None where there is none; `keys_of` the system title whose keys fitted, where it is not the sender's;
    `remarks` whole sentences for people, and `warnings` those among them that
    nobody may overlook: a replay and a missing verification; `where` the path of the ciphered APDU.
    """

    __slots__ = (
        "apdu",
        "failed",
        "goes_back",
        "keys_of",
        "remarks",
        "replayed",
        "status",
        "verified",
        "warnings",
        "where",
    )

    def __init__(self, result: Deciphered, *, failed: bool) -> None:
        self.status = result.status.value
        self.failed = failed
        self.verified = result.verified
        self.replayed = result.replayed
        self.goes_back = result.goes_back
        self.keys_of = None if result.keys_of is None else result.keys_of.hex().upper()
        self.apdu = result.apdu
        self.remarks = result.remarks
        self.warnings = result.warnings
        self.where = result.path


class Keys:
    """The keys of a file; each capture is deciphered in a session of its own."""

    __slots__ = ("_store",)

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    @classmethod
    def load(cls, path: str) -> Keys:
        """The keys in the file at `path`; raises KeysError. The form is that of `xdlms.security.keystore`."""
        from xdlms.security.errors import KeyFileError
        from xdlms.security.keystore import KeyStore

        try:
            return cls(KeyStore.load(path))
        except KeyFileError as error:
            message = str(error)
        raise KeysError(message)

    @classmethod
    def given(cls, path: str | None) -> Keys | None:
        """The keys that `given_keys` finds, None where there are none; raises KeysError."""
        if path is None and not any(name.startswith(_PREFIX) for name in os.environ):
            return None  # spares loading what deciphers
        store = given_keys(path)
        return None if store is None else cls(store)

    def session(self, syntax: Syntax | None = None) -> Session:
        """Deciphers one capture; `syntax` is that of the APDUs, where it is not the newest edition's."""
        from xdlms.security.decipher import Decipherer

        return Session(Decipherer(self._store, tags=None if syntax is None else _tags_of(syntax)))


def given_keys(path: str | None) -> KeyStore | None:
    """The keys in the file at `path`; with None, in the file that XDLMS_KEYS_FILE names, and in the environment.

    Keys in the environment (XDLMS_GLOBAL_UNICAST_ENCRYPTION_KEY, ...) are those of the system title in
    XDLMS_SYSTEM_TITLE, 16 hexadecimal digits; without it, of whatever title a capture tells. None where
    no keys are given at all. Raises KeysError.
    """
    from xdlms.security.errors import KeyFileError, KeyMaterialError
    from xdlms.security.keystore import KEYS_FILE_VARIABLE, KeyStore, entry_from_environment

    named = os.environ.get(KEYS_FILE_VARIABLE) if path is None else path
    try:
        store = None if named is None or (not named and path is None) else KeyStore.load(named)
        entry = entry_from_environment(os.environ) if path is None else None
    except (KeyFileError, KeyMaterialError) as error:
        message = str(error)
    else:
        if entry is not None and _deciphers(entry):
            store = KeyStore() if store is None else store
            store.add(_title(os.environ.get(TITLE_VARIABLE)), entry)
        return store
    raise KeysError(message)


def _deciphers(entry: KeyEntry) -> bool:
    """Whether there is a key to decipher with; a password alone is for associations."""
    keys = entry.keys
    every = (keys.global_unicast_encryption_key, keys.global_broadcast_encryption_key, entry.dedicated_key)
    return any(key is not None for key in every)


def _title(digits: str | None) -> bytes:
    """A system title; one that nobody has where none is given: captures tell titles too."""
    if not digits:
        return _ANY_TITLE
    try:
        title = bytes.fromhex(digits)
    except ValueError:
        title = b""
    if len(title) != len(_ANY_TITLE):
        raise KeysError(f"environment variable {TITLE_VARIABLE}: a system title is 16 hexadecimal digits")
    return title


def _tags_of(syntax: Syntax) -> ApduTags | None:
    """The APDUs of a package as ciphering sees them; None for a package without those of the standard."""
    from xdlms.security.tags import ApduTags

    try:
        return ApduTags(syntax.types)
    except (KeyError, ValueError):
        return None


class Session:
    """The keys at work on one capture: `open` takes its APDUs in their order."""

    __slots__ = ("_decipherer",)

    def __init__(self, decipherer: Decipherer) -> None:
        self._decipherer = decipherer

    def open(self, octets: bytes) -> Opened | None:
        """Decipher what is ciphered in the next APDU of the capture; None when nothing in it is."""
        result = self._decipherer.decipher(octets)
        return None if result is None else _opened(result)


def _opened(result: Deciphered) -> Opened:
    from xdlms.security.decipher import DecipherStatus

    return Opened(result, failed=result.status is DecipherStatus.FAILED)
