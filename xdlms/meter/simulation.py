"""What the simulated meter measures: numbers that follow from a seed and the time, and from nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""When the meter was installed: all registers were at 0 then."""
_STEP: Final = 900
_MASK: Final = (1 << 64) - 1


class Simulation:
    """A load, repeatable for its seed.

    Energies never go back: within each quarter of an hour a quantity grows by its mean and by what chance adds.
    """

    __slots__ = ("_seed",)

    def __init__(self, seed: int) -> None:
        self._seed = seed & _MASK

    def energy(self, channel: int, at: datetime, mean: int) -> int:
        """What was counted since the EPOCH, where `mean` are counted in a quarter of an hour."""
        seconds = max(0, int((at - EPOCH).total_seconds()))
        quarter, rest = divmod(seconds, _STEP)
        start = self._counted(channel, quarter, mean)
        end = self._counted(channel, quarter + 1, mean)
        return start + (end - start) * rest // _STEP

    def level(self, channel: int, at: datetime, mean: int, spread: int) -> int:
        """A quantity of this minute, within `spread` of its `mean`."""
        minute = int((at - EPOCH).total_seconds()) // 60
        return mean - spread + self._chance(channel, minute) % (2 * spread + 1)

    def average(self, channel: int, at: datetime, mean: int) -> int:
        """The mean of a power in the last full quarter of an hour, where an energy of `mean` is counted in each."""
        quarter = max(0, int((at - EPOCH).total_seconds()) // _STEP - 1)
        counted = self._counted(channel, quarter + 1, mean) - self._counted(channel, quarter, mean)
        return counted * 3600 // _STEP

    def _counted(self, channel: int, quarter: int, mean: int) -> int:
        return quarter * mean + (self._chance(channel, quarter) % mean if quarter else 0)

    def _chance(self, channel: int, number: int) -> int:
        # SplitMix64, a mixing function of 64 bits: the same numbers in every version of Python.
        mixed = (self._seed + (channel << 40) + number * 0x9E3779B97F4A7C15) & _MASK
        mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & _MASK
        return mixed ^ mixed >> 31
