"""The objects of a meter, as its association object lists them (IEC 62056-6-2: Association LN and SN)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from xdlms.client.errors import ResponseError
from xdlms.data import Data
from xdlms.services.errors import LocalProtocolError
from xdlms.services.references import SHORT_NAMES, logical_name
from xdlms.services.short_names import MapEntry, entries_of

ASSOCIATION_LN: Final = (15, "0.0.40.0.0.255")
ASSOCIATION_SN: Final = (12, "0.0.40.0.0.255")
OBJECT_LIST: Final = 2
"""The attribute of both association classes that lists the objects."""
ACCESS_RIGHTS_LIST: Final = 3
"""The attribute of Association SN that lists the access rights."""
_MODES: Final = ("none", "read", "write", "read, write", "auth. read", "auth. write", "auth. read, write")
_METHOD_MODES: Final = ("none", "access", "auth. access")
_BITS: Final = (
    "read",
    "write",
    "authenticated request",
    "encrypted request",
    "signed request",
    "authenticated response",
    "encrypted response",
    "signed response",
)


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object of a meter.

    Args:
        class_id: interface class, 0 to 65535.
        version: of the class, 0 to 255.
        logical_name: 6 octets.
        attributes: the access mode of each attribute that is told, by its number.
        methods: the access mode of each method that is told, by its number.
        base_name: with short name referencing, the short name of attribute 1; else None.
    """

    class_id: int
    version: int
    logical_name: bytes
    attributes: Mapping[int, int] = field(default_factory=dict)
    methods: Mapping[int, int] = field(default_factory=dict)
    base_name: int | None = None

    @property
    def name(self) -> str:
        """The logical name as people write it."""
        return logical_name(self.logical_name)

    def may_read(self, attribute: int) -> bool:
        """Whether the object list lets this client read an attribute; TRUE where it tells nothing."""
        mode = self.attributes.get(attribute)
        return mode is None or mode in (1, 3, 4, 6) or (mode > 6 and bool(mode & 1))


def mode_in_words(mode: int, *, method: bool = False) -> str:
    """An access mode in words: those of versions 0 to 2 of Association LN, or the bits of version 3."""
    names = _METHOD_MODES if method else _MODES
    if mode < len(names):
        return names[mode]
    bits = [name for number, name in enumerate(_BITS) if mode >> number & 1]
    if method and bits and bits[0] == "read":
        bits[0] = "access"
    return ", ".join(bits)


def objects_of_ln(object_list: Data) -> list[ObjectInfo]:
    """The objects in the object_list of Association LN. Raises ResponseError."""
    return [_object(row) for row in _list(object_list.value)]


def objects_of_sn(object_list: Data) -> tuple[list[ObjectInfo], tuple[MapEntry, ...]]:
    """The objects in the object_list of Association SN, and the mapping table. Raises ResponseError."""
    try:
        entries = entries_of(object_list)
    except LocalProtocolError as error:
        raise ResponseError(str(error)) from error
    return [
        ObjectInfo(entry.class_id, entry.version, entry.logical_name, base_name=entry.base_name) for entry in entries
    ], entries


def with_rights(objects: Sequence[ObjectInfo], access_rights_list: Data) -> list[ObjectInfo]:
    """The objects with what the access_rights_list of Association SN tells of them. Raises ResponseError."""
    rights = {}
    for row in _list(access_rights_list.value):
        match row:
            case (int(base_name), attributes, methods):
                rights[base_name % SHORT_NAMES] = (_modes(attributes), _modes(methods))
            case _:
                raise ResponseError("this is no access_rights_list of Association SN")
    found = []
    for info in objects:
        attributes, methods = rights.get(info.base_name or 0, (info.attributes, info.methods))
        found.append(replace(info, attributes=attributes, methods=methods))
    return found


def _object(row: Any) -> ObjectInfo:
    match row:
        case (int(class_id), int(version), bytes(name), (attributes, methods)) if len(name) == 6:
            return ObjectInfo(class_id, version, name, _modes(attributes), _modes(methods))
        case (int(class_id), int(version), bytes(name), _) if len(name) == 6:
            return ObjectInfo(class_id, version, name)
        case _:
            raise ResponseError("this is no object_list of Association LN")


def _modes(rows: Any) -> dict[int, int]:
    modes = {}
    for row in _list(rows):
        match row:
            case (int(number), int(mode), *_):
                modes[number] = int(mode)
    return modes


def _list(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    if isinstance(value, bytes | str) or not isinstance(value, Sequence):
        raise ResponseError("this is no object_list: it is no array")
    return value
