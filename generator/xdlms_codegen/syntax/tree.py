"""What a file says, with its places: the tree that the grammar makes of the tokens.

``parse`` joins this tree with what asn1tools reads of the same text. Numbers may still be names of
values here, and defaults are as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from xdlms_codegen.model import REFUSED, Problem, SourceLocation, TagClass, TagMode


@dataclass(frozen=True, slots=True)
class ValueName:
    """The name of a value where a number stands."""

    name: str
    location: SourceLocation


Number: TypeAlias = int | ValueName


@dataclass(frozen=True, slots=True)
class TagTree:
    tag_class: TagClass
    number: int
    mode: TagMode
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class RangeTree:
    """A range of numbers or sizes; None is MIN or MAX."""

    minimum: Number | None
    maximum: Number | None
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class NamedTree:
    """A named number; ``number`` is None where an ENUMERATED leaves it out.

    ``token`` is the index of its last token.
    """

    name: str
    number: Number | None
    location: SourceLocation
    token: int
    comment: str


class Form(Enum):
    """How a value behind DEFAULT is written."""

    BOOLEAN = "TRUE or FALSE"
    NUMBER = "a number"
    NAME = "a name"
    NAMES = "a list of names"
    BRACES = "other values in braces"
    BITS = "a string of bits"
    HEX = "a string of hexadecimal digits"
    TEXT = "a character string"
    NULL = "NULL"


@dataclass(frozen=True, slots=True)
class ValueTree:
    """A value behind DEFAULT: its text, or its names, and the indexes of its first and last token."""

    form: Form
    location: SourceLocation
    first: int
    last: int
    text: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeTree:
    """A type as it is written; ``keyword`` is the ASN.1 name of a built-in type or the name of another one."""

    keyword: str
    location: SourceLocation
    token: int
    reference: bool = False
    tag: TagTree | None = None
    range: RangeTree | None = None
    size: RangeTree | None = None
    named: tuple[NamedTree, ...] = ()
    members: tuple[MemberTree, ...] = ()
    element: TypeTree | None = None
    extensible: bool = False


@dataclass(frozen=True, slots=True)
class MemberTree:
    name: str
    type: TypeTree
    location: SourceLocation
    optional: bool
    default: ValueTree | None
    comment: str


@dataclass(frozen=True, slots=True)
class DefinitionTree:
    name: str
    type: TypeTree
    location: SourceLocation
    token: int
    comment: str


@dataclass(frozen=True, slots=True)
class ValueDefinitionTree:
    """``name INTEGER ::= 4``; ``number`` is None for an object identifier, which nothing here needs.

    One that is ``refused`` could not be read.
    """

    name: str
    number: Number | None
    location: SourceLocation
    token: int
    refused: bool = False


@dataclass(frozen=True, slots=True)
class SymbolTree:
    """A name in IMPORTS or EXPORTS."""

    name: str
    location: SourceLocation
    token: int


@dataclass(frozen=True, slots=True)
class ImportTree:
    """Names from one module; ``token`` is the index of the module's name."""

    symbols: tuple[SymbolTree, ...]
    module: str
    location: SourceLocation
    token: int


@dataclass(frozen=True, slots=True)
class ModuleTree:
    name: str
    location: SourceLocation
    token: int
    tag_default: TagMode
    automatic_tags: bool
    exports: tuple[SymbolTree, ...]
    imports: tuple[ImportTree, ...]
    definitions: tuple[DefinitionTree, ...]
    values: tuple[ValueDefinitionTree, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class FileTree:
    """The modules of a file; ``unread`` are the indexes of tokens that asn1tools need not see.

    ``problems`` are what could not be read in definitions; the types there are REFUSED ones.
    """

    modules: tuple[ModuleTree, ...]
    unread: frozenset[int]
    problems: tuple[Problem, ...] = ()


def refused_type(location: SourceLocation, token: int) -> TypeTree:
    """The type that stands where one could not be read."""
    return TypeTree(REFUSED, location, token, reference=True)


def types_of(module: ModuleTree) -> Iterator[TypeTree]:
    """All types written in a module, those inside others too."""
    waiting = [definition.type for definition in module.definitions]
    while waiting:
        tree = waiting.pop()
        yield tree
        waiting += [member.type for member in tree.members]
        if tree.element is not None:
            waiting.append(tree.element)
