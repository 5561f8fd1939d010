"""The service parameters (clauses 6.2 to 6.16; Tables 8 to 29), as one table.

The codes of Table 8: M mandatory, U the user's choice, S selected among several, C conditional; with =
the parameter is the same as in the primitive before, which the table calls echoed. ``*`` marks what the
core supplies, so that the primitive has no field for it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from xdlms.services.primitives.association import Abort, Open, Release
from xdlms.services.primitives.ln import (
    Action,
    DataNotification,
    EventNotification,
    Get,
    Set,
    TriggerEventNotificationSending,
)
from xdlms.services.primitives.sn import InformationReport, Read, SetMapperTable, UnconfirmedWrite, Write

CODES: Final = frozenset("MUSC")
ECHOED: Final = "="
BY_THE_CORE: Final = "*"
ABSENT: Final = "-"
PRIMITIVES: Final = ("Request", "Indication", "Response", "Confirm")


class Parameter(NamedTuple):
    """One row: a parameter, where the primitives carry it, and its code in each of the four."""

    name: str
    field: str
    request: str
    indication: str
    response: str
    confirm: str

    def code(self, primitive: str) -> str:
        """The code in one of PRIMITIVES."""
        codes: tuple[str, ...] = self[2:]
        return codes[PRIMITIVES.index(primitive)]


class ServiceTable(NamedTuple):
    """The table of one service; `local` are fields of the primitives that are no parameters of the standard."""

    service: type
    tables: str
    parameters: tuple[Parameter, ...]
    local: frozenset[str] = frozenset()


def _rows(*rows: str) -> tuple[Parameter, ...]:
    """Rows written as: name field request indication response confirm."""
    return tuple(Parameter(*row.split()) for row in rows)


_SECURITY: Final = _rows(  # Table 12
    "Security_Options    security_options    U - U -",
    "Security_Status     security_status     - U - U",
)
_SECURITY_UNCONFIRMED: Final = _rows(
    "Security_Options    security_options    U - - -",
    "Security_Status     security_status     - U - -",
)
_LN: Final = _rows(
    "Invoke_Id           invoke_id           M M= M= M=",
    "Priority            priority            M M= M=* M=",
    "Service_Class       service_class       M M= - -",
    "Request_Type        request_type        M M= - -",
    "Response_Type       response_type       - - M* M",
)

SERVICES: Final[tuple[ServiceTable, ...]] = (
    ServiceTable(
        Open,
        "9",
        _rows(
            "Protocol_Connection_Parameters            protocol_connection_parameters    M M M M",
            "ACSE_Protocol_Version                     acse_protocol_version             U U= U* U",
            "Application_Context_Name                  application_context_name          M M= M* M=",
            "Called_AP_Title                           called_ap_title                   U U= - -",
            "Called_AE_Qualifier                       called_ae_qualifier               U U= - -",
            "Called_AP_Invocation_Identifier           called_ap_invocation_id           U U= - -",
            "Called_AE_Invocation_Identifier           called_ae_invocation_id           U U= - -",
            "Calling_AP_Title                          calling_ap_title                  C C= - -",
            "Calling_AE_Qualifier                      calling_ae_qualifier              U U= - -",
            "Calling_AP_Invocation_Identifier          calling_ap_invocation_id          U U= - -",
            "Calling_AE_Invocation_Identifier          calling_ae_invocation_id          U U= - -",
            "Local_Or_Remote                           local_or_remote                   - - - M",
            "Result                                    result                            - - M M=",
            "Failure_Type                              failure_type                      - - M M=",
            "Responding_AP_Title                       responding_ap_title               - - C* C",
            "Responding_AE_Qualifier                   responding_ae_qualifier           - - U U=",
            "Responding_AP_Invocation_Identifier       responding_ap_invocation_id       - - U U=",
            "Responding_AE_Invocation_Identifier       responding_ae_invocation_id       - - U U=",
            "ACSE_Requirements                         acse_requirements                 U U= U* U",
            "Security_Mechanism_Name                   security_mechanism_name           C C= C* C",
            "Calling_Authentication_Value              calling_authentication_value      C C= - -",
            "Responding_Authentication_Value           responding_authentication_value   - - C* C",
            "Implementation_Information                implementation_information        U U= U U=",
            "Proposed_xDLMS_Context                    proposed_xdlms_context            M M= - -",
            "Negotiated_xDLMS_Context                  negotiated_xdlms_context          - - S S=",
            "xDLMS_Initiate_Error                      xdlms_initiate_error              - - S S=",
            "User_Information                          user_information                  U C U C",
            "Service_Class                             service_class                     M M= - -",
        )
        + _SECURITY,
        frozenset({"negotiable"}),
    ),
    ServiceTable(
        Release,
        "10",
        _rows(
            "Use_RLRQ_RLRE               use_rlrq_rlre               U C= U* C=",
            "Reason                      reason                      U U= U U=",
            "Proposed_xDLMS_Context      proposed_xdlms_context      C* C - -",
            "Negotiated_xDLMS_Context    negotiated_xdlms_context    - - C* C",
            "Local_Or_Remote             local_or_remote             - - - M",
            "Result                      result                      - - M* M",
            "Failure_Type                failure_type                - - - C",
            "User_Information            user_information            U C U C",
        )
        + _SECURITY,
    ),
    ServiceTable(
        Abort,
        "11",
        _rows("Diagnostics    diagnostics    - U - -"),
        frozenset({"message"}),
    ),
    ServiceTable(
        Get,
        "13 and 14",
        _LN
        + _rows(
            "COSEM_Attribute_Descriptor    attribute    S S= - -",
            "Result                        result       - - M M=",
        )
        + _SECURITY,
        frozenset({"block_by_block"}),
    ),
    ServiceTable(
        Set,
        "15 and 16",
        _LN
        + _rows(
            "COSEM_Attribute_Descriptor    attribute    S S= - -",
            "Data                          value        S S= - -",
            "Result                        result       - - M M=",
        )
        + _SECURITY,
    ),
    ServiceTable(
        Action,
        "17 and 18",
        _LN
        + _rows(
            "COSEM_Method_Descriptor           method    S S= - -",
            "Method_Invocation_Parameters      value     U U= - -",
            "Action_Response                   result    - - M M=",
        )
        + _SECURITY,
        frozenset({"returns"}),
    ),
    ServiceTable(
        EventNotification,
        "19",
        _rows(
            "Time                          time         U U= - -",
            "COSEM_Attribute_Descriptor    attribute    M M= - -",
            "Attribute_Value               value        M M= - -",
        )
        + _SECURITY_UNCONFIRMED,
    ),
    ServiceTable(
        TriggerEventNotificationSending,
        "20",
        _rows("Protocol_Parameters    protocol_parameters    M - - -"),
    ),
    ServiceTable(
        Read,
        "21 to 23",
        _rows(
            "Variable_Access_Specification    variables    M M= - -",
            "Read_Result                      results      - - M M=",
        )
        + _SECURITY,
        frozenset({"invoke_id", "block_by_block"}),
    ),
    ServiceTable(
        Write,
        "21, 24 and 25",
        _rows(
            "Variable_Access_Specification    variables    M M= - -",
            "Data                             values       M M= - -",
            "Write_Result                     results      - - M M=",
        )
        + _SECURITY,
        frozenset({"invoke_id"}),
    ),
    ServiceTable(
        UnconfirmedWrite,
        "21, 26 and 27",
        _rows(
            "Variable_Access_Specification    variables    M M= - -",
            "Data                             values       M M= - -",
        )
        + _SECURITY_UNCONFIRMED,
    ),
    ServiceTable(
        InformationReport,
        "21 and 28",
        _rows(
            "Current_Time                     current_time    U U= - -",
            "Variable_Access_Specification    variables       M M= - -",
            "Data                             values          M M= - -",
        )
        + _SECURITY_UNCONFIRMED,
    ),
    ServiceTable(
        SetMapperTable,
        "29",
        _rows("Mapping_Table    mapping_table    M - - -"),
    ),
    ServiceTable(
        DataNotification,
        "of the edition of 2016",
        _rows(
            "Long_Invoke_Id        long_invoke_id    M M= - -",
            "Priority              priority          M M= - -",
            "Service_Class         service_class     M M= - -",
            "Date_Time             date_time         U U= - -",
            "Notification_Body     body              M M= - -",
        )
        + _SECURITY_UNCONFIRMED,
    ),
)
