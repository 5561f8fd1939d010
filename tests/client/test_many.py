"""Many attributes at a time: what cannot be asked for is an error in its place, and the others are read."""

from __future__ import annotations

from typing import Any

import pytest
from client.support import ENERGY, METHOD, SERIAL, ScriptedServer, run

from xdlms import data
from xdlms.client import AccessError, MethodError, NotSentError, by_entry
from xdlms.data import Data
from xdlms_apdu.v2023 import ActionResult, Conformance, DataAccessResult

ALL_ATTRIBUTES = (3, "1.0.1.8.0.255", 0)
UNKNOWN_OBJECT = (3, "9.9.9.9.9.9", 2)
WRONG_CLASS = (1, "1.0.1.8.0.255", 2)
NO_ATTRIBUTE = (3, "1.0.1.8.0.255", -1)
UNDEFINED = DataAccessResult.object_undefined


@pytest.mark.clause("6.17")
@pytest.mark.parametrize("lists", [True, False])
@pytest.mark.parametrize("unknown", [UNKNOWN_OBJECT, WRONG_CLASS, ALL_ATTRIBUTES, NO_ATTRIBUTE])
def test_by_short_name_an_attribute_that_has_none_is_an_error_in_its_place(unknown: Any, lists: bool) -> None:
    offered = None if lists else Conformance.read | Conformance.parameterized_access

    async def read() -> None:
        async with (
            ScriptedServer() as server,
            server.connect(referencing="SN", conformance=offered, client=2) as meter,
        ):
            found = await meter.get_many([unknown, ENERGY, unknown, ENERGY, (*ENERGY[:2], 5)])
            first, energy, third, again, beyond = found
            assert energy == again == data.double_long_unsigned(123456)
            for error in (first, third):
                assert isinstance(error, AccessError)
                assert error.result == UNDEFINED
                assert "no short name" in str(error)
                assert ("one by one" if unknown[2] == 0 else "object list") in error.hint
            assert isinstance(beyond, AccessError)  # the meter's own answer
            assert "no short name" not in str(beyond)
            only = await meter.get_many([unknown])
            assert isinstance(only[0], AccessError)
            sent = len(server.received)
            assert [type(value) for value in await meter.get_many([unknown] * 20)] == [AccessError] * 20
            assert len(server.received) == sent

    run(read())


@pytest.mark.clause("6.17")
def test_by_short_name_set_and_action_tell_that_the_object_is_undefined_as_by_logical_name() -> None:
    async def use() -> None:
        async with ScriptedServer() as server, server.connect(referencing="SN") as meter:
            await meter.objects()
            sent = len(server.received)
            with pytest.raises(AccessError, match="is not written: object-undefined") as access:
                await meter.set(*UNKNOWN_OBJECT, data.unsigned(1))
            assert access.value.result == UNDEFINED
            with pytest.raises(MethodError, match="object-undefined") as method:
                await meter.action(*METHOD)
            assert method.value.result == ActionResult.object_undefined
            assert "object list" in method.value.hint
            assert len(server.received) == sent

    run(use())


@pytest.mark.clause("6.6")
@pytest.mark.parametrize("lists", [True, False])
def test_what_was_not_negotiated_for_one_attribute_leaves_the_others(lists: bool) -> None:
    offered = Conformance.get | (Conformance.multiple_references if lists else Conformance.get)
    selected = (*ENERGY, by_entry(1, 2))

    async def read() -> None:
        async with ScriptedServer() as server, server.connect(conformance=offered) as meter:
            found = await meter.get_many([ENERGY, selected, SERIAL, ALL_ATTRIBUTES, (*ALL_ATTRIBUTES, by_entry(1))])
            assert [type(value) for value in found] == [Data, AccessError, Data, AccessError, AccessError]
            for value in found:
                if isinstance(value, AccessError):
                    assert value.result == DataAccessResult.scope_of_access_violated
                    assert "was not asked for" in str(value)
            assert "selective_access" in getattr(found[1], "hint", "")
            assert "attribute0_supported_with_get" in getattr(found[3], "hint", "")
            with pytest.raises(NotSentError, match="attribute 0"):
                await meter.get(*ALL_ATTRIBUTES)

    run(read())


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ((70000, "1.0.1.8.0.255", 2), "class 70000 is not in 0 to 65535"),
        ((-1, "1.0.1.8.0.255", 2), "class -1 is not in 0 to 65535"),
        ((3, "1.0.1.8.0.255", 128), "attribute 128 is not in -128 to 127"),
        ((3, "1.0.1.8.0.256", 2), "is no logical name"),
    ],
)
def test_a_reference_that_cannot_be_is_told_before_anything_is_sent(reference: Any, words: str) -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect() as meter:
            sent = len(server.received)
            with pytest.raises(NotSentError, match=words):
                await meter.get_many([ENERGY, reference])
            with pytest.raises(NotSentError, match=words):
                await meter.get(*reference)
            assert len(server.received) == sent

    run(read())


@pytest.mark.parametrize("client", [16, 2])
@pytest.mark.parametrize("result", [UNDEFINED, DataAccessResult.read_write_denied])
def test_the_public_client_is_told_that_another_client_may_see_it(client: int, result: DataAccessResult) -> None:
    async def read() -> None:
        async with ScriptedServer() as server, server.connect(client=client) as meter:
            server.values.by_name.clear()
            answer = {UNDEFINED: "C401C10104", DataAccessResult.read_write_denied: "C401C10103"}[result]
            server.filter = lambda peer, saps, octets: [bytes.fromhex(answer)]
            with pytest.raises(AccessError) as caught:
                await meter.get(*ENERGY)
            server.filter = lambda peer, saps, octets: [octets]
            assert caught.value.result == result
            assert ("another client may see it" in caught.value.hint) is (client == 16)

    run(read())
