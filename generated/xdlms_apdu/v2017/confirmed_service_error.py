# Generated from asn1/2017/acse.asn1, asn1/2017/xdlms.asn1: do not edit, run `make generate`.
"""A confirmed service failed as a whole; the alternative tells which one."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual
from xdlms.codec.entry import same
from xdlms.codec.numbers import NamedNumber
from xdlms.codec.schema import Reader
from xdlms_apdu.v2017.syntax import Described, Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias


class ServiceErrorApplicationReference(Described, NamedNumber):
    """The other side could not be reached or did not take part."""

    other = 0
    """Any other reason."""
    time_elapsed = 1
    """No answer in time."""
    application_unreachable = 2
    """The application cannot be reached."""
    application_reference_invalid = 3
    """The address of the application is wrong."""
    application_context_unsupported = 4
    """The application context is not supported."""
    provider_communication_error = 5
    """The communication failed."""
    deciphering_error = 6
    """The APDU could not be deciphered."""


SERVICE_ERROR_APPLICATION_REFERENCE_BY_NUMBER = {value.value: value for value in ServiceErrorApplicationReference}


class ServiceErrorHardwareResource(Described, NamedNumber):
    """The hardware of the server is short of something."""

    other = 0
    """Any other reason."""
    memory_unavailable = 1
    """No memory left."""
    processor_resource_unavailable = 2
    """No processing time left."""
    mass_storage_unavailable = 3
    """No storage left."""
    other_resource_unavailable = 4
    """Something else is missing."""


SERVICE_ERROR_HARDWARE_RESOURCE_BY_NUMBER = {value.value: value for value in ServiceErrorHardwareResource}


class ServiceErrorVdeStateError(Described, NamedNumber):
    """The state of the virtual distribution equipment (VDE) does not allow the service."""

    other = 0
    """Any other reason."""
    no_dlms_context = 1
    """There is no association."""
    loading_data_set = 2
    """A data set is being loaded."""
    status_nochange = 3
    """The status cannot be changed."""
    status_inoperable = 4
    """The equipment is out of order."""


SERVICE_ERROR_VDE_STATE_ERROR_BY_NUMBER = {value.value: value for value in ServiceErrorVdeStateError}


class ServiceErrorService(Described, NamedNumber):
    """The service itself is at fault."""

    other = 0
    """Any other reason."""
    pdu_size = 1
    """The APDU is too long."""
    service_unsupported = 2
    """The service is not supported."""


SERVICE_ERROR_SERVICE_BY_NUMBER = {value.value: value for value in ServiceErrorService}


class ServiceErrorDefinition(Described, NamedNumber):
    """The object is not what the request takes it for."""

    other = 0
    """Any other reason."""
    object_undefined = 1
    """There is no such object."""
    object_class_inconsistent = 2
    """The object is of another class."""
    object_attribute_inconsistent = 3
    """The attributes of the object do not fit."""


SERVICE_ERROR_DEFINITION_BY_NUMBER = {value.value: value for value in ServiceErrorDefinition}


class ServiceErrorAccess(Described, NamedNumber):
    """The access to the object failed."""

    other = 0
    """Any other reason."""
    scope_of_access_violated = 1
    """The access goes beyond what the client may reach."""
    object_access_violated = 2
    """The object does not allow this access; object-access-invalid before."""
    hardware_fault = 3
    """The hardware failed."""
    object_unavailable = 4
    """The object exists but cannot be reached now."""


SERVICE_ERROR_ACCESS_BY_NUMBER = {value.value: value for value in ServiceErrorAccess}


class ServiceErrorInitiate(Described, NamedNumber):
    """The InitiateRequest cannot be accepted."""

    other = 0
    """Any other reason."""
    dlms_version_too_low = 1
    """The proposed DLMS version is below 6."""
    incompatible_conformance = 2
    """The conformance blocks have nothing in common that fits the context."""
    pdu_size_too_short = 3
    """The APDU size of the client is neither 0 nor at least 12 octets."""
    refused_by_the_vde_handler = 4
    """Refused for another reason."""


SERVICE_ERROR_INITIATE_BY_NUMBER = {value.value: value for value in ServiceErrorInitiate}


class ServiceErrorLoadDataSet(Described, NamedNumber):
    """Loading a data set failed; not used by COSEM."""

    other = 0
    """Any other reason."""
    primitive_out_of_sequence = 1
    """The service came out of its order."""
    not_loadable = 2
    """The data set cannot be loaded."""
    dataset_size_too_large = 3
    """The data set is too large."""
    not_awaited_segment = 4
    """The segment is not the expected one."""
    interpretation_failure = 5
    """The segment could not be interpreted."""
    storage_failure = 6
    """The segment could not be stored."""
    data_set_not_ready = 7
    """The data set is not ready."""


SERVICE_ERROR_LOAD_DATA_SET_BY_NUMBER = {value.value: value for value in ServiceErrorLoadDataSet}


class ServiceErrorTask(Described, NamedNumber):
    """A task cannot be controlled; not used by COSEM."""

    other = 0
    """Any other reason."""
    no_remote_control = 1
    """The task invocation (TI) cannot be controlled remotely."""
    ti_stopped = 2
    """The task invocation is stopped."""
    ti_running = 3
    """The task invocation is running."""
    ti_unusable = 4
    """The task invocation cannot be used."""


SERVICE_ERROR_TASK_BY_NUMBER = {value.value: value for value in ServiceErrorTask}

ServiceError: TypeAlias = (
    ServiceErrorApplicationReference
    | ServiceErrorHardwareResource
    | ServiceErrorVdeStateError
    | ServiceErrorService
    | ServiceErrorDefinition
    | ServiceErrorAccess
    | ServiceErrorInitiate
    | ServiceErrorLoadDataSet
    | ServiceErrorTask
)
"""What went wrong with a service: the class of the error, then the error, one octet each.

