"""A client and its association: opened, kept, opened anew, closed; and what the meter sends by itself."""

from __future__ import annotations

import asyncio
import errno
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from types import TracebackType
from typing import Final, Literal, Self, TypeAlias

from xdlms.association import ClientAssociation, ClientSettings
from xdlms.client.authentication import Authentication, Hls, Lls, Lowest
from xdlms.client.connection import Connection, Notification
from xdlms.client.errors import ClientError, ConnectionLostError, NotSentError, UnreachableError
from xdlms.client.patience import USUAL_TIMEOUT, Patience
from xdlms.client.trace import Recorder, TraceEntry
from xdlms.profiles.link import Saps
from xdlms.security import SecurityContext
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import (
    NegotiatedXdlmsContext,
    Open,
    ProposedXdlmsContext,
    ServiceClass,
    SetMapperTable,
)
from xdlms.services.primitives.association import LARGEST_PDU_SIZE
from xdlms.transports import Address, AddressError, LinkOptions, Scheme, make_link, open_link
from xdlms.transports.mode_e import NoOpeningError
from xdlms.transports.serial import ModuleMissingError
from xdlms.transports.serial_hints import serial_error
from xdlms_apdu.v2023 import Conformance

Referencing: TypeAlias = Literal["LN", "SN"]
SecuritySource: TypeAlias = SecurityContext | Callable[[], SecurityContext] | None
"""A security context, or what makes a fresh one for each association."""

LARGEST_USER_ID: Final = 0xFF
MOST_NOTIFICATIONS: Final = 1000
"""How many notifications wait to be taken; the oldest go first."""
_OPENING_HINT: Final = (
    "check that the probe sits on the port, and the address behind meter=; without open=mode-e, HDLC begins at once"
)
_NOBODY_HINT: Final = "check host and port, and that the meter is listening there"
_CLOSED_MEANWHILE: Final = "the client was closed while it was opened"
_LATE_DATAGRAMS: Final = 60.0
_OWED: Final = "the meter owes answers to too many requests, and the association is made anew"


