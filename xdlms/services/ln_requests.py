"""GET, SET and ACTION as the client sends them, and what their responses mean (clauses 7.3.3 to 7.3.5).

Every exchange is made from the .request, its Invoke-Id-And-Priority, the octets of the longest plain APDU that
the server takes, and the negotiated conformance. It raises LocalProtocolError and EncodeError.
"""

from __future__ import annotations

from typing import Any

from xdlms.security import SecurityStatus
from xdlms.services.blocks import LAST_LN_NUMBER
from xdlms.services.conformance import Option, Service, missing, require
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.primitives.common import INVOKE_ID_BITS, LnRequest, Priority
from xdlms.services.primitives.ln import Action, Get, Set
from xdlms.services.references import ALL_ATTRIBUTES, AttributeReference
from xdlms.services.requests import Acknowledgement, Block, Exchange, LongRequest, Reply, Result, not_expected
from xdlms.services.values import ActionResponseForm, action_results_of, encoded_list, null_data
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import ActionResponseWithOptionalData, ActionResult, Conformance, Data, DataAccessResult
from xdlms_apdu.v2023.syntax import Encodable


def options_of(request: LnRequest) -> list[Option]:
    """What every LN service needs."""
    high = request.priority is Priority.HIGH
    return [Option.SERVICE, Option.HIGH_PRIORITY] if high else [Option.SERVICE]


def attribute_options(attributes: tuple[AttributeReference, ...]) -> list[Option]:
    """What references to attributes need; raises LocalProtocolError for attribute 0 with a selection."""
    options = []
    for attribute in attributes:
        if attribute.selection is not None:
            options.append(Option.SELECTION)
        if attribute.attribute_id == ALL_ATTRIBUTES:
            options.append(Option.ATTRIBUTE_0)
            if attribute.selection is not None:
                raise LocalProtocolError(
                    LocalFault.PARAMETER, f"{attribute}: all attributes have no selection", about=attribute
                )
    return options


def items_of(references: Any) -> tuple[tuple[Any, ...], bool]:
    """The references of a request as a tuple, and whether they are a list; raises LocalProtocolError for none."""
    if not isinstance(references, tuple):
        return (references,), False
    if not references:
        raise LocalProtocolError(LocalFault.PARAMETER, "a list of nothing is not requested")
    return references, True


class GetExchange(Exchange):
    """GET: one request APDU; the response may be in blocks."""

    SERVICE = Service.GET
    BITS_OF = Service.GET
    RESPONSES = (apdu.GetResponseNormal, apdu.GetResponseWithDatablock, apdu.GetResponseWithList)

    __slots__ = ("_count", "_octet", "_priority")

    def __init__(self, request: Get.Request, octet: int, room: int, negotiated: Conformance) -> None:
        super().__init__(octet & INVOKE_ID_BITS, room)
        attributes, listed = items_of(request.attribute)
        options = options_of(request) + ([Option.LIST] if listed else [])
        if missing(self.BITS_OF, options, negotiated):
            require(self.BITS_OF, options + attribute_options(attributes), negotiated)
        for attribute in attributes:
            if attribute.selection is not None or attribute.attribute_id == ALL_ATTRIBUTES:
                require(self.BITS_OF, attribute_options((attribute,)), negotiated, about=attribute)
        self._priority = request.priority
        self._octet = octet
        self._count = len(attributes) if listed else None
        self.block_by_block = request.block_by_block
        whole: Encodable
        if listed:
            whole = apdu.GetRequestWithList(octet, [item.descriptor_with_selection for item in attributes])
        else:
            whole = apdu.GetRequestNormal(octet, attributes[0].descriptor, attributes[0].selection)
        self._send_whole(whole.encode())

    def read(self, response: Any) -> Reply:
        if isinstance(response, apdu.GetResponseWithDatablock):
            block = response.result
            if isinstance(block.result, DataAccessResult):
                return Result(block.result)
            return Block(block.block_number, block.last_block, block.result)
        if isinstance(response, apdu.GetResponseNormal):
            if self._count is not None and not isinstance(response.result, DataAccessResult):
                raise not_expected("one value, where a list was asked for")
            return Result(response.result)
        return Result(self._list(response.result))

    def next_request(self, number: int) -> bytes:
        return apdu.GetRequestNext(self._octet, number).encode()

    def joined(self, raw_data: bytes) -> Any:
        if self._count is None:
            return Data.decode(raw_data)
        # The joined blocks are what follows the invoke-id in a response that fits in one APDU.
        whole = apdu.GetResponseWithList.TAG_PATH + bytes((self._octet,)) + raw_data
        return self._list(apdu.GetResponseWithList.decode(whole).result)

    def confirm(self, value: Any, status: SecurityStatus) -> Get.Confirm:
        return Get.Confirm(value, invoke_id=self.invoke_id, priority=self._priority, security_status=status)

    def block_confirm(self, block: Block, status: SecurityStatus) -> Get.Block:
        return Get.Block(
            block.number,
            block.last_block,
            block.raw_data,
            invoke_id=self.invoke_id,
            priority=self._priority,
            security_status=status,
        )

    def _list(self, results: list[Any]) -> tuple[Any, ...]:
        return checked_list(results, self._count)


