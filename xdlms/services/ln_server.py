"""GET, SET and ACTION as the server takes them (clauses 7.3.3 to 7.3.5; Figures 15 to 21).

The application gets whole requests and gives whole responses; blocks are cut and joined here, and
items that were not negotiated are answered here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from xdlms.codec.errors import DecodeError
from xdlms.security import SecurityStatus
from xdlms.services.blocks import LAST_LN_NUMBER, BlockUnavailableError, NoRoomError
from xdlms.services.conformance import REQUIRED, Option, Service, admit
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.ln_responses import LnResponses, Pending
from xdlms.services.primitives.common import INVOKE_ID_BITS, PRIORITY_BIT, SERVICE_CLASS_BIT
from xdlms.services.primitives.ln import Action, Get, Set
from xdlms.services.references import ALL_ATTRIBUTES, AttributeReference, MethodReference
from xdlms.services.server import unknown_request
from xdlms.services.transfers import ServerStep
from xdlms.services.values import decoded_list
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult

T = TypeVar("T")


class LnServer(LnResponses):
    """The services by logical name of a server in one association."""

    __slots__ = ()

    def receive(self, request: Any, status: SecurityStatus, *, confirmed: bool | None, now: float) -> None:
        handler = _HANDLERS.get(type(request))
        if handler is None:
            raise RemoteProtocolError(RemoteFault.UNKNOWN_SERVICE, f"{type(request).__name__} is not served here")
        octet: int = request.invoke_id_and_priority
        if confirmed is None:
            confirmed = bool(octet & SERVICE_CLASS_BIT)
        if type(request) not in _CONTINUATIONS:
            self._abort_for_another()
            if confirmed and octet & INVOKE_ID_BITS in self._pending:
                raise RemoteProtocolError(
                    RemoteFault.INVOKE_ID_IN_USE, f"request {octet & INVOKE_ID_BITS} is not answered yet"
                )
        elif not confirmed:
            raise RemoteProtocolError(RemoteFault.WRONG_BLOCK, "blocks need a confirmed service", silent=True)
        handler(self, request, status, confirmed, now)

    def respond(self, response: Any, now: float) -> None:
        service = _RESPONSES[type(response)]
        pending = self._pending.get(response.invoke_id)
        if pending is None or pending.service is not service:
            raise unknown_request(service, response.invoke_id)
        options = response.security_options
        if options is None:
            options = self._port.answer_options(pending.status)
        results = merged(pending, response.result)
        if service is Service.GET:
            self._answer_get(pending, results, options, now)
        elif service is Service.SET:
            self._answer_set(pending, results, options)
        else:
            self._answer_action(pending, results, options, now)
        del self._pending[response.invoke_id]

    # Requests in one APDU

    def _get_normal(self, request: apdu.GetRequestNormal, status: SecurityStatus, confirmed: bool, now: float) -> None:
        self._admit(Service.GET, request, confirmed)
        attribute = AttributeReference.of(request.cosem_attribute_descriptor, request.access_selection)
        pending = Pending(Service.GET, request.invoke_id_and_priority, status, confirmed)
        self._get(pending, [attribute], now)

    def _get_list(self, request: apdu.GetRequestWithList, status: SecurityStatus, confirmed: bool, now: float) -> None:
        self._admit(Service.GET, request, confirmed, Option.LIST)
        attributes = [references_of(item) for item in request.attribute_descriptor_list]
        pending = Pending(Service.GET, request.invoke_id_and_priority, status, confirmed, listed=True)
        self._get(pending, attributes, now)

    def _get(self, pending: Pending, attributes: list[AttributeReference], now: float) -> None:
        pending.faults = self._faults(Service.GET, attributes)
        pending.count = len(attributes)
        good = without(attributes, pending.faults)
        if not good or pending.refused_silently:
            self._answer_faults(pending, now)
            return
        self._remember(pending)
        self._port.tell(Get.Indication(tuple(good) if pending.listed else good[0], **pending.parameters()))

    def _set_normal(self, request: apdu.SetRequestNormal, status: SecurityStatus, confirmed: bool, now: float) -> None:
        self._admit(Service.SET, request, confirmed)
        attribute = AttributeReference.of(request.cosem_attribute_descriptor, request.access_selection)
        pending = Pending(Service.SET, request.invoke_id_and_priority, status, confirmed)
        self._set(pending, [attribute], [request.value], now)

    def _set_list(self, request: apdu.SetRequestWithList, status: SecurityStatus, confirmed: bool, now: float) -> None:
        self._admit(Service.SET, request, confirmed, Option.LIST)
        attributes = [references_of(item) for item in request.attribute_descriptor_list]
        pending = Pending(Service.SET, request.invoke_id_and_priority, status, confirmed, listed=True)
        self._set(pending, attributes, request.value_list, now)

    def _set(self, pending: Pending, attributes: list[AttributeReference], values: list[Data], now: float) -> None:
        pending.count = len(attributes)
        if len(values) != len(attributes):
            pending.faults = dict.fromkeys(range(len(attributes)), DataAccessResult.type_unmatched)
        else:
            pending.faults = self._faults(Service.SET, attributes)
        good = without(attributes, pending.faults)
        if not good or pending.refused_silently:
            self._answer_faults(pending, now)
            return
        kept = without(values, pending.faults)
        self._remember(pending)
        reference, value = (tuple(good), tuple(kept)) if pending.listed else (good[0], kept[0])
        self._port.tell(Set.Indication(reference, value, **pending.parameters()))

    def _action_normal(
        self, request: apdu.ActionRequestNormal, status: SecurityStatus, confirmed: bool, now: float
    ) -> None:
        self._admit(Service.ACTION, request, confirmed)
        pending = Pending(Service.ACTION, request.invoke_id_and_priority, status, confirmed)
        self._action(pending, [request.cosem_method_descriptor], [request.method_invocation_parameters], now)

    def _action_list(
        self, request: apdu.ActionRequestWithList, status: SecurityStatus, confirmed: bool, now: float
    ) -> None:
        self._admit(Service.ACTION, request, confirmed, Option.LIST)
        pending = Pending(Service.ACTION, request.invoke_id_and_priority, status, confirmed, listed=True)
        self._action(pending, request.cosem_method_descriptor_list, request.method_invocation_parameters, now)

    def _action(self, pending: Pending, descriptors: list[apdu.CosemMethodDescriptor], values: Any, now: float) -> None:
        pending.count = len(descriptors)
        if len(values) != len(descriptors) or not descriptors:
            pending.faults = dict.fromkeys(range(len(descriptors)), ActionResult.type_unmatched)
            self._answer_faults(pending, now)
            return
        methods = [MethodReference.of(descriptor) for descriptor in descriptors]
        self._remember(pending)
        reference, value = (tuple(methods), tuple(values)) if pending.listed else (methods[0], values[0])
        self._port.tell(Action.Indication(reference, value, **pending.parameters()))

    # Blocks of a request

    def _first_block(self, request: Any, status: SecurityStatus, confirmed: bool, now: float) -> None:
        service, listed = _FIRST_BLOCKS[type(request)]
        extra = (Option.BLOCKS, Option.LIST) if listed else (Option.BLOCKS,)
        self._admit(service, request, confirmed, *extra)
        if not confirmed:
            raise RemoteProtocolError(RemoteFault.WRONG_BLOCK, "blocks need a confirmed service", silent=True)
        if service is Service.SET and not listed:
            attribute = AttributeReference.of(request.cosem_attribute_descriptor, request.access_selection)
            fault = self._faults(Service.SET, [attribute]).get(0)
            if fault is not None:
                self._answer_block_fault(service, request, request.datablock.block_number, fault, status)
                return
        self._take_first_block(service, request.invoke_id_and_priority & INVOKE_ID_BITS, request, now)
        self._later_block(request, status, confirmed, now)

    def _later_block(self, request: Any, status: SecurityStatus, confirmed: bool, now: float) -> None:
        is_set = isinstance(request, _SET_BLOCKS)
        service = Service.SET if is_set else Service.ACTION
        block = request.datablock if is_set else request.pblock
        invoke_id = request.invoke_id_and_priority & INVOKE_ID_BITS
        transfer = self._running(service, ServerStep.RECEIVING, invoke_id)
        if transfer is None:
            self._answer_block_fault(service, request, block.block_number, NO_LONG_TRANSFER[service], status)
            return
        weakest = transfer.note(status)
        expected = block.block_number if transfer.assembler is None else transfer.assembler.expected
        try:
            whole = self._take_block(transfer, block.block_number, block.last_block, block.raw_data, now)
        except RemoteProtocolError as error:
            faults = TOO_MUCH if error.fault is RemoteFault.TOO_MUCH else WRONG_NUMBER
            self._answer_block_fault(service, request, expected, faults[service], status)
            return
        if whole is None:
            self._acknowledge(service, request, block.block_number, status)
        else:
            self._whole_request(transfer.first, request, block.block_number, whole, weakest, now)

    def _whole_request(
        self, first: Any, last: Any, number: int, whole: bytes, status: SecurityStatus, now: float
    ) -> None:
        service, listed = _FIRST_BLOCKS[type(first)]
        pending = Pending(service, last.invoke_id_and_priority, status, True, listed=listed)
        pending.last_number = number
        try:
            values = decoded_list(whole) if listed else [Data.decode(whole)]
        except DecodeError:
            self._answer_block_fault(service, last, number, TYPE_UNMATCHED[service], status)
            return
        if service is Service.ACTION:
            descriptors = first.cosem_method_descriptor_list if listed else [first.cosem_method_descriptor]
            self._action(pending, descriptors, values, now)
        elif listed:
            self._set(pending, [references_of(item) for item in first.attribute_descriptor_list], values, now)
        else:
            attribute = AttributeReference.of(first.cosem_attribute_descriptor, first.access_selection)
            self._set(pending, [attribute], values, now)

    # Blocks of a response

    def _next(self, request: Any, status: SecurityStatus, confirmed: bool, now: float) -> None:
        service = Service.GET if isinstance(request, apdu.GetRequestNext) else Service.ACTION
        transfer = self._running(service, ServerStep.SENDING, request.invoke_id_and_priority & INVOKE_ID_BITS)
        if transfer is None:
            number = min(request.block_number + 1, LAST_LN_NUMBER)
            self._answer_block_fault(service, request, number, NO_LONG_TRANSFER[service], status)
            return
        number = 1 if transfer.cutter is None else min(transfer.cutter.number + 1, LAST_LN_NUMBER)
        try:
            self._send_next_block(transfer, request.block_number, now)
        except RemoteProtocolError:
            self._answer_block_fault(service, request, number, WRONG_NUMBER[service], status)
        except (BlockUnavailableError, NoRoomError):
            self._answer_block_fault(service, request, number, UNAVAILABLE[service], status)

    # What was negotiated

    def _admit(self, service: Service, request: Any, confirmed: bool, *options: Option) -> None:
        wanted = [Option.SERVICE, *options]
        if self._strict_priority and request.invoke_id_and_priority & PRIORITY_BIT:
            wanted.append(Option.HIGH_PRIORITY)
        admit(service, wanted, self._negotiated, silent=not confirmed)

    def _faults(self, service: Service, attributes: list[AttributeReference]) -> dict[int, Any]:
        """The items that are at fault by themselves, and the reason for each."""
        faults: dict[int, Any] = {}
        for at, attribute in enumerate(attributes):
            everything = attribute.attribute_id == ALL_ATTRIBUTES
            selected = attribute.selection is not None
            if (
                (everything and selected)
                or (selected and REQUIRED[service, Option.SELECTION] not in self._negotiated)
                or (everything and REQUIRED[service, Option.ATTRIBUTE_0] not in self._negotiated)
            ):
                faults[at] = DataAccessResult.scope_of_access_violated
        return faults

    def _remember(self, pending: Pending) -> None:
        if pending.confirmed:
            self._pending[pending.invoke_id] = pending


def references_of(item: apdu.CosemAttributeDescriptorWithSelection) -> AttributeReference:
    """The reference in an element of a list."""
    return AttributeReference.of(item.cosem_attribute_descriptor, item.access_selection)


def without(items: list[T], faults: dict[int, Any]) -> list[T]:
    """The items that are not at fault."""
    return [item for at, item in enumerate(items) if at not in faults] if faults else items


def merged(pending: Pending, result: Any) -> Any:
    """The application's results, and those of the items at fault, in the order of the request.

    Raises:
        LocalProtocolError: PARAMETER, there is not one result for each item.
    """
    if isinstance(result, tuple) != pending.listed:
        expected = "a tuple of results" if pending.listed else "one result"
        raise LocalProtocolError(LocalFault.PARAMETER, f"{pending.service}: {expected} is due")
    if not pending.listed:
        return result
    if len(result) != pending.count - len(pending.faults):
        raise LocalProtocolError(
            LocalFault.PARAMETER,
            f"{pending.service}: {len(result)} results, and {pending.count - len(pending.faults)} are due",
        )
    given = iter(result)
    return tuple(pending.fault(at) if at in pending.faults else next(given) for at in range(pending.count))


NO_LONG_TRANSFER: Final[dict[Service, Any]] = {
    Service.GET: DataAccessResult.no_long_get_in_progress,
    Service.SET: DataAccessResult.no_long_set_in_progress,
    Service.ACTION: ActionResult.no_long_action_in_progress,
}
WRONG_NUMBER: Final[dict[Service, Any]] = {
    Service.GET: DataAccessResult.data_block_number_invalid,
    Service.SET: DataAccessResult.data_block_number_invalid,
    Service.ACTION: ActionResult.data_block_unavailable,  # Action-Result has no data-block-number-invalid
}
UNAVAILABLE: Final[dict[Service, Any]] = {
    Service.GET: DataAccessResult.data_block_unavailable,
    Service.ACTION: ActionResult.data_block_unavailable,
}
TOO_MUCH: Final[dict[Service, Any]] = {
    Service.SET: DataAccessResult.other_reason,
    Service.ACTION: ActionResult.other_reason,
}
TYPE_UNMATCHED: Final[dict[Service, Any]] = {
    Service.SET: DataAccessResult.type_unmatched,
    Service.ACTION: ActionResult.type_unmatched,
}

_RESPONSES: Final[dict[type, Service]] = {
    Get.Response: Service.GET,
    Set.Response: Service.SET,
    Action.Response: Service.ACTION,
}
_SET_BLOCKS: Final = (
    apdu.SetRequestWithFirstDatablock,
    apdu.SetRequestWithDatablock,
    apdu.SetRequestWithListAndFirstDatablock,
)
_FIRST_BLOCKS: Final[dict[type, tuple[Service, bool]]] = {
    apdu.SetRequestWithFirstDatablock: (Service.SET, False),
    apdu.SetRequestWithListAndFirstDatablock: (Service.SET, True),
    apdu.ActionRequestWithFirstPblock: (Service.ACTION, False),
    apdu.ActionRequestWithListAndFirstPblock: (Service.ACTION, True),
}
_CONTINUATIONS: Final = frozenset(
    {
        apdu.GetRequestNext,
        apdu.SetRequestWithDatablock,
        apdu.ActionRequestNextPblock,
        apdu.ActionRequestWithPblock,
    }
)
_HANDLERS: Final[dict[type, Callable[[LnServer, Any, SecurityStatus, bool, float], None]]] = {
    apdu.GetRequestNormal: LnServer._get_normal,
    apdu.GetRequestNext: LnServer._next,
    apdu.GetRequestWithList: LnServer._get_list,
    apdu.SetRequestNormal: LnServer._set_normal,
    apdu.SetRequestWithFirstDatablock: LnServer._first_block,
    apdu.SetRequestWithDatablock: LnServer._later_block,
    apdu.SetRequestWithList: LnServer._set_list,
    apdu.SetRequestWithListAndFirstDatablock: LnServer._first_block,
    apdu.ActionRequestNormal: LnServer._action_normal,
    apdu.ActionRequestNextPblock: LnServer._next,
    apdu.ActionRequestWithList: LnServer._action_list,
    apdu.ActionRequestWithFirstPblock: LnServer._first_block,
    apdu.ActionRequestWithListAndFirstPblock: LnServer._first_block,
    apdu.ActionRequestWithPblock: LnServer._later_block,
}
