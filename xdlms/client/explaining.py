"""What refusals mean, in words, and what to try next."""

from __future__ import annotations

from typing import Final

from xdlms.client.errors import (
    AccessError,
    AssociationError,
    ClientError,
    ConnectionLostError,
    ContextError,
    CounterTooLowError,
    CredentialsError,
    MethodError,
    NoAnswerError,
    NotSentError,
    ResponseError,
    ServiceRefusedError,
)
from xdlms.codec.errors import EncodeError
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.events import Failure, ServiceFailed
from xdlms.services.primitives.association import Abort, AbortDiagnostics, Open
from xdlms.services.references import AttributeReference, MethodReference
from xdlms_apdu.v2023 import (
    AcseServiceProvider,
    AcseServiceUser,
    ActionResult,
    DataAccessResult,
    ExceptionResponse,
)

_COUNTER_HINT: Final = (
    "the invocation counter may be too low: read it from 0.0.43.1.0.255 (or the e for this client) as public client"
    " 16, and continue above it"
)
_ACCESS_HINTS: Final = {
    DataAccessResult.read_write_denied: "this client may not: try another client address, or protect the request more",
    DataAccessResult.object_undefined: "look it up in the object list: `xdlms objects`, or Client.objects()",
    DataAccessResult.object_class_inconsistent: "the object is of another class: look it up in the object list",
    DataAccessResult.type_unmatched: "the attribute has another type: read it first, and send that type",
    DataAccessResult.scope_of_access_violated: "protect the request as the meter asks, or use another client address",
    DataAccessResult.temporary_failure: "try again later",
    DataAccessResult.object_unavailable: "the object is there but not now: try again later",
    DataAccessResult.other_reason: "if the value is long, the meter may not send blocks: select a part of it",
}
_REFUSALS: Final[dict[int, tuple[type[AssociationError], str, str]]] = {
    AcseServiceUser.application_context_name_not_supported: (
        ContextError,
        "the meter does not know this application context",
        'try the other referencing method ("LN" or "SN"), with or without ciphering, or another client address',
    ),
    AcseServiceUser.calling_ap_title_not_recognized: (
        CredentialsError,
        "the meter does not recognise the system title",
        "check the own system title: 8 octets, as the meter was told",
    ),
    AcseServiceUser.calling_ae_invocation_identifier_not_recognized: (
        CredentialsError,
        "the meter does not know the client user id",
        "give the user id that the meter has in its user list",
    ),
    AcseServiceUser.authentication_mechanism_name_not_recognised: (
        CredentialsError,
        "the meter does not allow this authentication mechanism for this client",
        "try another mechanism (lowest, LLS, HLS), or another client address",
    ),
    AcseServiceUser.authentication_mechanism_name_required: (
        CredentialsError,
        "the meter asks for credentials",
        "give a password (LLS) or keys (HLS), or use the public client 16",
    ),
    AcseServiceUser.authentication_required: (
        CredentialsError,
        "the meter asks for credentials",
        "give a password (LLS) or keys (HLS), or use the public client 16",
    ),
    AcseServiceUser.authentication_failure: (
        CredentialsError,
        "the meter did not take the credentials",
        "check the password and the client address; after several failures meters often wait a while",
    ),
}


def refused(confirm: Open.Confirm, *, ciphered: bool, client: int) -> AssociationError:
    """The error for an AARE that refuses."""
    diagnostic = confirm.failure_type
    words = f"the meter refused client {client}: {confirm.result.name.replace('_', '-')}"
    if confirm.xdlms_initiate_error is not None:
        reason = confirm.xdlms_initiate_error.value
        name = reason.name.replace("_", "-")
        return AssociationError(
            f"{words}, {name}",
            hint="propose another PDU size or other services",
            result=confirm.result,
            diagnostic=diagnostic,
        )
    if isinstance(diagnostic, AcseServiceUser) and diagnostic in _REFUSALS:
        kind, meaning, hint = _REFUSALS[diagnostic]
        return kind(f"{meaning} (client {client})", hint=hint, result=confirm.result, diagnostic=diagnostic)
    reason_given = diagnostic.name.replace("_", "-")
    if isinstance(diagnostic, AcseServiceProvider) or not ciphered:
        hint = "check the client address, and what it may ask for"
        return AssociationError(f"{words}, {reason_given}", hint=hint, result=confirm.result, diagnostic=diagnostic)
    hint = f"check the keys and the own system title; {_COUNTER_HINT}"
    return CredentialsError(f"{words}, {reason_given}", hint=hint, result=confirm.result, diagnostic=diagnostic)


