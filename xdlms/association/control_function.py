"""The control functions of client and server (clause 7.1; Figures 9 and 10), as one table.

Every state and event that is not in the table is refused: a .request as a local error, an APDU by
dropping and reporting it. The events of the two sides differ, so one table holds both.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """The states of an association, the same on both sides."""

    INACTIVE = "INACTIVE"
    """There is no lower-layer connection."""
    IDLE = "IDLE"
    ASSOCIATION_PENDING = "ASSOCIATION PENDING"
    ASSOCIATED = "ASSOCIATED"
    ASSOCIATION_RELEASE_PENDING = "ASSOCIATION RELEASE PENDING"


class ControlEvent(StrEnum):
    """What moves an association."""

    # both sides
    CONNECTED = "the lower layer is connected"
    LOST = "the lower layer is lost, or the own side gives the association up"

    # the client
    OPEN_REQUEST = "COSEM-OPEN.request"
    OPEN_REQUEST_UNANSWERED = "COSEM-OPEN.request, pre-established or with response-allowed FALSE"
    AARE_ACCEPTED = "AARE, accepted"
    AARE_REJECTED = "AARE, rejected"
    SERVICE_REQUEST = ".request of a data transfer service"
    RESPONSE_APDU = "an APDU that answers a data transfer service"
    NOTIFICATION_APDU = "EventNotification, InformationReport, DataNotification"
    RELEASE_REQUEST = "COSEM-RELEASE.request"
    RLRE = "RLRE"
    DISCONNECT_CONFIRMED = "the lower layer is disconnected, as the client asked for"

    # the server
    CONNECTED_PRE_ESTABLISHED = "the lower layer is connected, and with it a pre-established association"
    AARQ = "AARQ"
    OPEN_RESPONSE_ACCEPTED = "COSEM-OPEN.response, accepted"
    OPEN_RESPONSE_REFUSED = "COSEM-OPEN.response, refused"
    REQUEST_APDU = "an APDU of a data transfer service"
    SERVICE_RESPONSE = ".response of a data transfer service"
    NOTIFICATION_REQUEST = ".request of EventNotification, InformationReport, DataNotification"
    AUTHENTICATION_FAILED = "the client did not prove itself in pass 3 of HLS"
    RLRQ = "RLRQ"
    RELEASE_RESPONSE = "COSEM-RELEASE.response"
    DISCONNECTED = "the client disconnected the lower layer, which also releases"


CONTROL_FUNCTION: Final[dict[tuple[State, ControlEvent], State]] = {
    # both sides
    (State.INACTIVE, ControlEvent.CONNECTED): State.IDLE,
    (State.IDLE, ControlEvent.LOST): State.INACTIVE,
    (State.ASSOCIATION_PENDING, ControlEvent.LOST): State.INACTIVE,
    (State.ASSOCIATED, ControlEvent.LOST): State.INACTIVE,
    (State.ASSOCIATION_RELEASE_PENDING, ControlEvent.LOST): State.INACTIVE,
    # the client (Figure 9)
    (State.IDLE, ControlEvent.OPEN_REQUEST): State.ASSOCIATION_PENDING,
    (State.IDLE, ControlEvent.OPEN_REQUEST_UNANSWERED): State.ASSOCIATED,
    (State.ASSOCIATION_PENDING, ControlEvent.AARE_ACCEPTED): State.ASSOCIATED,
    (State.ASSOCIATION_PENDING, ControlEvent.AARE_REJECTED): State.IDLE,
    (State.ASSOCIATED, ControlEvent.SERVICE_REQUEST): State.ASSOCIATED,
    (State.ASSOCIATED, ControlEvent.RESPONSE_APDU): State.ASSOCIATED,
    (State.ASSOCIATED, ControlEvent.NOTIFICATION_APDU): State.ASSOCIATED,
    (State.IDLE, ControlEvent.NOTIFICATION_APDU): State.IDLE,  # where the profile says so
    (State.ASSOCIATED, ControlEvent.RELEASE_REQUEST): State.ASSOCIATION_RELEASE_PENDING,
    (State.ASSOCIATION_RELEASE_PENDING, ControlEvent.RLRE): State.IDLE,
    (State.ASSOCIATION_RELEASE_PENDING, ControlEvent.DISCONNECT_CONFIRMED): State.INACTIVE,
    # the server (Figure 10)
    (State.INACTIVE, ControlEvent.CONNECTED_PRE_ESTABLISHED): State.ASSOCIATED,
    (State.IDLE, ControlEvent.AARQ): State.ASSOCIATION_PENDING,
    (State.ASSOCIATED, ControlEvent.AARQ): State.ASSOCIATION_PENDING,
    (State.ASSOCIATION_PENDING, ControlEvent.OPEN_RESPONSE_ACCEPTED): State.ASSOCIATED,
    (State.ASSOCIATION_PENDING, ControlEvent.OPEN_RESPONSE_REFUSED): State.IDLE,
    (State.ASSOCIATED, ControlEvent.REQUEST_APDU): State.ASSOCIATED,
    (State.ASSOCIATED, ControlEvent.SERVICE_RESPONSE): State.ASSOCIATED,
    (State.ASSOCIATED, ControlEvent.NOTIFICATION_REQUEST): State.ASSOCIATED,
    (State.IDLE, ControlEvent.NOTIFICATION_REQUEST): State.IDLE,  # where the profile says so
    (State.ASSOCIATED, ControlEvent.AUTHENTICATION_FAILED): State.IDLE,
    (State.ASSOCIATED, ControlEvent.RLRQ): State.ASSOCIATION_RELEASE_PENDING,
    (State.ASSOCIATION_RELEASE_PENDING, ControlEvent.RELEASE_RESPONSE): State.IDLE,
    (State.IDLE, ControlEvent.DISCONNECTED): State.INACTIVE,
    (State.ASSOCIATION_PENDING, ControlEvent.DISCONNECTED): State.INACTIVE,
    (State.ASSOCIATED, ControlEvent.DISCONNECTED): State.INACTIVE,
    (State.ASSOCIATION_RELEASE_PENDING, ControlEvent.DISCONNECTED): State.INACTIVE,
}


def next_state(state: State, event: ControlEvent) -> State | None:
    """The state that follows, or None where the event is not allowed."""
    return CONTROL_FUNCTION.get((state, event))
