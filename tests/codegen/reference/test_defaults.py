"""Defaults with parts, and of any characters, in the pages on a vendor's module."""

from __future__ import annotations

import pytest

from xdlms_codegen.job import Job, Source, plan_job
from xdlms_codegen.reference.build import reference_files

TEXT = """
Vendor DEFINITIONS ::= BEGIN
Message ::= CHOICE { all [1] IMPLICIT All }
All ::= SEQUENCE {
  pair  Pair DEFAULT { a 4, b FALSE },
  pick  Pick DEFAULT pair : { a 1, c { 9 } },
  texts SEQUENCE OF VisibleString DEFAULT { "a|b<i>", "*x* `c` _d_ [e]" },
  name  OBJECT IDENTIFIER DEFAULT { 2 16 756 }
}
Pair ::= SEQUENCE { a INTEGER, b BOOLEAN DEFAULT TRUE, c SEQUENCE OF INTEGER OPTIONAL }
Pick ::= CHOICE { pair [0] IMPLICIT Pair, nothing [1] IMPLICIT NULL }
END
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    module = tmp_path_factory.mktemp("defaults") / "vendor.asn1"
    module.write_text(TEXT, encoding="utf-8")
    job = Job((Source(module, "vendor.asn1"),), "vendor_apdus", "vendor")
    context, _ = plan_job(job)
    return reference_files(job, context)["all.md"].splitlines()


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("pair", "DEFAULT {a 4, b FALSE}"),
        ("pick", "DEFAULT pair : {a 1, c {9}}"),
        ("texts", r'DEFAULT {"a\|b\<i>", "\*x\* \`c\` \_d\_ \[e\]"}'),
        ("name", "DEFAULT {2 16 756}"),
    ],
)
def test_a_default_stands_beside_its_type(page: list[str], name: str, default: str) -> None:
    (line,) = (line for line in page if line.startswith(f"| `{name}` |"))
    assert line.endswith(f" {default} |  |")


def test_the_shortest_example_leaves_all_of_them_out(page: list[str]) -> None:
    for name in ("pair", "pick", "texts", "name"):
        assert f"00    {name}: absent: it has its default value" in page
