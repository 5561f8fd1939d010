"""Compact arrays: rows without tags, behind one description of their type.

The contents stay the octets that were sent, so that they are sent again unchanged; the rows are read
from them when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from struct import Struct

from xdlms.codec.axdr import FAULTS, Unusual, read_length, read_octets, write_length, write_octets
from xdlms.codec.data_types import CONSTRUCTED, SIMPLE
from xdlms.codec.errors import DecodeError, ErrorCode
from xdlms.codec.numbers import BitString
from xdlms.codec.row_arrays import read_contents
from xdlms.codec.wording import are, counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Self

    from xdlms.codec.data import Kernel, Shape

FREE_CELLS = 16
"""How many cells that cost no octets (null-data, arrays, structures) there may be for each octet of contents."""


class CompactArray:
    """A description, in the form of a shape, and the contents; `rows` are made when first asked for."""

    __slots__ = ("kernel", "description", "contents", "_rows")

    def __init__(self, kernel: Kernel, description: Shape, contents: bytes) -> None:
        self.kernel = kernel
        self.description = description
        self.contents = contents
        self._rows: list[Any] | None = None

    @property
    def rows(self) -> list[Any]:
        """The elements: tuples for structures, lists for arrays, else the plain values.

        Raises DecodeError when the contents are not used up exactly by whole elements.
        """
        if self._rows is None:
            try:
                self._rows = read_rows(self.kernel, self.description, self.contents)
            except FAULTS:
                size = len(self.contents)
                message = (
                    f"the {counted(size, 'octet')} of contents {are(size)} not whole elements of the type described"
                )
                raise DecodeError(ErrorCode.CONTENTS, message) from None
        return self._rows

    def __reduce__(self) -> tuple[Any, ...]:
        return CompactArray, (self.kernel, self.description, self.contents)

    def __repr__(self) -> str:
        return f"CompactArray({self.description!r}, {self.contents.hex()})"


class Description:
    """The type of the elements of a compact array; the base of the generated classes for it.

    A simple type is its tag; `array` and `structure` make the others.
    """

    __slots__ = ("shape",)
    KERNEL: ClassVar[Kernel]

    def __init__(self, shape: Shape) -> None:
        self.shape = int(shape) if isinstance(shape, int) else shape

    @classmethod
    def array(cls, count: int, element: Self) -> Self:
        """Arrays of `count` elements each, 0 to 65 535."""
        if not 0 <= count <= 0xFFFF:
            raise ValueError(f"an array has 0 to 65535 elements, not {count}")
        return cls((cls.KERNEL.by_kind["list"], element.shape, count))

    @classmethod
    def structure(cls, *elements: Self) -> Self:
        """Structures of these elements."""
        return cls((cls.KERNEL.by_kind["record"], tuple(element.shape for element in elements)))

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        """The fast path: the description at `at`, and where it ends. Raises FAULTS."""
        shape, at = read_description(cls.KERNEL, octets, at, 32)
        return cls(shape), at

    def write(self) -> bytes:
        """The octets. Raises FAULTS."""
        return write_description(self.KERNEL, self.shape)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Description):
            return NotImplemented
        return bool(self.shape == other.shape)

    def __hash__(self) -> int:
        return hash(self.shape)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.shape!r})"


def read_description(kernel: Kernel, octets: bytes, at: int, levels: int) -> tuple[Shape, int]:
    """A type description, and where it ends; `levels` of arrays and structures in it at the most."""
    tag = octets[at]
    kind = kernel.kinds[tag]
    if kind in ("compact", CONSTRUCTED):
        raise Unusual
    at += 1
    if kind not in ("list", "record"):
        return tag, at
    if levels <= 0:
        raise Unusual
    if kind == "list":
        count = int.from_bytes(octets[at : at + 2], "big")
        element, end = read_description(kernel, octets, at + 2, levels - 1)
        return (tag, element, count), end
    count, at = read_length(octets, at)
    if count > len(octets) - at:
        raise Unusual
    elements = []
    for _ in range(count):
        element, at = read_description(kernel, octets, at, levels - 1)
        elements.append(element)
    return (tag, tuple(elements)), at


def write_description(kernel: Kernel, description: Shape) -> bytes:
    """The octets of a type description; raises FAULTS where it is none."""
    if type(description) is int:
        if kernel.kinds[description] in ("list", "record", "compact", CONSTRUCTED):
            raise Unusual
        return bytes((description,))
    kind = kernel.kinds[description[0]]
    if kind == "list":
        tag, element, count = description
        head: bytes = bytes((tag,)) + count.to_bytes(2, "big")
        return head + write_description(kernel, element)
    tag, elements = description
    if kind != "record":
        raise Unusual
    return bytes((tag,)) + write_length(len(elements)) + b"".join(write_description(kernel, e) for e in elements)


def write(array: CompactArray) -> bytes:
    """The octets of a compact array, behind its tag."""
    return write_description(array.kernel, array.description) + write_octets(array.contents)


def read_rows(kernel: Kernel, description: Shape, contents: bytes) -> list[Any]:
    """All rows of the contents; raises FAULTS when they do not fit."""
    layout = row_layout(kernel, description)
    if layout is not None and layout.size:
        rows: Any = layout.iter_unpack(contents)
        return list(rows) if type(description) is tuple else [row[0] for row in rows]
    free = _FreeCells(FREE_CELLS * len(contents))

    def read(octets: bytes, at: int) -> tuple[Any, int]:
        return read_cell(kernel, description, octets, at, free)

    def read_again(at: int) -> Any:
        return read_cell(kernel, description, contents, at, _FreeCells(FREE_CELLS * len(contents)))[0]

    return read_contents(kernel.layouts, description, contents, read, read_again, free.take)


def row_layout(kernel: Kernel, description: Shape) -> Struct | None:
    """One struct for a row, when it is a leaf or a structure of leaves of fixed width."""
    leaves = (description,) if type(description) is int else description[1]
    if type(description) is tuple and len(description) == 3:
        return None
    formats = []
    for leaf in leaves:
        kind = kernel.kinds[leaf] if type(leaf) is int else ""
        if kind == "boolean":
            formats.append("?")
        elif leaf in kernel.structs and kind not in "fd":
            formats.append(kind)
        else:
            return None
    return Struct(">" + "".join(formats))


class _FreeCells:
    """Counts the cells that cost no octets, so that the rows stay in proportion to the contents."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, cells: int = 1) -> None:
        self.left -= cells
        if self.left < 0:
            raise Unusual


