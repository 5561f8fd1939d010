"""Access rights of a client to the attributes and methods of an object (IEC 62056-6-2, Association LN, version 0 to 2).

A mode says what is allowed, and whether the message that asks must be authenticated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from xdlms.security import SecurityStatus


class AttributeAccess(IntEnum):
    """access_mode of an attribute."""

    NO_ACCESS = 0
    READ = 1
    WRITE = 2
    READ_AND_WRITE = 3
    AUTHENTICATED_READ = 4
    AUTHENTICATED_WRITE = 5
    AUTHENTICATED_READ_AND_WRITE = 6

    @property
    def readable(self) -> bool:
        """Whether the attribute can be read at all."""
        return self in _READABLE

    @property
    def writable(self) -> bool:
        """Whether the attribute can be written at all."""
        return self in _WRITABLE

    @property
    def authenticated(self) -> bool:
        """Whether the message that asks must be authenticated."""
        return self >= AttributeAccess.AUTHENTICATED_READ


_READABLE: Final = (
    AttributeAccess.READ,
    AttributeAccess.READ_AND_WRITE,
    AttributeAccess.AUTHENTICATED_READ,
    AttributeAccess.AUTHENTICATED_READ_AND_WRITE,
)
_WRITABLE: Final = (
    AttributeAccess.WRITE,
    AttributeAccess.READ_AND_WRITE,
    AttributeAccess.AUTHENTICATED_WRITE,
    AttributeAccess.AUTHENTICATED_READ_AND_WRITE,
)


class MethodAccess(IntEnum):
    """access_mode of a method."""

    NO_ACCESS = 0
    ACCESS = 1
    AUTHENTICATED_ACCESS = 2


class Refusal(IntEnum):
    """Why a request is not allowed."""

    DENIED = 0
    """There is no right to it."""
    NOT_PROTECTED = 1
    """There is one, for an authenticated message."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a client may do with an object.

    Args:
        attributes: the mode of every attribute that the object has, also of those without access; attribute 1 is the
            logical name.
        methods: the mode of every method that it has.
        selectors: the selectors of selective access, by attribute.
    """

    attributes: Mapping[int, AttributeAccess]
    methods: Mapping[int, MethodAccess] = field(default_factory=dict)
    selectors: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def to_read(self, attribute: int, status: SecurityStatus) -> Refusal | None:
        """Why an attribute cannot be read by a message that came so; None: it can."""
        mode = self.attributes.get(attribute, AttributeAccess.NO_ACCESS)
        return _refusal(mode in _READABLE, mode >= AttributeAccess.AUTHENTICATED_READ, status)

    def to_write(self, attribute: int, status: SecurityStatus) -> Refusal | None:
        """Why an attribute cannot be written by a message that came so; None: it can."""
        mode = self.attributes.get(attribute, AttributeAccess.NO_ACCESS)
        return _refusal(mode in _WRITABLE, mode >= AttributeAccess.AUTHENTICATED_READ, status)

    def to_call(self, method: int, status: SecurityStatus) -> Refusal | None:
        """Why a method cannot be called by a message that came so; None: it can."""
        mode = self.methods.get(method, MethodAccess.NO_ACCESS)
        return _refusal(mode != MethodAccess.NO_ACCESS, mode == MethodAccess.AUTHENTICATED_ACCESS, status)


def _refusal(allowed: bool, authenticated: bool, status: SecurityStatus) -> Refusal | None:
    if not allowed:
        return Refusal.DENIED
    return Refusal.NOT_PROTECTED if authenticated and not status.authenticated else None


def reading(attributes: int, *, selectors: Mapping[int, tuple[int, ...]] | None = None) -> Rights:
    """The right to read all of so many attributes, and nothing else."""
    return Rights(dict.fromkeys(range(1, attributes + 1), AttributeAccess.READ), {}, selectors or {})
