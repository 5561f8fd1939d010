"""The server's answers to AARQ and RLRQ: AARE and RLRE (clauses 7.2.4, 7.2.5)."""

from __future__ import annotations

from typing import Final

from xdlms.association.establishment import Candidate, Refusal
from xdlms.association.wire import Wire
from xdlms.codec.errors import DecodeError
from xdlms.security import Form, KeySet, Protection, SecurityError, SecurityStatus
from xdlms.security.secret import Secret
from xdlms.security.suite import PLAIN_STATUS
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.names import mechanism_name
from xdlms.services.primitives.association import NegotiatedXdlmsContext, Open, ProposedXdlmsContext, Release
from xdlms.services.primitives.common import SecurityOptions, ServiceClass
from xdlms.services.references import SHORT_NAMES
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import AcseRequirements, AcseServiceUser, AssociationResult, InitiateRequest

_SIGN: Final = SHORT_NAMES // 2


def indication_of(candidate: Candidate, parameters: object) -> Open.Indication:
    """The COSEM-OPEN.indication for an AARQ that passed every check."""
    aarq, negotiable = candidate.aarq, candidate.negotiated
    if candidate.initiate is None or negotiable is None:
        raise RemoteProtocolError(RemoteFault.REFUSED, "nothing was proposed")
    value = aarq.calling_authentication_value
    return Open.Indication(
        protocol_connection_parameters=parameters,
        acse_protocol_version=aarq.protocol_version,
        application_context_name=candidate.context,
        called_ap_title=aarq.called_ap_title,
        called_ae_qualifier=aarq.called_ae_qualifier,
        called_ap_invocation_id=aarq.called_ap_invocation_id,
        called_ae_invocation_id=aarq.called_ae_invocation_id,
        calling_ap_title=aarq.calling_ap_title,
        calling_ae_qualifier=aarq.calling_ae_qualifier,
        calling_ap_invocation_id=aarq.calling_ap_invocation_id,
        calling_ae_invocation_id=aarq.calling_ae_invocation_id,
        acse_requirements=aarq.sender_acse_requirements,
        security_mechanism_name=candidate.mechanism,
        calling_authentication_value=Secret(value) if isinstance(value, bytes) else None,
        implementation_information=aarq.implementation_information,
        proposed_xdlms_context=proposed_of(candidate.initiate),
        negotiable=negotiable,
        service_class=ServiceClass(candidate.answered),
        security_status=PLAIN_STATUS if candidate.opened is None else candidate.opened.status,
    )


def proposed_of(initiate: InitiateRequest) -> ProposedXdlmsContext:
    """What an InitiateRequest proposes; the dedicated key stays out of it."""
    return ProposedXdlmsContext(
        conformance=initiate.proposed_conformance,
        client_max_receive_pdu_size=initiate.client_max_receive_pdu_size,
        dlms_version_number=initiate.proposed_dlms_version_number,
        dedicated_key=initiate.dedicated_key is not None,
        quality_of_service=initiate.proposed_quality_of_service,
    )


def accepting(candidate: Candidate, response: Open.Response, negotiated: NegotiatedXdlmsContext) -> apdu.AARE:
    """The AARE that accepts, still without its InitiateResponse."""
    aare = _frame(candidate, response)
    handshake = candidate.handshake
    aare.result = AssociationResult.accepted
    aare.result_source_diagnostic = response.failure_type or AcseServiceUser.null
    if handshake is not None:
        aare.result_source_diagnostic = AcseServiceUser.authentication_required
        aare.responder_acse_requirements = AcseRequirements.authentication
        aare.mechanism_name = mechanism_name(candidate.mechanism)
        aare.responding_authentication_value = handshake.challenge
    return aare


def refusing(candidate: Candidate, response: Open.Response) -> apdu.AARE:
    """The AARE of an application that refuses, still without its ConfirmedServiceError."""
    aare = _frame(candidate, response)
    aare.result = response.result
    aare.result_source_diagnostic = response.failure_type or AcseServiceUser.no_reason_given
    return aare


def refused(aarq: apdu.AARQ, refusal: Refusal, implementation_information: bytes | None) -> apdu.AARE:
    """The AARE for an AARQ that fails a check; it gives the proposed application context name back."""
    return apdu.AARE(
        application_context_name=aarq.application_context_name,
        result=refusal.result,
        result_source_diagnostic=refusal.diagnostic,
        implementation_information=implementation_information,
        user_information=None if refusal.error is None else refusal.error.encode(),
    )


