"""Logical devices: their clients, their objects, and who may do what with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from xdlms.association import ServerSettings
from xdlms.security import Secret
from xdlms.server.access import Rights
from xdlms.server.objects import CosemObject
from xdlms.services.references import SHORT_NAMES, logical_name
from xdlms.services.short_names import ASSOCIATION_SN_BASE, LOGICAL_NAME_LENGTH, METHODS, STEP, Methods

if TYPE_CHECKING:
    from xdlms.server.session import Session

NO_SETUP: Final = bytes(6)
"""The security_setup_reference where there is none."""
_FIRST_BASE: Final = 0x0100
_LARGEST_SAP: Final = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client that a logical device knows.

    Args:
        sap: its service access point, 0 to 65535; 16 is the public client.
        settings: how associations with it are opened; see `ServerSettings`.
        name: for people.
        security_setup: the logical name of the Security setup object of its associations.
        change_secret: keeps a new password (LLS) or secret (HLS) for the associations that follow, of 1 to 64 octets;
            the client set it in the association that it gets, by the mechanism in use there. It may raise AccessError.
            None: the client cannot change what it proves itself with.
        associated: told of an association as soon as it is open and, with HLS, the client has proved itself.
    """

    sap: int
    settings: ServerSettings
    name: str = ""
    security_setup: bytes = NO_SETUP
    change_secret: Callable[[Session, Secret], None] | None = None
    associated: Callable[[Session], None] | None = None

    def settings_for(self, largest_apdu: int) -> ServerSettings:
        """The settings on a link that carries APDUs of so many octets at most."""
        if self.settings.largest_apdu <= largest_apdu:
            return self.settings
        return replace(self.settings, largest_apdu=largest_apdu)


class Kind(Enum):
    """What a short name stands for."""

    ATTRIBUTE = "attribute"
    METHOD = "method"


class Entry:
    """An object of a device, its base name, and the rights of clients to it."""

    __slots__ = ("_everybody", "_rights", "base_name", "object")

    def __init__(self, object_: CosemObject, rights: Rights | Mapping[int, Rights], base_name: int | None) -> None:
        self.object = object_
        self.base_name = base_name
        self._everybody = rights if isinstance(rights, Rights) else None
        self._rights: Mapping[int, Rights] = {} if isinstance(rights, Rights) else rights

    def rights_of(self, client_sap: int) -> Rights | None:
        """The rights of a client; None: the object does not exist for it."""
        return self._rights.get(client_sap, self._everybody)

    def all_rights(self) -> Iterator[Rights]:
        """The rights of all clients."""
        if self._everybody is not None:
            yield self._everybody
        yield from self._rights.values()


class Variable(NamedTuple):
    """What a short name stands for: attribute or method `number` of an object."""

    entry: Entry
    kind: Kind
    number: int


