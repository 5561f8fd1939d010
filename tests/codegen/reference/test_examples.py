"""The examples of the pages: each is octets, a program and JSON that say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import xdlms.apdu
from xdlms.codec import schema
from xdlms.tools.asn1_json import to_json
from xdlms_apdu.v2023.syntax import SYNTAX
from xdlms_codegen.editions import edition_job
from xdlms_codegen.job import plan_job
from xdlms_codegen.reference.apdus import apdus

EXAMPLE = re.compile(
    r"^\*\*Example(?P<title>.*?)\*\*\n\n```text\n(?P<octets>.*?)^```\n"
    r"(\n```python\n(?P<python>.*?)^```\n)?\n```json\n(?P<json>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """An example as a page has it; `octets` are those in the left column."""

    section: str
    octets: bytes
    python: str
    json: Any


def left_column(text: str) -> bytes:
    """The octets, up to two blanks or the end of each line."""
    return b"".join(bytes.fromhex(re.split(r"  +", line)[0]) for line in text.splitlines() if not line.startswith(" "))


def examples(pages: dict[str, str]) -> Iterator[Example]:
    for text in pages.values():
        for match in EXAMPLE.finditer(text):
            section = HEADING.findall(text[: match.start()])[-1]
            yield Example(section, left_column(match["octets"]), match["python"] or "", json.loads(match["json"]))


def test_no_example_is_overlooked(pages: dict[str, str]) -> None:
    assert sum(text.count("**Example") for text in pages.values()) == len(list(examples(pages))) > 60


def test_every_program_runs_and_makes_the_octets(pages: dict[str, str]) -> None:
    for example in examples(pages):
        if example.python:
            *_, last = example.python.strip().splitlines()
            scope: dict[str, Any] = {}
            exec(example.python, scope)
            assert eval(last, scope) == example.octets, example.section


def test_the_codecs_read_the_octets_as_the_json_says(pages: dict[str, str]) -> None:
    for example in examples(pages):
        name = "apdu" if "apdu = " in example.python else "value"
        scope: dict[str, Any] = {}
        exec(example.python, scope)
        value = xdlms.apdu.decode(example.octets) if name == "apdu" else scope[name]
        assert value == scope[name], example.section
        info = SYNTAX.types.of_class(type(value))
        inner = value.value if info.alternative else value
        assert to_json(SYNTAX, info.type, inner) == example.json, example.section
        assert isinstance(info, schema.TypeInfo)


def test_every_apdu_has_an_example(pages: dict[str, str]) -> None:
    shown = {example.section for example in examples(pages)}
    context = plan_job(edition_job("2023"))[0]
    for apdu in apdus(context):
        assert context.path_of(apdu.type or apdu.choice) in shown


@pytest.mark.clause("7.3.3")
def test_an_example_says_what_each_octet_is(pages: dict[str, str]) -> None:
    assert """\
C0 01         get-request: get-request-normal
C1              invoke-id-and-priority: 193
                cosem-attribute-descriptor
0003              class-id: 3
0100010800FF      instance-id
02                attribute-id: 2
00              access-selection: absent
""" in pages["get-request.md"]
