"""The abstract syntax as plain values: what parsing gives and every pass works on.

The tree, from the outside in::

    Schema
      Module                       one ASN.1 module, with its file, tag default and imports
        TypeDefinition             Name ::= type, with its comment and place
          type                     one of the classes below
            Member                 a component of a Sequence or an alternative of a Choice

Every node is frozen; a pass that changes something makes new nodes. No dictionary of the parser's
reaches a pass, and no pass sees text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias


@dataclass(frozen=True, slots=True, order=True)
class SourceLocation:
    """A place in an ASN.1 file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def seen_from(self, other: SourceLocation) -> str:
        """The line, as a problem at another place says it: with the file where it is another one."""
        return f"line {self.line}" if self.file == other.file else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong with a schema: where, and what."""

    location: SourceLocation
    message: str

    def __str__(self) -> str:
        return f"{self.location}: {self.message}"


REFUSED = ""
"""The name of a Reference that stands where a type could not be read: its problem is told already."""


class SchemaError(Exception):
    """The schema cannot be compiled; carries every problem found, in the order of their places.

    ``sources`` are the lines of the files that the problems are in, as far as they could be read.
    """

    def __init__(self, problems: list[Problem], sources: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.problems = sorted(set(problems))
        self.sources: Mapping[str, tuple[str, ...]] = sources or {}
        super().__init__("\n".join(map(str, self.problems)))


class TagClass(Enum):
    """The class of an ASN.1 tag; the values are the class bits of a BER identifier octet."""

    UNIVERSAL = 0x00
    APPLICATION = 0x40
    CONTEXT = 0x80
    PRIVATE = 0xC0


class TagMode(Enum):
    """How a tag is applied; DEFAULT is what the text left to the module's tag default."""

    DEFAULT = "DEFAULT"
    EXPLICIT = "EXPLICIT"
    IMPLICIT = "IMPLICIT"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag written in front of a type, as ``[APPLICATION 31] IMPLICIT``."""

    tag_class: TagClass
    number: int
    mode: TagMode

    def __str__(self) -> str:
        name = "" if self.tag_class is TagClass.CONTEXT else f"{self.tag_class.name} "
        return f"[{name}{self.number}]"


@dataclass(frozen=True, slots=True)
class Range:
    """The values of a constraint, both ends included; None is MIN or MAX."""

    minimum: int | None
    maximum: int | None

    @property
    def fixed(self) -> int | None:
        """The only value allowed, or None when there are several."""
        return self.minimum if self.minimum == self.maximum else None

    def __str__(self) -> str:
        if self.minimum is not None and self.minimum == self.maximum:
            return str(self.minimum)
        return f"{'MIN' if self.minimum is None else self.minimum}..{'MAX' if self.maximum is None else self.maximum}"


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """A name with its number: of an ENUMERATED, an INTEGER or a BIT STRING."""

    name: str
    number: int
    location: SourceLocation
    comment: str = ""


# The types. ``tag`` is the tag written in front of the type, if any; ``location`` is where the type
# is written.


@dataclass(frozen=True, slots=True)
class Null:
    location: SourceLocation
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class Boolean:
    location: SourceLocation
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class Integer:
    location: SourceLocation
    tag: Tag | None = None
    range: Range = Range(None, None)
    named: tuple[NamedNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class Enumerated:
    location: SourceLocation
    tag: Tag | None = None
    named: tuple[NamedNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class BitString:
    location: SourceLocation
    tag: Tag | None = None
    size: Range = Range(0, None)
    named: tuple[NamedNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class OctetString:
    location: SourceLocation
    tag: Tag | None = None
    size: Range = Range(0, None)


@dataclass(frozen=True, slots=True)
class CharacterString:
    """A character string type; ``kind`` is its ASN.1 name, as ``VisibleString`` or ``GeneralizedTime``."""

    location: SourceLocation
    kind: str
    tag: Tag | None = None
    size: Range = Range(0, None)


@dataclass(frozen=True, slots=True)
class ObjectIdentifier:
    location: SourceLocation
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """The use of a type by its name; ``range`` and ``size`` are what a constraint written behind it says."""

    location: SourceLocation
    name: str
    tag: Tag | None = None
    range: Range | None = None
    size: Range | None = None


@dataclass(frozen=True, slots=True)
class Bits:
    """The bits of a BIT STRING that has no names for them, as a text of 0 and 1."""

    digits: str


class Form(Enum):
    """How a value is written."""

    BOOLEAN = "TRUE or FALSE"
    NUMBER = "a number"
    NAME = "a name"
    BRACES = "values in braces"
    BITS = "a string of bits"
    HEX = "a string of hexadecimal digits"
    TEXT = "a character string"
    NULL = "NULL"
    CHOSEN = "an alternative with its value"
    ARC = "a name with its number"


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it is written, before the passes give it the type of its place.

    ``text`` is what is written, the digits or the characters alone; with CHOSEN and ARC the name, whose value
    is the one in ``items``. In braces ``items`` are what commas part, each of one value or several.
    """

    form: Form
    location: SourceLocation = field(compare=False)
    text: str = ""
    items: tuple[tuple[Written, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Characters:
    """A value of a character string type."""

    text: str


@dataclass(frozen=True, slots=True)
class Arcs:
    """A value of OBJECT IDENTIFIER: its numbers."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SequenceValue:
    """A value of a SEQUENCE: its components by name, in their order, but for those that have their default value."""

    components: tuple[tuple[str, DefaultValue], ...]


@dataclass(frozen=True, slots=True)
class ListValue:
    """A value of a SEQUENCE OF."""

    items: tuple[DefaultValue, ...]


@dataclass(frozen=True, slots=True)
class ChosenValue:
    """A value of a CHOICE: the name of the alternative, and its value."""

    name: str
    value: DefaultValue


DefaultValue: TypeAlias = (
    bool
    | int
    | str
    | bytes
    | tuple[str, ...]
    | Bits
    | Characters
    | Arcs
    | SequenceValue
    | ListValue
    | ChosenValue
    | Written
    | None
)
"""A value behind DEFAULT: Written, until the passes give it its type. Then it is a boolean, a number, the name of
an enumeration value, octets, the names of the bits that are set in the order of the bits, Bits where they have no
names, None for NULL, or one of the classes above."""


@dataclass(frozen=True, slots=True)
class Default:
    value: DefaultValue
    location: SourceLocation | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A component of a SEQUENCE or an alternative of a CHOICE."""

    name: str
    type: Type
    location: SourceLocation
    optional: bool = False
    default: Default | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    location: SourceLocation
    members: tuple[Member, ...]
    tag: Tag | None = None
    extensible: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    location: SourceLocation
    members: tuple[Member, ...]
    tag: Tag | None = None
    extensible: bool = False


@dataclass(frozen=True, slots=True)
class SequenceOf:
    location: SourceLocation
    element: Type
    tag: Tag | None = None
    size: Range = Range(0, None)


Type: TypeAlias = (
    Null
    | Boolean
    | Integer
    | Enumerated
    | BitString
    | OctetString
    | CharacterString
    | ObjectIdentifier
    | Reference
    | Sequence
    | Choice
    | SequenceOf
)


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    """``Name ::= type``; ``comment`` is the text of the comment lines right above it.

    ``inline_of`` is the path of the place, as ``Parent.member``, when the type was written there and
    has its name from the passes. ``recursive`` says, after the passes, that the type uses itself.
    """

    name: str
    module: str
    type: Type
    location: SourceLocation
    comment: str = ""
    inline_of: str | None = None
    recursive: bool = False

    @property
    def path(self) -> str:
        """How people find the type: its name, or the path of the place where it was written."""
        return self.inline_of or self.name


@dataclass(frozen=True, slots=True)
class ValueDefinition:
    """``name type ::= value``, as it is written; ``value`` is None where it could not be read."""

    name: str
    module: str
    type: Type
    value: Written | None
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class Import:
    """The names of types that a module takes from another one; ``places`` are where they are written."""

    names: tuple[str, ...]
    module: str
    location: SourceLocation
    places: tuple[SourceLocation, ...] = ()


@dataclass(frozen=True, slots=True)
class Module:
    """One ASN.1 module; ``values`` are its values by name, those it imports too."""

    name: str
    file: str
    location: SourceLocation
    tag_default: TagMode
    imports: tuple[Import, ...] = ()
    definitions: tuple[TypeDefinition, ...] = ()
    comment: str = ""
    automatic_tags: bool = False
    values: Mapping[str, ValueDefinition] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    """Names in what could not be read: they may be imported, or defined there."""
    is_complete: bool = True
    """Whether all definitions are here; else names that are not may be in what could not be read."""


@dataclass(frozen=True, slots=True)
class Schema:
    """All modules compiled together, in the order of the files given."""

    modules: tuple[Module, ...]
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The lines of each file, to show the place of a problem."""
    problems: tuple[Problem, ...] = ()
    """What could not be read; a Reference with the name REFUSED stands there."""
    is_complete: bool = True
    """Whether all modules are here, with their names; else one that is not may be in what could not be read."""

    def definitions(self) -> tuple[TypeDefinition, ...]:
        return tuple(definition for module in self.modules for definition in module.definitions)
