"""What a push tells: its values by logical name, with scaler and unit, for programs.

A push does not say what its values are for; the layouts in use are a logical name in front of each value, with or
without a structure of scaler and unit behind it, and a list of capture objects in front of all values. Everything here
is a guess by layout, as in `xdlms.tools.meaning`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from xdlms.tools.date_time import NOT_SPECIFIED, describe_date_time, iso_date_time
from xdlms.tools.objects import NAME_LENGTH, describe_object, dotted, is_logical_name
from xdlms.tools.units import NO_UNIT, UNITS, with_unit

_CONTAINERS: Final = (list, tuple)
_DATE_TIME_LENGTH: Final = 12
_WEEKDAY: Final = 4  # its place in a date-time
_CAPTURE_OBJECT: Final = 4  # elements: class, logical name, attribute, data index


def readings_of(value: Any) -> list[dict[str, Any]]:
    """The readings in the plain value of a Data: `logical-name`, `name`, `value`, `unit` if there is one, and `text`.

    Numbers have their scaler in them; `text` is the value for people, with all its decimals and the unit. A value
    without a name is left out.
    """
    if isinstance(value, _CONTAINERS) and value and _are_capture_objects(value[0]):
        return _captured(value[0], value[1:])
    found: list[dict[str, Any]] = []
    _walk(value, found)
    return found


def _are_capture_objects(value: Any) -> bool:
    return isinstance(value, _CONTAINERS) and len(value) > 0 and all(_is_capture_object(item) for item in value)


def _is_capture_object(value: Any) -> bool:
    if not isinstance(value, tuple) or len(value) < _CAPTURE_OBJECT:
        return False
    class_id, name, attribute = value[:3]
    return isinstance(class_id, int) and _is_name(name) and isinstance(attribute, int)


def _captured(objects: Sequence[Any], values: Sequence[Any]) -> list[dict[str, Any]]:
    """Values in the order of the capture objects; the first object may stand for the list itself."""
    if len(objects) == len(values) + 1:
        objects = objects[1:]
    if len(objects) != len(values):
        return []
    readings = []
    for item, value in zip(objects, values, strict=True):
        if not isinstance(value, _CONTAINERS):
            readings.append(captured_reading(item[0], item[1], item[2], value))
    return readings


def captured_reading(class_id: int, name: bytes, attribute: int, value: Any) -> dict[str, Any]:
    """The reading of an attribute that is named by class, logical name and number."""
    reading = _reading(name, value, None)
    reading["class-id"], reading["attribute"] = class_id, attribute
    return reading


def _walk(value: Any, found: list[dict[str, Any]]) -> None:
    if not isinstance(value, _CONTAINERS):
        return
    index = 0
    while index < len(value):
        item = value[index]
        index += 1
        if isinstance(item, _CONTAINERS):
            _walk(item, found)
            continue
        if not _is_name(item) or index >= len(value) or isinstance(value[index], _CONTAINERS):
            continue
        unit = _unit(value[index + 1]) if index + 1 < len(value) else None
        found.append(_reading(item, value[index], unit))
        index += 1 if unit is None else 2


def _is_name(value: Any) -> bool:
    return isinstance(value, bytes) and len(value) == NAME_LENGTH and is_logical_name(value)


def _unit(value: Any) -> tuple[int, int] | None:
    if not isinstance(value, tuple) or len(value) != 2:
        return None
    scaler, unit = value
    if isinstance(scaler, int) and isinstance(unit, int) and -12 <= scaler <= 12 and unit in UNITS:
        return scaler, unit
    return None


def _reading(name: bytes, value: Any, unit: tuple[int, int] | None) -> dict[str, Any]:
    reading: dict[str, Any] = {"logical-name": dotted(name), "name": describe_object(name).partition(" ")[2]}
    if unit is not None and isinstance(value, int | float) and not isinstance(value, bool):
        reading["value"] = _number(value, unit[0])
        if unit[1] != NO_UNIT:
            reading["unit"] = UNITS[unit[1]]
        reading["text"] = with_unit(value, *unit)
    else:
        reading["value"], reading["text"] = _date_time(value) or (_plain(value), str(_plain(value)))
    return reading


def _number(value: int | float, scaler: int) -> Any:
    """The value times ten to the power of the scaler: a whole number stays one."""
    if isinstance(value, int):
        return value * 10**scaler if scaler >= 0 else float(Decimal(value).scaleb(scaler))
    return _plain(value * 10.0**scaler)


def _date_time(value: Any) -> tuple[str, str] | None:
    """A date-time for programs and for people; some meters tell no day of the week, and say 0."""
    if not isinstance(value, bytes | bytearray) or len(value) != _DATE_TIME_LENGTH:
        return None
    octets = bytes(value)
    if octets[_WEEKDAY] == 0:
        octets = octets[:_WEEKDAY] + bytes((NOT_SPECIFIED,)) + octets[_WEEKDAY + 1 :]
    described = describe_date_time(octets)
    return None if described is None else (iso_date_time(octets) or described, described)


def _plain(value: Any) -> Any:
    """A value that JSON can say."""
    if isinstance(value, bytes | bytearray):
        octets = bytes(value)
        if octets and all(0x20 <= octet < 0x7F for octet in octets):
            return octets.decode("ascii")
        return octets.hex().upper()
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)
