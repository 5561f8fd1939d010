"""`make bench`: how fast this package is, measured against others.

Every stack is a program of its own. Before anything is measured all must give the same values, and ours must
refuse corrupted copies. Then ours and the other take turns, round by round, and the rounds are compared.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import processes, report
from bench.targets import NAMES, PACKAGES, TARGETS, Target
from bench.workers import TREE, Comparison, Worker, compare
from bench.workloads import Workload, protected, workloads

PAGE = TREE / "docs" / "performance.md"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n\n")[2])
    parser.add_argument(
        "--peers", default=str(TREE / ".venv-peers" / "bin" / "python"), help="the Python that has them"
    )
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each comparison (15)")
    parser.add_argument("--seconds", type=float, default=0.02, help="how long each side of a round takes (0.02)")
    parser.add_argument("--only", default="", help="only lines with this word")
    parser.add_argument("--write", action="store_true", help=f"write the tables to {PAGE.relative_to(TREE)}")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    if not Path(options.peers).exists():
        print(f"{options.peers} is not there: make bench sets it up", file=sys.stderr)
        return 2
    targets = [target for target in TARGETS if options.only in f"{target.work} {target.task} {target.peer}"]
    with ExitStack() as stack:
        ours = stack.enter_context(Worker("ours", sys.executable, *processes.OUR_FOLDERS))
        workers = {"ours": ours}
        for peer in {target.peer for target in targets} - {"ours"}:
            workers[peer] = stack.enter_context(Worker(peer, options.peers))
        check(workers, targets)
        parts = [setup(options)]
        missed = 0
        for collect in (False, True):
            lines = []
            for target, comparison in comparisons(workers, targets, options, collect):
                lines.append(report.line(target, comparison))
                progress(f"{target.work}, {NAMES[target.peer]}: {lines[-1][3]}")
            missed += sum(line[-1] not in ("", "yes") for line in lines)
            title = "With the garbage collector" if collect else "Without the garbage collector"
            parts.append(f"### {title}\n\n{report.table(report.HEAD, lines)}")
    progress("processes")
    lines = report.process_lines(processes.measure(options.peers, options.rounds))
    missed += sum(line[-1] != "yes" for line in lines)
    parts.append("### Processes\n\n" + report.table(("work", "against", "target", "measured", "reached"), lines))
    progress("")
    measured = "\n\n".join(parts)
    print(measured)
    if options.write:
        report.write(PAGE, measured)
    return 0


def setup(options: argparse.Namespace) -> str:
    found = processes.versions(options.peers, list(PACKAGES.values()))
    peers = ", ".join(f"{name} {version}" for name, version in found.items())
    return (
        f"Machine: {processes.machine()}.\n"
        f"Peers: {peers}.\n"
        f"Command: `make bench`, {options.rounds} rounds, {options.seconds * 1e3:g} ms for each side of a round."
    )


def progress(text: str) -> None:
    """Says on a terminal what is being done."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


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
        return bool(value) and all(expected[name] == known for name, known in value.items())
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


def comparisons(
    workers: dict[str, Worker], targets: list[Target], options: argparse.Namespace, collect: bool
) -> Iterator[tuple[Target, Comparison]]:
    for target in targets:
        yield target, compare(
            workers["ours"],
            target.task,
            workers[target.peer],
            target.other_task,
            rounds=options.rounds,
            seconds=options.seconds,
            collect=collect,
        )


if __name__ == "__main__":
    raise SystemExit(main())
