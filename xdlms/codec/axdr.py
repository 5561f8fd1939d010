"""A-XDR (IEC 61334-6): the primitives that the generated classes read and write with.

This is the fast path. It raises FAULTS without a word about where; `xdlms.codec.decoding` then reads
the same octets again, slowly, and says what is wrong in which field.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sized

from xdlms.codec.numbers import BitString

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")
    S = TypeVar("S", bound=Sized)

FAULTS = (IndexError, KeyError, ValueError, TypeError, AttributeError, OverflowError, struct.error, RecursionError)
"""What the fast path may raise on octets or values that it does not take."""


class Unusual(ValueError):
    """The fast path does not take this: perhaps wrong, perhaps a rare form. The slow path decides."""


def read_length(octets: bytes, at: int) -> tuple[int, int]:
    """A length or count at `at`, and where it ends."""
    length = octets[at]
    at += 1
    if length < 0x80:
        return length, at
    width = length & 0x7F
    if not 0 < width <= 4 or at + width > len(octets):
        raise Unusual
    return int.from_bytes(octets[at : at + width], "big"), at + width


def write_length(length: int) -> bytes:
    """A length or count in its shortest form."""
    if length < 0x80:
        return _SHORT_LENGTHS[length]
    if length > 0xFFFFFFFF:
        raise Unusual
    width = (length.bit_length() + 7) >> 3
    return bytes((0x80 | width,)) + length.to_bytes(width, "big")


_SHORT_LENGTHS = [bytes((length,)) for length in range(0x80)]


def read_integer(octets: bytes, at: int) -> tuple[int, int]:
    """An unconstrained INTEGER: one octet, or 80 and the number of octets, then those, as few as can be."""
    first = octets[at]
    at += 1
    if first < 0x80:
        return first, at
    end = at + (first & 0x7F)
    value = int.from_bytes(octets[at:end], "big", signed=True)
    if end > len(octets) or write_integer(value) != octets[at - 1 : end]:
        raise Unusual
    return value, end


def write_integer(value: int) -> bytes:
    """An unconstrained INTEGER."""
    if 0 <= value < 0x80:
        return _SHORT_LENGTHS[value]
    width = ((value + (value < 0)).bit_length() + 8) >> 3
    if width > 126:
        raise Unusual
    return bytes((0x80 | width,)) + value.to_bytes(width, "big", signed=True)


def ranged(value: int, low: int | None, high: int | None) -> int:
    """A number, checked: one that is not in its range is Unusual."""
    if (low is not None and value < low) or (high is not None and value > high):
        raise Unusual
    return value


def counted(value: S, low: int, high: int | None) -> S:
    """A value with a size, checked: one whose size is not allowed is Unusual."""
    if len(value) < low or (high is not None and len(value) > high):
        raise Unusual
    return value


def read_octets(octets: bytes, at: int) -> tuple[bytes, int]:
    """An OCTET STRING of variable size."""
    length = octets[at]
    at += 1
    if length > 0x7F:
        length, at = read_length(octets, at - 1)
    end = at + length
    if end > len(octets):
        raise Unusual
    return octets[at:end], end


class _Flag:
    """BOOLEAN as an octet; 1 and 1.0 are no booleans."""

    __slots__ = ()

    def __getitem__(self, value: bool) -> int:
        if value is True:
            return 1
        if value is False:
            return 0
        raise Unusual


FLAG = _Flag()
"""BOOLEAN as an octet, ``FLAG[value]``; any other value is Unusual."""


def write_octets(value: bytes) -> bytes:
    """An OCTET STRING of variable size, its length in front."""
    if type(value) is not bytes:
        raise Unusual
    return write_length(len(value)) + value


def sized(value: bytes, size: int) -> bytes:
    """Octets of a fixed size, checked: struct would cut or fill them without a word."""
    if type(value) is not bytes or len(value) != size:
        raise Unusual
    return value


def text_of(raw: bytes) -> str:
    """ASCII characters; others, and control characters, are none."""
    value = raw.decode("ascii")
    if not value.isprintable():
        raise Unusual
    return value


def text_octets(value: str) -> bytes:
    """The octets of ASCII characters."""
    if not value.isprintable():
        raise Unusual
    return value.encode("ascii")


def read_text(octets: bytes, at: int) -> tuple[str, int]:
    """A VisibleString, GeneralizedTime or another string of ASCII characters."""
    raw, end = read_octets(octets, at)
    return text_of(raw), end


def write_text(value: str) -> bytes:
    """A string of ASCII characters, its length in front."""
    return write_octets(text_octets(value))


def read_utf8(octets: bytes, at: int) -> tuple[str, int]:
    """A UTF8String; its length counts octets."""
    raw, end = read_octets(octets, at)
    return raw.decode(), end


def write_utf8(value: str) -> bytes:
    """A UTF8String, its length in octets in front."""
    return write_octets(value.encode())


def read_list(octets: bytes, at: int, read: Callable[[bytes, int], tuple[T, int]]) -> tuple[list[T], int]:
    """A SEQUENCE OF with its count in front; `read` takes one element, of one octet at least."""
    count, at = read_length(octets, at)
    if count > len(octets) - at:
        raise Unusual
    items: list[T] = []
    append = items.append
    for _ in range(count):
        item, at = read(octets, at)
        append(item)
    return items, at


def write_list(items: list[T], write: Callable[[T], bytes]) -> bytes:
    """A SEQUENCE OF, its count in front."""
    if type(items) is not list:
        raise Unusual
    return write_length(len(items)) + b"".join(map(write, items))


def read_items(octets: bytes, at: int, read: Callable[[bytes, int], tuple[T, int]], count: int) -> tuple[list[T], int]:
    """A SEQUENCE OF with a fixed number of elements, which is not sent."""
    items: list[T] = []
    for _ in range(count):
        item, at = read(octets, at)
        items.append(item)
    return items, at


def write_items(items: list[T], write: Callable[[T], bytes], count: int) -> bytes:
    """A SEQUENCE OF with a fixed number of elements."""
    if type(items) is not list or len(items) != count:
        raise Unusual
    return b"".join(map(write, items))


def read_numbers(octets: bytes, at: int, format: str, count: int | None = None) -> tuple[list[int], int]:
    """A SEQUENCE OF numbers of one width, `format` in struct's letters; a fixed `count` is not sent."""
    if count is None:
        count, at = read_length(octets, at)
    end = at + count * struct.calcsize(">" + format)
    if end > len(octets):
        raise Unusual
    return list(struct.unpack_from(f">{count}{format}", octets, at)), end


def write_numbers(items: list[int], format: str, count: int | None = None) -> bytes:
    """A SEQUENCE OF numbers of one width."""
    if type(items) is not list or count not in (None, len(items)):
        raise Unusual
    octets = struct.pack(f">{len(items)}{format}", *items)
    return octets if count is not None else write_length(len(items)) + octets


def read_bits(octets: bytes, at: int) -> tuple[BitString, int]:
    """A BIT STRING of variable size: its length in bits, then the octets."""
    length, at = read_length(octets, at)
    end = at + ((length + 7) >> 3)
    return BitString(octets[at:end], length), end


def write_bits(value: BitString) -> bytes:
    """A BIT STRING of variable size."""
    if type(value) is not BitString:
        raise Unusual
    return write_length(value.length) + value.octets


def sized_bits(value: BitString, size: int) -> bytes:
    """The octets of a BIT STRING of a fixed number of bits."""
    if type(value) is not BitString or value.length != size:
        raise Unusual
    return value.octets
