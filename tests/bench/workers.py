"""Workers as the benchmark sees them, and comparisons of two: calls of one and the other by turns."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

TESTS = Path(__file__).parents[1]
TREE = TESTS.parent
BYTECODE = TemporaryDirectory(prefix="bytecode-")
"""Where programs keep compiled code, as an installed package does; the tree stays clean."""


def environment(*folders: Path) -> dict[str, str]:
    """The environment of a program that imports from these folders."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return variables | {
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "PYTHONHASHSEED": "0",
        "PYTHONPYCACHEPREFIX": BYTECODE.name,
    }


class Worker:
    """A running worker; see `bench.worker` for what it is asked."""

    def __init__(self, name: str, python: str, *folders: Path) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [python, "-m", f"bench.peers.{name}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(TESTS, *folders),
        )
        self.tasks: list[str] = self.ask(do="names")

    def ask(self, **order: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            print(json.dumps(order), file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise SystemExit(f"the worker for {self.name} ended, asked for {str(order)[:100]}")
        return json.loads(answer)

    def value(self, task: str) -> Any:
        return self.ask(do="value", task=task)

    def refuses(self, task: str, octets: bytes) -> bool:
        return bool(self.ask(do="refuses", task=task, octets=octets.hex()))

    def seconds(self, task: str, number: int, collect: bool) -> float:
        """A call's time, of so many in a row."""
        return float(self.ask(do="time", task=task, number=number, collect=collect)) / number

    def number(self, task: str, seconds: float) -> int:
        """How many calls take so long."""
        number = 1
        while (taken := self.seconds(task, number, False) * number) < seconds / 4 and number < 1 << 20:
            number *= 4
        return max(1, round(number * seconds / taken))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended already
                self.process.stdin.close()
        self.process.wait()


@dataclass(frozen=True)
class Comparison:
    """Seconds a call of ours and of the other's, by round."""

    ours: tuple[float, ...]
    others: tuple[float, ...]

    @property
    def factors(self) -> tuple[float, ...]:
        """How many times as long the other takes, by round."""
        return tuple(other / our for our, other in zip(self.ours, self.others, strict=True))

    @property
    def differences(self) -> tuple[float, ...]:
        """How much longer ours takes, in seconds, by round."""
        return tuple(our - other for our, other in zip(self.ours, self.others, strict=True))


def middle(values: tuple[float, ...]) -> tuple[float, float, float]:
    """The median, and the quarters below and above it."""
    low, _, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return median(values), low, high


def compare(
    ours: Worker, our_task: str, other: Worker, other_task: str, *, rounds: int, seconds: float, collect: bool
) -> Comparison:
    """Both by turns, each `seconds` long, each in every second round first."""
    sides = ((ours, our_task), (other, other_task))
    numbers = [worker.number(task, seconds) for worker, task in sides]
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        for side in (0, 1) if turn % 2 else (1, 0):
            worker, task = sides[side]
            times[side].append(worker.seconds(task, numbers[side], collect))
    return Comparison(tuple(times[0]), tuple(times[1]))
