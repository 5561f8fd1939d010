"""A server, or a client, alone: the test plays the other side, octet by octet."""

from __future__ import annotations

from typing import Any

from association.support import LN, Objects, Wire, pair

from xdlms.association import Event
from xdlms.services.names import ApplicationContext


class Meter:
    """A server that is asked with octets.

    `objects` answers for the application; without `answers` it keeps quiet, and the test answers.
    """

    def __init__(self, context: ApplicationContext = LN, *, answers: bool = True, **given: Any) -> None:
        self.objects = Objects()
        self.wire: Wire = pair(context, application=self.objects, **given)
        self.server = self.wire.server
        self.server.events()
        self.answers = answers
        self.events: list[Event] = []

    def ask(self, octets: str, *, now: float = 0, confirmed: bool | None = None) -> list[str]:
        """What the server sends for this."""
        self.server.receive_apdu(bytes.fromhex(octets), now=now, confirmed=confirmed)
        return self.take(now)

    def take(self, now: float = 0) -> list[str]:
        """What the server sends, after the application has answered."""
        for event in self.server.events():
            self.events.append(event)
            response = self.objects(event) if self.answers else None
            if response is not None:
                self.server.send(response, now=now)
        self.events += self.server.events()
        return [apdu.hex().upper() for apdu in self.server.apdus_to_send()]

    def one(self, octets: str, *, now: float = 0, confirmed: bool | None = None) -> str:
        """The one APDU that the server sends for this."""
        (answer,) = self.ask(octets, now=now, confirmed=confirmed)
        return answer


class Reader:
    """A client that is answered with octets."""

    def __init__(self, context: ApplicationContext = LN, **given: Any) -> None:
        self.wire: Wire = pair(context, **given)
        self.client = self.wire.client
        self.client.events()

    def send(self, primitive: Any, *, now: float = 0) -> list[str]:
        """What the client sends for this."""
        self.client.send(primitive, now=now)
        return self.sent()

    def sent(self) -> list[str]:
        return [apdu.hex().upper() for apdu in self.client.apdus_to_send()]

    def answer(self, octets: str, *, now: float = 0) -> list[str]:
        """What the client sends when this comes."""
        self.client.receive_apdu(bytes.fromhex(octets), now=now)
        return self.sent()

    def events(self) -> list[Event]:
        return self.client.events()
