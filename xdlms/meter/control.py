"""Disconnect control (class 70) and SAP assignment (class 17), version 0 (IEC 62056-6-2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from xdlms import data
from xdlms.meter.classes import MeterObject
from xdlms.server.objects import AccessError, MethodError, Request
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, DataTag

DISCONNECTED: Final = 0
CONNECTED: Final = 1
READY: Final = 2
_LARGEST_MODE: Final = 6
_RECONNECTS_AT_ONCE: Final = (2, 4)
CONTROL_MODE: Final = 4


class DisconnectControl(MeterObject):
    """Disconnect control: a breaker that clients open and close.

    In the control modes 2 and 4 a remote reconnection closes it at once, in the others it makes it ready for somebody
    to close it by hand; in mode 0 it is always closed.
    """

    class_id = 70
    attributes = 4
    methods = 2

    def __init__(self, logical_name: bytes) -> None:
        super().__init__(logical_name)
        self._state = CONNECTED
        self._mode = 2

    def value_of(self, attribute: int) -> Data:
        match attribute:
            case 2:
                return data.boolean(self._state == CONNECTED)
            case 3:
                return data.enum(self._state)
            case 4:
                return data.enum(self._mode)
        return super().value_of(attribute)

    def write(self, attribute: int, value: Data) -> None:
        if attribute != CONTROL_MODE:
            super().write(attribute, value)
        if value.tag != DataTag.enum or value.value > _LARGEST_MODE:
            raise AccessError(DataAccessResult.type_unmatched, "control_mode is an enum, 0 to 6")
        self._mode = value.value
        if not self._mode:
            self._state = CONNECTED

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        if method not in (1, 2):
            return super().action(method, argument, request)
        if not self._mode:
            raise MethodError(ActionResult.read_write_denied, "control mode 0: the breaker is always closed")
        if method == 1:
            self._state = DISCONNECTED
        elif self._state != CONNECTED:
            self._state = CONNECTED if self._mode in _RECONNECTS_AT_ONCE else READY
        return None


class SapAssignment(MeterObject):
    """SAP assignment: the logical devices of the meter."""

    class_id = 17
    attributes = 2
    methods = 1

    def __init__(self, logical_name: bytes, devices: Callable[[], dict[int, bytes]]) -> None:
        super().__init__(logical_name)
        self._devices = devices

    def value_of(self, attribute: int) -> Data:
        if attribute != 2:
            return super().value_of(attribute)
        return data.array(
            data.structure([data.long_unsigned(sap), data.octet_string(name)]) for sap, name in self._devices().items()
        )
