# Generated from asn1/2017/acse.asn1, asn1/2017/xdlms.asn1: do not edit, run `make generate`.
"""InformationReport.request: the server sends the values of variables unasked; nobody answers."""

from __future__ import annotations

from xdlms.codec.axdr import Unusual, read_list, read_text, write_list, write_text
from xdlms.codec.entry import same
from xdlms_apdu.v2017.common import (
    VariableAccessSpecification,
    read_variable_access_specification,
    write_variable_access_specification,
)
from xdlms_apdu.v2017.data import Data
from xdlms_apdu.v2017.syntax import Encodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class InformationReportRequest(Encodable):
    """InformationReport.request: the server sends the values of variables unasked; nobody answers.

    current_time: When it was sent, as YYYYMMDDhhmmssZ.
    variable_access_specification: The variables.
    list_of_data: Their values, in the same order.

    Source: IEC 62056-5-3:2013, clauses 6.15, 7.3.10 and 8.
    """

    __slots__ = ("current_time", "variable_access_specification", "list_of_data")
    __match_args__ = ("variable_access_specification", "list_of_data", "current_time")
    TAG_PATH = b"\x18"

    def __init__(
        self,
        variable_access_specification: list[VariableAccessSpecification],
        list_of_data: list[Data],
        current_time: str | None = None,
    ) -> None:
        self.current_time = current_time
        self.variable_access_specification = variable_access_specification
        self.list_of_data = list_of_data

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, InformationReportRequest)
            and self.current_time == other.current_time
            and same(self.variable_access_specification, other.variable_access_specification)
            and self.list_of_data == other.list_of_data
        )

    def __repr__(self) -> str:
        return (
            "InformationReportRequest("
            f"current_time={self.current_time!r}, "
            f"variable_access_specification={self.variable_access_specification!r}, "
            f"list_of_data={self.list_of_data!r})"
        )

    @classmethod
    def read(cls, octets: bytes, at: int) -> tuple[Self, int]:
        has_current_time = octets[at]
        at += 1
        if has_current_time == 0:
            current_time = None
        elif has_current_time == 1:
            current_time, at = read_text(octets, at)
        else:
            raise Unusual
        variable_access_specification, at = read_list(octets, at, read_variable_access_specification)
        list_of_data, at = read_list(octets, at, Data.read)
        return cls(variable_access_specification, list_of_data, current_time), at

    def write(self) -> bytes:
        return (
            b"\x18"
            + (b"\x00" if self.current_time is None else b"\x01" + write_text(self.current_time))
            + write_list(self.variable_access_specification, write_variable_access_specification)
            + write_list(self.list_of_data, Data.octets_of)
        )
