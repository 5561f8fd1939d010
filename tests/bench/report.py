"""The tables, for the terminal and for docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.processes import Processes
from bench.targets import COMMAND_BOUND, IMPORT_BOUND, IMPORT_SHARE_BOUND, MEMORY_BOUND, NAMES, Measure, Target
from bench.workers import Comparison, middle

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
"""What is between these lines of docs/performance.md is written by the benchmark."""

HEAD = ("work", "against", "target", "measured", "half of the rounds", "ours", "reached")


def number(value: float) -> str:
    """As many digits as mean anything."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def duration(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms" if seconds >= 0.001 else f"{number(seconds * 1e6)} µs"


def values_of(target: Target, comparison: Comparison) -> tuple[float, ...]:
    if target.measure is Measure.TIMES_FASTER:
        return comparison.factors
    if target.measure is Measure.OF_ITS_TIME:
        return tuple(1 / factor for factor in comparison.factors)
    return tuple(difference * 1e6 for difference in comparison.differences)


def bound_of(target: Target) -> str:
    if target.bound is None:
        return ""
    word = "at least" if target.measure is Measure.TIMES_FASTER else "at most"
    return f"{word} {target.bound:g}"


def line(target: Target, comparison: Comparison) -> tuple[str, ...]:
    value, low, high = middle(values_of(target, comparison))
    reached = "" if target.bound is None else "yes" if target.is_reached(value) else "**no**"
    return (
        target.work,
        NAMES[target.peer],
        bound_of(target),
        f"{number(value)} {target.measure.value}",
        f"{number(low)} to {number(high)}",
        duration(middle(comparison.ours)[0]),
        reached,
    )


def process_lines(found: Processes) -> list[tuple[str, ...]]:
    share = found.our_import / found.gurux_import
    rows = (
        ("memory kept by the decoded 1,000 rows × 6", "its octets", MEMORY_BOUND, found.memory, "times"),
        ("import xdlms.apdu", "import gurux_dlms", IMPORT_SHARE_BOUND, share, "of its time"),
        ("import xdlms.apdu", "bare Python", IMPORT_BOUND * 1e3, found.our_import * 1e3, "ms more"),
        (
            "xdlms decode, a small APDU, the whole process",
            "bare Python",
            COMMAND_BOUND * 1e3,
            found.command * 1e3,
            "ms more",
        ),
    )
    return [
        (work, against, f"at most {bound:g}", f"{number(value)} {unit}", "yes" if value <= bound else "**no**")
        for work, against, bound, value, unit in rows
    ]


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table that is Markdown and reads well as it is."""
    widths = [max(len(row[column]) for row in (head, *lines)) for column in range(len(head))]
    rows = [head, ["-" * width for width in widths], *lines]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    )


def write(page: Path, measured: str) -> None:
    """Puts the tables in their place on the page."""
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page} has no lines {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{measured}\n\n{END}{after}", "utf-8")
