"""The slow path of decoding, self-describing values: cell by cell, with the path to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xdlms.codec import compact
from xdlms.codec.data import (
    BITS,
    BOOLEAN,
    COMPACT,
    LIST,
    NULL,
    OCTETS,
    RECORD,
    UTF8,
    VISIBLE,
    NaN,
    Shape,
    element_shape,
    repeat,
)
from xdlms.codec.data_types import CONSTRUCTED, OTHERS, read_other, type_name_of
from xdlms.codec.errors import DecodeError, ErrorCode
from xdlms.codec.numbers import BitString
from xdlms.codec.rules import BOOLEAN_NOT_01, COMPACT_CONTENTS, PAD_BITS
from xdlms.codec.schema import SelfDescribing
from xdlms.codec.wording import are, counted

if TYPE_CHECKING:
    from xdlms.codec.decoding import Decoder


def tag_at(decoder: Decoder, type: SelfDescribing, at: int, end: int) -> int:
    """The tag octet, known to the type."""
    decoder.take(at, 1, end)
    tag = decoder.octets[at]
    if tag not in type.names:
        decoder.fail(ErrorCode.UNKNOWN_TAG, f"{tag:02X} is no tag of {type.cls.__name__}", at)
    return tag


def read_value(decoder: Decoder, type: SelfDescribing, at: int, end: int) -> tuple[Shape, Any, int]:
    """One element with its tag: its shape, its value, and where it ends."""
    tag = tag_at(decoder, type, at, end)
    kind = type.cls.KINDS[tag]
    start = at
    at += 1
    if kind in (LIST, RECORD):
        return read_container(decoder, type, tag, start, end)
    if kind == COMPACT:
        return read_compact(decoder, type, tag, start, end)
    if kind in OTHERS:
        value, at = read_other(decoder, type, tag, at, end)
        return tag, value, at
    value, at = read_leaf(decoder, type, tag, kind, at, end)
    decoder.trace(type.names[tag], type, value, start, at)
    return tag, value, at


def read_container(decoder: Decoder, type: SelfDescribing, tag: int, start: int, end: int) -> tuple[Shape, Any, int]:
    """An array or a structure, element by element."""
    count, at = decoder.length(start + 1, end, "count")
    if count > end - at:
        reason = f"the count says {counted(count, 'element')}, {counted(end - at, 'octet')} {are(end - at)} left"
        decoder.fail(ErrorCode.LENGTH_EXCEEDS, reason, start + 1)
    decoder.trace(type.names[tag], type, count, start, None)
    decoder.deeper(True, start)
    shapes: list[Shape] = []
    values: list[Any] = []
    for index in range(count):
        decoder.path.append(f"[{index}]")
        shape, value, at = read_value(decoder, type, at, end)
        decoder.path.pop()
        if shapes and shape == shapes[-1]:
            shape = shapes[-1]
        shapes.append(shape)
        values.append(value)
    decoder.level -= 1
    return repeat(tag, shapes), values if type.cls.KINDS[tag] == LIST else tuple(values), at


def read_leaf(decoder: Decoder, type: SelfDescribing, tag: int, kind: str, at: int, end: int) -> tuple[Any, int]:
    """The value behind a leaf's tag."""
    octets = decoder.octets
    if kind == NULL:
        return None, at
    if kind == BOOLEAN:
        stop = decoder.take(at, 1, end)
        if octets[at] > 1:
            decoder.note(BOOLEAN_NOT_01, at, stop, f"TRUE is sent as {octets[at]:02X}")
        return octets[at] != 0, stop
    if kind == OCTETS:
        start, stop = decoder.contents(at, end)
        return octets[start:stop], stop
    if kind in (VISIBLE, UTF8):
        start, stop = decoder.contents(at, end)
        encoding = "ascii" if kind == VISIBLE else "utf-8"
        return decoder.characters(octets[start:stop], encoding, type.names[tag], start), stop
    if kind == BITS:
        return read_bits(decoder, at, end)
    layout = type.cls.KERNEL.structs[tag]
    stop = decoder.take(at, layout.size, end)
    (value,) = layout.unpack_from(octets, at)
    return (value if value == value else NaN.of(octets[at:stop])), stop


def read_bits(decoder: Decoder, at: int, end: int) -> tuple[BitString, int]:
    """A bit-string: its length counts bits."""
    length, start = decoder.length(at, end, "length in bits")
    size = (length + 7) // 8
    if size > end - start:
        left = end - start
        reason = f"{counted(length, 'bit')} need{'s' * (length == 1)} {counted(size, 'octet')}, {left} {are(left)} left"
        decoder.fail(ErrorCode.LENGTH_EXCEEDS, reason, at)
    octets = decoder.octets[start : start + size]
    unused = -length % 8
    if unused and octets[-1] & (1 << unused) - 1:
        message = f"the {counted(unused, 'bit')} behind the bit-string {are(unused)} not 0"
        decoder.forgive(PAD_BITS, ErrorCode.BAD_STRING, message, start + size - 1, start + size)
        octets = octets[:-1] + bytes((octets[-1] >> unused << unused,))
    return BitString(octets, length), start + size


