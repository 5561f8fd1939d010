"""Values as JSON by the names of the ASN.1, and back.

======================== ==========================================================================
ASN.1                    JSON
======================== ==========================================================================
SEQUENCE                 object; an absent OPTIONAL is left out, a DEFAULT always there
SEQUENCE OF              array
CHOICE                   object with the alternative as its one name
INTEGER, ENUMERATED      number; the name where the number has one
BIT STRING               string of 0 and 1; array of names where bits have names, a number for others
OCTET STRING             string of hexadecimal digits, in capitals; a GraphicString too
character strings        string
OBJECT IDENTIFIER        string of numbers with dots
BOOLEAN, NULL            true, false, null
self-describing values   as a CHOICE: ``{"long-unsigned": 230}``, ``{"structure": [...]}``; a float that
                         is no number is a string: ``"Infinity"``, ``"-Infinity"``, ``"NaN:7FA00000"``
======================== ==========================================================================

`to_json` gives what `json.dumps` takes, `from_json` takes what `json.loads` gives.
"""

from __future__ import annotations

from math import isinf
from typing import Any

from xdlms.codec import schema
from xdlms.codec.compact import CompactArray
from xdlms.codec.data import LIST, NaN, Shape, element_shape
from xdlms.codec.encoding import Encoder
from xdlms.codec.numbers import BitString, NamedBits
from xdlms.codec.schema import Syntax, Type
from xdlms.tools.json_values import CONTENTS, COUNT, DESCRIPTION, ELEMENT, NAN, Builder, JsonError, described

__all__ = ["JsonError", "from_json", "to_json"]


def to_json(syntax: Syntax, type: Type, value: Any) -> Any:
    """The JSON of a value of `type`."""
    type = syntax.types.resolve(type)
    match type:
        case schema.Sequence():
            return {
                field.name: to_json(syntax, field.type, component)
                for field in type.fields
                if (component := getattr(value, field.attribute)) is not None or not field.optional
            }
        case schema.Choice():
            alternative, held = Encoder(syntax).alternative(type, value)
            return {alternative.name: to_json(syntax, alternative.type, held)}
        case schema.SequenceOf():
            return [to_json(syntax, type.element, item) for item in value]
        case schema.SelfDescribing():
            return _data_to_json(syntax, type, value.shape, value.raw)
        case schema.Description():
            return _description_to_json(described(syntax, type), value.shape)
        case schema.Integer() | schema.Enumerated():
            return type.names.get(int(value), int(value))
        case schema.Bits():
            return _bits_to_json(type, value)
        case schema.Null():
            return None
        case _:
            return value.hex().upper() if isinstance(value, bytes) else value


def _bits_to_json(type: schema.Bits, value: Any) -> str | list[str | int]:
    if not isinstance(value, NamedBits):
        return str(value)
    width = value.WIDTH
    return [type.names.get(bit, bit) for bit in range(width) if int(value) >> (width - 1 - bit) & 1]


def _data_to_json(syntax: Syntax, type: schema.SelfDescribing, shape: Shape, value: Any) -> Any:
    """One element: an object with the name of its tag."""
    if isinstance(shape, int):
        if shape in type.others:
            return {type.names[shape]: to_json(syntax, type.others[shape].type, value)}
        return {type.names[shape]: leaf_to_json(type, value)}
    return {
        type.names[shape[0]]: [
            _data_to_json(syntax, type, element_shape(shape, index), item) for index, item in enumerate(value)
        ]
    }


def leaf_to_json(type: schema.SelfDescribing, value: Any) -> Any:
    """The JSON of an element of a self-describing value that is no container, without the name of its tag."""
    match value:
        case CompactArray():
            return {
                DESCRIPTION: _description_to_json(type, value.description),
                CONTENTS: value.contents.hex().upper(),
            }
        case bytes():
            return value.hex().upper()
        case BitString():
            return str(value)
        case NaN():
            return NAN + value.octets.hex().upper()
        case float() if isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
    return value


def _description_to_json(type: schema.SelfDescribing, shape: Shape) -> Any:
    if isinstance(shape, int):
        return {type.names[shape]: None}
    name = type.names[shape[0]]
    if type.cls.KINDS[shape[0]] == LIST:
        return {name: {COUNT: shape[2], ELEMENT: _description_to_json(type, shape[1])}}
    return {name: [_description_to_json(type, element) for element in shape[1]]}


def from_json(syntax: Syntax, type: Type, json: Any, *, lenient: bool = False, path: str = "$") -> Any:
    """The value of `type` that the JSON is; raises JsonError with its path in the JSON.

    Ranges of numbers and sizes of some strings are looked at when the value is encoded.
    """
    return Builder(syntax, lenient=lenient, path=path).value(type, json)
