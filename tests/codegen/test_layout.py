"""Texts laid out in one process and in two: the same."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from xdlms_codegen import layout

SIZES = (3, 500, 40, 7)
TEXTS = {
    f"{number}.py": f'"""Störung."""\nx = [ {number} ,' + ", ".join("1" * number) + "]\n" for number in (3, 500, 40, 7)
}


def test_the_second_process_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = layout.format_all(TEXTS)
    started: list[Any] = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(a) or popen(*a, **k))
    monkeypatch.setattr(layout, "MANY", 0)
    assert layout.format_all(TEXTS) == alone
    assert list(layout.format_all(TEXTS)) == list(TEXTS)
    assert len(started) == 2
    assert alone["3.py"] == '"""Störung."""\n\nx = [3, 1, 1, 1]\n'


@pytest.mark.parametrize("executable", ["", "false"])
def test_without_a_second_process_one_does_all(executable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = layout.format_all(TEXTS)
    monkeypatch.setattr(layout, "MANY", 0)
    monkeypatch.setattr(sys, "executable", executable)
    assert layout.format_all(TEXTS) == alone


def test_the_halves_are_of_about_one_size() -> None:
    one, other = layout.halves(TEXTS)
    assert {**one, **other} == TEXTS
    assert [*one] == ["500.py"]
    assert [*other] == ["40.py", "7.py", "3.py"]
