"""The command as a user starts it: exit codes, interruption, a closed pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest
from running import Run

from xdlms import __version__
from xdlms.cli import COMMANDS, main
from xdlms.cli.console import Console

GET = "C0018100010000800000FF0200"
COMMAND = [sys.executable, "-m", "xdlms"]
ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in (".", "generated", "generator")),
    "PYTHONUNBUFFERED": "",
}


def start(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments], input=stdin, capture_output=True, env=ENVIRONMENT, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["decode"],
        ["decode", "--nonsense", GET],
        ["decode", "--edition", "2014", GET],
        ["decode", "--edit", "2013", GET],
        ["decode", "--framing", "ppp", GET],
        ["decode", "--type", "Nothing", GET],
        ["encode"],
        ["encode", "--edition", "latest", "{}"],
    ],
)
def test_wrong_usage_is_2_with_the_usage(run: Run, arguments: list[str]) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.startswith("usage: xdlms")
    assert ": error: " in outcome.err


def test_wrong_usage_says_what_is_like_it(run: Run) -> None:
    assert (
        "edition 2023 has no type 'Conformnce'; perhaps Conformance" in run("decode", "--type", "Conformnce", "0").err
    )


def test_help_and_version_are_done(run: Run) -> None:
    assert run("--version").out == f"xdlms {__version__}\n"
    for arguments in (["--help"], *([name, "--help"] for name in ("decode", "encode"))):
        outcome = run(*arguments)
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out.startswith("usage: xdlms")
    assert all(name in run("--help").out for name in COMMANDS)


def test_the_module_is_the_command() -> None:
    done = start("decode", GET)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Get-Request-Normal, 13 octets\n")


def test_what_is_wrong_is_1_without_a_traceback() -> None:
    done = start("decode", GET[:-2])
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"Traceback" not in done.stderr


def test_standard_input_is_read_as_octets() -> None:
    done = start("decode", "-", stdin=bytes.fromhex(GET))
    assert done.returncode == 0
    assert b"Get-Request-Normal" in done.stdout


def test_a_reader_that_goes_away_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "many.hex"
    path.write_text(f"{GET}\n" * 5000, "ascii")
    command = " ".join([*COMMAND, "decode", "--in", str(path)])
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -1; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        env=ENVIRONMENT,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines()[1] == b"141"
    assert done.stderr == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_an_output_that_is_full_is_an_error() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "decode", GET], stdout=full, stderr=subprocess.PIPE, env=ENVIRONMENT, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: cannot write: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [f"decode {GET}", f"decode --json {GET}", """encode --binary '{"apdu": "Data", "value": {"null-data": null}}'"""],
)
def test_a_closed_output_is_an_error(arguments: str) -> None:
    command = f"{' '.join(COMMAND)} {arguments} >&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=ENVIRONMENT, check=False)
    assert (done.returncode, done.stderr) == (1, b"error: cannot write: standard output is closed\n")


def test_a_closed_output_is_no_matter_to_who_writes_nothing() -> None:
    command = f"{' '.join(COMMAND)} decode zz >&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=ENVIRONMENT, check=False)
    assert (done.returncode, done.stderr) == (1, b"error: character 1: 'z' is no hexadecimal digit\n")


def test_a_closed_standard_error_is_no_matter() -> None:
    command = f"{' '.join(COMMAND)} decode C001 2>&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=ENVIRONMENT, check=False)
    assert done.returncode == 1
    assert b"Get-Request" in done.stdout


def test_control_characters_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "\x1b[31mgood", tmp_path / "\x1b]0;t\x07\x9bbad"
    good.write_text(f"{GET}\n{GET}\n", "ascii")
    bad.write_text("\u202ezz\n", "utf-8")
    outcome = run("decode", "--in", str(good), "--in", str(bad), "--in", str(tmp_path / "\x1bmissing"))
    assert "\\x1b[31mgood" in outcome.out
    assert "\\x1b]0;t\\x07\\x9bbad: line 1" in outcome.err
    assert "\\x1bmissing" in outcome.err
    written = (outcome.out + outcome.err).replace("\n", "")
    assert written.isprintable()


def test_a_line_keeps_its_colours_and_escapes_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    Console().line("\x1b[36mblue\x1b[0m \x1b]0;t\x07\x85\x1b[2J")
    assert capsys.readouterr().out == "\x1b[36mblue\x1b[0m \\x1b]0;t\\x07\\x85\\x1b[2J\n"


def test_an_interruption_is_130_and_quiet() -> None:
    code = "import sys; from xdlms.cli import decode, main; print('ready', flush=True); sys.exit(main(['decode', '-']))"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    sleep(0.3)  # it waits for its input now
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_an_interruption_of_a_call_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("xdlms.cli._run", interrupt)
    assert main(["decode", GET]) == 130


def test_decoding_loads_nothing_that_it_does_not_need() -> None:
    code = (
        "import sys; from xdlms.cli import main; main(['decode', sys.argv[1]]);"
        "sys.exit([m for m in ('asyncio', 'cryptography', 'dataclasses', 'inspect', 'json', 'xdlms_codegen',"
        " 'xdlms.profiles', 'xdlms.security', 'ssl', 'sqlite3') if m in sys.modules].__repr__().replace('[]', ''))"
    )
    done = subprocess.run([sys.executable, "-c", code, GET], capture_output=True, env=ENVIRONMENT, check=False)
    assert done.stderr.strip() == b""
