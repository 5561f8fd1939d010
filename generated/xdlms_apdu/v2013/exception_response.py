# Generated from asn1/2013/acse.asn1, asn1/2013/xdlms.asn1: do not edit, run `make generate`.
"""Answer of the server to a request by logical name that it cannot serve at all; the association stays open."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.numbers import NamedNumber
from xdlms_apdu.v2013.syntax import Described, Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class ExceptionResponseStateError(Described, NamedNumber):
    """What is wrong with the state."""

    service_not_allowed = 1
    """The state or the negotiated conformance does not allow the service."""
    service_unknown = 2
    """The service is not known, or the APDU cannot be decoded."""


EXCEPTION_RESPONSE_STATE_ERROR_BY_NUMBER = {value.value: value for value in ExceptionResponseStateError}


class ExceptionResponseServiceError(Described, NamedNumber):
    """What is wrong with the service."""

    operation_not_possible = 1
    """The service cannot be used now."""
    service_not_supported = 2
    """The server does not have the service."""
    other_reason = 3
    """Any other reason."""


EXCEPTION_RESPONSE_SERVICE_ERROR_BY_NUMBER = {value.value: value for value in ExceptionResponseServiceError}

_EXCEPTION_RESPONSE = Struct(">BB")
_EXCEPTION_RESPONSE_2 = Struct(">1sBB")


class ExceptionResponse(Encodable):
    """Answer of the server to a request by logical name that it cannot serve at all; the association stays open.

    It has no glo- and no ded- form.

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
            and self.service_error == other.service_error
        )

    def __repr__(self) -> str:
        return f"ExceptionResponse(state_error={self.state_error!r}, service_error={self.service_error!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        state_error, service_error = _EXCEPTION_RESPONSE.unpack_from(octets, at)
        at += 2
        return (
            cls(
                EXCEPTION_RESPONSE_STATE_ERROR_BY_NUMBER[state_error],
                EXCEPTION_RESPONSE_SERVICE_ERROR_BY_NUMBER[service_error],
            ),
            at,
        )

    def write(self) -> bytes:
        return _EXCEPTION_RESPONSE_2.pack(
            b"\xd8",
            EXCEPTION_RESPONSE_STATE_ERROR_BY_NUMBER[self.state_error],
            EXCEPTION_RESPONSE_SERVICE_ERROR_BY_NUMBER[self.service_error],
        )
