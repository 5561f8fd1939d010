"""Joining general block transfers: General-Block-Transfer APDUs back to the APDU that was cut.

Numbers begin with 1. Blocks may be lost and sent again, so they are kept by number until none is missing. A block
without data only acknowledges; it uses a number all the same.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, Protocol

TYPE: Final = "General-Block-Transfer"
"""The ASN.1 name of the APDU."""
_LAST_BLOCK: Final = 0x80
_MOST_NAMED: Final = 8
_MOST_DIRECTIONS: Final = 8


class Block(Protocol):
    """A General-Block-Transfer APDU, of whatever edition."""

    @property
    def block_control(self) -> int: ...
    @property
    def block_number(self) -> int: ...
    @property
    def block_data(self) -> bytes: ...


class Joined:
    """The APDU that was cut, from the blocks `first` to `last`."""

    __slots__ = ("apdu", "first", "last")

    def __init__(self, apdu: bytes, first: int, last: int) -> None:
        self.apdu = apdu
        self.first = first
        self.last = last

    def __str__(self) -> str:
        if self.first == self.last:
            return f"joined from block {self.first} alone"
        return f"joined from blocks {self.first} to {self.last}"


class Incomplete:
    """A transfer that was not complete when the next one began, or the input ended."""

    __slots__ = ("missing", "numbers", "octets")

    def __init__(self, numbers: list[int], missing: list[int], octets: int) -> None:
        self.numbers = numbers
        self.missing = missing
        self.octets = octets

    def __str__(self) -> str:
        there = f"block{'s' * (len(self.numbers) > 1)} {_list(self.numbers)}"
        size = f"{self.octets} octet{'s' * (self.octets != 1)}"
        lost = f"{_list(self.missing)} missing" if self.missing else "the last one missing"
        return f"a general block transfer is not complete: {there} ({size}), {lost}"


def _list(numbers: list[int]) -> str:
    """Numbers in words; runs of them as ``2 to 5``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    words = [f"{first}" if first == last else f"{first} to {last}" for first, last in runs]
    return ", ".join(words[:_MOST_NAMED]) + ", ..." * (len(words) > _MOST_NAMED)


class _Run:
    """The blocks of one transfer in one direction, as far as they came."""

    __slots__ = ("blocks", "first", "last", "size")

    def __init__(self, first: int) -> None:
        self.first = first
        self.size = 0
        self.last: int | None = None
        self.blocks: dict[int, bytes] = {}

    @property
    def is_complete(self) -> bool:
        return self.last is not None and len(self.blocks) == self.last - self.first + 1

    def takes(self, number: int, data: bytes, is_last: bool) -> bool:
        """Whether a block can be of this transfer: it is new, or the same as before, and in its bounds."""
        if number < self.first or self.blocks.get(number, data) != data:
            return False
        if number == self.first and len(self.blocks) > (number in self.blocks):
            return number not in self.blocks  # the sender begins anew
        if self.last is not None and (number > self.last or (is_last and number != self.last)):
            return False
        return not is_last or max(self.blocks) <= number

    def joined(self) -> Joined:
        numbers = sorted(self.blocks)
        return Joined(b"".join(self.blocks[number] for number in numbers), numbers[0], numbers[-1])

    def incomplete(self) -> Incomplete:
        numbers = sorted(self.blocks)
        end = numbers[-1] if self.last is None else self.last
        missing = [number for number in range(self.first, end + 1) if number not in self.blocks]
        return Incomplete(numbers, missing, sum(map(len, self.blocks.values())))


class BlockJoiner:
    """Joins the blocks of a stream; `direction` tells who sends to whom, None where that is not known.

    `limit` is the most octets of one APDU, where a stream has no end; then few directions are remembered, too.
    """

    __slots__ = ("_before", "_complete", "_given_up", "_limit", "_runs")

    def __init__(self, *, limit: int | None = None) -> None:
        self._limit = limit
        self._given_up: dict[Hashable, int] = {}  # the last block of a transfer that was too long
        self._runs: dict[Hashable, _Run] = {}
        self._complete: dict[Hashable, _Run] = {}
        self._before: dict[Hashable, int] = {}

    def feed(self, direction: Hashable, block: Block) -> list[Joined | Incomplete]:
        """Take the next block; give the APDU that is complete with it, and a transfer that it leaves incomplete."""
        results: list[Joined | Incomplete] = []
        number, data = block.block_number, block.block_data
        is_last = bool(block.block_control & _LAST_BLOCK)
        if not data:
            self._before[direction] = number
            return results
        if number > self._given_up.get(direction, number):
            self._given_up[direction] = number
            return results  # of the transfer that was too long
        self._given_up.pop(direction, None)
        run = self._runs.get(direction)
        if run is not None and not run.takes(number, data, is_last):
            results.append(run.incomplete())
            run = None
        if run is not None and self._limit is not None and run.size + len(data) > self._limit:
            results.append(self._runs.pop(direction).incomplete())
            self._given_up[direction] = number
            return results
        if run is None:
            before = self._complete.get(direction)
            if before is not None and number != before.first and before.blocks.get(number) == data:
                return results  # sent once more, since its acknowledgement was lost
            run = _Run(number if number == self._before.get(direction, 0) + 1 else 1)
            self._runs[direction] = run
            results += self._without_the_oldest()
        run.size += 0 if number in run.blocks else len(data)
        run.blocks[number] = data
        if is_last:
            run.last = number
        if run.is_complete:
            joined = run.joined()
            results.append(joined)
            # Not this block's number: it may be one that was lost and sent again.
            self._before[direction] = joined.last
            self._complete[direction] = self._runs.pop(direction)
        return results

    def _without_the_oldest(self) -> list[Incomplete]:
        """Forget directions of long ago, where there is a limit."""
        if self._limit is None:
            return []
        results = []
        while len(self._runs) > _MOST_DIRECTIONS:
            results.append(self._runs.pop(next(iter(self._runs))).incomplete())
        while len(self._complete) > _MOST_DIRECTIONS:
            del self._complete[next(iter(self._complete))]
        while len(self._given_up) > _MOST_DIRECTIONS:
            del self._given_up[next(iter(self._given_up))]
        while len(self._before) > _MOST_DIRECTIONS:
            del self._before[next(iter(self._before))]
        return results

    def finish(self) -> list[Incomplete]:
        """The input ends: the transfers that are not complete."""
        results = [run.incomplete() for run in self._runs.values()]
        self._runs.clear()
        return results
