# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""Write.response: one result for each variable, in the order of the request, or one block number."""

from __future__ import annotations

from struct import Struct

from xdlms.codec.axdr import Unusual, read_list, write_list
from xdlms.codec.entry import same
from xdlms_apdu.v2023.common import DATA_ACCESS_RESULT_BY_NUMBER, DataAccessResult, Unsigned16
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TypeAlias

_WRITE_RESPONSE_BLOCK_NUMBER = Struct(">H")
_WRITE_RESPONSE_BLOCK_NUMBER_2 = Struct(">1sH")


class WriteResponseBlockNumber(Encodable):
    """Number of the block of a long request that was taken."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x02"

    def __init__(self, value: Unsigned16) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WriteResponseBlockNumber) and self.value == other.value

    def __repr__(self) -> str:
        return f"WriteResponseBlockNumber({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        (value,) = _WRITE_RESPONSE_BLOCK_NUMBER.unpack_from(octets, at)
        at += 2
        return cls(value), at

    def write(self) -> bytes:
        return _WRITE_RESPONSE_BLOCK_NUMBER_2.pack(b"\x02", self.value)


WriteResponseElement: TypeAlias = DataAccessResult | WriteResponseBlockNumber | None
"""WriteResponse-element.
"""

_WRITE_RESPONSE_ELEMENT = Struct(">1sB")


def read_write_response_element(octets: bytes, at: int) -> tuple[WriteResponseElement, int]:
    """The alternative whose tag is at `at`, and where it ends. Raises FAULTS."""
    tag = octets[at]
    at += 1
    if tag == 0:
        return None, at
    if tag == 1:
        value = octets[at]
        at += 1
        return DATA_ACCESS_RESULT_BY_NUMBER[value], at
    if tag == 2:
        return WriteResponseBlockNumber.read(octets, at)
    raise Unusual


def write_write_response_element(value: WriteResponseElement) -> bytes:
    """The octets of an alternative, its tags in front. Raises FAULTS."""
    if isinstance(value, WriteResponseBlockNumber):
        return value.write()
    if value is None:
        return b"\x00"
    if isinstance(value, DataAccessResult):
        return _WRITE_RESPONSE_ELEMENT.pack(b"\x01", DATA_ACCESS_RESULT_BY_NUMBER[value])
    raise Unusual


class WriteResponse(Encodable):
    """Write.response: one result for each variable, in the order of the request, or one block number.

    Source: IEC 62056-5-3:2013, clauses 6.13, 7.3.8 and 8.
    """

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x0d"

    def __init__(self, value: list[WriteResponseElement]) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WriteResponse) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"WriteResponse({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_list(octets, at, read_write_response_element)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x0d" + write_list(self.value, write_write_response_element)
