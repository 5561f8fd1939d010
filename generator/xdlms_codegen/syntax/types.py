"""The grammar of types: ITU-T X.680, as far as COSEM's abstract syntaxes and the codecs go.

What is outside is refused at its place, with the reason, rather than read in part: asn1tools takes
several of these forms and drops the part that it does not know.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from xdlms_codegen.model import Problem, SchemaError, TagClass, TagMode
from xdlms_codegen.scan import Kind, Token
from xdlms_codegen.syntax.constraints import constraint, number, size_in_front
from xdlms_codegen.syntax.reader import CHARACTER_STRINGS, Reader, is_word
from xdlms_codegen.syntax.tree import MemberTree, NamedTree, Number, TagTree, TypeTree, refused_type
from xdlms_codegen.syntax.values import value

_NOT_IN_COSEM = {
    ("SET", "OF"): "SET OF",
    ("SET",): "SET",
    ("EXTERNAL",): "EXTERNAL",
    ("ANY",): "ANY",
    ("REAL",): "REAL",
    ("EMBEDDED", "PDV"): "EMBEDDED PDV",
}

_NOT_SUPPORTED = {
    ("CHARACTER", "STRING"): "CHARACTER STRING",
    ("INSTANCE", "OF"): "INSTANCE OF",
    ("RELATIVE-OID",): "RELATIVE-OID",
    ("ObjectDescriptor",): "ObjectDescriptor",
    ("TYPE-IDENTIFIER",): "TYPE-IDENTIFIER",
    ("ABSTRACT-SYNTAX",): "ABSTRACT-SYNTAX",
    ("CLASS",): "an information object class",
    ("MACRO",): "a macro",
}

_MOST_NESTED = 12
"""Types written inside one another; more is no abstract syntax but an attack on the parser's stack."""


def type_(reader: Reader, place: str, depth: int = 0) -> TypeTree:
    """Read a type with its tag and constraints; ``place`` says in errors where it stands, as 'behind name'."""
    if depth > _MOST_NESTED:
        reader.fail(f"types are written more than {_MOST_NESTED} deep inside one another; give the inner ones names")
    tag = _tag(reader) if reader.at("[") else None
    tree = replace(_untagged(reader, place, depth), tag=tag)
    while reader.at("("):
        tree = constraint(reader, tree)
    if reader.at("SIZE"):
        reader.fail("a size stands in parentheses behind its type, as (SIZE (4))")
    return tree


def _tag(reader: Reader) -> TagTree:
    location = reader.expect("[", "").location
    tag_class = TagClass.CONTEXT
    for word in ("UNIVERSAL", "APPLICATION", "PRIVATE"):
        if reader.accept(word):
            tag_class = TagClass[word]
    tag_number = number(reader, "in the tag", negative=False)
    reader.expect("]", "behind the tag's number")
    mode = TagMode.DEFAULT
    if reader.at("IMPLICIT") or reader.at("EXPLICIT"):
        mode = TagMode[reader.take().text]
    if reader.at("["):
        reader.fail("a second tag on one type; give the inner type a name")
    return TagTree(tag_class, tag_number, mode, location)


def _untagged(reader: Reader, place: str, depth: int) -> TypeTree:
    start = reader.token
    index = reader.index
    _refuse_unsupported(reader)
    match start.text if start.kind is Kind.UPPER else "":
        case "NULL" | "BOOLEAN":
            reader.take()
            return TypeTree(start.text, start.location, index)
        case "INTEGER":
            reader.take()
            named = _named_numbers(reader, "INTEGER") if reader.at("{") else ()
            return TypeTree("INTEGER", start.location, index, named=named)
        case "ENUMERATED":
            reader.take()
            return TypeTree("ENUMERATED", start.location, index, named=_enumeration(reader))
        case "BIT":
            _two_words(reader, "BIT", "STRING")
            named = _named_numbers(reader, "BIT STRING") if reader.at("{") else ()
            return TypeTree("BIT STRING", start.location, index, named=named)
        case "OCTET":
            _two_words(reader, "OCTET", "STRING")
            return TypeTree("OCTET STRING", start.location, index)
        case "OBJECT":
            _two_words(reader, "OBJECT", "IDENTIFIER")
            return TypeTree("OBJECT IDENTIFIER", start.location, index)
        case "SEQUENCE":
            return _sequence(reader, depth)
        case "CHOICE":
            reader.take()
            members, extensible = _members(reader, "CHOICE", depth)
            return TypeTree("CHOICE", start.location, index, members=members, extensible=extensible)
        case word if word in CHARACTER_STRINGS:
            reader.take()
            return TypeTree(word, start.location, index)
    return _reference(reader, place)


