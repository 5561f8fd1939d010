"""From the octets of an ASN.1 file to tokens and comments, each with its line and column.

Lines and columns count from 1; a tab is one column. A byte order mark at the start is skipped; CR LF
and a lone CR end a line as LF does. Comments are ``--`` to the end of the line or to the next ``--``,
and ``/* */``, which nest (ITU-T X.680 clause 12.6). A line of nothing but hyphens is a comment whatever
their number. Letters beyond ASCII may stand in comments and character strings only.

What is no token does not keep the rest from being read: it is a problem, and a token of the kind WRONG stands
for it, so that nobody takes what is around it for neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from xdlms_codegen.model import Problem, SchemaError, SourceLocation

_BYTE_ORDER_MARK = "\ufeff"

UNREAD = "\ufffd"
"""The character that stands for octets which are no text."""


class Kind(Enum):
    """What a token is; the values are how people call it."""

    UPPER = "a name with a capital letter"
    LOWER = "a name with a small letter"
    NUMBER = "a number"
    BITS = "a string of bits"
    HEX = "a string of hexadecimal digits"
    TEXT = "a character string"
    SYMBOL = "a symbol"
    WRONG = "what is no token, and is told already"
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
    """What is not written as it should be."""
    is_cut: bool = False
    """Whether the tokens end before the file does, in a comment that is not closed or in what is no ASN.1."""


MOST_UNREAD = 40
"""Places in a file that begin no token; behind them it is not read, as it is something else."""


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


def decode_in_part(octets: bytes, file: str) -> tuple[str, list[Problem]]:
    """The text of a file as `decode` gives it, and what is no text in it: the first octet, as more would say the same.

    Every octet that is no text is the character UNREAD.
    """
    problems: list[Problem] = []
    try:
        text = decode(octets, file)
    except SchemaError as error:
        problems += error.problems
        text = _one_line_end(octets.decode("utf-8", errors="replace").removeprefix(_BYTE_ORDER_MARK))
    if not problems and "\0" in text:
        before = text[: text.index("\0")]
        location = SourceLocation(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        problems.append(Problem(location, "the octet 00 is no text; save the file as UTF-8"))
    return text.replace("\0", UNREAD), problems


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
_WRONG_DIGITS = re.compile(r"'[^'\n,{}()]*(?:'[A-Za-z]?)?")
_SMALL_HEX = re.compile(r"'[0-9A-Fa-f\s]*'H")
_RULE_LINE = re.compile(r"[-=*_#+~\s]*")


def scan(text: str, file: str, *, is_told: bool = False) -> Scan:
    """The tokens and comments of a text that ``decode`` gave, and what is neither.

    `is_told` says that the characters UNREAD in it are a problem that someone else has told.
    """
    scanner = _Scanner(text, file, is_told=is_told)
    if not scanner.read():
        # One quotation mark is missing: the strings that go over lines are none, and the first of them lacks it.
        scanner = _Scanner(text, file, is_told=is_told, in_lines=True)
        scanner.read()
    return scanner.scan()


class _Scanner:
    """One run over a text: the place, and what was found so far; with `in_lines` a string ends in its line."""

    def __init__(self, text: str, file: str, *, is_told: bool, in_lines: bool = False) -> None:
        self.text = text
        self.file = file
        self.is_told = is_told
        self.in_lines = in_lines
        self.position = 0
        self.line = 1
        self.line_start = 0
        self.tokens: list[Token] = []
        self.comments: list[Comment] = []
        self.problems: list[Problem] = []
        self.is_cut = False
        self.has_open_string = False
        self.has_open_comment = False
        self.unread = 0

    def read(self) -> bool:
        """Go over the text; False where a character string does not end and may be one that began before."""
        while self.position < len(self.text):
            found = _TOKEN.match(self.text, self.position)
            if self.text[self.position] == '"' and (found is None or (self.in_lines and "\n" in found.group())):
                if not self.in_lines:
                    return False
                self._open_string()
            elif found is None:
                self._unread()
            else:
                self._read(found)
        # Behind what stands last, so that there is a line to show.
        end = len(self.text.rstrip())
        location = SourceLocation(self.file, self.text.count("\n", 0, end) + 1, end - self.text.rfind("\n", 0, end))
        self.tokens.append(Token(Kind.END, "", location, location.line))
        return True

    def scan(self) -> Scan:
        """What was read."""
        lines = split_lines(self.text)
        return Scan(self.file, lines, tuple(self.tokens), tuple(self.comments), tuple(self.problems), self.is_cut)

    def _read(self, found: re.Match[str]) -> None:
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

    def problem(self, position: int, message: str) -> None:
        """Note what does not keep the rest from being read."""
        self.problems.append(Problem(self._location(position), message))

    def _wrong(self, end: int) -> None:
        """Pass over what is no token."""
        token = Token(Kind.WRONG, self.text[self.position : end], self._location(self.position), self.line)
        self.tokens.append(token)
        self._advance(end)

    def _open_string(self) -> None:
        """Note a character string that does not end in its line: the first one, as the others follow from it."""
        if not self.has_open_string:
            self.problem(self.position, "the character string does not end")
        self.has_open_string = True
        end = self.text.find("\n", self.position)
        self._wrong(end if end >= 0 else len(self.text))

    def _unread(self) -> None:
        """Note a character that begins no token, once where it is repeated, and go on behind it."""
        character = self.text[self.position]
        self.unread += 1
        if self.unread > MOST_UNREAD:
            self.problem(self.position, f"more than {MOST_UNREAD} places are no ASN.1; is the file a module?")
            self.is_cut = True
            self._advance(len(self.text))
            return
        if not (character == UNREAD and self.is_told):
            self.problem(self.position, self._unknown())
        end = self.position + 1
        if character == "'" and (digits := _WRONG_DIGITS.match(self.text, self.position)) is not None:
            end = digits.end()
        while self.text[end : end + 1] == character:
            end += 1
        self._wrong(end)

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
                    self.problem(found.start(), "the number has more than 100 digits")
                    kind = Kind.WRONG
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
        if kind in (Kind.UPPER, Kind.LOWER) and self._is_hyphen_behind():
            self.problem(self.position, "a name does not end with '-'")
            self._advance(self.position + 1)

    def _is_hyphen_behind(self) -> bool:
        rest = self.text[self.position : self.position + 2]
        return rest[:1] == "-" and rest != "--"

    def _check_name(self, found: re.Match[str]) -> None:
        name = found.group()
        if "_" in name:
            self.problem(found.start() + name.index("_"), "'_' is not allowed in a name; write '-'")

    def _unknown(self) -> str:
        character = self.text[self.position]
        if character == "'":
            if _SMALL_HEX.match(self.text, self.position):
                return "the digits A to F are written in capital letters, as 'AB'H"
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
        end = self._block_end(start)
        if end < 0 and not self.has_open_comment:
            self.problem(start, self._open_comment(start))
            self.has_open_comment = True
        if end < 0:
            end = self.text.find("*/", start + 2) + 2
        if end >= 2:
            self._block_lines(start, end)
        else:
            self.is_cut = True
            self._advance(len(self.text))

    def _block_end(self, start: int) -> int:
        """Where a comment ends, behind its last mark; negative where it does not, or an earlier one did not."""
        depth = 0
        for mark in _BLOCK_MARK.finditer(self.text, start) if not self.has_open_comment else ():
            depth += 1 if mark.group() == "/*" else -1
            if depth == 0:
                return mark.end()
        return -1

    def _open_comment(self, start: int) -> str:
        """What to say of a comment that does not end; the first one inside it is what people overlook."""
        message = "the comment that begins here with /* does not end"
        inside = self.text.find("/*", start + 2)
        if inside < 0:
            return message
        line = self.line + self.text.count("\n", start, inside)
        return f"{message}: comments nest, and /* stands inside it at line {line}"

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
