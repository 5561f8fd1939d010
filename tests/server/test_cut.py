"""A line that is cut behind every octet of an exchange: an association, one service, RELEASE; in both directions.

Each attempt is made on the same server, with the same keys, so that what one of them left would harm the next.
"""

from __future__ import annotations

import itertools

import pytest
from server.cutting import DOWN, PROTECTIONS, SERVICES, UP, Attempt, World

from xdlms.services.events import Failure, ServiceFailed
from xdlms.services.primitives import Abort
from xdlms.services.primitives.association import AbortDiagnostics


def check_cut(world: World, whole: Attempt, direction: str, most: int) -> Attempt:
    """Cut one attempt; check what does not depend on where. Returns it."""
    attempt = Attempt(world, direction, most)
    # It got as far as the one that was not cut: the attempt before left counters, keys and associations in order.
    assert attempt.passed[direction] == most
    other = UP if direction is DOWN else DOWN
    assert attempt.passed[other] <= whole.passed[other]
    # The server has freed everything.
    assert world.shared is not None
    assert world.shared.connections == {}
    assert world.device.sessions == {}
    assert attempt.line.connection.associations == 0
    # What was on its way ended with one error.
    assert len(attempt.outcomes) == attempt.asked
    aborts = [event for event in attempt.events if isinstance(event, Abort.Indication)]
    assert len(aborts) <= 1
    for outcome in attempt.outcomes:
        if isinstance(outcome, ServiceFailed):
            assert outcome.failure is Failure.ASSOCIATION_ENDED
            assert aborts[0].diagnostics is AbortDiagnostics.LOWER_LAYER_LOST
        else:
            assert outcome == whole.outcomes[0]
            assert world.values() == world.service.leaves
    # The values are those before or those after, never a mix.
    assert world.values() in (world.before, world.service.leaves)
    return attempt


def check_cuts(world: World, direction: str, *, first: int = 0, every: int = 1) -> None:
    """Cut behind every octet, or behind each `every`-th from `first` on and behind the last but one."""
    whole = Attempt(world)
    assert [isinstance(outcome, ServiceFailed) for outcome in whole.outcomes] == [False]
    assert world.values() == world.service.leaves
    length = whole.passed[direction]
    changed: list[bool] = []
    for most in sorted({*range(first, length, every), length - 1}):
        check_cut(world, whole, direction, most)
        changed.append(world.values() == world.service.leaves)
    # The value is written when the whole request is there: once it is, it stays so, wherever it is cut behind.
    assert changed == sorted(changed)
    if world.before != world.service.leaves:
        assert changed[0] is False
        assert changed[-1] is True
    again = Attempt(world)
    assert again.outcomes == whole.outcomes
    assert again.passed == whole.passed
    assert bool(world.nonces) == (world.form is not None)


EVERY_NTH = 41


@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("protection", PROTECTIONS)
@pytest.mark.parametrize("by_short_name", [False, True], ids=["LN", "SN"])
def test_a_cut_leaves_nothing_half_written_ends_what_waits_and_frees_the_server(
    by_short_name: bool, protection: str
) -> None:
    exchanges = itertools.product(SERVICES, (False, True), (UP, DOWN))
    for number, (service, hdlc, direction) in enumerate(exchanges):
        world = World(by_short_name, protection, SERVICES[service], hdlc)
        check_cuts(world, direction, first=number % EVERY_NTH, every=EVERY_NTH)


@pytest.mark.slow
@pytest.mark.clause("7.2.5")
@pytest.mark.parametrize("direction", [UP, DOWN])
@pytest.mark.parametrize("hdlc", [False, True], ids=["wrapper", "HDLC"])
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("protection", PROTECTIONS)
@pytest.mark.parametrize("by_short_name", [False, True], ids=["LN", "SN"])
def test_a_cut_behind_every_octet_leaves_nothing_half_written_ends_what_waits_and_frees_the_server(
    by_short_name: bool, protection: str, service: str, hdlc: bool, direction: str
) -> None:
    check_cuts(World(by_short_name, protection, SERVICES[service], hdlc), direction)
