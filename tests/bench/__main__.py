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

from bench import online, processes, report
from bench.checking import check
from bench.targets import NAMES, PACKAGES, TARGETS, Target
from bench.workers import TREE, Comparison, Worker, compare

PAGE = TREE / "docs" / "performance.md"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n\n")[2])
    parser.add_argument(
        "--peers", default=str(TREE / ".venv-peers" / "bin" / "python"), help="the Python that has them"
    )
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each comparison (15)")
    parser.add_argument("--seconds", type=float, default=0.02, help="how long each side of a round takes (0.02)")
    parser.add_argument("--quick", action="store_true", help="few and short rounds, to see that it works")
    parser.add_argument("--only", default="", help="only lines with this word")
    parser.add_argument("--write", action="store_true", help=f"write the tables to {PAGE.relative_to(TREE)}")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 3, 0.002
    return options


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
    wanted = tuple(target for target in online.TARGETS if options.only in f"{target.work} {target.task} {target.peer}")
    if wanted:
        progress("clients on a meter")
        lines = online.measure(options.peers, options.rounds, 10 * options.seconds, wanted)
        missed += sum(line[-1] not in ("", "yes") for line in lines)
        parts.append("### Clients on a meter\n\n" + report.table(report.HEAD, lines))
    progress("processes")
    lines = report.process_lines(processes.measure(options.peers, options.rounds))
    missed += sum(line[-1] != "yes" for line in lines)
    parts.append("### Processes\n\n" + report.table(("work", "against", "target", "measured", "reached"), lines))
    progress("")
    measured = "\n\n".join(parts)
    print(f"{measured}\n\n{missed} targets not reached")
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