class SetExchange(LongRequest):
    """SET: the request may be in blocks."""

    SERVICE = Service.SET
    BITS_OF = Service.SET
    RESPONSES = (
        apdu.SetResponseNormal,
        apdu.SetResponseDatablock,
        apdu.SetResponseLastDatablock,
        apdu.SetResponseLastDatablockWithList,
        apdu.SetResponseWithList,
    )

    __slots__ = ("_attributes", "_count", "_octet", "_priority")

    def __init__(self, request: Set.Request, octet: int, room: int, negotiated: Conformance) -> None:
        super().__init__(octet & INVOKE_ID_BITS, room)
        self._attributes, listed = items_of(request.attribute)
        values, _ = items_of(request.value)
        if len(values) != len(self._attributes) or isinstance(request.value, tuple) != listed:
            raise LocalProtocolError(LocalFault.PARAMETER, "SET: there are as many values as attributes")
        options = options_of(request) + attribute_options(self._attributes) + ([Option.LIST] if listed else [])
        require(self.BITS_OF, options, negotiated)
        self._priority = request.priority
        self._octet = octet
        self._count = len(values) if listed else None
        whole: Encodable
        if listed:
            references = [item.descriptor_with_selection for item in self._attributes]
            whole = apdu.SetRequestWithList(octet, references, list(values))
            raw_data = encoded_list(values)
        else:
            attribute = self._attributes[0]
            whole = apdu.SetRequestNormal(octet, attribute.descriptor, values[0], attribute.selection)
            raw_data = values[0].encode()
        self._send(whole.encode(), raw_data, negotiated, LAST_LN_NUMBER)

    def _block_apdu(self, last_block: bool, number: int, raw_data: bytes) -> Encodable:
        block = apdu.DataBlockSA(last_block, number, raw_data)
        if number > 1:
            return apdu.SetRequestWithDatablock(self._octet, block)
        if self._count is not None:
            references = [item.descriptor_with_selection for item in self._attributes]
            return apdu.SetRequestWithListAndFirstDatablock(self._octet, references, block)
        attribute = self._attributes[0]
        return apdu.SetRequestWithFirstDatablock(self._octet, attribute.descriptor, block, attribute.selection)

    def read(self, response: Any) -> Reply:
        if isinstance(response, apdu.SetResponseDatablock):
            return Acknowledgement(response.block_number)
        result = response.result
        if isinstance(result, list):
            if not self.sent_all:
                raise not_expected("results before all blocks were sent")
            return Result(checked_list(result, self._count))
        success = result == DataAccessResult.success
        if success and (self._count is not None or not self.sent_all):
            raise not_expected("one success, for a list" if self.sent_all else "a success before all blocks were sent")
        return Result(result)

    def next_request(self, number: int) -> bytes:
        raise not_expected("a block")

    def joined(self, raw_data: bytes) -> Any:
        raise not_expected("blocks")

    def confirm(self, value: Any, status: SecurityStatus) -> Set.Confirm:
        return Set.Confirm(value, invoke_id=self.invoke_id, priority=self._priority, security_status=status)

    def block_confirm(self, block: Block, status: SecurityStatus) -> Set.Confirm:
        raise not_expected("a block")


