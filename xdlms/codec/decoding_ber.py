"""The slow path of decoding, BER: tags in order, definite lengths, every component in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xdlms.codec import ber, schema
from xdlms.codec.entry import same
from xdlms.codec.errors import ErrorCode
from xdlms.codec.rules import (
    BOOLEAN_NOT_FF,
    DEFAULT_SENT,
    RAW_STRING,
    SHORT_TAG,
    UNKNOWN_COMPONENT,
)
from xdlms.codec.wording import counted

if TYPE_CHECKING:
    from xdlms.codec.decoding import Decoder

STRING_TAGS = frozenset((0x03, 0x04, 0x0C, 0x12, 0x13, 0x16, 0x19, 0x1A, 0x1B))
"""Universal tags of the string types that meters have put in the place of an OCTET STRING."""

CONSTRUCTED = 0x20


def tag_name(tag: int) -> str:
    return ber.identifier(tag).hex().upper()


def read_header(decoder: Decoder, at: int, end: int) -> tuple[int, int, int, int]:
    """The tag, the octet of the length, and where the contents begin and end."""
    octets = decoder.octets
    after = decoder.take(at, 1, end)
    tag = octets[at]
    if tag & 0x1F == 0x1F:
        while True:
            stop = decoder.take(after, 1, end)
            tag = tag << 8 | octets[after]
            after = stop
            if not octets[after - 1] & 0x80:
                break
            if after - at > 5:
                decoder.fail(ErrorCode.UNEXPECTED_TAG, "a tag of more than five octets", at)
    if octets[after : after + 1] == b"\x80":
        decoder.fail(ErrorCode.LENGTH_FORM, "the indefinite length 80 is not allowed", after)
    length_at = after
    start, stop = decoder.contents(length_at, end)
    return tag, length_at, start, stop


def read_tlv(decoder: Decoder, type: schema.Type, tags: tuple[int, ...], at: int, end: int) -> tuple[Any, int]:
    """One value with its tags, from the outside in: the value and where it ends."""
    resolved = decoder.syntax.types.resolve(type)
    if not tags:
        if isinstance(resolved, schema.Choice):
            return read_choice(decoder, resolved, at, end)
        decoder.fail(ErrorCode.UNEXPECTED_TAG, "a type without a tag has no place in BER", at)
    tag, _, start, stop = expect(decoder, tags[0], at, end)
    rest = tags[1:]
    if rest or isinstance(resolved, schema.Choice):
        value = read_inside(decoder, resolved, rest, start, stop)
    else:
        value = read_contents(decoder, resolved, tag, start, stop)
    return value, stop


def expect(decoder: Decoder, wanted: int, at: int, end: int) -> tuple[int, int, int, int]:
    """The header of an element that must have the tag wanted."""
    first = ber.identifier(wanted)
    found = decoder.octets[at : min(at + len(first), end)]
    if not decoder.strict and len(first) == 2 and found[:1] == first[:1] and found[1:2] == b"\x04":
        # A tag over 30 in one octet: 5F 04 00 ... where 5F 1F 04 00 ... is due.
        decoder.note(SHORT_TAG, at, at + 1, f"the tag {tag_name(wanted)} is sent as {found[:1].hex().upper()}")
        start, stop = decoder.contents(at + 1, end)
        return wanted, at + 1, start, stop
    if found and not first.startswith(found[: len(first)]):
        decoder.fail(ErrorCode.UNEXPECTED_TAG, f"expected the tag {tag_name(wanted)}, found {found.hex().upper()}", at)
    return read_header(decoder, at, end)


def read_inside(decoder: Decoder, type: schema.Type, tags: tuple[int, ...], start: int, stop: int) -> Any:
    """What fills an explicit tag: one element and nothing behind it."""
    if isinstance(type, schema.Octets) and tags == (0x04,) and not fills(decoder, 0x04, start, stop):
        return raw_string(decoder, type, start, stop)
    value, at = read_tlv(decoder, type, tags, start, stop)
    if at < stop:
        decoder.fail(ErrorCode.TRAILING_OCTETS, f"{counted(stop - at, 'octet')} left over inside an explicit tag", at)
    return value


def fills(decoder: Decoder, tag: int | None, start: int, stop: int) -> bool:
    """Whether one primitive element, with this tag or any of a string type, fills the octets exactly."""
    octets = decoder.octets
    if stop - start < 2 or (octets[start] not in STRING_TAGS if tag is None else octets[start] != tag):
        return False
    try:
        _, _, end = ber.header(octets, start, stop)
    except (ValueError, IndexError):
        return False
    return end == stop


def raw_string(decoder: Decoder, type: schema.Octets, start: int, stop: int) -> Any:
    """Octets in an explicit tag without the tag 04: some meters send another string type, or none."""
    if decoder.strict:
        value, at = read_tlv(decoder, type, (0x04,), start, stop)
        decoder.fail(ErrorCode.TRAILING_OCTETS, f"{counted(stop - at, 'octet')} left over inside an explicit tag", at)
    message = "the OCTET STRING is sent without its tag 04"
    if fills(decoder, None, start, stop):
        message = f"the OCTET STRING is sent with the tag {decoder.octets[start]:02X}"
        _, start, stop = ber.header(decoder.octets, start, stop)
    decoder.check_size(type.low, type.high, stop - start, "octets", start)
    decoder.note(RAW_STRING, start, stop, message)
    value = decoder.octets[start:stop]
    decoder.trace("OCTET STRING", type, value, start, stop)
    return value


def read_choice(decoder: Decoder, type: schema.Choice, at: int, end: int) -> tuple[Any, int]:
    """An alternative by its tag."""
    from xdlms.codec.decoding import wrap

    for alternative in type.alternatives:
        if matches(decoder, alternative.type, alternative.tags, at, end):
            if not type.known_by_tags:
                decoder.path.append("." + alternative.name)
            decoder.deeper(type.recursive, at)
            value, at = read_tlv(decoder, alternative.type, alternative.tags, at, end)
            decoder.level -= type.recursive
            if not type.known_by_tags:
                decoder.path.pop()
            return (value if alternative.wrapper is None else wrap(alternative.wrapper, value)), at
    tag, _, _, _ = read_header(decoder, at, end)
    decoder.fail(ErrorCode.UNKNOWN_TAG, f"{tag_name(tag)} is the tag of no alternative", at)


def matches(decoder: Decoder, type: schema.Type, tags: tuple[int, ...], at: int, end: int) -> bool:
    """Whether the element at `at` begins as a value of this type must."""
    if tags:
        wanted = ber.identifier(tags[0])
        return decoder.octets[at : min(at + len(wanted), end)] == wanted
    resolved = decoder.syntax.types.resolve(type)
    return isinstance(resolved, schema.Choice) and any(
        matches(decoder, alternative.type, alternative.tags, at, end) for alternative in resolved.alternatives
    )


def read_contents(decoder: Decoder, type: schema.Type, tag: int, start: int, stop: int) -> Any:
    """The contents of an element by its type."""
    match type:
        case schema.Sequence():
            return read_sequence(decoder, type, start, stop)
        case schema.SequenceOf():
            return read_sequence_of(decoder, type, start, stop)
        case schema.Null():
            value: Any = None
            if start < stop:
                decoder.fail(ErrorCode.SIZE, f"expected 0 octets, found {stop - start}", start)
        case schema.Boolean():
            value = read_boolean(decoder, start, stop)
        case schema.Integer() | schema.Enumerated():
            value = read_integer(decoder, type, start, stop)
        case schema.Bits():
            value = read_bits(decoder, type, start, stop)
        case schema.Octets():
            decoder.check_size(type.low, type.high, stop - start, "octets", start)
            value = decoder.octets[start:stop]
        case schema.Text():
            value = decoder.text(type, start, stop)
        case schema.ObjectIdentifier():
            value = decoder.oid(start, stop)
        case _:
            decoder.fail(ErrorCode.UNEXPECTED_TAG, "a type that BER does not encode here", start)
    decoder.trace(type.__class__.__name__, type, value, start, stop)
    if isinstance(type, schema.Octets):
        decoder.contained(type, start, stop)
    return value


def read_boolean(decoder: Decoder, start: int, stop: int) -> bool:
    if stop - start != 1:
        decoder.fail(ErrorCode.SIZE, f"expected 1 octet, found {stop - start}", start)
    octet = decoder.octets[start]
    if octet not in (0x00, 0xFF):
        decoder.note(BOOLEAN_NOT_FF, start, stop, f"TRUE is sent as {octet:02X}")
    return octet != 0


def read_integer(decoder: Decoder, type: schema.Integer | schema.Enumerated, start: int, stop: int) -> int:
    octets = decoder.octets[start:stop]
    if not octets:
        decoder.fail(ErrorCode.TRUNCATED, "an INTEGER has one octet at least", start)
    if len(octets) > ber.INTEGER_OCTETS:
        reason = f"an INTEGER of {len(octets)} octets, {ber.INTEGER_OCTETS} are the most"
        decoder.fail(ErrorCode.SIZE, reason, start)
    value = int.from_bytes(octets, "big", signed=True)
    if len(octets) != len(ber.write_integer(value)):
        decoder.fail(ErrorCode.LENGTH_FORM, f"the number {value} is sent in {len(octets)} octets", start)
    if isinstance(type, schema.Integer):
        decoder.check_range(type, value, start)
    return decoder.named(type, value, start, stop)


def read_bits(decoder: Decoder, type: schema.Bits, start: int, stop: int) -> Any:
    if start == stop:
        decoder.fail(ErrorCode.TRUNCATED, "a BIT STRING has one octet at least", start)
    unused = decoder.octets[start]
    length = 8 * (stop - start - 1) - unused
    if unused > 7 or length < 0:
        reason = f"{counted(unused, 'unused bit')} in {counted(stop - start - 1, 'octet')}"
        decoder.fail(ErrorCode.BAD_STRING, reason, start)
    decoder.check_size(type.low, type.high, length, "bits", start)
    octets = decoder.octets[start + 1 : stop]
    return decoder.bits(type, octets, length, start + 1)


def read_sequence_of(decoder: Decoder, type: schema.SequenceOf, start: int, stop: int) -> list[Any]:
    decoder.trace("SEQUENCE OF", type, None, start, None)
    values: list[Any] = []
    at = start
    while at < stop:
        decoder.path.append(f"[{len(values)}]")
        value, at = read_tlv(decoder, type.element, type.tags, at, stop)
        decoder.path.pop()
        values.append(value)
    decoder.check_size(type.low, type.high, len(values), "elements", start)
    return values


def read_sequence(decoder: Decoder, type: schema.Sequence, start: int, stop: int) -> Any:
    """The components in the order of the type; absent ones get None or their default."""
    decoder.trace(type.cls.__name__, type, None, start, None)
    decoder.deeper(type.recursive, start)
    values: dict[str, Any] = {}
    fields = type.fields
    index, at = 0, start
    while at < stop:
        # Components next to one another may have one tag, where they must be there.
        places = [i for i, field in enumerate(fields) if matches(decoder, field.type, field.tags, at, stop)]
        place = next((i for i in places if i >= index), None)
        if place is None:
            if places:
                name = fields[places[0]].name
                decoder.fail(ErrorCode.UNEXPECTED_TAG, f"{name} is repeated or out of order", at)
            at = skip_unknown(decoder, at, stop)
            continue
        field = fields[place]
        missing(decoder, fields[index:place], at)
        decoder.path.append("." + field.name)
        begin = at
        value, at = read_tlv(decoder, field.type, field.tags, at, stop)
        if field.has_default and same(value, field.default):
            decoder.note(DEFAULT_SENT, begin, at, f"{field.name} is sent although it has its default value")
        decoder.path.pop()
        values[field.attribute] = value
        index = place + 1
    missing(decoder, fields[index:], at)
    decoder.level -= type.recursive
    for field in fields:
        if field.attribute not in values:
            values[field.attribute] = field.default if field.has_default else None
    return type.cls(**values)


def missing(decoder: Decoder, fields: tuple[schema.Field, ...], at: int) -> None:
    for field in fields:
        if not field.may_be_absent:
            found = decoder.octets[at : at + 1].hex().upper()
            reason = f"{field.name} is missing" + (f", found the tag {found}" if found else "")
            decoder.fail(ErrorCode.MISSING_COMPONENT, reason, at)


def skip_unknown(decoder: Decoder, at: int, stop: int) -> int:
    """An element that the type does not name: skipped where the caller is lenient."""
    tag, _, _, end = read_header(decoder, at, stop)
    message = f"the tag {tag_name(tag)} names no component"
    decoder.forgive(UNKNOWN_COMPONENT, ErrorCode.UNKNOWN_TAG, message, at, end)
    return end
