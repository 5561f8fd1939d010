"""Rows: what an array of structures of one layout is to people, a table."""

from __future__ import annotations

from collections.abc import Iterator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Rows:
    """A table: `tags` are the tags of the columns, `tuples` the rows.

    Iteration gives the rows, an index one of them. The list is the memory of the value that it came
    from: do not change it.
    """

    __slots__ = ("tags", "tuples")
    __match_args__ = ("tags", "tuples")

    def __init__(self, tags: tuple[Any, ...], tuples: list[tuple[Any, ...]]) -> None:
        self.tags = tags
        self.tuples = tuples

    def __len__(self) -> int:
        return len(self.tuples)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.tuples)

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        return self.tuples[index]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rows):
            return NotImplemented
        return self.tags == other.tags and self.tuples == other.tuples

    def __repr__(self) -> str:
        names = ", ".join(getattr(tag, "name", str(tag)) for tag in self.tags)
        return f"Rows(({names}), {len(self.tuples)} rows)"
