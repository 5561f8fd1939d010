"""A component of its default value is no octet more than 00; the tree shows the value as if it had been sent."""

from __future__ import annotations

from typing import Any

import pytest
from compiling import compile_text

from xdlms.tools.lines import Line
from xdlms.tools.reading import Target
from xdlms.tools.tree import Tree

TEXT = """
Vendor DEFINITIONS ::= BEGIN
Message ::= CHOICE { all [1] IMPLICIT All }
All ::= SEQUENCE {
  pair   Pair DEFAULT { a 4, b FALSE },
  empty  SEQUENCE OF Pair DEFAULT {},
  pairs  SEQUENCE OF Pair DEFAULT { { a 1, b TRUE } },
  pick   Pick DEFAULT pair : { a 1, b TRUE, c { 9 } },
  none   Pick DEFAULT nothing : NULL,
  number INTEGER DEFAULT 7,
  value  Value DEFAULT row : { count : 1, list : { null : NULL }, pair : { a 2, b TRUE } }
}
Pair ::= SEQUENCE { a INTEGER, b BOOLEAN, c SEQUENCE OF INTEGER OPTIONAL }
Pick ::= CHOICE { pair [0] IMPLICIT Pair, nothing [1] IMPLICIT NULL }
Value ::= CHOICE {
  null  [0] IMPLICIT NULL,
  list  [1] IMPLICIT SEQUENCE OF Value,
  row   [2] IMPLICIT SEQUENCE OF Value,
  count [6] IMPLICIT INTEGER (0..255),
  pair  [9] IMPLICIT Pair
}
END
"""

BINDING = """
[self-describing."Value"]
list = "list"
record = "row"
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return compile_text(tmp_path_factory.mktemp("left_out"), TEXT, BINDING)


def shown(package: Any, octets: bytes) -> list[tuple[int | None, str, str, str]]:
    """The lines: offset, indented name, kind and value, what it means."""
    lines: list[Line] = []
    Tree(Target(package.SYNTAX), lines.append).read(octets, strict=True)
    return [
        (line.offset, "  " * line.depth + line.name, f"{line.words.kind} {line.words.text}".strip(), line.words.note)
        for line in lines
    ]


def test_values_with_parts_are_shown_in_lines_of_their_own(package: Any) -> None:
    assert shown(package, package.All().encode()) == [
        (1, "pair", "", "default"),
        (None, "  a", "4", ""),
        (None, "  b", "FALSE", ""),
        (None, "  c", "absent", ""),
        (2, "empty", "0 elements", "default"),
        (3, "pairs", "1 element", "default"),
        (None, "  [0]", "Pair", ""),
        (None, "    a", "1", ""),
        (None, "    b", "TRUE", ""),
        (None, "    c", "absent", ""),
        (4, "pick.pair", "", "default"),
        (None, "  a", "1", ""),
        (None, "  b", "TRUE", ""),
        (None, "  c", "1 element", ""),
        (None, "    [0]", "9", ""),
        (5, "none.nothing", "NULL", "default"),
        (6, "number", "7", "default"),
        (7, "value", "row of 3", "default"),
        (None, "  [0]", "count 1", ""),
        (None, "  [1]", "list of 1", ""),
        (None, "    [0]", "null", ""),
        (None, "  [2].pair", "Pair", ""),
        (None, "    a", "2", ""),
        (None, "    b", "TRUE", ""),
        (None, "    c", "absent", ""),
    ]


def test_they_have_the_names_and_words_of_those_that_are_sent(package: Any) -> None:
    value = package.Value.decode(bytes.fromhex("0203 0602 010100 09 02 01 00"))
    apdu = package.All(
        pair=package.Pair(5, False), pairs=[package.Pair(2, True)], pick=package.Pair(2, True, [9]), value=value
    )
    sent, left_out = shown(package, apdu.encode()), shown(package, package.All().encode())
    assert [name for _, name, _, _ in sent] == [name for _, name, _, _ in left_out]
    differing = [
        (first[1:3], second[1:3]) for first, second in zip(sent, left_out, strict=True) if first[2] != second[2]
    ]
    assert differing == [
        (("  a", "5"), ("  a", "4")),
        (("    a", "2"), ("    a", "1")),
        (("  a", "2"), ("  a", "1")),
        (("  [0]", "count 2"), ("  [0]", "count 1")),
    ]
