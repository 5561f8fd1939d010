"""Who is locked out, and what happens when a server has no counter left to answer with."""

from __future__ import annotations

from typing import Any

from association.support import SERVER_TITLE, security
from hypothesis import given, settings
from hypothesis import strategies as st
from server.support import LN_CIPHERED, PUBLIC, Line, Thing, public, unsigned, value_of

from xdlms.association import ServerSettings
from xdlms.profiles.link import Saps
from xdlms.security import MemoryCounterStore, SecurityContext
from xdlms.server import Client, Limits, LogicalDevice, reading
from xdlms.server.limits import MOST_SUSPECTS, Failures
from xdlms.services.primitives import Get, Open, Release
from xdlms_apdu.v2023 import AssociationResult

ONE = ("10.0.0.1", 1, 1)


def test_failures_in_a_row_lock_out_and_time_forgives() -> None:
    failures = Failures(Limits(failed_authentications=3, lockout=10))
    for now in (0.0, 1.0):
        failures.failed(ONE, now)
    assert not failures.is_locked_out(ONE, 1.0)
    failures.failed(ONE, 2.0)
    assert failures.is_locked_out(ONE, 12.0)
    assert not failures.is_locked_out(("10.0.0.1", 2, 1), 2.0)
    assert not failures.is_locked_out(ONE, 12.1)
    failures.failed(ONE, 13.0)
    assert not failures.is_locked_out(ONE, 13.0)


def test_without_a_limit_nobody_is_locked_out_or_remembered() -> None:
    failures = Failures(Limits(failed_authentications=None))
    for _ in range(100):
        failures.failed(ONE, 0.0)
    assert not failures.is_locked_out(ONE, 0.0)
    assert len(failures._seen) == 0


def test_only_so_many_suspects_are_remembered() -> None:
    failures = Failures(Limits(failed_authentications=1))
    failures.failed(ONE, 0.0)
    for number in range(MOST_SUSPECTS):
        failures.failed((str(number), 1, 1), 0.0)
    assert len(failures._seen) == MOST_SUSPECTS
    assert not failures.is_locked_out(ONE, 0.0)
    assert failures.is_locked_out(("5", 1, 1), 0.0)


# Counters at their end


def exhausted(first: int, thing: Thing) -> Any:
    """A client of a server whose counter begins at `first`."""
    store = MemoryCounterStore(first_counter=first)

    def provider(title: bytes, ciphered: bool) -> SecurityContext:
        return security(SERVER_TITLE, None, policy=3, store=store)

    settings_ = ServerSettings(application_contexts=frozenset({LN_CIPHERED}), security=provider)
    made = LogicalDevice(1, b"X", [Client(sap=1, settings=settings_)])
    made.add(thing, reading(2))
    return Line(made), made


def test_a_server_without_a_counter_refuses_an_association() -> None:
    line, made = exhausted(0xFFFFFFFF, Thing(a2=unsigned(7)))
    (confirm,) = line.talk(Saps(1, 1), context=LN_CIPHERED).opened
    assert confirm.result == AssociationResult.rejected_permanent
    assert made.sessions == {}


def test_a_server_that_runs_out_of_counters_ends_the_association() -> None:
    line, made = exhausted(0xFFFFFFFD, Thing(a2=unsigned(7)))
    client = line.talk(Saps(1, 1), context=LN_CIPHERED)
    assert client.one(Get.Request(value_of())).result == unsigned(7)
    assert len(made.sessions) == 1
    assert client.ask(Get.Request(value_of())) == []
    assert made.sessions == {}
    assert not line.is_closed


# Whatever clients do, in whatever order


STEPS = st.lists(st.tuples(st.sampled_from(["open", "get", "release", "lose"]), st.integers(0, 3)), max_size=20)


@settings(max_examples=60)
@given(STEPS)
def test_the_server_knows_which_associations_are_open(steps: list[tuple[str, int]]) -> None:
    devices = [LogicalDevice(sap, b"X", [public()]) for sap in range(1, 5)]
    for each in devices:
        each.add(Thing(a2=unsigned(each.sap)), reading(2))
    line = Line(*devices)
    clients = [line.talk(Saps(PUBLIC.client, sap), open_it=False) for sap in range(1, 5)]
    is_open = [False] * 4
    for step, at in steps:
        client = clients[at]
        if step == "open" and not is_open[at]:
            assert isinstance(client.one(Open.Request()), Open.Confirm)
            is_open[at] = True
        elif step == "get" and is_open[at]:
            assert client.one(Get.Request(value_of())).result == unsigned(at + 1)
        elif step == "release" and is_open[at]:
            assert isinstance(client.one(Release.Request()), Release.Confirm)
            is_open[at] = False
        elif step == "lose":
            line.closed("lost")
            assert line.connection.associations == 0
            line = Line(*devices, shared=line.shared)
            clients = [line.talk(Saps(PUBLIC.client, sap), open_it=False) for sap in range(1, 5)]
            is_open = [False] * 4
        assert line.connection.associations == sum(is_open)
        assert [len(each.sessions) for each in devices] == [int(each) for each in is_open]
