"""Cutting a long value into blocks, and joining blocks again (clauses 7.3.3 to 7.3.5, 7.3.7, 7.3.8)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

from xdlms.services.errors import RemoteFault, RemoteProtocolError
from xdlms_apdu.v2023.syntax import Encodable

FIRST_BLOCK: Final = 1
"""Block numbers start here."""
LAST_LN_NUMBER: Final = 0xFFFFFFFF
LAST_SN_NUMBER: Final = 0xFFFF
"""The highest block number that APDUs by logical and by short name carry."""


MOST_EMPTY: Final = 16
"""The blocks without octets that a transfer may have: one peer sends its last block so, none needs many."""


class BlockUnavailableError(Exception):
    """A source cannot give its next octets: data-block-unavailable."""


class NoRoomError(Exception):
    """Not even one octet of a value fits in an APDU of the size allowed; `needed` octets would do."""

    def __init__(self, needed: int) -> None:
        self.needed = needed
        super().__init__(needed)


class BlockSource(ABC):
    """Where the octets of a long value come from, when a server does not hold them all at once."""

    @abstractmethod
    def read(self, size: int) -> bytes:
        """The next `size` octets; fewer of them, or none, mean that this is the end.

        Raises:
            BlockUnavailableError: they cannot be had; the transfer ends.
        """


class _Octets(BlockSource):
    """A value that is there as a whole."""

    __slots__ = ("_at", "_octets")

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def read(self, size: int) -> bytes:
        at = self._at
        self._at = at + size
        return self._octets[at : at + size]


class Cutter:
    """Cuts a value into numbered blocks.

    Args:
        value: the octets, or where they come from.
        last_number: the highest block number that the APDU carries.
    """

    __slots__ = ("_ahead", "_last_number", "_source", "finished", "number")

    def __init__(self, value: bytes | BlockSource, last_number: int) -> None:
        self._source = _Octets(value) if isinstance(value, bytes) else value
        self._ahead = b""
        self._last_number = last_number
        self.number = FIRST_BLOCK - 1
        """The number of the block cut last."""
        self.finished = False
        """Whether the last block was cut."""

    def whole(self, size: int) -> bytes | None:
        """All of the value when it has at most `size` octets; else None, and nothing is lost."""
        self._ahead += self._source.read(size + 1 - len(self._ahead))
        return self._ahead if len(self._ahead) <= size else None

    def next(self, size: int) -> bytes:
        """The next block, of at most `size` octets (at least 1); `number` and `finished` tell about it.

        Raises:
            BlockUnavailableError: there is none to be had, or no number left for it.
        """
        if self.number == self._last_number:
            raise BlockUnavailableError
        block = self._ahead
        if len(block) <= size:
            block += self._source.read(size + 1 - len(block))
        self._ahead = block[size:]
        self.finished = not self._ahead
        self.number += 1
        return block[:size]


class Assembler:
    """Joins blocks.

    Args:
        limit: octets that are kept at most.
    """

    __slots__ = ("_blocks", "_empty", "_limit", "length", "number")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._blocks: list[bytes] = []
        self._empty = 0
        self.length = 0
        """Octets until now."""
        self.number = FIRST_BLOCK - 1
        """The number of the block received last."""

    @property
    def expected(self) -> int:
        """The number that the next block must have."""
        return self.number + 1

    def add(self, number: int, raw_data: bytes, *, keep: bool = True) -> None:
        """Take the next block; with `keep` FALSE only its number is remembered.

        Raises:
            RemoteProtocolError: it has another number than the next one (WRONG_BLOCK), or the value is longer
                than what is kept, or in more blocks without octets than MOST_EMPTY (TOO_MUCH).
        """
        if number != self.expected:
            raise RemoteProtocolError(RemoteFault.WRONG_BLOCK, f"block {number} came where {self.expected} was due")
        self._empty += not raw_data
        if self._empty > MOST_EMPTY:
            raise RemoteProtocolError(RemoteFault.TOO_MUCH, f"more than {MOST_EMPTY} blocks hold no octets")
        if keep:
            length = self.length + len(raw_data)
            if length > self._limit:
                raise RemoteProtocolError(
                    RemoteFault.TOO_MUCH, f"the value has more than the {self._limit} octets that are kept"
                )
            self._blocks.append(raw_data)
            self.length = length
        self.number = number

    def joined(self) -> bytes:
        """The value."""
        return b"".join(self._blocks)


def cut(cutter: Cutter, room: int, make: Callable[[bool, int, bytes], Encodable]) -> bytes:
    """The next block as an APDU of at most `room` octets.

    Args:
        cutter: the value.
        room: octets.
        make: makes the APDU from last-block, block-number and raw-data, which is its last component.

    Raises:
        NoRoomError: not one octet of the value fits.
        BlockUnavailableError: there is no block to be had.
    """
    fixed = len(make(False, cutter.number + 1, b"").encode()) - 1
    size = most_octets(room, fixed)
    if size < 1:
        raise NoRoomError(fixed + 2)
    raw_data = cutter.next(size)
    return make(cutter.finished, cutter.number, raw_data).encode()


def most_octets(room: int, fixed: int) -> int:
    """The octets that fit in an OCTET STRING behind `fixed` others in an APDU of `room` octets; less than 1: none do.

    The length of the string takes 1 octet up to 127, then 1 and those of the number.
    """
    left = room - fixed
    octets = left - 1
    while octets > 0 and length_octets(octets) + octets > left:
        octets -= 1
    return octets


def length_octets(length: int) -> int:
    """How many octets the length of an OCTET STRING takes."""
    return 1 if length < 0x80 else 1 + (length.bit_length() + 7) // 8
