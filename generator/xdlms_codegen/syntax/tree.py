"""What a file says, with its places: the tree that the grammar makes of the tokens.

``parse`` joins this tree with what asn1tools reads of the same text. Numbers may still be names of
values here, and values are as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from xdlms_codegen.model import REFUSED, Form, Problem, SourceLocation, TagClass, TagMode, Written


@dataclass(frozen=True, slots=True)
class ValueName:
    """The name of a value where a number stands."""

    name: str
    location: SourceLocation


Number: TypeAlias = int | ValueName


@dataclass(frozen=True, slots=True)
class TagTree:
    tag_class: TagClass
    number: Number
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


@dataclass(frozen=True, slots=True)
class ValueTree:
    """A value, and the indexes of its first and last token."""

    value: Written
    first: int
    last: int


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
    """``name type ::= value``; ``value`` is None where it could not be read."""

    name: str
    type: TypeTree
    value: Written | None
    location: SourceLocation
    token: int


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
    refused: frozenset[str] = frozenset()
    """The names in what could not be read: they may be imported, or defined there."""
    is_complete: bool = True
    """Whether all definitions are here; else names that are not may be in what could not be read."""


@dataclass(frozen=True, slots=True)
class FileTree:
    """The modules of a file; ``unread`` are the indexes of tokens that asn1tools need not see.

    ``problems`` are what could not be read; the types there are REFUSED ones. A file that is not complete may
    have modules with names that could not be read.
    """

    modules: tuple[ModuleTree, ...]
    unread: frozenset[int]
    problems: tuple[Problem, ...] = ()
    is_complete: bool = True


def refused_type(location: SourceLocation, token: int, tag: TagTree | None = None) -> TypeTree:
    """The type that stands where one could not be read, with its tag if that could be."""
    return TypeTree(REFUSED, location, token, reference=True, tag=tag)


def is_number(value: ValueDefinitionTree) -> bool:
    """Whether a value is written as a number of an INTEGER, as asn1tools reads it too."""
    is_plain = value.type.keyword == "INTEGER" and value.type == TypeTree(
        "INTEGER", value.type.location, value.type.token
    )
    return is_plain and value.value is not None and value.value.form is Form.NUMBER


def types_of(module: ModuleTree) -> Iterator[TypeTree]:
    """All types written in the definitions of types in a module, those inside others too."""
    return _inside([definition.type for definition in module.definitions])


def types_of_values(module: ModuleTree) -> Iterator[TypeTree]:
    """All types written in the definitions of values."""
    return _inside([value.type for value in module.values])


def _inside(waiting: list[TypeTree]) -> Iterator[TypeTree]:
    while waiting:
        tree = waiting.pop()
        yield tree
        waiting += [member.type for member in tree.members]
        if tree.element is not None:
            waiting.append(tree.element)
