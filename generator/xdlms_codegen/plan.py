"""The codec plan: what the templates place, with every decision taken.

Expressions and statements are text in Python; the templates put them where they belong and black lays
them out. `imports` is what a plan's text uses from elsewhere: ``(module, name)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """A component: its names, its annotation, how the constructor takes it and what is said of it."""

    name: str
    attribute: str
    annotation: str
    default: str | None
    comment: str
    secret: bool = False
    is_union: bool = False
    """Whether the type of the value must be compared too: enumerations are equal by number."""
    made: str | None = None
    """The default value, where it can change: the constructor makes it anew, and takes None for it."""


@dataclass(frozen=True, slots=True)
class AliasPlan:
    """A type that plain Python serves for."""

    kind = "alias"
    name: str
    python_name: str
    target: str
    comment: str


@dataclass(frozen=True, slots=True)
class NumbersPlan:
    """ENUMERATED, or INTEGER with named numbers; `table` maps a number to its value."""

    kind = "numbers"
    name: str
    python_name: str
    members: tuple[tuple[str, int, str], ...]
    table: str
    comment: str


@dataclass(frozen=True, slots=True)
class BitsPlan:
    """A BIT STRING with named bits."""

    kind = "bits"
    name: str
    python_name: str
    width: int
    bits: tuple[tuple[str, int, str], ...]
    comment: str


@dataclass(frozen=True, slots=True)
class CodecPlan:
    """The fast path of a class: the statements of `read` and `write`, and the structs they use."""

    structs: tuple[tuple[str, str], ...]
    read: tuple[str, ...]
    write: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SequencePlan:
    """A SEQUENCE: a class with its components."""

    kind = "sequence"
    name: str
    python_name: str
    base: str
    tag_path: tuple[int, ...]
    fields: tuple[FieldPlan, ...]
    parameters: tuple[str, ...]
    """The attributes in the order of the constructor."""
    codec: CodecPlan
    contained: tuple[tuple[str, str, str], ...]
    """(property, attribute, function that decodes) for components that hold an APDU."""
    comment: str


@dataclass(frozen=True, slots=True)
class WrapperPlan:
    """An alternative whose value needs a class to tell it from the others."""

    kind = "wrapper"
    name: str
    python_name: str
    base: str
    tag_path: tuple[int, ...]
    annotation: str | None
    """Of the value; None when the alternative is NULL and has none."""
    codec: CodecPlan
    secret: bool
    is_union: bool
    comment: str


@dataclass(frozen=True, slots=True)
class ChoicePlan:
    """A CHOICE: the union of what its alternatives are, and the functions that read and write one."""

    kind = "choice"
    name: str
    python_name: str
    target: str
    """The union."""
    function: str
    table: tuple[tuple[int, str], ...]
    """(tag, reader) where every alternative is a class; else `read` has the statements."""
    codec: CodecPlan
    is_ber: bool
    is_root: bool
    comment: str


@dataclass(frozen=True, slots=True)
class ElementPlan:
    """Functions that read and write one element of a SEQUENCE OF."""

    kind = "element"
    function: str
    annotation: str
    codec: CodecPlan


@dataclass(frozen=True, slots=True)
class SelfDescribingPlan:
    """A self-describing CHOICE: its tags, and the kernel's kind of each."""

    kind = "self_describing"
    name: str
    python_name: str
    tag_class: str
    alternatives: tuple[tuple[str, str, int, str, str], ...]
    """(ASN.1 name, Python name, tag, kind, comment)."""
    comment: str


@dataclass(frozen=True, slots=True)
class DescriptionPlan:
    """The description of the elements of a compact array."""

    kind = "description"
    name: str
    python_name: str
    described: str
    comment: str


ItemPlan: TypeAlias = (
    AliasPlan
    | NumbersPlan
    | BitsPlan
    | SequencePlan
    | WrapperPlan
    | ChoicePlan
    | ElementPlan
    | SelfDescribingPlan
    | DescriptionPlan
)


CommentedPlan: TypeAlias = (
    AliasPlan | NumbersPlan | BitsPlan | SequencePlan | WrapperPlan | ChoicePlan | SelfDescribingPlan | DescriptionPlan
)
"""The plans of what the abstract syntax names, and says something of."""


@dataclass(frozen=True, slots=True)
class ModulePlan:
    """A Python module: what it imports, what it defines, in order, and what it exports."""

    name: str
    comment: str
    imports: tuple[tuple[str, tuple[str, ...]], ...]
    items: tuple[ItemPlan, ...]
    exports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypePlan:
    """A row of the table of types: the expression that makes its TypeInfo."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class RootPlan:
    """A top-level CHOICE: its union, the name in its functions, the octets that its APDUs begin with."""

    name: str
    python_name: str
    function: str
    first_octets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PackagePlan:
    """A whole package.

    `type_imports` are the modules that the table of types uses, by package; `init_imports` what the
    package itself imports, `exports` what it offers of that.
    """

    edition: str
    package: str
    sources: tuple[str, ...]
    command: str
    """What makes the package again."""
    later: tuple[str, ...]
    """The packages of later editions."""
    modules: tuple[ModulePlan, ...]
    roots: tuple[RootPlan, ...]
    types: tuple[TypePlan, ...]
    apdu: str
    """The union of the roots."""
    type_imports: tuple[tuple[str, tuple[str, ...]], ...]
    exports: tuple[str, ...]
    init_imports: tuple[tuple[str, tuple[str, ...]], ...]
