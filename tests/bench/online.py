"""Clients on a meter: ours and the others', each a program of its own, on the same server over loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench import processes, report
from bench.elapsed import PORT, SIZES, WINDOWS
from bench.meter import ROWS
from bench.targets import Measure, Target
from bench.workers import TESTS, Worker, compare, environment

WAY = "1,000 rows, HLS-GMAC, ciphered"
MOST_ROUNDS = 7
"""A profile of gurux-dlms takes long."""

TARGETS = (
    *(
        Target(f"read {WAY}, APDUs of {size}", f"profile, {size}", peer, Measure.TIMES_FASTER, bound)
        for size in SIZES
        for peer, bound in (("gurux", 20), ("dlms_cosem", 1))
    ),
    *(
        Target("GET of a register, HLS-GMAC, ciphered", "get", peer, Measure.TIMES_FASTER, bound)
        for peer, bound in (("gurux", 5), ("dlms_cosem", None))
    ),
    *(
        Target(
            f"read 1,000 rows, HDLC, fields of 2,030 octets, window {window}",
            f"profile, HDLC, window {window}",
            "gurux",
            Measure.TIMES_FASTER,
            10,
            "profile, HDLC, window 1",
        )
        for window in WINDOWS
    ),
)
"""In the order of the table."""


@contextmanager
def serving() -> Iterator[None]:
    """The meter, in a process of its own; its ports are in the environment meanwhile."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.meter"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(TESTS, *processes.OUR_FOLDERS),
    )
    with process:
        assert process.stdout is not None
        os.environ[PORT] = process.stdout.readline().strip()
        try:
            yield
        finally:
            del os.environ[PORT]
            assert process.stdin is not None
            process.stdin.close()


def measure(peers: str, rounds: int, seconds: float, targets: tuple[Target, ...] = TARGETS) -> list[tuple[str, ...]]:
    """The lines of the table; ends the program where two clients read different values."""
    lines = []
    with serving(), ExitStack() as stack:
        ours = stack.enter_context(Worker("our_client", sys.executable, *processes.OUR_FOLDERS))
        names = sorted({target.peer for target in targets})
        others = {name: stack.enter_context(Worker(f"{name}_client", peers)) for name in names}
        check(ours, others, targets)
        for target in targets:
            found = compare(
                ours,
                target.task,
                others[target.peer],
                target.other_task,
                rounds=min(rounds, MOST_ROUNDS),
                seconds=seconds,
                collect=True,
            )
            lines.append(report.line(target, found))
    return lines


def check(ours: Worker, others: dict[str, Worker], targets: tuple[Target, ...]) -> None:
    """All clients read the same."""
    for target in targets:
        value = ours.value(target.task)
        if target.task.startswith("profile") and len(value) != ROWS:
            raise SystemExit(f"ours: {len(value)} rows in place of {ROWS}")
        if others[target.peer].value(target.other_task) != value:
            raise SystemExit(f"{target.peer}: {target.other_task!r} gives other values than ours")
