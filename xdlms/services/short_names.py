"""Short names of attributes and methods, from the base names of objects (clause 4.2.3; IEC 62056-6-2).

Attribute n has the base name + (n - 1) * 8. The offset of the first method stands in the interface
class; the other methods follow by 8 each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.references import SHORT_NAMES, logical_name
from xdlms_apdu.v2023 import Data, DataTag

LOGICAL_NAME_LENGTH: Final = 6
STEP: Final = 8
"""What lies between the short names of two attributes, or of two methods."""
ASSOCIATION_SN_CLASS: Final = 12
ASSOCIATION_SN_BASE: Final = 0xFA00
"""The base name of the current Association SN object."""
CURRENT_ASSOCIATION: Final = bytes((0, 0, 40, 0, 0, 255))
"""The logical name of the current association object."""
REPLY_TO_HLS_SHORT_NAME: Final = ASSOCIATION_SN_BASE + 0x58
"""reply_to_HLS_authentication of the current Association SN object."""


@dataclass(frozen=True, slots=True)
class MapEntry:
    """One object of a Mapping_Table.

    Args:
        class_id: interface class, 0 to 65535.
        version: of the class, 0 to 255.
        logical_name: 6 octets.
        base_name: short name of attribute 1, 0 to 65535.
    """

    class_id: int
    version: int
    logical_name: bytes
    base_name: int


def entries_of(object_list: Data) -> tuple[MapEntry, ...]:
    """The Mapping_Table in the object_list of Association SN (short name FA08).

    Raises:
        LocalProtocolError: PARAMETER, it is no array of {base name, class, version, logical name}.
    """
    rows = object_list.value if object_list.tag == DataTag.array else None
    entries = []
    for row in rows if isinstance(rows, Sequence) else (None,):
        match row:
            case (int(base_name), int(class_id), int(version), bytes(name)) if len(name) == LOGICAL_NAME_LENGTH:
                entries.append(MapEntry(class_id, version, name, base_name % SHORT_NAMES))
            case _:
                raise LocalProtocolError(LocalFault.PARAMETER, "this is no object_list of Association SN")
    return tuple(entries)


@dataclass(frozen=True, slots=True)
class Methods:
    """Where the methods of a class are.

    Args:
        offset: of the short name of the first method, from the base name.
        first: the number of the method with that offset.
        returning: the methods with return parameters: those are called with Read, the others with Write.
    """

    offset: int
    first: int = 1
    returning: frozenset[int] = frozenset()


METHODS: Final[dict[tuple[int, int | None], Methods]] = {
    (3, None): Methods(0x28),  # Register
    (4, None): Methods(0x38),  # Extended register
    (5, None): Methods(0x48),  # Demand register
    (6, None): Methods(0x30),  # Register activation
    (7, None): Methods(0x58),  # Profile generic
    (8, None): Methods(0x60),  # Clock
    (9, None): Methods(0x20),  # Script table
    (11, None): Methods(0x10),  # Special days table
    (12, None): Methods(0x30, first=3, returning=frozenset({3, 4, 8})),  # Association SN: read_by_logicalname is 3
    (17, None): Methods(0x20),  # SAP assignment
    (18, None): Methods(0x40),  # Image transfer
    (20, None): Methods(0x50),  # Activity calendar
    (40, 0): Methods(0x38),  # Push setup; the versions after have other attributes there
    (61, None): Methods(0x28),  # Register table
    (64, 0): Methods(0x28),  # Security setup
    (64, 1): Methods(0x30, returning=frozenset({3, 5, 7})),
    (70, None): Methods(0x20),  # Disconnect control
    (72, 0): Methods(0x60),  # M-Bus client; as for Push setup
}
"""The methods by class and version; None stands for every version that has no entry of its own."""


class ShortNames:
    """A mapping table, and what follows from it.

    Args:
        entries: the objects of the server. A later entry takes the place of an earlier one for the same object.
        methods: more classes, or other offsets, by class and version.
    """

    __slots__ = ("_by_base", "_by_name", "_methods")

    def __init__(
        self, entries: Iterable[MapEntry] = (), methods: Mapping[tuple[int, int | None], Methods] = METHODS
    ) -> None:
        own = MapEntry(ASSOCIATION_SN_CLASS, 2, CURRENT_ASSOCIATION, ASSOCIATION_SN_BASE)
        known = [own, *entries]
        self._methods = methods
        self._by_name = {(entry.class_id, entry.logical_name): entry for entry in known}
        self._by_base = sorted(self._by_name.values(), key=lambda entry: entry.base_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def attribute(self, class_id: int, instance_id: bytes, attribute_id: int) -> int | None:
        """The short name of an attribute, or None where the object is not known or the number is no attribute's.

        Behind the attributes of a class come its methods: to write there would call one.
        """
        entry = self._by_name.get((class_id, instance_id))
        if entry is None or attribute_id < 1:
            return None
        offset = (attribute_id - 1) * STEP
        if self._is_behind_attributes(entry, offset):
            return None
        name = entry.base_name + offset
        return name if name <= 0xFFFF else None

    def method(self, class_id: int, instance_id: bytes, method_id: int) -> int | None:
        """The short name of a method, or None where object, class or method is not known."""
        entry = self._by_name.get((class_id, instance_id))
        methods = None if entry is None else self._methods_of(entry)
        if entry is None or methods is None or method_id < methods.first:
            return None
        name = entry.base_name + methods.offset + (method_id - methods.first) * STEP
        return name if name <= 0xFFFF else None

    def returns(self, class_id: int, instance_id: bytes, method_id: int) -> bool:
        """Whether a method has return parameters, as far as its class tells."""
        entry = self._by_name.get((class_id, instance_id))
        methods = None if entry is None else self._methods_of(entry)
        return methods is not None and method_id in methods.returning

    def object_at(self, short_name: int) -> tuple[MapEntry, int] | None:
        """The object and attribute that a short name most likely stands for, or None.

        It is the object with the nearest base name at or before it, if the name lies on one of its attributes.
        """
        found = None
        for entry in self._by_base:
            if entry.base_name > short_name:
                break
            found = entry
        if found is None or (short_name - found.base_name) % STEP:
            return None
        if self._is_behind_attributes(found, short_name - found.base_name):
            return None
        return found, (short_name - found.base_name) // STEP + 1

    def _is_behind_attributes(self, entry: MapEntry, offset: int) -> bool:
        methods = self._methods_of(entry)
        return methods is not None and offset >= methods.offset

    def _methods_of(self, entry: MapEntry) -> Methods | None:
        return self._methods.get((entry.class_id, entry.version)) or self._methods.get((entry.class_id, None))

    def __repr__(self) -> str:
        names = (logical_name(entry.logical_name) for entry in self._by_base)
        return f"<ShortNames: {', '.join(names)}>"
