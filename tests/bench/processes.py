"""What is measured in processes of their own: imports, the command line, memory."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.workers import TESTS, TREE, environment
from bench.workloads import SMALL_RESPONSE

OUR_FOLDERS = (TREE, TREE / "generated")

MEMORY_PROGRAM = """
import gc, tracemalloc
from bench.workloads import workloads
from xdlms import apdu
octets = workloads()["profile"].octets
apdu.decode(octets)
gc.collect()
tracemalloc.start()
before = tracemalloc.get_traced_memory()[0]
decoded = apdu.decode(octets)
rows = decoded.result.value
gc.collect()
print((tracemalloc.get_traced_memory()[0] - before) / len(octets))
"""


@dataclass(frozen=True)
class Processes:
    """Octets kept for each one decoded; seconds of processor time over those of a Python that does nothing."""

    memory: float
    our_import: float
    gurux_import: float
    command: float


def measure(peers: str, rounds: int) -> Processes:
    """The least of several runs, by turns."""
    ours = environment(TESTS, *OUR_FOLDERS)
    runs: dict[str, tuple[list[str], dict[str, str]]] = {
        "bare": ([sys.executable, "-c", "pass"], ours),
        "bare peer": ([peers, "-c", "pass"], environment()),
        "ours": ([sys.executable, "-c", "import xdlms.apdu"], ours),
        "gurux": ([peers, "-c", "import gurux_dlms"], environment()),
        "command": ([sys.executable, "-m", "xdlms", "decode", SMALL_RESPONSE.hex()], ours),
    }
    least = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds):
        for name, (command, variables) in runs.items():
            least[name] = min(least[name], _seconds(command, variables))
    memory = subprocess.run(
        [sys.executable, "-c", MEMORY_PROGRAM], env=ours, check=True, capture_output=True, text=True
    ).stdout
    return Processes(
        memory=float(memory),
        our_import=least["ours"] - least["bare"],
        gurux_import=least["gurux"] - least["bare peer"],
        command=least["command"] - least["bare"],
    )


def _seconds(command: Sequence[str], variables: dict[str, str]) -> float:
    """Processor time of a whole process."""
    process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def versions(peers: str, packages: Sequence[str]) -> dict[str, str]:
    """The versions of the peers' packages."""
    program = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    answer = subprocess.run([peers, "-c", program, *packages], check=True, capture_output=True, text=True).stdout
    return dict(zip(packages, answer.split(), strict=True))


def machine() -> str:
    """The processor and the Python, in a few words."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return (
        f"{model}, {os.cpu_count()} processors, {platform.system()} {platform.machine()},"
        f" {platform.python_implementation()} {platform.python_version()}"
    )
