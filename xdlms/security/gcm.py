"""AES-GCM as clause 5.4.8 uses it: what is plaintext, what is associated data (Table 5), tags of 12 octets.

+---------------------------+----------------------+-------------------+----------------------+
| protection                | plaintext for GCM    | associated data   | sent                 |
+===========================+======================+===================+======================+
| authentication only       | none                 | SC AK APDU        | APDU, T              |
| encryption only           | APDU                 | none              | ciphertext           |
| authenticated encryption  | APDU                 | SC AK             | ciphertext, T        |
+---------------------------+----------------------+-------------------+----------------------+

SC is the security control octet, AK the authentication key. The initialization vector is the sender's
system title (8 octets) and the invocation counter (4 octets).

Tags are verified by computing them again and comparing in constant time: decryption of the
`cryptography` package takes only tags of 16 octets in its fast interface. GCM deciphers by enciphering
(counter mode is its own inverse), so the plaintext that is authenticated again is at hand; it does not
leave `open` before the tag was found right.

No method here raises on any octets: its frames hold the authentication key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq

from xdlms.security.envelope import OCTETS
from xdlms.security.secret import Key
from xdlms.security.suite import AUTHENTICATION_BIT, ENCRYPTION_BIT, TAG_LENGTH

_FULL_TAG: Final = 16
_KEPT: Final = _FULL_TAG - TAG_LENGTH
_BOTH: Final = AUTHENTICATION_BIT | ENCRYPTION_BIT


class Gcm:
    """AES-GCM with one encryption key, and the authentication key where there is one."""

    __slots__ = ("_encrypt", "_associated_data", "can_authenticate")

    def __init__(self, encryption_key: Key, authentication_key: Key | None) -> None:
        self._encrypt = AESGCM(encryption_key.reveal()).encrypt
        self._associated_data = _associated_data(authentication_key)
        self.can_authenticate = authentication_key is not None

    def seal(self, control: int, nonce: bytes, apdu: bytes) -> bytes:
        """What follows the security header: the protected APDU, and the tag where `control` asks for one.

        `nonce` must never have been used with this key before; `control` must ask for a protection
        that the keys allow.
        """
        protection = control & _BOTH
        if protection == _BOTH:
            return self._encrypt(nonce, apdu, self._associated_data(control))[:-_KEPT]
        if protection == ENCRYPTION_BIT:
            return self._encrypt(nonce, apdu, None)[:-_FULL_TAG]
        return apdu + self.mac(control, nonce, apdu)

    def open(self, control: int, nonce: bytes, content: bytes) -> bytes | None:
        """The plain APDU, or None when the tag is wrong or missing; without authentication, whatever comes out."""
        protection = control & _BOTH
        if protection == ENCRYPTION_BIT:
            return self._encrypt(nonce, content, None)[:-_FULL_TAG]
        if not self.can_authenticate or len(content) <= TAG_LENGTH:
            return None
        tag = content[-TAG_LENGTH:]
        if protection == _BOTH:
            plain = self._encrypt(nonce, content[:-TAG_LENGTH], None)[:-_FULL_TAG]
            expected = self._encrypt(nonce, plain, self._associated_data(control))[-_FULL_TAG:-_KEPT]
        else:
            plain = content[:-TAG_LENGTH]
            expected = self.mac(control, nonce, plain)
        return plain if bytes_eq(expected, tag) else None

    def open_unverified(self, control: int, nonce: bytes, content: bytes) -> bytes:
        """What stands in an APDU whose tag is not looked at: for showing captures, never for acting on them."""
        if control & AUTHENTICATION_BIT:
            content = content[:-TAG_LENGTH]
        return self._encrypt(nonce, content, None)[:-_FULL_TAG] if control & ENCRYPTION_BIT else content

    def mac(self, control: int, nonce: bytes, octets: bytes) -> bytes:
        """The tag over SC, AK and `octets` with nothing to encipher: authentication only, and HLS with GMAC."""
        return self._encrypt(nonce, b"", self._associated_data(control) + octets)[:TAG_LENGTH]


def _associated_data(authentication_key: Key | None) -> Callable[[int], bytes]:
    key = b"" if authentication_key is None else authentication_key.reveal()
    return lambda control: OCTETS[control] + key
