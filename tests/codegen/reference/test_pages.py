"""The pages: all types are there, all links lead somewhere, all texts are those of the model."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from xdlms_codegen.editions import edition_job
from xdlms_codegen.job import plan_job
from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import Choice, Sequence
from xdlms_codegen.reference.pages import slug

ROOT = Path(__file__).parents[3]
LINK = re.compile(r"\[[^\]]*\]\(([^)#]*)#?([^)]*)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def context() -> Context:
    return plan_job(edition_job("2023"))[0]


def test_the_documents_in_the_tree_are_those_that_are_made(made: dict[str, str]) -> None:
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "reference").iterdir()}
    assert there == {path for path in made if path.startswith("docs/reference/")}
    for path, text in made.items():
        assert (ROOT / path).read_text("utf-8") == text, f"{path} is not as generated: run make generate"


def test_documents_are_the_same_in_another_process_and_folder(made: dict[str, str], tmp_path: Path) -> None:
    program = (
        "from hashlib import sha256; from xdlms_codegen.documents import documents;"
        "print(*(f'{path} {sha256(text.encode()).hexdigest()}' for path, text in documents().items()), sep='\\n')"
    )
    paths = os.pathsep.join(str(ROOT / folder) for folder in (".", "generated", "generator"))
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "4711", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=tmp_path, stdout=subprocess.PIPE, check=True, text=True
    )
    from hashlib import sha256

    assert done.stdout.splitlines() == [f"{path} {sha256(text.encode()).hexdigest()}" for path, text in made.items()]


def test_no_link_is_dead(pages: dict[str, str]) -> None:
    anchors = {file: [slug(heading) for heading in HEADING.findall(CODE.sub("", text))] for file, text in pages.items()}
    checked = 0
    for file, text in pages.items():
        assert len(set(anchors[file])) == len(anchors[file]), f"{file} has an anchor twice"
        for target, anchor in LINK.findall(CODE.sub("", text)):
            checked += 1
            assert target == "" or target in pages, f"{file} links to {target}"
            assert anchor in anchors[target or file], f"{file} links to {target}#{anchor}"
    assert checked > 500


def test_every_type_has_its_section(pages: dict[str, str], context: Context) -> None:
    headings = [heading for text in pages.values() for heading in HEADING.findall(CODE.sub("", text))]
    for definition in context.definitions.values():
        assert headings.count(definition.path) == 1, definition.path


def test_every_page_can_be_reached_from_the_index(pages: dict[str, str]) -> None:
    assert {target for target, _ in LINK.findall(pages["index.md"])} == set(pages) - {"index.md"}


def test_every_component_and_alternative_is_told_with_its_comment(pages: dict[str, str], context: Context) -> None:
    text = "\n".join(pages.values()).replace("\\", "")
    told = 0
    for definition in context.definitions.values():
        body = definition.type
        if isinstance(body, (Sequence, Choice)) and not context.is_description(definition.name):
            for member in body.members:
                told += 1
                comment = " ".join(member.comment.split())
                row = rf"\| `{re.escape(member.name)}` \|.*{re.escape(comment)}"
                assert re.search(row, text), f"{definition.path}.{member.name}"
    assert told > 300


def test_every_apdu_is_in_the_table_of_tags(pages: dict[str, str]) -> None:
    rows = re.findall(r"^\| `([0-9A-F ]+)` \| `([\w-]+)` \|", pages["index.md"], re.MULTILINE)
    tags = {name: tag for tag, name in rows}
    assert [tag for tag, _ in rows] == sorted(tag for tag, _ in rows)
    assert len(rows) == 82
    assert tags["get-request-normal"] == "C0 01"
    assert tags["confirmedServiceError"] == "0E"
    assert tags["aarq"] == "60"
    assert tags["general-block-transfer"] == "E0"


@pytest.mark.clause("7.3.3")
def test_the_layout_of_a_get_request_normal(pages: dict[str, str]) -> None:
    assert """\
| Octets | Content |
| --- | --- |
| 2 | `C0 01` |
| 1 | `invoke-id-and-priority` |
| 2 | `cosem-attribute-descriptor.class-id` |
| 6 | `cosem-attribute-descriptor.instance-id`, without a length |
| 1 | `cosem-attribute-descriptor.attribute-id`, signed |
| 1 | `access-selection`: `00` absent, or `01` and: |
| 1 | … `access-selection.access-selector` |
| … | … `access-selection.access-parameters`: [Data](data.md#data) |
""" in pages["get-request.md"]


@pytest.mark.clause("7.3.1")
def test_the_conformance_block_is_in_ber_inside_a_xdr(pages: dict[str, str]) -> None:
    row = "| 7 | `proposed-conformance`: [Conformance](types.md#conformance), in BER: `5F 1F 04 00`, then 24 bits |\n"
    assert row in pages["initiate-request.md"]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("data-notification.md", "`DataNotification` · Not in 2013 · "),
        ("get-request.md", "`GET-Request` in 2013"),
        ("exception-response.md", "The APDU is longer than the receiver takes. Since 2017. Not in 2013. |"),
        ("exception-response.md", "| What is wrong with the service. `ENUMERATED` in 2013. |"),
        ("data.md", "| `delta-integer` | 1 | int | Difference, signed, 8 bits. Since 2023. Not in 2013 and 2017. |"),
        ("data.md", "Only earlier: `floating-point [7] IMPLICIT OCTET STRING (SIZE(4))` in 2013."),
        (
            "types.md",
            "| 6 | `delta-value-encoding` | The delta types of Data. Since 2023. `reserved-six` in 2013 and 2017. |",
        ),
        ("types.md", "OCTET STRING (SIZE(6)) · 6 octets · "),
    ],
)
def test_what_older_editions_lack_or_call_otherwise(pages: dict[str, str], page: str, words: str) -> None:
    assert words in pages[page]


def test_the_notation_of_a_page_is_that_of_the_module(pages: dict[str, str]) -> None:
    module = (ROOT / "asn1" / "2023" / "xdlms.asn1").read_text("utf-8")
    notation = re.search(r"^```asn1\n(.*?)^```$", pages["get-response.md"], re.MULTILINE | re.DOTALL)
    assert notation is not None
    definitions = notation[1].rstrip("\n").split("\n\n")
    assert [definition.split(" ")[0] for definition in definitions] == [
        "DataBlock-G",
        "Get-Response",
        "Get-Response-Normal",
        "Get-Response-With-Datablock",
        "Get-Response-With-List",
    ]
    for definition in definitions:
        assert f"\n{definition}\n" in module


def test_documents_name_their_sources_and_are_not_to_be_edited(made: dict[str, str]) -> None:
    for text in made.values():
        assert text.startswith("<!-- Generated from asn1/20")
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "\n\n\n" not in text
        assert str(ROOT) not in text
