"""The lines of a component that is left out because it has its default value: that value, as if it had been sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xdlms.codec import schema
from xdlms.codec.compact import CompactArray
from xdlms.codec.data import Shape, element_shape
from xdlms.codec.encoding import Encoder
from xdlms.codec.schema import Syntax, Type
from xdlms.codec.wording import counted
from xdlms.tools.editions import public_name
from xdlms.tools.lines import Line
from xdlms.tools.words import Words, description_in_words, element_in_words, words_of


def default_lines(syntax: Syntax, type: Type, value: Any, offset: int, depth: int, name: str) -> list[Line]:
    """The lines of a default value; the first one says that it is one, and has the octet that left it out.

    `type` is the one that the component names, `depth` and `name` are those of its line.
    """
    first, *others = _lines(syntax, type, value, depth, name)
    first.offset = offset
    first.words.note = "default"
    return [first, *others]


def _lines(syntax: Syntax, declared: Type, value: Any, depth: int, name: str) -> Iterator[Line]:
    type = syntax.types.resolve(declared)
    match type:
        case schema.Sequence():
            kind = public_name(syntax.types.of_class(type.cls).name) if name.startswith("[") else ""
            yield _line(depth, name, Words(kind=kind))
            for field in type.fields:
                component = getattr(value, field.attribute)
                if component is None and field.optional:
                    yield _line(depth + 1, field.name, Words("absent"))
                else:
                    yield from _lines(syntax, field.type, component, depth + 1, field.name)
        case schema.SequenceOf():
            yield _line(depth, name, Words(kind=counted(len(value), "element")))
            for index, item in enumerate(value):
                yield from _lines(syntax, type.element, item, depth + 1, f"[{index}]")
        case schema.Choice():
            alternative, held = Encoder(syntax).alternative(type, value)
            step = "" if type.known_by_tags else f".{alternative.name}"
            yield from _lines(syntax, alternative.type, held, depth, name + step)
        case schema.SelfDescribing():
            yield from _described(syntax, type, value.shape, value.raw, depth, name)
        case schema.Description():
            of = syntax.types.resolve(schema.Named(type.describes))
            text = description_in_words(of, value.shape) if isinstance(of, schema.SelfDescribing) else ""
            yield _line(depth, name, Words(text))
        case _:
            yield _line(depth, name, words_of(syntax, declared, type, value))


def _described(
    syntax: Syntax, type: schema.SelfDescribing, shape: Shape, value: Any, depth: int, name: str
) -> Iterator[Line]:
    """An element of a self-describing value."""
    if not isinstance(shape, int):
        yield _line(depth, name, Words(kind=f"{type.names[shape[0]]} of {len(value)}"))
        for index, item in enumerate(value):
            yield from _described(syntax, type, element_shape(shape, index), item, depth + 1, f"[{index}]")
    elif shape in type.others:
        yield from _lines(syntax, type.others[shape].type, value, depth, f"{name}.{type.others[shape].name}")
    elif isinstance(value, CompactArray):
        text = f"{description_in_words(type, value.description)}, {counted(len(value.contents), 'octet')}"
        yield _line(depth, name, Words(text, kind=type.names[shape]))
    else:
        yield _line(depth, name, element_in_words(type, type.names[shape], value))


def _line(depth: int, name: str, words: Words) -> Line:
    return Line(None, depth, name, words, faint=True)
