"""What the services of a server have in common: requests at the application, and the one block transfer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from xdlms.security import SecurityStatus
from xdlms.services.blocks import Assembler, BlockUnavailableError, Cutter, NoRoomError, cut
from xdlms.services.conformance import Service
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.events import ResponseNotSent, TransferAborted, TransferEnd
from xdlms.services.port import Port
from xdlms.services.primitives.common import SecurityOptions
from xdlms.services.transfers import SERVER_TRANSFER, ServerInput, ServerStep
from xdlms_apdu.v2023 import Conformance
from xdlms_apdu.v2023.syntax import Encodable


class Transfer:
    """The block transfer of a server: of a request that comes in, or of a response that goes out.

    `invoke_id` is that of the request; `first` the APDU with its first block; `make` makes the APDU of a
    block of the response.
    """

    __slots__ = ("assembler", "cutter", "deadline", "first", "invoke_id", "make", "options", "service", "status")

    def __init__(self, service: Service, invoke_id: int) -> None:
        self.service = service
        self.invoke_id = invoke_id
        self.assembler: Assembler | None = None
        self.cutter: Cutter | None = None
        self.first: Any = None
        self.make: Callable[[bool, int, bytes], Encodable] | None = None
        self.options: SecurityOptions | None = None
        self.status: SecurityStatus | None = None
        self.deadline: float | None = None

    def note(self, status: SecurityStatus) -> SecurityStatus:
        """The status of the whole request so far: that of its least protected APDU."""
        if self.status is None or status.protection & self.status.protection != self.status.protection:
            self.status = status
        return self.status


class ServerServices(ABC):
    """The services of a server in one association, up to what differs between LN and SN.

    Args:
        port: the association.
        negotiated: the negotiated conformance.
        timeout: seconds that a client may take between two blocks; None: for ever.
        largest_value: octets of the longest request in blocks that is kept.
    """

    __slots__ = ("_largest_value", "_negotiated", "_port", "_step", "_timeout", "_transfer")

    def __init__(self, port: Port, negotiated: Conformance, *, timeout: float | None, largest_value: int) -> None:
        self._port = port
        self._negotiated = negotiated
        self._timeout = timeout
        self._largest_value = largest_value
        self._step = ServerStep.NONE
        self._transfer: Transfer | None = None

    @abstractmethod
    def receive(self, request: Any, status: SecurityStatus, *, confirmed: bool | None, now: float) -> None:
        """Take a request; raises RemoteProtocolError where it cannot be served at all."""

    @abstractmethod
    def respond(self, response: Any, now: float) -> None:
        """Send the application's response; raises LocalProtocolError, EncodeError."""

    def allow(self, negotiated: Conformance, largest_value: int) -> None:
        """Serve with this conformance and limit from now on: after HLS, when only one method was served before."""
        self._negotiated = negotiated
        self._largest_value = largest_value

    # Time, and the end

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due, or None."""
        return None if self._transfer is None else self._transfer.deadline

    def handle_timeout(self, now: float) -> None:
        """End a block transfer that the client does not go on with."""
        transfer = self._transfer
        if transfer is not None and transfer.deadline is not None and transfer.deadline <= now:
            self._abort(ServerInput.GIVEN_UP, TransferEnd.TIME_OUT)

    def end(self) -> None:
        """Forget everything: the association is over."""
        if self._transfer is not None:
            self._move(ServerInput.GIVEN_UP)

    # The block transfer

    def _move(self, by: ServerInput) -> None:
        step = SERVER_TRANSFER.get((self._step, by))
        if step is None:
            raise RemoteProtocolError(RemoteFault.WRONG_BLOCK, f"not while the transfer is {self._step}: {by}")
        self._step = step
        if step is ServerStep.NONE:
            self._transfer = None

    def _abort(self, by: ServerInput, end: TransferEnd) -> None:
        transfer = self._transfer
        self._move(by)
        if transfer is not None:
            self._port.tell(TransferAborted(transfer.service, transfer.invoke_id, end))

    def _abort_for_another(self) -> None:
        """Another request came: what was going on is aborted (Figure 17)."""
        if self._transfer is not None:
            self._abort(ServerInput.OTHER_REQUEST, TransferEnd.OTHER_REQUEST)

    def _running(self, service: Service, step: ServerStep, invoke_id: int) -> Transfer | None:
        """The transfer that an APDU with this invoke-id goes on with, or None."""
        transfer = self._transfer
        if transfer is None or self._step is not step or transfer.service is not service:
            return None
        return transfer if transfer.invoke_id == invoke_id else None

    def _keep_waiting(self, transfer: Transfer, now: float) -> None:
        transfer.deadline = None if self._timeout is None else now + self._timeout

    def _take_first_block(self, service: Service, invoke_id: int, first: Any, now: float) -> Transfer:
        """Start to receive a request in blocks; the block itself goes to `_take_block`."""
        transfer = Transfer(service, invoke_id)
        transfer.assembler = Assembler(self._largest_value)
        transfer.first = first
        self._transfer = transfer
        self._move(ServerInput.FIRST_BLOCK)
        self._keep_waiting(transfer, now)
        return transfer

    def _take_block(self, transfer: Transfer, number: int, last: bool, raw_data: bytes, now: float) -> bytes | None:
        """Take a block of a request; returns the joined value with the last one.

        Raises:
            RemoteProtocolError: WRONG_BLOCK or TOO_MUCH; the transfer has ended.
        """
        assembler = transfer.assembler
        if assembler is None:
            raise RemoteProtocolError(RemoteFault.WRONG_BLOCK, "no block is expected")
        try:
            assembler.add(number, raw_data)
        except RemoteProtocolError as error:
            if error.fault is RemoteFault.TOO_MUCH:
                self._abort(ServerInput.TOO_MUCH, TransferEnd.TOO_MUCH)
            else:
                self._abort(ServerInput.WRONG_NUMBER, TransferEnd.WRONG_NUMBER)
            raise
        if not last:
            self._move(ServerInput.BLOCK)
            self._keep_waiting(transfer, now)
            return None
        self._move(ServerInput.LAST_BLOCK)
        return assembler.joined()

    def _send_first_block(
        self,
        service: Service,
        invoke_id: int,
        cutter: Cutter,
        make: Callable[[bool, int, bytes], Encodable],
        options: SecurityOptions | None,
        now: float,
    ) -> None:
        """Send the first block of a long response.

        Raises:
            NoRoomError, BlockUnavailableError: there is none; nothing was sent.
            LocalProtocolError: it cannot be protected; nothing was sent.
        """
        apdu = cut(cutter, self._port.room(options), make)
        self._port.post(apdu, options)
        if cutter.finished:
            return
        transfer = Transfer(service, invoke_id)
        transfer.cutter, transfer.make, transfer.options = cutter, make, options
        self._transfer = transfer
        self._move(ServerInput.LONG_RESPONSE)
        self._keep_waiting(transfer, now)

    def _send_next_block(self, transfer: Transfer, acknowledged: int, now: float) -> None:
        """Send the block after the acknowledged one.

        Raises:
            RemoteProtocolError: WRONG_BLOCK, the number is not that of the last block.
            BlockUnavailableError, NoRoomError: there is no next block. In each case the transfer has ended.
        """
        cutter, make = transfer.cutter, transfer.make
        if cutter is None or make is None or acknowledged != cutter.number:
            self._abort(ServerInput.WRONG_NUMBER, TransferEnd.WRONG_NUMBER)
            raise RemoteProtocolError(RemoteFault.WRONG_BLOCK, f"{acknowledged} is not the number of the last block")
        try:
            apdu = cut(cutter, self._port.room(transfer.options), make)
            self._port.post(apdu, transfer.options)
        except (BlockUnavailableError, NoRoomError):
            self._abort(ServerInput.UNAVAILABLE, TransferEnd.UNAVAILABLE)
            raise
        except LocalProtocolError as error:
            self._abort(ServerInput.UNAVAILABLE, TransferEnd.UNAVAILABLE)
            raise BlockUnavailableError from error
        if cutter.finished:
            self._move(ServerInput.NEXT_TO_LAST)
        else:
            self._move(ServerInput.NEXT)
            self._keep_waiting(transfer, now)

    # Responses

    def _fits(self, apdu: bytes, options: SecurityOptions | None) -> bool:
        return len(apdu) <= self._port.room(options)

    def _replace(self, service: Service, invoke_id: int, message: str) -> None:
        """Tell the application that its response did not reach the client as it is."""
        self._port.tell(ResponseNotSent(service, invoke_id, message))


def unknown_request(service: Service, invoke_id: int) -> LocalProtocolError:
    """A response to a request that is not waiting for one."""
    return LocalProtocolError(
        LocalFault.UNKNOWN_REQUEST, f"{service}: no request {invoke_id} is waiting for a response"
    )
