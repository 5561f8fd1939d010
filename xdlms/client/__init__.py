"""The client: an association with a meter, for applications (asyncio; `xdlms.blocking` is the same without).

::

    async with connect("tcp://127.0.0.1:4059", client=16) as meter:
        energy = await meter.get(3, "1.0.1.8.0.255", 2)

The modules, from the bottom up::

    errors, explaining          what goes wrong, in one hierarchy, and what to try next
    clock, names                date-times; logical names and selections as users write them
    authentication              `Lowest`, `Lls`, `Hls`
    patience                    how long to wait for the meter, and for the link
    trace                       every APDU of an exchange, as it went over the link
    rows, objects               rows out of blocks; the object list
    connection                  one association over one link, driven by asyncio
    associating                 a client and its association: opened, kept, opened anew, closed
    client                      `Client`: attributes and methods
    profile                     profile buffers: columns, and rows with units
    pool                        many meters from one process
"""

from __future__ import annotations

from collections.abc import Callable

from xdlms.association import ClientSettings
from xdlms.client.associating import Referencing, SecuritySource
from xdlms.client.authentication import Authentication, Hls, Lls, Lowest
from xdlms.client.client import Client
from xdlms.client.connection import Notification
from xdlms.client.errors import (
    AccessError,
    AssociationError,
    ClientError,
    ConnectionLostError,
    ContextError,
    CounterTooLowError,
    CredentialsError,
    MethodError,
    NoAnswerError,
    NotSentError,
    ResponseError,
    ServiceRefusedError,
    UnreachableError,
)
from xdlms.client.names import by_entry, by_range, capture_object
from xdlms.client.objects import ObjectInfo
from xdlms.client.patience import USUAL_TIMEOUT
from xdlms.client.pool import Outcome, read_meters
from xdlms.client.profile import Column, Profile, ScalerUnit
from xdlms.client.trace import Recorder, TraceEntry, TraceError
from xdlms.services.primitives.association import LARGEST_PDU_SIZE
from xdlms_apdu.v2023 import Conformance

__all__ = [
    "AccessError",
    "AssociationError",
    "Authentication",
    "Client",
    "ClientError",
    "ClientSettings",
    "Column",
    "ConnectionLostError",
    "ContextError",
    "CounterTooLowError",
    "CredentialsError",
    "Hls",
    "Lls",
    "Lowest",
    "MethodError",
    "NoAnswerError",
    "NotSentError",
    "Notification",
    "ObjectInfo",
    "Outcome",
    "Profile",
    "Recorder",
    "ResponseError",
    "ScalerUnit",
    "ServiceRefusedError",
    "TraceEntry",
    "TraceError",
    "UnreachableError",
    "by_entry",
    "by_range",
    "capture_object",
    "connect",
    "read_meters",
]


def connect(
    url: str,
    *,
    client: int = 16,
    server: int = 1,
    auth: Authentication | None = None,
    security: SecuritySource = None,
    referencing: Referencing = "LN",
    timeout: float | None = USUAL_TIMEOUT,
    conformance: Conformance | None = None,
    max_receive_pdu_size: int = LARGEST_PDU_SIZE,
    dedicated_key: bool = False,
    user_id: int | None = None,
    reconnect: bool = False,
    confirmed: bool = True,
    trace: Callable[[TraceEntry], None] | None = None,
    settings: ClientSettings | None = None,
) -> Client:
    """An association with a meter, to be used with `async with`.

    Args:
        url: tcp://host:port, udp://host:port, hdlc+tcp://host:port, or hdlc:///dev/ttyUSB0?baud=9600.
        client: the client's address (SAP): 16 is the public client, 1 the management client.
        server: the logical device's address (SAP): 1 is the management logical device.
        auth: `Lowest()`, which is the default, `Lls(password)` or `Hls(...)`.
        security: keys, titles and counters, where anything is ciphered or HLS with GMAC is used: a SecurityContext,
            or a function that makes a fresh one for each association.
        referencing: "LN", or "SN": objects are read in the same way, through their short names.
        timeout: seconds until an answer, or its next block, must have come; None: for ever. It bounds everything, also
            the repair of a bad line. Without it: 5 s; over HDLC longer by what the link needs to ask again, and
            counted anew whenever something gets through, for an hour at most.
        conformance: the services that are proposed; None: all that this client has.
        max_receive_pdu_size: octets of the longest APDU that the meter may send, 12 to 65535; 0: no limit, which
            some meters refuse.
        dedicated_key: cipher with a key made for this association alone.
        user_id: the client user, 0 to 255, where the meter asks for one.
        reconnect: associate anew when a request finds the association lost. A GET that was on its way is sent once
            more; a SET or an ACTION is not, since nobody knows whether it was done.
        confirmed: FALSE: ask for no response. The association is there as soon as the AARQ is sent, whatever the meter
            makes of it, without HLS; only unconfirmed services are available: `set`, `action` and `send`.
        trace: takes every APDU as it went over the link.
        settings: limits, and how strict to be; its time-outs are replaced by `timeout`.

    Raises:
        NotSentError: the URL, the time-out, the referencing, `auth` or `user_id` is none. What else cannot be sent as
            it is, as an address that the profile does not have, is told by `open`.
    """
    return Client(
        url,
        client=client,
        server=server,
        auth=auth,
        security=security,
        referencing=referencing,
        timeout=timeout,
        conformance=conformance,
        max_receive_pdu_size=max_receive_pdu_size,
        dedicated_key=dedicated_key,
        user_id=user_id,
        reconnect=reconnect,
        confirmed=confirmed,
        trace=trace,
        settings=settings,
    )
