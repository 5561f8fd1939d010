"""One encryption key in use between two parties: the cipher, and the invocation counters of both directions."""

from __future__ import annotations

from typing import Final

from xdlms.security.counters import END, CounterLine, CounterStore, counter_line
from xdlms.security.envelope import OCTETS, Fields
from xdlms.security.errors import AuthenticationError, DecipheringError, ReplayError
from xdlms.security.gcm import Gcm
from xdlms.security.secret import Key
from xdlms.security.suite import AUTHENTICATION_BIT, COUNTER_LENGTH, HEADER_LENGTH, TAG_LENGTH, SecurityStatus

REMEMBERED: Final = 4096
"""How many counters of messages that were not authenticated an association remembers."""

GAPS: Final = 32
"""How many gaps between the counters of authenticated messages are remembered."""

_END: Final = END.to_bytes(COUNTER_LENGTH, "big")
_GMAC_REPLY_LENGTH: Final = HEADER_LENGTH + TAG_LENGTH


class Unprotected:
    """A received APDU after `SecurityContext.unprotect`.

    `apdu` is the plain APDU; `status` how it was protected (Security_Status, Table 12);
    `invocation_counter` its counter, None for a plain APDU. The repr does not show the APDU, since an
    InitiateRequest holds the dedicated key.
    """

    __slots__ = ("apdu", "invocation_counter", "status")

    def __init__(self, apdu: bytes, status: SecurityStatus, invocation_counter: int | None = None) -> None:
        self.apdu = apdu
        self.status = status
        self.invocation_counter = invocation_counter

    def __repr__(self) -> str:
        return f"<Unprotected: {len(self.apdu)} octets, counter {self.invocation_counter}, {self.status}>"


class Channel:
    """One encryption key in use.

    Args:
        key: the encryption key.
        authentication_key: the authentication key, where there is one.
        local_title: the system title that sends.
        peer_title: the system title that is received from; None while it is not known.
        store: keeps the counters.
        unverified: the counters of messages that were not authenticated, shared by the channels of an association.
    """

    __slots__ = ("_gaps", "_gcm", "_local_title", "_peer_title", "_received", "_unverified", "key", "sent", "store")

    def __init__(
        self,
        key: Key,
        authentication_key: Key | None,
        *,
        local_title: bytes,
        peer_title: bytes | None,
        store: CounterStore,
        unverified: dict[tuple[CounterLine, int], None],
    ) -> None:
        self.key = key
        self.store = store
        self.sent: CounterLine = counter_line(key, local_title)
        self._received: CounterLine | None = None if peer_title is None else counter_line(key, peer_title)
        self._gcm = Gcm(key, authentication_key)
        self._local_title = local_title
        self._peer_title = peer_title
        self._unverified = unverified
        self._gaps: list[tuple[int, int]] = []

    @property
    def can_authenticate(self) -> bool:
        """Whether the authentication key is there."""
        return self._gcm.can_authenticate

    def next_header(self, control: int) -> bytes:
        """The security header of the next message to send; asking uses up a counter. Raises CounterError."""
        return OCTETS[control] + self.store.next_counter(self.sent).to_bytes(COUNTER_LENGTH, "big")

    def seal(self, header: bytes, apdu: bytes) -> bytes:
        """What follows the header: the protected APDU. Each header serves once."""
        return self._gcm.seal(header[0], self._local_title + header[1:], apdu)

    def open(self, received: Fields, status: SecurityStatus) -> Unprotected | None:
        """The plain APDU in a received one, or None; without authentication, whatever comes out and looks right.

        This frame holds plaintext, and does not raise.
        """
        meaning, sent_title, header, content = received
        title = self._peer_title
        counter = header[1:]
        if title is None or (sent_title and sent_title != title) or counter == _END:
            return None
        plain = self._gcm.open(header[0], title + counter, content)
        if not plain or plain[0] not in meaning.holds:
            return None
        return Unprotected(plain, status, int.from_bytes(counter, "big"))

    def accept(self, unprotected: Unprotected, window: int) -> None:
        """Take the counter of a received and deciphered message as used.

        Raises:
            ReplayError: it is not fresh; nothing changes.
            CounterStoreError: it cannot be kept.
        """
        line = self._received
        counter = unprotected.invocation_counter
        if line is None or counter is None:
            raise DecipheringError
        if self._unverified and (line, counter) in self._unverified:
            raise ReplayError(counter + 1)
        if unprotected.status.authenticated:
            self._note(self.store.accept(line, counter, window), counter)
            return
        # Anybody can invent the counter of a message that is not authenticated. It must not move the mark, or one
        # message with a high counter would shut the sender out. Messages that are plainly old are refused, and each
        # counter is taken only once by this association.
        last = self.store.last_accepted(line)
        if last is not None and counter <= last:
            raise ReplayError(last + 1)
        if len(self._unverified) >= REMEMBERED:
            del self._unverified[next(iter(self._unverified))]
        self._unverified[line, counter] = None

    def gmac(self, suite: int, challenge: bytes) -> bytes:
        """f(challenge) of HLS mechanism 5: security control, counter, tag (Table 7); raises CounterError."""
        header = self.next_header(suite | AUTHENTICATION_BIT)
        return header + self._gcm.mac(header[0], self._local_title + header[1:], challenge)

    def verify_gmac(self, suite: int, challenge: bytes, reply: bytes, *, allow_shared_counter: bool) -> None:
        """Return if `reply` is the peer's f(challenge), with a fresh counter.

        The counter in the reply was taken before the one of the ciphered APDU that brings the reply: it
        may lie between that and the one accepted before it. A reply in blocks came with several: then it may lie
        in front of any of them.

        Raises:
            AuthenticationError: it is not, or its counter is not fresh.
            CounterStoreError: the counter cannot be kept.
        """
        line, title = self._received, self._peer_title
        if line is None or title is None or not isinstance(reply, bytes) or len(reply) != _GMAC_REPLY_LENGTH:
            raise AuthenticationError
        control = suite | AUTHENTICATION_BIT
        nonce = title + reply[1:HEADER_LENGTH]
        counter = int.from_bytes(reply[1:HEADER_LENGTH], "big")
        # `open` with authentication only verifies a tag over the octets in front of it: here, the challenge.
        genuine = self._gcm.open(control, nonce, challenge + reply[HEADER_LENGTH:]) is not None
        if not genuine or reply[0] != control or counter == END:
            raise AuthenticationError
        last = self.store.last_accepted(line)
        if last is None or counter > last:
            if not self._accepts(line, counter):
                raise AuthenticationError
            return
        skipped = any(before < counter < taken for before, taken in self._gaps)
        if not (skipped or (allow_shared_counter and counter == last)):
            raise AuthenticationError
        self._gaps.clear()

    def _accepts(self, line: CounterLine, counter: int) -> bool:
        try:
            self._note(self.store.accept(line, counter), counter)
        except ReplayError:
            return False
        return True

    def _note(self, before: int | None, counter: int) -> None:
        """Remember what counters an accepted one left out: a reply of HLS may have one of them."""
        if before is None or counter - before > 1:
            self._gaps.append((-1 if before is None else before, counter))
            del self._gaps[:-GAPS]
