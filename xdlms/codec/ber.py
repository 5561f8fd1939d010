"""BER (ISO/IEC 8825-1), definite lengths: the primitives that the generated classes read and write with.

The fast path, as `xdlms.codec.axdr`: it raises FAULTS, and `xdlms.codec.decoding` says what and where.
A tag is the number that its identifier octets make: 0x60, 0xA1, 0x5F1F.
"""

from __future__ import annotations

from xdlms.codec.axdr import Unusual, read_length, write_length
from xdlms.codec.numbers import BitString

END = -1
"""The tag that `header` gives behind the last component."""

OID_BITS = 128
"""The bits of the largest number in an OBJECT IDENTIFIER: a UUID has as many."""

INTEGER_OCTETS = 126
"""The octets of the largest INTEGER that is read or written: as many as A-XDR can count in one octet."""

ARC_DIGITS = 40
"""The digits that the largest number in an OBJECT IDENTIFIER may have."""


def first_octet(tag: int) -> int:
    """The first identifier octet of a tag."""
    return tag.to_bytes((tag.bit_length() + 7) >> 3 or 1, "big")[0]


def identifier(tag: int) -> bytes:
    """The identifier octets of a tag."""
    return tag.to_bytes((tag.bit_length() + 7) >> 3 or 1, "big")


def header(octets: bytes, at: int, end: int) -> tuple[int, int, int]:
    """The tag, and where its contents begin and end; END behind the last component.

    Only tags of one octet are read; the first octet of a longer one is no tag that anybody looks for.
    """
    if at >= end:
        return END, at, at
    tag = octets[at]
    length = octets[at + 1]
    at += 2
    if length > 0x7F:
        length, at = read_length(octets, at - 1)
    stop = at + length
    if stop > end:
        raise Unusual
    return tag, at, stop


def contents(octets: bytes, at: int) -> tuple[int, int]:
    """Where the contents behind the length at `at` begin and end."""
    length = octets[at]
    at += 1
    if length > 0x7F:
        length, at = read_length(octets, at - 1)
    if at + length > len(octets):
        raise Unusual
    return at, at + length


def inside(octets: bytes, at: int, end: int, tag: int) -> int:
    """Where the contents of the one element that fills an explicit tag begin; they end where it ends."""
    start = at + 2
    if octets[at] == tag and octets[at + 1] == end - start < 0x80:
        return start
    found, start, stop = header(octets, at, end)
    if found != tag or stop != end:
        raise Unusual
    return start


def element(tag: int, contents: bytes) -> bytes:
    """Tag, length, contents."""
    return identifier(tag) + write_length(len(contents)) + contents


def read_integer(octets: bytes, at: int, end: int) -> int:
    """The contents of an INTEGER or ENUMERATED."""
    if end - at == 1:
        value = octets[at]
        return value if value < 0x80 else value - 0x100
    if not at < end <= at + INTEGER_OCTETS:
        raise Unusual
    if (octets[at] == 0 and octets[at + 1] < 0x80) or (octets[at] == 0xFF and octets[at + 1] >= 0x80):
        raise Unusual
    return int.from_bytes(octets[at:end], "big", signed=True)


def write_integer(value: int) -> bytes:
    """The contents of an INTEGER: two's complement, as few octets as possible."""
    width = ((value + (value < 0)).bit_length() + 8) >> 3
    if width > INTEGER_OCTETS:
        raise Unusual
    return value.to_bytes(width, "big", signed=True)


def read_named_bits(octets: bytes, at: int, end: int, width: int) -> int:
    """The contents of a BIT STRING with named bits as a number of `width` bits."""
    unused = octets[at]
    length = 8 * (end - at - 1) - unused
    number = octets[at + 1] if end - at == 2 else int.from_bytes(octets[at + 1 : end], "big")
    if unused > 7 or not 0 <= length <= width or number & (1 << unused) - 1:
        raise Unusual
    return number >> unused << width - length


def write_named_bits(value: int, width: int, shortest: int = 0) -> bytes:
    """The contents of a BIT STRING with named bits: without trailing 0 bits, `shortest` bits at least."""
    length = width
    while length > shortest and not value & 1:
        value >>= 1
        length -= 1
    unused = -length % 8
    return bytes((unused,)) + (value << unused).to_bytes((length + 7) // 8, "big")


def read_bits(octets: bytes, at: int, end: int) -> BitString:
    """The contents of a BIT STRING without names."""
    unused = octets[at]
    if unused > 7:
        raise Unusual
    return BitString(octets[at + 1 : end], 8 * (end - at - 1) - unused)


def write_bits(value: BitString) -> bytes:
    """The contents of a BIT STRING without names."""
    return bytes((-value.length % 8,)) + value.octets


def octets_of(value: bytes) -> bytes:
    """The contents of an OCTET STRING, or of a GraphicString, whose octets have no known characters."""
    if type(value) is not bytes:
        raise Unusual
    return value


REMEMBERED_OIDS, LONGEST_REMEMBERED_OID = 64, 16
"""How many OBJECT IDENTIFIERs of up to so many octets are remembered: every association sends one or two of a dozen."""

_oids: dict[bytes, str] = {}


def oid_of(contents: bytes) -> str:
    """The contents of an OBJECT IDENTIFIER as numbers with dots; raises ValueError where they are none."""
    known = _oids.get(contents)
    if known is not None:
        return known
    if not contents or contents[-1] & 0x80:
        raise ValueError("an OBJECT IDENTIFIER ends inside a number")
    numbers: list[int] = []
    value, fresh = 0, True
    for octet in contents:
        if fresh and octet == 0x80:
            raise ValueError("a number of an OBJECT IDENTIFIER begins with 80")
        value = value << 7 | octet & 0x7F
        fresh = octet < 0x80
        if value.bit_length() > OID_BITS:
            raise ValueError(f"a number of an OBJECT IDENTIFIER has more than {OID_BITS} bits")
        if fresh:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    oid = ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))
    if len(contents) <= LONGEST_REMEMBERED_OID:
        if len(_oids) >= REMEMBERED_OIDS:
            _oids.clear()
        _oids[contents] = oid
    return oid


def _is_arc(part: str) -> bool:
    """Whether this is a number as it stands in an OBJECT IDENTIFIER: no sign, no needless 0."""
    is_number = part.isascii() and part.isdigit() and len(part) <= ARC_DIGITS
    return is_number and (part == "0" or not part.startswith("0"))


def oid_contents(oid: str) -> bytes:
    """The contents for numbers with dots; raises ValueError where they make no OBJECT IDENTIFIER."""
    numbers = [int(part) for part in oid.split(".") if _is_arc(part)]
    if len(numbers) != oid.count(".") + 1 or len(numbers) < 2 or numbers[0] > 2 or (numbers[0] < 2 and numbers[1] > 39):
        raise ValueError(f"{oid[:60]!r} is no OBJECT IDENTIFIER")
    octets = bytearray()
    for number in (40 * numbers[0] + numbers[1], *numbers[2:]):
        if number.bit_length() > OID_BITS:
            raise ValueError(f"a number of an OBJECT IDENTIFIER has more than {OID_BITS} bits")
        width = max(1, (number.bit_length() + 6) // 7)
        octets += bytes(number >> 7 * shift & 0x7F | 0x80 * (shift > 0) for shift in reversed(range(width)))
    return bytes(octets)
