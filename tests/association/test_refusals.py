"""What a server answers to what it cannot serve at all, and that the association stays up (clause 7.3.2)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import (
    CLIENT_TITLE,
    LN,
    LN_CIPHERED,
    SERVER_TITLE,
    SN,
    SN_CIPHERED,
    VALUE,
    Wire,
    counting,
    null,
    of_kind,
    only,
    pair,
    security,
    server_security,
)
from hypothesis import given
from hypothesis import strategies as st

from xdlms.association import (
    AnswerNotSent,
    ApduDropped,
    ServerAssociation,
    ServerSettings,
    State,
)
from xdlms.security import (
    CounterStoreError,
    DecipheringError,
    Form,
    Keys,
    KeySet,
    MemoryCounterStore,
    Protection,
    ReplayError,
    SecurityContext,
)
from xdlms.services.errors import RemoteFault
from xdlms.services.events import Failure, ServiceFailed
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import Get, Open, Read, Set
from xdlms.services.references import VariableName
from xdlms.services.refusals import EXCEPTIONS, SERVICE_ERRORS, SINCE_2017, exception_for, service_error_for
from xdlms_apdu.v2023 import Conformance, ExceptionResponse, OtherReason, decode

GET = "C001C100010000800000FF0200"


def refused(
    octets: str | bytes, fault: RemoteFault, answer: str | None, wire: Wire | None = None, **given_: Any
) -> ApduDropped:
    """The report; fails when the server answers otherwise, or the association does not stay up."""
    wire = wire or pair(**given_)
    state = wire.server.state
    wire.server.receive_apdu(bytes.fromhex(octets) if isinstance(octets, str) else octets, now=0)
    dropped = only(wire.server.events(), ApduDropped)
    assert dropped.fault is fault
    assert [apdu.hex().upper() for apdu in wire.server.apdus_to_send()] == ([] if answer is None else [answer])
    assert dropped.answered is (answer is not None)
    assert wire.server.state is state
    return dropped


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize(
    ("octets", "fault", "answer"),
    [
        ("99", RemoteFault.UNKNOWN_SERVICE, "D80202"),
        ("E6000000", RemoteFault.UNKNOWN_SERVICE, "D80202"),
        ("D94000000000010001010001010000010000FF0200", RemoteFault.UNDECODABLE, "D80203"),
        ("D9400000000001010001010000010000FF0200", RemoteFault.UNDECODABLE, "D80203"),
        ("E080000100000100", RemoteFault.UNKNOWN_SERVICE, "D80202"),
        ("0501020100", RemoteFault.UNKNOWN_SERVICE, "D80202"),
        ("01000000065F1F0400007E1F04B0", RemoteFault.UNKNOWN_SERVICE, "D80202"),
        ("C0", RemoteFault.UNDECODABLE, "D80203"),
        ("C004", RemoteFault.UNDECODABLE, "D80203"),
        (GET[:-2], RemoteFault.UNDECODABLE, "D80203"),
        (GET + "00", RemoteFault.UNDECODABLE, "D80203"),
        ("", RemoteFault.UNDECODABLE, "D80203"),
        ("C81E3001234567411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B", RemoteFault.DECIPHERING, "D8010 5"),
        ("DB", RemoteFault.DECIPHERING, "D80105"),
    ],
)
def test_ln_an_exception_response_says_what_is_wrong(octets: str, fault: RemoteFault, answer: str) -> None:
    refused(octets, fault, answer.replace(" ", ""))


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize(
    ("octets", "fault", "answer"),
    [
        ("99", RemoteFault.UNKNOWN_SERVICE, "0E050302"),
        (GET, RemoteFault.UNKNOWN_SERVICE, "0E050302"),
        ("05", RemoteFault.UNDECODABLE, "0C0101FA"),
        ("0501", RemoteFault.UNDECODABLE, "0C0101FA"),
        ("050108", RemoteFault.UNDECODABLE, "0C0101FA"),
        ("0601020100", RemoteFault.UNDECODABLE, "0D0101FA"),
        ("1601020100", RemoteFault.UNDECODABLE, None),
        ("0502020100050001", RemoteFault.UNDECODABLE, "0C0101FA"),
        ("0501070100 01", RemoteFault.UNDECODABLE, "0C0101FA"),
        ("060107010001 010F01", RemoteFault.UNDECODABLE, "0D0101FA"),
        ("2501", RemoteFault.DECIPHERING, "0E050006"),
        ("2601", RemoteFault.DECIPHERING, "0E060006"),
        ("3601", RemoteFault.DECIPHERING, None),
    ],
)
def test_sn_a_malformed_request_gets_a_data_access_error_and_the_rest_a_confirmed_service_error(
    octets: str, fault: RemoteFault, answer: str | None
) -> None:
    refused(octets.replace(" ", ""), fault, answer, context=SN)


@pytest.mark.clause("7.1")
@pytest.mark.parametrize(
    ("octets", "answer"),
    [
        (GET, "D80101"),
        ("C001810001" + "0000800000FF0200", None),  # it expects no response
        ("C8053001234567", "D80101"),
        ("99", "D80101"),
        ("0501020100", "0E050201"),
        ("060102010001 0F01", "0E060201"),
        ("160102010001 0F01", None),
        ("2501", "0E050201"),
        ("4501", "0E050201"),
        ("2601", "0E060201"),
        ("4601", "0E060201"),
        ("3601", None),
        ("5601", None),
    ],
)
def test_without_an_association_no_data_transfer_service_is_allowed(octets: str, answer: str | None) -> None:
    refused(octets.replace(" ", ""), RemoteFault.NO_ASSOCIATION, answer, wire=pair(open_it=False))


@pytest.mark.clause("7.1")
def test_a_server_with_sn_only_answers_everything_by_short_name() -> None:
    server = ServerSettings(application_contexts=frozenset({SN}))
    refused("99", RemoteFault.NO_ASSOCIATION, "0E050201", wire=pair(open_it=False, server=server))


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize(
    "octets",
    [
        "6129A109060760857405080101A203020100A305A103020100BE10040E0800065F1F040000501F01F40007",
        "6303800100",
        "C401C1000F01",
        "D80101",
        "0E050500",
        "0C01000F01",
        "CC01",
        "D401",
        "C2000001000080 0000FF020F01".replace(" ", ""),
        "0F000000010000",
    ],
)
@pytest.mark.parametrize("context", [None, LN, SN])
def test_what_only_servers_send_is_never_answered(octets: str, context: ApplicationContext | None) -> None:
    wire = pair(open_it=False) if context is None else pair(context)
    refused(octets, RemoteFault.UNKNOWN_SERVICE, None, wire=wire)


def test_not_even_inside_general_ciphering() -> None:
    wire = pair(LN_CIPHERED)
    context = wire.client.security
    assert context is not None
    octets = context.protect(bytes.fromhex("D80101"), protection=Protection.AUTHENTICATION, form=Form.GENERAL_GLO)
    refused(octets, RemoteFault.UNKNOWN_SERVICE, None, wire=wire)


@pytest.mark.clause("7.3.1")
@pytest.mark.parametrize(
    ("octets", "negotiated"),
    [
        (GET, Conformance.set),
        ("C003C1010001" + "0000800000FF020 0".replace(" ", ""), Conformance.get),
        ("C101C100010000800000FF02000F01", Conformance.get),
        ("C102C100010000800000FF020000000000010101", Conformance.set),
        ("C104C1010001" + "0000800000FF0200" + "010F01", Conformance.set),
        ("C301C100090000000000FF0100", Conformance.get),
        ("C303C101000900000A0000FF010100", Conformance.action),
        ("C304C1000900000A0000FF0100000000010101", Conformance.action),
    ],
)
def test_ln_what_was_not_negotiated_is_not_allowed(octets: str, negotiated: Conformance) -> None:
    refused(octets, RemoteFault.NOT_NEGOTIATED, "D80101", conformance=negotiated)
    unconfirmed = octets[:4] + "01" + octets[6:]
    refused(unconfirmed, RemoteFault.NOT_NEGOTIATED, None, conformance=negotiated)


@pytest.mark.clause("7.3.1")
@pytest.mark.parametrize(
    ("octets", "negotiated", "answer"),
    [
        ("0501020100", Conformance.write, "0E050302"),
        ("0502020100020208", Conformance.read, "0E050302"),
        ("05010600000101 01", Conformance.read, "0E050302"),
        ("060102010001 0F01", Conformance.read, "0E060302"),
        ("0602020100020208020F010F01", Conformance.write, "0E060302"),
        ("0601070000010109 0101", Conformance.write, "0E060302"),
        ("160102010001 0F01", Conformance.read, None),
        ("16010401000200010F01", Conformance.unconfirmed_write, None),
        ("1602020100020208020F010F01", Conformance.unconfirmed_write, None),
    ],
)
def test_sn_what_was_not_negotiated_is_not_allowed(octets: str, negotiated: Conformance, answer: str | None) -> None:
    refused(octets.replace(" ", ""), RemoteFault.NOT_NEGOTIATED, answer, context=SN, conformance=negotiated)


@pytest.mark.clause("7.3.1")
def test_priority_high_is_ignored_where_it_was_not_negotiated_or_refused_where_the_server_is_strict() -> None:
    high = "C0018100010000800000FF0200".replace("C00181", "C001C1")
    plain = Conformance.get
    wire = pair(conformance=plain)
    wire.server.receive_apdu(bytes.fromhex(high), now=0)
    only(wire.server.events(), Get.Indication)
    strict = ServerSettings(strict_priority=True)
    refused(high, RemoteFault.NOT_NEGOTIATED, "D80101", conformance=plain, server=strict)


@pytest.mark.clause("4.2.3")
def test_an_apdu_longer_than_the_server_takes_is_refused() -> None:
    taken = GET + "00" * 0
    wire = pair(server_size=13)
    wire.server.receive_apdu(bytes.fromhex(taken), now=0)
    only(wire.server.events(), Get.Indication)
    refused(GET + "00", RemoteFault.TOO_LONG, "D80104", server_size=13)
    refused("0501020100" + "00" * 9, RemoteFault.TOO_LONG, "0E050301", server_size=13, context=SN)
    wire = pair(server_size=0)
    wire.server.receive_apdu(bytes(70000), now=0)
    assert only(wire.server.events(), ApduDropped).fault is not RemoteFault.TOO_LONG


@pytest.mark.clause("7.3.2")
def test_clients_of_2013_get_the_errors_that_they_know() -> None:
    old = ServerSettings(edition_2013=True, max_receive_pdu_size=13)
    assert decode(bytes.fromhex("D80103")) == ExceptionResponse(EXCEPTIONS[RemoteFault.TOO_LONG][0], OtherReason())
    refused(GET + "00", RemoteFault.TOO_LONG, "D80103", server=old)
    for fault in SINCE_2017:
        answer = exception_for(fault, edition_2013=True, expected=7)
        assert answer is not None
        assert answer.encode() == bytes.fromhex("D80103")


def test_every_answer_has_an_ln_and_an_sn_form() -> None:
    assert EXCEPTIONS.keys() == SERVICE_ERRORS.keys()
    silent = set(RemoteFault) - EXCEPTIONS.keys()
    assert silent == {
        RemoteFault.NOT_ALLOWED_NOW,
        RemoteFault.UNMATCHED,
        RemoteFault.WRONG_BLOCK,
        RemoteFault.TOO_MUCH,
        RemoteFault.REFUSED,
        RemoteFault.AUTHENTICATION,
    }
    for fault in silent:
        assert exception_for(fault) is None
        assert service_error_for(fault, 0x05) is None


# Ciphering


@pytest.mark.clause("7.3.2")
def test_a_replayed_apdu_is_told_the_counter_that_is_expected() -> None:
    wire = pair(LN_CIPHERED, policy=3)
    wire.ask(Get.Request(VALUE))
    replayed = wire.seen[-2][1]
    counter = int.from_bytes(replayed[3:7], "big")
    dropped = refused(replayed, RemoteFault.REPLAY, f"D80106{counter + 1:08X}", wire=wire)
    assert isinstance(dropped.error, ReplayError)
    wire = pair(SN_CIPHERED, policy=3)
    wire.ask(Read.Request((VariableName(0x100),)))
    refused(wire.seen[-2][1], RemoteFault.REPLAY, "0E050006", wire=wire)


@pytest.mark.clause("7.3.2")
def test_a_counter_that_cannot_be_kept_lets_nothing_happen() -> None:
    class Full(MemoryCounterStore):
        full = False

        def accept(self, line: Any, counter: int, window: int = 0) -> int | None:
            if self.full:
                raise CounterStoreError("the disk is full")
            return super().accept(line, counter, window)

    store = Full()

    def provider(title: bytes, ciphered: bool) -> Any:
        return security(SERVER_TITLE, None, policy=3, store=store)

    settings = ServerSettings(application_contexts=frozenset({LN_CIPHERED}), security=provider)
    wire = pair(LN_CIPHERED, policy=3, server=settings)
    store.full = True
    wire.client.send(Get.Request(VALUE), now=0)
    refused(wire.client.apdus_to_send()[0], RemoteFault.NO_COUNTER, "D80101", wire=wire)


@pytest.mark.clause("5.4.3")
def test_what_is_less_protected_than_the_policy_asks_for_is_refused() -> None:
    dropped = refused(GET, RemoteFault.DECIPHERING, "D80105", context=LN_CIPHERED, policy=3)
    assert isinstance(dropped.error, DecipheringError)
    refused("0501020100", RemoteFault.DECIPHERING, "0E050006", context=SN_CIPHERED, policy=1)


@pytest.mark.clause("7.2.2")
def test_in_a_context_without_ciphering_nothing_ciphered_is_taken() -> None:
    wire = pair(hls=True)
    octets = security(CLIENT_TITLE, SERVER_TITLE, first_counter=100).protect(
        bytes.fromhex(GET), protection=Protection.AUTHENTICATION
    )
    refused(octets, RemoteFault.DECIPHERING, "D80105", wire=wire)


def test_an_answer_that_cannot_be_protected_is_reported() -> None:
    class Empty(MemoryCounterStore):
        empty = False

        def next_counter(self, line: Any) -> int:
            if self.empty:
                raise CounterStoreError("the disk is full")
            return super().next_counter(line)

    store = Empty()

    def provider(title: bytes, ciphered: bool) -> Any:
        return security(SERVER_TITLE, None, policy=3, store=store)

    settings = ServerSettings(application_contexts=frozenset({LN_CIPHERED}), security=provider)
    wire = pair(LN_CIPHERED, policy=3, server=settings, conformance=Conformance.set | Conformance(0x00080F))
    store.empty = True
    context = wire.client.security
    assert context is not None
    octets = context.protect(bytes.fromhex("C103C10000000101 01".replace(" ", "") + "00"))
    wire.server.receive_apdu(octets, now=0)
    only(wire.server.events(), AnswerNotSent)
    assert wire.server.state is State.ASSOCIATED


# Frames and broadcasts


@pytest.mark.clause("Annex A")
def test_the_frame_tells_whether_a_service_is_confirmed_where_the_profile_says_so() -> None:
    bit_clear = bytes.fromhex("C0018100010000800000FF0200")
    wire = pair()
    wire.server.receive_apdu(bit_clear, now=0, confirmed=True)
    indication = only(wire.server.events(), Get.Indication)
    wire.server.send(indication.response(null()), now=0)
    assert wire.server.apdus_to_send() == [bytes.fromhex("C401810000")]
    wire.server.receive_apdu(bytes.fromhex(GET), now=0, confirmed=False)
    assert only(wire.server.events(), Get.Indication).service_class == 0
    for octets in ("99", GET[:-2], "C002C100000001"):
        wire.server.receive_apdu(bytes.fromhex(octets), now=0, confirmed=False)
        only(wire.server.events(), ApduDropped)
    assert wire.server.apdus_to_send() == []


@pytest.mark.clause("5.4.7")
def test_a_broadcast_is_under_the_broadcast_key_and_never_answered() -> None:
    key = bytes(range(16, 32))

    def context(local: bytes, peer: bytes | None) -> SecurityContext:
        return SecurityContext(
            suite=0,
            policy=3,
            keys=Keys(
                global_unicast_encryption_key=bytes(16),
                authentication_key=bytes(16),
                global_broadcast_encryption_key=key,
            ),
            local_title=local,
            peer_title=peer,
            store=MemoryCounterStore(),
            random=counting(),
        )

    settings = ServerSettings(
        application_contexts=frozenset({LN_CIPHERED}), security=lambda title, ciphered: context(SERVER_TITLE, None)
    )
    wire = pair(LN_CIPHERED, server=settings, open_it=False)
    sender = context(CLIENT_TITLE, None)
    wire.client._wire.security = sender
    wire.ask(Open.Request())
    assert wire.server.state is State.ASSOCIATED
    set_request = bytes.fromhex("C101C100010000800000FF02000F01")
    octets = sender.protect(set_request, key_set=KeySet.BROADCAST)
    wire.server.receive_apdu(octets, now=0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.DECIPHERING
    wire.server.apdus_to_send()
    octets = sender.protect(set_request, key_set=KeySet.BROADCAST)
    wire.server.receive_apdu(octets, now=0, broadcast=True)
    assert only(wire.server.events(), Set.Indication).security_status.key_set is KeySet.BROADCAST
    for other in (octets, b"\x99", bytes.fromhex("6203800100")):
        wire.server.receive_apdu(other, now=0, broadcast=True)
        only(wire.server.events(), ApduDropped)
    assert wire.server.apdus_to_send() == []


# The client


@pytest.mark.clause("7.3.2")
@pytest.mark.parametrize(
    ("octets", "failure"), [("D80101", Failure.EXCEPTION), ("0E050500", Failure.CONFIRMED_SERVICE_ERROR)]
)
@pytest.mark.parametrize("policy", [0, 3])
def test_an_error_that_names_no_request_ends_the_one_that_is_on_its_way(
    octets: str, failure: Failure, policy: int
) -> None:
    wire = pair(LN_CIPHERED, policy=policy)
    wire.client.send(Get.Request(VALUE), now=0)
    wire.client.receive_apdu(bytes.fromhex(octets), now=0)
    failed = only(wire.client.events(), ServiceFailed)
    assert failed.failure is failure
    assert failed.error == decode(bytes.fromhex(octets))
    assert not failed.security_status.authenticated
    wire.client.receive_apdu(bytes.fromhex(octets), now=0)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.UNMATCHED


@given(st.binary(max_size=40))
def test_the_server_answers_or_reports_whatever_comes(octets: bytes) -> None:
    server = ServerAssociation(ServerSettings(security=server_security()), random=counting())
    server.connected(now=0)
    server.receive_apdu(octets, now=0)
    assert of_kind(server.events(), ApduDropped)


def test_octets_are_bytes() -> None:
    wire = pair()
    text: Any = "C0"
    for side in (wire.client, wire.server):
        with pytest.raises(TypeError):
            side.receive_apdu(text, now=0)
        side.receive_apdu(bytearray(b"\x99"), now=0)
        side.receive_apdu(memoryview(b"\x99"), now=0)
        assert len(side.events()) == 2
