"""HDLC with negotiated field lengths and windows; what is read over it with the defaults is in the other modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from interop.support import MANAGER, Loop, Peer, Served, Session, Simulator, same, security

from xdlms.client import Hls, connect

Peers = Callable[[str], Peer]

LOAD_PROFILE = (7, "1.0.99.1.0.255", 2)


@pytest.fixture
def meter(loop: Loop) -> Iterator[Served]:
    with Served(loop, "hdlc+tcp") as served:
        yield served


@pytest.mark.parametrize("information", [128, 512, 2030])
@pytest.mark.parametrize(
    ("driver", "window"),
    [("gurux_client", 1), ("pydlms_client", 1), ("pydlms_client", 3), ("pydlms_client", 7)],
)
def test_a_client_reads_with_what_it_negotiates(
    meter: Served, peers: Peers, driver: str, information: int, window: int
) -> None:
    negotiated = {"information": information, "window": window}
    session = Session(meter, client=MANAGER, mechanism="hls-gmac", security="both", hdlc=negotiated)
    (told,) = session.get(*LOAD_PROFILE).values(peers(driver))
    assert same(told, meter.holds(*LOAD_PROFILE))


@pytest.mark.parametrize(("information", "window"), [(128, 1), (128, 7), (2030, 1), (2030, 7)])
@pytest.mark.parametrize("offered", [1, 7])
def test_our_client_reads_with_what_it_negotiates(
    loop: Loop, peers: Peers, information: int, window: int, offered: int
) -> None:
    simulator = Simulator(peers("pydlms_server"), "hdlc+tcp", pdu=65535, window=offered)
    url = f"{simulator.url}?max_info={information}&window={window}"

    async def talk() -> str:
        async with connect(url, client=MANAGER, auth=Hls(), security=security()) as client:
            return (await client.get(*LOAD_PROFILE)).encode().hex()

    assert loop.run(talk()) == simulator.holds()[LOAD_PROFILE]
