"""How a server answers GET, SET and ACTION: whole, in blocks, or with an error (clauses 7.3.3 to 7.3.5)."""

from __future__ import annotations

from typing import Any

from xdlms.security import SecurityStatus
from xdlms.services.blocks import LAST_LN_NUMBER, BlockSource, BlockUnavailableError, Cutter, NoRoomError
from xdlms.services.conformance import REQUIRED, Option, Service
from xdlms.services.errors import RemoteFault, RemoteProtocolError
from xdlms.services.port import Port
from xdlms.services.primitives.common import (
    INVOKE_ID_BITS,
    SecurityOptions,
    ServiceClass,
    priority_of,
)
from xdlms.services.server import ServerServices
from xdlms.services.transfers import ServerStep
from xdlms.services.values import ActionResponseForm, action_raw_data, null_data
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import (
    ActionResponseWithOptionalData,
    ActionResult,
    Conformance,
    DataAccessResult,
    ExceptionResponse,
    ExceptionResponseStateError,
    OtherReason,
)
from xdlms_apdu.v2023.syntax import Encodable

_TOO_LONG = "it is too long for the client"
_BUSY = "it is too long for one APDU, and another block transfer is going on"


class Pending:
    """A request that the application has not answered yet.

    `octet` is its Invoke-Id-And-Priority; `last_number` the number of its last block, None where it came in one
    APDU; `faults` the results of items that the application does not see.
    """

    __slots__ = ("confirmed", "count", "faults", "last_number", "listed", "octet", "service", "status")

    def __init__(
        self, service: Service, octet: int, status: SecurityStatus, confirmed: bool, *, listed: bool = False
    ) -> None:
        self.service = service
        self.octet = octet
        self.status = status
        self.confirmed = confirmed
        self.listed = listed
        self.count = 1
        self.last_number: int | None = None
        self.faults: dict[int, Any] = {}

    @property
    def invoke_id(self) -> int:
        return self.octet & INVOKE_ID_BITS

    @property
    def refused_silently(self) -> bool:
        """An unconfirmed request is served as a whole or not at all, since nobody hears of its faults."""
        return bool(self.faults) and not self.confirmed

    def parameters(self) -> dict[str, Any]:
        """What every .indication has."""
        return {
            "invoke_id": self.invoke_id,
            "priority": priority_of(self.octet),
            "service_class": ServiceClass(self.confirmed),
            "security_status": self.status,
        }

    def fault(self, at: int) -> Any:
        """The result of an item at fault, as its response carries it."""
        fault = self.faults[at]
        return ActionResponseWithOptionalData(fault) if self.service is Service.ACTION else fault


