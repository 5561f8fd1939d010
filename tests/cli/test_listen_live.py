"""``xdlms listen`` while it runs: many meters, lines that come and go, an end at any time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from running import Run

from xdlms.profiles.framing import unframe
from xdlms.profiles.wrapper import WrapperMessage

ROOT = Path(__file__).parents[2]
CAPTURES = ROOT / "tests" / "vectors" / "captures"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "generated", ROOT / "generator")))}
PUSHES = sorted(path.stem for path in CAPTURES.glob("*.hex") if path.stem.startswith(("push", "event")))
LIMIT = 30  # seconds
pytestmark = pytest.mark.timeout(60)


def capture(name: str) -> bytes:
    lines = (CAPTURES / f"{name}.hex").read_text(encoding="ascii").splitlines()
    return b"".join(bytes.fromhex(line) for line in lines if line and not line.startswith("#"))


def push(number: int) -> bytes:
    """A wrapper message with a Data-Notification of this invoke-id, 0 to 255."""
    return WrapperMessage(1, 16, bytes((0x0F, 0, 0, 0, number, 0, 0x02, 0x01, 0x11, number))).encode()


def block(number: int, data: bytes, *, last: bool = False) -> bytes:
    control = bytes((0xE0, 0xC0 if last else 0x40, 0, number, 0, 0, len(data)))
    return WrapperMessage(1, 16, control + data).encode()


def stream(process: subprocess.Popen[str], name: str) -> IO[str]:
    found: IO[str] | None = getattr(process, name)
    assert found is not None
    return found


@contextmanager
def listening(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "xdlms", "listen", *arguments]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ready(process: subprocess.Popen[str]) -> tuple[str, int]:
    url = opened(process)
    return "127.0.0.1", int(url.rpartition(":")[2])


def opened(process: subprocess.Popen[str]) -> str:
    """What is listened to, as soon as it is."""
    word, name = stream(process, "stderr").readline().split()
    assert word == "ready"
    return name


def shown(process: subprocess.Popen[str], count: int) -> list[dict[str, Any]]:
    """The next objects."""
    return [json.loads(stream(process, "stdout").readline()) for _ in range(count)]


def invoke_ids(objects: list[dict[str, Any]]) -> list[int]:
    return [item["value"]["long-invoke-id-and-priority"] for item in objects]


def test_many_meters_send_datagrams_each_with_its_own_blocks() -> None:
    with listening("--listen", "udp://127.0.0.1:0", "--json") as process:
        place = ready(process)
        first, second = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        with first, second:
            first.connect(place)
            second.connect(place)
            apdu, other = push(1)[8:], push(2)[8:]
            first.send(block(1, apdu[:4]))
            second.send(block(1, other[:5]))
            first.send(push(3) + b"\x00")
            first.send(push(4)[:-1])
            first.send(push(0)[:6] + b"\x00\x00")
            second.send(block(2, other[5:], last=True))
            first.send(block(2, apdu[4:], last=True))
            first.send(push(5))
            names = [f"127.0.0.1:{meter.getsockname()[1]}" for meter in (first, second)]
        objects = shown(process, 6)
        assert [item.get("error", {}).get("code") for item in objects[:3]] == ["trailing-octets", "truncated", "length"]
        assert objects[0]["error"]["reason"] == "19 octets skipped: 1 octet behind the message"
        assert invoke_ids(objects[3:]) == [2, 1, 5]
        assert [item["from"] for item in objects] == [names[0]] * 3 + [names[1], names[0], names[0]]


@pytest.mark.parametrize("scheme", ["tcp", "udp"])
def test_a_push_that_asks_for_it_is_confirmed_only_where_that_is_wanted(scheme: str) -> None:
    asks = bytearray(push(9))
    asks[9] |= 0x40
    confirmation = WrapperMessage(16, 1, b"\x10\x40\x00\x00\x09\x00").encode()
    kind = socket.SOCK_STREAM if scheme == "tcp" else socket.SOCK_DGRAM
    for options, answer in (((), b""), (("--confirm",), confirmation)):
        with (
            listening("--listen", f"{scheme}://127.0.0.1:0", "--json", *options) as process,
            socket.socket(socket.AF_INET, kind) as meter,
        ):
            meter.connect(ready(process))
            for octets in (push(1), asks, push(2)):
                meter.send(octets)
                shown(process, 1)
            meter.settimeout(LIMIT if answer else 0.2)
            try:
                got = meter.recv(4096)
            except TimeoutError:
                got = b""
            assert got == answer


def test_the_longest_silent_sender_of_datagrams_is_forgotten() -> None:
    with listening("--listen", "udp://127.0.0.1:0", "--json", "--most", "2") as process:
        place = ready(process)
        for number in range(5):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as meter:
                meter.connect(place)
                meter.send(block(1, b"\x0f\x00"))
                meter.send(push(number))
        assert invoke_ids(shown(process, 5)) == [0, 1, 2, 3, 4]
        told = [stream(process, "stderr").readline() for _ in range(3)]
        assert all("a general block transfer is not complete: block 1 (2 octets)" in line for line in told)


def test_a_meter_that_is_slow_or_never_ends_stops_no_other() -> None:
    with listening("--listen", "tcp://127.0.0.1:0", "--framing", "wrapper", "--json") as process:
        place = ready(process)
        with socket.create_connection(place) as slow, socket.create_connection(place) as endless:
            slow.sendall(push(1)[:-1])
            endless.sendall(b"\x00\x01\x00\x01\x00\x10\xff\xff\x0f" + bytes(50_000))
            with socket.create_connection(place) as quick:
                quick.sendall(push(2))
                assert invoke_ids(shown(process, 1)) == [2]
            slow.sendall(push(1)[-1:] + push(3))
            assert invoke_ids(shown(process, 2)) == [1, 3]


def test_the_longest_silent_meter_makes_room_for_one_more() -> None:
    with listening("--listen", "tcp://127.0.0.1:0", "--json", "--most", "2") as process:
        place = ready(process)
        with socket.create_connection(place) as first, socket.create_connection(place) as second:
            first.sendall(push(1))
            assert invoke_ids(shown(process, 1)) == [1]
            with socket.create_connection(place) as third:
                third.sendall(push(3))
                first.sendall(push(4))
                assert sorted(invoke_ids(shown(process, 2))) == [3, 4]
                second.settimeout(LIMIT)
                assert second.recv(1) == b""
        assert "closed, since more than 2 meters are connected" in stream(process, "stderr").readline()


def test_a_long_push_in_pieces_is_found_out_and_shown() -> None:
    apdu = b"\x0f\x00\x00\x00\x07\x00\x09\x82\x75\x30" + bytes(30_000)
    octets = WrapperMessage(1, 16, apdu).encode()
    with (
        listening("--listen", "tcp://127.0.0.1:0", "--json") as process,
        socket.create_connection(ready(process)) as meter,
    ):
        for start in range(0, len(octets), 9000):
            meter.sendall(octets[start : start + 9000])
        assert invoke_ids(shown(process, 1)) == [7]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_without_a_word_while_meters_are_connected(number: signal.Signals) -> None:
    with listening("--listen", "tcp://127.0.0.1:0", "--json") as process:
        with socket.create_connection(ready(process)) as meter:
            meter.sendall(push(1) + b"\x00\x01")
            assert len(shown(process, 1)) == 1
            process.send_signal(number)
            out, err = process.communicate(timeout=LIMIT)
        assert process.returncode == 0
        assert err == ""
        assert [json.loads(line)["octets"] for line in out.splitlines()] == ["0001"]


@pytest.mark.parametrize("scheme", ["tcp", "udp"])
def test_it_ends_when_nobody_reads_what_is_shown(scheme: str) -> None:
    with listening("--listen", f"{scheme}://127.0.0.1:0", "--json") as process:
        place = ready(process)
        stream(process, "stdout").close()
        kind = socket.SOCK_STREAM if scheme == "tcp" else socket.SOCK_DGRAM
        with socket.socket(socket.AF_INET, kind) as meter:
            meter.connect(place)
            meter.send(push(1))
            assert process.wait(timeout=LIMIT) == 141
        assert stream(process, "stderr").read() == ""


def test_a_place_that_is_taken_is_an_error(run: Run) -> None:
    for scheme, kind in (("tcp", socket.SOCK_STREAM), ("udp", socket.SOCK_DGRAM)):
        with socket.socket(socket.AF_INET, kind) as taken:
            taken.bind(("127.0.0.1", 0))
            url = f"{scheme}://127.0.0.1:{taken.getsockname()[1]}"
            outcome = run("listen", "--listen", url)
        assert outcome.code == 1
        assert outcome.err.startswith(f"error: {url}: ")


def test_a_replay_over_another_connection_is_told(tmp_path: Path) -> None:
    octets = capture("push-wrapper-general-glo-ciphering")
    keys = tmp_path / "keys.toml"
    key = "4D5944554D4D59474C4F42414C4B4559"
    keys.write_text(
        f'[system-titles.2F19229199164103]\nglobal-unicast-encryption-key = "{key}"\nauthentication-key = "{key}"\n',
        encoding="ascii",
    )
    keys.chmod(0o600)
    with listening("--listen", "tcp://127.0.0.1:0", "--json", "--count", "2", "--keys", str(keys)) as process:
        place = ready(process)
        objects = []
        for _ in range(2):
            with socket.create_connection(place) as meter:
                meter.sendall(octets)
                objects += shown(process, 1)
        _, err = process.communicate(timeout=LIMIT)
    assert [item["deciphered"]["verified"] for item in objects] == [True, True]
    assert [item["deciphered"]["replayed"] for item in objects] == [False, True]
    assert "warning: octet 8: REPLAY: its invocation counter was used before" in err


def test_keys_of_another_system_title_are_told(run: Run, tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text(
        '[system-titles.4B464D6750000008]\nglobal-unicast-encryption-key = "825DC0D167DEEB63F49DAB4F31A86CC7"\n',
        encoding="ascii",
    )
    keys.chmod(0o600)
    outcome = run("listen", "-", "--json", "--keys", str(keys), stdin=capture("push-kaifa-mbus-encrypted"))
    (item,) = (json.loads(line) for line in outcome.out.splitlines())
    assert item["deciphered"]["status"] == "deciphered, NOT VERIFIED"
    assert item["deciphered"]["keys-of"] == "4B464D6750000008"
    assert "NOT VERIFIED" in outcome.err
    assert "It says that 4B464D6750000881 sent it, but the keys that fit are those of 4B464D6750000008." in outcome.err


# --- lines that come and go


@pytest.mark.parametrize("name", ["{}", "hdlc://{}?baud=9600&format=8n1"])
def test_a_line_that_is_lost_is_an_error(name: str) -> None:
    theirs, ours = os.openpty()
    tty.setraw(ours)
    with listening(name.format(os.ttyname(ours)), "--json") as process:
        assert opened(process).startswith(name.partition("{")[0])
        os.write(theirs, capture("push-aidon-hdlc"))
        assert shown(process, 1)[0]["apdu"] == "Data-Notification"
        os.close(theirs)
        os.close(ours)
        _, err = process.communicate(timeout=LIMIT)
        assert process.returncode == 1
        assert "error: " in err
        assert "the serial line is " in err


def test_a_line_that_comes_later_or_again_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "line"
    with listening(str(path), "--json", "--reconnect", "0.1") as process:
        assert "there is no such line" in stream(process, "stderr").readline()
        for _ in range(2):
            theirs, ours = os.openpty()
            tty.setraw(ours)
            path.symlink_to(os.ttyname(ours))
            assert opened(process) == str(path)
            os.write(theirs, capture("push-aidon-hdlc"))
            assert shown(process, 1)[0]["apdu"] == "Data-Notification"
            path.unlink()
            os.close(theirs)
            os.close(ours)
            assert "; trying again every 0.1 s" in stream(process, "stderr").readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=LIMIT) == 0


def test_a_converter_that_closes_is_connected_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as converter:
        url = f"hdlc+tcp://127.0.0.1:{converter.getsockname()[1]}"
        with listening(url, "--json", "--reconnect", "0.1", "--count", "2") as process:
            for _ in range(2):
                connection, _ = converter.accept()
                with connection:
                    connection.sendall(capture("push-aidon-hdlc"))
                    assert shown(process, 1)[0]["apdu"] == "Data-Notification"
            assert process.wait(timeout=LIMIT) == 0


# --- what real meters sent


def plain(item: dict[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in ("apdu", "value", "octets", "findings")}


@pytest.mark.parametrize("over", ["tcp", "line"])
def test_every_capture_gives_what_decode_gives(over: str, run: Run) -> None:
    for name in PUSHES:
        outcome = run("decode", "--json", "--lenient", "--in", "-", stdin=capture(name))
        decoded = [plain(json.loads(line)) for line in outcome.out.splitlines()]
        pushes = [item for item in decoded if item["apdu"] != "General-Block-Transfer"]
        if over == "tcp":
            arguments = ["--listen", "tcp://127.0.0.1:0"]
        else:
            theirs, ours = os.openpty()
            tty.setraw(ours)
            arguments = [os.ttyname(ours)]
        with listening(*arguments, "--json", "--count", str(len(pushes))) as process:
            if over == "tcp":
                with socket.create_connection(ready(process)) as meter:
                    meter.sendall(capture(name))
                    out, _ = process.communicate(timeout=LIMIT)
            else:
                assert opened(process) == os.ttyname(ours)
                os.write(theirs, capture(name))
                out, _ = process.communicate(timeout=LIMIT)
                os.close(theirs)
                os.close(ours)
        assert process.returncode == 0
        assert [plain(json.loads(line)) for line in out.splitlines()] == pushes
        assert pushes, name
        assert unframe(capture(name)).packets


def test_every_reading_has_its_fields(run: Run) -> None:
    for name in PUSHES:
        outcome = run("listen", "-", "--json", stdin=capture(name))
        for item in map(json.loads, outcome.out.splitlines()):
            assert item["date-time"] is None or item["date-time"].startswith("20")
            for reading in item["readings"]:
                assert reading.keys() - {"unit", "class-id", "attribute"} == {"logical-name", "name", "value", "text"}
                assert "unit" not in reading or isinstance(reading["value"], int | float)


def test_readings_alone_are_a_line_each(run: Run) -> None:
    outcome = run("listen", "-", "--readings", stdin=capture("push-iskra-hdlc-segmented"))
    assert outcome.lines[0] == "Data-Notification, 2023-04-01T21:32:35+02:00"
    assert "  1.0.32.7.0.255    voltage L1                       236.4 V" in outcome.lines
    assert len(outcome.lines) == 17
