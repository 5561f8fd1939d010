"""What every part of lowering asks: what a name stands for, its rule, its class, its module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from xdlms_codegen.binding import Binding
from xdlms_codegen.model import (
    BitString,
    CharacterString,
    Choice,
    Enumerated,
    Integer,
    Member,
    OctetString,
    Reference,
    Sequence,
    SequenceOf,
    Type,
    TypeDefinition,
)
from xdlms_codegen.names import class_name, constant_name, snake_name

AXDR = "A-XDR"
BER = "BER"


@dataclass(frozen=True, slots=True)
class Alternative:
    """An alternative of a CHOICE as Python sees it.

    `wrapper` is the name of the class that holds the value; `own` says that the class of the SEQUENCE has the
    alternative's tags in it. Neither where the value stands for itself.
    """

    member: Member
    tag: int
    wrapper: str | None = None
    own: bool = False
    nested: str | None = None
    """The CHOICE, when the alternative is one that extends the tag path."""
    serves: str | None = None
    """The definition whose class the wrapper is, as it serves nothing else."""


@dataclass(frozen=True, slots=True)
class Context:
    """The schema with everything that was decided about it before text is made."""

    definitions: Mapping[str, TypeDefinition]
    binding: Binding
    package: str
    rules: Mapping[str, str]
    modules: Mapping[str, str] = field(default_factory=dict)
    absorbed: frozenset[str] = frozenset()
    alternatives: Mapping[str, tuple[Alternative, ...]] = field(default_factory=dict)
    tag_paths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The tags that a type's encoding begins with: of CHOICEs with one place, and of their classes."""
    servers: Mapping[str, tuple[str, Alternative]] = field(default_factory=dict)
    """The CHOICE and the alternative whose wrapper is a definition's only class."""
    class_names: Mapping[str, str] = field(default_factory=dict)
    quoted: frozenset[str] = frozenset()
    """The aliases and unions that use themselves or one that does: their text stands in quotation marks."""
    borrowed: Mapping[str, str] = field(default_factory=dict)
    """The modules, with their packages, of definitions whose classes are those of another package."""

    borrowed_wrappers: Mapping[str, str] = field(default_factory=dict)
    """The modules of alternatives' classes, by path, that are those of another package."""

    def wrapper_home(self, choice: str, alternative: Alternative) -> str:
        """The module that has an alternative's class: that of its CHOICE, if not borrowed."""
        return self.borrowed_wrappers.get(f"{choice}.{alternative.member.name}") or self.home(choice)

    def home(self, name: str) -> str:
        """The module that has a definition's class, with its package."""
        return self.borrowed.get(name) or f"{self.package}.{self.modules[name]}"

    def resolve(self, type: Type) -> Type:
        """What a type is behind its names, with the constraints written at their use."""
        while isinstance(type, Reference):
            target = self.definitions[type.name].type
            if type.range is not None and isinstance(target, (Integer, Reference)):
                target = replace(target, range=type.range)
            if type.size is not None and isinstance(
                target, (OctetString, BitString, CharacterString, SequenceOf, Reference)
            ):
                target = replace(target, size=type.size)
            type = target
        return type

    def final_name(self, type: Type) -> str | None:
        """The name of the definition that a type stands for in the end, through names of names."""
        name = None
        while isinstance(type, Reference):
            name = type.name
            type = self.definitions[name].type
        return name

    def python_name(self, name: str) -> str:
        """The class or alias for a definition."""
        return self.class_names[name]

    def is_self_describing(self, name: str | None) -> bool:
        return name in self.binding.self_describing

    def is_description(self, name: str | None) -> bool:
        return name in self.binding.described_by()

    def has_class(self, name: str) -> bool:
        """Whether a definition has a Python class or union of its own."""
        body = self.definitions[name].type
        if isinstance(body, (Sequence, Choice, Enumerated)):
            return True
        return isinstance(body, (Integer, BitString)) and bool(body.named)

    def is_class(self, name: str) -> bool:
        """Whether a definition is a class statement in Python, no union and no alias."""
        if self.is_self_describing(name) or self.is_description(name):
            return True
        return self.has_class(name) and not isinstance(self.definitions[name].type, Choice)

    def is_union(self, type: Type) -> bool:
        """Whether values, or elements, are compared by class too: enumerations of a CHOICE are equal by number."""
        passed = set()
        name, body = self.final_name(type), self.resolve(type)
        while isinstance(body, SequenceOf) and name not in passed:
            passed |= {name} if name is not None else set()
            name, body = self.final_name(body.element), self.resolve(body.element)
        return isinstance(body, Choice) and not self.is_self_describing(name) and not self.is_description(name)

    def path_of(self, name: str) -> str:
        return self.definitions[name].path

    def bound(self, table: Mapping[str, str], owner: str, member: Member) -> str | None:
        """What a table of the binding says of a component: by its own path, or by the names of its type."""
        for path in (f"{self.path_of(owner)}.{member.name}", f"{owner}.{member.name}"):
            if path in table:
                return table[path]
        return self.bound_type(table, member.type)

    @staticmethod
    def bound_type(table: Mapping[str, str], type: Type) -> str | None:
        return table.get(type.name) if isinstance(type, Reference) else None

    def is_secret(self, owner: str, member: Member) -> bool:
        return self.bound({path: path for path in self.binding.secret}, owner, member) is not None


def default_class_name(context_names: Mapping[str, str], definition: TypeDefinition) -> str:
    """The Python name of a definition: bound by path or name, else by the rules."""
    bound = context_names.get(definition.path) or context_names.get(definition.name)
    return bound or "".join(map(class_name, definition.path.split(".")))


def references(type: Type) -> Iterator[str]:
    """The names that a type uses directly."""
    if isinstance(type, Reference):
        yield type.name
    elif isinstance(type, (Sequence, Choice)):
        for member in type.members:
            yield from references(member.type)
    elif isinstance(type, SequenceOf):
        yield from references(type.element)


def table_name(python_name: str) -> str:
    """The constant that maps the numbers of an enumeration to its values."""
    return f"{constant_name(python_name)}_BY_NUMBER"


def function_suffix(python_name: str) -> str:
    """The part of a function's name that tells its type."""
    return snake_name(python_name).rstrip("_")
