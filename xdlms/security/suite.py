"""Security suites, policies and the protection of one APDU (clauses 5.4.2 to 5.4.6; Tables 2, 3 and 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum, IntFlag
from typing import Final

from xdlms.security.errors import PolicyError

TAG_LENGTH: Final = 12
"""Octets of the authentication tag T, in every suite."""
TITLE_LENGTH: Final = 8
"""Octets of a system title."""
COUNTER_LENGTH: Final = 4
"""Octets of an invocation counter."""
HEADER_LENGTH: Final = 1 + COUNTER_LENGTH
"""Octets of the security header: security control and invocation counter."""
SUITE_BITS: Final = 0x0F
AUTHENTICATION_BIT: Final = 0x10
ENCRYPTION_BIT: Final = 0x20
COMPRESSION_BIT: Final = 0x80
"""Reserved in 2013, compression later; this package neither sends nor accepts it."""


class SecuritySuite(IntEnum):
    """The security suites this package offers; the value is the suite id of the security control octet."""

    AES_GCM_128 = 0


@dataclass(frozen=True, slots=True)
class SuiteParameters:
    """What a suite fixes: the length of its symmetric keys, in octets. Later suites add curve and hash."""

    key_length: int


# Suites 1 and 2 (ECDSA, ECDH, 256-bit keys) get their members and rows here; nothing else asks for a suite by number.
SUITES: Final[dict[SecuritySuite, SuiteParameters]] = {SecuritySuite.AES_GCM_128: SuiteParameters(key_length=16)}


def suite_of(number: int) -> SecuritySuite:
    """The suite with this id; raises PolicyError when it is not offered."""
    if number not in SecuritySuite.__members__.values():
        raise PolicyError(f"security suite {number} is not offered; suite 0 is")
    return SecuritySuite(number)


class Protection(IntFlag):
    """How an APDU is protected; the values are the bits of the security control octet."""

    NONE = 0
    AUTHENTICATION = 0x10
    ENCRYPTION = 0x20
    AUTHENTICATED_ENCRYPTION = 0x30


PROTECTIONS: Final = {number: Protection(number) for number in (0x00, 0x10, 0x20, 0x30)}


class KeySet(IntEnum):
    """Key_Set of the security control octet: which global encryption key; for ded- it is always UNICAST."""

    UNICAST = 0
    BROADCAST = 0x40


class Form(Enum):
    """The form of a ciphered APDU, which also tells the kind of its key: a global one or the dedicated one."""

    SERVICE_GLO = "glo-"
    SERVICE_DED = "ded-"
    GENERAL_GLO = "general-glo-ciphering"
    GENERAL_DED = "general-ded-ciphering"

    @property
    def is_dedicated(self) -> bool:
        return self in (Form.SERVICE_DED, Form.GENERAL_DED)

    @property
    def is_general(self) -> bool:
        return self in (Form.GENERAL_GLO, Form.GENERAL_DED)


class SecurityPolicy(IntEnum):
    """What all messages of an association need (clause 5.4.3); the numbers of Security setup, version 0.

    Version 1 of that class numbers differently (bits, requests and responses apart): a policy of that
    kind gets a class of its own with the same `required` and `allows_change_to`.
    """

    NOTHING = 0
    AUTHENTICATED = 1
    ENCRYPTED = 2
    AUTHENTICATED_AND_ENCRYPTED = 3

    @property
    def required(self) -> Protection:
        """The least protection of a message."""
        return PROTECTIONS[self << 4]

    def allows_change_to(self, other: SecurityPolicy) -> bool:
        """Whether `other` only adds to what this one asks for: a policy can be strengthened, never weakened."""
        return other.required & self.required == self.required


def policy_of(number: int) -> SecurityPolicy:
    """The policy with this number; raises PolicyError when there is none."""
    if number not in SecurityPolicy.__members__.values():
        raise PolicyError(f"there is no security policy {number}; 0 to 3 are (Security setup, version 0)")
    return SecurityPolicy(number)


@dataclass(frozen=True, slots=True)
class SecurityStatus:
    """Security_Status of a received message (Table 12): how it was really protected.

    `form` is None for a plain APDU. Only an authenticated message proves its sender, its contents and
    its invocation counter; an encrypted message that is not authenticated proves none of them.
    """

    protection: Protection
    form: Form | None
    key_set: KeySet
    authenticated: bool = field(init=False)
    encrypted: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "authenticated", bool(self.protection & Protection.AUTHENTICATION))
        object.__setattr__(self, "encrypted", bool(self.protection & Protection.ENCRYPTION))


PLAIN_STATUS: Final = SecurityStatus(Protection.NONE, None, KeySet.UNICAST)
