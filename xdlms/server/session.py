"""One association on the server's side, with what its client asked and is not answered yet."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from xdlms.association import (
    Authenticated,
    AuthenticationFailed,
    OpenRefused,
    ServerAssociation,
    State,
)
from xdlms.codec.errors import EncodeError
from xdlms.profiles.link import Saps
from xdlms.server.calls import Call, after_response, guarded, run
from xdlms.server.device import Client, LogicalDevice
from xdlms.server.dispatch import SERVICES, answer
from xdlms.server.objects import Request
from xdlms.services.errors import LocalProtocolError
from xdlms.services.names import LOWEST
from xdlms.services.primitives import Abort, Action, Get, Open, Release, Set
from xdlms_apdu.v2023 import (
    AcseServiceUser,
    ActionResponseWithOptionalData,
    ActionResult,
    AssociationResult,
    DataAccessResult,
)

if TYPE_CHECKING:
    from xdlms.server.connection import Connection

_log = logging.getLogger("xdlms.server")
_FAILED: Final = (
    AcseServiceUser.authentication_failure,
    AcseServiceUser.authentication_required,
    AcseServiceUser.authentication_mechanism_name_not_recognised,
    AcseServiceUser.calling_ap_title_not_recognized,
)
"""The diagnostics of an AARQ that count as a failed authentication."""
_BY_SHORT_NAME: Final = (2, 4)


class Session:
    """An association that is open, or may be opened, between a client and a logical device on one connection.

    Objects get it with each request.

    `saps`, `device` and `client` say between whom; `association` is the core; `mechanism` the authentication mechanism
    in use, `calling_ap_title` the client's system title and `user_id` the client user id, where they were told;
    `is_open` is whether there is an association.
    """

    __slots__ = (
        "_asked",
        "_connection",
        "_number",
        "_task",
        "_waiting",
        "association",
        "calling_ap_title",
        "client",
        "device",
        "is_open",
        "max_send_pdu_size",
        "mechanism",
        "saps",
        "user_id",
    )

    def __init__(
        self, connection: Connection, saps: Saps, device: LogicalDevice, client: Client, random: Callable[[int], bytes]
    ) -> None:
        self._connection = connection
        self._number = 0  # of the association: what an object answers late must not answer the next one's request
        self._task: asyncio.Task[None] | None = None
        self._asked: Request | None = None  # what the task serves
        self._waiting: deque[Any] | None = None
        self.saps = saps
        self.device = device
        self.client = client
        self.association = ServerAssociation(
            client.settings_for(connection.largest_apdu), random=random, protocol_connection_parameters=saps
        )
        self.is_open = False
        self.mechanism = LOWEST
        self.calling_ap_title: bytes | None = None
        self.user_id: int | None = None
        self.max_send_pdu_size = 0

    @property
    def context_number(self) -> int:
        """The number of the application context, 1 to 4; 0 where there is no association."""
        context = self.association.application_context
        return 0 if context is None else int(context.rpartition(".")[2])

    @property
    def by_short_name(self) -> bool:
        """Whether the association refers to objects by short name."""
        return self.context_number in _BY_SHORT_NAME

    @property
    def busy(self) -> int:
        """How many requests are not answered yet."""
        return (0 if self._waiting is None else len(self._waiting)) + (self._task is not None)

    def notify(self, primitive: Any) -> None:
        """Send an EventNotification, InformationReport or DataNotification `.Request` to the client.

        Raises:
            LocalProtocolError, EncodeError: it cannot be sent; see `ServerAssociation.send`.
        """
        self.association.send(primitive, now=self._connection.now())
        self._connection.send(self)

    # What the connection tells

    def connected(self, now: float) -> None:
        """The lower layer is connected."""
        if self.association.state is State.INACTIVE:
            self.association.connected(now=now)
            if self.association.negotiated is not None:  # a pre-established association
                self._opened()

    def receive(self, apdu: bytes, now: float, *, confirmed: bool | None, broadcast: bool) -> None:
        """Take an APDU."""
        self.association.receive_apdu(apdu, now=now, confirmed=confirmed, broadcast=broadcast)
        self._take_events(now)

    def renew(self) -> None:
        """An AARQ comes: the device may know its client otherwise now than when the connection began."""
        client = self.device.clients.get(self.saps.client, self.client)
        if client is not self.client:
            self.client = client
            self.association.judge_by(client.settings_for(self._connection.largest_apdu))

    def handle_timeout(self, now: float) -> None:
        """Let time pass."""
        self.association.handle_timeout(now=now)
        self._take_events(now)

    def end(self, now: float, *, in_order: bool) -> None:
        """The lower layer is gone."""
        if self.association.state is not State.INACTIVE:
            if in_order:
                self.association.disconnected(now=now)
            else:
                self.association.lost(now=now)
        self._take_events(now)
        self._closed()

    def cancel(self) -> None:
        """The server ends: what is under way is cancelled."""
        if self._task is not None:
            self._task.cancel()

    # Events

    def _take_events(self, now: float) -> None:
        for event in self.association.events():
            if isinstance(event, SERVICES):
                self._serve(event, now)
            else:
                self._note(event, now)

    def _note(self, event: Any, now: float) -> None:
        match event:
            case Open.Indication():
                self._closed()
                self.mechanism = event.security_mechanism_name
                self.calling_ap_title = event.calling_ap_title
                self.user_id = event.calling_ae_invocation_id
                self.max_send_pdu_size = event.proposed_xdlms_context.client_max_receive_pdu_size
                if self._send(event.accept(), now):
                    self._opened()
                elif not self._send(Open.Response(result=AssociationResult.rejected_permanent), now):
                    self._give_up(now)
            case OpenRefused():
                _log.info("client %d refused: %s", self.saps.client, event.reason)
                if event.failure_type in _FAILED:
                    self._connection.authentication_failed(self.saps)
            case Authenticated():
                self._connection.authenticated(self.saps)
                self._tell_associated()
            case AuthenticationFailed():
                _log.info("client %d did not prove itself: %s", self.saps.client, event.message)
                self._closed()
                self._connection.authentication_failed(self.saps)
            case Release.Indication():
                self._closed()
                if event.use_rlrq_rlre and not self._send(event.response(), now):
                    self._give_up(now)
            case Abort.Indication():
                self._closed()
            case _:
                _log.debug("client %d: %s", self.saps.client, type(event).__name__)

    def _opened(self) -> None:
        self.is_open = True
        self.device.sessions[self] = None
        if not self.association.authenticated:
            return  # HLS goes on
        if self.mechanism != LOWEST:
            self._connection.authenticated(self.saps)
        self._tell_associated()

    def _tell_associated(self) -> None:
        tell = self.client.associated
        if tell is not None:
            guarded("what a client's association was told to", lambda: tell(self))

    def _closed(self) -> None:
        """The association is over: requests that wait are dropped; what an object has begun it may end."""
        was_open, self.is_open = self.is_open, False
        if was_open:
            self._connection.association_ended()
        self._number += 1
        if self._asked is not None:
            self._asked.wanted = False
        self.device.sessions.pop(self, None)
        self._waiting = None

    # Services

    def _serve(self, indication: Any, now: float) -> None:
        if self._task is not None:
            if self._waiting is None:
                self._waiting = deque()
            self._waiting.append(indication)
            return
        request = Request(self, indication.security_status)
        call = answer(self, indication, request)
        try:
            awaitable = next(call)
        except StopIteration as done:
            self._respond(indication, done.value, request, now)
            return
        self._asked = request
        later = self._later(indication, request, call, awaitable, self._number)
        self._task = asyncio.get_running_loop().create_task(later)
        self._task.add_done_callback(self._task_is_done)

    def _task_is_done(self, task: asyncio.Task[None]) -> None:
        if self._task is task:  # it was cancelled
            self._task = None

    async def _later(
        self, indication: Any, request: Request, call: Call, awaitable: Awaitable[Any], number: int
    ) -> None:
        """Serve what has to wait, and then what came in the meantime."""
        response = await run(call, awaitable, self._connection.answering)
        self._task = self._asked = None
        now = self._connection.now()
        self._respond(indication, response if number == self._number else None, request, now)
        self._take_events(now)
        while self._waiting and self._task is None:
            self._serve(self._waiting.popleft(), now)
            self._take_events(now)
        self._connection.send(self)

    def _respond(self, indication: Any, response: Any, request: Request, now: float) -> None:
        if response is not None and not self._send(response, now) and not self._send(_failed(indication), now):
            self._give_up(now)
        after_response(request)

    def _send(self, primitive: Any, now: float) -> bool:
        try:
            self.association.send(primitive, now=now)
        except LocalProtocolError as error:
            _log.warning("client %d: an answer cannot be sent: %s", self.saps.client, error)
            return False
        except EncodeError as error:
            _log.error("client %d: an object gave a value that cannot be encoded, at %s", self.saps.client, error.path)
            return False
        return True

    def _give_up(self, now: float) -> None:
        """Not even a refusal can be sent, for want of a counter for example: there is no association any more."""
        self.association.lost(now=now)
        self.association.connected(now=now)
        self._closed()


def _failed(indication: Any) -> Any:
    """The response for a request whose response cannot be sent."""
    refused = DataAccessResult.other_reason
    if isinstance(indication, Action.Indication):
        failed = ActionResponseWithOptionalData(ActionResult.other_reason)
        return indication.response(
            (failed,) * len(indication.method) if isinstance(indication.method, tuple) else failed
        )
    if isinstance(indication, Get.Indication | Set.Indication):
        asked = indication.attribute
        return indication.response((refused,) * len(asked) if isinstance(asked, tuple) else refused)
    return indication.response((refused,) * len(indication.variables))
