"""A client and the server on a line without sockets that is cut behind a given octet, and what both sent till then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final

from association.support import CLIENT_TITLE, SERVER_TITLE, security
from server.support import OTHER, Line, Thing, method_of, octets, text, value_of

from xdlms.association import ClientAssociation, ServerSettings, State
from xdlms.codec.errors import DecodeError
from xdlms.profiles.hdlc.primary import PrimaryLink
from xdlms.profiles.hdlc.secondary import SecondaryLink
from xdlms.profiles.link import ApduReceived, LinkDown, LinkUp, Saps
from xdlms.profiles.wrapper_link import WrapperLink
from xdlms.security import Form, MemoryCounterStore, Protection, SecurityContext
from xdlms.security.envelope import fields
from xdlms.security.tags import standard_tags
from xdlms.server import AttributeAccess, Client, LogicalDevice, MethodAccess, Rights
from xdlms.server.connection import Shared
from xdlms.services.events import ServiceFailed
from xdlms.services.names import ApplicationContext
from xdlms.services.primitives import Action, Get, Open, ProposedXdlmsContext, Read, Release, Set, Write
from xdlms.services.primitives.common import SecurityOptions
from xdlms.services.references import ParameterizedAccess, VariableName
from xdlms_apdu import v2023 as apdu
from xdlms_apdu.v2023 import Data

UP: Final = "to the server"
DOWN: Final = "to the client"
SAPS: Final = Saps(16, 1)
SMALL: Final = 72
"""Octets of the longest APDU that both take, where blocks are wanted: a few blocks each way."""
OLD: Final = (octets(b"old"), text("old"))
SHORT: Final = (octets(b"new"), text("new"))
LONG: Final = (octets(bytes(range(90))), text("n" * 40))
RIGHTS: Final = Rights({1: AttributeAccess.READ, 2: AttributeAccess.READ_AND_WRITE}, {1: MethodAccess.ACCESS})
BASES: Final = (0x2000, 0x2100)
BY_NAME: Final = (value_of(class_id=3), value_of(OTHER, class_id=3))
BY_SHORT_NAME: Final = tuple(VariableName(base + 8) for base in BASES)
METHOD: Final = method_of()
METHOD_SHORT_NAME: Final = BASES[0] + 0x28


@dataclass(frozen=True)
class Service:
    """What is asked: the request by logical name and by short name, and the values that it leaves."""

    ln: Any
    sn: Any
    leaves: tuple[Data, Data] = OLD
    blocks: bool = False


SERVICES: Final[dict[str, Service]] = {
    "read": Service(Get.Request(BY_NAME[0]), Read.Request((BY_SHORT_NAME[0],))),
    "read in blocks": Service(Get.Request(BY_NAME), Read.Request(BY_SHORT_NAME), leaves=LONG, blocks=True),
    "written": Service(
        Set.Request(BY_NAME[0], SHORT[0]), Write.Request((BY_SHORT_NAME[0],), (SHORT[0],)), leaves=(SHORT[0], OLD[1])
    ),
    "written as a list": Service(Set.Request(BY_NAME, SHORT), Write.Request(BY_SHORT_NAME, SHORT), leaves=SHORT),
    "written in blocks": Service(
        Set.Request(BY_NAME[0], LONG[0]),
        Write.Request((BY_SHORT_NAME[0],), (LONG[0],)),
        leaves=(LONG[0], OLD[1]),
        blocks=True,
    ),
    "written as a list in blocks": Service(
        Set.Request(BY_NAME, LONG), Write.Request(BY_SHORT_NAME, LONG), leaves=LONG, blocks=True
    ),
    "called in blocks": Service(
        Action.Request(METHOD, LONG[0]),
        Read.Request((ParameterizedAccess(METHOD_SHORT_NAME, 0, LONG[0]),)),
        leaves=(LONG[0], OLD[1]),
        blocks=True,
    ),
}

PROTECTIONS: Final[dict[str, Form | None]] = {
    "plain": None,
    "glo-": Form.SERVICE_GLO,
    "ded-": Form.SERVICE_DED,
    "general-glo": Form.GENERAL_GLO,
}
"""What ciphers the services: the InitiateRequest is under glo- in all but the first."""


@dataclass
class World:
    """A server, its two objects, and the counters of both sides; all attempts are made on it, one after the other."""

    by_short_name: bool
    protection: str
    service: Service
    hdlc: bool
    nonces: set[tuple[bytes, bytes, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        form = PROTECTIONS[self.protection]
        self.form = form
        ciphered = form is not None
        by_name, by_short = (
            (ApplicationContext.LN_CIPHERED, ApplicationContext.SN_CIPHERED)
            if ciphered
            else (ApplicationContext.LN, ApplicationContext.SN)
        )
        self.context = by_short if self.by_short_name else by_name
        self.client_store, server_store = MemoryCounterStore(), MemoryCounterStore()
        self.random = Random(6)

        def provider(title: bytes, may_cipher: bool) -> SecurityContext | None:
            return security(SERVER_TITLE, None, policy=3, store=server_store)

        client = Client(
            sap=SAPS.client,
            settings=ServerSettings(
                application_contexts=frozenset({self.context}),
                max_receive_pdu_size=SMALL if self.service.blocks else 0xFFFF,
                security=provider if ciphered else None,
            ),
        )
        self.device = LogicalDevice(SAPS.server, b"XYZ", [client])
        self.things = (Thing(class_id=3), Thing(OTHER, class_id=3))
        for base, thing in zip(BASES, self.things, strict=True):
            self.device.add(thing, RIGHTS, base_name=base)
        self.shared: Shared | None = None

    def values(self) -> tuple[Data, Data]:
        """What the objects hold."""
        one, other = (thing.values[2] for thing in self.things)
        return one, other

    def reset(self) -> None:
        """Let the objects hold what they held before."""
        for thing, value in zip(self.things, self.before, strict=True):
            thing.values = {2: value}
        first = self.things[0]

        def act(argument: Data) -> Any:
            # A method that writes, so that one can see how often and with what it was called.
            first.values[2] = argument
            return argument

        first.answer = act if isinstance(self.service.ln, Action.Request) else None

    @property
    def before(self) -> tuple[Data, Data]:
        """What the objects hold before the service."""
        return self.service.leaves if isinstance(self.service.ln, Get.Request) else OLD

    def request(self) -> Any:
        """The request, protected as this world protects."""
        asked = self.service.sn if self.by_short_name else self.service.ln
        if self.form is None:
            return asked
        options = SecurityOptions(Protection.AUTHENTICATED_ENCRYPTION, self.form)
        return replace(asked, security_options=options)

    def note_nonces(self, key: bytes, title: bytes, apdu_: bytes) -> None:
        """Note the nonces of an APDU that was sent; no nonce comes twice under a key."""
        for ciphered in ciphered_in(apdu_):
            found = fields(ciphered, standard_tags())
            assert found is not None
            meaning, _, header, _ = found
            nonce = (key if meaning.dedicated else b"", title, int.from_bytes(header[1:], "big"))
            assert nonce not in self.nonces
            self.nonces.add(nonce)


def ciphered_in(octets_: bytes) -> Iterator[bytes]:
    """The ciphered APDUs in one: itself, or its user-information."""
    if octets_[0] in standard_tags().ciphered:
        yield octets_
        return
    try:
        found = apdu.decode(octets_)
    except DecodeError:
        return
    information = getattr(found, "user_information", None)
    if information is not None and information[0] in standard_tags().ciphered:
        yield information


class CutLine(Line):
    """The server's side; it notes what the server sends."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.key = b""
        link = SecondaryLink(accepts=lambda saps: saps == SAPS) if world.hdlc else None
        super().__init__(world.device, shared=world.shared, link=link)
        world.shared = self.shared

    def send(self, saps: Saps, apdu: bytes, *, confirmed: bool | None = None) -> None:
        self.world.note_nonces(self.key, SERVER_TITLE, apdu)
        super().send(saps, apdu, confirmed=confirmed)


