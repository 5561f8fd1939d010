"""Reserved bits of invoke-ids, and references to objects: class-ids, attributes, methods, short names."""

from __future__ import annotations

from typing import Final

from xdlms.check.case import Case, Checks
from xdlms.check.rules import (
    ATTRIBUTE_ZERO_SELECTION,
    CLASS_ID_ZERO,
    INVOKE_ID_RESERVED,
    LONG_INVOKE_ID_RESERVED,
    METHOD_ID_ZERO,
    PROFILE_SELECTION,
    SHORT_NAME,
)
from xdlms.check.tree import Node

RESERVED: Final = 0x30
LONG_RESERVED: Final = 0x0F00_0000

_PROFILE_GENERIC: Final = 7
_BUFFER: Final = 2
_ENTRY: Final = ("double-long-unsigned", "double-long-unsigned", "long-unsigned", "long-unsigned")


def invoke_id(case: Case, node: Node) -> None:
    """Invoke-Id-And-Priority: 0F invoke-id, 30 reserved, 40 service class, 80 priority."""
    if node.value & RESERVED:
        case.report(INVOKE_ID_RESERVED, node, f"expected the bits 30 to be 0, found {node.value:02X}")


def long_invoke_id(case: Case, node: Node) -> None:
    """Long-Invoke-Id-And-Priority: 24 bits of number, 4 reserved, 4 with a meaning."""
    if node.value & LONG_RESERVED:
        case.report(LONG_INVOKE_ID_RESERVED, node, f"expected the bits 0F000000 to be 0, found {node.value:08X}")


def class_id(case: Case, node: Node) -> None:
    if node.value == 0:
        case.report(CLASS_ID_ZERO, node, "expected the class-id of an interface class, found 0")


def short_name(case: Case, node: Node) -> None:
    """Attributes and methods have the base name and a multiple of 8; the vaa-name is a name of another kind."""
    if node.name != "vaa-name" and node.value & 7:
        case.report(SHORT_NAME, node, f"expected a multiple of 8, found {node.value & 0xFFFF:04X}")


def method(case: Case, node: Node) -> None:
    number = node.get("method-id")
    if number is not None and number.value == 0:
        case.report(METHOD_ID_ZERO, number, "expected the number of a method, found 0")


def selection(case: Case, node: Node) -> None:
    """A selective access, beside the descriptor of the attribute that it selects from."""
    attribute = None if node.parent is None else node.parent.get("cosem-attribute-descriptor")
    if attribute is None:
        return
    number, owner = attribute.get("attribute-id"), attribute.get("class-id")
    if number is None or owner is None:
        return
    if number.value == 0:
        case.report(ATTRIBUTE_ZERO_SELECTION, node, "expected no access-selection for attribute 0")
    elif owner.value == _PROFILE_GENERIC and number.value == _BUFFER:
        fault = _fault_of_buffer_selection(node)
        if fault:
            case.report(PROFILE_SELECTION, node, fault)


def _fault_of_buffer_selection(node: Node) -> str:
    selector, parameters = node.get("access-selector"), node.get("access-parameters")
    if selector is None or parameters is None:
        return ""
    if selector.value not in (1, 2):
        return f"expected the access-selector 1 (range) or 2 (entry), found {selector.value}"
    kinds = tuple(child.kind for child in parameters.children)
    if parameters.kind != "structure" or len(kinds) != 4:
        return f"expected a structure of 4 elements, found {parameters.kind} of {len(kinds)}"
    if selector.value == 2 and kinds != _ENTRY:
        return f"expected {', '.join(_ENTRY)}, found {', '.join(kinds)}"
    if selector.value == 1 and (kinds[0] not in ("structure", "null-data") or kinds[3] != "array"):
        return f"expected a structure, two values and an array, found {', '.join(kinds)}"
    return ""


BY_NAME: Final[Checks] = {
    "Invoke-Id-And-Priority": (invoke_id,),
    "Long-Invoke-Id-And-Priority": (long_invoke_id,),
    "Cosem-Class-Id": (class_id,),
    "ObjectName": (short_name,),
}

BY_CLASS: Final[Checks] = {
    "CosemMethodDescriptor": (method,),
    "SelectiveAccessDescriptor": (selection,),
}