The numbers 8 (change-scope) and 10 (other) are names of DLMS without a value here.

Source: IEC 62056-5-3:2013, clauses 7.2.4, 7.3.2 and 8; IEC 61334-4-41.
"""

_SERVICE_ERROR = Struct(">1sB")


def read_service_error(octets: bytes, at: int) -> tuple[ServiceError, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    tag = octets[at]
    at += 1
    if tag == 0:
        value = octets[at]
        at += 1
        return SERVICE_ERROR_APPLICATION_REFERENCE_BY_NUMBER[value], at
    if tag == 1:
        value = octets[at]
        at += 1
        return SERVICE_ERROR_HARDWARE_RESOURCE_BY_NUMBER[value], at
    if tag == 2:
        value = octets[at]
        at += 1
        return SERVICE_ERROR_VDE_STATE_ERROR_BY_NUMBER[value], at
    if tag == 3:
        value = octets[at]
        at += 1
        return SERVICE_ERROR_SERVICE_BY_NUMBER[value], at
    if tag == 4:
        value = octets[at]
        at += 1
        return SERVICE_ERROR_DEFINITION_BY_NUMBER[value], at
    if tag == 5:
        value = octets[at]
        at += 1
        return SERVICE_ERROR_ACCESS_BY_NUMBER[value], at
    if tag == 6:
        value = octets[at]
        at += 1
        return SERVICE_ERROR_INITIATE_BY_NUMBER[value], at
    if tag == 7:
        value = octets[at]
        at += 1
        return SERVICE_ERROR_LOAD_DATA_SET_BY_NUMBER[value], at
    if tag == 9:
        value = octets[at]
        at += 1
        return SERVICE_ERROR_TASK_BY_NUMBER[value], at
    raise Unusual


def write_service_error(value: ServiceError) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, ServiceErrorApplicationReference):
        return _SERVICE_ERROR.pack(b"\x00", SERVICE_ERROR_APPLICATION_REFERENCE_BY_NUMBER[value])
    if isinstance(value, ServiceErrorHardwareResource):
        return _SERVICE_ERROR.pack(b"\x01", SERVICE_ERROR_HARDWARE_RESOURCE_BY_NUMBER[value])
    if isinstance(value, ServiceErrorVdeStateError):
        return _SERVICE_ERROR.pack(b"\x02", SERVICE_ERROR_VDE_STATE_ERROR_BY_NUMBER[value])
    if isinstance(value, ServiceErrorService):
        return _SERVICE_ERROR.pack(b"\x03", SERVICE_ERROR_SERVICE_BY_NUMBER[value])
    if isinstance(value, ServiceErrorDefinition):
        return _SERVICE_ERROR.pack(b"\x04", SERVICE_ERROR_DEFINITION_BY_NUMBER[value])
    if isinstance(value, ServiceErrorAccess):
        return _SERVICE_ERROR.pack(b"\x05", SERVICE_ERROR_ACCESS_BY_NUMBER[value])
    if isinstance(value, ServiceErrorInitiate):
        return _SERVICE_ERROR.pack(b"\x06", SERVICE_ERROR_INITIATE_BY_NUMBER[value])
    if isinstance(value, ServiceErrorLoadDataSet):
        return _SERVICE_ERROR.pack(b"\x07", SERVICE_ERROR_LOAD_DATA_SET_BY_NUMBER[value])
    if isinstance(value, ServiceErrorTask):
        return _SERVICE_ERROR.pack(b"\x09", SERVICE_ERROR_TASK_BY_NUMBER[value])
    raise Unusual


class ConfirmedServiceErrorInitiateError(Encodable):
    """The InitiateRequest was refused."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x01"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorInitiateError) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorInitiateError({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x01" + write_service_error(self.value)


class ConfirmedServiceErrorGetStatus(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x02"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorGetStatus) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorGetStatus({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x02" + write_service_error(self.value)


class ConfirmedServiceErrorGetNameList(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x03"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorGetNameList) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorGetNameList({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x03" + write_service_error(self.value)


class ConfirmedServiceErrorGetVariableAttribute(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x04"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorGetVariableAttribute) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorGetVariableAttribute({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x04" + write_service_error(self.value)


class ConfirmedServiceErrorRead(Encodable):
    """The ReadRequest failed."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x05"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorRead) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorRead({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x05" + write_service_error(self.value)


class ConfirmedServiceErrorWrite(Encodable):
    """The WriteRequest failed."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x06"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorWrite) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorWrite({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x06" + write_service_error(self.value)


class ConfirmedServiceErrorGetDataSetAttribute(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x07"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorGetDataSetAttribute) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorGetDataSetAttribute({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x07" + write_service_error(self.value)


class ConfirmedServiceErrorGetTIAttribute(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x08"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorGetTIAttribute) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorGetTIAttribute({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x08" + write_service_error(self.value)


class ConfirmedServiceErrorChangeScope(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x09"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorChangeScope) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorChangeScope({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x09" + write_service_error(self.value)


class ConfirmedServiceErrorStart(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x0a"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorStart) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorStart({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x0a" + write_service_error(self.value)


class ConfirmedServiceErrorStop(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x0b"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorStop) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorStop({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x0b" + write_service_error(self.value)


class ConfirmedServiceErrorResume(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x0c"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorResume) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorResume({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x0c" + write_service_error(self.value)


class ConfirmedServiceErrorMakeUsable(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x0d"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorMakeUsable) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorMakeUsable({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x0d" + write_service_error(self.value)


class ConfirmedServiceErrorInitiateLoad(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x0e"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorInitiateLoad) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorInitiateLoad({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x0e" + write_service_error(self.value)


class ConfirmedServiceErrorLoadSegment(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x0f"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorLoadSegment) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorLoadSegment({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x0f" + write_service_error(self.value)


class ConfirmedServiceErrorTerminateLoad(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x10"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorTerminateLoad) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorTerminateLoad({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x10" + write_service_error(self.value)


class ConfirmedServiceErrorInitiateUpLoad(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x11"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorInitiateUpLoad) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorInitiateUpLoad({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x11" + write_service_error(self.value)


class ConfirmedServiceErrorUpLoadSegment(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x12"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorUpLoadSegment) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorUpLoadSegment({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x12" + write_service_error(self.value)


class ConfirmedServiceErrorTerminateUpLoad(Encodable):
    """Not used by COSEM."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0e\x13"

    def __init__(self, value: ServiceError) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfirmedServiceErrorTerminateUpLoad) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ConfirmedServiceErrorTerminateUpLoad({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_service_error(octets, at)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0e\x13" + write_service_error(self.value)


ConfirmedServiceError: TypeAlias = (
    ConfirmedServiceErrorInitiateError
    | ConfirmedServiceErrorGetStatus
    | ConfirmedServiceErrorGetNameList
    | ConfirmedServiceErrorGetVariableAttribute
    | ConfirmedServiceErrorRead
    | ConfirmedServiceErrorWrite
    | ConfirmedServiceErrorGetDataSetAttribute
    | ConfirmedServiceErrorGetTIAttribute
    | ConfirmedServiceErrorChangeScope
    | ConfirmedServiceErrorStart
    | ConfirmedServiceErrorStop
    | ConfirmedServiceErrorResume
    | ConfirmedServiceErrorMakeUsable
    | ConfirmedServiceErrorInitiateLoad
    | ConfirmedServiceErrorLoadSegment
    | ConfirmedServiceErrorTerminateLoad
    | ConfirmedServiceErrorInitiateUpLoad
    | ConfirmedServiceErrorUpLoadSegment
    | ConfirmedServiceErrorTerminateUpLoad
)
"""A confirmed service failed as a whole; the alternative tells which one.

COSEM uses initiateError, read and write only.

Source: IEC 62056-5-3:2013, clauses 7.2.4, 7.3.7, 7.3.8 and 8.
"""


CONFIRMED_SERVICE_ERROR_READERS: dict[int, Reader] = {
    0x01: ConfirmedServiceErrorInitiateError.read,
    0x02: ConfirmedServiceErrorGetStatus.read,
    0x03: ConfirmedServiceErrorGetNameList.read,
    0x04: ConfirmedServiceErrorGetVariableAttribute.read,
    0x05: ConfirmedServiceErrorRead.read,
    0x06: ConfirmedServiceErrorWrite.read,
    0x07: ConfirmedServiceErrorGetDataSetAttribute.read,
    0x08: ConfirmedServiceErrorGetTIAttribute.read,
    0x09: ConfirmedServiceErrorChangeScope.read,
    0x0A: ConfirmedServiceErrorStart.read,
    0x0B: ConfirmedServiceErrorStop.read,
    0x0C: ConfirmedServiceErrorResume.read,
    0x0D: ConfirmedServiceErrorMakeUsable.read,
    0x0E: ConfirmedServiceErrorInitiateLoad.read,
    0x0F: ConfirmedServiceErrorLoadSegment.read,
    0x10: ConfirmedServiceErrorTerminateLoad.read,
    0x11: ConfirmedServiceErrorInitiateUpLoad.read,
    0x12: ConfirmedServiceErrorUpLoadSegment.read,
    0x13: ConfirmedServiceErrorTerminateUpLoad.read,
}


def read_confirmed_service_error(octets: bytes, at: int) -> tuple[ConfirmedServiceError, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return CONFIRMED_SERVICE_ERROR_READERS[octets[at]](octets, at + 1)


def write_confirmed_service_error(value: ConfirmedServiceError) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(
        value,
        (
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
        ),
    ):
        return value.write()
    raise Unusual
