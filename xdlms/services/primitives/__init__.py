"""The service primitives (clause 6), named as the standard names them: `Get.Request` is GET.request.

On a client .request goes in and .confirm comes out, on a server .indication comes out and .response
goes in. Every service carries Security_Options in and Security_Status out.
"""

from xdlms.services.primitives.association import (
    Abort,
    AbortDiagnostics,
    NegotiatedXdlmsContext,
    Open,
    ProposedXdlmsContext,
    Release,
    ReleaseResult,
)
from xdlms.services.primitives.common import (
    LocalOrRemote,
    Priority,
    RequestType,
    ResponseType,
    SecurityOptions,
    ServiceClass,
)
from xdlms.services.primitives.ln import (
    Action,
    DataNotification,
    EventNotification,
    Get,
    MethodResult,
    Set,
    TriggerEventNotificationSending,
)
from xdlms.services.primitives.sn import InformationReport, Read, SetMapperTable, UnconfirmedWrite, Write

__all__ = [
    "Abort",
    "AbortDiagnostics",
    "Action",
    "DataNotification",
    "EventNotification",
    "Get",
    "InformationReport",
    "LocalOrRemote",
    "MethodResult",
    "NegotiatedXdlmsContext",
    "Open",
    "Priority",
    "ProposedXdlmsContext",
    "Read",
    "Release",
    "ReleaseResult",
    "RequestType",
    "ResponseType",
    "SecurityOptions",
    "ServiceClass",
    "Set",
    "SetMapperTable",
    "TriggerEventNotificationSending",
    "UnconfirmedWrite",
    "Write",
]
