"""The benchmark itself, without the peers: our tasks give the values that they must, and the tables are right."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench import online, processes, report
from bench.checking import agrees, corrupted, expectation
from bench.elapsed import LOAD_PROFILE
from bench.meter import ROWS, made
from bench.peers import ours
from bench.targets import NAMES, PACKAGES, TARGETS, Measure, Target
from bench.worker import Task, plain
from bench.workers import Comparison, Worker, compare, middle
from bench.workloads import workloads

TASKS = ours.tasks()
WORKLOADS = workloads()
NOBODY: Any = None
"""The request that objects are given where they do not look at it."""


@pytest.mark.parametrize("name", TASKS)
def test_each_of_our_tasks_gives_the_expected_values(name: str) -> None:
    assert agrees(TASKS[name].value(), expectation(name, WORKLOADS))
    assert TASKS[name].seconds(2, collect=False) > 0


@pytest.mark.parametrize("name", [name for name in WORKLOADS if f"{name} decode" in TASKS])
def test_values_that_differ_in_one_place_do_not_agree(name: str) -> None:
    expected = expectation(f"{name} decode", WORKLOADS)
    for other in ([], {}, None, [expected], {**expected, "size": 7} if isinstance(expected, dict) else expected[:-1]):
        assert not agrees(other, expected)


@pytest.mark.parametrize("name", [name for name in TASKS if name.endswith("decode")])
def test_corrupted_copies_are_refused_and_sound_octets_are_not(name: str) -> None:
    task = TASKS[name]
    assert all(task.refuses(octets) for octets in corrupted(name, WORKLOADS))
    (sound,) = task.inputs(1) if name.startswith("ciphered") else [WORKLOADS[name.removesuffix(" decode")].octets]
    assert not task.refuses(sound)


def test_a_task_that_cannot_refuse_refuses_nothing() -> None:
    assert not Task(bytes, lambda number: [b""] * number, repr).refuses(b"\x00")


def test_every_line_of_the_table_has_our_task_and_a_named_peer() -> None:
    assert {target.task for target in TARGETS} <= set(TASKS)
    peers = {target.peer for target in TARGETS}
    assert peers == set(NAMES)
    assert peers - {"ours"} == set(PACKAGES)
    assert all((Path(ours.__file__).parent / f"{peer}.py").exists() for peer in peers)


def test_every_line_of_the_clients_has_a_program_and_a_named_peer() -> None:
    assert {target.peer for target in online.TARGETS} <= set(NAMES)
    folder = Path(ours.__file__).parent
    assert all((folder / f"{name}_client.py").exists() for name in ("our", *(target.peer for target in online.TARGETS)))


def test_our_client_reads_what_the_meter_of_the_bench_holds() -> None:
    held = made().devices[0].find(7, bytes(map(int, LOAD_PROFILE.split("."))))
    assert held is not None
    rows = plain(held.object.get(2, None, NOBODY).value)
    with online.serving(), Worker("our_client", sys.executable, *processes.OUR_FOLDERS) as client:
        profiles = [f"profile, {way}" for way in ("65,535 octets", "1,024 octets", "HDLC, window 1", "HDLC, window 7")]
        assert set(client.tasks) == {"get", *profiles}
        assert [client.value(profile) for profile in profiles] == [rows] * 4
        assert len(rows) == ROWS
        assert isinstance(client.value("get"), int)
        assert client.seconds("get", 10, collect=True) > 0
        with pytest.raises(SystemExit, match="gives other values"):
            online.check(client, {"gurux": Wrong()}, (online.TARGETS[0],))


class Wrong(Worker):
    """Another stack that reads something else."""

    def __init__(self) -> None:
        pass

    def value(self, task: str) -> Any:
        return [[0]] * ROWS


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker("ours", sys.executable, *processes.OUR_FOLDERS) as worker:
        yield worker


def test_one_round_of_a_comparison_of_us_with_ourselves(worker: Worker) -> None:
    assert worker.tasks == list(TASKS)
    assert worker.value("profile decode") == WORKLOADS["profile"].values
    assert worker.refuses("profile decode", WORKLOADS["profile"].octets[:-1])
    found = compare(worker, "get-request decode", worker, "profile decode", rounds=1, seconds=0.001, collect=True)
    assert found.factors[0] > 10
    assert found.differences[0] < 0


def test_a_worker_that_ends_is_an_error_that_names_it(worker: Worker) -> None:
    worker.process.kill()
    worker.process.wait()
    with pytest.raises(SystemExit, match="the worker for ours ended"):
        worker.value("profile decode")


FASTER = Target("work", "task", "gurux", Measure.TIMES_FASTER, 10)
SHARE = Target("work", "task", "msgspec", Measure.OF_ITS_TIME, 0.5)
MORE = Target("work", "task", "ours", Measure.MICROSECONDS_MORE, 3)


@pytest.mark.parametrize(
    ("target", "other", "number", "reached"),
    [
        (FASTER, 10e-6, "10.0 times faster", "yes"),
        (FASTER, 9.9e-6, "9.90 times faster", "**no**"),
        (SHARE, 2e-6, "0.50 of its time", "yes"),
        (SHARE, 1.9e-6, "0.53 of its time", "**no**"),
        (MORE, 0.5e-6, "0.50 µs more", "yes"),
        (MORE, -3e-6, "4.00 µs more", "**no**"),
    ],
)
def test_a_line_says_whether_its_bound_is_reached(target: Target, other: float, number: str, reached: str) -> None:
    line = report.line(target, Comparison((1e-6,) * 3, (other,) * 3))
    assert (line[3], line[-1]) == (number, reached)


def test_the_middle_is_the_median_between_the_quarters() -> None:
    assert middle((5.0, 1.0, 3.0, 2.0, 4.0)) == (3.0, 2.0, 4.0)
    assert middle((7.0,)) == (7.0, 7.0, 7.0)


def test_the_tables_are_written_between_their_lines_only(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nbehind\n", "utf-8")
    report.write(page, "new")
    assert page.read_text("utf-8") == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nbehind\n"
    page.write_text("nothing", "utf-8")
    with pytest.raises(SystemExit, match="has no lines"):
        report.write(page, "new")
