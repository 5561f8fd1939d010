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

from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq

from xdlms.security.envelope import OCTETS
from xdlms.security.secret import Key
from xdlms.security.suite import AUTHENTICATION_BIT, ENCRYPTION_BIT, TAG_LENGTH

_FULL_TAG_LENGTH: Final = 16
_BOTH: Final = AUTHENTICATION_BIT | ENCRYPTION_BIT
# Of a protected APDU: the tag, and what is in front of it. Of what the primitive gives: the ciphertext; the first
# 12 octets of the tag; both together.
_TAG: Final = slice(-TAG_LENGTH, None)
_BODY: Final = slice(None, -TAG_LENGTH)
_CIPHERTEXT: Final = slice(None, -_FULL_TAG_LENGTH)
_TAG_KEPT: Final = slice(-_FULL_TAG_LENGTH, TAG_LENGTH - _FULL_TAG_LENGTH)
_CIPHERTEXT_AND_TAG: Final = slice(None, TAG_LENGTH - _FULL_TAG_LENGTH)


class Gcm:
    """AES-GCM with one encryption key, and the authentication key where there is one."""

    __slots__ = ("_encrypt", "_associated_data", "can_authenticate")

    def __init__(self, encryption_key: Key, authentication_key: Key | None) -> None:
        self._encrypt = AESGCM(encryption_key.reveal()).encrypt
        self._associated_data = _AssociatedData(authentication_key).__getitem__
        self.can_authenticate = authentication_key is not None

    def seal(self, control: int, nonce: bytes, apdu: bytes) -> bytes:
        """What follows the security header: the protected APDU, and the tag where `control` asks for one.

        `nonce` must never have been used with this key before; `control` must ask for a protection
        that the keys allow.
        """
        protection = control & _BOTH
        if protection == _BOTH:
            return self._encrypt(nonce, apdu, self._associated_data(control))[_CIPHERTEXT_AND_TAG]
        if protection == ENCRYPTION_BIT:
            return self._encrypt(nonce, apdu, None)[_CIPHERTEXT]
        return apdu + self.mac(control, nonce, apdu)

    def open(self, control: int, nonce: bytes, content: bytes) -> bytes | None:
        """The plain APDU, or None when the tag is wrong or missing; without authentication, whatever comes out."""
        encrypt = self._encrypt
        protection = control & _BOTH
        if protection == ENCRYPTION_BIT:
            return encrypt(nonce, content, None)[_CIPHERTEXT]
        if not self.can_authenticate or len(content) <= TAG_LENGTH:
            return None
        plain = content[_BODY]
        if protection == _BOTH:
            plain = encrypt(nonce, plain, None)[_CIPHERTEXT]
            expected = encrypt(nonce, plain, self._associated_data(control))[_TAG_KEPT]
        else:
            expected = self.mac(control, nonce, plain)
        return plain if bytes_eq(expected, content[_TAG]) else None

    def open_unverified(self, control: int, nonce: bytes, content: bytes) -> bytes:
        """What stands in an APDU whose tag is not looked at: for showing captures, never for acting on them."""
        if control & AUTHENTICATION_BIT:
            content = content[_BODY]
        return self._encrypt(nonce, content, None)[_CIPHERTEXT] if control & ENCRYPTION_BIT else content

    def mac(self, control: int, nonce: bytes, octets: bytes) -> bytes:
        """The tag over SC, AK and `octets` with nothing to encipher: authentication only, and HLS with GMAC."""
        return self._encrypt(nonce, b"", self._associated_data(control) + octets)[:TAG_LENGTH]


class _AssociatedData(dict[int, bytes]):
    """SC and AK, by the security control octet; made when first asked for. It shows itself to nobody."""

    __slots__ = ("_key",)

    def __init__(self, key: Key | None) -> None:
        self._key = key

    def __missing__(self, control: int) -> bytes:
        self[control] = octets = OCTETS[control] + (b"" if self._key is None else self._key.reveal())
        return octets

    def __repr__(self) -> str:
        return "<associated data: hidden>"
