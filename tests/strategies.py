"""Random values of any type, made from its descriptor, and Data with its octets made independently of the kernel."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from xdlms.codec import schema
from xdlms.codec.numbers import BitString

Values = st.SearchStrategy[Any]

PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
OCTETS = st.binary(max_size=20)


@st.composite
def bit_strings(draw: Any, low: int = 0, high: int | None = None) -> BitString:
    size = draw(st.integers(low, low + 40 if high is None else high))
    return BitString.of("".join(draw(st.lists(st.sampled_from("01"), min_size=size, max_size=size))))


@st.composite
def object_identifiers(draw: Any, second_of_2: int = 1 << 64) -> str:
    """Numbers with dots; behind a first number 2 there is one up to `second_of_2`."""
    first = draw(st.integers(0, 2))
    second = draw(st.integers(0, 39 if first < 2 else second_of_2))
    rest = draw(st.lists(st.integers(0, 1 << 100) | st.integers(0, 200), max_size=7))
    return ".".join(map(str, (first, second, *rest)))


# Self-describing values, by an encoder of the tests' own


@dataclass(frozen=True)
class Node:
    """An element of a Data: its tag, and plain content or elements."""

    tag: int
    content: Any

    def __repr__(self) -> str:
        return f"Node({self.tag}, {self.content!r})"


FIXED = {5: ">i", 6: ">I", 13: ">b", 15: ">b", 16: ">h", 17: ">B", 18: ">H", 20: ">q", 21: ">Q", 22: ">B"}
FIXED |= {23: ">f", 24: ">d", 28: ">b", 29: ">h", 30: ">i", 31: ">B", 32: ">H", 33: ">I"}
SIZED = {25: 12, 26: 5, 27: 4}
FLOATS = {7, 23, 24}


def length_octets(length: int) -> bytes:
    """A length in its shortest form, written out once more."""
    if length < 128:
        return bytes([length])
    body = b""
    while length:
        body = bytes([length & 255]) + body
        length >>= 8
    return bytes([128 + len(body)]) + body


def cell_octets(node: Node) -> bytes:
    """What follows the tag of a leaf."""
    tag, content = node.tag, node.content
    if tag in (0, 255):
        return b""
    if tag == 3:
        return b"\x01" if content else b"\x00"
    if tag == 4:
        padded = content + "0" * (-len(content) % 8)
        octets = bytes(int(padded[i : i + 8], 2) for i in range(0, len(padded), 8))
        return length_octets(len(content)) + octets
    if tag in FLOATS:
        return bytes(content)  # floats are given as octets, so that NaNs keep theirs
    if tag in FIXED:
        return struct.pack(FIXED[tag], content)
    if tag in SIZED:
        return bytes(content)
    raw = content.encode("utf-8") if isinstance(content, str) else content
    return length_octets(len(raw)) + raw


def node_octets(node: Node) -> bytes:
    """The octets of a tree."""
    if node.tag in (1, 2):
        inner = b"".join(map(node_octets, node.content))
        return bytes([node.tag]) + length_octets(len(node.content)) + inner
    if node.tag == 19:
        description, rows = node.content
        contents = b"".join(row_octets(row) for row in rows)
        return b"\x13" + description_octets(description) + length_octets(len(contents)) + contents
    return bytes([node.tag]) + cell_octets(node)


def row_octets(node: Node) -> bytes:
    """A row of a compact array: no tags, no counts."""
    if node.tag in (1, 2):
        return b"".join(map(row_octets, node.content))
    return cell_octets(node)


def description_octets(node: Any) -> bytes:
    """A type description: a tag, (1, count, description), or (2, [descriptions])."""
    if isinstance(node, int):
        return bytes([node])
    if node[0] == 1:
        return b"\x01" + struct.pack(">H", node[1]) + description_octets(node[2])
    return b"\x02" + length_octets(len(node[1])) + b"".join(map(description_octets, node[1]))


def node_value(node: Node) -> Any:
    """The plain Python value that a tree stands for; floats as their octets."""
    if node.tag == 1:
        return [node_value(element) for element in node.content]
    if node.tag == 2:
        return tuple(node_value(element) for element in node.content)
    if node.tag == 19:
        return [node_value(row) for row in node.content[1]]
    if node.tag == 4:
        return BitString.of(node.content)
    return None if node.tag in (0, 255) else node.content


def leaves(tag: int) -> st.SearchStrategy[Node]:
    """Leaves with this tag."""
    content: Values
    if tag in (0, 255):
        content = st.none()
    elif tag == 3:
        content = st.booleans()
    elif tag == 4:
        content = st.text("01", max_size=20)
    elif tag in (7, 23):
        content = st.one_of(
            st.binary(min_size=4, max_size=4),
            st.sampled_from([b"\x7f\xc0\0\0", b"\x7f\x80\0\1", b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\x7f\x80\0\0"]),
        )
    elif tag == 24:
        content = st.one_of(
            st.binary(min_size=8, max_size=8),
            st.sampled_from([b"\x7f\xf8" + bytes(6), b"\x7f\xf0" + bytes(5) + b"\1", b"\xff" * 8, b"\x80" + bytes(7)]),
        )
    elif tag in FIXED:
        size = struct.calcsize(FIXED[tag])
        signed = FIXED[tag][1].islower()
        low, high = (-(1 << 8 * size - 1), (1 << 8 * size - 1) - 1) if signed else (0, (1 << 8 * size) - 1)
        content = st.sampled_from([low, -1 if signed else 1, 0, high]) | st.integers(low, high)
    elif tag in SIZED:
        content = st.binary(min_size=SIZED[tag], max_size=SIZED[tag])
    elif tag == 9:
        content = OCTETS | st.binary(min_size=128, max_size=130)
    elif tag == 10:
        content = PRINTABLE
    else:
        content = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    return content.map(lambda value: Node(tag, value))


@st.composite
def descriptions(draw: Any, tags: tuple[int, ...], levels: int = 2) -> Any:
    """Type descriptions; a structure is never without elements that cost octets."""
    kind = draw(st.sampled_from(("leaf", "leaf", "array", "structure") if levels else ("leaf",)))
    costly = [tag for tag in tags if tag not in (0, 1, 2, 19, 255)]
    if kind == "leaf":
        return draw(st.sampled_from(costly))
    if kind == "array":
        return (1, draw(st.integers(1, 3)), draw(descriptions(tags, levels - 1)))
    elements = draw(st.lists(descriptions(tags, levels - 1), min_size=1, max_size=4))
    return (2, [*elements, *draw(st.sampled_from(([], [0], [255])))])


def rows_of(description: Any) -> st.SearchStrategy[Node]:
    """Rows of a described type."""
    if isinstance(description, int):
        return leaves(description)
    if description[0] == 1:
        _, count, element = description
        return st.lists(rows_of(element), min_size=count, max_size=count).map(lambda items: Node(1, items))
    return st.tuples(*map(rows_of, description[1])).map(lambda items: Node(2, list(items)))


@st.composite
def compact_arrays(draw: Any, tags: tuple[int, ...]) -> Node:
    description = draw(descriptions(tags))
    return Node(19, (description, draw(st.lists(rows_of(description), max_size=4))))


@st.composite
def tables(draw: Any, tags: tuple[int, ...]) -> Node:
    """An array of structures of one layout."""
    layout = draw(st.lists(st.sampled_from([tag for tag in tags if tag not in (1, 2, 19)]), min_size=1, max_size=5))
    rows = draw(st.lists(st.tuples(*map(leaves, layout)), max_size=6))
    return Node(1, [Node(2, list(row)) for row in rows])


def nodes(tags: tuple[int, ...]) -> st.SearchStrategy[Node]:
    """Trees of a Data with these tags."""
    leaf = st.sampled_from([tag for tag in tags if tag not in (1, 2, 19)]).flatmap(leaves)
    return st.recursive(
        leaf | compact_arrays(tags) | tables(tags),
        lambda inner: st.builds(Node, st.sampled_from((1, 2)), st.lists(inner, max_size=4)),
        max_leaves=8,
    )


# Values of any type


class Strategies:
    """The strategies of one syntax: values that strict decoding gives."""

    def __init__(self, syntax: schema.Syntax, oids: Values | None = None) -> None:
        self.syntax = syntax
        self.oids = object_identifiers() if oids is None else oids
        self.widest = 3
        """How many elements a SEQUENCE OF has at the most; fewer inside a type that holds itself."""
        self._cache: dict[str, Values] = {}

    def named(self, name: str) -> Values:
        """Values of a named type, in the form that `decode_type` gives them."""
        if name not in self._cache:
            self._cache[name] = st.deferred(lambda: self._named(name))
        return self._cache[name]

    def _named(self, name: str) -> Values:
        info = self.syntax.types[name]
        self.widest = 1 if getattr(info.type, "recursive", False) else 3
        values = self.of(info.type)
        if info.alternative and info.cls is not None:
            return values.map(wrapping(info.cls))
        return values

    def of(self, type: schema.Type) -> Values:
        match type:
            case schema.Named():
                return self.named(type.name)
            case schema.Null():
                return st.none()
            case schema.Boolean():
                return st.booleans()
            case schema.Integer() if type.cls is not None:
                return st.sampled_from(sorted(type.names)).map(type.cls)
            case schema.Integer():
                low = -(1 << 1007) if type.low is None else type.low
                high = (1 << 1007) - 1 if type.high is None else type.high
                edges = [n for n in (low, low + 1, -129, -128, -1, 0, 127, 128, high) if low <= n <= high]
                return st.sampled_from(edges) | st.integers(low, high)
            case schema.Enumerated():
                return st.sampled_from(sorted(type.names)).map(type.cls)
            case schema.Bits() if type.cls is not None:
                return st.integers(0, (1 << type.cls.WIDTH) - 1).map(type.cls)
            case schema.Bits():
                return bit_strings(type.low, type.high)
            case schema.Octets() if type.contains is not None:
                return self.contained(type.contains)
            case schema.Octets() | schema.Text(kind="GraphicString"):
                return st.binary(min_size=type.low, max_size=type.low + 20 if type.high is None else type.high)
            case schema.Text():
                return self.text(type)
            case schema.ObjectIdentifier():
                return self.oids
            case schema.Sequence():
                return st.builds(type.cls, **{field.attribute: self.field(field) for field in type.fields})
            case schema.Choice():
                return st.one_of(*map(self.alternative, type.alternatives))
            case schema.SequenceOf():
                high = type.low + self.widest if type.high is None else min(type.high, type.low + self.widest)
                return st.lists(self.of(type.element), min_size=type.low, max_size=high)
            case schema.SelfDescribing():
                decode = type.cls.decode  # type: ignore[attr-defined]  # the generated class has it
                tags = tuple(tag for tag in type.names if tag not in type.others)
                plain = nodes(tags).map(node_octets).map(decode)
                return self.with_others(type, plain) if type.others else plain
            case schema.Description():
                described = self.syntax.types[type.describes].type
                assert isinstance(described, schema.SelfDescribing)
                tags = tuple(tag for tag in described.names if tag != 19)
                return descriptions(tags, 3).map(description_octets).map(type.cls.decode)
        raise TypeError(type)

    def with_others(self, type: schema.SelfDescribing, plain: Values) -> Values:
        """Self-describing values, with some of a vendor's types alone, in arrays, and in structures."""
        added = st.one_of(
            *(
                self.of(other.type).map(lambda value, tag=tag: type.cls.of(tag, value))
                for tag, other in type.others.items()
            )
        )
        some = st.lists(added | plain, max_size=self.widest)
        return plain | added | st.builds(type.cls.of, st.sampled_from((1, 2)), some)

    def text(self, type: schema.Text) -> Values:
        high = type.low + 12 if type.high is None else type.high
        if type.kind == "UTF8String":
            return st.text(st.characters(exclude_categories=["Cs"]), min_size=type.low, max_size=high)
        return st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=type.low, max_size=high)

    def field(self, field: schema.Field) -> Values:
        values = self.of(field.type)
        if field.optional:
            return st.none() | values
        return values if field.default is schema.MISSING else st.just(field.default) | values

    def alternative(self, alternative: schema.Alternative) -> Values:
        values = self.of(alternative.type)
        return values if alternative.wrapper is None else values.map(wrapping(alternative.wrapper))

    def contained(self, root: str) -> Values:
        """The octets of an APDU of a root."""
        return self.named(root).map(lambda apdu: apdu.encode())

    def apdus(self) -> Values:
        """APDUs of every root."""
        return st.one_of(*map(self.named, self.syntax.roots))


def wrapping(cls: type[Any]) -> Any:
    """The value in its class; an alternative that is NULL has a class without a value."""
    return lambda value: cls() if value is None else cls(value)
