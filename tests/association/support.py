"""Two associations that talk to each other in memory, and the objects that the tests ask for."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from xdlms.association import (
    ClientAssociation,
    ClientSettings,
    Event,
    ServerAssociation,
    ServerSettings,
)
from xdlms.association.settings import SecurityProvider
from xdlms.security import CounterStore, GmacHls, HlsFunction, Keys, MemoryCounterStore, Secret, SecurityContext
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import Action, Get, Open, ProposedXdlmsContext, Read, Release, Set, Write
from xdlms.services.references import AttributeReference, MethodReference
from xdlms_apdu.v2023 import (
    ActionResponseWithOptionalData,
    ActionResult,
    Conformance,
    Data,
    DataAccessResult,
    DataTag,
)

T = TypeVar("T")

EK = bytes.fromhex("000102030405060708090A0B0C0D0E0F")
AK = bytes.fromhex("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF")
CLIENT_TITLE = bytes.fromhex("4D4D4D0000000001")
SERVER_TITLE = bytes.fromhex("4D4D4D0000BC614E")
CTOS = b"K56iVagY"
STOC = b"P6wRJ21F"
PASSWORD = Secret(b"12345678")

LN = ApplicationContext.LN
SN = ApplicationContext.SN
LN_CIPHERED = ApplicationContext.LN_CIPHERED
SN_CIPHERED = ApplicationContext.SN_CIPHERED

VALUE = AttributeReference(1, bytes.fromhex("0000800000FF"), 2)
OTHER = AttributeReference(1, bytes.fromhex("0000800100FF"), 2)
METHOD = MethodReference(9, bytes.fromhex("00000A0000FF"), 1)


def octets(value: bytes) -> Data:
    return Data.hold(int(DataTag.octet_string), value)


def unsigned(value: int) -> Data:
    return Data.hold(int(DataTag.unsigned), value)


def text(value: str) -> Data:
    return Data.hold(int(DataTag.visible_string), value)


def null() -> Data:
    return Data.hold(int(DataTag.null_data), None)


def counting(*given: bytes) -> Callable[[int], bytes]:
    """A random source that gives these octets first, and then others that never repeat, nor are another source's."""
    values = iter(given)
    numbers = itertools.count(sum(sum(octets_) for octets_ in given) + 1 << 16)

    def random(length: int) -> bytes:
        return next(values, None) or next(numbers).to_bytes(length, "big")

    return random


def security(
    local: bytes,
    peer: bytes | None,
    *,
    policy: int = 0,
    ciphered: bool = True,
    first_counter: int = 1,
    random: Callable[[int], bytes] | None = None,
    store: CounterStore | None = None,
) -> SecurityContext:
    return SecurityContext(
        suite=0,
        policy=policy,
        keys=Keys(global_unicast_encryption_key=EK, authentication_key=AK),
        local_title=local,
        peer_title=peer,
        store=store or MemoryCounterStore(first_counter=first_counter),
        random=random or counting(),
        ciphered=ciphered,
    )


def server_security(policy: int = 0) -> SecurityProvider:
    """Knows one client, and keeps its counters from one association to the next."""
    store = MemoryCounterStore()

    def provider(title: bytes, ciphered: bool) -> SecurityContext | None:
        if title != CLIENT_TITLE:
            return None
        return security(SERVER_TITLE, None, policy=policy if ciphered else 0, ciphered=ciphered, store=store)

    return provider


def gmac(context: SecurityContext | None, user: int | None) -> HlsFunction | None:
    return None if context is None else GmacHls(context)


class Wire:
    """Takes APDUs from one side to the other, and keeps what it saw."""

    def __init__(self, client: ClientAssociation, server: ServerAssociation) -> None:
        self.client = client
        self.server = server
        self.now = 0.0
        self.seen: list[tuple[str, bytes]] = []
        self.client_events: list[Event] = []
        self.server_events: list[Event] = []
        self.application: Callable[[Event], Any] | None = None

    def connect(self) -> None:
        self.client.connected(now=self.now)
        self.server.connected(now=self.now)

    def run(self) -> None:
        """Until nothing is left to carry."""
        while self.step():
            pass

    def step(self) -> bool:
        moved = False
        for apdu in self.client.apdus_to_send():
            self.seen.append(("client", apdu))
            self.server.receive_apdu(apdu, now=self.now)
            moved = True
        for event in self.server.events():
            self.server_events.append(event)
            response = None if self.application is None else self.application(event)
            if response is not None:
                self.server.send(response, now=self.now)
                moved = True
        for apdu in self.server.apdus_to_send():
            self.seen.append(("server", apdu))
            self.client.receive_apdu(apdu, now=self.now)
            moved = True
        self.client_events += self.client.events()
        return moved

    def ask(self, primitive: Any) -> list[Event]:
        """What the client is told after it has sent this."""
        before = len(self.client_events)
        self.client.send(primitive, now=self.now)
        self.run()
        return self.client_events[before:]

    def hexed(self) -> list[str]:
        return [apdu.hex().upper() for _, apdu in self.seen]

    @property
    def objects(self) -> Objects:
        """The application, where it is the usual one."""
        assert isinstance(self.application, Objects)
        return self.application

    @property
    def longest(self) -> int:
        return max((len(apdu) for _, apdu in self.seen), default=0)


