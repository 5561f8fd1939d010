"""The SN mapper of the client: LN services over SN services (clause 6.17; Tables 30 to 32 and 39 to 45).

An application that speaks GET, SET and ACTION works unchanged with a server that references by short
name: the mapper finds the short names and the SN service, and turns the answers back.
"""

from __future__ import annotations

from typing import Any

from xdlms.security import SecurityStatus
from xdlms.services.conformance import Service
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.generalized_time import date_time_of
from xdlms.services.ln_requests import items_of
from xdlms.services.primitives.ln import Action, EventNotification, Get, Set
from xdlms.services.primitives.sn import InformationReport, Read, UnconfirmedWrite, Write
from xdlms.services.references import (
    AttributeReference,
    MethodReference,
    ParameterizedAccess,
    VariableAccess,
    VariableName,
)
from xdlms.services.requests import Block, Exchange, not_expected
from xdlms.services.short_names import ShortNames
from xdlms.services.sn_requests import ReadExchange, WriteExchange
from xdlms.services.values import null_data
from xdlms_apdu.v2023 import (
    ActionResponseWithOptionalData,
    ActionResult,
    Conformance,
    Data,
    DataAccessResult,
)

METHOD_SELECTOR = 0
"""The selector of a Parameterized_Access that calls a method; servers ignore it there."""
_DATA_PREFIX = b"\x01\x00"
"""One result, and it is data: what is in front of the Data in a ReadResponse."""
_ACTION_RESULTS = {result.value: result for result in ActionResult}


class MappedGet(ReadExchange):
    """GET over Read (Tables 39 and 40)."""

    SERVICE = Service.GET

    __slots__ = ("_listed", "_prefix", "_priority")

    def __init__(
        self, request: Get.Request, names: ShortNames, invoke_id: int, room: int, negotiated: Conformance
    ) -> None:
        attributes, self._listed = items_of(request.attribute)
        self._priority = request.priority
        self._prefix = b""
        variables = tuple(attribute_access(attribute, names) for attribute in attributes)
        super().__init__(Read.Request(variables, request.block_by_block), invoke_id, room, negotiated)

    def confirm(self, value: Any, status: SecurityStatus) -> Any:
        result = value if self._listed else value[0]
        return Get.Confirm(result, invoke_id=self.invoke_id, priority=self._priority, security_status=status)

    def block_confirm(self, block: Block, status: SecurityStatus) -> Any:
        raw_data = block.raw_data if self._listed else self._without_prefix(block)
        return Get.Block(
            block.number,
            block.last_block,
            raw_data,
            invoke_id=self.invoke_id,
            priority=self._priority,
            security_status=status,
        )

    def _without_prefix(self, block: Block) -> bytes:
        # A list of results reads as with GET; a single one has its count and kind in front.
        missing = len(_DATA_PREFIX) - len(self._prefix)
        self._prefix += block.raw_data[:missing]
        if not _DATA_PREFIX.startswith(self._prefix) or (block.last_block and self._prefix != _DATA_PREFIX):
            raise not_expected("no single value in the blocks")
        return block.raw_data[missing:]


class MappedSet(WriteExchange):
    """SET over Write (Tables 41 and 42)."""

    SERVICE = Service.SET

    __slots__ = ("_listed", "_priority")

    def __init__(
        self, request: Set.Request, names: ShortNames, invoke_id: int, room: int, negotiated: Conformance
    ) -> None:
        variables, values, self._listed = set_parts(request, names)
        self._priority = request.priority
        super().__init__(Write.Request(variables, values), invoke_id, room, negotiated)

    def confirm(self, value: Any, status: SecurityStatus) -> Any:
        result = value if self._listed else value[0]
        return Set.Confirm(result, invoke_id=self.invoke_id, priority=self._priority, security_status=status)


class MappedActionByRead(ReadExchange):
    """ACTION with return parameters, over Read (Tables 39 and 40)."""

    SERVICE = Service.ACTION

    __slots__ = ("_listed", "_priority")

    def __init__(
        self, request: Action.Request, names: ShortNames, invoke_id: int, room: int, negotiated: Conformance
    ) -> None:
        calls, self._listed = method_calls(request, names)
        self._priority = request.priority
        variables = tuple(ParameterizedAccess(name, METHOD_SELECTOR, parameter) for name, parameter in calls)
        super().__init__(Read.Request(variables), invoke_id, room, negotiated)

    def confirm(self, value: Any, status: SecurityStatus) -> Any:
        results = tuple(
            ActionResponseWithOptionalData(ActionResult.success, item) if isinstance(item, Data) else failed(item)
            for item in value
        )
        result = results if self._listed else results[0]
        return Action.Confirm(result, invoke_id=self.invoke_id, priority=self._priority, security_status=status)


