# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""Answer of the server to a request by logical name that it cannot serve at all; the association stays open."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual
from xdlms.codec.entry import same
from xdlms.codec.numbers import NamedNumber
from xdlms_apdu.v2023.common import Unsigned32
from xdlms_apdu.v2023.syntax import Described, Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias


class ExceptionResponseStateError(Described, NamedNumber):
    """What is wrong with the state."""

    service_not_allowed = 1
    """The state or the negotiated conformance does not allow the service."""
    service_unknown = 2
    """The service is not known, or the APDU cannot be decoded."""


EXCEPTION_RESPONSE_STATE_ERROR_BY_NUMBER = {value.value: value for value in ExceptionResponseStateError}


class OperationNotPossible(Encodable):
    """The service cannot be used now."""

    __slots__ = ()
    __match_args__ = ()
    TAG_PATH = b"\x01"
    value: None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OperationNotPossible)

    def __repr__(self) -> str:
        return "OperationNotPossible()"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        return cls(), at

    def write(self) -> bytes:
        return b"\x01"


class ServiceNotSupported(Encodable):
    """The server does not have the service."""

    __slots__ = ()
    __match_args__ = ()
    TAG_PATH = b"\x02"
    value: None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServiceNotSupported)

    def __repr__(self) -> str:
        return "ServiceNotSupported()"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        return cls(), at

    def write(self) -> bytes:
        return b"\x02"


class OtherReason(Encodable):
    """Any other reason."""

    __slots__ = ()
    __match_args__ = ()
    TAG_PATH = b"\x03"
    value: None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OtherReason)

    def __repr__(self) -> str:
        return "OtherReason()"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        return cls(), at

    def write(self) -> bytes:
        return b"\x03"


class PduTooLong(Encodable):
    """The APDU is longer than the receiver takes. Since 2017."""

    __slots__ = ()
    __match_args__ = ()
    TAG_PATH = b"\x04"
    value: None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PduTooLong)

    def __repr__(self) -> str:
        return "PduTooLong()"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        return cls(), at

    def write(self) -> bytes:
        return b"\x04"


class DecipheringError(Encodable):
    """The APDU could not be deciphered. Since 2017."""

    __slots__ = ()
    __match_args__ = ()
    TAG_PATH = b"\x05"
    value: None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DecipheringError)

    def __repr__(self) -> str:
        return "DecipheringError()"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        return cls(), at

    def write(self) -> bytes:
        return b"\x05"


ExceptionResponseServiceError: TypeAlias = (
    OperationNotPossible | ServiceNotSupported | OtherReason | PduTooLong | DecipheringError | Unsigned32
)
"""What is wrong with the service.
"""

_EXCEPTION_RESPONSE_SERVICE_ERROR = Struct(">I")
_EXCEPTION_RESPONSE_SERVICE_ERROR_2 = Struct(">1sI")


def read_exception_response_service_error(octets: bytes, at: int) -> tuple[ExceptionResponseServiceError, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    tag = octets[at]
    at += 1
    if tag == 1:
        return OperationNotPossible.read(octets, at)
    if tag == 2:
        return ServiceNotSupported.read(octets, at)
    if tag == 3:
        return OtherReason.read(octets, at)
    if tag == 4:
        return PduTooLong.read(octets, at)
    if tag == 5:
        return DecipheringError.read(octets, at)
    if tag == 6:
        (value,) = _EXCEPTION_RESPONSE_SERVICE_ERROR.unpack_from(octets, at)
        at += 4
        return value, at
    raise Unusual


def write_exception_response_service_error(value: ExceptionResponseServiceError) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, (OperationNotPossible, ServiceNotSupported, OtherReason, PduTooLong, DecipheringError)):
        return value.write()
    if type(value) is int:
        return _EXCEPTION_RESPONSE_SERVICE_ERROR_2.pack(b"\x06", value)
    raise Unusual


_EXCEPTION_RESPONSE = Struct(">1sB")


class ExceptionResponse(Encodable):
    """Answer of the server to a request by logical name that it cannot serve at all; the association stays open.

    It has no glo- and no ded- form.
    service-error is a CHOICE since the edition of 2017; the octets of its alternatives 1 to 3 are as before.

    state_error: What is wrong with the state.
    service_error: What is wrong with the service.

    Source: IEC 62056-5-3:2013, clauses 7.3.2 and 8.
    """

    __slots__ = ("state_error", "service_error")
    __match_args__ = ("state_error", "service_error")
    TAG_PATH = b"\xd8"

    def __init__(
        self,
        state_error: ExceptionResponseStateError,
        service_error: ExceptionResponseServiceError,
    ) -> None:
        self.state_error = state_error
        self.service_error = service_error

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ExceptionResponse)
            and self.state_error == other.state_error
            and same(self.service_error, other.service_error)
        )

    def __repr__(self) -> str:
        return f"ExceptionResponse(state_error={self.state_error!r}, service_error={self.service_error!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        state_error = octets[at]
        at += 1
        service_error, at = read_exception_response_service_error(octets, at)
        return cls(EXCEPTION_RESPONSE_STATE_ERROR_BY_NUMBER[state_error], service_error), at

    def write(self) -> bytes:
        return _EXCEPTION_RESPONSE.pack(
            b"\xd8", EXCEPTION_RESPONSE_STATE_ERROR_BY_NUMBER[self.state_error]
        ) + write_exception_response_service_error(self.service_error)
