"""Long values to our server: SET and ACTION in blocks of the clients of other stacks, and the answers in blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from interop.support import MANAGER, PASSWORD, READER, Peer, Served, Session, same

from xdlms import data
from xdlms.data import Data
from xdlms.server import AttributeAccess, MethodAccess, Request, Rights
from xdlms.services.values import ActionResponseForm

Peers = Callable[[str], Peer]

NAME = "0.0.128.0.0.255"
CLASS = 70
LONG = data.octet_string(bytes(range(256)) * 4)
RIGHTS = Rights({1: AttributeAccess.READ, 2: AttributeAccess.READ_AND_WRITE}, {1: MethodAccess.ACCESS})
LLS: dict[str, Any] = {"client": READER, "mechanism": "lls", "secret": PASSWORD}
CIPHERED: dict[str, Any] = {"client": MANAGER, "mechanism": "hls-gmac", "security": "both"}
SIZES = [128, 300]


class Echo:
    """Holds any value; its method gives back what it was called with."""

    class_id, version = CLASS, 0
    logical_name = bytes(map(int, NAME.split(".")))

    def __init__(self) -> None:
        self.value = data.null()
        self.called_with: list[Data | None] = []

    def get(self, attribute: int, selection: object, request: Request) -> Data:
        return self.value

    def set(self, attribute: int, value: Data, selection: object, request: Request) -> None:
        self.value = value

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        self.called_with.append(argument)
        return argument


def echo(served: Served, size: int, form: ActionResponseForm = ActionResponseForm.STANDARD) -> Echo:
    """An object of its own in the meter, which takes APDUs of so many octets."""
    served.take_shared_counters()
    thing = Echo()
    device = served.meter.devices[0]
    device.add(thing, RIGHTS)
    for sap, client in device.clients.items():
        settings = replace(client.settings, max_receive_pdu_size=size, action_response_form=form)
        device.clients[sap] = replace(client, settings=settings)
    return thing


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", [LLS, CIPHERED], ids=["plain", "ciphered"])
@pytest.mark.parametrize("driver", ["gurux_client"])
def test_a_long_value_is_set_in_blocks_and_read_in_blocks(
    served: Served, peers: Peers, driver: str, way: dict[str, Any], size: int
) -> None:
    thing = echo(served, size)
    session = Session(served, **way, pdu=size).set(CLASS, NAME, 2, LONG).get(CLASS, NAME, 2)
    told = session.values(peers(driver))[-1]
    assert thing.value == LONG
    assert same(told, LONG)


@pytest.mark.parametrize("form", ActionResponseForm)  # gurux reads the joined blocks of the answer as Data alone
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", [LLS, CIPHERED], ids=["plain", "ciphered"])
@pytest.mark.parametrize("driver", ["gurux_client"])
def test_a_method_takes_a_long_parameter_in_blocks(
    served: Served, peers: Peers, driver: str, way: dict[str, Any], size: int, form: ActionResponseForm
) -> None:
    thing = echo(served, size, form)
    session = Session(served, **way, pdu=size).action(CLASS, NAME, 1, LONG)
    told = session.values(peers(driver))[-1]
    assert thing.called_with == [LONG]
    if form is ActionResponseForm.DATA:
        assert same(told, LONG)
    else:
        assert told is None
