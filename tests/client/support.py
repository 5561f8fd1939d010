"""A server of the tests' own, on loopback: it answers as it is told to, also late, twice, wrongly, or not at all."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from xdlms import data
from xdlms.association import ServerAssociation, ServerSettings
from xdlms.client import Client, connect
from xdlms.data import Data
from xdlms.profiles.link import ApduReceived, LinkDown, LinkEvent, LinkUp, Saps
from xdlms.security import GmacHls, Keys, MemoryCounterStore, Secret, SecurityContext
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import Action, Get, Open, Read, Release, Set, UnconfirmedWrite, Write
from xdlms.services.primitives.association import LARGEST_PDU_SIZE
from xdlms.services.references import AttributeReference, ParameterizedAccess, VariableName
from xdlms.transports import Address, LinkDriver, Listener, listen
from xdlms_apdu.v2023 import ActionResponseWithOptionalData, ActionResult, DataAccessResult

T = TypeVar("T")

PASSWORD = b"12345678"
EK = bytes.fromhex("000102030405060708090A0B0C0D0E0F")
AK = bytes.fromhex("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF")
SERVER_TITLE = bytes.fromhex("58444C0000000001")
CLIENT_TITLE = bytes.fromhex("4D4D4D0000000001")
ENERGY = (3, "1.0.1.8.0.255", 2)
SERIAL = (1, "0.0.96.1.0.255", 2)
LONG = (1, "0.0.128.0.0.255", 2)
METHOD = (70, "0.0.96.3.10.255", 1)
PROFILE = "1.0.99.1.0.255"


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a test; one that hangs fails."""

    async def limited() -> T:
        async with asyncio.timeout(20):
            return await coroutine

    return asyncio.run(limited())


def profile_rows(count: int) -> list[Data]:
    return [
        data.structure([data.double_long_unsigned(number), data.long_unsigned(number % 100)]) for number in range(count)
    ]


def name(text: str) -> bytes:
    return bytes(map(int, text.split(".")))


class Values:
    """What the server holds; by class, logical name and attribute, or by short name."""

    def __init__(self) -> None:
        self.by_name: dict[tuple[int, bytes, int], Data] = {
            (3, name("1.0.1.8.0.255"), 2): data.double_long_unsigned(123456),
            (3, name("1.0.1.8.0.255"), 3): data.structure([data.integer(-1), data.enum(30)]),
            (1, name("0.0.96.1.0.255"), 2): data.octet_string(b"XDL1"),
            (1, name("0.0.128.0.0.255"), 2): data.octet_string(bytes(5000)),
            (7, name(PROFILE), 2): data.array(profile_rows(300)),
        }
        self.by_short_name: dict[int, Data] = {
            0xFA08: data.array([association_object(), energy_object()]),
            0x0108: data.double_long_unsigned(123456),
        }
        self.selections: list[Any] = []
        self.calls: list[Any] = []

    def answer(self, event: Any) -> Any:
        match event:
            case Open.Indication():
                return event.accept()
            case Release.Indication(use_rlrq_rlre=True):
                return event.response()
            case Get.Indication(attribute=tuple(references)):
                return event.response(tuple(map(self.get, references)))
            case Get.Indication():
                return event.response(self.get(event.attribute))
            case Set.Indication():
                result = self.set(event.attribute, event.value)
                return event.response(result) if event.service_class else None
            case Action.Indication():
                self.calls.append((event.method, event.value))
                returned = event.value if event.method.method_id == 1 else None
                known = event.method.class_id == 70
                if not event.service_class:
                    return None
                result = ActionResult.success if known else ActionResult.object_undefined
                return event.response(ActionResponseWithOptionalData(result, returned if known else None))
            case Read.Indication():
                return event.response(tuple(map(self.read, event.variables)))
            case UnconfirmedWrite.Indication():
                for variable, value in zip(event.variables, event.values, strict=True):
                    self.by_short_name[variable.name] = value
            case Write.Indication():
                for variable, value in zip(event.variables, event.values, strict=True):
                    self.by_short_name[variable.name] = value
                return event.response((DataAccessResult.success,) * len(event.variables))
        return None

    def get(self, reference: AttributeReference) -> Any:
        key = (reference.class_id, reference.instance_id, reference.attribute_id)
        self.selections.append(reference.selection)
        return self.by_name.get(key, DataAccessResult.object_undefined)

    def set(self, reference: AttributeReference, value: Data) -> DataAccessResult:
        key = (reference.class_id, reference.instance_id, reference.attribute_id)
        if key not in self.by_name:
            return DataAccessResult.read_write_denied
        self.by_name[key] = value
        return DataAccessResult.success

    def read(self, variable: VariableName | ParameterizedAccess) -> Any:
        return self.by_short_name.get(variable.name, DataAccessResult.object_undefined)


