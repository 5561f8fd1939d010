# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""ACTION.response: the server gives the results of methods."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual, read_list, write_list
from xdlms.codec.entry import same
from xdlms.codec.schema import Reader
from xdlms_apdu.v2023.common import (
    ACTION_RESULT_BY_NUMBER,
    ActionResult,
    DataBlockSA,
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

_ACTION_RESPONSE_WITH_OPTIONAL_DATA = Struct(">BB")
_ACTION_RESPONSE_WITH_OPTIONAL_DATA_2 = Struct(">B?")


class ActionResponseWithOptionalData(Encodable):
    """Result of calling one method, with its return value where there is one.

    result: Whether the method was called.
    return_parameters: What it returned; absent when it returns nothing.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("result", "return_parameters")
    __match_args__ = ("result", "return_parameters")

    def __init__(
        self,
        result: ActionResult,
        return_parameters: GetDataResult | None = None,
    ) -> None:
        self.result = result
        self.return_parameters = return_parameters

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionResponseWithOptionalData)
            and self.result == other.result
            and same(self.return_parameters, other.return_parameters)
        )

    def __repr__(self) -> str:
        return (
            "ActionResponseWithOptionalData("
            f"result={self.result!r}, "
            f"return_parameters={self.return_parameters!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        result, has_return_parameters = _ACTION_RESPONSE_WITH_OPTIONAL_DATA.unpack_from(octets, at)
        at += 2
        if has_return_parameters == 0:
            return_parameters = None
        elif has_return_parameters == 1:
            return_parameters, at = read_get_data_result(octets, at)
        else:
            raise Unusual
        return cls(ACTION_RESULT_BY_NUMBER[result], return_parameters), at

    def write(self) -> bytes:
        octets = _ACTION_RESPONSE_WITH_OPTIONAL_DATA_2.pack(
            ACTION_RESULT_BY_NUMBER[self.result], self.return_parameters is not None
        )
        if self.return_parameters is None:
            return octets
        return octets + write_get_data_result(self.return_parameters)


_ACTION_RESPONSE_NORMAL = Struct(">2sB")


class ActionResponseNormal(Encodable):
    """ACTION.response, NORMAL: the result of one method.

    invoke_id_and_priority: As in the request.
    single_response: The result, with the return value if there is one.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "single_response")
    __match_args__ = ("invoke_id_and_priority", "single_response")
    TAG_PATH = b"\xc7\x01"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        single_response: ActionResponseWithOptionalData,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.single_response = single_response

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionResponseNormal)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.single_response == other.single_response
        )

    def __repr__(self) -> str:
        return (
            "ActionResponseNormal("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"single_response={self.single_response!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        single_response, at = ActionResponseWithOptionalData.read(octets, at)
        return cls(invoke_id_and_priority, single_response), at

    def write(self) -> bytes:
        return _ACTION_RESPONSE_NORMAL.pack(
            b"\xc7\x01", self.invoke_id_and_priority
        ) + ActionResponseWithOptionalData.write(self.single_response)


_ACTION_RESPONSE_WITH_PBLOCK = Struct(">2sB")


class ActionResponseWithPblock(Encodable):
    """ACTION.response, WITH-PBLOCK: one block of an answer that does not fit into one APDU.

    invoke_id_and_priority: As in the request.
    pblock: The block, numbered from 1 anew.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "pblock")
    __match_args__ = ("invoke_id_and_priority", "pblock")
    TAG_PATH = b"\xc7\x02"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        pblock: DataBlockSA,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.pblock = pblock

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionResponseWithPblock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.pblock == other.pblock
        )

    def __repr__(self) -> str:
        return (
            "ActionResponseWithPblock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"pblock={self.pblock!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        pblock, at = DataBlockSA.read(octets, at)
        return cls(invoke_id_and_priority, pblock), at

    def write(self) -> bytes:
        return _ACTION_RESPONSE_WITH_PBLOCK.pack(b"\xc7\x02", self.invoke_id_and_priority) + DataBlockSA.write(
            self.pblock
        )


_ACTION_RESPONSE_WITH_LIST = Struct(">2sB")


class ActionResponseWithList(Encodable):
    """ACTION.response, WITH-LIST: the results of several methods.

    invoke_id_and_priority: As in the request.
    list_of_responses: One result each, in the order of the request.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "list_of_responses")
    __match_args__ = ("invoke_id_and_priority", "list_of_responses")
    TAG_PATH = b"\xc7\x03"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        list_of_responses: list[ActionResponseWithOptionalData],
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.list_of_responses = list_of_responses

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionResponseWithList)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.list_of_responses == other.list_of_responses
        )

    def __repr__(self) -> str:
        return (
            "ActionResponseWithList("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"list_of_responses={self.list_of_responses!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        list_of_responses, at = read_list(octets, at, ActionResponseWithOptionalData.read)
        return cls(invoke_id_and_priority, list_of_responses), at

    def write(self) -> bytes:
        return _ACTION_RESPONSE_WITH_LIST.pack(b"\xc7\x03", self.invoke_id_and_priority) + write_list(
            self.list_of_responses, ActionResponseWithOptionalData.write
        )


_ACTION_RESPONSE_NEXT_PBLOCK = Struct(">BI")
_ACTION_RESPONSE_NEXT_PBLOCK_2 = Struct(">2sBI")


class ActionResponseNextPblock(Encodable):
    """ACTION.response, NEXT-PBLOCK: a block of the parameters was taken; the client sends the next one.

    invoke_id_and_priority: As in the request.
    block_number: Number of the block that was taken.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "block_number")
    __match_args__ = ("invoke_id_and_priority", "block_number")
    TAG_PATH = b"\xc7\x04"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        block_number: Unsigned32,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.block_number = block_number

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionResponseNextPblock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.block_number == other.block_number
        )

    def __repr__(self) -> str:
        return (
            "ActionResponseNextPblock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"block_number={self.block_number!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, block_number = _ACTION_RESPONSE_NEXT_PBLOCK.unpack_from(octets, at)
        at += 5
        return cls(invoke_id_and_priority, block_number), at

    def write(self) -> bytes:
        return _ACTION_RESPONSE_NEXT_PBLOCK_2.pack(b"\xc7\x04", self.invoke_id_and_priority, self.block_number)


ActionResponse: TypeAlias = (
    ActionResponseNormal | ActionResponseWithPblock | ActionResponseWithList | ActionResponseNextPblock
)
"""ACTION.response: the server gives the results of methods.

Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
"""


ACTION_RESPONSE_READERS: dict[int, Reader] = {
    0x01: ActionResponseNormal.read,
    0x02: ActionResponseWithPblock.read,
    0x03: ActionResponseWithList.read,
    0x04: ActionResponseNextPblock.read,
}


def read_action_response(octets: bytes, at: int) -> tuple[ActionResponse, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return ACTION_RESPONSE_READERS[octets[at]](octets, at + 1)


def write_action_response(value: ActionResponse) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(
        value, (ActionResponseNormal, ActionResponseWithPblock, ActionResponseWithList, ActionResponseNextPblock)
    ):
        return value.write()
    raise Unusual
