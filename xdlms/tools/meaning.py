"""What the elements of a structure mean together: a scaler and its unit, a value of an object, a capture object.

Self-describing values do not say what they are for; these are the layouts that pushes and profiles have
in common. Everything here is a guess by layout, shown beside the values and never in their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from xdlms.tools.objects import NAME_LENGTH, attribute_name, class_name, describe_object, is_logical_name
from xdlms.tools.show import describe_data_octets, quoted
from xdlms.tools.units import UNITS, scaler_and_unit, with_unit

LARGEST: Final = 4
"""Elements of the largest structure that is looked at."""

_NUMBERS: Final = frozenset(
    (
        "double-long",
        "double-long-unsigned",
        "integer",
        "long",
        "unsigned",
        "long-unsigned",
        "long64",
        "long64-unsigned",
        "float32",
        "float64",
    )
)


class Cell:
    """An element of a structure: its `tag`, its plain `value` (None for a container), and its own `meaning`."""

    __slots__ = ("meaning", "tag", "value")

    def __init__(self, tag: str, value: Any, meaning: Meaning | None = None) -> None:
        self.tag = tag
        self.value = value
        self.meaning = meaning


class Unit:
    """A structure of a scaler and a unit."""

    __slots__ = ("scaler", "unit")

    def __init__(self, scaler: int, unit: int) -> None:
        self.scaler = scaler
        self.unit = unit

    def __str__(self) -> str:
        return scaler_and_unit(self.scaler, self.unit)


class CaptureObject:
    """A structure of class, logical name, attribute and data index."""

    __slots__ = ("attribute", "class_id", "data_index", "logical_name")

    def __init__(self, class_id: int, logical_name: bytes, attribute: int, data_index: int) -> None:
        self.class_id = class_id
        self.logical_name = logical_name
        self.attribute = attribute
        self.data_index = data_index

    def __str__(self) -> str:
        attribute = attribute_name(self.class_id, self.attribute) or f"attribute {self.attribute}"
        owner = class_name(self.class_id) or f"class {self.class_id}"
        index = f", element {self.data_index}" if self.data_index else ""
        return f"{describe_object(self.logical_name)}: {owner}, {attribute}{index}"


class Reading:
    """A structure of a logical name, its value, and perhaps scaler and unit."""

    __slots__ = ("logical_name", "text")

    def __init__(self, logical_name: bytes, text: str) -> None:
        self.logical_name = logical_name
        self.text = text

    def __str__(self) -> str:
        return f"{describe_object(self.logical_name)} = {self.text}"


Meaning = Unit | CaptureObject | Reading


def meaning_of(cells: Sequence[Cell]) -> Meaning | None:
    """What a structure of these elements means, as far as its layout tells; None if it does not."""
    match [cell.tag for cell in cells]:
        case ["integer", "enum"]:
            scaler, unit = cells[0].value, cells[1].value
            return Unit(scaler, unit) if unit in UNITS else None
        case ["long-unsigned", "octet-string", "integer", "long-unsigned"]:
            class_id, name, attribute, index = (cell.value for cell in cells)
            return CaptureObject(class_id, name, attribute, index) if len(name) == NAME_LENGTH else None
        case ["octet-string", _] | ["octet-string", _, "structure"] if is_logical_name(cells[0].value):
            return _reading(cells)
    return None


def _reading(cells: Sequence[Cell]) -> Reading | None:
    name, value = cells[0].value, cells[1]
    if len(cells) == 2:
        text = _text(value)
        return Reading(name, text) if text else None
    unit = cells[2].meaning
    if value.tag in _NUMBERS and isinstance(unit, Unit):
        return Reading(name, with_unit(value.value, unit.scaler, unit.unit))
    return None


def _text(cell: Cell) -> str:
    if cell.tag in _NUMBERS:
        return str(cell.value)
    if cell.tag in ("visible-string", "utf8-string"):
        return quoted(cell.value)
    if cell.tag == "octet-string":
        return describe_data_octets(cell.tag, cell.value)
    return ""
