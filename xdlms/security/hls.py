"""Data access security (clause 5.3): the password of LLS, and the four passes of HLS, both roles.

======= ===================== ============================== ==============================
Number  Mechanism             f(StoC), from the client       f(CtoS), from the server
======= ===================== ============================== ==============================
1       LLS                   the password is in the AARQ
2       manufacturer specific a function of the application  the same
3       MD5                   MD5(StoC secret)               MD5(CtoS secret)
4       SHA-1                 SHA-1(StoC secret)             SHA-1(CtoS secret)
5       GMAC                  SC IC GMAC(SC AK StoC)         the same with CtoS
======= ===================== ============================== ==============================

An `HlsHandshake` serves one association: a fresh challenge, one attempt, and the order of the passes.
A server proves itself only to a client that has proved itself, so that nobody can use it to answer the
challenges of others.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import Enum, IntEnum
from typing import ClassVar, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from xdlms.security.context import SecurityContext
from xdlms.security.errors import AuthenticationError, KeyMaterialError, SecurityError, warn_weak
from xdlms.security.secret import Secret, digest, same_octets

MIN_CHALLENGE_LENGTH: Final = 8
MAX_CHALLENGE_LENGTH: Final = 64
CHALLENGE_LENGTH: Final = 16
"""Octets of a challenge, unless told."""


class Mechanism(IntEnum):
    """The authentication mechanisms of clause 7.2.2; the value is the last arc of the mechanism name."""

    LOWEST = 0
    LLS = 1
    HLS = 2
    HLS_MD5 = 3
    HLS_SHA1 = 4
    HLS_GMAC = 5


class Role(Enum):
    """Which side of the association this is."""

    CLIENT = "client"
    SERVER = "server"


def check_password(expected: Secret, received: bytes | None) -> None:
    """Return if the password of an AARQ is the expected one (LLS), comparing in constant time.

    Raises:
        AuthenticationError: it is not, or there is none.
        KeyMaterialError: the expected one is no Secret.
    """
    if not isinstance(expected, Secret):
        del expected, received
        raise KeyMaterialError("the expected password is given as a Secret")
    same = received is not None and same_octets(expected.reveal(), received)
    del received  # the password of somebody, perhaps with a slip of the finger
    if not same:
        raise AuthenticationError


class HlsFunction(ABC):
    """f of one mechanism, for one side. It gets both challenges, since later mechanisms use both."""

    mechanism: ClassVar[Mechanism]

    @abstractmethod
    def reply(self, *, own: bytes, peer: bytes) -> bytes:
        """f(challenge of the peer), as this side sends it."""

    @abstractmethod
    def verify(self, reply: bytes, *, own: bytes, peer: bytes) -> None:
        """Return if `reply` is the peer's f(own challenge); raise AuthenticationError for any other."""


class _HashHls(HlsFunction):
    """H(challenge, secret)."""

    __slots__ = ("_secret",)
    _algorithm: ClassVar[type[hashes.HashAlgorithm]]
    _name: ClassVar[str]

    def __init__(self, secret: Secret) -> None:
        if not isinstance(secret, Secret):
            del secret
            raise KeyMaterialError(f"HLS with {self._name} takes its secret as a Secret")
        warn_weak(f"HLS with {self._name}", "whoever listens can guess the secret at leisure; use GMAC where you can")
        if not _offered(self._algorithm):
            raise KeyMaterialError(f"{self._name} is switched off in the cryptographic library of this machine")
        self._secret = secret

    def reply(self, *, own: bytes, peer: bytes) -> bytes:
        return digest(self._algorithm(), peer + self._secret.reveal())

    def verify(self, reply: bytes, *, own: bytes, peer: bytes) -> None:
        if not same_octets(digest(self._algorithm(), own + self._secret.reveal()), reply):
            raise AuthenticationError


class Md5Hls(_HashHls):
    """HLS mechanism 3. Raises KeyMaterialError when MD5 is switched off on this machine."""

    __slots__ = ()
    mechanism = Mechanism.HLS_MD5
    _algorithm = hashes.MD5
    _name = "MD5"


class Sha1Hls(_HashHls):
    """HLS mechanism 4. Raises KeyMaterialError when SHA-1 is switched off on this machine."""

    __slots__ = ()
    mechanism = Mechanism.HLS_SHA1
    _algorithm = hashes.SHA1
    _name = "SHA-1"


class GmacHls(HlsFunction):
    """HLS mechanism 5, with the keys, titles and counters of the security context.

    Args:
        context: the association's; the peer's title must be known before a reply is verified.
        allow_shared_counter: take replies of peers that use the nonce of the reply once more, for the
            ciphered APDU that brings it. That is wrong, and tells attackers about the key.
    """

    __slots__ = ("_allow_shared_counter", "_context")
    mechanism = Mechanism.HLS_GMAC

    def __init__(self, context: SecurityContext, *, allow_shared_counter: bool = False) -> None:
        self._context = context
        self._allow_shared_counter = allow_shared_counter

    def reply(self, *, own: bytes, peer: bytes) -> bytes:
        return self._context.gmac(peer)

    def verify(self, reply: bytes, *, own: bytes, peer: bytes) -> None:
        self._context.verify_gmac(own, reply, allow_shared_counter=self._allow_shared_counter)


