"""The folder of a generated package: what is there against what should be, and making it so.

Only files that say in their first line that they were generated are ever changed or removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

HEADERS = ("# Generated from ", "<!-- Generated from ")
"""What the first line of a generated file begins with, in Python and in a page."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as it should be: `found` is what is there, `wanted` what should be; None is no file."""

    path: Path
    found: str | None
    wanted: str | None

    @property
    def is_foreign(self) -> bool:
        """Whether what is there was written by someone else; an empty file may become one of ours."""
        if not self.found:
            return self.found is not None and self.wanted is None
        return not self.found.startswith(HEADERS)

    def __str__(self) -> str:
        """The difference as a unified diff, or in a line where a whole file is missing or too many."""
        name = self.path.as_posix()
        if self.found is None:
            return f"{name} is missing"
        if self.wanted is None:
            return f"{name} is left over: nothing generates it any more"
        before, after = self.found.splitlines(keepends=True), self.wanted.splitlines(keepends=True)
        lines = unified_diff(before, after, name, f"{name} (generated)")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)[
            :-1
        ]


def differences(folder: Path, files: Mapping[str, str]) -> list[Difference]:
    """What differs in a folder from the files that should be there, by name; raises OSError.

    A file that should not be there counts only when it was generated.
    """
    found = [Difference(folder / name, _text(folder / name), wanted) for name, wanted in sorted(files.items())]
    kinds = {Path(name).suffix for name in files}
    left_over = [path for path in sorted(folder.glob("*.*")) if path.suffix in kinds and path.name not in files]
    found += [Difference(path, _text(path), None) for path in left_over]
    return [
        difference
        for difference in found
        if difference.found != difference.wanted and not (difference.wanted is None and difference.is_foreign)
    ]


def write(folder: Path, found: list[Difference]) -> None:
    """Make the folder as it should be; raises FileExistsError before anything is changed where that
    would destroy what someone else wrote, and OSError.
    """
    for difference in found:
        if difference.is_foreign:
            raise FileExistsError(0, "was not generated, so it is not overwritten", str(difference.path))
    folder.mkdir(parents=True, exist_ok=True)
    for difference in found:
        if difference.wanted is None:
            difference.path.unlink()
        else:
            _replace(difference.path, difference.wanted)


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is the old one or the new one, whenever this is interrupted."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        beside.unlink(missing_ok=True)


def _text(path: Path) -> str | None:
    """The text of a file as it stands; octets that are no text make it differ."""
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None
