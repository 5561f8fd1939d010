"""One association over one link, driven by asyncio: requests go in, and each gets its own answer.

Everything happens in the event loop's thread, in the callbacks of the link and of the clock: there is no task to
cancel, and nothing is half done when a caller gives up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any, Final, TypeAlias

from xdlms.association import ApduDropped, Authenticated, ClientAssociation, ClientSettings, Disconnect
from xdlms.client import explaining
from xdlms.client.errors import ClientError, ConnectionLostError, NoAnswerError, NotSentError
from xdlms.client.patience import Patience
from xdlms.client.trace import Recorder
from xdlms.codec.errors import EncodeError
from xdlms.profiles.link import ApduReceived, LinkDown, LinkEvent, LinkTrouble, LinkUp, Saps
from xdlms.profiles.problems import FrameError
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.events import Confirm, Failure, ServiceFailed
from xdlms.services.primitives.association import Abort, Open, Release
from xdlms.services.primitives.ln import (
    Action,
    DataNotification,
    EventNotification,
    Get,
    Set,
    TriggerEventNotificationSending,
)
from xdlms.services.primitives.sn import InformationReport, Read, Write
from xdlms.transports.driver import LinkDriver
from xdlms_apdu.v2023 import AssociationResult

Notification: TypeAlias = EventNotification.Indication | InformationReport.Indication | DataNotification.Indication
"""What a meter sends by itself."""

MOST_PENDING: Final = 8
"""How many requests wait for their turn in the core; the others wait here. There are 16 invoke-ids."""
_NOTIFICATIONS: Final = (EventNotification.Indication, InformationReport.Indication, DataNotification.Indication)
_BLOCKS: Final = (Get.Block, Read.Block)
_CONFIRMS: Final = (Get.Confirm, Set.Confirm, Action.Confirm, Read.Confirm, Write.Confirm, *_BLOCKS)
_ANEW_HINT: Final = "connect anew, or use reconnect=True"
_BUSY_HINT: Final = "the meter may serve one connection at a time"
_SILENT_HINT: Final = (
    "check client, server and physical address, and the speed of the line; an optical port may wait for open=mode-e;"
    " over TCP, the meter may speak the wrapper: tcp://"
)
_CLOSED: Final = "the client closed the connection"
_FOR_EVER: Final = Patience(None)
_OUTSIDE: Final = ClientSettings(notifications_outside=True)


class _Ticket:
    """A request that is on its way: who waits for its answer, and whether anybody still does."""

    __slots__ = ("future", "invoke_id", "is_over")

    def __init__(self, invoke_id: int) -> None:
        self.invoke_id = invoke_id
        self.future: asyncio.Future[Confirm] | None = None
        self.is_over = False


class Connection:
    """One association, on a link of its own.

    Args:
        association: the core.
        saps: the addresses of client and server.
        by_short_name: whether objects are referenced by short name; no answer carries an invoke-id then.
        notified: is told of what the meter sends by itself, and between which addresses.
        ended: is told, once, when the link is gone.
        recorder: records what goes over the link; None: nothing does.
        patience: how long the link may take to connect; and what its progress means for the time-outs of the core.
    """

    def __init__(
        self,
        association: ClientAssociation,
        saps: Saps,
        *,
        by_short_name: bool,
        notified: Callable[[Saps, Notification], None],
        ended: Callable[[], None],
        recorder: Recorder | None = None,
        patience: Patience = _FOR_EVER,
    ) -> None:
        self.association = association
        self.saps = saps
        self.reason = ""
        """Why the association is over, for people."""
        self.dropped = ""
        """What was dropped last, and why."""
        self.heard = False
        """Whether anything came from the other side."""
        self._is_silent = False  # since a request got no answer in time
        self._by_short_name = by_short_name
        self._notified = notified
        self._ended = ended
        self._recorder = recorder
        self._patience = patience
        self._link_was_up = False
        self._driver: LinkDriver | None = None
        self._request: Open.Request | None = None
        self._tickets: dict[int, _Ticket] = {}
        self._slots = asyncio.Semaphore(1 if by_short_name else MOST_PENDING)
        self._opening: asyncio.Future[None] | None = None
        self._releasing: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._others: dict[Saps, ClientAssociation] = {}
        self._pumping = False
        self._held_since: float | None = None
        """Since when an application has a block of a response, and has not asked for the next one."""

    @property
    def is_open(self) -> bool:
        """Whether the association is there, and all services are open."""
        return self.association.authenticated and self._driver is not None and not self._driver.is_closing

    @property
    def is_exhausted(self) -> bool:
        """Whether it takes no request any more: the meter owes answers to too many that were given up."""
        return self._driver is not None and self.association.is_exhausted(now=self._driver.now())

    @property
    def is_ciphered(self) -> bool:
        """Whether ciphered APDUs are allowed."""
        security = self.association.security
        return security is not None and security.ciphered

    # The application

    async def open(self, request: Open.Request) -> None:
        """Associate, over a link that was made.

        Raises:
            ClientError: the request cannot be sent; the meter refuses, or does not answer; the connection is lost.
        """
        driver = self._link()
        self._request = request
        opening = self._opening = asyncio.get_running_loop().create_future()
        try:
            driver.connect(self.saps)
        except BaseException as error:
            self._opening = None  # nobody waits
            if isinstance(error, EncodeError | FrameError):
                raise NotSentError(f"{error}", hint="check the addresses of client and server") from error
            raise
        seconds = self._patience.timeout
        if self._link_was_up or seconds is None:
            await opening
            return
        late = asyncio.get_running_loop().call_later(seconds, self._link_is_late, seconds)
        try:
            await opening
        finally:
            late.cancel()

    async def call(self, primitive: Any) -> Confirm:
        """Send a confirmed service and wait for its .confirm, or for its first block.

        Raises:
            NotSentError: it cannot be sent as it is.
            ClientError: it ended without a .confirm.
        """
        return await self._answer(await self._begin(primitive))

    def send(self, primitive: Any) -> None:
        """Send what gets no answer: an unconfirmed service, a local primitive. Raises NotSentError."""
        self._give(primitive)
        self._pump()

    async def blocks(self, request: Get.Request) -> AsyncGenerator[Confirm]:
        """The blocks of a GET, each asked for when the one before it was taken; or its .confirm alone.

        No other request is sent before the last block, or before the generator is closed.

        Raises:
            ClientError: as `call`.
        """
        ticket = await self._begin(request)
        loop = asyncio.get_running_loop()
        try:
            event = await self._answer(ticket)
            self._held_since = loop.time()
            yield event
            while isinstance(event, _BLOCKS) and not event.last_block:
                self._give(Get.Next(invoke_id=ticket.invoke_id))
                self._held_since = None
                event = await self._answer(ticket)
                self._held_since = loop.time()
                yield event
        finally:
            self._held_since = None
            self._give_up(ticket)

    async def release(self) -> None:
        """Release the association and close the link; what is pending fails.

        A meter that did not answer in time and was not heard since is told, but not waited for.
        """
        driver = self._driver
        if driver is None:
            return
        try:
            if self.is_open:
                self.reason = _CLOSED
                releasing = self._releasing = asyncio.get_running_loop().create_future()
                self._give(Release.Request())
                self._pump()
                if not self._is_silent:
                    await releasing
        except (NotSentError, ConnectionLostError):
            # There is nothing to release, or it cannot be protected: closing the link ends it too.
            self._releasing = None
        finally:
            self.close(_CLOSED)
        await driver.wait_closed()

    def abandon(self, reason: str) -> None:
        """Release the association without waiting for the answer, and close the link; what is pending fails."""
        self.reason = self.reason or reason
        if self.is_open:
            with suppress(NotSentError):  # it cannot be protected: closing the link ends it too
                self._give(Release.Request())
            self._pump()
        self.close(reason)

    def close(self, reason: str) -> None:
        """Close the link at once; what is pending fails."""
        driver = self._driver
        if driver is not None and not driver.is_closing:
            self.reason = self.reason or reason
            with suppress(EncodeError, FrameError):  # addresses that the profile does not have were never connected
                driver.disconnect(self.saps)
            driver.close(reason)

    # The link's user

    def link_made(self, driver: LinkDriver) -> None:
        self._driver = driver

    def link_event(self, event: LinkEvent) -> None:
        if isinstance(event, ApduReceived):
            self.heard = True
            self._received(event)
        elif isinstance(event, LinkTrouble):
            self.heard = True
            self.dropped = event.problem.reason
        elif event.saps != self.saps:
            if isinstance(event, LinkDown):
                self._others.pop(event.saps, None)
        elif isinstance(event, LinkUp):
            self._lower_layer_is_up()
        else:
            self._lower_layer_is_down(event.reason)

    def link_closed(self, reason: str) -> None:
        self._lower_layer_is_down(reason)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._ended()

    # Within

    def _link(self) -> LinkDriver:
        if self._driver is None or self._driver.is_closed:
            words = f"there is no connection{self.reason and ': '}{self.reason}"
            raise ConnectionLostError(words, hint=_ANEW_HINT)
        return self._driver

    def _give(self, primitive: Any) -> int | None:
        try:
            return self.association.send(primitive, now=self._link().now())
        except (LocalProtocolError, EncodeError) as error:
            if isinstance(error, LocalProtocolError) and error.fault is LocalFault.STATE and self.reason:
                raise ConnectionLostError(f"the association is over: {self.reason}", hint=_ANEW_HINT) from error
            raise explaining.not_sent(error) from error

    async def _slot(self) -> None:
        """Wait for one's turn; not for ever, where an application takes a response block by block and does not go on.

        Raises:
            NotSentError: one is before it, and does not go on.
        """
        seconds = self._patience.timeout
        if seconds is None or not self._slots.locked():
            await self._slots.acquire()
            return
        while True:
            try:
                async with asyncio.timeout(seconds):
                    await self._slots.acquire()
                return
            except TimeoutError:
                since = self._held_since
                if since is not None and asyncio.get_running_loop().time() >= since + seconds:
                    raise explaining.held_up(
                        f"the blocks of another response are not taken, for {seconds:g} s"
                    ) from None

    async def _begin(self, primitive: Any) -> _Ticket:
        await self._slot()
        self.dropped = ""
        invoke_id = None
        try:
            invoke_id = self._give(primitive)
        finally:
            if invoke_id is None:
                self._slots.release()
        if invoke_id is None:
            raise NotSentError(f"{type(primitive).__qualname__} is no confirmed service")
        ticket = _Ticket(invoke_id)
        self._tickets[invoke_id] = ticket
        return ticket

    async def _answer(self, ticket: _Ticket) -> Confirm:
        future: asyncio.Future[Confirm] = asyncio.get_running_loop().create_future()
        ticket.future = future
        self._pump()
        try:
            return await future
        except asyncio.CancelledError:
            self._give_up(ticket)
            raise

    def _give_up(self, ticket: _Ticket) -> None:
        """Nobody waits for a request any more; its answer may still come, and is dropped then."""
        if ticket.is_over:
            return
        waits, ticket.future = ticket.future is not None, None
        if waits and self._by_short_name:
            return  # nothing tells its late answer from that of the next request, which therefore waits for it
        self._cancel(ticket)
        self._pump()

    def _cancel(self, ticket: _Ticket) -> None:
        self._end(ticket)
        with suppress(LocalProtocolError):  # it may have ended by itself just now
            self.association.cancel(ticket.invoke_id, now=self._link().now())

    def _end(self, ticket: _Ticket) -> None:
        if not ticket.is_over:
            ticket.is_over = True
            del self._tickets[ticket.invoke_id]
            self._slots.release()

    def _link_is_late(self, seconds: float) -> None:
        if not self._link_was_up:
            words = f"the meter did not answer: it is not connected after {seconds:g} s{self._seen()}"
            self._opened(NoAnswerError(words, hint=_SILENT_HINT))

    def _seen(self) -> str:
        """What came last and was of no use, to be told behind other words."""
        return f"; what came last was dropped: {self.dropped}" if self.dropped else ""

    def _lower_layer_is_up(self) -> None:
        self._link_was_up = True
        now = self._link().now()
        self.association.connected(now=now)
        if self._request is not None:
            try:
                self.association.send(self._request, now=now)
            except (LocalProtocolError, EncodeError) as error:
                self._opened(explaining.not_sent(error))
        self._pump()

    def _lower_layer_is_down(self, reason: str) -> None:
        self.reason = self.reason or reason
        if self._driver is not None:
            self.association.disconnected(now=self._driver.now())
        self._pump()
        words = f"the connection was lost before the meter answered: {self.reason or 'it is closed'}{self._seen()}"
        self._opened(ConnectionLostError(words, hint=_BUSY_HINT if self._link_was_up else _SILENT_HINT))
        self._released()

    def _received(self, event: ApduReceived) -> None:
        if self._recorder is not None:
            self._recorder.received(event.saps, event.apdu)
        now = self._link().now()
        if event.saps == self.saps:
            self._is_silent = False
            self.association.receive_apdu(event.apdu, now=now)
            self._pump()
            return
        # Notifications from the management logical device to the client management process, on the same link.
        other = self._others.get(event.saps)
        if other is None:
            other = self._others[event.saps] = ClientAssociation(settings=_OUTSIDE)
            other.connected(now=now)
        other.receive_apdu(event.apdu, now=now)
        for indication in other.events():
            if isinstance(indication, _NOTIFICATIONS):
                self._notified(event.saps, indication)
            else:
                self.dropped = f"an APDU for client {event.saps.client} from server {event.saps.server}"

    def _pump(self) -> None:
        """Send what is to be sent, and tell what happened, until there is nothing more."""
        if self._pumping:
            return
        self._pumping = True
        association = self.association
        try:
            while True:
                units = association.units_to_send()
                for unit in units:
                    self._transmit(unit.octets, unit.confirmed)
                events = association.events()
                if not units and not events:
                    break
                for event in events:
                    self._dispatch(event)
        finally:
            self._pumping = False
        self._keep_time()

    def _transmit(self, octets: bytes, confirmed: bool) -> None:
        try:
            self._link().send(self.saps, octets, confirmed=confirmed)
        except (FrameError, ConnectionLostError) as error:
            self.dropped = str(error)
            return
        if self._recorder is not None:
            self._recorder.sent(self.saps, octets)

    def _trigger(self) -> None:
        try:
            self._link().trigger(self.saps)
        except (FrameError, ConnectionLostError) as error:
            self.dropped = str(error)

    def _dispatch(self, event: Any) -> None:
        if isinstance(event, _CONFIRMS):
            self._confirmed(event)
        elif isinstance(event, ServiceFailed):
            self._failed(event)
        elif isinstance(event, _NOTIFICATIONS):
            self._notified(self.saps, event)
        elif isinstance(event, ApduDropped):
            self.dropped = event.message
        elif isinstance(event, Open.Confirm):
            if event.result != AssociationResult.accepted:
                self._opened(explaining.refused(event, ciphered=self.is_ciphered, client=self.saps.client))
            elif self.association.authenticated:
                self._opened(None)
        elif isinstance(event, Authenticated):
            self._opened(None)
        elif isinstance(event, Release.Confirm):
            self._released()
        elif isinstance(event, Abort.Indication):
            self.reason = self.reason or event.message
            told = Abort.Indication(event.diagnostics, self.reason)
            counted = self.association.security is not None
            foreign = self._driver is not None and self._driver.has_failed
            self._opened(explaining.aborted(told, opening=True, seen=self.dropped, counted=counted, foreign=foreign))
            self._released()
        elif isinstance(event, TriggerEventNotificationSending.Request):
            self._trigger()
        elif isinstance(event, Disconnect):
            self.close(self.reason or "the association is over")

    def _confirmed(self, event: Confirm) -> None:
        ticket = self._tickets.get(event.invoke_id)
        if ticket is None:
            return
        future, ticket.future = ticket.future, None
        if not isinstance(event, _BLOCKS) or event.last_block:
            self._end(ticket)
        if future is not None and not future.done():
            future.set_result(event)
        elif not ticket.is_over:
            self._cancel(ticket)

    def _failed(self, event: ServiceFailed) -> None:
        if event.failure is Failure.TIME_OUT:
            self._is_silent = True
        ticket = self._tickets.get(event.invoke_id)
        if ticket is not None:
            self._end(ticket)
            if ticket.future is not None and not ticket.future.done():
                ticket.future.set_exception(explaining.service_failed(event, self.reason, self.dropped))
        if self._by_short_name and event.failure is Failure.TIME_OUT:
            self.close("an answer by short name did not come, and nothing would tell it from the next one's")

    def _opened(self, error: ClientError | None) -> None:
        opening, self._opening = self._opening, None
        if opening is None or opening.done():
            return
        if error is None:
            opening.set_result(None)
        else:
            opening.set_exception(error)

    def _released(self) -> None:
        releasing, self._releasing = self._releasing, None
        if releasing is not None and not releasing.done():
            releasing.set_result(None)

    def _keep_time(self) -> None:
        """Let the timer ring when something is due. One that rings too early is let be: most answers come in time."""
        due = self._due()
        if due is None or (self._timer is not None and self._timer.when() <= due):
            return
        if self._timer is not None:
            self._timer.cancel()
        driver = self._driver
        if driver is not None and not driver.is_closed:
            self._timer = asyncio.get_running_loop().call_at(due, self._time_is_due)

    def _due(self) -> float | None:
        """When a time-out is due. One of the core is not, as long as the link still gets something through.

        A release waits for nothing but its answer, whatever comes.
        """
        due = self.association.next_timeout()
        if due is None or self._driver is None or not self._patience.after_progress or self._releasing is not None:
            return due
        return self._patience.ends(due, self._driver.last_progress(self.saps))

    def _time_is_due(self) -> None:
        self._timer = None
        due = self._due()
        if due is not None and self._driver is not None and due <= self._driver.now():
            self.association.handle_timeout(now=self._driver.now())
        self._pump()
