"""Mutations of good octets, and what must hold for every octets at all, good or bad."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from random import Random
from typing import Any

from xdlms.codec import schema
from xdlms.codec.axdr import FAULTS
from xdlms.codec.data import SelfDescribing
from xdlms.codec.decoding import Decoder
from xdlms.codec.entry import shallow
from xdlms.errors import DecodeError, ErrorCode, Severity

INTERESTING = bytes((0x00, 0x01, 0x02, 0x13, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFF))
"""Octets that decoders stumble over: tags, lengths, counts, presence."""


def truncations(octets: bytes) -> Iterator[bytes]:
    """Cut off at every octet."""
    return (octets[:end] for end in range(len(octets)))


def mutant(octets: bytes, others: list[bytes], random: Random) -> bytes:
    """The octets with one to three changes."""
    changed = bytearray(octets)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        at = random.randrange(len(changed) + 1)
        match random.randrange(8):
            case 0 if at < len(changed):
                changed[at] ^= 1 << random.randrange(8)
            case 1 if at < len(changed):
                changed[at] = random.choice(INTERESTING)
            case 2 if at < len(changed):
                changed[at] = (changed[at] + random.choice((-2, -1, 1, 2))) & 0xFF  # a length that lies
            case 3:
                changed[at:at] = bytes(random.choice(INTERESTING) for _ in range(random.randint(1, 3)))
            case 4:
                del changed[at : at + random.randint(1, 4)]
            case 5:
                other = random.choice(others)
                start = random.randrange(len(other) + 1)
                changed[at:] = other[start:]
            case 6:
                other = random.choice(others)
                start = random.randrange(len(other) + 1)
                changed[at:at] = other[start : start + random.randint(1, 12)]
            case 7 if at < len(changed):
                # the length in a longer form, with or without what it counts
                width = random.randint(1, 4)
                changed[at : at + 1] = bytes((0x80 | width,)) + changed[at].to_bytes(width, "big")
    return bytes(changed)


class Differential:
    """The codecs of one edition against each other: fast and slow, strict and lenient, in and out."""

    def __init__(self, package: Any) -> None:
        self.package = package
        self.syntax: schema.Syntax = package.SYNTAX
        self.readers = package._READERS
        self.accepted = 0
        self.forgiven = 0
        self.refused = 0

    def check(self, octets: bytes) -> None:
        """An APDU, or something like it."""
        strict = self.attempt(octets, lambda: self.package.decode(octets))
        slow_decoder = Decoder(self.syntax, octets)
        slow = self.attempt(octets, lambda: shallow(slow_decoder.apdu))
        assert same(strict, slow), f"strict {strict!r}, slow {slow!r}: {octets.hex()}"
        fast = self.fast(octets)
        assert fast is None or same(fast, slow), f"fast {fast!r}, slow {slow!r}: {octets.hex()}"
        lenient = self.attempt(octets, lambda: self.package.decode(octets, strict=False))
        report = self.attempt(octets, lambda: self.package.decode_report(octets))
        if isinstance(report, DecodeError):
            assert isinstance(strict, DecodeError), octets.hex()
            assert isinstance(lenient, DecodeError), octets.hex()
            self.refused += 1
            return
        assert same(report.apdu, lenient), octets.hex()
        self.findings(octets, report.findings)
        grave = [finding for finding in report.findings if finding.severity is Severity.ERROR]
        if isinstance(strict, DecodeError):
            assert grave, f"forgiven without a finding: {octets.hex()}"
            self.forgiven += 1
        else:
            assert same(report.apdu, strict), octets.hex()
            assert not grave, f"{grave}: {octets.hex()}"
            assert strict.encode() == report.canonical
            assert same(self.package.decode(report.canonical), strict), octets.hex()
            self.accepted += 1
        assert report.canonical == octets or report.findings, f"no finding: {octets.hex()} {report.canonical.hex()}"
        again = self.package.decode_report(report.canonical)
        assert same(again.apdu, report.apdu), octets.hex()
        assert again.canonical == report.canonical, octets.hex()
        self.usable(report.apdu)

    def check_type(self, name: str, octets: bytes) -> None:
        """A value of a type."""
        strict = self.attempt(octets, lambda: self.package.decode_type(name, octets))
        lenient = self.attempt(octets, lambda: self.package.decode_type(name, octets, strict=False))
        cls = self.package.TYPES[name].cls
        own = self.attempt(octets, lambda: cls.decode(octets)) if hasattr(cls, "decode") else strict
        assert same(own, strict), f"{name}: {own!r}, {strict!r}: {octets.hex()}"
        if isinstance(lenient, DecodeError):
            assert isinstance(strict, DecodeError), f"{name}: {octets.hex()}"
            self.refused += 1
            return
        assert isinstance(strict, DecodeError) or same(lenient, strict), f"{name}: {octets.hex()}"
        self.accepted += not isinstance(strict, DecodeError)
        self.forgiven += isinstance(strict, DecodeError)
        self.usable(lenient)
        if type(lenient) is cls:
            encoded = lenient.encode()
            assert same(self.package.decode_type(name, encoded, strict=False), lenient), f"{name}: {octets.hex()}"

    def attempt(self, octets: bytes, read: Any) -> Any:
        """The result, or a DecodeError that says where; nothing else may come out."""
        result = outcome(read)
        if isinstance(result, DecodeError):
            assert isinstance(result.code, ErrorCode)
            assert result.code is not ErrorCode.WRONG_TYPE
            assert result.path.startswith("$")
            assert result.offset is not None, octets.hex()
            assert 0 <= result.offset <= len(octets), f"{result}: {octets.hex()}"
            assert result.reason
        return result

    def fast(self, octets: bytes) -> Any:
        """What the fast path alone takes."""
        try:
            apdu, end = self.readers[octets[0]](octets, 1)
        except FAULTS:
            return None
        return apdu if end == len(octets) else None

    def findings(self, octets: bytes, findings: tuple[Any, ...]) -> None:
        for finding in findings:
            assert 0 <= finding.offset <= len(octets), octets.hex()
            assert finding.octets == octets[finding.offset : finding.offset + len(finding.octets)], octets.hex()
            assert finding.path.startswith("$")
            assert finding.rule
            assert finding.message
            assert finding.clause

    def usable(self, value: Any) -> None:
        """What a caller does with a value next."""
        assert repr(value)
        assert same(pickle.loads(pickle.dumps(value)), value)
        for data in datas(value):
            plain = outcome(lambda data=data: data.value)
            rows = outcome(lambda data=data: data.rows)
            if isinstance(plain, DecodeError):
                assert plain.code is ErrorCode.CONTENTS
                continue
            assert rows is None or list(rows) == plain or repr(list(rows)) == repr(plain)
            try:
                hash(data)
            except TypeError:
                assert (
                    "list" in repr(data)
                    or "[" in repr(data)
                    or "CompactArray" in repr(data)
                    or repr(data).count("(") > 1
                )


def outcome(read: Any) -> Any:
    """What a reading gives: its result, or the DecodeError that it raises."""
    try:
        return read()
    except DecodeError as error:
        return error


def datas(value: Any) -> Iterator[SelfDescribing]:
    """The self-describing values in a value, a few of them."""
    if isinstance(value, SelfDescribing):
        yield value
    elif isinstance(value, list):
        for element in value[:3]:
            yield from datas(element)
    else:
        for name in getattr(type(value), "__slots__", ()):
            yield from datas(getattr(value, name, None))


def same(one: Any, other: Any) -> bool:
    """Equal, of one type; two errors are the same when they say the same."""
    if isinstance(one, DecodeError) and isinstance(other, DecodeError):
        return (one.code, one.path, one.offset) == (other.code, other.path, other.offset)
    if type(one) is not type(other):
        return False
    return bool(one == other)
