"""The components of a SEQUENCE and the alternatives of a CHOICE: which are the same, which are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xdlms_codegen.diff.changes import Side
from xdlms_codegen.model import Choice, Member, Sequence


@dataclass(frozen=True, slots=True)
class Match:
    """A component or an alternative of the two sides; None where a side does not have it.

    `is_moved` when its place among the components changed, `is_reused` when the tag of the alternative
    is that of another one on the other side.
    """

    old: Member | None
    new: Member | None
    is_moved: bool = False
    is_reused: bool = False

    @property
    def only(self) -> tuple[Side, Member]:
        """The one side that has it; of both, the new one."""
        if self.new is not None:
            return Side.NEW, self.new
        if self.old is None:
            raise ValueError("a match of nothing")
        return Side.OLD, self.old


Alike = Callable[[Member, Member], bool]
"""Whether two members with different names are encoded alike, so that one may be the other renamed."""


def match_components(old: Sequence, new: Sequence, alike: Alike) -> Iterator[Match]:
    """The components in the new order, then those that are gone."""
    before, after = {m.name: m for m in old.members}, {m.name: m for m in new.members}
    kept = _longest_common([n for n in before if n in after], [n for n in after if n in before])
    renamed = _renamed(old, new, kept, alike)
    for member in new.members:
        if member.name in before:
            yield Match(before[member.name], member, is_moved=member.name not in kept)
        else:
            yield Match(before.get(renamed.get(member.name, "")), member)
    for member in old.members:
        if member.name not in after and member.name not in renamed.values():
            yield Match(member, None)


def _renamed(old: Sequence, new: Sequence, kept: set[str], alike: Alike) -> dict[str, str]:
    """The old name of each renamed component: the one that stood at its place, and is encoded alike."""
    before, after = {m.name for m in old.members}, {m.name for m in new.members}
    found: dict[str, str] = {}
    for gone, come in zip(_gaps(old, kept, after), _gaps(new, kept, before), strict=True):
        for one, other in zip(gone, come, strict=False):
            if alike(one, other):
                found[other.name] = one.name
    return found


def _gaps(sequence: Sequence, kept: set[str], other: set[str]) -> list[list[Member]]:
    """The components that the other side has no name of, between those that are kept."""
    gaps: list[list[Member]] = [[]]
    for member in sequence.members:
        if member.name in kept:
            gaps.append([])
        elif member.name not in other:
            gaps[-1].append(member)
    return gaps


def _longest_common(one: list[str], other: list[str]) -> set[str]:
    """The names of a longest common subsequence: those that did not move."""
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in reversed(range(len(one))):
        for j in reversed(range(len(other))):
            same = lengths[i + 1][j + 1] + 1 if one[i] == other[j] else 0
            lengths[i][j] = max(same, lengths[i + 1][j], lengths[i][j + 1])
    kept, i, j = set(), 0, 0
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            kept.add(one[i])
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return kept


def match_alternatives(
    old: Choice, new: Choice, tags: tuple[dict[str, int], dict[str, int]], alike: Alike
) -> Iterator[Match]:
    """The alternatives in the new order, then those that are gone; `tags` are what each begins with, by name."""
    old_tags, new_tags = tags
    before, after = {m.name: m for m in old.members}, {m.name: m for m in new.members}
    by_tag = {old_tags[m.name]: m for m in old.members if old_tags[m.name] >= 0}
    renamed: set[str] = set()
    for member in new.members:
        same, there = before.get(member.name), by_tag.get(new_tags[member.name])
        if same is not None:
            yield Match(same, member)
        elif there is not None and there.name not in after and alike(there, member):
            renamed.add(there.name)
            yield Match(there, member)
        else:
            yield Match(None, member, is_reused=there is not None)
    for member in old.members:
        if member.name not in after and member.name not in renamed:
            tag = old_tags[member.name]
            yield Match(member, None, is_reused=tag >= 0 and tag in new_tags.values())
