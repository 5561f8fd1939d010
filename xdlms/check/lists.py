"""Lists of references and of data: which belong together, and which must not be empty."""

from __future__ import annotations

from typing import Final

from xdlms.check.case import Case, Checks
from xdlms.check.rules import ACCESS_GET_DATA, ACCESS_KINDS, EMPTY_LIST, LIST_LENGTHS, REPORT_NAMES
from xdlms.check.tree import Node

_REQUEST: Final = "access-request-specification"
_RESPONSE: Final = "access-response-specification"

_PAIRS: Final = {
    "WriteRequest": (("variable-access-specification", "list-of-data"),),
    "UnconfirmedWriteRequest": (("variable-access-specification", "list-of-data"),),
    "InformationReportRequest": (("variable-access-specification", "list-of-data"),),
    "SetRequestWithList": (("attribute-descriptor-list", "value-list"),),
    "ActionRequestWithList": (("cosem-method-descriptor-list", "method-invocation-parameters"),),
    "AccessRequestBody": ((_REQUEST, "access-request-list-of-data"),),
    "AccessResponseBody": ((_RESPONSE, "access-response-list-of-data"), (_REQUEST, _RESPONSE)),
}
"""The lists of a class that must have the same number of elements."""

_LISTS: Final = {
    "GetRequestWithList": "attribute-descriptor-list",
    "GetResponseWithList": "result",
    "SetRequestWithList": "attribute-descriptor-list",
    "SetRequestWithListAndFirstDatablock": "attribute-descriptor-list",
    "SetResponseWithList": "result",
    "SetResponseLastDatablockWithList": "result",
    "ActionRequestWithList": "cosem-method-descriptor-list",
    "ActionRequestWithListAndFirstPblock": "cosem-method-descriptor-list",
    "ActionResponseWithList": "list-of-responses",
    "WriteRequest": "variable-access-specification",
    "UnconfirmedWriteRequest": "variable-access-specification",
    "InformationReportRequest": "variable-access-specification",
    "AccessRequestBody": _REQUEST,
    "AccessResponseBody": _RESPONSE,
}
"""The list of a class that must not be empty."""


def pairs(case: Case, node: Node) -> None:
    """The lists of one APDU that go with each other, element by element."""
    for first, second in _PAIRS[node.class_name]:
        one, other = node.get(first), node.get(second)
        if one is not None and other is not None and one.value != other.value:
            message = f"expected {one.value} elements as in {first}, found {other.value}"
            case.report(LIST_LENGTHS, other, message)


def not_empty(case: Case, node: Node) -> None:
    items = node.get(_LISTS[node.class_name])
    if items is not None and items.value == 0:
        case.report(EMPTY_LIST, items, "expected one element or more, found none")


def whole_list(case: Case, node: Node) -> None:
    """An APDU that is one list."""
    if node.value == 0:
        case.report(EMPTY_LIST, node, "expected one element or more, found none")


def report_names(case: Case, node: Node) -> None:
    """InformationReport: Table 28 has names only."""
    names = node.get("variable-access-specification")
    for item in () if names is None else names.children:
        if item.only is not None and item.only.name != "variable-name":
            case.report(REPORT_NAMES, item, f"expected a variable-name, found {item.only.name}")


def access_kinds(case: Case, node: Node) -> None:
    """The services of an Access-Response against those of the request that it repeats."""
    asked, given = node.get(_REQUEST), node.get(_RESPONSE)
    if asked is None or given is None:
        return
    for request, response in zip(asked.children, given.children, strict=False):
        if request.only is None or response.only is None:
            continue
        expected = request.only.name.removesuffix("-with-selection").replace("request", "response")
        if response.only.name != expected:
            case.report(ACCESS_KINDS, response, f"expected {expected}, found {response.only.name}")


def access_get_data(case: Case, node: Node) -> None:
    """An access that reads sends no data: null-data keeps its place in the list."""
    asked, data = node.get(_REQUEST), node.get("access-request-list-of-data")
    if asked is None or data is None:
        return
    for request, value in zip(asked.children, data.children, strict=False):
        kind = "" if request.only is None else request.only.name
        if kind.startswith("access-request-get") and value.kind != "null-data":
            case.report(ACCESS_GET_DATA, value, f"expected null-data for {kind}, found {value.kind}")


BY_CLASS: Final[Checks] = {
    **dict.fromkeys(_PAIRS, (pairs, not_empty)),
    **{name: (not_empty,) for name in _LISTS if name not in _PAIRS},
    "InformationReportRequest": (pairs, not_empty, report_names),
    "AccessRequestBody": (pairs, not_empty, access_get_data),
    "AccessResponseBody": (pairs, not_empty, access_kinds),
}

BY_APDU: Final[Checks] = dict.fromkeys(("readRequest", "readResponse", "writeResponse"), (whole_list,))
