"""Long values in blocks through the public faces of client and server: GET, SET and ACTION, alone and in lists.

Every APDU of each exchange is held against the standard by `xdlms.check`, and against the sizes that were agreed on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from client.support import context, run
from server.support import ciphered_client

from xdlms import data
from xdlms.association import ServerSettings
from xdlms.check import conversation
from xdlms.client import Client, Hls, TraceEntry, connect
from xdlms.data import Data
from xdlms.security import MemoryCounterStore, Role
from xdlms.server import AttributeAccess, LogicalDevice, MethodAccess, Request, Rights, serve
from xdlms.server import Client as ServerClient
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import Action, Get, Set
from xdlms.services.references import AttributeReference, MethodReference
from xdlms.services.values import ActionResponseForm
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import ActionResult, DataAccessResult

LONG = data.octet_string(bytes(range(256)) * 4)
LONG_ARRAY = data.array([data.double_long_unsigned(at) for at in range(300)])
SHORT = data.unsigned(7)
CLASS = 70
NAMES = [bytes((0, 0, 128, at, 0, 255)) for at in range(3)]
VALUES = tuple(AttributeReference(CLASS, name, 2) for name in NAMES)
METHODS = tuple(MethodReference(CLASS, name, 1) for name in NAMES)
UNKNOWN = AttributeReference(CLASS, bytes(6), 2)
UNKNOWN_METHOD = MethodReference(CLASS, bytes(6), 1)
RIGHTS = Rights({1: AttributeAccess.READ, 2: AttributeAccess.READ_AND_WRITE}, {1: MethodAccess.ACCESS})
SIZES = [64, 65, 127, 128, 129, 255, 1000]
"""Octets of the longest APDU, around those where the length of a block takes another octet."""


class Echo:
    """Holds any value; its method gives back what it is called with, and what it holds."""

    class_id, version = CLASS, 0

    def __init__(self, logical_name: bytes) -> None:
        self.logical_name = logical_name
        self.value = SHORT
        self.calls = 0

    def get(self, attribute: int, selection: object, request: Request) -> Data:
        return self.value

    def set(self, attribute: int, value: Data, selection: object, request: Request) -> None:
        self.value = value

    def action(self, method: int, argument: Data | None, request: Request) -> Data:
        self.calls += 1
        return data.structure([argument or data.null(), self.value])


class Exchange:
    """A server with three objects, a client of it, and every APDU between them."""

    def __init__(self, size: int, *, ciphered: bool = False, short_names: bool = False, **settings: Any) -> None:
        self.things = [Echo(name) for name in NAMES]
        self.size = size
        self.ciphered = ciphered
        self.short_names = short_names
        self.seen: list[tuple[Role, bytes]] = []
        contexts = frozenset({ApplicationContext.LN, ApplicationContext.SN})
        client = (
            ciphered_client(16)
            if ciphered
            else ServerClient(sap=16, settings=ServerSettings(application_contexts=contexts))
        )
        client = replace(client, settings=replace(client.settings, max_receive_pdu_size=size, **settings))
        self.device = LogicalDevice(1, b"XDL0000000000001", [client])
        for at, thing in enumerate(self.things):
            self.device.add(thing, RIGHTS, base_name=0x1000 + at * 0x100)

    def run(self, work: Callable[[Client], Awaitable[None]]) -> None:
        """Let a client do some work, and hold all that went over the link against the standard."""
        run(self._use(work))
        assert conversation(self.seen) == []
        for _, octets in self.seen[2:]:
            assert len(octets) <= self.size
        assert max(len(octets) for _, octets in self.seen[2:]) == self.size

    async def _use(self, work: Callable[[Client], Awaitable[None]]) -> None:
        def trace(entry: TraceEntry) -> None:
            self.seen.append((Role.CLIENT if entry.sender == "client" else Role.SERVER, entry.apdu))

        options: dict[str, Any] = {"max_receive_pdu_size": self.size, "trace": trace}
        if self.ciphered:
            options |= {"auth": Hls(), "security": context(store=MemoryCounterStore())}
        if self.short_names:
            options["referencing"] = "SN"
        async with await serve("tcp://127.0.0.1:0", self.device) as server, connect(server.url, **options) as meter:
            await work(meter)

    def kinds(self) -> set[str]:
        """The APDUs of the plain exchange that were in blocks."""
        names = {type(apdu.decode(octets)).__name__ for _, octets in self.seen}
        return {name for name in names if "lock" in name}


# What cannot be


@pytest.mark.clause("7.3.4")
@pytest.mark.parametrize("ciphered", [False, True])
def test_a_list_whose_references_alone_do_not_fit_is_told_and_changes_nothing(ciphered: bool) -> None:
    exchange = Exchange(64, ciphered=ciphered)

    async def work(meter: Client) -> None:
        with pytest.raises(ValueError, match="octets, and the server takes"):
            await meter.request(Set.Request(VALUES * 3, (LONG,) * 9))
        await meter.set(CLASS, NAMES[0], 2, LONG)

    exchange.run(work)
    assert [thing.value for thing in exchange.things] == [LONG, SHORT, SHORT]


# One value


@pytest.mark.clause("7.3.5")
@pytest.mark.parametrize("form", ActionResponseForm)
@pytest.mark.parametrize("ciphered", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_get_set_and_action_in_blocks_both_ways(size: int, ciphered: bool, form: ActionResponseForm) -> None:
    exchange = Exchange(size, ciphered=ciphered, action_response_form=form)

    async def work(meter: Client) -> None:
        for value in (LONG, LONG_ARRAY, SHORT):
            await meter.set(CLASS, NAMES[0], 2, value)
            assert await meter.get(CLASS, NAMES[0], 2) == value
            for argument in (LONG, SHORT):
                returned = await meter.action(CLASS, NAMES[0], 1, argument)
                assert returned == data.structure([argument, value])

    exchange.run(work)
    assert exchange.things[0].calls == 6
    if not ciphered:
        assert exchange.kinds() == {
            "GetResponseWithDatablock",
            "SetRequestWithFirstDatablock",
            "SetRequestWithDatablock",
            "SetResponseDatablock",
            "SetResponseLastDatablock",
            "ActionRequestWithFirstPblock",
            "ActionRequestWithPblock",
            "ActionRequestNextPblock",
            "ActionResponseNextPblock",
            "ActionResponseWithPblock",
        }


@pytest.mark.clause("7.3.8")
@pytest.mark.parametrize("size", SIZES)
def test_read_and_write_in_blocks_both_ways(size: int) -> None:
    exchange = Exchange(size, short_names=True)

    async def work(meter: Client) -> None:
        for value in (LONG, LONG_ARRAY, SHORT):
            await meter.set(CLASS, NAMES[0], 2, value)
            assert await meter.get(CLASS, NAMES[0], 2) == value
            for argument in (LONG, SHORT):
                confirm = await meter.request(Action.Request(METHODS[0], argument, returns=True))
                assert confirm.result.return_parameters == data.structure([argument, value])

    exchange.run(work)
    assert exchange.things[0].calls == 6


# Lists


@pytest.mark.clause("7.3.3")
@pytest.mark.parametrize("ciphered", [False, True])
@pytest.mark.parametrize("size", SIZES[2:])
def test_lists_in_blocks_both_ways_with_errors_in_their_place(size: int, ciphered: bool) -> None:
    exchange = Exchange(size, ciphered=ciphered)

    async def work(meter: Client) -> None:
        written = await meter.request(Set.Request((*VALUES[:2], UNKNOWN), (LONG, LONG_ARRAY, LONG)))
        assert written.result == (
            DataAccessResult.success,
            DataAccessResult.success,
            DataAccessResult.object_undefined,
        )
        read = await meter.request(Get.Request((VALUES[1], UNKNOWN, *VALUES[:1])))
        assert read.result == (LONG_ARRAY, DataAccessResult.object_undefined, LONG)
        called = await meter.request(Action.Request((METHODS[1], UNKNOWN_METHOD, METHODS[0]), (LONG, None, LONG_ARRAY)))
        first, unknown, last = called.result
        assert first.return_parameters == data.structure([LONG, LONG_ARRAY])
        assert unknown.result == ActionResult.object_undefined
        assert last.return_parameters == data.structure([LONG_ARRAY, LONG])
        values = await meter.get_many([*VALUES, UNKNOWN] * 3)
        assert [value for value in values if isinstance(value, Data)] == [LONG, LONG_ARRAY, SHORT] * 3

    exchange.run(work)
    if not ciphered:
        assert exchange.kinds() == {
            "GetResponseWithDatablock",
            "SetRequestWithListAndFirstDatablock",
            "SetRequestWithDatablock",
            "SetResponseDatablock",
            "SetResponseLastDatablockWithList",
            "ActionRequestWithListAndFirstPblock",
            "ActionRequestWithPblock",
            "ActionRequestNextPblock",
            "ActionResponseNextPblock",
            "ActionResponseWithPblock",
        }


@pytest.mark.clause("7.3.8")
@pytest.mark.parametrize("size", SIZES)
def test_lists_by_short_name_in_blocks_both_ways(size: int) -> None:
    exchange = Exchange(size, short_names=True)

    async def work(meter: Client) -> None:
        await meter.objects()
        written = await meter.request(Set.Request(VALUES[:2], (LONG, LONG_ARRAY)))
        assert written.result == (DataAccessResult.success,) * 2
        read = await meter.request(Get.Request(VALUES[::-1]))
        assert read.result == (SHORT, LONG_ARRAY, LONG)
        called = await meter.request(Action.Request(METHODS[:2], (LONG, None), returns=True))
        assert [result.return_parameters for result in called.result] == [
            data.structure([LONG, LONG]),
            data.structure([data.null(), LONG_ARRAY]),
        ]

    exchange.run(work)
