# Generated from asn1/2013/acse.asn1, asn1/2013/xdlms.asn1: do not edit, run `make generate`.
"""XDLMS-APDU: every APDU, by its first octet."""

from __future__ import annotations

from xdlms.codec.axdr import FAULTS, Unusual, read_octets, write_octets
from xdlms.codec.entry import MAX_DEPTH, decode_slowly
from xdlms.codec.schema import Reader
from xdlms_apdu.v2013.action_request import (
    ActionRequest,
    ActionRequestNextPblock,
    ActionRequestNormal,
    ActionRequestWithFirstPblock,
    ActionRequestWithList,
    ActionRequestWithListAndFirstPblock,
    ActionRequestWithPblock,
    read_action_request,
)
from xdlms_apdu.v2013.action_response import (
    ActionResponse,
    ActionResponseNextPblock,
    ActionResponseNormal,
    ActionResponseWithList,
    ActionResponseWithPblock,
    read_action_response,
)
from xdlms_apdu.v2013.confirmed_service_error import (
    ConfirmedServiceError,
    ConfirmedServiceErrorChangeScope,
    ConfirmedServiceErrorGetDataSetAttribute,
    ConfirmedServiceErrorGetNameList,
    ConfirmedServiceErrorGetStatus,
    ConfirmedServiceErrorGetTIAttribute,
    ConfirmedServiceErrorGetVariableAttribute,
    ConfirmedServiceErrorInitiateError,
    ConfirmedServiceErrorInitiateLoad,
    ConfirmedServiceErrorInitiateUpLoad,
    ConfirmedServiceErrorLoadSegment,
    ConfirmedServiceErrorMakeUsable,
    ConfirmedServiceErrorRead,
    ConfirmedServiceErrorResume,
    ConfirmedServiceErrorStart,
    ConfirmedServiceErrorStop,
    ConfirmedServiceErrorTerminateLoad,
    ConfirmedServiceErrorTerminateUpLoad,
    ConfirmedServiceErrorUpLoadSegment,
    ConfirmedServiceErrorWrite,
    read_confirmed_service_error,
)
from xdlms_apdu.v2013.event_notification_request import EventNotificationRequest
from xdlms_apdu.v2013.exception_response import ExceptionResponse
from xdlms_apdu.v2013.get_request import (
    GetRequest,
    GetRequestNext,
    GetRequestNormal,
    GetRequestWithList,
    read_get_request,
)
from xdlms_apdu.v2013.get_response import (
    GetResponse,
    GetResponseNormal,
    GetResponseWithDatablock,
    GetResponseWithList,
    read_get_response,
)
from xdlms_apdu.v2013.information_report_request import InformationReportRequest
from xdlms_apdu.v2013.initiate_request import InitiateRequest
from xdlms_apdu.v2013.initiate_response import InitiateResponse
from xdlms_apdu.v2013.read_request import ReadRequest
from xdlms_apdu.v2013.read_response import ReadResponse
from xdlms_apdu.v2013.set_request import (
    SetRequest,
    SetRequestNormal,
    SetRequestWithDatablock,
    SetRequestWithFirstDatablock,
    SetRequestWithList,
    SetRequestWithListAndFirstDatablock,
    read_set_request,
)
from xdlms_apdu.v2013.set_response import (
    SetResponse,
    SetResponseDatablock,
    SetResponseLastDatablock,
    SetResponseLastDatablockWithList,
    SetResponseNormal,
    SetResponseWithList,
    read_set_response,
)
from xdlms_apdu.v2013.syntax import SYNTAX, Encodable
from xdlms_apdu.v2013.unconfirmed_write_request import UnconfirmedWriteRequest
from xdlms_apdu.v2013.write_request import WriteRequest
from xdlms_apdu.v2013.write_response import WriteResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias


class GloInitiateRequest(Encodable):
    """Octet 21: InitiateRequest under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x21"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloInitiateRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloInitiateRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x21" + write_octets(self.value)


class GloReadRequest(Encodable):
    """Octet 25: ReadRequest under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x25"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloReadRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloReadRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x25" + write_octets(self.value)


class GloWriteRequest(Encodable):
    """Octet 26: WriteRequest under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x26"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloWriteRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloWriteRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x26" + write_octets(self.value)


class GloInitiateResponse(Encodable):
    """Octet 28: InitiateResponse under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x28"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloInitiateResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloInitiateResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x28" + write_octets(self.value)


