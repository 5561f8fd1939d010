"""Registered COSEM names (clause 7.2.2): application contexts (Table 34), authentication mechanisms, cryptographic
algorithms."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MECHANISM_PREFIX: Final = "2.16.756.5.8.2."
LAST_MECHANISM: Final = 7
"""The last registered authentication mechanism; the security package says which are offered."""
TITLES_NEEDED: Final = frozenset({5, 6, 7})
"""The mechanisms whose formulas use the system titles: HLS with GMAC, SHA-256 and ECDSA."""
LOWEST: Final = 0
LLS: Final = 1

LN_VAA_NAME: Final = 0x0007
SN_VAA_NAME: Final = 0xFA00
"""vaa-name of an InitiateResponse; with SN it is the base name of the current Association SN object."""


class ApplicationContext(StrEnum):
    """The application contexts: referencing method, and whether ciphered APDUs are allowed (Table 34)."""

    LN = "2.16.756.5.8.1.1"
    SN = "2.16.756.5.8.1.2"
    LN_CIPHERED = "2.16.756.5.8.1.3"
    SN_CIPHERED = "2.16.756.5.8.1.4"

    @property
    def ciphered(self) -> bool:
        """Whether ciphered APDUs are allowed."""
        return self in (ApplicationContext.LN_CIPHERED, ApplicationContext.SN_CIPHERED)

    @property
    def by_short_name(self) -> bool:
        """Whether objects are referenced by short name (SN), and not by logical name (LN)."""
        return self in (ApplicationContext.SN, ApplicationContext.SN_CIPHERED)

    @property
    def vaa_name(self) -> int:
        """The vaa-name that belongs to the context, 0 to 65535."""
        return SN_VAA_NAME if self.by_short_name else LN_VAA_NAME


class CryptographicAlgorithm(StrEnum):
    """The cryptographic algorithms. No APDU of 2013 names one: the security suite does (Table 2)."""

    AES_GCM_128 = "2.16.756.5.8.3.0"
    AES_GCM_256 = "2.16.756.5.8.3.1"
    AES_WRAP_128 = "2.16.756.5.8.3.2"
    AES_WRAP_256 = "2.16.756.5.8.3.3"


_CONTEXTS: Final = {context.value: context for context in ApplicationContext}


def application_context_of(name: str) -> ApplicationContext | None:
    """The application context with this object identifier, or None."""
    return _CONTEXTS.get(name)


def mechanism_name(number: int) -> str:
    """The object identifier of an authentication mechanism, 0 to 7."""
    return f"{MECHANISM_PREFIX}{number}"


_MECHANISMS: Final = {mechanism_name(number): number for number in range(LAST_MECHANISM + 1)}


def mechanism_of(name: str) -> int | None:
    """The number of the authentication mechanism with this object identifier, or None for an unknown one."""
    return _MECHANISMS.get(name)