class AssociatingClient:
    """What opens an association, keeps it, opens it anew, and closes it; the arguments are those of `connect`."""

    def __init__(
        self,
        url: str,
        *,
        client: int = 16,
        server: int = 1,
        auth: Authentication | None = None,
        security: SecuritySource = None,
        referencing: Referencing = "LN",
        timeout: float | None = USUAL_TIMEOUT,
        conformance: Conformance | None = None,
        max_receive_pdu_size: int = LARGEST_PDU_SIZE,
        dedicated_key: bool = False,
        user_id: int | None = None,
        reconnect: bool = False,
        confirmed: bool = True,
        trace: Callable[[TraceEntry], None] | None = None,
        settings: ClientSettings | None = None,
    ) -> None:
        try:
            self._address = Address.parse(url)
            link = make_link(self._address, server=False, options=LinkOptions())
        except AddressError as error:
            raise NotSentError(str(error)) from error
        if timeout is not None and not timeout > 0:
            raise NotSentError(f"a time-out is more than 0 seconds, not {timeout}", hint="None waits for ever")
        if referencing not in ("LN", "SN"):
            raise NotSentError(f'referencing is "LN" or "SN", not {referencing!r}')
        if not isinstance(auth, Lowest | Lls | Hls | None):  # it may be a secret, and is not shown
            raise NotSentError("auth is Lowest(), Lls(password) or Hls(...)", hint="a password goes in Lls(password)")
        if user_id is not None and not 0 <= user_id <= LARGEST_USER_ID:
            raise NotSentError(f"a client user id is 0 to {LARGEST_USER_ID}, not {user_id}")
        self._saps = Saps(client, server)
        self._auth = auth if auth is not None else Lowest()
        self._security = security
        self._by_short_name = referencing == "SN"
        self._timeout = timeout
        self._patience = Patience.with_link(timeout, link)
        self._reconnect = reconnect
        self._recorder = None if trace is None else Recorder(trace)
        settings = settings or ClientSettings()
        late = _LATE_DATAGRAMS if self._address.scheme is Scheme.UDP else None
        self._settings = replace(
            settings,
            timeout=self._patience.timeout,
            stale_for=late,
            largest_apdu=min(settings.largest_apdu, link.largest_apdu),
        )
        self._proposed = ProposedXdlmsContext(
            conformance=conformance, client_max_receive_pdu_size=max_receive_pdu_size, dedicated_key=dedicated_key
        )
        self._user_id = user_id
        self._service_class = ServiceClass(confirmed)
        known = settings.pre_established
        self._has_confirmed_services = confirmed if known is None else known.confirmed
        self._connection: Connection | None = None
        self._connecting: Connection | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
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
        loop = asyncio.get_running_loop()
        if self._loop is not None and self._loop is not loop:
            # It was used in another event loop, which is over: those who wait belong to that one.
            self._opening, self._notified = asyncio.Lock(), asyncio.Event()
        self._loop = loop
        async with self._opening:
            self._closed = False
            if not self.is_open:
                try:
                    await self._open()
                except BaseException:
                    self._notified.set()  # who waits for notifications waits in vain
                    raise

    async def close(self) -> None:
        """Release the association and close the connection; what is pending ends with ConnectionLostError."""
        self._closed = True
        connection, self._connection = self._connection, None
        self._notified.set()
        if self._connecting is not None:
            self._connecting.close(_CLOSED_MEANWHILE)
        if connection is not None:
            await connection.release()

    async def notifications(self) -> AsyncIterator[Notification]:
        """What the meter sends by itself, as it comes: EventNotification, InformationReport, DataNotification.

        It ends when the client is closed. At most MOST_NOTIFICATIONS wait to be taken; where several take them, each
        goes to one. When the association is lost, what came before is given, and then it is made anew if the client
        does that (`reconnect`).

        Raises:
            ConnectionLostError: the association is lost, and not made anew; or the client was never opened.
            ClientError: it cannot be made anew.
        """
        while True:
            while self._notifications:
                yield self._notifications.popleft()
            if self._closed:
                return
            lost = self._connection is not None and not self._connection.is_open
            if lost or (self._connection is None and not self._opening.locked()):
                await self._connected()
                continue
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
            ended=self._notified.set,
            recorder=self._recorder,
            patience=self._patience,
        )
        options = LinkOptions(accepts=_all)
        try:
            await open_link(self._address, connection, timeout=self._timeout, options=options)
        except OSError as error:
            raise self._unreachable(error) from error
        except ValueError:  # of encoding the name, or of a character that no name has
            hint = "check the host: each part of a name has 1 to 63 characters"
            raise UnreachableError(f"{self._address} cannot be reached: the host is no name", hint=hint) from None
        self._connecting = connection
        try:
            await connection.open(self._request(security))
        except BaseException as error:
            connection.close("the association was not made")
            if self._closed and isinstance(error, ClientError):
                raise ConnectionLostError(_CLOSED_MEANWHILE) from None
            if self._address.scheme is Scheme.UDP and isinstance(error, ConnectionLostError) and not connection.heard:
                words = f"{self._address} cannot be reached: {connection.reason}"
                raise UnreachableError(words, hint=_NOBODY_HINT) from None
            raise
        finally:
            self._connecting = None
        self._connection = connection
        if self._closed:
            await self.close()
            raise ConnectionLostError(_CLOSED_MEANWHILE)

    def _request(self, security: SecurityContext | None) -> Open.Request:
        context = _CONTEXTS[self._by_short_name, security is not None and security.ciphered]
        return Open.Request(
            application_context_name=context,
            calling_authentication_value=self._auth.password if isinstance(self._auth, Lls) else None,
            calling_ae_invocation_id=self._user_id,
            proposed_xdlms_context=self._proposed,
            service_class=self._service_class,
        )

    def _unreachable(self, error: OSError) -> UnreachableError:
        if isinstance(error, NoOpeningError):
            reason, hint = str(error), _OPENING_HINT
        elif isinstance(error, TimeoutError):
            reason, hint = "no answer in time", "check the host and the network, or give more time"
        elif error.errno in (errno.EMFILE, errno.ENFILE):
            reason = "too many files are open"
            hint = "allow the process more (ulimit -n), or have fewer connections at a time"
        else:
            reason = error.strerror or str(error)
            hint = _NOBODY_HINT
            if isinstance(error, ModuleMissingError):
                hint = "install it, or reach the line through a converter and hdlc+tcp://"
            elif self._address.scheme is Scheme.HDLC_SERIAL:
                reason, hint = serial_error(self._address.path, error)
                hint = hint or "check the device and its settings"
        return UnreachableError(f"{self._address} cannot be reached: {reason}", hint=hint)

    async def _connected(self) -> Connection:
        """The connection, made again where it was lost and that is wanted."""
        connection = self._connection
        if connection is not None and connection.is_open and not (self._reconnect and connection.is_exhausted):
            return connection
        if self._reconnect and not self._closed:
            await self._renew(connection)
            connection = self._connection
        if connection is None or self._closed:
            hint = "open it first, best with `async with`; what was closed is not opened by a call"
            raise ConnectionLostError("the client is not connected", hint=hint)
        if not connection.is_open:
            reason = connection.reason or "the connection was lost"
            raise ConnectionLostError(f"the association is over: {reason}", hint="connect anew, or use reconnect=True")
        return connection

    async def _renew(self, connection: Connection | None) -> None:
        """Associate anew in place of a connection that is lost, or of no use; once for all who find it so."""
        async with self._opening:
            if self._closed or self._connection is not connection:
                return
            if connection is not None:
                connection.abandon(_OWED)
            await self._open()

    def _take_notification(self, saps: Saps, notification: Notification) -> None:
        if len(self._notifications) == MOST_NOTIFICATIONS:
            self.notifications_dropped += 1
        self._notifications.append(notification)
        self._notified.set()

    def __repr__(self) -> str:
        state = "open" if self.is_open else "not open"
        return f"<Client {self._saps.client} of {self._address}, server {self._saps.server}, {state}>"


_CONTEXTS: Final = {
    (False, False): ApplicationContext.LN,
    (True, False): ApplicationContext.SN,
    (False, True): ApplicationContext.LN_CIPHERED,
    (True, True): ApplicationContext.SN_CIPHERED,
}


def _all(saps: Saps) -> bool:
    return True
