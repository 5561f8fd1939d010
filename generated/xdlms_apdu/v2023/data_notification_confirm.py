# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""Confirms that a Data-Notification was received."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import read_octets, write_octets
from xdlms_apdu.v2023.common import LongInvokeIdAndPriority
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

_DATA_NOTIFICATION_CONFIRM = Struct(">I")
_DATA_NOTIFICATION_CONFIRM_2 = Struct(">1sI")


class DataNotificationConfirm(Encodable):
    """Confirms that a Data-Notification was received.

    long_invoke_id_and_priority: As in the Data-Notification.
    date_time: When it was sent: a Cosem-Date-Time, or empty.

    Source: IEC 62056-5-3, added by the edition of 2023.
    """

    __slots__ = ("long_invoke_id_and_priority", "date_time")
    __match_args__ = ("long_invoke_id_and_priority", "date_time")
    TAG_PATH = b"\x10"

    def __init__(
        self,
        long_invoke_id_and_priority: LongInvokeIdAndPriority,
        date_time: bytes,
    ) -> None:
        self.long_invoke_id_and_priority = long_invoke_id_and_priority
        self.date_time = date_time

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DataNotificationConfirm)
            and self.long_invoke_id_and_priority == other.long_invoke_id_and_priority
            and self.date_time == other.date_time
        )

    def __repr__(self) -> str:
        return (
            "DataNotificationConfirm("
            f"long_invoke_id_and_priority={self.long_invoke_id_and_priority!r}, "
            f"date_time={self.date_time!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        (long_invoke_id_and_priority,) = _DATA_NOTIFICATION_CONFIRM.unpack_from(octets, at)
        at += 4
        date_time, at = read_octets(octets, at)
        return cls(long_invoke_id_and_priority, date_time), at

    def write(self) -> bytes:
        return _DATA_NOTIFICATION_CONFIRM_2.pack(b"\x10", self.long_invoke_id_and_priority) + write_octets(
            self.date_time
        )
