"""What may pass: Table 34, the security policy, and the forms an APDU has. No keys and no octets, only decisions.

- In an application context without ciphering, all APDUs are plain.
- With ciphering, less protection than the policy asks for is refused and more is taken, both ways.
- AARQ, AARE, RLRQ, RLRE, ExceptionResponse and ConfirmedServiceError pass plain under every policy.
- The dedicated key ciphers neither broadcasts nor the APDUs that agree it, and is itself only sent
  with authentication and encryption.
- What protects an APDU does not stand inside another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from xdlms.security.errors import PolicyError
from xdlms.security.suite import (
    PROTECTIONS,
    Form,
    KeySet,
    Protection,
    SecurityPolicy,
    SecurityStatus,
    SecuritySuite,
)
from xdlms.security.tags import ApduTags


class Rules:
    """The decisions of one suite, policy and application context.

    Args:
        tags: the APDUs of the edition.
        suite: the suite that every security control octet must name.
        policy: the security policy.
        ciphered: whether the application context is one with ciphering.

    Raises:
        PolicyError: the policy asks for ciphering, and the application context has none.
    """

    __slots__ = ("ciphered", "policy", "required", "statuses", "suite", "tags")

    def __init__(self, tags: ApduTags, suite: SecuritySuite, policy: SecurityPolicy, *, ciphered: bool) -> None:
        if policy.required and not ciphered:
            raise PolicyError("an application context without ciphering has security policy 0 (Table 34)")
        self.tags = tags
        self.suite = suite
        self.policy = policy
        self.required = policy.required
        self.ciphered = ciphered
        self.statuses: Mapping[int, SecurityStatus] = _statuses(tags, suite, policy.required) if ciphered else {}
        """The status of each ciphered APDU that is taken, by its tag and security control octet as one number (tag
        first). What is not in here is refused: other suites, reserved bits, Key_Set where there is none, no
        protection at all, and less than the policy asks for. All rules that say the same have the same one."""

    def admits_plain(self, tag: int) -> bool:
        """Whether a received plain APDU with this tag is taken."""
        return tag in self.tags.pass_plain or not self.required

    def protection_for(self, plain: int, options: Protection | None, form: Form) -> Protection:
        """The protection of an APDU to send; `options` are its Security_Options, None for what the policy asks.

        Raises:
            PolicyError: it cannot or must not be sent so.
        """
        if plain in self.tags.protected:
            raise PolicyError("the APDU is ciphered already: what protects an APDU does not stand in another one")
        passes_plain = plain in self.tags.pass_plain
        has_form = self.tags.ciphered_tag(form, plain) is not None
        if options is None:
            return Protection.NONE if passes_plain and not has_form else self._checked(self.required, plain, form)
        protection = PROTECTIONS.get(int(options))
        if protection is None:
            raise PolicyError(f"{int(options):#x} is no protection")
        if int(self.required) & ~int(protection) and not passes_plain:
            raise PolicyError(f"security policy {self.policy:d} asks for more protection than {protection!r}")
        return self._checked(protection, plain, form)

    def _checked(self, protection: Protection, plain: int, form: Form) -> Protection:
        if protection and not self.ciphered:
            raise PolicyError("in an application context without ciphering all APDUs are plain (Table 34)")
        if protection and self.tags.ciphered_tag(form, plain) is None:
            raise PolicyError(f"an APDU that begins with {plain:02X} has no form {form.value}")
        return protection


_MOST_TABLES: Final = 64
"""Suites times policies times editions; a table takes 7 kB, which a server with many associations has but once."""


@lru_cache(maxsize=_MOST_TABLES)
def _statuses(tags: ApduTags, suite: SecuritySuite, required: Protection) -> Mapping[int, SecurityStatus]:
    return {
        tag << 8 | suite | int(protection) | key_set: SecurityStatus(protection, form, key_set)
        for tag, form in ((tag, ciphered_tag.form) for tag, ciphered_tag in tags.ciphered.items())
        for protection in PROTECTIONS.values()
        for key_set in KeySet
        if protection
        and protection & required == required
        and not (form.is_dedicated and key_set is not KeySet.UNICAST)
    }