class ActionExchange(LongRequest):
    """ACTION: request and response may be in blocks, the request first."""

    SERVICE = Service.ACTION
    BITS_OF = Service.ACTION
    RESPONSES = (
        apdu.ActionResponseNormal,
        apdu.ActionResponseWithPblock,
        apdu.ActionResponseWithList,
        apdu.ActionResponseNextPblock,
    )

    __slots__ = ("_count", "_form", "_methods", "_octet", "_priority")

    def __init__(
        self,
        request: Action.Request,
        octet: int,
        room: int,
        negotiated: Conformance,
        form: ActionResponseForm = ActionResponseForm.STANDARD,
    ) -> None:
        super().__init__(octet & INVOKE_ID_BITS, room)
        self._methods, listed = items_of(request.method)
        given = request.value if isinstance(request.value, tuple) else ()
        values = [null_data() if value is None else value for value in given]
        if isinstance(request.value, tuple) != listed or (listed and len(values) != len(self._methods)):
            raise LocalProtocolError(LocalFault.PARAMETER, "ACTION: there are as many parameters as methods")
        require(self.BITS_OF, options_of(request) + ([Option.LIST] if listed else []), negotiated)
        self._priority = request.priority
        self._form = form
        self._octet = octet
        self._count = len(values) if listed else None
        whole: Encodable
        raw_data = b""
        if listed:
            whole = apdu.ActionRequestWithList(octet, [item.descriptor for item in self._methods], values)
            raw_data = encoded_list(values)
        else:
            parameter = request.value if isinstance(request.value, Data) else None
            whole = apdu.ActionRequestNormal(octet, self._methods[0].descriptor, parameter)
            raw_data = b"" if parameter is None else parameter.encode()
        self._send(whole.encode(), raw_data, negotiated, LAST_LN_NUMBER)

    def _block_apdu(self, last_block: bool, number: int, raw_data: bytes) -> Encodable:
        block = apdu.DataBlockSA(last_block, number, raw_data)
        if number > 1:
            return apdu.ActionRequestWithPblock(self._octet, block)
        if self._count is not None:
            methods = [item.descriptor for item in self._methods]
            return apdu.ActionRequestWithListAndFirstPblock(self._octet, methods, block)
        return apdu.ActionRequestWithFirstPblock(self._octet, self._methods[0].descriptor, block)

    def read(self, response: Any) -> Reply:
        if isinstance(response, apdu.ActionResponseNextPblock):
            return Acknowledgement(response.block_number)
        if isinstance(response, apdu.ActionResponseNormal):
            single: ActionResponseWithOptionalData = response.single_response
            if single.result == ActionResult.success and (self._count is not None or not self.sent_all):
                raise not_expected("a success that does not belong here")
            return Result(single)
        if not self.sent_all:
            raise not_expected("results before all blocks were sent")
        if isinstance(response, apdu.ActionResponseWithPblock):
            block = response.pblock
            return Block(block.block_number, block.last_block, block.raw_data)
        return Result(checked_list(response.list_of_responses, self._count))

    def next_request(self, number: int) -> bytes:
        return apdu.ActionRequestNextPblock(self._octet, number).encode()

    def joined(self, raw_data: bytes) -> Any:
        results = action_results_of(raw_data, listed=self._count is not None, preferred=self._form)
        return results[0] if self._count is None else checked_list(results, self._count)

    def confirm(self, value: Any, status: SecurityStatus) -> Action.Confirm:
        return Action.Confirm(value, invoke_id=self.invoke_id, priority=self._priority, security_status=status)

    def block_confirm(self, block: Block, status: SecurityStatus) -> Action.Confirm:
        raise not_expected("a block")


def checked_list(results: list[Any], count: int | None) -> tuple[Any, ...]:
    """The results of a list, if there is one for each item that was asked for."""
    if len(results) != count:
        asked = "one item" if count is None else f"{count} items"
        raise not_expected(f"{len(results)} results in a list, for {asked}")
    return tuple(results)
