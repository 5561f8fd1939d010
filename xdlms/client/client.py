"""`Client`: one association with one meter, for applications."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeAlias

from xdlms import data
from xdlms.association import ClientAssociation, ClientSettings
from xdlms.client import explaining
from xdlms.client.authentication import Authentication, Hls, Lls, Lowest
from xdlms.client.clock import moment_of, octets_of
from xdlms.client.connection import Connection, Notification
from xdlms.client.errors import AccessError, ConnectionLostError, NotSentError, UnreachableError
from xdlms.client.names import CLOCK, LogicalName, Reference, attribute_of, method_of
from xdlms.client.objects import ASSOCIATION_LN, OBJECT_LIST, ObjectInfo, objects_of_ln, objects_of_sn
from xdlms.client.rows import RowReader
from xdlms.client.trace import Recorder, TraceEntry
from xdlms.data import Data
from xdlms.profiles.link import Saps
from xdlms.security import Protection, SecurityContext
from xdlms.services.errors import LocalFault, LocalProtocolError
from xdlms.services.events import Confirm
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import (
    Action,
    Get,
    NegotiatedXdlmsContext,
    Open,
    Priority,
    ProposedXdlmsContext,
    Read,
    SecurityOptions,
    Set,
    SetMapperTable,
)
from xdlms.services.primitives.association import LARGEST_PDU_SIZE
from xdlms.services.references import AttributeReference, VariableName
from xdlms.services.short_names import ASSOCIATION_SN_BASE, STEP
from xdlms.transports import Address, AddressError, LinkOptions, Scheme, make_link, open_link
from xdlms_apdu.v2023 import ActionResult, Conformance, DataAccessResult, SelectiveAccessDescriptor

Referencing: TypeAlias = Literal["LN", "SN"]
SecuritySource: TypeAlias = SecurityContext | Callable[[], SecurityContext] | None
"""A security context, or what makes a fresh one for each association."""

MOST_NOTIFICATIONS: Final = 1000
"""How many notifications wait to be taken; the oldest go first."""
LONGEST_LIST: Final = 16
"""How many attributes are asked for in one request, if the meter takes lists."""
_LATE_DATAGRAMS: Final = 60.0


class Client:
    """One association with one meter; `xdlms.client.connect` makes it. Use it with `async with`.

    All methods that talk to the meter raise `xdlms.client.errors.ClientError`.
    """

    def __init__(
        self,
        url: str,
        *,
        client: int = 16,
        server: int = 1,
        auth: Authentication | None = None,
        security: SecuritySource = None,
        referencing: Referencing = "LN",
        timeout: float | None = 5.0,
        conformance: Conformance | None = None,
        max_receive_pdu_size: int = LARGEST_PDU_SIZE,
        dedicated_key: bool = False,
        user_id: int | None = None,
        reconnect: bool = False,
        trace: Callable[[TraceEntry], None] | None = None,
        settings: ClientSettings | None = None,
    ) -> None:
        try:
            self._address = Address.parse(url)
            carried = make_link(self._address, server=False, options=LinkOptions()).largest_apdu
        except AddressError as error:
            raise NotSentError(str(error)) from error
        if referencing not in ("LN", "SN"):
            raise NotSentError(f'referencing is "LN" or "SN", not {referencing!r}')
        self._saps = Saps(client, server)
        self._auth = auth if auth is not None else Lowest()
        self._security = security
        self._by_short_name = referencing == "SN"
        self._timeout = timeout
        self._reconnect = reconnect
        self._recorder = None if trace is None else Recorder(trace)
        settings = settings or ClientSettings()
        late = _LATE_DATAGRAMS if self._address.scheme is Scheme.UDP else None
        self._settings = replace(
            settings, timeout=timeout, stale_for=late, largest_apdu=min(settings.largest_apdu, carried)
        )
        self._proposed = ProposedXdlmsContext(
            conformance=conformance, client_max_receive_pdu_size=max_receive_pdu_size, dedicated_key=dedicated_key
        )
        self._user_id = user_id
        self._connection: Connection | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self._mapping: SetMapperTable.Request | None = None
        self._notifications: deque[Notification] = deque(maxlen=MOST_NOTIFICATIONS)
        self._notified = asyncio.Event()
        self.notifications_dropped = 0
        """How many notifications nobody took in time."""

    # The association

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def is_open(self) -> bool:
        """Whether the association is there."""
        return self._connection is not None and self._connection.is_open

    @property
    def negotiated(self) -> NegotiatedXdlmsContext | None:
        """What was negotiated: conformance, PDU size; None while there is no association."""
        return None if self._connection is None else self._connection.association.negotiated

    @property
    def address(self) -> str:
        """The URL of the meter."""
        return str(self._address)

    @property
    def saps(self) -> Saps:
        """The addresses of client and server."""
        return self._saps

    async def open(self) -> None:
        """Connect and associate; nothing happens where that is done."""
        async with self._opening:
            self._closed = False
            if not self.is_open:
                await self._open()

    async def close(self) -> None:
        """Release the association and close the connection; what is pending ends with ConnectionLostError."""
        self._closed = True
        connection, self._connection = self._connection, None
        self._notified.set()
        if connection is not None:
            await connection.release()

    # Attributes and methods

    async def get(
        self,
        class_id: int,
        logical_name: LogicalName,
        attribute: int,
        *,
        selection: SelectiveAccessDescriptor | None = None,
        high_priority: bool = False,
        protection: Protection | None = None,
    ) -> Data:
        """Read an attribute.

        Args:
            class_id: interface class, 0 to 65535.
            logical_name: as "1.0.1.8.0.255", or 6 octets.
            attribute: 1 is the logical name, 0 all attributes as a structure.
            selection: the part that is wanted, as `by_range` and `by_entry` give it.
            high_priority: ask to be served first.
            protection: of this request, where it is to be more than usual.

        Raises:
            AccessError: the meter does not give it.
            ClientError: something else went wrong.
        """
        reference = attribute_of((class_id, logical_name, attribute, selection))
        request = Get.Request(reference, priority=Priority(high_priority), security_options=_options(protection))
        confirm = await self._again(request)
        return _value(reference, confirm.result)

    async def get_many(
        self, references: Iterable[Reference], *, protection: Protection | None = None
    ) -> list[Data | AccessError]:
        """Read many attributes, several in one request where the meter takes lists.

        Returns:
            For each reference, in their order, the value, or why there is none.
        """
        wanted = [attribute_of(reference) for reference in references]
        options = _options(protection)
        found: list[Data | AccessError] = []
        size = LONGEST_LIST
        while len(found) < len(wanted):
            await self._connected()
            part = wanted[len(found) : len(found) + size]
            if len(part) > 1 and self._takes_lists():
                values = await self._get_list(part, options)
                if values is None:
                    size = max(size // 2, 1)
                    continue
                found += values
            else:
                for reference in part:
                    confirm = await self._again(Get.Request(reference, security_options=options))
                    found.append(_value_or_error(reference, confirm.result))
        return found

    async def set(
        self,
        class_id: int,
        logical_name: LogicalName,
        attribute: int,
        value: Data,
        *,
        selection: SelectiveAccessDescriptor | None = None,
        high_priority: bool = False,
        protection: Protection | None = None,
    ) -> None:
        """Write an attribute; see `get`. `xdlms.data` makes values.

        Raises:
            AccessError: the meter does not take it.
            ClientError: something else went wrong.
        """
        reference = attribute_of((class_id, logical_name, attribute, selection))
        request = Set.Request(reference, value, priority=Priority(high_priority), security_options=_options(protection))
        confirm = await self._mapped(request)
        if confirm.result != DataAccessResult.success:
            raise explaining.access_error(reference, confirm.result, "written")

    async def action(
        self,
        class_id: int,
        logical_name: LogicalName,
        method: int,
        argument: Data | None = None,
        *,
        high_priority: bool = False,
        protection: Protection | None = None,
    ) -> Data | None:
        """Invoke a method; see `get`. Methods that need no argument take integer 0, or nothing.

        Returns:
            The return parameters; None where there are none.

        Raises:
            MethodError: the method failed.
            ClientError: something else went wrong.
        """
        reference = method_of(class_id, logical_name, method)
        request = Action.Request(
            reference, argument, priority=Priority(high_priority), security_options=_options(protection)
        )
        confirm = await self._mapped(request)
        result = confirm.result
        if isinstance(result, tuple):
            (result,) = result
        if result.result != ActionResult.success:
            raise explaining.method_error(reference, result.result)
        returned = result.return_parameters
        if isinstance(returned, DataAccessResult):
            raise explaining.method_error(reference, returned)
        return returned if isinstance(returned, Data) else None

    async def rows(
        self,
        class_id: int,
        logical_name: LogicalName,
        attribute: int,
        *,
        selection: SelectiveAccessDescriptor | None = None,
        protection: Protection | None = None,
    ) -> AsyncGenerator[tuple[Any, ...]]:
        """The rows of an array of structures, as soon as they come: a profile buffer needs not be kept as a whole.

        While it runs, other requests of this client wait. Close it (`contextlib.aclosing`) where you leave it early.

        Raises:
            AccessError: the meter does not give it.
            ClientError: something else went wrong; rows that came before were given.
        """
        reference = attribute_of((class_id, logical_name, attribute, selection))
        request = Get.Request(reference, block_by_block=True, security_options=_options(protection))
        await self._map(request)
        reader = RowReader()
        async with aclosing((await self._connected()).blocks(request)) as events:
            async for event in events:
                if isinstance(event, Get.Block):
                    for row in reader.feed(event.raw_data):
                        yield row if isinstance(row, tuple) else (row,)
                else:
                    # It came as a whole.
                    value = _value(reference, getattr(event, "result", None)).value
                    for row in value or ():
                        yield row if isinstance(row, tuple) else (row,)
                    return
        for row in reader.finish():
            yield row if isinstance(row, tuple) else (row,)

    async def request(self, primitive: Any) -> Confirm:
        """Send any confirmed service as a .request of clause 6, and give its .confirm, whatever it says."""
        confirm: Confirm = await self._mapped(primitive)
        return confirm

    # What most meters have

    async def objects(self) -> list[ObjectInfo]:
        """The objects that the current association shows to this client, in the meter's order."""
        if self._by_short_name:
            infos, entries = objects_of_sn(await self._object_list_by_short_name())
            self._use_mapping(SetMapperTable.Request(entries))
            return infos
        return objects_of_ln(await self.get(*ASSOCIATION_LN, OBJECT_LIST))

    async def clock(self) -> datetime | None:
        """The time of the meter's clock, in the zone that it tells; None where the meter does not know it."""
        return moment_of((await self.get(*CLOCK)).value)

    async def set_clock(self, moment: datetime) -> None:
        """Set the meter's clock; give a moment with a time zone, so that it means the same there."""
        await self.set(*CLOCK, data.octet_string(octets_of(moment)))

    async def notifications(self) -> AsyncIterator[Notification]:
        """What the meter sends by itself, as it comes: EventNotification, InformationReport, DataNotification.

        It ends when the client is closed. At most MOST_NOTIFICATIONS wait to be taken.
        """
        while True:
            while self._notifications:
                yield self._notifications.popleft()
            if self._closed:
                return
            self._notified.clear()
            await self._notified.wait()

    # Within

    async def _open(self) -> None:
        security = self._security() if callable(self._security) else self._security
        hls = self._auth.function(security) if isinstance(self._auth, Hls) else None
        association = ClientAssociation(security=security, hls=hls, random=secrets.token_bytes, settings=self._settings)
        if self._mapping is not None:
            association.send(self._mapping, now=0.0)
        connection = Connection(
            association,
            self._saps,
            by_short_name=self._by_short_name,
            notified=self._take_notification,
            recorder=self._recorder,
        )
        options = LinkOptions(accepts=_all)
        try:
            await open_link(self._address, connection, timeout=self._timeout, options=options)
        except OSError as error:
            raise self._unreachable(error) from error
        try:
            await connection.open(self._request(security))
        except BaseException:
            connection.close("the association was not made")
            raise
        self._connection = connection

    def _request(self, security: SecurityContext | None) -> Open.Request:
        context = _CONTEXTS[self._by_short_name, security is not None and security.ciphered]
        return Open.Request(
            application_context_name=context,
            calling_authentication_value=self._auth.password if isinstance(self._auth, Lls) else None,
            calling_ae_invocation_id=self._user_id,
            proposed_xdlms_context=self._proposed,
        )

    def _unreachable(self, error: OSError) -> UnreachableError:
        if isinstance(error, TimeoutError):
            reason, hint = "no answer in time", "check the host and the network, or give more time"
        else:
            reason = error.strerror or str(error)
            hint = "check host and port, and that the meter is listening there"
        return UnreachableError(f"{self._address} cannot be reached: {reason}", hint=hint)

    async def _connected(self) -> Connection:
        """The connection, made again where it was lost and that is wanted."""
        connection = self._connection
        if connection is not None and connection.is_open:
            return connection
        if self._reconnect and not self._closed:
            await self.open()
            connection = self._connection
        if connection is None or self._closed:
            raise ConnectionLostError("the client is not connected")
        if not connection.is_open:
            reason = connection.reason or "the connection was lost"
            raise ConnectionLostError(f"the association is over: {reason}", hint="connect anew, or use reconnect=True")
        return connection

    async def _mapped(self, primitive: Any) -> Any:
        """Send a request once; with short names, the mapping table is read when it is needed first."""
        await self._map(primitive)
        return await (await self._connected()).call(primitive)

    async def _map(self, primitive: Any) -> None:
        if self._by_short_name and self._mapping is None and isinstance(primitive, _BY_LOGICAL_NAME):
            await self.objects()

    async def _again(self, request: Get.Request) -> Any:
        """Send a GET, once more where the connection was lost and is to be made again: reading changes nothing."""
        try:
            return await self._mapped(request)
        except ConnectionLostError:
            if not self._reconnect or self._closed:
                raise
        return await self._mapped(request)

    async def _get_list(
        self, references: list[AttributeReference], options: SecurityOptions | None
    ) -> list[Data | AccessError] | None:
        """The values of several attributes; None where fewer at a time must be asked for."""
        try:
            confirm = await self._again(Get.Request(tuple(references), security_options=options))
        except NotSentError as error:
            cause = error.__cause__
            if isinstance(cause, LocalProtocolError) and cause.fault is LocalFault.TOO_LONG:
                return None
            raise
        if not isinstance(confirm.result, tuple):
            return None
        pairs = zip(references, confirm.result, strict=True)
        return [_value_or_error(reference, result) for reference, result in pairs]

    def _takes_lists(self) -> bool:
        negotiated = self.negotiated
        return negotiated is not None and Conformance.multiple_references in negotiated.conformance

    async def _object_list_by_short_name(self) -> Data:
        name = ASSOCIATION_SN_BASE + (OBJECT_LIST - 1) * STEP
        confirm = await (await self._connected()).call(Read.Request((VariableName(name),)))
        (result,) = confirm.results if isinstance(confirm, Read.Confirm) else (DataAccessResult.other_reason,)
        return _value(AttributeReference(12, bytes((0, 0, 40, 0, 0, 255)), OBJECT_LIST), result)

    def _use_mapping(self, mapping: SetMapperTable.Request) -> None:
        self._mapping = mapping
        if self._connection is not None:
            self._connection.send(mapping)

    def _take_notification(self, saps: Saps, notification: Notification) -> None:
        if len(self._notifications) == MOST_NOTIFICATIONS:
            self.notifications_dropped += 1
        self._notifications.append(notification)
        self._notified.set()

    def __repr__(self) -> str:
        state = "open" if self.is_open else "not open"
        return f"<Client {self._saps.client} of {self._address}, server {self._saps.server}, {state}>"


_BY_LOGICAL_NAME: Final = (Get.Request, Set.Request, Action.Request)
_CONTEXTS: Final = {
    (False, False): ApplicationContext.LN,
    (True, False): ApplicationContext.SN,
    (False, True): ApplicationContext.LN_CIPHERED,
    (True, True): ApplicationContext.SN_CIPHERED,
}


def _all(saps: Saps) -> bool:
    return True


def _options(protection: Protection | None) -> SecurityOptions | None:
    return None if protection is None else SecurityOptions(protection)


def _value_or_error(reference: AttributeReference, result: Any) -> Data | AccessError:
    if isinstance(result, Data):
        return result
    return explaining.access_error(reference, result, "read")


def _value(reference: AttributeReference, result: Any) -> Data:
    found = _value_or_error(reference, result)
    if isinstance(found, AccessError):
        raise found
    return found
