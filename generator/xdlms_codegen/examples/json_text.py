"""Values as JSON by the names of the ASN.1, as the command line shows them."""

from __future__ import annotations

import json
import struct
from math import isinf
from typing import Any

from xdlms_codegen.examples.values import Chosen, Leaf, List, Record, Value
from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import (
    Arcs,
    Bits,
    BitString,
    Characters,
    CharacterString,
    Choice,
    ChosenValue,
    DefaultValue,
    Enumerated,
    Integer,
    ListValue,
    Member,
    Sequence,
    SequenceOf,
    SequenceValue,
    Type,
)

INDENT = 2


def json_line(found: Any) -> str:
    """What `json_of` gave, on one line."""
    return json.dumps(found, ensure_ascii=False)


def json_pretty(found: Any, width: int, indent: int = 0, lead: int = 0) -> str:
    """The same on as few lines as fit into `width` columns, the first one behind `lead` others."""
    line = json_line(found)
    if len(line) + indent + lead <= width or not isinstance(found, (dict, list)) or not found:
        return line
    inner = indent + INDENT
    if isinstance(found, list):
        rows = [json_pretty(item, width, inner) for item in found]
        first, last = "[]"
    else:
        names = {json_line(name): item for name, item in found.items()}
        rows = [f"{name}: {json_pretty(item, width, inner, len(name) + 2)}" for name, item in names.items()]
        first, last = "{}"
    text = ",\n".join(" " * inner + row for row in rows)
    return f"{first}\n{text}\n{' ' * indent}{last}"


def json_of(context: Context, value: Value) -> Any:
    """What `json.dumps` takes."""
    match value:
        case Record():
            found = {}
            for member, component in value.components:
                if component is not None:
                    found[member.name] = json_of(context, component)
                elif member.default is not None:
                    found[member.name] = _default(context, member)
            return found
        case Chosen():
            return {value.member.name: _chosen(context, value)}
        case List():
            return [json_of(context, item) for item in value.items]
        case Leaf():
            return _leaf(value)


def _leaf(leaf: Leaf) -> Any:
    body, value = leaf.type, leaf.value
    if isinstance(body, BitString):
        if not body.named:
            return leaf.digits
        names = {bit.number: bit.name for bit in body.named}
        return [names.get(number, number) for number, digit in enumerate(leaf.digits) if digit == "1"]
    if isinstance(body, (Integer, Enumerated)):
        return next((named.name for named in body.named if named.number == value), value)
    return value.hex().upper() if isinstance(value, bytes) else value


def _chosen(context: Context, value: Chosen) -> Any:
    """The value of an alternative; one that is a float is read as one."""
    how = context.binding.self_describing.get(value.name)
    held = value.value
    if how is None or value.member.name not in how.floats or not isinstance(held, Leaf):
        return json_of(context, held)
    octets = held.value
    if not isinstance(octets, bytes) or len(octets) not in (4, 8):
        return json_of(context, held)
    return _number(octets)


def _number(octets: bytes) -> Any:
    """What a float is in JSON."""
    (number,) = struct.unpack(">f" if len(octets) == 4 else ">d", octets)
    if number != number:
        return f"NaN:{octets.hex().upper()}"
    return ("Infinity" if number > 0 else "-Infinity") if isinf(number) else number


def _default(context: Context, member: Member) -> Any:
    """The value of a component that is absent."""
    return _of_default(context, member.type, member.default.value if member.default is not None else None)


def _of_default(context: Context, type_: Type, value: DefaultValue) -> Any:
    body, name = context.resolve(type_), context.final_name(type_)
    match value:
        case SequenceValue() if isinstance(body, Sequence):
            return _components(context, body, dict(value.components))
        case ListValue() if isinstance(body, SequenceOf):
            return [_of_default(context, body.element, item) for item in value.items]
        case ChosenValue() if isinstance(body, Choice):
            member = next(each for each in body.members if each.name == value.name)
            how = context.binding.self_describing.get(str(name))
            if how is not None and value.name in how.floats and isinstance(value.value, bytes):
                return {value.name: _number(value.value)}
            return {value.name: _of_default(context, member.type, value.value)}
        case Characters() if isinstance(body, CharacterString):
            return value.text.encode().hex().upper() if body.kind == "GraphicString" else value.text
        case Arcs():
            return ".".join(map(str, value.numbers))
        case Bits() if isinstance(body, BitString) and body.named:
            names = {bit.number: bit.name for bit in body.named}
            return [names.get(number, number) for number, digit in enumerate(value.digits) if digit == "1"]
        case Bits():
            return value.digits
        case tuple():
            return list(value)
        case bytes():
            return value.hex().upper()
    if isinstance(body, (Integer, Enumerated)):
        return next((named.name for named in body.named if value in (named.name, named.number)), value)
    return value


def _components(context: Context, body: Sequence, given: dict[str, DefaultValue]) -> dict[str, Any]:
    found = {}
    for member in body.members:
        if member.name in given:
            found[member.name] = _of_default(context, member.type, given[member.name])
        elif member.default is not None:
            found[member.name] = _default(context, member)
    return found
