# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""ACCESS.response: the data and the results of an Access-Request."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual, read_list, read_octets, write_list, write_octets
from xdlms.codec.entry import same
from xdlms.codec.schema import Reader
from xdlms_apdu.v2023.common import (
    ACTION_RESULT_BY_NUMBER,
    DATA_ACCESS_RESULT_BY_NUMBER,
    AccessRequestSpecification,
    ActionResult,
    DataAccessResult,
    LongInvokeIdAndPriority,
    read_access_request_specification,
    write_access_request_specification,
)
from xdlms_apdu.v2023.data import Data
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias

_ACCESS_RESPONSE_GET = Struct(">1sB")


class AccessResponseGet(Encodable):
    """Result of reading an attribute.

    result: Success, or why there is no value.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("result",)
    __match_args__ = ("result",)
    TAG_PATH = b"\x01"

    def __init__(
        self,
        result: DataAccessResult,
    ) -> None:
        self.result = result

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccessResponseGet) and self.result == other.result

    def __repr__(self) -> str:
        return f"AccessResponseGet(result={self.result!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        result = octets[at]
        at += 1
        return cls(DATA_ACCESS_RESULT_BY_NUMBER[result]), at

    def write(self) -> bytes:
        return _ACCESS_RESPONSE_GET.pack(b"\x01", DATA_ACCESS_RESULT_BY_NUMBER[self.result])


_ACCESS_RESPONSE_SET = Struct(">1sB")


class AccessResponseSet(Encodable):
    """Result of writing an attribute.

    result: Success, or why it was not written.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("result",)
    __match_args__ = ("result",)
    TAG_PATH = b"\x02"

    def __init__(
        self,
        result: DataAccessResult,
    ) -> None:
        self.result = result

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccessResponseSet) and self.result == other.result

    def __repr__(self) -> str:
        return f"AccessResponseSet(result={self.result!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        result = octets[at]
        at += 1
        return cls(DATA_ACCESS_RESULT_BY_NUMBER[result]), at

    def write(self) -> bytes:
        return _ACCESS_RESPONSE_SET.pack(b"\x02", DATA_ACCESS_RESULT_BY_NUMBER[self.result])


_ACCESS_RESPONSE_ACTION = Struct(">1sB")


class AccessResponseAction(Encodable):
    """Result of calling a method.

    result: Success, or why it was not called.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("result",)
    __match_args__ = ("result",)
    TAG_PATH = b"\x03"

    def __init__(
        self,
        result: ActionResult,
    ) -> None:
        self.result = result

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccessResponseAction) and self.result == other.result

    def __repr__(self) -> str:
        return f"AccessResponseAction(result={self.result!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        result = octets[at]
        at += 1
        return cls(ACTION_RESULT_BY_NUMBER[result]), at

    def write(self) -> bytes:
        return _ACCESS_RESPONSE_ACTION.pack(b"\x03", ACTION_RESULT_BY_NUMBER[self.result])


AccessResponseSpecification: TypeAlias = AccessResponseGet | AccessResponseSet | AccessResponseAction
"""Result of one access.

