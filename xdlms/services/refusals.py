"""How a server answers what it cannot serve at all: ExceptionResponse (LN) or ConfirmedServiceError (SN)
(clause 7.3.2). In every such case the association stays up."""

from __future__ import annotations

from typing import Final, TypeAlias

from xdlms.services.errors import RemoteFault
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import (
    APDU,
    ConfirmedServiceErrorRead,
    ConfirmedServiceErrorWrite,
    DataAccessResult,
    DecipheringError,
    ExceptionResponse,
    ExceptionResponseServiceError,
    ExceptionResponseStateError,
    OperationNotPossible,
    OtherReason,
    PduTooLong,
    ReadResponse,
    ServiceError,
    ServiceErrorAccess,
    ServiceErrorApplicationReference,
    ServiceErrorHardwareResource,
    ServiceErrorService,
    ServiceErrorVdeStateError,
    ServiceNotSupported,
    WriteResponse,
)

_NOT_ALLOWED: Final = ExceptionResponseStateError.service_not_allowed
_UNKNOWN: Final = ExceptionResponseStateError.service_unknown

Exceptional: TypeAlias = tuple[ExceptionResponseStateError, ExceptionResponseServiceError]

EXCEPTIONS: Final[dict[RemoteFault, Exceptional]] = {
    RemoteFault.NO_ASSOCIATION: (_NOT_ALLOWED, OperationNotPossible()),
    RemoteFault.NOT_AUTHENTICATED: (_NOT_ALLOWED, OperationNotPossible()),
    RemoteFault.NOT_NEGOTIATED: (_NOT_ALLOWED, OperationNotPossible()),
    RemoteFault.INVOKE_ID_IN_USE: (_NOT_ALLOWED, OperationNotPossible()),
    RemoteFault.NO_COUNTER: (_NOT_ALLOWED, OperationNotPossible()),
    RemoteFault.UNKNOWN_SERVICE: (_UNKNOWN, ServiceNotSupported()),
    RemoteFault.UNDECODABLE: (_UNKNOWN, OtherReason()),
    RemoteFault.TOO_LONG: (_NOT_ALLOWED, PduTooLong()),
    RemoteFault.DECIPHERING: (_NOT_ALLOWED, DecipheringError()),
    RemoteFault.REPLAY: (_NOT_ALLOWED, DecipheringError()),
}
"""What an ExceptionResponse says. What is not in here has no answer: it is only reported.

REPLAY has the invocation counter that is expected in place of DecipheringError."""

SINCE_2017: Final = (RemoteFault.TOO_LONG, RemoteFault.DECIPHERING, RemoteFault.REPLAY)
"""The faults whose answers the edition of 2013 does not have: other-reason stands for them there."""

SERVICE_ERRORS: Final[dict[RemoteFault, ServiceError]] = {
    RemoteFault.NO_ASSOCIATION: ServiceErrorVdeStateError.no_dlms_context,
    RemoteFault.NOT_AUTHENTICATED: ServiceErrorAccess.scope_of_access_violated,
    RemoteFault.NOT_NEGOTIATED: ServiceErrorService.service_unsupported,
    RemoteFault.INVOKE_ID_IN_USE: ServiceErrorService.other,
    RemoteFault.NO_COUNTER: ServiceErrorHardwareResource.other,
    RemoteFault.UNKNOWN_SERVICE: ServiceErrorService.service_unsupported,
    RemoteFault.UNDECODABLE: ServiceErrorService.other,
    RemoteFault.TOO_LONG: ServiceErrorService.pdu_size,
    RemoteFault.DECIPHERING: ServiceErrorApplicationReference.deciphering_error,
    RemoteFault.REPLAY: ServiceErrorApplicationReference.deciphering_error,
}
"""What a ConfirmedServiceError says. What is not in here has no answer: it is only reported."""

_READS: Final = frozenset({0x05, 0x25, 0x45})
_WRITES: Final = frozenset({0x06, 0x26, 0x46})
_UNCONFIRMED_WRITES: Final = frozenset({0x16, 0x36, 0x56})
BY_SHORT_NAME: Final = _READS | _WRITES | _UNCONFIRMED_WRITES
"""First octets of the requests by short name: plain, glo-, ded-."""


def exception_for(fault: RemoteFault, *, expected: int | None = None, edition_2013: bool = False) -> APDU | None:
    """The ExceptionResponse for a fault, or None where there is none.

    Args:
        fault: what the client did wrong.
        expected: the invocation counter to tell, with REPLAY.
        edition_2013: whether the client knows the service errors of 2013 only.
    """
    found = EXCEPTIONS.get(fault)
    if found is None:
        return None
    state_error, service_error = found
    if edition_2013 and fault in SINCE_2017:
        return ExceptionResponse(state_error, OtherReason())
    if fault is RemoteFault.REPLAY and expected is not None:
        return ExceptionResponse(state_error, expected)
    return ExceptionResponse(state_error, service_error)


def service_error_for(fault: RemoteFault, first_octet: int) -> APDU | None:
    """The answer by short name to an APDU that begins so, or None where there is none."""
    error = SERVICE_ERRORS.get(fault)
    if error is None or first_octet in _UNCONFIRMED_WRITES:
        return None
    if fault is RemoteFault.UNDECODABLE and first_octet == apdu.ReadRequest.TAG_PATH[0]:
        return ReadResponse([DataAccessResult.other_reason])
    if fault is RemoteFault.UNDECODABLE and first_octet == apdu.WriteRequest.TAG_PATH[0]:
        return WriteResponse([DataAccessResult.other_reason])
    if first_octet in _WRITES:
        return ConfirmedServiceErrorWrite(error)
    return ConfirmedServiceErrorRead(error)
