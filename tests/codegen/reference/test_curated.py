"""The file of examples: everything wrong in it is told with its place, and nothing in it is passed over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from xdlms_codegen.documents import documents
from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.model import Problem, SchemaError
from xdlms_codegen.reference.build import reference_files
from xdlms_codegen.reference.curated import read_curated
from xdlms_codegen.reference.sections import escaped

ROOT = Path(__file__).parents[3]

MODULE = """Meter DEFINITIONS ::= BEGIN
Message ::= CHOICE { report [1] IMPLICIT Report, raw [2] IMPLICIT OCTET STRING, list [3] List }
Report ::= SEQUENCE { count INTEGER (0..255), unit Unit }
Unit ::= ENUMERATED { wh (1), varh (2) }
List ::= CHOICE { short [1] IMPLICIT OCTET STRING, long [2] IMPLICIT OCTET STRING }
END
"""


def make(tmp_path: Path, examples: str, warn: Callable[[Problem], None] | None = None) -> dict[str, str]:
    module, curated = tmp_path / "meter.asn1", tmp_path / "examples.toml"
    module.write_text(MODULE)
    curated.write_text(examples)
    job = Job((Source(module, "meter.asn1"),), "meter", "1")
    return reference_files(job, plan_job(job)[0], examples=Source(curated, "examples.toml"), warn=warn)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "examples.toml:1:1: the examples are no TOML: "),
        ('["Report"]\ntitle = "x"', "examples.toml:1:1: the example of Report is a table with title and octets"),
        ('"Report" = 7', "examples.toml:1:1: the example of Report is a table with title and octets"),
        ('\n["Report"]\ntitle = 1\noctets = ""', "examples.toml:2:1: the example of Report has a title and octets"),
        ('["Report"]\ntitle = ""\noctets = "0"', "the example of Report has octets that are no hexadecimal digits"),
        ('["Report"]\ntitle = ""\noctets = "01 05"', "examples.toml:1:1: the example of Report: expected 1 octets"),
        ('["Report"]\ntitle = ""\noctets = "02 00"', "the example of Report: the octets are those of Message.raw"),
        ('["Reports"]\ntitle = ""\noctets = "02"', "the example of Reports: the schema has no such type"),
        ('["Unit"]\ntitle = ""\noctets = "03"', "the example of Unit: 3 has no name"),
    ],
)
def test_a_wrong_example_is_a_problem_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SchemaError) as caught:
        make(tmp_path, text)
    assert message in str(caught.value)


def test_all_problems_are_told_together(tmp_path: Path) -> None:
    report = '[["Report"]]\ntitle = ""\noctets = "{}"\n'
    text = '["Unit"]\ntitle = ""\noctets = "03"\n' + report.format("01") + report.format("02 00")
    with pytest.raises(SchemaError) as caught:
        make(tmp_path, text)
    assert [problem.location.line for problem in caught.value.problems] == [1, 4, 7]


def test_examples_stand_with_their_types_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """
[["Report"]]
title = "First."
octets = "01 05 01"
[["Report"]]
title = "Second | last."
octets = "01 06 02"
["Unit"]
title = "Alone."
octets = "02"
["Message.raw"]
title = "Two octets."
octets = "02 02 AABB"
["List.long"]
title = "Long."
octets = "03 02 00"
"""
    pages = make(tmp_path, text)
    report = pages["report.md"]
    assert report.index("**Example: First.**") < report.index("**Example: Second \\| last.**")
    assert "**Example: Alone.**\n\n```text\n02  varh (2)\n```\n" in report
    assert "from meter import Unit\n\nvalue = Unit.varh\n" in report
    assert "02 02 AABB  raw\n" in pages["message.md"]
    assert "03 02 00  list: long: empty\n" in pages["list.md"]


def test_an_apdu_without_an_example_gets_the_shortest(tmp_path: Path) -> None:
    pages = make(tmp_path, "")
    assert (
        "**Example, the shortest one**\n\n```text\n01  report\n00    count: 0\n01    unit: wh (1)\n```\n"
        in pages["report.md"]
    )


def test_an_example_that_the_schema_does_not_read_is_warned_of_and_the_shortest_stands_in_its_place(
    tmp_path: Path,
) -> None:
    text = """
["Report"]
title = "Old."
octets = "01 05"
["Unit"]
title = "Old."
octets = "03"
["Gone"]
title = "Old."
octets = "03"
["Message.raw"]
title = "Still one."
octets = "02 01 AA"
"""
    warned: list[Problem] = []
    pages = make(tmp_path, text, warned.append)
    assert [(problem.location.line, problem.message.partition(":")[0]) for problem in warned] == [
        (2, "the example of Report"),
        (5, "the example of Unit"),
        (8, "the example of Gone"),
    ]
    assert "**Example, the shortest one**\n\n```text\n01  report\n" in pages["report.md"]
    assert "**Example, the shortest one**\n\n```text\n01  wh (1)\n" in pages["report.md"]
    assert "Old." not in "".join(pages.values())
    assert "**Example: Still one.**" in pages["message.md"]


def test_a_file_of_examples_that_is_none_is_a_problem_whoever_listens(tmp_path: Path) -> None:
    with pytest.raises(SchemaError):
        make(tmp_path, '["Report"]\ntitle = "x"', lambda _: None)


def test_every_example_that_we_chose_is_one_of_our_newest_edition() -> None:
    warned: list[Problem] = []
    pages = "".join(documents(warned.append).values())
    assert [str(problem) for problem in warned] == []
    text = (ROOT / "asn1" / "examples.toml").read_text("utf-8")
    titles = [entry.title for entries in read_curated(text, "examples.toml").values() for entry in entries]
    assert len(titles) > 60
    assert [title for title in titles if f"**Example: {escaped(title)}**" not in pages] == []


def test_an_empty_file_has_no_examples() -> None:
    assert read_curated("", "examples.toml") == {}