def _refuse_unsupported(reader: Reader) -> None:
    for words, name in _NOT_IN_COSEM.items():
        if reader.at(*words):
            _not_in_cosem(reader, name)
    for words, name in _NOT_SUPPORTED.items():
        if reader.at(*words):
            reader.fail(f"{name} is not supported")


def _not_in_cosem(reader: Reader, name: str) -> NoReturn:
    if name == "SET" and (reader.ahead(1).text == "SIZE" or reader.ahead(1).text == "("):
        name = "SET OF"
    reader.fail(f"{name} is not defined for A-XDR in COSEM")


def _two_words(reader: Reader, first: str, second: str) -> None:
    reader.expect(first, "")
    reader.expect(second, f"behind {first}")


def _reference(reader: Reader, place: str) -> TypeTree:
    following = reader.ahead(1)
    if reader.token.kind is Kind.LOWER and following.text == "<":
        reader.fail(f"a selection type ({reader.token} <) is not supported; write the type itself")
    name = reader.expect_name(Kind.UPPER, "a type", place)
    if reader.at("."):
        second = reader.ahead(1)
        if second.text == "&":
            reader.fail("a field of an information object class is not supported", name.location)
        reader.fail(f"{name}.{second} is not supported; import {second} and write its name alone", name.location)
    if reader.at("{"):
        problem = Problem(name.location, f"{name} {{...}}: parameterized types are not supported")
        reader.parameterized.append((name.text, problem))
        raise SchemaError([problem])
    return TypeTree(name.text, name.location, reader.last, reference=True)


def _sequence(reader: Reader, depth: int) -> TypeTree:
    start = reader.take()
    index = reader.last
    if reader.at("{"):
        members, extensible = _members(reader, "SEQUENCE", depth)
        return TypeTree("SEQUENCE", start.location, index, members=members, extensible=extensible)
    size = size_in_front(reader) if reader.at("SIZE") or reader.at("(") else None
    if not reader.at("OF"):
        reader.expected("'{' or 'OF'", "behind SEQUENCE")
    reader.take()
    if reader.at_name(Kind.LOWER) and reader.ahead(1).text != "<":
        reader.fail(f"the elements of a SEQUENCE OF have no name here; leave {reader.token} out")
    element = type_(reader, "behind SEQUENCE OF", depth + 1)
    return TypeTree("SEQUENCE OF", start.location, index, size=size, element=element)


def _members(reader: Reader, kind: str, depth: int) -> tuple[tuple[MemberTree, ...], bool]:
    reader.expect("{", f"behind {kind}")
    what = "a component" if kind == "SEQUENCE" else "an alternative"
    members: list[MemberTree] = []
    markers = 0
    previous = "behind '{'"
    if kind == "SEQUENCE" and reader.accept("}"):
        return (), False
    while True:
        if reader.at("..."):
            if kind == "CHOICE" and not members:
                reader.fail("'...' stands behind the first alternative of a CHOICE, not in front of it")
            if markers == 2:
                reader.fail(f"'...' stands at most twice in a {kind}")
            reader.take()
            if reader.at("!"):
                reader.fail("an exception behind '...' is not supported")
            markers += 1
            previous = "behind '...'"
        else:
            start, read = reader.index, len(members)
            try:
                members.append(_member(reader, kind, what, previous, depth))
                previous = f"behind {members[-1].name}"
                if not (reader.at("}") or reader.at(",")):
                    refuse_definition(reader, previous)
                    reader.expected("',' or '}'", previous)
            except SchemaError as error:
                if not reader.next_member(start):
                    raise
                reader.problems += error.problems
                del members[read:]
                members.append(_refused_member(reader, start))
        if reader.accept("}"):
            return tuple(members), markers > 0
        if not reader.at(","):
            reader.expected("',' or '}'", previous)
        reader.take()
        previous = "behind ','"


