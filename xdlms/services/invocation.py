"""One confirmed service of a client on its way."""

from __future__ import annotations

from collections.abc import Callable

from xdlms.security import SecurityStatus
from xdlms.services.blocks import Assembler
from xdlms.services.errors import RemoteFault, RemoteProtocolError
from xdlms.services.events import Confirm, ServiceFailed
from xdlms.services.primitives.common import Priority, SecurityOptions
from xdlms.services.requests import Exchange
from xdlms.services.transfers import CLIENT_TRANSFER, ClientInput, ClientStep


class Invocation:
    """One confirmed service on its way."""

    __slots__ = (
        "assembler",
        "deadline",
        "deliver",
        "exchange",
        "held_since",
        "options",
        "outstanding",
        "priority",
        "queued_at",
        "status",
        "step",
    )

    def __init__(
        self,
        exchange: Exchange,
        priority: Priority,
        options: SecurityOptions | None,
        deliver: Callable[[Confirm | ServiceFailed], None],
        limit: int,
    ) -> None:
        self.exchange = exchange
        self.priority = priority
        self.options = options
        self.deliver = deliver
        self.assembler = Assembler(limit)
        self.step = ClientStep.QUEUED
        self.status: SecurityStatus | None = None
        self.outstanding = False
        """Whether an APDU of it is with the server, so that one may come back."""
        self.deadline: float | None = None
        self.queued_at = 0.0
        self.held_since: float | None = None
        """Since when the application has a block, and has not asked for the next one; None: it has none."""

    def move(self, by: ClientInput) -> None:
        """Go on to the next step; raises RemoteProtocolError where the table has none."""
        step = CLIENT_TRANSFER.get((self.step, by))
        if step is None:
            raise RemoteProtocolError(RemoteFault.WRONG_BLOCK, f"not while {self.step}: {by}")
        self.step = step

    def note(self, status: SecurityStatus) -> SecurityStatus:
        """The status of the whole response so far: that of its least protected APDU."""
        if self.status is None or status.protection & self.status.protection != self.status.protection:
            self.status = status
        return self.status
