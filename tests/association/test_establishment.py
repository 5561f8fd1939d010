"""Establishment on the server's side: each check, in its order, with its result and diagnostic (clause 7.2.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from association.support import (
    CLIENT_TITLE,
    CTOS,
    EK,
    LN,
    LN_CIPHERED,
    PASSWORD,
    SERVER_TITLE,
    SN,
    STOC,
    counting,
    gmac,
    of_kind,
    only,
    security,
    server_security,
)
from conftest import vectors

from xdlms.association import ApduDropped, OpenRefused, ServerAssociation, ServerSettings, State
from xdlms.association.establishment import CHECKS
from xdlms.security import CounterStoreError, Form, KeyMaterialError, MemoryCounterStore, Protection
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault
from xdlms.services.names import mechanism_name
from xdlms.services.primitives import NegotiatedXdlmsContext, Open, Release, SecurityOptions, ServiceClass
from xdlms_apdu.v2023 import (
    AARE,
    AARQ,
    RLRQ,
    AARQProtocolVersion,
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

PERMANENT = AssociationResult.rejected_permanent
USER = AcseServiceUser
ON = AcseRequirements.authentication
OFF = AcseRequirements(0)
LN_BITS = Conformance(0x007E1F)


def initiate(**changed: Any) -> InitiateRequest:
    given: dict[str, Any] = {
        "proposed_dlms_version_number": 6,
        "proposed_conformance": LN_BITS,
        "client_max_receive_pdu_size": 1200,
    }
    return InitiateRequest(**{**given, **changed})


def aarq(**changed: Any) -> AARQ:
    """An AARQ without faults for the server of `settings`: LLS with a password, from a known user."""
    given: dict[str, Any] = {
        "application_context_name": LN.value,
        "calling_ae_invocation_id": 7,
        "sender_acse_requirements": ON,
        "mechanism_name": mechanism_name(1),
        "calling_authentication_value": PASSWORD.reveal(),
        "user_information": initiate().encode(),
    }
    given.update(changed)
    if isinstance(given["user_information"], InitiateRequest):
        given["user_information"] = given["user_information"].encode()
    return AARQ(**given)


def settings(**changed: Any) -> ServerSettings:
    given: dict[str, Any] = {
        "application_contexts": frozenset({LN, LN_CIPHERED}),
        "lowest": False,
        "password": PASSWORD,
        "hls": {5: gmac},
        "security": server_security(),
        "user_ids": frozenset({7}),
        "challenge_length": 8,
    }
    return ServerSettings(**{**given, **changed})


def server(given: ServerSettings | None = None, random: Callable[[int], bytes] | None = None) -> ServerAssociation:
    association = ServerAssociation(given or settings(), random=random or counting(STOC))
    association.connected(now=0)
    return association


def answer(association: ServerAssociation) -> AARE:
    (octets,) = association.apdus_to_send()
    aare = decode(octets)
    assert isinstance(aare, AARE)
    return aare


def refuse(request: AARQ, given: ServerSettings | None = None) -> AARE:
    """The AARE that refuses; fails when the AARQ is not refused."""
    association = server(given)
    association.receive_apdu(request.encode(), now=0)
    event = only(association.events(), OpenRefused)
    aare = answer(association)
    assert (event.result, event.failure_type) == (aare.result, aare.result_source_diagnostic)
    assert association.state is State.IDLE
    assert aare.application_context_name == request.application_context_name
    assert aare.responding_ap_title is None
    assert aare.responding_authentication_value is None
    return aare


def accept(request: AARQ, given: ServerSettings | None = None) -> AARE:
    association = server(given)
    association.receive_apdu(request.encode(), now=0)
    event = only(association.events(), Open.Indication)
    assert association.state is State.ASSOCIATION_PENDING
    association.send(event.accept(), now=0)
    assert association.state is State.ASSOCIATED
    return answer(association)


def ciphered(request: InitiateRequest, protection: Protection = Protection.AUTHENTICATED_ENCRYPTION) -> bytes:
    return security(CLIENT_TITLE, SERVER_TITLE).protect(request.encode(), protection=protection)


# The faults in the order of the checks. Each is a change of the AARQ that only this check refuses.
KEY_16 = bytes(16)
FAULTS: list[tuple[str, dict[str, Any], Any]] = [
    (
        "no common ACSE version",
        {"protocol_version": AARQProtocolVersion(0)},
        AcseServiceProvider.no_common_acse_version,
    ),
    ("unknown context", {"application_context_name": "2.16.756.5.8.1.9"}, USER.application_context_name_not_supported),
    ("no title", {"calling_ap_title": None, "title_needed": True}, USER.calling_ap_title_not_recognized),
    ("unknown user", {"calling_ae_invocation_id": 8}, USER.calling_ae_invocation_identifier_not_recognized),
    ("requirements off", {"sender_acse_requirements": OFF}, USER.authentication_required),
    ("no credentials", {"calling_authentication_value": None}, USER.authentication_required),
    ("no mechanism", {"mechanism_name": None}, USER.authentication_mechanism_name_required),
    (
        "unknown mechanism",
        {"mechanism_name": mechanism_name(3)},
        USER.authentication_mechanism_name_not_recognised,
    ),
    ("wrong password", {"calling_authentication_value": b"12345679"}, USER.authentication_failure),
    ("dedicated key", {"initiate": {"dedicated_key": KEY_16}}, USER.no_reason_given),
    ("version 5", {"initiate": {"proposed_dlms_version_number": 5}}, ServiceErrorInitiate.dlms_version_too_low),
    (
        "nothing in common",
        {"initiate": {"proposed_conformance": Conformance.read | Conformance.reserved_zero}},
        ServiceErrorInitiate.incompatible_conformance,
    ),
    (
        "11 octets",
        {"initiate": {"client_max_receive_pdu_size": 11}},
        ServiceErrorInitiate.pdu_size_too_short,
    ),
]


def faulty(*changes: dict[str, Any]) -> AARQ:
    """An AARQ with several faults."""
    merged: dict[str, Any] = {}
    proposed: dict[str, Any] = {}
    for change in changes:
        proposed.update(change.get("initiate", {}))
        merged.update({name: value for name, value in change.items() if name != "initiate"})
    if merged.pop("title_needed", False):
        merged.setdefault("application_context_name", LN_CIPHERED.value)
    if "user_information" not in merged:
        merged["user_information"] = initiate(**proposed)
    return aarq(**merged)


def check_answer(aare: AARE, expected: Any) -> None:
    assert aare.result == PERMANENT
    if isinstance(expected, ServiceErrorInitiate):
        assert aare.result_source_diagnostic == USER.no_reason_given
        assert aare.user_information_apdu == ConfirmedServiceErrorInitiateError(expected)
    else:
        assert aare.result_source_diagnostic == expected
        assert type(aare.result_source_diagnostic) is type(expected)
        assert aare.user_information is None


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize(("change", "expected"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_each_fault_has_its_result_and_diagnostic(change: dict[str, Any], expected: Any) -> None:
    check_answer(refuse(faulty(change)), expected)


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize("first", range(len(FAULTS)), ids=[fault[0] for fault in FAULTS])
def test_the_first_fault_in_the_order_of_the_checks_decides(first: int) -> None:
    for _, later, _ in FAULTS[first + 1 :]:
        check_answer(refuse(faulty(later, FAULTS[first][1])), FAULTS[first][2])


def test_the_checks_are_these_in_this_order() -> None:
    assert [check.__name__ for check in CHECKS] == [
        "acse_version",
        "application_context",
        "calling_ap_title",
        "client_user",
        "functional_units",
        "credentials",
        "mechanism_named",
        "mechanism_allowed",
        "authentication",
        "user_information",
        "dedicated_key",
        "dlms_version",
        "conformance",
        "pdu_size",
        "response_allowed",
    ]


@pytest.mark.clause("7.2.4")
def test_without_faults_it_is_accepted() -> None:
    aare = accept(aarq())
    assert aare.result == AssociationResult.accepted
    assert aare.result_source_diagnostic == USER.null
    assert aare.user_information_apdu == InitiateResponse(6, LN_BITS, 0xFFFF, 7)
    assert aare.responding_ap_title is None
    assert aare.mechanism_name is None
    assert aare.responder_acse_requirements is None


@pytest.mark.clause("7.2.4")
def test_called_components_invocation_id_and_quality_of_service_are_ignored() -> None:
    accept(
        aarq(
            called_ap_title=b"whoever",
            called_ae_qualifier=b"?",
            called_ap_invocation_id=99,
            called_ae_invocation_id=98,
            calling_ap_invocation_id=97,
            user_information=initiate(proposed_quality_of_service=5),
        )
    )


@pytest.mark.clause("7.2.1")
def test_other_versions_of_acse_are_refused_whatever_bits_the_field_has() -> None:
    octets = bytes.fromhex("602180020640A109060760857405080101BE10040E01000000065F1F0400007E1F04B0")
    association = server(settings(lowest=True, user_ids=None))
    association.receive_apdu(octets, now=0)
    assert answer(association).result_source_diagnostic == AcseServiceProvider.no_common_acse_version
    both = bytes.fromhex("6021800206C0A109060760857405080101BE10040E01000000065F1F0400007E1F04B0")
    association = server(settings(lowest=True, user_ids=None))
    association.receive_apdu(both, now=0)
    only(association.events(), Open.Indication)


@pytest.mark.clause("7.2.2")
@pytest.mark.parametrize("offered", [frozenset({LN}), frozenset({LN_CIPHERED})])
def test_a_context_that_is_known_but_not_offered_is_refused(offered: frozenset[Any]) -> None:
    aare = refuse(aarq(application_context_name=SN.value), settings(application_contexts=offered))
    assert aare.result_source_diagnostic == USER.application_context_name_not_supported


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize("title", [None, CLIENT_TITLE[:7], CLIENT_TITLE + b"\x00", bytes(8), SERVER_TITLE])
@pytest.mark.parametrize("context", [LN, LN_CIPHERED])
def test_titles_are_needed_with_ciphering_and_with_hls_5(title: bytes | None, context: Any) -> None:
    changes = {"application_context_name": context.value, "calling_ap_title": title}
    if context is LN:
        changes["mechanism_name"] = mechanism_name(5)
        changes["calling_authentication_value"] = CTOS
    assert refuse(aarq(**changes)).result_source_diagnostic == USER.calling_ap_title_not_recognized


@pytest.mark.clause("7.2.4")
def test_without_need_of_a_title_none_is_looked_at() -> None:
    accept(aarq(calling_ap_title=b"anything"))


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize("user", [None, 8])
def test_a_client_user_must_be_known_where_one_is_asked_for(user: int | None) -> None:
    request = aarq(calling_ae_invocation_id=user)
    assert refuse(request).result_source_diagnostic == USER.calling_ae_invocation_identifier_not_recognized
    accept(request, settings(user_ids=None))


@pytest.mark.clause("7.2.1")
def test_lowest_level_security_leaves_the_requirements_out_or_sends_0() -> None:
    lowest = settings(lowest=True)
    nothing = {"mechanism_name": None, "calling_authentication_value": None}
    accept(aarq(sender_acse_requirements=None, **nothing), lowest)
    accept(aarq(sender_acse_requirements=OFF, **nothing), lowest)
    named = {"mechanism_name": mechanism_name(0), "calling_authentication_value": None}
    accept(aarq(sender_acse_requirements=OFF, **named), lowest)
    assert refuse(aarq(sender_acse_requirements=ON, **nothing), lowest).result_source_diagnostic == (
        USER.authentication_required
    )
    assert refuse(aarq(sender_acse_requirements=OFF), lowest).result_source_diagnostic == USER.authentication_required


@pytest.mark.clause("5.3")
def test_a_client_that_names_a_mechanism_must_use_it_even_where_none_is_required() -> None:
    request = aarq(calling_authentication_value=None, sender_acse_requirements=None)
    assert refuse(request, settings(lowest=True)).result_source_diagnostic == USER.authentication_required
    wrong = aarq(calling_authentication_value=b"guess")
    assert refuse(wrong, settings(lowest=True)).result_source_diagnostic == USER.authentication_failure


@pytest.mark.clause("7.2.2")
def test_lowest_level_security_is_refused_where_it_is_not_allowed() -> None:
    lowest = {"mechanism_name": None, "calling_authentication_value": None, "sender_acse_requirements": None}
    assert refuse(aarq(**lowest)).result_source_diagnostic == USER.authentication_required
    named = aarq(mechanism_name=mechanism_name(0))
    assert refuse(named).result_source_diagnostic == USER.authentication_mechanism_name_not_recognised


@pytest.mark.clause("7.2.2")
@pytest.mark.parametrize("name", ["2.16.756.5.8.2.8", "2.16.756.5.8.1.1", "1.2.3"])
def test_a_mechanism_that_is_not_registered_is_refused(name: str) -> None:
    assert refuse(aarq(mechanism_name=name)).result_source_diagnostic == (
        USER.authentication_mechanism_name_not_recognised
    )


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("challenge", [b"", b"1234567", bytes(65)])
def test_a_challenge_has_8_to_64_octets(challenge: bytes) -> None:
    hls = {"mechanism_name": mechanism_name(5), "calling_ap_title": CLIENT_TITLE}
    refused = refuse(aarq(calling_authentication_value=challenge, **hls))
    assert refused.result_source_diagnostic == USER.authentication_failure
    for length in (8, 64):
        accept(aarq(calling_authentication_value=bytes(length), **hls))


@pytest.mark.clause("5.3")
def test_the_challenge_of_the_server_differs_from_that_of_the_client() -> None:
    request = aarq(mechanism_name=mechanism_name(5), calling_ap_title=CLIENT_TITLE, calling_authentication_value=STOC)
    assert refuse(request).result_source_diagnostic == USER.authentication_failure


@pytest.mark.clause("7.2.4")
@pytest.mark.parametrize(
    "octets", [None, b"", b"\x01", InitiateResponse(6, LN_BITS, 500, 7).encode(), bytes.fromhex("0E010601")]
)
def test_user_information_that_is_no_initiate_request_is_refused(octets: bytes | None) -> None:
    check_answer(refuse(aarq(user_information=octets)), USER.no_reason_given)


@pytest.mark.clause("7.2.2")
def test_a_ciphered_initiate_request_is_refused_in_a_context_without_ciphering() -> None:
    check_answer(refuse(aarq(user_information=ciphered(initiate()))), USER.no_reason_given)


CIPHERED = {"application_context_name": LN_CIPHERED.value, "calling_ap_title": CLIENT_TITLE}


@pytest.mark.clause("Annex C")
def test_an_initiate_request_that_does_not_decipher_is_refused() -> None:
    good = ciphered(initiate())
    accept(aarq(user_information=good, **CIPHERED))
    for bad in (good[:-1], good[:-1] + bytes((good[-1] ^ 1,)), b"\x41" + good[1:]):
        check_answer(refuse(aarq(user_information=bad, **CIPHERED)), USER.no_reason_given)


@pytest.mark.clause("5.4.3")
def test_an_initiate_request_with_less_protection_than_the_policy_asks_for_is_refused() -> None:
    strict = settings(security=server_security(policy=3))
    for protection in (Protection.AUTHENTICATION, Protection.NONE):
        octets = initiate().encode() if not protection else ciphered(initiate(), protection)
        check_answer(refuse(aarq(user_information=octets, **CIPHERED), strict), USER.no_reason_given)


@pytest.mark.clause("5.4.7")
@pytest.mark.parametrize(
    ("key", "protection"),
    [
        (bytes(15), Protection.AUTHENTICATED_ENCRYPTION),
        (bytes(32), Protection.AUTHENTICATED_ENCRYPTION),
        (b"", Protection.AUTHENTICATED_ENCRYPTION),
        (KEY_16, Protection.AUTHENTICATION),
        (KEY_16, Protection.NONE),
    ],
)
def test_a_dedicated_key_has_16_octets_and_comes_authenticated_and_encrypted(
    key: bytes, protection: Protection
) -> None:
    request = initiate(dedicated_key=key)
    octets = request.encode()
    if protection:
        sender = security(CLIENT_TITLE, SERVER_TITLE)
        ring = sender._ring.unicast
        assert ring is not None
        header = ring.next_header(int(protection))
        body = header + ring.seal(header, octets)
        octets = b"\x21" + bytes((len(body),)) + body
    check_answer(refuse(aarq(user_information=octets, **CIPHERED)), USER.no_reason_given)


@pytest.mark.clause("6.5")
def test_the_initiate_response_is_protected_as_the_request_was_or_as_the_application_asks() -> None:
    key = initiate(dedicated_key=bytes(range(16)))
    cases: list[tuple[bytes, SecurityOptions | None, str]] = [
        (initiate().encode(), None, "0800"),
        (ciphered(initiate(), Protection.AUTHENTICATION), None, "281F10"),
        (ciphered(key), None, "281F30"),
        (ciphered(key), SecurityOptions(Protection.AUTHENTICATION), "281F10"),
        (ciphered(initiate()), SecurityOptions(Protection.AUTHENTICATION, Form.GENERAL_GLO), "DB08"),
    ]
    for octets, options, begins in cases:
        association = server()
        association.receive_apdu(aarq(user_information=octets, **CIPHERED).encode(), now=0)
        only(association.events(), Open.Indication)
        association.send(Open.Response(security_options=options), now=0)
        information = answer(association).user_information
        assert information is not None
        assert information.hex().upper().startswith(begins)
    association = server()
    association.receive_apdu(aarq().encode(), now=0)
    with pytest.raises(LocalProtocolError) as caught:
        association.send(Open.Response(security_options=SecurityOptions(Protection.AUTHENTICATION)), now=0)
    assert caught.value.fault is LocalFault.SECURITY
    assert association.state is State.ASSOCIATION_PENDING


@pytest.mark.clause("7.2.5")
def test_in_a_ciphered_context_an_rlrq_is_never_plain_even_where_the_aarq_was() -> None:
    association = server()
    association.receive_apdu(aarq(user_information=initiate().encode(), **CIPHERED).encode(), now=0)
    association.send(only(association.events(), Open.Indication).accept(), now=0)
    association.receive_apdu(RLRQ(None, initiate().encode()).encode(), now=0)
    assert only(association.events(), ApduDropped).fault is RemoteFault.DECIPHERING
    sender = security(CLIENT_TITLE, SERVER_TITLE, first_counter=100)
    information = sender.protect(initiate().encode(), protection=Protection.AUTHENTICATED_ENCRYPTION)
    association.receive_apdu(RLRQ(None, information).encode(), now=0)
    only(association.events(), Release.Indication)


@pytest.mark.clause("5.3")
def test_a_user_without_a_password_or_a_secret_is_refused() -> None:
    meter = settings(password=lambda user: PASSWORD if user == 7 else None, user_ids=None)
    accept(aarq(calling_ae_invocation_id=7), meter)
    refused = refuse(aarq(calling_ae_invocation_id=8), meter)
    assert refused.result_source_diagnostic == USER.authentication_failure
    hls = {"mechanism_name": mechanism_name(5), "calling_ap_title": CLIENT_TITLE, "calling_authentication_value": CTOS}
    refused = refuse(aarq(**hls), settings(hls={5: lambda context, user: None}))
    assert refused.result_source_diagnostic == USER.authentication_failure


@pytest.mark.clause("5.4.7")
def test_a_good_dedicated_key_is_taken() -> None:
    association = server()
    octets = ciphered(initiate(dedicated_key=bytes(range(16))))
    association.receive_apdu(aarq(user_information=octets, **CIPHERED).encode(), now=0)
    event = only(association.events(), Open.Indication)
    assert event.proposed_xdlms_context.dedicated_key
    association.send(event.accept(), now=0)
    assert association.security is not None
    assert association.security.has_dedicated_key


@pytest.mark.clause("7.2.4")
def test_a_counter_that_cannot_be_kept_refuses_for_now() -> None:
    class Full(MemoryCounterStore):
        def accept(self, line: Any, counter: int, window: int = 0) -> int | None:
            raise CounterStoreError("the disk is full")

    def provider(title: bytes, needs: bool) -> Any:
        context = security(SERVER_TITLE, None)
        context._ring._store = Full()
        context.use_keys(context.keys)
        return context

    aare = refuse(aarq(user_information=ciphered(initiate()), **CIPHERED), settings(security=provider))
    assert aare.result == AssociationResult.rejected_transient


@pytest.mark.clause("7.2.4")
def test_a_title_without_keys_that_do_for_the_policy_is_refused() -> None:
    def provider(title: bytes, needs: bool) -> Any:
        raise KeyMaterialError("security policy 3 needs the global unicast encryption key")

    aare = refuse(aarq(user_information=ciphered(initiate()), **CIPHERED), settings(security=provider))
    assert aare.result_source_diagnostic == USER.calling_ap_title_not_recognized


@pytest.mark.clause("7.3.1")
@pytest.mark.parametrize("version", [6, 7, 255])
def test_version_6_is_negotiated_whatever_higher_one_is_proposed(version: int) -> None:
    aare = accept(aarq(user_information=initiate(proposed_dlms_version_number=version)))
    response = aare.user_information_apdu
    assert isinstance(response, InitiateResponse)
    assert response.negotiated_dlms_version_number == 6


@pytest.mark.clause("7.3.1")
def test_conformance_is_what_both_have_without_the_bits_of_the_other_referencing() -> None:
    everything = initiate(proposed_conformance=Conformance(0xFFFFFF))
    supported = Conformance(0x60FE9F) | Conformance(0x1C1B20)
    aare = accept(aarq(user_information=everything), settings(conformance=supported))
    assert aare.user_information_apdu == InitiateResponse(6, Conformance(0x60FE9F), 0xFFFF, 7)
    sn = settings(conformance=supported, application_contexts=frozenset({SN}))
    aare = accept(aarq(user_information=everything, application_context_name=SN.value), sn)
    assert aare.user_information_apdu == InitiateResponse(6, Conformance(0x7C1BA0), 0xFFFF, 0xFA00 - 0x10000)


@pytest.mark.clause("4.2.3")
@pytest.mark.parametrize("size", [0, 12, 65535])
def test_pdu_sizes_from_12_and_0_are_accepted(size: int) -> None:
    accept(aarq(user_information=initiate(client_max_receive_pdu_size=size)))


@pytest.mark.clause("6.2")
def test_the_application_may_refuse_with_an_initiate_error() -> None:
    association = server()
    association.receive_apdu(aarq().encode(), now=0)
    only(association.events(), Open.Indication)
    error = ConfirmedServiceErrorInitiateError(ServiceErrorInitiate.refused_by_the_vde_handler)
    transient = AssociationResult.rejected_transient
    association.send(Open.Response(result=transient, xdlms_initiate_error=error), now=0)
    aare = answer(association)
    assert (aare.result, aare.result_source_diagnostic) == (transient, USER.no_reason_given)
    assert aare.user_information_apdu == error
    assert association.state is State.IDLE
    with pytest.raises(LocalProtocolError) as caught:
        association.send(Open.Response(), now=0)
    assert caught.value.fault is LocalFault.STATE


@pytest.mark.clause("6.2")
def test_the_application_may_narrow_what_is_negotiated_and_not_widen_it() -> None:
    association = server()
    association.receive_apdu(aarq().encode(), now=0)
    only(association.events(), Open.Indication)
    wide = NegotiatedXdlmsContext(conformance=Conformance(0x00FFFF), server_max_receive_pdu_size=500)
    with pytest.raises(LocalProtocolError) as caught:
        association.send(Open.Response(negotiated_xdlms_context=wide), now=0)
    assert caught.value.fault is LocalFault.PARAMETER
    assert association.state is State.ASSOCIATION_PENDING
    narrow = NegotiatedXdlmsContext(conformance=Conformance.get, server_max_receive_pdu_size=500)
    association.send(Open.Response(negotiated_xdlms_context=narrow), now=0)
    assert answer(association).user_information_apdu == InitiateResponse(6, Conformance.get, 500, 7)


@pytest.mark.clause("7.2.4")
def test_response_allowed_false_gets_no_aare_neither_accepting_nor_refusing() -> None:
    for changes in ({}, {"proposed_dlms_version_number": 5}):
        association = server()
        request = aarq(user_information=initiate(response_allowed=False, **changes))
        association.receive_apdu(request.encode(), now=0)
        for event in of_kind(association.events(), Open.Indication):
            association.send(event.accept(), now=0)
            assert association.state is State.ASSOCIATED
        assert association.apdus_to_send() == []
    assert association.state is State.IDLE


@pytest.mark.clause("Annex A")
@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize("confirmed", [True, False])
def test_response_allowed_has_no_meaning_where_the_frame_tells_it(allowed: bool, confirmed: bool) -> None:
    for changes in ({}, {"proposed_dlms_version_number": 5}):
        association = server()
        request = aarq(user_information=initiate(response_allowed=allowed, **changes))
        association.receive_apdu(request.encode(), now=0, confirmed=confirmed)
        for event in of_kind(association.events(), Open.Indication):
            assert event.service_class is ServiceClass(confirmed)
            association.send(event.accept(), now=0)
        assert len(association.apdus_to_send()) == int(confirmed)


@pytest.mark.clause("5.3")
def test_a_challenge_for_ecdsa_has_32_octets_at_least() -> None:
    request = {"mechanism_name": mechanism_name(7), "calling_ap_title": CLIENT_TITLE}
    meter = settings(hls={7: gmac})
    refused = refuse(aarq(calling_authentication_value=bytes(31), **request), meter)
    assert refused.result_source_diagnostic == USER.authentication_failure
    accept(aarq(calling_authentication_value=bytes(32), **request), meter)


@pytest.mark.clause("5.3")
def test_hls_without_a_response_is_refused_since_the_challenge_could_not_be_sent() -> None:
    request = aarq(
        mechanism_name=mechanism_name(5),
        calling_ap_title=CLIENT_TITLE,
        calling_authentication_value=CTOS,
        user_information=initiate(response_allowed=False),
    )
    association = server()
    association.receive_apdu(request.encode(), now=0)
    only(association.events(), OpenRefused)
    assert association.apdus_to_send() == []


@pytest.mark.clause("7.2.4")
def test_an_aarq_that_does_not_decode_is_answered_and_reported_and_nothing_changes() -> None:
    association = server()
    association.receive_apdu(aarq().encode()[:-3], now=0)
    dropped = only(association.events(), ApduDropped)
    assert (dropped.fault, dropped.answered) == (RemoteFault.UNDECODABLE, True)
    assert association.apdus_to_send() == [bytes.fromhex("D80203")]
    assert association.state is State.IDLE


@pytest.mark.clause("5.3")
def test_passwords_and_keys_do_not_show() -> None:
    association = server()
    association.receive_apdu(aarq(user_information=ciphered(initiate(dedicated_key=EK)), **CIPHERED).encode(), now=0)
    event = only(association.events(), Open.Indication)
    assert event.calling_authentication_value == PASSWORD
    shown = repr(event) + repr(association)
    assert "12345678" not in shown
    assert EK.hex() not in shown


@pytest.mark.clause("Annex B")
@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("AARQ LN no security", {"lowest": True}, "AARE LN accepted (no security or LLS)"),
        ("AARQ LN LLS password 12345678", {}, "AARE LN accepted (no security or LLS)"),
    ],
)
def test_the_examples_of_annex_b_octet_for_octet(name: str, given: dict[str, Any], expected: str) -> None:
    known = {vector["name"]: bytes.fromhex(vector["hex"]) for vector in vectors("acse_plain")}
    meter = settings(user_ids=None, conformance=Conformance(0x00501F), max_receive_pdu_size=500, **given)
    association = server(meter)
    association.receive_apdu(known[name], now=0)
    association.send(only(association.events(), Open.Indication).accept(), now=0)
    assert association.apdus_to_send() == [known[expected]]


@pytest.mark.clause("Annex B")
def test_the_example_of_annex_b_for_a_version_that_is_too_low() -> None:
    known = {vector["name"]: bytes.fromhex(vector["hex"]) for vector in vectors("acse_plain")}
    association = server(settings(lowest=True, user_ids=None))
    request = aarq(
        user_information=initiate(proposed_dlms_version_number=5),
        mechanism_name=None,
        calling_authentication_value=None,
        sender_acse_requirements=None,
    )
    association.receive_apdu(request.encode(), now=0)
    assert association.apdus_to_send() == [known["AARE LN rejected with confirmedServiceError"]]
