"""Single values as octets, by their type in the model: in A-XDR (IEC 61334-6) and in BER (ISO/IEC 8825-1).

The compiler does not import the runtime, so that what is made here also checks it. What a type's tags
add is not part of the octets.
"""

from __future__ import annotations

from xdlms_codegen.lower.context import BER
from xdlms_codegen.model import BitString, CharacterString, Integer, OctetString, Range


def length(count: int) -> bytes:
    """A length or a count, in its shortest form."""
    if count < 0x80:
        return bytes((count,))
    width = (count.bit_length() + 7) // 8
    return bytes((0x80 | width,)) + count.to_bytes(width, "big")


def element(tags: tuple[int, ...], contents: bytes) -> bytes:
    """Contents in BER behind their identifiers, from the outside in."""
    for tag in reversed(tags):
        contents = tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + length(len(contents)) + contents
    return contents


def signed_width(value: int) -> int:
    """The octets of a number in two's complement, as few as possible."""
    return ((value + (value < 0)).bit_length() + 8) // 8


def fixed_width(range_: Range) -> tuple[int, bool] | None:
    """The octets of a constrained INTEGER in A-XDR, and whether it has a sign; None where the number decides."""
    low, high = range_.minimum, range_.maximum
    if low is None or high is None:
        return None
    if low >= 0:
        return max(1, (high.bit_length() + 7) // 8), False
    return max(signed_width(low), signed_width(high)), True


def number(type_: Integer, value: int, rule: str) -> bytes:
    """An INTEGER; the value is in the range of its type."""
    if rule == BER:
        return value.to_bytes(signed_width(value), "big", signed=True)
    width = fixed_width(type_.range)
    if width is not None:
        return value.to_bytes(width[0], "big", signed=width[1])
    if 0 <= value < 0x80:
        return bytes((value,))
    return bytes((0x80 | signed_width(value),)) + value.to_bytes(signed_width(value), "big", signed=True)


def enumerated(value: int, rule: str) -> bytes:
    """The number of an ENUMERATED."""
    return value.to_bytes(signed_width(value), "big", signed=True) if rule == BER else bytes((value,))


def boolean(value: bool, rule: str) -> bytes:
    """A BOOLEAN; TRUE is 01 in A-XDR and FF in BER."""
    return (b"\xff" if rule == BER else b"\x01") if value else b"\x00"


def bits(type_: BitString, digits: str, rule: str) -> bytes:
    """A BIT STRING from its digits; trailing zeros of one with named bits are sent only where its size needs them."""
    if type_.named:
        digits = digits.rstrip("0").ljust(type_.size.minimum or 0, "0")
    count = (len(digits) + 7) // 8
    packed = int(digits.ljust(8 * count, "0") or "0", 2).to_bytes(count, "big")
    if rule == BER:
        return bytes((-len(digits) % 8,)) + packed
    return packed if type_.size.fixed is not None else length(len(digits)) + packed


def string(type_: OctetString | CharacterString, octets: bytes, rule: str) -> bytes:
    """An OCTET STRING or a character string; A-XDR sends the length of one whose size does not say it."""
    if rule == BER or fixed_length(type_) is not None:
        return octets
    return length(len(octets)) + octets


def fixed_length(type_: OctetString | CharacterString) -> int | None:
    """The octets of every value, where they are as many: characters of a UTF8String have one to four."""
    is_utf8 = isinstance(type_, CharacterString) and type_.kind == "UTF8String"
    return None if is_utf8 else type_.size.fixed


def object_identifier(numbers: str, rule: str) -> bytes:
    """An OBJECT IDENTIFIER from its numbers with dots."""
    first, second, *rest = map(int, numbers.split("."))
    octets = bytearray()
    for value in (40 * first + second, *rest):
        width = max(1, (value.bit_length() + 6) // 7)
        octets += bytes(value >> 7 * shift & 0x7F | 0x80 * (shift > 0) for shift in reversed(range(width)))
    return bytes(octets) if rule == BER else length(len(octets)) + bytes(octets)


def bit_width(type_: BitString) -> int:
    """The bits of a BIT STRING with names: its largest size, else up to its last named bit."""
    if type_.size.maximum is not None:
        return type_.size.maximum
    return max((bit.number for bit in type_.named), default=-1) + 1
