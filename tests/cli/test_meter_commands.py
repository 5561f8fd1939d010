"""``xdlms read``, ``write``, ``call``, ``objects``, ``profile`` and ``trace``, on the simulated meter."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Run

from xdlms.meter import default_meter

TIME = "2026-01-31T12:00:00+01:00"
UNREACHABLE = "tcp://127.0.0.1:1"
SECRET = "0123456789ABCDEF"
ROOT = Path(__file__).parents[2]
METERS = """\
[meters.home]
url = "{url}"
client = 1
authentication = "hls-gmac"
ciphering = true
system-title = "4D4D4D0000000077"
global-unicast-encryption-key = "000102030405060708090A0B0C0D0E0F"
authentication-key = "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"
counters = "counters.sqlite"

[meters.public]
url = "{url}"

[meters.counted]
url = "{url}"
client = 1
authentication = "hls-gmac"
ciphering = true
system-title = "4D4D4D0000000079"
global-unicast-encryption-key = "000102030405060708090A0B0C0D0E0F"
authentication-key = "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"
counters = "{counters}"

[meters.hashed]
url = "{url}"
client = 5
authentication = "hls-sha1"
hls-secret = "{secret}"

[meters.wrong-secret]
url = "{url}"
client = 5
authentication = "hls-md5"
hls-secret = "not the secret"

[meters.by-short-name]
url = "{url}"
client = 2
authentication = "lls"
lls-password = "12345678"
referencing = "SN"

[meters.wrong-password]
url = "{url}"
client = 2
authentication = "lls"
lls-password = "87654321"

[meters.wrong-key]
url = "{url}"
client = 3
authentication = "hls-gmac"
system-title = "4D4D4D0000000078"
global-unicast-encryption-key = "00000000000000000000000000000000"
authentication-key = "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"
counters = "wrong.sqlite"

