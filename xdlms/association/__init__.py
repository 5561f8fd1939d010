"""Application associations, both roles, sans-IO (clauses 6.2 to 6.4, 7.1, 7.2).

The modules, from the bottom up::

    control_function            the states and events of Figures 9 and 10, as one table
    settings, events            what is decided before; what the application is told
    wire                        protection, PDU sizes, APDUs that wait to be sent
    notifications, hls_passes   what servers send by themselves; HLS passes 3 and 4
    base                        what both roles have in common
    aarq, client_services       the client's AARQ, its data transfer services
    client                      `ClientAssociation`
    establishment, aare         the server's checks of an AARQ, in their order; AARE and RLRE
    incoming, server_services   what comes in; its data transfer services
    server                      `ServerAssociation`
"""

from xdlms.association.base import Association
from xdlms.association.client import ClientAssociation
from xdlms.association.control_function import CONTROL_FUNCTION, ControlEvent, State
from xdlms.association.events import (
    AnswerNotSent,
    ApduDropped,
    Authenticated,
    AuthenticationFailed,
    Disconnect,
    Event,
    OpenRefused,
)
from xdlms.association.server import ServerAssociation
from xdlms.association.settings import ClientSettings, PreEstablished, ServerSettings
from xdlms.association.wire import OutgoingApdu
from xdlms.services.errors import LocalFault, LocalProtocolError, ProtocolError, RemoteFault, RemoteProtocolError

__all__ = [
    "CONTROL_FUNCTION",
    "AnswerNotSent",
    "ApduDropped",
    "Association",
    "Authenticated",
    "AuthenticationFailed",
    "ClientAssociation",
    "ClientSettings",
    "ControlEvent",
    "Disconnect",
    "Event",
    "LocalFault",
    "LocalProtocolError",
    "OpenRefused",
    "OutgoingApdu",
    "PreEstablished",
    "ProtocolError",
    "RemoteFault",
    "RemoteProtocolError",
    "ServerAssociation",
    "ServerSettings",
    "State",
]
