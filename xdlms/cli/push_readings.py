"""The readings in the APDUs that meters push."""

from __future__ import annotations

from typing import Any

from xdlms.apdu import DataNotification, EventNotificationRequest, decode_report
from xdlms.codec.errors import DecodeError
from xdlms.tools.date_time import iso_date_time
from xdlms.tools.readings import captured_reading, readings_of


def readings_in(apdu: bytes) -> list[dict[str, Any]]:
    """The readings in a Data-Notification or an EventNotification; none in what is no such APDU."""
    match _decoded(apdu):
        case DataNotification(notification_body=body):
            return readings_of(body.data_value.value)
        case EventNotificationRequest(cosem_attribute_descriptor=which, attribute_value=data):
            found = readings_of(data.value)
            if not found and not isinstance(data.value, list | tuple):
                found = [captured_reading(which.class_id, which.instance_id, which.attribute_id, data.value)]
            return found
    return []


def date_time_of(apdu: bytes) -> str | None:
    """When an APDU says that it was sent, as ISO 8601 has it; None where it does not say, or not all of it."""
    match _decoded(apdu):
        case DataNotification(date_time=octets) | EventNotificationRequest(time=octets) if octets:
            return iso_date_time(octets)
    return None


def _decoded(apdu: bytes) -> Any:
    try:
        return decode_report(apdu).apdu
    except DecodeError:
        return None
