"""The client's side of establishment: the AARQ, and whether the AARE can be accepted (clause 7.2.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xdlms.association.settings import SMALLEST_PDU_SIZE
from xdlms.association.wire import Wire
from xdlms.codec.errors import DecodeError
from xdlms.security import (
    AuthenticationError,
    Form,
    HlsFunction,
    HlsHandshake,
    Protection,
    Role,
    SecurityContext,
    SecurityError,
    SecurityStatus,
)
from xdlms.security.secret import Secret
from xdlms.security.suite import PLAIN_STATUS
from xdlms.services.conformance import NOTHING, negotiate, offered
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.names import (
    LLS,
    LN_VAA_NAME,
    LOWEST,
    SN_VAA_NAME,
    TITLES_NEEDED,
    ApplicationContext,
    mechanism_name,
    mechanism_of,
)
from xdlms.services.primitives.association import DLMS_VERSION, LARGEST_PDU_SIZE, NegotiatedXdlmsContext, Open
from xdlms.services.primitives.common import LocalOrRemote, SecurityOptions, ServiceClass
from xdlms.services.references import SHORT_NAMES
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import AcseRequirements, AcseServiceUser, Conformance, InitiateRequest

_PROVE: Final = AcseServiceUser.authentication_required


class Proposal:
    """What a client proposed, as long as the association lives.

    `initiate` is the InitiateRequest, which an RLRQ carries once more; `options` how it was protected.
    """

    __slots__ = ("aarq", "context", "handshake", "initiate", "mechanism", "options", "request")

    def __init__(
        self,
        request: Open.Request,
        context: ApplicationContext,
        mechanism: int,
        initiate: InitiateRequest,
        options: SecurityOptions | None,
        handshake: HlsHandshake | None,
    ) -> None:
        self.request = request
        self.context = context
        self.mechanism = mechanism
        self.initiate = initiate
        self.options = options
        self.handshake = handshake
        self.aarq = b""

    @property
    def needs_titles(self) -> bool:
        """Whether both sides must tell their system titles."""
        return self.context.ciphered or self.mechanism in TITLES_NEEDED


class Accepted:
    """What an accepting AARE says. With HLS, its challenge was given to the handshake."""

    __slots__ = ("negotiated", "status")

    def __init__(self, negotiated: NegotiatedXdlmsContext, status: SecurityStatus) -> None:
        self.negotiated = negotiated
        self.status = status


def propose(
    request: Open.Request,
    wire: Wire,
    hls: HlsFunction | None,
    random: Callable[[int], bytes] | None,
    challenge_length: int,
) -> Proposal:
    """Check a COSEM-OPEN.request and make the AARQ.

    Args:
        request: the primitive.
        wire: protects the InitiateRequest.
        hls: f of the mechanism, for HLS.
        random: the source of the challenge, for HLS.
        challenge_length: its octets, 8 to 64.

    Raises:
        LocalProtocolError: PARAMETER, its parts do not fit each other; SECURITY, it cannot be protected.
        EncodeError: a value that the abstract syntax does not allow.
    """
    security = wire.security
    context = _context_of(request, security)
    mechanism = _mechanism_of(request, hls)
    handshake = None
    if mechanism > LLS:
        handshake = _handshake(request, hls, random, challenge_length)
    value = request.calling_authentication_value
    if (mechanism == LLS) != (value is not None):
        raise _wrong("the password goes with LLS, and with LLS only; HLS makes its challenge itself")
    options = _options(request, wire)
    initiate = _initiate(request, context, security, options)
    proposal = Proposal(request, context, mechanism, initiate, options, handshake)
    title = request.calling_ap_title
    if proposal.needs_titles and title is None:
        if security is None:
            raise _wrong("the mechanism or the application context needs a security context, with the system titles")
        title = security.local_title
    requirements = request.acse_requirements
    if requirements is None and mechanism != LOWEST:
        requirements = AcseRequirements.authentication
    aarq = apdu.AARQ(
        application_context_name=context.value,
        protocol_version=request.acse_protocol_version,
        called_ap_title=request.called_ap_title,
        called_ae_qualifier=request.called_ae_qualifier,
        called_ap_invocation_id=request.called_ap_invocation_id,
        called_ae_invocation_id=request.called_ae_invocation_id,
        calling_ap_title=title,
        calling_ae_qualifier=request.calling_ae_qualifier,
        calling_ap_invocation_id=request.calling_ap_invocation_id,
        calling_ae_invocation_id=request.calling_ae_invocation_id,
        sender_acse_requirements=requirements,
        mechanism_name=None if mechanism == LOWEST else mechanism_name(mechanism),
        calling_authentication_value=handshake.challenge if handshake else None,
        implementation_information=request.implementation_information,
    )
    # Everything else is known to be encodable before the invocation counter is used for the InitiateRequest.
    aarq.encode()
    aarq.user_information = wire.protected(initiate.encode(), options)
    if value is not None:
        aarq.calling_authentication_value = value.reveal()
    proposal.aarq = aarq.encode()
    return proposal


def judge(aare: apdu.AARE, proposal: Proposal, wire: Wire) -> Accepted:
    """Whether an AARE that accepts can be accepted.

    Raises:
        RemoteProtocolError: REFUSED or AUTHENTICATION, it is not what was proposed: the association must be aborted.
    """
    security = wire.security
    if aare.application_context_name != proposal.context.value:
        raise _unacceptable(f"the application context {aare.application_context_name} was not proposed")
    diagnostic = aare.result_source_diagnostic
    if (proposal.handshake is not None) != (diagnostic == _PROVE and isinstance(diagnostic, AcseServiceUser)):
        raise RemoteProtocolError(RemoteFault.AUTHENTICATION, "the server did not take the authentication mechanism")
    try:
        if (
            proposal.needs_titles
            and security is not None
            and (aare.responding_ap_title is not None or security.peer_title is None)
        ):
            security.know_peer(aare.responding_ap_title or b"")
        if proposal.handshake is not None:
            challenge = aare.responding_authentication_value
            proposal.handshake.receive_challenge(challenge if isinstance(challenge, bytes) else b"")
    except AuthenticationError as error:
        raise RemoteProtocolError(RemoteFault.AUTHENTICATION, f"the challenge of the server: {error}") from error
    except SecurityError as error:
        raise _unacceptable(f"the responding-AP-title: {error}") from error
    response, status = _initiate_response(aare, wire)
    return Accepted(_negotiated(response, proposal), status)


def initiate_error_of(aare: apdu.AARE, wire: Wire) -> apdu.ConfirmedServiceError | None:
    """The ConfirmedServiceError in an AARE that refuses, or None: it has an InitiateResponse, nothing, or worse."""
    if aare.user_information is None:
        return None
    try:
        found = apdu.decode(wire.open(aare.user_information).apdu)
    except (SecurityError, DecodeError):
        return None
    return found if isinstance(found, apdu.ConfirmedServiceErrorInitiateError) else None


def confirm_of(
    aare: apdu.AARE,
    proposal: Proposal,
    negotiated: NegotiatedXdlmsContext | None,
    error: apdu.ConfirmedServiceError | None,
    status: SecurityStatus = PLAIN_STATUS,
) -> Open.Confirm:
    """The COSEM-OPEN.confirm for an AARE."""
    value = aare.responding_authentication_value
    return Open.Confirm(
        protocol_connection_parameters=proposal.request.protocol_connection_parameters,
        local_or_remote=LocalOrRemote.REMOTE,
        result=aare.result,
        failure_type=aare.result_source_diagnostic,
        application_context_name=aare.application_context_name,
        acse_protocol_version=aare.protocol_version,
        responding_ap_title=aare.responding_ap_title,
        responding_ae_qualifier=aare.responding_ae_qualifier,
        responding_ap_invocation_id=aare.responding_ap_invocation_id,
        responding_ae_invocation_id=aare.responding_ae_invocation_id,
        acse_requirements=aare.responder_acse_requirements,
        security_mechanism_name=None if aare.mechanism_name is None else mechanism_of(aare.mechanism_name),
        responding_authentication_value=Secret(value) if isinstance(value, bytes) else None,
        implementation_information=aare.implementation_information,
        negotiated_xdlms_context=negotiated,
        xdlms_initiate_error=error,
        security_status=status,
    )


def _context_of(request: Open.Request, security: SecurityContext | None) -> ApplicationContext:
    ciphered = security is not None and security.ciphered
    context = request.application_context_name
    if context is None:
        return ApplicationContext.LN_CIPHERED if ciphered else ApplicationContext.LN
    if context.ciphered != ciphered:
        raise _wrong("a context with ciphering needs a security context that has it, and one without must not have it")
    return context


def _mechanism_of(request: Open.Request, hls: HlsFunction | None) -> int:
    if request.security_mechanism_name is not None:
        return request.security_mechanism_name
    if hls is not None:
        return hls.mechanism
    return LOWEST if request.calling_authentication_value is None else LLS


def _handshake(
    request: Open.Request, hls: HlsFunction | None, random: Callable[[int], bytes] | None, length: int
) -> HlsHandshake:
    if hls is None or random is None or (request.security_mechanism_name or hls.mechanism) != hls.mechanism:
        raise _wrong("HLS needs the function of its mechanism, and a random source")
    if request.service_class is ServiceClass.UNCONFIRMED:
        raise _wrong("HLS needs the challenge in the AARE, so response-allowed cannot be FALSE")
    try:
        return HlsHandshake(role=Role.CLIENT, function=hls, random=random, length=length)
    except SecurityError as error:
        raise LocalProtocolError(LocalFault.SECURITY, str(error)) from error


def _options(request: Open.Request, wire: Wire) -> SecurityOptions | None:
    """The InitiateRequest is protected as well as the keys allow, and always glo-."""
    security = wire.security
    if security is None or not security.ciphered:
        return request.security_options
    asked = request.security_options or SecurityOptions()
    protection = asked.protection
    if protection is None:
        keys = security.keys
        complete = keys.global_unicast_encryption_key is not None and keys.authentication_key is not None
        protection = Protection.AUTHENTICATED_ENCRYPTION if complete else security.policy.required
    return SecurityOptions(protection, asked.form or Form.SERVICE_GLO)


def _initiate(
    request: Open.Request,
    context: ApplicationContext,
    security: SecurityContext | None,
    options: SecurityOptions | None,
) -> InitiateRequest:
    proposed = request.proposed_xdlms_context
    size = proposed.client_max_receive_pdu_size
    if size and not SMALLEST_PDU_SIZE <= size <= LARGEST_PDU_SIZE:
        raise _wrong(f"client-max-receive-pdu-size is 12 to 65535, or 0 for no limit, not {size}")
    key = None
    if proposed.dedicated_key:
        if security is None or not context.ciphered:
            raise _wrong("a dedicated key is for contexts with ciphering")
        if options is None or options.protection is not Protection.AUTHENTICATED_ENCRYPTION:
            raise _wrong("a dedicated key is sent only with authentication and encryption")
        try:
            key = security.new_dedicated_key()
        except SecurityError as error:
            raise LocalProtocolError(LocalFault.SECURITY, str(error)) from error
    conformance = proposed.conformance
    if conformance is None:
        conformance = offered(by_short_name=context.by_short_name)
    return InitiateRequest(
        proposed.dlms_version_number,
        conformance,
        size,
        None if key is None else key.reveal(),
        request.service_class is ServiceClass.CONFIRMED,
        proposed.quality_of_service,
    )


def _initiate_response(aare: apdu.AARE, wire: Wire) -> tuple[apdu.InitiateResponse, SecurityStatus]:
    if aare.user_information is None:
        raise _unacceptable("the AARE has no InitiateResponse")
    try:
        opened = wire.open(aare.user_information)
        response = apdu.decode(opened.apdu)
    except SecurityError as error:
        raise _unacceptable(f"the InitiateResponse: {error}") from error
    except DecodeError as error:
        raise _unacceptable(f"the InitiateResponse does not decode: {error}") from error
    if not isinstance(response, apdu.InitiateResponse):
        raise _unacceptable(f"the AARE accepts with {type(response).__name__}")
    return response, opened.status


def _negotiated(response: apdu.InitiateResponse, proposal: Proposal) -> NegotiatedXdlmsContext:
    if response.negotiated_dlms_version_number != DLMS_VERSION:
        raise _unacceptable(f"DLMS version {response.negotiated_dlms_version_number} was negotiated, not 6")
    vaa_name = response.vaa_name % SHORT_NAMES
    if vaa_name not in (LN_VAA_NAME, SN_VAA_NAME):
        raise _unacceptable(f"vaa-name {vaa_name:04X} is neither 0007 nor FA00")
    size = response.server_max_receive_pdu_size
    if 0 < size < SMALLEST_PDU_SIZE:
        raise _unacceptable(f"server-max-receive-pdu-size {size} is below 12")
    conformance: Conformance = negotiate(
        proposal.initiate.proposed_conformance,
        response.negotiated_conformance,
        by_short_name=proposal.context.by_short_name,
    )
    if conformance == NOTHING:
        raise _unacceptable("no service was negotiated")
    return NegotiatedXdlmsContext(
        conformance=conformance,
        server_max_receive_pdu_size=size,
        dlms_version_number=response.negotiated_dlms_version_number,
        vaa_name=vaa_name,
        quality_of_service=response.negotiated_quality_of_service,
    )


def _wrong(reason: str) -> LocalProtocolError:
    return LocalProtocolError(LocalFault.PARAMETER, f"COSEM-OPEN.request: {reason}")


def _unacceptable(reason: str) -> RemoteProtocolError:
    return RemoteProtocolError(RemoteFault.REFUSED, reason)
