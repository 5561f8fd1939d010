# Generated from asn1/2023/acse.asn1, asn1/2023/xdlms.asn1: do not edit, run `make generate`.
"""Read.request: the client reads attributes, or calls methods that return a value, by short name."""

from __future__ import annotations

from xdlms.codec.axdr import read_list, write_list
from xdlms.codec.entry import same
from xdlms_apdu.v2023.common import (
    VariableAccessSpecification,
    read_variable_access_specification,
    write_variable_access_specification,
)
from xdlms_apdu.v2023.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class ReadRequest(Encodable):
    """Read.request: the client reads attributes, or calls methods that return a value, by short name.

    Source: IEC 62056-5-3:2013, clauses 6.12, 7.3.7 and 8.
    """

    __slots__ = ("value",)
    __match_args__ = ("value",)
    TAG_PATH = b"\x05"

    def __init__(self, value: list[VariableAccessSpecification]) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ReadRequest) and same(self.value, other.value)

    def __repr__(self) -> str:
        return f"ReadRequest({self.value!r})"

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        value, at = read_list(octets, at, read_variable_access_specification)
        return cls(value), at

    def write(self) -> bytes:
        return b"\x05" + write_list(self.value, write_variable_access_specification)
