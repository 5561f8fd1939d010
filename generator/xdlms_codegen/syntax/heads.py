"""The grammar of what stands around definitions: the head of a module, EXPORTS and IMPORTS.

What cannot be read there does not hide the definitions. The names in such a part are kept, so that it is no
second problem that nothing defines them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xdlms_codegen.model import SchemaError, TagMode
from xdlms_codegen.scan import Kind, Token
from xdlms_codegen.syntax.reader import Reader, is_word
from xdlms_codegen.syntax.recovery import end_of_list, to_body, to_head
from xdlms_codegen.syntax.tree import ImportTree, SymbolTree


@dataclass(slots=True)
class Head:
    """What stands in front of a module's definitions, as far as it could be read; `token` is that of its name."""

    token: int
    name: str = ""
    tag_default: TagMode = TagMode.EXPLICIT
    automatic_tags: bool = False
    exports: list[SymbolTree] = field(default_factory=list)
    imports: list[ImportTree] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """The names in what could not be read: of IMPORTS, and where nobody knows what they are."""
    is_read: bool = True
    """Whether the name and the tag default could be read."""

    def shown(self, reader: Reader) -> str:
        """What to call the module."""
        return self.name or f"that begins in line {reader.tokens[self.token].location.line}"


def read_head(reader: Reader) -> Head:
    """Read up to the first definition."""
    head = Head(reader.index)
    try:
        _name_and_tags(reader, head)
    except SchemaError as error:
        reader.problems += error.problems
        head.is_read = False
        to_body(reader)
    read_lists(reader, head)
    return head


def read_lists(reader: Reader, head: Head) -> None:
    """Read EXPORTS and IMPORTS, where they come next."""
    if _starts("EXPORTS", reader):
        _exports(reader, head)
    if _starts("IMPORTS", reader):
        _imports(reader, head)


def _starts(word: str, reader: Reader) -> bool:
    """Read the word that a list begins with; names with commas between them have lost it."""
    if reader.at(word):
        reader.skip_unread() if word == "EXPORTS" else reader.take()
        return True
    is_list = reader.is_name(reader.index) and reader.ahead(1).text in (",", ";", "FROM")
    if not (is_list or reader.at("ALL", ";")):
        return False
    stop = end_of_list(reader, reader.index)
    has_modules = any(is_word(reader.tokens[index], "FROM") for index in range(reader.index, stop))
    is_ended = has_modules or is_word(reader.tokens[stop], ";")
    if (word == "IMPORTS") != has_modules or not is_ended:
        return False
    reader.note(f"expected {word!r} in front of the list of names, found {reader.token}")
    return True


def _name_and_tags(reader: Reader, head: Head) -> None:
    name = _name(reader)
    head.name = name.text[:1].upper() + name.text[1:]
    if reader.at("{"):
        skip_braces(reader)
    reader.expect("DEFINITIONS", f"behind the module name {name}")
    for word in ("EXPLICIT", "IMPLICIT", "AUTOMATIC"):
        if reader.accept(word):
            head.automatic_tags = word == "AUTOMATIC"
            head.tag_default = TagMode.IMPLICIT if head.automatic_tags else TagMode[word]
            reader.expect("TAGS", f"behind {word}")
            break
    if reader.at("EXTENSIBILITY"):
        reader.fail("EXTENSIBILITY IMPLIED is not supported; write '...' where a type is extensible")
    reader.expect("::=", f"in the head of the module {name}")
    reader.expect("BEGIN", "behind '::='")


def _name(reader: Reader) -> Token:
    following = reader.ahead(1)
    if is_word(following, "::=") and not is_word(reader.ahead(2), "BEGIN") and reader.is_name(reader.index):
        head = "'Name DEFINITIONS ::= BEGIN'"
        reader.fail(f"expected the head of a module, as {head}, found the definition of {reader.token}")
    if reader.token.kind is Kind.LOWER and (following.text == "{" or is_word(following, "DEFINITIONS")):
        reader.note(f"expected the name of a module here, found {reader.token}; it begins with a capital letter")
        return reader.take()
    try:
        return reader.expect_name(Kind.UPPER, "the name of a module", "here")
    except SchemaError as error:
        if not to_head(reader):
            raise
        reader.problems += error.problems
        return reader.take()