[meters.nowhere]
"""


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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("meters")


@pytest.fixture(autouse=True)
def meters(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A meters file, which the environment names."""
    path = folder / "meters.toml"
    path.write_text(METERS.format(url=url, counters="counters.sqlite", secret=SECRET), encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("XDLMS_METERS", str(path))
    return path


# What goes wrong


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("read", "clock"), "which meter?"),
        (("read", "--meter", "home"), "required: ATTRIBUTE"),
        (("read", "--met", "home", "clock"), "unrecognized arguments"),
        (("profile", "--meter", "home", "--from", "2026-01-31"), "--from and --to"),
        (("profile", "--meter", "home", "--from", "today", "--to", "now"), "'today' is no time"),
        (("profile", "--meter", "home", "--from-entry", "-1"), "--from-entry is 1, the first entry, to 4294967295"),
        (("profile", "--meter", "home", "--from-entry", "0"), "--from-entry is 1, the first entry"),
        (("profile", "--meter", "home", "--to-entry", "4294967296"), "or 0 for the last entry"),
        (("profile", "--meter", "home", "--from-entry", "5", "--to-entry", "4"), "5 is behind --to-entry 4"),
        (("profile", "--meter", "home", "--from", "2026-02-01", "--to", "2026-01-31"), "is later than --to 2026-01-31"),
        (("profile", "--meter", "home", "--from", "2026-01-01", "--to", "2026-01-31T00:00Z"), "with a time zone"),
        (("profile", "--meter", "home", "load"), "'load' is no logical name"),
        (("profile", "--meter", "home", "--from-entry", "1", "--from", "2026-01-31T00:00"), "or --from-entry"),
        (("profile", "--meter", "home", "--format", "xml"), "invalid choice"),
        (("trace",), "required: FILE"),
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: tuple[str, ...], message: str) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert message in outcome.err


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("read", "--meter", "wrong-password", "clock"), "did not take the credentials (client 2)", "password"),
        (("read", "--meter", "wrong-key", "clock"), "authentication failed", "check the keys"),
        (("read", "--url", UNREACHABLE, "clock"), "cannot be reached", "host and port"),
        (("read", "--url", "http://127.0.0.1", "clock"), "no address of a meter", ""),
        (("read", "--meter", "home", "--client", "99", "--timeout", "0.3", "clock"), "did not answer", "address"),
        (("read", "--meter", "home", "--server", "99", "--timeout", "0.3", "clock"), "did not answer", "address"),
        (("read", "--meter", "home", "nonsense"), "'nonsense': no such object", "xdlms objects"),
        (("read", "--meter", "home", "clock/nonsense"), "class 8 has no attribute 'nonsense'", ""),
        (("read", UNREACHABLE, "1.0.1.8.0.255"), "names no attribute", "write --url before a meter's address"),
        (("read", "--url", UNREACHABLE, "1/2/3/4"), "names no attribute", "CLASS/OBJECT/NUMBER"),
        (("read", "--url", UNREACHABLE, "70000/0.0.1.0.0.255/2"), "names no attribute", "0 to 65535"),
        (("write", "--url", UNREACHABLE, "8/0.0.1.0.0.255/128", "unsigned:1"), "names no attribute", "0 to 127"),
        (("read", "--meter", "public", "3/1.0.1.8.0.255/2"), "is not read", "another client may see it"),
        (("read", "--meter", "home", "1/0.0.96.1.0.255/77"), "is not read", ""),
        (("write", "--meter", "home", "clock/time", "unsigned:999"), "999 is not in 0 to 255", "TYPE:VALUE"),
        (("write", "--meter", "home", "clock/time", "nonsense:1"), "nonsense", "TYPE:VALUE"),
        (("write", "--meter", "home", "clock/time", "time:now"), "'now' is no time", "2026-01-31"),
        (("write", "--meter", "home", "clock/time", "{"), "no JSON", ""),
        (("write", "--meter", "home", "0.0.96.1.0.255", "null-data"), "is not written", ""),
        (("call", "--meter", "home", "clock"), "names no method", "OBJECT/METHOD"),
        (("call", "--meter", "home", "disconnect control/9"), "method 9 of class 70", ""),
        (("profile", "--meter", "home", "1.1.1.1.1.1"), "attribute 3 of class 7", ""),
        (("objects", "--meter", "nobody"), "has no meter 'nobody'; it has: home", ""),
        (("objects", "--meter", "home", "--trace", "/no/such/folder/file"), "/no/such/folder/file", ""),
        (("trace", "/no/such/file"), "No such file", ""),
    ],
)
def test_what_goes_wrong_is_exit_code_1_and_says_what_to_try(
    run: Run, arguments: tuple[str, ...], message: str, hint: str
) -> None:
    outcome = run(*arguments)
    assert outcome.code == 1
    assert message in outcome.err
    assert hint in outcome.err
    assert outcome.err.startswith("error: ")
    assert "87654321" not in outcome.err


def test_a_used_invocation_counter_is_told_and_can_be_synchronised(run: Run, meters: Path, url: str) -> None:
    assert run("read", "--meter", "counted", "clock").code == 0
    meters.write_text(METERS.format(url=url, counters="lost.sqlite", secret=SECRET), encoding="utf-8")
    outcome = run("read", "--meter", "counted", "clock")
    assert outcome.code == 1
    assert "--sync-counter" in outcome.err
    outcome = run("read", "--meter", "counted", "--sync-counter", "clock")
    assert outcome.code == 0
    assert "going on above it" in outcome.err


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("hdlc:///dev/null?baud=1", "baud 1 is not in"),
        ("hdlc:///dev/null?format=9N1", "format '9N1' is not"),
        ("hdlc:///dev/null?open=mode-c", "open is mode-e"),
        ("hdlc:///dev/null?open=mode-e&baud=100", "is less than 300"),
        ("hdlc+tcp://127.0.0.1:1?open=mode-e&meter=%21", "device address"),
        ("hdlc+tcp://127.0.0.1:1?window=2&window=3", "window is given twice"),
    ],
)
def test_what_is_wrong_with_the_options_of_a_url_is_told(run: Run, url: str, message: str) -> None:
    for arguments in (("read", "--url", url, "3/1.0.1.8.0.255/2"), ("meter", "--listen", url)):
        outcome = run(*arguments)
        assert outcome.code == 1
        assert message in outcome.err


