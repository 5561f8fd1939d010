"""Texts of Python as black lays them out; many of them in two processes.

The second process is a fresh interpreter that runs this module: unlike a fork it takes no locks of other
threads with it, and it does not import the program that called us. It gets the texts as JSON and gives
them back so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

import black
from black.mode import TargetVersion

LINE_LENGTH = 120
MODE = black.Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})

MANY = 100_000
"""The characters from which on a second process is worth its start."""


def format_all(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts by name, laid out."""
    if sum(map(len, texts.values())) < MANY or not sys.executable:
        return {name: format_text(text) for name, text in texts.items()}
    ours, theirs = halves(texts)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-m", __spec__.name], env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
    ) as helper:
        if helper.stdin is None or helper.stdout is None:
            raise RuntimeError("a process with pipes has none")
        with suppress(BrokenPipeError):  # it ended early, and its return code says so
            helper.stdin.write(json.dumps(theirs).encode("ascii"))
            helper.stdin.close()
        formatted = {name: format_text(text) for name, text in ours.items()}
        answer = helper.stdout.read()
    if helper.returncode != 0:
        answer = _answer(theirs)
    formatted |= json.loads(answer)
    return {name: formatted[name] for name in texts}


def halves(texts: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts in two parts of about one size."""
    one: dict[str, str] = {}
    other: dict[str, str] = {}
    for name in sorted(texts, key=lambda name: (-len(texts[name]), name)):
        smaller = min(one, other, key=lambda part: sum(map(len, part.values())))
        smaller[name] = texts[name]
    return one, other


def format_text(text: str) -> str:
    """One text, laid out."""
    return black.format_str(text, mode=MODE)


def _answer(texts: Mapping[str, str]) -> bytes:
    return json.dumps({name: format_text(text) for name, text in texts.items()}).encode("ascii")


if __name__ == "__main__":
    sys.stdout.buffer.write(_answer(json.loads(sys.stdin.buffer.read())))
