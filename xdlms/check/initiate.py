"""InitiateRequest and InitiateResponse: version, conformance, sizes, vaa-name (clauses 7.2.4 and 7.3.1)."""

from __future__ import annotations

from typing import Final

from xdlms.check.case import Case, Checks
from xdlms.check.rules import (
    CONFORMANCE_EMPTY,
    CONFORMANCE_REFERENCING,
    CONFORMANCE_RESERVED,
    DEDICATED_KEY_LENGTH,
    DLMS_VERSION,
    DLMS_VERSION_NEWER,
    PDU_SIZE,
    PDU_SIZE_ZERO,
    QUALITY_OF_SERVICE,
    VAA_NAME,
)
from xdlms.check.tree import Node
from xdlms.codec.numbers import NamedBits

VERSION: Final = 6
LN_NAME: Final = 0x0007
SN_NAME: Final = 0xFA00
SHORTEST_PDU: Final = 12
KEY_LENGTHS: Final = (16, 32)

LN_BITS: Final = (8, 9, 10, 13, 17, 19, 20, 21, 22, 23)
"""The bits of a conformance that LN referencing alone has, by number."""
SN_BITS: Final = (3, 4, 5, 15, 18)
"""The bits that SN referencing alone has."""


def name_octets(value: int) -> int:
    """An ObjectName as people write it: as a pattern of 16 bits."""
    return value & 0xFFFF


def request(case: Case, node: Node) -> None:
    version = node.get("proposed-dlms-version-number")
    if version is not None and version.value < VERSION:
        case.report(DLMS_VERSION, version, f"expected {VERSION}, found {version.value}")
    elif version is not None and version.value > VERSION:
        case.report(DLMS_VERSION_NEWER, version, f"expected {VERSION}, found {version.value}")
    _quality_of_service(case, node.get("proposed-quality-of-service"))
    _size(case, node.get("client-max-receive-pdu-size"))
    key = node.get("dedicated-key")
    if key is not None and len(key.value) not in KEY_LENGTHS:
        case.report(DEDICATED_KEY_LENGTH, key, f"expected 16 or 32 octets, found {len(key.value)}", end=key.start + 1)


def response(case: Case, node: Node) -> None:
    version = node.get("negotiated-dlms-version-number")
    if version is not None and version.value != VERSION:
        case.report(DLMS_VERSION, version, f"expected {VERSION}, found {version.value}")
    _quality_of_service(case, node.get("negotiated-quality-of-service"))
    _size(case, node.get("server-max-receive-pdu-size"))
    name, conformance = node.get("vaa-name"), node.get("negotiated-conformance")
    if name is None:
        return
    number = name_octets(name.value)
    if number not in (LN_NAME, SN_NAME):
        case.report(VAA_NAME, name, f"expected 0007 or FA00, found {number:04X}")
    elif conformance is not None:
        wrong, method = (SN_BITS, "SN") if number == LN_NAME else (LN_BITS, "LN")
        names = _names(conformance, wrong)
        if names:
            message = f"expected no bits of {method} referencing with vaa-name {number:04X}, found {names}"
            case.report(CONFORMANCE_REFERENCING, conformance, message)


def conformance(case: Case, node: Node) -> None:
    """Any conformance block; which bits are reserved is a matter of the edition."""
    if not isinstance(node.value, NamedBits):
        return
    if node.value == 0:
        case.report(CONFORMANCE_EMPTY, node, "expected at least one bit, found none")
    reserved = [number for number, name in node.type.names.items() if name.startswith("reserved")]
    names = _names(node, reserved)
    if names:
        case.report(CONFORMANCE_RESERVED, node, f"expected the reserved bits to be 0, found {names}")


def _names(node: Node, numbers: list[int] | tuple[int, ...]) -> str:
    """The names of those bits, of these numbers, that are set."""
    width = node.type.cls.WIDTH
    return ", ".join(
        node.type.names.get(number, f"bit {number}") for number in numbers if node.value >> (width - 1 - number) & 1
    )


def _quality_of_service(case: Case, node: Node | None) -> None:
    if node is not None and node.value != 0:
        case.report(QUALITY_OF_SERVICE, node, f"expected none, or 0, found {node.value}")


def _size(case: Case, node: Node | None) -> None:
    if node is None:
        return
    if node.value == 0:
        case.report(PDU_SIZE_ZERO, node, "expected a limit, found 0, which means no limit")
    elif node.value < SHORTEST_PDU:
        case.report(PDU_SIZE, node, f"expected {SHORTEST_PDU} or more, found {node.value}")


BY_CLASS: Final[Checks] = {
    "InitiateRequest": (request,),
    "InitiateResponse": (response,),
    "Conformance": (conformance,),
}