def test_without_pyserial_it_is_told_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    outcome = run("read", "--url", "hdlc:///dev/ttyS9", "3/1.0.1.8.0.255/2")
    assert outcome.code == 1
    assert "serial lines need pyserial: pip install 'xdlms[serial]'" in outcome.err
    assert "another program" not in outcome.err


@pytest.mark.filterwarnings("ignore::xdlms.security.WeakSecurityWarning")
@pytest.mark.parametrize(("meter", "code"), [("hashed", 0), ("wrong-secret", 1)])
def test_a_weak_mechanism_is_warned_of_in_one_line_and_a_wrong_secret_has_nothing_to_do_with_counters(
    meter: str, code: int, meters: Path
) -> None:
    # In a process of its own: each warns once of a mechanism.
    path = os.pathsep.join(str(ROOT / folder) for folder in (".", "generated", "generator"))
    done = subprocess.run(
        [sys.executable, "-m", "xdlms", "read", "--meter", meter, "3/1.0.1.8.0.255/2"],
        env={**os.environ, "PYTHONPATH": path, "XDLMS_METERS": str(meters)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == code
    warning, *others = done.stderr.splitlines()
    assert warning.startswith("warning: HLS with ")
    assert ".py" not in done.stderr
    if code:
        error, hint = others
        assert error.startswith("error: authentication failed")
        assert "check the HLS secret of this client" in hint
        assert "counter" not in hint
        assert "not the secret" not in done.stderr
    else:
        assert others == []
        assert done.stdout.endswith(" Wh\n")


def test_options_may_stand_between_what_is_asked_for(run: Run, url: str) -> None:
    outcome = run("read", "8/0.0.1.0.0.255/3", "--client", "16", "1/0.0.42.0.0.255/2", "--url", url, "clock")
    assert (outcome.code, outcome.err) == (0, "")
    assert len(outcome.lines) == 3
    written = run("write", "1/0.0.96.1.0.255/2", "--url", UNREACHABLE, "null-data", "--timeout", "1")
    assert "cannot be reached" in written.err
    wrong = run("read", "--url", url, "clock", "--nonsense\x1b]0;t\x07")
    assert wrong.code == 2
    assert "unrecognized arguments: --nonsense\\x1b]0;t\\x07\n" in wrong.err


def test_an_unconfirmed_service_is_sent_and_not_answered(run: Run, url: str) -> None:
    value = f"time:{TIME}"
    written = run("write", "--meter", "home", "clock/time", value, "--unconfirmed")
    assert (written.code, written.lines) == (0, ["0.0.1.0.0.255 clock, time: sent"])
    assert "2026-01-31 Sat 11:00:0" in run("read", "--meter", "home", "clock").out
    called = run("call", "--meter", "home", "disconnect control/remote_disconnect", "--unconfirmed")
    assert called.out.endswith("remote_disconnect: sent\n")
    assert run("read", "--meter", "home", "disconnect control/control_state").out.endswith(": 0\n")
    run("call", "--meter", "home", "disconnect control/remote_reconnect")


def test_one_object_that_is_not_there_leaves_the_others(run: Run) -> None:
    for meter in ("home", "by-short-name"):
        outcome = run("read", "--meter", meter, "1/9.9.9.9.9.9/2", "3/1.0.1.8.0.255/2", "7/1.0.1.8.0.255/2", "--json")
        assert outcome.code == 1
        unknown, energy, other_class = map(json.loads, outcome.lines)
        assert unknown["error"] == "object-undefined"
        assert energy["unit"] == "Wh"
        assert "error" in other_class
    people = run("read", "--meter", "by-short-name", "1/9.9.9.9.9.9/2", "3/1.0.1.8.0.255/2")
    assert people.lines[0] == "9.9.9.9.9.9 Data, value: not read"
    assert people.lines[1].endswith(" Wh")
    assert "no short name is known" in people.err
    assert "try: look up" in people.err


# What goes right


@pytest.mark.parametrize("meter", ["home", "by-short-name"])
def test_registers_are_shown_with_name_scaler_and_unit(run: Run, meter: str) -> None:
    outcome = run("read", "--meter", meter, "1.0.32.7.0.255", "3/1.0.1.8.0.255/2", "clock/time_zone", "serial number")
    assert (outcome.code, outcome.err) == (0, "")
    voltage, energy, zone, serial = outcome.lines
    title, _, value = voltage.partition(": ")
    assert title == "1.0.32.7.0.255 voltage L1, value"
    assert value.endswith(" V")
    assert 200 < float(value.split()[0]) < 260
    assert energy.endswith(" Wh")
    assert zone.startswith("0.0.1.0.0.255 clock, time_zone: ")
    assert serial.startswith("0.0.96.1.0.255 serial number, value: ")


def test_read_writes_json_for_programs(run: Run) -> None:
    outcome = run("read", "--meter", "home", "--json", "1.0.32.7.0.255", "1/0.0.96.1.0.255/77")
    assert outcome.code == 1
    voltage, refused = map(json.loads, outcome.lines)
    assert (voltage["class"], voltage["logical-name"], voltage["unit"]) == (3, "1.0.32.7.0.255", "V")
    assert float(voltage["scaled"]) == pytest.approx(voltage["value"]["long-unsigned"] / 10)
    assert refused["error"] == "read-write-denied"


def test_a_name_that_no_object_has_is_in_the_json_too(run: Run) -> None:
    outcome = run("read", "--meter", "home", "--json", "clock/time", "gas valve")
    assert outcome.code == 1
    unknown, clock = map(json.loads, outcome.lines)
    assert unknown == {"asked": "gas valve", "error": "not-found"}
    assert clock["logical-name"] == "0.0.1.0.0.255"
    assert "gas valve" in outcome.err


def test_a_value_that_was_written_is_read(run: Run) -> None:
    assert run("write", "--meter", "home", "clock/time", f"time:{TIME}").lines == ["0.0.1.0.0.255 clock, time: written"]
    assert "2026-01-31 Sat 11:00:0" in run("read", "--meter", "home", "clock").out


def test_methods_are_called_by_name_or_number(run: Run) -> None:
    for method, state in (("70/0.0.96.3.10.255/1", "0"), ("disconnect control/remote_reconnect", "1")):
        assert run("call", "--meter", "home", method).out.endswith(": done\n")
        assert run("read", "--meter", "home", "disconnect control/control_state").out.endswith(f": {state}\n")


def test_objects_are_listed(run: Run, url: str) -> None:
    outcome = run("objects", "--url", url, "--rights")
    assert "    8 v0  0.0.1.0.0.255        Clock                clock" in outcome.lines
    assert "          2 time: read" in outcome.lines
    listed = [json.loads(line) for line in run("objects", "--meter", "by-short-name", "--json").lines]
    assert any(one["class"] == 7 and "base-name" in one for one in listed)
    by_short_name = run("objects", "--meter", "by-short-name", "--rights")
    assert by_short_name.err == ""
    assert "          2 time: read, write" in by_short_name.lines


def test_a_profile_is_a_table_csv_or_json(run: Run) -> None:
    select = ("--from-entry", "2", "--to-entry", "4")
    table = run("profile", "--meter", "home", *select).lines
    assert table[0].startswith("0.0.1.0.0.255 ")
    assert "Wh" in table[2]
    assert len(table) == 3 + 3
    rows = list(csv.reader(io.StringIO(run("profile", "--meter", "by-short-name", *select, "--format", "csv").out)))
    assert rows[0][2] == "1.0.1.8.0.255 active energy import [Wh]"
    head, *objects = [json.loads(line) for line in run("profile", "--meter", "home", *select, "--format", "json").lines]
    assert head["profile"] == "1.0.99.1.0.255"
    assert list(head["columns"]) == list(objects[0])
    assert head["columns"]["1.0.1.8.0.255/2"] == {
        "class": 3,
        "logical-name": "1.0.1.8.0.255",
        "attribute": 2,
        "data-index": 0,
        "name": "active energy import",
        "scaler": 0,
        "unit": "Wh",
    }
    assert "scaler" not in head["columns"]["0.0.1.0.0.255/2"]
    assert [row[0] for row in rows[1:]] == [found["0.0.1.0.0.255/2"] for found in objects]
    assert [int(row[2]) for row in rows[1:]] == [found["1.0.1.8.0.255/2"] for found in objects]


def test_a_profile_is_selected_by_time(run: Run) -> None:
    rows = [
        json.loads(line)
        for line in run("profile", "--meter", "home", "--from-entry", "1", "--to-entry", "9", "--format", "json").lines
    ][1:]
    times = [row["0.0.1.0.0.255/2"] for row in rows]
    chosen = run("profile", "--meter", "home", "--from", times[2], "--to", times[5], "--format", "json")
    assert [json.loads(line) for line in chosen.lines[1:]] == rows[2:6]


@pytest.mark.skipif(os.name != "posix", reason="there are no modes")
@pytest.mark.parametrize("there", [False, True])
def test_a_trace_is_its_owners_alone_since_it_may_hold_a_password_that_was_written(
    run: Run, folder: Path, there: bool
) -> None:
    trace = folder / "trace.jsonl"
    if there:
        trace.write_text("old")
        trace.chmod(0o644)
    assert run("read", "--meter", "home", "--trace", str(trace), "3/1.0.1.8.0.255/2").code == 0
    assert trace.stat().st_mode & 0o777 == 0o600
    assert "old" not in trace.read_text()
    assert run("read", "--meter", "home", "--trace", "/dev/null", "3/1.0.1.8.0.255/2").code == 0


def test_an_exchange_is_recorded_and_drawn(run: Run, folder: Path) -> None:
    trace = folder / "trace.jsonl"
    assert run("read", "--meter", "home", "--trace", str(trace), "3/1.0.1.8.0.255/2").code == 0
    recorded = trace.read_text(encoding="utf-8")
    assert "000102030405060708090A0B0C0D0E0F" not in recorded
    outcome = run("trace", str(trace))
    assert outcome.code == 0
    assert "glo-get-request" in outcome.out
    assert "1.0.1.8.0.255" not in outcome.out
    keys = folder / "keys.toml"
    lines = 'global-unicast-encryption-key = "000102030405060708090A0B0C0D0E0F"\n'
    lines += 'authentication-key = "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"\n'
    titles = ("58444C0000000001", "4D4D4D0000000077")
    keys.write_text("".join(f"[system-titles.{title}]\n{lines}" for title in titles), encoding="utf-8")
    keys.chmod(0o600)
    drawn = run("trace", str(trace), "--keys", str(keys))
    assert drawn.code == 0
    assert "Get-Request-With-List, 2 attributes, ciphered" in drawn.out
    assert len(drawn.lines) == len(outcome.lines) == 2 + 8


def test_a_password_is_not_recorded(run: Run, folder: Path) -> None:
    trace = folder / "password.jsonl"
    assert run("objects", "--meter", "by-short-name", "--trace", str(trace)).code == 0
    assert b"12345678".hex() not in trace.read_text(encoding="utf-8")
    assert "mechanism 1" in run("trace", str(trace)).out


@pytest.mark.parametrize("line", ["x", "[]", "{}", '{"time": 0, "from": "me", "client": 1, "server": 1, "apdu": ""}'])
def test_what_is_no_recording_is_refused_with_its_line(run: Run, line: str) -> None:
    outcome = run("trace", "-", stdin=line)
    assert outcome.code == 1
    assert "line 1: " in outcome.err
