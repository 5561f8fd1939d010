"""Traceability: what is finished has tests, markers name clauses that there are, and the page tells both."""

from __future__ import annotations

import pytest
from clauses import PAGE, Row, markers_in, page, read_markers, read_rows

ROWS, FINISHED = read_rows()
MARKERS = read_markers()


def test_every_marker_names_a_clause_table_or_figure_of_a_row() -> None:
    unknown = [marker for marker in MARKERS if not any(row.has(marker.clause) for row in ROWS)]
    assert [f"tests/{marker.file}:{marker.line}: {marker.clause}" for marker in unknown] == []


@pytest.mark.parametrize("clause", FINISHED)
def test_a_finished_row_has_tests(clause: str) -> None:
    row = next(row for row in ROWS if row.clause == clause)
    assert any(row.has(marker.clause) for marker in MARKERS)


def test_the_page_is_up_to_date() -> None:
    same = PAGE.is_file() and PAGE.read_text("utf-8") == page(ROWS, MARKERS)
    assert same, "run `python tests/clauses.py`"


def test_every_row_has_its_own_clause() -> None:
    clauses = [row.clause for row in ROWS]
    assert len(set(clauses)) == len(clauses) == 50
    assert all(row.subject and row.must for row in ROWS)


def test_a_row_is_known_by_its_clauses_tables_and_figures() -> None:
    row = Row("6.2-6.4", "OPEN (Table 9), GET (Figures 15-17; Tables 36, 38)", "do it")
    named = {"6.2", "6.3", "6.4", "6.2-6.4", "Table 9", "Figure 15", "Figure 16", "Figure 17", "Table 36", "Table 38"}
    assert row.names == named
    for name in (*named, "6.3.1"):
        assert row.has(name)
    for name in ("6.1", "6.5", "6", "6.20", "Table 37", "Figure 1", "Annex A", ""):
        assert not row.has(name)


def test_markers_are_found_wherever_they_stand() -> None:
    text = """
pytestmark = [pytest.mark.clause("1"), pytest.mark.slow]
@pytest.mark.clause("2")
@pytest.mark.parametrize("x", [1])
def test_one(): ...
def helper(): ...
@pytest.mark.clause("3")
class TestMany:
    pytestmark = pytest.mark.clause("4")
    @mark.clause("5")
    async def test_two(self): ...
"""
    found = [(marker.clause, marker.test) for marker in markers_in(text, "f.py")]
    assert found == [
        *(("1", "test_one"), ("2", "test_one")),
        *(("1", "test_two"), ("3", "test_two"), ("4", "test_two"), ("5", "test_two")),
    ]
