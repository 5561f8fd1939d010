"""The corpus of schemas: those in ``ok`` compile, and those in ``bad`` have exactly the problems they name.

A bad schema says what is wrong with it in comments of its own, ``-- expect: line:column: message``, one
for each problem and all of them; a file that is not text has them in a file beside it that ends in
``.expect``. A good schema names in ``-- expect:`` the definitions that the passes give, in their order.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from xdlms_codegen.model import SchemaError
from xdlms_codegen.parse import parse_files
from xdlms_codegen.passes import run_passes

SCHEMAS = Path(__file__).parent.parent / "schemas"
OK = sorted((SCHEMAS / "ok").glob("*.asn1"))
BAD = sorted((SCHEMAS / "bad").glob("*.asn1"))
EXPECT = "-- expect: "


def expectations(path: Path) -> list[str]:
    beside = path.with_suffix(".expect")
    if beside.exists():
        return beside.read_text(encoding="utf-8").splitlines()
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(EXPECT) for line in lines if line.startswith(EXPECT)]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_schema_has_the_problems_it_names_and_no_others(path: Path) -> None:
    expected = expectations(path)
    assert expected, "a bad schema names its problems"
    with pytest.raises(SchemaError) as caught:
        run_passes(parse_files([path], names=lambda path: path.name, in_part=True))
    found = [str(problem).removeprefix(f"{path.name}:") for problem in caught.value.problems]
    assert found == expected


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_the_line_of_every_problem_is_among_the_sources(path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        run_passes(parse_files([path], in_part=True))
    for problem in caught.value.problems:
        lines = caught.value.sources[path.as_posix()]
        assert problem.location.line <= len(lines) + 1
        assert problem.location.column <= len((*lines, "")[problem.location.line - 1]) + 1


@pytest.mark.parametrize("path", OK, ids=lambda path: path.stem)
def test_a_good_schema_gives_the_definitions_it_names(path: Path) -> None:
    schema = run_passes(parse_files([path]))
    assert [definition.name for definition in schema.definitions()] == " ".join(expectations(path)).split()


def test_the_corpus_is_complete() -> None:
    assert len(BAD) >= 60
    numbers = [path.name.split("-")[0] for path in (*OK, *BAD)]
    assert len(set(numbers[: len(OK)])) == len(OK)
    assert len(set(numbers[len(OK) :])) == len(BAD)


@pytest.mark.parametrize("path", [*OK, *BAD], ids=lambda path: path.stem)
def test_every_schema_says_what_it_shows(path: Path) -> None:
    first = path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()[0]
    assert first.startswith(b"--")
    assert len(first) > 10
