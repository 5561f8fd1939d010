"""One program for each other stack, and one meter on each link, for all tests here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from interop.support import Loop, Peer, Served


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.interop)


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
