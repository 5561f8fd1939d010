# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""SET.response: the server says whether the attributes were written."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual, read_list, write_list
from xdlms.codec.schema import Reader
from xdlms_apdu.v2023.common import (
    DATA_ACCESS_RESULT_BY_NUMBER,
    DataAccessResult,
    InvokeIdAndPriority,
    Unsigned32,
    read_data_access_result,
    write_data_access_result,
)
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias

_SET_RESPONSE_NORMAL = Struct(">BB")
_SET_RESPONSE_NORMAL_2 = Struct(">2sBB")


class SetResponseNormal(Encodable):
    """SET.response, NORMAL: whether one attribute was written.

    invoke_id_and_priority: As in the request.
    result: Success, or why not.

    Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "result")
    __match_args__ = ("invoke_id_and_priority", "result")
    TAG_PATH = b"\xc5\x01"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        result: DataAccessResult,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.result = result

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SetResponseNormal)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.result == other.result
        )

    def __repr__(self) -> str:
        return f"SetResponseNormal(invoke_id_and_priority={self.invoke_id_and_priority!r}, result={self.result!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, result = _SET_RESPONSE_NORMAL.unpack_from(octets, at)
        at += 2
        return cls(invoke_id_and_priority, DATA_ACCESS_RESULT_BY_NUMBER[result]), at

    def write(self) -> bytes:
        return _SET_RESPONSE_NORMAL_2.pack(
            b"\xc5\x01", self.invoke_id_and_priority, DATA_ACCESS_RESULT_BY_NUMBER[self.result]
        )


_SET_RESPONSE_DATABLOCK = Struct(">BI")
_SET_RESPONSE_DATABLOCK_2 = Struct(">2sBI")


class SetResponseDatablock(Encodable):
    """SET.response, DATABLOCK: a block was taken; the client sends the next one.

    invoke_id_and_priority: As in the request.
    block_number: Number of the block that was taken.

    Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "block_number")
    __match_args__ = ("invoke_id_and_priority", "block_number")
    TAG_PATH = b"\xc5\x02"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        block_number: Unsigned32,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.block_number = block_number

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SetResponseDatablock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.block_number == other.block_number
        )

    def __repr__(self) -> str:
        return (
            "SetResponseDatablock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"block_number={self.block_number!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, block_number = _SET_RESPONSE_DATABLOCK.unpack_from(octets, at)
        at += 5
        return cls(invoke_id_and_priority, block_number), at

    def write(self) -> bytes:
        return _SET_RESPONSE_DATABLOCK_2.pack(b"\xc5\x02", self.invoke_id_and_priority, self.block_number)


_SET_RESPONSE_LAST_DATABLOCK = Struct(">BBI")
_SET_RESPONSE_LAST_DATABLOCK_2 = Struct(">2sBBI")


class SetResponseLastDatablock(Encodable):
    """SET.response, LAST-DATABLOCK: the result after the last block, or an error that ends the transfer.

    invoke_id_and_priority: As in the request.
    result: Success, or why not.
    block_number: Number of the last block.

    Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "result", "block_number")
    __match_args__ = ("invoke_id_and_priority", "result", "block_number")
    TAG_PATH = b"\xc5\x03"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        result: DataAccessResult,
        block_number: Unsigned32,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.result = result
        self.block_number = block_number

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SetResponseLastDatablock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.result == other.result
            and self.block_number == other.block_number
        )

    def __repr__(self) -> str:
        return (
            "SetResponseLastDatablock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"result={self.result!r}, "
            f"block_number={self.block_number!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, result, block_number = _SET_RESPONSE_LAST_DATABLOCK.unpack_from(octets, at)
        at += 6
        return cls(invoke_id_and_priority, DATA_ACCESS_RESULT_BY_NUMBER[result], block_number), at

    def write(self) -> bytes:
        return _SET_RESPONSE_LAST_DATABLOCK_2.pack(
            b"\xc5\x03", self.invoke_id_and_priority, DATA_ACCESS_RESULT_BY_NUMBER[self.result], self.block_number
        )


_SET_RESPONSE_LAST_DATABLOCK_WITH_LIST = Struct(">I")
_SET_RESPONSE_LAST_DATABLOCK_WITH_LIST_2 = Struct(">2sB")


class SetResponseLastDatablockWithList(Encodable):
    """SET.response, LAST-DATABLOCK-WITH-LIST: the results of several attributes after the last block.

    invoke_id_and_priority: As in the request.
    result: One result each, in the order of the request.
    block_number: Number of the last block.

    Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "result", "block_number")
    __match_args__ = ("invoke_id_and_priority", "result", "block_number")
    TAG_PATH = b"\xc5\x04"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        result: list[DataAccessResult],
        block_number: Unsigned32,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.result = result
        self.block_number = block_number

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SetResponseLastDatablockWithList)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.result == other.result
            and self.block_number == other.block_number
        )

    def __repr__(self) -> str:
        return (
            "SetResponseLastDatablockWithList("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"result={self.result!r}, "
            f"block_number={self.block_number!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        result, at = read_list(octets, at, read_data_access_result)
        (block_number,) = _SET_RESPONSE_LAST_DATABLOCK_WITH_LIST.unpack_from(octets, at)
        at += 4
        return cls(invoke_id_and_priority, result, block_number), at

    def write(self) -> bytes:
        return (
            _SET_RESPONSE_LAST_DATABLOCK_WITH_LIST_2.pack(b"\xc5\x04", self.invoke_id_and_priority)
            + write_list(self.result, write_data_access_result)
            + _SET_RESPONSE_LAST_DATABLOCK_WITH_LIST.pack(self.block_number)
        )


_SET_RESPONSE_WITH_LIST = Struct(">2sB")


class SetResponseWithList(Encodable):
    """SET.response, WITH-LIST: whether each of several attributes was written.

    invoke_id_and_priority: As in the request.
    result: One result each, in the order of the request.

    Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "result")
    __match_args__ = ("invoke_id_and_priority", "result")
    TAG_PATH = b"\xc5\x05"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        result: list[DataAccessResult],
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.result = result

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SetResponseWithList)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.result == other.result
        )

    def __repr__(self) -> str:
        return f"SetResponseWithList(invoke_id_and_priority={self.invoke_id_and_priority!r}, result={self.result!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        result, at = read_list(octets, at, read_data_access_result)
        return cls(invoke_id_and_priority, result), at

    def write(self) -> bytes:
        return _SET_RESPONSE_WITH_LIST.pack(b"\xc5\x05", self.invoke_id_and_priority) + write_list(
            self.result, write_data_access_result
        )


SetResponse: TypeAlias = (
    SetResponseNormal
    | SetResponseDatablock
    | SetResponseLastDatablock
    | SetResponseLastDatablockWithList
    | SetResponseWithList
)
"""SET.response: the server says whether the attributes were written.

Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
"""


SET_RESPONSE_READERS: dict[int, Reader] = {
    0x01: SetResponseNormal.read,
    0x02: SetResponseDatablock.read,
    0x03: SetResponseLastDatablock.read,
    0x04: SetResponseLastDatablockWithList.read,
    0x05: SetResponseWithList.read,
}


def read_set_response(octets: bytes, at: int) -> tuple[SetResponse, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return SET_RESPONSE_READERS[octets[at]](octets, at + 1)


def write_set_response(value: SetResponse) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(
        value,
        (
            SetResponseNormal,
            SetResponseDatablock,
            SetResponseLastDatablock,
            SetResponseLastDatablockWithList,
            SetResponseWithList,
        ),
    ):
        return value.write()
    raise Unusual
