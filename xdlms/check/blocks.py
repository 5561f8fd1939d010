"""Block transfer: numbers, the first and the next block, what goes with them (clauses 7.3.3 to 7.3.8)."""

from __future__ import annotations

from typing import Final

from xdlms.check.case import Case, Checks
from xdlms.check.rules import (
    BLOCK_ALONE,
    BLOCK_ERROR_LAST,
    BLOCK_NUMBER_ZERO,
    BLOCK_SERVICE,
    BLOCK_WITHOUT_DATA,
    FIRST_BLOCK_NUMBER,
    NEXT_BLOCK_NUMBER,
    TRANSFER_WITHOUT_DATA,
    WRITE_BLOCK_DATA,
)
from xdlms.check.tree import Node

LAST_BLOCK: Final = 0x80
"""The bit of a block-control octet that marks the last block."""

_FIRST: Final = {
    "SetRequestWithFirstDatablock": "datablock",
    "SetRequestWithListAndFirstDatablock": "datablock",
    "ActionRequestWithFirstPblock": "pblock",
    "ActionRequestWithListAndFirstPblock": "pblock",
}
"""The APDUs that begin a transfer, and the component that holds the block."""

_NEXT: Final = {"SetRequestWithDatablock": "datablock", "ActionRequestWithPblock": "pblock"}
"""The APDUs that continue a transfer."""

_BLOCK_ACCESSES: Final = ("block-number-access", "read-data-block-access", "write-data-block-access")

_ACCESSES: Final = {
    "readRequest": ("block-number-access", "read-data-block-access"),
    "writeRequest": ("write-data-block-access",),
}
"""The accesses to a block that belong to a service; the other services have none."""


def number(case: Case, node: Node) -> None:
    """A block-number, wherever it stands but in a block that tells an error, where it has no meaning."""
    found = node.get("block-number")
    if found is None or found.value != 0:
        return
    result = node.get("result")
    if result is not None and (result.get("data-access-result") is not None or (not result.children and result.value)):
        return
    case.report(BLOCK_NUMBER_ZERO, found, "expected a number from 1 on, found 0")


def contents(case: Case, node: Node) -> None:
    """A block that is not the last one and carries nothing; an error that does not end the transfer."""
    last = node.get("last-block")
    if last is None or last.value:
        return
    result = node.get("result")
    error = None if result is None else result.get("data-access-result")
    if error is not None:
        case.report(BLOCK_ERROR_LAST, last, "expected TRUE with a data-access-result, found FALSE")
    raw = node.get("raw-data") or node.at("result", "raw-data")
    if raw is not None and not raw.value:
        case.report(BLOCK_WITHOUT_DATA, raw, "expected data in a block that is not the last one, found none")


def first(case: Case, node: Node) -> None:
    found = node.at(_FIRST[node.class_name], "block-number")
    if found is not None and found.value > 1:
        case.report(FIRST_BLOCK_NUMBER, found, f"expected 1 in the first block, found {found.value}")


def following(case: Case, node: Node) -> None:
    found = node.at(_NEXT[node.class_name], "block-number")
    if found is not None and found.value == 1:
        case.report(NEXT_BLOCK_NUMBER, found, "expected 2 or more behind the first block, found 1")


def transfer(case: Case, node: Node) -> None:
    """General-Block-Transfer: an acknowledgement has no data and the last-block bit."""
    control, data = node.get("block-control"), node.get("block-data")
    if control is not None and data is not None and not data.value and not control.value & LAST_BLOCK:
        message = f"expected the last-block bit 80 without data, found {control.value:02X}"
        case.report(TRANSFER_WITHOUT_DATA, control, message)


def read_request(case: Case, node: Node) -> None:
    _accesses(case, node, _ACCESSES["readRequest"])


def write_request(case: Case, node: Node) -> None:
    items = node.get("variable-access-specification")
    if items is None:
        return
    _accesses(case, items, _ACCESSES["writeRequest"])
    data = node.get("list-of-data")
    if data is None:
        return
    for item, value in zip(items.children, data.children, strict=False):
        is_block = item.only is not None and item.only.name == "write-data-block-access"
        if is_block and value.kind != "octet-string":
            case.report(WRITE_BLOCK_DATA, value, f"expected one octet-string, found {value.kind}")


def without_blocks(case: Case, node: Node) -> None:
    """UnconfirmedWrite, the other service whose accesses could name a block."""
    items = node.get("variable-access-specification")
    if items is not None:
        _accesses(case, items, ())


def _accesses(case: Case, items: Node, allowed: tuple[str, ...]) -> None:
    for item in items.children:
        if item.only is None or item.only.name not in _BLOCK_ACCESSES:
            continue
        if item.only.name not in allowed:
            case.report(BLOCK_SERVICE, item, f"expected no {item.only.name} in this service")
        elif len(items.children) > 1:
            case.report(BLOCK_ALONE, item, f"expected {item.only.name} alone, found {len(items.children)} elements")


def read_response(case: Case, node: Node) -> None:
    """Of a block, and of its acknowledgement, there is one in a ReadResponse."""
    for item in node.children:
        if item.only is not None and item.only.name in ("data-block-result", "block-number"):
            _alone(case, node, item)
            _number_in(case, item)


def write_response(case: Case, node: Node) -> None:
    for item in node.children:
        if item.only is not None and item.only.name == "block-number":
            _alone(case, node, item)
            _number_in(case, item)


def _alone(case: Case, items: Node, item: Node) -> None:
    if len(items.children) > 1 and item.only is not None:
        case.report(BLOCK_ALONE, item, f"expected {item.only.name} alone, found {len(items.children)} elements")


def _number_in(case: Case, item: Node) -> None:
    if item.only is not None and item.only.name == "block-number" and item.only.value == 0:
        case.report(BLOCK_NUMBER_ZERO, item.only, "expected a number from 1 on, found 0")


BY_CLASS: Final[Checks] = {
    **dict.fromkeys(_FIRST, (first,)),
    **dict.fromkeys(_NEXT, (following,)),
    **dict.fromkeys(("DataBlockG", "DataBlockSA", "DataBlockResult", "ReadDataBlockAccess"), (number, contents)),
    **dict.fromkeys(
        (
            "WriteDataBlockAccess",
            "BlockNumberAccess",
            "GetRequestNext",
            "SetResponseDatablock",
            "SetResponseLastDatablock",
            "SetResponseLastDatablockWithList",
            "ActionRequestNextPblock",
            "ActionResponseNextPblock",
        ),
        (number,),
    ),
    "GeneralBlockTransfer": (number, transfer),
    "WriteRequest": (write_request,),
    "UnconfirmedWriteRequest": (without_blocks,),
}

BY_APDU: Final[Checks] = {
    "readRequest": (read_request,),
    "readResponse": (read_response,),
    "writeResponse": (write_response,),
}
