"""From files to the model: the tree of ``syntax`` joined with what asn1tools reads.

asn1tools is the parser of record for the structure: every key it gives is compared with the tree, and
one that is not expected is an error. The places, the comments and the values behind DEFAULT are the
tree's, because asn1tools drops or changes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import asn1tools
from asn1tools.parser import ParseError

from xdlms_codegen import join, scan, spelling
from xdlms_codegen.model import (
    REFUSED,
    Import,
    Module,
    Problem,
    Reference,
    Schema,
    SchemaError,
    SourceLocation,
    TypeDefinition,
    ValueDefinition,
)
from xdlms_codegen.scan import Scan
from xdlms_codegen.syntax.modules import read_file
from xdlms_codegen.syntax.tree import FileTree, ModuleTree
from xdlms_codegen.values import Values

LARGEST = 1_000_000
"""The octets that a file may have: ten times those of the largest edition, and read in seconds."""

_PARSE_ERROR = re.compile(r"Invalid ASN\.1 syntax at line (\d+), column \d+: .*: (.*?)\.?$", re.DOTALL)


def parse_files(paths: Sequence[Path], *, names: Callable[[Path], str] | None = None, in_part: bool = False) -> Schema:
    """The modules of the files, in their order.

    Parameters
    ----------
    paths:
        The ASN.1 files; each may hold several modules.
    names:
        Gives the name of a file in places and messages; by default the path as it was given, with
        slashes, so that the result does not depend on the working folder of a relative path.
    in_part:
        Give the schema also where something could not be read, with the problems in it, so that the rest can be
        checked.

    Raises SchemaError, unless it is given in part, with all problems of all files: what cannot be read, and what
    is no ASN.1 that can be compiled.
    """
    named = names or (lambda path: path.as_posix())
    sources: list[tuple[str, bytes]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            sources.append((named(path), path.read_bytes()))
        except OSError as error:
            message = f"the file cannot be read: {error.strerror or error}"
            problems.append(Problem(SourceLocation(named(path), 1, 1), message))
    return _parse(sources, problems, in_part=in_part)


def parse_sources(sources: Sequence[tuple[str, bytes]], *, in_part: bool = False) -> Schema:
    """The modules of files given as pairs of the name to show and the octets. Otherwise as ``parse_files``."""
    return _parse(sources, [], in_part=in_part)


def parse_text(text: str, file: str) -> Module:
    """The one module of a text; ``file`` is the name to show. Raises as ``parse_files``."""
    schema = parse_sources([(file, text.encode("utf-8"))])
    if len(schema.modules) != 1:
        second = schema.modules[1].location
        raise SchemaError([Problem(second, "a second module, where one was expected")], schema.sources)
    return schema.modules[0]


def _parse(sources: Sequence[tuple[str, bytes]], problems: list[Problem], *, in_part: bool = False) -> Schema:
    lines: dict[str, tuple[str, ...]] = {}
    files: list[tuple[Scan, FileTree]] = []
    is_complete = not problems
    for name, octets in sources:
        if name in lines:
            problems.append(Problem(SourceLocation(name, 1, 1), "the file is given twice"))
            continue
        if len(octets) > LARGEST:
            lines[name] = ()
            is_complete = False
            message = f"the file has {len(octets)} octets; {LARGEST} are the most that are read"
            problems.append(Problem(SourceLocation(name, 1, 1), message))
            continue
        text, no_text = scan.decode_in_part(octets, name)
        lines[name] = scan.split_lines(text)
        scanned = scan.scan(text, name, is_told=bool(no_text))
        tree = read_file(scanned)
        files.append((scanned, tree))
        is_complete = is_complete and tree.is_complete
        problems += [*no_text, *scanned.problems, *tree.problems]
    values = Values([module for _, tree in files for module in tree.modules], is_complete=is_complete)
    modules: list[Module] = []
    is_read = not problems
    for scanned, tree in files:
        try:
            modules += _file(scanned, tree, values) if is_read else _alone(scanned, tree, values)
        except SchemaError as error:
            problems += error.problems
            modules += _alone(scanned, tree, values)
    problems += values.problems
    if problems and not in_part:
        raise SchemaError(problems, lines)
    return Schema(tuple(modules), lines, tuple(problems), is_complete)


def _alone(scanned: Scan, tree: FileTree, values: Values) -> list[Module]:
    """The modules of a file as the tree has them: asn1tools stops at what is wrong, and nothing will be made of it."""
    read = join.JoinAlone([token.text for token in scanned.tokens], values)
    return [_module(module, {}, read, values) for module in tree.modules]


def _file(scanned: Scan, tree: FileTree, values: Values) -> list[Module]:
    spelled = spelling.spell(scanned, tree, values.numbers)
    found = _asn1tools(scanned, "\n".join(spelled))
    joined = join.Join(spelled, values)
    modules = [_module(module, found.pop(spelled[module.token], {}), joined, values) for module in tree.modules]
    joined.nothing_left(found, tree.modules[0].location)
    if joined.problems:
        raise SchemaError(joined.problems)
    return modules


def _asn1tools(scanned: Scan, text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = asn1tools.parse_string(text)
    except ParseError as error:
        match = _PARSE_ERROR.search(str(error))
        index = int(match[1]) - 1 if match else 0
        reason = match[2] if match else str(error)
        place = scanned.tokens[min(index, len(scanned.tokens) - 1)].location
        raise SchemaError([Problem(place, f"asn1tools cannot read this: {reason}")]) from None
    except RecursionError:
        # Types are nested half as deep as it can read at most, but the caller may stand deep in its own stack.
        place = scanned.tokens[0].location
        raise SchemaError([Problem(place, "asn1tools cannot read this: its types are nested too deep")]) from None
    return found


def _module(tree: ModuleTree, found: Mapping[str, Any], joined: join.Join, values: Values) -> Module:
    joined.module(tree, found)
    types = found.get("types", {})
    definitions = tuple(
        TypeDefinition(
            definition.name,
            tree.name,
            joined.type(definition.type, types.get(joined.spelled[definition.token], {})),
            definition.location,
            definition.comment,
        )
        for definition in tree.definitions
    )
    return Module(
        tree.name,
        tree.location.file,
        tree.location,
        tree.tag_default,
        _imports(tree),
        definitions,
        tree.comment,
        tree.automatic_tags,
        _values(tree, values),
        tree.refused,
        tree.is_complete,
    )


def _values(tree: ModuleTree, values: Values) -> dict[str, ValueDefinition]:
    """The values that a module knows; one that is imported and not there counts as one that could not be read."""
    found: dict[str, ValueDefinition] = {}
    for name, known in values.of(tree).items():
        if known is None:
            refused = Reference(tree.location, REFUSED)
            found[name] = ValueDefinition(name, tree.name, refused, None, tree.location)
        else:
            defined = known.definition
            type_ = join.JoinAlone((), values).type(defined.type, {})
            found[name] = ValueDefinition(name, known.module, type_, defined.value, defined.location)
    return found


def _imports(tree: ModuleTree) -> tuple[Import, ...]:
    """The imports of types; those of values are in the values already."""
    imports: list[Import] = []
    for written in tree.imports:
        symbols = [symbol for symbol in written.symbols if symbol.name[0].isupper()]
        if symbols:
            names = tuple(symbol.name for symbol in symbols)
            places = tuple(symbol.location for symbol in symbols)
            imports.append(Import(names, written.module, written.location, places))
    return tuple(imports)