class GloReadResponse(Encodable):
    """Octet 2C: ReadResponse under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x2c"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloReadResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloReadResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x2c" + write_octets(self.value)


class GloWriteResponse(Encodable):
    """Octet 2D: WriteResponse under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x2d"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloWriteResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloWriteResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x2d" + write_octets(self.value)


class GloConfirmedServiceError(Encodable):
    """Octet 2E: ConfirmedServiceError under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x2e"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloConfirmedServiceError) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloConfirmedServiceError({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x2e" + write_octets(self.value)


class GloUnconfirmedWriteRequest(Encodable):
    """Octet 36: UnconfirmedWriteRequest under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x36"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloUnconfirmedWriteRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloUnconfirmedWriteRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x36" + write_octets(self.value)


class GloInformationReportRequest(Encodable):
    """Octet 38: information report under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x38"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloInformationReportRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloInformationReportRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x38" + write_octets(self.value)


class DedInitiateRequest(Encodable):
    """Octet 41: not used; see glo-initiateRequest."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x41"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedInitiateRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedInitiateRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x41" + write_octets(self.value)


class DedReadRequest(Encodable):
    """Octet 45: ReadRequest under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x45"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedReadRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedReadRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x45" + write_octets(self.value)


class DedWriteRequest(Encodable):
    """Octet 46: WriteRequest under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x46"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedWriteRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedWriteRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x46" + write_octets(self.value)


class DedInitiateResponse(Encodable):
    """Octet 48: InitiateResponse under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x48"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedInitiateResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedInitiateResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x48" + write_octets(self.value)


class DedReadResponse(Encodable):
    """Octet 4C: ReadResponse under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x4c"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedReadResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedReadResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x4c" + write_octets(self.value)


class DedWriteResponse(Encodable):
    """Octet 4D: WriteResponse under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x4d"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedWriteResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedWriteResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x4d" + write_octets(self.value)


class DedConfirmedServiceError(Encodable):
    """Octet 4E: ConfirmedServiceError under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x4e"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedConfirmedServiceError) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedConfirmedServiceError({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x4e" + write_octets(self.value)


class DedUnconfirmedWriteRequest(Encodable):
    """Octet 56: UnconfirmedWriteRequest under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x56"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedUnconfirmedWriteRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedUnconfirmedWriteRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x56" + write_octets(self.value)


class DedInformationReportRequest(Encodable):
    """Octet 58: information report under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x58"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedInformationReportRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedInformationReportRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x58" + write_octets(self.value)


class GloGetRequest(Encodable):
    """Octet C8: GET-Request under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xc8"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloGetRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloGetRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xc8" + write_octets(self.value)


class GloSetRequest(Encodable):
    """Octet C9: SET-Request under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xc9"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloSetRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloSetRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xc9" + write_octets(self.value)


class GloEventNotificationRequest(Encodable):
    """Octet CA: event notification under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xca"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloEventNotificationRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloEventNotificationRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xca" + write_octets(self.value)


class GloActionRequest(Encodable):
    """Octet CB: ACTION-Request under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xcb"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloActionRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloActionRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xcb" + write_octets(self.value)


class GloGetResponse(Encodable):
    """Octet CC: GET-Response under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xcc"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloGetResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloGetResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xcc" + write_octets(self.value)


class GloSetResponse(Encodable):
    """Octet CD: SET-Response under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xcd"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloSetResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloSetResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xcd" + write_octets(self.value)


class GloActionResponse(Encodable):
    """Octet CF: ACTION-Response under the global key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xcf"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GloActionResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"GloActionResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xcf" + write_octets(self.value)


class DedGetRequest(Encodable):
    """Octet D0: GET-Request under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xd0"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedGetRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedGetRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xd0" + write_octets(self.value)


class DedSetRequest(Encodable):
    """Octet D1: SET-Request under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xd1"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedSetRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedSetRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xd1" + write_octets(self.value)


class DedEventNotificationRequest(Encodable):
    """Octet D2: event notification under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xd2"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedEventNotificationRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedEventNotificationRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xd2" + write_octets(self.value)


class DedActionRequest(Encodable):
    """Octet D3: ACTION-Request under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xd3"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedActionRequest) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedActionRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xd3" + write_octets(self.value)


class DedGetResponse(Encodable):
    """Octet D4: GET-Response under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xd4"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedGetResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedGetResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xd4" + write_octets(self.value)


