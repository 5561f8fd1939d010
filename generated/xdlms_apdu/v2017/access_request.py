# Generated from asn1/2017/acse.asn1, asn1/2017/xdlms.asn1: do not edit, run `make generate`.
"""ACCESS.request: several reads, writes and method calls in one request, by logical name."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import read_list, read_octets, write_list, write_octets
from xdlms.codec.entry import same
from xdlms_apdu.v2017.common import (
    AccessRequestSpecification,
    LongInvokeIdAndPriority,
    read_access_request_specification,
    write_access_request_specification,
)
from xdlms_apdu.v2017.data import Data
from xdlms_apdu.v2017.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class AccessRequestBody(Encodable):
    """The accesses that an Access-Request asks for, and their data.

    access_request_specification: The accesses.
    access_request_list_of_data: One each; null-data where none is due.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("access_request_specification", "access_request_list_of_data")
    __match_args__ = ("access_request_specification", "access_request_list_of_data")

    def __init__(
        self,
        access_request_specification: list[AccessRequestSpecification],
        access_request_list_of_data: list[Data],
    ) -> None:
        self.access_request_specification = access_request_specification
        self.access_request_list_of_data = access_request_list_of_data

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AccessRequestBody)
            and same(self.access_request_specification, other.access_request_specification)
            and self.access_request_list_of_data == other.access_request_list_of_data
        )

    def __repr__(self) -> str:
        return (
            "AccessRequestBody("
            f"access_request_specification={self.access_request_specification!r}, "
            f"access_request_list_of_data={self.access_request_list_of_data!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        access_request_specification, at = read_list(octets, at, read_access_request_specification)
        access_request_list_of_data, at = read_list(octets, at, Data.read)
        return cls(access_request_specification, access_request_list_of_data), at

    def write(self) -> bytes:
        return write_list(self.access_request_specification, write_access_request_specification) + write_list(
            self.access_request_list_of_data, Data.octets_of
        )


_ACCESS_REQUEST = Struct(">I")
_ACCESS_REQUEST_2 = Struct(">1sI")


class AccessRequest(Encodable):
    """ACCESS.request: several reads, writes and method calls in one request, by logical name.

    long_invoke_id_and_priority: Long invoke-id, options and priority.
    date_time: When it was sent: a Cosem-Date-Time, or empty.
    access_request_body: What to do.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("long_invoke_id_and_priority", "date_time", "access_request_body")
    __match_args__ = ("long_invoke_id_and_priority", "date_time", "access_request_body")
    TAG_PATH = b"\xd9"

    def __init__(
        self,
        long_invoke_id_and_priority: LongInvokeIdAndPriority,
        date_time: bytes,
        access_request_body: AccessRequestBody,
    ) -> None:
        self.long_invoke_id_and_priority = long_invoke_id_and_priority
        self.date_time = date_time
        self.access_request_body = access_request_body

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AccessRequest)
            and self.long_invoke_id_and_priority == other.long_invoke_id_and_priority
            and self.date_time == other.date_time
            and self.access_request_body == other.access_request_body
        )

    def __repr__(self) -> str:
        return (
            "AccessRequest("
            f"long_invoke_id_and_priority={self.long_invoke_id_and_priority!r}, "
            f"date_time={self.date_time!r}, "
            f"access_request_body={self.access_request_body!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        (long_invoke_id_and_priority,) = _ACCESS_REQUEST.unpack_from(octets, at)
        at += 4
        date_time, at = read_octets(octets, at)
        access_request_body, at = AccessRequestBody.read(octets, at)
        return cls(long_invoke_id_and_priority, date_time, access_request_body), at

    def write(self) -> bytes:
        return (
            _ACCESS_REQUEST_2.pack(b"\xd9", self.long_invoke_id_and_priority)
            + write_octets(self.date_time)
            + AccessRequestBody.write(self.access_request_body)
        )
