"""``xdlms listen``: pushes as they come."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import tty
from pathlib import Path
from typing import Any

import pytest
from running import Run

ROOT = Path(__file__).parents[2]
CAPTURES = ROOT / "tests" / "vectors" / "captures"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "generated", ROOT / "generator")))}
NOISE = b"\x7e\xa0\x55\x00\x68" * 5


def capture(name: str) -> bytes:
    lines = (CAPTURES / f"{name}.hex").read_text(encoding="ascii").splitlines()
    return b"".join(bytes.fromhex(line) for line in lines if line and not line.startswith("#"))


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give SOURCE, or --listen URL"),
        (("-", "--listen", "tcp://127.0.0.1:0"), "give SOURCE, or --listen URL"),
        (("-", "--count", "0"), "--count is at least 1"),
        (("-", "--silence", "0"), "--silence is more than 0"),
        (("/dev/ttyS9", "--format", "9N1"), "format '9N1' is not"),
        (("/dev/ttyS9", "--baud", "1"), "baud 1 is not in"),
        (("/dev/ttyS9", "--silence", "nan"), "--silence is more than 0"),
        (("--listen", "tcp://127.0.0.1:0", "--most", "0"), "--most is at least 1"),
        (("--listen", "tcp://127.0.0.1:0", "--reconnect", "5"), "--reconnect is for a serial line"),
        (("-", "--json", "--readings"), "not allowed with argument --json"),
        (("udp://127.0.0.1:1",), "datagrams are taken with --listen udp://127.0.0.1:1"),
        (("tcp://127.0.0.1:0",), "has no port to connect to"),
        (("tcp://127.0.0.1:70000",), "is no address"),
        (("tcp://127.0.0.1:1?baud=300",), "only serial lines have options"),
        (("--listen", "/dev/ttyS9"), "meters connect at tcp://HOST:PORT"),
        (("--listen", "hdlc:///dev/ttyS9"), "meters connect at tcp://HOST:PORT"),
        (("--listen", "udp://127.0.0.1:0", "--framing", "hdlc"), "over UDP there is the wrapper only"),
        (("hdlc:///dev/ttyS9", "--framing", "mbus"), "is HDLC, and --framing says mbus"),
        (("hdlc:///dev/ttyS9?baud=9600", "--baud", "2400"), "baud is given twice"),
        (("hdlc:///dev/ttyS9?format=8X1",), "format '8X1' is not"),
        (("hdlc:///dev/ttyS9?baud=fast",), "baud is a number, not 'fast'"),
        (("hdlc:///dev/ttyS9?open=mode-e",), "has no option open"),
    ],
)
def test_wrong_usage_is_told(run: Run, arguments: tuple[str, ...], message: str) -> None:
    outcome = run("listen", *arguments)
    assert outcome.code == 2
    assert message in outcome.err


def test_a_line_that_is_not_there_is_an_error(run: Run) -> None:
    for source in ("/dev/nowhere", "hdlc:///dev/nowhere?baud=2400"):
        outcome = run("listen", source)
        assert outcome.code == 1
        assert "error: /dev/nowhere: there is no such line; " in outcome.err


def test_what_is_no_serial_line_is_an_error(run: Run) -> None:
    outcome = run("listen", "/dev/null")
    assert outcome.code == 1
    assert "error: /dev/null: it is no serial line" in outcome.err


def test_without_pyserial_it_is_told_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    outcome = run("listen", "/dev/ttyS9")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "error: /dev/ttyS9: serial lines need pyserial: pip install 'xdlms[serial]'\n"


def test_the_readings_of_a_push_with_names_units_and_scalers(run: Run) -> None:
    outcome = run("listen", "-", "--json", stdin=capture("push-aidon-hdlc"))
    assert outcome.code == 0
    (shown,) = objects(outcome.out)
    assert shown["apdu"] == "Data-Notification"
    readings = {reading["logical-name"]: reading for reading in shown["readings"]}
    assert readings["1.0.1.7.0.255"] == {
        "logical-name": "1.0.1.7.0.255",
        "name": "active power import",
        "value": 4027,
        "unit": "W",
        "text": "4027 W",
    }
    assert readings["1.0.1.8.0.255"]["value"] == 109552250
    assert readings["1.0.32.7.0.255"]["value"] == 233.0
    assert readings["1.0.32.7.0.255"]["text"] == "233.0 V"
    assert readings["1.0.32.7.0.255"]["unit"] == "V"
    assert readings["0.0.96.1.0.255"]["value"] == "7359992890497997"


def test_people_get_a_tree_with_the_same_names(run: Run) -> None:
    outcome = run("listen", "-", stdin=capture("push-aidon-hdlc"))
    assert "1.0.1.7.0.255 active power import = 4027 W" in outcome.out


def test_blocks_are_joined_and_values_belong_to_their_capture_objects(run: Run) -> None:
    outcome = run("listen", "-", "--json", stdin=capture("push-landis-hdlc-general-block-transfer"))
    (joined,) = objects(outcome.out)
    assert (joined["apdu"], joined["date-time"]) == ("Data-Notification", "2021-07-06T14:58:16")
    readings = joined["readings"]
    assert {"logical-name", "name", "value", "text", "class-id", "attribute"} == set(readings[0])
    assert outcome.err.count("warning: a general block transfer is not complete") == 2
    assert {reading["logical-name"]: reading["value"] for reading in readings}["0.0.42.0.0.255"].startswith("LGZ")


def test_a_push_over_mbus_is_deciphered(run: Run, tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text(
        "[system-titles.4B464D6750000881]\n" 'global-unicast-encryption-key = "825DC0D167DEEB63F49DAB4F31A86CC7"\n',
        encoding="ascii",
    )
    keys.chmod(0o600)
    outcome = run("listen", "-", "--json", "--keys", str(keys), stdin=NOISE + capture("push-kaifa-mbus-encrypted"))
    shown = [item for item in objects(outcome.out) if "apdu" in item]
    assert [item["apdu"] for item in shown] == ["General-Glo-Ciphering"]
    assert shown[0]["deciphered"]["apdu"] == "Data-Notification"
    assert shown[0]["readings"]


def test_after_noise_the_next_frame_counts(run: Run) -> None:
    octets = capture("push-aidon-hdlc")
    outcome = run("listen", "-", "--json", "--framing", "hdlc", stdin=octets + NOISE + octets[:100] + octets)
    assert [shown.get("apdu", "none") for shown in objects(outcome.out) if "apdu" in shown] == ["Data-Notification"] * 2
    assert any("error" in shown for shown in objects(outcome.out))


def test_meters_that_connect_over_tcp() -> None:
    command = [sys.executable, "-m", "xdlms", "listen", "--listen", "tcp://127.0.0.1:0", "--json", "--count", "1"]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    ready = process.stderr.readline().split()
    assert ready[0] == "ready"
    port = int(ready[1].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as meter:
        meter.sendall(capture("push-wrapper-general-glo-ciphering"))
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert [shown["apdu"] for shown in objects(out)] == ["General-Glo-Ciphering"]


def test_a_meter_on_a_serial_line() -> None:
    theirs, ours = os.openpty()
    tty.setraw(ours)
    command = [sys.executable, "-m", "xdlms", "listen", os.ttyname(ours), "--baud", "2400", "--json", "--count", "1"]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    over = threading.Event()

    def push() -> None:
        while not over.wait(0.3):
            os.write(theirs, capture("push-iskra-hdlc-segmented"))

    meter = threading.Thread(target=push)
    meter.start()
    try:
        out, _ = process.communicate(timeout=30)
    finally:
        over.set()
        meter.join()
        os.close(theirs)
        os.close(ours)
    assert process.returncode == 0
    (shown,) = [item for item in objects(out) if "apdu" in item]
    assert shown["apdu"] == "Data-Notification"
    assert {
        "logical-name": "1.0.1.7.0.255",
        "name": "active power import",
        "value": 182,
        "unit": "W",
        "text": "182 W",
    } in shown["readings"]