def read_compact(decoder: Decoder, type: SelfDescribing, tag: int, start: int, end: int) -> tuple[Shape, Any, int]:
    """A compact array: its description, then its contents, looked through but kept as they are."""
    decoder.trace(type.names[tag], type, None, start, None)
    decoder.deeper(True, start)
    decoder.path.append(".contents-description")
    description, at = read_description(decoder, type, start + 1, end)
    decoder.trace("description", type, description, start + 1, at)
    decoder.path[-1] = ".array-contents"
    begin, stop = decoder.contents(at, end)
    array = compact.CompactArray(type.cls.KERNEL, description, decoder.octets[begin:stop])
    decoder.trace("contents", type, array.contents, at, stop)
    try:
        rows = array.rows
    except DecodeError as error:
        # The octets are an OCTET STRING all the same: decoding goes on, `value` will refuse.
        decoder.note(COMPACT_CONTENTS, begin, stop, error.reason)
    else:
        if decoder.tracer is not None:
            trace_rows(decoder, type, description, rows, begin, stop)
    decoder.path.pop()
    decoder.level -= 1
    return tag, array, stop


def trace_rows(decoder: Decoder, type: SelfDescribing, shape: Shape, rows: Any, begin: int, stop: int) -> None:
    """Tells the tracer of the cells of a compact array; they have no tags and share one place."""
    for index, row in enumerate(rows):
        decoder.path.append(f"[{index}]")
        if isinstance(shape, int):
            trace_simple(decoder, type, shape, row, begin, stop)
        else:
            decoder.trace(type.names[shape[0]], type, len(row), begin, None)
            for place, cell in enumerate(row):
                decoder.path.append(f"[{place}]")
                trace_cell(decoder, type, element_shape(shape, place), cell, begin, stop)
                decoder.path.pop()
        decoder.path.pop()


def trace_cell(decoder: Decoder, type: SelfDescribing, shape: Shape, cell: Any, begin: int, stop: int) -> None:
    if isinstance(shape, int):
        trace_simple(decoder, type, shape, cell, begin, stop)
        return
    decoder.trace(type.names[shape[0]], type, len(cell), begin, None)
    for place, inner in enumerate(cell):
        decoder.path.append(f"[{place}]")
        trace_cell(decoder, type, element_shape(shape, place), inner, begin, stop)
        decoder.path.pop()


def trace_simple(decoder: Decoder, type: SelfDescribing, tag: int, cell: Any, begin: int, stop: int) -> None:
    if tag not in type.others:
        decoder.trace(type.names[tag], type, cell, begin, stop)
        return
    alternative = type.others[tag]
    described = decoder.syntax.types.resolve(alternative.type)
    decoder.path.append("." + alternative.name)
    decoder.trace(type_name_of(described), described, cell, begin, stop)
    decoder.path.pop()


def read_description(decoder: Decoder, type: SelfDescribing, at: int, end: int) -> tuple[Shape, int]:
    """The description of the elements of a compact array, in the form of a shape."""
    tag = tag_at(decoder, type, at, end)
    kind = type.cls.KINDS[tag]
    start = at
    at += 1
    if kind in (COMPACT, CONSTRUCTED):
        decoder.fail(ErrorCode.UNKNOWN_TAG, f"a description has no {type.names[tag]}", start)
    if kind not in (LIST, RECORD):
        return tag, at
    decoder.deeper(True, start)
    if kind == LIST:
        stop = decoder.take(at, 2, end)
        count = int.from_bytes(decoder.octets[at:stop], "big")
        decoder.path.append(".type-description")
        element, at = read_description(decoder, type, stop, end)
        decoder.path.pop()
        shape: Shape = (tag, element, count)
    else:
        count, at = decoder.length(at, end, "count")
        if count > end - at:
            reason = f"the count says {counted(count, 'element')}, {counted(end - at, 'octet')} {are(end - at)} left"
            decoder.fail(ErrorCode.LENGTH_EXCEEDS, reason, start + 1)
        elements = []
        for index in range(count):
            decoder.path.append(f"[{index}]")
            element, at = read_description(decoder, type, at, end)
            decoder.path.pop()
            elements.append(element)
        shape = (tag, tuple(elements))
    decoder.level -= 1
    return shape, at
