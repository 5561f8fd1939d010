"""The security context of an association, and the protection of its APDUs (clauses 5.4.2 to 5.4.8).

One `SecurityContext` serves one association, on one side of it. `protect` turns a plain APDU into the
one to send, `unprotect` a received one into the plain APDU, or raises. Everything is checked before
anything changes: a refused APDU moves no counter.

No input or output happens here. Randomness is passed in, and counters are the store's business.
"""

from __future__ import annotations

from collections.abc import Callable

from xdlms.security.channel import Unprotected
from xdlms.security.counters import CounterStore, check_counter, check_window
from xdlms.security.envelope import Envelope, build, fields, largest_plain_length, parse
from xdlms.security.errors import (
    ENCRYPTION_ONLY,
    AuthenticationError,
    CounterError,
    DecipheringError,
    KeyMaterialError,
    PolicyError,
    warn_weak,
)
from xdlms.security.initiate import decodes, plain_apdu
from xdlms.security.keyring import KeyRing
from xdlms.security.keys import NOT_KEYS, Keys
from xdlms.security.rules import Rules
from xdlms.security.secret import Key, Masked, Problem
from xdlms.security.suite import (
    PLAIN_STATUS,
    Form,
    KeySet,
    Protection,
    SecurityPolicy,
    SecuritySuite,
    policy_of,
    suite_of,
)
from xdlms.security.tags import ApduTags, standard_tags


