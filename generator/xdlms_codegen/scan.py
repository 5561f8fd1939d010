"""From the octets of an ASN.1 file to tokens and comments, each with its line and column.

Lines and columns count from 1; a tab is one column. A byte order mark at the start is skipped; CR LF
and a lone CR end a line as LF does. Comments are ``--`` to the end of the line or to the next ``--``,
and ``/* */``, which nest (ITU-T X.680 clause 12.6). A line of nothing but hyphens is a comment whatever
their number. Letters beyond ASCII may stand in comments and character strings only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from xdlms_codegen.model import Problem, SchemaError, SourceLocation

_BYTE_ORDER_MARK = "\ufeff"


class Kind(Enum):
    """What a token is; the values are how people call it."""

    UPPER = "a name with a capital letter"
    LOWER = "a name with a small letter"
    NUMBER = "a number"
    BITS = "a string of bits"
    HEX = "a string of hexadecimal digits"
    TEXT = "a character string"
    SYMBOL = "a symbol"
    END = "the end of the file"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``text`` is its spelling, for BITS and HEX the digits and for TEXT the characters alone."""

    kind: Kind
    text: str
    location: SourceLocation
    end_line: int

    def __str__(self) -> str:
        match self.kind:
            case Kind.END:
                return "the end of the file"
            case Kind.BITS:
                return f"'{self.text}'B"
            case Kind.HEX:
                return f"'{self.text}'H"
            case Kind.TEXT:
                return f'"{self.text}"'
            case _:
                return self.text


@dataclass(frozen=True, slots=True)
class Comment:
    """One line of a comment; ``after`` is the index of the token before it on its line, or None."""

    text: str
    line: int
    column: int
    after: int | None


@dataclass(frozen=True, slots=True)
class Scan:
    """A file in tokens; the last token is always of the kind END."""

    file: str
    lines: tuple[str, ...]
    tokens: tuple[Token, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...] = ()
    """Names and numbers that are not written as they should be, and can be told from others all the same."""


