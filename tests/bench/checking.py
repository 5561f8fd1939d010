"""Before anything is measured: all stacks give the same values, and ours refuses corrupted copies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.targets import Target
from bench.workers import Worker
from bench.workloads import Workload, protected, workloads


def check(workers: dict[str, Worker], targets: list[Target]) -> None:
    """All stacks give the same values, and ours refuses corrupted copies."""
    given = workloads()
    for target in targets:
        for worker, task in ((workers["ours"], target.task), (workers[target.peer], target.other_task)):
            expected = expectation(task, given)
            if not agrees(worker.value(task), expected):
                raise SystemExit(f"{worker.name}: the value of {task!r} is not the expected one")
    for task in {target.task for target in targets if target.task.endswith("decode")}:
        for octets in corrupted(task, given):
            if not workers["ours"].refuses(task, octets):
                raise SystemExit(f"ours: {task!r} takes a corrupted copy: {octets[:40].hex()} ...")


def expectation(task: str, given: dict[str, Workload]) -> Any:
    """What a task gives: values, or for encoding the octets. msgspec has other octets and gives the values."""
    name, _, what = task.partition(",")[0].rpartition(" ")
    workload = given.get(name.removeprefix("ciphered "))
    if workload is None:
        return None
    return workload.values if what == "decode" else (workload.octets.hex(), workload.values)


def agrees(value: Any, expected: Any) -> bool:
    """A mapping agrees when what it knows is right; a tuple has two forms of the same."""
    if expected is None:
        return True
    if isinstance(expected, tuple):
        return value in expected
    if isinstance(expected, dict):
        return isinstance(value, dict) and bool(value) and value.items() <= expected.items()
    return bool(value == expected)


def corrupted(task: str, given: dict[str, Workload]) -> Iterator[bytes]:
    name = task.removesuffix(" decode")
    if name.startswith("ciphered "):
        octets = protected(1, given[name.removeprefix("ciphered ")].octets)
        for at in (0, 4, 5, 8, 9, len(octets) // 2, len(octets) - 13, len(octets) - 1):
            yield octets[:at] + bytes((octets[at] ^ 1,)) + octets[at + 1 :]
        yield octets[:-1]
    else:
        yield from given[name].corrupted