class DedSetResponse(Encodable):
    """Octet D5: SET-Response under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xd5"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedSetResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedSetResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xd5" + write_octets(self.value)


class DedActionResponse(Encodable):
    """Octet D7: ACTION-Response under the dedicated key."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\xd7"

    def __init__(self, value: bytes) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DedActionResponse) and self.value == other.value

    def __repr__(self) -> str:
        return f"DedActionResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_octets(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\xd7" + write_octets(self.value)


XdlmsApdu: TypeAlias = (
    InitiateRequest
    | ReadRequest
    | WriteRequest
    | InitiateResponse
    | ReadResponse
    | WriteResponse
    | ConfirmedServiceError
    | UnconfirmedWriteRequest
    | InformationReportRequest
    | GloInitiateRequest
    | GloReadRequest
    | GloWriteRequest
    | GloInitiateResponse
    | GloReadResponse
    | GloWriteResponse
    | GloConfirmedServiceError
    | GloUnconfirmedWriteRequest
    | GloInformationReportRequest
    | DedInitiateRequest
    | DedReadRequest
    | DedWriteRequest
    | DedInitiateResponse
    | DedReadResponse
    | DedWriteResponse
    | DedConfirmedServiceError
    | DedUnconfirmedWriteRequest
    | DedInformationReportRequest
    | GetRequest
    | SetRequest
    | EventNotificationRequest
    | ActionRequest
    | GetResponse
    | SetResponse
    | ActionResponse
    | GloGetRequest
    | GloSetRequest
    | GloEventNotificationRequest
    | GloActionRequest
    | GloGetResponse
    | GloSetResponse
    | GloActionResponse
    | DedGetRequest
    | DedSetRequest
    | DedEventNotificationRequest
    | DedActionRequest
    | DedGetResponse
    | DedSetResponse
    | DedActionResponse
    | ExceptionResponse
)
"""Any xDLMS APDU, told apart by its first octet, which is the number of the tag (in hexadecimal below).

The glo- and ded- alternatives are ciphered APDUs: the contents are the security control octet, the invocation
counter (4 octets), then the protected APDU, which keeps its own first octet, and the authentication tag of 12
octets where it is authenticated. glo- uses a global key, ded- the dedicated key of the association.

Source: IEC 62056-5-3:2013, clauses 5.4.6, 7.3 and 8.
"""


XDLMS_APDU_READERS: dict[int, Reader] = {
    0x01: InitiateRequest.read,
    0x05: ReadRequest.read,
    0x06: WriteRequest.read,
    0x08: InitiateResponse.read,
    0x0C: ReadResponse.read,
    0x0D: WriteResponse.read,
    0x0E: read_confirmed_service_error,
    0x16: UnconfirmedWriteRequest.read,
    0x18: InformationReportRequest.read,
    0x21: GloInitiateRequest.read,
    0x25: GloReadRequest.read,
    0x26: GloWriteRequest.read,
    0x28: GloInitiateResponse.read,
    0x2C: GloReadResponse.read,
    0x2D: GloWriteResponse.read,
    0x2E: GloConfirmedServiceError.read,
    0x36: GloUnconfirmedWriteRequest.read,
    0x38: GloInformationReportRequest.read,
    0x41: DedInitiateRequest.read,
    0x45: DedReadRequest.read,
    0x46: DedWriteRequest.read,
    0x48: DedInitiateResponse.read,
    0x4C: DedReadResponse.read,
    0x4D: DedWriteResponse.read,
    0x4E: DedConfirmedServiceError.read,
    0x56: DedUnconfirmedWriteRequest.read,
    0x58: DedInformationReportRequest.read,
    0xC0: read_get_request,
    0xC1: read_set_request,
    0xC2: EventNotificationRequest.read,
    0xC3: read_action_request,
    0xC4: read_get_response,
    0xC5: read_set_response,
    0xC7: read_action_response,
    0xC8: GloGetRequest.read,
    0xC9: GloSetRequest.read,
    0xCA: GloEventNotificationRequest.read,
    0xCB: GloActionRequest.read,
    0xCC: GloGetResponse.read,
    0xCD: GloSetResponse.read,
    0xCF: GloActionResponse.read,
    0xD0: DedGetRequest.read,
    0xD1: DedSetRequest.read,
    0xD2: DedEventNotificationRequest.read,
    0xD3: DedActionRequest.read,
    0xD4: DedGetResponse.read,
    0xD5: DedSetResponse.read,
    0xD7: DedActionResponse.read,
    0xD8: ExceptionResponse.read,
}


