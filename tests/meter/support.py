"""A meter whose clock stands still, and clients that talk to it without sockets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from server.support import LN_CIPHERED, PUBLIC, Line, Talker

from xdlms.meter import TEST_KEYS, TEST_PASSWORD, Meter, MeterConfig
from xdlms.meter.objects import name
from xdlms.profiles.link import Saps
from xdlms.services.primitives import Action, Get, Set
from xdlms.services.references import AttributeReference, MethodReference
from xdlms_apdu.v2023 import Data, SelectiveAccessDescriptor

NOW = datetime(2024, 6, 1, 12, 7, 30, tzinfo=UTC)
MANAGEMENT = Saps(1, 1)
READER = Saps(2, 1)
SERVICE = Saps(3, 1)

NOBODY: Any = None
"""The request that objects are given where they do not look at it."""


def meter(**config: Any) -> Meter:
    return Meter(MeterConfig(**config), clock=lambda: NOW)


def line_to(made: Meter) -> Line:
    return Line(*made.devices)


def public(made: Meter) -> Talker:
    return line_to(made).talk(PUBLIC)


def reader(made: Meter, **given: Any) -> Talker:
    return line_to(made).talk(READER, security_mechanism_name=1, calling_authentication_value=TEST_PASSWORD, **given)


def manager(made: Meter, saps: Saps = MANAGEMENT, **given: Any) -> Talker:
    settings = {"context": LN_CIPHERED, "hls": True, "keys": TEST_KEYS, **given}
    return line_to(made).talk(saps, **settings)


def get(client: Talker, class_id: int, logical_name: str, attribute: int, selection: Any = None) -> Any:
    described = None if selection is None else SelectiveAccessDescriptor(*selection)
    reference = AttributeReference(class_id, name(logical_name), attribute, described)
    return client.one(Get.Request(reference)).result


def put(client: Talker, class_id: int, logical_name: str, attribute: int, value: Data) -> Any:
    return client.one(Set.Request(AttributeReference(class_id, name(logical_name), attribute), value)).result


def call(client: Talker, class_id: int, logical_name: str, method: int, argument: Data | None = None) -> Any:
    return client.one(Action.Request(MethodReference(class_id, name(logical_name), method), argument)).result.result
