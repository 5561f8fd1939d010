"""Security setup: key transfer and policy, in associations that are open and in those that follow."""

from __future__ import annotations

from typing import Any

import pytest
from meter.support import SERVICE, call, get, manager, meter
from server.support import LN, LN_CIPHERED, Talker

from xdlms import data
from xdlms.association import Authenticated
from xdlms.meter import TEST_KEYS
from xdlms.security import Key, KeyId, Keys, Protection, wrap_key
from xdlms.services.events import ServiceFailed
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import Action, Get, ProposedXdlmsContext
from xdlms.services.references import AttributeReference, MethodReference
from xdlms_apdu.v2023 import ActionResult, AssociationResult, Data

SETUP = (64, "0.0.43.0.0.255")
SERVICE_SETUP = (64, "0.0.43.0.1.255")
CLOCK = (8, "0.0.1.0.0.255", 2)
OTHER_TITLE = bytes.fromhex("4D4D4D0000000002")
MASTER = TEST_KEYS.master_key
NEW_EK = Key(bytes(range(100, 116)))
NEW_AK = Key(bytes(range(200, 216)))


def wrapped(*keys: tuple[KeyId, Key]) -> Data:
    assert MASTER is not None
    return data.array(
        data.structure([data.enum(number), data.octet_string(wrap_key(key, master_key=MASTER))]) for number, key in keys
    )


BOTH = wrapped((KeyId.GLOBAL_UNICAST_ENCRYPTION_KEY, NEW_EK), (KeyId.AUTHENTICATION_KEY, NEW_AK))


def new_keys() -> Keys:
    return TEST_KEYS.replace(global_unicast_encryption_key=NEW_EK, authentication_key=NEW_AK)


@pytest.mark.clause("5.4.7")
def test_the_answer_to_a_key_transfer_is_under_the_old_keys_and_the_next_message_under_the_new_ones() -> None:
    made = meter()
    client = manager(made)
    other = manager(made, title=OTHER_TITLE)
    assert call(client, *SETUP, 2, BOTH) == ActionResult.success
    for each in (client, other):
        context = each.client.security
        assert context is not None
        context.use_keys(new_keys())
        assert get(each, *CLOCK).value[:2] == b"\x07\xe8"
    assert manager(made).opened[0].result == AssociationResult.rejected_permanent
    assert isinstance(manager(made, keys=new_keys()).opened[-1], Authenticated)


@pytest.mark.clause("5.4.7")
def test_after_a_key_transfer_the_old_keys_are_not_taken() -> None:
    client = manager(meter())
    assert call(client, *SETUP, 2, BOTH) == ActionResult.success
    (event,) = client.ask(Get.Request(AttributeReference(8, bytes((0, 0, 1, 0, 0, 255)), 2)))
    assert isinstance(event, ServiceFailed)


@pytest.mark.clause("5.4.7")
@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (None, ActionResult.type_unmatched),
        (data.array([]), ActionResult.type_unmatched),
        (data.array([data.enum(0)]), ActionResult.type_unmatched),
        (data.array([data.structure([data.enum(0), data.octet_string(bytes(24))])]), ActionResult.other_reason),
        (data.array([data.structure([data.enum(9), BOTH[0][1]])]), ActionResult.other_reason),
        (data.array([BOTH[0], BOTH[0]]), ActionResult.other_reason),
        (data.array([BOTH[0]] * 5), ActionResult.type_unmatched),
        (data.array([BOTH[0], data.structure([data.enum(2), data.octet_string(b"short")])]), ActionResult.other_reason),
    ],
)
def test_a_key_transfer_that_is_refused_changes_nothing(argument: Any, expected: ActionResult) -> None:
    made = meter()
    client = manager(made)
    assert call(client, *SETUP, 2, argument) == expected
    assert get(client, *CLOCK).value[:2] == b"\x07\xe8"
    assert isinstance(manager(made).opened[-1], Authenticated)


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("context", [LN_CIPHERED, ApplicationContext.SN_CIPHERED])
@pytest.mark.parametrize(("meter_takes", "client_takes"), [(50, 300), (300, 50), (40, 40)])
def test_hls_passes_go_in_blocks_where_an_apdu_is_too_short_for_them(
    context: ApplicationContext, meter_takes: int, client_takes: int
) -> None:
    made = meter(max_pdu_size=meter_takes)
    proposed = ProposedXdlmsContext(client_max_receive_pdu_size=client_takes)
    assert isinstance(manager(made, context=context, proposed_xdlms_context=proposed).opened[-1], Authenticated)


