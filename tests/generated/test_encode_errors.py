"""Values that do not fit their type: one EncodeError that names the component, and nothing else."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import EDITIONS, package_of

from xdlms.codec import schema
from xdlms.codec.encoding import Encoder
from xdlms.codec.numbers import BitString
from xdlms.errors import EncodeError, ErrorCode

pytestmark = pytest.mark.clause("8")

SECRET = "s3cr3t-s3cr3t"
W, R, S, U, B = (
    ErrorCode.WRONG_TYPE,
    ErrorCode.OUT_OF_RANGE,
    ErrorCode.SIZE,
    ErrorCode.UNKNOWN_VALUE,
    ErrorCode.BAD_STRING,
)

Fault = tuple[str, ErrorCode, Any]
"""Where, what, and the broken value."""


class Anything:
    """A value of no type that a codec knows."""


class Faults:
    """The smallest value of a type, and its broken copies."""

    def __init__(self, syntax: schema.Syntax) -> None:
        self.syntax = syntax

    def smallest(self, type: schema.Type) -> Any:
        type = self.syntax.types.resolve(type)
        match type:
            case schema.Null():
                return None
            case schema.Boolean():
                return False
            case schema.Integer() if type.cls is None:
                return 0 if (type.low or 0) <= 0 else type.low
            case schema.Integer() | schema.Enumerated():
                assert type.cls is not None
                return type.cls(min(type.names))
            case schema.Bits():
                return BitString(b"") if type.cls is None else type.cls(0)
            case schema.Octets() | schema.Text(kind="GraphicString"):
                return bytes(type.low)
            case schema.Text():
                return " " * type.low
            case schema.ObjectIdentifier():
                return "2.16.756.5.8.1.1"
            case schema.Sequence():
                return type.cls(**{f.attribute: self.smallest(f.type) for f in type.fields if not f.may_be_absent})
            case schema.Choice():
                return self.wrapped(type.alternatives[0])
            case schema.SequenceOf():
                return [self.smallest(type.element) for _ in range(type.low)]
            case schema.SelfDescribing():
                return type.cls.decode(b"\x00")  # type: ignore[attr-defined]  # the generated class has it
            case schema.Description():
                return type.cls.decode(b"\x00")
        raise TypeError(type)

    def wrapped(self, alternative: schema.Alternative, value: Any = schema.MISSING) -> Any:
        if value is schema.MISSING:
            value = self.smallest(alternative.type)
        if alternative.wrapper is None:
            return value
        if isinstance(self.syntax.types.resolve(alternative.type), schema.Null):
            return alternative.wrapper()
        return alternative.wrapper(value)

    def of(self, type: schema.Type, *, absent: bool = False) -> Iterator[Fault]:
        """Every fault of a type; None is none where the component may be absent."""
        type = self.syntax.types.resolve(type)
        if not absent and not self.takes_none(type):
            yield "", W, None
        yield "", W, Anything()
        yield from self.inside(type)

    def takes_none(self, type: schema.Type) -> bool:
        """Whether None is a value: that of NULL, also as an alternative that stands for itself."""
        type = self.syntax.types.resolve(type)
        if isinstance(type, schema.Choice):
            return any(a.wrapper is None and self.takes_none(a.type) for a in type.alternatives)
        return isinstance(type, schema.Null)

    def inside(self, type: schema.Type) -> Iterator[Fault]:
        match type:
            case schema.Null():
                yield "", W, 0
            case schema.Boolean():
                yield from (("", W, wrong) for wrong in (1, 0, 1.0, "x", b"\x01"))
            case schema.Integer():
                yield from (("", W, wrong) for wrong in ("1", 1.5, b"\x01"))
                if type.cls is not None:
                    yield "", U, max(type.names) + 1
                if type.low is not None and type.high is not None:
                    yield "", R, type.low - 1
                    yield "", R, type.high + 1
                # 126 octets hold a number of 1007 bits and a sign
                yield from (("", R, wrong) for wrong in (1 << 1007, -(1 << 1007) - 1, 1 << 50_000))
            case schema.Enumerated():
                yield from (("", W, wrong) for wrong in ("success", 1.5, b"\x00"))
                yield from (("", U, wrong) for wrong in (-1, 256, max(type.names) + 1, 1 << 50_000))
            case schema.Bits() if type.cls is not None:
                yield from (("", W, wrong) for wrong in ("1", 1.5, b"\x00", BitString(b"")))
                yield from (("", R, wrong) for wrong in (-1, 1 << type.cls.WIDTH, 1 << 50_000))
            case schema.Bits():
                yield from (("", W, wrong) for wrong in (0, "01", b"\x00"))
            case schema.Octets() | schema.Text(kind="GraphicString"):
                yield from (("", W, wrong) for wrong in (SECRET, 5, [1, 2]))
                if type.high is not None:
                    yield "", S, bytes(type.high + 1)
                if type.low:
                    yield "", S, bytes(type.low - 1)
                    yield "", S, memoryview(b"\0\0" * type.low).cast("H")
            case schema.Text():
                yield from (("", W, wrong) for wrong in (b"text", 5))
                yield from (("", B, wrong) for wrong in ("é", "a\nb", "\x7f", "\udcff"))
            case schema.ObjectIdentifier():
                yield from (("", W, wrong) for wrong in (5, b"1.2", ("1", "2")))
                wrongs = (
                    "",
                    "1",
                    "3.1",
                    "1.40",
                    "2..1",
                    "x",
                    "2.-1",
                    "2.016.1",
                    "2.1 ",
                    "２.1",
                    "2.5." + "9" * 40,
                    "2.5." + "9" * 50,
                )
                yield from (("", B, wrong) for wrong in wrongs)
            case schema.Sequence():
                yield "", W, b"\x00"
                yield from self.fields(type)
            case schema.Choice():
                for alternative in type.alternatives:
                    segment = "" if type.known_by_tags else f".{alternative.name}"
                    yield from self.alternative(alternative, segment)
            case schema.SequenceOf():
                yield from (("", W, wrong) for wrong in (5, {}, iter(())))
                good = self.smallest(type.element)
                for path, code, wrong in self.of(type.element):
                    yield f"[0]{path}", code, [wrong]
                    yield f"[1]{path}", code, [good, wrong]
            case schema.SelfDescribing() | schema.Description():
                yield from (("", W, wrong) for wrong in (0, b"\x00", "x", [], type.cls.__new__(type.cls)))

    def fields(self, type: schema.Sequence) -> Iterator[Fault]:
        for field in type.fields:
            for path, code, wrong in self.of(field.type, absent=field.optional):
                broken = self.smallest(type)
                setattr(broken, field.attribute, wrong)
                yield f".{field.name}{path}", code, broken
            if not field.may_be_absent:
                broken = self.smallest(type)
                delattr(broken, field.attribute)
                yield f".{field.name}", W, broken

    def alternative(self, alternative: schema.Alternative, segment: str) -> Iterator[Fault]:
        body = self.syntax.types.resolve(alternative.type)
        if isinstance(body, schema.Null):
            return
        for path, code, wrong in self.of(alternative.type):
            if alternative.wrapper is not None:
                yield segment + path, code, self.wrapped(alternative, wrong)
            elif code is not W and not isinstance(wrong, (str, int)):
                # a value of another type is no value of this alternative, and perhaps one of another
                yield segment + path, code, wrong
            elif path and isinstance(body, schema.Sequence):
                yield segment + path, code, wrong


def broken_values(edition: str, name: str) -> Iterator[Fault]:
    package = package_of(edition)
    syntax = package.Data.SYNTAX
    info = package.TYPES[name]
    for path, code, wrong in Faults(syntax).of(info.type):
        if info.alternative:
            yield path, code, info.cls(wrong) if not isinstance(info.type, schema.Null) else wrong
        else:
            yield path, code, wrong


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_value_that_does_not_fit_is_an_error_that_says_where(edition: str) -> None:
    package = package_of(edition)
    syntax = package.Data.SYNTAX
    count = 0
    for name, info in package.TYPES.items():
        for path, code, wrong in broken_values(edition, name):
            count += 1
            encodings = [lambda info=info, wrong=wrong: Encoder(syntax).whole(info, wrong)]
            if info.cls is not None and type(wrong) is info.cls:
                encodings.append(wrong.encode)
            for encode in encodings:
                with pytest.raises(EncodeError) as caught:
                    encode()
                error = caught.value
                assert (error.code, error.path, error.offset) == (code, f"${path}", None), (name, path, wrong)
                assert str(error) == f"{error.reason} - at ${path}"
                assert SECRET not in str(error)
    assert count > 3000


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_is_whole_numbers_in_other_clothes_encodes(edition: str) -> None:
    """bool is an int in Python, an ENUMERATED takes its number, a list may be a tuple, octets may be a bytearray."""
    package = package_of(edition)
    apdu = package.GetRequestNext(True, package.DataAccessResult.success)
    assert apdu.encode() == bytes.fromhex("C0020100000000")
    apdu = package.SetResponseWithList(0, (0, package.DataAccessResult.hardware_fault, 250))
    assert apdu.encode() == bytes.fromhex("C505000300 01 FA")
    apdu = package.SetResponseNormal(0, 3)
    assert apdu.encode() == bytes.fromhex("C5010003")
    descriptor = package.CosemAttributeDescriptor(8, bytearray(b"\x00\x00\x01\x00\x00\xff"), 2)
    assert package.GetRequestNormal(0xC1, descriptor).encode() == bytes.fromhex("C001C100080000010000FF0200")
    conformance = package.Conformance.get | package.Conformance.set
    initiate = package.InitiateRequest(6, int(conformance), 1200)
    assert initiate.encode() == bytes.fromhex("01000000065F1F0400 000018 04B0")


SECRET_FIELDS = [
    ("InitiateRequest", "dedicated_key", (6, 0, 0)),
    ("AARQ", "calling_authentication_value", ("2.16.756.5.8.1.1",)),
    ("AARE", "responding_authentication_value", ("2.16.756.5.8.1.1", 0, None)),
]


@pytest.mark.clause("5.3")
@pytest.mark.parametrize(("cls", "field", "arguments"), SECRET_FIELDS)
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_key_or_password_is_never_shown(edition: str, cls: str, field: str, arguments: tuple[Any, ...]) -> None:
    package = package_of(edition)
    for secret in (SECRET.encode(), bytearray(SECRET.encode()), SECRET, BitString(SECRET.encode()), 1234567):
        value = getattr(package, cls)(*arguments)
        setattr(value, field, secret)
        assert SECRET not in repr(value)
        assert "1234567" not in repr(value)
        assert SECRET.encode().hex() not in repr(value).lower()
        assert f"{field}=" in repr(value)
    value.__setattr__(field, SECRET)
    with pytest.raises(EncodeError) as caught:
        value.encode()
    assert SECRET not in str(caught.value) + repr(caught.value)


@pytest.mark.clause("5.3")
def test_a_report_does_not_show_a_password() -> None:
    package = package_of("2023")
    octets = bytes.fromhex(
        "6036A1090607608574050801018A0207808B0760857405080201AC0A80083132333435363738"
        "BE10040E01000000065F1F0400007E1F04B0"
    )
    report = package.decode_report(octets)
    for text in (repr(report), repr(report.apdu), repr(copy.deepcopy(report.apdu))):
        assert "12345678" not in text
        assert "3132333435363738" not in text


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_dedicated_key_in_user_information_is_not_shown(edition: str) -> None:
    package = package_of(edition)
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
    initiate = package.InitiateRequest(6, package.Conformance.get, 1200, dedicated_key=key)
    for apdu in (
        package.AARQ("2.16.756.5.8.1.1", user_information=initiate.encode()),
        package.RLRQ(user_information=initiate.encode()),
    ):
        assert repr(key)[2:-1] not in repr(apdu)
        assert package.decode(apdu.encode()).user_information_apdu.dedicated_key == key
