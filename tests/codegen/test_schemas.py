"""The corpus of schemas: those in ``ok`` compile, and those in ``bad`` have exactly the problems they name.

A bad schema says what is wrong with it in comments of its own, ``-- expect: line:column: message``, one
for each problem and all of them; a file that is not text has them in a file beside it that ends in
``.expect``. A binding beside it that ends in ``.toml`` is its own; so is a file that ends in ``.second``, which is
compiled with it; problems in these have their names in front. A good schema names in ``-- expect:`` the definitions
that the passes give, in their order.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.model import SchemaError
from xdlms_codegen.parse import parse_files
from xdlms_codegen.passes import run_passes
from xdlms_codegen.problems import WIDEST, render_error

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


def error_of(path: Path) -> SchemaError:
    """What the compiler says of a bad schema: with a binding all of it, else parser and passes."""
    sources = [source for source in (path, path.with_suffix(".second")) if source.exists()]
    binding = path.with_suffix(".toml")
    try:
        if binding.exists():
            named = tuple(Source(source, source.name) for source in sources)
            plan_job(Job(named, "package", "test", Source(binding, binding.name)))
        else:
            run_passes(parse_files(sources, names=lambda path: path.name, in_part=True))
    except SchemaError as error:
        return error
    raise AssertionError("a bad schema has a problem")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_schema_has_the_problems_it_names_and_no_others(path: Path) -> None:
    expected = expectations(path)
    assert expected, "a bad schema names its problems"
    assert [str(problem).removeprefix(f"{path.name}:") for problem in error_of(path).problems] == expected


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_problem_is_shown_with_its_line_and_a_mark_under_its_column(path: Path) -> None:
    error = error_of(path)
    shown = render_error(error).splitlines()
    for problem in error.problems:
        line, column = problem.location.line, problem.location.column
        lines = (*error.sources[problem.location.file], "")
        assert line <= len(lines)
        assert column <= len(lines[line - 1]) + 1
        index = shown.index(str(problem))
        text, mark = shown[index + 1 : index + 3]
        assert text.startswith(f"{line:>5} | ")
        if len(lines[line - 1]) <= WIDEST:
            assert mark.expandtabs().index("^") == len(text[: column + len("12345 | ") - 1].expandtabs())


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