def narrowed(candidate: Candidate, response: Open.Response) -> NegotiatedXdlmsContext:
    """What is negotiated: what the core found, or what the application narrows it to.

    Raises:
        LocalProtocolError: PARAMETER, the application gives more than was negotiated.
    """
    found, wanted = candidate.negotiated, response.negotiated_xdlms_context
    if found is None:
        raise LocalProtocolError(LocalFault.STATE, "there is nothing to negotiate")
    if wanted is None:
        return found
    if wanted.conformance not in found.conformance or not wanted.conformance:
        raise LocalProtocolError(LocalFault.PARAMETER, "the application can only narrow what was negotiated")
    return NegotiatedXdlmsContext(
        conformance=wanted.conformance,
        server_max_receive_pdu_size=wanted.server_max_receive_pdu_size,
        vaa_name=found.vaa_name,
        quality_of_service=wanted.quality_of_service,
    )


def initiate_response(negotiated: NegotiatedXdlmsContext) -> bytes:
    """The InitiateResponse, plain; raises EncodeError."""
    vaa_name = negotiated.vaa_name
    return apdu.InitiateResponse(
        negotiated.dlms_version_number,
        negotiated.conformance,
        negotiated.server_max_receive_pdu_size,
        vaa_name - SHORT_NAMES if vaa_name >= _SIGN else vaa_name,
        negotiated.quality_of_service,
    ).encode()


def answer_protection(wire: Wire, status: SecurityStatus, asked: SecurityOptions | None) -> SecurityOptions | None:
    """How to protect an InitiateResponse: as the application asks, or as the InitiateRequest was; always glo-."""
    options = asked or wire.answer_options(status)
    if options is None or not wire.ciphered:
        return options
    return SecurityOptions(options.protection, options.form or Form.SERVICE_GLO, options.key_set)


def check_release(
    rlrq: apdu.RLRQ, wire: Wire, least: Protection, *, strict: bool
) -> tuple[Release.Indication, SecurityStatus]:
    """The COSEM-RELEASE.indication for an RLRQ.

    In a ciphered context the RLRQ carries an InitiateRequest that is protected as the one of the AARQ was, under
    the global unicast key; any other RLRQ does not release.

    Raises:
        RemoteProtocolError: DECIPHERING or UNDECODABLE.
    """
    if not wire.ciphered:
        return Release.Indication(use_rlrq_rlre=True, reason=rlrq.reason), PLAIN_STATUS
    if rlrq.user_information is None:
        raise _not_released("it is plain", RemoteFault.DECIPHERING)
    try:
        opened = wire.open(rlrq.user_information)
    except SecurityError as error:
        raise _not_released(str(error), RemoteFault.DECIPHERING) from error
    status = opened.status
    needed = least or Protection.AUTHENTICATED_ENCRYPTION
    if (
        status.form not in (Form.SERVICE_GLO, Form.GENERAL_GLO)
        or status.key_set is not KeySet.UNICAST
        or status.protection & needed != needed
    ):
        raise _not_released("it is less protected than the AARQ was", RemoteFault.DECIPHERING)
    initiate = _decoded(opened.apdu, strict=strict)
    if not isinstance(initiate, InitiateRequest):
        raise _not_released("it has no InitiateRequest", RemoteFault.UNDECODABLE)
    indication = Release.Indication(
        use_rlrq_rlre=True,
        reason=rlrq.reason,
        proposed_xdlms_context=proposed_of(initiate),
        security_status=status,
    )
    return indication, status


def _frame(candidate: Candidate, response: Open.Response) -> apdu.AARE:
    security = candidate.security
    information = response.implementation_information
    return apdu.AARE(
        application_context_name=candidate.context.value,
        result=response.result,
        result_source_diagnostic=AcseServiceUser.null,
        responding_ap_title=security.local_title if candidate.needs_titles and security is not None else None,
        responding_ae_qualifier=response.responding_ae_qualifier,
        responding_ap_invocation_id=response.responding_ap_invocation_id,
        responding_ae_invocation_id=response.responding_ae_invocation_id,
        implementation_information=(
            candidate.settings.implementation_information if information is None else information
        ),
    )


def _decoded(octets: bytes, *, strict: bool) -> object:
    # An InitiateRequest may hold a key: no error is raised, or kept, from here.
    try:
        return apdu.decode(octets, strict=strict)
    except DecodeError:
        return None


def _not_released(reason: str, fault: RemoteFault) -> RemoteProtocolError:
    return RemoteProtocolError(fault, f"the RLRQ does not release: {reason}", silent=True)
