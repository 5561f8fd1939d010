"""What Python type a value of an abstract type has, as far as values must be told from one another."""

from __future__ import annotations

from collections.abc import Mapping

from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Choice,
    Enumerated,
    Integer,
    Null,
    ObjectIdentifier,
    OctetString,
    Sequence,
    SequenceOf,
    Type,
)

INTEGRAL = frozenset({"int", "bool"})

PLAIN: Mapping[type, str] = {
    Null: "None",
    Boolean: "bool",
    Integer: "int",
    BitString: "BitString",
    OctetString: "bytes",
    ObjectIdentifier: "str",
    SequenceOf: "list",
}


def species(context: Context, type: Type, inside: frozenset[str] = frozenset()) -> frozenset[str]:
    """The Python types that a value of this type may have, as words: ``int``, ``bytes``, a class's name.

    A class derived from int is written ``int:Name``. A CHOICE `inside` which the type stands adds nothing.
    """
    name = context.final_name(type)
    body = context.resolve(type)
    if context.is_self_describing(name) or context.is_description(name) or isinstance(body, Sequence):
        return frozenset({f"class:{name}"})
    if isinstance(body, Choice):
        around = inside | {str(name)}
        parts = [species(context, member.type, around) for member in body.members if name not in inside]
        return frozenset().union(*parts)
    if isinstance(body, Enumerated) or (isinstance(body, (Integer, BitString)) and body.named):
        return frozenset({f"int:{name}"})
    if isinstance(body, CharacterString):
        return frozenset({"bytes" if body.kind == "GraphicString" else "str"})
    return frozenset({PLAIN[body.__class__]})


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the first may be taken for the second: the same type, or int where the other derives from it."""
    if one & other:
        return True
    return bool(one & INTEGRAL) and any(word in INTEGRAL or word.startswith("int:") for word in other)
