"""Deciphering of captures: APDUs that others exchanged, with keys from a `KeyStore`.

This shows; it never acts. Unlike `SecurityContext` it asks no policy, takes replays (and points them
out), and deciphers without the authentication key, saying loudly that nothing was verified then.

A `Decipherer` reads the APDUs of one capture in their order: system titles and the dedicated key come
from the AARQ and AARE, so the messages after them need neither. A capture may hold several meters and
clients: what fitted last is tried first, and then everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from xdlms.codec.errors import DecodeError
from xdlms.security.counters import CounterLine, counter_line
from xdlms.security.envelope import Envelope, parse
from xdlms.security.gcm import Gcm
from xdlms.security.initiate import decodes, dedicated_key_in
from xdlms.security.keystore import KeyEntry, KeyStore
from xdlms.security.rules import Rules
from xdlms.security.secret import Key
from xdlms.security.suite import AUTHENTICATION_BIT, TITLE_LENGTH, KeySet, SecurityPolicy, SecurityStatus, SecuritySuite
from xdlms.security.tags import ApduTags, standard_tags
from xdlms_apdu.v2023 import AARE, AARQ, RLRE, RLRQ, decode

_WHOLE: Final = "$"
_USER_INFORMATION: Final = "$.user-information"
_REMEMBERED: Final = 16
_COUNTERS_KEPT: Final = 1 << 16
"""Of so many APDUs each replay is named; an older one still has a counter that is too low."""
_ANY_TITLE: Final = bytes(TITLE_LENGTH)
"""Keys of this title are for whatever title is told."""


class DecipherStatus(StrEnum):
    """What came of a ciphered APDU."""

    VERIFIED = "verified"
    """The tag is right: the APDU is what the owner of the keys sent."""
    UNVERIFIED = "deciphered, NOT VERIFIED"
    """There is no tag, or no authentication key to check it: anybody may have made or changed the APDU."""
    FAILED = "failed"
    """No key fits, or the octets were changed: it cannot be told which."""
    NOT_SUPPORTED = "not supported"
    """Another security suite, compression, general-ciphering or general-signing."""


class Deciphered:
    """A ciphered APDU and what came of it.

    `path` says where it stood in the octets; `envelope` are its public fields, None for a general-ciphering
    or general-signing APDU and for a malformed one; `sender` is the system title it was deciphered with;
    `keys_of` the system title that the keys are given for, where that is neither the sender's nor a peer's of it;
    `apdu` the plain APDU. `repeats` is the number (from 1) of the APDU of this capture that had the same
    counter under the same key, `goes_back` says that an earlier one had a higher counter.
    """

    __slots__ = ("apdu", "envelope", "goes_back", "keys_of", "path", "repeats", "sender", "status")

    def __init__(
        self,
        path: str,
        envelope: Envelope | None,
        status: DecipherStatus,
        *,
        sender: bytes | None = None,
        apdu: bytes | None = None,
        repeats: int | None = None,
        goes_back: bool = False,
        keys_of: bytes | None = None,
    ) -> None:
        self.path = path
        self.envelope = envelope
        self.status = status
        self.sender = sender
        self.apdu = apdu
        self.repeats = repeats
        self.goes_back = goes_back
        self.keys_of = keys_of

    @property
    def verified(self) -> bool:
        """Whether its tag was found right."""
        return self.status is DecipherStatus.VERIFIED

    @property
    def replayed(self) -> bool:
        """Whether its invocation counter was used before in this capture, under the same key."""
        return self.repeats is not None

    @property
    def warnings(self) -> list[str]:
        """The remarks that nobody may overlook: no verification, keys of somebody else, a replay, a lower counter."""
        remarks = self.remarks[1:]
        return self.remarks if self.status is DecipherStatus.UNVERIFIED else remarks

    @property
    def remarks(self) -> list[str]:
        """What people should be told, in whole sentences; a replay and a missing verification above all."""
        remarks = [_SENTENCES[self.status]]
        if self.status is DecipherStatus.UNVERIFIED and self.envelope is not None:
            tagless = not self.envelope.control & AUTHENTICATION_BIT
            remarks.append(
                "It was sent without authentication." if tagless else "The authentication key is not among the keys."
            )
        if self.keys_of is not None and self.sender is not None:
            sender, owner = self.sender.hex().upper(), self.keys_of.hex().upper()
            remarks.append(f"It says that {sender} sent it, but the keys that fit are those of {owner}.")
        if self.repeats is not None:
            remarks.append(f"REPLAY: its invocation counter was used before in this capture, by APDU {self.repeats}.")
        elif self.goes_back:
            remarks.append(
                "Its invocation counter is lower than one before it in this capture: a replay, or out of order."
            )
        return remarks

    def __repr__(self) -> str:
        return f"<Deciphered {self.path}: {self.status.value}, {self.envelope!r}>"


_SENTENCES: Final = {
    DecipherStatus.VERIFIED: "Deciphered, and its tag is right.",
    DecipherStatus.UNVERIFIED: "NOT VERIFIED: deciphered without checking who sent it, and whether it was changed.",
    DecipherStatus.FAILED: "It cannot be deciphered: none of the keys fits, or the octets were changed.",
    DecipherStatus.NOT_SUPPORTED: "Its protection (security suite, compression, general-ciphering) is not supported.",
}


class _Attempt:
    """One system title as the sender's, with an encryption key and perhaps an authentication key of an entry."""

    __slots__ = ("authentication_key", "entry", "key", "title")

    def __init__(self, title: bytes, key: Key, entry: KeyEntry) -> None:
        self.title = title
        self.key = key
        self.authentication_key = entry.keys.authentication_key
        self.entry = entry


