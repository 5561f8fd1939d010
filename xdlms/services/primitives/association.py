"""COSEM-OPEN, COSEM-RELEASE, COSEM-ABORT (clauses 6.2 to 6.4; Tables 9 to 11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from xdlms.security.secret import Secret
from xdlms.security.suite import PLAIN_STATUS, SecurityStatus
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives.common import LocalOrRemote, SecurityOptions, ServiceClass
from xdlms_apdu.v2023 import (
    AARQProtocolVersion,
    AcseRequirements,
    AssociationResult,
    ConfirmedServiceError,
    Conformance,
    ReleaseRequestReason,
    ReleaseResponseReason,
    ResultSourceDiagnostic,
)

DLMS_VERSION: Final = 6
LARGEST_PDU_SIZE: Final = 0xFFFF
VERSION_1: Final = AARQProtocolVersion.version1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedXdlmsContext:
    """Proposed_xDLMS_Context: what the client wants.

    Args:
        conformance: services and options; None: all that this client has for the referencing method.
        client_max_receive_pdu_size: octets of the largest APDU that the client takes, 12 to 65535; 0: no limit
            (which some servers refuse).
        dlms_version_number: 6.
        dedicated_key: whether there is one (Dedicated_Key). The key itself stays inside the core.
        quality_of_service: not used by COSEM, -128 to 127.
    """

    conformance: Conformance | None = None
    client_max_receive_pdu_size: int = LARGEST_PDU_SIZE
    dlms_version_number: int = DLMS_VERSION
    dedicated_key: bool = False
    quality_of_service: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NegotiatedXdlmsContext:
    """Negotiated_xDLMS_Context: what the association has.

    `server_max_receive_pdu_size` is 12 to 65535 octets, 0: no limit; `vaa_name` 7 with LN, 0xFA00 with SN.
    """

    conformance: Conformance
    server_max_receive_pdu_size: int
    dlms_version_number: int = DLMS_VERSION
    vaa_name: int = 7
    quality_of_service: int | None = None


class Open:
    """COSEM-OPEN (clause 6.2; Table 9)."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Request:
        """COSEM-OPEN.request.

        What is None is chosen by the core: the application context and the title from the security context,
        the mechanism and the ACSE requirements from the credentials, the challenge of HLS at random.
        `calling_authentication_value` is the password of LLS; `calling_ae_invocation_id` the client user id.
        UNCONFIRMED means response-allowed FALSE: the server sends no AARE.
        `protocol_connection_parameters` and `user_information` are the profile's: the core hands them on.
        """

        protocol_connection_parameters: object = None
        acse_protocol_version: AARQProtocolVersion = VERSION_1
        application_context_name: ApplicationContext | None = None
        called_ap_title: bytes | None = None
        called_ae_qualifier: bytes | None = None
        called_ap_invocation_id: int | None = None
        called_ae_invocation_id: int | None = None
        calling_ap_title: bytes | None = None
        calling_ae_qualifier: bytes | None = None
        calling_ap_invocation_id: int | None = None
        calling_ae_invocation_id: int | None = None
        acse_requirements: AcseRequirements | None = None
        security_mechanism_name: int | None = None
        calling_authentication_value: Secret | None = None
        implementation_information: bytes | None = None
        proposed_xdlms_context: ProposedXdlmsContext = field(default_factory=ProposedXdlmsContext)
        user_information: bytes | None = None
        service_class: ServiceClass = ServiceClass.CONFIRMED
        security_options: SecurityOptions | None = None

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Indication:
        """COSEM-OPEN.indication: an AARQ that passed every check; `negotiable` is what the core would answer."""

        protocol_connection_parameters: object
        acse_protocol_version: AARQProtocolVersion
        application_context_name: ApplicationContext
        called_ap_title: bytes | None
        called_ae_qualifier: bytes | None
        called_ap_invocation_id: int | None
        called_ae_invocation_id: int | None
        calling_ap_title: bytes | None
        calling_ae_qualifier: bytes | None
        calling_ap_invocation_id: int | None
        calling_ae_invocation_id: int | None
        acse_requirements: AcseRequirements | None
        security_mechanism_name: int
        calling_authentication_value: Secret | None
        implementation_information: bytes | None
        proposed_xdlms_context: ProposedXdlmsContext
        negotiable: NegotiatedXdlmsContext
        user_information: bytes | None = None
        service_class: ServiceClass = ServiceClass.CONFIRMED
        security_status: SecurityStatus = PLAIN_STATUS

        def accept(self) -> Open.Response:
            """The COSEM-OPEN.response that accepts this."""
            return Open.Response()

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Response:
        """COSEM-OPEN.response.

        `failure_type` None: as the core finds it (null; authentication-required with HLS; refused: no-reason-given).
        A `negotiated_xdlms_context` may only narrow what the core would answer. A refusal by the VDE handler has an
        `xdlms_initiate_error`.
        """

        protocol_connection_parameters: object = None
        result: AssociationResult = AssociationResult.accepted
        failure_type: ResultSourceDiagnostic | None = None
        responding_ae_qualifier: bytes | None = None
        responding_ap_invocation_id: int | None = None
        responding_ae_invocation_id: int | None = None
        implementation_information: bytes | None = None
        negotiated_xdlms_context: NegotiatedXdlmsContext | None = None
        xdlms_initiate_error: ConfirmedServiceError | None = None
        user_information: bytes | None = None
        security_options: SecurityOptions | None = None

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Confirm:
        """COSEM-OPEN.confirm.

        With HLS it is accepted with authentication-required; `Authenticated` follows when passes 3 and 4
        are done, or `Abort.Indication`.
        """

        protocol_connection_parameters: object
        local_or_remote: LocalOrRemote
        result: AssociationResult
        failure_type: ResultSourceDiagnostic
        application_context_name: str
        acse_protocol_version: int = VERSION_1
        responding_ap_title: bytes | None = None
        responding_ae_qualifier: bytes | None = None
        responding_ap_invocation_id: int | None = None
        responding_ae_invocation_id: int | None = None
        acse_requirements: AcseRequirements | None = None
        security_mechanism_name: int | None = None
        responding_authentication_value: Secret | None = None
        implementation_information: bytes | None = None
        negotiated_xdlms_context: NegotiatedXdlmsContext | None = None
        xdlms_initiate_error: ConfirmedServiceError | None = None
        user_information: bytes | None = None
        security_status: SecurityStatus = PLAIN_STATUS


