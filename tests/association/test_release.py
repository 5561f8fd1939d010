"""COSEM-RELEASE by RLRQ and RLRE, and by disconnecting; COSEM-ABORT (clauses 6.3, 6.4, 7.2.5)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import (
    CLIENT_TITLE,
    LN,
    LN_CIPHERED,
    PASSWORD,
    SERVER_TITLE,
    SN,
    SN_CIPHERED,
    VALUE,
    Wire,
    counting,
    of_kind,
    only,
    pair,
    security,
    unsigned,
)
from conftest import vectors

from xdlms.association import ApduDropped, ClientAssociation, ClientSettings, Disconnect, ServerSettings, State
from xdlms.security import Form, Protection
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault
from xdlms.services.events import Failure, ServiceFailed
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import (
    Abort,
    AbortDiagnostics,
    Get,
    LocalOrRemote,
    Open,
    ProposedXdlmsContext,
    Release,
    ReleaseResult,
    SecurityOptions,
)
from xdlms_apdu.v2023 import (
    RLRE,
    RLRQ,
    Conformance,
    InitiateRequest,
    ReleaseRequestReason,
    ReleaseResponseReason,
    decode,
)

KNOWN = {vector["name"]: bytes.fromhex(vector["hex"]) for vector in vectors("acse_plain", "ciphered_suite0")}
BOTH = Protection.AUTHENTICATED_ENCRYPTION


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("context", [LN, SN])
def test_rlrq_and_rlre_release_without_user_information_in_a_plain_context(context: ApplicationContext) -> None:
    wire = pair(context)
    confirm = only(wire.ask(Release.Request()), Release.Confirm)
    assert wire.seen[-2:] == [("client", KNOWN["RLRQ normal"]), ("server", KNOWN["RLRE normal"])]
    assert confirm == Release.Confirm(
        use_rlrq_rlre=True, local_or_remote=LocalOrRemote.REMOTE, reason=ReleaseResponseReason.normal
    )
    assert wire.client.state is wire.server.state is State.IDLE
    assert wire.client.negotiated is wire.server.negotiated is None


@pytest.mark.clause("6.3")
@pytest.mark.parametrize("reason", [None, *ReleaseRequestReason])
@pytest.mark.parametrize("answer", [None, *ReleaseResponseReason])
def test_reasons_go_both_ways(reason: ReleaseRequestReason | None, answer: ReleaseResponseReason | None) -> None:
    wire = pair()
    accept = wire.application
    assert accept is not None

    def application(event: Any) -> Any:
        return Release.Response(reason=answer) if isinstance(event, Release.Indication) else accept(event)

    wire.application = application
    confirm = only(wire.ask(Release.Request(reason=reason)), Release.Confirm)
    indication = of_kind(wire.server_events, Release.Indication)[0]
    assert (indication.reason, confirm.reason) == (reason, answer)


@pytest.mark.clause("Annex C")
def test_the_rlrq_of_annex_c_octet_for_octet() -> None:
    # The example uses one counter twice, which is wrong; here the second use is a new client with the same key.
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
    context = security(SERVER_TITLE, None, first_counter=0x01234566, random=counting(key))
    client = ClientAssociation(security=context)
    client.connected(now=0)
    proposed = ProposedXdlmsContext(
        conformance=Conformance(0x007E1F), client_max_receive_pdu_size=1200, dedicated_key=True
    )
    client.send(Open.Request(calling_authentication_value=PASSWORD, proposed_xdlms_context=proposed), now=0)
    client.apdus_to_send()
    response = security(CLIENT_TITLE, SERVER_TITLE).protect(
        bytes.fromhex("0800065F1F0400007C1F04000007"), protection=BOTH
    )
    aare = bytes.fromhex("A109060760857405080103A203020100A305A103020100A40A0408") + CLIENT_TITLE
    aare += bytes.fromhex("BE230421") + response
    client.receive_apdu(b"\x61" + bytes((len(aare),)) + aare, now=0)
    only(client.events(), Open.Confirm)
    client.send(Release.Request(), now=0)
    assert client.apdus_to_send() == [KNOWN["RLRQ ciphered"]]


@pytest.mark.clause("Annex C")
@pytest.mark.parametrize("context", [LN_CIPHERED, SN_CIPHERED])
@pytest.mark.parametrize("dedicated_key", [False, True])
def test_in_a_ciphered_context_both_carry_what_aarq_and_aare_carried_protected_in_the_same_way(
    context: ApplicationContext, dedicated_key: bool
) -> None:
    wire = pair(context, policy=3, dedicated_key=dedicated_key)
    confirm = only(wire.ask(Release.Request()), Release.Confirm)
    rlrq, rlre = (decode(octets) for _, octets in wire.seen[-2:])
    assert isinstance(rlrq, RLRQ)
    assert isinstance(rlre, RLRE)
    assert rlrq.user_information is not None
    assert rlre.user_information is not None
    assert (rlrq.user_information[0], rlrq.user_information[2]) == (0x21, 0x30)
    assert (rlre.user_information[0], rlre.user_information[2]) == (0x28, 0x30)
    indication = of_kind(wire.server_events, Release.Indication)[0]
    proposed = indication.proposed_xdlms_context
    assert proposed is not None
    assert proposed.dedicated_key is dedicated_key
    opened = of_kind(wire.server_events, Open.Indication)[0]
    assert proposed == opened.proposed_xdlms_context
    assert indication.security_status.protection is BOTH
    assert confirm.negotiated_xdlms_context == of_kind(wire.client_events, Open.Confirm)[0].negotiated_xdlms_context
    assert confirm.security_status.protection is BOTH
    assert wire.client.security is not None
    assert not wire.client.security.has_dedicated_key


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize(
    "options",
    [
        SecurityOptions(Protection.NONE),
        SecurityOptions(Protection.AUTHENTICATION),
    ],
)
@pytest.mark.parametrize("policy", [0, 1])
def test_an_rlrq_with_less_protection_than_the_aarq_does_not_release(options: SecurityOptions, policy: int) -> None:
    wire = pair(LN_CIPHERED, policy=policy)
    if policy and not options.protection:
        with pytest.raises(LocalProtocolError):
            wire.client.send(Release.Request(security_options=options), now=0)
        return
    wire.ask(Release.Request(security_options=options))
    assert of_kind(wire.server_events, ApduDropped)[0].fault is RemoteFault.DECIPHERING
    assert wire.server.state is State.ASSOCIATED
    assert wire.client.state is State.ASSOCIATION_RELEASE_PENDING
    assert wire.seen[-1][0] == "client"


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("form", [Form.SERVICE_DED, Form.GENERAL_DED])
def test_an_rlrq_is_never_under_the_dedicated_key(form: Form) -> None:
    wire = pair(LN_CIPHERED, policy=3, dedicated_key=True)
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.send(Release.Request(security_options=SecurityOptions(BOTH, form)), now=0)
    assert caught.value.fault is LocalFault.SECURITY
    assert wire.client.state is State.ASSOCIATED
    # As a peer without that rule would send it.
    context = wire.client.security
    assert context is not None
    channel = context._ring.dedicated
    assert channel is not None
    header = channel.next_header(0x30)
    body = header + channel.seal(header, InitiateRequest(6, Conformance.get, 500).encode())
    front = b"\x41" if form is Form.SERVICE_DED else b"\xdc\x00"
    information = front + bytes((len(body),)) + body
    wire.server.receive_apdu(RLRQ(ReleaseRequestReason.normal, information).encode(), now=0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.DECIPHERING
    assert wire.server.state is State.ASSOCIATED


@pytest.mark.clause("7.2.5")
def test_a_plain_rlrq_does_not_release_a_ciphered_association() -> None:
    initiate = InitiateRequest(6, Conformance.get, 500).encode()
    for information in (None, initiate, b"", KNOWN["RLRQ ciphered"][-50:]):
        wire = pair(LN_CIPHERED)
        wire.server.receive_apdu(RLRQ(ReleaseRequestReason.normal, information).encode(), now=0)
        assert only(wire.server.events(), ApduDropped).fault is RemoteFault.DECIPHERING
        assert wire.server.apdus_to_send() == []
        assert wire.server.state is State.ASSOCIATED


@pytest.mark.clause("7.2.5")
def test_an_rlrq_that_carries_something_else_does_not_release() -> None:
    wire = pair(LN_CIPHERED)
    context = wire.client.security
    assert context is not None
    other = context.protect(bytes.fromhex("0800065F1F0400007C1F04000007"), protection=BOTH)
    wire.server.receive_apdu(RLRQ(ReleaseRequestReason.normal, other).encode(), now=0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.UNDECODABLE


@pytest.mark.clause("7.2.5")
def test_an_rlre_releases_whatever_it_carries() -> None:
    for information in (None, b"\x28\x01", b"\x08", KNOWN["RLRE ciphered"][-35:]):
        wire = pair(LN_CIPHERED, policy=3)
        wire.client.send(Release.Request(), now=0)
        wire.client.receive_apdu(RLRE(ReleaseResponseReason.normal, information).encode(), now=0)
        confirm = only(wire.client.events(), Release.Confirm)
        assert confirm.negotiated_xdlms_context is None
        assert not confirm.security_status.authenticated


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("name", ["RLRE without reason (empty)", "RLRE with initiateResponse"])
def test_field_forms_of_rlre_are_taken(name: str) -> None:
    wire = pair()
    wire.client.send(Release.Request(), now=0)
    wire.client.receive_apdu(KNOWN[name], now=0)
    only(wire.client.events(), Release.Confirm)


@pytest.mark.clause("7.2.5")
def test_services_on_their_way_end_when_the_association_is_released() -> None:
    wire = pair()
    wire.client.send(Get.Request(VALUE), now=0)
    wire.client.send(Release.Request(), now=0)
    failed = only(wire.client.events(), ServiceFailed)
    assert failed.failure is Failure.ASSOCIATION_ENDED
    wire.client.receive_apdu(bytes.fromhex("C401C1000F01"), now=0)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW


@pytest.mark.clause("7.1")
def test_a_release_that_is_not_allowed_sends_nothing() -> None:
    wire = pair(open_it=False)
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.send(Release.Request(), now=0)
    assert caught.value.fault is LocalFault.STATE
    wire.server.receive_apdu(KNOWN["RLRQ normal"], now=0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW
    with pytest.raises(LocalProtocolError):
        wire.server.send(Release.Response(), now=0)
    wire.client.receive_apdu(KNOWN["RLRE normal"], now=0)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW
    assert wire.client.apdus_to_send() == wire.server.apdus_to_send() == []


# By disconnecting


@pytest.mark.clause("7.2.5")
def test_without_rlrq_the_lower_layer_is_disconnected() -> None:
    wire = pair()
    wire.client.send(Release.Request(use_rlrq_rlre=False, user_information=b"bye"), now=0)
    assert only(wire.client.events(), Disconnect) == Disconnect(True, b"bye")
    assert wire.client.apdus_to_send() == []
    assert wire.client.state is State.ASSOCIATION_RELEASE_PENDING
    wire.client.receive_apdu(KNOWN["RLRE normal"], now=0)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW
    wire.server.disconnected(now=0)
    assert only(wire.server.events(), Release.Indication) == Release.Indication(use_rlrq_rlre=False)
    assert wire.server.state is State.INACTIVE
    wire.client.disconnected(now=0)
    confirm = only(wire.client.events(), Release.Confirm)
    assert (confirm.use_rlrq_rlre, confirm.result) == (False, ReleaseResult.OK)
    assert wire.client.state is State.INACTIVE
    wire.connect()
    wire.ask(Open.Request())
    assert wire.client.state is wire.server.state is State.ASSOCIATED


@pytest.mark.clause("7.2.5")
def test_a_disconnection_that_nobody_asked_for_is_an_abort_for_the_client() -> None:
    wire = pair()
    wire.client.disconnected(now=0)
    assert only(wire.client.events(), Abort.Indication).diagnostics is AbortDiagnostics.LOWER_LAYER_LOST


@pytest.mark.clause("7.2.5")
def test_a_disconnection_outside_of_an_association_releases_nothing() -> None:
    wire = pair(open_it=False)
    wire.server.disconnected(now=0)
    assert wire.server.events() == []
    assert wire.server.state is State.INACTIVE
    wire.server.disconnected(now=0)
    assert wire.server.events() == []


# No answer


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("use_rlrq_rlre", [True, False])
def test_a_release_without_an_answer_fails_and_the_association_is_over_all_the_same(use_rlrq_rlre: bool) -> None:
    wire = pair()
    wire.client.send(Release.Request(use_rlrq_rlre=use_rlrq_rlre), now=10)
    wire.client.events()
    assert wire.client.next_timeout() == 15.0
    wire.client.handle_timeout(now=14.9)
    assert wire.client.events() == []
    wire.client.handle_timeout(now=15)
    confirm, disconnect = wire.client.events()
    assert confirm == Release.Confirm(
        use_rlrq_rlre=use_rlrq_rlre,
        local_or_remote=LocalOrRemote.LOCAL,
        result=ReleaseResult.FAILED,
        failure_type=AbortDiagnostics.NO_RESPONSE,
    )
    assert disconnect == Disconnect()
    assert wire.client.state is State.INACTIVE


@pytest.mark.clause("7.2.4")
def test_an_open_without_an_answer_is_aborted() -> None:
    wire = pair(open_it=False)
    wire.client.send(Open.Request(), now=10)
    assert wire.client.next_timeout() == 15.0
    wire.client.handle_timeout(now=15)
    indication, disconnect = wire.client.events()
    assert isinstance(indication, Abort.Indication)
    assert indication.diagnostics is AbortDiagnostics.NO_RESPONSE
    assert disconnect == Disconnect()
    wire.client.receive_apdu(KNOWN["AARE LN accepted (no security or LLS)"], now=16)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW


def test_without_a_timeout_a_client_waits_for_ever() -> None:
    wire = pair(client=ClientSettings(timeout=None))
    wire.client.send(Get.Request(VALUE), now=0)
    assert wire.client.next_timeout() is None
    wire.client.handle_timeout(now=1e9)
    assert wire.client.events() == []
    wire.client.send(Release.Request(), now=0)
    assert wire.client.next_timeout() is None


# ABORT


def states() -> list[tuple[str, Wire]]:
    """Both sides in every state that they can be in with a lower layer."""
    opening = pair(open_it=False)
    opening.client.send(Open.Request(), now=0)
    opening.server.receive_apdu(opening.client.apdus_to_send()[0], now=0)
    releasing = pair()
    releasing.client.send(Release.Request(), now=0)
    releasing.server.receive_apdu(releasing.client.apdus_to_send()[0], now=0)
    busy = pair()
    busy.client.send(Get.Request(VALUE), now=0)
    busy.server.receive_apdu(busy.client.apdus_to_send()[0], now=0)
    found = [("idle", pair(open_it=False)), ("opening", opening), ("busy", busy), ("releasing", releasing)]
    for _, wire in found:
        wire.client_events.clear()
        wire.client.events()
        wire.server.events()
    return found


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("at", range(4))
def test_the_loss_of_the_lower_layer_aborts_from_every_state(at: int) -> None:
    name, wire = states()[at]
    for side in (wire.client, wire.server):
        side.lost(now=0)
        events = side.events()
        assert isinstance(events[-1], Abort.Indication)
        assert events[-1].diagnostics is AbortDiagnostics.LOWER_LAYER_LOST
        failed = events[:-1]
        assert [type(event) for event in failed] == ([ServiceFailed] if name == "busy" and side is wire.client else [])
        assert side.state is State.INACTIVE
        assert side.apdus_to_send() == []
        assert side.next_timeout() is None
        side.lost(now=0)
        assert side.events() == []
    wire.connect()
    wire.ask(Open.Request())
    assert wire.client.state is wire.server.state is State.ASSOCIATED


@pytest.mark.clause("7.1")
def test_a_response_after_the_abort_is_refused() -> None:
    wire = pair()
    wire.client.send(Get.Request(VALUE), now=0)
    wire.server.receive_apdu(wire.client.apdus_to_send()[0], now=0)
    indication = only(wire.server.events(), Get.Indication)
    wire.server.lost(now=0)
    with pytest.raises(LocalProtocolError) as caught:
        wire.server.send(indication.response(unsigned(1)), now=0)
    assert caught.value.fault is LocalFault.STATE


@pytest.mark.clause("7.1")
def test_a_lower_layer_is_connected_once() -> None:
    wire = pair(server=ServerSettings())
    for side in (wire.client, wire.server):
        with pytest.raises(LocalProtocolError) as caught:
            side.connected(now=0)
        assert caught.value.fault is LocalFault.STATE


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("D80101", "ExceptionResponse, service-not-allowed, operation-not-possible"),
        ("D8010600000007", "ExceptionResponse, service-not-allowed, invocation counter 7 is expected"),
        ("0E010603", "ConfirmedServiceError, initiate-error, initiate: pdu-size-too-short"),
        ("0E050003", "ConfirmedServiceError, read, application-reference: "),
    ],
)
@pytest.mark.parametrize("context", [LN, LN_CIPHERED])
def test_an_open_that_is_answered_by_a_service_error_ends_at_once(
    answer: str, words: str, context: ApplicationContext
) -> None:
    wire = pair(context, open_it=False)
    wire.client.send(Open.Request(), now=10)
    wire.client.apdus_to_send()
    wire.client.receive_apdu(bytes.fromhex("D801"), now=11)  # it does not decode: that says nothing
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.UNDECODABLE
    wire.client.receive_apdu(bytes.fromhex(answer), now=11)
    indication, disconnect = wire.client.events()
    assert isinstance(indication, Abort.Indication)
    assert indication.diagnostics is AbortDiagnostics.REFUSED
    assert words in indication.message
    assert disconnect == Disconnect()
    assert wire.client.state is State.INACTIVE
    assert wire.client.next_timeout() is None


@pytest.mark.clause("7.2.5")
def test_a_release_that_is_answered_by_a_service_error_fails_at_once() -> None:
    wire = pair()
    wire.client.send(Release.Request(), now=10)
    wire.client.apdus_to_send()
    wire.client.events()
    wire.client.receive_apdu(bytes.fromhex("D80202"), now=11)
    confirm, disconnect = wire.client.events()
    assert isinstance(confirm, Release.Confirm)
    assert (confirm.result, confirm.failure_type) == (ReleaseResult.FAILED, AbortDiagnostics.REFUSED)
    assert disconnect == Disconnect()


@pytest.mark.parametrize("answer", ["D80101", "0E010603"])
def test_a_service_error_out_of_place_changes_nothing(answer: str) -> None:
    wire = pair(open_it=False)
    wire.client.receive_apdu(bytes.fromhex(answer), now=1)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW
    assert wire.client.state is State.IDLE
