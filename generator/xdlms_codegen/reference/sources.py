"""The text of the modules, as far as the model does not keep it: notation, titles, sections."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from xdlms_codegen import scan
from xdlms_codegen.job import Source
from xdlms_codegen.model import SourceLocation

_SECTION = re.compile(r"--\s*\d+\.\s+(.*?)\.?\s*$")
"""A numbered comment on a line of its own begins a section."""
_COMMENT = re.compile(r"--.*?(?:--|$)|\"[^\"]*\"")
_ASSIGNMENT = "::="


@dataclass(frozen=True, slots=True)
class Text:
    """A module's text: its lines, its title, and the line and title of every section."""

    lines: tuple[str, ...]
    title: str
    sections: tuple[tuple[int, str], ...]

    def section_at(self, line: int) -> str:
        """The title of the section that a line is in; that of the module in front of the second one."""
        place = bisect_right(self.sections, line, key=lambda section: section[0])
        return self.sections[place - 1][1] if place > 1 else self.title


class Texts:
    """The texts of several files, by the names that places have."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._texts = {source.name: _read(source) for source in sources}

    def order(self, location: SourceLocation) -> tuple[int, int, int]:
        """The place in all files, one behind the other."""
        return list(self._texts).index(location.file), location.line, location.column

    def section(self, location: SourceLocation) -> str:
        """The title of the section that a definition is in."""
        return self._texts[location.file].section_at(location.line)

    def notation(self, location: SourceLocation) -> str:
        """A definition as it is written, from its name to its end."""
        lines = self._texts[location.file].lines
        taken: list[str] = []
        depth = 0
        for line in lines[location.line - 1 :]:
            code = _COMMENT.sub("", line)
            if taken and not depth and (not code.strip() or _ASSIGNMENT in code or code.strip() == "END"):
                break
            taken.append(line.rstrip())
            depth += code.count("{") - code.count("}")
        return "\n".join(taken)


def _read(source: Source) -> Text:
    lines = scan.split_lines(scan.decode(source.path.read_bytes(), source.name))
    sections = [
        (number, match[1]) for number, line in enumerate(lines, 1) if (match := _SECTION.match(line)) is not None
    ]
    first = lines[0].lstrip("- ") if lines and lines[0].startswith("--") else source.name
    return Text(lines, first.partition(":")[0].rstrip("."), tuple(sections))
