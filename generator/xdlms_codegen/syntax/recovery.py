"""Where reading goes on behind what could not be read: the next definition, the body of a module, its END."""

from __future__ import annotations

from xdlms_codegen.scan import Kind
from xdlms_codegen.syntax.reader import Reader, is_word


def is_head(reader: Reader, index: int) -> bool:
    """Whether the head of a module begins at a token: its name, its object identifier or none, and DEFINITIONS."""
    token = reader.tokens[index]
    if token.kind is not Kind.UPPER or not reader.is_name(index):
        return False
    index += 1
    if is_word(reader.tokens[index], "{"):
        while reader.tokens[index].kind in (Kind.LOWER, Kind.NUMBER) or reader.tokens[index].text in ("{", "(", ")"):
            index += 1
        index += is_word(reader.tokens[index], "}")
    return is_word(reader.tokens[index], "DEFINITIONS")


def is_head_meant(reader: Reader) -> bool:
    """Whether what comes next is rather the head of a module than a definition: DEFINITIONS or BEGIN is in it."""
    for index in range(reader.index, len(reader.tokens)):
        token = reader.tokens[index]
        if is_word(token, "DEFINITIONS") or is_word(token, "BEGIN"):
            return True
        if is_word(token, "END") or (is_word(token, "::=") and not is_word(reader.tokens[index + 1], "BEGIN")):
            return False
    return False


def to_head(reader: Reader) -> bool:
    """Go to the next head of a module, if nothing else comes before it."""
    for index in range(reader.index, len(reader.tokens)):
        token = reader.tokens[index]
        if is_head(reader, index):
            reader.index = index
            return True
        if any(is_word(token, word) for word in ("BEGIN", "::=", "END")):
            return False
    return False


def to_body(reader: Reader) -> None:
    """Go to the body of a module whose head could not be read."""
    for index in range(reader.index, len(reader.tokens)):
        token = reader.tokens[index]
        if is_word(token, "BEGIN"):
            reader.index = index + 1
            return
        if any(is_word(token, word) for word in ("EXPORTS", "IMPORTS", "END")):
            reader.index = index
            return
        if is_word(token, "::=") and not is_word(reader.tokens[index + 1], "BEGIN"):
            start = definition_start(reader, index)
            if start >= reader.index:
                reader.index = start
                return
    to_end(reader)


def to_definition(reader: Reader, failed: int) -> bool:
    """Go to the next definition, head of a module or END behind the definition that began at ``failed``.

    False when there is none.
    """
    own = reader.is_name(failed)
    for index in range(failed, len(reader.tokens)):
        token = reader.tokens[index]
        if index >= reader.index and (is_word(token, "END") or (index > failed and is_head(reader, index))):
            reader.index = index
            return True
        if is_word(token, "::="):
            start = definition_start(reader, index)
            is_own = own and not (_is_first(reader, start) and _line(reader, start) > _line(reader, failed))
            own = False
            if not is_own and start > failed and index >= reader.index:
                reader.index = start
                return True
    to_end(reader)
    return False


def end_of_list(reader: Reader, start: int) -> int:
    """The index of what ends EXPORTS or IMPORTS: a semicolon, or the beginning of what follows, not before `start`."""
    for index in range(reader.index, len(reader.tokens)):
        token = reader.tokens[index]
        if any(is_word(token, word) for word in (";", "END", "EXPORTS", "IMPORTS")) or is_head(reader, index):
            return index
        if is_word(token, "::="):
            return max(definition_start(reader, index), start)
    return len(reader.tokens) - 1


def to_end(reader: Reader) -> None:
    """Go to the end of the file."""
    reader.index = len(reader.tokens) - 1


def definition_start(reader: Reader, assign: int) -> int:
    """The index of the name that is defined by the ``::=`` at ``assign``."""
    start = max(assign - 1, 0)
    if (first := _first_of_value(reader, assign)) is not None:
        return first
    if is_word(reader.tokens[start], "}"):
        # The parameters of a parameterized type.
        while start > 0 and not (is_word(reader.tokens[start], "{") or is_word(reader.tokens[start], "::=")):
            start -= 1
        return max(start - 1, 0)
    if reader.tokens[start].text in ("IDENTIFIER", "STRING") and start > 0:
        start -= 1
    before = reader.tokens[max(start - 1, 0)]
    is_type = before.kind is Kind.UPPER and reader.is_name(start - 1) and _is_first(reader, start - 1)
    names = before.kind is Kind.LOWER or is_type
    return start - 1 if names and start > 0 and before.location.line == _line(reader, start) else start


def _first_of_value(reader: Reader, assign: int) -> int | None:
    """The name of a value whose type has several words, as ``name SEQUENCE OF INTEGER ::=``, on a line of its own."""
    first = assign
    while first > 0 and not _is_first(reader, first):
        first -= 1
    between = reader.tokens[first + 1 : assign]
    is_value = reader.tokens[first].kind is Kind.LOWER and len(between) > 1 and between[0].text in _FIRST_WORDS
    return first if is_value and not any(is_word(token, ",") for token in between) else None


_FIRST_WORDS = frozenset({"BIT", "OCTET", "OBJECT", "SEQUENCE"})


def _is_first(reader: Reader, index: int) -> bool:
    """Whether a token is the first one on its line."""
    return index == 0 or _line(reader, index - 1) != _line(reader, index)


def _line(reader: Reader, index: int) -> int:
    return reader.tokens[index].location.line
