"""Problems shown to people: the place and message, the source line with its number, and a mark under it::

meter.asn1:14:5: tag [3] is used twice in Reading (first at line 12)
   14 |     volume [3] Unsigned32,
      |     ^
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xdlms_codegen.model import Problem, SchemaError

WIDEST = 160
"""The characters of a line that are shown."""


def render_problems(problems: Iterable[Problem], sources: Mapping[str, Sequence[str]]) -> str:
    """All problems in the order given, each with its line; ``sources`` are the lines of the files.

    A problem whose line is not among the sources is shown without it.
    """
    return "\n".join(_render(problem, sources.get(problem.location.file, ())) for problem in problems)


def render_error(error: SchemaError) -> str:
    """The problems of an error, and how many they are when there is more than one."""
    text = render_problems(error.problems, error.sources)
    return f"{text}\n{len(error.problems)} problems" if len(error.problems) > 1 else text


def _render(problem: Problem, lines: Sequence[str]) -> str:
    line, column = problem.location.line, problem.location.column
    if not 0 < line <= len(lines):
        return str(problem)
    source, column = _clipped(lines[line - 1], column)
    # A terminal would obey control characters; one for one, so that the mark stands where it should.
    source = "".join(each if each.isprintable() or each == "\t" else "?" for each in source)
    number = f"{line:>5}"
    # A tab in the line stays a tab in front of the mark, so that both are as wide.
    blanks = "".join("\t" if character == "\t" else " " for character in source[: column - 1])
    return f"{problem}\n{number} | {source}\n{' ' * len(number)} | {blanks}^".rstrip()


def _clipped(source: str, column: int) -> tuple[str, int]:
    """The part of a long line around a column, and the column in it."""
    if len(source) <= WIDEST:
        return source, column
    start = min(max(0, column - 1 - WIDEST // 2), len(source) - WIDEST)
    before, behind = "... " * (start > 0), " ..." * (start + WIDEST < len(source))
    return f"{before}{source[start : start + WIDEST]}{behind}", column - start + len(before)
