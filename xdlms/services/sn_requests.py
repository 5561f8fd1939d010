"""Read and Write as the client sends them, and what their responses mean (clauses 7.3.7 to 7.3.9)."""

from __future__ import annotations

from typing import Any

from xdlms.security import SecurityStatus
from xdlms.services.blocks import LAST_SN_NUMBER
from xdlms.services.conformance import Option, Service, require
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.primitives.sn import Read, UnconfirmedWrite, Write
from xdlms.services.references import ParameterizedAccess, VariableAccess, specification_of
from xdlms.services.requests import (
    Acknowledgement,
    Block,
    LongRequest,
    Reply,
    Result,
    not_expected,
    too_long,
)
from xdlms.services.values import octet_string
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import Conformance, Data, DataAccessResult
from xdlms_apdu.v2023.syntax import Encodable


def variable_options(variables: tuple[VariableAccess, ...]) -> list[Option]:
    """What a request about these variables needs; raises LocalProtocolError for none."""
    if not variables:
        raise LocalProtocolError(LocalFault.PARAMETER, "a list of nothing is not requested")
    options = [Option.SERVICE]
    if len(variables) > 1:
        options.append(Option.LIST)
    if any(isinstance(variable, ParameterizedAccess) for variable in variables):
        options.append(Option.PARAMETERIZED)
    return options


class ReadExchange(LongRequest):
    """Read: request and response may be in blocks, the request first."""

    SERVICE = Service.READ
    BITS_OF = Service.READ
    RESPONSES = (apdu.ReadResponse,)

    __slots__ = ("_count",)

    def __init__(self, request: Read.Request, invoke_id: int, room: int, negotiated: Conformance) -> None:
        super().__init__(invoke_id, room)
        require(self.BITS_OF, variable_options(request.variables), negotiated)
        self._count = len(request.variables)
        self.block_by_block = request.block_by_block
        whole = apdu.ReadRequest([specification_of(variable) for variable in request.variables]).encode()
        self._send(whole, whole[len(apdu.ReadRequest.TAG_PATH) :], negotiated, LAST_SN_NUMBER)

    def _block_apdu(self, last_block: bool, number: int, raw_data: bytes) -> Encodable:
        return apdu.ReadRequest([apdu.ReadDataBlockAccess(last_block, number, raw_data)])

    def read(self, response: Any) -> Reply:
        elements: list[Any] = response.value
        if len(elements) == 1:
            element = elements[0]
            if isinstance(element, apdu.ReadResponseBlockNumber):
                return Acknowledgement(element.value)
            if isinstance(element, apdu.DataBlockResult):
                if not self.sent_all:
                    raise not_expected("a result before all blocks were sent")
                return Block(element.block_number, element.last_block, element.raw_data)
            if isinstance(element, DataAccessResult) and (self._count > 1 or not self.sent_all):
                # One reason for all: an error of the block transfer.
                return Result((element,) * self._count)
        if not self.sent_all:
            raise not_expected("results before all blocks were sent")
        return Result(self._results(elements))

    def next_request(self, number: int) -> bytes:
        return apdu.ReadRequest([apdu.BlockNumberAccess(number)]).encode()

    def joined(self, raw_data: bytes) -> Any:
        return self._results(list(apdu.ReadResponse.decode(apdu.ReadResponse.TAG_PATH + raw_data).value))

    def confirm(self, value: Any, status: SecurityStatus) -> Read.Confirm:
        return Read.Confirm(value, invoke_id=self.invoke_id, security_status=status)

    def block_confirm(self, block: Block, status: SecurityStatus) -> Read.Block:
        return Read.Block(
            block.number, block.last_block, block.raw_data, invoke_id=self.invoke_id, security_status=status
        )

    def _results(self, elements: list[Any]) -> tuple[Any, ...]:
        if len(elements) != self._count:
            raise not_expected(f"{len(elements)} results for {self._count} variables")
        if not all(isinstance(element, Data | DataAccessResult) for element in elements):
            raise not_expected("a block or a block number among results")
        return tuple(elements)


class WriteExchange(LongRequest):
    """Write: the request may be in blocks."""

    SERVICE = Service.WRITE
    BITS_OF = Service.WRITE
    RESPONSES = (apdu.WriteResponse,)

    __slots__ = ("_count",)

    def __init__(self, request: Write.Request, invoke_id: int, room: int, negotiated: Conformance) -> None:
        super().__init__(invoke_id, room)
        require(self.BITS_OF, variable_options(request.variables), negotiated)
        check_values(self.SERVICE, request.variables, request.values)
        self._count = len(request.variables)
        specifications = [specification_of(variable) for variable in request.variables]
        whole = apdu.WriteRequest(specifications, list(request.values)).encode()
        self._send(whole, whole[len(apdu.WriteRequest.TAG_PATH) :], negotiated, LAST_SN_NUMBER)

    def _block_apdu(self, last_block: bool, number: int, raw_data: bytes) -> Encodable:
        return apdu.WriteRequest([apdu.WriteDataBlockAccess(last_block, number)], [octet_string(raw_data)])

    def read(self, response: Any) -> Reply:
        elements: list[Any] = response.value
        if len(elements) == 1:
            element = elements[0]
            if isinstance(element, apdu.WriteResponseBlockNumber):
                return Acknowledgement(element.value)
            if isinstance(element, DataAccessResult) and (self._count > 1 or not self.sent_all):
                return Result((element,) * self._count)
        if not self.sent_all:
            raise not_expected("results before all blocks were sent")
        if len(elements) != self._count:
            raise not_expected(f"{len(elements)} results for {self._count} variables")
        if any(isinstance(element, apdu.WriteResponseBlockNumber) for element in elements):
            raise not_expected("a block number among results")
        return Result(tuple(DataAccessResult.success if element is None else element for element in elements))

    def next_request(self, number: int) -> bytes:
        raise not_expected("a block")

    def joined(self, raw_data: bytes) -> Any:
        raise not_expected("blocks")

    def confirm(self, value: Any, status: SecurityStatus) -> Write.Confirm:
        return Write.Confirm(value, invoke_id=self.invoke_id, security_status=status)

    def block_confirm(self, block: Block, status: SecurityStatus) -> Write.Confirm:
        raise not_expected("a block")


def unconfirmed_write(request: UnconfirmedWrite.Request, room: int, negotiated: Conformance) -> bytes:
    """The UnconfirmedWriteRequest; it has no blocks. Raises LocalProtocolError, EncodeError."""
    require(Service.UNCONFIRMED_WRITE, variable_options(request.variables), negotiated)
    check_values(Service.UNCONFIRMED_WRITE, request.variables, request.values)
    specifications = [specification_of(variable) for variable in request.variables]
    octets = apdu.UnconfirmedWriteRequest(specifications, list(request.values)).encode()
    if len(octets) > room:
        raise too_long(Service.UNCONFIRMED_WRITE, len(octets), room)
    return octets


def check_values(service: Service, variables: tuple[VariableAccess, ...], values: tuple[Data, ...]) -> None:
    """Raise LocalProtocolError unless there are as many values as variables."""
    if len(variables) != len(values):
        raise LocalProtocolError(LocalFault.PARAMETER, f"{service}: there are as many values as variables")
