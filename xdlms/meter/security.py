"""The keys, policies and counters of the meter's associations, and Security setup, version 0 (IEC 62056-6-2)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from xdlms import data
from xdlms.association.settings import SecurityProvider
from xdlms.meter.classes import MeterObject
from xdlms.security import (
    CounterStore,
    Key,
    KeyId,
    KeyMaterialError,
    Keys,
    PolicyError,
    SecurityContext,
    SecurityError,
    SecurityPolicy,
    counter_line,
    unwrap_keys,
)
from xdlms.security.suite import policy_of
from xdlms.server.objects import MethodError, Request
from xdlms_apdu.v2023 import ActionResult, Data, DataTag

if TYPE_CHECKING:
    from xdlms.server.session import Session

SUITE: Final = 0
_MOST_KEYS: Final = 4


class SecurityState:
    """What the associations of one Security setup have in common.

    Args:
        title: the meter's system title, 8 octets.
        keys: the global keys; the master key is needed for key transfers.
        policy: the security policy, 0 to 3.
        store: the invocation counters of the meter.
        sessions: gives the associations that are open and use this setup.
        random: gives so many octets from a cryptographic source.
    """

    def __init__(
        self,
        *,
        title: bytes,
        keys: Keys,
        policy: int,
        store: CounterStore,
        sessions: Callable[[], list[Session]] = list,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.title = title
        self.keys = keys
        self.policy: SecurityPolicy = policy_of(policy)
        self.promised = self.policy
        """The policy to come, when the client that activates it has its answer."""
        self.client_title = b""
        """The system title of the client that was associated last."""
        self.strengthened: Callable[[], None] | None = None
        """Told when the policy was strengthened."""
        self._store = store
        self._sessions = sessions
        self._random = random

    def provider(self, titles: frozenset[bytes] | None) -> SecurityProvider:
        """What gives the security context of a client's association.

        Args:
            titles: the system titles that are recognised; None: any.
        """

        def provide(title: bytes, ciphered: bool) -> SecurityContext | None:
            if titles is not None and title not in titles:
                return None
            if title == self.title:
                return None
            return self._context(ciphered)

        return provide

    def push_context(self) -> SecurityContext:
        """The security context of a push, which belongs to no association; its counters are those of all of them."""
        return self._context(True)

    def _context(self, ciphered: bool) -> SecurityContext:
        return SecurityContext(
            suite=SUITE,
            policy=self.policy if ciphered else SecurityPolicy.NOTHING,
            keys=self.keys,
            local_title=self.title,
            peer_title=None,
            store=self._store,
            random=self._random,
            ciphered=ciphered,
        )

    def last_counter(self, title: bytes) -> int:
        """The highest invocation counter that was accepted from a client; 0: none was."""
        key = self.keys.global_unicast_encryption_key
        if key is None:
            return 0
        return self._store.last_accepted(counter_line(key, title)) or 0

    def associated(self, session: Session) -> bytes | None:
        """A client has an association: its system title, if a message of it was verified; else None."""
        title = session.calling_ap_title
        if title is None or session.association.security is None or not self.last_counter(title):
            return None
        self.client_title = title
        return title

    def change_keys(self, changed: Mapping[str, Key]) -> None:
        """Use these keys from now on, by their names, and the others as before; raises KeyMaterialError."""
        self.use_keys(self.keys.replace(**changed))

    def use_keys(self, keys: Keys) -> None:
        """Use other keys from now on, in the associations that are open, too; raises KeyMaterialError."""
        self.keys = keys
        for session in self._sessions():
            context = session.association.security
            if context is not None:
                context.use_keys(keys)

    def strengthen(self, policy: SecurityPolicy) -> None:
        """Ask for more protection from now on, in the associations that are open, too; raises SecurityError."""
        self.policy = self.promised = policy
        for session in self._sessions():
            context = session.association.security
            if context is not None and context.ciphered:
                context.strengthen(policy)
        if self.strengthened is not None:
            self.strengthened()


class SecuritySetup(MeterObject):
    """Security setup, version 0: policy, suite, titles; security_activate and global_key_transfer."""

    class_id = 64
    attributes = 5
    methods = 2

    def __init__(self, logical_name: bytes, state: SecurityState) -> None:
        super().__init__(logical_name)
        self._state = state

    def value_of(self, attribute: int) -> Data:
        match attribute:
            case 2:
                return data.enum(self._state.policy)
            case 3:
                return data.enum(SUITE)
            case 4:
                return data.octet_string(self._state.client_title)
            case 5:
                return data.octet_string(self._state.title)
        return super().value_of(attribute)

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        match method:
            case 1:
                self._activate(argument, request)
            case 2:
                self._transfer(argument, request)
            case _:
                return super().action(method, argument, request)
        return None

    def _activate(self, argument: Data | None, request: Request) -> None:
        if argument is None or argument.tag != DataTag.enum:
            raise MethodError(ActionResult.type_unmatched, "security_activate takes an enum")
        state = self._state
        try:
            policy = policy_of(argument.value)
        except PolicyError as error:
            raise MethodError(ActionResult.type_unmatched, str(error)) from None
        if not state.promised.allows_change_to(policy):
            raise MethodError(ActionResult.read_write_denied, "a security policy is never weakened")
        state.promised = policy  # a list may activate another one before there is an answer
        request.after_response(lambda: state.strengthen(policy))

    def _transfer(self, argument: Data | None, request: Request) -> None:
        transferred = _wrapped_keys(argument)
        state = self._state
        try:
            keys = unwrap_keys(transferred, keys=state.keys)
            if keys.length != state.keys.length:
                raise KeyMaterialError("the new keys have another length")
        except SecurityError as error:
            refused = str(error)
        else:
            # Only what this transfer changes: a list may hold another one.
            changed = {name: getattr(keys, name) for name in (KeyId(number).key_name for number, _ in transferred)}
            request.after_response(lambda: state.change_keys(changed))
            return
        raise MethodError(ActionResult.other_reason, refused)


def _wrapped_keys(argument: Data | None) -> list[tuple[int, bytes]]:
    """The keys in an array of {key_id, wrapped key}; raises MethodError."""
    rows = argument.value if argument is not None and argument.tag == DataTag.array else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= _MOST_KEYS:
        raise MethodError(ActionResult.type_unmatched, "global_key_transfer takes an array of {enum, octet-string}")
    wrapped = []
    for row in rows:
        match row:
            case (int(key_id), bytes(key)):
                wrapped.append((key_id, key))
            case _:
                raise MethodError(ActionResult.type_unmatched, "a wrapped key is {enum, octet-string}")
    return wrapped
