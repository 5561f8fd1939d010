"""The confirmed services of a client that are on their way: invoke-ids, order, blocks, time-outs.

No response is ever taken for that of another request: an invoke-id whose response did not come is not
used again before the response came after all, or `stale_for` seconds have passed. Services by short
name carry no invoke-id, so there one is on its way at a time, and the next one waits as long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xdlms.codec.errors import DecodeError
from xdlms.security import SecurityStatus
from xdlms.services.blocks import BlockUnavailableError, NoRoomError
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.events import Confirm, Failure, ServiceFailed
from xdlms.services.invocation import Invocation
from xdlms.services.port import Port
from xdlms.services.primitives.common import INVOKE_ID_BITS, INVOKE_IDS, Priority, SecurityOptions
from xdlms.services.requests import Acknowledgement, Block, Exchange, Result
from xdlms.services.transfers import ClientInput, ClientStep
from xdlms_apdu.v2023 import ConfirmedServiceError, ExceptionResponse

FIRST_INVOKE_ID: Final = 1

_NOT_SENT: Final = (LocalProtocolError, BlockUnavailableError, NoRoomError)


class ClientServices:
    """The confirmed services of a client in one association.

    Args:
        port: the association.
        by_invoke_id: whether responses carry an invoke-id (LN).
        in_flight: how many requests may be on their way at a time, 1 to 16; with SN it is 1.
        timeout: seconds until a response, or its next block, must have come; None: for ever.
        stale_for: seconds after which a response that did not come is not expected any more; None: never.
        largest_value: octets of the longest response in blocks that is kept.
    """

    __slots__ = (
        "_active",
        "_by_invoke_id",
        "_in_flight",
        "_largest_value",
        "_last_id",
        "_port",
        "_queue",
        "_stale",
        "_stale_for",
        "_timeout",
    )

    def __init__(
        self,
        port: Port,
        *,
        by_invoke_id: bool,
        in_flight: int,
        timeout: float | None,
        stale_for: float | None,
        largest_value: int,
    ) -> None:
        self._port = port
        self._by_invoke_id = by_invoke_id
        self._in_flight = in_flight if by_invoke_id else 1
        self._timeout = timeout
        self._stale_for = stale_for
        self._largest_value = largest_value
        self._active: dict[int, Invocation] = {}
        self._queue: list[Invocation] = []
        self._stale: dict[int, float | None] = {}
        self._last_id = FIRST_INVOKE_ID - 1

    # What the application asks for

    def choose_invoke_id(self, wanted: int | None, now: float) -> int:
        """The invoke-id of a new request.

        Raises:
            LocalProtocolError: NO_INVOKE_ID, the wanted one, or every one, is in use; PARAMETER, out of range.
        """
        self._forget_stale(now)
        used = self._active.keys() | {waiting.exchange.invoke_id for waiting in self._queue} | self._stale.keys()
        if wanted is not None:
            if not 0 <= wanted < INVOKE_IDS:
                raise LocalProtocolError(LocalFault.PARAMETER, f"an invoke-id is 0 to 15, not {wanted}")
            if wanted in used:
                raise LocalProtocolError(LocalFault.NO_INVOKE_ID, f"invoke-id {wanted} is in use")
            return wanted
        for step in range(1, INVOKE_IDS + 1):
            invoke_id = (self._last_id + step) % INVOKE_IDS
            if invoke_id not in used:
                return invoke_id
        owed = len(self._stale)
        raise LocalProtocolError(
            LocalFault.NO_INVOKE_ID,
            (
                f"all {INVOKE_IDS} invoke-ids are in use, {owed} of them by requests that were given up unanswered"
                if owed
                else f"all {INVOKE_IDS} invoke-ids are in use: wait for a response"
            ),
        )

    def is_exhausted(self, now: float) -> bool:
        """Whether no invoke-id is left, since answers to requests that were given up did not come."""
        self._forget_stale(now)
        return bool(self._stale) and len(self._active) + len(self._queue) + len(self._stale) >= INVOKE_IDS

    def use_invoke_id(self, invoke_id: int) -> None:
        """Note that a request with this invoke-id was sent, so that the next one gets another."""
        self._last_id = invoke_id

    def begin(
        self,
        exchange: Exchange,
        *,
        priority: Priority,
        options: SecurityOptions | None,
        deliver: Callable[[Confirm | ServiceFailed], None],
        now: float,
    ) -> None:
        """Send a request, now or when its turn comes.

        Raises:
            LocalProtocolError: it is to be sent now and cannot be protected; nothing changes.
        """
        invocation = Invocation(exchange, priority, options, deliver, self._largest_value)
        if not self._queue and self._may_start(invocation, now):
            self._start(invocation, now)
        else:
            high = priority is Priority.HIGH
            places = (at for at, other in enumerate(self._queue) if high and other.priority is Priority.NORMAL)
            self._queue.insert(next(places, len(self._queue)), invocation)
            invocation.queued_at = now
        self.use_invoke_id(exchange.invoke_id)

    def next_block(self, invoke_id: int, now: float) -> None:
        """Ask for the next block of a response that the application takes block by block.

        Raises:
            LocalProtocolError: UNKNOWN_REQUEST, no such response is waiting; or the APDU cannot be protected.
        """
        invocation = self._active.get(invoke_id)
        if invocation is None or invocation.outstanding:
            raise LocalProtocolError(LocalFault.UNKNOWN_REQUEST, f"no response {invoke_id} is waiting for NEXT")
        self._post(invocation, invocation.exchange.next_request(invocation.assembler.number), now)
        invocation.held_since = None

    def cancel(self, invoke_id: int, now: float) -> None:
        """Give a request up: no event comes for it.

        The server is not told, but the next request ends a block transfer. Raises LocalProtocolError
        (UNKNOWN_REQUEST) when there is no such request.
        """
        for at, waiting in enumerate(self._queue):
            if waiting.exchange.invoke_id == invoke_id:
                waiting.move(ClientInput.GIVEN_UP)
                del self._queue[at]
                return
        invocation = self._active.get(invoke_id)
        if invocation is None:
            raise LocalProtocolError(LocalFault.UNKNOWN_REQUEST, f"no request {invoke_id} is on its way")
        self._give_up(invocation, now)
        self._start_queued(now)

    # What comes from the server

    def receive(self, response: Any, status: SecurityStatus, now: float) -> None:
        """Take a response; raises RemoteProtocolError (UNMATCHED) when it answers no request."""
        try:
            invocation = self._match(response)
        except RemoteProtocolError:
            self._start_queued(now)  # with SN it may be the late response that the next request waits for
            raise
        try:
            self._advance(invocation, invocation.exchange.read(response), invocation.note(status), now)
        except RemoteProtocolError as error:
            failure = Failure.TOO_MUCH if error.fault is RemoteFault.TOO_MUCH else Failure.RESPONSE
            self._fail(invocation, failure, error.reason)
        except DecodeError as error:
            self._fail(invocation, Failure.RESPONSE, f"the joined blocks do not decode: {error}")
        self._start_queued(now)

    def receive_error(
        self, error: ExceptionResponse | ConfirmedServiceError, status: SecurityStatus, now: float
    ) -> None:
        """Take an answer that names no request.

        Raises RemoteProtocolError (UNMATCHED) when more than one could be meant, or none: those time out.
        """
        outstanding = [invocation for invocation in self._active.values() if invocation.outstanding]
        if len(outstanding) + len(self._stale) != 1:
            raise RemoteProtocolError(
                RemoteFault.UNMATCHED, f"{type(error).__name__}: none, or more than one request, is meant by it"
            )
        if self._stale:
            self._stale.clear()
            self._start_queued(now)
            raise RemoteProtocolError(RemoteFault.UNMATCHED, f"{type(error).__name__}: its request was given up")
        failure = Failure.EXCEPTION if isinstance(error, ExceptionResponse) else Failure.CONFIRMED_SERVICE_ERROR
        self._fail(outstanding[0], failure, f"the server answered: {error!r}", error, status)
        self._start_queued(now)

    def undecodable(self, responses: tuple[type, ...], octet: int | None, reason: str, now: float) -> bool:
        """Fail the request that an undecodable response of one of these types answers; False when there is none."""
        if self._by_invoke_id:
            found = None if octet is None else self._active.get(octet & INVOKE_ID_BITS)
        else:
            found = next(iter(self._active.values()), None)
        if found is None or not found.outstanding or not set(responses) & set(found.exchange.RESPONSES):
            return False
        self._fail(found, Failure.RESPONSE, f"the response does not decode: {reason}")
        self._start_queued(now)
        return True

    # Time, and the end

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due, or None."""
        times = [invocation.deadline for invocation in self._active.values()]
        if self._queue and not self._by_invoke_id:
            times += self._stale.values()
        times += map(self._waits_until, self._queue)
        return min((time for time in times if time is not None), default=None)

    def handle_timeout(self, now: float) -> None:
        """Fail what has waited too long."""
        self._forget_stale(now)
        self._fail_held_up(now)
        for invocation in list(self._active.values()):
            if invocation.deadline is not None and invocation.deadline <= now:
                waited = "" if self._timeout is None else f" within {self._timeout:g} s"
                self._give_up(invocation, now)
                self._report(invocation, Failure.TIME_OUT, f"no response{waited}")
        self._start_queued(now)

    def _waits_until(self, waiting: Invocation) -> float | None:
        """Until when a request waits for an application that takes a response block by block, and does not go on."""
        held = [invocation.held_since for invocation in self._active.values() if invocation.held_since is not None]
        return None if self._timeout is None or not held else max(*held, waiting.queued_at) + self._timeout

    def _fail_held_up(self, now: float) -> None:
        for waiting in list(self._queue):
            until = self._waits_until(waiting)
            if until is not None and until <= now:
                self._queue.remove(waiting)
                waiting.move(ClientInput.GIVEN_UP)
                reason = f"the blocks of another response are not taken, for {self._timeout:g} s"
                self._report(waiting, Failure.HELD_UP, reason)

    def end(self, message: str) -> None:
        """Fail everything: the association is over."""
        pending = [*self._active.values(), *self._queue]
        self._active.clear()
        self._queue.clear()
        self._stale.clear()
        for invocation in pending:
            invocation.move(ClientInput.GIVEN_UP)
            self._report(invocation, Failure.ASSOCIATION_ENDED, message)

    # Within

    def _may_start(self, invocation: Invocation, now: float) -> bool:
        active = self._active.values()
        if any(other.step in (ClientStep.SENDING, ClientStep.RECEIVING) for other in active):
            return False  # any other request would end the block transfer
        if not invocation.exchange.whole and active:
            return False
        self._forget_stale(now)
        if self._stale and not self._by_invoke_id:
            return False
        return len(self._active) < self._in_flight

    def _start_queued(self, now: float) -> None:
        while self._queue and self._may_start(self._queue[0], now):
            invocation = self._queue.pop(0)
            try:
                self._start(invocation, now)
            except LocalProtocolError as error:
                invocation.move(ClientInput.GIVEN_UP)
                self._report(invocation, Failure.NOT_SENT, error.reason)

    def _start(self, invocation: Invocation, now: float) -> None:
        self._post(invocation, invocation.exchange.first, now)
        whole = invocation.exchange.whole
        invocation.move(ClientInput.START_WHOLE if whole else ClientInput.START_IN_BLOCKS)
        self._active[invocation.exchange.invoke_id] = invocation

    def _post(self, invocation: Invocation, apdu: bytes, now: float) -> None:
        self._port.post(apdu, invocation.options)
        invocation.outstanding = True
        invocation.deadline = None if self._timeout is None else now + self._timeout

    def _match(self, response: Any) -> Invocation:
        name = type(response).__name__
        if self._by_invoke_id:
            invoke_id = response.invoke_id_and_priority & INVOKE_ID_BITS
            if invoke_id in self._stale:
                del self._stale[invoke_id]
                raise RemoteProtocolError(RemoteFault.UNMATCHED, f"{name}: request {invoke_id} was given up")
            invocation = self._active.get(invoke_id)
        else:
            invocation = next(iter(self._active.values()), None)
            if invocation is None and self._stale:
                self._stale.clear()
                raise RemoteProtocolError(RemoteFault.UNMATCHED, f"{name}: its request was given up")
        if invocation is None or not invocation.outstanding or type(response) not in invocation.exchange.RESPONSES:
            raise RemoteProtocolError(RemoteFault.UNMATCHED, f"{name}: it answers no request that is on its way")
        return invocation

    def _advance(
        self, invocation: Invocation, reply: Block | Acknowledgement | Result, status: SecurityStatus, now: float
    ) -> None:
        invocation.outstanding = False
        exchange = invocation.exchange
        if isinstance(reply, Acknowledgement):
            if reply.number != exchange.sent_number:
                raise RemoteProtocolError(
                    RemoteFault.WRONG_BLOCK, f"block {reply.number} acknowledged, {exchange.sent_number} was sent"
                )
            self._send_block(invocation, now)
        elif isinstance(reply, Block):
            self._take_block(invocation, reply, status, now)
        else:
            self._finish(invocation, ClientInput.RESPONSE, exchange.confirm(reply.value, status))

    def _send_block(self, invocation: Invocation, now: float) -> None:
        exchange = invocation.exchange
        try:
            apdu = exchange.next_block()
            invocation.move(ClientInput.ACKNOWLEDGED_BEFORE_LAST if exchange.sent_all else ClientInput.ACKNOWLEDGED)
            self._post(invocation, apdu, now)
        except _NOT_SENT as error:
            self._fail(invocation, Failure.NOT_SENT, f"the next block of the request: {error}")

    def _take_block(self, invocation: Invocation, block: Block, status: SecurityStatus, now: float) -> None:
        exchange = invocation.exchange
        invocation.assembler.add(block.number, block.raw_data, keep=not exchange.block_by_block)
        if exchange.block_by_block:
            event = exchange.block_confirm(block, status)
            if block.last_block:
                self._finish(invocation, ClientInput.LAST_BLOCK, event)
            else:
                invocation.move(ClientInput.BLOCK)
                invocation.deadline = None
                invocation.held_since = now
                invocation.deliver(event)
        elif block.last_block:
            value = exchange.joined(invocation.assembler.joined())
            self._finish(invocation, ClientInput.LAST_BLOCK, exchange.confirm(value, status))
        else:
            invocation.move(ClientInput.BLOCK)
            try:
                self._post(invocation, exchange.next_request(block.number), now)
            except LocalProtocolError as error:
                self._fail(invocation, Failure.NOT_SENT, f"the request for the next block: {error}")

    def _finish(self, invocation: Invocation, by: ClientInput, event: Confirm) -> None:
        invocation.move(by)
        del self._active[invocation.exchange.invoke_id]
        invocation.deliver(event)

    def _fail(
        self,
        invocation: Invocation,
        failure: Failure,
        message: str,
        error: ExceptionResponse | ConfirmedServiceError | None = None,
        status: SecurityStatus | None = None,
    ) -> None:
        """End a request whose last APDU was answered, or never sent."""
        invocation.move(ClientInput.GIVEN_UP)
        del self._active[invocation.exchange.invoke_id]
        self._report(invocation, failure, message, error, status)

    def _give_up(self, invocation: Invocation, now: float) -> None:
        """End a request whose answer may still come."""
        invocation.move(ClientInput.GIVEN_UP)
        invoke_id = invocation.exchange.invoke_id
        del self._active[invoke_id]
        if invocation.outstanding:
            self._stale[invoke_id] = None if self._stale_for is None else now + self._stale_for

    def _report(
        self,
        invocation: Invocation,
        failure: Failure,
        message: str,
        error: ExceptionResponse | ConfirmedServiceError | None = None,
        status: SecurityStatus | None = None,
    ) -> None:
        exchange = invocation.exchange
        event = ServiceFailed(exchange.SERVICE, exchange.invoke_id, failure, message, error)
        if status is not None:
            event = ServiceFailed(exchange.SERVICE, exchange.invoke_id, failure, message, error, status)
        invocation.deliver(event)

    def _forget_stale(self, now: float) -> None:
        for invoke_id in [known for known, until in self._stale.items() if until is not None and until <= now]:
            del self._stale[invoke_id]
