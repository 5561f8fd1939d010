"""The slow path of decoding: reads octets by the description of their type, and says what is wrong where.

The generated classes read what is usual in straight lines. Where they stop, this reads the same octets
again: it finds the field and the octet at fault, accepts the rare forms that are legal, forgives the
field's known quirks when asked to, and tells a tracer about every element for tools to show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

from xdlms.codec import ber, schema
from xdlms.codec.characters import ENCODINGS, first_wrong
from xdlms.codec.data import DEEPEST, MAX_DEPTH
from xdlms.codec.entry import same
from xdlms.codec.errors import DecodeError, ErrorCode, Finding
from xdlms.codec.numbers import BitString, RawText
from xdlms.codec.rules import (
    BITS_NOT_SHORTEST,
    BOOLEAN_NOT_01,
    CHARACTERS,
    CONTAINED_APDU,
    DATE_TIME_FORM,
    DEFAULT_SENT,
    LENGTH_NOT_SHORTEST,
    PAD_BITS,
    PRESENCE_OCTET,
    TRAILING_OCTETS,
    UNKNOWN_VALUE,
    Rule,
)
from xdlms.codec.schema import Syntax, TypeInfo
from xdlms.codec.wording import allowed, are, counted, outside

MAX_FREE_ELEMENTS = 65_536
"""How many elements that cost no octets (NULL) all SEQUENCE OF of one APDU may count together."""


class Element:
    """What a tracer is told: a container when it begins (`end` is None), a leaf when it was read.

    `path` are the steps from the APDU, ``.name`` or ``[index]`` each.
    """

    __slots__ = ("path", "type_name", "value", "start", "end", "type")

    def __init__(
        self, path: tuple[str, ...], type_name: str, type: Any, value: Any, start: int, end: int | None
    ) -> None:
        self.path = path
        self.type_name = type_name
        self.type = type
        self.value = value
        self.start = start
        self.end = end

    @property
    def depth(self) -> int:
        return len(self.path)

    @property
    def name(self) -> str:
        """The last step of the path."""
        return self.path[-1] if self.path else ""


Tracer: TypeAlias = Callable[[Element], None]


class Decoder:
    """One reading of one APDU: the octets, what was found so far, and the path to the field in hand.

    A lenient reading reads strictly first, and forgives only where that fails: what strict decoding takes
    means the same to both. At most DEEPEST levels are read, whatever `max_depth` says.
    """

    def __init__(
        self,
        syntax: Syntax,
        octets: bytes,
        *,
        strict: bool = True,
        max_depth: int = MAX_DEPTH,
        tracer: Tracer | None = None,
    ) -> None:
        self.syntax = syntax
        self.octets = octets
        self.strict = strict
        self.max_depth = min(max_depth, DEEPEST)
        self.tracer = tracer
        self.findings: list[Finding] = []
        self.path: list[str] = []
        self.level = 0
        self.free_elements = MAX_FREE_ELEMENTS
        self.suspect: DecodeError | None = None
        """A known quirk that the octets seem to have: if the reading fails, this is why."""

    # What is wrong, and where

    def fail(self, code: ErrorCode, reason: str, at: int) -> NoReturn:
        raise DecodeError(code, reason, path="$" + "".join(self.path), offset=at)

    def note(self, rule: Rule, at: int, end: int, message: str) -> None:
        path = "$" + "".join(self.path)
        octets = self.octets[at : min(end, at + 32)]
        self.findings.append(Finding(rule.name, rule.severity, path, at, octets, message, rule.clause))

    def forgive(self, rule: Rule, code: ErrorCode, message: str, at: int, end: int) -> None:
        """A known quirk: an error when strict, a finding when lenient."""
        if self.strict:
            self.fail(code, message, at)
        self.note(rule, at, end, message)

    def trace(self, type_name: str, type: Any, value: Any, start: int, end: int | None) -> None:
        if self.tracer is not None:
            self.tracer(Element(tuple(self.path), type_name, type, value, start, end))

    # Whole APDUs and types

    def apdu(self, roots: tuple[str, ...] | None = None) -> Any:
        """The APDU that the octets are, of one of the roots: by default, of all that the edition has."""
        return self.attempt(Decoder.read_apdu, roots or self.syntax.roots)

    def attempt(self, read: Callable[[Decoder, Any], Any], what: Any) -> Any:
        """The result of a reading: the strict one, or where that fails and this is lenient, its own."""
        if self.strict:
            return self.strictly(read, what)
        traced: list[Element] = []
        tracer = traced.append if self.tracer is not None else None
        strict = Decoder(self.syntax, self.octets, max_depth=self.max_depth, tracer=tracer)
        try:
            value = read(strict, what)
        except DecodeError:
            pass
        else:
            self.findings += strict.findings
            if self.tracer is not None:
                for element in traced:
                    self.tracer(element)
            return value
        return read(self, what)

    def strictly(self, read: Callable[[Decoder, Any], Any], what: Any) -> Any:
        try:
            return read(self, what)
        except DecodeError:
            if self.suspect is None:
                raise
        raise self.suspect

    def read_apdu(self, roots: tuple[str, ...]) -> Any:
        octets = self.octets
        if not octets:
            self.fail(ErrorCode.EMPTY, "there are no octets to decode", 0)
        value, end = self.one_of_roots(roots, 0, len(octets))
        self.finish(end, len(octets), "the APDU")
        return value

    def one_of_roots(self, roots: tuple[str, ...], at: int, end: int) -> tuple[Any, int]:
        if at >= end:
            self.fail(ErrorCode.EMPTY, "there are no octets where an APDU should be", at)
        first = self.octets[at]
        found = self.syntax.apdu(first, roots)
        if found is not None:
            info = found[0]
            return self.ber_tlv(info.type, (), at, end) if info.rule == schema.BER else self.axdr(info.type, at, end)
        message = f"{first:02X} is the tag of no APDU of edition {self.syntax.edition}"
        later = self.syntax.later_with(first)
        if later is not None:
            syntax, alternative = later
            message += f"; edition {syntax.edition} has it: {alternative.name} [{alternative.tag}]"
        self.fail(ErrorCode.UNKNOWN_APDU, message, at)

    def whole(self, info: TypeInfo) -> Any:
        """The one value of a type that the octets are, with the tags that belong to it."""
        return self.attempt(Decoder.read_whole, info)

    def read_whole(self, info: TypeInfo) -> Any:
        octets, end = self.octets, len(self.octets)
        if info.rule == schema.BER:
            value, at = self.ber_tlv(info.type, info.tags, 0, end)
        else:
            at = len(info.tag_path)
            for index, tag in enumerate(info.tag_path):
                if index >= end:
                    self.fail(ErrorCode.TRUNCATED, f"expected the tag {tag:02X} of {info.name}, found the end", index)
                if octets[index] != tag:
                    found = f"expected the tag {tag:02X} of {info.name}, found {octets[index]:02X}"
                    self.fail(ErrorCode.UNEXPECTED_TAG, found, index)
            value, at = self.component(info.type, info.tags, at, end)
        if info.alternative and info.cls is not None:
            value = wrap(info.cls, value)
        self.finish(at, end, info.name)
        return value

    def finish(self, at: int, end: int, what: str) -> None:
        if at < end:
            message = f"{counted(end - at, 'octet')} left over behind {what}"
            self.forgive(TRAILING_OCTETS, ErrorCode.TRAILING_OCTETS, message, at, end)

    # A-XDR

    def axdr(self, type: schema.Type, at: int, end: int) -> tuple[Any, int]:
        """One value in A-XDR: the value and where it ends."""
        type = self.syntax.types.resolve(type)
        read = _AXDR_READERS[type.__class__]
        value, at = read(self, type, at, end)
        return value, at

    def component(self, type: schema.Type, tags: tuple[int, ...], at: int, end: int) -> tuple[Any, int]:
        """One value in A-XDR, or in BER where it has tags."""
        return self.ber_tlv(type, tags, at, end) if tags else self.axdr(type, at, end)

    def take(self, at: int, count: int, end: int) -> int:
        """Where `count` octets end, or an error when there are fewer."""
        if count > end - at:
            found = max(end - at, 0)
            self.fail(ErrorCode.TRUNCATED, f"expected {count} octet{'s' * (count > 1)}, found {found}", at)
        return at + count

    def length(self, at: int, end: int, what: str = "length") -> tuple[int, int]:
        """A length or count."""
        after = self.take(at, 1, end)
        length = self.octets[at]
        if length < 0x80:
            return length, after
        width = length & 0x7F
        if width == 0:
            self.fail(ErrorCode.LENGTH_FORM, f"the indefinite {what} 80 is not allowed", at)
        if width > 4:
            self.fail(ErrorCode.LENGTH_FORM, f"a {what} of {width} octets is not allowed, four are the most", at)
        stop = self.take(after, width, end)
        length = int.from_bytes(self.octets[after:stop], "big")
        if length < 0x80 or length >> 8 * (width - 1) == 0:
            self.note(LENGTH_NOT_SHORTEST, at, stop, f"the {what} {length} is sent in {1 + width} octets")
        return length, stop

    def contents(self, at: int, end: int) -> tuple[int, int]:
        """A length and the octets it counts: where they begin and end."""
        length, start = self.length(at, end)
        if length > end - start:
            reason = f"the length says {counted(length, 'octet')}, {end - start} {are(end - start)} left"
            self.fail(ErrorCode.LENGTH_EXCEEDS, reason, at)
        return start, start + length

    def _null(self, type: schema.Null, at: int, end: int) -> tuple[None, int]:
        self.trace("NULL", type, None, at, at)
        return None, at

    def _boolean(self, type: schema.Boolean, at: int, end: int) -> tuple[bool, int]:
        stop = self.take(at, 1, end)
        octet = self.octets[at]
        if octet > 1:
            self.note(BOOLEAN_NOT_01, at, stop, f"TRUE is sent as {octet:02X}")
        self.trace("BOOLEAN", type, octet != 0, at, stop)
        return octet != 0, stop

    def _integer(self, type: schema.Integer, at: int, end: int) -> tuple[int, int]:
        low, high = type.low, type.high
        start = at
        if low is not None and high is not None:
            stop = self.take(at, width_of(low, high), end)
            value = int.from_bytes(self.octets[at:stop], "big", signed=low < 0)
        elif self.take(at, 1, end) and self.octets[at] < 0x80:
            stop, value = at + 1, self.octets[at]
        else:
            start, stop = self.contents_of_integer(at, end)
            value = int.from_bytes(self.octets[start:stop], "big", signed=True)
        self.check_range(type, value, at)
        number = self.named(type, value, at, stop) if type.cls else value
        self.trace("INTEGER", type, number, at, stop)
        return number, stop

    def contents_of_integer(self, at: int, end: int) -> tuple[int, int]:
        """The octets of an unconstrained INTEGER behind its length octet, 80 and their number."""
        width = self.octets[at] & 0x7F
        if width == 0 or width > ber.INTEGER_OCTETS:
            self.fail(ErrorCode.LENGTH_FORM, f"{self.octets[at]:02X} is no length of an INTEGER", at)
        stop = self.take(at + 1, width, end)
        octets = self.octets[at + 1 : stop]
        value = int.from_bytes(octets, "big", signed=True)
        if 0 <= value < 0x80 or width != width_of_value(value):
            self.note(LENGTH_NOT_SHORTEST, at, stop, f"the number {value} is sent in {1 + width} octets")
        return at + 1, stop

    def check_range(self, type: schema.Integer, value: int, at: int) -> None:
        if (type.low is not None and value < type.low) or (type.high is not None and value > type.high):
            self.fail(ErrorCode.OUT_OF_RANGE, f"{value} is {outside(type.low, type.high)}", at)

    def named(self, type: schema.Integer | schema.Enumerated, number: int, at: int, stop: int) -> int:
        """The value with a name for a number."""
        cls = type.cls
        if cls is None:
            return number
        if number in type.names:
            return cls(number)
        message = f"{number} is no value of {cls.__name__}"
        self.forgive(UNKNOWN_VALUE, ErrorCode.UNKNOWN_VALUE, message, at, stop)
        return cls.unnamed(number)

    def _enumerated(self, type: schema.Enumerated, at: int, end: int) -> tuple[int, int]:
        stop = self.take(at, 1, end)
        value = self.named(type, self.octets[at], at, stop)
        self.trace("ENUMERATED", type, value, at, stop)
        return value, stop

    def _bits(self, type: schema.Bits, at: int, end: int) -> tuple[Any, int]:
        if type.high is not None and type.low == type.high:
            length, start = type.low, at
        else:
            length, start = self.length(at, end, "length in bits")
            self.check_size(type.low, type.high, length, "bits", at)
        if length + 7 >> 3 > end - start:
            size, left = length + 7 >> 3, end - start
            needed = f"{counted(length, 'bit')} need{'s' * (length == 1)} {counted(size, 'octet')}"
            reason = f"{needed}, {left} {are(left)} left"
            self.fail(ErrorCode.LENGTH_EXCEEDS, reason, at)
        stop = start + (length + 7 >> 3)
        value = self.bits(type, self.octets[start:stop], length, start)
        self.trace("BIT STRING", type, value, at, stop)
        return value, stop

    def bits(self, type: schema.Bits, octets: bytes, length: int, at: int) -> Any:
        """The bits in Python: a number where bits have names, else a BitString."""
        unused = -length % 8
        if unused and octets[-1] & (1 << unused) - 1:
            where = at + len(octets) - 1
            message = f"the {counted(unused, 'bit')} behind the BIT STRING {are(unused)} not 0"
            self.forgive(PAD_BITS, ErrorCode.BAD_STRING, message, where, where + 1)
            octets = octets[:-1] + bytes((octets[-1] >> unused << unused,))
        if type.cls is None:
            return BitString(octets, length)
        if length > type.low and not octets[-1] >> unused & 1:
            self.note(BITS_NOT_SHORTEST, at, at + len(octets), "the named bits are sent with trailing 0 bits")
        width = type.cls.WIDTH
        number = int.from_bytes(octets, "big") >> unused
        if length < width:
            number <<= width - length
        elif length > width:
            extra = length - width
            if number & (1 << extra) - 1:
                message = f"{type.cls.__name__} has {width} bits, and bits behind them are set"
                self.forgive(UNKNOWN_VALUE, ErrorCode.UNKNOWN_VALUE, message, at, at + len(octets))
            number >>= extra
        return type.cls(number)

    def check_size(self, low: int, high: int | None, size: int, what: str, at: int) -> None:
        if size < low or (high is not None and size > high):
            self.fail(ErrorCode.SIZE, f"expected {allowed(low, high)} {what}, found {size}", at)

    def _octets(self, type: schema.Octets, at: int, end: int) -> tuple[bytes, int]:
        if type.high is not None and type.low == type.high:
            start, stop = at, self.take(at, type.low, end)
        elif type.show == "date-time":
            start, stop = self.date_time(at, end)
        else:
            start, stop = self.contents(at, end)
            self.check_size(type.low, type.high, stop - start, "octets", at)
        value = self.octets[start:stop]
        self.trace("OCTET STRING", type, value, at, stop)
        self.contained(type, start, stop)
        return value, stop

    def date_time(self, at: int, end: int) -> tuple[int, int]:
        """An OCTET STRING that holds a date-time or nothing; meters have sent it in other forms too."""
        self.take(at, 1, end)
        start = at + 2 if self.octets[at : at + 2] == b"\x09\x0c" else at
        if self.octets[at] in (0, 12) or end - start < 12 or not looks_like_date_time(self.octets, start):
            return self.contents(at, end)
        message = "the date-time has no length in front"
        if start > at:
            message = "the date-time has a Data tag 09 in front of its length"
        if not self.strict:
            self.note(DATE_TIME_FORM, at, start + 12, message)
            return start, start + 12
        if self.suspect is None:
            self.suspect = DecodeError(ErrorCode.SIZE, message, path="$" + "".join(self.path), offset=at)
        return self.contents(at, end)

    def contained(self, type: schema.Octets, start: int, stop: int) -> None:
        """Looks through what the octets hold, where the abstract syntax says what that is."""
        if type.contains is None:
            return
        # Errors inside are the whole APDU's errors when strict; a lenient reader keeps the octets.
        mark = len(self.findings)
        depth = len(self.path)
        level = self.level
        try:
            _, at = self.one_of_roots((type.contains,), start, stop)
            self.finish(at, stop, "the APDU inside")
        except DecodeError as error:
            if self.strict:
                raise
            del self.path[depth:]
            del self.findings[mark:]
            self.level = level
            self.note(CONTAINED_APDU, start, stop, f"the octets hold no APDU: {error}")

    def _text(self, type: schema.Text, at: int, end: int) -> tuple[Any, int]:
        if type.is_fixed:
            start, stop = at, self.take(at, type.low, end)
        else:
            start, stop = self.contents(at, end)
        value = self.text(type, start, stop)
        self.trace(type.kind, type, value, at, stop)
        return value, stop

    def text(self, type: schema.Text, start: int, stop: int) -> Any:
        """The characters, or the octets of a GraphicString, whose character set is not known."""
        raw = self.octets[start:stop]
        if type.kind == "GraphicString":
            self.check_size(type.low, type.high, len(raw), "octets", start)
            return raw
        value = self.characters(raw, ENCODINGS.get(type.kind, "ascii"), type.kind, start)
        self.check_size(type.low, type.high, len(value), "characters", start)
        return value

    def characters(self, raw: bytes, encoding: str, kind: str, at: int) -> str:
        """Octets as a string; octets that are no characters survive a lenient reading as surrogates."""
        try:
            value = raw.decode(encoding)
            fault = first_wrong(value, kind, encoding)
        except UnicodeDecodeError as error:
            fault = error.start
            value = raw.decode(encoding, "surrogateescape")
        if fault < 0:
            return value
        message = f"octet {raw[fault]:02X} is no character of a {kind}"
        self.forgive(CHARACTERS, ErrorCode.BAD_STRING, message, at + fault, at + fault + 1)
        return RawText(value)

    def _sequence(self, type: schema.Sequence, at: int, end: int) -> tuple[Any, int]:
        self.trace(type.cls.__name__, type, None, at, None)
        self.deeper(type.recursive, at)
        values = {}
        for field in type.fields:
            self.path.append("." + field.name)
            if field.may_be_absent:
                value, at = self.maybe(field, at, end)
            else:
                value, at = self.component(field.type, field.tags, at, end)
            values[field.attribute] = value
            self.path.pop()
        self.level -= type.recursive
        return type.cls(**values), at

    def maybe(self, field: schema.Field, at: int, end: int) -> tuple[Any, int]:
        """An OPTIONAL or DEFAULT component, behind its presence octet."""
        start = at
        at = self.take(at, 1, end)
        presence = self.octets[start]
        if presence == 0:
            default = None if field.optional else field.default
            self.trace("absent" if field.optional else "default", field.type, default, start, at)
            return default, at
        if presence > 1:
            message = f"the presence octet is {presence:02X}, neither 00 nor 01"
            self.forgive(PRESENCE_OCTET, ErrorCode.PRESENCE_OCTET, message, start, at)
        value, at = self.component(field.type, field.tags, at, end)
        if not field.optional and same(value, field.default):
            self.note(DEFAULT_SENT, start, at, f"{field.name} is sent although it has its default value")
        return value, at

    def deeper(self, counts: bool, at: int) -> None:
        """One level down, where the type can hold itself; the caller comes up again."""
        self.level += counts
        if self.level > self.max_depth:
            self.fail(ErrorCode.TOO_DEEP, f"more than {self.max_depth} levels of nesting", at)

    def _sequence_of(self, type: schema.SequenceOf, at: int, end: int) -> tuple[list[Any], int]:
        start = at
        if type.high is not None and type.low == type.high:
            count = type.low
        else:
            count, at = self.length(at, end, "count")
            self.check_size(type.low, type.high, count, "elements", start)
        element = self.syntax.types.resolve(type.element)
        self.check_count(element, count, start, end - at)
        self.trace("SEQUENCE OF", type, count, start, None)
        values = []
        for index in range(count):
            self.path.append(f"[{index}]")
            value, at = self.component(element, type.tags, at, end)
            values.append(value)
            self.path.pop()
        return values, at

    def check_count(self, element: schema.Type, count: int, at: int, left: int) -> None:
        """Refuses a count that cannot be true before anything is made for it."""
        if costs_nothing(self.syntax, element):
            self.free_elements -= count
            if self.free_elements < 0:
                reason = f"{count} elements that cost no octets, {MAX_FREE_ELEMENTS} in one APDU are the most"
                self.fail(ErrorCode.TOO_MANY, reason, at)
        elif count > left:
            reason = f"the count says {counted(count, 'element')}, {counted(left, 'octet')} {are(left)} left"
            self.fail(ErrorCode.LENGTH_EXCEEDS, reason, at)

    def _choice(self, type: schema.Choice, at: int, end: int) -> tuple[Any, int]:
        stop = self.take(at, 1, end)
        tag = self.octets[at]
        alternative = type.by_tag.get(tag)
        if alternative is None:
            known = ", ".join(f"{tag:02X}" for tag in sorted(type.by_tag)[:8]) + ", ..." * (len(type.by_tag) > 8)
            self.fail(ErrorCode.UNKNOWN_TAG, f"{tag:02X} is the tag of no alternative: {known}", at)
        if not type.known_by_tags:
            self.path.append("." + alternative.name)
        self.deeper(type.recursive, at)
        value, stop = self.component(alternative.type, alternative.tags, stop, end)
        self.level -= type.recursive
        if not type.known_by_tags:
            self.path.pop()
        return (value if alternative.wrapper is None else wrap(alternative.wrapper, value)), stop

    def _self_describing(self, type: schema.SelfDescribing, at: int, end: int) -> tuple[Any, int]:
        from xdlms.codec.decoding_data import read_value

        shape, value, at = read_value(self, type, at, end)
        return type.cls.hold(shape, value), at

    def _description(self, type: schema.Description, at: int, end: int) -> tuple[Any, int]:
        from xdlms.codec.decoding_data import read_description

        described = self.syntax.types.resolve(schema.Named(type.describes))
        if not isinstance(described, schema.SelfDescribing):
            raise TypeError(f"{type.describes} is not self-describing")
        shape, stop = read_description(self, described, at, end)
        self.trace("description", type, shape, at, stop)
        return type.cls(shape), stop

    def _object_identifier(self, type: schema.ObjectIdentifier, at: int, end: int) -> tuple[str, int]:
        start, stop = self.contents(at, end)
        value = self.oid(start, stop)
        self.trace("OBJECT IDENTIFIER", type, value, at, stop)
        return value, stop

    def oid(self, start: int, stop: int) -> str:
        try:
            return ber.oid_of(self.octets[start:stop])
        except ValueError as error:
            self.fail(ErrorCode.BAD_STRING, str(error), start)

    # BER is read in a module of its own.

    def ber_tlv(self, type: schema.Type, tags: tuple[int, ...], at: int, end: int) -> tuple[Any, int]:
        from xdlms.codec.decoding_ber import read_tlv

        return read_tlv(self, type, tags, at, end)


def looks_like_date_time(octets: bytes, at: int) -> bool:
    """Whether the twelve octets at `at` can be a date-time of our times."""
    year, month, day, weekday, hour, minute, second, hundredths = (
        int.from_bytes(octets[at : at + 2], "big"),
        *octets[at + 2 : at + 9],
    )
    return (
        (1990 <= year < 2200 or year == 0xFFFF)
        and (1 <= month <= 12 or month >= 0xFD)
        and (1 <= day <= 31 or day >= 0xFD)
        and (1 <= weekday <= 7 or weekday == 0xFF)
        and (hour <= 23 or hour == 0xFF)
        and (minute <= 59 or minute == 0xFF)
        and (second <= 59 or second == 0xFF)
        and (hundredths <= 99 or hundredths == 0xFF)
    )


def wrap(wrapper: type[Any], value: Any) -> Any:
    """The value in its class; an alternative that is NULL has a class without a value."""
    return wrapper(value) if wrapper.__slots__ else wrapper()


def width_of(low: int, high: int) -> int:
    """The octets of a constrained INTEGER: as few as hold its range."""
    if low >= 0:
        return max(1, (high.bit_length() + 7) // 8)
    return max(width_of_value(low), width_of_value(high))


def width_of_value(value: int) -> int:
    """The octets of a number in two's complement, as few as possible."""
    return ((value + (value < 0)).bit_length() + 8) // 8


