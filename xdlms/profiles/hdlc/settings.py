"""What one side of an HDLC link is told before it begins: sizes, windows, times and limits (IEC 62056-46)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from xdlms.codec.errors import EncodeError, ErrorCode
from xdlms.profiles.hdlc.llc import LLC_SIZE
from xdlms.profiles.hdlc.parameters import LinkParameters
from xdlms.profiles.hdlc.segmentation import APDU_LIMIT

_TIMES: Final = ("response_timeout", "inter_octet_timeout", "poll_interval", "answer_delay")


@dataclass(frozen=True, slots=True)
class HdlcSettings:
    """The settings of one side; all times are in seconds.

    Args:
        parameters: what this side proposes (client) or can do (server); each direction gets the smaller of both.
        response_timeout: how long a client waits for the next frame of an answer, above 0.
        retries: how often in a row a client asks again before it gives a connection up, 0 or more.
        inter_octet_timeout: a frame that stands still for longer is over, above 0.
        inactivity_timeout: a server without a command of a client for longer ends the connection; 0: never.
        poll_interval: how long a client waits before it asks a server again that is not ready, above 0.
        answer_delay: how long a server waits for the answer of the layers above before it lets the client ask again,
            above 0; keep it below the client's response_timeout.
        baud: bits a second of a serial line, so that a client allows for the time its own frames take; 0: no time.
        apdu_limit: octets of the longest APDU that is taken from segments or cut into them, 1 or more.
        unsolicited: a server sends its UI frames at once, not only when a client polls.

    Raises EncodeError for other values.
    """

    parameters: LinkParameters = field(default_factory=LinkParameters)
    response_timeout: float = 3.0
    retries: int = 3
    inter_octet_timeout: float = 0.5
    inactivity_timeout: float = 120.0
    poll_interval: float = 0.1
    answer_delay: float = 1.0
    apdu_limit: int = APDU_LIMIT - LLC_SIZE
    unsolicited: bool = False
    baud: int = 0

    def __post_init__(self) -> None:
        for name in _TIMES:
            seconds: float = getattr(self, name)
            if not 0 < seconds < float("inf"):
                _refuse(name, f"{seconds} s is not a time above 0")
        if not 0 <= self.inactivity_timeout < float("inf"):
            _refuse("inactivity_timeout", f"{self.inactivity_timeout} s is not 0 or more")
        for name in ("retries", "baud"):
            number: int = getattr(self, name)
            if number < 0:
                _refuse(name, f"{number} is less than 0")
        if self.apdu_limit < 1:
            _refuse("apdu_limit", f"{self.apdu_limit} is less than 1")


def _refuse(name: str, reason: str) -> None:
    raise EncodeError(ErrorCode.OUT_OF_RANGE, f"{name}: {reason}", path=f"$.{name}")
