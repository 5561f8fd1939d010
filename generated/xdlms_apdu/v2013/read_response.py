# Generated from asn1/2013/acse.asn1, asn1/2013/xdlms.asn1: do not edit, run `make generate`.
"""Read.response: one result for each variable, in the order of the request, or one block."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import FLAG, Unusual, read_list, read_octets, write_list, write_octets
from xdlms.codec.entry import same
from xdlms_apdu.v2013.common import DATA_ACCESS_RESULT_BY_NUMBER, DataAccessResult, Unsigned16
from xdlms_apdu.v2013.data import Data
from xdlms_apdu.v2013.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias

_DATA_BLOCK_RESULT = Struct(">?H")
_DATA_BLOCK_RESULT_2 = Struct(">1sBH")


class DataBlockResult(Encodable):
    """One block of a ReadResponse that does not fit into one APDU.

    last_block: TRUE on the last block.
    block_number: Number of the block, counted from 1.
    raw_data: Part of the encoded list of results.

    Source: IEC 62056-5-3:2013, clauses 6.12, 7.3.7 and 8.
    """

    __slots__ = ("last_block", "block_number", "raw_data")
    __match_args__ = ("last_block", "block_number", "raw_data")
    TAG_PATH = b"\x02"

    def __init__(
        self,
        last_block: bool,
        block_number: Unsigned16,
        raw_data: bytes,
    ) -> None:
        self.last_block = last_block
        self.block_number = block_number
        self.raw_data = raw_data

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DataBlockResult)
            and self.last_block == other.last_block
            and self.block_number == other.block_number
            and self.raw_data == other.raw_data
        )

    def __repr__(self) -> str:
        return (
            "DataBlockResult("
            f"last_block={self.last_block!r}, "
            f"block_number={self.block_number!r}, "
            f"raw_data={self.raw_data!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        last_block, block_number = _DATA_BLOCK_RESULT.unpack_from(octets, at)
        at += 3
        raw_data, at = read_octets(octets, at)
        return cls(last_block, block_number, raw_data), at

    def write(self) -> bytes:
        return _DATA_BLOCK_RESULT_2.pack(b"\x02", FLAG[self.last_block], self.block_number) + write_octets(
            self.raw_data
        )


_READ_RESPONSE_BLOCK_NUMBER = Struct(">H")
_READ_RESPONSE_BLOCK_NUMBER_2 = Struct(">1sH")


class ReadResponseBlockNumber(Encodable):
    """Number of the block of a long request that was taken."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x03"

    def __init__(self, value: Unsigned16) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ReadResponseBlockNumber) and self.value == other.value

    def __repr__(self) -> str:
        return f"ReadResponseBlockNumber({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        (value,) = _READ_RESPONSE_BLOCK_NUMBER.unpack_from(octets, at)
        at += 2
        return cls(value), at

    def write(self) -> bytes:
        return _READ_RESPONSE_BLOCK_NUMBER_2.pack(b"\x03", self.value)


ReadResponseElement: TypeAlias = Data | DataAccessResult | DataBlockResult | ReadResponseBlockNumber
"""ReadResponse-element.
"""

_READ_RESPONSE_ELEMENT = Struct(">1sB")


def read_read_response_element(octets: bytes, at: int) -> tuple[ReadResponseElement, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    tag = octets[at]
    at += 1
    if tag == 0:
        return Data.read(octets, at)
    if tag == 1:
        value = octets[at]
        at += 1
        return DATA_ACCESS_RESULT_BY_NUMBER[value], at
    if tag == 2:
        return DataBlockResult.read(octets, at)
    if tag == 3:
        return ReadResponseBlockNumber.read(octets, at)
    raise Unusual


def write_read_response_element(value: ReadResponseElement) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, (DataBlockResult, ReadResponseBlockNumber)):
        return value.write()
    if Data.takes(value):
        return b"\x00" + Data.octets_of(value)
    if isinstance(value, DataAccessResult):
        return _READ_RESPONSE_ELEMENT.pack(b"\x01", DATA_ACCESS_RESULT_BY_NUMBER[value])
    raise Unusual


class ReadResponse(Encodable):
    """Read.response: one result for each variable, in the order of the request, or one block.

    Source: IEC 62056-5-3:2013, clauses 6.12, 7.3.7 and 8.
    """

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0c"

    def __init__(self, value: list[ReadResponseElement]) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ReadResponse) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ReadResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_list(octets, at, read_read_response_element)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0c" + write_list(self.value, write_read_response_element)
