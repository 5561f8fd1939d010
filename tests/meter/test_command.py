"""`xdlms meter` as a process."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from xdlms.cli import main

ROOT = Path(__file__).parents[2]
READY = re.compile(r"ready (tcp|udp|hdlc\+tcp)://127\.0\.0\.1:([1-9]\d*)\n")


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The meter as a process, ended at the end."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "generated")))}
    command = [sys.executable, "-m", "xdlms", "meter", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ready(process: subprocess.Popen[str]) -> int:
    """The port of a meter, when it listens."""
    assert process.stdout is not None
    match = READY.fullmatch(process.stdout.readline())
    assert match is not None
    return int(match[2])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_listens_and_a_signal_ends_it(number: signal.Signals) -> None:
    with running("--listen", "tcp://127.0.0.1:0") as process:
        port = ready(process)
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            client.sendall(
                bytes.fromhex("0001 0010 0001 001F 601DA109060760857405080101BE10040E01000000065F1F0400FFFFFFFFFF")
            )
            header = client.recv(8, socket.MSG_WAITALL)
            assert header[:6] == bytes.fromhex("000100010010")
            process.send_signal(number)
            assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize("scheme", ["udp", "hdlc+tcp"])
def test_it_listens_in_other_profiles(scheme: str) -> None:
    with running("--listen", f"{scheme}://127.0.0.1:0") as process:
        ready(process)
        process.terminate()
        assert process.wait(10) == 0


def test_a_configuration_is_taken_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "meter.toml"
    path.write_text("[limits]\nopening = 0.05\n")
    with (
        running("--listen", "tcp://127.0.0.1:0", "--config", str(path)) as process,
        socket.create_connection(("127.0.0.1", ready(process)), timeout=5) as client,
    ):
        assert client.recv(1) == b""


def test_other_addresses_than_loopback_come_with_a_warning() -> None:
    with running("--listen", "tcp://0.0.0.0:0") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("ready tcp://0.0.0.0:")
        assert "known to everybody" in process.stderr.readline()


def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "meter.toml"
    path.write_text("[meter]\nsead = 1\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        cases = [
            (["--config", str(path)], "meter: sead is not known"),
            (["--config", str(tmp_path / "none")], "No such file"),
            (["--listen", "http://here"], "http://here"),
            (["--listen", "hdlc://"], "serial device"),
            (["--listen", f"tcp://127.0.0.1:{taken.getsockname()[1]}"], "cannot listen at"),
        ]
        for arguments, message in cases:
            assert main(["meter", *arguments]) == 1
            captured = capsys.readouterr()
            assert captured.out == ""
            assert captured.err.startswith("error: ")
            assert message in captured.err
            assert captured.err.count("\n") == 1