class Decipherer:
    """Deciphers the APDUs of one capture.

    Args:
        keys: the keys, by system title of the meter or of whoever sends.
        client_title: the client's system title, where the capture has no AARQ that tells it.
        server_title: the server's, where it has no AARE.
        tags: the APDUs of the edition in use, where it is not one of the standard's.
    """

    __slots__ = (
        "_client",
        "_dedicated",
        "_fitted",
        "_given",
        "_highest",
        "_keys",
        "_number",
        "_rules",
        "_seen",
        "_server",
        "_tags",
    )

    def __init__(
        self,
        keys: KeyStore,
        *,
        client_title: bytes | None = None,
        server_title: bytes | None = None,
        tags: ApduTags | None = None,
    ) -> None:
        self._keys = keys
        self._given = (client_title, server_title)
        self._client = client_title
        self._server = server_title
        self._fitted: list[tuple[bool, bytes, KeyEntry]] = []  # sent by a server, title, keys; the last one first
        self._tags = standard_tags() if tags is None else tags
        self._rules = {
            int(suite): Rules(self._tags, suite, SecurityPolicy.NOTHING, ciphered=True) for suite in SecuritySuite
        }
        self._dedicated: Key | None = None
        self._number = 0
        self._seen: dict[tuple[CounterLine, int], int] = {}
        self._highest: dict[CounterLine, int] = {}

    def decipher(self, octets: bytes) -> Deciphered | None:
        """The ciphered APDU in the next APDU of the capture, or None when nothing in it is ciphered.

        It is the APDU itself, or the user-information of an AARQ, AARE, RLRQ or RLRE. This never raises
        for what the octets are.
        """
        self._number += 1
        if not octets:
            return None
        if octets[0] in self._tags.protected:
            return self._one(_WHOLE, octets)
        if octets[0] in self._tags.acse:
            inner = self._user_information(octets)
            if inner is not None and inner[:1] and inner[0] in self._tags.protected:
                return self._one(_USER_INFORMATION, inner)
        return None

    def _one(self, path: str, octets: bytes) -> Deciphered:
        envelope = parse(octets, self._tags)
        if envelope is None:
            general = octets[0] not in self._tags.ciphered
            return Deciphered(path, None, DecipherStatus.NOT_SUPPORTED if general else DecipherStatus.FAILED)
        rules = self._rules.get(envelope.suite)
        status = None if rules is None else rules.statuses.get(envelope.tag << 8 | envelope.control)
        if status is None:
            return Deciphered(path, envelope, DecipherStatus.NOT_SUPPORTED)
        for verify in (True, False) if status.authenticated else (False,):
            for attempt in self._attempts(envelope, status):
                plain = self._try(envelope, status, attempt, verify=verify)
                if plain is not None:
                    return self._found(path, envelope, attempt, plain, verify)
        return Deciphered(path, envelope, DecipherStatus.FAILED)

    def _try(self, envelope: Envelope, status: SecurityStatus, attempt: _Attempt, *, verify: bool) -> bytes | None:
        checkable = status.authenticated and attempt.authentication_key is not None
        if checkable is not verify:
            return None
        gcm = Gcm(attempt.key, attempt.authentication_key)
        nonce = attempt.title + envelope.header[1:]
        if verify:
            plain = gcm.open(envelope.control, nonce, envelope.content)
            return plain if plain and plain[0] in envelope.meaning.holds else None
        # Without a tag, only sense tells the right key from a wrong one.
        plain = gcm.open_unverified(envelope.control, nonce, envelope.content)
        return plain if plain and plain[0] in envelope.meaning.holds and decodes(plain, self._tags) else None

    def _found(self, path: str, envelope: Envelope, attempt: _Attempt, plain: bytes, verified: bool) -> Deciphered:
        if plain[0] == self._tags.initiate_request:
            key = dedicated_key_in(plain, self._tags)
            self._dedicated = key if isinstance(key, Key) else None
        fitted = (self._tags.sent_by_server(plain[0]), attempt.title, attempt.entry)
        self._fitted = [fitted, *(other for other in self._fitted if other != fitted)][:_REMEMBERED]
        counter = envelope.invocation_counter
        line = counter_line(attempt.key, attempt.title)
        first = self._seen.setdefault((line, counter), self._number)
        if len(self._seen) > _COUNTERS_KEPT:
            del self._seen[next(iter(self._seen))]
        highest = self._highest.get(line, -1)
        self._highest[line] = max(highest, counter)
        return Deciphered(
            path,
            envelope,
            DecipherStatus.VERIFIED if verified else DecipherStatus.UNVERIFIED,
            sender=attempt.title,
            apdu=plain,
            repeats=None if first == self._number else first,
            goes_back=counter < highest,
            keys_of=self._other_owner(envelope, attempt, plain),
        )

    def _other_owner(self, envelope: Envelope, attempt: _Attempt, plain: bytes) -> bytes | None:
        """Whose keys fitted, if a server says its title and they are neither its own nor a peer's."""
        if not envelope.system_title or not self._tags.sent_by_server(plain[0]):
            return None
        right = (attempt.title, self._server, self._client, _ANY_TITLE)
        owners = [holder for holder, entry in self._keys.entries() if entry is attempt.entry]
        return None if not owners or any(owner in right for owner in owners) else owners[0]

    def _attempts(self, envelope: Envelope, status: SecurityStatus) -> Iterator[_Attempt]:
        """What to try, each once: the likeliest first, and nothing that may fit is left out."""
        tried: set[tuple[bytes, bytes, bytes | None]] = set()
        for title, entry in self._candidates(envelope):
            for attempt in self._with_keys_of(entry, title, status):
                check = attempt.authentication_key
                signature = (title, attempt.key.identifier, None if check is None else check.identifier)
                if signature not in tried:
                    tried.add(signature)
                    yield attempt

    def _candidates(self, envelope: Envelope) -> Iterator[tuple[bytes, KeyEntry]]:
        """System titles of the sender with keys: those that fitted last, those that the association tells, all."""
        entries = list(self._keys.entries())
        told = envelope.system_title
        servers = {self._tags.sent_by_server(plain) for plain in envelope.meaning.holds}
        sides = ((True, self._server), (False, self._client))
        known = [told] if told else [title for side, title in sides if title is not None and side in servers]
        # A title of this association goes before what fitted in an earlier one.
        fitted = [(title, entry) for server, title, entry in self._fitted if server in servers]
        yield from (pair for pair in fitted if pair[0] in known or not known)
        for title in known:
            for owner in (title, self._server, self._client):
                yield from ((title, entry) for holder, entry in entries if holder == owner)
            yield from ((title, entry) for _, entry in entries)
        if not told:
            yield from fitted
            yield from entries

    def _with_keys_of(self, entry: KeyEntry, title: bytes, status: SecurityStatus) -> Iterator[_Attempt]:
        if status.form is not None and status.form.is_dedicated:
            candidates = (self._dedicated, entry.dedicated_key)
        elif status.key_set is KeySet.BROADCAST:
            candidates = (entry.keys.global_broadcast_encryption_key, None)
        else:
            candidates = (entry.keys.global_unicast_encryption_key, None)
        for key in candidates:
            if key is not None:
                yield _Attempt(title, key, entry)

    def _user_information(self, octets: bytes) -> bytes | None:
        """The user-information of an ACSE APDU; keeps the system titles that come along."""
        try:
            apdu = decode(octets, strict=False)
        except DecodeError:
            return None
        if isinstance(apdu, AARQ):
            # A new association, perhaps of another client with another meter: what the last one agreed is void.
            self._dedicated = None
            self._client, self._server = self._given
            self._client = _title(apdu.calling_ap_title) or self._client
            return apdu.user_information
        if isinstance(apdu, AARE):
            self._server = _title(apdu.responding_ap_title) or self._server
            return apdu.user_information
        if isinstance(apdu, RLRQ | RLRE):
            return apdu.user_information
        return None


def _title(title: bytes | None) -> bytes | None:
    return title if title is not None and len(title) == TITLE_LENGTH else None
