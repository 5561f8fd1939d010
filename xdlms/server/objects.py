"""What an object of a server is: a small interface, and what it is told of a request.

An object answers for its attributes and methods. It need not care about access rights, blocks, lists, attribute 0,
short names or protection: what it is asked is allowed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

from xdlms.security import SecurityStatus
from xdlms.services.blocks import BlockSource
from xdlms_apdu.v2023 import ActionResult, Data, DataAccessResult, SelectiveAccessDescriptor

if TYPE_CHECKING:
    from xdlms.server.session import Session


class AccessError(Exception):
    """An attribute cannot be read or written now; `result` is what the client is told, `reason` is for people.

    Raise it in `CosemObject.get` and `set`. Never put a key or a password into the reason: it may be logged.
    """

    def __init__(self, result: DataAccessResult, reason: str = "") -> None:
        self.result = result
        self.reason = reason
        super().__init__(reason or result.name)


class MethodError(Exception):
    """A method failed; raised in `CosemObject.action`. `result` is what the client is told; `reason` is for people."""

    def __init__(self, result: ActionResult, reason: str = "") -> None:
        self.result = result
        self.reason = reason
        super().__init__(reason or result.name)


class Request:
    """What an object is told of the request that it answers.

    `session` is the association, `status` how the request was protected; `wanted` is whether its client still waits for
    the answer: the association may end meanwhile.
    """

    __slots__ = ("_afterwards", "session", "status", "wanted")

    def __init__(self, session: Session, status: SecurityStatus) -> None:
        self.session = session
        self.status = status
        self.wanted = True
        self._afterwards: list[Callable[[], None]] = []

    def after_response(self, do: Callable[[], None]) -> None:
        """Call `do` when the response is protected, as a key transfer has to: the response is under the old key."""
        self._afterwards.append(do)

    def answered(self) -> None:
        """The response is on its way, or there is none."""
        waiting, self._afterwards = self._afterwards, []
        for do in waiting:
            do()


Gotten: TypeAlias = Data | BlockSource
"""What `CosemObject.get` gives: a value, or a source that its octets are read from, block by block."""


class CosemObject(Protocol):
    """An object of a logical device. Each method may be a coroutine function, too.

    The server calls them one after the other within an association, but the requests of several associations may be
    under way at a time where they wait for something.
    """

    @property
    def class_id(self) -> int:
        """The interface class, 0 to 65535."""

    @property
    def version(self) -> int:
        """The version of the class, 0 to 255."""

    @property
    def logical_name(self) -> bytes:
        """6 octets; attribute 1."""

    def get(
        self, attribute: int, selection: SelectiveAccessDescriptor | None, request: Request, /
    ) -> Gotten | Awaitable[Gotten]:
        """The value of an attribute, from 2 on, or the selected part of it.

        Raises:
            AccessError: there is none, and why.
        """

    def set(
        self, attribute: int, value: Data, selection: SelectiveAccessDescriptor | None, request: Request, /
    ) -> Awaitable[None] | None:
        """Write an attribute, from 2 on: as a whole, or not at all.

        Raises:
            AccessError: it is not written, and why.
        """

    def action(self, method: int, argument: Data | None, request: Request, /) -> Data | Awaitable[Data | None] | None:
        """Call a method, from 1 on; returns its return parameters.

        Raises:
            MethodError: it failed, and why.
        """
