"""Read, Write and UnconfirmedWrite as the server takes them (clauses 7.3.7 to 7.3.9; Figures 22 to 28).

The application gets whole requests and gives whole responses; blocks are cut and joined here, and
items that were not negotiated are answered here. One request at a time waits for the application.
"""

from __future__ import annotations

from typing import Any, Final

from xdlms.codec.errors import DecodeError
from xdlms.security import SecurityStatus
from xdlms.services.blocks import FIRST_BLOCK, LAST_SN_NUMBER, BlockUnavailableError, Cutter, NoRoomError
from xdlms.services.conformance import REQUIRED, Option, Service, admit
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.port import Port
from xdlms.services.primitives.common import INVOKE_IDS, SecurityOptions
from xdlms.services.primitives.sn import Read, UnconfirmedWrite, Write
from xdlms.services.references import ParameterizedAccess, VariableAccess, access_of
from xdlms.services.server import ServerServices, unknown_request
from xdlms.services.transfers import ServerStep
from xdlms.services.values import octets_in
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import (
    ConfirmedServiceErrorRead,
    ConfirmedServiceErrorWrite,
    Conformance,
    DataAccessResult,
    ServiceErrorService,
)
from xdlms_apdu.v2023.syntax import Encodable

NO_INVOKE_ID: Final = 0
"""SN APDUs have no invoke-id: there is one block transfer, and it is this one."""
_NO_LONG_TRANSFER: Final = {
    Service.READ: DataAccessResult.no_long_get_in_progress,
    Service.WRITE: DataAccessResult.no_long_set_in_progress,
}
_TOO_LONG: Final = "it is too long for the client"


class SnPending:
    """A request that the application has not answered yet; `faults` are the results that it does not see."""

    __slots__ = ("count", "faults", "invoke_id", "service", "status")

    def __init__(self, service: Service, status: SecurityStatus, count: int, faults: dict[int, Any]) -> None:
        self.service = service
        self.status = status
        self.count = count
        self.faults = faults
        self.invoke_id = 0


