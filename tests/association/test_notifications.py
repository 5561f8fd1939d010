"""What servers send by themselves, and what lets them (clauses 6.9, 6.10, 6.15, 7.3.6, 7.3.10)."""

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
    null,
    only,
    pair,
    security,
    server_security,
    unsigned,
)
from conftest import vectors

from xdlms.association import ApduDropped, ClientSettings, ServerAssociation, ServerSettings
from xdlms.errors import EncodeError
from xdlms.security import Form, Protection
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import (
    DataNotification,
    EventNotification,
    InformationReport,
    Open,
    Priority,
    SecurityOptions,
    ServiceClass,
    TriggerEventNotificationSending,
)
from xdlms.services.references import AttributeReference, VariableName
from xdlms_apdu.v2023 import Conformance, SelectiveAccessDescriptor

KNOWN = {vector["name"]: bytes.fromhex(vector["hex"]) for vector in vectors("ln_services", "sn_services")}
DATA_NOTIFICATION = Conformance.data_notification


def notify(context: ApplicationContext, request: Any, **given: Any) -> tuple[Wire, bytes, Any]:
    """The APDU for this, and what the client is told of it."""
    settings = ServerSettings(
        application_contexts=frozenset({context}),
        conformance=ServerSettings().conformance | DATA_NOTIFICATION,
        security=server_security(),
    )
    wire = pair(context, conformance=settings.conformance, server=settings, **given)
    wire.client_events.clear()
    wire.server.send(request, now=0)
    wire.run()
    (event,) = wire.client_events
    return wire, wire.seen[-1][1], event


@pytest.mark.clause("7.3.6")
@pytest.mark.parametrize("time", [None, bytes.fromhex("05DC01010100000000000000")])
def test_event_notification_goes_by_logical_name(time: bytes | None) -> None:
    attribute = AttributeReference(1, bytes.fromhex("0100000300FF"), 2)
    _, apdu, event = notify(LN, EventNotification.Request(attribute, null().hold(3, True), time))
    vector = KNOWN["EventNotification no time" if time is None else "EventNotification with time"]
    assert apdu == vector[:-1] + b"\x01"  # the example sends TRUE as FF
    assert event == EventNotification.Indication(attribute, null().hold(3, True), time)


@pytest.mark.clause("7.3.10")
@pytest.mark.parametrize("time", [None, "20130601120000Z"])
def test_information_report_goes_by_short_name(time: str | None) -> None:
    request = InformationReport.Request((VariableName(0x0100),), (unsigned(5),), time)
    _, apdu, event = notify(SN, request)
    assert (
        apdu
        == KNOWN[
            "InformationReportRequest no time" if time is None else "InformationReportRequest with GeneralizedTime"
        ]
    )
    assert event == InformationReport.Indication((VariableName(0x0100),), (unsigned(5),), time)


def test_data_notification_goes_by_neither() -> None:
    request = DataNotification.Request(unsigned(5), 0x123456, bytes(12), Priority.HIGH, ServiceClass.CONFIRMED)
    _, apdu, event = notify(LN, request)
    assert apdu.hex().upper() == "0F" "C0123456" "0C" + "00" * 12 + "1105"
    assert event == DataNotification.Indication(unsigned(5), 0x123456, bytes(12), Priority.HIGH, ServiceClass.CONFIRMED)


@pytest.mark.clause("5.4.6")
@pytest.mark.parametrize(
    ("context", "request_of", "tag"),
    [
        (LN_CIPHERED, EventNotification.Request(VALUE, unsigned(1)), 0xCA),
        (SN_CIPHERED, InformationReport.Request((VariableName(8),), (unsigned(1),)), 0x38),
        (LN_CIPHERED, DataNotification.Request(unsigned(1)), 0xDB),
    ],
)
def test_in_a_ciphered_context_they_are_ciphered(context: ApplicationContext, request_of: Any, tag: int) -> None:
    _, _, event = notify(context, request_of, policy=0)
    assert event.security_status.protection is Protection.NONE
    settings = ServerSettings(
        application_contexts=frozenset({context}),
        conformance=ServerSettings().conformance | DATA_NOTIFICATION,
        security=lambda title, ciphered: security(SERVER_TITLE, None, policy=3),
    )
    wire = pair(context, conformance=settings.conformance, server=settings, policy=3)
    wire.client_events.clear()
    wire.server.send(request_of, now=0)
    wire.run()
    assert wire.seen[-1][1][0] == tag
    told: list[Any] = wire.client_events
    assert told[0].security_status.protection is Protection.AUTHENTICATED_ENCRYPTION


@pytest.mark.clause("6.5")
@pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
def test_each_may_be_protected_otherwise() -> None:
    options = SecurityOptions(Protection.AUTHENTICATION, Form.GENERAL_GLO)
    _, apdu, event = notify(LN_CIPHERED, EventNotification.Request(VALUE, unsigned(1), security_options=options))
    assert apdu[0] == 0xDB
    assert event.security_status.protection is Protection.AUTHENTICATION
    _, apdu, _ = notify(
        LN_CIPHERED, DataNotification.Request(null(), security_options=SecurityOptions(Protection.ENCRYPTION))
    )
    assert apdu[0] == 0xDB


