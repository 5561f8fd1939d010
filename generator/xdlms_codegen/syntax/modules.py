"""The grammar of modules: from the tokens of a file to the tree of its modules.

A definition that cannot be read does not hide the others: its problem is kept, and reading goes on at
the next definition.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xdlms_codegen.model import REFUSED, Problem, SchemaError, TagMode
from xdlms_codegen.scan import Kind, Scan
from xdlms_codegen.syntax.constraints import number
from xdlms_codegen.syntax.reader import RESERVED, Reader, is_word
from xdlms_codegen.syntax.tree import (
    DefinitionTree,
    FileTree,
    ImportTree,
    ModuleTree,
    Number,
    SymbolTree,
    ValueDefinitionTree,
    refused_type,
)
from xdlms_codegen.syntax.types import type_


def read_file(scan: Scan) -> FileTree:
    """The modules of a file, with the problems in their definitions.

    Raises SchemaError with all problems where one is not in a definition but in what is around them.
    """
    reader = Reader(scan)
    modules: list[ModuleTree] = []
    if reader.at_end():
        reader.fail("expected a module, found an empty file")
    try:
        while not reader.at_end():
            modules.append(_module(reader))
    except SchemaError as error:
        raise SchemaError([*_told(reader, modules), *error.problems]) from None
    return FileTree(tuple(modules), frozenset(reader.unread), _told(reader, modules))


def _told(reader: Reader, modules: list[ModuleTree]) -> tuple[Problem, ...]:
    """The problems, without the uses of parameterized types that are defined, and refused, here."""
    refused = {
        definition.name for module in modules for definition in module.definitions if definition.type.keyword == REFUSED
    }
    consequences = {problem for name, problem in reader.parameterized if name in refused}
    return tuple(problem for problem in reader.problems if problem not in consequences)


@dataclass(slots=True)
class _Body:
    """What a module's body held so far."""

    definitions: list[DefinitionTree] = field(default_factory=list)
    values: list[ValueDefinitionTree] = field(default_factory=list)


def _module(reader: Reader) -> ModuleTree:
    previous = reader.last
    name = reader.expect_name(Kind.UPPER, "the name of a module", "here")
    first = reader.last
    if reader.at("{"):
        _skip_braces(reader)
    reader.expect("DEFINITIONS", f"behind the module name {name}")
    tag_default, automatic = TagMode.EXPLICIT, False
    for word in ("EXPLICIT", "IMPLICIT", "AUTOMATIC"):
        if reader.accept(word):
            reader.expect("TAGS", f"behind {word}")
            automatic = word == "AUTOMATIC"
            tag_default = TagMode.IMPLICIT if automatic else TagMode[word]
            break
    if reader.at("EXTENSIBILITY"):
        reader.fail("EXTENSIBILITY IMPLIED is not supported; write '...' where a type is extensible")
    reader.expect("::=", f"in the head of the module {name}")
    reader.expect("BEGIN", "behind '::='")
    exports = _exports(reader) if reader.at("EXPORTS") else ()
    imports = _imports(reader) if reader.at("IMPORTS") else ()
    body = _Body()
    while not reader.at("END"):
        start = reader.index
        if reader.at_end():
            reader.expected("a definition or 'END'", f"in the module {name}")
        try:
            _assignment(reader, body)
        except SchemaError as error:
            reader.problems += error.problems
            _refuse(reader, start, body)
            if not _next_definition(reader, start):
                break
    reader.accept("END")
    return ModuleTree(
        name.text,
        name.location,
        first,
        tag_default,
        automatic,
        exports,
        imports,
        tuple(body.definitions),
        tuple(body.values),
        reader.comments.before(first, previous),
    )


def _refuse(reader: Reader, start: int, body: _Body) -> None:
    """Keep the name of a definition that could not be read, so that its uses are no problems too."""
    name = reader.tokens[start]
    if name.kind is Kind.UPPER and name.text not in RESERVED:
        body.definitions.append(DefinitionTree(name.text, refused_type(name.location, start), name.location, start, ""))
    elif name.kind is Kind.LOWER:
        body.values.append(ValueDefinitionTree(name.text, None, name.location, start, refused=True))


def _next_definition(reader: Reader, failed: int) -> bool:
    """Go to the next definition behind the one that began at ``failed``; False when there is none."""
    own = True
    for index in range(failed, len(reader.tokens)):
        token = reader.tokens[index]
        if is_word(token, "END") and index >= reader.index:
            reader.index = index
            return True
        if is_word(token, "::="):
            start = _definition_start(reader, index)
            if not own and start >= reader.index and start > failed:
                reader.index = start
                return True
            own = False
    reader.index = len(reader.tokens) - 1
    return False


def _definition_start(reader: Reader, assign: int) -> int:
    """The index of the name that is defined by the ``::=`` at ``assign``."""
    start = assign - 1
    if is_word(reader.tokens[start], "}"):
        # The parameters of a parameterized type.
        while start > 0 and not is_word(reader.tokens[start], "{"):
            start -= 1
        return max(start - 1, 0)
    if is_word(reader.tokens[start], "IDENTIFIER"):
        start -= 1
    line = reader.tokens[start].location.line
    before, first = reader.tokens[start - 1], reader.tokens[start - 2].location.line != line
    names = before.kind is Kind.LOWER or (before.kind is Kind.UPPER and first)
    return start - 1 if names and before.location.line == line else start


