"""The grammar of values: what stands behind DEFAULT, and behind the ``::=`` of a value."""

from __future__ import annotations

from xdlms_codegen.model import Form, Written
from xdlms_codegen.scan import Kind
from xdlms_codegen.syntax.constraints import number
from xdlms_codegen.syntax.reader import Reader, is_word
from xdlms_codegen.syntax.tree import ValueTree

_FORMS = {Kind.BITS: Form.BITS, Kind.HEX: Form.HEX, Kind.TEXT: Form.TEXT}
_WORDS = {"TRUE": Form.BOOLEAN, "FALSE": Form.BOOLEAN, "NULL": Form.NULL}

_MOST_NESTED = 24
"""Values written inside one another: as deep as types are, twice over."""


def value(reader: Reader, place: str) -> ValueTree:
    """Read a value; ``place`` says in errors where it stands, as 'behind DEFAULT'."""
    first = reader.index
    written = _value(reader, place, 0)
    return ValueTree(written, first, reader.last)


def _value(reader: Reader, place: str, depth: int) -> Written:
    token = reader.token
    if depth > _MOST_NESTED:
        reader.fail(f"values are written more than {_MOST_NESTED} deep inside one another; give the inner ones names")
    if token.kind in _FORMS:
        reader.take()
        return Written(_FORMS[token.kind], token.location, token.text)
    for word, form in _WORDS.items():
        if reader.accept(word):
            return Written(form, token.location, word)
    if reader.at("{"):
        return _braces(reader, depth)
    if token.kind is Kind.NUMBER or reader.at("-"):
        return Written(Form.NUMBER, token.location, str(number(reader, "behind '-'", negative=True)))
    if token.kind is not Kind.LOWER:
        _refuse_module(reader)
        reader.expected("a value", place)
    reader.take()
    if reader.at("."):
        reader.fail(f"{token}.{reader.ahead(1)} is not supported here; write a value", token.location)
    if reader.accept(":"):
        inner = _value(reader, f"behind '{token} :'", depth + 1)
        return Written(Form.CHOSEN, token.location, token.text, ((inner,),))
    return Written(Form.NAME, token.location, token.text)


def _refuse_module(reader: Reader) -> None:
    """Refuse the value of a module that is named in front of it."""
    name = reader.ahead(2)
    if reader.at_name(Kind.UPPER) and is_word(reader.ahead(1), ".") and name.kind is Kind.LOWER:
        reader.fail(f"{reader.token}.{name} is not supported here; import {name} and write its name alone")


def _braces(reader: Reader, depth: int) -> Written:
    """Read what stands in braces: with commas between, one value or several side by side."""
    start = reader.expect("{", "")
    items: list[tuple[Written, ...]] = []
    if reader.accept("}"):
        return Written(Form.BRACES, start.location)
    while True:
        item: list[Written] = []
        while not item or not (reader.at(",") or reader.at("}")):
            if reader.at_end():
                reader.fail("this brace is not closed", start.location)
            where = "behind ','" if items else "behind '{'"
            item.append(_in_braces(reader, f"or ',' or '}}' {_behind(item[-1])}" if item else where, depth))
        items.append(tuple(item))
        if reader.accept("}"):
            return Written(Form.BRACES, start.location, "", tuple(items))
        reader.take()


def _behind(written: Written) -> str:
    return f"behind {written.text}" if written.form in (Form.NAME, Form.NUMBER) else "in the braces"


def _in_braces(reader: Reader, place: str, depth: int) -> Written:
    """Read a value, or a name with its number in parentheses, as an object identifier has them."""
    token = reader.token
    if token.kind is Kind.LOWER and is_word(reader.ahead(1), "("):
        reader.take()
        reader.take()
        inner = reader.token
        found = number(reader, f"in the parentheses behind {token}", negative=False)
        reader.expect(")", f"behind the number of {token}")
        form = Form.NUMBER if isinstance(found, int) else Form.NAME
        text = str(found) if isinstance(found, int) else found.name
        return Written(Form.ARC, token.location, token.text, ((Written(form, inner.location, text),),))
    return _value(reader, place, depth + 1)
