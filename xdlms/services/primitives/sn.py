"""The services by short name: Read, Write, UnconfirmedWrite, InformationReport, SetMapperTable
(clauses 6.11 to 6.16; Tables 21 to 29)."""

from __future__ import annotations

from dataclasses import dataclass

from xdlms.security.suite import PLAIN_STATUS, SecurityStatus
from xdlms.services.primitives.common import SecurityOptions, ServiceResponse, SnConfirm, SnIndication, SnRequest
from xdlms.services.primitives.ln import GetResult
from xdlms.services.references import VariableAccess, VariableName
from xdlms.services.short_names import MapEntry
from xdlms_apdu.v2023 import Data, DataAccessResult


class Read:
    """Read: read attributes, call methods that return something (clause 6.12; Tables 22 and 23)."""

    @dataclass(frozen=True, slots=True)
    class Request(SnRequest):
        """Read.request. With `block_by_block` a long response comes as `Read.Block`, one for each `Read.Next`."""

        variables: tuple[VariableAccess, ...]
        block_by_block: bool = False

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Next:
        """Read.request, Block_Number_Access: asks for the block after the last one received."""

        invoke_id: int

    @dataclass(frozen=True, slots=True)
    class Indication(SnIndication):
        """Read.indication."""

        variables: tuple[VariableAccess, ...]

        def response(
            self, results: tuple[GetResult, ...], security_options: SecurityOptions | None = None
        ) -> Read.Response:
            """The Read.response to this."""
            return Read.Response(results, invoke_id=self.invoke_id, security_options=security_options)

    @dataclass(frozen=True, slots=True)
    class Response(ServiceResponse):
        """Read.response: a value or a reason for each variable, in their order."""

        results: tuple[GetResult, ...]

    @dataclass(frozen=True, slots=True)
    class Confirm(SnConfirm):
        """Read.confirm: a value or a reason for each variable, in their order."""

        results: tuple[GetResult, ...]

    @dataclass(frozen=True, slots=True)
    class Block(SnConfirm):
        """Read.confirm, Data_Block_Result: a part of the encoded list of results."""

        block_number: int
        last_block: bool
        raw_data: bytes


class Write:
    """Write: write attributes, call methods that return nothing (clause 6.13; Tables 24 and 25)."""

    @dataclass(frozen=True, slots=True)
    class Request(SnRequest):
        """Write.request: as many values as variables."""

        variables: tuple[VariableAccess, ...]
        values: tuple[Data, ...]

    @dataclass(frozen=True, slots=True)
    class Indication(SnIndication):
        """Write.indication; it comes only when the values are there as a whole."""

        variables: tuple[VariableAccess, ...]
        values: tuple[Data, ...]

        def response(
            self, results: tuple[DataAccessResult, ...], security_options: SecurityOptions | None = None
        ) -> Write.Response:
            """The Write.response to this."""
            return Write.Response(results, invoke_id=self.invoke_id, security_options=security_options)

    @dataclass(frozen=True, slots=True)
    class Response(ServiceResponse):
        """Write.response: a result for each variable, in their order."""

        results: tuple[DataAccessResult, ...]

    @dataclass(frozen=True, slots=True)
    class Confirm(SnConfirm):
        """Write.confirm: a result for each variable, in their order."""

        results: tuple[DataAccessResult, ...]


class UnconfirmedWrite:
    """UnconfirmedWrite: as Write, without an answer (clause 6.14; Tables 26 and 27)."""

    @dataclass(frozen=True, slots=True)
    class Request:
        """UnconfirmedWrite.request: as many values as variables."""

        variables: tuple[VariableAccess, ...]
        values: tuple[Data, ...]
        security_options: SecurityOptions | None = None

    @dataclass(frozen=True, slots=True)
    class Indication:
        """UnconfirmedWrite.indication."""

        variables: tuple[VariableAccess, ...]
        values: tuple[Data, ...]
        security_status: SecurityStatus = PLAIN_STATUS


class InformationReport:
    """InformationReport: the server tells the values of variables (clause 6.15; Table 28)."""

    @dataclass(frozen=True, slots=True)
    class Request:
        """InformationReport.request; `current_time` is a GeneralizedTime such as 20130601120000Z, or None."""

        variables: tuple[VariableName, ...]
        values: tuple[Data, ...]
        current_time: str | None = None
        security_options: SecurityOptions | None = None

    @dataclass(frozen=True, slots=True)
    class Indication:
        """InformationReport.indication."""

        variables: tuple[VariableAccess, ...]
        values: tuple[Data, ...]
        current_time: str | None = None
        security_status: SecurityStatus = PLAIN_STATUS


class SetMapperTable:
    """SetMapperTable: tell the SN mapper of the client which objects the server has (clause 6.16; Table 29)."""

    @dataclass(frozen=True, slots=True)
    class Request:
        """A local primitive: this Mapping_Table takes the place of the one before."""

        mapping_table: tuple[MapEntry, ...]
