"""Deciphering the APDUs of a capture with the keys of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xdlms.security.decipher import Deciphered, Decipherer
    from xdlms.security.keystore import KeyStore


class KeysError(ValueError):
    """A keys file that cannot be used; the message says why, and never what it holds."""


class Opened:
    """What came of a ciphered APDU.

    `status` in words; `failed` where the keys did not open it; `apdu` the plain APDU, None where there is none;
    `remarks` whole sentences for people, a replay and a missing verification among them; `where` the path of the
    ciphered APDU.
    """

    __slots__ = ("apdu", "failed", "remarks", "status", "where")

    def __init__(self, status: str, failed: bool, apdu: bytes | None, remarks: list[str], where: str) -> None:
        self.status = status
        self.failed = failed
        self.apdu = apdu
        self.remarks = remarks
        self.where = where


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

    def session(self) -> Session:
        """Deciphers one capture."""
        from xdlms.security.decipher import Decipherer

        return Session(Decipherer(self._store))


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

    failed = result.status is DecipherStatus.FAILED
    return Opened(result.status.value, failed, result.apdu, result.remarks, result.path)
