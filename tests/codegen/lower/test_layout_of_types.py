"""How many octets a type has in A-XDR."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from xdlms_codegen.lower.context import Context
from xdlms_codegen.lower.layout import costs_nothing, integer_width, is_fixed, is_whole_width, octets_of_format
from xdlms_codegen.model import Range, Sequence


@pytest.mark.clause("8")
@pytest.mark.parametrize(
    ("low", "high", "width"),
    [
        (0, 0, (1, False)),
        (0, 255, (1, False)),
        (0, 256, (2, False)),
        (200, 255, (1, False)),
        (-1, 0, (1, True)),
        (-128, 127, (1, True)),
        (-129, 0, (2, True)),
        (-1, 128, (2, True)),
        (0, 65536, (3, False)),
        (-(1 << 23), (1 << 23) - 1, (3, True)),
        (0, (1 << 64) - 1, (8, False)),
        (-(1 << 63), 0, (8, True)),
    ],
)
def test_a_constrained_integer_has_the_fewest_octets_that_hold_its_range(
    low: int, high: int, width: tuple[int, bool]
) -> None:
    assert integer_width(Range(low, high)) == width


@pytest.mark.parametrize("range", [Range(None, None), Range(0, None), Range(None, 5)])
def test_an_integer_without_both_ends_has_no_width(range: Range) -> None:
    assert integer_width(range) is None
    assert not is_whole_width(range)


def test_a_whole_width_needs_no_check() -> None:
    assert is_whole_width(Range(-128, 127))
    assert not is_whole_width(Range(-128, 126))
    assert not is_whole_width(Range(1, 255))


def test_a_format_of_struct_has_its_octets() -> None:
    assert [octets_of_format(letter) for letter in ("?", "B", "h", "I", "q", "12s")] == [1, 1, 2, 4, 8, 12]


BODY = """
Message ::= CHOICE { a [1] Fixed, b [2] Free, c [3] Nothing, d [4] SEQUENCE OF Nothing }
Fixed ::= SEQUENCE { x INTEGER (0..255), y OCTET STRING (SIZE (6)), z Inner }
Inner ::= SEQUENCE { b BOOLEAN, e ENUMERATED { on (1) } }
Free ::= SEQUENCE { x INTEGER (0..255) OPTIONAL, i Fixed }
Nothing ::= SEQUENCE { n NULL, o OCTET STRING (SIZE (0)) }
"""


def test_a_sequence_is_fixed_when_all_in_it_is(context_of: Callable[..., Context]) -> None:
    context = context_of(BODY)
    bodies: dict[str, Any] = {name: definition.type for name, definition in context.definitions.items()}
    assert all(isinstance(bodies[name], Sequence) for name in ("Fixed", "Inner", "Free"))
    assert [name for name in ("Fixed", "Inner", "Free") if is_fixed(context, bodies[name])] == ["Fixed", "Inner"]
    assert costs_nothing(context, bodies["Nothing"])
    assert not costs_nothing(context, bodies["Fixed"])


def test_a_list_of_what_has_no_octets_is_bounded(package_of_text: Callable[..., Any]) -> None:
    package = package_of_text(BODY)
    assert len(package.decode(b"\x04\x03").value) == 3
    with pytest.raises(ValueError, match="elements"):
        package.decode(b"\x04\x84\xff\xff\xff\xff")
