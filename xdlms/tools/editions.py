"""The generated packages by edition, and what kind of APDU octets are."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from xdlms.apdus import EDITIONS, load
from xdlms.codec import schema
from xdlms.codec.ber import first_octet
from xdlms.codec.schema import Syntax, Type, TypeInfo
from xdlms.tools.json_values import others

NAMES: Final = EDITIONS
"""The editions, the oldest first."""
NEWEST: Final = NAMES[-1]

_APDU: Final = "-apdu"


@cache
def syntax_of(name: str) -> Syntax:
    """The abstract syntax of an edition, or of a vendor's package by its name; raises ImportError as `load` does."""
    syntax: Syntax = load(name).SYNTAX
    return syntax


def public_name(name: str) -> str:
    """The ASN.1 name of a type as people use it: without the ``-apdu`` of the ACSE APDUs."""
    return name.removesuffix(_APDU)


def find_type(syntax: Syntax, name: str) -> TypeInfo | None:
    """A type by its name in the ASN.1, by that of its class, or however capitals and hyphens are written."""
    types = syntax.types
    for spelling in (name, name + _APDU):
        if spelling in types:
            return types[spelling]
    wanted = _levelled(name)
    for candidate in types:
        if wanted in (_levelled(candidate), _levelled(public_name(candidate))):
            return types[candidate]
    return None


def no_such_type(syntax: Syntax, name: str) -> str:
    """What to say of a name that `find_type` does not know: the edition that has it, or the names most like it."""
    having = [edition for edition in NAMES if find_type(syntax_of(edition), name) is not None]
    hint = f"; edition {having[0]} has" if having else others(name, map(public_name, syntax.types))
    return f"edition {syntax.edition} has no type {name!r}{hint}"


def _levelled(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


class Kind:
    """What kind of APDU octets begin as.

    `name` is its ASN.1 type, or its alternative where that only wraps octets (``glo-get-request``);
    `alternatives` are the names of all alternatives that its tags choose, `tag` the number of the first;
    `type` is what stands behind the tags, `info` the type of `name`.
    """

    __slots__ = ("alternatives", "info", "name", "tag", "type")

    def __init__(self, name: str, alternatives: tuple[str, ...], tag: int, type: Type, info: TypeInfo) -> None:
        self.name = name
        self.alternatives = alternatives
        self.tag = tag
        self.type = type
        self.info = info

    @property
    def title(self) -> str:
        """The name, and behind a CHOICE's name the alternative."""
        last = self.alternatives[-1]
        is_choice = isinstance(self.info.type, schema.Choice)
        return f"{self.name}: {last}" if is_choice and len(self.alternatives) > 1 else self.name


def kind_of(syntax: Syntax, octets: bytes, roots: tuple[str, ...] | None = None) -> Kind | None:
    """The kind of APDU that the first octets say, or None for a tag that the edition does not have."""
    for root in roots or syntax.roots:
        info = syntax.types[root]
        choice = syntax.types.resolve(info.type)
        if not isinstance(choice, schema.Choice) or not octets:
            continue
        ber = info.rule == schema.BER
        for alternative in choice.alternatives:
            first = first_octet(alternative.tags[0]) if ber and alternative.tags else alternative.tag
            if first == octets[0]:
                return _inside(syntax, alternative, octets)
    return None


def _inside(syntax: Syntax, alternative: schema.Alternative, octets: bytes) -> Kind | None:
    """The kind behind the first tag; a CHOICE among the APDUs has a second one."""
    names = [alternative.name]
    tag = alternative.tag
    at = 1
    while True:
        type = alternative.type
        owner = named(syntax, type)
        resolved = syntax.types.resolve(type)
        if not isinstance(resolved, schema.Choice) or not resolved.known_by_tags or owner is None:
            break
        inner = resolved.by_tag.get(octets[at]) if at < len(octets) else None
        if inner is None:
            return Kind(public_name(owner.name), tuple(names), tag, type, owner)
        names.append(inner.name)
        at += 1
        if inner.wrapper is not None:
            return Kind(public_name(owner.name), tuple(names), tag, inner.type, owner)
        alternative = inner
    info = owner
    if info is None:
        if alternative.wrapper is None:
            return None
        info = syntax.types.of_class(alternative.wrapper)
    return Kind(public_name(info.name), tuple(names), tag, type, info)


def named(syntax: Syntax, type: Type) -> TypeInfo | None:
    """The type that a use by name stands for, the first of names of names; None for a type without a name."""
    return syntax.types[type.name] if isinstance(type, schema.Named) else None


def value_of(value: Any, info: TypeInfo) -> Any:
    """What a class that only wraps a value holds; any other value itself."""
    return getattr(value, "value", None) if info.alternative and info.cls is not None else value
