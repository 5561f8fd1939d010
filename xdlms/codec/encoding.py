"""The slow path of encoding: writes a value by the description of its type, and says what does not fit.

The generated classes write in straight lines and stop at anything that is not as it should be; this
then finds the component at fault, or takes what is legal and rare.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NoReturn

from xdlms.codec import ber, schema
from xdlms.codec.axdr import FAULTS, write_length
from xdlms.codec.characters import ENCODINGS, first_wrong
from xdlms.codec.data_types import check_others
from xdlms.codec.decoding import width_of, width_of_value
from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.codec.numbers import BitString, NamedBits, NamedNumber, RawText, numeral
from xdlms.codec.schema import MISSING, Syntax, TypeInfo
from xdlms.codec.wording import allowed, outside

WITH_PARTS = (schema.Sequence, schema.SequenceOf, schema.Choice, schema.SelfDescribing, schema.Description)
"""The types whose values are compared by their octets."""


class Encoder:
    """One writing of one value, with the path to the component in hand."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.path: list[str] = []

    def fail(self, code: ErrorCode, reason: str) -> NoReturn:
        raise EncodeError(code, reason, path="$" + "".join(self.path))

    def expected(self, what: str, value: Any) -> NoReturn:
        """A value of a wrong type; what it holds is not said, it may be a key."""
        found = "nothing" if value is MISSING else type(value).__name__
        self.fail(ErrorCode.WRONG_TYPE, f"expected {what}, got {found}")

    def whole(self, info: TypeInfo, value: Any) -> bytes:
        """The octets of a value of a named type, with the tags that belong to it."""
        try:
            if info.alternative and info.cls is not None:
                if not isinstance(value, info.cls):
                    self.expected(info.cls.__name__, value)
                value = getattr(value, "value", MISSING)
            if info.rule == schema.BER:
                return self.ber(info.type, info.tags, value)
            return bytes(info.tag_path) + self.component(info.type, info.tags, value)
        except RecursionError:
            raise EncodeError(ErrorCode.TOO_DEEP, "the value is nested too deeply") from None

    # What values must be, whatever the rule

    def number(self, type: schema.Integer | schema.Enumerated, value: Any) -> int:
        try:
            number = int(operator.index(value))
        except TypeError:
            self.expected("int", value)
        if isinstance(type, schema.Integer) and (
            (type.low is not None and number < type.low) or (type.high is not None and number > type.high)
        ):
            self.fail(ErrorCode.OUT_OF_RANGE, f"{numeral(number)} is {outside(type.low, type.high)}")
        if isinstance(type, schema.Integer) and width_of_value(number) > ber.INTEGER_OCTETS:
            self.fail(ErrorCode.OUT_OF_RANGE, f"{numeral(number)}, {8 * ber.INTEGER_OCTETS} are the most")
        if type.cls is not None and number not in type.names and not isinstance(value, type.cls):
            # A value of the class without a name was decoded so, leniently: it goes out as it came in.
            self.fail(ErrorCode.UNKNOWN_VALUE, f"{numeral(number)} is no value of {type.cls.__name__}")
        return number

    def size(self, low: int, high: int | None, size: int, what: str) -> None:
        if size < low or (high is not None and size > high):
            self.fail(ErrorCode.SIZE, f"expected {allowed(low, high)} {what}, got {size}")

    def octets(self, low: int, high: int | None, value: Any) -> bytes:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            self.expected("bytes", value)
        octets = bytes(value)
        self.size(low, high, len(octets), "octets")
        return octets

    def text(self, type: schema.Text, value: Any) -> bytes:
        if type.kind == "GraphicString":
            return self.octets(type.low, type.high, value)
        if not isinstance(value, str):
            self.expected("str", value)
        self.size(type.low, type.high, len(value), "characters")
        encoding = ENCODINGS.get(type.kind, "ascii")
        if isinstance(value, RawText):
            # It was decoded leniently: it goes out as it came in.
            return value.encode(encoding, "surrogateescape")
        try:
            octets = value.encode(encoding)
        except UnicodeEncodeError as error:
            self.fail(ErrorCode.BAD_STRING, f"character {error.start} is none of {type.kind}")
        wrong = first_wrong(value, type.kind, encoding)
        if wrong >= 0:
            self.fail(ErrorCode.BAD_STRING, f"character {wrong} is none of {type.kind}")
        return octets

    def bits(self, type: schema.Bits, value: Any) -> BitString:
        """The bits as they are sent; named bits without trailing 0 bits, where the size allows."""
        if type.cls is None:
            if not isinstance(value, BitString):
                self.expected("BitString", value)
            self.size(type.low, type.high, len(value), "bits")
            return value
        try:
            number = int(operator.index(value))
        except TypeError:
            self.expected(type.cls.__name__, value)
        width = type.cls.WIDTH
        if not 0 <= number < 1 << width:
            self.fail(ErrorCode.OUT_OF_RANGE, f"{numeral(number)} is no number of {width} bits")
        bits = BitString.of(f"{number:0{width}b}".rstrip("0").ljust(type.low, "0"))
        self.size(type.low, type.high, len(bits), "bits")
        return bits

    def boolean(self, value: Any) -> bool:
        if not isinstance(value, bool):
            self.expected("bool", value)
        return value

    def null(self, value: Any) -> None:
        if value is not None:
            self.expected("None", value)

    def oid(self, value: Any) -> bytes:
        if not isinstance(value, str):
            self.expected("str", value)
        try:
            return ber.oid_contents(value)
        except ValueError as error:
            self.fail(ErrorCode.BAD_STRING, str(error))

    def items(self, type: schema.SequenceOf, value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            self.expected("list", value)
        self.size(type.low, type.high, len(value), "elements")
        return list(value)

    def alternative(self, type: schema.Choice, value: Any) -> tuple[schema.Alternative, Any]:
        """The alternative that a value is of, and what it holds."""
        for alternative in type.alternatives:
            if alternative.wrapper is not None:
                if value.__class__ is alternative.wrapper:
                    return alternative, getattr(value, "value", MISSING)
            elif self.fits(alternative.type, value):
                return alternative, value
        self.fail(ErrorCode.WRONG_TYPE, f"a {value.__class__.__name__} is no alternative of the CHOICE")

    def fits(self, type: schema.Type, value: Any) -> bool:
        """Whether the Python type of a value is that of a type; what it holds is looked at later."""
        type = self.syntax.types.resolve(type)
        match type:
            case schema.Choice():
                return any(
                    (
                        value.__class__ is alternative.wrapper
                        if alternative.wrapper is not None
                        else self.fits(alternative.type, value)
                    )
                    for alternative in type.alternatives
                )
            case schema.SelfDescribing():
                return type.cls.takes(value)
            case schema.Sequence() | schema.Description() | schema.Enumerated():
                return isinstance(value, type.cls)
            case schema.Integer():
                return isinstance(value, type.cls) if type.cls else _plain_int(value)
            case schema.Bits():
                return isinstance(value, type.cls or BitString)
            case schema.Boolean():
                return isinstance(value, bool)
            case schema.Octets():
                return isinstance(value, (bytes, bytearray, memoryview))
            case schema.Text():
                return isinstance(value, bytes if type.kind == "GraphicString" else str)
            case schema.ObjectIdentifier():
                return isinstance(value, str)
            case schema.SequenceOf():
                return isinstance(value, (list, tuple))
            case schema.Null():
                return value is None
        return False

    # A-XDR

    def axdr(self, type: schema.Type, value: Any) -> bytes:
        type = self.syntax.types.resolve(type)
        match type:
            case schema.Null():
                self.null(value)
                return b""
            case schema.Boolean():
                return b"\x01" if self.boolean(value) else b"\x00"
            case schema.Integer():
                return self.integer(type, self.number(type, value))
            case schema.Enumerated():
                number = self.number(type, value)
                if not 0 <= number <= 0xFF:
                    self.fail(ErrorCode.OUT_OF_RANGE, f"{numeral(number)} is not in 0 to 255")
                return bytes((number,))
            case schema.Bits():
                return self.bit_string(type, value)
            case schema.Octets():
                octets = self.octets(type.low, type.high, value)
                return octets if type.low == type.high else write_length(len(octets)) + octets
            case schema.Text():
                octets = self.text(type, value)
                return octets if type.is_fixed else write_length(len(octets)) + octets
            case schema.ObjectIdentifier():
                octets = self.oid(value)
                return write_length(len(octets)) + octets
            case schema.Sequence():
                return self.sequence(type, value)
            case schema.Choice():
                return self.choice(type, value)
            case schema.SequenceOf():
                return self.sequence_of(type, value)
            case schema.SelfDescribing():
                return self.described(type, value, type.cls.takes(value))
            case schema.Description():
                return self.described(type, value, isinstance(value, type.cls))
        raise TypeError(type)

    def integer(self, type: schema.Integer, number: int) -> bytes:
        if type.low is not None and type.high is not None:
            return number.to_bytes(width_of(type.low, type.high), "big", signed=type.low < 0)
        if 0 <= number < 0x80:
            return bytes((number,))
        width = width_of_value(number)
        return bytes((0x80 | width,)) + number.to_bytes(width, "big", signed=True)

    def bit_string(self, type: schema.Bits, value: Any) -> bytes:
        bits = self.bits(type, value)
        if type.low == type.high:
            return bits.octets
        return write_length(len(bits)) + bits.octets

    def sequence(self, type: schema.Sequence, value: Any) -> bytes:
        if not isinstance(value, type.cls):
            self.expected(type.cls.__name__, value)
        pieces = []
        for field in type.fields:
            self.path.append("." + field.name)
            component = getattr(value, field.attribute, MISSING)
            octets = self.field(self.component, field, component)
            if field.may_be_absent:
                pieces.append(b"\x00" if octets is None else b"\x01")
            pieces.append(octets or b"")
            self.path.pop()
        return b"".join(pieces)

    def field(
        self, write: Callable[[schema.Type, tuple[int, ...], Any], bytes], field: schema.Field, component: Any
    ) -> bytes | None:
        """The octets of a component; None where it is left out.

        What has parts is of its default value when its octets are those of it: lists, and what is in them, are
        equal in Python where they are of several alternatives, or TRUE and 1.
        """
        has_parts = field.has_default and isinstance(self.syntax.types.resolve(field.type), WITH_PARTS)
        if not has_parts:
            return None if is_absent(field, component) else write(field.type, field.tags, component)
        octets = write(field.type, field.tags, component)
        return None if octets == write(field.type, field.tags, field.default) else octets

    def component(self, type: schema.Type, tags: tuple[int, ...], value: Any) -> bytes:
        """A value in A-XDR, or in BER where it has tags."""
        return self.ber(type, tags, value) if tags else self.axdr(type, value)

    def choice(self, type: schema.Choice, value: Any) -> bytes:
        alternative, held = self.alternative(type, value)
        segment = [] if type.known_by_tags else ["." + alternative.name]
        self.path += segment
        octets = bytes((alternative.tag,)) + self.component(alternative.type, alternative.tags, held)
        del self.path[len(self.path) - len(segment) :]
        return octets

    def sequence_of(self, type: schema.SequenceOf, value: Any) -> bytes:
        items = self.items(type, value)
        pieces = [b"" if type.low == type.high else write_length(len(items))]
        for index, item in enumerate(items):
            self.path.append(f"[{index}]")
            pieces.append(self.component(type.element, type.tags, item))
            self.path.pop()
        return b"".join(pieces)

    def described(self, type: schema.SelfDescribing | schema.Description, value: Any, is_taken: bool) -> bytes:
        cls = type.cls
        if not is_taken:
            self.expected(cls.__name__, value)
        try:
            octets: bytes = value.write()
        except RecursionError:
            raise
        except FAULTS:
            if isinstance(type, schema.SelfDescribing) and type.others:
                check_others(self, type, value)
            self.fail(ErrorCode.WRONG_TYPE, f"the {cls.__name__} was changed and no longer fits its tags")
        return octets

    # BER

    def ber(self, type: schema.Type, tags: tuple[int, ...], value: Any) -> bytes:
        """A value with its tags, from the outside in."""
        type = self.syntax.types.resolve(type)
        if isinstance(type, schema.Choice):
            alternative, held = self.alternative(type, value)
            segment = [] if type.known_by_tags else ["." + alternative.name]
            self.path += segment
            octets = self.ber(alternative.type, alternative.tags, held)
            del self.path[len(self.path) - len(segment) :]
        else:
            octets = self.ber_contents(type, value)
        for tag in reversed(tags):
            octets = ber.element(tag, octets)
        return octets

    def ber_contents(self, type: schema.Type, value: Any) -> bytes:
        match type:
            case schema.Null():
                self.null(value)
                return b""
            case schema.Boolean():
                return b"\xff" if self.boolean(value) else b"\x00"
            case schema.Integer() | schema.Enumerated():
                return ber.write_integer(self.number(type, value))
            case schema.Bits():
                return ber.write_bits(self.bits(type, value))
            case schema.Octets():
                return self.octets(type.low, type.high, value)
            case schema.Text():
                return self.text(type, value)
            case schema.ObjectIdentifier():
                return self.oid(value)
            case schema.Sequence():
                return self.ber_sequence(type, value)
            case schema.SequenceOf():
                return self.ber_sequence_of(type, value)
        self.expected("a type that BER encodes here", value)

    def ber_sequence(self, type: schema.Sequence, value: Any) -> bytes:
        if not isinstance(value, type.cls):
            self.expected(type.cls.__name__, value)
        pieces = []
        for field in type.fields:
            component = getattr(value, field.attribute, MISSING)
            self.path.append("." + field.name)
            pieces.append(self.field(self.ber, field, component) or b"")
            self.path.pop()
        return b"".join(pieces)

    def ber_sequence_of(self, type: schema.SequenceOf, value: Any) -> bytes:
        pieces = []
        for index, item in enumerate(self.items(type, value)):
            self.path.append(f"[{index}]")
            pieces.append(self.ber(type.element, type.tags, item))
            self.path.pop()
        return b"".join(pieces)


def is_absent(field: schema.Field, component: Any) -> bool:
    """Whether a component is left out: an OPTIONAL one that is None, or the DEFAULT; 1 is not TRUE."""
    if field.optional or not field.has_default:
        return field.optional and component is None
    return isinstance(component, bool) is isinstance(field.default, bool) and bool(component == field.default)


def _plain_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, (bool, NamedNumber, NamedBits))