class LogicalDevice:
    """A logical device of a server.

    The current association object (class 15 with LN, class 12 with SN referencing, 0.0.40.0.0.255) is there by itself.

    Args:
        sap: its service access point, 0 to 65535; 1 is the management logical device.
        name: its logical device name, at most 16 octets; three letters of the manufacturer first.
        clients: the clients that it knows.

    Raises:
        ValueError: a number is out of range, or a client comes twice.
    """

    def __init__(self, sap: int, name: bytes, clients: Iterable[Client]) -> None:
        self.sap = _sap(sap)
        self.name = name
        self.clients: dict[int, Client] = {}
        self.sessions: dict[Session, None] = {}
        """The associations that are open."""
        self._entries: dict[tuple[int, bytes], Entry] = {}
        self._names: dict[bytes, int] = {}
        self._variables: dict[int, Variable] = {}
        self._next_base = _FIRST_BASE
        for client in clients:
            if _sap(client.sap) in self.clients:
                raise ValueError(f"client {client.sap} comes twice")
            self.clients[client.sap] = client

    def add(self, object_: CosemObject, rights: Rights | Mapping[int, Rights], *, base_name: int | None = None) -> None:
        """Add an object.

        Args:
            object_: the object.
            rights: of every client, or by client SAP: the object does not exist for those that are not there.
            base_name: the short name of attribute 1, a multiple of 8; None: the next one that is free. Where none is
                any more, the object has a logical name only.

        Raises:
            ValueError: the object is there already, or its short names are another's.
        """
        name = object_.logical_name
        if len(name) != LOGICAL_NAME_LENGTH:
            raise ValueError(f"a logical name has 6 octets, not {len(name)}")
        key = (object_.class_id, name)
        if key in self._entries:
            raise ValueError(f"class {object_.class_id}, {logical_name(name)} is there already")
        entry = Entry(object_, rights, base_name)
        offsets = _offsets(entry)
        if base_name is None:
            entry.base_name = self._free_base(offsets)
        if entry.base_name is not None:
            self._name(entry.base_name, entry, offsets)
        self._entries[key] = entry
        self._names[name] = self._names.get(name, 0) + 1

    def find(self, class_id: int, name: bytes) -> Entry | None:
        """The object of this class and logical name, or None."""
        return self._entries.get((class_id, name))

    def has_name(self, name: bytes) -> bool:
        """Whether an object of any class has this logical name."""
        return name in self._names

    def at(self, short_name: int) -> Variable | None:
        """What a short name stands for, or None."""
        return self._variables.get(short_name)

    def visible_to(self, client_sap: int) -> Iterator[tuple[Entry, Rights]]:
        """The objects that exist for a client, and its rights, in the order they were added."""
        for entry in self._entries.values():
            rights = entry.rights_of(client_sap)
            if rights is not None:
                yield entry, rights

    def __iter__(self) -> Iterator[CosemObject]:
        """All objects, in the order they were added."""
        return (entry.object for entry in self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<LogicalDevice {self.sap}: {len(self)} objects, {len(self.clients)} clients>"

    # Short names

    def _free_base(self, offsets: Mapping[int, tuple[Kind, int]]) -> int | None:
        last = max(offsets)
        base = self._next_base
        if base <= ASSOCIATION_SN_BASE + 0xFF and base + last >= ASSOCIATION_SN_BASE:
            base = ASSOCIATION_SN_BASE + 0x100
        while any(base + offset in self._variables for offset in offsets):
            base += STEP
        if base + last >= SHORT_NAMES:
            return None
        self._next_base = (base + last + 0x10) & ~0x0F
        return base

    def _name(self, base: int, entry: Entry, offsets: Mapping[int, tuple[Kind, int]]) -> None:
        if base % STEP or not 0 <= base < SHORT_NAMES or base + max(offsets) >= SHORT_NAMES:
            raise ValueError(f"base name {base:04X}: it is a multiple of 8, and all short names are below 10000")
        taken = [base + offset for offset in offsets if base + offset in self._variables]
        if taken:
            raise ValueError(f"base name {base:04X}: the short name {taken[0]:04X} is another object's")
        for offset, (kind, number) in offsets.items():
            self._variables[base + offset] = Variable(entry, kind, number)


def short_names_of(entry: Entry) -> dict[int, Variable]:
    """The short names of an object that has a base name, and what each stands for."""
    base = entry.base_name or 0
    return {base + offset: Variable(entry, kind, number) for offset, (kind, number) in _offsets(entry).items()}


def _offsets(entry: Entry) -> dict[int, tuple[Kind, int]]:
    """What an object has at which offset from its base name."""
    attributes = {1}
    methods: set[int] = set()
    for rights in entry.all_rights():
        attributes.update(rights.attributes)
        methods.update(rights.methods)
    offsets = {(number - 1) * STEP: (Kind.ATTRIBUTE, number) for number in sorted(attributes) if number > 0}
    known = methods_of(entry.object.class_id, entry.object.version)
    if known is not None:
        for number in sorted(methods):
            if number >= known.first:
                offsets[known.offset + (number - known.first) * STEP] = (Kind.METHOD, number)
    return offsets


def methods_of(class_id: int, version: int) -> Methods | None:
    """Where the methods of a class are, by short name; None: it has none there."""
    return METHODS.get((class_id, version)) or METHODS.get((class_id, None))


def _sap(number: int) -> int:
    if not 0 <= number <= _LARGEST_SAP:
        raise ValueError(f"a service access point is 0 to {_LARGEST_SAP}, not {number}")
    return number
