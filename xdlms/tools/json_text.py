"""The text of the JSON of a value, in pieces: a long array as a whole would be many times its octets.

The text is that of ``json.dumps(to_json(...))``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from json import dumps
from typing import Any, Final

from xdlms.codec import schema
from xdlms.codec.data import NULL, Shape, element_shape
from xdlms.codec.encoding import Encoder
from xdlms.codec.schema import Syntax, Type
from xdlms.tools.asn1_json import leaf_to_json, to_json

_BATCH: Final = 1024
"""Elements, or pieces of text, that are put together."""
_LARGEST_ROW: Final = 256
_INTEGERS: Final = frozenset("bBhHiIqQ")

Put = Callable[[str], None]


def write_json(syntax: Syntax, type: Type, value: Any, put: Put) -> None:
    """Give the text of the JSON of a value of `type` to `put`, piece by piece."""
    pieces = _Pieces(syntax, put)
    pieces.value(type, value)
    pieces.flush()


class _Pieces:
    """Pieces of text on their way, some together."""

    __slots__ = ("_pieces", "_put", "_syntax")

    def __init__(self, syntax: Syntax, put: Put) -> None:
        self._syntax = syntax
        self._put = put
        self._pieces: list[str] = []

    def flush(self) -> None:
        self._put("".join(self._pieces))
        self._pieces.clear()

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        if len(self._pieces) >= _BATCH:
            self.flush()

    def value(self, type: Type, value: Any) -> None:
        """A value of any type; those without containers in them as a whole."""
        type = self._syntax.types.resolve(type)
        match type:
            case schema.Sequence():
                start = "{"
                for field in type.fields:
                    component = getattr(value, field.attribute)
                    if component is not None or not field.optional:
                        self._add(f"{start}{dumps(field.name)}: ")
                        self.value(field.type, component)
                        start = ", "
                self._add("}" if start == ", " else "{}")
            case schema.Choice():
                alternative, held = Encoder(self._syntax).alternative(type, value)
                self._add(f"{{{dumps(alternative.name)}: ")
                self.value(alternative.type, held)
                self._add("}")
            case schema.SequenceOf():
                start = "["
                for item in value:
                    self._add(start)
                    self.value(type.element, item)
                    start = ", "
                self._add("]" if start == ", " else "[]")
            case schema.SelfDescribing():
                self._element(type, value.shape, value.raw)
            case _:
                self._add(dumps(to_json(self._syntax, type, value)))

    def _element(self, type: schema.SelfDescribing, shape: Shape, value: Any) -> None:
        """An element of a self-describing value: an object with the name of its tag."""
        if isinstance(shape, int):
            if shape in type.others:
                self._add(f"{{{dumps(type.names[shape])}: ")
                self.value(type.others[shape].type, value)
                self._add("}")
            else:
                self._add(_leaf(self._syntax, type, shape)(value))
            return
        self._add(f"{{{dumps(type.names[shape[0]])}: [")
        if len(shape) == 3 and _is_small(shape[1]):
            separator = ""
            for text in _batches(self._syntax, type, shape[1], value):
                self._add(separator + text)
                separator = ", "
                self.flush()
        else:
            for index, item in enumerate(value):
                if index:
                    self._add(", ")
                self._element(type, element_shape(shape, index), item)
        self._add("]}")


def _is_small(shape: Shape) -> bool:
    """Whether a value of this shape has few elements."""
    left = _LARGEST_ROW
    stack = [(shape, 1)]
    while stack and left > 0:
        part, times = stack.pop()
        left -= times
        if isinstance(part, int):
            continue
        if len(part) == 3:
            stack.append((part[1], times * part[2]))
        elif len(part[1]) > left:
            return False
        else:
            stack += [(element, times) for element in part[1]]
    return left > 0


def _batches(syntax: Syntax, type: schema.SelfDescribing, shape: Shape, values: Iterable[Any]) -> Iterator[str]:
    """The text of elements that all have one shape."""
    write = _element(syntax, type, shape)
    rest = iter(values)
    while batch := list(islice(rest, _BATCH)):
        yield ", ".join(map(write, batch))


def _element(syntax: Syntax, type: schema.SelfDescribing, shape: Shape) -> Callable[[Any], str]:
    """What gives the text of a value of one shape."""
    if isinstance(shape, int):
        return _leaf(syntax, type, shape)
    start = f"{{{dumps(type.names[shape[0]])}: ["
    if len(shape) == 3:
        each = _element(syntax, type, shape[1])
        return lambda value: f"{start}{', '.join(map(each, value))}]}}"
    if all(isinstance(part, int) and type.cls.KINDS[part] in _INTEGERS for part in shape[1]):
        parts = ", ".join(f"{{{dumps(type.names[part])}: %d}}" for part in shape[1]).replace("%d", "\0")
        form = f"{start}{parts}]}}".replace("%", "%%").replace("\0", "%d")
        return lambda value: form % tuple(value)
    elements = [_element(syntax, type, part) for part in shape[1]]
    return lambda value: (f"{start}{', '.join([write(item) for write, item in zip(elements, value, strict=True)])}]}}")


def _leaf(syntax: Syntax, type: schema.SelfDescribing, tag: int) -> Callable[[Any], str]:
    """What gives the text of a value that is no container."""
    start = f"{{{dumps(type.names[tag])}: "
    kind = type.cls.KINDS[tag]
    if kind == NULL:
        nothing = start + "null}"
        return lambda value: nothing
    if kind in _INTEGERS:
        return lambda value: f"{start}{value:d}}}"
    if tag in type.others:
        other = type.others[tag].type
        return lambda value: f"{start}{dumps(to_json(syntax, other, value))}}}"

    def leaf(value: Any) -> str:
        if isinstance(value, bytes):
            return f'{start}"{value.hex().upper()}"}}'
        return f"{start}{dumps(leaf_to_json(type, value))}}}"

    return leaf
