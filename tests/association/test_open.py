"""COSEM-OPEN on the client's side: what is proposed, and what of an AARE is accepted (clauses 6.2, 7.2.4)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import (
    CLIENT_TITLE,
    CTOS,
    LN,
    LN_CIPHERED,
    PASSWORD,
    SERVER_TITLE,
    SN,
    STOC,
    VALUE,
    counting,
    gmac,
    octets,
    of_kind,
    only,
    pair,
    security,
)
from conftest import vectors

from xdlms.association import (
    ApduDropped,
    ClientAssociation,
    ClientSettings,
    Disconnect,
    PreEstablished,
    ServerSettings,
    State,
)
from xdlms.errors import EncodeError
from xdlms.security import GmacHls, Protection
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import (
    Abort,
    AbortDiagnostics,
    Get,
    LocalOrRemote,
    NegotiatedXdlmsContext,
    Open,
    ProposedXdlmsContext,
    Release,
    ServiceClass,
    Set,
    Write,
)
from xdlms.services.references import VariableName
from xdlms_apdu.v2023 import (
    AARE,
    AARQ,
    AcseRequirements,
    AcseServiceProvider,
    AcseServiceUser,
    AssociationResult,
    ConfirmedServiceErrorInitiateError,
    Conformance,
    InitiateRequest,
    InitiateResponse,
    ServiceErrorInitiate,
    decode,
)

ACCEPTED = AssociationResult.accepted
LN_BITS = Conformance(0x007E1F)
PROPOSED = ProposedXdlmsContext(conformance=LN_BITS, client_max_receive_pdu_size=1200)
KNOWN = {vector["name"]: bytes.fromhex(vector["hex"]) for vector in vectors("acse_plain", "ciphered_suite0")}


def client(**given: Any) -> ClientAssociation:
    usual = {"random": counting(CTOS), "settings": ClientSettings(challenge_length=8)}
    association = ClientAssociation(**{**usual, **given})
    association.connected(now=0)
    return association


def opened(request: Open.Request, **given: Any) -> tuple[ClientAssociation, AARQ]:
    association = client(**given)
    association.send(request, now=0)
    (sent,) = association.apdus_to_send()
    aarq = decode(sent)
    assert isinstance(aarq, AARQ)
    return association, aarq


def aare(**changed: Any) -> bytes:
    given: dict[str, Any] = {
        "application_context_name": LN.value,
        "result": ACCEPTED,
        "result_source_diagnostic": AcseServiceUser.null,
        "user_information": InitiateResponse(6, LN_BITS, 500, 7).encode(),
    }
    return AARE(**{**given, **changed}).encode()


def aborted(association: ClientAssociation, diagnostics: AbortDiagnostics) -> None:
    """The association has ended at once, and the lower layer is to go."""
    indication, disconnect = association.events()
    assert isinstance(indication, Abort.Indication)
    assert indication.diagnostics is diagnostics
    assert disconnect == Disconnect()
    assert association.state is State.INACTIVE
    assert association.apdus_to_send() == []


# The AARQ


@pytest.mark.clause("Annex B")
@pytest.mark.parametrize(
    ("name", "request_of"),
    [
        ("AARQ LN no security", Open.Request(proposed_xdlms_context=PROPOSED)),
        (
            "AARQ LN LLS password 12345678",
            Open.Request(proposed_xdlms_context=PROPOSED, calling_authentication_value=PASSWORD),
        ),
        (
            "AARQ SN no security",
            Open.Request(
                application_context_name=SN,
                proposed_xdlms_context=ProposedXdlmsContext(conformance=Conformance(0x1C0320)),
            ),
        ),
    ],
)
def test_the_aarqs_of_annex_b_octet_for_octet(name: str, request_of: Open.Request) -> None:
    association = client()
    association.send(request_of, now=0)
    assert association.apdus_to_send() == [KNOWN[name]]
    assert association.state is State.ASSOCIATION_PENDING


@pytest.mark.clause("Annex B")
def test_the_aarq_of_annex_b_with_hls_octet_for_octet_but_for_the_title_that_the_mechanism_needs() -> None:
    context = security(CLIENT_TITLE, None, ciphered=False)
    _, aarq = opened(
        Open.Request(proposed_xdlms_context=PROPOSED),
        security=context,
        hls=GmacHls(context),
    )
    assert aarq.calling_ap_title == CLIENT_TITLE
    aarq.calling_ap_title = None
    assert aarq.encode() == KNOWN["AARQ LN HLS GMAC challenge K56iVagY"]


@pytest.mark.clause("Annex C")
def test_the_aarq_of_annex_c_octet_for_octet() -> None:
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
    context = security(SERVER_TITLE, None, first_counter=0x01234567, random=counting(key))
    association = client(security=context)
    association.send(
        Open.Request(
            calling_authentication_value=PASSWORD,
            proposed_xdlms_context=ProposedXdlmsContext(
                conformance=LN_BITS, client_max_receive_pdu_size=1200, dedicated_key=True
            ),
        ),
        now=0,
    )
    assert association.apdus_to_send() == [KNOWN["AARQ LN ciphered, LLS, calling-AP-title"]]


@pytest.mark.clause("6.2")
def test_every_parameter_of_open_reaches_the_aarq() -> None:
    request = Open.Request(
        called_ap_title=b"12345678",
        called_ae_qualifier=b"q",
        called_ap_invocation_id=1,
        called_ae_invocation_id=2,
        calling_ap_title=CLIENT_TITLE,
        calling_ae_qualifier=b"r",
        calling_ap_invocation_id=3,
        calling_ae_invocation_id=4,
        acse_requirements=AcseRequirements(0),
        implementation_information=b"xdlms",
        proposed_xdlms_context=ProposedXdlmsContext(
            conformance=Conformance.get, client_max_receive_pdu_size=0, quality_of_service=-3, dlms_version_number=7
        ),
    )
    _, aarq = opened(request)
    for name in (
        "called_ap_title",
        "called_ae_qualifier",
        "called_ap_invocation_id",
        "called_ae_invocation_id",
        "calling_ap_title",
        "calling_ae_qualifier",
        "calling_ap_invocation_id",
        "calling_ae_invocation_id",
        "implementation_information",
    ):
        assert getattr(aarq, name) == getattr(request, name), name
    assert aarq.sender_acse_requirements == AcseRequirements(0)
    assert aarq.user_information_apdu == InitiateRequest(7, Conformance.get, 0, None, True, -3)


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize(
    "request_of",
    [
        Open.Request(application_context_name=LN_CIPHERED),
        Open.Request(security_mechanism_name=5),
        Open.Request(security_mechanism_name=1),
        Open.Request(security_mechanism_name=0, calling_authentication_value=PASSWORD),
        Open.Request(proposed_xdlms_context=ProposedXdlmsContext(client_max_receive_pdu_size=11)),
        Open.Request(proposed_xdlms_context=ProposedXdlmsContext(client_max_receive_pdu_size=65536)),
        Open.Request(proposed_xdlms_context=ProposedXdlmsContext(dedicated_key=True)),
    ],
)
def test_parameters_that_do_not_fit_each_other_are_refused_and_nothing_is_sent(request_of: Open.Request) -> None:
    association = client()
    with pytest.raises(LocalProtocolError) as caught:
        association.send(request_of, now=0)
    assert caught.value.fault is LocalFault.PARAMETER
    assert association.state is State.IDLE
    assert association.apdus_to_send() == []
    association.send(Open.Request(), now=0)


@pytest.mark.clause("7.2.2")
def test_a_context_without_ciphering_does_not_go_with_a_security_context_that_has_it() -> None:
    association = client(security=security(CLIENT_TITLE, None))
    with pytest.raises(LocalProtocolError):
        association.send(Open.Request(application_context_name=LN), now=0)
    association.send(Open.Request(), now=0)
    assert association.application_context is LN_CIPHERED


def test_a_value_that_the_abstract_syntax_does_not_allow_changes_nothing_and_forgets_the_dedicated_key() -> None:
    context = security(CLIENT_TITLE, None)
    association = client(security=context)
    wrong = ProposedXdlmsContext(dedicated_key=True, dlms_version_number=256)
    with pytest.raises(EncodeError):
        association.send(Open.Request(proposed_xdlms_context=wrong), now=0)
    assert association.state is State.IDLE
    assert not context.has_dedicated_key


@pytest.mark.clause("5.3")
def test_hls_goes_with_its_function_a_random_source_and_a_response() -> None:
    context = security(CLIENT_TITLE, None)
    with pytest.raises(LocalProtocolError):
        client(security=context, hls=GmacHls(context), random=None).send(Open.Request(), now=0)
    with pytest.raises(LocalProtocolError):
        client(security=context, hls=GmacHls(context)).send(Open.Request(security_mechanism_name=3), now=0)
    unconfirmed = Open.Request(service_class=ServiceClass.UNCONFIRMED)
    with pytest.raises(LocalProtocolError):
        client(security=context, hls=GmacHls(context)).send(unconfirmed, now=0)


# The AARE


@pytest.mark.clause("6.2")
def test_an_aare_that_accepts_is_confirmed_with_all_its_parameters() -> None:
    association, _ = opened(Open.Request(proposed_xdlms_context=PROPOSED, protocol_connection_parameters="here"))
    association.receive_apdu(
        aare(
            responding_ae_qualifier=b"q",
            responding_ap_invocation_id=1,
            responding_ae_invocation_id=2,
            implementation_information=b"meter",
            user_information=InitiateResponse(6, Conformance(0x00501F), 500, 7, 18).encode(),
        ),
        now=0,
    )
    assert only(association.events(), Open.Confirm) == Open.Confirm(
        protocol_connection_parameters="here",
        local_or_remote=LocalOrRemote.REMOTE,
        result=ACCEPTED,
        failure_type=AcseServiceUser.null,
        application_context_name=LN.value,
        responding_ae_qualifier=b"q",
        responding_ap_invocation_id=1,
        responding_ae_invocation_id=2,
        implementation_information=b"meter",
        negotiated_xdlms_context=NegotiatedXdlmsContext(
            conformance=Conformance(0x00501F), server_max_receive_pdu_size=500, quality_of_service=18
        ),
    )
    assert association.state is State.ASSOCIATED


@pytest.mark.clause("Annex B")
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("AARE LN rejected: application-context-name-not-supported", None),
        ("AARE LN rejected with confirmedServiceError", ServiceErrorInitiate.dlms_version_too_low),
        ("AARE without user-information (authentication-failure)", None),
        ("AARE authentication-failure with initiateResponse (Circutor)", None),
        ("AARE result 2 rejected-transient", None),
    ],
)
def test_a_refusal_is_understood_with_an_initiate_response_an_error_or_nothing(
    name: str, error: ServiceErrorInitiate | None
) -> None:
    association, _ = opened(Open.Request())
    association.receive_apdu(KNOWN[name], now=0)
    confirm = only(association.events(), Open.Confirm)
    refused = decode(KNOWN[name])
    assert isinstance(refused, AARE)
    assert (confirm.result, confirm.failure_type) == (refused.result, refused.result_source_diagnostic)
    assert confirm.xdlms_initiate_error == (None if error is None else ConfirmedServiceErrorInitiateError(error))
    assert association.application_context is None
    assert association._proposal is None
    assert association.state is State.IDLE
    association.send(Open.Request(), now=0)


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize(
    "answer",
    [
        aare(application_context_name=SN.value),
        aare(user_information=None),
        aare(user_information=b"\x08"),
        aare(user_information=InitiateRequest(6, LN_BITS, 500).encode()),
        aare(user_information=bytes.fromhex("0E010601")),
        aare(user_information=InitiateResponse(5, LN_BITS, 500, 7).encode()),
        aare(user_information=InitiateResponse(7, LN_BITS, 500, 7).encode()),
        aare(user_information=InitiateResponse(6, LN_BITS, 500, 8).encode()),
        aare(user_information=InitiateResponse(6, LN_BITS, 11, 7).encode()),
        aare(user_information=InitiateResponse(6, Conformance.read, 500, 7).encode()),
    ],
)
def test_an_aare_that_accepts_something_else_than_was_proposed_is_not_accepted(answer: bytes) -> None:
    association, _ = opened(Open.Request(proposed_xdlms_context=PROPOSED))
    association.receive_apdu(answer, now=0)
    aborted(association, AbortDiagnostics.UNACCEPTABLE_AARE)


@pytest.mark.clause("7.3.1")
def test_nothing_is_negotiated_that_was_not_proposed() -> None:
    proposed = ProposedXdlmsContext(conformance=Conformance.get)
    association, _ = opened(Open.Request(proposed_xdlms_context=proposed))
    association.receive_apdu(aare(), now=0)
    assert association.negotiated is not None
    assert association.negotiated.conformance == Conformance.get


def test_field_quirks_of_accepting_aares_are_taken() -> None:
    for name in ("AARE LN LLS with mechanism and echoed password (Elster)", "AARE LN accepted, 001E1D"):
        association, _ = opened(Open.Request(calling_authentication_value=PASSWORD))
        association.receive_apdu(KNOWN[name], now=0)
        only(association.events(), Open.Confirm)


@pytest.mark.clause("5.3")
def test_a_server_that_skips_the_authentication_of_hls_is_not_accepted() -> None:
    for diagnostic in (AcseServiceUser.null, AcseServiceProvider.null):
        context = security(CLIENT_TITLE, None, ciphered=False)
        association, _ = opened(Open.Request(), security=context, hls=GmacHls(context))
        association.receive_apdu(aare(result_source_diagnostic=diagnostic), now=0)
        aborted(association, AbortDiagnostics.AUTHENTICATION_FAILED)


@pytest.mark.clause("5.3")
def test_a_server_that_wants_hls_unasked_is_not_accepted() -> None:
    association, _ = opened(Open.Request())
    association.receive_apdu(
        aare(result_source_diagnostic=AcseServiceUser.authentication_required, responding_authentication_value=STOC),
        now=0,
    )
    aborted(association, AbortDiagnostics.AUTHENTICATION_FAILED)


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("challenge", [None, b"", b"1234567", bytes(65), CTOS])
def test_the_challenge_of_the_server_has_8_to_64_octets_and_is_not_the_own_one(challenge: bytes | None) -> None:
    context = security(CLIENT_TITLE, None, ciphered=False)
    association, _ = opened(Open.Request(), security=context, hls=GmacHls(context))
    association.receive_apdu(
        aare(
            result_source_diagnostic=AcseServiceUser.authentication_required,
            responding_ap_title=SERVER_TITLE,
            responding_authentication_value=challenge,
        ),
        now=0,
    )
    aborted(association, AbortDiagnostics.AUTHENTICATION_FAILED)


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize("title", [None, b"", bytes(7), CLIENT_TITLE])
def test_the_system_title_of_the_server_is_needed_in_a_ciphered_context(title: bytes | None) -> None:
    association, _ = opened(Open.Request(), security=security(CLIENT_TITLE, None))
    association.receive_apdu(aare(application_context_name=LN_CIPHERED.value, responding_ap_title=title), now=0)
    aborted(association, AbortDiagnostics.UNACCEPTABLE_AARE)


@pytest.mark.clause("5.4.3")
def test_an_initiate_response_with_less_protection_than_the_policy_asks_for_is_not_accepted() -> None:
    association, _ = opened(Open.Request(), security=security(CLIENT_TITLE, None, policy=1))
    association.receive_apdu(aare(application_context_name=LN_CIPHERED.value, responding_ap_title=SERVER_TITLE), now=0)
    aborted(association, AbortDiagnostics.UNACCEPTABLE_AARE)


@pytest.mark.clause("6.5")
@pytest.mark.parametrize("protection", [Protection.AUTHENTICATION, Protection.AUTHENTICATED_ENCRYPTION])
def test_the_security_status_of_the_initiate_response_is_told(protection: Protection) -> None:
    association, _ = opened(Open.Request(), security=security(CLIENT_TITLE, None))
    response = InitiateResponse(6, LN_BITS, 500, 7).encode()
    answer = security(SERVER_TITLE, CLIENT_TITLE).protect(response, protection=protection)
    association.receive_apdu(
        aare(application_context_name=LN_CIPHERED.value, responding_ap_title=SERVER_TITLE, user_information=answer),
        now=0,
    )
    assert only(association.events(), Open.Confirm).security_status.protection is protection


@pytest.mark.clause("7.2.4")
def test_an_aare_that_does_not_decode_is_dropped_and_the_client_goes_on_waiting() -> None:
    association, _ = opened(Open.Request())
    association.receive_apdu(aare()[:-2], now=0)
    assert only(association.events(), ApduDropped).fault is RemoteFault.UNDECODABLE
    association.receive_apdu(aare(), now=0)
    only(association.events(), Open.Confirm)


# Associations without AARE, and without AARQ


@pytest.mark.clause("7.3.2")
def test_in_an_unconfirmed_association_only_unconfirmed_services_go() -> None:
    wire = pair(service_class=ServiceClass.UNCONFIRMED)
    confirm = only(wire.client_events, Open.Confirm)
    assert confirm.local_or_remote is LocalOrRemote.LOCAL
    assert wire.client.state is wire.server.state is State.ASSOCIATED
    assert [side for side, _ in wire.seen] == ["client"]
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.send(Get.Request(VALUE), now=0)
    assert caught.value.fault is LocalFault.UNCONFIRMED_ASSOCIATION
    assert wire.ask(Set.Request(VALUE, octets(b"\x01"), service_class=ServiceClass.UNCONFIRMED)) == []
    indication = of_kind(wire.server_events, Set.Indication)[0]
    assert indication.service_class is ServiceClass.UNCONFIRMED
    assert [side for side, _ in wire.seen] == ["client", "client"]


@pytest.mark.clause("Annex A")
@pytest.mark.parametrize("service_class", list(ServiceClass))
def test_an_aarq_without_a_response_is_no_confirmed_apdu(service_class: ServiceClass) -> None:
    association = client()
    association.send(Open.Request(service_class=service_class), now=0)
    assert [unit.confirmed for unit in association.units_to_send()] == [bool(service_class)]


@pytest.mark.clause("7.3.2")
def test_a_confirmed_service_in_an_unconfirmed_association_is_discarded_and_reported() -> None:
    wire = pair(service_class=ServiceClass.UNCONFIRMED)
    wire.server.receive_apdu(bytes.fromhex("C001C100010000800000FF0200"), now=0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW
    assert wire.server.apdus_to_send() == []


@pytest.mark.clause("7.1")
@pytest.mark.parametrize("context", [LN, SN])
def test_a_pre_established_association_is_there_with_the_lower_layer_and_is_not_released(
    context: ApplicationContext,
) -> None:
    known = PreEstablished(application_context=context, conformance=Conformance(0x1CFFFF))
    wire = pair(
        open_it=False,
        client=ClientSettings(pre_established=known),
        server=ServerSettings(pre_established=known),
    )
    assert wire.server.state is State.ASSOCIATED
    confirm = only(wire.ask(Open.Request()), Open.Confirm)
    assert (confirm.result, confirm.local_or_remote) == (ACCEPTED, LocalOrRemote.LOCAL)
    assert wire.seen == []
    request: Any = Get.Request(VALUE) if context is LN else Write.Request((VariableName(0x100),), (octets(b"\x01"),))
    wire.ask(request)
    assert len(wire.seen) == 2
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.send(Release.Request(), now=0)
    assert caught.value.fault is LocalFault.STATE
    wire.server.receive_apdu(bytes.fromhex("6203800100"), now=0)
    wire.server.receive_apdu(KNOWN["AARQ LN no security"], now=0)
    dropped = of_kind(wire.server.events(), ApduDropped)
    assert [event.fault for event in dropped] == [RemoteFault.NOT_ALLOWED_NOW] * 2
    assert wire.server.apdus_to_send() == []
    assert wire.server.state is State.ASSOCIATED


@pytest.mark.clause("7.1")
def test_an_aarq_in_an_association_ends_the_old_one_first() -> None:
    wire = pair()
    wire.server.receive_apdu(bytes.fromhex("C001C100010000800000FF0200"), now=0)
    wire.server.events()
    wire.server.receive_apdu(KNOWN["AARQ LN no security"], now=0)
    ended, indication = wire.server.events()
    assert isinstance(ended, Abort.Indication)
    assert ended.diagnostics is AbortDiagnostics.REPLACED
    assert isinstance(indication, Open.Indication)
    assert wire.server.state is State.ASSOCIATION_PENDING
    wire.server.send(indication.accept(), now=0)
    assert len(wire.server.apdus_to_send()) == 1
    assert wire.server.state is State.ASSOCIATED


@pytest.mark.clause("6.2")
def test_the_client_user_id_reaches_the_server() -> None:
    wire = pair(calling_ae_invocation_id=42)
    assert of_kind(wire.server_events, Open.Indication)[0].calling_ae_invocation_id == 42


def test_hls_secrets_may_depend_on_the_user() -> None:
    asked: list[int | None] = []

    def provider(context: Any, user: int | None) -> Any:
        asked.append(user)
        return gmac(context, user)

    settings = ServerSettings(
        application_contexts=frozenset({LN_CIPHERED}),
        lowest=False,
        hls={5: provider},
        security=lambda title, ciphered: security(SERVER_TITLE, None),
        challenge_length=8,
    )
    wire = pair(LN_CIPHERED, hls=True, server=settings, calling_ae_invocation_id=9)
    assert wire.client.authenticated
    assert asked == [9]