class AbortDiagnostics(StrEnum):
    """Diagnostics of COSEM-ABORT: why an association, or the way to it, ended at once. The set is closed."""

    LOWER_LAYER_LOST = "lower-layer-lost"
    AUTHENTICATION_FAILED = "authentication-failed"
    """HLS: the server did not prove itself, or did not let the client prove itself."""
    UNACCEPTABLE_AARE = "unacceptable-aare"
    """The server accepted, but not what was proposed."""
    NO_RESPONSE = "no-response"
    """The answer to OPEN, to RELEASE or to a pass of HLS did not come in time."""
    REFUSED = "refused"
    """OPEN, or RELEASE, was answered by an ExceptionResponse or a ConfirmedServiceError."""
    REPLACED = "replaced"
    """The client sent another AARQ (server)."""
    NOT_SENT = "not-sent"
    """An APDU that must be sent could not be protected or is too long for the peer."""
    LOCAL = "local"
    """The own side gave the association up."""


class ReleaseResult(StrEnum):
    """Result of COSEM-RELEASE: a server cannot refuse, but its answer may not come."""

    OK = "ok"
    FAILED = "failed"


class Release:
    """COSEM-RELEASE (clause 6.3; Table 10)."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Request:
        """COSEM-RELEASE.request.

        Without Use_RLRQ_RLRE the lower layer is disconnected instead. In a ciphered context the RLRQ carries
        the InitiateRequest of the AARQ (Proposed_xDLMS_Context), which the core has kept.
        """

        use_rlrq_rlre: bool = True
        reason: ReleaseRequestReason | None = ReleaseRequestReason.normal
        user_information: bytes | None = None
        security_options: SecurityOptions | None = None

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Indication:
        """COSEM-RELEASE.indication; to be answered where Use_RLRQ_RLRE is true."""

        use_rlrq_rlre: bool
        reason: ReleaseRequestReason | None = None
        proposed_xdlms_context: ProposedXdlmsContext | None = None
        user_information: bytes | None = None
        security_status: SecurityStatus = PLAIN_STATUS

        def response(self) -> Release.Response:
            """The COSEM-RELEASE.response to this."""
            return Release.Response()

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Response:
        """COSEM-RELEASE.response; a server cannot refuse."""

        reason: ReleaseResponseReason | None = ReleaseResponseReason.normal
        user_information: bytes | None = None
        security_options: SecurityOptions | None = None

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Confirm:
        """COSEM-RELEASE.confirm: the association is over, also where it failed for want of an answer."""

        use_rlrq_rlre: bool
        local_or_remote: LocalOrRemote
        result: ReleaseResult = ReleaseResult.OK
        failure_type: AbortDiagnostics | None = None
        reason: ReleaseResponseReason | None = None
        negotiated_xdlms_context: NegotiatedXdlmsContext | None = None
        user_information: bytes | None = None
        security_status: SecurityStatus = PLAIN_STATUS


class Abort:
    """COSEM-ABORT (clause 6.4; Table 11)."""

    @dataclass(frozen=True, slots=True)
    class Indication:
        """COSEM-ABORT.indication: the association is over, and all its pending services have failed."""

        diagnostics: AbortDiagnostics
        message: str = ""
