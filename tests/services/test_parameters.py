"""The service parameters of Tables 8 to 29: every primitive has those of its table, and echoes what it says."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from association.support import (
    LN_CIPHERED,
    METHOD,
    OTHER,
    SERVER_TITLE,
    SN_CIPHERED,
    VALUE,
    Objects,
    Wire,
    null,
    octets,
    pair,
    server_security,
    unsigned,
)

from xdlms.association import ServerSettings
from xdlms.security import Protection
from xdlms.services.parameters import ABSENT, BY_THE_CORE, CODES, ECHOED, PRIMITIVES, SERVICES, ServiceTable
from xdlms.services.primitives import (
    Action,
    DataNotification,
    EventNotification,
    Get,
    InformationReport,
    Open,
    Priority,
    ProposedXdlmsContext,
    Read,
    Release,
    SecurityOptions,
    ServiceClass,
    Set,
    UnconfirmedWrite,
    Write,
)
from xdlms.services.references import ParameterizedAccess, VariableName
from xdlms_apdu.v2023 import (
    AARQProtocolVersion,
    AcseRequirements,
    AcseServiceUser,
    Conformance,
    ReleaseRequestReason,
    ReleaseResponseReason,
)

TABLES = {table.service: table for table in SERVICES}
BOTH = SecurityOptions(Protection.AUTHENTICATED_ENCRYPTION)


def carried(kind: type) -> set[str]:
    """What a primitive carries: its fields, and what follows from them."""
    names = {field.name for field in dataclasses.fields(kind)}
    return names | {
        name for name in ("request_type", "response_type") if isinstance(getattr(kind, name, None), property)
    }


@pytest.mark.clause("6.1")
@pytest.mark.parametrize("table", SERVICES, ids=lambda table: table.service.__name__)
def test_each_primitive_has_the_parameters_of_its_table_and_no_others(table: ServiceTable) -> None:
    for primitive in PRIMITIVES:
        expected = {
            row.field
            for row in table.parameters
            if row.code(primitive) != ABSENT and BY_THE_CORE not in row.code(primitive)
        }
        kind = getattr(table.service, primitive, None)
        if kind is None:
            assert not expected, primitive
        else:
            assert carried(kind) - table.local == expected, primitive


@pytest.mark.clause("Table 8")
def test_the_codes_are_those_of_table_8() -> None:
    for table in SERVICES:
        for row in table.parameters:
            for primitive in PRIMITIVES:
                code = row.code(primitive)
                assert code == ABSENT or code.strip(ECHOED + BY_THE_CORE) in CODES, (table, row)


@pytest.mark.clause("Table 12")
def test_every_data_transfer_service_has_security_options_in_and_security_status_out() -> None:
    for service in (Get, Set, Action, Read, Write, Open, Release):
        for primitive, field in (
            ("Request", "security_options"),
            ("Indication", "security_status"),
            ("Response", "security_options"),
            ("Confirm", "security_status"),
        ):
            assert field in carried(getattr(service, primitive)), (service, primitive)
    for unconfirmed in (UnconfirmedWrite, EventNotification, InformationReport, DataNotification):
        assert "security_options" in carried(unconfirmed.Request)
        assert "security_status" in carried(unconfirmed.Indication)


def test_each_table_of_the_standard_is_there() -> None:
    text = " ".join(table.tables for table in SERVICES)
    numbers = set()
    for words in text.replace("21 to 23", "21, 22, 23").replace(" and", ",").replace(",", " ").split():
        if words.isdigit():
            numbers.add(int(words))
    assert set(range(9, 30)) - {12} <= numbers


class Recorder:
    """An application that keeps what it got and what it answered."""

    def __init__(self) -> None:
        self.objects = Objects({VALUE: octets(b"value"), VariableName(8): unsigned(1)})
        self.objects.returned = unsigned(9)
        self.indications: list[Any] = []
        self.responses: list[Any] = []

    def __call__(self, event: Any) -> Any:
        self.indications.append(event)
        match event:
            case Open.Indication():
                response: Any = Open.Response(
                    failure_type=AcseServiceUser.null,
                    responding_ae_qualifier=b"q",
                    responding_ap_invocation_id=7,
                    responding_ae_invocation_id=8,
                    implementation_information=b"meter",
                    negotiated_xdlms_context=event.negotiable,
                )
            case Release.Indication():
                response = Release.Response(reason=ReleaseResponseReason.user_defined)
            case _:
                response = self.objects(event)
        self.responses.append(response)
        return response


def table_of(primitive: Any) -> ServiceTable:
    service = type(primitive).__qualname__.split(".")[0]
    return next(table for table in SERVICES if table.service.__name__ == service)


def compare(table: ServiceTable, primitive: str, before: Any, after: Any) -> int:
    """Every echoed parameter is the same; returns how many there were."""
    count = 0
    for row in table.parameters:
        code = row.code(primitive)
        if ECHOED not in code or BY_THE_CORE in code or not hasattr(before, row.field):
            continue
        assert getattr(after, row.field) == getattr(before, row.field), row.name
        count += 1
    return count


REQUESTS = [
    (LN_CIPHERED, Get.Request(VALUE, invoke_id=5, priority=Priority.HIGH, security_options=BOTH)),
    (LN_CIPHERED, Get.Request((VALUE, OTHER), invoke_id=6)),
    (LN_CIPHERED, Set.Request(VALUE, null(), invoke_id=7, priority=Priority.HIGH)),
    (LN_CIPHERED, Set.Request((VALUE, OTHER), (null(), unsigned(1)), invoke_id=8)),
    (LN_CIPHERED, Action.Request(METHOD, unsigned(3), invoke_id=9)),
    (LN_CIPHERED, Action.Request((METHOD, METHOD), (null(), unsigned(1)), invoke_id=10)),
    (LN_CIPHERED, Set.Request(VALUE, null(), service_class=ServiceClass.UNCONFIRMED, invoke_id=11)),
    (SN_CIPHERED, Read.Request((VariableName(8), ParameterizedAccess(16, 2, null())))),
    (SN_CIPHERED, Write.Request((VariableName(8),), (unsigned(2),))),
    (SN_CIPHERED, UnconfirmedWrite.Request((VariableName(8),), (unsigned(2),))),
]


@pytest.mark.clause("6.1")
@pytest.mark.parametrize(("context", "request_of"), REQUESTS)
def test_data_transfer_services_echo_what_their_tables_say(context: Any, request_of: Any) -> None:
    recorder = Recorder()
    wire = pair(context, application=recorder, policy=3)
    recorder.indications.clear()
    recorder.responses.clear()
    confirms = wire.ask(request_of)
    table = table_of(request_of)
    (indication,) = recorder.indications
    assert compare(table, "Indication", request_of, indication) >= 1
    assert indication.security_status.protection is Protection.AUTHENTICATED_ENCRYPTION
    if not confirms:
        assert recorder.responses == [None]
        return
    (confirm,), (response,) = confirms, recorder.responses
    assert compare(table, "Response", indication, response) + compare(table, "Confirm", response, confirm) >= 1
    assert confirm.security_status.protection is Protection.AUTHENTICATED_ENCRYPTION
    if hasattr(request_of, "priority"):
        assert confirm.priority is request_of.priority


@pytest.mark.clause("6.2")
@pytest.mark.clause("6.3")
def test_open_and_release_echo_what_their_tables_say() -> None:
    recorder = Recorder()
    wire: Wire = pair(LN_CIPHERED, application=recorder, policy=3, open_it=False, server=None)
    request = Open.Request(
        protocol_connection_parameters="tcp",
        acse_protocol_version=AARQProtocolVersion.version1,
        application_context_name=LN_CIPHERED,
        called_ap_title=SERVER_TITLE,
        called_ae_qualifier=b"a",
        called_ap_invocation_id=1,
        called_ae_invocation_id=2,
        calling_ap_title=bytes.fromhex("4D4D4D0000000001"),
        calling_ae_qualifier=b"b",
        calling_ap_invocation_id=3,
        calling_ae_invocation_id=4,
        acse_requirements=AcseRequirements(0),
        security_mechanism_name=0,
        implementation_information=b"client",
        proposed_xdlms_context=ProposedXdlmsContext(conformance=ServerSettings().conformance, quality_of_service=1),
    )
    confirm: Any = wire.ask(request)[0]
    indication, response = recorder.indications[0], recorder.responses[0]
    assert isinstance(indication, Open.Indication)
    assert compare(TABLES[Open], "Indication", request, indication) >= 15
    assert compare(TABLES[Open], "Confirm", response, confirm) >= 6
    assert confirm.protocol_connection_parameters == "tcp"
    release = Release.Request(reason=ReleaseRequestReason.urgent)
    released: Any = wire.ask(release)[0]
    assert compare(TABLES[Release], "Indication", release, recorder.indications[-1]) == 2
    assert released.reason == ReleaseResponseReason.user_defined
    assert released.use_rlrq_rlre is release.use_rlrq_rlre


@pytest.mark.clause("6.9")
@pytest.mark.clause("6.15")
@pytest.mark.parametrize(
    ("context", "request_of"),
    [
        (LN_CIPHERED, EventNotification.Request(VALUE, unsigned(1), bytes(12))),
        (LN_CIPHERED, DataNotification.Request(unsigned(1), 77, bytes(12), Priority.HIGH, ServiceClass.CONFIRMED)),
        (SN_CIPHERED, InformationReport.Request((VariableName(8),), (unsigned(1),), "20130601120000Z")),
    ],
)
def test_notifications_echo_what_their_tables_say(context: Any, request_of: Any) -> None:
    settings = ServerSettings(
        application_contexts=frozenset({context}),
        conformance=ServerSettings().conformance | Conformance.data_notification,
        security=server_security(),
    )
    wire = pair(context, server=settings, conformance=settings.conformance)
    wire.server.send(request_of, now=0)
    wire.run()
    table = table_of(request_of)
    event = wire.client_events[-1]
    assert isinstance(event, EventNotification.Indication | DataNotification.Indication | InformationReport.Indication)
    assert compare(table, "Indication", request_of, event) >= 3
