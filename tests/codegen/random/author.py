"""Writes abstract syntaxes at random: text that a vendor might write, valid, with everything the compiler takes.

Definitions use those before them; the ones behind them only where a value can end without them, so that
every type has a finite value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

VALUES = ("small INTEGER ::= 3", "large INTEGER ::= 70000")
OTHERS = (
    "yes BOOLEAN ::= TRUE",
    "few OCTET STRING ::= '0102'H",
    "same OCTET STRING ::= few",
    "bits BIT STRING { down (3) } ::= { down }",
    'words VisibleString ::= "words"',
    "root OBJECT IDENTIFIER ::= { joint-iso-itu-t(2) 16 small }",
    "middle Level ::= low",
    "heights SEQUENCE OF INTEGER ::= { 1, small, large }",
    "place SEQUENCE { x INTEGER, y BOOLEAN OPTIONAL } ::= { x small }",
)
"""Values that asn1tools reads in part or not at all."""

HIDE, SHOW = "/* default */", "/* end */"
"""Around the defaults that asn1tools does not read; it is shown OPTIONAL, which has the same octets in BER."""

PLAIN_DEFAULTS = (
    "BOOLEAN DEFAULT TRUE",
    "INTEGER DEFAULT -5",
    "ENUMERATED { off (0), on (1) } DEFAULT on",
    "OCTET STRING DEFAULT '00FF'H",
    'VisibleString DEFAULT "abc"',
)
"""What asn1tools reads rightly."""

DEFAULTS = (
    "BOOLEAN DEFAULT TRUE",
    "BOOLEAN DEFAULT FALSE",
    "BOOLEAN DEFAULT yes",
    "NULL DEFAULT NULL",
    "INTEGER DEFAULT -5",
    "INTEGER (0..255) DEFAULT small",
    "INTEGER (-70000..large) DEFAULT 0",
    "INTEGER { one (1), two (2) } DEFAULT two",
    "INTEGER { one (1), two (2) } (0..9) DEFAULT 1",
    "ENUMERATED { off (0), on (1) } DEFAULT on",
    "BIT STRING DEFAULT '1010'B",
    "BIT STRING (SIZE (12)) DEFAULT 'FF0'H",
    "BIT STRING { up (0), down (3) } DEFAULT { down }",
    "BIT STRING { up (0), down (3) } DEFAULT bits",
    "BIT STRING { up (0), down (3) } (SIZE (8)) DEFAULT { up, down }",
    "BIT STRING { up (0) } DEFAULT { }",
    "OCTET STRING DEFAULT '00FF'H",
    "OCTET STRING (SIZE (2)) DEFAULT 'ABCD'H",
    "OCTET STRING (SIZE (2)) DEFAULT same",
    'VisibleString DEFAULT "abc"',
    "VisibleString DEFAULT words",
    'UTF8String (SIZE (1..4)) DEFAULT "Maß"',
    'GraphicString DEFAULT "x"',
    'GeneralizedTime DEFAULT "20250101000000Z"',
    "OBJECT IDENTIFIER DEFAULT { root 5 }",
    "OBJECT IDENTIFIER DEFAULT root",
    "Level DEFAULT high",
    "Level DEFAULT middle",
    "SEQUENCE OF INTEGER (0..large) DEFAULT heights",
    "SEQUENCE { x INTEGER (0..255), y BOOLEAN OPTIONAL } DEFAULT place",
)

LEVEL = "Level ::= ENUMERATED { low (0), high (1), higher (200) }"
STRINGS = ("VisibleString", "UTF8String", "GraphicString", "IA5String", "PrintableString", "NumericString")
TIMES = ("GeneralizedTime", "UTCTime")
NAMES = ("alpha", "beta", "gamma-ray", "delta-1", "mixedCase", "class", "x-ABC")
COMPONENTS = (
    *("c1", "c2", "c3", "has-c1", "class", "value", "name"),
    *("octets", "at", "cls", "tag", "start", "stop", "end", "first", "last", "header", "inside", "contents"),
    *("len", "int", "type", "bytes", "list", "read-octets", "write-list", "oid-of", "struct", "rawData"),
)
"""Names of components, among them those of what generated code uses."""

BER_TAGS = (*range(31), 31, 127, 128, 20_000)
DEEPEST = 3


@dataclass
class Author:
    """Writes one module; `draw` makes the choices."""

    draw: st.DrawFn
    is_ber: bool = False
    is_plain: bool = False
    """Whether to write only what asn1tools reads rightly: no IMPLICIT before a CHOICE, no values of other types.

    Defaults with parts it does not read; they are between HIDE and SHOW.
    """
    count: int = 4

    @property
    def values(self) -> tuple[str, ...]:
        return VALUES if self.is_plain else (*VALUES, *OTHERS)

    @property
    def names(self) -> list[str]:
        return [f"Type-{'ABCDEFGH'[number]}" for number in range(self.count)]

    def one_of(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) < percent

    def distinct(self, among: Sequence[T], count: int) -> list[T]:
        return self.draw(st.lists(st.sampled_from(among), min_size=count, max_size=count, unique=True))

    def text_of_modules(self) -> str:
        """The text of a file with one module or two, whose root is ``Message``."""
        self.count = self.draw(st.integers(1, 5))
        definitions = [self.definition(number) for number in range(self.count)]
        root = self.root()
        if self.chance(30):
            names = [value.split()[0] for value in self.values if not value.startswith("small")]
            needed = ", ".join([*self.names, "Level", *names])
            common = self.module("Common", [LEVEL, *self.values, *definitions])
            own = f"IMPORTS {needed} FROM Common;\n\n{VALUES[0]}"
            return f"{common}\n{self.module('Random', [own, root])}"
        return self.module("Random", [LEVEL, *self.values, root, *definitions])

    def module(self, name: str, body: list[str]) -> str:
        tags = self.one_of("", "EXPLICIT TAGS ", "IMPLICIT TAGS ", "AUTOMATIC TAGS ")
        return f"{name} DEFINITIONS {tags}::= BEGIN\n\n" + "\n\n".join(body) + "\n\nEND\n"

    def definition(self, number: int) -> str:
        """A definition; inside A-XDR, what has an APPLICATION tag is in BER and so uses no other definition."""
        has_tag = self.chance(30 if self.is_ber else 4)
        is_closed = has_tag and not self.is_ber
        type_ = without_null(self.type(DEEPEST, 0) if is_closed else self.type(0, number))
        tag = f"[APPLICATION {number}] {self.mode(type_)}" if has_tag else ""
        return f"{self.names[number]} ::= {tag}{type_}"

    def root(self) -> str:
        """A CHOICE with an alternative for every definition, and some more."""
        extra = self.draw(st.integers(0, 3))
        names = [name.lower() if self.chance(30) else f"m{number}" for number, name in enumerate(self.names)]
        members = [(name, type_) for name, type_ in zip(names, self.names, strict=True)]
        members += [(f"extra{number}", self.type(1, self.count)) for number in range(extra)]
        tags = self.distinct(range(30) if self.is_ber else range(256), len(members))
        pairs = zip(tags, members, strict=True)
        lines = [f"  {name} [{tag}] {self.mode(type_)}{type_}" for tag, (name, type_) in pairs]
        return "Message ::= CHOICE {\n" + ",\n".join(lines) + "\n}"

    def mode(self, type_: str) -> str:
        """How a tag in front of a type is written."""
        if self.is_plain and type_.startswith(("CHOICE", "Type-")):
            return "EXPLICIT "
        return self.one_of("", "IMPLICIT ", "EXPLICIT ")

    def tags(self, count: int) -> list[str]:
        """Distinct tags for components or alternatives in BER; where one is left out, the type's own tag tells."""
        written = [f"[{form}{number}]" for form in ("", "APPLICATION ", "PRIVATE ") for number in BER_TAGS]
        return [tag if self.chance(90) else "" for tag in self.distinct(written, count)]

    def tagged(self, tag: str, type_: str) -> str:
        """A type behind its tag, if it has one."""
        return f"{tag} {self.mode(type_)}{type_}" if tag else type_

    # Types

    def type(self, depth: int, before: int) -> str:
        """A type; it may use the definitions with numbers under `before`."""
        kinds = [self.boolean, self.null, self.integer, self.enumerated, self.bits, self.octets, self.text, self.oid]
        if depth < DEEPEST:
            kinds += [self.sequence, self.choice, self.sequence_of] * 2
        if before:
            kinds += [self.reference] * 3
        kind = self.draw(st.sampled_from(kinds))
        return kind(depth, before)

    def boolean(self, depth: int, before: int) -> str:
        return "BOOLEAN"

    def null(self, depth: int, before: int) -> str:
        return "NULL"

    def range(self) -> tuple[int | None, int | None]:
        """A range, often close to the ends of a width."""
        edges = [sign * (1 << bits) + step for bits in range(64) for sign in (1, -1) for step in (-1, 0, 1)]
        edge = st.one_of(st.sampled_from(edges), st.integers(-300, 300))
        low, high = sorted([self.draw(edge), self.draw(edge)])
        low, high = max(low, -(1 << 63)), min(high, (1 << 64) - 1 if low >= 0 else (1 << 63) - 1)
        ends: list[int | None] = [low, high]
        if self.chance(25):
            ends[self.draw(st.integers(0, 1))] = None
        return ends[0], ends[1]

    def integer(self, depth: int, before: int) -> str:
        if self.chance(25):
            return "INTEGER"
        if self.chance(10):
            return self.one_of("INTEGER (0..small)", "INTEGER (small..large)")
        if self.chance(30):
            return f"INTEGER {self.named(-200, 70_000)}"
        low, high = self.range()
        if self.is_ber:
            low, high = (low, high) if self.chance(50) else (None, None)
        if low is None and high is None:
            return "INTEGER"
        return f"INTEGER ({'MIN' if low is None else low}..{'MAX' if high is None else high})"

    def named(self, low: int, high: int, largest: int = 5) -> str:
        names = self.distinct(NAMES, self.draw(st.integers(1, largest)))
        numbers = self.draw(st.lists(st.integers(low, high), min_size=len(names), max_size=len(names), unique=True))
        pairs = [f"{name} ({number})" for name, number in zip(names, numbers, strict=True)]
        return "{ " + ", ".join(pairs) + " }"

    def enumerated(self, depth: int, before: int) -> str:
        return f"ENUMERATED {self.named(-3, 400) if self.is_ber else self.named(0, 255)}"

    def size(self, largest: int = 20) -> str:
        """A SIZE, or none."""
        form = self.one_of("none", "fixed", "range", "least", "zero")
        low, high = sorted([self.draw(st.integers(0, largest)), self.draw(st.integers(0, largest))])
        match form:
            case "fixed":
                return f" (SIZE ({high}))"
            case "range":
                return f" (SIZE ({low}..{high}))"
            case "least":
                return f" (SIZE ({low}..MAX))"
            case "zero":
                return " (SIZE (0..small))"
        return ""

    def bits(self, depth: int, before: int) -> str:
        if self.chance(50):
            return f"BIT STRING{self.size()}"
        named = f"BIT STRING {self.named(0, 15)}"
        return named + self.one_of("", " (SIZE (16))", " (SIZE (16..24))", " (SIZE (0..16))", " (SIZE (20))")

    def octets(self, depth: int, before: int) -> str:
        return f"OCTET STRING{self.size()}"

    def text(self, depth: int, before: int) -> str:
        return self.one_of(*STRINGS) + self.size() if self.chance(80) else self.one_of(*TIMES)

    def oid(self, depth: int, before: int) -> str:
        return "OBJECT IDENTIFIER"

    def sequence_of(self, depth: int, before: int) -> str:
        size = self.size(5).strip()
        return f"SEQUENCE {size} OF {self.type(depth + 1, before)}" if size else f"SEQUENCE OF {self.either(depth)}"

    def either(self, depth: int) -> str:
        """A type in a place that may be empty: any definition may stand there."""
        return self.type(depth + 1, self.count)

    def choice(self, depth: int, before: int) -> str:
        count = self.draw(st.integers(1, 4))
        tags = self.tags(count) if self.is_ber else [f"[{tag}]" for tag in self.distinct(range(256), count)]
        members = []
        for number, tag in enumerate(tags):
            type_ = self.type(depth + 1, before) if number == 0 else self.either(depth)
            members.append(f"a{number} {self.tagged(tag, type_)}")
        return "CHOICE { " + ", ".join(members) + " }"

    def sequence(self, depth: int, before: int) -> str:
        names = self.distinct(COMPONENTS, self.draw(st.integers(0, 5)))
        some = range(len(names))
        tags = self.tags(len(names)) if self.is_ber else [f"[{n}]" if self.chance(15) else "" for n in some]
        pairs = zip(names, tags, strict=True)
        members = [f"{name} {self.tagged(tag, self.component(depth, before))}" for name, tag in pairs]
        return "SEQUENCE { " + ", ".join(members) + " }"

    def component(self, depth: int, before: int) -> str:
        if self.chance(25):
            return f"{without_null(self.either(depth))} OPTIONAL"
        if self.chance(20):
            return self.with_default()
        return self.type(depth + 1, before)

    def with_default(self) -> str:
        """A type with a DEFAULT."""
        if self.is_plain and self.chance(60):
            type_, value = self.one_of(*PLAIN_DEFAULTS).split(" DEFAULT ")
            return f"{type_} DEFAULT {value}"
        if self.is_plain or self.chance(50):
            type_, value = self.with_value(0)
            return f"{type_} {HIDE} DEFAULT {value} {SHOW}"
        return self.one_of(*DEFAULTS)

    # Types with a value, for defaults that have parts

    def with_value(self, depth: int) -> tuple[str, str]:
        """A type, and a value of it."""
        if depth and (depth == DEEPEST or self.chance(50)):
            type_, value = self.one_of(*(PLAIN_DEFAULTS if self.is_plain else DEFAULTS)).split(" DEFAULT ")
            return type_, value
        forms = [self.list_with_value, self.sequence_with_value, self.choice_with_value]
        return self.draw(st.sampled_from(forms))(depth + 1)

    def list_with_value(self, depth: int) -> tuple[str, str]:
        type_, value = self.with_value(depth)
        size = self.one_of("", " SIZE (0..small)", " (SIZE (0..4))")
        return f"SEQUENCE{size} OF {type_}", "{" + ", ".join([value] * self.draw(st.integers(0, 3))) + "}"

    def sequence_with_value(self, depth: int) -> tuple[str, str]:
        members, values = [], []
        for number, name in enumerate(self.distinct(COMPONENTS, self.draw(st.integers(0, 3)))):
            type_, value = self.with_value(depth)
            presence = self.one_of("", " OPTIONAL", f" {HIDE} DEFAULT {value} {SHOW}")
            if presence == " OPTIONAL":
                type_, value = (type_, value) if without_null(type_) == type_ else ("BOOLEAN", "TRUE")
            members.append(f"{name} [{number}] {self.mode(type_)}{type_}{presence}")
            if not presence or self.chance(50):
                values.append(f"{name} {value}")
        return "SEQUENCE { " + ", ".join(members) + " }", "{" + ", ".join(values) + "}"

    def choice_with_value(self, depth: int) -> tuple[str, str]:
        members, values = [], []
        for number in range(self.draw(st.integers(1, 3))):
            type_, value = self.with_value(depth)
            members.append(f"a{number} [{number}] {self.mode(type_)}{type_}")
            values.append(f"a{number} : {value}")
        return "CHOICE { " + ", ".join(members) + " }", self.one_of(*values)

    def reference(self, depth: int, before: int) -> str:
        return self.draw(st.sampled_from([*self.names[:before], "Level"]))


def without_null(type_: str) -> str:
    """A type that may be OPTIONAL, or whose name may: NULL may not, since None says that a component is absent."""
    return "BOOLEAN" if type_ == "NULL" else type_


@st.composite
def modules(draw: st.DrawFn, *, is_ber: bool = False, is_plain: bool = False) -> str:
    """The text of a file of one module or two."""
    return Author(draw, is_ber=is_ber, is_plain=is_plain).text_of_modules()
