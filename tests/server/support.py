"""A server without sockets, and clients that talk to it: whatever takes time takes none here."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from random import Random
from typing import Any

from association.support import AK, CLIENT_TITLE, EK, SERVER_TITLE, security

from xdlms.association import ClientAssociation, ClientSettings, Event, ServerSettings
from xdlms.association.settings import SecurityProvider
from xdlms.profiles.link import Link, Saps
from xdlms.profiles.wrapper import WrapperMessage
from xdlms.profiles.wrapper_link import WrapperLink
from xdlms.security import GmacHls, Keys, MemoryCounterStore, SecurityContext
from xdlms.server import Client, Limits, LogicalDevice, Rights, reading
from xdlms.server.connection import Connection, Shared
from xdlms.server.objects import Request
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import Open
from xdlms.services.references import AttributeReference, MethodReference
from xdlms_apdu.v2023 import Data, DataTag, SelectiveAccessDescriptor

LN = ApplicationContext.LN
SN = ApplicationContext.SN
LN_CIPHERED = ApplicationContext.LN_CIPHERED
PUBLIC = Saps(16, 1)
THING = bytes((0, 0, 96, 1, 0, 255))
OTHER = bytes((0, 0, 96, 1, 1, 255))


def unsigned(value: int) -> Data:
    return Data.hold(int(DataTag.unsigned), value)


def text(value: str) -> Data:
    return Data.hold(int(DataTag.visible_string), value)


def octets(value: bytes) -> Data:
    return Data.hold(int(DataTag.octet_string), value)


class Thing:
    """An object that does what a test wants: attributes from a dict, anything else from functions."""

    version = 0

    def __init__(self, name: bytes = THING, class_id: int = 1, **attributes: Any) -> None:
        self.class_id = class_id
        self.logical_name = name
        self.values: dict[int, Any] = {int(number[1:]): value for number, value in attributes.items()}
        self.seen: list[Any] = []
        self.answer: Callable[..., Any] | None = None

    def get(self, attribute: int, selection: SelectiveAccessDescriptor | None, request: Request) -> Any:
        self.seen.append(("get", attribute, selection))
        value = self.values[attribute]
        return value() if callable(value) else value

    def set(self, attribute: int, value: Data, selection: SelectiveAccessDescriptor | None, request: Request) -> Any:
        self.seen.append(("set", attribute, value))
        if self.answer is not None:
            return self.answer(value)
        self.values[attribute] = value
        return None

    def action(self, method: int, argument: Data | None, request: Request) -> Any:
        self.seen.append(("action", method, argument))
        return None if self.answer is None else self.answer(argument)


def device(*objects: Any, clients: tuple[Client, ...] = (), rights: Rights | None = None) -> LogicalDevice:
    """A management device with a public client and these objects, of two attributes each."""
    made = LogicalDevice(1, b"XYZ", clients or (public(),))
    for object_ in objects:
        made.add(object_, rights or reading(2))
    return made


def public(**settings: Any) -> Client:
    both = frozenset({LN, SN})
    return Client(sap=16, settings=ServerSettings(application_contexts=both, **settings))


def ciphered_client(sap: int = 1, *, policy: int = 3, hls: bool = True) -> Client:
    """A client with HLS GMAC, in a ciphered context or not."""
    store = MemoryCounterStore()

    def provider(title: bytes, ciphered: bool) -> SecurityContext | None:
        return security(SERVER_TITLE, None, policy=policy if ciphered else 0, ciphered=ciphered, store=store)

    known: SecurityProvider = provider
    return Client(
        sap=sap,
        settings=ServerSettings(
            application_contexts=frozenset(ApplicationContext),
            lowest=not hls,
            hls={5: lambda context, user: None if context is None else GmacHls(context)} if hls else {},
            security=known,
        ),
    )


class Alarm:
    """A call that is due some time; the tests let time pass themselves."""

    def __init__(self, when: float) -> None:
        self._when = when

    def when(self) -> float:
        return self._when

    def cancel(self) -> None:
        pass


class Line:
    """One connection to a server, with no socket and a clock that stands still: it is the driver of its link."""

    def __init__(
        self,
        *devices: LogicalDevice,
        limits: Limits | None = None,
        shared: Shared | None = None,
        peer: str = "here",
        link: Link | None = None,
    ) -> None:
        self.time = 0.0
        known = {each.sap: each for each in devices}
        limits = limits or Limits()
        self.shared = shared or Shared(known, limits, Random(0).randbytes, self.call_at)
        self.due: list[Callable[[], None]] = []
        self.frames: list[bytes] = []
        self.is_closed = False
        self.peer = f"{peer}:1"
        most = self.shared.limits.associations
        self.link: Link = link or WrapperLink(server=True, accepts=self.shared.accepts, most_associations=most)
        self.connection = Connection(self.shared)
        self.connection.link_made(self)

    # The driver

    def now(self) -> float:
        return self.time

    def send(self, saps: Saps, apdu: bytes, *, confirmed: bool | None = None) -> None:
        self.link.send(saps, apdu, confirmed=confirmed, now=self.time)

    def disconnect(self, saps: Saps) -> None:
        self.link.disconnect(saps, now=self.time)

    def close(self, reason: str = "") -> None:
        if not self.is_closed:
            self.is_closed = True
            self.closed(reason)

    def receive(self, octets: bytes) -> None:
        """Octets come."""
        self.link.receive_octets(octets, now=self.time)
        self.pump()

    def closed(self, reason: str) -> None:
        """The medium is gone."""
        self.link.closed(reason, now=self.time)
        self.pump()
        self.connection.link_closed(reason)

    def call_at(self, when: float, do: Callable[[], None]) -> Alarm:
        if when <= self.time:
            self.due.append(do)
        return Alarm(when)

    def pump(self) -> None:
        while events := self.link.events():
            for event in events:
                self.connection.link_event(event)
        self.frames += self.link.octets_to_send()
        due, self.due = self.due, []
        for do in due:
            do()

    # The clients

    def talk(self, saps: Saps = PUBLIC, **given: Any) -> Talker:
        """A client on this connection, associated unless told otherwise."""
        return Talker(self, saps, **given)

    def ask(self, saps: Saps, apdu: bytes) -> list[bytes]:
        """Send an APDU; returns what was answered to this client."""
        self.receive(WrapperMessage(saps.client, saps.server, apdu).encode())
        return self.take(saps)

    def take(self, saps: Saps) -> list[bytes]:
        """What was sent to a client since the last time."""
        self.pump()
        mine, others = [], []
        for frame in self.frames:
            message = WrapperMessage.decode(frame)
            ours = (message.source_wport, message.destination_wport) == (saps.server, saps.client)
            if ours:
                mine.append(message.apdu)
            else:
                others.append(frame)
        self.frames = others
        return mine


class Talker:
    """A client: what it asks is answered at once, unless an object takes its time."""

    def __init__(
        self,
        line: Line,
        saps: Saps = PUBLIC,
        *,
        context: ApplicationContext = LN,
        hls: bool = False,
        policy: int = 3,
        title: bytes = CLIENT_TITLE,
        keys: Keys | None = None,
        open_it: bool = True,
        settings: ClientSettings | None = None,
        **request: Any,
    ) -> None:
        self.line = line
        self.saps = saps
        ciphering = None
        if context.ciphered or hls:
            ciphering = SecurityContext(
                suite=0,
                policy=policy if context.ciphered else 0,
                keys=keys or Keys(global_unicast_encryption_key=EK, authentication_key=AK),
                local_title=title,
                peer_title=None,
                store=MemoryCounterStore(first_counter=next(_COUNTERS)),
                random=Random(1).randbytes,
                ciphered=context.ciphered,
            )
        self.client = ClientAssociation(
            security=ciphering,
            hls=GmacHls(ciphering) if hls and ciphering is not None else None,
            random=Random(f"{saps}").randbytes,
            settings=settings or ClientSettings(),
        )
        self.client.connected(now=0)
        self.opened: list[Event] = []
        if open_it:
            self.opened = self.ask(Open.Request(application_context_name=context, **request))

    def ask(self, primitive: Any) -> list[Any]:
        """What the client is told after it has sent this."""
        self.client.send(primitive, now=0)
        return self.run()

    def one(self, primitive: Any) -> Any:
        """The one event that the client is told of."""
        (event,) = self.ask(primitive)
        return event

    def run(self) -> list[Any]:
        """Carry APDUs until nothing is left."""
        while apdus := self.client.apdus_to_send():
            for apdu in apdus:
                for answer in self.line.ask(self.saps, apdu):
                    self.client.receive_apdu(answer, now=0)
        for answer in self.line.take(self.saps):
            self.client.receive_apdu(answer, now=0)
        return self.client.events()

    async def settle(self) -> list[Any]:
        """What the client is told when objects had their time."""
        for _ in range(20):
            await asyncio.sleep(0)
        return self.run()


_COUNTERS = itertools.count(1, 1 << 16)


def value_of(name: bytes = THING, attribute: int = 2, class_id: int = 1, selection: Any = None) -> AttributeReference:
    return AttributeReference(class_id, name, attribute, selection)


def method_of(name: bytes = THING, method: int = 1, class_id: int = 3) -> MethodReference:
    return MethodReference(class_id, name, method)
