"""Whose fault it is: `LocalProtocolError` for the own application, `RemoteProtocolError` for the peer."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from xdlms.services.references import AttributeReference, MethodReference
from xdlms_apdu.v2023 import APDU, Conformance


class LocalFault(StrEnum):
    """Why a call was refused; nothing was sent and nothing changed. The set is closed."""

    STATE = "state"
    """The state of the association does not allow this primitive."""
    AUTHENTICATION_PENDING = "authentication-pending"
    """HLS passes 3 and 4 are not done: nothing else is served until they are."""
    NOT_NEGOTIATED = "not-negotiated"
    """A conformance bit is missing; `LocalProtocolError.missing` names it."""
    UNCONFIRMED_ASSOCIATION = "unconfirmed-association"
    """A confirmed service in an association that was opened without a response."""
    TOO_LONG = "too-long"
    """The APDU is longer than the peer receives, and cannot be sent in blocks."""
    NO_INVOKE_ID = "no-invoke-id"
    """The invoke-id is in use, or all of them are."""
    UNKNOWN_REQUEST = "unknown-request"
    """There is no such request: it is over, or it never was."""
    PARAMETER = "parameter"
    """A parameter of the primitive is wrong or does not fit another one."""
    NOT_MAPPED = "not-mapped"
    """The SN mapper knows no short name for the object, attribute or method."""
    SECURITY = "security"
    """The protection asked for cannot be given; the cause is chained."""


class ProtocolError(Exception):
    """What goes wrong between the two sides of an association; the base of both kinds."""


class LocalProtocolError(ProtocolError):
    """The own application called wrongly. Nothing was sent and nothing changed.

    `fault` is the kind, `missing` the conformance bits that were not negotiated (for NOT_NEGOTIATED), `about` the
    one attribute or method of the request that is at fault, where it is one: the others could be asked for.
    """

    def __init__(
        self,
        fault: LocalFault,
        reason: str,
        *,
        missing: Conformance | None = None,
        about: AttributeReference | MethodReference | None = None,
    ) -> None:
        self.fault = fault
        self.reason = reason
        self.missing = missing
        self.about = about
        super().__init__(reason)


class RemoteFault(StrEnum):
    """What a peer did wrong. The set is closed; `xdlms.services.refusals` says how a server answers each."""

    NOT_ALLOWED_NOW = "not-allowed-now"
    """The state does not allow this APDU."""
    NO_ASSOCIATION = "no-association"
    """A data transfer service without an association."""
    NOT_AUTHENTICATED = "not-authenticated"
    """A service before HLS passes 3 and 4 were done."""
    NOT_NEGOTIATED = "not-negotiated"
    """A service or option whose conformance bit was not negotiated."""
    UNKNOWN_SERVICE = "unknown-service"
    """An APDU, or a service, that is not known here."""
    UNDECODABLE = "undecodable"
    """Octets that are no APDU, or an APDU whose parts contradict each other."""
    TOO_LONG = "too-long"
    """An APDU longer than the receiver said that it takes."""
    DECIPHERING = "deciphering"
    """An APDU that is not protected as it must be."""
    REPLAY = "replay"
    """An authentic APDU whose invocation counter is not fresh."""
    NO_COUNTER = "no-counter"
    """The invocation counter of an authentic APDU could not be kept."""
    INVOKE_ID_IN_USE = "invoke-id-in-use"
    """A request with the invoke-id of one that is not answered yet."""
    UNMATCHED = "unmatched"
    """A response that answers no request: too late, or of another service."""
    WRONG_BLOCK = "wrong-block"
    """A block, or an acknowledgement, with another number than the next one, or out of place."""
    TOO_MUCH = "too-much"
    """A value in blocks that is longer than the receiver keeps."""
    REFUSED = "refused"
    """An answer to OPEN or RELEASE that cannot be accepted."""
    AUTHENTICATION = "authentication"
    """The peer did not prove who it is."""


class RemoteProtocolError(ProtocolError):
    """The peer did something wrong.

    The core raises it within itself, answers with `answer` where there is an answer, and reports the
    error in an event; no call of the application raises it.

    `fault` is the kind, `answer` the APDU that was sent back, `expected` the invocation counter to tell
    with REPLAY; `silent` tells that the peer expects no answer whatever happens; `first_octet` is that of the plain
    APDU, where it is known.
    """

    def __init__(
        self,
        fault: RemoteFault,
        reason: str,
        *,
        answer: APDU | None = None,
        expected: int | None = None,
        silent: bool = False,
    ) -> None:
        self.fault = fault
        self.reason = reason
        self.answer: Any = answer
        self.expected = expected
        self.silent = silent
        self.first_octet: int | None = None
        super().__init__(reason)
