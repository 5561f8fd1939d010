"""What a service needs of its association: the way out for APDUs and for events."""

from __future__ import annotations

from typing import Protocol

from xdlms.security.suite import SecurityStatus
from xdlms.services.events import ServiceEvent
from xdlms.services.primitives.common import SecurityOptions


class Port(Protocol):
    """The association, as its services see it."""

    def room(self, options: SecurityOptions | None) -> int:
        """The most octets of a plain APDU that the peer takes when it is protected so; less than 1: none.

        Raises:
            LocalProtocolError: SECURITY, the protection cannot be given here.
        """

    def answer_options(self, status: SecurityStatus) -> SecurityOptions | None:
        """How to protect the answer to an APDU that came so: in the same way, and as the policy asks."""

    def post(self, apdu: bytes, options: SecurityOptions | None, *, confirmed: bool = True) -> None:
        """Protect an APDU and put it among those to send.

        Raises:
            LocalProtocolError: it is too long for the peer, or cannot be protected so; nothing is sent.
        """

    def post_error(self, apdu: bytes) -> None:
        """Put an ExceptionResponse or ConfirmedServiceError among the APDUs to send.

        It passes plain under every policy, is short enough for every peer, and this never fails.
        """

    def tell(self, event: ServiceEvent) -> None:
        """Put an event among those for the application."""
