"""The client for programs without asyncio: the same core, the same names, and calls that wait.

::

    with connect("tcp://127.0.0.1:4059", client=16) as meter:
        energy = meter.get(3, "1.0.1.8.0.255", 2)

The event loop of a client runs in a thread of its own, so that time-outs and notifications go on between two calls.
A client may be used from several threads.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from xdlms.association import ClientSettings
from xdlms.client import (
    AccessError,
    Authentication,
    Client,
    ConnectionLostError,
    Notification,
    NotSentError,
    ObjectInfo,
    Profile,
    TraceEntry,
)
from xdlms.client import connect as connect_asyncio
from xdlms.client.associating import Referencing, SecuritySource
from xdlms.client.names import LogicalName, Reference
from xdlms.client.patience import USUAL_TIMEOUT
from xdlms.client.profile import Column
from xdlms.data import Data
from xdlms.profiles.link import Saps
from xdlms.security import Protection
from xdlms.services.events import Confirm
from xdlms.services.primitives import NegotiatedXdlmsContext
from xdlms.services.primitives.association import LARGEST_PDU_SIZE
from xdlms_apdu.v2023 import Conformance, SelectiveAccessDescriptor

__all__ = ["BlockingClient", "BlockingProfile", "connect"]

Result = TypeVar("Result")
_END: Final = object()


def connect(
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
) -> BlockingClient:
    """An association with a meter, to be used with `with`; see `xdlms.client.connect`.

    Raises:
        NotSentError: as `xdlms.client.connect`.
    """

    def make() -> Client:
        return connect_asyncio(
            url,
            client=client,
            server=server,
            auth=auth,
            security=security,
            referencing=referencing,
            timeout=timeout,
            conformance=conformance,
            max_receive_pdu_size=max_receive_pdu_size,
            dedicated_key=dedicated_key,
            user_id=user_id,
            reconnect=reconnect,
            confirmed=confirmed,
            trace=trace,
            settings=settings,
        )

    return BlockingClient(make)


class BlockingClient:
    """One association with one meter; `connect` makes it. Its methods are those of `xdlms.client.Client`.

    Args:
        make: makes the client underneath.
    """

    def __init__(self, make: Callable[[], Client]) -> None:
        self._client = make()
        self._lock = threading.RLock()  # of the next two; a generator may be finalised at any time, in any thread
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether the association is there."""
        return self._client.is_open

    @property
    def negotiated(self) -> NegotiatedXdlmsContext | None:
        """What was negotiated; None while there is no association."""
        return self._client.negotiated

    @property
    def address(self) -> str:
        """The URL of the meter."""
        return self._client.address

    @property
    def saps(self) -> Saps:
        """The addresses of client and server."""
        return self._client.saps

    @property
    def notifications_dropped(self) -> int:
        """How many notifications nobody took in time."""
        return self._client.notifications_dropped

    def open(self) -> None:
        """Connect and associate."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="xdlms", daemon=True)
                self._thread.start()
        try:
            self.wait_for(self._client.open())
        except BaseException:
            self._stop()
            raise

    def close(self) -> None:
        """Release the association and close the connection."""
        if self._loop is not None:
            try:
                self.wait_for(self._client.close())
            finally:
                self._stop()

    def get(
        self,
        class_id: int,
        logical_name: LogicalName,
        attribute: int,
        *,
        selection: SelectiveAccessDescriptor | None = None,
        high_priority: bool = False,
        protection: Protection | None = None,
    ) -> Data:
        """Read an attribute; see `Client.get`."""
        return self.wait_for(
            self._client.get(
                class_id,
                logical_name,
                attribute,
                selection=selection,
                high_priority=high_priority,
                protection=protection,
            )
        )

    def get_many(
        self, references: Iterable[Reference], *, protection: Protection | None = None
    ) -> list[Data | AccessError]:
        """Read many attributes; see `Client.get_many`."""
        return self.wait_for(self._client.get_many(references, protection=protection))

    def set(
        self,
        class_id: int,
        logical_name: LogicalName,
        attribute: int,
        value: Data,
        *,
        selection: SelectiveAccessDescriptor | None = None,
        high_priority: bool = False,
        protection: Protection | None = None,
        confirmed: bool | None = None,
    ) -> None:
        """Write an attribute; see `Client.set`."""
        self.wait_for(
            self._client.set(
                class_id,
                logical_name,
                attribute,
                value,
                selection=selection,
                high_priority=high_priority,
                protection=protection,
                confirmed=confirmed,
            )
        )

    def action(
        self,
        class_id: int,
        logical_name: LogicalName,
        method: int,
        argument: Data | None = None,
        *,
        high_priority: bool = False,
        protection: Protection | None = None,
        confirmed: bool | None = None,
    ) -> Data | None:
        """Invoke a method; see `Client.action`."""
        return self.wait_for(
            self._client.action(
                class_id,
                logical_name,
                method,
                argument,
                high_priority=high_priority,
                protection=protection,
                confirmed=confirmed,
            )
        )

    def rows(
        self,
        class_id: int,
        logical_name: LogicalName,
        attribute: int,
        *,
        selection: SelectiveAccessDescriptor | None = None,
        protection: Protection | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of an array of structures, as soon as they come; see `Client.rows`."""
        rows = self._client.rows(class_id, logical_name, attribute, selection=selection, protection=protection)
        return self.each(rows)

    def request(self, primitive: Any) -> Confirm:
        """Send any confirmed service; see `Client.request`."""
        return self.wait_for(self._client.request(primitive))

    def send(self, primitive: Any) -> None:
        """Send what has no .confirm; see `Client.send`."""
        self.wait_for(self._client.send(primitive))

    def objects(self) -> list[ObjectInfo]:
        """The objects that the current association shows to this client."""
        return self.wait_for(self._client.objects())

    def clock(self) -> datetime | None:
        """The time of the meter's clock."""
        return self.wait_for(self._client.clock())

    def set_clock(self, moment: datetime) -> None:
        """Set the meter's clock."""
        self.wait_for(self._client.set_clock(moment))

    def profile(self, name: LogicalName) -> BlockingProfile:
        """A profile of the meter."""
        return BlockingProfile(self, Profile(self._client, name))

    def notifications(self) -> Iterator[Notification]:
        """What the meter sends by itself, as it comes; it ends when the client is closed."""
        return self.each(self._client.notifications())

    # For those who build upon it

    def wait_for(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine of the client underneath, and wait for its result.

        Raises:
            ConnectionLostError: the client is not open, or another thread closed it.
            NotSentError: this is the client's own thread, in which `trace` and `security` are called.
        """
        with self._lock:
            if self._loop is None:
                coroutine.close()
                raise ConnectionLostError("the client is not connected", hint="open it first, best with `with`")
            if threading.current_thread() is self._thread:
                coroutine.close()
                raise NotSentError(
                    "a call from the client's own thread would wait for itself",
                    hint="hand on what `trace` and `security` are told, and call from another thread",
                )
            future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except CancelledError:
            raise ConnectionLostError("the client was closed") from None
        except BaseException:
            future.cancel()
            raise

    def each(self, source: AsyncIterator[Result]) -> Iterator[Result]:
        """What an asynchronous iterator gives; it is closed when this is."""
        try:
            while True:
                item: Any = self.wait_for(_next(source))
                if item is _END:
                    return
                yield item
        finally:
            close = getattr(source, "aclose", None)
            if close is not None:
                self._close(close())

    def _close(self, closing: Coroutine[Any, Any, None]) -> None:
        """Close an iterator; one that is finalised in the client's own thread is not waited for."""
        with self._lock:
            if self._loop is not None and threading.current_thread() is self._thread:
                asyncio.run_coroutine_threadsafe(closing, self._loop)
                return
        with suppress(ConnectionLostError):  # nothing of it is left
            self.wait_for(closing)

    def _stop(self) -> None:
        with self._lock:
            loop, self._loop = self._loop, None
            thread = self._thread
        if loop is not None and thread is not None:
            asyncio.run_coroutine_threadsafe(_end_all(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def __repr__(self) -> str:
        return f"<Blocking {self._client!r}>"


class BlockingProfile:
    """A profile of a meter; see `xdlms.client.Profile`."""

    __slots__ = ("_client", "_profile")

    def __init__(self, client: BlockingClient, profile: Profile) -> None:
        self._client = client
        self._profile = profile

    @property
    def name(self) -> bytes:
        """The logical name, 6 octets."""
        return self._profile.name

    def columns(self) -> tuple[Column, ...]:
        """The columns, with their units; they are read once."""
        return self._client.wait_for(self._profile.columns())

    def entries_in_use(self) -> int:
        """How many entries the buffer holds."""
        return self._client.wait_for(self._profile.entries_in_use())

    def capture_period(self) -> int:
        """Seconds between two entries."""
        return self._client.wait_for(self._profile.capture_period())

    def rows(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        first: int | None = None,
        last: int | None = None,
        columns: Iterable[Column] = (),
    ) -> Iterator[tuple[Any, ...]]:
        """The rows as the meter sends them; see `Profile.rows`."""
        return self._client.each(self._profile.rows(start, end, first=first, last=last, columns=tuple(columns)))


async def _end_all() -> None:
    """Let every call end that still waits, in whatever thread."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()


async def _next(source: AsyncIterator[Any]) -> Any:
    return await anext(source, _END)
