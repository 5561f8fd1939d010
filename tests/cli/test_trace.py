"""``xdlms trace``: recordings that are good, not whole, or none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from running import Run

AARQ = "601DA109060760857405080101BE10040E01000000065F1F0400FFFFFFFFFF"
GET = "C001C100030100010800FF0200"


def line(apdu: str, /, **changed: Any) -> str:
    members = {"time": 0.5, "from": "client", "client": 16, "server": 1, "apdu": apdu}
    return json.dumps({**members, **changed}) + "\n"


@pytest.mark.parametrize("text", ["", "\n\n", " \r\n"])
def test_a_recording_without_a_message_says_so(text: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_text(text, encoding="utf-8")
    outcome = run("trace", str(path))
    assert (outcome.code, outcome.out) == (1, "")
    assert f"{path}: there is no message in it; `xdlms read --trace FILE`" in outcome.err


@pytest.mark.parametrize("octets", [AARQ.encode(), b"\x7e\xa0\x00\xff" * 9, b"\xd4\xc3\xb2\xa1" + bytes(20), b"[1]"])
def test_what_is_no_recording_is_told_with_what_to_try(octets: bytes, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(octets)
    outcome = run("trace", str(path))
    assert (outcome.code, outcome.out) == (1, "")
    assert ": line 1: " in outcome.err
    assert "`xdlms decode` shows octets" in outcome.err


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"time": float("nan")}, '"time" is a number of seconds'),
        ({"time": float("inf")}, '"time" is a number of seconds'),
        ({"time": -1}, '"time" is a number of seconds'),
        ({"client": -5}, '"client" is 0 to 65535'),
        ({"server": 1 << 100}, '"server" is 0 to 65535'),
        ({"from": "meter"}, '"from" is "client" or "server"'),
        ({"apdu": "C0 X"}, "hexadecimal digits"),
        ({"apdu": None}, '"apdu" is missing'),
    ],
)
def test_a_wrong_line_is_told_behind_what_is_right(
    changed: dict[str, Any], message: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "wrong"
    path.write_text(line(AARQ) + line(GET, **changed) + line(GET), encoding="utf-8")
    outcome = run("trace", str(path))
    assert outcome.code == 1
    assert len(outcome.out.splitlines()) == 3
    assert f"{path}: line 2: " in outcome.err
    assert message in outcome.err


def test_a_recording_that_was_cut_off_is_drawn_as_far_as_it_goes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cut"
    whole = line(AARQ) + line(GET)
    first = len(line(AARQ))
    for at in range(first + 1, len(whole) - 1):
        path.write_text(whole[:at], encoding="utf-8")
        outcome = run("trace", str(path))
        assert outcome.code == 1
        assert len(outcome.out.splitlines()) == 3
        assert "line 2: the recording ends in the middle of this line" in outcome.err
    for at in (first, len(whole) - 1, len(whole)):
        path.write_text(whole[:at], encoding="utf-8")
        assert run("trace", str(path)).code == 0


def test_a_byte_order_mark_and_lines_of_windows_are_taken(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "windows"
    path.write_bytes(b"\xef\xbb\xbf" + (line(AARQ) + line(GET)).replace("\n", "\r\n").encode())
    outcome = run("trace", str(path))
    assert (outcome.code, outcome.err) == (0, "")
    assert len(outcome.out.splitlines()) == 4


def test_what_is_no_apdu_is_drawn_as_such(run: Run) -> None:
    outcome = run("trace", "-", stdin=line("FF00") + line("") + line("C001"))
    assert outcome.code == 0
    assert outcome.out.count("no APDU: ") == 3
