"""What a type is in Python, as an annotation."""

from __future__ import annotations

from xdlms_codegen.lower.context import Context
from xdlms_codegen.lower.text import NUMBERS_MODULE, Imports
from xdlms_codegen.model import (
    BitString,
    Boolean,
    CharacterString,
    Integer,
    Null,
    ObjectIdentifier,
    OctetString,
    Reference,
    SequenceOf,
    Type,
)

PLAIN: dict[type, str] = {
    Null: "None",
    Boolean: "bool",
    Integer: "int",
    OctetString: "bytes",
    ObjectIdentifier: "str",
}


def annotation(context: Context, type: Type, imports: Imports, package: str) -> str:
    """The annotation of a value; what it names is noted for import."""
    match type:
        case Reference():
            return reference(context, type.name, imports, package)
        case SequenceOf():
            return f"list[{annotation(context, type.element, imports, package)}]"
        case BitString():
            return imports.use(NUMBERS_MODULE, "BitString")
        case CharacterString():
            return "bytes" if type.kind == "GraphicString" else "str"
        case _:
            return PLAIN[type.__class__]


def reference(context: Context, name: str, imports: Imports, package: str) -> str:
    """The class, union or alias of a definition."""
    module = context.modules[name]
    return imports.use(f"{package}.{module}", context.python_name(name))
