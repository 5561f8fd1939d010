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
    if not isinstance(reference, tuple | list) or len(reference) not in (3, 4):
        raise NotSentError(
            f"{reference!r} is no attribute", hint="give class, logical name and attribute, as (3, '1.0.1.8.0.255', 2)"
        )
    class_id, name, attribute, *selection = reference
    _check("attribute", class_id, attribute)
    return AttributeReference(class_id, logical_name_of(name), attribute, selection[0] if selection else None)


def method_of(class_id: int, name: LogicalName, method: int) -> MethodReference:
    """A method as the core takes it. Raises NotSentError."""
    _check("method", class_id, method)
    return MethodReference(class_id, logical_name_of(name), method)


def _check(what: str, class_id: int, number: int) -> None:
    if not isinstance(class_id, int) or not isinstance(number, int):
        raise NotSentError(f"class {class_id!r}, {what} {number!r}: both are numbers")
    if not 0 <= class_id <= 0xFFFF:
        raise NotSentError(f"class {class_id} is not in 0 to 65535", hint="Register is class 3, for example")
    if not -128 <= number <= 127:
        raise NotSentError(f"{what} {number} is not in -128 to 127", hint="1 is the first one")


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

    Raises:
        NotSentError: `start` is later than `end`, or only one of them has a time zone; or they are something else.
    """
    if not isinstance(start, datetime | Data) or not isinstance(end, datetime | Data):
        raise NotSentError("a range is from a datetime, or a Data of the column, to another")
    if isinstance(start, datetime) and isinstance(end, datetime):
        if (start.tzinfo is None) != (end.tzinfo is None):
            raise NotSentError("one of start and end has a time zone, the other has none", hint="give both, or none")
        if start > end:
            raise NotSentError(f"the range begins at {start}, later than it ends, {end}", hint="exchange start and end")
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

    Raises:
        NotSentError: there are no such numbers, or the first is behind the last.
    """
    for what, begin, end, most in (("entry", first, last, 0xFFFFFFFF), ("column", first_column, last_column, 0xFFFF)):
        if not 1 <= begin <= most or not 0 <= end <= most:
            raise NotSentError(
                f"from {what} {begin} to {what} {end}: they are 1 to {most}",
                hint="1 is the first one, 0 at the end the last",
            )
        if end and begin > end:
            raise NotSentError(
                f"{what} {begin} is behind {what} {end}", hint="exchange them, or end with 0, the last one"
            )
    numbers = (data.double_long_unsigned(first), data.double_long_unsigned(last))
    columns = (data.long_unsigned(first_column), data.long_unsigned(last_column))
    return SelectiveAccessDescriptor(2, data.structure([*numbers, *columns]))
