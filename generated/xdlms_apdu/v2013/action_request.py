# Generated from asn1/2013/acse.asn1, asn1/2013/xdlms.asn1: do not edit, run `make generate`.
"""ACTION.request: the client calls methods."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual, read_list, write_list
from xdlms.codec.schema import Reader
from xdlms_apdu.v2013.common import (
    CosemClassId,
    CosemObjectInstanceId,
    DataBlockSA,
    Integer8,
    InvokeIdAndPriority,
    Unsigned32,
)
from xdlms_apdu.v2013.data import Data
from xdlms_apdu.v2013.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias

CosemObjectMethodId: TypeAlias = Integer8
"""Number of a method within its class, counted from 1.

Source: IEC 62056-5-3:2013, clause 8.
"""

_COSEM_METHOD_DESCRIPTOR = Struct(">H6sb")


class CosemMethodDescriptor(Encodable):
    """Reference to one method of one COSEM object.

    class_id: Class of the object.
    instance_id: Logical name of the object.
    method_id: Number of the method.

    Source: IEC 62056-5-3:2013, clauses 6.8 and 8.
    """

    __slots__ = ("class_id", "instance_id", "method_id")
    __match_args__ = ("class_id", "instance_id", "method_id")

    def __init__(
        self,
        class_id: CosemClassId,
        instance_id: CosemObjectInstanceId,
        method_id: CosemObjectMethodId,
    ) -> None:
        self.class_id = class_id
        self.instance_id = instance_id
        self.method_id = method_id

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, CosemMethodDescriptor)
            and self.class_id == other.class_id
            and self.instance_id == other.instance_id
            and self.method_id == other.method_id
        )

    def __repr__(self) -> str:
        return (
            "CosemMethodDescriptor("
            f"class_id={self.class_id!r}, "
            f"instance_id={self.instance_id!r}, "
            f"method_id={self.method_id!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        class_id, instance_id, method_id = _COSEM_METHOD_DESCRIPTOR.unpack_from(octets, at)
        at += 9
        return cls(class_id, instance_id, method_id), at

    def write(self) -> bytes:
        instance_id = self.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return _COSEM_METHOD_DESCRIPTOR.pack(self.class_id, instance_id, self.method_id)


_ACTION_REQUEST_NORMAL = Struct(">BH6sbB")
_ACTION_REQUEST_NORMAL_2 = Struct(">2sBH6sb?")


class ActionRequestNormal(Encodable):
    """ACTION.request, NORMAL: calls one method.

    invoke_id_and_priority: Invoke-id, service class and priority.
    cosem_method_descriptor: The method.
    method_invocation_parameters: Its parameters; absent when it takes none.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "cosem_method_descriptor", "method_invocation_parameters")
    __match_args__ = ("invoke_id_and_priority", "cosem_method_descriptor", "method_invocation_parameters")
    TAG_PATH = b"\xc3\x01"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        cosem_method_descriptor: CosemMethodDescriptor,
        method_invocation_parameters: Data | None = None,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.cosem_method_descriptor = cosem_method_descriptor
        self.method_invocation_parameters = method_invocation_parameters

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionRequestNormal)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.cosem_method_descriptor == other.cosem_method_descriptor
            and self.method_invocation_parameters == other.method_invocation_parameters
        )

    def __repr__(self) -> str:
        return (
            "ActionRequestNormal("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"cosem_method_descriptor={self.cosem_method_descriptor!r}, "
            f"method_invocation_parameters={self.method_invocation_parameters!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, class_id, instance_id, method_id, has_method_invocation_parameters = (
            _ACTION_REQUEST_NORMAL.unpack_from(octets, at)
        )
        at += 11
        if has_method_invocation_parameters == 0:
            method_invocation_parameters = None
        elif has_method_invocation_parameters == 1:
            method_invocation_parameters, at = Data.read(octets, at)
        else:
            raise Unusual
        return (
            cls(
                invoke_id_and_priority,
                CosemMethodDescriptor(class_id, instance_id, method_id),
                method_invocation_parameters,
            ),
            at,
        )

    def write(self) -> bytes:
        cosem_method_descriptor = self.cosem_method_descriptor
        instance_id = cosem_method_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        octets = _ACTION_REQUEST_NORMAL_2.pack(
            b"\xc3\x01",
            self.invoke_id_and_priority,
            cosem_method_descriptor.class_id,
            instance_id,
            cosem_method_descriptor.method_id,
            self.method_invocation_parameters is not None,
        )
        if self.method_invocation_parameters is None:
            return octets
        return octets + Data.octets_of(self.method_invocation_parameters)


