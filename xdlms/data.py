"""Values of attributes, method parameters and selections: a constructor for every type of Data.

They make Data of the newest edition. Each checks what it is given and raises EncodeError, whose path
is ``$``, or ``$[2]`` for the third element, so that a wrong value is found where it is made. What `value`
gives for each type is what its constructor takes:

- null-data, dont-care: None; boolean: bool; the whole numbers, bcd and enum: int; float32, float64: float;
- octet-string, date-time, date, time: bytes; visible-string, utf8-string: str; bit-string: BitString;
- array: list; structure: tuple; compact-array: list, of tuples where its elements are structures.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeAlias

from xdlms.apdu import Data, DataTag, TypeDescription
from xdlms.codec.compact import CompactArray
from xdlms.codec.data import LIST, RECORD, NaN, SelfDescribing, Shape, element_count, element_shape, is_text, repeat
from xdlms.codec.data_types import OTHERS
from xdlms.codec.numbers import BitString, numeral
from xdlms.codec.rows import Rows
from xdlms.errors import DecodeError, EncodeError, ErrorCode

__all__ = [
    "BitString",
    "Data",
    "DataTag",
    "Rows",
    "TypeDescription",
    "Value",
    "array",
    "bcd",
    "bit_string",
    "boolean",
    "compact_array",
    "date",
    "date_time",
    "delta_double_long",
    "delta_double_long_unsigned",
    "delta_integer",
    "delta_long",
    "delta_long_unsigned",
    "delta_unsigned",
    "description_of",
    "dont_care",
    "double_long",
    "double_long_unsigned",
    "enum",
    "float32",
    "float64",
    "integer",
    "long",
    "long64",
    "long64_unsigned",
    "long_unsigned",
    "null",
    "octet_string",
    "structure",
    "time",
    "unsigned",
    "utf8_string",
    "visible_string",
]

Value: TypeAlias = "bool | int | float | str | bytes | BitString | list[Value] | tuple[Value, ...] | None"
"""What `Data.value` gives."""

Octets: TypeAlias = bytes | bytearray | memoryview


def null() -> Data:
    """null-data: no value."""
    return _leaf(DataTag.null_data, None)


def dont_care() -> Data:
    """dont-care: any value will do."""
    return _leaf(DataTag.dont_care, None)


def boolean(b: bool) -> Data:
    """boolean; a number is none."""
    return _leaf(DataTag.boolean, b)


def integer(n: int) -> Data:
    """integer, -128 to 127."""
    return _leaf(DataTag.integer, n)


def long(n: int) -> Data:
    """long, -32 768 to 32 767."""
    return _leaf(DataTag.long, n)


def double_long(n: int) -> Data:
    """double-long, 32 bits with a sign."""
    return _leaf(DataTag.double_long, n)


def long64(n: int) -> Data:
    """long64, 64 bits with a sign."""
    return _leaf(DataTag.long64, n)


def unsigned(n: int) -> Data:
    """unsigned, 0 to 255."""
    return _leaf(DataTag.unsigned, n)


def long_unsigned(n: int) -> Data:
    """long-unsigned, 0 to 65 535."""
    return _leaf(DataTag.long_unsigned, n)


def double_long_unsigned(n: int) -> Data:
    """double-long-unsigned, 32 bits without a sign."""
    return _leaf(DataTag.double_long_unsigned, n)


def long64_unsigned(n: int) -> Data:
    """long64-unsigned, 64 bits without a sign."""
    return _leaf(DataTag.long64_unsigned, n)


def delta_integer(n: int) -> Data:
    """delta-integer, a difference of -128 to 127. Since 2023."""
    return _leaf(DataTag.delta_integer, n)


def delta_long(n: int) -> Data:
    """delta-long, a difference of -32 768 to 32 767. Since 2023."""
    return _leaf(DataTag.delta_long, n)


def delta_double_long(n: int) -> Data:
    """delta-double-long, a difference of 32 bits with a sign. Since 2023."""
    return _leaf(DataTag.delta_double_long, n)


def delta_unsigned(n: int) -> Data:
    """delta-unsigned, a difference of 0 to 255. Since 2023."""
    return _leaf(DataTag.delta_unsigned, n)


def delta_long_unsigned(n: int) -> Data:
    """delta-long-unsigned, a difference of 0 to 65 535. Since 2023."""
    return _leaf(DataTag.delta_long_unsigned, n)


def delta_double_long_unsigned(n: int) -> Data:
    """delta-double-long-unsigned, a difference of 32 bits without a sign. Since 2023."""
    return _leaf(DataTag.delta_double_long_unsigned, n)


def bcd(n: int) -> Data:
    """bcd, one octet as a number of -128 to 127: 0x12 is the digits 12."""
    return _leaf(DataTag.bcd, n)


def enum(n: int) -> Data:
    """enum, 0 to 255; the attribute says what the number means."""
    return _leaf(DataTag.enum, n)


def float32(x: float) -> Data:
    """float32, IEEE 754; `x` is rounded to 24 significant bits, and `value` is what it was rounded to."""
    return _leaf(DataTag.float32, x)


def float64(x: float) -> Data:
    """float64, IEEE 754."""
    return _leaf(DataTag.float64, x)


def octet_string(b: Octets) -> Data:
    """octet-string, any octets."""
    return _leaf(DataTag.octet_string, b)


def visible_string(s: str) -> Data:
    """visible-string, the characters of ASCII from space to ~."""
    return _leaf(DataTag.visible_string, s)


def utf8_string(s: str) -> Data:
    """utf8-string, any text."""
    return _leaf(DataTag.utf8_string, s)


def bit_string(bits: BitString | str) -> Data:
    """bit-string, as a BitString or written as ``"0110"``, first bit first."""
    return _leaf(DataTag.bit_string, bits)


def date_time(b: Octets) -> Data:
    """date-time, 12 octets, laid out as a Cosem-Date-Time."""
    return _leaf(DataTag.date_time, b)


def date(b: Octets) -> Data:
    """date, 5 octets: year (2), month, day of month, day of week."""
    return _leaf(DataTag.date, b)


def time(b: Octets) -> Data:
    """time, 4 octets: hour, minute, second, hundredths."""
    return _leaf(DataTag.time, b)


def array(items: Iterable[Data]) -> Data:
    """array of `items`. The standard wants them of one type; this is not checked."""
    shapes, values = _elements(items)
    return Data.hold(repeat(int(DataTag.array), shapes), values)


def structure(items: Iterable[Data]) -> Data:
    """structure of `items`, each of its own type."""
    shapes, values = _elements(items)
    return Data.hold(repeat(int(DataTag.structure), shapes), tuple(values))


def compact_array(description: TypeDescription | None, rows: Iterable[Any]) -> Data:
    """compact-array of `rows`, which all have the type that `description` describes.

    A row is a plain value, or a Data of that type; without a description the first row is a Data and
    describes the others. Elements of structures may be given in any sequence.

    Raises EncodeError where a row does not fit, and for rows that cost no octets, as null-data does:
    nobody could tell how many there are.
    """
    every = list(rows)
    if description is None:
        if not every or not isinstance(every[0], Data):
            _fail(ErrorCode.WRONG_TYPE, "without a description the first row is a Data", "$[0]")
        description = description_of(every[0])
    elif not isinstance(description, TypeDescription):
        _expected("TypeDescription", description, "$")
    description.encode()
    shape: Shape = description.shape
    pieces: list[bytes] = []
    for index, row in enumerate(every):
        path = f"$[{index}]"
        if isinstance(row, Data):
            if _description(row.shape, row.raw, path) != shape:
                _fail(ErrorCode.WRONG_TYPE, f"this {row.tag.name} is not of the type described", path)
            row = row.raw
        _write_cell(shape, row, path, pieces.append)
    held = CompactArray(Data.KERNEL, shape, b"".join(pieces))
    try:
        told = len(held.rows) == len(every)
    except DecodeError:
        told = False
    if not told:
        _fail(ErrorCode.CONTENTS, f"{len(held.contents)} octets do not tell {len(every)} rows of this type", "$")
    return Data.hold(int(DataTag.compact_array), held)


def description_of(data: Data) -> TypeDescription:
    """The type of a value as a compact-array describes it.

    Raises EncodeError for a value that none can describe: an array that is empty or whose elements
    differ in type, and a compact-array.
    """
    return TypeDescription(_description(data.shape, data.raw, "$"))


# What is checked


def _fail(code: ErrorCode, reason: str, path: str) -> NoReturn:
    raise EncodeError(code, reason, path=path)


def _expected(what: str, value: object, path: str) -> NoReturn:
    _fail(ErrorCode.WRONG_TYPE, f"expected {what}, got {type(value).__name__}", path)


def _leaf(tag: int, value: object) -> Data:
    return Data.hold(int(tag), _checked(tag, value, "$"))


def _checked(tag: int, value: object, path: str) -> Any:
    """The value of a leaf as Data holds it."""
    kind = Data.KINDS[tag]
    check = _CHECKS.get(kind)
    if check is not None:
        return check(value, path)
    if kind in OTHERS:
        return Data.of(tag, value).raw
    if kind.endswith("s"):
        return _octets(value, path, int(kind[:-1]))
    return _number(kind, value, path)


def _none(value: object, path: str) -> None:
    if value is not None:
        _expected("None", value, path)


def _bool(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        _expected("bool", value, path)
    return value


def _number(kind: str, value: object, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        _expected("int", value, path)
    bits = 8 * struct.calcsize(kind)
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if kind.islower() else (0, (1 << bits) - 1)
    if not low <= value <= high:
        _fail(ErrorCode.OUT_OF_RANGE, f"{numeral(value)} is not in {low} to {high}", path)
    return int(value)


def _float(kind: str) -> Callable[[object, str], float]:
    layout = struct.Struct(f">{kind}")

    def check(value: object, path: str) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            _expected("float", value, path)
        if isinstance(value, NaN) and len(value.octets) == layout.size:
            return value
        try:
            octets = layout.pack(float(value))
        except OverflowError:
            _fail(ErrorCode.OUT_OF_RANGE, f"the number is too large for {8 * layout.size} bits", path)
        (held,) = layout.unpack(octets)
        return held if held == held else NaN.of(octets)

    return check


def _octets(value: object, path: str, size: int | None = None) -> bytes:
    if not isinstance(value, bytes | bytearray | memoryview):
        _expected("bytes", value, path)
    octets = bytes(value)
    if size is not None and len(octets) != size:
        _fail(ErrorCode.SIZE, f"expected {size} octets, got {len(octets)}", path)
    return octets


def _text(kind: str) -> Callable[[object, str], str]:
    def check(value: object, path: str) -> str:
        if not isinstance(value, str):
            _expected("str", value, path)
        text = str(value)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            _fail(ErrorCode.BAD_STRING, f"character {error.start} is a surrogate", path)
        if not is_text(text, kind):
            _fail(ErrorCode.BAD_STRING, "a visible-string has only the characters of ASCII from space to ~", path)
        return text

    return check


def _bits(value: object, path: str) -> BitString:
    if isinstance(value, str):
        try:
            return BitString.of(value)
        except ValueError as error:
            _fail(ErrorCode.BAD_STRING, str(error), path)
    if not isinstance(value, BitString):
        _expected("BitString", value, path)
    return value


_CHECKS: dict[str, Callable[[object, str], Any]] = {
    "null": _none,
    "boolean": _bool,
    "octets": _octets,
    "bits": _bits,
    "visible": _text("visible"),
    "utf8": _text("utf8"),
    "f": _float("f"),
    "d": _float("d"),
}


def _elements(items: Iterable[Data]) -> tuple[list[Shape], list[Any]]:
    shapes, values = [], []
    for index, item in enumerate(items):
        if not isinstance(item, Data):
            if isinstance(item, SelfDescribing):
                package = type(item).__module__.rpartition(".")[0]
                _fail(ErrorCode.WRONG_TYPE, f"this is a Data of {package}, whose Data.of takes it", f"$[{index}]")
            _expected("Data", item, f"$[{index}]")
        shapes.append(item.shape)
        values.append(item.raw)
    return shapes, values


def _description(shape: Shape, value: Any, path: str) -> Shape:
    """The shape of a value in the form of a description."""
    if isinstance(value, CompactArray):
        _fail(ErrorCode.WRONG_TYPE, "a compact-array cannot be inside another one", path)
    if isinstance(shape, int):
        return shape
    kind = Data.KINDS[shape[0]]
    parts = [_description(element_shape(shape, i), value[i], f"{path}[{i}]") for i in range(element_count(shape))]
    if kind == RECORD:
        return (shape[0], tuple(parts))
    if not parts or any(part != parts[0] for part in parts):
        _fail(ErrorCode.WRONG_TYPE, "the elements of the array are not of one type that can be described", path)
    return (shape[0], parts[0], len(parts))


def _write_cell(shape: Shape, value: Any, path: str, add: Callable[[bytes], None]) -> None:
    """One cell of a compact-array, checked."""
    if isinstance(shape, int):
        add(Data.KERNEL.leaf_writers[shape](_checked(shape, value, path)))
        return
    what = "list" if Data.KINDS[shape[0]] == LIST else "tuple"
    if not isinstance(value, list | tuple):
        _expected(what, value, path)
    if len(value) != element_count(shape):
        _fail(ErrorCode.SIZE, f"expected {element_count(shape)} elements, got {len(value)}", path)
    for index, element in enumerate(value):
        _write_cell(element_shape(shape, index), element, f"{path}[{index}]", add)
