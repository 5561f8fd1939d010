# Generated from asn1/2013/acse.asn1, asn1/2013/xdlms.asn1: do not edit, run `make generate`.
"""Write.request: the client writes attributes, or calls methods, by short name and waits for the results."""

from __future__ import annotations

from xdlms.codec.axdr import read_list, write_list
from xdlms.codec.entry import same
from xdlms_apdu.v2013.common import (
    VariableAccessSpecification,
    read_variable_access_specification,
    write_variable_access_specification,
)
from xdlms_apdu.v2013.data import Data
from xdlms_apdu.v2013.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class WriteRequest(Encodable):
    """Write.request: the client writes attributes, or calls methods, by short name and waits for the results.

    variable_access_specification: The variables, or one block.
    list_of_data: Their values, in the same order.

    Source: IEC 62056-5-3:2013, clauses 6.13, 7.3.8 and 8.
    """

    __slots__ = ("variable_access_specification", "list_of_data")
    __match_args__ = ("variable_access_specification", "list_of_data")
    TAG_PATH = b"\x06"

    def __init__(
        self,
        variable_access_specification: list[VariableAccessSpecification],
        list_of_data: list[Data],
    ) -> None:
        self.variable_access_specification = variable_access_specification
        self.list_of_data = list_of_data

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, WriteRequest)
            and same(self.variable_access_specification, other.variable_access_specification)
            and self.list_of_data == other.list_of_data
        )

    def __repr__(self) -> str:
        return (
            "WriteRequest("
            f"variable_access_specification={self.variable_access_specification!r}, "
            f"list_of_data={self.list_of_data!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        variable_access_specification, at = read_list(octets, at, read_variable_access_specification)
        list_of_data, at = read_list(octets, at, Data.read)
        return cls(variable_access_specification, list_of_data), at

    def write(self) -> bytes:
        return (
            b"\x06"
            + write_list(self.variable_access_specification, write_variable_access_specification)
            + write_list(self.list_of_data, Data.octets_of)
        )