Source: IEC 62056-5-3, added by the edition of 2016.
"""


ACCESS_RESPONSE_SPECIFICATION_READERS: dict[int, Reader] = {
    0x01: AccessResponseGet.read,
    0x02: AccessResponseSet.read,
    0x03: AccessResponseAction.read,
}


def read_access_response_specification(octets: bytes, at: int) -> tuple[AccessResponseSpecification, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return ACCESS_RESPONSE_SPECIFICATION_READERS[octets[at]](octets, at + 1)


def write_access_response_specification(value: AccessResponseSpecification) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, (AccessResponseGet, AccessResponseSet, AccessResponseAction)):
        return value.write()
    raise Unusual


class AccessResponseBody(Encodable):
    """The data and the results of the accesses, in the order of the request.

    access_request_specification: The accesses of the request once more; present when it asked for a self-descriptive
        response.
    access_response_list_of_data: One each; null-data where there is none.
    access_response_specification: One result each.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("access_request_specification", "access_response_list_of_data", "access_response_specification")
    __match_args__ = ("access_response_list_of_data", "access_response_specification", "access_request_specification")

    def __init__(
        self,
        access_response_list_of_data: list[Data],
        access_response_specification: list[AccessResponseSpecification],
        access_request_specification: list[AccessRequestSpecification] | None = None,
    ) -> None:
        self.access_request_specification = access_request_specification
        self.access_response_list_of_data = access_response_list_of_data
        self.access_response_specification = access_response_specification

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AccessResponseBody)
            and same(self.access_request_specification, other.access_request_specification)
            and self.access_response_list_of_data == other.access_response_list_of_data
            and same(self.access_response_specification, other.access_response_specification)
        )

    def __repr__(self) -> str:
        return (
            "AccessResponseBody("
            f"access_request_specification={self.access_request_specification!r}, "
            f"access_response_list_of_data={self.access_response_list_of_data!r}, "
            f"access_response_specification={self.access_response_specification!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        has_access_request_specification = octets[at]
        at += 1
        if has_access_request_specification == 0:
            access_request_specification = None
        elif has_access_request_specification == 1:
            access_request_specification, at = read_list(octets, at, read_access_request_specification)
        else:
            raise Unusual
        access_response_list_of_data, at = read_list(octets, at, Data.read)
        access_response_specification, at = read_list(octets, at, read_access_response_specification)
        return cls(access_response_list_of_data, access_response_specification, access_request_specification), at

    def write(self) -> bytes:
        return (
            (
                b"\x00"
                if self.access_request_specification is None
                else b"\x01" + write_list(self.access_request_specification, write_access_request_specification)
            )
            + write_list(self.access_response_list_of_data, Data.octets_of)
            + write_list(self.access_response_specification, write_access_response_specification)
        )


_ACCESS_RESPONSE = Struct(">I")
_ACCESS_RESPONSE_2 = Struct(">1sI")


class AccessResponse(Encodable):
    """ACCESS.response: the data and the results of an Access-Request.

    long_invoke_id_and_priority: As in the request.
    date_time: When it was sent: a Cosem-Date-Time, or empty.
    access_response_body: What was done.

    Source: IEC 62056-5-3, added by the edition of 2016.
    """

    __slots__ = ("long_invoke_id_and_priority", "date_time", "access_response_body")
    __match_args__ = ("long_invoke_id_and_priority", "date_time", "access_response_body")
    TAG_PATH = b"\xda"

    def __init__(
        self,
        long_invoke_id_and_priority: LongInvokeIdAndPriority,
        date_time: bytes,
        access_response_body: AccessResponseBody,
    ) -> None:
        self.long_invoke_id_and_priority = long_invoke_id_and_priority
        self.date_time = date_time
        self.access_response_body = access_response_body

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AccessResponse)
            and self.long_invoke_id_and_priority == other.long_invoke_id_and_priority
            and self.date_time == other.date_time
            and self.access_response_body == other.access_response_body
        )

    def __repr__(self) -> str:
        return (
            "AccessResponse("
            f"long_invoke_id_and_priority={self.long_invoke_id_and_priority!r}, "
            f"date_time={self.date_time!r}, "
            f"access_response_body={self.access_response_body!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        (long_invoke_id_and_priority,) = _ACCESS_RESPONSE.unpack_from(octets, at)
        at += 4
        date_time, at = read_octets(octets, at)
        access_response_body, at = AccessResponseBody.read(octets, at)
        return cls(long_invoke_id_and_priority, date_time, access_response_body), at

    def write(self) -> bytes:
        return (
            _ACCESS_RESPONSE_2.pack(b"\xda", self.long_invoke_id_and_priority)
            + write_octets(self.date_time)
            + AccessResponseBody.write(self.access_response_body)
        )