def aborted(abort: Abort.Indication, *, opening: bool, seen: str, ciphered: bool) -> ClientError:
    """The error for an association that ended; `opening`: before it was there, `seen`: what was dropped last."""
    behind = f"; what came last was dropped: {seen}" if seen else ""
    if abort.diagnostics is AbortDiagnostics.NO_RESPONSE and opening:
        hint = "the address of client or server may be wrong: try client 16, server 1"
        if seen or ciphered:
            hint += f"; check the keys; {_COUNTER_HINT}"
        return NoAnswerError(f"the meter did not answer: {abort.message}{behind}", hint=hint)
    if abort.diagnostics is AbortDiagnostics.AUTHENTICATION_FAILED:
        return CredentialsError(
            f"authentication failed: {abort.message}{behind}",
            hint=f"check the keys, or the secret, of this client and of the meter; {_COUNTER_HINT}",
        )
    if abort.diagnostics is AbortDiagnostics.UNACCEPTABLE_AARE:
        return AssociationError(f"the meter's answer cannot be accepted: {abort.message}{behind}")
    if abort.diagnostics is AbortDiagnostics.NOT_SENT:
        return NotSentError(f"the association cannot go on: {abort.message}")
    if opening:
        return ConnectionLostError(
            f"the connection was lost before the meter answered: {abort.message}",
            hint="the meter may serve one connection at a time, or not take this client or server address",
        )
    return ConnectionLostError(f"the association is over: {abort.message}")


def not_sent(error: LocalProtocolError | EncodeError) -> NotSentError:
    """The error for a request that the core did not take."""
    hint = ""
    if isinstance(error, LocalProtocolError):
        if error.missing is not None:
            hint = f"the meter and this client did not agree on: {error.missing!r}"
        elif error.fault is LocalFault.NO_INVOKE_ID:
            hint = "the meter still owes answers to requests that were given up: connect anew"
        elif error.fault is LocalFault.STATE:
            hint = "the association is not there: connect first"
        elif error.fault is LocalFault.UNCONFIRMED_ASSOCIATION:
            hint = "use `send` with an unconfirmed service, or associate with confirmed=True"
    return NotSentError(str(error), hint=hint)


def service_failed(failed: ServiceFailed, lost: str, seen: str) -> ClientError:
    """The error for a confirmed service that ended without its .confirm.

    `lost` says why the connection is gone, `seen` what was dropped since the service began; both may be empty.
    """
    what = f"{failed.service}: {failed.message}"
    match failed.failure:
        case Failure.TIME_OUT if seen:
            return NoAnswerError(f"{what}; what came was dropped: {seen}", hint="check how answers are protected")
        case Failure.TIME_OUT:
            return NoAnswerError(what, hint="give more time, or ask for less at once")
        case Failure.ASSOCIATION_ENDED:
            return ConnectionLostError(f"{failed.service}: {lost or failed.message}")
        case Failure.NOT_SENT:
            return NotSentError(what)
        case Failure.TOO_MUCH | Failure.RESPONSE:
            return ResponseError(what)
    return _refused_service(failed)


def _refused_service(failed: ServiceFailed) -> ServiceRefusedError:
    error = failed.error
    if not isinstance(error, ExceptionResponse):
        return ServiceRefusedError(f"{failed.service}: {failed.message}", error)
    reason = error.service_error
    if isinstance(reason, int):
        return CounterTooLowError(
            f"{failed.service}: the meter refused the invocation counter, and waits for {reason}",
            error,
            reason,
            hint="the keys may be in use elsewhere with this system title; the next counters must be above",
        )
    state = error.state_error.name.replace("_", "-")
    name = _words(type(reason).__name__)
    hint = "check the keys, and how the request is protected" if "Deciphering" in type(reason).__name__ else ""
    return ServiceRefusedError(f"{failed.service}: the meter answered {state}, {name}", error, hint=hint)


def access_error(reference: AttributeReference, result: DataAccessResult, doing: str) -> AccessError:
    """The error for an attribute; `doing` is read or written."""
    words = result.name.replace("_", "-")
    return AccessError(f"{reference} is not {doing}: {words}", result, hint=_ACCESS_HINTS.get(result, ""))


def method_error(reference: MethodReference, result: ActionResult | DataAccessResult) -> MethodError:
    """The error for a method."""
    words = result.name.replace("_", "-")
    by_value = {known.value: hint for known, hint in _ACCESS_HINTS.items()}
    return MethodError(f"{reference} failed: {words}", result, hint=by_value.get(result.value, ""))


def _words(name: str) -> str:
    """A class name in the words of the abstract syntax: OperationNotPossible → operation-not-possible."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
