"""Keys, passwords and secrets as objects that do not show what they hold.

A secret can only be had by asking for it, with `reveal`. It is kept in a closure and not in an
attribute, so that what prints, walks or stores attributes (repr, vars, debuggers, crash reporters,
pickle, JSON encoders) finds a function. This guards against accidents, not against code that runs in
the same process and wants the key.

The rule for every function here and in the modules above: a frame that can raise holds no secret
octets in a local variable. Octets are wrapped first, checked by functions that return, and the error
is raised afterwards, outside of any ``except`` block, so that no chained exception has them either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, Self

from cryptography.hazmat.primitives import constant_time, hashes

from xdlms.security.errors import KeyMaterialError

KEY_LENGTHS = (16, 32)
"""Octets of a symmetric key: 16 in the suites 0 and 1, 32 in suite 2 (Table 2)."""

_IDENTIFIER_LABEL = b"xdlms invocation counter key identifier\x00"


def digest(algorithm: hashes.HashAlgorithm, octets: bytes) -> bytes:
    """The hash of `octets`."""
    state = hashes.Hash(algorithm)
    state.update(octets)
    return state.finalize()


class Secret:
    """A password or another secret.

    Args:
        octets: the secret, bytes or bytearray (which is copied).

    Raises:
        KeyMaterialError: it is neither.
    """

    __slots__ = ("_holder",)
    _holder: Callable[[], bytes]

    def __init__(self, octets: bytes) -> None:
        holder = _hold(octets)
        del octets
        if holder is None:
            raise KeyMaterialError("a secret is given as bytes")
        self._holder = holder

    @classmethod
    def from_hex(cls, digits: str) -> Self:
        """The secret written in hexadecimal digits, with or without spaces; raises KeyMaterialError."""
        octets = _from_hex(digits)
        del digits
        if octets is None:
            raise KeyMaterialError("a secret in hexadecimal is written with pairs of the digits 0 to 9 and A to F")
        return cls._from_holder(octets)

    @classmethod
    def _from_holder(cls, holder: Callable[[], bytes]) -> Self:
        secret = cls.__new__(cls)
        secret._holder = holder
        return secret

    def reveal(self) -> bytes:
        """The secret itself. Do not keep it in a variable of a function that can raise."""
        return self._holder()

    def __eq__(self, other: object) -> bool:
        """Whether the octets are the same; takes the same time wherever they differ, and whatever their lengths."""
        if not isinstance(other, Secret):
            return NotImplemented
        return same_octets(self._holder(), other._holder())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: hidden>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("keys and secrets are not pickled")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


class Key(Secret):
    """A symmetric key of 16 octets (suites 0 and 1) or 32 (suite 2).

    Args:
        octets: the key, bytes or bytearray (which is copied).

    Raises:
        KeyMaterialError: it is not bytes, or of another length.
    """

    __slots__ = ("_identifier", "_length")
    _identifier: bytes
    _length: int

    def __init__(self, octets: bytes) -> None:
        holder = _hold(octets)
        del octets
        if holder is None:
            raise KeyMaterialError("a key is given as bytes")
        self._settle(holder)

    @classmethod
    def _from_holder(cls, holder: Callable[[], bytes]) -> Self:
        key = cls.__new__(cls)
        key._settle(holder)
        return key

    def _settle(self, holder: Callable[[], bytes]) -> None:
        length = len(holder())
        if length not in KEY_LENGTHS:
            raise KeyMaterialError(f"a key has 16 octets, or 32 in suite 2, not {length}")
        self._holder = holder
        self._length = length
        self._identifier = digest(hashes.SHA256(), _IDENTIFIER_LABEL + holder())[:16]

    @classmethod
    def generate(cls, random: Callable[[int], bytes], length: int = 16) -> Self:
        """A fresh key of `length` octets from a cryptographic source such as `secrets.token_bytes`."""
        holder = _hold(random(length))
        if holder is None:
            raise KeyMaterialError("the random source did not give bytes")
        key = cls._from_holder(holder)
        if key.length != length:
            raise KeyMaterialError(f"the random source gave {key.length} octets, not {length}")
        return key

    @property
    def identifier(self) -> bytes:
        """16 octets that stand for the key in the store of invocation counters; the key does not follow from them."""
        return self._identifier

    @property
    def length(self) -> int:
        """The number of octets of the key."""
        return self._length


def same_octets(one: bytes, other: bytes) -> bool:
    """Whether two strings are the same, in a time that tells neither where they differ nor how long a kept one is."""
    if not isinstance(one, bytes) or not isinstance(other, bytes):
        return False
    return constant_time.bytes_eq(digest(hashes.SHA256(), one), digest(hashes.SHA256(), other))


def as_key(value: Key | bytes | None) -> Key | Problem | None:
    """`value` as a Key, or what is wrong with it; it never raises, for the sake of the caller's frame."""
    if value is None or isinstance(value, Key):
        return value
    holder = _hold(value)
    if holder is None:
        return Problem("a key is given as bytes or Key")
    if len(holder()) not in KEY_LENGTHS:
        return Problem("a key has 16 octets, or 32 in suite 2")
    return Key._from_holder(holder)


def as_secret(value: Secret | bytes) -> Secret | Problem:
    """`value` as a Secret, or what is wrong with it; it never raises, for the sake of the caller's frame."""
    if isinstance(value, Secret):
        return value
    holder = _hold(value)
    return (
        Problem("a password or secret is given as bytes or Secret") if holder is None else Secret._from_holder(holder)
    )


class Problem(str):
    """Words about what is wrong, to be raised later by a frame that holds no secret."""

    __slots__ = ()


class Masked:
    """Octets behind a repr that hides them: plaintext that waits in a frame that can raise."""

    __slots__ = ("octets",)

    def __init__(self, octets: bytes) -> None:
        self.octets = octets

    def __repr__(self) -> str:
        return "<octets: hidden>"


def _hold(octets: object) -> Callable[[], bytes] | None:
    if not isinstance(octets, bytes | bytearray):
        return None
    held = bytes(octets)
    return lambda: held


def _from_hex(digits: object) -> Callable[[], bytes] | None:
    if not isinstance(digits, str):
        return None
    try:
        held = bytes.fromhex(digits)
    except ValueError:
        return None
    return lambda: held
