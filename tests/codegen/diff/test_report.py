"""A comparison as people and programs get it."""

from __future__ import annotations

import json
from collections.abc import Callable

from xdlms_codegen.diff.changes import Difference
from xdlms_codegen.diff.report import report

OLD = """Message ::= CHOICE { report [1] IMPLICIT Report }
Report ::= SEQUENCE { unit ENUMERATED { wh (0) }, count INTEGER (0..255) }"""
NEW = """Message ::= CHOICE { report [1] IMPLICIT Report, alarm [2] IMPLICIT Alarm -- Sent unasked.
}
-- Something is wrong.
Alarm ::= SEQUENCE { code OCTET STRING }
Report ::= SEQUENCE { unit ENUMERATED { wh (0), varh (1) }, count INTEGER (0..65535) }"""

TEXT = """\
4 changes from old to new: 1 incompatible, 3 one way.

Incompatible (1)

  Report.count: range changed, (0..255) is now (0..65535)
    01 00 0100
      old: refused: 1 octet left over behind the APDU - at $, octet 3
      new: {"report": {"unit": "wh", "count": 256}}

One way: new reads old, not the reverse (3)

  Message.alarm: alternative added, [2] IMPLICIT Alarm
  Alarm: type added, SEQUENCE
    02 00
      old: refused: 02 is the tag of no APDU of edition old - at $, octet 0
      new: {"alarm": {"code": ""}}

  Report.unit.varh: value added, varh (1)
    01 01 00
      old: refused: 1 is no value of ReportUnit - at $.unit, octet 1
      new, this change alone: {"report": {"unit": "varh", "count": 0}}
"""


def test_text(compared_bodies: Callable[..., Difference]) -> None:
    assert report(compared_bodies(OLD, NEW)) == TEXT


def test_markdown(compared_bodies: Callable[..., Difference]) -> None:
    text = report(compared_bodies(OLD, NEW), "markdown")
    assert "### One way: new reads old, not the reverse\n" in text
    assert "- `Message.alarm`: alternative added, `[2] IMPLICIT Alarm`. Sent unasked.\n" in text
    assert "- `Alarm`: type added, `SEQUENCE`. Something is wrong.\n" in text
    assert '  new, this change alone: {"report": {"unit": "varh", "count": 0}}\n```\n' in text
    assert "```text\n02 00\n  old: refused: 02 is the tag of no APDU of edition old - at $, octet 0\n" in text


def test_json(compared_bodies: Callable[..., Difference]) -> None:
    found = json.loads(report(compared_bodies(OLD, NEW), "json"))
    assert (found["old"], found["new"], len(found["changes"])) == ("old", "new", 4)
    assert found["changes"][0] == {
        "kind": "alternative added",
        "path": "Message.alarm",
        "before": None,
        "after": "[2] IMPLICIT Alarm",
        "effect": "new reads old",
        "comment": "Sent unasked.",
        "example": {
            "octets": "0200",
            "type": None,
            "written_by": "new",
            "shows_too": [],
            "new_has_this_change_alone": False,
            "old": {"error": "02 is the tag of no APDU of edition old - at $, octet 0"},
            "new": {"value": {"alarm": {"code": ""}}},
        },
    }


def test_no_difference_is_one_sentence(compared_bodies: Callable[..., Difference]) -> None:
    difference = compared_bodies(OLD, OLD)
    assert report(difference) == "old and new do not differ.\n"
    assert report(difference, "markdown") == "old and new do not differ.\n"
    assert json.loads(report(difference, "json"))["changes"] == []