def refuse_definition(reader: Reader, place: str) -> None:
    """Refuse the name of a definition that was read as a type, because that is missing `place`."""
    name = reader.tokens[reader.last]
    if reader.at("::=") and name.kind is Kind.UPPER:
        reader.fail(f"expected a type {place}, found the definition of {name}", name.location)


def _refused_member(reader: Reader, start: int) -> MemberTree:
    """What stands for a member that could not be read; without a name that can be one, it has one of its own."""
    token = reader.tokens[start]
    name = token.text if token.kind is Kind.LOWER else f"#{start}"
    tag = _tag_at(reader, start if is_word(token, "[") else start + 1)
    return MemberTree(name, refused_type(token.location, start, tag), token.location, False, None, "")


def _tag_at(reader: Reader, index: int) -> TagTree | None:
    """The tag that begins at a token, so that others are compared with it too; None where there is none."""
    behind = reader.index
    reader.index = index
    try:
        return _tag(reader) if reader.at("[") else None
    except SchemaError:
        return None
    finally:
        reader.index = behind


def _member(reader: Reader, kind: str, what: str, place: str, depth: int) -> MemberTree:
    if reader.at("COMPONENTS"):
        reader.fail("COMPONENTS OF is not supported; write the components")
    if reader.at("[["):
        reader.fail("groups of additions in [[ ]] are not supported; write them without the brackets")
    if reader.at_name(Kind.UPPER):
        reader.fail(f"expected the name of {what} {place}, found {reader.token}; it begins with a small letter")
    name = reader.expect_name(Kind.LOWER, f"the name of {what}", place)
    first = reader.last
    member_type = type_(reader, f"behind {name}", depth + 1)
    optional = False
    default = None
    if kind == "CHOICE" and (reader.at("OPTIONAL") or reader.at("DEFAULT")):
        reader.fail(f"{reader.token} is not allowed in a CHOICE")
    if reader.accept("OPTIONAL"):
        optional = True
    elif reader.accept("DEFAULT"):
        default = value(reader, "behind DEFAULT")
    comment = reader.comments.of(first, reader.last)
    return MemberTree(name.text, member_type, name.location, optional, default, comment)


def _named_numbers(reader: Reader, kind: str) -> tuple[NamedTree, ...]:
    """The names of an INTEGER or of the bits of a BIT STRING; each has its number."""
    reader.expect("{", f"behind {kind}")
    named: list[NamedTree] = []
    while True:
        place = f"behind {named[-1].name}" if named else "behind '{'"
        name = reader.expect_name(Kind.LOWER, "a name", place)
        first = reader.last
        reader.expect("(", f"behind {name}")
        given = number(reader, f"in the parentheses behind {name}", negative=kind == "INTEGER")
        token = reader.last
        reader.expect(")", f"behind the number of {name}")
        named.append(_named(reader, name, given, token, first))
        if reader.accept("}"):
            return tuple(named)
        if not reader.accept(","):
            reader.expected("',' or '}'", f"behind {name}")


def _enumeration(reader: Reader) -> tuple[NamedTree, ...]:
    reader.expect("{", "behind ENUMERATED")
    named: list[NamedTree] = []
    marked = False
    while True:
        place = f"behind {named[-1].name}" if named else "behind '{'"
        if reader.at("..."):
            if marked or not named:
                reader.fail("'...' stands once in an ENUMERATED, behind the first name")
            reader.take()
            marked = True
            place = "behind '...'"
        else:
            name = reader.expect_name(Kind.LOWER, "a name", place)
            first = token = reader.last
            place = f"behind {name}"
            given = None
            if marked and not reader.at("("):
                reader.expected("a number in parentheses", f"behind {name}, which is an addition")
            if reader.accept("("):
                given = number(reader, f"in the parentheses {place}", negative=True)
                token = reader.last
                reader.expect(")", f"behind the number of {name}")
            named.append(_named(reader, name, given, token, first))
        if reader.accept("}"):
            return tuple(named)
        if not reader.accept(","):
            reader.expected("',' or '}'", place)


def _named(reader: Reader, name: Token, given: Number | None, token: int, first: int) -> NamedTree:
    return NamedTree(name.text, given, name.location, token, reader.comments.of(first, reader.last))
