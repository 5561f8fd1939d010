"""The file of examples: everything wrong in it is told with its place, and nothing in it is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.model import SchemaError
from xdlms_codegen.reference.build import reference_files
from xdlms_codegen.reference.curated import read_curated

MODULE = """Meter DEFINITIONS ::= BEGIN
Message ::= CHOICE { report [1] IMPLICIT Report, raw [2] IMPLICIT OCTET STRING, list [3] List }
Report ::= SEQUENCE { count INTEGER (0..255), unit Unit }
Unit ::= ENUMERATED { wh (1), varh (2) }
List ::= CHOICE { short [1] IMPLICIT OCTET STRING, long [2] IMPLICIT OCTET STRING }
END
"""


def make(tmp_path: Path, examples: str) -> dict[str, str]:
    module, curated = tmp_path / "meter.asn1", tmp_path / "examples.toml"
    module.write_text(MODULE)
    curated.write_text(examples)
    job = Job((Source(module, "meter.asn1"),), "meter", "1")
    return reference_files(job, plan_job(job)[0], examples=Source(curated, "examples.toml"))


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


def test_an_empty_file_has_no_examples() -> None:
    assert read_curated("", "examples.toml") == {}
