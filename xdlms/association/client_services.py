"""The data transfer services of a client within its association: which exchange serves which primitive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xdlms.association.notifications import indications
from xdlms.association.settings import ClientSettings
from xdlms.security import SecurityStatus
from xdlms.services.client import ClientServices
from xdlms.services.conformance import NOTHING
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.events import Confirm, ServiceFailed
from xdlms.services.ln_requests import ActionExchange, GetExchange, SetExchange
from xdlms.services.mapper import map_request, map_unconfirmed
from xdlms.services.port import Port
from xdlms.services.primitives.common import Priority, SecurityOptions, ServiceClass, invoke_octet
from xdlms.services.primitives.ln import Action, Get, Set
from xdlms.services.primitives.sn import Read, SetMapperTable, UnconfirmedWrite, Write
from xdlms.services.requests import Exchange, too_long
from xdlms.services.short_names import ShortNames
from xdlms.services.sn_requests import ReadExchange, WriteExchange, unconfirmed_write
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import Conformance

LN_REQUESTS: Final = (Get.Request, Set.Request, Action.Request)
SN_REQUESTS: Final = (Read.Request, Write.Request)
PRIMITIVES: Final = (*LN_REQUESTS, *SN_REQUESTS, UnconfirmedWrite.Request, Get.Next, Read.Next)
_RESPONSES_BY_TAG: Final[dict[int, tuple[type, ...]]] = {
    apdu.GetResponseNormal.TAG_PATH[0]: GetExchange.RESPONSES,
    apdu.SetResponseNormal.TAG_PATH[0]: SetExchange.RESPONSES,
    apdu.ActionResponseNormal.TAG_PATH[0]: ActionExchange.RESPONSES,
    apdu.ReadResponse.TAG_PATH[0]: ReadExchange.RESPONSES,
    apdu.WriteResponse.TAG_PATH[0]: WriteExchange.RESPONSES,
}
_RESPONSES: Final = frozenset(kind for kinds in _RESPONSES_BY_TAG.values() for kind in kinds)
_NO_TABLE: Final = ShortNames()
_INVOKE_ID_AT: Final = 2
"""Where the Invoke-Id-And-Priority stands in every LN response."""


class ClientData:
    """The data transfer services of a client.

    Args:
        port: the association.
        settings: limits and time-outs.
    """

    __slots__ = ("_by_short_name", "_confirmed", "_conformance", "_names", "_port", "_services", "_settings")

    def __init__(self, port: Port, settings: ClientSettings) -> None:
        self._port = port
        self._settings = settings
        self._names = _NO_TABLE
        self._services: ClientServices | None = None
        self._conformance = NOTHING
        self._by_short_name = False
        self._confirmed = True

    def open(self, conformance: Conformance, *, by_short_name: bool, confirmed: bool) -> None:
        """The association begins, with this conformance; `confirmed`: with confirmed services."""
        self._conformance = conformance
        self._by_short_name = by_short_name
        self._confirmed = confirmed
        settings = self._settings
        self._services = ClientServices(
            self._port,
            by_invoke_id=not by_short_name,
            in_flight=settings.in_flight,
            timeout=settings.timeout,
            stale_for=settings.stale_for,
            largest_value=settings.largest_value,
        )

    def close(self, message: str) -> None:
        """The association ends: what is on its way fails."""
        services, self._services = self._services, None
        if services is not None:
            services.end(message)

    # What the application asks for

    def set_mapper_table(self, request: SetMapperTable.Request) -> None:
        """SetMapperTable.request: take another mapping table."""
        self._names = ShortNames(request.mapping_table)

    def name_of(self, primitive: Any) -> str:
        """The name of a primitive; raises LocalProtocolError for anything that is none of a client."""
        if not isinstance(primitive, PRIMITIVES):
            raise LocalProtocolError(LocalFault.PARAMETER, f"a client does not send {type(primitive).__qualname__}")
        return type(primitive).__qualname__

    def send(self, primitive: Any, now: float) -> int:
        """Send a request, or let it wait for its turn; returns its invoke-id.

        Raises:
            LocalProtocolError: it cannot be sent.
            EncodeError: a value that the abstract syntax does not allow.
        """
        services = self._open_services()
        if isinstance(primitive, Get.Next | Read.Next):
            services.next_block(primitive.invoke_id, now)
            return primitive.invoke_id
        if isinstance(primitive, UnconfirmedWrite.Request):
            return self._send_unconfirmed_write(primitive)
        if isinstance(primitive, LN_REQUESTS) and primitive.service_class is ServiceClass.UNCONFIRMED:
            return self._send_unconfirmed(services, primitive, now)
        if not self._confirmed:
            raise LocalProtocolError(
                LocalFault.UNCONFIRMED_ASSOCIATION,
                "the association was opened without a response: only unconfirmed services are available",
            )
        invoke_id = services.choose_invoke_id(primitive.invoke_id, now)
        room = self._port.room(primitive.security_options)
        exchange = self._exchange(primitive, invoke_id, room, self._conformance)
        priority = primitive.priority if isinstance(primitive, LN_REQUESTS) else Priority.NORMAL
        self._begin(services, exchange, priority, primitive.security_options, self._port.tell, now)
        return invoke_id

    def begin_pass_3(
        self,
        request: Action.Request | Read.Request,
        options: SecurityOptions | None,
        deliver: Callable[[Confirm | ServiceFailed], None],
        now: float,
    ) -> None:
        """Send HLS pass 3, which needs nothing negotiated; raises LocalProtocolError."""
        services = self._open_services()
        allowed = self._conformance | Conformance.action | Conformance.read | Conformance.parameterized_access
        invoke_id = services.choose_invoke_id(None, now)
        exchange = self._exchange(request, invoke_id, self._port.room(options), allowed)
        self._begin(services, exchange, Priority.NORMAL, options, deliver, now)

    def is_exhausted(self, now: float) -> bool:
        """Whether no invoke-id is left, since answers to requests that were given up did not come."""
        return self._services is not None and self._services.is_exhausted(now)

    def cancel(self, invoke_id: int, now: float) -> None:
        """Give a request up; raises LocalProtocolError."""
        self._open_services().cancel(invoke_id, now)

    # What comes from the server

    def receive(self, received: Any, status: SecurityStatus, now: float) -> None:
        """Take a response; raises RemoteProtocolError."""
        if type(received) not in _RESPONSES:
            raise RemoteProtocolError(RemoteFault.UNKNOWN_SERVICE, f"{type(received).__name__} is not for a client")
        by_short_name = isinstance(received, apdu.ReadResponse | apdu.WriteResponse)
        if self._services is None or by_short_name != self._by_short_name:
            raise RemoteProtocolError(
                RemoteFault.UNMATCHED, f"{type(received).__name__} is of the other referencing method"
            )
        self._services.receive(received, status, now)

    def receive_error(self, received: Any, status: SecurityStatus, now: float) -> None:
        """Take an ExceptionResponse or ConfirmedServiceError; raises RemoteProtocolError."""
        if self._services is not None:
            self._services.receive_error(received, status, now)

    def undecodable(self, octets: bytes, reason: str, now: float) -> bool:
        """Fail the request that an undecodable response answers; False when there is none."""
        kinds = _RESPONSES_BY_TAG.get(octets[0]) if octets else None
        if kinds is None or self._services is None:
            return False
        by_short_name = kinds in (ReadExchange.RESPONSES, WriteExchange.RESPONSES)
        if by_short_name != self._by_short_name:
            return False
        octet = octets[_INVOKE_ID_AT] if len(octets) > _INVOKE_ID_AT else None
        return self._services.undecodable(kinds, octet, reason, now)

    def notified(self, received: Any, status: SecurityStatus) -> None:
        """Take a notification; raises RemoteProtocolError."""
        for indication in indications(received, status, self._names):
            self._port.tell(indication)

    # Time

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due, or None."""
        return None if self._services is None else self._services.next_timeout()

    def handle_timeout(self, now: float) -> None:
        """Fail what has waited too long."""
        if self._services is not None:
            self._services.handle_timeout(now)

    # Within

    def _open_services(self) -> ClientServices:
        if self._services is None:
            raise LocalProtocolError(LocalFault.STATE, "there is no association")
        return self._services

    def _begin(
        self,
        services: ClientServices,
        exchange: Exchange,
        priority: Priority,
        options: SecurityOptions | None,
        deliver: Callable[[Any], None],
        now: float,
    ) -> None:
        services.begin(exchange, priority=priority, options=options, deliver=deliver, now=now)

    def _exchange(self, request: Any, invoke_id: int, room: int, conformance: Conformance) -> Exchange:
        if isinstance(request, Read.Request):
            return ReadExchange(request, invoke_id, room, conformance)
        if isinstance(request, Write.Request):
            return WriteExchange(request, invoke_id, room, conformance)
        if self._by_short_name:
            return map_request(request, self._names, invoke_id, room, conformance)
        bit = request.service_class if self._settings.service_class_bit else ServiceClass.UNCONFIRMED
        octet = invoke_octet(invoke_id, request.priority, bit)
        if isinstance(request, Get.Request):
            return GetExchange(request, octet, room, conformance)
        if isinstance(request, Set.Request):
            return SetExchange(request, octet, room, conformance)
        return ActionExchange(request, octet, room, conformance, self._settings.action_response_form)

    def _send_unconfirmed(self, services: ClientServices, request: Any, now: float) -> int:
        if self._by_short_name:
            if isinstance(request, Get.Request):
                raise LocalProtocolError(LocalFault.PARAMETER, "Read is always confirmed")
            return self._send_unconfirmed_write(map_unconfirmed(request, self._names))
        invoke_id = services.choose_invoke_id(request.invoke_id, now)
        room = self._port.room(request.security_options)
        exchange = self._exchange(request, invoke_id, room, self._conformance)
        if not exchange.whole:
            raise too_long(exchange.SERVICE, room + 1, room)
        self._port.post(exchange.first, request.security_options, confirmed=False)
        services.use_invoke_id(invoke_id)
        return invoke_id

    def _send_unconfirmed_write(self, request: UnconfirmedWrite.Request) -> int:
        options = request.security_options
        self._port.post(
            unconfirmed_write(request, self._port.room(options), self._conformance), options, confirmed=False
        )
        return 0
