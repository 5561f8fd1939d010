# Generated from asn1/2013/acse.asn1, asn1/2013/xdlms.asn1: do not edit, run `make generate`.
"""SET.request: the client writes attributes."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual, read_list, write_list
from xdlms.codec.schema import Reader
from xdlms_apdu.v2013.common import (
    CosemAttributeDescriptor,
    CosemAttributeDescriptorWithSelection,
    DataBlockSA,
    InvokeIdAndPriority,
    SelectiveAccessDescriptor,
)
from xdlms_apdu.v2013.data import Data
from xdlms_apdu.v2013.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias

_SET_REQUEST_NORMAL = Struct(">BH6sbB")
_SET_REQUEST_NORMAL_2 = Struct(">2sBH6sb?")


class SetRequestNormal(Encodable):
    """SET.request, NORMAL: writes one attribute, or part of it.

    invoke_id_and_priority: Invoke-id, service class and priority.
    cosem_attribute_descriptor: The attribute.
    access_selection: The part of it; absent for the whole attribute.
    value: The new value.

    Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "cosem_attribute_descriptor", "access_selection", "value")
    __match_args__ = ("invoke_id_and_priority", "cosem_attribute_descriptor", "value", "access_selection")
    TAG_PATH = b"\xc1\x01"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        cosem_attribute_descriptor: CosemAttributeDescriptor,
        value: Data,
        access_selection: SelectiveAccessDescriptor | None = None,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.cosem_attribute_descriptor = cosem_attribute_descriptor
        self.access_selection = access_selection
        self.value = value

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SetRequestNormal)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.cosem_attribute_descriptor == other.cosem_attribute_descriptor
            and self.access_selection == other.access_selection
            and self.value == other.value
        )

    def __repr__(self) -> str:
        return (
            "SetRequestNormal("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"cosem_attribute_descriptor={self.cosem_attribute_descriptor!r}, "
            f"access_selection={self.access_selection!r}, "
            f"value={self.value!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, class_id, instance_id, attribute_id, has_access_selection = (
            _SET_REQUEST_NORMAL.unpack_from(octets, at)
        )
        at += 11
        if has_access_selection == 0:
            access_selection = None
        elif has_access_selection == 1:
            access_selection, at = SelectiveAccessDescriptor.read(octets, at)
        else:
            raise Unusual
        value, at = Data.read(octets, at)
        return (
            cls(
                invoke_id_and_priority,
                CosemAttributeDescriptor(class_id, instance_id, attribute_id),
                value,
                access_selection,
            ),
            at,
        )

    def write(self) -> bytes:
        cosem_attribute_descriptor = self.cosem_attribute_descriptor
        instance_id = cosem_attribute_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return (
            _SET_REQUEST_NORMAL_2.pack(
                b"\xc1\x01",
                self.invoke_id_and_priority,
                cosem_attribute_descriptor.class_id,
                instance_id,
                cosem_attribute_descriptor.attribute_id,
                self.access_selection is not None,
            )
            + (b"" if self.access_selection is None else SelectiveAccessDescriptor.write(self.access_selection))
            + Data.octets_of(self.value)
        )


_SET_REQUEST_WITH_FIRST_DATABLOCK = Struct(">BH6sbB")
_SET_REQUEST_WITH_FIRST_DATABLOCK_2 = Struct(">2sBH6sb?")


