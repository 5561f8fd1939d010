"""The text that asn1tools is shown: the tokens of a file, one a line.

asn1tools needs two words to stand on one line with one blank between, and reads a few forms wrongly or
not at all that are good ASN.1. They are spelled here in a way that it reads; ``parse`` takes what the
spelling hides from the tree. The line of an error is the index of the token plus one.
"""

from __future__ import annotations

from collections.abc import Mapping

from xdlms_codegen.model import Form, SourceLocation
from xdlms_codegen.scan import Kind, Scan, Token
from xdlms_codegen.syntax.reader import RESERVED, is_word
from xdlms_codegen.syntax.tree import FileTree, MemberTree, NamedTree, TypeTree, is_number, types_of

_STAND_INS = {"INTEGER": "0", "OBJECT IDENTIFIER": "{1 2}"}
_PAIRS = frozenset({("OCTET", "STRING"), ("BIT", "STRING"), ("OBJECT", "IDENTIFIER")})


def spell(scan: Scan, tree: FileTree, numbers: Mapping[SourceLocation, int]) -> list[str]:
    """The spelling of every token.

    ``numbers`` gives the number of each name of a value by its place.
    """
    spelled = [_plain(token) for token in scan.tokens]
    for index, (token, following) in enumerate(zip(scan.tokens, scan.tokens[1:], strict=False)):
        if token.location in numbers:
            spelled[index] = str(numbers[token.location])
        elif (token.text, following.text) in _PAIRS:
            spelled[index] = f"{token.text} {following.text}"
            spelled[index + 1] = ""
        elif is_word(token, "-") and following.kind is Kind.NUMBER:
            spelled[index] = ""
            spelled[index + 1] = f"-{following.text}"
        elif token.kind is Kind.UPPER and token.text not in RESERVED and token.text.split("-")[0] in RESERVED:
            # asn1tools takes the word in front of the hyphen for a word of ASN.1.
            spelled[index] = f"Name-{token.text}"
    for index in tree.unread:
        spelled[index] = ""
    _respell_repeated([(module.name, module.token) for module in tree.modules], spelled)
    for module in tree.modules:
        _respell_repeated([(definition.name, definition.token) for definition in module.definitions], spelled)
        _respell_repeated([(value.name, value.token) for value in module.values if is_number(value)], spelled)
        for type_ in types_of(module):
            _respell_enumeration(type_, spelled)
            for member in type_.members:
                _respell_default(member, spelled)
    return spelled


def _plain(token: Token) -> str:
    # What is in quotation marks stands behind DEFAULT, whose value the tree gives.
    return '"x"' if token.kind is Kind.TEXT else str(token) if token.kind is not Kind.END else ""


def _respell_repeated(names: list[tuple[str, int]], spelled: list[str]) -> None:
    """asn1tools keeps the last of several definitions of one name; the passes want them all."""
    seen: set[str] = set()
    for name, token in names:
        if name in seen:
            spelled[token] = f"{spelled[token]}-again-{token}"
        seen.add(name)


def _respell_enumeration(tree: TypeTree, spelled: list[str]) -> None:
    """asn1tools stops at a number that is used twice; the passes say it better."""
    if tree.keyword != "ENUMERATED":
        return
    used = {int(spelled[named.token]) for named in tree.named if named.number is not None}
    seen: set[int] = set()
    for named in _numbered(tree):
        value = int(spelled[named.token])
        if value in seen:
            value = max(*used, len(tree.named)) + 1
            used.add(value)
            spelled[named.token] = str(value)
        seen.add(value)


def _numbered(tree: TypeTree) -> list[NamedTree]:
    return [named for named in tree.named if named.number is not None]


def _respell_default(member: MemberTree, spelled: list[str]) -> None:
    """asn1tools stops at a default that is no number of an INTEGER, or nor object identifier, nor names in braces."""
    default = member.default
    stand_in = _STAND_INS.get(member.type.keyword)
    if default is None or (default.value.form is Form.NUMBER and member.type.keyword == "INTEGER"):
        return
    if stand_in is None and default.value.form in (Form.BRACES, Form.CHOSEN):
        stand_in = "{}"
    if stand_in is None:
        return
    spelled[default.first : default.last + 1] = [stand_in] + [""] * (default.last - default.first)
