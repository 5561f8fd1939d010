"""A place in the tokens of a file: look, take, expect, and say what is wrong there."""

from __future__ import annotations

from typing import NoReturn

from xdlms_codegen.model import Problem, SchemaError, SourceLocation
from xdlms_codegen.scan import Kind, Scan, Token
from xdlms_codegen.syntax.comments import Comments

CHARACTER_STRINGS = frozenset(
    {
        "BMPString",
        "GeneralString",
        "GraphicString",
        "IA5String",
        "ISO646String",
        "NumericString",
        "PrintableString",
        "TeletexString",
        "UTCTime",
        "GeneralizedTime",
        "T61String",
        "UniversalString",
        "UTF8String",
        "VideotexString",
        "VisibleString",
    }
)
"""The character string types, and the two that are times in characters."""

_WORDS = (
    "ABSENT ALL ANY APPLICATION AUTOMATIC BEGIN BIT BOOLEAN BY CHARACTER CHOICE CLASS COMPONENT "
    "COMPONENTS CONSTRAINED CONTAINING DEFAULT DEFINED DEFINITIONS EMBEDDED ENCODED END ENUMERATED EXCEPT "
    "EXPLICIT EXPORTS EXTENSIBILITY EXTERNAL FALSE FROM IDENTIFIER IMPLICIT IMPLIED IMPORTS INCLUDES "
    "INSTANCE INTEGER INTERSECTION MACRO MAX MIN MINUS-INFINITY NULL OBJECT OCTET OF OPTIONAL PATTERN PDV "
    "PLUS-INFINITY PRESENT PRIVATE REAL RELATIVE-OID SEQUENCE SET SIZE STRING SYNTAX TAGS TRUE "
    "TYPE-IDENTIFIER UNION UNIQUE UNIVERSAL WITH ABSTRACT-SYNTAX ObjectDescriptor"
)

RESERVED = CHARACTER_STRINGS | frozenset(_WORDS.split())
"""Words of ASN.1 that are no name of a type (ITU-T X.680 clause 12.38)."""


class Reader:
    """Reads the tokens of one file from the first to the last."""

    def __init__(self, scan: Scan) -> None:
        self.tokens = scan.tokens
        self.is_cut = scan.is_cut
        self.comments = Comments(scan)
        self.index = 0
        self.unread: set[int] = set()
        self.problems: list[Problem] = []
        """What could not be read, where reading goes on behind it."""
        self.parameterized: list[tuple[str, Problem]] = []
        """The uses of parameterized types, by name; the definition of one is a problem already."""

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.index]

    @property
    def last(self) -> int:
        """The index of the token read last."""
        return self.index - 1

    def ahead(self, count: int) -> Token:
        """The token ``count`` behind the next one; at the end of the file the last."""
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def at(self, *texts: str) -> bool:
        """Whether the next tokens are these symbols or words."""
        return all(is_word(self.ahead(count), text) for count, text in enumerate(texts))

    def at_end(self) -> bool:
        """Whether the file ends here."""
        return self.token.kind is Kind.END

    def at_name(self, kind: Kind) -> bool:
        """Whether the next token is a name of this kind and no word of ASN.1."""
        return self.token.kind is kind and self.token.text not in RESERVED

    def take(self) -> Token:
        """Read the next token."""
        token = self.token
        if token.kind is not Kind.END:
            self.index += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Read these symbols or words if they come next."""
        if not self.at(*texts):
            return False
        for _ in texts:
            self.take()
        return True

    def expect(self, text: str, place: str) -> Token:
        """Read this symbol or word; ``place`` says in an error where it was expected."""
        if not self.at(text):
            self.expected(repr(text), place)
        return self.take()

    def expect_name(self, kind: Kind, what: str, place: str) -> Token:
        """Read a name; ``what`` says in an error whose name was expected."""
        if not self.at_name(kind):
            self.expected(what, place)
        return self.take()

    def skip_unread(self) -> None:
        """Read a token that asn1tools is not shown."""
        self.unread.add(self.index)
        self.take()

    def expected(self, what: str, place: str) -> NoReturn:
        """Raise the error that something else stands here."""
        found = self.token
        word = " (a word of ASN.1)" if found.text in RESERVED and found.kind in (Kind.UPPER, Kind.LOWER) else ""
        shown = f"'{found}'" if found.kind is Kind.SYMBOL else str(found)
        self.fail(f"expected {what} {place}, found {shown}{word}")

    def next_member(self, start: int) -> bool:
        """Go to the ',' or '}' behind the member that began at ``start``; False when its definition has none."""
        depth = 0
        for index in range(start, len(self.tokens)):
            token = self.tokens[index]
            if is_word(token, "::=") or is_word(token, "END"):
                return False
            if index >= self.index and depth == 0 and (is_word(token, ",") or is_word(token, "}")):
                self.index = index
                return True
            depth += _depth_change(token)
            if depth < 0:
                return False
        return False

    def fail(self, message: str, location: SourceLocation | None = None) -> NoReturn:
        """Raise an error at a place, by default at the next token.

        It has no problem where the scanner told one for the same place: at what is no token, and at the end of
        a file that could not be read to its end.
        """
        raise SchemaError(self._told(message, location))

    def note(self, message: str, location: SourceLocation | None = None) -> None:
        """Keep the problem that `fail` would raise."""
        self.problems += self._told(message, location)

    def _told(self, message: str, location: SourceLocation | None) -> list[Problem]:
        if (self.token.kind is Kind.WRONG and location is None) or (self.is_cut and self.at_end()):
            return []
        return [Problem(location or self.token.location, message)]

    def is_name(self, index: int) -> bool:
        """Whether a token is a name and no word of ASN.1."""
        token = self.tokens[index]
        return token.kind is Kind.LOWER or (token.kind is Kind.UPPER and token.text not in RESERVED)

    def names(self, start: int, stop: int) -> set[str]:
        """The names among the tokens from `start` on that stand in front of `stop`."""
        return {self.tokens[index].text for index in range(start, stop) if self.is_name(index)}


def _depth_change(token: Token) -> int:
    if token.kind is not Kind.SYMBOL:
        return 0
    return (token.text in ("{", "(", "[", "[[")) - (token.text in ("}", ")", "]", "]]"))


def is_word(token: Token, text: str) -> bool:
    """Whether a token is this symbol or word, and no string that holds it."""
    return token.text == text and token.kind in (Kind.SYMBOL, Kind.UPPER, Kind.LOWER)
