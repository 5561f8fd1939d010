"""HLS passes 3 and 4 on the way between the two sides, LN and SN, plain and ciphered (clause 5.3; Figure 3)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import (
    LN,
    LN_CIPHERED,
    METHOD,
    SN,
    SN_CIPHERED,
    VALUE,
    Objects,
    Wire,
    gmac,
    null,
    octets,
    only,
    pair,
    security,
    unsigned,
)
from conftest import vectors

from xdlms.association import (
    ApduDropped,
    Authenticated,
    AuthenticationFailed,
    ClientSettings,
    Disconnect,
    ServerSettings,
    State,
)
from xdlms.association.hls_passes import REPLY_TO_HLS
from xdlms.security import ApplicationHls, Form, Md5Hls, Secret, Sha1Hls
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault
from xdlms.services.ln_requests import ActionExchange
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import (
    Abort,
    AbortDiagnostics,
    Action,
    EventNotification,
    Get,
    Open,
    ProposedXdlmsContext,
    Read,
)
from xdlms.services.references import VariableName
from xdlms_apdu.v2023 import (
    ActionResponseNormal,
    ActionResponseWithOptionalData,
    ActionResult,
    Conformance,
    ReadResponse,
    decode,
)

pytestmark = pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
CONTEXTS = list(ApplicationContext)
REFUSED = ActionResponseWithOptionalData(ActionResult.read_write_denied)
KNOWN = {vector["name"]: bytes.fromhex(vector["hex"]) for vector in vectors("ciphered_suite0")}


def until_pass_3(context: ApplicationContext = LN, **given: Any) -> tuple[Wire, bytes]:
    """Both sides after pass 2, and the APDU of pass 3."""
    dedicated = ProposedXdlmsContext(dedicated_key=given.pop("dedicated_key", False))
    wire = pair(context, hls=True, open_it=False, **given)
    wire.client.send(Open.Request(application_context_name=context, proposed_xdlms_context=dedicated), now=0)
    (aarq,) = wire.client.apdus_to_send()
    wire.server.receive_apdu(aarq, now=0)
    wire.server.send(only(wire.server.events(), Open.Indication).accept(), now=0)
    (aare,) = wire.server.apdus_to_send()
    wire.client.receive_apdu(aare, now=0)
    only(wire.client.events(), Open.Confirm)
    (pass_3,) = wire.client.apdus_to_send()
    return wire, pass_3


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("policy", [0, 3])
def test_both_sides_prove_themselves_and_then_all_services_are_open(context: ApplicationContext, policy: int) -> None:
    wire = pair(context, hls=True, policy=policy if context.ciphered else 0, dedicated_key=context.ciphered)
    assert [type(event) for event in wire.client_events] == [Open.Confirm, Authenticated]
    assert [type(event) for event in wire.server_events] == [Open.Indication, Authenticated]
    assert wire.client.authenticated
    assert wire.server.authenticated
    assert len(wire.seen) == 4
    if context.by_short_name:
        wire.ask(Read.Request((VariableName(0x100),)))
    else:
        wire.ask(Get.Request(VALUE))
    assert len(wire.seen) == 6


@pytest.mark.clause("Table 7")
def test_passes_3_and_4_of_the_example_octet_for_octet() -> None:
    client_settings = ClientSettings(challenge_length=8)
    settings = ServerSettings(
        lowest=False,
        hls={5: gmac},
        challenge_length=8,
        security=lambda title, ciphered: security(
            bytes.fromhex("4D4D4D0000BC614E"), None, ciphered=ciphered, first_counter=0x01234567
        ),
    )
    wire = pair(hls=True, client=client_settings, server=settings)
    assert wire.seen[2][1] == KNOWN["HLS GMAC pass 3: Action-Request reply_to_HLS f(StoC)"]
    assert wire.seen[3][1] == KNOWN["HLS GMAC pass 4: Action-Response f(CtoS)"]


@pytest.mark.clause("5.3")
def test_with_sn_pass_3_is_a_read_of_the_short_name_fa58_with_parameterized_access() -> None:
    wire = pair(SN, hls=True)
    request = wire.seen[2][1]
    assert request[:8].hex().upper() == "050104FA58000911"
    response = decode(wire.seen[3][1])
    assert isinstance(response, ReadResponse)
    assert len(response.value) == 1


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("make", [Md5Hls, Sha1Hls])
@pytest.mark.parametrize("right", [True, False])
def test_hls_with_md5_and_sha_1_needs_no_titles(make: Any, right: bool) -> None:
    secret, other = Secret(b"secret"), Secret(b"other")
    number = make.mechanism.value
    settings = ServerSettings(
        lowest=False, hls={number: lambda context, user: make(secret if right else other)}, challenge_length=8
    )
    wire = pair(open_it=False, server=settings)
    wire.client._hls = make(secret)
    wire.ask(Open.Request())
    assert wire.client.authenticated is wire.server.authenticated is right


@pytest.mark.clause("5.3")
def test_a_function_of_the_application_serves_as_mechanism_2() -> None:
    settings = ServerSettings(
        lowest=False,
        hls={2: lambda context, user: ApplicationHls(reply=lambda c: c + b"s", expected=lambda c: c + b"c")},
        challenge_length=8,
    )
    wire = pair(open_it=False, server=settings)
    wire.client._hls = ApplicationHls(reply=lambda c: c + b"c", expected=lambda c: c + b"s")
    wire.ask(Open.Request())
    assert wire.client.authenticated
    assert wire.server.authenticated


# Before it is done


@pytest.mark.clause("5.3")
def test_the_client_sends_nothing_else_before_hls_is_done() -> None:
    wire, _ = until_pass_3()
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.send(Get.Request(VALUE), now=0)
    assert caught.value.fault is LocalFault.AUTHENTICATION_PENDING
    assert wire.client.apdus_to_send() == []


@pytest.mark.clause("5.3")
@pytest.mark.parametrize(
    "request_octets",
    [
        "C001C100010000800000FF0200",
        "C0014100010000800000FF0200",
        "C101C100010000800000FF02000F01",
        "C301C100090000000000FF0100",
        "C303C101000F0000280000FF010100",
        "C002C100000001",
        "C103C101000000010101",
    ],
)
def test_the_server_serves_nothing_but_pass_3_before_hls_is_done(request_octets: str) -> None:
    wire, pass_3 = until_pass_3()
    wire.server.receive_apdu(bytes.fromhex(request_octets), now=0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.NOT_AUTHENTICATED
    assert wire.server.apdus_to_send() == [bytes.fromhex("D80101")]
    wire.server.receive_apdu(pass_3, now=0)
    only(wire.server.events(), Authenticated)


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("request_octets", ["0501020100", "060102010001 0F01", "0502020100020208"])
def test_with_sn_too(request_octets: str) -> None:
    wire, pass_3 = until_pass_3(SN)
    wire.server.receive_apdu(bytes.fromhex(request_octets), now=0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.NOT_AUTHENTICATED
    (answer,) = wire.server.apdus_to_send()
    assert answer[0] == 0x0E
    wire.server.receive_apdu(pass_3, now=0)
    only(wire.server.events(), Authenticated)


@pytest.mark.clause("5.3")
def test_requests_in_blocks_are_not_served_before_hls_is_done_either_and_not_kept_for_long() -> None:
    wire, pass_3 = until_pass_3(SN)
    listed = bytes.fromhex("050106010001") + b"\x04\x01\x02\x01\x00"
    wire.server.receive_apdu(listed, now=0)
    assert wire.server.apdus_to_send() == [bytes.fromhex("0C010103")]
    # Two variables, the first of which would be pass 3 alone.
    two = bytes.fromhex("050106010001") + b"\x0b\x02\x04\xfa\x58\x00\x09\x01\x00\x02\x01\x00"
    wire.server.receive_apdu(two, now=0)
    assert wire.server.apdus_to_send() == [bytes.fromhex("0C020103" "0103")]
    first = bytes.fromhex("050106000001") + b"\x82\x04\x00" + bytes(1024)
    second = bytes.fromhex("050106000002") + b"\x01\x00"
    for block in (first, second):
        wire.server.receive_apdu(block, now=0)
    assert wire.server.apdus_to_send() == [bytes.fromhex("0C01030001"), bytes.fromhex("0C0101FA")]
    wire.server.events()
    wire.server.receive_apdu(pass_3, now=0)
    only(wire.server.events(), Authenticated)


@pytest.mark.clause("5.3")
def test_pass_3_may_come_in_blocks() -> None:
    wire = pair(hls=True, client_size=60, server_size=31)
    assert wire.client.authenticated
    assert wire.longest > 31  # AARQ and AARE
    assert max(len(apdu) for side, apdu in wire.seen[2:] if side == "client") <= 31
    assert len(wire.seen) > 4


@pytest.mark.clause("5.3")
def test_hls_needs_no_conformance_bit() -> None:
    wire = pair(hls=True, conformance=Conformance.get)
    assert wire.client.authenticated
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.send(Action.Request(METHOD), now=0)
    assert caught.value.missing == Conformance.action
    wire.server.receive_apdu(bytes.fromhex("C301C100090000000000FF0100"), now=0)
    assert wire.server.apdus_to_send() == [bytes.fromhex("D80101")]


def test_the_server_notifies_nobody_before_hls_is_done() -> None:
    wire, _ = until_pass_3()
    with pytest.raises(LocalProtocolError) as caught:
        wire.server.send(EventNotification.Request(VALUE, unsigned(1)), now=0)
    assert caught.value.fault is LocalFault.AUTHENTICATION_PENDING


# When it fails


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("at", [-1, -12, -17])
def test_a_client_that_does_not_prove_itself_is_refused_and_the_association_released(at: int) -> None:
    wire, pass_3 = until_pass_3()
    wrong = bytearray(pass_3)
    wrong[at] ^= 1
    wire.server.receive_apdu(bytes(wrong), now=0)
    only(wire.server.events(), AuthenticationFailed)
    assert wire.server.state is State.IDLE
    (answer,) = wire.server.apdus_to_send()
    response = decode(answer)
    assert isinstance(response, ActionResponseNormal)
    assert response.single_response.result == ActionResult.read_write_denied
    assert response.single_response.return_parameters is None
    wire.client.receive_apdu(answer, now=0)
    indication, disconnect = wire.client.events()
    assert isinstance(indication, Abort.Indication)
    assert indication.diagnostics is AbortDiagnostics.AUTHENTICATION_FAILED
    assert isinstance(disconnect, Disconnect)
    wire.server.receive_apdu(pass_3, now=0)
    assert wire.server.apdus_to_send() == [bytes.fromhex("D80101")]


@pytest.mark.clause("5.3")
def test_with_sn_the_refusal_is_a_data_access_error() -> None:
    wire, pass_3 = until_pass_3(SN)
    wire.server.receive_apdu(pass_3[:-1] + bytes((pass_3[-1] ^ 1,)), now=0)
    only(wire.server.events(), AuthenticationFailed)
    assert wire.server.apdus_to_send() == [bytes.fromhex("0C010103")]


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("parameter", [None, null(), unsigned(5), octets(b"")])
def test_a_reply_that_is_no_octet_string_fails(parameter: Any) -> None:
    wire, _ = until_pass_3()
    request = Action.Request(REPLY_TO_HLS, parameter)
    apdu = ActionExchange(request, 0x41, 1000, Conformance.action).first
    wire.server.receive_apdu(apdu, now=0)
    only(wire.server.events(), AuthenticationFailed)


@pytest.mark.clause("5.3")
@pytest.mark.parametrize(
    "answer",
    [
        "C7014100010009111001234567FE1466AFB3DBCD4F9389E2B8",  # another tag
        "C701410000",  # no reply
        "C70141000100 1105",  # no octet-string
        "C7014101",  # cut
        "C70141030101 03",  # refused
        "D80101",
        "0E050500",
    ],
)
def test_a_server_that_does_not_prove_itself_is_left_by_the_client(answer: str) -> None:
    wire, _ = until_pass_3()
    wire.client.receive_apdu(bytes.fromhex(answer), now=0)
    indication, disconnect = wire.client.events()
    assert isinstance(indication, Abort.Indication)
    assert indication.diagnostics is AbortDiagnostics.AUTHENTICATION_FAILED
    assert isinstance(disconnect, Disconnect)
    assert wire.client.state is State.INACTIVE
    assert not wire.client.authenticated


@pytest.mark.clause("5.3")
def test_pass_4_that_does_not_come_in_time_aborts() -> None:
    wire, _ = until_pass_3()
    assert wire.client.next_timeout() == 5.0
    wire.client.handle_timeout(now=5.0)
    indication, _ = wire.client.events()
    assert isinstance(indication, Abort.Indication)
    assert indication.diagnostics is AbortDiagnostics.NO_RESPONSE


@pytest.mark.clause("5.3")
def test_a_client_that_takes_too_long_for_pass_3_loses_the_association() -> None:
    wire, pass_3 = until_pass_3()
    assert wire.server.next_timeout() == 30.0
    wire.server.handle_timeout(now=29.9)
    assert wire.server.state is State.ASSOCIATED
    wire.server.handle_timeout(now=30.0)
    only(wire.server.events(), AuthenticationFailed)
    assert wire.server.state is State.IDLE
    assert wire.server.next_timeout() is None
    wire.server.receive_apdu(pass_3, now=30.0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.NO_ASSOCIATION


@pytest.mark.clause("5.3")
def test_once_done_nobody_waits_for_pass_3_and_it_is_not_served_again() -> None:
    wire, pass_3 = until_pass_3()
    wire.server.receive_apdu(pass_3, now=0)
    wire.server.apdus_to_send()
    assert wire.server.next_timeout() is None
    wire.server.events()
    wire.server.receive_apdu(pass_3, now=1)
    (answer,) = wire.server.apdus_to_send()
    assert answer == ActionResponseNormal(0x41, REFUSED).encode()
    assert wire.server.events() == []
    assert wire.server.state is State.ASSOCIATED


@pytest.mark.clause("5.3")
def test_an_unconfirmed_pass_3_proves_nothing() -> None:
    wire, pass_3 = until_pass_3()
    unconfirmed = pass_3[:2] + b"\x01" + pass_3[3:]
    wire.server.receive_apdu(unconfirmed, now=0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.NOT_AUTHENTICATED
    assert wire.server.apdus_to_send() == []
    wire.server.receive_apdu(pass_3, now=0)
    only(wire.server.events(), Authenticated)


@pytest.mark.clause("5.3")
def test_without_hls_the_method_is_the_applications() -> None:
    objects = Objects()
    wire = pair(application=objects)
    wire.ask(Action.Request(REPLY_TO_HLS, octets(b"whatever")))
    assert objects.calls == [(REPLY_TO_HLS, octets(b"whatever"))]


# In a ciphered context


@pytest.mark.clause("5.4.7")
@pytest.mark.parametrize(("context", "tags"), [(LN_CIPHERED, (0xCB, 0xCF)), (SN_CIPHERED, (0x25, 0x2C))])
def test_passes_3_and_4_go_under_the_unicast_key_even_where_there_is_a_dedicated_one(
    context: ApplicationContext, tags: tuple[int, int]
) -> None:
    wire = pair(context, hls=True, policy=3, dedicated_key=True)
    assert (wire.seen[2][1][0], wire.seen[3][1][0]) == tags
    wire.ask(Read.Request((VariableName(0x100),)) if context.by_short_name else Get.Request(VALUE))
    assert (wire.seen[4][1][0], wire.seen[5][1][0]) == ((0x45, 0x4C) if context.by_short_name else (0xD0, 0xD4))


@pytest.mark.clause("5.4.7")
def test_pass_3_under_the_dedicated_key_is_refused() -> None:
    wire, _ = until_pass_3(LN_CIPHERED, policy=3, dedicated_key=True)
    context = wire.client.security
    assert context is not None
    plain = bytes.fromhex("C30141000F0000280000FF0101") + octets(bytes(17)).encode()
    wire.server.receive_apdu(context.protect(plain, form=Form.SERVICE_DED), now=0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.NOT_AUTHENTICATED
    assert wire.server.apdus_to_send() == [bytes.fromhex("D80101")]
    assert wire.server.state is State.ASSOCIATED
    assert not wire.server.authenticated


@pytest.mark.clause("5.3")
def test_the_methods_of_sn_associations_are_also_called_with_write_but_hls_is_not() -> None:
    wire, pass_3 = until_pass_3(SN)
    body = pass_3[6:]
    write = bytes.fromhex("060102FA5801") + body
    wire.server.receive_apdu(write, now=0)
    assert only(wire.server.events(), ApduDropped).fault is RemoteFault.NOT_AUTHENTICATED
    assert wire.server.state is State.ASSOCIATED