def association_object() -> Data:
    logical_name = data.octet_string(name("0.0.40.0.0.255"))
    return data.structure([data.long(0xFA00 - 0x10000), data.long_unsigned(12), data.unsigned(2), logical_name])


def energy_object() -> Data:
    logical_name = data.octet_string(name("1.0.1.8.0.255"))
    return data.structure([data.long(0x0100), data.long_unsigned(3), data.unsigned(0), logical_name])


class Peer:
    """One connection of the server. `filter` may change, hold back or drop what is sent."""

    def __init__(self, server: ScriptedServer) -> None:
        self.server = server
        self.associations: dict[Saps, ServerAssociation] = {}
        self.driver: LinkDriver | None = None
        server.peers.append(self)

    def link_made(self, driver: LinkDriver) -> None:
        self.driver = driver

    def link_event(self, event: LinkEvent) -> None:
        assert self.driver is not None
        now = self.driver.now()
        if isinstance(event, LinkUp):
            association = ServerAssociation(self.server.settings, random=self.server.random)
            association.connected(now=now)
            self.associations[event.saps] = association
        elif isinstance(event, LinkDown):
            self.associations.pop(event.saps).lost(now=now)
        elif isinstance(event, ApduReceived):
            self.server.received.append(event.apdu)
            self.associations[event.saps].receive_apdu(event.apdu, now=now)
            self.pump(event.saps)

    def pump(self, saps: Saps) -> None:
        assert self.driver is not None
        association = self.associations[saps]
        for event in association.events():
            self.server.events.append(event)
            response = self.server.values.answer(event)
            if response is not None:
                association.send(response, now=self.driver.now())
        for octets in association.apdus_to_send():
            self.server.send(self, saps, octets)

    def notify(self, saps: Saps, primitive: Any) -> None:
        """Send a notification."""
        assert self.driver is not None
        self.associations[saps].send(primitive, now=self.driver.now())
        self.pump(saps)

    def link_closed(self, reason: str) -> None:
        self.server.peers.remove(self)


class ScriptedServer:
    """The server; use it with `async with`."""

    def __init__(self, *, size: int = LARGEST_PDU_SIZE, url: str = "tcp://127.0.0.1:0", **settings: Any) -> None:
        self.values = Values()
        self.peers: list[Peer] = []
        self.received: list[bytes] = []
        self.events: list[Any] = []
        self.filter: Callable[[Peer, Saps, bytes], list[bytes]] = lambda peer, saps, octets: [octets]
        numbers = itertools.count(1 << 20)
        self.random: Callable[[int], bytes] = lambda length: next(numbers).to_bytes(length, "big")
        store = MemoryCounterStore()

        def security(title: bytes, ciphered: bool) -> SecurityContext | None:
            return context(SERVER_TITLE, title, store=store, ciphered=ciphered) if title == CLIENT_TITLE else None

        self.settings = ServerSettings(
            **{
                "application_contexts": frozenset(ApplicationContext),
                "max_receive_pdu_size": size,
                "password": Secret(PASSWORD),
                "hls": {5: lambda given, user: None if given is None else GmacHls(given)},
                "security": security,
            }
            | settings
        )
        self._address = Address.parse(url)
        self._listener: Listener | None = None

    def send(self, peer: Peer, saps: Saps, octets: bytes) -> None:
        for one in self.filter(peer, saps, octets):
            if peer.driver is not None and not peer.driver.is_closing:
                peer.driver.send(saps, one)

    @property
    def url(self) -> str:
        assert self._listener is not None
        return str(self._listener.address)

    def connect(self, **options: Any) -> Client:
        return connect(self.url, **{"timeout": 2.0} | options)

    async def emptied(self) -> None:
        """Wait until there is no connection any more; fails after a while."""
        async with asyncio.timeout(5):
            while self.peers:
                await asyncio.sleep(0.001)

    def drop_connections(self) -> None:
        for peer in list(self.peers):
            assert peer.driver is not None
            peer.driver.close("the test wants it")

    async def __aenter__(self) -> ScriptedServer:
        self._listener = await listen(self._address, lambda: Peer(self))
        return self

    async def __aexit__(self, *exception: object) -> None:
        assert self._listener is not None
        await self._listener.close()


def context(
    local: bytes = CLIENT_TITLE,
    peer: bytes | None = None,
    *,
    store: MemoryCounterStore | None = None,
    ciphered: bool = True,
    **given: Any,
) -> SecurityContext:
    return SecurityContext(
        **{
            "suite": 0,
            "policy": 3 if ciphered else 0,
            "keys": Keys(global_unicast_encryption_key=EK, authentication_key=AK),
            "local_title": local,
            "peer_title": peer if local == CLIENT_TITLE else None,
            "store": store or MemoryCounterStore(),
            "random": secrets.token_bytes,
            "ciphered": ciphered,
        }
        | given
    )