_ACTION_REQUEST_NEXT_PBLOCK = Struct(">BI")
_ACTION_REQUEST_NEXT_PBLOCK_2 = Struct(">2sBI")


class ActionRequestNextPblock(Encodable):
    """ACTION.request, NEXT-PBLOCK: a block of the long answer was received; asks for the next one.

    invoke_id_and_priority: Invoke-id, service class and priority.
    block_number: Number of the last block received.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "block_number")
    __match_args__ = ("invoke_id_and_priority", "block_number")
    TAG_PATH = b"\xc3\x02"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        block_number: Unsigned32,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.block_number = block_number

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionRequestNextPblock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.block_number == other.block_number
        )

    def __repr__(self) -> str:
        return (
            "ActionRequestNextPblock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"block_number={self.block_number!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, block_number = _ACTION_REQUEST_NEXT_PBLOCK.unpack_from(octets, at)
        at += 5
        return cls(invoke_id_and_priority, block_number), at

    def write(self) -> bytes:
        return _ACTION_REQUEST_NEXT_PBLOCK_2.pack(b"\xc3\x02", self.invoke_id_and_priority, self.block_number)


_ACTION_REQUEST_WITH_LIST = Struct(">2sB")


class ActionRequestWithList(Encodable):
    """ACTION.request, WITH-LIST: calls several methods.

    invoke_id_and_priority: Invoke-id, service class and priority.
    cosem_method_descriptor_list: The methods.
    method_invocation_parameters: Their parameters, in the same order; null-data where a method takes none.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "cosem_method_descriptor_list", "method_invocation_parameters")
    __match_args__ = ("invoke_id_and_priority", "cosem_method_descriptor_list", "method_invocation_parameters")
    TAG_PATH = b"\xc3\x03"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        cosem_method_descriptor_list: list[CosemMethodDescriptor],
        method_invocation_parameters: list[Data],
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.cosem_method_descriptor_list = cosem_method_descriptor_list
        self.method_invocation_parameters = method_invocation_parameters

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionRequestWithList)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.cosem_method_descriptor_list == other.cosem_method_descriptor_list
            and self.method_invocation_parameters == other.method_invocation_parameters
        )

    def __repr__(self) -> str:
        return (
            "ActionRequestWithList("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"cosem_method_descriptor_list={self.cosem_method_descriptor_list!r}, "
            f"method_invocation_parameters={self.method_invocation_parameters!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        cosem_method_descriptor_list, at = read_list(octets, at, CosemMethodDescriptor.read)
        method_invocation_parameters, at = read_list(octets, at, Data.read)
        return cls(invoke_id_and_priority, cosem_method_descriptor_list, method_invocation_parameters), at

    def write(self) -> bytes:
        return (
            _ACTION_REQUEST_WITH_LIST.pack(b"\xc3\x03", self.invoke_id_and_priority)
            + write_list(self.cosem_method_descriptor_list, CosemMethodDescriptor.write)
            + write_list(self.method_invocation_parameters, Data.octets_of)
        )


_ACTION_REQUEST_WITH_FIRST_PBLOCK = Struct(">BH6sb")
_ACTION_REQUEST_WITH_FIRST_PBLOCK_2 = Struct(">2sBH6sb")


class ActionRequestWithFirstPblock(Encodable):
    """ACTION.request, WITH-FIRST-PBLOCK: names one method and carries the first block of its parameters.

    invoke_id_and_priority: Invoke-id, service class and priority.
    cosem_method_descriptor: The method.
    pblock: Block 1.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "cosem_method_descriptor", "pblock")
    __match_args__ = ("invoke_id_and_priority", "cosem_method_descriptor", "pblock")
    TAG_PATH = b"\xc3\x04"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        cosem_method_descriptor: CosemMethodDescriptor,
        pblock: DataBlockSA,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.cosem_method_descriptor = cosem_method_descriptor
        self.pblock = pblock

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionRequestWithFirstPblock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.cosem_method_descriptor == other.cosem_method_descriptor
            and self.pblock == other.pblock
        )

    def __repr__(self) -> str:
        return (
            "ActionRequestWithFirstPblock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"cosem_method_descriptor={self.cosem_method_descriptor!r}, "
            f"pblock={self.pblock!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, class_id, instance_id, method_id = _ACTION_REQUEST_WITH_FIRST_PBLOCK.unpack_from(
            octets, at
        )
        at += 10
        pblock, at = DataBlockSA.read(octets, at)
        return cls(invoke_id_and_priority, CosemMethodDescriptor(class_id, instance_id, method_id), pblock), at

    def write(self) -> bytes:
        cosem_method_descriptor = self.cosem_method_descriptor
        instance_id = cosem_method_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return _ACTION_REQUEST_WITH_FIRST_PBLOCK_2.pack(
            b"\xc3\x04",
            self.invoke_id_and_priority,
            cosem_method_descriptor.class_id,
            instance_id,
            cosem_method_descriptor.method_id,
        ) + DataBlockSA.write(self.pblock)


_ACTION_REQUEST_WITH_LIST_AND_FIRST_PBLOCK = Struct(">2sB")


class ActionRequestWithListAndFirstPblock(Encodable):
    """ACTION.request, WITH-LIST-AND-FIRST-PBLOCK: names several methods and carries the first parameter block.

    invoke_id_and_priority: Invoke-id, service class and priority.
    cosem_method_descriptor_list: The methods.
    pblock: Block 1 of the encoded list of parameters.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "cosem_method_descriptor_list", "pblock")
    __match_args__ = ("invoke_id_and_priority", "cosem_method_descriptor_list", "pblock")
    TAG_PATH = b"\xc3\x05"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        cosem_method_descriptor_list: list[CosemMethodDescriptor],
        pblock: DataBlockSA,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.cosem_method_descriptor_list = cosem_method_descriptor_list
        self.pblock = pblock

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionRequestWithListAndFirstPblock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.cosem_method_descriptor_list == other.cosem_method_descriptor_list
            and self.pblock == other.pblock
        )

    def __repr__(self) -> str:
        return (
            "ActionRequestWithListAndFirstPblock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"cosem_method_descriptor_list={self.cosem_method_descriptor_list!r}, "
            f"pblock={self.pblock!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        cosem_method_descriptor_list, at = read_list(octets, at, CosemMethodDescriptor.read)
        pblock, at = DataBlockSA.read(octets, at)
        return cls(invoke_id_and_priority, cosem_method_descriptor_list, pblock), at

    def write(self) -> bytes:
        return (
            _ACTION_REQUEST_WITH_LIST_AND_FIRST_PBLOCK.pack(b"\xc3\x05", self.invoke_id_and_priority)
            + write_list(self.cosem_method_descriptor_list, CosemMethodDescriptor.write)
            + DataBlockSA.write(self.pblock)
        )


_ACTION_REQUEST_WITH_PBLOCK = Struct(">2sB")


class ActionRequestWithPblock(Encodable):
    """ACTION.request, WITH-PBLOCK: a further block of the parameters.

    invoke_id_and_priority: Invoke-id, service class and priority.
    pblock: The block, from number 2 on.

    Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "pblock")
    __match_args__ = ("invoke_id_and_priority", "pblock")
    TAG_PATH = b"\xc3\x06"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        pblock: DataBlockSA,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.pblock = pblock

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ActionRequestWithPblock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.pblock == other.pblock
        )

    def __repr__(self) -> str:
        return (
            "ActionRequestWithPblock("
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
        return _ACTION_REQUEST_WITH_PBLOCK.pack(b"\xc3\x06", self.invoke_id_and_priority) + DataBlockSA.write(
            self.pblock
        )


ActionRequest: TypeAlias = (
    ActionRequestNormal
    | ActionRequestNextPblock
    | ActionRequestWithList
    | ActionRequestWithFirstPblock
    | ActionRequestWithListAndFirstPblock
    | ActionRequestWithPblock
)
"""ACTION.request: the client calls methods.

Source: IEC 62056-5-3:2013, clauses 6.8, 7.3.5 and 8.
"""


ACTION_REQUEST_READERS: dict[int, Reader] = {
    0x01: ActionRequestNormal.read,
    0x02: ActionRequestNextPblock.read,
    0x03: ActionRequestWithList.read,
    0x04: ActionRequestWithFirstPblock.read,
    0x05: ActionRequestWithListAndFirstPblock.read,
    0x06: ActionRequestWithPblock.read,
}


def read_action_request(octets: bytes, at: int) -> tuple[ActionRequest, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return ACTION_REQUEST_READERS[octets[at]](octets, at + 1)


def write_action_request(value: ActionRequest) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(
        value,
        (
            ActionRequestNormal,
            ActionRequestNextPblock,
            ActionRequestWithList,
            ActionRequestWithFirstPblock,
            ActionRequestWithListAndFirstPblock,
            ActionRequestWithPblock,
        ),
    ):
        return value.write()
    raise Unusual
