"""What the primitives of several services have in common (clauses 6.1, 6.5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from xdlms.security.suite import PLAIN_STATUS, Form, KeySet, Protection, SecurityStatus

INVOKE_IDS: Final = 16
"""How many invoke-ids there are: 0 to 15."""
INVOKE_ID_BITS: Final = 0x0F
SERVICE_CLASS_BIT: Final = 0x40
PRIORITY_BIT: Final = 0x80


class ServiceClass(IntEnum):
    """Service_Class: whether a response is expected."""

    UNCONFIRMED = 0
    CONFIRMED = 1


class Priority(IntEnum):
    """Priority of an LN service."""

    NORMAL = 0
    HIGH = 1


class RequestType(StrEnum):
    """The types of requests of GET, SET and ACTION that an application sees (Tables 14, 16 and 18)."""

    NORMAL = "normal"
    NEXT = "next"
    WITH_LIST = "with-list"


class ResponseType(StrEnum):
    """The types of responses of GET, SET and ACTION that an application sees (Tables 14, 16 and 18)."""

    NORMAL = "normal"
    WITH_LIST = "with-list"
    ONE_BLOCK = "one-block"
    LAST_BLOCK = "last-block"


class LocalOrRemote(StrEnum):
    """Local_Or_Remote of a .confirm: whether the answer comes from the own side or from the peer."""

    LOCAL = "local"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class SecurityOptions:
    """Security_Options of one invocation (Table 12); None stands for what the association uses.

    Args:
        protection: at least what the security policy asks for.
        form: glo- or ded- of the service, or general-glo- or general-ded-ciphering.
        key_set: which global encryption key.
    """

    protection: Protection | None = None
    form: Form | None = None
    key_set: KeySet = KeySet.UNICAST


@dataclass(frozen=True, slots=True, kw_only=True)
class LnRequest:
    """The parameters of every .request by logical name.

    `invoke_id` is 0 to 15, None: the core chooses one. An unconfirmed request gets no response.
    `security_options` is the protection of this invocation, None: as usual in the association.
    """

    invoke_id: int | None = None
    priority: Priority = Priority.NORMAL
    service_class: ServiceClass = ServiceClass.CONFIRMED
    security_options: SecurityOptions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LnIndication:
    """The parameters of every .indication by logical name."""

    invoke_id: int
    priority: Priority = Priority.NORMAL
    service_class: ServiceClass = ServiceClass.CONFIRMED
    security_status: SecurityStatus = PLAIN_STATUS


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceResponse:
    """The parameters of every .response.

    `invoke_id` is that of the .indication; `security_options` None: protected as the request was, and as
    the security policy asks.
    """

    invoke_id: int
    security_options: SecurityOptions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LnConfirm:
    """The parameters of every .confirm by logical name."""

    invoke_id: int
    priority: Priority = Priority.NORMAL
    security_status: SecurityStatus = PLAIN_STATUS


@dataclass(frozen=True, slots=True, kw_only=True)
class SnRequest:
    """The parameters of every .request by short name.

    `invoke_id` tells the .confirm apart from others, 0 to 15, None: the core chooses one. No APDU carries
    it: one service by short name at a time is on its way.
    """

    invoke_id: int | None = None
    security_options: SecurityOptions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnIndication:
    """The parameters of every .indication by short name; `invoke_id` names it in the .response."""

    invoke_id: int = 0
    security_status: SecurityStatus = PLAIN_STATUS


@dataclass(frozen=True, slots=True, kw_only=True)
class SnConfirm:
    """The parameters of every .confirm by short name; `invoke_id` is that of the .request."""

    invoke_id: int
    security_status: SecurityStatus = PLAIN_STATUS


def invoke_octet(invoke_id: int, priority: Priority, service_class: ServiceClass) -> int:
    """Invoke-Id-And-Priority (clause 8): invoke-id, service class and priority in one octet."""
    return invoke_id | SERVICE_CLASS_BIT * service_class | PRIORITY_BIT * priority


def priority_of(octet: int) -> Priority:
    """The priority in an Invoke-Id-And-Priority."""
    return Priority.HIGH if octet & PRIORITY_BIT else Priority.NORMAL


def service_class_of(octet: int) -> ServiceClass:
    """The service class in an Invoke-Id-And-Priority."""
    return ServiceClass.CONFIRMED if octet & SERVICE_CLASS_BIT else ServiceClass.UNCONFIRMED