class Objects:
    """An application that accepts what is asked, and keeps values by reference."""

    def __init__(self, values: dict[Any, Data] | None = None) -> None:
        self.values: dict[Any, Data] = dict(values or {})
        self.calls: list[tuple[Any, Any]] = []
        self.returned: Data | None = None
        self.writes = 0

    def __call__(self, event: Event) -> Any:
        match event:
            case Open.Indication():
                return event.accept()
            case Release.Indication(use_rlrq_rlre=True):
                return event.response()
            case Get.Indication():
                return event.response(self._each(event.attribute, self.get))
            case Set.Indication(service_class=1):
                return event.response(self._pairs(event.attribute, event.value, self.set))
            case Set.Indication():
                self._pairs(event.attribute, event.value, self.set)
            case Action.Indication(service_class=1):
                return event.response(self._pairs(event.method, event.value, self.call))
            case Action.Indication():
                self._pairs(event.method, event.value, self.call)
            case Read.Indication():
                return event.response(tuple(self.get(variable) for variable in event.variables))
            case Write.Indication():
                pairs = zip(event.variables, event.values, strict=True)
                return event.response(tuple(self.set(variable, value) for variable, value in pairs))
        return None

    def get(self, reference: Any) -> Any:
        return self.values.get(reference, DataAccessResult.object_undefined)

    def set(self, reference: Any, value: Data) -> DataAccessResult:
        self.writes += 1
        self.values[reference] = value
        return DataAccessResult.success

    def call(self, method: Any, value: Any) -> ActionResponseWithOptionalData:
        self.calls.append((method, value))
        return ActionResponseWithOptionalData(ActionResult.success, self.returned)

    def _each(self, reference: Any, do: Callable[[Any], Any]) -> Any:
        return tuple(map(do, reference)) if isinstance(reference, tuple) else do(reference)

    def _pairs(self, reference: Any, value: Any, do: Callable[[Any, Any], Any]) -> Any:
        if isinstance(reference, tuple):
            return tuple(do(one, other) for one, other in zip(reference, value, strict=True))
        return do(reference, value)


def pair(
    context: ApplicationContext = LN,
    *,
    client: ClientSettings | None = None,
    server: ServerSettings | None = None,
    application: Callable[[Event], Any] | None = None,
    policy: int = 0,
    hls: bool = False,
    conformance: Conformance | None = None,
    client_size: int = 0xFFFF,
    server_size: int = 0xFFFF,
    dedicated_key: bool = False,
    open_it: bool = True,
    **request: Any,
) -> Wire:
    """A client and a server; `open_it`: with their association."""
    titles = context.ciphered or hls
    ciphering = security(CLIENT_TITLE, None, policy=policy, ciphered=context.ciphered) if titles else None
    settings = server or ServerSettings(
        application_contexts=frozenset(ApplicationContext),
        max_receive_pdu_size=server_size,
        hls={5: gmac} if hls else {},
        lowest=not hls,
        security=server_security(policy),
        challenge_length=8,
    )
    wire = Wire(
        ClientAssociation(
            security=ciphering,
            hls=GmacHls(ciphering) if hls and ciphering is not None else None,
            random=counting(CTOS),
            settings=client or ClientSettings(challenge_length=8),
        ),
        ServerAssociation(settings, random=counting(STOC)),
    )
    wire.application = application or Objects()
    wire.connect()
    if open_it:
        wire.ask(
            Open.Request(
                application_context_name=context,
                proposed_xdlms_context=ProposedXdlmsContext(
                    conformance=conformance, client_max_receive_pdu_size=client_size, dedicated_key=dedicated_key
                ),
                **request,
            )
        )
    return wire


def only(events: Iterable[Any], kind: type[T]) -> T:
    """The one event of this kind, and no other event at all."""
    found = list(events)
    assert [type(event) for event in found] == [kind], found
    one = found[0]
    assert isinstance(one, kind)
    return one


def of_kind(events: Iterable[Any], kind: type[T]) -> list[T]:
    """The events of this kind."""
    return [event for event in events if isinstance(event, kind)]
