"""The command line, as a test runs it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

import pytest

from xdlms.cli import main


class Outcome:
    """What a command gave: its exit code, and what it wrote."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Outcome]


def runner(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """A function that runs the command with arguments, and with octets or text as standard input."""

    def run(*arguments: str, stdin: bytes | str = b"") -> Outcome:
        octets = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))
        code = main(arguments)
        captured: Any = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run
