"""docs/clauses.md: which tests prove which clause. `python tests/clauses.py` writes it.

The rows stand in clauses.toml. The markers are read from the text of the tests, so that nothing has to
run: decorators and `pytestmark`, with the clause written out.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
PAGE = ROOT / "docs" / "clauses.md"

HEAD = """\
# Clauses and tests

What each clause of IEC 62056-5-3:2013 asks of this program, and the tests that prove it. Made from
`tests/clauses.toml` and the markers of the tests by `python tests/clauses.py`: do not edit.

| clause | subject | the program must | tests |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Row:
    """A clause, or several that belong together, and what it means."""

    clause: str
    subject: str
    must: str

    @cached_property
    def names(self) -> frozenset[str]:
        """Everything by which a marker may name the row: its clauses, tables and figures."""
        first, _, last = self.clause.partition("-")
        names = {self.clause}
        if last:
            head, _, low = first.rpartition(".")
            names |= {f"{head}.{number}" for number in range(int(low), int(last.rpartition(".")[2]) + 1)}
        for kind, numbers in re.findall(r"(Table|Figure)s? (\d[\d, -]*)", self.subject):
            for part in re.findall(r"\d+(?:-\d+)?", numbers):
                low, _, high = part.partition("-")
                names |= {f"{kind} {number}" for number in range(int(low), int(high or low) + 1)}
        return frozenset(names)

    def has(self, name: str) -> bool:
        """Whether a marker's clause is of this row: named by it, or a part of what it names."""
        return name in self.names or (name[:1].isdigit() and any(name.startswith(f"{own}.") for own in self.names))


@dataclass(frozen=True)
class Marker:
    """A test, and a clause that it says it proves."""

    clause: str
    file: str
    test: str
    line: int


def read_rows() -> tuple[list[Row], list[str]]:
    """The rows, and the clauses of those that are done."""
    table = tomllib.loads((TESTS / "clauses.toml").read_text("utf-8"))
    return [Row(**row) for row in table["row"]], table["done"]


def clauses_in(node: ast.expr) -> list[str]:
    """The clauses in a decorator or in the value of `pytestmark`."""
    found = []
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("mark.clause"):
            found += [ast.literal_eval(argument) for argument in call.args]
    return found


def markers_in(text: str, file: str) -> list[Marker]:
    """The markers of the tests in a file; one for the file or a class counts for each of its tests."""
    found: list[Marker] = []

    def visit(body: list[ast.stmt], inherited: list[str]) -> None:
        for statement in body:
            if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "pytestmark":
                inherited = inherited + clauses_in(statement.value)
        for statement in body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                own = [clause for decorator in statement.decorator_list for clause in clauses_in(decorator)]
                if isinstance(statement, ast.ClassDef):
                    visit(statement.body, inherited + own)
                elif statement.name.startswith("test"):
                    found.extend(
                        Marker(clause, file, statement.name, statement.lineno) for clause in [*inherited, *own]
                    )

    visit(ast.parse(text).body, [])
    return found


def read_markers() -> list[Marker]:
    """The markers of all tests."""
    found = []
    for path in sorted(TESTS.rglob("test_*.py")):
        found += markers_in(path.read_text("utf-8"), path.relative_to(TESTS).as_posix())
    return found


def page(rows: list[Row], markers: list[Marker]) -> str:
    """The page: a line for each row with the files of its tests."""
    lines = []
    for row in rows:
        files = sorted({marker.file for marker in markers if row.has(marker.clause)})
        tests = ", ".join(f"[{file}](../tests/{file})" for file in files) or "not yet"
        lines.append(f"| {row.clause} | {row.subject} | {row.must} | {tests} |\n")
    return HEAD + "".join(lines)


def main() -> int:
    rows, _ = read_rows()
    text = page(rows, read_markers())
    if not PAGE.is_file() or PAGE.read_text("utf-8") != text:
        PAGE.write_text(text, "utf-8")
        print(f"{PAGE.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
