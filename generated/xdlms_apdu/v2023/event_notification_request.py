# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""EventNotification.request: the server sends the value of an attribute unasked; nobody answers."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual, read_octets, write_octets
from xdlms_apdu.v2023.common import CosemAttributeDescriptor
from xdlms_apdu.v2023.data import Data
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

_EVENT_NOTIFICATION_REQUEST = Struct(">H6sb")


class EventNotificationRequest(Encodable):
    """EventNotification.request: the server sends the value of an attribute unasked; nobody answers.

    time: When it happened: a Cosem-Date-Time, with its length 0C.
    cosem_attribute_descriptor: The attribute.
    attribute_value: Its value.

    Source: IEC 62056-5-3:2013, clauses 6.9, 7.3.6 and 8.
    """

    __slots__ = ("time", "cosem_attribute_descriptor", "attribute_value")
    __match_args__ = ("cosem_attribute_descriptor", "attribute_value", "time")
    TAG_PATH = b"\xc2"

    def __init__(
        self,
        cosem_attribute_descriptor: CosemAttributeDescriptor,
        attribute_value: Data,
        time: bytes | None = None,
    ) -> None:
        self.time = time
        self.cosem_attribute_descriptor = cosem_attribute_descriptor
        self.attribute_value = attribute_value

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, EventNotificationRequest)
            and self.time == other.time
            and self.cosem_attribute_descriptor == other.cosem_attribute_descriptor
            and self.attribute_value == other.attribute_value
        )

    def __repr__(self) -> str:
        return (
            "EventNotificationRequest("
            f"time={self.time!r}, "
            f"cosem_attribute_descriptor={self.cosem_attribute_descriptor!r}, "
            f"attribute_value={self.attribute_value!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        has_time = octets[at]
        at += 1
        if has_time == 0:
            time = None
        elif has_time == 1:
            time, at = read_octets(octets, at)
        else:
            raise Unusual
        class_id, instance_id, attribute_id = _EVENT_NOTIFICATION_REQUEST.unpack_from(octets, at)
        at += 9
        attribute_value, at = Data.read(octets, at)
        return cls(CosemAttributeDescriptor(class_id, instance_id, attribute_id), attribute_value, time), at

    def write(self) -> bytes:
        cosem_attribute_descriptor = self.cosem_attribute_descriptor
        instance_id = cosem_attribute_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return (
            b"\xc2"
            + (b"\x00" if self.time is None else b"\x01" + write_octets(self.time))
            + _EVENT_NOTIFICATION_REQUEST.pack(
                cosem_attribute_descriptor.class_id, instance_id, cosem_attribute_descriptor.attribute_id
            )
            + Data.octets_of(self.attribute_value)
        )
