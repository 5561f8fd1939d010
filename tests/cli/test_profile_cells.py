"""``xdlms profile`` on what the simulated meter does not have: every scaler, floats, what JSON does not have."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from running import Run

from xdlms import data
from xdlms.association import ServerSettings
from xdlms.client import capture_object
from xdlms.data import Data
from xdlms.server import AttributeAccess, Client, LogicalDevice, Rights, serve

SCALERS = (3, 0, -2, -2)
ROW = (data.double_long(12), data.double_long(7), data.long(-5), data.float32(1.5))


class Held:
    """An object that holds what its attributes are."""

    version = 1

    def __init__(self, class_id: int, last: int, attributes: dict[int, Data]) -> None:
        self.class_id = class_id
        self.logical_name = bytes((1, 0, 99 if class_id == 7 else 1, last, 0, 255))
        self.attributes = attributes

    def get(self, attribute: int, selection: Any, request: Any) -> Data:
        return self.attributes[attribute]

    def set(self, attribute: int, value: Data, selection: Any, request: Any) -> None: ...

    def action(self, method: int, argument: Data | None, request: Any) -> None: ...


def device() -> LogicalDevice:
    """A meter with a profile of registers with these scalers, and a row of numbers that JSON does not have."""
    made = LogicalDevice(1, b"XYZ0000000000001", [Client(sap=16, settings=ServerSettings())])
    registers = [
        Held(3, last, {2: value, 3: data.structure([data.integer(scaler), data.enum(30)])})
        for last, (value, scaler) in enumerate(zip(ROW, SCALERS, strict=True))
    ]
    rows = [ROW, (data.null(), data.double_long(0), data.long(0), data.float32(float("inf")))]
    profile = Held(
        7,
        1,
        {
            2: data.array([data.structure(row) for row in rows]),
            3: data.array([capture_object(3, register.logical_name, 2) for register in registers]),
            7: data.double_long_unsigned(len(rows)),
        },
    )
    for held in (*registers, profile):
        made.add(held, Rights(dict.fromkeys((1, *held.attributes), AttributeAccess.READ)))
    return made


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The meter, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(serve("tcp://127.0.0.1:0", device()), loop).result(10)
    yield server.url
    asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def profile(run: Run, url: str, form: str) -> list[str]:
    outcome = run("profile", "1.0.99.1.0.255", "--url", url, "--format", form)
    assert outcome.code == 0, outcome.err
    return list(outcome.lines)


def test_numbers_are_written_with_all_their_digits_and_without_a_power_of_ten(run: Run, url: str) -> None:
    *_, first, second = csv.reader(io.StringIO("\n".join(profile(run, url, "csv"))))
    assert first == ["12000", "7", "-0.05", "0.015"]
    assert second == ["", "0", "0.00", "inf"]
    assert profile(run, url, "table")[-2].split() == ["12000", "7", "-0.05", "0.015"]


def test_json_is_json_for_every_number(run: Run, url: str) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    head, *rows = [json.loads(line, parse_constant=refuse) for line in profile(run, url, "json")]
    assert [column["scaler"] for column in head["columns"].values()] == list(SCALERS)
    assert [list(row.values()) for row in rows] == [["12000", 7, "-0.05", 0.015], [None, 0, "0.00", "inf"]]


def test_hints_are_in_the_words_of_the_commands(run: Run, url: str) -> None:
    outcome = run("read", "--url", url, "--timeout", "0", "clock")
    assert outcome.code == 1
    assert "--timeout" in outcome.err
    outcome = run("read", "--url", url, "--sync-counter", "clock")
    assert outcome.code == 1
    assert "there is no invocation counter" in outcome.err
    outcome = run("read", "--url", url, "1/9.9.9.9.9.9/2")
    assert outcome.code == 1
    assert "`xdlms objects`" in outcome.err
    assert "Client." not in outcome.err