def costs_nothing(syntax: Syntax, type: schema.Type) -> bool:
    """Whether a value of this type can have no octets at all."""
    type = syntax.types.resolve(type)
    if isinstance(type, schema.Sequence):
        return not type.recursive and all(
            not field.may_be_absent and costs_nothing(syntax, field.type) for field in type.fields
        )
    if isinstance(type, schema.SequenceOf):
        return type.low == type.high and (type.low == 0 or costs_nothing(syntax, type.element))
    if isinstance(type, schema.Text):
        return type.is_fixed and type.low == 0
    if isinstance(type, (schema.Octets, schema.Bits)):
        return type.low == type.high == 0
    return isinstance(type, schema.Null)


_AXDR_READERS: dict[type[Any], Callable[[Decoder, Any, int, int], tuple[Any, int]]] = {
    schema.Null: Decoder._null,
    schema.Boolean: Decoder._boolean,
    schema.Integer: Decoder._integer,
    schema.Enumerated: Decoder._enumerated,
    schema.Bits: Decoder._bits,
    schema.Octets: Decoder._octets,
    schema.Text: Decoder._text,
    schema.ObjectIdentifier: Decoder._object_identifier,
    schema.Sequence: Decoder._sequence,
    schema.Choice: Decoder._choice,
    schema.SequenceOf: Decoder._sequence_of,
    schema.SelfDescribing: Decoder._self_describing,
    schema.Description: Decoder._description,
}
