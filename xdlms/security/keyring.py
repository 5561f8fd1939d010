"""The keys of one association in use: the two global encryption keys and the dedicated one, each a `Channel`."""

from __future__ import annotations

from collections.abc import Callable

from xdlms.security.channel import Channel, Unprotected
from xdlms.security.counters import CounterLine, CounterStore, MemoryCounterStore
from xdlms.security.errors import DecipheringError, KeyMaterialError, SecurityError
from xdlms.security.initiate import dedicated_key_in
from xdlms.security.keys import Keys
from xdlms.security.secret import Key
from xdlms.security.suite import (
    SUITES,
    TITLE_LENGTH,
    Form,
    KeySet,
    Protection,
    SecurityPolicy,
    SecuritySuite,
)
from xdlms.security.tags import ApduTags


class KeyRing:
    """The keys of one association in use.

    Args:
        suite: the suite that the keys must fit.
        local_title: the own system title.
        peer_title: the peer's, or None while it is not known.
        store: keeps the counters of the keys that outlive the association.

    Raises:
        SecurityError: a title is not 8 octets, or both are the same.
    """

    __slots__ = (
        "_store",
        "_suite",
        "_unverified",
        "broadcast",
        "dedicated",
        "keys",
        "local_title",
        "peer_title",
        "unicast",
    )

    def __init__(
        self, suite: SecuritySuite, *, local_title: bytes, peer_title: bytes | None, store: CounterStore
    ) -> None:
        self.keys = Keys()
        self._suite = suite
        self._store = store
        self._unverified: dict[tuple[CounterLine, int], None] = {}
        self.local_title = _title(local_title)
        self.peer_title = None if peer_title is None else _title(peer_title)
        if self.local_title == self.peer_title:
            raise SecurityError("both sides have the same system title: their nonces would be the same")
        self.unicast: Channel | None = None
        self.broadcast: Channel | None = None
        self.dedicated: Channel | None = None

    def channel_to_send(self, form: Form, key_set: KeySet, *, authenticate: bool) -> Channel:
        """The key to send with; raises KeyMaterialError where it, or the authentication key, is missing."""
        channel = self.dedicated if form.is_dedicated else self.broadcast if key_set else self.unicast
        if channel is None:
            kind = "dedicated" if form.is_dedicated else f"global {key_set.name.lower()} encryption"
            raise KeyMaterialError(f"there is no {kind} key")
        if authenticate and not channel.can_authenticate:
            raise KeyMaterialError("there is no authentication key")
        return channel

    def check(self, keys: Keys, policy: SecurityPolicy) -> None:
        """Raise KeyMaterialError unless the keys fit the suite and do for the policy."""
        needed = SUITES[self._suite].key_length
        if keys.length not in (None, needed):
            raise KeyMaterialError(
                f"the keys of security suite {self._suite:d} have {needed} octets, not {keys.length}"
            )
        if policy.required and keys.global_unicast_encryption_key is None:
            raise KeyMaterialError(f"security policy {policy:d} needs the global unicast encryption key")
        if policy.required & Protection.AUTHENTICATION and keys.authentication_key is None:
            raise KeyMaterialError(f"security policy {policy:d} needs the authentication key")

    def use(self, keys: Keys) -> None:
        """Use these global keys from now on; the dedicated key stays."""
        unicast, broadcast = keys.global_unicast_encryption_key, keys.global_broadcast_encryption_key
        self.keys = keys
        self.unicast = None if unicast is None else self._new_channel(unicast, self._store)
        self.broadcast = None if broadcast is None else self._new_channel(broadcast, self._store)
        if self.dedicated is not None:
            self.dedicated = self._new_channel(self.dedicated.key, self.dedicated.store)

    def know_peer(self, title: bytes) -> None:
        """Set the peer's system title; raises SecurityError for an illegal one, the own, or another than the known."""
        title = _title(title)
        if title == self.local_title:
            raise SecurityError("the peer claims the own system title")
        if self.peer_title not in (None, title):
            raise SecurityError("the peer's system title changed within the association")
        if self.peer_title is None:
            self.peer_title = title
            self.use(self.keys)

    def new_dedicated_key(self, random: Callable[[int], bytes]) -> Key:
        """Make a dedicated key and use it; raises KeyMaterialError when the random source does not give enough."""
        key = Key.generate(random, SUITES[self._suite].key_length)
        # Nobody had this key before and nobody has it after this process, so its counters need no disk.
        self.dedicated = self._new_channel(key, MemoryCounterStore())
        return key

    def take_dedicated_key(self, initiate_request: Unprotected, tags: ApduTags) -> bool:
        """Use the dedicated key of a received InitiateRequest; False when it has none.

        Raises:
            DecipheringError: this is no InitiateRequest; or the key came in a message that was not both
                authenticated and encrypted, with the global unicast key, or has another length than the suite's.
        """
        key = dedicated_key_in(initiate_request.apdu, tags)
        if key is None:
            return False
        status = initiate_request.status
        if (
            not isinstance(key, Key)
            or key.length != SUITES[self._suite].key_length
            or status.protection is not Protection.AUTHENTICATED_ENCRYPTION
            or status.form not in (Form.SERVICE_GLO, Form.GENERAL_GLO)
            or status.key_set is not KeySet.UNICAST
        ):
            raise DecipheringError
        # The peer chose this key and may choose it again: its counters must outlive the association.
        self.dedicated = self._new_channel(key, self._store)
        return True

    def _new_channel(self, key: Key, store: CounterStore) -> Channel:
        return Channel(
            key,
            self.keys.authentication_key,
            local_title=self.local_title,
            peer_title=self.peer_title,
            store=store,
            unverified=self._unverified,
        )

    def __repr__(self) -> str:
        return f"<KeyRing: {self.keys}>"


def _title(title: bytes) -> bytes:
    if not isinstance(title, bytes | bytearray) or len(title) != TITLE_LENGTH:
        raise SecurityError(f"a system title has {TITLE_LENGTH} octets")
    return bytes(title)