@pytest.mark.clause("5.4.7")
def test_key_transfers_in_one_list_are_all_kept() -> None:
    made = meter()
    client = manager(made)
    method = MethodReference(64, bytes((0, 0, 43, 0, 0, 255)), 2)
    one = wrapped((KeyId.GLOBAL_UNICAST_ENCRYPTION_KEY, NEW_EK))
    other = wrapped((KeyId.AUTHENTICATION_KEY, NEW_AK))
    confirm = client.one(Action.Request((method, method), (one, other)))
    assert [result.result for result in confirm.result] == [ActionResult.success] * 2
    assert isinstance(manager(made, keys=new_keys()).opened[-1], Authenticated)


@pytest.mark.clause("5.4.3")
def test_a_policy_is_not_weakened_by_the_next_method_of_a_list_either() -> None:
    made = meter()
    client = manager(made, SERVICE, policy=3)
    method = MethodReference(64, bytes((0, 0, 43, 0, 1, 255)), 1)
    confirm = client.one(Action.Request((method, method), (data.enum(3), data.enum(1))))
    assert [result.result for result in confirm.result] == [ActionResult.success, ActionResult.read_write_denied]
    assert get(client, *SERVICE_SETUP, 2) == data.enum(3)


@pytest.mark.clause("5.4.3")
def test_a_policy_is_strengthened_for_open_and_later_associations_and_never_weakened() -> None:
    made = meter()
    client = manager(made, SERVICE, policy=1)
    other = manager(made, SERVICE, policy=0, title=OTHER_TITLE)
    assert get(other, *CLOCK).value[:2] == b"\x07\xe8"
    assert call(client, *SERVICE_SETUP, 1, data.enum(1)) == ActionResult.success
    assert get(client, *SERVICE_SETUP, 2) == data.enum(1)
    (event,) = other.ask(Get.Request(AttributeReference(8, bytes((0, 0, 1, 0, 0, 255)), 2)))
    assert isinstance(event, ServiceFailed)
    assert call(client, *SERVICE_SETUP, 1, data.enum(0)) == ActionResult.read_write_denied
    assert call(client, *SERVICE_SETUP, 1, data.enum(2)) == ActionResult.read_write_denied
    assert call(client, *SERVICE_SETUP, 1, data.enum(4)) == ActionResult.type_unmatched
    assert call(client, *SERVICE_SETUP, 1, data.unsigned(3)) == ActionResult.type_unmatched
    assert get(client, *SERVICE_SETUP, 2) == data.enum(1)
    assert manager(made, SERVICE, context=LN).opened[0].result == AssociationResult.rejected_permanent
    assert isinstance(manager(made, SERVICE, context=LN_CIPHERED, policy=1).opened[-1], Authenticated)


@pytest.mark.clause("5.4.3")
def test_a_policy_holds_also_for_the_next_aarq_on_a_connection_that_is_open() -> None:
    made = meter()
    connected = manager(made, SERVICE, context=LN, title=OTHER_TITLE)
    assert isinstance(connected.opened[-1], Authenticated)
    assert call(manager(made, SERVICE, policy=1), *SERVICE_SETUP, 1, data.enum(1)) == ActionResult.success
    again = Talker(connected.line, SERVICE, context=LN, hls=True, keys=TEST_KEYS)
    assert again.opened[0].result == AssociationResult.rejected_permanent


@pytest.mark.clause("5.4.3")
def test_the_answer_to_security_activate_is_still_under_the_old_policy() -> None:
    client = manager(meter(), SERVICE, policy=1)
    method = MethodReference(64, bytes((0, 0, 43, 0, 1, 255)), 1)
    confirm = client.one(Action.Request(method, data.enum(3)))
    assert confirm.result.result == ActionResult.success
    assert confirm.security_status.protection == Protection.AUTHENTICATION
    (event,) = client.ask(Get.Request(AttributeReference(8, bytes((0, 0, 1, 0, 0, 255)), 2)))
    assert isinstance(event, ServiceFailed)


@pytest.mark.clause("5.4.7")
def test_a_key_transfer_takes_an_authenticated_message() -> None:
    client = manager(meter(), SERVICE, policy=0)
    assert call(client, *SERVICE_SETUP, 2, BOTH) == ActionResult.scope_of_access_violated
    assert call(client, *SERVICE_SETUP, 1, data.enum(3)) == ActionResult.scope_of_access_violated


def test_security_setup_tells_titles_suite_and_policy() -> None:
    made = meter()
    client = manager(made)
    told = [get(client, *SETUP, number).value for number in (2, 3, 4, 5)]
    assert told == [3, 0, bytes.fromhex("4D4D4D0000000001"), made.config.system_title]
    method = MethodReference(64, bytes((0, 0, 43, 0, 0, 255)), 3)
    assert client.one(Action.Request(method, data.null())).result.result == ActionResult.read_write_denied


def test_the_meter_does_not_talk_to_its_own_title() -> None:
    made = meter()
    assert manager(made, title=made.config.system_title).opened[0].result == AssociationResult.rejected_permanent
