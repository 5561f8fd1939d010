"""The state machines of one confirmed service, client and server: how requests and responses in blocks go on.

They serve GET, SET, ACTION, Read and Write alike (Figures 15 to 28): a GET never sends blocks, a SET
never receives any. What is not in a table is a fault of the peer, or cannot happen.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ClientStep(StrEnum):
    """How far a confirmed service of a client is."""

    QUEUED = "queued"
    """It waits until others are done."""
    SENDING = "sending"
    """Blocks of the request go out, each is acknowledged."""
    AWAITING = "awaiting"
    """The request is sent as a whole."""
    RECEIVING = "receiving"
    """Blocks of the response come in."""
    ENDED = "ended"


class ClientInput(StrEnum):
    """What moves a confirmed service of a client."""

    START_WHOLE = "the request is sent in one APDU"
    START_IN_BLOCKS = "the first block of the request is sent"
    ACKNOWLEDGED = "a block is acknowledged, another one that is not the last is sent"
    ACKNOWLEDGED_BEFORE_LAST = "a block is acknowledged, the last one is sent"
    BLOCK = "a block of the response, not the last one"
    LAST_BLOCK = "the last block of the response"
    RESPONSE = "the response as a whole, or an error"
    GIVEN_UP = "time-out, cancellation, a fault, or the association ended"


CLIENT_TRANSFER: Final[dict[tuple[ClientStep, ClientInput], ClientStep]] = {
    (ClientStep.QUEUED, ClientInput.START_WHOLE): ClientStep.AWAITING,
    (ClientStep.QUEUED, ClientInput.START_IN_BLOCKS): ClientStep.SENDING,
    (ClientStep.QUEUED, ClientInput.GIVEN_UP): ClientStep.ENDED,
    (ClientStep.SENDING, ClientInput.ACKNOWLEDGED): ClientStep.SENDING,
    (ClientStep.SENDING, ClientInput.ACKNOWLEDGED_BEFORE_LAST): ClientStep.AWAITING,
    (ClientStep.SENDING, ClientInput.RESPONSE): ClientStep.ENDED,
    (ClientStep.SENDING, ClientInput.GIVEN_UP): ClientStep.ENDED,
    (ClientStep.AWAITING, ClientInput.BLOCK): ClientStep.RECEIVING,
    (ClientStep.AWAITING, ClientInput.LAST_BLOCK): ClientStep.ENDED,
    (ClientStep.AWAITING, ClientInput.RESPONSE): ClientStep.ENDED,
    (ClientStep.AWAITING, ClientInput.GIVEN_UP): ClientStep.ENDED,
    (ClientStep.RECEIVING, ClientInput.BLOCK): ClientStep.RECEIVING,
    (ClientStep.RECEIVING, ClientInput.LAST_BLOCK): ClientStep.ENDED,
    (ClientStep.RECEIVING, ClientInput.RESPONSE): ClientStep.ENDED,
    (ClientStep.RECEIVING, ClientInput.GIVEN_UP): ClientStep.ENDED,
}


class ServerStep(StrEnum):
    """What block transfer a server has; there is one at a time in an association."""

    NONE = "none"
    RECEIVING = "receiving"
    """Blocks of a request come in."""
    SENDING = "sending"
    """Blocks of a response go out."""


class ServerInput(StrEnum):
    """What moves the block transfer of a server."""

    FIRST_BLOCK = "the first block of a request"
    BLOCK = "the next block of the request"
    LAST_BLOCK = "the last block: the request is whole and goes to the application"
    LONG_RESPONSE = "the first block of a long response is sent"
    NEXT = "the next block is asked for, and is not the last"
    NEXT_TO_LAST = "the next block is asked for, and is the last"
    WRONG_NUMBER = "a block, or a request for one, with another number than the next"
    UNAVAILABLE = "the next block cannot be had"
    TOO_MUCH = "the request is longer than what is kept"
    OTHER_REQUEST = "another request: the transfer is aborted"
    GIVEN_UP = "time-out, or the association ended"


SERVER_TRANSFER: Final[dict[tuple[ServerStep, ServerInput], ServerStep]] = {
    (ServerStep.NONE, ServerInput.FIRST_BLOCK): ServerStep.RECEIVING,
    (ServerStep.NONE, ServerInput.LONG_RESPONSE): ServerStep.SENDING,
    (ServerStep.RECEIVING, ServerInput.BLOCK): ServerStep.RECEIVING,
    (ServerStep.RECEIVING, ServerInput.LAST_BLOCK): ServerStep.NONE,
    (ServerStep.RECEIVING, ServerInput.WRONG_NUMBER): ServerStep.NONE,
    (ServerStep.RECEIVING, ServerInput.TOO_MUCH): ServerStep.NONE,
    (ServerStep.RECEIVING, ServerInput.OTHER_REQUEST): ServerStep.NONE,
    (ServerStep.RECEIVING, ServerInput.GIVEN_UP): ServerStep.NONE,
    (ServerStep.SENDING, ServerInput.NEXT): ServerStep.SENDING,
    (ServerStep.SENDING, ServerInput.NEXT_TO_LAST): ServerStep.NONE,
    (ServerStep.SENDING, ServerInput.WRONG_NUMBER): ServerStep.NONE,
    (ServerStep.SENDING, ServerInput.UNAVAILABLE): ServerStep.NONE,
    (ServerStep.SENDING, ServerInput.OTHER_REQUEST): ServerStep.NONE,
    (ServerStep.SENDING, ServerInput.GIVEN_UP): ServerStep.NONE,
}
