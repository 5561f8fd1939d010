"""What clients prove themselves with, and how they change it (Association LN and SN, IEC 62056-6-2; clause 5.3)."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from association.support import CLIENT_TITLE
from meter.support import MANAGEMENT, READER, SERVICE, call, get, line_to, manager, meter, put, reader
from server.support import LN, LN_CIPHERED, SN, Talker

from xdlms import data
from xdlms.association import Authenticated, ClientAssociation
from xdlms.meter import TEST_KEYS, TEST_PASSWORD, Meter
from xdlms.meter.config import TEST_SECRET, config_of, default_clients
from xdlms.profiles.link import Saps
from xdlms.security import GmacHls, Md5Hls, MemoryCounterStore, Secret, SecurityContext
from xdlms.security.counters import CounterLine
from xdlms.services.primitives import Action, Open, Read, Set, Write
from xdlms.services.references import AttributeReference, MethodReference, ParameterizedAccess, VariableName
from xdlms.services.short_names import CURRENT_ASSOCIATION
from xdlms_apdu.v2023 import ActionResult, AssociationResult, Data, DataAccessResult

ASSOCIATION = (15, "0.0.40.0.0.255")
NEW = data.octet_string(b"another password")
CIPHERED_READER = Saps(4, 1)
WITH_SECRET = Saps(5, 1)
SECRET = AttributeReference(15, CURRENT_ASSOCIATION, 7)
CHANGE_LLS_SECRET = 0xFA40
CHANGE_HLS_SECRET = 0xFA48
ACCEPTED, REJECTED = AssociationResult.accepted, AssociationResult.rejected_permanent


def lls(made: Meter, password: Secret, saps: Saps = READER, **given: Any) -> Talker:
    return line_to(made).talk(saps, security_mechanism_name=1, calling_authentication_value=password, **given)


def hls(made: Meter, secret: Secret, *, context: Any = LN) -> Talker:
    client = line_to(made).talk(WITH_SECRET, open_it=False)
    client.client = ClientAssociation(hls=Md5Hls(secret), random=Random(repr(context)).randbytes)
    client.client.connected(now=0)
    client.opened = client.ask(Open.Request(application_context_name=context))
    return client


# LLS


@pytest.mark.clause("5.3")
@pytest.mark.parametrize(
    "wrong",
    [data.null(), data.visible_string("password"), data.octet_string(b""), data.octet_string(bytes(65))],
    ids=["null-data", "visible-string", "empty", "too long"],
)
def test_a_password_that_is_none_is_refused_and_the_old_one_stays(wrong: Data) -> None:
    made = meter()
    assert put(reader(made), *ASSOCIATION, 7, wrong) == DataAccessResult.type_unmatched
    assert lls(made, TEST_PASSWORD).opened[0].result == ACCEPTED


@pytest.mark.clause("5.3")
def test_the_password_of_lls_is_changed_by_set_of_the_secret_and_cannot_be_read() -> None:
    made = meter()
    client = reader(made)
    assert put(client, *ASSOCIATION, 7, NEW) == DataAccessResult.success
    assert get(client, *ASSOCIATION, 7) == DataAccessResult.read_write_denied
    rights = get(client, *ASSOCIATION, 2).value[0][3][0]
    assert rights[6] == (7, 2, None)
    assert lls(made, TEST_PASSWORD).opened[0].result == REJECTED
    assert lls(made, Secret(NEW.value)).opened[0].result == ACCEPTED
    # The other logical device has the same client; another client has a password of its own.
    assert lls(made, Secret(NEW.value), Saps(2, 17)).opened[0].result == ACCEPTED
    ciphered = {"context": LN_CIPHERED, "keys": TEST_KEYS}
    assert lls(made, TEST_PASSWORD, CIPHERED_READER, **ciphered).opened[0].result == ACCEPTED


@pytest.mark.clause("5.3")
def test_the_password_holds_also_for_the_next_aarq_on_a_connection_that_is_open() -> None:
    made = meter()
    client = reader(made)
    assert put(client, *ASSOCIATION, 7, NEW) == DataAccessResult.success
    again = Talker(client.line, READER, security_mechanism_name=1, calling_authentication_value=TEST_PASSWORD)
    assert again.opened[0].result == REJECTED


@pytest.mark.clause("5.3")
def test_by_short_name_the_password_is_changed_by_change_lls_secret() -> None:
    for request in (
        Write.Request((VariableName(CHANGE_LLS_SECRET),), (NEW,)),
        Read.Request((ParameterizedAccess(CHANGE_LLS_SECRET, 0, NEW),)),
    ):
        made = meter()
        client = reader(made, context=SN)
        refused = client.one(Write.Request((VariableName(CHANGE_HLS_SECRET),), (NEW,)))
        assert refused.results == (DataAccessResult.read_write_denied,)
        assert DataAccessResult.read_write_denied not in client.one(request).results
        assert lls(made, TEST_PASSWORD).opened[0].result == REJECTED
        assert lls(made, Secret(NEW.value)).opened[0].result == ACCEPTED


@pytest.mark.clause("5.3")
def test_in_a_context_with_ciphering_a_new_password_takes_an_authenticated_message() -> None:
    clients = default_clients()
    made = meter(clients={4: clients[4]}, setups={0: meter().config.setups[1]})  # policy 0
    client = lls(made, TEST_PASSWORD, CIPHERED_READER, context=LN_CIPHERED, keys=TEST_KEYS, policy=0)
    assert put(client, *ASSOCIATION, 7, NEW) == DataAccessResult.scope_of_access_violated
    client = lls(made, TEST_PASSWORD, CIPHERED_READER, context=LN_CIPHERED, keys=TEST_KEYS, policy=3)
    assert put(client, *ASSOCIATION, 7, NEW) == DataAccessResult.success


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("saps", [Saps(16, 1), MANAGEMENT, CIPHERED_READER], ids=["public", "gmac", "lowest"])
def test_a_client_that_proved_itself_with_no_password_changes_none(saps: Saps) -> None:
    made = meter()
    client = line_to(made).talk(saps) if saps.client == 16 else manager(made, saps, hls=saps == MANAGEMENT)
    assert put(client, *ASSOCIATION, 7, NEW) == DataAccessResult.read_write_denied
    assert call(client, *ASSOCIATION, 2, NEW) == ActionResult.read_write_denied


# HLS


@pytest.mark.clause("5.3")
@pytest.mark.filterwarnings("ignore:HLS with")
def test_the_secret_of_hls_is_changed_by_change_hls_secret() -> None:
    made = meter()
    client = hls(made, TEST_SECRET)
    assert put(client, *ASSOCIATION, 7, NEW) == DataAccessResult.read_write_denied
    for wrong in (None, data.null(), data.octet_string(b"")):
        assert call(client, *ASSOCIATION, 2, wrong) == ActionResult.type_unmatched
    assert call(client, *ASSOCIATION, 2, NEW) == ActionResult.success
    assert not isinstance(hls(made, TEST_SECRET).opened[-1], Authenticated)
    assert isinstance(hls(made, Secret(NEW.value)).opened[-1], Authenticated)


@pytest.mark.clause("5.3")
@pytest.mark.filterwarnings("ignore:HLS with")
def test_by_short_name_the_secret_of_hls_is_changed_by_change_hls_secret() -> None:
    made = meter()
    client = hls(made, TEST_SECRET, context=SN)
    confirm = client.one(Write.Request((VariableName(CHANGE_HLS_SECRET), VariableName(CHANGE_LLS_SECRET)), (NEW, NEW)))
    assert confirm.results == (DataAccessResult.success, DataAccessResult.read_write_denied)
    assert isinstance(hls(made, Secret(NEW.value), context=SN).opened[-1], Authenticated)


def test_before_hls_is_done_no_secret_is_changed() -> None:
    made = meter()
    client = line_to(made).talk(SERVICE, open_it=False)
    assert client.line.ask(WITH_SECRET, bytes.fromhex("C101C1000F0000280000FF0700090141")) == [bytes.fromhex("D80101")]
    assert isinstance(hls(made, TEST_SECRET).opened[-1], Authenticated)


# HLS with GMAC, and clients that use a counter twice


class Repeating(MemoryCounterStore):
    """Gives the counter of f(StoC) once more, for the APDU that brings it."""

    def __init__(self) -> None:
        super().__init__()
        self._given: list[int] = []

    def next_counter(self, line: CounterLine) -> int:
        if len(self._given) == 2:  # of the InitiateRequest, and of f(StoC)
            self._given.append(self._given[-1])
        else:
            self._given.append(super().next_counter(line))
        return self._given[-1]


def gmac_with_a_shared_counter(made: Meter) -> list[Any]:
    context = SecurityContext(
        suite=0,
        policy=3,
        keys=TEST_KEYS,
        local_title=CLIENT_TITLE,
        peer_title=None,
        store=Repeating(),
        random=Random(1).randbytes,
    )
    client = line_to(made).talk(MANAGEMENT, open_it=False)
    client.client = ClientAssociation(security=context, hls=GmacHls(context), random=Random(2).randbytes)
    client.client.connected(now=0)
    return client.ask(Open.Request(application_context_name=LN_CIPHERED))


@pytest.mark.clause("5.4.8")
def test_a_counter_that_hls_shares_with_its_message_is_refused_unless_the_configuration_takes_it() -> None:
    assert not isinstance(gmac_with_a_shared_counter(meter())[-1], Authenticated)
    text = {"1": {"mechanisms": ["hls-gmac"], "contexts": ["LN-ciphered"], "security-setup": 0}}
    setups = {
        "0": {
            "policy": 3,
            "global-unicast-encryption-key": "000102030405060708090A0B0C0D0E0F",
            "authentication-key": "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF",
        }
    }
    text["1"]["hls-shared-counter"] = True
    tolerant = Meter(config_of({"clients": text, "security-setups": setups}))
    assert isinstance(gmac_with_a_shared_counter(tolerant)[-1], Authenticated)


def test_what_a_set_of_a_secret_asks_for_is_that_association_only() -> None:
    made = meter()
    client = reader(made)
    other = AttributeReference(15, bytes((0, 0, 40, 0, 1, 255)), 7)
    assert client.one(Set.Request(other, NEW)).result == DataAccessResult.object_undefined
    assert client.one(Action.Request(MethodReference(15, CURRENT_ASSOCIATION, 3), NEW)).result.result == (
        ActionResult.read_write_denied
    )
    assert lls(made, TEST_PASSWORD).opened[0].result == ACCEPTED
