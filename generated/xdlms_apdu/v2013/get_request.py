# Generated from asn1/2013/acse.asn1, asn1/2013/xdlms.asn1: do not edit, run `make generate`.
"""GET.request: the client asks for attributes."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual, read_list, write_list
from xdlms.codec.schema import Reader
from xdlms_apdu.v2013.common import (
    CosemAttributeDescriptor,
    CosemAttributeDescriptorWithSelection,
    InvokeIdAndPriority,
    SelectiveAccessDescriptor,
    Unsigned32,
)
from xdlms_apdu.v2013.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias

_GET_REQUEST_NORMAL = Struct(">BH6sbB")
_GET_REQUEST_NORMAL_2 = Struct(">2sBH6sb?")


class GetRequestNormal(Encodable):
    """GET.request, NORMAL: asks for one attribute, or part of it.

    invoke_id_and_priority: Invoke-id, service class and priority.
    cosem_attribute_descriptor: The attribute.
    access_selection: The part of it; absent for the whole attribute.

    Source: IEC 62056-5-3:2013, clauses 6.6, 7.3.3 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "cosem_attribute_descriptor", "access_selection")
    __match_args__ = ("invoke_id_and_priority", "cosem_attribute_descriptor", "access_selection")
    TAG_PATH = b"\xc0\x01"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        cosem_attribute_descriptor: CosemAttributeDescriptor,
        access_selection: SelectiveAccessDescriptor | None = None,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.cosem_attribute_descriptor = cosem_attribute_descriptor
        self.access_selection = access_selection

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GetRequestNormal)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.cosem_attribute_descriptor == other.cosem_attribute_descriptor
            and self.access_selection == other.access_selection
        )

    def __repr__(self) -> str:
        return (
            "GetRequestNormal("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"cosem_attribute_descriptor={self.cosem_attribute_descriptor!r}, "
            f"access_selection={self.access_selection!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, class_id, instance_id, attribute_id, has_access_selection = (
            _GET_REQUEST_NORMAL.unpack_from(octets, at)
        )
        at += 11
        if has_access_selection == 0:
            access_selection = None
        elif has_access_selection == 1:
            access_selection, at = SelectiveAccessDescriptor.read(octets, at)
        else:
            raise Unusual
        return (
            cls(
                invoke_id_and_priority, CosemAttributeDescriptor(class_id, instance_id, attribute_id), access_selection
            ),
            at,
        )

    def write(self) -> bytes:
        cosem_attribute_descriptor = self.cosem_attribute_descriptor
        instance_id = cosem_attribute_descriptor.instance_id
        if type(instance_id) is not bytes or len(instance_id) != 6:
            raise Unusual
        octets = _GET_REQUEST_NORMAL_2.pack(
            b"\xc0\x01",
            self.invoke_id_and_priority,
            cosem_attribute_descriptor.class_id,
            instance_id,
            cosem_attribute_descriptor.attribute_id,
            self.access_selection is not None,
        )
        if self.access_selection is None:
            return octets
        return octets + SelectiveAccessDescriptor.write(self.access_selection)


_GET_REQUEST_NEXT = Struct(">BI")
_GET_REQUEST_NEXT_2 = Struct(">2sBI")


class GetRequestNext(Encodable):
    """GET.request, NEXT: asks for the next block of a long answer.

    invoke_id_and_priority: Invoke-id, service class and priority.
    block_number: Number of the last block received.

    Source: IEC 62056-5-3:2013, clauses 6.6, 7.3.3 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "block_number")
    __match_args__ = ("invoke_id_and_priority", "block_number")
    TAG_PATH = b"\xc0\x02"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        block_number: Unsigned32,
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.block_number = block_number

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GetRequestNext)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.block_number == other.block_number
        )

    def __repr__(self) -> str:
        return (
            "GetRequestNext("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"block_number={self.block_number!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority, block_number = _GET_REQUEST_NEXT.unpack_from(octets, at)
        at += 5
        return cls(invoke_id_and_priority, block_number), at

    def write(self) -> bytes:
        return _GET_REQUEST_NEXT_2.pack(b"\xc0\x02", self.invoke_id_and_priority, self.block_number)


_GET_REQUEST_WITH_LIST = Struct(">2sB")


class GetRequestWithList(Encodable):
    """GET.request, WITH-LIST: asks for several attributes, or parts of them.

    invoke_id_and_priority: Invoke-id, service class and priority.
    attribute_descriptor_list: The attributes.

    Source: IEC 62056-5-3:2013, clauses 6.6, 7.3.3 and 8.
    """

    __slots__ = ("invoke_id_and_priority", "attribute_descriptor_list")
    __match_args__ = ("invoke_id_and_priority", "attribute_descriptor_list")
    TAG_PATH = b"\xc0\x03"

    def __init__(
        self,
        invoke_id_and_priority: InvokeIdAndPriority,
        attribute_descriptor_list: list[CosemAttributeDescriptorWithSelection],
    ) -> None:
        self.invoke_id_and_priority = invoke_id_and_priority
        self.attribute_descriptor_list = attribute_descriptor_list

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, GetRequestWithList)
            and self.invoke_id_and_priority == other.invoke_id_and_priority
            and self.attribute_descriptor_list == other.attribute_descriptor_list
        )

    def __repr__(self) -> str:
        return (
            "GetRequestWithList("
            f"invoke_id_and_priority={self.invoke_id_and_priority!r}, "
            f"attribute_descriptor_list={self.attribute_descriptor_list!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        invoke_id_and_priority = octets[at]
        at += 1
        attribute_descriptor_list, at = read_list(octets, at, CosemAttributeDescriptorWithSelection.read)
        return cls(invoke_id_and_priority, attribute_descriptor_list), at

    def write(self) -> bytes:
        return _GET_REQUEST_WITH_LIST.pack(b"\xc0\x03", self.invoke_id_and_priority) + write_list(
            self.attribute_descriptor_list, CosemAttributeDescriptorWithSelection.write
        )


GetRequest: TypeAlias = GetRequestNormal | GetRequestNext | GetRequestWithList
"""GET.request: the client asks for attributes.

Source: IEC 62056-5-3:2013, clauses 6.6, 7.3.3 and 8.
"""


GET_REQUEST_READERS: dict[int, Reader] = {
    0x01: GetRequestNormal.read,
    0x02: GetRequestNext.read,
    0x03: GetRequestWithList.read,
}


def read_get_request(octets: bytes, at: int) -> tuple[GetRequest, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    return GET_REQUEST_READERS[octets[at]](octets, at + 1)


def write_get_request(value: GetRequest) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, (GetRequestNormal, GetRequestNext, GetRequestWithList)):
        return value.write()
    raise Unusual