class Attempt:
    """One connection: an association, the service, RELEASE; cut when `most` octets of `direction` have passed.

    `passed` counts the octets of both directions, `outcomes` are the events that end the service.
    """

    def __init__(self, world: World, direction: str = UP, most: int | None = None) -> None:
        self.world = world
        self.direction = direction
        self.most = most
        self.passed = {UP: 0, DOWN: 0}
        self.is_cut = most == 0
        self.events: list[Any] = []
        self.asked = False
        world.reset()
        self.line = CutLine(world)
        self.link = PrimaryLink() if world.hdlc else WrapperLink(server=False)
        ciphering = None
        if world.form is not None:
            ciphering = security(CLIENT_TITLE, None, policy=3, store=world.client_store, random=world.random.randbytes)
        self.client = ClientAssociation(security=ciphering, random=world.random.randbytes)
        self.key = self.line.key = world.random.randbytes(8)  # names the dedicated key, a new one each time
        self._run()

    @property
    def outcomes(self) -> list[Any]:
        """How the service ended, as the client was told."""
        kinds = (Get.Confirm, Set.Confirm, Action.Confirm, Read.Confirm, Write.Confirm, ServiceFailed)
        return [event for event in self.events if isinstance(event, kinds)]

    def _run(self) -> None:
        self.link.connect(SAPS, now=0)
        self._carry()
        if not self.is_cut:
            size = SMALL if self.world.service.blocks else 0xFFFF
            self._ask(
                Open.Request(
                    application_context_name=self.world.context,
                    proposed_xdlms_context=ProposedXdlmsContext(
                        client_max_receive_pdu_size=size, dedicated_key=self.world.form is Form.SERVICE_DED
                    ),
                )
            )
        if self.client.authenticated:
            self.asked = True
            self._ask(self.world.request())
        if self.client.authenticated:
            self._ask(Release.Request())
        if not self.is_cut and self.world.hdlc:
            self.link.disconnect(SAPS, now=0)
            self._carry()
        self._end()

    def _ask(self, primitive: Any) -> None:
        self.client.send(primitive, now=0)
        self._carry()

    def _carry(self) -> None:
        """Carry octets until nobody has any, or the line is cut."""
        while not self.is_cut:
            self._client_events()
            for unit in self.client.units_to_send():
                self.world.note_nonces(self.key, CLIENT_TITLE, unit.octets)
                self.link.send(SAPS, unit.octets, confirmed=unit.confirmed, now=0)
            up = self.link.octets_to_send()
            for piece in up:
                self._deliver(UP, piece)
            self.line.pump()
            down, self.line.frames = self.line.frames, []
            for piece in down:
                self._deliver(DOWN, piece)
            if not up and not down:
                return

    def _deliver(self, direction: str, piece: bytes) -> None:
        if self.is_cut:
            return
        if direction == self.direction and self.most is not None:
            piece = piece[: self.most - self.passed[direction]]
        self.passed[direction] += len(piece)
        if direction == UP:
            self.line.receive(piece)
        else:
            self.link.receive_octets(piece, now=0)
        self.is_cut = direction == self.direction and self.passed[direction] == self.most

    def _client_events(self) -> None:
        for event in self.link.events():
            if isinstance(event, LinkUp):
                self.client.connected(now=0)
            elif isinstance(event, ApduReceived):
                self.client.receive_apdu(event.apdu, now=0)
            elif isinstance(event, LinkDown) and self.client.state is not State.INACTIVE:
                self.client.lost(now=0)
        self.events += self.client.events()

    def _end(self) -> None:
        """The medium is gone."""
        self._client_events()
        self.line.close("cut")
        self.link.closed("cut", now=0)
        self._client_events()