class LnResponses(ServerServices):
    """What a server sends by logical name.

    Args:
        port, negotiated, timeout, largest_value: as for every server.
        action_response_form: what the blocks of a long ACTION.response hold.
        strict_priority: whether priority high is refused where it was not negotiated.
    """

    __slots__ = ("_action_response_form", "_pending", "_strict_priority")

    def __init__(
        self,
        port: Port,
        negotiated: Conformance,
        *,
        timeout: float | None,
        largest_value: int,
        action_response_form: ActionResponseForm = ActionResponseForm.STANDARD,
        strict_priority: bool = False,
    ) -> None:
        super().__init__(port, negotiated, timeout=timeout, largest_value=largest_value)
        self._pending: dict[int, Pending] = {}
        self._action_response_form = action_response_form
        self._strict_priority = strict_priority

    def end(self) -> None:
        super().end()
        self._pending.clear()

    # GET

    def _answer_get(self, pending: Pending, result: Any, options: SecurityOptions | None, now: float) -> None:
        octet = pending.octet
        if isinstance(result, BlockSource):
            self._answer_get_from(pending, Cutter(result, LAST_LN_NUMBER), options, now)
            return
        whole: Encodable
        if pending.listed:
            whole = apdu.GetResponseWithList(octet, list(result))
            head = len(apdu.GetResponseWithList.TAG_PATH) + 1
        else:
            whole = apdu.GetResponseNormal(octet, result)
            head = len(apdu.GetResponseNormal.TAG_PATH) + 2  # the tag of Get-Data-Result is not in the blocks
        encoded = whole.encode()
        if self._fits(encoded, options):
            self._port.post(encoded, options)
        elif isinstance(result, DataAccessResult):
            self._answer_exception(pending)
        else:
            self._answer_get_in_blocks(pending, Cutter(encoded[head:], LAST_LN_NUMBER), options, now)

    def _answer_get_from(self, pending: Pending, cutter: Cutter, options: SecurityOptions | None, now: float) -> None:
        head = apdu.GetResponseNormal(pending.octet, null_data()).encode()[:-1]
        room = self._port.room(options) - len(head)
        try:
            value = cutter.whole(max(room, 0))
        except BlockUnavailableError:
            self._answer_get_error(pending, DataAccessResult.data_block_unavailable, options)
            return
        if value is not None:
            self._port.post(head + value, options)
        else:
            self._answer_get_in_blocks(pending, cutter, options, now)

    def _answer_get_in_blocks(
        self, pending: Pending, cutter: Cutter, options: SecurityOptions | None, now: float
    ) -> None:
        octet = pending.octet

        def make(last: bool, number: int, raw_data: bytes) -> Encodable:
            return apdu.GetResponseWithDatablock(octet, apdu.DataBlockG(last, number, raw_data))

        if REQUIRED[Service.GET, Option.BLOCKS] not in self._negotiated:
            self._answer_get_error(pending, DataAccessResult.other_reason, options, _TOO_LONG)
        elif self._step is not ServerStep.NONE:
            self._answer_get_error(pending, DataAccessResult.temporary_failure, options, _BUSY)
        else:
            try:
                self._send_first_block(Service.GET, pending.invoke_id, cutter, make, options, now)
            except (NoRoomError, BlockUnavailableError):
                self._answer_get_error(pending, DataAccessResult.other_reason, options, _TOO_LONG)

    def _answer_get_error(
        self,
        pending: Pending,
        error: DataAccessResult,
        options: SecurityOptions | None,
        message: str = "the value cannot be had",
    ) -> None:
        whole: Encodable
        if pending.listed:
            whole = apdu.GetResponseWithList(pending.octet, [error] * pending.count)
        else:
            whole = apdu.GetResponseNormal(pending.octet, error)
        self._post_or_except(pending, whole, options)
        self._replace(Service.GET, pending.invoke_id, message)

    # SET

    def _answer_set(self, pending: Pending, result: Any, options: SecurityOptions | None) -> None:
        octet, number = pending.octet, pending.last_number
        whole: Encodable
        if pending.listed:
            results = list(result)
            whole = (
                apdu.SetResponseWithList(octet, results)
                if number is None
                else apdu.SetResponseLastDatablockWithList(octet, results, number)
            )
        elif number is None:
            whole = apdu.SetResponseNormal(octet, result)
        else:
            whole = apdu.SetResponseLastDatablock(octet, result, number)
        self._post_or_except(pending, whole, options)

    # ACTION

    def _answer_action(self, pending: Pending, result: Any, options: SecurityOptions | None, now: float) -> None:
        octet = pending.octet
        whole: Encodable
        if pending.listed:
            results = tuple(result)
            whole = apdu.ActionResponseWithList(octet, list(results))
        else:
            results = (result,)
            whole = apdu.ActionResponseNormal(octet, result)
        encoded = whole.encode()
        if self._fits(encoded, options):
            self._port.post(encoded, options)
            return

        def make(last: bool, number: int, raw_data: bytes) -> Encodable:
            return apdu.ActionResponseWithPblock(octet, apdu.DataBlockSA(last, number, raw_data))

        raw_data = action_raw_data(results, listed=pending.listed, form=self._action_response_form)
        if REQUIRED[Service.ACTION, Option.BLOCKS] not in self._negotiated:
            self._answer_action_error(pending, ActionResult.other_reason, options, _TOO_LONG)
        elif self._step is not ServerStep.NONE:
            self._answer_action_error(pending, ActionResult.temporary_failure, options, _BUSY)
        else:
            try:
                cutter = Cutter(raw_data, LAST_LN_NUMBER)
                self._send_first_block(Service.ACTION, pending.invoke_id, cutter, make, options, now)
            except (NoRoomError, BlockUnavailableError):
                self._answer_action_error(pending, ActionResult.other_reason, options, _TOO_LONG)

    def _answer_action_error(
        self, pending: Pending, error: ActionResult, options: SecurityOptions | None, message: str
    ) -> None:
        whole = apdu.ActionResponseNormal(pending.octet, ActionResponseWithOptionalData(error))
        self._post_or_except(pending, whole, options)
        self._replace(Service.ACTION, pending.invoke_id, message)

    # What the application does not see

    def _answer_faults(self, pending: Pending, now: float) -> None:
        """Answer a request none of whose items reaches the application."""
        if not pending.confirmed:
            raise RemoteProtocolError(
                RemoteFault.NOT_NEGOTIATED,
                f"{pending.service}: an unconfirmed request with an item at fault",
                silent=True,
            )
        options = self._port.answer_options(pending.status)
        results: Any = tuple(pending.fault(at) for at in range(pending.count))
        result = results if pending.listed else results[0]
        if pending.service is Service.GET:
            self._answer_get(pending, result, options, now)
        elif pending.service is Service.SET:
            self._answer_set(pending, result, options)
        else:
            self._answer_action(pending, result, options, now)

    def _answer_block_fault(
        self, service: Service, request: Any, number: int, fault: Any, status: SecurityStatus
    ) -> None:
        """Answer a block, or a request for one, with an error that ends the transfer."""
        octet = request.invoke_id_and_priority
        answer: Encodable
        if service is Service.GET:
            answer = apdu.GetResponseWithDatablock(octet, apdu.DataBlockG(True, number, fault))
        elif service is Service.SET:
            answer = apdu.SetResponseLastDatablock(octet, fault, number)
        else:
            answer = apdu.ActionResponseNormal(octet, ActionResponseWithOptionalData(fault))
        self._post_or_except(Pending(service, octet, status, True), answer, self._port.answer_options(status))

    def _acknowledge(self, service: Service, request: Any, number: int, status: SecurityStatus) -> None:
        octet = request.invoke_id_and_priority
        answer: Encodable
        if service is Service.SET:
            answer = apdu.SetResponseDatablock(octet, number)
        else:
            answer = apdu.ActionResponseNextPblock(octet, number)
        self._post_or_except(Pending(service, octet, status, True), answer, self._port.answer_options(status))

    def _post_or_except(self, pending: Pending, answer: Encodable, options: SecurityOptions | None) -> None:
        encoded = answer.encode()
        if self._fits(encoded, options):
            self._port.post(encoded, options)
        else:
            self._answer_exception(pending)

    def _answer_exception(self, pending: Pending) -> None:
        """Not even the error fits: the ExceptionResponse always does, since it has three octets and is plain."""
        error = ExceptionResponse(ExceptionResponseStateError.service_not_allowed, OtherReason())
        self._port.post_error(error.encode())
        self._replace(pending.service, pending.invoke_id, _TOO_LONG)
