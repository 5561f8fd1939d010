"""What a user calls things: logical names as text, and selections of attributes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

from xdlms import data
from xdlms.client.clock import octets_of
from xdlms.client.errors import NotSentError
from xdlms.data import Data
from xdlms.services.references import AttributeReference, MethodReference
from xdlms_apdu.v2023 import SelectiveAccessDescriptor

LogicalName: TypeAlias = str | bytes
"""A logical name: "1.0.1.8.0.255", or 6 octets."""
Reference: TypeAlias = (
    AttributeReference | tuple[int, LogicalName, int] | tuple[int, LogicalName, int, SelectiveAccessDescriptor | None]
)
"""An attribute: class, logical name, attribute, and where wanted a selection."""

CLOCK: tuple[int, str, int] = (8, "0.0.1.0.0.255", 2)
"""The time of the clock, by which most profiles are sorted."""


def logical_name_of(name: LogicalName) -> bytes:
    """The 6 octets of a logical name, from text as 1.0.1.8.0.255 or 1-0:1.8.0*255. Raises NotSentError."""
    if isinstance(name, bytes) and len(name) == 6:
        return name
    octets = _parsed(name) if isinstance(name, str) else None
    if octets is not None:
        return octets
    raise NotSentError(
        f"{name!r} is no logical name",
        hint="write six numbers of 0 to 255 with dots, as 1.0.1.8.0.255, or give 6 octets",
    )


@lru_cache(maxsize=1024)
def _parsed(text: str) -> bytes | None:
    parts = text.replace("-", ".").replace(":", ".").replace("*", ".").split(".")
    if len(parts) == 5:
        parts.append("255")
    if len(parts) == 6 and all(part.isascii() and part.isdigit() and int(part[:4]) <= 255 for part in parts):
        return bytes(map(int, parts))
    return None


def attribute_of(reference: Reference) -> AttributeReference:
    """An attribute as the core takes it. Raises NotSentError."""
    if isinstance(reference, AttributeReference):
        return reference
    class_id, name, attribute, *selection = reference
    return AttributeReference(class_id, logical_name_of(name), attribute, selection[0] if selection else None)


def method_of(class_id: int, name: LogicalName, method: int) -> MethodReference:
    """A method as the core takes it. Raises NotSentError."""
    return MethodReference(class_id, logical_name_of(name), method)


def capture_object(class_id: int, name: LogicalName, attribute: int, data_index: int = 0) -> Data:
    """A capture object: {class, logical name, attribute (0: all), index (0: the whole)}."""
    return data.structure(
        [
            data.long_unsigned(class_id),
            data.octet_string(logical_name_of(name)),
            data.integer(attribute),
            data.long_unsigned(data_index),
        ]
    )


def by_range(
    start: datetime | Data,
    end: datetime | Data,
    *,
    column: tuple[int, LogicalName, int] | tuple[int, LogicalName, int, int] = CLOCK,
    selected: Sequence[Data] = (),
) -> SelectiveAccessDescriptor:
    """Entries of a profile whose `column` is from `start` to `end`, both included (Profile generic, selector 1).

    Args:
        start, end: date-times, or values of the type of the column.
        column: the capture object that is compared: class, logical name, attribute, and where it counts the index.
        selected: the capture objects that are wanted (see `capture_object`); none: all.
    """
    bounds = [data.octet_string(octets_of(value)) if isinstance(value, datetime) else value for value in (start, end)]
    parameters = [capture_object(*column), *bounds, data.array(selected)]
    return SelectiveAccessDescriptor(1, data.structure(parameters))


def by_entry(
    first: int = 1, last: int = 0, *, first_column: int = 1, last_column: int = 0
) -> SelectiveAccessDescriptor:
    """Entries of a profile by their number, both included (Profile generic, selector 2).

    Args:
        first: 1 is the first entry, up to 4294967295.
        last: 0 is the last entry there is.
        first_column: 1 is the first column, up to 65535.
        last_column: 0 is the last column there is.
    """
    numbers = (data.double_long_unsigned(first), data.double_long_unsigned(last))
    columns = (data.long_unsigned(first_column), data.long_unsigned(last_column))
    return SelectiveAccessDescriptor(2, data.structure([*numbers, *columns]))