class SnServer(ServerServices):
    """The services by short name of a server in one association."""

    __slots__ = ("_last_id", "_pending")

    def __init__(self, port: Port, negotiated: Conformance, *, timeout: float | None, largest_value: int) -> None:
        super().__init__(port, negotiated, timeout=timeout, largest_value=largest_value)
        self._pending: SnPending | None = None
        self._last_id = 0

    def end(self) -> None:
        super().end()
        self._pending = None

    def receive(self, request: Any, status: SecurityStatus, *, confirmed: bool | None, now: float) -> None:
        if isinstance(request, apdu.UnconfirmedWriteRequest):
            self._abort_for_another()
            self._unconfirmed_write(request, status)
        elif not isinstance(request, apdu.ReadRequest | apdu.WriteRequest):
            raise RemoteProtocolError(RemoteFault.UNKNOWN_SERVICE, f"{type(request).__name__} is not served here")
        elif confirmed is False:
            raise RemoteProtocolError(
                RemoteFault.NOT_ALLOWED_NOW, f"{type(request).__name__} came where nothing is answered", silent=True
            )
        elif isinstance(request, apdu.ReadRequest):
            self._read(request, status, now)
        else:
            self._write(request, status, now)

    def respond(self, response: Any, now: float) -> None:
        service = Service.READ if isinstance(response, Read.Response) else Service.WRITE
        pending = self._pending
        if pending is None or pending.invoke_id != response.invoke_id or pending.service is not service:
            raise unknown_request(service, response.invoke_id)
        due = pending.count - len(pending.faults)
        if len(response.results) != due:
            raise LocalProtocolError(
                LocalFault.PARAMETER, f"{service}: {len(response.results)} results, and {due} are due"
            )
        options = response.security_options
        if options is None:
            options = self._port.answer_options(pending.status)
        self._answer(pending, list(response.results), options, now)
        self._pending = None

    # Read

    def _read(self, request: apdu.ReadRequest, status: SecurityStatus, now: float) -> None:
        admit(Service.READ, (Option.SERVICE,), self._negotiated)
        specifications = request.value
        single: Any = specifications[0] if len(specifications) == 1 else None
        if isinstance(single, apdu.BlockNumberAccess):
            self._next(single.block_number, status, now)
        elif isinstance(single, apdu.ReadDataBlockAccess):
            self._block(Service.READ, single, single.raw_data, status, now)
        else:
            self._abort_for_another()
            self._whole_read(specifications, status, now)

    def _whole_read(self, specifications: list[Any], status: SecurityStatus, now: float) -> None:
        variables = accesses_of(specifications)
        pending = self._accept(Service.READ, variables, status)
        good = tuple(variable for at, variable in enumerate(variables) if at not in pending.faults)
        if good:
            self._remember(pending)
            self._port.tell(Read.Indication(good, invoke_id=pending.invoke_id, security_status=status))
        else:
            self._answer(pending, [], self._port.answer_options(status), now)

    # Write

    def _write(self, request: apdu.WriteRequest, status: SecurityStatus, now: float) -> None:
        admit(Service.WRITE, (Option.SERVICE,), self._negotiated)
        specifications = request.variable_access_specification
        single: Any = specifications[0] if len(specifications) == 1 else None
        if isinstance(single, apdu.WriteDataBlockAccess):
            raw_data = octets_in(request.list_of_data[0]) if len(request.list_of_data) == 1 else None
            if raw_data is None:
                raise contradiction("a block of a WriteRequest is one octet-string")
            self._block(Service.WRITE, single, raw_data, status, now)
        else:
            self._abort_for_another()
            self._whole_write(request, status, now)

    def _whole_write(self, request: apdu.WriteRequest, status: SecurityStatus, now: float) -> None:
        variables = accesses_of(request.variable_access_specification)
        values = request.list_of_data
        pending = self._accept(Service.WRITE, variables, status)
        if len(values) != len(variables):
            pending.faults = dict.fromkeys(range(len(variables)), DataAccessResult.type_unmatched)
        good = [at for at in range(len(variables)) if at not in pending.faults]
        if good:
            self._remember(pending)
            self._port.tell(
                Write.Indication(
                    tuple(variables[at] for at in good),
                    tuple(values[at] for at in good),
                    invoke_id=pending.invoke_id,
                    security_status=status,
                )
            )
        else:
            self._answer(pending, [], self._port.answer_options(status), now)

    def _unconfirmed_write(self, request: apdu.UnconfirmedWriteRequest, status: SecurityStatus) -> None:
        variables = accesses_of(request.variable_access_specification, silent=True)
        values = request.list_of_data
        options = [Option.SERVICE]
        if len(variables) > 1:
            options.append(Option.LIST)
        if any(isinstance(variable, ParameterizedAccess) for variable in variables):
            options.append(Option.PARAMETERIZED)
        admit(Service.UNCONFIRMED_WRITE, options, self._negotiated, silent=True)
        if len(variables) != len(values) or not variables:
            raise contradiction("there are not as many values as variables", silent=True)
        self._port.tell(UnconfirmedWrite.Indication(tuple(variables), tuple(values), status))

    # What is negotiated, and what waits

    def _accept(self, service: Service, variables: list[VariableAccess], status: SecurityStatus) -> SnPending:
        if self._pending is not None:
            raise RemoteProtocolError(RemoteFault.INVOKE_ID_IN_USE, "the last request is not answered yet")
        if len(variables) > 1:
            admit(service, (Option.LIST,), self._negotiated)
        faults: dict[int, Any] = {}
        if REQUIRED[service, Option.PARAMETERIZED] not in self._negotiated:
            refused = DataAccessResult.scope_of_access_violated
            faults = {at: refused for at, item in enumerate(variables) if isinstance(item, ParameterizedAccess)}
        return SnPending(service, status, len(variables), faults)

    def _remember(self, pending: SnPending) -> None:
        self._last_id = (self._last_id + 1) % INVOKE_IDS
        pending.invoke_id = self._last_id
        self._pending = pending

    # Blocks

    def _next(self, number: int, status: SecurityStatus, now: float) -> None:
        transfer = self._running(Service.READ, ServerStep.SENDING, NO_INVOKE_ID)
        fault = DataAccessResult.no_long_get_in_progress
        if transfer is not None:
            try:
                self._send_next_block(transfer, number, now)
                return
            except RemoteProtocolError:
                fault = DataAccessResult.data_block_number_invalid
            except (BlockUnavailableError, NoRoomError):
                fault = DataAccessResult.data_block_unavailable
        self._answer_one(Service.READ, fault, status)

    def _block(self, service: Service, block: Any, raw_data: bytes, status: SecurityStatus, now: float) -> None:
        admit(service, (Option.BLOCKS,), self._negotiated)
        number: int = block.block_number
        if number == FIRST_BLOCK:
            self._abort_for_another()
            if self._pending is not None:
                raise RemoteProtocolError(RemoteFault.INVOKE_ID_IN_USE, "the last request is not answered yet")
            self._take_first_block(service, NO_INVOKE_ID, None, now)
        transfer = self._running(service, ServerStep.RECEIVING, NO_INVOKE_ID)
        if transfer is None:
            self._answer_one(service, _NO_LONG_TRANSFER[service], status)
            return
        weakest = transfer.note(status)
        try:
            whole = self._take_block(transfer, number, block.last_block, raw_data, now)
        except RemoteProtocolError as error:
            too_much = error.fault is RemoteFault.TOO_MUCH
            fault = DataAccessResult.other_reason if too_much else DataAccessResult.data_block_number_invalid
            self._answer_one(service, fault, status)
            return
        if whole is None:
            self._acknowledge(service, number, status)
            return
        try:
            if service is Service.READ:
                self._whole_read(apdu.ReadRequest.decode(apdu.ReadRequest.TAG_PATH + whole).value, weakest, now)
            else:
                self._whole_write(apdu.WriteRequest.decode(apdu.WriteRequest.TAG_PATH + whole), weakest, now)
        except DecodeError:
            self._answer_one(service, DataAccessResult.type_unmatched, status)

    # Answers

    def _answer(self, pending: SnPending, results: list[Any], options: SecurityOptions | None, now: float) -> None:
        given = iter(results)
        merged = [pending.faults[at] if at in pending.faults else next(given) for at in range(pending.count)]
        if pending.service is Service.WRITE:
            answer = apdu.WriteResponse([None if item == DataAccessResult.success else item for item in merged])
            self._post_or_except(pending, answer, options)
            return
        encoded = apdu.ReadResponse(merged).encode()
        if self._fits(encoded, options):
            self._port.post(encoded, options)
            return
        try:
            if REQUIRED[Service.READ, Option.BLOCKS] not in self._negotiated:
                raise NoRoomError(len(encoded))
            cutter = Cutter(encoded[len(apdu.ReadResponse.TAG_PATH) :], LAST_SN_NUMBER)
            self._send_first_block(Service.READ, NO_INVOKE_ID, cutter, _read_block, options, now)
        except (NoRoomError, BlockUnavailableError):
            errors: list[Any] = [DataAccessResult.other_reason] * pending.count
            self._post_or_except(pending, apdu.ReadResponse(errors), options)
            self._replace(pending.service, pending.invoke_id, _TOO_LONG)

    def _answer_one(self, service: Service, fault: DataAccessResult, status: SecurityStatus) -> None:
        """Answer a block, or a request for one, with an error that ends the transfer."""
        answer: Encodable = apdu.ReadResponse([fault]) if service is Service.READ else apdu.WriteResponse([fault])
        pending = SnPending(service, status, 1, {})
        self._post_or_except(pending, answer, self._port.answer_options(status))

    def _acknowledge(self, service: Service, number: int, status: SecurityStatus) -> None:
        answer: Encodable
        if service is Service.READ:
            answer = apdu.ReadResponse([apdu.ReadResponseBlockNumber(number)])
        else:
            answer = apdu.WriteResponse([apdu.WriteResponseBlockNumber(number)])
        pending = SnPending(service, status, 1, {})
        self._post_or_except(pending, answer, self._port.answer_options(status))

    def _post_or_except(self, pending: SnPending, answer: Encodable, options: SecurityOptions | None) -> None:
        encoded = answer.encode()
        if self._fits(encoded, options):
            self._port.post(encoded, options)
            return
        error: Encodable
        if pending.service is Service.READ:
            error = ConfirmedServiceErrorRead(ServiceErrorService.pdu_size)
        else:
            error = ConfirmedServiceErrorWrite(ServiceErrorService.pdu_size)
        self._port.post_error(error.encode())
        self._replace(pending.service, pending.invoke_id, _TOO_LONG)


def accesses_of(specifications: list[Any], *, silent: bool = False) -> list[VariableAccess]:
    """The variables of a request; raises RemoteProtocolError where a block stands among them."""
    variables = []
    for specification in specifications:
        variable = access_of(specification)
        if variable is None:
            raise contradiction("a block stands among variables", silent=silent)
        variables.append(variable)
    return variables


def contradiction(what: str, *, silent: bool = False) -> RemoteProtocolError:
    """A request whose parts do not belong together."""
    return RemoteProtocolError(RemoteFault.UNDECODABLE, what, silent=silent)


def _read_block(last: bool, number: int, raw_data: bytes) -> Encodable:
    return apdu.ReadResponse([apdu.DataBlockResult(last, number, raw_data)])