class ApplicationHls(HlsFunction):
    """HLS mechanism 2: functions of the application.

    Args:
        reply: f for the challenge of the peer, as this side computes it.
        expected: f for the own challenge, as the peer computes it.
    """

    __slots__ = ("_expected", "_reply")
    mechanism = Mechanism.HLS

    def __init__(self, *, reply: Callable[[bytes], bytes], expected: Callable[[bytes], bytes]) -> None:
        self._reply = reply
        self._expected = expected

    def reply(self, *, own: bytes, peer: bytes) -> bytes:
        return self._reply(peer)

    def verify(self, reply: bytes, *, own: bytes, peer: bytes) -> None:
        if not same_octets(self._expected(own), reply):
            raise AuthenticationError


class HlsState(Enum):
    """How far a handshake is."""

    OPEN = "the own challenge is made"
    CHALLENGED = "the challenge of the peer is known"
    REPLIED = "the own reply is made, the one of the peer is due (client)"
    VERIFIED = "the peer has proved itself, the own reply is due (server)"
    DONE = "both sides have proved themselves"
    FAILED = "the association must not be used"


class _Step(Enum):
    CHALLENGE = "receive_challenge"
    REPLY = "reply"
    VERIFY = "verify"


_NEXT: Final[dict[tuple[Role, HlsState, _Step], HlsState]] = {
    (Role.CLIENT, HlsState.OPEN, _Step.CHALLENGE): HlsState.CHALLENGED,
    (Role.CLIENT, HlsState.CHALLENGED, _Step.REPLY): HlsState.REPLIED,
    (Role.CLIENT, HlsState.REPLIED, _Step.VERIFY): HlsState.DONE,
    (Role.SERVER, HlsState.OPEN, _Step.CHALLENGE): HlsState.CHALLENGED,
    (Role.SERVER, HlsState.CHALLENGED, _Step.VERIFY): HlsState.VERIFIED,
    (Role.SERVER, HlsState.VERIFIED, _Step.REPLY): HlsState.DONE,
}


class HlsHandshake:
    """The four passes of HLS, once, on one side.

    Client: send `challenge` (pass 1), `receive_challenge` (2), send `reply` (3), `verify` what comes back (4).
    Server: `receive_challenge` (1), send `challenge` (2), `verify` what comes (3), send `reply` (4).
    Any failure ends it for good; only in the state DONE may the association be used.

    Args:
        role: which side this is.
        function: f of the mechanism.
        random: gives so many octets from a cryptographic source, for example `secrets.token_bytes`.
        length: octets of the own challenge, 8 to 64.

    Raises:
        SecurityError: `length` is out of range, or the random source does not give so many octets.
    """

    __slots__ = ("_challenge", "_function", "_peer_challenge", "_role", "_state")

    def __init__(
        self,
        *,
        role: Role,
        function: HlsFunction,
        random: Callable[[int], bytes],
        length: int = CHALLENGE_LENGTH,
    ) -> None:
        self._role = role
        self._function = function
        self._state = HlsState.OPEN
        self._peer_challenge = b""
        if not MIN_CHALLENGE_LENGTH <= length <= MAX_CHALLENGE_LENGTH:
            raise SecurityError(
                f"a challenge has {MIN_CHALLENGE_LENGTH} to {MAX_CHALLENGE_LENGTH} octets, not {length}"
            )
        self._challenge = random(length)
        if not isinstance(self._challenge, bytes) or len(self._challenge) != length:
            raise SecurityError(f"the random source did not give {length} octets")

    @property
    def challenge(self) -> bytes:
        """The own challenge: CtoS of a client, StoC of a server."""
        return self._challenge

    @property
    def mechanism(self) -> Mechanism:
        return self._function.mechanism

    @property
    def state(self) -> HlsState:
        return self._state

    def receive_challenge(self, challenge: bytes) -> None:
        """Take the peer's challenge.

        Raises:
            AuthenticationError: it has no legal length, or is the own one, sent back.
        """
        state = self._step(_Step.CHALLENGE)
        legal = isinstance(challenge, bytes) and MIN_CHALLENGE_LENGTH <= len(challenge) <= MAX_CHALLENGE_LENGTH
        if not legal or challenge == self._challenge:
            self._state = HlsState.FAILED
            raise AuthenticationError
        self._peer_challenge = challenge
        self._state = state

    def reply(self) -> bytes:
        """f(challenge of the peer), to be sent.

        Raises:
            SecurityError: it is not due (a server replies only to a client that was verified).
            CounterError, KeyMaterialError: with GMAC, there is no counter or no key.
        """
        state = self._step(_Step.REPLY)
        self._state = HlsState.FAILED
        octets = self._function.reply(own=self._challenge, peer=self._peer_challenge)
        self._state = state
        return octets

    def verify(self, reply: bytes) -> None:
        """Return if `reply` proves that the peer has the secret or the keys.

        Raises:
            AuthenticationError: it does not; the handshake has failed for good.
            SecurityError: it is not due.
        """
        state = self._step(_Step.VERIFY)
        self._state = HlsState.FAILED
        self._function.verify(reply, own=self._challenge, peer=self._peer_challenge)
        self._state = state

    def _step(self, step: _Step) -> HlsState:
        state = _NEXT.get((self._role, self._state, step))
        if state is None:
            raise SecurityError(f"HLS, {self._role.value}: {step.value} is not due: {self._state.value}")
        return state

    def __repr__(self) -> str:
        return f"<HlsHandshake {self.mechanism.name}, {self._role.value}: {self._state.value}>"


def _offered(algorithm: type[hashes.HashAlgorithm]) -> bool:
    try:
        digest(algorithm(), b"")
    except UnsupportedAlgorithm:
        return False
    return True
