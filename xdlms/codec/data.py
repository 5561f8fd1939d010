"""The kernel for self-describing CHOICEs, such as the Data of DLMS: one table, no object per cell.

A self-describing value carries the tag of every element. It is held as two things side by side:

- the *value*: plain Python, as people want it: numbers, bytes, str, lists (array), tuples (structure);
- the *shape*: the tags. The tag itself for a leaf; ``(tag, (shape, ...))`` for a container; and
  ``(tag, shape, count)`` for a container whose elements all have one shape, so that a thousand equal
  rows share one shape.

The generated subclass supplies the table `KINDS`, from tag to one of the kinds below.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from struct import Struct

from xdlms.codec import compact, data_types, row_arrays
from xdlms.codec.axdr import FAULTS, Unusual, read_length, read_octets, sized, write_length, write_octets
from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.codec.numbers import BitString, NamedNumber, RawText
from xdlms.codec.row_layouts import DEEPEST_ROW
from xdlms.codec.rows import Rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Self, SupportsIndex, TypeAlias, TypeGuard

    Shape: TypeAlias = Any
else:
    Shape = object
"""int | tuple[int, tuple[Shape, ...]] | tuple[int, Shape, int]; recursive, so spelled in words."""

MAX_DEPTH = 32
"""Levels of containers that are read unless the caller says otherwise."""

DEEPEST = 256
"""Levels of containers that are read at the most, whatever the caller says: Python's stack holds no more."""

NULL = "null"
BOOLEAN = "boolean"
OCTETS = "octets"
BITS = "bits"
VISIBLE = "visible"
UTF8 = "utf8"
LIST = "list"
RECORD = "record"
COMPACT = "compact"
# `simple` and `constructed` are read by the description of their type: see `xdlms.codec.data_types`.
# Other kinds are the struct format of a value of fixed width: "i", "Q", "12s", "f".

new = object.__new__
_ENCODINGS = {VISIBLE: "ascii", UTF8: "utf-8"}


class NaN(float):
    """A float that is not a number, with the octets that it was sent as: a payload survives."""

    __slots__ = ("octets",)
    octets: bytes

    @classmethod
    def of(cls, octets: bytes) -> NaN:
        nan = cls("nan")
        nan.octets = octets
        return nan

    def __reduce__(self) -> tuple[Any, ...]:
        return NaN.of, (self.octets,)


def repeat(tag: int, shapes: list[Shape]) -> Shape:
    """The shape of a container from the shapes of its elements."""
    if len(shapes) > 1 and shapes.count(shapes[0]) == len(shapes):
        return (tag, shapes[0], len(shapes))
    return (tag, tuple(shapes))


def element_shape(shape: Shape, index: int) -> Shape:
    """The shape of one element of a container."""
    return shape[1] if len(shape) == 3 else shape[1][index]


def element_count(shape: Shape) -> int:
    """How many elements the shape of a container has."""
    return shape[2] if len(shape) == 3 else len(shape[1])


def is_text(value: str, kind: str) -> bool:
    """Whether a string has only characters of its type: a VisibleString has 20 to 7E."""
    return kind != VISIBLE or (value.isascii() and value.isprintable())


