"""The abstract syntax at run time: what each type is made of, as the slow paths and the tools need it.

The generated packages fill these in; nothing here is needed to read or write an APDU quickly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from xdlms.codec.ber import first_octet
from xdlms.codec.data import SelfDescribing as SelfDescribingValue
from xdlms.codec.numbers import BitString as BitString
from xdlms.codec.numbers import NamedBits, NamedNumber

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final, TypeAlias

AXDR: Final = "A-XDR"
BER: Final = "BER"


class Null:
    """NULL."""

    __slots__ = ()


class Boolean:
    """BOOLEAN."""

    __slots__ = ()


class Integer:
    """INTEGER from `low` to `high` (None: no end), in `cls` when its numbers have names.

    `show` is how people read it.
    """

    __slots__ = ("low", "high", "cls", "names", "show")

    def __init__(
        self,
        low: int | None,
        high: int | None,
        cls: type[NamedNumber] | None = None,
        names: Mapping[int, str] | None = None,
        *,
        show: str | None = None,
    ) -> None:
        self.low = low
        self.high = high
        self.cls = cls
        self.names = names or {}
        self.show = show


class Enumerated:
    """ENUMERATED, with the ASN.1 name of each number."""

    __slots__ = ("cls", "names")

    def __init__(self, cls: type[NamedNumber], names: Mapping[int, str]) -> None:
        self.cls = cls
        self.names = names


class Bits:
    """BIT STRING of `low` to `high` bits; in `cls` when bits have names."""

    __slots__ = ("low", "high", "cls", "names")

    def __init__(
        self,
        low: int,
        high: int | None,
        cls: type[NamedBits] | None = None,
        names: Mapping[int, str] | None = None,
    ) -> None:
        self.low = low
        self.high = high
        self.cls = cls
        self.names = names or {}


class Octets:
    """OCTET STRING of `low` to `high` octets.

    `contains` is the root of the APDU that it holds, `show` how people read it.
    """

    __slots__ = ("low", "high", "contains", "show")

    def __init__(self, low: int, high: int | None, *, contains: str | None = None, show: str | None = None) -> None:
        self.low = low
        self.high = high
        self.contains = contains
        self.show = show


class Text:
    """A character string type; `kind` is its ASN.1 name."""

    __slots__ = ("kind", "low", "high")

    def __init__(self, kind: str, low: int, high: int | None) -> None:
        self.kind = kind
        self.low = low
        self.high = high

    @property
    def is_fixed(self) -> bool:
        """Whether all values have as many octets, so that A-XDR sends no length: characters of UTF8String may not."""
        return self.low == self.high and self.kind != "UTF8String"


class ObjectIdentifier:
    """OBJECT IDENTIFIER, as str of numbers with dots; `show` is how people read it."""

    __slots__ = ("show",)

    def __init__(self, *, show: str | None = None) -> None:
        self.show = show


class Named:
    """The use of a type by its name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Missing:
    """Says that a component has no DEFAULT."""

    __slots__ = ()


MISSING: Final = Missing()


class Field:
    """A component of a SEQUENCE; `tags` are the BER identifiers, from the outside in.

    `make` makes its default value, where that is one that can change.
    """

    __slots__ = ("name", "attribute", "type", "optional", "tags", "_default", "_make")

    def __init__(
        self,
        name: str,
        attribute: str,
        type: Type,
        *,
        optional: bool = False,
        default: Any = MISSING,
        make: Callable[[], Any] | None = None,
        tags: tuple[int, ...] = (),
    ) -> None:
        self.name = name
        self.attribute = attribute
        self.type = type
        self.optional = optional
        self.tags = tags
        self._default = default
        self._make = make

    @property
    def default(self) -> Any:
        """The DEFAULT, MISSING where there is none; one that can change is another one each time."""
        return self._default if self._make is None else self._make()

    @property
    def may_be_absent(self) -> bool:
        return self.optional or self.has_default

    @property
    def has_default(self) -> bool:
        return self._make is not None or self._default is not MISSING

    def __repr__(self) -> str:
        return f"Field({self.name!r})"


class Sequence:
    """SEQUENCE, in `cls`; `recursive` when it can hold itself."""

    __slots__ = ("cls", "fields", "recursive")

    def __init__(self, cls: type[Any], *fields: Field, recursive: bool = False) -> None:
        self.cls = cls
        self.fields = fields
        self.recursive = recursive


class Alternative:
    """An alternative of a CHOICE: `tag` in A-XDR, `tags` in BER.

    `wrapper` is the class that holds the value, or None where the value stands for itself.
    """

    __slots__ = ("name", "tag", "type", "wrapper", "tags")

    def __init__(
        self,
        name: str,
        tag: int,
        type: Type,
        *,
        wrapper: type[Any] | None = None,
        tags: tuple[int, ...] = (),
    ) -> None:
        self.name = name
        self.tag = tag
        self.type = type
        self.wrapper = wrapper
        self.tags = tags


class Choice:
    """CHOICE; `recursive` when it can hold itself.

    `known_by_tags` says that its place among the APDUs is one: the classes of its alternatives have its
    tags in theirs, and a path does not name it.
    """

    __slots__ = ("alternatives", "by_tag", "recursive", "known_by_tags")

    def __init__(self, *alternatives: Alternative, recursive: bool = False, known_by_tags: bool = False) -> None:
        self.known_by_tags = known_by_tags
        self.alternatives = alternatives
        self.by_tag = {alternative.tag: alternative for alternative in alternatives}
        self.recursive = recursive


