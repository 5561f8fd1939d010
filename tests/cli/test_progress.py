"""Progress of long reads: on a terminal, and nowhere else."""

from __future__ import annotations

import asyncio
import io
import sys

import pytest

from xdlms.cli.connecting import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, *, out: io.StringIO, err: io.StringIO, total: int | None = 100) -> str:
    async def count() -> None:
        progress = Progress("rows", total)
        for _ in range(3):
            progress.step()
        progress.end()

    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    asyncio.run(count())
    return err.getvalue()


def test_nothing_is_shown_where_standard_error_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, out=io.StringIO(), err=io.StringIO()) == ""


def test_rows_on_the_terminal_show_by_themselves_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, out=Terminal(), err=Terminal()) == ""


@pytest.mark.parametrize(("total", "text"), [(100, "\r1 of 100 rows "), (None, "\r1 rows ")])
def test_the_count_is_shown_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, total: int | None, text: str
) -> None:
    assert shown(monkeypatch, out=io.StringIO(), err=Terminal(), total=total) == f"{text}\r\x1b[K"
