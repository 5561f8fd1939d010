"""One program for each other stack, and one meter on each link, for all tests here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from interop.support import PEERS, Loop, Peer, Served

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark them; without the other stacks they are left out, and `make interop`, which has nothing else, fails."""
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker(pytest.mark.interop)
        item.add_marker(pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning"))
    if ours and PEERS not in os.environ:
        config.hook.pytest_deselected(items=ours)
        items[:] = [item for item in items if item not in set(ours)]


@pytest.fixture(scope="session")
def peers() -> Iterator[Callable[[str], Peer]]:
    """Gives the program of a driver; each is started once."""
    running: dict[str, Peer] = {}

    def of(driver: str) -> Peer:
        if driver not in running:
            running[driver] = Peer(driver)
        return running[driver]

    yield of
    for peer in running.values():
        peer.close()


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


@pytest.fixture(params=["tcp", "hdlc+tcp"], ids=["wrapper", "hdlc"])
def served(loop: Loop, request: pytest.FixtureRequest) -> Iterator[Served]:
    """A fresh meter on each link."""
    with Served(loop, request.param) as meter:
        yield meter