def _skip_braces(reader: Reader) -> None:
    """Read an object identifier in braces, which nothing here needs."""
    start = reader.token
    reader.skip_unread()
    while not reader.at("}"):
        in_it = reader.token.kind in (Kind.LOWER, Kind.NUMBER) or reader.at("(") or reader.at(")")
        if not in_it:
            reader.expected("'}'", f"behind the object identifier that begins in line {start.location.line}")
        reader.skip_unread()
    reader.skip_unread()


def _exports(reader: Reader) -> tuple[SymbolTree, ...]:
    reader.skip_unread()
    symbols: list[SymbolTree] = []
    if reader.at("ALL"):
        reader.skip_unread()
    elif not reader.at(";"):
        while True:
            symbols.append(_symbol(reader, "in EXPORTS"))
            reader.unread.add(reader.last)
            if not reader.at(","):
                break
            reader.skip_unread()
    if not reader.at(";"):
        reader.expected("',' or ';'" if symbols else "';'", "in EXPORTS")
    reader.skip_unread()
    return tuple(symbols)


def _symbol(reader: Reader, place: str) -> SymbolTree:
    token = reader.token
    if not (reader.at_name(Kind.UPPER) or token.kind is Kind.LOWER):
        reader.expected("the name of a type or value", place)
    reader.take()
    if reader.at("{"):
        reader.fail("parameterized types are not supported")
    return SymbolTree(token.text, token.location, reader.last)


def _imports(reader: Reader) -> tuple[ImportTree, ...]:
    reader.expect("IMPORTS", "")
    imports: list[ImportTree] = []
    while not reader.accept(";"):
        start = reader.token.location
        symbols = [_symbol(reader, "in IMPORTS")]
        while reader.accept(","):
            symbols.append(_symbol(reader, "behind ',' in IMPORTS"))
        if not reader.at("FROM"):
            reader.expected("',' or 'FROM'", f"behind {symbols[-1].name} in IMPORTS")
        reader.take()
        module = reader.expect_name(Kind.UPPER, "the name of a module", "behind FROM")
        module_token = reader.last
        if reader.at("{"):
            _skip_braces(reader)
        elif reader.token.kind is Kind.LOWER and reader.ahead(1).text not in (",", "FROM"):
            reader.skip_unread()
        if reader.at("WITH"):
            reader.fail("WITH SUCCESSORS and WITH DESCENDANTS are not supported")
        if not (reader.at(";") or reader.at_name(Kind.UPPER) or reader.token.kind is Kind.LOWER):
            reader.expected("';' or another name", "at the end of IMPORTS")
        if is_word(reader.ahead(1), "::="):
            reader.expected("';'", "at the end of IMPORTS")
        imports.append(ImportTree(tuple(symbols), module.text, start, module_token))
    return tuple(imports)


def _assignment(reader: Reader, body: _Body) -> None:
    if reader.at_name(Kind.UPPER):
        body.definitions.append(_type_assignment(reader))
    elif reader.token.kind is Kind.LOWER:
        body.values.append(_value_assignment(reader))
    else:
        reader.expected("a definition or 'END'", "here")


def _type_assignment(reader: Reader) -> DefinitionTree:
    name = reader.take()
    first = reader.last
    if reader.at("{"):
        reader.fail(f"{name} {{...}}: parameterized types are not supported", name.location)
    if reader.at("MACRO"):
        location = reader.token.location
        while not (reader.accept("END") or reader.at_end()):
            reader.take()
        reader.fail("a macro is not supported", location)
    if reader.token.kind is Kind.UPPER and not reader.at("DEFINITIONS") and is_word(reader.ahead(1), "::="):
        reader.fail(
            f"{name} {reader.token} ::= defines a set of values or objects, which is not supported", name.location
        )
    if not reader.at("::="):
        reader.expected("'::='", f"behind {name}")
    reader.take()
    defined = type_(reader, f"behind {name} ::=")
    following = reader.token
    ended = reader.at_name(Kind.UPPER) or following.kind in (Kind.LOWER, Kind.END) or reader.at("END")
    if not ended:
        reader.expected("the next definition or 'END'", f"behind the definition of {name}")
    comment = reader.comments.of_definition(first, reader.last)
    return DefinitionTree(name.text, defined, name.location, first, comment)


def _value_assignment(reader: Reader) -> ValueDefinitionTree:
    name = reader.take()
    first = reader.last
    if reader.accept("OBJECT"):
        reader.expect("IDENTIFIER", "behind OBJECT")
        reader.expect("::=", f"behind {name} OBJECT IDENTIFIER")
        if not reader.at("{"):
            reader.expected("'{'", "behind '::='")
        start = reader.index
        _skip_braces(reader)
        reader.unread.update(range(first, start))
        return ValueDefinitionTree(name.text, None, name.location, first)
    if reader.at("::="):
        reader.fail(f"the name of a type begins with a capital letter, found {name}", name.location)
    if not (reader.at("INTEGER") or reader.at_name(Kind.UPPER)):
        if reader.token.text not in RESERVED:
            reader.expected("a type and '::='", f"behind {name}")
        reader.fail(f"the value {name} of {reader.token} is not supported; only values of INTEGER are", name.location)
    governor = reader.take()
    reader.expect("::=", f"behind {name} and its type")
    if reader.at("{"):
        reader.fail(f"the value {name} of {governor} is not supported; only values of INTEGER are", name.location)
    value: Number = number(reader, f"behind {name} ::=", negative=True)
    return ValueDefinitionTree(name.text, value, name.location, first)