class MappedActionByWrite(WriteExchange):
    """ACTION without return parameters, over Write (Tables 41 and 42)."""

    SERVICE = Service.ACTION

    __slots__ = ("_listed", "_priority")

    def __init__(
        self, request: Action.Request, names: ShortNames, invoke_id: int, room: int, negotiated: Conformance
    ) -> None:
        calls, self._listed = method_calls(request, names)
        self._priority = request.priority
        variables = tuple(VariableName(name) for name, _ in calls)
        values = tuple(parameter for _, parameter in calls)
        super().__init__(Write.Request(variables, values), invoke_id, room, negotiated)

    def confirm(self, value: Any, status: SecurityStatus) -> Any:
        results = tuple(failed(item) for item in value)
        result = results if self._listed else results[0]
        return Action.Confirm(result, invoke_id=self.invoke_id, priority=self._priority, security_status=status)


def map_request(
    request: Get.Request | Set.Request | Action.Request,
    names: ShortNames,
    invoke_id: int,
    room: int,
    negotiated: Conformance,
) -> Exchange:
    """The SN service for a confirmed LN service; raises LocalProtocolError (NOT_MAPPED and others), EncodeError."""
    if isinstance(request, Get.Request):
        return MappedGet(request, names, invoke_id, room, negotiated)
    if isinstance(request, Set.Request):
        return MappedSet(request, names, invoke_id, room, negotiated)
    if returns_something(request, names):
        return MappedActionByRead(request, names, invoke_id, room, negotiated)
    return MappedActionByWrite(request, names, invoke_id, room, negotiated)


def map_unconfirmed(request: Set.Request | Action.Request, names: ShortNames) -> UnconfirmedWrite.Request:
    """UnconfirmedWrite for an unconfirmed SET or ACTION (Tables 43 and 44); raises LocalProtocolError."""
    if isinstance(request, Set.Request):
        variables, values, _ = set_parts(request, names)
    else:
        calls, _ = method_calls(request, names)
        variables = tuple(VariableName(name) for name, _ in calls)
        values = tuple(parameter for _, parameter in calls)
    return UnconfirmedWrite.Request(variables, values, request.security_options)


def map_report(report: InformationReport.Indication, names: ShortNames) -> list[EventNotification.Indication] | None:
    """EventNotifications for an InformationReport (Table 45), one a variable; None where a variable is not mapped."""
    notifications = []
    time = None if report.current_time is None else date_time_of(report.current_time)
    for variable, value in zip(report.variables, report.values, strict=True):
        found = names.object_at(variable.name)
        if found is None:
            return None
        entry, attribute_id = found
        attribute = AttributeReference(entry.class_id, entry.logical_name, attribute_id)
        notifications.append(EventNotification.Indication(attribute, value, time, report.security_status))
    return notifications


def attribute_access(attribute: AttributeReference, names: ShortNames) -> VariableAccess:
    """The variable for an attribute; raises LocalProtocolError (NOT_MAPPED)."""
    name = names.attribute(attribute.class_id, attribute.instance_id, attribute.attribute_id)
    if name is None:
        raise not_mapped(attribute)
    if attribute.selection is None:
        return VariableName(name)
    return ParameterizedAccess(name, attribute.selection.access_selector, attribute.selection.access_parameters)


def set_parts(request: Set.Request, names: ShortNames) -> tuple[tuple[VariableAccess, ...], tuple[Data, ...], bool]:
    """The variables and values of a SET, and whether they are a list; raises LocalProtocolError."""
    attributes, listed = items_of(request.attribute)
    values, values_listed = items_of(request.value)
    if values_listed != listed:
        raise LocalProtocolError(LocalFault.PARAMETER, "SET: there are as many values as attributes")
    return tuple(attribute_access(attribute, names) for attribute in attributes), values, listed


def method_calls(request: Action.Request, names: ShortNames) -> tuple[list[tuple[int, Data]], bool]:
    """The short names and parameters of an ACTION, and whether they are a list; raises LocalProtocolError."""
    methods, listed = items_of(request.method)
    parameters = request.value if isinstance(request.value, tuple) else (request.value,)
    if isinstance(request.value, tuple) != listed or len(parameters) != len(methods):
        raise LocalProtocolError(LocalFault.PARAMETER, "ACTION: there are as many parameters as methods")
    calls = []
    for method, parameter in zip(methods, parameters, strict=True):
        name = names.method(method.class_id, method.instance_id, method.method_id)
        if name is None:
            raise not_mapped(method)
        calls.append((name, null_data() if parameter is None else parameter))
    return calls, listed


def returns_something(request: Action.Request, names: ShortNames) -> bool:
    """Whether one of the methods has return parameters; then all are called with Read."""
    if request.returns is not None:
        return request.returns
    methods: tuple[MethodReference, ...] = items_of(request.method)[0]
    return any(names.returns(method.class_id, method.instance_id, method.method_id) for method in methods)


def failed(result: DataAccessResult) -> ActionResponseWithOptionalData:
    """The result of a method for that of a variable: the numbers agree where both have them."""
    return ActionResponseWithOptionalData(_ACTION_RESULTS.get(result.value, ActionResult.other_reason))


def not_mapped(reference: AttributeReference | MethodReference) -> LocalProtocolError:
    """There is no short name for this."""
    return LocalProtocolError(
        LocalFault.NOT_MAPPED,
        f"no short name is known for {reference}: read the object_list of Association SN, or use SetMapperTable",
        about=reference,
    )
