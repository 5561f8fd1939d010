"""What the services tell the application, beside the .indication and .confirm primitives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from xdlms.security.suite import PLAIN_STATUS, SecurityStatus
from xdlms.services.conformance import Service
from xdlms.services.primitives.ln import (
    Action,
    DataNotification,
    EventNotification,
    Get,
    Set,
    TriggerEventNotificationSending,
)
from xdlms.services.primitives.sn import InformationReport, Read, UnconfirmedWrite, Write
from xdlms_apdu.v2023 import ActionResult, ConfirmedServiceError, DataAccessResult, ExceptionResponse


class Failure(StrEnum):
    """Why a confirmed service ended without a .confirm. The set is closed."""

    TIME_OUT = "time-out"
    """No response, or no block of it, came in time."""
    ASSOCIATION_ENDED = "association-ended"
    """The association was released or aborted, or the lower layer was lost."""
    EXCEPTION = "exception"
    """The server answered with an ExceptionResponse; `error` is it."""
    CONFIRMED_SERVICE_ERROR = "confirmed-service-error"
    """The server answered with a ConfirmedServiceError; `error` is it."""
    RESPONSE = "response"
    """The response, or a block of it, is not what the service allows."""
    TOO_MUCH = "too-much"
    """The response is longer than what is kept."""
    NOT_SENT = "not-sent"
    """The next APDU of the service could not be protected, or is too long for the peer."""
    HELD_UP = "held-up"
    """It waited behind a long response whose blocks the own application does not take, and was not sent."""


@dataclass(frozen=True, slots=True)
class ServiceFailed:
    """A confirmed service of the client is over, and no .confirm comes.

    `error` is the ExceptionResponse or ConfirmedServiceError, which prove nothing about who sent them
    (see `security_status`).
    """

    service: Service
    invoke_id: int
    failure: Failure
    message: str
    error: ExceptionResponse | ConfirmedServiceError | None = None
    security_status: SecurityStatus = PLAIN_STATUS


class TransferEnd(StrEnum):
    """Why a block transfer of a server ended before its last block. The set is closed."""

    OTHER_REQUEST = "other-request"
    """The client sent another request: long-get-aborted, long-set-aborted, long-action-aborted."""
    WRONG_NUMBER = "wrong-number"
    """The client sent, or asked for, another block than the next one."""
    UNAVAILABLE = "unavailable"
    """The next block could not be had, or not be sent."""
    TOO_MUCH = "too-much"
    """The value is longer than what is kept."""
    TIME_OUT = "time-out"
    """The client did not go on."""


@dataclass(frozen=True, slots=True)
class TransferAborted:
    """A block transfer of the server ended before its last block. Nothing of a request was applied."""

    service: Service
    invoke_id: int
    end: TransferEnd

    @property
    def result(self) -> DataAccessResult | ActionResult | None:
        """The result that stands for an abort by another request; None for another end."""
        return _ABORTED[self.service] if self.end is TransferEnd.OTHER_REQUEST else None


_ABORTED: Final[dict[Service, DataAccessResult | ActionResult]] = {
    Service.GET: DataAccessResult.long_get_aborted,
    Service.READ: DataAccessResult.long_get_aborted,
    Service.SET: DataAccessResult.long_set_aborted,
    Service.WRITE: DataAccessResult.long_set_aborted,
    Service.ACTION: ActionResult.long_action_aborted,
}


@dataclass(frozen=True, slots=True)
class ResponseNotSent:
    """A response of the server could not be sent as it was given; the client got an error in its place."""

    service: Service
    invoke_id: int
    message: str


Indication: TypeAlias = (
    Get.Indication
    | Set.Indication
    | Action.Indication
    | Read.Indication
    | Write.Indication
    | UnconfirmedWrite.Indication
    | EventNotification.Indication
    | InformationReport.Indication
    | DataNotification.Indication
)
Confirm: TypeAlias = Get.Confirm | Get.Block | Set.Confirm | Action.Confirm | Read.Confirm | Read.Block | Write.Confirm
ServiceEvent: TypeAlias = (
    Indication | Confirm | ServiceFailed | TransferAborted | ResponseNotSent | TriggerEventNotificationSending.Request
)
