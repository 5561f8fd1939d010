"""What the security layer raises.

Whatever is wrong with a received APDU, there is one error for it, `DecipheringError`, always with the
same words: a peer, or somebody in between, learns nothing from how it was refused. Only an APDU that
is authentic and old gets an error of its own, since a server may tell the expected counter.

No error of this package carries a key, a password, a challenge or plaintext, and none is raised from
a frame that holds one in the clear (a crash reporter prints the locals of every frame).
"""

from __future__ import annotations

import warnings
from typing import Final


class SecurityError(Exception):
    """Anything that clause 5 forbids; the base of all errors of this package."""


class DecipheringError(SecurityError):
    """A received APDU was refused. What exactly is wrong with it is not told, on purpose.

    `xdlms.security.inspect` shows the public fields of the APDU to whoever looks for the cause.
    """

    def __str__(self) -> str:
        return "the APDU is refused: it is not protected as it must be"


class ReplayError(SecurityError):
    """An authentic APDU whose invocation counter is not fresh.

    `expected` is the lowest counter that a sender can be sure to have accepted, for an
    invocation-counter-error (IEC 62056-5-3:2017, ExceptionResponse).
    """

    def __init__(self, expected: int) -> None:
        self.expected = expected
        super().__init__(expected)

    def __str__(self) -> str:
        return f"the APDU is refused: its invocation counter was used before, at least {self.expected} is expected"


class AuthenticationError(SecurityError):
    """The peer did not prove who it is (LLS password, HLS challenge or reply); the cause is not told."""

    def __str__(self) -> str:
        return "the peer is not authenticated"


class PolicyError(SecurityError):
    """A call asks for what the security policy, the application context or the form of the APDU forbids."""


class KeyMaterialError(SecurityError):
    """A key, password or secret is missing or unusable; the message never shows it."""


class KeyFileError(KeyMaterialError):
    """A keys file cannot be used; the message names the file and the place, never a value."""


class CounterError(SecurityError):
    """An invocation counter cannot be used."""


class CounterExhaustedError(CounterError):
    """The invocation counter of a key has reached its end: the key must be replaced (clause 5.4.5)."""

    def __str__(self) -> str:
        return "the invocation counter of this key is at its end: replace the key"


class CounterStoreError(CounterError):
    """The store of invocation counters cannot do its duty; nothing was sent or accepted."""


class WeakSecurityWarning(UserWarning):
    """A mechanism is used that gives less than its name promises; docs/security.md says what."""


ENCRYPTION_ONLY: Final = (
    "encryption only",
    "nobody can tell who sent such an APDU, nor whether it was changed or sent again",
)
"""What to warn of where an APDU is encrypted and not authenticated."""

_warned: set[str] = set()


def warn_weak(mechanism: str, advice: str) -> None:
    """Warn of a weak mechanism, once a process and mechanism.

    Call it before anything changes state: whoever turns warnings into errors must not lose a counter. The
    warning names the caller of the function that calls this.
    """
    if mechanism not in _warned:
        warnings.warn(f"{mechanism}: {advice}", WeakSecurityWarning, stacklevel=3)
        _warned.add(mechanism)