class SetRequestWithFirstDatablock(Encodable):
    """SET.request, WITH-FIRST-DATABLOCK: names one attribute and carries the first block of its new value.

    invoke_id_and_priority: Invoke-id, service class and priority.
    cosem_attribute_descriptor: The attribute.
    access_selection: The part of it; absent for the whole attribute.
    datablock: Block 1.

    Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "cosem_attribute_descriptor", "access_selection", "datablock")
    __match_args__ = ("invoke_id_and_priority", "cosem_attribute_descriptor", "datablock", "access_selection")
    TAG_PATH = b"\xc1\x02"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        cosem_attribute_descriptor: CosemAttributeDescriptor,
        datablock: DataBlockSA,
        access_selection: SelectiveAccessDescriptor | None = None,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.cosem_attribute_descriptor = cosem_attribute_descriptor
        self.access_selection = access_selection
        self.datablock = datablock

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SetRequestWithFirstDatablock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.cosem_attribute_descriptor == other.cosem_attribute_descriptor
            and self.access_selection == other.access_selection
            and self.datablock == other.datablock
        )

    def __repr__(self) -> str:
        return (
            "SetRequestWithFirstDatablock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"cosem_attribute_descriptor={self.cosem_attribute_descriptor!r}, "
            f"access_selection={self.access_selection!r}, "
            f"datablock={self.datablock!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, class_id, instance_id, attribute_id, has_access_selection = (
            _SET_REQUEST_WITH_FIRST_DATABLOCK.unpack_from(octets, at)
        )
        at += 11
        if has_access_selection == 0:
            access_selection = None
        elif has_access_selection == 1:
            access_selection, at = SelectiveAccessDescriptor.read(octets, at)
        else:
            raise Unusual
        datablock, at = DataBlockSA.read(octets, at)
        return (
            cls(
                invoke_id_and_priority,
                CosemAttributeDescriptor(class_id, instance_id, attribute_id),
                datablock,
                access_selection,
            ),
            at,
        )

    def write(self) -> bytes:
        cosem_attribute_descriptor = self.cosem_attribute_descriptor
        instance_id = cosem_attribute_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        return (
            _SET_REQUEST_WITH_FIRST_DATABLOCK_2.pack(
                b"\xc1\x02",
                self.invoke_id_and_priority,
                cosem_attribute_descriptor.class_id,
                instance_id,
                cosem_attribute_descriptor.attribute_id,
                self.access_selection is not None,
            )
            + (b"" if self.access_selection is None else SelectiveAccessDescriptor.write(self.access_selection))
            + DataBlockSA.write(self.datablock)
        )


_SET_REQUEST_WITH_DATABLOCK = Struct(">2sB")


class SetRequestWithDatablock(Encodable):
    """SET.request, WITH-DATABLOCK: a further block of the new value.

    invoke_id_and_priority: Invoke-id, service class and priority.
    datablock: The block, from number 2 on.

    Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "datablock")
    __match_args__ = ("invoke_id_and_priority", "datablock")
    TAG_PATH = b"\xc1\x03"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        datablock: DataBlockSA,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.datablock = datablock

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SetRequestWithDatablock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.datablock == other.datablock
        )

    def __repr__(self) -> str:
        return (
            "SetRequestWithDatablock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"datablock={self.datablock!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        datablock, at = DataBlockSA.read(octets, at)
        return cls(invoke_id_and_priority, datablock), at

    def write(self) -> bytes:
        return _SET_REQUEST_WITH_DATABLOCK.pack(b"\xc1\x03", self.invoke_id_and_priority) + DataBlockSA.write(
            self.datablock
        )


_SET_REQUEST_WITH_LIST = Struct(">2sB")


class SetRequestWithList(Encodable):
    """SET.request, WITH-LIST: writes several attributes, or parts of them.

    invoke_id_and_priority: Invoke-id, service class and priority.
    attribute_descriptor_list: The attributes.
    value_list: Their new values, in the same order.

    Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "attribute_descriptor_list", "value_list")
    __match_args__ = ("invoke_id_and_priority", "attribute_descriptor_list", "value_list")
    TAG_PATH = b"\xc1\x04"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        attribute_descriptor_list: list[CosemAttributeDescriptorWithSelection],
        value_list: list[Data],
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.attribute_descriptor_list = attribute_descriptor_list
        self.value_list = value_list

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SetRequestWithList)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.attribute_descriptor_list == other.attribute_descriptor_list
            and self.value_list == other.value_list
        )

    def __repr__(self) -> str:
        return (
            "SetRequestWithList("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"attribute_descriptor_list={self.attribute_descriptor_list!r}, "
            f"value_list={self.value_list!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        attribute_descriptor_list, at = read_list(octets, at, CosemAttributeDescriptorWithSelection.read)
        value_list, at = read_list(octets, at, Data.read)
        return cls(invoke_id_and_priority, attribute_descriptor_list, value_list), at

    def write(self) -> bytes:
        return (
            _SET_REQUEST_WITH_LIST.pack(b"\xc1\x04", self.invoke_id_and_priority)
            + write_list(self.attribute_descriptor_list, CosemAttributeDescriptorWithSelection.write)
            + write_list(self.value_list, Data.octets_of)
        )


_SET_REQUEST_WITH_LIST_AND_FIRST_DATABLOCK = Struct(">2sB")


class SetRequestWithListAndFirstDatablock(Encodable):
    """SET.request, WITH-LIST-AND-FIRST-DATABLOCK: names several attributes and carries the first value block.

    invoke_id_and_priority: Invoke-id, service class and priority.
    attribute_descriptor_list: The attributes.
    datablock: Block 1 of the encoded list of values.

    Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "attribute_descriptor_list", "datablock")
    __match_args__ = ("invoke_id_and_priority", "attribute_descriptor_list", "datablock")
    TAG_PATH = b"\xc1\x05"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        attribute_descriptor_list: list[CosemAttributeDescriptorWithSelection],
        datablock: DataBlockSA,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.attribute_descriptor_list = attribute_descriptor_list
        self.datablock = datablock

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SetRequestWithListAndFirstDatablock)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.attribute_descriptor_list == other.attribute_descriptor_list
            and self.datablock == other.datablock
        )

    def __repr__(self) -> str:
        return (
            "SetRequestWithListAndFirstDatablock("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"attribute_descriptor_list={self.attribute_descriptor_list!r}, "
            f"datablock={self.datablock!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        attribute_descriptor_list, at = read_list(octets, at, CosemAttributeDescriptorWithSelection.read)
        datablock, at = DataBlockSA.read(octets, at)
        return cls(invoke_id_and_priority, attribute_descriptor_list, datablock), at

    def write(self) -> bytes:
        return (
            _SET_REQUEST_WITH_LIST_AND_FIRST_DATABLOCK.pack(b"\xc1\x05", self.invoke_id_and_priority)
            + write_list(self.attribute_descriptor_list, CosemAttributeDescriptorWithSelection.write)
            + DataBlockSA.write(self.datablock)
        )


SetRequest: TypeAlias = (
    SetRequestNormal
    | SetRequestWithFirstDatablock
    | SetRequestWithDatablock
    | SetRequestWithList
    | SetRequestWithListAndFirstDatablock
)
"""SET.request: the client writes attributes.

Source: IEC 62056-5-3:2013, clauses 6.7, 7.3.4 and 8.
"""


SET_REQUEST_READERS: dict[int, Reader] = {
    0x01: SetRequestNormal.read,
    0x02: SetRequestWithFirstDatablock.read,
    0x03: SetRequestWithDatablock.read,
    0x04: SetRequestWithList.read,
    0x05: SetRequestWithListAndFirstDatablock.read,
}


def read_set_request(octets: bytes, at: int) -> tuple[SetRequest, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return SET_REQUEST_READERS[octets[at]](octets, at + 1)


def write_set_request(value: SetRequest) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(
        value,
        (
            SetRequestNormal,
            SetRequestWithFirstDatablock,
            SetRequestWithDatablock,
            SetRequestWithList,
            SetRequestWithListAndFirstDatablock,
        ),
    ):
        return value.write()
    raise Unusual
