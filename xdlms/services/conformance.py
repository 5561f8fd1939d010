"""Which conformance bit each service and option needs (clause 7.3.1; Table 35), and negotiation."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.references import AttributeReference
from xdlms_apdu.v2023 import Conformance


class Service(StrEnum):
    """The data transfer services that a conformance bit stands for."""

    GET = "GET"
    SET = "SET"
    ACTION = "ACTION"
    EVENT_NOTIFICATION = "EventNotification"
    DATA_NOTIFICATION = "DataNotification"
    READ = "Read"
    WRITE = "Write"
    UNCONFIRMED_WRITE = "UnconfirmedWrite"
    INFORMATION_REPORT = "InformationReport"


class Option(StrEnum):
    """What a request may use of a service."""

    SERVICE = "the service"
    SELECTION = "selective access"
    LIST = "multiple references"
    BLOCKS = "block transfer"
    ATTRIBUTE_0 = "attribute 0"
    PARAMETERIZED = "parameterized access"
    HIGH_PRIORITY = "priority high"


REQUIRED: Final[dict[tuple[Service, Option], Conformance]] = {
    (Service.GET, Option.SERVICE): Conformance.get,
    (Service.GET, Option.SELECTION): Conformance.selective_access,
    (Service.GET, Option.LIST): Conformance.multiple_references,
    (Service.GET, Option.BLOCKS): Conformance.block_transfer_with_get_or_read,
    (Service.GET, Option.ATTRIBUTE_0): Conformance.attribute0_supported_with_get,
    (Service.GET, Option.HIGH_PRIORITY): Conformance.priority_mgmt_supported,
    (Service.SET, Option.SERVICE): Conformance.set,
    (Service.SET, Option.SELECTION): Conformance.selective_access,
    (Service.SET, Option.LIST): Conformance.multiple_references,
    (Service.SET, Option.BLOCKS): Conformance.block_transfer_with_set_or_write,
    (Service.SET, Option.ATTRIBUTE_0): Conformance.attribute0_supported_with_set,
    (Service.SET, Option.HIGH_PRIORITY): Conformance.priority_mgmt_supported,
    (Service.ACTION, Option.SERVICE): Conformance.action,
    (Service.ACTION, Option.LIST): Conformance.multiple_references,
    (Service.ACTION, Option.BLOCKS): Conformance.block_transfer_with_action,
    (Service.ACTION, Option.HIGH_PRIORITY): Conformance.priority_mgmt_supported,
    (Service.EVENT_NOTIFICATION, Option.SERVICE): Conformance.event_notification,
    (Service.DATA_NOTIFICATION, Option.SERVICE): Conformance.data_notification,
    (Service.READ, Option.SERVICE): Conformance.read,
    (Service.READ, Option.PARAMETERIZED): Conformance.parameterized_access,
    (Service.READ, Option.LIST): Conformance.multiple_references,
    (Service.READ, Option.BLOCKS): Conformance.block_transfer_with_get_or_read,
    (Service.WRITE, Option.SERVICE): Conformance.write,
    (Service.WRITE, Option.PARAMETERIZED): Conformance.parameterized_access,
    (Service.WRITE, Option.LIST): Conformance.multiple_references,
    (Service.WRITE, Option.BLOCKS): Conformance.block_transfer_with_set_or_write,
    (Service.UNCONFIRMED_WRITE, Option.SERVICE): Conformance.unconfirmed_write,
    (Service.UNCONFIRMED_WRITE, Option.PARAMETERIZED): Conformance.parameterized_access,
    (Service.UNCONFIRMED_WRITE, Option.LIST): Conformance.multiple_references,
    (Service.INFORMATION_REPORT, Option.SERVICE): Conformance.information_report,
}

_REQUIRED_BITS: Final = {key: int(bit) for key, bit in REQUIRED.items()}

NOTHING: Final = Conformance(0)
LN_ONLY: Final = (
    Conformance.attribute0_supported_with_set
    | Conformance.priority_mgmt_supported
    | Conformance.attribute0_supported_with_get
    | Conformance.block_transfer_with_action
    | Conformance.access
    | Conformance.get
    | Conformance.set
    | Conformance.selective_access
    | Conformance.event_notification
    | Conformance.action
)
"""The bits that mean something with LN referencing only."""
SN_ONLY: Final = (
    Conformance.read
    | Conformance.write
    | Conformance.unconfirmed_write
    | Conformance.information_report
    | Conformance.parameterized_access
)
"""The bits that mean something with SN referencing only."""
BOTH: Final = (
    Conformance.block_transfer_with_get_or_read
    | Conformance.block_transfer_with_set_or_write
    | Conformance.multiple_references
)
LN_OFFERED: Final = (LN_ONLY ^ Conformance.access) | BOTH
"""What this core offers with LN referencing. The association notifies, too, but nobody has to negotiate pushes."""
SN_OFFERED: Final = SN_ONLY | BOTH
"""What this core offers with SN referencing."""


def offered(*, by_short_name: bool) -> Conformance:
    """All that this core has for a referencing method."""
    return SN_OFFERED if by_short_name else LN_OFFERED


def negotiate(proposed: Conformance, supported: Conformance, *, by_short_name: bool) -> Conformance:
    """What both sides have, less what belongs to the other referencing method only."""
    return proposed & supported & ~(LN_ONLY if by_short_name else SN_ONLY)


def missing(service: Service, options: Iterable[Option], negotiated: Conformance) -> list[tuple[Option, Conformance]]:
    """The options, with their bits, that were not negotiated."""
    bits = int(negotiated)
    return [(option, REQUIRED[service, option]) for option in options if not bits & _REQUIRED_BITS[service, option]]


def require(
    service: Service,
    options: Iterable[Option],
    negotiated: Conformance,
    *,
    about: AttributeReference | None = None,
) -> None:
    """Refuse, on the own side, what was not negotiated; `about`: the one attribute that asks for these options.

    Raises:
        LocalProtocolError: NOT_NEGOTIATED, with the bits that are missing.
    """
    lacking = missing(service, options, negotiated)
    if lacking:
        bits = NOTHING
        for _, bit in lacking:
            bits |= bit
        reasons = ", ".join(f"{option} needs the conformance bit {bit}" for option, bit in lacking)
        raise LocalProtocolError(
            LocalFault.NOT_NEGOTIATED, f"{service}: {reasons}, not negotiated", missing=bits, about=about
        )


def admit(service: Service, options: Iterable[Option], negotiated: Conformance, *, silent: bool = False) -> None:
    """Refuse, for the peer, what was not negotiated.

    Raises:
        RemoteProtocolError: NOT_NEGOTIATED; `silent` where the peer expects no answer.
    """
    lacking = missing(service, options, negotiated)
    if lacking:
        reasons = ", ".join(f"{option} ({bit})" for option, bit in lacking)
        raise RemoteProtocolError(RemoteFault.NOT_NEGOTIATED, f"{service}: not negotiated: {reasons}", silent=silent)