def decode(octets: bytes, file: str) -> str:
    """The text of a file, with LF at the end of each line.

    Raises SchemaError, with the line and column of the first octet that is not UTF-8.
    """
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _one_line_end(octets[: error.start].decode("utf-8"))
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        if line == 1 and before.startswith(_BYTE_ORDER_MARK):
            column -= 1
        message = f"the octet {octets[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise SchemaError([Problem(SourceLocation(file, line, column), message)]) from None
    return _one_line_end(text.removeprefix(_BYTE_ORDER_MARK))


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text that ``decode`` gave; only LF ends a line."""
    return tuple(text.removesuffix("\n").split("\n"))


_TOKEN = re.compile(
    r"""
      (?P<rule>(?m:^)[ \t]*-{2,}[ \t]*(?m:$))
    | (?P<blank>[ \t\f\v]+)
    | (?P<line_comment>--)
    | (?P<block_comment>/\*)
    | (?P<newline>\n)
    | (?P<name>[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*)
    | (?P<number>[0-9]+)
    | (?P<bits>'[01\s]*'B)
    | (?P<hex>'[0-9A-F\s]*'H)
    | (?P<text>"(?:[^"]|"")*")
    | (?P<symbol>::=|\.\.\.|\.\.|\[\[|\]\]|[{}()\[\],;:.|^<>@!&\-*/=?])
    """,
    re.VERBOSE,
)

_COMMENT_END = re.compile(r"--|\n")
_BLOCK_MARK = re.compile(r"/\*|\*/")
_RULE_LINE = re.compile(r"[-=*_#+~\s]*")


def scan(text: str, file: str) -> Scan:
    """The tokens and comments of a text that ``decode`` gave.

    Raises SchemaError with all characters that cannot begin a token, and at a comment or string that does
    not end.
    """
    return _Scanner(text, file).run()


class _Scanner:
    """One run over a text: the place, and what was found so far."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.position = 0
        self.line = 1
        self.line_start = 0
        self.tokens: list[Token] = []
        self.comments: list[Comment] = []
        self.problems: list[Problem] = []
        self.is_unread = False

    def run(self) -> Scan:
        while self.position < len(self.text):
            found = _TOKEN.match(self.text, self.position)
            if found is None:
                self._unread()
                continue
            match found.lastgroup:
                case "line_comment":
                    self._line_comment(found)
                case "block_comment":
                    self._block_comment()
                case "rule":
                    self._comment("", found.end() - len(found.group().lstrip()))
                    self._advance(found.end())
                case "blank" | "newline":
                    self._advance(found.end())
                case group:
                    self._token(str(group), found)
        self.tokens.append(Token(Kind.END, "", self._location(self.position), self.line))
        if self.is_unread:
            raise SchemaError(self.problems)
        return Scan(self.file, split_lines(self.text), tuple(self.tokens), tuple(self.comments), tuple(self.problems))

    def error(self, position: int, message: str) -> SchemaError:
        """The error behind which nothing can be read."""
        return SchemaError([*self.problems, Problem(self._location(position), message)])

    def problem(self, position: int, message: str) -> None:
        """Note what does not keep the rest from being read."""
        self.problems.append(Problem(self._location(position), message))

    def _unread(self) -> None:
        """Note a character that begins no token, once where it is repeated, and go on behind it."""
        character = self.text[self.position]
        if character in "\"'":
            raise self.error(self.position, self._unknown())
        self.is_unread = True
        self.problem(self.position, self._unknown())
        while self.text[self.position : self.position + 1] == character:
            self._advance(self.position + 1)

    def _location(self, position: int) -> SourceLocation:
        return SourceLocation(self.file, self.line, position - self.line_start + 1)

    def _advance(self, end: int) -> None:
        """Go to ``end``, counting the lines between."""
        lines = self.text.count("\n", self.position, end)
        if lines:
            self.line += lines
            self.line_start = self.text.rfind("\n", self.position, end) + 1
        self.position = end

    def _token(self, group: str, found: re.Match[str]) -> None:
        location = self._location(found.start())
        text = found.group()
        match group:
            case "name":
                kind = Kind.UPPER if text[0].isupper() else Kind.LOWER
                self._check_name(found)
            case "number":
                kind = Kind.NUMBER
                if len(text) > 1 and text[0] == "0":
                    self.problem(found.start(), f"the number {text} begins with 0")
                if len(text) > 100:
                    raise self.error(found.start(), "the number has more than 100 digits")
            case "bits" | "hex":
                kind = Kind.BITS if group == "bits" else Kind.HEX
                text = "".join(text[1:-2].split())
            case "text":
                kind = Kind.TEXT
                text = re.sub(r"[ \t]*\n[ \t]*", "", text[1:-1]).replace('""', '"')
            case _:
                kind = Kind.SYMBOL
        self._advance(found.end())
        self.tokens.append(Token(kind, text, location, self.line))

    def _check_name(self, found: re.Match[str]) -> None:
        name, end = found.group(), found.end()
        if "_" in name:
            self.problem(found.start() + name.index("_"), "'_' is not allowed in a name; write '-'")
        rest = self.text[end : end + 2]
        if rest[:1] == "-" and rest != "--":
            raise self.error(end, "a name does not end with '-'")

    def _unknown(self) -> str:
        character = self.text[self.position]
        if character == '"':
            return "the character string does not end"
        if character == "'":
            return "expected digits in apostrophes with B or H behind them, as '1010'B or 'AB'H"
        if character == "_":
            return "'_' is not allowed in a name; write '-'"
        if character.isascii() and character.isprintable():
            return f"the character {character} is not used in ASN.1"
        name = unicodedata.name(character, "control character")
        return f"the character U+{ord(character):04X} ({name}) is allowed in comments only"

    def _line_comment(self, found: re.Match[str]) -> None:
        start = found.start()
        end = _COMMENT_END.search(self.text, found.end())
        stop = end.start() if end else len(self.text)
        self._comment(self.text[found.end() : stop], start)
        self._advance(end.end() if end and end.group() == "--" else stop)

    def _block_comment(self) -> None:
        start = self.position
        depth = 0
        for mark in _BLOCK_MARK.finditer(self.text, start):
            depth += 1 if mark.group() == "/*" else -1
            if depth == 0:
                self._block_lines(start, mark.end())
                return
        raise self.error(start, "the comment that begins here with /* does not end")

    def _block_lines(self, start: int, end: int) -> None:
        position = start
        for index, line in enumerate(self.text[start + 2 : end - 2].split("\n")):
            content = line if index == 0 else re.sub(r"^[ \t]*\*?", "", line)
            self._comment(content, position if index == 0 else position + len(line) - len(line.lstrip()))
            next_line = self.text.find("\n", position, end) + 1
            if next_line:
                position = next_line
                self._advance(next_line)
        self._advance(end)

    def _comment(self, content: str, start: int) -> None:
        after = len(self.tokens) - 1
        if after >= 0 and self.tokens[after].end_line == self.line:
            place: int | None = after
        else:
            place = None
        text = "" if _RULE_LINE.fullmatch(content) else content.strip()
        self.comments.append(Comment(text, self.line, start - self.line_start + 1, place))
