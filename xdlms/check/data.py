"""Self-describing values: what the elements of arrays and structures have in common, and single types."""

from __future__ import annotations

from typing import Final

from xdlms.check.case import Case, Checks
from xdlms.check.rules import ARRAY_ELEMENTS, BCD_DIGITS, FLOATING_POINT_OBSOLETE, STRUCTURE_EMPTY
from xdlms.check.tree import Node


def array(case: Case, node: Node) -> None:
    """An array has elements of one type; null-data stands for what is not there, or is as before."""
    kinds: dict[str, int] = {}
    for child in node.children:
        # a vendor's type stands behind its name
        kind = child.kind or (child.only.name if child.only is not None else "")
        if kind != "null-data":
            kinds.setdefault(kind, child.start)
    if len(kinds) > 1:
        first, other = list(kinds)[:2]
        message = f"expected elements of one type, found {first} and {other}"
        case.report(ARRAY_ELEMENTS, node, message, start=kinds[other], end=kinds[other] + 1)


def structure(case: Case, node: Node) -> None:
    if node.value == 0:
        case.report(STRUCTURE_EMPTY, node, "expected one element or more, found none")


def bcd(case: Case, node: Node) -> None:
    octet = node.value & 0xFF if isinstance(node.value, int) else 0
    if octet >> 4 > 9 or octet & 0x0F > 9:
        case.report(BCD_DIGITS, node, f"expected two decimal digits, found {octet:02X}")


def floating_point(case: Case, node: Node) -> None:
    case.report(FLOATING_POINT_OBSOLETE, node, "expected float32 [23], found floating-point [7]")


BY_DATA: Final[Checks] = {
    "array": (array,),
    "structure": (structure,),
    "bcd": (bcd,),
    "floating-point": (floating_point,),
}
