# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""DataNotification.request: data that the server pushes."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import read_octets, write_octets
from xdlms_apdu.v2023.common import LongInvokeIdAndPriority
from xdlms_apdu.v2023.data import Data
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class NotificationBody(Encodable):
    """The data of a Data-Notification.

    data_value: The pushed value, often a structure as its push object list lays down.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("data_value",)
    __match_args__ = ("data_value",)

    def __init__(
        self,
        data_value: Data,
    ) -> None:
        self.data_value = data_value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NotificationBody) and self.data_value == other.data_value

    def __repr__(self) -> str:
        return f"NotificationBody(data_value={self.data_value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        data_value, at = Data.read(octets, at)
        return cls(data_value), at

    def write(self) -> bytes:
        return Data.octets_of(self.data_value)


_DATA_NOTIFICATION = Struct(">I")
_DATA_NOTIFICATION_2 = Struct(">1sI")


class DataNotification(Encodable):
    """DataNotification.request: data that the server pushes.

    long_invoke_id_and_priority: Long invoke-id, options and priority.
    date_time: When it was sent: a Cosem-Date-Time, or empty.
    notification_body: The data.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("long_invoke_id_and_priority", "date_time", "notification_body")
    __match_args__ = ("long_invoke_id_and_priority", "date_time", "notification_body")
    TAG_PATH = b"\x0f"

    def __init__(
        self,
        long_invoke_id_and_priority: LongInvokeIdAndPriority,
        date_time: bytes,
        notification_body: NotificationBody,
    ) -> None:
        self.long_invoke_id_and_priority = long_invoke_id_and_priority
        self.date_time = date_time
        self.notification_body = notification_body

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DataNotification)
            and self.long_invoke_id_and_priority == other.long_invoke_id_and_priority
            and self.date_time == other.date_time
            and self.notification_body == other.notification_body
        )

    def __repr__(self) -> str:
        return (
            "DataNotification("
            f"long_invoke_id_and_priority={self.long_invoke_id_and_priority!r}, "
            f"date_time={self.date_time!r}, "
            f"notification_body={self.notification_body!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        (long_invoke_id_and_priority,) = _DATA_NOTIFICATION.unpack_from(octets, at)
        at += 4
        date_time, at = read_octets(octets, at)
        notification_body, at = NotificationBody.read(octets, at)
        return cls(long_invoke_id_and_priority, date_time, notification_body), at

    def write(self) -> bytes:
        return (
            _DATA_NOTIFICATION_2.pack(b"\x0f", self.long_invoke_id_and_priority)
            + write_octets(self.date_time)
            + NotificationBody.write(self.notification_body)
        )
