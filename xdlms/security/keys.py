"""The global keys of a security context (clause 5.4.7; Table 4)."""

from __future__ import annotations

from typing import Final

from xdlms.security.errors import KeyMaterialError
from xdlms.security.secret import Key, Problem, as_key

KEY_NAMES: Final = (
    "global_unicast_encryption_key",
    "global_broadcast_encryption_key",
    "authentication_key",
    "master_key",
)
NOT_KEYS: Final = "the keys of a context are given as Keys"
"""What is said where something else was given."""


class Keys:
    """The global keys that two parties share. The dedicated key is no part of them: it belongs to one association.

    Every key is given as `Key` or as bytes, and is kept as `Key`. All have the same length.

    Args:
        global_unicast_encryption_key: ciphers messages between one client and one server, HLS GMAC too.
        authentication_key: part of what is authenticated; needed for all but encryption only.
        global_broadcast_encryption_key: ciphers messages to many servers.
        master_key: the key encrypting key; wraps the others for their transport, and does nothing else.

    Raises:
        KeyMaterialError: a key is no key, or of another length than the others.
    """

    __slots__ = KEY_NAMES

    global_unicast_encryption_key: Key | None
    global_broadcast_encryption_key: Key | None
    authentication_key: Key | None
    master_key: Key | None

    def __init__(
        self,
        *,
        global_unicast_encryption_key: Key | bytes | None = None,
        authentication_key: Key | bytes | None = None,
        global_broadcast_encryption_key: Key | bytes | None = None,
        master_key: Key | bytes | None = None,
    ) -> None:
        taken = {
            "global_unicast_encryption_key": as_key(global_unicast_encryption_key),
            "global_broadcast_encryption_key": as_key(global_broadcast_encryption_key),
            "authentication_key": as_key(authentication_key),
            "master_key": as_key(master_key),
        }
        # No frame that raises holds octets of a key (see xdlms.security.secret).
        del global_unicast_encryption_key, global_broadcast_encryption_key, authentication_key, master_key
        for name, key in taken.items():
            if isinstance(key, Problem):
                raise KeyMaterialError(f"{name}: {key}")
            setattr(self, name, key)
        if len({key.length for key in self._given().values()}) > 1:
            raise KeyMaterialError("the keys have different lengths: those of one suite have the same")

    def replace(self, **changed: Key) -> Keys:
        """These keys with some of them changed, by the names of the arguments above; raises KeyMaterialError."""
        strangers = [name for name, key in changed.items() if name not in KEY_NAMES or not isinstance(key, Key)]
        if strangers:
            del changed
            raise KeyMaterialError(f"not a Key, or not the name of one: {', '.join(strangers)}")
        return Keys(**{**self._given(), **changed})

    @property
    def length(self) -> int | None:
        """The number of octets of each key; None when there is none."""
        for key in self._given().values():
            return key.length
        return None

    def _given(self) -> dict[str, Key]:
        # An error while they are made is shown with what is there by then: some may not be.
        keys = {name: getattr(self, name, None) for name in KEY_NAMES}
        return {name: key for name, key in keys.items() if key is not None}

    def __repr__(self) -> str:
        return f"Keys({', '.join(f'{name}=<hidden>' for name in self._given())})"
