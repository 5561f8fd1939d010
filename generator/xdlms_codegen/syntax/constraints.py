"""The grammar of numbers and constraints."""

from __future__ import annotations

from dataclasses import replace

from xdlms_codegen.scan import Kind
from xdlms_codegen.syntax.reader import Reader, is_word
from xdlms_codegen.syntax.tree import Number, RangeTree, TypeTree, ValueName

_REFUSED_WORDS = {
    "CONTAINING": "CONTAINING is not supported; leave it out and say in the binding what the octets hold",
    "ENCODED": "ENCODED BY is not supported",
    "EXCEPT": "EXCEPT is not supported",
    "ALL": "ALL EXCEPT is not supported",
    "FROM": "a permitted alphabet (FROM) is not supported",
    "PATTERN": "PATTERN is not supported",
    "INCLUDES": "INCLUDES is not supported; write the range itself",
    "WITH": "WITH COMPONENTS and WITH COMPONENT are not supported",
    "CONSTRAINED": "CONSTRAINED BY is not supported",
}

_SIZED = frozenset({"OCTET STRING", "BIT STRING"})
_WITHOUT_RANGE = frozenset({"NULL", "BOOLEAN", "ENUMERATED", "OBJECT IDENTIFIER", "SEQUENCE", "CHOICE"})


def number(reader: Reader, place: str, *, negative: bool) -> Number:
    """Read a number or the name of a value."""
    token = reader.token
    if token.kind is Kind.LOWER:
        reader.take()
        if reader.at("."):
            reader.fail(f"{token}.{reader.ahead(1)} is not supported here; write a number")
        return ValueName(token.text, token.location)
    if token.kind is Kind.UPPER and is_word(reader.ahead(1), "."):
        name = reader.ahead(2)
        reader.fail(f"{token}.{name} is not supported here; import {name} and write its name alone")
    sign = 1
    if reader.at("-"):
        if not negative:
            reader.fail("a negative number is not allowed here")
        reader.take()
        sign = -1
    if reader.token.kind is not Kind.NUMBER:
        reader.expected("a number", place)
    value = sign * int(reader.take().text)
    if reader.at("."):
        reader.fail("a number with a decimal point is not allowed here")
    return value


def constraint(reader: Reader, tree: TypeTree) -> TypeTree:
    """Read one constraint in parentheses behind a type, and give the type with it."""
    start = reader.expect("(", "")
    if tree.range is not None or tree.size is not None:
        reader.fail("a second constraint on one type is not supported; write one that says both", start.location)
    _refuse_words(reader)
    if reader.at("SIZE"):
        size = _size(reader)
        _end(reader, "behind the size")
        if not (tree.reference or tree.keyword in _SIZED or tree.keyword.endswith("String")):
            reader.fail(f"a size is not allowed on {tree.keyword}", size.location)
        return replace(tree, size=size)
    value_elsewhere = is_word(reader.ahead(1), ".")
    if reader.token.kind is Kind.UPPER and not (reader.at("MIN") or reader.at("MAX") or value_elsewhere):
        reader.fail(f"a constraint by {reader.token} is not supported; write a range or a size")
    if reader.at("{"):
        reader.fail("a table constraint is not supported; write a range or a size")
    if tree.keyword in _WITHOUT_RANGE:
        reader.fail(f"a range or value is not allowed on {tree.keyword}", start.location)
    if not (tree.reference or tree.keyword == "INTEGER"):
        reader.fail(f"a range or value is not allowed on {tree.keyword}; write (SIZE (...))", start.location)
    written = _range(reader, "in the constraint", negative=True)
    _end(reader, "behind the range")
    return replace(tree, range=written)


def size_in_front(reader: Reader) -> RangeTree:
    """Read the size between SEQUENCE and OF, with parentheses around it or without."""
    if not reader.accept("("):
        return _size(reader)
    _refuse_words(reader)
    if not reader.at("SIZE"):
        reader.expected("SIZE", "in the constraint between SEQUENCE and OF")
    size = _size(reader)
    _end(reader, "behind the size")
    return size


def _size(reader: Reader) -> RangeTree:
    reader.expect("SIZE", "")
    reader.expect("(", "behind SIZE")
    _refuse_words(reader)
    size = _range(reader, "in the size", negative=True)
    _end(reader, "behind the size")
    return size


def _range(reader: Reader, place: str, *, negative: bool) -> RangeTree:
    location = reader.token.location
    if reader.at("MIN"):
        reader.take()
        minimum = None
        if not reader.at(".."):
            reader.expected("'..'", "behind MIN")
    else:
        minimum = number(reader, place, negative=negative)
    if reader.at("<"):
        reader.fail("'<' in a range is not supported; write the first and the last value")
    if not reader.accept(".."):
        return RangeTree(minimum, minimum, location)
    if reader.at("<"):
        reader.fail("'<' in a range is not supported; write the first and the last value")
    if reader.accept("MAX"):
        return RangeTree(minimum, None, location)
    return RangeTree(minimum, number(reader, "behind '..'", negative=negative), location)


def _refuse_words(reader: Reader) -> None:
    message = _REFUSED_WORDS.get(reader.token.text) if reader.token.kind is Kind.UPPER else None
    if message:
        reader.fail(message)
    if reader.at("("):
        reader.fail("parentheses inside a constraint are not supported")


def _end(reader: Reader, place: str) -> None:
    """Read the closing parenthesis; refuse what would combine constraints."""
    if reader.at("|") or reader.at("UNION"):
        reader.fail("a union of constraints is not supported; write one range")
    if reader.at("^") or reader.at("INTERSECTION"):
        reader.fail("an intersection of constraints is not supported; write one range or one size")
    if reader.at(",", "..."):
        reader.fail("'...' in a constraint is not supported")
    _refuse_words(reader)
    reader.expect(")", place)