class SequenceOf:
    """SEQUENCE OF `element`, `low` to `high` of them; `tags` are the BER identifiers of an element."""

    __slots__ = ("element", "low", "high", "tags")

    def __init__(self, element: Type, low: int = 0, high: int | None = None, *, tags: tuple[int, ...] = ()) -> None:
        self.element = element
        self.low = low
        self.high = high
        self.tags = tags


class SelfDescribing:
    """A self-describing CHOICE, read by the kernel of `xdlms.codec.data`.

    `others` are its alternatives of types that the kernel has no kind for.
    """

    __slots__ = ("cls", "names", "description", "others")

    def __init__(
        self,
        cls: type[SelfDescribingValue],
        names: Mapping[int, str],
        description: str | None,
        *others: Alternative,
    ) -> None:
        self.cls = cls
        self.names = names
        self.description = description
        self.others = {alternative.tag: alternative for alternative in others}


class Description:
    """The description of the elements of a compact array; `describes` is the self-describing type."""

    __slots__ = ("cls", "describes")

    def __init__(self, cls: type[Any], describes: str) -> None:
        self.cls = cls
        self.describes = describes


Type: TypeAlias = (
    Null
    | Boolean
    | Integer
    | Enumerated
    | Bits
    | Octets
    | Text
    | ObjectIdentifier
    | Named
    | Sequence
    | Choice
    | SequenceOf
    | SelfDescribing
    | Description
)


class TypeInfo:
    """What is known of a named type.

    `cls` is its Python class, or None where a plain Python type serves; `rule` "A-XDR" or "BER";
    `tag_path` the octets that its encoding begins with, whatever the value; `fields` its components;
    `source` the place of its definition, "file:line".
    """

    __slots__ = ("name", "cls", "rule", "tag_path", "type", "source", "tags", "alternative")

    def __init__(
        self,
        name: str,
        type: Type,
        *,
        rule: str,
        source: str,
        cls: type[Any] | None = None,
        tag_path: tuple[int, ...] = (),
        tags: tuple[int, ...] = (),
        alternative: bool = False,
    ) -> None:
        self.name = name
        self.cls = cls
        self.rule = rule
        self.tag_path = tag_path
        self.type = type
        self.source = source
        self.tags = tags
        self.alternative = alternative
        """Whether this is a named alternative whose class only wraps a value."""

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.type.fields if isinstance(self.type, Sequence) else ()

    def __repr__(self) -> str:
        return f"<{self.rule} type {self.name}>"


class TypeTable(Mapping[str, TypeInfo]):
    """The types of a package by ASN.1 name; the module that describes them is loaded when first asked."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._types: dict[str, TypeInfo] | None = None
        self._by_class: dict[type[Any], TypeInfo] = {}

    @property
    def _table(self) -> dict[str, TypeInfo]:
        return self._load() if self._types is None else self._types

    def _load(self) -> dict[str, TypeInfo]:
        from importlib import import_module

        infos: tuple[TypeInfo, ...] = import_module(self._module).TYPES
        self._by_class = {info.cls: info for info in infos if info.cls is not None}
        self._types = {info.name: info for info in infos}
        return self._types

    def __getitem__(self, name: str) -> TypeInfo:
        return self._table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def find(self, name: str) -> TypeInfo:
        """A type by its ASN.1 name, or by the name of its class; raises KeyError."""
        table = self._table
        if name in table:
            return table[name]
        for cls, info in self._by_class.items():
            if cls.__name__ == name:
                return info
        raise KeyError(name)

    def of_class(self, cls: type[Any]) -> TypeInfo:
        """The type that a generated class stands for; raises KeyError for another class."""
        if self._types is None:
            self._load()
        return self._by_class[cls]

    def resolve(self, type: Type) -> Type:
        """What a name stands for, through names of names."""
        while isinstance(type, Named):
            type = self[type.name].type
        return type


class Syntax:
    """One edition as the runtime uses it: its name, its types, and the roots whose alternatives are APDUs.

    `roots` are the names of the top-level CHOICEs, `later` the packages of later editions, the next one first.
    """

    __slots__ = ("edition", "types", "roots", "later")

    def __init__(self, edition: str, types: TypeTable, roots: tuple[str, ...], *, later: tuple[str, ...] = ()) -> None:
        self.edition = edition
        self.types = types
        self.roots = roots
        self.later = later

    def apdu(self, first: int, roots: tuple[str, ...]) -> tuple[TypeInfo, Alternative] | None:
        """The root and its alternative that an APDU with this first octet is; None: there is no such APDU."""
        for root in roots:
            info = self.types[root]
            choice = self.types.resolve(info.type)
            for alternative in choice.alternatives if isinstance(choice, Choice) else ():
                if first == (_first_octet(alternative) if info.rule == BER else alternative.tag):
                    return info, alternative
        return None

    def later_with(self, first: int) -> tuple[Syntax, Alternative] | None:
        """The first of the later editions that has an APDU with this first octet, and the APDU's alternative."""
        from importlib import import_module  # only for a message

        for package in self.later:
            syntax: Syntax = import_module(package).SYNTAX
            found = syntax.apdu(first, syntax.roots)
            if found is not None:
                return syntax, found[1]
        return None


def _first_octet(alternative: Alternative) -> int:
    return first_octet(alternative.tags[0]) if alternative.tags else -1


Reader: TypeAlias = Callable[[bytes, int], "tuple[Any, int]"]
"""The fast path of a type: (octets, where it begins) -> value, where it ends."""
