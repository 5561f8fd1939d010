"""From JSON to values: the reverse half of `xdlms.tools.asn1_json`, with the path to what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, isinf
from struct import error as StructError
from typing import Any, Final, NoReturn

from xdlms.codec import schema
from xdlms.codec.axdr import FAULTS
from xdlms.codec.characters import ENCODINGS
from xdlms.codec.compact import CompactArray
from xdlms.codec.data import (
    BITS,
    BOOLEAN,
    COMPACT,
    LIST,
    MAX_DEPTH,
    NULL,
    OCTETS,
    RECORD,
    UTF8,
    VISIBLE,
    NaN,
    Shape,
    repeat,
)
from xdlms.codec.data_types import CONSTRUCTED
from xdlms.codec.decoding import wrap
from xdlms.codec.encoding import Encoder
from xdlms.codec.errors import EncodeError
from xdlms.codec.numbers import BitString, RawText
from xdlms.codec.schema import Syntax, Type, TypeInfo

DESCRIPTION: Final = "contents-description"
CONTENTS: Final = "array-contents"
COUNT: Final = "number-of-elements"
ELEMENT: Final = "type-description"
NAN: Final = "NaN:"
INFINITIES: Final = {"Infinity": inf, "-Infinity": -inf}
_MOST_NAMES: Final = 8
_DIGITS: Final = frozenset("0123456789abcdefABCDEF")


class JsonError(ValueError):
    """JSON that is no value of its type: `reason`, and the `path` in the JSON, from ``$``."""

    def __init__(self, reason: str, path: str) -> None:
        self.reason = reason
        self.path = path
        super().__init__(reason)

    def __str__(self) -> str:
        return f"{self.reason} - at {self.path}"


class Builder:
    """One reading of JSON, with the path to what is in hand.

    `lenient` takes numbers that an enumeration does not name, and characters that a string does not have.
    """

    def __init__(self, syntax: Syntax, *, lenient: bool = False, path: str = "$") -> None:
        self.syntax = syntax
        self.lenient = lenient
        self.path = [path]
        self.level = 0

    def fail(self, reason: str) -> NoReturn:
        raise JsonError(reason, "".join(self.path))

    def expected(self, what: str, found: Any) -> NoReturn:
        self.fail(f"expected {what}, found {json_kind(found)}")

    def value(self, type: Type, json: Any) -> Any:
        """The value of `type` that the JSON is; raises JsonError."""
        try:
            return self._value(type, json)
        except RecursionError:
            pass
        raise JsonError("nested too deeply", self.path[0])

    def wrapped(self, info: TypeInfo, json: Any) -> Any:
        """The value of a named type, in the class that wraps it where it has one; raises JsonError."""
        value = self.value(info.type, json)
        return wrap(info.cls, value) if info.alternative and info.cls is not None else value

    def _value(self, type: Type, json: Any) -> Any:
        type = self.syntax.types.resolve(type)
        match type:
            case schema.Sequence():
                return self._sequence(type, json)
            case schema.Choice():
                return self._choice(type, json)
            case schema.SequenceOf():
                return self._items(type.element, json)
            case schema.SelfDescribing():
                shape, value = self._data(type, json)
                return type.cls.hold(shape, value)
            case schema.Description():
                return type.cls(self._description(described(self.syntax, type), json))
            case schema.Integer() | schema.Enumerated():
                return self._number(type, json)
            case schema.Bits():
                return self._bits(type, json)
            case schema.Octets():
                return self._octets(json, type.low, type.high)
            case schema.Text():
                if type.kind == "GraphicString":
                    return self._octets(json)
                return self._characters(json, ENCODINGS.get(type.kind, "ascii"))
            case schema.ObjectIdentifier():
                return self._string(json)
            case schema.Boolean():
                return self._boolean(json)
            case schema.Null():
                return self._null(json)

    def _at(self, segment: str, type: Type, json: Any) -> Any:
        self.path.append(segment)
        value = self._value(type, json)
        self.path.pop()
        return value

    def _object(self, json: Any, what: str) -> dict[str, Any]:
        if not isinstance(json, dict):
            self.expected(f"an object ({what})", json)
        return json

    def _sequence(self, type: schema.Sequence, json: Any) -> Any:
        given = self._object(json, "its components by name")
        known = [field.name for field in type.fields]
        for name in given:
            if name not in known:
                self.fail(f"no component {name!r}{others(name, known)}")
        values: dict[str, Any] = {}
        for field in type.fields:
            if field.name in given:
                values[field.attribute] = self._at("." + field.name, field.type, given[field.name])
            elif field.may_be_absent:
                values[field.attribute] = None if field.optional else field.default
            else:
                self.fail(f"{field.name} is missing")
        return type.cls(**values)

    def _one(self, json: Any, what: str) -> tuple[str, Any]:
        """The one name and value of an object that stands for a CHOICE."""
        given = self._object(json, what)
        if len(given) != 1:
            self.fail(f"expected an object with one name ({what}), found {len(given)}")
        return next(iter(given.items()))

    def _choice(self, type: schema.Choice, json: Any) -> Any:
        name, inner = self._one(json, "the alternative")
        alternative = next((a for a in type.alternatives if a.name == name), None)
        if alternative is None:
            self.fail(f"no alternative {name!r}{others(name, [a.name for a in type.alternatives])}")
        value = self._at("." + name, alternative.type, inner)
        return value if alternative.wrapper is None else wrap(alternative.wrapper, value)

    def _list(self, json: Any) -> list[Any]:
        if not isinstance(json, list):
            self.expected("an array", json)
        return json

    def _items(self, element: Type, json: Any) -> list[Any]:
        return [self._at(f"[{index}]", element, item) for index, item in enumerate(self._list(json))]

    def _number(self, type: schema.Integer | schema.Enumerated, json: Any) -> int:
        if isinstance(json, str) and type.cls is not None:
            number = next((number for number, name in type.names.items() if name == json), None)
            if number is None:
                self.fail(f"no value {json!r}{others(json, type.names.values())}")
            return type.cls(number)
        if not isinstance(json, int) or isinstance(json, bool):
            self.expected("a number" if type.cls is None else "a name or a number", json)
        if type.cls is None:
            return json
        if json in type.names:
            return type.cls(json)
        if not self.lenient:
            self.fail(f"{json} is the number of no value{others('', type.names.values())}")
        return type.cls.unnamed(json)

    def _bits(self, type: schema.Bits, json: Any) -> Any:
        if type.cls is None:
            return self._bit_string(json)
        width = type.cls.WIDTH
        numbers = {name: number for number, name in type.names.items()}
        bits = 0
        for name in self._list(json):
            number = numbers.get(name) if isinstance(name, str) else name
            if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < width:
                self.fail(f"no bit {name!r}{others(str(name), numbers)}")
            bits |= 1 << width - 1 - number
        return type.cls(bits)

    def _bit_string(self, json: Any) -> BitString:
        if not isinstance(json, str) or json.strip("01"):
            self.expected("a string of 0 and 1", json)
        return BitString.of(json)

    def _octets(self, json: Any, low: int = 0, high: int | None = None) -> bytes:
        if not isinstance(json, str) or len(json) % 2 or not _DIGITS.issuperset(json):
            self.expected("a string of hexadecimal digits, two an octet", json)
        octets = bytes.fromhex(json)
        if len(octets) < low or (high is not None and len(octets) > high):
            allowed = f"{low}" if low == high else f"{low} to {'any' if high is None else high}"
            self.fail(f"expected {allowed} octet{'s' * (allowed != '1')}, found {len(octets)}")
        return octets

    def _string(self, json: Any) -> str:
        if not isinstance(json, str):
            self.expected("a string", json)
        return json

    def _characters(self, json: Any, encoding: str) -> str:
        text = self._string(json)
        try:
            text.encode(encoding)
            wrong = encoding == "ascii" and not text.isprintable()
        except UnicodeEncodeError:
            wrong = True
        if not wrong:
            return text
        if not self.lenient:
            self.fail("characters that a string of this type does not have")
        return RawText(text)

    def _boolean(self, json: Any) -> bool:
        if not isinstance(json, bool):
            self.expected("true or false", json)
        return json

    def _null(self, json: Any) -> None:
        if json is not None:
            self.expected("null", json)

    # Self-describing values

    def _tag(self, type: schema.SelfDescribing, json: Any) -> tuple[int, str, Any]:
        name, inner = self._one(json, "the type of the value")
        tag = next((tag for tag, known in type.names.items() if known == name), None)
        if tag is None:
            self.fail(f"no type {name!r}{others(name, type.names.values())}")
        return tag, name, inner

    def _deeper(self) -> None:
        self.level += 1
        if self.level > MAX_DEPTH:
            self.fail(f"more than {MAX_DEPTH} levels of nesting")

    def _data(self, type: schema.SelfDescribing, json: Any) -> tuple[Shape, Any]:
        tag, name, inner = self._tag(type, json)
        kind = type.cls.KINDS[tag]
        self.path.append("." + name)
        if kind in (LIST, RECORD):
            self._deeper()
            shapes, values = [], []
            for index, item in enumerate(self._list(inner)):
                self.path.append(f"[{index}]")
                shape, value = self._data(type, item)
                self.path.pop()
                shapes.append(shape)
                values.append(value)
            self.level -= 1
            self.path.pop()
            return repeat(tag, shapes), values if kind == LIST else tuple(values)
        if kind == COMPACT:
            self._deeper()
            value = self._compact(type, inner)
            self.level -= 1
        elif tag in type.others:
            self._deeper()
            value = self._other(type.others[tag], inner)
            self.level -= 1
        else:
            value = self._leaf(type, tag, kind, inner)
            self._check(type, tag, kind, value)
        self.path.pop()
        return tag, value

    def _leaf(self, type: schema.SelfDescribing, tag: int, kind: str, json: Any) -> Any:
        if kind == NULL:
            return self._null(json)
        if kind == BOOLEAN:
            return self._boolean(json)
        if kind == OCTETS:
            return self._octets(json)
        if kind == BITS:
            return self._bit_string(json)
        if kind in (VISIBLE, UTF8):
            return self._characters(json, "utf-8" if kind == UTF8 else "ascii")
        size = type.cls.KERNEL.structs[tag].size
        if kind in "fd":
            return self._float(json, type, tag, size)
        if kind.endswith("s"):
            return self._octets(json, size, size)
        if not isinstance(json, int) or isinstance(json, bool):
            self.expected("a number", json)
        return json

    def _other(self, alternative: schema.Alternative, json: Any) -> Any:
        """The value of an alternative that is read by its description, checked as one of the others is."""
        value = self._value(alternative.type, json)
        try:
            Encoder(self.syntax).component(alternative.type, alternative.tags, value)
        except EncodeError as error:
            self.path.append(error.path.removeprefix("$"))
            self.fail(error.reason)
        return value

    def _float(self, json: Any, type: schema.SelfDescribing, tag: int, size: int) -> float:
        if isinstance(json, str):
            if json in INFINITIES:
                return INFINITIES[json]
            octets = self._octets(json[len(NAN) :], size, size) if json.startswith(NAN) else b""
            number = type.cls.KERNEL.structs[tag].unpack(octets)[0] if octets else 0.0
            if number != number:
                return NaN.of(octets)
        elif isinstance(json, (int, float)) and not isinstance(json, bool):
            try:
                value = float(json)
            except OverflowError:
                value = inf
            if isinf(value):
                self.fail("the number is too large")
            return value
        self.expected('a number, "Infinity", "-Infinity" or "NaN:" and its octets', json)

    def _check(self, type: schema.SelfDescribing, tag: int, kind: str, value: Any) -> None:
        """Refuses a value that its tag does not hold."""
        try:
            type.cls.KERNEL.leaf_writers[tag](value)
        except FAULTS as error:
            if isinstance(error, UnicodeError):
                self.fail("characters that the string does not have")
            if isinstance(error, (StructError, OverflowError)) and kind not in "fd":
                bits = 8 * type.cls.KERNEL.structs[tag].size
                low = -1 << bits - 1 if kind.islower() else 0
                self.fail(f"{value} is not in {low} to {low + (1 << bits) - 1}")
            self.fail(f"the value does not fit a {type.names[tag]}")

    def _compact(self, type: schema.SelfDescribing, json: Any) -> CompactArray:
        given = self._object(json, f"{DESCRIPTION}, {CONTENTS}")
        if given.keys() != {DESCRIPTION, CONTENTS}:
            self.fail(f"expected {DESCRIPTION} and {CONTENTS}, found {', '.join(given) or 'neither'}")
        self.path.append("." + DESCRIPTION)
        description = self._description(type, given[DESCRIPTION])
        self.path[-1] = "." + CONTENTS
        contents = self._octets(given[CONTENTS])
        self.path.pop()
        return CompactArray(type.cls.KERNEL, description, contents)

    def _description(self, type: schema.SelfDescribing, json: Any) -> Shape:
        tag, name, inner = self._tag(type, json)
        kind = type.cls.KINDS[tag]
        self.path.append("." + name)
        shape: Shape = tag
        if kind == LIST:
            shape = self._array_description(type, tag, inner)
        elif kind == RECORD:
            self._deeper()
            elements = []
            for index, item in enumerate(self._list(inner)):
                self.path.append(f"[{index}]")
                elements.append(self._description(type, item))
                self.path.pop()
            self.level -= 1
            shape = (tag, tuple(elements))
        elif kind in (COMPACT, CONSTRUCTED):
            self.fail(f"a description has no {name}")
        else:
            self._null(inner)
        self.path.pop()
        return shape

    def _array_description(self, type: schema.SelfDescribing, tag: int, json: Any) -> Shape:
        given = self._object(json, f"{COUNT}, {ELEMENT}")
        count = given.get(COUNT)
        if given.keys() != {COUNT, ELEMENT}:
            self.fail(f"expected {COUNT} and {ELEMENT}, found {', '.join(given) or 'neither'}")
        if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= 0xFFFF:
            self.expected(f"a number from 0 to 65535 as {COUNT}", count)
        self._deeper()
        self.path.append("." + ELEMENT)
        element = self._description(type, given[ELEMENT])
        self.path.pop()
        self.level -= 1
        return (tag, element, count)


def others(wrong: str, names: Iterable[str]) -> str:
    """What could have been meant: the names most like a wrong one, or if none is, the first of them."""
    from difflib import get_close_matches

    known = list(names)
    close = get_close_matches(wrong[:80], known, 3)
    if close:
        return f"; perhaps {' or '.join(close)}"
    return f"; there are {', '.join(known[:_MOST_NAMES])}{', ...' * (len(known) > _MOST_NAMES)}"


def json_kind(json: Any) -> str:
    """What a value of JSON is, in words; long strings are cut."""
    match json:
        case None:
            return "null"
        case bool():
            return "true" if json else "false"
        case int() | float():
            return f"the number {json}" if abs(json) < 1 << 64 else "a number"
        case str():
            return f"the string {json!r}" if len(json) <= 40 else f"a string of {len(json)} characters"
        case list():
            return "an array"
    return "an object"


def described(syntax: Syntax, type: schema.Description) -> schema.SelfDescribing:
    """The type whose values a description describes."""
    described = syntax.types.resolve(schema.Named(type.describes))
    if not isinstance(described, schema.SelfDescribing):
        raise TypeError(f"{type.describes} is not self-describing")
    return described