@pytest.mark.clause("7.3.2")
def test_they_are_sent_unconfirmed() -> None:
    wire = pair()
    wire.server.send(EventNotification.Request(VALUE, null()), now=0)
    assert [unit.confirmed for unit in wire.server.units_to_send()] == [False]


@pytest.mark.clause("6.9")
@pytest.mark.parametrize(
    ("context", "request_of"),
    [
        (LN, EventNotification.Request(AttributeReference(1, bytes(6), 0), null())),
        (
            LN,
            EventNotification.Request(AttributeReference(1, bytes(6), 2, SelectiveAccessDescriptor(1, null())), null()),
        ),
        (LN, EventNotification.Request(VALUE, null(), time=b"5")),
        (LN, DataNotification.Request(null(), long_invoke_id=1 << 24)),
        (LN, DataNotification.Request(null(), long_invoke_id=-1)),
        (LN, DataNotification.Request(null(), date_time=bytes(5))),
        (SN, InformationReport.Request((), ())),
        (SN, InformationReport.Request((VariableName(8),), ())),
    ],
)
def test_parameters_that_do_not_fit_are_refused_locally(context: ApplicationContext, request_of: Any) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        notify(context, request_of)
    assert caught.value.fault is LocalFault.PARAMETER


def test_values_that_the_abstract_syntax_does_not_allow_are_refused_too() -> None:
    with pytest.raises(EncodeError):
        notify(SN, InformationReport.Request((VariableName(70000),), (null(),)))


@pytest.mark.clause("4.2.3")
def test_a_notification_that_is_too_long_for_the_client_is_refused() -> None:
    wire = pair(client_size=20)
    with pytest.raises(LocalProtocolError) as caught:
        wire.server.send(EventNotification.Request(VALUE, null().hold(9, bytes(20))), now=0)
    assert caught.value.fault is LocalFault.TOO_LONG


@pytest.mark.clause("7.3.10")
@pytest.mark.parametrize(
    "octets",
    [
        "1800" "02" "020108" "020110" "01" "1105",
        "1800" "01" "050001" "01" "1105",
        "0F" "00000000" "05" "0000000000" "1105",
    ],
)
def test_notifications_whose_parts_contradict_each_other_are_dropped(octets: str) -> None:
    wire = pair()
    wire.client.receive_apdu(bytes.fromhex(octets), now=0)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.UNDECODABLE


# Without an association


@pytest.mark.clause("6.9")
def test_where_the_profile_says_so_they_come_without_an_association() -> None:
    settings = ServerSettings(notifications_outside=True)
    wire = pair(open_it=False, server=settings)
    wire.server.send(EventNotification.Request(VALUE, unsigned(1)), now=0)
    wire.server.send(DataNotification.Request(unsigned(2)), now=0)
    wire.run()
    assert [type(event) for event in wire.client_events] == [EventNotification.Indication, DataNotification.Indication]
    wire.client_events.clear()
    wire.client.send(Open.Request(), now=0)
    wire.client.receive_apdu(bytes.fromhex("0F0000000000" "1105"), now=0)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW


@pytest.mark.clause("6.9")
def test_where_it_does_not_they_do_not() -> None:
    wire = pair(open_it=False, client=ClientSettings(notifications_outside=False))
    with pytest.raises(LocalProtocolError) as caught:
        wire.server.send(EventNotification.Request(VALUE, unsigned(1)), now=0)
    assert caught.value.fault is LocalFault.STATE
    wire.client.receive_apdu(bytes.fromhex("0F0000000000" "1105"), now=0)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW
    wire.client.lost(now=0)
    wire.client.events()
    wire.client.receive_apdu(bytes.fromhex("0F0000000000" "1105"), now=0)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.NOT_ALLOWED_NOW


@pytest.mark.clause("5.4.6")
def test_without_an_association_they_may_be_ciphered_too() -> None:
    server = ServerAssociation(
        ServerSettings(notifications_outside=True),
        random=bytes,
        security=security(SERVER_TITLE, CLIENT_TITLE, policy=3),
    )
    server.connected(now=0)
    server.send(DataNotification.Request(unsigned(2)), now=0)
    (apdu,) = server.apdus_to_send()
    assert apdu[0] == 0xDB
    wire = pair(LN_CIPHERED, open_it=False)
    wire.client.receive_apdu(apdu, now=0)
    assert only(wire.client.events(), ApduDropped).fault is RemoteFault.DECIPHERING  # whose title is not known
    assert wire.client.security is not None
    wire.client.security.know_peer(SERVER_TITLE)
    wire.client.receive_apdu(apdu, now=0)
    event = only(wire.client.events(), DataNotification.Indication)
    assert event.security_status.authenticated


# TriggerEventNotificationSending


@pytest.mark.clause("6.10")
def test_trigger_event_notification_sending_is_handed_to_the_profile() -> None:
    wire = pair()
    request = TriggerEventNotificationSending.Request("empty UI frame, P = 1")
    assert wire.ask(request) == [request]
    assert len(wire.seen) == 2
    wire.client.lost(now=0)
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.send(request, now=0)
    assert caught.value.fault is LocalFault.STATE
