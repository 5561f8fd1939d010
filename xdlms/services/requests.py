"""Confirmed services as the client sees them: a request, whole or in blocks, and what its responses mean.

An `Exchange` is made when the application calls, with everything checked and encoded; `xdlms.services.client`
moves it along. There is one subclass a service, in ln_requests and sn_requests.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, TypeAlias

from xdlms.security import SecurityStatus
from xdlms.services.blocks import Cutter, NoRoomError, cut
from xdlms.services.conformance import Option, Service, require
from xdlms.services.errors import LocalFault, LocalProtocolError, RemoteFault, RemoteProtocolError
from xdlms.services.events import Confirm
from xdlms_apdu.v2023 import Conformance
from xdlms_apdu.v2023.syntax import Encodable


class Block:
    """A block of a response."""

    __slots__ = ("last_block", "number", "raw_data")

    def __init__(self, number: int, last_block: bool, raw_data: bytes) -> None:
        self.number = number
        self.last_block = last_block
        self.raw_data = raw_data


class Acknowledgement:
    """The server has taken a block of the request, and waits for the next one."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


class Result:
    """The end: `value` is what the .confirm tells."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


Reply: TypeAlias = Block | Acknowledgement | Result


class Exchange(ABC):
    """One confirmed service of a client.

    Args:
        invoke_id: 0 to 15.
        room: octets of the longest plain APDU that the server takes.

    `first` is the first APDU of the request; `whole` whether it is all of it.
    """

    SERVICE: ClassVar[Service]
    """What the application asked for, as events tell it."""
    BITS_OF: ClassVar[Service]
    """Whose conformance bits it needs: with the SN mapper those of another service."""
    RESPONSES: ClassVar[tuple[type, ...]]
    """The APDUs that can answer this service."""

    __slots__ = ("block_by_block", "first", "invoke_id", "room", "whole")

    def __init__(self, invoke_id: int, room: int) -> None:
        self.invoke_id = invoke_id
        self.room = room
        self.block_by_block = False
        """Whether the application wants the blocks of a long response, and not the joined value."""
        self.first = b""
        self.whole = True

    @abstractmethod
    def read(self, response: Any) -> Reply:
        """What a response, one of RESPONSES, means; raises RemoteProtocolError where it does not fit the request."""

    @abstractmethod
    def next_request(self, number: int) -> bytes:
        """The APDU that asks for the block after this one."""

    @abstractmethod
    def joined(self, raw_data: bytes) -> Any:
        """The result in the joined blocks of a response; raises DecodeError, RemoteProtocolError."""

    @abstractmethod
    def confirm(self, value: Any, status: SecurityStatus) -> Confirm:
        """The .confirm for a result."""

    @abstractmethod
    def block_confirm(self, block: Block, status: SecurityStatus) -> Confirm:
        """The .confirm for a block, where the application wants blocks."""

    @property
    def sent_number(self) -> int:
        """The number of the block of the request that was sent last; 0 where it is not in blocks."""
        return 0

    @property
    def sent_all(self) -> bool:
        """Whether all of the request was sent."""
        return True

    def next_block(self) -> bytes:
        """The APDU with the next block of the request; raises BlockUnavailableError, LocalProtocolError."""
        raise not_expected("an acknowledgement of a block, where none was sent")

    def _send_whole(self, apdu: bytes) -> None:
        """Let `apdu` be the request; raises LocalProtocolError when it is too long."""
        if len(apdu) > self.room:
            raise too_long(self.SERVICE, len(apdu), self.room)
        self.first = apdu


class LongRequest(Exchange):
    """A confirmed service whose request may be sent in blocks."""

    __slots__ = ("_cutter",)

    def __init__(self, invoke_id: int, room: int) -> None:
        super().__init__(invoke_id, room)
        self._cutter: Cutter | None = None

    @abstractmethod
    def _block_apdu(self, last_block: bool, number: int, raw_data: bytes) -> Encodable:
        """The APDU with a block of the request; number 1 is the first."""

    @property
    def sent_number(self) -> int:
        return 0 if self._cutter is None else self._cutter.number

    @property
    def sent_all(self) -> bool:
        return self._cutter is None or self._cutter.finished

    def next_block(self) -> bytes:
        if self._cutter is None or self._cutter.finished:
            return super().next_block()
        return cut(self._cutter, self.room, self._block_apdu)

    def _send(self, apdu: bytes, raw_data: bytes, negotiated: Conformance, last_number: int) -> None:
        """Let `apdu` be the request, or, when it is too long, blocks that hold `raw_data`.

        Raises:
            LocalProtocolError: it is too long, and blocks were not negotiated or have no room either.
        """
        if len(apdu) <= self.room:
            self.first = apdu
            return
        if not raw_data:
            raise too_long(self.SERVICE, len(apdu), self.room)
        require(self.BITS_OF, (Option.BLOCKS,), negotiated)
        self._cutter = Cutter(raw_data, last_number)
        try:
            self.first = cut(self._cutter, self.room, self._block_apdu)
        except NoRoomError as error:
            raise too_long(self.SERVICE, error.needed, self.room) from None
        self.whole = False


def too_long(service: Service, length: int, room: int) -> LocalProtocolError:
    """An APDU that cannot be sent, neither whole nor in blocks."""
    return LocalProtocolError(
        LocalFault.TOO_LONG, f"{service}: an APDU of {length} octets, and the server takes {max(room, 0)}"
    )


def not_expected(what: str) -> RemoteProtocolError:
    """A response that does not fit its request."""
    return RemoteProtocolError(RemoteFault.UNMATCHED, f"the response does not fit the request: {what}")
