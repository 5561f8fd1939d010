"""The loop of a worker: a program of its own for each stack, told what to measure over its standard streams.

A worker imports its stack and gives for each task the call to measure, the inputs of the calls, and what it
makes of one result. Lines of JSON in: ``{"do": "names"}``, ``{"do": "value", "task": ...}``, ``{"do":
"refused", "task": ...}``, ``{"do": "time", "task": ..., "number": ..., "collect": ...}``; one line of JSON
out for each.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import repeat
from time import process_time
from typing import Any


class Task:
    """Something to measure.

    `call` takes one input; `inputs` gives so many of them, which is not measured; `plain` makes values
    that all stacks can be compared by from a result; `refusal` is what `call` raises on wrong octets.
    """

    def __init__(
        self,
        call: Callable[[Any], Any],
        inputs: Callable[[int], Iterable[Any]],
        plain: Callable[[Any], Any],
        refusal: type[Exception] | None = None,
    ) -> None:
        self.call = call
        self.inputs = inputs
        self.plain = plain
        self.refusal = refusal

    def value(self) -> Any:
        (one,) = self.inputs(1)
        return self.plain(self.call(one))

    def seconds(self, number: int, collect: bool) -> float:
        """Processor time of `number` calls, with or without the garbage collector; other programs do not count."""
        call, inputs = self.call, self.inputs(number)
        gc.collect()
        if not collect:
            gc.disable()
        try:
            start = process_time()
            for one in inputs:
                call(one)
            return process_time() - start
        finally:
            gc.enable()

    def refuses(self, octets: bytes) -> bool:
        if self.refusal is None:
            return False
        try:
            self.call(octets)
        except self.refusal:
            return True
        return False


def same(octets: Any) -> Callable[[int], Iterable[Any]]:
    """The same input again and again."""
    return lambda number: repeat(octets, number)


def plain(value: Any) -> Any:
    """Values as JSON has them: octets in hex, arrays and structures as lists."""
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def serve(make: Callable[[], Mapping[str, Task]]) -> None:
    """Makes the tasks and answers until the standard input ends. What the stack prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "w")
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    tasks = make()
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(_answer(tasks, order)), file=answers, flush=True)


def _answer(tasks: Mapping[str, Task], order: dict[str, Any]) -> Any:
    if order["do"] == "names":
        return list(tasks)
    task = tasks[order["task"]]
    if order["do"] == "value":
        return task.value()
    if order["do"] == "refuses":
        return task.refuses(bytes.fromhex(order["octets"]))
    return task.seconds(order["number"], order["collect"])
