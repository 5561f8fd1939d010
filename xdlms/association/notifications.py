"""What a server sends by itself, and how a client takes it (clauses 6.9, 6.15, 7.3.6, 7.3.10).

EventNotification goes by logical name, InformationReport by short name, DataNotification (since the
edition of 2016) by neither.
"""

from __future__ import annotations

from typing import Any, Final

from xdlms.security import Form, SecurityStatus
from xdlms.services.conformance import Option, Service, require
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.events import Indication
from xdlms.services.mapper import map_report
from xdlms.services.primitives.common import Priority, SecurityOptions, ServiceClass
from xdlms.services.primitives.ln import DataNotification, EventNotification
from xdlms.services.primitives.sn import InformationReport
from xdlms.services.references import AttributeReference, specification_of
from xdlms.services.short_names import ShortNames
from xdlms.services.sn_server import accesses_of
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import Conformance
from xdlms_apdu.v2023.syntax import Encodable

LONG_INVOKE_ID_BITS: Final = 0xFFFFFF
_LONG_SERVICE_CLASS_BIT: Final = 1 << 30
_LONG_PRIORITY_BIT: Final = 1 << 31
DATE_TIME_LENGTH: Final = 12

NOTIFICATIONS: Final = (apdu.EventNotificationRequest, apdu.InformationReportRequest, apdu.DataNotification)
"""The APDUs that a server sends by itself."""


def notification(
    request: EventNotification.Request | InformationReport.Request | DataNotification.Request,
    negotiated: Conformance | None,
    *,
    ciphered: bool,
) -> tuple[bytes, SecurityOptions | None]:
    """The APDU for a .request, and its protection.

    Args:
        request: the primitive.
        negotiated: the negotiated conformance; None outside of an association, where nothing was negotiated.
        ciphered: whether ciphered APDUs are allowed.

    Raises:
        LocalProtocolError: NOT_NEGOTIATED or PARAMETER.
        EncodeError: a value that the abstract syntax does not allow.
    """
    service = _SERVICES[type(request)]
    if negotiated is not None:
        require(service, (Option.SERVICE,), negotiated)
    options = request.security_options
    encoded: Encodable
    if isinstance(request, EventNotification.Request):
        if request.attribute.selection is not None or request.attribute.attribute_id < 1:
            raise LocalProtocolError(LocalFault.PARAMETER, "EventNotification tells the value of one whole attribute")
        if request.time is not None:
            _check_date_time(request.time)
        encoded = apdu.EventNotificationRequest(request.attribute.descriptor, request.value, request.time)
    elif isinstance(request, InformationReport.Request):
        if len(request.variables) != len(request.values) or not request.variables:
            raise LocalProtocolError(LocalFault.PARAMETER, f"{service}: there are as many values as variables")
        specifications = [specification_of(variable) for variable in request.variables]
        encoded = apdu.InformationReportRequest(specifications, list(request.values), request.current_time)
    else:
        encoded = _data_notification(request)
        if ciphered and (options is None or options.form is None):
            # It has no glo- or ded- form of its own.
            chosen = options or SecurityOptions()
            options = SecurityOptions(chosen.protection, Form.GENERAL_GLO, chosen.key_set)
    return encoded.encode(), options


def indications(received: Any, status: SecurityStatus, names: ShortNames | None) -> list[Indication]:
    """The .indications for a received notification.

    Args:
        received: one of NOTIFICATIONS.
        status: how it was protected.
        names: the SN mapper's table: an InformationReport about objects in it comes as EventNotifications.

    Raises:
        RemoteProtocolError: UNDECODABLE, its parts contradict each other.
    """
    if isinstance(received, apdu.EventNotificationRequest):
        attribute = AttributeReference.of(received.cosem_attribute_descriptor)
        return [EventNotification.Indication(attribute, received.attribute_value, received.time, status)]
    if isinstance(received, apdu.DataNotification):
        if len(received.date_time) not in (0, DATE_TIME_LENGTH):
            raise RemoteProtocolError(
                RemoteFault.UNDECODABLE, f"a date-time has 12 octets or none, not {len(received.date_time)}"
            )
        number = received.long_invoke_id_and_priority
        return [
            DataNotification.Indication(
                received.notification_body.data_value,
                number & LONG_INVOKE_ID_BITS,
                received.date_time,
                Priority(bool(number & _LONG_PRIORITY_BIT)),
                ServiceClass(bool(number & _LONG_SERVICE_CLASS_BIT)),
                status,
            )
        ]
    variables = tuple(accesses_of(received.variable_access_specification))
    values = tuple(received.list_of_data)
    if len(variables) != len(values):
        raise RemoteProtocolError(RemoteFault.UNDECODABLE, "there are not as many values as variables")
    report = InformationReport.Indication(variables, values, received.current_time, status)
    mapped = None if names is None else map_report(report, names)
    return [report] if mapped is None else [*mapped]


def _data_notification(request: DataNotification.Request) -> apdu.DataNotification:
    if not 0 <= request.long_invoke_id <= LONG_INVOKE_ID_BITS:
        raise LocalProtocolError(LocalFault.PARAMETER, f"a long invoke-id has 24 bits, unlike {request.long_invoke_id}")
    if request.date_time:
        _check_date_time(request.date_time)
    number = (
        request.long_invoke_id | _LONG_SERVICE_CLASS_BIT * request.service_class | _LONG_PRIORITY_BIT * request.priority
    )
    return apdu.DataNotification(number, request.date_time, apdu.NotificationBody(request.body))


def _check_date_time(octets: bytes) -> None:
    if len(octets) != DATE_TIME_LENGTH:
        raise LocalProtocolError(LocalFault.PARAMETER, f"a date-time has 12 octets, not {len(octets)}")


_SERVICES: Final[dict[type, Service]] = {
    EventNotification.Request: Service.EVENT_NOTIFICATION,
    InformationReport.Request: Service.INFORMATION_REPORT,
    DataNotification.Request: Service.DATA_NOTIFICATION,
}
