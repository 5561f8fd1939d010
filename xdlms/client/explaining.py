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
from xdlms.services.conformance import Service
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.events import Failure, ServiceFailed
from xdlms.services.primitives.association import Abort, AbortDiagnostics, Open
from xdlms.services.references import ALL_ATTRIBUTES, AttributeReference, MethodReference
from xdlms.services.wording import named, refusal_in_words
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
_ANSWER_HINT: Final = (
    "check the keys and titles; where the meter's counter was used before, the answer may be a repeated one, or the"
    " meter was replaced or reset, or is one of two with the same title: if so, take another counter store (`counters`"
    " in a meters file), and new keys where you can"
)
_SECRET_HINT: Final = (
    "check the HLS secret of this client, and the client address; after several failures meters often wait a while"
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
_HINTS_BY_NUMBER: Final = {known.value: hint for known, hint in _ACCESS_HINTS.items()}
_HIDDEN_FROM_SOME: Final = (
    DataAccessResult.read_write_denied,
    DataAccessResult.object_undefined,
    DataAccessResult.object_unavailable,
    DataAccessResult.scope_of_access_violated,
)
_NOT_MAPPED_HINT: Final = (
    "look up class, logical name and number in the object list: `xdlms objects`, or Client.objects(); another client"
    " may see more"
)
PUBLIC_CLIENT: Final = 16
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


def aborted(abort: Abort.Indication, *, opening: bool, seen: str, counted: bool, foreign: bool = False) -> ClientError:
    """The error for an association that ended.

    Args:
        abort: what the core says.
        opening: whether it ended before it was there.
        seen: what was dropped last, and why; may be empty.
        counted: whether invocation counters are in use: for ciphering, or for HLS with GMAC.
        foreign: whether what came is of another profile.
    """
    behind = f"; what came last was dropped: {seen}" if seen else ""
    if abort.diagnostics is AbortDiagnostics.NO_RESPONSE and opening:
        hint = "the address of client or server may be wrong: try client 16, server 1"
        if counted:
            hint += f"; check the keys; {_COUNTER_HINT}"
        return NoAnswerError(f"the meter did not answer: {abort.message}{behind}", hint=hint)
    if abort.diagnostics is AbortDiagnostics.AUTHENTICATION_FAILED:
        hint = "check the keys of this client and of the meter; " + _COUNTER_HINT if counted else _SECRET_HINT
        return CredentialsError(f"authentication failed: {abort.message}{behind}", hint=hint)
    if abort.diagnostics is AbortDiagnostics.UNACCEPTABLE_AARE:
        hint = _ANSWER_HINT if counted else ""
        return AssociationError(f"the meter's answer cannot be accepted: {abort.message}{behind}", hint=hint)
    if abort.diagnostics is AbortDiagnostics.REFUSED:
        return AssociationError(
            f"the meter refused the association: {abort.message}",
            hint="the meter may not know this client or server address: try client 16, server 1; or it is busy",
        )
    if abort.diagnostics is AbortDiagnostics.NOT_SENT:
        return NotSentError(f"the association cannot go on: {abort.message}")
    if opening and foreign:
        return ConnectionLostError(
            f"what answers is no meter with this profile: {abort.message}",
            hint="check host and port; tcp:// is the wrapper, hdlc+tcp:// is HDLC over TCP",
        )
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
            hint = _missing(error)
        elif error.fault is LocalFault.NO_INVOKE_ID:
            hint = "connect anew; with reconnect=True the client does that by itself"
        elif error.fault is LocalFault.STATE:
            hint = "the association is not there: connect first"
        elif error.fault is LocalFault.UNCONFIRMED_ASSOCIATION:
            hint = "only set and action go without an answer; associate with confirmed=True for anything else"
    return NotSentError(str(error), hint=hint)


def held_up(reason: str) -> NotSentError:
    """The error for a request that waited behind rows which nobody takes."""
    hint = "take the rows to their end, or close them (contextlib.aclosing), before anything else is asked for"
    return NotSentError(reason, hint=hint)


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
            hint = "connect anew, or use reconnect=True"
            if failed.service is not Service.GET:  # a Read may call a method
                hint += "; it may have been done"
            return ConnectionLostError(f"{failed.service}: {lost or failed.message}", hint=hint)
        case Failure.NOT_SENT:
            return NotSentError(what)
        case Failure.HELD_UP:
            return held_up(what)
        case Failure.TOO_MUCH | Failure.RESPONSE:
            return ResponseError(what)
    return _refused_service(failed)


def _refused_service(failed: ServiceFailed) -> ServiceRefusedError:
    error = failed.error
    if error is None:
        return ServiceRefusedError(f"{failed.service}: {failed.message}")
    if not isinstance(error, ExceptionResponse):
        return ServiceRefusedError(f"{failed.service}: the meter answered {refusal_in_words(error)}", error)
    reason = error.service_error
    if isinstance(reason, int):
        return CounterTooLowError(
            f"{failed.service}: the meter refused the invocation counter, and waits for {reason}",
            error,
            reason,
            hint="the keys may be in use elsewhere with this system title; the next counters must be above",
        )
    hint = "check the keys, and how the request is protected" if "Deciphering" in type(reason).__name__ else ""
    return ServiceRefusedError(f"{failed.service}: the meter answered {refusal_in_words(error)}", error, hint=hint)


def access_error(reference: AttributeReference, result: DataAccessResult, doing: str, client: int) -> AccessError:
    """The error for an attribute; `doing` is read or written, `client` the address of the client."""
    return AccessError(f"{reference} is not {doing}: {named(result.name)}", result, hint=_hint(result.value, client))


def method_error(reference: MethodReference, result: ActionResult | DataAccessResult, client: int) -> MethodError:
    """The error for a method."""
    return MethodError(f"{reference} failed: {named(result.name)}", result, hint=_hint(result.value, client))


def attribute_not_sent(reference: AttributeReference, error: LocalProtocolError, doing: str) -> AccessError:
    """The error for an attribute that the core did not ask for, since it is at fault by itself.

    `result` is what a server answers then.
    """
    if error.fault is not LocalFault.NOT_MAPPED:
        result = DataAccessResult.scope_of_access_violated
        return AccessError(f"{reference} is not {doing}, and was not asked for: {error}", result, hint=_missing(error))
    hint = _NOT_MAPPED_HINT
    if reference.attribute_id == ALL_ATTRIBUTES:
        hint = "attribute 0, which stands for all attributes, has no short name: ask for them one by one"
    words = f"{reference} is not {doing}: object-undefined, no short name is known for it"
    return AccessError(words, DataAccessResult.object_undefined, hint=hint)


def method_not_mapped(reference: MethodReference) -> MethodError:
    """The error for a method without a short name."""
    words = f"{reference} failed: object-undefined, no short name is known for it"
    return MethodError(words, ActionResult.object_undefined, hint=_NOT_MAPPED_HINT)


def _hint(result: int, client: int) -> str:
    """What to try after a Data-Access-Result, or the Action-Result with the same number."""
    hint = _HINTS_BY_NUMBER.get(result, "")
    if client == PUBLIC_CLIENT and result in _HIDDEN_FROM_SOME:
        hint += f"; the public client {PUBLIC_CLIENT} sees few objects: another client may see it, with its credentials"
    return hint


def _missing(error: LocalProtocolError) -> str:
    return "" if error.missing is None else f"the meter and this client did not agree on: {error.missing}"
