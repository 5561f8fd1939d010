"""The current association objects tell about the association that asks (IEC 62056-6-2)."""

from __future__ import annotations

from typing import Any

import pytest
from server.support import LN_CIPHERED, OTHER, SN, THING, Line, Thing, ciphered_client, device, octets, public, unsigned

from xdlms import data
from xdlms.profiles.link import Saps
from xdlms.server import AttributeAccess, LogicalDevice, MethodAccess, Rights, reading
from xdlms.services.conformance import LN_OFFERED
from xdlms.services.primitives import Get, ProposedXdlmsContext, Read, Set
from xdlms.services.references import AttributeReference, ParameterizedAccess, VariableName
from xdlms.services.short_names import CURRENT_ASSOCIATION
from xdlms_apdu.v2023 import DataAccessResult, SelectiveAccessDescriptor

RIGHTS = Rights(
    {1: AttributeAccess.READ, 2: AttributeAccess.AUTHENTICATED_READ_AND_WRITE},
    {1: MethodAccess.AUTHENTICATED_ACCESS},
    {2: (1, 2)},
)


def made() -> LogicalDevice:
    result = LogicalDevice(1, b"XYZ", [public(), ciphered_client()])
    result.add(Thing(class_id=3, a2=unsigned(1)), RIGHTS, base_name=0x100)
    result.add(Thing(OTHER), {1: reading(2)}, base_name=0x8000)
    return result


def attribute(number: int, client: Any) -> Any:
    return client.one(Get.Request(AttributeReference(15, CURRENT_ASSOCIATION, number))).result


def test_association_ln_lists_the_objects_that_exist_for_the_client_with_its_rights() -> None:
    client = Line(made()).talk()
    listed = attribute(2, client).value
    assert [(row[0], row[1], row[2]) for row in listed] == [(15, 1, CURRENT_ASSOCIATION), (3, 0, THING)]
    assert listed[1][3] == ([(1, 1, None), (2, 6, [1, 2])], [(1, 2)])
    own_attributes, own_methods = listed[0][3]
    assert own_attributes == [(n, 0 if n == 7 else 1, None) for n in range(1, 10)]
    assert own_methods == [(1, 1), (2, 0), (3, 0), (4, 0)]


def test_association_ln_tells_of_the_association() -> None:
    size = ProposedXdlmsContext(client_max_receive_pdu_size=500)
    client = Line(made()).talk(Saps(1, 1), context=LN_CIPHERED, hls=True, proposed_xdlms_context=size)
    assert len(attribute(2, client).value) == 3
    assert attribute(1, client) == octets(CURRENT_ASSOCIATION)
    assert attribute(3, client).value == (1, 1)
    assert attribute(4, client) == octets(bytes.fromhex("60857405080103"))
    assert attribute(6, client) == octets(bytes.fromhex("60857405080205"))
    assert attribute(7, client) == DataAccessResult.read_write_denied
    assert attribute(8, client) == data.enum(2)
    assert attribute(9, client) == octets(bytes(6))
    conformance, takes, sends, version, quality, ciphering = attribute(5, client).value
    assert int("".join("1" if bit else "0" for bit in conformance), 2) == int(LN_OFFERED)
    assert (takes, sends, version, quality, ciphering) == (0xFFFF, 500, 6, 0, b"")


def test_a_client_sap_over_127_is_told_as_its_lowest_octet() -> None:
    result = LogicalDevice(1, b"XYZ", [public()])
    client = Line(result).talk()
    assert attribute(3, client).value == (16, 1)


def test_association_objects_have_no_selective_access_and_are_not_written() -> None:
    client = Line(made()).talk()
    selected = AttributeReference(15, CURRENT_ASSOCIATION, 2, SelectiveAccessDescriptor(1, data.null()))
    assert client.one(Get.Request(selected)).result == DataAccessResult.scope_of_access_violated
    written = Set.Request(AttributeReference(15, CURRENT_ASSOCIATION, 8), data.enum(0))
    assert client.one(written).result == DataAccessResult.read_write_denied


def test_association_sn_lists_base_names_and_rights() -> None:
    client = Line(made()).talk(Saps(16, 1), context=SN)
    names = tuple(VariableName(name) for name in (0xFA00, 0xFA08, 0xFA10, 0xFA18))
    name, listed, rights, setup = client.one(Read.Request(names)).results
    assert name == octets(CURRENT_ASSOCIATION)
    assert listed.value == [(0xFA00 - 0x10000, 12, 2, CURRENT_ASSOCIATION), (0x100, 3, 0, THING)]
    assert rights.value[1] == (0x100, [(1, 1, None), (2, 6, [1, 2])], [(1, 2)])
    assert setup == octets(bytes(6))
    selected = ParameterizedAccess(0xFA08, 1, data.null())
    assert client.one(Read.Request((selected,))).results == (DataAccessResult.scope_of_access_violated,)


def test_base_names_from_8000_on_are_negative_numbers() -> None:
    client = Line(made()).talk(Saps(1, 1), context=SN, hls=True)
    (listed,) = client.one(Read.Request((VariableName(0xFA08),))).results
    assert listed.value[2][0] == -0x8000


@pytest.mark.clause("5.3")
def test_reply_to_hls_authentication_is_refused_once_hls_is_done() -> None:
    client = Line(made()).talk(Saps(1, 1), context=SN, hls=True)
    call = ParameterizedAccess(0xFA58, 0, octets(b"12345678"))
    assert client.one(Read.Request((call,))).results == (DataAccessResult.read_write_denied,)


def test_a_device_with_nothing_in_it_has_an_association_all_the_same() -> None:
    client = Line(device()).talk()
    assert len(attribute(2, client).value) == 1
