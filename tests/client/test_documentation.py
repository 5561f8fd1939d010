"""docs/client.md shows what really works."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from xdlms import client
from xdlms.meter import default_meter

PAGE = (Path(__file__).parents[2] / "docs" / "client.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
URL = "tcp://127.0.0.1:4059"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A meter in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(default_meter().serve("tcp://127.0.0.1:0"), loop).result(10)
    yield server.url
    asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_there_is_something_to_hold() -> None:
    assert len(BLOCKS) >= 5


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example_runs_and_prints_something(number: int, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = BLOCKS[number]
    assert URL in code
    exec(compile(code.replace(URL, url), f"docs/client.md, example {number + 1}", "exec"), {"__name__": "example"})
    shown = capsys.readouterr().out
    assert shown.strip()
    assert "Error" not in shown


def test_every_error_is_in_the_table() -> None:
    errors = {name for name in client.__all__ if name.endswith("Error")} - {"ClientError", "TraceError"}
    assert {name for name in errors if f"`{name}`" not in PAGE} == set()
