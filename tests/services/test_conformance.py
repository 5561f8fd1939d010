"""Which conformance bit each service and option needs (clause 7.3.1; Table 35)."""

from __future__ import annotations

from typing import Any

import pytest
from association.support import LN, METHOD, OTHER, SN, VALUE, null, octets, pair
from hypothesis import given
from hypothesis import strategies as st

from xdlms.association import ServerSettings
from xdlms.services.conformance import (
    BOTH,
    LN_OFFERED,
    LN_ONLY,
    REQUIRED,
    SN_OFFERED,
    SN_ONLY,
    Option,
    Service,
    negotiate,
)
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import (
    Action,
    DataNotification,
    EventNotification,
    Get,
    InformationReport,
    Priority,
    Read,
    Set,
    UnconfirmedWrite,
    Write,
)
from xdlms.services.references import AttributeReference, ParameterizedAccess, VariableName
from xdlms_apdu.v2023 import Conformance, SelectiveAccessDescriptor

# The bits by number, written once more: service, option, number of the bit.
BITS = """
GET 19; GET selection 21; GET list 14; GET blocks 11; GET attribute0 10; GET high 9
SET 20; SET selection 21; SET list 14; SET blocks 12; SET attribute0 8; SET high 9
ACTION 23; ACTION list 14; ACTION blocks 13; ACTION high 9
EventNotification 22; DataNotification 16; InformationReport 15
Read 3; Read parameterized 18; Read list 14; Read blocks 11
Write 4; Write parameterized 18; Write list 14; Write blocks 12
UnconfirmedWrite 5; UnconfirmedWrite parameterized 18; UnconfirmedWrite list 14
"""
OPTIONS = {
    "": Option.SERVICE,
    "selection": Option.SELECTION,
    "list": Option.LIST,
    "blocks": Option.BLOCKS,
    "attribute0": Option.ATTRIBUTE_0,
    "high": Option.HIGH_PRIORITY,
    "parameterized": Option.PARAMETERIZED,
}


def bit(number: int) -> Conformance:
    return Conformance(1 << (23 - number))


@pytest.mark.clause("Table 35")
def test_each_service_and_option_needs_its_bit() -> None:
    expected = {}
    for entry in BITS.replace("\n", ";").split(";"):
        if entry.strip():
            service, *option, number = entry.split()
            expected[Service(service), OPTIONS["".join(option)]] = bit(int(number))
    assert expected == REQUIRED


@pytest.mark.clause("7.3.1")
def test_which_bits_belong_to_which_referencing() -> None:
    def numbers(bits: Conformance) -> set[int]:
        return {number for number in range(24) if bit(number) in bits}

    assert numbers(LN_ONLY) == {8, 9, 10, 13, 17, 19, 20, 21, 22, 23}
    assert numbers(SN_ONLY) == {3, 4, 5, 15, 18}
    assert numbers(BOTH) == {11, 12, 14}
    assert Conformance(0x00FE1F) == LN_OFFERED
    assert Conformance(0x1C1B20) == SN_OFFERED


@pytest.mark.clause("7.3.1")
@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF), st.booleans())
def test_negotiated_is_what_both_have_less_what_is_of_the_other_referencing(
    proposed: int, supported: int, by_short_name: bool
) -> None:
    common = negotiate(Conformance(proposed), Conformance(supported), by_short_name=by_short_name)
    assert common == proposed & supported & ~(LN_ONLY if by_short_name else SN_ONLY)


