"""Values as plain trees, read from octets by the model: what an example is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from xdlms_codegen.model import Choice, Member, Sequence, SequenceOf, Type


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value without components: bool, int, bytes, str, or None for NULL.

    `digits` are the bits of a BIT STRING. `name` is the last definition on the way to the type, if any.
    """

    type: Type
    name: str | None
    value: bool | int | bytes | str | None
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A SEQUENCE; the components in the order of the text, None for one that is absent."""

    type: Sequence
    name: str
    components: tuple[tuple[Member, Value | None], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A CHOICE: the alternative, its value, and all its octets from the tag on."""

    type: Choice
    name: str
    member: Member
    value: Value
    octets: bytes


@dataclass(frozen=True, slots=True)
class List:
    """A SEQUENCE OF."""

    type: SequenceOf
    name: str | None
    items: tuple[Value, ...]


Value: TypeAlias = Leaf | Record | Chosen | List


@dataclass(frozen=True, slots=True)
class Line:
    """A run of octets and what it is: `groups` are its parts, as a tag, a length and contents.

    `depth` is how deep it stands, `label` the component, `text` what is said of it.
    """

    groups: tuple[bytes, ...]
    depth: int
    label: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Octets that were read: the value, and what each octet is."""

    value: Value
    lines: tuple[Line, ...]
