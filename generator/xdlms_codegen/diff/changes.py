"""What a comparison finds: changes, their effect on the wire, and an example APDU for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from xdlms_codegen.examples.maker import Maker


class Side(Enum):
    """One of the two that are compared."""

    OLD = "old"
    NEW = "new"


class Effect(StrEnum):
    """What a change does to octets; what is said of it holds for this change alone."""

    COMPATIBLE = "compatible"
    """Each side reads all that the other writes, with the same meaning."""
    NEW_READS_OLD = "new reads old"
    """One way: what the old side writes is read by the new one, but not all that the new side writes by the old."""
    OLD_READS_NEW = "old reads new"
    """One way: what the new side writes is read by the old one, but not all that the old side writes by the new."""
    INCOMPATIBLE = "incompatible"
    """Each side writes octets that the other refuses, or reads with another meaning."""

    @classmethod
    def of(cls, *, forward: bool, backward: bool) -> Effect:
        """The effect where old octets are read by the new side (`forward`), and new ones by the old (`backward`)."""
        if forward:
            return cls.COMPATIBLE if backward else cls.NEW_READS_OLD
        return cls.OLD_READS_NEW if backward else cls.INCOMPATIBLE

    @property
    def forward(self) -> bool:
        return self in (Effect.COMPATIBLE, Effect.NEW_READS_OLD)

    @property
    def backward(self) -> bool:
        return self in (Effect.COMPATIBLE, Effect.OLD_READS_NEW)

    def joined(self, other: Effect) -> Effect:
        """The effect of two changes together."""
        return Effect.of(forward=self.forward and other.forward, backward=self.backward and other.backward)


class Kind(StrEnum):
    """What changed."""

    TYPE_ADDED = "type added"
    TYPE_REMOVED = "type removed"
    TYPE_RENAMED = "type renamed"
    TYPE_CHANGED = "type changed"
    RULE_CHANGED = "encoding rule changed"
    TAG_CHANGED = "tag changed"
    ALTERNATIVE_ADDED = "alternative added"
    ALTERNATIVE_REMOVED = "alternative removed"
    ALTERNATIVE_RENAMED = "alternative renamed"
    COMPONENT_ADDED = "component added"
    COMPONENT_REMOVED = "component removed"
    COMPONENT_RENAMED = "component renamed"
    COMPONENT_MOVED = "component moved"
    PRESENCE_CHANGED = "optionality changed"
    DEFAULT_CHANGED = "default changed"
    VALUE_ADDED = "value added"
    VALUE_REMOVED = "value removed"
    VALUE_RENAMED = "value renamed"
    VALUE_RENUMBERED = "value renumbered"
    BIT_ADDED = "bit added"
    BIT_REMOVED = "bit removed"
    BIT_RENAMED = "bit renamed"
    BIT_MOVED = "bit moved"
    RANGE_CHANGED = "range changed"
    SIZE_CHANGED = "size changed"


Make = Callable[[Maker], "bytes | None"]
"""Makes contents of the type at hand that show a change."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A change found in a type, before it is known where the type stands.

    `where` is the path from that type on; `before` and `after` are in the notation of ASN.1. `make` makes
    contents of the whole type, on the side that has what changed. `spots` are the names of what changed,
    old and new, which examples of other changes avoid.
    """

    kind: Kind
    effect: Effect
    side: Side
    make: Make
    where: str = ""
    before: str = ""
    after: str = ""
    spots: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one side's codecs make of octets: the value in words, or the error."""

    is_value: bool
    text: str
    json: Any = None
    """The value as `json.dumps` takes it."""


@dataclass(frozen=True, slots=True)
class Example:
    """Octets that show a change: a whole APDU, or a value of `type` where no APDU has it."""

    octets: bytes
    groups: tuple[bytes, ...]
    """The octets again, field by field."""
    side: Side
    old: Outcome
    new: Outcome
    type: str = ""
    others: tuple[str, ...] = ()
    """The paths of other changes in the same SEQUENCEs that no octets of these types can leave out."""
    is_alone: bool = False
    """Whether `new` is what the old schema makes of it with this change alone, as the new one has others there too."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a type or of something in it; `path` is the new one, or the old one of what is gone."""

    kind: Kind
    path: str
    effect: Effect
    before: str = ""
    after: str = ""
    comment: str = ""
    """What the abstract syntax says of what was added or removed, in a line."""
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """The whole comparison: the names of the two sides, and the changes in the order of the text."""

    old: str
    new: str
    changes: tuple[Change, ...]