class SecurityContext:
    """What the two parties of an association know, and what they ask of each other's messages.

    Args:
        suite: the security suite; 0 is offered.
        policy: the security policy, 0 to 3 (Security setup, version 0): less protection is refused in
            both directions, more is taken.
        keys: the global keys. What the policy and the forms in use do not need may be missing.
        local_title: the own system title, 8 octets; every nonce begins with it.
        peer_title: the peer's system title, 8 octets; None until it is known (see `know_peer`).
        store: keeps the invocation counters.
        random: gives so many octets from a cryptographic source, for example `secrets.token_bytes`.
        ciphered: whether the application context is one with ciphering (Table 34). Without, only plain
            APDUs pass and the policy is 0; HLS with GMAC still uses the keys and counters.
        window: how far an APDU may come late on a link that does not keep the order, 0 to 255.
        tags: the APDUs of the edition in use, where it is not one of the standard's.

    Raises:
        PolicyError: the suite or policy does not exist, or the policy asks for what the context cannot have.
        KeyMaterialError: a key that the policy needs is missing, or of another suite's length; or `keys` are no Keys.
        CounterError: the window is out of range.
        SecurityError: a title is not 8 octets, or both are the same.
    """

    __slots__ = ("_random", "_ring", "_rules", "_store", "_suite", "_window")

    def __init__(
        self,
        *,
        suite: int,
        policy: int,
        keys: Keys,
        local_title: bytes,
        peer_title: bytes | None,
        store: CounterStore,
        random: Callable[[int], bytes],
        ciphered: bool = True,
        window: int = 0,
        tags: ApduTags | None = None,
    ) -> None:
        # No frame that raises holds octets of a key (see xdlms.security.secret).
        given = keys if isinstance(keys, Keys) else None
        del keys
        if given is None:
            raise KeyMaterialError(NOT_KEYS)
        check_window(window)
        self._suite: SecuritySuite = suite_of(suite)
        self._rules = Rules(
            standard_tags() if tags is None else tags, self._suite, policy_of(policy), ciphered=ciphered
        )
        self._ring = KeyRing(self._suite, local_title=local_title, peer_title=peer_title, store=store)
        self._store = store
        self._random = random
        self._window = window
        self.use_keys(given)

    # What the context is

    @property
    def suite(self) -> SecuritySuite:
        return self._suite

    @property
    def policy(self) -> SecurityPolicy:
        return self._rules.policy

    @property
    def ciphered(self) -> bool:
        """Whether ciphered APDUs are allowed (Table 34)."""
        return self._rules.ciphered

    @property
    def keys(self) -> Keys:
        return self._ring.keys

    @property
    def local_title(self) -> bytes:
        return self._ring.local_title

    @property
    def peer_title(self) -> bytes | None:
        return self._ring.peer_title

    @property
    def store(self) -> CounterStore:
        return self._store

    @property
    def random(self) -> Callable[[int], bytes]:
        return self._random

    @property
    def has_dedicated_key(self) -> bool:
        return self._ring.dedicated is not None

    def __repr__(self) -> str:
        if not hasattr(self, "_ring"):
            return "<SecurityContext, not complete>"  # in the traceback of an error while it was made
        peer = "unknown" if self.peer_title is None else self.peer_title.hex().upper()
        local = self.local_title.hex().upper()
        return f"<SecurityContext: suite {self._suite:d}, policy {self.policy:d}, {local} to {peer}>"

    # Sending

    def protect(
        self,
        apdu: bytes,
        *,
        protection: Protection | None = None,
        form: Form = Form.SERVICE_GLO,
        key_set: KeySet = KeySet.UNICAST,
    ) -> bytes:
        """The octets to send for a plain APDU.

        Args:
            apdu: a plain APDU. AARQ, AARE, RLRQ, RLRE and ExceptionResponse come back as they are, since
                they have no ciphered form (ExceptionResponse has general-glo- and general-ded-ciphering).
            protection: Security_Options of this message: at least what the policy asks for; None is
                just that. ConfirmedServiceError may be NONE under every policy.
            form: glo- or ded- of the service, or general-glo- or general-ded-ciphering.
            key_set: which global encryption key; BROADCAST only with the forms that use a global one.

        Raises:
            PolicyError: the policy, the application context or the form forbids it.
            KeyMaterialError: a key that is needed is missing.
            CounterError: there is no counter to send with.
        """
        held = Masked(apdu)
        del apdu
        plain = plain_apdu(held.octets, self._rules.tags)
        if isinstance(plain, Problem):
            raise PolicyError(plain)
        wanted = self._rules.protection_for(plain.tag, protection, form)
        if plain.carries_key and wanted is not Protection.AUTHENTICATED_ENCRYPTION:
            raise PolicyError("a dedicated key is sent only with authentication and encryption")
        if wanted is Protection.NONE:
            return held.octets
        if not isinstance(key_set, KeySet) or (form.is_dedicated and key_set is not KeySet.UNICAST):
            raise PolicyError("the key set is UNICAST or BROADCAST, and with the dedicated key always UNICAST")
        authenticate = bool(wanted & Protection.AUTHENTICATION)
        channel = self._ring.channel_to_send(form, key_set, authenticate=authenticate)
        if not authenticate:
            warn_weak(*ENCRYPTION_ONLY)
        tag = self._rules.tags.ciphered_tag(form, plain.tag)
        if tag is None:
            raise PolicyError(f"an APDU that begins with {plain.tag:02X} has no form {form.value}")
        header = channel.next_header(self._suite | int(wanted) | key_set)
        title = self._ring.local_title if form.is_general else None
        return build(tag, title, header, channel.seal(header, held.octets))

    def largest_plain_length(
        self, limit: int, *, protection: Protection | None = None, form: Form = Form.SERVICE_GLO
    ) -> int:
        """The most octets of a plain APDU that fit in `limit` octets after `protect` with these options; 0: none do."""
        wanted = self._rules.required if protection is None else protection
        if wanted is Protection.NONE:
            return max(limit, 0)
        return largest_plain_length(
            limit, general=form.is_general, authenticated=bool(wanted & Protection.AUTHENTICATION)
        )

    # Receiving

    def unprotect(self, octets: bytes, *, key_set: KeySet = KeySet.UNICAST) -> Unprotected:
        """The plain APDU in a received one.

        Args:
            octets: the received APDU.
            key_set: the global encryption key that is due: BROADCAST only for what came to a broadcast address.

        Raises:
            DecipheringError: the APDU is refused: malformed, not authentic, less protected than the policy
                asks for, under another key, in the wrong glo- or ded- APDU. It is always the same error.
            ReplayError: the APDU is authentic, but its invocation counter is not fresh.
            CounterStoreError: the counter cannot be kept, so the APDU must not be acted on.
        """
        if type(octets) is not bytes:
            octets = _as_bytes(octets)
        rules = self._rules
        received = fields(octets, rules.tags)
        if received is None:
            return self._plain(octets)
        meaning, _, header, _ = received
        status = rules.statuses.get(octets[0] << 8 | header[0])
        if status is None or status.key_set is not key_set:
            raise DecipheringError
        ring = self._ring
        channel = ring.dedicated if meaning.dedicated else ring.broadcast if key_set else ring.unicast
        if channel is None:
            raise DecipheringError
        if not status.authenticated:
            warn_weak(*ENCRYPTION_ONLY)
        unprotected = channel.open(received, status)
        if unprotected is None:
            raise DecipheringError
        channel.accept(unprotected, self._window)
        return unprotected

    def _plain(self, octets: bytes) -> Unprotected:
        """A received plain APDU, if it may be plain."""
        rules = self._rules
        if not octets or octets[0] in rules.tags.protected or not rules.admits_plain(octets[0]):
            raise DecipheringError
        if octets[0] in rules.tags.pass_plain and not decodes(octets, rules.tags):
            raise DecipheringError
        return Unprotected(octets, PLAIN_STATUS)

    # HLS with GMAC (Table 7) uses the global unicast encryption key and its counters

    def gmac(self, challenge: bytes) -> bytes:
        """f(challenge) of HLS mechanism 5, for the peer's challenge: security control, counter, tag (17 octets).

        Raises:
            KeyMaterialError: the global unicast encryption key or the authentication key is missing.
            CounterError: there is no counter to send with.
        """
        channel = self._ring.channel_to_send(Form.SERVICE_GLO, KeySet.UNICAST, authenticate=True)
        return channel.gmac(self._suite, challenge)

    def verify_gmac(self, challenge: bytes, reply: bytes, *, allow_shared_counter: bool = False) -> None:
        """Return if `reply` is the peer's f(challenge) for the own challenge, with a fresh counter.

        Args:
            challenge: the own challenge, from the AARQ or AARE of this association.
            reply: what the peer sent.
            allow_shared_counter: also take a reply with the very counter of the ciphered APDU that brings
                it: some peers use that nonce twice.

        Raises:
            AuthenticationError: it is not.
            CounterStoreError: the counter cannot be kept.
        """
        channel = self._ring.unicast
        if channel is None:
            raise AuthenticationError
        channel.verify_gmac(self._suite, challenge, reply, allow_shared_counter=allow_shared_counter)

    # What changes during an association

    def know_peer(self, title: bytes) -> None:
        """Set the peer's system title, from the AARQ or AARE; later it cannot be another one.

        Raises:
            SecurityError: it is not 8 octets, the own title (a reflected message), or another than the known one.
        """
        self._ring.know_peer(title)

    def strengthen(self, policy: int) -> None:
        """Change the policy to one that asks for more, as security_activate does.

        Raises:
            PolicyError: the new policy lacks something that the present one asks for, or does not exist.
            KeyMaterialError: a key that the new policy needs is missing.
        """
        stronger = policy_of(policy)
        if not self.policy.allows_change_to(stronger):
            raise PolicyError(f"security policy {self.policy:d} cannot be weakened to {stronger:d}")
        self._ring.check(self.keys, stronger)
        self._rules = Rules(self._rules.tags, self._suite, stronger, ciphered=self._rules.ciphered)

    def use_keys(self, keys: Keys) -> None:
        """Use other global keys from the next message on, with the counters of those keys.

        After a key transfer, call it when the answer was protected (server) or unprotected (client): the
        answer is still under the old keys. The dedicated key stays.

        Raises:
            KeyMaterialError: a key that the policy needs is missing, or of another suite's length; the old
                keys stay.
        """
        if not isinstance(keys, Keys):
            del keys  # perhaps the octets of a key
            raise KeyMaterialError(NOT_KEYS)
        self._ring.check(keys, self.policy)
        self._ring.use(keys)

    def new_dedicated_key(self) -> Key:
        """Make the dedicated key of this association (client), to be sent in the InitiateRequest.

        Raises:
            PolicyError: the application context is one without ciphering.
            KeyMaterialError: the random source did not give enough.
        """
        if not self._rules.ciphered:
            raise PolicyError("there is no dedicated key in an application context without ciphering")
        return self._ring.new_dedicated_key(self._random)

    def take_dedicated_key(self, initiate_request: Unprotected) -> bool:
        """Take the dedicated key from a received InitiateRequest (server); False when there is none in it.

        Raises:
            DecipheringError: this is no InitiateRequest; or the key came in a message that was not both
                authenticated and encrypted, with the global unicast key, or has another length than the suite's.
        """
        return self._ring.take_dedicated_key(initiate_request, self._rules.tags)

    def forget_dedicated_key(self) -> None:
        """End the life of the dedicated key, with the association."""
        self._ring.dedicated = None

    def resynchronise(self, expected: int, *, largest_jump: int) -> None:
        """Let the next message under the global unicast key have the counter `expected` at least, as the peer asks.

        This is a decision of the caller: an invocation-counter-error is never authenticated, and a false
        one with a high number uses up the key. `largest_jump` bounds the harm. Counters never go back: an
        `expected` that is passed already changes nothing.

        Raises:
            CounterError: `expected` is more than `largest_jump` ahead, or out of range; nothing changes.
            KeyMaterialError: there is no global unicast encryption key.
        """
        check_counter(expected)
        line = self._ring.channel_to_send(Form.SERVICE_GLO, KeySet.UNICAST, authenticate=False).sent
        current = self._store.next_counter(line)
        if expected - current > largest_jump:
            raise CounterError(f"counter {expected} is more than {largest_jump} ahead of {current}")
        self._store.advance(line, expected)


def inspect(octets: bytes, *, tags: ApduTags | None = None) -> Envelope | None:
    """The public fields of a ciphered APDU, or None for any other: for whoever looks why one was refused."""
    return parse(octets, standard_tags() if tags is None else tags)


def _as_bytes(octets: object) -> bytes:
    if isinstance(octets, bytes | bytearray | memoryview):
        return bytes(octets)
    raise DecipheringError