def skip_braces(reader: Reader) -> None:
    """Read an object identifier in braces, which nothing here needs."""
    start = reader.token
    reader.skip_unread()
    while not reader.at("}"):
        in_it = reader.token.kind in (Kind.LOWER, Kind.NUMBER) or reader.at("(") or reader.at(")")
        if not in_it:
            reader.expected("'}'", f"behind the object identifier that begins in line {start.location.line}")
        reader.skip_unread()
    reader.skip_unread()


def _exports(reader: Reader, head: Head) -> None:
    try:
        _exported(reader, head)
    except SchemaError as error:
        reader.problems += error.problems
        reader.index = end_of_list(reader, reader.index)
        reader.accept(";")


def _exported(reader: Reader, head: Head) -> None:
    everything = reader.at("ALL")
    if everything:
        reader.skip_unread()
    elif not reader.at(";"):
        while True:
            head.exports.append(_symbol(reader, "in EXPORTS"))
            reader.unread.add(reader.last)
            if not reader.at(","):
                break
            reader.skip_unread()
    if not reader.at(";"):
        reader.expected("';'" if everything else "',' or ';'", "in EXPORTS")
    reader.skip_unread()


def _symbol(reader: Reader, place: str) -> SymbolTree:
    if not reader.is_name(reader.index):
        reader.expected("the name of a type or value", place)
    token = reader.take()
    if reader.at("{"):
        reader.fail("parameterized types are not supported")
    return SymbolTree(token.text, token.location, reader.last)


def _imports(reader: Reader, head: Head) -> None:
    while not reader.accept(";"):
        start = reader.index
        try:
            _group(reader, head)
        except SchemaError as error:
            reader.problems += error.problems
            if not _to_group(reader, head, start):
                return


def _group(reader: Reader, head: Head) -> None:
    """Read names and the module that they are from."""
    start = reader.token.location
    if _is_definition(reader):
        reader.expected("';'", "at the end of IMPORTS")
    symbols = [_symbol(reader, "in IMPORTS")]
    while reader.accept(","):
        symbols.append(_symbol(reader, "behind ',' in IMPORTS"))
    if not reader.at("FROM"):
        reader.expected("',' or 'FROM'", f"behind {symbols[-1].name} in IMPORTS")
    reader.take()
    if reader.is_name(reader.index) and not reader.at_name(Kind.UPPER):
        reader.fail(f"expected the name of a module behind FROM, found {reader.token}; it begins with a capital letter")
    module = reader.expect_name(Kind.UPPER, "the name of a module", "behind FROM")
    module_token = reader.last
    if reader.at("{"):
        skip_braces(reader)
    elif reader.token.kind is Kind.LOWER and reader.ahead(1).text not in (",", "FROM"):
        reader.skip_unread()
    if reader.at("WITH"):
        reader.fail("WITH SUCCESSORS and WITH DESCENDANTS are not supported")
    head.imports.append(ImportTree(tuple(symbols), module.text, start, module_token))
    if reader.at(";") or (reader.is_name(reader.index) and not _is_definition(reader)):
        return
    if _is_definition(reader):
        reader.expected("';'", "at the end of IMPORTS")
    if not reader.at(",") or _is_definition(reader, 1):
        reader.expected("';' or another name", "at the end of IMPORTS")
    reader.note("expected ';' or another name at the end of IMPORTS, found ','")
    reader.take()


def _is_definition(reader: Reader, count: int = 0) -> bool:
    """Whether a definition begins at the token `count` behind the next one."""
    if is_word(reader.ahead(count + 1), "::="):
        return True
    return reader.ahead(count).kind is Kind.LOWER and is_word(reader.ahead(count + 2), "::=")


def _to_group(reader: Reader, head: Head, start: int) -> bool:
    """Go behind the names that begin at `start`, which could not be read; False when that is the end of IMPORTS."""
    stop = end_of_list(reader, start)
    while reader.index < stop and not (reader.index > start and is_word(reader.tokens[reader.last], "FROM")):
        reader.take()
    is_more = reader.index < stop
    if is_more and reader.is_name(reader.index):
        reader.take()
        if reader.at("{"):
            try:
                skip_braces(reader)
            except SchemaError:
                reader.index = stop
                is_more = False
    reader.index = min(reader.index, stop) if not is_more else reader.index
    head.refused |= reader.names(start, reader.index)
    if not is_more:
        reader.accept(";")
    return is_more
