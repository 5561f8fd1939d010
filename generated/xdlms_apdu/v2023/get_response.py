# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""GET.response: the server gives the values of attributes."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import FLAG, Unusual, read_list, read_octets, write_list, write_octets
from xdlms.codec.entry import same
from xdlms.codec.schema import Reader
from xdlms_apdu.v2023.common import (
    DATA_ACCESS_RESULT_BY_NUMBER,
    DataAccessResult,
    GetDataResult,
    InvokeIdAndPriority,
    Unsigned32,
    read_get_data_result,
    write_get_data_result,
)
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias

_GET_RESPONSE_NORMAL = Struct(">2sB")


class GetResponseNormal(Encodable):
    """GET.response, NORMAL: the value of one attribute, or why there is none.

    invoke_id_and_priority: As in the request.
    result: The value, or why there is none.

    Source: IEC 62056-5-3:2013, clauses 6.6, 7.3.3 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "result")
    __match_args__ = ("invoke_id_and_priority", "result")
    TAG_PATH = b"\xc4\x01"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        result: GetDataResult,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.result = result

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GetResponseNormal)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and same(self.result, other.result)
        )

    def __repr__(self) -> str:
        return f"GetResponseNormal(invoke_id_and_priority={self.invoke_id_and_priority!r}, result={self.result!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        result, at = read_get_data_result(octets, at)
        return cls(invoke_id_and_priority, result), at

    def write(self) -> bytes:
        return _GET_RESPONSE_NORMAL.pack(b"\xc4\x01", self.invoke_id_and_priority) + write_get_data_result(self.result)


DataBlockGResult: TypeAlias = bytes | DataAccessResult
"""The octets of the block, or the error that ends the transfer.
"""

_DATA_BLOCK_G_RESULT = Struct(">1sB")


def read_data_block_g_result(octets: bytes, at: int) -> tuple[DataBlockGResult, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    tag = octets[at]
    at += 1
    if tag == 0:
        return read_octets(octets, at)
    if tag == 1:
        value = octets[at]
        at += 1
        return DATA_ACCESS_RESULT_BY_NUMBER[value], at
    raise Unusual


def write_data_block_g_result(value: DataBlockGResult) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if type(value) is bytes:
        return b"\x00" + write_octets(value)
    if isinstance(value, DataAccessResult):
        return _DATA_BLOCK_G_RESULT.pack(b"\x01", DATA_ACCESS_RESULT_BY_NUMBER[value])
    raise Unusual


_DATA_BLOCK_G = Struct(">?I")
_DATA_BLOCK_G_2 = Struct(">BI")


class DataBlockG(Encodable):
    """One block of a long GET.response.

    The raw-data of all blocks joined is the encoded Data, or for a list the encoded SEQUENCE OF Get-Data-Result.

    last_block: TRUE on the last block, and on an error, which ends the transfer.
    block_number: Number of the block, counted from 1.
    result: The octets of the block, or the error that ends the transfer.

    Source: IEC 62056-5-3:2013, clauses 6.6, 7.3.3 and 8.
    """

    __slots__ = ("last_block", "block_number", "result")
    __match_args__ = ("last_block", "block_number", "result")

    def __init__(
        self,
        last_block: bool,
        block_number: Unsigned32,
        result: DataBlockGResult,
    ) -> None:
        self.last_block = last_block
        self.block_number = block_number
        self.result = result

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DataBlockG)
            and self.last_block == other.last_block
            and self.block_number == other.block_number
            and same(self.result, other.result)
        )

    def __repr__(self) -> str:
        return (
            "DataBlockG("
            f"last_block={self.last_block!r}, "
            f"block_number={self.block_number!r}, "
            f"result={self.result!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        last_block, block_number = _DATA_BLOCK_G.unpack_from(octets, at)
        at += 5
        result, at = read_data_block_g_result(octets, at)
        return cls(last_block, block_number, result), at

    def write(self) -> bytes:
        return _DATA_BLOCK_G_2.pack(FLAG[self.last_block], self.block_number) + write_data_block_g_result(self.result)


_GET_RESPONSE_WITH_DATABLOCK = Struct(">2sB")


class GetResponseWithDatablock(Encodable):
    """GET.response, WITH-DATABLOCK: one block of an answer that does not fit into one APDU.

    invoke_id_and_priority: As in the request.
    result: The block.

    Source: IEC 62056-5-3:2013, clauses 6.6, 7.3.3 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "result")
    __match_args__ = ("invoke_id_and_priority", "result")
    TAG_PATH = b"\xc4\x02"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        result: DataBlockG,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.result = result

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GetResponseWithDatablock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.result == other.result
        )

    def __repr__(self) -> str:
        return (
            "GetResponseWithDatablock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"result={self.result!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        result, at = DataBlockG.read(octets, at)
        return cls(invoke_id_and_priority, result), at

    def write(self) -> bytes:
        return _GET_RESPONSE_WITH_DATABLOCK.pack(b"\xc4\x02", self.invoke_id_and_priority) + DataBlockG.write(
            self.result
        )


_GET_RESPONSE_WITH_LIST = Struct(">2sB")


class GetResponseWithList(Encodable):
    """GET.response, WITH-LIST: the values of several attributes.

    invoke_id_and_priority: As in the request.
    result: One result each, in the order of the request.

    Source: IEC 62056-5-3:2013, clauses 6.6, 7.3.3 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "result")
    __match_args__ = ("invoke_id_and_priority", "result")
    TAG_PATH = b"\xc4\x03"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        result: list[GetDataResult],
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.result = result

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GetResponseWithList)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and same(self.result, other.result)
        )

    def __repr__(self) -> str:
        return f"GetResponseWithList(invoke_id_and_priority={self.invoke_id_and_priority!r}, result={self.result!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        result, at = read_list(octets, at, read_get_data_result)
        return cls(invoke_id_and_priority, result), at

    def write(self) -> bytes:
        return _GET_RESPONSE_WITH_LIST.pack(b"\xc4\x03", self.invoke_id_and_priority) + write_list(
            self.result, write_get_data_result
        )


GetResponse: TypeAlias = GetResponseNormal | GetResponseWithDatablock | GetResponseWithList
"""GET.response: the server gives the values of attributes.

Source: IEC 62056-5-3:2013, clauses 6.6, 7.3.3 and 8.
"""


GET_RESPONSE_READERS: dict[int, Reader] = {
    0x01: GetResponseNormal.read,
    0x02: GetResponseWithDatablock.read,
    0x03: GetResponseWithList.read,
}


def read_get_response(octets: bytes, at: int) -> tuple[GetResponse, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return GET_RESPONSE_READERS[octets[at]](octets, at + 1)


def write_get_response(value: GetResponse) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, (GetResponseNormal, GetResponseWithDatablock, GetResponseWithList)):
        return value.write()
    raise Unusual