SELECTION = SelectiveAccessDescriptor(2, null())
SELECTED = AttributeReference(7, bytes(6), 2, SELECTION)
ALL = AttributeReference(7, bytes(6), 0)
LONG = octets(bytes(200))
EVERYTHING = Conformance(0x1CFFBF) | Conformance.data_notification
CLIENT_REQUESTS = [
    (LN, Get.Request(VALUE), Conformance.get),
    (LN, Get.Request(SELECTED), Conformance.selective_access),
    (LN, Get.Request((VALUE,)), Conformance.multiple_references),
    (LN, Get.Request(ALL), Conformance.attribute0_supported_with_get),
    (LN, Get.Request(VALUE, priority=Priority.HIGH), Conformance.priority_mgmt_supported),
    (LN, Set.Request(VALUE, null()), Conformance.set),
    (LN, Set.Request(SELECTED, null()), Conformance.selective_access),
    (LN, Set.Request((VALUE,), (null(),)), Conformance.multiple_references),
    (LN, Set.Request(ALL, null()), Conformance.attribute0_supported_with_set),
    (LN, Set.Request(VALUE, LONG), Conformance.block_transfer_with_set_or_write),
    (LN, Set.Request(VALUE, null(), priority=Priority.HIGH), Conformance.priority_mgmt_supported),
    (LN, Action.Request(METHOD), Conformance.action),
    (LN, Action.Request((METHOD,), (null(),)), Conformance.multiple_references),
    (LN, Action.Request(METHOD, LONG), Conformance.block_transfer_with_action),
    (LN, Action.Request(METHOD, priority=Priority.HIGH), Conformance.priority_mgmt_supported),
    (SN, Read.Request((VariableName(8),)), Conformance.read),
    (SN, Read.Request((ParameterizedAccess(8, 1, null()),)), Conformance.parameterized_access),
    (SN, Read.Request((VariableName(8), VariableName(16))), Conformance.multiple_references),
    (SN, Read.Request((VariableName(8),) * 60), Conformance.block_transfer_with_get_or_read),
    (SN, Write.Request((VariableName(8),), (null(),)), Conformance.write),
    (SN, Write.Request((ParameterizedAccess(8, 1, null()),), (null(),)), Conformance.parameterized_access),
    (SN, Write.Request((VariableName(8), VariableName(16)), (null(), null())), Conformance.multiple_references),
    (SN, Write.Request((VariableName(8),), (LONG,)), Conformance.block_transfer_with_set_or_write),
    (SN, UnconfirmedWrite.Request((VariableName(8),), (null(),)), Conformance.unconfirmed_write),
    (SN, UnconfirmedWrite.Request((ParameterizedAccess(8, 1, null()),), (null(),)), Conformance.parameterized_access),
    (SN, UnconfirmedWrite.Request((VariableName(8),) * 2, (null(),) * 2), Conformance.multiple_references),
]
SERVER_REQUESTS = [
    (LN, EventNotification.Request(OTHER, null()), Conformance.event_notification),
    (LN, DataNotification.Request(null()), Conformance.data_notification),
    (SN, InformationReport.Request((VariableName(8),), (null(),)), Conformance.information_report),
]


@pytest.mark.clause("7.3.1")
@pytest.mark.parametrize(("context", "request_of", "needed"), [*CLIENT_REQUESTS, *SERVER_REQUESTS])
def test_what_was_not_negotiated_is_refused_on_the_own_side_with_the_bit(
    context: ApplicationContext, request_of: Any, needed: Conformance
) -> None:
    server = ServerSettings(application_contexts=frozenset({LN, SN}), conformance=EVERYTHING, max_receive_pdu_size=150)
    from_server = isinstance(
        request_of, EventNotification.Request | DataNotification.Request | InformationReport.Request
    )
    wire = pair(context, conformance=EVERYTHING & ~needed, server=server)
    side = wire.server if from_server else wire.client
    with pytest.raises(LocalProtocolError) as caught:
        side.send(request_of, now=0)
    assert caught.value.fault is LocalFault.NOT_NEGOTIATED
    assert caught.value.missing == needed
    assert str(needed) in caught.value.reason
    assert side.apdus_to_send() == []
    wire = pair(context, conformance=EVERYTHING, server=server)
    side = wire.server if from_server else wire.client
    side.send(request_of, now=0)
    assert len(side.apdus_to_send()) == 1


def test_several_bits_that_are_missing_are_all_named() -> None:
    wire = pair(conformance=Conformance.get)
    with pytest.raises(LocalProtocolError) as caught:
        wire.client.send(Get.Request((SELECTED, ALL)), now=0)
    assert caught.value.missing == (
        Conformance.selective_access | Conformance.multiple_references | Conformance.attribute0_supported_with_get
    )
