"""What a value must be in its type: its range, size, names; and how it is told that it is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from xdlms_codegen.model import (
    Arcs,
    Bits,
    BitString,
    Boolean,
    Characters,
    CharacterString,
    Choice,
    DefaultValue,
    Enumerated,
    Form,
    Integer,
    ListValue,
    Member,
    NamedNumber,
    Null,
    ObjectIdentifier,
    OctetString,
    Range,
    Reference,
    Sequence,
    SequenceOf,
    SequenceValue,
    SourceLocation,
    Type,
    ValueDefinition,
    Written,
)

ARC_BITS = 128
"""The bits of a number in an OBJECT IDENTIFIER, at the most, as the runtime has it."""

NO_IDENTIFIER = "is not numbers in braces, as {2 16 756} or {joint(2) country(16) 756}"

_ITU_T = {"recommendation": 0, "question": 1, "administration": 2, "network-operator": 3, "identified-organization": 4}
_ISO = {"standard": 0, "registration-authority": 1, "member-body": 2, "identified-organization": 3}
KNOWN_ARCS: Mapping[tuple[int, ...], Mapping[str, int]] = {
    (): {"itu-t": 0, "ccitt": 0, "iso": 1, "joint-iso-itu-t": 2, "joint-iso-ccitt": 2},
    (0,): _ITU_T,
    (1,): _ISO,
}
"""The names that need no number in an OBJECT IDENTIFIER, by what is in front of them (ITU-T X.660 annex A)."""

_CHARACTERS = {
    "NumericString": re.compile(r"[0-9 ]"),
    "PrintableString": re.compile(r"[A-Za-z0-9 '()+,\-./:=?]"),
    "UTF8String": re.compile(r".", re.DOTALL),
    **dict.fromkeys(
        ("IA5String", "GeneralString", "TeletexString", "T61String", "VideotexString"), re.compile(r"[\x00-\x7f]")
    ),
}
_VISIBLE = re.compile(r"[ -~]")
"""What the other types have here, as far as the runtime encodes it."""

_KINDS: Mapping[type, str] = {
    Null: "NULL",
    Boolean: "BOOLEAN",
    Integer: "INTEGER",
    Enumerated: "ENUMERATED",
    BitString: "BIT STRING",
    OctetString: "OCTET STRING",
    ObjectIdentifier: "OBJECT IDENTIFIER",
    Sequence: "SEQUENCE",
    SequenceOf: "SEQUENCE OF",
    Choice: "CHOICE",
}

_LONGEST = 60
"""The characters of a value in a problem; the rest of it is left out."""

_Value = TypeVar("_Value", Characters, bytes, ListValue)


class WrongError(Exception):
    """A value that is none of its type: why, which part of it, and where that part is written.

    `also` is what is wrong with other parts of the same value.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        self.path = ""
        self.location: SourceLocation | None = None
        self.also: list[WrongError] = []
        super().__init__(why)

    def all(self) -> list[WrongError]:
        """This and the others."""
        return [self, *self.also]


class ToldError(Exception):
    """What is wrong with a value is a problem already."""


class CircleError(WrongError):
    """A value is defined by itself: the definitions from it back to it."""

    def __init__(self, circle: list[ValueDefinition]) -> None:
        super().__init__("")
        self.circle = circle


class Parts:
    """The parts of a value, of which each may be wrong: `end` raises what was."""

    def __init__(self) -> None:
        self.wrong: list[WrongError] = []
        self.is_told = False

    @contextmanager
    def part(self, step: str = "") -> Iterator[None]:
        """What is wrong in here is wrong with a part of the value; the next part has its turn."""
        try:
            with inside(step):
                yield
        except CircleError:
            raise
        except ToldError:
            self.is_told = True
        except WrongError as wrong:
            self.wrong += wrong.all()

    def end(self) -> None:
        """Raises WrongError with all that is wrong, ToldError where it is told elsewhere."""
        if self.wrong:
            raise together(self.wrong)
        if self.is_told:
            raise ToldError


def together(wrong: list[WrongError]) -> WrongError:
    """Several errors as one, the first."""
    first, *others = wrong
    first.also = others
    return first


@contextmanager
def inside(step: str) -> Iterator[None]:
    """What is wrong in here is wrong with a part of the value."""
    try:
        yield
    except WrongError as error:
        for wrong in error.all() if step else ():
            dot = "." if wrong.path and not wrong.path.startswith("[") else ""
            wrong.path = f"{step}{dot}{wrong.path}"
        raise


@contextmanager
def at(location: SourceLocation) -> Iterator[None]:
    """What is wrong in here is wrong at a place."""
    try:
        yield
    except WrongError as error:
        for wrong in error.all():
            wrong.location = wrong.location or location
        raise


def kind_of(type_: Type) -> str:
    """The words of ASN.1 for a type."""
    return type_.kind if isinstance(type_, CharacterString) else _KINDS[type_.__class__]


def number(value: int, chain: list[Type]) -> int:
    """A number in all ranges on the way to its type."""
    for link in chain:
        limits = link.range if isinstance(link, Reference | Integer) else None
        if limits is not None and not within(value, limits):
            raise WrongError(f"is {value}, outside the range {limits}")
    return value


def octets(value: bytes, chain: list[Type]) -> bytes:
    """Octets of the size of their type."""
    return _sized(value, len(value), "octet", chain)


def characters(value: Characters, base: CharacterString, chain: list[Type]) -> Characters:
    """Characters that the type has, as many as its size allows."""
    allowed = _CHARACTERS.get(base.kind, _VISIBLE)
    wrong = next((character for character in value.text if not allowed.match(character)), None)
    if wrong is not None:
        raise WrongError(f"has the character {wrong if wrong.isprintable() else repr(wrong)}, which no {base.kind} has")
    return _sized(value, len(value.text), "character", chain)