def read_xdlms_apdu(octets: bytes, at: int) -> tuple[XdlmsApdu, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return XDLMS_APDU_READERS[octets[at]](octets, at + 1)


def write_xdlms_apdu(value: XdlmsApdu) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(
        value,
        (
            InitiateRequest,
            ReadRequest,
            WriteRequest,
            InitiateResponse,
            ReadResponse,
            WriteResponse,
            ConfirmedServiceErrorInitiateError,
            ConfirmedServiceErrorGetStatus,
            ConfirmedServiceErrorGetNameList,
            ConfirmedServiceErrorGetVariableAttribute,
            ConfirmedServiceErrorRead,
            ConfirmedServiceErrorWrite,
            ConfirmedServiceErrorGetDataSetAttribute,
            ConfirmedServiceErrorGetTIAttribute,
            ConfirmedServiceErrorChangeScope,
            ConfirmedServiceErrorStart,
            ConfirmedServiceErrorStop,
            ConfirmedServiceErrorResume,
            ConfirmedServiceErrorMakeUsable,
            ConfirmedServiceErrorInitiateLoad,
            ConfirmedServiceErrorLoadSegment,
            ConfirmedServiceErrorTerminateLoad,
            ConfirmedServiceErrorInitiateUpLoad,
            ConfirmedServiceErrorUpLoadSegment,
            ConfirmedServiceErrorTerminateUpLoad,
            UnconfirmedWriteRequest,
            InformationReportRequest,
            GloInitiateRequest,
            GloReadRequest,
            GloWriteRequest,
            GloInitiateResponse,
            GloReadResponse,
            GloWriteResponse,
            GloConfirmedServiceError,
            GloUnconfirmedWriteRequest,
            GloInformationReportRequest,
            DedInitiateRequest,
            DedReadRequest,
            DedWriteRequest,
            DedInitiateResponse,
            DedReadResponse,
            DedWriteResponse,
            DedConfirmedServiceError,
            DedUnconfirmedWriteRequest,
            DedInformationReportRequest,
            GetRequestNormal,
            GetRequestNext,
            GetRequestWithList,
            SetRequestNormal,
            SetRequestWithFirstDatablock,
            SetRequestWithDatablock,
            SetRequestWithList,
            SetRequestWithListAndFirstDatablock,
            EventNotificationRequest,
            ActionRequestNormal,
            ActionRequestNextPblock,
            ActionRequestWithList,
            ActionRequestWithFirstPblock,
            ActionRequestWithListAndFirstPblock,
            ActionRequestWithPblock,
            GetResponseNormal,
            GetResponseWithDatablock,
            GetResponseWithList,
            SetResponseNormal,
            SetResponseDatablock,
            SetResponseLastDatablock,
            SetResponseLastDatablockWithList,
            SetResponseWithList,
            ActionResponseNormal,
            ActionResponseWithPblock,
            ActionResponseWithList,
            ActionResponseNextPblock,
            GloGetRequest,
            GloSetRequest,
            GloEventNotificationRequest,
            GloActionRequest,
            GloGetResponse,
            GloSetResponse,
            GloActionResponse,
            DedGetRequest,
            DedSetRequest,
            DedEventNotificationRequest,
            DedActionRequest,
            DedGetResponse,
            DedSetResponse,
            DedActionResponse,
            ExceptionResponse,
        ),
    ):
        return value.write()
    raise Unusual


def decode_xdlms_apdu(octets: bytes, *, strict: bool = True, max_depth: int = 32) -> XdlmsApdu:
    """One whole APDU of XDLMS-APDU; raises DecodeError."""
    apdu: XdlmsApdu
    if type(octets) is bytes and max_depth >= MAX_DEPTH:
        try:
            apdu, end = XDLMS_APDU_READERS[octets[0]](octets, 1)
            if end == len(octets):
                return apdu
        except FAULTS:
            pass
    apdu = decode_slowly(SYNTAX, octets, strict=strict, max_depth=max_depth, roots=("XDLMS-APDU",))
    return apdu
