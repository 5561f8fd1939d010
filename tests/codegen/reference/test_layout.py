"""The octets of every kind of type, in rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.reference.layout import Layout
from xdlms_codegen.reference.pages import Pages

HEAD = "Meter DEFINITIONS ::= BEGIN Message ::= CHOICE { report [1] IMPLICIT Report, other [2] IMPLICIT Other }\n"
TYPES = """Other ::= SEQUENCE { small Small, report Report }
Small ::= INTEGER (0..7)
Flags ::= [APPLICATION 31] IMPLICIT BIT STRING { x (0) } (SIZE(12))
Pair ::= SEQUENCE { x Small, y INTEGER (-5..5) }
Many ::= SEQUENCE { a NULL, b BOOLEAN, c BOOLEAN, d BOOLEAN, e BOOLEAN, f BOOLEAN }
Tree ::= CHOICE { leaf [0] NULL, branch [1] SEQUENCE OF Tree }
Wide ::= CHOICE { a [0] NULL, b [1] NULL, c [2] NULL, d [3] NULL, e [4] NULL }
END
"""


def rows(tmp_path: Path, component: str, rule: str = "axdr") -> list[tuple[str, str]]:
    module, binding = tmp_path / "meter.asn1", tmp_path / "binding.toml"
    module.write_text(f"{HEAD}Report ::= SEQUENCE {{ {component} }}\n{TYPES}")
    binding.write_text(f'[roots]\n"Message" = "{rule}"\n')
    context, _ = plan_job(Job((Source(module, "meter.asn1"),), "meter", "1", Source(binding, "binding.toml")))
    return [(row.octets, row.content) for row in Layout(Pages(context), "types.md").definition("Report")]


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        ("r NULL", []),
        ("r BOOLEAN", [("1", "`r`: `00` is FALSE, else TRUE; TRUE is sent as `01`")]),
        ("r INTEGER (0..65535)", [("2", "`r`")]),
        ("r INTEGER (-3..300)", [("2", "`r`, signed, -3 to 300")]),
        (
            "r INTEGER",
            [("1 …", "`r`: one octet from 0 to 127, else `80` plus the number of octets, then these, signed")],
        ),
        ("r ENUMERATED { x (0) }", [("1", "`r`: the number of the value")]),
        ("r BIT STRING (SIZE(12))", [("2", "`r`: 12 bits, the first is the most significant")]),
        ("r BIT STRING", [("1 + n", "`r`: number of bits, then the bits in n octets, 0 bits behind them")]),
        ("r OCTET STRING (SIZE(6))", [("6", "`r`, without a length")]),
        ("r OCTET STRING", [("1 + n", "`r`: length n, then n octets")]),
        ("r UTF8String", [("1 + n", "`r`: length n, then n octets of characters")]),
        ("r OBJECT IDENTIFIER", [("1 + n", "`r`: length, then the contents as in BER")]),
        ("r Small", [("1", "`r`, 0 to 7")]),
        ("r Flags", [("6", "`r`: [Flags](#flags), in BER: `5F 1F 03 04`, then 12 bits")]),
        ("r Pair", [("1", "`r.x`, 0 to 7"), ("1", "`r.y`, signed, -5 to 5")]),
        ("r Many", [("5", "`r`: [Many](#many)")]),
        (
            "r Tree",
            [
                (
                    "1 + …",
                    "`r`: `00` (leaf), or `01` and `branch` (number of elements, then the elements: [Tree](#tree))",
                )
            ],
        ),
        (
            "r CHOICE { a [0] OCTET STRING, b [1] INTEGER (0..9), c [2] OCTET STRING (SIZE(4)) }",
            [
                (
                    "1 + …",
                    "`r`: `00` and `a` (length n, then n octets), or `01` and `b` (1 octet, 0 to 9),"
                    " or `02` and `c` (4 octets, without a length)",
                )
            ],
        ),
        ("r Wide", [("1", "`r`: tag of the alternative of [Wide](#wide), then its value")]),
        (
            "r SEQUENCE OF Pair",
            [("1 + …", "`r`: number of elements, then the elements of 2 octets each: [Pair](#pair)")],
        ),
        ("r SEQUENCE (SIZE(3)) OF Pair", [("6", "`r`: the elements of 2 octets each: [Pair](#pair), 3 of them")]),
        (
            "r Pair OPTIONAL",
            [("1", "`r`: `00` absent, or `01` and:"), ("1", "… `r.x`, 0 to 7"), ("1", "… `r.y`, signed, -5 to 5")],
        ),
        (
            "r BOOLEAN DEFAULT TRUE",
            [
                ("1", "`r`: `00` the default value, or `01` and:"),
                ("1", "… `r`: `00` is FALSE, else TRUE; TRUE is sent as `01`"),
            ],
        ),
    ],
)
def test_rows_in_a_xdr(tmp_path: Path, component: str, expected: list[tuple[str, str]]) -> None:
    uses = ", p Pair OPTIONAL, m Many OPTIONAL, t Tree OPTIONAL, w Wide OPTIONAL, s Small OPTIONAL, f Flags OPTIONAL"
    found = rows(tmp_path, component + uses)
    assert found[: len(expected)] == expected
    assert found[len(expected)] == ("1", "`p`: `00` absent, or `01` and:")


def test_rows_in_ber_are_tags(tmp_path: Path) -> None:
    component = "a [0] INTEGER, b [1] IMPLICIT BOOLEAN OPTIONAL, c [2] Wide, d BOOLEAN DEFAULT TRUE"
    assert rows(tmp_path, component, "ber") == [
        ("`A0 02`", "`a`"),
        ("`81`", "`b`, if present"),
        ("`A2 A0 05` or `A2 A1 05` or `A2 A2 05` or `A2 A3 05` or `A2 A4 05`", "`c`"),
        ("`01`", "`d`, unless it has its default value"),
    ]
