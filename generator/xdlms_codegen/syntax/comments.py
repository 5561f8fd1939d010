"""Which comment belongs to what.

Of a type: the comment lines directly above it, with no blank line between. Of a member or a named
number: these, and the comment behind it on its line, in front of the comma or behind it. A comment
line below a comment that stands behind something, and aligned with it, goes on with it.
"""

from __future__ import annotations

from xdlms_codegen.scan import Comment, Kind, Scan


class Comments:
    """The comments of a file, found by the tokens they stand at."""

    def __init__(self, scan: Scan) -> None:
        self._tokens = scan.tokens
        self._own: dict[int, str] = {}
        self._behind: dict[int, list[str]] = {}
        first_on_line: dict[int, int] = {}
        for index, token in enumerate(scan.tokens):
            if token.kind is not Kind.END:
                first_on_line.setdefault(token.location.line, index)
                first_on_line.setdefault(token.end_line, index)
        self._first_on_line = first_on_line
        open_comment: tuple[int, int, list[str]] | None = None
        for comment in scan.comments:
            column = _visual_column(scan, comment)
            if comment.after is not None:
                texts = self._behind.setdefault(comment.after, [])
                texts.append(comment.text)
                open_comment = (comment.line, column, texts)
            elif open_comment and open_comment[:2] == (comment.line - 1, column) and self._alone(comment):
                open_comment[2].append(comment.text)
                open_comment = (comment.line, column, open_comment[2])
            elif self._alone(comment):
                text = self._own.get(comment.line, "")
                self._own[comment.line] = f"{text} {comment.text}".strip()

    def _alone(self, comment: Comment) -> bool:
        return comment.line not in self._first_on_line

    def of(self, first: int, last: int) -> str:
        """The comment of what stands from the token ``first`` to the token ``last``."""
        return _joined([*self._above(first), *self._behind_of(last)])

    def of_definition(self, first: int, last: int) -> str:
        """The comment of a definition: what stands above it; behind it only when it is one line."""
        one_line = self._tokens[first].location.line == self._tokens[last].end_line
        return self.of(first, last) if one_line else _joined(self._above(first))

    def before(self, first: int, after: int) -> str:
        """All comment lines between the tokens ``after`` (or the start of the file, -1) and ``first``."""
        start = self._tokens[after].end_line if after >= 0 else 0
        stop = self._tokens[first].location.line
        return _joined([self._own.get(line, "") for line in range(start + 1, stop)])

    def _above(self, first: int) -> list[str]:
        line = self._tokens[first].location.line
        if self._first_on_line[line] != first:
            return []
        above: list[str] = []
        while (line := line - 1) in self._own:
            above.append(self._own[line])
        return above[::-1]

    def _behind_of(self, last: int) -> list[str]:
        following = self._tokens[last + 1]
        texts = self._behind.get(last, [])
        same_line = following.location.line == self._tokens[last].end_line
        if following.kind is Kind.SYMBOL and following.text == "," and same_line:
            texts = [*texts, *self._behind.get(last + 1, [])]
        return texts


def _visual_column(scan: Scan, comment: Comment) -> int:
    """The column of a comment as an editor shows it, tabs every eight columns."""
    return len(scan.lines[comment.line - 1][: comment.column - 1].expandtabs(8))


def _joined(texts: list[str]) -> str:
    """Lines without empty ones at both ends and with at most one empty line in a row."""
    lines: list[str] = []
    for text in texts:
        if text or (lines and lines[-1]):
            lines.append(text)
    return "\n".join(lines).strip()