class Kernel:
    """What one table of kinds compiles to: `read` and `write`, and the tables themselves."""

    __slots__ = (
        *("owner", "kinds", "read", "write", "structs", "leaf_writers", "by_kind"),
        *("layouts", "compact_mark", "other_readers"),
    )

    def __init__(self, owner: type[SelfDescribing]) -> None:
        self.owner = owner
        self.kinds = kinds = owner.KINDS
        self.by_kind = {kind: tag for tag, kind in reversed(kinds.items())}
        self.structs = {tag: Struct(">" + kind) for tag, kind in kinds.items() if is_fixed(kind)}
        self.other_readers = {
            tag: data_types.reader_of(owner, tag, kind, MAX_DEPTH)
            for tag, kind in kinds.items()
            if kind in data_types.OTHERS
        }
        self.layouts = row_arrays.Layouts(self)
        self.compact_mark = object()  # another for each compact array; who finds the same behind a reading read none
        self.read: Callable[[bytes, int, int], tuple[Shape, Any, int]] = _reader(self)
        self.leaf_writers: dict[int, Callable[[Any], bytes]] = _leaf_writers(self)
        self.write: Callable[[Shape, Any, Callable[[bytes], None]], None] = _writer(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return operator.attrgetter("KERNEL"), (self.owner,)


def is_fixed(kind: str) -> bool:
    """Whether a kind is the struct format of a value of fixed width."""
    return kind in "bBhHiIqQfd" or kind[:-1].isdigit()


def _none(octets: bytes, at: int) -> tuple[None]:
    return (None,)


def _reader(kernel: Kernel) -> Callable[[bytes, int, int], tuple[Shape, Any, int]]:
    """The fast reader: (octets, at, level) -> shape, value, end."""
    record = kernel.by_kind.get(RECORD)
    layouts = kernel.layouts
    deepest = MAX_DEPTH - DEEPEST_ROW
    fixed: list[tuple[Callable[[bytes, int], tuple[Any, ...]], int] | None] = [None] * 256
    variable: list[Callable[[bytes, int, int], tuple[Shape, Any, int]] | None] = [None] * 256

    def float_reader(tag: int) -> Callable[[bytes, int, int], tuple[Shape, Any, int]]:
        layout = kernel.structs[tag]

        def read_float(octets: bytes, at: int, level: int) -> tuple[Shape, Any, int]:
            (value,) = layout.unpack_from(octets, at)
            end = at + layout.size
            return tag, value if value == value else NaN.of(octets[at:end]), end

        return read_float

    def octets_reader(tag: int) -> Callable[[bytes, int, int], tuple[Shape, Any, int]]:
        def read_octet_string(octets: bytes, at: int, level: int) -> tuple[Shape, Any, int]:
            length = octets[at]
            at += 1
            if length > 0x7F:
                length, at = read_length(octets, at - 1)
            end = at + length
            if end > len(octets):
                raise Unusual
            return tag, octets[at:end], end

        return read_octet_string

    def text_reader(tag: int, kind: str) -> Callable[[bytes, int, int], tuple[Shape, Any, int]]:
        def read_text(octets: bytes, at: int, level: int) -> tuple[Shape, Any, int]:
            raw, end = read_octets(octets, at)
            value = raw.decode(_ENCODINGS[kind])
            if not is_text(value, kind):
                raise Unusual
            return tag, value, end

        return read_text

    def bits_reader(tag: int) -> Callable[[bytes, int, int], tuple[Shape, Any, int]]:
        def read_bits(octets: bytes, at: int, level: int) -> tuple[Shape, Any, int]:
            length, at = read_length(octets, at)
            end = at + ((length + 7) >> 3)
            return tag, BitString(octets[at:end], length), end

        return read_bits

    def compact_reader(tag: int) -> Callable[[bytes, int, int], tuple[Shape, Any, int]]:
        def read_compact(octets: bytes, at: int, level: int) -> tuple[Shape, Any, int]:
            if level >= MAX_DEPTH:
                raise Unusual
            description, at = compact.read_description(kernel, octets, at, MAX_DEPTH - level - 1)
            contents, end = read_octets(octets, at)
            kernel.compact_mark = object()
            return tag, compact.CompactArray(kernel, description, contents), end

        return read_compact

    def container_reader(tag: int, kind: str) -> Callable[[bytes, int, int], tuple[Shape, Any, int]]:
        may_have_rows = kind is LIST

        def read_container(octets: bytes, at: int, level: int) -> tuple[Shape, Any, int]:
            count = octets[at]
            at += 1
            if count > 0x7F:
                count, at = read_length(octets, at - 1)
            if count > len(octets) - at or level >= MAX_DEPTH:
                raise Unusual
            level += 1
            shapes: list[Shape] = []
            values: list[Any] = []
            add_shape = shapes.append
            add_value = values.append
            previous: Shape = None
            while count:
                plain = count
                if may_have_rows and count >= row_arrays.FEWEST and octets[at] == record and level <= deepest:
                    if layouts.credit >= row_arrays.ENOUGH_CREDIT:
                        before = len(values)
                        at = row_arrays.read_rows(layouts, octets, at, count, level, read, shapes, values)
                        count -= len(values) - before
                        if len(shapes) < len(values):
                            return (tag, shapes[0], len(values)), values, at
                    plain = min(count, row_arrays.PLAIN_ELEMENTS)
                    start = at
                for _ in range(plain):
                    element = octets[at]
                    known = fixed[element]
                    if known is not None:
                        add_shape(element)
                        add_value(known[0](octets, at + 1)[0])
                        at += known[1]
                    else:
                        read_element = variable[element]
                        if read_element is None:
                            raise Unusual
                        shape, value, at = read_element(octets, at + 1, level)
                        if shape == previous:
                            shape = previous
                        else:
                            previous = shape
                        add_shape(shape)
                        add_value(value)
                if plain < count:
                    layouts.earn_plainly(plain, at - start)
                count -= plain
            return repeat(tag, shapes), values if kind is LIST else tuple(values), at

        return read_container

    for tag, kind in kernel.kinds.items():
        if kind == NULL:
            fixed[tag] = (_none, 1)
        elif kind == BOOLEAN:
            fixed[tag] = (Struct("?").unpack_from, 2)
        elif kind in "fd":
            variable[tag] = float_reader(tag)
        elif tag in kernel.structs:
            fixed[tag] = (kernel.structs[tag].unpack_from, 1 + kernel.structs[tag].size)
        elif kind == OCTETS:
            variable[tag] = octets_reader(tag)
        elif kind in _ENCODINGS:
            variable[tag] = text_reader(tag, kind)
        elif kind == BITS:
            variable[tag] = bits_reader(tag)
        elif kind == COMPACT:
            variable[tag] = compact_reader(tag)
        elif tag in kernel.other_readers:
            variable[tag] = kernel.other_readers[tag]
        else:
            variable[tag] = container_reader(tag, kind)

    def read(octets: bytes, at: int, level: int) -> tuple[Shape, Any, int]:
        tag = octets[at]
        known = fixed[tag]
        if known is not None:
            return tag, known[0](octets, at + 1)[0], at + known[1]
        read_value = variable[tag]
        if read_value is None:
            raise Unusual
        return read_value(octets, at + 1, level)

    return read


def _leaf_writers(kernel: Kernel) -> dict[int, Callable[[Any], bytes]]:
    """A writer for each leaf tag: from the value to the octets behind the tag."""

    def number_writer(layout: Struct) -> Callable[[Any], bytes]:
        def write_number(value: Any) -> bytes:
            if not isinstance(value, int):
                raise Unusual
            return layout.pack(value)

        return write_number

    def float_writer(layout: Struct) -> Callable[[Any], bytes]:
        def write_float(value: Any) -> bytes:
            if isinstance(value, NaN) and len(value.octets) == layout.size:
                return value.octets
            return layout.pack(value)

        return write_float

    def string_writer(layout: Struct) -> Callable[[Any], bytes]:
        def write_string(value: Any) -> bytes:
            return sized(value, layout.size)

        return write_string

    def text_writer(kind: str) -> Callable[[Any], bytes]:
        encoding = _ENCODINGS[kind]

        def write_text(value: Any) -> bytes:
            if type(value) is RawText:
                raw = value.encode(encoding, "surrogateescape")
            elif type(value) is str and is_text(value, kind):
                raw = value.encode(encoding)
            else:
                raise Unusual
            return write_length(len(raw)) + raw

        return write_text

    writers: dict[int, Callable[[Any], bytes]] = {}
    for tag, kind in kernel.kinds.items():
        if kind == NULL:
            writers[tag] = _write_null
        elif kind == BOOLEAN:
            writers[tag] = _write_boolean
        elif kind in "fd":
            writers[tag] = float_writer(kernel.structs[tag])
        elif kind[:-1].isdigit():
            writers[tag] = string_writer(kernel.structs[tag])
        elif tag in kernel.structs:
            writers[tag] = number_writer(kernel.structs[tag])
        elif kind == OCTETS:
            writers[tag] = write_octets
        elif kind in _ENCODINGS:
            writers[tag] = text_writer(kind)
        elif kind == BITS:
            writers[tag] = _write_bits
        elif kind == COMPACT:
            writers[tag] = compact.write
        elif tag in kernel.other_readers:
            writers[tag] = data_types.writer_of(kernel.owner, tag)
    return writers


def _write_null(value: Any) -> bytes:
    if value is not None:
        raise Unusual
    return b""


def _write_boolean(value: Any) -> bytes:
    if value is True:
        return b"\x01"
    if value is False:
        return b"\x00"
    raise Unusual


def _write_bits(value: Any) -> bytes:
    if type(value) is not BitString:
        raise Unusual
    return write_length(value.length) + value.octets


def _writer(kernel: Kernel) -> Callable[[Shape, Any, Callable[[bytes], None]], None]:
    """The writer: (shape, value, add) -> None; `add` takes the pieces."""
    leaves = kernel.leaf_writers
    tags = [bytes((tag,)) for tag in range(256)]

    def write(shape: Shape, value: Any, add: Callable[[bytes], None]) -> None:
        if type(shape) is int:
            add(tags[shape] + leaves[shape](value))
            return
        tag = shape[0]
        count = len(value)
        if count != element_count(shape):
            raise Unusual
        add(tags[tag] + write_length(count))
        if len(shape) == 3:
            element = shape[1]
            if type(element) is int:
                octet, leaf = tags[element], leaves[element]
                for item in value:
                    add(octet + leaf(item))
            else:
                packed = row_arrays.write_rows(kernel.layouts, element, value)
                if packed is not None:
                    add(packed)
                    return
                for item in value:
                    write(element, item, add)
        else:
            for element, item in zip(shape[1], value, strict=True):
                write(element, item, add)

    return write


class SelfDescribing:
    """The base of the generated classes for self-describing CHOICEs.

    Two values are equal when their octets are. A value is hashable when it holds no list. What
    `value` gives is the value's own memory: do not change it.
    """

    __slots__ = ("_shape", "_value", "_plain")
    KINDS: ClassVar[dict[int, str]] = {}
    TAG: ClassVar[type[NamedNumber]]
    KERNEL: ClassVar[Kernel]
    _TAKEN: ClassVar[dict[type[Any], bool]] = {}
    """Other classes, and whether their tags all mean the same here."""
    _shape: Shape
    _value: Any
    _plain: Any

    def __init_subclass__(cls) -> None:
        if "KINDS" in cls.__dict__:
            cls.KERNEL = Kernel(cls)
            cls._TAKEN = {}

    @classmethod
    def hold(cls, shape: Shape, value: Any) -> Self:
        """The value with this shape; nothing is checked."""
        self = new(cls)
        self._shape = shape
        self._value = value
        return self

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        """The fast path: the value at `at`, and where it ends."""
        self = new(cls)
        kernel = cls.KERNEL
        mark = kernel.compact_mark
        self._shape, value, at = kernel.read(octets, at, 0)
        self._value = value
        if kernel.compact_mark is mark:
            self._plain = value
        return self, at

    @classmethod
    def of(cls, tag: SupportsIndex, value: Any = None) -> Self:
        """A value by its tag: plain Python for a simple type, an iterable of values for a container.

        The elements of a container are of this class, or of one whose tags mean the same here. Raises
        EncodeError for a tag that the class does not have or a value that does not fit it; a compact array
        is made by reading or by a constructor of its own.
        """
        number = operator.index(tag)
        kind = cls.KINDS.get(number)
        if kind is None or kind == COMPACT:
            raise EncodeError(ErrorCode.WRONG_TYPE, f"{cls.__name__} makes nothing of the tag {number}")
        name = cls.TAG(number).name
        if kind in data_types.OTHERS:
            made: Self = data_types.made(cls, number, value)
            return made
        if kind not in (LIST, RECORD):
            try:
                return cls.read(bytes((number,)) + cls.KERNEL.leaf_writers[number](value), 0)[0]
            except FAULTS:
                raise data_types.misfit(kind, name, value) from None
        if not isinstance(value, Iterable):
            raise EncodeError(ErrorCode.WRONG_TYPE, f"expected the elements of a {name}, got {type(value).__name__}")
        items = list(value)
        for index, item in enumerate(items):
            if not cls.takes(item):
                found = type(item).__name__
                raise EncodeError(ErrorCode.WRONG_TYPE, f"expected {cls.__name__}, got {found}", path=f"$[{index}]")
        values = [item.raw for item in items]
        shape = repeat(number, [item.shape for item in items])
        return cls.hold(shape, values if kind == LIST else tuple(values))

    @classmethod
    def takes(cls, value: Any) -> TypeGuard[Self]:
        """Whether a value can stand where one of this class is due.

        It is one, or the tags of its class all mean the same here: what was made for an edition goes into
        the APDUs of a package that adds types to it.
        """
        other = type(value)
        if other is cls:
            return True
        if not isinstance(value, SelfDescribing):
            return False
        if other not in cls._TAKEN:
            # of types that the table does not know there is no telling
            is_plain = not other.KERNEL.other_readers
            cls._TAKEN[other] = is_plain and other.KINDS.items() <= cls.KINDS.items()
        return cls._TAKEN[other]

    @classmethod
    def octets_of(cls, value: Self) -> bytes:
        """The octets of a value that the class takes; raises FAULTS for another, and where it does not fit its tag."""
        if type(value) is not cls and not cls.takes(value):
            raise Unusual
        return value.write()

    def write(self) -> bytes:
        """The octets; raises FAULTS where a value does not fit its tag."""
        pieces: list[bytes] = []
        self.KERNEL.write(self._shape, self._value, pieces.append)
        return b"".join(pieces)

    @property
    def shape(self) -> Shape:
        """The tags; see the module's first lines."""
        return self._shape

    @property
    def raw(self) -> Any:
        """The value as it is held: as `value`, but a compact array is a CompactArray."""
        return self._value

    @property
    def tag(self) -> Any:
        """The tag of the outermost element."""
        return self._tag(self._shape)

    @property
    def value(self) -> Any:
        """The value in plain Python; a compact array's rows are read here.

        Raises DecodeError when the contents of a compact array do not fit its description.
        """
        try:
            return self._plain
        except AttributeError:
            self._plain = compact.plain(self._shape, self._value)
            return self._plain

    @property
    def rows(self) -> Rows | None:
        """The rows of an array whose elements are structures of one layout, or of a compact array of structures.

        None for every other value, an empty array among them. Raises DecodeError when the contents of a
        compact array do not fit its description.
        """
        shape, value = self._shape, self._value
        if isinstance(value, compact.CompactArray):
            layout = value.description
        elif type(shape) is tuple and self.KINDS[shape[0]] == LIST and (len(shape) == 3 or len(shape[1]) == 1):
            layout = element_shape(shape, 0)
        else:
            return None
        if type(layout) is int or self.KINDS[layout[0]] != RECORD:
            return None
        tags = tuple(self._tag(element_shape(layout, place)) for place in range(element_count(layout)))
        return Rows(tags, self.value)

    def type_at(self, *indexes: int) -> Any:
        """The tag of the element that `value` has at these indexes, in rows of a compact array too.

        Raises IndexError when there is no such element, and DecodeError when the contents of a compact
        array do not fit its description.
        """
        shape, value = self._shape, self._value
        for index in indexes:
            if isinstance(value, compact.CompactArray):
                shape, value = (int(shape), value.description, len(value.rows)), value.rows
            if type(shape) is int:
                raise IndexError(f"{self._tag(shape).name} has no elements")
            count = element_count(shape)
            if not -count <= index < count:
                raise IndexError(f"element {index} of {count}")
            shape, value = element_shape(shape, index), value[index]
        return self._tag(shape)

    def _tag(self, shape: Shape) -> NamedNumber:
        return self.TAG(shape if type(shape) is int else shape[0])

    def __len__(self) -> int:
        if type(self._shape) is int:
            raise TypeError(f"{self.tag.name} has no elements")
        return len(self._value)

    def __bool__(self) -> bool:
        """True: a value is there, even null-data or an empty array."""
        return True

    def __getitem__(self, index: SupportsIndex) -> Self:
        """An element of an array or structure, with its tags; raises IndexError when there is none."""
        if type(self._shape) is int:
            raise TypeError(f"{self.tag.name} has no elements")
        place = operator.index(index)
        count = len(self._value)
        if not -count <= place < count:
            raise IndexError(f"element {place} of {count}")
        return self.hold(element_shape(self._shape, place), self._value[place])

    def __iter__(self) -> Iterator[Self]:
        return (self[index] for index in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SelfDescribing):
            return NotImplemented
        return self is other or self._octets() == other._octets()

    def __hash__(self) -> int:
        if compact.holds_list(self._value):
            raise TypeError(f"unhashable: this {self.tag.name} holds a list, or what can be changed like one")
        return hash(self._octets())

    def _octets(self) -> bytes:
        try:
            return self.write()
        except FAULTS:
            raise ValueError(f"this {self.tag.name} was changed and no longer fits its tags") from None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.tag.name}, {self._value!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).hold, (self._shape, self._value)

    def __deepcopy__(self, memo: Any) -> Self:
        return self.hold(self._shape, compact.copied(self._value))
