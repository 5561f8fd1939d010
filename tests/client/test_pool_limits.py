"""Many meters from a process that may not open so many files; and thousands at once from one that may."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from client.support import run

from xdlms.meter import Meter, MeterConfig

TESTS = Path(__file__).parents[1]
PROGRAM = Path(__file__).with_name("pooling.py")
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(str(TESTS.parent / folder) for folder in (".", "generated", "generator")),
}


async def pooled(url: str, count: int, at_a_time: int, files: int, looks: bool) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        PROGRAM,
        *(url, str(count), str(at_a_time), str(files), str(int(looks))),
        stdout=asyncio.subprocess.PIPE,
        env=ENVIRONMENT,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize("looks", [True, False])
def test_a_process_that_may_open_few_files_reads_all_meters_fewer_at_a_time(looks: bool) -> None:
    async def read() -> dict[str, Any]:
        async with await Meter(MeterConfig(load_profile_entries=1)).serve("tcp://127.0.0.1:0") as server:
            return await pooled(server.url, 200, 150, 64, looks)

    found = run(read())
    assert found["found"] == {"bytes": 200}
    assert found["different"] == 200
    assert 8 <= found["most"] < (64 - 32 if looks else 64)


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_one_process_has_two_thousand_associations_at_once_and_reads_six_thousand_meters_with_memory_for_those() -> (
    None
):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = 2000 + 200
    assert hard == resource.RLIM_INFINITY or hard >= files, f"this machine lets a process open {hard} files only"

    def more_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))

    meter = subprocess.Popen(
        [sys.executable, "-m", "xdlms", "meter", "--listen", "tcp://127.0.0.1:0"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=more_files,
    )
    try:
        assert meter.stdout is not None
        url = meter.stdout.readline().removeprefix("ready ").strip()
        done = subprocess.run(
            [sys.executable, PROGRAM, url, "6000", "2000", "0", "1"],
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            preexec_fn=more_files,
            timeout=240,
            check=True,
        )
    finally:
        meter.terminate()
        meter.communicate(timeout=20)
    found = json.loads(done.stdout)
    assert found["found"] == {"bytes": 6000}
    assert found["different"] == 6000
    assert found["most"] == 2000
    assert found["left"] < 1_000_000  # nothing of the meters is kept
    assert found["peak"] < 2000 * 20_000