def counted(value: ListValue, chain: list[Type]) -> ListValue:
    """As many elements as the size allows."""
    return _sized(value, len(value.items), "element", chain)


def _sized(value: _Value, count: int, what: str, chain: list[Type]) -> _Value:
    for size in _sizes(chain):
        if not within(count, size):
            raise WrongError(f"has {_count_of(count, what)}, outside the size {size}")
    return value


def _sizes(chain: list[Type]) -> Iterator[Range]:
    for link in chain:
        if isinstance(link, Reference | BitString | OctetString | CharacterString | SequenceOf) and link.size:
            yield link.size


def _count_of(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def within(value: int, limits: Range) -> bool:
    """Whether a number is in a range."""
    return (limits.minimum is None or value >= limits.minimum) and (limits.maximum is None or value <= limits.maximum)


def same_name(name: str, given: Enumerated, base: Enumerated) -> str:
    """The name of an enumeration value in another ENUMERATED, where it has the same number."""
    (value,) = (each.number for each in given.named if each.name == name)
    if not any(each.name == name and each.number == value for each in base.named):
        raise WrongError(f"is {name} ({value}), which is no value of its type{known(base.named)}")
    return name


# BIT STRING


def named_bits(written: list[Written], base: BitString) -> tuple[str, ...]:
    """Bits by their names, in their order."""
    bits_by_number = {bit.number: bit.name for bit in base.named}
    names: set[str] = set()
    parts = Parts()
    for name in written:
        with parts.part(), at(name.location):
            if name.text not in bits_by_number.values():
                raise WrongError(f"has {name.text}, which is no bit of its type{known(base.named)}")
            if name.text in names:
                raise WrongError(f"has the bit {name.text} twice")
            names.add(name.text)
    parts.end()
    return tuple(bits_by_number[number] for number in sorted(bits_by_number) if bits_by_number[number] in names)


def bits(digits: str, base: BitString, chain: list[Type]) -> Bits | tuple[str, ...]:
    """Bits by their digits: their names where all of them have one."""
    names = {bit.number: bit.name for bit in base.named}
    if not names:
        for size in _sizes(chain):
            if not within(len(digits), size):
                raise WrongError(f"has {_count_of(len(digits), 'bit')}, outside the size {size}")
        return Bits(digits)
    last = digits.rfind("1") + 1
    for size in _sizes(chain):
        if size.maximum is not None and last > size.maximum:
            raise WrongError(f"has {_count_of(last, 'bit')}, outside the size {size}")
    numbers = [place for place, digit in enumerate(digits) if digit == "1"]
    if all(place in names for place in numbers):
        return tuple(names[place] for place in numbers)
    return Bits(digits)


def digits_of(value: Bits | tuple[str, ...], type_: BitString) -> str:
    """Bits by their digits, up to the last named one."""
    if isinstance(value, Bits):
        return value.digits
    numbers = {bit.number for bit in type_.named if bit.name in value}
    return "".join("01"[place in numbers] for place in range(max(numbers, default=-1) + 1))


# OBJECT IDENTIFIER


def identifier(value: Arcs, written: str) -> Arcs:
    """Numbers that are an object identifier."""
    arcs = value.numbers
    if not arcs:
        raise WrongError(f"{NO_IDENTIFIER}, but {written}")
    if len(arcs) < 2 or arcs[0] > 2 or min(arcs) < 0 or (arcs[0] < 2 and arcs[1] > 39):
        raise WrongError(f"is {written}, which is no object identifier")
    if any(arc.bit_length() > ARC_BITS for arc in (40 * arcs[0] + arcs[1], *arcs[2:])):
        raise WrongError(f"has a number of more than {ARC_BITS} bits")
    return value


# SEQUENCE and CHOICE


def member_of(base: Sequence | Choice, name: str, what: str) -> Member:
    """A component or an alternative by its name."""
    for member in base.members:
        if member.name == name:
            return member
    names = [member.name for member in base.members]
    raise WrongError(f"has {name}, which is no {what} of its type{_listed(names)}")


def complete(value: SequenceValue, base: Sequence) -> SequenceValue:
    """A value with all components that must be there."""
    missing(dict(value.components), base).end()
    return value


def missing(given: Iterable[str], base: Sequence) -> Parts:
    """The components that must be there and are not."""
    names = {*given}
    parts = Parts()
    for member in base.members:
        if member.name not in names and not member.optional and member.default is None:
            with parts.part():
                raise WrongError(f"has no {member.name}, which is neither OPTIONAL nor has a default")
    return parts


# What is said


def known(named: tuple[NamedNumber, ...]) -> str:
    """The names that there are, in parentheses, where they are few."""
    return _listed([name.name for name in named])


def _listed(names: list[str]) -> str:
    return f" ({', '.join(names)})" if 0 < len(names) <= 8 else ""


def shown(written: Written) -> str:
    """A value as it is written, in part where it is long."""
    text = text_of(written)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


def text_of(written: Written) -> str:
    """A value as it is written."""
    match written.form:
        case Form.BITS:
            return f"'{written.text}'B"
        case Form.HEX:
            return f"'{written.text}'H"
        case Form.TEXT:
            return f'"{written.text}"'
        case Form.BRACES:
            return "{" + ", ".join(" ".join(map(text_of, item)) for item in written.items) + "}"
        case Form.CHOSEN:
            return f"{written.text} : {text_of(written.items[0][0])}"
        case Form.ARC:
            return f"{written.text}({text_of(written.items[0][0])})"
        case _:
            return written.text


def is_typed(value: DefaultValue) -> bool:
    """Whether a value has its type."""
    return not isinstance(value, Written)