def read_cell(kernel: Kernel, description: Shape, contents: bytes, at: int, free: _FreeCells) -> tuple[Any, int]:
    """One value of the type described, without tags."""
    if type(description) is int:
        kind = kernel.kinds[description]
        if kind == "null":
            free.take()
            return None, at
        read = _UNTAGGED.get(kind)
        if read is not None:
            return read(contents, at)
        if kind == SIMPLE:
            _, value, end = kernel.other_readers[description](contents, at, 0)
            if end == at:
                free.take()
            return value, end
        # A value of fixed width is what follows its tag: read it as if the tag stood in front.
        layout = kernel.structs[description]
        end = at + layout.size
        (value,) = layout.unpack_from(contents, at)
        if value != value:
            value = kernel.read(bytes((description,)) + contents[at:end], 0, 0)[1]
        return value, end
    free.take()
    if len(description) == 3:
        _, element, count = description
        values = []
        for _ in range(count):
            value, at = read_cell(kernel, element, contents, at, free)
            values.append(value)
        return values, at
    fields = []
    for element in description[1]:
        value, at = read_cell(kernel, element, contents, at, free)
        fields.append(value)
    return tuple(fields), at


def _read_boolean(contents: bytes, at: int) -> tuple[bool, int]:
    return contents[at] != 0, at + 1


def _read_bits(contents: bytes, at: int) -> tuple[BitString, int]:
    length, at = read_length(contents, at)
    end = at + ((length + 7) >> 3)
    return BitString(contents[at:end], length), end


def _read_visible(contents: bytes, at: int) -> tuple[str, int]:
    raw, end = read_octets(contents, at)
    value = raw.decode("ascii")
    if not value.isprintable():
        raise Unusual
    return value, end


def _read_utf8(contents: bytes, at: int) -> tuple[str, int]:
    raw, end = read_octets(contents, at)
    return raw.decode(), end


_UNTAGGED: dict[str, Callable[[bytes, int], tuple[Any, int]]] = {
    "boolean": _read_boolean,
    "octets": read_octets,
    "bits": _read_bits,
    "visible": _read_visible,
    "utf8": _read_utf8,
}


def write_cell(kernel: Kernel, description: Shape, value: Any, add: Callable[[bytes], None]) -> None:
    """One value of the type described, without tags; raises FAULTS when it does not fit."""
    if type(description) is int:
        add(kernel.leaf_writers[description](value))
        return
    if len(description) == 3:
        _, element, count = description
        if type(value) is not list or len(value) != count:
            raise Unusual
        for item in value:
            write_cell(kernel, element, item, add)
        return
    if type(value) is not tuple:
        raise Unusual
    for element, item in zip(description[1], value, strict=True):
        write_cell(kernel, element, item, add)


def plain(shape: Shape, value: Any) -> Any:
    """The value with every compact array in it replaced by its rows; itself where there is none."""
    if isinstance(value, CompactArray):
        return value.rows
    if not holds_compact(shape, value):
        return value
    elements = shape[1:2] * shape[2] if len(shape) == 3 else shape[1]
    return type(value)(plain(element, item) for element, item in zip(elements, value, strict=True))


def holds_compact(shape: Shape, value: Any) -> bool:
    """Whether a compact array is anywhere inside."""
    if type(shape) is int:
        return isinstance(value, CompactArray)
    if len(shape) == 3:
        # one shape for all, so the first element tells
        return bool(shape[2]) and holds_compact(shape[1], value[0])
    return any(map(holds_compact, shape[1], value))


def holds_list(value: Any) -> bool:
    """Whether a list is anywhere inside, or what is as changeable; a compact array has a list of rows."""
    if isinstance(value, tuple):
        return any(map(holds_list, value))
    if isinstance(value, (list, CompactArray)):
        return True
    try:
        hash(value)
    except TypeError:
        # what a vendor adds to the types of values may be a SEQUENCE with a list in it
        return True
    return False


def copied(value: Any) -> Any:
    """The value with lists of its own, in as few steps of the stack as can be."""
    if isinstance(value, CompactArray):
        return CompactArray(value.kernel, value.description, value.contents)
    if type(value) in (list, tuple):
        return type(value)(map(copied, value))
    is_changeable = type(value).__hash__ is None or hasattr(value, "__deepcopy__")
    return deepcopy(value) if is_changeable else value
