"""Types in the notation of ASN.1, on one line."""

from __future__ import annotations

from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import (
    Arcs,
    Bits,
    BitString,
    Boolean,
    Characters,
    CharacterString,
    Choice,
    ChosenValue,
    DefaultValue,
    Enumerated,
    Integer,
    ListValue,
    Member,
    NamedNumber,
    Null,
    ObjectIdentifier,
    OctetString,
    Range,
    Reference,
    Sequence,
    SequenceOf,
    SequenceValue,
    Tag,
    TagMode,
    Type,
)

ANY_SIZE = Range(0, None)


def type_text(context: Context, type_: Type) -> str:
    """A type as it is written at its use; one that is written out there by its keyword alone."""
    tag = f"{tag_text(type_.tag)} " if type_.tag is not None else ""
    return tag + untagged_text(context, type_)


def untagged_text(context: Context, type_: Type) -> str:
    """A type without the tag in front of it."""
    match type_:
        case Reference():
            definition = context.definitions[type_.name]
            if definition.inline_of is not None:
                return untagged_text(context, definition.type)
            return type_.name + range_text(type_.range) + size_text(type_.size)
        case Integer():
            return "INTEGER" + (range_text(type_.range) if type_.range != Range(None, None) else "")
        case BitString():
            return f"BIT STRING{size_text(type_.size)}"
        case OctetString():
            return f"OCTET STRING{size_text(type_.size)}"
        case CharacterString():
            return f"{type_.kind}{size_text(type_.size)}"
        case SequenceOf():
            return f"SEQUENCE{size_text(type_.size)} OF {type_text(context, type_.element)}"
        case _:
            return keyword(type_)


def keyword(type_: Type) -> str:
    """The words of ASN.1 for a type, without what it is made of."""
    match type_:
        case CharacterString():
            return type_.kind
        case Reference():
            return type_.name
        case _:
            return KEYWORDS[type_.__class__]


KEYWORDS: dict[type, str] = {
    Null: "NULL",
    Boolean: "BOOLEAN",
    Integer: "INTEGER",
    Enumerated: "ENUMERATED",
    BitString: "BIT STRING",
    OctetString: "OCTET STRING",
    ObjectIdentifier: "OBJECT IDENTIFIER",
    Sequence: "SEQUENCE",
    Choice: "CHOICE",
    SequenceOf: "SEQUENCE OF",
}


def tag_text(tag: Tag) -> str:
    """A tag, with IMPLICIT where it takes the place of another one."""
    return f"{tag} IMPLICIT" if tag.mode is TagMode.IMPLICIT else str(tag)


def range_text(range_: Range | None) -> str:
    return f" ({range_})" if range_ is not None else ""


def size_text(size: Range | None) -> str:
    return f" (SIZE({size}))" if size is not None and size != ANY_SIZE else ""


def member_text(context: Context, member: Member) -> str:
    """A component without its name: its type, and whether it may be absent."""
    return f"{type_text(context, member.type)}{presence_text(member)}"


def presence_text(member: Member) -> str:
    if member.optional:
        return " OPTIONAL"
    return f" DEFAULT {value_text(member.default.value)}" if member.default is not None else ""


def value_text(value: DefaultValue) -> str:
    """A value as it stands behind DEFAULT."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case None:
            return "NULL"
        case bytes():
            return f"'{value.hex().upper()}'H"
        case tuple():
            return "{" + ", ".join(value) + "}"
        case Bits():
            return f"'{value.digits}'B"
        case Characters():
            doubled = value.text.replace('"', '""')
            return f'"{doubled}"'
        case Arcs():
            return "{" + " ".join(map(str, value.numbers)) + "}"
        case SequenceValue():
            return "{" + ", ".join(f"{name} {value_text(component)}" for name, component in value.components) + "}"
        case ListValue():
            return "{" + ", ".join(map(value_text, value.items)) + "}"
        case ChosenValue():
            return f"{value.name} : {value_text(value.value)}"
        case _:
            return str(value)


def named_text(named: NamedNumber) -> str:
    return f"{named.name} ({named.number})"
