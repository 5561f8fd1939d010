"""Interface classes of simple values: Data, Register, Extended register, Demand register (IEC 62056-6-2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from xdlms import data
from xdlms.server.access import AttributeAccess, MethodAccess, Rights
from xdlms.server.objects import AccessError, MethodError, Request
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, SelectiveAccessDescriptor

ZERO: Final = data.integer(0)
"""The parameter of methods that need none."""


class MeterObject:
    """What the objects of the meter have in common: nothing can be written, called, or read selectively.

    Args:
        logical_name: 6 octets.
    """

    class_id: int
    version: int = 0
    attributes: int
    """How many attributes the class has."""
    methods: int = 0
    """How many methods it has."""

    def __init__(self, logical_name: bytes) -> None:
        self.logical_name = logical_name

    def get(self, attribute: int, selection: SelectiveAccessDescriptor | None, request: Request) -> Data:
        """An attribute as a whole."""
        if selection is not None:
            raise AccessError(DataAccessResult.scope_of_access_violated, "there is no selective access to this")
        return self.value_of(attribute)

    def value_of(self, attribute: int) -> Data:
        """The value of an attribute, from 2 on; raises AccessError."""
        raise AccessError(DataAccessResult.read_write_denied)

    def set(self, attribute: int, value: Data, selection: SelectiveAccessDescriptor | None, request: Request) -> None:
        """Write an attribute as a whole."""
        if selection is not None:
            raise AccessError(DataAccessResult.scope_of_access_violated, "there is no selective access to this")
        self.write(attribute, value)

    def write(self, attribute: int, value: Data) -> None:
        """Write an attribute; raises AccessError."""
        raise AccessError(DataAccessResult.read_write_denied)

    def action(self, method: int, argument: Data | None, request: Request) -> Data | None:
        """Call a method."""
        raise MethodError(ActionResult.read_write_denied)

    def rights(
        self,
        *,
        writable: tuple[int, ...] = (),
        hidden: tuple[int, ...] = (),
        callable_: bool = False,
        selectors: Mapping[int, tuple[int, ...]] | None = None,
    ) -> Rights:
        """The right to read all attributes but the hidden ones, to write some, and to call all methods or none."""
        modes = {}
        for number in range(1, self.attributes + 1):
            mode = AttributeAccess.READ_AND_WRITE if number in writable else AttributeAccess.READ
            modes[number] = AttributeAccess.NO_ACCESS if number in hidden else mode
        access = MethodAccess.ACCESS if callable_ else MethodAccess.NO_ACCESS
        return Rights(modes, dict.fromkeys(range(1, self.methods + 1), access), selectors or {})


class DataObject(MeterObject):
    """Data, version 0: any value, fixed or computed, that can be written where it is fixed.

    A new value has the type of the old one.
    """

    class_id = 1
    attributes = 2

    def __init__(self, logical_name: bytes, value: Data | Callable[[], Data]) -> None:
        super().__init__(logical_name)
        self._value = value

    def value_of(self, attribute: int) -> Data:
        return self._value if isinstance(self._value, Data) else self._value()

    def write(self, attribute: int, value: Data) -> None:
        if not isinstance(self._value, Data):
            raise AccessError(DataAccessResult.read_write_denied)
        if value.tag != self._value.tag:
            raise AccessError(DataAccessResult.type_unmatched)
        self._value = value


def scaler_unit(scaler: int, unit: int) -> Data:
    """scaler_unit: the value shown is value times 10 to the power of the scaler."""
    return data.structure([data.integer(scaler), data.enum(unit)])


class Register(MeterObject):
    """Register, version 0. Method 1, reset, is refused: this meter is calibrated."""

    class_id = 3
    attributes = 3
    methods = 1

    def __init__(self, logical_name: bytes, value: Callable[[], Data], scaler: int, unit: int) -> None:
        super().__init__(logical_name)
        self._value = value
        self._scaler_unit = scaler_unit(scaler, unit)

    def value_of(self, attribute: int) -> Data:
        match attribute:
            case 2:
                return self._value()
            case 3:
                return self._scaler_unit
        return super().value_of(attribute)


class ExtendedRegister(Register):
    """Extended register, version 0: a register with a status, and the time its value is of."""

    class_id = 4
    attributes = 5

    def __init__(
        self,
        logical_name: bytes,
        value: Callable[[], Data],
        scaler: int,
        unit: int,
        *,
        status: Data,
        capture_time: Callable[[], bytes],
    ) -> None:
        super().__init__(logical_name, value, scaler, unit)
        self._status = status
        self._capture_time = capture_time

    def value_of(self, attribute: int) -> Data:
        match attribute:
            case 4:
                return self._status
            case 5:
                return data.octet_string(self._capture_time())
        return super().value_of(attribute)


class DemandRegister(MeterObject):
    """Demand register, version 0, of one period that does not slide."""

    class_id = 5
    attributes = 9
    methods = 2

    def __init__(
        self,
        logical_name: bytes,
        current: Callable[[], Data],
        last: Callable[[], Data],
        scaler: int,
        unit: int,
        *,
        period: int,
        start: Callable[[], bytes],
    ) -> None:
        super().__init__(logical_name)
        self._current = current
        self._last = last
        self._scaler_unit = scaler_unit(scaler, unit)
        self._period = period
        self._start = start

    def value_of(self, attribute: int) -> Data:
        match attribute:
            case 2:
                return self._current()
            case 3:
                return self._last()
            case 4:
                return self._scaler_unit
            case 5:
                return data.unsigned(0)
            case 6 | 7:
                return data.octet_string(self._start())
            case 8:
                return data.double_long_unsigned(self._period)
            case 9:
                return data.long_unsigned(1)
        return super().value_of(attribute)
