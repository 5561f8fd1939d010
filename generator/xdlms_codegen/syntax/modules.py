"""The grammar of modules: from the tokens of a file to the tree of its modules.

What cannot be read does not hide the rest: its problem is kept, and reading goes on at the next definition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from re import compile as pattern

from xdlms_codegen.model import REFUSED, Problem, SchemaError
from xdlms_codegen.scan import Kind, Scan
from xdlms_codegen.syntax.heads import Head, read_head, read_lists
from xdlms_codegen.syntax.reader import RESERVED, Reader, is_word
from xdlms_codegen.syntax.recovery import is_head, is_head_meant, to_definition
from xdlms_codegen.syntax.tree import (
    DefinitionTree,
    FileTree,
    ModuleTree,
    ValueDefinitionTree,
    is_number,
    refused_type,
)
from xdlms_codegen.syntax.types import refuse_definition, type_
from xdlms_codegen.syntax.values import value

_NAME = pattern("[A-Za-z][A-Za-z0-9-]*")


@dataclass(slots=True)
class _Body:
    """A module so far."""

    head: Head
    comment: str
    definitions: list[DefinitionTree] = field(default_factory=list)
    values: list[ValueDefinitionTree] = field(default_factory=list)
    is_complete: bool = True


def read_file(scan: Scan) -> FileTree:
    """The modules of a file, with the problems in it."""
    reader = Reader(scan)
    bodies: list[_Body] = []
    if reader.at_end():
        reader.note("expected a module, found an empty file")
    while not reader.at_end():
        if bodies and not is_head_meant(reader):
            _behind_end(reader, bodies[-1])
            continue
        before = reader.last
        head = read_head(reader)
        is_lost = reader.at_end() and not head.is_read
        bodies.append(_Body(head, reader.comments.before(head.token, before), is_complete=not is_lost))
        _definitions(reader, bodies[-1], has_end=is_lost)
    unread = {name for token in reader.tokens if token.kind is Kind.WRONG for name in _NAME.findall(token.text)}
    for body in bodies:
        body.head.refused |= unread
    if bodies and reader.is_cut:
        bodies[-1].is_complete = False
    modules = tuple(_module(reader, body) for body in bodies)
    is_complete = bool(modules) and not reader.is_cut and all(module.name for module in modules)
    return FileTree(modules, frozenset(reader.unread), _told(reader, modules), is_complete)


def _told(reader: Reader, modules: tuple[ModuleTree, ...]) -> tuple[Problem, ...]:
    """The problems, without the uses of parameterized types that are defined or imported, and refused, here."""
    refused = {
        definition.name for module in modules for definition in module.definitions if definition.type.keyword == REFUSED
    }
    refused.update(name for module in modules for name in module.refused)
    consequences = {problem for name, problem in reader.parameterized if name in refused}
    return tuple(problem for problem in reader.problems if problem not in consequences)


def _module(reader: Reader, body: _Body) -> ModuleTree:
    head = body.head
    return ModuleTree(
        head.name,
        reader.tokens[head.token].location,
        head.token,
        head.tag_default,
        head.automatic_tags,
        tuple(head.exports),
        tuple(head.imports),
        tuple(body.definitions),
        tuple(body.values),
        body.comment,
        frozenset(head.refused),
        body.is_complete,
    )


def _behind_end(reader: Reader, body: _Body) -> None:
    """What stands behind the END of a module and is no other module: definitions that belong in front of it."""
    name = body.head.shown(reader)
    place = f"behind the END of the module {name}"
    reader.note(f"expected another module or the end of the file {place}, found {reader.token}")
    if to_definition(reader, reader.index - 1) and not is_head(reader, reader.index):
        _definitions(reader, body, has_end=True)


def _definitions(reader: Reader, body: _Body, *, has_end: bool = False) -> None:
    """Read up to the END of a module; `has_end` says that it is no problem where there is none."""
    name = body.head.shown(reader)
    while not reader.accept("END"):
        start = reader.index
        if reader.at_end():
            if not has_end:
                reader.note(f"expected a definition or 'END' in the module {name}, found the end of the file")
            return
        if reader.at("EXPORTS") or reader.at("IMPORTS"):
            reader.note(f"{reader.token} is too late here: EXPORTS stands first, then IMPORTS, then the definitions")
            read_lists(reader, body.head)
            continue
        if is_head(reader, start):
            if not has_end:
                reader.note(f"expected 'END' of the module {name} in front of the module {reader.token}")
            return
        try:
            _assignment(reader, body)
        except SchemaError as error:
            reader.problems += error.problems
            _refuse(reader, start, body)
            if not to_definition(reader, start):
                return


def _refuse(reader: Reader, start: int, body: _Body) -> None:
    """Keep the name of a definition that could not be read, so that its uses are no problems too."""
    name = reader.tokens[start]
    following = [reader.tokens[min(start + count, len(reader.tokens) - 1)] for count in (1, 2)]
    if not (is_word(following[0], "{") or any(is_word(token, "::=") for token in following)):
        # No definition perhaps, but what stands behind a brace too many.
        body.head.refused |= reader.names(start, start + 1)
    elif name.kind is Kind.UPPER and name.text not in RESERVED:
        body.definitions.append(DefinitionTree(name.text, refused_type(name.location, start), name.location, start, ""))
    elif name.kind is Kind.LOWER:
        body.values.append(
            ValueDefinitionTree(name.text, refused_type(name.location, start), None, name.location, start)
        )


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
    refuse_definition(reader, f"in the definition of {name}")
    ended = (
        reader.at_name(Kind.UPPER)
        or following.kind in (Kind.LOWER, Kind.END)
        or any(map(reader.at, ("END", "IMPORTS", "EXPORTS")))
    )
    if not ended:
        reader.expected("the next definition or 'END'", f"behind the definition of {name}")
    comment = reader.comments.of_definition(first, reader.last)
    return DefinitionTree(name.text, defined, name.location, first, comment)


def _value_assignment(reader: Reader) -> ValueDefinitionTree:
    name = reader.take()
    first = reader.last
    if reader.at("::="):
        reader.fail(f"the name of a type begins with a capital letter, found {name}", name.location)
    if reader.token.kind is not Kind.UPPER and not reader.at("["):
        reader.expected("a type and '::='", f"behind {name}")
    governor = type_(reader, f"behind {name}")
    reader.expect("::=", f"behind {name} and its type")
    tree = value(reader, f"behind {name} ::=")
    definition = ValueDefinitionTree(name.text, governor, tree.value, name.location, first)
    if not is_number(definition):
        # asn1tools reads other values in part, or not at all.
        reader.unread.update(range(first, reader.index))
    return definition
