"""No value that a client sends finds a bug in an object of the meter: each is answered with a reason."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from meter.support import manager, meter

from xdlms import data
from xdlms.services.primitives import Action, Get, Set
from xdlms.services.references import AttributeReference, MethodReference
from xdlms_apdu.v2023 import SelectiveAccessDescriptor

OBJECTS = [(entry.object.class_id, entry.object.logical_name) for entry, _ in meter().devices[0].visible_to(1)]

NUMBERS = [data.integer, data.unsigned, data.enum, data.long_unsigned, data.double_long_unsigned]
LEAVES = st.one_of(
    st.builds(lambda make, number: make(number), st.sampled_from(NUMBERS), st.integers(0, 127)),
    st.binary(max_size=13).map(data.octet_string),
    st.binary(min_size=12, max_size=12).map(data.octet_string),
    st.sampled_from([name for _, name in OBJECTS]).map(data.octet_string),
    st.just(data.null()),
    st.booleans().map(data.boolean),
    st.integers(-900, 900).map(data.long),
    st.just(data.visible_string("x")),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4).map(data.array) | st.lists(inner, max_size=5).map(data.structure),
    max_leaves=12,
)


@settings(max_examples=250, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(["get", "set", "action"]), st.sampled_from(OBJECTS), st.integers(-1, 10), VALUES, st.integers(0, 3)
)
def test_every_value_is_answered_and_none_finds_a_bug(
    what: str, object_: tuple[int, bytes], number: int, value: Any, selector: int
) -> None:
    made = meter(load_profile_entries=3)
    client = manager(made)
    request: Any
    if what == "get":
        selection = SelectiveAccessDescriptor(selector, value) if number else None
        request = Get.Request(AttributeReference(*object_, number, selection))
    elif what == "set":
        request = Set.Request(AttributeReference(*object_, number), value)
    else:
        request = Action.Request(MethodReference(*object_, number), value)

    async def scenario() -> None:
        (confirm,) = client.ask(request)
        assert isinstance(confirm, Get.Confirm | Set.Confirm | Action.Confirm)

    records: list[logging.LogRecord] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = records.append
    logger = logging.getLogger("xdlms.server")
    logger.addHandler(handler)
    try:
        asyncio.run(scenario())
    finally:
        logger.removeHandler(handler)
    assert [record.getMessage() for record in records] == []


@pytest.mark.parametrize("attribute", range(1, 10))
def test_attributes_beyond_those_of_a_class_are_refused(attribute: int) -> None:
    client = manager(meter(load_profile_entries=1))
    for class_id, logical_name in OBJECTS:
        (confirm,) = client.ask(Get.Request(AttributeReference(class_id, logical_name, attribute)))
        assert isinstance(confirm, Get.Confirm)
