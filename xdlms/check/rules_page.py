"""The list of rules in the docs, made from the table: ``python -m xdlms.check.rules_page docs/check.md``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from xdlms.check.rules import SUBJECTS

BEGIN: Final = "<!-- rules: made by `python -m xdlms.check.rules_page docs/check.md` -->"
END: Final = "<!-- end of the rules -->"


def markdown() -> str:
    """The rules, a table for every subject."""
    lines = []
    for subject, rules in SUBJECTS.items():
        lines += [f"### {subject}", "", "| rule | | what must be so | from |", "| --- | --- | --- | --- |"]
        lines += [f"| `{rule.name}` | {rule.severity} | {rule.title} | {rule.clause} |" for rule in rules]
        lines.append("")
    return "\n".join(lines)


def with_rules(page: str) -> str:
    """The page with the list of rules between its two marks. Raises ValueError where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no marks for the list of rules")
    return f"{before}{BEGIN}\n\n{markdown()}\n{END}{after}"


def main(paths: list[str]) -> None:
    """Writes the list into the pages."""
    for path in map(Path, paths):
        path.write_text(with_rules(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
