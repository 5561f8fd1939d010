"""What an association tells the application, beside the primitives of clause 6."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from xdlms.codec.errors import DecodeError
from xdlms.security.errors import SecurityError
from xdlms.services.errors import RemoteFault
from xdlms.services.events import ServiceEvent
from xdlms.services.primitives.association import Abort, Open, Release
from xdlms_apdu.v2023 import AssociationResult, ConfirmedServiceError, ResultSourceDiagnostic


@dataclass(frozen=True, slots=True)
class Authenticated:
    """HLS passes 3 and 4 succeeded: both sides have proved themselves, and all services are open."""


@dataclass(frozen=True, slots=True)
class AuthenticationFailed:
    """A client did not prove itself in pass 3 of HLS (server). The association is over."""

    message: str


@dataclass(frozen=True, slots=True)
class OpenRefused:
    """An AARQ was refused before the application was asked (server); `reason` says what was wrong with it."""

    result: AssociationResult
    failure_type: ResultSourceDiagnostic
    reason: str
    xdlms_initiate_error: ConfirmedServiceError | None = None
    calling_ap_title: bytes | None = None
    calling_ae_invocation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The lower layer is to be disconnected, where it belongs to this association alone.

    Where it was asked for by COSEM-RELEASE, `disconnected` is to be called when it is done, and `user_information`
    goes with it if the profile can carry it.
    """

    for_release: bool = False
    user_information: bytes | None = None


@dataclass(frozen=True, slots=True)
class ApduDropped:
    """A received APDU was not served.

    `octets` is what was received; `answered` whether the peer was told; `error` what the codec or the security
    layer said, where it was one of them.
    """

    octets: bytes = field(repr=False)
    fault: RemoteFault
    message: str
    answered: bool = False
    error: DecodeError | SecurityError | None = None


@dataclass(frozen=True, slots=True)
class AnswerNotSent:
    """A received APDU is due an answer, and it cannot be protected: for want of a key or a counter, for example."""

    octets: bytes = field(repr=False)
    message: str


Event: TypeAlias = (
    Open.Indication
    | Open.Confirm
    | Release.Indication
    | Release.Confirm
    | Abort.Indication
    | Authenticated
    | AuthenticationFailed
    | OpenRefused
    | Disconnect
    | ApduDropped
    | AnswerNotSent
    | ServiceEvent
)
"""Everything that `events` gives."""
